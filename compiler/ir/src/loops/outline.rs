//! Turns loops run by threads into functions that the runtime calls on ranges of the iterations.
//!
//! ```text
//! for %lo, %hi [step=s, threads=c] (%i) { body using %a, %b }
//! ```
//! becomes a record of the captured values on the stack and
//! ```text
//! runtime parallel_for 0 (ptr, ptr, i64, i64, i64) -> () fallible @f.par0, %record, %lo, trips, c
//! func @f.par0(%record: ptr, %lo: i64, %from: i64, %to: i64) { for %k in from .. to: %i = lo + k * s; body }
//! ```
//! so partitions depend on the trip count alone. Inner loops go first; a nested one runs threads of its own only if the
//! runtime says so. Captured vectors are stored like scalars, 64 bytes apart at most.

use super::builder::FuncBuilder;
use super::inst::*;
use super::types::*;
use std::collections::HashSet;
use std::sync::Arc;

/// `parallel_for(ctx, body, record, lo, trips, chunks)` is entry 0 of the runtime's table. It calls
/// `i32 body(ctx, record, lo, from, to)` for ranges that cover 0 .. trips; the failure of the smallest range counts.
pub fn parallel_for() -> Extern {
    Extern {
        name: "parallel_for".to_string(),
        index: 0,
        params: vec![Type::PTR, Type::PTR, Type::I64, Type::I64, Type::I64],
        results: vec![],
        fallible: true,
    }
}

/// Outlines every loop run by threads.
pub fn outline_threads(module: &mut Module) {
    let mut i = 0;
    while i < module.funcs.len() {
        let mut n = 0;
        loop {
            let mut func = module.funcs[i].clone();
            let mut body =
                std::mem::replace(&mut func.body, Block { params: vec![], insts: vec![], end: End::Reraise });
            let made = outline_one(module, &mut func, &mut body, n);
            func.body = body;
            if !made {
                break;
            }
            module.funcs[i] = func;
            n += 1;
        }
        i += 1;
    }
}

/// Outlines the first innermost such loop of a block; false if there is none.
fn outline_one(module: &mut Module, func: &mut Func, block: &mut Block, n: usize) -> bool {
    for at in 0..block.insts.len() {
        for b in 0..block.insts[at].blocks.len() {
            let mut inner = std::mem::replace(
                &mut block.insts[at].blocks[b],
                Block { params: vec![], insts: vec![], end: End::Reraise },
            );
            let made = outline_one(module, func, &mut inner, n);
            block.insts[at].blocks[b] = inner;
            if made {
                return true;
            }
        }
        let inst = &block.insts[at];
        if let Op::For(ForAttrs { parallel: Parallel::Threads { chunks }, step, .. }) = inst.op {
            let call = outline_loop(module, func, inst, step, chunks, n);
            block.insts.splice(at..=at, call);
            return true;
        }
    }
    false
}

/// Values that a block uses and does not define, in order of first use.
pub fn captures(block: &Block) -> Vec<Val> {
    fn walk(block: &Block, defined: &mut HashSet<Val>, out: &mut Vec<Val>) {
        let mut note = |vals: &[Val], defined: &HashSet<Val>| {
            for v in vals {
                if !defined.contains(v) && !out.contains(v) {
                    out.push(*v);
                }
            }
        };
        defined.extend(&block.params);
        for inst in &block.insts {
            note(&inst.args, defined);
            defined.extend(&inst.results);
        }
        match &block.end {
            End::Yield(vals) | End::Return(vals) | End::Fail { operands: vals, .. } => note(vals, defined),
            End::Reraise => {}
        }
        for inst in &block.insts {
            for b in &inst.blocks {
                walk(b, defined, out);
            }
        }
    }
    let mut out = vec![];
    walk(block, &mut HashSet::new(), &mut out);
    out
}

/// The instructions that replace the loop; the new function is added to the module.
fn outline_loop(module: &mut Module, func: &mut Func, inst: &Inst, step: i64, chunks: u32, n: usize) -> Vec<Inst> {
    let body = &inst.blocks[0];
    let captured = captures(body);
    let mut offsets = vec![];
    let mut bytes = 0u32;
    for v in &captured {
        let size = func.ty(*v).bytes();
        bytes = bytes.next_multiple_of(size.clamp(1, 64));
        offsets.push(bytes as i32);
        bytes += size;
    }
    let access = |i: usize| {
        let ty = func.ty(captured[i]);
        Access { offset: offsets[i], align: ty.elem.bytes(), alias: AliasClass::MAY_ALIAS, nontemporal: false }
    };

    // The body as a function. Its values are the loop's, behind the parameters: numbers are shifted by a constant.
    let name = format!("{}.par{n}", func.name);
    let mut b = FuncBuilder::new(&name, &[Type::PTR, Type::I64, Type::I64, Type::I64], &[]);
    let (record, lo, from, to) = (b.param(0), b.param(1), b.param(2), b.param(3));
    let loaded: Vec<Val> = (0..captured.len()).map(|i| b.load(func.ty(captured[i]), record, access(i))).collect();
    let Op::For(attrs) = &inst.op else { unreachable!("the caller matched a for") };
    let attrs = ForAttrs { step: 1, parallel: Parallel::Independent, ..*attrs };
    let (k, _) = b.begin_for(from, to, attrs, &[]);
    let step_val = b.i64(step);
    let distance = b.mul(k, step_val);
    let iv = b.add(lo, distance);
    b.end_for(&[]);
    let mut outlined = b.finish(&[]);
    outlined.exported = false;
    outlined.inline = Inline::Never;
    outlined.fast_math = func.fast_math;
    let shift = outlined.types.len() as u32;
    outlined.types.extend(&func.types);
    let rename = |v: Val| {
        if v == body.params[0] {
            iv
        } else if let Some(i) = captured.iter().position(|c| *c == v) {
            loaded[i]
        } else {
            Val(v.0 + shift)
        }
    };
    let mut moved = body.clone();
    renumber(&mut moved, &rename);
    let place = outlined
        .body
        .insts
        .iter_mut()
        .rfind(|inst| matches!(inst.op, Op::For(_)))
        .expect("the loop over the range was just built");
    place.blocks[0].insts.extend(moved.insts);
    place.blocks[0].end = moved.end;
    let id = module.add(outlined);

    // The call: the record, the trip count, the runtime.
    let (first, last) = (inst.args[0], inst.args[1]);
    let mut e = Emitter { func, out: vec![] };
    let record = e.emit(Op::StackAlloc { bytes: bytes.max(1), align: 64 }, &[], Type::PTR);
    for (i, v) in captured.iter().enumerate() {
        let at = Access { offset: offsets[i], ..Access::of(e.func.ty(*v)) };
        e.out.push(Inst { op: Op::Store { at }, args: vec![record, *v], results: vec![], blocks: vec![] });
    }
    // trips = lo < hi ? (distance - 1) / |step| + 1 : 0
    let (zero, one, size) = (e.int(0), e.int(1), e.int(step.unsigned_abs() as i64));
    let (low, high) = if step > 0 { (first, last) } else { (last, first) };
    let some = e.emit(Op::Icmp(IntCmp::Slt), &[low, high], Type::I1);
    let distance = e.emit(Op::Bin(BinOp::Sub), &[high, low], Type::I64);
    let less = e.emit(Op::Bin(BinOp::Sub), &[distance, one], Type::I64);
    let steps = e.emit(Op::Bin(BinOp::UDiv), &[less, size], Type::I64);
    let trips = e.emit(Op::Bin(BinOp::Add), &[steps, one], Type::I64);
    let trips = e.emit(Op::Select, &[some, trips, zero], Type::I64);
    let code = e.emit(Op::FuncAddr(id), &[], Type::PTR);
    let args = vec![code, record, first, trips, e.int(i64::from(chunks))];
    let op = Op::CallRuntime { ext: Arc::new(parallel_for()), catch: false };
    e.out.push(Inst { op, args, results: vec![], blocks: vec![] });
    e.out
}

/// Makes instructions one by one, outside of a builder.
struct Emitter<'a> {
    func: &'a mut Func,
    out: Vec<Inst>,
}

impl Emitter<'_> {
    fn emit(&mut self, op: Op, args: &[Val], ty: Type) -> Val {
        let v = self.func.new_val(ty);
        self.out.push(Inst { op, args: args.to_vec(), results: vec![v], blocks: vec![] });
        v
    }

    fn int(&mut self, x: i64) -> Val {
        self.emit(Op::Const { ty: Type::I64, bits: x as u64 }, &[], Type::I64)
    }
}

/// Renames every value of a block.
fn renumber(block: &mut Block, f: &dyn Fn(Val) -> Val) {
    let all = |vals: &mut Vec<Val>| vals.iter_mut().for_each(|v| *v = f(*v));
    all(&mut block.params);
    for inst in &mut block.insts {
        all(&mut inst.args);
        all(&mut inst.results);
        for b in &mut inst.blocks {
            renumber(b, f);
        }
    }
    match &mut block.end {
        End::Yield(vals) | End::Return(vals) | End::Fail { operands: vals, .. } => all(vals),
        End::Reraise => {}
    }
}
