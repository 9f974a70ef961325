//! First trips on their own, where a carried value is the same constant after every trip.
//!
//! ```text
//! %r, %v = for %i < %n carry (%tag = 0, %x = %x0) { if %tag == 0 { .. } else { .. }  yield 1, .. }
//! =>
//! %r, %v = if %n > 0 {
//!     ..                                          ; the first trip, with 0 for %tag
//!     %w = for %j < %n - 1 carry (%x = ..) { .. } ; the others, with 1 for %tag: no branch
//!     yield 1, %w
//! } else { yield 0, %x0 }
//! ```
//! So does a name that is a Python number before a loop and a NumPy one behind its first trip (`acc = 0.0`, then
//! `acc += a[i]`) cost its loop nothing: the alternative that it holds is settled, the branches on it go, and what is
//! left is a plain reduction for the vectorizer and for threads. The order of the operations stays.

use crate::names::Sizes;
use quipu_abi::DType;
use quipu_ir::ops::{self, Const, Map, Op, Rule};
use quipu_ir::{Block, Builder, Eqn, Func, Ty, Var};
use rustc_hash::FxHashMap as HashMap;

/// Equations of a body that may be doubled; bodies of unions are small, and nested loops double again.
const LARGEST: usize = 400;

/// Peels such loops. Returns their number.
pub fn peel_settled(func: &mut Func) -> usize {
    block(func, Func::ENTRY)
}

fn block(func: &mut Func, at: Block) -> usize {
    let mut n = 0;
    // Innermost first: an outer loop settles only what its inner ones leave settled.
    for e in func.block(at).eqns.clone() {
        n += e.blocks.iter().map(|b| block(func, *b)).sum::<usize>();
    }
    let eqns = std::mem::take(&mut func.block_mut(at).eqns);
    for e in eqns {
        let settled = settled(func, &e);
        if settled.is_empty() {
            func.block_mut(at).eqns.push(e);
            continue;
        }
        // What cannot be copied stays as it is.
        let saved = func.clone();
        let mut peel = Peel { src: saved.clone(), b: Builder::of(std::mem::take(func)), diverged: false };
        let done = peel.peel(at, &e, &settled);
        if done.is_ok() && !peel.diverged {
            *func = peel.b.func;
            n += 1;
        } else {
            *func = saved;
            func.block_mut(at).eqns.push(e);
        }
    }
    n
}

/// The slots that every trip leaves at one constant; none unless the body branches on one of them.
fn settled(f: &Func, e: &Eqn) -> Vec<usize> {
    let Op::For(op) = &e.op else { return vec![] };
    let body = e.blocks[0];
    if op.until || op.reverse || f.diverges(body) {
        return vec![];
    }
    let d = f.block(body);
    let constant = |v: &Var| {
        let def = d.eqns.iter().find(|e| e.outs.contains(v));
        f.ty(*v).is_scalar() && def.is_some_and(|e| matches!(e.op, Op::Const(_) | Op::Zeros(_)))
    };
    let slots: Vec<usize> = (0..d.results.len()).filter(|k| constant(&d.results[*k])).collect();
    let tags: Vec<Var> = slots.iter().map(|k| d.params[k + 1]).filter(|p| *f.ty(*p) == Ty::I64).collect();
    let (mut branches, mut size) = (false, 0);
    f.walk(body, &mut |d| {
        size += d.eqns.len();
        let compares = |e: &Eqn| matches!(&e.op, Op::Map(m) if m.0.name == "eq");
        branches |= d.eqns.iter().any(|e| compares(e) && e.args.iter().any(|v| tags.contains(v)));
    });
    if branches && size <= LARGEST { slots } else { vec![] }
}

/// Variables of the source in the target, with those outside of what is copied standing for themselves.
#[derive(Default)]
struct Env {
    vars: HashMap<Var, Var>,
    sizes: Sizes,
    /// Integers and bools that are known.
    known: HashMap<Var, i64>,
}

impl Env {
    fn get(&self, s: Var) -> Var {
        self.vars.get(&s).copied().unwrap_or(s)
    }

    fn all(&self, s: &[Var]) -> Vec<Var> {
        s.iter().map(|v| self.get(*v)).collect()
    }
}

struct Peel {
    src: Func,
    b: Builder,
    /// A copy always raises: its blocks have no results.
    diverged: bool,
}

impl Peel {
    fn peel(&mut self, at: Block, e: &Eqn, settled: &[usize]) -> Rule<()> {
        let Op::For(op) = &e.op else { return Err("a loop expected".into()) };
        let (trip, inits, body) = (e.args[0], &e.args[1..], e.blocks[0]);
        let d = self.src.block(body).clone();
        let own_sizes = |v: &Var| crate::names::defines(&self.src, *v).iter().any(|(_, axis)| axis.is_some());
        if d.params.iter().chain(&e.outs).any(own_sizes) {
            return Err("sizes that change from trip to trip".into());
        }
        self.b.push_cursor(at, None);
        self.b.loc = e.loc;
        let zero = self.b.i64(0);
        let any = self.b.map(&ops::GT, &[trip, zero]);
        let tys = self.b.func.tys(inits);

        // Where there are trips: the first.
        let (some, p) = self.b.begin(&tys);
        let first = self.b.i64(0);
        let mut env = self.env();
        self.bind(&mut env, d.params[0], first);
        for ((s, v), init) in d.params[1..].iter().zip(&p).zip(inits) {
            self.bind(&mut env, *s, *v);
            if let Some(k) = self.constant(*init) {
                env.known.insert(*v, k);
            }
        }
        let once = self.block(body, &mut env)?;

        // The others.
        self.b.loc = e.loc;
        let one = self.b.i64(1);
        let rest = self.b.sub(trip, one);
        let carried: Vec<usize> = (0..inits.len()).filter(|k| !settled.contains(k)).collect();
        let mut args = vec![rest];
        args.extend(carried.iter().map(|k| once[*k]));
        let tys = [vec![Ty::I64], self.b.func.tys(&args[1..])].concat();
        let (_, q) = self.b.begin(&tys);
        self.bound(q[0], rest);
        let index = self.b.add(q[0], one);
        let mut env = self.env();
        self.bind(&mut env, d.params[0], index);
        for (n, k) in carried.iter().enumerate() {
            self.bind(&mut env, d.params[k + 1], q[n + 1]);
        }
        for k in settled {
            self.bind(&mut env, d.params[k + 1], once[*k]);
            if let Some(c) = self.constant(once[*k]) {
                env.known.insert(once[*k], c);
            }
        }
        let yields = self.block(body, &mut env)?;
        let yields: Vec<Var> = carried.iter().map(|k| yields[*k]).collect();
        let others = self.b.end(&yields);
        self.b.loc = e.loc;
        let done = self.emit(op.clone().into(), &args, vec![others])?;
        let mut results = once;
        for (n, k) in carried.iter().enumerate() {
            results[*k] = done[n];
        }
        self.b.end(&results);

        // Where there are none.
        let tys = self.b.func.tys(inits);
        let (none, p) = self.b.begin(&tys);
        self.b.end(&p);
        let args = [&[any], inits].concat();
        self.emit(Op::If(ops::If), &args, vec![some, none])?;
        self.b.pop_cursor();
        let last = self.b.func.block_mut(at).eqns.last_mut().ok_or("an equation was emitted")?;
        last.outs.clone_from(&e.outs);
        Ok(())
    }

    fn env(&self) -> Env {
        Env { sizes: Sizes::identity(&self.src), ..Env::default() }
    }

    /// An index runs below its loop's trip count.
    fn bound(&mut self, index: Var, trip: Var) {
        let hi = self.b.func.dim_of(trip).plus(-1);
        if let Some(s) = self.b.func.dim_of(index).as_sym() {
            let data = &mut self.b.func.syms[s.index()];
            (data.lo, data.hi) = (Some(0), Some(hi));
        }
    }

    fn bind(&mut self, env: &mut Env, s: Var, v: Var) {
        env.sizes.bind(&self.src, s, &mut self.b.func, v, false);
        env.vars.insert(s, v);
    }

    /// The value of an integer or bool that is a constant of the source or has just been copied.
    fn constant(&self, v: Var) -> Option<i64> {
        let eqns = |f: &Func| {
            let found = f.blocks.iter().flat_map(|b| &b.eqns).find(|e| e.outs.contains(&v))?;
            match found.op {
                Op::Const(Const::Int(_, k)) => Some(k),
                _ => None,
            }
        };
        eqns(&self.b.func).or_else(|| if v.index() < self.src.vars.len() { eqns(&self.src) } else { None })
    }

    fn emit(&mut self, op: Op, args: &[Var], blocks: Vec<Block>) -> Rule<Vec<Var>> {
        let at = self.b.cur();
        self.b.try_emit_in(at, op, args, blocks, false)
    }

    /// Copies a block's equations to the cursor; gives its results.
    fn block(&mut self, block: Block, env: &mut Env) -> Rule<Vec<Var>> {
        let d = self.src.block(block).clone();
        for e in &d.eqns {
            self.b.loc = e.loc;
            let outs = self.equation(e, env)?;
            if self.b.func.diverges(self.b.cur()) {
                self.diverged = true;
                return Err("a trip that always raises".into());
            }
            for (s, v) in e.outs.iter().zip(outs) {
                self.bind(env, *s, v);
            }
        }
        Ok(env.all(&d.results))
    }

    fn equation(&mut self, e: &Eqn, env: &mut Env) -> Rule<Vec<Var>> {
        let x = env.all(&e.args);
        let known = |k: usize| env.known.get(&x[k]).copied();
        match &e.op {
            Op::Const(Const::Int(_, c)) => {
                let outs = self.emit(e.op.clone(), &[], vec![])?;
                env.known.insert(outs[0], *c);
                return Ok(outs);
            }
            Op::Map(m) if m.0.name == "eq" && self.src.ty(e.args[0]).is_scalar() => {
                if let (Some(a), Some(b)) = (known(0), known(1)) {
                    let c = i64::from(a == b);
                    let v = self.b.constant(Const::int(DType::Bool, c));
                    env.known.insert(v, c);
                    return Ok(vec![v]);
                }
            }
            Op::Map(Map(f)) if f.name == "select" && self.src.ty(e.outs[0]).is_scalar() => {
                if let Some(c) = known(0) {
                    return Ok(vec![x[if c != 0 { 1 } else { 2 }]]);
                }
            }
            Op::If(_) => {
                if let Some(c) = known(0) {
                    let arm = e.blocks[usize::from(c == 0)];
                    for (s, v) in self.src.block(arm).params.clone().iter().zip(&x[1..]) {
                        self.bind(env, *s, *v);
                    }
                    return self.block(arm, env);
                }
            }
            _ => {}
        }
        let mut blocks = vec![];
        for nested in &e.blocks {
            self.b.begin(&[]);
            let at = self.b.cur();
            for s in &self.src.block(*nested).params.clone() {
                let ty = env.sizes.param(&self.src, &mut self.b.func, *s)?;
                let v = self.b.func.new_var(ty, false);
                self.b.func.define_dims(v);
                self.b.func.block_mut(at).params.push(v);
                self.bind(env, *s, v);
            }
            let d = self.src.diverges(*nested);
            let r = if d { self.raising(*nested, env)? } else { self.block(*nested, env)? };
            blocks.push(self.b.end(&r));
        }
        let op = env.sizes.op(&self.src, &mut self.b.func, &e.op)?;
        self.b.loc = e.loc;
        self.emit(op, &x, blocks)
    }

    /// Copies a block that always raises.
    fn raising(&mut self, block: Block, env: &mut Env) -> Rule<Vec<Var>> {
        for e in &self.src.block(block).eqns.clone() {
            self.b.loc = e.loc;
            let outs = self.equation(e, env)?;
            for (s, v) in e.outs.iter().zip(outs) {
                self.bind(env, *s, v);
            }
        }
        Ok(vec![])
    }
}
