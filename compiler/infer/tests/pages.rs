//! The pages of inference's diagnostics (`compiler/diagnostics/codes`): the failing example of each is refused with
//! its code, the fixed one is accepted.
//!
//! A page whose failing example compiles is out of date: the language has grown, so the page needs another example,
//! or goes.

use quipu_diagnostics::{SourceMap, codes, explain};

/// The codes that inference gives for a program. Lines `# file: NAME.py` cut it into files, of which the last is the
/// program.
fn found(text: &str) -> Vec<&'static str> {
    let mut sources = SourceMap::new();
    let mut files: Vec<(&str, &str)> = text.split("# file: ").filter_map(|f| f.split_once(".py\n")).collect();
    let text = if text.starts_with("# file: ") { files.pop().map_or(text, |(_, t)| t) } else { text };
    let mut modules = vec![];
    for (name, text) in files {
        let file = sources.add(format!("{name}.py"), text.to_owned());
        let (ast, _) = quipu_syntax::parse(file, text);
        modules.push(quipu_infer::SourceModule { name: quipu_syntax::Symbol::new(name), package: false, ast });
    }
    let file = sources.add("page.py".to_owned(), text.to_owned());
    let (ast, diagnostics) = quipu_syntax::parse(file, text);
    assert!(diagnostics.is_empty(), "{text}\n{diagnostics:?}");
    let mut library = quipu_infer::Library::new(&mut sources);
    library.modules = modules;
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
            // Whole programs have no earlier statements.
            "session-form" | "moved-value" | "stale-element" => vec![],
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
