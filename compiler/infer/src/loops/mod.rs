//! Loops: what they carry, and what comes out of them.
//!
//! The names that a body assigns and the versions of the bases it stores into are carried. Types of carried names
//! start as they are before the loop; where the end of the body has a wider type, the fact is raised and the function
//! is walked again. A name that is bound in the body first is carried only if something outside the loop mentions it.
//!
//! `while` is lowered with its condition carried, evaluated once before the loop and at the end of each trip, so a
//! condition may do whatever an expression may. `break` and `return` are an exit code that the body yields.

mod carried;
mod scan;
mod source;

use crate::state::*;
use crate::value::*;
use carried::Carried;
use quipu_abi::DType;
use quipu_diagnostics::Diagnostic;
use quipu_ir::ops::{self, For, While};
use quipu_ir::{Dim, Var};
use quipu_syntax::Symbol;
use quipu_syntax::ast::Stmt;
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};
pub use scan::{always_leaves, assigned_in, exits, leaves_loop};
pub use source::{Source, is_sequence};
use std::collections::BTreeSet;

impl<'a> Lower<'a, '_> {
    /// One walk of a `for` loop.
    fn walk_for(
        &mut self,
        site: Site,
        trip: Var,
        assigned: Vec<Symbol>,
        parallel: bool,
        exits: bool,
        body: &mut dyn FnMut(&mut Self, Var) -> R<()>,
    ) -> R<()> {
        self.set_exit(exit::NEXT);
        self.part_versions();
        self.make_hoisted(site);
        let before = self.snapshot();
        let (carried, inits) = self.open_carried(site, assigned, exits)?;
        let header = self.snapshot();
        let tys: Vec<quipu_ir::Ty> =
            std::iter::once(quipu_ir::Ty::I64).chain(carried.iter().flat_map(|c| c.tys.clone())).collect();
        let (block, params) = self.b.begin(&tys);
        // The index runs from 0 to the trip count, if there is a trip at all.
        let n = self.b.func.dim_of(trip);
        let last = match self.strip_pos(&n) {
            Some(inner) => inner.plus(-1),
            None => n.plus(-1),
        };
        let s = self.b.func.dim_of(params[0]).as_sym().expect("a parameter has a symbol of its own");
        let data = &mut self.b.func.syms[s.index()];
        data.lo = Some(0);
        data.hi = Some(last);
        let outer = self.enter_loop();
        let room = self.bind_carried(&header, &carried, &params[1..], site);
        let trips = self.begin_trip(parallel)?;
        let outcome = self.in_block(|lw| body(lw, params[0]));
        let ended = self.close_trip(outcome)?;
        if !exits && !ended {
            // Without `break` and `return` every trip ends by going on.
            self.set_exit(exit::NEXT);
        }
        let stop = if exits && !ended { Some(self.stop_flag()?) } else { None };
        let (mut yields, extra) = self.yield_carried(&before, &header, &carried, &room, site, ended)?;
        self.trips.truncate(trips);
        yields.extend(extra.iter().map(|(_, _, v)| *v));
        let until = exits && !ended;
        if let Some(s) = stop {
            yields.push(s);
        }
        self.in_loop = outer;
        if ended {
            self.seal();
        }
        self.b.end(if ended { &[] } else { &yields });
        let olds: Vec<Var> = extra.iter().map(|(id, c, _)| header.bases[id.0 as usize].cur[*c]).collect();
        self.thread(block, &olds);
        self.map_results(block, &olds);
        let args: Vec<Var> = [&[trip], &inits[..], &olds[..]].concat();
        let op = For { until, reverse: false, parallel };
        let outs = self.b.emit_n(op, &args, vec![block]);
        self.close_loop(&before, &header, &carried, &extra, &outs, site);
        Ok(())
    }

    /// Two bases that have one value now (`a[...] = b`) differ after a trip: what a loop carries is told apart by its
    /// variable, so each gets one of its own.
    fn part_versions(&mut self) {
        let mut named = BTreeSet::new();
        for v in self.frames.iter().flat_map(|f| f.slots.values()) {
            named.extend(crate::merge::mentioned_bases(v).into_iter().flat_map(|b| self.roots(b)));
        }
        let mut seen = HashSet::default();
        for id in named {
            for c in 0..self.base(id).cur.len() {
                let v = self.base(id).cur[c];
                if self.base(id).cells.is_none() && !seen.insert(v) {
                    self.base_mut(id).cur[c] = self.b.copy(v);
                }
            }
        }
    }

    /// Results of a block that still name what has become its parameters.
    fn map_results(&mut self, block: quipu_ir::Block, olds: &[Var]) {
        let d = self.b.func.block(block);
        let skip = d.params.len() - olds.len();
        let map: HashMap<Var, Var> = olds.iter().copied().zip(d.params[skip..].iter().copied()).collect();
        let r = d.results.iter().map(|v| *map.get(v).unwrap_or(v)).collect();
        self.b.func.block_mut(block).results = r;
    }

    /// `max(0, d)` is `d` where it is at least 1.
    fn strip_pos(&self, d: &Dim) -> Option<Dim> {
        let (0, mut terms) = d.parts() else { return None };
        match (terms.next(), terms.next()) {
            (Some((1, [quipu_ir::Atom::Pos(inner)])), None) => Some((**inner).clone()),
            _ => None,
        }
    }

    /// One walk of a `while` loop.
    fn walk_while(
        &mut self,
        site: Site,
        assigned: Vec<Symbol>,
        cond: &mut dyn FnMut(&mut Self) -> R<Var>,
        body: &mut dyn FnMut(&mut Self) -> R<()>,
    ) -> R<()> {
        let first = cond(self)?;
        self.set_exit(exit::NEXT);
        self.part_versions();
        self.make_hoisted(site);
        let before = self.snapshot();
        let (carried, mut inits) = self.open_carried(site, assigned, true)?;
        inits.push(first);
        let header = self.snapshot();
        let tys: Vec<quipu_ir::Ty> = carried.iter().flat_map(|c| c.tys.clone()).chain([quipu_ir::Ty::BOOL]).collect();
        let (block, params) = self.b.begin(&tys);
        let outer = self.enter_loop();
        let room = self.bind_carried(&header, &carried, &params[..params.len() - 1], site);
        let trips = self.begin_trip(false)?;
        let outcome = self.in_block(|lw| body(lw));
        let ended = self.close_trip(outcome)?;
        let mut again = None;
        let mut ended = ended;
        if !ended {
            // The condition is not evaluated again after `break` or `return`.
            let slot = Symbol::new("<again>");
            let at = self.at;
            let r = match self.exit_state() {
                Some(exit::NEXT) => {
                    let c = self.in_block(|lw| {
                        let c = cond(lw)?;
                        again = Some(c);
                        Ok(())
                    });
                    match c {
                        Ok(()) => Ok(()),
                        Err(e) => Err(e),
                    }
                }
                Some(_) => {
                    again = Some(self.b.bool(false));
                    Ok(())
                }
                None => {
                    let zero = self.b.i64(exit::NEXT);
                    let code = match self.get_slot(at, self.exit_slot) {
                        Some(v) => v.clone(),
                        None => Val::None,
                    };
                    let code = self.operand(&code)?;
                    let going = self.b.map(&ops::EQ, &[code, zero]);
                    let r = self.branch(
                        going,
                        |lw| {
                            let c = cond(lw)?;
                            let v = lw.py(DType::Bool, c);
                            lw.set_slot(at, slot, v);
                            Ok(())
                        },
                        |lw| {
                            let v = lw.boolean(false);
                            lw.set_slot(at, slot, v);
                            Ok(())
                        },
                    );
                    if r.is_ok() {
                        let v = self.frames[at].slots.remove(&slot).unwrap_or(Val::None);
                        again = Some(self.operand(&v)?);
                    }
                    r
                }
            };
            match r {
                Ok(()) => {}
                Err(Stop::Ends) => ended = true,
                Err(e) => return Err(e),
            }
        }
        let (mut yields, extra) = self.yield_carried(&before, &header, &carried, &room, site, ended)?;
        if !ended {
            yields.push(again.expect("set on every path that goes on"));
        }
        self.trips.truncate(trips);
        yields.extend(extra.iter().map(|(_, _, v)| *v));
        self.in_loop = outer;
        if ended {
            self.seal();
        }
        self.b.end(if ended { &[] } else { &yields });
        let olds: Vec<Var> = extra.iter().map(|(id, c, _)| header.bases[id.0 as usize].cur[*c]).collect();
        self.thread(block, &olds);
        self.map_results(block, &olds);
        let args: Vec<Var> = [&inits[..], &olds[..]].concat();
        let own = carried.iter().flat_map(|c| c.tys.clone()).collect::<Vec<_>>();
        let own: Vec<quipu_ir::Ty> = own.into_iter().map(|t| self.renamed(&t)).collect();
        let tys: Vec<quipu_ir::Ty> =
            own.into_iter().chain([quipu_ir::Ty::BOOL]).chain(self.b.func.tys(&olds)).collect();
        let (cond_block, p) = self.b.begin(&tys);
        let flag = p[inits.len() - 1];
        self.b.end(&[flag]);
        let mut outs = self.b.emit_n(While, &args, vec![cond_block, block]);
        outs.remove(inits.len() - 1);
        self.close_loop(&before, &header, &carried, &extra, &outs, site);
        Ok(())
    }

    /// Runs `f`, keeping the position of the walk.
    fn in_block(&mut self, f: impl FnOnce(&mut Self) -> R<()>) -> R<()> {
        let (at, span, loc) = (self.at, self.span, self.b.loc);
        let r = f(self);
        self.at = at;
        self.span = span;
        self.b.loc = loc;
        r
    }

    /// The end of a trip: `continue` has come to where it goes. Did every path raise?
    fn close_trip(&mut self, outcome: R<()>) -> R<bool> {
        match outcome {
            Ok(()) => {}
            Err(Stop::Ends) => return Ok(true),
            Err(e) => return Err(e),
        }
        match self.exit_state() {
            Some(exit::CONTINUE) => self.set_exit(exit::NEXT),
            Some(_) => {}
            None => {
                let Some(v) = self.get_slot(self.at, self.exit_slot).cloned() else { return Ok(false) };
                let v = self.operand(&v)?;
                let (c, n) = (self.b.i64(exit::CONTINUE), self.b.i64(exit::NEXT));
                let is = self.b.map(&ops::EQ, &[v, c]);
                let v = self.b.select(is, n, v);
                let v = self.py(DType::I64, v);
                let (at, name) = (self.at, self.exit_slot);
                self.set_slot(at, name, v);
            }
        }
        Ok(false)
    }

    /// Does the path leave the loop after this trip?
    fn stop_flag(&mut self) -> R<Var> {
        match self.exit_state() {
            Some(k) => Ok(self.b.bool(k != exit::NEXT)),
            None => {
                let v = self.get_slot(self.at, self.exit_slot).cloned().unwrap_or(Val::None);
                let v = self.operand(&v)?;
                let n = self.b.i64(exit::NEXT);
                Ok(self.b.map(&ops::NE, &[v, n]))
            }
        }
    }

    fn close_loop(
        &mut self,
        before: &Snapshot<'a>,
        header: &Snapshot<'a>,
        carried: &[Carried],
        extra: &[(BaseId, usize, Var)],
        outs: &[Var],
        site: Site,
    ) {
        let flags = self.bases.clone();
        // Names that the loop does not carry are as before.
        for (f, slots) in self.frames.iter_mut().zip(&header.frames).take(before.frames.len()) {
            f.slots.clone_from(slots);
        }
        for f in self.frames.iter_mut().skip(before.frames.len()) {
            f.slots.clear();
        }
        self.bases.restore(&header.bases);
        for k in header.bases.differing(std::iter::once(&flags)) {
            let (b, end) = (&mut self.bases[k], &flags[k]);
            b.epoch = end.epoch;
            b.grown = end.grown;
            b.written |= end.written;
            b.stored = b.stored.max(end.stored);
            b.frozen = b.frozen.or(end.frozen);
        }
        let n: usize = carried.iter().map(|c| c.tys.len()).sum();
        let mut it = outs[n..].iter().copied();
        for (id, c, _) in extra {
            let v = it.next().expect("a result per version");
            self.base_mut(*id).cur[*c] = v;
            self.base_mut(*id).written = true;
        }
        // Names of places look at the versions of now.
        self.bind_carried(header, carried, &outs[..n], site);
    }

    /// After a loop: `break` has come to where it goes; `orelse` runs if the loop was not left.
    pub fn after_loop(&mut self, orelse: &'a [Stmt], may_break: bool, may_return: bool) -> R<()> {
        if !may_break && !may_return {
            self.set_exit(exit::NEXT);
            return self.block(orelse);
        }
        let known = self.exit_state();
        if let Some(k) = known {
            self.set_exit(if matches!(k, exit::RETURN | exit::SUSPEND) { k } else { exit::NEXT });
            return if k == exit::NEXT { self.block(orelse) } else { Ok(()) };
        }
        let code = self.get_slot(self.at, self.exit_slot).cloned().unwrap_or(Val::None);
        let code = self.operand(&code)?;
        if !orelse.is_empty() {
            let next = self.b.i64(exit::NEXT);
            let fell = self.b.map(&ops::EQ, &[code, next]);
            self.branch(
                fell,
                |lw| {
                    lw.set_exit(exit::NEXT);
                    lw.block(orelse)
                },
                |_| Ok(()),
            )?;
        }
        if !may_return && orelse.is_empty() {
            self.set_exit(exit::NEXT);
            return Ok(());
        }
        let code = self.get_slot(self.at, self.exit_slot).cloned().unwrap_or(Val::None);
        if code.int_known().is_none() {
            let code = self.operand(&code)?;
            let (b, n) = (self.b.i64(exit::BREAK), self.b.i64(exit::NEXT));
            let broke = self.b.map(&ops::EQ, &[code, b]);
            let v = self.b.select(broke, n, code);
            let v = self.py(DType::I64, v);
            let (at, name) = (self.at, self.exit_slot);
            self.set_slot(at, name, v);
        }
        Ok(())
    }

    /// Is this a name of the current frame that is bound again before it is read, wherever a trip goes on to?
    fn is_dead(&self, frame: usize, name: Symbol, span: quipu_diagnostics::Span) -> bool {
        if name.as_str().starts_with('<') {
            return false;
        }
        if self.frames[frame].life.targets {
            return frame == self.at;
        }
        // A generator that rests keeps what it reads afterwards.
        if let Some(needed) = self.rest_needs(frame, name) {
            return frame == self.at && !needed && self.cx.live.get(&span).is_some_and(|live| !live.contains(&name));
        }
        let of = if frame == self.at { Some(span) } else { self.consumer_loop(frame) };
        of.and_then(|span| self.cx.live.get(&span)).is_some_and(|live| !live.contains(&name))
    }

    /// A name for what a built-in works with here, and the site of its loop. One that makes the items of another at the
    /// same place, as in `sum(map(sum, rows))`, stands deeper, so it has its own.
    pub fn own_loop(&self, what: &str, salt: u64) -> (Symbol, Site) {
        let depth = self.b.depth() as u64;
        (Symbol::new(&format!("<{what} {depth}>")), (self.site().0 ^ salt ^ depth << 40, self.span))
    }

    /// May the name be read after a trip before it is bound again? Of another frame, or where a loop is none of the
    /// program's: is it mentioned outside this loop?
    fn must_carry(&self, frame: usize, name: Symbol, span: quipu_diagnostics::Span) -> bool {
        if self.frames[frame].life.targets {
            return false;
        }
        if name.as_str().strip_prefix('<').is_some_and(|n| n.starts_with(crate::generators::FOLD)) {
            return true;
        }
        let needed = self.rest_needs(frame, name);
        if needed == Some(true) || (needed.is_some() && frame != self.at) {
            return needed == Some(true);
        }
        let of = if frame == self.at { Some(span) } else { self.consumer_loop(frame) };
        // A value that the consumer's statement is in the middle of; what objects that a trip makes hold ends with it.
        let scratch = name.as_str().starts_with('<') && !crate::objects::is_field(name);
        if frame != self.at && of.is_some() && scratch {
            return true;
        }
        if let Some(live) = of.and_then(|span| self.cx.live.get(&span)) {
            return live.contains(&name);
        }
        self.cx.uses.get(&(span.file, name)).is_some_and(|at| at.iter().any(|p| *p < span.start || *p >= span.end))
    }

    /// A `for` statement over anything but a short tuple.
    pub fn for_loop(
        &mut self,
        site: Site,
        trip: Var,
        assigned: Vec<Symbol>,
        parallel: bool,
        exits: bool,
        body: &mut dyn FnMut(&mut Self, Var) -> R<()>,
    ) -> R<()> {
        self.settle(site, &mut |lw| lw.walk_for(site, trip, assigned.clone(), parallel, exits, body))
    }

    /// A `while` loop; `cond` gives a bool.
    pub fn while_loop(
        &mut self,
        site: Site,
        assigned: Vec<Symbol>,
        cond: &mut dyn FnMut(&mut Self) -> R<Var>,
        body: &mut dyn FnMut(&mut Self) -> R<()>,
    ) -> R<()> {
        self.settle(site, &mut |lw| lw.walk_while(site, assigned.clone(), cond, body))
    }

    /// Walks a loop (or a `try`) until its facts have settled: where a fact about the loop rose, only it is walked
    /// again, from the state in which it was entered.
    pub fn settle(&mut self, site: Site, walk: &mut dyn FnMut(&mut Self) -> R<()>) -> R<()> {
        let here = self.checkpoint();
        let mut walks = 0;
        loop {
            match walk(self) {
                Err(Stop::Again(s)) if s == site => {}
                r => return r,
            }
            // What rose besides may concern what stands before the loop.
            if let Some(stop) = self.cx.rose_before(here.asked) {
                return Err(stop);
            }
            self.back_to(&here);
            walks += 1;
            if self.cx.rolling.takes_too_long(site, walks) {
                let d = Diagnostic::error("no-fixpoint", "the types of this loop do not settle", site.1);
                return self.fail(d);
            }
        }
    }
}
