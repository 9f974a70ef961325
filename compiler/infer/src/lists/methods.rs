//! What lists do: methods, joins, order and equality.

use super::*;
use crate::state::*;
use crate::value::*;
use quipu_abi::{DType, ErrorKind};
use quipu_ir::ops::{self, Ix};
use quipu_ir::{Ty, Var};
use quipu_syntax::ast::CmpOp;
use std::rc::Rc;

impl<'a> Lower<'a, '_> {
    pub fn list_push(&mut self, l: &ListRef, v: &Val<'a>) -> R<()> {
        let choice = self.by_choice(l, &mut |lw, l| lw.list_push(l, v).map(|()| Val::None))?;
        if choice.is_some() {
            return Ok(());
        }
        self.fit_elem(l, v)?;
        if let Some(mut items) = self.slot_items(l) {
            items.push(v.clone());
            return self.slot_replace(l, &items);
        }
        let flat = self.columns_into(l, v)?;
        self.push_flat(l, flat);
        Ok(())
    }

    /// Appends the columns of a value.
    pub fn push_flat(&mut self, l: &ListRef, mut flat: Vec<Var>) {
        if flat.is_empty() {
            flat.push(self.b.bool(false));
        }
        for (c, x) in flat.into_iter().enumerate() {
            let cur = self.version(l.base, c);
            let new = self.emit(ops::ListPush { depth: l.path.len() }, &[&[x, cur], &l.path[..]].concat());
            self.set_version(l.base, c, new);
        }
        self.base_mut(l.base).grown += 1;
        self.base_mut(l.base).written = true;
    }

    fn list_insert(&mut self, l: &ListRef, at: &Val<'a>, v: &Val<'a>) -> R<()> {
        self.fit_elem(l, v)?;
        let n = self.list_len(l)?;
        let n = self.b.func.dim_of(n);
        let bound: Rc<[Val<'a>; 3]> = Rc::new([at.clone(), Val::None, Val::None]);
        let (start, _, _) = self.slice_range(&bound, &n)?;
        let size = self.b.size(&n);
        let at = self.b.map(&ops::MINIMUM, &[start, size]);
        if let BaseKind::Slots { site, .. } = self.base(l.base).kind {
            let mut items = self.slot_items(l).unwrap_or_default();
            let at = self.known_of(start).map(|k| (k as usize).min(items.len()));
            let Some(at) = at else { return Err(self.make_dynamic(site)) };
            items.insert(at, v.clone());
            return self.slot_replace(l, &items);
        }
        let mut flat = self.columns_into(l, v)?;
        if flat.is_empty() {
            flat.push(self.b.bool(false));
        }
        for (c, x) in flat.into_iter().enumerate() {
            let cur = self.version(l.base, c);
            let args = [&[x, cur], &l.path[..], &[at]].concat();
            let new = self.emit(ops::ListInsert { depth: l.path.len() }, &args);
            self.set_version(l.base, c, new);
        }
        let b = self.base_mut(l.base);
        b.epoch += 1;
        b.grown += 1;
        Ok(())
    }

    pub fn list_pop(&mut self, l: &ListRef, at: Option<&Val<'a>>) -> R<Val<'a>> {
        if let Some(v) = self.by_choice(l, &mut |lw, l| lw.list_pop(l, at))? {
            return Ok(v);
        }
        self.check_live(l.base, l.epoch, &l.path)?;
        self.check_thawed(l.base)?;
        if *l.elem == T::Never {
            return self.raise(ErrorKind::IndexError, "pop from empty list");
        }
        let n = self.list_len(l)?;
        let zero = self.b.i64(0);
        let empty = self.b.map(&ops::EQ, &[n, zero]);
        self.raise_if(empty, ErrorKind::IndexError, "pop from empty list", &[]);
        let i = match at {
            None => {
                let one = self.b.i64(1);
                self.b.sub(n, one)
            }
            Some(v) => {
                let i = self.as_index(v)?;
                let d = self.b.func.dim_of(n);
                self.norm_index(&i, &d, "pop index out of range")
            }
        };
        if let BaseKind::Slots { site, .. } = self.base(l.base).kind {
            let mut items = self.slot_items(l).unwrap_or_default();
            let Some(k) = self.known_of(i) else { return Err(self.make_dynamic(site)) };
            if k < 0 || k as usize >= items.len() {
                return self.raise(ErrorKind::IndexError, "pop index out of range");
            }
            let v = items.remove(k as usize);
            self.slot_replace(l, &items)?;
            return Ok(v);
        }
        let elem = (*l.elem).clone();
        let mut flat = vec![];
        for c in 0..self.base(l.base).cur.len() {
            let cur = self.version(l.base, c);
            let outs =
                self.b.emit_n(ops::ListPop { depth: l.path.len() }, &[&[cur], &l.path[..], &[i]].concat(), vec![]);
            self.set_version(l.base, c, outs[0]);
            flat.push(outs[1]);
        }
        let b = self.base_mut(l.base);
        b.epoch += 1;
        b.grown += 1;
        let site = self.site();
        let order = self.order_in(l);
        let v = self.unflatten_in(&elem, &mut flat.into_iter(), site, Some(order));
        self.note_taken(&v, l);
        Ok(v)
    }

    pub fn list_extend(&mut self, l: &ListRef, v: &Val<'a>) -> R<()> {
        let site = (self.site().0 ^ 0xe47e, self.span);
        if self.is_generated(v) {
            // An item at a time: the generator sees those that are there.
            let l = ListRef { display: None, ..l.clone() };
            return self.each(v, site, vec![], false, Rc::new(move |lw, item| lw.list_push(&l, &item)));
        }
        let (trip, source) = self.source(v)?;
        if let Some(n) = self.known_of(trip)
            && (n <= 8 || self.slot_items(l).is_some() && n <= slots::MAX_SLOTS as i64)
        {
            for i in 0..n {
                let i = self.b.i64(i);
                let item = self.item(&source, i)?;
                self.list_push(l, &item)?;
            }
            return Ok(());
        }
        self.for_loop(site, trip, vec![], false, false, &mut |lw, i| {
            let item = lw.item(&source, i)?;
            lw.list_push(l, &item)
        })
    }

    /// A new list of a source's items.
    pub fn list_from(&mut self, trip: Var, source: &crate::loops::Source<'a>) -> R<Val<'a>> {
        let list = self.list_display(&[])?;
        // A dict without keys has no item that a loop could be made of.
        if matches!(source, crate::loops::Source::Entries(_, _, keys) if keys.is_empty()) {
            return Ok(list);
        }
        let Val::List(l) = &list else { return Ok(list) };
        let l = ListRef { display: None, ..l.clone() };
        let site = (self.site().0 ^ 0xf507, self.span);
        if self.slot_items(&l).is_some()
            && let Some(n) = self.known_of(trip)
            && n <= slots::MAX_SLOTS as i64
        {
            for i in 0..n {
                let i = self.b.i64(i);
                let item = self.item(source, i)?;
                self.list_push(&l, &item)?;
            }
            return Ok(Val::List(l));
        }
        self.for_loop(site, trip, vec![], false, false, &mut |lw, i| {
            let item = lw.item(source, i)?;
            lw.list_push(&l, &item)
        })?;
        Ok(Val::List(l))
    }

    pub fn list_concat(&mut self, x: &Val<'a>, y: &Val<'a>) -> R<Val<'a>> {
        let (Val::List(a), Val::List(b)) = (x, y) else { return Ok(Val::None) };
        let columns = |lw: &Self, l: &ListRef| lw.maker(l).is_some();
        if *a.elem != *b.elem || holds_places(&a.elem) || !columns(self, a) || !columns(self, b) {
            let (n, s) = self.source(x)?;
            let out = self.list_from(n, &s)?;
            if let Val::List(l) = &out {
                self.list_extend(&l.clone(), y)?;
            }
            return Ok(out);
        }
        let (u, v) = (self.list_values(a)?, self.list_values(b)?);
        let cur = u.into_iter().zip(v).map(|(p, q)| self.emit(ops::ListConcat {}, &[p, q])).collect();
        self.list_copy_of(a, cur)
    }

    pub fn list_repeat(&mut self, l: &ListRef, n: &Scalar) -> R<Val<'a>> {
        let times = self.b.cast(n.var, DType::I64);
        let d = self.b.func.dim_of(times);
        let d = self.b.func.pos(&d);
        if let (Some(items), Some(k)) = (self.slot_items(l), d.as_const()) {
            let all: Vec<Val<'a>> = (0..k).flat_map(|_| items.iter().cloned()).collect();
            return self.slots_of(l, &all);
        }
        if holds_places(&l.elem) {
            let few = d.as_const().is_some_and(|k| k <= slots::MAX_SLOTS as i64);
            if few && l.path.is_empty() {
                self.need_slots(l.base)?;
            }
            self.share_elements(l.base)?;
            return self.unsupported(
                "repeating a list whose elements are lists or arrays, which would share them",
                "write a comprehension: `[[0] * n for _ in range(m)]`",
            );
        }
        let tys = self.list_tys(&l.elem.clone());
        let cols = self.list_values(l)?;
        let mut cur = vec![];
        for (c, t) in cols.into_iter().zip(tys) {
            let Ty::List(t) = t else { continue };
            if let Ty::Scalar(_) = *t {
                let a = self.emit(ops::ArrayOfList {}, &[c]);
                let m = self.dims_of(a)[0].clone();
                let wide = self.b.broadcast(a, &[d.clone(), m.clone()], &[1]);
                let flat = self.emit(ops::Reshape { dims: vec![d.mul(&m)] }, &[wide]);
                cur.push(self.emit(ops::ListOfArray {}, &[flat]));
            } else {
                let n = self.py(DType::I64, times);
                return self.by_library("list_times", &[Val::List(l.clone()), n]);
            }
        }
        self.list_copy_of(l, cur)
    }

    /// Does `holds` give true in every one of `n` trips? `salt` tells the loop from others at the same place.
    pub fn all_trips(&mut self, n: Var, salt: u64, holds: &mut dyn FnMut(&mut Self, Var) -> R<Val<'a>>) -> R<Val<'a>> {
        let (at, (slot, site)) = (self.at, self.own_loop("every", salt));
        let yes = self.boolean(true);
        self.set_slot(at, slot, yes);
        self.for_loop(site, n, vec![slot], false, false, &mut |lw, i| {
            let v = holds(lw, i)?;
            let old = lw.get_slot(at, slot).cloned().unwrap_or(Val::None);
            let (u, v) = (lw.operand(&old)?, lw.operand(&v)?);
            let r = lw.b.map(&ops::AND, &[u, v]);
            let r = lw.py(DType::Bool, r);
            lw.set_slot(at, slot, r);
            Ok(())
        })?;
        Ok(self.frames[at].slots.remove(&slot).unwrap_or(Val::None))
    }

    pub fn list_equal(&mut self, a: &ListRef, b: &ListRef) -> R<Val<'a>> {
        let (n, m) = (self.list_len(a)?, self.list_len(b)?);
        let same = self.b.map(&ops::EQ, &[n, m]);
        let cond = self.py(DType::Bool, same);
        let (a, b) = (a.clone(), b.clone());
        self.choose(
            &cond,
            |lw| {
                if *a.elem == T::Never || *b.elem == T::Never {
                    return Ok(lw.boolean(true));
                }
                lw.all_trips(n, 0xe9, &mut |lw, i| {
                    let (x, y) = (lw.list_item(&a, i)?, lw.list_item(&b, i)?);
                    let e = lw.compare(CmpOp::Eq, &x, &y)?;
                    lw.truth(&e)
                })
            },
            |lw| Ok(lw.boolean(false)),
        )
    }

    pub fn list_method(&mut self, l: &ListRef, name: &str, args: &[Val<'a>]) -> R<Val<'a>> {
        if let Some(v) = self.by_choice(l, &mut |lw, l| lw.list_method(l, name, args))? {
            return Ok(v);
        }
        match (name, args) {
            ("append", [v]) => self.list_push(l, v).map(|()| Val::None),
            ("extend", [v]) => self.list_extend(l, v).map(|()| Val::None),
            ("insert", [i, v]) => self.list_insert(l, i, v).map(|()| Val::None),
            ("pop", []) => self.list_pop(l, None),
            ("pop", [i]) => self.list_pop(l, Some(i)),
            ("copy", []) => {
                let all = Val::Slice(Rc::new([Val::None, Val::None, Val::None]));
                self.list_load(l, &all)
            }
            ("reverse", []) if !matches!(self.base(l.base).kind, BaseKind::Slots { .. }) && self.moves_items(l)? => {
                self.by_library("list_reverse", &[Val::List(l.clone())])
            }
            ("reverse", []) => {
                let minus = self.int(-1);
                let r = self.list_load(l, &Val::Slice(Rc::new([Val::None, Val::None, minus])))?;
                self.list_replace(l, &r)
            }
            ("sort", []) if self.moves_items(l)? => {
                let no = self.boolean(false);
                self.by_library("list_sort", &[Val::List(l.clone()), no])
            }
            ("sort", []) => {
                let r = self.sorted_list(l, false)?;
                self.list_replace(l, &r)
            }
            ("clear", []) => {
                let r = self.list_display(&[])?;
                if let Val::List(e) = &r
                    && *e.elem != *l.elem
                {
                    self.raise_cell(e, &l.elem.clone())?;
                }
                self.list_replace(l, &r)
            }
            ("count", [v]) => self.list_count(l, v),
            ("index", [v]) => self.list_find(l, v, None),
            ("index", [v, start]) => {
                self.by_library("list_index_from", &[Val::List(l.clone()), v.clone(), start.clone()])
            }
            ("index", [v, start, stop]) => {
                let l = Val::List(l.clone());
                self.by_library("list_index_in", &[l, v.clone(), start.clone(), stop.clone()])
            }
            ("remove", [v]) => {
                let i = self.list_find(l, v, Some("list.remove(x): x not in list"))?;
                self.list_pop(l, Some(&i))?;
                Ok(Val::None)
            }
            _ => self.unsupported(
                format!("list.{name} with {} arguments", args.len()),
                "see the reference for what lists can do",
            ),
        }
    }

    pub fn list_replace(&mut self, l: &ListRef, with: &Val<'a>) -> R<Val<'a>> {
        let Val::List(r) = with else { return Ok(Val::None) };
        let choice = self.by_choice(l, &mut |lw, l| lw.list_replace(l, with))?;
        if choice.is_some() {
            return Ok(Val::None);
        }
        self.check_thawed(l.base)?;
        if let BaseKind::Slots { site, .. } = self.base(l.base).kind {
            let Some(items) = self.known_items(with)? else { return Err(self.make_dynamic(site)) };
            self.slot_replace(l, &items)?;
            return Ok(Val::None);
        }
        if r.elem != l.elem {
            // Of lists that it may be, the one that nothing was put into so far; or another walk has seen wider elements here.
            if let Some(j) = l.elem.join(&r.elem) {
                self.raise_cell(l, &j)?;
                self.raise_cell(r, &j)?;
            }
            let (a, b) = ((*l.elem).clone(), (*r.elem).clone());
            let text = format!("a list of {a} cannot hold those of a list of {b}");
            return self.mismatch(&[a, b], text);
        }
        let cols = self.list_values(r)?;
        for (c, x) in cols.into_iter().enumerate() {
            let new = match l.path.split_last() {
                None => x,
                Some(_) => {
                    let cur = self.version(l.base, c);
                    self.emit(ops::ListSet { depth: l.path.len() - 1 }, &[&[x, cur], &l.path[..]].concat())
                }
            };
            self.set_version(l.base, c, new);
        }
        let b = self.base_mut(l.base);
        b.epoch += 1;
        b.grown += 1;
        Ok(Val::None)
    }

    /// Items that live in the list change their places there, for a copy would share them: is it such a list?
    pub fn moves_items(&mut self, l: &ListRef) -> R<bool> {
        if !holds_places(&l.elem) {
            return Ok(false);
        }
        if let BaseKind::Slots { site, .. } = self.base(l.base).kind {
            return Err(self.make_dynamic(site));
        }
        self.check_live(l.base, l.epoch, &l.path)?;
        self.check_thawed(l.base)?;
        Ok(true)
    }

    pub fn sorted_list(&mut self, l: &ListRef, reverse: bool) -> R<Val<'a>> {
        let T::Scalar(..) = *l.elem else {
            if *l.elem == T::Never {
                return self.list_display(&[]);
            }
            let reverse = self.boolean(reverse);
            return self.by_library("sorted_list", &[Val::List(l.clone()), reverse]);
        };
        let cols = self.list_values(l)?;
        let mut s = self.emit(ops::ArrayOfList {}, &[cols[0]]);
        // What is equal stays in order in reverse, too: 0.0 and -0.0 can be told apart.
        let turned = reverse && matches!(*l.elem, T::Scalar(d, _) if d.is_float());
        if turned {
            s = self.turned(s);
        }
        s = self.emit(ops::Sort { axis: 0, python: true }, &[s]);
        if reverse {
            s = self.turned(s);
        }
        let c = self.emit(ops::ListOfArray {}, &[s]);
        self.list_copy_of(l, vec![c])
    }

    /// A vector from its end to its begin.
    fn turned(&mut self, v: Var) -> Var {
        let n = self.dims_of(v)[0].clone();
        let start = self.b.size(&n.plus(-1));
        let step = self.b.i64(-1);
        self.b.read(v, &vec![Ix::Range { len: n }], &[start, step])
    }

    fn list_count(&mut self, l: &ListRef, v: &Val<'a>) -> R<Val<'a>> {
        let n = self.list_len(l)?;
        let (at, (slot, site)) = (self.at, self.own_loop("count", 0xc0));
        let zero = self.int(0);
        self.set_slot(at, slot, zero);
        self.for_loop(site, n, vec![slot], false, false, &mut |lw, i| {
            let x = lw.list_item(l, i)?;
            let e = lw.compare(CmpOp::Eq, &x, v)?;
            let e = lw.truth(&e)?;
            let e = lw.operand(&e)?;
            let one = lw.b.cast(e, DType::I64);
            let old = lw.get_slot(at, slot).cloned().unwrap_or(Val::None);
            let old = lw.operand(&old)?;
            let s = lw.b.add(old, one);
            let s = lw.py(DType::I64, s);
            lw.set_slot(at, slot, s);
            Ok(())
        })?;
        Ok(self.frames[at].slots.remove(&slot).unwrap_or(Val::None))
    }

    /// The first index of a value; raises ValueError with this text, or one that names the value.
    pub(super) fn list_find(&mut self, l: &ListRef, v: &Val<'a>, missing: Option<&str>) -> R<Val<'a>> {
        let n = self.list_len(l)?;
        let (at, (slot, site)) = (self.at, self.own_loop("at", 0x1d));
        let minus = self.int(-1);
        self.set_slot(at, slot, minus);
        self.for_loop(site, n, vec![slot], false, true, &mut |lw, i| {
            let x = lw.list_item(l, i)?;
            let e = lw.compare(CmpOp::Eq, &x, v)?;
            let e = lw.truth(&e)?;
            let e = lw.operand(&e)?;
            let minus = lw.b.i64(-1);
            let r = lw.b.select(e, i, minus);
            let r = lw.py(DType::I64, r);
            lw.set_slot(at, slot, r);
            lw.break_if(e);
            Ok(())
        })?;
        self.set_exit(exit::NEXT);
        let r = self.frames[at].slots.remove(&slot).unwrap_or(Val::None);
        let x = self.operand(&r)?;
        let zero = self.b.i64(0);
        let bad = self.b.map(&ops::LT, &[x, zero]);
        let text = missing.map(str::to_owned).or_else(|| Some(self.repr_known(v)? + " is not in list"));
        match text {
            Some(text) => self.raise_if(bad, ErrorKind::ValueError, &text, &[]),
            None => {
                let s = self.repr_of(v)?;
                self.branch(
                    bad,
                    |lw| {
                        let rest = lw.b.constant(ops::Const::Str(" is not in list".into()));
                        let t = lw.extern1(&ops::STR_CONCAT, &[s, rest]);
                        lw.b.emit_n(ops::Raise { kind: Some(ErrorKind::ValueError) }, &[t], vec![]);
                        Err(Stop::Ends)
                    },
                    |_| Ok(()),
                )?;
            }
        }
        Ok(r)
    }

    fn repr_known(&self, v: &Val<'a>) -> Option<String> {
        v.int_known().map(|k| k.to_string())
    }
}
