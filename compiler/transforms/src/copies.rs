//! Settles ownership: where an equation consumes a place that is still needed, it gets a copy instead.
//!
//! ```text
//! %b = update %a[at %i], %v            %c = copy %a
//! %s = reduce_sum %a, axes=[0]    =>   %b = update %c[at %i], %v
//!                                      %s = reduce_sum %a, axes=[0]
//! ```
//! Other passes may therefore emit well-typed dataflow and ignore that consuming a place ends it. One backward walk:
//! what is used after an equation, captured by it, among its other operands, or only borrowed by the block must be
//! copied before it is consumed; so the last use gets the place itself. The number of copies is part of what tests
//! state, because this pass mends mistakes silently.
//!
//! A tape is never copied: one that would have to be stays as it is, for the verifier to refuse.

use quipu_ir::ops::{Copy, Op};
use quipu_ir::{Block, Eqn, Func, Loc, Var};
use rustc_hash::FxHashSet as HashSet;

/// Returns the number of copies.
pub fn insert_copies(func: &mut Func) -> usize {
    let entry = &func.block(Func::ENTRY).params;
    let lent = entry.iter().zip(&func.consumes).filter(|(_, consumed)| !**consumed).map(|(v, _)| *v).collect();
    block(func, Func::ENTRY, &lent)
}

/// `lent` are the parameters that the block must not consume.
fn block(func: &mut Func, at: Block, lent: &HashSet<Var>) -> usize {
    let mut data = std::mem::take(func.block_mut(at));
    let mut own: HashSet<Var> = data.params.iter().filter(|v| !lent.contains(v)).copied().collect();
    own.extend(data.eqns.iter().flat_map(|e| &e.outs));
    // What is used behind the current equation.
    let mut live: HashSet<Var> = HashSet::default();
    // In reverse.
    let mut eqns: Vec<Eqn> = vec![];
    let mut copies = 0;
    let end = data.eqns.last().map_or(Loc(0), |e| e.loc);
    for r in data.results.iter_mut().rev() {
        let again = !live.insert(*r);
        if func.ty(*r).is_place() && (again || !own.contains(r)) && copiable(func, *r) {
            eqns.push(copy(func, r, end));
            copies += 1;
        }
    }
    for e in &eqns {
        live.extend(&e.args);
    }
    for mut e in data.eqns.into_iter().rev() {
        for (k, b) in e.blocks.iter().enumerate() {
            let condition = matches!(e.op, Op::While(_)) && k == 0;
            let lent = if condition { func.block(*b).params.iter().copied().collect() } else { HashSet::default() };
            copies += block(func, *b, &lent);
        }
        let captured: HashSet<Var> = e.blocks.iter().flat_map(|b| func.free_vars(*b)).collect();
        let mut before = vec![];
        for k in 0..e.args.len() {
            let v = e.args[k];
            if !e.op.def().consumes(k) || !func.ty(v).is_place() || !copiable(func, v) {
                continue;
            }
            let again = e.args.iter().enumerate().any(|(j, w)| j != k && *w == v);
            if again || live.contains(&v) || captured.contains(&v) || !own.contains(&v) {
                before.push(copy(func, &mut e.args[k], e.loc));
            }
        }
        copies += before.len();
        live.extend(captured);
        live.extend(&e.args);
        live.extend(before.iter().flat_map(|c| &c.args));
        eqns.push(e);
        eqns.extend(before);
    }
    eqns.reverse();
    data.eqns = eqns;
    *func.block_mut(at) = data;
    copies
}

fn copiable(func: &Func, v: Var) -> bool {
    !func.ty(v).is_tape()
}

/// An equation that copies `v`, which becomes the copy.
fn copy(func: &mut Func, v: &mut Var, loc: Loc) -> Eqn {
    let out = func.new_var(func.ty(*v).clone(), func.is_linear(*v));
    let eqn = Eqn { op: Copy.into(), args: vec![*v], outs: vec![out], blocks: vec![], loc };
    *v = out;
    eqn
}
