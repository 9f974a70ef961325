//! Alternatives: blocks that run from one state, and the state where their paths meet.
//!
//! An arm is walked in a block of its own, from a snapshot. Where arms meet, what differs is yielded: names whose
//! values differ (flattened at the join of their types), and the versions of bases that an arm stored into, which
//! are operands of the op so that the stores stay in place. An arm that raised does not count. Names that only some
//! arms bind become `Maybe`; locals of an arm that has returned are dead and get dummies.
//!
//! A name that comes to denote different arrays keeps a copy of the value, and the arrays are frozen: reading is
//! exact, and a later write, which could tell, is refused.

use crate::state::*;
use crate::value::*;
use quipu_ir::ops::{self, Op};
use quipu_ir::{Block, Var};
use quipu_syntax::Symbol;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

/// A walked alternative.
pub struct Arm<'a> {
    pub block: Block,
    /// It raised: nothing comes out of it.
    pub ended: bool,
    pub state: Snapshot<'a>,
    /// It is past a `return` of the frame it started in.
    pub returned: bool,
}

/// Something that comes out of an op with blocks, and what becomes of it.
enum Out {
    /// Columns of a base.
    Base(BaseId, usize),
    /// A name's value of this type (as many variables as it flattens to).
    Slot(usize, Symbol, T),
    /// Columns of a new base that names in `places` denote (per name: frame, symbol).
    NewBase(Vec<(usize, Symbol)>, usize),
}

impl<'a> Lower<'a, '_> {
    /// Walks `f` in a block of its own, from `before`.
    pub fn arm(&mut self, before: &Snapshot<'a>, f: impl FnOnce(&mut Self) -> R<()>) -> R<Arm<'a>> {
        self.restore(before);
        let (block, _) = self.b.begin(&[]);
        let (at, span, loc) = (self.at, self.span, self.b.loc);
        let r = f(self);
        self.at = at;
        self.span = span;
        self.b.loc = loc;
        self.b.end(&[]);
        let ended = match r {
            Ok(()) => false,
            Err(Stop::Ends) => true,
            Err(e) => return Err(e),
        };
        let returned = self.exit_state() == Some(exit::RETURN);
        Ok(Arm { block, ended, state: self.snapshot(), returned })
    }

    /// An `if` over two alternatives; continues in the merged state.
    pub fn branch(
        &mut self,
        cond: Var,
        yes: impl FnOnce(&mut Self) -> R<()>,
        no: impl FnOnce(&mut Self) -> R<()>,
    ) -> R<()> {
        let before = self.snapshot();
        let a = self.arm(&before, yes)?;
        let b = self.arm(&before, no)?;
        self.join_arms(&before, Op::If(ops::If), &[cond], vec![a, b])
    }

    /// A conditional expression.
    pub fn choose(
        &mut self,
        cond: &Val<'a>,
        yes: impl FnOnce(&mut Self) -> R<Val<'a>>,
        no: impl FnOnce(&mut Self) -> R<Val<'a>>,
    ) -> R<Val<'a>> {
        match cond.bool_known() {
            Some(true) => return yes(self),
            Some(false) => return no(self),
            None => {}
        }
        let c = self.operand(cond)?;
        let slot = Symbol::new("<value>");
        let (at, outer) = (self.at, self.frames[self.at].slots.remove(&slot));
        let keep = |lw: &mut Self, r: R<Val<'a>>| -> R<()> {
            let v = r?;
            lw.set_slot(at, slot, v);
            Ok(())
        };
        self.branch(
            c,
            |lw| {
                let r = yes(lw);
                keep(lw, r)
            },
            |lw| {
                let r = no(lw);
                keep(lw, r)
            },
        )?;
        let Some(v) = self.frames[at].slots.remove(&slot) else {
            return self.unsupported(
                "a choice between values of types that have nothing in common",
                "give both alternatives one type",
            );
        };
        if let Some(o) = outer {
            self.set_slot(at, slot, o);
        }
        Ok(v)
    }

    /// Applies `f` to each member of a union and joins the results; `None` if `v` is no union.
    pub fn split_union(&mut self, v: &Val<'a>, f: impl Fn(&mut Self, &Val<'a>) -> R<Val<'a>>) -> R<Option<Val<'a>>> {
        let Val::Union(u) = v else { return Ok(None) };
        self.split_members(&u.clone(), 0, &f).map(Some)
    }

    fn split_members(
        &mut self,
        u: &Rc<UnionVal<'a>>,
        k: usize,
        f: &dyn Fn(&mut Self, &Val<'a>) -> R<Val<'a>>,
    ) -> R<Val<'a>> {
        if k + 1 == u.members.len() {
            return f(self, &u.members[k]);
        }
        let here = self.b.i64(k as i64);
        let is = self.b.map(&ops::EQ, &[u.tag, here]);
        let cond = self.py(quipu_abi::DType::Bool, is);
        self.choose(&cond, |lw| f(lw, &u.members[k]), |lw| lw.split_members(u, k + 1, f))
    }

    /// Emits `op` over the arms' blocks and continues in the state where they meet. Ends if all arms ended.
    pub fn join_arms(&mut self, before: &Snapshot<'a>, op: Op, args: &[Var], arms: Vec<Arm<'a>>) -> R<()> {
        let live: Vec<usize> = (0..arms.len()).filter(|k| !arms[*k].ended).collect();
        let consumes = matches!(op, Op::If(_));
        self.restore(before);
        let mut outs: Vec<Out> = vec![];
        let mut yields: Vec<Vec<Var>> = vec![vec![]; arms.len()];
        let mut operands: Vec<Var> = vec![];
        // Versions of bases that were there before.
        for k in 0..before.bases.len() {
            let (id, old) = (BaseId(k as u32), &before.bases[k]);
            let changed = live.iter().any(|a| arms[*a].state.bases[k].cur != old.cur);
            let touched = arms.iter().any(|a| a.state.bases[k].cur != old.cur || a.state.bases[k].moved != old.moved);
            if touched {
                operands.extend(&old.cur);
            }
            for a in &live {
                let s = &arms[*a].state.bases[k];
                let b = self.base_mut(id);
                b.written |= s.written;
                b.epoch = b.epoch.max(s.epoch);
                b.grown = b.grown.max(s.grown);
                b.moved = b.moved.or(s.moved);
                b.frozen = b.frozen.or(s.frozen);
            }
            if changed {
                for c in 0..old.cur.len() {
                    outs.push(Out::Base(id, c));
                    for a in &live {
                        yields[*a].push(arms[*a].state.bases[k].cur[c]);
                    }
                }
            }
        }
        // Names.
        let mut shared: HashMap<Vec<BaseId>, usize> = HashMap::new();
        for frame in 0..before.frames.len() {
            let names: BTreeSet<Symbol> =
                live.iter().flat_map(|a| arms[*a].state.frames[frame].keys().copied().collect::<Vec<_>>()).collect();
            for name in names {
                self.join_slot(before, &arms, &live, (frame, name), &mut outs, &mut yields, &mut shared)?;
            }
            let gone: Vec<Symbol> = before.frames[frame]
                .keys()
                .filter(|n| live.iter().all(|a| !arms[*a].state.frames[frame].contains_key(n)))
                .copied()
                .collect();
            for n in gone {
                self.frames[frame].slots.remove(&n);
            }
        }
        // What the arms store into is handed over.
        if consumes {
            for a in &arms {
                self.thread(a.block, &operands, 0);
            }
        } else {
            operands.clear();
        }
        let map: Vec<HashMap<Var, Var>> = arms
            .iter()
            .map(|a| {
                let p = &self.b.func.block(a.block).params;
                let skip = p.len() - if consumes { operands.len() } else { 0 };
                operands.iter().copied().zip(p[skip..].iter().copied()).collect()
            })
            .collect();
        for a in &live {
            let r = yields[*a].iter().map(|v| *map[*a].get(v).unwrap_or(v)).collect();
            self.b.func.block_mut(arms[*a].block).results = r;
        }
        let args = [args, &operands].concat();
        let blocks = arms.iter().map(|a| a.block).collect();
        let results = self.b.emit_n(op, &args, blocks);
        if live.is_empty() {
            return Err(Stop::Ends);
        }
        self.bind_outs(outs, results);
        Ok(())
    }

    /// Makes captured variables parameters of a block (after `skip` results of its own), so that it may consume them.
    pub fn thread(&mut self, block: Block, vars: &[Var], _skip: usize) {
        let mut map = HashMap::new();
        let mut params = vec![];
        for v in vars {
            let ty = self.b.ty(*v);
            let p = self.b.func.new_var(ty, false);
            self.b.func.vars[p.index()].value = self.b.func.vars[v.index()].value.clone();
            map.insert(*v, p);
            params.push(p);
        }
        self.b.func.subst(block, &map);
        self.b.func.block_mut(block).params.extend(params);
    }

    #[expect(clippy::too_many_arguments, reason = "the tables of one join, which has no life beyond it")]
    fn join_slot(
        &mut self,
        before: &Snapshot<'a>,
        arms: &[Arm<'a>],
        live: &[usize],
        (frame, name): (usize, Symbol),
        outs: &mut Vec<Out>,
        yields: &mut [Vec<Var>],
        shared: &mut HashMap<Vec<BaseId>, usize>,
    ) -> R<()> {
        let special = name == self.exit_slot || name == self.ret_slot;
        let vals: Vec<Option<Val<'a>>> =
            live.iter().map(|a| arms[*a].state.frames[frame].get(&name).cloned()).collect();
        let old = before.frames[frame].get(&name);
        if let (Some(old), true) = (old, vals.iter().all(Option::is_some))
            && vals.iter().flatten().all(|v| self.same(v, old))
        {
            return Ok(());
        }
        // Locals of arms that have returned do not matter.
        let dead: Vec<bool> = live.iter().map(|a| arms[*a].returned && frame == self.at && !special).collect();
        if dead.iter().all(|d| *d) {
            self.frames[frame].slots.remove(&name);
            return Ok(());
        }
        let some: Vec<&Val<'a>> =
            vals.iter().zip(&dead).filter(|(_, d)| !**d).filter_map(|(v, _)| v.as_ref()).collect();
        let missing = vals.iter().zip(&dead).any(|(v, d)| v.is_none() && !d);
        let Some(first) = some.first().map(|v| (*v).clone()) else {
            self.frames[frame].slots.remove(&name);
            return Ok(());
        };
        let all_same = !missing && some.iter().all(|v| self.same(v, &first));
        if all_same && let Some(v) = self.rematerialize(&first) {
            self.set_slot(frame, name, v);
            return Ok(());
        }
        let mut t = self.type_of(&first);
        for v in &some[1..] {
            let u = self.type_of(v);
            match t.join(&u) {
                Some(j) => t = j,
                None => {
                    self.frames[frame].slots.remove(&name);
                    return Ok(());
                }
            }
        }
        if matches!(t, T::Static(_)) {
            self.frames[frame].slots.remove(&name);
            return Ok(());
        }
        if missing && !matches!(t, T::Maybe(_)) {
            t = T::Maybe(Box::new(t));
        }
        // Arrays and lists that all arms made: one new base, which all names of it share.
        if let Some(bases) = self.new_bases(before, &vals, &dead) {
            let n = self.bases[bases[0].0 as usize].cur.len();
            if let Some(k) = shared.get(&bases) {
                if let Out::NewBase(names, _) = &mut outs[*k] {
                    names.push((frame, name));
                }
            } else {
                shared.insert(bases.clone(), outs.len());
                outs.push(Out::NewBase(vec![(frame, name)], n));
                for (a, b) in live.iter().zip(&bases) {
                    let cur = arms[*a].state.bases[b.0 as usize].cur.clone();
                    yields[*a].extend(cur);
                }
            }
            // The first arm's view of it, with the new base put in when it exists.
            self.set_slot(frame, name, first);
            return Ok(());
        }
        for (k, a) in live.iter().enumerate() {
            let state = self.snapshot_for(&arms[*a].state);
            self.b.push_cursor(arms[*a].block, None);
            let flat = match (&vals[k], dead[k]) {
                (Some(v), false) => {
                    self.freeze(before, v);
                    self.flatten(v, &t)
                }
                (Some(v), true) if self.type_of(v) == t => self.flatten(v, &t),
                _ => Ok(self.absent(&t)),
            };
            self.b.pop_cursor();
            let frozen: Vec<Option<quipu_diagnostics::Span>> = self.bases.iter().map(|b| b.frozen).collect();
            self.restore(&state);
            for (b, f) in self.bases.iter_mut().zip(frozen) {
                b.frozen = b.frozen.or(f);
            }
            yields[*a].extend(flat?);
        }
        outs.push(Out::Slot(frame, name, t));
        Ok(())
    }

    /// Puts an arm's versions in place for reading; returns what to restore.
    fn snapshot_for(&mut self, arm: &Snapshot<'a>) -> Snapshot<'a> {
        let now = self.snapshot();
        for (b, s) in self.bases.iter_mut().zip(&arm.bases) {
            *b = s.clone();
        }
        now
    }

    /// Dummies for a value that is not there: not bound, if the type can say so.
    pub fn absent(&mut self, t: &T) -> Vec<Var> {
        match t {
            T::Maybe(inner) => {
                let mut out = vec![self.b.bool(false)];
                out.extend(self.dummies(inner));
                out
            }
            t => self.dummies(t),
        }
    }

    /// A value that means the same outside the block where it was made.
    fn rematerialize(&mut self, v: &Val<'a>) -> Option<Val<'a>> {
        Some(match v {
            Val::Scalar(s) => match s.known? {
                Known::Int(k) if s.dtype == quipu_abi::DType::I64 && !s.np => self.int(k),
                Known::Float(x) if s.dtype == quipu_abi::DType::F64 && !s.np => self.float(x),
                Known::Bool(b) if !s.np => self.boolean(b),
                _ => return None,
            },
            Val::Str(t) => {
                let s = t.known.clone()?;
                self.text(&s)
            }
            Val::Tuple(vs) => {
                let all: Option<Vec<Val<'a>>> = vs.iter().map(|v| self.rematerialize(v)).collect();
                Val::Tuple(all?.into())
            }
            Val::None | Val::Ellipsis | Val::Module(_) | Val::Class(_) | Val::Builtin(_) | Val::Decorator(_) => {
                v.clone()
            }
            Val::Func(_) => v.clone(),
            _ => return None,
        })
    }

    /// The bases that the live arms' values denote as a whole, if every arm made its own.
    fn new_bases(&self, before: &Snapshot<'a>, vals: &[Option<Val<'a>>], dead: &[bool]) -> Option<Vec<BaseId>> {
        if dead.iter().any(|d| *d) {
            return None;
        }
        let mut out = vec![];
        let mut ty = None;
        for v in vals {
            let (base, whole, t) = match v.as_ref()? {
                Val::Array(p) => (p.base, p.path.is_empty() && p.segs.is_empty(), self.type_of(v.as_ref()?)),
                Val::List(l) => (l.base, l.path.is_empty(), self.type_of(v.as_ref()?)),
                _ => return None,
            };
            if !whole || (base.0 as usize) < before.bases.len() || ty.get_or_insert_with(|| t.clone()) != &t {
                return None;
            }
            out.push(base);
        }
        Some(out)
    }

    /// A name's value is copied where paths meet: nobody may write what it was copied from.
    pub fn freeze(&mut self, before: &Snapshot<'a>, v: &Val<'a>) {
        let span = self.span;
        match v {
            Val::Array(p) => {
                // What this arm made and only this name has is moved, not copied.
                if (p.base.0 as usize) < before.bases.len() || self.named(p.base) > 1 {
                    self.base_mut(p.base).frozen = Some(span);
                }
            }
            Val::List(l) => {
                if (l.base.0 as usize) < before.bases.len() || self.named(l.base) > 1 {
                    self.base_mut(l.base).frozen = Some(span);
                }
            }
            Val::Tuple(vs) => vs.clone().iter().for_each(|v| self.freeze(before, v)),
            Val::Union(u) => u.clone().members.iter().for_each(|v| self.freeze(before, v)),
            Val::Maybe(m) => {
                let inner = m.1.clone();
                self.freeze(before, &inner);
            }
            _ => {}
        }
    }

    /// How many names denote the base.
    pub fn named(&self, id: BaseId) -> usize {
        self.frames.iter().flat_map(|f| f.slots.values()).map(|v| mentions(v, id)).sum()
    }

    fn bind_outs(&mut self, outs: Vec<Out>, results: Vec<Var>) {
        let mut it = results.into_iter();
        let site = self.site();
        for o in outs {
            match o {
                Out::Base(id, c) => {
                    let v = it.next().expect("a result per column");
                    self.base_mut(id).cur[c] = v;
                }
                Out::Slot(frame, name, t) => {
                    let v = self.unflatten(&t, &mut it, site);
                    self.set_slot(frame, name, v);
                }
                Out::NewBase(names, n) => {
                    let cur: Vec<Var> = (0..n).map(|_| it.next().expect("a result per column")).collect();
                    let old = match self.get_slot(names[0].0, names[0].1) {
                        Some(Val::Array(p)) => p.base,
                        Some(Val::List(l)) => l.base,
                        _ => continue,
                    };
                    let kind = self.base(old).kind.clone();
                    let dims: Rc<[quipu_ir::Dim]> = self.b.func.ty(cur[0]).dims().into();
                    let base = self.new_base(cur, kind);
                    let obj = self.new_obj();
                    for (f, n) in names {
                        match self.frames[f].slots.get_mut(&n) {
                            Some(Val::Array(p)) => {
                                *p = Place { base, dims: dims.clone(), obj, ..p.clone() };
                            }
                            Some(Val::List(l)) => *l = ListRef { base, ..l.clone() },
                            _ => {}
                        }
                    }
                }
            }
        }
    }
}

/// How often a value refers to the base.
pub fn mentions(v: &Val<'_>, id: BaseId) -> usize {
    match v {
        Val::Array(p) => usize::from(p.base == id),
        Val::List(l) => usize::from(l.base == id),
        Val::Tuple(vs) => vs.iter().map(|v| mentions(v, id)).sum(),
        Val::Union(u) => u.members.iter().map(|v| mentions(v, id)).sum(),
        Val::Maybe(m) => mentions(&m.1, id),
        Val::Method(m) => mentions(&m.0, id),
        Val::Iter(it) => match &**it {
            Iter::Zip(vs) => vs.iter().map(|v| mentions(v, id)).sum(),
            Iter::Enumerate(v, _) | Iter::Reversed(v) => mentions(v, id),
            Iter::Map(_, vs) => vs.iter().map(|v| mentions(v, id)).sum(),
            Iter::Generator(..) => 0,
        },
        _ => 0,
    }
}

/// All slots of all frames.
pub type Slots<'a> = BTreeMap<Symbol, Val<'a>>;
