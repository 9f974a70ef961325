//! Linearization: `f: x.. -> y..` becomes a known program `x.. -> y..` and a linear one `dx.. -> dy..` that uses values
//! of the known one.
//!
//! It is the walk of jvp with a routing builder: an equation with a linear operand goes to the linear block, any other
//! to the known block, at every level of nesting. `while` and `until` become counted loops in the linear program.
//! `residuals` settles how known values get there.

use crate::capacity::Count;
use crate::copies::insert_copies;
use crate::dce::dce;
use crate::error::TransformError;
use crate::forward::{Fwd, has_tangent};
use crate::jvp::check_wrt;
use crate::residuals::{subst_dims, symbols};
use quipu_ir::ops::{self, Forward, Op, Rule, Tangent, Thread};
use quipu_ir::{Block, BlockData, Builder, Dim, Eqn, Func, Sym, SymDef, Ty, Var};
use rustc_hash::FxHashMap as HashMap;

/// The known program, its linear twin (in the same function, so that what it uses is in scope), and the results.
pub struct Linearized {
    pub b: Builder,
    /// Its parameters are the tangents of what was asked for, its results those of `dy` that are there.
    pub linear: Block,
    pub y: Vec<Var>,
    pub dy: Vec<Tangent>,
    /// Zeros in the known program for linear variables that are lists.
    pub list_zeros: HashMap<Var, Var>,
}

pub fn linearize_of(src: &Func, name: &str, wrt: &[usize]) -> Result<Linearized, TransformError> {
    check_wrt(src, wrt)?;
    if let Some(src) = crate::exits::without_handlers(src, wrt)? {
        return linearize_of(&src, name, wrt);
    }
    let (mut cx, p) = Fwd::new(src, name, wrt, true).map_err(TransformError::nowhere)?;
    let known = cx.b.cur();
    let (linear, _) = cx.b.raw_block(&[], false);
    cx.b.push_cursor(known, Some(linear));
    cx.frames.push(vec![]);
    for k in wrt {
        let ty = cx.b.ty(p[*k]);
        let dv = cx.param_of(linear, ty, true);
        let s = src.block(Func::ENTRY).params[*k];
        cx.bind(s, p[*k], Some(dv)).map_err(TransformError::nowhere)?;
    }
    let done = body(&mut cx, known, linear);
    let (y, dy) = done.map_err(|m| cx.error(m))?;
    cx.b.pop_cursor();
    Ok(Linearized { b: cx.b, linear, y, dy, list_zeros: cx.list_zeros })
}

fn body(cx: &mut Fwd<'_>, known: Block, linear: Block) -> Rule<(Vec<Var>, Vec<Tangent>)> {
    cx.run_block(Func::ENTRY)?;
    let results = &cx.src.block(Func::ENTRY).results;
    let y = cx.primals(results);
    let dy: Vec<Tangent> = results.iter().map(|r| if cx.is_active(*r) { cx.tangent(*r) } else { None }).collect();
    cx.b.func.block_mut(linear).results = dy.iter().copied().flatten().collect();
    // The outermost block owns the tapes.
    let threads = cx.frames.pop().expect("opened with the function");
    make_tapes(cx, known, linear, &threads)?;
    Ok((y, dy))
}

/// Makes every tape in front of the first equation that uses it. Its capacity is what is pushed, if that is known from
/// sizes that are known there; until now a symbol stood for it.
fn make_tapes(cx: &mut Fwd<'_>, known: Block, linear: Block, threads: &[Thread]) -> Rule<()> {
    let f = &mut cx.b.func;
    let mut caps: HashMap<Sym, Option<Dim>> = HashMap::default();
    let mut subst = HashMap::default();
    let mut made: Vec<Vec<Eqn>> = vec![vec![]; f.block(known).eqns.len()];
    for t in threads {
        let ty = f.ty(t.k_in).clone();
        let Ty::Tape(_, Some(cap)) = &ty else { return Err("a thread without a tape".into()) };
        let eqns = &f.block(known).eqns;
        let Some(at) = eqns.iter().position(|e| e.args.contains(&t.k_in)) else { continue };
        let above = |v: &Var| f.block(known).params.contains(v) || eqns[..at].iter().any(|e| e.outs.contains(v));
        let fixed = |d: &Dim| {
            let mut all = true;
            d.visit_syms(&mut |n| match f.syms[n.index()].def {
                SymDef::Value(v) | SymDef::Dim(v, _) => all &= above(&v),
                SymDef::Free => all = false,
            });
            all
        };
        let count = cx.counts.get(&t.k_in).and_then(Count::dim).filter(fixed);
        caps.extend(cap.as_sym().map(|s| (s, count)));
        let op = ops::TapeNew(ty).into();
        made[at].push(Eqn { op, args: vec![], outs: vec![t.k_in], blocks: vec![], loc: eqns[at].loc });
        subst.insert(t.l_in, t.k_out);
    }
    let eqns = std::mem::take(&mut f.block_mut(known).eqns);
    f.block_mut(known).eqns = made.into_iter().zip(eqns).flat_map(|(new, e)| new.into_iter().chain([e])).collect();
    let settled = |ty: &mut Ty| {
        if let Ty::Tape(_, cap) = ty
            && let Some(found) = cap.as_ref().and_then(Dim::as_sym).and_then(|s| caps.get(&s))
        {
            cap.clone_from(found);
        }
    };
    f.vars.iter_mut().for_each(|v| settled(&mut v.ty));
    for e in f.blocks.iter_mut().flat_map(|b| &mut b.eqns) {
        if let Op::TapeNew(t) = &mut e.op {
            settled(&mut t.0);
        }
    }
    f.subst(linear, &subst);
    Ok(())
}

/// The two programs as functions.
#[derive(Clone, Debug)]
pub struct Linear {
    /// `x.. -> y.., residuals..`
    pub known: Func,
    /// `residuals.., dx of wrt.. -> dy..`; runs once per set of residuals, as it consumes their tapes.
    pub linear: Func,
    /// How many of the known function's results are residuals.
    pub residuals: usize,
}

pub fn linear_of(src: &Func, wrt: &[usize]) -> Result<Linear, TransformError> {
    let Linearized { mut b, linear, y, dy, .. } = linearize_of(src, &format!("known_{}", src.name), wrt)?;
    // A tangent for every result that has a tangent space.
    let at = b.cur();
    b.push_cursor(at, Some(linear));
    let mut tangents = vec![];
    for (y, dy) in y.iter().zip(dy) {
        if has_tangent(b.func.ty(*y)) {
            let d = dy.map_or_else(|| ops::zero_like(&mut b, *y), Ok);
            tangents.push(d.map_err(TransformError::nowhere)?);
        }
    }
    b.pop_cursor();
    b.func.block_mut(linear).results = tangents;
    let mut residuals = b.func.free_vars(linear);
    // Sizes that no residual brings along are residuals themselves.
    let mut sizes = HashMap::default();
    for n in symbols(&b.func, linear) {
        let (SymDef::Value(v) | SymDef::Dim(v, _)) = b.func.syms[n.index()].def else { continue };
        let inside = b.func.is_linear(v) || residuals.contains(&v) || defined_in(&b.func, linear, v);
        if !inside {
            let size = b.emit(ops::Size(n.into()), &[]);
            let param = b.func.new_var(Ty::I64, false);
            sizes.insert(n, (size, param));
        }
    }
    let mut f = b.func.clone();
    f.name = format!("linear_{}", src.name);
    let d = f.block(linear).clone();
    let mut order: Vec<_> = sizes.iter().map(|(n, (size, param))| (*n, *size, *param)).collect();
    order.sort_by_key(|(n, ..)| *n);
    // Sizes first: types of what follows hold them.
    let size_params = order.iter().map(|(_, _, p)| *p);
    let params: Vec<Var> = size_params.chain(residuals.iter().copied()).chain(d.params.iter().copied()).collect();
    f.consumes = params.iter().map(|v| f.ty(*v).is_tape()).collect();
    *f.block_mut(Func::ENTRY) = BlockData { params, eqns: d.eqns, results: d.results };
    let dims: HashMap<_, Dim> = order.iter().map(|(n, _, p)| (*n, f.dim_of(*p))).collect();
    subst_dims(&mut f, Func::ENTRY, &dims);
    f.vars.iter_mut().for_each(|v| v.linear = false);
    insert_copies(&mut f);
    residuals.splice(0..0, order.iter().map(|(_, size, _)| *size));
    let mut known = b.finish(&[&y[..], &residuals].concat());
    dce(&mut known);
    insert_copies(&mut known);
    Ok(Linear { known, linear: f, residuals: residuals.len() })
}

fn defined_in(f: &Func, block: Block, v: Var) -> bool {
    let mut found = false;
    f.walk(block, &mut |d| found |= d.params.contains(&v) || d.eqns.iter().any(|e| e.outs.contains(&v)));
    found
}
