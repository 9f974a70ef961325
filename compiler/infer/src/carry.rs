//! What a loop carries of a name that denotes one array or another, exactly: which array, not its value.
//!
//! At the head of such a loop a name denotes one of a few places: what a name denoted before the loop, a view of
//! such an array whose indices change from trip to trip, or a *home*, a buffer that the loop carries for arrays that
//! a trip has made. So `u, v = v, u` swaps two numbers, and stores go to the arrays of before, where other names see
//! them. Arrays of a trip that only one name can reach share that name's home, so homes do not multiply.
//!
//! The candidates and the homes are facts: they start from what names denote before the loop, and rise where the end
//! of a trip shows another one.

use crate::encode::{Cand, Form, Layout, join_forms};

use crate::state::*;
use crate::value::*;
use quipu_abi::DType;
use quipu_ir::ops;
use quipu_ir::{Ty, Var};
use quipu_syntax::Symbol;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// A candidate, in terms that mean the same in every walk.
#[derive(Clone, Debug, PartialEq)]
pub enum Key {
    /// What the name in the frame denoted before the loop.
    Same(usize, Symbol),
    /// A view of the array of what that name denoted.
    Chain(usize, Symbol, View),
    Home(usize, View),
    /// A view of one of the arrays in a pool (see `region`).
    Pool(usize, View),
    /// A view of one of the arrays that containers refer to (see `refs`).
    Shared(crate::region::Kind, View),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct View {
    pub form: Form,
    pub order: Order,
    pub writeable: bool,
}

/// A buffer that the loop carries.
#[derive(Clone, Debug)]
pub struct Home {
    pub dtype: DType,
    pub rank: usize,
    pub order: Order,
    pub frozen: Option<Frozen>,
}

/// Arrays that want one home: those that only this name reaches, or one that several do.
type Want = (Option<(usize, Symbol)>, Vec<BaseId>);

/// A loop carries at most so many.
const MAX_HOMES: usize = 8;

/// What a loop carries for the arrays of its trips.
#[derive(Clone, Debug, Default)]
pub struct Room {
    pub homes: Vec<BaseId>,
    pub pools: Vec<BaseId>,
}

/// Where a trip's arrays go at its end.
#[derive(Default)]
pub struct Plan {
    /// Arrays of the trip, by the places in pools that they have from then on.
    pub put: BTreeMap<(BaseId, Option<Var>), (BaseId, Var)>,
    /// Arrays of the trip, by the home that carries them on.
    pub to: BTreeMap<BaseId, usize>,
    /// Arrays that only this name can reach: one of them is carried on, in this home.
    pub alone: BTreeMap<(usize, Symbol), (usize, BTreeSet<BaseId>)>,
    pub raised: bool,
}

pub fn array_in<'v>(v: &'v Val<'_>) -> Option<&'v Place> {
    match v {
        Val::Array(p) => Some(p),
        Val::Maybe(m) => array_in(&m.1),
        _ => None,
    }
}

/// May names of the type be carried exactly?
pub fn is_exact(t: &T) -> Option<DType> {
    match t {
        T::Array(d, _) => Some(*d),
        T::Maybe(t) => is_exact(t),
        _ => None,
    }
}

fn find(frames: &[Slots<'_>], f: impl Fn(&Place) -> bool) -> Option<(usize, Symbol)> {
    frames
        .iter()
        .enumerate()
        .find_map(|(k, slots)| slots.iter().find(|(_, v)| array_in(v).is_some_and(&f)).map(|(n, _)| (k, *n)))
}

impl<'a> Lower<'a, '_> {
    /// The candidates of a carried name, given the slots of before the loop and the bases of the homes.
    pub fn layout_of(&self, keys: &[Key], entries: &[Slots<'a>], room: &Room, dtype: DType) -> Layout {
        let entry = |f: &usize, n: &Symbol| entries.get(*f)?.get(n).and_then(array_in).cloned();
        let like = |base: BaseId, v: &View, obj: u32| Place {
            base,
            path: Rc::new([]),
            segs: Rc::new([]),
            dtype,
            dims: Rc::new([]),
            writeable: v.writeable,
            obj,
            id: None,
            order: v.order.clone(),
            epoch: 0,
        };
        let mut cands = vec![];
        for k in keys {
            let bound = |all: &[BaseId], k: &usize, v: &View| {
                let base = all.get(*k).copied().unwrap_or(BaseId(u32::MAX));
                // A whole buffer is one object, whichever name has it.
                let obj = if v.form.is_empty() { u32::MAX - base.0 } else { 0 };
                (base, None, v.form.clone(), like(base, v, obj))
            };
            let (base, fixed, form, like) = match k {
                Key::Same(f, n) => match entry(f, n) {
                    Some(p) => (p.base, Some(p.clone()), self.form_of(&p.segs), p),
                    None => continue,
                },
                Key::Chain(f, n, v) => match entry(f, n) {
                    // Whole arrays of a region are objects by their numbers.
                    Some(p) if v.form.is_empty() && self.is_region(p.base) => {
                        (p.base, None, v.form.clone(), like(p.base, v, p.obj))
                    }
                    Some(p) => (p.base, None, v.form.clone(), like(p.base, v, 0)),
                    None => continue,
                },
                Key::Home(h, v) => bound(&room.homes, h, v),
                Key::Pool(k, v) => bound(&room.pools, k, v),
                Key::Shared(kind, v) => match self.regions.iter().find(|(k, _)| k == kind) {
                    Some((_, base)) => bound(&[*base], &0, v),
                    None => continue,
                },
            };
            let handle = fixed.is_none() && self.is_region(base);
            cands.push(Cand { base, fixed, handle, form, like });
        }
        Layout { cands, ids: self.cx.facts.identity }
    }

    /// Makes room among the keys for a place on a base of before the loop. Did they change? `None`: no room.
    pub fn admit_outer(&self, keys: &mut Vec<Key>, entries: &[Slots<'a>], p: &Place) -> Option<bool> {
        let same = |q: &Place| q.base == p.base && q.segs == p.segs && q.path == p.path && q.obj == p.obj;
        let on = |f: &usize, n: &Symbol| entries.get(*f).and_then(|s| s.get(n)).and_then(array_in);
        if keys.iter().any(|k| matches!(k, Key::Same(f, n) if on(f, n).is_some_and(same))) {
            return Some(false);
        }
        let rank = self.base_rank(p);
        let own = self.form_of(&p.segs);
        let known = find(entries, same);
        if known.is_none()
            && let Some((kind, _)) = self.regions.iter().find(|(_, b)| *b == p.base)
        {
            return self.admit_bound(keys, Key::Shared(kind.clone(), self.view_of(p)), kind.rank);
        }
        let region = self.is_region(p.base);
        let nested = !p.path.is_empty() && !region;
        // A chain of the same array that can be either.
        for k in keys.iter_mut() {
            let (f, n, old) = match k {
                Key::Chain(f, n, v) => (*f, *n, v.clone()),
                Key::Same(f, n) if known.is_none() => {
                    let Some(q) = on(f, n) else { continue };
                    let (order, writeable) = (q.order.clone(), q.writeable);
                    if !q.path.is_empty() && !region {
                        continue;
                    }
                    (*f, *n, View { form: self.form_of(&q.segs), order, writeable })
                }
                _ => continue,
            };
            if on(&f, &n).is_none_or(|q| q.base != p.base) || old.writeable != p.writeable || nested {
                continue;
            }
            if let Some(form) = join_forms(&old.form, &own, rank) {
                let new = Key::Chain(f, n, View { form, order: old.order.join(&p.order), writeable: p.writeable });
                let changed = *k != new;
                *k = new;
                return Some(changed);
            }
        }
        let new = match known {
            Some((f, n)) => Key::Same(f, n),
            None if !nested => {
                let (f, n) = find(entries, |q| q.base == p.base)?;
                Key::Chain(f, n, View { form: own, order: p.order.clone(), writeable: p.writeable })
            }
            None => return None,
        };
        if keys.len() == crate::select::MAX_CANDIDATES {
            return None;
        }
        keys.push(new);
        Some(true)
    }

    /// Makes room among the keys for a view of a home or a pool.
    fn admit_bound(&self, keys: &mut Vec<Key>, new: Key, rank: usize) -> Option<bool> {
        let (Key::Home(_, own) | Key::Pool(_, own) | Key::Shared(_, own)) = &new else { return None };
        for k in keys.iter_mut() {
            let v = match (&mut *k, &new) {
                (Key::Home(g, v), Key::Home(h, _)) | (Key::Pool(g, v), Key::Pool(h, _)) if g == h => v,
                (Key::Shared(j, v), Key::Shared(k, _)) if j == k => v,
                _ => continue,
            };
            if v.writeable != own.writeable {
                continue;
            }
            if let Some(form) = join_forms(&v.form, &own.form, rank) {
                let new = View { form, order: v.order.join(&own.order), writeable: v.writeable };
                let changed = *v != new;
                *v = new;
                return Some(changed);
            }
        }
        if keys.len() == crate::select::MAX_CANDIDATES {
            return None;
        }
        keys.push(new);
        Some(true)
    }

    /// What the end of a trip makes of the exact names: which home takes which array, and which candidates are new.
    pub fn plan_trip(
        &mut self,
        site: Site,
        entries: &[Slots<'a>],
        limit: usize,
        room: &Room,
        names: &[(usize, Symbol)],
    ) -> R<Plan> {
        if self.cx.facts.shared_arrays.contains(&site) {
            self.share_trip(limit, names)?;
        }
        if let Some(kinds) = self.cx.facts.pools.get(&site).cloned() {
            return self.plan_pools(site, entries, limit, kinds, room, names);
        }
        let homes = &room.homes;
        let mut plan = Plan::default();
        let mut reach: BTreeMap<BaseId, BTreeSet<(usize, Symbol)>> = BTreeMap::new();
        let mut denoted = vec![];
        for slot in names {
            let Some(p) = self.get_slot(slot.0, slot.1).and_then(array_in).cloned() else { continue };
            for q in self.spread(&p, limit) {
                if (q.base.0 as usize) >= limit {
                    reach.entry(q.base).or_default().insert(*slot);
                }
                denoted.push((*slot, q));
            }
        }
        let mut facts = self.cx.facts.homes.get(&site).cloned().unwrap_or_default();
        let mut taken: BTreeSet<usize> = BTreeSet::new();
        // Arrays that one name alone reaches, where it reaches several.
        for slot in names {
            let mine: BTreeSet<BaseId> =
                reach.iter().filter(|(_, s)| s.len() == 1 && s.contains(slot)).map(|(b, _)| *b).collect();
            if mine.len() > 1 {
                plan.alone.insert(*slot, (usize::MAX, mine));
            }
        }
        let grouped: BTreeSet<BaseId> = plan.alone.values().flat_map(|(_, s)| s.iter().copied()).collect();
        // Homes that stay where they are.
        for b in reach.keys().filter(|b| !grouped.contains(b)) {
            if let Some(h) = homes.iter().position(|x| x == b) {
                plan.to.insert(*b, h);
                taken.insert(h);
            }
        }
        let wants: Vec<Want> = plan
            .alone
            .iter()
            .map(|(s, (_, m))| (Some(*s), m.iter().copied().collect()))
            .chain(reach.keys().filter(|b| !grouped.contains(b) && !plan.to.contains_key(b)).map(|b| (None, vec![*b])))
            .collect();
        for (slot, bases) in wants {
            let kind = |lw: &Self, b: BaseId| match &lw.base(b).kind {
                BaseKind::Array { dtype, order } => Some((*dtype, lw.base_dims(b).len(), order.clone())),
                _ => None,
            };
            let Some((dtype, rank, order)) = (match slot {
                None => kind(self, bases[0]),
                Some(s) => {
                    let t = self.get_slot(s.0, s.1).and_then(array_in).map(|p| (p.dtype, p.dims.len(), Order::C));
                    t.or_else(|| kind(self, bases[0]))
                }
            }) else {
                return self.need_pools(site);
            };
            let order = match slot {
                None => order,
                Some(s) => denoted
                    .iter()
                    .filter(|(n, q)| *n == s && bases.contains(&q.base))
                    .map(|(_, q)| q.order.clone())
                    .reduce(|a, b| a.join(&b))
                    .unwrap_or(Order::C),
            };
            let frozen = bases.iter().filter_map(|b| self.base(*b).frozen).find(|f| !self.is_stale(f));
            let fits = |h: &Home| h.dtype == dtype && h.rank == rank && h.order == order;
            // Its own home first, so that the search settles.
            let own = bases.iter().filter_map(|b| homes.iter().position(|x| x == b));
            let used = names.iter().filter(|n| {
                slot.is_none_or(|s| s == **n) && { slot.is_some() || bases.iter().any(|b| reach[b].contains(n)) }
            });
            let listed: Vec<usize> = used
                .filter_map(|n| self.cx.facts.carry.get(&(site, n.1, n.0)))
                .flatten()
                .filter_map(|k| if let Key::Home(h, _) = k { Some(*h) } else { None })
                .collect();
            let free = own.chain(listed).chain(0..facts.len()).find(|h| !taken.contains(h) && fits(&facts[*h]));
            let h = match free {
                Some(h) => h,
                None if facts.len() == MAX_HOMES => return self.need_pools(site),
                None => {
                    facts.push(Home { dtype, rank, order, frozen });
                    plan.raised = true;
                    facts.len() - 1
                }
            };
            // A point that was lowered exactly meanwhile freezes nothing, but there may be another one.
            if facts[h].frozen.is_none_or(|f| self.is_stale(&f)) && frozen.is_some_and(|f| !self.is_stale(&f)) {
                facts[h].frozen = frozen;
                plan.raised = true;
            }
            taken.insert(h);
            match slot {
                Some(s) => plan.alone.get_mut(&s).expect("a group of the plan").0 = h,
                None => {
                    plan.to.insert(bases[0], h);
                }
            }
        }
        // Room for what the names denote.
        for (slot, q) in &denoted {
            let key = (site, slot.1, slot.0);
            let mut keys = self.cx.facts.carry.get(&key).cloned().unwrap_or_default();
            let r = if (q.base.0 as usize) < limit {
                self.admit_outer(&mut keys, entries, q)
            } else {
                match plan.alone.get(slot) {
                    Some((h, bases)) if bases.contains(&q.base) => {
                        let view = View { form: vec![], order: facts[*h].order.clone(), writeable: true };
                        self.admit_bound(&mut keys, Key::Home(*h, view), q.dims.len())
                    }
                    _ if !q.path.is_empty() => None,
                    _ => {
                        let (key, rank) = (Key::Home(plan.to[&q.base], self.view_of(q)), self.base_rank(q));
                        self.admit_bound(&mut keys, key, rank)
                    }
                }
            };
            match r {
                None => {
                    self.need_slots(q.base)?;
                    return self.need_pools(site);
                }
                Some(changed) => plan.raised |= changed,
            }
            self.cx.facts.carry.insert(key, keys);
        }
        self.cx.facts.homes.insert(site, facts);
        Ok(plan)
    }

    pub fn view_of(&self, p: &Place) -> View {
        View { form: self.form_of(&p.segs), order: p.order.clone(), writeable: p.writeable }
    }

    /// Which buffer takes which array of a trip is not settled while compiling: it is at run time.
    fn need_pools<X>(&mut self, site: Site) -> R<X> {
        self.forget_room(site);
        self.cx.facts.pools.insert(site, vec![]);
        Err(Stop::Again(site))
    }

    /// What a loop carries exactly is found out anew.
    pub fn forget_room(&mut self, site: Site) {
        let facts = &mut self.cx.facts;
        facts.homes.remove(&site);
        facts.pools.remove(&site);
        facts.carry.retain(|(s, ..), _| *s != site);
    }

    /// Containers refer to arrays that the loop carries: those of its trips are made in regions.
    fn share_trip(&mut self, limit: usize, names: &[(usize, Symbol)]) -> R<()> {
        for slot in names {
            let Some(p) = self.get_slot(slot.0, slot.1).and_then(array_in).cloned() else { continue };
            for q in self.spread(&p, limit).iter().filter(|q| (q.base.0 as usize) >= limit) {
                self.shared_kind(q)?;
            }
        }
        Ok(())
    }

    /// The same for a loop with pools.
    fn plan_pools(
        &mut self,
        site: Site,
        entries: &[Slots<'a>],
        limit: usize,
        mut kinds: Vec<crate::region::Kind>,
        room: &Room,
        names: &[(usize, Symbol)],
    ) -> R<Plan> {
        let mut plan = Plan::default();
        for slot in names {
            let Some(p) = self.get_slot(slot.0, slot.1).and_then(array_in).cloned() else { continue };
            for q in self.spread(&p, limit) {
                let key = (site, slot.1, slot.0);
                let mut keys = self.cx.facts.carry.get(&key).cloned().unwrap_or_default();
                let r = if (q.base.0 as usize) < limit {
                    match room.pools.iter().position(|b| *b == q.base) {
                        Some(k) => self.admit_bound(&mut keys, Key::Pool(k, self.view_of(&q)), self.base_rank(&q)),
                        None => self.admit_outer(&mut keys, entries, &q),
                    }
                } else {
                    let Some(kind) = self.kind_of(q.base) else { return self.no_room() };
                    let k = kinds.iter().position(|k| *k == kind).unwrap_or_else(|| {
                        kinds.push(kind);
                        plan.raised = true;
                        kinds.len() - 1
                    });
                    self.admit_bound(&mut keys, Key::Pool(k, self.view_of(&q)), self.base_rank(&q))
                };
                match r {
                    None => {
                        self.need_slots(q.base)?;
                        return self.no_room();
                    }
                    Some(changed) => plan.raised |= changed,
                }
                self.cx.facts.carry.insert(key, keys);
            }
        }
        self.cx.facts.pools.insert(site, kinds);
        Ok(plan)
    }

    /// Was the point that froze something lowered exactly since?
    pub fn is_stale(&self, f: &Frozen) -> bool {
        f.site.is_some_and(|s| self.cx.exact(s))
    }

    pub fn no_room<X>(&self) -> R<X> {
        let d = quipu_diagnostics::Diagnostic::error(
            "ambiguous-alias",
            "a name in this loop may denote too many arrays, and one of them is written",
            self.span,
        );
        self.fail(d.help("make the copy explicit with `.copy()`"))
    }

    /// The numbers of what an exact name denotes at the end of a trip.
    pub fn trip_numbers(
        &mut self,
        plan: &Plan,
        slot: (usize, Symbol),
        layout: &Layout,
        room: &Room,
        limit: usize,
    ) -> Vec<Var> {
        let Some(p) = self.get_slot(slot.0, slot.1).and_then(array_in).cloned() else {
            let zero = self.b.i64(0);
            return vec![zero; layout.width()];
        };
        let homes = &room.homes;
        let map = |q: &Place| match (plan.alone.get(&slot), plan.to.get(&q.base)) {
            _ if let Some((pool, at)) = plan.put.get(&(q.base, q.path.first().copied())) => {
                (Place { base: *pool, path: Rc::new([*at]), ..q.clone() }, *pool)
            }
            (Some((h, bases)), _) if bases.contains(&q.base) => {
                (Place { segs: Rc::new([]), writeable: true, ..q.clone() }, homes[*h])
            }
            (_, Some(h)) => (q.clone(), homes[*h]),
            _ => (q.clone(), q.base),
        };
        self.encode_all(layout, &p, limit, &map)
    }

    /// What each home holds for the next trip.
    pub fn home_values(&mut self, plan: &Plan, site: Site, room: &Room, limit: usize) -> R<Vec<Var>> {
        let facts = self.cx.facts.homes.get(&site).cloned().unwrap_or_default();
        let mut out: Vec<Option<Var>> = vec![None; room.homes.len()];
        for (b, h) in &plan.to {
            let v = self.version(*b, 0);
            out[*h] = Some(v);
        }
        for (slot, (h, bases)) in &plan.alone {
            let Some(p) = self.get_slot(slot.0, slot.1).and_then(array_in).cloned() else { continue };
            let ty = Ty::Array(facts[*h].dtype, vec![quipu_ir::Dim::from(0); facts[*h].rank]);
            out[*h] = Some(self.value_of_own(&p, bases, limit, &ty)?);
        }
        // A home that nobody needs is empty: its array was given up, or lives on in another one.
        let mut all = vec![];
        for (h, v) in out.into_iter().enumerate() {
            all.push(match v {
                Some(v) => v,
                None => {
                    let ty = Ty::Array(facts[h].dtype, vec![quipu_ir::Dim::from(0); facts[h].rank]);
                    self.b.zeros(&ty)
                }
            });
        }
        Ok(all)
    }

    /// The value of a place if it is on one of these bases, else an empty array.
    fn value_of_own(&mut self, p: &Place, bases: &BTreeSet<BaseId>, limit: usize, empty: &Ty) -> R<Var> {
        match self.candidates(p) {
            Some((sel, cands)) if (p.base.0 as usize) >= limit => self.switch_own(sel, &cands, 0, bases, limit, empty),
            _ if bases.contains(&p.base) => self.read(p),
            _ => Ok(self.b.zeros(empty)),
        }
    }
    fn switch_own(
        &mut self,
        sel: Var,
        cands: &[Place],
        k: usize,
        bases: &BTreeSet<BaseId>,
        limit: usize,
        empty: &Ty,
    ) -> R<Var> {
        if k + 1 == cands.len() {
            return self.value_of_own(&cands[k], bases, limit, empty);
        }
        let here = self.b.i64(k as i64);
        let is = self.b.map(&ops::EQ, &[sel, here]);
        let (yes, _) = self.b.begin(&[]);
        let v = self.value_of_own(&cands[k], bases, limit, empty);
        self.b.end(v.as_ref().map_or(&[], std::slice::from_ref));
        v?;
        let (no, _) = self.b.begin(&[]);
        let v = self.switch_own(sel, cands, k + 1, bases, limit, empty);
        self.b.end(v.as_ref().map_or(&[], std::slice::from_ref));
        v?;
        Ok(self.b.emit_n(ops::If, &[is], vec![yes, no])[0])
    }
}
