//! Reductions and scans, fused with what makes their elements.
//!
//! Sums of floats have NumPy's order: `sums.rs` has what they need beyond the rest.
//!
//! Where the last axis is kept, the result is an array and slice after slice is added to it: the innermost loop runs
//! along the kept axis and vectorizes.

use crate::element::{Ix, Region};
use crate::func::{Body, Res};
use crate::nest::Order;
use crate::scalar::{self, Num};
use crate::sums::SumOrder;
use quipu_abi::DType;
use quipu_ir::loops::{BinOp, FloatCmp, ForAttrs, IntCmp, Type, Val};
use quipu_ir::ops::{self, ReduceKind};
use quipu_ir::{Eqn, Var};
use rustc_hash::FxHashMap as HashMap;

/// The row that combines two elements.
fn row(kind: ReduceKind) -> &'static str {
    match kind {
        ReduceKind::Sum => "add",
        ReduceKind::Prod => "mul",
        ReduceKind::Max => "maximum",
        ReduceKind::Min => "minimum",
        ReduceKind::Any => "or",
        ReduceKind::All => "and",
    }
}

/// How the elements of a reduction are found: the array, which axes are reduced, where the trailing ones begin.
pub struct Rows {
    pub x: Var,
    pub dims: Vec<Val>,
    /// Axes from here on are reduced and count as one row.
    pub tail: usize,
    /// One position serves all trailing axes.
    flat: bool,
    /// Sums convert their elements on the way.
    cast: bool,
}

impl Body<'_, '_> {
    pub fn reduce(&mut self, e: &Eqn, op: &ops::Reduce) -> Res {
        let (x, out) = (e.args[0], e.outs[0]);
        if op.axes.is_empty() {
            return self.reduce_nothing(e);
        }
        if self.f.ty(out).is_scalar() {
            let n = match self.sum_order(x, op) {
                SumOrder::Here => {
                    let dims = self.dims_of(x)?;
                    let rows = self.rows(x, op, dims);
                    self.stats.nests += 1;
                    self.reduce_rows(op, &rows, &mut vec![None; rows.tail])?
                }
                _ => self.sum_to_scalar(x, op)?,
            };
            self.define_num(out, n);
            return Ok(());
        }
        let order = self.sum_order(x, op);
        let id = self.alloc(out, false)?;
        let r = Region { ptr: self.bufs[id.0].ptr, class: self.bufs[id.0].class };
        match order {
            SumOrder::Here => self.reduce_into(out, x, op, r),
            SumOrder::Runtime => self.sum_by_runtime(x, op, r.ptr),
            SumOrder::HereUnlessOne(kept) => {
                let kept = self.dims(&kept)?;
                let (count, one) = (self.count(&kept), self.b.i64(1));
                let one = self.b.icmp(IntCmp::Eq, count, one);
                self.b.begin_if(one);
                self.sum_by_runtime(x, op, r.ptr)?;
                self.b.begin_else(&[]);
                self.reduce_into(out, x, op, r)?;
                self.b.end_if(&[]);
                Ok(())
            }
        }
    }

    /// Fills `r` with the results, several or one.
    fn reduce_into(&mut self, out: Var, x: Var, op: &ops::Reduce, r: Region) -> Res {
        let dims = self.dims_of(x)?;
        if !op.axes.contains(&(dims.len() - 1)) {
            return self.reduce_slices(out, x, op, &dims, r);
        }
        let rows = self.rows(x, op, dims);
        let kept: Vec<usize> = (0..rows.tail).filter(|k| !op.axes.contains(k)).collect();
        let kept_dims: Vec<Val> = kept.iter().map(|k| rows.dims[*k]).collect();
        self.nest(&kept_dims, Order::Forward, &mut |b, at| {
            let mut prefix = vec![None; rows.tail];
            kept.iter().zip(at).for_each(|(k, ix)| prefix[*k] = Some(*ix));
            let n = b.reduce_rows(op, &rows, &mut prefix)?;
            let lin = b.linear(out, at)?;
            let ptr = b.b.elem_ptr(r.ptr, lin.at, b.elem_size(out));
            b.store_num(n, ptr, r.class);
            Ok(())
        })
    }

    fn rows(&mut self, x: Var, op: &ops::Reduce, dims: Vec<Val>) -> Rows {
        let mut tail = dims.len();
        while tail > 0 && op.axes.contains(&(tail - 1)) {
            tail -= 1;
        }
        let flat = dims.len() - tail > 1 && self.flat_ok(x);
        Rows { x, dims, tail, flat, cast: op.layout.cast }
    }

    /// Over no axes: the elements themselves.
    fn reduce_nothing(&mut self, e: &Eqn) -> Res {
        let (x, out) = (e.args[0], e.outs[0]);
        if self.f.ty(out).is_scalar() {
            let n = self.element(x, &[])?;
            self.define_num(out, n);
            return Ok(());
        }
        let id = self.alloc(out, false)?;
        let r = Region { ptr: self.bufs[id.0].ptr, class: self.bufs[id.0].class };
        let dims = self.dims_of(out)?;
        self.nest(&dims, Order::Any, &mut |b, at| {
            let n = b.element(x, at)?;
            let lin = b.linear(out, at)?;
            let ptr = b.b.elem_ptr(r.ptr, lin.at, b.elem_size(out));
            b.store_num(n, ptr, r.class);
            Ok(())
        })
    }

    /// The neutral element, as the start of a chain: -0.0 for float sums, where `x` comes to the same as -0.0 + x.
    pub fn start(&mut self, kind: ReduceKind, d: DType, lanes: u16) -> Num {
        let v = match kind {
            ReduceKind::Sum if d.is_inexact() => -0.0,
            ReduceKind::Sum | ReduceKind::Any => 0.0,
            ReduceKind::Prod | ReduceKind::All => 1.0,
            ReduceKind::Max if d.is_inexact() => f64::NEG_INFINITY,
            ReduceKind::Min if d.is_inexact() => f64::INFINITY,
            ReduceKind::Max | ReduceKind::Min => {
                let ty = Type::vec(scalar::elem(d), lanes);
                let bits = ty.elem.bits();
                let (low, high) = match (d == DType::Bool, scalar::signed(d)) {
                    (true, _) => (0, 1),
                    (_, true) => (i64::MIN >> (64 - bits), i64::MAX >> (64 - bits)),
                    _ => (0, -1),
                };
                return Num::One(self.b.int(ty, if kind == ReduceKind::Max { low } else { high }));
            }
        };
        let n = scalar::constant(&mut self.b, d, lanes, v);
        match n {
            // Both parts of a complex sum start at -0.0.
            Num::Complex(re, _) if kind != ReduceKind::Prod => Num::Complex(re, re),
            n => n,
        }
    }

    pub fn combine(&mut self, kind: ReduceKind, d: DType, a: Num, b: Num) -> Res<Num> {
        match scalar::map(&mut self.b, row(kind), d, &[a, b]) {
            Some(n) => Ok(n),
            None => self.error(format!("`{}` of {}", row(kind), d.name())),
        }
    }

    /// What the results of a reduction begin with. A sum begins with 0.0 where NumPy's does.
    fn first(&mut self, kind: ReduceKind, d: DType) -> Num {
        match kind {
            ReduceKind::Sum => scalar::constant(&mut self.b, d, 1, 0.0),
            _ => self.start(kind, d, 1),
        }
    }

    /// Combines the rows of all leading reduced axes, in row-major order.
    fn reduce_rows(&mut self, op: &ops::Reduce, rows: &Rows, prefix: &mut Vec<Option<Ix>>) -> Res<Num> {
        let leading: Vec<usize> = (0..rows.tail).filter(|k| prefix[*k].is_none()).collect();
        let first = self.first(op.kind, self.dtype(rows.x));
        self.reduce_leading(op.kind, rows, &leading, prefix, first)
    }

    fn reduce_leading(
        &mut self,
        kind: ReduceKind,
        rows: &Rows,
        leading: &[usize],
        prefix: &mut Vec<Option<Ix>>,
        acc: Num,
    ) -> Res<Num> {
        let Some((k, rest)) = leading.split_first() else {
            return self.reduce_row(kind, rows, prefix, acc);
        };
        let x = rows.x;
        let out = self.counted(rows.dims[*k], &acc.parts(), ForAttrs::default(), &mut |b, i, acc| {
            prefix[*k] = Some(i.into());
            let acc = b.number(x, acc);
            let n = b.reduce_leading(kind, rows, rest, prefix, acc)?;
            prefix[*k] = None;
            Ok(n.parts())
        })?;
        Ok(self.number(x, &out))
    }

    /// One row, added to what came before it.
    fn reduce_row(&mut self, kind: ReduceKind, rows: &Rows, prefix: &[Option<Ix>], acc: Num) -> Res<Num> {
        let d = self.dtype(rows.x);
        let prefix: Vec<Ix> = prefix.iter().flatten().copied().collect();
        let n = self.count(&rows.dims[rows.tail..]);
        if kind == ReduceKind::Sum && d.is_inexact() {
            return self.sum_row(rows, &prefix, n, rows.cast, acc);
        }
        let extremum = matches!(kind, ReduceKind::Max | ReduceKind::Min) && d.is_float();
        if extremum && self.row_lanes_ok(rows) {
            return self.extremum(kind, rows, &prefix, n, acc);
        }
        let out = self.counted(n, &acc.parts(), ForAttrs::default(), &mut |b, i, acc| {
            let x = b.row_element(rows, &prefix, i.into())?;
            let acc = b.number(rows.x, acc);
            Ok(b.combine(kind, d, acc, x)?.parts())
        })?;
        Ok(self.number(rows.x, &out))
    }

    /// Largest or smallest of a row in 8 lanes; the order matters for no result but the sign of a zero.
    fn extremum(&mut self, kind: ReduceKind, rows: &Rows, prefix: &[Ix], n: Val, acc: Num) -> Res<Num> {
        const LANES: u16 = 8;
        let d = self.dtype(rows.x);
        let mask = self.b.i64(-i64::from(LANES));
        let main = self.b.and(n, mask);
        let lanes = self.start(kind, d, LANES);
        let attrs = ForAttrs { step: i64::from(LANES), ..scalar::plain_loop() };
        let lanes = self.counted(main, &lanes.parts(), attrs, &mut |b, i, acc| {
            let x = b.row_lanes(rows, prefix, i, LANES)?;
            let acc = b.number(rows.x, acc);
            Ok(b.combine(kind, d, acc, x)?.parts())
        })?;
        let op = if kind == ReduceKind::Max { BinOp::FMax } else { BinOp::FMin };
        let whole = Num::One(self.b.reduce(op, lanes[0]));
        let acc = self.combine(kind, d, acc, whole)?;
        let (i, carried) = self.b.begin_for(main, n, scalar::plain_loop(), &acc.parts());
        self.memo.push(HashMap::default());
        let x = self.row_element(rows, prefix, i.into());
        self.memo.pop();
        let acc = self.number(rows.x, &carried);
        let acc = self.combine(kind, d, acc, x?)?;
        let out = self.b.end_for(&acc.parts());
        Ok(self.number(rows.x, &out))
    }

    // ---- elements of a row ----

    /// Element `p` of a row.
    pub fn row_element(&mut self, rows: &Rows, prefix: &[Ix], p: Ix) -> Res<Num> {
        let tail = &rows.dims[rows.tail..];
        if tail.len() == 1 {
            return self.element(rows.x, &[prefix, &[p]].concat());
        }
        if rows.flat {
            let n = self.count(tail);
            let mut lin = self.b.i64(0);
            for (ix, d) in prefix.iter().zip(&rows.dims) {
                lin = self.b.mul(lin, *d);
                lin = self.b.add(lin, ix.at);
            }
            lin = self.b.mul(lin, n);
            let at = self.b.add(lin, p.at);
            return self.element(rows.x, &[Ix { at, lane: p.lane }]);
        }
        let mut rest = p.at;
        let mut at = vec![];
        for d in tail.iter().rev() {
            at.push(Ix::from(self.b.bin(BinOp::URem, rest, *d)));
            rest = self.b.bin(BinOp::UDiv, rest, *d);
        }
        at.reverse();
        self.element(rows.x, &[prefix, &at].concat())
    }

    fn row_lanes_ok(&self, rows: &Rows) -> bool {
        (rows.flat || rows.dims.len() - rows.tail == 1) && self.lanes_ok(rows.x)
    }

    /// Elements `p` to `p + lanes` of a row.
    pub fn row_lanes(&mut self, rows: &Rows, prefix: &[Ix], p: Val, lanes: u16) -> Res<Num> {
        self.memo.push(HashMap::default());
        let n = if self.row_lanes_ok(rows) {
            let lane = Some(self.b.i64(1));
            self.lanes = lanes;
            let n = self.row_element(rows, prefix, Ix { at: p, lane });
            self.lanes = 1;
            n
        } else {
            self.row_lanes_one_by_one(rows, prefix, p, lanes)
        };
        self.memo.pop();
        n
    }

    fn row_lanes_one_by_one(&mut self, rows: &Rows, prefix: &[Ix], p: Val, lanes: u16) -> Res<Num> {
        let mut all: Option<Num> = None;
        for l in 0..lanes {
            let k = self.b.i64(i64::from(l));
            let at = self.b.add(p, k);
            let one = self.row_element(rows, prefix, at.into())?;
            all = Some(match (all, one) {
                (None, Num::One(v)) => Num::One(self.b.splat(v, lanes)),
                (None, Num::Complex(re, im)) => Num::Complex(self.b.splat(re, lanes), self.b.splat(im, lanes)),
                (Some(Num::Complex(a, c)), Num::Complex(re, im)) => {
                    Num::Complex(self.b.insert(a, re, l), self.b.insert(c, im, l))
                }
                (Some(a), one) => Num::One(self.b.insert(a.one(), one.one(), l)),
            });
        }
        match all {
            Some(n) => Ok(n),
            None => self.error("a vector without lanes"),
        }
    }

    // ---- slices ----

    /// The last axis is kept: combines slice after slice into the result.
    fn reduce_slices(&mut self, out: Var, x: Var, op: &ops::Reduce, dims: &[Val], r: Region) -> Res {
        let start = self.first(op.kind, self.dtype(x));
        let out_dims = self.dims_of(out)?;
        let total = self.count(&out_dims);
        let size = self.elem_size(out);
        self.nest(&[total], Order::Any, &mut |b, at| {
            let ptr = b.b.elem_ptr(r.ptr, at[0].at, size);
            b.store_num(start, ptr, r.class);
            Ok(())
        })?;
        // Iterations along a reduced axis meet in the result: only the innermost loop is independent.
        self.stats.nests += 1;
        self.slices_from(out, x, op, dims, r, &mut vec![])
    }

    fn slices_from(&mut self, out: Var, x: Var, op: &ops::Reduce, dims: &[Val], r: Region, at: &mut Vec<Ix>) -> Res {
        let k = at.len();
        let attrs = if k + 1 == dims.len() {
            ForAttrs { parallel: quipu_ir::loops::Parallel::Independent, ..ForAttrs::default() }
        } else {
            ForAttrs::default()
        };
        self.counted(dims[k], &[], attrs, &mut |b, i, _| {
            at.push(i.into());
            if at.len() < dims.len() {
                b.slices_from(out, x, op, dims, r, at)?;
            } else {
                let n = b.element(x, at)?;
                let kept: Vec<Ix> =
                    at.iter().enumerate().filter(|(k, _)| !op.axes.contains(k)).map(|(_, ix)| *ix).collect();
                let lin = b.linear(out, &kept)?;
                let d = b.dtype(out);
                let acc = b.load_at(r, d, lin);
                let acc = b.combine(op.kind, d, acc, n)?;
                let ptr = b.b.elem_ptr(r.ptr, lin.at, d.size() as u32);
                b.store_num(acc, ptr, r.class);
            }
            at.pop();
            Ok(vec![])
        })?;
        Ok(())
    }

    // ---- positions and scans ----

    pub fn arg_reduce(&mut self, e: &Eqn, op: &ops::ArgReduce) -> Res {
        let (x, out) = (e.args[0], e.outs[0]);
        let dims = self.dims_of(x)?;
        if self.f.ty(out).is_scalar() {
            self.stats.nests += 1;
            let i = self.position(x, op, dims[op.axis], &[])?;
            self.define_num(out, Num::One(i));
            return Ok(());
        }
        let id = self.alloc(out, false)?;
        let r = Region { ptr: self.bufs[id.0].ptr, class: self.bufs[id.0].class };
        let out_dims = self.dims_of(out)?;
        self.nest(&out_dims, Order::Forward, &mut |b, at| {
            let i = b.position(x, op, dims[op.axis], at)?;
            let lin = b.linear(out, at)?;
            let ptr = b.b.elem_ptr(r.ptr, lin.at, 8);
            b.store_num(Num::One(i), ptr, r.class);
            Ok(())
        })
    }

    /// The first position of the extremum along the axis; the first NaN wins.
    fn position(&mut self, x: Var, op: &ops::ArgReduce, n: Val, others: &[Ix]) -> Res<Val> {
        let d = self.dtype(x);
        let index = |i: Ix| {
            let mut at = others.to_vec();
            at.insert(op.axis, i);
            at
        };
        let zero = self.b.i64(0);
        self.memo.push(HashMap::default());
        let first = self.element(x, &index(zero.into()));
        self.memo.pop();
        let mut init = vec![zero];
        init.extend(first?.parts());
        let out = self.counted(n, &init, ForAttrs::default(), &mut |b, i, acc| {
            let n = b.element(x, &index(i.into()))?;
            let best = b.number(x, &acc[1..]);
            let cmp = if op.max { "gt" } else { "lt" };
            let Some(better) = scalar::map(&mut b.b, cmp, d, &[n, best]) else {
                return b.error(format!("order of {}", d.name()));
            };
            let mut better = better.one();
            if d.is_inexact() {
                let nan = |b: &mut Self, n: Num| {
                    let p = n.parts();
                    b.b.fcmp(FloatCmp::Uno, p[0], p[p.len() - 1])
                };
                let (now, before) = (nan(b, n), nan(b, best));
                let new = b.b.not(before);
                let first_nan = b.b.and(now, new);
                let better_number = b.b.and(better, new);
                better = b.b.or(better_number, first_nan);
            }
            let mut next = vec![b.b.select(better, i, acc[0])];
            for (x, y) in n.parts().iter().zip(best.parts()) {
                next.push(b.b.select(better, *x, y));
            }
            Ok(next)
        })?;
        Ok(out[0])
    }

    /// Running sums in order: along the last axis in registers, along another one slice after slice.
    pub fn scan(&mut self, e: &Eqn, op: &ops::Scan) -> Res {
        let (x, out) = (e.args[0], e.outs[0]);
        let d = self.dtype(x);
        let kind = if op.product { ReduceKind::Prod } else { ReduceKind::Sum };
        let dims = self.dims_of(x)?;
        let id = self.alloc(out, false)?;
        let r = Region { ptr: self.bufs[id.0].ptr, class: self.bufs[id.0].class };
        let others: Vec<Val> = dims.iter().enumerate().filter(|(k, _)| *k != op.axis).map(|(_, n)| *n).collect();
        let start = self.start(kind, d, 1);
        self.nest(&others, Order::Forward, &mut |b, at| {
            let at = at.to_vec();
            b.counted(dims[op.axis], &start.parts(), scalar::plain_loop(), &mut |b, i, acc| {
                let mut ix = at.clone();
                ix.insert(op.axis, i.into());
                let n = b.element(x, &ix)?;
                let acc = b.number(x, acc);
                let acc = b.combine(kind, d, acc, n)?;
                let lin = b.linear(out, &ix)?;
                let ptr = b.b.elem_ptr(r.ptr, lin.at, d.size() as u32);
                b.store_num(acc, ptr, r.class);
                Ok(acc.parts())
            })?;
            Ok(())
        })
    }
}
