//! Diagnostics as text: the full form with excerpts, and one line for `--concise`.
//!
//! annotate-snippets draws the excerpts. It gets the part of a file from the first labeled line to the last, not the
//! file, so that rendering costs what it shows; lines between labels are folded.

use crate::source::floor_char_boundary;
use crate::{Diagnostic, FileId, Label, Severity, SourceFile, SourceMap};
use annotate_snippets::{AnnotationKind, Group, Level, Message, Renderer, Snippet};
use std::ops::Range;

/// Whether the full form has terminal colors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Color {
    Plain,
    Ansi,
}

/// `wave.py:12:13: error[shape-mismatch]: cannot add arrays of shapes (3, 4) and (5,)`, without a line end.
pub fn render_concise(diagnostic: &Diagnostic, sources: &SourceMap) -> String {
    let at = sources.line_col(diagnostic.primary.span);
    format!(
        "{}:{}:{}: {}[{}]: {}",
        sources.name(diagnostic.primary.span.file),
        at.line,
        at.column,
        diagnostic.severity.as_str(),
        diagnostic.code,
        diagnostic.message
    )
}

/// The full form, ending with a line end.
pub fn render(diagnostic: &Diagnostic, sources: &SourceMap, color: Color) -> String {
    let excerpts = excerpts(diagnostic, sources);
    let level = match diagnostic.severity {
        Severity::Note => Level::NOTE,
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut main =
        level.primary_title(diagnostic.message.as_str()).id(diagnostic.code).elements([] as [Message<'_>; 0]);
    for excerpt in &excerpts {
        let mut snippet =
            Snippet::source(excerpt.text.as_str()).path(excerpt.name).line_start(excerpt.first_line).fold(true);
        for (kind, range, text) in &excerpt.labels {
            let text = if text.is_empty() { None } else { Some(*text) };
            snippet = snippet.annotation(kind.span(range.clone()).label(text));
        }
        main = main.element(snippet);
    }
    let mut report: Vec<Group<'_>> = vec![main];
    let plain = |level: Level<'static>, text| level.secondary_title(text).elements([] as [Message<'_>; 0]);
    report.extend(diagnostic.notes.iter().map(|text| plain(Level::NOTE, text.as_str())));
    report.extend(diagnostic.help.iter().map(|text| plain(Level::HELP, text.as_str())));
    let renderer = match color {
        Color::Plain => Renderer::plain(),
        Color::Ansi => Renderer::styled(),
    };
    let mut out = renderer.render(&report);
    out.push('\n');
    out
}

/// The labeled part of one file.
struct Excerpt<'d> {
    name: &'d str,
    text: String,
    first_line: usize,
    labels: Vec<(AnnotationKind, Range<usize>, &'d str)>,
}

/// One excerpt per file, the primary label's file first.
fn excerpts<'d>(diagnostic: &'d Diagnostic, sources: &'d SourceMap) -> Vec<Excerpt<'d>> {
    let mut files: Vec<(FileId, Vec<(AnnotationKind, &'d Label)>)> = Vec::new();
    let primary = std::iter::once((AnnotationKind::Primary, &diagnostic.primary));
    let secondary = diagnostic.secondary.iter().map(|label| (AnnotationKind::Context, label));
    for (kind, label) in primary.chain(secondary) {
        match files.iter_mut().find(|(file, _)| *file == label.span.file) {
            Some((_, labels)) => labels.push((kind, label)),
            None => files.push((label.span.file, vec![(kind, label)])),
        }
    }
    let one = |(file, labels): (FileId, Vec<_>)| Some(excerpt(sources.file(file)?, labels));
    files.into_iter().filter_map(one).collect()
}

fn excerpt<'d>(source: &'d SourceFile, labels: Vec<(AnnotationKind, &'d Label)>) -> Excerpt<'d> {
    let text = &*source.text;
    let clamp = |offset: u32| floor_char_boundary(text, offset as usize);
    let start = labels.iter().map(|(_, label)| clamp(label.span.start)).min().unwrap_or(0);
    let end = labels.iter().map(|(_, label)| clamp(label.span.end)).max().unwrap_or(0).max(start);
    let is_line_end = |byte: &u8| matches!(byte, b'\n' | b'\r');
    let bytes = text.as_bytes();
    let from = bytes.iter().take(start).rposition(is_line_end).map_or(0, |at| at + 1);
    let to = bytes.iter().skip(end).position(is_line_end).map_or(bytes.len(), |at| end + at);
    // A lone `\r` ends a line in Python, but not for the library.
    let mut shown = String::with_capacity(to - from);
    let mut chars = text.get(from..to).unwrap_or("").chars().peekable();
    while let Some(c) = chars.next() {
        shown.push(if c == '\r' && chars.peek() != Some(&'\n') { '\n' } else { c });
    }
    let labels = labels
        .into_iter()
        .map(|(kind, label)| {
            let start = clamp(label.span.start) - from;
            let end = clamp(label.span.end).saturating_sub(from).max(start);
            (kind, start..end, label.text.as_str())
        })
        .collect();
    let first_line = source.line(u32::try_from(from).unwrap_or(u32::MAX)) as usize;
    Excerpt { name: &source.name, text: shown, first_line, labels }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Span;

    fn map() -> (SourceMap, FileId) {
        let mut map = SourceMap::new();
        let text = "\n\n\n\n\n\n\n\n    k = np.linspace(0, 1, 5)\n\n\n    return u + k\n";
        let id = map.add("wave.py", text);
        (map, id)
    }

    fn at(map: &SourceMap, id: FileId, needle: &str, from: usize, len: usize) -> Span {
        let start = map.text(id).find(needle).expect("the needle is in the text") + from;
        Span::new(id, start as u32, (start + len) as u32)
    }

    fn shape_mismatch(map: &SourceMap, id: FileId) -> Diagnostic {
        let message = "cannot add arrays of shapes (3, 4) and (5,)";
        Diagnostic::error("shape-mismatch", message, at(map, id, "u + k", 2, 1))
            .label("dim 1 is 4 on the left, 5 on the right")
            .secondary(at(map, id, "u + k", 0, 1), "shape (3, 4): parameter `u` in this call")
            .secondary(at(map, id, "np.", 0, 20), "shape (5,) comes from here")
            .note("in `step(u: f64[3, 4])`, called from wave.py:20")
            .help("dims are matched from the right and must be equal or 1")
    }

    #[test]
    fn full_form() {
        let (map, id) = map();
        let expected = "\
error[shape-mismatch]: cannot add arrays of shapes (3, 4) and (5,)
  --> wave.py:12:14
   |
 9 |     k = np.linspace(0, 1, 5)
   |         -------------------- shape (5,) comes from here
...
12 |     return u + k
   |            - ^ dim 1 is 4 on the left, 5 on the right
   |            |
   |            shape (3, 4): parameter `u` in this call
   |
note: in `step(u: f64[3, 4])`, called from wave.py:20
help: dims are matched from the right and must be equal or 1
";
        assert_eq!(render(&shape_mismatch(&map, id), &map, Color::Plain), expected);
        let styled = render(&shape_mismatch(&map, id), &map, Color::Ansi);
        assert!(styled.contains("\u{1b}["), "colors are escape sequences");
    }

    #[test]
    fn concise_form() {
        let (map, id) = map();
        let expected = "wave.py:12:14: error[shape-mismatch]: cannot add arrays of shapes (3, 4) and (5,)";
        assert_eq!(render_concise(&shape_mismatch(&map, id), &map), expected);
    }

    #[test]
    fn labels_in_two_files() {
        let (mut map, id) = map();
        let other = map.add("lib.py", "def f(a):\r    return a\r");
        let found = Diagnostic::warning("some-code", "result is not used", at(&map, id, "u + k", 0, 5))
            .secondary(at(&map, other, "return", 0, 8), "returned here");
        let expected = "\
warning[some-code]: result is not used
  --> wave.py:12:12
   |
12 |     return u + k
   |            ^^^^^
   |
  ::: lib.py:2:5
   |
 2 |     return a
   |     -------- returned here
";
        assert_eq!(render(&found, &map, Color::Plain), expected);
    }

    #[test]
    fn wrong_spans_do_not_panic() {
        let mut map = SourceMap::new();
        let id = map.add("a.py", "α = 1\r\n\tβ");
        let empty = map.add("empty.py", "");
        let points = [0, 1, 2, 5, 6, 7, 8, 9, 10, 11, 12, 40, u32::MAX];
        for start in points {
            for end in points {
                for file in [id, empty, FileId(7)] {
                    let span = Span::new(file, start, end);
                    let found = Diagnostic::error("some-code", "message", span).secondary(span, "there");
                    let text = render(&found, &map, Color::Plain);
                    assert!(text.starts_with("error[some-code]: message\n"), "{text}");
                    assert!(!render_concise(&found, &map).is_empty());
                }
            }
        }
    }
}
