//! Diagnostics: `errors/NAME.py` gives `errors/NAME.stderr`, with several independent errors in each file; the page of
//! every code; limits.

use crate::{cases, check_recorded, parse, read};
use quipu_diagnostics::{Color, Diagnostic, explain, render, render_concise};
use quipu_syntax::{CODES, MAX_DEPTH};

#[test]
fn recorded_errors() {
    let mut codes: Vec<&str> = Vec::new();
    for path in cases("errors") {
        let text = read(&path);
        let name = path.file_name().and_then(|name| name.to_str()).expect("case names are ASCII");
        let (sources, _, diagnostics) = parse(name, &text);
        assert!(!diagnostics.is_empty(), "{name} has no error");
        codes.extend(diagnostics.iter().map(|found| found.code));
        let rendered: Vec<String> = diagnostics.iter().map(|found| render(found, &sources, Color::Plain)).collect();
        check_recorded(&path.with_extension("stderr"), &rendered.join("\n"));
    }
    // Nesting is tested below with programs that are made.
    for code in CODES {
        assert!(codes.contains(code) || *code == "nesting-too-deep", "no case in errors/ shows {code}");
    }
}

/// The Python blocks of a page.
fn examples(page: &str) -> Vec<&str> {
    page.split("```python\n").skip(1).filter_map(|rest| rest.split("```").next()).collect()
}

#[test]
fn every_code_has_a_page_whose_examples_hold() {
    for code in CODES {
        let page = explain(code).unwrap_or_else(|| panic!("codes/{code}.md is missing"));
        let (failing, fixed) = match examples(page).as_slice() {
            [failing, fixed] => (*failing, *fixed),
            other => panic!("{code}: {} examples", other.len()),
        };
        let found = parse("page.py", failing).2;
        assert!(found.iter().any(|found| found.code == *code), "{code}: the failing example gives {found:?}");
        let found = parse("page.py", fixed).2;
        assert!(found.is_empty(), "{code}: the fixed example gives {found:?}");
    }
}

fn concise(text: &str) -> Vec<String> {
    let (sources, _, diagnostics) = parse("case.py", text);
    diagnostics.iter().map(|found| render_concise(found, &sources)).collect()
}

#[test]
fn messages_are_phrases() {
    for path in cases("errors") {
        for Diagnostic { message, help, notes, .. } in parse("case.py", &read(&path)).2 {
            for phrase in [&message].into_iter().chain(&help).chain(&notes) {
                assert!(!phrase.ends_with('.') && !phrase.contains('\n'), "{phrase}");
            }
            assert!(!message.starts_with(char::is_uppercase) || message.starts_with("U+"), "{message}");
        }
    }
}

/// Every way to nest, at the limit and far beyond it.
#[test]
fn nesting_is_limited() {
    let many = 20_000;
    let nests: [(&str, &str, &str); 14] = [
        ("(", "x", ")"),
        ("[", "x", "]"),
        ("{", "x", "}"),
        ("f(", "x", ")"),
        ("x[", "x", "]"),
        ("-", "x", ""),
        ("not ", "x", ""),
        ("x ** ", "x", ""),
        ("", "x", " + x"),
        ("", "x", ".x"),
        ("", "x", "()"),
        ("lambda: ", "x", ""),
        ("x if x else ", "x", ""),
        ("{x: ", "x", "}"),
    ];
    for (open, middle, close) in nests {
        let nest = |n: usize| format!("a = 1\n{}{middle}{}\nb = 2\n", open.repeat(n), close.repeat(n));
        assert_eq!(concise(&nest(MAX_DEPTH / 2)), Vec::<String>::new(), "{open}{middle}{close}");
        for n in [MAX_DEPTH + 1, many] {
            let found = concise(&nest(n));
            assert_eq!(found.len(), 1, "{open}{middle}{close}: {found:?}");
            let expected = "error[nesting-too-deep]: expression is nested deeper than 200 levels";
            assert!(found.iter().all(|line| line.contains(expected)), "{found:?}");
        }
    }
}

#[test]
fn blocks_and_chains_are_limited() {
    let blocks = |n: usize| {
        let mut text: String = (0..n).map(|i| format!("{}if x:\n", " ".repeat(i))).collect();
        text.push_str(&" ".repeat(n));
        text + "y\n"
    };
    assert_eq!(concise(&blocks(100)), Vec::<String>::new());
    let found = concise(&blocks(400));
    let too_deep: Vec<&String> = found.iter().filter(|line| line.contains("nested deeper than 100")).collect();
    assert_eq!(too_deep.len(), 1, "{found:?}");

    let chain = |n: usize| "if x:\n y\n".to_owned() + &"elif x:\n y\n".repeat(n) + "else: z\nb = 2\n";
    assert_eq!(concise(&chain(MAX_DEPTH)), Vec::<String>::new());
    let found = concise(&chain(20_000));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found.iter().all(|line| line.contains("more than 200 `elif`s follow each other")), "{found:?}");
}

#[test]
fn an_error_costs_its_own_line_only() {
    let text = "a = 1 +\nif b = 2:\n    c = = 3\n    d = 4\nelse:\n    e e\nf = (5,\ng(6\nh = 7\ndef i():\n    return )\nj = 8\n";
    let lines: Vec<u32> = {
        let (sources, _, diagnostics) = parse("case.py", text);
        diagnostics.iter().map(|found| sources.line_col(found.primary.span).line).collect()
    };
    assert_eq!(lines, [1, 2, 3, 6, 8, 11]);
    let (_, module, _) = parse("case.py", text);
    let last = module.body.last().map(|stmt| &stmt.kind);
    assert!(matches!(last, Some(quipu_syntax::ast::StmtKind::Assign { .. })), "{last:?}");
}
