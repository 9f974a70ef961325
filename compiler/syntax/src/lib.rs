//! Source text to tokens to a syntax tree.

pub mod ast;
mod symbol;

pub use symbol::Symbol;

/// The deepest nesting of expressions, and of statements, in a tree without errors.
pub const MAX_DEPTH: usize = 200;
