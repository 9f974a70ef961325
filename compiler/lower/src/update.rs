//! Stores into parts of a base, in place.
//!
//! The value of an update may read the buffer that it is stored into. Writing w(i) for the place that iteration i
//! stores and r(i) for one that it reads, both affine with equal steps, iteration i + d stores what iteration i reads,
//! where d is the distance (r - w) / step per axis. If every distance is lexicographically at least 0, each element is
//! read before it is overwritten when the nest runs forward; if at most 0, backward. Otherwise, or where the distance
//! is not known, the value is stored in a temporary first. `u[1:] = u[:-1]` is backward, `u[1:-1] += u[2:]` forward,
//! `u[1:-1] = u[:-2] + u[2:]` needs a temporary, rows with indices that differ by a constant never meet.

use crate::element::{Ix, Region};
use crate::func::{Body, BufId, Res, Value};
use crate::nest::Order;
use crate::scalar::{self, Num};
use quipu_ir::loops::{ForAttrs, Val};
use quipu_ir::ops::{self, Op};
use quipu_ir::{Dim, Eqn, Var};

/// A loop's body: from index and carried values to the next carried values.
pub type Trip<'t, B> = &'t mut dyn FnMut(&mut B, Val, &[Val]) -> Res<Vec<Val>>;

/// Where an access to a base lies along one of its axes, in terms of the nest's indices.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Place {
    Fixed(Dim),
    /// `start + step * i[axis]`.
    Along {
        axis: usize,
        start: Dim,
        step: i64,
    },
    Unknown,
}

impl Body<'_, '_> {
    pub fn update(&mut self, e: &Eqn) -> Res {
        let (chain, add) = match &e.op {
            Op::Update(u) => (&u.0, false),
            Op::UpdateAdd(u) => (&u.0, true),
            _ => return self.error("not an update"),
        };
        let [base, ix @ .., v] = &e.args[..] else { return self.error("an update without operands") };
        let (base, v) = (*base, *v);
        let id = self.own(base)?;
        let at = self.scope().at;
        self.kill(id, at + 1)?;
        let r = Region { ptr: self.bufs[id.0].ptr, class: self.bufs[id.0].class };
        let order = if self.f.ty(v).is_scalar() { Order::Any } else { self.store_order(id, base, chain, ix, v)? };
        let dims = self.dims_of(v)?;
        let whole = chain.iter().all(|c| *c == ops::Ix::All);
        if whole && dims.len() > 1 && order == Order::Any && self.flat_ok(v) {
            let n = self.count(&dims);
            self.nest(&[n], order, &mut |x, at| x.store_into(r, base, v, at[0], at, add))?;
        } else if dims.is_empty() {
            self.store_part(r, base, chain, ix, v, &[], add)?;
        } else {
            self.nest(&dims, order, &mut |x, at| x.store_part(r, base, chain, ix, v, at, add))?;
        }
        self.values.insert(e.outs[0], Value::Buf(id));
        Ok(())
    }

    #[expect(clippy::too_many_arguments, reason = "an update's operands")]
    fn store_part(&mut self, r: Region, base: Var, chain: &[ops::Ix], ix: &[Var], v: Var, at: &[Ix], add: bool) -> Res {
        let place = self.base_index(chain, ix, at)?;
        let lin = self.linear(base, &place)?;
        self.store_into(r, base, v, lin, at, add)
    }

    /// Stores (or adds) element `at` of `v` at a position of the base.
    fn store_into(&mut self, r: Region, base: Var, v: Var, lin: Ix, at: &[Ix], add: bool) -> Res {
        let mut n = self.element(v, at)?;
        let d = self.dtype(base);
        if add {
            let old = self.load_at(r, d, lin);
            n = match scalar::map(&mut self.b, "add", d, &[old, n]) {
                Some(n) => n,
                None => return self.error(format!("sum of {}", d.name())),
            };
        }
        let ptr = self.b.elem_ptr(r.ptr, lin.at, d.size() as u32);
        self.store_num(n, ptr, r.class);
        Ok(())
    }

    /// The order in which the value's elements can be stored; makes a temporary of the value if there is none.
    fn store_order(&mut self, id: BufId, base: Var, chain: &[ops::Ix], ix: &[Var], v: Var) -> Res<Order> {
        let rank = self.f.ty(v).rank();
        let here: Vec<Place> = (0..rank).map(|axis| Place::Along { axis, start: Dim::from(0), step: 1 }).collect();
        let mut reads = vec![];
        self.accesses(id, v, &here, &mut reads);
        let write = self.through_chain(chain, ix, &here);
        let base_dims = self.f.ty(base).dims();
        let len = |axis: usize| self.f.ty(v).dims()[axis].clone();
        let (mut forward, mut backward) = (true, true);
        for read in &reads {
            let signs = match read {
                Some(r) if r.len() == base_dims.len() => self.distance(&write, r, rank, &len),
                _ => None,
            };
            match signs {
                Some(d) => {
                    forward &= d >= 0;
                    backward &= d <= 0;
                }
                None => (forward, backward) = (false, false),
            }
        }
        if forward && backward {
            return Ok(Order::Any);
        }
        if forward || backward {
            return Ok(if forward { Order::Forward } else { Order::Backward });
        }
        self.stats.temporaries += 1;
        self.force(v)?;
        Ok(Order::Any)
    }

    /// The sign of the distance from what is stored to what is read; 0 also where they never meet.
    fn distance(&self, write: &[Place], read: &[Place], rank: usize, len: &dyn Fn(usize) -> Dim) -> Option<i64> {
        let mut sign: Vec<Option<i64>> = vec![Some(0); rank];
        let mut known = true;
        for (w, r) in write.iter().zip(read) {
            match (w, r) {
                (Place::Fixed(a), Place::Fixed(b)) => match self.sign(&b.sub(a)) {
                    Some(0) => {}
                    Some(_) => return Some(0),
                    None => known = false,
                },
                (Place::Along { axis, start: a, step: s }, Place::Along { axis: k, start: b, step: t })
                    if axis == k && s == t =>
                {
                    let d = b.sub(a);
                    sign[*axis] = match d.as_const() {
                        Some(c) if c % s != 0 => return Some(0),
                        _ => self.sign(&d).map(|c| c * s.signum()),
                    };
                }
                (Place::Along { axis, start, step }, Place::Fixed(p))
                | (Place::Fixed(p), Place::Along { axis, start, step })
                    if self.outside(p, start, *step, &len(*axis)) =>
                {
                    return Some(0);
                }
                _ => known = false,
            }
        }
        if !known {
            return None;
        }
        for s in sign {
            match s {
                Some(0) => {}
                s => return s,
            }
        }
        Some(0)
    }

    /// Is the position beyond both ends of `start, start + step, ..` of so many?
    fn outside(&self, p: &Dim, start: &Dim, step: i64, len: &Dim) -> bool {
        let last = start.add(&len.plus(-1).times(step));
        let (low, high) = if step > 0 { (start, &last) } else { (&last, start) };
        self.sign(&low.sub(p)) == Some(1) || self.sign(&p.sub(high)) == Some(1)
    }

    /// -1, 0 or 1 where the algebra knows.
    fn sign(&self, d: &Dim) -> Option<i64> {
        if let Some(k) = d.as_const() {
            return Some(k.signum());
        }
        if self.not_negative(&d.plus(-1)) {
            return Some(1);
        }
        self.not_negative(&d.times(-1).plus(-1)).then_some(-1)
    }

    /// The places at which the elements of `v` read a buffer; `None` is anywhere.
    fn accesses(&self, id: BufId, v: Var, at: &[Place], out: &mut Vec<Option<Vec<Place>>>) {
        if !self.reads(v).contains(&id) {
            return;
        }
        if let Some(Value::Buf(_)) = self.values.get(&v) {
            out.push(Some(at.to_vec()));
            return;
        }
        let e = self.defs[&v];
        match &e.op {
            Op::Map(_) | Op::Cast(_) | Op::Copy(_) | Op::NormIndex(_) => {
                e.args.iter().for_each(|a| self.accesses(id, *a, at, out));
            }
            Op::Permute(p) => {
                let mut place = at.to_vec();
                for (k, a) in p.perm.iter().enumerate() {
                    place[*a] = at[k].clone();
                }
                self.accesses(id, e.args[0], &place, out);
            }
            Op::Broadcast(w) => {
                let dims = self.f.ty(e.args[0]).dims();
                let place: Vec<Place> = (w.axes.iter().zip(dims))
                    .map(|(a, n)| match n.as_const() {
                        Some(1) => Place::Fixed(Dim::from(0)),
                        _ if *n == w.dims[*a] => at[*a].clone(),
                        // Whether the axis repeats is known at run time only.
                        _ => Place::Unknown,
                    })
                    .collect();
                self.accesses(id, e.args[0], &place, out);
            }
            Op::Read(r) => {
                let place = self.through_chain(&r.0, &e.args[1..], at);
                self.accesses(id, e.args[0], &place, out);
            }
            // Index arrays and bases of gathers, reshaped views.
            _ => out.push(None),
        }
    }

    fn through_chain(&self, chain: &[ops::Ix], operands: &[Var], at: &[Place]) -> Vec<Place> {
        if operands.iter().any(|v| self.f.ty(*v).is_array()) || chain.contains(&ops::Ix::Lane) {
            return vec![Place::Unknown; chain.len()];
        }
        let mut operands = operands.iter();
        let mut at = at.iter();
        let mut next = || operands.next().map_or(Dim::from(0), |v| self.index_dim(*v));
        chain
            .iter()
            .map(|c| match c {
                ops::Ix::All => at.next().cloned().unwrap_or(Place::Unknown),
                ops::Ix::At => Place::Fixed(next()),
                ops::Ix::Lane => Place::Unknown,
                ops::Ix::Range { .. } => {
                    let (start, step) = (next(), next());
                    match (at.next(), step.as_const()) {
                        (Some(Place::Fixed(p)), _) => Place::Fixed(start.add(&step.mul(p))),
                        (Some(Place::Along { axis, start: s, step: t }), Some(k)) => {
                            Place::Along { axis: *axis, start: start.add(&s.times(k)), step: k.wrapping_mul(*t) }
                        }
                        _ => Place::Unknown,
                    }
                }
            })
            .collect()
    }

    // ---- scatters, masks, concatenation ----

    pub fn scatter(&mut self, e: &Eqn) -> Res {
        let (axes, pos, add) = match &e.op {
            Op::Scatter(s) => (&s.axes, s.at, false),
            Op::ScatterAdd(s) => (&s.axes, s.at, true),
            _ => return self.error("not a scatter"),
        };
        let [base, ix @ .., v] = &e.args[..] else { return self.error("a scatter without operands") };
        let (base, v) = (*base, *v);
        let id = self.own(base)?;
        let at = self.scope().at;
        self.kill(id, at + 1)?;
        // What is read of the base is read before anything is stored.
        for x in ix.iter().chain([&v]) {
            if self.reads(*x).contains(&id) && matches!(self.value(*x)?, Value::Recipe) {
                self.stats.temporaries += 1;
                self.force(*x)?;
            }
        }
        let r = Region { ptr: self.bufs[id.0].ptr, class: self.bufs[id.0].class };
        let dims = self.dims_of(v)?;
        // In row-major order of the value: the last store to a place wins.
        self.nest(&dims, Order::Forward, &mut |x, at| {
            let place = x.gathered_index(base, ix, axes, pos, at)?;
            let lin = x.linear(base, &place)?;
            x.store_into(r, base, v, lin, at, add)
        })?;
        self.values.insert(e.outs[0], Value::Buf(id));
        Ok(())
    }

    /// Two passes: count the true elements, then store their indices.
    pub fn nonzero(&mut self, e: &Eqn) -> Res {
        let mask = e.args[0];
        let dims = self.dims_of(mask)?;
        let count = self.stack(8);
        let at = quipu_ir::loops::Access::of(quipu_ir::loops::Type::I64);
        let zero = self.b.i64(0);
        self.b.store(zero, count, at);
        let i64 = quipu_ir::loops::Type::I64;
        self.nest(&dims, Order::Forward, &mut |x, ix| {
            let m = x.element(mask, ix)?.one();
            let (n, m) = (x.b.load(i64, count, at), x.b.int_cast(m, i64, false));
            let n = x.b.add(n, m);
            x.b.store(n, count, at);
            Ok(())
        })?;
        let n = self.b.load(i64, count, at);
        let mut outs = vec![];
        for o in &e.outs {
            let ptr = self.new_array(quipu_abi::DType::I64, &[n], false)?;
            self.stats.allocations += 1;
            self.define_flat(*o, &[ptr, n], true);
            outs.push(ptr);
        }
        self.b.store(zero, count, at);
        self.nest(&dims, Order::Forward, &mut |x, ix| {
            let m = x.element(mask, ix)?.one();
            x.b.begin_if(m);
            let k = x.b.load(i64, count, at);
            for (ptr, i) in outs.iter().zip(ix) {
                let to = x.b.elem_ptr(*ptr, k, 8);
                x.b.store(i.at, to, at);
            }
            let one = x.b.i64(1);
            let k = x.b.add(k, one);
            x.b.store(k, count, at);
            x.b.begin_else(&[]);
            x.b.end_if(&[]);
            Ok(())
        })
    }

    /// One nest per operand.
    pub fn concat(&mut self, e: &Eqn, axis: usize) -> Res {
        let out = e.outs[0];
        let id = self.alloc(out, false)?;
        let r = Region { ptr: self.bufs[id.0].ptr, class: self.bufs[id.0].class };
        let mut start = self.b.i64(0);
        for v in &e.args {
            let dims = self.dims_of(*v)?;
            self.nest(&dims, Order::Any, &mut |x, at| {
                let mut place = at.to_vec();
                place[axis].at = x.b.add(at[axis].at, start);
                let lin = x.linear(out, &place)?;
                x.store_into(r, out, *v, lin, at, false)
            })?;
            start = self.b.add(start, dims[axis]);
        }
        Ok(())
    }

    /// A counted loop without vectorizer's marks, for sequential work along one axis.
    pub fn counted(&mut self, n: Val, carried: &[Val], attrs: ForAttrs, body: Trip<'_, Self>) -> Res<Vec<Val>> {
        let zero = self.b.i64(0);
        let (i, carried) = self.b.begin_for(zero, n, attrs, carried);
        self.memo.push(rustc_hash::FxHashMap::default());
        let yields = body(self, i, &carried);
        self.memo.pop();
        let yields = yields?;
        Ok(self.b.end_for(&yields))
    }

    /// The parts of a number as carried values.
    pub fn number(&self, like: Var, vals: &[Val]) -> Num {
        Num::of(self.dtype(like), vals)
    }
}
