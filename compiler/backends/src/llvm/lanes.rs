//! Arithmetic on scalars and vectors alike, with LLVM's undefined cases guarded.
//!
//! A guard is a `select` whose other arm may be poison: a select does not pass on the arm that it does not take. With
//! constant operands LLVM's builder folds guards at once.

use super::ir::{Ir, V};
use inkwell::llvm_sys::LLVMIntPredicate as Int;
use inkwell::llvm_sys::LLVMRealPredicate as Real;
use quipu_ir::loops::{BinOp, Cast, Elem, FloatCmp, IntCmp, MathFn, OvOp, Type, UnOp};

pub fn int_predicate(cmp: IntCmp) -> Int {
    match cmp {
        IntCmp::Eq => Int::LLVMIntEQ,
        IntCmp::Ne => Int::LLVMIntNE,
        IntCmp::Slt => Int::LLVMIntSLT,
        IntCmp::Sle => Int::LLVMIntSLE,
        IntCmp::Sgt => Int::LLVMIntSGT,
        IntCmp::Sge => Int::LLVMIntSGE,
        IntCmp::Ult => Int::LLVMIntULT,
        IntCmp::Ule => Int::LLVMIntULE,
        IntCmp::Ugt => Int::LLVMIntUGT,
        IntCmp::Uge => Int::LLVMIntUGE,
    }
}

pub fn float_predicate(cmp: FloatCmp) -> Real {
    match cmp {
        FloatCmp::Eq => Real::LLVMRealOEQ,
        FloatCmp::Ne => Real::LLVMRealUNE,
        FloatCmp::Lt => Real::LLVMRealOLT,
        FloatCmp::Le => Real::LLVMRealOLE,
        FloatCmp::Gt => Real::LLVMRealOGT,
        FloatCmp::Ge => Real::LLVMRealOGE,
        FloatCmp::Uno => Real::LLVMRealUNO,
    }
}

impl Ir {
    fn int_of(&self, ty: Type, x: i64) -> V {
        self.constant(ty, x as u64 & ty.elem.mask())
    }

    /// A power of two (or its negative) as a float, in every lane.
    fn power(&self, ty: Type, x: f64) -> V {
        let bits = if ty.elem == Elem::F32 { u64::from((x as f32).to_bits()) } else { x.to_bits() };
        self.constant(ty, bits)
    }

    fn divide(&self, op: BinOp, ty: Type, x: V, y: V) -> V {
        let (zero, one) = (self.int_of(ty, 0), self.int_of(ty, 1));
        let by_zero = self.icmp(Int::LLVMIntEQ, y, zero);
        let r = match op {
            BinOp::UDiv | BinOp::URem => {
                let d = self.select(by_zero, one, y);
                if op == BinOp::UDiv { self.udiv(x, d) } else { self.urem(x, d) }
            }
            _ => {
                // MIN / -1 overflows, so -1 is handled apart.
                let by_minus_one = self.icmp(Int::LLVMIntEQ, y, self.int_of(ty, -1));
                let d = self.select(self.or(by_zero, by_minus_one), one, y);
                let (r, instead) =
                    if op == BinOp::SDiv { (self.sdiv(x, d), self.neg(x)) } else { (self.srem(x, d), zero) };
                self.select(by_minus_one, instead, r)
            }
        };
        self.select(by_zero, zero, r)
    }

    fn mul_hi(&self, op: BinOp, ty: Type, x: V, y: V) -> V {
        let bits = ty.elem.bits();
        let wide_elem = self.int_type(2 * bits);
        let (wide, count) = if ty.is_vec() {
            // SAFETY: a vector of integers of the context.
            let wide = unsafe { inkwell::llvm_sys::core::LLVMVectorType(wide_elem, u32::from(ty.lanes)) };
            (wide, self.const_vec(&vec![self.int(wide_elem, u64::from(bits)); usize::from(ty.lanes)]))
        } else {
            (wide_elem, self.int(wide_elem, u64::from(bits)))
        };
        let widen = |v| if op == BinOp::SMulHi { self.sext(v, wide) } else { self.zext(v, wide) };
        let product = self.mul(widen(x), widen(y));
        self.trunc(self.lshr(product, count), self.ty(ty))
    }

    pub fn bin(&self, op: BinOp, ty: Type, x: V, y: V) -> V {
        let over = [self.ty(ty)];
        match op {
            BinOp::Add => self.add(x, y),
            BinOp::Sub => self.sub(x, y),
            BinOp::Mul => self.mul(x, y),
            BinOp::And => self.and(x, y),
            BinOp::Or => self.or(x, y),
            BinOp::Xor => self.xor(x, y),
            BinOp::Shl | BinOp::LShr => {
                let r = if op == BinOp::Shl { self.shl(x, y) } else { self.lshr(x, y) };
                let ok = self.icmp(Int::LLVMIntULT, y, self.int_of(ty, i64::from(ty.elem.bits())));
                self.select(ok, r, self.int_of(ty, 0))
            }
            BinOp::AShr => {
                let last = self.int_of(ty, i64::from(ty.elem.bits()) - 1);
                let ok = self.icmp(Int::LLVMIntULT, y, last);
                self.ashr(x, self.select(ok, y, last))
            }
            BinOp::SDiv | BinOp::SRem | BinOp::UDiv | BinOp::URem => self.divide(op, ty, x, y),
            BinOp::SMin => self.intrinsic("llvm.smin", &over, &[x, y]),
            BinOp::SMax => self.intrinsic("llvm.smax", &over, &[x, y]),
            BinOp::UMin => self.intrinsic("llvm.umin", &over, &[x, y]),
            BinOp::UMax => self.intrinsic("llvm.umax", &over, &[x, y]),
            BinOp::SMulHi | BinOp::UMulHi => self.mul_hi(op, ty, x, y),
            BinOp::FAdd => self.fadd(x, y),
            BinOp::FSub => self.fsub(x, y),
            BinOp::FMul => self.fmul(x, y),
            BinOp::FDiv => self.fdiv(x, y),
            BinOp::FMin | BinOp::FMax => {
                let p = if op == BinOp::FMin { Real::LLVMRealOLT } else { Real::LLVMRealOGT };
                let first = self.or(self.fcmp(p, x, y), self.fcmp(Real::LLVMRealUNO, x, x));
                self.select(first, x, y)
            }
            BinOp::CopySign => self.intrinsic("llvm.copysign", &over, &[x, y]),
        }
    }

    pub fn un(&self, op: UnOp, ty: Type, x: V) -> V {
        let over = [self.ty(ty)];
        let no = self.int(self.int_type(1), 0);
        match op {
            UnOp::Not => self.not(x),
            UnOp::Popcnt => self.intrinsic("llvm.ctpop", &over, &[x]),
            UnOp::Clz => self.intrinsic("llvm.ctlz", &over, &[x, no]),
            UnOp::Ctz => self.intrinsic("llvm.cttz", &over, &[x, no]),
            UnOp::FNeg => self.fneg(x),
            UnOp::FAbs => self.intrinsic("llvm.fabs", &over, &[x]),
            UnOp::Sqrt => self.intrinsic("llvm.sqrt", &over, &[x]),
            UnOp::Floor => self.intrinsic("llvm.floor", &over, &[x]),
            UnOp::Ceil => self.intrinsic("llvm.ceil", &over, &[x]),
            UnOp::FTrunc => self.intrinsic("llvm.trunc", &over, &[x]),
            UnOp::Rint => self.intrinsic("llvm.roundeven", &over, &[x]),
        }
    }

    /// The wrapped result, and whether it differs from the exact one. Sums use the bit formula, which vectorizes.
    pub fn overflow(&self, op: OvOp, ty: Type, x: V, y: V) -> (V, V) {
        let zero = self.int_of(ty, 0);
        let name = match op {
            OvOp::SAdd | OvOp::SSub => {
                let (r, other) = if op == OvOp::SAdd {
                    let r = self.add(x, y);
                    (r, self.xor(r, y))
                } else {
                    (self.sub(x, y), self.xor(x, y))
                };
                let both = self.and(self.xor(r, x), other);
                return (r, self.icmp(Int::LLVMIntSLT, both, zero));
            }
            OvOp::UAdd => {
                let r = self.add(x, y);
                return (r, self.icmp(Int::LLVMIntULT, r, x));
            }
            OvOp::USub => return (self.sub(x, y), self.icmp(Int::LLVMIntULT, x, y)),
            OvOp::SMul => "llvm.smul.with.overflow",
            OvOp::UMul => "llvm.umul.with.overflow",
        };
        let pair = self.intrinsic(name, &[self.ty(ty)], &[x, y]);
        (self.field(pair, 0), self.field(pair, 1))
    }

    /// cvttsd2si: MIN for NaN and whatever is out of range. What lies below the range gives MIN either way.
    fn cvtt(&self, from: Type, x: V, to: Type) -> V {
        let limit = 2f64.powi(to.elem.bits() as i32 - 1);
        let above = self.fcmp(Real::LLVMRealOGE, x, self.power(from, -limit));
        let below = self.fcmp(Real::LLVMRealOLT, x, self.power(from, limit));
        let r = self.fptosi(x, self.ty(to));
        self.select(self.and(above, below), r, self.constant(to, 1 << (to.elem.bits() - 1)))
    }

    pub fn cast(&self, cast: Cast, from: Type, to: Type, x: V) -> V {
        let ty = self.ty(to);
        match cast {
            Cast::Sext => self.sext(x, ty),
            Cast::Zext => self.zext(x, ty),
            Cast::Trunc => self.trunc(x, ty),
            Cast::SToF => self.sitofp(x, ty),
            Cast::UToF => self.uitofp(x, ty),
            Cast::FExt => self.fpext(x, ty),
            Cast::FNarrow => self.fptrunc(x, ty),
            Cast::Bitcast if from.elem == Elem::Ptr && to.elem == Elem::I64 => self.ptrtoint(x, ty),
            Cast::Bitcast if to.elem == Elem::Ptr => {
                let x = if from.elem == Elem::I64 { x } else { self.bitcast(x, self.int_type(64)) };
                self.inttoptr(x, ty)
            }
            Cast::Bitcast if from.elem == Elem::Ptr => self.bitcast(self.ptrtoint(x, self.int_type(64)), ty),
            Cast::Bitcast => self.bitcast(x, ty),
            Cast::FToS | Cast::FToU => {
                let (i64s, i32s) = (to.with_elem(Elem::I64), to.with_elem(Elem::I32));
                match (cast, to.elem) {
                    (Cast::FToS, Elem::I64) => self.cvtt(from, x, i64s),
                    (_, Elem::I64) => {
                        let limit = self.power(from, 9_223_372_036_854_775_808.0);
                        let high = self.fcmp(Real::LLVMRealOGE, x, limit);
                        let less = self.select(high, self.fsub(x, limit), x);
                        let r = self.cvtt(from, less, i64s);
                        self.select(high, self.xor(r, self.constant(to, 1 << 63)), r)
                    }
                    (Cast::FToU, Elem::I32) => self.trunc(self.cvtt(from, x, i64s), ty),
                    (_, Elem::I32) => self.cvtt(from, x, i32s),
                    _ => self.trunc(self.cvtt(from, x, i32s), ty),
                }
            }
        }
    }

    fn math1(&self, f: MathFn, elem: Elem, args: &[V]) -> V {
        let ty = self.ty(Type::scalar(elem));
        let symbol = f.symbol(elem);
        let fn_type = self.fn_type(ty, &vec![ty; args.len()]);
        let func = self.named_function(&symbol).unwrap_or_else(|| {
            let func = self.add_function(&symbol, fn_type);
            for name in ["nounwind", "willreturn", "memory"] {
                self.attribute(func, u32::MAX, name, 0);
            }
            func
        });
        let call = self.call(fn_type, func, args);
        // LLVM's idea of what these functions are (sin(-x) = -sin(x), pow(x, 2) = x * x) may differ in last digits.
        self.call_attribute(call, u32::MAX, "nobuiltin", 0);
        call
    }

    pub fn math(&self, f: MathFn, ty: Type, args: &[V]) -> V {
        if !ty.is_vec() {
            return self.math1(f, ty.elem, args);
        }
        let mut out = self.poison(self.ty(ty));
        for i in 0..u64::from(ty.lanes) {
            let lane: Vec<V> = args.iter().map(|v| self.extract(*v, i)).collect();
            out = self.insert(out, self.math1(f, ty.elem, &lane), i);
        }
        out
    }
}
