//! Tokens and trees as text, for `quipu emit --stage tokens|ast` and for tests.
//!
//! A token is a line `line:column kind text`. A statement is a line with its line number in front, blocks are indented
//! under their headers, and expressions are S-expressions: `x[1:-1] += c` is `(+= (index x (slice 1 (- 1) _)) c)`. Names
//! and numbers stand for themselves, and `_` for what is left out.

use crate::ast::{
    Arg, Comprehension, Conversion, DictItem, Expr, ExprKind, FStringPart, Ident, ImportAlias, ImportNames, IntLit,
    Module, Params, Stmt, StmtKind,
};
use crate::lexer::Tok;
use crate::parser;
use quipu_diagnostics::{FileId, SourceMap, Span};
use std::fmt::Write as _;

/// The tokens that the grammar sees, one a line.
pub fn dump_tokens(sources: &SourceMap, file: FileId) -> String {
    let text = sources.text(file);
    let (_, tokens) = parser::tokens(file, text, 0..text.len(), &mut Vec::new());
    let mut out = String::new();
    for token in tokens {
        let span = Span::new(file, token.start, token.end);
        let at = sources.line_col(span);
        write!(out, "{}:{} {:?}", at.line, at.column, token.tok).expect("writing to a string cannot fail");
        if !matches!(token.tok, Tok::Newline | Tok::Indent | Tok::Dedent) {
            out.push(' ');
            // A string may have line ends.
            out.extend(sources.slice(span).chars().flat_map(|c| {
                let escaped = matches!(c, '\n' | '\r' | '\t');
                escaped.then(|| c.escape_default()).into_iter().flatten().chain((!escaped).then_some(c))
            }));
        }
        out.push('\n');
    }
    out
}

/// The tree, one statement a line.
pub fn dump_ast(sources: &SourceMap, module: &Module) -> String {
    let mut dump = Dump { sources, out: String::new(), spans: false };
    dump.block(&module.body, 0);
    dump.out
}

/// The same with `@start-end` (bytes) behind every expression that has subexpressions or is a literal of several tokens.
pub fn dump_ast_with_spans(sources: &SourceMap, module: &Module) -> String {
    let mut dump = Dump { sources, out: String::new(), spans: true };
    dump.block(&module.body, 0);
    dump.out
}

/// One expression.
pub fn dump_expr(expr: &Expr) -> String {
    let sources = SourceMap::new();
    let mut dump = Dump { sources: &sources, out: String::new(), spans: false };
    dump.expr(expr);
    dump.out
}

struct Dump<'s> {
    sources: &'s SourceMap,
    out: String,
    spans: bool,
}

impl Dump<'_> {
    fn put(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn block(&mut self, stmts: &[Stmt], depth: usize) {
        for stmt in stmts {
            self.stmt(stmt, depth);
        }
    }

    /// The start of a line that belongs to `span`.
    fn line(&mut self, span: Span, depth: usize) {
        let line = self.sources.line_col(span).line;
        write!(self.out, "{line:>4} {:indent$}", "", indent = 2 * depth).expect("writing to a string cannot fail");
    }

    /// A clause such as `else`, which has no span of its own, and its block.
    fn clause(&mut self, name: &str, stmts: &[Stmt], depth: usize) {
        let Some(first) = stmts.first() else { return };
        self.line(first.span, depth);
        self.put(name);
        self.put("\n");
        self.block(stmts, depth + 1);
    }

    fn stmt(&mut self, stmt: &Stmt, depth: usize) {
        let decorators = match &stmt.kind {
            StmtKind::FunctionDef(def) => def.decorators.as_slice(),
            StmtKind::ClassDef(def) => def.decorators.as_slice(),
            _ => &[],
        };
        for decorator in decorators {
            self.line(decorator.span, depth);
            self.put("@");
            self.expr(decorator);
            self.put("\n");
        }
        self.line(stmt.span, depth);
        self.put("(");
        self.head(stmt);
        self.put(")");
        if self.spans {
            write!(self.out, "@{}-{}", stmt.span.start, stmt.span.end).expect("writing to a string cannot fail");
        }
        self.put("\n");
        match &stmt.kind {
            StmtKind::If { body, orelse, .. }
            | StmtKind::While { body, orelse, .. }
            | StmtKind::For { body, orelse, .. } => {
                self.block(body, depth + 1);
                self.clause("else", orelse, depth);
            }
            StmtKind::Try { body, handlers, orelse, finally } => {
                self.block(body, depth + 1);
                for handler in handlers {
                    self.line(handler.span, depth);
                    self.put("(except");
                    self.optional(handler.exc.as_deref());
                    if let Some(name) = handler.name {
                        write!(self.out, " {name}", name = name.name).expect("writing to a string cannot fail");
                    }
                    self.put(")\n");
                    self.block(&handler.body, depth + 1);
                }
                self.clause("else", orelse, depth);
                self.clause("finally", finally, depth);
            }
            _ => stmt.blocks().into_iter().for_each(|block| self.block(block, depth + 1)),
        }
    }

    /// A statement's line without its parentheses.
    fn head(&mut self, stmt: &Stmt) {
        match &stmt.kind {
            StmtKind::Expr(value) => self.form("expr", [&**value]),
            StmtKind::Assign { targets, value } => self.form("=", targets.iter().chain([&**value])),
            StmtKind::AnnAssign { target, annotation, value, simple } => {
                let paren = !simple && matches!(target.kind, ExprKind::Name(_));
                self.form(if paren { ":paren" } else { ":" }, [&**target, &**annotation]);
                self.optional(value.as_deref());
            }
            StmtKind::AugAssign { target, op, value, .. } => {
                self.put(op.as_str());
                self.form("=", [&**target, &**value]);
            }
            StmtKind::Return(value) => self.form("return", value.as_deref()),
            StmtKind::Pass => self.put("pass"),
            StmtKind::Break => self.put("break"),
            StmtKind::Continue => self.put("continue"),
            StmtKind::Del(targets) => self.form("del", targets),
            StmtKind::Global(names) => self.names("global", names),
            StmtKind::Nonlocal(names) => self.names("nonlocal", names),
            StmtKind::Assert { test, msg } => {
                self.form("assert", [Some(&**test), msg.as_deref()].into_iter().flatten())
            }
            StmtKind::Raise { exc, cause } => {
                self.form("raise", exc.as_deref());
                if let Some(cause) = cause {
                    self.form(" from", [&**cause]);
                }
            }
            StmtKind::If { test, .. } => self.form("if", [&**test]),
            StmtKind::While { test, .. } => self.form("while", [&**test]),
            StmtKind::For { target, iter, .. } => self.form("for", [&**target, &**iter]),
            StmtKind::Try { .. } => self.put("try"),
            StmtKind::With { items, .. } => {
                self.put("with");
                for item in items {
                    match &item.target {
                        None => self.form("", [&item.context]),
                        Some(target) => {
                            self.put(" (");
                            self.form("as", [&item.context, target]);
                            self.put(")");
                        }
                    }
                }
            }
            StmtKind::FunctionDef(def) => {
                write!(self.out, "def {}", def.name.name).expect("writing to a string cannot fail");
                self.put(" (");
                self.params(&def.params);
                self.put(")");
                if let Some(returns) = &def.returns {
                    self.form(" ->", [returns]);
                }
            }
            StmtKind::ClassDef(def) => {
                write!(self.out, "class {}", def.name.name).expect("writing to a string cannot fail");
                self.args(&def.args);
            }
            StmtKind::Import(names) => {
                self.put("import");
                self.aliases(names);
            }
            StmtKind::ImportFrom { level, module, names } => {
                self.put("from ");
                for _ in 0..*level {
                    self.put(".");
                }
                self.put(module.map_or("", |module| module.name.as_str()));
                self.put(" import");
                match names {
                    ImportNames::Star(_) => self.put(" *"),
                    ImportNames::Names(names) => self.aliases(names),
                }
            }
            StmtKind::Error => self.put("error"),
        }
    }

    fn names(&mut self, head: &str, names: &[Ident]) {
        self.put(head);
        for name in names {
            self.put(" ");
            self.put(name.name.as_str());
        }
    }

    fn aliases(&mut self, names: &[ImportAlias]) {
        for alias in names {
            self.put(" ");
            match alias.asname {
                None => self.put(alias.name.name.as_str()),
                Some(asname) => write!(self.out, "(as {} {})", alias.name.name, asname.name)
                    .expect("writing to a string cannot fail"),
            }
        }
    }

    /// `head a b c`.
    fn form<'e>(&mut self, head: &str, exprs: impl IntoIterator<Item = &'e Expr>) {
        self.put(head);
        for expr in exprs {
            self.put(" ");
            self.expr(expr);
        }
    }

    fn optional(&mut self, expr: Option<&Expr>) {
        if let Some(expr) = expr {
            self.put(" ");
            self.expr(expr);
        }
    }

    fn slot(&mut self, expr: Option<&Expr>) {
        match expr {
            Some(expr) => self.optional(Some(expr)),
            None => self.put(" _"),
        }
    }

    fn params(&mut self, params: &Params) {
        let mut first = true;
        let mut one = |dump: &mut Self, stars: &str, param: Option<&crate::ast::Param>| {
            if !std::mem::take(&mut first) {
                dump.put(" ");
            }
            dump.put(stars);
            let Some(param) = param else { return };
            dump.put(param.name.name.as_str());
            if let Some(annotation) = &param.annotation {
                dump.put(":");
                dump.expr(annotation);
            }
            if let Some(default) = &param.default {
                dump.put("=");
                dump.expr(default);
            }
        };
        params.posonly.iter().for_each(|param| one(self, "", Some(param)));
        if !params.posonly.is_empty() {
            one(self, "/", None);
        }
        params.regular.iter().for_each(|param| one(self, "", Some(param)));
        if let Some(param) = &params.vararg {
            one(self, "*", Some(param));
        } else if !params.kwonly.is_empty() {
            one(self, "*", None);
        }
        params.kwonly.iter().for_each(|param| one(self, "", Some(param)));
        if let Some(param) = &params.kwarg {
            one(self, "**", Some(param));
        }
    }

    fn args(&mut self, args: &[Arg]) {
        for arg in args {
            match arg {
                Arg::Positional(value) => self.optional(Some(value)),
                Arg::Star(value) => {
                    self.form(" (*", [value]);
                    self.put(")");
                }
                Arg::Keyword { name, value } => {
                    write!(self.out, " (= {}", name.name).expect("writing to a string cannot fail");
                    self.optional(Some(value));
                    self.put(")");
                }
                Arg::DoubleStar(value) => {
                    self.form(" (**", [value]);
                    self.put(")");
                }
            }
        }
    }

    fn clauses(&mut self, clauses: &[Comprehension]) {
        for clause in clauses {
            self.form(" (for", [&clause.target, &clause.iter]);
            for condition in &clause.conditions {
                self.form(" (if", [condition]);
                self.put(")");
            }
            self.put(")");
        }
    }

    /// Quoted as Rust does, which is readable and has no line ends.
    fn quoted(&mut self, text: &str) {
        write!(self.out, "{text:?}").expect("writing to a string cannot fail");
    }

    fn expr(&mut self, expr: &Expr) {
        let atom = match &expr.kind {
            ExprKind::Name(name) => name.as_str().to_owned(),
            ExprKind::Int(IntLit::Value(value)) => value.to_string(),
            ExprKind::Int(IntLit::Large(text)) => text.to_string(),
            ExprKind::Float(value) => format!("{value:?}"),
            ExprKind::Imaginary(value) => format!("{value:?}j"),
            ExprKind::Str(text) => format!("{text:?}"),
            ExprKind::Bytes(bytes) => format!("b\"{}\"", bytes.escape_ascii()),
            ExprKind::Bool(true) => "True".to_owned(),
            ExprKind::Bool(false) => "False".to_owned(),
            ExprKind::None => "None".to_owned(),
            ExprKind::Ellipsis => "...".to_owned(),
            _ => String::new(),
        };
        if !atom.is_empty() {
            self.put(&atom);
        } else {
            self.put("(");
            self.compound(expr);
            self.put(")");
        }
        if self.spans {
            write!(self.out, "@{}-{}", expr.span.start, expr.span.end).expect("writing to a string cannot fail");
        }
    }

    fn compound(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::FString(parts) => {
                self.put("fstring");
                self.parts(parts);
            }
            ExprKind::Tuple(items) => self.form("tuple", items),
            ExprKind::List(items) => self.form("list", items),
            ExprKind::Set(items) => self.form("set", items),
            ExprKind::Dict(items) => {
                self.put("dict");
                for item in items {
                    match item {
                        DictItem::Pair { key, value } => self.form(" (:", [key, value]),
                        DictItem::Unpack(value) => self.form(" (**", [value]),
                    }
                    self.put(")");
                }
            }
            ExprKind::ListComp { elt, clauses } => {
                self.form("list-comp", [&**elt]);
                self.clauses(clauses);
            }
            ExprKind::SetComp { elt, clauses } => {
                self.form("set-comp", [&**elt]);
                self.clauses(clauses);
            }
            ExprKind::Generator { elt, clauses } => {
                self.form("generator", [&**elt]);
                self.clauses(clauses);
            }
            ExprKind::DictComp { key, value, clauses } => {
                self.form("dict-comp", [&**key, &**value]);
                self.clauses(clauses);
            }
            ExprKind::Unary { op, operand } => self.form(op.as_str(), [&**operand]),
            ExprKind::Binary { left, op, right, .. } => self.form(op.as_str(), [&**left, &**right]),
            ExprKind::BoolOp { op, values } => self.form(op.as_str(), values),
            ExprKind::Compare { left, links } => {
                self.form("compare", [&**left]);
                for link in links {
                    self.put(" ");
                    self.form(&link.op.as_str().replace(' ', "-"), [&link.right]);
                }
            }
            ExprKind::IfElse { test, body, orelse } => self.form("if", [&**test, &**body, &**orelse]),
            ExprKind::Lambda { params, body } => {
                self.put("lambda (");
                self.params(params);
                self.form(")", [&**body]);
            }
            ExprKind::Call { func, args } => {
                self.form("call", [&**func]);
                self.args(args);
            }
            ExprKind::Subscript { value, index } => self.form("index", [&**value, &**index]),
            ExprKind::Attribute { value, attr } => {
                self.form(".", [&**value]);
                write!(self.out, " {}", attr.name).expect("writing to a string cannot fail");
            }
            ExprKind::Slice { lower, upper, step } => {
                self.put("slice");
                [lower, upper, step].into_iter().for_each(|bound| self.slot(bound.as_deref()));
            }
            ExprKind::Starred(value) => self.form("*", [&**value]),
            ExprKind::Named { target, value } => {
                write!(self.out, ":= {}", target.name).expect("writing to a string cannot fail");
                self.optional(Some(value));
            }
            ExprKind::Yield(value) => self.form("yield", value.as_deref()),
            ExprKind::YieldFrom(value) => self.form("yield-from", [&**value]),
            // Atoms, which `expr` has written.
            _ => {}
        }
    }

    fn parts(&mut self, parts: &[FStringPart]) {
        for part in parts {
            self.put(" ");
            match part {
                FStringPart::Text(text) => self.quoted(text),
                FStringPart::Field(field) => {
                    self.put("{");
                    self.expr(&field.value);
                    self.put(match field.conversion {
                        None => "",
                        Some(Conversion::Str) => " !s",
                        Some(Conversion::Repr) => " !r",
                        Some(Conversion::Ascii) => " !a",
                    });
                    if let Some(spec) = &field.spec {
                        self.put(" :");
                        self.parts(spec);
                    }
                    self.put("}");
                }
            }
        }
    }
}
