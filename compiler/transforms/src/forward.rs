//! The forward walk over a source function into a target function, for jvp and linearize.
//!
//! jvp emits tangents beside primals. linearize routes: an equation with a linear operand goes to a second block, any
//! other to the known block; what the linear block uses of the known one is settled in `residuals`. Ops without an
//! active result are copied.

use crate::capacity::Count;
use crate::error::TransformError;
use crate::names::Sizes;
use quipu_ir::ops::{self, Control, Forward, Op, Pair, Rule, Rules, Runs, Tangent, Thread, conform};
use quipu_ir::{Block, Builder, Eqn, Func, Loc, Sym, Ty, Var};
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

/// Has the type, or what it holds, a tangent space?
pub fn has_tangent(t: &Ty) -> bool {
    match t {
        Ty::Cell(t) => has_tangent(t),
        t => t.differentiable(),
    }
}

/// Variables that a seed reaches. Tapes and cells are reached from what is put in, and reach what comes out. With
/// `lanes`, also what control decisions reach, whatever its type.
pub fn reach(f: &Func, seeds: &[Var], lanes: bool) -> HashSet<Var> {
    struct Walk<'f> {
        f: &'f Func,
        lanes: bool,
        set: HashSet<Var>,
    }
    impl Walk<'_> {
        fn put(&mut self, v: Var) {
            if self.lanes || has_tangent(self.f.ty(v)) {
                self.set.insert(v);
            }
        }

        fn both_ways(&self, v: Var) -> bool {
            matches!(self.f.ty(v), Ty::Tape(..) | Ty::Cell(_))
        }

        fn plain(&mut self, e: &Eqn) {
            // A list has the same length in all lanes.
            if matches!(e.op, Op::ListLen(_)) {
                return;
            }
            let shared: Vec<Var> = e.args.iter().chain(&e.outs).copied().filter(|v| self.both_ways(*v)).collect();
            if e.args.iter().chain(&shared).any(|v| self.set.contains(v)) {
                shared.iter().chain(&e.outs).for_each(|v| self.put(*v));
            }
        }

        fn control(&mut self, c: &dyn Control, e: &Eqn) {
            for (a, b) in c.flow(self.f, e) {
                if self.set.contains(&a) {
                    self.put(b);
                }
                if self.both_ways(a) && self.set.contains(&b) {
                    self.put(a);
                }
            }
            let (by, then) = c.decides(self.f, e);
            if self.lanes && by.iter().any(|v| self.set.contains(v)) {
                then.into_iter().for_each(|v| self.put(v));
            }
            e.blocks.iter().for_each(|b| self.block(*b));
        }

        fn block(&mut self, block: Block) {
            for e in &self.f.block(block).eqns {
                match e.op.def().rules() {
                    Rules::Plain(_) => self.plain(e),
                    Rules::Control(c) => self.control(c, e),
                }
            }
        }
    }
    let mut w = Walk { f, lanes, set: seeds.iter().copied().collect() };
    // The form is SSA: one growing set for the whole function, no fixpoint per loop nest.
    loop {
        let n = w.set.len();
        w.block(Func::ENTRY);
        if w.set.len() == n {
            return w.set;
        }
    }
}

/// Every variable that an equation or a yield consumes.
pub fn consumed(f: &Func) -> HashSet<Var> {
    consumed_in(f, Func::ENTRY)
}

/// The same of one block and those nested in it.
pub fn consumed_in(f: &Func, block: Block) -> HashSet<Var> {
    let mut out = HashSet::default();
    f.walk(block, &mut |d| {
        out.extend(d.results.iter().copied());
        for e in &d.eqns {
            out.extend(e.args.iter().enumerate().filter(|(k, _)| e.op.def().consumes(*k)).map(|(_, v)| *v));
        }
    });
    out
}

pub struct Fwd<'s> {
    pub src: &'s Func,
    pub b: Builder,
    pub env: HashMap<Var, (Var, Tangent)>,
    pub active: HashSet<Var>,
    /// Linearizing?
    pub lin: bool,
    /// Copying an inactive part.
    primal_only: bool,
    /// Per open block: the tapes of the pairs in it.
    pub frames: Vec<Vec<Thread>>,
    /// Zeros of the shape of the lists whose tangents these are, at the top: reverse mode starts from them where no
    /// cotangent has arrived. Those that nobody needs are dead code.
    pub list_zeros: HashMap<Var, Var>,
    /// How many values are pushed between `k_in` and `k_out` of a thread, where that is known.
    pub counts: HashMap<Var, Count>,
    src_consumed: HashSet<Var>,
    /// Variables of the target that nothing in the source ever consumes.
    pub frozen: HashSet<Var>,
    pub sizes: Sizes,
    /// The equation at hand.
    pub at: Loc,
}

impl<'s> Fwd<'s> {
    /// A target function with the source's parameters, the cursor in its body.
    pub fn new(src: &'s Func, name: &str, wrt: &[usize], lin: bool) -> Rule<(Fwd<'s>, Vec<Var>)> {
        let params = &src.block(Func::ENTRY).params;
        let seeds: Vec<Var> = wrt.iter().map(|k| params[*k]).collect();
        let (mut b, _) = Builder::new(name, &[], 0);
        b.func.locs.clone_from(&src.locs);
        let mut cx = Fwd {
            src,
            b,
            env: HashMap::default(),
            active: reach(src, &seeds, false),
            lin,
            primal_only: false,
            frames: vec![],
            counts: HashMap::default(),
            list_zeros: HashMap::default(),
            src_consumed: consumed(src),
            frozen: HashSet::default(),
            sizes: Sizes::default(),
            at: Loc(0),
        };
        let p = cx.params(Func::ENTRY, &[], params.len())?;
        cx.b.func.consumes.clone_from(&src.consumes);
        Ok((cx, p))
    }

    pub fn error(&self, message: String) -> TransformError {
        TransformError::at(self.src, self.at, message)
    }

    /// Gives the block at the cursor the source block's parameters; those from `lead` on are fed by `args`. They are
    /// bound without tangents.
    fn params(&mut self, block: Block, args: &[Var], lead: usize) -> Rule<Vec<Var>> {
        let mut out = vec![];
        for (k, s) in self.src.block(block).params.iter().enumerate() {
            let own = crate::names::defines(self.src, *s).iter().any(|(_, axis)| axis.is_some());
            // A block that runs once has its operands' sizes; the caller passes them only then.
            let ty = match k.checked_sub(lead).and_then(|k| args.get(k)) {
                Some(v) if own => self.b.ty(*v),
                _ => self.sizes.param(self.src, &mut self.b.func, *s)?,
            };
            let v = self.param(ty, false);
            self.bind(*s, v, None)?;
            out.push(v);
        }
        Ok(out)
    }

    /// One more parameter of the block at the cursor.
    pub fn param(&mut self, ty: Ty, linear: bool) -> Var {
        let at = self.b.cur();
        self.param_of(at, ty, linear)
    }

    pub fn param_of(&mut self, at: Block, ty: Ty, linear: bool) -> Var {
        let v = self.b.func.new_var(ty, linear);
        self.b.func.define_dims(v);
        self.b.func.block_mut(at).params.push(v);
        v
    }

    /// Parameters and tangents of some of them, bound, at the cursor (tangents in the block `at`).
    fn dual_params(
        &mut self,
        block: Block,
        args: &[Var],
        lead: usize,
        carried: &[usize],
        at: Option<Block>,
    ) -> Rule<()> {
        let p = self.params(block, args, lead)?;
        let s = &self.src.block(block).params;
        for k in carried {
            let v = p[lead + k];
            let ty = self.b.ty(v);
            let dv = match at {
                Some(linear) => self.param_of(linear, ty, true),
                None => self.param(ty, false),
            };
            self.bind(s[lead + k], v, Some(dv))?;
        }
        Ok(())
    }

    /// Results, and tangents of some of them; nothing if the block ends in a raise.
    fn dual_results(&mut self, block: Block, outs: &[usize]) -> Rule<(Vec<Var>, Vec<Var>)> {
        if self.src.diverges(block) {
            return Ok((vec![], vec![]));
        }
        let results = &self.src.block(block).results;
        let r = self.primals(results);
        let dr = outs.iter().map(|k| self.tangent_or_zero(results[*k])).collect::<Rule<_>>()?;
        Ok((r, dr))
    }

    pub fn primals(&self, s: &[Var]) -> Vec<Var> {
        s.iter().map(|v| self.primal(*v)).collect()
    }

    /// Does a tangent go into or through the equation?
    fn touches(&self, e: &Eqn) -> bool {
        let cell = |v: &Var| matches!(self.src.ty(*v), Ty::Cell(_)) && self.active.contains(v);
        let mut found = e.outs.iter().any(|o| self.is_active(*o)) || e.args.iter().any(cell);
        // A cell that is made within is seen from within only.
        found |= e.blocks.iter().any(|b| self.src.free_vars(*b).iter().any(cell));
        found && !self.primal_only
    }

    pub fn run_block(&mut self, block: Block) -> Rule<()> {
        for e in &self.src.block(block).eqns {
            self.at = e.loc;
            self.b.loc = e.loc;
            let active = self.touches(e);
            match e.op.def().rules() {
                Rules::Control(_) if !active => self.copy_control(e)?,
                Rules::Control(c) if self.lin => c.linearize(self, e)?,
                Rules::Control(c) => c.jvp(self, e)?,
                Rules::Plain(_) => self.plain(e, active)?,
            }
            self.at = e.loc;
        }
        Ok(())
    }

    fn plain(&mut self, e: &Eqn, active: bool) -> Rule<()> {
        let x = self.primals(&e.args);
        let op = self.sizes.op(self.src, &mut self.b.func, &e.op)?;
        let y = self.emit(op.clone(), &x, vec![])?;
        let mut dy = vec![None; y.len()];
        if active {
            let dx: Vec<Tangent> = e.args.iter().map(|a| self.tangent(*a)).collect();
            if let Rules::Plain(p) = op.def().rules() {
                dy = p.jvp(&mut self.b, &x, &y, &dx)?;
            }
        }
        for ((s, v), d) in e.outs.iter().zip(y).zip(dy) {
            let ty = self.b.ty(v);
            let d = d.map(|d| conform(&mut self.b, d, &ty));
            self.bind(*s, v, d)?;
        }
        Ok(())
    }

    /// Into the known block.
    fn emit(&mut self, op: Op, x: &[Var], blocks: Vec<Block>) -> Rule<Vec<Var>> {
        let at = self.b.cur();
        self.b.try_emit_in(at, op, x, blocks, false)
    }

    /// A control equation without an active result: primal only.
    fn copy_control(&mut self, e: &Eqn) -> Rule<()> {
        let x = self.primals(&e.args);
        let op = self.sizes.op(self.src, &mut self.b.func, &e.op)?;
        let outer = std::mem::replace(&mut self.primal_only, true);
        let n_args = |b: &Block| self.src.block(*b).params.len();
        // How many leading parameters no operand feeds: a loop's index, what a handler gets.
        let leads: Vec<usize> = e.blocks.iter().map(|b| n_args(b).saturating_sub(x.len())).collect();
        let once = matches!(e.op, Op::If(_));
        let args: &[Var] = if once { &x[1..] } else { &[] };
        let mut blocks = vec![];
        for (b, lead) in e.blocks.iter().zip(leads) {
            blocks.push(self.primal_block_at(*b, args, lead, &[])?);
        }
        self.primal_only = outer;
        let outs = self.emit(op, &x, blocks)?;
        self.bind_outs(e, &outs, &[])
    }

    /// The symbol of a counted loop's index, with its bounds.
    fn index_of(&mut self, known: Block, lead: usize, runs: Runs) -> Option<Sym> {
        let i = *self.b.func.block(known).params.first().filter(|_| lead > 0)?;
        let s = self.b.func.dim_of(i).as_sym()?;
        let hi = match runs {
            Runs::Counted(trip) => Some(self.b.func.dim_of(trip).plus(-1)),
            _ => None,
        };
        let data = &mut self.b.func.syms[s.index()];
        data.lo = data.lo.max(Some(0));
        data.hi = data.hi.take().or(hi);
        Some(s)
    }

    /// Counts what the tapes of a block take in all of its runs.
    fn count(&mut self, threads: &[Thread], runs: Runs, index: Option<Sym>) {
        for t in threads {
            let Some(one) = self.counts.remove(&t.k_in) else { continue };
            let all = match runs {
                Runs::Once => Some(one),
                Runs::Counted(trip) => {
                    let trip = self.b.func.dim_of(trip);
                    one.over(&self.b.func, &trip, index)
                }
                Runs::Unknown => None,
            };
            if let Some(n) = all {
                self.counts.insert(t.k_in, n);
            }
        }
    }

    fn primal_block_at(&mut self, block: Block, args: &[Var], lead: usize, extra: &[Ty]) -> Rule<Block> {
        let outer = std::mem::replace(&mut self.primal_only, true);
        self.b.begin(&[]);
        self.params(block, args, lead)?;
        for t in extra {
            self.param(t.clone(), false);
        }
        self.run_block(block)?;
        let (r, _) = self.dual_results(block, &[])?;
        self.primal_only = outer;
        Ok(self.b.end(&r))
    }
}

impl<'s> Forward<'s> for Fwd<'s> {
    fn src(&self) -> &'s Func {
        self.src
    }

    fn b(&mut self) -> &mut Builder {
        &mut self.b
    }

    fn bind(&mut self, s: Var, v: Var, dv: Tangent) -> Rule<()> {
        if !self.src_consumed.contains(&s) {
            self.frozen.insert(v);
        }
        self.sizes.bind(self.src, s, &mut self.b.func, v, false);
        self.env.insert(s, (v, dv));
        if let (Some(dv), true, Ty::List(_)) = (dv, self.lin && self.frames.len() == 1, self.b.func.ty(v)) {
            let at = self.b.cur();
            let zeros = self.b.try_emit_in(at, ops::ListZeros {}.into(), &[v], vec![], false)?;
            self.list_zeros.insert(dv, zeros[0]);
        }
        Ok(())
    }

    fn primal(&self, s: Var) -> Var {
        self.env[&s].0
    }

    fn tangent(&self, s: Var) -> Tangent {
        if self.primal_only { None } else { self.env[&s].1 }
    }

    fn tangent_or_zero(&mut self, s: Var) -> Rule<Var> {
        let (v, dv) = self.env[&s];
        match dv {
            Some(d) => Ok(d),
            None => ops::zero_like(&mut self.b, v),
        }
    }

    fn is_active(&self, s: Var) -> bool {
        self.active.contains(&s) && !self.primal_only
    }

    fn bind_outs(&mut self, e: &Eqn, outs: &[Var], tangents: &[Var]) -> Rule<()> {
        let mut d = tangents.iter().copied();
        for (s, v) in e.outs.iter().zip(outs) {
            let ty = self.b.ty(*v);
            let dv = if self.is_active(*s) { d.next() } else { None };
            let dv = dv.map(|d| conform(&mut self.b, d, &ty));
            self.bind(*s, *v, dv)?;
        }
        Ok(())
    }

    fn primal_block(&mut self, block: Block, args: &[Var], extra: &[Ty]) -> Rule<Block> {
        self.primal_block_at(block, args, 0, extra)
    }

    fn dual_block(
        &mut self,
        block: Block,
        args: &[Var],
        lead: usize,
        carried: &[usize],
        outs: &[usize],
    ) -> Rule<Block> {
        self.b.begin(&[]);
        self.dual_params(block, args, lead, carried, None)?;
        self.run_block(block)?;
        let (r, dr) = self.dual_results(block, outs)?;
        Ok(self.b.end(&[r, dr].concat()))
    }

    fn linear_pair(
        &mut self,
        block: Block,
        args: &[Var],
        lead: usize,
        carried: &[usize],
        outs: &[usize],
        runs: Runs,
    ) -> Rule<Pair> {
        let s = &self.src.block(block).params;
        let grows = |k: &usize| crate::names::defines(self.src, s[lead + k]).iter().any(|(_, axis)| axis.is_some());
        if runs != Runs::Once && carried.iter().any(grows) {
            return Err("reverse mode through a loop that carries an array whose size changes".into());
        }
        let (known, _) = self.b.raw_block(&[], false);
        let (linear, _) = self.b.raw_block(&[], false);
        for s in &s[..lead] {
            let ty = self.sizes.ty(self.src, &mut self.b.func, self.src.ty(*s))?;
            self.param_of(linear, ty, false);
        }
        if self.src.diverges(block) {
            // The linear twin never runs.
            let known = self.primal_block_at(block, args, lead, &[])?;
            for k in carried {
                let ty = args.get(*k).map_or_else(|| Ty::F64, |v| self.b.ty(*v));
                self.param_of(linear, ty, true);
            }
            return Ok(Pair { known, linear, threads: vec![] });
        }
        self.b.push_cursor(known, Some(linear));
        self.frames.push(vec![]);
        self.dual_params(block, args, lead, carried, Some(linear))?;
        let index = self.index_of(known, lead, runs);
        self.run_block(block)?;
        let (r, dr) = self.dual_results(block, outs)?;
        self.b.pop_cursor();
        self.b.func.block_mut(known).results = r;
        self.b.func.block_mut(linear).results = dr;
        let inner = self.frames.pop().expect("opened above");
        let threads = self.settle(known, linear, lead, inner)?;
        self.count(&threads, runs, index);
        Ok(Pair { known, linear, threads })
    }

    fn wire(&mut self, threads: &[Thread]) -> (Vec<Var>, Vec<Var>) {
        let f = &mut self.b.func;
        threads
            .iter()
            .map(|t| {
                let ty = f.ty(t.k_in).clone();
                let (k, l) = (f.new_var(ty.clone(), false), f.new_var(ty, false));
                if let Some(n) = self.counts.get(&t.k_in).cloned() {
                    self.counts.insert(k, n);
                }
                (k, l)
            })
            .unzip()
    }

    fn wired(&mut self, k_in: &[Var], k_out: &[Var], l_in: &[Var], l_out: &[Var]) {
        let frame = self.frames.last_mut().expect("a block is open");
        for k in 0..k_in.len() {
            frame.push(Thread { k_in: k_in[k], k_out: k_out[k], l_in: l_in[k], l_out: l_out[k] });
        }
    }

    fn linear(&self) -> Rule<Block> {
        self.b.lin().ok_or_else(|| "no linear block is open".into())
    }
}
