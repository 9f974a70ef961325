//! Items of values: load, store, delete.

use crate::state::*;
use crate::value::*;
use quipu_abi::{DType, ErrorKind};
use quipu_ir::Dim;

impl<'a> Lower<'a, '_> {
    // Items.

    pub fn load_item(&mut self, c: &Val<'a>, i: &Val<'a>) -> R<Val<'a>> {
        // What is one of several things may be one that such an index does not fit.
        let one = |lw: &mut Self, m: &Val<'a>| {
            if let Val::List(_) | Val::Tuple(_) | Val::Row(_) | Val::Str(_) = m {
                lw.check_position(m, i)?;
            }
            lw.load_item(m, i)
        };
        if let Some(r) = self.split_union(c, one)? {
            return Ok(r);
        }
        if let Val::List(_) | Val::Tuple(_) | Val::Row(_) | Val::Str(_) = c
            && let Some(r) = self.split_union(i, |lw, i| {
                lw.check_position(c, i)?;
                lw.load_item(c, i)
            })?
        {
            return Ok(r);
        }
        match c {
            Val::Array(p) => self.load(p, i),
            Val::Fields(fs) => self.fields_load(fs, i),
            Val::List(l) => self.list_load(l, i),
            Val::Row(r) => self.row_load(&r.clone(), i),
            Val::Str(t) => self.str_load(t, i),
            Val::Tuple(vs) => match i {
                Val::Slice(s) => {
                    let (start, step, len) = self.slice_range(&s.clone(), &Dim::from(vs.len() as i64))?;
                    match (self.known_of(start), self.known_of(step), len.as_const()) {
                        (Some(a), Some(k), Some(n)) => {
                            let items = (0..n).filter_map(|j| vs.get((a + j * k) as usize).cloned());
                            Ok(Val::Tuple(items.collect()))
                        }
                        _ => {
                            let r = self.as_row(c)?;
                            self.row_load(&r, i)
                        }
                    }
                }
                _ => {
                    let i = self.as_index(i)?;
                    self.tuple_item(c, &i)
                }
            },
            Val::Range(r) if let Val::Slice(s) = i => {
                let n = self.range_len(&r.clone())?;
                let n = self.py(DType::I64, n);
                let args =
                    [Val::Scalar(r[0].clone()), Val::Scalar(r[2].clone()), n, s[0].clone(), s[1].clone(), s[2].clone()];
                self.by_library("range_slice", &args)
            }
            Val::Range(_) => {
                let (trip, source) = self.source(c)?;
                let i = self.as_index(i)?;
                let n = self.b.func.dim_of(trip);
                let i = self.norm_index(&i, &n, "range object index out of range");
                self.item(&source, i)
            }
            // A NumPy scalar is an array without axes to who indexes it with nothing.
            Val::Scalar(s) if s.np && matches!(i, Val::Tuple(t) if t.is_empty()) => Ok(c.clone()),
            Val::Builtin(b) if matches!(b.name, "mgrid" | "ogrid") => self.grid(b.name == "ogrid", i),
            Val::Iter(it) if let Iter::Flat(p) = &**it => match self.load(p, i)? {
                Val::Array(q) => self.copy_place(&q),
                v => Ok(v),
            },
            Val::Iter(it) if matches!(**it, Iter::Display(_)) => {
                let Iter::Display(vs) = &**it else { return Ok(Val::None) };
                self.load_item(&Val::Tuple(vs.clone().into()), i)
            }
            // `List[int]` as a value only names a type.
            Val::Builtin(Builtin { module: "typing", .. }) => Ok(c.clone()),
            Val::Class(k @ (Class::List | Class::Tuple | Class::Dict | Class::Set)) => Ok(Val::Class(*k)),
            Val::Class(Class::User(k)) => Ok(Val::Class(Class::User(*k))),
            Val::Object(_) if let Some(v) = self.special(c, "__getitem__", std::slice::from_ref(i))? => Ok(v),
            Val::Object(o) if let Some(v) = self.record_load(*o, i)? => Ok(v),
            Val::Object(o) if let Some(v) = self.collection_load(*o, i)? => Ok(v),
            _ => {
                let name = self.python_class_name(c);
                self.raise(ErrorKind::TypeError, &format!("'{name}' object is not subscriptable"))
            }
        }
    }

    /// Where an index may be of several types, those that are none raise.
    fn check_position(&mut self, c: &Val<'a>, i: &Val<'a>) -> R<()> {
        if !matches!(i, Val::None | Val::Str(_) | Val::Tuple(_) | Val::Row(_) | Val::List(_))
            && !matches!(i, Val::Scalar(s) if s.dtype.is_float())
        {
            return Ok(());
        }
        let (of, is) = (self.python_class_name(c), self.python_class_name(i));
        let of = if of == "str" { "string".into() } else { of };
        let text = match &of[..] {
            "string" => format!("string indices must be integers, not '{is}'"),
            of => format!("{of} indices must be integers or slices, not {is}"),
        };
        self.raise(ErrorKind::TypeError, &text)
    }

    pub fn store_item(&mut self, c: &Val<'a>, i: &Val<'a>, v: &Val<'a>) -> R<()> {
        if let Val::Union(u) = c {
            let u = Val::Union(u.clone());
            self.split_union(&u, |lw, m| lw.store_item(m, i, v).map(|()| Val::None))?;
            return Ok(());
        }
        if let Val::List(_) = c
            && self
                .split_union(i, |lw, i| {
                    lw.check_position(c, i)?;
                    lw.store_item(c, i, v).map(|()| Val::None)
                })?
                .is_some()
        {
            return Ok(());
        }
        match c {
            Val::Object(_) if self.special(c, "__setitem__", &[i.clone(), v.clone()])?.is_some() => Ok(()),
            Val::Object(o) if self.record_store(*o, i, v)? => Ok(()),
            Val::Object(o) if self.holds_items(*o) => self.collection_store(*o, i, v),
            Val::Array(p) => self.store(p, i, v),
            Val::Fields(fs) => self.fields_store(fs, i, v),
            Val::List(l) => self.list_store(l, i, v),
            Val::Iter(it) if let Iter::Flat(p) = &**it => self.store(p, i, v),
            _ => {
                let name = self.python_class_name(c);
                self.raise(ErrorKind::TypeError, &format!("'{name}' object does not support item assignment"))
            }
        }
    }

    pub fn delete_item(&mut self, c: &Val<'a>, i: &Val<'a>) -> R<()> {
        match (c, i) {
            (Val::List(l), Val::Slice(s)) => self.delete_slice(&l.clone(), &s.clone()),
            (Val::Object(_), _) if self.special(c, "__delitem__", std::slice::from_ref(i))?.is_some() => Ok(()),
            (Val::Object(o), _) if self.record_delete(*o, i)? => Ok(()),
            (Val::Object(o), _) if self.holds_items(*o) => self.collection_delete(*o, i),
            (_, Val::Slice(_)) => self.unsupported("deleting a slice of this", "build what is left"),
            (Val::List(l), i) => {
                let n = self.list_len(l)?;
                let d = self.b.func.dim_of(n);
                let ix = self.as_index(i)?;
                let ix = self.norm_index(&ix, &d, "list assignment index out of range");
                let v = self.py(DType::I64, ix);
                self.list_pop(l, Some(&v))?;
                Ok(())
            }
            _ => self.unsupported("deleting an item of this value", "use a list"),
        }
    }
}
