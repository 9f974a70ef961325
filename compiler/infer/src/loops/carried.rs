//! What a loop carries: opened before the body, bound in it, yielded at the end of a trip, bound to names after it.

use crate::carry::{Home, Key, Room, array_in, is_exact};
use crate::places::{name_at, part_at};
use crate::state::*;
use crate::value::*;
use quipu_abi::DType;
use quipu_ir::{Dim, Var};
use quipu_syntax::Symbol;
use rustc_hash::FxHashMap as HashMap;
use std::collections::BTreeSet;

/// A name that a loop carries.
pub(super) struct Carried {
    pub(super) frame: usize,
    pub(super) name: Symbol,
    pub(super) ty: T,
    /// The parameters' types, in the order of the flattened value.
    pub(super) tys: Vec<quipu_ir::Ty>,
    pub(super) kind: Kind,
}

pub(super) enum Kind {
    /// By value. Shared: what it was before the loop had other names too, or its arrays do at the end of a trip.
    /// Generic: the sizes are of each trip's own.
    Value { shared: bool, generic: bool, order: Option<Order> },
    /// Which place it denotes (see `carry`).
    Place(Vec<Key>),
    /// A buffer of places.
    Home(Home),
    /// A region that takes the arrays of trips. Its version is carried like that of any base from before the loop.
    Pool(BaseId),
}

impl<'a> Lower<'a, '_> {
    /// The names to carry, with the types they have at the loop's head and their first values.
    pub(super) fn open_carried(
        &mut self,
        site: Site,
        assigned: Vec<Symbol>,
        exits: bool,
    ) -> R<(Vec<Carried>, Vec<Var>)> {
        let mut names: BTreeSet<(usize, Symbol)> = assigned.iter().map(|n| (self.home(*n), *n)).collect();
        // A walk that came here by another way may have had more frames.
        let here = |f: usize| f < self.frames.len();
        let known = self.cx.facts.carried.keys().filter(|(s, _, f)| *s == site && here(*f));
        names.extend(known.map(|(_, n, f)| (*f, *n)));
        if exits {
            names.insert((self.at, self.exit_slot));
        }
        let (mut carried, mut inits) = (vec![], vec![]);
        let exact = self.cx.exact(site);
        for home in self.cx.facts.homes.get(&site).cloned().unwrap_or_default() {
            let ty = T::Array(home.dtype, home.rank);
            let tys = self.flat_tys(&ty);
            inits.push(self.dummy(&tys[0]));
            let name = Symbol::new("<home>");
            carried.push(Carried { frame: usize::MAX, name, ty, tys, kind: Kind::Home(home) });
        }
        let pools = self.cx.facts.pools.get(&site).cloned().unwrap_or_default();
        let mut room = Room::default();
        for kind in pools {
            let of = |(f, n): &(usize, Symbol)| self.cx.facts.carry.contains_key(&(site, *n, *f));
            let n = names.iter().filter(|n| of(n)).count();
            let base = self.new_region(&kind, n + 1);
            room.pools.push(base);
            self.base_mut(base).made = Some(site);
            let (name, ty) = (Symbol::new("<pool>"), T::Array(kind.dtype, kind.rank));
            carried.push(Carried { frame: usize::MAX, name, ty, tys: vec![], kind: Kind::Pool(base) });
        }
        for (frame, name) in names {
            if self.is_dead(frame, name, site.1) {
                if self.rest_needs(frame, name) == Some(false) {
                    self.frames[frame].slots.remove(&name);
                } else if self.get_slot(frame, name).is_some() {
                    self.set_slot(frame, name, Val::Unknown(self.span));
                }
                continue;
            }
            let mut fact = self.cx.facts.carried.get(&(site, name, frame)).cloned();
            let value = self.get_slot(frame, name).cloned();
            value.iter().try_for_each(|v| self.share_where_asked(v, site))?;
            if self.shares(site) {
                // A list in it is from a walk that did not know so yet.
                fact = fact.as_ref().and_then(without_lists);
            }
            let ty = match (&value, &fact) {
                (Some(v), None) => match v {
                    // In-place changes keep the place: carried only where a walk has seen another one.
                    Val::Array(_) | Val::List(_) | Val::Range(_) => continue,
                    v => match self.type_of(v) {
                        T::Static(_) | T::Tuple(_) | T::Union(_) | T::Func(..) | T::Object(_) => continue,
                        t => t,
                    },
                },
                (Some(v), Some(f)) => {
                    let t = self.type_of(v);
                    match t.join(f) {
                        Some(t) => t,
                        None => {
                            return self.error(
                                "type-mismatch",
                                format!("`{}` is {t} before the loop and {f} in it", name.as_str()),
                            );
                        }
                    }
                }
                (None, Some(f)) => match f {
                    T::Maybe(_) => f.clone(),
                    f => T::Maybe(Box::new(f.clone())),
                },
                (None, None) => continue,
            };
            let ty = self.widened_type(&ty, name_at(site, frame, name));
            if let (true, Some(dtype)) = (exact, is_exact(&ty)) {
                let key = (site, name, frame);
                let mut keys = self.cx.facts.carry.get(&key).cloned().unwrap_or_default();
                let p = value.as_ref().and_then(array_in).cloned();
                let entries: Vec<crate::state::Slots<'a>> = self.frames.iter().map(|f| f.slots.clone()).collect();
                if let Some(p) = &p
                    && self.admit_outer(&mut keys, &entries, p).is_none()
                {
                    self.need_slots(p.base)?;
                    return self.unsupported("a loop that carries this array", "copy it before the loop");
                }
                self.cx.facts.carry.insert(key, keys.clone());
                let layout = self.layout_of(&keys, &entries, &room, dtype);
                let (mut flat, mut tys) = (vec![], vec![]);
                if let T::Maybe(_) = ty {
                    flat.push(match &value {
                        Some(Val::Maybe(m)) => m.0,
                        v => self.b.bool(v.is_some()),
                    });
                    tys.push(quipu_ir::Ty::BOOL);
                }
                let numbers = match &p {
                    Some(p) => self.encode(&layout, p, p.base),
                    None => vec![self.b.i64(0); layout.width()],
                };
                tys.extend(vec![quipu_ir::Ty::I64; numbers.len()]);
                flat.extend(numbers);
                carried.push(Carried { frame, name, ty, tys, kind: Kind::Place(keys) });
                inits.extend(flat);
                continue;
            }
            let shared = self.cx.facts.shared.contains(&(site, name, frame))
                | value.as_ref().is_some_and(|v| self.freeze_carried(v, is_exact(&ty).map(|_| site)));
            let flat = match &value {
                Some(v) => self.flatten(v, &ty)?,
                None => self.absent(&ty),
            };
            let order = value.as_ref().and_then(array_in).map(|p| p.order.clone());
            let fact = self.cx.facts.orders.get(&(site, name, frame)).cloned();
            let order = match (order, fact) {
                (Some(a), Some(b)) => Some(a.join(&b)),
                (a, b) => a.or(b),
            };
            let generic = value.is_none() || self.cx.facts.resized.contains(&(site, name, frame));
            let tys = if generic { self.flat_tys(&ty) } else { self.b.func.tys(&flat) };
            carried.push(Carried { frame, name, ty, tys, kind: Kind::Value { shared, generic, order } });
            inits.extend(flat);
        }
        Ok((carried, inits))
    }

    /// The type of what a loop carries, with lists of as wide elements as what comes of them has been seen to need.
    fn widened_type(&mut self, t: &T, at: Site) -> T {
        match t {
            T::List(e) => {
                self.cx.ask(About::Elements(at));
                let wanted = self.cx.facts.cells.get(&at).and_then(|w| e.join(w));
                T::List(wanted.map_or_else(|| e.clone(), Box::new))
            }
            T::Maybe(t) => T::Maybe(Box::new(self.widened_type(t, at))),
            T::Tuple(ts) => {
                T::Tuple(ts.iter().enumerate().map(|(k, t)| self.widened_type(t, part_at(at, k))).collect())
            }
            t => t.clone(),
        }
    }

    /// The lists in a carried value are those that `widened_type` looks up.
    fn note_met(&mut self, v: &Val<'a>, at: Site) {
        match v {
            Val::List(l) if l.class.is_none() && l.path.is_empty() => self.base_mut(l.base).met = Some(at),
            Val::Maybe(m) => self.note_met(&m.1, at),
            Val::Tuple(vs) => vs.iter().enumerate().for_each(|(k, v)| self.note_met(v, part_at(at, k))),
            _ => {}
        }
    }

    /// The type with sizes of its own wherever it has free ones.
    pub(super) fn renamed(&mut self, t: &quipu_ir::Ty) -> quipu_ir::Ty {
        let free: Vec<quipu_ir::Sym> = t
            .dims()
            .iter()
            .filter_map(Dim::as_sym)
            .filter(|s| self.b.func.syms[s.index()].def != quipu_ir::SymDef::Free)
            .filter(
                |s| matches!(self.b.func.syms[s.index()].def, quipu_ir::SymDef::Dim(v, _) if self.b.func.ty(v) == t),
            )
            .collect();
        let fresh: HashMap<quipu_ir::Sym, Dim> = free.into_iter().map(|s| (s, self.b.new_size().into())).collect();
        t.subst(&mut |s| fresh.get(&s).cloned().unwrap_or_else(|| s.into()))
    }

    /// A carried array is a copy of what it was before the loop, unless nothing else names that. Does something?
    fn freeze_carried(&mut self, v: &Val<'a>, site: Option<Site>) -> bool {
        let mut shared = false;
        for base in crate::merge::mentioned_bases(v) {
            for b in self.roots(base) {
                let slots = matches!(self.base(b).kind, BaseKind::Slots { .. });
                if slots || self.named(b) > 1 || self.base(b).param.is_some() || base != b {
                    self.freeze_base(b, site);
                    shared = true;
                }
                shared |= self.base(b).frozen.is_some();
            }
        }
        shared
    }

    /// Names the carried values: at the loop's head, and after it. Gives the room for arrays of trips.
    pub(super) fn bind_carried(
        &mut self,
        header: &Snapshot<'a>,
        carried: &[Carried],
        params: &[Var],
        site: Site,
    ) -> Room {
        let mut it = params.iter().copied();
        let mut room = Room::default();
        for c in carried {
            match &c.kind {
                Kind::Home(h) => {
                    let v = it.next().expect("a variable per home");
                    let id = self.new_base(vec![v], BaseKind::Array { dtype: h.dtype, order: h.order.clone() });
                    let frozen = h.frozen.filter(|f| !self.is_stale(f));
                    self.base_mut(id).frozen = frozen;
                    self.base_mut(id).made = Some(site);
                    room.homes.push(id);
                }
                Kind::Pool(base) => room.pools.push(*base),
                Kind::Value { shared, order, .. } => {
                    let v = self.unflatten_in(&c.ty, &mut it, site, order.clone());
                    self.note_met(&v, name_at(site, c.frame, c.name));
                    if *shared {
                        let site = is_exact(&c.ty).map(|_| site);
                        let f = Some(Frozen { span: self.span, site, by: None, holds: false });
                        for b in crate::merge::mentioned_bases(&v) {
                            self.base_mut(b).frozen = f;
                            self.base_mut(b).merged = f;
                        }
                    }
                    self.set_slot(c.frame, c.name, v);
                }
                Kind::Place(keys) => {
                    let dtype = is_exact(&c.ty).unwrap_or(DType::F64);
                    let layout = self.layout_of(keys, &header.frames, &room, dtype);
                    let bound = if let T::Maybe(_) = c.ty { it.next() } else { None };
                    let v = if layout.cands.is_empty() {
                        // Not bound before the loop, and this walk is the first to see what it becomes.
                        let inner = if let T::Maybe(t) = &c.ty { (**t).clone() } else { c.ty.clone() };
                        let flat = self.dummies(&inner);
                        self.unflatten(&inner, &mut flat.into_iter(), site)
                    } else {
                        Val::Array(self.decode(&layout, &mut it))
                    };
                    let v = match bound {
                        Some(b) => Val::Maybe(std::rc::Rc::new((b, v))),
                        None => v,
                    };
                    self.set_slot(c.frame, c.name, v);
                }
            }
        }
        room
    }

    /// What the body yields: carried names, then (base, column, version) of bases that it changed.
    #[expect(clippy::type_complexity, reason = "two lists that belong together and have no other use")]
    pub(super) fn yield_carried(
        &mut self,
        before: &Snapshot<'a>,
        header: &Snapshot<'a>,
        carried: &[Carried],
        room: &Room,
        site: Site,
        ended: bool,
    ) -> R<(Vec<Var>, Vec<(BaseId, usize, Var)>)> {
        if ended {
            return Ok((vec![], vec![]));
        }
        let mut yields = vec![];
        let mut risen = false;
        // Types first: places are planned when they have settled.
        for c in carried {
            if let Kind::Place(_) = c.kind
                && let Some(v) = self.get_slot(c.frame, c.name)
            {
                let t = self.type_of(v);
                match c.ty.join(&t) {
                    Some(j) if j == c.ty => {}
                    Some(j) => risen |= self.raise_carried(site, c.frame, c.name, &j)?,
                    None => {
                        let message =
                            format!("`{}` is {} before a trip of this loop and {t} after it", c.name.as_str(), c.ty);
                        return self.error("type-mismatch", message);
                    }
                }
            }
        }
        if risen {
            return Err(self.cx.rise_anyhow());
        }
        let exact: Vec<(usize, Symbol)> =
            carried.iter().filter(|c| matches!(c.kind, Kind::Place(_))).map(|c| (c.frame, c.name)).collect();
        let limit = header.bases.len();
        let mut plan = self.plan_trip(site, &header.frames, limit, room, &exact)?;
        risen |= plan.raised;
        if !risen {
            yields.extend(self.home_values(&plan, site, room, limit)?);
            self.fill_pools(&mut plan, site, room, limit, &exact)?;
        }
        for c in carried {
            match &c.kind {
                Kind::Home(_) | Kind::Pool(_) => continue,
                Kind::Place(keys) if !risen => {
                    let v = self.get_slot(c.frame, c.name).cloned();
                    if let T::Maybe(_) = c.ty {
                        yields.push(match &v {
                            Some(Val::Maybe(m)) => m.0,
                            v => self.b.bool(v.is_some()),
                        });
                    } else if v.is_none() {
                        risen |= self.raise_carried(site, c.frame, c.name, &T::Maybe(Box::new(c.ty.clone())))?;
                        continue;
                    }
                    let dtype = is_exact(&c.ty).unwrap_or(DType::F64);
                    let layout = self.layout_of(keys, &header.frames, room, dtype);
                    yields.extend(self.trip_numbers(&plan, (c.frame, c.name), &layout, room, limit));
                    continue;
                }
                Kind::Place(_) => continue,
                Kind::Value { .. } => {}
            }
            let Some(v) = self.get_slot(c.frame, c.name).cloned() else {
                if matches!(c.ty, T::Maybe(_)) {
                    let flat = self.absent(&c.ty);
                    yields.extend(flat);
                    continue;
                }
                risen |= self.raise_carried(site, c.frame, c.name, &T::Maybe(Box::new(c.ty.clone())))?;
                continue;
            };
            self.share_where_asked(&v, site)?;
            let t = self.type_of(&v);
            match c.ty.join(&t) {
                Some(j) if j == c.ty => {
                    risen |= self.share_yield(header, carried, c, site, &v)?;
                    let frames = header.frames.len();
                    self.check_kept(&v, &|_, f| f < frames)?;
                    if let (Some(p), Kind::Value { order, .. }) = (array_in(&v), &c.kind) {
                        let joined = order.as_ref().map_or(p.order.clone(), |o| o.join(&p.order));
                        if Some(&joined) != order.as_ref() {
                            self.cx.facts.orders.insert((site, c.name, c.frame), joined);
                            risen = true;
                        }
                    }
                    let flat = self.flatten(&v, &c.ty)?;
                    for (v, t) in flat.iter().zip(&c.tys) {
                        if self.b.func.ty(*v).dims() != t.dims() && !matches!(c.kind, Kind::Value { generic: true, .. })
                        {
                            risen |= self.cx.facts.resized.insert((site, c.name, c.frame));
                        }
                    }
                    yields.extend(flat);
                }
                Some(j) => risen = self.raise_shared(site, c.frame, c.name, &j, risen)?,
                None => {
                    let message =
                        format!("`{}` is {} before a trip of this loop and {t} after it", c.name.as_str(), c.ty);
                    return self.error("type-mismatch", message);
                }
            }
        }
        // Names that changed without being carried.
        for frame in 0..before.frames.len() {
            let names: BTreeSet<Symbol> =
                self.frames[frame].slots.keys().chain(header.frames[frame].keys()).copied().collect();
            for name in names {
                if carried.iter().any(|c| c.frame == frame && c.name == name) || self.is_dead(frame, name, site.1) {
                    continue;
                }
                if self.hoist_name(site, frame, name, &header.frames[frame]) {
                    risen = true;
                    continue;
                }
                let (now, old) = (self.frames[frame].slots.get(&name), header.frames[frame].get(&name));
                if let (Some(n), Some(o), Some(site)) = (now, old, self.length_slot(frame, name))
                    && !self.same(n, o)
                {
                    return Err(self.make_dynamic(site));
                }
                let t = match (now, old) {
                    (Some(n), Some(o)) if self.same(n, o) => continue,
                    (Some(n), Some(o)) => {
                        let (n, o) = (self.type_of(n), self.type_of(o));
                        match n.join(&o) {
                            Some(t) if !matches!(t, T::Static(_)) => t,
                            _ => {
                                let message =
                                    format!("`{}` is {o} before a trip of this loop and {n} after it", name.as_str());
                                return self.error("type-mismatch", message);
                            }
                        }
                    }
                    (Some(n), None) => {
                        let special = name == self.ret_slot || name == self.exit_slot;
                        let field = frame == 0 && self.field_of_older(name, &header.frames[0]);
                        if !special && !field && !self.must_carry(frame, name, site.1) {
                            continue;
                        }
                        match self.type_of(n) {
                            T::Static(_) if self.holds_iterator(frame, name, n) => {
                                let n = n.clone();
                                self.hoist(site, (frame, name), &n)?;
                                risen = true;
                                continue;
                            }
                            T::Static(_) if matches!(n, Val::Iter(_)) => {
                                return self.unsupported(
                                    "an iterator that is made in a loop and asked in its next trips",
                                    "make it before the loop, or take all of its items at once: `list(...)`",
                                );
                            }
                            T::Static(_) => continue,
                            t @ T::Maybe(_) => t,
                            t => T::Maybe(Box::new(t)),
                        }
                    }
                    _ => continue,
                };
                let now = now.cloned();
                now.iter().try_for_each(|v| self.share_where_asked(v, site))?;
                risen = self.raise_shared(site, frame, name, &t, risen)?;
            }
        }
        if risen {
            return Err(Stop::Again(site));
        }
        let mut extra = vec![];
        for k in header.bases.differing(std::iter::once(&self.bases)).collect::<Vec<_>>() {
            let (old, now) = (&header.bases[k], &self.bases[k]);
            if let (Some(moved), None) = (now.moved, old.moved) {
                self.need_exact(moved)?;
                self.share_base(BaseId(k as u32))?;
                let span = moved.span;
                let d = quipu_diagnostics::Diagnostic::error(
                    "moved-value",
                    "the next trip of the loop would put this value in a container again",
                    span,
                );
                return self.fail(d.help("put in a copy"));
            }
            // The trip has stored into it and frozen it then: the next one stores into what is frozen.
            if now.frozen.is_some_and(|f| !f.holds) && old.frozen.is_none() && now.stored > header.marks.0 {
                self.check_thawed(BaseId(k as u32))?;
            }
            let (old, now) = (&header.bases[k], &self.bases[k]);
            if now.epoch != old.epoch {
                let id = BaseId(k as u32);
                let held = |v: &Val<'a>| match v {
                    Val::List(l) => l.base == id && !l.path.is_empty() && l.epoch != crate::lists::NEVER_MOVES,
                    Val::Array(p) => p.base == id && !p.path.is_empty(),
                    _ => false,
                };
                if header.frames.iter().flat_map(|f| f.values()).any(held) {
                    self.need_slots(id)?;
                    self.share_elements(id)?;
                    return self.error(
                        "stale-element",
                        "the loop moves elements of a list that a name from before the loop denotes",
                    );
                }
            }
            for (c, v) in now.cur.iter().enumerate() {
                if *v != old.cur[c] {
                    extra.push((BaseId(k as u32), c, *v));
                }
            }
        }
        Ok((yields, extra))
    }

    /// What a trip hands to the next one under a name by value: may another name reach it? Then the copy and the
    /// original are frozen from the head of the loop on. Did that rise?
    fn share_yield(
        &mut self,
        header: &Snapshot<'a>,
        carried: &[Carried],
        c: &Carried,
        site: Site,
        v: &Val<'a>,
    ) -> R<bool> {
        let exact = is_exact(&c.ty).map(|_| site);
        let mut shared = false;
        for base in crate::merge::mentioned_bases(v) {
            for b in self.roots(base) {
                let outer = (b.0 as usize) < header.bases.len();
                let survives = |f: usize, n: &Symbol| {
                    carried.iter().any(|c| c.frame == f && c.name == *n)
                        || header.frames.get(f).is_some_and(|s| s.contains_key(n))
                };
                let mut count = 0;
                for (f, frame) in self.frames.iter().enumerate() {
                    for (n, w) in frame.slots.iter() {
                        if survives(f, n) {
                            count += self.mentions(w, b);
                        }
                    }
                }
                if let Some(f) = self.base(b).frozen {
                    shared = true;
                    if f.site.is_none() {
                        self.freeze_base(b, None);
                    }
                }
                let slots = matches!(self.base(b).kind, BaseKind::Slots { .. });
                if count <= 1 && base == b && !outer && !slots {
                    continue;
                }
                shared = true;
                if outer && let Some(site) = exact {
                    return Ok(self.cx.facts.exact.insert(site));
                }
                let written = outer && header.bases[b.0 as usize].cur != self.base(b).cur;
                self.freeze_base(b, exact);
                if written {
                    self.check_thawed(b)?;
                }
            }
        }
        Ok(shared && self.cx.facts.shared.insert((site, c.name, c.frame)))
    }

    /// As `raise_carried`, in a loop that may be asked to share its lists: where nothing rises by that, they cannot be.
    /// Has anything risen, here or before?
    fn raise_shared(&mut self, site: Site, frame: usize, name: Symbol, t: &T, risen: bool) -> R<bool> {
        let rises = self.raise_carried(site, frame, name, t)?;
        if !rises && !risen && self.shares(site) {
            return self.not_shared();
        }
        Ok(risen | rises)
    }

    /// The loop carries the name with this type, too: does its type rise?
    fn raise_carried(&mut self, site: Site, frame: usize, name: Symbol, t: &T) -> R<bool> {
        let key = (site, name, frame);
        let have = self.cx.facts.carried.get(&key).cloned().unwrap_or(T::Never);
        match have.join(t) {
            Some(j) if j != have => {
                self.cx.facts.carried.insert(key, j);
                Ok(true)
            }
            Some(_) => Ok(false),
            None => self.error("type-mismatch", format!("`{}` is {have} and {t} in this loop", name.as_str())),
        }
    }
}

/// The type without lists that are not shared; `None` if nothing is left.
fn without_lists(t: &T) -> Option<T> {
    match t {
        T::List(_) => None,
        T::Maybe(t) => without_lists(t).map(|t| T::Maybe(Box::new(t))),
        T::Union(ms) => match &ms.iter().filter_map(without_lists).collect::<Vec<_>>()[..] {
            [] => None,
            [one] => Some(one.clone()),
            some => Some(T::Union(some.to_vec())),
        },
        t => Some(t.clone()),
    }
}
