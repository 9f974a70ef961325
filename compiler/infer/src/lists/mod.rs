//! Lists: displays, items, methods, and arrays made of them.
//!
//! A list has a column per scalar of its flattened element type, all of one length. Inner lists and arrays are
//! reached through paths. What is put into a list moves there: its old name is dead, so that nothing is shared
//! without the compiler knowing. A list whose elements are reached in other ways too is made of slots (see `slots`).

mod arrays;
mod methods;
pub mod nested;
mod rows;
mod shared;
mod slots;

pub use shared::NEVER_MOVES;
pub use slots::MAX_SLOTS;

use crate::state::*;
use crate::value::*;
use quipu_abi::{DType, ErrorKind};
use quipu_ir::ops::{self};
use quipu_ir::{Dim, Ty, Var};
use quipu_syntax::Symbol;
use std::rc::Rc;

impl<'a> Lower<'a, '_> {
    pub fn list_display(&mut self, vs: &[Val<'a>]) -> R<Val<'a>> {
        if vs.iter().any(|v| matches!(v, Val::Big(_))) {
            return Ok(Val::Iter(Rc::new(Iter::Display(vs.to_vec()))));
        }
        let site = self.site();
        let mut elem = self.elements_at(site);
        for v in vs {
            let t = self.type_in(v, &elem, Some(site).filter(|s| !self.makes_slots(*s)))?;
            if let T::Static(what) = t {
                return self.unsupported(format!("{what} in a list"), "use a tuple");
            }
            match elem.join(&t) {
                Some(j) => elem = j,
                None => return self.error("type-mismatch", format!("a list of both {elem} and {t}")),
            }
        }
        if elem.mixes_depths() && !self.makes_slots(site) && self.refer(site) {
            return Err(self.cx.rise(About::Form(site)));
        }
        self.cx.facts.cells.insert(site, elem.clone());
        let here = self.in_loop;
        for v in vs {
            self.check_kept(v, &|lw, f| matches!(lw.frames[f].life.in_loop, l if l == 0 || l == here))?;
        }
        if self.makes_slots(site) {
            return Ok(self.slot_list(vs, &elem, site));
        }
        let leaves: Option<Vec<LeafVal>> = vs.iter().map(LeafVal::of).collect();
        let cur = self.copying_into(Some(site), |lw| lw.columns_of(vs, &elem))?;
        let mut shared = None;
        for v in vs {
            shared = shared.or(self.put_as(v, &elem, Some(site))?);
        }
        let list = self.list_base(cur.clone(), &elem, site);
        let Val::List(mut l) = list else { return Ok(list) };
        self.base_mut(l.base).frozen = shared.map(|f| Frozen { holds: true, ..f });
        if let Some(all) = leaves {
            l.display = Some(Rc::new(Display { cur, items: all, in_loop: self.in_loop }));
        }
        Ok(Val::List(l))
    }

    /// The columns of a list of these items.
    pub fn columns_of(&mut self, vs: &[Val<'a>], elem: &T) -> R<Vec<Var>> {
        let mut rows = vec![];
        for v in vs {
            let flat = self.flatten(v, elem)?;
            rows.push(flat);
        }
        let tys = self.list_tys(elem);
        let mut cur = vec![];
        for (c, t) in tys.into_iter().enumerate() {
            let Ty::List(t) = t else { continue };
            let args: Vec<Var> = rows
                .iter()
                .map(|r| match r.get(c) {
                    Some(v) => *v,
                    None => self.b.bool(false),
                })
                .collect();
            cur.push(self.emit(ops::ListNew(*t), &args));
        }
        Ok(cur)
    }

    /// The values of a list without columns: copies, so neither the list nor its elements may be written from here on.
    pub fn copied_values(&mut self, l: &ListRef) -> R<Vec<Var>> {
        // Of one type, or what comes of the copies would be a choice again.
        let (elem, t) = (l.elem.clone(), T::List(Box::new((*l.elem).clone())));
        let mut copied = |lw: &mut Self, l: &ListRef| -> R<Val<'a>> {
            let cur = lw.flatten(&Val::List(l.clone()), &t)?;
            let site = lw.site();
            Ok(lw.list_base(cur, &elem, site))
        };
        if let Some(v) = self.by_choice(l, &mut copied)? {
            return self.flatten(&v, &t);
        }
        let items = self.slot_items(l).unwrap_or_default();
        let elem = l.elem.clone();
        let cur = self.columns_of(&items, &elem)?;
        let into = self.copies_into;
        self.freeze_base(l.base, into);
        for b in items.iter().flat_map(crate::merge::mentioned_bases) {
            self.freeze_base(b, into);
        }
        Ok(cur)
    }

    /// The columns of a value that goes into a list. What is copied for that is frozen, unless the list refers to it.
    pub fn columns_into(&mut self, l: &ListRef, v: &Val<'a>) -> R<Vec<Var>> {
        let (elem, site) = ((*l.elem).clone(), self.maker(l));
        let flat = self.copying_into(site, |lw| lw.flatten(v, &elem))?;
        if let Some(span) = self.put_as(v, &elem, site)? {
            self.base_mut(l.base).frozen = Some(Frozen { holds: true, ..span });
        }
        Ok(flat)
    }

    /// Does something that may copy lists into a container that is made at `site`.
    pub fn copying_into<X>(&mut self, site: Option<Site>, f: impl FnOnce(&mut Self) -> R<X>) -> R<X> {
        let outer = std::mem::replace(&mut self.copies_into, site);
        let r = f(self);
        self.copies_into = outer;
        r
    }

    /// The indices that a slice of a list of slots takes.
    fn slot_slice(&mut self, l: &ListRef, s: &[Val<'a>; 3]) -> R<Option<Vec<usize>>> {
        let BaseKind::Slots { site, .. } = self.base(l.base).kind else { return Ok(None) };
        let n = self.slot_items(l).map_or(0, |v| v.len());
        let (start, step, len) = self.slice_range(s, &Dim::from(n as i64))?;
        let (Some(a), Some(k), Some(n)) = (self.known_of(start), self.known_of(step), len.as_const()) else {
            return Err(self.make_dynamic(site));
        };
        Ok(Some((0..n).map(|j| (a + j * k) as usize).collect()))
    }

    fn slot_slice_start(&mut self, l: &ListRef, s: &[Val<'a>; 3]) -> R<usize> {
        let n = self.slot_items(l).map_or(0, |v| v.len());
        let (start, _, _) = self.slice_range(s, &Dim::from(n as i64))?;
        // Where there is nothing to take away, the start may lie behind the end.
        Ok(self.known_of(start).unwrap_or(0).clamp(0, n as i64) as usize)
    }

    /// The items of an iterable, if their number is known and small.
    pub fn known_items(&mut self, v: &Val<'a>) -> R<Option<Vec<Val<'a>>>> {
        let (trip, source) = self.source(v)?;
        let Some(n) = self.known_of(trip).filter(|n| *n <= slots::MAX_SLOTS as i64) else { return Ok(None) };
        let mut out = vec![];
        for i in 0..n {
            let i = self.b.i64(i);
            out.push(self.item(&source, i)?);
        }
        Ok(Some(out))
    }

    /// A value goes into a container that was made at `site`: its base moves there. A view shares with its base for
    /// good: both freeze, and the container with them.
    pub fn put_in(&mut self, v: &Val<'a>, site: Option<Site>) -> R<Option<Frozen>> {
        let frozen = Frozen { span: self.span, site, by: None, holds: false };
        match v {
            Val::Array(p) => {
                self.note_order(site, &p.order)?;
                let whole = p.path.is_empty()
                    && p.segs.is_empty()
                    && !matches!(self.base(p.base).kind, BaseKind::Select { .. });
                let named = self.named(p.base);
                if whole && named <= 1 && self.base(p.base).param.is_none() {
                    if named == 1 {
                        self.base_mut(p.base).moved = Some(frozen);
                    }
                    return Ok(self.base(p.base).frozen);
                }
                self.freeze_base(p.base, site);
                Ok(Some(frozen))
            }
            Val::List(l) if l.class.is_some() => Ok(None),
            Val::List(l) => {
                let order = self.order_in(l);
                self.note_order(site, &order)?;
                let whole = l.path.is_empty() && matches!(self.base(l.base).kind, BaseKind::List { .. });
                if whole && self.base(l.base).param.is_none() {
                    if self.named(l.base) > 0 {
                        self.base_mut(l.base).moved = Some(frozen);
                    }
                    return Ok(self.base(l.base).frozen);
                }
                self.freeze_base(l.base, site);
                Ok(Some(frozen))
            }
            Val::Tuple(vs) => {
                let mut out = None;
                for v in vs.clone().iter() {
                    out = out.or(self.put_in(v, site)?);
                }
                Ok(out)
            }
            Val::Func(c) => {
                let mut out = None;
                for v in self.function_data(c) {
                    out = out.or(self.put_in(&v, site)?);
                }
                Ok(out)
            }
            Val::Union(u) => {
                let mut out = None;
                for v in &u.clone().members {
                    out = out.or(self.put_in(v, site)?);
                }
                Ok(out)
            }
            _ => Ok(None),
        }
    }

    /// Arrays of this memory order are in the lists of a site.
    fn note_order(&mut self, site: Option<Site>, order: &Order) -> R<()> {
        let Some(site) = site else { return Ok(()) };
        let old = self.cx.facts.elements.get(&site).cloned();
        let new = old.as_ref().map_or(order.clone(), |o| o.join(order));
        if old.as_ref() == Some(&new) {
            return Ok(());
        }
        let known = old.is_some() || new != Order::C;
        self.cx.facts.elements.insert(site, new);
        if known { Err(self.cx.rise(About::Form(site))) } else { Ok(()) }
    }

    /// The memory order of the arrays in a list.
    pub fn order_in(&self, l: &ListRef) -> Order {
        let Some(site) = self.maker(l) else { return Order::C };
        self.cx.ask(About::Form(site));
        self.cx.facts.elements.get(&site).cloned().unwrap_or(Order::C)
    }

    /// The site that made the list, if that decides how the list holds its elements.
    fn maker(&self, l: &ListRef) -> Option<Site> {
        match self.base(l.base).kind {
            BaseKind::List { site } => Some(site),
            _ => None,
        }
    }

    pub fn list_len(&mut self, l: &ListRef) -> R<Var> {
        self.check_live(l.base, l.epoch, &l.path)?;
        let choice = self.by_choice(l, &mut |lw, l| {
            let n = lw.list_len(l)?;
            Ok(lw.py(DType::I64, n))
        })?;
        if let Some(n) = choice {
            return self.operand(&n);
        }
        if let Some(items) = self.slot_items(l) {
            return Ok(self.b.i64(items.len() as i64));
        }
        if let Some(d) = self.display_of(l) {
            return Ok(self.b.i64(d.len() as i64));
        }
        let cur = self.version(l.base, 0);
        let v = self.emit(ops::ListLen { depth: l.path.len() }, &[&[cur], &l.path[..]].concat());
        self.put_back(l.base, 0, cur);
        let d = self.b.func.dim_of(v);
        self.assume_size(&d);
        Ok(v)
    }

    /// The items of the display that made the list, if it is still that list.
    pub fn display_of(&self, l: &ListRef) -> Option<Vec<LeafVal>> {
        if let Some(items) = self.slot_items(l) {
            return items.iter().map(LeafVal::of).collect();
        }
        let d = l.display.as_ref()?;
        let b = self.base(l.base);
        let same = l.path.is_empty() && self.in_loop == d.in_loop && b.cells.is_none() && b.cur == d.cur;
        same.then(|| d.items.clone())
    }

    /// The element at an index in bounds.
    pub fn list_item(&mut self, l: &ListRef, i: Var) -> R<Val<'a>> {
        self.check_live(l.base, l.epoch, &l.path)?;
        if let Some(v) = self.by_choice(l, &mut |lw, l| lw.list_item(l, i))? {
            return Ok(v);
        }
        if let Some(items) = self.slot_items(l) {
            return self.slot_at(&items, i);
        }
        let path: Rc<[Var]> = l.path.iter().copied().chain([i]).collect();
        let epoch = self.base(l.base).epoch;
        match &*l.elem {
            T::List(e) => {
                return Ok(Val::List(ListRef {
                    base: l.base,
                    path,
                    elem: Rc::new((**e).clone()),
                    epoch,
                    display: None,
                    class: None,
                }));
            }
            T::Array(dtype, _) => {
                let cur = self.version(l.base, 0);
                let v = self.emit(ops::ListGet { depth: path.len() - 1 }, &[&[cur], &path[..]].concat());
                self.put_back(l.base, 0, cur);
                let dims = self.dims_of(v);
                let obj = self.new_obj();
                return Ok(Val::Array(Place {
                    base: l.base,
                    path,
                    segs: Rc::new([]),
                    dtype: *dtype,
                    dims: dims.into(),
                    writeable: true,
                    obj,
                    id: None,
                    order: self.order_in(l),
                    epoch,
                }));
            }
            T::Never => return self.raise(ErrorKind::IndexError, "list index out of range"),
            _ => {}
        }
        let elem = (*l.elem).clone();
        let mut flat = vec![];
        if crate::flat::flat_len(&elem) > 0 {
            for c in 0..self.base(l.base).cur.len() {
                let cur = self.version(l.base, c);
                flat.push(self.emit(ops::ListGet { depth: path.len() - 1 }, &[&[cur], &path[..]].concat()));
                self.put_back(l.base, c, cur);
            }
        }
        let site = self.site();
        let v = self.unflatten(&elem, &mut flat.into_iter(), site);
        if holds_places(&elem) {
            self.note_taken(&v, l);
            // The parts are copies of what the list holds: a write to either needs references.
            let made = self.maker(l);
            for b in crate::merge::mentioned_bases(&v).into_iter().chain([l.base]) {
                self.freeze_base(b, made);
            }
        }
        Ok(v)
    }

    fn list_index(&mut self, l: &ListRef, i: &Scalar, text: &str) -> R<Var> {
        let n = self.list_len(l)?;
        let n = self.b.func.dim_of(n);
        Ok(self.norm_index(i, &n, text))
    }

    pub fn list_load(&mut self, l: &ListRef, index: &Val<'a>) -> R<Val<'a>> {
        if let Some(v) = self.by_choice(l, &mut |lw, l| lw.list_load(l, index))? {
            return Ok(v);
        }
        if let Val::Slice(s) = index {
            if let Some(at) = self.slot_slice(l, s)? {
                let items = self.slot_items(l).unwrap_or_default();
                let part: Vec<Val<'a>> = at.into_iter().map(|k| items[k].clone()).collect();
                return self.slots_of(l, &part);
            }
            let n = self.list_len(l)?;
            let n = self.b.func.dim_of(n);
            let (start, step, len) = self.slice_range(&s.clone(), &n)?;
            let count = self.b.size(&len);
            let cols = self.list_values(l)?;
            let cur = cols.into_iter().map(|c| self.emit(ops::ListSlice {}, &[c, start, step, count])).collect();
            let part = self.list_copy_of(l, cur)?;
            // Both lists have the elements: neither may write them.
            if holds_places(&l.elem) {
                self.freeze_base(l.base, None);
                if let Val::List(p) = &part {
                    self.freeze_base(p.base, None);
                    let BaseKind::List { site } = self.base(l.base).kind else { return Ok(part) };
                    self.base_mut(p.base).taken = Some(site);
                }
            }
            return Ok(part);
        }
        if *l.elem == T::Never {
            self.as_index(index)?;
            return self.raise(ErrorKind::IndexError, "list index out of range");
        }
        let i = self.as_index(index)?;
        let i = self.list_index(l, &i, "list index out of range")?;
        self.list_item(l, i)
    }

    /// A new list with these columns, whose element type is fed by the old one's.
    fn list_copy_of(&mut self, l: &ListRef, cur: Vec<Var>) -> R<Val<'a>> {
        let site = self.site();
        let have = self.elements_at(site);
        let order = self.order_in(l);
        self.note_order(Some(site), &order)?;
        let copy = self.list_base(cur, &l.elem.clone(), site);
        match have.join(&l.elem) {
            // Something of another type is stored in it later: its elements have the wider type from the start.
            Some(j) if j != *l.elem => {
                self.cx.facts.cells.insert(site, j);
                let (n, s) = self.source(&copy)?;
                self.list_from(n, &s)
            }
            _ => {
                self.cx.facts.cells.insert(site, (*l.elem).clone());
                if have != T::Never && have != *l.elem {
                    // Another path through here has made such a list with the old type.
                    return Err(self.cx.rise(About::Elements(site)));
                }
                Ok(copy)
            }
        }
    }

    pub fn list_store(&mut self, l: &ListRef, index: &Val<'a>, v: &Val<'a>) -> R<()> {
        let choice = self.by_choice(l, &mut |lw, l| lw.list_store(l, index, v).map(|()| Val::None))?;
        if choice.is_some() {
            return Ok(());
        }
        if let Val::Slice(s) = index {
            return self.store_slice(l, &s.clone(), v);
        }
        self.fit_elem(l, v)?;
        let i = self.as_index(index)?;
        let i = self.list_index(l, &i, "list assignment index out of range")?;
        if self.slot_items(l).is_some() {
            return self.slot_store(l, i, v);
        }
        self.list_set(l, i, v)
    }

    /// Puts a value at an index in bounds into a list with columns.
    pub fn list_set(&mut self, l: &ListRef, i: Var, v: &Val<'a>) -> R<()> {
        self.fit_elem(l, v)?;
        let flat = self.columns_into(l, v)?;
        let path = [&l.path[..], &[i]].concat();
        for (c, x) in flat.into_iter().enumerate() {
            let cur = self.version(l.base, c);
            let new = self.emit(ops::ListSet { depth: path.len() - 1 }, &[&[x, cur], &path[..]].concat());
            self.set_version(l.base, c, new);
        }
        if holds_places(&l.elem) {
            self.base_mut(l.base).epoch += 1;
        }
        self.base_mut(l.base).written = true;
        Ok(())
    }

    /// `l[a:b] = v`: the list is put together anew; with a step, elements are stored one by one.
    fn store_slice(&mut self, l: &ListRef, s: &[Val<'a>; 3], v: &Val<'a>) -> R<()> {
        if let Some(at) = self.slot_slice(l, s)? {
            let Some(new) = self.known_items(v)? else {
                return self.unsupported("a slice of this list set to values of unknown number", "build the list anew");
            };
            let one = matches!(&s[2], Val::None) || s[2].int_known() == Some(1);
            if !one && at.len() != new.len() {
                let text =
                    format!("attempt to assign sequence of size {} to extended slice of size {}", new.len(), at.len());
                return self.raise(ErrorKind::ValueError, &text);
            }
            let mut items = self.slot_items(l).unwrap_or_default();
            if one {
                let first = self.slot_slice_start(l, s)?;
                items.splice(first..first + at.len(), new);
            } else {
                for (k, v) in at.into_iter().zip(new) {
                    items[k] = v;
                }
            }
            return self.slot_replace(l, &items);
        }
        let (trip, source) = self.source(v)?;
        let new = self.list_from(trip, &source)?;
        let holds = |v: &Val<'a>| matches!(v, Val::List(l) if holds_places(&l.elem));
        if holds_places(&l.elem) || holds(&new) {
            self.share_elements(l.base)?;
            if let Val::List(new) = &new {
                self.share_elements(new.base)?;
            }
            return self.unsupported("assigning to a slice of a list of lists or arrays", "build the list anew");
        }
        let n = self.list_len(l)?;
        let n = self.b.func.dim_of(n);
        let (start, step, len) = self.slice_range(s, &n)?;
        if self.known_of(step).is_none() && !matches!(s[2], Val::None) {
            // A step of 1 may change the length.
            let one = self.b.i64(1);
            let is = self.b.map(&ops::EQ, &[step, one]);
            let plain = [s[0].clone(), s[1].clone(), Val::None];
            return self.branch(
                is,
                |lw| lw.store_slice(l, &plain, &new),
                |lw| lw.store_stepped(l, &new, (start, step, &len)),
            );
        }
        if self.known_of(step) != Some(1) {
            return self.store_stepped(l, &new, (start, step, &len));
        }
        let (head, tail) = self.around(l, start, &len)?;
        let r = self.list_concat(&head, &new)?;
        let r = self.list_concat(&r, &tail)?;
        self.list_replace(l, &r).map(drop)
    }

    /// Stores into every step-th element: as many as there are.
    fn store_stepped(&mut self, l: &ListRef, new: &Val<'a>, (start, step, len): (Var, Var, &Dim)) -> R<()> {
        let Val::List(from) = new else { return Ok(()) };
        let (have, want) = (self.list_len(from)?, self.b.size(len));
        let bad = self.b.map(&ops::NE, &[have, want]);
        let text = "attempt to assign sequence of size {0} to extended slice of size {1}";
        self.raise_if(bad, ErrorKind::ValueError, text, &[have, want]);
        let site = (self.site().0 ^ 0x57e9, self.span);
        self.for_loop(site, want, vec![], false, false, &mut |lw, i| {
            let x = lw.list_item(from, i)?;
            let at = lw.b.mul(i, step);
            let at = lw.b.add(at, start);
            let at = lw.py(DType::I64, at);
            lw.list_store(l, &at, &x)
        })
    }

    /// `del l[a:b]`.
    pub fn delete_slice(&mut self, l: &ListRef, s: &[Val<'a>; 3]) -> R<()> {
        if let Some(at) = self.slot_slice(l, s)? {
            let items = self.slot_items(l).unwrap_or_default();
            let left: Vec<Val<'a>> =
                items.into_iter().enumerate().filter(|(k, _)| !at.contains(k)).map(|(_, v)| v).collect();
            return self.slot_replace(l, &left);
        }
        let n = self.list_len(l)?;
        let n = self.b.func.dim_of(n);
        let (start, step, len) = self.slice_range(s, &n)?;
        if self.moves_items(l)? {
            let count = self.b.size(&len);
            let all = [start, step, count].map(|v| self.py(DType::I64, v));
            return self.by_library("list_delete", &[&[Val::List(l.clone())], &all[..]].concat()).map(drop);
        }
        if self.known_of(step) != Some(1) {
            let count = self.b.size(&len);
            let all = [start, step, count].map(|v| self.py(DType::I64, v));
            let r = self.by_library("list_without", &[&[Val::List(l.clone())], &all[..]].concat())?;
            return self.list_replace(l, &r).map(drop);
        }
        let (head, tail) = self.around(l, start, &len)?;
        let r = self.list_concat(&head, &tail)?;
        self.list_replace(l, &r).map(drop)
    }

    /// What stands before and after a part of a list.
    fn around(&mut self, l: &ListRef, start: Var, len: &Dim) -> R<(Val<'a>, Val<'a>)> {
        let len = self.b.size(len);
        let stop = self.b.add(start, len);
        let (start, stop) = (self.py(DType::I64, start), self.py(DType::I64, stop));
        let head = self.list_load(l, &Val::Slice(Rc::new([Val::None, start, Val::None])))?;
        let tail = self.list_load(l, &Val::Slice(Rc::new([stop, Val::None, Val::None])))?;
        Ok((head, tail))
    }

    /// A function of stdlib/builtins.py.
    pub fn by_library(&mut self, name: &str, args: &[Val<'a>]) -> R<Val<'a>> {
        match self.stdlib_function("builtins", quipu_syntax::Symbol::new(name)) {
            Some(f) => self.call_values(&f, args),
            None => self.error("internal", format!("the library has no {name}")),
        }
    }

    /// The element type must hold the value's: else it rises, and the function is walked again.
    fn fit_elem(&mut self, l: &ListRef, v: &Val<'a>) -> R<()> {
        self.check_live(l.base, l.epoch, &l.path)?;
        // First: what is frozen because elements were copied is not, once they are references.
        let t = self.type_in(v, &l.elem, self.maker(l))?;
        self.check_thawed(l.base)?;
        if let T::Static(what) = t {
            return self.unsupported(format!("{what} in a list"), "use a tuple");
        }
        match l.elem.join(&t) {
            Some(j) if j == *l.elem => {
                let b = self.base(l.base);
                let here = if b.param.is_some() { 0 } else { b.in_loop };
                self.check_kept(v, &|lw, f| matches!(lw.frames[f].life.in_loop, l if l == 0 || l == here))
            }
            risen => {
                if let Some(j) = risen {
                    if j.mixes_depths() {
                        self.share_list(l)?;
                        self.share_elements(l.base)?;
                    }
                    self.raise_cell(l, &j)?;
                }
                let have = (*l.elem).clone();
                let text = format!("a list of {have} cannot hold {t}");
                self.mismatch(&[have, t], text)
            }
        }
    }
}

/// Does the type have parts that live in buffers?
pub fn holds_places(t: &T) -> bool {
    match t {
        T::Array(..) | T::List(_) => true,
        T::Tuple(ts) | T::Union(ts) | T::Func(_, ts) => ts.iter().any(holds_places),
        T::Maybe(t) | T::Row(t) => holds_places(t),
        _ => false,
    }
}
