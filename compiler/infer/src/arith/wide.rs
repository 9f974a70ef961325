//! Sums and products of Python ints that pass 64 bits on the way to a result that does not.
//!
//! Hashes and generators of random numbers are written `(a * x + c) % m` and `(h * p) & mask`. What stands left of `%` or
//! `&` is then not computed step by step, which would overflow: it is kept as a tree of `+`, `-`, `*`, `<<` and bitwise
//! operators over ordinary ints, and the operator that ends it says how it is computed.
//! ```text
//! tree & mask, mask >= 0       in 64 bits that wrap: the low bits depend on the low bits only
//! tree % 2**k                  the same with the mask 2**k - 1
//! tree % m                     every sum and product modulo m, in 128 bits (`muladdmod`)
//! ```
//! All three are exact, however large the tree's value is. Any other use computes the tree step by step, and an
//! intermediate result beyond 64 bits raises LimitError: so does a bitwise operator of such a value modulo an m that is
//! no power of two.

use crate::state::*;
use crate::value::*;
use quipu_abi::{DType, ErrorKind};
use quipu_diagnostics::Span;
use quipu_ir::Var;
use quipu_ir::ops;
use quipu_syntax::ast::{BinOp, Expr, ExprKind, UnaryOp};

/// An expression of Python ints that is not computed yet.
enum Tree {
    Leaf(Scalar),
    Node(BinOp, Box<Tree>, Box<Tree>, Span),
}

enum Term<'a> {
    Value(Val<'a>),
    Tree(Tree),
}

/// A mask that says which low bits count, and whether the sign bit of 64 is one of them.
fn mask_of(op: BinOp, right: &Val<'_>) -> Option<u64> {
    let k = match right {
        Val::Big(k) => *k,
        v => i128::from(v.int_known()?),
    };
    match op {
        BinOp::BitAnd if k >= 0 => u64::try_from(k).ok(),
        BinOp::Mod if k > 0 && k & (k - 1) == 0 => u64::try_from(k - 1).ok(),
        _ => None,
    }
}

impl<'a> Lower<'a, '_> {
    /// `left % right` or `left & right` where the left side is a tree; `None` if the expression is nothing of the kind.
    pub fn wide(&mut self, e: &'a Expr) -> R<Option<Val<'a>>> {
        let ExprKind::Binary { left, op: outer @ (BinOp::Mod | BinOp::BitAnd), right, .. } = &e.kind else {
            return Ok(None);
        };
        if !matches!(&left.kind, ExprKind::Binary { op, .. } if is_kept(*op)) {
            return Ok(None);
        }
        let term = self.term(left)?;
        let right = self.expr(right)?;
        self.set_span(e.span);
        let tree = match term {
            Term::Tree(t @ Tree::Node(..)) => t,
            Term::Tree(Tree::Leaf(s)) => return self.binary(*outer, &Val::Scalar(s), &right).map(Some),
            Term::Value(v) => return self.binary(*outer, &v, &right).map(Some),
        };
        if let Some(mask) = mask_of(*outer, &right) {
            let v = self.wrapping(&tree);
            let m = self.b.i64(mask as i64);
            let v = self.b.map(&ops::AND, &[v, m]);
            if mask > i64::MAX as u64 {
                let zero = self.b.i64(0);
                let beyond = self.b.map(&ops::LT, &[v, zero]);
                self.raise_if(beyond, ErrorKind::LimitError, quipu_abi::INT_LIMIT, &[]);
            }
            return Ok(Some(self.py(DType::I64, v)));
        }
        match &right {
            Val::Scalar(m) if *outer == BinOp::Mod && !m.np && m.dtype == DType::I64 => {
                self.check_zero(m, "integer modulo by zero")?;
                let v = self.modular(&tree, m.var)?;
                self.set_span(e.span);
                Ok(Some(self.py(DType::I64, v)))
            }
            _ => {
                let v = self.settled(&tree)?;
                self.set_span(e.span);
                self.binary(*outer, &v, &right).map(Some)
            }
        }
    }

    /// An expression as a tree, if it is one of Python ints.
    fn term(&mut self, e: &'a Expr) -> R<Term<'a>> {
        if crate::displays::const_int(e).is_none() {
            match &e.kind {
                ExprKind::Binary { left, op, right, .. } if is_kept(*op) => {
                    let (x, y) = (self.term(left)?, self.term(right)?);
                    self.set_span(e.span);
                    return self.node(*op, x, y);
                }
                ExprKind::Unary { op: UnaryOp::Neg, operand } => {
                    let x = self.term(operand)?;
                    self.set_span(e.span);
                    if let Term::Tree(Tree::Node(..)) = x {
                        let zero = Term::Value(self.int(0));
                        return self.node(BinOp::Sub, zero, x);
                    }
                    let v = self.value(x)?;
                    return Ok(Term::Value(self.unary(UnaryOp::Neg, &v)?));
                }
                _ => {}
            }
        }
        Ok(Term::Value(self.expr(e)?))
    }

    fn node(&mut self, op: BinOp, x: Term<'a>, y: Term<'a>) -> R<Term<'a>> {
        let int = |t: &Term<'a>| match t {
            Term::Value(Val::Scalar(s)) => !s.np && s.dtype == DType::I64,
            Term::Value(_) => false,
            Term::Tree(_) => true,
        };
        let known = |t: &Term<'a>| match t {
            Term::Value(v) => v.int_known().map(i128::from),
            Term::Tree(_) => None,
        };
        let folded = known(&x).zip(known(&y)).and_then(|(a, b)| super::big::fold(op, a, b));
        let shift = match &y {
            Term::Value(v) => v.int_known().filter(|k| (0..63).contains(k)),
            Term::Tree(_) => None,
        };
        if let Some(k) = folded.and_then(|k| i64::try_from(k).ok()) {
            return Ok(Term::Value(self.int(k)));
        }
        if !int(&x) || !int(&y) || op == BinOp::LShift && shift.is_none() {
            let (x, y) = (self.value(x)?, self.value(y)?);
            return Ok(Term::Value(self.binary(op, &x, &y)?));
        }
        // What is far from the ends of the range needs no care.
        if let (Term::Value(Val::Scalar(a)), Term::Value(Val::Scalar(b))) = (&x, &y)
            && self.cannot_overflow(op, a, b)
        {
            return Ok(Term::Value(self.python_binary(op, a, b)?));
        }
        let tree = |t: Term<'a>| match t {
            Term::Tree(t) => Some(t),
            Term::Value(Val::Scalar(s)) => Some(Tree::Leaf(s)),
            Term::Value(_) => None,
        };
        let span = self.span;
        let (op, y) = match shift {
            Some(k) if op == BinOp::LShift => (BinOp::Mul, Term::Value(self.int(1 << k))),
            _ => (op, y),
        };
        match (tree(x), tree(y)) {
            (Some(x), Some(y)) => Ok(Term::Tree(Tree::Node(op, Box::new(x), Box::new(y), span))),
            _ => self.error("type-mismatch", "integers are expected here"),
        }
    }

    fn value(&mut self, t: Term<'a>) -> R<Val<'a>> {
        match t {
            Term::Value(v) => Ok(v),
            Term::Tree(t) => self.settled(&t),
        }
    }

    /// The low 64 bits of the tree's value.
    fn wrapping(&mut self, t: &Tree) -> Var {
        match t {
            Tree::Leaf(s) => s.var,
            Tree::Node(op, x, y, _) => {
                let (x, y) = (self.wrapping(x), self.wrapping(y));
                let row = match op {
                    BinOp::Add => &ops::ADD,
                    BinOp::Sub => &ops::SUB,
                    BinOp::Mul => &ops::MUL,
                    BinOp::BitOr => &ops::OR,
                    _ => &ops::XOR,
                };
                self.b.map(row, &[x, y])
            }
        }
    }

    /// A number that is the tree's value modulo `m`; reduced, unless the tree is a leaf.
    fn modular(&mut self, t: &Tree, m: Var) -> R<Var> {
        let (op, x, y) = match t {
            Tree::Leaf(s) => return Ok(s.var),
            Tree::Node(op, x, y, _) => (*op, &**x, &**y),
        };
        let (zero, one, minus) = (self.b.i64(0), self.b.i64(1), self.b.i64(-1));
        let factors = |t: &'_ Tree| matches!(t, Tree::Node(BinOp::Mul, ..));
        let args = match op {
            BinOp::Mul => [self.modular(x, m)?, self.modular(y, m)?, zero, m],
            BinOp::Add if factors(x) || factors(y) => {
                // a * b + c in one step; the operands have no effects, so their order is free.
                let (product, rest) = if factors(x) { (x, y) } else { (y, x) };
                let Tree::Node(_, a, b, _) = product else { return self.error("internal", "a product is expected") };
                [self.modular(a, m)?, self.modular(b, m)?, self.modular(rest, m)?, m]
            }
            BinOp::Add => [self.modular(x, m)?, one, self.modular(y, m)?, m],
            BinOp::Sub => {
                let (x, y) = (self.modular(x, m)?, self.modular(y, m)?);
                [y, minus, x, m]
            }
            _ => {
                let (x, y) = (self.settled(x)?, self.settled(y)?);
                let v = self.binary(op, &x, &y)?;
                [self.operand(&v)?, one, zero, m]
            }
        };
        Ok(self.b.map(&ops::MULADDMOD, &args))
    }

    /// The tree computed step by step.
    fn settled(&mut self, t: &Tree) -> R<Val<'a>> {
        match t {
            Tree::Leaf(s) => Ok(Val::Scalar(s.clone())),
            Tree::Node(op, x, y, span) => {
                let (x, y) = (self.settled(x)?, self.settled(y)?);
                self.set_span(*span);
                self.binary(*op, &x, &y)
            }
        }
    }
}

/// The operators that trees are made of.
fn is_kept(op: BinOp) -> bool {
    use BinOp as B;
    matches!(op, B::Add | B::Sub | B::Mul | B::LShift | B::BitOr | B::BitXor)
}
