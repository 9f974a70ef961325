//! Memory, printing, files, numerics that compiled programs call.
//!
//! There is no compiler in here. Two doors lead in:
//! - compiled code calls the functions of `FUNCTIONS` (see `shims`), `extern "C"` over raw pointers, through the table
//!   that its context points to;
//! - the compiler's evaluator, the engine and hosts call the safe functions of the modules, over `&str`, slices and
//!   `view::ArrayView`.
//!
//! The shims are thin: what a program computes is computed by the safe functions, so both doors give the same result.
//! Unsafe code stands only where raw memory is the subject: the allocator, lists, contexts, threads, the gemm call, the
//! C library's functions and the shims.

pub mod error;
pub mod files;
pub mod format;
pub mod input;
pub mod linalg;
pub mod list;
pub mod memory;
mod nested;
pub mod output;
pub mod random;
pub mod runtime;
pub mod scalar;
mod shims;
pub mod sort;
pub mod sum;
pub mod text;
pub mod threads;
pub mod view;

pub use error::{Error, Result};
pub use runtime::{Context, Options, Raised, Runtime, leave};
pub use shims::{FUNCTIONS, index_of};
