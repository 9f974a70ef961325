//! Batching: a function of one lane becomes a function of all lanes.
//!
//! The batch dim is axis 0 of every value that differs between lanes; what does not stays as it is. Control that
//! differs runs under a mask. The mask is pushed into the stores (an `update` writes back what is there in idle lanes),
//! so a place that is only stored into needs no select at the end of a trip: it stays in place. A token follows such
//! places. Three guards make idle lanes harmless: their stores write back, their indices are 0, and floats that enter
//! are gated (their derivative is 0, where 0 * inf would be NaN). Where there is a mask, at least one lane runs: an arm
//! that no lane takes is skipped, so what all lanes share is computed, and may raise, as in a loop over lanes.
//!
//! Which exception is raised if several lanes would: that of the first equation at which a lane raises, with the
//! numbers of the smallest such lane.

use crate::copies::insert_copies;
use crate::dce::dce;
use crate::error::TransformError;
use crate::forward::reach;
use crate::names::{self, Sizes, defines};
use quipu_ir::ops::{self, Batched, Batching, Op, Rule, Rules};
use quipu_ir::{Block, Builder, Dim, Eqn, Func, Loc, SymDef, Ty, Var};
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

struct Vmap<'s> {
    src: &'s Func,
    b: Builder,
    n: Dim,
    mask: Option<Var>,
    /// With the mask where it was bound.
    env: HashMap<Var, (Batched, Option<Var>)>,
    on: HashSet<Var>,
    tokens: HashMap<Var, u32>,
    next: u32,
    /// Constants of the target: nobody asks for their derivative.
    constants: HashSet<Var>,
    sizes: Sizes,
    at: Loc,
}

/// The type of all lanes' values.
fn batched(t: &Ty, n: &Dim) -> Ty {
    match t {
        Ty::List(t) => Ty::List(Box::new(batched(t, n))),
        t => t.batched(n),
    }
}

impl Vmap<'_> {
    /// An operand under the mask: floats from outside, and floats that all lanes share, are gated. Bases of chains
    /// are gated where they are read.
    fn operand(&mut self, e: &Eqn, k: usize, any_on: bool) -> Rule<Batched> {
        let (x, m) = self.env[&e.args[k]];
        if self.mask.is_none() || !self.b.func.ty(x.v).differentiable() || e.op.def().consumes(k) {
            return Ok(x);
        }
        let base = k == 0 && matches!(e.op, Op::Read(_) | Op::Gather(_) | Op::ListGet(_));
        let passes = matches!(e.op, Op::TapePush(_) | Op::TapePop(_) | Op::TapeNext(_));
        if base || passes || self.constants.contains(&x.v) {
            return Ok(x);
        }
        if x.on {
            return Ok(if m == self.mask { x } else { Batched::on(self.gate(x.v)) });
        }
        // Only where a product meets other lanes' values; products of matrices see to it themselves.
        if any_on && matches!(e.op, Op::Map(_)) {
            let v = self.ensure(&x)?;
            return Ok(Batched::on(self.gate(v)));
        }
        Ok(x)
    }

    fn plain(&mut self, e: &Eqn) -> Rule<()> {
        let op = self.sizes.op(self.src, &mut self.b.func, &e.op)?;
        if op.def().effects().io {
            return Err("input and output under vmap".into());
        }
        let any_on = e.args.iter().any(|a| self.env[a].0.on);
        let x: Vec<Batched> = (0..e.args.len()).map(|k| self.operand(e, k, any_on)).collect::<Rule<_>>()?;
        let Rules::Plain(p) = op.def().rules() else { return Err(format!("{op:?} has blocks")) };
        let outs = if any_on || e.outs.iter().any(|o| self.is_on(*o)) {
            p.batch(self, &x)?
        } else {
            let v: Vec<Var> = x.iter().map(|x| x.v).collect();
            let at = self.b.cur();
            let outs = self.b.try_emit_in(at, op.clone(), &v, vec![], false)?;
            if matches!(op, Op::Const(_) | Op::Zeros(_)) {
                self.constants.extend(&outs);
            }
            outs.into_iter().map(|v| Batched { v, on: false }).collect()
        };
        for (s, o) in e.outs.iter().zip(outs) {
            let on = self.is_on(*s);
            let v = if on { self.ensure(&o)? } else { o.v };
            self.bind(*s, v, on)?;
        }
        Ok(())
    }

    fn bind_token(&mut self, s: Var, v: Var, on: bool) -> Rule<()> {
        self.bind(s, v, on)?;
        if self.token(v).is_none() {
            self.next += 1;
            self.tokens.insert(v, self.next);
        }
        Ok(())
    }

    /// `m` with the dims of a batched value.
    fn mask_like(&mut self, m: Var, v: Var) -> Var {
        let dims = self.b.func.ty(v).dims().to_vec();
        if dims.len() > 1 { self.b.broadcast(m, &dims, &[0]) } else { m }
    }

    /// Every element of a list, repeated for the lanes.
    fn ensure_list(&mut self, list: Var, elem: &Ty) -> Rule<Var> {
        let out = batched(elem, &self.n);
        let new = self.b.emit(ops::ListNew(out.clone()), &[]);
        let n = self.b.emit(ops::ListLen { depth: 0 }, &[list]);
        let (_, p) = self.b.begin(&[Ty::I64, Ty::List(Box::new(out))]);
        let x = self.b.emit(ops::ListGet { depth: 0 }, &[list, p[0]]);
        let x = self.ensure(&Batched { v: x, on: false })?;
        let r = self.b.emit(ops::ListPush { depth: 0 }, &[x, p[1]]);
        let body = self.b.end(&[r]);
        Ok(self.b.emit_n(ops::For::default(), &[n, new], vec![body])[0])
    }
}

impl<'s> Batching<'s> for Vmap<'s> {
    fn src(&self) -> &'s Func {
        self.src
    }

    fn b(&mut self) -> &mut Builder {
        &mut self.b
    }

    fn n(&self) -> Dim {
        self.n.clone()
    }

    fn mask(&self) -> Option<Var> {
        self.mask
    }

    fn set_mask(&mut self, m: Option<Var>) {
        self.mask = m;
    }

    fn and_mask(&mut self, m: Var) {
        self.mask = Some(match self.mask {
            Some(o) => self.b.map(&ops::AND, &[o, m]),
            None => m,
        });
    }

    fn get(&self, s: Var) -> Batched {
        self.env[&s].0
    }

    fn is_on(&self, s: Var) -> bool {
        self.on.contains(&s)
    }

    fn bind(&mut self, s: Var, v: Var, on: bool) -> Rule<()> {
        self.sizes.bind(self.src, s, &mut self.b.func, v, on);
        self.env.insert(s, (Batched { v, on }, self.mask));
        Ok(())
    }

    fn ensure(&mut self, x: &Batched) -> Rule<Var> {
        if x.on {
            return Ok(x.v);
        }
        match self.b.ty(x.v) {
            Ty::Scalar(_) => Ok(self.b.fill(x.v, std::slice::from_ref(&self.n))),
            Ty::Array(_, dims) => {
                let all: Vec<Dim> = std::iter::once(self.n.clone()).chain(dims.iter().cloned()).collect();
                let axes: Vec<usize> = (1..=dims.len()).collect();
                Ok(self.b.broadcast(x.v, &all, &axes))
            }
            Ty::List(t) => self.ensure_list(x.v, &t),
            t => Err(format!("a value of type {t} that differs between lanes")),
        }
    }

    fn select(&mut self, m: Var, a: Var, b: Var) -> Rule<Var> {
        if a == b {
            return Ok(a);
        }
        match self.b.ty(a) {
            Ty::Scalar(_) | Ty::Array(..) => {
                let sizes = |v: Var| self.b.func.ty(v).dims().to_vec();
                if self.b.func.ty(b).is_array() && sizes(a) != sizes(b) {
                    return Err(names::PER_LANE.into());
                }
                let m = self.mask_like(m, a);
                Ok(self.b.select(m, a, b))
            }
            t => Err(format!("a choice between values of type {t} that differs between lanes")),
        }
    }

    fn gate(&mut self, v: Var) -> Var {
        let t = self.b.func.ty(v);
        match self.mask {
            Some(m) if t.is_array() && t.differentiable() => {
                let m = self.mask_like(m, v);
                self.b.map(&ops::GATE, &[m, v])
            }
            _ => v,
        }
    }

    fn quiet(&mut self, v: Var) -> Var {
        match self.mask {
            Some(m) if self.b.func.ty(v).is_array() => {
                let m = self.mask_like(m, v);
                let zero = self.b.like(0.0, v);
                self.b.select(m, v, zero)
            }
            _ => v,
        }
    }

    fn rank(&self, x: &Batched) -> usize {
        self.b.func.ty(x.v).rank() - usize::from(x.on)
    }

    fn token(&self, v: Var) -> Option<u32> {
        self.tokens.get(&v).copied()
    }

    fn inherit(&mut self, out: Var, base: Var) {
        if let Some(t) = self.token(base) {
            self.tokens.insert(out, t);
        }
    }

    fn begin(&mut self, block: Block, lead: usize, args: &[Var], extra: &[Ty]) -> Rule<Vec<Var>> {
        self.b.begin(&[]);
        let at = self.b.cur();
        let mut out = vec![];
        let params = self.src.block(block).params.clone();
        for (k, s) in params.iter().enumerate() {
            let on = self.is_on(*s);
            let own = defines(self.src, *s).iter().any(|(_, axis)| axis.is_some());
            let ty = match k.checked_sub(lead).and_then(|k| args.get(k)) {
                Some(v) if !own => self.b.ty(*v),
                _ => {
                    let t = self.sizes.param(self.src, &mut self.b.func, *s)?;
                    if on { batched(&t, &self.n) } else { t }
                }
            };
            let v = self.b.func.new_var(ty, false);
            self.b.func.define_dims(v);
            self.b.func.block_mut(at).params.push(v);
            match k < lead {
                true => self.bind(*s, v, on)?,
                false => self.bind_token(*s, v, on)?,
            }
            out.push(v);
        }
        for t in extra {
            let v = self.b.func.new_var(t.clone(), false);
            self.b.func.block_mut(at).params.push(v);
            out.push(v);
        }
        Ok(out)
    }

    fn run_block(&mut self, block: Block) -> Rule<()> {
        for e in &self.src.block(block).eqns {
            self.at = e.loc;
            self.b.loc = e.loc;
            match e.op.def().rules() {
                Rules::Control(c) => c.batch(self, e)?,
                Rules::Plain(_) => self.plain(e)?,
            }
            self.at = e.loc;
        }
        Ok(())
    }

    fn init(&mut self, param: Var, arg: Var) -> Rule<Var> {
        let x = self.get(arg);
        if self.is_on(param) { self.ensure(&x) } else { Ok(x.v) }
    }

    fn yield_slot(&mut self, param: Var, result: Var, old: Var, diverges: bool) -> Rule<(Var, bool)> {
        let x = self.get(result);
        if !self.is_on(param) {
            return Ok((x.v, false));
        }
        let v = self.ensure(&x)?;
        let kept = self.token(v).is_some() && self.token(v) == self.token(old);
        match self.mask {
            Some(m) if diverges && !kept && !self.b.func.ty(v).is_tape() => Ok((self.select(m, v, old)?, false)),
            _ => Ok((v, kept)),
        }
    }
}

/// `src` has no calls but recursive ones. `in_axes[k]`: the axis of parameter k that the lanes are laid along.
pub fn vmap_of(src: &Func, in_axes: &[Option<usize>]) -> Result<Func, TransformError> {
    let params = &src.block(Func::ENTRY).params;
    if in_axes.len() != params.len() || in_axes.iter().all(Option::is_none) {
        let message = format!("vmap of {}: {} axes for {} parameters", src.name, in_axes.len(), params.len());
        return Err(TransformError::nowhere(message));
    }
    let (mut b, _) = Builder::new(&format!("vmap_{}", src.name), &[], 0);
    b.func.locs.clone_from(&src.locs);
    b.func.consumes.clone_from(&src.consumes);
    let n = Dim::from(b.new_size());
    let seeds: Vec<Var> = params.iter().zip(in_axes).filter(|(_, a)| a.is_some()).map(|(p, _)| *p).collect();
    let mut cx = Vmap {
        src,
        b,
        n,
        mask: None,
        env: HashMap::default(),
        on: reach(src, &seeds, true),
        tokens: HashMap::default(),
        next: 0,
        constants: HashSet::default(),
        sizes: Sizes::default(),
        at: Loc(0),
    };
    let done = body(&mut cx, in_axes);
    let out = done.map_err(|m| TransformError::at(src, cx.at, m))?;
    let mut f = cx.b.finish(&out);
    dce(&mut f);
    insert_copies(&mut f);
    Ok(f)
}

fn body(cx: &mut Vmap<'_>, in_axes: &[Option<usize>]) -> Rule<Vec<Var>> {
    let src = cx.src;
    let d = src.block(Func::ENTRY);
    let at = cx.b.cur();
    let mut args = vec![];
    for (s, axis) in d.params.iter().zip(in_axes) {
        let mut ty = cx.sizes.param(src, &mut cx.b.func, *s)?;
        // What the batch dim is moved from decides whether the dims may be defined here: a front axis only.
        if let Some(axis) = axis {
            ty = match ty {
                Ty::Scalar(t) if *axis == 0 => Ty::Array(t, vec![cx.n.clone()]),
                Ty::Array(t, mut dims) if *axis <= dims.len() => {
                    dims.insert(*axis, cx.n.clone());
                    Ty::Array(t, dims)
                }
                Ty::List(_) if *axis == 0 => batched(&ty, &cx.n),
                t => return Err(format!("vmap over axis {axis} of a parameter of type {t}")),
            };
        }
        let v = cx.b.func.new_var(ty, false);
        cx.b.func.define_dims(v);
        cx.b.func.block_mut(at).params.push(v);
        args.push(front(&mut cx.b, v, axis.unwrap_or(0)));
        // Later parameters' types may hold this one's sizes.
        let last = args[args.len() - 1];
        cx.bind(*s, last, axis.is_some())?;
    }
    if cx.b.func.syms[cx.n.as_sym().map_or(0, |n| n.index())].def == SymDef::Free {
        return Err("vmap over lists only: the number of lanes differs between elements".into());
    }
    cx.run_block(Func::ENTRY)?;
    d.results
        .iter()
        .map(|r| {
            let x = cx.get(*r);
            cx.ensure(&x)
        })
        .collect()
}

/// With `axis` moved to the front.
fn front(b: &mut Builder, v: Var, axis: usize) -> Var {
    if axis == 0 {
        return v;
    }
    let rank = b.func.ty(v).rank();
    let perm = std::iter::once(axis).chain((0..rank).filter(|k| *k != axis)).collect();
    b.emit(ops::Permute { perm }, &[v])
}
