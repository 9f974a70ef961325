//! Structure, memory, calls and errors of one function.
//!
//! Nested blocks become basic blocks, carried values and results block parameters. A value is kept as `Rep`: one
//! Cranelift value, or the pieces or lanes of a vector (`vector.rs`). Failures jump to cold blocks, which Cranelift
//! places behind all others. `call`s and runtime calls return results through stack slots that all calls share: they
//! are read back at once.

use super::vector::Rep;
use super::{Cx, failed, lane_type};
use crate::{BackendError, How};
use ::cranelift_codegen::ir::condcodes::IntCC;
use ::cranelift_codegen::ir::{
    self, AbiParam, BlockArg, InstBuilder, MemFlagsData, Signature, StackSlot, StackSlotData, StackSlotKind, Value,
    types as ct,
};
use ::cranelift_codegen::isa::TargetFrontendConfig;
use cranelift_frontend::FunctionBuilder;
use quipu_abi::{Ctx, ErrorKind, ErrorRecord};
use quipu_ir::loops::{self, Access, Block, Elem, End, Extern, ForAttrs, FuncId, Inst, Op, SiteId, Type, Val};
use std::mem::offset_of;

type Result<T> = std::result::Result<T, BackendError>;

/// What a block gave at its end; `None` if control does not come back from it.
type Yield = Option<Vec<Rep>>;

pub(crate) struct Translator<'a, 'b, 'c> {
    pub(crate) b: FunctionBuilder<'b>,
    pub(crate) cx: &'c mut Cx<'a>,
    pub(crate) func: &'c loops::Func,
    vals: Vec<Option<Rep>>,
    ctx: Value,
    outs: Vec<Value>,
    /// Slots of 8 bytes for results of calls.
    slots: Vec<StackSlot>,
    /// A slot that lanes which are switched off read and write.
    dummy: Option<StackSlot>,
    /// Blocks that return 1 with the error that ctx holds, by the site that they put down there.
    propagate: Vec<(Option<SiteId>, ir::Block)>,
}

/// Translates a function into the builder's.
pub(crate) fn translate(
    cx: &mut Cx,
    func: &loops::Func,
    b: FunctionBuilder,
    config: TargetFrontendConfig,
) -> Result<()> {
    let mut t = Translator {
        b,
        cx,
        func,
        vals: vec![None; func.types.len()],
        ctx: Value::from_u32(0),
        outs: vec![],
        slots: vec![],
        dummy: None,
        propagate: vec![],
    };
    let entry = t.b.create_block();
    t.b.append_block_params_for_function_params(entry);
    t.b.switch_to_block(entry);
    let params = t.b.block_params(entry).to_vec();
    t.ctx = params[0];
    for (i, v) in func.body.params.iter().enumerate() {
        let mut x = params[i + 1];
        if func.params[i] == Type::I1 {
            // Hosts may leave anything above the lowest bit.
            let one = t.iconst(Elem::I8, 1);
            x = t.b.ins().band(x, one);
        }
        t.vals[v.index()] = Some(Rep::Scalar(x));
    }
    t.outs = params[1 + func.params.len()..].to_vec();
    t.block(&func.body)?;
    for (site, block) in std::mem::take(&mut t.propagate) {
        t.b.switch_to_block(block);
        if let Some(site) = site {
            let number = t.b.ins().iconst(ct::I32, i64::from(t.cx.module.site_base.wrapping_add(site.0)));
            let at = offset_of!(Ctx, error) + offset_of!(ErrorRecord, site);
            t.b.ins().store(MemFlagsData::trusted(), number, t.ctx, at as i32);
        }
        let one = t.b.ins().iconst(ct::I32, 1);
        t.b.ins().return_(&[one]);
    }
    t.b.seal_all_blocks();
    t.b.finalize(config);
    Ok(())
}

/// Memory that compiled code may rely on: loads and stores do not trap.
pub(crate) fn flags(at: &Access, bytes: u32) -> MemFlagsData {
    let f = MemFlagsData::new().with_notrap();
    if at.align >= bytes { f.with_aligned() } else { f }
}

impl Translator<'_, '_, '_> {
    pub(crate) fn rep(&self, v: Val) -> Rep {
        self.vals[v.index()].clone().expect("the verifier checked that uses follow definitions")
    }

    pub(crate) fn val(&self, v: Val) -> Value {
        match &self.vals[v.index()] {
            Some(Rep::Scalar(x)) => *x,
            _ => panic!("{v} of @{} is not a scalar", self.func.name),
        }
    }

    fn set(&mut self, v: Val, rep: Rep) {
        self.vals[v.index()] = Some(rep);
    }

    fn reps(&self, vals: &[Val]) -> Vec<Rep> {
        vals.iter().map(|v| self.rep(*v)).collect()
    }

    /// Block parameters for a value of this type.
    fn append_params(&mut self, block: ir::Block, ty: Type) -> Rep {
        let (n, piece) = Rep::layout(ty);
        let vals: Vec<Value> = (0..n).map(|_| self.b.append_block_param(block, piece)).collect();
        Rep::from_values(ty, vals)
    }

    fn block_args(&mut self, reps: &[Rep], tys: &[Type]) -> Vec<BlockArg> {
        let mut out = vec![];
        for (rep, ty) in reps.iter().zip(tys) {
            out.extend(self.canonical(rep, *ty).into_iter().map(BlockArg::from));
        }
        out
    }

    fn types_of(&self, vals: &[Val]) -> Vec<Type> {
        vals.iter().map(|v| self.func.ty(*v)).collect()
    }

    fn bind(&mut self, block: ir::Block, vals: &[Val]) {
        for v in vals {
            let rep = self.append_params(block, self.func.ty(*v));
            self.set(*v, rep);
        }
    }

    fn block(&mut self, block: &Block) -> Result<Yield> {
        for inst in &block.insts {
            self.inst(inst)?;
        }
        match &block.end {
            End::Yield(vals) => return Ok(Some(self.reps(vals))),
            End::Return(vals) => {
                for (i, v) in vals.iter().enumerate() {
                    let x = self.val(*v);
                    let out = self.outs[i];
                    self.b.ins().store(MemFlagsData::trusted(), x, out, 0);
                }
                let zero = self.b.ins().iconst(ct::I32, 0);
                self.b.ins().return_(&[zero]);
            }
            End::Fail { kind, site, operands } => {
                let operands: Vec<Value> = operands.iter().map(|v| self.val(*v)).collect();
                self.fail(*kind, *site, &operands);
            }
            End::Reraise => {
                let one = self.b.ins().iconst(ct::I32, 1);
                self.b.ins().return_(&[one]);
            }
        }
        Ok(None)
    }

    // ---- errors ----

    fn fail(&mut self, kind: ErrorKind, site: SiteId, operands: &[Value]) {
        let at = MemFlagsData::trusted();
        let base = offset_of!(Ctx, error) as i32;
        let kind = self.b.ins().iconst(ct::I32, i64::from(kind as u32));
        self.b.ins().store(at, kind, self.ctx, base + offset_of!(ErrorRecord, kind) as i32);
        let site = self.b.ins().iconst(ct::I32, i64::from(self.cx.module.site_base.wrapping_add(site.0)));
        self.b.ins().store(at, site, self.ctx, base + offset_of!(ErrorRecord, site) as i32);
        let zero = self.b.ins().iconst(ct::I64, 0);
        for i in 0..4 {
            let x = operands.get(i).copied().unwrap_or(zero);
            let offset = base + offset_of!(ErrorRecord, operands) as i32 + 8 * i as i32;
            self.b.ins().store(at, x, self.ctx, offset);
        }
        self.b.ins().store(at, zero, self.ctx, base + offset_of!(ErrorRecord, text) as i32);
        let one = self.b.ins().iconst(ct::I32, 1);
        self.b.ins().return_(&[one]);
    }

    fn fail_if(&mut self, cond: Value, kind: ErrorKind, site: SiteId, operands: &[Value]) {
        let (cold, next) = (self.b.create_block(), self.b.create_block());
        self.b.set_cold_block(cold);
        self.b.ins().brif(cond, cold, &[], next, &[]);
        self.b.switch_to_block(cold);
        self.fail(kind, site, operands);
        self.b.switch_to_block(next);
    }

    /// Fails on with the error in ctx, which happened at this site, if it says.
    fn propagate_if(&mut self, status: Value, site: Option<SiteId>) {
        let known = self.propagate.iter().find(|(s, _)| *s == site);
        let cold = match known {
            Some((_, block)) => *block,
            None => {
                let block = self.b.create_block();
                self.b.set_cold_block(block);
                self.propagate.push((site, block));
                block
            }
        };
        let next = self.b.create_block();
        self.b.ins().brif(status, cold, &[], next, &[]);
        self.b.switch_to_block(next);
    }

    // ---- calls ----

    fn slot(&mut self, bytes: u32, align: u32) -> StackSlot {
        let shift = align.trailing_zeros() as u8;
        self.b.create_sized_stack_slot(StackSlotData::new(StackSlotKind::ExplicitSlot, bytes.max(1), shift))
    }

    fn out_slot(&mut self, i: usize) -> StackSlot {
        while self.slots.len() <= i {
            let slot = self.slot(8, 8);
            self.slots.push(slot);
        }
        self.slots[i]
    }

    /// The address that lanes switched off use.
    pub(crate) fn dummy_addr(&mut self) -> Value {
        let slot = match self.dummy {
            Some(slot) => slot,
            None => {
                let slot = self.slot(16, 16);
                *self.dummy.insert(slot)
            }
        };
        self.b.ins().stack_addr(ct::I64, slot, 0)
    }

    /// Addresses of the slots for results, cleared if a failing callee may leave them.
    fn out_args(&mut self, results: &[Type], clear: bool) -> Vec<Value> {
        let mut out = vec![];
        for i in 0..results.len() {
            let slot = self.out_slot(i);
            let addr = self.b.ins().stack_addr(ct::I64, slot, 0);
            if clear {
                let zero = self.b.ins().iconst(ct::I64, 0);
                self.b.ins().store(MemFlagsData::trusted(), zero, addr, 0);
            }
            out.push(addr);
        }
        out
    }

    /// Handles a status and reads the results.
    fn finish_call(&mut self, inst: &Inst, status: Option<Value>, outs: &[Value], results: &[Type], how: How) {
        let mut at = 0;
        if let Some(status) = status {
            if how.catch {
                let failed = self.b.ins().icmp_imm_s(IntCC::NotEqual, status, 0);
                self.set(inst.results[0], Rep::Scalar(failed));
                at = 1;
            } else {
                self.propagate_if(status, how.site);
            }
        }
        for (i, ty) in results.iter().enumerate() {
            let x = self.b.ins().load(lane_type(ty.elem), MemFlagsData::trusted(), outs[i], 0);
            self.set(inst.results[at + i], Rep::Scalar(x));
        }
    }

    fn call(&mut self, inst: &Inst, func: FuncId, results: &[Type], catch: bool) {
        let callee = self.cx.ours(func, self.b.func);
        let outs = self.out_args(results, catch);
        let mut args = vec![self.ctx];
        args.extend(inst.args.iter().map(|v| self.val(*v)));
        args.extend(&outs);
        let call = self.b.ins().call(callee, &args);
        let status = self.b.inst_results(call)[0];
        self.finish_call(inst, Some(status), &outs, results, How { catch, site: None });
    }

    fn call_runtime(&mut self, inst: &Inst, ext: &Extern, how: How) {
        let by_value = !ext.fallible && ext.results.len() <= 1;
        let mut sig = Signature::new(self.b.func.signature.call_conv);
        sig.params.push(AbiParam::new(ct::I64));
        for ty in &ext.params {
            let p = AbiParam::new(lane_type(ty.elem));
            sig.params.push(if *ty == Type::I1 { p.uext() } else { p });
        }
        if ext.fallible {
            sig.returns.push(AbiParam::new(ct::I32));
        } else if let (true, Some(ty)) = (by_value, ext.results.first()) {
            sig.returns.push(AbiParam::new(lane_type(ty.elem)));
        }
        let outs = if by_value { vec![] } else { self.out_args(&ext.results, how.catch) };
        sig.params.extend(outs.iter().map(|_| AbiParam::new(ct::I64)));
        // The table and its entries never change.
        let fixed = MemFlagsData::trusted().with_readonly().with_can_move();
        let table = self.b.ins().load(ct::I64, fixed, self.ctx, offset_of!(Ctx, functions) as i32);
        let target = self.b.ins().load(ct::I64, fixed, table, 8 * ext.index as i32);
        let mut args = vec![self.ctx];
        args.extend(inst.args.iter().map(|v| self.val(*v)));
        args.extend(&outs);
        let sig = self.b.import_signature(sig);
        let call = self.b.ins().call_indirect(sig, target, &args);
        if by_value {
            if let Some(x) = self.b.inst_results(call).first().copied() {
                self.set(inst.results[0], Rep::Scalar(x));
            }
            return;
        }
        let status = if ext.fallible { Some(self.b.inst_results(call)[0]) } else { None };
        self.finish_call(inst, status, &outs, &ext.results, how);
    }

    pub(crate) fn math1(&mut self, f: loops::MathFn, elem: Elem, args: &[Value]) -> Result<Value> {
        let callee = self.cx.math(&f.symbol(elem), elem, args.len(), self.b.func);
        let call = self.b.ins().call(callee, args);
        Ok(self.b.inst_results(call)[0])
    }

    // ---- structure ----

    fn if_(&mut self, inst: &Inst) -> Result<()> {
        let cond = self.val(inst.args[0]);
        let blocks = [self.b.create_block(), self.b.create_block()];
        let merge = self.b.create_block();
        let tys = self.types_of(&inst.results);
        // A block that only fails is not worth a place among the others.
        for (block, nested) in blocks.iter().zip(&inst.blocks) {
            if !matches!(nested.end, End::Yield(_)) {
                self.b.set_cold_block(*block);
            }
        }
        self.b.ins().brif(cond, blocks[0], &[], blocks[1], &[]);
        for (block, nested) in blocks.iter().zip(&inst.blocks) {
            self.b.switch_to_block(*block);
            if let Some(reps) = self.block(nested)? {
                let args = self.block_args(&reps, &tys);
                self.b.ins().jump(merge, &args);
            }
        }
        self.bind(merge, &inst.results);
        self.b.switch_to_block(merge);
        Ok(())
    }

    /// Guarded do-while. The exit test is on the induction variable: for steps of 1 the next value against `hi`, which it
    /// meets exactly; else this value against the last one, computed before the loop. Neither can overflow.
    fn for_(&mut self, inst: &Inst, attrs: &ForAttrs) -> Result<()> {
        let (lo, hi) = (self.val(inst.args[0]), self.val(inst.args[1]));
        let carried = self.types_of(&inst.args[2..]);
        let init = self.reps(&inst.args[2..]);
        let (head, exit) = (self.b.create_block(), self.b.create_block());
        let zero = self.b.ins().iconst(ct::I64, 0);
        let step = attrs.step;
        let cc = if step > 0 { IntCC::SignedLessThan } else { IntCC::SignedGreaterThan };
        let some = self.b.ins().icmp(cc, lo, hi);
        let last = if step.unsigned_abs() == 1 {
            None
        } else {
            let (low, high) = if step > 0 { (lo, hi) } else { (hi, lo) };
            let distance = self.b.ins().isub(high, low);
            let less = self.b.ins().iadd_imm_s(distance, -1);
            let size = self.b.ins().iconst(ct::I64, step.unsigned_abs() as i64);
            let steps = self.b.ins().udiv(less, size);
            let step = self.b.ins().iconst(ct::I64, step);
            let span = self.b.ins().imul(steps, step);
            Some(self.b.ins().iadd(lo, span))
        };
        let mut into = vec![BlockArg::from(lo)];
        let mut around = vec![];
        if attrs.stop {
            into.push(zero.into());
        }
        let values = self.block_args(&init, &carried);
        into.extend(values.iter().copied());
        around.extend(values);
        if attrs.stop {
            around.push(zero.into());
        }
        self.b.ins().brif(some, head, &into, exit, &around);

        self.b.switch_to_block(head);
        let body = &inst.blocks[0];
        self.bind(head, &body.params[..1]);
        let trips = attrs.stop.then(|| self.b.append_block_param(head, ct::I64));
        self.bind(head, &body.params[1..]);
        let iv = self.val(body.params[0]);
        if let Some(mut reps) = self.block(body)? {
            let stop = if attrs.stop { Some(reps.remove(0)) } else { None };
            let next = self.b.ins().iadd_imm_s(iv, step);
            let mut more = match last {
                None => self.b.ins().icmp(IntCC::NotEqual, next, hi),
                Some(last) => self.b.ins().icmp(IntCC::NotEqual, iv, last),
            };
            let mut back = vec![BlockArg::from(next)];
            let mut out = vec![];
            let values = self.block_args(&reps, &carried);
            let trips = trips.map(|t| self.b.ins().iadd_imm_s(t, 1));
            if let (Some(Rep::Scalar(stop)), Some(trips)) = (stop, trips) {
                let zero = self.iconst(Elem::I1, 0);
                let go = self.b.ins().icmp(IntCC::Equal, stop, zero);
                more = self.b.ins().band(more, go);
                back.push(trips.into());
                out.push(trips.into());
            }
            back.extend(values.iter().copied());
            out.splice(0..0, values);
            self.b.ins().brif(more, head, &back, exit, &out);
        }
        self.bind(exit, &inst.results);
        self.b.switch_to_block(exit);
        Ok(())
    }

    fn while_(&mut self, inst: &Inst) -> Result<()> {
        let carried = self.types_of(&inst.args);
        let init = self.reps(&inst.args);
        let (head, body, exit) = (self.b.create_block(), self.b.create_block(), self.b.create_block());
        let args = self.block_args(&init, &carried);
        self.b.ins().jump(head, &args);
        self.b.switch_to_block(head);
        let (cond_block, body_block) = (&inst.blocks[0], &inst.blocks[1]);
        self.bind(head, &cond_block.params);
        if let Some(mut reps) = self.block(cond_block)? {
            let Rep::Scalar(cond) = reps.remove(0) else { panic!("the condition of a while is a scalar") };
            let passed = self.types_of(&body_block.params);
            let args = self.block_args(&reps, &passed);
            self.b.ins().brif(cond, body, &args, exit, &args);
        }
        self.bind(body, &body_block.params);
        self.b.switch_to_block(body);
        if let Some(reps) = self.block(body_block)? {
            let args = self.block_args(&reps, &carried);
            self.b.ins().jump(head, &args);
        }
        self.bind(exit, &inst.results);
        self.b.switch_to_block(exit);
        Ok(())
    }

    // ---- instructions ----

    fn load1(&mut self, elem: Elem, addr: Value, at: &Access) -> Value {
        let x = self.b.ins().load(lane_type(elem), flags(at, elem.bytes()), addr, at.offset);
        if elem != Elem::I1 {
            return x;
        }
        let zero = self.iconst(Elem::I8, 0);
        self.b.ins().icmp(IntCC::NotEqual, x, zero)
    }

    fn inst(&mut self, inst: &Inst) -> Result<()> {
        let args = &inst.args;
        match &inst.op {
            Op::If => return self.if_(inst),
            Op::For(attrs) => return self.for_(inst, attrs),
            Op::While => return self.while_(inst),
            Op::Call { func, results, catch } => self.call(inst, *func, results, *catch),
            Op::CallRuntime { ext, catch, site } => self.call_runtime(inst, ext, How { catch: *catch, site: *site }),
            Op::FailIf { kind, site } => {
                let cond = self.val(args[0]);
                let operands: Vec<Value> = args[1..].iter().map(|v| self.val(*v)).collect();
                self.fail_if(cond, *kind, *site, &operands);
            }
            Op::Poll { site } => {
                // Atomic, so that it is read anew each time.
                let addr = self.b.ins().iadd_imm_s(self.ctx, offset_of!(Ctx, interrupt) as i64);
                let due = self.b.ins().atomic_load(ct::I32, MemFlagsData::trusted(), addr);
                self.fail_if(due, ErrorKind::KeyboardInterrupt, *site, &[]);
            }
            Op::StackCheck { site } => {
                let sp = self.b.ins().get_stack_pointer(ct::I64);
                let limit =
                    self.b.ins().load(ct::I64, MemFlagsData::trusted(), self.ctx, offset_of!(Ctx, stack_limit) as i32);
                let over = self.b.ins().icmp(IntCC::UnsignedLessThan, sp, limit);
                self.fail_if(over, ErrorKind::RecursionError, *site, &[]);
            }
            Op::Overflow(op) => {
                let (x, y) = (self.val(args[0]), self.val(args[1]));
                let (r, o) = self.overflow1(*op, self.func.ty(args[0]).elem, x, y);
                self.set(inst.results[0], Rep::Scalar(r));
                self.set(inst.results[1], Rep::Scalar(o));
            }
            op => {
                let vector = args.iter().chain(&inst.results).any(|v| self.func.ty(*v).is_vec());
                let rep = if vector { self.vector_inst(inst)? } else { self.scalar_inst(op, inst)?.map(Rep::Scalar) };
                if let (Some(v), Some(rep)) = (inst.results.first(), rep) {
                    self.set(*v, rep);
                }
            }
        }
        Ok(())
    }

    fn scalar_inst(&mut self, op: &Op, inst: &Inst) -> Result<Option<Value>> {
        let x: Vec<Value> = inst.args.iter().map(|v| self.val(*v)).collect();
        let e = inst.args.first().map_or(Elem::I64, |v| self.func.ty(*v).elem);
        Ok(Some(match op {
            Op::Const { ty, bits } => self.constant1(ty.elem, *bits),
            Op::Bin(op) => self.bin1(*op, e, x[0], x[1]),
            Op::Un(op) => self.un1(*op, e, x[0]),
            Op::Fma => self.b.ins().fma(x[0], x[1], x[2]),
            Op::Icmp(cmp) => self.b.ins().icmp(super::scalar::int_cc(*cmp), x[0], x[1]),
            Op::Fcmp(cmp) => self.b.ins().fcmp(super::scalar::float_cc(*cmp), x[0], x[1]),
            Op::Select => self.b.ins().select(x[0], x[1], x[2]),
            Op::Cast { cast, ty } => self.cast1(*cast, e, ty.elem, x[0]),
            Op::Load { ty, at } => self.load1(ty.elem, x[0], at),
            Op::Store { at } => {
                let bytes = self.func.ty(inst.args[1]).elem.bytes();
                self.b.ins().store(flags(at, bytes), x[1], x[0], at.offset);
                return Ok(None);
            }
            Op::PtrAdd => self.b.ins().iadd(x[0], x[1]),
            Op::StackAlloc { bytes, align } => {
                let slot = self.slot(*bytes, *align);
                self.b.ins().stack_addr(ct::I64, slot, 0)
            }
            Op::CtxPtr => self.ctx,
            Op::Data(bytes) => {
                let at = self.cx.data(bytes, self.b.func);
                self.b.ins().symbol_value(ct::I64, at)
            }
            Op::FuncAddr(func) => {
                let f = self.cx.ours(*func, self.b.func);
                self.b.ins().func_addr(ct::I64, f)
            }
            Op::Math(f) => self.math1(*f, e, &x)?,
            op => return Err(failed(format!("no translation of {op:?}"))),
        }))
    }

    pub(crate) fn constant1(&mut self, elem: Elem, bits: u64) -> Value {
        match elem {
            Elem::F32 => self.b.ins().f32const(ir::immediates::Ieee32::with_bits(bits as u32)),
            Elem::F64 => self.b.ins().f64const(ir::immediates::Ieee64::with_bits(bits)),
            e => self.iconst(e, bits as i64),
        }
    }
}
