//! Functions of single numbers: `sin_f64`, `sin_f32` and so on, powers, rounding, clocks.
#![expect(unsafe_code, reason = "the border to compiled code is raw pointers")]

use super::runtime_functions;
use crate::scalar;
use quipu_abi::table;

/// The elementary functions in both precisions: a row and a function with the context in front for each.
macro_rules! elementary {
    ($($name:ident($($arg:ident),+);)*) => {
        mod double {
            $(pub extern "C" fn $name(_: *mut quipu_abi::Ctx, $($arg: f64),+) -> f64 {
                crate::scalar::double::$name($($arg),+)
            })*
        }

        mod single {
            $(pub extern "C" fn $name(_: *mut quipu_abi::Ctx, $($arg: f32),+) -> f32 {
                crate::scalar::single::$name($($arg),+)
            })*
        }

        pub(super) const ELEMENTARY: &[quipu_abi::RuntimeFunction] = &[$(
            elementary!(@row $name ($($arg),+) double "_f64" F64),
            elementary!(@row $name ($($arg),+) single "_f32" F32),
        )*];
    };
    (@row $name:ident ($($arg:ident),+) $precision:ident $suffix:literal $abi:ident) => {
        quipu_abi::RuntimeFunction {
            name: concat!(stringify!($name), $suffix),
            params: &[$(elementary!(@abi $arg $abi)),+],
            results: &[quipu_abi::AbiType::$abi],
            fallible: false,
            thread_safe: true,
            pointer: quipu_abi::Code($precision::$name as *const u8),
            doc: concat!("The C library's ", stringify!($name), "."),
        }
    };
    (@abi $arg:ident $abi:ident) => { quipu_abi::AbiType::$abi };
}

elementary! {
    sin(x); cos(x); tan(x); asin(x); acos(x); atan(x);
    sinh(x); cosh(x); tanh(x); asinh(x); acosh(x); atanh(x);
    exp(x); exp2(x); expm1(x); log(x); log2(x); log10(x); log1p(x);
    cbrt(x); erf(x); erfc(x); tgamma(x);
    pow(x, y); atan2(y, x); hypot(x, y); fmod(x, y); nextafter(x, y);
}

runtime_functions! {
    /// `round(x, digits)` of a Python float.
    fallible fn round_digits(cx, x: f64, digits: i64) -> (rounded: f64) {
        Ok((scalar::round_digits(x, digits)?,))
    }

    /// `a / b` of Python ints, correctly rounded, where `b` is not 0.
    direct fn int_div(cx, a: i64, b: i64) -> (quotient: f64) {
        scalar::int_div(a, b)
    }

    /// `base ** exponent` of Python ints with `exponent >= 0`; LimitError beyond 64 bits.
    fallible fn int_pow(cx, base: i64, exponent: i64) -> (power: i64) {
        Ok((scalar::int_pow(base, exponent)?,))
    }

    /// `x ** y` of Python floats, with Python's errors.
    fallible fn float_pow(cx, x: f64, y: f64) -> (power: f64) {
        Ok((scalar::float_pow(x, y)?,))
    }

    /// `hash(k)` of an int.
    direct fn hash_int(cx, k: i64) -> (hash: i64) {
        table::hash_int(k)
    }

    /// `hash(x)` of a float; NotImplementedError for a NaN, whose hash is its address.
    fallible fn hash_float(cx, x: f64) -> (hash: i64) {
        Ok((scalar::hash_float(x)?,))
    }

    /// The hash of a tuple after one more item with the hash `item`.
    direct fn hash_item(cx, hash: i64, item: i64) -> (next: i64) {
        table::hash_item(hash, item)
    }

    /// The hash of a tuple of `n` items after the last one.
    direct fn hash_end(cx, hash: i64, n: i64) -> (end: i64) {
        table::hash_end(hash, n)
    }

    /// The part of a member with this hash in the hash of a frozenset.
    direct fn hash_member(cx, hash: i64) -> (part: i64) {
        table::hash_member(hash)
    }

    /// The hash of a frozenset from its members' parts, joined by exclusive or, and their number.
    direct fn hash_members(cx, parts: i64, n: i64) -> (hash: i64) {
        table::hash_members(parts, n)
    }

    /// `time.time()`.
    direct fn time(cx) -> (seconds: f64) {
        scalar::time()
    }

    /// `time.perf_counter()`.
    direct fn perf_counter(cx) -> (seconds: f64) {
        scalar::perf_counter()
    }

    /// `time.sleep(seconds)`.
    serial fn sleep(cx, seconds: f64) {
        scalar::sleep(seconds)?;
        Ok(())
    }
}
