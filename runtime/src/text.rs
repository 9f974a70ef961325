//! Strings: Python's operations on `&str`, and the immutable object that compiled code holds.
//!
//! Positions are code points. An ASCII string finds them in constant time; any other is walked. The operations here
//! are plain functions over `&str`, which the evaluator calls too; `Str` is the object's layout, a header that the
//! bytes follow at once. Compiled programs may lay out string literals as constant data of the same layout
//! (`FLAG_STATIC`, hash filled in or 0), so literals cost nothing at run time.

use crate::error::{Error, Result};
pub use quipu_abi::text_hash as hash;
use quipu_abi::{ARGUMENTS, ErrorKind, USER_CLASS};
use std::cmp::Ordering;

/// The header of a string; `bytes` bytes of UTF-8 follow it.
#[repr(C)]
#[derive(Debug)]
pub struct Str {
    /// In code points.
    pub len: i64,
    pub bytes: i64,
    /// See `hash`.
    pub hash: u64,
    /// How many containers share it (`str_retain`, `str_release`); 1 when made.
    pub refs: u32,
    pub flags: u32,
}

/// All characters are ASCII: code points are bytes.
pub const FLAG_ASCII: u32 = 1;
/// Constant data of the program: never freed.
pub const FLAG_STATIC: u32 = 2;

/// The class of the program that an exception with this text is of: its name, its number, the number of the object;
/// and the rest of the text.
pub fn exception_class(text: &str) -> Option<(&str, i64, i64, &str)> {
    let (name, rest) = text.strip_prefix(USER_CLASS)?.split_once(USER_CLASS)?;
    let (number, rest) = rest.split_once(USER_CLASS)?;
    let (object, rest) = rest.split_once(USER_CLASS)?;
    Some((name, number.parse().ok()?, object.parse().ok()?, rest))
}

/// `type(e).__name__`
pub fn exception_name(kind: ErrorKind, text: &str) -> &str {
    match exception_class(text) {
        Some((name, ..)) => name.rsplit('.').next().unwrap_or(name),
        None => kind.class_name(),
    }
}

/// The last line of a traceback.
pub fn exception_line(kind: ErrorKind, text: &str) -> String {
    let name = exception_class(text).map_or(kind.name(), |(name, ..)| name);
    match exception_str(text) {
        "" => name.to_owned(),
        shown => format!("{name}: {shown}"),
    }
}

/// `str(e)` from the text of an exception (see `ErrorRecord`).
pub fn exception_str(text: &str) -> &str {
    let text = exception_class(text).map_or(text, |(.., rest)| rest);
    let shown = text.strip_prefix(ARGUMENTS).and_then(|rest| rest.split_once(ARGUMENTS));
    shown.map_or(text, |(_, shown)| shown)
}

/// The arguments of an exception with this text as `repr(e)` shows them, in parentheses.
pub fn exception_arguments(kind: ErrorKind, text: &str) -> String {
    let text = exception_class(text).map_or(text, |(.., rest)| rest);
    if let Some((arguments, _)) = text.strip_prefix(ARGUMENTS).and_then(|rest| rest.split_once(ARGUMENTS)) {
        return arguments.to_owned();
    }
    // What the system and the C library report has a number and a text, and a path that is no argument.
    let failed = text.strip_prefix("[Errno ").and_then(|rest| rest.split_once("] "));
    if let (true, Some((number, what))) = (kind.is_a(ErrorKind::OSError), failed) {
        let what = what.split_once(": '").map_or(what, |(what, _)| what);
        return format!("({number}, {})", crate::format::str_repr(what));
    }
    if kind == ErrorKind::OverflowError && text.starts_with("(34, ") {
        return text.to_owned();
    }
    match text {
        "" => "()".to_owned(),
        // The text is the key's repr.
        key if kind == ErrorKind::KeyError => format!("({key})"),
        text => format!("({})", crate::format::str_repr(text)),
    }
}

/// The length in code points.
pub fn len(s: &str) -> usize {
    if s.is_ascii() { s.len() } else { s.chars().count() }
}

/// Python's order of strings: by code points, which UTF-8 preserves.
pub fn compare(a: &str, b: &str) -> Ordering {
    a.as_bytes().cmp(b.as_bytes())
}

/// The byte where code point `i` starts; the end where there are fewer.
fn byte_at(s: &str, i: usize) -> usize {
    if s.is_ascii() { i.min(s.len()) } else { s.char_indices().nth(i).map_or(s.len(), |(at, _)| at) }
}

/// `s * n`; MemoryError where the machine has no room for it.
pub fn repeat(s: &str, n: i64) -> Result<String> {
    let n = usize::try_from(n).unwrap_or(0);
    let no_room = || Error::new(ErrorKind::MemoryError, "");
    let mut out = String::new();
    out.try_reserve_exact(s.len().checked_mul(n).ok_or_else(no_room)?).map_err(|_| no_room())?;
    for _ in 0..n {
        out.push_str(s);
    }
    Ok(out)
}

/// `s[i]`.
pub fn index(s: &str, i: i64) -> Result<&str> {
    let n = len(s) as i64;
    let at = if i < 0 { i.checked_add(n) } else { Some(i) };
    match at {
        Some(at) if (0..n).contains(&at) => {
            let start = byte_at(s, at as usize);
            let end = start + s[start..].chars().next().map_or(0, char::len_utf8);
            Ok(&s[start..end])
        }
        _ => Err(Error::index("string index out of range")),
    }
}

/// A slice's bounds for a sequence of `n` items, as `slice.indices` resolves them: start and count of items.
/// `None` is an omitted bound.
pub fn slice_bounds(start: Option<i64>, stop: Option<i64>, step: i64, n: usize) -> Result<(i64, usize)> {
    if step == 0 {
        return Err(Error::value("slice step cannot be zero"));
    }
    let n = n as i64;
    let (lowest, highest) = if step > 0 { (0, n) } else { (-1, n - 1) };
    let clamp = |bound: i64| (if bound < 0 { bound.saturating_add(n) } else { bound }).clamp(lowest, highest);
    let start = start.map_or(if step > 0 { lowest } else { highest }, clamp);
    let stop = stop.map_or(if step > 0 { highest } else { lowest }, clamp);
    let span = if step > 0 { stop - start } else { start - stop };
    let count = if span > 0 { (span as u64 - 1) / step.unsigned_abs() + 1 } else { 0 };
    Ok((start, count as usize))
}

/// `s[start:stop:step]`.
pub fn slice(s: &str, start: Option<i64>, stop: Option<i64>, step: i64) -> Result<String> {
    let (start, count) = slice_bounds(start, stop, step, len(s))?;
    if count == 0 {
        return Ok(String::new());
    }
    let start = start as usize;
    if step == 1 {
        let from = byte_at(s, start);
        return Ok(s[from..from + byte_at(&s[from..], count)].to_owned());
    }
    let chars: Vec<char> = s.chars().collect();
    let steps = (0..count as i64).filter_map(|i| chars.get((start as i64 + i * step) as usize));
    Ok(steps.collect())
}

/// `s.find(part)`: the first position in code points, or -1.
pub fn find(s: &str, part: &str) -> i64 {
    s.find(part).map_or(-1, |at| len(&s[..at]) as i64)
}

/// `float(s)`.
pub fn parse_float(s: &str) -> Result<f64> {
    let fail = || Error::value(format!("could not convert string to float: {}", crate::format::str_repr(s)));
    let digits = without_underscores(s.trim_matches(is_space)).ok_or_else(fail)?;
    let bare = digits.trim_start_matches(['+', '-']);
    // Rust reads the same grammar, but for a second sign, hexadecimal (neither does) and the spelling of the names.
    let named = ["inf", "infinity", "nan"].iter().any(|name| bare.eq_ignore_ascii_case(name));
    if digits.len() - bare.len() > 1 || !(named || bare.starts_with(|c: char| c.is_ascii_digit() || c == '.')) {
        return Err(fail());
    }
    digits.parse().map_err(|_| fail())
}

/// `int(s, base)` for the bases 2 to 36 and 0.
pub fn parse_int(s: &str, base: u32) -> Result<i64> {
    let fail = || Error::value(format!("invalid literal for int() with base {base}: {}", crate::format::str_repr(s)));
    if base != 0 && !(2..=36).contains(&base) {
        return Err(Error::value("int() base must be >= 2 and <= 36, or 0"));
    }
    let trimmed = s.trim_matches(is_space);
    let (negative, digits) = match trimmed.as_bytes().first() {
        Some(b'-') => (true, &trimmed[1..]),
        Some(b'+') => (false, &trimmed[1..]),
        _ => (false, trimmed),
    };
    let lower = digits.to_ascii_lowercase();
    let prefixed =
        [("0x", 16), ("0o", 8), ("0b", 2)].into_iter().find(|(p, b)| lower.starts_with(p) && (base == 0 || base == *b));
    let (digits, radix) = match prefixed {
        Some((_, radix)) => (lower[2..].strip_prefix('_').unwrap_or(&lower[2..]).to_owned(), radix),
        None => (lower, if base == 0 { 10 } else { base }),
    };
    let digits = without_underscores(&digits).ok_or_else(fail)?;
    let leading_zero = base == 0 && prefixed.is_none() && digits.starts_with('0') && digits.bytes().any(|d| d != b'0');
    if digits.is_empty() || leading_zero || !digits.chars().all(|c| c.is_digit(radix)) {
        return Err(fail());
    }
    let magnitude = u64::from_str_radix(&digits, radix).map_err(|_| Error::int_limit())?;
    let value = if negative { -i128::from(magnitude) } else { i128::from(magnitude) };
    i64::try_from(value).map_err(|_| Error::int_limit())
}

/// Digits may be grouped by single underscores between them; `None` where they are not so.
fn without_underscores(s: &str) -> Option<String> {
    let between = |w: &[u8]| w[1] != b'_' || (w[0].is_ascii_alphanumeric() && w[2].is_ascii_alphanumeric());
    if s.starts_with('_') || s.ends_with('_') || !s.as_bytes().windows(3).all(between) {
        return None;
    }
    Some(s.replace('_', ""))
}

/// `s.ljust(width)` where `side` is -1, `s.rjust(width)` where it is 1, else `s.center(width)`.
pub fn justify(s: &str, width: i64, side: i32) -> Result<String> {
    let padding = usize::try_from(width).unwrap_or(0).saturating_sub(len(s));
    // CPython's choice where the spaces cannot be halved.
    let half = padding / 2 + (padding & width as usize & 1);
    let left = match side {
        -1 => 0,
        1 => padding,
        _ => half,
    };
    let spaces = |n: usize| repeat(" ", n as i64);
    Ok([&spaces(left)?, s, &spaces(padding - left)?].concat())
}

/// `chr(code)`.
pub fn chr(code: i64) -> Result<String> {
    let code = u32::try_from(code).ok().filter(|&code| code < 0x11_0000);
    let code = code.ok_or_else(|| Error::value("chr() arg not in range(0x110000)"))?;
    let c = char::from_u32(code).ok_or_else(|| Error::value("strings cannot hold surrogates"))?;
    Ok(c.to_string())
}

/// `ord(s)`.
pub fn ord(s: &str) -> Result<i64> {
    let mut chars = s.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) => Ok(i64::from(c as u32)),
        _ => {
            let text = format!("ord() expected a character, but string of length {} found", len(s));
            Err(Error::type_error(text))
        }
    }
}

/// What `str.strip` strips.
pub fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_code_points() {
        for s in ["hello", "héllo", "漢字🎉x", ""] {
            let chars: Vec<char> = s.chars().collect();
            let n = chars.len() as i64;
            assert_eq!(len(s), chars.len());
            for i in -n..n {
                let at = if i < 0 { i + n } else { i };
                assert_eq!(index(s, i).unwrap(), chars[at as usize].to_string());
            }
            assert_eq!(index(s, n).unwrap_err().text, "string index out of range");
            assert_eq!(index(s, i64::MIN).unwrap_err().kind, ErrorKind::IndexError);
            assert_eq!(slice(s, None, None, -1).unwrap(), chars.iter().rev().collect::<String>());
            assert_eq!(
                slice(s, Some(1), Some(i64::MAX), 2).unwrap(),
                chars.iter().skip(1).step_by(2).collect::<String>()
            );
            assert_eq!(
                slice(s, Some(-2), None, 1).unwrap(),
                chars[chars.len().saturating_sub(2)..].iter().collect::<String>()
            );
        }
        assert_eq!(find("aé漢b", "b"), 3);
        assert_eq!((repeat("é", 2).unwrap(), repeat("x", -1).unwrap()), ("éé".to_owned(), String::new()));
        assert_eq!(repeat("abc", i64::MAX).unwrap_err().kind, ErrorKind::MemoryError);
        // Recorded from CPython: an odd space goes left where the width is odd.
        assert_eq!((justify("ab", 3, 0).unwrap(), justify("a", 2, 0).unwrap()), (" ab".to_owned(), "a ".to_owned()));
    }

    /// Recorded from `slice(a, b, c).indices(n)` and `len(range(..))`.
    #[test]
    fn slice_bounds_are_pythons() {
        for ((start, stop, step, n), want) in [
            ((None, None, 1, 5), (0, 5)),
            ((Some(-3), None, 1, 5), (2, 3)),
            ((Some(10), Some(-10), -3, 5), (4, 2)),
            ((None, Some(-1), -1, 5), (4, 0)),
            ((Some(i64::MIN), Some(i64::MAX), i64::MAX, 5), (0, 1)),
            ((Some(i64::MAX), Some(i64::MIN), i64::MIN, 5), (4, 1)),
            ((None, None, 2, 0), (0, 0)),
        ] {
            assert_eq!(slice_bounds(start, stop, step, n).unwrap(), want, "{start:?}:{stop:?}:{step} of {n}");
        }
        assert_eq!(slice_bounds(None, None, 0, 1).unwrap_err().text, "slice step cannot be zero");
    }

    #[test]
    fn numbers_parse_as_in_python() {
        for (s, want) in [
            (" 1.5 ", 1.5),
            ("-inf", f64::NEG_INFINITY),
            ("1_000.5e1", 10005.0),
            (".5", 0.5),
            ("5.", 5.0),
            ("+Infinity", f64::INFINITY),
        ] {
            assert_eq!(parse_float(s).ok(), Some(want), "{s}");
        }
        for s in ["", "1__0", "_1", "--1", "0x10", "1e", "infin", "e5", "."] {
            assert!(parse_float(s).is_err(), "{s}");
        }
        assert_eq!(parse_float("1,5\n").unwrap_err().text, "could not convert string to float: '1,5\\n'");
        for (s, base, want) in
            [(" -12 ", 10, -12), ("ff", 16, 255), ("0xff", 16, 255), ("0b101", 0, 5), ("1_000", 10, 1000), ("0", 0, 0)]
        {
            assert_eq!(parse_int(s, base).ok(), Some(want), "{s}");
        }
        for (s, base) in [("", 10), ("1.5", 10), ("0x", 16), ("08", 0), ("2", 2), ("1_", 10), ("- 1", 10)] {
            assert_eq!(parse_int(s, base).unwrap_err().kind, ErrorKind::ValueError, "{s}");
        }
        assert_eq!(parse_int("x1", 10).unwrap_err().text, "invalid literal for int() with base 10: 'x1'");
        assert_eq!(parse_int("9223372036854775808", 10).unwrap_err().kind, ErrorKind::LimitError);
    }
}
