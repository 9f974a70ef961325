//! Emits equations at a cursor, running the typing rule on each.
//!
//! While linearizing there are two cursors, and an equation that has a linear operand goes to the linear block: so
//! one jvp rule serves both jvp and linearize.

use super::dims::Dim;
use super::entity::{Block, Loc, Sym, Var};
use super::func::{BlockData, Eqn, Func, Location};
use super::ty::Ty;
use crate::ops::{self, Op};
use quipu_abi::DType;
use std::rc::Rc;

#[derive(Clone, Debug)]
pub struct Builder {
    pub func: Func,
    /// (block for what is known, block for what is linear while linearizing)
    cursors: Vec<(Block, Option<Block>)>,
    /// Put on every equation that is emitted.
    pub loc: Loc,
}

impl Builder {
    /// A function with parameters of these types; free symbols among their dims are defined by them.
    pub fn new(name: &str, params: &[Ty], syms: u32) -> (Builder, Vec<Var>) {
        let mut func = Func { name: name.to_string(), consumes: vec![false; params.len()], ..Func::default() };
        let nowhere = Location {
            span: quipu_diagnostics::Span::new(quipu_diagnostics::FileId(0), 0, 0),
            function: Rc::from(name),
            caller: None,
        };
        let loc = func.new_loc(nowhere);
        (0..syms).for_each(|_| {
            func.new_size();
        });
        let mut b = Builder { func, cursors: vec![], loc };
        let (_, p) = b.begin(params);
        (b, p)
    }

    /// Goes on with a function; a cursor must be pushed before anything is emitted.
    pub fn of(func: Func) -> Builder {
        Builder { func, cursors: vec![], loc: Loc(0) }
    }

    pub fn finish(mut self, results: &[Var]) -> Func {
        self.end(results);
        self.func
    }

    pub fn raw_block(&mut self, params: &[Ty], linear: bool) -> (Block, Vec<Var>) {
        let new = |t: &Ty, f: &mut Func| {
            let v = f.new_var(t.clone(), linear && t.differentiable() && !t.is_tape());
            f.define_dims(v);
            v
        };
        let params: Vec<Var> = params.iter().map(|t| new(t, &mut self.func)).collect();
        (self.func.new_block(params.clone()), params)
    }

    /// Opens a block with parameters of these types and moves the cursor into it.
    pub fn begin(&mut self, params: &[Ty]) -> (Block, Vec<Var>) {
        let (block, p) = self.raw_block(params, false);
        self.cursors.push((block, None));
        (block, p)
    }

    /// How many blocks are open.
    pub fn depth(&self) -> usize {
        self.cursors.len()
    }

    /// Forgets the blocks that were opened since there were so many.
    pub fn abandon(&mut self, depth: usize) {
        self.cursors.truncate(depth);
    }

    /// Closes the block at the cursor.
    pub fn end(&mut self, results: &[Var]) -> Block {
        let (block, _) = self.cursors.pop().expect("a block is open");
        self.func.block_mut(block).results = results.to_vec();
        block
    }

    pub fn push_cursor(&mut self, known: Block, linear: Option<Block>) {
        self.cursors.push((known, linear));
    }

    pub fn pop_cursor(&mut self) {
        self.cursors.pop();
    }

    pub fn cur(&self) -> Block {
        self.cursors.last().expect("a block is open").0
    }

    pub fn lin(&self) -> Option<Block> {
        self.cursors.last().expect("a block is open").1
    }

    pub fn ty(&self, v: Var) -> Ty {
        self.func.ty(v).clone()
    }

    /// Emits at the end of `at`; an ill-typed equation is an error.
    pub fn try_emit_in(
        &mut self,
        at: Block,
        op: Op,
        args: &[Var],
        blocks: Vec<Block>,
        linear: bool,
    ) -> Result<Vec<Var>, String> {
        let tys = op.def().infer(&mut self.func, args, &blocks)?;
        let value = match &tys[..] {
            [Ty::Scalar(d)] if d.is_int() => op.def().value(&self.func, args),
            _ => None,
        };
        let outs: Vec<Var> = tys
            .into_iter()
            .map(|t| {
                let is_linear = linear && t.differentiable();
                self.func.new_var(t, is_linear)
            })
            .collect();
        for o in &outs {
            self.func.define_dims(*o);
        }
        if let Some(d) = value {
            self.func.vars[outs[0].index()].value = Some(d);
        }
        let eqn = Eqn { op, args: args.to_vec(), outs: outs.clone(), blocks, loc: self.loc };
        self.func.block_mut(at).eqns.push(eqn);
        Ok(outs)
    }

    /// As `try_emit_in`; the callers are passes, whose equations are well typed.
    pub fn emit_in(&mut self, at: Block, op: Op, args: &[Var], blocks: Vec<Block>, linear: bool) -> Vec<Var> {
        match self.try_emit_in(at, op, args, blocks, linear) {
            Ok(outs) => outs,
            Err(e) => panic!("ill-typed equation: {e}: of {:?}", self.func.tys(args)),
        }
    }

    /// Routes to the linear block if an operand is linear.
    pub fn emit_n(&mut self, op: impl Into<Op>, args: &[Var], blocks: Vec<Block>) -> Vec<Var> {
        let (known, lin) = *self.cursors.last().expect("a block is open");
        match lin {
            Some(l) if args.iter().any(|v| self.func.is_linear(*v)) => self.emit_in(l, op.into(), args, blocks, true),
            _ => self.emit_in(known, op.into(), args, blocks, false),
        }
    }

    pub fn emit(&mut self, op: impl Into<Op>, args: &[Var]) -> Var {
        self.emit_n(op, args, vec![])[0]
    }

    /// A zero tangent has no linear operand, so its routing must be told.
    pub fn zero_tangent(&mut self, ty: &Ty) -> Var {
        match self.lin() {
            Some(l) => self.emit_in(l, ops::Zeros(ty.clone()).into(), &[], vec![], true)[0],
            None => self.emit(ops::Zeros(ty.clone()), &[]),
        }
    }

    // Shorthand for rules and programs.

    pub fn map(&mut self, f: &'static ops::ScalarFn, x: &[Var]) -> Var {
        self.emit(ops::Map(f), x)
    }

    pub fn add(&mut self, x: Var, y: Var) -> Var {
        self.map(&ops::ADD, &[x, y])
    }

    pub fn sub(&mut self, x: Var, y: Var) -> Var {
        self.map(&ops::SUB, &[x, y])
    }

    pub fn mul(&mut self, x: Var, y: Var) -> Var {
        self.map(&ops::MUL, &[x, y])
    }

    pub fn div(&mut self, x: Var, y: Var) -> Var {
        self.map(&ops::DIV, &[x, y])
    }

    pub fn neg(&mut self, x: Var) -> Var {
        self.map(&ops::NEG, &[x])
    }

    pub fn select(&mut self, c: Var, x: Var, y: Var) -> Var {
        self.map(&ops::SELECT, &[c, x, y])
    }

    /// A constant of any numeric dtype.
    pub fn constant(&mut self, c: ops::Const) -> Var {
        self.emit(c, &[])
    }

    pub fn f64(&mut self, v: f64) -> Var {
        self.constant(ops::Const::float(DType::F64, v))
    }

    pub fn i64(&mut self, v: i64) -> Var {
        self.constant(ops::Const::int(DType::I64, v))
    }

    pub fn bool(&mut self, v: bool) -> Var {
        self.constant(ops::Const::int(DType::Bool, v as i64))
    }

    /// The number `v` in the dtype of `like`.
    pub fn like(&mut self, v: f64, like: Var) -> Var {
        let d = self.func.ty(like).dtype().expect("numeric");
        self.constant(if d.is_inexact() { ops::Const::float(d, v) } else { ops::Const::int(d, v as i64) })
    }

    /// A size as an integer scalar.
    pub fn size(&mut self, d: &Dim) -> Var {
        match d.as_const() {
            Some(k) => self.i64(k),
            None => self.emit(ops::Size(d.clone()), &[]),
        }
    }

    pub fn cast(&mut self, x: Var, to: DType) -> Var {
        if self.func.ty(x).dtype() == Some(to) { x } else { self.emit(ops::Cast(to), &[x]) }
    }

    pub fn copy(&mut self, x: Var) -> Var {
        self.emit(ops::Copy, &[x])
    }

    pub fn zeros(&mut self, ty: &Ty) -> Var {
        self.emit(ops::Zeros(ty.clone()), &[])
    }

    /// An array of these dims, every element `x`.
    pub fn fill(&mut self, x: Var, dims: &[Dim]) -> Var {
        self.emit(ops::Broadcast { dims: dims.to_vec(), axes: vec![] }, &[x])
    }

    /// Axis k of `x` becomes axis `axes[k]` of the result; the other axes repeat it.
    pub fn broadcast(&mut self, x: Var, dims: &[Dim], axes: &[usize]) -> Var {
        self.emit(ops::Broadcast { dims: dims.to_vec(), axes: axes.to_vec() }, &[x])
    }

    pub fn sum(&mut self, x: Var) -> Var {
        let axes = (0..self.func.ty(x).rank()).collect();
        self.emit(ops::Reduce::new(ops::ReduceKind::Sum, axes), &[x])
    }

    pub fn read(&mut self, a: Var, chain: &ops::Chain, ix: &[Var]) -> Var {
        self.emit(ops::Read(chain.clone()), &[&[a], ix].concat())
    }

    pub fn update(&mut self, a: Var, chain: &ops::Chain, ix: &[Var], v: Var) -> Var {
        self.emit(ops::Update(chain.clone()), &[&[a], ix, &[v]].concat())
    }

    pub fn update_add(&mut self, a: Var, chain: &ops::Chain, ix: &[Var], v: Var) -> Var {
        self.emit(ops::UpdateAdd(chain.clone()), &[&[a], ix, &[v]].concat())
    }

    /// A fresh symbol for a size.
    pub fn new_size(&mut self) -> Sym {
        self.func.new_size()
    }

    /// The block at the cursor.
    pub fn here(&mut self) -> &mut BlockData {
        let at = self.cur();
        self.func.block_mut(at)
    }
}
