//! Constants, sizes, and ops that make or rearrange arrays without computing on elements.

use super::*;
use crate::core::value::{offsets, strides};
use quipu_abi::DType;
use std::rc::Rc;

/// A constant scalar or string.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Const {
    /// Of a bool or integer dtype.
    Int(DType, i64),
    /// Of a float dtype, as the bits of the f64 (f32 values are exact in it).
    Float(DType, u64),
    /// Of a complex dtype, as the bits of its parts.
    Complex(DType, u64, u64),
    Str(Rc<str>),
}

impl Const {
    pub fn int(dtype: DType, v: i64) -> Const {
        Const::Int(dtype, v)
    }

    pub fn float(dtype: DType, v: f64) -> Const {
        match dtype.is_complex() {
            true => Const::Complex(dtype, v.to_bits(), 0),
            false => Const::Float(dtype, v.to_bits()),
        }
    }

    pub fn complex(dtype: DType, re: f64, im: f64) -> Const {
        Const::Complex(dtype, re.to_bits(), im.to_bits())
    }
}

impl OpDef for Const {
    says!(plain rules);

    fn name(&self) -> &'static str {
        "const"
    }

    fn infer(&self, _: &mut Func, x: &[Var], _: &[Block]) -> Result<Vec<Ty>, String> {
        arity(x, 0)?;
        Ok(vec![match self {
            Const::Int(d, _) | Const::Float(d, _) | Const::Complex(d, ..) => Ty::Scalar(*d),
            Const::Str(_) => Ty::Str,
        }])
    }

    fn value(&self, _: &Func, _: &[Var]) -> Option<Dim> {
        match self {
            Const::Int(DType::I64, k) => Some(Dim::from(*k)),
            _ => None,
        }
    }

    says!(borrows all);
    says!(no effects);
    says!(no dims);

    fn eval(&self, _: &mut Eval<'_>, _: &Eqn, _: Vec<Value>) -> Outcome<Vec<Value>> {
        let f = f64::from_bits;
        Ok(vec![match self {
            Const::Int(d, k) => Value::Scalar(Scalar::of_int(*d, *k)),
            Const::Float(d, x) => Value::Scalar(numbers::cast(Scalar::F64(f(*x)), *d)),
            Const::Complex(d, re, im) => Value::Scalar(numbers::cast(Scalar::C128([f(*re), f(*im)]), *d)),
            Const::Str(s) => Value::Str(s.clone()),
        }])
    }
}

impl Plain for Const {
    says!(no tangent);
    says!(not linear);
    says!(same in all lanes);
    says!(runs again);
}

impl Const {
    pub(super) fn samples() -> Vec<Sample> {
        vec![Sample::of(Const::float(DType::F64, 1.5), vec![])]
    }
}

/// The value of a dim as an i64.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Size(pub Dim);

impl OpDef for Size {
    says!(plain rules);

    fn name(&self) -> &'static str {
        "size"
    }

    fn infer(&self, _: &mut Func, x: &[Var], _: &[Block]) -> Result<Vec<Ty>, String> {
        arity(x, 0)?;
        Ok(vec![Ty::I64])
    }

    fn value(&self, _: &Func, _: &[Var]) -> Option<Dim> {
        Some(self.0.clone())
    }

    says!(borrows all);
    says!(no effects);

    fn visit_dims_mut(&mut self, g: &mut dyn FnMut(&mut Dim)) {
        g(&mut self.0);
    }

    fn eval(&self, ev: &mut Eval<'_>, _: &Eqn, _: Vec<Value>) -> Outcome<Vec<Value>> {
        Ok(vec![Value::i64(ev.dim(&self.0)?)])
    }
}

impl Plain for Size {
    says!(no tangent);
    says!(not linear);
    says!(same in all lanes);
    says!(runs again);
}

impl Size {
    pub(super) fn samples() -> Vec<Sample> {
        vec![Sample::of(Size(Dim::from(7)), vec![])]
    }
}

/// Zeros of a numeric type, without an operand (so a zero tangent keeps nothing alive).
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Zeros(pub Ty);

impl OpDef for Zeros {
    says!(plain rules);

    fn name(&self) -> &'static str {
        "zeros"
    }

    fn infer(&self, _: &mut Func, x: &[Var], _: &[Block]) -> Result<Vec<Ty>, String> {
        arity(x, 0)?;
        match self.0 {
            Ty::Scalar(_) | Ty::Array(..) => Ok(vec![self.0.clone()]),
            _ => Err(format!("zeros of {}", self.0)),
        }
    }

    fn value(&self, _: &Func, _: &[Var]) -> Option<Dim> {
        (self.0 == Ty::I64).then(|| Dim::from(0))
    }

    says!(borrows all);
    says!(no effects);

    says!(dims of its type);

    fn eval(&self, ev: &mut Eval<'_>, _: &Eqn, _: Vec<Value>) -> Outcome<Vec<Value>> {
        match &self.0 {
            Ty::Scalar(d) => Ok(vec![Value::Scalar(Scalar::zero(*d))]),
            Ty::Array(d, dims) => {
                let shape = ev.shape(dims)?;
                Ok(vec![Value::array(ev.alloc(*d, shape)?)])
            }
            t => Err(EvalError::internal(format!("zeros of {t}"))),
        }
    }
}

impl Plain for Zeros {
    says!(no tangent);

    // As a linear equation it is an instantiated zero: its cotangent goes nowhere.
    says!(constant);

    says!(same in all lanes);
    says!(runs again);
}

impl Zeros {
    pub(super) fn samples() -> Vec<Sample> {
        vec![Sample::of(Zeros(Ty::Array(DType::F64, vec![Dim::from(2)])), vec![])]
    }
}

/// i64 array of these dims whose element at index (i0, i1, ..) is `i[axis]`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Iota {
    pub dims: Vec<Dim>,
    pub axis: usize,
}

impl OpDef for Iota {
    says!(plain rules);

    fn name(&self) -> &'static str {
        "iota"
    }

    fn infer(&self, _: &mut Func, x: &[Var], _: &[Block]) -> Result<Vec<Ty>, String> {
        arity(x, 0)?;
        if self.axis >= self.dims.len() {
            return Err(format!("axis {} of rank {}", self.axis, self.dims.len()));
        }
        Ok(vec![Ty::Array(DType::I64, self.dims.clone())])
    }

    says!(value none);
    says!(borrows all);
    says!(no effects);

    says!(its dims);

    fn eval(&self, ev: &mut Eval<'_>, _: &Eqn, _: Vec<Value>) -> Outcome<Vec<Value>> {
        let shape = ev.shape(&self.dims)?;
        let mut out = ev.alloc(DType::I64, shape)?;
        let inner: usize = out.shape[self.axis + 1..].iter().product();
        let n = out.shape[self.axis];
        (0..out.len()).for_each(|k| out.set(k, Scalar::I64((k / inner % n) as i64)));
        Ok(vec![Value::array(out)])
    }
}

impl Plain for Iota {
    says!(no tangent);
    says!(not linear);
    says!(same in all lanes);
    says!(is kept);
}

impl Iota {
    pub(super) fn samples() -> Vec<Sample> {
        vec![Sample::of(Iota { dims: vec![2.into(), 3.into()], axis: 1 }, vec![])]
    }
}

/// An array of these dims: axis k of the operand is axis `axes[k]` of the result, the other axes repeat it.
/// An operand axis of size 1 repeats; where its size is not constant, inference has checked that at run time it is 1
/// or the result's (so the stride of that axis is `n == 1 ? 0 : s`). A scalar operand fills the result.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Broadcast {
    pub dims: Vec<Dim>,
    /// Strictly increasing.
    pub axes: Vec<usize>,
}

impl OpDef for Broadcast {
    says!(plain rules);

    fn name(&self) -> &'static str {
        "broadcast"
    }

    fn infer(&self, f: &mut Func, x: &[Var], _: &[Block]) -> Result<Vec<Ty>, String> {
        arity(x, 1)?;
        let t = f.ty(x[0]);
        let d = t.dtype().ok_or_else(|| format!("broadcast of {t}"))?;
        if self.axes.len() != t.rank() || self.axes.windows(2).any(|w| w[0] >= w[1]) {
            return Err(format!("axes {:?} do not fit {t}", self.axes));
        }
        for (n, a) in t.dims().iter().zip(&self.axes) {
            match self.dims.get(*a) {
                Some(m) if m == n || n.as_const().is_none_or(|k| k == 1) || m.as_const().is_none() => {}
                _ => return Err(format!("{t} broadcast to {:?} by {:?}", self.dims, self.axes)),
            }
        }
        Ok(vec![Ty::Array(d, self.dims.clone())])
    }

    says!(value none);
    says!(borrows all);
    says!(no effects);

    says!(its dims);

    fn eval(&self, ev: &mut Eval<'_>, _: &Eqn, x: Vec<Value>) -> Outcome<Vec<Value>> {
        let shape = ev.shape(&self.dims)?;
        let single;
        let a = match want(x.first(), "an operand")? {
            Value::Scalar(x) => {
                single = Array::from_scalars(x.dtype(), vec![], [*x]);
                &single
            }
            v => array(v)?,
        };
        let mut step = vec![0; shape.len()];
        for ((axis, n), s) in self.axes.iter().zip(&a.shape).zip(strides(&a.shape)) {
            match (shape.get(*axis), *n) {
                (Some(m), n) if *m == n => step[*axis] = s,
                (Some(_), 1) => {}
                _ => return Err(EvalError::internal(format!("{:?} broadcast to {shape:?}", a.shape))),
            }
        }
        let mut out = ev.alloc(a.dtype, shape)?;
        for (k, from) in offsets(&out.shape, &step).into_iter().enumerate() {
            out.copy_run(k, a, from, 1);
        }
        Ok(vec![Value::array(out)])
    }
}

impl Plain for Broadcast {
    says!(linear in the first);

    /// The sum over the axes that repeat: those that the operand lacks, or has with size 1.
    fn transpose(&self, cx: &mut dyn Reverse, x: &[Operand], ct: &[Tangent]) -> Rule<Transpose> {
        if let (Some(ct), Operand::Linear(v)) = (ct[0], &x[0]) {
            let b = cx.b();
            let from = b.func.ty(*v).dims().to_vec();
            let kept = |a: &usize| {
                let k = self.axes.iter().position(|m| m == a);
                k.is_some_and(|k| from[k].as_const() != Some(1) || self.dims[*a].as_const() == Some(1))
            };
            let axes: Vec<usize> = (0..self.dims.len()).filter(|a| !kept(a)).collect();
            let ct = if axes.is_empty() { ct } else { b.emit(Reduce::new(ReduceKind::Sum, axes), &[ct]) };
            cx.add(&x[0], &vec![], &[], ct)?;
        }
        Ok(Transpose::Done)
    }

    fn batch(&self, cx: &mut dyn Batching<'_>, x: &[Batched]) -> Rule<Vec<Batched>> {
        let dims: Vec<Dim> = std::iter::once(cx.n()).chain(self.dims.iter().cloned()).collect();
        let axes: Vec<usize> = std::iter::once(0).chain(self.axes.iter().map(|a| a + 1)).collect();
        let v = cx.ensure(&x[0])?;
        Ok(vec![Batched::on(cx.b().broadcast(v, &dims, &axes))])
    }

    says!(is kept);
}

impl Broadcast {
    pub(super) fn samples() -> Vec<Sample> {
        let to = |axes: &[usize]| Broadcast { dims: vec![2.into(), 3.into()], axes: axes.to_vec() };
        vec![
            Sample::of(to(&[]), vec![Arg::float()]),
            Sample::of(to(&[1]), vec![Arg::floats(&[3])]),
            Sample::of(to(&[0]), vec![Arg::floats(&[2])]),
            Sample::of(to(&[0, 1]), vec![Arg::floats(&[1, 3])]),
            Sample::of(to(&[1]), vec![Arg::floats(&[1])]),
            Sample::of(Broadcast { dims: vec![], axes: vec![] }, vec![Arg::float()]),
        ]
    }
}

/// The elements in row-major order under other dims. The sizes agree: inference checks what the algebra cannot.
/// With no dims the result is an array of rank 0. Consumes, so that it is free where the operand dies.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Reshape {
    pub dims: Vec<Dim>,
}

impl OpDef for Reshape {
    says!(plain rules);

    fn name(&self) -> &'static str {
        "reshape"
    }

    fn infer(&self, f: &mut Func, x: &[Var], _: &[Block]) -> Result<Vec<Ty>, String> {
        arity(x, 1)?;
        let (d, from) = array_ty(f, x[0])?;
        let size = |dims: &[Dim]| dims.iter().try_fold(1i64, |p, d| d.as_const().map(|k| p.wrapping_mul(k)));
        match (size(from), size(&self.dims)) {
            (Some(a), Some(b)) if a != b => Err(format!("reshape of {a} elements into {b}")),
            _ => Ok(vec![Ty::Array(d, self.dims.clone())]),
        }
    }

    says!(value none);

    says!(consumes all);

    says!(no effects);

    says!(its dims);

    fn eval(&self, ev: &mut Eval<'_>, _: &Eqn, mut x: Vec<Value>) -> Outcome<Vec<Value>> {
        let shape = ev.shape(&self.dims)?;
        let v = want(x.pop(), "an operand")?;
        if array(&v)?.len() != shape.iter().product() {
            return Err(EvalError::internal(format!("{:?} reshaped to {shape:?}", array(&v)?.shape)));
        }
        let mut a = ev.own(v)?;
        a.shape = shape;
        Ok(vec![Value::array(a)])
    }
}

impl Plain for Reshape {
    says!(linear in the first);

    says!(passes back);

    fn batch(&self, cx: &mut dyn Batching<'_>, x: &[Batched]) -> Rule<Vec<Batched>> {
        let dims = std::iter::once(cx.n()).chain(self.dims.iter().cloned()).collect();
        let v = cx.ensure(&x[0])?;
        let out = cx.b().emit(Reshape { dims }, &[v]);
        cx.inherit(out, v);
        Ok(vec![Batched::on(out)])
    }

    says!(is kept);
}

impl Reshape {
    pub(super) fn samples() -> Vec<Sample> {
        let to = |dims: &[i64]| Reshape { dims: dims.iter().map(|n| Dim::from(*n)).collect() };
        vec![
            Sample::of(to(&[3, 2]), vec![Arg::floats(&[2, 3])]),
            Sample::of(to(&[6]), vec![Arg::floats(&[2, 3])]),
            Sample::of(to(&[]), vec![Arg::floats(&[1])]),
        ]
    }
}

/// Axis k of the result is axis `perm[k]` of the operand.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Permute {
    pub perm: Vec<usize>,
}

impl OpDef for Permute {
    says!(plain rules);

    fn name(&self) -> &'static str {
        "permute"
    }

    fn infer(&self, f: &mut Func, x: &[Var], _: &[Block]) -> Result<Vec<Ty>, String> {
        arity(x, 1)?;
        let (d, dims) = array_ty(f, x[0])?;
        let mut seen = self.perm.clone();
        seen.sort_unstable();
        if !seen.into_iter().eq(0..dims.len()) {
            return Err(format!("{:?} is no permutation of {} axes", self.perm, dims.len()));
        }
        Ok(vec![Ty::Array(d, self.perm.iter().map(|k| dims[*k].clone()).collect())])
    }

    says!(value none);
    says!(borrows all);
    says!(no effects);
    says!(no dims);

    fn eval(&self, ev: &mut Eval<'_>, _: &Eqn, x: Vec<Value>) -> Outcome<Vec<Value>> {
        let a = array(want(x.first(), "an operand")?)?;
        let from = strides(&a.shape);
        let step: Vec<usize> = self.perm.iter().map(|k| from[*k]).collect();
        let mut out = ev.alloc(a.dtype, self.perm.iter().map(|k| a.shape[*k]).collect())?;
        for (k, at) in offsets(&out.shape, &step).into_iter().enumerate() {
            out.copy_run(k, a, at, 1);
        }
        Ok(vec![Value::array(out)])
    }
}

impl Plain for Permute {
    says!(linear in the first);

    fn transpose(&self, cx: &mut dyn Reverse, x: &[Operand], ct: &[Tangent]) -> Rule<Transpose> {
        if let Some(ct) = ct[0] {
            let mut perm = vec![0; self.perm.len()];
            self.perm.iter().enumerate().for_each(|(k, p)| perm[*p] = k);
            let ct = cx.b().emit(Permute { perm }, &[ct]);
            cx.add(&x[0], &vec![], &[], ct)?;
        }
        Ok(Transpose::Done)
    }

    fn batch(&self, cx: &mut dyn Batching<'_>, x: &[Batched]) -> Rule<Vec<Batched>> {
        let perm = std::iter::once(0).chain(self.perm.iter().map(|k| k + 1)).collect();
        let v = cx.ensure(&x[0])?;
        Ok(vec![Batched::on(cx.b().emit(Permute { perm }, &[v]))])
    }

    says!(is kept);
}

impl Permute {
    pub(super) fn samples() -> Vec<Sample> {
        let by = |perm: &[usize]| Permute { perm: perm.to_vec() };
        vec![
            Sample::of(by(&[1, 0]), vec![Arg::floats(&[2, 3])]),
            Sample::of(by(&[2, 0, 1]), vec![Arg::floats(&[2, 3, 4])]),
        ]
    }
}

/// Arrays of one dtype laid end to end along an axis; their other dims are equal.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Concat {
    pub axis: usize,
}

impl OpDef for Concat {
    says!(plain rules);

    fn name(&self) -> &'static str {
        "concat"
    }

    fn infer(&self, f: &mut Func, x: &[Var], _: &[Block]) -> Result<Vec<Ty>, String> {
        let (first, rest) = x.split_first().ok_or("concat of nothing")?;
        let (d, dims) = array_ty(f, *first)?;
        let mut dims = dims.to_vec();
        if self.axis >= dims.len() {
            return Err(format!("axis {} of rank {}", self.axis, dims.len()));
        }
        for v in rest {
            let (e, other) = array_ty(f, *v)?;
            let fits = other.len() == dims.len()
                && other.iter().zip(&dims).enumerate().all(|(k, (a, b))| k == self.axis || a == b);
            if e != d || !fits {
                return Err(format!("concat of {} and {}", f.ty(*first), f.ty(*v)));
            }
            dims[self.axis] = dims[self.axis].add(&other[self.axis]);
        }
        Ok(vec![Ty::Array(d, dims)])
    }

    says!(value none);
    says!(borrows all);
    says!(no effects);
    says!(no dims);

    fn eval(&self, ev: &mut Eval<'_>, _: &Eqn, x: Vec<Value>) -> Outcome<Vec<Value>> {
        let parts: Vec<&Array> = x.iter().map(array).collect::<Outcome<_>>()?;
        let first = *want(parts.first(), "an operand")?;
        let mut shape = first.shape.clone();
        let other = |a: &Array| (0..a.rank()).filter(|k| *k != self.axis).map(|k| a.shape[k]).collect::<Vec<_>>();
        if parts.iter().any(|a| other(a) != other(first)) {
            return Err(EvalError::internal("concat of shapes that differ"));
        }
        shape[self.axis] = parts.iter().map(|a| a.shape[self.axis]).sum();
        let mut out = ev.alloc(first.dtype, shape)?;
        let outer: usize = out.shape[..self.axis].iter().product();
        let mut at = 0;
        for k in 0..outer {
            for a in &parts {
                let run = a.len() / outer;
                out.copy_run(at, a, k * run, run);
                at += run;
            }
        }
        Ok(vec![Value::array(out)])
    }
}

impl Plain for Concat {
    says!(linear in all);

    /// Each operand gets its part of the cotangent.
    fn transpose(&self, cx: &mut dyn Reverse, x: &[Operand], ct: &[Tangent]) -> Rule<Transpose> {
        let Some(ct) = ct[0] else { return Ok(Transpose::Done) };
        let mut start = Dim::from(0);
        for o in x {
            let ty = cx.ty(o)?;
            let len = ty.dims()[self.axis].clone();
            let b = cx.b();
            let mut chain = vec![Ix::All; ty.rank()];
            chain[self.axis] = Ix::Range { len: len.clone() };
            let ix = [b.size(&start), b.i64(1)];
            start = start.add(&len);
            if o.is_linear() {
                let part = cx.b().read(ct, &chain, &ix);
                cx.add(o, &vec![], &[], part)?;
            }
        }
        Ok(Transpose::Done)
    }

    fn batch(&self, cx: &mut dyn Batching<'_>, x: &[Batched]) -> Rule<Vec<Batched>> {
        let parts = x.iter().map(|o| cx.ensure(o)).collect::<Rule<Vec<_>>>()?;
        Ok(vec![Batched::on(cx.b().emit(Concat { axis: self.axis + 1 }, &parts))])
    }

    says!(is kept);
}

impl Concat {
    pub(super) fn samples() -> Vec<Sample> {
        vec![
            Sample::of(Concat { axis: 0 }, vec![Arg::floats(&[2, 3]), Arg::floats(&[1, 3]), Arg::floats(&[0, 3])]),
            Sample::of(Concat { axis: 1 }, vec![Arg::floats(&[2, 3]), Arg::floats(&[2, 1])]),
        ]
    }
}

/// The same value in a buffer of its own.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Copy;

impl OpDef for Copy {
    says!(plain rules);

    fn name(&self) -> &'static str {
        "copy"
    }

    fn infer(&self, f: &mut Func, x: &[Var], _: &[Block]) -> Result<Vec<Ty>, String> {
        arity(x, 1)?;
        Ok(tys(f, x))
    }

    says!(value none);
    says!(borrows all);
    says!(no effects);
    says!(no dims);

    fn eval(&self, ev: &mut Eval<'_>, _: &Eqn, x: Vec<Value>) -> Outcome<Vec<Value>> {
        let v = want(x.first(), "an operand")?;
        ev.stats.copies += u64::from(matches!(v, Value::Array(_) | Value::List(_)));
        Ok(vec![ev.deep_copy(v)])
    }
}

impl Plain for Copy {
    fn jvp(&self, b: &mut Builder, _: &[Var], _: &[Var], dx: &[Tangent]) -> Rule<Vec<Tangent>> {
        Ok(vec![dx[0].map(|d| b.copy(d))])
    }

    says!(passes back);

    fn batch(&self, cx: &mut dyn Batching<'_>, x: &[Batched]) -> Rule<Vec<Batched>> {
        Ok(vec![Batched { v: cx.b().copy(x[0].v), on: x[0].on }])
    }

    says!(is kept);
}

impl Copy {
    pub(super) fn samples() -> Vec<Sample> {
        vec![Sample::of(Copy, vec![Arg::floats(&[2, 3])])]
    }
}
