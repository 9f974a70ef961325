//! Consumers: what takes the items of an iterable one after the other.

use super::*;
use crate::loops::assigned_in;
use quipu_syntax::ast::CmpOp;
use std::cell::Cell;

impl<'a> Lower<'a, '_> {
    /// Does a generator make its items?
    pub fn is_generated(&self, v: &Val<'a>) -> bool {
        match v {
            Val::Iter(it) => match &**it {
                Iter::Generator(_) => true,
                Iter::Zip(vs) => vs.iter().any(|v| self.is_generated(v)),
                _ => false,
            },
            _ => false,
        }
    }

    pub fn check_iterable(&mut self, v: &Val<'a>) -> R<()> {
        match v {
            Val::Array(p) if p.dims.is_empty() => self.raise(ErrorKind::TypeError, "iteration over a 0-d array"),
            Val::None | Val::Scalar(_) | Val::Func(_) | Val::Builtin(_) | Val::Class(_) | Val::Module(_) => {
                let name = self.python_class_name(v);
                self.raise(ErrorKind::TypeError, &format!("'{name}' object is not iterable"))
            }
            _ => Ok(()),
        }
    }

    /// An iterator that a name may keep: it knows how far it has come.
    pub fn kept(&mut self, v: Val<'a>) -> R<Val<'a>> {
        let Val::Iter(it) = &v else { return Ok(v) };
        match &**it {
            Iter::Generator(_) => Ok(v),
            Iter::Entries(..) => {
                self.unsupported("a view of a dict kept under a name", "make a list of it: `list(...)`")
            }
            Iter::Transposed(rows) => {
                // The rows that there are now.
                let rows = self.row_of(rows)?;
                self.by_library("iterate", &[Val::Iter(Rc::new(Iter::Transposed(rows)))])
            }
            Iter::Display(_) | Iter::Flat(_) => {
                self.unsupported("an iterator kept under a name", "make a list of it: `list(...)`")
            }
            _ if self.is_generated(&v) => Ok(v),
            _ => self.by_library("iterate", &[v]),
        }
    }

    /// `zip` of these: where one is a generator, each part is asked in turn.
    pub fn zipped(&mut self, vs: &[Val<'a>]) -> R<Val<'a>> {
        for v in vs {
            self.check_iterable(v)?;
        }
        if !vs.iter().any(|v| self.is_generated(v)) {
            return Ok(Val::Iter(Rc::new(Iter::Zip(vs.to_vec()))));
        }
        let mut parts = vec![];
        for v in vs {
            parts.push(match v {
                v if self.is_generated(v) => v.clone(),
                v => self.by_library("iterate", std::slice::from_ref(v))?,
            });
        }
        Ok(Val::Iter(Rc::new(Iter::Zip(parts))))
    }

    /// Every item goes to `body`, which runs in this frame and may leave (`leaves`) by its exit.
    pub fn each(&mut self, v: &Val<'a>, site: Site, assigned: Vec<Symbol>, leaves: bool, body: Consumer<'a>) -> R<()> {
        if let Some(g) = generator_in(v) {
            let g = g.clone();
            self.check_free(&g)?;
            if !self.must_step(&g, site, leaves) {
                return self.push(&g, site, leaves, self.is_straight(), body);
            }
        }
        if self.is_generated(v) {
            self.while_loop(site, assigned, &mut |lw| Ok(lw.b.bool(true)), &mut |lw| {
                lw.pull(v, &|lw, item| body(lw, item), &|lw| {
                    lw.set_exit(exit::FINISHED);
                    Ok(())
                })
            })?;
            return self.finished();
        }
        if let Some(items) = self.static_items(v) {
            self.set_exit(exit::NEXT);
            return self.each_known(&items, site, &body);
        }
        let (trip, source) = self.source(v)?;
        let lengths = self.lengths_of(&source);
        let held = Symbol::new(&format!("<iterable {}>", site.1.start));
        let at = self.at;
        self.set_slot(at, held, v.clone());
        let watched = self.watched(&source)?;
        let mut trip_of = |lw: &mut Self, item: Val<'a>| {
            body(lw, item)?;
            lw.check_after_trip(&watched)
        };
        if self.cx.grows(site) {
            self.growing_loop(site, &(trip, source), assigned, &mut trip_of)?;
            self.frames[at].slots.remove(&held);
            return Ok(());
        }
        self.for_loop(site, trip, assigned, false, leaves, &mut |lw, i| {
            let item = lw.item(&source, i)?;
            trip_of(lw, item)
        })?;
        self.frames[at].slots.remove(&held);
        match self.lengths_of(&source) != lengths {
            true => self.source_changed(site),
            false => Ok(()),
        }
    }

    fn each_known(&mut self, items: &[Val<'a>], site: Site, body: &Consumer<'a>) -> R<()> {
        let Some((first, rest)) = items.split_first() else { return Ok(()) };
        let (at, path) = (self.at, self.frames[self.at].path);
        self.frames[at].path = hash_path(path, site.1, items.len() as u64);
        let r = body(self, first.clone());
        self.frames[at].path = path;
        r?;
        self.going(|lw| lw.each_known(rest, site, body))
    }

    /// Must the items be asked for one by one: because the generator has started, or rests when the consumer has had
    /// enough?
    fn must_step(&self, g: &Generator<'a>, site: Site, leaves: bool) -> bool {
        let fresh = self.get_slot(g.frame, Symbol::new(STATE)).and_then(Val::int_known) == Some(0);
        if !fresh || self.cx.facts.stepped.contains(&site) {
            return true;
        }
        (leaves || self.guarded()) && self.is_held(g, site)
    }

    /// Can the program reach the generator after its consumer has left?
    fn is_held(&self, g: &Generator<'a>, site: Site) -> bool {
        let live = self.cx.live.get(&site.1);
        let closes = yields_under_finally(g.body);
        let over = Symbol::new(desugar::OVER);
        self.frames.iter().enumerate().filter(|(k, _)| *k != g.frame).any(|(k, f)| {
            f.slots.iter().any(|(n, v)| {
                let mut found = false;
                self.frames_of(v, &mut |j| found |= j == g.frame);
                // The generator that asks for the items ends with its own consumer.
                let passing = *n == over || self.drives.iter().any(|d| d.generator == k && d.library);
                let dead = k == self.at && !closes && live.is_some_and(|l| !l.contains(n));
                found && !passing && !dead
            })
        })
    }

    /// A `for` statement over a generator.
    pub fn for_generated(
        &mut self,
        v: &Val<'a>,
        span: Span,
        target: &'a Expr,
        body: &'a [Stmt],
        leaves: bool,
    ) -> R<()> {
        let site = (self.site().0, span);
        let assigned = assigned_in(Some(target), body);
        self.each(
            v,
            site,
            assigned,
            leaves,
            Rc::new(move |lw, item| {
                lw.set_span(target.span);
                lw.assign(target, item)?;
                lw.block(body)
            }),
        )
    }

    /// The list of an iterable's items.
    pub fn listed(&mut self, v: &Val<'a>) -> R<Val<'a>> {
        let v = &self.iterable(v)?;
        if !self.is_generated(v) {
            let (trip, source) = self.source(v)?;
            return self.list_from(trip, &source);
        }
        let list = self.list_display(&[])?;
        let Val::List(l) = &list else { return Ok(list) };
        let l = ListRef { display: None, ..l.clone() };
        let (at, (held, site)) = (self.at, self.own_loop(&format!("list {}", self.span.start), 0x115f));
        let outer = self.frames[at].slots.insert(held, Val::List(l));
        self.each(
            v,
            site,
            vec![],
            false,
            Rc::new(move |lw, item| {
                let Some(Val::List(l)) = lw.get_slot(at, held).cloned() else { return Ok(()) };
                lw.list_push(&l, &item)
            }),
        )?;
        let list = self.frames[at].slots.remove(&held).unwrap_or(Val::None);
        if let Some(o) = outer {
            self.set_slot(at, held, o);
        }
        Ok(list)
    }

    /// Folds the items of an iterable into a slot of this frame. `step` gives the next value, and whether to leave.
    pub fn folded_items(
        &mut self,
        v: &Val<'a>,
        start: Option<Val<'a>>,
        leaves: bool,
        step: Step<'a>,
    ) -> R<Option<Val<'a>>> {
        let (at, (slot, site)) = (self.at, self.own_loop(&format!("{FOLD} {}", self.span.start), 0xf01d));
        let outer = self.frames[at].slots.remove(&slot);
        if let Some(s) = start {
            self.set_slot(at, slot, s);
        }
        self.each(
            v,
            site,
            vec![slot],
            leaves,
            Rc::new(move |lw, item| {
                let acc = lw.get_slot(at, slot).cloned();
                let (v, leave) = step(lw, acc, item)?;
                lw.set_slot(at, slot, v);
                lw.note_bound(at, slot);
                if let Some(c) = leave {
                    lw.break_if(c);
                }
                Ok(())
            }),
        )?;
        self.set_exit(exit::NEXT);
        let out = self.frames[at].slots.remove(&slot);
        if let Some(o) = outer {
            self.set_slot(at, slot, o);
        }
        Ok(out)
    }

    /// What `source` takes: generators become lists.
    pub fn ungenerated(&mut self, v: Val<'a>) -> R<Val<'a>> {
        if self.is_generated(&v) { self.listed(&v) } else { Ok(v) }
    }

    /// What is unpacked into `n` targets: of a generator, no more items than show that there are too many.
    pub fn unpackable(&mut self, v: &Val<'a>, n: Option<usize>) -> R<Val<'a>> {
        let v = &self.iterable(v)?;
        if !self.is_generated(v) {
            return Ok(v.clone());
        }
        if let Some(items) = self.straight_items(v, n.unwrap_or(64), n)? {
            return Ok(Val::Tuple(items.into()));
        }
        let Some(n) = n else { return self.listed(v) };
        let out = self.take_items(v, n, 0)?;
        let text = format!("too many values to unpack (expected {n})");
        self.pull(v, &|lw, _| lw.raise(ErrorKind::ValueError, &text), &|_| Ok(()))?;
        Ok(Val::Tuple(out.into()))
    }

    fn take_items(&mut self, v: &Val<'a>, n: usize, k: usize) -> R<Vec<Val<'a>>> {
        let (at, mut slots) = (self.at, vec![]);
        for k in k..n {
            let slot = Symbol::new(&format!("<unpacked {k} {}>", self.span.start));
            let text = format!("not enough values to unpack (expected {n}, got {k})");
            self.pull(
                v,
                &|lw, item| {
                    lw.set_slot(at, slot, item);
                    Ok(())
                },
                &|lw| lw.raise(ErrorKind::ValueError, &text),
            )?;
            slots.push(slot);
        }
        Ok(slots.into_iter().filter_map(|s| self.frames[at].slots.remove(&s)).collect())
    }

    /// `x in it`, of an iterator.
    pub fn found_in(&mut self, it: &Val<'a>, x: &Val<'a>) -> R<Val<'a>> {
        let no = self.boolean(false);
        let x = x.clone();
        let r = self.folded_items(
            it,
            Some(no),
            true,
            Rc::new(move |lw, _, item| {
                let e = lw.compare(CmpOp::Eq, &item, &x)?;
                let t = lw.truth(&e)?;
                let t = lw.operand(&t)?;
                Ok((lw.py(DType::Bool, t), Some(t)))
            }),
        )?;
        Ok(r.unwrap_or(Val::None))
    }

    /// `next(v)`, `next(v, default)`.
    pub fn next_item(&mut self, v: &Val<'a>, default: Option<Val<'a>>) -> R<Val<'a>> {
        if let Val::Iter(it) = v
            && !self.is_generated(v)
        {
            if let Iter::Entries(_, part) = **it {
                let text = format!("'{}' object is not an iterator", part.class_name());
                return self.raise(ErrorKind::TypeError, &text);
            }
            if matches!(**it, Iter::Display(_) | Iter::Flat(_) | Iter::Transposed(_)) {
                return self.unsupported("`next` of this iterator", "make a list of it: `list(...)`");
            }
            let v = self.kept(v.clone())?;
            return self.next_item(&v, default);
        }
        if default.is_none() && super::generator_in(v).is_some_and(|g| super::returns_value(g.body)) {
            return self.unsupported(
                "`next` of a generator that returns a value, which its StopIteration would have",
                "give `next` a default, or let the generator return nothing",
            );
        }
        let (at, slot) = (self.at, Symbol::new(&format!("<next {}>", self.span.start)));
        let outer = self.frames[at].slots.remove(&slot);
        let (span, loc) = (self.span, self.b.loc);
        self.pull(
            v,
            &|lw, item| {
                lw.set_slot(at, slot, item);
                Ok(())
            },
            &|lw| match &default {
                Some(d) => {
                    lw.set_slot(at, slot, d.clone());
                    Ok(())
                }
                None => {
                    (lw.span, lw.b.loc) = (span, loc);
                    lw.raise(ErrorKind::StopIteration, "")
                }
            },
        )?;
        let Some(v) = self.frames[at].slots.remove(&slot) else {
            return self.unsupported(
                "a choice between values of types that have nothing in common",
                "give `next` a default of the items' type",
            );
        };
        if let Some(o) = outer {
            self.set_slot(at, slot, o);
        }
        Ok(match v {
            Val::Maybe(m) => m.1.clone(),
            v => v,
        })
    }

    /// The items of a new generator, if the walk comes to each of them on its straight path, and if there are not more
    /// than `most` of them, or just `exactly` so many.
    pub fn straight_items(&mut self, v: &Val<'a>, most: usize, exactly: Option<usize>) -> R<Option<Vec<Val<'a>>>> {
        let Some(g) = generator_in(v).cloned() else { return Ok(None) };
        let site = (self.site().0 ^ 0x57a1, self.span);
        if self.must_step(&g, site, true) || g.stops {
            return Ok(None);
        }
        let (depth, items) = (self.b.depth(), Rc::new(std::cell::RefCell::new(vec![])));
        let (given_up, first) = (Rc::new(Cell::new(false)), Cell::new(true));
        self.settle(site, &mut |lw| {
            if !first.replace(false) && given_up.get() {
                return Ok(());
            }
            items.borrow_mut().clear();
            let (all, gives_up) = (items.clone(), given_up.clone());
            lw.push(
                &g,
                site,
                false,
                true,
                Rc::new(move |lw, item| {
                    if lw.b.depth() != depth || all.borrow().len() >= most {
                        gives_up.set(true);
                        return Err(Stop::Again(site));
                    }
                    all.borrow_mut().push(item);
                    Ok(())
                }),
            )?;
            if exactly.is_some_and(|n| items.borrow().len() != n) {
                given_up.set(true);
                return Err(Stop::Again(site));
            }
            Ok(())
        })?;
        if given_up.get() {
            return Ok(None);
        }
        let items = items.borrow().clone();
        Ok(Some(items))
    }
}
