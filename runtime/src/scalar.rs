//! Functions of single numbers: the C library's mathematics, Python's `round` and powers, clocks.
//!
//! The elementary functions are the C library's, as CPython's `math` calls them, in both precisions; Rust's own methods
//! are the same for most, but compute asinh, acosh and atanh by formulas of their own. NumPy's differ from them in
//! last digits on some machines.
#![expect(unsafe_code, reason = "declares functions of the C library")]

use crate::error::{Error, Result};
use crate::format::format_float;
use quipu_abi::ErrorKind;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The C library's functions of one number; those of float32 stand in `single`.
pub mod double {
    // SAFETY: pure functions of the C library with these signatures.
    unsafe extern "C" {
        pub safe fn sin(x: f64) -> f64;
        pub safe fn cos(x: f64) -> f64;
        pub safe fn tan(x: f64) -> f64;
        pub safe fn asin(x: f64) -> f64;
        pub safe fn acos(x: f64) -> f64;
        pub safe fn atan(x: f64) -> f64;
        pub safe fn sinh(x: f64) -> f64;
        pub safe fn cosh(x: f64) -> f64;
        pub safe fn tanh(x: f64) -> f64;
        pub safe fn asinh(x: f64) -> f64;
        pub safe fn acosh(x: f64) -> f64;
        pub safe fn atanh(x: f64) -> f64;
        pub safe fn exp(x: f64) -> f64;
        pub safe fn exp2(x: f64) -> f64;
        pub safe fn expm1(x: f64) -> f64;
        pub safe fn log(x: f64) -> f64;
        pub safe fn log2(x: f64) -> f64;
        pub safe fn log10(x: f64) -> f64;
        pub safe fn log1p(x: f64) -> f64;
        pub safe fn cbrt(x: f64) -> f64;
        pub safe fn erf(x: f64) -> f64;
        pub safe fn erfc(x: f64) -> f64;
        pub safe fn tgamma(x: f64) -> f64;
        pub safe fn pow(x: f64, y: f64) -> f64;
        pub safe fn atan2(y: f64, x: f64) -> f64;
        pub safe fn hypot(x: f64, y: f64) -> f64;
        pub safe fn fmod(x: f64, y: f64) -> f64;
        pub safe fn nextafter(x: f64, y: f64) -> f64;
    }
}

/// As `double`, for float32.
pub mod single {
    macro_rules! single {
        ($($name:ident = $symbol:literal ($($arg:ident),+);)*) => {
            // SAFETY: pure functions of the C library with these signatures.
            unsafe extern "C" {
                $(
                    #[link_name = $symbol]
                    pub safe fn $name($($arg: f32),+) -> f32;
                )*
            }
        };
    }

    single! {
        sin = "sinf" (x); cos = "cosf" (x); tan = "tanf" (x);
        asin = "asinf" (x); acos = "acosf" (x); atan = "atanf" (x);
        sinh = "sinhf" (x); cosh = "coshf" (x); tanh = "tanhf" (x);
        asinh = "asinhf" (x); acosh = "acoshf" (x); atanh = "atanhf" (x);
        exp = "expf" (x); exp2 = "exp2f" (x); expm1 = "expm1f" (x);
        log = "logf" (x); log2 = "log2f" (x); log10 = "log10f" (x); log1p = "log1pf" (x);
        cbrt = "cbrtf" (x); erf = "erff" (x); erfc = "erfcf" (x); tgamma = "tgammaf" (x);
        pow = "powf" (x, y); atan2 = "atan2f" (y, x); hypot = "hypotf" (x, y); fmod = "fmodf" (x, y);
        nextafter = "nextafterf" (x, y);
    }
}

/// `hash(x)` of a float.
pub fn hash_float(x: f64) -> Result<i64> {
    let nan = || Error::new(ErrorKind::NotImplementedError, "a NaN as a key: its hash is its address in Python");
    quipu_abi::table::hash_float(x).ok_or_else(nan)
}

/// `round(x, digits)` of a Python float: correctly rounded in decimal, ties to even.
pub fn round_digits(x: f64, digits: i64) -> Result<f64> {
    if !x.is_finite() || digits > 323 {
        return Ok(x);
    }
    if digits < -308 {
        return Ok(0.0f64.copysign(x));
    }
    let rounded: f64 = if digits >= 0 {
        let text = format_float(x, &format!(".{digits}f"))?;
        text.parse().unwrap_or(x)
    } else {
        // All digits left of the point, exactly; those beyond `digits` are cut with a tie to even.
        round_integer_part(x, -digits as usize)
    };
    if rounded.is_finite() { Ok(rounded) } else { Err(Error::overflow("rounded value too large to represent")) }
}

/// `a / b` of Python ints: the float nearest to the quotient, also where an operand has more than 53 bits. NaN or an
/// infinity where `b` is 0.
pub fn int_div(a: i64, b: i64) -> f64 {
    const EXACT: u64 = 1 << 53;
    if a.unsigned_abs() <= EXACT && b.unsigned_abs() <= EXACT {
        return a as f64 / b as f64;
    }
    if a == 0 || b == 0 {
        return a as f64 / b as f64;
    }
    // With the dividend's highest bit at the top the quotient has at least 64 bits: the lowest stands for all below.
    let (x, y) = (u128::from(a.unsigned_abs()), u128::from(b.unsigned_abs()));
    let shift = x.leading_zeros();
    let x = x << shift;
    let q = (x / y) | u128::from(x % y != 0);
    let magnitude = q as f64 / 2f64.powi(shift as i32);
    if (a < 0) == (b < 0) { magnitude } else { -magnitude }
}

/// Rounds to a multiple of `10^places`, in decimal.
fn round_integer_part(x: f64, places: usize) -> f64 {
    let text = format!("{:.1100}", x.abs());
    let (int, frac) = text.split_once('.').unwrap_or((&text, ""));
    let int = format!("{int:0>width$}", width = places + 1);
    let (kept, cut) = int.split_at(int.len() - places);
    // Compared digit by digit with one half.
    let tie = std::iter::once('5').chain(std::iter::repeat('0'));
    let order = cut.chars().chain(frac.chars()).zip(tie).map(|(a, b)| a.cmp(&b)).find(|order| order.is_ne());
    let odd = kept.bytes().last().is_some_and(|digit| digit % 2 == 1);
    let up = match order {
        Some(order) => order.is_gt(),
        None => odd,
    };
    let mut digits: Vec<u8> = kept.bytes().collect();
    if up {
        match digits.iter().rposition(|&digit| digit != b'9') {
            Some(at) => {
                digits[at] += 1;
                digits[at + 1..].fill(b'0');
            }
            None => {
                digits.fill(b'0');
                digits.insert(0, b'1');
            }
        }
    }
    let text: String = digits.into_iter().map(char::from).collect();
    let magnitude: f64 = format!("{text}e{places}").parse().unwrap_or(x.abs());
    magnitude.copysign(x)
}

/// `base ** exponent` of Python ints, for exponents that are not negative; an error beyond 64 bits.
pub fn int_pow(base: i64, exponent: i64) -> Result<i64> {
    match base {
        // Also for exponents beyond 32 bits.
        0 | 1 => Ok(if exponent == 0 { 1 } else { base }),
        -1 => Ok(if exponent % 2 == 0 { 1 } else { -1 }),
        _ => u32::try_from(exponent).ok().and_then(|e| base.checked_pow(e)).ok_or_else(Error::int_limit),
    }
}

/// `x ** y` of Python floats. Where Python's result is complex, a LimitError.
pub fn float_pow(x: f64, y: f64) -> Result<f64> {
    if x == 0.0 && y < 0.0 {
        return Err(Error::new(ErrorKind::ZeroDivisionError, "0.0 cannot be raised to a negative power"));
    }
    if x < 0.0 && x.is_finite() && y.is_finite() && y.fract() != 0.0 {
        return Err(Error::new(
            ErrorKind::LimitError,
            "a negative float to a fractional power is complex; write complex(x) ** y",
        ));
    }
    let power = double::pow(x, y);
    if power.is_infinite() && x.is_finite() && y.is_finite() {
        return Err(Error::overflow("(34, 'Numerical result out of range')"));
    }
    Ok(power)
}

/// `time.time()`.
pub fn time() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |elapsed| elapsed.as_secs_f64())
}

/// `time.perf_counter()`: seconds since the first call.
pub fn perf_counter() -> f64 {
    static START: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);
    START.elapsed().as_secs_f64()
}

/// `time.sleep(seconds)`.
pub fn sleep(seconds: f64) -> Result<()> {
    if seconds < 0.0 {
        return Err(Error::value("sleep length must be non-negative"));
    }
    let length = Duration::try_from_secs_f64(seconds);
    std::thread::sleep(length.map_err(|_| Error::overflow("timestamp out of range for platform time_t"))?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Recorded from CPython.
    #[test]
    fn rounding_is_pythons() {
        for (x, digits, want) in [
            (2.675, 2, 2.67),
            (0.5, 0, 0.0),
            (1.5, 0, 2.0),
            (-2.5, 0, -2.0),
            (25.0, -1, 20.0),
            (35.0, -1, 40.0),
            (25.000001, -1, 30.0),
            (-99.5, -2, -100.0),
            (49.999, -2, 0.0),
            (5.0, -1, 0.0),
            (1e300, -299, 1e300),
            (1.23456789e-10, 15, 1.23457e-10),
            (5e-324, 400, 5e-324),
            (123.0, -400, 0.0),
        ] {
            assert_eq!(round_digits(x, digits).ok(), Some(want), "round({x}, {digits})");
        }
        let error = round_digits(f64::MAX, -308).unwrap_err();
        assert_eq!(error.to_string(), "OverflowError: rounded value too large to represent");
    }

    #[test]
    fn quotients_of_ints_are_rounded_once() {
        assert_eq!(int_div(9_007_199_254_740_993, 3), 3_002_399_751_580_331.0);
        assert_eq!(int_div(-9_007_199_254_740_993, 9_007_199_254_740_993), -1.0);
        assert_eq!(int_div(i64::MIN, i64::MAX), -1.0);
        assert_eq!(int_div(1, i64::MAX), 1.084_202_172_485_504_4e-19);
        assert_eq!(int_div(7, -2), -3.5);
    }

    #[test]
    fn powers_are_pythons() {
        assert_eq!((int_pow(3, 39).ok(), int_pow(-2, 63).ok()), (Some(4_052_555_153_018_976_267), Some(i64::MIN)));
        assert_eq!(int_pow(2, 63).unwrap_err().kind, ErrorKind::LimitError);
        assert_eq!(
            (int_pow(-1, i64::MAX).ok(), int_pow(0, 0).ok(), int_pow(1, i64::MAX).ok()),
            (Some(-1), Some(1), Some(1))
        );
        assert_eq!(float_pow(-8.0, 3.0).ok(), Some(-512.0));
        assert_eq!(
            float_pow(0.0, -1.0).unwrap_err().to_string(),
            "ZeroDivisionError: 0.0 cannot be raised to a negative power"
        );
        assert_eq!(float_pow(10.0, 400.0).unwrap_err().text, "(34, 'Numerical result out of range')");
        assert_eq!(float_pow(f64::INFINITY, 2.0).ok(), Some(f64::INFINITY));
    }

    #[test]
    fn both_precisions_are_linked() {
        assert_eq!((double::erf(0.5), single::erf(0.5)), (0.520_499_877_813_046_5, 0.520_499_9));
        assert_eq!((double::asinh(1e-20), single::tgamma(5.0)), (1e-20, 24.0));
    }
}
