//! Reverse mode: transposition of a linear block.
//!
//! ```text
//! run the block's known equations (tape_next becomes tape_pop), then its linear ones backward:
//!   y = f x   (linear in x)         ct x += transpose(f) (ct y)
//! ```
//! Cotangents accumulate in places: the first value that arrives is the place, later ones are added to it, at an index
//! where the rule says so. What a nested block captures becomes a place that the reversed loop carries, at every level
//! of nesting, so a loop that reads one element a trip updates one element of one buffer a trip.

use crate::copies::insert_copies;
use crate::dce::dce;
use crate::error::TransformError;
use crate::forward::has_tangent;
use crate::linearize::{Linearized, linearize_of};
use crate::names::defines;
use quipu_ir::ops::{self, Chain, Ix, Op, Operand, Reverse, Rule, Rules, Tangent, Transpose, conform};
use quipu_ir::{Block, Builder, Dim, Eqn, Func, Loc, Sym, SymDef, Ty, Var};
use rustc_hash::FxHashMap as HashMap;

struct Rev {
    b: Builder,
    /// Known variables of linear blocks, here.
    env: HashMap<Var, Var>,
    sizes: HashMap<Sym, Dim>,
    /// Cotangents of the block at hand.
    acc: HashMap<Var, Var>,
    list_zeros: HashMap<Var, Var>,
    at: Loc,
}

impl Rev {
    fn dim(&self, d: &Dim) -> Rule<Dim> {
        let mut unknown = false;
        let out = d.subst(&mut |n| {
            if let Some(d) = self.sizes.get(&n) {
                return d.clone();
            }
            if let SymDef::Dim(v, _) | SymDef::Value(v) = self.b.func.syms[n.index()].def {
                unknown |= self.b.func.is_linear(v);
            }
            n.into()
        });
        if unknown { Err("reverse mode needs a size that only the forward derivative knows".into()) } else { Ok(out) }
    }

    fn here(&self, t: &Ty) -> Rule<Ty> {
        let mut t = t.clone();
        let mut fail = None;
        t.visit_dims_mut(&mut |d| match self.dim(d) {
            Ok(m) => *d = m,
            Err(e) => fail = Some(e),
        });
        fail.map_or(Ok(t), Err)
    }

    fn op(&self, op: &Op) -> Rule<Op> {
        let mut op = op.clone();
        let mut fail = None;
        op.def_mut().visit_dims_mut(&mut |d| match self.dim(d) {
            Ok(m) => *d = m,
            Err(e) => fail = Some(e),
        });
        fail.map_or(Ok(op), Err)
    }

    fn is_linear(&self, v: Var) -> bool {
        self.b.func.is_linear(v)
    }

    fn known_equation(&mut self, e: &Eqn) -> Rule<()> {
        let op = match &e.op {
            Op::TapeNext(_) => ops::TapePop.into(),
            op => self.op(op)?,
        };
        let args: Vec<Var> = e.args.iter().map(|v| self.known(*v)).collect();
        let at = self.b.cur();
        let outs = self.b.try_emit_in(at, op, &args, vec![], false)?;
        for (v, here) in e.outs.iter().zip(outs) {
            self.bind(*v, here)?;
        }
        Ok(())
    }

    fn linear_equation(&mut self, e: &Eqn) -> Rule<()> {
        let mut ct: Vec<Tangent> = e.outs.iter().map(|o| self.acc.remove(o)).collect();
        let tapes = |vars: &[Var], linear: bool| -> Vec<Var> {
            let is = |v: &&Var| self.b.func.ty(**v).is_tape() && self.is_linear(**v) == linear;
            vars.iter().filter(is).copied().collect()
        };
        let zero = ct.iter().all(Option::is_none);
        // What takes from a tape of tangents must give back on every trip alike.
        let gives = !tapes(&e.args, true).is_empty() && !matches!(e.op, Op::TapePush(_));
        if zero && !gives {
            // The symbolic zero: known tapes pass through, unpopped on every trip alike.
            let (from, to) = (tapes(&e.args, false), tapes(&e.outs, false));
            for (t, o) in from.iter().zip(to) {
                let k = self.known(*t);
                self.bind(o, k)?;
            }
            return Ok(());
        }
        let op = self.op(&e.op)?;
        match op.def().rules() {
            Rules::Control(c) => c.transpose(self, e, &ct),
            Rules::Plain(p) => {
                if gives {
                    for (c, o) in ct.iter_mut().zip(&e.outs) {
                        if c.is_none() {
                            *c = Some(self.zero(*o)?);
                        }
                    }
                }
                let operand = |v: &Var| match self.is_linear(*v) {
                    true => Operand::Linear(*v),
                    false => Operand::Known(self.known(*v)),
                };
                let x: Vec<Operand> = e.args.iter().map(operand).collect();
                match p.transpose(self, &x, &ct)? {
                    Transpose::Done => Ok(()),
                    Transpose::NotLinear => Err(format!("the derivative of {:?} cannot run backward", e.op)),
                }
            }
        }
    }

    fn walk(&mut self, block: Block, seeds: &[Var]) -> Rule<()> {
        let d = self.b.func.block(block).clone();
        let (linear, known): (Vec<&Eqn>, Vec<&Eqn>) =
            d.eqns.iter().partition(|e| e.outs.iter().any(|o| self.is_linear(*o)));
        for e in known {
            self.known_equation(e)?;
        }
        let results: Vec<Var> = d.results.iter().copied().filter(|r| self.is_linear(*r)).collect();
        for (r, ct) in results.into_iter().zip(seeds) {
            self.add(&Operand::Linear(r), &vec![], &[], *ct)?;
        }
        for e in linear.iter().rev() {
            self.at = e.loc;
            self.b.loc = e.loc;
            self.linear_equation(e)?;
        }
        Ok(())
    }
}

impl Reverse for Rev {
    fn b(&mut self) -> &mut Builder {
        &mut self.b
    }

    fn known(&self, v: Var) -> Var {
        *self.env.get(&v).unwrap_or(&v)
    }

    fn bind(&mut self, v: Var, here: Var) -> Rule<()> {
        for (n, axis) in defines(&self.b.func, v) {
            let d = match axis {
                None => self.b.func.dim_of(here),
                Some(k) => self.b.func.ty(here).dims()[k].clone(),
            };
            self.sizes.insert(n, d);
        }
        self.env.insert(v, here);
        Ok(())
    }

    fn ty(&self, x: &Operand) -> Rule<Ty> {
        match x {
            Operand::Known(v) => Ok(self.b.func.ty(*v).clone()),
            Operand::Linear(v) => self.here(self.b.func.ty(*v)),
        }
    }

    fn add(&mut self, to: &Operand, chain: &Chain, ix: &[Var], value: Var) -> Rule<()> {
        let Operand::Linear(v) = to else { return Ok(()) };
        let p = if chain.is_empty() {
            // Where the size is not known here, the value has the right one.
            let value = match self.ty(to) {
                Ok(t) => conform(&mut self.b, value, &t),
                Err(_) => value,
            };
            match self.acc.remove(v) {
                None => value,
                Some(p) => sum(&mut self.b, p, value)?,
            }
        } else {
            let p = self.take_or_zero(*v)?;
            self.b.update_add(p, chain, ix, value)
        };
        self.acc.insert(*v, p);
        Ok(())
    }

    fn take(&mut self, v: Var) -> Tangent {
        self.acc.remove(&v)
    }

    fn zero(&mut self, v: Var) -> Rule<Var> {
        match self.ty(&Operand::Linear(v))? {
            t @ (Ty::Scalar(_) | Ty::Array(..)) => Ok(self.b.zeros(&t)),
            t @ Ty::Tape(..) => Ok(self.b.emit(ops::TapeNew(t), &[])),
            Ty::List(_) => match self.list_zeros.get(&v) {
                Some(zeros) => Ok(*zeros),
                None => Err("reverse mode through a list that is made in a loop or branch and not kept".into()),
            },
            t => Err(format!("reverse mode through a value of type {t}")),
        }
    }

    fn take_or_zero(&mut self, v: Var) -> Rule<Var> {
        match self.acc.remove(&v) {
            Some(p) => Ok(p),
            None => self.zero(v),
        }
    }

    fn set(&mut self, v: Var, place: Var) {
        self.acc.insert(v, place);
    }

    fn linear_captures(&self, blocks: &[Block]) -> Vec<Var> {
        let mut out = vec![];
        for v in blocks.iter().flat_map(|b| self.b.func.free_vars(*b)) {
            if self.is_linear(v) && !out.contains(&v) {
                out.push(v);
            }
        }
        out
    }

    fn block(
        &mut self,
        block: Block,
        seeds: &[Var],
        caps: &[(Var, Var)],
        wanted: &[Var],
    ) -> Rule<(Vec<Var>, Vec<Var>)> {
        let outer = std::mem::take(&mut self.acc);
        self.acc.extend(caps.iter().copied());
        self.walk(block, seeds)?;
        let cts = wanted.iter().map(|v| self.take_or_zero(*v)).collect::<Rule<_>>()?;
        let places = caps.iter().map(|(v, _)| self.take_or_zero(*v)).collect::<Rule<_>>()?;
        self.acc = outer;
        Ok((cts, places))
    }
}

/// In place, into `p`.
fn sum(b: &mut Builder, p: Var, v: Var) -> Rule<Var> {
    match b.ty(p) {
        Ty::Array(_, dims) if !dims.is_empty() => Ok(b.update_add(p, &vec![Ix::All; dims.len()], &[], v)),
        Ty::Scalar(_) | Ty::Array(..) => Ok(b.add(p, v)),
        Ty::List(_) => Ok(ops::list_sum(b, p, v)),
        t => Err(format!("reverse mode uses a value of type {t} twice")),
    }
}

/// What the gradient functions add to the results.
pub enum Seed {
    /// 1 for the first result, a real scalar.
    One,
    /// A parameter per result that has a tangent space, behind the others.
    Params,
}

/// `x.. [, ct of y..] -> [y..,] ct of wrt..`.
pub fn vjp_of(src: &Func, wrt: &[usize], seed: Seed, values: bool) -> Result<Func, TransformError> {
    let prefix = if matches!(seed, Seed::One) { "grad" } else { "vjp" };
    if let Seed::One = seed {
        let y = src.block(Func::ENTRY).results.first().map(|r| src.ty(*r).clone());
        match y {
            Some(Ty::Scalar(d)) if d.is_float() => {}
            Some(Ty::Array(d, dims)) if d.is_float() && dims.is_empty() => {}
            t => {
                let t = t.map_or_else(|| "nothing".to_string(), |t| t.to_string());
                let message = format!("the gradient of {}, which gives {t}, not a float", src.name);
                return Err(TransformError::nowhere(message));
            }
        }
    }
    let Linearized { b, linear, y, dy, list_zeros } = linearize_of(src, &format!("{prefix}_{}", src.name), wrt)?;
    let mut cx =
        Rev { b, env: HashMap::default(), sizes: HashMap::default(), acc: HashMap::default(), list_zeros, at: Loc(0) };
    let done = gradients(&mut cx, linear, &y, &dy, &seed);
    let grads = done.map_err(|m| TransformError::at(src, cx.at, m))?;
    let out = if values { [y, grads].concat() } else { grads };
    let mut f = cx.b.finish(&out);
    dce(&mut f);
    insert_copies(&mut f);
    Ok(f)
}

/// One more parameter, the cotangent of a result. Sizes that the function computes it has of its own; they must agree.
fn seed_param(cx: &mut Rev, want: &Ty) -> Rule<Var> {
    let at = cx.b.cur();
    let f = &mut cx.b.func;
    let params = f.block(at).params.clone();
    let mut ty = want.clone();
    let mut computed = vec![];
    if let Ty::Array(_, dims) = &mut ty {
        for (axis, d) in dims.iter_mut().enumerate() {
            let mut early = true;
            d.visit_syms(&mut |n| match f.syms[n.index()].def {
                SymDef::Value(v) | SymDef::Dim(v, _) => early &= params.contains(&v),
                SymDef::Free => early = false,
            });
            if !early {
                computed.push((axis, d.clone()));
                *d = f.new_size().into();
            }
        }
    }
    let v = f.new_var(ty, false);
    f.define_dims(v);
    f.block_mut(at).params.push(v);
    f.consumes.push(false);
    for (axis, d) in computed {
        let have = cx.b.func.ty(v).dims()[axis].clone();
        let (have, d) = (cx.b.size(&have), cx.b.size(&d));
        let bad = cx.b.map(&ops::NE, &[have, d]);
        let text = format!("the cotangent has {{0}} elements along axis {axis}, the result {{1}}");
        let check = ops::RaiseIf { kind: quipu_abi::ErrorKind::ValueError, text: text.into() };
        cx.b.emit_n(check, &[bad, have, d], vec![]);
    }
    Ok(conform(&mut cx.b, v, want))
}

/// Runs the linear block backward from the seeds; the cotangents of its parameters.
fn gradients(cx: &mut Rev, linear: Block, y: &[Var], dy: &[Tangent], seed: &Seed) -> Rule<Vec<Var>> {
    let (mut seeds, mut seeded) = (vec![], vec![]);
    for (k, (y, dy)) in y.iter().zip(dy).enumerate() {
        let ty = cx.b.ty(*y);
        let ct = match seed {
            Seed::Params if has_tangent(&ty) => Some(seed_param(cx, &ty)?),
            Seed::One if k == 0 => {
                let one = cx.b.like(1.0, *y);
                Some(conform(&mut cx.b, one, &ty))
            }
            _ => None,
        };
        if let (Some(ct), Some(dy)) = (ct, dy) {
            seeds.push(ct);
            seeded.push(*dy);
        }
    }
    cx.b.func.block_mut(linear).results = seeded;
    let params = cx.b.func.block(linear).params.clone();
    Ok(cx.block(linear, &seeds, &[], &params)?.0)
}
