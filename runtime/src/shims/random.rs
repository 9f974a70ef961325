//! `np.random.default_rng` and its draws.
#![expect(unsafe_code, reason = "the border to compiled code is raw pointers")]

use super::runtime_functions;
use crate::random::Generator;

/// `n` elements from `data` on.
///
/// # Safety
/// They are writable, and used by nobody else.
unsafe fn elements<'a, T>(data: *mut T, n: i64) -> &'a mut [T] {
    let n = usize::try_from(n).unwrap_or(0);
    // SAFETY: by the contract; nothing is read from a pointer that may be null.
    if n == 0 { &mut [] } else { unsafe { std::slice::from_raw_parts_mut(data, n) } }
}

// SAFETY of the blocks below: `rng` is a live generator that nobody else uses during the call, arrays are writable.
runtime_functions! {
    /// `np.random.default_rng(seed)`: a block of memory that holds the generator, for `free` to give back.
    fallible fn rng_new(cx, seed: i64) -> (rng: *mut Generator) {
        let generator = Generator::new(seed)?;
        let block = cx.alloc(size_of::<Generator>(), false)?.cast::<Generator>();
        unsafe { block.write(generator) };
        Ok((block,))
    }

    /// `rng.random()`.
    direct fn rng_random(cx, rng: *mut Generator) -> (draw: f64) {
        unsafe { (*rng).random() }
    }

    /// `rng.standard_normal()`.
    direct fn rng_normal(cx, rng: *mut Generator) -> (draw: f64) {
        unsafe { (*rng).normal() }
    }

    /// `rng.integers(low, high)`.
    fallible fn rng_integers(cx, rng: *mut Generator, low: i64, high: i64) -> (draw: i64) {
        Ok((unsafe { (*rng).integers(low, high)? },))
    }

    /// `rng.random(n)` into the `n` elements at `out`.
    direct fn rng_fill_random(cx, rng: *mut Generator, out: *mut f64, n: i64) {
        unsafe { elements(out, n).fill_with(|| (*rng).random()) }
    }

    /// `rng.standard_normal(n)` into the `n` elements at `out`.
    direct fn rng_fill_normal(cx, rng: *mut Generator, out: *mut f64, n: i64) {
        unsafe { elements(out, n).fill_with(|| (*rng).normal()) }
    }

    /// `rng.integers(low, high, n)` into the `n` elements at `out`.
    fallible fn rng_fill_integers(cx, rng: *mut Generator, low: i64, high: i64, out: *mut i64, n: i64) {
        for element in unsafe { elements(out, n) } {
            *element = unsafe { (*rng).integers(low, high)? };
        }
        Ok(())
    }
}
