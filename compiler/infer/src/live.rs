//! Which names a loop must carry, and what is left of names where an `if` ends: those that may be read before they are
//! bound again.
//!
//! A walk backward over the statements of a function, or of a module: a set of names that may be read from here on,
//! to which uses add and plain assignments take away. A loop's head joins what its body reads first, what the next
//! trip reads, and what follows the loop. Names that nested functions mention, and global ones, may be read by any
//! call, so they live everywhere; inside a `try` what its handlers and its `finally` mention lives too, because an
//! exception may come from anywhere.
//!
//! Loops are walked twice, so that the second walk knows what the next trip reads; where they nest deeply, everything
//! that they mention is taken to live instead.

use crate::uses;
use quipu_diagnostics::Span;
use quipu_syntax::Symbol;
use quipu_syntax::ast::{Expr, ExprKind as E, FunctionDef, Stmt, StmtKind as S};
use rustc_hash::FxHashMap as HashMap;
use std::collections::BTreeSet;
use std::rc::Rc;

pub type Names = BTreeSet<Symbol>;

/// By the loop's statement: the names that live at the head of each trip after the first, and behind the loop. By a
/// `yield`, and by an `if` that leads nowhere else: those that live behind its statement.
pub type Loops = HashMap<Span, Rc<Names>>;

/// Loops that nest more deeply are not walked twice.
const MAX_NEST: usize = 6;

struct Walk<'m> {
    out: &'m mut Loops,
    /// What lives everywhere at this point.
    always: Names,
    /// What lives behind each loop around this point, and at its head.
    around: Vec<(Names, Names)>,
}

/// The loops of a module's body, functions apart.
pub fn module(body: &[Stmt], out: &mut Loops) {
    let mut always = Names::new();
    uses::functions(body, &mut |d| read_around(d, &mut always));
    run(body, always, out);
}

/// The names that a function reads which are not its own.
fn read_around(d: &FunctionDef, out: &mut Names) {
    let own = crate::call::scope_of(&crate::value::Code::Def(d)).locals;
    uses::stmts(&d.body, &mut |n, _| {
        if !own.contains(&n) {
            out.insert(n);
        }
    });
}

/// The loops of a statement of a session, or of a module that others import: all of these names may be read behind it.
pub fn part_of_session(body: &[Stmt], always: Names, out: &mut Loops) {
    run(body, always, out);
}

/// The loops of the body of a generator expression, whose frame nobody else reaches.
pub fn part(body: &[Stmt], out: &mut Loops) {
    run(body, Names::new(), out);
}

/// The loops of a function's body.
pub fn function(d: &FunctionDef, out: &mut Loops) {
    run(&d.body, Names::new(), out);
}

fn run(body: &[Stmt], mut always: Names, out: &mut Loops) {
    captured(body, &mut always);
    let mut w = Walk { out, always: always.clone(), around: vec![] };
    w.block(body, always);
}

/// What functions, classes and lambdas inside mention, and names of other frames.
fn captured(body: &[Stmt], out: &mut Names) {
    for s in body {
        match &s.kind {
            S::FunctionDef(d) => {
                read_around(d, out);
                uses::functions(&d.body, &mut |d| read_around(d, out));
            }
            S::ClassDef(_) => uses::stmts(std::slice::from_ref(s), &mut |n, _| {
                out.insert(n);
            }),
            S::Global(ns) | S::Nonlocal(ns) => out.extend(ns.iter().map(|n| n.name)),
            S::If { body, orelse, .. } | S::While { body, orelse, .. } | S::For { body, orelse, .. } => {
                captured(body, out);
                captured(orelse, out);
            }
            S::With { body, .. } => captured(body, out),
            S::Try { body, handlers, orelse, finally } => {
                captured(body, out);
                handlers.iter().for_each(|h| captured(&h.body, out));
                captured(orelse, out);
                captured(finally, out);
            }
            _ => {}
        }
    }
    // A lambda or generator that is kept reads its names when it runs.
    uses::exprs(body, &mut |e| {
        if matches!(e.kind, E::Lambda { .. } | E::Generator { .. }) {
            uses::expr(e, &mut |n, _| {
                out.insert(n);
            });
        }
    });
}

/// The names that an assignment to this surely binds.
fn bound(t: &Expr, live: &mut Names, always: &Names) {
    match &t.kind {
        E::Name(n) if !always.contains(n) => {
            live.remove(n);
        }
        E::Tuple(ts) | E::List(ts) => ts.iter().for_each(|t| bound(t, live, always)),
        E::Starred(t) => bound(t, live, always),
        _ => {}
    }
}

/// What evaluating a target reads.
fn target(t: &Expr, live: &mut Names) {
    match &t.kind {
        E::Name(_) => {}
        E::Tuple(ts) | E::List(ts) => ts.iter().for_each(|t| target(t, live)),
        E::Starred(t) => target(t, live),
        _ => read(t, live),
    }
}

fn read(e: &Expr, live: &mut Names) {
    uses::expr(e, &mut |n, _| {
        live.insert(n);
    });
}

fn mentions(body: &[Stmt], live: &mut Names) {
    uses::stmts(body, &mut |n, _| {
        live.insert(n);
    });
}

impl Walk<'_> {
    fn block(&mut self, body: &[Stmt], mut live: Names) -> Names {
        for s in body.iter().rev() {
            live = self.stmt(s, live);
            live.extend(self.always.iter().copied());
        }
        live
    }

    fn stmt(&mut self, s: &Stmt, mut live: Names) -> Names {
        if let Some((e, _)) = crate::generators::yield_of(s) {
            Rc::make_mut(self.out.entry(e.span).or_default()).extend(live.iter().copied());
        }
        match &s.kind {
            S::Assign { targets, value } => {
                targets.iter().for_each(|t| bound(t, &mut live, &self.always));
                targets.iter().for_each(|t| target(t, &mut live));
                read(value, &mut live);
                live
            }
            S::AnnAssign { target: t, value: Some(v), .. } => {
                bound(t, &mut live, &self.always);
                target(t, &mut live);
                read(v, &mut live);
                live
            }
            S::Return(e) => {
                let mut live = self.always.clone();
                e.iter().for_each(|e| read(e, &mut live));
                live
            }
            S::Raise { exc, cause } => {
                let mut live = self.always.clone();
                exc.iter().chain(cause).for_each(|e| read(e, &mut live));
                live
            }
            S::Break => self.around.last().map_or(live, |(behind, _)| behind.clone()),
            S::Continue => self.around.last().map_or(live, |(_, head)| head.clone()),
            S::If { test, body, orelse } => {
                // Where an arm leaves for elsewhere, what is read there counts too, and the rest is a branch of its own.
                let leaves =
                    crate::loops::leaves_loop(s) || crate::loops::exits(std::slice::from_ref(s)) != (false, false);
                if !leaves {
                    Rc::make_mut(self.out.entry(s.span).or_default()).extend(live.iter().copied());
                }
                let mut yes = self.block(body, live.clone());
                yes.extend(self.block(orelse, live));
                read(test, &mut yes);
                yes
            }
            S::For { target: t, iter, body, orelse } => {
                let mut head = self.around_loop(s, body, orelse, live, &mut |live, always| {
                    bound(t, live, always);
                    target(t, live);
                });
                read(iter, &mut head);
                head
            }
            S::While { test, body, orelse } => {
                let mut head = self.around_loop(s, body, orelse, live, &mut |_, _| {});
                read(test, &mut head);
                head
            }
            S::Try { body, handlers, orelse, finally } => {
                // What is read when something is raised, at any point of the statement.
                let outer = self.always.clone();
                let behind = self.block(finally, live);
                mentions(finally, &mut self.always);
                if !handlers.is_empty() {
                    self.always.extend(behind.iter().copied());
                }
                let behind = self.with_always(behind);
                let mut all = Names::new();
                for h in handlers {
                    all.extend(self.block(&h.body, behind.clone()));
                    h.exc.iter().for_each(|e| read(e, &mut all));
                }
                let rest = self.block(orelse, behind);
                self.always.extend(all.iter().copied());
                let out = self.block(body, self.with_always(rest));
                let out = self.with_always(out);
                self.always = outer;
                out
            }
            S::With { items, body } => {
                let mut live = self.block(body, live);
                items.iter().for_each(|i| read(&i.context, &mut live));
                live
            }
            _ => {
                mentions(std::slice::from_ref(s), &mut live);
                live
            }
        }
    }

    fn with_always(&self, mut live: Names) -> Names {
        live.extend(self.always.iter().copied());
        live
    }

    /// What lives at a loop's head; `takes` is what the head itself binds.
    fn around_loop(
        &mut self,
        s: &Stmt,
        body: &[Stmt],
        orelse: &[Stmt],
        behind: Names,
        takes: &mut dyn FnMut(&mut Names, &Names),
    ) -> Names {
        let left = self.block(orelse, behind.clone());
        let mut head = self.with_always(left.clone());
        if let S::While { test, .. } = &s.kind {
            read(test, &mut head);
        }
        let deep = self.around.len() >= MAX_NEST;
        if deep {
            mentions(std::slice::from_ref(s), &mut head);
        }
        for _ in 0..if deep { 1 } else { 2 } {
            self.around.push((behind.clone(), head.clone()));
            let mut first = self.block(body, head.clone());
            self.around.pop();
            takes(&mut first, &self.always);
            head.extend(first);
        }
        let mut all = head.clone();
        all.extend(behind);
        match self.out.get_mut(&s.span) {
            Some(old) => Rc::make_mut(old).extend(all),
            None => {
                self.out.insert(s.span, Rc::new(all));
            }
        }
        head
    }
}
