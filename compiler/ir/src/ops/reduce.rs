//! Reductions, scans and sorts.
//!
//! The order of a sum is part of its meaning: NumPy's. With the last axis among `axes`, rows along the last axis are
//! summed pairwise and their sums added in row-major order of the other reduced axes, except that reduced axes which
//! are the last ones of the array count as one row; otherwise one slice after another is added. Axes of size 1 do not
//! count: (n, 1) along axis 0 is one row. The order that NumPy derives from memory layout is that of the row-major
//! layout here; for other layouts inference permutes.

use super::*;
use quipu_abi::DType;

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
fn sorted(a: &Array, row: &[usize]) -> Vec<usize> {
    let keys: Vec<Scalar> = row.iter().map(|at| a.get(*at)).collect();
    let mut order: Vec<usize> = (0..row.len()).collect();
    order.sort_by(|i, j| match (numbers::before(keys[*i], keys[*j]), numbers::before(keys[*j], keys[*i])) {
        (true, _) => std::cmp::Ordering::Less,
        (_, true) => std::cmp::Ordering::Greater,
        _ => std::cmp::Ordering::Equal,
    });
    order
}

/// Combines the elements along `axes` (increasing), which leave the shape; a scalar if none is left. Of no element:
/// the neutral one (inference raises before for max and min). Integers and floats keep their dtype: inference
/// converts first where NumPy accumulates in a wider one.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Reduce {
    pub kind: ReduceKind,
    pub axes: Vec<usize>,
}

impl OpDef for Reduce {
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
        let logical = matches!(self.kind, ReduceKind::Any | ReduceKind::All);
        if logical != (d == DType::Bool) && !matches!(self.kind, ReduceKind::Max | ReduceKind::Min) {
            return Err(format!("{} of {}", self.name(), f.ty(x[0])));
        }
        Ok(vec![drop_axes(d, dims, &self.axes)])
    }

    says!(value none);
    says!(borrows all);
    says!(no effects);
    says!(no dims);

    fn eval(&self, ev: &mut Eval<'_>, _: &Eqn, x: Vec<Value>) -> Outcome<Vec<Value>> {
        let a = array(want(x.first(), "an operand")?)?;
        ev.stats.elems += a.len() as u64;
        let out = order::reduce(self.kind, a, &self.axes)?;
        along_axes(ev, a.dtype, &a.shape, &self.axes, &out)
    }
}

/// The i64 index along one axis of the first largest (or smallest) element; a NaN wins.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct ArgReduce {
    pub max: bool,
    pub axis: usize,
}

impl OpDef for ArgReduce {
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

/// Running sums or products along an axis, in order.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Scan {
    pub product: bool,
    pub axis: usize,
}

impl OpDef for Scan {
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

/// The elements of each row along an axis in increasing order, NaN last. The sort is stable, which matters only for
/// values that are equal but not identical (-0.0 and 0.0).
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Sort {
    pub axis: usize,
}

impl OpDef for Sort {
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
            for (to, from) in row.iter().zip(sorted(a, row)) {
                out.copy_run(*to, a, row[from], 1);
            }
            Ok(())
        })?;
        Ok(vec![Value::array(out)])
    }
}

/// The i64 indices that sort each row along an axis, stably.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct ArgSort {
    pub axis: usize,
}

impl OpDef for ArgSort {
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
            for (to, from) in row.iter().zip(sorted(a, row)) {
                out.set(*to, Scalar::I64(from as i64));
            }
            Ok(())
        })?;
        Ok(vec![Value::array(out)])
    }
}
