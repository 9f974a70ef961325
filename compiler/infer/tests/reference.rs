//! The language reference (`docs/language.md`): its examples compile, and what it says is refused is, with that code.
//!
//! A block with a comment `# code` behind a line holds refused programs, with blank lines between them; any other block is
//! one program that compiles.

use quipu_diagnostics::{SourceMap, codes};

const PAGE: &str = include_str!("../../../docs/language.md");

/// The codes of the errors that a program has.
fn found(text: &str) -> Vec<&'static str> {
    let mut sources = SourceMap::new();
    let file = sources.add("page.py".to_owned(), text.to_owned());
    let (ast, diagnostics) = quipu_syntax::parse(file, text);
    if !diagnostics.is_empty() {
        return diagnostics.iter().map(|d| d.code).collect();
    }
    let library = quipu_infer::Library::new(&mut sources);
    match quipu_infer::infer(&ast, &library) {
        Ok(_) => vec![],
        Err(diagnostics) => diagnostics.iter().map(|d| d.code).collect(),
    }
}

/// The code that a refused program claims.
fn claimed(program: &str) -> Option<&'static str> {
    program.lines().find_map(|l| {
        let (_, comment) = l.rsplit_once("  # ")?;
        codes().find(|c| *c == comment)
    })
}

#[test]
fn the_reference_holds() {
    let mut failures = String::new();
    for block in PAGE.split("```python\n").skip(1).filter_map(|rest| rest.split("```").next()) {
        let programs: Vec<&str> = match claimed(block) {
            Some(_) => block.split("\n\n").collect(),
            None => vec![block],
        };
        for program in programs {
            let (want, have) = (claimed(program), found(program));
            if want != have.first().copied() {
                failures += &format!("expected {want:?}, found {have:?} for\n{program}\n");
            }
        }
    }
    assert!(failures.is_empty(), "{failures}");
}
