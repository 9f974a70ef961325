//! Elementary functions of complex numbers, as branch-free formulas over the real ones.
//!
//! The formulas and their special cases are those of the core IR's evaluator (`ops/numbers.rs`), so both give the same
//! bits. All are lane-wise but `pow`, whose whole exponents multiply in a loop.

use crate::scalar::{self, Num};
use quipu_abi::DType;
use quipu_ir::loops::{BinOp, Cast, FloatCmp, FuncBuilder, IntCmp, MathFn, Type, UnOp, Val};

struct Formula<'b> {
    b: &'b mut FuncBuilder,
    ty: Type,
    d: DType,
}

type Pair = (Val, Val);

/// The row of one complex operand (`pow`: two); `None` if it is not one of these.
pub fn map(b: &mut FuncBuilder, row: &str, d: DType, x: &[Num]) -> Option<Num> {
    let pair = |n: &Num| match *n {
        Num::Complex(re, im) => (re, im),
        Num::One(re) => (re, re),
    };
    let (re, im) = pair(&x[0]);
    let ty = b.ty(re);
    let mut f = Formula { b, ty, d };
    let (re, im) = match row {
        "sign" => f.sign(re, im),
        "exp" => f.exp(re, im),
        "log" => f.log(re, im),
        "sqrt" => f.sqrt(re, im),
        "sin" | "cos" => f.sin_cos(row == "sin", re, im),
        "tan" => f.tan(re, im),
        "pow" => f.pow((re, im), pair(x.get(1)?)),
        _ => return None,
    };
    Some(Num::Complex(re, im))
}

impl Formula<'_> {
    fn k(&mut self, v: f64) -> Val {
        self.b.float(self.ty, v)
    }

    fn math(&mut self, f: MathFn, x: Val) -> Val {
        self.b.math(f, &[x])
    }

    fn abs(&mut self, x: Val) -> Val {
        self.b.un(UnOp::FAbs, x)
    }

    fn is(&mut self, cmp: FloatCmp, x: Val, v: f64) -> Val {
        let v = self.k(v);
        self.b.fcmp(cmp, x, v)
    }

    fn infinite(&mut self, x: Val) -> Val {
        let a = self.abs(x);
        self.is(FloatCmp::Eq, a, f64::INFINITY)
    }

    fn copysign(&mut self, x: Val, y: Val) -> Val {
        self.b.bin(BinOp::CopySign, x, y)
    }

    fn pick(&mut self, c: Val, x: Pair, y: Pair) -> Pair {
        (self.b.select(c, x.0, y.0), self.b.select(c, x.1, y.1))
    }

    fn sign(&mut self, re: Val, im: Val) -> Pair {
        let (zero, one, nan) = (self.k(0.0), self.k(1.0), self.k(f64::NAN));
        let r = self.b.math(MathFn::Hypot, &[re, im]);
        let plain = (self.b.fdiv(re, r), self.b.fdiv(im, r));
        let none = self.b.fcmp(FloatCmp::Eq, r, zero);
        let out = self.pick(none, (zero, zero), plain);
        // An infinite part wins; of two the direction is not known.
        let (ri, ii, inf) = (self.infinite(re), self.infinite(im), self.infinite(r));
        let both = self.b.and(ri, ii);
        let (p, q) = (self.copysign(one, re), self.copysign(one, im));
        let axis = self.pick(ri, (p, zero), (zero, q));
        let axis = self.pick(both, (nan, nan), axis);
        let out = self.pick(inf, axis, out);
        let bad = self.b.fcmp(FloatCmp::Uno, r, r);
        self.pick(bad, (nan, nan), out)
    }

    fn exp(&mut self, re: Val, im: Val) -> Pair {
        let r = self.math(MathFn::Exp, re);
        let (c, s) = (self.math(MathFn::Cos, im), self.math(MathFn::Sin, im));
        let out = (self.b.fmul(r, c), self.b.fmul(r, s));
        let real = self.is(FloatCmp::Eq, im, 0.0);
        self.pick(real, (r, im), out)
    }

    fn log(&mut self, re: Val, im: Val) -> Pair {
        let (x, y) = (self.abs(re), self.abs(im));
        let order = self.b.fcmp(FloatCmp::Gt, x, y);
        let (big, small) = self.pick(order, (x, y), (y, x));
        // Near the unit circle log |a| is a small difference, which log1p computes without cancellation.
        let (low, high) = (self.is(FloatCmp::Gt, big, 0.5), self.is(FloatCmp::Lt, big, 2.0));
        let less = self.b.fcmp(FloatCmp::Lt, small, big);
        let near = self.b.and(low, high);
        let near = self.b.and(near, less);
        let (half, one) = (self.k(0.5), self.k(1.0));
        let (down, up) = (self.b.fsub(big, one), self.b.fadd(big, one));
        let (p, q) = (self.b.fmul(down, up), self.b.fmul(small, small));
        let t = self.b.fadd(p, q);
        let t = self.math(MathFn::Log1p, t);
        let t = self.b.fmul(half, t);
        let r = self.b.math(MathFn::Hypot, &[x, y]);
        let r = self.math(MathFn::Log, r);
        (self.b.select(near, t, r), self.b.math(MathFn::Atan2, &[im, re]))
    }

    fn sqrt(&mut self, x: Val, y: Val) -> Pair {
        let (zero, half) = (self.k(0.0), self.k(0.5));
        let (xa, ya) = (self.abs(x), self.abs(y));
        let root = |f: &mut Self, v: Val| {
            let h = f.b.fmul(half, v);
            f.b.un(UnOp::Sqrt, h)
        };
        let d = self.b.math(MathFn::Hypot, &[x, y]);
        // x > 0, and x < 0 (or NaN).
        let (sum, diff) = (self.b.fadd(d, x), self.b.fsub(d, x));
        let r = root(self, sum);
        let t = self.b.fdiv(y, r);
        let right = (r, self.b.fmul(half, t));
        let s = root(self, diff);
        let t = self.b.fdiv(y, s);
        let t = self.b.fmul(half, t);
        let left = (self.abs(t), self.copysign(s, y));
        let positive = self.b.fcmp(FloatCmp::Gt, x, zero);
        let negative = self.b.fcmp(FloatCmp::Lt, x, zero);
        let mut out = self.pick(positive, right, left);
        // The axes.
        let r = root(self, ya);
        let on_y = (r, self.copysign(r, y));
        let (x0, y0) = (self.b.fcmp(FloatCmp::Eq, x, zero), self.b.fcmp(FloatCmp::Eq, y, zero));
        out = self.pick(x0, on_y, out);
        let root_x = self.b.un(UnOp::Sqrt, xa);
        let im = self.copysign(root_x, y);
        let on_x = self.pick(negative, (zero, im), (root_x, y));
        let number = self.b.fcmp(FloatCmp::Eq, x, x);
        let x_axis = self.b.and(y0, number);
        out = self.pick(x_axis, on_x, out);
        let nan = self.b.fcmp(FloatCmp::Uno, y, y);
        let nan_or_zero = self.b.select(nan, y, zero);
        let (na, xs, ns) = (self.abs(nan_or_zero), self.copysign(xa, y), self.copysign(nan_or_zero, y));
        let far = self.pick(negative, (na, xs), (x, ns));
        let x_inf = self.infinite(x);
        out = self.pick(x_inf, far, out);
        let origin = self.b.and(x0, y0);
        out = self.pick(origin, (zero, y), out);
        let y_inf = self.infinite(y);
        self.pick(y_inf, (ya, y), out)
    }

    fn sin_cos(&mut self, sin: bool, x: Val, y: Val) -> Pair {
        let (s, c) = (self.math(MathFn::Sin, x), self.math(MathFn::Cos, x));
        let (sh, ch) = (self.math(MathFn::Sinh, y), self.math(MathFn::Cosh, y));
        if sin {
            return (self.b.fmul(s, ch), self.b.fmul(c, sh));
        }
        let t = self.b.fmul(s, sh);
        (self.b.fmul(c, ch), self.b.un(UnOp::FNeg, t))
    }

    fn tan(&mut self, x: Val, y: Val) -> Pair {
        let (s, c) = (self.math(MathFn::Sin, x), self.math(MathFn::Cos, x));
        let (sh, ch) = (self.math(MathFn::Sinh, y), self.math(MathFn::Cosh, y));
        let (zero, one) = (self.k(0.0), self.k(1.0));
        let sc = self.b.fmul(s, c);
        let limit = (self.copysign(zero, sc), self.copysign(one, y));
        let (p, q) = (self.b.fmul(c, c), self.b.fmul(sh, sh));
        let den = self.b.fadd(p, q);
        let t = self.b.fmul(sh, ch);
        let out = (self.b.fdiv(sc, den), self.b.fdiv(t, den));
        let far = self.infinite(ch);
        self.pick(far, limit, out)
    }

    fn mul(&mut self, a: Pair, b: Pair) -> Pair {
        let x = [Num::Complex(a.0, a.1), Num::Complex(b.0, b.1)];
        self.row("mul", &x)
    }

    /// A row that `scalar` has for every complex dtype.
    fn row(&mut self, name: &str, x: &[Num]) -> Pair {
        match scalar::map(self.b, name, self.d, x) {
            Some(Num::Complex(re, im)) => (re, im),
            _ => (self.k(f64::NAN), self.k(f64::NAN)),
        }
    }

    /// Whole exponents below 100 by multiplication, others by logarithm and exponential.
    fn pow(&mut self, a: Pair, e: Pair) -> Pair {
        let (zero, one, nan) = (self.k(0.0), self.k(1.0), self.k(f64::NAN));
        let n = self.b.cast(Cast::FToS, e.0, Type::I64);
        let floor = self.b.un(UnOp::Floor, e.0);
        let mut whole = self.b.fcmp(FloatCmp::Eq, e.0, floor);
        let (real, size) = (self.b.fcmp(FloatCmp::Eq, e.1, zero), self.abs(e.0));
        let small = self.is(FloatCmp::Lt, size, 100.0);
        whole = self.b.and(whole, real);
        whole = self.b.and(whole, small);
        self.b.begin_if(whole);
        let by_product = self.whole_pow(a, n, one, zero);
        self.b.begin_else(&[by_product.0, by_product.1]);
        let log = self.log(a.0, a.1);
        let t = self.mul(e, log);
        let out = self.exp(t.0, t.1);
        let r = self.b.end_if(&[out.0, out.1]);
        let (a0, a1) = (self.b.fcmp(FloatCmp::Eq, a.0, zero), self.b.fcmp(FloatCmp::Eq, a.1, zero));
        let base_zero = self.b.and(a0, a1);
        let positive = self.b.fcmp(FloatCmp::Gt, e.0, zero);
        let defined = self.b.and(positive, real);
        let of_zero = self.pick(defined, (zero, zero), (nan, nan));
        let out = self.pick(base_zero, of_zero, (r[0], r[1]));
        let (e0, e1) = (self.b.fcmp(FloatCmp::Eq, e.0, zero), self.b.fcmp(FloatCmp::Eq, e.1, zero));
        let none = self.b.and(e0, e1);
        self.pick(none, (one, zero), out)
    }

    fn whole_pow(&mut self, a: Pair, n: Val, one: Val, zero: Val) -> Pair {
        let (k0, k1) = (self.b.i64(0), self.b.i64(1));
        let (neg, minus) = (self.b.icmp(IntCmp::Slt, n, k0), self.b.sub(k0, n));
        let left = self.b.select(neg, minus, n);
        let yes = self.b.i1(true);
        let carried = self.b.begin_while(&[yes, left, one, zero, a.0, a.1]);
        let v = self.b.begin_while_body(carried[0], &carried);
        let (left, p, square) = (v[1], (v[2], v[3]), (v[4], v[5]));
        let bit = self.b.and(left, k1);
        let odd = self.b.icmp(IntCmp::Ne, bit, k0);
        let times = self.mul(p, square);
        let p = self.pick(odd, times, p);
        let left = self.b.bin(BinOp::LShr, left, k1);
        let more = self.b.icmp(IntCmp::Ne, left, k0);
        let next = self.mul(square, square);
        let r = self.b.end_while(&[more, left, p.0, p.1, next.0, next.1]);
        let product = (r[2], r[3]);
        let inverse = self.row("div", &[Num::Complex(one, zero), Num::Complex(product.0, product.1)]);
        let mut out = self.pick(neg, inverse, product);
        // 1, 2 and 3 have no product with one.
        let (a2, k2, k3) = (self.mul(a, a), self.b.i64(2), self.b.i64(3));
        let a3 = self.mul(a, a2);
        for (k, value) in [(k1, a), (k2, a2), (k3, a3)] {
            let is = self.b.icmp(IntCmp::Eq, n, k);
            out = self.pick(is, value, out);
        }
        out
    }
}
