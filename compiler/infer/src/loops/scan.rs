//! What a loop's statements do, from their text: names they bind, ways they leave.

use crate::state::*;
use quipu_syntax::Symbol;
use quipu_syntax::ast::{self, Expr, Stmt};

/// Does a body contain `break` (of this loop) or `return`?
pub fn exits(body: &[Stmt]) -> (bool, bool) {
    use ast::StmtKind as S;
    let (mut breaks, mut returns) = (false, false);
    for s in body {
        match &s.kind {
            S::Break => breaks = true,
            S::Return(_) => returns = true,
            S::If { body, orelse, .. } => {
                for b in [body, orelse] {
                    let (x, y) = exits(b);
                    breaks |= x;
                    returns |= y;
                }
            }
            S::While { body, orelse, .. } | S::For { body, orelse, .. } => {
                returns |= exits(body).1;
                let (x, y) = exits(orelse);
                breaks |= x;
                returns |= y;
            }
            S::With { body, .. } => {
                let (x, y) = exits(body);
                breaks |= x;
                returns |= y;
            }
            S::Try { body, handlers, orelse, finally } => {
                for b in [body, orelse, finally].into_iter().chain(handlers.iter().map(|h| &h.body)) {
                    let (x, y) = exits(b);
                    breaks |= x;
                    returns |= y;
                }
            }
            _ => {}
        }
    }
    (breaks, returns)
}

/// Does every path through the statements leave the block (return, raise, break, continue)?
pub fn always_leaves(body: &[Stmt]) -> bool {
    use ast::StmtKind as S;
    body.iter().any(|s| match &s.kind {
        S::Return(_) | S::Raise { .. } | S::Break | S::Continue => true,
        S::If { body, orelse, .. } => always_leaves(body) && always_leaves(orelse),
        _ => false,
    })
}

/// The names that a loop's body and target bind.
pub fn assigned_in(target: Option<&Expr>, body: &[Stmt]) -> Vec<Symbol> {
    let mut scope = Scope::default();
    if let Some(t) = target {
        target_names(t, &mut |n| scope.locals.push(n));
    }
    bound_names(body, &mut scope);
    scope.locals.into_iter().chain(scope.globals).chain(scope.nonlocals).collect()
}

/// May the statement end a trip of the loop around it, by `break` or `continue`?
pub fn leaves_loop(s: &Stmt) -> bool {
    let any = |body: &[Stmt]| body.iter().any(leaves_loop);
    match &s.kind {
        ast::StmtKind::Break | ast::StmtKind::Continue => true,
        ast::StmtKind::For { orelse, .. } | ast::StmtKind::While { orelse, .. } => any(orelse),
        ast::StmtKind::FunctionDef(_) | ast::StmtKind::ClassDef(_) => false,
        _ => s.blocks().into_iter().any(any),
    }
}
