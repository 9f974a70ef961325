//! `for` statements: over ranges, growing lists, known items, `prange`.

use crate::generators::{Each, has_yield};
use crate::loops::{Source, assigned_in};
use crate::objects::Key;
use crate::state::*;
use crate::stmt::Trip;
use crate::value::*;
use quipu_abi::ErrorKind;
use quipu_ir::ops;
use quipu_syntax::Symbol;
use quipu_syntax::ast::{Expr, ExprKind, Stmt};

impl<'a> Lower<'a, '_> {
    // Loops.

    pub(super) fn for_stmt(
        &mut self,
        s: &'a Stmt,
        target: &'a Expr,
        iter: &'a Expr,
        body: &'a [Stmt],
        orelse: &'a [Stmt],
    ) -> R<()> {
        // A loop that only passes items on.
        let passes = matches!(target.kind, ExprKind::Name(n) if n.as_str() == crate::generators::ITEM);
        if passes {
            self.forwards.push(self.at);
        }
        let r = self.for_items(s, target, iter, body, orelse);
        if passes {
            self.forwards.pop();
        }
        r
    }

    fn for_items(
        &mut self,
        s: &'a Stmt,
        target: &'a Expr,
        iter: &'a Expr,
        body: &'a [Stmt],
        orelse: &'a [Stmt],
    ) -> R<()> {
        let (breaks, returns) = self.exits(body);
        if self.is_pulled() && has_yield(body) {
            return self.for_pulled(s.span, iter, Each::Body(target, body), orelse, breaks, returns);
        }
        let v = self.iterated(iter)?;
        let site = (self.site().0, s.span);
        if let Val::None | Val::Scalar(_) = v {
            // As CPython marks it.
            self.set_span(s.span);
        }
        if self.is_generated(&v) {
            self.for_generated(&v, s.span, target, body, breaks || returns)?;
            self.set_span(s.span);
            return self.after_loop(orelse, breaks, returns);
        }
        if let Some(items) = self.static_items(&v) {
            if self.rolls(site, &items, Trip::Body(body)) {
                let mut walk = |lw: &mut Self, v: Val<'a>| lw.for_trips(s, target, iter, &v, body, orelse);
                return self.try_rolled(site, &items, &mut walk);
            }
            // What the loop runs over lives as long as it runs.
            let (at, held) = (self.at, Symbol::new(&format!("<items {}>", s.span.start)));
            self.set_slot(at, held, Val::Tuple(items.clone().into()));
            self.unroll(target, &Items::Known(items), 0, body)?;
            self.frames[at].slots.remove(&held);
            return self.after_loop(orelse, breaks, returns);
        }
        if let Some(items) = self.slots_in(&v, site)? {
            // Each item is looked up when its turn comes: the body may put others into the list.
            let held = Symbol::new(&format!("<iterable {}>", s.span.start));
            let at = self.at;
            self.set_slot(at, held, v.clone());
            self.unroll(target, &items, 0, body)?;
            self.frames[at].slots.remove(&held);
            return self.after_loop(orelse, breaks, returns);
        }
        self.for_trips(s, target, iter, &v, body, orelse)
    }

    /// A loop over what is no generator.
    fn for_trips(
        &mut self,
        s: &'a Stmt,
        target: &'a Expr,
        iter: &'a Expr,
        v: &Val<'a>,
        body: &'a [Stmt],
        orelse: &'a [Stmt],
    ) -> R<()> {
        let (breaks, returns) = self.exits(body);
        let site = (self.site().0, s.span);
        let parallel = matches!(&iter.kind, ExprKind::Call { func, .. } if self.is_prange(func))
            && self.frames[self.at].marks.parallel
            && !self.guarded();
        let (trip, source) = self.source(v)?;
        let growing = self.cx.grows(site);
        let lists = self.lists_of(&source);
        if let Some(n) = self.known_of(trip).filter(|n| *n <= 64)
            && has_yield(body)
            && self.is_straight()
            && !growing
        {
            let lengths = self.lengths_of(&source);
            let dicts = dicts_of(&source);
            let items = Items::Listed { n: n.max(0) as usize, source: Box::new(source), site, lists, lengths, dicts };
            self.unroll(target, &items, 0, body)?;
            return self.after_loop(orelse, breaks, returns);
        }
        let lengths = self.lengths_of(&source);
        let assigned = assigned_in(Some(target), body);
        // What the loop runs over lives on when the body binds its name anew.
        let held = Symbol::new(&format!("<iterable {}>", s.span.start));
        let at = self.at;
        self.set_slot(at, held, v.clone());
        let watched = self.watched(&source)?;
        let mut trip_of = |lw: &mut Self, item: Val<'a>| {
            lw.set_span(target.span);
            lw.assign(target, item)?;
            lw.block(body)?;
            lw.set_span(iter.span);
            lw.check_after_trip(&watched)
        };
        if growing {
            self.growing_loop(site, &(trip, source), assigned, &mut trip_of)?;
            self.frames[at].slots.remove(&held);
            self.set_span(s.span);
            return self.after_loop(orelse, breaks, returns);
        }
        self.for_loop(site, trip, assigned, parallel, breaks || returns, &mut |lw, i| {
            let item = lw.item(&source, i)?;
            trip_of(lw, item)
        })?;
        self.frames[at].slots.remove(&held);
        if self.lengths_of(&source) != lengths {
            self.set_span(iter.span);
            return self.source_changed(site);
        }
        self.set_span(s.span);
        self.after_loop(orelse, breaks, returns)
    }

    fn is_prange(&self, func: &Expr) -> bool {
        match &func.kind {
            ExprKind::Name(n) => n.as_str() == "prange",
            ExprKind::Attribute { attr, .. } => attr.name.as_str() == "prange",
            _ => false,
        }
    }

    /// The lists that it runs over: of one that may be several, all of them.
    pub fn lists_of(&self, s: &Source<'a>) -> Vec<ListRef> {
        use Source as S;
        let each = |l: &ListRef| self.lists_of(&S::List(l.clone()));
        match s {
            S::List(l) => {
                self.chosen(l).map_or_else(|| vec![l.clone()], |(_, all)| all.iter().flat_map(each).collect())
            }
            S::Zip(all) | S::Map(_, all, _) => all.iter().flat_map(|(_, s)| self.lists_of(s)).collect(),
            S::Enumerate(s, _) | S::Reversed(s, _) => self.lists_of(s),
            S::Either(u) => {
                u.members.iter().flat_map(|m| if let Val::List(l) = m { each(l) } else { vec![] }).collect()
            }
            _ => vec![],
        }
    }

    /// The items of a tuple (or of what wraps short tuples), which a loop unrolls over.
    pub fn static_items(&mut self, v: &Val<'a>) -> Option<Vec<Val<'a>>> {
        match v {
            Val::Tuple(t) if t.len() <= 64 => Some(t.to_vec()),
            Val::Iter(it) => match &**it {
                Iter::Display(vs) if vs.len() <= 64 => Some(vs.clone()),
                Iter::Enumerate(v, s) => {
                    let start = match s.known {
                        Some(Known::Int(k)) => k,
                        _ => return None,
                    };
                    let items = self.static_items(v)?;
                    let mut out = vec![];
                    for (k, v) in items.into_iter().enumerate() {
                        let i = self.int(start + k as i64);
                        out.push(Val::Tuple(vec![i, v].into()));
                    }
                    Some(out)
                }
                Iter::Zip(vs) => {
                    let all: Option<Vec<Vec<Val<'a>>>> = vs.iter().map(|v| self.static_items(v)).collect();
                    let all = all?;
                    let n = all.iter().map(Vec::len).min().unwrap_or(0);
                    Some((0..n).map(|k| Val::Tuple(all.iter().map(|vs| vs[k].clone()).collect())).collect())
                }
                Iter::Reversed(v) => {
                    let mut items = self.static_items(v)?;
                    items.reverse();
                    Some(items)
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// The items of lists of slots.
    fn slots_in(&mut self, v: &Val<'a>, site: Site) -> R<Option<Items<'a>>> {
        if !self.over_slots(v) {
            return Ok(None);
        }
        let (trip, source) = self.source(v)?;
        let lists = self.lists_of(&source);
        let lengths = self.lengths_of(&source);
        let dicts = dicts_of(&source);
        let n = self.known_of(trip).filter(|n| *n <= crate::lists::MAX_SLOTS as i64);
        let source = Box::new(source);
        Ok(n.map(|n| Items::Listed { n: n as usize, source, site, lists, lengths, dicts }))
    }

    fn over_slots(&self, v: &Val<'a>) -> bool {
        match v {
            Val::List(l) => self.slot_items(l).is_some(),
            Val::Iter(it) => match &**it {
                Iter::Zip(vs) | Iter::Map(_, vs, _) => vs.iter().any(|v| self.over_slots(v)),
                Iter::Enumerate(v, _) | Iter::Reversed(v) | Iter::Transposed(v) => self.over_slots(v),
                Iter::Entries(o, _) => self.is_record(*o),
                _ => false,
            },
            Val::Object(o) => self.is_record(*o),
            _ => false,
        }
    }

    /// Where a trip's body has come to its end in a way that only run time knows: does another trip follow?
    pub fn trip_goes_on(&mut self) -> R<quipu_ir::Var> {
        let code = self.get_slot(self.at, self.exit_slot).cloned().unwrap_or(Val::None);
        let code = self.operand(&code)?;
        let (n, c) = (self.b.i64(exit::NEXT), self.b.i64(exit::CONTINUE));
        let (a, b) = (self.b.map(&ops::EQ, &[code, n]), self.b.map(&ops::EQ, &[code, c]));
        Ok(self.b.map(&ops::OR, &[a, b]))
    }

    /// A copy of the body for each item, from the `k`-th on.
    fn unroll(&mut self, target: &'a Expr, items: &Items<'a>, k: usize, body: &'a [Stmt]) -> R<()> {
        let (n, item) = match items {
            Items::Known(vs) => (vs.len(), vs.get(k).cloned()),
            Items::Listed { n, source, site, lists, lengths, dicts } => {
                for (o, keys) in dicts {
                    let now = self.record_keys(*o)?.unwrap_or_default();
                    if now.len() != keys.len() {
                        return self.raise(ErrorKind::RuntimeError, "dictionary changed size during iteration");
                    }
                    if now != *keys {
                        return self.unsupported("other keys of a dict while looping over it", "loop over a copy");
                    }
                }
                if lists.iter().zip(lengths).any(|(l, old)| self.base(l.base).grown != *old) {
                    // A list that is made of slots must have columns for that.
                    for l in lists {
                        if let BaseKind::Slots { site, .. } = self.base(l.base).kind {
                            return Err(self.make_dynamic(site));
                        }
                    }
                    return self.source_changed(*site);
                }
                let i = self.b.i64(k as i64);
                (*n, if k < *n { Some(self.item(source, i)?) } else { None })
            }
        };
        let Some(item) = item else { return Ok(()) };
        self.assign(target, item)?;
        // Each copy of the body is a site of its own.
        let (at, path) = (self.at, self.frames[self.at].path);
        self.frames[at].path = hash_path(path, target.span, (n - k) as u64);
        let r = self.block(body);
        self.frames[at].path = path;
        r?;
        match self.exit_state() {
            Some(exit::NEXT | exit::CONTINUE) => {
                self.set_exit(exit::NEXT);
                self.unroll(target, items, k + 1, body)
            }
            Some(_) => Ok(()),
            None => {
                let going = self.trip_goes_on()?;
                self.branch(
                    going,
                    |lw| {
                        lw.set_exit(exit::NEXT);
                        lw.unroll(target, items, k + 1, body)
                    },
                    |_| Ok(()),
                )
            }
        }
    }
}

/// What a loop is unrolled over.
enum Items<'a> {
    Known(Vec<Val<'a>>),
    /// Items of lists, whose lengths were these.
    Listed {
        n: usize,
        source: Box<Source<'a>>,
        site: Site,
        lists: Vec<ListRef>,
        lengths: Vec<u32>,
        /// The dicts, and their keys when the loop began.
        dicts: Vec<(Object, Vec<Key>)>,
    },
}

fn dicts_of(s: &Source<'_>) -> Vec<(Object, Vec<Key>)> {
    match s {
        Source::Entries(o, _, keys) => vec![(*o, keys.clone())],
        Source::Zip(all) | Source::Map(_, all, _) => all.iter().flat_map(|(_, s)| dicts_of(s)).collect(),
        Source::Enumerate(s, _) | Source::Reversed(s, _) => dicts_of(s),
        _ => vec![],
    }
}
