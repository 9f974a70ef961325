//! Linearization: `f: x.. -> y..` becomes a known program `x.. -> y..` and a linear one `dx.. -> dy..` that uses values
//! of the known one.
//!
//! It is the walk of jvp with a routing builder: an equation with a linear operand goes to the linear block, any other
//! to the known block, at every level of nesting. `while` and `until` become counted loops in the linear program.
//! `residuals` settles how known values get there.

use crate::error::TransformError;
use crate::forward::Fwd;
use crate::jvp::check_wrt;
use quipu_ir::ops::{self, Forward, Rule, Tangent};
use quipu_ir::{Block, Builder, Eqn, Func, Loc, Ty, Var};
use std::collections::HashMap;

/// The known program, its linear twin (in the same function, so that what it uses is in scope), and the results.
pub struct Linearized {
    pub b: Builder,
    /// Its parameters are the tangents of what was asked for, its results those of `dy` that are there.
    pub linear: Block,
    pub y: Vec<Var>,
    pub dy: Vec<Tangent>,
}

pub fn linearize_of(src: &Func, name: &str, wrt: &[usize]) -> Result<Linearized, TransformError> {
    check_wrt(src, wrt)?;
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
    Ok(Linearized { b: cx.b, linear, y, dy })
}

fn body(cx: &mut Fwd<'_>, known: Block, linear: Block) -> Rule<(Vec<Var>, Vec<Tangent>)> {
    cx.run_block(Func::ENTRY)?;
    let results = &cx.src.block(Func::ENTRY).results;
    let y = cx.primals(results);
    let dy: Vec<Tangent> = results.iter().map(|r| if cx.is_active(*r) { cx.tangent(*r) } else { None }).collect();
    cx.b.func.block_mut(linear).results = dy.iter().copied().flatten().collect();
    // The outermost block owns the tapes.
    let threads = cx.frames.pop().expect("opened with the function");
    let mut subst = HashMap::new();
    let mut made = vec![];
    for t in threads {
        let Ty::Tape(elem) = cx.b.ty(t.k_in) else { return Err("a thread without a tape".into()) };
        let op = ops::TapeNew(*elem).into();
        made.push(Eqn { op, args: vec![], outs: vec![t.k_in], blocks: vec![], loc: Loc(0) });
        subst.insert(t.l_in, t.k_out);
    }
    cx.b.func.block_mut(known).eqns.splice(0..0, made);
    cx.b.func.subst(linear, &subst);
    Ok((y, dy))
}
