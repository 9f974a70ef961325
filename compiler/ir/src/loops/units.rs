//! Cuts a module into units whose code can be replaced while the program runs.
//!
//! The quick tier runs code that the good tier has yet to compile. So that a running program can move over, whatever may
//! take long is called through a table that the engine can write to:
//! ```text
//! for %lo, %hi [step=s] (%i, carried) { body using %a }
//! =>
//! store %a and the initial carried values in a record on the stack
//! while %k != trips { runtime unit3(record, lo + k * s, n) }             n = min(what is left, the unit's strip)
//! load the carried values
//!
//! func @f.unit3(%record, %from, %n) { for 0, n (%j, carried) { %i = from + j * s; body } .. store the carried values }
//! ```
//! A strip is a call: at its end the state is in the record, in one layout for both tiers, so that the next strip can
//! run the other tier's code. Strips are short enough that a loop does not wait long for its turn: one iteration where
//! there are loops or calls inside, more else; the engine lengthens them once the good code is there. A `while` runs at
//! most n times and says whether it came to its end.
//!
//! Units are the outermost loops of every function, the loops in them that hold loops in loops themselves (an outer loop
//! of few iterations would have to wait for one to end), and functions that call themselves. More units would cost more
//! in the quick tier's compile time, for what a unit captures and hands back, than they gain. [`Whole`] has the units as the good tier compiles them: loops inside are whole again.
//! The table has the unit that runs as well, so that the engine can see by looking now and then where time goes.

use super::inst::*;
use super::outline::{captures, remakable, renumber};
use super::types::*;
use quipu_abi::Ctx;
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::mem::offset_of;
use std::sync::Arc;

/// Iterations of a strip: with loops or calls inside, with calls of the runtime only, with neither.
const STRIPS: [i64; 3] = [1, 16, 1024];

/// Loops of fewer instructions, counted with their constant number of trips, are left alone.
const SMALL: u64 = 400;

/// A replaceable piece.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Unit {
    /// The function that is called through the table, in the cut module and in [`Whole::module`].
    pub name: String,
    /// The unit around it: the one it was cut out of, or from which alone its function is called (the body of a parallel loop).
    pub parent: Option<usize>,
    /// Iterations of a strip at first.
    pub strip: i64,
}

/// What one must know of a cut to run it: the units, and where in the table they stand. Unit k is called through entry
/// `code(k)`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Plan {
    pub units: Vec<Unit>,
    first: u32,
}

impl Plan {
    /// The entry of the table that holds the running unit's number plus one, or 0.
    pub fn marker(&self) -> usize {
        self.first as usize
    }

    /// The entry that holds a unit's address.
    pub fn code(&self, unit: usize) -> usize {
        self.first as usize + 1 + 2 * unit
    }

    /// The entry that holds a unit's strip.
    pub fn strip(&self, unit: usize) -> usize {
        self.code(unit) + 1
    }

    /// How long the table is.
    pub fn entries(&self) -> usize {
        self.code(self.units.len())
    }
}

/// Units as the good tier compiles them: whole, with the loops inside them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Whole {
    original: Module,
    /// A unit that is a loop, as a function; `None` for a function of the module itself.
    loops: Vec<Option<Func>>,
}

impl Whole {
    /// A module that exports these units, and holds what they call.
    pub fn module(&self, plan: &Plan, units: &[usize]) -> Module {
        let mut module = self.original.clone();
        let mut roots = vec![];
        for k in units {
            match &self.loops[*k] {
                Some(f) => roots.push(module.add(f.clone())),
                None => roots.extend(module.find(&plan.units[*k].name)),
            }
        }
        let needed = reachable(&module, &roots);
        for (i, f) in module.funcs.iter_mut().enumerate() {
            let id = FuncId(i as u32);
            f.exported = roots.contains(&id);
            if !needed.contains(&id) {
                f.body.insts.clear();
                f.body.end = End::Reraise;
            }
        }
        module
    }
}

/// A module cut into units.
#[derive(Clone, Debug)]
pub struct Cut {
    /// For the quick tier.
    pub module: Module,
    pub plan: Plan,
    pub whole: Whole,
}

/// The functions that code calls or takes the address of.
fn callees(block: &Block, out: &mut Vec<FuncId>) {
    for inst in &block.insts {
        if let Op::Call { func, .. } | Op::FuncAddr(func) = inst.op {
            out.push(func);
        }
        inst.blocks.iter().for_each(|b| callees(b, out));
    }
}

fn reachable(module: &Module, roots: &[FuncId]) -> HashSet<FuncId> {
    let mut seen = HashSet::default();
    let mut todo = roots.to_vec();
    while let Some(f) = todo.pop() {
        if seen.insert(f) {
            callees(&module.funcs[f.index()].body, &mut todo);
        }
    }
    seen
}

/// Cuts a legalized module; `first` is the first free entry of the table behind `ctx.functions`.
pub fn cut(module: &Module, first: u32) -> Cut {
    let whole = Whole { original: module.clone(), loops: vec![] };
    let mut cut = Cut { module: module.clone(), plan: Plan { units: vec![], first }, whole };
    let mut funcs = HashMap::default();
    for (i, f) in module.funcs.iter().enumerate() {
        let id = FuncId(i as u32);
        let mut called = vec![];
        callees(&f.body, &mut called);
        let recursive = reachable(module, &called).contains(&id);
        // C leaves open who widens narrow integers: the tiers need not agree on them.
        let plain = f.params.iter().chain(&f.results).all(|t| !matches!(t.elem, Elem::I8 | Elem::I16));
        if recursive && plain {
            funcs.insert(id, cut.plan.units.len());
            cut.module.funcs[i].exported = true;
            cut.plan.units.push(Unit { name: f.name.clone(), parent: None, strip: 1 });
            cut.whole.loops.push(None);
        }
    }
    let mut callers = HashMap::default();
    let mut cut_out = vec![];
    for i in 0..module.funcs.len() {
        let first = cut.plan.units.len();
        let unit = funcs.get(&FuncId(i as u32)).copied();
        let mut func = module.funcs[i].clone();
        func.exported |= unit.is_some();
        let mut body = std::mem::replace(&mut func.body, nothing());
        let stem = func.name.clone();
        Cutter { cut: &mut cut, funcs: &funcs, callers: &mut callers, stem }.function(&mut func, &mut body, 0, unit);
        func.body = body;
        cut.module.funcs[i] = func;
        cut_out.push(first..cut.plan.units.len());
    }
    for (i, units) in cut_out.into_iter().enumerate() {
        let parent = callers.get(&FuncId(i as u32)).copied().flatten();
        // Not in a ring, which functions that call one another make.
        let around = std::iter::successors(parent, |k| cut.plan.units[*k].parent);
        if around.into_iter().all(|k| !units.contains(&k)) {
            cut.plan.units[units].iter_mut().filter(|u| u.parent.is_none()).for_each(|u| u.parent = parent);
        }
    }
    cut
}

fn nothing() -> Block {
    Block { params: vec![], insts: vec![], end: End::Reraise }
}

/// The loops of one function of the module.
struct Cutter<'a> {
    cut: &'a mut Cut,
    funcs: &'a HashMap<FuncId, usize>,
    /// The one unit in which a function is called, or given away; none where there are several, or the code around.
    callers: &'a mut HashMap<FuncId, Option<usize>>,
    stem: String,
}

/// Emits instructions of a function, behind one another.
struct Emitter<'a> {
    func: &'a mut Func,
    out: Vec<Inst>,
}

impl Emitter<'_> {
    fn push(&mut self, op: Op, args: &[Val], results: Vec<Val>) {
        self.out.push(Inst { op, args: args.to_vec(), results, blocks: vec![] });
    }

    fn emit(&mut self, op: Op, args: &[Val], ty: Type) -> Val {
        let v = self.func.new_val(ty);
        self.push(op, args, vec![v]);
        v
    }

    fn bin(&mut self, op: BinOp, x: Val, y: Val) -> Val {
        self.emit(Op::Bin(op), &[x, y], Type::I64)
    }

    fn constant(&mut self, ty: Type, bits: u64) -> Val {
        self.emit(Op::Const { ty, bits }, &[], ty)
    }

    fn int(&mut self, x: i64) -> Val {
        self.constant(Type::I64, x as u64)
    }

    fn load(&mut self, ptr: Val, ty: Type, at: Access) -> Val {
        self.emit(Op::Load { ty, at }, &[ptr], ty)
    }

    fn store(&mut self, v: Val, ptr: Val, at: Access) {
        self.push(Op::Store { at }, &[ptr, v], vec![]);
    }

    fn table(&mut self) -> Val {
        let ctx = self.emit(Op::CtxPtr, &[], Type::PTR);
        self.load(ctx, Type::PTR, Access::of(Type::PTR).offset(offset_of!(Ctx, functions) as i32))
    }

    fn mark(&mut self, cut: &Cut, unit: Option<usize>) {
        let table = self.table();
        let number = self.int(unit.map_or(0, |k| k as i64 + 1));
        self.store(number, table, entry(cut.plan.marker()));
    }

    fn block(&mut self, params: Vec<Val>, yields: Vec<Val>) -> Block {
        Block { params, insts: std::mem::take(&mut self.out), end: End::Yield(yields) }
    }
}

fn entry(i: usize) -> Access {
    Access::of(Type::I64).offset(8 * i as i32)
}

/// Places of values in a unit's record.
#[derive(Default)]
struct Layout {
    bytes: u32,
}

impl Layout {
    fn place(&mut self, ty: Type) -> Access {
        let at = self.bytes.next_multiple_of(ty.bytes().clamp(1, 64));
        self.bytes = at + ty.bytes();
        Access::of(ty).offset(at as i32)
    }

    fn places(&mut self, func: &Func, vals: &[Val]) -> Vec<Access> {
        vals.iter().map(|v| self.place(func.ty(*v))).collect()
    }
}

/// A unit's function under construction, and where its record has what.
struct Parts {
    unit: Func,
    /// Values of the loop by name, as the function knows them.
    captured: Vec<(Val, Access)>,
    carried: Vec<Access>,
    /// Results of a `while`.
    passed: Vec<Access>,
    /// i1: a `for` was stopped; a `while` is not at its end.
    flag: Access,
    /// Iterations that a `for` with `stop` did.
    done: Access,
    bytes: u32,
}

impl Cutter<'_> {
    fn function(&mut self, func: &mut Func, body: &mut Block, depth: usize, unit: Option<usize>) {
        let mut remade = HashMap::default();
        remakable(body, &mut remade);
        self.block(func, body, depth, unit, &remade);
    }

    /// Cuts what is in a block of `func`, which is part of `parent`.
    fn block(
        &mut self,
        func: &mut Func,
        block: &mut Block,
        depth: usize,
        parent: Option<usize>,
        remade: &HashMap<Val, Op>,
    ) {
        let mut out = vec![];
        for mut inst in std::mem::take(&mut block.insts) {
            if let Op::Call { func, .. } | Op::FuncAddr(func) = inst.op {
                self.callers.entry(func).and_modify(|k| *k = k.filter(|k| Some(*k) == parent)).or_insert(parent);
            }
            let called = match inst.op {
                Op::Call { func, .. } => self.funcs.get(&func).copied(),
                _ => None,
            };
            if let (Some(k), Op::Call { func: callee, results, catch }) = (called, &inst.op) {
                let callee = &self.cut.whole.original.funcs[callee.index()];
                let ext = Extern {
                    name: format!("unit{k}"),
                    index: self.cut.plan.code(k) as u32,
                    params: callee.params.clone(),
                    results: results.clone(),
                    fallible: true,
                };
                inst.op = Op::CallRuntime { ext: Arc::new(ext), catch: *catch, site: None };
                let mut e = Emitter { func, out: vec![] };
                e.mark(self.cut, Some(k));
                e.out.push(inst);
                e.mark(self.cut, parent);
                out.append(&mut e.out);
                continue;
            }
            let inner = match inst.op {
                Op::For(_) | Op::While => {
                    if worth(&inst, depth, remade) {
                        out.append(&mut self.cut_loop(func, &inst, depth, parent, remade));
                        continue;
                    }
                    depth + 1
                }
                _ => depth,
            };
            for b in &mut inst.blocks {
                self.block(func, b, inner, parent, remade);
            }
            out.push(inst);
        }
        block.insts = out;
    }

    /// Makes a loop a unit; gives the instructions that take its place.
    fn cut_loop(
        &mut self,
        func: &mut Func,
        inst: &Inst,
        depth: usize,
        parent: Option<usize>,
        remade: &HashMap<Val, Op>,
    ) -> Vec<Inst> {
        let k = self.cut.plan.units.len();
        let parts = match &inst.op {
            Op::For(attrs) => for_unit(func, inst, attrs, remade),
            _ => while_unit(func, inst, remade),
        };
        let mut slow = parts.unit.clone();
        slow.name = format!("{}.unit{k}", self.stem);
        let full = Some(slow.clone());
        let strip = strip(&inst.blocks);
        self.cut.plan.units.push(Unit { name: slow.name.clone(), parent, strip });
        self.cut.whole.loops.push(full);
        let mut body = std::mem::replace(&mut slow.body, nothing());
        let mut inner_remade = HashMap::default();
        remakable(&body, &mut inner_remade);
        for inst in &mut body.insts {
            for b in &mut inst.blocks {
                self.block(&mut slow, b, depth + 1, Some(k), &inner_remade);
            }
        }
        slow.body = body;
        self.cut.module.add(slow);

        let mut e = Emitter { func, out: vec![] };
        let record = e.emit(Op::StackAlloc { bytes: parts.bytes.max(8), align: 64 }, &[], Type::PTR);
        let init = if matches!(inst.op, Op::For(_)) { &inst.args[2..] } else { &inst.args[..] };
        for (v, at) in &parts.captured {
            e.store(*v, record, *at);
        }
        for (v, at) in init.iter().zip(&parts.carried) {
            e.store(*v, record, *at);
        }
        e.mark(self.cut, Some(k));
        let call = Extern {
            name: format!("unit{k}"),
            index: self.cut.plan.code(k) as u32,
            params: vec![Type::PTR, Type::I64, Type::I64],
            results: vec![],
            fallible: true,
        };
        let call = Op::CallRuntime { ext: Arc::new(call), catch: false, site: None };
        let strip_at = entry(self.cut.plan.strip(k));
        let results = match &inst.op {
            Op::For(attrs) => {
                strips(&mut e, inst, attrs, &parts, record, call, strip_at);
                inst.results.iter().zip(&parts.carried).collect::<Vec<_>>()
            }
            _ => {
                runs(&mut e, &parts, record, call, strip_at);
                inst.results.iter().zip(&parts.passed).collect()
            }
        };
        e.mark(self.cut, parent);
        for (v, at) in results {
            let ty = e.func.ty(*v);
            e.push(Op::Load { ty, at: *at }, &[record], vec![*v]);
        }
        e.out
    }
}

/// How deep loops are nested.
fn height(inst: &Inst) -> usize {
    let inner = inst.blocks.iter().flat_map(|b| &b.insts).map(height).max().unwrap_or(0);
    inner + usize::from(matches!(inst.op, Op::For(_) | Op::While))
}

/// Does a loop inside `depth` others run long enough to matter, and is it one that can be cut?
fn worth(inst: &Inst, depth: usize, remade: &HashMap<Val, Op>) -> bool {
    if depth > 1 || (depth == 1 && height(inst) < 3) {
        return false;
    }
    if !inst.blocks.iter().all(|b| matches!(b.end, End::Yield(_))) {
        return false;
    }
    let known = |v: Val| match remade.get(&v) {
        Some(Op::Const { bits, .. }) => Some(*bits as i64),
        _ => None,
    };
    let Op::For(attrs) = &inst.op else { return true };
    let (Some(lo), Some(hi)) = (known(inst.args[0]), known(inst.args[1])) else { return true };
    let trips = hi.abs_diff(lo) / attrs.step.unsigned_abs() + 1;
    let nested = |op: &Op| matches!(op, Op::For(_) | Op::While | Op::Call { .. } | Op::CallRuntime { .. });
    inst.blocks.iter().any(|b| super::any_op(b, &nested)) || trips.saturating_mul(size(&inst.blocks)) > SMALL
}

fn size(blocks: &[Block]) -> u64 {
    blocks.iter().flat_map(|b| &b.insts).map(|i| 1 + size(&i.blocks)).sum()
}

fn strip(blocks: &[Block]) -> i64 {
    let any = |pred: &dyn Fn(&Op) -> bool| blocks.iter().any(|b| super::any_op(b, pred));
    if any(&|op| matches!(op, Op::For(_) | Op::While | Op::Call { .. })) {
        STRIPS[0]
    } else if any(&|op| matches!(op, Op::CallRuntime { .. })) {
        STRIPS[1]
    } else {
        STRIPS[2]
    }
}

/// The frame of a unit: its function with what it loads first, and the loop's blocks in the function's names.
fn frame(
    func: &Func,
    inst: &Inst,
    carried: &[Val],
    passed: &[Val],
    remade: &HashMap<Val, Op>,
) -> (Parts, Vec<Inst>, Vec<Val>, Vec<Block>) {
    let mut used: Vec<Val> = vec![];
    for b in &inst.blocks {
        for v in captures(b) {
            if !used.contains(&v) {
                used.push(v);
            }
        }
    }
    // What the condition of a `while` hands to the body comes through parameters; blocks see nothing of each other.
    let (again, captured): (Vec<Val>, Vec<Val>) = used.into_iter().partition(|v| remade.contains_key(v));
    let mut layout = Layout::default();
    let params = vec![Type::PTR, Type::I64, Type::I64];
    let parts = Parts {
        captured: captured.iter().map(|v| (*v, layout.place(func.ty(*v)))).collect(),
        carried: layout.places(func, carried),
        passed: layout.places(func, passed),
        flag: layout.place(Type::I1),
        done: layout.place(Type::I64),
        bytes: layout.bytes,
        unit: Func {
            name: String::new(),
            params: params.clone(),
            results: vec![],
            exported: true,
            inline: Inline::Never,
            fast_math: func.fast_math,
            types: params,
            body: Block { params: vec![Val(0), Val(1), Val(2)], insts: vec![], end: End::Return(vec![]) },
        },
    };
    let mut parts = parts;
    let mut names = HashMap::default();
    let captured = parts.captured.clone();
    let starts = parts.carried.clone();
    let mut e = Emitter { func: &mut parts.unit, out: vec![] };
    for (v, at) in captured {
        let x = e.load(Val(0), func.ty(v), at);
        names.insert(v, x);
    }
    for v in again {
        let x = e.emit(remade[&v].clone(), &[], func.ty(v));
        names.insert(v, x);
    }
    let init = carried.iter().zip(starts).map(|(v, at)| e.load(Val(0), func.ty(*v), at)).collect();
    let out = e.out;
    let unit = RefCell::new((&mut parts.unit, names));
    let rename = |v: Val| {
        let (unit, names) = &mut *unit.borrow_mut();
        *names.entry(v).or_insert_with(|| unit.new_val(func.ty(v)))
    };
    let mut blocks = inst.blocks.clone();
    blocks.iter_mut().for_each(|b| renumber(b, &rename));
    (parts, out, init, blocks)
}

fn yields(block: &mut Block) -> &mut Vec<Val> {
    match &mut block.end {
        End::Yield(vals) => vals,
        _ => unreachable!("`worth` has looked"),
    }
}

fn for_unit(func: &Func, inst: &Inst, attrs: &ForAttrs, remade: &HashMap<Val, Op>) -> Parts {
    let (mut parts, out, mut init, mut blocks) = frame(func, inst, &inst.args[2..], &[], remade);
    let (record, from, n) = (Val(0), Val(1), Val(2));
    let mut e = Emitter { func: &mut parts.unit, out: vec![] };
    let mut body = blocks.remove(0);
    // %i = from + j * step, under the name that the body knows it by.
    let j = e.func.new_val(Type::I64);
    let i = std::mem::replace(&mut body.params[0], j);
    let step = e.int(attrs.step);
    let distance = e.bin(BinOp::Mul, j, step);
    e.push(Op::Bin(BinOp::Add), &[from, distance], vec![i]);
    body.insts.splice(0..0, std::mem::take(&mut e.out));
    e.out = out;
    if attrs.stop {
        // Whether it stopped, as one more carried value.
        let stop = yields(&mut body)[0];
        yields(&mut body).push(stop);
        let param = e.func.new_val(Type::I1);
        body.params.push(param);
        let no = e.constant(Type::I1, 0);
        init.push(no);
    }
    let zero = e.int(0);
    let mut results: Vec<Val> =
        init.iter().map(|v| e.func.ty(*v)).collect::<Vec<_>>().into_iter().map(|t| e.func.new_val(t)).collect();
    let last = results.clone();
    let op = Op::For(ForAttrs { step: 1, ..*attrs });
    let args = [vec![zero, n], init].concat();
    if attrs.stop {
        results.push(e.func.new_val(Type::I64));
    }
    let done = results.last().copied();
    e.out.push(Inst { op, args, results, blocks: vec![body] });
    for (v, at) in last.iter().zip(&parts.carried) {
        e.store(*v, record, *at);
    }
    if attrs.stop
        && let (Some(done), Some(stopped)) = (done, last.last())
    {
        e.store(done, record, parts.done);
        e.store(*stopped, record, parts.flag);
    }
    let out = e.out;
    parts.unit.body.insts = out;
    parts
}

fn while_unit(func: &Func, inst: &Inst, remade: &HashMap<Val, Op>) -> Parts {
    let (mut parts, out, mut init, mut blocks) = frame(func, inst, &inst.args, &inst.results, remade);
    let (record, n) = (Val(0), Val(2));
    let mut e = Emitter { func: &mut parts.unit, out: vec![] };
    let (body, test) = (blocks.pop().expect("a while has two blocks"), blocks.pop().expect("a while has two blocks"));
    let fresh = |e: &mut Emitter<'_>, vals: &[Val]| -> Vec<Val> {
        vals.iter()
            .map(|v| {
                let ty = e.func.ty(*v);
                e.func.new_val(ty)
            })
            .collect()
    };
    // The condition: not when n runs are over.
    let carried = test.params.clone();
    let left = e.func.new_val(Type::I64);
    let zero = e.int(0);
    let over = e.emit(Op::Icmp(IntCmp::Eq), &[left, zero], Type::I1);
    let before = std::mem::take(&mut e.out);
    let mut test = Block { params: vec![], ..test };
    let go = e.func.new_val(Type::I1);
    let passed = fresh(&mut e, &yields(&mut test)[1..]);
    let nothing: Vec<Val> = passed
        .iter()
        .map(|v| {
            let ty = e.func.ty(*v);
            e.constant(ty, 0)
        })
        .collect();
    let no = e.constant(Type::I1, 0);
    let skip = e.block(vec![], [vec![no], nothing].concat());
    let chosen = [vec![go], passed.clone()].concat();
    e.out = before;
    e.out.push(Inst { op: Op::If, args: vec![over], results: chosen, blocks: vec![skip, test] });
    let handed = [passed, carried.clone(), vec![left, over]].concat();
    let cond = e.block([carried, vec![left]].concat(), [vec![go], handed.clone()].concat());
    // The body: one run less.
    let mut body = body;
    let rest = fresh(&mut e, &handed[body.params.len()..]);
    let count = rest[rest.len() - 2];
    body.params.extend(&rest);
    let one = e.int(1);
    let fewer = e.bin(BinOp::Sub, count, one);
    body.insts.append(&mut e.out);
    yields(&mut body).push(fewer);

    e.out = out;
    let results = fresh(&mut e, &handed);
    init.push(n);
    e.out.push(Inst { op: Op::While, args: init, results: results.clone(), blocks: vec![cond, body] });
    let places = parts.passed.iter().chain(&parts.carried);
    for (v, at) in results.iter().zip(places) {
        e.store(*v, record, *at);
    }
    if let Some(over) = results.last() {
        e.store(*over, record, parts.flag);
    }
    let out = e.out;
    parts.unit.body.insts = out;
    parts
}

/// The strips of a `for`. trips = lo < hi ? (distance - 1) / |step| + 1 : 0, read as unsigned.
fn strips(e: &mut Emitter<'_>, inst: &Inst, attrs: &ForAttrs, parts: &Parts, record: Val, call: Op, strip_at: Access) {
    let (first, last) = (inst.args[0], inst.args[1]);
    let (low, high) = if attrs.step > 0 { (first, last) } else { (last, first) };
    let (zero, one, stride) = (e.int(0), e.int(1), e.int(attrs.step.unsigned_abs() as i64));
    let some = e.emit(Op::Icmp(IntCmp::Slt), &[low, high], Type::I1);
    let distance = e.bin(BinOp::Sub, high, low);
    let less = e.bin(BinOp::Sub, distance, one);
    let steps = e.bin(BinOp::UDiv, less, stride);
    let trips = e.bin(BinOp::Add, steps, one);
    let trips = e.emit(Op::Select, &[some, trips, zero], Type::I64);
    let before = std::mem::take(&mut e.out);

    let new = |e: &mut Emitter<'_>| e.func.new_val(Type::I64);
    let (k, end) = (new(e), new(e));
    let more = e.emit(Op::Icmp(IntCmp::Ne), &[k, end], Type::I1);
    let cond = e.block(vec![k, end], vec![more, k, end]);
    let (k, end) = (new(e), new(e));
    let left = e.bin(BinOp::Sub, end, k);
    let table = e.table();
    let strip = e.load(table, Type::I64, strip_at);
    let n = e.bin(BinOp::UMin, left, strip);
    let step = e.int(attrs.step);
    let distance = e.bin(BinOp::Mul, k, step);
    let from = e.bin(BinOp::Add, first, distance);
    e.push(call, &[record, from, n], vec![]);
    let (next, limit) = if attrs.stop {
        let done = e.load(record, Type::I64, parts.done);
        let stopped = e.load(record, Type::I1, parts.flag);
        let next = e.bin(BinOp::Add, k, done);
        (next, e.emit(Op::Select, &[stopped, next, end], Type::I64))
    } else {
        (e.bin(BinOp::Add, k, n), end)
    };
    let body = e.block(vec![k, end], vec![next, limit]);
    e.out = before;
    let count = match inst.results.last() {
        Some(v) if attrs.stop => *v,
        _ => new(e),
    };
    let end = new(e);
    e.out.push(Inst { op: Op::While, args: vec![zero, trips], results: vec![count, end], blocks: vec![cond, body] });
}

/// The runs of a `while`.
fn runs(e: &mut Emitter<'_>, parts: &Parts, record: Val, call: Op, strip_at: Access) {
    let yes = e.constant(Type::I1, 1);
    let before = std::mem::take(&mut e.out);
    let more = e.func.new_val(Type::I1);
    let cond = e.block(vec![more], vec![more]);
    let zero = e.int(0);
    let table = e.table();
    let n = e.load(table, Type::I64, strip_at);
    e.push(call, &[record, zero, n], vec![]);
    let more = e.load(record, Type::I1, parts.flag);
    let body = e.block(vec![], vec![more]);
    e.out = before;
    e.out.push(Inst { op: Op::While, args: vec![yes], results: vec![], blocks: vec![cond, body] });
}
