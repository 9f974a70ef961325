//! Samples of every op, for the tests of laws: typing agrees with evaluation, derivatives with differences and with
//! each other, batching with a loop.

use super::*;
use quipu_abi::DType;

/// An op with operands.
#[derive(Clone, Debug)]
pub struct Sample {
    pub op: Op,
    pub args: Vec<Arg>,
    /// May its operands differ between lanes?
    pub batches: bool,
    /// Has it a derivative that runs backward (if it has one at all)?
    pub reverses: bool,
}

/// An operand; no shape: a scalar.
#[derive(Clone, Debug)]
pub enum Arg {
    /// Numbers of an inexact dtype within bounds.
    Within(DType, Option<Vec<usize>>, (f64, f64)),
    Ints(Vec<i64>, Option<Vec<usize>>),
    Bools(Vec<bool>, Option<Vec<usize>>),
    /// A list of so many floats.
    List(usize),
}

impl Sample {
    pub fn of(op: impl Into<Op>, args: Vec<Arg>) -> Sample {
        Sample { op: op.into(), args, batches: true, reverses: true }
    }

    /// What comes out has another size in every lane.
    pub fn not_batched(self) -> Sample {
        Sample { batches: false, ..self }
    }

    pub fn forward_only(self) -> Sample {
        Sample { reverses: false, ..self }
    }
}

fn array(d: DType, shape: &Option<Vec<usize>>) -> Ty {
    match shape {
        None => Ty::Scalar(d),
        Some(s) => Ty::Array(d, s.iter().map(|n| Dim::from(*n as i64)).collect()),
    }
}

impl Arg {
    pub fn floats(shape: &[usize]) -> Arg {
        Arg::Within(DType::F64, Some(shape.to_vec()), (-2.0, 2.0))
    }

    pub fn float() -> Arg {
        Arg::Within(DType::F64, None, (-2.0, 2.0))
    }

    pub fn int(k: i64) -> Arg {
        Arg::Ints(vec![k], None)
    }

    pub fn ints(x: &[i64]) -> Arg {
        Arg::Ints(x.to_vec(), Some(vec![x.len()]))
    }

    pub fn ints_of(x: &[i64], shape: &[usize]) -> Arg {
        Arg::Ints(x.to_vec(), Some(shape.to_vec()))
    }

    pub fn ty(&self) -> Ty {
        match self {
            Arg::Within(d, s, _) => array(*d, s),
            Arg::Ints(_, s) => array(DType::I64, s),
            Arg::Bools(_, s) => array(DType::Bool, s),
            Arg::List(_) => Ty::List(Box::new(Ty::F64)),
        }
    }

    /// A value; `unit` gives numbers in [0, 1).
    pub fn value(&self, unit: &mut dyn FnMut() -> f64) -> Value {
        let made = |d: DType, s: &Option<Vec<usize>>, x: Vec<Scalar>| match s {
            None => Value::Scalar(x[0]),
            Some(s) => Value::array(Array::from_scalars(d, s.clone(), x)),
        };
        let count = |s: &Option<Vec<usize>>| s.iter().flatten().product::<usize>();
        match self {
            Arg::Within(d, s, (lo, hi)) => {
                let mut next = || lo + (hi - lo) * unit();
                let mut one = || match d {
                    DType::F32 => Scalar::F32(next() as f32),
                    DType::C64 => Scalar::C64([next() as f32, next() as f32]),
                    DType::C128 => Scalar::C128([next(), next()]),
                    _ => Scalar::F64(next()),
                };
                let x = (0..count(s)).map(|_| one()).collect();
                made(*d, s, x)
            }
            Arg::Ints(x, s) => made(DType::I64, s, x.iter().map(|x| Scalar::I64(*x)).collect()),
            Arg::Bools(x, s) => made(DType::Bool, s, x.iter().map(|x| Scalar::Bool(*x)).collect()),
            Arg::List(n) => Value::list((0..*n).map(|_| Value::f64(unit())).collect()),
        }
    }
}
