//! What the transforms make of the probes, compiled: the bits of the evaluator on both back ends.

mod common;

use common::*;
use quipu_abi::DType;
use quipu_ir::{Array, Func, FuncId, Module, Scalar, Ty, Value};
use quipu_transforms as t;

fn probe(name: &str) -> Func {
    let path =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/ir/probes").join(format!("{name}.qir"));
    let text = std::fs::read_to_string(&path).expect("the probe is there");
    let body: String = text.lines().filter(|l| !l.starts_with("test ")).map(|l| format!("{l}\n")).collect();
    let m = read(&body);
    let mut f = m.func(m.find("main").expect("a function @main")).clone();
    t::insert_copies(&mut f);
    f
}

fn module(f: &Func) -> Module {
    Module { funcs: vec![f.clone()], main: None }
}

/// The transform, named, with the arguments that it takes.
type Case = (String, Func, Vec<Value>);

/// A function and what is made of it: jvp, gradient, lanes, and what is made of those again.
fn cases(name: &str, x: &[Value]) -> Vec<Case> {
    let src = probe(name);
    let wrt: Vec<usize> = (0..x.len()).filter(|k| is_inexact(&x[*k])).collect();
    let id = FuncId(0);
    // Lanes that raise at different places have no common program.
    let lanes_differ = matches!(name, "handler" | "handler_while");
    let made = |what: &str, f: Result<Func, t::TransformError>| f.unwrap_or_else(|e| panic!("{what} of {name}: {e}"));
    let d: Vec<Value> = wrt.iter().map(|w| tilted(&x[*w], 3)).collect();
    let with_d = [x, &d[..]].concat();
    let over = vec![Some(0); x.len()];
    let many = lanes(&(0..3).map(|l| x.iter().map(|v| tilted(v, l)).collect()).collect::<Vec<_>>());
    let g = made("value_and_grad", t::value_and_grad(&module(&src), id, &wrt));
    let jg = made("jvp of grad", t::jvp(&module(&g), id, &wrt));
    let gg = made("vjp of grad", t::vjp(&module(&g), id, &wrt));
    let cts: Vec<Value> = results_of(&g, x).iter().filter(|v| is_inexact(v)).map(|v| tilted(v, 5)).collect();
    let mut out = vec![
        ("primal".into(), src.clone(), x.to_vec()),
        ("jvp".into(), made("jvp", t::jvp(&module(&src), id, &wrt)), with_d.clone()),
        ("value_and_grad".into(), g.clone(), x.to_vec()),
        ("jvp of grad".into(), jg, with_d),
        ("vjp of grad".into(), gg, [x, &cts[..]].concat()),
    ];
    if !lanes_differ {
        let v = made("vmap", t::vmap(&module(&src), id, &over));
        let vg = made("vmap of grad", t::vmap(&module(&g), id, &over));
        // Lanes of lanes of rows have sizes that their list does not tell.
        if name != "region" {
            let vv = made("vmap of vmap", t::vmap(&module(&v), id, &over));
            out.push(("vmap of vmap".into(), vv, lanes(&[many.clone(), many.clone()])));
        }
        out.push(("vmap".into(), v, many.clone()));
        out.push(("vmap of grad".into(), vg, many));
    }
    out
}

fn results_of(f: &Func, x: &[Value]) -> Vec<Value> {
    let m = module(f);
    let mut host = Kernels::default();
    let x = x.iter().map(own).collect();
    quipu_ir::core::eval::run(&m, FuncId(0), x, &mut host).unwrap_or_else(|e| panic!("{e}\n{m}")).0
}

fn own(v: &Value) -> Value {
    v.as_array().map_or_else(|| v.clone(), |a| Value::array(a.clone()))
}

fn is_inexact(v: &Value) -> bool {
    match v {
        Value::Scalar(s) => s.dtype().is_inexact(),
        Value::Array(a) => a.dtype.is_inexact(),
        _ => false,
    }
}

/// Other numbers near those of `v`; integers stay.
fn tilted(v: &Value, seed: i64) -> Value {
    let near = |k: usize, s: Scalar| match s {
        Scalar::F64(x) => Scalar::F64(x + 0.01 * ((seed * 7 + k as i64 * 3) % 5) as f64 * 0.5),
        s => s,
    };
    match v {
        Value::Scalar(s) => Value::Scalar(near(0, *s)),
        Value::Array(a) => {
            let elems: Vec<Scalar> = a.iter().enumerate().map(|(k, s)| near(k, s)).collect();
            Value::array(Array::from_scalars(a.dtype, a.shape.clone(), elems))
        }
        v => v.clone(),
    }
}

fn lanes(x: &[Vec<Value>]) -> Vec<Value> {
    let stacked = |k: usize| {
        let (dtype, shape) = match &x[0][k] {
            Value::Scalar(s) => (s.dtype(), vec![]),
            Value::Array(a) => (a.dtype, a.shape.clone()),
            v => panic!("lanes of {v}"),
        };
        let elems = x.iter().flat_map(|l| match &l[k] {
            Value::Scalar(s) => vec![*s],
            Value::Array(a) => a.iter().collect(),
            v => panic!("lanes of {v}"),
        });
        let shape: Vec<usize> = std::iter::once(x.len()).chain(shape).collect();
        Value::array(Array::from_scalars(dtype, shape, elems.collect::<Vec<_>>()))
    };
    (0..x[0].len()).map(stacked).collect()
}

fn floats(shape: &[usize], seed: u64, lo: f64, hi: f64) -> Value {
    let v = numbers(DType::F64, shape, seed);
    let a = v.as_array().expect("an array");
    let elems: Vec<Scalar> = a.iter().map(|s| Scalar::F64(lo + (s.to_f64() + 8.0) / 16.0 * (hi - lo))).collect();
    Value::array(Array::from_scalars(DType::F64, shape.to_vec(), elems))
}

/// Positive definite.
fn spd(n: usize) -> Value {
    let v = floats(&[n, n], 7, 0.0, 0.3);
    let a = v.as_array().expect("an array");
    let diag = |k: usize| if k.is_multiple_of(n + 1) { n as f64 } else { 0.0 };
    let elems: Vec<Scalar> = a.iter().enumerate().map(|(k, s)| Scalar::F64(s.to_f64() + diag(k))).collect();
    Value::array(Array::from_scalars(DType::F64, vec![n, n], elems))
}

fn same_bits(name: &str, x: &[Value]) {
    for (what, f, args) in cases(name, x) {
        println!("{what} of {name}");
        let ran = check_module(&module(&f), FuncId(0), &args);
        assert!(ran.results.is_ok(), "{what} of {name}: {:?}\n{}", ran.results, module(&f));
    }
}

fn f(x: f64) -> Value {
    Value::f64(x)
}

fn i(x: i64) -> Value {
    Value::i64(x)
}

#[test]
fn loops_in_place() {
    same_bits("seidel1", &[floats(&[9], 1, 0.1, 0.9), i(3)]);
    same_bits("seidel2", &[floats(&[5, 5], 2, 0.1, 0.9), i(2)]);
    same_bits("cholesky", &[spd(5)]);
    same_bits("swap", &[floats(&[8], 3, 0.1, 0.9), floats(&[8], 4, 0.1, 0.9), f(0.1), i(3)]);
}

#[test]
fn loops_that_end_by_data() {
    for name in ["newton_while", "newton_until"] {
        same_bits(name, &[floats(&[5], 5, 0.8, 0.9), f(2.5), i(3)]);
    }
    same_bits("nested_newton", &[floats(&[4], 1, 0.5, 3.0), f(1.5)]);
    same_bits("branch_while", &[floats(&[6], 1, 0.1, 0.9), f(0.5), i(5)]);
    same_bits("strided", &[floats(&[7], 1, 0.5, 3.0), f(1.5), i(2)]);
}

#[test]
fn branches_slices_and_captures() {
    same_bits("branch", &[floats(&[8], 6, -0.9, 0.9), f(0.7)]);
    same_bits("slices", &[floats(&[9], 8, 0.1, 0.9), f(0.2), i(4)]);
    same_bits("captures", &[spd(4), floats(&[4], 8, 0.1, 0.9)]);
    same_bits("poison", &[f(0.3), f(0.2)]);
}

#[test]
fn sizes_merged_places_and_checks() {
    same_bits("triangle", &[floats(&[4, 4], 8, 0.1, 0.9)]);
    same_bits("merged", &[floats(&[6], 1, 0.1, 0.9), floats(&[6], 2, 0.1, 0.9), f(0.8)]);
    same_bits("checked", &[floats(&[6], 1, 0.1, 0.9), Value::i64s(&[3, -1, 0, 2, -5, 4]), f(0.8)]);
}

#[test]
fn regions() {
    same_bits("region", &[floats(&[4], 1, 0.5, 0.9), Value::i64s(&[1, 0, 3, 3, 1]), f(0.7)]);
    same_bits("ragged", &[floats(&[5], 1, 0.5, 0.9), f(0.7)]);
}

#[test]
fn handlers() {
    for limit in [0, 2, 9] {
        same_bits("handler", &[floats(&[5], 1, 0.5, 0.9), f(0.8), i(limit)]);
    }
    for c in [0.1, 2.0] {
        same_bits("handler_while", &[floats(&[5], 3, 0.4, 1.2), f(c)]);
    }
}

/// The storage of the tapes is one block of the size that the loops' trips say: no tape of the gradient grows.
#[test]
fn tapes_of_counted_loops_are_one_block() {
    let g = t::grad(&module(&probe("cholesky")), FuncId(0), &[0]).expect("differentiates");
    let mut n = 0;
    g.walk(Func::ENTRY, &mut |d| {
        for v in d.eqns.iter().flat_map(|e| &e.outs) {
            if let Ty::Tape(_, cap) = g.ty(*v) {
                assert!(cap.is_some(), "{}", module(&g));
                n += 1;
            }
        }
    });
    assert!(n > 0);
    let loops = lowered(&module(&g)).module.to_string();
    assert!(!loops.contains("list_"), "{loops}");
}

/// A capacity beyond 64 bits is an error, not a small block: this nest raises in its first trip, which would be written
/// behind the end.
#[test]
fn capacities_do_not_wrap() {
    let m = read(
        "func @main(%x: f64, %n: i64) -> f64 {
            %r = for %i < %n carry (%a: f64 = %x) {
                %s = for %j < %n carry (%b: f64 = %a) {
                    %c = map sin %b
                    %zero = const f64 0.0
                    %bad = map gt %c, %zero
                    raise_if ValueError \"positive\" %bad
                    yield %c
                }
                yield %s
            }
            return %r
        }",
    );
    let g = t::grad(&m, FuncId(0), &[0]).expect("differentiates");
    for (_, ran) in on_back_ends(&module(&g), FuncId(0), &[f(0.5), i(1 << 32)]) {
        assert!(ran.results.is_err_and(|e| e.starts_with("MemoryError")));
    }
    for (_, ran) in on_back_ends(&module(&g), FuncId(0), &[f(0.5), i(3)]) {
        assert_eq!(ran.results.err().as_deref(), Some("ValueError: positive"));
    }
}
