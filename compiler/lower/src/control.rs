//! Blocks under conditions and in loops, and calls.
//!
//! What a nested block carries is flattened: a scalar is its values, an array its pointer and those of its dims that
//! the block's parameter or the op's result names by a symbol of its own; all other dims are known around the op.
//! A buffer that goes in is the block's to store into, hand on or free.

use crate::func::{Body, Res};
use crate::machine_types;
use quipu_ir::loops::{self, ForAttrs, Range, Val};
use quipu_ir::ops::{self, Op};
use quipu_ir::{Block, Eqn, Var};

impl<'m> Body<'_, 'm> {
    /// Axes whose dims travel with a value that these variables name in turn.
    fn carried_axes(&self, vars: &[Var]) -> Vec<usize> {
        let mut axes: Vec<usize> = vars.iter().flat_map(|v| self.own_axes(*v)).map(|(k, _)| k).collect();
        axes.sort_unstable();
        axes.dedup();
        axes
    }

    /// Defines variables from their flattened values.
    pub fn bind(&mut self, vars: &[Var], axes: &[Vec<usize>], vals: &[Val], owned: bool) {
        let mut rest = vals;
        for (v, axes) in vars.iter().zip(axes) {
            let ty = self.f.ty(*v);
            let n = if ty.is_array() { 1 + axes.len() } else { machine_types(ty).len() };
            let (mine, others) = rest.split_at(n);
            rest = others;
            if !ty.is_array() {
                self.define_flat(*v, mine, owned);
                continue;
            }
            for (k, s) in self.own_axes(*v) {
                if let Some(at) = axes.iter().position(|a| *a == k) {
                    self.b.assume(mine[1 + at], Range::NATURAL);
                    self.syms.insert(s, mine[1 + at]);
                }
            }
            self.define_buffer(*v, mine[0], owned);
        }
    }

    /// Lowers a nested block whose parameters come as flattened values; gives what it yields.
    fn nested(
        &mut self,
        block: Block,
        params: &[Var],
        axes: &[Vec<usize>],
        vals: &[Val],
        owned: bool,
        yields: &[Vec<usize>],
    ) -> Res<Vec<Val>> {
        self.open(block);
        self.bind(params, axes, vals, owned);
        self.eqns()?;
        let results = self.f.block(block).results.clone();
        let out = self.yields(&results, yields)?;
        self.close();
        Ok(out)
    }

    pub fn if_(&mut self, e: &Eqn) -> Res {
        let cond = self.val(e.args[0])?;
        let args = &e.args[1..];
        self.consume(args)?;
        let out_axes: Vec<Vec<usize>> = e.outs.iter().map(|o| self.carried_axes(&[*o])).collect();
        let mut results = vec![];
        for (k, block) in e.blocks.iter().enumerate() {
            let params = self.f.block(*block).params.clone();
            let axes: Vec<Vec<usize>> = params.iter().map(|p| self.carried_axes(&[*p])).collect();
            if k == 0 {
                self.b.begin_if(cond);
            }
            let mut vals = vec![];
            for (a, axes) in args.iter().zip(&axes) {
                vals.extend(self.flatten(*a, axes)?);
            }
            let yields = self.nested(*block, &params, &axes, &vals, true, &out_axes)?;
            if k == 0 {
                self.b.begin_else(&yields);
            } else {
                results = self.b.end_if(&yields);
            }
        }
        if !self.b.is_ended() {
            self.bind(&e.outs, &out_axes, &results, true);
        }
        Ok(())
    }

    /// The flattened initial values of a loop, with the axes that travel.
    fn carried(&mut self, init: &[Var], names: &[Vec<Var>]) -> Res<(Vec<Vec<usize>>, Vec<Val>)> {
        self.consume(init)?;
        let axes: Vec<Vec<usize>> = names.iter().map(|n| self.carried_axes(n)).collect();
        let mut vals = vec![];
        for (v, axes) in init.iter().zip(&axes) {
            vals.extend(self.flatten(*v, axes)?);
        }
        Ok((axes, vals))
    }

    pub fn for_(&mut self, e: &Eqn, op: &ops::For) -> Res {
        if op.parallel && self.threadable(e, op) {
            return self.for_threads(e);
        }
        let trip = self.val(e.args[0])?;
        let init = &e.args[1..];
        let body = e.blocks[0];
        let params = self.f.block(body).params.clone();
        let outs = &e.outs[..init.len()];
        let names: Vec<Vec<Var>> = params[1..].iter().zip(outs).map(|(p, o)| vec![*p, *o]).collect();
        let (axes, vals) = self.carried(init, &names)?;
        let (zero, one, ones) = (self.b.i64(0), self.b.i64(1), self.b.i64(-1));
        // Without trips the index range must be empty for a negative count too.
        let (lo, hi, step) = if op.reverse { (self.b.sub(trip, one), ones, -1) } else { (zero, trip, 1) };
        let (i, carried) = self.b.begin_for(lo, hi, ForAttrs::step(step), &vals);
        if self.is_long(body) {
            self.poll();
        }
        self.open(body);
        self.define_num(params[0], crate::scalar::Num::One(i));
        self.note_trip(params[0], e.args[0]);
        self.bind(&params[1..], &axes, &carried, true);
        self.eqns()?;
        let mut results = self.f.block(body).results.clone();
        let ended = self.b.is_ended();
        let stop = if op.until && !ended {
            let last = results.pop();
            match last {
                Some(v) => Some(self.val(v)?),
                None => return self.error("a loop without its end's condition"),
            }
        } else {
            None
        };
        let yields = self.yields(&results, &axes)?;
        self.close();
        let mut done = if op.until {
            let stop = match stop {
                Some(v) => v,
                None => self.b.i1(false),
            };
            let (mut r, trips) = self.b.end_for_stop(stop, &yields);
            r.push(trips);
            r
        } else {
            self.b.end_for(&yields)
        };
        if op.until
            && let Some(trips) = done.pop()
        {
            self.define_num(e.outs[init.len()], crate::scalar::Num::One(trips));
        }
        self.bind(outs, &axes, &done, true);
        Ok(())
    }

    pub fn while_(&mut self, e: &Eqn) -> Res {
        let (cond, body) = (e.blocks[0], e.blocks[1]);
        let (cp, bp) = (self.f.block(cond).params.clone(), self.f.block(body).params.clone());
        let names: Vec<Vec<Var>> = (0..e.args.len()).map(|k| vec![cp[k], bp[k], e.outs[k]]).collect();
        let (axes, vals) = self.carried(&e.args, &names)?;
        let carried = self.b.begin_while(&vals);
        self.poll();
        // The condition borrows.
        self.open(cond);
        self.bind(&cp, &axes, &carried, false);
        self.eqns()?;
        let holds = if self.b.is_ended() {
            self.b.i1(false)
        } else {
            let v = self.val(self.f.block(cond).results[0])?;
            self.yields(&[], &[])?;
            v
        };
        self.close();
        let carried = self.b.begin_while_body(holds, &carried);
        let yields = self.nested(body, &bp, &axes, &carried, true, &axes)?;
        let done = self.b.end_while(&yields);
        self.bind(&e.outs, &axes, &done, true);
        Ok(())
    }

    /// Is an iteration long enough that looking for an interrupt costs nothing?
    pub fn is_long(&self, body: Block) -> bool {
        let mut long = false;
        self.f.walk(body, &mut |d| {
            for e in &d.eqns {
                let array = |v: &Var| self.f.ty(*v).is_array();
                long |= match &e.op {
                    Op::For(_) | Op::While(_) | Op::Call(_) | Op::Extern(_) => true,
                    Op::Reduce(_) | Op::Sort(_) | Op::MatMul(_) => true,
                    Op::Update(_) | Op::UpdateAdd(_) => e.args.last().is_some_and(array),
                    _ => false,
                };
            }
        });
        long
    }

    pub fn poll(&mut self) {
        let site = self.site("");
        self.b.poll(site);
    }

    pub fn call(&mut self, e: &Eqn, op: &ops::Call) -> Res {
        let consumed: Vec<Var> =
            e.args.iter().enumerate().filter(|(k, _)| op.sig.consumes[*k]).map(|(_, v)| *v).collect();
        let mut given = vec![];
        for v in consumed.iter().filter(|v| self.f.ty(**v).is_place()) {
            given.push(self.own(*v)?);
        }
        let mut args = vec![];
        for (k, v) in e.args.iter().enumerate() {
            let axes = self.all_axes(*v);
            if op.sig.consumes[k] || !self.f.ty(*v).is_array() {
                args.push((*v, None, axes));
                continue;
            }
            // A view of a buffer that the callee stores into must be a value of its own.
            let shared = self.reads(*v).iter().any(|id| given.contains(id));
            let part = if shared { None } else { self.part(*v)? };
            let ptr = match part {
                Some(r) => r.ptr,
                None => {
                    let id = self.force(*v)?;
                    self.bufs[id.0].ptr
                }
            };
            args.push((*v, Some(ptr), axes));
        }
        self.consume(&consumed)?;
        let mut vals = vec![];
        for (v, ptr, axes) in args {
            match ptr {
                None => vals.extend(self.flatten(v, &axes)?),
                Some(p) => {
                    vals.push(p);
                    for k in axes {
                        vals.push(self.dim(&self.f.ty(v).dims()[k])?);
                    }
                }
            }
        }
        let callee = self.m.core.func(op.func);
        if callee.diverges(quipu_ir::Func::ENTRY) {
            // It always raises, and has no results to tell of.
            self.b.call_catch(loops::FuncId(op.func.0), &[], &vals);
            return self.leave_call();
        }
        let tys: Vec<loops::Type> = op.sig.results.iter().flat_map(machine_types).collect();
        let (failed, results) = self.b.call_catch(loops::FuncId(op.func.0), &tys, &vals);
        self.b.begin_if(failed);
        self.leave_call()?;
        self.b.begin_else(&[]);
        self.b.end_if(&[]);
        let mut rest = &results[..];
        for o in &e.outs {
            let (mine, others) = rest.split_at(machine_types(self.f.ty(*o)).len());
            rest = others;
            self.define_flat(*o, mine, true);
        }
        Ok(())
    }

    /// A call has failed: the exception goes on, and its traceback names this place.
    fn leave_call(&mut self) -> Res {
        if self.has_runtime("leave_call") {
            let site = self.site("");
            let number = self.b.i32(self.m.out.site_base.wrapping_add(site.0) as i32);
            self.call_runtime("leave_call", &[number])?;
        }
        self.b.reraise();
        Ok(())
    }
}
