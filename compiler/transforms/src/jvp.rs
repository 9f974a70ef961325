//! Forward mode: `f: x.. -> y..` becomes `x.., dx of wrt.. -> y.., dy..`.
//!
//! Results whose type has no tangent space (integers, bools, texts) have no dy. A tangent costs about as much as its
//! primal; nothing is kept.

use crate::copies::insert_copies;
use crate::dce::dce;
use crate::error::TransformError;
use crate::forward::{Fwd, has_tangent};
use quipu_ir::Func;
use quipu_ir::ops::Forward;

/// Are these parameters that a derivative can be taken in?
pub fn check_wrt(src: &Func, wrt: &[usize]) -> Result<(), TransformError> {
    let params = &src.block(Func::ENTRY).params;
    for k in wrt {
        match params.get(*k) {
            Some(p) if has_tangent(src.ty(*p)) => {}
            Some(p) => {
                return Err(TransformError::nowhere(format!(
                    "the derivative in parameter {k} of {}: {} is not a float or complex type",
                    src.name,
                    src.ty(*p)
                )));
            }
            None => return Err(TransformError::nowhere(format!("{} has no parameter {k}", src.name))),
        }
    }
    if (1..wrt.len()).any(|k| wrt[..k].contains(&wrt[k])) {
        return Err(TransformError::nowhere("a parameter is listed twice"));
    }
    Ok(())
}

/// `src` has no calls but recursive ones.
pub fn jvp_of(src: &Func, wrt: &[usize]) -> Result<Func, TransformError> {
    check_wrt(src, wrt)?;
    let name = format!("jvp_{}", src.name);
    let (mut cx, p) = Fwd::new(src, &name, wrt, false).map_err(TransformError::nowhere)?;
    let s = src.block(Func::ENTRY).params.clone();
    for k in wrt {
        let ty = cx.b.ty(p[*k]);
        let dv = cx.param(ty, false);
        let consumed = src.consumes[*k];
        cx.b.func.consumes.push(consumed);
        cx.bind(s[*k], p[*k], Some(dv)).map_err(TransformError::nowhere)?;
    }
    let done = body(&mut cx);
    let out = done.map_err(|m| cx.error(m))?;
    let mut f = cx.b.finish(&out);
    dce(&mut f);
    insert_copies(&mut f);
    Ok(f)
}

fn body(cx: &mut Fwd<'_>) -> Result<Vec<quipu_ir::Var>, String> {
    cx.run_block(Func::ENTRY)?;
    let results = cx.src.block(Func::ENTRY).results.clone();
    let mut out = cx.primals(&results);
    for r in results {
        if has_tangent(cx.src.ty(r)) {
            out.push(cx.tangent_or_zero(r)?);
        }
    }
    Ok(out)
}
