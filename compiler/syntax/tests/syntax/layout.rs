//! Line ends, tabs, blank lines, continuations: programs that differ in layout only have the same tree.

use crate::{cases, parse, read};
use quipu_diagnostics::render_concise;
use quipu_syntax::dump_ast;

/// The tree without line numbers.
fn tree(text: &str) -> String {
    let (sources, module, diagnostics) = parse("case.py", text);
    let found: Vec<String> = diagnostics.iter().map(|found| render_concise(found, &sources)).collect();
    assert!(found.is_empty(), "{text:?}: {found:?}");
    dump_ast(&sources, &module).lines().map(|line| line.get(4..).unwrap_or("")).collect::<Vec<_>>().join("\n")
}

#[test]
fn line_ends() {
    let text = "def f(x):\n    '''a\n    b'''\n    return (x +\n            1)\n\n\nf(2)\n";
    let expected = tree(text);
    assert!(expected.contains(r#""a\n    b""#), "{expected}");
    assert_eq!(tree(&text.replace('\n', "\r\n")), expected);
    assert_eq!(tree(&text.replace('\n', "\r")), expected);
    assert_eq!(tree(text.trim_end()), expected, "the last line needs no end");
    assert_eq!(tree(&format!("\u{feff}{text}")), expected);
}

#[test]
fn line_ends_of_recorded_programs() {
    for path in cases("trees") {
        let text = read(&path);
        assert_eq!(tree(&text.replace('\n', "\r\n")), tree(&text), "{}", path.display());
    }
}

#[test]
fn blank_and_comment_lines_have_no_indentation() {
    let expected = tree("if x:\n    y\n    z\nw\n");
    assert_eq!(tree("if x:\n\n  # less\n    y\n            # more\n\t\n    z\n   \n# none\nw"), expected);
    assert_eq!(tree("if x :\n  y ; z\nw ;"), expected);
    assert_eq!(tree("if x:y;z;\nw"), expected);
    assert_eq!(tree("if x:\n\ty\n\tz\nw"), expected);
    assert_eq!(tree("\x0cif x:\n    y\n\x0c    z\nw"), expected);
}

#[test]
fn continued_lines() {
    let expected = tree("x = a + b\n");
    assert_eq!(tree("x = \\\n  a \\\r\n+ b"), expected);
    assert_eq!(tree("x = a + \\\nb # c \\\n"), expected);
    assert_eq!(tree("(f(\n1,  # one\n\n  2)\n)"), tree("f(1, 2)"));
    assert_eq!(tree("if x:\n  \\\n y\n"), tree("if x:\n  y\n"), "a continued line's indentation is its first line's");
    assert_eq!(tree("if x:\n  y\n\\\n  z\n"), tree("if x:\n  y\n  z\n"), "but not at the margin");
    assert_eq!(tree("'a\\\nb'"), tree("'ab'"));
}

#[test]
fn empty_files() {
    assert_eq!(tree(""), "");
    assert_eq!(tree("\n"), "");
    assert_eq!(tree("# only a comment"), "");
    assert_eq!(tree("   "), "");
}
