//! Sums of floats and complex numbers in exactly NumPy's order, so that they have NumPy's bits.
//!
//! *Pairwise*: fewer than 8 numbers are added in order. Up to 128, eight accumulators take every eighth number and are
//! combined as a tree; the rest is added in order. More are split at half, rounded down to a multiple of 8. Complex
//! numbers count twice and use four accumulators. (Accumulators begin with their first numbers, short sums with -0.)
//!
//! *The walk.* Axes of size 1 do not count. Neighbors that are both summed and that one stride of NumPy's memory
//! describes are one row; the rows after the last axis that is kept are the tail. Each result begins with 0 and has the
//! tail's pairwise sums added, outer axes from the first to the last; where the innermost axis is kept, its elements.
//!
//! *The buffer.* A tail of one row is one pairwise sum. NumPy copies others into a buffer of 8192 elements: the innermost
//! rows that fit are a core, as many cores as fit along the next row are one sum, and these are added in order. A row
//! that is longer than the buffer is summed on its own; where elements are converted, 8192 at a time.
//!
//! (Found by experiment over shapes, strides and dtypes, NumPy 2.4; recorded/sum.py. The evaluator has the same rule on
//! its own, in `ops/order.rs`.)

use crate::error::{Error, Result};
use crate::view::{ArrayView, Element, OwnedArray};
use num_complex::Complex;
use quipu_abi::DType;
use std::ops::Add;

/// The elements of NumPy's buffer.
const BUFFER: usize = 8192;

/// A number with NumPy's pairwise sum.
pub trait Pairwise: Element + Add<Output = Self> {
    const ZERO: Self;
    const NEGATIVE_ZERO: Self;
    /// Real numbers in one element.
    const PARTS: usize;
}

macro_rules! pairwise {
    ($($ty:ty: $parts:literal, $zero:expr, $minus:expr;)*) => { $(
        impl Pairwise for $ty {
            const ZERO: Self = $zero;
            const NEGATIVE_ZERO: Self = $minus;
            const PARTS: usize = $parts;
        }
    )* };
}

pairwise! {
    f32: 1, 0.0, -0.0;
    f64: 1, 0.0, -0.0;
    Complex<f32>: 2, Complex::new(0.0, 0.0), Complex::new(-0.0, -0.0);
    Complex<f64>: 2, Complex::new(0.0, 0.0), Complex::new(-0.0, -0.0);
}

/// The pairwise sum of `get(0..n)`.
pub fn pairwise<T: Pairwise>(n: usize, get: &impl Fn(usize) -> T) -> T {
    pairwise_from(0, n, get)
}

/// The pairwise sum of `n` numbers, the first of which is `get(from)`.
fn pairwise_from<T: Pairwise>(from: usize, n: usize, get: &impl Fn(usize) -> T) -> T {
    let lanes = 8 / T::PARTS;
    if n < lanes {
        return (from..from + n).fold(T::NEGATIVE_ZERO, |sum, i| sum + get(i));
    }
    if n > 128 / T::PARTS {
        let parts = n * T::PARTS / 2;
        let half = (parts - parts % 8) / T::PARTS;
        return pairwise_from(from, half, get) + pairwise_from(from + half, n - half, get);
    }
    let mut sums = [T::ZERO; 8];
    for (lane, sum) in sums[..lanes].iter_mut().enumerate() {
        *sum = get(from + lane);
    }
    let whole = n - n % lanes;
    for i in (lanes..whole).step_by(lanes) {
        for (lane, sum) in sums[..lanes].iter_mut().enumerate() {
            *sum = *sum + get(from + i + lane);
        }
    }
    let s = sums;
    let mut sum = (s[0] + s[1]) + (s[2] + s[3]);
    if lanes == 8 {
        sum = sum + ((s[4] + s[5]) + (s[6] + s[7]));
    }
    (from + whole..from + n).fold(sum, |sum, i| sum + get(i))
}

/// What one result takes at a time: the axes of the tail, and where NumPy's buffer cuts it.
struct Tail {
    /// Axes from here on, as far as they are not of size 1, are summed pairwise.
    first: usize,
    /// Elements of one pairwise sum, and of a part of the tail across whose end none reaches.
    chunk: usize,
    block: usize,
}

impl Tail {
    fn new(dims: &[usize], axes: &[bool], layout: &[isize], cast: bool) -> Tail {
        let (mut first, mut rows, mut next) = (dims.len(), Vec::new(), None);
        while first > 0 && (axes[first - 1] || dims[first - 1] == 1) {
            first -= 1;
            let n = dims[first];
            if n == 1 {
                continue;
            }
            match rows.last_mut() {
                Some(row) if next == Some(layout[first]) => *row *= n,
                _ => rows.push(n),
            }
            next = Some(layout[first].wrapping_mul(n as isize));
        }
        let inner = rows.first().copied().unwrap_or(1);
        let all: usize = rows.iter().product();
        let (chunk, block) = if inner > BUFFER {
            (if cast { BUFFER } else { inner }, inner)
        } else {
            // Rows as long as they fit, then the first that does not.
            let (mut core, mut cut) = (1, None);
            for n in rows {
                if core * n > BUFFER {
                    cut = Some(core * n);
                    break;
                }
                core *= n;
            }
            cut.map_or((all, all), |block| (BUFFER / core * core, block))
        };
        // One element at a time where the innermost axis is kept; no part is empty.
        Tail { first, chunk: chunk.max(1), block: block.max(1) }
    }
}

/// `np.sum` of a float or complex array over the `axes` that are true, which leave the result's dims. The axes stand in
/// NumPy's order, the largest stride first. `layout` has the strides by which NumPy's memory would hold the array, in
/// any unit; `cast` says that NumPy converts the elements while it sums them.
pub fn sum_axes(a: &ArrayView, axes: &[bool], layout: &[isize], cast: bool) -> Result<OwnedArray> {
    if axes.len() != a.rank() || layout.len() != a.rank() {
        return Err(Error::value("axes and layout of another rank"));
    }
    match a.dtype {
        DType::F32 => Ok(reduce::<f32>(a, axes, layout, cast)),
        DType::F64 => Ok(reduce::<f64>(a, axes, layout, cast)),
        DType::C64 => Ok(reduce::<Complex<f32>>(a, axes, layout, cast)),
        DType::C128 => Ok(reduce::<Complex<f64>>(a, axes, layout, cast)),
        dtype => Err(Error::type_error(format!("no pairwise sum of {}", dtype.name()))),
    }
}

fn reduce<T: Pairwise>(a: &ArrayView, axes: &[bool], layout: &[isize], cast: bool) -> OwnedArray {
    let dims: Vec<usize> = a.dims().iter().zip(axes).filter(|(_, summed)| !**summed).map(|(&n, _)| n).collect();
    let mut out = vec![T::ZERO; dims.iter().product()];
    if a.size() > 0 {
        let tail = Tail::new(a.dims(), axes, layout, cast);
        add_rows(a, axes, &tail, 0, &mut out);
    }
    OwnedArray::from_vec(&dims, &out)
}

/// Adds `a`, whose axes are the last ones of the whole array, into `out` from position `at`.
fn add_rows<T: Pairwise>(a: &ArrayView, axes: &[bool], tail: &Tail, at: usize, out: &mut [T]) {
    let axis = axes.len() - a.rank();
    if axis == tail.first {
        add_tail(a, tail, &mut out[at]);
        return;
    }
    // Results that one step along a kept axis moves by.
    let kept_after: usize = (1..a.rank()).filter(|&later| !axes[axis + later]).map(|later| a.dims()[later]).product();
    for i in 0..a.dims()[0] {
        add_rows(&a.row(i), axes, tail, if axes[axis] { at } else { at + i * kept_after }, out);
    }
}

/// Adds the pairwise sums of a tail.
fn add_tail<T: Pairwise>(a: &ArrayView, tail: &Tail, sum: &mut T) {
    let (dims, strides) = (a.dims(), a.strides());
    let even = (1..dims.len()).all(|k| strides[k - 1] == strides[k].wrapping_mul(dims[k] as isize));
    let last = strides.last().copied().unwrap_or(0);
    let offset = |mut i: usize| {
        if even {
            return i as isize * last;
        }
        let mut offset = 0;
        for (n, stride) in dims.iter().zip(strides).rev() {
            offset += (i % n) as isize * stride;
            i /= n;
        }
        offset
    };
    let size = a.size();
    for start in (0..size).step_by(tail.block) {
        let end = start + tail.block;
        for from in (start..end).step_by(tail.chunk) {
            let get = |i: usize| a.read_at::<T>(offset(i));
            *sum = *sum + pairwise_from(from, tail.chunk.min(end - from), &get);
        }
    }
}
