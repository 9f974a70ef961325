//! What alternatives yield: plain values, arrays as merged places, lists, copies.

use super::*;
use crate::encode::Layout;
use crate::places::{met_at, part_at};
use crate::state::*;
use crate::value::*;
use quipu_ir::ops::{self};
use quipu_syntax::Symbol;
use std::rc::Rc;

impl<'a> Lower<'a, '_> {
    /// What a name is outside. `owner`: the arm that made the frame, if one did.
    pub(super) fn join_slot(
        &mut self,
        j: &mut Join<'_, 'a>,
        (frame, name): (usize, Symbol),
        owner: Option<usize>,
    ) -> R<()> {
        let (before, arms, live) = (j.before, j.arms, j.live);
        let special = name == self.exit_slot || name == self.ret_slot;
        let mut vals: Vec<Option<Val<'a>>> =
            live.iter().map(|a| arms[*a].state.frames.get(frame)?.get(&name).cloned()).collect();
        if name == self.exit_slot {
            // An arm that did not say how it goes on goes on.
            for v in vals.iter_mut().filter(|v| v.is_none()) {
                *v = Some(self.int(exit::NEXT));
            }
        }
        if self.rest_needs(frame, name) == Some(false) {
            vals.iter_mut().filter(|v| matches!(v, Some(Val::Unknown(_)))).for_each(|v| *v = None);
        }
        // Locals of arms that have returned do not matter, unless a `finally` still reads them, or these are the arms of
        // an expression that makes what is returned.
        let returning = before.frames.get(self.at).and_then(|f| f.get(&self.exit_slot)).and_then(Val::int_known);
        let mortal = frame == self.at
            && !special
            && returning != Some(exit::RETURN)
            && !self.outlives_return(frame)
            && !self.frames[frame].life.captured;
        let dead: Vec<bool> =
            live.iter().map(|a| (arms[*a].returned && mortal) || owner.is_some_and(|o| o != *a)).collect();
        let known = |d: &bool, v: &Option<Val<'a>>| *d || !matches!(v, Some(Val::Unknown(_)));
        if let Some(k) = (0..vals.len()).find(|k| !known(&dead[*k], &vals[*k])) {
            self.set_slot(frame, name, vals.swap_remove(k).unwrap_or(Val::None));
            return Ok(());
        }
        let old = before.frames.get(frame).and_then(|f| f.get(&name));
        if let (Some(old), true) = (old, vals.iter().all(Option::is_some))
            && vals.iter().flatten().all(|v| self.same(v, old))
        {
            return Ok(());
        }
        // What nobody reads again need not have one type, and is not yielded.
        let f = &self.frames[frame];
        if let Some(behind) = &j.behind
            && frame == self.at
            && !name.as_str().starts_with('<')
            && !behind.contains(&name)
            && f.needs.is_none()
            && !f.life.captured
            && !f.life.generator
        {
            self.set_slot(frame, name, Val::Unknown(self.span));
            return Ok(());
        }
        if dead.iter().all(|d| *d) {
            self.frames[frame].slots.remove(&name);
            return Ok(());
        }
        let some: Vec<&Val<'a>> =
            vals.iter().zip(&dead).filter(|(_, d)| !**d).filter_map(|(v, _)| v.as_ref()).collect();
        let missing = vals.iter().zip(&dead).any(|(v, d)| v.is_none() && !d);
        let Some(first) = some.first().map(|v| (*v).clone()) else {
            self.frames[frame].slots.remove(&name);
            return Ok(());
        };
        if let Some(site) = self.length_slot(frame, name) {
            if some.iter().any(|v| !self.same(v, &first)) {
                return Err(self.make_dynamic(site));
            }
            // A list that only some arms made is named only where they made it: its length stays known.
            if missing && let Some(v) = self.rematerialize(&first) {
                self.set_slot(frame, name, v);
                return Ok(());
            }
        }
        // What a generator that rests loops over is read only where it is there.
        if missing && self.holds_iterator(frame, name, &first) && some.iter().all(|v| self.same(v, &first)) {
            self.set_slot(frame, name, first);
            return Ok(());
        }
        let all_same = !missing && some.iter().all(|v| self.same(v, &first));
        if all_same && let Some(v) = self.rematerialize(&first) {
            self.set_slot(frame, name, v);
            return Ok(());
        }
        let mut t = self.type_of(&first);
        for v in &some[1..] {
            let u = self.type_of(v);
            match t.join(&u) {
                Some(j) => t = j,
                None => {
                    let types: Vec<T> = some.iter().map(|v| self.type_of(v)).collect();
                    if let Some(stop) = self.generalize_types(&types) {
                        return Err(stop);
                    }
                    return self.part(frame, name);
                }
            }
        }
        if matches!(t, T::Static(_)) {
            return self.part(frame, name);
        }
        if missing && !matches!(t, T::Maybe(_)) {
            t = T::Maybe(Box::new(t));
        }
        let vals = vals.into_iter().zip(&dead).map(|(v, d)| if *d { None } else { v }).collect();
        let slot = Slot { name: (frame, name), met: met_at(self.site(), frame, name) };
        let shape = self.join_value(j, vals, &t, slot)?;
        j.outs.push(Out::Slot(frame, name, shape));
        // A value of this type, until the new one exists.
        self.set_slot(frame, name, first);
        Ok(())
    }

    /// Yields what the arms' values are outside. `None`: this arm has none.
    fn join_value(&mut self, j: &mut Join<'_, 'a>, vals: Vec<Option<Val<'a>>>, t: &T, slot: Slot) -> R<Shape<'a>> {
        match t {
            T::Maybe(inner) => {
                let mut of = vec![];
                for (k, v) in vals.into_iter().enumerate() {
                    let (bound, v) = match v {
                        Some(Val::Maybe(m)) => (Some(m.0), Some(m.1.clone())),
                        v => (None, v),
                    };
                    let is = v.is_some();
                    let bound = self.in_arm(j, k, |lw| Ok(bound.unwrap_or_else(|| lw.b.bool(is))))?;
                    j.yields[j.live[k]].push(bound);
                    of.push(v);
                }
                Ok(Shape::Maybe(Box::new(self.join_value(j, of, inner, slot)?)))
            }
            T::Tuple(ts) => {
                let mut out = vec![];
                for (i, t) in ts.iter().enumerate() {
                    let part = |v: &Option<Val<'a>>| match v {
                        Some(Val::Tuple(vs)) => Some(vs[i].clone()),
                        _ => None,
                    };
                    out.push(self.join_value(j, vals.iter().map(part).collect(), t, slot.part(i))?);
                }
                Ok(Shape::Tuple(out))
            }
            T::Func(_, ts) => self.join_functions(j, &vals, t, ts, slot),
            T::Object(_) if let Some(o) = one_object(&vals) => Ok(Shape::Object(o)),
            T::Union(ms) if ms.iter().any(|m| matches!(m, T::Array(..) | T::Func(..) | T::Object(_))) => {
                let mut parts: Vec<Vec<Option<Val<'a>>>> = vec![vec![None; vals.len()]; ms.len()];
                for (k, v) in vals.into_iter().enumerate() {
                    let at = |lw: &Self, v: &Val<'a>| {
                        let t = lw.type_of(v);
                        ms.iter().position(|m| crate::flat::member_fits(&t, m)).unwrap_or(0)
                    };
                    let tag = match &v {
                        Some(Val::Union(u)) => {
                            let map: Vec<usize> = u.members.iter().map(|m| at(self, m)).collect();
                            for (m, i) in u.members.iter().zip(&map) {
                                parts[*i][k] = Some(m.clone());
                            }
                            // Tuples of several lengths that are one row now.
                            let row = ms.iter().position(|m| matches!(m, T::Row(_)));
                            if let Some(i) = row.filter(|i| map.iter().filter(|j| *j == i).count() > 1) {
                                let fits = |lw: &Self, m: &Val<'a>| at(lw, m) == i;
                                parts[i][k] = self.in_arm(j, k, |lw| Ok(lw.keep_members(u, &fits)))?;
                            }
                            let tag = u.tag;
                            self.in_arm(j, k, |lw| {
                                let mut out = lw.b.i64(0);
                                for (i, m) in map.iter().enumerate() {
                                    let (here, num) = (lw.b.i64(i as i64), lw.b.i64(*m as i64));
                                    let is = lw.b.map(&ops::EQ, &[tag, here]);
                                    out = lw.b.select(is, num, out);
                                }
                                Ok(out)
                            })?
                        }
                        Some(v) => {
                            let i = at(self, v);
                            parts[i][k] = Some(v.clone());
                            self.in_arm(j, k, |lw| Ok(lw.b.i64(i as i64)))?
                        }
                        None => self.in_arm(j, k, |lw| Ok(lw.b.i64(0)))?,
                    };
                    j.yields[j.live[k]].push(tag);
                }
                let mut out = vec![];
                for (i, (vals, t)) in parts.into_iter().zip(ms).enumerate() {
                    out.push(self.join_value(j, vals, t, slot.part(i))?);
                }
                Ok(Shape::Union(out))
            }
            T::Array(..) => self.join_arrays(j, &vals, t, slot),
            T::List(_) => self.join_lists(j, &vals, t, slot),
            t => self.join_plain(j, &vals, t),
        }
    }

    fn join_arrays(&mut self, j: &mut Join<'_, 'a>, vals: &[Option<Val<'a>>], t: &T, slot: Slot) -> R<Shape<'a>> {
        let site = self.site();
        let mut places: Vec<Option<Place>> = vec![];
        for v in vals {
            places.push(match v {
                Some(Val::Array(p)) => Some(p.clone()),
                _ => None,
            });
        }
        let all: Vec<&Place> = places.iter().flatten().collect();
        let Some(first) = all.first().map(|p| (*p).clone()) else { return self.join_plain(j, vals, t) };
        let marks = j.before.marks;
        let limit = j.before.bases.len();
        // One place of before in all arms that have one.
        if (first.base.0 as usize) < limit
            && self.is_outer(&first, marks)
            && all.iter().all(|p| self.same(&Val::Array((*p).clone()), &Val::Array(first.clone())))
        {
            let mut layout = Layout::default();
            layout.admit(&first, &vec![], true, 0, false);
            return Ok(Shape::Array(layout));
        }
        // What only this name has may become a new array where the paths meet.
        let own = |lw: &Self, k: usize, p: &Place| {
            let old = (p.base.0 as usize) < limit;
            let whole = p.path.is_empty() && p.segs.is_empty() && p.writeable;
            let state = &j.arms[j.live[k]].state;
            // A copy that was made where paths met inside is not its own: other names may denote the original.
            whole
                && state.bases[p.base.0 as usize].frozen.is_none()
                && matches!(state.bases[p.base.0 as usize].kind, BaseKind::Array { .. })
                && state.bases[p.base.0 as usize].param.is_none()
                && j.live
                    .iter()
                    .enumerate()
                    .all(|(i, a)| (i != k && !old) || lw.only_in(&j.arms[*a].state.frames, p.base, slot.name))
                && (!old || lw.only_in(&j.before.frames, p.base, slot.name))
        };
        let owned = places.iter().enumerate().all(|(k, p)| p.as_ref().is_none_or(|p| own(self, k, p)));
        if owned && all.iter().all(|p| p.order == first.order) {
            self.move_on(limit, all.iter().map(|p| p.base));
            let order = Some(first.order.clone());
            self.join_flat(j, vals, t)?;
            return Ok(Shape::Plain(t.clone(), order, None));
        }
        if !self.cx.exact(site) {
            return self.join_copies(j, vals, t, Some(site));
        }
        let flat: Vec<(usize, Place)> = places
            .iter()
            .enumerate()
            .filter_map(|(k, p)| Some((k, p.as_ref()?)))
            .flat_map(|(k, p)| self.spread(p, limit).into_iter().map(move |q| (k, q)))
            .collect();
        // Lists that arms made have no name outside.
        let inner = |q: &Place| !q.path.is_empty() && (q.base.0 as usize) >= limit && !self.is_region(q.base);
        if let Some((_, q)) = flat.iter().find(|(_, q)| inner(q)) {
            // Unless what made the list is walked again.
            let site = if let BaseKind::List { site } = self.base(q.base).kind { Some(site) } else { None };
            return self.join_copies(j, vals, t, site);
        }
        self.name_bases(j, &places);
        let mut layout = Layout { ids: self.cx.facts.identity, ..Layout::default() };
        for (k, q) in &flat {
            self.name_base(j, *k, q.base);
            // An arm's own array has its sizes outside from what comes out.
            let old = (q.base.0 as usize) < limit;
            let fixed = old && self.is_outer(q, marks);
            let (form, rank) = (self.form_of(&q.segs), self.base_rank(q));
            let base = if old { q.base } else { j.news[&(*k, q.base)] };
            let q = Place { base, ..q.clone() };
            let region = self.is_region(q.base);
            if layout.admit(&q, &form, fixed, rank, region).is_none() {
                return self.join_copies(j, vals, t, None);
            }
        }
        for (k, p) in places.iter().enumerate() {
            let news = j.news.clone();
            let own = self.in_arm(j, k, |lw| {
                Ok(match p {
                    Some(p) => {
                        let map = |q: &Place| (q.clone(), *news.get(&(k, q.base)).unwrap_or(&q.base));
                        lw.encode_all(&layout, p, limit, &map)
                    }
                    None => {
                        let zero = lw.b.i64(0);
                        vec![zero; layout.width()]
                    }
                })
            })?;
            j.yields[j.live[k]].extend(own);
        }
        Ok(Shape::Array(layout))
    }

    /// Bases of before that become new ones where the paths meet. No name has the old ones: a value that is on its way
    /// in an expression may.
    fn move_on(&mut self, limit: usize, bases: impl Iterator<Item = BaseId>) {
        let span = self.span;
        for b in bases.filter(|b| (b.0 as usize) < limit) {
            self.base_mut(b).moved = Some(Frozen { span, site: None, by: None, holds: false });
        }
    }

    /// One function from all arms that have one: its variables stay where they are.
    fn join_functions(
        &mut self,
        j: &mut Join<'_, 'a>,
        vals: &[Option<Val<'a>>],
        t: &T,
        ts: &[T],
        slot: Slot,
    ) -> R<Shape<'a>> {
        let all: Vec<Rc<Closure<'a>>> =
            vals.iter().filter_map(|v| if let Some(Val::Func(c)) = v { Some(c.clone()) } else { None }).collect();
        let Some(first) = all.first().filter(|f| all.iter().all(|c| c.frame == f.frame)) else {
            return self.join_plain(j, vals, t);
        };
        let mut defaults = vec![];
        for (i, t) in ts.iter().take(first.defaults.len()).enumerate() {
            let part = |v: &Option<Val<'a>>| match v {
                Some(Val::Func(c)) => Some(c.defaults[i].1.clone()),
                _ => None,
            };
            defaults.push(self.join_value(j, vals.iter().map(part).collect(), t, slot.part(i))?);
        }
        Ok(Shape::Func(first.clone(), defaults))
    }

    /// Lists that all arms made become one list, which all names of them share.
    fn join_lists(&mut self, j: &mut Join<'_, 'a>, vals: &[Option<Val<'a>>], t: &T, slot: Slot) -> R<Shape<'a>> {
        let site = self.site();
        vals.iter().flatten().try_for_each(|v| self.share_where_asked(v, site))?;
        // What comes of it may be needed with wider elements: then these have them.
        self.cx.ask(About::Elements(slot.met));
        let wanted = match (t, self.cx.facts.cells.get(&slot.met)) {
            (T::List(e), Some(w)) => e.join(w).map(|e| T::List(Box::new(e))),
            _ => None,
        };
        let t = wanted.as_ref().unwrap_or(t);
        let mut mine = vec![];
        let mut first = None;
        for (k, v) in vals.iter().enumerate() {
            let Some(Val::List(l)) = v else { break };
            // A list of slots has no columns that could be one with another list's.
            if !l.path.is_empty()
                || !matches!(self.base(l.base).kind, BaseKind::List { .. })
                || (l.base.0 as usize) < j.before.bases.len()
                || T::List(Box::new((*l.elem).clone())) != *t
            {
                break;
            }
            first = first.or_else(|| Some(l.clone()));
            mine.push((k, l.base));
        }
        if let (true, Some(l)) = (mine.len() == vals.len(), first) {
            if mine.iter().all(|m| !j.news.contains_key(m)) {
                self.export(j, &mine);
            }
            let id = j.news.get(&mine[0]).copied();
            if id.is_some() && mine.iter().all(|m| j.news.get(m).copied() == id) {
                return Ok(Shape::List(ListRef { base: id.unwrap_or(l.base), ..l }));
            }
        }
        if let Some(l) = self.one_list_around(j, vals) {
            for (k, v) in vals.iter().enumerate() {
                self.yield_path(j, k, v.as_ref(), l.path.len());
            }
            return Ok(Shape::Inner(l));
        }
        if let Some(shape) = self.join_choice(j, vals)? {
            return Ok(shape);
        }
        // A list that only this name has is moved.
        let own = vals.iter().enumerate().all(|(k, v)| {
            let Some(Val::List(l)) = v else { return v.is_none() };
            let old = (l.base.0 as usize) < j.before.bases.len();
            let only = |f: &[Slots<'a>]| self.only_in(f, l.base, slot.name);
            l.path.is_empty()
                && j.arms[j.live[k]].state.bases[l.base.0 as usize].frozen.is_none()
                && self.base(l.base).param.is_none()
                && if old {
                    only(&j.before.frames) && j.live.iter().all(|a| only(&j.arms[*a].state.frames))
                } else {
                    only(&j.arms[j.live[k]].state.frames)
                }
        });
        if own && !self.parts_of(vals) {
            self.move_on(j.before.bases.len(), mentioned_lists(vals));
            let flat = self.join_flat(j, vals, t);
            return flat.map(|()| Shape::Plain(t.clone(), None, None));
        }
        self.join_plain(j, vals, t)
    }

    /// One of the values, if they are all in one list that was there before: then only the path differs.
    fn one_list_around(&self, j: &Join<'_, 'a>, vals: &[Option<Val<'a>>]) -> Option<ListRef> {
        let mut first: Option<&ListRef> = None;
        for (k, v) in vals.iter().enumerate() {
            let Some(v) = v else { continue };
            let Val::List(l) = v else { return None };
            let old = (l.base.0 as usize) < j.before.bases.len();
            let columns = matches!(self.base(l.base).kind, BaseKind::List { .. });
            let here = old && j.arms[j.live[k]].state.bases[l.base.0 as usize].epoch == l.epoch;
            let f = *first.get_or_insert(l);
            if !here
                || !columns
                || l.path.is_empty()
                || l.base != f.base
                || l.path.len() != f.path.len()
                || l.elem != f.elem
            {
                return None;
            }
        }
        first.cloned()
    }

    /// Yields the path to an inner list; zeros where the arm has none.
    fn yield_path(&mut self, j: &mut Join<'_, 'a>, k: usize, v: Option<&Val<'a>>, n: usize) {
        let path = match v {
            Some(Val::List(l)) => l.path.to_vec(),
            _ => {
                self.b.push_cursor(j.arms[j.live[k]].block, None);
                let zero = self.b.i64(0);
                self.b.pop_cursor();
                vec![zero; n]
            }
        };
        j.yields[j.live[k]].extend(path);
    }

    fn parts_of(&self, vals: &[Option<Val<'a>>]) -> bool {
        vals.iter().flatten().any(|v| match v {
            Val::List(l) => matches!(self.base(l.base).kind, BaseKind::Slots { .. } | BaseKind::Choice { .. }),
            _ => false,
        })
    }

    /// Lists of slots stay what they are: which of them it is is a number. Other lists do so where a walk saw a store
    /// that could tell.
    fn join_choice(&mut self, j: &mut Join<'_, 'a>, vals: &[Option<Val<'a>>]) -> R<Option<Shape<'a>>> {
        let site = self.site();
        if !self.parts_of(vals) && !self.cx.exact(site) {
            return Ok(None);
        }
        let (limit, marks) = (j.before.bases.len(), j.before.marks);
        let mut cands: Vec<(ListRef, Option<usize>)> = vec![];
        let mut numbers = vec![];
        for (k, v) in vals.iter().enumerate() {
            let Some(Val::List(l)) = v else {
                numbers.push(vec![(vec![], 0)]);
                continue;
            };
            let mut lists = vec![];
            self.choices_of(l, limit, &mut vec![], &mut lists);
            let one = lists.len() == 1;
            let mut at = vec![];
            for (when, l) in lists {
                let columns = matches!(self.base(l.base).kind, BaseKind::List { .. });
                let inner = (l.base.0 as usize) >= limit;
                if columns && inner && !l.path.is_empty() {
                    return Ok(None);
                }
                if !l.path.iter().all(|v| v.index() < marks.0) {
                    // The arm's own path comes out.
                    if inner || !one || j.arms[j.live[k]].state.bases[l.base.0 as usize].epoch != l.epoch {
                        return Ok(None);
                    }
                    at.push((when, cands.len()));
                    cands.push((l, Some(k)));
                    continue;
                }
                let l = if columns && inner {
                    self.name_base(j, k, l.base);
                    ListRef { base: j.news[&(k, l.base)], display: None, ..l }
                } else {
                    l
                };
                let same = |c: &(ListRef, Option<usize>)| c.1.is_none() && c.0.base == l.base && c.0.path == l.path;
                let number = cands.iter().position(same).unwrap_or_else(|| {
                    cands.push((l, None));
                    cands.len() - 1
                });
                at.push((when, number));
            }
            numbers.push(at);
        }
        if let [(l, None)] = &cands[..] {
            return Ok(Some(Shape::List(l.clone())));
        }
        if cands.len() > crate::select::MAX_CANDIDATES || cands.is_empty() {
            return Ok(None);
        }
        for (k, at) in numbers.into_iter().enumerate() {
            let number = self.in_arm(j, k, |lw| {
                let mut out = lw.b.i64(at[0].1 as i64);
                for (when, n) in at.iter().skip(1) {
                    let mut fits = lw.b.bool(true);
                    for (sel, i) in when {
                        let here = lw.b.i64(*i as i64);
                        let is = lw.b.map(&ops::EQ, &[*sel, here]);
                        fits = lw.b.map(&ops::AND, &[fits, is]);
                    }
                    let num = lw.b.i64(*n as i64);
                    out = lw.b.select(fits, num, out);
                }
                Ok(out)
            })?;
            j.yields[j.live[k]].push(number);
            for (l, own) in &cands {
                let v = Val::List(l.clone());
                if let Some(arm) = own {
                    self.yield_path(j, k, Some(&v).filter(|_| *arm == k), l.path.len());
                }
            }
        }
        Ok(Some(Shape::Choice(cands.into_iter().map(|(l, own)| (l, own.is_some())).collect())))
    }

    /// The lists that a list may be, choices that were made since `limit` opened, and which selectors say that it is so.
    fn choices_of(
        &self,
        l: &ListRef,
        limit: usize,
        when: &mut Vec<(Var, usize)>,
        out: &mut Vec<(Vec<(Var, usize)>, ListRef)>,
    ) {
        match self.chosen(l) {
            Some((sel, all)) if (l.base.0 as usize) >= limit => {
                for (i, l) in all.iter().enumerate() {
                    when.push((sel, i));
                    self.choices_of(l, limit, when, out);
                    when.pop();
                }
            }
            _ => out.push((when.clone(), l.clone())),
        }
    }

    /// Arms' own arrays under one name become one array outside.
    fn name_bases(&mut self, j: &mut Join<'_, 'a>, places: &[Option<Place>]) {
        let limit = j.before.bases.len();
        let mine: Vec<(usize, BaseId)> = places
            .iter()
            .enumerate()
            .filter_map(|(k, p)| Some((k, p.as_ref()?.base)))
            .filter(|(k, b)| {
                (b.0 as usize) >= limit
                    && !j.news.contains_key(&(*k, *b))
                    && matches!(j.arms[j.live[*k]].state.bases[b.0 as usize].kind, BaseKind::Array { .. })
            })
            .collect();
        let ty = |j: &Join<'_, 'a>, (k, b): &(usize, BaseId), lw: &Self| {
            let t = lw.b.func.ty(j.arms[j.live[*k]].state.bases[b.0 as usize].cur[0]).clone();
            (t.dtype(), t.rank())
        };
        if mine.len() > 1 && mine.iter().all(|m| ty(j, m, self) == ty(j, &mine[0], self)) {
            self.export(j, &mine);
        }
    }

    fn name_base(&mut self, j: &mut Join<'_, 'a>, k: usize, b: BaseId) {
        if (b.0 as usize) >= j.before.bases.len() && !j.news.contains_key(&(k, b)) {
            self.export(j, &[(k, b)]);
        }
    }

    /// One new base outside for these bases of arms, at most one of each; other arms have a dummy.
    fn export(&mut self, j: &mut Join<'_, 'a>, mine: &[(usize, BaseId)]) {
        let (k, b) = mine[0];
        let model = j.arms[j.live[k]].state.bases[b.0 as usize].clone();
        let id = self.new_base(model.cur.clone(), model.kind.clone());
        self.base_mut(id).made = model.made;
        for (c, v) in model.cur.iter().enumerate() {
            let ty = self.b.ty(*v);
            j.outs.push(Out::NewBase(id, c));
            for (i, a) in j.live.iter().enumerate() {
                let v = match mine.iter().find(|m| m.0 == i) {
                    Some((_, b)) => j.arms[*a].state.bases[b.0 as usize].cur[c],
                    None => {
                        self.b.push_cursor(j.arms[*a].block, None);
                        let v = self.dummy(&ty);
                        self.b.pop_cursor();
                        v
                    }
                };
                j.bases[*a].push(v);
            }
        }
        for (k, b) in mine {
            let s = &j.arms[j.live[*k]].state.bases[b.0 as usize];
            let (frozen, merged) = (s.frozen, s.merged);
            let n = self.base_mut(id);
            n.frozen = n.frozen.or(frozen);
            n.merged = n.merged.or(merged);
            n.written = true;
            j.news.insert((*k, *b), id);
        }
    }

    /// Arrays by value: copies, so neither they nor what they are of may be written.
    fn join_copies(
        &mut self,
        j: &mut Join<'_, 'a>,
        vals: &[Option<Val<'a>>],
        t: &T,
        site: Option<Site>,
    ) -> R<Shape<'a>> {
        let frozen = Frozen { span: self.span, site, by: None, holds: false };
        let mut order: Option<Order> = None;
        for (k, v) in vals.iter().enumerate() {
            let Some(Val::Array(p)) = v else { continue };
            order = Some(order.map_or_else(|| p.order.clone(), |o| o.join(&p.order)));
            for b in self.roots(p.base) {
                self.freeze_base(b, site);
                j.copied.insert((k, b), frozen);
            }
        }
        self.join_flat(j, vals, t)?;
        Ok(Shape::Plain(t.clone(), order, Some(frozen)))
    }

    /// By value. Lists that others have too may not be written any more.
    fn join_plain(&mut self, j: &mut Join<'_, 'a>, vals: &[Option<Val<'a>>], t: &T) -> R<Shape<'a>> {
        let mut shared = None;
        for (k, v) in vals.iter().enumerate() {
            let Some(v) = v else { continue };
            let state = &j.arms[j.live[k]].state;
            for b in mentioned_bases(v) {
                let kind = &self.base(b).kind;
                let list = matches!(kind, BaseKind::List { .. });
                let parts = matches!(kind, BaseKind::Slots { .. } | BaseKind::Choice { .. });
                let count: usize = state.frames.iter().flat_map(|f| f.values()).map(|v| self.mentions(v, b)).sum();
                let old = (b.0 as usize) < j.before.bases.len();
                // What an earlier point froze is a copy already, of what others have.
                let copy = state.bases[b.0 as usize].frozen.is_some();
                if (list && old) || count > 1 || parts || copy {
                    let site = matches!(v, Val::List(_)).then(|| self.site());
                    let f = Frozen { span: self.span, site, by: None, holds: false };
                    self.freeze_base(b, site);
                    j.copied.insert((k, b), f);
                    shared = Some(f);
                }
            }
        }
        self.join_flat(j, vals, t)?;
        Ok(Shape::Plain(t.clone(), None, shared))
    }

    fn join_flat(&mut self, j: &mut Join<'_, 'a>, vals: &[Option<Val<'a>>], t: &T) -> R<()> {
        for (k, v) in vals.iter().enumerate() {
            let flat = self.in_arm(j, k, |lw| match v {
                Some(v) => lw.flatten(v, t),
                None => Ok(lw.absent(t)),
            })?;
            j.yields[j.live[k]].extend(flat);
        }
        Ok(())
    }

    /// A name denotes on different paths what has no common type.
    fn part(&mut self, frame: usize, name: Symbol) -> R<()> {
        if name == self.ret_slot {
            return self
                .unsupported("returning values of types that have nothing in common", "return one type, or a tuple");
        }
        let rests = self.frames[frame].needs.is_some();
        if name.as_str().starts_with('<') && !crate::objects::is_field(name) && !rests {
            self.frames[frame].slots.remove(&name);
        } else {
            self.set_slot(frame, name, Val::Unknown(self.span));
        }
        Ok(())
    }
}

fn mentioned_lists<'v>(vals: &'v [Option<Val<'_>>]) -> impl Iterator<Item = BaseId> + 'v {
    vals.iter().flatten().filter_map(|v| if let Val::List(l) = v { Some(l.base) } else { None })
}

/// What is joined: a name's value, or a part of it.
#[derive(Clone, Copy)]
struct Slot {
    name: (usize, Symbol),
    met: Site,
}

impl Slot {
    fn part(self, k: usize) -> Slot {
        Slot { met: part_at(self.met, k), ..self }
    }
}

/// The own object that all arms that have one mean.
fn one_object(vals: &[Option<Val<'_>>]) -> Option<Object> {
    let mut all = vals.iter().flatten();
    let Some(Val::Object(first)) = all.next() else { return None };
    let same = |v: &Val<'_>| matches!(v, Val::Object(o) if o.at == first.at);
    (matches!(first.at, At::Own(_)) && all.all(same)).then_some(*first)
}
