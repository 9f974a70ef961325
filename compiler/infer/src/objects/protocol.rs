//! What operators and functions of Python ask of objects: methods with names of Python's own, equality, text.

use crate::state::*;
use crate::value::*;
use quipu_abi::{DType, ErrorKind};
use quipu_ir::Var;
use quipu_ir::ops;
use quipu_syntax::Symbol;
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
        let name = operator_name(op);
        if let Some(v) = self.collection_binary(op, x, y)? {
            return Ok(Some(v));
        }
        if let (BinOp::BitOr, Val::Object(a), Val::Object(b)) = (op, x, y)
            && let Some(v) = self.record_union(*a, *b)?
        {
            return Ok(Some(v));
        }
        if let Some(v) = self.answer(x, &format!("__{name}__"), y)? {
            return Ok(Some(v));
        }
        if matches!(x, Val::Array(_)) && matches!(y, Val::Object(_)) {
            return self.unsupported("an operator between an array and an object", "call a method of the object");
        }
        // Of two objects of one class the right one is not asked.
        if matches!((x, y), (Val::Object(a), Val::Object(b)) if a.class == b.class) {
            return Ok(None);
        }
        self.answer(y, &format!("__r{name}__"), x)
    }

    /// `x op= y` of an object that changes itself.
    pub fn object_in_place(&mut self, op: BinOp, x: &Val<'a>, y: &Val<'a>) -> R<Option<Val<'a>>> {
        self.answer(x, &format!("__i{}__", operator_name(op)), y)
    }

    /// What a method of an operator gives, unless that is `NotImplemented`.
    fn answer(&mut self, o: &Val<'a>, name: &str, arg: &Val<'a>) -> R<Option<Val<'a>>> {
        match self.special(o, name, std::slice::from_ref(arg))? {
            Some(Val::Builtin(b)) if b.name == "NotImplemented" => Ok(None),
            Some(Val::Union(u))
                if u.members.iter().any(|m| matches!(m, Val::Builtin(b) if b.name == "NotImplemented")) =>
            {
                self.unsupported(
                    format!("`NotImplemented` as what `{name}` gives only sometimes"),
                    "decide by the class of the other operand, with isinstance",
                )
            }
            r => Ok(r),
        }
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
        if let Some(v) = self.answer(x, name, y)? {
            return Ok(Some(v));
        }
        if let Some(v) = self.answer(y, mirrored, x)? {
            return Ok(Some(v));
        }
        if let Some(v) = self.collection_compare(op, x, y)? {
            return Ok(Some(v));
        }
        if op == CmpOp::NotEq {
            let Some(v) = self.object_compare(CmpOp::Eq, x, y)? else { return Ok(None) };
            return self.unary(quipu_syntax::ast::UnaryOp::Not, &v).map(Some);
        }
        if let Some(v) = self.total_order(op, x, y)? {
            return Ok(Some(v));
        }
        let (Val::Object(a), Val::Object(b)) = (x, y) else { return Ok(None) };
        if op == CmpOp::Eq && self.is_record(*a) && self.is_record(*b) {
            let equal = |lw: &mut Self| Ok(lw.record_equal(*a, *b)?.unwrap_or_else(|| lw.boolean(false)));
            return self.equal_within((x, y), equal).map(Some);
        }
        if a.class == b.class
            && let Some(data) = self.data_of(a.class)
            && (if op == CmpOp::Eq { data.eq } else { data.order })
        {
            return match op {
                CmpOp::Eq => self.equal_within((x, y), |lw| lw.dataclass_compare(op, *a, *b)).map(Some),
                _ => self.dataclass_compare(op, *a, *b).map(Some),
            };
        }
        if op != CmpOp::Eq {
            return Ok(None);
        }
        let r = self.same_instance(*a, *b);
        Ok(Some(r))
    }

    /// Two instances of a dataclass are compared as the tuples of their fields.
    pub fn dataclass_compare(&mut self, op: CmpOp, a: Object, b: Object) -> R<Val<'a>> {
        let tuple = |parts: Vec<(Symbol, Val<'a>)>| Val::Tuple(parts.into_iter().map(|(_, v)| v).collect());
        let p = tuple(self.dataclass_parts(a, |f| f.compare)?);
        let q = tuple(self.dataclass_parts(b, |f| f.compare)?);
        self.compare(op, &p, &q)
    }

    /// A comparison of a class with `functools.total_ordering`, by the one that it defines and `==`.
    fn total_order(&mut self, op: CmpOp, x: &Val<'a>, y: &Val<'a>) -> R<Option<Val<'a>>> {
        let Val::Object(o) = x else { return Ok(None) };
        let mro = self.cx.classes.get(o.class).mro.clone();
        if op == CmpOp::Eq || !mro.iter().any(|c| self.cx.classes.get(*c).ordered) {
            return Ok(None);
        }
        // How each of the four follows from another: its negation, and whether equality is joined to it or kept out.
        let rules: [(CmpOp, &str, CmpOp, bool, Option<bool>); 12] = [
            (CmpOp::Gt, "__lt__", CmpOp::Lt, true, Some(false)),
            (CmpOp::LtE, "__lt__", CmpOp::Lt, false, Some(true)),
            (CmpOp::GtE, "__lt__", CmpOp::Lt, true, None),
            (CmpOp::GtE, "__le__", CmpOp::LtE, true, Some(true)),
            (CmpOp::Lt, "__le__", CmpOp::LtE, false, Some(false)),
            (CmpOp::Gt, "__le__", CmpOp::LtE, true, None),
            (CmpOp::Lt, "__gt__", CmpOp::Gt, true, Some(false)),
            (CmpOp::GtE, "__gt__", CmpOp::Gt, false, Some(true)),
            (CmpOp::LtE, "__gt__", CmpOp::Gt, true, None),
            (CmpOp::LtE, "__ge__", CmpOp::GtE, true, Some(true)),
            (CmpOp::Gt, "__ge__", CmpOp::GtE, false, Some(false)),
            (CmpOp::Lt, "__ge__", CmpOp::GtE, true, None),
        ];
        for (want, has, by, negate, equal) in rules {
            if want != op || self.cx.classes.method(&mro, Symbol::new(has)).is_none() {
                continue;
            }
            let r = self.compare(by, x, y)?;
            let r = if negate { self.unary(quipu_syntax::ast::UnaryOp::Not, &r)? } else { self.truth(&r)? };
            return match equal {
                None => Ok(Some(r)),
                Some(joined) => {
                    let other = |lw: &mut Self| lw.compare(if joined { CmpOp::Eq } else { CmpOp::NotEq }, x, y);
                    match joined {
                        true => self.choose(&r, |lw| Ok(lw.boolean(true)), other).map(Some),
                        false => self.choose(&r, other, |lw| Ok(lw.boolean(false))).map(Some),
                    }
                }
            };
        }
        Ok(None)
    }

    // Iteration.

    /// What iterating over an object asks: `__iter__`, whose result is a generator or has `__next__`, or
    /// `__getitem__`. Anything else is given back as it is.
    pub fn iterable(&mut self, v: &Val<'a>) -> R<Val<'a>> {
        if let Val::Union(u) = v {
            if let Some(stop) = self.generalize_members(v) {
                return Err(stop);
            }
            return self.iterable_of(u);
        }
        if let Val::Builtin(b @ Builtin { module: "streams", .. }) = v {
            return self.stream_lines(*b);
        }
        let Val::Object(o) = v else { return Ok(v.clone()) };
        if !self.is_instance_of_program(*o) {
            return Ok(v.clone());
        }
        if self.is_named_tuple(o.class) && !self.has_method(v, "__iter__") {
            return self.plain_tuple(v);
        }
        match self.special(v, "__iter__", &[])? {
            Some(it @ Val::Object(_)) => {
                if !self.has_method(&it, "__next__") {
                    let name = self.python_class_name(&it);
                    return self.raise(ErrorKind::TypeError, &format!("iter() returned non-iterator of type '{name}'"));
                }
                self.by_library("object_items", &[it])
            }
            Some(it @ Val::Iter(_)) => Ok(it),
            Some(it) => {
                let name = self.python_class_name(&it);
                self.raise(ErrorKind::TypeError, &format!("iter() returned non-iterator of type '{name}'"))
            }
            None if self.has_method(v, "__getitem__") => self.by_library("object_elements", std::slice::from_ref(v)),
            None => {
                let name = self.python_class_name(v);
                self.raise(ErrorKind::TypeError, &format!("'{name}' object is not iterable"))
            }
        }
    }

    /// Those of several values that can be iterated over; the others raise.
    fn iterable_of(&mut self, u: &std::rc::Rc<UnionVal<'a>>) -> R<Val<'a>> {
        let plain = |v: &Val<'a>| matches!(v, Val::None | Val::Scalar(_) | Val::Func(_) | Val::Class(_));
        for (k, m) in u.members.iter().enumerate().filter(|(_, m)| plain(m)) {
            let k = self.b.i64(k as i64);
            let is = self.b.map(&ops::EQ, &[u.tag, k]);
            let name = self.python_class_name(m);
            self.raise_if(is, ErrorKind::TypeError, &format!("'{name}' object is not iterable"), &[]);
        }
        if u.members.iter().all(plain) {
            return Err(Stop::Ends);
        }
        // Nothing says less where all of them can.
        match self.keep_members(u, &|_, m| !plain(m)).unwrap_or_else(|| Val::Union(u.clone())) {
            Val::Union(u) if u.members.iter().all(crate::loops::is_sequence) => Ok(Val::Union(u)),
            Val::Union(_) => self.unsupported(
                "iterating over what may be of several types here",
                "give it one type, or test it with isinstance first",
            ),
            v => self.iterable(&v),
        }
    }

    /// Does the class of an object define a method?
    pub fn has_method(&self, v: &Val<'a>, name: &str) -> bool {
        let Val::Object(o) = v else { return false };
        let mro = &self.cx.classes.get(o.class).mro;
        self.cx.classes.method(mro, Symbol::new(name)).is_some()
    }

    /// `str(o)` or `repr(o)`.
    pub fn object_text(&mut self, o: Object, repr: bool) -> R<Var> {
        if self.is_record(o) {
            return self.text_within(&Val::Object(o), |lw| lw.record_text(o));
        }
        if self.collection(o).is_some() {
            return self.text_within(&Val::Object(o), |lw| lw.collection_text(o));
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
        if let Some(kind) = self.cx.classes.exception(o.class) {
            if repr {
                self.need_exact_arguments()?;
            }
            let text = self.exception_arguments(o)?;
            if !repr {
                return Ok(self.extern1(&ops::EXC_STR, &[text]));
            }
            let (name, code) = (self.lit(o.class.name.as_str()), self.b.i64(kind as i64));
            let arguments = self.extern1(&ops::EXC_ARGUMENTS, &[code, text]);
            return Ok(self.join2(name, arguments));
        }
        if !self.data_of(o.class).is_some_and(|d| d.repr) {
            return self.unsupported(
                format!("the text of a `{}`, which has no `__repr__`: it is an address", o.class.name.as_str()),
                "define `__repr__`",
            );
        }
        self.text_within(&v, |lw| lw.dataclass_text(o))
    }

    /// `Point(x=1, y=2)`
    pub fn dataclass_text(&mut self, o: Object) -> R<Var> {
        let mut text = self.text(&format!("{}(", o.class.name.as_str()));
        for (k, (n, v)) in self.dataclass_parts(o, |f| f.repr)?.iter().enumerate() {
            let head = self.text(&format!("{}{}=", if k > 0 { ", " } else { "" }, n.as_str()));
            let s = self.repr_of(v)?;
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

/// Is it the name of a method of dicts and sets that is an operator too?
pub fn is_operator(name: Symbol) -> bool {
    matches!(name.as_str(), "__getitem__" | "__setitem__" | "__contains__" | "__len__")
}

/// The middle of the names of an operator's methods.
fn operator_name(op: BinOp) -> &'static str {
    match op {
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
    }
}
