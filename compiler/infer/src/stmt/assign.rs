//! Assignment: targets, unpacking, in-place operators.

use crate::loops::Source;
use crate::state::*;
use crate::value::*;
use quipu_abi::{DType, ErrorKind};
use quipu_ir::Var;
use quipu_ir::ops;
use quipu_syntax::Symbol;
use quipu_syntax::ast::{BinOp, Expr, ExprKind};
use std::rc::Rc;

impl<'a> Lower<'a, '_> {
    // Assignment.

    pub fn bind(&mut self, name: Symbol, v: Val<'a>) {
        let t = self.type_of(&v);
        let key = (self.stmt.file, self.stmt.start, name);
        let joined = self.cx.bindings.get(&key).map_or(Some(t.clone()), |old| old.join(&t));
        self.cx.bindings.insert(key, joined.unwrap_or(t));
        let home = self.home(name);
        self.set_slot(home, name, v);
        self.note_bound(home, name);
    }

    pub fn assign(&mut self, target: &'a Expr, v: Val<'a>) -> R<()> {
        match &target.kind {
            ExprKind::Name(n) => {
                let span = self.span;
                self.set_span(target.span);
                let v = self.kept(v)?;
                self.note_name(target.span, &v);
                self.set_span(span);
                self.bind(*n, v);
                Ok(())
            }
            ExprKind::Tuple(ts) | ExprKind::List(ts) => {
                let span = self.span;
                self.set_span(target.span);
                self.unpack(ts, &v)?;
                self.set_span(span);
                Ok(())
            }
            ExprKind::Subscript { value, index } => {
                let (c, i) = (self.expr(value)?, self.expr(index)?);
                self.set_span(target.span);
                let r = self.store_item(&c, &i, &v);
                self.at_index(r, index, target.span)
            }
            ExprKind::Attribute { value, attr } => {
                let o = self.expr(value)?;
                self.set_span(target.span);
                self.store_attribute(value, &o, attr.name, v)
            }
            _ => self.error("bad-target", "this cannot be assigned to"),
        }
    }

    fn unpack(&mut self, ts: &'a [Expr], v: &Val<'a>) -> R<()> {
        if let Val::None | Val::Scalar(_) | Val::Big(_) | Val::Func(_) | Val::Builtin(_) = v {
            let name = self.python_class_name(v);
            let text = format!("cannot unpack non-iterable {name} object");
            return self.raise(ErrorKind::TypeError, &text);
        }
        let star = ts.iter().position(|t| matches!(t.kind, ExprKind::Starred(_)));
        let v = &self.unpackable(v, if star.is_some() { None } else { Some(ts.len()) })?;
        let (trip, source) = self.source(v)?;
        let known = self.known_of(trip);
        let n = ts.len();
        if let Some(k) = star {
            let Some(have) = known else { return self.unpack_rest(ts, k, v, trip, &source) };
            let have = have as usize;
            if have + 1 < n {
                let text = format!("not enough values to unpack (expected at least {}, got {have})", n - 1);
                return self.raise(ErrorKind::ValueError, &text);
            }
            let middle = have + 1 - n;
            let mut items = vec![];
            for i in 0..have {
                let i = self.b.i64(i as i64);
                items.push(self.item(&source, i)?);
            }
            for (j, t) in ts.iter().enumerate() {
                if let (true, ExprKind::Starred(inner)) = (j == k, &t.kind) {
                    let l = self.list_display(&items[k..k + middle])?;
                    self.assign(inner, l)?;
                } else {
                    let i = if j < k { j } else { j + middle - 1 };
                    self.assign(t, items[i].clone())?;
                }
            }
            return Ok(());
        }
        match known {
            Some(have) if have as usize == n => {}
            Some(have) if (have as usize) < n => {
                let text = format!("not enough values to unpack (expected {n}, got {have})");
                return self.raise(ErrorKind::ValueError, &text);
            }
            Some(_) => {
                let text = format!("too many values to unpack (expected {n})");
                return self.raise(ErrorKind::ValueError, &text);
            }
            None => {
                let want = self.b.i64(n as i64);
                let (few, many) = (self.b.map(&ops::LT, &[trip, want]), self.b.map(&ops::GT, &[trip, want]));
                let text = format!("not enough values to unpack (expected {n}, got {{0}})");
                self.raise_if(few, ErrorKind::ValueError, &text, &[trip]);
                self.raise_if(many, ErrorKind::ValueError, &format!("too many values to unpack (expected {n})"), &[]);
            }
        }
        let mut items = vec![];
        for i in 0..n {
            let i = self.b.i64(i as i64);
            items.push(self.item(&source, i)?);
        }
        for (t, v) in ts.iter().zip(items) {
            self.assign(t, v)?;
        }
        Ok(())
    }

    /// As `unpack`, with a star at `k`, of a value whose length only run time knows.
    fn unpack_rest(&mut self, ts: &'a [Expr], k: usize, v: &Val<'a>, trip: Var, source: &Source<'a>) -> R<()> {
        let least = self.b.i64(ts.len() as i64 - 1);
        let few = self.b.map(&ops::LT, &[trip, least]);
        let text = format!("not enough values to unpack (expected at least {}, got {{0}})", ts.len() - 1);
        self.raise_if(few, ErrorKind::ValueError, &text, &[trip]);
        let after = self.b.i64((ts.len() - 1 - k) as i64);
        let stop = self.b.sub(trip, after);
        let mut items = vec![];
        for j in 0..ts.len() {
            let at = self.b.i64(j as i64);
            items.push(if j < k {
                self.item(source, at)?
            } else if j == k {
                let (start, stop) = (self.py(DType::I64, at), self.py(DType::I64, stop));
                match v {
                    Val::List(_) => {
                        let rest = self.load_item(v, &Val::Slice(Rc::new([start, stop, Val::None])))?;
                        self.shared_if_asked(rest)?
                    }
                    v => self.by_library("items_between", &[v.clone(), start, stop])?,
                }
            } else {
                let before = self.b.i64((j - k - 1) as i64);
                let at = self.b.add(stop, before);
                self.item(source, at)?
            });
        }
        for (t, v) in ts.iter().zip(items) {
            match &t.kind {
                ExprKind::Starred(inner) => self.assign(inner, v)?,
                _ => self.assign(t, v)?,
            }
        }
        Ok(())
    }

    pub(super) fn aug_assign(&mut self, target: &'a Expr, op: BinOp, value: &'a Expr) -> R<()> {
        match &target.kind {
            ExprKind::Name(n) => {
                let old = self.name(*n)?;
                let v = self.expr(value)?;
                self.set_span(target.span.to(value.span));
                if let Some(new) = self.in_place(op, &old, &v)? {
                    self.bind(*n, new);
                }
                Ok(())
            }
            ExprKind::Subscript { value: c, index } => {
                let (c, i) = (self.expr(c)?, self.expr(index)?);
                self.set_span(target.span);
                let n = self.bases.len();
                let old = self.load_item(&c, &i)?;
                let v = self.expr(value)?;
                self.set_span(target.span.to(value.span));
                match self.in_place(op, &old, &v)? {
                    Some(new) => self.store_item(&c, &i, &new),
                    // What a gather made goes back where it came from.
                    None if matches!(&old, Val::Array(p) if p.base.0 as usize >= n) => self.store_item(&c, &i, &old),
                    None => Ok(()),
                }
            }
            ExprKind::Attribute { value: o, attr } => {
                let o = self.expr(o)?;
                self.set_span(attr.span);
                let old = self.attribute(&o, attr.name)?;
                let v = self.expr(value)?;
                self.set_span(target.span.to(value.span));
                match self.in_place(op, &old, &v)? {
                    Some(new) => self.store_attribute(target, &o, attr.name, new),
                    None => Ok(()),
                }
            }
            _ => self.unsupported("augmented assignment to this", "assign to a name"),
        }
    }

    /// `old op= v`: in place (`None`) or a new value to store.
    fn in_place(&mut self, op: BinOp, old: &Val<'a>, v: &Val<'a>) -> R<Option<Val<'a>>> {
        match old {
            Val::Array(p) => {
                self.in_place = true;
                let r = self.binary(op, old, v);
                self.in_place = false;
                let r = r?;
                let (rd, dims) = match &r {
                    Val::Array(q) => (q.dtype, q.dims.to_vec()),
                    Val::Scalar(s) => (s.dtype, vec![]),
                    _ => return self.error("type-mismatch", "an array is combined with something else in place"),
                };
                if rd.kind() > p.dtype.kind() {
                    let name = ufunc_name(op);
                    let text = format!(
                        "Cannot cast ufunc '{name}' output from dtype('{}') to dtype('{}') with casting rule 'same_kind'",
                        rd.name(),
                        p.dtype.name()
                    );
                    return self.raise(ErrorKind::UFuncTypeError, &text);
                }
                if dims.len() > p.dims.len() {
                    let (text, _) = self.shapes_text(
                        "non-broadcastable output operand with shape {a} doesn't match the broadcast shape {b}",
                        &[&p.dims.clone(), &dims],
                    );
                    return self.raise(ErrorKind::ValueError, &text);
                }
                let x = self.operand(&r)?;
                let x = self.b.cast(x, p.dtype);
                self.in_place = true;
                let x = self.fit(x, &p.dims.clone());
                self.in_place = false;
                self.write(p, x?)?;
                Ok(None)
            }
            Val::Object(_) if self.collection_in_place(op, old, v)?.is_some() => Ok(None),
            Val::List(l) if op == BinOp::Mul => {
                let l = l.clone();
                let r = self.binary(op, old, v)?;
                self.list_replace(&l, &r)?;
                Ok(None)
            }
            Val::List(l) if op == BinOp::Add => {
                self.list_extend(l, v)?;
                Ok(None)
            }
            Val::Object(_) if let Some(new) = self.object_in_place(op, old, v)? => Ok(Some(new)),
            _ => self.binary(op, old, v).map(Some),
        }
    }
}

/// NumPy's name of the ufunc behind an operator.
pub fn ufunc_name(op: BinOp) -> &'static str {
    match op {
        BinOp::Add => "add",
        BinOp::Sub => "subtract",
        BinOp::Mul => "multiply",
        BinOp::Div => "divide",
        BinOp::FloorDiv => "floor_divide",
        BinOp::Mod => "remainder",
        BinOp::Pow => "power",
        BinOp::MatMul => "matmul",
        BinOp::LShift => "left_shift",
        BinOp::RShift => "right_shift",
        BinOp::BitAnd => "bitwise_and",
        BinOp::BitOr => "bitwise_or",
        BinOp::BitXor => "bitwise_xor",
    }
}
