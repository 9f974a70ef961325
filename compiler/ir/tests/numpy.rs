//! The evaluator against what NumPy computed: `recorded/numpy.txt`.

use quipu_abi::DType;
use quipu_ir::core::eval::run;
use quipu_ir::core::host::PlainHost;
use quipu_ir::core::text::value;
use quipu_ir::ops::numbers::cast;
use quipu_ir::ops::{self, Op, ReduceKind};
use quipu_ir::{Array, Builder, Dim, FuncId, Module, Scalar, Ty, Value};

/// Runs one equation.
fn apply(op: Op, args: Vec<Value>) -> Result<Value, String> {
    let tys: Vec<Ty> = args
        .iter()
        .map(|v| match v {
            Value::Array(a) => Ty::Array(a.dtype, a.shape.iter().map(|n| Dim::from(*n as i64)).collect()),
            Value::Scalar(x) => Ty::Scalar(x.dtype()),
            v => panic!("{v}"),
        })
        .collect();
    let (mut b, p) = Builder::new("f", &tys, 0);
    let at = b.cur();
    let outs = b.try_emit_in(at, op, &p, vec![], false)?;
    let module = Module { funcs: vec![b.finish(&outs)], main: None };
    let (mut out, _) = run(&module, FuncId(0), args, &mut PlainHost::default()).map_err(|e| e.to_string())?;
    out.pop().ok_or_else(|| "no result".to_string())
}

/// The elements that the reductions were recorded for.
fn elements(d: DType, shape: Vec<usize>) -> Value {
    let re = |k: usize| ((k * 37 % 101) as f64 - 50.0) / 7.0;
    let im = |k: usize| if d.is_complex() { ((k * 53 % 89) as f64 - 40.0) / 3.0 } else { 0.0 };
    let n = shape.iter().product();
    Value::array(Array::from_scalars(d, shape, (0..n).map(|k| cast(Scalar::C128([re(k), im(k)]), d))))
}

fn numbers(text: &str) -> Result<(Vec<usize>, &str), String> {
    let end = text.find(']').ok_or("a list expected")?;
    let items = text[1..end].split(',').map(str::trim).filter(|t| !t.is_empty());
    Ok((items.map(|t| t.parse().expect("a number")).collect(), text[end + 1..].trim_start()))
}

fn line(text: &str) -> Result<(), String> {
    let (ask, answer) = text.split_once(" = ").ok_or("` = ` expected")?;
    let (what, rest) = ask.split_once(' ').ok_or("a name expected")?;
    let (name, rest) = if what == "map" { rest.split_once(' ').ok_or("a row expected")? } else { (what, rest) };
    let (dtype, rest) = rest.split_once(' ').ok_or("a dtype expected")?;
    let d = DType::from_short(dtype).ok_or("a dtype expected")?;
    let vector = Ty::Array(d, vec![Dim::from(0)]);
    let got = match what {
        "sum" | "prod" => {
            let (shape, rest) = numbers(rest)?;
            let (axes, _) = numbers(rest)?;
            let mut x = elements(d, shape);
            if what == "prod" {
                // 1 + x / 64, exact enough to be the same in both.
                let a = x.as_array().expect("an array").clone();
                let one = a.iter().map(|x| Scalar::F64(1.0 + x.to_f64() / 64.0));
                x = Value::array(Array::from_scalars(d, a.shape.clone(), one));
            }
            let kind = if what == "sum" { ReduceKind::Sum } else { ReduceKind::Prod };
            apply(ops::Reduce::new(kind, axes).into(), vec![x])?
        }
        "map" => {
            let row = ops::ALL.iter().find(|f| f.name == name).ok_or("a row expected")?;
            let (mut rest, mut args) = (rest, vec![]);
            for _ in 0..row.arity {
                let (v, after) = value(rest, &Ty::Scalar(d))?;
                args.push(v);
                rest = after;
            }
            apply(ops::Map(row).into(), args)?
        }
        "cast" => {
            let (v, to) = value(rest, &Ty::Scalar(d))?;
            apply(ops::Cast(DType::from_short(to.trim()).ok_or("a dtype expected")?).into(), vec![v])?
        }
        _ => {
            let op: Op = match what {
                "sort" => ops::Sort { axis: 0, python: false }.into(),
                "argsort" => ops::ArgSort { axis: 0, python: false }.into(),
                "argmax" | "argmin" => ops::ArgReduce { max: what == "argmax", axis: 0 }.into(),
                _ => ops::Scan { product: what == "cumprod", axis: 0 }.into(),
            };
            apply(op, vec![value(rest, &vector)?.0])?
        }
    };
    let ty = match &got {
        Value::Array(a) => Ty::Array(a.dtype, vec![Dim::from(0); a.rank()]),
        Value::Scalar(x) => Ty::Scalar(x.dtype()),
        v => return Err(format!("{v}")),
    };
    let want = value(answer, &ty)?.0;
    if got.same(&want) { Ok(()) } else { Err(format!("gives {got}")) }
}

#[test]
fn numpy_agrees() {
    let mut failures = vec![];
    let mut n = 0;
    for l in include_str!("recorded/numpy.txt").lines().filter(|l| !l.starts_with('#')) {
        n += 1;
        if let Err(e) = line(l) {
            failures.push(format!("{l}\n    {e}"));
        }
    }
    assert!(n > 1000, "{n} lines");
    assert!(failures.is_empty(), "{} of {n}:\n{}", failures.len(), failures[..failures.len().min(40)].join("\n"));
}
