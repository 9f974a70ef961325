//! Where names are bound: the scopes of the syntax tree and what their statements bind.

use quipu_diagnostics::Span;
use quipu_syntax::Symbol;
use quipu_syntax::ast::{
    ClassDef, Comprehension, Expr, ExprKind, FunctionDef, Ident, ImportAlias, ImportNames, Module, Params, Stmt,
    StmtKind,
};

/// A scope; names are looked for in the inner ones first.
#[derive(Clone, Copy, Debug)]
pub(super) enum Scope<'a> {
    Module(&'a Module),
    Class(&'a ClassDef),
    Function(&'a FunctionDef),
    Lambda(&'a Params),
    Comprehension(&'a [Comprehension]),
}

/// A place that binds a name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Binding<'a> {
    pub name: Symbol,
    pub span: Span,
    /// From this byte on the name has what is bound here.
    pub from: u32,
    pub what: What<'a>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum What<'a> {
    Function(&'a FunctionDef),
    Class(&'a ClassDef),
    Value,
    /// As `Value`, by an operator in place: where the name was before it is more to the point.
    Updated,
    /// A module.
    Import(Symbol),
    /// A name of a module, which is given relative to the file's package.
    From {
        level: u32,
        module: Option<Ident>,
        name: Symbol,
    },
}

impl<'a> Scope<'a> {
    /// The places that bind a name in this scope, in the order of the text.
    pub fn bindings(self, name: Symbol) -> Vec<Binding<'a>> {
        let mut all = vec![];
        match self {
            Scope::Module(m) => block(&m.body, &mut all),
            Scope::Class(c) => block(&c.body, &mut all),
            Scope::Function(d) => {
                parameters(&d.params, &mut all);
                block(&d.body, &mut all);
            }
            Scope::Lambda(params) => parameters(params, &mut all),
            Scope::Comprehension(clauses) => {
                // What is made stands before the clauses that bind its names.
                clauses.iter().for_each(|c| target(&c.target, 0, What::Value, &mut all));
            }
        }
        all.retain(|b| b.name == name);
        all
    }

    /// Does a statement of this function say that the name is one of an outer scope? `Some(true)`: one of the module.
    pub fn declared(self, name: Symbol) -> Option<bool> {
        let Scope::Function(d) = self else { return None };
        declared(&d.body, name)
    }

    /// The modules all of whose names are imported here, as levels and names.
    pub fn stars(self) -> Vec<(u32, Option<Ident>)> {
        let Scope::Module(m) = self else { return vec![] };
        let star = |s: &Stmt| match &s.kind {
            StmtKind::ImportFrom { level, module, names: ImportNames::Star(_) } => Some((*level, *module)),
            _ => None,
        };
        m.body.iter().filter_map(star).collect()
    }
}

fn declared(body: &[Stmt], name: Symbol) -> Option<bool> {
    body.iter().find_map(|s| match &s.kind {
        StmtKind::Global(names) if names.iter().any(|n| n.name == name) => Some(true),
        StmtKind::Nonlocal(names) if names.iter().any(|n| n.name == name) => Some(false),
        StmtKind::FunctionDef(_) | StmtKind::ClassDef(_) => None,
        _ => s.blocks().into_iter().find_map(|b| declared(b, name)),
    })
}

fn parameters<'a>(params: &'a Params, out: &mut Vec<Binding<'a>>) {
    let bound = |p: &Ident| Binding { name: p.name, span: p.span, from: p.span.start, what: What::Value };
    out.extend(params.iter().map(|p| bound(&p.name)));
}

fn block<'a>(body: &'a [Stmt], out: &mut Vec<Binding<'a>>) {
    body.iter().for_each(|s| statement(s, out));
}

fn statement<'a>(s: &'a Stmt, out: &mut Vec<Binding<'a>>) {
    let bind = |n: &Ident, what| Binding { name: n.name, span: n.span, from: n.span.start, what };
    s.exprs(&mut |e| walruses(e, out));
    match &s.kind {
        StmtKind::Assign { targets, .. } => targets.iter().for_each(|t| target(t, s.span.end, What::Value, out)),
        StmtKind::AnnAssign { target: t, .. } => target(t, s.span.end, What::Value, out),
        StmtKind::AugAssign { target: t, .. } => target(t, s.span.end, What::Updated, out),
        StmtKind::For { target: t, iter, .. } => target(t, iter.span.end, What::Value, out),
        StmtKind::With { items, .. } => {
            let targets = items.iter().filter_map(|i| i.target.as_ref());
            targets.for_each(|t| target(t, t.span.start, What::Value, out));
        }
        StmtKind::FunctionDef(d) => return out.push(bind(&d.name, What::Function(d))),
        StmtKind::ClassDef(d) => return out.push(bind(&d.name, What::Class(d))),
        StmtKind::Import(names) => {
            for alias in names {
                let root = alias.name.name.as_str().split('.').next().unwrap_or_default();
                out.push(match &alias.asname {
                    Some(n) => bind(n, What::Import(alias.name.name)),
                    None => bind(&Ident { name: Symbol::new(root), ..alias.name }, What::Import(Symbol::new(root))),
                });
            }
        }
        StmtKind::ImportFrom { level, module, names: ImportNames::Names(names) } => {
            let from = |a: &ImportAlias| What::From { level: *level, module: *module, name: a.name.name };
            out.extend(names.iter().map(|a| bind(&a.asname.unwrap_or(a.name), from(a))));
        }
        StmtKind::Try { body, handlers, orelse, finally } => {
            block(body, out);
            for h in handlers {
                out.extend(h.name.iter().map(|n| bind(n, What::Value)));
                block(&h.body, out);
            }
            block(orelse, out);
            return block(finally, out);
        }
        _ => {}
    }
    s.blocks().into_iter().for_each(|b| block(b, out));
}

fn target<'a>(e: &'a Expr, from: u32, what: What<'a>, out: &mut Vec<Binding<'a>>) {
    match &e.kind {
        ExprKind::Name(n) => out.push(Binding { name: *n, span: e.span, from, what }),
        ExprKind::Tuple(items) | ExprKind::List(items) => items.iter().for_each(|t| target(t, from, what, out)),
        ExprKind::Starred(t) => target(t, from, what, out),
        _ => {}
    }
}

/// `name := value` binds in the function around comprehensions.
fn walruses<'a>(e: &'a Expr, out: &mut Vec<Binding<'a>>) {
    match &e.kind {
        ExprKind::Lambda { .. } => return,
        ExprKind::Named { target: t, .. } => {
            out.push(Binding { name: t.name, span: t.span, from: t.span.start, what: What::Value });
        }
        _ => {}
    }
    e.children(&mut |c| walruses(c, out));
}

/// Where methods of a class, or those of its fields, first assign to an attribute of their first parameter.
pub(super) fn field(class: &ClassDef, name: Symbol) -> Option<Span> {
    class.body.iter().find_map(|s| {
        let StmtKind::FunctionDef(d) = &s.kind else { return None };
        assigned(&d.body, d.params.positional().next()?.name.name, name)
    })
}

fn assigned(body: &[Stmt], this: Symbol, name: Symbol) -> Option<Span> {
    body.iter().find_map(|s| {
        let own = match &s.kind {
            StmtKind::Assign { targets, .. } => targets.iter().find_map(|t| stored(t, this, name)),
            StmtKind::AnnAssign { target, .. } | StmtKind::AugAssign { target, .. } => stored(target, this, name),
            StmtKind::For { target, .. } => stored(target, this, name),
            _ => None,
        };
        own.or_else(|| s.blocks().into_iter().find_map(|b| assigned(b, this, name)))
    })
}

fn stored(target: &Expr, this: Symbol, name: Symbol) -> Option<Span> {
    match &target.kind {
        ExprKind::Attribute { value, attr }
            if attr.name == name && matches!(value.kind, ExprKind::Name(n) if n == this) =>
        {
            Some(attr.span)
        }
        ExprKind::Tuple(items) | ExprKind::List(items) => items.iter().find_map(|t| stored(t, this, name)),
        ExprKind::Starred(t) => stored(t, this, name),
        _ => None,
    }
}
