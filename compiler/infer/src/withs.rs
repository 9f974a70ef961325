//! `with` statements as the `try` statements that they mean.
//!
//! ```text
//! with c as t:            m = c
//!     body                t = m.__enter__()
//!                         clean = True
//!                         try:
//!                             body
//!                         except BaseException as e:
//!                             clean = False
//!                             if not m.__exit__(type(e), e, ...): raise
//!                         finally:
//!                             if clean: m.__exit__(None, None, None)
//! ```
//!
//! The tree is rewritten before anything looks at it, so no other part knows the statement. The names hold a space, which
//! no program's name does, and the place of the statement. The traceback is `...`: a program can tell only that it is not None.

use quipu_diagnostics::Span;
use quipu_syntax::Symbol;
use quipu_syntax::ast::*;

/// The module without `with` statements, if it has any.
pub fn without(m: &Module) -> Option<Module> {
    if !has(&m.body) {
        return None;
    }
    Some(Module { body: block(&m.body), ..m.clone() })
}

fn has(body: &[Stmt]) -> bool {
    body.iter().any(|s| match &s.kind {
        StmtKind::With { .. } => true,
        StmtKind::FunctionDef(d) => has(&d.body),
        StmtKind::ClassDef(d) => has(&d.body),
        _ => s.blocks().into_iter().any(has),
    })
}

fn block(body: &[Stmt]) -> Vec<Stmt> {
    body.iter().flat_map(stmt).collect()
}

fn stmt(s: &Stmt) -> Vec<Stmt> {
    let mut s = s.clone();
    match &mut s.kind {
        StmtKind::With { items, body } => return with(s.span, items, block(body)),
        StmtKind::FunctionDef(d) => d.body = block(&d.body),
        StmtKind::ClassDef(d) => d.body = block(&d.body),
        StmtKind::If { body, orelse, .. }
        | StmtKind::While { body, orelse, .. }
        | StmtKind::For { body, orelse, .. } => {
            *body = block(body);
            *orelse = block(orelse);
        }
        StmtKind::Try { body, handlers, orelse, finally } => {
            *body = block(body);
            handlers.iter_mut().for_each(|h| h.body = block(&h.body));
            *orelse = block(orelse);
            *finally = block(finally);
        }
        _ => {}
    }
    vec![s]
}

fn with(span: Span, items: &[WithItem], body: Vec<Stmt>) -> Vec<Stmt> {
    let Some((item, rest)) = items.split_first() else { return body };
    let body = if rest.is_empty() { body } else { with(span, rest, body) };
    let at = item.context.span;
    let expr = |kind| Expr { kind, span: at };
    let named = |what: &str| Symbol::new(&format!("{what} {}", at.start));
    let name = |what: &str| expr(ExprKind::Name(named(what)));
    let made = |kind| Stmt { kind, span: at };
    let set = |what: &str, value: Expr| made(StmtKind::Assign { targets: vec![name(what)], value: Box::new(value) });
    let call = |func: Expr, args: Vec<Expr>| {
        expr(ExprKind::Call { func: Box::new(func), args: args.into_iter().map(Arg::Positional).collect() })
    };
    let method = |n: &str| {
        let attr = Ident { name: Symbol::new(n), span: at };
        expr(ExprKind::Attribute { value: Box::new(name("with")), attr })
    };
    let enter = call(method("__enter__"), vec![]);
    let enter = match &item.target {
        Some(t) => StmtKind::Assign { targets: vec![t.clone()], value: Box::new(enter) },
        None => StmtKind::Expr(Box::new(enter)),
    };
    let kind = call(expr(ExprKind::Name(Symbol::new("type"))), vec![name("raised")]);
    let failed = call(method("__exit__"), vec![kind, name("raised"), expr(ExprKind::Ellipsis)]);
    let none = || expr(ExprKind::None);
    let left = call(method("__exit__"), vec![none(), none(), none()]);
    let handler = Handler {
        exc: Some(Box::new(expr(ExprKind::Name(Symbol::new("BaseException"))))),
        name: Some(Ident { name: named("raised"), span: at }),
        body: vec![
            set("clean", expr(ExprKind::Bool(false))),
            made(StmtKind::If {
                test: Box::new(expr(ExprKind::Unary { op: UnaryOp::Not, operand: Box::new(failed) })),
                body: vec![made(StmtKind::Raise { exc: None, cause: None })],
                orelse: vec![],
            }),
        ],
        span: at,
    };
    let finally = made(StmtKind::If {
        test: Box::new(name("clean")),
        body: vec![made(StmtKind::Expr(Box::new(left)))],
        orelse: vec![],
    });
    let guarded = StmtKind::Try { body, handlers: vec![handler], orelse: vec![], finally: vec![finally] };
    vec![
        set("with", item.context.clone()),
        made(enter),
        set("clean", expr(ExprKind::Bool(true))),
        Stmt { kind: guarded, span },
    ]
}
