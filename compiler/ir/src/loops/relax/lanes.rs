//! A loop's iterations in the lanes of vectors.
//!
//! ```text
//! %s = for %lo, %hi (%i, %acc = %init) { %x = load %a[%i]; %y = sqrt %x; %n = fadd %acc, %y; yield %n }
//! =>
//! for %lo, %mid [step=L] (%i, %v = splat -0.0) { %x = load vec %a[%i]; %y = sqrt %x; %n = fadd %v, %y; yield %n }
//! %t = %init + (lanes of %v, by halves)
//! %s = for %mid, %hi (%i, %acc = %t) { .. as it was .. }
//! ```
//! A carried value is a *partial* result if the loop only ever adds to it (or multiplies, or takes the smaller or the
//! larger): it goes through additions whose other operand does not depend on it, and through selections between what it
//! has become. Then every lane may have one of its own that begins with the neutral element. What else an iteration
//! does must be free of order: arithmetic, loads, and branches over such, which become selects and masked loads.
//!
//! Integer arithmetic is done once per vector where it is affine in the index: an address is that of lane 0 with the
//! distance between lanes, and neighbors are loaded as a vector.

use super::Rebuild;
use crate::loops::inst::*;
use crate::loops::types::*;
use rustc_hash::FxHashMap as HashMap;

/// Bytes of all lanes of the widest value: several registers, so that the additions of one do not wait for each other.
const BYTES: u32 = 128;

/// Of a body with more instructions than this the values of so many lanes would not stay in registers.
const LONG: usize = 40;

/// What is known of a loop that can run in lanes.
pub struct Plan {
    lanes: u16,
    /// How the partial results of each carried value are put together; `None` for one that the loop hands on.
    kinds: Vec<Option<BinOp>>,
    /// Comparisons of a partial result with another value, whose selections are minima and maxima: their results.
    extremes: HashMap<Val, (BinOp, [Val; 2])>,
}

/// Looks at a loop; `None` if it must stay as it is.
pub fn plan(func: &Func, inst: &Inst, flags: FastMath) -> Option<Plan> {
    let Op::For(attrs) = inst.op else { return None };
    let body = &inst.blocks[0];
    let End::Yield(yields) = &body.end else { return None };
    if attrs.step != 1 || attrs.stop || attrs.parallel != Parallel::No {
        return None;
    }
    let carried = &body.params[1..];
    let mut look = Look {
        func,
        extremes_allowed: flags.contains(FastMath::NNAN | FastMath::NSZ),
        partial: carried
            .iter()
            .zip(yields)
            .enumerate()
            .filter(|(_, (p, y))| p != y)
            .map(|(k, (p, _))| (*p, k))
            .collect(),
        kinds: vec![None; carried.len()],
        compared: HashMap::default(),
        defs: HashMap::default(),
        extremes: HashMap::default(),
        widest: 4,
        insts: 0,
    };
    look.block(body, false)?;
    for (k, (p, y)) in carried.iter().zip(yields).enumerate() {
        if p != y && (look.partial.get(y) != Some(&k) || look.kinds[k].is_none()) {
            return None;
        }
    }
    // Loops over integers alone are as good in the back end's hands.
    if !carried.iter().zip(&look.kinds).any(|(p, kind)| kind.is_some() && func.ty(*p).is_float()) {
        return None;
    }
    let bytes = if look.insts > LONG { BYTES / 2 } else { BYTES };
    Some(Plan { lanes: (bytes / look.widest) as u16, kinds: look.kinds, extremes: look.extremes })
}

struct Look<'f> {
    func: &'f Func,
    extremes_allowed: bool,
    /// What depends on a carried value, and on which.
    partial: HashMap<Val, usize>,
    kinds: Vec<Option<BinOp>>,
    /// Comparisons with a partial result.
    compared: HashMap<Val, (FloatCmp, [Val; 2])>,
    defs: HashMap<Val, (Op, Vec<Val>)>,
    extremes: HashMap<Val, (BinOp, [Val; 2])>,
    widest: u32,
    insts: usize,
}

/// Which reduction an operation is a step of, with the partial result as this operand.
fn kind_of(op: BinOp, operand: usize) -> Option<BinOp> {
    use BinOp::*;
    match op {
        FSub if operand == 0 => Some(FAdd),
        FDiv if operand == 0 => Some(FMul),
        Sub if operand == 0 => Some(Add),
        FAdd | FMul | FMin | FMax | Add | Mul | And | Or | Xor | SMin | SMax | UMin | UMax => Some(op),
        _ => None,
    }
}

impl Look<'_> {
    fn block(&mut self, block: &Block, masked: bool) -> Option<()> {
        for inst in &block.insts {
            self.inst(inst, masked)?;
        }
        Some(())
    }

    fn inst(&mut self, inst: &Inst, masked: bool) -> Option<()> {
        self.insts += 1;
        let depends = inst.args.iter().filter(|v| self.partial.contains_key(v)).count();
        let tests = inst.args.iter().any(|v| self.compared.contains_key(v));
        let tys: Vec<Type> = inst.args.iter().chain(&inst.results).map(|v| self.func.ty(*v)).collect();
        if tys.iter().any(|t| t.is_vec()) {
            return None;
        }
        self.widest = tys.iter().filter(|t| t.is_float()).map(|t| t.bytes()).fold(self.widest, u32::max);
        let ptr = tys.iter().any(|t| t.elem == Elem::Ptr);
        match &inst.op {
            Op::If => return self.if_(inst, depends > 0),
            Op::Select if tests || depends > 0 => self.select(inst.results[0], &inst.args)?,
            Op::Fcmp(cmp) if depends == 1 && self.extremes_allowed => {
                self.compared.insert(inst.results[0], (*cmp, [inst.args[0], inst.args[1]]));
            }
            Op::Bin(op) if depends == 1 && !tests => {
                let at = inst.args.iter().position(|v| self.partial.contains_key(v))?;
                let kind = kind_of(*op, at)?;
                if matches!(kind, BinOp::FMin | BinOp::FMax) && !self.extremes_allowed {
                    return None;
                }
                let k = self.partial[&inst.args[at]];
                self.step(k, kind, inst.results[0])?;
            }
            _ if depends > 0 || tests => return None,
            // Lanes that are switched off need a mask of bytes.
            Op::Load { ty, .. } if ty.elem == Elem::I1 && masked => return None,
            Op::Load { ty, .. } if ty.elem == Elem::Ptr => return None,
            Op::Load { .. } | Op::PtrAdd => {}
            Op::Const { .. } | Op::Bin(_) | Op::Un(_) | Op::Fma | Op::Icmp(_) | Op::Fcmp(_) | Op::Select if !ptr => {}
            Op::Cast { .. } | Op::Math(_) if !ptr => {}
            _ => return None,
        }
        if let [result] = inst.results[..] {
            self.defs.insert(result, (inst.op.clone(), inst.args.clone()));
        }
        Some(())
    }

    /// `result` is another partial result of carried value `k`.
    fn step(&mut self, k: usize, kind: BinOp, result: Val) -> Option<()> {
        if *self.kinds[k].get_or_insert(kind) != kind {
            return None;
        }
        self.partial.insert(result, k);
        Some(())
    }

    fn if_(&mut self, inst: &Inst, depends: bool) -> Option<()> {
        if depends {
            return None;
        }
        let mut yields = vec![];
        for b in &inst.blocks {
            self.block(b, true)?;
            let End::Yield(vals) = &b.end else { return None };
            yields.push(vals);
        }
        for (k, r) in inst.results.iter().enumerate() {
            let ty = self.func.ty(*r);
            if ty.elem == Elem::Ptr || ty.is_vec() {
                return None;
            }
            self.select(*r, &[inst.args[0], yields[0][k], yields[1][k]])?;
        }
        Some(())
    }

    /// `result` is the second or the third, by the first.
    fn select(&mut self, result: Val, args: &[Val]) -> Option<()> {
        let parts = [self.partial.get(&args[1]).copied(), self.partial.get(&args[2]).copied()];
        if let Some((cmp, [x, y])) = self.compared.get(&args[0]).copied() {
            // x < y ? x : y and its like.
            let straight = self.same(args[1], x) && self.same(args[2], y);
            let crossed = self.same(args[1], y) && self.same(args[2], x);
            let kind = match cmp {
                FloatCmp::Lt | FloatCmp::Le if straight => BinOp::FMin,
                FloatCmp::Lt | FloatCmp::Le if crossed => BinOp::FMax,
                FloatCmp::Gt | FloatCmp::Ge if straight => BinOp::FMax,
                FloatCmp::Gt | FloatCmp::Ge if crossed => BinOp::FMin,
                _ => return None,
            };
            self.extremes.insert(result, (kind, [x, y]));
            return self.step(parts[0].or(parts[1])?, kind, result);
        }
        match parts {
            [None, None] => Some(()),
            [Some(a), Some(b)] if a == b && !self.partial.contains_key(&args[0]) => {
                self.partial.insert(result, a);
                Some(())
            }
            _ => None,
        }
    }

    /// Are these one value, maybe computed (or loaded: nothing is stored here) twice?
    fn same(&self, a: Val, b: Val) -> bool {
        a == b
            || match (self.defs.get(&a), self.defs.get(&b)) {
                (Some((p, xs)), Some((q, ys))) => {
                    p == q && xs.len() == ys.len() && xs.iter().zip(ys).all(|(x, y)| self.same(*x, *y))
                }
                _ => false,
            }
    }
}

/// A value of the loop's body, in lanes.
#[derive(Clone, Copy)]
enum Lane {
    /// The same in all of them.
    One(Val),
    /// An i64 or a pointer: that of lane 0, and how much more each next lane has.
    Step(Val, i64),
    Each(Val),
    /// A pointer with an offset per lane.
    Far(Val, Val),
}

impl Rebuild<'_> {
    /// The loop in lanes, and what is left of it.
    pub fn for_lanes(&mut self, inst: &Inst, plan: &Plan) -> Vec<Val> {
        let args = self.get(&inst.args);
        let (lo, hi, init) = (args[0], args[1], &args[2..]);
        let body = &inst.blocks[0];
        let lanes = self.b.i64(i64::from(plan.lanes));
        // Where the difference overflows it is negative, and no vector is taken.
        let n = self.b.sub(hi, lo);
        let wide = self.b.icmp(IntCmp::Sge, n, lanes);
        self.b.begin_if(wide);
        let mask = self.b.i64(-i64::from(plan.lanes));
        let main = self.b.and(n, mask);
        let mid = self.b.add(lo, main);
        let kept: Vec<(usize, BinOp)> = plan.kinds.iter().enumerate().filter_map(|(k, op)| Some((k, (*op)?))).collect();
        let start: Vec<Val> = kept.iter().map(|(k, op)| self.neutral(*op, init[*k], plan.lanes)).collect();
        let once = ForAttrs { vectorize: Vectorize::Never, unroll: 1, ..ForAttrs::default() };
        let attrs = ForAttrs { step: i64::from(plan.lanes), ..once };
        let (i, parts) = self.b.begin_for(lo, mid, attrs, &start);
        let mut env: HashMap<Val, Lane> = [(body.params[0], Lane::Step(i, 1))].into_iter().collect();
        for (p, v) in body.params[1..].iter().zip(init) {
            env.insert(*p, Lane::One(*v));
        }
        for ((k, _), v) in kept.iter().zip(&parts) {
            env.insert(body.params[1 + k], Lane::Each(*v));
        }
        let yields = self.lanes_of(body, plan, None, &mut env);
        let next: Vec<Val> = kept.iter().map(|(k, _)| self.each(yields[*k], plan.lanes)).collect();
        let parts = self.b.end_for(&next);
        let mut reached = vec![mid];
        reached.extend(init);
        for ((k, op), v) in kept.iter().zip(parts) {
            let all = self.b.reduce(*op, v);
            reached[1 + k] = self.b.bin(*op, init[*k], all);
        }
        let mut begin = vec![lo];
        begin.extend(init);
        self.b.begin_else(&reached);
        let from = self.b.end_if(&begin);
        let mut args = vec![from[0], hi];
        args.extend(&from[1..]);
        self.for_(inst, once, &args)
    }

    /// What a lane begins with.
    fn neutral(&mut self, op: BinOp, init: Val, lanes: u16) -> Val {
        let ty = self.b.ty(init).with_lanes(lanes);
        match op {
            BinOp::FAdd => self.b.float(ty, -0.0),
            BinOp::FMul => self.b.float(ty, 1.0),
            BinOp::Add | BinOp::Or | BinOp::Xor => self.b.int(ty, 0),
            BinOp::Mul => self.b.int(ty, 1),
            BinOp::And => self.b.int(ty, -1),
            _ => self.b.splat(init, lanes),
        }
    }

    fn lanes_of(&mut self, block: &Block, plan: &Plan, mask: Option<Val>, env: &mut HashMap<Val, Lane>) -> Vec<Lane> {
        for inst in &block.insts {
            self.lane_inst(inst, plan, mask, env);
        }
        match &block.end {
            End::Yield(vals) => vals.iter().map(|v| self.lane(*v, env)).collect(),
            _ => vec![],
        }
    }

    fn lane(&self, v: Val, env: &HashMap<Val, Lane>) -> Lane {
        env.get(&v).copied().unwrap_or_else(|| Lane::One(self.map[&v]))
    }

    /// As a vector.
    fn each(&mut self, x: Lane, lanes: u16) -> Val {
        match x {
            Lane::One(v) => self.b.splat(v, lanes),
            Lane::Step(v, step) => {
                let first = self.b.splat(v, lanes);
                let more = self.distances(step, lanes);
                self.b.add(first, more)
            }
            Lane::Each(v) | Lane::Far(_, v) => v,
        }
    }

    /// 0, step, 2 * step ..
    fn distances(&mut self, step: i64, lanes: u16) -> Val {
        let ty = Type::vec(Elem::I64, lanes);
        let (iota, step) = (self.b.iota(ty), self.b.int(ty, step));
        self.b.mul(iota, step)
    }

    fn lane_inst(&mut self, inst: &Inst, plan: &Plan, mask: Option<Val>, env: &mut HashMap<Val, Lane>) {
        if inst.op == Op::If {
            return self.lane_if(inst, plan, mask, env);
        }
        let xs: Vec<Lane> = inst.args.iter().map(|v| self.lane(*v, env)).collect();
        let lanes = plan.lanes;
        let out = match &inst.op {
            Op::Load { ty, at } => self.lane_load(*ty, *at, xs[0], mask, lanes),
            Op::PtrAdd => self.lane_ptr(xs[0], xs[1], lanes),
            op => {
                let one: Option<Vec<Val>> =
                    xs.iter().map(|x| if let Lane::One(v) = x { Some(*v) } else { None }).collect();
                if let Some(args) = one {
                    Lane::One(self.b.emit(op.clone(), &args)[0])
                } else if let Some(stepped) = self.lane_affine(op, &xs) {
                    stepped
                } else {
                    self.lane_wise(inst, &xs, plan, env)
                }
            }
        };
        env.insert(inst.results[0], out);
    }

    fn lane_wise(&mut self, inst: &Inst, xs: &[Lane], plan: &Plan, env: &HashMap<Val, Lane>) -> Lane {
        if let Some((op, pair)) = plan.extremes.get(&inst.results[0]) {
            return self.lane_extreme(*op, *pair, plan, env);
        }
        let args: Vec<Val> = xs.iter().map(|x| self.each(*x, plan.lanes)).collect();
        let op = match &inst.op {
            Op::Cast { cast, ty } => Op::Cast { cast: *cast, ty: ty.with_lanes(plan.lanes) },
            op => op.clone(),
        };
        Lane::Each(self.b.emit(op, &args)[0])
    }

    fn lane_extreme(&mut self, op: BinOp, pair: [Val; 2], plan: &Plan, env: &HashMap<Val, Lane>) -> Lane {
        let [x, y] = pair.map(|v| self.lane(v, env));
        let (x, y) = (self.each(x, plan.lanes), self.each(y, plan.lanes));
        Lane::Each(self.b.bin(op, x, y))
    }

    /// Both blocks, and what the condition selects.
    fn lane_if(&mut self, inst: &Inst, plan: &Plan, mask: Option<Val>, env: &mut HashMap<Val, Lane>) {
        let cond = self.lane(inst.args[0], env);
        let cond = self.each(cond, plan.lanes);
        let other = self.b.not(cond);
        let within = |x: &mut Self, c: Val| mask.map_or(c, |m| x.b.and(m, c));
        let (yes, no) = (within(self, cond), within(self, other));
        let then = self.lanes_of(&inst.blocks[0], plan, Some(yes), env);
        let other = self.lanes_of(&inst.blocks[1], plan, Some(no), env);
        for (r, (x, y)) in inst.results.iter().zip(then.into_iter().zip(other)) {
            let out = match (x, y) {
                _ if plan.extremes.contains_key(r) => {
                    let (op, pair) = plan.extremes[r];
                    self.lane_extreme(op, pair, plan, env)
                }
                (Lane::One(x), Lane::One(y)) if x == y => Lane::One(x),
                _ => {
                    let (x, y) = (self.each(x, plan.lanes), self.each(y, plan.lanes));
                    Lane::Each(self.b.select(cond, x, y))
                }
            };
            env.insert(*r, out);
        }
    }

    fn lane_load(&mut self, ty: Type, at: Access, ptr: Lane, mask: Option<Val>, lanes: u16) -> Lane {
        let wide = ty.with_lanes(lanes);
        let (base, offsets) = match (ptr, mask) {
            (Lane::One(p), None) => return Lane::One(self.b.load(ty, p, at)),
            (Lane::Step(p, step), _) if step == i64::from(ty.bytes()) => {
                let v = match mask {
                    None => self.b.load(wide, p, at),
                    Some(m) => {
                        let none = self.b.constant(wide, 0);
                        self.b.masked_load(wide, p, m, none, at)
                    }
                };
                return Lane::Each(v);
            }
            (Lane::One(p) | Lane::Each(p), _) => (p, self.distances(0, lanes)),
            (Lane::Step(p, step), _) => (p, self.distances(step, lanes)),
            (Lane::Far(p, offsets), _) => (p, offsets),
        };
        let mask = mask.unwrap_or_else(|| self.b.constant(wide.mask(), 1));
        let none = self.b.constant(wide, 0);
        Lane::Each(self.b.gather(wide, base, offsets, mask, none, at))
    }

    fn lane_ptr(&mut self, ptr: Lane, offset: Lane, lanes: u16) -> Lane {
        let (base, own) = match (ptr, offset) {
            (Lane::One(p), Lane::One(o)) => return Lane::One(self.b.ptr_add(p, o)),
            (Lane::Step(p, s), Lane::One(o)) | (Lane::One(p), Lane::Step(o, s)) => {
                return Lane::Step(self.b.ptr_add(p, o), s);
            }
            (Lane::Step(p, s), Lane::Step(o, t)) => return Lane::Step(self.b.ptr_add(p, o), s.wrapping_add(t)),
            // A pointer is never in a vector: it is a base with offsets.
            (Lane::One(p) | Lane::Each(p), _) => (p, None),
            (Lane::Step(p, s), _) => (p, Some(self.distances(s, lanes))),
            (Lane::Far(p, offsets), _) => (p, Some(offsets)),
        };
        let more = self.each(offset, lanes);
        Lane::Far(base, own.map_or(more, |own| self.b.add(own, more)))
    }

    /// Integer arithmetic that is affine in the index.
    fn lane_affine(&mut self, op: &Op, xs: &[Lane]) -> Option<Lane> {
        let Op::Bin(op) = op else { return None };
        let [x, y] = xs else { return None };
        let ends = |v: &Lane| match v {
            Lane::One(v) => Some((*v, 0)),
            Lane::Step(v, s) => Some((*v, *s)),
            _ => None,
        };
        let ((x, s), (y, t)) = (ends(x)?, ends(y)?);
        if self.b.ty(x) != Type::I64 {
            return None;
        }
        match op {
            BinOp::Add => Some(Lane::Step(self.b.add(x, y), s.wrapping_add(t))),
            BinOp::Sub => Some(Lane::Step(self.b.sub(x, y), s.wrapping_sub(t))),
            BinOp::Mul => {
                let (step, factor) = match (s, t) {
                    (_, 0) => (s, y),
                    (0, _) => (t, x),
                    _ => return None,
                };
                let factor = self.b.as_const_i64(factor)?;
                Some(Lane::Step(self.b.mul(x, y), step.wrapping_mul(factor)))
            }
            _ => None,
        }
    }
}
