//! Reductions in the order that is part of their meaning (see `reduce`).

use super::ReduceKind;
use super::numbers;
use crate::core::eval::{Outcome, want};
use crate::core::value::{Array, Scalar, offsets, strides};
use quipu_abi::DType;

fn add(a: Scalar, b: Scalar) -> Outcome<Scalar> {
    want(numbers::add(&[a, b]), "numbers")
}

/// The sum of the `n` elements from `at` in NumPy's order: fewer than 8 in sequence; up to 128 in 8 running sums that
/// are added in pairs; more as the sum of two halves, the left one rounded down to a multiple of 8. Complex numbers
/// count double.
pub fn pairwise(a: &Array, at: usize, n: usize) -> Outcome<Scalar> {
    let lanes = if a.dtype.is_complex() { 4 } else { 8 };
    if n < lanes {
        let Some(last) = n.checked_sub(1) else { return Ok(Scalar::zero(a.dtype)) };
        return (1..=last).try_fold(a.get(at), |s, k| add(s, a.get(at + k)));
    }
    if n > 16 * lanes {
        let half = n / 2 - n / 2 % lanes;
        return add(pairwise(a, at, half)?, pairwise(a, at + half, n - half)?);
    }
    let mut r: Vec<Scalar> = (0..lanes).map(|k| a.get(at + k)).collect();
    let whole = n - n % lanes;
    for k in lanes..whole {
        r[k % lanes] = add(r[k % lanes], a.get(at + k))?;
    }
    while r.len() > 1 {
        r = r.chunks(2).map(|p| add(p[0], p[1])).collect::<Outcome<_>>()?;
    }
    (whole..n).try_fold(r[0], |s, k| add(s, a.get(at + k)))
}

/// What a reduction of no element gives.
fn neutral(kind: ReduceKind, d: DType) -> Scalar {
    let extreme = |largest: bool| match d {
        DType::F32 | DType::F64 | DType::C64 | DType::C128 => {
            numbers::cast(Scalar::F64(if largest { f64::INFINITY } else { f64::NEG_INFINITY }), d)
        }
        DType::Bool => Scalar::Bool(largest),
        DType::U8 | DType::U16 | DType::U32 | DType::U64 => Scalar::of_int(d, if largest { -1 } else { 0 }),
        _ => Scalar::of_int(d, if largest { i64::MAX } else { i64::MIN } >> (64 - 8 * d.size())),
    };
    match kind {
        ReduceKind::Sum | ReduceKind::Any => Scalar::zero(d),
        ReduceKind::Prod | ReduceKind::All => Scalar::of_int(d, 1),
        ReduceKind::Max => extreme(false),
        ReduceKind::Min => extreme(true),
    }
}

/// Combines the elements of `a` along `axes`, one result per element of the other axes, in row-major order.
pub fn reduce(kind: ReduceKind, a: &Array, axes: &[usize]) -> Outcome<Vec<Scalar>> {
    let step = strides(&a.shape);
    let pick = |keep: &dyn Fn(usize) -> bool| -> (Vec<usize>, Vec<usize>) {
        (0..a.rank()).filter(|k| keep(*k)).map(|k| (a.shape[k], step[k])).unzip()
    };
    // The reduced axes that end the array, but for axes of size 1, are one row of neighbors.
    let in_row = |k: &usize| axes.contains(k) || a.shape[*k] == 1;
    let first_of_row = (0..a.rank()).rev().take_while(in_row).last().unwrap_or(a.rank());
    // Only axes of size 1: there is nothing to add in any order.
    let row_is_reduced = (first_of_row..a.rank()).any(|k| axes.contains(&k));
    let row: usize = a.shape[first_of_row..].iter().product();
    let (kept, kept_step) = pick(&|k| !axes.contains(&k));
    let (outer, outer_step) = pick(&|k| axes.contains(&k) && k < first_of_row);
    let rows = offsets(&outer, &outer_step);
    let f = match kind {
        ReduceKind::Sum | ReduceKind::Any => numbers::add,
        ReduceKind::Prod | ReduceKind::All => numbers::mul,
        ReduceKind::Max => numbers::maximum,
        ReduceKind::Min => numbers::minimum,
    };
    let mut out = vec![];
    for at in offsets(&kept, &kept_step) {
        let mut acc: Option<Scalar> = None;
        let mut put = |x: Scalar| -> Outcome<()> {
            acc = Some(match acc {
                Some(a) => want(f(&[a, x]), "numbers")?,
                None if kind == ReduceKind::Sum => add(Scalar::zero(x.dtype()), x)?,
                None => x,
            });
            Ok(())
        };
        for r in &rows {
            if kind == ReduceKind::Sum && row_is_reduced {
                put(pairwise(a, at + r, row)?)?;
            } else {
                (0..row).try_for_each(|k| put(a.get(at + r + k)))?;
            }
        }
        out.push(acc.unwrap_or_else(|| neutral(kind, a.dtype)));
    }
    Ok(out)
}

/// Calls `f` on the offsets of each row along an axis, with the row's number in row-major order of the other axes.
pub fn rows(shape: &[usize], axis: usize, f: &mut dyn FnMut(usize, &[usize]) -> Outcome<()>) -> Outcome<()> {
    let step = strides(shape);
    let (kept, kept_step): (Vec<usize>, Vec<usize>) =
        (0..shape.len()).filter(|k| *k != axis).map(|k| (shape[k], step[k])).unzip();
    for (r, at) in offsets(&kept, &kept_step).into_iter().enumerate() {
        let row: Vec<usize> = (0..shape[axis]).map(|k| at + k * step[axis]).collect();
        f(r, &row)?;
    }
    Ok(())
}
