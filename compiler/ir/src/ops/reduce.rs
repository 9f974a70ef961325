//! Reductions, scans and sorts.
//!
//! The order of a sum is part of its meaning: NumPy's, which follows from how NumPy's memory holds the operand. `order`
//! states it; `Layout` is what it needs to know.

use super::*;
use quipu_abi::{DType, sorting};

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ReduceKind {
    Sum,
    Prod,
    Max,
    Min,
    /// Logical or of bools.
    Any,
    /// Logical and of bools.
    All,
}

fn check_axes(axes: &[usize], rank: usize) -> Result<(), String> {
    if axes.windows(2).any(|w| w[0] >= w[1]) || axes.iter().any(|a| *a >= rank) {
        return Err(format!("axes {axes:?} of rank {rank}"));
    }
    Ok(())
}

fn drop_axes(d: DType, dims: &[Dim], axes: &[usize]) -> Ty {
    let left: Vec<Dim> = dims.iter().enumerate().filter(|(k, _)| !axes.contains(k)).map(|(_, n)| n.clone()).collect();
    if left.is_empty() { Ty::Scalar(d) } else { Ty::Array(d, left) }
}

/// One value per element of the axes that are left; a scalar if none is.
fn along_axes(ev: &mut Eval<'_>, d: DType, shape: &[usize], axes: &[usize], x: &[Scalar]) -> Outcome<Vec<Value>> {
    let left: Vec<usize> = (0..shape.len()).filter(|k| !axes.contains(k)).map(|k| shape[k]).collect();
    if left.is_empty() {
        return Ok(vec![Value::Scalar(*want(x.first(), "a result")?)]);
    }
    let mut out = ev.alloc(d, left)?;
    x.iter().enumerate().for_each(|(k, x)| out.set(k, *x));
    Ok(vec![Value::array(out)])
}

/// The positions in `row` in stable order of the elements there.
/// `python`: as CPython sorts, where there is a NaN.
fn sorted(a: &Array, row: &[usize], python: bool) -> Vec<usize> {
    let keys: Vec<Scalar> = row.iter().map(|at| a.get(*at)).collect();
    #[expect(clippy::eq_op, reason = "a NaN is not equal to itself")]
    let is_nan = |x: &Scalar| x != x;
    if python && keys.iter().any(is_nan) {
        return sorting::order(keys.len(), |i, j| numbers::before(keys[i], keys[j]) && !is_nan(&keys[j]));
    }
    let mut order: Vec<usize> = (0..row.len()).collect();
    order.sort_by(|i, j| match (numbers::before(keys[*i], keys[*j]), numbers::before(keys[*j], keys[*i])) {
        (true, _) => std::cmp::Ordering::Less,
        (_, true) => std::cmp::Ordering::Greater,
        _ => std::cmp::Ordering::Equal,
    });
    order
}

/// How NumPy's memory would hold the operand of a reduction, where the order of a sum depends on it.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Layout {
    /// Elements from one to the next along each axis; `None`: row-major and contiguous. The axes stand in the order of
    /// their strides, the largest first.
    pub strides: Option<Vec<Dim>>,
    /// The elements are converted to this dtype while they are summed.
    pub cast: bool,
}

/// Combines the elements along `axes` (increasing), which leave the shape; a scalar if none is left. Of no element:
/// the neutral one (inference raises before for max and min). Integers and floats keep their dtype: inference
/// converts first where NumPy accumulates in a wider one.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Reduce {
    pub kind: ReduceKind,
    pub axes: Vec<usize>,
    pub layout: Layout,
}

impl Reduce {
    /// Of an array that lies row-major in memory.
    pub fn new(kind: ReduceKind, axes: Vec<usize>) -> Reduce {
        Reduce { kind, axes, layout: Layout::default() }
    }
}

impl OpDef for Reduce {
    says!(plain rules);

    fn name(&self) -> &'static str {
        match self.kind {
            ReduceKind::Sum => "reduce_sum",
            ReduceKind::Prod => "reduce_prod",
            ReduceKind::Max => "reduce_max",
            ReduceKind::Min => "reduce_min",
            ReduceKind::Any => "reduce_any",
            ReduceKind::All => "reduce_all",
        }
    }

    fn infer(&self, f: &mut Func, x: &[Var], _: &[Block]) -> Result<Vec<Ty>, String> {
        arity(x, 1)?;
        let (d, dims) = array_ty(f, x[0])?;
        check_axes(&self.axes, dims.len())?;
        if self.layout.strides.as_ref().is_some_and(|s| s.len() != dims.len()) {
            return Err(format!("strides {:?} of rank {}", self.layout.strides, dims.len()));
        }
        let logical = matches!(self.kind, ReduceKind::Any | ReduceKind::All);
        if logical != (d == DType::Bool) && !matches!(self.kind, ReduceKind::Max | ReduceKind::Min) {
            return Err(format!("{} of {}", self.name(), f.ty(x[0])));
        }
        Ok(vec![drop_axes(d, dims, &self.axes)])
    }

    says!(value none);
    says!(borrows all);
    says!(no effects);

    fn visit_dims_mut(&mut self, g: &mut dyn FnMut(&mut Dim)) {
        self.layout.strides.iter_mut().flatten().for_each(g);
    }

    fn eval(&self, ev: &mut Eval<'_>, _: &Eqn, x: Vec<Value>) -> Outcome<Vec<Value>> {
        let a = array(want(x.first(), "an operand")?)?;
        ev.stats.elems += a.len() as u64;
        let strides = match &self.layout.strides {
            Some(s) => Some(s.iter().map(|d| ev.dim(d)).collect::<Outcome<Vec<i64>>>()?),
            None => None,
        };
        let out = order::reduce(self.kind, a, &self.axes, strides.as_deref(), self.layout.cast)?;
        along_axes(ev, a.dtype, &a.shape, &self.axes, &out)
    }
}

/// `v` with the dims of `like`: the axes that a reduction took out repeat it.
fn spread(b: &mut Builder, v: Var, dims: &[Dim], axes: &[usize]) -> Var {
    let kept: Vec<usize> = (0..dims.len()).filter(|a| !axes.contains(a)).collect();
    b.broadcast(v, dims, &kept)
}

/// Along an axis: the product of all elements but each one's own.
fn others(b: &mut Builder, x: Var, axis: usize) -> Var {
    let back = flip(b, x, axis);
    let (before, after) = (products_before(b, x, axis), products_before(b, back, axis));
    let after = flip(b, after, axis);
    b.mul(before, after)
}

/// Along an axis: 1, x0, x0 x1, ..
fn products_before(b: &mut Builder, x: Var, axis: usize) -> Var {
    let dims = b.func.ty(x).dims().to_vec();
    let all = b.emit(Scan { product: true, axis }, &[x]);
    let one = b.like(1.0, x);
    let ones = b.fill(one, &dims);
    let mut chain = vec![Ix::All; dims.len()];
    chain[axis] = Ix::Range { len: b.func.pos(&dims[axis].plus(-1)) };
    let (zero, step) = (b.i64(0), b.i64(1));
    let part = b.read(all, &chain, &[zero, step]);
    b.update(ones, &chain, &[step, step], part)
}

/// The elements along an axis in the other direction.
fn flip(b: &mut Builder, x: Var, axis: usize) -> Var {
    let dims = b.func.ty(x).dims().to_vec();
    let mut chain = vec![Ix::All; dims.len()];
    chain[axis] = Ix::Range { len: dims[axis].clone() };
    let (start, step) = (b.size(&dims[axis].plus(-1)), b.i64(-1));
    b.read(x, &chain, &[start, step])
}

impl Plain for Reduce {
    fn jvp(&self, b: &mut Builder, x: &[Var], y: &[Var], dx: &[Tangent]) -> Rule<Vec<Tangent>> {
        let Some(d) = dx[0] else { return Ok(vec![None]) };
        let dims = b.func.ty(x[0]).dims().to_vec();
        let p = match self.kind {
            ReduceKind::Sum => return Ok(vec![Some(b.emit(self.clone(), &[d]))]),
            // Shared between the elements that are the largest.
            ReduceKind::Max | ReduceKind::Min => {
                let best = spread(b, y[0], &dims, &self.axes);
                let at = b.map(&EQ, &[x[0], best]);
                let (one, zero) = (b.like(1.0, x[0]), b.like(0.0, x[0]));
                let at = b.select(at, one, zero);
                let n = b.emit(Reduce::new(ReduceKind::Sum, self.axes.clone()), &[at]);
                let n = spread(b, n, &dims, &self.axes);
                b.div(at, n)
            }
            // One axis after the other: what multiplies an element are the others of its row, then of the row's row.
            ReduceKind::Prod => {
                let (mut rest, mut p) = (x[0], None);
                for (k, axis) in self.axes.iter().enumerate().rev() {
                    let q = others(b, rest, *axis);
                    // Axes behind this one are gone from `rest`.
                    let q = if k + 1 < self.axes.len() { spread(b, q, &dims, &self.axes[k + 1..]) } else { q };
                    p = plus_product(b, p, q);
                    rest = b.emit(Reduce::new(ReduceKind::Prod, vec![*axis]), &[rest]);
                }
                match p {
                    Some(p) => p,
                    None => return Ok(vec![Some(conform_scalar(b, d, y[0]))]),
                }
            }
            ReduceKind::Any | ReduceKind::All => return Ok(vec![None]),
        };
        let d = b.mul(d, p);
        Ok(vec![Some(b.emit(Reduce::new(ReduceKind::Sum, self.axes.clone()), &[d]))])
    }

    fn transpose(&self, cx: &mut dyn Reverse, x: &[Operand], ct: &[Tangent]) -> Rule<Transpose> {
        if self.kind != ReduceKind::Sum {
            return Ok(Transpose::NotLinear);
        }
        if let (Some(ct), true) = (ct[0], x[0].is_linear()) {
            let ty = cx.ty(&x[0])?;
            let ct = spread(cx.b(), ct, ty.dims(), &self.axes);
            cx.add(&x[0], &vec![], &[], ct)?;
        }
        Ok(Transpose::Done)
    }

    fn batch(&self, cx: &mut dyn Batching<'_>, x: &[Batched]) -> Rule<Vec<Batched>> {
        // A batch lies in no memory that NumPy knows.
        let axes = self.axes.iter().map(|a| a + 1).collect();
        let v = cx.ensure(&x[0])?;
        Ok(vec![Batched::on(cx.b().emit(Reduce::new(self.kind, axes), &[v]))])
    }

    says!(is kept);
}

impl Reduce {
    pub(super) fn samples() -> Vec<Sample> {
        use ReduceKind::*;
        let mut out = vec![];
        for axes in [vec![0], vec![1], vec![0, 1], vec![]] {
            for kind in [Sum, Prod, Max, Min] {
                out.push(Sample::of(Reduce::new(kind, axes.clone()), vec![Arg::floats(&[2, 3])]));
            }
            let bools = Arg::Bools(vec![true, false, true, false, false, true], Some(vec![2, 3]));
            out.push(Sample::of(Reduce::new(Any, axes.clone()), vec![bools.clone()]));
            out.push(Sample::of(Reduce::new(All, axes), vec![bools]));
        }
        out.push(Sample::of(Reduce::new(Prod, vec![0, 2]), vec![Arg::floats(&[2, 3, 2])]));
        let complex = Arg::Within(DType::C128, Some(vec![3]), (-2.0, 2.0));
        out.push(Sample::of(Reduce::new(Prod, vec![0]), vec![complex]));
        out.push(Sample::of(Reduce::new(Sum, vec![0]), vec![Arg::floats(&[0])]));
        let layout = Layout { strides: Some(vec![Dim::from(4), Dim::ONE]), cast: true };
        out.push(Sample::of(Reduce { kind: Sum, axes: vec![0, 1], layout }, vec![Arg::floats(&[2, 3])]));
        out
    }
}

fn plus_product(b: &mut Builder, p: Tangent, q: Var) -> Tangent {
    Some(match p {
        Some(p) => b.mul(p, q),
        None => q,
    })
}

fn conform_scalar(b: &mut Builder, d: Var, like: Var) -> Var {
    let ty = b.ty(like);
    conform(b, d, &ty)
}

/// The i64 index along one axis of the first largest (or smallest) element; a NaN wins.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct ArgReduce {
    pub max: bool,
    pub axis: usize,
}

impl OpDef for ArgReduce {
    says!(plain rules);

    fn name(&self) -> &'static str {
        if self.max { "argmax" } else { "argmin" }
    }

    fn infer(&self, f: &mut Func, x: &[Var], _: &[Block]) -> Result<Vec<Ty>, String> {
        arity(x, 1)?;
        let (_, dims) = array_ty(f, x[0])?;
        check_axes(&[self.axis], dims.len())?;
        Ok(vec![drop_axes(DType::I64, dims, &[self.axis])])
    }

    says!(value none);
    says!(borrows all);
    says!(no effects);
    says!(no dims);

    fn eval(&self, ev: &mut Eval<'_>, _: &Eqn, x: Vec<Value>) -> Outcome<Vec<Value>> {
        let a = array(want(x.first(), "an operand")?)?;
        ev.stats.elems += a.len() as u64;
        let better = |x: Scalar, best: Scalar| {
            let f = if self.max { numbers::gt } else { numbers::lt };
            !numbers::is_nan(best) && (numbers::is_nan(x) || f(&[x, best]) == Some(Scalar::Bool(true)))
        };
        let mut out = vec![];
        order::rows(&a.shape, self.axis, &mut |_, row| {
            let first = *want(row.first(), "an element")?;
            let mut best = (0, a.get(first));
            for (k, at) in row.iter().enumerate().skip(1) {
                let x = a.get(*at);
                if better(x, best.1) {
                    best = (k, x);
                }
            }
            out.push(Scalar::I64(best.0 as i64));
            Ok(())
        })?;
        along_axes(ev, DType::I64, &a.shape, &[self.axis], &out)
    }
}

impl Plain for ArgReduce {
    says!(no tangent);
    says!(not linear);

    says!(batches by the next axis);

    says!(is kept);
}

impl ArgReduce {
    pub(super) fn samples() -> Vec<Sample> {
        [0, 1].map(|axis| Sample::of(ArgReduce { max: axis == 0, axis }, vec![Arg::floats(&[2, 3])])).to_vec()
    }
}

/// Running sums or products along an axis, in order.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Scan {
    pub product: bool,
    pub axis: usize,
}

impl OpDef for Scan {
    says!(plain rules);

    fn name(&self) -> &'static str {
        if self.product { "cumprod" } else { "cumsum" }
    }

    fn infer(&self, f: &mut Func, x: &[Var], _: &[Block]) -> Result<Vec<Ty>, String> {
        arity(x, 1)?;
        let (d, dims) = array_ty(f, x[0])?;
        check_axes(&[self.axis], dims.len())?;
        if d == DType::Bool {
            return Err("a scan of bools".into());
        }
        Ok(vec![f.ty(x[0]).clone()])
    }

    says!(value none);
    says!(borrows all);
    says!(no effects);
    says!(no dims);

    fn eval(&self, ev: &mut Eval<'_>, _: &Eqn, x: Vec<Value>) -> Outcome<Vec<Value>> {
        let a = array(want(x.first(), "an operand")?)?;
        let f = if self.product { numbers::mul } else { numbers::add };
        let mut out = ev.alloc(a.dtype, a.shape.clone())?;
        order::rows(&a.shape, self.axis, &mut |_, row| {
            let mut acc: Option<Scalar> = None;
            for at in row {
                let x = match acc {
                    Some(s) => want(f(&[s, a.get(*at)]), "numbers")?,
                    None => a.get(*at),
                };
                out.set(*at, x);
                acc = Some(x);
            }
            Ok(())
        })?;
        Ok(vec![Value::array(out)])
    }
}

impl Plain for Scan {
    /// d prod = prod * sum of d / x: NaN from a zero on.
    fn jvp(&self, b: &mut Builder, x: &[Var], y: &[Var], dx: &[Tangent]) -> Rule<Vec<Tangent>> {
        let Some(d) = dx[0] else { return Ok(vec![None]) };
        if !self.product {
            return Ok(vec![Some(b.emit(self.clone(), &[d]))]);
        }
        let q = b.div(d, x[0]);
        let s = b.emit(Scan { product: false, axis: self.axis }, &[q]);
        Ok(vec![Some(b.mul(s, y[0]))])
    }

    /// A running sum from the other end.
    fn transpose(&self, cx: &mut dyn Reverse, x: &[Operand], ct: &[Tangent]) -> Rule<Transpose> {
        if self.product {
            return Ok(Transpose::NotLinear);
        }
        if let Some(ct) = ct[0] {
            let b = cx.b();
            let v = flip(b, ct, self.axis);
            let v = b.emit(self.clone(), &[v]);
            let v = flip(b, v, self.axis);
            cx.add(&x[0], &vec![], &[], v)?;
        }
        Ok(Transpose::Done)
    }

    says!(batches by the next axis);

    says!(is kept);
}

impl Scan {
    pub(super) fn samples() -> Vec<Sample> {
        let of = |(product, axis)| Sample::of(Scan { product, axis }, vec![Arg::floats(&[2, 3])]);
        [(false, 0), (false, 1), (true, 0), (true, 1)].map(of).to_vec()
    }
}

/// The elements of each row along an axis in increasing order, NaN last. The sort is stable, which matters only for
/// values that are equal but not identical (-0.0 and 0.0).
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Sort {
    pub axis: usize,
    /// NaN is where Python's sort of a list leaves it (see `quipu_abi::sorting`).
    pub python: bool,
}

impl OpDef for Sort {
    says!(plain rules);

    fn name(&self) -> &'static str {
        "sort"
    }

    fn infer(&self, f: &mut Func, x: &[Var], _: &[Block]) -> Result<Vec<Ty>, String> {
        arity(x, 1)?;
        let (_, dims) = array_ty(f, x[0])?;
        check_axes(&[self.axis], dims.len())?;
        Ok(tys(f, x))
    }

    says!(value none);
    says!(borrows all);
    says!(no effects);
    says!(no dims);

    fn eval(&self, ev: &mut Eval<'_>, _: &Eqn, x: Vec<Value>) -> Outcome<Vec<Value>> {
        let a = array(want(x.first(), "an operand")?)?;
        let mut out = ev.alloc(a.dtype, a.shape.clone())?;
        order::rows(&a.shape, self.axis, &mut |_, row| {
            for (to, from) in row.iter().zip(sorted(a, row, self.python)) {
                out.copy_run(*to, a, row[from], 1);
            }
            Ok(())
        })?;
        Ok(vec![Value::array(out)])
    }
}

impl Plain for Sort {
    /// The tangent in the order of the elements.
    fn jvp(&self, b: &mut Builder, x: &[Var], _: &[Var], dx: &[Tangent]) -> Rule<Vec<Tangent>> {
        let Some(d) = dx[0] else { return Ok(vec![None]) };
        let dims = b.func.ty(x[0]).dims().to_vec();
        let order = b.emit(ArgSort { axis: self.axis, python: self.python }, &[x[0]]);
        let mut args = vec![d];
        for axis in 0..dims.len() {
            let at = if axis == self.axis { order } else { b.emit(Iota { dims: dims.clone(), axis }, &[]) };
            args.push(at);
        }
        Ok(vec![Some(b.emit(Gather { axes: (0..dims.len()).collect(), at: 0 }, &args))])
    }

    says!(not linear);

    says!(batches by the next axis);

    says!(is kept);
}

impl Sort {
    pub(super) fn samples() -> Vec<Sample> {
        [0, 1].map(|axis| Sample::of(Sort { axis, python: axis == 1 }, vec![Arg::floats(&[3, 2])])).to_vec()
    }
}

/// The i64 indices that sort each row along an axis, stably.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct ArgSort {
    pub axis: usize,
    /// As of `Sort`.
    pub python: bool,
}

impl OpDef for ArgSort {
    says!(plain rules);

    fn name(&self) -> &'static str {
        "argsort"
    }

    fn infer(&self, f: &mut Func, x: &[Var], _: &[Block]) -> Result<Vec<Ty>, String> {
        arity(x, 1)?;
        let (_, dims) = array_ty(f, x[0])?;
        check_axes(&[self.axis], dims.len())?;
        Ok(vec![f.ty(x[0]).with_dtype(DType::I64)])
    }

    says!(value none);
    says!(borrows all);
    says!(no effects);
    says!(no dims);

    fn eval(&self, ev: &mut Eval<'_>, _: &Eqn, x: Vec<Value>) -> Outcome<Vec<Value>> {
        let a = array(want(x.first(), "an operand")?)?;
        let mut out = ev.alloc(DType::I64, a.shape.clone())?;
        order::rows(&a.shape, self.axis, &mut |_, row| {
            for (to, from) in row.iter().zip(sorted(a, row, self.python)) {
                out.set(*to, Scalar::I64(from as i64));
            }
            Ok(())
        })?;
        Ok(vec![Value::array(out)])
    }
}

impl Plain for ArgSort {
    says!(no tangent);
    says!(not linear);

    says!(batches by the next axis);

    says!(is kept);
}

impl ArgSort {
    pub(super) fn samples() -> Vec<Sample> {
        [0, 1].map(|axis| Sample::of(ArgSort { axis, python: axis == 1 }, vec![Arg::floats(&[3, 2])])).to_vec()
    }
}
