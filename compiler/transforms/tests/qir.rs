//! Runs the files `tests/ir/<pass>/*.qir`: functions of the core IR with what passes and the evaluator make of them.
//!
//! A file begins with the passes, one a line, in the order in which they run:
//! `test text` (the text survives reading and writing), `test verify`, `test copies`, `test dce`,
//! `test parallel`, `test peel`, `test run`.
//! Then the functions; and in comments, what is expected:
//! - `; check: text`: the written module has lines that contain these texts, in this order;
//! - `; absent: text`: no line contains it;
//! - `; count: op n`: so many equations have this op (`count: eqn n`: any op);
//! - `; run: @f(1.0, [2.0]) == 3.0`, `.. raises IndexError "text"`, `.. prints "text"`;
//! - `; work: copied 0, forced 0`: the counts of the last `run`;
//! - `; error: text`, on the guilty line: reading or verifying fails there with a message that contains the text.
//!
//! With `QUIPU_BLESS=1` in the environment what `run`, `work` and `count` expect is rewritten.

use quipu_abi::DType;
use quipu_ir::core::eval::{EvalError, Stats, run};
use quipu_ir::core::host::PlainHost;
use quipu_ir::core::text::{self, parse};
use quipu_ir::core::verify::{VerifyError, verify_module};
use quipu_ir::ops::numbers::cast;
use quipu_ir::{Array, Func, FuncId, Module, Scalar, Ty, Value};
use std::fmt::Write;
use std::path::{Path, PathBuf};

fn files(dir: &Path, out: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(dir).expect("the folder is there").map(|e| e.expect("readable").path()).collect();
    entries.sort();
    for p in entries {
        if p.is_dir() {
            files(&p, out);
        } else if p.extension().is_some_and(|e| e == "qir") {
            out.push(p);
        }
    }
}

#[test]
fn ir_files() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/ir");
    let (mut paths, mut failures) = (vec![], String::new());
    files(&root, &mut paths);
    let bless = std::env::var_os("QUIPU_BLESS").is_some();
    assert!(paths.len() > 10, "the files of tests/ir are not found");
    for p in &paths {
        let text = std::fs::read_to_string(p).expect("readable");
        let mut lines: Vec<String> = text.lines().map(str::to_string).collect();
        let result = file(&text, &mut lines);
        if bless && result.is_ok() {
            std::fs::write(p, lines.join("\n") + "\n").expect("writable");
        } else if lines != text.lines().collect::<Vec<_>>() {
            for (k, (new, old)) in lines.iter().zip(text.lines()).enumerate().filter(|(_, (a, b))| a != b) {
                let name = p.strip_prefix(&root).unwrap_or(p).display();
                let _ =
                    writeln!(failures, "{name}: line {}:\n    {old}\n    {new}  <- QUIPU_BLESS=1 writes this", k + 1);
            }
        }
        if let Err(e) = result {
            let _ = writeln!(failures, "{}: {e}\n", p.strip_prefix(&root).unwrap_or(p).display());
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
}

/// The comments `; word: rest` of a file with their lines.
fn directives<'t>(text: &'t str, word: &str) -> Vec<(usize, &'t str)> {
    let start = format!("; {word}:");
    let found = text.lines().enumerate().filter_map(|(k, l)| Some((k + 1, l.split_once(&start)?.1.trim())));
    found.collect()
}

/// `lines` become what they should be, where they state results.
fn file(text: &str, lines: &mut [String]) -> Result<(), String> {
    let (mut passes, mut body) = (vec![], String::new());
    for line in text.lines() {
        match line.strip_prefix("test ") {
            Some(p) => {
                passes.push(p.trim());
                body.push('\n');
            }
            None => {
                let _ = writeln!(body, "{line}");
            }
        }
    }
    if passes.is_empty() {
        return Err("no `test` line".into());
    }
    let errors = directives(text, "error");
    let mut module = match parse(&body) {
        Ok(m) => m,
        Err(e) => return expect_error(&errors, e.line, &e.to_string()),
    };
    for pass in &passes {
        let before = module.to_string();
        match *pass {
            "text" => survives(&module)?,
            "verify" => {
                if let Err(e) = verify_module(&module) {
                    return expect_error(&errors, line_of(&body, &module, &e), &e.to_string());
                }
            }
            "copies" => module.funcs.iter_mut().for_each(|f| {
                quipu_transforms::copies::insert_copies(f);
            }),
            "dce" => module.funcs.iter_mut().for_each(|f| {
                quipu_transforms::dce::dce(f);
            }),
            "parallel" => module.funcs.iter_mut().for_each(|f| {
                quipu_transforms::chunk_reductions(f);
            }),
            "peel" => module.funcs.iter_mut().for_each(|f| {
                quipu_transforms::peel_settled(f);
                quipu_transforms::dce(f);
            }),
            "run" => {}
            p => return Err(format!("there is no pass {p}")),
        }
        if !matches!(*pass, "text" | "verify") {
            verify_module(&module).map_err(|e| format!("after {pass}: {e}\n{before}=>\n{module}"))?;
            survives(&module)?;
        }
    }
    if !errors.is_empty() {
        return Err("an error was expected".into());
    }
    checks(text, &module, lines)?;
    runs(text, &module, lines)
}

fn expect_error(errors: &[(usize, &str)], line: usize, message: &str) -> Result<(), String> {
    match errors {
        [(l, want)] if *l == line && message.contains(want) => Ok(()),
        _ => Err(format!("line {line}: {message}")),
    }
}

/// The line of the equation that the verifier refuses.
fn line_of(text: &str, module: &Module, e: &VerifyError) -> usize {
    let func = module.funcs.iter().find(|f| f.name == e.func);
    let loc = e.loc.and_then(|l| func?.locs.get(l.index()));
    let start = loc.map_or(0, |l| l.span.start as usize);
    text[..start].matches('\n').count() + 1
}

/// What was written reads as the same, written again.
fn survives(module: &Module) -> Result<(), String> {
    let once = module.to_string();
    let again = parse(&once).map_err(|e| format!("written text: {e}\n{once}"))?;
    let twice = again.to_string();
    if once != twice {
        return Err(format!("text changes by reading it:\n{once}=>\n{twice}"));
    }
    for (a, b) in module.funcs.iter().zip(&again.funcs) {
        let shape = |f: &Func| {
            let mut n = vec![];
            f.walk(Func::ENTRY, &mut |d| n.push((d.params.len(), d.eqns.len(), d.results.len())));
            (f.consumes.clone(), n)
        };
        if shape(a) != shape(b) {
            return Err(format!("@{} loses something by writing it:\n{once}", a.name));
        }
    }
    Ok(())
}

fn checks(text: &str, module: &Module, new: &mut [String]) -> Result<(), String> {
    let written = module.to_string();
    let mut lines = written.lines();
    for (n, want) in directives(text, "check") {
        if !lines.any(|l| l.contains(want)) {
            return Err(format!("line {n}: no line with `{want}` (after those before it) in\n{written}"));
        }
    }
    for (n, unwanted) in directives(text, "absent") {
        if written.contains(unwanted) {
            return Err(format!("line {n}: `{unwanted}` in\n{written}"));
        }
    }
    for (n, want) in directives(text, "count") {
        let (op, count) = want.rsplit_once(' ').ok_or("`count: op n` expected")?;
        let mut found = 0;
        for f in &module.funcs {
            f.walk(Func::ENTRY, &mut |d| {
                found += d.eqns.iter().filter(|e| op == "eqn" || e.op.def().name() == op).count();
            });
        }
        new[n - 1] = format!("{}{found}", new[n - 1].trim_end().strip_suffix(count).unwrap_or_default());
    }
    Ok(())
}

type Ran = Result<(Vec<Value>, Stats), EvalError>;

fn call(module: &Module, text: &str, host: &mut PlainHost) -> Result<(Ran, String), String> {
    let (name, rest) = text.strip_prefix('@').and_then(|t| t.split_once('(')).ok_or("`@f(..)` expected")?;
    let id = module.find(name).ok_or_else(|| format!("there is no @{name}"))?;
    let func = module.func(id);
    let (mut rest, mut args) = (rest, vec![]);
    for (k, p) in func.block(Func::ENTRY).params.iter().enumerate() {
        if k > 0 {
            rest = rest.strip_prefix(',').ok_or("`,` expected")?;
        }
        let (v, after) = text::value(rest, func.ty(*p))?;
        args.push(v);
        rest = after;
    }
    let rest = rest.strip_prefix(')').ok_or("`)` expected")?;
    Ok((run(module, id, args, host), rest.trim().to_string()))
}

fn runs(text: &str, module: &Module, new: &mut [String]) -> Result<(), String> {
    let mut stats = Stats::default();
    for (n, line) in text.lines().enumerate().map(|(k, l)| (k + 1, l)) {
        if let Some((_, want)) = line.split_once("; run:") {
            let mut host = PlainHost::default();
            let (got, want) = call(module, want.trim(), &mut host).map_err(|e| format!("line {n}: {e}"))?;
            let show = |v: &[Value]| v.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            let got = match got {
                _ if want.starts_with("prints") => format!("prints {:?}", host.output),
                Ok((v, s)) => {
                    stats = s;
                    format!("== {}", show(&v))
                }
                Err(e) if e.is_internal() => return Err(format!("line {n}: {e}\n{module}")),
                Err(e) => format!("raises {} {:?}", e.kind.name(), e.text),
            };
            new[n - 1] = format!("{}{}", line.trim_end().strip_suffix(&want).unwrap_or_default(), got.trim());
        } else if let Some((_, want)) = line.split_once("; work:") {
            let mut parts = vec![];
            for part in want.split(',') {
                let what = part.trim().split(' ').next().unwrap_or_default();
                let got = match what {
                    "copied" => stats.copied,
                    "copies" => stats.copies,
                    "forced" => stats.forced,
                    "updates" => stats.updates,
                    "eqns" => stats.eqns,
                    "elems" => stats.elems,
                    "allocs" => stats.allocs,
                    "pushes" => stats.pushes,
                    _ => return Err(format!("line {n}: {what} is not counted")),
                };
                parts.push(format!("{what} {got}"));
            }
            new[n - 1] = format!("; work: {}", parts.join(", "));
        }
    }
    Ok(())
}

/// What the first function gives for numbers between 0 and 1, sizes of 6 and counts of 3.
fn outcome(module: &Module) -> String {
    let func = module.func(FuncId(0));
    let mut seed = 0u64;
    let mut args = vec![];
    for p in &func.block(Func::ENTRY).params {
        let mut next = |d: DType| {
            seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            let x = 0.1 + 0.8 * (seed >> 33) as f64 / (1u64 << 31) as f64;
            if d.is_int() { Scalar::of_int(d, 3) } else { cast(Scalar::F64(x), d) }
        };
        args.push(match func.ty(*p) {
            Ty::Array(d, dims) => {
                let shape: Vec<usize> = dims.iter().map(|n| n.as_const().map_or(6, |k| k as usize)).collect();
                let n = shape.iter().product();
                Value::array(Array::from_scalars(*d, shape, (0..n).map(|_| next(*d))))
            }
            t => Value::Scalar(next(t.dtype().unwrap_or(DType::I64))),
        });
    }
    match run(module, FuncId(0), args, &mut PlainHost::default()) {
        Ok((v, _)) => v.iter().map(|v| format!("{v} ")).collect(),
        Err(e) => e.to_string(),
    }
}

/// What transforms make of the probes is text like any other, and loses nothing by dead code elimination.
#[test]
fn transformed_functions_survive() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/ir/probes");
    let (mut paths, mut failures, mut n, mut computed) = (vec![], String::new(), 0, 0);
    files(&root, &mut paths);
    for p in &paths {
        let text = std::fs::read_to_string(p).expect("readable");
        let body: String = text.lines().filter(|l| !l.starts_with("test ")).map(|l| format!("{l}\n")).collect();
        let mut module = parse(&body).expect("well formed");
        module.funcs.iter_mut().for_each(|f| {
            quipu_transforms::insert_copies(f);
        });
        let Some(id) = module.find("main") else { continue };
        let func = module.func(id);
        let params = func.tys(&func.block(Func::ENTRY).params);
        let wrt: Vec<usize> = (0..params.len()).filter(|k| params[*k].differentiable()).collect();
        let axes = vec![Some(0); params.len()];
        let made = [
            ("grad", quipu_transforms::grad(&module, id, &wrt)),
            ("jvp", quipu_transforms::jvp(&module, id, &wrt)),
            ("vmap", quipu_transforms::vmap(&module, id, &axes)),
        ];
        for (what, f) in made {
            let Ok(f) = f else { continue };
            n += 1;
            let mut m = Module { funcs: vec![f], main: None };
            let mut result = survives(&m);
            let before = outcome(&m);
            quipu_transforms::dce(&mut m.funcs[0]);
            result = result.and_then(|()| verify_module(&m).map_err(|e| format!("after dce: {e}\n{m}")));
            result = result.and_then(|()| survives(&m));
            let after = outcome(&m);
            computed += usize::from(!after.contains("error") && !after.contains("Error"));
            if before != after {
                result = result.and(Err(format!("{before} becomes {after} after dce:\n{m}")));
            }
            if let Err(e) = result {
                let _ = writeln!(failures, "{what} of {}: {e}\n", p.strip_prefix(&root).unwrap_or(p).display());
            }
        }
    }
    assert!(n > 20 && computed > 15, "only {n} functions were made, {computed} ran");
    assert!(failures.is_empty(), "\n{failures}");
}
