//! Builds functions: types every instruction, folds constants, and shares equal pure instructions in scope.
//!
//! The builder is a stack of open blocks. Each has its own table of the pure instructions seen in it; a lookup goes
//! from the innermost block outwards, so what is found dominates. Control flow comes in two styles over the same stack:
//! `begin_for` .. `end_for` and closures (`for_loop`, `if_else`, `while_loop`).
//!
//! Folding computes with `eval`. It leaves alone what would make a NaN (its payload is the machine's business) and calls
//! of the C library. Algebraic identities are used where they hold for every operand: x + 0, x * 1, x & 0, a select of
//! equal arms or of a known condition; for floats none.
//!
//! An ill-typed use is an error in the compiler, not in the user's program: it panics with the operation in question.

use super::inst::*;
use super::ranges::Range;
use super::typing::result_types;
use super::{eval, types::*};
use quipu_abi::ErrorKind;
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};
use std::sync::Arc;

/// What kind of block is open, with what is needed to close it.
enum Frame {
    Body,
    Then { cond: Val },
    Else { cond: Val, then: Block },
    For { attrs: ForAttrs, args: Vec<Val> },
    Cond { args: Vec<Val> },
    While { args: Vec<Val>, cond: Block },
}

struct Open {
    frame: Frame,
    params: Vec<Val>,
    insts: Vec<Inst>,
    /// Set by `fail`; what comes after it in the block is dropped.
    end: Option<End>,
    seen: HashMap<(Op, Vec<Val>), Vec<Val>>,
    /// What memory holds, as far as nothing was written or called since it was read.
    loads: HashMap<(Val, Type, Access), Val>,
    /// Conditions under which the function would have failed before.
    excluded: HashSet<Val>,
}

/// Builds one function. `finish` gives it back, for `Module::add` or `Module::define`.
pub struct FuncBuilder {
    func: Func,
    stack: Vec<Open>,
    /// The constants, by value.
    consts: HashMap<Val, u64>,
    data: HashSet<Val>,
    /// Between which bounds integers lie (see `ranges`).
    pub(super) ranges: HashMap<Val, Range>,
}

impl FuncBuilder {
    pub fn new(name: &str, params: &[Type], results: &[Type]) -> FuncBuilder {
        let vals: Vec<Val> = (0..params.len() as u32).map(Val).collect();
        let func = Func {
            name: name.to_string(),
            params: params.to_vec(),
            results: results.to_vec(),
            exported: true,
            inline: Inline::Auto,
            fast_math: FastMath::NONE,
            types: params.to_vec(),
            body: Block { params: vals.clone(), insts: vec![], end: End::Reraise },
        };
        let mut b = FuncBuilder {
            func,
            stack: vec![],
            consts: HashMap::default(),
            data: HashSet::default(),
            ranges: HashMap::default(),
        };
        b.open(Frame::Body, vals);
        b
    }

    /// Name, `exported`, `inline` and `fast_math` may be set while building.
    pub fn func_mut(&mut self) -> &mut Func {
        &mut self.func
    }

    pub fn param(&self, i: usize) -> Val {
        Val(i as u32)
    }

    pub fn params(&self) -> Vec<Val> {
        (0..self.func.params.len() as u32).map(Val).collect()
    }

    pub fn ty(&self, v: Val) -> Type {
        self.func.ty(v)
    }

    /// The bits of a value that is a constant (the lane's, for a vector).
    pub fn as_const(&self, v: Val) -> Option<u64> {
        self.consts.get(&v).copied()
    }

    pub fn as_const_i64(&self, v: Val) -> Option<i64> {
        if self.ty(v) == Type::I64 { self.as_const(v).map(|x| x as i64) } else { None }
    }

    fn open(&mut self, frame: Frame, params: Vec<Val>) {
        if !matches!(frame, Frame::Then { .. } | Frame::Else { .. }) {
            // A trip may come after what a later part of the loop writes.
            self.forget_loads();
        }
        self.stack.push(Open {
            frame,
            params,
            insts: vec![],
            end: None,
            seen: HashMap::default(),
            loads: HashMap::default(),
            excluded: HashSet::default(),
        });
    }

    fn top(&mut self) -> &mut Open {
        self.stack.last_mut().expect("the body stays open until `finish`")
    }

    fn close(&mut self, end: End) -> (Frame, Block) {
        let open = self.stack.pop().expect("blocks are closed as often as opened");
        let end = open.end.unwrap_or(end);
        (open.frame, Block { params: open.params, insts: open.insts, end })
    }

    fn new_vals(&mut self, tys: &[Type]) -> Vec<Val> {
        tys.iter().map(|t| self.func.new_val(*t)).collect()
    }

    fn types_of(&self, vals: &[Val]) -> Vec<Type> {
        vals.iter().map(|v| self.ty(*v)).collect()
    }

    fn push(&mut self, op: Op, args: Vec<Val>, results: Vec<Val>, blocks: Vec<Block>) {
        let top = self.top();
        // Behind a `fail` nothing is reached; the values exist so that the caller can go on.
        if top.end.is_none() {
            top.insts.push(Inst { op, args, results, blocks });
        }
    }

    /// Has the open block ended in `fail`?
    pub fn is_ended(&self) -> bool {
        self.stack.last().is_some_and(|open| open.end.is_some())
    }

    /// Any operation without blocks; the typed methods below are shorter.
    pub fn emit(&mut self, op: Op, args: &[Val]) -> Vec<Val> {
        let mut args = args.to_vec();
        if let Some(v) = self.simplify(&op, &args).or_else(|| self.decided(&op, &args)) {
            return vec![v];
        }
        // One order for commutative operands finds more equal instructions; constants go last.
        if matches!(&op, Op::Bin(b) if b.is_commutative()) {
            let key = |b: &FuncBuilder, v: Val| (b.consts.contains_key(&v), v);
            if key(self, args[0]) > key(self, args[1]) {
                args.swap(0, 1);
            }
        }
        if op.is_pure() {
            let key = (op, args);
            if let Some(found) = self.stack.iter().rev().find_map(|open| open.seen.get(&key)) {
                return found.clone();
            }
            let results = self.emit_new(key.0.clone(), key.1.clone());
            match key.0 {
                Op::Const { bits, .. } => _ = self.consts.insert(results[0], bits),
                _ => self.assume_result(&key.0, &key.1, &results),
            }
            self.top().seen.insert(key, results.clone());
            return results;
        }
        match op {
            Op::Load { ty, at } => {
                let key = (args[0], ty, at);
                if let Some(v) = self.stack.iter().rev().find_map(|open| open.loads.get(&key)) {
                    return vec![*v];
                }
                let results = self.emit_new(op, args);
                self.top().loads.insert(key, results[0]);
                return results;
            }
            Op::Store { .. } | Op::MaskedStore { .. } | Op::Scatter { .. } => self.forget_loads(),
            Op::Call { .. } | Op::CallRuntime { .. } => self.forget_loads(),
            _ => {}
        }
        self.emit_new(op, args)
    }

    fn forget_loads(&mut self) {
        self.stack.iter_mut().for_each(|open| open.loads.clear());
    }

    fn emit_new(&mut self, op: Op, args: Vec<Val>) -> Vec<Val> {
        let tys = self.types_of(&args);
        let tys = match result_types(&op, &tys, |_| None) {
            Ok(tys) => tys,
            Err(why) => panic!("loop IR of {}: {op:?} of {tys:?}: {why}", self.func.name),
        };
        let results = self.new_vals(&tys);
        self.push(op, args, results.clone(), vec![]);
        results
    }

    fn emit1(&mut self, op: Op, args: &[Val]) -> Val {
        self.emit(op, args)[0]
    }

    // ---- constants ----

    /// A constant of any type from a lane's bits.
    pub fn constant(&mut self, ty: Type, bits: u64) -> Val {
        self.emit1(Op::Const { ty, bits: bits & ty.elem.mask() }, &[])
    }

    pub fn i64(&mut self, x: i64) -> Val {
        self.constant(Type::I64, x as u64)
    }

    pub fn i32(&mut self, x: i32) -> Val {
        self.constant(Type::I32, x as u32 as u64)
    }

    pub fn i1(&mut self, x: bool) -> Val {
        self.constant(Type::I1, u64::from(x))
    }

    pub fn f64(&mut self, x: f64) -> Val {
        self.constant(Type::F64, x.to_bits())
    }

    pub fn f32(&mut self, x: f32) -> Val {
        self.constant(Type::F32, u64::from(x.to_bits()))
    }

    /// An integer constant of any integer type (or pointer), truncated to it.
    pub fn int(&mut self, ty: Type, x: i64) -> Val {
        self.constant(ty, x as u64)
    }

    /// A float constant of either width, in every lane.
    pub fn float(&mut self, ty: Type, x: f64) -> Val {
        let bits = if ty.elem == Elem::F32 { u64::from((x as f32).to_bits()) } else { x.to_bits() };
        self.constant(ty, bits)
    }

    pub fn null(&mut self) -> Val {
        self.constant(Type::PTR, 0)
    }

    pub fn iota(&mut self, ty: Type) -> Val {
        self.emit1(Op::Iota(ty), &[])
    }

    // ---- arithmetic ----

    pub fn bin(&mut self, op: BinOp, x: Val, y: Val) -> Val {
        self.emit1(Op::Bin(op), &[x, y])
    }

    pub fn un(&mut self, op: UnOp, x: Val) -> Val {
        self.emit1(Op::Un(op), &[x])
    }

    pub fn add(&mut self, x: Val, y: Val) -> Val {
        self.bin(BinOp::Add, x, y)
    }

    pub fn sub(&mut self, x: Val, y: Val) -> Val {
        self.bin(BinOp::Sub, x, y)
    }

    pub fn mul(&mut self, x: Val, y: Val) -> Val {
        self.bin(BinOp::Mul, x, y)
    }

    pub fn and(&mut self, x: Val, y: Val) -> Val {
        self.bin(BinOp::And, x, y)
    }

    pub fn or(&mut self, x: Val, y: Val) -> Val {
        self.bin(BinOp::Or, x, y)
    }

    pub fn xor(&mut self, x: Val, y: Val) -> Val {
        self.bin(BinOp::Xor, x, y)
    }

    pub fn not(&mut self, x: Val) -> Val {
        self.un(UnOp::Not, x)
    }

    pub fn fadd(&mut self, x: Val, y: Val) -> Val {
        self.bin(BinOp::FAdd, x, y)
    }

    pub fn fsub(&mut self, x: Val, y: Val) -> Val {
        self.bin(BinOp::FSub, x, y)
    }

    pub fn fmul(&mut self, x: Val, y: Val) -> Val {
        self.bin(BinOp::FMul, x, y)
    }

    pub fn fdiv(&mut self, x: Val, y: Val) -> Val {
        self.bin(BinOp::FDiv, x, y)
    }

    pub fn fma(&mut self, x: Val, y: Val, z: Val) -> Val {
        self.emit1(Op::Fma, &[x, y, z])
    }

    pub fn math(&mut self, f: MathFn, args: &[Val]) -> Val {
        self.emit1(Op::Math(f), args)
    }

    pub fn icmp(&mut self, cmp: IntCmp, x: Val, y: Val) -> Val {
        self.emit1(Op::Icmp(cmp), &[x, y])
    }

    pub fn fcmp(&mut self, cmp: FloatCmp, x: Val, y: Val) -> Val {
        self.emit1(Op::Fcmp(cmp), &[x, y])
    }

    pub fn select(&mut self, cond: Val, x: Val, y: Val) -> Val {
        self.emit1(Op::Select, &[cond, x, y])
    }

    /// The wrapped result, and an i1 that tells of overflow.
    pub fn overflow(&mut self, op: OvOp, x: Val, y: Val) -> (Val, Val) {
        let ty = self.ty(x);
        if let (Some(a), Some(b)) = (self.as_const(x), self.as_const(y)) {
            let (r, o) = eval::overflow(op, ty.elem, a, b);
            return (self.constant(ty, r), self.i1(o));
        }
        if let Some(r) = self.never_overflows(op, x, y) {
            return (r, self.i1(false));
        }
        let r = self.emit(Op::Overflow(op), &[x, y]);
        (r[0], r[1])
    }

    pub fn muladdmod(&mut self, x: Val, y: Val, z: Val, m: Val) -> Val {
        self.emit1(Op::MulAddMod, &[x, y, z, m])
    }

    pub fn cast(&mut self, cast: Cast, x: Val, ty: Type) -> Val {
        self.emit1(Op::Cast { cast, ty }, &[x])
    }

    pub fn bitcast(&mut self, x: Val, ty: Type) -> Val {
        if self.ty(x) == ty { x } else { self.cast(Cast::Bitcast, x, ty) }
    }

    /// Any integer to any integer: truncated, or widened by sign or by zeros.
    pub fn int_cast(&mut self, x: Val, ty: Type, signed: bool) -> Val {
        let (from, to) = (self.ty(x).elem.bits(), ty.elem.bits());
        match from.cmp(&to) {
            std::cmp::Ordering::Equal => x,
            std::cmp::Ordering::Greater => self.cast(Cast::Trunc, x, ty),
            std::cmp::Ordering::Less => self.cast(if signed { Cast::Sext } else { Cast::Zext }, x, ty),
        }
    }

    // ---- memory ----

    pub fn load(&mut self, ty: Type, ptr: Val, at: Access) -> Val {
        self.emit1(Op::Load { ty, at }, &[ptr])
    }

    pub fn store(&mut self, val: Val, ptr: Val, at: Access) {
        self.emit(Op::Store { at }, &[ptr, val]);
    }

    pub fn masked_load(&mut self, ty: Type, ptr: Val, mask: Val, other: Val, at: Access) -> Val {
        self.emit1(Op::MaskedLoad { ty, at }, &[ptr, mask, other])
    }

    pub fn masked_store(&mut self, val: Val, ptr: Val, mask: Val, at: Access) {
        self.emit(Op::MaskedStore { at }, &[ptr, val, mask]);
    }

    pub fn gather(&mut self, ty: Type, ptr: Val, offsets: Val, mask: Val, other: Val, at: Access) -> Val {
        self.emit1(Op::Gather { ty, at }, &[ptr, offsets, mask, other])
    }

    pub fn scatter(&mut self, val: Val, ptr: Val, offsets: Val, mask: Val, at: Access) {
        self.emit(Op::Scatter { at }, &[ptr, offsets, val, mask]);
    }

    pub fn ptr_add(&mut self, ptr: Val, bytes: Val) -> Val {
        self.emit1(Op::PtrAdd, &[ptr, bytes])
    }

    /// `ptr + idx * stride`, strides in bytes.
    pub fn ptr_at(&mut self, ptr: Val, idx: Val, stride: Val) -> Val {
        let bytes = self.mul(idx, stride);
        self.ptr_add(ptr, bytes)
    }

    /// `ptr + idx * size`.
    pub fn elem_ptr(&mut self, ptr: Val, idx: Val, size: u32) -> Val {
        let size = self.i64(i64::from(size));
        self.ptr_at(ptr, idx, size)
    }

    pub fn stack_alloc(&mut self, bytes: u32, align: u32) -> Val {
        self.emit1(Op::StackAlloc { bytes, align }, &[])
    }

    pub fn data(&mut self, bytes: &[u8]) -> Val {
        let v = self.emit1(Op::Data(bytes.into()), &[]);
        self.data.insert(v);
        v
    }

    /// Is the pointer known to be one to data?
    pub fn is_data(&self, v: Val) -> bool {
        self.data.contains(&v)
    }

    pub fn ctx_ptr(&mut self) -> Val {
        self.emit1(Op::CtxPtr, &[])
    }

    pub fn func_addr(&mut self, func: FuncId) -> Val {
        self.emit1(Op::FuncAddr(func), &[])
    }

    // ---- vectors ----

    pub fn splat(&mut self, x: Val, lanes: u16) -> Val {
        if lanes == 1 { x } else { self.emit1(Op::Splat { lanes }, &[x]) }
    }

    pub fn extract(&mut self, x: Val, lane: u16) -> Val {
        self.emit1(Op::Extract { lane }, &[x])
    }

    pub fn insert(&mut self, x: Val, y: Val, lane: u16) -> Val {
        self.emit1(Op::Insert { lane }, &[x, y])
    }

    pub fn shuffle(&mut self, x: Val, y: Val, lanes: &[u16]) -> Val {
        self.emit1(Op::Shuffle { lanes: lanes.to_vec() }, &[x, y])
    }

    pub fn any(&mut self, x: Val) -> Val {
        self.emit1(Op::Any, &[x])
    }

    pub fn all(&mut self, x: Val) -> Val {
        self.emit1(Op::All, &[x])
    }

    pub fn bitmask(&mut self, x: Val) -> Val {
        self.emit1(Op::Bitmask, &[x])
    }

    /// The mask of a loop's tail: lane i is set where `idx + i < end`, signed (`idx + lanes` must not overflow).
    pub fn tail_mask(&mut self, idx: Val, end: Val, lanes: u16) -> Val {
        let left = self.sub(end, idx);
        let left = self.splat(left, lanes);
        let iota = self.iota(Type::vec(Elem::I64, lanes));
        self.icmp(IntCmp::Slt, iota, left)
    }

    /// Reduces a vector by halves: lane i with lane i + W/2, and so on.
    pub fn reduce(&mut self, op: BinOp, x: Val) -> Val {
        let (mut x, mut lanes) = (x, self.ty(x).lanes);
        while lanes > 2 {
            let half = lanes / 2;
            let low = self.shuffle(x, x, &(0..half).collect::<Vec<_>>());
            let high = self.shuffle(x, x, &(half..lanes).collect::<Vec<_>>());
            (x, lanes) = (self.bin(op, low, high), half);
        }
        let (a, b) = (self.extract(x, 0), self.extract(x, 1));
        self.bin(op, a, b)
    }

    // ---- calls and errors ----

    /// Calls a function of the module; a failure fails this one.
    pub fn call(&mut self, func: FuncId, results: &[Type], args: &[Val]) -> Vec<Val> {
        self.emit(Op::Call { func, results: results.to_vec(), catch: false }, args)
    }

    /// Calls a function of the module; gives an i1 that tells of failure, and the results.
    pub fn call_catch(&mut self, func: FuncId, results: &[Type], args: &[Val]) -> (Val, Vec<Val>) {
        let mut r = self.emit(Op::Call { func, results: results.to_vec(), catch: true }, args);
        (r.remove(0), r)
    }

    pub fn call_runtime(&mut self, ext: &Arc<Extern>, args: &[Val]) -> Vec<Val> {
        self.emit(Op::CallRuntime { ext: ext.clone(), catch: false, site: None }, args)
    }

    /// What fails there fails at this site.
    pub fn call_runtime_at(&mut self, ext: &Arc<Extern>, site: SiteId, args: &[Val]) -> Vec<Val> {
        self.emit(Op::CallRuntime { ext: ext.clone(), catch: false, site: Some(site) }, args)
    }

    pub fn call_runtime_catch(&mut self, ext: &Arc<Extern>, args: &[Val]) -> (Val, Vec<Val>) {
        let mut r = self.emit(Op::CallRuntime { ext: ext.clone(), catch: true, site: None }, args);
        (r.remove(0), r)
    }

    pub fn fail_if(&mut self, cond: Val, kind: ErrorKind, site: SiteId, operands: &[Val]) {
        match self.as_const(cond) {
            Some(0) => {}
            Some(_) => self.fail(kind, site, operands),
            None if self.stack.iter().any(|open| open.excluded.contains(&cond)) => {}
            None => {
                self.top().excluded.insert(cond);
                let mut args = vec![cond];
                args.extend_from_slice(operands);
                self.emit(Op::FailIf { kind, site }, &args);
            }
        }
    }

    /// Ends the open block; what is built in it afterwards is dropped.
    pub fn fail(&mut self, kind: ErrorKind, site: SiteId, operands: &[Val]) {
        assert!(operands.len() <= 4 && operands.iter().all(|v| self.ty(*v) == Type::I64), "fail takes up to four i64");
        self.end_with(End::Fail { kind, site, operands: operands.to_vec() });
    }

    /// Ends the open block by failing with the error that ctx holds.
    pub fn reraise(&mut self) {
        self.end_with(End::Reraise);
    }

    fn end_with(&mut self, end: End) {
        let top = self.top();
        top.end.get_or_insert(end);
    }

    pub fn poll(&mut self, site: SiteId) {
        self.emit(Op::Poll { site }, &[]);
    }

    pub fn stack_check(&mut self, site: SiteId) {
        self.emit(Op::StackCheck { site }, &[]);
    }

    // ---- structure, begin and end ----

    pub fn begin_if(&mut self, cond: Val) {
        assert_eq!(self.ty(cond), Type::I1, "the condition of an if is an i1");
        self.open(Frame::Then { cond }, vec![]);
    }

    /// Ends the first block of an `if` with its values and begins the other.
    pub fn begin_else(&mut self, yields: &[Val]) {
        let (frame, then) = self.close(End::Yield(yields.to_vec()));
        let Frame::Then { cond } = frame else { panic!("begin_else outside of an if") };
        self.open(Frame::Else { cond, then }, vec![]);
    }

    /// Ends the `if`; both blocks must agree in types, unless one fails.
    pub fn end_if(&mut self, yields: &[Val]) -> Vec<Val> {
        let (frame, other) = self.close(End::Yield(yields.to_vec()));
        let Frame::Else { cond, then } = frame else { panic!("end_if without begin_else") };
        if let Some(taken) = self.as_const(cond) {
            return self.splice(if taken != 0 { then } else { other }, yields);
        }
        let tys = match (&then.end, &other.end) {
            (End::Yield(a), End::Yield(b)) => {
                assert_eq!(self.types_of(a), self.types_of(b), "the blocks of an if yield different types");
                self.types_of(a)
            }
            (End::Yield(a), _) => self.types_of(a),
            (_, End::Yield(b)) => self.types_of(b),
            _ => self.types_of(yields),
        };
        let both_end = !matches!(then.end, End::Yield(_)) && !matches!(other.end, End::Yield(_));
        let results = self.new_vals(&tys);
        for (k, v) in results.iter().enumerate() {
            match (&then.end, &other.end) {
                (End::Yield(a), End::Yield(b)) => self.assume_either(*v, a[k], b[k]),
                (End::Yield(a), _) | (_, End::Yield(a)) => self.assume_either(*v, a[k], a[k]),
                _ => {}
            }
        }
        let listed = if both_end { vec![] } else { results.clone() };
        self.push(Op::If, vec![cond], listed, vec![then, other]);
        if both_end {
            // Nothing comes back from either block, so what follows is never reached.
            self.end_with(End::Reraise);
        }
        results
    }

    /// Puts what a block does here, in place of an `if` that always takes it.
    fn splice(&mut self, block: Block, yields: &[Val]) -> Vec<Val> {
        if self.is_ended() {
            return yields.to_vec();
        }
        self.top().insts.extend(block.insts);
        match block.end {
            End::Yield(vals) => vals,
            end => {
                self.end_with(end);
                yields.to_vec()
            }
        }
    }

    /// Begins a loop; gives the induction variable and the carried values of an iteration.
    pub fn begin_for(&mut self, lo: Val, hi: Val, attrs: ForAttrs, carried: &[Val]) -> (Val, Vec<Val>) {
        assert!(self.ty(lo) == Type::I64 && self.ty(hi) == Type::I64 && attrs.step != 0, "bounds are i64, steps not 0");
        let mut args = vec![lo, hi];
        args.extend_from_slice(carried);
        let mut tys = vec![Type::I64];
        tys.extend(self.types_of(carried));
        let params = self.new_vals(&tys);
        self.assume_index(params[0], lo, hi, attrs.step);
        self.open(Frame::For { attrs, args }, params.clone());
        (params[0], params[1..].to_vec())
    }

    /// Ends a loop without `stop`; gives the carried values after it.
    pub fn end_for(&mut self, yields: &[Val]) -> Vec<Val> {
        self.finish_for(yields.to_vec(), false)
    }

    /// Ends a loop with `stop`; gives the carried values after it and the iterations done.
    pub fn end_for_stop(&mut self, stop: Val, yields: &[Val]) -> (Vec<Val>, Val) {
        let mut all = vec![stop];
        all.extend_from_slice(yields);
        let mut results = self.finish_for(all, true);
        let trips = results.pop().expect("a loop with `stop` counts its iterations");
        (results, trips)
    }

    fn finish_for(&mut self, yields: Vec<Val>, stop: bool) -> Vec<Val> {
        let yielded = self.types_of(&yields);
        let (frame, body) = self.close(End::Yield(yields));
        let Frame::For { mut attrs, args } = frame else { panic!("end_for outside of a for") };
        attrs.stop = stop;
        let carried = self.types_of(&args[2..]);
        let mut want = carried.clone();
        if stop {
            want.insert(0, Type::I1);
        }
        assert!(!matches!(body.end, End::Yield(_)) || yielded == want, "a for yields {yielded:?}, carries {want:?}");
        let mut tys = carried;
        if stop {
            tys.push(Type::I64);
        }
        let results = self.new_vals(&tys);
        self.push(Op::For(attrs), args, results.clone(), vec![body]);
        results
    }

    /// Begins the condition of a `while`; gives the carried values.
    pub fn begin_while(&mut self, carried: &[Val]) -> Vec<Val> {
        let tys = self.types_of(carried);
        let params = self.new_vals(&tys);
        self.open(Frame::Cond { args: carried.to_vec() }, params.clone());
        params
    }

    /// Ends the condition and begins the body; `passed` are the values that the body sees, and that are the results.
    pub fn begin_while_body(&mut self, cond: Val, passed: &[Val]) -> Vec<Val> {
        assert_eq!(self.ty(cond), Type::I1, "the condition of a while is an i1");
        let tys = self.types_of(passed);
        let mut yields = vec![cond];
        yields.extend_from_slice(passed);
        let (frame, cond) = self.close(End::Yield(yields));
        let Frame::Cond { args } = frame else { panic!("begin_while_body without begin_while") };
        let params = self.new_vals(&tys);
        self.open(Frame::While { args, cond }, params.clone());
        params
    }

    pub fn end_while(&mut self, yields: &[Val]) -> Vec<Val> {
        let yielded = self.types_of(yields);
        let (frame, body) = self.close(End::Yield(yields.to_vec()));
        let Frame::While { args, cond } = frame else { panic!("end_while without begin_while_body") };
        assert!(
            !matches!(body.end, End::Yield(_)) || yielded == self.types_of(&args),
            "a while yields what it does not carry"
        );
        let tys = self.types_of(&body.params);
        let results = self.new_vals(&tys);
        self.push(Op::While, args, results.clone(), vec![cond, body]);
        results
    }

    // ---- structure, closures ----

    pub fn if_else(
        &mut self,
        cond: Val,
        then: impl FnOnce(&mut Self) -> Vec<Val>,
        other: impl FnOnce(&mut Self) -> Vec<Val>,
    ) -> Vec<Val> {
        self.begin_if(cond);
        let yields = then(self);
        self.begin_else(&yields);
        let yields = other(self);
        self.end_if(&yields)
    }

    pub fn if_then(&mut self, cond: Val, then: impl FnOnce(&mut Self)) {
        self.begin_if(cond);
        then(self);
        self.begin_else(&[]);
        self.end_if(&[]);
    }

    /// `body(b, i, carried)` gives the next carried values.
    pub fn for_loop(
        &mut self,
        lo: Val,
        hi: Val,
        attrs: ForAttrs,
        carried: &[Val],
        body: impl FnOnce(&mut Self, Val, &[Val]) -> Vec<Val>,
    ) -> Vec<Val> {
        let (iv, params) = self.begin_for(lo, hi, attrs, carried);
        let yields = body(self, iv, &params);
        self.end_for(&yields)
    }

    /// `cond(b, carried)` gives the condition; `body(b, carried)` the next carried values.
    pub fn while_loop(
        &mut self,
        carried: &[Val],
        cond: impl FnOnce(&mut Self, &[Val]) -> Val,
        body: impl FnOnce(&mut Self, &[Val]) -> Vec<Val>,
    ) -> Vec<Val> {
        let params = self.begin_while(carried);
        let c = cond(self, &params);
        let params = self.begin_while_body(c, &params);
        let yields = body(self, &params);
        self.end_while(&yields)
    }

    /// Ends the function.
    pub fn finish(mut self, results: &[Val]) -> Func {
        let tys = self.types_of(results);
        let (frame, body) = self.close(End::Return(results.to_vec()));
        assert!(matches!(frame, Frame::Body) && self.stack.is_empty(), "a block of {} is still open", self.func.name);
        assert!(
            !matches!(body.end, End::Return(_)) || tys == self.func.results,
            "{} returns {tys:?}, declares {:?}",
            self.func.name,
            self.func.results
        );
        self.func.body = body;
        self.func
    }
}
