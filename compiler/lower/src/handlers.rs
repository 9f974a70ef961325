//! Exceptions that programs handle: `try` and the cells that its handler sees.
//!
//! The body of a `try` becomes a function of its own, because a failure is a function's status; what it captures are
//! its parameters. After a failure the kind is compared with those that are handled, everything that the body
//! allocated is freed (down to the mark taken before), and the handler runs in place.
//!
//! A cell is a slot on the stack that owns what it holds. What is stored in one is adopted, out of the marks' reach,
//! because the handler needs it after the body's memory is gone.

use crate::func::{Body, Res, Value};
use crate::machine_types;
use quipu_abi::{Ctx, ErrorKind, ErrorRecord};
use quipu_ir::loops::{self, Access, FuncBuilder, IntCmp, Type, Val};
use quipu_ir::ops::{self, Op};
use quipu_ir::{Block, Eqn, Sym, Ty, Var};
use std::collections::BTreeSet;
use std::mem::offset_of;

impl Body<'_, '_> {
    pub fn try_(&mut self, e: &Eqn, op: &ops::Try) -> Res {
        let (body, handler) = (e.blocks[0], e.blocks[1]);
        let captures = self.f.free_vars(body);
        let mut args = vec![];
        for v in &captures {
            // What the body reads it may read several times: recipes are stored.
            if matches!(self.value(*v)?, Value::Recipe) {
                self.force(*v)?;
            }
            let axes = self.all_axes(*v);
            args.extend(self.flatten(*v, &axes)?);
        }
        let syms = self.syms_of(body);
        args.extend(syms.iter().map(|s| self.syms[s]));
        let func = self.outline(body, &captures, &syms)?;
        let result_tys: Vec<Ty> = self.f.tys(&self.f.block(body).results);
        let tys: Vec<Type> = result_tys.iter().flat_map(machine_types).collect();
        let mark = self.call_runtime("mark", &[])?[0];
        let (failed, results) = self.b.call_catch(func, &tys, &args);

        let out_axes: Vec<Vec<usize>> =
            e.outs.iter().map(|o| self.own_axes(*o).into_iter().map(|(k, _)| k).collect()).collect();
        self.b.begin_if(failed);
        let mut code = self.handled(&op.kinds);
        self.call_runtime("release_to", &[mark])?;
        let text = self.call_runtime("take_error_text", &[])?[0];
        // Where it was raised matters if it may be raised again.
        let (param, mut used) = (self.f.block(handler).params[0], false);
        self.f.walk(handler, &mut |d| {
            used |= d.eqns.iter().flat_map(|e| &e.args).chain(&d.results).any(|v| *v == param);
        });
        if used {
            let origin = self.call_runtime("origin_of_handled", &[])?[0];
            code = self.b.or(code, origin);
        }
        self.open(handler);
        let params = self.f.block(handler).params.clone();
        self.define_num(params[0], crate::scalar::Num::One(code));
        self.define_text(params[1], text, true);
        self.eqns()?;
        let handled = self.f.block(handler).results.clone();
        let yields = self.yields(&handled, &out_axes)?;
        self.close();
        self.b.begin_else(&yields);
        let mut yields = vec![];
        let mut rest = &results[..];
        if !self.f.diverges(body) {
            for (t, axes) in result_tys.iter().zip(&out_axes) {
                let (mine, others) = rest.split_at(machine_types(t).len());
                rest = others;
                match t {
                    Ty::Array(..) => {
                        yields.push(mine[0]);
                        yields.extend(axes.iter().map(|k| mine[1 + k]));
                    }
                    _ => yields.extend(mine),
                }
            }
        } else {
            self.b.reraise();
        }
        let done = self.b.end_if(&yields);
        if !self.b.is_ended() {
            self.bind(&e.outs, &out_axes, &done, true);
        }
        Ok(())
    }

    /// The kind in ctx as an i64; fails on with an exception that is none of these.
    fn handled(&mut self, kinds: &[ErrorKind]) -> Val {
        let ctx = self.b.ctx_ptr();
        let at = offset_of!(Ctx, error) + offset_of!(ErrorRecord, kind);
        let kind = self.b.load(Type::I32, ctx, Access::of(Type::I32).offset(at as i32));
        let mut ours = None;
        for range in kinds.iter().map(|k| k.derived()) {
            // Below the range wraps to far above it.
            let [first, wide] = [*range.start(), range.end() - range.start()].map(|k| self.b.i32(k as i32));
            let is = match range.start() == range.end() {
                true => self.b.icmp(IntCmp::Eq, kind, first),
                false => {
                    let above = self.b.sub(kind, first);
                    self.b.icmp(IntCmp::Ule, above, wide)
                }
            };
            ours = Some(match ours {
                None => is,
                Some(others) => self.b.or(others, is),
            });
        }
        let ours = ours.unwrap_or_else(|| self.b.i1(false));
        let other = self.b.not(ours);
        self.b.begin_if(other);
        self.b.reraise();
        self.b.begin_else(&[]);
        self.b.end_if(&[]);
        self.b.int_cast(kind, Type::I64, false)
    }

    /// The symbols that code of a block may need and that are known here.
    fn syms_of(&self, block: Block) -> Vec<Sym> {
        let mut syms = BTreeSet::new();
        let mut add = |s: Sym| {
            if self.syms.contains_key(&s) {
                syms.insert(s);
            }
        };
        self.f.walk(block, &mut |d| {
            for v in d.params.iter().chain(&d.results) {
                self.f.ty(*v).visit_syms(&mut add);
            }
            for e in &d.eqns {
                for v in e.args.iter().chain(&e.outs) {
                    self.f.ty(*v).visit_syms(&mut add);
                }
                e.op.clone().def_mut().visit_dims_mut(&mut |d| d.visit_syms(&mut add));
            }
        });
        syms.into_iter().collect()
    }

    /// The body of a `try` as a function of what it captures and of these sizes.
    fn outline(&mut self, body: Block, captures: &[Var], syms: &[Sym]) -> Res<loops::FuncId> {
        let mut params: Vec<Type> = captures.iter().flat_map(|v| machine_types(self.f.ty(*v))).collect();
        params.resize(params.len() + syms.len(), Type::I64);
        let results: Vec<Type> = self.f.block(body).results.iter().flat_map(|v| machine_types(self.f.ty(*v))).collect();
        let name = format!("{}.try{}", self.b.func_mut().name, self.m.out.funcs.len());
        let mut b = FuncBuilder::new(&name, &params, &results);
        b.func_mut().exported = false;
        b.func_mut().fast_math = self.b.func_mut().fast_math;
        // The number is taken before the body is lowered: it may hold another `try`.
        let id = self.m.out.declare(&name, &params, &results);
        let loc = self.loc;
        let mut x = Body::new(self.m, self.f, b);
        x.loc = loc;
        x.open(body);
        let vals = x.b.params();
        let mut rest = &vals[..];
        for v in captures {
            let (mine, others) = rest.split_at(machine_types(x.f.ty(*v)).len());
            rest = others;
            x.define_flat(*v, mine, false);
        }
        syms.iter().zip(rest).for_each(|(s, v)| {
            x.syms.insert(*s, *v);
        });
        x.eqns()?;
        let yields = x.f.block(body).results.clone();
        let vals = x.hand_over(&yields)?;
        x.close();
        let stats = x.stats;
        let func = x.b.finish(&vals);
        self.m.out.define(id, func);
        self.stats.nests += stats.nests;
        self.stats.allocations += stats.allocations;
        self.stats.copies += stats.copies;
        self.stats.temporaries += stats.temporaries;
        Ok(id)
    }

    // ---- cells ----

    pub fn cell(&mut self, e: &Eqn) -> Res {
        match &e.op {
            Op::CellNew(_) => {
                self.consume(&e.args)?;
                let ty = self.f.ty(e.args[0]).clone();
                let at = self.stack(16.max(crate::lists::elem_bytes(&ty)));
                self.put(&ty, at, e.args[0])?;
                self.values.insert(e.outs[0], Value::Ref(at));
                let out = e.outs[0];
                self.scope().dying.push(out);
            }
            Op::CellSet(_) => {
                let Ty::Cell(ty) = self.f.ty(e.args[0]).clone() else { return self.error("cell_set of no cell") };
                self.consume(&e.args[1..])?;
                let at = self.pointer(e.args[0])?;
                self.drop_cell(&ty, at)?;
                self.put(&ty, at, e.args[1])?;
            }
            Op::CellGet(g) => {
                let Ty::Cell(ty) = self.f.ty(e.args[0]).clone() else { return self.error("cell_get of no cell") };
                let at = self.pointer(e.args[0])?;
                let mut vals = self.load_value(&ty, at);
                if g.take && ty.is_place() {
                    let null = self.b.null();
                    self.b.store(null, at, Access::of(Type::PTR));
                } else {
                    vals = self.copy_value(&ty, &vals)?;
                }
                self.define_flat(e.outs[0], &vals, true);
            }
            op => return self.error(format!("`{}` cannot be compiled yet", op.def().name())),
        }
        Ok(())
    }

    /// The value's words in memory of a session, which owns it from now on.
    pub fn deposit(&mut self, e: &Eqn, op: &ops::Deposit) -> Res {
        self.consume(&e.args[1..])?;
        let at = self.val(e.args[0])?;
        let at = self.b.bitcast(at, Type::PTR);
        let axes = self.all_axes(e.args[1]);
        for (k, v) in self.flatten(e.args[1], &axes)?.into_iter().enumerate() {
            let access = Access::of(self.b.ty(v)).offset(8 * (op.word + k) as i32);
            self.b.store(v, at, access);
        }
        Ok(())
    }

    fn put(&mut self, ty: &Ty, at: Val, v: Var) -> Res {
        let axes = self.all_axes(v);
        let vals = self.flatten(v, &axes)?;
        self.keep(ty, None, vals[0])?;
        self.store_value(ty, at, &vals);
        Ok(())
    }

    /// Frees what a cell holds.
    pub fn drop_cell(&mut self, ty: &Ty, at: Val) -> Res {
        if (ty.is_place() || *ty == Ty::Str) && !self.b.is_ended() {
            let old = self.b.load(Type::PTR, at, Access::of(Type::PTR));
            self.drop_value(ty, old)?;
        }
        Ok(())
    }
}
