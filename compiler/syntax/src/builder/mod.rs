//! What the grammar's actions call: makes tree nodes and checks what LR(1) rules cannot.
//!
//! The builder works on [`Node`]s, which are expressions together with what only parsing needs to know: how deep they are
//! and whether parentheses stand around them. A node that would be deeper than [`MAX_DEPTH`] is dropped, reported and
//! replaced by a leaf; so a tree's depth is bounded while it grows, however long the input, and everything that later
//! walks trees may recurse. Nothing here fails: errors are diagnostics, and the node is built anyway.
//!
//! `mod.rs` has the types and expressions, `call.rs` arguments and parameters, `stmt.rs` statements and targets.

mod call;
mod stmt;

use crate::ast::{
    BinOp, BoolOp, CmpLink, CmpOp, Comprehension, DictItem, Expr, ExprKind, Ident, Param, Stmt, UnaryOp, WithItem,
};
use crate::{MAX_DEPTH, Symbol, literals};
use quipu_diagnostics::{Diagnostic, FileId, Span};
use unicode_normalization::{UnicodeNormalization, is_nfkc};

pub const INVALID_SYNTAX: &str = "invalid-syntax";
pub const INVALID_TARGET: &str = "invalid-target";
pub const NESTING_TOO_DEEP: &str = "nesting-too-deep";
pub const UNSUPPORTED_SYNTAX: &str = "unsupported-syntax";

/// An expression while it is parsed.
#[derive(Debug)]
pub struct Node {
    pub expr: Expr,
    pub depth: usize,
    /// Parentheses stand around it that are no part of it.
    pub paren: bool,
}

/// An operator and where it stands.
#[derive(Clone, Copy, Debug)]
pub struct OpAt<T> {
    pub op: T,
    pub span: Span,
}

#[derive(Debug)]
pub struct Link {
    pub op: OpAt<CmpOp>,
    pub right: Node,
}

/// `for target in iter if condition ..` and its depth.
#[derive(Debug)]
pub struct Clause {
    pub clause: Comprehension,
    pub depth: usize,
}

#[derive(Debug)]
pub enum ItemOrPair {
    Pair(Node, Node),
    Unpack(Node),
}

/// An argument of a call; a generator without parentheses must be the only one, which the call checks.
#[derive(Debug)]
pub enum ArgNode {
    Positional(Node),
    Generator(Node),
    Keyword(Ident, Node),
    Star(Node),
    DoubleStar(Node),
}

/// A parameter with the depth of its annotation and default; or a lone marker.
#[derive(Debug)]
pub enum ParamItem {
    Regular(Param, usize),
    VarArg(Param, usize),
    KwArg(Param, usize),
    Slash(Span),
    Star(Span),
}

#[derive(Debug)]
pub struct WithNode(pub WithItem);

/// What one logical line is.
#[derive(Debug)]
pub enum Line {
    Simple(Vec<Stmt>),
    /// Up to and with the colon, and what follows on the line.
    Header(Header, Span, Option<Vec<Stmt>>),
    Decorator(Node),
}

#[derive(Debug)]
pub enum Header {
    If(Node),
    Elif(Node),
    Else,
    While(Node),
    For(Node, Node),
    Try,
    Except(Option<Node>, Option<Ident>),
    Finally,
    With(Vec<WithItem>),
    Def(Ident, crate::ast::Params, Option<Expr>),
    Class(Ident, Vec<crate::ast::Arg>),
}

/// What the grammar's start symbol makes.
#[derive(Debug)]
pub enum Parsed {
    Line(Line),
    Expr(Node),
}

/// State of one parse; the source text gives tokens their meaning.
#[derive(Debug)]
pub struct Builder<'s> {
    pub file: FileId,
    pub text: &'s str,
    pub diagnostics: Vec<Diagnostic>,
    /// How many f-strings enclose what is parsed now.
    pub fstring_depth: usize,
    /// The current line has been reported as too deep.
    pub too_deep: bool,
}

/// The depth of what has these parts.
fn over<'n>(parts: impl IntoIterator<Item = &'n Node>) -> usize {
    1 + parts.into_iter().map(|node| node.depth).max().unwrap_or(0)
}

fn exprs(nodes: Vec<Node>) -> Vec<Expr> {
    nodes.into_iter().map(|node| node.expr).collect()
}

impl Node {
    pub fn boxed(self) -> Box<Expr> {
        Box::new(self.expr)
    }

    pub fn span(&self) -> Span {
        self.expr.span
    }

    pub fn is_starred(&self) -> bool {
        matches!(self.expr.kind, ExprKind::Starred(_))
    }
}

impl<'s> Builder<'s> {
    pub fn new(file: FileId, text: &'s str) -> Self {
        Builder { file, text, diagnostics: Vec::new(), fstring_depth: 0, too_deep: false }
    }

    pub fn span(&self, l: u32, r: u32) -> Span {
        Span::new(self.file, l, r)
    }

    pub fn slice(&self, l: u32, r: u32) -> &'s str {
        self.text.get(l as usize..r as usize).unwrap_or("")
    }

    pub fn op_at<T>(&self, op: T, l: u32, r: u32) -> OpAt<T> {
        OpAt { op, span: self.span(l, r) }
    }

    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    pub(crate) fn syntax_error(&mut self, message: impl Into<String>, span: Span) {
        self.report(Diagnostic::error(INVALID_SYNTAX, message, span));
    }

    fn unsupported(&mut self, what: &str, help: &str, span: Span) {
        self.report(
            Diagnostic::error(UNSUPPORTED_SYNTAX, format!("{what} is not part of Quipu's language"), span).help(help),
        );
    }

    fn node(&mut self, kind: ExprKind, depth: usize, l: u32, r: u32) -> Node {
        let span = self.span(l, r);
        if depth <= MAX_DEPTH {
            return Node { expr: Expr { kind, span }, depth, paren: false };
        }
        self.report_too_deep(span);
        Node { expr: Expr { kind: ExprKind::None, span }, depth: 1, paren: false }
    }

    pub fn report_too_deep(&mut self, span: Span) {
        if !self.too_deep {
            self.too_deep = true;
            self.report(
                Diagnostic::error(
                    NESTING_TOO_DEEP,
                    format!("expression is nested deeper than {MAX_DEPTH} levels"),
                    span,
                )
                .help("give its parts names, one statement each"),
            );
        }
    }

    fn leaf(&mut self, kind: ExprKind, l: u32, r: u32) -> Node {
        self.node(kind, 1, l, r)
    }

    // ---- names and literals

    /// Python compares names in the normal form NFKC, so that 𝛼 and α are one name.
    fn symbol(&self, l: u32, r: u32) -> Symbol {
        let text = self.slice(l, r);
        if text.is_ascii() || is_nfkc(text) { Symbol::new(text) } else { Symbol::new(&text.nfkc().collect::<String>()) }
    }

    pub fn ident(&mut self, l: u32, r: u32) -> Ident {
        Ident { name: self.symbol(l, r), span: self.span(l, r) }
    }

    /// `a.b.c` of an import; blanks around the dots do not count.
    pub fn dotted(&mut self, names: Vec<Ident>, l: u32, r: u32) -> Ident {
        let span = self.span(l, r);
        match names.as_slice() {
            [name] => *name,
            _ => {
                let joined: Vec<&str> = names.iter().map(|ident| ident.name.as_str()).collect();
                Ident { name: Symbol::new(&joined.join(".")), span }
            }
        }
    }

    pub fn name(&mut self, l: u32, r: u32) -> Node {
        let name = self.symbol(l, r);
        self.leaf(ExprKind::Name(name), l, r)
    }

    pub fn int(&mut self, l: u32, r: u32) -> Node {
        let span = self.span(l, r);
        let value = literals::int(self.slice(l, r), span, &mut self.diagnostics);
        self.leaf(ExprKind::Int(value), l, r)
    }

    pub fn float(&mut self, l: u32, r: u32) -> Node {
        let value = literals::float(self.slice(l, r));
        self.leaf(ExprKind::Float(value), l, r)
    }

    pub fn imaginary(&mut self, l: u32, r: u32) -> Node {
        let value = literals::float(self.slice(l, r.saturating_sub(1)));
        self.leaf(ExprKind::Imaginary(value), l, r)
    }

    pub fn bool(&mut self, value: bool, l: u32, r: u32) -> Node {
        self.leaf(ExprKind::Bool(value), l, r)
    }

    pub fn none(&mut self, l: u32, r: u32) -> Node {
        self.leaf(ExprKind::None, l, r)
    }

    pub fn ellipsis(&mut self, l: u32, r: u32) -> Node {
        self.leaf(ExprKind::Ellipsis, l, r)
    }

    pub fn strings(&mut self, tokens: &[(u32, u32)], l: u32, r: u32) -> Node {
        let (kind, depth) = literals::strings(self, tokens, self.span(l, r));
        self.node(kind, depth + 1, l, r)
    }

    // ---- operators

    pub fn unary(&mut self, op: UnaryOp, operand: Node, l: u32, r: u32) -> Node {
        let depth = over([&operand]);
        self.node(ExprKind::Unary { op, operand: operand.boxed() }, depth, l, r)
    }

    pub fn binary(&mut self, left: Node, op: OpAt<BinOp>, right: Node, l: u32, r: u32) -> Node {
        let depth = over([&left, &right]);
        let kind = ExprKind::Binary { left: left.boxed(), op: op.op, op_span: op.span, right: right.boxed() };
        self.node(kind, depth, l, r)
    }

    pub fn bool_op(&mut self, op: BoolOp, values: Vec<Node>, l: u32, r: u32) -> Node {
        let depth = over(&values);
        self.node(ExprKind::BoolOp { op, values: exprs(values) }, depth, l, r)
    }

    pub fn compare(&mut self, left: Node, links: Vec<Link>, l: u32, r: u32) -> Node {
        let depth = over(links.iter().map(|link| &link.right).chain([&left]));
        let links = links
            .into_iter()
            .map(|link| CmpLink { op: link.op.op, op_span: link.op.span, right: link.right.expr })
            .collect();
        self.node(ExprKind::Compare { left: left.boxed(), links }, depth, l, r)
    }

    pub fn if_else(&mut self, test: Node, body: Node, orelse: Node, l: u32, r: u32) -> Node {
        let depth = over([&test, &body, &orelse]);
        let kind = ExprKind::IfElse { test: test.boxed(), body: body.boxed(), orelse: orelse.boxed() };
        self.node(kind, depth, l, r)
    }

    pub fn named(&mut self, target: Node, value: Node, l: u32, r: u32) -> Node {
        let depth = over([&value]);
        let kind = match target.expr.kind {
            ExprKind::Name(name) if !target.paren => {
                ExprKind::Named { target: Ident { name, span: target.expr.span }, value: value.boxed() }
            }
            _ => {
                self.report(
                    Diagnostic::error(INVALID_TARGET, "`:=` assigns to a name only", target.span())
                        .help("write the assignment as a statement of its own"),
                );
                value.expr.kind
            }
        };
        self.node(kind, depth, l, r)
    }

    pub fn awaited(&mut self, operand: Node, l: u32, r: u32) -> Node {
        let span = self.span(l, r);
        self.unsupported("`await`", "call the function directly; parallel work is written with `prange`", span);
        operand
    }

    pub fn yield_expr(&mut self, value: Option<Node>, l: u32, r: u32) -> Node {
        let depth = over(&value);
        let value = value.map(|value| self.value(value));
        self.node(ExprKind::Yield(value), depth, l, r)
    }

    pub fn yield_from(&mut self, value: Node, l: u32, r: u32) -> Node {
        let depth = over([&value]);
        self.node(ExprKind::YieldFrom(value.boxed()), depth, l, r)
    }

    // ---- postfix

    pub fn subscript(&mut self, value: Node, index: Node, l: u32, r: u32) -> Node {
        let depth = over([&value, &index]);
        self.node(ExprKind::Subscript { value: value.boxed(), index: index.boxed() }, depth, l, r)
    }

    pub fn attribute(&mut self, value: Node, attr: Ident, l: u32, r: u32) -> Node {
        let depth = over([&value]);
        self.node(ExprKind::Attribute { value: value.boxed(), attr }, depth, l, r)
    }

    pub fn slice_index(
        &mut self,
        lower: Option<Node>,
        upper: Option<Node>,
        step: Option<Node>,
        l: u32,
        r: u32,
    ) -> Node {
        let depth = over([&lower, &upper, &step].into_iter().flatten());
        let [lower, upper, step] = [lower, upper, step].map(|bound| bound.map(Node::boxed));
        self.node(ExprKind::Slice { lower, upper, step }, depth, l, r)
    }

    // ---- displays

    /// `a` as it is; `a,` and `a, b` are tuples.
    pub fn tuple_or_one(&mut self, mut nodes: Vec<Node>, comma: bool, l: u32, r: u32) -> Node {
        if nodes.len() == 1
            && !comma
            && let Some(only) = nodes.pop()
        {
            return only;
        }
        let depth = over(&nodes);
        self.node(ExprKind::Tuple(exprs(nodes)), depth, l, r)
    }

    /// The index of a subscript; `a[*b]` is a tuple of one item, as in Python 3.11.
    pub fn index(&mut self, nodes: Vec<Node>, comma: bool, l: u32, r: u32) -> Node {
        let starred = nodes.first().is_some_and(Node::is_starred);
        self.tuple_or_one(nodes, comma || starred, l, r)
    }

    pub fn starred(&mut self, value: Node, l: u32, r: u32) -> Node {
        let depth = over([&value]);
        self.node(ExprKind::Starred(value.boxed()), depth, l, r)
    }

    pub fn paren(&mut self, mut nodes: Vec<Node>, comma: bool, l: u32, r: u32) -> Node {
        if nodes.len() == 1
            && !comma
            && let Some(mut only) = nodes.pop()
        {
            if let ExprKind::Starred(inner) = only.expr.kind {
                self.report(
                    Diagnostic::error(
                        INVALID_SYNTAX,
                        "a starred expression stands alone in parentheses",
                        only.expr.span,
                    )
                    .help("for a tuple, add a comma: `(*a,)`"),
                );
                only.expr = *inner;
            }
            only.paren = true;
            // Parentheses make no node, but what they hold was recursed into by whoever reads the text.
            only.depth += 1;
            if only.depth > MAX_DEPTH {
                self.report_too_deep(only.span());
                return self.leaf(ExprKind::None, l, r);
            }
            return only;
        }
        let depth = over(&nodes);
        self.node(ExprKind::Tuple(exprs(nodes)), depth, l, r)
    }

    pub fn list(&mut self, nodes: Vec<Node>, l: u32, r: u32) -> Node {
        let depth = over(&nodes);
        self.node(ExprKind::List(exprs(nodes)), depth, l, r)
    }

    pub fn set(&mut self, nodes: Vec<Node>, l: u32, r: u32) -> Node {
        let depth = over(&nodes);
        self.node(ExprKind::Set(exprs(nodes)), depth, l, r)
    }

    pub fn dict(&mut self, items: Vec<ItemOrPair>, l: u32, r: u32) -> Node {
        let mut depth = 1;
        let items = items
            .into_iter()
            .map(|item| match item {
                ItemOrPair::Pair(key, value) => {
                    depth = depth.max(over([&key, &value]));
                    DictItem::Pair { key: key.expr, value: value.expr }
                }
                ItemOrPair::Unpack(value) => {
                    depth = depth.max(over([&value]));
                    DictItem::Unpack(value.expr)
                }
            })
            .collect();
        self.node(ExprKind::Dict(items), depth, l, r)
    }

    // ---- comprehensions

    pub fn clause(&mut self, target: Node, iter: Node) -> Clause {
        self.check_target(&target, "a comprehension's target");
        let depth = over([&target, &iter]);
        Clause { clause: Comprehension { target: target.expr, iter: iter.expr, conditions: Vec::new() }, depth }
    }

    pub fn async_clause(&mut self, target: Node, iter: Node, l: u32, r: u32) -> Clause {
        let span = self.span(l, r);
        self.unsupported("`async`", "remove `async`", span);
        self.clause(target, iter)
    }

    pub fn condition(&mut self, clauses: &mut [Clause], condition: Node) {
        if let Some(last) = clauses.last_mut() {
            last.depth = last.depth.max(over([&condition]));
            last.clause.conditions.push(condition.expr);
        }
    }

    fn clauses(&mut self, elt: &Node, clauses: Vec<Clause>) -> (Vec<Comprehension>, usize) {
        if elt.is_starred() {
            self.report(
                Diagnostic::error(INVALID_SYNTAX, "a comprehension's element cannot be starred", elt.span())
                    .help("add a clause: `[x for row in rows for x in row]`"),
            );
        }
        let depth = clauses.iter().map(|clause| clause.depth).fold(elt.depth, usize::max) + 1;
        (clauses.into_iter().map(|clause| clause.clause).collect(), depth)
    }

    pub fn generator(&mut self, elt: Node, clauses: Vec<Clause>, l: u32, r: u32) -> Node {
        let (clauses, depth) = self.clauses(&elt, clauses);
        self.node(ExprKind::Generator { elt: elt.boxed(), clauses }, depth, l, r)
    }

    pub fn list_comp(&mut self, elt: Node, clauses: Vec<Clause>, l: u32, r: u32) -> Node {
        let (clauses, depth) = self.clauses(&elt, clauses);
        self.node(ExprKind::ListComp { elt: elt.boxed(), clauses }, depth, l, r)
    }

    pub fn set_comp(&mut self, elt: Node, clauses: Vec<Clause>, l: u32, r: u32) -> Node {
        let (clauses, depth) = self.clauses(&elt, clauses);
        self.node(ExprKind::SetComp { elt: elt.boxed(), clauses }, depth, l, r)
    }

    pub fn dict_comp(&mut self, key: Node, value: Node, clauses: Vec<Clause>, l: u32, r: u32) -> Node {
        let (clauses, depth) = self.clauses(&key, clauses);
        let depth = depth.max(value.depth + 1);
        self.node(ExprKind::DictComp { key: key.boxed(), value: value.boxed(), clauses }, depth, l, r)
    }
}
