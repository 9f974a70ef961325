//! `for` and `while`.

use super::*;

/// A counted loop. Operands: trip count (below 0 counts as 0), carried values.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct For {
    /// The body also yields a bool: true ends the loop after this trip; the op's last result is the trips done.
    pub until: bool,
    /// The index counts down from trip - 1.
    pub reverse: bool,
    /// The user promised that trips are independent (`prange`).
    pub parallel: bool,
}

impl OpDef for For {
    says!(control rules);

    fn name(&self) -> &'static str {
        "for"
    }

    fn infer(&self, f: &mut Func, x: &[Var], b: &[Block]) -> Result<Vec<Ty>, String> {
        let (trip, init) = x.split_first().ok_or("a trip count expected")?;
        let [body] = b else { return Err("one block expected".into()) };
        want_int(f, *trip)?;
        let d = f.block(*body).clone();
        let (i, params) = d.params.split_first().ok_or("the body has no index")?;
        want_int(f, *i)?;
        same_tys(f, init, params, "carried values")?;
        let mut out = f.tys(params);
        if !f.diverges(*body) {
            let n = params.len();
            if d.results.len() != n + usize::from(self.until) {
                return Err(format!("the body yields {} values", d.results.len()));
            }
            same_tys(f, &d.results[..n], params, "yielded values")?;
            for (k, t) in out.iter_mut().enumerate() {
                let from = f.tys(&[init[k], d.results[k]]);
                *t = merged(f, &from);
            }
        }
        if self.until {
            out.push(Ty::I64);
        }
        Ok(out)
    }

    says!(value none);

    says!(consumes the rest);

    says!(no effects);
    says!(no dims);

    fn eval(&self, ev: &mut Eval<'_>, e: &Eqn, mut x: Vec<Value>) -> Outcome<Vec<Value>> {
        let trip = int(want(x.first(), "a trip count")?)?.max(0);
        let body = *want(e.blocks.first(), "a block")?;
        let mut done = 0;
        while done < trip {
            ev.tick()?;
            x[0] = Value::i64(if self.reverse { trip - 1 - done } else { done });
            let mut out = ev.block(body, std::mem::take(&mut x))?;
            done += 1;
            let stop = self.until && truth(&want(out.pop(), "the end of a loop")?)?;
            x = std::iter::once(Value::i64(0)).chain(out).collect();
            if stop {
                break;
            }
        }
        x.remove(0);
        x.extend(self.until.then(|| Value::i64(done)));
        Ok(x)
    }
}

/// A loop while a condition holds. The condition's block borrows.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct While;

impl OpDef for While {
    says!(control rules);

    fn name(&self) -> &'static str {
        "while"
    }

    fn infer(&self, f: &mut Func, x: &[Var], b: &[Block]) -> Result<Vec<Ty>, String> {
        let [cond, body] = b else { return Err("two blocks expected".into()) };
        let (c, d) = (f.block(*cond).clone(), f.block(*body).clone());
        same_tys(f, x, &c.params, "carried values of the condition")?;
        same_tys(f, x, &d.params, "carried values")?;
        if !f.diverges(*cond) && f.tys(&c.results) != [Ty::BOOL] {
            return Err(format!("the condition yields {:?}", f.tys(&c.results)));
        }
        let mut out = f.tys(&d.params);
        if !f.diverges(*body) {
            same_tys(f, &d.results, &d.params, "yielded values")?;
            for (k, t) in out.iter_mut().enumerate() {
                let from = f.tys(&[x[k], d.results[k]]);
                *t = merged(f, &from);
            }
        }
        Ok(out)
    }

    says!(value none);

    says!(consumes all);

    says!(no effects);
    says!(no dims);

    fn eval(&self, ev: &mut Eval<'_>, e: &Eqn, mut x: Vec<Value>) -> Outcome<Vec<Value>> {
        let [cond, body] = e.blocks[..] else { return Err(EvalError::internal("two blocks expected")) };
        loop {
            ev.tick()?;
            let go = ev.block(cond, x.clone())?;
            // The condition borrowed them: the body must hold the only reference.
            ev.forget_params(cond);
            if !truth(want(go.first(), "a condition")?)? {
                return Ok(x);
            }
            x = ev.block(body, x)?;
        }
    }
}

/// What the reversed loop of a linear `for` does; `while` has no transpose: linearization made it a `for`.
fn transpose_for(op: &For, cx: &mut dyn Reverse, e: &Eqn, ct: &[Tangent]) -> Rule<()> {
    let d = cx.b().func.block(e.blocks[0]).clone();
    let (lin, tapes) = split_outs(&cx.b().func, e);
    let caps = cx.linear_captures(&e.blocks);
    let mut args = vec![cx.known(e.args[0])];
    for k in &lin {
        args.push(instantiated(cx, e, *k, ct)?);
    }
    for v in &caps {
        args.push(cx.take_or_zero(*v)?);
    }
    for k in &tapes {
        args.push(cx.known(e.args[k + 1]));
    }
    let tys = [vec![Ty::I64], cx.b().func.tys(&args[1..])].concat();
    let (_, p) = cx.b().begin(&tys);
    cx.bind(d.params[0], p[0])?;
    let (c0, t0) = (1 + lin.len(), 1 + lin.len() + caps.len());
    for (k, v) in tapes.iter().zip(&p[t0..]) {
        cx.bind(d.params[k + 1], *v)?;
    }
    let wanted: Vec<Var> = lin.iter().map(|k| d.params[k + 1]).collect();
    let (cts, places) = cx.block(e.blocks[0], &p[1..c0], &pairs(&caps, &p[c0..t0]), &wanted)?;
    let out_tapes = tapes.iter().map(|k| cx.known(d.results[*k])).collect();
    let results = [cts, places, out_tapes].concat();
    let body = cx.b().end(&results);
    let back = For { until: false, reverse: !op.reverse, parallel: false };
    let outs = cx.b().emit_n(back, &args, vec![body]);
    for (k, o) in lin.iter().zip(&outs) {
        cx.add(&Operand::Linear(e.args[k + 1]), &vec![], &[], *o)?;
    }
    for (v, o) in caps.iter().zip(&outs[lin.len()..]) {
        cx.set(*v, *o);
    }
    for (k, o) in tapes.iter().zip(&outs[t0 - 1..]) {
        cx.bind(e.outs[*k], *o)?;
    }
    Ok(())
}

const ALWAYS_RAISES: &str = "the derivative of a loop whose body always raises";

impl Control for For {
    fn flow(&self, f: &Func, e: &Eqn) -> Vec<(Var, Var)> {
        let (d, init) = (f.block(e.blocks[0]), &e.args[1..]);
        let carried = &d.results[..init.len().min(d.results.len())];
        let params = &d.params[1..];
        [pairs(init, params), pairs(init, &e.outs), pairs(carried, params), pairs(carried, &e.outs)].concat()
    }

    fn decides(&self, f: &Func, e: &Eqn) -> (Vec<Var>, Vec<Var>) {
        let d = f.block(e.blocks[0]);
        let stop = d.results.last().copied().filter(|_| self.until);
        (std::iter::once(e.args[0]).chain(stop).collect(), [&d.params[1..], &e.outs].concat())
    }

    fn jvp(&self, cx: &mut dyn Forward<'_>, e: &Eqn) -> Rule<()> {
        if cx.src().diverges(e.blocks[0]) {
            return Err(ALWAYS_RAISES.into());
        }
        let n = e.args.len() - 1;
        let act = active_outs(cx, e, n);
        let x = primals(cx, &e.args);
        let dx = tangents(cx, &e.args[1..], &act)?;
        let body = cx.dual_block(e.blocks[0], &[], 1, &act, &act)?;
        let b = cx.b();
        if self.until {
            // Carried values, their tangents, then the stop.
            b.func.block_mut(body).results[n..].rotate_left(1);
        }
        let mut y = b.emit_n(self.clone(), &[x, dx].concat(), vec![body]);
        let dy: Vec<Var> = y.splice(n..n + act.len(), []).collect();
        cx.bind_outs(e, &y, &dy)
    }

    fn linearize(&self, cx: &mut dyn Forward<'_>, e: &Eqn) -> Rule<()> {
        if cx.src().diverges(e.blocks[0]) {
            return Err(ALWAYS_RAISES.into());
        }
        let n = e.args.len() - 1;
        let act = active_outs(cx, e, n);
        let x = primals(cx, &e.args);
        let dx = tangents(cx, &e.args[1..], &act)?;
        let runs = if self.until { Runs::Unknown } else { Runs::Counted(x[0]) };
        let p = cx.linear_pair(e.blocks[0], &[], 1, &act, &act, runs)?;
        let f = &mut cx.b().func;
        let stop = if self.until { f.block_mut(p.known).results.pop() } else { None };
        thread(f, p.known, p.linear, &p.threads);
        f.block_mut(p.known).results.extend(stop);
        let (k_in, l_in) = cx.wire(&p.threads);
        let linear = cx.linear()?;
        let b = cx.b();
        let at = b.cur();
        let mut y = b.try_emit_in(at, self.clone().into(), &[&x[..], &k_in].concat(), vec![p.known], false)?;
        let k_out: Vec<Var> = y.splice(n..n + k_in.len(), []).collect();
        // The linear loop is counted, whatever ended the known one.
        let trip = if self.until { y[n] } else { x[0] };
        let twin = For { until: false, reverse: self.reverse, parallel: false };
        let args = [&[trip], &dx[..], &l_in].concat();
        let dy = b.try_emit_in(linear, twin.into(), &args, vec![p.linear], true)?;
        untape(&mut b.func, &dy[act.len()..]);
        cx.wired(&k_in, &k_out, &l_in, &dy[act.len()..]);
        cx.bind_outs(e, &y, &dy[..act.len()])
    }

    fn transpose(&self, cx: &mut dyn Reverse, e: &Eqn, ct: &[Tangent]) -> Rule<()> {
        transpose_for(self, cx, e, ct)
    }

    fn batch(&self, cx: &mut dyn Batching<'_>, e: &Eqn) -> Rule<()> {
        let src = cx.src();
        let body = e.blocks[0];
        let (d, n) = (src.block(body), e.args.len() - 1);
        let (trip, outer) = (cx.get(e.args[0]), cx.mask());
        let raises = src.diverges(body);
        let until = self.until && !raises;
        let lane_until = until && (trip.on || cx.is_on(d.results[n]));
        let diverges = trip.on || lane_until;
        if lane_until && trip.on && self.reverse {
            return Err("a loop that counts down, ends early and has a trip count per lane".into());
        }
        let (mut trip_v, mut lane_trip) = (trip.v, None);
        if trip.on {
            // Idle lanes must not prolong the loop.
            let t = cx.quiet(trip.v);
            trip_v = cx.b().emit(Reduce::new(ReduceKind::Max, vec![0]), &[t]);
            lane_trip = Some(t);
        }
        let mut args = vec![trip_v];
        for (p, a) in d.params[1..].iter().zip(&e.args[1..]) {
            args.push(cx.init(*p, *a)?);
        }
        let mut extra = vec![];
        if lane_until {
            let dims = vec![cx.n()];
            let b = cx.b();
            let all = match outer {
                Some(m) => m,
                None => {
                    let yes = b.bool(true);
                    b.fill(yes, &dims)
                }
            };
            let done = b.zeros(&Ty::Array(quipu_abi::DType::I64, dims));
            args.extend([all, done]);
            extra = b.func.tys(&[all, done]);
        }
        let p = cx.begin(body, 1, &args[1..], &extra)?;
        if lane_until {
            cx.set_mask(Some(p[n + 1]));
        }
        if let Some(t) = lane_trip {
            let m = cx.b().map(&LT, &[p[0], t]);
            cx.and_mask(m);
        }
        cx.run_block(body)?;
        let (mut r, mut kept) = (vec![], vec![false; n]);
        if !raises {
            for k in 0..n {
                let (v, same) = cx.yield_slot(d.params[k + 1], d.results[k], p[k + 1], diverges)?;
                kept[k] = same;
                r.push(v);
            }
        }
        if lane_until {
            let stop = cx.get(d.results[n]);
            let stop = cx.ensure(&stop)?;
            let m = cx.mask().ok_or("a divergent loop without a mask")?;
            let b = cx.b();
            let one = b.i64(1);
            let more = b.add(p[n + 2], one);
            let done = b.select(m, more, p[n + 2]);
            let go = b.map(&NOT, &[stop]);
            let mut next = b.map(&AND, &[m, go]);
            if let Some(t) = lane_trip {
                // The next trip runs only if a lane takes part in it.
                let i = b.add(p[0], one);
                let more = b.map(&LT, &[i, t]);
                next = b.map(&AND, &[next, more]);
            }
            let any = any_lane(b, next);
            let end = b.map(&NOT, &[any]);
            r.extend([next, done, end]);
        } else if until {
            r.push(cx.get(d.results[n]).v);
        }
        let block = cx.b().end(&r);
        cx.set_mask(outer);
        let outs = cx.b().emit_n(self.clone(), &args, vec![block]);
        for k in 0..n {
            bind_out(cx, e.outs[k], outs[k], kept[k].then(|| args[k + 1]))?;
        }
        if self.until {
            let done = if lane_until { Batched::on(outs[n + 1]) } else { Batched { v: outs[n], on: false } };
            let on = cx.is_on(e.outs[n]);
            let v = if on { cx.ensure(&done)? } else { done.v };
            cx.bind(e.outs[n], v, on)?;
        }
        Ok(())
    }
}

impl For {
    says!(no samples);
}

impl Control for While {
    fn flow(&self, f: &Func, e: &Eqn) -> Vec<(Var, Var)> {
        let (c, d) = (f.block(e.blocks[0]), f.block(e.blocks[1]));
        [
            pairs(&e.args, &d.params),
            pairs(&e.args, &c.params),
            pairs(&e.args, &e.outs),
            pairs(&d.results, &d.params),
            pairs(&d.results, &c.params),
            pairs(&d.results, &e.outs),
        ]
        .concat()
    }

    fn decides(&self, f: &Func, e: &Eqn) -> (Vec<Var>, Vec<Var>) {
        let (c, d) = (f.block(e.blocks[0]), f.block(e.blocks[1]));
        (c.results.clone(), [&c.params[..], &d.params, &e.outs].concat())
    }

    fn jvp(&self, cx: &mut dyn Forward<'_>, e: &Eqn) -> Rule<()> {
        if cx.src().diverges(e.blocks[1]) {
            return Err(ALWAYS_RAISES.into());
        }
        let n = e.args.len();
        let act = active_outs(cx, e, n);
        let x = primals(cx, &e.args);
        let dx = tangents(cx, &e.args, &act)?;
        let extra = cx.b().func.tys(&dx);
        let cond = cx.primal_block(e.blocks[0], &[], &extra)?;
        let body = cx.dual_block(e.blocks[1], &[], 0, &act, &act)?;
        let y = cx.b().emit_n(While, &[x, dx].concat(), vec![cond, body]);
        cx.bind_outs(e, &y[..n], &y[n..])
    }

    /// The known loop counts its trips; the linear one is a `for` of so many.
    fn linearize(&self, cx: &mut dyn Forward<'_>, e: &Eqn) -> Rule<()> {
        if cx.src().diverges(e.blocks[1]) {
            return Err(ALWAYS_RAISES.into());
        }
        let n = e.args.len();
        let act = active_outs(cx, e, n);
        let x = primals(cx, &e.args);
        let dx = tangents(cx, &e.args, &act)?;
        let p = cx.linear_pair(e.blocks[1], &[], 0, &act, &act, Runs::Unknown)?;
        let b = cx.b();
        let (count, index) = (b.func.new_var(Ty::I64, false), b.func.new_var(Ty::I64, false));
        b.func.block_mut(p.known).params.push(count);
        let one = b.try_emit_in(p.known, Const::int(quipu_abi::DType::I64, 1).into(), &[], vec![], false)?[0];
        let next = b.try_emit_in(p.known, Map(&ADD).into(), &[count, one], vec![], false)?[0];
        b.func.block_mut(p.known).results.push(next);
        b.func.block_mut(p.linear).params.insert(0, index);
        thread(&mut b.func, p.known, p.linear, &p.threads);
        let (k_in, l_in) = cx.wire(&p.threads);
        let linear = cx.linear()?;
        let extra = [vec![Ty::I64], cx.b().func.tys(&k_in)].concat();
        let cond = cx.primal_block(e.blocks[0], &[], &extra)?;
        let b = cx.b();
        let zero = b.i64(0);
        let at = b.cur();
        let y = b.try_emit_in(at, While.into(), &[&x[..], &[zero], &k_in].concat(), vec![cond, p.known], false)?;
        let args = [&[y[n]], &dx[..], &l_in].concat();
        let dy = b.try_emit_in(linear, For::default().into(), &args, vec![p.linear], true)?;
        untape(&mut b.func, &dy[act.len()..]);
        cx.wired(&k_in, &y[n + 1..], &l_in, &dy[act.len()..]);
        cx.bind_outs(e, &y[..n], &dy[..act.len()])
    }

    fn transpose(&self, _: &mut dyn Reverse, _: &Eqn, _: &[Tangent]) -> Rule<()> {
        Err("a while loop runs backward only as the counted loop that linearization makes of it".into())
    }

    fn batch(&self, cx: &mut dyn Batching<'_>, e: &Eqn) -> Rule<()> {
        let src = cx.src();
        let [cond, body] = e.blocks[..] else { return Err("two blocks expected".into()) };
        let (c, d, n) = (src.block(cond), src.block(body), e.args.len());
        let outer = cx.mask();
        let diverges = c.results.first().is_some_and(|r| cx.is_on(*r));
        let raises = src.diverges(body);
        let mut args = vec![];
        for (p, a) in d.params.iter().zip(&e.args) {
            args.push(cx.init(*p, *a)?);
        }
        // Runs the condition where we stand.
        let holds = |cx: &mut dyn Batching<'_>, v: &[Var]| -> Rule<Var> {
            for (s, v) in c.params.iter().zip(v) {
                let on = cx.is_on(*s);
                cx.bind(*s, *v, on)?;
            }
            cx.run_block(cond)?;
            Ok(cx.get(c.results[0]).v)
        };
        let mut extra = vec![];
        if diverges {
            let m = holds(cx, &args)?;
            let m = match outer {
                Some(o) => cx.b().map(&AND, &[m, o]),
                None => m,
            };
            args.push(m);
            extra.push(cx.b().ty(m));
        }
        // The condition's parameters are the body's.
        let p = cx.begin(body, 0, &args, &extra)?;
        let go = match diverges {
            true => any_lane(cx.b(), p[n]),
            false => holds(cx, &p[..n])?,
        };
        let cond_block = cx.b().end(&[go]);
        let p = cx.begin(body, 0, &args, &extra)?;
        if diverges {
            cx.set_mask(Some(p[n]));
        }
        cx.run_block(body)?;
        let (mut r, mut kept) = (vec![], vec![false; n]);
        if !raises {
            for k in 0..n {
                let (v, same) = cx.yield_slot(d.params[k], d.results[k], p[k], diverges)?;
                kept[k] = same;
                r.push(v);
            }
            if diverges {
                let m = holds(cx, &r)?;
                let m = cx.b().map(&AND, &[m, p[n]]);
                r.push(m);
            }
        }
        let body_block = cx.b().end(&r);
        cx.set_mask(outer);
        let outs = cx.b().emit_n(While, &args, vec![cond_block, body_block]);
        for k in 0..n {
            bind_out(cx, e.outs[k], outs[k], kept[k].then(|| args[k]))?;
        }
        Ok(())
    }
}

impl While {
    says!(no samples);
}
