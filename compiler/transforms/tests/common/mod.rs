//! What the tests of transforms share: programs from `tests/ir/probes`, values, runs with counts, comparisons.

#![allow(dead_code)]

use quipu_abi::DType;
use quipu_ir::core::eval::{EvalError, Stats, run};
use quipu_ir::core::host::PlainHost;
use quipu_ir::core::text::parse;
use quipu_ir::core::value::{Array, Scalar, Tape};
use quipu_ir::core::verify::verify;
use quipu_ir::{Func, FuncId, Module, Value};
use quipu_transforms as t;

/// A deterministic stream of numbers in [0, 1).
pub struct Rng(pub u64);

impl Rng {
    pub fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        ((self.0 >> 33) as f64) / (1u64 << 31) as f64
    }

    pub fn within(&mut self, lo: f64, hi: f64) -> f64 {
        lo + (hi - lo) * self.unit()
    }
}

/// The function `@main` of a probe.
pub fn probe(name: &str) -> Func {
    let path =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/ir/probes").join(format!("{name}.qir"));
    let text = std::fs::read_to_string(&path).expect("the probe is there");
    let body: String = text.lines().filter(|l| !l.starts_with("test ")).map(|l| format!("{l}\n")).collect();
    func(&body)
}

pub fn func(text: &str) -> Func {
    let module = parse(text).unwrap_or_else(|e| panic!("{e}\n{text}"));
    let mut f = module.func(module.find("main").expect("a function @main")).clone();
    t::insert_copies(&mut f);
    checked("source", f)
}

pub fn module(f: &Func) -> Module {
    Module { funcs: vec![f.clone()], main: None }
}

pub fn shown(f: &Func) -> String {
    module(f).to_string()
}

pub fn checked(what: &str, f: Func) -> Func {
    if let Err(e) = verify(&f) {
        panic!("{what}: {e}\n{}", shown(&f));
    }
    f
}

fn done(what: &str, f: Result<Func, t::TransformError>) -> Func {
    checked(what, f.unwrap_or_else(|e| panic!("{what}: {e}")))
}

pub fn grad(f: &Func, wrt: &[usize]) -> Func {
    done("grad", t::grad(&module(f), FuncId(0), wrt))
}

pub fn value_and_grad(f: &Func, wrt: &[usize]) -> Func {
    done("value_and_grad", t::value_and_grad(&module(f), FuncId(0), wrt))
}

pub fn vjp(f: &Func, wrt: &[usize]) -> Func {
    done("vjp", t::vjp(&module(f), FuncId(0), wrt))
}

pub fn jvp(f: &Func, wrt: &[usize]) -> Func {
    done("jvp", t::jvp(&module(f), FuncId(0), wrt))
}

pub fn vmap(f: &Func, axes: &[Option<usize>]) -> Func {
    done("vmap", t::vmap(&module(f), FuncId(0), axes))
}

pub fn try_eval(f: &Func, x: &[Value]) -> Result<(Vec<Value>, Stats), EvalError> {
    // Buffers of their own: the caller's handles are no sharing.
    let x = x.iter().map(fresh).collect();
    run(&module(f), FuncId(0), x, &mut PlainHost::default())
}

fn fresh(v: &Value) -> Value {
    match v {
        Value::Array(a) => Value::array((**a).clone()),
        Value::List(l) => Value::list(l.iter().map(fresh).collect()),
        Value::Tape(t) => {
            Value::Tape(std::rc::Rc::new(Tape { items: t.items.iter().map(fresh).collect(), room: t.room }))
        }
        v => v.clone(),
    }
}

pub fn eval(f: &Func, x: &[Value]) -> (Vec<Value>, Stats) {
    let (y, stats) = try_eval(f, x).unwrap_or_else(|e| panic!("{e}\n{}", shown(f)));
    assert_eq!(stats.forced, 0, "a store found its base shared\n{}", shown(f));
    (y, stats)
}

pub fn floats(n: usize, seed: u64, lo: f64, hi: f64) -> Value {
    let mut r = Rng(seed);
    Value::f64s(&(0..n).map(|_| r.within(lo, hi)).collect::<Vec<_>>())
}

pub fn matrix(n: usize, m: usize, seed: u64, lo: f64, hi: f64) -> Value {
    reshaped(&floats(n * m, seed, lo, hi), &[n, m])
}

pub fn reshaped(v: &Value, shape: &[usize]) -> Value {
    let a = v.as_array().expect("an array");
    Value::array(Array { shape: shape.to_vec(), ..a.clone() })
}

/// Positive definite.
pub fn spd(n: usize) -> Value {
    let mut r = Rng(7);
    let diag = |k: usize| if k.is_multiple_of(n + 1) { n as f64 } else { 0.0 };
    let a: Vec<f64> = (0..n * n).map(|k| 0.3 * r.unit() + diag(k)).collect();
    reshaped(&Value::f64s(&a), &[n, n])
}

/// The numbers of a value: real and imaginary parts, elements of lists.
pub fn numbers(v: &Value) -> Vec<f64> {
    let of = |s: Scalar| match s {
        Scalar::C128([re, im]) => vec![re, im],
        Scalar::C64([re, im]) => vec![f64::from(re), f64::from(im)],
        s => vec![s.to_f64()],
    };
    match v {
        Value::Scalar(s) => of(*s),
        Value::Array(a) => a.iter().flat_map(of).collect(),
        Value::List(l) => l.iter().flat_map(numbers).collect(),
        v => panic!("{v} is no number"),
    }
}

/// The value with other numbers.
pub fn with_numbers(v: &Value, x: &[f64]) -> Value {
    let put = |s: Scalar, x: &[f64]| match s {
        Scalar::F32(_) => Scalar::F32(x[0] as f32),
        Scalar::F64(_) => Scalar::F64(x[0]),
        Scalar::C64(_) => Scalar::C64([x[0] as f32, x[1] as f32]),
        Scalar::C128(_) => Scalar::C128([x[0], x[1]]),
        s => panic!("{s} is no float"),
    };
    match v {
        Value::Scalar(s) => Value::Scalar(put(*s, x)),
        Value::Array(a) => {
            let k = if a.dtype.is_complex() { 2 } else { 1 };
            let elems = a.iter().enumerate().map(|(i, s)| put(s, &x[i * k..]));
            Value::array(Array::from_scalars(a.dtype, a.shape.clone(), elems))
        }
        Value::List(l) => {
            let mut at = 0;
            let mut out = vec![];
            for v in l.iter() {
                let n = numbers(v).len();
                out.push(with_numbers(v, &x[at..at + n]));
                at += n;
            }
            Value::list(out)
        }
        v => panic!("{v} has no numbers"),
    }
}

pub fn is_inexact(v: &Value) -> bool {
    match v {
        Value::Scalar(s) => s.dtype().is_inexact(),
        Value::Array(a) => a.dtype.is_inexact(),
        Value::List(l) => l.iter().all(is_inexact),
        _ => false,
    }
}

pub fn close(a: f64, b: f64, tol: f64) -> bool {
    a == b || (a - b).abs() <= tol * (1.0 + a.abs().max(b.abs())) || a.is_nan() && b.is_nan()
}

pub fn assert_close(what: &str, a: &Value, b: &Value, tol: f64) {
    let (x, y) = (numbers(a), numbers(b));
    assert_eq!(x.len(), y.len(), "{what}: {a} and {b}");
    for (k, (x, y)) in x.iter().zip(&y).enumerate() {
        assert!(close(*x, *y, tol), "{what} at {k}: {x} and {y}");
    }
}

/// A direction for a value.
pub fn direction(v: &Value, seed: u64) -> Value {
    let mut r = Rng(seed);
    let d: Vec<f64> = numbers(v).iter().map(|_| r.unit() - 0.5).collect();
    with_numbers(v, &d)
}

pub fn moved(v: &Value, d: &Value, h: f64) -> Value {
    let x: Vec<f64> = numbers(v).iter().zip(numbers(d)).map(|(x, d)| x + h * d).collect();
    with_numbers(v, &x)
}

/// The pairing of a cotangent and a tangent: the real part of the sum of products.
pub fn dot(a: &Value, b: &Value) -> f64 {
    let complex = match a {
        Value::Scalar(s) => s.dtype().is_complex(),
        Value::Array(a) => a.dtype.is_complex(),
        _ => false,
    };
    let (a, b) = (numbers(a), numbers(b));
    let sign = |k: usize| if complex && k % 2 == 1 { -1.0 } else { 1.0 };
    a.iter().zip(&b).enumerate().map(|(k, (a, b))| sign(k) * a * b).sum()
}

/// Lanes laid along a new first axis.
pub fn stacked(x: &[Value]) -> Value {
    let (dtype, shape) = match &x[0] {
        Value::Scalar(s) => (s.dtype(), vec![]),
        Value::Array(a) => (a.dtype, a.shape.clone()),
        v => panic!("lanes of {v}"),
    };
    let elems = x.iter().flat_map(|v| match v {
        Value::Scalar(s) => vec![*s],
        Value::Array(a) => a.iter().collect(),
        v => panic!("lanes of {v}"),
    });
    let shape: Vec<usize> = std::iter::once(x.len()).chain(shape).collect();
    Value::array(Array::from_scalars(dtype, shape, elems.collect::<Vec<_>>()))
}

pub fn lanes(x: &[Vec<Value>]) -> Vec<Value> {
    (0..x[0].len()).map(|k| stacked(&x.iter().map(|l| l[k].clone()).collect::<Vec<_>>())).collect()
}

/// A batched function against a loop over lanes.
pub fn check_lanes(what: &str, f: &Func, bf: &Func, x: &[Vec<Value>]) -> (Stats, Vec<Value>) {
    let (got, stats) = eval(bf, &lanes(x));
    let want: Vec<Vec<Value>> = x.iter().map(|l| eval(f, l).0).collect();
    for k in 0..got.len() {
        let want = stacked(&want.iter().map(|l| l[k].clone()).collect::<Vec<_>>());
        assert_close(&format!("{what}, result {k}"), &got[k], &want, 1e-12);
    }
    (stats, got)
}

/// `f` with its first result summed to a scalar.
pub fn summed(f: &Func) -> Func {
    let r = f.block(Func::ENTRY).results[0];
    let (mut b, _) = quipu_ir::Builder::new("empty", &[], 0);
    let consumes = f.consumes.clone();
    b.func = f.clone();
    b.func.consumes = consumes;
    b.pop_cursor();
    b.push_cursor(Func::ENTRY, None);
    let s = b.sum(r);
    checked("summed", b.finish(&[s]))
}

/// Reverse mode and jvp against central differences and each other; the counts of the primal and the gradient.
pub fn check(what: &str, f: &Func, x: &[Value], wrt: &[usize]) -> (Func, Stats, Stats) {
    let g = value_and_grad(f, wrt);
    let j = jvp(f, wrt);
    let (y, primal) = eval(f, x);
    let (r, gradient) = eval(&g, x);
    assert_close(what, &r[0], &y[0], 1e-14);
    let grads = &r[y.len()..];
    let dirs: Vec<Value> = wrt.iter().map(|w| direction(&x[*w], 99)).collect();
    let mut paired = 0.0;
    for (i, w) in wrt.iter().enumerate() {
        paired += dot(&grads[i], &dirs[i]);
        let (v, d) = (numbers(&x[*w]), numbers(&grads[i]));
        for k in 0..v.len().min(24) {
            let at = |h: f64| {
                let (mut x, mut v) = (x.to_vec(), v.clone());
                v[k] += h;
                x[*w] = with_numbers(&x[*w], &v);
                numbers(&eval(f, &x).0[0])[0]
            };
            let h = 1e-6;
            let fd = (at(h) - at(-h)) / (2.0 * h);
            assert!(close(fd, d[k], 3e-6), "{what}: d{w}[{k}]: differences {fd}, reverse {}", d[k]);
        }
    }
    let forward = eval(&j, &[x, &dirs[..]].concat()).0;
    let forward = numbers(&forward[y.len()])[0];
    assert!(close(forward, paired, 1e-9), "{what}: forward {forward}, reverse {paired}");
    (g, primal, gradient)
}

pub fn f(x: f64) -> Value {
    Value::f64(x)
}

pub fn i(x: i64) -> Value {
    Value::i64(x)
}

pub fn is_f64(v: &Value) -> bool {
    matches!(v, Value::Scalar(Scalar::F64(_))) || v.as_array().is_some_and(|a| a.dtype == DType::F64)
}
