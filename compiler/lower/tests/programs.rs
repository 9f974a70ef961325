//! The functions of `tests/ir`: on every back end they give what the evaluator gives, for the arguments that the files
//! name in their `; run:` lines.

mod common;
use common::check_module;
use quipu_ir::core::text;
use quipu_ir::{Array, Func, Module, Scalar, Ty, Value};
use quipu_lower::{Options, lower};
use std::path::{Path, PathBuf};

/// Values as the files write them: numbers, `true`, brackets.
#[derive(Clone, Debug)]
enum Item {
    Number(String),
    Many(Vec<Item>),
}

fn items(text: &str) -> Option<Vec<Item>> {
    let mut stack: Vec<Vec<Item>> = vec![vec![]];
    let mut word = String::new();
    for c in text.chars().chain([',']) {
        if matches!(c, '[' | ']' | ',' | ' ') {
            if !word.is_empty() {
                stack.last_mut()?.push(Item::Number(std::mem::take(&mut word)));
            }
            match c {
                '[' => stack.push(vec![]),
                ']' => {
                    let done = stack.pop()?;
                    stack.last_mut()?.push(Item::Many(done));
                }
                _ => {}
            }
        } else {
            word.push(c);
        }
    }
    (stack.len() == 1).then(|| stack.pop())?
}

fn scalar(d: quipu_abi::DType, word: &str) -> Option<Scalar> {
    let whole = |w: &str| w.parse::<i64>().ok();
    Some(match d {
        quipu_abi::DType::Bool => Scalar::Bool(word == "true"),
        quipu_abi::DType::F64 => Scalar::F64(word.parse().ok()?),
        quipu_abi::DType::F32 => Scalar::F32(word.parse().ok()?),
        d if d.is_int() => Scalar::of_int(d, whole(word)?),
        _ => return None,
    })
}

fn leaves(item: &Item, depth: usize, shape: &mut Vec<usize>, out: &mut Vec<String>) {
    match item {
        Item::Number(w) => out.push(w.clone()),
        Item::Many(all) => {
            if shape.len() == depth {
                shape.push(all.len());
            }
            all.iter().for_each(|i| leaves(i, depth + 1, shape, out));
        }
    }
}

fn value(ty: &Ty, item: &Item) -> Option<Value> {
    match (ty, item) {
        (Ty::Scalar(d), Item::Number(w)) => Some(Value::Scalar(scalar(*d, w)?)),
        (Ty::Array(d, dims), item) => {
            let (mut shape, mut words) = (vec![], vec![]);
            leaves(item, 0, &mut shape, &mut words);
            shape.resize(dims.len(), 0);
            let elems = words.iter().map(|w| scalar(*d, w)).collect::<Option<Vec<Scalar>>>()?;
            Some(Value::array(Array::from_scalars(*d, shape, elems)))
        }
        _ => None,
    }
}

fn files(dir: &Path, out: &mut Vec<PathBuf>) {
    let mut all: Vec<PathBuf> =
        std::fs::read_dir(dir).expect("the folder is there").map(|e| e.expect("is read").path()).collect();
    all.sort();
    for path in all {
        if path.is_dir() {
            files(&path, out);
        } else if path.extension().is_some_and(|e| e == "qir") {
            out.push(path);
        }
    }
}

/// What a harness of one function can pass and take.
fn passable(f: &Func) -> bool {
    let results = f.tys(&f.block(Func::ENTRY).results);
    results.iter().all(|t| t.is_scalar() || t.is_array())
}

#[test]
fn functions_of_the_ir_tests() {
    let mut paths = vec![];
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/ir");
    // The other folders hold what a pass or the verifier must see first.
    for dir in ["eval", "probes"] {
        files(&root.join(dir), &mut paths);
    }
    let (mut ran, mut refused) = (0, vec![]);
    for path in paths {
        let text = std::fs::read_to_string(&path).expect("the file is read");
        let body: String = text.lines().filter(|l| !l.starts_with("test ")).map(|l| format!("{l}\n")).collect();
        let Ok(m) = text::parse(&body) else { continue };
        for line in text.lines() {
            let Some((name, rest)) = line.strip_prefix("; run: @").and_then(|l| l.split_once('(')) else { continue };
            let Some((args, _)) = rest.rsplit_once(')').filter(|_| !rest.contains('"')) else { continue };
            let args = args.split(") ").next().unwrap_or(args);
            let Some(id) = m.find(name).filter(|id| passable(m.func(*id))) else { continue };
            let tys = m.func(id).tys(&m.func(id).block(Func::ENTRY).params);
            let Some(items) = items(args).filter(|i| i.len() == tys.len()) else { continue };
            let Some(args) = tys.iter().zip(&items).map(|(t, i)| value(t, i)).collect::<Option<Vec<Value>>>() else {
                continue;
            };
            // Only what the run reaches has to be compiled.
            let one: Module = m.clone();
            if let Err(e) = lower(&one, &Options::new(quipu_runtime::FUNCTIONS)) {
                refused.push(format!("{}: {e}", path.display()));
                break;
            }
            eprintln!("{} {line}", path.display());
            check_module(&one, id, &args);
            ran += 1;
        }
    }
    eprintln!("{ran} runs; refused: {refused:#?}");
    assert!(ran >= 40, "only {ran} runs; refused: {refused:#?}");
}
