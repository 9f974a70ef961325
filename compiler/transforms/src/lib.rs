//! Passes over the core IR: derivatives, batching, inlining, ownership.
//!
//! ```text
//! jvp            x.., dx of wrt..       -> y.., dy..
//! vjp            x.., ct of y..         -> y.., ct of wrt..
//! grad           x..                    -> d y0 / d wrt..      (y0 a real scalar)
//! value_and_grad x..                    -> y.., d y0 / d wrt..
//! linearize      x.. -> y.., residuals..   and   residuals.., dx of wrt.. -> dy..
//! vmap           lanes of x..           -> lanes of y..
//! ```
//! Each gives a new function, without calls but recursive ones, that any of them takes again. Where a transform cannot
//! go it says so by an error with the place in the source.

mod capacity;
pub mod copies;
pub mod dce;
mod error;
mod exits;
mod forward;
mod inline;
mod jvp;
mod linearize;
mod names;
pub mod parallel;
pub mod peel;
mod residuals;
mod transpose;
mod vmap;

pub use copies::insert_copies;
pub use dce::dce;
pub use error::TransformError;
pub use inline::inline_calls;
pub use linearize::Linear;
pub use parallel::chunk_reductions;
pub use peel::peel_settled;

use quipu_ir::{Func, FuncId, Module};
use std::borrow::Cow;

fn whole(module: &Module, id: FuncId) -> Result<Cow<'_, Func>, TransformError> {
    Ok(match inline::inlined(module, id)? {
        Some(f) => Cow::Owned(f),
        None => Cow::Borrowed(module.func(id)),
    })
}

/// What is made of a function allows what the function allows.
fn as_fast(module: &Module, id: FuncId, made: Result<Func, TransformError>) -> Result<Func, TransformError> {
    Ok(Func { fast_math: module.func(id).fast_math, ..made? })
}

/// Forward mode in the parameters `wrt`.
pub fn jvp(module: &Module, id: FuncId, wrt: &[usize]) -> Result<Func, TransformError> {
    as_fast(module, id, jvp::jvp_of(&*whole(module, id)?, wrt))
}

/// The results with what the derivative there needs, and the derivative as a linear function.
pub fn linearize(module: &Module, id: FuncId, wrt: &[usize]) -> Result<Linear, TransformError> {
    let mut made = linearize::linear_of(&*whole(module, id)?, wrt)?;
    let fast = module.func(id).fast_math;
    (made.known.fast_math, made.linear.fast_math) = (fast, fast);
    Ok(made)
}

/// Reverse mode with a cotangent given for every result that has a tangent space.
pub fn vjp(module: &Module, id: FuncId, wrt: &[usize]) -> Result<Func, TransformError> {
    as_fast(module, id, transpose::vjp_of(&*whole(module, id)?, wrt, transpose::Seed::Params, true))
}

/// The gradient of the first result, a real scalar.
pub fn grad(module: &Module, id: FuncId, wrt: &[usize]) -> Result<Func, TransformError> {
    as_fast(module, id, transpose::vjp_of(&*whole(module, id)?, wrt, transpose::Seed::One, false))
}

/// The results, then the gradient of the first one.
pub fn value_and_grad(module: &Module, id: FuncId, wrt: &[usize]) -> Result<Func, TransformError> {
    as_fast(module, id, transpose::vjp_of(&*whole(module, id)?, wrt, transpose::Seed::One, true))
}

/// All lanes at once; `in_axes[k]` is the axis of parameter k that the lanes are laid along. Results have them as
/// axis 0.
pub fn vmap(module: &Module, id: FuncId, in_axes: &[Option<usize>]) -> Result<Func, TransformError> {
    as_fast(module, id, vmap::vmap_of(&*whole(module, id)?, in_axes))
}
