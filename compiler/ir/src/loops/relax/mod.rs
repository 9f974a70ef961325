//! What fast-math flags allow, done here and not by a back end.
//!
//! A compiler that reorders a sum gives other last digits, and each compiler others. A program that starts on one back
//! end's code and goes on with another's would print what depends on the moment of the change. So the rewrites that pay
//! are made in the loop IR, once, and both back ends compile the result as strictly as everything else:
//!
//! - *Reassociation* (`lanes.rs`): a loop whose only order is that of its sums, products, minima or maxima runs in
//!   lanes, each of which has a partial result.
//! - *Reciprocals*: `x / c` where a loop does not change `c` is `x * (1 / c)`, with the division before the loop.
//! - *Contraction*: a product that only one sum uses is an `fma` with it, where the machine has that instruction.
//!
//! Other flags (`nnan`, `ninf`, `nsz`, `afn`) have no rewrites of their own; what is done here needs some of them.

mod lanes;

use super::builder::FuncBuilder;
use super::inst::*;
use super::types::*;
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

/// Uses up the flags of all functions. `fma`: the machine has the instruction.
pub fn relax(module: &mut Module, fma: bool) {
    for func in module.funcs.iter_mut().filter(|f| !f.fast_math.is_empty()) {
        let flags = std::mem::take(&mut func.fast_math);
        if flags.contains(FastMath::ARCP) {
            let mut body = std::mem::replace(&mut func.body, nothing());
            reciprocals(func, &mut body);
            func.body = body;
        }
        if flags.contains(FastMath::REASSOC | FastMath::NSZ) && plain_conditions(&func.body) {
            *func = Rebuild::new(func, flags).run();
        }
        if fma && flags.contains(FastMath::CONTRACT) {
            contract(func);
        }
    }
}

/// Does the condition of every `while` come to its end? One that always fails has no values to build its loop with.
fn plain_conditions(body: &Block) -> bool {
    body.insts.iter().all(|inst| {
        let ends = |b: &Block| matches!(b.end, End::Yield(_));
        (inst.op != Op::While || ends(&inst.blocks[0])) && inst.blocks.iter().all(plain_conditions)
    })
}

fn nothing() -> Block {
    Block { params: vec![], insts: vec![], end: End::Reraise }
}

/// The values that a block defines, in nested blocks too.
fn defined(block: &Block, out: &mut HashSet<Val>) {
    out.extend(&block.params);
    for inst in &block.insts {
        out.extend(&inst.results);
        inst.blocks.iter().for_each(|b| defined(b, out));
    }
}

/// The values that a block uses, as often as it does.
fn uses(block: &Block, out: &mut HashMap<Val, usize>) {
    for inst in &block.insts {
        inst.args.iter().for_each(|v| *out.entry(*v).or_default() += 1);
        inst.blocks.iter().for_each(|b| uses(b, out));
    }
    match &block.end {
        End::Yield(vals) | End::Return(vals) => vals.iter().for_each(|v| *out.entry(*v).or_default() += 1),
        End::Fail { operands, .. } => operands.iter().for_each(|v| *out.entry(*v).or_default() += 1),
        End::Reraise => {}
    }
}

// ---- reciprocals ----

/// Divisions in the loops of a block by what the loop does not change.
fn reciprocals(func: &mut Func, block: &mut Block) {
    let mut out = vec![];
    for mut inst in std::mem::take(&mut block.insts) {
        if matches!(inst.op, Op::For(_) | Op::While) {
            let mut inner = HashSet::default();
            inst.blocks.iter().for_each(|b| defined(b, &mut inner));
            let mut made = HashMap::default();
            for b in &mut inst.blocks {
                divisions(func, b, &inner, &mut made, &mut out);
            }
        }
        for b in &mut inst.blocks {
            reciprocals(func, b);
        }
        out.push(inst);
    }
    block.insts = out;
}

fn divisions(
    func: &mut Func,
    block: &mut Block,
    inner: &HashSet<Val>,
    made: &mut HashMap<Val, Val>,
    before: &mut Vec<Inst>,
) {
    for inst in &mut block.insts {
        if inst.op == Op::Bin(BinOp::FDiv) && !inner.contains(&inst.args[1]) {
            let divisor = inst.args[1];
            let inverse = *made.entry(divisor).or_insert_with(|| {
                let ty = func.ty(divisor);
                let bits = if ty.elem == Elem::F32 { u64::from(1f32.to_bits()) } else { 1f64.to_bits() };
                let (one, inverse) = (func.new_val(ty), func.new_val(ty));
                let mut push = |op, args, v| before.push(Inst { op, args, results: vec![v], blocks: vec![] });
                push(Op::Const { ty, bits }, vec![], one);
                push(Op::Bin(BinOp::FDiv), vec![one, divisor], inverse);
                inverse
            });
            inst.op = Op::Bin(BinOp::FMul);
            inst.args[1] = inverse;
        }
        for b in &mut inst.blocks {
            divisions(func, b, inner, made, before);
        }
    }
}

// ---- contraction ----

/// `x * y + z` with one rounding, wherever the product has no other use.
fn contract(func: &mut Func) {
    let mut body = std::mem::replace(&mut func.body, nothing());
    let mut count = HashMap::default();
    uses(&body, &mut count);
    let mut products = HashMap::default();
    super::for_each_inst(&mut body, &mut |inst| {
        if inst.op == Op::Bin(BinOp::FMul) && count.get(&inst.results[0]) == Some(&1) {
            products.insert(inst.results[0], [inst.args[0], inst.args[1]]);
        }
    });
    contract_block(func, &mut body, &products);
    drop_unused_products(&mut body);
    func.body = body;
}

fn contract_block(func: &mut Func, block: &mut Block, products: &HashMap<Val, [Val; 2]>) {
    let mut out = vec![];
    for mut inst in std::mem::take(&mut block.insts) {
        for b in &mut inst.blocks {
            contract_block(func, b, products);
        }
        let mut neg = |v: Val, out: &mut Vec<Inst>| {
            let n = func.new_val(func.ty(v));
            out.push(Inst { op: Op::Un(UnOp::FNeg), args: vec![v], results: vec![n], blocks: vec![] });
            n
        };
        let args = match inst.op {
            Op::Bin(BinOp::FAdd) => {
                let at = inst.args.iter().position(|v| products.contains_key(v));
                at.map(|k| (products[&inst.args[k]], inst.args[1 - k]))
            }
            Op::Bin(BinOp::FSub) => match (products.get(&inst.args[0]), products.get(&inst.args[1])) {
                (_, Some([x, y])) => Some(([neg(*x, &mut out), *y], inst.args[0])),
                (Some(p), None) => Some((*p, neg(inst.args[1], &mut out))),
                _ => None,
            },
            _ => None,
        };
        if let Some(([x, y], z)) = args {
            inst.op = Op::Fma;
            inst.args = vec![x, y, z];
        }
        out.push(inst);
    }
    block.insts = out;
}

fn drop_unused_products(body: &mut Block) {
    let mut count = HashMap::default();
    uses(body, &mut count);
    fn drop_in(block: &mut Block, count: &HashMap<Val, usize>) {
        block.insts.retain(|i| i.op != Op::Bin(BinOp::FMul) || count.contains_key(&i.results[0]));
        block.insts.iter_mut().flat_map(|i| &mut i.blocks).for_each(|b| drop_in(b, count));
    }
    drop_in(body, &count);
}

// ---- a function built anew ----

/// Builds a function again, with loops in lanes where they can be.
struct Rebuild<'f> {
    old: &'f Func,
    flags: FastMath,
    b: FuncBuilder,
    /// The new values of the old ones.
    map: HashMap<Val, Val>,
}

impl<'f> Rebuild<'f> {
    fn new(old: &'f Func, flags: FastMath) -> Rebuild<'f> {
        let mut b = FuncBuilder::new(&old.name, &old.params, &old.results);
        (b.func_mut().exported, b.func_mut().inline) = (old.exported, old.inline);
        let map = old.body.params.iter().copied().zip(b.params()).collect();
        Rebuild { old, flags, b, map }
    }

    fn run(mut self) -> Func {
        let results = self.block(&self.old.body);
        self.b.finish(&results)
    }

    fn get(&self, vals: &[Val]) -> Vec<Val> {
        vals.iter().map(|v| self.map[v]).collect()
    }

    fn set(&mut self, old: &[Val], new: &[Val]) {
        self.map.extend(old.iter().copied().zip(new.iter().copied()));
    }

    /// The instructions of a block; gives what it yields.
    fn block(&mut self, block: &Block) -> Vec<Val> {
        for inst in &block.insts {
            self.inst(inst);
        }
        match &block.end {
            End::Yield(vals) | End::Return(vals) => self.get(vals),
            End::Fail { kind, site, operands } => {
                let operands = self.get(operands);
                self.b.fail(*kind, *site, &operands);
                vec![]
            }
            End::Reraise => {
                self.b.reraise();
                vec![]
            }
        }
    }

    fn inst(&mut self, inst: &Inst) {
        let args = self.get(&inst.args);
        let results = match &inst.op {
            Op::If => {
                self.b.begin_if(args[0]);
                let then = self.block(&inst.blocks[0]);
                self.b.begin_else(&then);
                let other = self.block(&inst.blocks[1]);
                self.b.end_if(&other)
            }
            Op::For(attrs) => match lanes::plan(self.old, inst, self.flags) {
                Some(plan) => self.for_lanes(inst, &plan),
                None => self.for_(inst, *attrs, &args),
            },
            Op::While => {
                let (cond, body) = (&inst.blocks[0], &inst.blocks[1]);
                let carried = self.b.begin_while(&args);
                self.set(&cond.params, &carried);
                let mut passed = self.block(cond);
                let holds = passed.remove(0);
                let carried = self.b.begin_while_body(holds, &passed);
                self.set(&body.params, &carried);
                let next = self.block(body);
                self.b.end_while(&next)
            }
            op => self.b.emit(op.clone(), &args),
        };
        self.set(&inst.results, &results);
    }

    /// A loop as it was.
    fn for_(&mut self, inst: &Inst, attrs: ForAttrs, args: &[Val]) -> Vec<Val> {
        let body = &inst.blocks[0];
        let (i, carried) = self.b.begin_for(args[0], args[1], attrs, &args[2..]);
        self.set(&body.params, &[&[i], &carried[..]].concat());
        let mut yields = self.block(body);
        if attrs.stop {
            let stop = if yields.is_empty() { self.b.i1(false) } else { yields.remove(0) };
            let (mut results, trips) = self.b.end_for_stop(stop, &yields);
            results.push(trips);
            return results;
        }
        self.b.end_for(&yields)
    }
}
