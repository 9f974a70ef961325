//! Reading and writing parts of a base: chains of basic indices, gathers and scatters, masks.
//!
//! Everything here is in bounds by construction: slices are clamped and indices checked (`NormIndex`) before.

use super::*;
use crate::core::value::strides;
use quipu_abi::DType;

/// What a chain takes of one axis.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Ix {
    /// The whole axis.
    All,
    /// One element: an i64 operand. A vector operand `i64[lanes]` (batching) adds a leading axis of lanes.
    At,
    /// `len` elements from a start by a step: two i64 operands. The step is not 0.
    Range { len: Dim },
    /// The lane's own element of a batch axis.
    Lane,
}

/// A basic index of every axis of a base.
pub type Chain = Vec<Ix>;

/// The number of index operands of a chain.
pub fn chain_operands(chain: &Chain) -> usize {
    chain.iter().map(|c| usize::from(*c == Ix::At) + 2 * usize::from(matches!(c, Ix::Range { .. }))).sum()
}

/// The type of what a chain denotes: a scalar if it keeps no axis.
pub fn chain_ty(f: &Func, chain: &Chain, base: Var, ix: &[Var]) -> Result<Ty, String> {
    let (d, dims) = array_ty(f, base)?;
    if chain.len() != dims.len() || ix.len() != chain_operands(chain) {
        return Err(format!("chain {chain:?} with {} operands does not fit {}", ix.len(), f.ty(base)));
    }
    let mut lanes: Option<Dim> = None;
    for v in ix {
        match f.ty(*v) {
            Ty::Scalar(DType::I64) => {}
            Ty::Array(DType::I64, n) if n.len() == 1 => lanes = Some(n[0].clone()),
            t => return Err(format!("an index of type {t}")),
        }
    }
    let kept = chain.iter().zip(dims).filter_map(|(c, n)| match c {
        Ix::All => Some(n.clone()),
        Ix::Range { len } => Some(len.clone()),
        Ix::At | Ix::Lane => None,
    });
    let out: Vec<Dim> = lanes.into_iter().chain(kept).collect();
    Ok(if chain.iter().all(|c| *c == Ix::At) && out.is_empty() { Ty::Scalar(d) } else { Ty::Array(d, out) })
}

/// The part of an array that a chain denotes: where its elements are, in row-major order of `shape`.
struct Part {
    shape: Vec<usize>,
    offsets: Vec<usize>,
}

/// The offset of a chain that denotes one element, which is what most programs read and write.
fn element(chain: &Chain, base: &Array, ix: &[Value]) -> Outcome<Option<usize>> {
    if chain.len() != base.rank() || ix.len() != chain.len() || !ix.iter().all(|v| matches!(v, Value::Scalar(_))) {
        return Ok(None);
    }
    if !chain.iter().all(|c| *c == Ix::At) {
        return Ok(None);
    }
    let mut at = 0;
    for (v, n) in ix.iter().zip(&base.shape) {
        let k = int(v)?;
        at = at * n + usize::try_from(k).ok().filter(|k| k < n).ok_or_else(|| outside(k, *n))?;
    }
    Ok(Some(at))
}

fn outside(k: i64, n: usize) -> EvalError {
    EvalError::internal(format!("index {k} of an axis of {n} was not checked"))
}

impl Part {
    fn of(ev: &Eval<'_>, chain: &Chain, base: &Array, ix: &[Value]) -> Outcome<Part> {
        let step = strides(&base.shape);
        let lanes = ix.iter().find_map(|v| v.as_array()).map(|a| a.len());
        if chain.len() != base.rank() || lanes.is_none() && chain.contains(&Ix::Lane) {
            return Err(EvalError::internal(format!("chain {chain:?} of {:?}", base.shape)));
        }
        let (mut shape, mut offsets) = (vec![], vec![]);
        for lane in 0..lanes.unwrap_or(1) {
            let mut ix = ix.iter();
            let mut next = || -> Outcome<i64> {
                match want(ix.next(), "an index")? {
                    Value::Array(a) if lane < a.len() => int(&Value::Scalar(a.get(lane))),
                    v => int(v),
                }
            };
            // Offsets so far; a later axis runs faster.
            let mut part = vec![0];
            shape = lanes.into_iter().collect();
            for ((c, n), s) in chain.iter().zip(&base.shape).zip(&step) {
                let inside = |k: i64| match usize::try_from(k) {
                    Ok(k) if k < *n => Ok(k * s),
                    _ => Err(outside(k, *n)),
                };
                let along: Vec<usize> = match c {
                    Ix::All => (0..*n).map(|k| k * s).collect(),
                    Ix::At => vec![inside(next()?)?],
                    Ix::Lane => vec![inside(lane as i64)?],
                    Ix::Range { len } => {
                        let (start, by) = (next()?, next()?);
                        let len = ev.dim(len)?;
                        (0..len).map(|k| inside(start.wrapping_add(k.wrapping_mul(by)))).collect::<Outcome<_>>()?
                    }
                };
                if matches!(c, Ix::All | Ix::Range { .. }) {
                    shape.push(along.len());
                }
                part = part.iter().flat_map(|at| along.iter().map(move |k| at + k)).collect();
            }
            offsets.extend(part);
        }
        Ok(Part { shape, offsets })
    }
}

/// Stores the elements of `v` at `offsets`, in order; `add` adds them to what is there.
pub(super) fn store(ev: &mut Eval<'_>, base: Value, offsets: &[usize], v: &Value, add: bool) -> Outcome<Vec<Value>> {
    let mut a = ev.own(base)?;
    ev.stats.elems += offsets.len() as u64;
    for (k, at) in offsets.iter().enumerate() {
        let x = match v {
            Value::Array(v) if v.len() == offsets.len() => v.get(k),
            v => scalar(v)?,
        };
        let x = if add { want(numbers::add(&[a.get(*at), x]), "numbers")? } else { x };
        if x.dtype() != a.dtype {
            return Err(EvalError::internal("a store of another dtype"));
        }
        a.set(*at, x);
    }
    Ok(vec![Value::array(a)])
}

/// The elements of `a` at `offsets`.
pub(super) fn fetch(ev: &mut Eval<'_>, a: &Array, shape: Vec<usize>, offsets: &[usize]) -> Outcome<Value> {
    let mut out = ev.alloc(a.dtype, shape)?;
    for (k, at) in offsets.iter().enumerate() {
        out.copy_run(k, a, *at, 1);
    }
    Ok(Value::array(out))
}

/// Updates the part of the first operand that a chain denotes by the last one.
fn store_part(ev: &mut Eval<'_>, chain: &Chain, mut x: Vec<Value>, add: bool) -> Outcome<Vec<Value>> {
    let v = want(x.pop(), "a value")?;
    let (base, ix) = want(x.split_first_mut(), "a base")?;
    if let Some(at) = element(chain, array(base)?, ix)? {
        let v = scalar(&v)?;
        if let Value::Array(a) = base
            && let Some(a) = std::rc::Rc::get_mut(a)
        {
            let v = if add { want(numbers::add(&[a.get(at), v]), "numbers")? } else { v };
            if v.dtype() == a.dtype {
                ev.stats.updates += 1;
                ev.stats.elems += 1;
                a.set(at, v);
                x.truncate(1);
                return Ok(x);
            }
        }
        return store(ev, x.swap_remove(0), &[at], &Value::Scalar(v), add);
    }
    let part = Part::of(ev, chain, array(want(x.first(), "a base")?)?, want(x.get(1..), "indices")?)?;
    store(ev, x.swap_remove(0), &part.offsets, &v, add)
}

fn chain_dims(chain: &mut Chain, g: &mut dyn FnMut(&mut Dim)) {
    for c in chain {
        if let Ix::Range { len } = c {
            g(len);
        }
    }
}

fn stored_ty(f: &Func, chain: &Chain, x: &[Var]) -> Result<Vec<Ty>, String> {
    let [base, ix @ .., v] = x else { return Err("a base and a value expected".into()) };
    let t = chain_ty(f, chain, *base, ix)?;
    if t == *f.ty(*v) { Ok(vec![f.ty(*base).clone()]) } else { Err(format!("{t} stored from {}", f.ty(*v))) }
}

/// Operands: base, the chain's indices. The part of the base that the chain denotes.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Read(pub Chain);

impl OpDef for Read {
    says!(plain rules);

    fn name(&self) -> &'static str {
        "read"
    }

    fn infer(&self, f: &mut Func, x: &[Var], _: &[Block]) -> Result<Vec<Ty>, String> {
        let (base, ix) = x.split_first().ok_or("a base expected")?;
        Ok(vec![chain_ty(f, &self.0, *base, ix)?])
    }

    says!(value none);
    says!(borrows all);
    says!(no effects);

    says!(dims of its chain);

    fn eval(&self, ev: &mut Eval<'_>, _: &Eqn, x: Vec<Value>) -> Outcome<Vec<Value>> {
        let (base, ix) = want(x.split_first(), "a base")?;
        let a = array(base)?;
        if let Some(at) = element(&self.0, a, ix)? {
            ev.stats.elems += 1;
            return Ok(vec![Value::Scalar(a.get(at))]);
        }
        let part = Part::of(ev, &self.0, a, ix)?;
        Ok(vec![fetch(ev, a, part.shape, &part.offsets)?])
    }
}

pub(super) fn known_indices(x: &[Operand]) -> Rule<Vec<Var>> {
    x.iter().map(|o| o.known().ok_or_else(|| "an index that has a derivative".to_string())).collect()
}

impl Plain for Read {
    fn jvp(&self, b: &mut Builder, x: &[Var], _: &[Var], dx: &[Tangent]) -> Rule<Vec<Tangent>> {
        Ok(vec![dx[0].map(|d| b.read(d, &self.0, &x[1..]))])
    }

    fn transpose(&self, cx: &mut dyn Reverse, x: &[Operand], ct: &[Tangent]) -> Rule<Transpose> {
        if let Some(ct) = ct[0] {
            cx.add(&x[0], &self.0, &known_indices(&x[1..])?, ct)?;
        }
        Ok(Transpose::Done)
    }

    fn batch(&self, cx: &mut dyn Batching<'_>, x: &[Batched]) -> Rule<Vec<Batched>> {
        let v = match lane_part(cx, &self.0, &x[0], &x[1..])? {
            LanePart::Chain(chain, ix) => cx.b().read(x[0].v, &chain, &ix),
            LanePart::Gather(g) => g.read(cx.b(), x[0].v),
        };
        Ok(vec![Batched::on(cx.gate(v))])
    }

    says!(runs again);
}

impl Read {
    pub(super) fn samples() -> Vec<Sample> {
        parts().into_iter().map(|(chain, base, ix, _)| Sample::of(Read(chain), [vec![base], ix].concat())).collect()
    }
}

/// Operands: base (consumed), the chain's indices, a value of the chain's type. The base with that part replaced.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Update(pub Chain);

impl OpDef for Update {
    says!(plain rules);

    fn name(&self) -> &'static str {
        "update"
    }

    fn infer(&self, f: &mut Func, x: &[Var], _: &[Block]) -> Result<Vec<Ty>, String> {
        stored_ty(f, &self.0, x)
    }

    says!(value none);
    says!(consumes first);
    says!(no effects);

    says!(dims of its chain);

    fn eval(&self, ev: &mut Eval<'_>, _: &Eqn, x: Vec<Value>) -> Outcome<Vec<Value>> {
        store_part(ev, &self.0, x, false)
    }
}

impl Plain for Update {
    fn jvp(&self, b: &mut Builder, x: &[Var], y: &[Var], dx: &[Tangent]) -> Rule<Vec<Tangent>> {
        let n = x.len() - 1;
        if dx[0].is_none() && dx[n].is_none() {
            return Ok(vec![None]);
        }
        let base = dx[0].map_or_else(|| zero_like(b, y[0]), Ok)?;
        let v = dx[n].map_or_else(|| zero_like(b, x[n]), Ok)?;
        Ok(vec![Some(b.update(base, &self.0, &x[1..n], v))])
    }

    /// Read the cotangent through the chain, then zero it there: in place, as much work as the store.
    fn transpose(&self, cx: &mut dyn Reverse, x: &[Operand], ct: &[Tangent]) -> Rule<Transpose> {
        let (n, Some(ct)) = (x.len() - 1, ct[0]) else { return Ok(Transpose::Done) };
        let ix = known_indices(&x[1..n])?;
        if x[n].is_linear() {
            let part = cx.b().read(ct, &self.0, &ix);
            cx.add(&x[n], &vec![], &[], part)?;
        }
        if x[0].is_linear() {
            let ty = cx.ty(&x[n])?;
            let zero = cx.b().zeros(&ty);
            let rest = cx.b().update(ct, &self.0, &ix, zero);
            cx.add(&x[0], &vec![], &[], rest)?;
        }
        Ok(Transpose::Done)
    }

    /// Idle lanes store what is there.
    fn batch(&self, cx: &mut dyn Batching<'_>, x: &[Batched]) -> Rule<Vec<Batched>> {
        let n = x.len() - 1;
        let base = Batched::on(cx.ensure(&x[0])?);
        let mut v = cx.ensure(&x[n])?;
        let out = match lane_part(cx, &self.0, &base, &x[1..n])? {
            LanePart::Chain(chain, ix) => {
                if let Some(m) = cx.mask() {
                    let old = cx.b().read(base.v, &chain, &ix);
                    v = cx.select(m, v, old)?;
                }
                cx.b().update(base.v, &chain, &ix, v)
            }
            LanePart::Gather(g) => {
                if let Some(m) = cx.mask() {
                    let old = g.read(cx.b(), base.v);
                    v = cx.select(m, v, old)?;
                }
                let v = g.value(cx.b(), v);
                let op = Scatter { axes: g.axes.clone(), at: 0 };
                cx.b().emit(op, &[&[base.v], &g.ix[..], &[v]].concat())
            }
        };
        cx.inherit(out, base.v);
        Ok(vec![Batched::on(out)])
    }

    says!(is kept);
}

impl Update {
    pub(super) fn samples() -> Vec<Sample> {
        let of = |(chain, base, ix, v)| Sample::of(Update(chain), [vec![base], ix, vec![v]].concat());
        parts().into_iter().filter(|(_, _, ix, _)| !ix.iter().any(repeats)).map(of).collect()
    }
}

/// As `update`, but adds the value to what is there.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct UpdateAdd(pub Chain);

impl OpDef for UpdateAdd {
    says!(plain rules);

    fn name(&self) -> &'static str {
        "update_add"
    }

    fn infer(&self, f: &mut Func, x: &[Var], _: &[Block]) -> Result<Vec<Ty>, String> {
        stored_ty(f, &self.0, x)
    }

    says!(value none);
    says!(consumes first);
    says!(no effects);

    says!(dims of its chain);

    fn eval(&self, ev: &mut Eval<'_>, _: &Eqn, x: Vec<Value>) -> Outcome<Vec<Value>> {
        store_part(ev, &self.0, x, true)
    }
}

impl Plain for UpdateAdd {
    fn jvp(&self, b: &mut Builder, x: &[Var], y: &[Var], dx: &[Tangent]) -> Rule<Vec<Tangent>> {
        let n = x.len() - 1;
        let Some(v) = dx[n] else { return Ok(vec![dx[0]]) };
        let base = dx[0].map_or_else(|| zero_like(b, y[0]), Ok)?;
        Ok(vec![Some(b.update_add(base, &self.0, &x[1..n], v))])
    }

    fn transpose(&self, cx: &mut dyn Reverse, x: &[Operand], ct: &[Tangent]) -> Rule<Transpose> {
        let (n, Some(ct)) = (x.len() - 1, ct[0]) else { return Ok(Transpose::Done) };
        if x[n].is_linear() {
            let part = cx.b().read(ct, &self.0, &known_indices(&x[1..n])?);
            cx.add(&x[n], &vec![], &[], part)?;
        }
        cx.add(&x[0], &vec![], &[], ct)?;
        Ok(Transpose::Done)
    }

    /// Idle lanes add 0.
    fn batch(&self, cx: &mut dyn Batching<'_>, x: &[Batched]) -> Rule<Vec<Batched>> {
        let n = x.len() - 1;
        let base = Batched::on(cx.ensure(&x[0])?);
        let mut v = cx.ensure(&x[n])?;
        if let Some(m) = cx.mask() {
            let zero = cx.b().like(0.0, v);
            v = cx.select(m, v, zero)?;
        }
        let out = match lane_part(cx, &self.0, &base, &x[1..n])? {
            LanePart::Chain(chain, ix) => cx.b().update_add(base.v, &chain, &ix, v),
            LanePart::Gather(g) => {
                let v = g.value(cx.b(), v);
                let op = ScatterAdd { axes: g.axes.clone(), at: 0 };
                cx.b().emit(op, &[&[base.v], &g.ix[..], &[v]].concat())
            }
        };
        cx.inherit(out, base.v);
        Ok(vec![Batched::on(out)])
    }

    says!(is kept);
}

impl UpdateAdd {
    pub(super) fn samples() -> Vec<Sample> {
        let of = |(chain, base, ix, v)| Sample::of(UpdateAdd(chain), [vec![base], ix, vec![v]].concat());
        parts().into_iter().map(of).collect()
    }
}

/// Under vmap: what does in every lane what a chain does in one.
enum LanePart {
    Chain(Chain, Vec<Var>),
    /// Where the chain has lanes of an inner vmap already.
    Gather(LaneGather),
}

/// A chain as a gather: its result has the lanes first, then the ranges, then the whole axes.
struct LaneGather {
    axes: Vec<usize>,
    ix: Vec<Var>,
    /// From the gather's result to the chain's.
    perm: Vec<usize>,
}

impl LaneGather {
    fn read(&self, b: &mut Builder, base: Var) -> Var {
        let v = b.emit(Gather { axes: self.axes.clone(), at: 0 }, &[&[base], &self.ix[..]].concat());
        permuted(b, v, &self.perm)
    }

    /// A value of the chain's type as the gather has it.
    fn value(&self, b: &mut Builder, v: Var) -> Var {
        let mut back = vec![0; self.perm.len()];
        self.perm.iter().enumerate().for_each(|(k, p)| back[*p] = k);
        permuted(b, v, &back)
    }
}

pub(super) fn permuted(b: &mut Builder, v: Var, perm: &[usize]) -> Var {
    if perm.iter().enumerate().all(|(k, p)| k == *p) { v } else { b.emit(Permute { perm: perm.to_vec() }, &[v]) }
}

/// Indices of idle lanes become 0, which is in bounds where any lane's index is; their ranges those of a lane that
/// runs, which are in bounds together with the length.
fn lane_part(cx: &mut dyn Batching<'_>, chain: &Chain, base: &Batched, ix: &[Batched]) -> Rule<LanePart> {
    let on: Vec<bool> = ix.iter().map(|o| o.on).collect();
    let laned = chain.contains(&Ix::Lane) || ix.iter().any(|o| cx.rank(o) > 0);
    let of_range = chain.iter().flat_map(|c| match c {
        Ix::At => vec![false],
        Ix::Range { .. } => vec![true, true],
        Ix::All | Ix::Lane => vec![],
    });
    let mut v: Vec<Var> = vec![];
    for (o, of_range) in ix.iter().zip(of_range) {
        v.push(match (o.on, cx.mask()) {
            (true, Some(m)) if of_range => like_a_running_lane(cx, m, o.v)?,
            (true, Some(_)) => cx.quiet(o.v),
            _ => o.v,
        });
    }
    if laned {
        return lane_gather(cx, chain, base, &v, &on).map(LanePart::Gather);
    }
    let lead = match (base.on, on.contains(&true)) {
        (true, true) => Some(Ix::Lane),
        (true, false) => Some(Ix::All),
        (false, _) => None,
    };
    Ok(LanePart::Chain(lead.into_iter().chain(chain.iter().cloned()).collect(), v))
}

/// An index per lane: in idle lanes that of the first lane that runs.
fn like_a_running_lane(cx: &mut dyn Batching<'_>, m: Var, v: Var) -> Rule<Var> {
    let b = cx.b();
    let runs = b.cast(m, DType::I64);
    let first = b.emit(ArgReduce { max: true, axis: 0 }, &[runs]);
    let rest = b.func.ty(v).rank() - 1;
    let chain = [vec![Ix::At], vec![Ix::All; rest]].concat();
    let one = b.read(v, &chain, &[first]);
    let all = cx.ensure(&Batched { v: one, on: false })?;
    cx.select(m, v, all)
}

fn lane_gather(cx: &mut dyn Batching<'_>, chain: &Chain, base: &Batched, ix: &[Var], on: &[bool]) -> Rule<LaneGather> {
    let n = cx.n();
    let b = cx.b();
    let inner = ix.iter().zip(on).find_map(|(v, on)| b.func.ty(*v).dims().get(usize::from(*on)).cloned());
    let inner = inner.ok_or("a chain with lanes has no index per lane")?;
    let lens = chain.iter().filter_map(|c| if let Ix::Range { len } = c { Some(len.clone()) } else { None });
    let dims: Vec<Dim> = [n, inner].into_iter().chain(lens).collect();
    // An index operand as an array over all of `dims`.
    let spread = |b: &mut Builder, k: usize| {
        let lead: &[usize] = match (on[k], b.func.ty(ix[k]).rank() - usize::from(on[k])) {
            (true, 0) => &[0],
            (true, _) => &[0, 1],
            (false, 0) => &[],
            (false, _) => &[1],
        };
        b.broadcast(ix[k], &dims, lead)
    };
    let iota = |b: &mut Builder, axis: usize| b.emit(Iota { dims: dims.clone(), axis }, &[]);
    let (mut axes, mut arrays, mut perm) = (vec![], vec![], vec![0, 1]);
    let lead = usize::from(base.on);
    if base.on {
        axes.push(0);
        arrays.push(iota(b, 0));
    }
    let (mut next, mut range, mut whole) = (0, 2, dims.len());
    for (k, c) in chain.iter().enumerate() {
        let at = match c {
            Ix::All => {
                perm.push(whole);
                whole += 1;
                continue;
            }
            Ix::Lane => iota(b, 1),
            Ix::At => {
                next += 1;
                spread(b, next - 1)
            }
            Ix::Range { .. } => {
                let (start, step) = (spread(b, next), spread(b, next + 1));
                next += 2;
                perm.push(range);
                let i = iota(b, range);
                range += 1;
                let i = b.mul(i, step);
                b.add(start, i)
            }
        };
        axes.push(k + lead);
        arrays.push(at);
    }
    Ok(LaneGather { axes, ix: arrays, perm })
}

/// For samples: chain, base, indices, a value that fits.
fn parts() -> Vec<(Chain, Arg, Vec<Arg>, Arg)> {
    let range = |n: i64| Ix::Range { len: Dim::from(n) };
    let int = Arg::int;
    vec![
        (vec![Ix::At], Arg::floats(&[4]), vec![int(2)], Arg::float()),
        (vec![Ix::At, Ix::At], Arg::floats(&[4, 3]), vec![int(2), int(1)], Arg::float()),
        (vec![Ix::All, Ix::At], Arg::floats(&[4, 3]), vec![int(1)], Arg::floats(&[4])),
        (vec![Ix::At, Ix::All], Arg::floats(&[4, 3]), vec![int(3)], Arg::floats(&[3])),
        (vec![range(2)], Arg::floats(&[5]), vec![int(1), int(2)], Arg::floats(&[2])),
        (vec![Ix::All, range(3)], Arg::floats(&[2, 5]), vec![int(4), int(-1)], Arg::floats(&[2, 3])),
        (vec![range(2), Ix::At], Arg::floats(&[5, 2]), vec![int(1), int(2), int(1)], Arg::floats(&[2])),
        (vec![Ix::At], Arg::floats(&[4]), vec![Arg::ints(&[3, 1])], Arg::floats(&[2])),
        (vec![Ix::At], Arg::floats(&[4]), vec![Arg::ints(&[3, 3])], Arg::floats(&[2])),
        (vec![Ix::Lane, Ix::At], Arg::floats(&[2, 4]), vec![Arg::ints(&[3, 1])], Arg::floats(&[2])),
        (vec![Ix::At, Ix::All], Arg::floats(&[4, 2]), vec![Arg::ints(&[0, 2])], Arg::floats(&[2, 2])),
        (
            vec![Ix::Lane, Ix::All, range(2), Ix::At],
            Arg::floats(&[2, 2, 5, 3]),
            vec![int(1), int(2), Arg::ints(&[2, 0])],
            Arg::floats(&[2, 2, 2]),
        ),
        (vec![], Arg::floats(&[]), vec![], Arg::float()),
    ]
}

/// Indices of lanes that meet: which of them is stored last is the transform's, which never makes any.
fn repeats(ix: &Arg) -> bool {
    matches!(ix, Arg::Ints(x, Some(_)) if (1..x.len()).any(|k| x[..k].contains(&x[k])))
}
