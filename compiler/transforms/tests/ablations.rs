//! The checks can fail: each of these takes one thing out of what a transform made, and must be noticed.

mod common;
use common::*;
use quipu_ir::ops::{self, Op};
use quipu_ir::{Block, Func, Value, Var};
use std::collections::HashMap;

/// What to do with an equation: change it, or give what replaces its result.
type Change<'c> = &'c mut dyn FnMut(&Func, &mut quipu_ir::Eqn) -> Option<(Var, Var)>;

/// Calls `change` on every equation; says how many changed.
fn edited(f: &Func, change: Change<'_>) -> (Func, usize) {
    let whole = f;
    let mut f = f.clone();
    let mut map = HashMap::new();
    let mut n = 0;
    for b in 0..f.blocks.len() {
        let at = Block(b as u32);
        let mut d = std::mem::take(f.block_mut(at));
        d.eqns.retain_mut(|e| {
            let before = e.op.clone();
            match change(whole, e) {
                Some((from, to)) => {
                    let to = *map.get(&to).unwrap_or(&to);
                    map.insert(from, to);
                    n += 1;
                    false
                }
                None => {
                    n += usize::from(e.op != before);
                    true
                }
            }
        });
        *f.block_mut(at) = d;
    }
    // Chains of replacements end at what stays.
    let end = |mut v: Var| {
        while let Some(w) = map.get(&v) {
            v = *w;
        }
        v
    };
    let map = map.keys().map(|v| (*v, end(*v))).collect();
    f.subst(Func::ENTRY, &map);
    quipu_transforms::insert_copies(&mut f);
    (f, n)
}

fn is_zeros(f: &Func, v: Var) -> bool {
    f.blocks.iter().flat_map(|b| &b.eqns).any(|e| e.outs.contains(&v) && matches!(e.op, Op::Zeros(_)))
}

fn differs(a: &Value, b: &Value) -> bool {
    numbers(a).iter().zip(numbers(b)).any(|(a, b)| !close(*a, b, 1e-6))
}

/// The adjoint of `update` must zero the part that was overwritten.
#[test]
fn zeroing_matters() {
    let g = grad(&probe("seidel1"), &[0]);
    let (bad, n) = edited(&g, &mut |f, e| match &e.op {
        Op::Update(_) if is_zeros(f, *e.args.last()?) => Some((e.outs[0], e.args[0])),
        _ => None,
    });
    assert!(n > 0);
    let x = [floats(8, 1, 0.1, 0.9), i(3)];
    assert!(differs(&eval(&g, &x).0[0], &eval(&bad, &x).0[0]));
}

/// The linear loop runs backward.
#[test]
fn direction_matters() {
    let g = grad(&probe("seidel1"), &[0]);
    let (bad, n) = edited(&g, &mut |_, e| {
        if let Op::For(op) = &mut e.op {
            op.reverse = false;
        }
        None
    });
    assert!(n > 0);
    let x = [floats(8, 1, 0.1, 0.9), i(3)];
    assert!(differs(&eval(&g, &x).0[0], &eval(&bad, &x).0[0]));
}

/// Without gates, the derivative of what an idle lane computes is NaN.
#[test]
fn gates_matter() {
    let over = [Some(0), Some(0)];
    let batched = vmap(&probe("poison"), &over);
    let (open, n) = edited(&batched, &mut |_, e| match &e.op {
        Op::Map(ops::Map(row)) if row.name == "gate" => Some((e.outs[0], e.args[1])),
        _ => None,
    });
    assert!(n > 0);
    let x = lanes(&(0..3).map(|l| vec![f(0.3 * f64::from(l)), f(0.2)]).collect::<Vec<_>>());
    let sound = |f: &Func| numbers(&eval(&grad(&summed(f), &[0, 1]), &x).0[1]).iter().all(|d| d.is_finite());
    assert!(sound(&batched));
    assert!(!sound(&open));
}

/// Without the guard of indices, an idle lane reads out of bounds.
#[test]
fn guards_of_indices_matter() {
    let batched = vmap(&probe("strided"), &[Some(0), Some(0), Some(0)]);
    let (bare, n) = edited(&batched, &mut |f, e| match &e.op {
        Op::Map(ops::Map(row)) if row.name == "select" && f.ty(e.outs[0]).dtype() == Some(quipu_abi::DType::I64) => {
            Some((e.outs[0], e.args[1]))
        }
        _ => None,
    });
    assert!(n > 0);
    let x = lanes(&(0..3).map(|l| vec![floats(12, l, 0.5, 3.0), f(1.5), i(1 + l as i64)]).collect::<Vec<_>>());
    assert!(try_eval(&batched, &x).is_ok());
    assert!(try_eval(&bare, &x).is_err_and(|e| e.is_internal()));
}

/// Without masks in the stores, idle lanes are overwritten.
#[test]
fn masks_matter() {
    let batched = vmap(&probe("branch"), &[Some(0), Some(0)]);
    let (bare, n) = edited(&batched, &mut |f, e| match &e.op {
        Op::Map(ops::Map(row)) if row.name == "select" && f.ty(e.outs[0]).dtype() == Some(quipu_abi::DType::F64) => {
            Some((e.outs[0], e.args[1]))
        }
        _ => None,
    });
    assert!(n > 0);
    let x = lanes(&(0..3).map(|l| vec![floats(16, l, -0.9, 0.9), f(0.5)]).collect::<Vec<_>>());
    assert!(differs(&eval(&batched, &x).0[0], &eval(&bare, &x).0[0]));
}
