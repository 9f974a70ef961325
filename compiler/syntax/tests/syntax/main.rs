//! The parser from outside: trees and diagnostics of whole files against recorded text, the diagnostics' pages, and
//! inputs that nobody would write.
//!
//! `QUIPU_BLESS=1 cargo test -p quipu-syntax` rewrites the recorded text. The trees in `trees/` were compared with those
//! of CPython 3.11's `ast` module, spans included, when they were recorded.

mod errors;
mod fuzz;
mod layout;
mod trees;

use quipu_diagnostics::{Diagnostic, FileId, SourceMap};
use quipu_syntax::ast::Module;
use std::path::{Path, PathBuf};

fn parse(name: &str, text: &str) -> (SourceMap, Module, Vec<Diagnostic>) {
    let mut sources = SourceMap::new();
    let file = sources.add(name, text);
    assert_eq!(file, FileId(0));
    let (module, diagnostics) = quipu_syntax::parse(file, text);
    (sources, module, diagnostics)
}

/// The `.py` files of a folder of recorded cases, sorted.
fn cases(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let entries = std::fs::read_dir(&folder).expect("the folder of cases exists");
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("the folder can be listed").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "py"))
        .collect();
    paths.sort();
    assert!(!paths.is_empty(), "no cases in {}", folder.display());
    paths
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Compares with the text recorded in `path`; the differing lines are the message.
fn check_recorded(path: &Path, actual: &str) {
    if std::env::var_os("QUIPU_BLESS").is_some() {
        std::fs::write(path, actual).expect("the recorded file can be written");
        return;
    }
    let expected = std::fs::read_to_string(path).unwrap_or_default();
    if expected == actual {
        return;
    }
    let mut diff = String::new();
    let (mut want, mut got) = (expected.lines(), actual.lines());
    loop {
        match (want.next(), got.next()) {
            (None, None) => break,
            (a, b) if a == b => {}
            (a, b) => {
                diff.extend(a.map(|line| format!("- {line}\n")));
                diff.extend(b.map(|line| format!("+ {line}\n")));
            }
        }
    }
    panic!("{} differs:\n{diff}QUIPU_BLESS=1 cargo test -p quipu-syntax records it", path.display());
}
