//! Reductions in the order that is part of their meaning: NumPy's, to the last bit.
//!
//! **Pairwise.** Fewer than 8 numbers are added in sequence, beginning with -0.0. Up to 128 go into 8 running sums, which
//! are added in pairs; what is left over is added in sequence. More are the sum of two halves, the left one rounded
//! down to a multiple of 8. Complex numbers count double.
//!
//! **The walk.** NumPy visits an operand from its axis with the largest stride to the one with the smallest. Axes of
//! size 1 do not count. Neighbors that are both summed and that one stride describes (the outer stride is the inner one
//! times the inner size) are one *row*; so all of a contiguous array is one row, and a slice `m[:, 1:]` is not. The
//! rows after the last axis that is kept are the *tail*. Every result begins with 0 and has the tail's pairwise sums
//! added in the order of the walk; where the innermost axis is kept there is no tail, and single elements are added.
//!
//! **The buffer.** NumPy copies what one stride does not describe, and what it converts, into a buffer of 8192 elements,
//! which cuts the tail into several pairwise sums:
//! ```text
//! one row, no conversion:        whole, of any length
//! innermost row longer than it:  row by row; with a conversion, each row in parts of 8192
//! else:                          as many innermost rows as fit are a core; as many cores as fit along the next row
//!                                are one sum, which does not reach across the end of that row
//! ```
//! That is what NumPy 2.4 does on random shapes, strides, axes and dtypes (`tests/tools/sums.py` compares). Products,
//! and sums of integers, are made in the order of the walk.

use super::ReduceKind;
use super::numbers;
use crate::core::eval::{Outcome, want};
use crate::core::value::{Array, Scalar, offsets, strides};
use quipu_abi::DType;

fn add(a: Scalar, b: Scalar) -> Outcome<Scalar> {
    want(numbers::add(&[a, b]), "numbers")
}

/// The pairwise sum of the `n` elements from `at`.
fn pairwise(a: &Array, at: usize, n: usize) -> Outcome<Scalar> {
    let lanes = if a.dtype.is_complex() { 4 } else { 8 };
    if n < lanes {
        // -0.0 + x is x.
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

/// The elements of NumPy's buffer.
const BUFFER: usize = 8192;

/// How an array is walked: see the head.
struct Walk {
    /// The axes that are not of size 1, outermost first; from `tail` on they are summed pairwise.
    axes: Vec<usize>,
    tail: usize,
    /// Elements of a block of the tail, and of each pairwise sum within it.
    block: usize,
    chunk: usize,
}

impl Walk {
    fn new(shape: &[usize], axes: &[usize], layout: &[i64], cast: bool) -> Walk {
        let walked: Vec<usize> = (0..shape.len()).filter(|k| shape[*k] != 1).collect();
        let tail = walked.iter().rposition(|k| !axes.contains(k)).map_or(0, |last_kept| last_kept + 1);
        // The rows of the tail, innermost first: axes that one stride describes are one.
        let (mut rows, mut next) = (vec![], None);
        for k in walked[tail..].iter().rev() {
            match rows.last_mut() {
                Some(n) if next == Some(layout[*k]) => *n *= shape[*k],
                _ => rows.push(shape[*k]),
            }
            next = Some(layout[*k].wrapping_mul(shape[*k] as i64));
        }
        let (block, chunk) = match &rows[..] {
            [] => (1, 1),
            [n, ..] if *n > BUFFER && cast => (*n, BUFFER),
            [n, rest @ ..] if *n > BUFFER || rest.is_empty() => (*n, *n),
            _ => {
                let (mut core, mut rest) = (1, rows.iter());
                loop {
                    match rest.next() {
                        Some(n) if core * n <= BUFFER => core *= n,
                        Some(n) => break (core * n, BUFFER / core * core),
                        None => break (core, core),
                    }
                }
            }
        };
        Walk { axes: walked, tail, block, chunk }
    }
}

/// Combines the elements of `a` along `axes`, one result per element of the other axes, in row-major order. `layout`
/// has NumPy's strides in elements where its memory is not row-major and contiguous; `cast`: it converts the elements.
pub fn reduce(kind: ReduceKind, a: &Array, axes: &[usize], layout: Option<&[i64]>, cast: bool) -> Outcome<Vec<Scalar>> {
    let step = strides(&a.shape);
    let dense: Vec<i64> = step.iter().map(|s| *s as i64).collect();
    let mut walk = Walk::new(&a.shape, axes, layout.unwrap_or(&dense), cast);
    if kind != ReduceKind::Sum {
        // In sequence: no tail.
        walk.tail = walk.axes.len();
    }
    let kept: Vec<usize> = (0..a.rank()).filter(|k| !axes.contains(k)).map(|k| a.shape[k]).collect();
    // What one step along an axis of `a` moves by among the results.
    let mut out_step = vec![0; a.rank()];
    (0..a.rank()).filter(|k| !axes.contains(k)).zip(strides(&kept)).for_each(|(k, s)| out_step[k] = s);
    let f = match kind {
        ReduceKind::Sum | ReduceKind::Any => numbers::add,
        ReduceKind::Prod | ReduceKind::All => numbers::mul,
        ReduceKind::Max => numbers::maximum,
        ReduceKind::Min => numbers::minimum,
    };
    let mut out: Vec<Option<Scalar>> =
        vec![(kind == ReduceKind::Sum).then_some(Scalar::zero(a.dtype)); kept.iter().product()];
    let mut put = |to: usize, x: Scalar| -> Outcome<()> {
        out[to] = Some(match out[to] {
            Some(acc) => want(f(&[acc, x]), "numbers")?,
            None => x,
        });
        Ok(())
    };
    let places = |axes: &[usize], step: &[usize]| {
        let (n, s): (Vec<usize>, Vec<usize>) = axes.iter().map(|k| (a.shape[*k], step[*k])).unzip();
        offsets(&n, &s)
    };
    let (outer, tail) = walk.axes.split_at(walk.tail);
    // The tail's elements as one row.
    let row = places(tail, &step);
    let mut elements = Array::zeros(a.dtype, vec![row.len()]);
    for (from, to) in places(outer, &step).into_iter().zip(places(outer, &out_step)) {
        if tail.is_empty() {
            put(to, a.get(from))?;
            continue;
        }
        row.iter().enumerate().for_each(|(k, at)| elements.set(k, a.get(from + at)));
        for block in (0..row.len()).step_by(walk.block.max(1)) {
            for at in (block..block + walk.block).step_by(walk.chunk.max(1)) {
                put(to, pairwise(&elements, at, walk.chunk.min(block + walk.block - at))?)?;
            }
        }
    }
    Ok(out.into_iter().map(|x| x.unwrap_or_else(|| neutral(kind, a.dtype))).collect())
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
