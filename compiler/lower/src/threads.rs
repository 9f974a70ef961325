//! Loops that run over threads.
//!
//! A loop that the user promised to be independent is run by threads if it carries nothing but arrays and each trip
//! stores into them in place: then all trips share the buffers, and nothing is handed from trip to trip. Reductions got
//! that form before (`chunk_reductions` among the transforms). Any other such loop runs in order, with the same results.
//!
//! ```text
//! for parallel %i < %n carry (%a = %x) { .. %b = update %a[at %i], %v  yield %b }
//! =>
//! for 0, n [threads=64, grain=g] (%i) { .. store v, x + 8 i }      ; afterwards the array is still at x
//! ```
//! Workers must not touch what counts references without atomics: strings, lists and cells stay outside.

use crate::func::{Body, Res};
use crate::scalar::Num;
use quipu_ir::loops::{ForAttrs, Parallel};
use quipu_ir::ops::{self, Op};
use quipu_ir::{Block, Eqn, Func, Ty, Var};

/// As many chunks as reductions have.
const CHUNKS: u32 = 64;

/// Iterations of a chunk, at least, where an iteration is a few instructions: about a fork and join.
const GRAIN: u32 = 4096;

impl Body<'_, '_> {
    /// May the trips of this loop run at once?
    pub fn threadable(&self, e: &Eqn, op: &ops::For) -> bool {
        let f = self.f;
        let body = e.blocks[0];
        let effects = f.effects(e);
        if op.until
            || op.reverse
            || f.diverges(body)
            || effects.io
            || effects.cells
            || !self.has_runtime("parallel_for")
        {
            return false;
        }
        let mut plain = f.free_vars(body).iter().all(|v| counts_nothing(f.ty(*v)));
        f.walk(body, &mut |d| {
            let outs = d.eqns.iter().flat_map(|e| &e.outs);
            plain &= d.params.iter().chain(outs).all(|v| counts_nothing(f.ty(*v)));
        });
        let d = f.block(body);
        plain
            && d.params[1..].iter().enumerate().all(|(k, p)| {
                let (init, out) = (e.args[k + 1], e.outs[k]);
                f.ty(*p).is_array()
                    && [init, out, d.results[k]].iter().all(|v| f.ty(*v) == f.ty(*p))
                    && stored_in_place(f, body, d.results[k], *p)
            })
    }

    /// Such a loop.
    pub fn for_threads(&mut self, e: &Eqn) -> Res {
        let trip = self.val(e.args[0])?;
        let init = &e.args[1..];
        let body = e.blocks[0];
        let params = self.f.block(body).params.clone();
        self.consume(init)?;
        let axes = vec![vec![]; init.len()];
        let mut vals = vec![];
        for v in init {
            vals.extend(self.flatten(*v, &[])?);
        }
        let zero = self.b.i64(0);
        let long = self.is_long(body);
        let parallel = Parallel::Threads { chunks: CHUNKS, grain: if long { 1 } else { GRAIN } };
        let (i, _) = self.b.begin_for(zero, trip, ForAttrs { parallel, ..ForAttrs::default() }, &[]);
        if long {
            self.poll();
        }
        self.open(body);
        self.define_num(params[0], Num::One(i));
        self.note_trip(params[0], e.args[0]);
        self.bind(&params[1..], &axes, &vals, true);
        self.eqns()?;
        // What is yielded lies where the parameters lay: `stored_in_place`.
        let results = self.f.block(body).results.clone();
        self.yields(&results, &axes)?;
        self.close();
        self.b.end_for(&[]);
        self.bind(&e.outs, &axes, &vals, true);
        Ok(())
    }
}

fn counts_nothing(ty: &Ty) -> bool {
    ty.is_scalar() || ty.is_array()
}

/// Is what `result` names the buffer of `param`, stored into and handed on, whatever path is taken?
fn stored_in_place(f: &Func, at: Block, result: Var, param: Var) -> bool {
    if result == param {
        return true;
    }
    let Some((e, out)) = f.block(at).eqns.iter().find_map(|e| Some((e, e.outs.iter().position(|o| *o == result)?)))
    else {
        return false;
    };
    // A nested block is handed the buffer as one of its parameters.
    let within = |b: Block, first: usize| {
        let d = f.block(b);
        let slot = d.params.iter().position(|p| stored_in_place(f, b, d.results[out], *p));
        slot.is_some_and(|k| stored_in_place(f, at, e.args[k + first], param))
    };
    match &e.op {
        Op::Update(_) | Op::UpdateAdd(_) | Op::Scatter(_) | Op::ScatterAdd(_) => {
            stored_in_place(f, at, e.args[0], param)
        }
        Op::If(_) => e.blocks.iter().filter(|b| !f.diverges(**b)).all(|b| within(*b, 1)),
        Op::For(_) if out + 1 < e.args.len() && !f.diverges(e.blocks[0]) => {
            let d = f.block(e.blocks[0]);
            stored_in_place(f, e.blocks[0], d.results[out], d.params[out + 1])
                && stored_in_place(f, at, e.args[out + 1], param)
        }
        _ => false,
    }
}
