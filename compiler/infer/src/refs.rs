//! Arrays in containers that other names reach too: references as data.
//!
//! A container usually owns its arrays. Where a walk sees that a name outside of it can tell, and the container is not
//! made of slots (a list that a loop fills, the fields of shared objects), its elements are *references*: the number
//! of an array in a region, and the numbers of the view. The region of a kind of arrays is there for the whole
//! program and grows. An array that is referred to must be made in it: where a walk finds one that is not, the site
//! that made it becomes a fact (`Facts::shared_arrays`), and the next walk makes it there.
//!
//! The type of a reference lists what it may refer to, as the layout of a merged place does; so types of elements
//! rise by joining, and a reference that is taken out is a place like any other.

use crate::carry::View;
use crate::encode::{Cand, Layout, form_len, join_forms};
use crate::region::Kind;
use crate::select::MAX_CANDIDATES;
use crate::state::*;
use crate::value::*;
use quipu_abi::DType;
use quipu_ir::Var;
use quipu_ir::ops;
use quipu_syntax::Symbol;
use std::rc::Rc;

/// What a reference may refer to: arrays of this dtype and rank.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Refs {
    pub dtype: DType,
    pub rank: usize,
    pub cands: Vec<RefCand>,
    /// Does a reference say which object a view is?
    pub ids: bool,
}

/// A view of an array in the region of a kind.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RefCand {
    pub kind: Kind,
    pub view: View,
}

impl Refs {
    /// What refers to either; `None`: there is no room.
    pub fn join(&self, other: &Refs) -> Option<Refs> {
        let mut out = Refs { ids: self.ids | other.ids, ..self.clone() };
        for c in &other.cands {
            out.admit(c)?;
        }
        (self.dtype == other.dtype && self.rank == other.rank).then_some(out)
    }

    fn admit(&mut self, c: &RefCand) -> Option<()> {
        for old in self.cands.iter_mut().filter(|o| o.kind == c.kind && o.view.writeable == c.view.writeable) {
            if let Some(form) = join_forms(&old.view.form, &c.view.form, c.kind.rank) {
                old.view.form = form;
                old.view.order = old.view.order.join(&c.view.order);
                return Some(());
            }
        }
        self.cands.push(c.clone());
        (self.cands.len() <= MAX_CANDIDATES).then_some(())
    }

    /// How many numbers a reference is.
    pub fn width(&self) -> usize {
        let sel = usize::from(self.cands.len() > 1);
        let id = |c: &RefCand| usize::from(self.ids && !c.view.form.is_empty());
        sel + self.cands.iter().map(|c| 1 + form_len(&c.view.form) + id(c)).sum::<usize>()
    }
}

/// Does the type have references in it?
pub fn has_refs(t: &T) -> bool {
    match t {
        T::Ref(_) => true,
        T::Object(c) => c.is_list(),
        T::Tuple(ts) | T::Union(ts) | T::Func(_, ts) => ts.iter().any(has_refs),
        T::Maybe(t) | T::Row(t) => has_refs(t),
        _ => false,
    }
}

impl<'a> Lower<'a, '_> {
    /// Do containers that are made at this site refer to their arrays?
    pub fn makes_refs(&self, site: Site) -> bool {
        self.cx.exact(site) && (self.cx.facts.dynamic.contains(&site) || self.makes_shared(site))
    }

    /// The type that a value has in a container whose elements have type `elem` so far.
    pub fn type_in(&mut self, v: &Val<'a>, elem: &T, site: Option<Site>) -> R<T> {
        match has_refs(elem) || site.is_some_and(|s| self.makes_refs(s)) {
            true => self.ref_type(v),
            false => Ok(self.type_of(v)),
        }
    }

    /// The type of a value in a container that refers to its elements.
    pub fn ref_type(&mut self, v: &Val<'a>) -> R<T> {
        Ok(match v {
            Val::Array(p) => {
                let mut out = Refs { dtype: p.dtype, rank: p.dims.len(), cands: vec![], ids: self.cx.facts.identity };
                for q in self.spread(p, 0) {
                    let kind = self.shared_kind(&q)?;
                    let view = self.view_of(&q);
                    if out.admit(&RefCand { kind, view }).is_none() {
                        return self.error("ambiguous-alias", "this may be a view of too many kinds of arrays");
                    }
                }
                T::Ref(Rc::new(out))
            }
            Val::List(l) => {
                if l.class.is_none() {
                    self.share_list(l)?;
                }
                self.type_of(v)
            }
            Val::Tuple(vs) => {
                let ts: R<Vec<T>> = vs.iter().map(|v| self.ref_type(v)).collect();
                T::Tuple(ts?)
            }
            Val::Maybe(m) => T::Maybe(Box::new(self.ref_type(&m.1)?)),
            Val::Union(u) => {
                let ts: R<Vec<T>> = u.members.iter().map(|v| self.ref_type(v)).collect();
                T::Union(ts?)
            }
            v => self.type_of(v),
        })
    }

    /// The kind of the region that the array of a place is in. If it is in none, the next walk makes it there.
    pub fn shared_kind(&mut self, p: &Place) -> R<Kind> {
        let id = p.base;
        if let BaseKind::Region { kind, slots: 0 } = &self.base(id).kind {
            return Ok(kind.clone());
        }
        let whole = p.path.is_empty() || self.is_region(id);
        if let (true, Some(kind), Some(made)) = (whole, self.kind_of(id), self.base(id).made) {
            let mut risen = self.cx.facts.shared_arrays.insert(made);
            if risen {
                // If it is a loop that carries it: its trips make the arrays elsewhere from now on.
                self.forget_room(made);
            }
            if !self.cx.facts.regions.contains(&kind) {
                self.cx.facts.regions.push(kind);
                risen = true;
            }
            if risen {
                return Err(self.cx.rise_anyhow());
            }
        }
        self.unsupported("an array that a container shares with other names here", "put in a copy: `.copy()`")
    }

    /// The regions of the whole program: those that are not there yet.
    pub fn open_regions(&mut self) {
        for kind in self.cx.facts.regions.clone() {
            if self.regions.iter().any(|(k, _)| *k == kind) {
                continue;
            }
            // One empty array, so that there is something under the number of a reference that nobody looks at.
            let id = self.new_region(&kind, 1);
            self.base_mut(id).kind = BaseKind::Region { kind: kind.clone(), slots: 0 };
            self.name_region(kind, id);
        }
    }

    /// A region of the whole program is there from here on, under a name: what a handler must see of a `try` is found
    /// by names.
    pub fn name_region(&mut self, kind: Kind, id: BaseId) {
        let name = Symbol::new(&format!("<region {}>", self.regions.len()));
        let elem = Rc::new(T::Array(kind.dtype, kind.rank));
        self.set_slot(0, name, Val::List(ListRef::whole(id, elem)));
        self.regions.push((kind, id));
    }

    /// A new array in the region of its kind, if arrays of this site are shared.
    pub fn share(&mut self, v: Var, kind: &Kind) -> Option<Place> {
        if self.regions.is_empty() || !self.cx.facts.shared_arrays.contains(&self.site()) {
            return None;
        }
        let base = self.regions.iter().find(|(k, _)| k == kind)?.1;
        let list = self.version(base, 0);
        let h = self.emit(ops::ListLen { depth: 0 }, &[list]);
        let dims = self.dims_of(v);
        let new = self.emit(ops::ListPush { depth: 0 }, &[v, list]);
        self.set_version(base, 0, new);
        self.base_mut(base).written = true;
        self.root_dims.insert((base, h), dims.clone());
        Some(Place {
            base,
            path: Rc::new([h]),
            segs: Rc::new([]),
            dtype: kind.dtype,
            dims: dims.into(),
            writeable: true,
            // Whole arrays of a region are objects by their numbers.
            obj: u32::MAX - base.0,
            id: None,
            order: kind.order.clone(),
            epoch: 0,
        })
    }

    /// What references of this type are, as candidates of a name.
    pub fn ref_layout(&self, refs: &Refs) -> Layout {
        let mut cands = vec![];
        for c in &refs.cands {
            let Some((_, base)) = self.regions.iter().find(|(k, _)| *k == c.kind) else { continue };
            let like = Place {
                base: *base,
                path: Rc::new([]),
                segs: Rc::new([]),
                dtype: refs.dtype,
                dims: Rc::new([]),
                writeable: c.view.writeable,
                obj: if c.view.form.is_empty() { u32::MAX - base.0 } else { 0 },
                id: None,
                order: c.view.order.clone(),
                epoch: 0,
            };
            cands.push(Cand { base: *base, fixed: None, handle: true, form: c.view.form.clone(), like });
        }
        Layout { cands, ids: refs.ids }
    }

    /// A reference to what a place denotes.
    pub fn reference(&mut self, p: &Place, refs: &Refs) -> R<Vec<Var>> {
        for q in self.spread(p, 0) {
            self.shared_kind(&q)?;
            if self.outlined && refs.ids && !q.segs.is_empty() {
                return self.unsupported("`is` between views that a recursive function makes", "compare the arrays");
            }
        }
        let layout = self.ref_layout(refs);
        if layout.cands.len() != refs.cands.len() {
            return self
                .unsupported("an array that a container shares with other names here", "put in a copy: `.copy()`");
        }
        Ok(self.encode_all(&layout, p, 0, &|q| (q.clone(), q.base)))
    }

    /// A value goes into a container where it has this type: as `put_in`, for what is not referred to.
    pub fn put_as(&mut self, v: &Val<'a>, t: &T, site: Option<Site>) -> R<Option<Frozen>> {
        match (v, t) {
            (_, T::Ref(_)) | (Val::List(_), T::Object(_)) => Ok(None),
            (Val::Tuple(vs), T::Tuple(ts)) if has_refs(t) => {
                let mut out = None;
                for (v, t) in vs.iter().zip(ts) {
                    out = out.or(self.put_as(v, t, site)?);
                }
                Ok(out)
            }
            (Val::Maybe(m), T::Maybe(t)) => self.put_as(&m.1, t, site),
            (v, T::Maybe(t)) => self.put_as(v, t, site),
            (v, T::Union(ts)) if ts.iter().any(has_refs) => {
                let all = match v {
                    Val::Union(u) => u.members.clone(),
                    v => vec![v.clone()],
                };
                let mut out = None;
                for v in &all {
                    let own = self.type_of(v);
                    if let Some(t) = ts.iter().find(|t| crate::flat::member_fits(&own, t)) {
                        out = out.or(self.put_as(v, t, site)?);
                    }
                }
                Ok(out)
            }
            _ => self.put_in(v, site),
        }
    }
}
