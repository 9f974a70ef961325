//! The primitives of the core IR. Everything about one stands together in its family's file.
//!
//! `ops!` below is the only list. Outside this folder, `match` on patterns with a `_` arm, never exhaustively.

/// The common answers, stated in one line: each names what the op does about that question.
macro_rules! says {
    (value none) => {
        fn value(&self, _: &Func, _: &[Var]) -> Option<Dim> {
            None
        }
    };
    (borrows all) => {
        fn consumes(&self, _: usize) -> bool {
            false
        }
    };
    (consumes first) => {
        fn consumes(&self, arg: usize) -> bool {
            arg == 0
        }
    };
    (no effects) => {
        fn effects(&self) -> Effects {
            Effects::NONE
        }
    };
    (raises) => {
        fn effects(&self) -> Effects {
            Effects::RAISES
        }
    };
    (cells) => {
        fn effects(&self) -> Effects {
            Effects::CELLS
        }
    };
    (plain rules) => {
        fn rules(&self) -> Rules<'_> {
            Rules::Plain(self)
        }
    };
    (control rules) => {
        fn rules(&self) -> Rules<'_> {
            Rules::Control(self)
        }
    };
    // Of the rules for plain ops:
    (runs again) => {
        fn replay(&self) -> Replay {
            Replay::Same
        }
    };
    (is kept) => {
        fn replay(&self) -> Replay {
            Replay::Never
        }
    };
    (no tangent) => {
        fn jvp(&self, _: &mut Builder, _: &[Var], y: &[Var], _: &[Tangent]) -> Rule<Vec<Tangent>> {
            Ok(vec![None; y.len()])
        }
    };
    // Without operands: emitted as it is.
    (same in all lanes) => {
        fn batch(&self, cx: &mut dyn Batching<'_>, _: &[Batched]) -> Rule<Vec<Batched>> {
            Ok(vec![Batched { v: cx.b().emit(self.clone(), &[]), on: false }])
        }
    };
    (not linear) => {
        fn transpose(&self, _: &mut dyn Reverse, _: &[Operand], _: &[Tangent]) -> Rule<Transpose> {
            Ok(Transpose::NotLinear)
        }
    };
    (no samples) => {
        pub(in crate::ops) fn samples() -> Vec<Sample> {
            vec![]
        }
    };
    // Of the first operand, which indices may follow.
    (linear in the first) => {
        fn jvp(&self, b: &mut Builder, x: &[Var], _: &[Var], dx: &[Tangent]) -> Rule<Vec<Tangent>> {
            Ok(vec![dx[0].map(|d| b.emit(self.clone(), &[&[d], &x[1..]].concat()))])
        }
    };
    // Of all operands at once: those that are constant have zeros.
    (linear in all) => {
        fn jvp(&self, b: &mut Builder, x: &[Var], _: &[Var], dx: &[Tangent]) -> Rule<Vec<Tangent>> {
            let mut parts = vec![];
            for (v, d) in x.iter().zip(dx) {
                parts.push(match d {
                    Some(d) => *d,
                    None => zero_like(b, *v)?,
                });
            }
            Ok(vec![Some(b.emit(self.clone(), &parts))])
        }
    };
    // Of the first operand, of which a part comes out too.
    (takes from the first) => {
        fn jvp(&self, b: &mut Builder, x: &[Var], _: &[Var], dx: &[Tangent]) -> Rule<Vec<Tangent>> {
            let Some(d) = dx[0] else { return Ok(vec![None, None]) };
            let outs = b.emit_n(self.clone(), &[&[d], &x[1..]].concat(), vec![]);
            Ok(outs.into_iter().map(Some).collect())
        }
    };
    (constant) => {
        fn transpose(&self, _: &mut dyn Reverse, _: &[Operand], _: &[Tangent]) -> Rule<Transpose> {
            Ok(Transpose::Done)
        }
    };
    (passes back) => {
        fn transpose(&self, cx: &mut dyn Reverse, x: &[Operand], ct: &[Tangent]) -> Rule<Transpose> {
            if let Some(ct) = ct[0] {
                cx.add(&x[0], &vec![], &[], ct)?;
            }
            Ok(Transpose::Done)
        }
    };
    // Of one operand, with an `axis` among its attributes: the batch dim comes before it.
    (batches by the next axis) => {
        fn batch(&self, cx: &mut dyn Batching<'_>, x: &[Batched]) -> Rule<Vec<Batched>> {
            let v = cx.ensure(&x[0])?;
            #[allow(clippy::needless_update, reason = "the axis is all that some of these ops have")]
            let op = Self { axis: self.axis + 1, ..self.clone() };
            Ok(vec![Batched::on(cx.b().emit(op, &[v]))])
        }
    };
    // Of one operand, without axes in its attributes.
    (lane by lane) => {
        fn batch(&self, cx: &mut dyn Batching<'_>, x: &[Batched]) -> Rule<Vec<Batched>> {
            Ok(vec![Batched { v: cx.b().emit(self.clone(), &[x[0].v]), on: x[0].on }])
        }
    };
    (consumes all) => {
        fn consumes(&self, _: usize) -> bool {
            true
        }
    };
    (consumes the rest) => {
        fn consumes(&self, arg: usize) -> bool {
            arg > 0
        }
    };
    (dims of its type) => {
        fn visit_dims_mut(&mut self, g: &mut dyn FnMut(&mut Dim)) {
            self.0.visit_dims_mut(g);
        }
    };
    (its dims) => {
        fn visit_dims_mut(&mut self, g: &mut dyn FnMut(&mut Dim)) {
            self.dims.iter_mut().for_each(g);
        }
    };
    (dims of its chain) => {
        fn visit_dims_mut(&mut self, g: &mut dyn FnMut(&mut Dim)) {
            chain_dims(&mut self.0, g);
        }
    };
    (no dims) => {
        fn visit_dims_mut(&mut self, _: &mut dyn FnMut(&mut Dim)) {}
    };
}

mod control;
mod elementwise;
mod external;
mod gather;
mod index;
mod linalg;
mod lists;
pub mod numbers;
mod order;
mod partials;
mod reduce;
mod rules;
mod samples;
mod shape;
mod tapes;
pub mod text;

pub use control::*;
pub use elementwise::*;
pub use external::*;
pub use gather::*;
pub use index::*;
pub use linalg::*;
pub use lists::*;
pub use reduce::*;
pub use rules::*;
pub use samples::*;
pub use shape::*;
pub use tapes::*;

use crate::core::Builder;
use crate::core::eval::{Eval, EvalError, Outcome, array, fill_text, index, int, scalar, truth, want};
use crate::core::{Array, Block, Dim, Eqn, Func, Scalar, Ty, Value, Var};
use std::fmt;

/// What an equation may do besides computing its results.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Effects {
    /// May end the function with an exception: never dropped, nor moved past io or another raising op.
    pub raises: bool,
    /// Talks to the world: never dropped, repeated or reordered.
    pub io: bool,
    /// Reads or writes a handler cell: kept in order with other such ops and with raising ones.
    pub cells: bool,
}

impl Effects {
    pub const NONE: Effects = Effects { raises: false, io: false, cells: false };
    pub const RAISES: Effects = Effects { raises: true, io: false, cells: false };
    pub const IO: Effects = Effects { raises: true, io: true, cells: false };

    pub const CELLS: Effects = Effects { raises: false, io: false, cells: true };

    pub fn any(self) -> bool {
        self.raises || self.io || self.cells
    }
}

impl std::ops::BitOr for Effects {
    type Output = Effects;

    fn bitor(self, o: Effects) -> Effects {
        Effects { raises: self.raises || o.raises, io: self.io || o.io, cells: self.cells || o.cells }
    }
}

/// What every primitive says of itself. No default bodies: a missing rule is a compile error.
pub trait OpDef: fmt::Debug {
    /// The text form's name.
    fn name(&self) -> &'static str;
    /// The typing and shape rule. Fresh sizes of the results are made with `f.new_size()`.
    fn infer(&self, f: &mut Func, x: &[Var], blocks: &[Block]) -> Result<Vec<Ty>, String>;
    /// The single integer result in terms of the operands', where the dims algebra can say it.
    fn value(&self, f: &Func, x: &[Var]) -> Option<Dim>;
    /// Is this operand, if it is a place, handed over? Everything else borrows.
    fn consumes(&self, arg: usize) -> bool;
    fn effects(&self) -> Effects;
    /// Calls `g` on every dim among the op's attributes.
    fn visit_dims_mut(&mut self, g: &mut dyn FnMut(&mut Dim));
    /// Derivatives and batching.
    fn rules(&self) -> Rules<'_>;
    /// The results for these operands; those that it consumes are held by nobody else. Control ops run `e.blocks`.
    fn eval(&self, ev: &mut Eval<'_>, e: &Eqn, x: Vec<Value>) -> Outcome<Vec<Value>>;
}

macro_rules! ops {
    ($($name:ident),* $(,)?) => {
        /// A primitive with its attributes.
        #[derive(Clone, PartialEq, Eq, Hash)]
        pub enum Op {
            $($name($name)),*
        }

        impl Op {
            /// Samples of every op that has some of its own; ops with blocks have the programs of `tests/ir`.
            pub fn samples() -> Vec<Sample> {
                [$($name::samples()),*].concat()
            }

            pub fn def(&self) -> &dyn OpDef {
                match self {
                    $(Op::$name(op) => op),*
                }
            }

            pub fn def_mut(&mut self) -> &mut dyn OpDef {
                match self {
                    $(Op::$name(op) => op),*
                }
            }
        }

        $(
            impl From<$name> for Op {
                fn from(op: $name) -> Op {
                    Op::$name(op)
                }
            }
        )*
    };
}

ops! {
    // elementwise
    Map, Cast, IntChecked,
    // shape
    Const, Size, Zeros, Iota, Broadcast, Reshape, Permute, Concat, Copy,
    // index
    Read, Update, UpdateAdd, Gather, Scatter, ScatterAdd, Nonzero, NormIndex,
    // reduce
    Reduce, ArgReduce, Scan, Sort, ArgSort,
    // linear algebra
    MatMul,
    // control
    If, For, While, Call, RaiseIf, Raise, Try, CellNew, CellSet, CellGet, Deposit,
    // lists
    ListNew, ListLen, ListGet, ListSet, ListTake, ListPut, ListPush, ListPop, ListInsert, ListSlice, ListConcat,
    ListOfArray, ArrayOfList, ListZeros, ListSwap, TableFind, TableOrder, TableEdit, TextOrder,
    // tapes
    TapeNew, TapePush, TapePop, TapeNext,
    // the runtime
    Extern,
}

impl fmt::Debug for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.def())
    }
}

/// The types of `x`.
fn tys(f: &Func, x: &[Var]) -> Vec<Ty> {
    f.tys(x)
}

fn arity(x: &[Var], n: usize) -> Result<(), String> {
    if x.len() == n { Ok(()) } else { Err(format!("{n} operands expected, {} given", x.len())) }
}

fn want_int(f: &Func, v: Var) -> Result<(), String> {
    match f.ty(v) {
        Ty::Scalar(d) if *d == quipu_abi::DType::I64 => Ok(()),
        t => Err(format!("i64 expected, not {t}")),
    }
}

fn array_ty(f: &Func, v: Var) -> Result<(quipu_abi::DType, &[Dim]), String> {
    match f.ty(v) {
        Ty::Array(d, dims) => Ok((*d, dims)),
        t => Err(format!("array expected, not {t}")),
    }
}
