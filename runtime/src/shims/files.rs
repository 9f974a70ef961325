//! Arrays in files.
#![expect(unsafe_code, reason = "the border to compiled code is raw pointers")]

use super::{dtype_of, runtime_functions, store_array, view_of};
use crate::error::Result;
use crate::files::{npy, text};
use crate::runtime::Context;
use crate::runtime::str_at;
use crate::text::Str;
use crate::view::OwnedArray;
use quipu_abi::{ArrayHeader, DType};

/// A matrix in memory of the program.
fn table(cx: &Context, a: OwnedArray) -> Result<(*mut u8, i64, i64)> {
    let data = cx.alloc(a.bytes.len(), false)?;
    // SAFETY: a fresh block of that size.
    unsafe { std::ptr::copy_nonoverlapping(a.bytes.as_ptr(), data, a.bytes.len()) };
    let dim = |k: usize| a.dims.get(k).map_or(0, |n| *n as i64);
    Ok((data, dim(0), dim(1)))
}

// SAFETY of the blocks below: strings and headers are live, by the functions' contract.
runtime_functions! {
    /// `np.loadtxt(path, ..)`: fills `out` with a new array of `dtype`, whose rank follows from the file and `ndmin`.
    /// `delimiter` is a code point, or -1 for white space; `comments` is null for none; `max_rows` below 0 is no limit;
    /// `usecols` are `n_usecols` numbers, below 0 for all columns.
    fallible fn loadtxt(
        cx, path: *const Str, dtype: i32, delimiter: i32, comments: *const Str, skiprows: i64, max_rows: i64,
        usecols: *const i64, n_usecols: i64, ndmin: i64, out: *mut ArrayHeader
    ) {
        let options = text::LoadText {
            dtype: dtype_of(dtype as u32)?,
            delimiter: u32::try_from(delimiter).ok().and_then(char::from_u32),
            comments: unsafe { str_at(comments) }.map(str::to_owned).into_iter().collect(),
            skiprows: usize::try_from(skiprows).unwrap_or(0),
            max_rows: usize::try_from(max_rows).ok(),
            usecols: (n_usecols >= 0).then(|| (0..n_usecols as isize).map(|i| unsafe { usecols.offset(i).read() }).collect()),
            ndmin: usize::try_from(ndmin).unwrap_or(0),
        };
        let (array, warning) = text::loadtxt(unsafe { str_at(path) }.unwrap_or_default(), &options)?;
        if let Some(warning) = warning {
            eprintln!("UserWarning: {warning}");
        }
        unsafe { store_array(&cx, &array, out)? };
        Ok(())
    }

    /// `np.loadtxt(path, delimiter=.., comments=.., skiprows=.., usecols=.., ndmin=2)` of float64: see
    /// `files::text::load_table`. Gives the numbers, and how many rows and columns they are.
    fallible fn load_text(
        cx, path: *const Str, delimiter: *const Str, comments: *const Str, skiprows: i64, columns: *const Str
    ) -> (data: *mut u8, rows: i64, cols: i64) {
        let [path, delimiter, comments, columns] =
            [path, delimiter, comments, columns].map(|s| unsafe { str_at(s) }.unwrap_or_default());
        table(&cx, text::load_table(DType::F64, path, delimiter, comments, skiprows, columns)?)
    }

    /// The same of int64.
    fallible fn load_text_int(
        cx, path: *const Str, delimiter: *const Str, comments: *const Str, skiprows: i64, columns: *const Str
    ) -> (data: *mut u8, rows: i64, cols: i64) {
        let [path, delimiter, comments, columns] =
            [path, delimiter, comments, columns].map(|s| unsafe { str_at(s) }.unwrap_or_default());
        table(&cx, text::load_table(DType::I64, path, delimiter, comments, skiprows, columns)?)
    }

    /// `np.load(path)` of a `.npy` file: fills `out` with a new array in row-major order. It must have the dtype and rank of
    /// `like`, and lie in the file in Fortran's order or not, as `fortran` says.
    fallible fn load(cx, path: *const Str, like: *const ArrayHeader, fortran: u8, out: *mut ArrayHeader) {
        let like = unsafe { view_of(like)? };
        let array = npy::load_as(unsafe { str_at(path) }.unwrap_or_default(), like.dtype, like.dims().len(), fortran != 0)?;
        unsafe { store_array(&cx, &array, out)? };
        Ok(())
    }

    /// `np.save(path, a)`.
    serial fn save(cx, path: *const Str, a: *const ArrayHeader) {
        npy::save(unsafe { str_at(path) }.unwrap_or_default(), &unsafe { view_of(a)? })?;
        Ok(())
    }
}
