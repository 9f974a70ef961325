//! Lists: displays, items, methods, and arrays made of them.
//!
//! A list has a column per scalar of its flattened element type, all of one length. Inner lists and arrays are
//! reached through paths. What is put into a list moves there: its old name is dead, so that nothing is shared
//! without the compiler knowing.

use crate::state::*;
use crate::value::*;
use quipu_abi::{DType, ErrorKind};
use quipu_ir::ops::{self, Ix};
use quipu_ir::{Dim, Ty, Var};
use quipu_syntax::ast::CmpOp;
use std::rc::Rc;

impl<'a> Lower<'a, '_> {
    pub fn list_display(&mut self, vs: &[Val<'a>]) -> R<Val<'a>> {
        let site = self.site();
        // A list of functions is known whole while compiling; what would change it is refused.
        if !vs.is_empty() && vs.iter().all(|v| matches!(v, Val::Func(_) | Val::Builtin(_))) {
            return Ok(Val::Tuple(vs.to_vec().into()));
        }
        let mut elem = self.cx.facts.cells.get(&site).cloned().unwrap_or(T::Never);
        for v in vs {
            let t = self.type_of(v);
            if let T::Static(what) = t {
                return self.unsupported(format!("{what} in a list"), "use a tuple");
            }
            match elem.join(&t) {
                Some(j) => elem = j,
                None => return self.error("type-mismatch", format!("a list of both {elem} and {t}")),
            }
        }
        self.cx.facts.cells.insert(site, elem.clone());
        let mut leaves = vec![];
        for v in vs {
            leaves.push(match v {
                Val::Scalar(s) => Some(LeafVal::Scalar(s.clone())),
                Val::List(l) => Some(LeafVal::List(l.clone())),
                Val::Array(p) => Some(LeafVal::Array(p.clone())),
                _ => None,
            });
        }
        let mut rows = vec![];
        for v in vs {
            let flat = self.flatten(v, &elem)?;
            rows.push(flat);
        }
        let mut shared = None;
        for v in vs {
            shared = shared.or(self.put_in(v));
        }
        let tys = self.list_tys(&elem);
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
        let list = self.list_base(cur.clone(), &elem, site);
        let Val::List(mut l) = list else { return Ok(list) };
        self.base_mut(l.base).frozen = shared;
        if let Some(all) = leaves.into_iter().collect::<Option<Vec<_>>>() {
            l.display = Some(Rc::new(Display { cur, items: all, in_loop: self.in_loop }));
        }
        Ok(Val::List(l))
    }

    /// A value goes into a container: its base moves there. A view shares with its base for good: both freeze, and
    /// the container with them.
    pub fn put_in(&mut self, v: &Val<'a>) -> Option<Frozen> {
        let span = self.span;
        let frozen = Some(Frozen { span, site: None, by: None });
        match v {
            Val::Array(p) => {
                let whole = p.path.is_empty()
                    && p.segs.is_empty()
                    && !matches!(self.base(p.base).kind, BaseKind::Select { .. });
                let named = self.named(p.base);
                if whole && named == 0 && self.base(p.base).param.is_none() {
                    return self.base(p.base).frozen;
                }
                if whole && named == 1 && self.base(p.base).param.is_none() {
                    self.base_mut(p.base).moved = Some(span);
                    return self.base(p.base).frozen;
                }
                self.freeze_base(p.base, None);
                frozen
            }
            Val::List(l) => {
                if l.path.is_empty() && self.base(l.base).param.is_none() {
                    if self.named(l.base) > 0 {
                        self.base_mut(l.base).moved = Some(span);
                    }
                    return self.base(l.base).frozen;
                }
                self.freeze_base(l.base, None);
                frozen
            }
            Val::Tuple(vs) => {
                let mut out = None;
                for v in vs.clone().iter() {
                    out = out.or(self.put_in(v));
                }
                out
            }
            Val::Union(u) => {
                let mut out = None;
                for v in &u.clone().members {
                    out = out.or(self.put_in(v));
                }
                out
            }
            _ => None,
        }
    }

    pub fn list_len(&mut self, l: &ListRef) -> R<Var> {
        self.check_live(l.base, l.epoch, &l.path)?;
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
        let d = l.display.as_ref()?;
        let b = self.base(l.base);
        let same = l.path.is_empty() && self.in_loop == d.in_loop && b.cells.is_none() && b.cur == d.cur;
        same.then(|| d.items.clone())
    }

    /// The element at an index in bounds.
    pub fn list_item(&mut self, l: &ListRef, i: Var) -> R<Val<'a>> {
        self.check_live(l.base, l.epoch, &l.path)?;
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
                    order: Order::C,
                    epoch,
                }));
            }
            T::Never => return self.raise(ErrorKind::IndexError, "list index out of range"),
            _ => {}
        }
        let elem = (*l.elem).clone();
        let mut flat = vec![];
        if crate::outline::flat_len(&elem) > 0 {
            for c in 0..self.base(l.base).cur.len() {
                let cur = self.version(l.base, c);
                flat.push(self.emit(ops::ListGet { depth: path.len() - 1 }, &[&[cur], &path[..]].concat()));
                self.put_back(l.base, c, cur);
            }
        }
        let site = self.site();
        let v = self.unflatten(&elem, &mut flat.into_iter(), site);
        if holds_places(&elem) {
            // The parts are copies of what the list holds.
            self.freeze_base(l.base, None);
        }
        Ok(v)
    }

    fn list_index(&mut self, l: &ListRef, i: &Scalar, text: &str) -> R<Var> {
        let n = self.list_len(l)?;
        let n = self.b.func.dim_of(n);
        Ok(self.norm_index(i, &n, text))
    }

    pub fn list_load(&mut self, l: &ListRef, index: &Val<'a>) -> R<Val<'a>> {
        if let Val::Slice(s) = index {
            let n = self.list_len(l)?;
            let n = self.b.func.dim_of(n);
            let (start, step, len) = self.slice_range(&s.clone(), &n)?;
            let count = self.b.size(&len);
            let cols = self.list_values(l)?;
            if holds_places(&l.elem) {
                self.freeze_base(l.base, None);
            }
            let cur = cols.into_iter().map(|c| self.emit(ops::ListSlice {}, &[c, start, step, count])).collect();
            return self.list_copy_of(l, cur);
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
        let have = self.cx.facts.cells.get(&site).cloned().unwrap_or(T::Never);
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
                Ok(copy)
            }
        }
    }

    pub fn list_store(&mut self, l: &ListRef, index: &Val<'a>, v: &Val<'a>) -> R<()> {
        if let Val::Slice(s) = index {
            return self.store_slice(l, &s.clone(), v);
        }
        self.fit_elem(l, v)?;
        let i = self.as_index(index)?;
        let i = self.list_index(l, &i, "list assignment index out of range")?;
        let elem = (*l.elem).clone();
        let flat = self.flatten(v, &elem)?;
        if let Some(span) = self.put_in(v) {
            self.base_mut(l.base).frozen = Some(span);
        }
        let path = [&l.path[..], &[i]].concat();
        for (c, x) in flat.into_iter().enumerate() {
            let cur = self.version(l.base, c);
            let new = self.emit(ops::ListSet { depth: path.len() - 1 }, &[&[x, cur], &path[..]].concat());
            self.set_version(l.base, c, new);
        }
        if holds_places(&elem) {
            self.base_mut(l.base).epoch += 1;
        }
        self.base_mut(l.base).written = true;
        Ok(())
    }

    /// `l[a:b] = v`: the list is put together anew; with a step, elements are stored one by one.
    fn store_slice(&mut self, l: &ListRef, s: &[Val<'a>; 3], v: &Val<'a>) -> R<()> {
        if holds_places(&l.elem) {
            return self.unsupported("assigning to a slice of a list of lists or arrays", "build the list anew");
        }
        let (trip, source) = self.source(v)?;
        let new = self.list_from(trip, &source)?;
        let n = self.list_len(l)?;
        let n = self.b.func.dim_of(n);
        let (start, step, len) = self.slice_range(s, &n)?;
        if self.known_of(step) != Some(1) {
            let Val::List(from) = &new else { return Ok(()) };
            let (have, want) = (self.list_len(from)?, self.b.size(&len));
            let bad = self.b.map(&ops::NE, &[have, want]);
            let text = "attempt to assign sequence of size {0} to extended slice of size {1}";
            self.raise_if(bad, ErrorKind::ValueError, text, &[have, want]);
            let (from, l) = (from.clone(), l.clone());
            let site = (self.site().0 ^ 0x57e9, self.span);
            return self.for_loop(site, want, vec![], false, false, &mut |lw, i| {
                let x = lw.list_item(&from, i)?;
                let at = lw.b.mul(i, step);
                let at = lw.b.add(at, start);
                let at = lw.py(DType::I64, at);
                lw.list_store(&l, &at, &x)
            });
        }
        let (head, tail) = self.around(l, start, &len)?;
        let r = self.list_concat(&head, &new)?;
        let r = self.list_concat(&r, &tail)?;
        self.replace_as(l, &r)
    }

    /// `del l[a:b]`.
    pub fn delete_slice(&mut self, l: &ListRef, s: &[Val<'a>; 3]) -> R<()> {
        let n = self.list_len(l)?;
        let n = self.b.func.dim_of(n);
        let (start, step, len) = self.slice_range(s, &n)?;
        if holds_places(&l.elem) || self.known_of(step) != Some(1) {
            return self.unsupported("deleting this slice", "build the list that is left");
        }
        let (head, tail) = self.around(l, start, &len)?;
        let r = self.list_concat(&head, &tail)?;
        self.replace_as(l, &r)
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

    /// The list becomes another one, of the same type.
    fn replace_as(&mut self, l: &ListRef, new: &Val<'a>) -> R<()> {
        let Val::List(r) = new else { return Ok(()) };
        if r.elem != l.elem {
            if let Some(j) = l.elem.join(&r.elem) {
                self.raise_cell(l, &j)?;
                self.raise_cell(r, &j)?;
            }
            let (a, b) = (l.elem.clone(), r.elem.clone());
            return self.error("type-mismatch", format!("a list of {a} cannot hold a slice of {b}"));
        }
        self.list_replace(l, new)?;
        Ok(())
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
        self.check_thawed(l.base)?;
        let t = self.type_of(v);
        if let T::Static(what) = t {
            return self.unsupported(format!("{what} in a list"), "use a tuple");
        }
        match l.elem.join(&t) {
            Some(j) if j == *l.elem => Ok(()),
            Some(j) => {
                self.raise_cell(l, &j)?;
                let have = (*l.elem).clone();
                self.error("type-mismatch", format!("a list of {have} cannot hold {t}"))
            }
            None => {
                let have = (*l.elem).clone();
                self.error("type-mismatch", format!("a list of {have} cannot hold {t}"))
            }
        }
    }

    pub fn list_push(&mut self, l: &ListRef, v: &Val<'a>) -> R<()> {
        self.fit_elem(l, v)?;
        let elem = (*l.elem).clone();
        let mut flat = self.flatten(v, &elem)?;
        if let Some(span) = self.put_in(v) {
            self.base_mut(l.base).frozen = Some(span);
        }
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
        Ok(())
    }

    fn list_insert(&mut self, l: &ListRef, at: &Val<'a>, v: &Val<'a>) -> R<()> {
        self.fit_elem(l, v)?;
        let n = self.list_len(l)?;
        let n = self.b.func.dim_of(n);
        let bound: Rc<[Val<'a>; 3]> = Rc::new([at.clone(), Val::None, Val::None]);
        let (start, _, _) = self.slice_range(&bound, &n)?;
        let size = self.b.size(&n);
        let at = self.b.map(&ops::MINIMUM, &[start, size]);
        let elem = (*l.elem).clone();
        let mut flat = self.flatten(v, &elem)?;
        if let Some(span) = self.put_in(v) {
            self.base_mut(l.base).frozen = Some(span);
        }
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
        Ok(self.unflatten(&elem, &mut flat.into_iter(), site))
    }

    pub fn list_extend(&mut self, l: &ListRef, v: &Val<'a>) -> R<()> {
        let (trip, source) = self.source(v)?;
        if let Some(n) = self.known_of(trip)
            && n <= 8
        {
            for i in 0..n {
                let i = self.b.i64(i);
                let item = self.item(&source, i)?;
                self.list_push(l, &item)?;
            }
            return Ok(());
        }
        let site = (self.site().0 ^ 0xe47e, self.span);
        self.for_loop(site, trip, vec![], false, false, &mut |lw, i| {
            let item = lw.item(&source, i)?;
            lw.list_push(l, &item)
        })
    }

    /// A new list of a source's items.
    pub fn list_from(&mut self, trip: Var, source: &crate::loops::Source<'a>) -> R<Val<'a>> {
        let list = self.list_display(&[])?;
        let Val::List(l) = &list else { return Ok(list) };
        let l = ListRef { display: None, ..l.clone() };
        let site = (self.site().0 ^ 0xf507, self.span);
        self.for_loop(site, trip, vec![], false, false, &mut |lw, i| {
            let item = lw.item(source, i)?;
            lw.list_push(&l, &item)
        })?;
        Ok(Val::List(l))
    }

    pub fn list_concat(&mut self, x: &Val<'a>, y: &Val<'a>) -> R<Val<'a>> {
        let (Val::List(a), Val::List(b)) = (x, y) else { return Ok(Val::None) };
        if *a.elem != *b.elem || holds_places(&a.elem) {
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
        if holds_places(&l.elem) {
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

    pub fn list_equal(&mut self, op: CmpOp, a: &ListRef, b: &ListRef) -> R<Val<'a>> {
        let (n, m) = (self.list_len(a)?, self.list_len(b)?);
        let same = self.b.map(&ops::EQ, &[n, m]);
        let cond = self.py(DType::Bool, same);
        let (a, b) = (a.clone(), b.clone());
        let slot = quipu_syntax::Symbol::new("<equal>");
        let at = self.at;
        let r = self.choose(
            &cond,
            |lw| {
                if *a.elem == T::Never || *b.elem == T::Never {
                    return Ok(lw.boolean(true));
                }
                let t = lw.boolean(true);
                lw.set_slot(at, slot, t);
                let site = (lw.site().0 ^ 0xe9, lw.span);
                lw.for_loop(site, n, vec![slot], false, false, &mut |lw, i| {
                    let (x, y) = (lw.list_item(&a, i)?, lw.list_item(&b, i)?);
                    let e = lw.compare(CmpOp::Eq, &x, &y)?;
                    let e = lw.truth(&e)?;
                    let old = lw.get_slot(at, slot).cloned().unwrap_or(Val::None);
                    let (u, v) = (lw.operand(&old)?, lw.operand(&e)?);
                    let r = lw.b.map(&ops::AND, &[u, v]);
                    let r = lw.py(DType::Bool, r);
                    lw.set_slot(at, slot, r);
                    Ok(())
                })?;
                Ok(lw.frames[at].slots.remove(&slot).unwrap_or(Val::None))
            },
            |lw| Ok(lw.boolean(false)),
        )?;
        if op == CmpOp::Eq { Ok(r) } else { self.unary(quipu_syntax::ast::UnaryOp::Not, &r) }
    }

    pub fn list_method(&mut self, l: &ListRef, name: &str, args: &[Val<'a>]) -> R<Val<'a>> {
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
            ("reverse", []) => {
                let minus = self.int(-1);
                let r = self.list_load(l, &Val::Slice(Rc::new([Val::None, Val::None, minus])))?;
                self.list_replace(l, &r)
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
            ("index", [v]) => self.list_find(l, v),
            ("remove", [v]) => {
                let i = self.list_find(l, v)?;
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
        self.check_thawed(l.base)?;
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

    pub fn sorted_list(&mut self, l: &ListRef, reverse: bool) -> R<Val<'a>> {
        let T::Scalar(..) = *l.elem else {
            if *l.elem == T::Never {
                return self.list_display(&[]);
            }
            let reverse = self.boolean(reverse);
            return self.by_library("sorted_list", &[Val::List(l.clone()), reverse]);
        };
        let cols = self.list_values(l)?;
        let a = self.emit(ops::ArrayOfList {}, &[cols[0]]);
        let s = self.emit(ops::Sort { axis: 0 }, &[a]);
        let s = if reverse {
            let n = self.dims_of(s)[0].clone();
            let start = self.b.size(&n.plus(-1));
            let step = self.b.i64(-1);
            self.b.read(s, &vec![Ix::Range { len: n }], &[start, step])
        } else {
            s
        };
        let c = self.emit(ops::ListOfArray {}, &[s]);
        self.list_copy_of(l, vec![c])
    }

    fn list_count(&mut self, l: &ListRef, v: &Val<'a>) -> R<Val<'a>> {
        let n = self.list_len(l)?;
        let slot = quipu_syntax::Symbol::new("<count>");
        let at = self.at;
        let zero = self.int(0);
        self.set_slot(at, slot, zero);
        let site = (self.site().0 ^ 0xc0, self.span);
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

    /// The first index of a value; raises ValueError.
    fn list_find(&mut self, l: &ListRef, v: &Val<'a>) -> R<Val<'a>> {
        let n = self.list_len(l)?;
        let slot = quipu_syntax::Symbol::new("<at>");
        let at = self.at;
        let minus = self.int(-1);
        self.set_slot(at, slot, minus);
        let site = (self.site().0 ^ 0x1d, self.span);
        self.for_loop(site, n, vec![slot], false, true, &mut |lw, i| {
            let x = lw.list_item(l, i)?;
            let e = lw.compare(CmpOp::Eq, &x, v)?;
            let e = lw.truth(&e)?;
            let e = lw.operand(&e)?;
            let minus = lw.b.i64(-1);
            let r = lw.b.select(e, i, minus);
            let r = lw.py(DType::I64, r);
            lw.set_slot(at, slot, r);
            let (n, b) = (lw.b.i64(exit::NEXT), lw.b.i64(exit::BREAK));
            let code = lw.b.select(e, b, n);
            let code = lw.py(DType::I64, code);
            let name = lw.exit_slot;
            lw.set_slot(at, name, code);
            Ok(())
        })?;
        self.set_exit(exit::NEXT);
        let r = self.frames[at].slots.remove(&slot).unwrap_or(Val::None);
        let x = self.operand(&r)?;
        let zero = self.b.i64(0);
        let bad = self.b.map(&ops::LT, &[x, zero]);
        match self.repr_known(v) {
            Some(s) => self.raise_if(bad, ErrorKind::ValueError, &format!("{s} is not in list"), &[]),
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

    // Arrays of lists.

    /// A list, tuple or range as an array.
    pub fn array_from(&mut self, v: &Val<'a>, dtype: Option<DType>) -> R<Val<'a>> {
        let a = self.array_value(v, dtype)?;
        Ok(self.fresh(a))
    }

    /// The dtype of nested items: what NumPy finds by looking at all of them.
    fn leaf_dtype(&self, v: &Val<'a>) -> Option<DType> {
        match v {
            Val::Scalar(s) => Some(s.dtype),
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
            Val::Range(_) => Some(DType::I64),
            _ => None,
        }
    }

    fn array_value(&mut self, v: &Val<'a>, dtype: Option<DType>) -> R<Var> {
        let found = self.leaf_dtype(v);
        let Some(d) = dtype.or(found) else {
            let t = self.type_of(v);
            return self.unsupported(format!("an array of {t}"), "make lists of numbers of one kind, or give dtype=");
        };
        self.stack(v, d)
    }

    fn stack(&mut self, v: &Val<'a>, d: DType) -> R<Var> {
        match v {
            Val::Scalar(s) => {
                self.check_int_fits(s, d)?;
                let x = self.b.cast(s.var, d);
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
            T::List(_) | T::Array(..) | T::Tuple(_) | T::Union(_) => {
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

fn elem_dtype(t: &T) -> Option<DType> {
    match t {
        T::Never => Some(DType::F64),
        T::Scalar(d, _) | T::Array(d, _) => Some(*d),
        T::List(e) => elem_dtype(e),
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

/// Does the type have parts that live in buffers?
pub fn holds_places(t: &T) -> bool {
    match t {
        T::Array(..) | T::List(_) => true,
        T::Tuple(ts) | T::Union(ts) => ts.iter().any(holds_places),
        T::Maybe(t) => holds_places(t),
        _ => false,
    }
}
