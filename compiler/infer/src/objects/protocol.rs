//! What operators and functions of Python ask of objects: methods with names of Python's own, equality, text.

use crate::state::*;
use crate::value::*;
use quipu_abi::DType;
use quipu_ir::Var;
use quipu_ir::ops;
use quipu_syntax::ast::{BinOp, CmpOp};

impl<'a> Lower<'a, '_> {
    /// Are they one object?
    pub fn same_instance(&mut self, a: Object, b: Object) -> Val<'a> {
        match (a.at, b.at) {
            (At::Shared(x), At::Shared(y)) if a.class == b.class && x != y => {
                let r = self.b.map(&ops::EQ, &[x, y]);
                self.py(DType::Bool, r)
            }
            (x, y) => self.boolean(a.class == b.class && x == y),
        }
    }

    pub fn object_binary(&mut self, op: BinOp, x: &Val<'a>, y: &Val<'a>) -> R<Option<Val<'a>>> {
        let name = match op {
            BinOp::Add => "add",
            BinOp::Sub => "sub",
            BinOp::Mul => "mul",
            BinOp::Div => "truediv",
            BinOp::FloorDiv => "floordiv",
            BinOp::Mod => "mod",
            BinOp::Pow => "pow",
            BinOp::MatMul => "matmul",
            BinOp::LShift => "lshift",
            BinOp::RShift => "rshift",
            BinOp::BitAnd => "and",
            BinOp::BitOr => "or",
            BinOp::BitXor => "xor",
        };
        if let (BinOp::BitOr, Val::Object(a), Val::Object(b)) = (op, x, y)
            && let Some(v) = self.record_union(*a, *b)?
        {
            return Ok(Some(v));
        }
        if let Some(v) = self.special(x, &format!("__{name}__"), std::slice::from_ref(y))? {
            return Ok(Some(v));
        }
        if matches!(x, Val::Array(_)) && matches!(y, Val::Object(_)) {
            return self.unsupported("an operator between an array and an object", "call a method of the object");
        }
        self.special(y, &format!("__r{name}__"), std::slice::from_ref(x))
    }

    pub fn object_compare(&mut self, op: CmpOp, x: &Val<'a>, y: &Val<'a>) -> R<Option<Val<'a>>> {
        let (name, mirrored) = match op {
            CmpOp::Eq => ("__eq__", "__eq__"),
            CmpOp::NotEq => ("__ne__", "__ne__"),
            CmpOp::Lt => ("__lt__", "__gt__"),
            CmpOp::LtE => ("__le__", "__ge__"),
            CmpOp::Gt => ("__gt__", "__lt__"),
            _ => ("__ge__", "__le__"),
        };
        if let Some(v) = self.special(x, name, std::slice::from_ref(y))? {
            return Ok(Some(v));
        }
        if let Some(v) = self.special(y, mirrored, std::slice::from_ref(x))? {
            return Ok(Some(v));
        }
        if op == CmpOp::NotEq {
            let Some(v) = self.object_compare(CmpOp::Eq, x, y)? else { return Ok(None) };
            return self.unary(quipu_syntax::ast::UnaryOp::Not, &v).map(Some);
        }
        if op != CmpOp::Eq {
            return Ok(None);
        }
        let (Val::Object(a), Val::Object(b)) = (x, y) else { return Ok(None) };
        if let Some(v) = self.record_equal(*a, *b)? {
            return Ok(Some(v));
        }
        if a.class == b.class
            && let Some(fields) = self.cx.classes.get(a.class).data.clone()
        {
            let mut parts = [vec![], vec![]];
            for (n, _) in fields {
                for (o, out) in [a, b].into_iter().zip(&mut parts) {
                    out.push(self.object_attribute(*o, n)?);
                }
            }
            let [p, q] = parts.map(|p| Val::Tuple(p.into()));
            return self.compare(CmpOp::Eq, &p, &q).map(Some);
        }
        let r = self.same_instance(*a, *b);
        Ok(Some(r))
    }

    /// `str(o)` or `repr(o)`.
    pub fn object_text(&mut self, o: Object, repr: bool) -> R<Var> {
        if self.is_record(o) {
            return self.record_text(o);
        }
        let v = Val::Object(o);
        for name in if repr { &["__repr__"][..] } else { &["__str__", "__repr__"] } {
            if let Some(s) = self.special(&v, name, &[])? {
                return match &s {
                    Val::Str(t) => Ok(t.var),
                    _ => self.error("type-mismatch", format!("`{name}` gives a string")),
                };
            }
        }
        let Some(fields) = self.cx.classes.get(o.class).data.clone() else {
            return self.unsupported(
                format!("the text of a `{}`, which has no `__repr__`: it is an address", o.class.name.as_str()),
                "define `__repr__`",
            );
        };
        let mut text = self.text(&format!("{}(", o.class.name.as_str()));
        for (k, (n, _)) in fields.iter().enumerate() {
            let v = self.object_attribute(o, *n)?;
            let head = self.text(&format!("{}{}=", if k > 0 { ", " } else { "" }, n.as_str()));
            let s = self.repr_of(&v)?;
            let s = self.str_var(s);
            text = self.concat(&text, &head)?;
            text = self.concat(&text, &s)?;
        }
        let end = self.text(")");
        match self.concat(&text, &end)? {
            Val::Str(t) => Ok(t.var),
            _ => self.error("internal", "texts join to a text"),
        }
    }
}
