//! Reductions, scans and statistics over axes.

use crate::expr::Args;
use crate::state::*;
use crate::value::*;
use quipu_abi::{DType, ErrorKind, Kind};
use quipu_ir::ops::{self, Ix, ReduceKind};
use quipu_ir::{Dim, Var};

/// Are the elements that NumPy reduces of another dtype than the array's?
struct Converted(bool);

impl<'a> Lower<'a, '_> {
    // Reductions.

    /// The array with its axes in memory order, and `axes` renumbered: NumPy adds in that order.
    fn in_memory_order(&mut self, p: &Place, v: Var, axes: &[usize]) -> (Var, Vec<usize>, Vec<usize>) {
        let perm = p.order.axes(p.dims.len());
        let identity = perm.iter().enumerate().all(|(k, a)| k == *a);
        let v = if identity { v } else { self.emit(ops::Permute { perm: perm.clone() }, &[v]) };
        let mut moved: Vec<usize> =
            axes.iter().map(|a| perm.iter().position(|p| p == a).expect("a permutation")).collect();
        moved.sort_unstable();
        (v, moved, perm)
    }

    /// The layout of the place in NumPy's memory, its axes in the order `perm`.
    fn layout(&mut self, p: &Place, perm: &[usize], cast: bool) -> ops::Layout {
        let strides = if p.segs.is_empty() || perm.len() < 2 { None } else { self.strides(p) };
        let strides: Option<Vec<Dim>> = strides.map(|s| perm.iter().map(|k| s[*k].clone()).collect());
        let one_stride = |s: &Vec<Dim>| (1..s.len()).all(|k| s[k - 1] == s[k].mul(&p.dims[perm[k]]));
        ops::Layout { strides: strides.filter(|s| !one_stride(s)), cast }
    }

    /// Reduces `v`, whose axes are those of `p`: its elements, converted by NumPy on the way if `own` says so, or
    /// without `own` a new array in the same order.
    fn reduce_var(
        &mut self,
        p: &Place,
        v: Var,
        kind: ReduceKind,
        axes: &[usize],
        keepdims: bool,
        own: Option<Converted>,
    ) -> R<Var> {
        let (m, moved, perm) = self.in_memory_order(p, v, axes);
        let inexact = self.b.func.ty(v).dtype().is_some_and(DType::is_inexact);
        let layout = match own {
            Some(Converted(cast)) if kind == ReduceKind::Sum && inexact => self.layout(p, &perm, cast),
            _ => ops::Layout::default(),
        };
        let mut r = if axes.is_empty() { m } else { self.emit(ops::Reduce { kind, axes: moved, layout }, &[m]) };
        // Back from memory order: the axes that are left, in increasing order of their numbers.
        let left: Vec<usize> = perm.iter().copied().filter(|a| !axes.contains(a)).collect();
        if left.windows(2).any(|w| w[0] > w[1]) {
            let mut sorted = left.clone();
            sorted.sort_unstable();
            let back = sorted.iter().map(|a| left.iter().position(|l| l == a).expect("the same axes")).collect();
            r = self.emit(ops::Permute { perm: back }, &[r]);
        }
        if keepdims {
            let (mut dims, mut at) = (vec![], vec![]);
            for (k, d) in p.dims.iter().enumerate() {
                if axes.contains(&k) {
                    dims.push(Dim::ONE);
                } else {
                    at.push(k);
                    dims.push(d.clone());
                }
            }
            r = self.b.broadcast(r, &dims, &at);
        }
        Ok(r)
    }

    fn count(&mut self, p: &Place, axes: &[usize]) -> Dim {
        axes.iter().fold(Dim::ONE, |n, a| n.mul(&p.dims[*a]))
    }

    pub fn reduction(&mut self, p: &Place, name: &str, args: Args<'a>) -> R<Val<'a>> {
        let names: &[&'static str] = match name {
            "std" | "var" => &["axis", "dtype", "out", "ddof", "keepdims"],
            "sum" | "prod" | "mean" => &["axis", "dtype", "out", "keepdims"],
            _ => &["axis", "out", "keepdims"],
        };
        let a = self.take_args(name, args, names, 0)?;
        let get = |n: &str| names.iter().position(|m| *m == n).and_then(|k| a[k].clone());
        let axes = self.axes_arg(get("axis").as_ref(), p.dims.len())?;
        let keep = self.flag(get("keepdims").as_ref(), "keepdims")?;
        let given = match get("dtype") {
            None | Some(Val::None) => None,
            Some(v) => Some(self.dtype_arg(&v)?),
        };
        let v = self.read(p)?;
        let v = self.array_of(v);
        let r = match name {
            "sum" | "prod" => {
                let d = given.unwrap_or(match p.dtype.kind() {
                    Kind::Bool | Kind::Signed => DType::I64,
                    Kind::Unsigned => DType::U64,
                    _ => p.dtype,
                });
                let v = self.b.cast(v, d);
                let kind = if name == "sum" { ReduceKind::Sum } else { ReduceKind::Prod };
                self.reduce_var(p, v, kind, &axes, keep, Some(Converted(d != p.dtype)))?
            }
            "min" | "max" => {
                let n = self.count(p, &axes);
                if !self.b.func.nonneg(&n.plus(-1)) {
                    let size = self.b.size(&n);
                    let zero = self.b.i64(0);
                    let bad = self.b.map(&ops::EQ, &[size, zero]);
                    let full = if name == "min" { "minimum" } else { "maximum" };
                    let text = format!("zero-size array to reduction operation {full} which has no identity");
                    self.raise_if(bad, ErrorKind::ValueError, &text, &[]);
                }
                let kind = if name == "min" { ReduceKind::Min } else { ReduceKind::Max };
                self.reduce_var(p, v, kind, &axes, keep, None)?
            }
            "any" | "all" => {
                let v = match p.dtype {
                    DType::Bool => v,
                    _ => {
                        let zero = self.b.like(0.0, v);
                        self.b.map(&ops::NE, &[v, zero])
                    }
                };
                let kind = if name == "any" { ReduceKind::Any } else { ReduceKind::All };
                self.reduce_var(p, v, kind, &axes, keep, None)?
            }
            "mean" => {
                let d = given.unwrap_or(if p.dtype.is_inexact() { p.dtype } else { DType::F64 });
                self.mean_var(p, v, d, &axes, keep)?
            }
            _ => {
                let ddof = get("ddof");
                let d = if p.dtype.is_inexact() { p.dtype } else { DType::F64 };
                let x = self.b.cast(v, d);
                let mean = self.mean_var(p, v, d, &axes, true)?;
                let dims = p.dims.to_vec();
                let wide = self.expand(mean, &dims, true);
                let diff = self.b.sub(x, wide);
                let sq = if d.is_complex() {
                    let c = self.b.map(&ops::CONJ, &[diff]);
                    let m = self.b.mul(diff, c);
                    self.b.map(&ops::REAL_PART, &[m])
                } else {
                    self.b.mul(diff, diff)
                };
                let total = self.reduce_var(p, sq, ReduceKind::Sum, &axes, keep, None)?;
                let n = self.count(p, &axes);
                let n = self.b.size(&n);
                let n = self.b.cast(n, DType::F64);
                let n = match ddof {
                    None => n,
                    Some(v) => {
                        let k = self.operand(&v)?;
                        let k = self.b.cast(k, DType::F64);
                        let m = self.b.sub(n, k);
                        let zero = self.b.f64(0.0);
                        self.b.map(&ops::MAXIMUM, &[m, zero])
                    }
                };
                let var = self.divided(total, n, d.real());
                if name == "std" { self.b.map(&ops::SQRT, &[var]) } else { var }
            }
        };
        let r = self.wrap(r);
        self.to_out(r, get("out"))
    }

    fn mean_var(&mut self, p: &Place, v: Var, d: DType, axes: &[usize], keep: bool) -> R<Var> {
        let x = self.b.cast(v, d);
        let s = self.reduce_var(p, x, ReduceKind::Sum, axes, keep, Some(Converted(d != p.dtype)))?;
        let n = self.count(p, axes);
        let n = self.b.size(&n);
        let n = self.b.cast(n, DType::F64);
        Ok(self.divided(s, n, d))
    }

    /// A sum divided by a float64: in double precision, rounded to the sum's dtype `d`.
    fn divided(&mut self, sum: Var, n: Var, d: DType) -> Var {
        let wide = if d.is_complex() { DType::C128 } else { DType::F64 };
        let (sum, n) = (self.b.cast(sum, wide), self.b.cast(n, wide));
        let q = self.b.div(sum, n);
        self.b.cast(q, d)
    }

    pub(super) fn arg_reduction(&mut self, p: &Place, name: &str, args: Args<'a>) -> R<Val<'a>> {
        let a = self.take_args(name, args, &["axis", "out", "keepdims"], 0)?;
        let v = self.read(p)?;
        let max = name == "argmax";
        let (v, axis, dims) = match &a[0] {
            None | Some(Val::None) => {
                let n = p.dims.iter().fold(Dim::ONE, |s, d| s.mul(d));
                (self.emit(ops::Reshape { dims: vec![n.clone()] }, &[v]), 0, vec![n])
            }
            Some(x) => (v, self.axis_arg(&x.clone(), p.dims.len())?, p.dims.to_vec()),
        };
        if !self.b.func.nonneg(&dims[axis].plus(-1)) {
            let n = self.b.size(&dims[axis]);
            let zero = self.b.i64(0);
            let bad = self.b.map(&ops::EQ, &[n, zero]);
            self.raise_if(bad, ErrorKind::ValueError, &format!("attempt to get {name} of an empty sequence"), &[]);
        }
        let r = self.emit(ops::ArgReduce { max, axis }, &[v]);
        Ok(self.wrap(r))
    }

    pub(super) fn scan(&mut self, p: &Place, name: &str, args: Args<'a>) -> R<Val<'a>> {
        let a = self.take_args(name, args, &["axis", "dtype", "out"], 0)?;
        let d = match &a[1] {
            None | Some(Val::None) => match p.dtype.kind() {
                Kind::Bool | Kind::Signed => DType::I64,
                Kind::Unsigned => DType::U64,
                _ => p.dtype,
            },
            Some(v) => self.dtype_arg(&v.clone())?,
        };
        let v = self.read(p)?;
        let v = self.b.cast(v, d);
        let (v, axis) = match &a[0] {
            None | Some(Val::None) => {
                let n = p.dims.iter().fold(Dim::ONE, |s, d| s.mul(d));
                (self.emit(ops::Reshape { dims: vec![n] }, &[v]), 0)
            }
            Some(x) => (v, self.axis_arg(&x.clone(), p.dims.len())?),
        };
        let r = self.emit(ops::Scan { product: name == "cumprod", axis }, &[v]);
        let r = self.fresh(r);
        self.to_out(r, a[2].clone())
    }

    pub(super) fn median(&mut self, p: &Place, args: Args<'a>) -> R<Val<'a>> {
        let a = self.take_args("median", args, &["axis"], 0)?;
        let v = self.read(p)?;
        let (v, axis) = match &a[0] {
            None | Some(Val::None) => {
                let n = p.dims.iter().fold(Dim::ONE, |s, d| s.mul(d));
                (self.emit(ops::Reshape { dims: vec![n] }, &[v]), 0)
            }
            Some(x) => (v, self.axis_arg(&x.clone(), p.dims.len())?),
        };
        let d = if p.dtype.is_inexact() { p.dtype } else { DType::F64 };
        let s = self.emit(ops::Sort { axis, python: false }, &[v]);
        let n = self.dims_of(s)[axis].clone();
        let size = self.b.size(&n);
        let (one, two, zero) = (self.b.i64(1), self.b.i64(2), self.b.i64(0));
        let last = self.b.sub(size, one);
        // Of no elements NumPy gives NaN: index 0 is then never read.
        let at = |lw: &mut Self, i: Var| {
            let i = lw.b.map(&ops::MAXIMUM, &[i, zero]);
            let chain: Vec<Ix> =
                (0..lw.b.func.ty(s).rank()).map(|k| if k == axis { Ix::At } else { Ix::All }).collect();
            lw.b.read(s, &chain, &[i])
        };
        let lo = self.b.map(&ops::FLOORDIV, &[last, two]);
        let hi = self.b.map(&ops::FLOORDIV, &[size, two]);
        let empty = self.b.map(&ops::EQ, &[size, zero]);
        self.raise_if(
            empty,
            ErrorKind::ValueError,
            "the median of an empty array is NaN with a warning; test its size first",
            &[],
        );
        let (x, y, z) = (at(self, lo), at(self, hi), at(self, last));
        let (x, y) = (self.b.cast(x, d), self.b.cast(y, d));
        let sum = self.b.add(x, y);
        let half = self.b.like(2.0, sum);
        let mean = self.b.div(sum, half);
        let odd = self.b.map(&ops::EQ, &[lo, hi]);
        let mut m = self.b.select(odd, x, mean);
        if p.dtype.is_inexact() {
            let nan = self.b.map(&ops::ISNAN, &[z]);
            let z = self.b.cast(z, d);
            m = self.b.select(nan, z, m);
        }
        Ok(self.wrap(m))
    }
}
