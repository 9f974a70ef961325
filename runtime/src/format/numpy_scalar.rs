//! `str` and `repr` of NumPy's scalars, and the low-level float texts that arrays are built from.
//!
//! NumPy 2 prints a scalar's shortest digits (among its own type's values) as Python would, and its repr names the
//! type: `np.float32(0.1)`. A float32 turns to scientific form at 1e6 rather than 1e16, by value and not by digits.
//!
//! `positional` and `scientific` mirror NumPy's Dragon4 front ends in unique mode: the shortest digits, but
//! correctly rounded from the exact value where `precision` cuts them off or `min_digits` asks for more.

use super::digits::{Digits, Fixed, Float};
use super::python::{bool_repr, complex_text, push_exponent, shortest_text};
use crate::view::Scalar;

/// `str(x)` of a NumPy scalar.
pub fn scalar_str(x: Scalar) -> String {
    match x {
        Scalar::Bool(x) => bool_repr(x).to_owned(),
        Scalar::Int(x, _) => x.to_string(),
        Scalar::UInt(x, _) => x.to_string(),
        Scalar::F32(x) => f32_text(x, true),
        Scalar::F64(x) => super::float_repr(x),
        Scalar::C64(x) => complex_text(x.re, x.im, |x| f32_text(x, false)),
        Scalar::C128(x) => super::complex_repr(x.re, x.im),
    }
}

/// `repr(x)` of a NumPy scalar: `np.int64(3)`, `np.complex64(1+2j)`, `np.True_`.
pub fn scalar_repr(x: Scalar) -> String {
    if let Scalar::Bool(x) = x {
        return format!("np.{}_", bool_repr(x));
    }
    let text = scalar_str(x);
    let inner = text.strip_prefix('(').and_then(|t| t.strip_suffix(')')).unwrap_or(&text);
    format!("np.{}({inner})", x.dtype().name())
}

fn f32_text(x: f32, dot_zero: bool) -> String {
    if !x.is_finite() {
        return super::python::float_text(x.into(), dot_zero);
    }
    let digits = x.shortest();
    let magnitude = f64::from(x.abs());
    if x == 0.0 || (F32_POSITIONAL.0..F32_POSITIONAL.1).contains(&magnitude) {
        shortest_text(&digits, i32::MAX, dot_zero)
    } else {
        // A limit below every exponent: scientific form.
        shortest_text(&digits, i32::MIN, dot_zero)
    }
}

/// The float32 magnitudes that `str` shows without an exponent.
const F32_POSITIONAL: (f64, f64) = (1e-4, 1e6);

/// What NumPy's `dragon4_positional` and `dragon4_scientific` are told.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Layout {
    /// At most so many digits after the point; `None`: as many as are unique.
    pub precision: Option<usize>,
    /// At least so many, exact ones beyond the unique.
    pub min_digits: usize,
    pub unique: bool,
    /// Keep trailing zeros, and fill up to `min_digits` (`precision` where not unique).
    pub keep_zeros: bool,
    pub plus: bool,
    pub pad_left: usize,
    pub pad_right: usize,
    /// Digits of the exponent, at least 2.
    pub exp_digits: usize,
}

/// The sign and integer part, right-aligned, then point and fraction, left-aligned.
pub(super) fn positional<T: Float>(x: T, layout: &Layout) -> String {
    let digits = x.shortest();
    let places = usize::try_from(-digits.last_place()).unwrap_or(0);
    let mut fixed = match cut(places, layout) {
        Some(places) => Digits::fixed(x.into(), places),
        None => digits.positional(),
    };
    finish_fraction(&mut fixed, layout);
    let mut out = with_sign(&fixed, layout);
    out.push('.');
    out.push_str(&fixed.frac);
    out.extend(std::iter::repeat_n(' ', layout.pad_right.saturating_sub(fixed.frac.len())));
    out
}

pub(super) fn scientific<T: Float>(x: T, layout: &Layout) -> String {
    let digits = x.shortest();
    let digits = match cut(digits.digits.len() - 1, layout) {
        Some(places) => Digits::significant(x.into(), places + 1),
        None => digits,
    };
    let (mut fixed, exp) = digits.scientific();
    finish_fraction(&mut fixed, layout);
    let mut out = with_sign(&fixed, layout);
    out.push('.');
    out.push_str(&fixed.frac);
    push_exponent(&mut out, 'e', exp, layout.exp_digits.max(2));
    out
}

/// The number of places to round the exact value to, where the `unique` ones are not what is wanted.
fn cut(unique: usize, layout: &Layout) -> Option<usize> {
    match layout.precision {
        Some(precision) if unique > precision || !layout.unique => Some(precision),
        _ if unique < layout.min_digits => Some(layout.min_digits),
        _ => None,
    }
}

fn finish_fraction(fixed: &mut Fixed, layout: &Layout) {
    if layout.keep_zeros {
        fixed.pad_frac(if layout.unique { layout.min_digits } else { layout.precision.unwrap_or(0) });
    } else {
        fixed.trim_zeros();
    }
}

fn with_sign(fixed: &Fixed, layout: &Layout) -> String {
    let sign = match (fixed.neg, layout.plus) {
        (true, _) => "-",
        (false, true) => "+",
        (false, false) => "",
    };
    let pad = layout.pad_left.saturating_sub(sign.len() + fixed.int.len());
    [&" ".repeat(pad), sign, &fixed.int].concat()
}
