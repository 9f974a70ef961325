//! Simple statements, headers of compound ones, and what may be assigned to.

use super::{ArgNode, Builder, Header, INVALID_SYNTAX, INVALID_TARGET, Node, OpAt, ParamItem, WithNode};
use crate::ast::{BinOp, Expr, ExprKind, Ident, ImportAlias, ImportNames, Stmt, StmtKind, WithItem};
use quipu_diagnostics::{Diagnostic, Span};

/// What an expression is called in "cannot assign to ..".
fn named(kind: &ExprKind) -> &'static str {
    match kind {
        ExprKind::Name(_) => "a name",
        ExprKind::Int(_) | ExprKind::Float(_) | ExprKind::Imaginary(_) | ExprKind::Str(_) | ExprKind::Bytes(_) => {
            "a literal"
        }
        ExprKind::FString(_) => "an f-string",
        ExprKind::Bool(true) => "`True`",
        ExprKind::Bool(false) => "`False`",
        ExprKind::None => "`None`",
        ExprKind::Ellipsis => "`...`",
        ExprKind::Tuple(_) => "a tuple",
        ExprKind::List(_) => "a list",
        ExprKind::Set(_) => "a set display",
        ExprKind::Dict(_) => "a dict display",
        ExprKind::ListComp { .. } | ExprKind::SetComp { .. } | ExprKind::DictComp { .. } => "a comprehension",
        ExprKind::Generator { .. } => "a generator expression",
        ExprKind::Unary { .. } | ExprKind::Binary { .. } | ExprKind::BoolOp { .. } => "an expression",
        ExprKind::Compare { .. } => "a comparison",
        ExprKind::IfElse { .. } => "a conditional expression",
        ExprKind::Lambda { .. } => "a lambda",
        ExprKind::Call { .. } => "a function call",
        ExprKind::Subscript { .. } => "a subscript",
        ExprKind::Attribute { .. } => "an attribute",
        ExprKind::Slice { .. } => "a slice",
        ExprKind::Starred(_) => "a starred expression",
        ExprKind::Named { .. } => "an assignment expression",
        ExprKind::Yield(_) | ExprKind::YieldFrom(_) => "a yield expression",
    }
}

impl Builder<'_> {
    pub fn stmt(&mut self, kind: StmtKind, l: u32, r: u32) -> Stmt {
        Stmt { kind, span: self.span(l, r) }
    }

    /// A value cannot be starred outside displays.
    pub(super) fn value(&mut self, node: Node) -> Box<Expr> {
        if node.is_starred() {
            self.report(
                Diagnostic::error(INVALID_SYNTAX, "a starred expression cannot stand here", node.span())
                    .help("for a tuple, add a comma: `*a,`"),
            );
        }
        node.boxed()
    }

    pub fn expr_stmt(&mut self, value: Node) -> StmtKind {
        StmtKind::Expr(self.value(value))
    }

    pub fn return_stmt(&mut self, value: Option<Node>) -> StmtKind {
        StmtKind::Return(value.map(|value| self.value(value)))
    }

    pub fn assign(&mut self, targets: Vec<Node>, value: Node) -> StmtKind {
        for target in &targets {
            self.check_target(target, "an assignment's target");
        }
        StmtKind::Assign { targets: Self::plain(targets), value: self.value(value) }
    }

    pub fn ann_assign(&mut self, target: Node, annotation: Node, value: Option<Node>) -> StmtKind {
        match &target.expr.kind {
            ExprKind::Name(_) | ExprKind::Attribute { .. } | ExprKind::Subscript { .. } => {}
            kind => {
                let message = match kind {
                    ExprKind::Tuple(_) | ExprKind::List(_) => "only a single target can be annotated".to_owned(),
                    kind => format!("cannot annotate {}", named(kind)),
                };
                self.report(Diagnostic::error(INVALID_TARGET, message, target.span()));
            }
        }
        let simple = matches!(target.expr.kind, ExprKind::Name(_)) && !target.paren;
        let value = value.map(|value| self.value(value));
        StmtKind::AnnAssign { target: target.boxed(), annotation: annotation.boxed(), value, simple }
    }

    pub fn aug_assign(&mut self, target: Node, op: OpAt<BinOp>, value: Node) -> StmtKind {
        match &target.expr.kind {
            ExprKind::Name(_) | ExprKind::Attribute { .. } | ExprKind::Subscript { .. } => {}
            kind => {
                let found = Diagnostic::error(
                    INVALID_TARGET,
                    format!("{} cannot be the target of `{}=`", named(kind), op.op.as_str()),
                    target.span(),
                );
                self.report(found.help("assign to a name, an attribute or a subscript"));
            }
        }
        let value = self.value(value);
        StmtKind::AugAssign { target: target.boxed(), op: op.op, op_span: op.span, value }
    }

    pub fn del(&mut self, targets: Node) -> StmtKind {
        self.check_deletable(&targets.expr);
        // `del (a, b)` deletes what `del a, b` deletes.
        StmtKind::Del(match targets.expr.kind {
            ExprKind::Tuple(items) => items,
            _ => vec![targets.expr],
        })
    }

    pub fn assert_stmt(&mut self, test: Node, msg: Option<Node>) -> StmtKind {
        StmtKind::Assert { test: test.boxed(), msg: msg.map(Node::boxed) }
    }

    pub fn raise(&mut self, exc: Option<Node>, cause: Option<Node>) -> StmtKind {
        StmtKind::Raise { exc: exc.map(Node::boxed), cause: cause.map(Node::boxed) }
    }

    pub fn alias(&mut self, name: Ident, asname: Option<Ident>, l: u32, r: u32) -> ImportAlias {
        ImportAlias { name, asname, span: self.span(l, r) }
    }

    pub fn import_from(&mut self, level: u32, module: Option<Ident>, names: ImportNames) -> StmtKind {
        StmtKind::ImportFrom { level, module, names }
    }

    // ---- headers

    pub fn for_header(&mut self, target: Node, iter: Node) -> Header {
        self.check_target(&target, "a loop's target");
        if iter.is_starred() {
            self.syntax_error("a starred expression cannot stand here", iter.span());
        }
        Header::For(target, iter)
    }

    pub fn with_item(&mut self, context: Node, target: Option<Node>) -> WithNode {
        if let Some(target) = &target {
            self.check_target(target, "the name after `as`");
        }
        WithNode(WithItem { context: context.expr, target: target.map(|node| node.expr) })
    }

    pub fn with_header(&mut self, items: Vec<WithNode>) -> Header {
        Header::With(items.into_iter().map(|item| item.0).collect())
    }

    pub fn except_star(&mut self, exc: Node, name: Option<Ident>, l: u32, r: u32) -> Header {
        let span = self.span(l, r);
        self.unsupported("`except*`", "write `except`", span);
        Header::Except(Some(exc), name)
    }

    pub fn def_header(&mut self, name: Ident, params: Vec<ParamItem>, returns: Option<Node>) -> Header {
        let (params, _) = self.params(params);
        Header::Def(name, params, returns.map(|node| node.expr))
    }

    pub fn class_header(&mut self, name: Ident, args: Vec<ArgNode>) -> Header {
        let (args, _) = self.arguments(args, None);
        Header::Class(name, args)
    }

    // ---- targets

    /// Reports what cannot be assigned to in `target`; `role` completes "cannot be ..".
    pub(super) fn check_target(&mut self, target: &Node, role: &str) {
        if target.is_starred() {
            self.report(
                Diagnostic::error(INVALID_TARGET, "a starred target must be in a list or tuple", target.span())
                    .help("add a comma: `*a, = values`"),
            );
            return;
        }
        self.check_target_expr(&target.expr, role);
    }

    fn check_target_expr(&mut self, target: &Expr, role: &str) {
        match &target.kind {
            ExprKind::Name(_) | ExprKind::Attribute { .. } | ExprKind::Subscript { .. } => {}
            ExprKind::Tuple(items) | ExprKind::List(items) => {
                let mut star: Option<Span> = None;
                for item in items {
                    let ExprKind::Starred(inner) = &item.kind else {
                        self.check_target_expr(item, role);
                        continue;
                    };
                    if let Some(first) = star {
                        let found =
                            Diagnostic::error(INVALID_TARGET, "two starred targets in one assignment", item.span);
                        self.report(found.secondary(first, "first here"));
                    }
                    star = Some(item.span);
                    self.check_target_expr(inner, role);
                }
            }
            kind => {
                let found = Diagnostic::error(INVALID_TARGET, format!("{} cannot be {role}", named(kind)), target.span);
                self.report(match kind {
                    ExprKind::Compare { .. } | ExprKind::Call { .. } | ExprKind::Binary { .. } => {
                        found.help("write `==` to compare")
                    }
                    _ => found,
                });
            }
        }
    }

    fn check_deletable(&mut self, target: &Expr) {
        match &target.kind {
            ExprKind::Name(_) | ExprKind::Attribute { .. } | ExprKind::Subscript { .. } => {}
            ExprKind::Tuple(items) | ExprKind::List(items) => {
                for item in items {
                    self.check_deletable(item);
                }
            }
            kind => {
                let message = format!("{} cannot be deleted", named(kind));
                self.report(Diagnostic::error(INVALID_TARGET, message, target.span));
            }
        }
    }
}
