//! Numerics that are kernels rather than loops of the language: sorting, sums, matrix products.
#![expect(unsafe_code, reason = "the border to compiled code is raw pointers")]

use super::{runtime_functions, store_array, view_mut_of, view_of};
use crate::error::{Error, Result};
use crate::{linalg, sort, sum};
use quipu_abi::{ArrayHeader, ErrorKind};

/// An axis argument of an array of `rank`, from the back where negative.
fn axis_of(axis: i64, rank: usize) -> Result<usize> {
    crate::list::python_index(axis, rank as i64).map(|axis| axis as usize).ok_or_else(|| {
        let text = format!("axis {axis} is out of bounds for array of dimension {rank}");
        Error::new(ErrorKind::AxisError, text)
    })
}

// SAFETY of the blocks below: headers are live, and an array that is written is used by nobody else meanwhile.
runtime_functions! {
    /// `a.sort(axis)`, in place; as CPython sorts lists where `python` is not 0.
    fallible fn sort(cx, a: *const ArrayHeader, axis: i64, python: i32) {
        let mut a = unsafe { view_mut_of(a)? };
        let axis = axis_of(axis, a.view().rank())?;
        sort::sort_axis(&mut a, axis, python != 0)?;
        Ok(())
    }

    /// `np.argsort(a, axis)`, stable, or the order in which CPython sorts lists; fills `out` with a new dense array of
    /// int64.
    fallible fn argsort(cx, a: *const ArrayHeader, axis: i64, python: i32, out: *mut ArrayHeader) {
        let a = unsafe { view_of(a)? };
        let positions = sort::argsort_axis(&a, axis_of(axis, a.rank())?, python != 0)?;
        unsafe { store_array(&cx, &positions, out)? };
        Ok(())
    }

    /// `np.searchsorted(sorted, values)` of arrays of one dtype; `right` other than 0 goes after equals. Fills `out`
    /// with a new dense array of int64.
    fallible fn searchsorted(cx, sorted: *const ArrayHeader, values: *const ArrayHeader, right: i32, out: *mut ArrayHeader) {
        let (sorted, values) = unsafe { (view_of(sorted)?, view_of(values)?) };
        if sorted.dtype != values.dtype || sorted.rank() != 1 {
            return Err(Error::value("object too deep for desired array"));
        }
        unsafe { store_array(&cx, &sort::searchsorted_all(&sorted, &values, right != 0), out)? };
        Ok(())
    }

    /// `np.sum` of a float or complex array over the axes whose bits are set in `axes`, in NumPy's order, written to
    /// `out`, dense memory for the result. The axes stand in NumPy's order; `layout` has the strides, one per axis, by
    /// which NumPy's memory would hold the array; `cast` other than 0: NumPy converts the elements meanwhile.
    fallible fn sum_axes(cx, a: *const ArrayHeader, layout: *const i64, axes: i64, cast: i32, out: *mut u8) {
        let a = unsafe { view_of(a)? };
        let axes: Vec<bool> = (0..a.rank()).map(|axis| axes >> axis & 1 != 0).collect();
        let layout: Vec<isize> = (0..a.rank()).map(|axis| unsafe { *layout.add(axis) } as isize).collect();
        let sum = sum::sum_axes(&a, &axes, &layout, cast != 0)?;
        unsafe { std::ptr::copy_nonoverlapping(sum.bytes.as_ptr(), out, sum.bytes.len()) };
        Ok(())
    }

    /// `out[...] = a @ b` of two-dimensional arrays of one dtype with fitting dims, by strides; `out` overlaps neither.
    fallible fn matmul(cx, a: *const ArrayHeader, b: *const ArrayHeader, out: *const ArrayHeader) {
        let (a, b, mut out) = unsafe { (view_of(a)?, view_of(b)?, view_mut_of(out)?) };
        linalg::matmul_into(&a, &b, &mut out, Some(cx.shared().threads()))?;
        Ok(())
    }

    /// The dot product of two one-dimensional arrays of one dtype and length, written to `out`, an element of it.
    fallible fn dot(cx, a: *const ArrayHeader, b: *const ArrayHeader, out: *mut u8) {
        let (a, b) = unsafe { (view_of(a)?, view_of(b)?) };
        let result = linalg::dot(&a, &b)?;
        unsafe { std::ptr::copy_nonoverlapping(result.bytes.as_ptr(), out, result.bytes.len()) };
        Ok(())
    }
}
