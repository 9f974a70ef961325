//! `try`, its handlers, `else` and `finally`, and `raise`.
//!
//! A handler sees the names and arrays as they are when the exception is raised. What the body of a `try` changes
//! therefore lives in cells while the statement runs: an array or list that is stored into is taken out of its cell,
//! updated and put back, with nothing between that can raise; a name that is bound is written to its cell as well.
//!
//! What the body changes is known when it has been walked. The first walk of a `try` is an exploration whose code is
//! thrown away; what it finds is a fact, and facts only grow.
//!
//! `finally` is an outer `try` that handles everything, runs the block and raises again; on the other ways out the
//! block stands behind it.

mod objects;

use crate::merge::{Arm, mentioned_bases};
use crate::state::*;
use crate::value::*;
use objects::Catch;
use quipu_abi::{DType, ErrorKind};
use quipu_diagnostics::Span;
use quipu_ir::ops::{self, Op};
use quipu_ir::{Ty, Var};
use quipu_syntax::Symbol;
use quipu_syntax::ast::{Handler, Stmt};
use std::collections::{BTreeMap, BTreeSet};

/// What the body of a `try` changes: names by frame, with the join of the types that they are given (`None`: there is
/// no such type), and the names through which arrays and lists are found that it stores into.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    names: BTreeMap<(usize, Symbol), Option<T>>,
    bases: BTreeSet<(usize, Symbol)>,
}

/// A name whose values are written to cells.
#[derive(Clone, Debug)]
struct Tracked {
    site: Site,
    frame: usize,
    name: Symbol,
    ty: T,
    cells: Vec<Var>,
    /// Other names may denote what it denotes: nobody may write it then, nor these.
    shared: Option<Frozen>,
    others: Vec<BaseId>,
}

/// An exploration under way: what has been bound in the frames below this number.
#[derive(Clone, Debug)]
struct Recorder {
    frames: usize,
    names: BTreeMap<(usize, Symbol), Option<T>>,
    /// Bases that got new versions, on paths that end by an exception too.
    stored: BTreeSet<BaseId>,
}

/// The `try` statements around the current point.
#[derive(Debug, Default)]
pub struct Guards {
    tracked: Vec<Tracked>,
    recorders: Vec<Recorder>,
    /// Frames with a `finally` around the current point: their locals live on past a `return`.
    finally: Vec<usize>,
    /// A fact rose where the walk could not stop.
    pending: Option<Stop>,
}

/// What a checkpoint keeps of them.
#[derive(Debug)]
pub struct Around {
    tracked: Vec<Tracked>,
    recorders: Vec<Recorder>,
    finally: usize,
    stopping: bool,
}

impl Guards {
    /// Is the walk going to be stopped, as soon as it can be?
    pub fn is_stopping(&self) -> bool {
        self.pending.is_some()
    }

    pub fn around(&self) -> Around {
        let (tracked, recorders) = (self.tracked.clone(), self.recorders.clone());
        Around { tracked, recorders, finally: self.finally.len(), stopping: self.is_stopping() }
    }

    pub fn back_to(&mut self, a: &Around) {
        self.tracked.clone_from(&a.tracked);
        self.recorders.clone_from(&a.recorders);
        self.finally.truncate(a.finally);
        if !a.stopping {
            self.pending = None;
        }
    }
}

/// All that a program can handle: what `except:` catches, and what `finally` runs for.
fn catchable() -> Vec<ErrorKind> {
    vec![ErrorKind::BaseException]
}

/// All that can be raised: limits, too.
pub fn everything() -> Vec<ErrorKind> {
    vec![ErrorKind::BaseException, ErrorKind::LimitError]
}

/// A `try` after its walk.
struct Walked<'a> {
    before: Snapshot<'a>,
    main: Arm<'a>,
    handler: Arm<'a>,
    /// The bases that are in cells.
    held: Vec<BaseId>,
}

pub type Body<'f, 'a, 'c> = &'f dyn Fn(&mut Lower<'a, 'c>) -> R<()>;
pub type Handling<'f, 'a, 'c> = &'f dyn Fn(&mut Lower<'a, 'c>, Var, Var) -> R<()>;

impl<'a, 'c> Lower<'a, 'c> {
    // Versions of bases, in cells or not.

    /// The current version of a column.
    pub fn version(&mut self, id: BaseId, column: usize) -> Var {
        match self.base(id).cells.clone() {
            Some(cells) => self.emit(ops::CellGet { take: false }, &[cells[column]]),
            None => self.base(id).cur[column],
        }
    }

    /// A new version of a column.
    pub fn set_version(&mut self, id: BaseId, column: usize, v: Var) {
        match self.base(id).cells.clone() {
            Some(cells) => {
                self.take(cells[column], None);
                self.b.emit_n(ops::CellSet, &[cells[column], v], vec![]);
            }
            None => self.base_mut(id).cur[column] = v,
        }
        self.guards.recorders.iter_mut().for_each(|r| _ = r.stored.insert(id));
        if !self.guards.tracked.is_empty() {
            let names: BTreeSet<(usize, Symbol)> = self.guards.tracked.iter().map(|t| (t.frame, t.name)).collect();
            for (frame, name) in names {
                if self.get_slot(frame, name).is_some_and(|v| self.mentions(v, id) > 0) {
                    self.note_bound(frame, name);
                }
            }
        }
    }

    /// A version that was only looked at goes back into its cell, so that looking makes no copy.
    pub fn put_back(&mut self, id: BaseId, column: usize, v: Var) {
        let Some(cells) = self.base(id).cells.clone() else { return };
        if self.take(cells[column], Some(v)) {
            self.b.emit_n(ops::CellSet, &[cells[column], v], vec![]);
        }
    }

    /// Turns the last `cell_get` of this block (the one that gave `which`) into a `cell_take`, if nothing since then
    /// could tell.
    fn take(&mut self, cell: Var, which: Option<Var>) -> bool {
        let block = self.b.cur();
        let f = &self.b.func;
        let eqns = &f.block(block).eqns;
        let mut found = None;
        for (k, e) in eqns.iter().enumerate().rev() {
            if let Op::CellGet(ops::CellGet { take: false }) = e.op
                && e.args[0] == cell
            {
                found = which.is_none_or(|v| e.outs[0] == v).then_some(k);
                break;
            }
            let mut effects = e.op.def().effects();
            for b in &e.blocks {
                f.walk(*b, &mut |d| {
                    for e in &d.eqns {
                        effects = effects | e.op.def().effects();
                    }
                });
            }
            if effects.any() || matches!(e.op, Op::Try(_)) {
                break;
            }
        }
        let Some(k) = found else { return false };
        self.b.func.block_mut(block).eqns[k].op = ops::CellGet { take: true }.into();
        true
    }

    /// Are there handlers around this point that see what it changes?
    pub fn guarded(&self) -> bool {
        !self.guards.tracked.is_empty()
            || !self.guards.recorders.is_empty()
            || self.bases.iter().any(|b| b.cells.is_some())
    }

    /// Does a `finally` of this frame still run after a `return`?
    pub fn outlives_return(&self, frame: usize) -> bool {
        self.guards.finally.contains(&frame)
    }

    /// A name has been given a value, or lost it.
    pub fn note_bound(&mut self, frame: usize, name: Symbol) {
        if self.guards.tracked.is_empty() && self.guards.recorders.is_empty() {
            return;
        }
        let value = self.get_slot(frame, name).cloned();
        let ty = value.as_ref().map_or(T::Maybe(Box::new(T::Never)), |v| self.type_of(v));
        for r in self.guards.recorders.iter_mut().filter(|r| frame < r.frames) {
            let seen = r.names.entry((frame, name)).or_insert(Some(T::Never));
            *seen = seen.as_ref().and_then(|s| s.join(&ty));
        }
        for k in 0..self.guards.tracked.len() {
            let t = self.guards.tracked[k].clone();
            if (t.frame, t.name) != (frame, name) {
                continue;
            }
            if t.ty.join(&ty).as_ref() != Some(&t.ty) {
                let fact = self.cx.facts.guarded.entry(t.site).or_default();
                let seen = fact.names.entry((frame, name)).or_insert(Some(T::Never));
                *seen = seen.as_ref().and_then(|s| s.join(&ty));
                self.guards.pending.get_or_insert(Stop::Again(t.site));
                continue;
            }
            let shared = value.as_ref().map_or(Ok(()), |v| self.share_where_asked(v, t.site));
            let flat = match &value {
                _ if shared.is_err() => shared.map(|()| vec![]),
                Some(v) => {
                    if let Some(frozen) = self.frozen_copy(v) {
                        let others = self.bases_of(v);
                        let tracked = &mut self.guards.tracked[k];
                        tracked.shared = tracked.shared.filter(|f| f.site.is_none()).or(Some(frozen));
                        tracked.others.extend(others);
                    }
                    self.flatten(v, &t.ty)
                }
                None => Ok(self.absent(&t.ty)),
            };
            match flat {
                Ok(flat) => {
                    for (cell, v) in t.cells.iter().zip(flat) {
                        let v = self.boxed(v);
                        self.b.emit_n(ops::CellSet, &[*cell, v], vec![]);
                    }
                }
                Err(e) => {
                    self.guards.pending.get_or_insert(e);
                }
            }
        }
    }

    /// The bases with versions that a value refers to.
    fn bases_of(&self, v: &Val<'a>) -> Vec<BaseId> {
        mentioned_bases(v).into_iter().flat_map(|b| self.roots(b)).collect()
    }

    /// The names of `before` through which bases are found that have new versions in `after`.
    fn stored_names(&self, before: &Snapshot<'a>, after: &Snapshot<'a>, out: &mut BTreeSet<(usize, Symbol)>) {
        for k in before.bases.differing(std::iter::once(&after.bases)) {
            let (old, new) = (&before.bases[k], &after.bases[k]);
            if old.cells.is_some() || old.cur == new.cur {
                continue;
            }
            let id = BaseId(k as u32);
            for (frame, slots) in before.frames.iter().enumerate() {
                out.extend(slots.iter().filter(|(_, v)| self.mentions(v, id) > 0).map(|(n, _)| (frame, *n)));
            }
        }
    }

    /// Do others have what the value denotes, so that nobody may write a copy of it? A copy that was frozen before is
    /// thawed where that one is.
    fn frozen_copy(&self, v: &Val<'a>) -> Option<Frozen> {
        let all = self.bases_of(v);
        if all.iter().any(|b| self.named(*b) > 1 || self.base(*b).param.is_some()) {
            return Some(Frozen { span: self.span, site: None, by: None, holds: false });
        }
        all.into_iter().find_map(|b| self.base(b).frozen)
    }

    /// Arrays of names stand in lists of one, because their sizes may differ from value to value.
    fn boxed(&mut self, v: Var) -> Var {
        let ty = self.b.ty(v);
        if !ty.is_array() {
            return v;
        }
        let sizes = self.flat_tys(&T::Array(ty.dtype().unwrap_or(DType::F64), ty.rank()));
        let list = self.emit(ops::ListNew(sizes.into_iter().next().unwrap_or(ty)), &[]);
        self.emit(ops::ListPush { depth: 0 }, &[v, list])
    }

    fn unboxed(&mut self, cell: Var, ty: &Ty) -> Var {
        let v = self.emit(ops::CellGet { take: false }, &[cell]);
        if !ty.is_array() {
            return v;
        }
        let zero = self.b.i64(0);
        self.emit(ops::ListGet { depth: 0 }, &[v, zero])
    }

    // The statement.

    pub fn try_stmt(
        &mut self,
        span: Span,
        body: &'a [Stmt],
        handlers: &'a [Handler],
        orelse: &'a [Stmt],
        finally: &'a [Stmt],
    ) -> R<()> {
        self.check_try(body, handlers, finally)?;
        if finally.is_empty() {
            return self.try_except(span, body, handlers, orelse);
        }
        let path = self.site().0;
        let site = (hash_path(path, span, 0xf1), span);
        let frame = self.at;
        self.guards.finally.push(frame);
        let walked =
            self.guard(site, catchable(), &|lw| lw.try_except(span, body, handlers, orelse), &|lw, code, text| {
                lw.set_exit(exit::NEXT);
                lw.come_to(finally)?;
                let again = |lw: &mut Self| {
                    lw.b.emit_n(ops::Raise { kind: None }, &[code, text], vec![]);
                    Err(Stop::Ends)
                };
                match lw.exit_state() {
                    Some(exit::NEXT) => again(lw),
                    Some(_) => Ok(()),
                    None => {
                        let here = lw.exit_code()?;
                        let next = lw.b.i64(exit::NEXT);
                        let fell = lw.b.map(&ops::EQ, &[here, next]);
                        lw.branch(fell, again, |_| Ok(()))
                    }
                }
            });
        self.guards.finally.pop();
        walked?;
        if !crate::generators::has_yield(body) {
            return self.finally_after(finally);
        }
        // A generator that rests in the body has not left it.
        match self.exit_state() {
            Some(exit::SUSPEND) => Ok(()),
            Some(_) => self.finally_after(finally),
            None => {
                let (code, rests) = (self.exit_code()?, self.b.i64(exit::SUSPEND));
                let left = self.b.map(&ops::NE, &[code, rests]);
                self.branch(left, |lw| lw.finally_after(finally), |_| Ok(()))
            }
        }
    }

    /// The statements of a `finally`, which no generator has rested in.
    fn come_to(&mut self, finally: &'a [Stmt]) -> R<()> {
        if self.is_resuming() {
            self.resumed();
        }
        self.block(finally)
    }

    /// The other ways out than by an exception: the block may choose another one.
    fn finally_after(&mut self, finally: &'a [Stmt]) -> R<()> {
        let (at, slot) = (self.at, self.exit_slot);
        let known = self.exit_state();
        let code = if known.is_none() { Some(self.exit_code()?) } else { None };
        self.set_exit(exit::NEXT);
        self.come_to(finally)?;
        let went = |lw: &mut Self| match (known, code) {
            (Some(k), _) => lw.b.i64(k),
            (None, Some(v)) => v,
            (None, None) => lw.b.i64(exit::NEXT),
        };
        match self.exit_state() {
            Some(exit::NEXT) => match known {
                Some(k) => self.set_exit(k),
                None => {
                    let v = went(self);
                    let v = self.py(DType::I64, v);
                    self.set_slot(at, slot, v);
                }
            },
            Some(_) => {}
            None => {
                let here = self.exit_code()?;
                let next = self.b.i64(exit::NEXT);
                let fell = self.b.map(&ops::EQ, &[here, next]);
                let old = went(self);
                let v = self.b.select(fell, old, here);
                let v = self.py(DType::I64, v);
                self.set_slot(at, slot, v);
            }
        }
        Ok(())
    }

    fn exit_code(&mut self) -> R<Var> {
        let code = self.get_slot(self.at, self.exit_slot).cloned().unwrap_or(Val::None);
        self.operand(&code)
    }

    fn try_except(&mut self, span: Span, body: &'a [Stmt], handlers: &'a [Handler], orelse: &'a [Stmt]) -> R<()> {
        if handlers.is_empty() {
            self.block(body)?;
            return self.rest(orelse);
        }
        let mut kinds = vec![];
        let mut per_handler = vec![];
        for h in handlers {
            let ks = match &h.exc {
                None => catchable().into_iter().map(|kind| Catch { kind, class: None }).collect(),
                Some(e) => {
                    let v = self.expr(e)?;
                    self.set_span(e.span);
                    self.catches(&v)?
                }
            };
            kinds.extend(ks.iter().map(|c| c.kind));
            per_handler.push(ks);
        }
        let clean = Symbol::new("<clean>");
        let yields = crate::generators::has_yield(body);
        let site = (self.site().0, span);
        self.guard(
            site,
            kinds,
            &|lw| {
                lw.block(body)?;
                // An exception in `else` is not caught: it stands behind.
                if orelse.is_empty() {
                    return Ok(());
                }
                let (at, v) = match lw.exit_state() {
                    Some(k) => (lw.at, lw.boolean(k == exit::NEXT)),
                    None => {
                        let (code, next) = (lw.exit_code()?, lw.b.i64(exit::NEXT));
                        let v = lw.b.map(&ops::EQ, &[code, next]);
                        (lw.at, lw.py(DType::Bool, v))
                    }
                };
                lw.set_slot(at, clean, v);
                Ok(())
            },
            &|lw, code, text| {
                let whole = per_handler.iter().flatten().all(|c| c.class.is_none());
                let mut run = |lw: &mut Self| lw.dispatch(handlers, &per_handler, whole, code, text);
                if yields {
                    lw.unless_outside(code, text, &mut run)?
                } else {
                    run(lw)?
                }
                if !orelse.is_empty() {
                    let (at, v) = (lw.at, lw.boolean(false));
                    lw.set_slot(at, clean, v);
                }
                Ok(())
            },
        )?;
        if orelse.is_empty() {
            return Ok(());
        }
        let Some(v) = self.frames[self.at].slots.remove(&clean) else { return Ok(()) };
        match v.bool_known() {
            Some(true) => self.rest(orelse),
            Some(false) => Ok(()),
            None => {
                let c = self.operand(&v)?;
                self.branch(
                    c,
                    |lw| {
                        lw.set_exit(exit::NEXT);
                        lw.block(orelse)
                    },
                    |_| Ok(()),
                )
            }
        }
    }

    /// Emits a `try` over the body and the handler of all its kinds; goes on in the state where they meet.
    pub fn guard(
        &mut self,
        site: Site,
        kinds: Vec<ErrorKind>,
        body: Body<'_, 'a, 'c>,
        handler: Handling<'_, 'a, 'c>,
    ) -> R<()> {
        let site = self.stacked(site);
        self.settle(site, &mut |lw| lw.walk_guard(site, kinds.clone(), body, handler))
    }

    /// The same where nothing follows: the two ways out are not joined, and the body and the handler take what they
    /// need of the state to where they need it.
    pub fn guard_apart(&mut self, site: Site, body: Body<'_, 'a, 'c>, handler: Handling<'_, 'a, 'c>) -> R<()> {
        let site = self.stacked(site);
        self.settle(site, &mut |lw| {
            let w = lw.walk_arms(site, body, handler)?;
            lw.b.emit_n(ops::Try { kinds: everything() }, &[], vec![w.main.block, w.handler.block]);
            Ok(())
        })
    }

    /// The site with the frames around it: what is changed is known by the numbers of frames, and another walk may come to
    /// the statement through other functions of the library.
    fn stacked(&self, (path, span): Site) -> Site {
        (self.frames.iter().fold(path, |h, f| hash_path(h, span, f.path)), span)
    }

    fn walk_guard(
        &mut self,
        site: Site,
        kinds: Vec<ErrorKind>,
        body: Body<'_, 'a, 'c>,
        handler: Handling<'_, 'a, 'c>,
    ) -> R<()> {
        let Walked { before, main, handler, held } = self.walk_arms(site, body, handler)?;
        self.join_arms(&before, Op::Try(ops::Try { kinds }), &[], vec![main, handler])?;
        held.into_iter().for_each(|id| self.take_base(id));
        Ok(())
    }

    /// The base's columns are variables again.
    fn take_base(&mut self, id: BaseId) {
        let Some(cells) = self.base_mut(id).cells.take() else { return };
        for (c, cell) in cells.iter().enumerate() {
            let v = self.emit(ops::CellGet { take: true }, &[*cell]);
            self.base_mut(id).cur[c] = v;
        }
    }

    /// The same for all bases, where a guarded statement ends.
    pub fn take_bases(&mut self) {
        (0..self.bases.len()).for_each(|k| self.take_base(BaseId(k as u32)));
    }

    /// The body and the handler, with what the body changes in cells.
    fn walk_arms(&mut self, site: Site, body: Body<'_, 'a, 'c>, handler: Handling<'_, 'a, 'c>) -> R<Walked<'a>> {
        if self.get_slot(self.at, self.exit_slot).is_none() {
            self.set_exit(exit::NEXT);
        }
        if !self.cx.facts.guarded.contains_key(&site) {
            let found = self.explore(body, handler)?;
            self.cx.facts.guarded.insert(site, found);
        }
        let changes = self.cx.facts.guarded[&site].clone();
        let outer = self.guards.tracked.len();
        let (tracked, lost) = self.open_names(site, &changes)?;
        let held = self.open_bases(&changes);
        self.guards.tracked.extend(tracked);
        let before = self.snapshot();
        let frames = self.frames.len();
        self.guards.recorders.push(Recorder { frames, names: BTreeMap::new(), stored: BTreeSet::new() });
        let main = self.arm(&before, |lw| body(lw));
        let (names, stored) = self.guards.recorders.pop().map(|r| (r.names, r.stored)).unwrap_or_default();
        let tracked = self.guards.tracked.split_off(outer);
        if let Some(stop) = self.guards.pending.take() {
            return Err(stop);
        }
        let main = main?;
        let mut risen = self.missed(site, &before, &main.state) | self.missed_stores(site, &before, &stored);
        risen |= self.missed_names(site, names);
        let handler = self.handler_arm(&before, &main.state, &tracked, &lost, handler)?;
        risen |= self.missed(site, &before, &handler.state);
        if let Some(stop) = self.guards.pending.take() {
            return Err(stop);
        }
        if risen {
            return Err(Stop::Again(site));
        }
        Ok(Walked { before, main, handler, held })
    }

    /// Walks the body and the handler for what they change, and forgets the code.
    fn explore(&mut self, body: Body<'_, 'a, 'c>, handler: Handling<'_, 'a, 'c>) -> R<Changes> {
        let mark = self.b.func.mark(self.b.cur());
        let (cursors, loc, at, span) = (self.b.depth(), self.b.loc, self.at, self.span);
        let before = self.snapshot();
        let (frames, bases, objects) = (self.frames.len(), self.bases.len(), self.next_obj);
        let (depth, in_loop, loops) = (self.inline_depth, self.in_loop, self.loops);
        self.guards.recorders.push(Recorder { frames, names: BTreeMap::new(), stored: BTreeSet::new() });
        let main = self.arm(&before, |lw| body(lw));
        let (names, stored) = self.guards.recorders.pop().map(|r| (r.names, r.stored)).unwrap_or_default();
        let main = main?;
        let mut changes = Changes { names, bases: BTreeSet::new() };
        self.stored_names(&before, &main.state, &mut changes.bases);
        let (k, t) = (self.b.i64(0), self.b.constant(ops::Const::Str("".into())));
        match self.arm(&main.state, |lw| handler(lw, k, t)) {
            Ok(arm) => self.stored_names(&before, &arm.state, &mut changes.bases),
            Err(e @ (Stop::Restart(_) | Stop::Again(_))) => return Err(e),
            // What is wrong there is reported when it is walked from its own state.
            Err(_) => {}
        }
        self.b.abandon(cursors);
        self.b.func.rollback(&mark);
        (self.b.loc, self.at, self.span) = (loc, at, span);
        self.restore(&before);
        self.frames.truncate(frames);
        self.bases.truncate(bases);
        self.next_obj = objects;
        (self.inline_depth, self.in_loop, self.loops) = (depth, in_loop, loops);
        changes.bases.extend(self.names_of_stored(&before, &stored));
        Ok(changes)
    }

    /// Cells for the names; also the names that no cell can hold.
    #[expect(clippy::type_complexity, reason = "two lists with one use")]
    fn open_names(&mut self, site: Site, changes: &Changes) -> R<(Vec<Tracked>, Vec<(usize, Symbol)>)> {
        let (mut tracked, mut lost) = (vec![], vec![]);
        for ((frame, name), ty) in &changes.names {
            let value = self.get_slot(*frame, *name).cloned();
            let now = value.as_ref().map_or(T::Maybe(Box::new(T::Never)), |v| self.type_of(v));
            let Some(ty) = ty.as_ref().and_then(|t| t.join(&now)).filter(T::is_data) else {
                lost.push((*frame, *name));
                continue;
            };
            value.iter().try_for_each(|v| self.share_where_asked(v, site))?;
            let flat = match &value {
                Some(v) => self.flatten(v, &ty)?,
                None => self.absent(&ty),
            };
            let shared = value.as_ref().and_then(|v| self.frozen_copy(v));
            let others = value.as_ref().filter(|_| shared.is_some()).map_or(vec![], |v| self.bases_of(v));
            let mut cells = vec![];
            for v in flat {
                let v = self.boxed(v);
                cells.push(self.emit(ops::CellNew, &[v]));
            }
            tracked.push(Tracked { site, frame: *frame, name: *name, ty, cells, shared, others });
        }
        Ok((tracked, lost))
    }

    /// Puts what is stored into into cells.
    fn open_bases(&mut self, changes: &Changes) -> Vec<BaseId> {
        let mut ids = vec![];
        for (frame, name) in &changes.bases {
            if let Some(v) = self.get_slot(*frame, *name) {
                ids.extend(self.bases_of(v));
            }
        }
        ids.sort_unstable();
        ids.dedup();
        ids.retain(|id| self.base(*id).cells.is_none() && self.base(*id).moved.is_none());
        for id in &ids {
            let cur = self.base(*id).cur.clone();
            let cells: Vec<Var> = cur.iter().map(|v| self.emit(ops::CellNew, &[*v])).collect();
            self.base_mut(*id).cells = Some(cells.into());
        }
        ids
    }

    /// The names through which bases are found that got new versions, on paths that end by an exception too.
    fn names_of_stored(&self, before: &Snapshot<'a>, stored: &BTreeSet<BaseId>) -> BTreeSet<(usize, Symbol)> {
        let mut out = BTreeSet::new();
        let outside = |id: &&BaseId| before.bases.get(id.0 as usize).is_some_and(|b| b.cells.is_none());
        for id in stored.iter().filter(outside) {
            for (frame, slots) in before.frames.iter().enumerate() {
                out.extend(slots.iter().filter(|(_, v)| self.mentions(v, *id) > 0).map(|(n, _)| (frame, *n)));
            }
        }
        out
    }

    /// Names that the body binds and the fact does not know yet: what an earlier walk explored may have been one list, and is made
    /// of slots now.
    fn missed_names(&mut self, site: Site, names: BTreeMap<(usize, Symbol), Option<T>>) -> bool {
        let fact = self.cx.facts.guarded.entry(site).or_default();
        let old = fact.names.len();
        names.into_iter().for_each(|(name, ty)| _ = fact.names.entry(name).or_insert(ty));
        fact.names.len() > old
    }

    /// Such stores that the fact does not know yet: an earlier walk that explored may have seen other paths.
    fn missed_stores(&mut self, site: Site, before: &Snapshot<'a>, stored: &BTreeSet<BaseId>) -> bool {
        let bases = self.names_of_stored(before, stored);
        let fact = self.cx.facts.guarded.entry(site).or_default();
        let old = fact.bases.len();
        fact.bases.extend(bases);
        fact.bases.len() > old
    }

    /// Stores that the fact does not know yet.
    fn missed(&mut self, site: Site, before: &Snapshot<'a>, after: &Snapshot<'a>) -> bool {
        let mut bases = BTreeSet::new();
        self.stored_names(before, after, &mut bases);
        let fact = self.cx.facts.guarded.entry(site).or_default();
        let old = fact.bases.len();
        fact.bases.extend(bases);
        fact.bases.len() > old
    }

    /// The handler's arm starts from the state before the body, with the names that the body binds from their cells.
    fn handler_arm(
        &mut self,
        before: &Snapshot<'a>,
        after: &Snapshot<'a>,
        tracked: &[Tracked],
        lost: &[(usize, Symbol)],
        handler: Handling<'_, 'a, 'c>,
    ) -> R<Arm<'a>> {
        // Where the body leaves is not known, and so is not how long its lists are by then.
        if let Some(site) = tracked.iter().find_map(|t| self.length_slot(t.frame, t.name)) {
            return Err(self.make_dynamic(site));
        }
        let mut start = before.clone();
        for k in before.bases.differing(std::iter::once(&after.bases)) {
            let (b, end) = (&mut start.bases[k], &after.bases[k]);
            b.moved = b.moved.or(end.moved);
            b.frozen = b.frozen.or(end.frozen);
            b.epoch = b.epoch.max(end.epoch);
            b.grown = b.grown.max(end.grown);
            b.written |= end.written;
            b.stored = b.stored.max(end.stored);
        }
        self.restore(&start);
        let (block, p) = self.b.begin(&[Ty::I64, Ty::Str]);
        let (at, span, loc) = (self.at, self.span, self.b.loc);
        for (frame, name) in lost {
            self.set_slot(*frame, *name, Val::Unknown(span));
        }
        for t in tracked {
            if t.others.iter().any(|b| (b.0 as usize) < before.bases.len() && self.is_region(*b)) {
                // It has a copy of one of many arrays, which may be written by other ways.
                self.set_slot(t.frame, t.name, Val::Unknown(span));
                continue;
            }
            let tys = self.flat_tys(&t.ty);
            let vars: Vec<Var> = t.cells.iter().zip(&tys).map(|(c, ty)| self.unboxed(*c, ty)).collect();
            let v = self.unflatten_in(&t.ty, &mut vars.into_iter(), t.site, Some(Order::Unknown));
            if let Some(f) = t.shared {
                let frozen = Some(f);
                let here = self.bases_of(&v);
                here.iter().for_each(|b| self.base_mut(*b).frozen = frozen);
                // What is written under another name would not be seen in a copy.
                for b in t.others.iter().filter(|b| (b.0 as usize) < before.bases.len() && !here.contains(b)) {
                    self.base_mut(*b).frozen = self.base(*b).frozen.filter(|f| f.by.is_none()).or(frozen);
                }
            }
            self.set_slot(t.frame, t.name, v);
            self.note_same(t.frame, t.name);
        }
        let r = handler(self, p[0], p[1]);
        self.at = at;
        self.span = span;
        self.b.loc = loc;
        self.close_arm(block, r)
    }

    /// A name got its value from a cell: the outer cells of the name hold the same already.
    fn note_same(&mut self, frame: usize, name: Symbol) {
        let Some(v) = self.get_slot(frame, name) else { return };
        let ty = self.type_of(v);
        for r in self.guards.recorders.iter_mut().filter(|r| frame < r.frames) {
            let seen = r.names.entry((frame, name)).or_insert(Some(T::Never));
            *seen = seen.as_ref().and_then(|s| s.join(&ty));
        }
    }
}
