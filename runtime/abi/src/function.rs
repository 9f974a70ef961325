//! How the runtime's functions are described to the compiler.
//!
//! A runtime function receives the context first, then its arguments. A fallible one returns `i32` (0 = ok, 1 = an
//! exception is in `ctx.error`) and writes its results through pointers that follow the arguments, in order; one that
//! cannot fail returns its only result directly, or nothing.

/// A machine type at the border. `Bool` is a byte, 0 or 1.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum AbiType {
    Bool,
    I32,
    I64,
    F32,
    F64,
    Ptr,
}

/// The address of a function; constant data, so it may be shared.
#[derive(Clone, Copy, Debug)]
pub struct Code(pub *const u8);

#[expect(unsafe_code, reason = "raw pointers are not Sync by themselves")]
// SAFETY: a Code is the address of a function, which never changes and may be called from any thread.
unsafe impl Sync for Code {}

#[expect(unsafe_code, reason = "raw pointers are not Send by themselves")]
// SAFETY: as above.
unsafe impl Send for Code {}

/// One row of the runtime's table.
#[derive(Clone, Copy, Debug)]
pub struct RuntimeFunction {
    pub name: &'static str,
    /// Without the context.
    pub params: &'static [AbiType],
    pub results: &'static [AbiType],
    /// Returns a status and results through pointers; otherwise at most one result, directly.
    pub fallible: bool,
    /// May be called by several threads of a parallel nest at once, in any order.
    pub thread_safe: bool,
    pub pointer: Code,
    pub doc: &'static str,
}
