//! Control: blocks under conditions and in loops, calls, exceptions.
//!
//! ```text
//! if    (p, x..)       two blocks (x..) -> y..                          results y..
//! for   (trip, c..)    body (i, c..) -> c.. [stop]                      results c.. [trips done]
//! while (c..)          cond (c..) -> bool, body (c..) -> c..            results c..
//! try   ()             body () -> y.., handler (kind, text) -> y..         results y..
//! ```
//! Explicit operands may be consumed; captures are borrowed. A block that ends in `raise` yields nothing.

mod branch;
mod call;
mod exceptions;
mod repeat;

pub use branch::*;
pub use call::*;
pub use exceptions::*;
pub use repeat::*;

use super::*;

/// Types a carried value may have after the first trip: equal to the parameter's.
fn same_tys(f: &Func, a: &[Var], b: &[Var], what: &str) -> Result<(), String> {
    if a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_kind(f.ty(*a), f.ty(*b))) {
        return Ok(());
    }
    Err(format!("{what}: {:?} against {:?}", f.tys(a), f.tys(b)))
}

/// Equal, but for dims where one side has a symbol of its own: a block's parameter or result may name a size that
/// differs from trip to trip or from arm to arm.
fn same_kind(a: &Ty, b: &Ty) -> bool {
    match (a, b) {
        (Ty::Array(d, m), Ty::Array(e, n)) => d == e && m.len() == n.len(),
        (Ty::List(a), Ty::List(b)) | (Ty::Cell(a), Ty::Cell(b)) => same_kind(a, b),
        (Ty::Tape(a, m), Ty::Tape(b, n)) => m.is_some() == n.is_some() && same_kind(a, b),
        _ => a == b,
    }
}

/// May a container of the first type hold a value of the second? A constant size is one that every value has.
fn holds(a: &Ty, b: &Ty) -> bool {
    match (a, b) {
        (Ty::Array(_, m), Ty::Array(_, n)) => {
            same_kind(a, b) && m.iter().zip(n).all(|(m, n)| m.as_const().is_none() || m == n)
        }
        (Ty::List(a), Ty::List(b)) => holds(a, b),
        _ => same_kind(a, b),
    }
}

/// The type of a value that comes from one of several: dims on which all agree, fresh sizes for the others.
fn merged(f: &mut Func, from: &[Ty]) -> Ty {
    let mut ty = from[0].clone();
    for k in 0..ty.rank() {
        if from.iter().any(|t| t.dims()[k] != from[0].dims()[k]) {
            let n = Dim::from(f.new_size());
            if let Ty::Array(_, dims) = &mut ty {
                dims[k] = n;
            }
        }
    }
    ty
}

/// The type as seen from outside a block that defines `inner`: fresh sizes for dims that only the block knows.
fn outside(f: &mut Func, ty: Ty, inner: &rustc_hash::FxHashSet<Var>) -> Ty {
    let Ty::Array(d, dims) = ty else { return ty };
    let mut out = vec![];
    for n in dims {
        let mut local = false;
        n.subst(&mut |s| {
            local |= match f.syms[s.index()].def {
                crate::SymDef::Value(v) | crate::SymDef::Dim(v, _) => inner.contains(&v),
                crate::SymDef::Free => false,
            };
            s.into()
        });
        out.push(if local { Dim::from(f.new_size()) } else { n });
    }
    Ty::Array(d, out)
}

/// The result types of two alternatives of which those that diverge do not count.
fn arms_tys(f: &mut Func, blocks: [Block; 2]) -> Result<Vec<Ty>, String> {
    let live: Vec<Block> = blocks.into_iter().filter(|b| !f.diverges(*b)).collect();
    let arms: Vec<Vec<Var>> = live.iter().map(|b| f.block(*b).results.clone()).collect();
    match &arms[..] {
        [] => Ok(vec![]),
        [one] => {
            let mut inner = rustc_hash::FxHashSet::default();
            f.walk(live[0], &mut |d| {
                inner.extend(&d.params);
                inner.extend(d.eqns.iter().flat_map(|e| &e.outs));
            });
            let tys = f.tys(one);
            Ok(tys.into_iter().map(|t| outside(f, t, &inner)).collect())
        }
        [a, c, ..] => {
            same_tys(f, a, c, "results of the arms")?;
            let mut out = vec![];
            for (a, c) in a.iter().zip(c) {
                let from = f.tys(&[*a, *c]);
                out.push(merged(f, &from));
            }
            Ok(out)
        }
    }
}

/// Results that have a tangent, among the first `n`.
fn active_outs(cx: &dyn Forward<'_>, e: &Eqn, n: usize) -> Vec<usize> {
    (0..n).filter(|k| cx.is_active(e.outs[*k])).collect()
}

fn primals(cx: &dyn Forward<'_>, s: &[Var]) -> Vec<Var> {
    s.iter().map(|v| cx.primal(*v)).collect()
}

fn tangents(cx: &mut dyn Forward<'_>, s: &[Var], which: &[usize]) -> Rule<Vec<Var>> {
    which.iter().map(|k| cx.tangent_or_zero(s[*k])).collect()
}

/// Appends tapes to the parameters and results of a pair of blocks.
fn thread(f: &mut Func, known: Block, linear: Block, threads: &[Thread]) {
    let diverges = f.diverges(known);
    let d = f.block_mut(known);
    d.params.extend(threads.iter().map(|t| t.k_in));
    if !diverges {
        d.results.extend(threads.iter().map(|t| t.k_out));
    }
    let d = f.block_mut(linear);
    d.params.extend(threads.iter().map(|t| t.l_in));
    d.results.extend(threads.iter().map(|t| t.l_out));
}

/// Tapes of known values that come out of a linear equation are no tangents.
fn untape(f: &mut Func, tapes: &[Var]) {
    for v in tapes {
        f.vars[v.index()].linear = false;
    }
}

/// The results of a linear equation by index: linear ones, and tapes of known values.
fn split_outs(f: &Func, e: &Eqn) -> (Vec<usize>, Vec<usize>) {
    (0..e.outs.len()).partition(|k| f.is_linear(e.outs[*k]))
}

/// The cotangent of a result, zeros if there is none.
fn instantiated(cx: &mut dyn Reverse, e: &Eqn, k: usize, ct: &[Tangent]) -> Rule<Var> {
    match ct[k] {
        Some(v) => Ok(v),
        None => cx.zero(e.outs[k]),
    }
}

/// A result of a batched equation: it has the token of what flowed in if idle lanes hold that.
fn bind_out(cx: &mut dyn Batching<'_>, s: Var, v: Var, init: Option<Var>) -> Rule<()> {
    if let Some(init) = init {
        cx.inherit(v, init);
    }
    let on = cx.is_on(s);
    cx.bind(s, v, on)
}

/// Does any lane run?
fn any_lane(b: &mut Builder, m: Var) -> Var {
    b.emit(Reduce::new(ReduceKind::Any, vec![0]), &[m])
}
