//! Lists whose elements other names reach too: a slot for each element.
//!
//! A list usually owns its arrays and inner lists: what is put in moves there. Where a walk sees that another name
//! of such an element is used or written, the site that makes the list becomes a fact (`Facts::exact`), and the next
//! walk makes the list of *slots*: names that no program can write, in the frame of the module. A slot is a name like
//! any other, so paths that meet, loops that carry and handlers that look treat elements as they treat names, views
//! and swaps included; `xs[0], xs[1] = xs[1], xs[0]` emits nothing. The list itself is a base without columns, so its
//! own identity is a base's. Its length is known while compiling; where it is not (`append` in a loop) the list is
//! made as before (`Facts::dynamic`).
//!
//! An index that is not known selects among the slots: arrays give a merged place, lists a *choice*, which is a list
//! name that denotes one of several lists. What is done to a choice is done in a branch to the one that it is.
//!
//! Slots of lists that nothing reaches any more are dropped at the ends of statements: what they hold is then named
//! once less, and may be moved again. Only lists made since the function was entered are dropped there, because the
//! expressions around a call hold values that no name has.

use crate::state::*;
use crate::value::*;
use quipu_abi::ErrorKind;
use quipu_ir::Var;
use quipu_ir::ops;
use quipu_syntax::Symbol;
use rustc_hash::FxHashSet as HashSet;
use std::rc::Rc;

/// The frame of the slots: the module's.
const HEAP: usize = 0;

/// A list that is longer is not unrolled.
pub const MAX_SLOTS: usize = 64;

fn slot_name(id: u64, k: usize) -> Symbol {
    Symbol::new(&format!("<{id:x}.{k}>"))
}

fn len_name(id: u64) -> Symbol {
    Symbol::new(&format!("<{id:x}.len>"))
}

impl<'a> Lower<'a, '_> {
    /// Are lists that are made at this site made of slots?
    pub fn makes_slots(&self, site: Site) -> bool {
        self.cx.exact(site) && !self.cx.facts.dynamic.contains(&site) && !self.makes_shared(site)
    }

    /// A list with columns cannot tell what this program asks of its elements: slots can.
    pub fn need_slots(&mut self, list: BaseId) -> R<()> {
        match self.base(list).kind {
            BaseKind::List { site } => {
                self.need_exact(Frozen { span: self.span, site: Some(site), by: None, holds: false })
            }
            _ => Ok(()),
        }
    }

    /// A list of slots that hold `items`.
    pub fn slot_list(&mut self, items: &[Val<'a>], elem: &T, site: Site) -> Val<'a> {
        // A site that is walked again while its list lives (a `finally` that is there twice) makes another one.
        let mut id = hash_path(site.0, site.1, 0x5107);
        while self.get_slot(HEAP, len_name(id)).is_some() {
            id = id.wrapping_add(1);
        }
        let base = self.new_base(vec![], BaseKind::Slots { id, site });
        self.heaps.retain(|b| *b < base);
        self.heaps.push(base);
        self.set_items(id, items);
        Val::List(ListRef::whole(base, Rc::new(elem.clone())))
    }

    fn set_slot_item(&mut self, id: u64, k: usize, v: Val<'a>) {
        let name = slot_name(id, k);
        self.set_slot(HEAP, name, v);
        self.note_bound(HEAP, name);
    }

    /// The list has these items from here on.
    fn set_items(&mut self, id: u64, items: &[Val<'a>]) {
        let old = self.slots_len(id);
        for (k, v) in items.iter().enumerate() {
            self.set_slot_item(id, k, v.clone());
        }
        for k in items.len()..old {
            self.frames[HEAP].slots.remove(&slot_name(id, k));
        }
        if old != items.len() || self.get_slot(HEAP, len_name(id)).is_none() {
            let n = self.int(items.len() as i64);
            let name = len_name(id);
            self.set_slot(HEAP, name, n);
            self.note_bound(HEAP, name);
        }
    }

    fn slots_len(&self, id: u64) -> usize {
        let n = self.get_slot(HEAP, len_name(id)).map(strip).and_then(Val::int_known);
        n.unwrap_or(0) as usize
    }

    /// The items of a list of slots.
    pub fn slot_items(&self, l: &ListRef) -> Option<Vec<Val<'a>>> {
        let BaseKind::Slots { id, .. } = self.base(l.base).kind else { return None };
        let n = self.slots_len(id);
        Some((0..n).map(|k| self.get_slot(HEAP, slot_name(id, k)).map_or(Val::None, |v| strip(v).clone())).collect())
    }

    /// The site of the list of slots whose length this name holds.
    pub fn length_slot(&self, frame: usize, name: Symbol) -> Option<Site> {
        if frame != HEAP || !name.as_str().ends_with(".len>") {
            return None;
        }
        self.live_heaps().find_map(|b| match self.base(b).kind {
            BaseKind::Slots { id, site } if len_name(id) == name => Some(site),
            _ => None,
        })
    }

    fn live_heaps(&self) -> impl Iterator<Item = BaseId> + '_ {
        self.heaps.iter().copied().filter(|b| (b.0 as usize) < self.bases.len())
    }

    /// The length of a list of slots is not known at this point: such lists are not made of slots.
    pub fn make_dynamic(&mut self, site: Site) -> Stop {
        self.cx.facts.dynamic.insert(site);
        self.cx.rise(About::Form(site))
    }

    /// A part or a multiple of a list of slots, which is one too. Where it must not be, neither must the list.
    pub fn slots_of(&mut self, l: &ListRef, items: &[Val<'a>]) -> R<Val<'a>> {
        let site = self.site();
        self.cx.ask(About::Form(site));
        if let (true, BaseKind::Slots { site: from, .. }) =
            (self.cx.facts.dynamic.contains(&site), &self.base(l.base).kind)
        {
            return Err(self.make_dynamic(*from));
        }
        Ok(self.slot_list(items, &l.elem.clone(), site))
    }

    /// The element that a slot list has at an index in bounds.
    pub fn slot_at(&mut self, items: &[Val<'a>], i: Var) -> R<Val<'a>> {
        if let Some(k) = self.known_of(i) {
            return match items.get(k as usize) {
                Some(v) => Ok(v.clone()),
                None => self.raise(ErrorKind::IndexError, "list index out of range"),
            };
        }
        let Some(first) = items.first().cloned() else {
            return self.raise(ErrorKind::IndexError, "list index out of range");
        };
        if items.iter().all(|v| self.same(v, &first)) {
            return Ok(first);
        }
        if items.len() <= crate::select::MAX_CANDIDATES {
            let t = self.type_of(&first);
            let arrays: Option<Vec<Place>> =
                items.iter().map(|v| if let Val::Array(p) = v { Some(p.clone()) } else { None }).collect();
            if let Some(ps) = arrays
                && items.iter().all(|v| self.type_of(v) == t)
            {
                return Ok(Val::Array(self.merged(i, ps)));
            }
            let lists: Option<Vec<ListRef>> =
                items.iter().map(|v| if let Val::List(l) = v { Some(l.clone()) } else { None }).collect();
            if let Some(ls) = lists.filter(|all| all.iter().all(|l| l.class.is_none())) {
                return Ok(self.choice(i, ls));
            }
        }
        self.pick(items, i, 0)
    }

    /// `items[i]` by branches, from the `k`-th on.
    fn pick(&mut self, items: &[Val<'a>], i: Var, k: usize) -> R<Val<'a>> {
        if k + 1 == items.len() {
            return Ok(items[k].clone());
        }
        let here = self.b.i64(k as i64);
        let is = self.b.map(&ops::EQ, &[i, here]);
        let cond = self.py(quipu_abi::DType::Bool, is);
        self.choose(&cond, |_| Ok(items[k].clone()), |lw| lw.pick(items, i, k + 1))
    }

    /// Puts a value into the slot of an index in bounds.
    pub fn slot_store(&mut self, l: &ListRef, i: Var, v: &Val<'a>) -> R<()> {
        let BaseKind::Slots { id, .. } = self.base(l.base).kind else { return Ok(()) };
        if let Some(k) = self.known_of(i) {
            self.set_slot_item(id, k as usize, v.clone());
            return Ok(());
        }
        for k in 0..self.slots_len(id) {
            let here = self.b.i64(k as i64);
            let is = self.b.map(&ops::EQ, &[i, here]);
            // Each slot is a point of its own where paths meet.
            let (at, path) = (self.at, self.frames[self.at].path);
            self.frames[at].path = hash_path(path, self.span, k as u64);
            let r = self.branch(
                is,
                |lw| {
                    lw.set_slot_item(id, k, v.clone());
                    Ok(())
                },
                |_| Ok(()),
            );
            self.frames[at].path = path;
            r?;
        }
        Ok(())
    }

    /// The list has other items from here on.
    pub fn slot_replace(&mut self, l: &ListRef, items: &[Val<'a>]) -> R<()> {
        let BaseKind::Slots { id, site } = self.base(l.base).kind else { return Ok(()) };
        if items.len() > MAX_SLOTS {
            return Err(self.make_dynamic(site));
        }
        if items.len() != self.slots_len(id) {
            self.base_mut(l.base).grown += 1;
        }
        self.set_items(id, items);
        Ok(())
    }

    // Choices.

    /// A list that is `cands[sel]`. One that nothing is ever put into says nothing about the elements.
    pub fn choice(&mut self, sel: Var, cands: Vec<ListRef>) -> Val<'a> {
        let all = cands.iter().try_fold(T::Never, |t, c| t.join(&c.elem));
        let elem = all.map_or_else(|| cands[0].elem.clone(), Rc::new);
        let base = self.new_base(vec![], BaseKind::Choice { sel, cands: cands.into() });
        Val::List(ListRef::whole(base, elem))
    }

    pub fn chosen(&self, l: &ListRef) -> Option<(Var, Rc<[ListRef]>)> {
        match &self.base(l.base).kind {
            BaseKind::Choice { sel, cands } => Some((*sel, cands.clone())),
            _ => None,
        }
    }

    /// If the list is a choice: what `f` gives for the one that it is.
    pub fn by_choice(
        &mut self,
        l: &ListRef,
        f: &mut dyn FnMut(&mut Self, &ListRef) -> R<Val<'a>>,
    ) -> R<Option<Val<'a>>> {
        let Some((sel, cands)) = self.chosen(l) else { return Ok(None) };
        self.choose_from(sel, &cands, 0, f).map(Some)
    }

    fn choose_from(
        &mut self,
        sel: Var,
        cands: &[ListRef],
        k: usize,
        f: &mut dyn FnMut(&mut Self, &ListRef) -> R<Val<'a>>,
    ) -> R<Val<'a>> {
        if k + 1 == cands.len() {
            return f(self, &cands[k]);
        }
        let here = self.b.i64(k as i64);
        let is = self.b.map(&ops::EQ, &[sel, here]);
        let slot = Symbol::new("<chosen>");
        let (at, outer) = (self.at, self.frames[self.at].slots.remove(&slot));
        let before = self.snapshot();
        let mut one = |lw: &mut Self, k: usize, rest: bool| -> R<()> {
            let v = if rest { lw.choose_from(sel, cands, k, f)? } else { f(lw, &cands[k])? };
            lw.set_slot(at, slot, v);
            Ok(())
        };
        let yes = self.arm(&before, |lw| one(lw, k, false))?;
        let no = self.arm(&before, |lw| one(lw, k + 1, true))?;
        self.join_arms(&before, ops::Op::If(ops::If), &[is], vec![yes, no])?;
        let Some(v) = self.frames[at].slots.remove(&slot) else { return self.no_choice() };
        if let Some(o) = outer {
            self.set_slot(at, slot, o);
        }
        Ok(v)
    }

    // Dropping.

    /// Drops the slots of lists and objects made since `mark` that nothing reaches.
    pub fn sweep(&mut self, mark: usize) {
        let mut dead: Vec<(BaseId, Vec<Symbol>)> = self
            .live_heaps()
            .filter(|b| b.0 as usize >= mark)
            .map(|b| (b, self.heap_slots(b)))
            .filter(|(_, names)| !names.is_empty())
            .collect();
        if dead.is_empty() {
            return;
        }
        let names: HashSet<Symbol> = self.live_heaps().flat_map(|b| self.heap_slots(b)).collect();
        let mut seen: HashSet<BaseId> = HashSet::default();
        for (k, f) in self.frames.iter().enumerate() {
            for (n, v) in f.slots.iter() {
                if k != HEAP || !names.contains(n) {
                    self.reached(v, &mut seen);
                }
            }
        }
        // A path that ended may have made what the same statement has made again since, in the same slots: a `finally`
        // is walked twice.
        let kept: HashSet<Symbol> = seen.iter().flat_map(|b| self.heap_slots(*b)).collect();
        dead.retain(|(b, _)| !seen.contains(b));
        for name in dead.into_iter().flat_map(|(_, names)| names).filter(|n| !kept.contains(n)) {
            self.frames[HEAP].slots.remove(&name);
        }
    }

    /// The slots of a list or an object, if it is still there.
    fn heap_slots(&self, b: BaseId) -> Vec<Symbol> {
        match self.base(b).kind {
            BaseKind::Object { id, .. } => self.object_slots(id),
            BaseKind::Slots { id, .. } if self.get_slot(HEAP, len_name(id)).is_some() => {
                (0..self.slots_len(id)).map(|k| slot_name(id, k)).chain([len_name(id)]).collect()
            }
            _ => vec![],
        }
    }

    /// The lists that a value leads to.
    fn reached(&self, v: &Val<'a>, seen: &mut HashSet<BaseId>) {
        match v {
            Val::List(l) => self.reached_list(l, seen),
            Val::Tuple(vs) => vs.iter().for_each(|v| self.reached(v, seen)),
            Val::Union(u) => u.members.iter().for_each(|v| self.reached(v, seen)),
            Val::Maybe(m) => self.reached(&m.1, seen),
            Val::Method(m) => self.reached(&m.0, seen),
            Val::Super(s) => self.reached(&s.0, seen),
            Val::Object(Object { at: At::Own(b), .. }) => {
                if seen.insert(*b)
                    && let BaseKind::Object { id, .. } = self.base(*b).kind
                {
                    for n in self.object_slots(id) {
                        if let Some(v) = self.get_slot(HEAP, n) {
                            self.reached(v, seen);
                        }
                    }
                }
            }
            Val::Slice(s) => s.iter().for_each(|v| self.reached(v, seen)),
            Val::Func(c) => c.defaults.iter().for_each(|(_, v)| self.reached(v, seen)),
            Val::Iter(it) => match &**it {
                Iter::Zip(vs) | Iter::Display(vs) => vs.iter().for_each(|v| self.reached(v, seen)),
                Iter::Map(f, vs, _) => vs.iter().chain([f]).for_each(|v| self.reached(v, seen)),
                Iter::Enumerate(v, _) | Iter::Reversed(v) | Iter::Transposed(v) => self.reached(v, seen),
                Iter::Entries(o, _) => self.reached(&Val::Object(*o), seen),
                Iter::Generator(_) | Iter::Flat(_) => {}
            },
            _ => {}
        }
    }

    fn reached_list(&self, l: &ListRef, seen: &mut HashSet<BaseId>) {
        if !seen.insert(l.base) {
            return;
        }
        match &self.base(l.base).kind {
            BaseKind::Choice { cands, .. } => cands.iter().for_each(|c| self.reached_list(c, seen)),
            BaseKind::Slots { .. } => self.slot_items(l).unwrap_or_default().iter().for_each(|v| self.reached(v, seen)),
            _ => {}
        }
    }
}

/// A slot that only some paths have is read where they have it.
fn strip<'v, 'a>(v: &'v Val<'a>) -> &'v Val<'a> {
    match v {
        Val::Maybe(m) => &m.1,
        v => v,
    }
}
