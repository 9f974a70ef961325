//! Python's format specifications: `format(x, spec)` and the part after the colon in an f-string.
//!
//! `[[fill]align][sign][z][#][0][width][grouping][.precision][type]`. The text is parsed once into a `Spec`; each type
//! of value then checks what it does not allow, in CPython's order and words, builds the digits and hands sign,
//! prefix, integer digits and the rest to `Number::layout`, which groups and pads.

use super::digits::{Digits, Fixed};
use super::python::{bool_repr, float_text, push_exponent};
use crate::error::{Error, Result};
use quipu_abi::ErrorKind;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Align {
    Left,
    Right,
    Center,
    /// Padding between the sign and the digits.
    AfterSign,
}

/// A parsed specification.
#[derive(Clone, Debug)]
struct Spec {
    fill: char,
    align: Option<Align>,
    sign: Option<char>,
    coerce_negative_zero: bool,
    alternate: bool,
    width: usize,
    group: Option<char>,
    precision: Option<usize>,
    ty: Option<char>,
}

/// Wider text than this is a MemoryError rather than a machine brought to its knees (a limit).
const MAX_WIDTH: usize = 1 << 28;

fn align_of(c: char) -> Option<Align> {
    match c {
        '<' => Some(Align::Left),
        '>' => Some(Align::Right),
        '^' => Some(Align::Center),
        '=' => Some(Align::AfterSign),
        _ => None,
    }
}

/// A character in an error message, as CPython shows it.
fn shown(c: char) -> String {
    if c > ' ' && c < '\u{80}' { c.to_string() } else { format!("\\x{:x}", c as u32) }
}

impl Spec {
    fn parse(text: &str, type_name: &str, number: bool) -> Result<Spec> {
        let chars: Vec<char> = text.chars().collect();
        let at = |i: usize| chars.get(i).copied();
        let mut pos = 0;
        let mut spec = Spec {
            fill: ' ',
            align: None,
            sign: None,
            coerce_negative_zero: false,
            alternate: false,
            width: 0,
            group: None,
            precision: None,
            ty: None,
        };
        let mut fill_given = false;
        if let Some(align) = at(1).and_then(align_of) {
            spec.align = Some(align);
            spec.fill = chars[0];
            fill_given = true;
            pos = 2;
        } else if let Some(align) = at(0).and_then(align_of) {
            spec.align = Some(align);
            pos = 1;
        }
        if let Some(c @ ('+' | '-' | ' ')) = at(pos) {
            spec.sign = Some(c);
            pos += 1;
        }
        if at(pos) == Some('z') {
            spec.coerce_negative_zero = true;
            pos += 1;
        }
        if at(pos) == Some('#') {
            spec.alternate = true;
            pos += 1;
        }
        if !fill_given && at(pos) == Some('0') {
            spec.fill = '0';
            if spec.align.is_none() && number {
                spec.align = Some(Align::AfterSign);
            }
            pos += 1;
        }
        let (width, next) = decimal(&chars, pos)?;
        spec.width = width.unwrap_or(0);
        pos = next;
        if at(pos) == Some(',') {
            spec.group = Some(',');
            pos += 1;
        }
        if at(pos) == Some('_') {
            if spec.group.is_some() {
                return Err(Error::value("Cannot specify both ',' and '_'."));
            }
            spec.group = Some('_');
            pos += 1;
            if at(pos) == Some(',') {
                return Err(Error::value("Cannot specify both ',' and '_'."));
            }
        }
        if at(pos) == Some('.') {
            let (precision, next) = decimal(&chars, pos + 1)?;
            spec.precision = Some(precision.ok_or_else(|| Error::value("Format specifier missing precision"))?);
            pos = next;
        }
        if chars.len() - pos > 1 {
            return Err(Error::value(format!("Invalid format specifier '{text}' for object of type '{type_name}'")));
        }
        spec.ty = at(pos);
        if let Some(group) = spec.group {
            match spec.ty.or((!number).then_some('s')) {
                None | Some('d' | 'e' | 'f' | 'g' | 'E' | 'G' | '%' | 'F') => {}
                Some('b' | 'o' | 'x' | 'X') if group == '_' => {}
                Some(c) => return Err(Error::value(format!("Cannot specify '{group}' with '{}'.", shown(c)))),
            }
        }
        if spec.width > MAX_WIDTH {
            return Err(Error::new(ErrorKind::MemoryError, ""));
        }
        Ok(spec)
    }

    /// What a C int cannot hold is an error of Python's, what would fill the memory one of ours.
    fn check_precision(&self) -> Result<()> {
        match self.precision {
            Some(p) if p > i32::MAX as usize => Err(Error::value("precision too big")),
            Some(p) if p > MAX_WIDTH => Err(Error::new(ErrorKind::MemoryError, "")),
            _ => Ok(()),
        }
    }

    fn unknown_type<T>(&self, type_name: &str) -> Result<T> {
        let c = self.ty.map_or_else(String::new, shown);
        Err(Error::value(format!("Unknown format code '{c}' for object of type '{type_name}'")))
    }
}

/// The digits at `pos`, if any, and the position after them.
fn decimal(chars: &[char], mut pos: usize) -> Result<(Option<usize>, usize)> {
    let mut value = None;
    while let Some(digit) = chars.get(pos).and_then(|c| c.to_digit(10)) {
        let grown = value
            .unwrap_or(0usize)
            .checked_mul(10)
            .and_then(|v| v.checked_add(digit as usize))
            .filter(|&v| isize::try_from(v).is_ok())
            .ok_or_else(|| Error::value("Too many decimal digits in format string"))?;
        value = Some(grown);
        pos += 1;
    }
    Ok((value, pos))
}

/// A number in pieces: `sign prefix int rest`. Only `int` is grouped.
#[derive(Default)]
struct Number {
    sign: &'static str,
    prefix: &'static str,
    int: String,
    rest: String,
    group_size: usize,
}

impl Number {
    fn set_sign(&mut self, negative: bool, spec: &Spec) {
        self.sign = match (negative, spec.sign) {
            (true, _) => "-",
            (false, Some('+')) => "+",
            (false, Some(' ')) => " ",
            _ => "",
        };
    }

    fn layout(self, spec: &Spec) -> String {
        let others = self.sign.len() + self.prefix.len() + self.rest.chars().count();
        let zero_filled = spec.fill == '0' && spec.align == Some(Align::AfterSign);
        let int = match spec.group {
            Some(group) if !self.int.is_empty() => {
                let min_width = if zero_filled { spec.width.saturating_sub(others) } else { 0 };
                grouped(&self.int, group, self.group_size, min_width)
            }
            _ => self.int,
        };
        let padding = spec.width.saturating_sub(others + int.chars().count());
        let (left, middle, right) = match spec.align.unwrap_or(Align::Right) {
            Align::Left => (0, 0, padding),
            Align::Right => (padding, 0, 0),
            Align::Center => (padding / 2, 0, padding - padding / 2),
            Align::AfterSign => (0, padding, 0),
        };
        let fill = |n: usize| std::iter::repeat_n(spec.fill, n).collect::<String>();
        [&fill(left), self.sign, self.prefix, &fill(middle), &int, &self.rest, &fill(right)].concat()
    }
}

/// `digits` with a separator every `size`, led by zeros up to `min_width` characters (separators counted).
fn grouped(digits: &str, separator: char, size: usize, min_width: usize) -> String {
    let mut reversed = String::new();
    let mut left = digits.bytes().rev().peekable();
    let mut in_group = 0;
    while left.peek().is_some() || reversed.len() < min_width {
        if in_group == size {
            reversed.push(separator);
            in_group = 0;
        }
        reversed.push(left.next().map_or('0', char::from));
        in_group += 1;
    }
    reversed.chars().rev().collect()
}

/// `format(x, spec)` of a Python int.
pub fn format_int(x: i64, spec: &str) -> Result<String> {
    format_wide_int(x.into(), spec, "int")
}

/// `format(x, spec)` of an unsigned NumPy integer.
pub fn format_uint(x: u64, spec: &str) -> Result<String> {
    format_wide_int(x.into(), spec, "int")
}

/// `format(x, spec)` of a bool: its name where the specification is empty, an int otherwise.
pub fn format_bool(x: bool, spec: &str) -> Result<String> {
    if spec.is_empty() { Ok(bool_repr(x).to_owned()) } else { format_wide_int(x.into(), spec, "bool") }
}

fn format_wide_int(x: i128, text: &str, type_name: &str) -> Result<String> {
    if text.is_empty() {
        return Ok(x.to_string());
    }
    let spec = Spec::parse(text, type_name, true)?;
    let (radix, prefix, upper) = match spec.ty {
        None | Some('d' | 'n') => (10, "", false),
        Some('b') => (2, "0b", false),
        Some('o') => (8, "0o", false),
        Some('x') => (16, "0x", false),
        Some('X') => (16, "0X", true),
        Some('c') => (0, "", false),
        // Exact for what a double can hold, rounded otherwise, as CPython's conversion.
        Some('e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%') => return float_parts(x as f64, &spec, "int"),
        Some(_) => return spec.unknown_type(type_name),
    };
    if spec.precision.is_some() {
        return Err(Error::value("Precision not allowed in integer format specifier"));
    }
    if spec.coerce_negative_zero {
        return Err(Error::value("Negative zero coercion (z) not allowed in integer format specifier"));
    }
    let mut number = Number { group_size: if radix == 10 { 3 } else { 4 }, ..Number::default() };
    if radix == 0 {
        if spec.sign.is_some() {
            return Err(Error::value("Sign not allowed with integer format specifier 'c'"));
        }
        if spec.alternate {
            return Err(Error::value("Alternate form (#) not allowed with integer format specifier 'c'"));
        }
        let code = u32::try_from(x).ok().filter(|&c| c < 0x11_0000);
        let code = code.ok_or_else(|| Error::overflow("%c arg not in range(0x110000)"))?;
        let c = char::from_u32(code).ok_or_else(|| Error::value("strings cannot hold surrogates"))?;
        number.int = c.to_string();
        return Ok(number.layout(&spec));
    }
    number.set_sign(x < 0, &spec);
    if spec.alternate {
        number.prefix = prefix;
    }
    let digits = x.unsigned_abs();
    number.int = match (radix, upper) {
        (2, _) => format!("{digits:b}"),
        (8, _) => format!("{digits:o}"),
        (16, false) => format!("{digits:x}"),
        (16, true) => format!("{digits:X}"),
        _ => digits.to_string(),
    };
    Ok(number.layout(&spec))
}

/// `format(x, spec)` of a Python float, and of NumPy's, which Python converts first.
pub fn format_float(x: f64, spec: &str) -> Result<String> {
    if spec.is_empty() {
        return Ok(float_text(x, true));
    }
    let spec = Spec::parse(spec, "float", true)?;
    float_parts(x, &spec, "float")
}

fn float_parts(x: f64, spec: &Spec, type_name: &str) -> Result<String> {
    match spec.ty {
        None | Some('e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'n' | '%') => {
            spec.check_precision()?;
            Ok(float_number(x, spec, spec.ty.is_none()).layout(spec))
        }
        Some(_) => spec.unknown_type(type_name),
    }
}

/// `dot_zero`: text without a type keeps `.0` (floats do, the parts of complex numbers do not).
fn float_number(x: f64, spec: &Spec, dot_zero: bool) -> Number {
    let percent = spec.ty == Some('%');
    let x = if percent { x * 100.0 } else { x };
    let upper = matches!(spec.ty, Some('E' | 'F' | 'G'));
    let mut number = Number { group_size: 3, ..Number::default() };
    if !x.is_finite() {
        number.set_sign(x < 0.0, spec);
        number.rest = if x.is_nan() { "nan" } else { "inf" }.to_owned();
    } else {
        let (fixed, exp) = float_digits(x, spec, dot_zero);
        let zero = fixed.int.bytes().chain(fixed.frac.bytes()).all(|d| d == b'0');
        number.set_sign(fixed.neg && !(spec.coerce_negative_zero && zero), spec);
        number.int = fixed.int;
        if !fixed.frac.is_empty() || spec.alternate {
            number.rest.push('.');
            number.rest.push_str(&fixed.frac);
        }
        if let Some(exp) = exp {
            push_exponent(&mut number.rest, 'e', exp, 2);
        }
    }
    if upper {
        number.rest = number.rest.to_uppercase();
    }
    if percent {
        number.rest.push('%');
    }
    number
}

/// The digits that the type and precision ask for, and the exponent where it is to be written.
fn float_digits(x: f64, spec: &Spec, dot_zero: bool) -> (Fixed, Option<i32>) {
    let scientific = |digits: &Digits| {
        let (fixed, exp) = digits.scientific();
        (fixed, Some(exp))
    };
    let precision = spec.precision.unwrap_or(6);
    match spec.ty {
        Some('f' | 'F' | '%') => (Digits::fixed(x, precision), None),
        Some('e' | 'E') => scientific(&Digits::significant(x, precision + 1)),
        None if spec.precision.is_none() => {
            let digits = super::digits::Float::shortest(x);
            if (-4..16).contains(&digits.exp) {
                let mut fixed = digits.positional();
                fixed.pad_frac(usize::from(dot_zero));
                (fixed, None)
            } else {
                scientific(&digits)
            }
        }
        _ => {
            let precision = precision.max(1);
            let digits = Digits::significant(x, precision);
            // Without a type, ".0" must fit into the precision too.
            let limit = precision as i32 - i32::from(dot_zero);
            let (mut fixed, exp) =
                if (-4..limit).contains(&digits.exp) { (digits.positional(), None) } else { scientific(&digits) };
            if !spec.alternate {
                fixed.trim_zeros();
            }
            if dot_zero && exp.is_none() {
                fixed.pad_frac(1);
            }
            (fixed, exp)
        }
    }
}

/// `format(z, spec)` of a complex number.
pub fn format_complex(re: f64, im: f64, spec: &str) -> Result<String> {
    if spec.is_empty() {
        return Ok(super::complex_repr(re, im));
    }
    let spec = Spec::parse(spec, "complex", true)?;
    if !matches!(spec.ty, None | Some('e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'n')) {
        return spec.unknown_type("complex");
    }
    if spec.fill == '0' {
        return Err(Error::value("Zero padding is not allowed in complex format specifier"));
    }
    if spec.align == Some(Align::AfterSign) {
        return Err(Error::value("'=' alignment flag is not allowed in complex format specifier"));
    }
    spec.check_precision()?;
    let part = Spec { width: 0, align: None, ..spec.clone() };
    // Without a type, a real part of positive zero is left out, as in repr.
    let imaginary_only = spec.ty.is_none() && re == 0.0 && re.is_sign_positive();
    let text = if imaginary_only {
        float_number(im, &part, false).layout(&part) + "j"
    } else {
        let re_text = float_number(re, &part, false).layout(&part);
        let im_text = float_number(im, &Spec { sign: Some('+'), ..part.clone() }, false).layout(&part);
        if spec.ty.is_none() { format!("({re_text}{im_text}j)") } else { format!("{re_text}{im_text}j") }
    };
    Ok(pad(&text, &spec, Align::Right))
}

/// `format(s, spec)` of a str.
pub fn format_str(s: &str, spec: &str) -> Result<String> {
    if spec.is_empty() {
        return Ok(s.to_owned());
    }
    let spec = Spec::parse(spec, "str", false)?;
    if !matches!(spec.ty, None | Some('s')) {
        return spec.unknown_type("str");
    }
    let refused = match spec.sign {
        Some(' ') => Some("Space not allowed in string format specifier"),
        Some(_) => Some("Sign not allowed in string format specifier"),
        None if spec.coerce_negative_zero => Some("Negative zero coercion (z) not allowed in string format specifier"),
        None if spec.alternate => Some("Alternate form (#) not allowed in string format specifier"),
        None if spec.align == Some(Align::AfterSign) => Some("'=' alignment not allowed in string format specifier"),
        None => None,
    };
    if let Some(text) = refused {
        return Err(Error::value(text));
    }
    let end = spec.precision.and_then(|p| s.char_indices().nth(p)).map_or(s.len(), |(at, _)| at);
    Ok(pad(&s[..end], &spec, Align::Left))
}

fn pad(text: &str, spec: &Spec, default: Align) -> String {
    let padding = spec.width.saturating_sub(text.chars().count());
    let (left, right) = match spec.align.unwrap_or(default) {
        Align::Left => (0, padding),
        Align::Right | Align::AfterSign => (padding, 0),
        Align::Center => (padding / 2, padding - padding / 2),
    };
    let fill = |n: usize| std::iter::repeat_n(spec.fill, n).collect::<String>();
    [&fill(left), text, &fill(right)].concat()
}
