//! Reading and writing parts of a base: chains of basic indices, gathers and scatters, masks.
//!
//! Everything here is in bounds by construction: slices are clamped and indices checked (`NormIndex`) before.

use super::*;
use crate::core::value::{offsets, strides};
use quipu_abi::DType;
use std::rc::Rc;

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
    /// No axis is left.
    scalar: bool,
}

impl Part {
    fn of(ev: &Eval<'_>, chain: &Chain, base: &Array, ix: &[Value]) -> Outcome<Part> {
        let step = strides(&base.shape);
        let lanes = ix.iter().find_map(|v| v.as_array()).map(|a| a.len());
        if chain.len() != base.rank() || lanes.is_none() && chain.contains(&Ix::Lane) {
            return Err(EvalError::internal(format!("chain {chain:?} of {:?}", base.shape)));
        }
        let outside = |k: i64, n: usize| EvalError::internal(format!("index {k} of an axis of {n} was not checked"));
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
        let scalar = shape.is_empty() && chain.iter().all(|c| *c == Ix::At);
        Ok(Part { shape, offsets, scalar })
    }
}

/// Stores the elements of `v` at `offsets`, in order; `add` adds them to what is there.
fn store(ev: &mut Eval<'_>, base: Value, offsets: &[usize], v: &Value, add: bool) -> Outcome<Vec<Value>> {
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
fn fetch(ev: &mut Eval<'_>, a: &Array, shape: Vec<usize>, offsets: &[usize]) -> Outcome<Value> {
    let mut out = ev.alloc(a.dtype, shape)?;
    for (k, at) in offsets.iter().enumerate() {
        out.copy_run(k, a, *at, 1);
    }
    Ok(Value::array(out))
}

/// Updates the part of the first operand that a chain denotes by the last one.
fn store_part(ev: &mut Eval<'_>, chain: &Chain, mut x: Vec<Value>, add: bool) -> Outcome<Vec<Value>> {
    let v = want(x.pop(), "a value")?;
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

    fn visit_dims_mut(&mut self, g: &mut dyn FnMut(&mut Dim)) {
        chain_dims(&mut self.0, g);
    }

    fn eval(&self, ev: &mut Eval<'_>, _: &Eqn, x: Vec<Value>) -> Outcome<Vec<Value>> {
        let (base, ix) = want(x.split_first(), "a base")?;
        let a = array(base)?;
        let part = Part::of(ev, &self.0, a, ix)?;
        if part.scalar {
            ev.stats.elems += 1;
            return Ok(vec![Value::Scalar(a.get(part.offsets[0]))]);
        }
        Ok(vec![fetch(ev, a, part.shape, &part.offsets)?])
    }
}

/// Operands: base (consumed), the chain's indices, a value of the chain's type. The base with that part replaced.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Update(pub Chain);

impl OpDef for Update {
    fn name(&self) -> &'static str {
        "update"
    }

    fn infer(&self, f: &mut Func, x: &[Var], _: &[Block]) -> Result<Vec<Ty>, String> {
        stored_ty(f, &self.0, x)
    }

    says!(value none);
    says!(consumes first);
    says!(no effects);

    fn visit_dims_mut(&mut self, g: &mut dyn FnMut(&mut Dim)) {
        chain_dims(&mut self.0, g);
    }

    fn eval(&self, ev: &mut Eval<'_>, _: &Eqn, x: Vec<Value>) -> Outcome<Vec<Value>> {
        store_part(ev, &self.0, x, false)
    }
}

/// As `update`, but adds the value to what is there.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct UpdateAdd(pub Chain);

impl OpDef for UpdateAdd {
    fn name(&self) -> &'static str {
        "update_add"
    }

    fn infer(&self, f: &mut Func, x: &[Var], _: &[Block]) -> Result<Vec<Ty>, String> {
        stored_ty(f, &self.0, x)
    }

    says!(value none);
    says!(consumes first);
    says!(no effects);

    fn visit_dims_mut(&mut self, g: &mut dyn FnMut(&mut Dim)) {
        chain_dims(&mut self.0, g);
    }

    fn eval(&self, ev: &mut Eval<'_>, _: &Eqn, x: Vec<Value>) -> Outcome<Vec<Value>> {
        store_part(ev, &self.0, x, true)
    }
}

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

macro_rules! scatter {
    ($(#[$doc:meta])* $name:ident, $text:literal, add $add:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, Debug)]
        pub struct $name {
            pub axes: Vec<usize>,
            pub at: usize,
        }

        impl OpDef for $name {
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

/// Operands: an i64 scalar or array of indices, a size. Counts negative ones from the end; raises IndexError with
/// `text`, whose `{0}` is the index and `{1}` the size, if one is out of bounds.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct NormIndex {
    pub text: Rc<str>,
}

impl OpDef for NormIndex {
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
