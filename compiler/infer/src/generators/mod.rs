//! Generators: functions with `yield`, and generator expressions, which are desugared to the same.
//!
//! A generator is a frame whose code has not run yet. Making one binds the parameters; asking for items walks the body
//! where they are asked for. There are two ways:
//!
//! - **Push**, for a consumer that takes items until it has enough (`for`, `sum`, `any`, `list`, ...) from a generator
//!   that nobody asks afterwards: the body is walked once, and the consumer's body stands where it yields.
//!
//!   ```text
//!   for x in g(a): use(x)           the body of g(a), with `yield e` replaced by `x = e; use(x)`
//!   ```
//!
//!   If the consumer leaves (`break`, `return`, a first hit of `any`), the generator's frame returns at the `yield`, so
//!   what stands in its `finally` runs as `close()` runs it. An exception of the consumer passes the generator's
//!   handlers, but not its `finally`.
//! - **Pull**, for all else (`next`, `zip`, a generator that is kept): each request walks the body from where it stands
//!   up to the next `yield` (see `resume`). Where it stands is a slot of its frame, as its variables are.
//!
//! Generators that call themselves run ahead (see `ahead`).
//!
//! Refused: `send`, `throw`, `yield` inside an expression, and the places where a generator that is left alone would have to be closed later (`finally` around a `yield` that is pulled, but see `close`).

mod ahead;
mod close;
mod consume;
mod desugar;
mod resume;

use crate::live::Names;
use crate::state::*;
use crate::value::*;
pub use ahead::{Ahead, ITEM, OUT, Seen};
pub use desugar::Arena;
use quipu_abi::{DType, ErrorKind};
use quipu_diagnostics::Span;
use quipu_ir::ops;
use quipu_ir::{Loc, Var};
use quipu_syntax::Symbol;
use quipu_syntax::ast::{Expr, ExprKind, Stmt, StmtKind};
pub use resume::Each;
use std::rc::Rc;

/// What happens with an item.
pub type Consumer<'a> = Rc<dyn for<'x, 'y> Fn(&'y mut Lower<'a, 'x>, Val<'a>) -> R<()> + 'a>;

/// A fold's step: what was there and an item give what is there, and whether that is enough.
pub type Step<'a> =
    Rc<dyn for<'x, 'y> Fn(&'y mut Lower<'a, 'x>, Option<Val<'a>>, Val<'a>) -> R<(Val<'a>, Option<Var>)> + 'a>;

/// A generator object: the frame of its variables, and its code.
#[derive(Clone, Debug)]
pub struct Generator<'a> {
    pub frame: usize,
    pub body: &'a [Stmt],
    /// The code and the frame around it, by which recursion is found.
    code: (usize, usize),
    /// May `next` or `raise StopIteration` end its body?
    stops: bool,
    library: bool,
}

/// A generator that a loop of another one makes, trip by trip.
#[derive(Clone, Debug)]
pub struct Hoisted<'a> {
    /// The slot that keeps it: the number of its frame (`Life::id`), and its name.
    holder: (u64, Symbol),
    /// The number of the frame around it.
    around: Option<u64>,
    frame: Frame<'a>,
    generator: Generator<'a>,
}

/// What a generator loops over that rests in that loop: the number of its frame, the slot that keeps it, and the name that
/// denotes it too.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Looped {
    frame: u64,
    slot: Symbol,
    name: Symbol,
}

/// A body that is being walked for its items.
#[derive(Clone)]
pub struct Drive<'a> {
    pub generator: usize,
    /// The generator that it belongs to yields from inside a `try`, or may stop: its handlers must tell exceptions of the consumer apart.
    flagged: bool,
    library: bool,
    /// Its loops over a known number of items are unrolled.
    straight: bool,
    /// It is not asked for an item, but ends where it rests (see `close`).
    closes: bool,
    to: To<'a>,
}

#[derive(Clone)]
enum To<'a> {
    /// Items go to a consumer in the frame `at`, which may leave.
    Push { at: usize, leaves: bool, site: Site, body: Consumer<'a>, back: Back },
    /// The next item is asked for.
    Pull,
}

/// Where a walk stands outside of a generator.
#[derive(Clone)]
struct Back {
    at: usize,
    span: Span,
    stmt: Span,
    loc: Loc,
    heap_mark: usize,
    inline_depth: u32,
    active: usize,
}

/// Where a generator stands: 0 at its start, `DONE` at its end or while it runs, else at a `yield`.
const STATE: &str = "<state>";
const DONE: i64 = -1;
/// The `yield` that a walk has still to come to; 0 or absent: it has.
const RESUME: &str = "<resume>";
const YIELDED: &str = "<yielded>";
/// What a built-in has made of the items so far, with its place.
pub const FOLD: &str = "fold";
/// What a `for` loops over, with its place.
const ITERABLE: &str = "<iterable ";
/// So many walks of one generator function stand in each other.
const MAX_NEST: usize = 8;
/// Does the consumer run?
const OUTSIDE: &str = "<outside>";

/// The number of a `yield`, as a state.
fn number(e: &Expr) -> i64 {
    i64::from(e.span.start) + 1
}

/// The `yield` expressions of statements, not those of functions in them.
pub fn yields_in(body: &[Stmt]) -> Vec<&Expr> {
    fn within<'s>(e: &'s Expr, out: &mut Vec<&'s Expr>) {
        match &e.kind {
            ExprKind::Yield(_) | ExprKind::YieldFrom(_) => out.push(e),
            ExprKind::Lambda { .. } => return,
            _ => {}
        }
        e.children(&mut |c| within(c, out));
    }
    let mut out = vec![];
    for s in body {
        if matches!(s.kind, StmtKind::FunctionDef(_) | StmtKind::ClassDef(_)) {
            continue;
        }
        s.exprs(&mut |e| within(e, &mut out));
        for b in s.blocks() {
            out.extend(yields_in(b));
        }
    }
    out
}

pub fn has_yield(body: &[Stmt]) -> bool {
    !yields_in(body).is_empty()
}

/// The `yield` that a statement is, with the targets of its value.
pub fn yield_of(s: &Stmt) -> Option<(&Expr, &[Expr])> {
    match &s.kind {
        StmtKind::Expr(e) if is_yield(e) => Some((e, &[])),
        StmtKind::Assign { targets, value } if is_yield(value) => Some((value, targets)),
        _ => None,
    }
}

/// Does a generator's body return something else than None?
fn returns_value(body: &[Stmt]) -> bool {
    body.iter().any(|s| match &s.kind {
        StmtKind::FunctionDef(_) | StmtKind::ClassDef(_) => false,
        StmtKind::Return(Some(e)) => !matches!(e.kind, ExprKind::None),
        _ => s.blocks().into_iter().any(returns_value),
    })
}

fn is_yield(e: &Expr) -> bool {
    matches!(e.kind, ExprKind::Yield(_) | ExprKind::YieldFrom(_))
}

/// Does a `yield` stand in a `try` with a `finally`?
fn yields_under_finally(body: &[Stmt]) -> bool {
    body.iter().any(|s| match &s.kind {
        StmtKind::FunctionDef(_) | StmtKind::ClassDef(_) => false,
        StmtKind::Try { finally, .. } if !finally.is_empty() => has_yield(std::slice::from_ref(s)),
        _ => s.blocks().into_iter().any(yields_under_finally),
    })
}

/// Does a `yield` stand in a `try`?
fn yields_in_try(body: &[Stmt]) -> bool {
    body.iter().any(|s| match &s.kind {
        StmtKind::FunctionDef(_) | StmtKind::ClassDef(_) => false,
        StmtKind::Try { body, .. } if has_yield(body) => true,
        _ => s.blocks().into_iter().any(yields_in_try),
    })
}

impl<'a> Lower<'a, '_> {
    // Making generators.

    /// The generator that a call of a generator function gives.
    pub fn make_generator(
        &mut self,
        c: &Rc<Closure<'a>>,
        body: &'a [Stmt],
        bound: Vec<(Symbol, Val<'a>)>,
    ) -> R<Val<'a>> {
        if self.cx.recursive(c) {
            return self.run_ahead(c, bound);
        }
        let library = self.in_library(c);
        if self.fast_math != c.marks.fastmath && !library {
            return self.unsupported(
                "a generator whose arithmetic is not its consumer's",
                "mark both functions `fastmath`, or none",
            );
        }
        let names = self.cx.reached_names(&c.code, c.span.file);
        let stops = names.iter().any(|n| matches!(n.as_str(), "next" | "StopIteration"));
        let path = hash_path(self.making(), self.span, c.span.start.into());
        let caller = Some(self.b.loc);
        let frame = self.frame_for(c, bound, path, caller);
        let code = (crate::outline::code_id(&c.code), c.frame);
        Ok(self.started(frame, Generator { frame: 0, body, code, stops: stops && !library, library }))
    }

    /// The generator of a generator expression. Its first iterable is evaluated now.
    pub fn make_expression(&mut self, e: &'a Expr) -> R<Val<'a>> {
        let ExprKind::Generator { clauses, .. } = &e.kind else { return Ok(Val::None) };
        let over = self.iterated(&clauses[0].iter)?;
        self.set_span(clauses[0].iter.span);
        self.check_iterable(&over)?;
        self.set_span(e.span);
        let body = self.cx.desugared(e);
        let mut scope = Scope::default();
        clauses.iter().for_each(|c| target_names(&c.target, &mut |n| scope.locals.push(n)));
        scope.locals.push(Symbol::new(desugar::OVER));
        let (at, f) = (self.at, self.frames[self.at].clone());
        let path = hash_path(self.making(), e.span, 7);
        let life = Life { id: path, in_loop: self.in_loop, comprehension: true, ..Life::default() };
        let slots = [(Symbol::new(desugar::OVER), over)].into_iter().collect();
        let scope = Rc::new(scope);
        let name = "<genexpr>".into();
        let frame = Frame { slots, parent: Some(at), scope, module: false, life, path, name, needs: None, ..f };
        let mut stops = false;
        crate::uses::expr(e, &mut |n, _| stops |= matches!(n.as_str(), "next" | "StopIteration"));
        let code = (std::ptr::from_ref(e) as usize, at);
        Ok(self.started(frame, Generator { frame: 0, body, code, stops, library: false }))
    }

    /// What the numbers of generators that are made here start from. Those of a generator that rests are the same
    /// whoever asks it.
    fn making(&self) -> u64 {
        let f = &self.frames[self.at];
        if self.is_pulled() { f.life.id } else { f.path }
    }

    fn started(&mut self, mut frame: Frame<'a>, mut g: Generator<'a>) -> Val<'a> {
        frame.life.generator = true;
        // What a generator that rests looped over before is in the way of nobody.
        let id = frame.life.id;
        let old = self.frames.iter().position(|f| f.life.generator && f.life.id == id && self.is_pulled());
        g.frame = match old.filter(|k| !self.is_named(*k)) {
            Some(k) => {
                frame.needs = self.frames[k].needs.clone();
                self.frames[k] = frame;
                k
            }
            None => {
                self.frames.push(frame);
                self.frames.len() - 1
            }
        };
        let zero = self.int(0);
        self.set_slot(g.frame, Symbol::new(STATE), zero);
        Val::Iter(Rc::new(Iter::Generator(Rc::new(g))))
    }

    /// Do names of the program refer to a frame?
    fn is_named(&self, frame: usize) -> bool {
        self.frames.iter().any(|f| {
            f.slots.iter().any(|(n, v)| {
                let mut found = false;
                self.frames_of(v, &mut |j| found |= j == frame);
                found && !n.as_str().starts_with(ITERABLE)
            })
        })
    }

    /// Is it the slot of what a generator that rests loops over, and is that an iterator?
    pub fn holds_iterator(&self, frame: usize, name: Symbol, v: &Val<'a>) -> bool {
        self.frames[frame].needs.is_some() && name.as_str().starts_with(ITERABLE) && self.is_generated(v)
    }

    // Generators that loops of a generator that rests make.

    /// A trip of a loop has made a generator that its next trips ask: its frame must be there before the loop.
    pub fn hoist(&mut self, site: Site, (home, name): (usize, Symbol), v: &Val<'a>) -> R<()> {
        let no = "a loop over several generators at once, in a generator that a loop asks for its items one by one";
        let Some(g) = generator_in(v) else { return self.unsupported(no, "loop over one of them, and use `next`") };
        let frame = Frame { slots: Default::default(), ..self.frames[g.frame].clone() };
        let holder = (self.frames[home].life.id, name);
        let around = frame.parent.map(|p| self.frames[p].life.id);
        let known = self.cx.hoisted.entry(site).or_default();
        if known.iter().any(|h| h.holder == holder || h.frame.life.id == frame.life.id) {
            return self.unsupported("this generator in a generator that a loop asks for its items", "use a list");
        }
        known.push(Hoisted { holder, around, frame, generator: (**g).clone() });
        Ok(())
    }

    /// A trip of a loop resumes a generator that loops over the iterator of a name, which is known only while compiling: it
    /// must be known before the loop. Is there such a name?
    pub fn hoist_name(&mut self, site: Site, frame: usize, slot: Symbol, header: &Slots<'a>) -> bool {
        let rests = self.frames[frame].needs.is_some() && slot.as_str().starts_with(ITERABLE);
        let Some(Val::Iter(it)) = self.get_slot(frame, slot).filter(|_| rests && !header.contains_key(&slot)) else {
            return false;
        };
        let is_it = |(n, v): &(&Symbol, &Val<'a>)| **n != slot && matches!(v, Val::Iter(x) if Rc::ptr_eq(x, it));
        let Some(name) = header.iter().find(is_it).map(|(n, _)| *n) else { return false };
        let looped = Looped { frame: self.frames[frame].life.id, slot, name };
        let known = self.cx.looped.entry(site).or_default();
        let new = !known.contains(&looped);
        if new {
            known.push(looped);
        }
        new
    }

    /// Frames for the generators that a loop makes, which have ended so far.
    pub fn make_hoisted(&mut self, site: Site) {
        for l in self.cx.looped.get(&site).cloned().unwrap_or_default() {
            let frame = self.frames.iter().rposition(|f| f.life.generator && f.life.id == l.frame);
            if let Some(k) = frame.filter(|k| self.get_slot(*k, l.slot).is_none())
                && let Some(v) = self.get_slot(k, l.name).cloned()
            {
                self.set_slot(k, l.slot, v);
            }
        }
        for h in self.cx.hoisted.get(&site).cloned().unwrap_or_default() {
            let id = h.frame.life.id;
            let frame = match self.frames.iter().position(|f| f.life.generator && f.life.id == id) {
                Some(k) => k,
                None => {
                    let parent = h.around.map(|id| self.frames.iter().rposition(|f| f.life.id == id));
                    let parent = match parent {
                        Some(None) => continue,
                        Some(p) => p,
                        None => None,
                    };
                    self.frames.push(Frame { parent, ..h.frame });
                    let frame = self.frames.len() - 1;
                    let done = self.int(DONE);
                    self.set_slot(frame, Symbol::new(STATE), done);
                    frame
                }
            };
            let v = Val::Iter(Rc::new(Iter::Generator(Rc::new(Generator { frame, ..h.generator }))));
            let holder = self.frames.iter().position(|f| f.life.generator && f.life.id == h.holder.0);
            if let Some(k) = holder.filter(|k| self.get_slot(*k, h.holder.1).is_none()) {
                self.set_slot(k, h.holder.1, v);
            }
        }
    }

    fn recursive_generator<X>(&self, name: &str) -> R<X> {
        self.unsupported(
            format!("the generator `{name}`, which calls itself"),
            "keep a list of what is still to do, and loop until it is empty",
        )
    }

    // Walking a body.

    fn back(&self) -> Back {
        Back {
            at: self.at,
            span: self.span,
            stmt: self.stmt,
            loc: self.b.loc,
            heap_mark: self.heap_mark,
            inline_depth: self.inline_depth,
            active: self.active.len(),
        }
    }

    fn return_to(&mut self, b: &Back) {
        self.at = b.at;
        self.span = b.span;
        self.stmt = b.stmt;
        self.b.loc = b.loc;
        self.heap_mark = b.heap_mark;
        self.inline_depth = b.inline_depth;
    }

    /// All items of a generator that has not started go to `body`.
    fn push(&mut self, g: &Rc<Generator<'a>>, site: Site, leaves: bool, straight: bool, body: Consumer<'a>) -> R<()> {
        self.set_exit(exit::NEXT);
        let back = self.back();
        let flagged = g.stops || yields_in_try(g.body);
        let to = To::Push { at: self.at, leaves, site, body, back };
        self.walk_body(g, Drive { generator: g.frame, flagged, library: g.library, straight, closes: false, to })?;
        let frame = &mut self.frames[g.frame];
        // What a function that was made in it sees lives on.
        if frame.life.captured {
            frame.slots.retain(|n, _| !n.as_str().starts_with('<'));
        } else {
            frame.slots.clear();
        }
        let done = self.int(DONE);
        self.set_slot(g.frame, Symbol::new(STATE), done);
        Ok(())
    }

    /// Does the consumer ask for an item while a loop over the same generator runs? Then the loop must ask, too.
    fn check_free(&mut self, g: &Generator<'a>) -> R<()> {
        let Some(d) = self.drives.iter().find(|d| d.generator == g.frame) else { return Ok(()) };
        match d.to {
            To::Push { site, .. } if self.cx.facts.stepped.insert(site) => Err(self.cx.rise_anyhow()),
            _ => self.unsupported("asking a generator for an item while it runs", "make a second generator"),
        }
    }

    fn walk_body(&mut self, g: &Rc<Generator<'a>>, drive: Drive<'a>) -> R<()> {
        self.check_free(g)?;
        // Generators that ask for items of their own kind nest; names say too little of what methods call.
        if self.active.iter().filter(|c| **c == g.code).count() >= MAX_NEST {
            if self.cx.facts.recursive.insert(g.code.0) {
                return Err(self.cx.rise(About::Function(g.code.0)));
            }
            let name = self.frames[g.frame].name.clone();
            return self.recursive_generator(&name);
        }
        if self.inline_depth >= crate::call::MAX_INLINE {
            return self.error("deep-calls", "calls nest too deeply to compile");
        }
        let back = self.back();
        let (path, id) = (self.frames[g.frame].path, self.frames[g.frame].life.id);
        self.frames[g.frame].path = hash_path(self.frames[self.at].path, self.span, id);
        self.frames[g.frame].caller = Some(self.b.loc);
        self.at = g.frame;
        self.inline_depth += 1;
        self.heap_mark = self.bases.len();
        self.active.push(g.code);
        let flagged = drive.flagged;
        self.drives.push(drive);
        let done = self.int(DONE);
        self.put(g.frame, STATE, done);
        if flagged {
            let no = self.boolean(false);
            self.set_slot(g.frame, Symbol::new(OUTSIDE), no);
        }
        self.set_exit(exit::NEXT);
        let seen = self.seen_ahead.len();
        let r = if g.stops { self.stopping(g) } else { self.block(g.body) };
        self.drives.pop();
        let checked = self.check_seen(seen);
        self.active.truncate(back.active);
        self.return_to(&back);
        self.frames[g.frame].path = path;
        r.and(checked)
    }

    /// A body that may raise StopIteration, which becomes a RuntimeError at its border.
    fn stopping(&mut self, g: &Rc<Generator<'a>>) -> R<()> {
        let site = (hash_path(self.frames[self.at].path, self.span, 0x570b), self.span);
        let body = g.body;
        self.guard(site, vec![ErrorKind::StopIteration], &|lw| lw.block(body), &|lw, code, text| {
            lw.unless_outside(code, text, &mut |lw| lw.raise(ErrorKind::RuntimeError, "generator raised StopIteration"))
        })
    }

    /// In a handler of a generator's `try`: exceptions of the consumer pass by.
    pub fn unless_outside(&mut self, code: Var, text: Var, f: &mut dyn FnMut(&mut Self) -> R<()>) -> R<()> {
        let Some(flag) = self.get_slot(self.at, Symbol::new(OUTSIDE)).cloned() else { return f(self) };
        if flag.bool_known() == Some(false) {
            return f(self);
        }
        let flag = self.operand(&flag)?;
        self.branch(
            flag,
            |lw| {
                lw.b.emit_n(ops::Raise { kind: None }, &[code, text], vec![]);
                Err(Stop::Ends)
            },
            f,
        )
    }

    /// Binds a name of the walk, seen by handlers.
    fn put(&mut self, frame: usize, name: &str, v: Val<'a>) {
        let name = Symbol::new(name);
        self.set_slot(frame, name, v);
        self.note_bound(frame, name);
    }

    /// The innermost walk of the body that the current frame is.
    fn drive(&self) -> Option<&Drive<'a>> {
        self.drives.iter().rev().find(|d| d.generator == self.at)
    }

    /// Is the current frame a generator's that is asked for its items one by one?
    pub fn is_pulled(&self) -> bool {
        matches!(self.drive(), Some(Drive { to: To::Pull, .. }))
    }

    /// `break` and `return` in a loop's body; a `yield` whose consumer leaves is a return.
    pub fn exits(&self, body: &[Stmt]) -> (bool, bool) {
        let (breaks, returns) = crate::loops::exits(body);
        (breaks, returns || (self.yield_leaves() && has_yield(body)))
    }

    /// Does the generator that a frame is yield from inside a `try`, in a walk around this point?
    pub fn is_flagged(&self, frame: usize) -> bool {
        self.drives.iter().any(|d| d.generator == frame && d.flagged)
    }

    /// Is the generator that a frame is being walked around this point?
    pub fn is_driven(&self, frame: usize) -> bool {
        self.drives.iter().any(|d| d.generator == frame)
    }

    /// Is the number of its items wanted while compiling?
    pub fn is_straight(&self) -> bool {
        self.drive().is_some_and(|d| d.straight)
    }

    fn yield_leaves(&self) -> bool {
        match self.drive() {
            Some(Drive { to: To::Push { leaves, .. }, .. }) => *leaves,
            Some(_) => true,
            None => false,
        }
    }

    /// The loop of a consumer in this frame, around the current point.
    pub fn consumer_loop(&self, frame: usize) -> Option<Span> {
        self.drives.iter().rev().find_map(|d| match &d.to {
            To::Push { at, site, .. } if *at == frame => Some(site.1),
            _ => None,
        })
    }

    /// What a generator returns is seen nowhere, so nothing keeps it.
    pub fn no_value_of_yield_from(&mut self, e: &Expr, targets: &[Expr]) -> R<()> {
        if targets.is_empty() || !matches!(e.kind, ExprKind::YieldFrom(_)) {
            return Ok(());
        }
        self.set_span(e.span);
        self.unsupported("the value of `yield from`", "let the generator put it into a list that it is given")
    }

    /// `yield e` or `yield from e` as a statement.
    pub fn yield_stmt(&mut self, e: &'a Expr) -> R<Val<'a>> {
        match &e.kind {
            ExprKind::YieldFrom(inner) if self.is_pulled() => {
                self.for_pulled(e.span, inner, resume::Each::Yield(e), &[], false, true)?;
                Ok(Val::None)
            }
            ExprKind::YieldFrom(inner) => {
                let v = self.expr(inner)?;
                self.set_span(e.span);
                self.check_iterable(&v)?;
                let site = (self.site().0, e.span);
                let leaves = self.yield_leaves();
                let outer = self.at;
                self.forwards.push(outer);
                let r = self.each(
                    &v,
                    site,
                    vec![],
                    leaves,
                    Rc::new(move |lw, item| {
                        lw.at = outer;
                        lw.yielded(item, e)
                    }),
                );
                self.forwards.pop();
                r.map(|()| Val::None)
            }
            ExprKind::Yield(value) => {
                let v = match value {
                    Some(v) => self.expr(v)?,
                    None => Val::None,
                };
                self.set_span(e.span);
                self.yielded(v, e)?;
                Ok(Val::None)
            }
            _ => Ok(Val::None),
        }
    }

    /// An item leaves the current frame.
    fn yielded(&mut self, v: Val<'a>, e: &'a Expr) -> R<()> {
        let Some(d) = self.drive().cloned() else {
            return self.unsupported("a `yield` outside of a generator that runs", "yield in a `def`");
        };
        let generator = self.at;
        let To::Push { at, body, back: outside, leaves, .. } = d.to else {
            return self.suspend(v, e);
        };
        let back = self.back();
        if d.flagged {
            let yes = self.boolean(true);
            self.put(generator, OUTSIDE, yes);
        }
        let hidden = self.active.split_off(outside.active);
        self.return_to(&outside);
        // Each copy of the consumer is a site of its own.
        let path = self.frames[at].path;
        self.frames[at].path = hash_path(path, e.span, self.frames[generator].path);
        let r = body(self, v);
        self.frames[at].path = path;
        self.active.extend(hidden);
        let code = if r.is_ok() && leaves { Some(self.left(at)) } else { None };
        if !leaves && r.is_ok() {
            self.at = at;
            self.set_exit(exit::NEXT);
        }
        self.return_to(&back);
        r?;
        if d.flagged {
            let no = self.boolean(false);
            self.put(generator, OUTSIDE, no);
        }
        match code {
            Some(Left::Known(true)) => self.set_exit(exit::RETURN),
            Some(Left::Known(false)) | None => {}
            Some(Left::If(code)) => {
                let next = self.b.i64(exit::NEXT);
                let leaving = self.b.map(&ops::NE, &[code, next]);
                let gone = self.b.i64(exit::RETURN);
                let v = self.b.select(leaving, gone, next);
                let v = self.py(DType::I64, v);
                let (at, name) = (self.at, self.exit_slot);
                self.set_slot(at, name, v);
            }
        }
        Ok(())
    }

    /// How the consumer in the frame `at` goes on; `continue` has come to where it goes.
    fn left(&mut self, at: usize) -> Left {
        self.at = at;
        match self.exit_state() {
            Some(exit::NEXT | exit::CONTINUE) => {
                self.set_exit(exit::NEXT);
                Left::Known(false)
            }
            Some(_) => Left::Known(true),
            None => {
                let Some(Val::Scalar(s)) = self.get_slot(at, self.exit_slot).cloned() else {
                    return Left::Known(false);
                };
                let (c, n) = (self.b.i64(exit::CONTINUE), self.b.i64(exit::NEXT));
                let is = self.b.map(&ops::EQ, &[s.var, c]);
                let v = self.b.select(is, n, s.var);
                let code = self.py(DType::I64, v);
                let slot = self.exit_slot;
                self.set_slot(at, slot, code);
                Left::If(v)
            }
        }
    }

    /// Refuses what cannot be told apart in a `try` around a `yield`: closing a generator raises GeneratorExit there.
    pub fn check_try(&mut self, body: &[Stmt], handlers: &[quipu_syntax::ast::Handler], finally: &[Stmt]) -> R<()> {
        let Some(d) = self.drive() else { return Ok(()) };
        let pulled = matches!(d.to, To::Pull);
        let all: Vec<&[Stmt]> = std::iter::once(body).chain(handlers.iter().map(|h| h.body.as_slice())).collect();
        if has_yield(finally) {
            return self.unsupported("a `yield` in a `finally`", "yield in front of it or behind it");
        }
        if !all.iter().any(|b| has_yield(b)) {
            return Ok(());
        }
        if pulled && !finally.is_empty() && !self.is_closed_at_end()? {
            return self.unsupported(
                "a `finally` around a `yield` of a generator that `next` asks, or that is kept under a name",
                "loop over a new generator: `for x in g():`",
            );
        }
        if pulled && handlers.iter().any(|h| has_yield(&h.body)) {
            return self
                .unsupported("a `yield` in a handler of a generator that `next` asks", "yield behind the `try`");
        }
        let (breaks, returns) = crate::loops::exits(finally);
        if breaks || returns {
            return self.unsupported("leaving a `finally` around a `yield`", "leave behind the `try`");
        }
        if has_yield(body) && handlers.iter().any(|h| h.exc.is_none()) {
            return self.unsupported(
                "`except:` around a `yield`, which would catch the end of the generator too",
                "write `except Exception:`",
            );
        }
        Ok(())
    }

    /// The names that a frame must keep while its generator rests.
    pub fn rest_needs(&self, frame: usize, name: Symbol) -> Option<bool> {
        let needs: &Rc<Names> = self.frames[frame].needs.as_ref()?;
        Some(name.as_str().starts_with('<') || needs.contains(&name))
    }
}

enum Left {
    Known(bool),
    If(Var),
}

/// The generator that a value is.
pub fn generator_in<'v, 'a>(v: &'v Val<'a>) -> Option<&'v Rc<Generator<'a>>> {
    match v {
        Val::Iter(it) => match &**it {
            Iter::Generator(g) => Some(g),
            _ => None,
        },
        _ => None,
    }
}
