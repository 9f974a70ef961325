//! Memory, errors, threads.
#![expect(unsafe_code, reason = "the border to compiled code is raw pointers")]

use super::{dtype_of, runtime_functions};
use crate::error::Error;
use crate::memory::{array_bytes, array_out_of_memory};
use crate::runtime::str_at;
use crate::text::Str;
use quipu_abi::{Ctx, ErrorKind, MAX_RANK};

/// What a parallel nest's chunks are compiled to.
type Chunk = unsafe extern "C" fn(*mut Ctx, *mut u8, i64) -> i32;

fn byte_count(bytes: i64) -> crate::error::Result<usize> {
    usize::try_from(bytes).map_err(|_| Error::value("negative dimensions are not allowed"))
}

runtime_functions! {
    /// A block of `bytes` bytes, aligned to 64, whose contents are initialized but arbitrary.
    fallible fn alloc(cx, bytes: i64) -> (data: *mut u8) {
        Ok((cx.alloc(byte_count(bytes)?, false)?,))
    }

    /// A block of `bytes` zero bytes, aligned to 64.
    fallible fn alloc_zeroed(cx, bytes: i64) -> (data: *mut u8) {
        Ok((cx.alloc(byte_count(bytes)?, true)?,))
    }

    /// The memory of a dense array: NumPy's errors for negative or too large dims. `zeroed` other than 0 clears it.
    fallible fn alloc_array(cx, dtype: i32, rank: i64, dims: *const i64, zeroed: i32) -> (data: *mut u8) {
        let dtype = dtype_of(dtype as u32)?;
        let rank = usize::try_from(rank).unwrap_or(0).min(MAX_RANK);
        // SAFETY: `dims` points to `rank` numbers; for none it may be anything.
        let dims = if rank == 0 { &[] } else { unsafe { std::slice::from_raw_parts(dims, rank) } };
        let bytes = array_bytes(dtype, dims)?;
        Ok((cx.alloc(bytes, zeroed != 0).map_err(|_| array_out_of_memory(dtype, dims))?,))
    }

    /// The block moved to one of at least `bytes` bytes; it keeps its contents and the mark that frees it.
    fallible fn resize(cx, data: *mut u8, bytes: i64) -> (moved: *mut u8) {
        let bytes = byte_count(bytes)?;
        // SAFETY: the caller's block, which it gives up for the result.
        Ok((unsafe { cx.memory().resize(data, bytes)? },))
    }

    /// Gives a block back. Null is allowed.
    direct fn free(cx, data: *mut u8) {
        // SAFETY: the caller's block, which it does not use again.
        unsafe { cx.memory().free(data) }
    }

    /// Takes a block out of reach of all marks, for containers that outlive the call; only `free` frees it then.
    direct fn adopt(cx, data: *mut u8) {
        // SAFETY: the caller's block.
        unsafe { cx.memory().adopt(data) }
    }

    /// Makes a block as old as `owner`, which refers to it from now on: marks free both or neither.
    direct fn keep(cx, owner: *mut u8, data: *mut u8) {
        // SAFETY: blocks of the caller.
        unsafe {
            cx.memory().keep(owner, data);
        }
    }

    /// The mark of the blocks allocated so far.
    direct fn mark(cx) -> (mark: i64) {
        cx.memory().mark() as i64
    }

    /// Frees every block younger than a mark: the error exit of a call. Does nothing in a parallel nest, where the
    /// blocks of all threads are on one list; the nest's caller frees them.
    direct fn release_to(cx, mark: i64) {
        if !cx.is_worker() {
            // SAFETY: compiled code releases what its failed callees leave, which nothing refers to.
            unsafe { cx.memory().release_to(mark as u64) }
        }
    }

    /// Counts a copy of an array that compiled code makes, for `--time` and the tests of copies.
    direct fn count_copy(cx, bytes: i64) {
        cx.memory().count_copy(bytes as u64);
    }

    /// Raises an exception of `kind` with a copy of `text` (null: none).
    status fn raise(cx, kind: i32, text: *const Str) {
        // SAFETY: a live string, or null.
        let text = unsafe { str_at(text) }.unwrap_or_default();
        cx.raise(&Error::new(ErrorKind::from_code(kind as u32), text))
    }

    /// Raises an exception by its code: its kind, and above 32 bits the place where it was raised first or 0, for this
    /// site. The text is copied (null: none).
    status fn raise_again(cx, code: i64, text: *const Str, site: i32) {
        // SAFETY: a live string, or null.
        let text = unsafe { str_at(text) }.unwrap_or_default();
        cx.raise_again(code, text, site as u32)
    }

    /// Where the exception was raised that was handled last: a number for `raise_again`, above 32 bits.
    direct fn origin_of_handled(cx) -> (code: i64) {
        if cx.is_worker() { 0 } else { cx.shared().origin_of_handled() << 32 }
    }

    /// The exception in flight is handled: forgets it and its text.
    direct fn clear_error(cx) {
        cx.clear_error();
    }

    /// `str(e)` of the exception in flight, which is forgotten.
    fallible fn take_error_text(cx) -> (text: *const Str) {
        let record = cx.take_record();
        if record.text.is_null() {
            let text = cx.shared().message(record.site, &record.operands);
            return Ok((cx.new_str(&text)?,));
        }
        Ok((record.text.cast(),))
    }

    /// The exception in flight leaves the call at this site: for tracebacks. Threads of a parallel loop keep no calls.
    direct fn leave_call(cx, site: i32) {
        if !cx.is_worker() {
            cx.shared().leave_call(site as u32);
        }
    }

    /// Calls `function(ctx, env, chunk)` for the chunks 0 to `n_chunks` on all threads; of several exceptions that of
    /// the smallest chunk is raised.
    status fn parallel_for(cx, function: *const u8, env: *mut u8, n_chunks: i64) {
        struct Env(*mut u8);
        // SAFETY: the compiler starts a nest in parallel only if its chunks may share the environment.
        unsafe impl Sync for Env {}
        impl Env {
            fn get(&self) -> *mut u8 {
                self.0
            }
        }
        let env = Env(env);
        // SAFETY: the compiler passes the address of a function with this signature.
        let function = unsafe { std::mem::transmute::<*const u8, Chunk>(function) };
        // SAFETY: the contract between the nest and its chunks is the compiler's.
        let call = |ctx: *mut Ctx, chunk: usize| unsafe { function(ctx, env.get(), chunk as i64) };
        cx.parallel_for(usize::try_from(n_chunks).unwrap_or(0), &call)
    }
}
