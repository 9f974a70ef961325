//! What Python's compiler rejects after its parser: statements outside the function or loop that they need, and names
//! declared `global` or `nonlocal` against the rules.
//!
//! One walk over the finished tree with the context on the way down. Names themselves are bound by a later stage; here
//! only declarations are compared with what stands before them in the same scope, and `nonlocal` ones with what the
//! enclosing functions bind, which is collected once for each function that is asked.

use crate::ast::{Expr, ExprKind, Ident, ImportAlias, ImportNames, Module, Params, Stmt, StmtKind};
use crate::{Symbol, builder};
use quipu_diagnostics::{Diagnostic, Span};
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};
use std::cell::OnceCell;

pub const MISPLACED_STATEMENT: &str = "misplaced-statement";
pub const INVALID_DECLARATION: &str = "invalid-declaration";

/// What surrounds a statement.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scope {
    Module,
    Class,
    Function,
}

/// A function around the current statement.
struct Function<'a> {
    params: &'a Params,
    body: &'a [Stmt],
    bound: OnceCell<HashSet<Symbol>>,
}

struct Checker<'a, 'd> {
    scope: Scope,
    /// Outermost first; the last one is the current scope if that is a function's.
    functions: Vec<Function<'a>>,
    in_loop: bool,
    /// Names that the current scope has used so far, and where first; declarations must come before.
    used: HashMap<Symbol, Span>,
    params: HashMap<Symbol, Span>,
    declared: HashMap<Symbol, (&'static str, Span)>,
    diagnostics: &'d mut Vec<Diagnostic>,
}

pub fn check(module: &Module, diagnostics: &mut Vec<Diagnostic>) {
    let mut checker = Checker {
        scope: Scope::Module,
        functions: Vec::new(),
        in_loop: false,
        used: HashMap::default(),
        params: HashMap::default(),
        declared: HashMap::default(),
        diagnostics,
    };
    checker.block(&module.body);
    future_imports(module, diagnostics);
}

/// Features that are part of the language today, so that importing them changes nothing; `annotations` changes only what
/// annotations are at run time, which compiled programs cannot see.
const FEATURES: &[&str] = &[
    "absolute_import",
    "annotations",
    "division",
    "generator_stop",
    "generators",
    "nested_scopes",
    "print_function",
    "unicode_literals",
    "with_statement",
];

/// `from __future__ import ..` stands at the start of a file, and names a feature.
fn future_imports(module: &Module, diagnostics: &mut Vec<Diagnostic>) {
    let docstring = usize::from(module.docstring().is_some());
    let mut at_start = true;
    for (idx, stmt) in module.body.iter().enumerate() {
        at_start &= idx < docstring || future_names(stmt).is_some();
        check_future(stmt, at_start, diagnostics);
    }
}

fn future_names(stmt: &Stmt) -> Option<&ImportNames> {
    match &stmt.kind {
        StmtKind::ImportFrom { level: 0, module: Some(module), names } if module.name == "__future__" => Some(names),
        _ => None,
    }
}

fn check_future(stmt: &Stmt, at_start: bool, diagnostics: &mut Vec<Diagnostic>) {
    if let Some(names) = future_names(stmt) {
        if !at_start {
            diagnostics.push(
                Diagnostic::error(
                    MISPLACED_STATEMENT,
                    "`from __future__ import` outside the start of the file",
                    stmt.span,
                )
                .help("move it before all other statements"),
            );
        }
        let listed: &[ImportAlias] = match names {
            ImportNames::Names(names) => names,
            ImportNames::Star(_) => &[],
        };
        for alias in listed.iter().filter(|alias| !FEATURES.contains(&alias.name.name.as_str())) {
            let message = format!("`__future__` has no feature `{}`", alias.name.name);
            diagnostics.push(Diagnostic::error(INVALID_DECLARATION, message, alias.span));
        }
    }
    for block in stmt.blocks() {
        block.iter().for_each(|stmt| check_future(stmt, false, diagnostics));
    }
}

impl<'a> Checker<'a, '_> {
    fn misplaced(&mut self, what: &str, place: &str, span: Span) {
        self.diagnostics.push(Diagnostic::error(MISPLACED_STATEMENT, format!("`{what}` outside {place}"), span));
    }

    fn block(&mut self, stmts: &'a [Stmt]) {
        for stmt in stmts {
            self.stmt(stmt);
        }
    }

    /// Checks what `walk` walks in a scope of its own.
    fn inner(&mut self, scope: Scope, params: Option<&Params>, walk: impl FnOnce(&mut Checker<'a, '_>)) {
        let params = params
            .map(|params| params.iter().map(|param| (param.name.name, param.name.span)).collect())
            .unwrap_or_default();
        let mut inner = Checker {
            scope,
            functions: std::mem::take(&mut self.functions),
            in_loop: false,
            used: HashMap::default(),
            params,
            declared: HashMap::default(),
            diagnostics: &mut *self.diagnostics,
        };
        walk(&mut inner);
        self.functions = inner.functions;
    }

    fn stmt(&mut self, stmt: &'a Stmt) {
        stmt.exprs(&mut |expr| self.expr(expr));
        match &stmt.kind {
            StmtKind::Return(_) if self.scope != Scope::Function => self.misplaced("return", "a function", stmt.span),
            StmtKind::Break if !self.in_loop => self.misplaced("break", "a loop", stmt.span),
            StmtKind::Continue if !self.in_loop => self.misplaced("continue", "a loop", stmt.span),
            StmtKind::ImportFrom { names: ImportNames::Star(span), .. } if self.scope != Scope::Module => {
                self.misplaced("import *", "the module's top level", *span);
            }
            StmtKind::AnnAssign { target, simple: true, .. } => {
                if let ExprKind::Name(name) = &target.kind
                    && let Some(&(what, span)) = self.declared.get(name)
                {
                    let message = format!("`{name}` is declared {what} and cannot be annotated");
                    self.diagnostics.push(
                        Diagnostic::error(INVALID_DECLARATION, message, target.span).secondary(span, "declared here"),
                    );
                }
            }
            StmtKind::Global(names) => names.iter().for_each(|name| self.declare("global", *name)),
            StmtKind::Nonlocal(names) => {
                if self.scope == Scope::Module {
                    self.misplaced("nonlocal", "a function", stmt.span);
                }
                names.iter().for_each(|name| self.declare("nonlocal", *name));
                if self.scope != Scope::Module {
                    names.iter().for_each(|name| self.needs_outer(*name));
                }
            }
            StmtKind::FunctionDef(def) => {
                self.bind(def.name);
                self.functions.push(Function { params: &def.params, body: &def.body, bound: OnceCell::new() });
                self.inner(Scope::Function, Some(&def.params), |inner| inner.block(&def.body));
                self.functions.pop();
                return;
            }
            StmtKind::ClassDef(def) => {
                self.bind(def.name);
                self.inner(Scope::Class, None, |inner| inner.block(&def.body));
                return;
            }
            StmtKind::While { body, orelse, .. } | StmtKind::For { body, orelse, .. } => {
                let outer = std::mem::replace(&mut self.in_loop, true);
                self.block(body);
                self.in_loop = outer;
                self.block(orelse);
                return;
            }
            StmtKind::Import(names) => {
                names.iter().for_each(|alias| self.bind(alias.asname.unwrap_or(alias.name)));
            }
            StmtKind::ImportFrom { names: ImportNames::Names(names), .. } => {
                names.iter().for_each(|alias| self.bind(alias.asname.unwrap_or(alias.name)));
            }
            StmtKind::Try { handlers, .. } => {
                handlers.iter().filter_map(|handler| handler.name).for_each(|name| self.bind(name));
            }
            _ => {}
        }
        for block in stmt.blocks() {
            self.block(block);
        }
    }

    fn bind(&mut self, name: Ident) {
        self.used.entry(name.name).or_insert(name.span);
    }

    fn declare(&mut self, what: &'static str, name: Ident) {
        let found = |message: String, other: Span, text: &str| {
            Diagnostic::error(INVALID_DECLARATION, message, name.span).secondary(other, text)
        };
        let text = name.name.as_str();
        let diagnostic = if let Some(&span) = self.params.get(&name.name) {
            found(format!("`{text}` is a parameter and declared {what}"), span, "the parameter")
        } else if let Some(&(other, span)) = self.declared.get(&name.name).filter(|(other, _)| *other != what) {
            found(format!("`{text}` is declared {what} and {other}"), span, "the other declaration")
        } else if self.used.contains_key(&name.name) {
            let message = format!("`{text}` is used before it is declared {what}");
            Diagnostic::error(INVALID_DECLARATION, message, name.span)
                .help(format!("move `{what} {text}` to the start of the function"))
        } else {
            self.declared.insert(name.name, (what, name.span));
            return;
        };
        self.diagnostics.push(diagnostic);
    }

    /// A `nonlocal` name must be bound by a function around the current scope.
    fn needs_outer(&mut self, name: Ident) {
        let current = usize::from(self.scope == Scope::Function);
        let mut outer = self.functions.iter().rev().skip(current);
        let bound = |function: &Function<'_>| {
            function.bound.get_or_init(|| bound_names(function.params, function.body)).contains(&name.name)
        };
        if !outer.any(bound) {
            let message = format!("no enclosing function binds `{}`", name.name);
            self.diagnostics.push(
                Diagnostic::error(INVALID_DECLARATION, message, name.span)
                    .help(format!("for a name of the module, write `global {}`", name.name)),
            );
        }
    }

    fn expr(&mut self, expr: &'a Expr) {
        match &expr.kind {
            ExprKind::Name(name) => {
                self.used.entry(*name).or_insert(expr.span);
            }
            ExprKind::Yield(_) | ExprKind::YieldFrom(_) if self.scope != Scope::Function => {
                self.misplaced("yield", "a function", expr.span);
            }
            ExprKind::Named { target, .. } => self.bind(*target),
            ExprKind::Lambda { params, body } => {
                params.children(&mut |child| self.expr(child));
                self.inner(Scope::Function, Some(params), |inner| inner.expr(body));
                return;
            }
            ExprKind::ListComp { elt, clauses }
            | ExprKind::SetComp { elt, clauses }
            | ExprKind::Generator { elt, clauses } => {
                self.comprehension(&[elt], clauses);
                return;
            }
            ExprKind::DictComp { key, value, clauses } => {
                self.comprehension(&[key, value], clauses);
                return;
            }
            _ => {}
        }
        expr.children(&mut |child| self.expr(child));
    }

    /// A comprehension is a scope of its own but for its first iterable; `:=` in it binds outside.
    fn comprehension(&mut self, elements: &[&'a Expr], clauses: &'a [crate::ast::Comprehension]) {
        if let Some(first) = clauses.first() {
            self.expr(&first.iter);
        }
        let mut targets = HashMap::default();
        for clause in clauses {
            names_bound(&clause.target, &mut targets);
            no_assignment(&clause.iter, self.diagnostics);
        }
        let rest = clauses.iter().skip(1).map(|clause| &clause.iter);
        let conditions = clauses.iter().flat_map(|clause| &clause.conditions);
        for expr in elements.iter().copied().chain(rest).chain(conditions) {
            self.inside_comprehension(expr, &targets);
        }
    }

    fn inside_comprehension(&mut self, expr: &'a Expr, targets: &HashMap<Symbol, Span>) {
        match &expr.kind {
            ExprKind::Yield(_) | ExprKind::YieldFrom(_) => {
                self.diagnostics.push(
                    Diagnostic::error(MISPLACED_STATEMENT, "`yield` in a comprehension", expr.span)
                        .help("write a `for` loop"),
                );
            }
            ExprKind::Named { target, value } => {
                if let Some(&span) = targets.get(&target.name) {
                    let message = format!("`:=` cannot change the comprehension's own `{}`", target.name);
                    self.diagnostics.push(
                        Diagnostic::error(builder::INVALID_TARGET, message, target.span)
                            .secondary(span, "bound here")
                            .help("use another name"),
                    );
                }
                self.bind(*target);
                self.inside_comprehension(value, targets);
                return;
            }
            ExprKind::Name(name) if targets.contains_key(name) => return,
            ExprKind::Lambda { .. }
            | ExprKind::ListComp { .. }
            | ExprKind::SetComp { .. }
            | ExprKind::DictComp { .. }
            | ExprKind::Generator { .. }
            | ExprKind::Name(_) => return self.expr(expr),
            _ => {}
        }
        expr.children(&mut |child| self.inside_comprehension(child, targets));
    }
}

/// The names that a function binds: parameters and whatever is assigned in its own statements.
fn bound_names(params: &Params, body: &[Stmt]) -> HashSet<Symbol> {
    let mut targets = HashMap::default();
    let mut globals = HashSet::default();
    bound_in_block(body, &mut targets, &mut globals);
    let assigned = targets.into_keys().filter(|name| !globals.contains(name));
    params.iter().map(|param| param.name.name).chain(assigned).collect()
}

fn bound_in_block(body: &[Stmt], bound: &mut HashMap<Symbol, Span>, globals: &mut HashSet<Symbol>) {
    for stmt in body {
        stmt.exprs(&mut |expr| walrus_names(expr, bound));
        let mut alias = |alias: &ImportAlias| {
            let name = alias.asname.unwrap_or(alias.name);
            // `import a.b` binds `a`.
            let first = name.name.as_str().split('.').next().unwrap_or_default();
            bound.insert(Symbol::new(first), name.span);
        };
        match &stmt.kind {
            StmtKind::Assign { targets, .. } | StmtKind::Del(targets) => {
                targets.iter().for_each(|target| names_bound(target, bound));
            }
            StmtKind::AnnAssign { target, .. } | StmtKind::AugAssign { target, .. } | StmtKind::For { target, .. } => {
                names_bound(target, bound);
            }
            StmtKind::With { items, .. } => {
                items.iter().filter_map(|item| item.target.as_ref()).for_each(|target| names_bound(target, bound));
            }
            StmtKind::Try { handlers, .. } => {
                bound.extend(handlers.iter().filter_map(|handler| handler.name).map(|name| (name.name, name.span)));
            }
            StmtKind::Import(names) | StmtKind::ImportFrom { names: ImportNames::Names(names), .. } => {
                names.iter().for_each(&mut alias);
            }
            StmtKind::Global(names) => globals.extend(names.iter().map(|name| name.name)),
            StmtKind::FunctionDef(def) => {
                bound.insert(def.name.name, def.name.span);
                continue;
            }
            StmtKind::ClassDef(def) => {
                bound.insert(def.name.name, def.name.span);
                continue;
            }
            _ => {}
        }
        for block in stmt.blocks() {
            bound_in_block(block, bound, globals);
        }
    }
}

/// Names bound by `:=`, which reaches out of comprehensions but not out of lambdas.
fn walrus_names(expr: &Expr, bound: &mut HashMap<Symbol, Span>) {
    match &expr.kind {
        ExprKind::Lambda { params, .. } => return params.children(&mut |child| walrus_names(child, bound)),
        ExprKind::Named { target, .. } => {
            bound.insert(target.name, target.span);
        }
        _ => {}
    }
    expr.children(&mut |child| walrus_names(child, bound));
}

/// The names that assigning to `target` binds.
fn names_bound(target: &Expr, names: &mut HashMap<Symbol, Span>) {
    match &target.kind {
        ExprKind::Name(name) => {
            names.insert(*name, target.span);
        }
        ExprKind::Tuple(items) | ExprKind::List(items) => items.iter().for_each(|item| names_bound(item, names)),
        ExprKind::Starred(inner) => names_bound(inner, names),
        _ => {}
    }
}

/// Python refuses `:=` in what a comprehension iterates over.
fn no_assignment(iter: &Expr, diagnostics: &mut Vec<Diagnostic>) {
    if matches!(iter.kind, ExprKind::Named { .. }) {
        diagnostics.push(
            Diagnostic::error(
                builder::INVALID_TARGET,
                "`:=` cannot stand in what a comprehension iterates over",
                iter.span,
            )
            .help("assign in a statement before"),
        );
    }
    iter.children(&mut |child| no_assignment(child, diagnostics));
}
