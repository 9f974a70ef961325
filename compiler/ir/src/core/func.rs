//! Functions: variables with types, blocks of equations, symbols of the dims algebra with what is known of them.

use super::dims::{Atom, Dim};
use super::entity::{Block, FuncId, Loc, Sym, Var};
use super::ty::Ty;
use crate::ops::{Effects, Op};
use quipu_diagnostics::Span;
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};
use std::collections::BTreeMap;
use std::rc::Rc;

#[derive(Clone, Debug)]
pub struct VarData {
    pub ty: Ty,
    /// Belongs to the linear part of a linearized function.
    pub linear: bool,
    /// The value as the dims algebra knows it (integer scalars only).
    pub value: Option<Dim>,
}

/// What gives a symbol its number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SymDef {
    /// Nothing yet, or each element of a list has its own.
    Free,
    /// The value of an integer scalar.
    Value(Var),
    /// A dim of an array.
    Dim(Var, usize),
}

#[derive(Clone, Debug)]
pub struct SymData {
    pub def: SymDef,
    /// The number is at least this.
    pub lo: Option<i64>,
    /// The number is at most this, wherever the symbol is in scope.
    pub hi: Option<Dim>,
}

#[derive(Clone, Debug, Default)]
pub struct BlockData {
    pub params: Vec<Var>,
    pub eqns: Vec<Eqn>,
    /// Empty, whatever the parent expects, if the last equation diverges (`raise`).
    pub results: Vec<Var>,
}

#[derive(Clone, Debug)]
pub struct Eqn {
    pub op: Op,
    pub args: Vec<Var>,
    pub outs: Vec<Var>,
    pub blocks: Vec<Block>,
    pub loc: Loc,
}

/// A place in the source, in a function, with the call that it was inlined into.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Location {
    pub span: Span,
    pub function: Rc<str>,
    pub caller: Option<Loc>,
}

/// What a caller must know of a function.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Signature {
    pub params: Vec<Ty>,
    /// Per parameter: its buffer is handed over, and comes back as one of the results if it is still wanted.
    pub consumes: Vec<bool>,
    pub results: Vec<Ty>,
    /// Symbols of `results` that are the value of a parameter.
    pub values: Vec<(Sym, usize)>,
    pub effects: Effects,
}

#[derive(Clone, Debug, Default)]
pub struct Func {
    pub name: String,
    pub vars: Vec<VarData>,
    pub blocks: Vec<BlockData>,
    pub syms: Vec<SymData>,
    pub locs: Vec<Location>,
    /// Per parameter: does a call consume it?
    pub consumes: Vec<bool>,
    /// The user allows rewrites of floating-point arithmetic that change rounding (`fastmath`).
    pub fast_math: bool,
    /// For the text form; several variables may have one name.
    pub names: Names,
}

/// Names that people gave.
#[derive(Clone, Debug, Default)]
pub struct Names {
    pub vars: BTreeMap<Var, Rc<str>>,
    pub syms: BTreeMap<Sym, Rc<str>>,
}

/// A state of a function's tables (see `Func::mark`).
#[derive(Clone, Copy, Debug)]
pub struct Mark {
    vars: usize,
    blocks: usize,
    syms: usize,
    locs: usize,
    at: Block,
    eqns: usize,
}

#[derive(Clone, Debug, Default)]
pub struct Module {
    pub funcs: Vec<Func>,
    /// The function that runs the program.
    pub main: Option<FuncId>,
}

impl Module {
    pub fn func(&self, id: FuncId) -> &Func {
        &self.funcs[id.index()]
    }

    pub fn func_mut(&mut self, id: FuncId) -> &mut Func {
        &mut self.funcs[id.index()]
    }

    pub fn find(&self, name: &str) -> Option<FuncId> {
        self.funcs.iter().position(|f| f.name == name).map(|i| FuncId(i as u32))
    }
}

impl Func {
    /// The body; its parameters are the function's.
    pub const ENTRY: Block = Block(0);

    pub fn ty(&self, v: Var) -> &Ty {
        &self.vars[v.index()].ty
    }

    pub fn tys(&self, vars: &[Var]) -> Vec<Ty> {
        vars.iter().map(|v| self.ty(*v).clone()).collect()
    }

    pub fn block(&self, b: Block) -> &BlockData {
        &self.blocks[b.index()]
    }

    pub fn block_mut(&mut self, b: Block) -> &mut BlockData {
        &mut self.blocks[b.index()]
    }

    pub fn is_linear(&self, v: Var) -> bool {
        self.vars[v.index()].linear
    }

    pub fn new_var(&mut self, ty: Ty, linear: bool) -> Var {
        self.vars.push(VarData { ty, linear, value: None });
        Var(self.vars.len() as u32 - 1)
    }

    pub fn new_block(&mut self, params: Vec<Var>) -> Block {
        self.blocks.push(BlockData { params, ..BlockData::default() });
        Block(self.blocks.len() as u32 - 1)
    }

    /// A symbol that nothing defines yet. Sizes are at least 0.
    pub fn new_size(&mut self) -> Sym {
        self.syms.push(SymData { def: SymDef::Free, lo: Some(0), hi: None });
        Sym(self.syms.len() as u32 - 1)
    }

    pub fn new_loc(&mut self, l: Location) -> Loc {
        if self.locs.last() != Some(&l) {
            self.locs.push(l);
        }
        Loc(self.locs.len() as u32 - 1)
    }

    /// What callers must know. A function that always raises has no results here.
    pub fn signature(&self) -> Signature {
        let entry = self.block(Func::ENTRY);
        let values = entry.params.iter().enumerate();
        let values = values.filter_map(|(k, v)| Some((self.vars[v.index()].value.as_ref()?.as_sym()?, k)));
        let mut effects = Effects::NONE;
        self.walk(Func::ENTRY, &mut |d| d.eqns.iter().for_each(|e| effects = effects | e.op.def().effects()));
        Signature {
            params: self.tys(&entry.params),
            consumes: self.consumes.clone(),
            results: self.tys(&entry.results),
            values: values.collect(),
            effects,
        }
    }

    /// The value of an integer scalar as a dim: what is known of it, or a symbol of its own.
    pub fn dim_of(&mut self, v: Var) -> Dim {
        if let Some(d) = &self.vars[v.index()].value {
            return d.clone();
        }
        self.syms.push(SymData { def: SymDef::Value(v), lo: None, hi: None });
        let d = Dim::from(Sym(self.syms.len() as u32 - 1));
        self.vars[v.index()].value = Some(d.clone());
        d
    }

    /// Where the tables end, to come back to with `rollback`.
    pub fn mark(&self, at: Block) -> Mark {
        let f = self;
        Mark {
            vars: f.vars.len(),
            blocks: f.blocks.len(),
            syms: f.syms.len(),
            locs: f.locs.len(),
            at,
            eqns: f.block(at).eqns.len(),
        }
    }

    /// Forgets everything that was made since the mark.
    pub fn rollback(&mut self, m: &Mark) {
        self.vars.truncate(m.vars);
        self.blocks.truncate(m.blocks);
        self.syms.truncate(m.syms);
        self.locs.truncate(m.locs);
        self.block_mut(m.at).eqns.truncate(m.eqns);
        for v in &mut self.vars {
            let mut gone = false;
            if let Some(d) = &v.value {
                d.visit_syms(&mut |s| gone |= s.index() >= m.syms);
            }
            if gone {
                v.value = None;
            }
        }
        for s in &mut self.syms {
            if matches!(s.def, SymDef::Value(v) | SymDef::Dim(v, _) if v.index() >= m.vars) {
                s.def = SymDef::Free;
            }
        }
    }

    /// Lets `var` define the free symbols that its type has as dims.
    pub fn define_dims(&mut self, var: Var) {
        let dims = self.ty(var).dims().to_vec();
        for (axis, d) in dims.iter().enumerate() {
            if let Some(s) = d.as_sym()
                && self.syms[s.index()].def == SymDef::Free
            {
                self.syms[s.index()].def = SymDef::Dim(var, axis);
            }
        }
    }

    /// Is the dim provably at least 0 wherever its symbols are in scope? Never true wrongly; may miss.
    pub fn nonneg(&self, d: &Dim) -> bool {
        self.nonneg_within(d, 12)
    }

    fn nonneg_within(&self, d: &Dim, fuel: u32) -> bool {
        let Some(fuel) = fuel.checked_sub(1) else { return false };
        if let Some(k) = d.as_const() {
            return k >= 0;
        }
        // A symbol that counts against the claim is replaced by its upper bound.
        let mut against: Option<Dim> = None;
        let mut lower = true;
        let (k, terms) = d.parts();
        let mut low = k;
        for (coef, factors) in terms {
            match factors {
                [Atom::Sym(s)] if coef < 0 => {
                    if let Some(hi) = &self.syms[s.index()].hi {
                        against = Some(d.subst(&mut |x| if x == *s { hi.clone() } else { x.into() }));
                        break;
                    }
                    lower = false;
                }
                [Atom::Pos(x)] if coef < 0 => {
                    // max(0, x) is x where x >= 0; and at most |x| bounds nothing else.
                    if self.nonneg_within(x, fuel) {
                        let pos = Dim::from(0).sub(&x.pos()).times(-1);
                        against = Some(d.add(&pos.sub(x).times(-coef)));
                        break;
                    }
                    lower = false;
                }
                [Atom::FloorDiv(a, b)] if coef < 0 && b.as_const().is_some_and(|b| b > 0) => {
                    if self.nonneg_within(a, fuel) {
                        let fd = a.floordiv(b).unwrap_or_default();
                        against = Some(d.add(&fd.sub(a).times(-coef)));
                        break;
                    }
                    lower = false;
                }
                [Atom::Mod(_, b)] if coef < 0 => match b.as_const() {
                    Some(b) if b > 0 => low = low.saturating_add(coef.saturating_mul(b - 1)),
                    _ => lower = false,
                },
                _ if coef < 0 => lower = false,
                [Atom::Sym(s)] => match self.syms[s.index()].lo {
                    Some(lo) => low = low.saturating_add(coef.saturating_mul(lo)),
                    None => lower = false,
                },
                _ => lower &= factors.iter().all(|a| self.atom_nonneg(a, fuel)),
            }
        }
        match against {
            Some(d) => self.nonneg_within(&d, fuel),
            None => lower && low >= 0,
        }
    }

    fn atom_nonneg(&self, a: &Atom, fuel: u32) -> bool {
        match a {
            Atom::Sym(s) => self.syms[s.index()].lo.is_some_and(|lo| lo >= 0),
            Atom::Pos(_) => true,
            Atom::FloorDiv(a, b) => self.nonneg_within(a, fuel) && self.nonneg_within(&b.plus(-1), fuel),
            Atom::Mod(_, b) => self.nonneg_within(&b.plus(-1), fuel),
        }
    }

    /// `max(0, d)`, simplified by what is known of the symbols.
    pub fn pos(&self, d: &Dim) -> Dim {
        if self.nonneg(d) { d.clone() } else { d.pos() }
    }

    pub fn max_dim(&self, a: &Dim, b: &Dim) -> Dim {
        let d = a.sub(b);
        match (self.nonneg(&d), self.nonneg(&d.times(-1))) {
            (true, _) => a.clone(),
            (_, true) => b.clone(),
            _ => a.maximum(b),
        }
    }

    pub fn min_dim(&self, a: &Dim, b: &Dim) -> Dim {
        a.add(b).sub(&self.max_dim(a, b))
    }

    /// Variables used in `block` (nested blocks included) but not defined in it, in order of use.
    pub fn free_vars(&self, block: Block) -> Vec<Var> {
        let (mut bound, mut seen, mut out) = (HashSet::default(), HashSet::default(), vec![]);
        // Every variable has one definition in the whole function, so one set of bound variables serves all levels.
        self.walk(block, &mut |d| {
            bound.extend(d.params.iter().copied());
            d.eqns.iter().for_each(|e| bound.extend(e.outs.iter().copied()));
        });
        self.walk(block, &mut |d| {
            for v in d.eqns.iter().flat_map(|e| &e.args).chain(&d.results) {
                if !bound.contains(v) && seen.insert(*v) {
                    out.push(*v);
                }
            }
        });
        out
    }

    /// Calls `f` on `block` and, before it, on the blocks nested in its equations, in order.
    pub fn walk(&self, block: Block, f: &mut dyn FnMut(&BlockData)) {
        for e in &self.block(block).eqns {
            for b in &e.blocks {
                self.walk(*b, f);
            }
        }
        f(self.block(block));
    }

    /// Replaces uses (not definitions) in `block` and its nested blocks.
    pub fn subst(&mut self, block: Block, map: &HashMap<Var, Var>) {
        let get = |v: &Var| *map.get(v).unwrap_or(v);
        let mut d = std::mem::take(self.block_mut(block));
        for e in &mut d.eqns {
            e.args = e.args.iter().map(get).collect();
            for b in &e.blocks {
                self.subst(*b, map);
            }
        }
        d.results = d.results.iter().map(get).collect();
        *self.block_mut(block) = d;
    }

    /// Does the block end by raising?
    pub fn diverges(&self, block: Block) -> bool {
        self.block(block).eqns.last().is_some_and(|e| match &e.op {
            Op::Raise(_) => true,
            Op::If(_) => e.blocks.iter().all(|b| self.diverges(*b)),
            _ => false,
        })
    }

    /// What an equation may do besides computing its results, nested blocks included.
    pub fn effects(&self, e: &Eqn) -> Effects {
        let mut all = e.op.def().effects();
        for b in &e.blocks {
            self.walk(*b, &mut |d| d.eqns.iter().for_each(|e| all = all | e.op.def().effects()));
        }
        all
    }
}
