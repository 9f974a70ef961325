//! Arrays made of lists and of nested displays.

use crate::state::*;
use crate::value::*;
use quipu_abi::{DType, ErrorKind};
use quipu_ir::ops::{self};
use quipu_ir::{Dim, Ty, Var};

impl<'a> Lower<'a, '_> {
    // Arrays of lists.

    /// A list, tuple or range as an array.
    pub fn array_from(&mut self, v: &Val<'a>, dtype: Option<DType>) -> R<Val<'a>> {
        // A display of ints beyond 64 bits is no list, but its items are an array's.
        let items = match v {
            Val::Iter(i) => match &**i {
                Iter::Display(items) => Some(Val::Tuple(items.clone().into())),
                _ => None,
            },
            _ => None,
        };
        let a = self.array_value(items.as_ref().unwrap_or(v), dtype)?;
        Ok(self.fresh(a))
    }

    /// The dtype of nested items: what NumPy finds by looking at all of them.
    fn leaf_dtype(&self, v: &Val<'a>) -> Option<DType> {
        match v {
            Val::Scalar(s) => Some(s.dtype),
            Val::Big(k) => u64::try_from(*k).is_ok().then_some(DType::U64),
            Val::Array(p) => Some(p.dtype),
            Val::Tuple(vs) => {
                let mut d: Option<DType> = None;
                for v in vs.iter() {
                    let e = self.leaf_dtype(v)?;
                    d = Some(d.map_or(e, |d| d.promote(e)));
                }
                Some(d.unwrap_or(DType::F64))
            }
            Val::List(l) => match self.display_of(l) {
                Some(items) if !items.is_empty() => {
                    let mut d: Option<DType> = None;
                    for i in &items {
                        let e = match i {
                            LeafVal::Scalar(s) => s.dtype,
                            LeafVal::Array(p) => p.dtype,
                            LeafVal::List(l) => self.leaf_dtype(&Val::List(l.clone()))?,
                        };
                        d = Some(d.map_or(e, |d| d.promote(e)));
                    }
                    d
                }
                _ => elem_dtype(&l.elem),
            },
            Val::Row(r) => elem_dtype(&r.elem),
            Val::Range(_) => Some(DType::I64),
            _ => None,
        }
    }

    fn array_value(&mut self, v: &Val<'a>, dtype: Option<DType>) -> R<Var> {
        let found = self.leaf_dtype(v);
        if dtype.is_none() && found.is_none() && mixed(&self.type_of(v)) {
            return self.mixed_array(v);
        }
        let Some(d) = dtype.or(found) else {
            let t = self.type_of(v);
            return self.unsupported(format!("an array of {t}"), "make lists of numbers of one kind, or give dtype=");
        };
        self.stack(v, d)
    }

    /// An array of lists whose numbers may be ints or floats: NumPy makes one of floats as soon as there is a float.
    fn mixed_array(&mut self, v: &Val<'a>) -> R<Var> {
        let there = match self.type_of(v) {
            T::List(t) if matches!(*t, T::Union(_)) => self.library("holds_float", vec![v.clone()])?,
            T::List(t) if matches!(&*t, T::List(_)) => self.library("rows_hold_float", vec![v.clone()])?,
            t => {
                return self
                    .unsupported(format!("an array of {t}"), "give dtype=, or make lists of numbers of one kind");
            }
        };
        let there = self.operand(&there)?;
        let none = self.b.map(&ops::NOT, &[there]);
        let text = "the dtype of this array is int64 if its list holds no float: give dtype=";
        self.raise_if(none, ErrorKind::TypeError, text, &[]);
        self.stack(v, DType::F64)
    }

    fn stack(&mut self, v: &Val<'a>, d: DType) -> R<Var> {
        match v {
            Val::Union(u) if u.members.iter().all(|m| matches!(m, Val::Scalar(_))) => {
                let one = self.split_union(v, |lw, m| {
                    let Val::Scalar(s) = m else { return Ok(Val::None) };
                    lw.check_int_fits(s, d)?;
                    let x = lw.b.cast(s.var, d);
                    Ok(lw.np(d, x))
                })?;
                match one {
                    Some(one) => self.stack(&one, d),
                    None => self.error("internal", "a union of numbers without members"),
                }
            }
            Val::Scalar(s) => {
                self.check_int_fits(s, d)?;
                let x = self.b.cast(s.var, d);
                Ok(self.b.broadcast(x, &[], &[]))
            }
            Val::Big(k) => {
                let x = self.large(*k, d)?;
                Ok(self.b.broadcast(x, &[], &[]))
            }
            Val::Array(p) => {
                let a = self.read(p)?;
                Ok(self.b.cast(a, d))
            }
            Val::Range(_) => {
                let (n, s) = self.source(v)?;
                let dim = self.b.func.dim_of(n);
                let crate::loops::Source::Range { start, step } = s else { return Ok(n) };
                let i = self.emit(ops::Iota { dims: vec![dim], axis: 0 }, &[]);
                let x = self.b.mul(i, step);
                let x = self.b.add(x, start);
                Ok(self.b.cast(x, d))
            }
            Val::Tuple(vs) => self.stack_items(&vs.clone(), d),
            Val::Row(r) => {
                let l = self.row_list(&r.clone());
                self.stack_list(&l, d)
            }
            Val::List(l) => {
                if let Some(items) = self.display_of(l)
                    && !items.is_empty()
                {
                    let vs: Vec<Val<'a>> = items
                        .into_iter()
                        .map(|i| match i {
                            LeafVal::Scalar(s) => Val::Scalar(s),
                            LeafVal::List(l) => Val::List(l),
                            LeafVal::Array(p) => Val::Array(p),
                        })
                        .collect();
                    return self.stack_items(&vs, d);
                }
                self.stack_list(l, d)
            }
            _ => {
                let t = self.type_of(v);
                self.error("type-mismatch", format!("{t} cannot be an array"))
            }
        }
    }

    fn stack_items(&mut self, vs: &[Val<'a>], d: DType) -> R<Var> {
        if vs.is_empty() {
            return Ok(self.b.zeros(&Ty::Array(d, vec![Dim::from(0)])));
        }
        // The moved mark is for names: a display's own items are read where they went in.
        let mut rows = vec![];
        for v in vs {
            let moved = match v {
                Val::List(l) => self.base_mut(l.base).moved.take().map(|s| (l.base, s)),
                Val::Array(p) => self.base_mut(p.base).moved.take().map(|s| (p.base, s)),
                _ => None,
            };
            let r = self.stack(v, d);
            if let Some((b, s)) = moved {
                self.base_mut(b).moved = Some(s);
            }
            rows.push(r?);
        }
        let first = self.dims_of(rows[0]);
        let mut lifted = vec![];
        for r in rows {
            let dims = self.dims_of(r);
            let mut r = r;
            if dims != first {
                if dims.len() != first.len()
                    || dims.iter().zip(&first).any(|(a, b)| a.as_const().is_some() && b.as_const().is_some() && a != b)
                {
                    let text = format!(
                        "setting an array element with a sequence. The requested array has an inhomogeneous shape after 1 dimensions. The detected shape was ({},) + inhomogeneous part.",
                        vs.len()
                    );
                    return self.raise(ErrorKind::ValueError, &text);
                }
                for (a, b) in dims.iter().zip(&first) {
                    if a != b {
                        let (x, y) = (self.b.size(a), self.b.size(b));
                        let bad = self.b.map(&ops::NE, &[x, y]);
                        let text = format!(
                            "setting an array element with a sequence. The requested array has an inhomogeneous shape after 1 dimensions. The detected shape was ({},) + inhomogeneous part.",
                            vs.len()
                        );
                        self.raise_if(bad, ErrorKind::ValueError, &text, &[]);
                    }
                }
                r = self.emit(ops::Reshape { dims: first.clone() }, &[r]);
            }
            let up: Vec<Dim> = std::iter::once(Dim::ONE).chain(first.iter().cloned()).collect();
            let axes: Vec<usize> = (1..up.len()).collect();
            lifted.push(self.b.broadcast(r, &up, &axes));
        }
        if lifted.len() == 1 {
            return Ok(lifted[0]);
        }
        Ok(self.emit(ops::Concat { axis: 0 }, &lifted))
    }

    /// A list of unknown length: scalars in one step, rows one by one.
    fn stack_list(&mut self, l: &ListRef, d: DType) -> R<Var> {
        match &*l.elem {
            T::Never => Ok(self.b.zeros(&Ty::Array(d, vec![Dim::from(0)]))),
            T::Scalar(..) => {
                let cols = self.list_values(l)?;
                let a = self.emit(ops::ArrayOfList {}, &[cols[0]]);
                Ok(self.b.cast(a, d))
            }
            T::List(_) | T::Row(_) | T::Array(..) | T::Tuple(_) | T::Union(_) => {
                let n = self.list_len(l)?;
                let zero = self.b.i64(0);
                let empty = self.b.map(&ops::EQ, &[n, zero]);
                self.raise_if(
                    empty,
                    ErrorKind::ValueError,
                    "an array of an empty list of rows has no known shape here",
                    &[],
                );
                let first = self.list_item(l, zero)?;
                let row = self.stack(&first, d)?;
                let row_dims = self.dims_of(row);
                let nd = self.b.func.dim_of(n);
                let dims: Vec<Dim> = std::iter::once(nd).chain(row_dims.iter().cloned()).collect();
                let out = self.b.zeros(&Ty::Array(d, dims));
                let out = self.fresh(out);
                let Val::Array(p) = &out else { return self.operand(&out) };
                let site = (self.site().0 ^ 0x57ac, self.span);
                let p = p.clone();
                let l = l.clone();
                self.for_loop(site, n, vec![], false, false, &mut |lw, i| {
                    let item = lw.list_item(&l, i)?;
                    let r = lw.stack(&item, d)?;
                    for (a, b) in lw.dims_of(r).iter().zip(&row_dims) {
                        if a != b {
                            let (x, y) = (lw.b.size(a), lw.b.size(b));
                            let bad = lw.b.map(&ops::NE, &[x, y]);
                            let text = "setting an array element with a sequence. The requested array has an inhomogeneous shape after 1 dimensions. The detected shape was ({0},) + inhomogeneous part.";
                            lw.raise_if(bad, ErrorKind::ValueError, text, &[n]);
                        }
                    }
                    let r = lw.emit(ops::Reshape { dims: row_dims.clone() }, &[r]);
                    let row = lw.fresh(r);
                    let idx = lw.py(DType::I64, i);
                    let idx = match &row {
                        Val::Array(q) if q.dims.is_empty() => idx,
                        _ => idx,
                    };
                    lw.store(&p, &idx, &row)
                })?;
                self.read(&p)
            }
            t => {
                let t = t.clone();
                self.error("type-mismatch", format!("a list of {t} cannot be an array"))
            }
        }
    }
}

/// A list, or a list of lists, of numbers that may be ints or floats.
fn mixed(t: &T) -> bool {
    match t {
        T::List(t) => mixed(t),
        T::Union(ts) => ts.len() == 2 && [DType::I64, DType::F64].iter().all(|d| ts.contains(&T::Scalar(*d, false))),
        _ => false,
    }
}

fn elem_dtype(t: &T) -> Option<DType> {
    match t {
        T::Never => Some(DType::F64),
        T::Scalar(d, _) | T::Array(d, _) => Some(*d),
        T::List(e) | T::Row(e) => elem_dtype(e),
        T::Tuple(ts) => {
            let mut d: Option<DType> = None;
            for t in ts {
                let e = elem_dtype(t)?;
                d = Some(d.map_or(e, |d| d.promote(e)));
            }
            d
        }
        _ => None,
    }
}
