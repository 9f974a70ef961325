//! What the rows of `Map` compute on single elements, and conversions between dtypes: NumPy's results on x86.
//!
//! A kernel gets as many elements as its row has operands and gives `None` for dtypes that the typing rule refuses.
//! Transcendental functions are those of the C library. Nothing is contracted to fused multiply-adds.
//!
//! Two results of NumPy depend on the processor and are not followed: products of complex arrays, which it fuses where
//! that exists (its complex scalars, and Python's, do not), and the modulus of complex arrays, here `hypot`.

use crate::core::Scalar;
use quipu_abi::DType;
use std::ops::{Add, Div, Mul, Neg, Rem, Sub};

/// Tries the listed variants of `Scalar`, binding the numbers in them.
macro_rules! on {
    ($x:ident [$($n:ident)+] bool => $e:expr) => { on!(@ $x [$($n)+] $e; Bool) };
    ($x:ident [$($n:ident)+] int => $e:expr) => { on!(@ $x [$($n)+] $e; I64 I8 I16 I32 U8 U16 U32 U64) };
    ($x:ident [$($n:ident)+] signed => $e:expr) => { on!(@ $x [$($n)+] $e; I64 I8 I16 I32) };
    ($x:ident [$($n:ident)+] unsigned => $e:expr) => { on!(@ $x [$($n)+] $e; U8 U16 U32 U64) };
    ($x:ident [$($n:ident)+] float => $e:expr) => { on!(@ $x [$($n)+] $e; F64 F32) };
    ($x:ident [$($n:ident)+] complex => $e:expr) => { on!(@ $x [$($n)+] $e; C128 C64) };
    (@ $x:ident [$a:ident] $e:expr; $($t:ident)+) => {
        $(if let [Scalar::$t($a)] = *$x { return Some(Scalar::from($e)); })+
    };
    (@ $x:ident [$a:ident $b:ident] $e:expr; $($t:ident)+) => {
        $(if let [Scalar::$t($a), Scalar::$t($b)] = *$x { return Some(Scalar::from($e)); })+
    };
    (@ $x:ident [$a:ident $b:ident $c:ident] $e:expr; $($t:ident)+) => {
        $(if let [Scalar::$t($a), Scalar::$t($b), Scalar::$t($c)] = *$x { return Some(Scalar::from($e)); })+
    };
    (@ $x:ident [$a:ident $b:ident $c:ident $d:ident] $e:expr; $($t:ident)+) => {
        $(if let [Scalar::$t($a), Scalar::$t($b), Scalar::$t($c), Scalar::$t($d)] = *$x {
            return Some(Scalar::from($e));
        })+
    };
}

/// A kernel per name, written as what it does for each kind.
macro_rules! kernels {
    ($($name:ident $n:tt { $($kind:tt => $e:expr;)+ })*) => {
        $(
            pub fn $name(x: &[Scalar]) -> Option<Scalar> {
                $(on!(x $n $kind => $e);)+
                None
            }
        )*
    };
}

kernels! {
    add [a b] { float => a + b; int => a.wrapping_add(b); bool => a | b; complex => cadd(a, b); }
    sub [a b] { float => a - b; int => a.wrapping_sub(b); complex => csub(a, b); }
    mul [a b] { float => a * b; int => a.wrapping_mul(b); bool => a & b; complex => cmul(a, b); }
    div [a b] { float => a / b; complex => cdiv(a, b); }
    floordiv [a b] {
        float => floor_div(a, b);
        signed => if b == 0 { 0 } else {
            let (q, r) = (a.wrapping_div(b), a.wrapping_rem(b));
            if r != 0 && (r < 0) != (b < 0) { q - 1 } else { q }
        };
        unsigned => a.checked_div(b).unwrap_or(0);
    }
    modulo [a b] {
        float => float_mod(a, b);
        signed => if b == 0 { 0 } else {
            let r = a.wrapping_rem(b);
            if r != 0 && (r < 0) != (b < 0) { r + b } else { r }
        };
        unsigned => a.checked_rem(b).unwrap_or(0);
    }
    fmod [a b] { float => a % b; int => if b == 0 { 0 } else { a.wrapping_rem(b) }; }
    neg [a] { float => -a; int => a.wrapping_neg(); complex => [-a[0], -a[1]]; }
    abs [a] {
        float => a.abs(); signed => a.wrapping_abs(); unsigned => a; bool => a; complex => a[0].hypot(a[1]);
    }
    sign [a] {
        float => if a.is_nan() || a == 0.0 { a + 0.0 } else { Real::copysign(1.0, a) };
        signed => a.signum();
        unsigned => a.min(1);
        complex => csign(a);
    }
    maximum [a b] {
        float => if a > b || a.is_nan() { a } else { b };
        int => a.max(b);
        bool => a | b;
        complex => if cnan(a) || cge(a, b) { a } else { b };
    }
    minimum [a b] {
        float => if a < b || a.is_nan() { a } else { b };
        int => a.min(b);
        bool => a & b;
        complex => if cnan(a) || cge(b, a) { a } else { b };
    }
    fmax [a b] {
        float => if a >= b || b.is_nan() { a } else { b };
        int => a.max(b);
        bool => a | b;
        complex => if cnan(b) || cge(a, b) { a } else { b };
    }
    fmin [a b] {
        float => if a <= b || b.is_nan() { a } else { b };
        int => a.min(b);
        bool => a & b;
        complex => if cnan(b) || cge(b, a) { a } else { b };
    }
    eq [a b] { float => a == b; int => a == b; bool => a == b; complex => a == b; }
    ne [a b] { float => a != b; int => a != b; bool => a != b; complex => a != b; }
    lt [a b] { float => a < b; int => a < b; bool => !a & b; complex => cgt(b, a); }
    le [a b] { float => a <= b; int => a <= b; bool => !a | b; complex => cge(b, a); }
    gt [a b] { float => a > b; int => a > b; bool => a & !b; complex => cgt(a, b); }
    ge [a b] { float => a >= b; int => a >= b; bool => a | !b; complex => cge(a, b); }
    and [a b] { int => a & b; bool => a & b; }
    or [a b] { int => a | b; bool => a | b; }
    xor [a b] { int => a ^ b; bool => a ^ b; }
    not [a] { int => !a; bool => !a; }
    shl [a b] { int => a.checked_shl(count(b)).unwrap_or(0); }
    shr [a b] {
        signed => a.checked_shr(count(b)).unwrap_or(if a < 0 { -1 } else { 0 });
        unsigned => a.checked_shr(count(b)).unwrap_or(0);
    }
    muladdmod [a b c m] {
        int => {
            let wide = i128::from(m);
            if wide == 0 { m } else {
                let r = (i128::from(a).wrapping_mul(i128::from(b)).wrapping_add(i128::from(c))) % wide;
                truncated(if r != 0 && (r < 0) != (wide < 0) { r + wide } else { r }, m)
            }
        };
    }
    sqrt [a] { float => a.sqrt(); complex => csqrt(a); }
    cbrt [a] { float => a.cbrt(); }
    exp [a] { float => a.exp(); complex => cexp(a); }
    exp2 [a] { float => a.exp2(); }
    expm1 [a] { float => a.exp_m1(); }
    log [a] { float => a.ln(); complex => cln(a); }
    log2 [a] { float => a.log2(); }
    log10 [a] { float => a.log10(); }
    log1p [a] { float => a.ln_1p(); }
    sin [a] { float => a.sin(); complex => csin(a); }
    cos [a] { float => a.cos(); complex => ccos(a); }
    tan [a] { float => a.tan(); complex => ctan(a); }
    asin [a] { float => a.asin(); }
    acos [a] { float => a.acos(); }
    atan [a] { float => a.atan(); }
    sinh [a] { float => a.sinh(); }
    cosh [a] { float => a.cosh(); }
    tanh [a] { float => a.tanh(); }
    asinh [a] { float => Real::asinh_c(a); }
    acosh [a] { float => Real::acosh_c(a); }
    atanh [a] { float => Real::atanh_c(a); }
    atan2 [a b] { float => a.atan2(b); }
    hypot [a b] { float => a.hypot(b); }
    copysign [a b] { float => a.copysign(b); }
    floor [a] { float => a.floor(); }
    ceil [a] { float => a.ceil(); }
    trunc [a] { float => a.trunc(); }
    rint [a] { float => a.round_ties_even(); }
    isnan [a] { float => a.is_nan(); complex => cnan(a); }
    isinf [a] { float => a.is_infinite(); complex => a[0].is_infinite() || a[1].is_infinite(); }
    isfinite [a] { float => a.is_finite(); complex => a[0].is_finite() && a[1].is_finite(); }
    signbit [a] { float => a.is_sign_negative(); }
    real [a] { float => a; complex => a[0]; }
    imag [a] { float => Real::copysign(0.0, a).abs(); complex => a[1]; }
    conj [a] { float => a; complex => [a[0], -a[1]]; }
    complex [a b] { float => [a, b]; }
    max_py [a b] { float => if b > a { b } else { a }; int => a.max(b); bool => a | b; }
    min_py [a b] { float => if b < a { b } else { a }; int => a.min(b); bool => a & b; }
    pow [a b] { float => a.pow(b); int => int_pow(a, b); complex => cpow(a, b); }
}

pub fn select(x: &[Scalar]) -> Option<Scalar> {
    match *x {
        [Scalar::Bool(c), a, b] => Some(if c { a } else { b }),
        _ => None,
    }
}

pub fn gate(x: &[Scalar]) -> Option<Scalar> {
    match *x {
        [Scalar::Bool(_), y] => Some(y),
        _ => None,
    }
}

/// Integers of any width, for what a macro over them cannot say by methods that they all have.
trait Int: Copy {
    fn of(x: i128) -> Self;
    fn wide(self) -> i128;
    fn times(self, o: Self) -> Self;
}

macro_rules! ints {
    ($($t:ident)*) => {
        $(impl Int for $t {
            fn of(x: i128) -> $t {
                x as $t
            }

            fn wide(self) -> i128 {
                i128::from(self)
            }

            fn times(self, o: $t) -> $t {
                self.wrapping_mul(o)
            }
        })*
    };
}

ints!(i8 i16 i32 i64 u8 u16 u32 u64);

/// `x` in the type of `like`.
fn truncated<T: Int>(x: i128, _like: T) -> T {
    T::of(x)
}

/// How far to shift: a negative count is a large one, as in NumPy.
fn count<T: Int>(b: T) -> u32 {
    u32::try_from(b.wide()).unwrap_or(u32::MAX)
}

/// By repeated squaring, wrapping; a negative exponent gives 0.
fn int_pow<T: Int>(base: T, exp: T) -> T {
    let mut n = exp.wide();
    if n < 0 {
        return T::of(0);
    }
    let (mut p, mut square) = (T::of(1), base);
    while n > 0 {
        if n & 1 == 1 {
            p = p.times(square);
        }
        square = square.times(square);
        n >>= 1;
    }
    p
}

/// Functions of the C library that Rust's standard library computes in another way.
mod c {
    #[expect(unsafe_code, reason = "foreign functions")]
    // SAFETY: the C library's mathematics, with the standard signatures; any argument is fine.
    unsafe extern "C" {
        pub safe fn asinh(x: f64) -> f64;
        pub safe fn acosh(x: f64) -> f64;
        pub safe fn atanh(x: f64) -> f64;
        pub safe fn asinhf(x: f32) -> f32;
        pub safe fn acoshf(x: f32) -> f32;
        pub safe fn atanhf(x: f32) -> f32;
    }
}

/// The two float types.
pub trait Real:
    Copy
    + PartialOrd
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Rem<Output = Self>
    + Neg<Output = Self>
{
    const ZERO: Self;
    const ONE: Self;
    const HALF: Self;
    const NAN: Self;
    fn abs(self) -> Self;
    fn hypot(self, o: Self) -> Self;
    fn copysign(self, o: Self) -> Self;
    fn is_nan(self) -> bool;
    fn is_infinite(self) -> bool;
    fn is_finite(self) -> bool;
    fn floor(self) -> Self;
    fn sqrt(self) -> Self;
    fn exp(self) -> Self;
    fn ln(self) -> Self;
    fn ln_1p(self) -> Self;
    fn atan2(self, o: Self) -> Self;
    fn sin(self) -> Self;
    fn cos(self) -> Self;
    fn sinh(self) -> Self;
    fn cosh(self) -> Self;
    fn pow(self, o: Self) -> Self;
    fn asinh_c(self) -> Self;
    fn acosh_c(self) -> Self;
    fn atanh_c(self) -> Self;
    fn as_i64(self) -> i64;
}

macro_rules! reals {
    ($($t:ident $asinh:ident $acosh:ident $atanh:ident)*) => {
        $(impl Real for $t {
            const ZERO: $t = 0.0;
            const ONE: $t = 1.0;
            const HALF: $t = 0.5;
            const NAN: $t = $t::NAN;
            reals!(@ $t abs floor sqrt exp ln ln_1p sin cos sinh cosh);
            reals!(@@ $t hypot copysign atan2);
            fn is_nan(self) -> bool {
                self.is_nan()
            }
            fn is_infinite(self) -> bool {
                self.is_infinite()
            }
            fn is_finite(self) -> bool {
                self.is_finite()
            }
            fn pow(self, o: $t) -> $t {
                self.powf(o)
            }
            fn asinh_c(self) -> $t {
                c::$asinh(self)
            }
            fn acosh_c(self) -> $t {
                c::$acosh(self)
            }
            fn atanh_c(self) -> $t {
                c::$atanh(self)
            }
            fn as_i64(self) -> i64 {
                self as i64
            }
        })*
    };
    (@ $t:ident $($f:ident)*) => {
        $(fn $f(self) -> $t {
            $t::$f(self)
        })*
    };
    (@@ $t:ident $($f:ident)*) => {
        $(fn $f(self, o: $t) -> $t {
            $t::$f(self, o)
        })*
    };
}

reals!(f64 asinh acosh atanh f32 asinhf acoshf atanhf);

/// NumPy's `divmod` of floats where the divisor is not 0.
fn divmod<F: Real>(a: F, b: F) -> (F, F) {
    let mut m = a % b;
    let mut q = (a - m) / b;
    if m != F::ZERO {
        if (b < F::ZERO) != (m < F::ZERO) {
            m = m + b;
            q = q - F::ONE;
        }
    } else {
        m = F::ZERO.copysign(b);
    }
    if q != F::ZERO {
        let whole = q.floor();
        q = if q - whole > F::HALF { whole + F::ONE } else { whole };
    } else {
        q = F::ZERO.copysign(a / b);
    }
    (q, m)
}

fn floor_div<F: Real>(a: F, b: F) -> F {
    if b == F::ZERO { a / b } else { divmod(a, b).0 }
}

fn float_mod<F: Real>(a: F, b: F) -> F {
    if b == F::ZERO { a % b } else { divmod(a, b).1 }
}

type C<F> = [F; 2];

fn cadd<F: Real>(a: C<F>, b: C<F>) -> C<F> {
    [a[0] + b[0], a[1] + b[1]]
}

fn csub<F: Real>(a: C<F>, b: C<F>) -> C<F> {
    [a[0] - b[0], a[1] - b[1]]
}

fn cmul<F: Real>(a: C<F>, b: C<F>) -> C<F> {
    [a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0]]
}

/// Smith's division.
fn cdiv<F: Real>(a: C<F>, b: C<F>) -> C<F> {
    let (re, im) = (b[0].abs(), b[1].abs());
    if re >= im {
        if re == F::ZERO && im == F::ZERO {
            return [a[0] / re, a[1] / re];
        }
        let ratio = b[1] / b[0];
        let scale = F::ONE / (b[0] + b[1] * ratio);
        [(a[0] + a[1] * ratio) * scale, (a[1] - a[0] * ratio) * scale]
    } else {
        let ratio = b[0] / b[1];
        let scale = F::ONE / (b[1] + b[0] * ratio);
        [(a[0] * ratio + a[1]) * scale, (a[1] * ratio - a[0]) * scale]
    }
}

fn cnan<F: Real>(a: C<F>) -> bool {
    a[0].is_nan() || a[1].is_nan()
}

fn cgt<F: Real>(a: C<F>, b: C<F>) -> bool {
    a[0] > b[0] && !a[1].is_nan() && !b[1].is_nan() || a[0] == b[0] && a[1] > b[1]
}

fn cge<F: Real>(a: C<F>, b: C<F>) -> bool {
    a[0] > b[0] && !a[1].is_nan() && !b[1].is_nan() || a[0] == b[0] && a[1] >= b[1]
}

fn csign<F: Real>(a: C<F>) -> C<F> {
    let r = a[0].hypot(a[1]);
    if r.is_nan() {
        return [F::NAN, F::NAN];
    }
    if r.is_infinite() {
        return match (a[0].is_infinite(), a[1].is_infinite()) {
            (true, true) => [F::NAN, F::NAN],
            (true, false) => [F::ONE.copysign(a[0]), F::ZERO],
            _ => [F::ZERO, F::ONE.copysign(a[1])],
        };
    }
    if r == F::ZERO { [F::ZERO, F::ZERO] } else { [a[0] / r, a[1] / r] }
}

fn cexp<F: Real>(a: C<F>) -> C<F> {
    let r = a[0].exp();
    if a[1] == F::ZERO {
        return [r, a[1]];
    }
    [r * a[1].cos(), r * a[1].sin()]
}

fn cln<F: Real>(a: C<F>) -> C<F> {
    let (x, y) = (a[0].abs(), a[1].abs());
    let (big, small) = if x > y { (x, y) } else { (y, x) };
    // Near the unit circle log |a| is a small difference, which log1p computes without cancellation.
    let near = big > F::HALF && big < F::ONE + F::ONE && small < big;
    let re = if near { F::HALF * ((big - F::ONE) * (big + F::ONE) + small * small).ln_1p() } else { x.hypot(y).ln() };
    [re, a[1].atan2(a[0])]
}

fn csqrt<F: Real>(a: C<F>) -> C<F> {
    let [x, y] = a;
    if y.is_infinite() {
        return [y.abs(), y];
    }
    if x == F::ZERO && y == F::ZERO {
        return [F::ZERO, y];
    }
    if x.is_infinite() {
        let nan_or_zero = if y.is_nan() { y } else { F::ZERO };
        return if x < F::ZERO { [nan_or_zero.abs(), x.abs().copysign(y)] } else { [x, nan_or_zero.copysign(y)] };
    }
    if y == F::ZERO && !x.is_nan() {
        return if x < F::ZERO { [F::ZERO, (-x).sqrt().copysign(y)] } else { [x.sqrt(), y] };
    }
    if x == F::ZERO {
        let r = (F::HALF * y.abs()).sqrt();
        return [r, r.copysign(y)];
    }
    let d = x.hypot(y);
    if x > F::ZERO {
        let r = (F::HALF * (d + x)).sqrt();
        [r, F::HALF * (y / r)]
    } else {
        let s = (F::HALF * (d - x)).sqrt();
        [(F::HALF * (y / s)).abs(), s.copysign(y)]
    }
}

fn csin<F: Real>(a: C<F>) -> C<F> {
    [a[0].sin() * a[1].cosh(), a[0].cos() * a[1].sinh()]
}

fn ccos<F: Real>(a: C<F>) -> C<F> {
    [a[0].cos() * a[1].cosh(), -(a[0].sin() * a[1].sinh())]
}

fn ctan<F: Real>(a: C<F>) -> C<F> {
    let (s, c, sh, ch) = (a[0].sin(), a[0].cos(), a[1].sinh(), a[1].cosh());
    if ch.is_infinite() {
        return [F::ZERO.copysign(s * c), F::ONE.copysign(a[1])];
    }
    let den = c * c + sh * sh;
    [s * c / den, sh * ch / den]
}

/// Whole exponents below 100 by multiplication, others by logarithm and exponential.
fn cpow<F: Real>(a: C<F>, b: C<F>) -> C<F> {
    let one = [F::ONE, F::ZERO];
    if b == [F::ZERO, F::ZERO] {
        return one;
    }
    if a == [F::ZERO, F::ZERO] {
        let defined = b[0] > F::ZERO && b[1] == F::ZERO;
        return if defined { [F::ZERO, F::ZERO] } else { [F::NAN, F::NAN] };
    }
    let n = b[0].as_i64();
    if b[1] == F::ZERO && b[0] == b[0].floor() && b[0].is_finite() && n.abs() < 100 {
        match n {
            1 => return a,
            2 => return cmul(a, a),
            3 => return cmul(a, cmul(a, a)),
            _ => {}
        }
        let (mut left, mut p, mut square) = (n.unsigned_abs(), one, a);
        loop {
            if left & 1 == 1 {
                p = cmul(p, square);
            }
            left >>= 1;
            if left == 0 {
                break;
            }
            square = cmul(square, square);
        }
        return if n < 0 { cdiv(one, p) } else { p };
    }
    cexp(cmul(b, cln(a)))
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

/// The element in another dtype. A float out of an integer's range gives what x86 converts it to: the smallest i64
/// or i32, of which narrower integers keep the low bits.
pub fn cast(x: Scalar, to: DType) -> Scalar {
    macro_rules! from_int {
        ($x:expr) => {
            match to {
                DType::F32 => Scalar::F32($x as f32),
                DType::C64 => Scalar::C64([$x as f32, 0.0]),
                DType::F64 => Scalar::F64($x as f64),
                DType::C128 => Scalar::C128([$x as f64, 0.0]),
                _ => Scalar::of_int(to, $x as i64),
            }
        };
    }
    match x {
        Scalar::Bool(x) => Scalar::of_int(to, i64::from(x)),
        Scalar::I8(x) => from_int!(x),
        Scalar::I16(x) => from_int!(x),
        Scalar::I32(x) => from_int!(x),
        Scalar::I64(x) => from_int!(x),
        Scalar::U8(x) => from_int!(x),
        Scalar::U16(x) => from_int!(x),
        Scalar::U32(x) => from_int!(x),
        Scalar::U64(x) => from_int!(x),
        Scalar::F32(a) if to == DType::F32 => Scalar::F32(a),
        Scalar::F32(a) => float_to(f64::from(a), to),
        Scalar::F64(a) => float_to(a, to),
        Scalar::C64([re, im]) => match to {
            DType::Bool => Scalar::Bool(re != 0.0 || im != 0.0),
            DType::C64 => x,
            DType::C128 => Scalar::C128([f64::from(re), f64::from(im)]),
            _ => cast(Scalar::F32(re), to),
        },
        Scalar::C128([re, im]) => match to {
            DType::Bool => Scalar::Bool(re != 0.0 || im != 0.0),
            DType::C64 => Scalar::C64([re as f32, im as f32]),
            DType::C128 => x,
            _ => float_to(re, to),
        },
    }
}

fn float_to(a: f64, to: DType) -> Scalar {
    match to {
        DType::Bool => Scalar::Bool(a != 0.0),
        DType::I64 => Scalar::I64(to_i64(a)),
        DType::U64 if a >= 9_223_372_036_854_775_808.0 => {
            Scalar::U64(to_i64(a - 9_223_372_036_854_775_808.0) as u64 ^ (1 << 63))
        }
        DType::U64 => Scalar::U64(to_i64(a) as u64),
        DType::U32 => Scalar::U32(to_i64(a) as u32),
        DType::I8 | DType::I16 | DType::I32 | DType::U8 | DType::U16 => Scalar::of_int(to, i64::from(to_i32(a))),
        DType::F32 => Scalar::F32(a as f32),
        DType::F64 => Scalar::F64(a),
        DType::C64 => Scalar::C64([a as f32, 0.0]),
        DType::C128 => Scalar::C128([a, 0.0]),
    }
}

/// Does `a` sort before `b`? Complex numbers by parts; NaN after every number.
pub fn before(a: Scalar, b: Scalar) -> bool {
    fn floats<F: Real>(a: F, b: F) -> bool {
        a < b || b.is_nan() && !a.is_nan()
    }
    // Numbers, then those with a NaN as imaginary part, as real part, as both; equal kinds by the parts that are
    // numbers.
    fn complexes<F: Real>(a: C<F>, b: C<F>) -> bool {
        let kind = |x: C<F>| (x[0].is_nan(), x[1].is_nan());
        match (kind(a), kind(b)) {
            (x, y) if x != y => x < y,
            ((false, _), _) if a[0] != b[0] => a[0] < b[0],
            _ => a[1] < b[1],
        }
    }
    match (a, b) {
        (Scalar::F32(a), Scalar::F32(b)) => floats(a, b),
        (Scalar::F64(a), Scalar::F64(b)) => floats(a, b),
        (Scalar::C64(a), Scalar::C64(b)) => complexes(a, b),
        (Scalar::C128(a), Scalar::C128(b)) => complexes(a, b),
        (a, b) => lt(&[a, b]) == Some(Scalar::Bool(true)),
    }
}

pub fn is_nan(x: Scalar) -> bool {
    isnan(&[x]) == Some(Scalar::Bool(true))
}

/// Python's integers: `None` where the result needs more than 64 bits.
pub fn checked(op: super::IntChecked, a: i64, b: i64) -> Option<i64> {
    use super::IntChecked as I;
    match op {
        I::Add => a.checked_add(b),
        I::Sub => a.checked_sub(b),
        I::Mul => a.checked_mul(b),
        I::Neg => a.checked_neg(),
        I::Abs => a.checked_abs(),
        I::Pow => match (a, u32::try_from(b)) {
            (_, Ok(n)) => a.checked_pow(n),
            (0 | 1, _) => Some(a),
            (-1, _) => Some(if b & 1 == 0 { 1 } else { -1 }),
            _ => None,
        },
        I::Shl if a == 0 => Some(0),
        I::Shl => {
            u32::try_from(b).ok().filter(|n| *n < 64).map(|n| (a << n, n)).filter(|(r, n)| r >> n == a).map(|r| r.0)
        }
        I::FloorDiv => a.checked_div(b).map(|_| crate::core::dims::floordiv(a, b)),
    }
}
