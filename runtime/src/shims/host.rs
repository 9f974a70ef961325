//! Arrays of a host that calls compiled code: in and out again.
//!
//! Compiled code wants arrays row-major, contiguous and aligned to 64 bytes, and owns what it stores into. A host's array
//! that is so, and is only read, is used where it lies; any other is copied, and copied back if it was stored into.
#![expect(unsafe_code, reason = "the border to hosts is raw pointers")]

use super::{runtime_functions, view_mut_of, view_of};
use crate::error::{Error, Result};
use crate::view::c_strides;
use quipu_abi::{ArrayHeader, DType, MAX_RANK};

const ALIGNMENT: usize = 64;

fn described(dtype: Option<DType>, rank: u32) -> String {
    format!(
        "an array of {} with {rank} dimension{}",
        dtype.map_or("unknown", DType::name),
        if rank == 1 { "" } else { "s" }
    )
}

/// The array if it has this dtype and rank, and dims that make sense.
unsafe fn checked<'a>(a: *const ArrayHeader, dtype: i32, rank: i64) -> Result<&'a ArrayHeader> {
    // SAFETY: a live header by the callers' contract.
    let Some(header) = (unsafe { a.as_ref() }) else { return Err(Error::type_error("an array is missing")) };
    if i64::from(header.rank) != rank || i64::from(header.dtype) != i64::from(dtype) {
        let wanted = described(DType::ALL.get(dtype as usize).copied(), rank as u32);
        let given = described(DType::ALL.get(header.dtype as usize).copied(), header.rank);
        return Err(Error::type_error(format!("the function takes {wanted}, not {given}")));
    }
    let dims = &header.dims[..(header.rank as usize).min(MAX_RANK)];
    if dims.iter().any(|n| *n < 0) || (header.data.is_null() && !dims.contains(&0)) {
        return Err(Error::value("an array with negative dimensions or without data"));
    }
    Ok(header)
}

// SAFETY of the blocks below: hosts pass live headers of arrays that nobody else writes during the call.
runtime_functions! {
    /// The elements of a host's array as compiled code wants them: a copy that the callee owns if `own` is other than
    /// 0, else the array's own memory where that will do.
    fallible fn host_take(cx, a: *const ArrayHeader, dtype: i32, rank: i64, own: i32) -> (data: *mut u8) {
        let header = unsafe { checked(a, dtype, rank)? };
        let view = unsafe { view_of(a)? };
        let dims: Vec<usize> = view.dims().to_vec();
        let dense = c_strides(&dims, view.dtype.size());
        let placed = dense.iter().zip(&dims).zip(&header.strides).all(|((s, n), h)| *n <= 1 || *s as i64 == *h);
        if own == 0 && placed && header.data.addr().is_multiple_of(ALIGNMENT) {
            return Ok((header.data,));
        }
        let bytes = view.size() * view.dtype.size();
        let data = cx.alloc(bytes, false)?;
        let mut at = data;
        view.for_each(|item| unsafe {
            std::ptr::copy_nonoverlapping(item.as_ptr(), at, item.len());
            at = at.add(item.len());
        });
        Ok((data,))
    }

    /// Writes a dense array of the same dims into a host's, and frees it.
    fallible fn host_give(cx, a: *mut ArrayHeader, data: *mut u8) {
        let mut target = unsafe { view_mut_of(a)? };
        let len = target.view().size() * target.dtype().size();
        let bytes = unsafe { std::slice::from_raw_parts(data, len) };
        target.assign_bytes(bytes);
        unsafe { cx.memory().free(data) };
        Ok(())
    }

    /// Frees what `host_take` gave for this array, if it was a copy.
    direct fn host_drop(cx, a: *const ArrayHeader, data: *mut u8) {
        unsafe {
            if (*a).data != data {
                cx.memory().free(data);
            }
        }
    }

    /// The context serves the calling thread from now on: its stack counts.
    direct fn host_enter(cx) {
        cx.enter_thread();
    }
}
