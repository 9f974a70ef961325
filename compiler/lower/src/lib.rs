//! Core IR to loop IR: fusion, buffers, loops.
//!
//! **Recipes and buffers.** A scalar is a value of the loop IR. An array is either a *buffer* (row-major, contiguous,
//! 64-byte aligned: one pointer, the dims come from its type through the dims algebra) or a *recipe*: it was defined by
//! an op that says how an element follows from others (elementwise ops, views, fills, gathers), and no code was made
//! for it. Whoever needs elements asks for `element(var, indices)`; the recipe is unfolded there, the builder shares
//! equal subexpressions, and so a chain of equations becomes one nest without temporaries. `fusion` settles beforehand
//! which recipes are worth a buffer.
//!
//! **Order.** A recipe reads its buffers later than it was defined. That is sound as long as they are not stored into:
//! before an equation consumes a buffer, every recipe that still has uses and reads it is stored (`kill`). The value of
//! an update may read the base itself: where each element is read before it is overwritten, in the nest's order or in
//! the reverse one, the update is done in place, else the value (a slice, never the base) goes through a temporary
//! (`update`).
//!
//! **Ownership.** A buffer is owned by the block that made it or got it as a consumed parameter. It is handed on by
//! what consumes it, and freed after the last use of every variable that reads it. A variable that is consumed but not
//! owned is copied first: after the pass that inserts copies there are none, and `Stats::copies` shows it. Error exits
//! free nothing: the caller's mark in the allocation list does.
//!
//! **Calls.** A parameter or result of the core IR becomes: a scalar one value (a complex number two); a string, list,
//! cell or tape a pointer; an array its pointer and all its dims; a tape of scalars with a capacity its pointer and its
//! two positions. `machine_types` is that rule.
//!
//! **Errors.** What the core IR allows and this crate cannot do yet is a `LowerError` that names op and place.

mod block;
mod bounds;
mod complex;
mod control;
mod element;
mod external;
mod func;
mod fusion;
mod handlers;
mod lists;
mod nest;
mod reduce;
mod scalar;
mod sums;
mod tapes;
mod threads;
mod update;

use quipu_abi::RuntimeFunction;
use quipu_ir::loops::{self, Type};
use quipu_ir::{Location, Module, Ty};
use std::fmt;

/// What lowering needs to know of its surroundings.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The runtime's table, in the order of `ctx.functions`.
    pub functions: &'static [RuntimeFunction],
    /// See `loops::Module::site_base`.
    pub site_base: u32,
    /// The code lives longer than all values that it makes.
    pub outlives: bool,
}

impl Options {
    pub fn new(functions: &'static [RuntimeFunction]) -> Options {
        Options { functions, site_base: 0, outlives: true }
    }
}

/// What was made of one function.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Stats {
    /// Nests over array elements, each counted once.
    pub nests: u32,
    /// Buffers that are allocated, as places in the code.
    pub allocations: u32,
    /// Copies of whole buffers that nothing in the program asked for.
    pub copies: u32,
    /// Slices that an update needs as a temporary.
    pub temporaries: u32,
}

/// The loop IR of a module. Functions keep their numbers; helpers come behind them.
#[derive(Clone, Debug)]
pub struct Lowered {
    pub module: loops::Module,
    /// Per function of the core module.
    pub stats: Vec<Stats>,
}

/// What cannot be lowered, and where it stands.
#[derive(Clone, Debug)]
pub struct LowerError {
    pub function: String,
    pub location: Option<Location>,
    pub what: String,
}

impl fmt::Display for LowerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "in {}: {}", self.function, self.what)
    }
}

impl std::error::Error for LowerError {}

/// The loop IR's types for a value of this type as a parameter or result.
pub fn machine_types(ty: &Ty) -> Vec<Type> {
    match ty {
        Ty::Scalar(d) => {
            let part = Type::scalar(scalar::elem(*d));
            vec![part; if d.is_complex() { 2 } else { 1 }]
        }
        Ty::Array(_, dims) => {
            let mut tys = vec![Type::PTR];
            tys.resize(1 + dims.len(), Type::I64);
            tys
        }
        t if tapes::stacked(t).is_some() => vec![Type::PTR, Type::I64, Type::I64],
        Ty::Str | Ty::List(_) | Ty::Tape(..) | Ty::Cell(_) => vec![Type::PTR],
    }
}

/// Lowers every function of a verified module.
pub fn lower(module: &Module, options: &Options) -> Result<Lowered, LowerError> {
    func::lower_module(module, options)
}
