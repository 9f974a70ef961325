//! A document that is open in the editor, and the looks of the compiler at it.

use super::{Event, position};
use crate::STACK;
use lsp_server::{RequestId, Response};
use lsp_types::{
    Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, Location, NumberOrString, Position, Range, Uri,
};
use quipu_diagnostics::{Severity, Span};
use quipu_engine::{Engine, Look};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;

/// What came of a look.
pub struct Looked {
    pub uri: String,
    pub serial: u64,
    /// `None` if it was stopped or the compiler failed.
    pub look: Option<Box<Look>>,
    pub failed: bool,
}

/// What is asked about a place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Question {
    Hover,
    Definition,
}

pub struct Document {
    pub text: Arc<str>,
    /// The editor's number of the text.
    pub version: i32,
    /// Our number of the look at it, which also counts changes of other files.
    pub serial: u64,
    pub look: Option<Box<Look>>,
    /// Is a look under way?
    pub pending: bool,
    /// Questions that wait for the look.
    pub waiting: Vec<(RequestId, Question, Position)>,
    stop: Arc<AtomicBool>,
}

impl Document {
    pub fn new(text: String, version: i32) -> Document {
        Document {
            text: text.into(),
            version,
            serial: 0,
            look: None,
            pending: false,
            waiting: vec![],
            stop: Arc::default(),
        }
    }

    /// Ends the look that is under way.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Begins to look at the text; an earlier look is stopped, and nobody will hear of it.
    pub fn begin(&mut self, uri: &str, serial: u64, open: Arc<HashMap<String, String>>, events: &Sender<Event>) {
        self.stop();
        self.stop = Arc::default();
        self.serial = serial;
        self.look = None;
        self.pending = true;
        let (uri, text, stop, events) = (uri.to_string(), self.text.clone(), self.stop.clone(), events.clone());
        let work = move || {
            let look = || Engine::default().look(&position::path(&uri), &text, open, &stop);
            let look = std::panic::catch_unwind(std::panic::AssertUnwindSafe(look));
            let failed = look.is_err();
            let look = look.ok().flatten().map(Box::new);
            // The server may have ended meanwhile.
            let _ = events.send(Event::Looked(Looked { uri, serial, look, failed }));
        };
        if let Err(e) = std::thread::Builder::new().stack_size(STACK).spawn(work) {
            crate::complain(&format!("quipu lsp: no thread to look at a program: {e}"));
            self.pending = false;
        }
    }

    /// Does the program read this file?
    pub fn reads(&self, path: &str) -> bool {
        self.look.as_ref().is_none_or(|look| look.sources.iter().any(|(_, f)| f.name == path))
    }

    /// The answer to a question.
    pub fn answer(&self, id: RequestId, question: Question, at: Position, uri: &str) -> Response {
        let offset = position::offset(&self.text, at);
        let Some(look) = &self.look else { return Response::new_ok(id, ()) };
        match question {
            Question::Hover => Response::new_ok(id, hover(look, offset)),
            Question::Definition => {
                Response::new_ok(id, look.definition(offset).and_then(|span| location(look, span, uri)))
            }
        }
    }
}

fn hover(look: &Look, offset: u32) -> Option<lsp_types::Hover> {
    let found = look.hover(offset)?;
    let doc = found.doc.map(|d| format!("\n---\n{}\n", d.trim())).unwrap_or_default();
    let value = format!("```python\n{}\n```\n{doc}", found.code);
    let range = look.sources.file(found.span.file).map(|f| position::range(f, found.span));
    let markup = lsp_types::MarkupContent { kind: lsp_types::MarkupKind::Markdown, value };
    Some(lsp_types::Hover { contents: lsp_types::HoverContents::Markup(markup), range })
}

/// A span for the editor; `uri` is the program's own address.
fn location(look: &Look, span: Span, uri: &str) -> Option<Location> {
    let file = look.sources.file(span.file)?;
    let uri = if span.file == look.file() { uri.to_string() } else { position::uri(&file.name)? };
    Some(Location { uri: uri.parse::<Uri>().ok()?, range: position::range(file, span) })
}

/// What is wrong, at places of the program. What is wrong in a file that it imports stands at the start, and refers to there.
pub fn diagnostics(look: &Look, uri: &str) -> Vec<Diagnostic> {
    let own = |span: Span| span.file == look.file();
    let related = |span: Span, text: &str| {
        let location = location(look, span, uri)?;
        Some(DiagnosticRelatedInformation { location, message: text.to_string() })
    };
    let of = |d: &quipu_diagnostics::Diagnostic| {
        let mut message = d.message.clone();
        if !d.primary.text.is_empty() {
            message += &format!("\n{}", d.primary.text);
        }
        d.notes.iter().for_each(|n| message += &format!("\nnote: {n}"));
        d.help.iter().for_each(|h| message += &format!("\nhelp: {h}"));
        let mut labels: Vec<_> = d.secondary.iter().filter_map(|l| related(l.span, &l.text)).collect();
        let label = std::iter::once(&d.primary).chain(&d.secondary).find(|l| own(l.span));
        if !own(d.span()) {
            let at = look.sources.line_col(d.span());
            message = format!("in {}, line {}: {message}", look.sources.name(d.span().file), at.line);
            labels.extend(related(d.span(), "here"));
        }
        let range = label
            .and_then(|l| Some(position::range(look.sources.file(l.span.file)?, l.span)))
            .unwrap_or(Range::new(Position::new(0, 0), Position::new(0, 1)));
        Diagnostic {
            range,
            severity: Some(match d.severity {
                Severity::Error => DiagnosticSeverity::ERROR,
                Severity::Warning => DiagnosticSeverity::WARNING,
                Severity::Note => DiagnosticSeverity::INFORMATION,
            }),
            code: Some(NumberOrString::String(d.code.to_string())),
            source: Some("quipu".to_string()),
            message,
            related_information: (!labels.is_empty()).then_some(labels),
            ..Diagnostic::default()
        }
    };
    look.diagnostics.iter().map(of).collect()
}

/// Where the compiler failed, which is no fault of the program.
pub fn internal() -> Diagnostic {
    Diagnostic {
        range: Range::new(Position::new(0, 0), Position::new(0, 1)),
        severity: Some(DiagnosticSeverity::ERROR),
        code: Some(NumberOrString::String("internal".to_string())),
        source: Some("quipu".to_string()),
        message: "the compiler failed\nhelp: this is a fault of Quipu: please report it with the program".to_string(),
        ..Diagnostic::default()
    }
}
