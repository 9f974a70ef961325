//! List displays that nobody can name afterwards, and integer constants.
//!
//! A list display makes a list, and what is put into a list moves there. Where a display is an argument that the
//! callee only looks at (`np.concatenate([a, b])`, `max([x, y])`, `print([a, 1])`), no list needs to exist: its items
//! are passed as a tuple, so arrays keep their names and the items their own types.

use crate::expr::Args;
use crate::state::*;
use crate::value::*;
use quipu_syntax::Symbol;
use quipu_syntax::ast::{Arg, BinOp, Expr, ExprKind, IntLit, UnaryOp};
use std::rc::Rc;

/// What a callee does with a list display that it is given.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    /// It may keep the list.
    Keeps,
    /// It looks at the items of its arguments: of the first only, if the others could be axes (a list of axes is an
    /// error in NumPy, a tuple is not).
    Looks { first_only: bool },
    /// It looks at the items if they are arrays or functions; else a list serves as well.
    Iterates,
    /// It shows the list.
    Shows,
    /// It takes the items out.
    Takes,
}

/// NumPy's functions whose second argument is an axis.
const WITH_AXIS: &[&str] = &[
    "sum",
    "prod",
    "min",
    "max",
    "amin",
    "amax",
    "mean",
    "any",
    "all",
    "std",
    "var",
    "argmin",
    "argmax",
    "cumsum",
    "cumprod",
    "median",
    "squeeze",
    "expand_dims",
    "sort",
    "argsort",
    "flip",
    "concatenate",
    "stack",
];

impl<'a> Lower<'a, '_> {
    fn use_of(&self, f: &Val<'a>) -> Use {
        match f {
            Val::Builtin(Builtin { module: "numpy", name }) => Use::Looks { first_only: WITH_AXIS.contains(name) },
            Val::Builtin(Builtin { module: "builtins", name }) => match *name {
                "print" | "repr" => Use::Shows,
                "max" | "min" | "sum" | "sorted" | "any" | "all" | "enumerate" | "zip" | "map" => Use::Iterates,
                _ => Use::Keeps,
            },
            Val::Class(Class::Str) | Val::Builtin(Builtin { module: "collections", .. }) => Use::Shows,
            Val::Class(Class::Dict) => Use::Takes,
            Val::Func(c) if c.global && &*self.frames[c.frame].name == "numpy" => {
                Use::Looks { first_only: WITH_AXIS.contains(&c.code.name()) }
            }
            Val::Method(m) if matches!(m.0, Val::Array(_)) => {
                Use::Looks { first_only: WITH_AXIS.contains(&m.1.as_str()) }
            }
            _ => Use::Keeps,
        }
    }

    /// The arguments of a call of `f`.
    pub fn args_of(&mut self, f: &Val<'a>, args: &'a [Arg]) -> R<Args<'a>> {
        let using = self.use_of(f);
        if using == Use::Keeps {
            return self.args(args);
        }
        let mut out = Args::default();
        for (k, a) in args.iter().enumerate() {
            // The fields of a structured dtype.
            if let (Arg::Keyword { name, value }, Use::Looks { .. }) = (a, using)
                && name.name.as_str() == "dtype"
            {
                let v = self.looked_at(value)?;
                out.kw.push((name.name, v));
                continue;
            }
            if let (Arg::Star(e), Use::Shows) = (a, using) {
                let v = self.expr(e)?;
                let v = self.iterable(&v)?;
                let v = self.ungenerated(v)?;
                let (trip, source) = self.source(&v)?;
                match self.known_of(trip) {
                    Some(n) if n <= 64 => {
                        for i in 0..n {
                            let i = self.b.i64(i);
                            out.pos.push(self.item(&source, i)?);
                        }
                    }
                    _ => out.pos.push(Val::Method(Rc::new((v, spread())))),
                }
                continue;
            }
            let Arg::Positional(e) = a else {
                let mut more = self.args(std::slice::from_ref(a))?;
                out.pos.append(&mut more.pos);
                out.kw.append(&mut more.kw);
                continue;
            };
            let v = match using {
                Use::Looks { first_only } if k > 0 && first_only => self.expr(e)?,
                Use::Looks { .. } => self.looked_at(e)?,
                Use::Iterates => self.taken(e)?,
                Use::Shows => self.shown(e)?,
                Use::Takes => match &e.kind {
                    ExprKind::List(es) => Val::Tuple(self.items(es)?.into()),
                    _ => self.expr(e)?,
                },
                Use::Keeps => self.expr(e)?,
            };
            out.pos.push(v);
        }
        Ok(out)
    }

    /// A display, and displays in it, as tuples.
    fn looked_at(&mut self, e: &'a Expr) -> R<Val<'a>> {
        match &e.kind {
            ExprKind::List(es) if !es.iter().any(|e| matches!(e.kind, ExprKind::Starred(_))) => {
                let mut items = vec![];
                for e in es {
                    items.push(self.looked_at(e)?);
                }
                Ok(Val::Tuple(items.into()))
            }
            _ => self.expr(e),
        }
    }

    /// A display whose items are taken one after the other: a tuple if they are arrays or functions.
    pub fn iterated(&mut self, e: &'a Expr) -> R<Val<'a>> {
        let v = self.taken(e)?;
        self.iterable(&v)
    }

    fn taken(&mut self, e: &'a Expr) -> R<Val<'a>> {
        let ExprKind::List(es) = &e.kind else { return self.expr(e) };
        if let Some(l) = self.spread_list(e.span, es)? {
            return Ok(l);
        }
        let items = self.items(es)?;
        self.set_span(e.span);
        let data = |v: &Val<'a>| {
            matches!(v, Val::Scalar(_) | Val::Str(_) | Val::None | Val::Tuple(_) | Val::Row(_) | Val::Union(_))
        };
        if items.iter().all(data) { self.list_display(&items) } else { Ok(Val::Tuple(items.into())) }
    }

    fn shown(&mut self, e: &'a Expr) -> R<Val<'a>> {
        let ExprKind::List(es) = &e.kind else { return self.expr(e) };
        if es.iter().any(|e| matches!(e.kind, ExprKind::Starred(_))) {
            let parts = self.parts(es)?;
            if parts.iter().any(|v| crate::spread::spread_of(v).is_some()) {
                self.set_span(e.span);
                return self.list_of_parts(parts);
            }
            return Ok(Val::Iter(Rc::new(Iter::Display(parts))));
        }
        let mut items = vec![];
        for e in es {
            items.push(self.shown(e)?);
        }
        Ok(Val::Iter(Rc::new(Iter::Display(items))))
    }
}

/// The mark of an argument of `print` that stands for so many as it has items.
pub fn spread() -> Symbol {
    Symbol::new("<spread>")
}

/// Does CPython's compiler make a constant of it?
pub fn folds(e: &Expr) -> bool {
    match &e.kind {
        ExprKind::Int(_)
        | ExprKind::Float(_)
        | ExprKind::Imaginary(_)
        | ExprKind::Str(_)
        | ExprKind::Bytes(_)
        | ExprKind::Bool(_)
        | ExprKind::None
        | ExprKind::Ellipsis => true,
        ExprKind::Unary { operand, .. } => folds(operand),
        ExprKind::Binary { left, right, .. } => folds(left) && folds(right),
        ExprKind::Subscript { value, index } => folds(value) && folds(index),
        ExprKind::Tuple(es) => es.iter().all(folds),
        _ => false,
    }
}

/// The value of an expression of integer literals, which may pass through numbers of more than 64 bits.
pub fn const_int(e: &Expr) -> Option<i128> {
    match &e.kind {
        ExprKind::Int(IntLit::Value(k)) => i128::try_from(*k).ok(),
        ExprKind::Unary { op, operand } => {
            let k = const_int(operand)?;
            match op {
                UnaryOp::Neg => k.checked_neg(),
                UnaryOp::Pos => Some(k),
                UnaryOp::Invert => Some(!k),
                UnaryOp::Not => None,
            }
        }
        ExprKind::Binary { left, op, right, .. } => {
            let (x, y) = (const_int(left)?, const_int(right)?);
            match op {
                BinOp::Add => x.checked_add(y),
                BinOp::Sub => x.checked_sub(y),
                BinOp::Mul => x.checked_mul(y),
                BinOp::Pow => x.checked_pow(u32::try_from(y).ok()?),
                BinOp::BitAnd => Some(x & y),
                BinOp::BitOr => Some(x | y),
                BinOp::BitXor => Some(x ^ y),
                BinOp::LShift if (0..64).contains(&y) => x.checked_mul(1 << y),
                BinOp::RShift if (0..64).contains(&y) => Some(x >> y),
                _ => None,
            }
        }
        _ => None,
    }
}
