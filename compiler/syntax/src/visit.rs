//! The children of tree nodes, in source order (which is Python's order of evaluation but for a few forms).
//!
//! One function per kind of node, one level deep: a walk is a closure that calls it again, and decides itself what to do
//! at functions, lambdas and comprehensions, which are scopes of their own.

use crate::ast::{Comprehension, DictItem, Expr, ExprKind, FStringPart, Params, Stmt, StmtKind};

impl Expr {
    /// Calls `f` for every direct subexpression, parameters' defaults and annotations included.
    pub fn children<'a>(&'a self, f: &mut dyn FnMut(&'a Expr)) {
        match &self.kind {
            ExprKind::Name(_)
            | ExprKind::Int(_)
            | ExprKind::Float(_)
            | ExprKind::Imaginary(_)
            | ExprKind::Str(_)
            | ExprKind::Bytes(_)
            | ExprKind::Bool(_)
            | ExprKind::None
            | ExprKind::Ellipsis => {}
            ExprKind::FString(parts) => fstring_children(parts, f),
            ExprKind::Tuple(items) | ExprKind::List(items) | ExprKind::Set(items) => items.iter().for_each(f),
            ExprKind::Dict(items) => {
                for item in items {
                    match item {
                        DictItem::Pair { key, value } => {
                            f(key);
                            f(value);
                        }
                        DictItem::Unpack(value) => f(value),
                    }
                }
            }
            ExprKind::ListComp { elt, clauses }
            | ExprKind::SetComp { elt, clauses }
            | ExprKind::Generator { elt, clauses } => {
                f(elt);
                clause_children(clauses, f);
            }
            ExprKind::DictComp { key, value, clauses } => {
                f(key);
                f(value);
                clause_children(clauses, f);
            }
            ExprKind::Unary { operand, .. } => f(operand),
            ExprKind::Binary { left, right, .. } => {
                f(left);
                f(right);
            }
            ExprKind::BoolOp { values, .. } => values.iter().for_each(f),
            ExprKind::Compare { left, links } => {
                f(left);
                links.iter().for_each(|link| f(&link.right));
            }
            ExprKind::IfElse { test, body, orelse } => {
                f(body);
                f(test);
                f(orelse);
            }
            ExprKind::Lambda { params, body } => {
                params.children(f);
                f(body);
            }
            ExprKind::Call { func, args } => {
                f(func);
                args.iter().for_each(|arg| f(arg.value()));
            }
            ExprKind::Subscript { value, index } => {
                f(value);
                f(index);
            }
            ExprKind::Attribute { value, .. } | ExprKind::Starred(value) | ExprKind::YieldFrom(value) => f(value),
            ExprKind::Named { value, .. } => f(value),
            ExprKind::Slice { lower, upper, step } => {
                [lower, upper, step].into_iter().flatten().for_each(|bound| f(bound));
            }
            ExprKind::Yield(value) => value.iter().for_each(|value| f(value)),
        }
    }
}

fn fstring_children<'a>(parts: &'a [FStringPart], f: &mut dyn FnMut(&'a Expr)) {
    for part in parts {
        if let FStringPart::Field(field) = part {
            f(&field.value);
            if let Some(spec) = &field.spec {
                fstring_children(spec, f);
            }
        }
    }
}

fn clause_children<'a>(clauses: &'a [Comprehension], f: &mut dyn FnMut(&'a Expr)) {
    for clause in clauses {
        f(&clause.target);
        f(&clause.iter);
        clause.conditions.iter().for_each(&mut *f);
    }
}

impl Params {
    /// Annotations and defaults.
    pub fn children<'a>(&'a self, f: &mut dyn FnMut(&'a Expr)) {
        for param in self.iter() {
            param.annotation.iter().chain(&param.default).for_each(&mut *f);
        }
    }
}

impl Stmt {
    /// Calls `f` for every expression directly in this statement, in the headers of compound ones too.
    pub fn exprs<'a>(&'a self, f: &mut dyn FnMut(&'a Expr)) {
        match &self.kind {
            StmtKind::Expr(value) => f(value),
            StmtKind::Assign { targets, value } => {
                targets.iter().for_each(&mut *f);
                f(value);
            }
            StmtKind::AnnAssign { target, annotation, value, .. } => {
                f(target);
                f(annotation);
                value.iter().for_each(|value| f(value));
            }
            StmtKind::AugAssign { target, value, .. } => {
                f(target);
                f(value);
            }
            StmtKind::Return(value) => value.iter().for_each(|value| f(value)),
            StmtKind::Pass
            | StmtKind::Break
            | StmtKind::Continue
            | StmtKind::Global(_)
            | StmtKind::Nonlocal(_)
            | StmtKind::Import(_)
            | StmtKind::ImportFrom { .. }
            | StmtKind::Error => {}
            StmtKind::Del(targets) => targets.iter().for_each(f),
            StmtKind::Assert { test, msg } => {
                f(test);
                msg.iter().for_each(|msg| f(msg));
            }
            StmtKind::Raise { exc, cause } => [exc, cause].into_iter().flatten().for_each(|value| f(value)),
            StmtKind::If { test, .. } | StmtKind::While { test, .. } => f(test),
            StmtKind::For { target, iter, .. } => {
                f(target);
                f(iter);
            }
            StmtKind::Try { handlers, .. } => {
                handlers.iter().filter_map(|handler| handler.exc.as_deref()).for_each(f);
            }
            StmtKind::With { items, .. } => {
                for item in items {
                    f(&item.context);
                    item.target.iter().for_each(&mut *f);
                }
            }
            StmtKind::FunctionDef(def) => {
                def.decorators.iter().for_each(&mut *f);
                def.params.children(f);
                def.returns.iter().for_each(f);
            }
            StmtKind::ClassDef(def) => {
                def.decorators.iter().for_each(&mut *f);
                def.args.iter().for_each(|arg| f(arg.value()));
            }
        }
    }

    /// The blocks inside, in source order; empty ones (no `else`) too.
    pub fn blocks(&self) -> Vec<&[Stmt]> {
        match &self.kind {
            StmtKind::If { body, orelse, .. }
            | StmtKind::While { body, orelse, .. }
            | StmtKind::For { body, orelse, .. } => vec![body, orelse],
            StmtKind::Try { body, handlers, orelse, finally } => {
                let mut blocks: Vec<&[Stmt]> = vec![body];
                blocks.extend(handlers.iter().map(|handler| handler.body.as_slice()));
                blocks.push(orelse);
                blocks.push(finally);
                blocks
            }
            StmtKind::With { body, .. } => vec![body],
            StmtKind::FunctionDef(def) => vec![&def.body],
            StmtKind::ClassDef(def) => vec![&def.body],
            _ => Vec::new(),
        }
    }
}
