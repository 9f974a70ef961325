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
            return no(lw, "changes what code outside of it could see");
        }
        let is_read = read.as_ref().is_none_or(|r| columns.clone().any(|c| r.get(c).copied().unwrap_or(true)));
        if !is_read {
            continue;
        }
        if consumer.is_none() || lw.base(*id).cells.is_some() {
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
        if consumer.is_none() {
            return lw.changed_ahead(Some(*n));
        }
        lw.seen_ahead.push(Seen::Name(frame, *n, v.clone()));
    }
    Ok(())
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
