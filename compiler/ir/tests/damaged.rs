//! Damaged texts: reading, verifying and evaluating never panic, and evaluation ends within its limits.

use quipu_abi::{DType, ErrorKind};
use quipu_ir::core::eval::{Eval, Host, Limits, Outcome};
use quipu_ir::core::host::PlainHost;
use quipu_ir::core::text::parse;
use quipu_ir::core::verify::verify_module;
use quipu_ir::ops::{ExternFn, MatMul};
use quipu_ir::{Array, Func, FuncId, Module, Ty, Value};
use std::path::Path;

struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        ((self.0 >> 33) as usize) % n.max(1)
    }
}

/// Words, signs and spaces of a text.
fn pieces(text: &str) -> Vec<&str> {
    let mut out = vec![];
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let name = |c: char| c.is_alphanumeric() || c == '_' || c == '%';
        let end = if name(c) { rest.find(|c: char| !name(c)).unwrap_or(rest.len()) } else { c.len_utf8() };
        out.push(&rest[..end]);
        rest = &rest[end..];
    }
    out
}

/// Some value of a type, with sizes that may or may not fit.
fn some(ty: &Ty, r: &mut Random) -> Option<Value> {
    Some(match ty {
        Ty::Scalar(d) => Value::Scalar(quipu_ir::Scalar::of_int(*d, r.below(5) as i64 - 1)),
        Ty::Array(d, dims) => Value::array(Array::zeros(*d, dims.iter().map(|_| r.below(4)).collect())),
        Ty::Str => Value::str("text"),
        Ty::List(t) => Value::list((0..r.below(3)).filter_map(|_| some(t, r)).collect()),
        Ty::Tape(..) | Ty::Cell(_) => return None,
    })
}

fn evaluate(module: &Module, r: &mut Random) {
    for (k, f) in module.funcs.iter().enumerate() {
        let params = &f.block(Func::ENTRY).params;
        let args: Vec<Value> = params.iter().filter_map(|v| some(f.ty(*v), r)).collect();
        let mut host = PlainHost::default();
        let limits = Limits { steps: Some(2000), depth: 50, ..Limits::default() };
        // Any outcome will do.
        let _ = Eval::new(module, &mut host, limits).call(FuncId(k as u32), args);
    }
}

#[test]
fn nothing_panics() {
    let mut files = vec![];
    for dir in ["text", "eval", "copies", "dce", "verify"] {
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/ir").join(dir);
        let mut paths: Vec<_> = std::fs::read_dir(dir).expect("there").map(|e| e.expect("readable").path()).collect();
        paths.sort();
        files.extend(paths);
    }
    let mut r = Random(7);
    let (mut read, mut sound) = (0, 0);
    for path in files {
        let text = std::fs::read_to_string(path).expect("readable");
        let text: String = text.lines().filter(|l| !l.starts_with("test ")).flat_map(|l| [l, "\n"]).collect();
        let pieces = pieces(&text);
        for _ in 0..60 {
            let mut damaged = pieces.clone();
            for _ in 0..1 + r.below(2) {
                let (i, j) = (r.below(damaged.len()), r.below(damaged.len()));
                match r.below(4) {
                    0 => damaged[i] = "",
                    1 => damaged.swap(i, j),
                    _ if damaged[j].trim().is_empty() => {}
                    _ => damaged[i] = damaged[j],
                }
            }
            let Ok(module) = parse(&damaged.concat()) else { continue };
            read += 1;
            let _ = module.to_string();
            if verify_module(&module).is_ok() {
                sound += 1;
                evaluate(&module, &mut r);
            }
        }
    }
    assert!(read > 50 && sound > 30, "too little survives to mean anything: {read}, {sound}");
}

const SPIN: &str = "func @spin(%x: f64) -> f64 {
    %r = while (%a: f64 = %x) {
        %go = map eq %a, %a
        yield %go
    } do (%b: f64) {
        yield %b
    }
    return %r
}
";

fn spin(limits: Limits, host: &mut dyn Host) -> ErrorKind {
    let module = parse(SPIN).expect("well formed");
    let result = Eval::new(&module, host, limits).call(FuncId(0), vec![Value::f64(1.0)]);
    result.expect_err("it does not end by itself").kind
}

/// Somebody who has pressed Ctrl-C.
#[derive(Default)]
struct Impatient(PlainHost);

impl Host for Impatient {
    fn extern_call(&mut self, row: &'static ExternFn, args: &[Value], results: &[Ty]) -> Outcome<Vec<Value>> {
        self.0.extern_call(row, args, results)
    }

    fn matmul(&mut self, op: &MatMul, x: &Array, y: &Array, shape: &[usize]) -> Outcome<Array> {
        self.0.matmul(op, x, y, shape)
    }

    fn interrupted(&self) -> bool {
        true
    }
}

#[test]
fn limits_end_it() {
    let steps = Limits { steps: Some(10_000), ..Limits::default() };
    assert_eq!(spin(steps, &mut PlainHost::default()), ErrorKind::RuntimeError);
    assert_eq!(spin(Limits::default(), &mut Impatient::default()), ErrorKind::KeyboardInterrupt);
}

/// An error says where it happened: the equation, then the calls around it.
#[test]
fn errors_have_a_trace() {
    let text = "func @inner(%a: i64, %b: i64) -> i64 {
    %c = int_mul %a, %b
    return %c
}

func @outer(%a: i64) -> i64 {
    %one = const i64 1
    %r = for %i < %one carry (%x: i64 = %a) {
        %y = call @inner(%x, %x)
        yield %y
    }
    return %r
}
";
    let module = parse(text).expect("well formed");
    let mut host = PlainHost::default();
    let err = Eval::new(&module, &mut host, Limits::default())
        .call(FuncId(1), vec![Value::i64(i64::MAX)])
        .expect_err("it overflows");
    let lines: Vec<&str> = err
        .trace
        .iter()
        .map(|(f, loc)| {
            let span = module.func(*f).locs[loc.index()].span;
            &text[span.start as usize..span.end as usize]
        })
        .collect();
    assert_eq!(err.kind, ErrorKind::LimitError);
    assert_eq!(lines, ["%c = int_mul %a, %b", "%y = call @inner(%x, %x)"]);
}

/// Memory that cannot be had is an exception, not an abort.
#[test]
fn huge_arrays_raise() {
    let text = "func @big(%k as n: i64) -> f64[n, n] {
    %z: f64[n, n] = zeros f64[n, n]
    return %z
}
";
    let module = parse(text).expect("well formed");
    let mut host = PlainHost::default();
    let mut ev = Eval::new(&module, &mut host, Limits::default());
    let err = ev.call(FuncId(0), vec![Value::i64(1 << 33)]).expect_err("too large");
    assert_eq!(err.kind, ErrorKind::MemoryError);
    let ok = ev.call(FuncId(0), vec![Value::i64(2)]).expect("small");
    assert!(ok[0].same(&Value::array(Array::zeros(DType::F64, vec![2, 2]))));
}
