//! Tuples whose length only run time knows: `tuple(xs)`, `*args` of such, `t[i:]`, `path + (x,)` in a loop.
//!
//! A tuple of known length is its items, each with a type of its own. One of unknown length is a *row*: the columns of
//! a list, with one element type. Tuples never change, so a row is a value, as a string is: it has no base and no place,
//! names and containers have its columns, and where paths meet columns meet. Elements that could be written (arrays,
//! lists) are referred to (see `refs`), so that a copy of the columns has the same elements.
//!
//! To be read, a row becomes a list of the same columns that nobody names. What lists can do without being written,
//! this list does: length, items, slices, search, order, text. A tuple of known length that meets a row becomes one.
//! Unions of tuples that differ in length do so when they have too many members, so what a loop or a recursion lengthens
//! ends as a row.

use super::*;
use quipu_ir::ops::For;
use quipu_syntax::ast::{BinOp, CmpOp};

impl<'a> Lower<'a, '_> {
    /// A list of the same items, to be read.
    pub fn row_list(&mut self, r: &Row) -> ListRef {
        let site = self.site();
        let base = self.new_base(r.cols.to_vec(), BaseKind::List { site });
        ListRef::whole(base, Rc::new(r.elem.clone()))
    }

    /// The tuple of an iterable's items.
    pub fn row_of(&mut self, v: &Val<'a>) -> R<Val<'a>> {
        match v {
            Val::Row(_) | Val::Tuple(_) => Ok(v.clone()),
            Val::List(l) if self.maker(l).is_some() => self.row_of_list(&l.clone()),
            v => match self.listed(v)? {
                Val::List(l) => self.row_of_list(&l),
                v => self.row_of(&v),
            },
        }
    }

    /// The tuple of what a list holds now.
    pub fn row_of_list(&mut self, l: &ListRef) -> R<Val<'a>> {
        if let Some(items) = self.slot_items(l) {
            return Ok(Val::Tuple(items.into()));
        }
        if holds_places(&l.elem) {
            self.share_elements(l.base)?;
            return self.unsupported(
                format!("a tuple of {} whose length only run time knows", (*l.elem).clone()),
                "use a list",
            );
        }
        let cols = self.list_values(l)?;
        Ok(Val::Row(Rc::new(Row { cols: cols.into(), elem: (*l.elem).clone() })))
    }

    /// A tuple of known length as one of unknown length. `None`: its items have no common type that can be in a list.
    fn widened_tuple(&mut self, vs: &[Val<'a>]) -> R<Option<Row>> {
        let mut elem = T::Never;
        for v in vs {
            let t = self.type_of(v);
            let t = if holds_places(&t) { self.ref_type(v)? } else { t };
            match elem.join(&t) {
                Some(j) if j.is_data() => elem = j,
                _ => return Ok(None),
            }
        }
        if holds_places(&elem) {
            return Ok(None);
        }
        let cols = self.columns_of(vs, &elem)?;
        Ok(Some(Row { cols: cols.into(), elem }))
    }

    /// Any tuple as a row.
    pub fn as_row(&mut self, v: &Val<'a>) -> R<Rc<Row>> {
        match v {
            Val::Row(r) => Ok(r.clone()),
            Val::Tuple(vs) => match self.widened_tuple(&vs.clone())? {
                Some(r) => Ok(Rc::new(r)),
                None => self.unsupported(
                    "a tuple of items of different kinds where its length is not known",
                    "use a tuple of fixed length, or one kind of items",
                ),
            },
            v => match self.row_of(v)? {
                Val::Row(r) => Ok(r),
                v => self.as_row(&v),
            },
        }
    }

    /// The columns of a row as one with elements of a wider type: item by item.
    pub fn row_columns(&mut self, r: &Row, to: &T) -> R<Vec<Var>> {
        if r.elem == *to {
            return Ok(r.cols.to_vec());
        }
        let tys = self.list_tys(to);
        let empty: Vec<Var> = tys.iter().map(|t| self.dummy(t)).collect();
        if r.elem == T::Never {
            return Ok(empty);
        }
        let n = self.emit(ops::ListLen { depth: 0 }, &[r.cols[0]]);
        let site = self.site();
        let (block, p) = self.b.begin(&[&[Ty::I64], &tys[..]].concat());
        let width = crate::flat::flat_len(&r.elem);
        let flat: Vec<Var> =
            r.cols.iter().take(width).map(|c| self.emit(ops::ListGet { depth: 0 }, &[*c, p[0]])).collect();
        let item = self.unflatten(&r.elem, &mut flat.into_iter(), site);
        let mut flat = self.flatten(&item, to)?;
        if flat.is_empty() {
            flat.push(self.b.bool(false));
        }
        let pushed: Vec<Var> =
            flat.into_iter().zip(&p[1..]).map(|(x, c)| self.emit(ops::ListPush { depth: 0 }, &[x, *c])).collect();
        self.b.end(&pushed);
        let op = For { until: false, reverse: false, parallel: false };
        Ok(self.b.emit_n(op, &[&[n], &empty[..]].concat(), vec![block]))
    }

    /// `t[i]`, `t[i:j]`.
    pub fn row_load(&mut self, r: &Row, index: &Val<'a>) -> R<Val<'a>> {
        let l = self.row_list(r);
        if let Val::Slice(_) = index {
            return match self.list_load(&l, index)? {
                Val::List(part) => self.row_of_list(&part),
                v => Ok(v),
            };
        }
        let i = self.as_index(index)?;
        if r.elem == T::Never {
            return self.raise(ErrorKind::IndexError, "tuple index out of range");
        }
        let i = self.list_index(&l, &i, "tuple index out of range")?;
        self.list_item(&l, i)
    }

    /// `+` and `*` of tuples, one of which at least is a row or is repeated an unknown number of times.
    pub fn row_binary(&mut self, op: BinOp, x: &Val<'a>, y: &Val<'a>) -> R<Val<'a>> {
        let tuple = |v: &Val<'a>| matches!(v, Val::Row(_) | Val::Tuple(_));
        let times = |v: &Val<'a>| matches!(v, Val::Scalar(s) if s.dtype.is_int() || s.dtype == DType::Bool);
        match op {
            BinOp::Add if tuple(x) && tuple(y) => {
                let (a, b) = (self.as_row(x)?, self.as_row(y)?);
                let Some(elem) = a.elem.join(&b.elem) else {
                    return self.unsupported(
                        "joining tuples of different kinds of items where their length is not known",
                        "give the items one type",
                    );
                };
                let (u, v) = (self.row_columns(&a, &elem)?, self.row_columns(&b, &elem)?);
                let cols = u.into_iter().zip(v).map(|(p, q)| self.emit(ops::ListConcat {}, &[p, q])).collect();
                Ok(Val::Row(Rc::new(Row { cols, elem })))
            }
            BinOp::Mul if (tuple(x) && times(y)) || (times(x) && tuple(y)) => {
                let (t, n) = if tuple(x) { (x, y) } else { (y, x) };
                let (r, n) = (self.as_row(t)?, n.clone());
                let l = self.row_list(&r);
                let Val::Scalar(n) = n else { return Ok(Val::None) };
                match self.list_repeat(&l, &n)? {
                    Val::List(l) => self.row_of_list(&l),
                    v => Ok(v),
                }
            }
            BinOp::Add if tuple(x) => {
                let other = self.python_class_name(y);
                self.raise(ErrorKind::TypeError, &format!("can only concatenate tuple (not \"{other}\") to tuple"))
            }
            BinOp::Mul if tuple(x) => self.bad_repeat(y),
            BinOp::Mul if tuple(y) => self.bad_repeat(x),
            _ => self.bad_operands(op.as_str(), x, y),
        }
    }

    /// Compares tuples, one of which at least is a row.
    pub fn row_compare(&mut self, op: CmpOp, x: &Val<'a>, y: &Val<'a>) -> R<Val<'a>> {
        let (a, b) = (self.as_row(x)?, self.as_row(y)?);
        let (a, b) = (self.row_list(&a), self.row_list(&b));
        self.compare(op, &Val::List(a), &Val::List(b))
    }

    /// `hash(t)`: as that of a tuple of known length, item by item.
    pub fn row_hash(&mut self, r: &Row) -> R<Val<'a>> {
        let l = self.row_list(r);
        let n = self.list_len(&l)?;
        let depth = self.b.depth();
        let (at, slot) = (self.at, Symbol::new(&format!("<hash {depth}>")));
        let start = self.int(quipu_abi::table::TUPLE);
        let Val::Scalar(start) = start else { return Ok(Val::None) };
        // What is known of it would make the loop look at its first trip on its own.
        self.set_slot(at, slot, Val::Scalar(Scalar { known: None, ..start }));
        if r.elem != T::Never {
            let site = (self.site().0 ^ 0x4a54 ^ (depth as u64) << 40, self.span);
            self.for_loop(site, n, vec![slot], false, false, &mut |lw, i| {
                let item = lw.list_item(&l, i)?;
                let h = lw.hash_of(&item)?;
                let h = lw.operand(&h)?;
                let old = lw.get_slot(at, slot).cloned().unwrap_or(Val::None);
                let old = lw.operand(&old)?;
                let new = lw.extern1(&ops::HASH_ITEM, &[old, h]);
                let new = lw.py(DType::I64, new);
                lw.set_slot(at, slot, new);
                Ok(())
            })?;
        }
        let h = self.frames[at].slots.remove(&slot).unwrap_or(Val::None);
        let h = self.operand(&h)?;
        let h = self.extern1(&ops::HASH_END, &[h, n]);
        Ok(self.py(DType::I64, h))
    }

    /// `t.count(x)`, `t.index(x)`.
    pub fn row_method(&mut self, r: &Row, name: &str, args: &[Val<'a>]) -> R<Val<'a>> {
        let l = self.row_list(r);
        match (name, args) {
            ("index", [v]) => self.list_find(&l, v, Some("tuple.index(x): x not in tuple")),
            ("count", [_]) => self.list_method(&l, name, args),
            _ => self
                .unsupported(format!("tuple.{name} with {} arguments", args.len()), "make a list of it: `list(...)`"),
        }
    }
}
