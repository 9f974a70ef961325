//! Walking a part again instead of all of it.
//!
//! A walk asks the facts what it has to know, and where one turns out to be too low it must be as if it had asked the
//! risen one all along. The element types of lists rise most often by far, once for every list that grows. They are asked for
//! first where the list is made, so what was walked before that stands: the walk goes back to the statement (`Stop::Back`).
//!
//! ```text
//! names = []            elements: never          <- back to here
//! count = total(data)
//! names.append("x")     they rise to str
//! ```
//! `Consulted` numbers the lists in the order in which a walk first asks for their elements. A checkpoint knows how many there
//! were; a rise goes back to the innermost checkpoint that is not later than its list. A list that this walk did not ask about
//! (it came from an earlier statement of a session), or asked about before the first checkpoint, takes a new walk.

use crate::state::*;
use crate::value::*;
use quipu_diagnostics::Span;
use quipu_ir::{Loc, Mark};
use quipu_syntax::ast::{Expr, ExprKind, Stmt, StmtKind};
use rustc_hash::FxHashMap as HashMap;

/// The lists whose element types a walk has asked for, in the order in which it first did.
#[derive(Debug, Default)]
pub struct Consulted {
    numbers: HashMap<Site, usize>,
    order: Vec<Site>,
}

impl Consulted {
    pub fn note(&mut self, site: Site) {
        if let std::collections::hash_map::Entry::Vacant(e) = self.numbers.entry(site) {
            e.insert(self.order.len());
            self.order.push(site);
        }
    }

    /// How the walk goes on after the elements of a list have risen.
    pub fn back_to(&self, site: Site) -> Stop {
        self.numbers.get(&site).map_or(Stop::Restart, |n| Stop::Back(*n))
    }

    pub fn clear(&mut self) {
        self.numbers.clear();
        self.order.clear();
    }

    fn forget_after(&mut self, n: usize) {
        for site in self.order.drain(n..) {
            self.numbers.remove(&site);
        }
    }
}

/// A point of a walk, and all that changes behind it.
pub struct Checkpoint<'a> {
    before: Snapshot<'a>,
    consulted: usize,
    mark: Mark,
    depth: usize,
    frames: usize,
    at: usize,
    span: Span,
    stmt: Span,
    loc: Loc,
    trips: usize,
    next_obj: u32,
    in_loop: u32,
    loops: u32,
    inline_depth: u32,
    heaps: Vec<BaseId>,
    heap_mark: usize,
    active: usize,
    drives: usize,
    guards: crate::exceptions::Around,
    funcs: usize,
}

impl<'a> Lower<'a, '_> {
    pub fn checkpoint(&self) -> Checkpoint<'a> {
        Checkpoint {
            before: self.snapshot(),
            consulted: self.cx.consulted.order.len(),
            mark: self.b.func.mark(self.b.cur()),
            depth: self.b.depth(),
            frames: self.frames.len(),
            at: self.at,
            span: self.span,
            stmt: self.stmt,
            loc: self.b.loc,
            trips: self.trips.len(),
            next_obj: self.next_obj,
            in_loop: self.in_loop,
            loops: self.loops,
            inline_depth: self.inline_depth,
            heaps: self.heaps.clone(),
            heap_mark: self.heap_mark,
            active: self.active.len(),
            drives: self.drives.len(),
            guards: self.guards.around(),
            funcs: self.cx.module.funcs.len(),
        }
    }

    /// Makes everything as it was there. Facts stay.
    pub fn back_to(&mut self, c: &Checkpoint<'a>) {
        self.frames.truncate(c.frames);
        self.bases.truncate(c.before.bases.len());
        self.restore(&c.before);
        self.b.abandon(c.depth);
        self.b.func.rollback(&c.mark);
        self.b.loc = c.loc;
        self.cx.consulted.forget_after(c.consulted);
        self.cx.module.funcs.truncate(c.funcs);
        self.cx.specs.retain(|_, s| s.func.index() < c.funcs);
        let (vars, bases) = (self.b.func.vars.len(), self.bases.len());
        self.root_dims.retain(|(base, v), _| base.0 < bases as u32 && v.index() < vars);
        (self.at, self.span, self.stmt) = (c.at, c.span, c.stmt);
        (self.next_obj, self.in_loop, self.loops) = (c.next_obj, c.in_loop, c.loops);
        (self.inline_depth, self.heap_mark) = (c.inline_depth, c.heap_mark);
        self.heaps.clone_from(&c.heaps);
        self.trips.truncate(c.trips);
        self.active.truncate(c.active);
        self.drives.truncate(c.drives);
        self.guards.back_to(&c.guards);
    }

    /// Walks `body` from its first statement on, again from there where the elements of a list rise that it makes.
    pub fn block(&mut self, body: &'a [Stmt]) -> R<()> {
        if self.guards.is_stopping() || !body.first().is_some_and(makes_lists) {
            return self.block_once(body);
        }
        let here = Box::new(self.checkpoint());
        loop {
            match self.block_once(body) {
                Err(Stop::Back(n)) if n >= here.consulted => self.back_to(&here),
                r => return r,
            }
        }
    }
}

/// May a list come to be in this statement, not counting those of its blocks? What is no list of the statement's own only makes
/// the way back longer.
fn makes_lists(s: &Stmt) -> bool {
    match &s.kind {
        StmtKind::Assign { value, .. } | StmtKind::AugAssign { value, .. } => has_lists(value),
        StmtKind::AnnAssign { value: Some(e), .. } | StmtKind::Expr(e) | StmtKind::Return(Some(e)) => has_lists(e),
        StmtKind::For { iter, .. } => has_lists(iter),
        _ => false,
    }
}

fn has_lists(e: &Expr) -> bool {
    let here = matches!(
        e.kind,
        ExprKind::List(_)
            | ExprKind::ListComp { .. }
            | ExprKind::Call { .. }
            | ExprKind::Dict { .. }
            | ExprKind::DictComp { .. }
    );
    let mut inside = false;
    e.children(&mut |c| inside |= has_lists(c));
    here || inside
}
