//! `if`.

use super::*;

/// A conditional. Operands: a bool, and what the arms consume.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct If;

impl OpDef for If {
    says!(control rules);

    fn name(&self) -> &'static str {
        "if"
    }

    fn infer(&self, f: &mut Func, x: &[Var], b: &[Block]) -> Result<Vec<Ty>, String> {
        let (p, args) = x.split_first().ok_or("a condition expected")?;
        let [yes, no] = b else { return Err("two blocks expected".into()) };
        if f.ty(*p) != &Ty::BOOL {
            return Err(format!("the condition is {}", f.ty(*p)));
        }
        for b in [*yes, *no] {
            let params = f.block(b).params.clone();
            same_tys(f, args, &params, "operands of an arm")?;
        }
        arms_tys(f, [*yes, *no])
    }

    says!(value none);

    says!(consumes the rest);

    says!(no effects);
    says!(no dims);

    fn eval(&self, ev: &mut Eval<'_>, e: &Eqn, mut x: Vec<Value>) -> Outcome<Vec<Value>> {
        let p = truth(want(x.first(), "a condition")?)?;
        x.remove(0);
        let arm = want(e.blocks.get(usize::from(!p)), "a block")?;
        ev.block(*arm, x)
    }
}

impl Control for If {
    fn flow(&self, f: &Func, e: &Eqn) -> Vec<(Var, Var)> {
        let arm = |b: &Block| {
            let d = f.block(*b);
            [pairs(&e.args[1..], &d.params), pairs(&d.results, &e.outs)].concat()
        };
        e.blocks.iter().flat_map(arm).collect()
    }

    /// The places that the arms take in too: a masked arm stores into them per lane.
    fn decides(&self, f: &Func, e: &Eqn) -> (Vec<Var>, Vec<Var>) {
        let params = e.blocks.iter().flat_map(|b| &f.block(*b).params).copied();
        let places = params.filter(|p| f.ty(*p).is_place());
        (vec![e.args[0]], e.outs.iter().copied().chain(places).collect())
    }

    fn jvp(&self, cx: &mut dyn Forward<'_>, e: &Eqn) -> Rule<()> {
        let carried: Vec<usize> = (0..e.args.len() - 1).filter(|k| cx.is_active(e.args[k + 1])).collect();
        let outs = active_outs(cx, e, e.outs.len());
        let x = primals(cx, &e.args);
        let dx = tangents(cx, &e.args[1..], &carried)?;
        let mut blocks = vec![];
        for b in &e.blocks {
            blocks.push(cx.dual_block(*b, &x[1..], 0, &carried, &outs)?);
        }
        let y = cx.b().emit_n(If, &[x, dx].concat(), blocks);
        let n = e.outs.len().min(y.len());
        cx.bind_outs(e, &y[..n], &y[n..])
    }

    fn linearize(&self, cx: &mut dyn Forward<'_>, e: &Eqn) -> Rule<()> {
        let carried: Vec<usize> = (0..e.args.len() - 1).filter(|k| cx.is_active(e.args[k + 1])).collect();
        let outs = active_outs(cx, e, e.outs.len());
        let x = primals(cx, &e.args);
        let dx = tangents(cx, &e.args[1..], &carried)?;
        let mut arms = vec![];
        for b in &e.blocks {
            arms.push(cx.linear_pair(*b, &x[1..], 0, &carried, &outs, Runs::Once)?);
        }
        // The twin of an arm that raises never runs; it only has to have the other's type.
        for (k, b) in e.blocks.iter().enumerate() {
            if cx.src().diverges(*b) {
                let like = cx.b().func.block(arms[1 - k].linear).results.clone();
                let at = arms[k].linear;
                let b = cx.b();
                let zeros = like.iter().map(|v| {
                    let op: Op = match b.ty(*v) {
                        t @ Ty::Tape(..) => TapeNew(t).into(),
                        t => Zeros(t).into(),
                    };
                    Ok(b.try_emit_in(at, op, &[], vec![], true)?[0])
                });
                let zeros = zeros.collect::<Rule<Vec<Var>>>()?;
                b.func.block_mut(at).results = zeros;
            }
        }
        // Each arm passes the other's tapes on untouched.
        let (mut k_in, mut l_in) = (vec![], vec![]);
        for from in 0..2 {
            let (k, l) = cx.wire(&arms[from].threads);
            k_in.extend(k);
            l_in.extend(l);
            for to in 0..2 {
                let threads = match from == to {
                    true => arms[from].threads.clone(),
                    false => {
                        let (k, l) = cx.wire(&arms[from].threads);
                        let pass = |(k, l): (Var, Var)| Thread { k_in: k, k_out: k, l_in: l, l_out: l };
                        k.into_iter().zip(l).map(pass).collect()
                    }
                };
                thread(&mut cx.b().func, arms[to].known, arms[to].linear, &threads);
            }
        }
        let linear = cx.linear()?;
        let b = cx.b();
        let known = b.cur();
        let blocks = |f: fn(&Pair) -> Block| arms.iter().map(f).collect::<Vec<_>>();
        let y = b.try_emit_in(known, If.into(), &[&x[..], &k_in].concat(), blocks(|p| p.known), false)?;
        let args = [&x[..1], &dx, &l_in].concat();
        let dy = b.try_emit_in(linear, If.into(), &args, blocks(|p| p.linear), true)?;
        let (n, m) = (e.outs.len().min(y.len()), dy.len() - l_in.len());
        untape(&mut b.func, &dy[m..]);
        cx.wired(&k_in, &y[n..], &l_in, &dy[m..]);
        cx.bind_outs(e, &y[..n], &dy[..m])
    }

    fn transpose(&self, cx: &mut dyn Reverse, e: &Eqn, ct: &[Tangent]) -> Rule<()> {
        let (lin, tapes) = split_outs(&cx.b().func, e);
        let n_in = e.args.len() - 1 - tapes.len();
        let caps = cx.linear_captures(&e.blocks);
        let mut args = vec![cx.known(e.args[0])];
        for k in &lin {
            args.push(instantiated(cx, e, *k, ct)?);
        }
        for v in &caps {
            args.push(cx.take_or_zero(*v)?);
        }
        for t in &e.args[1 + n_in..] {
            args.push(cx.known(*t));
        }
        let (c0, t0) = (lin.len(), lin.len() + caps.len());
        let tys = cx.b().func.tys(&args[1..]);
        let mut blocks = vec![];
        for arm in &e.blocks {
            let d = cx.b().func.block(*arm).clone();
            let (_, p) = cx.b().begin(&tys);
            for (s, v) in d.params[n_in..].iter().zip(&p[t0..]) {
                cx.bind(*s, *v)?;
            }
            let (cts, places) = cx.block(*arm, &p[..c0], &pairs(&caps, &p[c0..t0]), &d.params[..n_in])?;
            let tapes = d.results[c0..].iter().map(|t| cx.known(*t)).collect();
            let results = [cts, places, tapes].concat();
            blocks.push(cx.b().end(&results));
        }
        let outs = cx.b().emit_n(If, &args, blocks);
        for (a, o) in e.args[1..=n_in].iter().zip(&outs) {
            cx.add(&Operand::Linear(*a), &vec![], &[], *o)?;
        }
        for (v, o) in caps.iter().zip(&outs[n_in..]) {
            cx.set(*v, *o);
        }
        for (k, o) in tapes.iter().zip(&outs[n_in + caps.len()..]) {
            cx.bind(e.outs[*k], *o)?;
        }
        Ok(())
    }

    /// If the condition differs between lanes, both arms run, one after the other, under complementary masks. A place
    /// goes through the first arm into the second, because the first leaves the other lanes as they were.
    fn batch(&self, cx: &mut dyn Batching<'_>, e: &Eqn) -> Rule<()> {
        let src = cx.src();
        let p = cx.get(e.args[0]);
        let (yes, no) = (src.block(e.blocks[0]).params.clone(), src.block(e.blocks[1]).params.clone());
        let mut args = vec![];
        for (k, a) in e.args[1..].iter().enumerate() {
            let param = if cx.is_on(yes[k]) { yes[k] } else { no[k] };
            args.push(cx.init(param, *a)?);
        }
        if !p.on {
            let mut blocks = vec![];
            let mut kept = vec![];
            for arm in &e.blocks {
                let q = cx.begin(*arm, 0, &args, &[])?;
                let (r, from) = arm_results(cx, e, *arm, &q)?;
                blocks.push(cx.b().end(&r));
                if !src.diverges(*arm) {
                    kept.push(from);
                }
            }
            let outs = cx.b().emit_n(If, &[&[p.v], &args[..]].concat(), blocks);
            for (k, (s, v)) in e.outs.iter().zip(outs).enumerate() {
                let from = kept[0][k].filter(|j| kept.iter().all(|from| from[k] == Some(*j)));
                bind_out(cx, *s, v, from.map(|j| args[j]))?;
            }
            return Ok(());
        }
        let outer = cx.mask();
        cx.and_mask(p.v);
        let (first, first_from) = masked_arm(cx, e, e.blocks[0], &args)?;
        cx.set_mask(outer);
        let through: Vec<Var> = (0..args.len())
            .map(|j| first_from.iter().position(|from| *from == Some(j)).map_or(args[j], |k| first[k]))
            .collect();
        let not_p = cx.b().map(&NOT, &[p.v]);
        cx.and_mask(not_p);
        let (second, second_from) = masked_arm(cx, e, e.blocks[1], &through)?;
        cx.set_mask(outer);
        for (k, s) in e.outs.iter().enumerate() {
            let (v, from) = match (first.get(k), second.get(k)) {
                (Some(_), Some(v)) if second_from[k].is_some() && first_from[k] == second_from[k] => {
                    (*v, second_from[k])
                }
                (Some(a), Some(b)) => (cx.select(p.v, *a, *b)?, None),
                (Some(v), None) => (*v, first_from[k]),
                (None, Some(v)) => (*v, second_from[k]),
                (None, None) => return Ok(()),
            };
            bind_out(cx, *s, v, from.map(|j| args[j]))?;
        }
        Ok(())
    }
}

impl If {
    says!(no samples);
}

/// Runs an open arm. Gives its results with a batch dim where the equation's have one, and which parameter each is a
/// version of.
fn arm_results(cx: &mut dyn Batching<'_>, e: &Eqn, arm: Block, params: &[Var]) -> Rule<(Vec<Var>, Vec<Option<usize>>)> {
    cx.run_block(arm)?;
    let src = cx.src();
    if src.diverges(arm) {
        return Ok((vec![], vec![]));
    }
    let (mut out, mut from) = (vec![], vec![]);
    for (s, o) in src.block(arm).results.iter().zip(&e.outs) {
        let x = cx.get(*s);
        let v = if cx.is_on(*o) { cx.ensure(&x)? } else { x.v };
        from.push(params.iter().position(|p| cx.token(v).is_some() && cx.token(*p) == cx.token(v)));
        out.push(v);
    }
    Ok((out, from))
}

/// An arm under the mask; skipped if no lane takes it.
fn masked_arm(cx: &mut dyn Batching<'_>, e: &Eqn, arm: Block, args: &[Var]) -> Rule<(Vec<Var>, Vec<Option<usize>>)> {
    let mask = cx.mask().ok_or("an arm without a mask")?;
    let any = any_lane(cx.b(), mask);
    let before = cx.b().func.vars.len();
    let q = cx.begin(arm, 0, args, &[])?;
    let (r, from) = arm_results(cx, e, arm, &q)?;
    // What comes from outside need not pass through.
    let inner: Vec<usize> = (0..r.len()).filter(|k| r[*k].index() >= before).collect();
    let taken: Vec<Var> = inner.iter().map(|k| r[*k]).collect();
    let yes = cx.b().end(&taken);
    let b = cx.b();
    let tys = b.func.tys(&q);
    let (_, skipped) = b.begin(&tys);
    let mut else_ = vec![];
    for k in &inner {
        else_.push(match from[*k] {
            Some(j) => skipped[j],
            None => placeholder(b, r[*k], before)?,
        });
    }
    let no = b.end(&else_);
    let outs = b.emit_n(If, &[&[any], args].concat(), vec![yes, no]);
    let mut all = r;
    for (k, o) in inner.iter().zip(outs) {
        all[*k] = o;
        if let Some(j) = from[*k] {
            cx.inherit(o, args[j]);
        }
    }
    Ok((all, from))
}

/// A value that no lane uses.
fn placeholder(b: &mut Builder, like: Var, before: usize) -> Rule<Var> {
    let ty = b.ty(like);
    let mut local = false;
    ty.visit_syms(&mut |n| {
        if let crate::SymDef::Value(v) | crate::SymDef::Dim(v, _) = b.func.syms[n.index()].def {
            local |= v.index() >= before;
        }
    });
    match ty {
        Ty::Scalar(_) | Ty::Array(..) if !local => Ok(b.zeros(&ty)),
        Ty::Scalar(_) | Ty::Array(..) => Err("an array made in a branch that only some lanes take".into()),
        t => Err(format!("a value of type {t} from a branch that only some lanes take")),
    }
}
