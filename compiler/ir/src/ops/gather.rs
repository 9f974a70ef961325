//! Reading and writing by arrays of indices: gathers, scatters, masks, checked indices.
//!
//! Everything here is in bounds by construction: indices are checked (`NormIndex`) before.

use super::index::{fetch, known_indices, permuted, store};
use super::*;
use crate::core::value::{offsets, strides};
use quipu_abi::DType;
use std::rc::Rc;

/// The dims of a gather's result: the base's with `axes` taken out and the index arrays' put in at `at`.
fn gathered(f: &Func, axes: &[usize], at: usize, base: Var, ix: &[Var]) -> Result<Ty, String> {
    let (d, dims) = array_ty(f, base)?;
    if axes.is_empty() || axes.len() != ix.len() || axes.iter().any(|a| *a >= dims.len()) {
        return Err(format!("axes {axes:?} with {} index arrays do not fit {}", ix.len(), f.ty(base)));
    }
    if axes.windows(2).any(|w| w[0] >= w[1]) {
        return Err(format!("axes {axes:?} are not increasing"));
    }
    let (_, index_dims) = array_ty(f, ix[0])?;
    if ix.iter().any(|v| *f.ty(*v) != Ty::Array(DType::I64, index_dims.to_vec())) {
        return Err(format!("index arrays of types {:?}", f.tys(ix)));
    }
    let mut out: Vec<Dim> =
        dims.iter().enumerate().filter(|(k, _)| !axes.contains(k)).map(|(_, n)| n.clone()).collect();
    if at > out.len() {
        return Err(format!("position {at} of {} axes", out.len()));
    }
    out.splice(at..at, index_dims.iter().cloned());
    Ok(Ty::Array(d, out))
}

/// The shape of a gather's result and where its elements are in the base.
fn gather_offsets(axes: &[usize], at: usize, base: &Array, ix: &[Value]) -> Outcome<(Vec<usize>, Vec<usize>)> {
    let step = strides(&base.shape);
    let ix: Vec<&Array> = ix.iter().map(array).collect::<Outcome<_>>()?;
    let index_shape = &want(ix.first(), "an index array")?.shape;
    let mut places = vec![0; index_shape.iter().product()];
    for (axis, a) in axes.iter().zip(&ix) {
        if a.shape != *index_shape || *axis >= base.rank() {
            return Err(EvalError::internal("index arrays that do not fit"));
        }
        for (k, place) in places.iter_mut().enumerate() {
            let i = index(&Value::Scalar(a.get(k)))?;
            if i >= base.shape[*axis] {
                return Err(EvalError::internal(format!("index {i} was not checked")));
            }
            *place += i * step[*axis];
        }
    }
    let left: Vec<usize> = (0..base.rank()).filter(|k| !axes.contains(k)).collect();
    let view = |axes: &[usize]| {
        let (shape, step): (Vec<usize>, Vec<usize>) = axes.iter().map(|k| (base.shape[*k], step[*k])).unzip();
        (offsets(&shape, &step), shape)
    };
    let ((before, mut shape), (after, behind)) = (view(&left[..at.min(left.len())]), view(&left[at.min(left.len())..]));
    shape.extend(index_shape);
    shape.extend(behind);
    let mut all = Vec::with_capacity(before.len() * places.len() * after.len());
    for a in &before {
        for p in &places {
            all.extend(after.iter().map(|b| a + p + b));
        }
    }
    Ok((shape, all))
}

/// Operands: base, one i64 array per entry of `axes`, all of the same dims. Element by element of the index arrays,
/// the slice of the base there; the index arrays' dims stand at position `at` among the axes that are left.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Gather {
    pub axes: Vec<usize>,
    pub at: usize,
}

impl OpDef for Gather {
    says!(plain rules);

    fn name(&self) -> &'static str {
        "gather"
    }

    fn infer(&self, f: &mut Func, x: &[Var], _: &[Block]) -> Result<Vec<Ty>, String> {
        let (base, ix) = x.split_first().ok_or("a base expected")?;
        Ok(vec![gathered(f, &self.axes, self.at, *base, ix)?])
    }

    says!(value none);
    says!(borrows all);
    says!(no effects);
    says!(no dims);

    fn eval(&self, ev: &mut Eval<'_>, _: &Eqn, x: Vec<Value>) -> Outcome<Vec<Value>> {
        let (base, ix) = want(x.split_first(), "a base")?;
        let a = array(base)?;
        let (shape, all) = gather_offsets(&self.axes, self.at, a, ix)?;
        Ok(vec![fetch(ev, a, shape, &all)?])
    }
}

impl Plain for Gather {
    says!(linear in the first);

    fn transpose(&self, cx: &mut dyn Reverse, x: &[Operand], ct: &[Tangent]) -> Rule<Transpose> {
        if let (Some(ct), Operand::Linear(v)) = (ct[0], x[0]) {
            let ix = known_indices(&x[1..])?;
            let place = cx.take_or_zero(v)?;
            let op = ScatterAdd { axes: self.axes.clone(), at: self.at };
            let place = cx.b().emit(op, &[&[place], &ix[..], &[ct]].concat());
            cx.set(v, place);
        }
        Ok(Transpose::Done)
    }

    fn batch(&self, cx: &mut dyn Batching<'_>, x: &[Batched]) -> Rule<Vec<Batched>> {
        let g = lanes_gathered(cx, &self.axes, self.at, &x[0], &x[1..])?;
        let v = g.read(cx.b(), x[0].v);
        Ok(vec![Batched::on(cx.gate(v))])
    }

    says!(is kept);
}

impl Gather {
    pub(super) fn samples() -> Vec<Sample> {
        gathers()
            .into_iter()
            .map(|(axes, at, base, ix, _)| Sample::of(Gather { axes, at }, [vec![base], ix].concat()))
            .collect()
    }
}

/// A gather of all lanes: axes, index arrays, the position of their dims, and from the result's axes to those with the
/// batch dim first.
struct Lanes {
    axes: Vec<usize>,
    ix: Vec<Var>,
    at: usize,
    perm: Vec<usize>,
}

impl Lanes {
    fn read(&self, b: &mut Builder, base: Var) -> Var {
        let op = Gather { axes: self.axes.clone(), at: self.at };
        let v = b.emit(op, &[&[base], &self.ix[..]].concat());
        permuted(b, v, &self.perm)
    }

    fn value(&self, b: &mut Builder, v: Var) -> Var {
        let mut back = vec![0; self.perm.len()];
        self.perm.iter().enumerate().for_each(|(k, p)| back[*p] = k);
        permuted(b, v, &back)
    }
}

fn lanes_gathered(cx: &mut dyn Batching<'_>, axes: &[usize], at: usize, base: &Batched, ix: &[Batched]) -> Rule<Lanes> {
    let inner = cx.rank(&ix[0]);
    let rank = cx.rank(base) - axes.len() + inner + 1;
    let shifted: Vec<usize> = axes.iter().map(|a| a + usize::from(base.on)).collect();
    if ix.iter().all(|o| !o.on) {
        let ix = ix.iter().map(|o| o.v).collect();
        return Ok(Lanes { axes: shifted, ix, at: at + 1, perm: (0..rank).collect() });
    }
    let mut arrays = vec![];
    for o in ix {
        let v = cx.ensure(o)?;
        arrays.push(cx.quiet(v));
    }
    let mut axes = shifted;
    if base.on {
        let b = cx.b();
        let dims = b.func.ty(arrays[0]).dims().to_vec();
        arrays.insert(0, b.emit(Iota { dims, axis: 0 }, &[]));
        axes.insert(0, 0);
    }
    // The batch dim stands first among the index arrays' dims, which stand at `at`.
    let perm = std::iter::once(at).chain((0..rank).filter(|k| *k != at)).collect();
    Ok(Lanes { axes, ix: arrays, at, perm })
}

macro_rules! scatter {
    ($(#[$doc:meta])* $name:ident, $text:literal, add $add:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, Debug)]
        pub struct $name {
            pub axes: Vec<usize>,
            pub at: usize,
        }

        impl OpDef for $name {
            says!(plain rules);

            fn name(&self) -> &'static str {
                $text
            }

            fn infer(&self, f: &mut Func, x: &[Var], _: &[Block]) -> Result<Vec<Ty>, String> {
                let [base, ix @ .., v] = x else { return Err("a base and a value expected".into()) };
                let t = gathered(f, &self.axes, self.at, *base, ix)?;
                if t == *f.ty(*v) {
                    Ok(vec![f.ty(*base).clone()])
                } else {
                    Err(format!("{t} stored from {}", f.ty(*v)))
                }
            }

            says!(value none);
            says!(consumes first);
            says!(no effects);
            says!(no dims);

            fn eval(&self, ev: &mut Eval<'_>, _: &Eqn, mut x: Vec<Value>) -> Outcome<Vec<Value>> {
                let v = want(x.pop(), "a value")?;
                let base = array(want(x.first(), "a base")?)?;
                let (_, all) = gather_offsets(&self.axes, self.at, base, &x[1..])?;
                store(ev, x.swap_remove(0), &all, &v, $add)
            }
        }

        impl $name {
            pub(super) fn samples() -> Vec<Sample> {
                let of = |(axes, at, base, ix, v)| Sample::of($name { axes, at }, [vec![base], ix, vec![v]].concat());
                gathers().into_iter().map(of).collect()
            }
        }

        impl Plain for $name {
            fn jvp(&self, b: &mut Builder, x: &[Var], y: &[Var], dx: &[Tangent]) -> Rule<Vec<Tangent>> {
                let n = x.len() - 1;
                if dx[n].is_none() && (dx[0].is_none() || $add) {
                    return Ok(vec![dx[0]]);
                }
                let base = dx[0].map_or_else(|| zero_like(b, y[0]), Ok)?;
                let v = dx[n].map_or_else(|| zero_like(b, x[n]), Ok)?;
                Ok(vec![Some(b.emit(self.clone(), &[&[base], &x[1..n], &[v]].concat()))])
            }

            fn transpose(&self, cx: &mut dyn Reverse, x: &[Operand], ct: &[Tangent]) -> Rule<Transpose> {
                let (n, Some(ct)) = (x.len() - 1, ct[0]) else { return Ok(Transpose::Done) };
                let ix = known_indices(&x[1..n])?;
                let gather = Gather { axes: self.axes.clone(), at: self.at };
                if x[n].is_linear() {
                    let mut part = cx.b().emit(gather.clone(), &[&[ct], &ix[..]].concat());
                    if !$add {
                        let base = cx.ty(&x[0])?;
                        part = stored_last(cx.b(), &gather, &base, &ix, part);
                    }
                    cx.add(&x[n], &vec![], &[], part)?;
                }
                let rest = if $add || !x[0].is_linear() {
                    ct
                } else {
                    let ty = cx.ty(&x[n])?;
                    let zero = cx.b().zeros(&ty);
                    cx.b().emit(self.clone(), &[&[ct], &ix[..], &[zero]].concat())
                };
                cx.add(&x[0], &vec![], &[], rest)?;
                Ok(Transpose::Done)
            }

            fn batch(&self, cx: &mut dyn Batching<'_>, x: &[Batched]) -> Rule<Vec<Batched>> {
                let n = x.len() - 1;
                let base = Batched::on(cx.ensure(&x[0])?);
                let g = lanes_gathered(cx, &self.axes, self.at, &base, &x[1..n])?;
                let mut v = cx.ensure(&x[n])?;
                if let Some(m) = cx.mask() {
                    // Idle lanes store what is there, or add 0.
                    let old = if $add { cx.b().like(0.0, v) } else { g.read(cx.b(), base.v) };
                    v = cx.select(m, v, old)?;
                }
                let v = g.value(cx.b(), v);
                let op = $name { axes: g.axes.clone(), at: g.at };
                let out = cx.b().emit(op, &[&[base.v], &g.ix[..], &[v]].concat());
                cx.inherit(out, base.v);
                Ok(vec![Batched::on(out)])
            }

            says!(is kept);
        }
    };
}

scatter! {
    /// Operands: base (consumed), index arrays as for `gather`, a value of the gather's type. Stores in row-major
    /// order of the value: the last one wins.
    Scatter, "scatter", add false
}
scatter! {
    /// As `scatter`, but adds, in that order.
    ScatterAdd, "scatter_add", add true
}

/// A bool array of rank r: r arrays i64[m] with the indices of its true elements in row-major order; m is fresh.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Nonzero;

impl OpDef for Nonzero {
    says!(plain rules);

    fn name(&self) -> &'static str {
        "nonzero"
    }

    fn infer(&self, f: &mut Func, x: &[Var], _: &[Block]) -> Result<Vec<Ty>, String> {
        arity(x, 1)?;
        let (d, dims) = array_ty(f, x[0])?;
        let rank = dims.len();
        if d != DType::Bool || rank == 0 {
            return Err(format!("nonzero of {}", f.ty(x[0])));
        }
        let m = Dim::from(f.new_size());
        Ok(vec![Ty::Array(DType::I64, vec![m]); rank])
    }

    says!(value none);
    says!(borrows all);
    says!(no effects);
    says!(no dims);

    fn eval(&self, ev: &mut Eval<'_>, _: &Eqn, x: Vec<Value>) -> Outcome<Vec<Value>> {
        let a = array(want(x.first(), "an operand")?)?;
        ev.stats.elems += a.len() as u64;
        let found: Vec<usize> = (0..a.len()).filter(|k| a.get(*k) == Scalar::Bool(true)).collect();
        let step = strides(&a.shape);
        let mut out = vec![];
        for (n, s) in a.shape.iter().zip(&step) {
            let mut along = ev.alloc(DType::I64, vec![found.len()])?;
            found.iter().enumerate().for_each(|(k, at)| along.set(k, Scalar::I64((at / s % n) as i64)));
            out.push(Value::array(along));
        }
        Ok(out)
    }
}

impl Plain for Nonzero {
    says!(no tangent);
    says!(not linear);

    fn batch(&self, _: &mut dyn Batching<'_>, _: &[Batched]) -> Rule<Vec<Batched>> {
        Err("the number of true elements differs between lanes: keep the size and mask with np.where".into())
    }

    says!(is kept);
}

impl Nonzero {
    pub(super) fn samples() -> Vec<Sample> {
        let bools = Arg::Bools(vec![true, false, true], Some(vec![3]));
        vec![Sample::of(Nonzero, vec![bools]).not_batched()]
    }
}

/// Operands: an i64 scalar or array of indices, a size. Counts negative ones from the end; raises IndexError with
/// `text`, whose `{0}` is the index and `{1}` the size, if one is out of bounds.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct NormIndex {
    pub text: Rc<str>,
}

impl OpDef for NormIndex {
    says!(plain rules);

    fn name(&self) -> &'static str {
        "norm_index"
    }

    fn infer(&self, f: &mut Func, x: &[Var], _: &[Block]) -> Result<Vec<Ty>, String> {
        arity(x, 2)?;
        want_int(f, x[1])?;
        match f.ty(x[0]) {
            Ty::Scalar(DType::I64) | Ty::Array(DType::I64, _) => Ok(vec![f.ty(x[0]).clone()]),
            t => Err(format!("an index of type {t}")),
        }
    }

    says!(value none);
    says!(borrows all);
    says!(raises);
    says!(no dims);

    fn eval(&self, ev: &mut Eval<'_>, _: &Eqn, x: Vec<Value>) -> Outcome<Vec<Value>> {
        let [ix, size] = &x[..] else { return Err(EvalError::internal("an index and a size expected")) };
        let n = int(size)?;
        let norm = |k: i64| match if k < 0 { k.wrapping_add(n) } else { k } {
            i if (0..n).contains(&i) => Ok(i),
            _ => Err(EvalError::new(quipu_abi::ErrorKind::IndexError, fill_text(&self.text, &[k, n]))),
        };
        Ok(vec![match ix {
            Value::Array(a) => {
                let mut out = ev.alloc(DType::I64, a.shape.clone())?;
                for k in 0..a.len() {
                    out.set(k, Scalar::I64(norm(int(&Value::Scalar(a.get(k)))?)?));
                }
                Value::array(out)
            }
            v => Value::i64(norm(int(v)?)?),
        }])
    }
}

impl Plain for NormIndex {
    says!(no tangent);
    says!(not linear);

    /// Counted from the end where negative, checked in the lanes that run.
    fn batch(&self, cx: &mut dyn Batching<'_>, x: &[Batched]) -> Rule<Vec<Batched>> {
        if !x[1].on && cx.mask().is_none() {
            return Ok(vec![Batched { v: cx.b().emit(self.clone(), &[x[0].v, x[1].v]), on: x[0].on }]);
        }
        let (i, mut n) = (cx.ensure(&x[0])?, cx.ensure(&x[1])?);
        let i = cx.quiet(i);
        let b = cx.b();
        let dims = b.func.ty(i).dims().to_vec();
        if dims.len() > 1 {
            n = b.broadcast(n, &dims, &[0]);
        }
        let zero = b.i64(0);
        let v = wrapped(b, i, n);
        let (low, high) = (b.map(&LT, &[v, zero]), b.map(&GE, &[v, n]));
        let bad = b.map(&OR, &[low, high]);
        let bad = cx.quiet(bad);
        let check = RaiseIf { kind: quipu_abi::ErrorKind::IndexError, text: self.text.clone() };
        check.any(cx.b(), bad, &[i, n]);
        Ok(vec![Batched::on(cx.quiet(v))])
    }

    fn replay(&self) -> Replay {
        Replay::With(|b, x| vec![wrapped(b, x[0], x[1])])
    }
}

impl NormIndex {
    pub(super) fn samples() -> Vec<Sample> {
        let op = NormIndex { text: "{0} of {1}".into() };
        vec![
            Sample::of(op.clone(), vec![Arg::int(-2), Arg::int(5)]),
            Sample::of(op, vec![Arg::ints(&[0, -1, 4]), Arg::int(5)]),
        ]
    }
}

/// `i + n` where i is negative, else `i`.
fn wrapped(b: &mut Builder, i: Var, n: Var) -> Var {
    let zero = b.i64(0);
    let (low, up) = (b.map(&LT, &[i, zero]), b.add(i, n));
    b.select(low, up, i)
}

/// Of what was stored by a scatter, only the last value at each index is there: 0 for the others.
fn stored_last(b: &mut Builder, gather: &Gather, base: &Ty, ix: &[Var], part: Var) -> Var {
    let dims = b.func.ty(part).dims().to_vec();
    let count = dims.iter().fold(Dim::ONE, |p, d| p.mul(d));
    let ids = b.emit(Iota { dims: vec![count], axis: 0 }, &[]);
    let ids = b.emit(Reshape { dims }, &[ids]);
    let at = b.zeros(&base.with_dtype(DType::I64));
    let op = Scatter { axes: gather.axes.clone(), at: gather.at };
    let at = b.emit(op, &[&[at], ix, &[ids]].concat());
    let last = b.emit(gather.clone(), &[&[at], ix].concat());
    let mine = b.map(&EQ, &[last, ids]);
    let zero = b.like(0.0, part);
    b.select(mine, part, zero)
}

/// Axes, position, base, indices, a value that fits.
type Picked = (Vec<usize>, usize, Arg, Vec<Arg>, Arg);

/// For samples, some with repeated indices.
fn gathers() -> Vec<Picked> {
    let base = || Arg::floats(&[4, 3]);
    let grid = Arg::ints_of(&[3, 0, 2, 1], &[2, 2]);
    let small = Arg::ints_of(&[2, 0, 2, 1], &[2, 2]);
    vec![
        (vec![0], 0, base(), vec![Arg::ints(&[2, 0, 2])], Arg::floats(&[3, 3])),
        (vec![1], 1, base(), vec![Arg::ints(&[2, 1])], Arg::floats(&[4, 2])),
        (vec![1], 0, base(), vec![Arg::ints(&[2, 1])], Arg::floats(&[2, 4])),
        (vec![0], 1, base(), vec![grid.clone()], Arg::floats(&[3, 2, 2])),
        (vec![0, 1], 0, base(), vec![grid, small], Arg::floats(&[2, 2])),
        (vec![0, 1], 0, base(), vec![Arg::ints(&[1, 1, 3]), Arg::ints(&[2, 2, 0])], Arg::floats(&[3])),
    ]
}
