//! Elementwise functions on scalars and vectors of lanes: every row of `Map`, and `Cast`.
//!
//! A number of a dtype is one value of the loop IR, a complex number two. Everything here is lane-wise: the type of the
//! operands decides between a scalar and a vector, and constants take that type. Only integer powers need a loop; they
//! are scalar (`lanes_ok` tells).
//!
//! The results are NumPy's: the branches of its C code appear as selects.

use quipu_abi::DType;
use quipu_ir::loops::{BinOp, Cast, Elem, FloatCmp, ForAttrs, FuncBuilder, IntCmp, MathFn, OvOp, Type, UnOp, Val};

/// A number: one value, or the two parts of a complex one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Num {
    One(Val),
    Complex(Val, Val),
}

impl Num {
    pub fn one(self) -> Val {
        match self {
            Num::One(v) | Num::Complex(v, _) => v,
        }
    }

    pub fn parts(self) -> Vec<Val> {
        match self {
            Num::One(v) => vec![v],
            Num::Complex(re, im) => vec![re, im],
        }
    }

    /// From as many values as `parts` of this dtype gives.
    pub fn of(dtype: DType, vals: &[Val]) -> Num {
        if dtype.is_complex() { Num::Complex(vals[0], vals[1]) } else { Num::One(vals[0]) }
    }

    fn zip(self, o: Num, mut f: impl FnMut(Val, Val) -> Val) -> Num {
        match (self, o) {
            (Num::Complex(a, b), Num::Complex(c, d)) => Num::Complex(f(a, c), f(b, d)),
            _ => Num::One(f(self.one(), o.one())),
        }
    }

    fn map(self, mut f: impl FnMut(Val) -> Val) -> Num {
        match self {
            Num::One(a) => Num::One(f(a)),
            Num::Complex(a, b) => Num::Complex(f(a), f(b)),
        }
    }
}

/// What one part of a number of this dtype is.
pub fn elem(d: DType) -> Elem {
    match d {
        DType::Bool => Elem::I1,
        DType::I8 | DType::U8 => Elem::I8,
        DType::I16 | DType::U16 => Elem::I16,
        DType::I32 | DType::U32 => Elem::I32,
        DType::I64 | DType::U64 => Elem::I64,
        DType::F32 | DType::C64 => Elem::F32,
        DType::F64 | DType::C128 => Elem::F64,
    }
}

pub fn signed(d: DType) -> bool {
    matches!(d, DType::I8 | DType::I16 | DType::I32 | DType::I64)
}

/// A constant of the dtype, in every lane.
pub fn constant(b: &mut FuncBuilder, d: DType, lanes: u16, v: f64) -> Num {
    let ty = Type::vec(elem(d), lanes);
    match d {
        _ if d.is_complex() => Num::Complex(b.float(ty, v), b.float(ty, 0.0)),
        _ if d.is_float() => Num::One(b.float(ty, v)),
        _ => Num::One(b.int(ty, v as i64)),
    }
}

/// Can the row be computed on vectors?
pub fn lanes_ok(row: &str, d: DType) -> bool {
    !(row == "muladdmod" || row == "pow" && !d.is_float())
}

/// Roughly the cycles of an element, for deciding whether to compute it again or to store it.
pub fn cost(row: &str) -> u32 {
    match row {
        "div" | "floordiv" | "mod" | "fmod" | "sqrt" | "muladdmod" => 8,
        "exp" | "exp2" | "expm1" | "log" | "log2" | "log10" | "log1p" | "sin" | "cos" | "tan" | "asin" | "acos"
        | "atan" | "sinh" | "cosh" | "tanh" | "asinh" | "acosh" | "atanh" | "atan2" | "hypot" | "pow" | "cbrt" => 40,
        _ => 1,
    }
}

struct Ops<'b> {
    b: &'b mut FuncBuilder,
    d: DType,
}

/// The row applied to operands of dtype `d`; `None` if it needs the runtime.
pub fn map(b: &mut FuncBuilder, row: &str, d: DType, x: &[Num]) -> Option<Num> {
    let mut o = Ops { b, d };
    match row {
        "select" => {
            let c = x[0].one();
            Some(x[1].zip(x[2], |p, q| o.b.select(c, p, q)))
        }
        // The operand itself: what is not used where the condition fails may be anything there.
        "gate" => Some(x[1]),
        _ if d.is_complex() => o.complex(row, x),
        _ if d.is_float() => o.float(row, x),
        _ if d == DType::Bool => o.bool(row, x),
        _ => o.int(row, x),
    }
}

impl Ops<'_> {
    fn k(&mut self, like: Val, v: f64) -> Val {
        let ty = self.b.ty(like);
        if ty.is_float() { self.b.float(ty, v) } else { self.b.int(ty, v as i64) }
    }

    fn bin(&mut self, op: BinOp, x: &[Num]) -> Option<Num> {
        Some(x[0].zip(x[1], |p, q| self.b.bin(op, p, q)))
    }

    fn bool(&mut self, row: &str, x: &[Num]) -> Option<Num> {
        let p = x[0].one();
        let q = x.get(1).map_or(p, |q| q.one());
        let b = &mut *self.b;
        Some(Num::One(match row {
            "add" | "or" | "maximum" | "fmax" => b.or(p, q),
            "mul" | "and" | "minimum" | "fmin" => b.and(p, q),
            "max_py" => b.or(p, q),
            "min_py" => b.and(p, q),
            "abs" => p,
            "xor" | "ne" => b.xor(p, q),
            "not" => b.not(p),
            "eq" => {
                let r = b.xor(p, q);
                b.not(r)
            }
            "lt" | "gt" => {
                let (low, high) = if row == "lt" { (p, q) } else { (q, p) };
                let n = b.not(low);
                b.and(n, high)
            }
            "le" | "ge" => {
                let (low, high) = if row == "le" { (p, q) } else { (q, p) };
                let n = b.not(low);
                b.or(n, high)
            }
            _ => return None,
        }))
    }

    fn int(&mut self, row: &str, x: &[Num]) -> Option<Num> {
        let s = signed(self.d);
        let p = x[0].one();
        let q = x.get(1).map_or(p, |q| q.one());
        let pick = |u: IntCmp, v: IntCmp| if s { v } else { u };
        let zero = self.k(p, 0.0);
        let b = &mut *self.b;
        Some(Num::One(match row {
            "add" => b.add(p, q),
            "sub" => b.sub(p, q),
            "mul" => b.mul(p, q),
            "floordiv" => floordiv(b, p, q, s),
            "mod" => modulo(b, p, q, s),
            "fmod" => b.bin(if s { BinOp::SRem } else { BinOp::URem }, p, q),
            "pow" => return Some(Num::One(self.int_pow(p, q))),
            "neg" => b.sub(zero, p),
            "abs" if !s => p,
            "abs" => {
                let (neg, n) = (b.icmp(IntCmp::Slt, p, zero), b.sub(zero, p));
                b.select(neg, n, p)
            }
            "sign" => {
                let one = self.k(p, 1.0);
                let ones = self.k(p, -1.0);
                let b = &mut *self.b;
                let (pos, neg) = (b.icmp(IntCmp::Ne, p, zero), b.icmp(IntCmp::Slt, p, zero));
                let r = b.select(pos, one, zero);
                if s { b.select(neg, ones, r) } else { r }
            }
            "maximum" | "fmax" | "max_py" => b.bin(if s { BinOp::SMax } else { BinOp::UMax }, p, q),
            "minimum" | "fmin" | "min_py" => b.bin(if s { BinOp::SMin } else { BinOp::UMin }, p, q),
            "eq" => b.icmp(IntCmp::Eq, p, q),
            "ne" => b.icmp(IntCmp::Ne, p, q),
            "lt" => b.icmp(pick(IntCmp::Ult, IntCmp::Slt), p, q),
            "le" => b.icmp(pick(IntCmp::Ule, IntCmp::Sle), p, q),
            "gt" => b.icmp(pick(IntCmp::Ugt, IntCmp::Sgt), p, q),
            "ge" => b.icmp(pick(IntCmp::Uge, IntCmp::Sge), p, q),
            "and" => b.and(p, q),
            "or" => b.or(p, q),
            "xor" => b.xor(p, q),
            "not" => b.not(p),
            "shl" => b.bin(BinOp::Shl, p, q),
            "shr" => b.bin(if s { BinOp::AShr } else { BinOp::LShr }, p, q),
            "muladdmod" if self.d == DType::I64 => muladdmod(b, p, q, x[2].one(), x[3].one()),
            _ => return None,
        }))
    }

    /// Square and multiply; integers wrap and the exponent is not negative.
    fn int_pow(&mut self, x: Val, n: Val) -> Val {
        let (zero, one) = (self.k(x, 0.0), self.k(x, 1.0));
        let r = self.b.while_loop(
            &[one, x, n],
            |b, v| b.icmp(IntCmp::Ne, v[2], zero),
            |b, v| {
                let bit = b.and(v[2], one);
                let odd = b.icmp(IntCmp::Ne, bit, zero);
                let times = b.mul(v[0], v[1]);
                let acc = b.select(odd, times, v[0]);
                vec![acc, b.mul(v[1], v[1]), b.bin(BinOp::LShr, v[2], one)]
            },
        );
        r[0]
    }

    fn float(&mut self, row: &str, x: &[Num]) -> Option<Num> {
        let p = x[0].one();
        let q = x.get(1).map_or(p, |q| q.one());
        if let Some(f) = MathFn::ALL.iter().find(|f| f.name() == math_name(row)) {
            let args: Vec<Val> = x.iter().map(|v| v.one()).collect();
            return Some(Num::One(self.b.math(*f, &args)));
        }
        let zero = self.k(p, 0.0);
        let b = &mut *self.b;
        let un = |b: &mut FuncBuilder, op| Some(Num::One(b.un(op, p)));
        let cmp = |b: &mut FuncBuilder, c| Some(Num::One(b.fcmp(c, p, q)));
        match row {
            "add" => return self.bin(BinOp::FAdd, x),
            "sub" => return self.bin(BinOp::FSub, x),
            "mul" => return self.bin(BinOp::FMul, x),
            "div" => return self.bin(BinOp::FDiv, x),
            "maximum" => return self.bin(BinOp::FMax, x),
            "minimum" => return self.bin(BinOp::FMin, x),
            "copysign" => return self.bin(BinOp::CopySign, x),
            "neg" => return un(b, UnOp::FNeg),
            "abs" => return un(b, UnOp::FAbs),
            "sqrt" => return un(b, UnOp::Sqrt),
            "floor" => return un(b, UnOp::Floor),
            "ceil" => return un(b, UnOp::Ceil),
            "trunc" => return un(b, UnOp::FTrunc),
            "rint" => return un(b, UnOp::Rint),
            "eq" => return cmp(b, FloatCmp::Eq),
            "ne" => return cmp(b, FloatCmp::Ne),
            "lt" => return cmp(b, FloatCmp::Lt),
            "le" => return cmp(b, FloatCmp::Le),
            "gt" => return cmp(b, FloatCmp::Gt),
            "ge" => return cmp(b, FloatCmp::Ge),
            "complex" => return Some(Num::Complex(p, q)),
            "real" | "conj" => return Some(x[0]),
            "imag" => return Some(Num::One(zero)),
            _ => {}
        }
        Some(Num::One(match row {
            "floordiv" => self.float_divmod(p, q).0,
            "mod" => self.float_divmod(p, q).1,
            "sign" => {
                let (one, ones) = (self.k(p, 1.0), self.k(p, -1.0));
                let b = &mut *self.b;
                let (gt, lt, eq) =
                    (b.fcmp(FloatCmp::Gt, p, zero), b.fcmp(FloatCmp::Lt, p, zero), b.fcmp(FloatCmp::Eq, p, zero));
                let r = b.select(eq, zero, p);
                let r = b.select(lt, ones, r);
                b.select(gt, one, r)
            }
            "fmax" | "fmin" => {
                let op = if row == "fmax" { BinOp::FMax } else { BinOp::FMin };
                let (r, nan) = (b.bin(op, p, q), b.fcmp(FloatCmp::Uno, q, q));
                // Of p = NaN the instruction gives p, which must lose against a number.
                let pnan = b.fcmp(FloatCmp::Uno, p, p);
                let r = b.select(pnan, q, r);
                b.select(nan, p, r)
            }
            "max_py" => {
                let c = b.fcmp(FloatCmp::Gt, q, p);
                b.select(c, q, p)
            }
            "min_py" => {
                let c = b.fcmp(FloatCmp::Lt, q, p);
                b.select(c, q, p)
            }
            "isnan" => b.fcmp(FloatCmp::Uno, p, p),
            "isinf" | "isfinite" => {
                let inf = self.k(p, f64::INFINITY);
                let a = self.b.un(UnOp::FAbs, p);
                self.b.fcmp(if row == "isinf" { FloatCmp::Eq } else { FloatCmp::Lt }, a, inf)
            }
            "signbit" => {
                let ty = b.ty(p);
                let bits = b.bitcast(p, ty.with_elem(ty.elem.as_int()));
                let zero = self.k(bits, 0.0);
                self.b.icmp(IntCmp::Slt, bits, zero)
            }
            _ => return None,
        }))
    }

    /// NumPy's and Python's floor division and remainder.
    fn float_divmod(&mut self, x: Val, y: Val) -> (Val, Val) {
        let (zero, one, half) = (self.k(x, 0.0), self.k(x, 1.0), self.k(x, 0.5));
        let b = &mut *self.b;
        let m = b.math(MathFn::Fmod, &[x, y]);
        let by_zero = b.fcmp(FloatCmp::Eq, y, zero);
        let quot = b.fdiv(x, y);
        let rest = b.fsub(x, m);
        let div = b.fdiv(rest, y);
        // The remainder takes the divisor's sign.
        let exact = b.fcmp(FloatCmp::Eq, m, zero);
        let (yneg, mneg) = (b.fcmp(FloatCmp::Lt, y, zero), b.fcmp(FloatCmp::Lt, m, zero));
        let differ = b.xor(yneg, mneg);
        let inexact = b.not(exact);
        let adjust = b.and(differ, inexact);
        let (m_up, div_down) = (b.fadd(m, y), b.fsub(div, one));
        let div = b.select(adjust, div_down, div);
        let m_adj = b.select(adjust, m_up, m);
        let signed_zero = b.bin(BinOp::CopySign, zero, y);
        let m_out = b.select(exact, signed_zero, m_adj);
        // The quotient is whole but for rounding.
        let floor = b.un(UnOp::Floor, div);
        let off = b.fsub(div, floor);
        let up = b.fcmp(FloatCmp::Gt, off, half);
        let next = b.fadd(floor, one);
        let floor = b.select(up, next, floor);
        let none = b.fcmp(FloatCmp::Eq, div, zero);
        let div_zero = b.bin(BinOp::CopySign, zero, quot);
        let div = b.select(none, div_zero, floor);
        (b.select(by_zero, quot, div), b.select(by_zero, m, m_out))
    }

    fn complex(&mut self, row: &str, x: &[Num]) -> Option<Num> {
        let part = |n: &Num| match *n {
            Num::Complex(re, im) => (re, im),
            Num::One(re) => (re, re),
        };
        let (re, im) = part(&x[0]);
        let (c, d) = x.get(1).map_or((re, im), part);
        let b = &mut *self.b;
        Some(match row {
            "add" => return self.bin(BinOp::FAdd, x),
            "sub" => return self.bin(BinOp::FSub, x),
            "mul" => {
                let (ac, bd, ad, bc) = (b.fmul(re, c), b.fmul(im, d), b.fmul(re, d), b.fmul(im, c));
                Num::Complex(b.fsub(ac, bd), b.fadd(ad, bc))
            }
            "div" => self.complex_div(re, im, c, d),
            "neg" => x[0].map(|v| b.un(UnOp::FNeg, v)),
            "conj" => Num::Complex(re, b.un(UnOp::FNeg, im)),
            "real" => Num::One(re),
            "imag" => Num::One(im),
            "abs" => Num::One(b.math(MathFn::Hypot, &[re, im])),
            "eq" | "ne" => {
                let (p, q) = (b.fcmp(FloatCmp::Eq, re, c), b.fcmp(FloatCmp::Eq, im, d));
                let r = b.and(p, q);
                Num::One(if row == "eq" { r } else { b.not(r) })
            }
            "lt" | "le" | "gt" | "ge" => Num::One(self.complex_cmp(row, (re, im), (c, d))),
            "maximum" | "minimum" | "fmax" | "fmin" => {
                let cmp = if matches!(row, "maximum" | "fmax") { "ge" } else { "le" };
                let first = self.complex_cmp(cmp, (re, im), (c, d));
                // A NaN wins in maximum, and loses in fmax.
                let (p, q) = if row.starts_with('f') { (c, d) } else { (re, im) };
                let b = &mut *self.b;
                let nan = b.fcmp(FloatCmp::Uno, p, q);
                let first = b.or(first, nan);
                x[0].zip(x[1], |p, q| b.select(first, p, q))
            }
            "isnan" => Num::One(b.fcmp(FloatCmp::Uno, re, im)),
            "isinf" | "isfinite" => {
                let inf = self.k(re, f64::INFINITY);
                let b = &mut *self.b;
                let (p, q) = (b.un(UnOp::FAbs, re), b.un(UnOp::FAbs, im));
                let cmp = if row == "isinf" { FloatCmp::Eq } else { FloatCmp::Lt };
                let (p, q) = (b.fcmp(cmp, p, inf), b.fcmp(cmp, q, inf));
                Num::One(if row == "isinf" { b.or(p, q) } else { b.and(p, q) })
            }
            _ => return crate::complex::map(b, row, self.d, x),
        })
    }

    /// NumPy's lexicographic order: NaN parts make it false.
    fn complex_cmp(&mut self, row: &str, (xr, xi): (Val, Val), (yr, yi): (Val, Val)) -> Val {
        let (strict, last) = match row {
            "lt" => (FloatCmp::Lt, FloatCmp::Lt),
            "le" => (FloatCmp::Lt, FloatCmp::Le),
            "gt" => (FloatCmp::Gt, FloatCmp::Gt),
            _ => (FloatCmp::Gt, FloatCmp::Ge),
        };
        let b = &mut *self.b;
        let nan = b.fcmp(FloatCmp::Uno, xi, yi);
        let ordered = b.not(nan);
        let first = b.fcmp(strict, xr, yr);
        let first = b.and(first, ordered);
        let (same, second) = (b.fcmp(FloatCmp::Eq, xr, yr), b.fcmp(last, xi, yi));
        let second = b.and(same, second);
        b.or(first, second)
    }

    /// Smith's method, as NumPy writes it: the divisor's larger part scales.
    fn complex_div(&mut self, re: Val, im: Val, c: Val, d: Val) -> Num {
        let (zero, one) = (self.k(re, 0.0), self.k(re, 1.0));
        let b = &mut *self.b;
        let (ca, da) = (b.un(UnOp::FAbs, c), b.un(UnOp::FAbs, d));
        let by_re = b.fcmp(FloatCmp::Ge, ca, da);
        let (major, minor) = (b.select(by_re, c, d), b.select(by_re, d, c));
        let ratio = b.fdiv(minor, major);
        let t = b.fmul(minor, ratio);
        let t = b.fadd(major, t);
        let scale = b.fdiv(one, t);
        let (p, q) = (b.select(by_re, re, im), b.select(by_re, im, re));
        // Real part: p + q * ratio either way. Imaginary part: im - re * ratio, or im * ratio - re.
        let t = b.fmul(q, ratio);
        let out_re = b.fadd(p, t);
        let (re_ratio, im_ratio) = (b.fmul(re, ratio), b.fmul(im, ratio));
        let (i1, i2) = (b.fsub(im, re_ratio), b.fsub(im_ratio, re));
        let out_im = b.select(by_re, i1, i2);
        let (out_re, out_im) = (b.fmul(out_re, scale), b.fmul(out_im, scale));
        let (cz, dz) = (b.fcmp(FloatCmp::Eq, ca, zero), b.fcmp(FloatCmp::Eq, da, zero));
        let none = b.and(cz, dz);
        let (zr, zi) = (b.fdiv(re, ca), b.fdiv(im, ca));
        Num::Complex(b.select(none, zr, out_re), b.select(none, zi, out_im))
    }
}

/// The C library's name of a row, where it has one.
fn math_name(row: &str) -> &str {
    // `fmod`'s own row is C's function; `mod` and `floordiv` are built from it.
    if row == "mod" { "" } else { row }
}

/// The floor of x / y; 0 where y is 0.
pub fn floordiv(b: &mut FuncBuilder, x: Val, y: Val, signed: bool) -> Val {
    if !signed {
        return b.bin(BinOp::UDiv, x, y);
    }
    let ty = b.ty(x);
    let (zero, one) = (b.int(ty, 0), b.int(ty, 1));
    let (q, r) = (b.bin(BinOp::SDiv, x, y), b.bin(BinOp::SRem, x, y));
    let (rest, mixed) = (b.icmp(IntCmp::Ne, r, zero), b.xor(r, y));
    let mixed = b.icmp(IntCmp::Slt, mixed, zero);
    let down = b.and(rest, mixed);
    let less = b.sub(q, one);
    b.select(down, less, q)
}

/// (x * y + z) mod m: in 64 bits where they are enough, which costs no more than checks of overflow.
fn muladdmod(b: &mut FuncBuilder, x: Val, y: Val, z: Val, m: Val) -> Val {
    let (product, beyond) = match b.as_const_i64(y) {
        Some(1) => (x, b.i1(false)),
        _ => b.overflow(OvOp::SMul, x, y),
    };
    let (sum, carries) = match b.as_const_i64(z) {
        Some(0) => (product, b.i1(false)),
        _ => b.overflow(OvOp::SAdd, product, z),
    };
    let wide = b.or(beyond, carries);
    b.if_else(wide, |b| vec![b.muladdmod(x, y, z, m)], |b| vec![modulo(b, sum, m, true)])[0]
}

/// Python's remainder, with the divisor's sign; 0 where y is 0.
pub fn modulo(b: &mut FuncBuilder, x: Val, y: Val, signed: bool) -> Val {
    if !signed {
        return b.bin(BinOp::URem, x, y);
    }
    let ty = b.ty(x);
    let zero = b.int(ty, 0);
    let r = b.bin(BinOp::SRem, x, y);
    let (rest, mixed) = (b.icmp(IntCmp::Ne, r, zero), b.xor(r, y));
    let mixed = b.icmp(IntCmp::Slt, mixed, zero);
    let up = b.and(rest, mixed);
    let more = b.add(r, y);
    b.select(up, more, r)
}

/// `astype` from one dtype to another.
pub fn cast(b: &mut FuncBuilder, from: DType, to: DType, x: Num) -> Num {
    if from == to {
        return x;
    }
    let lanes = b.ty(x.one()).lanes;
    if to.is_complex() {
        let re = cast_real(b, from.real(), to.real(), x.one());
        let im = match x {
            Num::Complex(_, im) => cast_real(b, from.real(), to.real(), im),
            Num::One(_) => b.float(Type::vec(elem(to), lanes), 0.0),
        };
        return Num::Complex(re, im);
    }
    match x {
        Num::Complex(re, im) if to == DType::Bool => {
            let (p, q) = (cast_real(b, from.real(), to, re), cast_real(b, from.real(), to, im));
            Num::One(b.or(p, q))
        }
        _ => Num::One(cast_real(b, from.real(), to, x.one())),
    }
}

fn cast_real(b: &mut FuncBuilder, from: DType, to: DType, x: Val) -> Val {
    let ty = b.ty(x).with_elem(elem(to));
    let have = b.ty(x);
    match (from, to) {
        _ if from == to => x,
        (_, DType::Bool) if from.is_float() => {
            let zero = b.float(have, 0.0);
            b.fcmp(FloatCmp::Ne, x, zero)
        }
        (_, DType::Bool) => {
            let zero = b.int(have, 0);
            b.icmp(IntCmp::Ne, x, zero)
        }
        (DType::Bool, _) if to.is_float() => {
            let wide = b.cast(Cast::Zext, x, have.with_elem(Elem::I32));
            b.cast(Cast::SToF, wide, ty)
        }
        (DType::Bool, _) => b.cast(Cast::Zext, x, ty),
        _ if from.is_float() && to.is_float() => {
            b.cast(if to == DType::F64 { Cast::FExt } else { Cast::FNarrow }, x, ty)
        }
        _ if from.is_float() => b.cast(if signed(to) { Cast::FToS } else { Cast::FToU }, x, ty),
        _ if to.is_float() => b.cast(if signed(from) { Cast::SToF } else { Cast::UToF }, x, ty),
        _ => b.int_cast(x, ty, signed(from)),
    }
}

/// Integer power with a check of overflow per step: the power, and whether it left 64 bits.
pub fn checked_pow(b: &mut FuncBuilder, x: Val, n: Val) -> (Val, Val) {
    let (zero, one, no) = (b.i64(0), b.i64(1), b.i1(false));
    let r = b.while_loop(
        &[one, x, n, no, no],
        |b, v| b.icmp(IntCmp::Ne, v[2], zero),
        |b, v| {
            let (acc, base, n, over, base_over) = (v[0], v[1], v[2], v[3], v[4]);
            let bit = b.and(n, one);
            let odd = b.icmp(IntCmp::Ne, bit, zero);
            let (times, o1) = b.overflow(quipu_ir::loops::OvOp::SMul, acc, base);
            // A base that overflowed counts only where it is multiplied in.
            let o1 = b.or(o1, base_over);
            let o1 = b.and(o1, odd);
            let acc = b.select(odd, times, acc);
            let (square, o2) = b.overflow(quipu_ir::loops::OvOp::SMul, base, base);
            let over = b.or(over, o1);
            vec![acc, square, b.bin(BinOp::LShr, n, one), over, b.or(base_over, o2)]
        },
    );
    (r[0], r[3])
}

/// Loops that the back end's vectorizer should leave alone.
pub fn plain_loop() -> ForAttrs {
    ForAttrs { vectorize: quipu_ir::loops::Vectorize::Never, ..ForAttrs::default() }
}
