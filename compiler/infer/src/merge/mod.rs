//! Alternatives: blocks that run from one state, and the state where their paths meet.
//!
//! An arm is walked in a block of its own, from a snapshot. Where arms meet, what differs is yielded: names whose
//! values differ (flattened at the join of their types), and the versions of bases that an arm stored into, which
//! are operands of the op so that the stores stay in place. An arm that raised does not count. Names that only some
//! arms bind become `Maybe`; locals of an arm that has returned are dead and get dummies.
//!
//! A name that comes to denote different arrays keeps a copy of the value, and the arrays are frozen: reading is
//! exact. A later write, which could tell, raises a fact: the function is walked again, and then what comes out at
//! this point is a merged place (see `select`), or one place whose indices vary (see `encode`). So only programs
//! that need to know which array a name denotes pay for it. An array that only this name has is moved instead.

mod join;

use crate::encode::Layout;
use crate::places::{met_at, part_at};
use crate::shared::Table;
use crate::state::*;
use crate::value::*;
use quipu_ir::ops::{self, Op};
use quipu_ir::{Block, Var};
use quipu_syntax::Symbol;
use rustc_hash::FxHashMap as HashMap;
use std::collections::BTreeSet;
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
enum Out<'a> {
    /// Columns of a base.
    Base(BaseId, usize),
    /// A name's value (as many variables as it flattens to).
    Slot(usize, Symbol, Shape<'a>),
    /// Columns of a new base.
    NewBase(BaseId, usize),
}

/// A value that comes out: what its variables are.
enum Shape<'a> {
    /// Of this type, by value: copies are of these bases of arms.
    Plain(T, Option<Order>, Option<Frozen>),
    Array(Layout),
    List(ListRef),
    /// A list in this one, at a path of its own.
    Inner(ListRef),
    /// Which of these lists; those that are marked are at a path that comes out, too.
    Choice(Vec<(ListRef, bool)>),
    Tuple(Vec<Shape<'a>>),
    Object(Object),
    /// A function, with what its defaults are.
    Func(Rc<Closure<'a>>, Vec<Shape<'a>>),
    Maybe(Box<Shape<'a>>),
    Union(Vec<Shape<'a>>),
}

/// What a join has found so far.
struct Join<'s, 'a> {
    before: &'s Snapshot<'a>,
    arms: &'s [Arm<'a>],
    live: &'s [usize],
    outs: Vec<Out<'a>>,
    /// Per arm: versions of bases, then values of names.
    bases: Vec<Vec<Var>>,
    yields: Vec<Vec<Var>>,
    /// What an arm's own base becomes outside.
    news: HashMap<(usize, BaseId), BaseId>,
    /// The names that denote a base by value outside, and where that was decided.
    copied: HashMap<(usize, BaseId), Frozen>,
    /// The names of the frame that are read behind this point, if that is known.
    behind: Option<Rc<crate::live::Names>>,
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
        self.close_arm(block, r)
    }

    /// Closes the block of an alternative whose walk came to `r`.
    pub fn close_arm(&mut self, block: Block, r: R<()>) -> R<Arm<'a>> {
        if matches!(r, Err(Stop::Ends)) {
            self.seal();
        }
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
        self.branch_before(cond, None, yes, no)
    }

    /// A branch behind which only these names of the frame are read.
    pub fn branch_before(
        &mut self,
        cond: Var,
        behind: Option<Rc<crate::live::Names>>,
        yes: impl FnOnce(&mut Self) -> R<()>,
        no: impl FnOnce(&mut Self) -> R<()>,
    ) -> R<()> {
        let before = self.snapshot();
        let a = self.arm(&before, yes)?;
        let b = self.arm(&before, no)?;
        self.join_before(&before, Op::If(ops::If), &[cond], vec![a, b], behind)
    }

    /// A conditional expression.
    pub fn choose(
        &mut self,
        cond: &Val<'a>,
        yes: impl FnOnce(&mut Self) -> R<Val<'a>>,
        no: impl FnOnce(&mut Self) -> R<Val<'a>>,
    ) -> R<Val<'a>> {
        match self.one_of(cond, yes, no)? {
            Some(v) => Ok(v),
            None => self.no_choice(),
        }
    }

    /// What one of two alternatives gives; `None` if that is not one value.
    fn one_of(
        &mut self,
        cond: &Val<'a>,
        yes: impl FnOnce(&mut Self) -> R<Val<'a>>,
        no: impl FnOnce(&mut Self) -> R<Val<'a>>,
    ) -> R<Option<Val<'a>>> {
        match cond.bool_known() {
            Some(true) => return yes(self).map(Some),
            Some(false) => return no(self).map(Some),
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
        let v = self.frames[at].slots.remove(&slot);
        if let Some(o) = outer {
            self.set_slot(at, slot, o);
        }
        Ok(v)
    }

    /// The error where what alternatives give is not one value.
    pub fn no_choice<X>(&mut self) -> R<X> {
        self.unsupported(
            "a choice between values of types that have nothing in common",
            "give both alternatives one type",
        )
    }

    /// Applies `f` to each member of a union and joins the results; `None` if `v` is no union. Where the program would be
    /// refused only because a power of ints may be a float, it may not.
    pub fn split_union(&mut self, v: &Val<'a>, f: impl Fn(&mut Self, &Val<'a>) -> R<Val<'a>>) -> R<Option<Val<'a>>> {
        let Val::Union(u) = v else { return Ok(None) };
        match (self.split_members(&u.clone(), 0, &f), u.power) {
            (Ok(None) | Err(Stop::Error(_)), Some(site)) => Err(self.int_power(site)),
            (Ok(Some(Val::Union(r))), Some(_)) if r.power.is_none() => {
                Ok(Some(Val::Union(Rc::new(UnionVal { power: u.power, ..UnionVal::clone(&r) }))))
            }
            (Ok(None), None) => self.no_choice(),
            (r, _) => r,
        }
    }

    fn split_members(
        &mut self,
        u: &Rc<UnionVal<'a>>,
        k: usize,
        f: &dyn Fn(&mut Self, &Val<'a>) -> R<Val<'a>>,
    ) -> R<Option<Val<'a>>> {
        if k + 1 == u.members.len() {
            return f(self, &u.members[k]).map(Some);
        }
        let here = self.b.i64(k as i64);
        let is = self.b.map(&ops::EQ, &[u.tag, here]);
        let cond = self.py(quipu_abi::DType::Bool, is);
        let mut apart = false;
        let rest = |lw: &mut Self| {
            let v = lw.split_members(u, k + 1, f)?;
            apart = v.is_none();
            Ok(v.unwrap_or(Val::None))
        };
        let v = self.one_of(&cond, |lw| f(lw, &u.members[k]), rest)?;
        Ok(v.filter(|_| !apart))
    }

    /// Emits `op` over the arms' blocks and continues in the state where they meet. Ends if all arms ended.
    pub fn join_arms(&mut self, before: &Snapshot<'a>, op: Op, args: &[Var], arms: Vec<Arm<'a>>) -> R<()> {
        self.join_before(before, op, args, arms, None)
    }

    fn join_before(
        &mut self,
        before: &Snapshot<'a>,
        op: Op,
        args: &[Var],
        arms: Vec<Arm<'a>>,
        behind: Option<Rc<crate::live::Names>>,
    ) -> R<()> {
        let live: Vec<usize> = (0..arms.len()).filter(|k| !arms[*k].ended).collect();
        let consumes = matches!(op, Op::If(_));
        self.restore(before);
        let yields: Vec<Vec<Var>> = vec![vec![]; arms.len()];
        let (news, copied) = (HashMap::default(), HashMap::default());
        let mut j = Join {
            before,
            arms: &arms,
            live: &live,
            outs: vec![],
            bases: yields.clone(),
            yields,
            news,
            copied,
            behind,
        };
        let mut operands: Vec<Var> = vec![];
        // Versions of bases that were there before.
        for k in before.bases.differing(arms.iter().map(|a| &a.state.bases)) {
            let (id, old) = (BaseId(k as u32), &before.bases[k]);
            if arms.iter().all(|a| a.state.bases[k].is(old)) {
                continue;
            }
            let changed = live.iter().any(|a| arms[*a].state.bases[k].cur != old.cur);
            let touched = arms
                .iter()
                .any(|a| a.state.bases[k].cur != old.cur || a.state.bases[k].moved.is_some() != old.moved.is_some());
            if touched {
                operands.extend(&old.cur);
            }
            for a in &live {
                let s = &arms[*a].state.bases[k];
                let b = self.base_mut(id);
                b.written |= s.written;
                b.stored = b.stored.max(s.stored);
                b.epoch = b.epoch.max(s.epoch);
                b.grown = b.grown.max(s.grown);
                b.moved = b.moved.or(s.moved);
                b.frozen = b.frozen.or(s.frozen);
            }
            if changed {
                for c in 0..old.cur.len() {
                    j.outs.push(Out::Base(id, c));
                    for a in &live {
                        j.bases[*a].push(arms[*a].state.bases[k].cur[c]);
                    }
                }
            }
        }
        // Names.
        for frame in 0..before.frames.len() {
            if live.iter().all(|a| arms[*a].state.frames[frame].is(&before.frames[frame])) {
                continue;
            }
            let names: BTreeSet<Symbol> =
                live.iter().flat_map(|a| arms[*a].state.frames[frame].keys().copied().collect::<Vec<_>>()).collect();
            for name in names {
                self.join_slot(&mut j, (frame, name), None)?;
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
        // Frames that arms made and that what comes out refers to.
        let frames: Vec<(usize, usize)> = live
            .iter()
            .flat_map(|a| {
                let all = self.frames_out(&arms[*a].state.frames, before.frames.len());
                all.into_iter().map(|k| (*a, k)).collect::<Vec<_>>()
            })
            .collect();
        for (arm, frame) in frames {
            let names: Vec<Symbol> = arms[arm].state.frames[frame].keys().copied().collect();
            for name in names {
                self.join_slot(&mut j, (frame, name), Some(arm))?;
            }
        }
        let Join { mut outs, bases, mut yields, news, copied, .. } = j;
        outs.sort_by_key(|o| matches!(o, Out::Slot(..)));
        for (y, b) in yields.iter_mut().zip(bases) {
            y.splice(0..0, b);
        }
        // Arms' own arrays that are named outside and were copied too.
        for ((k, b), f) in copied {
            if let Some(id) = news.get(&(k, b)) {
                self.bases[id.0 as usize].frozen = Some(f);
                self.bases[id.0 as usize].merged = Some(f);
            }
        }
        // What the arms store into is handed over.
        if consumes {
            for a in &arms {
                self.thread(a.block, &operands);
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

    /// Makes captured variables parameters of a block, so that it may consume them.
    pub fn thread(&mut self, block: Block, vars: &[Var]) {
        let mut map = HashMap::default();
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

    /// Emits at the end of an arm, with the arm's versions.
    fn in_arm<X>(&mut self, j: &Join<'_, 'a>, k: usize, f: impl FnOnce(&mut Self) -> R<X>) -> R<X> {
        let arm = &j.arms[j.live[k]];
        let now = self.bases_for(&arm.state);
        self.b.push_cursor(arm.block, None);
        let r = f(self);
        self.b.pop_cursor();
        self.bases.restore(&now);
        r
    }

    /// Is the base named by this slot alone, as far as these frames go?
    fn only_in(&self, frames: &[Slots<'a>], id: BaseId, (frame, name): (usize, Symbol)) -> bool {
        !self.is_region(id)
            && frames.iter().enumerate().all(|(k, f)| {
                f.iter().all(|(n, v)| {
                    let n_here = self.mentions(v, id);
                    n_here == 0 || (n_here == 1 && k == frame && *n == name)
                })
            })
    }

    /// Ends a block whose path has ended without a `raise` (a check that always fails, say).
    pub fn seal(&mut self) {
        let block = self.b.cur();
        if !self.b.func.diverges(block) {
            let text = self.b.constant(ops::Const::Str("unreachable".into()));
            self.b.emit_n(ops::Raise { kind: Some(quipu_abi::ErrorKind::RuntimeError) }, &[text], vec![]);
        }
    }

    /// Puts an arm's versions in place for reading; returns those to restore.
    fn bases_for(&mut self, arm: &Snapshot<'a>) -> Table<Base> {
        let now = self.bases.clone();
        self.bases.restore(&arm.bases);
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
    pub fn rematerialize(&mut self, v: &Val<'a>) -> Option<Val<'a>> {
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
            Val::Func(c) if c.defaults.is_empty() => v.clone(),
            Val::Iter(it) if matches!(**it, Iter::Generator(_)) => v.clone(),
            _ => return None,
        })
    }

    /// How many names denote the base. Containers may refer to what is in a region: they count, too.
    pub fn named(&self, id: BaseId) -> usize {
        let names: usize = self.frames.iter().flat_map(|f| f.slots.values()).map(|v| self.mentions(v, id)).sum();
        names + if self.is_region(id) { 2 } else { 0 }
    }

    fn bind_outs(&mut self, outs: Vec<Out<'a>>, results: Vec<Var>) {
        let mut it = results.into_iter();
        let site = self.site();
        for o in outs {
            match o {
                Out::Base(id, c) => {
                    let v = it.next().expect("a result per column");
                    self.base_mut(id).cur[c] = v;
                }
                Out::NewBase(id, c) => {
                    let v = it.next().expect("a result per column");
                    self.base_mut(id).cur[c] = v;
                }
                Out::Slot(frame, name, shape) => {
                    let v = self.bind_shape(&shape, &mut it, site, met_at(site, frame, name));
                    self.set_slot(frame, name, v);
                }
            }
        }
    }

    fn at_new_path(&self, l: &ListRef, it: &mut dyn Iterator<Item = Var>) -> ListRef {
        let path = it.take(l.path.len()).collect();
        ListRef { path, epoch: self.base(l.base).epoch, display: None, ..l.clone() }
    }

    /// The value of this shape. `met`: where its lists look up their types, as `join_value` did.
    fn bind_shape(&mut self, shape: &Shape<'a>, it: &mut dyn Iterator<Item = Var>, site: Site, met: Site) -> Val<'a> {
        match shape {
            Shape::Plain(t, order, frozen) => {
                let v = self.unflatten_in(t, it, site, order.clone());
                for b in mentioned_bases(&v) {
                    self.base_mut(b).met = Some(met);
                }
                if frozen.is_some() {
                    for b in mentioned_bases(&v) {
                        self.base_mut(b).frozen = *frozen;
                        self.base_mut(b).merged = *frozen;
                    }
                }
                v
            }
            Shape::Array(layout) => Val::Array(self.decode(layout, it)),
            Shape::List(l) => Val::List(l.clone()),
            Shape::Inner(l) => Val::List(self.at_new_path(l, it)),
            Shape::Choice(cands) => {
                let sel = it.next().expect("a result per column");
                let mut all = vec![];
                for (l, moves) in cands {
                    all.push(if *moves { self.at_new_path(l, it) } else { l.clone() });
                }
                self.choice(sel, all)
            }
            Shape::Tuple(ts) => {
                let vs: Vec<Val<'a>> =
                    ts.iter().enumerate().map(|(k, s)| self.bind_shape(s, it, site, part_at(met, k))).collect();
                Val::Tuple(vs.into())
            }
            Shape::Object(o) => Val::Object(*o),
            Shape::Func(c, ts) => {
                let values: Vec<Val<'a>> =
                    ts.iter().enumerate().map(|(k, s)| self.bind_shape(s, it, site, part_at(met, k))).collect();
                let defaults = c.defaults.iter().map(|(n, _)| *n).zip(values).collect();
                Val::Func(Rc::new(Closure { defaults, ..(**c).clone() }))
            }
            Shape::Maybe(s) => {
                let bound = it.next().expect("a result per column");
                Val::Maybe(Rc::new((bound, self.bind_shape(s, it, site, met))))
            }
            Shape::Union(ms) => {
                let tag = it.next().expect("a result per column");
                let members =
                    ms.iter().enumerate().map(|(k, s)| self.bind_shape(s, it, site, part_at(met, k))).collect();
                Val::Union(Rc::new(UnionVal { tag, members, power: None }))
            }
        }
    }
}

/// The bases that a value refers to, as often as it does.
pub fn mentioned_bases(v: &Val<'_>) -> Vec<BaseId> {
    match v {
        Val::Array(p) => vec![p.base],
        Val::Fields(fs) => fs.iter().map(|(_, p)| p.base).collect(),
        // Which list a number means its class knows.
        Val::List(l) if l.class.is_some() => vec![],
        Val::List(l) => vec![l.base],
        Val::Tuple(vs) => vs.iter().flat_map(mentioned_bases).collect(),
        Val::Union(u) => u.members.iter().flat_map(mentioned_bases).collect(),
        Val::Maybe(m) => mentioned_bases(&m.1),
        Val::Method(m) => mentioned_bases(&m.0),
        Val::Object(Object { at: At::Own(b), .. }) => vec![*b],
        Val::Super(s) => mentioned_bases(&s.0),
        Val::Func(c) => c.defaults.iter().flat_map(|(_, v)| mentioned_bases(v)).collect(),
        Val::Iter(it) => match &**it {
            Iter::Zip(vs) | Iter::Map(_, vs, _) | Iter::Display(vs) => vs.iter().flat_map(mentioned_bases).collect(),
            Iter::Enumerate(v, _) | Iter::Reversed(v) | Iter::Transposed(v) => mentioned_bases(v),
            Iter::Flat(p) => vec![p.base],
            Iter::Entries(o, _) => mentioned_bases(&Val::Object(*o)),
            Iter::Generator(_) => vec![],
        },
        _ => vec![],
    }
}
