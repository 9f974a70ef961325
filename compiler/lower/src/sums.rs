//! Sums of floats and complex numbers, in NumPy's order.
//!
//! `ops/order.rs` states the order. What is known while compiling is nearly always enough: the trailing axes that are
//! summed are one row, which is summed *pairwise*, or the last axis is kept and slices are added.
//! ```text
//! n < 8:    -0.0 + x0 + x1 + ..
//! n <= 128: r[k] = x[k] + x[8 + k] + ..  (8 lanes, one vector), ((r0+r1)+(r2+r3))+((r4+r5)+(r6+r7)), then the rest
//! else:     row(x[..m]) + row(x[m..]),  m = n / 2 rounded down to a multiple of 8
//! ```
//! The recursion is a loop over the leaves from left to right with a small stack of pending right parts and left sums,
//! so the elements are computed in one place and in one pass. Complex numbers use 4 lanes and leaves of 64.
//!
//! Where several rows meet in one sum (of a slice of a table), or a kept axis has size 1, the elements are stored and the
//! runtime sums them (`sum_axes`). A kept axis that may have size 1 costs a branch between the two.

use crate::element::{Ix, Region};
use crate::func::{Body, Res};
use crate::reduce::Rows;
use crate::scalar::{self, Num};
use quipu_ir::loops::{Access, BinOp, ForAttrs, IntCmp, Type, Val};
use quipu_ir::ops::{self, ReduceKind};
use quipu_ir::{Dim, Var};
use rustc_hash::FxHashMap as HashMap;

/// The elements of NumPy's buffer.
const BUFFER: i64 = 8192;

/// How the order of a sum is brought about.
pub enum SumOrder {
    /// By loops here, as any reduction's.
    Here,
    /// By the runtime.
    Runtime,
    /// By loops here, but by the runtime if all of these kept axes have size 1.
    HereUnlessOne(Vec<Dim>),
}

impl Body<'_, '_> {
    pub fn sum_order(&self, x: Var, op: &ops::Reduce) -> SumOrder {
        let dims = self.f.ty(x).dims();
        if op.kind != ReduceKind::Sum || !self.dtype(x).is_inexact() {
            return SumOrder::Here;
        }
        let is_one = |k: &usize| dims[*k].as_const() == Some(1);
        let walked: Vec<usize> = (0..dims.len()).filter(|k| !is_one(k)).collect();
        let reduced = |k: &usize| op.axes.contains(k);
        // Summed axes behind the last kept one.
        let tail = walked.iter().rev().take_while(|k| reduced(k)).count();
        let (outer, tail) = walked.split_at(walked.len() - tail);
        if let Some(strides) = &op.layout.strides
            && tail.windows(2).any(|w| strides[w[0]] != strides[w[1]].mul(&dims[w[1]]))
        {
            return SumOrder::Runtime;
        }
        // The loops take the tail from the axes as they are written.
        let hidden = |k: usize| !reduced(&k) && tail.first().is_some_and(|first| k > *first);
        if (0..dims.len()).any(hidden) {
            return SumOrder::Runtime;
        }
        // The kept axes next to the tail, and whether sums go on beyond them.
        let between = outer.iter().rev().take_while(|k| !reduced(k)).count();
        let (beyond, between) = outer.split_at(outer.len() - between);
        let never_one = |k: &usize| self.f.nonneg(&dims[*k].plus(-2)) || dims[*k].as_const() == Some(0);
        if beyond.is_empty() || between.iter().any(never_one) {
            return SumOrder::Here;
        }
        SumOrder::HereUnlessOne(between.iter().map(|k| dims[*k].clone()).collect())
    }

    /// Adds a row of `n` elements to `acc`.
    pub fn sum_row(&mut self, rows: &Rows, prefix: &[Ix], n: Val, cast: bool, acc: Num) -> Res<Num> {
        let d = self.dtype(rows.x);
        if !cast || self.b.as_const_i64(n).is_some_and(|n| n <= BUFFER) {
            let zero = self.b.i64(0);
            let sum = self.pairwise(rows, prefix, zero, n)?;
            return self.combine(ReduceKind::Sum, d, acc, sum);
        }
        let attrs = ForAttrs { step: BUFFER, ..scalar::plain_loop() };
        let out = self.counted(n, &acc.parts(), attrs, &mut |b, from, acc| {
            let (left, most) = (b.b.sub(n, from), b.b.i64(BUFFER));
            let part = b.b.bin(BinOp::SMin, left, most);
            let sum = b.pairwise(rows, prefix, from, part)?;
            let acc = b.number(rows.x, acc);
            Ok(b.combine(ReduceKind::Sum, d, acc, sum)?.parts())
        })?;
        Ok(self.number(rows.x, &out))
    }

    /// The sum of all elements by the runtime.
    pub fn sum_to_scalar(&mut self, x: Var, op: &ops::Reduce) -> Res<Num> {
        let out = self.stack(16);
        self.sum_by_runtime(x, op, out)?;
        let zero = self.b.i64(0);
        let d = self.dtype(x);
        Ok(self.load_at(Region { ptr: out, class: 0 }, d, zero.into()))
    }

    /// Stores the elements, unless they are, and has the runtime sum them into `out`.
    pub fn sum_by_runtime(&mut self, x: Var, op: &ops::Reduce, out: Val) -> Res {
        let d = self.dtype(x);
        let dims = self.dims_of(x)?;
        // A buffer of its own: the block may be one arm of a branch.
        let (data, temporary) = match self.part(x)? {
            Some(r) => (r.ptr, false),
            None => {
                let ptr = self.alloc_raw(d, &dims, false)?;
                self.fill(x, ptr, &dims)?;
                (ptr, true)
            }
        };
        let header = self.header_of(data, d, &dims)?;
        let layout = self.stack(8 * dims.len() as u32);
        let mut dense = self.b.i64(1);
        for k in (0..dims.len()).rev() {
            let stride = match &op.layout.strides {
                Some(s) => self.dim(&s[k].clone())?,
                None => dense,
            };
            dense = self.b.mul(dense, dims[k]);
            self.b.store(stride, layout, Access::of(Type::I64).offset(8 * k as i32));
        }
        let axes = self.b.i64(op.axes.iter().fold(0, |mask, k| mask | 1 << k));
        let cast = self.b.i32(i32::from(op.layout.cast));
        self.call_runtime("sum_axes", &[header, layout, axes, cast, out])?;
        if temporary {
            self.free_pointer(data);
        }
        Ok(())
    }

    /// The pairwise sum of the `n` elements of a row from `from`.
    fn pairwise(&mut self, rows: &Rows, prefix: &[Ix], from: Val, n: Val) -> Res<Num> {
        let d = self.dtype(rows.x);
        let (lanes, block): (u16, i64) = if d.is_complex() { (4, 64) } else { (8, 128) };
        if self.b.as_const_i64(n).is_some_and(|n| n <= block) {
            return self.leaf(rows, prefix, from, n, lanes);
        }
        // Entries of the stack: length of the right part still to come, or -1 and the sum of the left part.
        const ENTRY: u32 = 24;
        let stack = self.stack(64 * ENTRY);
        let part = Type::scalar(scalar::elem(d));
        let (at_len, at_sum) = (Access::of(Type::I64), Access::of(part).offset(8));
        let at_im = at_sum.offset(8 + part.bytes() as i32);
        let (zero, one, entry) = (self.b.i64(0), self.b.i64(1), self.b.i64(i64::from(ENTRY)));
        let (ones, limit, yes) = (self.b.i64(-1), self.b.i64(block), self.b.i1(true));
        let complex = d.is_complex();

        let start = scalar::constant(&mut self.b, d, 1, 0.0);
        let mut init = vec![yes, from, n, zero];
        init.extend(start.parts());
        let state = self.b.begin_while(&init);
        let state = self.b.begin_while_body(state[0], &state);
        let (pos, len, depth) = (state[1], state[2], state[3]);
        // Down to the leftmost leaf.
        let down = self.b.while_loop(
            &[len, depth],
            |b, v| b.icmp(IntCmp::Sgt, v[0], limit),
            |b, v| {
                let eights = b.i64(-8);
                let left = if complex {
                    let m = b.and(v[0], eights);
                    b.bin(BinOp::AShr, m, one)
                } else {
                    let m = b.bin(BinOp::AShr, v[0], one);
                    b.and(m, eights)
                };
                let right = b.sub(v[0], left);
                let at = b.ptr_at(stack, v[1], entry);
                b.store(right, at, at_len);
                vec![left, b.add(v[1], one)]
            },
        );
        let sum = self.leaf(rows, prefix, pos, down[0], lanes)?;
        let pos = self.b.add(pos, down[0]);
        // Up through the left sums that wait for this one.
        let mut init = vec![down[1]];
        init.extend(sum.parts());
        let carried = self.b.begin_while(&init);
        let some = self.b.icmp(IntCmp::Sgt, carried[0], zero);
        self.b.begin_if(some);
        let top = self.b.sub(carried[0], one);
        let at = self.b.ptr_at(stack, top, entry);
        let right = self.b.load(Type::I64, at, at_len);
        let waits = self.b.icmp(IntCmp::Slt, right, zero);
        self.b.begin_else(&[waits]);
        let no = self.b.i1(false);
        let waits = self.b.end_if(&[no])[0];
        let carried = self.b.begin_while_body(waits, &carried);
        let top = self.b.sub(carried[0], one);
        let at = self.b.ptr_at(stack, top, entry);
        let mut left = vec![self.b.load(part, at, at_sum)];
        if complex {
            left.push(self.b.load(part, at, at_im));
        }
        let mut next = vec![top];
        for (l, r) in left.iter().zip(&carried[1..]) {
            next.push(self.b.fadd(*l, *r));
        }
        let up = self.b.end_while(&next);
        let (depth, sum) = (up[0], up[1..].to_vec());
        // Nothing waits: done. Else this is the left sum of the part on top.
        let more = self.b.icmp(IntCmp::Sgt, depth, zero);
        self.b.begin_if(more);
        let top = self.b.sub(depth, one);
        let at = self.b.ptr_at(stack, top, entry);
        let len = self.b.load(Type::I64, at, at_len);
        self.b.store(ones, at, at_len);
        self.b.store(sum[0], at, at_sum);
        if complex {
            self.b.store(sum[1], at, at_im);
        }
        self.b.begin_else(&[len]);
        let len = self.b.end_if(&[zero])[0];
        let mut next = vec![more, pos, len, depth];
        next.extend(&sum);
        let done = self.b.end_while(&next);
        Ok(self.number(rows.x, &done[4..]))
    }

    /// The sum of elements `pos` to `pos + n`, at most a block.
    fn leaf(&mut self, rows: &Rows, prefix: &[Ix], pos: Val, n: Val, lanes: u16) -> Res<Num> {
        let d = self.dtype(rows.x);
        let mask = self.b.i64(-i64::from(lanes));
        let w = self.b.i64(i64::from(lanes));
        let main = self.b.and(n, mask);
        let (begin, end) = (self.b.add(pos, main), self.b.add(pos, n));
        let wide = self.b.icmp(IntCmp::Sge, n, w);
        self.b.begin_if(wide);
        let first = self.row_lanes(rows, prefix, pos, lanes)?;
        let second = self.b.add(pos, w);
        let attrs = ForAttrs { step: i64::from(lanes), ..scalar::plain_loop() };
        let (i, acc) = self.b.begin_for(second, begin, attrs, &first.parts());
        let x = self.row_lanes(rows, prefix, i, lanes)?;
        let next: Vec<Val> = acc.iter().zip(x.parts()).map(|(a, x)| self.b.fadd(*a, x)).collect();
        let acc = self.b.end_for(&next);
        let sums: Vec<Val> = acc.iter().map(|v| self.tree(*v)).collect();
        self.b.begin_else(&sums);
        let start = self.start(ReduceKind::Sum, d, 1);
        let acc = self.b.end_if(&start.parts());
        let (i, acc) = self.b.begin_for(begin, end, scalar::plain_loop(), &acc);
        self.memo.push(HashMap::default());
        let x = self.row_element(rows, prefix, i.into());
        self.memo.pop();
        let next: Vec<Val> = acc.iter().zip(x?.parts()).map(|(a, x)| self.b.fadd(*a, x)).collect();
        let out = self.b.end_for(&next);
        Ok(self.number(rows.x, &out))
    }

    /// Neighbors first: ((r0+r1)+(r2+r3))+((r4+r5)+(r6+r7)).
    fn tree(&mut self, v: Val) -> Val {
        let (mut v, mut lanes) = (v, self.b.ty(v).lanes);
        while lanes > 2 {
            let even: Vec<u16> = (0..lanes).step_by(2).collect();
            let odd: Vec<u16> = (1..lanes).step_by(2).collect();
            let (p, q) = (self.b.shuffle(v, v, &even), self.b.shuffle(v, v, &odd));
            v = self.b.fadd(p, q);
            lanes /= 2;
        }
        let (p, q) = (self.b.extract(v, 0), self.b.extract(v, 1));
        self.b.fadd(p, q)
    }
}
