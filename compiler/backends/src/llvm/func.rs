//! Structure, memory, calls and errors.
//!
//! Nested blocks become basic blocks, carried values and results phis. i1 is an `i1` in registers, a byte in memory, in
//! parameters and in results. Failures branch to blocks of their own with weights that make LLVM put them aside.

use super::CpuName;
use super::ir::{B, Ir, T, V};
use super::lanes::{float_predicate, int_predicate};
use super::meta::{Accesses, Md, access_groups, count_independent, independent, loop_node};
use crate::How;
use inkwell::llvm_sys::core::LLVMSetLinkage;
use inkwell::llvm_sys::prelude::{LLVMContextRef, LLVMModuleRef};
use inkwell::llvm_sys::{LLVMIntPredicate as Int, LLVMLinkage};
use quipu_abi::{Ctx, ErrorKind, ErrorRecord};
use quipu_ir::loops::{
    self, Access, Block, Elem, End, Extern, ForAttrs, FuncId, Inline, Inst, Module, Op, SiteId, Type, Val,
};
use std::mem::{offset_of, size_of};

/// What a block gave at its end; `None` if control does not come back from it.
type Yield = Option<Vec<V>>;

/// The type that a value has in memory and at the border of a function.
fn stored(ty: Type) -> Type {
    if ty.elem == Elem::I1 { ty.with_elem(Elem::I8) } else { ty }
}

struct Translator<'a> {
    ir: &'a Ir,
    module: &'a Module,
    /// All functions, with their types.
    funcs: &'a [(V, T)],
    func: &'a loops::Func,
    llvm: V,
    entry: B,
    vals: Vec<Option<V>>,
    ctx: V,
    accesses: Accesses,
    /// Access groups that no loop has yet, of the whole module.
    groups: Vec<Md>,
    /// Slots for results of calls.
    slots: Vec<V>,
}

/// Translates all functions into the LLVM module.
pub fn translate(c: LLVMContextRef, m: LLVMModuleRef, module: &Module, cpu: &CpuName) {
    let ir = Ir::new(c, m);
    let funcs: Vec<(V, T)> = module.funcs.iter().map(|f| declare(&ir, f, cpu)).collect();
    let mut groups = access_groups(&ir, module.funcs.iter().map(|f| count_independent(&f.body)).sum());
    for (func, (llvm, _)) in module.funcs.iter().zip(&funcs) {
        let entry = ir.block(*llvm);
        ir.at(entry);
        let accesses = Accesses::new(&ir, &func.body);
        let mut t = Translator {
            ir: &ir,
            module,
            funcs: &funcs,
            func,
            llvm: *llvm,
            entry,
            vals: vec![None; func.types.len()],
            ctx: ir.param(*llvm, 0),
            accesses,
            groups,
            slots: vec![],
        };
        t.body();
        groups = t.groups;
    }
}

fn declare(ir: &Ir, func: &loops::Func, cpu: &CpuName) -> (V, T) {
    let mut params = vec![ir.ptr_type()];
    params.extend(func.params.iter().map(|t| ir.ty(stored(*t))));
    params.extend(func.results.iter().map(|_| ir.ptr_type()));
    let ty = ir.fn_type(ir.int_type(32), &params);
    let llvm = ir.add_function(&func.name, ty);
    if !func.exported {
        // SAFETY: a function of the module.
        unsafe { LLVMSetLinkage(llvm, LLVMLinkage::LLVMInternalLinkage) }
    }
    ir.attribute(llvm, u32::MAX, "nounwind", 0);
    match func.inline {
        Inline::Auto => {}
        Inline::Always => ir.attribute(llvm, u32::MAX, "alwaysinline", 0),
        Inline::Never => ir.attribute(llvm, u32::MAX, "noinline", 0),
    }
    ir.string_attribute(llvm, "target-cpu", &cpu.name);
    ir.string_attribute(llvm, "target-features", &cpu.features);
    ir.string_attribute(llvm, "no-trapping-math", "true");
    // Recursion must use the stack that `stack_check` counts: an endless one raises instead of looping.
    ir.string_attribute(llvm, "disable-tail-calls", "true");
    if cpu.wide {
        ir.string_attribute(llvm, "prefer-vector-width", "512");
    }
    // Nothing else that a function sees points to the context or to the places of its results.
    for name in ["nonnull", "noalias"] {
        ir.attribute(llvm, 1, name, 0);
    }
    ir.attribute(llvm, 1, "dereferenceable", size_of::<Ctx>() as u64);
    ir.attribute(llvm, 1, "align", 8);
    for (i, result) in func.results.iter().enumerate() {
        let at = (2 + func.params.len() + i) as u32;
        for name in ["nonnull", "noalias", "nocapture"] {
            ir.attribute(llvm, at, name, 0);
        }
        ir.attribute(llvm, at, "dereferenceable", u64::from(result.bytes()));
    }
    (llvm, ty)
}

impl Translator<'_> {
    fn val(&self, v: Val) -> V {
        self.vals[v.index()].expect("the verifier checked that uses follow definitions")
    }

    fn vals(&self, vals: &[Val]) -> Vec<V> {
        vals.iter().map(|v| self.val(*v)).collect()
    }

    fn set(&mut self, v: Val, x: V) {
        self.vals[v.index()] = Some(x);
    }

    fn ty(&self, v: Val) -> T {
        self.ir.ty(self.func.ty(v))
    }

    /// From the form in memory to that in registers.
    fn loaded(&self, ty: Type, x: V) -> V {
        if ty.elem != Elem::I1 {
            return x;
        }
        self.ir.icmp(Int::LLVMIntNE, x, self.ir.constant(stored(ty), 0))
    }

    fn stored_form(&self, ty: Type, x: V) -> V {
        if ty.elem == Elem::I1 { self.ir.zext(x, self.ir.ty(stored(ty))) } else { x }
    }

    fn body(&mut self) {
        let func = self.func;
        for (i, v) in func.body.params.iter().enumerate() {
            let mut x = self.ir.param(self.llvm, i + 1);
            if func.params[i] == Type::I1 {
                // Hosts may leave anything above the lowest bit.
                x = self.ir.trunc(x, self.ir.int_type(1));
            }
            self.set(*v, x);
        }
        self.block(&func.body);
    }

    fn block(&mut self, block: &Block) -> Yield {
        for inst in &block.insts {
            self.inst(inst);
        }
        match &block.end {
            End::Yield(vals) => return Some(self.vals(vals)),
            End::Return(vals) => {
                for (i, v) in vals.iter().enumerate() {
                    let ty = self.func.ty(*v);
                    let out = self.ir.param(self.llvm, 1 + self.func.params.len() + i);
                    self.ir.store(self.stored_form(ty, self.val(*v)), out, ty.elem.bytes());
                }
                self.ir.ret(self.ir.i32(0));
            }
            End::Fail { kind, site, operands } => {
                let operands = self.vals(operands);
                self.fail(*kind, *site, &operands);
            }
            End::Reraise => self.ir.ret(self.ir.i32(1)),
        }
        None
    }

    fn new_block(&self) -> B {
        self.ir.block(self.llvm)
    }

    // ---- errors ----

    fn ctx_field(&self, offset: usize) -> V {
        self.ir.offset_by(self.ctx, offset as i64)
    }

    fn fail(&self, kind: ErrorKind, site: SiteId, operands: &[V]) {
        let base = offset_of!(Ctx, error);
        let site = self.module.site_base.wrapping_add(site.0);
        self.ir.store(self.ir.i32(kind as u32), self.ctx_field(base + offset_of!(ErrorRecord, kind)), 4);
        self.ir.store(self.ir.i32(site), self.ctx_field(base + offset_of!(ErrorRecord, site)), 4);
        for i in 0..4 {
            let x = operands.get(i).copied().unwrap_or_else(|| self.ir.i64(0));
            self.ir.store(x, self.ctx_field(base + offset_of!(ErrorRecord, operands) + 8 * i), 8);
        }
        self.ir.store(self.ir.i64(0), self.ctx_field(base + offset_of!(ErrorRecord, text)), 8);
        self.ir.ret(self.ir.i32(1));
    }

    fn fail_if(&self, cond: V, kind: ErrorKind, site: SiteId, operands: &[V]) {
        let (cold, next) = (self.new_block(), self.new_block());
        self.ir.unlikely(self.ir.cond_br(cond, cold, next));
        self.ir.at(cold);
        self.fail(kind, site, operands);
        self.ir.at(next);
    }

    /// Fails on with the error in ctx, which happened at this site, if it says.
    fn propagate_if(&self, failed: V, site: Option<SiteId>) {
        let (cold, next) = (self.new_block(), self.new_block());
        self.ir.unlikely(self.ir.cond_br(failed, cold, next));
        self.ir.at(cold);
        if let Some(site) = site {
            let number = self.module.site_base.wrapping_add(site.0);
            self.ir.store(
                self.ir.i32(number),
                self.ctx_field(offset_of!(Ctx, error) + offset_of!(ErrorRecord, site)),
                4,
            );
        }
        self.ir.ret(self.ir.i32(1));
        self.ir.at(next);
    }

    // ---- calls ----

    /// Room that lives as long as the activation.
    fn alloca(&self, bytes: u32, align: u32) -> V {
        let here = self.ir.here();
        self.ir.at_start(self.entry);
        let slot = self.ir.alloca(bytes, align);
        self.ir.at(here);
        slot
    }

    fn out_args(&mut self, results: &[Type], clear: bool) -> Vec<V> {
        while self.slots.len() < results.len() {
            let slot = self.alloca(8, 8);
            self.slots.push(slot);
        }
        let slots = self.slots[..results.len()].to_vec();
        if clear {
            for slot in &slots {
                self.ir.store(self.ir.i64(0), *slot, 8);
            }
        }
        slots
    }

    fn finish_call(&mut self, inst: &Inst, status: Option<V>, outs: &[V], results: &[Type], how: How) {
        let mut at = 0;
        if let Some(status) = status {
            let failed = self.ir.icmp(Int::LLVMIntNE, status, self.ir.i32(0));
            if how.catch {
                self.set(inst.results[0], failed);
                at = 1;
            } else {
                self.propagate_if(failed, how.site);
            }
        }
        for (i, ty) in results.iter().enumerate() {
            let x = self.ir.load(self.ir.ty(stored(*ty)), outs[i], ty.elem.bytes());
            self.set(inst.results[at + i], self.loaded(*ty, x));
        }
    }

    fn call_args(&self, inst: &Inst, outs: &[V]) -> Vec<V> {
        let mut args = vec![self.ctx];
        args.extend(inst.args.iter().map(|v| self.stored_form(self.func.ty(*v), self.val(*v))));
        args.extend(outs);
        args
    }

    fn call(&mut self, inst: &Inst, func: FuncId, results: &[Type], catch: bool) {
        let outs = self.out_args(results, catch);
        let (callee, ty) = self.funcs[func.index()];
        let status = self.ir.call(ty, callee, &self.call_args(inst, &outs));
        self.finish_call(inst, Some(status), &outs, results, How { catch, site: None });
    }

    fn call_runtime(&mut self, inst: &Inst, ext: &Extern, how: How) {
        let by_value = !ext.fallible && ext.results.len() <= 1;
        let outs = if by_value { vec![] } else { self.out_args(&ext.results, how.catch) };
        let mut params = vec![self.ir.ptr_type()];
        params.extend(ext.params.iter().map(|t| self.ir.ty(stored(*t))));
        params.extend(outs.iter().map(|_| self.ir.ptr_type()));
        let result = if ext.fallible {
            self.ir.int_type(32)
        } else {
            ext.results.first().filter(|_| by_value).map_or(self.ir.void_type(), |t| self.ir.ty(stored(*t)))
        };
        let ptr = self.ir.ptr_type();
        let table = self.ir.load(ptr, self.ctx_field(offset_of!(Ctx, functions)), 8);
        self.ir.invariant(table);
        let target = self.ir.load(ptr, self.ir.offset_by(table, 8 * i64::from(ext.index)), 8);
        self.ir.invariant(target);
        let call = self.ir.call(self.ir.fn_type(result, &params), target, &self.call_args(inst, &outs));
        self.ir.call_attribute(call, u32::MAX, "nounwind", 0);
        for (i, ty) in ext.params.iter().enumerate() {
            if *ty == Type::I1 {
                self.ir.call_attribute(call, i as u32 + 2, "zeroext", 0);
            }
        }
        if by_value {
            if let Some(ty) = ext.results.first() {
                self.set(inst.results[0], self.loaded(*ty, call));
            }
            return;
        }
        self.finish_call(inst, ext.fallible.then_some(call), &outs, &ext.results, how);
    }

    // ---- structure ----

    fn if_(&mut self, inst: &Inst) {
        let blocks = [self.new_block(), self.new_block()];
        let merge = self.new_block();
        let branch = self.ir.cond_br(self.val(inst.args[0]), blocks[0], blocks[1]);
        if !matches!(inst.blocks[0].end, End::Yield(_)) {
            self.ir.unlikely(branch);
        }
        let mut incoming = vec![];
        for (block, nested) in blocks.iter().zip(&inst.blocks) {
            self.ir.at(*block);
            if let Some(vals) = self.block(nested) {
                incoming.push((self.ir.here(), vals));
                self.ir.br(merge);
            }
        }
        self.ir.at(merge);
        for (i, v) in inst.results.iter().enumerate() {
            let phi = self.ir.phi(self.ty(*v));
            for (from, vals) in &incoming {
                self.ir.incoming(phi, vals[i], *from);
            }
            self.set(*v, phi);
        }
    }

    /// Phis for values, with what comes in from the block before.
    fn phis(&mut self, vals: &[Val], init: &[V], from: B) -> Vec<V> {
        let mut out = vec![];
        for (v, x) in vals.iter().zip(init) {
            let phi = self.ir.phi(self.ty(*v));
            self.ir.incoming(phi, *x, from);
            self.set(*v, phi);
            out.push(phi);
        }
        out
    }

    /// Guarded do-while. With a step of 1 the induction variable is tested against `hi`, which it meets exactly; other
    /// steps count iterations.
    fn for_(&mut self, inst: &Inst, attrs: &ForAttrs) {
        let ir = self.ir;
        let i64t = ir.int_type(64);
        let (lo, hi) = (self.val(inst.args[0]), self.val(inst.args[1]));
        let init = self.vals(&inst.args[2..]);
        let (head, exit) = (self.new_block(), self.new_block());
        let unit = attrs.step.unsigned_abs() == 1;
        let up = attrs.step > 0;
        let some = ir.icmp(if up { Int::LLVMIntSLT } else { Int::LLVMIntSGT }, lo, hi);
        let trips = {
            let distance = if up { ir.sub(hi, lo) } else { ir.sub(lo, hi) };
            let less = ir.sub(distance, ir.i64(1));
            let size = ir.i64(attrs.step.unsigned_abs());
            if unit { distance } else { ir.add(ir.udiv(less, size), ir.i64(1)) }
        };
        let before = ir.here();
        ir.cond_br(some, head, exit);

        ir.at(head);
        let body = &inst.blocks[0];
        // The counter of iterations, where something needs it.
        let counts = attrs.stop || !unit;
        let counter = counts.then(|| ir.phi(i64t));
        if let Some(k) = counter {
            ir.incoming(k, ir.i64(0), before);
        }
        let iv_phi = unit.then(|| ir.phi(i64t));
        if let Some(iv) = iv_phi {
            ir.incoming(iv, lo, before);
        }
        let phis = self.phis(&body.params[1..], &init, before);
        let iv = match (iv_phi, counter) {
            (Some(iv), _) => iv,
            (None, Some(k)) => ir.add(lo, ir.mul(k, ir.i64(attrs.step as u64))),
            (None, None) => unreachable!("steps other than 1 count"),
        };
        self.set(body.params[0], iv);
        let group: Option<Md> = if independent(&inst.op) { self.groups.pop() } else { None };
        self.accesses.groups.extend(group);
        let yields = self.block(body);
        if group.is_some() {
            self.accesses.groups.pop();
        }

        let mut leaving = vec![];
        if let Some(mut vals) = yields {
            let stop = attrs.stop.then(|| vals.remove(0));
            let next_k = counter.map(|k| ir.nuw_add(k, ir.i64(1)));
            let next_iv = iv_phi.map(|iv| ir.nsw_add(iv, ir.i64(attrs.step as u64)));
            let mut more = match (next_iv, next_k) {
                (Some(iv), _) => ir.icmp(Int::LLVMIntNE, iv, hi),
                (None, Some(k)) => ir.icmp(Int::LLVMIntNE, k, trips),
                (None, None) => unreachable!("steps other than 1 count"),
            };
            if let Some(stop) = stop {
                more = ir.and(more, ir.not(stop));
            }
            let latch = ir.here();
            let branch = ir.cond_br(more, head, exit);
            ir.attach(branch, "llvm.loop", loop_node(ir, attrs, group));
            for (phi, x) in phis.iter().zip(&vals) {
                ir.incoming(*phi, *x, latch);
            }
            for (phi, next) in [(counter, next_k), (iv_phi, next_iv)] {
                if let (Some(phi), Some(next)) = (phi, next) {
                    ir.incoming(phi, next, latch);
                }
            }
            if attrs.stop {
                vals.extend(next_k);
            }
            leaving.push((latch, vals));
        }
        let mut around = init;
        if attrs.stop {
            around.push(ir.i64(0));
        }
        leaving.push((before, around));
        ir.at(exit);
        for (i, v) in inst.results.iter().enumerate() {
            let phi = ir.phi(self.ty(*v));
            for (from, vals) in &leaving {
                ir.incoming(phi, vals[i], *from);
            }
            self.set(*v, phi);
        }
    }

    fn while_(&mut self, inst: &Inst) {
        let ir = self.ir;
        let init = self.vals(&inst.args);
        let (head, body, exit) = (self.new_block(), self.new_block(), self.new_block());
        let before = ir.here();
        ir.br(head);
        ir.at(head);
        let phis = self.phis(&inst.blocks[0].params, &init, before);
        let Some(mut passed) = self.block(&inst.blocks[0]) else {
            // The condition always fails; what comes after is never reached.
            for block in [body, exit] {
                ir.at(block);
                if block == body {
                    ir.unreachable();
                }
            }
            for v in &inst.results {
                let x = ir.poison(self.ty(*v));
                self.set(*v, x);
            }
            return;
        };
        let cond = passed.remove(0);
        ir.cond_br(cond, body, exit);
        ir.at(body);
        for (v, x) in inst.blocks[1].params.iter().zip(&passed) {
            self.set(*v, *x);
        }
        if let Some(vals) = self.block(&inst.blocks[1]) {
            let latch = ir.here();
            ir.br(head);
            for (phi, x) in phis.iter().zip(&vals) {
                ir.incoming(*phi, *x, latch);
            }
        }
        ir.at(exit);
        for (v, x) in inst.results.iter().zip(&passed) {
            self.set(*v, *x);
        }
    }

    // ---- memory ----

    fn mark(&self, access: V, at: &Access) -> V {
        self.accesses.mark(self.ir, access, at);
        access
    }

    fn masked(&self, op: &Op, x: &[V], value: Type) -> Option<V> {
        let ir = self.ir;
        let held = stored(value);
        let (ty, ptr) = (ir.ty(held), ir.ptr_type());
        let call = |name: &str, over: &[T], args: &[V], at: &Access| self.mark(ir.intrinsic(name, over, args), at);
        let pointers = |at: &Access| ir.offset(ir.offset_by(x[0], i64::from(at.offset)), x[1]);
        match op {
            Op::MaskedLoad { at, .. } => {
                let p = ir.offset_by(x[0], i64::from(at.offset));
                let other = self.stored_form(value, x[2]);
                let r = call("llvm.masked.load", &[ty, ptr], &[p, ir.i32(at.align), x[1], other], at);
                Some(self.loaded(value, r))
            }
            Op::MaskedStore { at } => {
                let p = ir.offset_by(x[0], i64::from(at.offset));
                let v = self.stored_form(value, x[1]);
                call("llvm.masked.store", &[ty, ptr], &[v, p, ir.i32(at.align), x[2]], at);
                None
            }
            Op::Gather { at, .. } => {
                let other = self.stored_form(value, x[3]);
                let ps = pointers(at);
                let r = call("llvm.masked.gather", &[ty, self.type_of(ps)], &[ps, ir.i32(at.align), x[2], other], at);
                Some(self.loaded(value, r))
            }
            Op::Scatter { at } => {
                let v = self.stored_form(value, x[2]);
                let ps = pointers(at);
                call("llvm.masked.scatter", &[ty, self.type_of(ps)], &[v, ps, ir.i32(at.align), x[3]], at);
                None
            }
            _ => unreachable!("the caller matched a masked access"),
        }
    }

    fn type_of(&self, v: V) -> T {
        // SAFETY: a value of the module.
        unsafe { inkwell::llvm_sys::core::LLVMTypeOf(v) }
    }

    // ---- instructions ----

    fn inst(&mut self, inst: &Inst) {
        match &inst.op {
            Op::If => return self.if_(inst),
            Op::For(attrs) => return self.for_(inst, attrs),
            Op::While => return self.while_(inst),
            Op::Call { func, results, catch } => return self.call(inst, *func, results, *catch),
            Op::CallRuntime { ext, catch, site } => {
                return self.call_runtime(inst, ext, How { catch: *catch, site: *site });
            }
            _ => {}
        }
        let x = self.vals(&inst.args);
        let tys: Vec<Type> = inst.args.iter().map(|v| self.func.ty(*v)).collect();
        let out = inst.results.first().map_or(Type::I64, |v| self.func.ty(*v));
        if let Op::Overflow(op) = &inst.op {
            let (r, o) = self.ir.overflow(*op, tys[0], x[0], x[1]);
            self.set(inst.results[0], r);
            self.set(inst.results[1], o);
        } else if let (Some(r), Some(v)) = (self.simple(&inst.op, &x, &tys, out), inst.results.first()) {
            self.set(*v, r);
        }
    }

    fn simple(&mut self, op: &Op, x: &[V], tys: &[Type], out: Type) -> Option<V> {
        let ir = self.ir;
        Some(match op {
            Op::Const { ty, bits } => ir.constant(*ty, *bits),
            Op::Iota(ty) => {
                let lane = |i: u16| ir.constant(Type::scalar(ty.elem), u64::from(i) & ty.elem.mask());
                ir.const_vec(&(0..ty.lanes).map(lane).collect::<Vec<_>>())
            }
            Op::Bin(op) => ir.bin(*op, tys[0], x[0], x[1]),
            Op::Un(op) => ir.un(*op, tys[0], x[0]),
            Op::Fma => ir.intrinsic("llvm.fma", &[ir.ty(out)], x),
            Op::Icmp(cmp) => ir.icmp(int_predicate(*cmp), x[0], x[1]),
            Op::Fcmp(cmp) => ir.fcmp(float_predicate(*cmp), x[0], x[1]),
            Op::Select => ir.select(x[0], x[1], x[2]),
            Op::Cast { cast, ty } => ir.cast(*cast, tys[0], *ty, x[0]),
            Op::Load { ty, at } => {
                let p = ir.offset_by(x[0], i64::from(at.offset));
                let v = self.mark(ir.load(ir.ty(stored(*ty)), p, at.align), at);
                self.loaded(*ty, v)
            }
            Op::Store { at } => {
                let p = ir.offset_by(x[0], i64::from(at.offset));
                self.mark(ir.store(self.stored_form(tys[1], x[1]), p, at.align), at);
                return None;
            }
            Op::MaskedLoad { .. } | Op::Gather { .. } => return self.masked(op, x, out),
            Op::MaskedStore { .. } => return self.masked(op, x, tys[1]),
            Op::Scatter { .. } => return self.masked(op, x, tys[2]),
            Op::PtrAdd => ir.offset(x[0], x[1]),
            Op::StackAlloc { bytes, align } => self.alloca((*bytes).max(1), *align),
            Op::CtxPtr => self.ctx,
            Op::Data(bytes) => ir.data(bytes),
            Op::FuncAddr(func) => self.funcs[func.index()].0,
            Op::Splat { lanes } => ir.splat(x[0], *lanes),
            Op::Extract { lane } => ir.extract(x[0], u64::from(*lane)),
            Op::Insert { lane } => ir.insert(x[0], x[1], u64::from(*lane)),
            Op::Shuffle { lanes } => ir.shuffle(x[0], x[1], lanes),
            Op::Any => ir.intrinsic("llvm.vector.reduce.or", &[ir.ty(tys[0])], x),
            Op::All => ir.intrinsic("llvm.vector.reduce.and", &[ir.ty(tys[0])], x),
            Op::Bitmask => {
                let bits = ir.bitcast(x[0], ir.int_type(u32::from(tys[0].lanes)));
                if tys[0].lanes == 64 { bits } else { ir.zext(bits, ir.int_type(64)) }
            }
            Op::Math(f) => ir.math(*f, out, x),
            Op::FailIf { kind, site } => {
                self.fail_if(x[0], *kind, *site, &x[1..]);
                return None;
            }
            Op::Poll { site } => {
                // Another thread sets it, so it is read anew each time.
                let due = ir.load(ir.int_type(32), self.ctx_field(offset_of!(Ctx, interrupt)), 4);
                ir.set_volatile(due);
                let due = ir.icmp(Int::LLVMIntNE, due, ir.i32(0));
                self.fail_if(due, ErrorKind::KeyboardInterrupt, *site, &[]);
                return None;
            }
            Op::StackCheck { site } => {
                let frame = ir.intrinsic("llvm.frameaddress", &[ir.ptr_type()], &[ir.i32(0)]);
                let i64t = ir.int_type(64);
                let limit = ir.load(i64t, self.ctx_field(offset_of!(Ctx, stack_limit)), 8);
                let over = ir.icmp(Int::LLVMIntULT, ir.ptrtoint(frame, i64t), limit);
                self.fail_if(over, ErrorKind::RecursionError, *site, &[]);
                return None;
            }
            Op::Overflow(_)
            | Op::MulAddMod
            | Op::Call { .. }
            | Op::CallRuntime { .. }
            | Op::If
            | Op::For(_)
            | Op::While => {
                unreachable!("handled by the caller, or legalized away")
            }
        })
    }
}
