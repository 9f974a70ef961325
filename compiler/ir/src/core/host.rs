//! A host for tests of the IR: products of matrices by definition, and the functions of the runtime whose meaning is
//! a line of code. What it prints is kept. Programs run with the real runtime instead.

use super::eval::{EvalError, Host, Outcome};
use super::ty::Ty;
use super::value::{Array, Scalar, Value, offsets};
use crate::ops::{ExternFn, MatMul, numbers};
use quipu_abi::ErrorKind;

#[derive(Default, Debug)]
pub struct PlainHost {
    /// What `print` wrote.
    pub output: String,
}

/// Python's repr() of a float.
fn float_repr(x: f64) -> String {
    let (abs, text) = (x.abs(), format!("{x:?}"));
    match x {
        x if x.is_nan() => "nan".into(),
        x if x.is_infinite() => if x > 0.0 { "inf" } else { "-inf" }.into(),
        _ if abs != 0.0 && !(1e-4..1e16).contains(&abs) => {
            // Rust's exponents have neither a sign nor two digits.
            let text = format!("{x:e}");
            let (mantissa, exp) = text.split_once('e').unwrap_or((&text, "0"));
            let (sign, digits) = exp.strip_prefix('-').map_or(('+', exp), |d| ('-', d));
            format!("{mantissa}e{sign}{digits:0>2}")
        }
        _ if text.contains('e') => format!("{x}"),
        _ => text,
    }
}

fn str_of(x: Scalar) -> Option<String> {
    Some(match x {
        Scalar::Bool(x) => if x { "True" } else { "False" }.into(),
        Scalar::F64(x) => float_repr(x),
        x if x.dtype().is_int() => x.to_string(),
        _ => return None,
    })
}

impl Host for PlainHost {
    fn extern_call(&mut self, row: &'static ExternFn, args: &[Value], _: &[Ty]) -> Outcome<Vec<Value>> {
        let missing = || EvalError::internal(format!("{} of {args:?} needs the runtime", row.name));
        let at = |s: &str, k: i64| usize::try_from(k).ok().and_then(|k| s.chars().nth(k));
        Ok(vec![match (row.name, args) {
            ("print", [Value::Str(s)]) => {
                self.output.push_str(s);
                return Ok(vec![]);
            }
            ("flush", []) => return Ok(vec![]),
            ("str_of", [Value::Scalar(x)]) => Value::str(&str_of(*x).ok_or_else(missing)?),
            ("str_concat", [Value::Str(a), Value::Str(b)]) => Value::str(&format!("{a}{b}")),
            ("str_repeat", [Value::Str(a), n]) => {
                let n = usize::try_from(n.as_i64().unwrap_or(0)).unwrap_or(0);
                match a.len().checked_mul(n) {
                    Some(size) if size <= 1 << 30 => Value::str(&a.repeat(n)),
                    _ => return Err(EvalError::new(ErrorKind::MemoryError, "")),
                }
            }
            ("str_len", [Value::Str(a)]) => Value::i64(a.chars().count() as i64),
            ("str_eq", [Value::Str(a), Value::Str(b)]) => Value::bool(a == b),
            ("str_lt", [Value::Str(a), Value::Str(b)]) => Value::bool(a < b),
            ("str_index", [Value::Str(a), Value::Scalar(Scalar::I64(k))]) => {
                Value::str(&at(a, *k).ok_or_else(missing)?.to_string())
            }
            ("str_slice", [Value::Str(a), Value::Scalar(Scalar::I64(start)), Value::Scalar(Scalar::I64(step)), n]) => {
                let place = |k: i64| at(a, start.wrapping_add(k.wrapping_mul(*step)));
                let text: Option<String> = (0..n.as_i64().unwrap_or(0)).map(place).collect();
                Value::str(&text.ok_or_else(missing)?)
            }
            ("int_of_str", [Value::Str(a)]) => match a.trim().parse() {
                Ok(k) => Value::i64(k),
                Err(_) => {
                    let text = format!("invalid literal for int() with base 10: '{a}'");
                    return Err(EvalError::new(ErrorKind::ValueError, text));
                }
            },
            _ => return Err(missing()),
        }])
    }

    /// Sums in order of k.
    fn matmul(&mut self, op: &MatMul, x: &Array, y: &Array, shape: &[usize]) -> Outcome<Array> {
        let (batch, k) = (op.batch, y.shape[op.batch]);
        let rows = if x.rank() - batch == 2 { x.shape[batch] } else { 1 };
        let cols = if y.rank() - batch == 2 { y.shape[batch + 1] } else { 1 };
        let batches: usize = x.shape[..batch].iter().product();
        let mut out = Array::zeros(x.dtype, shape.to_vec());
        for (to, at) in offsets(&[batches, rows, cols], &[rows * cols, cols, 1]).into_iter().enumerate() {
            let (b, i, j) = (at / (rows * cols), at / cols % rows, at % cols);
            let mut sum = Scalar::zero(x.dtype);
            for l in 0..k {
                let pair = [x.get((b * rows + i) * k + l), y.get((b * k + l) * cols + j)];
                let next = numbers::mul(&pair).and_then(|p| numbers::add(&[sum, p]));
                sum = next.ok_or_else(|| EvalError::internal("matmul of dtypes that differ"))?;
            }
            out.set(to, sum);
        }
        Ok(out)
    }
}
