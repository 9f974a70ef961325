//! Literals: the text of number and string tokens to values.
//!
//! Strings that stand side by side are one literal. Line ends inside are `\n` whatever the file has, as in CPython. An
//! escape that Python does not know stays as it is written, backslash included (Python's rule). A string is UTF-8 text
//! here, so a lone surrogate is refused, and so are names of characters, whose table would be larger than the compiler.

use crate::ast::{ExprKind, FStringPart, IntLit};
use crate::builder::{Builder, INVALID_SYNTAX, UNSUPPORTED_SYNTAX};
use crate::fstring;
use crate::lexer::INVALID_NUMBER;
use quipu_diagnostics::{Diagnostic, Span};
use std::sync::Arc;

pub const INVALID_ESCAPE: &str = "invalid-escape";

/// The lexer has checked the digits, but not leading zeros.
pub fn int(text: &str, span: Span, diagnostics: &mut Vec<Diagnostic>) -> IntLit {
    let digits = text.replace('_', "");
    let (radix, body) = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, digits.get(2..)),
        [b'0', b'o' | b'O', ..] => (8, digits.get(2..)),
        [b'0', b'b' | b'B', ..] => (2, digits.get(2..)),
        _ => (10, Some(digits.as_str())),
    };
    let body = body.unwrap_or("0");
    if radix == 10 && body.starts_with('0') && body.bytes().any(|b| b != b'0') {
        diagnostics.push(
            Diagnostic::error(INVALID_NUMBER, format!("integer `{text}` begins with a zero"), span).help(format!(
                "write `{}`, or `0o{}` for octal",
                body.trim_start_matches('0'),
                body
            )),
        );
    }
    u128::from_str_radix(body, radix).map_or_else(|_| IntLit::Large(text.into()), IntLit::Value)
}

/// A float without its `j`; too large is infinite, as in Python.
pub fn float(text: &str) -> f64 {
    text.replace('_', "").parse().unwrap_or(f64::NAN)
}

/// A string token taken apart.
struct Pieces {
    raw: bool,
    bytes: bool,
    format: bool,
    /// The text between the quotes.
    start: u32,
    end: u32,
}

fn pieces(b: &Builder<'_>, l: u32, r: u32) -> Pieces {
    let text = b.slice(l, r).as_bytes();
    let prefix = text.iter().take_while(|byte| byte.is_ascii_alphabetic());
    let (mut raw, mut bytes, mut format, mut start) = (false, false, false, l);
    for letter in prefix {
        start += 1;
        match letter.to_ascii_lowercase() {
            b'r' => raw = true,
            b'b' => bytes = true,
            b'f' => format = true,
            _ => {}
        }
    }
    let quotes = text.get((start - l) as usize..).unwrap_or(&[]);
    let triple = quotes.starts_with(b"\"\"\"") || quotes.starts_with(b"'''");
    let width = if triple { 3 } else { 1 };
    Pieces { raw, bytes, format, start: start + width, end: r.saturating_sub(width).max(start + width) }
}

/// The value of neighboring string tokens, and how deep its fields are.
pub fn strings(b: &mut Builder<'_>, tokens: &[(u32, u32)], span: Span) -> (ExprKind, usize) {
    let mut text = String::new();
    let mut bytes: Vec<u8> = Vec::new();
    let mut parts: Vec<FStringPart> = Vec::new();
    let (mut any_bytes, mut any_text, mut any_format) = (false, false, false);
    let mut depth = 0;
    for &(l, r) in tokens {
        let piece = pieces(b, l, r);
        any_bytes |= piece.bytes;
        any_text |= !piece.bytes;
        any_format |= piece.format;
        if piece.bytes {
            bytes.extend(decode_bytes(b, &piece));
        } else if piece.format {
            depth = depth.max(fstring::parse(b, piece.raw, piece.start, piece.end, &mut parts, &mut text));
        } else {
            text.push_str(&decode(b, piece.raw, piece.start, piece.end));
        }
    }
    if any_bytes && any_text {
        b.report(
            Diagnostic::error(INVALID_SYNTAX, "bytes and text stand side by side in one literal", span)
                .help("give all of them the prefix `b`, or none"),
        );
    }
    let kind = if any_format {
        push_text(&mut parts, &mut text);
        ExprKind::FString(parts)
    } else if any_bytes {
        ExprKind::Bytes(bytes.into())
    } else {
        ExprKind::Str(text.into())
    };
    (kind, depth)
}

/// Ends the run of text before a field.
pub fn push_text(parts: &mut Vec<FStringPart>, text: &mut String) {
    if !text.is_empty() {
        parts.push(FStringPart::Text(Arc::from(text.as_str())));
        text.clear();
    }
}

fn decode_bytes(b: &mut Builder<'_>, piece: &Pieces) -> Vec<u8> {
    let source = b.slice(piece.start, piece.end);
    if let Some(at) = source.find(|c: char| !c.is_ascii()) {
        let at = piece.start + at as u32;
        let span = b.span(at, at);
        b.report(
            Diagnostic::error(INVALID_SYNTAX, "bytes hold ASCII characters only", span)
                .help("write other bytes as `\\xhh`"),
        );
        return Vec::new();
    }
    let mut out = Vec::with_capacity(source.len());
    escapes(b, piece.raw, true, piece.start, piece.end, |c| out.push((c & 0xff) as u8));
    out
}

/// The text of `start..end`, escapes replaced unless `raw`.
pub fn decode(b: &mut Builder<'_>, raw: bool, start: u32, end: u32) -> String {
    let mut out = String::with_capacity((end - start) as usize);
    escapes(b, raw, false, start, end, |c| out.extend(char::from_u32(c)));
    out
}

/// Calls `push` with every code point (or byte) that the text stands for.
fn escapes(b: &mut Builder<'_>, raw: bool, bytes: bool, start: u32, end: u32, mut push: impl FnMut(u32)) {
    let source = b.slice(start, end);
    let mut chars = source.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let at = start + at as u32;
        if c == '\r' {
            chars.next_if(|&(_, c)| c == '\n');
            push(u32::from('\n'));
            continue;
        }
        if c != '\\' || raw {
            push(u32::from(c));
            continue;
        }
        let Some((_, escaped)) = chars.next() else {
            push(u32::from('\\'));
            continue;
        };
        let simple = match escaped {
            '\n' => continue,
            '\r' => {
                chars.next_if(|&(_, c)| c == '\n');
                continue;
            }
            '\\' | '\'' | '"' => Some(escaped),
            'a' => Some('\x07'),
            'b' => Some('\x08'),
            'f' => Some('\x0c'),
            'n' => Some('\n'),
            'r' => Some('\r'),
            't' => Some('\t'),
            'v' => Some('\x0b'),
            _ => None,
        };
        if let Some(c) = simple {
            push(u32::from(c));
            continue;
        }
        let digits = match escaped {
            'x' => 2,
            'u' if !bytes => 4,
            'U' if !bytes => 8,
            '0'..='7' => {
                let mut value = escaped.to_digit(8).unwrap_or(0);
                for _ in 0..2 {
                    if let Some((_, digit)) = chars.next_if(|(_, c)| c.is_digit(8)) {
                        value = value * 8 + digit.to_digit(8).unwrap_or(0);
                    }
                }
                push(value);
                continue;
            }
            'N' if !bytes => {
                let mut close = at + 2;
                if chars.next_if(|&(_, c)| c == '{').is_some() {
                    for (i, c) in chars.by_ref() {
                        close = start + i as u32 + 1;
                        if c == '}' {
                            break;
                        }
                    }
                }
                let span = b.span(at, close.min(end));
                b.report(
                    Diagnostic::error(UNSUPPORTED_SYNTAX, "`\\N{..}` is not part of Quipu's language", span)
                        .help("write the character itself, or its number as `\\u03b1`"),
                );
                continue;
            }
            _ => {
                push(u32::from('\\'));
                push(u32::from(escaped));
                continue;
            }
        };
        let mut value = 0u32;
        let mut count = 0;
        while count < digits
            && let Some((_, digit)) = chars.next_if(|(_, c)| c.is_ascii_hexdigit())
        {
            value = value << 4 | digit.to_digit(16).unwrap_or(0);
            count += 1;
        }
        let span = b.span(at, at + 2 + count);
        if count < digits {
            b.report(
                Diagnostic::error(
                    INVALID_ESCAPE,
                    format!("escape `\\{escaped}` needs {digits} hexadecimal digits"),
                    span,
                )
                .help("for a backslash itself, write `\\\\` or a raw string `r\"..\"`"),
            );
        } else if !bytes && char::from_u32(value).is_none() {
            let found = Diagnostic::error(INVALID_ESCAPE, format!("U+{value:04X} is not a character"), span);
            let surrogate = (0xd800..0xe000).contains(&value);
            b.report(if surrogate {
                found.note("Quipu's strings are Unicode text without lone surrogates")
            } else {
                found
            });
        } else {
            push(value);
        }
    }
}
