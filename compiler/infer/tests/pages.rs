//! The pages of inference's diagnostics (`compiler/diagnostics/codes`): the failing example of each is refused with
//! its code, the fixed one is accepted.
//!
//! A page whose failing example compiles is out of date: the language has grown, so the page needs another example,
//! or goes.

use quipu_diagnostics::{SourceMap, codes, explain};

/// The codes that inference gives for a program.
fn found(text: &str) -> Vec<&'static str> {
    let mut sources = SourceMap::new();
    let file = sources.add("page.py".to_owned(), text.to_owned());
    let (ast, diagnostics) = quipu_syntax::parse(file, text);
    assert!(diagnostics.is_empty(), "{text}\n{diagnostics:?}");
    let library = quipu_infer::Library::new(&mut sources);
    match quipu_infer::infer(&ast, &library) {
        Ok(_) => vec![],
        Err(diagnostics) => diagnostics.iter().map(|d| d.code).collect(),
    }
}

#[test]
fn examples_of_pages_hold() {
    let mut failures = String::new();
    for code in codes().filter(|code| !quipu_syntax::CODES.contains(code)) {
        let page = explain(code).expect("listed codes have pages");
        let examples: Vec<&str> =
            page.split("```python\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
        let [failing, fixed] = examples.as_slice() else { panic!("{code}: {} examples", examples.len()) };
        let expected = match code {
            // A program that gives this is mended, not kept.
            "internal" => vec![],
            // Hundreds of walks over ever larger types: seconds.
            "no-fixpoint" => continue,
            _ => vec![code],
        };
        for (example, expected) in [(failing, expected), (fixed, vec![])] {
            let codes = found(example);
            if codes != expected {
                failures += &format!("{code}: expected {expected:?}, found {codes:?} for\n{example}\n");
            }
        }
    }
    assert!(failures.is_empty(), "{failures}");
}
