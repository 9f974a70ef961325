//! The C interface (`quipu.h` describes it to users): thin over `Engine::kernel`.
//!
//! Pointers are C's. Texts go into buffers that the caller has, cut where they do not fit, so nothing here hands out
//! memory but kernels and the data of results. No panic leaves a function.
#![expect(unsafe_code, reason = "the border to C is raw pointers")]

use quipu_abi::Ctx;
use quipu_engine::{Engine, Kernel, Options, Tier};
use std::ffi::{CStr, c_char, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Puts a text into a caller's buffer, with a zero byte behind it.
///
/// # Safety
/// `to` is null or has room for `size` bytes.
unsafe fn put(text: &str, to: *mut c_char, size: usize) {
    if to.is_null() || size == 0 {
        return;
    }
    let mut n = text.len().min(size - 1);
    while !text.is_char_boundary(n) {
        n -= 1;
    }
    // SAFETY: n + 1 bytes fit by the contract.
    unsafe {
        std::ptr::copy_nonoverlapping(text.as_ptr(), to.cast(), n);
        *to.add(n) = 0;
    }
}

/// # Safety
/// `text` is null or ends in a zero byte.
unsafe fn text<'a>(text: *const c_char, what: &str) -> Result<&'a str, String> {
    if text.is_null() {
        return Err(format!("there is no {what}"));
    }
    // SAFETY: by the contract.
    unsafe { CStr::from_ptr(text) }.to_str().map_err(|_| format!("the {what} is not UTF-8 text"))
}

fn compile(source: &str, function: &str, signature: &str) -> Result<Kernel, String> {
    let engine = Engine::new(Options { tier: Tier::Llvm, ..Options::default() });
    engine.kernel("<source>", source, function, signature).map_err(|e| e.to_string())
}

/// See `quipu.h`.
///
/// # Safety
/// Texts end in a zero byte; `message` has room for `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn quipu_compile(
    source: *const c_char,
    function: *const c_char,
    signature: *const c_char,
    message: *mut c_char,
    size: usize,
) -> *mut Kernel {
    // SAFETY: by the contract.
    let texts = unsafe { (text(source, "source"), text(function, "function"), text(signature, "signature")) };
    let made = catch_unwind(AssertUnwindSafe(|| compile(texts.0?, texts.1?, texts.2?)));
    match made.unwrap_or_else(|_| Err("internal error: the compiler panicked".to_string())) {
        Ok(kernel) => Box::into_raw(Box::new(kernel)),
        Err(why) => {
            // SAFETY: by the contract.
            unsafe { put(&why, message, size) };
            std::ptr::null_mut()
        }
    }
}

/// See `quipu.h`.
///
/// # Safety
/// `kernel` came from `quipu_compile` and was not closed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn quipu_address(kernel: *const Kernel) -> *mut c_void {
    // SAFETY: by the contract.
    unsafe { (*kernel).address().cast_mut().cast() }
}

/// See `quipu.h`.
///
/// # Safety
/// As for `quipu_address`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn quipu_context(kernel: *const Kernel) -> *mut Ctx {
    // SAFETY: by the contract.
    unsafe { (*kernel).context() }
}

/// See `quipu.h`.
///
/// # Safety
/// As for `quipu_address`; `message` has room for `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn quipu_error(kernel: *mut Kernel, message: *mut c_char, size: usize) -> u32 {
    // SAFETY: by the contract.
    let error = unsafe { (*kernel).take_error() };
    let (kind, shown) = error.unwrap_or((0, String::new()));
    // SAFETY: by the contract.
    unsafe { put(&shown, message, size) };
    kind
}

/// See `quipu.h`.
///
/// # Safety
/// `data` are a result's of this kernel, and nothing refers to them any more; or null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn quipu_release(kernel: *const Kernel, data: *mut c_void) {
    // SAFETY: by the contract.
    unsafe { (*kernel).release(data.cast()) }
}

/// See `quipu.h`.
///
/// # Safety
/// `kernel` came from `quipu_compile`, is used by no thread, and not after this; or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn quipu_close(kernel: *mut Kernel) {
    if !kernel.is_null() {
        // SAFETY: by the contract.
        let kernel = unsafe { Box::from_raw(kernel) };
        kernel.flush();
    }
}
