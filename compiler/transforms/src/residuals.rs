//! How a linear block has what it uses of its known twin.
//!
//! ```text
//! the loop's index                                       -> the linear loop's own index
//! a scalar by cheap ops from such values, from outside   -> run again at the head of the linear block
//!   scalars, or from outside arrays that nothing consumes
//! anything else                                          -> tape_push at the end of the known block,
//!                                                           tape_next at the head of the linear one
//! ```
//! Sizes count as values: a symbol that the known block defines becomes the value of an integer that the linear block
//! has, by the same rules. So what is recorded is what linear equations use, and a base only where an operation used
//! all of it.

use crate::capacity::Count;
use crate::forward::Fwd;
use quipu_ir::ops::{self, Replay, Rule, Rules, Thread, conform};
use quipu_ir::{Block, BlockData, Dim, Func, Sym, SymDef, Ty, Var};
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};
use std::collections::BTreeSet;

/// Symbols in the types and ops of a block and its nested blocks.
pub fn symbols(f: &Func, block: Block) -> BTreeSet<Sym> {
    let mut out = BTreeSet::new();
    f.walk(block, &mut |d| {
        let vars = d.params.iter().chain(d.eqns.iter().flat_map(|e| &e.outs));
        vars.for_each(|v| f.ty(*v).visit_syms(&mut |n| _ = out.insert(n)));
        for e in &d.eqns {
            let mut op = e.op.clone();
            op.def_mut().visit_dims_mut(&mut |d| d.visit_syms(&mut |n| _ = out.insert(n)));
        }
    });
    f.free_vars(block).iter().for_each(|v| f.ty(*v).visit_syms(&mut |n| _ = out.insert(n)));
    out
}

fn subst_dim(d: &Dim, map: &HashMap<Sym, Dim>) -> Dim {
    d.subst(&mut |n| map.get(&n).cloned().unwrap_or_else(|| n.into()))
}

/// Replaces symbols in the types and ops of a block and its nested blocks.
pub fn subst_dims(f: &mut Func, block: Block, map: &HashMap<Sym, Dim>) {
    if map.is_empty() {
        return;
    }
    let mut d = std::mem::take(f.block_mut(block));
    for v in d.params.iter().chain(d.eqns.iter().flat_map(|e| &e.outs)) {
        let data = &mut f.vars[v.index()];
        data.ty.visit_dims_mut(&mut |d| *d = subst_dim(d, map));
        data.value = data.value.as_ref().map(|d| subst_dim(d, map));
    }
    for e in &mut d.eqns {
        e.op.def_mut().visit_dims_mut(&mut |d| *d = subst_dim(d, map));
        e.blocks.iter().for_each(|b| subst_dims(f, *b, map));
    }
    *f.block_mut(block) = d;
}

/// The state of settling one pair.
struct Settle {
    known: Block,
    linear: Block,
    kd: BlockData,
    /// Where in the known block a variable comes from.
    from: HashMap<Var, usize>,
    local: HashSet<Var>,
    /// Known values in the linear block; `None`: only by a tape.
    again: HashMap<Var, Option<Var>>,
    sizes: HashMap<Sym, Dim>,
    threads: Vec<Thread>,
}

impl Fwd<'_> {
    /// Ends a pair: the linear block gets its own version of every known value that it uses. Gives the tapes.
    pub fn settle(&mut self, known: Block, linear: Block, lead: usize, threads: Vec<Thread>) -> Rule<Vec<Thread>> {
        let kd = self.b.func.block(known).clone();
        let from = kd.eqns.iter().enumerate().flat_map(|(k, e)| e.outs.iter().map(move |o| (*o, k))).collect();
        let local = kd.params.iter().chain(kd.eqns.iter().flat_map(|e| &e.outs)).copied().collect();
        let index = self.b.func.block(linear).params[..lead].to_vec();
        let again = kd.params.iter().copied().zip(index.iter().map(|v| Some(*v))).collect();
        let mut s = Settle { known, linear, kd, from, local, again, sizes: HashMap::default(), threads };
        let head = self.b.func.block(linear).eqns.len();
        self.b.push_cursor(linear, None);
        for n in symbols(&self.b.func, linear) {
            self.size(&mut s, n)?;
        }
        let mut subst = HashMap::default();
        for r in self.b.func.free_vars(linear) {
            if s.local.contains(&r) && !self.b.func.ty(r).is_tape() {
                let v = self.value(&mut s, r)?;
                subst.insert(r, v);
            }
        }
        self.b.pop_cursor();
        self.b.func.block_mut(linear).eqns.rotate_left(head);
        self.b.func.subst(linear, &subst);
        self.known_values(&mut s);
        subst_dims(&mut self.b.func, linear, &s.sizes);
        Ok(s.threads)
    }

    /// What the dims algebra knows of integers in the linear block must not name the known block's symbols. A symbol
    /// whose integer the linear block has anyway is that integer's; what is known by others is forgotten: it is no
    /// reason to keep anything.
    fn known_values(&mut self, s: &mut Settle) {
        let mut all = vec![];
        self.b.func.walk(s.linear, &mut |d| {
            all.extend(d.params.iter().chain(d.eqns.iter().flat_map(|e| &e.outs)).copied());
        });
        for v in all {
            let Some(d) = self.b.func.vars[v.index()].value.clone() else { continue };
            let mut known = true;
            d.visit_syms(&mut |n| match self.b.func.syms[n.index()].def {
                SymDef::Value(w) if s.local.contains(&w) && !s.sizes.contains_key(&n) => {
                    match s.again.get(&w).copied().flatten() {
                        Some(here) => _ = s.sizes.insert(n, self.b.func.dim_of(here)),
                        None => known = false,
                    }
                }
                SymDef::Dim(w, _) if s.local.contains(&w) && !s.sizes.contains_key(&n) => known = false,
                _ => {}
            });
            if !known {
                self.b.func.vars[v.index()].value = None;
            }
        }
    }

    fn size(&mut self, s: &mut Settle, n: Sym) -> Rule<()> {
        let v = match self.b.func.syms[n.index()].def {
            SymDef::Value(v) if s.local.contains(&v) => self.value(s, v)?,
            SymDef::Dim(v, _) if s.local.contains(&v) => {
                let v = self.b.emit_in(s.known, ops::Size(n.into()).into(), &[], vec![], false)[0];
                self.tape(s, v)?
            }
            _ => return Ok(()),
        };
        let data = self.b.func.syms[n.index()].clone();
        let d = self.b.func.dim_of(v);
        if let Some(m) = d.as_sym() {
            let lo = &mut self.b.func.syms[m.index()].lo;
            *lo = (*lo).max(data.lo);
        }
        s.sizes.insert(n, d);
        Ok(())
    }

    /// The known value `r` in the linear block.
    fn value(&mut self, s: &mut Settle, r: Var) -> Rule<Var> {
        match self.replay(s, r) {
            Some(v) => Ok(v),
            None => {
                let v = self.tape(s, r)?;
                s.again.insert(r, Some(v));
                Ok(v)
            }
        }
    }

    fn replay(&mut self, s: &mut Settle, r: Var) -> Option<Var> {
        if let Some(v) = s.again.get(&r) {
            return *v;
        }
        let v = self.replay_new(s, r);
        s.again.insert(r, v);
        v
    }

    fn replay_new(&mut self, s: &mut Settle, r: Var) -> Option<Var> {
        if !self.b.func.ty(r).is_scalar() {
            return None;
        }
        let e = s.kd.eqns[*s.from.get(&r)?].clone();
        let Rules::Plain(p) = e.op.def().rules() else { return None };
        let how = p.replay();
        if matches!(how, Replay::Never) {
            return None;
        }
        let mut op = e.op.clone();
        let mut inside = vec![];
        op.def_mut().visit_dims_mut(&mut |d| d.visit_syms(&mut |n| inside.push(n)));
        let mut sizes = HashMap::default();
        for n in inside {
            match self.b.func.syms[n.index()].def {
                SymDef::Value(v) if s.local.contains(&v) => {
                    let v = self.replay(s, v)?;
                    sizes.insert(n, self.b.func.dim_of(v));
                }
                SymDef::Dim(v, _) if s.local.contains(&v) => return None,
                _ => {}
            }
        }
        op.def_mut().visit_dims_mut(&mut |d| *d = subst_dim(d, &sizes));
        let mut args = vec![];
        for a in &e.args {
            args.push(match s.local.contains(a) {
                true => self.replay(s, *a)?,
                // An array from outside may be read again only if no version of it is ever overwritten.
                false if self.b.func.ty(*a).is_place() && !self.frozen.contains(a) => return None,
                false => *a,
            });
        }
        let outs = match how {
            Replay::With(f) => f(&mut self.b, &args),
            _ => self.b.emit_n(op, &args, vec![]),
        };
        let k = e.outs.iter().position(|o| *o == r)?;
        outs.get(k).copied()
    }

    /// Through a tape of its own.
    fn tape(&mut self, s: &mut Settle, r: Var) -> Rule<Var> {
        let ty = self.b.ty(r);
        if matches!(ty, Ty::Str | Ty::Cell(_)) {
            return Err(format!("reverse mode would have to keep a value of type {ty}"));
        }
        let elem = self.element(&ty);
        let f = &mut self.b.func;
        // A symbol for the capacity until the loops around are known (see `linearize::make_tapes`).
        let cap = Dim::from(f.new_size());
        let tape = Ty::Tape(Box::new(elem), Some(cap));
        let (k_in, l_in) = (f.new_var(tape.clone(), false), f.new_var(tape, false));
        self.counts.insert(k_in, Count::once());
        let push = self.b.try_emit_in(s.known, ops::TapePush.into(), &[k_in, r], vec![], false)?;
        let next = self.b.try_emit_in(s.linear, ops::TapeNext.into(), &[l_in], vec![], false)?;
        s.threads.push(Thread { k_in, k_out: push[0], l_in, l_out: next[0] });
        let mut want = ty;
        want.visit_dims_mut(&mut |d| *d = subst_dim(d, &s.sizes));
        Ok(conform(&mut self.b, next[1], &want))
    }

    /// A tape is made before everything else: dims that only the function's parameters decide stay, the others are
    /// each value's own.
    fn element(&mut self, ty: &Ty) -> Ty {
        let mut ty = ty.clone();
        let f = &mut self.b.func;
        let params: HashSet<Var> = f.block(Func::ENTRY).params.iter().copied().collect();
        ty.visit_dims_mut(&mut |d| {
            let mut early = true;
            d.visit_syms(&mut |n| match f.syms[n.index()].def {
                SymDef::Value(v) | SymDef::Dim(v, _) => early &= params.contains(&v),
                SymDef::Free => early = false,
            });
            if !early {
                *d = f.new_size().into();
            }
        });
        ty
    }
}
