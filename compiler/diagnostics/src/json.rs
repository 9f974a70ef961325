//! A diagnostic as one line of JSON, for editors and tools.
//!
//! The form: `{"severity", "code", "message", "primary", "secondary", "notes", "help"}`; a label is `{"file",
//! "start": {"line", "column", "offset"}, "end": .., "text"}`. Written by hand: strings and small integers are all
//! there is.

use crate::{Diagnostic, Label, SourceMap, Span};
use std::fmt::Write as _;

/// One JSON object, without a line end.
pub fn to_json(diagnostic: &Diagnostic, sources: &SourceMap) -> String {
    let mut out = String::from("{\"severity\":");
    string(&mut out, diagnostic.severity.as_str());
    out.push_str(",\"code\":");
    string(&mut out, diagnostic.code);
    out.push_str(",\"message\":");
    string(&mut out, &diagnostic.message);
    out.push_str(",\"primary\":");
    label(&mut out, &diagnostic.primary, sources);
    out.push_str(",\"secondary\":");
    list(&mut out, &diagnostic.secondary, |out, item| label(out, item, sources));
    out.push_str(",\"notes\":");
    list(&mut out, &diagnostic.notes, |out, item| string(out, item));
    out.push_str(",\"help\":");
    list(&mut out, &diagnostic.help, |out, item| string(out, item));
    out.push('}');
    out
}

fn list<T>(out: &mut String, items: &[T], mut item: impl FnMut(&mut String, &T)) {
    out.push('[');
    for (i, it) in items.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        item(out, it);
    }
    out.push(']');
}

fn label(out: &mut String, label: &Label, sources: &SourceMap) {
    out.push_str("{\"file\":");
    string(out, sources.name(label.span.file));
    position(out, "start", label.span.start, label.span, sources);
    position(out, "end", label.span.end, label.span, sources);
    out.push_str(",\"text\":");
    string(out, &label.text);
    out.push('}');
}

fn position(out: &mut String, key: &str, offset: u32, span: Span, sources: &SourceMap) {
    let at = sources.line_col(Span { start: offset, end: offset, ..span });
    write!(out, ",\"{key}\":{{\"line\":{},\"column\":{},\"offset\":{offset}}}", at.line, at.column)
        .expect("writing to a string cannot fail");
}

fn string(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if (c as u32) < 0x20 => {
                write!(out, "\\u{:04x}", c as u32).expect("writing to a string cannot fail");
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_and_positions() {
        let mut map = SourceMap::new();
        let id = map.add("a\"b.py", "x = 1\ny = x\n");
        let found = Diagnostic::error("some-code", "a \\ and a\ttab\u{1}", Span::new(id, 10, 11)).help("write\nthis");
        assert_eq!(
            to_json(&found, &map),
            r#"{"severity":"error","code":"some-code","message":"a \\ and a\ttab\u0001","primary":{"file":"a\"b.py","start":{"line":2,"column":5,"offset":10},"end":{"line":2,"column":6,"offset":11},"text":""},"secondary":[],"notes":[],"help":["write\nthis"]}"#
        );
    }
}
