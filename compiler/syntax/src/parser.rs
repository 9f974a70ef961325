//! Statements and blocks: the grammar reads one logical line at a time, and this file puts lines together.
//!
//! A line is a list of simple statements, a decorator, or a compound statement's header; a header such as `else` or
//! `except` belongs to the statement before it. Blocks are put together by hand because recovery then needs no search: a
//! grammar of whole files would have to drop tokens after an error until its tables fit again. An error here never
//! reaches beyond its line: the line becomes a [`StmtKind::Error`], its block (if one follows) is still read for errors of
//! its own, and clauses that belonged to it are taken with it. Recursion is over blocks only, which `layout.rs` bounds;
//! chains of `elif` are built in a loop and count towards [`MAX_DEPTH`].

use crate::ast::{ClassDef, Comment, Expr, FunctionDef, Handler, Module, Stmt, StmtKind};
use crate::builder::{Builder, Header, INVALID_SYNTAX, Line, NESTING_TOO_DEEP, Node, Parsed, UNSUPPORTED_SYNTAX};
use crate::grammar::StartParser;
use crate::layout::{INVALID_INDENTATION, layout};
use crate::lexer::{Tok, Token, raw_tokens};
use crate::{MAX_DEPTH, check, failure};
use quipu_diagnostics::{Diagnostic, FileId, Span};
use std::ops::Range;

pub const EXPECTED_BLOCK: &str = "expected-block";
pub const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Parses a file. The tree is whole if no diagnostic is an error; diagnostics are in the order of the text.
pub fn parse(file: FileId, text: &str) -> (Module, Vec<Diagnostic>) {
    parse_part(file, text, 0..text.len())
}

/// Parses whole lines of a file, which begin with a statement that is not indented, as `parse` does the file.
pub fn parse_part(file: FileId, text: &str, part: Range<usize>) -> (Module, Vec<Diagnostic>) {
    let span = Span::new(file, 0, u32::try_from(text.len()).unwrap_or(u32::MAX));
    let mut module = Module { file, body: Vec::new(), header_comments: Vec::new(), span };
    if u32::try_from(text.len()).is_err() {
        return (module, vec![Diagnostic::error(UNSUPPORTED_SYNTAX, "file is larger than 4 GiB", span)]);
    }
    let mut diagnostics = Vec::new();
    let (raw, tokens) = tokens(file, text, part, &mut diagnostics);
    module.header_comments = header_comments(file, text, &raw);
    drop(raw);
    check_encoding(&module.header_comments, text, &mut diagnostics);
    let mut parser = Parser { b: Builder::new(file, text), tokens, pos: 0, depth: 0, lines: StartParser::new() };
    parser.b.diagnostics = diagnostics;
    while parser.pos < parser.tokens.len() {
        let mut body = parser.block();
        module.body.append(&mut body);
        // Only a `Dedent` stops a block early, and outside blocks there is none.
        parser.pos += 1;
    }
    let mut diagnostics = parser.b.diagnostics;
    check::check(&module, &mut diagnostics);
    diagnostics.sort_by_key(|found| (found.primary.span.start, found.primary.span.end));
    (module, diagnostics)
}

/// The raw tokens and those of the logical lines.
pub fn tokens(
    file: FileId,
    text: &str,
    part: Range<usize>,
    diagnostics: &mut Vec<Diagnostic>,
) -> (Vec<Token>, Vec<Token>) {
    let end = part.end;
    let part = text.get(part).unwrap_or("");
    let body = part.strip_prefix(BYTE_ORDER_MARK).unwrap_or(part);
    let raw = raw_tokens(file, body, (end - body.len()) as u32, diagnostics);
    let tokens = layout(file, text, &raw, diagnostics);
    (raw, tokens)
}

fn header_comments(file: FileId, text: &str, raw: &[Token]) -> Vec<Comment> {
    raw.iter()
        .take_while(|token| matches!(token.tok, Tok::Newline | Tok::Comment))
        .filter(|token| token.tok == Tok::Comment)
        .map(|token| {
            let written = text.get(token.start as usize..token.end as usize).unwrap_or("");
            Comment {
                text: written.trim_start_matches('#').trim().to_owned(),
                span: Span::new(file, token.start, token.end),
            }
        })
        .collect()
}

/// Python reads an encoding from a comment in the first two lines; Quipu reads UTF-8 only, and says so rather than reading
/// other text than Python does.
fn check_encoding(comments: &[Comment], text: &str, diagnostics: &mut Vec<Diagnostic>) {
    for comment in comments {
        let before = text.get(..comment.span.start as usize).unwrap_or("");
        if before.matches('\n').count() > 1 {
            return;
        }
        let Some(at) = comment.text.find("coding:").or(comment.text.find("coding=")) else { continue };
        let rest = comment.text.get(at + "coding:".len()..).unwrap_or("").trim_start_matches([' ', '\t']);
        let end = rest.find(|c: char| !(c.is_alphanumeric() || "-_.".contains(c))).unwrap_or(rest.len());
        let name = rest.get(..end).unwrap_or("").to_ascii_lowercase().replace('_', "-");
        let same = matches!(name.as_str(), "" | "utf-8" | "utf8" | "utf-8-sig" | "ascii" | "us-ascii");
        if !same && !text.is_ascii() {
            let message = format!("source encoding `{name}` is not part of Quipu's language");
            let found = Diagnostic::error(UNSUPPORTED_SYNTAX, message, comment.span);
            diagnostics.push(found.help("save the file as UTF-8 and remove the comment"));
        }
        return;
    }
}

/// An expression inside a string token.
pub fn fragment(b: &mut Builder<'_>, l: u32, r: u32) -> Option<Node> {
    let errors = b.diagnostics.len();
    let raw = raw_tokens(b.file, b.slice(l, r), l, &mut b.diagnostics);
    if b.diagnostics.len() > errors {
        return None;
    }
    let mut tokens = vec![Token { tok: Tok::FStringStart, start: l, end: l }];
    tokens.extend(raw.into_iter().filter(|token| !matches!(token.tok, Tok::Newline | Tok::Comment)));
    match StartParser::new().parse(b, tokens.iter().map(|token| (token.start, token.tok, token.end))) {
        Ok(Parsed::Expr(node)) => {
            if node.is_starred() {
                b.syntax_error("a starred expression cannot stand here", node.span());
            }
            Some(node)
        }
        Ok(Parsed::Line(_)) => None,
        Err(error) => {
            failure::report(b, &tokens, r, error);
            None
        }
    }
}

struct Parser<'s> {
    b: Builder<'s>,
    tokens: Vec<Token>,
    pos: usize,
    /// Blocks and `elif`s around the current line.
    depth: usize,
    lines: StartParser,
}

impl Parser<'_> {
    fn peek(&self) -> Option<Tok> {
        self.tokens.get(self.pos).map(|token| token.tok)
    }

    fn span_at(&self, pos: usize) -> Span {
        match self.tokens.get(pos).or(self.tokens.last()) {
            Some(token) => self.b.span(token.start, token.end),
            None => self.b.span(0, 0),
        }
    }

    /// Statements up to the block's `Dedent` or the end, which is not consumed.
    fn block(&mut self) -> Vec<Stmt> {
        let mut stmts = Vec::new();
        loop {
            match self.peek() {
                None | Some(Tok::Dedent) => return stmts,
                Some(Tok::Newline) => self.pos += 1,
                Some(Tok::Indent) => {
                    let span = self.span_at(self.pos);
                    self.b.report(
                        Diagnostic::error(INVALID_INDENTATION, "line is indented but begins no block", span)
                            .help("indent it as much as the line above"),
                    );
                    let mut inner = self.indented();
                    stmts.append(&mut inner);
                }
                Some(_) => self.statement(&mut stmts),
            }
        }
    }

    /// From `Indent` to after its `Dedent`.
    fn indented(&mut self) -> Vec<Stmt> {
        self.pos += 1;
        self.depth += 1;
        let stmts = self.block();
        self.depth -= 1;
        self.pos += 1;
        stmts
    }

    /// Parses the line at `pos` and moves behind it. `None` after an error, which has been reported.
    fn line(&mut self) -> Option<Line> {
        let start = self.pos;
        let rest = self.tokens.get(start..).unwrap_or(&[]);
        let len = rest.iter().position(|token| token.tok == Tok::Newline).unwrap_or(rest.len());
        self.pos = start + len + 1;
        let line = self.tokens.get(start..start + len).unwrap_or(&[]);
        if line.iter().any(|token| token.tok == Tok::Error) {
            return None;
        }
        self.b.too_deep = false;
        let end = line.last().map_or(0, |token| token.end);
        match self.lines.parse(&mut self.b, line.iter().map(|token| (token.start, token.tok, token.end))) {
            Ok(Parsed::Line(line)) => Some(line),
            Ok(Parsed::Expr(_)) => None,
            Err(error) => {
                failure::report(&mut self.b, line, end, error);
                None
            }
        }
    }

    fn statement(&mut self, stmts: &mut Vec<Stmt>) {
        self.skip_async();
        let start = self.pos;
        let first = self.span_at(start);
        match self.line() {
            None => {
                self.after_error(start);
                stmts.push(Stmt { kind: StmtKind::Error, span: first });
            }
            Some(Line::Simple(mut simple)) => stmts.append(&mut simple),
            Some(Line::Header(header, span, inline)) => {
                let stmt = self.compound(header, span, inline, Vec::new());
                stmts.push(stmt);
            }
            Some(Line::Decorator(node)) => {
                let stmt = self.decorated(node, first);
                stmts.push(stmt);
            }
        }
    }

    /// `async` before a statement is refused, and the statement read without it.
    fn skip_async(&mut self) {
        let next = self.tokens.get(self.pos + 1).map(|token| token.tok);
        if self.peek() == Some(Tok::Async) && matches!(next, Some(Tok::Def | Tok::For | Tok::With)) {
            let span = self.span_at(self.pos);
            self.b.report(
                Diagnostic::error(UNSUPPORTED_SYNTAX, "`async` is not part of Quipu's language", span)
                    .help("remove `async`; parallel loops are written with `prange`"),
            );
            self.pos += 1;
        }
    }

    /// Behind a line that did not parse: its block is read for errors, its clauses are taken with it.
    fn after_error(&mut self, start: usize) {
        let first = self.tokens.get(start).map(|token| token.tok);
        // A refused `match` has been reported as a whole; its cases would only be noise.
        let quiet = first == Some(Tok::Name);
        if self.peek() == Some(Tok::Indent) {
            let errors = self.b.diagnostics.len();
            self.indented();
            if quiet {
                self.b.diagnostics.truncate(errors);
            }
        }
        let compound = matches!(first, Some(Tok::If | Tok::Elif | Tok::For | Tok::While | Tok::Try | Tok::Except));
        while compound && matches!(self.peek(), Some(Tok::Elif | Tok::Else | Tok::Except | Tok::Finally)) {
            if let Some(Line::Header(header, span, inline)) = self.line() {
                self.suite(keyword(&header), span, inline);
            } else if self.peek() == Some(Tok::Indent) {
                self.indented();
            }
        }
    }

    fn decorated(&mut self, first: Node, span: Span) -> Stmt {
        let mut decorators = vec![first.expr];
        loop {
            self.skip_async();
            let start = self.pos;
            if !matches!(self.peek(), Some(Tok::At | Tok::Def | Tok::Class)) {
                self.b.report(
                    Diagnostic::error(INVALID_SYNTAX, "a decorator needs a function or class on the next line", span)
                        .help("write `def` or `class` after it, indented as much"),
                );
                return Stmt { kind: StmtKind::Error, span };
            }
            match self.line() {
                Some(Line::Decorator(node)) => decorators.push(node.expr),
                Some(Line::Header(header, span, inline)) => return self.compound(header, span, inline, decorators),
                Some(Line::Simple(_)) | None => {
                    self.after_error(start);
                    return Stmt { kind: StmtKind::Error, span };
                }
            }
        }
    }

    /// The statements that belong to a header.
    fn suite(&mut self, what: &str, header: Span, inline: Option<Vec<Stmt>>) -> Vec<Stmt> {
        if let Some(stmts) = inline {
            return stmts;
        }
        if self.peek() == Some(Tok::Indent) {
            return self.indented();
        }
        let here = match self.tokens.get(self.pos) {
            Some(token) if token.tok != Tok::Dedent => self.span_at(self.pos),
            _ => header.end_point(),
        };
        self.b.report(
            Diagnostic::error(EXPECTED_BLOCK, format!("`{what}` above needs an indented block"), here)
                .help("indent its statements by 4 spaces, or write `pass`"),
        );
        Vec::new()
    }

    fn compound(&mut self, header: Header, span: Span, inline: Option<Vec<Stmt>>, decorators: Vec<Expr>) -> Stmt {
        let what = keyword(&header);
        let kind = match header {
            Header::If(test) => return self.if_chain(test, span, inline),
            Header::While(test) => {
                let body = self.suite(what, span, inline);
                let orelse = self.else_suite();
                StmtKind::While { test: test.boxed(), body, orelse }
            }
            Header::For(target, iter) => {
                let body = self.suite(what, span, inline);
                let orelse = self.else_suite();
                StmtKind::For { target: target.boxed(), iter: iter.boxed(), body, orelse }
            }
            Header::Try => self.try_statement(span, inline),
            Header::With(items) => StmtKind::With { items, body: self.suite(what, span, inline) },
            Header::Def(name, params, returns) => {
                let body = self.suite(what, span, inline);
                let def = FunctionDef { name, params, returns, decorators, body, header: span };
                StmtKind::FunctionDef(Box::new(def))
            }
            Header::Class(name, args) => {
                let body = self.suite(what, span, inline);
                StmtKind::ClassDef(Box::new(ClassDef { name, args, decorators, body, header: span }))
            }
            Header::Elif(_) | Header::Else | Header::Except(..) | Header::Finally => {
                let partner = match what {
                    "elif" => "`if`",
                    "else" => "`if`, `for`, `while` or `try`",
                    _ => "`try`",
                };
                let keyword = Span { end: span.start + what.len() as u32, ..span };
                let found = Diagnostic::error(INVALID_SYNTAX, format!("`{what}` without {partner} before it"), keyword);
                self.b.report(found.help(format!("indent it as much as its {partner}")));
                self.suite(what, span, inline);
                StmtKind::Error
            }
        };
        let end = last_end(&kind).unwrap_or(span.end);
        Stmt { kind, span: Span { end, ..span } }
    }

    /// The header of a clause at `pos`; `None` after an error, when its block has been passed too.
    fn clause(&mut self) -> Option<(Header, Span, Option<Vec<Stmt>>)> {
        match self.line() {
            Some(Line::Header(header, span, inline)) => Some((header, span, inline)),
            _ => {
                if self.peek() == Some(Tok::Indent) {
                    self.indented();
                }
                None
            }
        }
    }

    fn else_suite(&mut self) -> Vec<Stmt> {
        if self.peek() != Some(Tok::Else) {
            return Vec::new();
        }
        match self.clause() {
            Some((_, span, inline)) => self.suite("else", span, inline),
            None => Vec::new(),
        }
    }

    fn if_chain(&mut self, test: Node, span: Span, inline: Option<Vec<Stmt>>) -> Stmt {
        let depth = self.depth;
        let body = self.suite("if", span, inline);
        let mut arms = vec![(test, span, body)];
        while self.peek() == Some(Tok::Elif) {
            self.depth += 1;
            let Some((header, span, inline)) = self.clause() else { continue };
            let body = self.suite("elif", span, inline);
            if self.depth > MAX_DEPTH {
                // Once: the rest of the chain is read, and dropped.
                if self.depth == MAX_DEPTH + 1 {
                    self.b.report(
                        Diagnostic::error(
                            NESTING_TOO_DEEP,
                            format!("more than {MAX_DEPTH} `elif`s follow each other"),
                            span,
                        )
                        .help("look the value up in a dict, or split the chain into functions"),
                    );
                }
            } else if let Header::Elif(test) = header {
                arms.push((test, span, body));
            }
        }
        let mut orelse = self.else_suite();
        self.depth = depth;
        let mut chain = None;
        for (test, span, body) in arms.into_iter().rev() {
            if let Some(inner) = chain.take() {
                orelse = vec![inner];
            }
            let end = orelse.last().or(body.last()).map_or(span.end, |stmt: &Stmt| stmt.span.end);
            let kind = StmtKind::If { test: test.boxed(), body, orelse: std::mem::take(&mut orelse) };
            chain = Some(Stmt { kind, span: Span { end, ..span } });
        }
        chain.unwrap_or(Stmt { kind: StmtKind::Error, span })
    }

    fn try_statement(&mut self, span: Span, inline: Option<Vec<Stmt>>) -> StmtKind {
        let body = self.suite("try", span, inline);
        let mut handlers: Vec<Handler> = Vec::new();
        let mut failed = false;
        while self.peek() == Some(Tok::Except) {
            let Some((header, span, inline)) = self.clause() else {
                failed = true;
                continue;
            };
            let body = self.suite("except", span, inline);
            if let Some(bare) = handlers.last().filter(|handler| handler.exc.is_none()) {
                let found = Diagnostic::error(INVALID_SYNTAX, "a bare `except:` must come last", bare.span);
                self.b.report(found.help("move it behind the other `except` clauses"));
            }
            if let Header::Except(exc, name) = header {
                let end = body.last().map_or(span.end, |stmt| stmt.span.end);
                handlers.push(Handler { exc: exc.map(Node::boxed), name, body, span: Span { end, ..span } });
            }
        }
        let orelse = if handlers.is_empty() && !failed { Vec::new() } else { self.else_suite() };
        let mut finally = Vec::new();
        let mut has_finally = false;
        if self.peek() == Some(Tok::Finally) {
            has_finally = true;
            if let Some((_, span, inline)) = self.clause() {
                finally = self.suite("finally", span, inline);
            }
        }
        if handlers.is_empty() && !has_finally && !failed {
            let found = Diagnostic::error(INVALID_SYNTAX, "`try` without `except` or `finally`", span);
            self.b.report(found.help("add `except SomeError:` with what to do then"));
        }
        StmtKind::Try { body, handlers, orelse, finally }
    }
}

fn keyword(header: &Header) -> &'static str {
    match header {
        Header::If(_) => "if",
        Header::Elif(_) => "elif",
        Header::Else => "else",
        Header::While(_) => "while",
        Header::For(..) => "for",
        Header::Try => "try",
        Header::Except(..) => "except",
        Header::Finally => "finally",
        Header::With(_) => "with",
        Header::Def(..) => "def",
        Header::Class(..) => "class",
    }
}

/// Where the last statement inside ends.
fn last_end(kind: &StmtKind) -> Option<u32> {
    let last = match kind {
        StmtKind::While { body, orelse, .. } | StmtKind::For { body, orelse, .. } => orelse.last().or(body.last()),
        StmtKind::With { body, .. } => body.last(),
        StmtKind::FunctionDef(def) => def.body.last(),
        StmtKind::ClassDef(def) => def.body.last(),
        StmtKind::Try { body, handlers, orelse, finally } => {
            let handled = handlers.last().and_then(|handler| handler.body.last());
            finally.last().or(orelse.last()).or(handled).or(body.last())
        }
        _ => None,
    };
    last.map(|stmt| stmt.span.end)
}
