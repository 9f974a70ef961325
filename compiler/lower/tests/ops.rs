//! Every row of `Map`, every cast, every reduction, of every dtype, against the evaluator, bit by bit.

mod common;
use common::{check_module, numbers};
use quipu_abi::{DType, Kind};
use quipu_ir::ops::{self, ReduceKind};
use quipu_ir::{Array, Builder, Dim, FuncId, Module, Scalar, Sym, Ty, Value, Var};

/// Runs a function of arrays x, y, z of one dtype and of a condition that gives what `build` makes of them.
fn run(name: &str, args: &[Value], build: impl FnOnce(&mut Builder, &[Var]) -> Vec<Var>) {
    let n = Dim::from(Sym(0));
    let tys: Vec<Ty> = args
        .iter()
        .map(|v| match v {
            Value::Array(a) => Ty::Array(a.dtype, vec![n.clone(); a.shape.len()]),
            Value::Scalar(s) => Ty::Scalar(s.dtype()),
            v => panic!("{v:?}"),
        })
        .collect();
    let (mut b, x) = Builder::new(name, &tys, 1);
    let out = build(&mut b, &x);
    let m = Module { funcs: vec![b.finish(&out)], main: None };
    check_module(&m, FuncId(0), args);
}

/// Numbers with the awkward ones among them.
fn awkward(d: DType, seed: u64) -> Value {
    let Value::Array(a) = numbers(d, &[37], seed) else { panic!("an array") };
    let mut elems: Vec<Scalar> = a.iter().collect();
    let floats = [0.0, -0.0, 1.0, -1.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, 0.5, -2.5, 1e300, 3.0, 1e-310];
    let ints = [0, 1, -1, i64::MAX, i64::MIN, 127, -128, 255, 32767, 7];
    for k in 0..24 {
        let at = (k * 5 + seed as usize * 7) % 37;
        let f = |j: usize| floats[(k + j + seed as usize) % floats.len()];
        elems[at] = match d {
            DType::F64 => Scalar::F64(f(0)),
            DType::F32 => Scalar::F32(f(0) as f32),
            DType::C128 => Scalar::C128([f(0), f(k)]),
            DType::C64 => Scalar::C64([f(0) as f32, f(k) as f32]),
            d => Scalar::of_int(d, ints[(k + seed as usize) % ints.len()]),
        };
    }
    Value::array(Array::from_scalars(d, vec![37], elems))
}

/// Exponents and moduli that the rows ask for.
fn small(d: DType) -> Value {
    let elems = (0..37).map(|k| Scalar::of_int(d, if d == DType::Bool { k % 2 } else { k % 11 + 1 }));
    Value::array(Array::from_scalars(d, vec![37], elems))
}

fn accepts(row: &ops::ScalarFn, d: DType) -> bool {
    d.kind() >= row.kinds.0 && d.kind() <= row.kinds.1
}

/// Products in 128 bits are of i64.
fn not_yet(row: &ops::ScalarFn, d: DType) -> bool {
    row.name == "muladdmod" && d != DType::I64
}

#[test]
fn rows_of_map() {
    for d in DType::ALL {
        let args = [awkward(d, 1), awkward(d, 2), awkward(DType::Bool, 3)];
        run("rows", &args, |b, x| {
            let rows = ops::ALL.iter().filter(|r| accepts(r, d) && !not_yet(r, d));
            let rows = rows.filter(|r| !matches!(r.name, "muladdmod" | "pow") || d.is_inexact());
            rows.map(|row| match (row.arity, row.name) {
                (_, "gate") => b.map(row, &[x[2], x[0]]),
                (_, "select") => b.map(row, &[x[2], x[0], x[1]]),
                (1, _) => b.map(row, &[x[0]]),
                _ => b.map(row, &[x[0], x[1]]),
            })
            .collect()
        });
    }
}

#[test]
fn integer_powers_and_products_in_128_bits() {
    for d in DType::ALL.into_iter().filter(|d| d.is_int()) {
        run("powers", &[awkward(d, 1), small(d)], |b, x| vec![b.map(&ops::POW, &[x[0], x[1]])]);
    }
    let args = [awkward(DType::I64, 1), awkward(DType::I64, 2), awkward(DType::I64, 3), small(DType::I64)];
    run("products", &args, |b, x| vec![b.map(&ops::MULADDMOD, x)]);
}

#[test]
fn casts() {
    for from in DType::ALL {
        run("casts", &[awkward(from, 4)], |b, x| {
            DType::ALL.iter().filter(|to| **to != from).map(|to| b.cast(x[0], *to)).collect()
        });
    }
}

#[test]
fn reductions_of_rows() {
    for d in DType::ALL {
        for n in [1, 3, 8, 37, 128, 129, 1000] {
            // NaN and infinities stand in `awkward`; these are ordinary numbers of every length.
            run("reductions", &[numbers(d, &[n], n as u64)], |b, x| {
                let mut out = vec![];
                for kind in kinds(d) {
                    out.push(b.emit(ops::Reduce::new(kind, vec![0]), &[x[0]]));
                }
                for max in [true, false] {
                    out.push(b.emit(ops::ArgReduce { max, axis: 0 }, &[x[0]]));
                }
                out
            });
        }
        run("awkward", &[awkward(d, 5)], |b, x| {
            let mut out: Vec<Var> =
                kinds(d).into_iter().map(|kind| b.emit(ops::Reduce::new(kind, vec![0]), &[x[0]])).collect();
            for max in [true, false] {
                out.push(b.emit(ops::ArgReduce { max, axis: 0 }, &[x[0]]));
            }
            out
        });
    }
}

fn kinds(d: DType) -> Vec<ReduceKind> {
    use ReduceKind::{All, Any, Max, Min, Prod, Sum};
    match d.kind() {
        Kind::Bool => vec![Any, All, Max, Min],
        _ => vec![Sum, Prod, Max, Min],
    }
}

#[test]
fn reductions_along_axes() {
    for d in [DType::F64, DType::F32, DType::I32, DType::C128] {
        for n in [0, 1, 5, 13] {
            run("axes", &[numbers(d, &[n, n, n], n as u64)], |b, x| {
                let mut out = vec![];
                for axes in [vec![0], vec![1], vec![2], vec![0, 1], vec![1, 2], vec![0, 2], vec![0, 1, 2], vec![]] {
                    out.push(b.emit(ops::Reduce::new(ReduceKind::Sum, axes.clone()), &[x[0]]));
                    out.push(b.emit(ops::Reduce::new(ReduceKind::Prod, axes), &[x[0]]));
                }
                for axis in 0..3 {
                    out.push(b.emit(ops::Scan { product: false, axis }, &[x[0]]));
                    if n > 0 {
                        out.push(b.emit(ops::ArgReduce { max: true, axis }, &[x[0]]));
                    }
                }
                // Over what is computed, seen from the side.
                let t = b.emit(ops::Permute { perm: vec![2, 0, 1] }, &[x[0]]);
                let p = b.mul(t, x[0]);
                for axes in [vec![0], vec![2], vec![1, 2], vec![0, 1, 2]] {
                    out.push(b.emit(ops::Reduce::new(ReduceKind::Sum, axes.clone()), &[t]));
                    out.push(b.emit(ops::Reduce::new(ReduceKind::Sum, axes), &[p]));
                }
                out
            });
        }
    }
}

#[test]
fn arithmetic_of_python_ints() {
    use ops::IntChecked::*;
    let mut raised = 0;
    for (x, y) in [(7i64, 3i64), (-7, 2), (i64::MAX, 1), (i64::MIN, -1), (3, 40), (i64::MIN, 5), (-1, 63), (2, 63)] {
        for op in [Add, Sub, Mul, Neg, Abs, Pow, Shl, FloorDiv] {
            if y < 0 && matches!(op, Pow | Shl) {
                continue;
            }
            let args = [Value::i64(x), Value::i64(y)];
            let (mut b, v) = Builder::new("ints", &[Ty::I64, Ty::I64], 0);
            let v = if matches!(op, Neg | Abs) { &v[..1] } else { &v[..] };
            let r = b.emit(op, v);
            let m = Module { funcs: vec![b.finish(&[r])], main: None };
            raised += u32::from(check_module(&m, FuncId(0), &args).results.is_err());
        }
    }
    assert!(raised > 5, "overflow is among the cases");
}
