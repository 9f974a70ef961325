//! Loops whose trips the user promised to be independent (`prange`), with sums over all trips: those in chunks.
//!
//! ```text
//! %s2 = for parallel %i < %n carry (%s: f64 = %s0) { .. %t = map add %s, %x  yield %t }
//! =>
//! %p = for parallel %c < chunks carry (%p0: f64[64] = zeros) {
//!     %part = for %j < size carry (%s: f64 = -0.0) { %i = c * size + j  ..  yield %t }
//!     yield update %p0[at %c], %part
//! }
//! %s2 = for %c < chunks carry (%a: f64 = %s0) { yield map add %a, %p[at %c] }
//! ```
//! The chunks follow from the trip count alone, and partial results are combined in their order: so any number of
//! threads, and any tier, gives the same bits. Done on the core IR, it is one program for the evaluator and all back
//! ends; what is left to `lower` is to run a loop by threads that carries only arrays and stores into them in place.
//!
//! A carried scalar is a reduction if all trips do to it is one associative operation, on whatever path (under
//! conditions, in inner loops), and nothing else looks at it. A loop that carries a scalar that is not, ends early or
//! talks to the world is not parallel: its mark is taken away. So are the marks of loops inside a parallel one.

use quipu_abi::DType;
use quipu_ir::ops::{self, Const, For, IntChecked, Ix, Map, Op, ScalarFn};
use quipu_ir::{Block, Builder, Dim, Eqn, Func, Ty, Var};
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

/// At most so many chunks: enough for any machine's threads.
pub const CHUNKS: i64 = 64;

/// Trips of a chunk, at least, where a trip is a few instructions: 5 to 10 us of work, about a fork and join.
pub const GRAIN: i64 = 4096;

/// Puts reductions of parallel loops into chunks. Returns the number of parallel loops that stay.
pub fn chunk_reductions(func: &mut Func) -> usize {
    let mut b = Builder::of(std::mem::take(func));
    let n = block(&mut b, Func::ENTRY, false);
    *func = b.func;
    n
}

fn block(b: &mut Builder, at: Block, inside: bool) -> usize {
    let mut n = 0;
    for mut e in std::mem::take(&mut b.func.block_mut(at).eqns) {
        let parallel = matches!(&e.op, Op::For(f) if f.parallel);
        let plan = if parallel && !inside { plan(&b.func, &e) } else { None };
        if let Op::For(f) = &mut e.op {
            f.parallel = plan.is_some();
        }
        n += usize::from(plan.is_some());
        for nested in &e.blocks {
            n += block(b, *nested, inside || plan.is_some());
        }
        match plan {
            Some(plan) if plan.iter().any(Option::is_some) => split(b, at, &e, &plan),
            _ => b.func.block_mut(at).eqns.push(e),
        }
    }
    n
}

/// What a reduction does.
#[derive(Clone, Copy, Debug)]
struct Kind {
    /// Combines partial results.
    combine: Combine,
    /// x combined with it is x.
    neutral: Neutral,
}

#[derive(Clone, Copy, Debug)]
enum Combine {
    Map(&'static ScalarFn),
    Checked(IntChecked),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Neutral {
    Zero,
    One,
    Ones,
    Least,
    Greatest,
}

impl Kind {
    /// The reduction whose step this is, and which operands may be the running value.
    fn of(op: &Op) -> Option<(Kind, &'static [usize])> {
        const ANY: &[usize] = &[0, 1];
        const LEFT: &[usize] = &[0];
        let checked = |c: IntChecked, neutral| Kind { combine: Combine::Checked(c), neutral };
        Some(match op {
            Op::IntChecked(IntChecked::Add) => (checked(IntChecked::Add, Neutral::Zero), ANY),
            Op::IntChecked(IntChecked::Sub) => (checked(IntChecked::Add, Neutral::Zero), LEFT),
            Op::IntChecked(IntChecked::Mul) => (checked(IntChecked::Mul, Neutral::One), ANY),
            Op::Map(m) => {
                let (f, neutral, which): (&'static ScalarFn, Neutral, _) = match m.0.name {
                    "add" => (&ops::ADD, Neutral::Zero, ANY),
                    // What is taken away is added up, with its sign, and then added.
                    "sub" => (&ops::ADD, Neutral::Zero, LEFT),
                    "mul" => (&ops::MUL, Neutral::One, ANY),
                    "and" => (&ops::AND, Neutral::Ones, ANY),
                    "or" => (&ops::OR, Neutral::Zero, ANY),
                    "xor" => (&ops::XOR, Neutral::Zero, ANY),
                    "maximum" => (&ops::MAXIMUM, Neutral::Least, ANY),
                    "minimum" => (&ops::MINIMUM, Neutral::Greatest, ANY),
                    // Python's keep the first operand where the second is a NaN.
                    "max_py" => (&ops::MAX_PY, Neutral::Least, LEFT),
                    "min_py" => (&ops::MIN_PY, Neutral::Greatest, LEFT),
                    _ => return None,
                };
                (Kind { combine: Combine::Map(f), neutral }, which)
            }
            _ => return None,
        })
    }

    fn same(&self, other: &Kind) -> bool {
        match (self.combine, other.combine) {
            (Combine::Map(a), Combine::Map(b)) => a.name == b.name,
            (Combine::Checked(a), Combine::Checked(b)) => a == b,
            _ => false,
        }
    }

    fn op(&self) -> Op {
        match self.combine {
            Combine::Map(f) => Map(f).into(),
            Combine::Checked(c) => c.into(),
        }
    }

    /// The neutral element; none for types without one.
    fn start(&self, d: DType) -> Option<Const> {
        let int = |v: i64| Const::int(d, v);
        let float = |v: f64| Const::float(d, v);
        let bits = 8 * d.size() as u32;
        Some(match self.neutral {
            // Adding 0.0 would make -0.0 positive.
            Neutral::Zero if d.is_inexact() => float(-0.0),
            Neutral::Zero => int(0),
            Neutral::One if d.is_inexact() => float(1.0),
            Neutral::One => int(1),
            Neutral::Ones if d == DType::Bool => int(1),
            Neutral::Ones => int(-1),
            Neutral::Least | Neutral::Greatest if d.is_complex() => return None,
            Neutral::Least if d.is_inexact() => float(f64::NEG_INFINITY),
            Neutral::Greatest if d.is_inexact() => float(f64::INFINITY),
            Neutral::Least if is_signed(d) => int(i64::MIN >> (64 - bits)),
            Neutral::Greatest if is_signed(d) => int(i64::MAX >> (64 - bits)),
            Neutral::Least => int(0),
            Neutral::Greatest if d == DType::Bool => int(1),
            Neutral::Greatest => int((u64::MAX >> (64 - bits)) as i64),
        })
    }
}

fn is_signed(d: DType) -> bool {
    d.kind() == quipu_abi::Kind::Signed
}

/// Per carried value its reduction; `None` is an array. No plan: the loop is not parallel.
fn plan(f: &Func, e: &Eqn) -> Option<Vec<Option<Kind>>> {
    let Op::For(op) = &e.op else { return None };
    let body = e.blocks[0];
    let effects = f.effects(e);
    if op.until || op.reverse || f.diverges(body) || effects.io || effects.cells {
        return None;
    }
    let d = f.block(body);
    let mut out = vec![];
    for (k, p) in d.params[1..].iter().enumerate() {
        out.push(match f.ty(*p) {
            Ty::Scalar(t) => {
                let kind = Chain::of(f, body, d.results[k], *p)?;
                kind.start(*t)?;
                Some(kind)
            }
            // Sizes that change from trip to trip are no stores into one array.
            ty @ Ty::Array(..) => {
                let same = [e.args[k + 1], d.results[k], e.outs[k]].iter().all(|v| f.ty(*v) == ty);
                same.then_some(None)?
            }
            _ => return None,
        });
    }
    Some(out)
}

/// An operand (block, equation, position), or a result (block, `None`, position).
type Use = (Block, Option<usize>, usize);

enum Def {
    Eqn(Block, usize, usize),
    /// A parameter of a block of the equation, and its position.
    Param(Block, usize, usize),
}

/// The values between a carried scalar's parameter and what the body yields for it.
struct Chain<'f> {
    f: &'f Func,
    defs: HashMap<Var, Def>,
    kind: Option<Kind>,
    vars: HashSet<Var>,
    uses: HashSet<Use>,
    /// Steps left: what is more tangled than this is no reduction.
    fuel: u32,
}

impl<'f> Chain<'f> {
    fn of(f: &'f Func, body: Block, result: Var, param: Var) -> Option<Kind> {
        let (defs, vars, uses) = (HashMap::default(), HashSet::default(), HashSet::default());
        let mut c = Chain { f, defs, kind: None, vars, uses, fuel: 1000 };
        c.define(body);
        let slot = f.block(body).results.iter().position(|v| *v == result)?;
        let only = c.follow(result, param, (body, None, slot)) && !c.others(body);
        c.kind.filter(|_| only)
    }

    fn define(&mut self, at: Block) {
        for (k, e) in self.f.block(at).eqns.iter().enumerate() {
            self.defs.extend(e.outs.iter().enumerate().map(|(j, o)| (*o, Def::Eqn(at, k, j))));
            for b in &e.blocks {
                let params = self.f.block(*b).params.iter().enumerate();
                self.defs.extend(params.map(|(j, p)| (*p, Def::Param(at, k, j))));
                self.define(*b);
            }
        }
    }

    /// Does `v` follow from `to` by steps of one kind?
    fn follow(&mut self, v: Var, to: Var, by: Use) -> bool {
        let Some(fuel) = self.fuel.checked_sub(1) else { return false };
        self.fuel = fuel;
        self.uses.insert(by);
        self.vars.insert(v);
        if v == to {
            return true;
        }
        match self.defs.get(&v) {
            Some(Def::Eqn(at, k, out)) => self.through(*at, *k, *out, to),
            Some(Def::Param(at, k, j)) => {
                // Of an arm: the operand behind the condition. A loop's own parameter is reached as `to` or not at all.
                let (at, k, j) = (*at, *k, *j);
                let e = &self.f.block(at).eqns[k];
                matches!(e.op, Op::If(_)) && self.follow(e.args[j + 1], to, (at, Some(k), j + 1))
            }
            None => false,
        }
    }

    fn through(&mut self, at: Block, k: usize, out: usize, to: Var) -> bool {
        let e = &self.f.block(at).eqns[k];
        match &e.op {
            Op::If(_) => {
                let arms = e.blocks.iter().filter(|b| !self.f.diverges(**b));
                arms.copied().all(|b| self.follow(self.f.block(b).results[out], to, (b, None, out)))
            }
            Op::For(_) if out + 1 < e.args.len() => {
                let (body, init) = (e.blocks[0], e.args[out + 1]);
                let d = self.f.block(body);
                !self.f.diverges(body)
                    && self.follow(d.results[out], d.params[out + 1], (body, None, out))
                    && self.follow(init, to, (at, Some(k), out + 1))
            }
            op => {
                let Some((kind, which)) = Kind::of(op) else { return false };
                if !self.kind.get_or_insert(kind).same(&kind) {
                    return false;
                }
                which.iter().any(|j| {
                    let saved = (self.vars.clone(), self.uses.clone(), self.kind);
                    let found = self.follow(e.args[*j], to, (at, Some(k), *j));
                    if !found {
                        (self.vars, self.uses, self.kind) = saved;
                    }
                    found
                })
            }
        }
    }

    /// Is a value of the chain used for anything else?
    fn others(&self, at: Block) -> bool {
        let d = self.f.block(at);
        let other = |v: &Var, u: Use| self.vars.contains(v) && !self.uses.contains(&u);
        d.results.iter().enumerate().any(|(j, v)| other(v, (at, None, j)))
            || d.eqns.iter().enumerate().any(|(k, e)| {
                e.args.iter().enumerate().any(|(j, v)| other(v, (at, Some(k), j)))
                    || e.blocks.iter().any(|b| self.others(*b))
            })
    }
}

/// Is a trip more than a few instructions?
fn heavy(f: &Func, body: Block) -> bool {
    let mut heavy = false;
    f.walk(body, &mut |d| {
        heavy |= d.eqns.iter().any(|e| matches!(e.op, Op::For(_) | Op::While(_) | Op::Call(_) | Op::Extern(_)));
        heavy |= d.eqns.iter().any(|e| matches!(e.op, Op::Reduce(_) | Op::Sort(_) | Op::MatMul(_)));
    });
    heavy
}

/// Emits the loop over chunks and the one that combines, for a loop whose plan has reductions.
fn split(b: &mut Builder, at: Block, e: &Eqn, plan: &[Option<Kind>]) {
    let body = e.blocks[0];
    b.push_cursor(at, None);
    b.loc = e.loc;
    let (zero, one) = (b.i64(0), b.i64(1));
    let trips = b.map(&ops::MAXIMUM, &[e.args[0], zero]);
    // ceil(a / b) as (a - 1) // b + 1, which does not overflow.
    let ceil = |b: &mut Builder, x: Var, y: Var| {
        let less = b.sub(x, one);
        let q = b.map(&ops::FLOORDIV, &[less, y]);
        b.add(q, one)
    };
    let grain = b.i64(if heavy(&b.func, body) { 1 } else { GRAIN });
    let most = b.i64(CHUNKS);
    let wanted = ceil(b, trips, grain);
    let chunks = b.map(&ops::MINIMUM, &[wanted, most]);
    let some = b.map(&ops::MAXIMUM, &[chunks, one]);
    let size = ceil(b, trips, some);

    // The loop over chunks.
    let scalar = |b: &Builder, k: usize| b.func.ty(e.args[k + 1]).dtype().unwrap_or(DType::F64);
    let mut args = vec![chunks];
    for (k, kind) in plan.iter().enumerate() {
        let init = e.args[k + 1];
        let partials = Ty::Array(scalar(b, k), vec![Dim::from(CHUNKS)]);
        args.push(if kind.is_some() { b.zeros(&partials) } else { init });
    }
    let tys = [vec![Ty::I64], b.func.tys(&args[1..])].concat();
    let (_, p) = b.begin(&tys);
    let first = b.mul(p[0], size);
    let left = b.sub(trips, first);
    let mine = b.map(&ops::MINIMUM, &[size, left]);
    let mut inits = vec![mine];
    for (k, kind) in plan.iter().enumerate() {
        let start = kind.as_ref().and_then(|kind| kind.start(scalar(b, k)));
        inits.push(match start {
            Some(start) => b.constant(start),
            None => p[k + 1],
        });
    }
    // The body keeps its index, now a sum.
    let j = b.func.new_var(Ty::I64, false);
    let index = std::mem::replace(&mut b.func.block_mut(body).params[0], j);
    let sum = Eqn { op: Map(&ops::ADD).into(), args: vec![first, j], outs: vec![index], blocks: vec![], loc: e.loc };
    b.func.block_mut(body).eqns.insert(0, sum);
    let parts = b.emit_n(For::default(), &inits, vec![body]);
    let mut results = vec![];
    for (k, kind) in plan.iter().enumerate() {
        let stored = kind.map(|_| b.update(p[k + 1], &vec![Ix::At], &[p[0]], parts[k]));
        results.push(stored.unwrap_or(parts[k]));
    }
    let outer = b.end(&results);
    let mut outs = b.emit_n(For { parallel: true, ..For::default() }, &args, vec![outer]);
    for (k, kind) in plan.iter().enumerate() {
        if kind.is_none() {
            outs[k] = e.outs[k];
        }
    }
    b.func.block_mut(at).eqns.last_mut().expect("just emitted").outs.clone_from(&outs);

    // The loop that combines.
    let slots: Vec<(usize, Kind)> = plan.iter().enumerate().filter_map(|(k, kind)| Some((k, (*kind)?))).collect();
    let mut args = vec![chunks];
    args.extend(slots.iter().map(|(k, _)| e.args[k + 1]));
    let tys = [vec![Ty::I64], b.func.tys(&args[1..])].concat();
    let (_, p) = b.begin(&tys);
    let mut results = vec![];
    for (n, (k, kind)) in slots.iter().enumerate() {
        let part = b.read(outs[*k], &vec![Ix::At], &[p[0]]);
        results.push(b.emit(kind.op(), &[p[n + 1], part]));
    }
    let fold = b.end(&results);
    b.emit_n(For::default(), &args, vec![fold]);
    let finals = slots.iter().map(|(k, _)| e.outs[*k]).collect();
    b.func.block_mut(at).eqns.last_mut().expect("just emitted").outs = finals;
    b.pop_cursor();
}
