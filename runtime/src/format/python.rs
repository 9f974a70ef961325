//! Python's `repr` and `str` of its own scalars.

use super::digits::{Digits, Float};
use std::fmt::Write;

/// `repr(x)` of a Python float: shortest digits, scientific from 1e16 up and below 1e-4.
pub fn float_repr(x: f64) -> String {
    float_text(x, true)
}

/// As `repr`; `dot_zero` appends `.0` to integral values (complex parts go without).
pub(super) fn float_text(x: f64, dot_zero: bool) -> String {
    if x.is_nan() {
        return "nan".to_owned();
    }
    if x.is_infinite() {
        return if x < 0.0 { "-inf" } else { "inf" }.to_owned();
    }
    shortest_text(&x.shortest(), 16, dot_zero)
}

/// Positional text while `-4 <= exp < limit`, scientific with an exponent of at least two digits otherwise.
pub(super) fn shortest_text(digits: &Digits, limit: i32, dot_zero: bool) -> String {
    let mut out = String::new();
    if digits.neg {
        out.push('-');
    }
    if (-4..limit).contains(&digits.exp) {
        let fixed = digits.positional();
        out.push_str(&fixed.int);
        if !fixed.frac.is_empty() {
            out.push('.');
            out.push_str(&fixed.frac);
        } else if dot_zero {
            out.push_str(".0");
        }
    } else {
        let (fixed, exp) = digits.scientific();
        out.push_str(&fixed.int);
        if !fixed.frac.is_empty() {
            out.push('.');
            out.push_str(&fixed.frac);
        }
        push_exponent(&mut out, 'e', exp, 2);
    }
    out
}

/// `e+05`: sign and at least `width` digits.
pub(super) fn push_exponent(out: &mut String, letter: char, exp: i32, width: usize) {
    let sign = if exp < 0 { '-' } else { '+' };
    let digits = exp.unsigned_abs();
    // Writing to a string cannot fail.
    let _ = write!(out, "{letter}{sign}{digits:0width$}");
}

/// `repr(z)`: `1j`, `(1+2j)`, `(-0-2j)`. The real part is dropped only where it is positive zero.
pub fn complex_repr(re: f64, im: f64) -> String {
    complex_text(re, im, |x| float_text(x, false))
}

pub(super) fn complex_text<T: Float>(re: T, im: T, text: impl Fn(T) -> String) -> String {
    let (re_wide, im_wide): (f64, f64) = (re.into(), im.into());
    if re_wide == 0.0 && re_wide.is_sign_positive() {
        return format!("{}j", text(im));
    }
    let sign = if im_wide.is_nan() || im_wide.is_sign_positive() { "+" } else { "" };
    format!("({}{sign}{}j)", text(re), text(im))
}

pub fn bool_repr(x: bool) -> &'static str {
    if x { "True" } else { "False" }
}

/// `repr(s)`: single quotes unless only they occur; escapes for what Python calls not printable.
pub fn str_repr(s: &str) -> String {
    let quote = if s.contains('\'') && !s.contains('"') { '"' } else { '\'' };
    let mut out = String::with_capacity(s.len() + 2);
    out.push(quote);
    for c in s.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c == quote => {
                out.push('\\');
                out.push(c);
            }
            c if is_printable(c) => out.push(c),
            c => {
                let code = c as u32;
                let _ = match code {
                    0..=0xff => write!(out, "\\x{code:02x}"),
                    0x100..=0xffff => write!(out, "\\u{code:04x}"),
                    _ => write!(out, "\\U{code:08x}"),
                };
            }
        }
    }
    out.push(quote);
    out
}

/// `str.isprintable`: neither control, format, surrogate, private, unassigned nor a separator other than space.
fn is_printable(c: char) -> bool {
    if c.is_ascii() {
        return (' '..='~').contains(&c);
    }
    let code = c as u32;
    let at = NOT_PRINTABLE.partition_point(|&(_, last)| last < code);
    NOT_PRINTABLE.get(at).is_none_or(|&(first, _)| code < first)
}

include!("not_printable.rs");
