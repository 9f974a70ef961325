//! Where names are mentioned and how often they are bound: what inference asks about code that it is not walking.

use quipu_diagnostics::Span;
use quipu_syntax::Symbol;
use quipu_syntax::ast::{
    Comprehension, DictItem, Expr, ExprKind as E, FStringPart, FunctionDef, Params, Stmt, StmtKind as S,
};

/// Calls `f` on every name that statements mention or bind, nested functions included.
pub fn stmts(body: &[Stmt], f: &mut dyn FnMut(Symbol, Span)) {
    for s in body {
        stmt(s, f);
    }
}

fn opt(e: Option<&Expr>, f: &mut dyn FnMut(Symbol, Span)) {
    if let Some(e) = e {
        expr(e, f);
    }
}

fn params(p: &Params, f: &mut dyn FnMut(Symbol, Span)) {
    for p in p.iter() {
        opt(p.default.as_ref(), f);
    }
}

fn stmt(s: &Stmt, f: &mut dyn FnMut(Symbol, Span)) {
    match &s.kind {
        S::Expr(e) => expr(e, f),
        S::Assign { targets, value } => {
            targets.iter().for_each(|t| expr(t, f));
            expr(value, f);
        }
        S::AnnAssign { target, value, .. } => {
            expr(target, f);
            opt(value.as_deref(), f);
        }
        S::AugAssign { target, value, .. } => {
            expr(target, f);
            expr(value, f);
        }
        S::Return(e) => opt(e.as_deref(), f),
        S::Del(es) => es.iter().for_each(|e| expr(e, f)),
        S::Global(ns) | S::Nonlocal(ns) => ns.iter().for_each(|n| f(n.name, n.span)),
        S::Assert { test, msg } => {
            expr(test, f);
            opt(msg.as_deref(), f);
        }
        S::Raise { exc, cause } => {
            opt(exc.as_deref(), f);
            opt(cause.as_deref(), f);
        }
        S::If { test, body, orelse } | S::While { test, body, orelse } => {
            expr(test, f);
            stmts(body, f);
            stmts(orelse, f);
        }
        S::For { target, iter, body, orelse } => {
            expr(target, f);
            expr(iter, f);
            stmts(body, f);
            stmts(orelse, f);
        }
        S::Try { body, handlers, orelse, finally } => {
            stmts(body, f);
            for h in handlers {
                opt(h.exc.as_deref(), f);
                if let Some(n) = &h.name {
                    f(n.name, n.span);
                }
                stmts(&h.body, f);
            }
            stmts(orelse, f);
            stmts(finally, f);
        }
        S::With { items, body } => {
            for i in items {
                expr(&i.context, f);
                opt(i.target.as_ref(), f);
            }
            stmts(body, f);
        }
        S::FunctionDef(d) => {
            f(d.name.name, d.name.span);
            d.decorators.iter().for_each(|e| expr(e, f));
            params(&d.params, f);
            stmts(&d.body, f);
        }
        S::ClassDef(d) => {
            f(d.name.name, d.name.span);
            d.args.iter().for_each(|a| expr(a.value(), f));
            stmts(&d.body, f);
        }
        _ => {}
    }
}

fn clauses(cs: &[Comprehension], f: &mut dyn FnMut(Symbol, Span)) {
    for c in cs {
        expr(&c.target, f);
        expr(&c.iter, f);
        c.conditions.iter().for_each(|e| expr(e, f));
    }
}

fn parts(ps: &[FStringPart], f: &mut dyn FnMut(Symbol, Span)) {
    for p in ps {
        if let FStringPart::Field(x) = p {
            expr(&x.value, f);
            if let Some(spec) = &x.spec {
                parts(spec, f);
            }
        }
    }
}

pub fn expr(e: &Expr, f: &mut dyn FnMut(Symbol, Span)) {
    match &e.kind {
        E::Name(n) => f(*n, e.span),
        E::FString(ps) => parts(ps, f),
        E::Tuple(es) | E::List(es) | E::Set(es) => es.iter().for_each(|e| expr(e, f)),
        E::BoolOp { values, .. } => values.iter().for_each(|e| expr(e, f)),
        E::Dict(items) => {
            for i in items {
                match i {
                    DictItem::Pair { key, value } => {
                        expr(key, f);
                        expr(value, f);
                    }
                    DictItem::Unpack(e) => expr(e, f),
                }
            }
        }
        E::ListComp { elt, clauses: cs } | E::SetComp { elt, clauses: cs } | E::Generator { elt, clauses: cs } => {
            expr(elt, f);
            clauses(cs, f);
        }
        E::DictComp { key, value, clauses: cs } => {
            expr(key, f);
            expr(value, f);
            clauses(cs, f);
        }
        E::Unary { operand: x, .. } | E::Starred(x) | E::Attribute { value: x, .. } | E::YieldFrom(x) => expr(x, f),
        E::Binary { left, right, .. } | E::Subscript { value: left, index: right } => {
            expr(left, f);
            expr(right, f);
        }
        E::Compare { left, links } => {
            expr(left, f);
            links.iter().for_each(|l| expr(&l.right, f));
        }
        E::IfElse { test, body, orelse } => [test, body, orelse].into_iter().for_each(|e| expr(e, f)),
        E::Lambda { params: p, body } => {
            params(p, f);
            expr(body, f);
        }
        E::Call { func, args } => {
            expr(func, f);
            args.iter().for_each(|a| expr(a.value(), f));
        }
        E::Slice { lower, upper, step } => {
            [lower, upper, step].into_iter().for_each(|e| opt(e.as_deref(), f));
        }
        E::Named { target, value } => {
            f(target.name, target.span);
            expr(value, f);
        }
        E::Yield(x) => opt(x.as_deref(), f),
        _ => {}
    }
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
