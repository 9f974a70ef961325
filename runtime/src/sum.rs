//! Sums of floats and complex numbers in exactly NumPy's order, so that they have NumPy's bits.
//!
//! *Pairwise*: fewer than 8 numbers are added in order. Up to 128, eight accumulators take every eighth number and are
//! combined as a tree; the rest is added in order. More are split at half, rounded down to a multiple of 8. Complex
//! numbers count twice and use four accumulators. (Accumulators begin with their first numbers, short sums with -0.)
//!
//! *Several dims*: NumPy walks axes from the largest stride to the smallest and merges those that one stride describes.
//! If one axis remains, its sum is pairwise. Otherwise its buffer of 8192 elements cuts the walk: the innermost axes
//! that fit are a core, as many cores as fit along the next axis are one pairwise sum, and these are added in order. An
//! innermost axis longer than the buffer is summed whole. (Found by experiment over shapes and strides, NumPy 2.4;
//! tests/recorded/sum.py.)
//!
//! *Some axes*: where the innermost axis is summed, each result takes the trailing summed axes as above; axes further
//! out, and any sum whose innermost axis is kept, are added row after row.

use crate::error::{Error, Result};
use crate::view::{ArrayView, Element, OwnedArray};
use num_complex::Complex;
use quipu_abi::{DType, MAX_RANK};
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

/// The axes of a walk: lengths and strides, outermost first.
#[derive(Clone, Copy)]
struct Walk {
    rank: usize,
    dims: [usize; MAX_RANK],
    strides: [isize; MAX_RANK],
}

impl Walk {
    /// The axes in NumPy's order, merged where one stride describes two.
    fn new(a: &ArrayView) -> Walk {
        let mut axes: Vec<(usize, isize)> =
            a.dims().iter().copied().zip(a.strides().iter().copied()).filter(|&(n, _)| n != 1).collect();
        axes.sort_by_key(|&(_, stride)| std::cmp::Reverse(stride.unsigned_abs()));
        let mut walk = Walk { rank: 0, dims: [0; MAX_RANK], strides: [0; MAX_RANK] };
        for (n, stride) in axes {
            let last = walk.rank.wrapping_sub(1);
            if walk.rank > 0 && walk.strides[last] == stride.wrapping_mul(n as isize) {
                walk.dims[last] *= n;
                walk.strides[last] = stride;
            } else {
                walk.dims[walk.rank] = n;
                walk.strides[walk.rank] = stride;
                walk.rank += 1;
            }
        }
        walk
    }

    /// The elements of one pairwise sum, and of the axis and core within which such sums are cut.
    fn chunk(&self) -> (usize, usize) {
        let dims = &self.dims[..self.rank];
        let size: usize = dims.iter().product();
        let (mut core, mut axis) = (1, self.rank);
        while axis > 0 && core * dims[axis - 1] <= BUFFER {
            core *= dims[axis - 1];
            axis -= 1;
        }
        match axis {
            0 => (size, size),
            _ if axis == self.rank => (dims[axis - 1], dims[axis - 1]),
            _ => (core * (BUFFER / core).max(1), core * dims[axis - 1]),
        }
    }

    /// The byte offset of the element at position `i` of the walk, which may be negative.
    fn offset(&self, mut i: usize) -> isize {
        let mut offset = 0;
        for axis in (0..self.rank).rev() {
            offset += (i % self.dims[axis]) as isize * self.strides[axis];
            i /= self.dims[axis];
        }
        offset
    }
}

/// `np.sum(a)` for `T`'s dtype.
pub fn sum_all<T: Pairwise>(a: &ArrayView) -> T {
    let size = a.size();
    if size == 0 {
        return T::ZERO;
    }
    let walk = Walk::new(a);
    if walk.rank <= 1 {
        // One stride: no walk is needed. NumPy adds the sum to 0.
        let stride = walk.strides[0];
        return T::ZERO + pairwise(size, &|i| a.read_at::<T>(i as isize * stride));
    }
    let (chunk, block) = walk.chunk();
    let get = |i: usize| a.read_at::<T>(walk.offset(i));
    let mut sum = T::ZERO;
    for start in (0..size).step_by(block) {
        for from in (start..start + block).step_by(chunk) {
            let n = chunk.min(start + block - from);
            sum = sum + pairwise_from(from, n, &get);
        }
    }
    sum
}

/// `np.sum(a, axis)` of a float or complex array, for the `axes` that are true; those axes are left out of the result.
pub fn sum_axes(a: &ArrayView, axes: &[bool]) -> Result<OwnedArray> {
    match a.dtype {
        DType::F32 => Ok(reduce::<f32>(a, axes)),
        DType::F64 => Ok(reduce::<f64>(a, axes)),
        DType::C64 => Ok(reduce::<Complex<f32>>(a, axes)),
        DType::C128 => Ok(reduce::<Complex<f64>>(a, axes)),
        dtype => Err(Error::type_error(format!("no pairwise sum of {}", dtype.name()))),
    }
}

fn reduce<T: Pairwise>(a: &ArrayView, axes: &[bool]) -> OwnedArray {
    let summed = |axis: usize| axes.get(axis).copied().unwrap_or(false);
    let dims: Vec<usize> = (0..a.rank()).filter(|&axis| !summed(axis)).map(|axis| a.dims()[axis]).collect();
    let mut out = vec![T::ZERO; dims.iter().product()];
    // Where every axis is summed, the walk's own order counts, else the axes' order from the first to the last.
    let trailing = if dims.is_empty() {
        0
    } else {
        (0..a.rank()).rev().take_while(|&axis| summed(axis)).last().unwrap_or(a.rank())
    };
    if a.size() > 0 {
        add_rows(a, 0, trailing, &summed, 0, &mut out);
    }
    OwnedArray::from_vec(&dims, &out)
}

/// Adds `a`, whose first axis is the whole array's `axis`, into `out` from position `at`.
fn add_rows<T: Pairwise>(
    a: &ArrayView,
    axis: usize,
    trailing: usize,
    summed: &impl Fn(usize) -> bool,
    at: usize,
    out: &mut [T],
) {
    if axis == trailing {
        let sum = if a.rank() == 0 { a.read_at(0) } else { sum_all(a) };
        out[at] = out[at] + sum;
        return;
    }
    // Results that one step along a kept axis moves by.
    let kept_after: usize = (1..a.rank()).filter(|&later| !summed(axis + later)).map(|later| a.dims()[later]).product();
    for i in 0..a.dims()[0] {
        let at = if summed(axis) { at } else { at + i * kept_after };
        add_rows(&a.row(i), axis + 1, trailing, summed, at, out);
    }
}
