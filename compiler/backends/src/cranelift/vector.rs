//! Vectors: pieces of 128 bits where Cranelift has the instruction, lanes where it has not.
//!
//! A vector of 128 bits and more is `Packed`, a shorter one `Lanes`. A mask is `Packed` with lanes of all ones or all
//! zeros, as wide as the comparison that made it, and is widened or narrowed when it meets lanes of another width; where
//! it crosses a block's border its lanes have 64 bits. Lanes that a mask switches off read and write a slot of the
//! stack instead: no branches, and no access outside of the mask.

use super::func::{Translator, flags};
use super::lane_type;
use super::scalar::{float_cc, int_cc};
use crate::BackendError;
use ::cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use ::cranelift_codegen::ir::{ConstantData, Endianness, InstBuilder, MemFlagsData, Value, types as ct};
use quipu_ir::loops::{Access, BinOp, Cast, Elem, Inst, IntCmp, Op, Type, UnOp};

/// How a value of the loop IR is held.
#[derive(Clone, Debug)]
pub(crate) enum Rep {
    Scalar(Value),
    /// One scalar per lane; of a mask, an I8 of 0 or 1.
    Lanes(Vec<Value>),
    /// 128 bits each.
    Packed(Vec<Value>),
}

fn int_of_bits(bits: u32) -> ct::Type {
    match bits {
        8 => ct::I8,
        16 => ct::I16,
        32 => ct::I32,
        _ => ct::I64,
    }
}

/// The 128-bit vector of these lanes.
fn piece(lane: ct::Type) -> ct::Type {
    lane.by(128 / lane.bits()).expect("lanes of 8 to 64 bits divide 128")
}

impl Rep {
    /// Number and type of the Cranelift values that hold a value where blocks meet.
    pub(crate) fn layout(ty: Type) -> (usize, ct::Type) {
        let lanes = usize::from(ty.lanes);
        if !ty.is_vec() {
            return (1, lane_type(ty.elem));
        }
        if ty.elem == Elem::I1 {
            return (lanes / 2, ct::I64X2);
        }
        let bits = ty.elem.bits() as usize * lanes;
        if bits >= 128 { (bits / 128, piece(lane_type(ty.elem))) } else { (lanes, lane_type(ty.elem)) }
    }

    pub(crate) fn from_values(ty: Type, vals: Vec<Value>) -> Rep {
        if !ty.is_vec() {
            Rep::Scalar(vals[0])
        } else if Rep::layout(ty).1.is_vector() {
            Rep::Packed(vals)
        } else {
            Rep::Lanes(vals)
        }
    }
}

type Result<T> = std::result::Result<T, BackendError>;

impl Translator<'_, '_, '_> {
    fn bits(&mut self, x: Value, ty: ct::Type) -> Value {
        if self.b.func.dfg.value_type(x) == ty {
            return x;
        }
        self.b.ins().bitcast(ty, MemFlagsData::new().with_endianness(Endianness::Little), x)
    }

    fn lane_bits(&self, x: Value) -> u32 {
        self.b.func.dfg.value_type(x).lane_type().bits()
    }

    /// The values in the form that `Rep::layout` describes.
    pub(crate) fn canonical(&mut self, rep: &Rep, ty: Type) -> Vec<Value> {
        match rep {
            Rep::Scalar(x) => vec![*x],
            rep if ty.elem == Elem::I1 => self.mask(rep, 64),
            Rep::Lanes(vals) | Rep::Packed(vals) => vals.clone(),
        }
    }

    /// One scalar per lane.
    fn lanes(&mut self, rep: &Rep, ty: Type) -> Vec<Value> {
        match rep {
            Rep::Scalar(x) => vec![*x],
            Rep::Lanes(vals) => vals.clone(),
            Rep::Packed(pieces) => {
                let mut out = vec![];
                for p in pieces {
                    for i in 0..self.b.func.dfg.value_type(*p).lane_count() {
                        let mut x = self.b.ins().extractlane(*p, i as u8);
                        if ty.elem == Elem::I1 {
                            let bits = self.b.func.dfg.value_type(x).bits();
                            if bits > 8 {
                                x = self.b.ins().ireduce(ct::I8, x);
                            }
                            let one = self.iconst(Elem::I8, 1);
                            x = self.b.ins().band(x, one);
                        }
                        out.push(x);
                    }
                }
                out
            }
        }
    }

    /// Packs scalars of one type into pieces.
    fn pack(&mut self, vals: &[Value]) -> Vec<Value> {
        let lane = self.b.func.dfg.value_type(vals[0]);
        let ty = piece(lane);
        vals.chunks(ty.lane_count() as usize)
            .map(|chunk| {
                if chunk.iter().all(|x| *x == chunk[0]) {
                    return self.b.ins().splat(ty, chunk[0]);
                }
                // Only lanes of 32 bits and more go to a vector register by themselves.
                let mut v = if lane.bits() >= 32 {
                    self.b.ins().scalar_to_vector(ty, chunk[0])
                } else {
                    self.b.ins().splat(ty, chunk[0])
                };
                for (i, x) in chunk.iter().enumerate().skip(1) {
                    v = self.b.ins().insertlane(v, *x, i as u8);
                }
                v
            })
            .collect()
    }

    /// A vector from its lanes.
    fn assemble(&mut self, vals: Vec<Value>, ty: Type) -> Rep {
        let packs = ty.elem != Elem::I1 && Rep::layout(ty).1.is_vector();
        if packs { Rep::Packed(self.pack(&vals)) } else { Rep::Lanes(vals) }
    }

    /// A mask as pieces whose lanes have this many bits; there must be enough lanes for a piece.
    fn mask(&mut self, rep: &Rep, bits: u32) -> Vec<Value> {
        let mut pieces = match rep {
            Rep::Scalar(_) => unreachable!("masks of vectors are vectors"),
            Rep::Packed(pieces) => pieces.clone(),
            Rep::Lanes(vals) => {
                let full: Vec<Value> = vals.iter().map(|x| self.b.ins().bmask(int_of_bits(bits), *x)).collect();
                return self.pack(&full);
            }
        };
        while self.lane_bits(pieces[0]) < bits {
            let wide = |t: &mut Self, p| [t.b.ins().swiden_low(p), t.b.ins().swiden_high(p)];
            pieces = pieces.iter().flat_map(|p| wide(self, *p)).collect();
        }
        while self.lane_bits(pieces[0]) > bits {
            let half = int_of_bits(self.lane_bits(pieces[0]) / 2);
            pieces = pieces
                .chunks(2)
                .map(|p| {
                    let (x, y) = (p[0], p[1]);
                    if half == ct::I32 {
                        // There is no narrowing of 64-bit lanes; their lower halves do.
                        let (x, y) = (self.bits(x, ct::I8X16), self.bits(y, ct::I8X16));
                        let picks: Vec<u8> = (0..4u8).flat_map(|i| (0..4u8).map(move |j| 8 * i + j)).collect();
                        let v = self.shuffle16(x, y, &picks);
                        self.bits(v, ct::I32X4)
                    } else {
                        self.b.ins().snarrow(x, y)
                    }
                })
                .collect();
        }
        pieces
    }

    fn shuffle16(&mut self, x: Value, y: Value, picks: &[u8]) -> Value {
        let picks = self.b.func.dfg.immediates.push(ConstantData::from(picks));
        self.b.ins().shuffle(x, y, picks)
    }

    /// Applies a scalar translation to each lane.
    fn by_lane(
        &mut self,
        reps: &[(Rep, Type)],
        out: Type,
        mut f: impl FnMut(&mut Self, &[Value]) -> Result<Value>,
    ) -> Result<Rep> {
        let columns: Vec<Vec<Value>> = reps.iter().map(|(r, t)| self.lanes(r, *t)).collect();
        let mut vals = vec![];
        for i in 0..usize::from(out.lanes) {
            // A scalar operand goes to every lane.
            let x: Vec<Value> = columns.iter().map(|c| if c.len() == 1 { c[0] } else { c[i] }).collect();
            vals.push(f(self, &x)?);
        }
        Ok(self.assemble(vals, out))
    }

    /// The binary operation on whole pieces, if there is an instruction.
    fn bin_piece(&mut self, op: BinOp, e: Elem, x: Value, y: Value) -> Option<Value> {
        use BinOp::*;
        Some(match op {
            Add => self.b.ins().iadd(x, y),
            Sub => self.b.ins().isub(x, y),
            Mul if e == Elem::I16 || e == Elem::I64 || (e == Elem::I32 && self.cx.features.sse41) => {
                self.b.ins().imul(x, y)
            }
            And => self.b.ins().band(x, y),
            Or => self.b.ins().bor(x, y),
            Xor => self.b.ins().bxor(x, y),
            SMin | SMax if matches!(e, Elem::I8 | Elem::I16 | Elem::I32) && self.cx.features.sse41 => {
                if op == SMin {
                    self.b.ins().smin(x, y)
                } else {
                    self.b.ins().smax(x, y)
                }
            }
            UMin | UMax if matches!(e, Elem::I8 | Elem::I16 | Elem::I32) && self.cx.features.sse41 => {
                if op == UMin {
                    self.b.ins().umin(x, y)
                } else {
                    self.b.ins().umax(x, y)
                }
            }
            SMin | SMax if e == Elem::I64 && self.cx.features.sse41 => {
                let cc = if op == SMin { IntCC::SignedLessThan } else { IntCC::SignedGreaterThan };
                let c = self.b.ins().icmp(cc, x, y);
                self.b.ins().bitselect(c, x, y)
            }
            FAdd => self.b.ins().fadd(x, y),
            FSub => self.b.ins().fsub(x, y),
            FMul => self.b.ins().fmul(x, y),
            FDiv => self.b.ins().fdiv(x, y),
            FMin | FMax => {
                let cc = if op == FMin { FloatCC::LessThan } else { FloatCC::GreaterThan };
                let better = self.b.ins().fcmp(cc, x, y);
                let nan = self.b.ins().fcmp(FloatCC::Unordered, x, x);
                let first = self.b.ins().bor(better, nan);
                self.select_piece(first, x, y)
            }
            CopySign => {
                let ty = piece(lane_type(e.as_int()));
                let (x, y) = (self.bits(x, ty), self.bits(y, ty));
                let sign = self.iconst(e.as_int(), (1u64 << (e.bits() - 1)) as i64);
                let sign = self.b.ins().splat(ty, sign);
                let r = self.b.ins().bitselect(sign, y, x);
                self.bits(r, piece(lane_type(e)))
            }
            _ => return None,
        })
    }

    fn un_piece(&mut self, op: UnOp, x: Value) -> Option<Value> {
        Some(match op {
            UnOp::Not => self.b.ins().bnot(x),
            UnOp::FNeg => self.b.ins().fneg(x),
            UnOp::FAbs => self.b.ins().fabs(x),
            UnOp::Sqrt => self.b.ins().sqrt(x),
            UnOp::Floor if self.cx.features.sse41 => self.b.ins().floor(x),
            UnOp::Ceil if self.cx.features.sse41 => self.b.ins().ceil(x),
            UnOp::FTrunc if self.cx.features.sse41 => self.b.ins().trunc(x),
            UnOp::Rint if self.cx.features.sse41 => self.b.ins().nearest(x),
            _ => return None,
        })
    }

    fn select_piece(&mut self, mask: Value, x: Value, y: Value) -> Value {
        let ty = self.b.func.dfg.value_type(x);
        let mask = self.bits(mask, ty);
        self.b.ins().bitselect(mask, x, y)
    }

    fn packed<'r>(&self, reps: &'r [(Rep, Type)]) -> Option<Vec<&'r Vec<Value>>> {
        reps.iter().map(|(r, _)| if let Rep::Packed(p) = r { Some(p) } else { None }).collect()
    }

    fn mask_logic(&mut self, op: BinOp, reps: &[(Rep, Type)]) -> Option<Rep> {
        let packed = self.packed(reps)?;
        let bits = self.lane_bits(packed[0][0]).max(self.lane_bits(packed[1][0]));
        let (x, y) = (self.mask(&reps[0].0, bits), self.mask(&reps[1].0, bits));
        let out = x.iter().zip(&y).map(|(x, y)| self.bin_piece(op, Elem::I64, *x, *y));
        Some(Rep::Packed(out.collect::<Option<_>>()?))
    }

    /// An instruction with a vector among operands or results.
    pub(crate) fn vector_inst(&mut self, inst: &Inst) -> Result<Option<Rep>> {
        let reps: Vec<(Rep, Type)> = inst.args.iter().map(|v| (self.rep(*v), self.func.ty(*v))).collect();
        let out = inst.results.first().map_or(Type::I64, |v| self.func.ty(*v));
        let e = reps.first().map_or(Elem::I64, |r| r.1.elem);
        let rep = match &inst.op {
            Op::Const { ty, bits } => self.const_vec(*ty, |_| *bits),
            Op::Iota(ty) => self.const_vec(*ty, |i| i & ty.elem.mask()),
            Op::Bin(op) if e == Elem::I1 => match self.mask_logic(*op, &reps) {
                Some(rep) => rep,
                None => self.by_lane(&reps, out, |t, x| Ok(t.bin1(*op, e, x[0], x[1])))?,
            },
            Op::Bin(op) => {
                let pieces = self.packed(&reps).and_then(|p| {
                    let pairs: Vec<_> = p[0].iter().copied().zip(p[1].iter().copied()).collect();
                    pairs.into_iter().map(|(x, y)| self.bin_piece(*op, e, x, y)).collect::<Option<Vec<_>>>()
                });
                match pieces {
                    Some(p) => Rep::Packed(p),
                    None => self.by_lane(&reps, out, |t, x| Ok(t.bin1(*op, e, x[0], x[1])))?,
                }
            }
            Op::Un(op) => {
                let pieces = self
                    .packed(&reps)
                    .map(|p| p[0].clone())
                    .and_then(|p| p.into_iter().map(|x| self.un_piece(*op, x)).collect::<Option<Vec<_>>>());
                match pieces {
                    Some(p) => Rep::Packed(p),
                    None => self.by_lane(&reps, out, |t, x| Ok(t.un1(*op, e, x[0])))?,
                }
            }
            Op::Fma => match (self.cx.features.fma, self.packed(&reps)) {
                (true, Some(p)) => {
                    let rows: Vec<_> = (0..p[0].len()).map(|i| (p[0][i], p[1][i], p[2][i])).collect();
                    Rep::Packed(rows.into_iter().map(|(x, y, z)| self.b.ins().fma(x, y, z)).collect())
                }
                _ => self.by_lane(&reps, out, |t, x| Ok(t.b.ins().fma(x[0], x[1], x[2])))?,
            },
            Op::Icmp(cmp) => {
                let signed = !matches!(cmp, IntCmp::Ult | IntCmp::Ule | IntCmp::Ugt | IntCmp::Uge);
                let ok = e != Elem::I1 && self.cx.features.sse41 && (signed || e != Elem::I64);
                match self.packed(&reps) {
                    Some(p) if ok => {
                        let pairs: Vec<_> = p[0].iter().copied().zip(p[1].iter().copied()).collect();
                        Rep::Packed(pairs.into_iter().map(|(x, y)| self.b.ins().icmp(int_cc(*cmp), x, y)).collect())
                    }
                    _ => self.by_lane(&reps, out, |t, x| Ok(t.b.ins().icmp(int_cc(*cmp), x[0], x[1])))?,
                }
            }
            Op::Fcmp(cmp) => match self.packed(&reps) {
                Some(p) => {
                    let pairs: Vec<_> = p[0].iter().copied().zip(p[1].iter().copied()).collect();
                    Rep::Packed(pairs.into_iter().map(|(x, y)| self.b.ins().fcmp(float_cc(*cmp), x, y)).collect())
                }
                None => self.by_lane(&reps, out, |t, x| Ok(t.b.ins().fcmp(float_cc(*cmp), x[0], x[1])))?,
            },
            Op::Select => self.select_vec(&reps, out)?,
            Op::Cast { cast, ty } => self.cast_vec(*cast, &reps, *ty)?,
            Op::Load { ty, at } => {
                let Rep::Scalar(addr) = reps[0].0 else { unreachable!("addresses are scalars") };
                self.load_vec(*ty, addr, at)
            }
            Op::Store { at } => {
                let Rep::Scalar(addr) = reps[0].0 else { unreachable!("addresses are scalars") };
                self.store_vec(&reps[1].0, reps[1].1, addr, at);
                return Ok(None);
            }
            Op::MaskedLoad { .. } | Op::MaskedStore { .. } | Op::Gather { .. } | Op::Scatter { .. } => {
                return Ok(self.masked(inst, &reps, out));
            }
            Op::Splat { .. } => {
                let Rep::Scalar(x) = reps[0].0 else { unreachable!("the verifier checked: splat takes a scalar") };
                if out.elem != Elem::I1 && Rep::layout(out).1.is_vector() {
                    let (n, ty) = Rep::layout(out);
                    Rep::Packed(vec![self.b.ins().splat(ty, x); n])
                } else {
                    Rep::Lanes(vec![x; usize::from(out.lanes)])
                }
            }
            Op::Extract { lane } => {
                let vals = self.lane_of(&reps[0].0, reps[0].1, *lane);
                Rep::Scalar(vals)
            }
            Op::Insert { lane } => self.insert(&reps, *lane),
            Op::Shuffle { lanes } => self.shuffle_vec(&reps, lanes, out),
            Op::Any | Op::All | Op::Bitmask => Rep::Scalar(self.horizontal(&inst.op, &reps[0].0)),
            Op::Math(f) => self.by_lane(&reps, out, |t, x| t.math1(*f, e, x))?,
            op => return Err(super::failed(format!("no translation of {op:?} on vectors"))),
        };
        Ok(Some(rep))
    }

    fn const_vec(&mut self, ty: Type, bits: impl Fn(u64) -> u64) -> Rep {
        if ty.elem == Elem::I1 || !Rep::layout(ty).1.is_vector() {
            let vals = (0..u64::from(ty.lanes)).map(|i| self.constant1(ty.elem, bits(i))).collect();
            return Rep::Lanes(vals);
        }
        let bytes: Vec<u8> = (0..u64::from(ty.lanes))
            .flat_map(|i| bits(i).to_le_bytes().into_iter().take(ty.elem.bytes() as usize))
            .collect();
        let lane = lane_type(ty.elem);
        let pieces = bytes.chunks(16).map(|chunk| {
            let c = self.b.func.dfg.constants.insert(ConstantData::from(chunk));
            self.b.ins().vconst(piece(lane), c)
        });
        Rep::Packed(pieces.collect())
    }

    fn select_vec(&mut self, reps: &[(Rep, Type)], out: Type) -> Result<Rep> {
        let (x, y) = (&reps[1].0, &reps[2].0);
        if let Rep::Scalar(cond) = reps[0].0 {
            let (x, y) = (self.canonical(x, out), self.canonical(y, out));
            let vals = x.iter().zip(&y).map(|(x, y)| {
                // One bit for all lanes: a full or an empty mask.
                if self.b.func.dfg.value_type(*x).is_vector() {
                    let wide = self.b.ins().bmask(ct::I64, cond);
                    let mask = self.b.ins().splat(ct::I64X2, wide);
                    self.select_piece(mask, *x, *y)
                } else {
                    self.b.ins().select(cond, *x, *y)
                }
            });
            let vals = vals.collect();
            return Ok(Rep::from_values(out, vals));
        }
        match (x, y) {
            (Rep::Packed(_), Rep::Packed(_)) => {
                let bits = if out.elem == Elem::I1 { 64 } else { out.elem.bits() };
                let mask = self.mask(&reps[0].0, bits);
                let (x, y) = (self.canonical(x, out), self.canonical(y, out));
                let rows: Vec<_> = (0..mask.len()).map(|i| (mask[i], x[i], y[i])).collect();
                Ok(Rep::Packed(rows.into_iter().map(|(m, x, y)| self.select_piece(m, x, y)).collect()))
            }
            _ => self.by_lane(reps, out, |t, x| Ok(t.b.ins().select(x[0], x[1], x[2]))),
        }
    }

    fn cast_vec(&mut self, cast: Cast, reps: &[(Rep, Type)], to: Type) -> Result<Rep> {
        let from = reps[0].1;
        if let (Rep::Packed(p), true) = (&reps[0].0, Rep::layout(to).1.is_vector() && to.elem != Elem::I1) {
            let p = p.clone();
            let ty = piece(lane_type(to.elem));
            match cast {
                Cast::Bitcast => return Ok(Rep::Packed(p.into_iter().map(|x| self.bits(x, ty)).collect())),
                Cast::Sext if from.elem == Elem::I1 => return Ok(Rep::Packed(self.mask(&reps[0].0, to.elem.bits()))),
                Cast::Sext | Cast::Zext if from.elem != Elem::I1 => {
                    let mut p = p;
                    while self.lane_bits(p[0]) < to.elem.bits() {
                        let mut next = vec![];
                        for x in p {
                            if cast == Cast::Sext {
                                next.push(self.b.ins().swiden_low(x));
                                next.push(self.b.ins().swiden_high(x));
                            } else {
                                next.push(self.b.ins().uwiden_low(x));
                                next.push(self.b.ins().uwiden_high(x));
                            }
                        }
                        p = next;
                    }
                    return Ok(Rep::Packed(p));
                }
                Cast::FExt => {
                    let mut out = vec![];
                    for x in p {
                        out.push(self.b.ins().fvpromote_low(x));
                        let bytes = self.bits(x, ct::I8X16);
                        let high: Vec<u8> = (8..16).chain(8..16).collect();
                        let high = self.shuffle16(bytes, bytes, &high);
                        let high = self.bits(high, ct::F32X4);
                        out.push(self.b.ins().fvpromote_low(high));
                    }
                    return Ok(Rep::Packed(out));
                }
                _ => {}
            }
        }
        self.by_lane(reps, to, |t, x| Ok(t.cast1(cast, from.elem, to.elem, x[0])))
    }

    fn load_vec(&mut self, ty: Type, addr: Value, at: &Access) -> Rep {
        let (n, held) = Rep::layout(ty);
        let at = *at;
        if ty.elem == Elem::I1 {
            let vals: Vec<Value> = (0..i32::from(ty.lanes))
                .map(|i| {
                    let x = self.b.ins().load(ct::I8, flags(&at, 1), addr, at.offset + i);
                    let zero = self.iconst(Elem::I8, 0);
                    self.b.ins().icmp(IntCC::NotEqual, x, zero)
                })
                .collect();
            return Rep::Lanes(vals);
        }
        let bytes = held.bytes();
        let vals: Vec<Value> = (0..n as i32)
            .map(|i| self.b.ins().load(held, flags(&at, bytes), addr, at.offset + i * bytes as i32))
            .collect();
        Rep::from_values(ty, vals)
    }

    fn store_vec(&mut self, rep: &Rep, ty: Type, addr: Value, at: &Access) {
        let vals = if ty.elem == Elem::I1 { self.lanes(rep, ty) } else { self.canonical(rep, ty) };
        for (i, x) in vals.into_iter().enumerate() {
            let bytes = self.b.func.dfg.value_type(x).bytes();
            self.b.ins().store(flags(at, bytes), x, addr, at.offset + (i as u32 * bytes) as i32);
        }
    }

    /// Accesses lane by lane, at the slot for lanes that are switched off.
    fn masked(&mut self, inst: &Inst, reps: &[(Rep, Type)], out: Type) -> Option<Rep> {
        let Rep::Scalar(base) = reps[0].0 else { unreachable!("addresses are scalars") };
        let (at, offsets, value, mask, other) = match &inst.op {
            Op::MaskedLoad { at, .. } => (at, None, None, 1, Some(2)),
            Op::MaskedStore { at } => (at, None, Some(1), 2, None),
            Op::Gather { at, .. } => (at, Some(1), None, 2, Some(3)),
            Op::Scatter { at } => (at, Some(1), Some(2), 3, None),
            _ => unreachable!("the caller matched a masked access"),
        };
        let ty = value.map_or(out, |v: usize| reps[v].1);
        let mask = self.lanes(&reps[mask].0, reps[mask].1);
        let offsets = offsets.map(|i: usize| self.lanes(&reps[i].0, reps[i].1));
        let values = value.map(|i| self.lanes(&reps[i].0, reps[i].1));
        let others = other.map(|i: usize| self.lanes(&reps[i].0, reps[i].1));
        let dummy = self.dummy_addr();
        let size = ty.elem.bytes();
        let unaligned = Access { offset: 0, ..*at };
        let mut vals = vec![];
        for i in 0..usize::from(ty.lanes) {
            let distance = i64::from(at.offset) + if offsets.is_some() { 0 } else { i as i64 * i64::from(size) };
            let addr = match &offsets {
                Some(offsets) => self.b.ins().iadd(base, offsets[i]),
                None => base,
            };
            let addr = self.b.ins().iadd_imm_s(addr, distance);
            let addr = self.b.ins().select(mask[i], addr, dummy);
            let f = flags(&unaligned, size);
            if let Some(values) = &values {
                self.b.ins().store(f, values[i], addr, 0);
            } else if let Some(others) = &others {
                let mut x = self.b.ins().load(lane_type(ty.elem), f, addr, 0);
                if ty.elem == Elem::I1 {
                    let zero = self.iconst(Elem::I8, 0);
                    x = self.b.ins().icmp(IntCC::NotEqual, x, zero);
                }
                vals.push(self.b.ins().select(mask[i], x, others[i]));
            }
        }
        if vals.is_empty() { None } else { Some(self.assemble(vals, ty)) }
    }

    fn lane_of(&mut self, rep: &Rep, ty: Type, lane: u16) -> Value {
        if let (Rep::Packed(p), true) = (rep, ty.elem != Elem::I1) {
            let per = self.b.func.dfg.value_type(p[0]).lane_count() as u16;
            return self.b.ins().extractlane(p[usize::from(lane / per)], (lane % per) as u8);
        }
        self.lanes(rep, ty)[usize::from(lane)]
    }

    fn insert(&mut self, reps: &[(Rep, Type)], lane: u16) -> Rep {
        let Rep::Scalar(x) = reps[1].0 else { unreachable!("the verifier checked: insert takes a scalar") };
        match &reps[0].0 {
            Rep::Packed(p) if reps[0].1.elem != Elem::I1 => {
                let mut p = p.clone();
                let per = self.b.func.dfg.value_type(p[0]).lane_count() as u16;
                let at = usize::from(lane / per);
                p[at] = self.b.ins().insertlane(p[at], x, (lane % per) as u8);
                Rep::Packed(p)
            }
            rep => {
                let mut vals = self.lanes(rep, reps[0].1);
                vals[usize::from(lane)] = x;
                Rep::Lanes(vals)
            }
        }
    }

    /// Pieces that draw on one or two pieces are byte shuffles, others are put together from lanes.
    fn shuffle_vec(&mut self, reps: &[(Rep, Type)], picks: &[u16], out: Type) -> Rep {
        let ty = reps[0].1;
        let packed = if out.elem == Elem::I1 { None } else { self.packed(&reps[..2]) };
        let (Some(p), true) = (packed, Rep::layout(out).1.is_vector()) else {
            let mut all = self.lanes(&reps[0].0, ty);
            all.extend(self.lanes(&reps[1].0, ty));
            let vals = picks.iter().map(|i| all[usize::from(*i)]).collect();
            return self.assemble(vals, out);
        };
        let sources: Vec<Value> = p[0].iter().chain(p[1]).copied().collect();
        let held = piece(lane_type(ty.elem));
        let per = held.lane_count() as usize;
        let size = held.lane_type().bytes() as u8;
        let mut result = vec![];
        for chunk in picks.chunks(per) {
            let at: Vec<(Value, u8)> =
                chunk.iter().map(|i| (sources[usize::from(*i) / per], (usize::from(*i) % per) as u8)).collect();
            let first = at[0].0;
            let second = at.iter().map(|x| x.0).find(|v| *v != first).unwrap_or(first);
            if at.iter().all(|x| x.0 == first) && at.iter().enumerate().all(|(i, x)| usize::from(x.1) == i) {
                result.push(first);
            } else if at.iter().all(|x| x.0 == first || x.0 == second) {
                let bytes: Vec<u8> = at
                    .iter()
                    .flat_map(|(v, lane)| {
                        let base = if *v == first { 0 } else { 16 } + lane * size;
                        (0..size).map(move |j| base + j)
                    })
                    .collect();
                let (x, y) = (self.bits(first, ct::I8X16), self.bits(second, ct::I8X16));
                let v = self.shuffle16(x, y, &bytes);
                result.push(self.bits(v, held));
            } else {
                let vals: Vec<Value> = at.iter().map(|(v, lane)| self.b.ins().extractlane(*v, *lane)).collect();
                result.extend(self.pack(&vals));
            }
        }
        Rep::Packed(result)
    }

    fn horizontal(&mut self, op: &Op, rep: &Rep) -> Value {
        let fold = |t: &mut Self, vals: Vec<Value>, f: fn(&mut Self, Value, Value) -> Value| {
            vals.into_iter().reduce(|a, b| f(t, a, b)).expect("vectors have lanes")
        };
        let and = |t: &mut Self, a, b| t.b.ins().band(a, b);
        let or = |t: &mut Self, a, b| t.b.ins().bor(a, b);
        match (op, rep) {
            (Op::Any, Rep::Packed(p)) => {
                let all = fold(self, p.clone(), or);
                self.b.ins().vany_true(all)
            }
            (Op::All, Rep::Packed(p)) => {
                let all = fold(self, p.clone(), and);
                self.b.ins().vall_true(all)
            }
            (Op::Any, Rep::Lanes(v)) => fold(self, v.clone(), or),
            (Op::All, Rep::Lanes(v)) => fold(self, v.clone(), and),
            (_, Rep::Packed(p)) => {
                let per = self.b.func.dfg.value_type(p[0]).lane_count();
                let mut bits = vec![];
                for (i, x) in p.clone().into_iter().enumerate() {
                    let b = self.b.ins().vhigh_bits(ct::I32, x);
                    let b = self.b.ins().uextend(ct::I64, b);
                    bits.push(self.b.ins().ishl_imm_u(b, i64::from(i as u32 * per)));
                }
                fold(self, bits, or)
            }
            (_, Rep::Lanes(v)) => {
                let mut bits = vec![];
                for (i, x) in v.clone().into_iter().enumerate() {
                    let b = self.b.ins().uextend(ct::I64, x);
                    bits.push(self.b.ins().ishl_imm_u(b, i as i64));
                }
                fold(self, bits, or)
            }
            (_, Rep::Scalar(x)) => *x,
        }
    }
}
