//! The loop IR: what the back ends see, and all that they see.
//!
//! Functions over scalars and short vectors in SSA form with *structured* control flow: an `if`, `for` or `while` is an
//! instruction with nested blocks, values flow into a block through its parameters and out of it through its `yield`.
//! A value can be used where its definition comes before, in the same block or in one around it.
//!
//! **Semantics are total.** There is no undef, poison, or overflow that is not defined: each instruction has a result
//! for all operands (`Op` says which, `eval` computes it), so a back end may not assume what an earlier pass
//! forgot to prove. The exceptions are memory and names: an address must be valid for its access, alias classes must
//! tell the truth, and a loop marked independent must be.
//!
//! **Calls.** A function is `i32 f(ctx*, args.., outs*)` in C: 0, or 1 with an exception described in `ctx.error`. `ctx`
//! is implicit. A call that fails makes its caller fail, unless it says `catch`.
//!
//! **Floats** follow IEEE 754 with rounding to nearest even and denormals; nothing is reassociated or contracted unless
//! the function's `fast_math` allows it, and then by `relax` alone: back ends do not look at the flags. The payload of
//! a NaN that arithmetic makes is unspecified.
//!
//! `types` and `inst` are the data, `builder` makes it (shared subexpressions and constants folded on the way), `write`
//! and `read` its text form, `verify` holds its invariants, `legalize` (with
//! `outline` for loops run by threads) writes what no machine has in terms of the rest.

pub mod builder;
pub mod eval;
mod expand;
mod fold;
mod inst;
mod legalize;
mod outline;
mod ranges;
mod read;
mod relax;
mod types;
mod typing;
mod unchecked;
pub mod units;
mod verify;
mod write;

#[cfg(test)]
mod tests;

pub use builder::FuncBuilder;
pub use expand::expand;
pub use inst::*;
pub use legalize::{any_op, for_each_inst, legalize};
pub use outline::{captures, parallel_for};
pub use ranges::Range;
pub use read::{TextError, read_module};
pub use relax::relax;
pub use types::*;
pub use typing::result_types;
pub use unchecked::drop_checks;
pub use verify::{VerifyError, verify};
