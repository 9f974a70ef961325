//! What a generator that runs ahead of its consumer (see `generators::ahead`) may do: nothing that one of them could see
//! of the other.

use super::*;
use crate::generators::{OUT, Seen};
use quipu_ir::Module;
use quipu_ir::ops::Op;

/// Checks a call of the function that collects the items.
pub fn check<'a>(lw: &mut Lower<'a, '_>, key: &Key, spec: &Spec, given: &Given<'a>) -> R<()> {
    let lazy = lw.at;
    let consumer = lw.consumer_of(lazy);
    // Its items are collected too, by a walk of its own kind: whoever takes those is asked there.
    if consumer.is_some_and(|at| lw.forwards.contains(&at) && !lw.frames[at].life.generator) {
        return Ok(());
    }
    let s = &spec.summary;
    let no = |lw: &Lower<'_, '_>, what: &str| -> R<()> {
        lw.unsupported(
            format!("a generator that calls itself and {what}"),
            "return a list, or keep a list of what is still to do and loop until it is empty",
        )
    };
    if !s.rebound.is_empty() {
        return no(lw, "binds names around it");
    }
    if !spec.running && does_io(&lw.cx.module, spec.func, &mut vec![]) {
        return no(lw, "prints, or reads files or the clock");
    }
    let out = given.args.iter().find_map(|(n, v)| match v {
        Val::List(l) if n.as_str() == OUT => Some(l.clone()),
        _ => None,
    });
    let Some(out) = out else { return Ok(()) };
    // What it must know of itself is not known yet: then everything counts as read.
    let read = if spec.running { None } else { Some(used(&lw.cx.module, spec.func, &mut vec![])) };
    let mut column = 0;
    for (k, id) in given.nums.bases.iter().enumerate() {
        let columns = column..column + lw.base_tys(&key.bases[k]).len();
        column = columns.end;
        if *id == out.base {
            continue;
        }
        if s.changed[k] {
            if private(lw, *id, lazy, &out) {
                continue;
            }
            return no(lw, "changes what code outside of it could see");
        }
        let is_read = read.as_ref().is_none_or(|r| columns.clone().any(|c| r.get(c).copied().unwrap_or(true)));
        if !is_read {
            continue;
        }
        if consumer.is_none() || lw.base(*id).cells.is_some() {
            if private(lw, *id, lazy, &out) {
                continue;
            }
            return lw.changed_ahead(None);
        }
        let cur = lw.base(*id).cur.clone();
        lw.seen_ahead.push(Seen::Base(*id, cur.to_vec()));
    }
    for (v, (pos, n, _)) in given.captured.iter().zip(&key.captured) {
        let frame = given.chain[*pos];
        if n.as_str().starts_with('<') {
            continue;
        }
        if let Val::Func(_) | Val::Class(_) | Val::Module(_) | Val::Builtin(_) = v {
            continue;
        }
        if passes(lw, lazy, frame) && !seen_by_others(lw, lazy, &[frame]) {
            continue;
        }
        if consumer.is_none() {
            return lw.changed_ahead(Some(*n));
        }
        lw.seen_ahead.push(Seen::Name(frame, *n, v.clone()));
    }
    Ok(())
}

/// Do only the generator, and generators that only pass its items on, have what a base holds? Then nobody sees it between two
/// items, and who sees it behind the last one sees what is there then.
fn private<'a>(lw: &Lower<'a, '_>, id: BaseId, lazy: usize, out: &ListRef) -> bool {
    let base = lw.base(id);
    if base.param.is_some() || lw.is_region(id) {
        return false;
    }
    let column = lw.frames.iter().find_map(|f| {
        let holds =
            |(n, v): &(&Symbol, &Val<'a>)| crate::objects::is_column(**n) && matches!(v, Val::List(l) if l.base == id);
        f.slots.iter().find(holds).map(|(n, _)| *n)
    });
    let class = match column {
        Some(n) => match lw.class_of_column(n) {
            Some(c) => Some(lw.class_now(c)),
            None => return false,
        },
        None => None,
    };
    let in_type = |t: &T| class.is_some_and(|c| mentions_class(lw, t, c));
    if in_type(&out.elem) || holds_functions(&out.elem) {
        return false;
    }
    let (mut holders, living) = (vec![], living(lw));
    for (k, f) in lw.frames.iter().enumerate().filter(|(k, _)| living[*k]) {
        for (n, v) in f.slots.iter() {
            let held = match v {
                Val::List(l) if crate::objects::is_column(*n) => in_type(&l.elem),
                v => lw.mentions(v, id) > 0 || class.is_some_and(|c| lw.mentions_shared(v, c)),
            };
            if held && !passes(lw, lazy, k) {
                return false;
            }
            if held && !holders.contains(&k) {
                holders.push(k);
            }
        }
    }
    !seen_by_others(lw, lazy, &holders)
}

/// Is a frame that of the generator that runs ahead, or of one that only passes its items on?
fn passes(lw: &Lower<'_, '_>, lazy: usize, frame: usize) -> bool {
    let forwards = lw.forwards.contains(&frame) && lw.frames[frame].life.generator;
    frame == lazy || (forwards && !lw.is_flagged(frame))
}

/// The frames whose code may still run: not those of generators that nothing refers to.
fn living(lw: &Lower<'_, '_>) -> Vec<bool> {
    let mut out: Vec<bool> =
        (0..lw.frames.len()).map(|k| !lw.frames[k].life.generator || k == lw.at || lw.is_driven(k)).collect();
    let mut todo: Vec<usize> = (0..out.len()).filter(|k| out[*k]).collect();
    while let Some(k) = todo.pop() {
        let mut reach = |j: usize| {
            if !std::mem::replace(&mut out[j], true) {
                todo.push(j);
            }
        };
        lw.frames[k].parent.iter().for_each(|p| reach(*p));
        lw.frames[k].slots.values().for_each(|v| lw.frames_of(v, &mut reach));
    }
    out
}

/// Are there functions outside of those generators that see variables of these frames?
fn seen_by_others(lw: &Lower<'_, '_>, lazy: usize, frames: &[usize]) -> bool {
    let sees = |mut k: usize| loop {
        match lw.frames[k].parent {
            _ if frames.contains(&k) => return true,
            Some(p) => k = p,
            None => return false,
        }
    };
    let living = living(lw);
    lw.frames.iter().enumerate().filter(|(k, _)| living[*k] && !passes(lw, lazy, *k)).any(|(_, f)| {
        f.slots.values().filter(|v| crate::generators::generator_in(v).is_none()).any(|v| {
            let mut found = false;
            lw.frames_of(v, &mut |k| found |= sees(k));
            found
        })
    })
}

/// May values of the type lead to an object of the class?
fn mentions_class(lw: &Lower<'_, '_>, t: &T, class: ClassId) -> bool {
    match t {
        T::Object(c) => lw.class_now(*c) == class,
        T::Tuple(ts) | T::Union(ts) | T::Func(_, ts) => ts.iter().any(|t| mentions_class(lw, t, class)),
        T::List(t) | T::Row(t) | T::Maybe(t) => mentions_class(lw, t, class),
        _ => false,
    }
}

fn holds_functions(t: &T) -> bool {
    match t {
        T::Func(..) => true,
        T::Tuple(ts) | T::Union(ts) => ts.iter().any(holds_functions),
        T::List(t) | T::Row(t) | T::Maybe(t) => holds_functions(t),
        _ => false,
    }
}

impl<'a> Lower<'a, '_> {
    /// Does a value lead to shared objects, or lists, of a class?
    fn mentions_shared(&self, v: &Val<'a>, class: ClassId) -> bool {
        let all = |vs: &[Val<'a>]| vs.iter().any(|v| self.mentions_shared(v, class));
        match v {
            Val::Object(_) | Val::Row(_) => mentions_class(self, &self.type_of(v), class),
            Val::List(l) => l.class.is_some_and(|c| self.class_now(c) == class) || mentions_class(self, &l.elem, class),
            Val::Tuple(vs) => all(vs),
            Val::Union(u) => all(&u.members),
            Val::Maybe(m) => self.mentions_shared(&m.1, class),
            Val::Method(m) => self.mentions_shared(&m.0, class),
            Val::Super(s) => self.mentions_shared(&s.0, class),
            Val::Func(c) => c.defaults.iter().any(|(_, v)| self.mentions_shared(v, class)),
            Val::Iter(it) => match &**it {
                Iter::Zip(vs) | Iter::Map(_, vs, _) | Iter::Display(vs) => all(vs),
                Iter::Enumerate(v, _) | Iter::Reversed(v) | Iter::Transposed(v) => self.mentions_shared(v, class),
                Iter::Entries(o, _) => self.mentions_shared(&Val::Object(*o), class),
                Iter::Flat(_) | Iter::Generator(_) => false,
            },
            _ => false,
        }
    }
}

/// Does the function, or one that it calls, talk to the world?
fn does_io(m: &Module, f: FuncId, seen: &mut Vec<FuncId>) -> bool {
    if seen.contains(&f) {
        return false;
    }
    seen.push(f);
    let func = &m.funcs[f.index()];
    let (mut io, mut calls) = (false, vec![]);
    func.walk(Func::ENTRY, &mut |d| {
        for e in &d.eqns {
            match &e.op {
                Op::Call(c) => calls.push(c.func),
                op => io |= op.def().effects().io,
            }
        }
    });
    io || calls.into_iter().any(|c| does_io(m, c, seen))
}

/// Which parameters are looked at: passing one on to the same place of the function itself is not.
fn used(m: &Module, f: FuncId, seen: &mut Vec<FuncId>) -> Vec<bool> {
    seen.push(f);
    let func = &m.funcs[f.index()];
    let params = func.block(Func::ENTRY).params.clone();
    let mut out = vec![false; params.len()];
    let place = |v: &Var| params.iter().position(|p| p == v);
    let mut calls = vec![];
    let entry = std::ptr::from_ref(func.block(Func::ENTRY));
    func.walk(Func::ENTRY, &mut |d| {
        for e in &d.eqns {
            let callee = if let Op::Call(c) = &e.op { Some(c.func) } else { None };
            for (i, v) in e.args.iter().enumerate() {
                match (place(v), callee) {
                    (Some(k), Some(c)) => calls.push((k, c, i)),
                    (Some(k), None) => out[k] = true,
                    (None, _) => {}
                }
            }
        }
        if !std::ptr::eq(d, entry) {
            d.results.iter().filter_map(place).for_each(|k| out[k] = true);
        }
    });
    for (k, callee, i) in calls {
        if out[k] || (callee == f && i == k) {
            continue;
        }
        out[k] = seen.contains(&callee) || used(m, callee, seen).get(i).copied().unwrap_or(true);
        seen.retain(|s| *s != callee || callee == f);
    }
    out
}
