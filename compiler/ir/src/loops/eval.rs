//! What the pure instructions compute, as executable code: the definition that constant folding uses and that the
//! back ends are tested against.
//!
//! A lane is its bits in the low end of a `u64`, all others zero. The payload of a NaN that arithmetic makes is
//! unspecified; here it is whatever the host computes, and the builder does not fold such a result.

use super::types::*;

fn sext(e: Elem, x: u64) -> i64 {
    let shift = 64 - e.bits();
    ((x << shift) as i64) >> shift
}

fn f64_of(x: u64) -> f64 {
    f64::from_bits(x)
}

fn f32_of(x: u64) -> f32 {
    f32::from_bits(x as u32)
}

/// One lane of a two-operand instruction.
pub fn bin(op: BinOp, e: Elem, x: u64, y: u64) -> u64 {
    let (sx, sy) = (sext(e, x), sext(e, y));
    let bits = u64::from(e.bits());
    use BinOp::*;
    let r = match op {
        Add => x.wrapping_add(y),
        Sub => x.wrapping_sub(y),
        Mul => x.wrapping_mul(y),
        And => x & y,
        Or => x | y,
        Xor => x ^ y,
        Shl => x.checked_shl(y.min(64) as u32).filter(|_| y < bits).unwrap_or(0),
        LShr => x.checked_shr(y.min(64) as u32).filter(|_| y < bits).unwrap_or(0),
        AShr => (sx >> y.min(bits - 1)) as u64,
        SDiv => sx.checked_div(sy).unwrap_or(if sy == 0 { 0 } else { sx }) as u64,
        SRem => sx.checked_rem(sy).unwrap_or(0) as u64,
        UDiv => x.checked_div(y).unwrap_or(0),
        URem => x.checked_rem(y).unwrap_or(0),
        SMin => sx.min(sy) as u64,
        SMax => sx.max(sy) as u64,
        UMin => x.min(y),
        UMax => x.max(y),
        SMulHi => ((i128::from(sx) * i128::from(sy)) >> bits) as u64,
        UMulHi => ((u128::from(x) * u128::from(y)) >> bits) as u64,
        FAdd | FSub | FMul | FDiv | FMin | FMax | CopySign if e == Elem::F32 => {
            let (a, b) = (f32_of(x), f32_of(y));
            u64::from(
                match op {
                    FAdd => a + b,
                    FSub => a - b,
                    FMul => a * b,
                    FDiv => a / b,
                    FMin if a < b || a.is_nan() => a,
                    FMax if a > b || a.is_nan() => a,
                    CopySign => a.copysign(b),
                    _ => b,
                }
                .to_bits(),
            )
        }
        FAdd | FSub | FMul | FDiv | FMin | FMax | CopySign => {
            let (a, b) = (f64_of(x), f64_of(y));
            match op {
                FAdd => a + b,
                FSub => a - b,
                FMul => a * b,
                FDiv => a / b,
                FMin if a < b || a.is_nan() => a,
                FMax if a > b || a.is_nan() => a,
                CopySign => a.copysign(b),
                _ => b,
            }
            .to_bits()
        }
    };
    r & e.mask()
}

/// One lane of a one-operand instruction.
pub fn un(op: UnOp, e: Elem, x: u64) -> u64 {
    use UnOp::*;
    let r = match op {
        Not => !x,
        Popcnt => u64::from(x.count_ones()),
        Clz => u64::from(x.leading_zeros() - (64 - e.bits())),
        Ctz => u64::from(x.trailing_zeros().min(e.bits())),
        FNeg => x ^ (1 << (e.bits() - 1)),
        FAbs => x & !(1 << (e.bits() - 1)),
        Sqrt | Floor | Ceil | FTrunc | Rint if e == Elem::F32 => {
            let a = f32_of(x);
            u64::from(
                match op {
                    Sqrt => a.sqrt(),
                    Floor => a.floor(),
                    Ceil => a.ceil(),
                    FTrunc => a.trunc(),
                    _ => a.round_ties_even(),
                }
                .to_bits(),
            )
        }
        Sqrt | Floor | Ceil | FTrunc | Rint => {
            let a = f64_of(x);
            match op {
                Sqrt => a.sqrt(),
                Floor => a.floor(),
                Ceil => a.ceil(),
                FTrunc => a.trunc(),
                _ => a.round_ties_even(),
            }
            .to_bits()
        }
    };
    r & e.mask()
}

/// x * y + z with one rounding.
pub fn fma(e: Elem, x: u64, y: u64, z: u64) -> u64 {
    if e == Elem::F32 {
        u64::from(f32_of(x).mul_add(f32_of(y), f32_of(z)).to_bits())
    } else {
        f64_of(x).mul_add(f64_of(y), f64_of(z)).to_bits()
    }
}

/// One lane of an integer comparison.
pub fn icmp(cmp: IntCmp, e: Elem, x: u64, y: u64) -> bool {
    let (sx, sy) = (sext(e, x), sext(e, y));
    match cmp {
        IntCmp::Eq => x == y,
        IntCmp::Ne => x != y,
        IntCmp::Slt => sx < sy,
        IntCmp::Sle => sx <= sy,
        IntCmp::Sgt => sx > sy,
        IntCmp::Sge => sx >= sy,
        IntCmp::Ult => x < y,
        IntCmp::Ule => x <= y,
        IntCmp::Ugt => x > y,
        IntCmp::Uge => x >= y,
    }
}

/// A float as f64, which represents every f32.
fn wide(e: Elem, x: u64) -> f64 {
    if e == Elem::F32 { f64::from(f32_of(x)) } else { f64_of(x) }
}

/// One lane of a float comparison.
pub fn fcmp(cmp: FloatCmp, e: Elem, x: u64, y: u64) -> bool {
    let (a, b) = (wide(e, x), wide(e, y));
    match cmp {
        FloatCmp::Eq => a == b,
        FloatCmp::Ne => a != b,
        FloatCmp::Lt => a < b,
        FloatCmp::Le => a <= b,
        FloatCmp::Gt => a > b,
        FloatCmp::Ge => a >= b,
        FloatCmp::Uno => a.is_nan() || b.is_nan(),
    }
}

/// The wrapped result and whether it differs from the mathematical one.
pub fn overflow(op: OvOp, e: Elem, x: u64, y: u64) -> (u64, bool) {
    let signed = matches!(op, OvOp::SAdd | OvOp::SSub | OvOp::SMul);
    let of = |v: u64| if signed { i128::from(sext(e, v)) } else { i128::from(v) };
    let (a, b) = (of(x), of(y));
    let bin = match op {
        OvOp::SAdd | OvOp::UAdd => BinOp::Add,
        OvOp::SSub | OvOp::USub => BinOp::Sub,
        OvOp::SMul | OvOp::UMul => BinOp::Mul,
    };
    let exact = match bin {
        BinOp::Add => Some(a + b),
        BinOp::Sub => Some(a - b),
        _ => a.checked_mul(b),
    };
    let r = self::bin(bin, e, x, y);
    (r, exact != Some(of(r)))
}

/// (x * y + z) mod m with Python's sign, 0 for m = 0.
pub fn muladdmod(x: u64, y: u64, z: u64, m: u64) -> u64 {
    let m = i128::from(m as i64);
    if m == 0 {
        return 0;
    }
    let r = (i128::from(x as i64) * i128::from(y as i64) + i128::from(z as i64)) % m;
    (if r != 0 && (r < 0) != (m < 0) { r + m } else { r }) as u64
}

/// cvttsd2si to 64 bits.
fn to_i64(a: f64) -> i64 {
    if (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&a) { a as i64 } else { i64::MIN }
}

/// cvttsd2si to 32 bits.
fn to_i32(a: f64) -> i32 {
    let t = a.trunc();
    if (-2_147_483_648.0..2_147_483_648.0).contains(&t) { t as i32 } else { i32::MIN }
}

/// One lane of a conversion.
pub fn cast(c: Cast, from: Elem, to: Elem, x: u64) -> u64 {
    let float = |a: f64| if to == Elem::F32 { u64::from((a as f32).to_bits()) } else { a.to_bits() };
    let r = match c {
        Cast::Sext => sext(from, x) as u64,
        Cast::Zext | Cast::Trunc | Cast::Bitcast => x,
        // Straight to the target: a detour over f64 would round twice.
        Cast::SToF if to == Elem::F32 => u64::from((sext(from, x) as f32).to_bits()),
        Cast::UToF if to == Elem::F32 => u64::from((x as f32).to_bits()),
        Cast::SToF => (sext(from, x) as f64).to_bits(),
        Cast::UToF => (x as f64).to_bits(),
        Cast::FExt | Cast::FNarrow => float(wide(from, x)),
        Cast::FToS | Cast::FToU => {
            let a = wide(from, x);
            match (c, to) {
                (Cast::FToS, Elem::I64) => to_i64(a) as u64,
                (Cast::FToU, Elem::I64) if a >= 9_223_372_036_854_775_808.0 => {
                    to_i64(a - 9_223_372_036_854_775_808.0) as u64 ^ (1 << 63)
                }
                (_, Elem::I64) => to_i64(a) as u64,
                (Cast::FToU, Elem::I32) => to_i64(a) as u64,
                _ => i64::from(to_i32(a)) as u64,
            }
        }
    };
    r & to.mask()
}

/// Is this lane a NaN?
pub fn is_nan(e: Elem, x: u64) -> bool {
    e.is_float() && wide(e, x).is_nan()
}
