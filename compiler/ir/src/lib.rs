//! The core IR with its primitives, and the loop IR.
//!
//! **Core IR** (`core`, `ops`). A function is parameters, a block of equations in A-normal form, and results. Values
//! are pure: an `update` makes a new version of its base and *consumes* the old one, so that a later pass can store
//! in place. Structured control ops (`if`, `for`, `while`, `call`) hold nested blocks; a block sees what is defined
//! above it (captures borrow), and may consume only what it defines, so whatever a block stores into is an explicit
//! operand. Equations are evaluated in order; an op that raises ends the function with the first error in that order.
//! Integers of fixed width wrap; floats are IEEE 754 with NaN payloads and signs unspecified.
//!
//! **Dims.** Types hold sizes of the dims algebra (`core::dims`). A symbol is defined by the integer variable whose
//! value it is, or by the first variable whose type has it as a dim (`SymDef`); it is in scope where that is.
//!
//! **Loop IR** (`loops`). What the back ends see; `lower` makes it from the core IR.

pub mod core;
pub mod loops;
pub mod ops;

pub use crate::core::*;
