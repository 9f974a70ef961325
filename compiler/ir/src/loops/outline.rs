//! Turns loops run by threads into functions that the runtime calls on chunks of the iterations.
//!
//! ```text
//! for %lo, %hi [step=s, threads=c] (%i: i64) { body using %a, %b }
//! ```
//! becomes a record on the stack, of lo, the trip count, the size of a chunk and the captured values, and
//! ```text
//! runtime parallel_for N (ptr, ptr, i64) -> () fallible @f.par0, %record, chunks
//! func @f.par0(%record: ptr, %chunk: i64) -> () {
//!     for chunk * size .. min(chunk * size + size, trips) (%k: i64) { %i = lo + k * s; body }
//! }
//! ```
//! so what a chunk is depends on the trip count alone. Constants and the context are not captured but made anew: the
//! first so that the body is optimized for them, the second because a thread has its own. Inner loops go first.

use super::builder::FuncBuilder;
use super::inst::*;
use super::types::*;
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};
use std::sync::Arc;

/// `i32 parallel_for(ctx, body, record, chunks)` of the runtime calls `i32 body(ctx, record, chunk)` for the chunks 0 to
/// `chunks`; of several failures that of the smallest chunk counts.
pub fn parallel_for(index: u32) -> Extern {
    let params = vec![Type::PTR, Type::PTR, Type::I64];
    Extern { name: "parallel_for".to_string(), index, params, results: vec![], fallible: true }
}

fn empty_block() -> Block {
    Block { params: vec![], insts: vec![], end: End::Reraise }
}

/// Outlines every loop run by threads.
pub fn outline_threads(module: &mut Module) {
    let mut i = 0;
    while i < module.funcs.len() {
        let mut n = 0;
        loop {
            let mut func = module.funcs[i].clone();
            let mut remade = HashMap::default();
            remakable(&func.body, &mut remade);
            let mut body = std::mem::replace(&mut func.body, empty_block());
            let made = outline_one(module, &mut func, &mut body, &remade, n);
            if !made {
                break;
            }
            func.body = body;
            module.funcs[i] = func;
            n += 1;
        }
        i += 1;
    }
}

/// Values that are cheaper made again than carried along.
pub(super) fn remakable(block: &Block, out: &mut HashMap<Val, Op>) {
    for inst in &block.insts {
        if matches!(inst.op, Op::Const { .. } | Op::Iota(_) | Op::Data(_) | Op::CtxPtr | Op::FuncAddr(_)) {
            out.insert(inst.results[0], inst.op.clone());
        }
        inst.blocks.iter().for_each(|b| remakable(b, out));
    }
}

/// Outlines the first innermost such loop of a block; false if there is none.
fn outline_one(module: &mut Module, func: &mut Func, block: &mut Block, remade: &HashMap<Val, Op>, n: usize) -> bool {
    for at in 0..block.insts.len() {
        for b in 0..block.insts[at].blocks.len() {
            let mut inner = std::mem::replace(&mut block.insts[at].blocks[b], empty_block());
            let made = outline_one(module, func, &mut inner, remade, n);
            block.insts[at].blocks[b] = inner;
            if made {
                return true;
            }
        }
        if let Op::For(attrs @ ForAttrs { parallel: Parallel::Threads { chunks, grain }, .. }) = block.insts[at].op {
            let call = outline_loop(module, func, &block.insts[at], &attrs, (chunks, grain), remade, n);
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
    walk(block, &mut HashSet::default(), &mut out);
    out
}

/// Where the record has lo, the trip count, the size of a chunk, and the captured values from `CAPTURED` on.
const LO: i32 = 0;
const TRIPS: i32 = 8;
const SIZE: i32 = 16;
const CAPTURED: u32 = 24;

/// The instructions that replace the loop; the new function is added to the module.
fn outline_loop(
    module: &mut Module,
    func: &mut Func,
    inst: &Inst,
    attrs: &ForAttrs,
    (chunks, grain): (u32, u32),
    remade: &HashMap<Val, Op>,
    n: usize,
) -> Vec<Inst> {
    let body = &inst.blocks[0];
    let (again, captured): (Vec<Val>, Vec<Val>) = captures(body).into_iter().partition(|v| remade.contains_key(v));
    let mut places = vec![];
    let mut bytes = CAPTURED;
    for v in &captured {
        let ty = func.ty(*v);
        bytes = bytes.next_multiple_of(ty.bytes().clamp(1, 64));
        places.push(Access::of(ty).offset(bytes as i32));
        bytes += ty.bytes();
    }

    // The body as a function. Its values are the loop's, behind those of the frame: numbers are shifted by a constant.
    let mut b = FuncBuilder::new(&format!("{}.par{n}", func.name), &[Type::PTR, Type::I64], &[]);
    b.func_mut().exported = false;
    b.func_mut().inline = Inline::Never;
    b.func_mut().fast_math = func.fast_math;
    let (record, chunk) = (b.param(0), b.param(1));
    let mut names: HashMap<Val, Val> = HashMap::default();
    for (v, at) in captured.iter().zip(&places) {
        names.insert(*v, b.load(func.ty(*v), record, *at));
    }
    for v in again {
        names.insert(v, b.emit(remade[&v].clone(), &[])[0]);
    }
    let word = |b: &mut FuncBuilder, offset: i32| b.load(Type::I64, record, Access::of(Type::I64).offset(offset));
    let (lo, trips, size) = (word(&mut b, LO), word(&mut b, TRIPS), word(&mut b, SIZE));
    let from = b.mul(chunk, size);
    let from = b.bin(BinOp::UMin, from, trips);
    let left = b.sub(trips, from);
    let some = b.bin(BinOp::UMin, size, left);
    let zero = b.i64(0);
    let inner = ForAttrs { step: 1, parallel: Parallel::Independent, ..*attrs };
    let (k, _) = b.begin_for(zero, some, inner, &[]);
    let k = b.add(from, k);
    let step = b.i64(attrs.step);
    let distance = b.mul(k, step);
    names.insert(body.params[0], b.add(lo, distance));
    b.end_for(&[]);
    let mut outlined = b.finish(&[]);
    let shift = outlined.types.len() as u32;
    outlined.types.extend(&func.types);
    let mut moved = body.clone();
    renumber(&mut moved, &|v| names.get(&v).copied().unwrap_or(Val(v.0 + shift)));
    let place = outlined
        .body
        .insts
        .iter_mut()
        .rfind(|inst| matches!(inst.op, Op::For(_)))
        .expect("the loop over the chunk was just built");
    place.blocks[0].insts.extend(moved.insts);
    place.blocks[0].end = moved.end;
    let id = module.add(outlined);

    // The call. trips = lo < hi ? (distance - 1) / |step| + 1 : 0, read as unsigned; size = ceil(trips / chunks).
    let (first, last) = (inst.args[0], inst.args[1]);
    let mut e = Emitter { func, out: vec![] };
    let record = e.emit(Op::StackAlloc { bytes, align: 64 }, &[], Type::PTR);
    let (zero, one, stride) = (e.int(0), e.int(1), e.int(attrs.step.unsigned_abs() as i64));
    let (low, high) = if attrs.step > 0 { (first, last) } else { (last, first) };
    let some = e.emit(Op::Icmp(IntCmp::Slt), &[low, high], Type::I1);
    let distance = e.bin(BinOp::Sub, high, low);
    let less = e.bin(BinOp::Sub, distance, one);
    let steps = e.bin(BinOp::UDiv, less, stride);
    let trips = e.bin(BinOp::Add, steps, one);
    let trips = e.emit(Op::Select, &[some, trips, zero], Type::I64);
    let count = e.int(i64::from(chunks));
    let mut pieces = trips;
    if grain > 1 {
        let grain = e.int(i64::from(grain));
        let (full, over) = (e.bin(BinOp::UDiv, trips, grain), e.bin(BinOp::URem, trips, grain));
        let over = e.bin(BinOp::UMin, over, one);
        pieces = e.bin(BinOp::Add, full, over);
    }
    let count = e.bin(BinOp::UMin, pieces, count);
    let rest = e.bin(BinOp::URem, trips, count);
    let size = e.bin(BinOp::UDiv, trips, count);
    let uneven = e.emit(Op::Icmp(IntCmp::Ne), &[rest, zero], Type::I1);
    let more = e.bin(BinOp::Add, size, one);
    let size = e.emit(Op::Select, &[uneven, more, size], Type::I64);
    for (v, offset) in [(first, LO), (trips, TRIPS), (size, SIZE)] {
        e.store(v, record, Access::of(Type::I64).offset(offset));
    }
    for (v, at) in captured.iter().zip(&places) {
        e.store(*v, record, *at);
    }
    let code = e.emit(Op::FuncAddr(id), &[], Type::PTR);
    let op = Op::CallRuntime { ext: Arc::new(parallel_for(module.parallel_for)), catch: false, site: None };
    e.out.push(Inst { op, args: vec![code, record, count], results: vec![], blocks: vec![] });
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

    fn bin(&mut self, op: BinOp, x: Val, y: Val) -> Val {
        self.emit(Op::Bin(op), &[x, y], Type::I64)
    }

    fn int(&mut self, x: i64) -> Val {
        self.emit(Op::Const { ty: Type::I64, bits: x as u64 }, &[], Type::I64)
    }

    fn store(&mut self, v: Val, ptr: Val, at: Access) {
        self.out.push(Inst { op: Op::Store { at }, args: vec![ptr, v], results: vec![], blocks: vec![] });
    }
}

/// Renames every value of a block.
pub(super) fn renumber(block: &mut Block, f: &dyn Fn(Val) -> Val) {
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
