//! Spans, diagnostics and their rendering: what every stage uses to say where and why.
//!
//! A [`Span`] is a byte range of one file of a [`SourceMap`]. A [`Diagnostic`] is plain data: a severity, a
//! kebab-case code, one phrase that stands alone, labels at spans, notes and helps. It is built beside the check
//! that raises it (there is no central enum of errors), and rendered here in four forms: the full form with source
//! excerpts, `--concise` (one line), JSON (one object a line), and the page behind a code (`quipu explain CODE`).
//!
//! This crate knows nothing of Quipu's types: messages arrive as text. Every position that it is given is clamped
//! to the file, so that a wrong span can make a strange excerpt but never a panic.

mod explain;
mod json;
mod render;
mod source;

pub use explain::{codes, explain};
pub use json::to_json;
pub use render::{Color, render, render_concise};
pub use source::{FileId, LineCol, SourceFile, SourceMap, Span};

use serde::{Deserialize, Serialize};

/// How bad it is. Only [`Severity::Error`] stops compilation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Severity {
    /// What the program asked to be told.
    Note,
    Warning,
    Error,
}

impl Severity {
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// A span and what to say about it; the text may be empty, which underlines only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    pub span: Span,
    pub text: String,
}

/// The name of a diagnostic.
pub type Code = &'static str;

/// One finding about a program, as data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    pub severity: Severity,
    /// Kebab-case; `codes/<code>.md` of this crate explains it.
    #[serde(deserialize_with = "explain::known")]
    pub code: Code,
    /// One phrase, lower case, no final stop; it must make sense without the excerpt.
    pub message: String,
    pub primary: Label,
    pub secondary: Vec<Label>,
    /// Circumstances, such as the chain of calls.
    pub notes: Vec<String>,
    /// What to write instead.
    pub help: Vec<String>,
}

impl Diagnostic {
    pub fn new(severity: Severity, code: &'static str, message: impl Into<String>, span: Span) -> Self {
        Diagnostic {
            severity,
            code,
            message: message.into(),
            primary: Label { span, text: String::new() },
            secondary: Vec::new(),
            notes: Vec::new(),
            help: Vec::new(),
        }
    }

    pub fn error(code: &'static str, message: impl Into<String>, span: Span) -> Self {
        Diagnostic::new(Severity::Error, code, message, span)
    }

    pub fn warning(code: &'static str, message: impl Into<String>, span: Span) -> Self {
        Diagnostic::new(Severity::Warning, code, message, span)
    }

    /// The text beside the primary span's underline.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.primary.text = text.into();
        self
    }

    /// Another place that matters, such as where an offending value was made.
    #[must_use]
    pub fn secondary(mut self, span: Span, text: impl Into<String>) -> Self {
        self.secondary.push(Label { span, text: text.into() });
        self
    }

    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }

    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(text.into());
        self
    }

    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    pub fn span(&self) -> Span {
        self.primary.span
    }
}
