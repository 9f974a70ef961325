//! Products of matrices and vectors.
//!
//! Floats and complex numbers go to the `gemm` crate (toolchain.md section 8 has the measurements behind the choice),
//! integers to a plain loop that wraps, bools to or-of-ands. The result's bits do not depend on the number of threads:
//! a large product is cut into panels of rows and columns by its dims alone, each panel is one sequential call, and k
//! is never cut. They may differ from NumPy's BLAS in last digits.
#![expect(unsafe_code, reason = "the gemm crate takes raw pointers and strides")]

use crate::error::{Error, Result};
use crate::sum::{Pairwise, pairwise};
use crate::threads::Threads;
use crate::view::{ArrayView, ArrayViewMut, Element, OwnedArray};
use num_complex::Complex;
use quipu_abi::DType;

/// Rows and columns of a panel.
const PANEL: usize = 256;

/// Products of fewer multiplications are one call.
const SPLIT: usize = 1 << 21;

/// `a @ b` of two-dimensional arrays of one dtype.
pub fn matmul(a: &ArrayView, b: &ArrayView, threads: Option<&Threads>) -> Result<OwnedArray> {
    check(a, b)?;
    let dims = [a.dims()[0], b.dims()[1]];
    let mut out = OwnedArray { dtype: a.dtype, dims: dims.to_vec(), fortran: false, bytes: Vec::new() };
    out.bytes = vec![0; dims[0] * dims[1] * a.dtype.size()];
    let strides = out.strides();
    let mut target = ArrayViewMut::new(a.dtype, &dims, &strides, &mut out.bytes, 0)?;
    matmul_into(a, b, &mut target, threads)?;
    Ok(out)
}

/// `out[...] = a @ b`. Elements of `out` do not overlap each other (as dims and strides of a view may make them do).
pub fn matmul_into(a: &ArrayView, b: &ArrayView, out: &mut ArrayViewMut, threads: Option<&Threads>) -> Result<()> {
    check(a, b)?;
    if out.dtype() != a.dtype || out.view().dims() != [a.dims()[0], b.dims()[1]] {
        return Err(Error::value("output array of a matrix product has other dims or dtype than the product"));
    }
    match a.dtype {
        DType::F32 => float_product::<f32>(a, b, out, threads),
        DType::F64 => float_product::<f64>(a, b, out, threads),
        DType::C64 => float_product::<Complex<f32>>(a, b, out, threads),
        DType::C128 => float_product::<Complex<f64>>(a, b, out, threads),
        DType::Bool => plain_product::<u8>(a, b, out, |sum, x, y| sum | (x & y)),
        DType::I8 => plain_product::<i8>(a, b, out, |sum, x, y| sum.wrapping_add(x.wrapping_mul(y))),
        DType::I16 => plain_product::<i16>(a, b, out, |sum, x, y| sum.wrapping_add(x.wrapping_mul(y))),
        DType::I32 => plain_product::<i32>(a, b, out, |sum, x, y| sum.wrapping_add(x.wrapping_mul(y))),
        DType::I64 => plain_product::<i64>(a, b, out, |sum, x, y| sum.wrapping_add(x.wrapping_mul(y))),
        DType::U8 => plain_product::<u8>(a, b, out, |sum, x, y| sum.wrapping_add(x.wrapping_mul(y))),
        DType::U16 => plain_product::<u16>(a, b, out, |sum, x, y| sum.wrapping_add(x.wrapping_mul(y))),
        DType::U32 => plain_product::<u32>(a, b, out, |sum, x, y| sum.wrapping_add(x.wrapping_mul(y))),
        DType::U64 => plain_product::<u64>(a, b, out, |sum, x, y| sum.wrapping_add(x.wrapping_mul(y))),
    }
    Ok(())
}

fn check(a: &ArrayView, b: &ArrayView) -> Result<()> {
    if a.rank() != 2 || b.rank() != 2 || a.dtype != b.dtype {
        return Err(Error::value("a matrix product takes two-dimensional arrays of one dtype"));
    }
    if a.dims()[1] != b.dims()[0] {
        return Err(Error::value(format!(
            "matmul: Input operand 1 has a mismatch in its core dimension 0, with gufunc signature \
             (n?,k),(k,m?)->(n?,m?) (size {} is different from {})",
            b.dims()[0],
            a.dims()[1]
        )));
    }
    Ok(())
}

/// The dot product of two one-dimensional arrays: pairwise for floats, wrapping for integers.
pub fn dot(a: &ArrayView, b: &ArrayView) -> Result<OwnedArray> {
    if a.rank() != 1 || b.rank() != 1 || a.dtype != b.dtype {
        return Err(Error::value("a dot product takes one-dimensional arrays of one dtype"));
    }
    let (n, m) = (a.dims()[0], b.dims()[0]);
    if n != m {
        return Err(Error::value(format!("shapes ({n},) and ({m},) not aligned: {n} (dim 0) != {m} (dim 0)")));
    }
    let out = match a.dtype {
        DType::F32 => float_dot::<f32>(a, b),
        DType::F64 => float_dot::<f64>(a, b),
        DType::C64 => float_dot::<Complex<f32>>(a, b),
        DType::C128 => float_dot::<Complex<f64>>(a, b),
        DType::Bool => {
            let any = (0..n).any(|i| a.at::<u8>(i) & b.at::<u8>(i) != 0);
            OwnedArray { dtype: DType::Bool, dims: Vec::new(), fortran: false, bytes: vec![u8::from(any)] }
        }
        // The low bits of a wrapping sum do not depend on the width it is computed in.
        DType::I8 => wrapping_dot(n, |i| (a.at::<i8>(i).into(), b.at::<i8>(i).into()), |x| x as i8),
        DType::I16 => wrapping_dot(n, |i| (a.at::<i16>(i).into(), b.at::<i16>(i).into()), |x| x as i16),
        DType::I32 => wrapping_dot(n, |i| (a.at::<i32>(i).into(), b.at::<i32>(i).into()), |x| x as i32),
        DType::I64 => wrapping_dot(n, |i| (a.at::<i64>(i), b.at::<i64>(i)), |x| x),
        DType::U8 => wrapping_dot(n, |i| (a.at::<u8>(i).into(), b.at::<u8>(i).into()), |x| x as u8),
        DType::U16 => wrapping_dot(n, |i| (a.at::<u16>(i).into(), b.at::<u16>(i).into()), |x| x as u16),
        DType::U32 => wrapping_dot(n, |i| (a.at::<u32>(i).into(), b.at::<u32>(i).into()), |x| x as u32),
        DType::U64 => wrapping_dot(n, |i| (a.at::<u64>(i) as i64, b.at::<u64>(i) as i64), |x| x as u64),
    };
    Ok(out)
}

fn float_dot<T: Pairwise + std::ops::Mul<Output = T>>(a: &ArrayView, b: &ArrayView) -> OwnedArray {
    let sum = T::ZERO + pairwise(a.dims()[0], &|i| a.at::<T>(i) * b.at::<T>(i));
    OwnedArray::from_vec(&[], &[sum])
}

fn wrapping_dot<T: Element>(n: usize, get: impl Fn(usize) -> (i64, i64), narrow: impl Fn(i64) -> T) -> OwnedArray {
    let add = |sum: i64, (x, y): (i64, i64)| sum.wrapping_add(x.wrapping_mul(y));
    OwnedArray::from_vec(&[], &[narrow((0..n).map(get).fold(0, add))])
}

fn plain_product<T: Element>(a: &ArrayView, b: &ArrayView, out: &mut ArrayViewMut, step: impl Fn(T, T, T) -> T) {
    let (k, n) = (a.dims()[1], b.dims()[1]);
    let (a, b) = (a.to_vec::<T>(), b.to_vec::<T>());
    let rows = out.view().dims()[0];
    let mut product = vec![T::zeroed(); rows * n];
    if n > 0 && k > 0 {
        for (row, x) in product.chunks_exact_mut(n).zip(a.chunks_exact(k)) {
            for (&x, line) in x.iter().zip(b.chunks_exact(n)) {
                for (sum, &y) in row.iter_mut().zip(line) {
                    *sum = step(*sum, x, y);
                }
            }
        }
    }
    out.assign(&product);
}

/// A matrix as the gemm crate wants it: aligned elements, strides in elements.
struct Matrix<T> {
    data: *const T,
    rows: isize,
    cols: isize,
    /// Keeps a copy alive, where the array itself could not be used.
    _copy: Vec<T>,
}

// SAFETY: only read while the arrays it points into are borrowed.
unsafe impl<T: Element> Sync for Matrix<T> {}

impl<T: Element> Matrix<T> {
    fn new(a: &ArrayView) -> Matrix<T> {
        let item = size_of::<T>() as isize;
        let data = a.data();
        let direct = data.cast::<T>().is_aligned() && a.strides().iter().all(|s| s % item == 0 && *s >= 0);
        if direct {
            return Matrix {
                data: data.cast(),
                rows: a.strides()[0] / item,
                cols: a.strides()[1] / item,
                _copy: Vec::new(),
            };
        }
        let copy = a.to_vec::<T>();
        Matrix { data: copy.as_ptr(), rows: a.dims()[1] as isize, cols: 1, _copy: copy }
    }

    /// The element at row `i` and column `j`, which may be one past the end.
    fn at(&self, i: usize, j: usize) -> *const T {
        self.data.wrapping_offset(i as isize * self.rows + j as isize * self.cols)
    }
}

fn float_product<T: Pairwise + num_traits::One>(
    a: &ArrayView,
    b: &ArrayView,
    out: &mut ArrayViewMut,
    threads: Option<&Threads>,
) {
    let (m, k, n) = (a.dims()[0], a.dims()[1], b.dims()[1]);
    if m * n == 0 {
        return;
    }
    // The product goes to its place where the gemm crate can write there, and through a copy elsewhere.
    let mut target = Target::<T>::new(out);
    let (a, b) = (Matrix::<T>::new(a), Matrix::<T>::new(b));
    let whole = m.saturating_mul(n).saturating_mul(k) < SPLIT;
    let (tall, wide) = if whole { (m, n) } else { (PANEL, PANEL) };
    let columns = n.div_ceil(wide);
    let panels = m.div_ceil(tall) * columns;
    let to = &target;
    let panel = |p: usize| {
        let (i, j) = (p / columns * tall, p % columns * wide);
        // SAFETY: the panel lies inside the three matrices; panels of the target are disjoint and, by the
        // contract of `matmul_into`, none overlaps `a` or `b`, which are only read.
        unsafe {
            gemm::gemm(
                tall.min(m - i),
                wide.min(n - j),
                k,
                to.at(i, j),
                to.cols,
                to.rows,
                false,
                a.at(i, 0),
                a.cols,
                a.rows,
                b.at(0, j),
                b.cols,
                b.rows,
                T::ZERO,
                T::one(),
                false,
                false,
                false,
                gemm::Parallelism::None,
            );
        }
    };
    match threads {
        Some(threads) => threads.run(panels, &panel),
        None => (0..panels).for_each(panel),
    }
    if let Some(copy) = target.copy.take() {
        out.assign(&copy);
    }
}

/// The product's memory, of which each panel writes its own part.
struct Target<T> {
    data: *mut T,
    rows: isize,
    cols: isize,
    /// New memory, where the array's own cannot be used.
    copy: Option<Vec<T>>,
}

// SAFETY: see the use in `float_product`.
unsafe impl<T: Element> Sync for Target<T> {}

impl<T: Pairwise> Target<T> {
    fn new(out: &mut ArrayViewMut) -> Target<T> {
        let item = size_of::<T>() as isize;
        let (dims, strides) = (out.view().dims().to_vec(), out.view().strides().to_vec());
        let data = out.data().cast::<T>();
        // Overlapping elements (stride 0) would be written by two panels.
        let direct = data.is_aligned() && strides.iter().all(|s| s % item == 0 && *s > 0);
        if direct {
            return Target { data, rows: strides[0] / item, cols: strides[1] / item, copy: None };
        }
        let mut copy = vec![T::ZERO; dims[0] * dims[1]];
        Target { data: copy.as_mut_ptr(), rows: dims[1] as isize, cols: 1, copy: Some(copy) }
    }

    /// The element at row `i` and column `j`.
    fn at(&self, i: usize, j: usize) -> *mut T {
        self.data.wrapping_offset(i as isize * self.rows + j as isize * self.cols)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(i: usize) -> f64 {
        ((i.wrapping_mul(2_654_435_761) >> 7) % 1000) as f64 / 500.0 - 1.0
    }

    #[test]
    fn products_are_right_and_have_the_same_bits_on_any_threads() {
        let pool = Threads::new(3);
        for (m, k, n) in [(1, 1, 1), (3, 4, 5), (1, 300, 1), (7, 0, 3), (300, 70, 280), (513, 40, 257)] {
            let x: Vec<f64> = (0..m * k).map(value).collect();
            let y: Vec<f64> = (0..n * k).map(|i| value(i + 77)).collect();
            let (x_bytes, y_bytes): (&[u8], &[u8]) = (bytemuck::cast_slice(&x), bytemuck::cast_slice(&y));
            let a = ArrayView::dense(DType::F64, &[m, k], x_bytes).unwrap();
            // The second factor is a transposed view.
            let b = ArrayView::new(DType::F64, &[k, n], &[8, 8 * k as isize], y_bytes, 0).unwrap();
            let alone = matmul(&a, &b, None).unwrap();
            assert_eq!(alone, matmul(&a, &b, Some(&pool)).unwrap());
            let got = alone.view().unwrap().to_vec::<f64>();
            for (i, j) in (0..m).flat_map(|i| (0..n).map(move |j| (i, j))).step_by(37) {
                let want: f64 = (0..k).map(|l| x[i * k + l] * y[j * k + l]).sum();
                assert!((got[i * n + j] - want).abs() < 1e-12 * (k + 1) as f64, "{i} {j}: {} {want}", got[i * n + j]);
            }
        }
    }

    #[test]
    fn integers_wrap_and_bools_or() {
        let x = [100i8, 100, -1, 2];
        let a = ArrayView::dense(DType::I8, &[2, 2], bytemuck::cast_slice(&x)).unwrap();
        assert_eq!(matmul(&a, &a, None).unwrap().bytes, [-84i8, -40, -102, -96].map(|x| x as u8));
        assert_eq!(dot(&a.row(0), &a.row(0)).unwrap().bytes, [32]);
        let a = ArrayView::dense(DType::Bool, &[2, 2], &[1, 1, 0, 0]).unwrap();
        assert_eq!(matmul(&a, &a, None).unwrap().bytes, [1, 1, 0, 0]);
        let b = ArrayView::dense(DType::Bool, &[1, 4], &[1, 1, 0, 0]).unwrap();
        let error = matmul(&a, &b, None).unwrap_err();
        assert!(error.text.ends_with("(size 1 is different from 2)"), "{error}");
    }
}
