//! Places in the protocol's terms: lines from 0 and columns in UTF-16 code units; and files as `file:` addresses.

use lsp_types::{Position, Range};
use quipu_diagnostics::{SourceFile, Span};

/// Where a byte of a file is.
fn position(file: &SourceFile, offset: u32) -> Position {
    let at = file.line_col(offset);
    let before = file.line_text(at.line).chars().take(at.column as usize - 1);
    Position { line: at.line - 1, character: before.map(|c| c.len_utf16() as u32).sum() }
}

/// Where a span is; of an empty one the character behind it, so that there is something to see.
pub fn range(file: &SourceFile, span: Span) -> Range {
    let (start, mut end) = (position(file, span.start), position(file, span.end.max(span.start)));
    if start == end {
        end.character += 1;
    }
    Range { start, end }
}

/// The byte at a place; the end of the line or of the text where the place is behind it.
pub fn offset(text: &str, at: Position) -> u32 {
    let mut start = 0;
    for _ in 0..at.line {
        let rest = &text[start..];
        let Some(end) = rest.find(['\r', '\n']) else { return text.len() as u32 };
        start += end + if rest[end..].starts_with("\r\n") { 2 } else { 1 };
    }
    let mut units = 0;
    for (k, c) in text[start..].char_indices() {
        if units >= at.character || matches!(c, '\r' | '\n') {
            return (start + k) as u32;
        }
        units += c.len_utf16() as u32;
    }
    text.len() as u32
}

/// The path of a file's address. Of what is no file the address itself, whose folder has no files.
pub fn path(uri: &str) -> String {
    let Some(rest) = uri.strip_prefix("file://") else { return uri.to_string() };
    // What is before the path names the machine.
    let escaped = rest.find('/').map_or(rest, |k| &rest[k..]);
    let bytes = escaped.as_bytes();
    let mut out = vec![];
    let mut k = 0;
    while let Some(&b) = bytes.get(k) {
        let hex = escaped.get(k + 1..k + 3).filter(|_| b == b'%').and_then(|h| u8::from_str_radix(h, 16).ok());
        out.push(hex.unwrap_or(b));
        k += if hex.is_some() { 3 } else { 1 };
    }
    String::from_utf8(out).unwrap_or_else(|_| uri.to_string())
}

/// The address of a file; `None` for what has none, such as the library in the compiler.
pub fn uri(path: &str) -> Option<String> {
    if !path.starts_with('/') {
        return None;
    }
    let mut out = String::from("file://");
    for b in path.bytes() {
        match b {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(b)),
            b => out.push_str(&format!("%{b:02X}")),
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_bytes() {
        let text = "a = '😀' + b\r\nβ = 1\n";
        let mut sources = quipu_diagnostics::SourceMap::new();
        let id = sources.add("p.py", text);
        let file = sources.file(id).expect("just added");
        for (byte, line, character) in
            [(0, 0, 0), (5, 0, 5), (9, 0, 7), (13, 0, 11), (16, 1, 0), (18, 1, 1), (23, 2, 0)]
        {
            let at = Position { line, character };
            assert_eq!(position(file, byte), at, "byte {byte}");
            assert_eq!(offset(text, at), byte, "{line}:{character}");
        }
        assert_eq!(offset(text, Position { line: 1, character: 99 }), 22);
        assert_eq!(offset(text, Position { line: 99, character: 0 }), 23);
    }

    #[test]
    fn addresses() {
        assert_eq!(path("file:///a%20b/%C3%A9.py"), "/a b/é.py");
        assert_eq!(uri("/a b/é.py").as_deref(), Some("file:///a%20b/%C3%A9.py"));
        assert_eq!(path("untitled:1%"), "untitled:1%");
        assert_eq!(uri("<stdlib>/numpy.py"), None);
    }
}
