//! Generator expressions as the bodies of generator functions.
//!
//! ```text
//! (e for x in xs if c for y in ys)        for x in <over>:
//!                                             if c:
//!                                                 for y in ys:
//!                                                     yield e
//! ```
//!
//! The iterable of the first clause is evaluated where the expression stands; the frame has it as `<over>`.

use crate::live;
use quipu_diagnostics::Span;
use quipu_syntax::Symbol;
use quipu_syntax::ast::{Comprehension, Expr, ExprKind, Stmt, StmtKind};
use std::cell::OnceCell;

/// The name of the first iterable.
pub const OVER: &str = "<over>";

/// Statements that are made while the tree is walked, and live as long as it.
#[derive(Default, Debug)]
pub struct Arena {
    first: OnceCell<Box<Node>>,
}

#[derive(Debug)]
struct Node {
    body: Vec<Stmt>,
    next: OnceCell<Box<Node>>,
}

impl Arena {
    pub(super) fn keep(&self, body: Vec<Stmt>) -> &[Stmt] {
        let mut at = &self.first;
        while let Some(n) = at.get() {
            at = &n.next;
        }
        &at.get_or_init(|| Box::new(Node { body, next: OnceCell::new() })).body
    }
}

impl<'a> crate::Cx<'a> {
    /// The body of a generator expression.
    pub fn desugared(&mut self, e: &'a Expr) -> &'a [Stmt] {
        let ExprKind::Generator { elt, clauses } = &e.kind else { return &[] };
        let key = std::ptr::from_ref(e) as usize;
        if let Some(b) = self.desugared.get(&key) {
            return b;
        }
        let body = self.arena.keep(vec![nest(e, elt, clauses, true)]);
        live::part(body, &mut self.live);
        self.desugared.insert(key, body);
        body
    }

    /// The body of a generator function.
    pub fn generator_body(&mut self, code: &crate::value::Code<'a>) -> Option<&'a [Stmt]> {
        let crate::value::Code::Def(d) = code else { return None };
        let key = std::ptr::from_ref(*d) as usize;
        let is = *self.generators.entry(key).or_insert_with(|| super::has_yield(&d.body));
        is.then_some(d.body.as_slice())
    }
}

fn nest(whole: &Expr, elt: &Expr, clauses: &[Comprehension], first: bool) -> Stmt {
    let (c, rest) = clauses.split_first().expect("a comprehension has a clause");
    let mut inner = match rest {
        [] => {
            let e = Expr { kind: ExprKind::Yield(Some(Box::new(elt.clone()))), span: elt.span };
            Stmt { kind: StmtKind::Expr(Box::new(e)), span: elt.span }
        }
        _ => nest(whole, elt, rest, false),
    };
    for test in c.conditions.iter().rev() {
        let kind = StmtKind::If { test: Box::new(test.clone()), body: vec![inner], orelse: vec![] };
        inner = Stmt { kind, span: test.span };
    }
    let iter = match first {
        true => Expr { kind: ExprKind::Name(Symbol::new(OVER)), span: c.iter.span },
        false => c.iter.clone(),
    };
    let kind =
        StmtKind::For { target: Box::new(c.target.clone()), iter: Box::new(iter), body: vec![inner], orelse: vec![] };
    Stmt { kind, span: Span { start: c.target.span.start, ..whole.span } }
}
