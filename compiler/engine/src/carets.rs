//! The line below a line of a traceback: what of it was at work, as CPython marks it.
//!
//! `^^^^` is under the expression that raised. Of a binary operation and of an index only the operator and the brackets have
//! `^`, the rest has `~`. A mark under the whole line would say nothing and is left out; an expression of several lines is
//! marked to the end of its first.

use quipu_diagnostics::{FileId, SourceMap, Span};
use quipu_syntax::ast::{ExprKind, StmtKind};

/// The marks for an expression, from the first character of its line that is no space; `None` if they would say nothing.
pub(crate) fn carets(sources: &SourceMap, span: Span) -> Option<String> {
    let file = sources.file(span.file)?;
    let at = file.line_col(span.start);
    let line = file.line_text(at.line);
    let (indent, stripped) = (line.len() - line.trim_start().len(), line.trim());
    let before = at.column as usize - 1;
    let source = file.slice(span);
    let several = source.contains(['\n', '\r']);
    let first = source.lines().next().unwrap_or_default();
    let len = if several { line.trim_end().chars().count() - before } else { first.chars().count() };
    let pad = before.checked_sub(line.get(..indent)?.chars().count())?;
    let parts = if several { None } else { anchors(source) };
    if len == 0 || (parts.is_none() && len == stripped.chars().count()) {
        return None;
    }
    let marks = match parts {
        None => "^".repeat(len),
        Some((from, to)) => "~".repeat(from) + &"^".repeat(to - from) + &"~".repeat(len.saturating_sub(to)),
    };
    Some(" ".repeat(pad) + &marks)
}

/// Where the operator of a binary operation stands in its text, or the brackets of an index; in characters.
fn anchors(source: &str) -> Option<(usize, usize)> {
    let (module, diagnostics) = quipu_syntax::parse(FileId(0), source);
    if !diagnostics.is_empty() {
        return None;
    }
    let [stmt] = &module.body[..] else { return None };
    let StmtKind::Expr(e) = &stmt.kind else { return None };
    let (from, to) = match &e.kind {
        ExprKind::Binary { op_span, .. } => (op_span.start, op_span.end),
        ExprKind::Subscript { value, .. } => (value.span.end, u32::try_from(source.len()).ok()?),
        _ => return None,
    };
    let chars = |end: u32| source.get(..end as usize).map(|s| s.chars().count());
    Some((chars(from)?, chars(to)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, marked: &str, expected: Option<&str>) {
        let mut sources = SourceMap::new();
        let id = sources.add("a.py", text);
        let start = text.find(marked).expect("a part of the text") as u32;
        assert_eq!(carets(&sources, Span::new(id, start, start + marked.len() as u32)).as_deref(), expected);
    }

    #[test]
    fn as_cpython_marks() {
        check("    print(a + b)\n", "a + b", Some("      ~~^~~"));
        check("x = é**b\n", "é**b", Some("    ~^^~"));
        check("print(xs[1 + 2])\n", "xs[1 + 2]", Some("      ~~^^^^^^^"));
        check("f(1)\n", "f(1)", None);
        check("a + b\n", "a + b", Some("~~^~~"));
        check("print(f(1,\n  2))\n", "f(1,\n  2)", Some("      ^^^^"));
    }
}
