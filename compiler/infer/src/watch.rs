//! What an editor asks of a walk: the type of every expression of one file, and to end when nobody waits for it any more.
//!
//! Types are taken down where the walk has the values in hand, in the form of `reveal_type`, so there is no second walk that
//! could see it otherwise. A walk that ends with an error leaves what it saw until then, which is what an editor mostly has.
//! Sizes get their letters when the walk is over, in the order of the text and those of names first: the walk shows sizes
//! that no text names, which would use up the letters.

use crate::Cx;
use crate::state::{Lower, R};
use crate::value::Val;
use quipu_diagnostics::{Diagnostic, FileId, Span};
use quipu_ir::Sym;
use rustc_hash::FxHashMap as HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Around the number of a size whose letter is not chosen yet.
const MARK: char = '\u{1}';

/// So many paths of a walk through one expression are told apart; what further ones see changes too little to keep.
const PATHS: usize = 16;

/// The types that a walk shows, and the wish that it should end.
#[derive(Debug)]
pub struct Watch {
    file: FileId,
    stop: Arc<AtomicBool>,
    seen: HashMap<Span, Seen>,
    sizes: Vec<(String, Sym)>,
}

/// What paths through an expression saw last, with sizes as marks.
#[derive(Debug, Default)]
struct Seen {
    name: bool,
    paths: Vec<(u64, String)>,
}

impl Watch {
    /// Of a file, until `stop` is set.
    pub fn new(file: FileId, stop: Arc<AtomicBool>) -> Watch {
        Watch { file, stop, seen: HashMap::default(), sizes: vec![] }
    }

    /// Has somebody asked the walk to end?
    pub fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Forgets what the last walk saw.
    pub(crate) fn start_walk(&mut self) {
        self.seen.clear();
        self.sizes.clear();
    }

    fn note(&mut self, span: Span, name: bool, path: u64, shown: String) {
        let seen = self.seen.entry(span).or_default();
        seen.name |= name;
        if let Some(last) = seen.paths.iter_mut().find(|(p, _)| *p == path) {
            last.1 = shown;
        } else if seen.paths.len() < PATHS {
            seen.paths.push((path, shown));
        }
    }

    /// The types, several of one expression joined with `or`.
    pub fn types(self) -> std::collections::HashMap<Span, String> {
        let mut all: Vec<(Span, Seen)> = self.seen.into_iter().collect();
        all.sort_by_key(|(span, seen)| (!seen.name, span.start, span.end));
        let mut order = vec![];
        let mut types = std::collections::HashMap::new();
        for (span, seen) in all {
            let mut shown: Vec<String> = vec![];
            for (_, marked) in &seen.paths {
                let text = lettered(marked, &mut order);
                if !shown.contains(&text) {
                    shown.push(text);
                }
            }
            types.insert(span, shown.join(" or "));
        }
        types
    }
}

/// A size by its number, until `Watch::types` gives it a letter.
pub(crate) fn marked_size(k: usize) -> String {
    format!("{MARK}{k}{MARK}")
}

/// Of the `k`th size.
pub(crate) fn size_letter(k: usize) -> String {
    match b"nmklpqrst".get(k) {
        Some(c) => char::from(*c).to_string(),
        None => format!("n{k}"),
    }
}

fn lettered(marked: &str, order: &mut Vec<String>) -> String {
    let mut out = String::new();
    for (i, part) in marked.split(MARK).enumerate() {
        if i % 2 == 0 {
            out.push_str(part);
            continue;
        }
        let k = order.iter().position(|o| o == part).unwrap_or_else(|| {
            order.push(part.to_string());
            order.len() - 1
        });
        out.push_str(&size_letter(k));
    }
    out
}

impl Cx<'_> {
    pub(crate) fn watched(&self) -> bool {
        self.watch.is_some()
    }
}

impl<'a> Lower<'a, '_> {
    /// Ends the walk if nobody waits for it.
    pub fn go_on(&self) -> R<()> {
        if self.cx.watch.as_ref().is_some_and(|w| w.stopped()) {
            return self.fail(Diagnostic::error("internal", "nobody waits for this any more", self.span));
        }
        Ok(())
    }

    /// Takes down the type of an expression, or of a name where it is bound, on a path.
    pub fn note_type(&mut self, span: Span, name: bool, path: u64, v: &Val<'a>) {
        // While a type is shown nobody watches: that may walk something.
        let Some(mut watch) = self.cx.watch.take() else { return };
        if span.file == watch.file {
            std::mem::swap(&mut self.cx.size_names, &mut watch.sizes);
            self.cx.mark_sizes = true;
            let shown = self.shown_type(v);
            self.cx.mark_sizes = false;
            std::mem::swap(&mut self.cx.size_names, &mut watch.sizes);
            watch.note(span, name, path, shown);
        }
        self.cx.watch = Some(watch);
    }

    /// The same of a name at the current path.
    pub fn note_name(&mut self, span: Span, v: &Val<'a>) {
        if self.cx.watched() {
            let path = self.frames[self.at].path;
            self.note_type(span, true, path, v);
        }
    }
}
