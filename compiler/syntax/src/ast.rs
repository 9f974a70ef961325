//! The syntax tree: Python 3.11's, with spans, names interned and literals decoded.
//!
//! Shapes follow CPython's `ast` where that is convenient to consume (`elif` is an `If` alone in `orelse`, chained
//! comparisons are one node, `a and b and c` is one node) and differ where this is: call arguments keep their source
//! order in one list, operators have spans of their own so that a diagnostic can point at them, and there is no
//! load/store context (a node's place says which it is). `del (a, b)` is `del a, b`.
//!
//! The tree is data: it knows neither tokens nor the grammar. Spans are those of CPython (parentheses around an
//! expression belong to it only for tuples and generator expressions), but that a trailing `;` belongs to no statement.
//!
//! **Invariants** of a tree that came without an error diagnostic:
//! - no [`StmtKind::Error`]; nesting of expressions and statements is at most [`crate::MAX_DEPTH`], so recursion is safe;
//! - targets are assignable: `Name`, `Attribute`, `Subscript`, `Tuple`, `List`, `Starred` (at most one in a list);
//! - `Starred` is an item of a tuple, list or set, or the annotation of a `*` parameter (an argument has [`Arg::Star`]);
//!   `Slice` is a subscript's index or an item of a tuple that is one;
//! - `Yield` only in functions, `return` in functions, `break` and `continue` in loops;
//! - parameters are distinct, defaults come last, `*` and `/` stand where Python allows them.

use crate::Symbol;
use quipu_diagnostics::{FileId, Span};
use std::sync::Arc;

/// A file.
#[derive(Clone, Debug, PartialEq)]
pub struct Module {
    pub file: FileId,
    pub body: Vec<Stmt>,
    /// The comments before the first statement (a docstring is a statement), in order, without `#` and outer blanks.
    pub header_comments: Vec<Comment>,
    pub span: Span,
}

impl Module {
    /// What follows `key:` in the header comment that starts so, as in `# digits: 15 np.exp`.
    pub fn header(&self, key: &str) -> Option<&str> {
        self.header_comments.iter().find_map(|comment| comment.text.strip_prefix(key)?.strip_prefix(':').map(str::trim))
    }

    /// The docstring, if the first statement is a string.
    pub fn docstring(&self) -> Option<&Arc<str>> {
        docstring(&self.body)
    }
}

/// The docstring of a body: its first statement, if that is a plain string.
pub fn docstring(body: &[Stmt]) -> Option<&Arc<str>> {
    match &body.first()?.kind {
        StmtKind::Expr(value) => match &value.kind {
            ExprKind::Str(text) => Some(text),
            _ => None,
        },
        _ => None,
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Comment {
    pub text: String,
    pub span: Span,
}

/// A name at a place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ident {
    pub name: Symbol,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Stmt {
    pub kind: StmtKind,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub enum StmtKind {
    Expr(Box<Expr>),
    /// `a = b = value`: two targets, assigned from left to right.
    Assign {
        targets: Vec<Expr>,
        value: Box<Expr>,
    },
    /// `target: annotation [= value]`; `simple` is Python's: the target is a name without parentheses.
    AnnAssign {
        target: Box<Expr>,
        annotation: Box<Expr>,
        value: Option<Box<Expr>>,
        simple: bool,
    },
    AugAssign {
        target: Box<Expr>,
        op: BinOp,
        /// Of `+=`.
        op_span: Span,
        value: Box<Expr>,
    },
    Return(Option<Box<Expr>>),
    Pass,
    Break,
    Continue,
    Del(Vec<Expr>),
    Global(Vec<Ident>),
    Nonlocal(Vec<Ident>),
    Assert {
        test: Box<Expr>,
        msg: Option<Box<Expr>>,
    },
    Raise {
        exc: Option<Box<Expr>>,
        cause: Option<Box<Expr>>,
    },
    /// `elif` is one `If` alone in `orelse`.
    If {
        test: Box<Expr>,
        body: Vec<Stmt>,
        orelse: Vec<Stmt>,
    },
    While {
        test: Box<Expr>,
        body: Vec<Stmt>,
        orelse: Vec<Stmt>,
    },
    For {
        target: Box<Expr>,
        iter: Box<Expr>,
        body: Vec<Stmt>,
        orelse: Vec<Stmt>,
    },
    Try {
        body: Vec<Stmt>,
        handlers: Vec<Handler>,
        orelse: Vec<Stmt>,
        finally: Vec<Stmt>,
    },
    With {
        items: Vec<WithItem>,
        body: Vec<Stmt>,
    },
    FunctionDef(Box<FunctionDef>),
    ClassDef(Box<ClassDef>),
    Import(Vec<ImportAlias>),
    /// `from ..module import names`: `level` counts the dots.
    ImportFrom {
        level: u32,
        module: Option<Ident>,
        names: ImportNames,
    },
    /// What could not be parsed; there is an error diagnostic for it.
    Error,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Handler {
    /// `None` for a bare `except:`, which is the last.
    pub exc: Option<Box<Expr>>,
    pub name: Option<Ident>,
    pub body: Vec<Stmt>,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub struct WithItem {
    pub context: Expr,
    pub target: Option<Expr>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ImportAlias {
    /// Dotted in an `import`, one name in a `from` import.
    pub name: Ident,
    pub asname: Option<Ident>,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ImportNames {
    /// `import *`, and where the star is.
    Star(Span),
    Names(Vec<ImportAlias>),
}

#[derive(Clone, Debug, PartialEq)]
pub struct FunctionDef {
    pub name: Ident,
    pub params: Params,
    pub returns: Option<Expr>,
    pub decorators: Vec<Expr>,
    pub body: Vec<Stmt>,
    /// From `def` to the end of the header's colon.
    pub header: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ClassDef {
    pub name: Ident,
    /// Bases and keywords, as written.
    pub args: Vec<Arg>,
    pub decorators: Vec<Expr>,
    pub body: Vec<Stmt>,
    /// From `class` to the end of the header's colon.
    pub header: Span,
}

/// `def f(posonly, /, regular, *vararg, kwonly, **kwarg)`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Params {
    pub posonly: Vec<Param>,
    pub regular: Vec<Param>,
    pub vararg: Option<Box<Param>>,
    pub kwonly: Vec<Param>,
    pub kwarg: Option<Box<Param>>,
}

impl Params {
    /// All of them, in source order.
    pub fn iter(&self) -> impl Iterator<Item = &Param> {
        let positional = self.posonly.iter().chain(&self.regular);
        positional.chain(self.vararg.as_deref()).chain(&self.kwonly).chain(self.kwarg.as_deref())
    }

    /// Those that a positional argument can reach by position, in order.
    pub fn positional(&self) -> impl Iterator<Item = &Param> {
        self.posonly.iter().chain(&self.regular)
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    pub name: Ident,
    pub annotation: Option<Expr>,
    pub default: Option<Expr>,
    /// Name and annotation, without the stars and the default.
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    pub kind: ExprKind,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    Name(Symbol),
    Int(IntLit),
    Float(f64),
    /// `2.5j`.
    Imaginary(f64),
    /// Decoded, neighbors joined.
    Str(Arc<str>),
    Bytes(Arc<[u8]>),
    FString(Vec<FStringPart>),
    Bool(bool),
    None,
    Ellipsis,
    Tuple(Vec<Expr>),
    List(Vec<Expr>),
    Set(Vec<Expr>),
    Dict(Vec<DictItem>),
    ListComp {
        elt: Box<Expr>,
        clauses: Vec<Comprehension>,
    },
    SetComp {
        elt: Box<Expr>,
        clauses: Vec<Comprehension>,
    },
    DictComp {
        key: Box<Expr>,
        value: Box<Expr>,
        clauses: Vec<Comprehension>,
    },
    Generator {
        elt: Box<Expr>,
        clauses: Vec<Comprehension>,
    },
    Unary {
        op: UnaryOp,
        operand: Box<Expr>,
    },
    Binary {
        left: Box<Expr>,
        op: BinOp,
        op_span: Span,
        right: Box<Expr>,
    },
    /// `a and b and c`: at least two values.
    BoolOp {
        op: BoolOp,
        values: Vec<Expr>,
    },
    /// `left < a <= b`: at least one link.
    Compare {
        left: Box<Expr>,
        links: Vec<CmpLink>,
    },
    /// `body if test else orelse`.
    IfElse {
        test: Box<Expr>,
        body: Box<Expr>,
        orelse: Box<Expr>,
    },
    Lambda {
        params: Box<Params>,
        body: Box<Expr>,
    },
    Call {
        func: Box<Expr>,
        /// In source order.
        args: Vec<Arg>,
    },
    /// `value[index]`; `a[i, j]` has a `Tuple` for index.
    Subscript {
        value: Box<Expr>,
        index: Box<Expr>,
    },
    Attribute {
        value: Box<Expr>,
        attr: Ident,
    },
    /// `lower:upper:step` in a subscript.
    Slice {
        lower: Option<Box<Expr>>,
        upper: Option<Box<Expr>>,
        step: Option<Box<Expr>>,
    },
    Starred(Box<Expr>),
    /// `target := value`.
    Named {
        target: Ident,
        value: Box<Expr>,
    },
    Yield(Option<Box<Expr>>),
    YieldFrom(Box<Expr>),
}

/// An integer literal, which has no sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IntLit {
    Value(u128),
    /// Beyond 128 bits: its source text, underscores included.
    Large(Arc<str>),
}

#[derive(Clone, Debug, PartialEq)]
pub enum FStringPart {
    Text(Arc<str>),
    Field(Box<FStringField>),
}

/// `{value!r:spec}`; `{value=}` is preceded by a text part `value=` and has conversion `r` unless it has a spec.
#[derive(Clone, Debug, PartialEq)]
pub struct FStringField {
    pub value: Expr,
    pub conversion: Option<Conversion>,
    /// `None` without a colon; the parts may be fields again.
    pub spec: Option<Vec<FStringPart>>,
    /// From `{` to `}`.
    pub span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conversion {
    Str,
    Repr,
    Ascii,
}

#[derive(Clone, Debug, PartialEq)]
pub enum DictItem {
    Pair {
        key: Expr,
        value: Expr,
    },
    /// `**mapping`.
    Unpack(Expr),
}

/// `for target in iter if cond if cond`.
#[derive(Clone, Debug, PartialEq)]
pub struct Comprehension {
    pub target: Expr,
    pub iter: Expr,
    pub conditions: Vec<Expr>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct CmpLink {
    pub op: CmpOp,
    pub op_span: Span,
    pub right: Expr,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Arg {
    Positional(Expr),
    /// `*iterable`.
    Star(Expr),
    Keyword {
        name: Ident,
        value: Expr,
    },
    /// `**mapping`.
    DoubleStar(Expr),
}

impl Arg {
    pub fn value(&self) -> &Expr {
        match self {
            Arg::Positional(value) | Arg::Star(value) | Arg::Keyword { value, .. } | Arg::DoubleStar(value) => value,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnaryOp {
    Not,
    Neg,
    Pos,
    Invert,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BinOp {
    Add,
    Sub,
    Mul,
    Div,
    FloorDiv,
    Mod,
    Pow,
    MatMul,
    LShift,
    RShift,
    BitAnd,
    BitOr,
    BitXor,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BoolOp {
    And,
    Or,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CmpOp {
    Eq,
    NotEq,
    Lt,
    LtE,
    Gt,
    GtE,
    Is,
    IsNot,
    In,
    NotIn,
}

impl UnaryOp {
    pub fn as_str(self) -> &'static str {
        match self {
            UnaryOp::Not => "not",
            UnaryOp::Neg => "-",
            UnaryOp::Pos => "+",
            UnaryOp::Invert => "~",
        }
    }
}

impl BinOp {
    pub fn as_str(self) -> &'static str {
        match self {
            BinOp::Add => "+",
            BinOp::Sub => "-",
            BinOp::Mul => "*",
            BinOp::Div => "/",
            BinOp::FloorDiv => "//",
            BinOp::Mod => "%",
            BinOp::Pow => "**",
            BinOp::MatMul => "@",
            BinOp::LShift => "<<",
            BinOp::RShift => ">>",
            BinOp::BitAnd => "&",
            BinOp::BitOr => "|",
            BinOp::BitXor => "^",
        }
    }
}

impl BoolOp {
    pub fn as_str(self) -> &'static str {
        match self {
            BoolOp::And => "and",
            BoolOp::Or => "or",
        }
    }
}

impl CmpOp {
    pub fn as_str(self) -> &'static str {
        match self {
            CmpOp::Eq => "==",
            CmpOp::NotEq => "!=",
            CmpOp::Lt => "<",
            CmpOp::LtE => "<=",
            CmpOp::Gt => ">",
            CmpOp::GtE => ">=",
            CmpOp::Is => "is",
            CmpOp::IsNot => "is not",
            CmpOp::In => "in",
            CmpOp::NotIn => "not in",
        }
    }
}
