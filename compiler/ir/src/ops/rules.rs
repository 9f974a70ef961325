//! The rules by which derivatives and batching go through a primitive, and what a rule may ask of the transform.
//!
//! ```text
//! jvp        x, dx -> y, dy                 forward: emitted beside the primal equation
//! linearize  the same walk, routed: what has a linear operand goes to the linear block, the rest to the known one
//! transpose  ct of y -> added to ct of x    backward through an equation of a linear block
//! batch      lanes of x -> lanes of y       the batch dim is axis 0 of every batched value
//! ```
//! A plain op has no blocks: its rules see operands only, and linearize follows from jvp. A control op has blocks: its
//! rules see the transform, which they call back for their blocks. The transforms implement the traits here.
//!
//! **Complex numbers** follow JAX: jvp is the holomorphic derivative, transpose is the transpose (not the conjugate)
//! of the linear map, and the pairing is the real part of the sum of products.
//!
//! **Ownership is no rule's business**: a pass inserts the copies that consuming ops need. But a rule runs after the
//! primal equation, so it may use its results and borrowed operands, never a consumed one.

use crate::core::{Block, Builder, Dim, Eqn, Func, Ty, Var};
use crate::ops::Chain;

/// A tangent or cotangent; `None` is the symbolic zero.
pub type Tangent = Option<Var>;

/// What a rule gives, or the reason why there is nothing to give, as a phrase for the user.
pub type Rule<T> = Result<T, String>;

pub enum Rules<'a> {
    Plain(&'a dyn Plain),
    Control(&'a dyn Control),
}

/// How to have a value again in a later program, knowing that the equation ran once without raising.
pub enum Replay {
    /// Keep the value.
    Never,
    /// Run the equation again: cheaper than a tape.
    Same,
    /// Run these equations on its operands.
    With(fn(&mut Builder, &[Var]) -> Vec<Var>),
}

/// Rules of an op without blocks. No default bodies: absence is an answer.
pub trait Plain {
    /// The results' tangents. Called if the type of a result has a tangent space and an operand's tangent reaches it.
    fn jvp(&self, b: &mut Builder, x: &[Var], y: &[Var], dx: &[Tangent]) -> Rule<Vec<Tangent>>;
    /// Adds to the operands' cotangents. At least one of `ct` is there; all of them if a tape is among the operands.
    fn transpose(&self, cx: &mut dyn Reverse, x: &[Operand], ct: &[Tangent]) -> Rule<Transpose>;
    /// The results of all lanes. Called if an operand (or a tape that comes out) differs between lanes.
    fn batch(&self, cx: &mut dyn Batching<'_>, x: &[Batched]) -> Rule<Vec<Batched>>;
    /// Scalars only: arrays are never computed twice.
    fn replay(&self) -> Replay;
}

/// Rules of an op with blocks.
pub trait Control {
    /// "A value may move from .. to ..": what is active, what is batched and which types agree follow these edges.
    fn flow(&self, f: &Func, e: &Eqn) -> Vec<(Var, Var)>;
    /// (what decides, what then differs between lanes)
    fn decides(&self, f: &Func, e: &Eqn) -> (Vec<Var>, Vec<Var>);
    fn jvp(&self, cx: &mut dyn Forward<'_>, e: &Eqn) -> Rule<()>;
    fn linearize(&self, cx: &mut dyn Forward<'_>, e: &Eqn) -> Rule<()>;
    fn transpose(&self, cx: &mut dyn Reverse, e: &Eqn, ct: &[Tangent]) -> Rule<()>;
    fn batch(&self, cx: &mut dyn Batching<'_>, e: &Eqn) -> Rule<()>;
}

/// An operand of an equation that is transposed.
#[derive(Clone, Copy, Debug)]
pub enum Operand {
    /// A value of the program that the transposed equations go to.
    Known(Var),
    /// The name of a cotangent.
    Linear(Var),
}

impl Operand {
    pub fn is_linear(&self) -> bool {
        matches!(self, Operand::Linear(_))
    }

    pub fn known(&self) -> Option<Var> {
        match self {
            Operand::Known(v) => Some(*v),
            Operand::Linear(_) => None,
        }
    }
}

#[must_use]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Transpose {
    Done,
    /// The op is not linear in the operands that are.
    NotLinear,
}

/// A value under vmap: `on` if it has a batch dim, as axis 0.
#[derive(Clone, Copy, Debug)]
pub struct Batched {
    pub v: Var,
    pub on: bool,
}

impl Batched {
    pub fn on(v: Var) -> Batched {
        Batched { v, on: true }
    }
}

/// One tape as it passes through a known block and its linear twin: where it enters and leaves each.
#[derive(Clone, Copy, Debug)]
pub struct Thread {
    pub k_in: Var,
    pub k_out: Var,
    pub l_in: Var,
    pub l_out: Var,
}

/// How often a block runs for one run of the equation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Runs {
    /// At most once, with exactly the equation's operands.
    Once,
    /// Once per trip; the trip count is a variable of the target.
    Counted(Var),
    /// Data decides.
    Unknown,
}

/// A known block, its linear twin, and the tapes that carry the known values that the twin uses. The tapes are
/// parameters and results of neither yet.
#[derive(Clone, Debug)]
pub struct Pair {
    pub known: Block,
    pub linear: Block,
    pub threads: Vec<Thread>,
}

/// The forward walk of jvp and linearize. Variables named `s` are the source's, `v` the target's.
pub trait Forward<'s> {
    fn src(&self) -> &'s Func;
    fn b(&mut self) -> &mut Builder;
    fn bind(&mut self, s: Var, v: Var, dv: Tangent) -> Rule<()>;
    fn primal(&self, s: Var) -> Var;
    fn tangent(&self, s: Var) -> Tangent;
    fn tangent_or_zero(&mut self, s: Var) -> Rule<Var>;
    /// Does the input reach `s`, and does its type have a tangent space?
    fn is_active(&self, s: Var) -> bool;
    /// Binds results of a control equation, and the tangents of those that are active, in order.
    fn bind_outs(&mut self, e: &Eqn, outs: &[Var], tangents: &[Var]) -> Rule<()>;
    /// The block without tangents. `extra` parameters behind its own are ignored.
    fn primal_block(&mut self, block: Block, args: &[Var], extra: &[Ty]) -> Rule<Block>;
    /// The block with tangents of the parameters `carried` behind all parameters, and those of the results `outs`
    /// behind all results. `args` are what flows into the parameters (from `lead` on) first.
    fn dual_block(&mut self, block: Block, args: &[Var], lead: usize, carried: &[usize], outs: &[usize])
    -> Rule<Block>;
    /// The known block and the linear block.
    fn linear_pair(
        &mut self,
        block: Block,
        args: &[Var],
        lead: usize,
        carried: &[usize],
        outs: &[usize],
        runs: Runs,
    ) -> Rule<Pair>;
    /// Tape operands for the equations around a pair; what they are is settled by the enclosing block.
    fn wire(&mut self, threads: &[Thread]) -> (Vec<Var>, Vec<Var>);
    /// Says where the tapes of `wire` came out.
    fn wired(&mut self, k_in: &[Var], k_out: &[Var], l_in: &[Var], l_out: &[Var]);
    /// The linear block at the cursor.
    fn linear(&self) -> Rule<Block>;
}

/// The backward walk over a linear block.
pub trait Reverse {
    fn b(&mut self) -> &mut Builder;
    /// The value of a known variable of the linear program here.
    fn known(&self, v: Var) -> Var;
    fn bind(&mut self, v: Var, here: Var) -> Rule<()>;
    /// The operand's type in terms of what is defined here.
    fn ty(&self, x: &Operand) -> Rule<Ty>;
    /// Adds `value` to the cotangent's part that the chain denotes, in place; with an empty chain to all of it.
    fn add(&mut self, to: &Operand, chain: &Chain, ix: &[Var], value: Var) -> Rule<()>;
    fn take(&mut self, v: Var) -> Tangent;
    /// The zero of the type that a linear variable has here.
    fn zero(&mut self, v: Var) -> Rule<Var>;
    fn take_or_zero(&mut self, v: Var) -> Rule<Var>;
    fn set(&mut self, v: Var, place: Var);
    /// The linear variables that the blocks use from outside, nested blocks included.
    fn linear_captures(&self, blocks: &[Block]) -> Vec<Var>;
    /// Transposes `block` at the cursor: `seeds` are cotangents of its linear results, `caps` pairs captures with
    /// their places. Gives the cotangents of `wanted` and the places of the captures.
    fn block(&mut self, block: Block, seeds: &[Var], caps: &[(Var, Var)], wanted: &[Var])
    -> Rule<(Vec<Var>, Vec<Var>)>;
}

/// The walk of vmap.
pub trait Batching<'s> {
    fn src(&self) -> &'s Func;
    fn b(&mut self) -> &mut Builder;
    /// The number of lanes.
    fn n(&self) -> Dim;
    /// Which lanes run here; none: all of them. Where there is a mask, at least one lane runs.
    fn mask(&self) -> Option<Var>;
    fn set_mask(&mut self, m: Option<Var>);
    fn and_mask(&mut self, m: Var);
    fn get(&self, s: Var) -> Batched;
    fn is_on(&self, s: Var) -> bool;
    fn bind(&mut self, s: Var, v: Var, on: bool) -> Rule<()>;
    /// The value with a batch dim.
    fn ensure(&mut self, x: &Batched) -> Rule<Var>;
    /// `a` where the lane is in `m`, else `b`.
    fn select(&mut self, m: Var, a: Var, b: Var) -> Rule<Var>;
    /// For floats that enter a masked region: the value, whose derivative is 0 in idle lanes.
    fn gate(&mut self, v: Var) -> Var;
    /// Integers that index or divide: 0 in idle lanes.
    fn quiet(&mut self, v: Var) -> Var;
    /// What one lane's part of a value weighs in rank: the rank without the batch dim.
    fn rank(&self, x: &Batched) -> usize;
    /// Every place that only stores reach has a token that its versions inherit: idle lanes hold what they held.
    fn token(&self, v: Var) -> Option<u32>;
    fn inherit(&mut self, out: Var, base: Var);
    /// Opens a block with the block's parameters (from `lead` on, fed by `args`) and `extra` ones behind; the
    /// parameters are bound to fresh tokens. Leading parameters are unbatched integers.
    fn begin(&mut self, block: Block, lead: usize, args: &[Var], extra: &[Ty]) -> Rule<Vec<Var>>;
    fn run_block(&mut self, block: Block) -> Rule<()>;
    /// What flows into a parameter first: with a batch dim if the parameter ever has one.
    fn init(&mut self, param: Var, arg: Var) -> Rule<Var>;
    /// The value to carry on, and whether idle lanes are known to hold the old one.
    fn yield_slot(&mut self, param: Var, result: Var, old: Var, diverges: bool) -> Rule<(Var, bool)>;
}

/// The two columns of a flow.
pub fn pairs(a: &[Var], b: &[Var]) -> Vec<(Var, Var)> {
    a.iter().copied().zip(b.iter().copied()).collect()
}

/// `v` under another type of the same dtype and number of elements.
pub fn conform(b: &mut Builder, v: Var, ty: &Ty) -> Var {
    let have = b.ty(v);
    match (&have, ty) {
        _ if have == *ty => v,
        (Ty::Scalar(_), Ty::Array(_, dims)) => b.fill(v, dims),
        (Ty::Array(_, d), Ty::Scalar(_)) if d.is_empty() => b.read(v, &vec![], &[]),
        (Ty::Array(..), Ty::Array(_, dims)) => b.emit(crate::ops::Reshape { dims: dims.clone() }, &[v]),
        (Ty::Array(..), Ty::Scalar(_)) => b.sum(v),
        _ => v,
    }
}

/// The sum of two values of one type.
pub fn plus(b: &mut Builder, x: Tangent, y: Tangent) -> Tangent {
    match (x, y) {
        (Some(x), Some(y)) => Some(b.add(x, y)),
        (x, None) => x,
        (None, y) => y,
    }
}

/// Emits an equation without a linear operand where tangents go.
pub fn emit_linear(b: &mut Builder, op: impl Into<crate::ops::Op>, x: &[Var]) -> Var {
    match b.lin() {
        Some(l) => b.emit_in(l, op.into(), x, vec![], true)[0],
        None => b.emit(op, x),
    }
}

/// The zero tangent of a value. Only its type is used, and of a list its shape.
pub fn zero_like(b: &mut Builder, v: Var) -> Rule<Var> {
    match b.ty(v) {
        t @ (Ty::Scalar(_) | Ty::Array(..)) => Ok(b.zero_tangent(&t)),
        Ty::List(_) => Ok(emit_linear(b, crate::ops::ListZeros {}, &[v])),
        t => Err(format!("the derivative of a value of type {t}")),
    }
}
