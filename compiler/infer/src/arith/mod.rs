//! Operators: Python's on its own numbers, NumPy's (with NEP 50 promotion) where an array or NumPy scalar is involved.

mod big;
mod compare;
mod numpy;
mod python;
mod wide;

use crate::state::*;
use crate::value::*;
use quipu_abi::{DType, ErrorKind, Kind};
use quipu_ir::ops::{self, IntChecked};
use quipu_syntax::ast::{BinOp, UnaryOp};

impl<'a> Lower<'a, '_> {
    fn is_numpy(v: &Val<'a>) -> bool {
        matches!(v, Val::Array(_) | Val::Scalar(Scalar { np: true, .. }))
    }

    pub fn binary(&mut self, op: BinOp, x: &Val<'a>, y: &Val<'a>) -> R<Val<'a>> {
        if let Some(r) = self.split_union(x, |lw, m| lw.binary(op, m, y))? {
            return Ok(r);
        }
        if let Some(r) = self.split_union(y, |lw, m| lw.binary(op, x, m))? {
            return Ok(r);
        }
        if (matches!(x, Val::Object(_)) || matches!(y, Val::Object(_)) || Self::is_set_like(x))
            && let Some(v) = self.object_binary(op, x, y)?
        {
            return Ok(v);
        }
        if matches!(x, Val::Big(_)) || matches!(y, Val::Big(_)) {
            return self.big_binary(op, x, y);
        }
        if Self::is_numpy(x) || Self::is_numpy(y) {
            let numeric =
                |v: &Val<'a>| matches!(v, Val::Scalar(_) | Val::Array(_) | Val::List(_) | Val::Tuple(_) | Val::Row(_));
            if numeric(x) && numeric(y) {
                if op == BinOp::MatMul {
                    return self.matmul(x, y);
                }
                let (x, y) = (self.arrayish(x)?, self.arrayish(y)?);
                return self.numpy_binary(op, &x, &y);
            }
        }
        match (x, y) {
            (Val::Scalar(a), Val::Scalar(b)) => self.python_binary(op, a, b),
            (Val::Str(_), Val::Str(_)) | (Val::Str(_), Val::Scalar(_)) | (Val::Scalar(_), Val::Str(_)) => {
                self.str_binary(op, x, y)
            }
            (Val::Str(t), _) if op == BinOp::Mod => self.percent(&t.clone(), y),
            (Val::Tuple(a), Val::Tuple(b)) if op == BinOp::Add => {
                Ok(Val::Tuple(a.iter().chain(b.iter()).cloned().collect()))
            }
            (Val::Tuple(t), Val::Scalar(n)) | (Val::Scalar(n), Val::Tuple(t)) if op == BinOp::Mul => match n.known {
                Some(Known::Int(n)) if n.saturating_mul(t.len() as i64) <= 64 => {
                    let n = n.max(0) as usize;
                    Ok(Val::Tuple(std::iter::repeat_n(t.iter().cloned(), n).flatten().collect()))
                }
                _ => self.row_binary(op, x, y),
            },
            (Val::Row(_), _) | (_, Val::Row(_)) => self.row_binary(op, x, y),
            (Val::List(_), Val::List(_)) if op == BinOp::Add => self.list_concat(x, y),
            (Val::List(l), Val::Scalar(n)) | (Val::Scalar(n), Val::List(l)) if op == BinOp::Mul && n.dtype.is_int() => {
                self.list_repeat(l, n)
            }
            (Val::List(_) | Val::Tuple(_), _) if op == BinOp::Add => {
                let (own, other) = (self.python_class_name(x), self.python_class_name(y));
                self.raise(ErrorKind::TypeError, &format!("can only concatenate {own} (not \"{other}\") to {own}"))
            }
            (Val::List(_) | Val::Tuple(_), other) | (other, Val::List(_) | Val::Tuple(_)) if op == BinOp::Mul => {
                self.bad_repeat(&other.clone())
            }
            _ => self.bad_operands(op.as_str(), x, y),
        }
    }

    /// A sequence that is multiplied by this.
    pub fn bad_repeat<X>(&mut self, times: &Val<'a>) -> R<X> {
        let class = self.python_class_name(times);
        self.raise(ErrorKind::TypeError, &format!("can't multiply sequence by non-int of type '{class}'"))
    }

    pub(super) fn bad_operands<X>(&mut self, op: &str, x: &Val<'a>, y: &Val<'a>) -> R<X> {
        let (a, b) = (self.python_class_name(x), self.python_class_name(y));
        self.raise(ErrorKind::TypeError, &format!("unsupported operand type(s) for {op}: '{a}' and '{b}'"))
    }

    /// `type(v).__name__`.
    pub fn python_class_name(&self, v: &Val<'a>) -> String {
        match v {
            Val::None => "NoneType".into(),
            Val::Scalar(s) if s.np => format!("numpy.{}", s.dtype.name()),
            Val::Scalar(s) => python_name(s.dtype).into(),
            Val::Big(_) => "int".into(),
            Val::Str(_) => "str".into(),
            Val::Tuple(_) | Val::Row(_) => "tuple".into(),
            Val::Array(_) => "numpy.ndarray".into(),
            Val::Fields(fs) if fs.first().is_some_and(|(_, p)| p.dims.is_empty()) => "numpy.void".into(),
            Val::Fields(_) => "numpy.ndarray".into(),
            Val::List(_) => "list".into(),
            Val::Range(_) => "range".into(),
            Val::Slice(_) => "slice".into(),
            Val::Func(_) => "function".into(),
            Val::Builtin(_) | Val::Method(_) => "builtin_function_or_method".into(),
            Val::Module(_) => "module".into(),
            Val::Class(_) => "type".into(),
            Val::Object(o) if let Some(c) = self.collection(*o) => c.type_name().into(),
            Val::Object(o) => o.class.name.as_str().into(),
            Val::Iter(it) if let Iter::Entries(_, part) = **it => part.class_name().into(),
            Val::Exc(e) => e.kind.map_or("Exception", ErrorKind::name).into(),
            _ => "object".into(),
        }
    }

    /// Lists and tuples as arrays; anything else as it is.
    fn arrayish(&mut self, v: &Val<'a>) -> R<Val<'a>> {
        match v {
            Val::List(_) | Val::Tuple(_) | Val::Row(_) => self.array_from(v, None),
            Val::Iter(it) if let Iter::Flat(p) = &**it => self.copy_place(p),
            v => Ok(v.clone()),
        }
    }

    pub fn unary(&mut self, op: UnaryOp, x: &Val<'a>) -> R<Val<'a>> {
        if let Some(r) = self.split_union(x, |lw, m| lw.unary(op, m))? {
            return Ok(r);
        }
        let name = match op {
            UnaryOp::Neg => "__neg__",
            UnaryOp::Pos => "__pos__",
            _ => "__invert__",
        };
        if op != UnaryOp::Not
            && let Some(v) = self.special(x, name, &[])?
        {
            return Ok(v);
        }
        if op == UnaryOp::Not {
            if let Val::Big(_) = x {
                return Ok(self.boolean(false));
            }
            let t = self.truth(x)?;
            if let Val::Scalar(Scalar { known: Some(Known::Bool(b)), .. }) = t {
                return Ok(self.boolean(!b));
            }
            let v = self.operand(&t)?;
            let v = self.b.map(&ops::NOT, &[v]);
            return Ok(self.py(DType::Bool, v));
        }
        let bad = |this: &mut Self| {
            let name = this.python_class_name(x);
            this.raise(ErrorKind::TypeError, &format!("bad operand type for unary {}: '{name}'", op.as_str()))
        };
        match x {
            Val::Big(k) => match op {
                UnaryOp::Neg => Ok(self.integer(-k)),
                UnaryOp::Invert => Ok(self.integer(!k)),
                _ => Ok(x.clone()),
            },
            Val::Scalar(s) if !s.np => {
                let s = if s.dtype == DType::Bool { self.convert_py(s, DType::I64) } else { s.clone() };
                match (op, s.known) {
                    (UnaryOp::Neg, Some(Known::Int(k))) if k != i64::MIN => return Ok(self.int(-k)),
                    (UnaryOp::Neg, Some(Known::Float(f))) => return Ok(self.float(-f)),
                    (UnaryOp::Invert, Some(Known::Int(k))) => return Ok(self.int(!k)),
                    _ => {}
                }
                match op {
                    UnaryOp::Pos => Ok(Val::Scalar(s)),
                    UnaryOp::Neg if s.dtype == DType::I64 => {
                        let v = self.emit(IntChecked::Neg, &[s.var]);
                        Ok(self.py(DType::I64, v))
                    }
                    UnaryOp::Neg => {
                        let v = self.b.neg(s.var);
                        Ok(self.py(s.dtype, v))
                    }
                    UnaryOp::Invert if s.dtype == DType::I64 => {
                        let v = self.b.map(&ops::NOT, &[s.var]);
                        Ok(self.py(DType::I64, v))
                    }
                    _ => bad(self),
                }
            }
            Val::Scalar(_) | Val::Array(_) => {
                let (d, _) = Self::strength(x);
                match op {
                    UnaryOp::Neg if d == DType::Bool => {
                        let text = "The numpy boolean negative, the `-` operator, is not supported, use the `~` operator or the logical_not function instead.";
                        self.raise(ErrorKind::TypeError, text)
                    }
                    UnaryOp::Neg => self.elementwise(&ops::NEG, &[x], d),
                    UnaryOp::Invert if d.kind() <= Kind::Signed => self.elementwise(&ops::NOT, &[x], d),
                    UnaryOp::Pos => {
                        let v = self.operand(x)?;
                        let v = if self.b.func.ty(v).is_array() { self.b.copy(v) } else { v };
                        Ok(self.wrap(v))
                    }
                    _ => bad(self),
                }
            }
            _ => bad(self),
        }
    }
}
