//! Elements on demand: unfolds recipes into code for one element, or for some lanes of neighbors.
//!
//! An index is a scalar, and in lane mode (`lanes > 1`) a step per lane: lane l has index `at + l * lane`. Views are
//! arithmetic on such indices, so a load sees its own step: 1 is a vector load, none a splat, anything else is loaded
//! lane by lane. One index for an array of another rank is the position in row-major order (`flat_ok` says when a tree
//! of recipes can be asked so).

use crate::func::{Body, BufId, Res, Value};
use crate::fusion::is_contiguous;
use crate::scalar::{self, Num};
use quipu_abi::DType;
use quipu_ir::loops::{Access, Elem, IntCmp, Type, Val};
use quipu_ir::ops::{self, Op, Typing};
use quipu_ir::{Dim, Eqn, Ty, Var};
use std::collections::BTreeSet;
use std::rc::Rc;

/// An index of one axis.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Ix {
    pub at: Val,
    /// What it grows by from lane to lane; `None` is 0.
    pub lane: Option<Val>,
}

impl From<Val> for Ix {
    fn from(at: Val) -> Ix {
        Ix { at, lane: None }
    }
}

/// Contiguous row-major elements in memory.
#[derive(Clone, Copy, Debug)]
pub struct Region {
    pub ptr: Val,
    pub class: u16,
}

impl Body<'_, '_> {
    /// The index into an axis of `n` elements that is broadcast to `wide`: 0 where the axis repeats, which for a size
    /// that is not constant is known at run time only.
    fn repeated(&mut self, at: Ix, n: &Dim, wide: &Dim) -> Res<Ix> {
        if n.as_const() == Some(1) {
            return Ok(Ix::from(self.b.i64(0)));
        }
        if n == wide {
            return Ok(at);
        }
        let (size, one, zero) = (self.dim(n)?, self.b.i64(1), self.b.i64(0));
        let repeats = self.b.icmp(IntCmp::Eq, size, one);
        let first = self.b.select(repeats, zero, at.at);
        Ok(Ix { at: first, lane: at.lane.map(|l| self.b.select(repeats, zero, l)) })
    }

    /// The element of `v` at these indices: in lane mode, `lanes` elements.
    pub fn element(&mut self, v: Var, at: &[Ix]) -> Res<Num> {
        if let Value::Num(n) = self.value(v)? {
            return Ok(self.splat(n));
        }
        let key = (v, at.to_vec());
        if let Some(n) = self.memo.last().and_then(|m| m.get(&key)) {
            return Ok(*n);
        }
        let n = match self.region(v)? {
            Some(r) => self.load_element(v, r, at)?,
            None => {
                let e = self.defs[&v];
                self.unfold(e, at)?
            }
        };
        if let Some(m) = self.memo.last_mut() {
            m.insert(key, n);
        }
        Ok(n)
    }

    pub fn splat(&mut self, n: Num) -> Num {
        let lanes = self.lanes;
        match n {
            Num::One(v) => Num::One(self.b.splat(v, lanes)),
            Num::Complex(re, im) => Num::Complex(self.b.splat(re, lanes), self.b.splat(im, lanes)),
        }
    }

    /// Where the elements of an array lie in its own row-major order, if they lie so anywhere.
    pub fn region(&mut self, v: Var) -> Res<Option<Region>> {
        match self.value(v)? {
            Value::Buf(BufId(id)) => Ok(Some(Region { ptr: self.bufs[id].ptr, class: self.bufs[id].class })),
            Value::Recipe => {
                let e = self.defs[&v];
                match e.op {
                    Op::Copy(_) | Op::Reshape(_) => self.region(e.args[0]),
                    _ => Ok(None),
                }
            }
            _ => Ok(None),
        }
    }

    /// As `region`, for a view too that is a contiguous part of its base.
    pub fn part(&mut self, v: Var) -> Res<Option<Region>> {
        if let Some(r) = self.region(v)? {
            return Ok(Some(r));
        }
        if !matches!(self.value(v)?, Value::Recipe) {
            return Ok(None);
        }
        let e = self.defs[&v];
        let Op::Read(ops::Read(chain)) = &e.op else { return Ok(None) };
        let first = self.operand_positions(chain);
        let unit = |k: usize| self.known(e.args[1 + first[k] + 1]) == Some(1);
        let scalars = e.args[1..].iter().all(|v| self.f.ty(*v).is_scalar());
        if !scalars || !is_contiguous(chain, unit) {
            return Ok(None);
        }
        let Some(base) = self.part(e.args[0])? else { return Ok(None) };
        let dims = self.dims_of(e.args[0])?;
        let zero = self.b.i64(0);
        let mut lin = zero;
        for (k, c) in chain.iter().enumerate() {
            let start = if matches!(c, ops::Ix::All) { zero } else { self.val(e.args[1 + first[k]])? };
            lin = self.b.mul(lin, dims[k]);
            lin = self.b.add(lin, start);
        }
        let size = self.elem_size(v);
        let ptr = self.b.elem_ptr(base.ptr, lin, size);
        Ok(Some(Region { ptr, class: base.class }))
    }

    /// Per axis of a chain, the position of its first operand among the index operands.
    fn operand_positions(&self, chain: &[ops::Ix]) -> Vec<usize> {
        let mut at = 0;
        let count = |c: &ops::Ix| match c {
            ops::Ix::At => 1,
            ops::Ix::Range { .. } => 2,
            ops::Ix::All | ops::Ix::Lane => 0,
        };
        chain
            .iter()
            .map(|c| {
                let here = at;
                at += count(c);
                here
            })
            .collect()
    }

    /// The number that an integer scalar is known to be.
    pub fn known(&self, v: Var) -> Option<i64> {
        self.f.vars[v.index()].value.as_ref()?.as_const()
    }

    pub fn dtype(&self, v: Var) -> DType {
        self.f.ty(v).dtype().unwrap_or(DType::I64)
    }

    pub fn elem_size(&self, v: Var) -> u32 {
        self.dtype(v).size() as u32
    }

    /// The position in row-major order, with its step per lane.
    pub fn linear(&mut self, v: Var, at: &[Ix]) -> Res<Ix> {
        if let [one] = at {
            return Ok(*one);
        }
        let dims = self.dims_of(v)?;
        let mut lin = Ix::from(self.b.i64(0));
        for (k, ix) in at.iter().enumerate() {
            let scaled = self.b.mul(lin.at, dims[k]);
            lin.at = self.b.add(scaled, ix.at);
            let step = lin.lane.map(|s| self.b.mul(s, dims[k]));
            lin.lane = match (step, ix.lane) {
                (Some(a), Some(b)) => Some(self.b.add(a, b)),
                (a, b) => a.or(b),
            };
        }
        Ok(lin)
    }

    fn load_element(&mut self, v: Var, r: Region, at: &[Ix]) -> Res<Num> {
        let lin = self.linear(v, at)?;
        Ok(self.load_at(r, self.dtype(v), lin))
    }

    /// Loads the element at a linear position.
    pub fn load_at(&mut self, r: Region, d: DType, lin: Ix) -> Num {
        let size = d.size() as u32;
        let part = Type::scalar(scalar::elem(d));
        let access = Access::of(part).alias(r.class);
        let (lanes, step) = (self.lanes, lin.lane.and_then(|s| self.b.as_const_i64(s)));
        let ptr = self.b.elem_ptr(r.ptr, lin.at, size);
        if lanes > 1 && step == Some(1) {
            if !d.is_complex() {
                return Num::One(self.b.load(part.with_lanes(lanes), ptr, access));
            }
            let both = self.b.load(part.with_lanes(2 * lanes), ptr, access);
            let even: Vec<u16> = (0..lanes).map(|l| 2 * l).collect();
            let odd: Vec<u16> = (0..lanes).map(|l| 2 * l + 1).collect();
            return Num::Complex(self.b.shuffle(both, both, &even), self.b.shuffle(both, both, &odd));
        }
        let Some(step) = lin.lane.filter(|_| lanes > 1 && step != Some(0)) else {
            let n = self.load_num(ptr, d, access);
            return self.splat(n);
        };
        let stride = self.b.i64(i64::from(size));
        let stride = self.b.mul(step, stride);
        let mut all = self.load_num(ptr, d, access);
        all = self.splat(all);
        let mut at = ptr;
        for l in 1..lanes {
            at = self.b.ptr_add(at, stride);
            let one = self.load_num(at, d, access);
            all = match (all, one) {
                (Num::Complex(a, c), Num::Complex(p, q)) => {
                    Num::Complex(self.b.insert(a, p, l), self.b.insert(c, q, l))
                }
                (a, p) => Num::One(self.b.insert(a.one(), p.one(), l)),
            };
        }
        all
    }

    /// One number at an address.
    pub fn load_num(&mut self, ptr: Val, d: DType, access: Access) -> Num {
        let part = Type::scalar(scalar::elem(d));
        let re = self.b.load(part, ptr, access);
        if !d.is_complex() {
            return Num::One(re);
        }
        Num::Complex(re, self.b.load(part, ptr, access.offset(part.bytes() as i32)))
    }

    /// Stores one number at an address.
    pub fn store_num(&mut self, n: Num, ptr: Val, class: u16) {
        let part = self.b.ty(n.one());
        let access = Access::of(part).alias(class);
        self.b.store(n.one(), ptr, access);
        if let Num::Complex(_, im) = n {
            self.b.store(im, ptr, access.offset(part.bytes() as i32));
        }
    }

    /// The element that a fusible equation defines.
    pub fn unfold(&mut self, e: &Eqn, at: &[Ix]) -> Res<Num> {
        let out = e.outs[0];
        match &e.op {
            Op::Map(m) => {
                let x = e.args.iter().map(|v| self.element(*v, at)).collect::<Res<Vec<Num>>>()?;
                let d = self.dtype(e.args[usize::from(m.0.typing == Typing::Select)]);
                match scalar::map(&mut self.b, m.0.name, d, &x) {
                    Some(n) => Ok(n),
                    None => self.map_by_runtime(m.0.name, d, &x),
                }
            }
            Op::Cast(c) => {
                let x = self.element(e.args[0], at)?;
                let from = self.dtype(e.args[0]);
                Ok(scalar::cast(&mut self.b, from, c.0, x))
            }
            Op::Zeros(_) => {
                let d = self.dtype(out);
                Ok(scalar::constant(&mut self.b, d, self.lanes, 0.0))
            }
            Op::Iota(i) => Ok(Num::One(self.index_vector(at[i.axis]))),
            Op::Broadcast(w) => {
                let dims = self.f.ty(e.args[0]).dims().to_vec();
                let mut ix = vec![];
                for (a, n) in w.axes.iter().zip(&dims) {
                    ix.push(self.repeated(at[*a], n, &w.dims[*a])?);
                }
                self.element(e.args[0], &ix)
            }
            Op::Permute(p) => {
                let mut ix = at.to_vec();
                for (k, a) in p.perm.iter().enumerate() {
                    ix[*a] = at[k];
                }
                self.element(e.args[0], &ix)
            }
            Op::Read(r) => {
                let ix = self.base_index(&r.0, &e.args[1..], at)?;
                self.element(e.args[0], &ix)
            }
            Op::Copy(_) => self.element(e.args[0], at),
            Op::Gather(g) => {
                let ix = self.gathered_index(e.args[0], &e.args[1..], &g.axes, g.at, at)?;
                self.element(e.args[0], &ix)
            }
            Op::NormIndex(_) => {
                let (i, n) = (self.element(e.args[0], at)?, self.num(e.args[1])?);
                let n = self.splat(n);
                let ty = self.b.ty(i.one());
                let zero = self.b.int(ty, 0);
                let neg = self.b.icmp(IntCmp::Slt, i.one(), zero);
                let up = self.b.add(i.one(), n.one());
                Ok(Num::One(self.b.select(neg, up, i.one())))
            }
            op => self.error(format!("no element of `{}`", op.def().name())),
        }
    }

    /// An index as a value of `lanes` lanes.
    fn index_vector(&mut self, ix: Ix) -> Val {
        let at = self.b.splat(ix.at, self.lanes);
        let Some(step) = ix.lane.filter(|_| self.lanes > 1) else { return at };
        let step = self.b.splat(step, self.lanes);
        let iota = self.b.iota(Type::vec(Elem::I64, self.lanes));
        let by = self.b.mul(iota, step);
        self.b.add(at, by)
    }

    /// The index in the base of an element of what a chain denotes.
    pub fn base_index(&mut self, chain: &[ops::Ix], operands: &[Var], at: &[Ix]) -> Res<Vec<Ix>> {
        let batched = operands.iter().any(|v| self.f.ty(*v).is_array()) || chain.contains(&ops::Ix::Lane);
        let (lane, mut at) = if batched { (Some(at[0]), at[1..].iter()) } else { (None, at.iter()) };
        let mut operands = operands.iter();
        let mut out = vec![];
        for c in chain {
            let mut operand = |x: &mut Self| -> Res<Val> {
                let Some(v) = operands.next() else { return x.error("a chain without its operands") };
                match (x.f.ty(*v), lane) {
                    (Ty::Array(..), Some(l)) => Ok(x.element(*v, &[l])?.one()),
                    _ => x.val(*v),
                }
            };
            let ix = match c {
                ops::Ix::All => *at.next().expect("as many indices as the chain keeps"),
                ops::Ix::Lane => lane.expect("a batched chain"),
                ops::Ix::At => Ix::from(operand(self)?),
                ops::Ix::Range { .. } => {
                    let (start, step) = (operand(self)?, operand(self)?);
                    let i = *at.next().expect("as many indices as the chain keeps");
                    let by = self.b.mul(i.at, step);
                    let lane = i.lane.map(|l| self.b.mul(l, step));
                    Ix { at: self.b.add(start, by), lane }
                }
            };
            out.push(ix);
        }
        Ok(out)
    }

    /// The index in the base of an element of a gather.
    pub fn gathered_index(&mut self, base: Var, ix: &[Var], axes: &[usize], pos: usize, at: &[Ix]) -> Res<Vec<Ix>> {
        let rank = self.f.ty(base).rank();
        let index_rank = self.f.ty(ix[0]).rank();
        let inner = &at[pos..pos + index_rank];
        let mut rest = at[..pos].iter().chain(&at[pos + index_rank..]);
        let mut out = vec![];
        for k in 0..rank {
            out.push(match axes.iter().position(|a| *a == k) {
                Some(j) => Ix::from(self.element(ix[j], inner)?.one()),
                None => *rest.next().expect("as many indices as the gather keeps"),
            });
        }
        Ok(out)
    }

    /// Can lanes along any axis be computed at once?
    pub fn lanes_ok(&self, v: Var) -> bool {
        let Some(Value::Recipe) = self.values.get(&v) else { return true };
        let e = self.defs[&v];
        let ok = match &e.op {
            Op::Map(m) => {
                let d = self.dtype(e.args[usize::from(m.0.typing == Typing::Select)]);
                scalar::lanes_ok(m.0.name, d)
            }
            Op::Gather(_) => false,
            Op::Read(r) => !r.0.contains(&ops::Ix::Lane) && e.args[1..].iter().all(|v| self.f.ty(*v).is_scalar()),
            _ => true,
        };
        ok && e.args.iter().all(|v| self.lanes_ok(*v))
    }

    /// Has every array in the tree of `v` its dims, in its order, so that one position serves all?
    pub fn flat_ok(&self, v: Var) -> bool {
        let Some(Value::Recipe) = self.values.get(&v) else { return true };
        let e = self.defs[&v];
        match &e.op {
            Op::Map(_) | Op::Cast(_) | Op::Copy(_) | Op::NormIndex(_) => e.args.iter().all(|v| self.flat_ok(*v)),
            Op::Zeros(_) => true,
            Op::Broadcast(_) => self.f.ty(e.args[0]).is_scalar(),
            _ => false,
        }
    }

    /// The buffers that `v` is in, or its elements are read from.
    pub fn reads(&self, v: Var) -> Rc<[BufId]> {
        match self.values.get(&v) {
            Some(Value::Buf(id)) => std::iter::successors(Some(*id), |id| self.bufs[id.0].parent).collect(),
            Some(Value::Recipe) => {
                if let Some(known) = self.read_by.borrow().get(&v) {
                    return known.clone();
                }
                let all: BTreeSet<BufId> = self.defs[&v].args.iter().flat_map(|a| self.reads(*a).to_vec()).collect();
                let all: Rc<[BufId]> = all.into_iter().collect();
                self.read_by.borrow_mut().insert(v, all.clone());
                all
            }
            _ => Rc::new([]),
        }
    }

    /// Rows that no instruction computes.
    fn map_by_runtime(&mut self, row: &str, d: DType, x: &[Num]) -> Res<Num> {
        let name = format!("{}_{row}", d.short());
        let args: Vec<Val> = x.iter().flat_map(|n| n.parts()).collect();
        if self.lanes == 1 && self.has_runtime(&name) {
            let r = self.call_runtime(&name, &args)?;
            return Ok(if r.len() == 2 { Num::Complex(r[0], r[1]) } else { Num::One(r[0]) });
        }
        self.error(format!("`{row}` of {}", d.name()))
    }
}
