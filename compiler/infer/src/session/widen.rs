//! Lists of earlier statements that get elements of another type.
//!
//! What a list can hold is a fact about the place that made it. In a session that place has run; where its fact has
//! risen since, the statement at hand begins by making the list again, with columns of the wider type, and every name
//! of it denotes those.

use crate::Cx;
use crate::state::*;
use crate::value::*;
use quipu_diagnostics::Span;
use std::rc::Rc;

impl Lower<'static, '_> {
    /// Widens the lists whose facts have risen.
    pub fn widen_lists(&mut self, span: Span) -> R<()> {
        let narrow = self.narrow_lists();
        for (l, to) in narrow {
            self.set_span(span);
            let path = self.frames[0].path;
            // A place of its own for each of them.
            self.frames[0].path = path ^ (0x11d5 + (u64::from(l.base.0) << 20));
            let columns = self.widened(&l, &to);
            self.frames[0].path = path;
            if let (Err(Stop::Error(_)), BaseKind::List { site }) = (&columns, &self.base(l.base).kind) {
                // The statement that asked for it is refused; later ones must not fail by it.
                let site = *site;
                self.cx.facts.cells.insert(site, (*l.elem).clone());
            }
            self.base_mut(l.base).cur = columns?;
            let elem = Rc::new(to);
            let id = l.base;
            for f in &mut self.frames {
                for v in f.slots.values_mut() {
                    *v = retyped(v, id, &elem);
                }
            }
        }
        Ok(())
    }

    fn narrow_lists(&self) -> Vec<(ListRef, T)> {
        let mut found: Vec<ListRef> = vec![];
        self.frames.iter().flat_map(|f| f.slots.values()).for_each(|v| lists(v, &mut found));
        let mut out: Vec<(ListRef, T)> = vec![];
        for l in found {
            if out.iter().any(|(have, _)| have.base == l.base) {
                continue;
            }
            if let Some(t) = risen(self.cx, &self.base(l.base).kind, &l.elem) {
                out.push((ListRef { display: None, ..l }, t));
            }
        }
        out
    }

    fn widened(&mut self, l: &ListRef, to: &T) -> R<Vec<quipu_ir::Var>> {
        if *l.elem == T::Never {
            let tys = self.list_tys(to);
            return Ok(tys.iter().map(|t| self.dummy(t)).collect());
        }
        let site = self.site();
        self.cx.facts.cells.insert(site, to.clone());
        let (n, source) = self.source(&Val::List(l.clone()))?;
        let made = self.list_display(&[])?;
        let Val::List(wide) = made else { return self.error("internal", "a display that is no list") };
        if *wide.elem != *to || self.slot_items(&wide).is_some() {
            return self.error("session-form", format!("a list of {} cannot become one of {to}", l.elem));
        }
        self.for_loop((site.0 ^ 0x57ed, site.1), n, vec![], false, false, &mut |lw, i| {
            let item = lw.item(&source, i)?;
            let item = lw.filled(item, to)?;
            lw.list_push(&wide, &item)
        })?;
        self.list_values(&wide)
    }

    /// The value with empty lists of this type for empty lists of no type.
    fn filled(&mut self, v: Val<'static>, to: &T) -> R<Val<'static>> {
        match (&v, to) {
            (Val::List(l), T::List(e)) if *l.elem == T::Never => {
                let tys = self.list_tys(e);
                let cur = tys.iter().map(|t| self.dummy(t)).collect();
                let site = self.site();
                Ok(self.list_base(cur, e, site))
            }
            (Val::Maybe(m), T::Maybe(t)) => Ok(Val::Maybe(Rc::new((m.0, self.filled(m.1.clone(), t)?)))),
            _ => Ok(v),
        }
    }
}

/// What the list's elements have become, if that is more than they are.
fn risen(cx: &Cx<'_>, kind: &BaseKind, elem: &T) -> Option<T> {
    let BaseKind::List { site } = kind else { return None };
    cx.facts.cells.get(site).filter(|t| *t != elem).cloned()
}

/// The lists that a value denotes, not those in them.
fn lists(v: &Val<'_>, out: &mut Vec<ListRef>) {
    match v {
        Val::List(l) if l.path.is_empty() => out.push(l.clone()),
        Val::Tuple(vs) => vs.iter().for_each(|v| lists(v, out)),
        Val::Union(u) => u.members.iter().for_each(|v| lists(v, out)),
        Val::Maybe(m) => lists(&m.1, out),
        Val::Method(m) => lists(&m.0, out),
        Val::Func(c) => c.defaults.iter().for_each(|(_, v)| lists(v, out)),
        _ => {}
    }
}

/// The value where the list `id` has these elements.
fn retyped(v: &Val<'static>, id: BaseId, elem: &Rc<T>) -> Val<'static> {
    let again = |v: &Val<'static>| retyped(v, id, elem);
    match v {
        Val::List(l) if l.base == id && l.path.is_empty() => {
            Val::List(ListRef { elem: elem.clone(), display: None, ..l.clone() })
        }
        Val::Tuple(vs) => Val::Tuple(vs.iter().map(again).collect()),
        Val::Union(u) => {
            Val::Union(Rc::new(UnionVal { members: u.members.iter().map(again).collect(), ..UnionVal::clone(u) }))
        }
        Val::Maybe(m) => Val::Maybe(Rc::new((m.0, again(&m.1)))),
        Val::Method(m) => Val::Method(Rc::new((again(&m.0), m.1))),
        Val::Func(c) => {
            let defaults = c.defaults.iter().map(|(n, v)| (*n, again(v))).collect();
            Val::Func(Rc::new(Closure { defaults, ..(**c).clone() }))
        }
        v => v.clone(),
    }
}
