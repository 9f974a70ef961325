//! Sorting in NumPy's order: NaN last, complex numbers by real part, then imaginary part, those with NaN after the rest.
//!
//! All sorts are stable. Where NumPy's default sort is not, equal elements are told apart only by zeros' signs in
//! `sort`, and by position in `argsort`, where NumPy leaves the order of ties open.

use crate::error::Result;
use crate::view::{ArrayView, ArrayViewMut, Element, OwnedArray, with_element};
use num_complex::Complex;
use quipu_abi::sorting;
use std::cmp::Ordering;

/// A type with NumPy's order.
pub trait Sortable: Element {
    /// Does `a` come before `b`?
    fn before(a: Self, b: Self) -> bool;

    fn is_nan(self) -> bool {
        false
    }

    fn order(a: &Self, b: &Self) -> Ordering {
        if Self::before(*a, *b) {
            Ordering::Less
        } else if Self::before(*b, *a) {
            Ordering::Greater
        } else {
            Ordering::Equal
        }
    }
}

macro_rules! ordered {
    ($($ty:ty),*) => { $(impl Sortable for $ty {
        fn before(a: Self, b: Self) -> bool {
            a < b
        }
    })* };
}

ordered!(i8, i16, i32, i64, u8, u16, u32, u64);

macro_rules! floats {
    ($($ty:ty),*) => { $(
        impl Sortable for $ty {
            fn before(a: Self, b: Self) -> bool {
                a < b || (b.is_nan() && !a.is_nan())
            }

            fn is_nan(self) -> bool {
                self.is_nan()
            }
        }

        impl Sortable for Complex<$ty> {
            fn before(a: Self, b: Self) -> bool {
                let (a_nan, b_nan) = (a.im.is_nan(), b.im.is_nan());
                if a.re < b.re {
                    !a_nan || b_nan
                } else if a.re > b.re {
                    b_nan && !a_nan
                } else if a.re == b.re || (a.re.is_nan() && b.re.is_nan()) {
                    a.im < b.im || (b_nan && !a_nan)
                } else {
                    b.re.is_nan()
                }
            }
        }
    )* };
}

floats!(f32, f64);

pub fn sort<T: Sortable>(values: &mut [T]) {
    values.sort_by(T::order);
}

/// The positions of `values` in sorted order.
pub fn argsort<T: Sortable>(values: &[T]) -> Vec<i64> {
    let mut positions: Vec<i64> = (0..values.len() as i64).collect();
    positions.sort_by(|&a, &b| T::order(&values[a as usize], &values[b as usize]));
    positions
}

/// The positions in the order in which CPython sorts a list, which a NaN makes another one.
fn python_order<T: Sortable>(values: &[T]) -> Vec<i64> {
    if !values.iter().any(|x| x.is_nan()) {
        return argsort(values);
    }
    let less = |i: usize, j: usize| T::before(values[i], values[j]) && !values[j].is_nan();
    sorting::order(values.len(), less).into_iter().map(|k| k as i64).collect()
}

fn python_sort<T: Sortable>(values: &mut [T]) {
    if !values.iter().any(|x| x.is_nan()) {
        return sort(values);
    }
    let old = values.to_vec();
    for (x, k) in values.iter_mut().zip(python_order(&old)) {
        *x = old[k as usize];
    }
}

/// Where `x` would be inserted into sorted `values` to keep them sorted: before its equals, or after (`right`).
pub fn searchsorted<T: Sortable>(values: &[T], x: T, right: bool) -> usize {
    values.partition_point(|&v| if right { !T::before(x, v) } else { T::before(v, x) })
}

/// `a.sort(axis)`; `python`: each lane as CPython sorts a list of floats.
pub fn sort_axis(a: &mut ArrayViewMut, axis: usize, python: bool) -> Result<()> {
    with_element!(a.dtype(), T => a.for_each_lane::<T>(axis, if python { python_sort::<T> } else { sort::<T> }));
    Ok(())
}

/// `np.argsort(a, axis)` as a dense array of int64; `python` as of `sort_axis`.
pub fn argsort_axis(a: &ArrayView, axis: usize, python: bool) -> Result<OwnedArray> {
    let mut out = OwnedArray::from_vec(a.dims(), &vec![0i64; a.size()]);
    let strides = out.strides();
    let mut target = ArrayViewMut::new(out.dtype, a.dims(), &strides, &mut out.bytes, 0)?;
    let lanes = a.lanes(axis);
    let starts: Vec<isize> = target.view().lanes(axis);
    for (from, to) in lanes.into_iter().zip(starts) {
        let positions = with_element!(a.dtype, T => {
            let lane = a.lane::<T>(from, axis);
            if python { python_order(&lane) } else { argsort(&lane) }
        });
        target.write_lane(to, axis, &positions);
    }
    Ok(out)
}

/// `np.searchsorted(sorted, values, side)`: a dense array of int64 with the dims of `values`.
pub fn searchsorted_all(sorted: &ArrayView, values: &ArrayView, right: bool) -> OwnedArray {
    let positions: Vec<i64> = with_element!(sorted.dtype, T => {
        let sorted = sorted.to_vec::<T>();
        values.to_vec::<T>().into_iter().map(|x| searchsorted(&sorted, x, right) as i64).collect()
    });
    OwnedArray::from_vec(values.dims(), &positions)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_put_nan_last() {
        let mut x = [3.0, f64::NAN, 1.0, -0.0, 0.0, f64::NEG_INFINITY];
        assert_eq!(argsort(&x), [5, 3, 4, 2, 0, 1]);
        sort(&mut x);
        assert_eq!(format!("{x:?}"), "[-inf, -0.0, 0.0, 1.0, 3.0, NaN]");
        assert_eq!(
            (searchsorted(&x, 0.0, false), searchsorted(&x, 0.0, true), searchsorted(&x, f64::NAN, false)),
            (1, 3, 5)
        );
    }

    /// Recorded from NumPy.
    #[test]
    fn complex_numbers_are_lexicographic() {
        let nan = f64::NAN;
        let z = [(1., 1.), (nan, 1.), (1., nan), (nan, nan), (0., 5.), (nan, 0.), (2., nan), (1., 0.)];
        let z = z.map(|(re, im)| Complex::new(re, im));
        assert_eq!(argsort(&z), [4, 7, 0, 2, 6, 5, 1, 3]);
    }

    #[test]
    fn axes_are_sorted_alone() {
        let mut x = [3i32, 1, 2, 9, 7, 8];
        let bytes: &mut [u8] = bytemuck::cast_slice_mut(&mut x);
        // Columns, from the last row to the first.
        let mut view = ArrayViewMut::new(quipu_abi::DType::I32, &[2, 3], &[-12, 4], bytes, 12).unwrap();
        assert_eq!(argsort_axis(&view.view(), 1, false).unwrap().view().unwrap().to_vec::<i64>(), [1, 2, 0, 1, 2, 0]);
        sort_axis(&mut view, 0, false).unwrap();
        assert_eq!(x, [9, 7, 8, 3, 1, 2]);
    }
}
