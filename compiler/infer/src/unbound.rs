//! Names that nothing in a file binds, found without running anything.
//!
//! The walk of inference stops at its first error, and does not enter functions that nobody calls. This pass sees the whole
//! syntax tree and asks one question that needs no types: is the name bound anywhere in the file, in any scope, or one of
//! Python's own? If not, reading it raises NameError whatever the program does before. Scopes are not told apart, so what it
//! reports is surely wrong, and what it does not may still be.
//!
//! Beside another error they are errors; in a program that compiles, where they stand in code that never runs, warnings.

use crate::state::{Scope, bound_names, target_names};
use crate::suggest::{closest, names_of};
use quipu_diagnostics::{Diagnostic, Severity, Span};
use quipu_syntax::Symbol;
use quipu_syntax::ast::{Comprehension, Expr, ExprKind, ImportNames, Module, Params, Stmt, StmtKind};
use std::collections::BTreeSet;

/// A diagnostic for each such name, where it is first read.
pub fn unbound(module: &Module, severity: Severity) -> Vec<Diagnostic> {
    let mut found = Names::default();
    found.block(&module.body);
    crate::uses::exprs(&module.body, &mut |e| found.expr(e));
    if found.star {
        return vec![];
    }
    let own: BTreeSet<&str> = names_of("builtins").into_iter().flatten().chain(OF_MODULES.iter().copied()).collect();
    let mut seen = BTreeSet::new();
    let mut out = vec![];
    found.read.sort_by_key(|(_, span)| span.start);
    for (name, span) in &found.read {
        let n = name.as_str();
        if found.bound.contains(name) || own.contains(n) || !seen.insert(*name) {
            continue;
        }
        let meant = crate::suggest::import_for(n).or_else(|| {
            if found.fields.contains(name) {
                return Some(format!("did you mean `self.{n}`?"));
            }
            let near =
                found.bound.iter().map(|b| b.as_str()).chain(own.iter().copied().filter(|o| !o.starts_with('_')));
            closest(n, near).map(|m| format!("did you mean `{m}`?"))
        });
        let mut d = Diagnostic::new(severity, "unknown-name", message(n), *span);
        d.help.extend(meant);
        out.push(d);
    }
    out
}

/// What every diagnostic about such a name says.
pub fn message(name: &str) -> String {
    format!("name `{name}` is not defined here")
}

/// Names that every module has.
const OF_MODULES: &[&str] = &["__file__", "__annotations__", "__builtins__", "__class__", "reveal_type"];

#[derive(Default)]
struct Names {
    bound: BTreeSet<Symbol>,
    read: Vec<(Symbol, Span)>,
    /// Attributes of `self`.
    fields: BTreeSet<Symbol>,
    /// `from m import *`: anything may be bound.
    star: bool,
}

impl Names {
    fn block(&mut self, body: &[Stmt]) {
        let mut scope = Scope::default();
        bound_names(body, &mut scope);
        self.bound.extend(scope.locals.into_iter().chain(scope.globals).chain(scope.nonlocals));
        for s in body {
            match &s.kind {
                StmtKind::FunctionDef(d) => self.params(&d.params),
                StmtKind::ImportFrom { names: ImportNames::Star(_), .. } => self.star = true,
                _ => {}
            }
            s.blocks().into_iter().for_each(|b| self.block(b));
        }
    }

    fn params(&mut self, params: &Params) {
        self.bound.extend(params.iter().map(|p| p.name.name));
    }

    fn clauses(&mut self, clauses: &[Comprehension]) {
        for c in clauses {
            target_names(&c.target, &mut |n| _ = self.bound.insert(n));
        }
    }

    fn expr(&mut self, e: &Expr) {
        match &e.kind {
            ExprKind::Name(n) => self.read.push((*n, e.span)),
            ExprKind::Named { target, .. } => _ = self.bound.insert(target.name),
            ExprKind::Lambda { params, .. } => self.params(params),
            ExprKind::ListComp { clauses, .. }
            | ExprKind::SetComp { clauses, .. }
            | ExprKind::DictComp { clauses, .. }
            | ExprKind::Generator { clauses, .. } => self.clauses(clauses),
            ExprKind::Attribute { value, attr } => {
                if matches!(value.kind, ExprKind::Name(n) if n.as_str() == "self") {
                    self.fields.insert(attr.name);
                }
            }
            _ => {}
        }
    }
}
