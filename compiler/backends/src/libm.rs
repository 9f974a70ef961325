//! The C library's functions that code may call, its mathematics above all, by name and address.
//!
//! Both back ends bind these names to these addresses: had each looked them up for itself, a library that is loaded
//! twice or a compiler's own copy could make the tiers differ in last digits.

use std::collections::HashMap;
use std::sync::OnceLock;

macro_rules! table {
    ($($name:ident($($arg:ident),*);)*) => {
        #[allow(clippy::missing_safety_doc)]
        mod c {
            unsafe extern "C" {
                $(pub fn $name($($arg: f64),*) -> f64;)*
            }
        }
        /// f64 functions.
        fn wide() -> Vec<(&'static str, *const u8)> {
            vec![$((stringify!($name), c::$name as *const u8)),*]
        }
    };
}

macro_rules! table_f32 {
    ($($name:ident($($arg:ident),*);)*) => {
        mod cf {
            unsafe extern "C" {
                $(pub fn $name($($arg: f32),*) -> f32;)*
            }
        }
        /// f32 functions.
        fn narrow() -> Vec<(&'static str, *const u8)> {
            vec![$((stringify!($name), cf::$name as *const u8)),*]
        }
    };
}

table! {
    exp(x); exp2(x); expm1(x); log(x); log2(x); log10(x); log1p(x); sin(x); cos(x); tan(x); asin(x); acos(x); atan(x);
    sinh(x); cosh(x); tanh(x); asinh(x); acosh(x); atanh(x); cbrt(x); erf(x); erfc(x); tgamma(x); lgamma(x);
    atan2(x, y); pow(x, y); hypot(x, y); fmod(x, y); nextafter(x, y);
    fma(x, y, z); floor(x); ceil(x); trunc(x); nearbyint(x); rint(x); roundeven(x);
}

table_f32! {
    expf(x); exp2f(x); expm1f(x); logf(x); log2f(x); log10f(x); log1pf(x); sinf(x); cosf(x); tanf(x); asinf(x);
    acosf(x); atanf(x); sinhf(x); coshf(x); tanhf(x); asinhf(x); acoshf(x); atanhf(x); cbrtf(x); erff(x); erfcf(x);
    tgammaf(x); lgammaf(x); atan2f(x, y); powf(x, y); hypotf(x, y); fmodf(x, y); nextafterf(x, y);
    fmaf(x, y, z); floorf(x); ceilf(x); truncf(x); nearbyintf(x); rintf(x); roundevenf(x);
}

unsafe extern "C" {
    fn memcpy(to: *mut u8, from: *const u8, n: usize) -> *mut u8;
    fn memmove(to: *mut u8, from: *const u8, n: usize) -> *mut u8;
    fn memset(to: *mut u8, byte: i32, n: usize) -> *mut u8;
    fn memcmp(x: *const u8, y: *const u8, n: usize) -> i32;
}

/// Names and addresses of all that compiled code may call: `MathFn`, what stands in for instructions that an old
/// machine lacks, and what loops that copy or fill become.
pub fn symbols() -> Vec<(&'static str, *const u8)> {
    let copies = [
        ("memcpy", memcpy as *const u8),
        ("memmove", memmove as *const u8),
        ("memset", memset as *const u8),
        ("memcmp", memcmp as *const u8),
    ];
    wide().into_iter().chain(narrow()).chain(copies).collect()
}

/// The address of a function of the table.
pub fn find(name: &str) -> Option<*const u8> {
    static TABLE: OnceLock<HashMap<&'static str, usize>> = OnceLock::new();
    let table = TABLE.get_or_init(|| symbols().into_iter().map(|(n, a)| (n, a as usize)).collect());
    table.get(name).map(|a| *a as *const u8)
}

#[cfg(test)]
mod tests {
    use quipu_ir::loops::{Elem, MathFn};

    #[test]
    fn every_function_has_an_address() {
        let names: Vec<_> = super::symbols().iter().map(|s| s.0).collect();
        for f in MathFn::ALL {
            for elem in [Elem::F32, Elem::F64] {
                assert!(names.contains(&f.symbol(elem).as_str()), "{}", f.symbol(elem));
            }
        }
    }
}
