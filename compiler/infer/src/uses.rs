//! Where names are mentioned and how often they are bound: what inference asks about code that it is not walking.

use quipu_diagnostics::Span;
use quipu_syntax::Symbol;
use quipu_syntax::ast::{Expr, ExprKind as E, FunctionDef, Stmt, StmtKind as S};

/// What a walk over statements comes to.
enum Seen<'e> {
    Name(Symbol, Span),
    Expr(&'e Expr),
}

/// Calls `f` on every name that statements mention or bind, nested functions included.
pub fn stmts(body: &[Stmt], f: &mut dyn FnMut(Symbol, Span)) {
    block(body, &mut |x| match x {
        Seen::Name(n, at) => f(n, at),
        Seen::Expr(e) => expr(e, f),
    });
}

/// Calls `f` on every expression in statements, those in expressions included.
pub fn exprs(body: &[Stmt], f: &mut dyn FnMut(&Expr)) {
    block(body, &mut |x| {
        if let Seen::Expr(e) = x {
            inside(e, f);
        }
    });
}

fn block(body: &[Stmt], g: &mut dyn FnMut(Seen<'_>)) {
    for s in body {
        stmt(s, g);
    }
}

fn opt<'e>(e: Option<&'e Expr>, g: &mut dyn FnMut(Seen<'e>)) {
    if let Some(e) = e {
        g(Seen::Expr(e));
    }
}

fn stmt(s: &Stmt, g: &mut dyn FnMut(Seen<'_>)) {
    match &s.kind {
        S::Expr(e) => g(Seen::Expr(e)),
        S::Assign { targets, value } => {
            targets.iter().for_each(|t| g(Seen::Expr(t)));
            g(Seen::Expr(value));
        }
        S::AnnAssign { target, value, .. } => {
            g(Seen::Expr(target));
            opt(value.as_deref(), g);
        }
        S::AugAssign { target, value, .. } => {
            g(Seen::Expr(target));
            g(Seen::Expr(value));
        }
        S::Return(e) => opt(e.as_deref(), g),
        S::Del(es) => es.iter().for_each(|e| g(Seen::Expr(e))),
        S::Global(ns) | S::Nonlocal(ns) => ns.iter().for_each(|n| g(Seen::Name(n.name, n.span))),
        S::Assert { test, msg } => {
            g(Seen::Expr(test));
            opt(msg.as_deref(), g);
        }
        S::Raise { exc, cause } => {
            opt(exc.as_deref(), g);
            opt(cause.as_deref(), g);
        }
        S::If { test, body, orelse } | S::While { test, body, orelse } => {
            g(Seen::Expr(test));
            block(body, g);
            block(orelse, g);
        }
        S::For { target, iter, body, orelse } => {
            g(Seen::Expr(target));
            g(Seen::Expr(iter));
            block(body, g);
            block(orelse, g);
        }
        S::Try { body, handlers, orelse, finally } => {
            block(body, g);
            for h in handlers {
                opt(h.exc.as_deref(), g);
                if let Some(n) = &h.name {
                    g(Seen::Name(n.name, n.span));
                }
                block(&h.body, g);
            }
            block(orelse, g);
            block(finally, g);
        }
        S::With { items, body } => {
            for i in items {
                g(Seen::Expr(&i.context));
                opt(i.target.as_ref(), g);
            }
            block(body, g);
        }
        S::FunctionDef(d) => {
            g(Seen::Name(d.name.name, d.name.span));
            d.decorators.iter().for_each(|e| g(Seen::Expr(e)));
            d.params.iter().for_each(|p| opt(p.default.as_ref(), g));
            block(&d.body, g);
        }
        S::ClassDef(d) => {
            g(Seen::Name(d.name.name, d.name.span));
            d.args.iter().for_each(|a| g(Seen::Expr(a.value())));
            block(&d.body, g);
        }
        _ => {}
    }
}

/// Calls `f` on every name that an expression mentions or binds.
pub fn expr(e: &Expr, f: &mut dyn FnMut(Symbol, Span)) {
    match &e.kind {
        E::Name(n) => f(*n, e.span),
        E::Named { target, .. } => f(target.name, target.span),
        _ => {}
    }
    e.children(&mut |c| expr(c, f));
}

/// Calls `f` on an expression and all in it.
pub fn inside(e: &Expr, f: &mut dyn FnMut(&Expr)) {
    f(e);
    e.children(&mut |c| inside(c, f));
}

/// Calls `f` on every function that statements define, however deep.
pub fn functions(body: &[Stmt], f: &mut dyn FnMut(&FunctionDef)) {
    for s in body {
        match &s.kind {
            S::FunctionDef(d) => {
                f(d);
                functions(&d.body, f);
            }
            S::If { body, orelse, .. } | S::While { body, orelse, .. } | S::For { body, orelse, .. } => {
                functions(body, f);
                functions(orelse, f);
            }
            S::Try { body, handlers, orelse, finally } => {
                functions(body, f);
                handlers.iter().for_each(|h| functions(&h.body, f));
                functions(orelse, f);
                functions(finally, f);
            }
            S::ClassDef(d) => functions(&d.body, f),
            S::With { body, .. } => functions(body, f),
            _ => {}
        }
    }
}

/// Calls `f` on every class that statements define at their level, or in branches.
pub fn classes(body: &[Stmt], f: &mut dyn FnMut(&quipu_syntax::ast::ClassDef)) {
    for s in body {
        match &s.kind {
            S::ClassDef(d) => f(d),
            S::FunctionDef(d) => classes(&d.body, f),
            S::If { body, orelse, .. } => {
                classes(body, f);
                classes(orelse, f);
            }
            _ => {}
        }
    }
}
