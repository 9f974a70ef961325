//! Comparisons: of numbers exactly, of tuples, of identity.

use super::python::EXACT;
use crate::state::*;
use crate::value::*;
use quipu_abi::{DType, ErrorKind, Kind};
use quipu_ir::Var;
use quipu_ir::ops::{self, ScalarFn};
use quipu_syntax::ast::{CmpOp, UnaryOp};

impl<'a> Lower<'a, '_> {
    /// `i op f` of a Python int and float, by their exact values.
    fn compare_exactly(&mut self, op: CmpOp, i: Var, f: Var) -> Var {
        // Rounding is monotonic: only where the rounded int equals the float does the float's own integer decide,
        // which is one beyond 64 bits, or whole.
        let x = self.b.cast(i, DType::F64);
        let (below, equal) = (self.b.map(&ops::LT, &[x, f]), self.b.map(&ops::EQ, &[x, f]));
        let limit = self.b.f64(9_223_372_036_854_775_808.0);
        let beyond = self.b.map(&ops::GE, &[f, limit]);
        let whole = self.b.cast(f, DType::I64);
        let (lt, eq) = (self.b.map(&ops::LT, &[i, whole]), self.b.map(&ops::EQ, &[i, whole]));
        let lt = self.b.map(&ops::OR, &[beyond, lt]);
        let lt = self.b.map(&ops::AND, &[equal, lt]);
        let lt = self.b.map(&ops::OR, &[below, lt]);
        let inside = self.b.map(&ops::NOT, &[beyond]);
        let eq = self.b.map(&ops::AND, &[inside, eq]);
        let eq = self.b.map(&ops::AND, &[equal, eq]);
        match op {
            CmpOp::Eq => eq,
            CmpOp::NotEq => self.b.map(&ops::NOT, &[eq]),
            CmpOp::Lt => lt,
            CmpOp::LtE => self.b.map(&ops::OR, &[lt, eq]),
            _ => {
                // Not below and not equal, but a NaN is neither above.
                let le = self.b.map(&ops::OR, &[lt, eq]);
                let nan = self.b.map(&ops::ISNAN, &[f]);
                let out = self.b.map(&ops::OR, &[if op == CmpOp::Gt { le } else { lt }, nan]);
                self.b.map(&ops::NOT, &[out])
            }
        }
    }

    pub fn compare(&mut self, op: CmpOp, x: &Val<'a>, y: &Val<'a>) -> R<Val<'a>> {
        match op {
            CmpOp::Is | CmpOp::IsNot => return self.identical(op == CmpOp::IsNot, x, y),
            CmpOp::In | CmpOp::NotIn => {
                let r = self.contains(y, x)?;
                return if op == CmpOp::In { Ok(r) } else { self.unary(UnaryOp::Not, &r) };
            }
            _ => {}
        }
        if let Some(r) = self.split_union(x, |lw, m| lw.compare(op, m, y))? {
            return Ok(r);
        }
        if let Some(r) = self.split_union(y, |lw, m| lw.compare(op, x, m))? {
            return Ok(r);
        }
        if (matches!(x, Val::Object(_)) || matches!(y, Val::Object(_)) || Self::is_set_like(x))
            && let Some(v) = self.object_compare(op, x, y)?
        {
            return Ok(v);
        }
        if matches!(x, Val::Fields(_)) || matches!(y, Val::Fields(_)) {
            return self.fields_compare(op, x, y);
        }
        let row: &'static ScalarFn = match op {
            CmpOp::Eq => &ops::EQ,
            CmpOp::NotEq => &ops::NE,
            CmpOp::Lt => &ops::LT,
            CmpOp::LtE => &ops::LE,
            CmpOp::Gt => &ops::GT,
            _ => &ops::GE,
        };
        if matches!(x, Val::Big(_)) || matches!(y, Val::Big(_)) {
            return self.big_compare(op, x, y);
        }
        if Self::is_numpy(x) || Self::is_numpy(y) {
            let numeric =
                |v: &Val<'a>| matches!(v, Val::Scalar(_) | Val::Array(_) | Val::List(_) | Val::Tuple(_) | Val::Row(_));
            if numeric(x) && numeric(y) {
                let (x, y) = (self.arrayish(x)?, self.arrayish(y)?);
                let d = self.result_type(&[&x, &y]);
                return self.elementwise(row, &[&x, &y], d);
            }
        }
        match (x, y) {
            (Val::Scalar(a), Val::Scalar(b)) => {
                if let Some(k) = known_compare(op, a.known, b.known) {
                    return Ok(self.boolean(k));
                }
                let kind = a.dtype.kind().max(b.dtype.kind());
                if kind == Kind::Complex && !matches!(op, CmpOp::Eq | CmpOp::NotEq) {
                    let (p, q) = (self.python_class_name(x), self.python_class_name(y));
                    let text = format!("'{}' not supported between instances of '{p}' and '{q}'", op.as_str());
                    return self.raise(ErrorKind::TypeError, &text);
                }
                let d = match kind {
                    Kind::Complex => DType::C128,
                    Kind::Float => DType::F64,
                    Kind::Bool => DType::Bool,
                    _ => DType::I64,
                };
                let large = |lw: &mut Self, i: &Scalar, f: &Scalar| {
                    i.dtype == DType::I64
                        && f.dtype == DType::F64
                        && !lw.is_exact(i)
                        && !matches!(f.known, Some(Known::Float(x)) if x.abs() < EXACT as f64)
                };
                let r = if large(self, a, b) {
                    self.compare_exactly(op, a.var, b.var)
                } else if large(self, b, a) {
                    let mirrored = match op {
                        CmpOp::Lt => CmpOp::Gt,
                        CmpOp::LtE => CmpOp::GtE,
                        CmpOp::Gt => CmpOp::Lt,
                        CmpOp::GtE => CmpOp::LtE,
                        op => op,
                    };
                    self.compare_exactly(mirrored, b.var, a.var)
                } else {
                    let (u, v) = (self.b.cast(a.var, d), self.b.cast(b.var, d));
                    self.b.map(row, &[u, v])
                };
                Ok(self.py(DType::Bool, r))
            }
            // A dtype equals what makes it.
            (Val::Class(Class::DType(d)), other) | (other, Val::Class(Class::DType(d)))
                if matches!(op, CmpOp::Eq | CmpOp::NotEq) =>
            {
                let same = match other {
                    Val::Class(_) | Val::Str(_) => self.dtype_arg(other)? == *d,
                    _ => false,
                };
                Ok(self.boolean(same == (op == CmpOp::Eq)))
            }
            (Val::Str(_), Val::Str(_)) => self.str_compare(op, x, y),
            (Val::Tuple(a), Val::Tuple(b)) => self.tuple_compare(op, &a.clone(), &b.clone()),
            (Val::Row(_), Val::Row(_) | Val::Tuple(_)) | (Val::Tuple(_), Val::Row(_)) => self.row_compare(op, x, y),
            (Val::List(a), Val::List(b)) if op == CmpOp::Eq => self.equal_within((x, y), |lw| lw.list_equal(a, b)),
            (Val::List(_), Val::List(_)) if op == CmpOp::NotEq => {
                let equal = self.compare(CmpOp::Eq, x, y)?;
                self.unary(quipu_syntax::ast::UnaryOp::Not, &equal)
            }
            (Val::List(_), Val::List(_)) => {
                let name = if matches!(op, CmpOp::Lt | CmpOp::Gt) { "list_less" } else { "list_less_equal" };
                let (x, y) = if matches!(op, CmpOp::Lt | CmpOp::LtE) { (x, y) } else { (y, x) };
                self.by_library(name, &[x.clone(), y.clone()])
            }
            (Val::Method(m), Val::Class(_)) | (Val::Class(_), Val::Method(m))
                if m.1.as_str() == "<type>" && matches!(op, CmpOp::Eq | CmpOp::NotEq) =>
            {
                self.identical(op == CmpOp::NotEq, x, y)
            }
            (Val::Func(a), Val::Func(b)) if matches!(op, CmpOp::Eq | CmpOp::NotEq) => {
                let same = self.same_function(a, b)?;
                Ok(self.boolean(same == (op == CmpOp::Eq)))
            }
            _ if matches!(op, CmpOp::Eq | CmpOp::NotEq) => {
                let same = self.same(x, y);
                Ok(self.boolean(same == (op == CmpOp::Eq)))
            }
            _ => {
                let (p, q) = (self.python_class_name(x), self.python_class_name(y));
                let text = format!("'{}' not supported between instances of '{p}' and '{q}'", op.as_str());
                self.raise(ErrorKind::TypeError, &text)
            }
        }
    }

    fn tuple_compare(&mut self, op: CmpOp, a: &[Val<'a>], b: &[Val<'a>]) -> R<Val<'a>> {
        if matches!(op, CmpOp::Eq | CmpOp::NotEq) {
            if a.len() != b.len() {
                return Ok(self.boolean(op == CmpOp::NotEq));
            }
            let all = self.pairs_equal(a, b)?;
            return if op == CmpOp::Eq { Ok(all) } else { self.unary(UnaryOp::Not, &all) };
        }
        self.tuple_order(op, a, b)
    }

    /// Are these equal, pair by pair? Where looking at a pair may raise or do something, only while all before are.
    fn pairs_equal(&mut self, a: &[Val<'a>], b: &[Val<'a>]) -> R<Val<'a>> {
        let ([x, a @ ..], [y, b @ ..]) = (a, b) else { return Ok(self.boolean(true)) };
        let e = self.compare(CmpOp::Eq, x, y)?;
        let e = self.truth(&e)?;
        if a.iter().zip(b).all(is_plain_pair) {
            let rest = self.pairs_equal(a, b)?;
            return self.both(&e, &rest);
        }
        self.choose(&e, |lw| lw.pairs_equal(a, b), |lw| Ok(lw.boolean(false)))
    }

    /// The first pair that differs decides; if none does, the lengths do.
    fn tuple_order(&mut self, op: CmpOp, a: &[Val<'a>], b: &[Val<'a>]) -> R<Val<'a>> {
        let (Some(x), Some(y)) = (a.first(), b.first()) else {
            return Ok(self.boolean(match op {
                CmpOp::Lt => a.len() < b.len(),
                CmpOp::LtE => a.len() <= b.len(),
                CmpOp::Gt => a.len() > b.len(),
                _ => a.len() >= b.len(),
            }));
        };
        let equal = self.compare(CmpOp::Eq, x, y)?;
        let equal = self.truth(&equal)?;
        if !a.iter().zip(b).all(is_plain_pair) {
            return self.choose(&equal, |lw| lw.tuple_order(op, &a[1..], &b[1..]), |lw| lw.compare(op, x, y));
        }
        let here = self.compare(op, x, y)?;
        let rest = self.tuple_order(op, &a[1..], &b[1..])?;
        let (e, h, r) = (self.operand(&equal)?, self.operand(&here)?, self.operand(&rest)?);
        let v = self.b.select(e, r, h);
        Ok(self.py(DType::Bool, v))
    }

    /// `x and y` of two bools without paths.
    pub fn both(&mut self, x: &Val<'a>, y: &Val<'a>) -> R<Val<'a>> {
        match (x.bool_known(), y.bool_known()) {
            (Some(false), _) | (_, Some(false)) => Ok(self.boolean(false)),
            (Some(true), _) => Ok(y.clone()),
            (_, Some(true)) => Ok(x.clone()),
            _ => {
                let (u, v) = (self.operand(x)?, self.operand(y)?);
                let r = self.b.map(&ops::AND, &[u, v]);
                Ok(self.py(DType::Bool, r))
            }
        }
    }

    fn identical(&mut self, negate: bool, x: &Val<'a>, y: &Val<'a>) -> R<Val<'a>> {
        if !matches!(x, Val::None) && !matches!(y, Val::None) {
            if let Some(r) = self.split_union(x, |lw, m| lw.identical(negate, m, y))? {
                return Ok(r);
            }
            if let Some(r) = self.split_union(y, |lw, m| lw.identical(negate, x, m))? {
                return Ok(r);
            }
        }
        let yes = match (x, y) {
            (Val::Union(u), Val::None) | (Val::None, Val::Union(u)) => {
                match u.members.iter().position(|m| matches!(m, Val::None)) {
                    None => false,
                    Some(k) => {
                        let k = self.b.i64(k as i64);
                        let row = if negate { &ops::NE } else { &ops::EQ };
                        let v = self.b.map(row, &[u.tag, k]);
                        return Ok(self.py(DType::Bool, v));
                    }
                }
            }
            (Val::None, Val::None) | (Val::Ellipsis, Val::Ellipsis) => true,
            (Val::None, _) | (_, Val::None) => false,
            (Val::Array(a), Val::Array(b)) => {
                let is = self.same_object(a, b)?;
                if !negate {
                    return Ok(is);
                }
                if let Some(k) = is.bool_known() {
                    return Ok(self.boolean(!k));
                }
                let v = self.operand(&is)?;
                let v = self.b.map(&ops::NOT, &[v]);
                return Ok(self.py(DType::Bool, v));
            }
            (Val::Object(a), Val::Object(b)) => {
                let is = self.same_instance(*a, *b);
                return if negate { self.unary(UnaryOp::Not, &is) } else { Ok(is) };
            }
            (Val::List(a), Val::List(b)) => {
                let is = self.same_list(a, b)?;
                return if negate { self.unary(UnaryOp::Not, &is) } else { Ok(is) };
            }
            (Val::Scalar(a), Val::Scalar(b)) if a.dtype == DType::Bool && b.dtype == DType::Bool && !a.np && !b.np => {
                return self.compare(if negate { CmpOp::NotEq } else { CmpOp::Eq }, x, y);
            }
            (Val::Scalar(_), Val::Scalar(_)) if self.python_class_name(x) != self.python_class_name(y) => false,
            (Val::Method(m), Val::Class(c)) | (Val::Class(c), Val::Method(m))
                if m.1.as_str() == "<type>" && matches!(m.0, Val::Exc(_)) =>
            {
                let Val::Exc(e) = &m.0 else { return Ok(self.boolean(negate)) };
                let is = self.exc_is_exactly(&e.clone(), *c)?;
                return if negate { self.unary(UnaryOp::Not, &is) } else { Ok(is) };
            }
            (Val::Class(a), Val::Class(b)) => a == b,
            (Val::Func(a), Val::Func(b)) => self.same_function(a, b)?,
            (Val::Builtin(_), Val::Builtin(_))
            | (Val::Module(_), Val::Module(_))
            | (Val::Fields(_), Val::Fields(_)) => self.same(x, y),
            _ if std::mem::discriminant(x) != std::mem::discriminant(y) => false,
            _ => return self.unsupported("`is` between these values", "compare with =="),
        };
        Ok(self.boolean(yes != negate))
    }
}

/// Is comparing these without effects, whatever they are?
fn is_plain_pair((x, y): (&Val<'_>, &Val<'_>)) -> bool {
    matches!((x, y), (Val::Scalar(_), Val::Scalar(_)) | (Val::Str(_), Val::Str(_)))
}

fn known_compare(op: CmpOp, a: Option<Known>, b: Option<Known>) -> Option<bool> {
    let int = |k: Option<Known>| match k? {
        Known::Int(k) => Some(k),
        Known::Bool(b) => Some(i64::from(b)),
        Known::Float(_) => None,
    };
    let float = |k: Option<Known>| match k? {
        Known::Float(f) => Some(f),
        _ => None,
    };
    let ord = match (int(a), int(b)) {
        (Some(x), Some(y)) => Some(x.cmp(&y)),
        _ => match (float(a), float(b)) {
            (Some(x), Some(y)) if !x.is_nan() && !y.is_nan() => x.partial_cmp(&y),
            _ => None,
        },
    }?;
    Some(match op {
        CmpOp::Eq => ord.is_eq(),
        CmpOp::NotEq => ord.is_ne(),
        CmpOp::Lt => ord.is_lt(),
        CmpOp::LtE => ord.is_le(),
        CmpOp::Gt => ord.is_gt(),
        CmpOp::GtE => ord.is_ge(),
        _ => return None,
    })
}
