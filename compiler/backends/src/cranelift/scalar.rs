//! One lane of each instruction, from Cranelift's partial operations to the loop IR's total ones.
//!
//! i1 is an I8 that is 0 or 1. Where Cranelift has no instruction for bytes or words, the operation is done on 64 bits.

use super::func::Translator;
use super::lane_type;
use ::cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use ::cranelift_codegen::ir::{InstBuilder, MemFlagsData, Value, types as ct};
use quipu_ir::loops::{BinOp, Cast, Elem, FloatCmp, IntCmp, OvOp, UnOp};

pub(crate) fn int_cc(cmp: IntCmp) -> IntCC {
    match cmp {
        IntCmp::Eq => IntCC::Equal,
        IntCmp::Ne => IntCC::NotEqual,
        IntCmp::Slt => IntCC::SignedLessThan,
        IntCmp::Sle => IntCC::SignedLessThanOrEqual,
        IntCmp::Sgt => IntCC::SignedGreaterThan,
        IntCmp::Sge => IntCC::SignedGreaterThanOrEqual,
        IntCmp::Ult => IntCC::UnsignedLessThan,
        IntCmp::Ule => IntCC::UnsignedLessThanOrEqual,
        IntCmp::Ugt => IntCC::UnsignedGreaterThan,
        IntCmp::Uge => IntCC::UnsignedGreaterThanOrEqual,
    }
}

pub(crate) fn float_cc(cmp: FloatCmp) -> FloatCC {
    match cmp {
        FloatCmp::Eq => FloatCC::Equal,
        FloatCmp::Ne => FloatCC::NotEqual,
        FloatCmp::Lt => FloatCC::LessThan,
        FloatCmp::Le => FloatCC::LessThanOrEqual,
        FloatCmp::Gt => FloatCC::GreaterThan,
        FloatCmp::Ge => FloatCC::GreaterThanOrEqual,
        FloatCmp::Uno => FloatCC::Unordered,
    }
}

impl Translator<'_, '_, '_> {
    pub(crate) fn iconst(&mut self, elem: Elem, x: i64) -> Value {
        let x = if elem == Elem::I1 { x & 1 } else { x };
        // Immediates are sign-extended from 64 bits but must fit the type without sign.
        let x = if elem.bits() < 64 { x & (elem.mask() as i64) } else { x };
        self.b.ins().iconst(lane_type(elem), x)
    }

    fn wide(&mut self, x: Value, elem: Elem, signed: bool) -> Value {
        match (elem.bits() == 64, signed) {
            (true, _) => x,
            (false, true) => self.b.ins().sextend(ct::I64, x),
            (false, false) => self.b.ins().uextend(ct::I64, x),
        }
    }

    fn narrow(&mut self, x: Value, elem: Elem) -> Value {
        if elem.bits() == 64 { x } else { self.b.ins().ireduce(lane_type(elem), x) }
    }

    /// Shifts mask their count in Cranelift; here counts of the width or more mean something.
    fn shift(&mut self, op: BinOp, e: Elem, x: Value, y: Value) -> Value {
        let width = self.iconst(e, i64::from(e.bits()));
        if op == BinOp::AShr {
            let last = self.iconst(e, i64::from(e.bits()) - 1);
            let ok = self.b.ins().icmp(IntCC::UnsignedLessThan, y, width);
            let y = self.b.ins().select(ok, y, last);
            return self.b.ins().sshr(x, y);
        }
        let r = if op == BinOp::Shl { self.b.ins().ishl(x, y) } else { self.b.ins().ushr(x, y) };
        let ok = self.b.ins().icmp(IntCC::UnsignedLessThan, y, width);
        let zero = self.iconst(e, 0);
        self.b.ins().select(ok, r, zero)
    }

    /// Division traps in Cranelift for 0 and MIN / -1, so the divisor is replaced by 1 and the result corrected.
    fn divide(&mut self, op: BinOp, e: Elem, x: Value, y: Value) -> Value {
        let signed = matches!(op, BinOp::SDiv | BinOp::SRem);
        let small = e.bits() < 32;
        let (x, y) = if small { (self.wide(x, e, signed), self.wide(y, e, signed)) } else { (x, y) };
        let we = if small { Elem::I64 } else { e };
        let zero = self.iconst(we, 0);
        let one = self.iconst(we, 1);
        let by_zero = self.b.ins().icmp(IntCC::Equal, y, zero);
        let mut bad = by_zero;
        if signed {
            let minus_one = self.iconst(we, -1);
            let by_minus_one = self.b.ins().icmp(IntCC::Equal, y, minus_one);
            bad = self.b.ins().bor(bad, by_minus_one);
            let d = self.b.ins().select(bad, one, y);
            let (r, instead) = if op == BinOp::SDiv {
                (self.b.ins().sdiv(x, d), self.b.ins().ineg(x))
            } else {
                (self.b.ins().srem(x, d), zero)
            };
            let r = self.b.ins().select(by_minus_one, instead, r);
            let r = self.b.ins().select(by_zero, zero, r);
            return if small { self.narrow(r, e) } else { r };
        }
        let d = self.b.ins().select(bad, one, y);
        let r = if op == BinOp::UDiv { self.b.ins().udiv(x, d) } else { self.b.ins().urem(x, d) };
        let r = self.b.ins().select(by_zero, zero, r);
        if small { self.narrow(r, e) } else { r }
    }

    fn mul_hi(&mut self, op: BinOp, e: Elem, x: Value, y: Value) -> Value {
        let signed = op == BinOp::SMulHi;
        if e.bits() == 64 {
            return if signed { self.b.ins().smulhi(x, y) } else { self.b.ins().umulhi(x, y) };
        }
        let (x, y) = (self.wide(x, e, signed), self.wide(y, e, signed));
        let p = self.b.ins().imul(x, y);
        let count = self.b.ins().iconst(ct::I64, i64::from(e.bits()));
        let p = self.b.ins().sshr(p, count);
        self.narrow(p, e)
    }

    fn int_min_max(&mut self, op: BinOp, x: Value, y: Value) -> Value {
        let cc = match op {
            BinOp::SMin => IntCC::SignedLessThan,
            BinOp::SMax => IntCC::SignedGreaterThan,
            BinOp::UMin => IntCC::UnsignedLessThan,
            _ => IntCC::UnsignedGreaterThan,
        };
        let c = self.b.ins().icmp(cc, x, y);
        self.b.ins().select(c, x, y)
    }

    pub(crate) fn bin1(&mut self, op: BinOp, e: Elem, x: Value, y: Value) -> Value {
        use BinOp::*;
        match op {
            Add => self.b.ins().iadd(x, y),
            Sub => self.b.ins().isub(x, y),
            Mul if e == Elem::I8 => {
                let (x, y) = (self.b.ins().uextend(ct::I32, x), self.b.ins().uextend(ct::I32, y));
                let p = self.b.ins().imul(x, y);
                self.b.ins().ireduce(ct::I8, p)
            }
            Mul => self.b.ins().imul(x, y),
            And => self.b.ins().band(x, y),
            Or => self.b.ins().bor(x, y),
            Xor => self.b.ins().bxor(x, y),
            Shl | LShr | AShr => self.shift(op, e, x, y),
            SDiv | SRem | UDiv | URem => self.divide(op, e, x, y),
            SMulHi | UMulHi => self.mul_hi(op, e, x, y),
            SMin | SMax | UMin | UMax => self.int_min_max(op, x, y),
            FAdd => self.b.ins().fadd(x, y),
            FSub => self.b.ins().fsub(x, y),
            FMul => self.b.ins().fmul(x, y),
            FDiv => self.b.ins().fdiv(x, y),
            FMin | FMax => {
                let cc = if op == FMin { FloatCC::LessThan } else { FloatCC::GreaterThan };
                let better = self.b.ins().fcmp(cc, x, y);
                let nan = self.b.ins().fcmp(FloatCC::Unordered, x, x);
                let first = self.b.ins().bor(better, nan);
                self.b.ins().select(first, x, y)
            }
            CopySign => self.b.ins().fcopysign(x, y),
        }
    }

    pub(crate) fn un1(&mut self, op: UnOp, e: Elem, x: Value) -> Value {
        match op {
            UnOp::Not if e == Elem::I1 => {
                let one = self.iconst(e, 1);
                self.b.ins().bxor(x, one)
            }
            UnOp::Not => self.b.ins().bnot(x),
            UnOp::Popcnt | UnOp::Clz | UnOp::Ctz => {
                let w = self.wide(x, e, false);
                let r = match op {
                    UnOp::Popcnt => self.b.ins().popcnt(w),
                    UnOp::Clz => {
                        let n = self.b.ins().clz(w);
                        let extra = self.b.ins().iconst(ct::I64, 64 - i64::from(e.bits()));
                        self.b.ins().isub(n, extra)
                    }
                    _ if e.bits() == 64 => self.b.ins().ctz(w),
                    _ => {
                        // A bit above the type's ends the count for 0.
                        let stop = self.b.ins().iconst(ct::I64, 1 << e.bits());
                        let w = self.b.ins().bor(w, stop);
                        self.b.ins().ctz(w)
                    }
                };
                self.narrow(r, e)
            }
            UnOp::FNeg => self.b.ins().fneg(x),
            UnOp::FAbs => self.b.ins().fabs(x),
            UnOp::Sqrt => self.b.ins().sqrt(x),
            UnOp::Floor => self.b.ins().floor(x),
            UnOp::Ceil => self.b.ins().ceil(x),
            UnOp::FTrunc => self.b.ins().trunc(x),
            UnOp::Rint => self.b.ins().nearest(x),
        }
    }

    /// The wrapped result and an I8 that tells of overflow.
    pub(crate) fn overflow1(&mut self, op: OvOp, e: Elem, x: Value, y: Value) -> (Value, Value) {
        use OvOp::*;
        let signed = matches!(op, SAdd | SSub | SMul);
        if e.bits() < 64 {
            // Exact in 64 bits, so overflow is a difference after a round trip.
            let (wx, wy) = (self.wide(x, e, signed), self.wide(y, e, signed));
            let exact = match op {
                SAdd | UAdd => self.b.ins().iadd(wx, wy),
                SSub | USub => self.b.ins().isub(wx, wy),
                SMul | UMul => self.b.ins().imul(wx, wy),
            };
            let r = self.narrow(exact, e);
            let back = self.wide(r, e, signed);
            return (r, self.b.ins().icmp(IntCC::NotEqual, back, exact));
        }
        let zero = self.iconst(e, 0);
        match op {
            SAdd | SSub => {
                let r = if op == SAdd { self.b.ins().iadd(x, y) } else { self.b.ins().isub(x, y) };
                let a = self.b.ins().bxor(r, x);
                let b = if op == SAdd { self.b.ins().bxor(r, y) } else { self.b.ins().bxor(x, y) };
                let both = self.b.ins().band(a, b);
                (r, self.b.ins().icmp(IntCC::SignedLessThan, both, zero))
            }
            UAdd => {
                let r = self.b.ins().iadd(x, y);
                (r, self.b.ins().icmp(IntCC::UnsignedLessThan, r, x))
            }
            USub => {
                let r = self.b.ins().isub(x, y);
                (r, self.b.ins().icmp(IntCC::UnsignedLessThan, x, y))
            }
            SMul => {
                let r = self.b.ins().imul(x, y);
                let hi = self.b.ins().smulhi(x, y);
                let count = self.b.ins().iconst(ct::I64, 63);
                let sign = self.b.ins().sshr(r, count);
                (r, self.b.ins().icmp(IntCC::NotEqual, hi, sign))
            }
            UMul => {
                let r = self.b.ins().imul(x, y);
                let hi = self.b.ins().umulhi(x, y);
                (r, self.b.ins().icmp(IntCC::NotEqual, hi, zero))
            }
        }
    }

    fn fconst(&mut self, e: Elem, x: f64) -> Value {
        if e == Elem::F32 { self.b.ins().f32const(x as f32) } else { self.b.ins().f64const(x) }
    }

    /// cvttsd2si: MIN for NaN and whatever is out of range. Saturation differs at the upper end and for NaN only.
    fn cvtt(&mut self, e: Elem, x: Value, to: Elem) -> Value {
        let r = self.b.ins().fcvt_to_sint_sat(lane_type(to), x);
        let limit = self.fconst(e, 2f64.powi(to.bits() as i32 - 1));
        let below = self.b.ins().fcmp(FloatCC::LessThan, x, limit);
        let min = self.iconst(to, if to == Elem::I32 { i64::from(i32::MIN) } else { i64::MIN });
        self.b.ins().select(below, r, min)
    }

    pub(crate) fn cast1(&mut self, cast: Cast, from: Elem, to: Elem, x: Value) -> Value {
        let ty = lane_type(to);
        match cast {
            Cast::Sext if from == Elem::I1 => {
                let w = if to == Elem::I8 { x } else { self.b.ins().uextend(ty, x) };
                self.b.ins().ineg(w)
            }
            Cast::Sext => self.b.ins().sextend(ty, x),
            // An i1 is a byte already.
            Cast::Zext if from == Elem::I1 && to == Elem::I8 => x,
            Cast::Zext => self.b.ins().uextend(ty, x),
            Cast::Trunc => {
                let r = if from == Elem::I8 { x } else { self.b.ins().ireduce(ty, x) };
                if to != Elem::I1 {
                    return r;
                }
                let one = self.iconst(Elem::I8, 1);
                self.b.ins().band(r, one)
            }
            Cast::SToF => {
                let x = if from.bits() < 32 { self.b.ins().sextend(ct::I32, x) } else { x };
                self.b.ins().fcvt_from_sint(ty, x)
            }
            Cast::UToF => {
                // What fits a signed type needs no unsigned conversion.
                if from.bits() < 64 {
                    let x = self.b.ins().uextend(ct::I64, x);
                    return self.b.ins().fcvt_from_sint(ty, x);
                }
                self.b.ins().fcvt_from_uint(ty, x)
            }
            Cast::FExt => self.b.ins().fpromote(ty, x),
            Cast::FNarrow => self.b.ins().fdemote(ty, x),
            Cast::Bitcast if lane_type(from) == ty => x,
            Cast::Bitcast => self.b.ins().bitcast(ty, MemFlagsData::new(), x),
            Cast::FToS | Cast::FToU => match (cast, to) {
                (Cast::FToS, Elem::I64) => self.cvtt(from, x, Elem::I64),
                (_, Elem::I64) => {
                    let limit = self.fconst(from, 9_223_372_036_854_775_808.0);
                    let high = self.b.ins().fcmp(FloatCC::GreaterThanOrEqual, x, limit);
                    let less = self.b.ins().fsub(x, limit);
                    let x = self.b.ins().select(high, less, x);
                    let r = self.cvtt(from, x, Elem::I64);
                    let min = self.iconst(Elem::I64, i64::MIN);
                    let flipped = self.b.ins().bxor(r, min);
                    self.b.ins().select(high, flipped, r)
                }
                (Cast::FToU, Elem::I32) => {
                    let r = self.cvtt(from, x, Elem::I64);
                    self.b.ins().ireduce(ct::I32, r)
                }
                _ => {
                    let r = self.cvtt(from, x, Elem::I32);
                    if to == Elem::I32 { r } else { self.b.ins().ireduce(ty, r) }
                }
            },
        }
    }
}
