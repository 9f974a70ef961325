//! Attributes that a program gives to its functions, as those of an object beside the function.
//!
//! ```text
//! def counted(f):                        def counted(f):
//!                                            class `function.called`: pass
//!     def called(x):                         def called(x):
//!         called.calls += 1                      `called.`.calls += 1
//!         return f(x)                            return f(x)
//!                                            `called.` = `function.called`()
//!     called.calls = 0                       `called.`.calls = 0
//!     return called                          return called
//! ```
//!
//! A `def` that runs once in its scope makes one function each time the scope does, so its attributes are those of an object
//! that a variable of the scope denotes, and everything that holds for variables around a function and for objects holds for
//! them. The names hold a dot, which no program's name does. The tree is rewritten before anything looks at it. Who has the
//! function by another name finds the variable in the function's frame (`Lower::function_object`). What is not rewritten is
//! refused where it is stored: attributes of functions that loops define, that are decorated, or whose name is bound twice.

use quipu_syntax::Symbol;
use quipu_syntax::ast::*;
use std::collections::BTreeSet;

/// The variable that denotes what has the attributes of the function of this name.
pub fn variable(function: &str) -> Symbol {
    Symbol::new(&format!("{function}."))
}

/// How the name of the class of these begins.
pub const CLASS: &str = "function.";

/// Statements with variables for attributes of functions, if there are any.
pub fn without(body: &[Stmt]) -> Option<Vec<Stmt>> {
    let (mut stored, mut defined) = (vec![], vec![]);
    stores(body, &mut stored);
    all_functions(body, &mut defined);
    if !stored.iter().any(|(n, _)| defined.contains(n)) {
        return None;
    }
    let mut body = body.to_vec();
    scope(&mut body, &Outer::new());
    Some(body)
}

fn all_functions(body: &[Stmt], out: &mut Vec<Symbol>) {
    for s in body {
        match &s.kind {
            StmtKind::FunctionDef(d) => {
                out.push(d.name.name);
                all_functions(&d.body, out);
            }
            StmtKind::ClassDef(d) => all_functions(&d.body, out),
            _ => s.blocks().into_iter().for_each(|b| all_functions(b, out)),
        }
    }
}

/// The functions that code sees whose attributes are rewritten.
type Outer = BTreeSet<Symbol>;

/// The `def`s of a scope, with whether a loop holds them or a decorator takes them.
fn functions(body: &[Stmt], in_loop: bool, out: &mut Vec<(Symbol, bool)>) {
    for s in body {
        match &s.kind {
            StmtKind::FunctionDef(d) => out.push((d.name.name, in_loop || !plain(d))),
            StmtKind::ClassDef(_) => {}
            StmtKind::While { .. } | StmtKind::For { .. } => {
                s.blocks().into_iter().for_each(|b| functions(b, true, out));
            }
            _ => s.blocks().into_iter().for_each(|b| functions(b, in_loop, out)),
        }
    }
}

/// Is what the name is bound to the function itself? `wraps` gives back what it decorates.
fn plain(d: &FunctionDef) -> bool {
    d.decorators.iter().all(|e| match &e.kind {
        ExprKind::Call { func, .. } => match &func.kind {
            ExprKind::Name(n) => n.as_str() == "wraps",
            ExprKind::Attribute { attr, .. } => attr.name.as_str() == "wraps",
            _ => false,
        },
        _ => false,
    })
}

/// What statements store as an attribute of a name, in functions inside too.
fn stores(body: &[Stmt], out: &mut Vec<(Symbol, Symbol)>) {
    fn target(e: &Expr, out: &mut Vec<(Symbol, Symbol)>) {
        match &e.kind {
            ExprKind::Attribute { value, attr } => {
                if let ExprKind::Name(n) = &value.kind
                    && !attr.name.as_str().starts_with("__")
                {
                    out.push((*n, attr.name));
                }
            }
            ExprKind::Tuple(es) | ExprKind::List(es) => es.iter().for_each(|e| target(e, out)),
            ExprKind::Starred(e) => target(e, out),
            _ => {}
        }
    }
    for s in body {
        match &s.kind {
            StmtKind::Assign { targets, .. } => targets.iter().for_each(|t| target(t, out)),
            StmtKind::AugAssign { target: t, .. } | StmtKind::AnnAssign { target: t, .. } => target(t, out),
            StmtKind::For { target: t, .. } => target(t, out),
            StmtKind::FunctionDef(d) => stores(&d.body, out),
            StmtKind::ClassDef(d) => stores(&d.body, out),
            _ => {}
        }
        s.blocks().into_iter().for_each(|b| stores(b, out));
    }
}

/// Rewrites the body of a function or a module.
fn scope(body: &mut Vec<Stmt>, outer: &Outer) {
    let mut bound = crate::state::Scope::default();
    crate::state::bound_names(body, &mut bound);
    let (mut defs, mut stored) = (vec![], vec![]);
    functions(body, false, &mut defs);
    stores(body, &mut stored);
    let mut seen: Outer = outer.iter().filter(|n| !bound.locals.contains(n)).copied().collect();
    let mut own = Outer::new();
    for (name, other) in &defs {
        let once = defs.iter().filter(|(n, _)| n == name).count() == 1;
        let given = stored.iter().any(|(n, _)| n == name);
        if !other && once && given && !bound.globals.contains(name) && !assigned(body, *name) {
            own.insert(*name);
        }
    }
    seen.extend(&own);
    block(body, &seen);
    if !own.is_empty() {
        objects(body, &own);
    }
}

/// Puts what has the attributes behind the `def`s of these functions.
fn objects(body: &mut Vec<Stmt>, own: &Outer) {
    let mut k = 0;
    while let Some(s) = body.get_mut(k) {
        k += 1;
        blocks_mut(s).into_iter().for_each(|b| objects(b, own));
        let StmtKind::FunctionDef(d) = &s.kind else { continue };
        if !own.contains(&d.name.name) {
            continue;
        }
        let (span, name) = (d.name.span, d.name.name.as_str());
        let class = Ident { name: Symbol::new(&format!("{CLASS}{name}")), span };
        let expr = |kind| Expr { kind, span };
        let made = ExprKind::Call { func: Box::new(expr(ExprKind::Name(class.name))), args: vec![] };
        let pass = vec![Stmt { kind: StmtKind::Pass, span }];
        let define = ClassDef { name: class, args: vec![], decorators: vec![], body: pass, header: span };
        let bind =
            StmtKind::Assign { targets: vec![expr(ExprKind::Name(variable(name)))], value: Box::new(expr(made)) };
        body.insert(k, Stmt { kind: bind, span });
        body.insert(k, Stmt { kind: StmtKind::ClassDef(Box::new(define)), span });
        k += 2;
    }
}

/// Is the name bound by anything but `def`?
fn assigned(body: &[Stmt], name: Symbol) -> bool {
    let mut others = body.to_vec();
    without_defs(&mut others);
    let mut scope = crate::state::Scope::default();
    crate::state::bound_names(&others, &mut scope);
    scope.locals.contains(&name)
}

fn without_defs(body: &mut Vec<Stmt>) {
    body.retain(|s| !matches!(s.kind, StmtKind::FunctionDef(_)));
    for s in body {
        blocks_mut(s).into_iter().for_each(without_defs);
    }
}

fn blocks_mut(s: &mut Stmt) -> Vec<&mut Vec<Stmt>> {
    match &mut s.kind {
        StmtKind::If { body, orelse, .. }
        | StmtKind::While { body, orelse, .. }
        | StmtKind::For { body, orelse, .. } => {
            vec![body, orelse]
        }
        StmtKind::Try { body, handlers, orelse, finally } => {
            let mut out = vec![body, orelse, finally];
            out.extend(handlers.iter_mut().map(|h| &mut h.body));
            out
        }
        StmtKind::With { body, .. } => vec![body],
        _ => vec![],
    }
}

fn block(body: &mut [Stmt], seen: &Outer) {
    for s in body {
        stmt(s, seen);
    }
}

fn stmt(s: &mut Stmt, seen: &Outer) {
    let each = |e: &mut Expr| expr(e, seen);
    match &mut s.kind {
        StmtKind::Expr(e) => each(e),
        StmtKind::Assign { targets, value } => {
            targets.iter_mut().for_each(each);
            each(value);
        }
        StmtKind::AnnAssign { target, value, .. } => {
            each(target);
            value.iter_mut().for_each(|v| each(v));
        }
        StmtKind::AugAssign { target, value, .. } => {
            each(target);
            each(value);
        }
        StmtKind::Return(e) => e.iter_mut().for_each(|e| each(e)),
        StmtKind::Del(es) => es.iter_mut().for_each(each),
        StmtKind::Assert { test, msg } => {
            each(test);
            msg.iter_mut().for_each(|e| each(e));
        }
        StmtKind::Raise { exc, cause } => exc.iter_mut().chain(cause).for_each(|e| each(e)),
        StmtKind::If { test, .. } | StmtKind::While { test, .. } => each(test),
        StmtKind::For { target, iter, .. } => {
            each(target);
            each(iter);
        }
        StmtKind::Try { handlers, .. } => {
            handlers.iter_mut().filter_map(|h| h.exc.as_mut()).for_each(|e| each(e));
        }
        StmtKind::With { items, .. } => {
            for i in items {
                each(&mut i.context);
                i.target.iter_mut().for_each(each);
            }
        }
        StmtKind::FunctionDef(d) => {
            d.decorators.iter_mut().for_each(each);
            defaults(&mut d.params, seen);
            let seen = without_names(seen, d.params.iter().map(|p| p.name.name));
            scope(&mut d.body, &seen);
        }
        StmtKind::ClassDef(d) => {
            d.decorators.iter_mut().for_each(each);
            d.args.iter_mut().for_each(|a| each(value_mut(a)));
            block(&mut d.body, seen);
        }
        _ => {}
    }
    blocks_mut(s).into_iter().for_each(|b| block(b, seen));
}

fn without_names(seen: &Outer, names: impl Iterator<Item = Symbol>) -> Outer {
    let names: Vec<Symbol> = names.collect();
    seen.iter().filter(|n| !names.contains(n)).copied().collect()
}

fn value_mut(a: &mut Arg) -> &mut Expr {
    match a {
        Arg::Positional(value) | Arg::Star(value) | Arg::Keyword { value, .. } | Arg::DoubleStar(value) => value,
    }
}

fn defaults(params: &mut Params, seen: &Outer) {
    let all = params.posonly.iter_mut().chain(&mut params.regular).chain(&mut params.kwonly);
    all.filter_map(|p| p.default.as_mut()).for_each(|e| expr(e, seen));
}

fn parts(all: &mut [FStringPart], seen: &Outer) {
    for p in all {
        if let FStringPart::Field(f) = p {
            expr(&mut f.value, seen);
            f.spec.iter_mut().for_each(|s| parts(s, seen));
        }
    }
}

fn clauses(all: &mut [Comprehension], seen: &Outer) -> Outer {
    let mut bound = vec![];
    for c in &*all {
        crate::state::target_names(&c.target, &mut |n| bound.push(n));
    }
    let inner = without_names(seen, bound.into_iter());
    for c in all {
        expr(&mut c.iter, seen);
        c.conditions.iter_mut().for_each(|e| expr(e, &inner));
    }
    inner
}

fn expr(e: &mut Expr, seen: &Outer) {
    if let ExprKind::Attribute { value, attr } = &mut e.kind
        && let ExprKind::Name(n) = &mut value.kind
        && seen.contains(n)
        && !attr.name.as_str().starts_with("__")
    {
        *n = variable(n.as_str());
        return;
    }
    let each = |e: &mut Expr| expr(e, seen);
    match &mut e.kind {
        ExprKind::FString(ps) => parts(ps, seen),
        ExprKind::Tuple(es) | ExprKind::List(es) | ExprKind::Set(es) | ExprKind::BoolOp { values: es, .. } => {
            es.iter_mut().for_each(each);
        }
        ExprKind::Dict(items) => items.iter_mut().for_each(|i| match i {
            DictItem::Pair { key, value } => {
                each(key);
                each(value);
            }
            DictItem::Unpack(e) => each(e),
        }),
        ExprKind::ListComp { elt, clauses: cs }
        | ExprKind::SetComp { elt, clauses: cs }
        | ExprKind::Generator { elt, clauses: cs } => {
            let inner = clauses(cs, seen);
            expr(elt, &inner);
        }
        ExprKind::DictComp { key, value, clauses: cs } => {
            let inner = clauses(cs, seen);
            expr(key, &inner);
            expr(value, &inner);
        }
        ExprKind::Unary { operand: e, .. }
        | ExprKind::Attribute { value: e, .. }
        | ExprKind::Starred(e)
        | ExprKind::Named { value: e, .. }
        | ExprKind::YieldFrom(e)
        | ExprKind::Yield(Some(e)) => each(e),
        ExprKind::Binary { left, right, .. } => {
            each(left);
            each(right);
        }
        ExprKind::Compare { left, links } => {
            each(left);
            links.iter_mut().for_each(|l| each(&mut l.right));
        }
        ExprKind::IfElse { test, body, orelse } => {
            each(test);
            each(body);
            each(orelse);
        }
        ExprKind::Lambda { params, body } => {
            defaults(params, seen);
            let inner = without_names(seen, params.iter().map(|p| p.name.name));
            expr(body, &inner);
        }
        ExprKind::Call { func, args } => {
            each(func);
            args.iter_mut().for_each(|a| each(value_mut(a)));
        }
        ExprKind::Subscript { value, index } => {
            each(value);
            each(index);
        }
        ExprKind::Slice { lower, upper, step } => {
            lower.iter_mut().chain(upper).chain(step).for_each(|e| each(e));
        }
        _ => {}
    }
}
