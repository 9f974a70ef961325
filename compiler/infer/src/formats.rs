//! The two older ways to format: `"%d of %s" % (k, name)` and `"{} of {name}".format(k, name=name)`.
//!
//! The pattern is known while compiling, so both become what an f-string becomes: texts joined, and `format` with a spec of
//! the newer kind for each value.

use crate::expr::Args;
use crate::state::*;
use crate::value::*;
use quipu_abi::{DType, ErrorKind};
use quipu_ir::Var;
use quipu_ir::ops;
use std::fmt::Write as _;

const TOO_FEW: &str = "not enough arguments for format string";
const TOO_MANY: &str = "not all arguments converted during string formatting";

/// A `%` conversion: flags, width, precision, type.
#[derive(Default)]
struct Conversion {
    left: bool,
    plus: bool,
    space: bool,
    alternate: bool,
    zero: bool,
    width: Option<usize>,
    precision: Option<usize>,
    kind: char,
}

impl Conversion {
    /// The spec of `format`, for numbers with the sign, padding and type, for texts without.
    fn spec(&self, number: bool, kind: &str) -> String {
        let mut out = String::new();
        match (self.left, number && self.zero) {
            (true, _) => out.push('<'),
            (false, true) => {}
            (false, false) => out.push('>'),
        }
        if number {
            out.push_str(if self.plus {
                "+"
            } else if self.space {
                " "
            } else {
                ""
            });
            out.push_str(if self.alternate { "#" } else { "" });
            out.push_str(if self.zero && !self.left { "0" } else { "" });
        }
        if let Some(n) = self.width {
            let _ = write!(out, "{n}");
        }
        if let Some(n) = self.precision {
            let _ = write!(out, ".{n}");
        }
        out + kind
    }
}

impl<'a> Lower<'a, '_> {
    fn known_pattern(&mut self, t: &Text) -> R<String> {
        match &t.known {
            Some(s) => Ok(s.to_string()),
            None => self.unsupported("a format that is not a literal", "write an f-string"),
        }
    }

    fn append(&mut self, out: &mut Option<Var>, piece: Var) {
        *out = Some(match *out {
            Some(o) => self.join2(o, piece),
            None => piece,
        });
    }

    fn append_text(&mut self, out: &mut Option<Var>, text: &mut String) {
        if !text.is_empty() {
            let piece = self.lit(text);
            self.append(out, piece);
            text.clear();
        }
    }

    fn text_of(&mut self, out: Option<Var>) -> Val<'a> {
        match out {
            Some(v) => self.str_var(v),
            None => self.text(""),
        }
    }

    /// `pattern % arg`.
    pub fn percent(&mut self, pattern: &Text, arg: &Val<'a>) -> R<Val<'a>> {
        let pattern = self.known_pattern(pattern)?;
        let (args, tuple) = match &self.plain_tuple(arg)? {
            Val::Tuple(t) => (t.to_vec(), true),
            Val::Row(r) => return self.percent_row(&pattern, &r.clone()),
            v => (vec![v.clone()], false),
        };
        // A list or an array counts as a mapping, which may hold more than is asked for.
        let mapping = !tuple && matches!(arg, Val::List(_) | Val::Array(_) | Val::Iter(_));
        let mut args = args.into_iter();
        let text = self.percent_of(&pattern, &mut |lw| match args.next() {
            Some(v) => Ok(v),
            None => lw.raise(ErrorKind::TypeError, TOO_FEW),
        })?;
        if args.next().is_some() && !mapping {
            return self.raise(ErrorKind::TypeError, TOO_MANY);
        }
        Ok(text)
    }

    /// The same with a tuple whose length only run time knows.
    fn percent_row(&mut self, pattern: &str, row: &Row) -> R<Val<'a>> {
        let l = self.row_list(row);
        let n = self.list_len(&l)?;
        let mut taken = 0;
        let text = self.percent_of(pattern, &mut |lw| {
            let k = lw.b.i64(taken);
            let none = lw.b.map(&ops::LE, &[n, k]);
            lw.raise_if(none, ErrorKind::TypeError, TOO_FEW, &[]);
            let k = lw.int(taken);
            taken += 1;
            lw.row_load(row, &k)
        })?;
        let all = self.b.i64(taken);
        let more = self.b.map(&ops::GT, &[n, all]);
        self.raise_if(more, ErrorKind::TypeError, TOO_MANY, &[]);
        Ok(text)
    }

    /// The text of a pattern; `next` gives the value for the next conversion.
    fn percent_of(&mut self, pattern: &str, next: &mut dyn FnMut(&mut Self) -> R<Val<'a>>) -> R<Val<'a>> {
        let (mut out, mut text) = (None, String::new());
        let mut chars = pattern.chars().peekable();
        while let Some(c) = chars.next() {
            if c != '%' {
                text.push(c);
                continue;
            }
            let mut conversion = Conversion::default();
            while let Some(flag) = chars.next_if(|c| "-+ #0".contains(*c)) {
                match flag {
                    '-' => conversion.left = true,
                    '+' => conversion.plus = true,
                    ' ' => conversion.space = true,
                    '#' => conversion.alternate = true,
                    _ => conversion.zero = true,
                }
            }
            let number = |chars: &mut std::iter::Peekable<std::str::Chars<'_>>| {
                let mut digits = String::new();
                while let Some(d) = chars.next_if(char::is_ascii_digit) {
                    digits.push(d);
                }
                digits
            };
            conversion.width = number(&mut chars).parse().ok();
            if chars.next_if(|c| *c == '.').is_some() {
                // A point alone is a precision of 0.
                conversion.precision = Some(number(&mut chars).parse().unwrap_or(0));
            }
            match chars.next() {
                Some('%') => text.push('%'),
                Some(kind @ ('d' | 'i' | 'u' | 'x' | 'X' | 'o' | 'e' | 'E' | 'f' | 'F' | 'g' | 'G' | 's' | 'r')) => {
                    conversion.kind = kind;
                    let v = next(self)?;
                    self.append_text(&mut out, &mut text);
                    let piece = self.converted(&conversion, &v)?;
                    self.append(&mut out, piece);
                }
                None => return self.raise(ErrorKind::ValueError, "incomplete format"),
                Some(c) => return self.unsupported(format!("`%{c}` in a format"), "write an f-string"),
            }
        }
        self.append_text(&mut out, &mut text);
        Ok(self.text_of(out))
    }

    fn converted(&mut self, c: &Conversion, v: &Val<'a>) -> R<Var> {
        if let Some(r) = self.split_union(v, |lw, m| {
            let s = lw.converted(c, m)?;
            Ok(lw.str_var(s))
        })? {
            return self.operand_text(&r);
        }
        if matches!(c.kind, 's' | 'r') {
            let s = if c.kind == 's' { self.str_of(v)? } else { self.repr_of(v)? };
            if c.width.is_none() && c.precision.is_none() {
                return Ok(s);
            }
            let (s, spec) = (self.str_var(s), self.text(&c.spec(false, "")));
            let r = self.format(&s, &spec)?;
            return self.operand_text(&r);
        }
        let name = self.python_class_name(v);
        let Val::Scalar(s) = v else {
            if matches!(v, Val::Array(_) | Val::Big(_)) {
                return self.unsupported(format!("`%{}` of this value", c.kind), "write an f-string");
            }
            let text = match c.kind {
                'd' | 'i' | 'u' => format!("%{} format: a real number is required, not {name}", c.kind),
                'x' | 'X' | 'o' => format!("%{} format: an integer is required, not {name}", c.kind),
                _ => format!("must be real number, not {name}"),
            };
            return self.raise(ErrorKind::TypeError, &text);
        };
        let integer = s.dtype.is_int() || s.dtype == DType::Bool;
        let (v, kind) = match c.kind {
            'd' | 'i' | 'u' | 'x' | 'X' | 'o' if c.precision.is_some() => {
                return self.unsupported("a precision of an integer", "write an f-string");
            }
            'd' | 'i' | 'u' if s.dtype.is_complex() => {
                let text = format!("%{} format: a real number is required, not {name}", c.kind);
                return self.raise(ErrorKind::TypeError, &text);
            }
            'd' | 'i' | 'u' => {
                let args = Args { pos: vec![v.clone()], kw: vec![] };
                (self.call_class(Class::Int, args)?, "d".to_string())
            }
            'x' | 'X' | 'o' if !integer => {
                let text = format!("%{} format: an integer is required, not {name}", c.kind);
                return self.raise(ErrorKind::TypeError, &text);
            }
            'x' | 'X' | 'o' => {
                let args = Args { pos: vec![v.clone()], kw: vec![] };
                (self.call_class(Class::Int, args)?, c.kind.to_string())
            }
            _ if s.dtype.is_complex() => {
                return self.raise(ErrorKind::TypeError, &format!("must be real number, not {name}"));
            }
            _ => {
                let x = self.b.cast(s.var, DType::F64);
                (self.py(DType::F64, x), c.kind.to_string())
            }
        };
        let spec = self.text(&c.spec(true, &kind));
        let r = self.format(&v, &spec)?;
        self.operand_text(&r)
    }

    fn operand_text(&mut self, v: &Val<'a>) -> R<Var> {
        match v {
            Val::Str(t) => Ok(t.var),
            v => self.str_of(v),
        }
    }

    /// `pattern.format(..)`.
    pub fn str_format(&mut self, pattern: &Text, args: &Args<'a>) -> R<Val<'a>> {
        let pattern = self.known_pattern(pattern)?;
        let (mut out, mut text, mut next) = (None, String::new(), 0);
        let mut rest = pattern.as_str();
        while let Some(c) = rest.chars().next() {
            rest = &rest[c.len_utf8()..];
            if c != '{' && c != '}' {
                text.push(c);
                continue;
            }
            if rest.starts_with(c) {
                text.push(c);
                rest = &rest[1..];
                continue;
            }
            if c == '}' {
                return self.raise(ErrorKind::ValueError, "Single '}' encountered in format string");
            }
            let Some((field, after)) = rest.split_once('}') else {
                let text = if rest.is_empty() {
                    "Single '{' encountered in format string"
                } else {
                    "expected '}' before end of string"
                };
                return self.raise(ErrorKind::ValueError, text);
            };
            rest = after;
            let (name, spec) = field.split_once(':').unwrap_or((field, ""));
            let (name, conversion) = name.split_once('!').map_or((name, None), |(n, c)| (n, Some(c)));
            if field.contains('{') || name.contains(['.', '[']) || !matches!(conversion, None | Some("r" | "s")) {
                return self.unsupported("this field of a format", "write an f-string");
            }
            let at = match name {
                "" => {
                    next += 1;
                    Some(next - 1)
                }
                n => n.parse::<usize>().ok(),
            };
            let v = match at {
                Some(k) => match args.pos.get(k) {
                    Some(v) => v.clone(),
                    None => {
                        let text = format!("Replacement index {k} out of range for positional args tuple");
                        return self.raise(ErrorKind::IndexError, &text);
                    }
                },
                None => match args.kw.iter().find(|(k, _)| k.as_str() == name) {
                    Some((_, v)) => v.clone(),
                    None => return self.raise(ErrorKind::KeyError, &format!("'{name}'")),
                },
            };
            let v = match conversion {
                Some("r") => {
                    let s = self.repr_of(&v)?;
                    self.str_var(s)
                }
                Some(_) => {
                    let s = self.str_of(&v)?;
                    self.str_var(s)
                }
                None => v,
            };
            self.append_text(&mut out, &mut text);
            let spec = self.text(spec);
            let piece = self.format(&v, &spec)?;
            let piece = self.operand_text(&piece)?;
            self.append(&mut out, piece);
        }
        self.append_text(&mut out, &mut text);
        Ok(self.text_of(out))
    }
}
