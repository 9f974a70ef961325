//! Walking a part again instead of all of it.
//!
//! A walk asks the facts what it has to know, and where one turns out to be too low it must be as if it had asked the
//! risen one all along. What was walked before the first question about it stands: the walk goes back to the statement that
//! asked (`Stop::Restart`, caught by `block`).
//!
//! ```text
//! names = []            elements: never          <- back to here
//! count = total(data)
//! names.append("x")     they rise to str
//! ```
//! `Consulted` writes down in which order the walk first asks about what. A checkpoint, taken before a statement, knows how many
//! questions there were, and a rise goes back to the innermost checkpoint that is not later than the question. Two kinds of
//! facts differ in how far inside that may be. The element type of a list concerns only what is made of the list, so any
//! checkpoint serves. Everything else changes of what kind a value is, which the loops around may have seen, or opens lists
//! that the whole program knows; it goes back to a statement that runs once (a *mark*: no loop, path or handler is around it),
//! where such lists are opened.
//!
//! A fact that nobody asked about in this walk before it rose takes a new walk: so does everything that rises without a
//! key (`Cx::rise_anyhow`). The other way round, whoever reads a fact that rises with a key must have asked (`Cx::ask`).

use crate::state::*;
use crate::value::*;
use quipu_abi::DType;
use quipu_diagnostics::{Diagnostic, Span};
use quipu_ir::{Loc, Mark};
use quipu_syntax::Symbol;
use quipu_syntax::ast::{Expr, ExprKind, Stmt, StmtKind};
use rustc_hash::FxHashMap as HashMap;
use std::collections::hash_map::Entry;

/// A fact rose: only `Cx::rise` and `Cx::rise_anyhow` say so.
#[derive(Debug)]
pub struct Rose(());

/// What a walk asks facts about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum About {
    /// The element type of the lists that are made at a site.
    Elements(Site),
    /// Of what the lists are made, or whether a point where names meet keeps them apart.
    Form(Site),
    /// Whether the objects that a call makes are shared.
    Object(Span),
    /// Whether a dict is a record.
    Dict(Span),
    /// The fields that shared objects of a class have, and for which class it stands.
    Class(u32),
    /// The fields of all classes.
    Classes,
    /// Whether a function calls itself.
    Function(usize),
}

/// What a walk has asked about.
#[derive(Debug, Default)]
pub struct Consulted {
    /// To which number of `order` a rise goes back.
    numbers: HashMap<About, usize>,
    /// In the order in which it first asked. `None` is a mark.
    order: Vec<Option<About>>,
    /// The last mark.
    mark: usize,
    /// The smallest number of what rose since the walk went back last.
    lowest: Option<usize>,
    /// How often the walk went back.
    backs: usize,
}

/// A walk that goes back more often does not settle.
const MAX_BACKS: usize = 4000;

impl Consulted {
    fn ask(&mut self, what: About) {
        if let Entry::Vacant(e) = self.numbers.entry(what) {
            e.insert(if matches!(what, About::Elements(_)) { self.order.len() } else { self.mark });
            self.order.push(Some(what));
        }
    }

    fn lower(&mut self, number: usize) {
        self.lowest = Some(self.lowest.map_or(number, |l| l.min(number)));
    }

    /// A walk from the begin on.
    pub fn start_walk(&mut self) {
        let backs = self.backs;
        *self = Consulted { backs, ..Consulted::default() };
        self.order.push(None);
    }

    /// What follows runs once, and before everything behind it.
    fn mark(&mut self) {
        self.mark = self.order.len();
        self.order.push(None);
    }

    fn too_often(&mut self) -> bool {
        self.backs += 1;
        self.backs > MAX_BACKS
    }

    fn back_to(&mut self, n: usize, mark: usize) {
        self.mark = mark;
        for what in self.order.drain(n..).flatten() {
            self.numbers.remove(&what);
        }
        self.lowest = self.lowest.filter(|l| *l < n);
    }
}

impl crate::Cx<'_> {
    /// The walk reads a fact of this.
    pub fn ask(&self, what: About) {
        self.consulted.borrow_mut().ask(what);
    }

    /// A fact of this rose. More of them may, before the walk stops.
    pub fn rise(&self, what: About) -> Stop {
        let mut c = self.consulted.borrow_mut();
        let number = c.numbers.get(&what).copied().unwrap_or(0);
        c.lower(number);
        if let (About::Class(_), Some(all)) = (what, c.numbers.get(&About::Classes).copied()) {
            c.lower(all);
        }
        Stop::Restart(Rose(()))
    }

    /// A fact rose, and who has read it is not known.
    pub fn rise_anyhow(&self) -> Stop {
        self.consulted.borrow_mut().lower(0);
        Stop::Restart(Rose(()))
    }

    // The facts that are asked about in several places.

    /// Do names keep apart which list or array they denote, where paths meet or a loop begins, or does a list so at this site?
    pub fn exact(&self, site: Site) -> bool {
        self.ask(About::Form(site));
        self.facts.exact.contains(&site)
    }

    /// Is the power of ints here an int for good?
    pub fn int_power(&self, site: Site) -> bool {
        self.ask(About::Form(site));
        self.facts.int_powers.contains(&site)
    }

    /// Does the loop at this site, or what it runs over, change the length of a list that it runs over?
    pub fn grows(&self, site: Site) -> bool {
        self.ask(About::Form(site));
        self.facts.growing.contains(&site)
    }

    pub fn shared_object(&self, site: Site) -> bool {
        self.ask(About::Object(site.1));
        self.facts.shared_objects.contains(&site.1)
    }

    /// Does the class's `__init__` give the object away?
    pub fn early_object(&self, c: ClassId) -> bool {
        self.ask(About::Class(c.number));
        self.facts.early_objects.contains(&c.number)
    }

    /// Is the dict that is made here no record?
    pub fn general_dict(&self, span: Span) -> bool {
        self.ask(About::Dict(span));
        self.facts.general.contains(&span)
    }

    /// How many questions there were.
    pub fn asked(&self) -> usize {
        self.consulted.borrow().order.len()
    }

    /// Did something rise that was asked before, or a fact that nobody had asked about? Then the walk goes back behind that
    /// point, whatever else it found there.
    pub fn rose_before(&self, asked: usize) -> Option<Stop> {
        self.consulted.borrow().lowest.filter(|l| *l < asked).map(|_| Stop::Restart(Rose(())))
    }

    /// What was asked since then is walked again by the caller itself.
    pub fn walks_again_since(&self, asked: usize) {
        let mut c = self.consulted.borrow_mut();
        c.lowest = c.lowest.filter(|l| *l < asked);
    }

    /// Did anything rise that nothing has gone back for? Then this walk is not the last one.
    pub fn rose(&self) -> bool {
        self.consulted.borrow().lowest.is_some()
    }

    /// Did only what was asked since then rise?
    pub fn rose_since(&self, asked: usize) -> bool {
        self.consulted.borrow().lowest.is_some_and(|l| l >= asked)
    }
}

/// A point of a walk, and all that changes behind it.
pub struct Checkpoint<'a> {
    before: Snapshot<'a>,
    pub asked: usize,
    /// The last mark.
    marked: usize,
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
    pinned: Option<(DType, usize)>,
    in_place: bool,
    keywords: Vec<(Symbol, Span)>,
}

impl<'a> Lower<'a, '_> {
    pub fn checkpoint(&self) -> Checkpoint<'a> {
        Checkpoint {
            before: self.snapshot(),
            asked: self.cx.asked(),
            marked: self.cx.consulted.borrow().mark,
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
            pinned: self.pinned,
            in_place: self.in_place,
            keywords: self.keywords.clone(),
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
        self.cx.consulted.get_mut().back_to(c.asked, c.marked);
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
        (self.pinned, self.in_place) = (c.pinned, c.in_place);
        self.keywords.clone_from(&c.keywords);
    }

    /// Walks `body` from its first statement on, again from there where facts rise that it asks about.
    pub fn block(&mut self, body: &'a [Stmt]) -> R<()> {
        // Does the statement run once, and before everything that follows in the program?
        let once = self.b.depth() == 1 && !self.outlined;
        let asks = |s: &Stmt| if once { asks_facts(s) } else { makes_lists(s) };
        if self.guards.is_stopping() || !body.first().is_some_and(asks) {
            return self.block_once(body);
        }
        let here = Box::new(self.checkpoint());
        loop {
            if once {
                self.cx.consulted.get_mut().mark();
                self.open_columns()?;
            }
            match self.block_once(body) {
                Err(Stop::Restart(_)) if self.cx.rose_since(here.asked) => {
                    self.back_to(&here);
                    if self.cx.consulted.get_mut().too_often() {
                        let d = Diagnostic::error("no-fixpoint", "the types of this program do not settle", self.span);
                        return self.fail(d);
                    }
                    if once {
                        self.cx.facts_rose();
                    }
                }
                r => return r,
            }
        }
    }
}

/// May a fact of any kind be asked about in this statement?
fn asks_facts(s: &Stmt) -> bool {
    !matches!(
        s.kind,
        StmtKind::FunctionDef(_)
            | StmtKind::Import { .. }
            | StmtKind::ImportFrom { .. }
            | StmtKind::Pass
            | StmtKind::Global(_)
            | StmtKind::Nonlocal(_)
    )
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
