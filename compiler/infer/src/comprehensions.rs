//! Comprehensions: a loop that appends to a list, or stores into a set or dict.
//!
//! The targets have a frame of their own. The first iterable is evaluated around it, as in CPython. What is known while
//! compiling is unrolled; everything else is a loop, which asks before each trip where the body changes the length of a
//! list that it runs over.

use crate::state::*;
use crate::stmt::Trip;
use crate::value::*;
use quipu_ir::ops;
use quipu_syntax::Symbol;
use quipu_syntax::ast::{Comprehension, Expr, ExprKind};
use std::rc::Rc;

impl<'a> Lower<'a, '_> {
    pub(crate) fn comprehension(&mut self, e: &'a Expr, elt: &'a Expr, clauses: &'a [Comprehension]) -> R<Val<'a>> {
        let mut scope = Scope::default();
        for c in clauses {
            target_names(&c.target, &mut |n| scope.locals.push(n));
        }
        let (at, f) = (self.at, self.frames[self.at].clone());
        let list = match &e.kind {
            ExprKind::DictComp { .. } => Val::Object(self.new_collection(Collection::Dict, None)?),
            ExprKind::SetComp { .. } => Val::Object(self.new_collection(Collection::Set, None)?),
            _ => self.comprehended_list((f.path, e.span)),
        };
        // The targets have a scope of their own.
        let id = hash_path(f.path, e.span, 7);
        let mut targets = true;
        crate::uses::inside(e, &mut |e| {
            targets &= !matches!(e.kind, ExprKind::Lambda { .. } | ExprKind::Generator { .. })
        });
        let life = Life { id, in_loop: self.in_loop, targets, comprehension: true, ..Life::default() };
        let frame = Frame {
            slots: Default::default(),
            parent: Some(at),
            scope: Rc::new(scope),
            module: false,
            life,
            needs: None,
            ..f
        };
        self.frames.push(frame);
        self.at = self.frames.len() - 1;
        let inner = self.at;
        self.set_slot(inner, Symbol::new("<list>"), list);
        let r = self.clause(e, elt, clauses);
        self.at = at;
        let list = self.frames[inner].slots.remove(&Symbol::new("<list>"));
        self.leave(inner, list.as_ref());
        r?;
        Ok(list.unwrap_or(Val::None))
    }

    fn comprehended_list(&mut self, site: Site) -> Val<'a> {
        let elem = self.elements_at(site);
        if self.makes_slots(site) {
            return self.slot_list(&[], &elem, site);
        }
        let tys = self.list_tys(&elem);
        let cur = tys
            .into_iter()
            .map(|t| match t {
                quipu_ir::Ty::List(t) => self.emit(ops::ListNew(*t), &[]),
                _ => self.b.bool(false),
            })
            .collect();
        self.list_base(cur, &elem, site)
    }

    fn clause(&mut self, whole: &'a Expr, elt: &'a Expr, clauses: &'a [Comprehension]) -> R<()> {
        let Some((c, rest)) = clauses.split_first() else {
            let v = self.expr(elt)?;
            let made = self.get_slot(self.at, Symbol::new("<list>")).cloned();
            return match (made, &whole.kind) {
                (Some(Val::Object(o)), ExprKind::DictComp { value, .. }) => {
                    let value = self.expr(value)?;
                    self.set_span(whole.span);
                    self.collection_store(o, &v, &value)
                }
                (Some(s @ Val::Object(_)), _) => {
                    self.set_span(whole.span);
                    self.by_collections("set_add", &[s, v]).map(drop)
                }
                (Some(Val::List(l)), _) => {
                    self.set_span(whole.span);
                    self.list_push(&l, &v)
                }
                _ => Ok(()),
            };
        };
        let v = self.iterated(&c.iter)?;
        if self.is_generated(&v) {
            let site = (self.site().0, c.target.span);
            let assigned = crate::loops::assigned_in(Some(&c.target), &[]);
            return self.each(
                &v,
                site,
                assigned,
                false,
                Rc::new(move |lw, item| {
                    lw.assign(&c.target, item)?;
                    lw.filtered(whole, elt, &c.conditions, rest)
                }),
            );
        }
        if let Some(items) = self.static_items(&v) {
            let site = (self.site().0, c.target.span);
            let value = if let ExprKind::DictComp { value, .. } = &whole.kind { Some(&**value) } else { None };
            if self.rolls(site, &items, Trip::Clause { elt, value, conditions: &c.conditions, rest }) {
                let mut walk = |lw: &mut Self, v: Val<'a>| lw.clause_trips(whole, elt, c, rest, &v);
                return self.try_rolled(site, &items, &mut walk);
            }
            // The items are told apart while compiling: a copy of the body for each.
            let (at, path) = (self.at, self.frames[self.at].path);
            for (k, item) in items.into_iter().enumerate() {
                self.frames[at].path = hash_path(path, c.target.span, k as u64);
                let r = match self.assign(&c.target, item) {
                    Ok(()) => self.filtered(whole, elt, &c.conditions, rest),
                    e => e,
                };
                self.frames[at].path = path;
                r?;
            }
            return Ok(());
        }
        self.clause_trips(whole, elt, c, rest, &v)
    }

    /// A clause over what is no generator.
    fn clause_trips(
        &mut self,
        whole: &'a Expr,
        elt: &'a Expr,
        c: &'a Comprehension,
        rest: &'a [Comprehension],
        v: &Val<'a>,
    ) -> R<()> {
        let (trip, source) = self.source(v)?;
        let site = (self.site().0, c.target.span);
        let growing = self.cx.grows(site);
        let lengths = self.lengths_of(&source);
        let list = self.get_slot(self.at, Symbol::new("<list>")).cloned();
        if let (Some(Val::List(l)), Some(n)) = (&list, self.known_of(trip))
            && !growing
            && self.slot_items(l).is_some()
            && n <= crate::lists::MAX_SLOTS as i64
        {
            let (at, path) = (self.at, self.frames[self.at].path);
            for k in 0..n {
                self.frames[at].path = hash_path(path, c.target.span, k as u64);
                let k = self.b.i64(k);
                let item = self.item(&source, k)?;
                self.assign(&c.target, item)?;
                self.filtered(whole, elt, &c.conditions, rest)?;
            }
            self.frames[at].path = path;
            return if self.lengths_of(&source) != lengths { self.source_changed(site) } else { Ok(()) };
        }
        let assigned = crate::loops::assigned_in(Some(&c.target), &[]);
        let mut trip_of = |lw: &mut Self, item: Val<'a>| {
            lw.assign(&c.target, item)?;
            lw.filtered(whole, elt, &c.conditions, rest)
        };
        if growing {
            return self.growing_loop(site, &(trip, source), assigned, &mut trip_of);
        }
        self.for_loop(site, trip, assigned, false, false, &mut |lw, i| {
            let item = lw.item(&source, i)?;
            trip_of(lw, item)
        })?;
        if self.lengths_of(&source) != lengths { self.source_changed(site) } else { Ok(()) }
    }

    fn filtered(&mut self, whole: &'a Expr, elt: &'a Expr, conditions: &'a [Expr], rest: &'a [Comprehension]) -> R<()> {
        let Some((c, more)) = conditions.split_first() else { return self.clause(whole, elt, rest) };
        let t = self.condition(c)?;
        match t.bool_known() {
            Some(true) => self.filtered(whole, elt, more, rest),
            Some(false) => Ok(()),
            None => {
                let v = self.operand(&t)?;
                self.branch(
                    v,
                    |lw| {
                        lw.narrow(c, true)?;
                        lw.filtered(whole, elt, more, rest)
                    },
                    |_| Ok(()),
                )
            }
        }
    }
}
