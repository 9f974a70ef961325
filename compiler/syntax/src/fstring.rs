//! f-strings, as Python 3.11 reads them: the string token ends where its quotes end, then fields are found in it.
//!
//! A field's expression is the longest text before `!`, `:`, `=` or `}` outside brackets and quotes; it is parsed by the
//! same grammar, as if in parentheses. It may hold neither a backslash nor `#`, nor the quotes of the string around it
//! (the token would have ended there). A format spec is parts again, two levels deep at most.

use crate::ast::{Conversion, FStringField, FStringPart};
use crate::builder::{Builder, INVALID_SYNTAX};
use crate::literals::{decode, push_text};
use crate::parser;
use quipu_diagnostics::Diagnostic;

/// Four kinds of quotes bound the nesting of f-strings in Python; this bounds the recursion without relying on it.
const MAX_FSTRINGS: usize = 6;

struct Reader<'b, 's> {
    b: &'b mut Builder<'s>,
    raw: bool,
    bytes: &'s [u8],
    /// Position in the file, and where the text ends.
    at: u32,
    end: u32,
    depth: usize,
}

/// Appends the parts of `start..end`; text that ends the string is left in `text`. Returns the depth of the fields.
pub fn parse(
    b: &mut Builder<'_>,
    raw: bool,
    start: u32,
    end: u32,
    parts: &mut Vec<FStringPart>,
    text: &mut String,
) -> usize {
    if b.fstring_depth >= MAX_FSTRINGS {
        let span = b.span(start, end);
        b.report_too_deep(span);
        return 1;
    }
    b.fstring_depth += 1;
    let bytes = b.text.as_bytes();
    let mut reader = Reader { b, raw, bytes, at: start, end, depth: 1 };
    reader.parts(0, parts, text);
    let depth = reader.depth;
    b.fstring_depth -= 1;
    depth
}

impl Reader<'_, '_> {
    fn peek(&self, ahead: u32) -> Option<u8> {
        let at = self.at + ahead;
        if at < self.end { self.bytes.get(at as usize).copied() } else { None }
    }

    /// Reports, and reads no further.
    fn fail(&mut self, message: &str, l: u32, r: u32, help: Option<&str>) {
        let mut found = Diagnostic::error(INVALID_SYNTAX, message, self.b.span(l, r.min(self.end)));
        if let Some(help) = help {
            found = found.help(help);
        }
        self.b.report(found);
        self.at = self.end;
    }

    /// Text and fields up to the end, or in a format spec (`level` > 0) up to its `}`.
    fn parts(&mut self, level: usize, parts: &mut Vec<FStringPart>, text: &mut String) {
        let mut run = self.at;
        loop {
            let (Some(byte), next) = (self.peek(0), self.peek(1)) else {
                self.text(run, self.at, text);
                return;
            };
            match byte {
                b'\\' if !self.raw && next == Some(b'N') && self.peek(2) == Some(b'{') => {
                    while self.peek(0).is_some_and(|byte| byte != b'}') {
                        self.at += 1;
                    }
                    self.at = (self.at + 1).min(self.end);
                }
                // A backslash does not hide a brace.
                b'\\' if !self.raw && next != Some(b'{') && next != Some(b'}') => {
                    self.at = (self.at + 2).min(self.end);
                }
                b'{' | b'}' if level == 0 && next == Some(byte) => {
                    self.text(run, self.at + 1, text);
                    self.at += 2;
                    run = self.at;
                }
                b'{' => {
                    self.text(run, self.at, text);
                    self.field(level, parts, text);
                    run = self.at;
                }
                b'}' => {
                    self.text(run, self.at, text);
                    if level == 0 {
                        let help = "write `}}` for the character itself";
                        self.fail("`}` in an f-string closes nothing", self.at, self.at + 1, Some(help));
                    }
                    return;
                }
                _ => self.at += 1,
            }
        }
    }

    fn text(&mut self, start: u32, end: u32, text: &mut String) {
        if start < end {
            text.push_str(&decode(self.b, self.raw, start, end));
        }
    }

    fn skip_blanks(&mut self) {
        while self.peek(0).is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    /// From `{` to after `}`.
    fn field(&mut self, level: usize, parts: &mut Vec<FStringPart>, text: &mut String) {
        let open = self.at;
        if level >= 2 {
            self.fail("f-string fields are nested too deeply", open, open + 1, None);
            return;
        }
        self.at += 1;
        let start = self.at;
        if !self.expression(open) {
            return;
        }
        let end = self.at;
        if self.b.slice(start, end).trim().is_empty() {
            let help = "write an expression between the braces, or `{{` and `}}` for the characters";
            self.fail("f-string field is empty", open, end + 1, Some(help));
            return;
        }
        let value = parser::fragment(self.b, start, end);
        if self.peek(0) == Some(b'=') {
            self.at += 1;
            self.skip_blanks();
            text.push_str(&decode(self.b, true, start, self.at));
        }
        let described = self.at > end;
        push_text(parts, text);
        let mut conversion = None;
        if self.peek(0) == Some(b'!') {
            conversion = match self.peek(1) {
                Some(b's') => Some(Conversion::Str),
                Some(b'r') => Some(Conversion::Repr),
                Some(b'a') => Some(Conversion::Ascii),
                _ => {
                    let help = "conversions are `!r`, `!s` and `!a`";
                    self.fail("invalid conversion in an f-string field", self.at, self.at + 2, Some(help));
                    return;
                }
            };
            self.at += 2;
        }
        let mut spec = None;
        if self.peek(0) == Some(b':') {
            self.at += 1;
            let (mut spec_parts, mut spec_text) = (Vec::new(), String::new());
            self.parts(level + 1, &mut spec_parts, &mut spec_text);
            push_text(&mut spec_parts, &mut spec_text);
            spec = Some(spec_parts);
        }
        if self.peek(0) != Some(b'}') {
            if self.at < self.end || spec.is_none() || self.b.diagnostics.is_empty() {
                self.fail("f-string field is never closed", open, open + 1, Some("close it with `}`"));
            }
            return;
        }
        self.at += 1;
        if described && conversion.is_none() && spec.is_none() {
            conversion = Some(Conversion::Repr);
        }
        if let Some(value) = value {
            self.depth = self.depth.max(value.depth + level);
            let span = self.b.span(open, self.at);
            parts.push(FStringPart::Field(Box::new(FStringField { value: value.expr, conversion, spec, span })));
        }
    }

    /// Moves over a field's expression; false after an error.
    fn expression(&mut self, open: u32) -> bool {
        let mut brackets: Vec<u8> = Vec::new();
        while let Some(byte) = self.peek(0) {
            match byte {
                b'\\' => {
                    let help = "compute the value in a statement before, and put its name here";
                    self.fail("an f-string field cannot contain a backslash", self.at, self.at + 1, Some(help));
                    return false;
                }
                b'#' => {
                    self.fail("an f-string field cannot contain `#`", self.at, self.at + 1, None);
                    return false;
                }
                b'\'' | b'"' => {
                    if !self.quoted(byte) {
                        return false;
                    }
                    continue;
                }
                b'(' | b'[' | b'{' => brackets.push(byte),
                b'=' | b'!' | b'<' | b'>' if brackets.is_empty() && self.peek(1) == Some(b'=') => self.at += 1,
                b'=' | b'!' | b':' | b'}' if brackets.is_empty() => return true,
                b')' | b']' | b'}' => {
                    let opener = match byte {
                        b')' => b'(',
                        b']' => b'[',
                        _ => b'{',
                    };
                    if brackets.pop() != Some(opener) {
                        let message = format!("`{}` in an f-string field closes nothing", char::from(byte));
                        self.fail(&message, self.at, self.at + 1, None);
                        return false;
                    }
                }
                _ => {}
            }
            self.at += 1;
        }
        self.fail("f-string field is never closed", open, open + 1, Some("close it with `}`, or write `{{`"));
        false
    }

    /// Moves over a string in a field.
    fn quoted(&mut self, quote: u8) -> bool {
        let open = self.at;
        let triple = self.peek(1) == Some(quote) && self.peek(2) == Some(quote);
        self.at += if triple { 3 } else { 1 };
        while let Some(byte) = self.peek(0) {
            if byte == b'\\' {
                let help = "compute the value in a statement before, and put its name here";
                self.fail("an f-string field cannot contain a backslash", self.at, self.at + 1, Some(help));
                return false;
            }
            if byte == quote && !triple {
                self.at += 1;
                return true;
            }
            if byte == quote && self.peek(1) == Some(quote) && self.peek(2) == Some(quote) {
                self.at += 3;
                return true;
            }
            self.at += 1;
        }
        self.fail("string in an f-string field is not closed", open, open + 1, None);
        false
    }
}
