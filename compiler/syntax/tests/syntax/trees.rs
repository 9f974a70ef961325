//! Trees of correct programs: `trees/NAME.py` parses to `trees/NAME.ast`.

use crate::{cases, check_recorded, parse, read};
use quipu_diagnostics::render_concise;
use quipu_syntax::ast::{ExprKind, IntLit, StmtKind};
use quipu_syntax::{dump_ast, dump_ast_with_spans, dump_tokens};

#[test]
fn recorded_trees() {
    for path in cases("trees") {
        let text = read(&path);
        let (sources, module, diagnostics) = parse("case.py", &text);
        let found: Vec<String> = diagnostics.iter().map(|found| render_concise(found, &sources)).collect();
        assert!(found.is_empty(), "{}: {found:?}", path.display());
        check_recorded(&path.with_extension("ast"), &dump_ast(&sources, &module));
        if path.file_stem().is_some_and(|stem| stem == "spans") {
            check_recorded(&path.with_extension("spans"), &dump_ast_with_spans(&sources, &module));
        }
    }
}

/// Expressions, each of which is one statement, against their S-expression.
fn check(text: &str, expected: &str) {
    let (sources, module, diagnostics) = parse("case.py", text);
    let found: Vec<String> = diagnostics.iter().map(|found| render_concise(found, &sources)).collect();
    assert!(found.is_empty(), "{text}: {found:?}");
    let dumped: Vec<String> = module
        .body
        .iter()
        .map(|stmt| match &stmt.kind {
            StmtKind::Expr(value) => quipu_syntax::dump_expr(value),
            kind => panic!("{text} is no expression: {kind:?}"),
        })
        .collect();
    assert_eq!(dumped.join("; "), expected, "{text}");
}

#[test]
fn precedence() {
    check("a + b * c", "(+ a (* b c))");
    check("a - b - c", "(- (- a b) c)");
    check("a ** b ** c", "(** a (** b c))");
    check("-a ** -b", "(- (** a (- b)))");
    check("a @ b / c // d % e", "(% (// (/ (@ a b) c) d) e)");
    check("a | b ^ c & d << e + f", "(| a (^ b (& c (<< d (+ e f)))))");
    check("not a == b", "(not (compare a == b))");
    check("a < b == c is not d not in e", "(compare a < b == c is-not d not-in e)");
    check("(a < b) < c", "(compare (compare a < b) < c)");
    check("a or b and not c or d", "(or a (and b (not c)) d)");
    check("a if b else c if d else e", "(if b a (if d c e))");
    check("lambda: a if b else c", "(lambda () (if b a c))");
    check("-a.b[c](d)", "(- (call (index (. a b) c) d))");
    check("~+-a", "(~ (+ (- a)))");
    check("a if (b := c) else d", "(if (:= b c) a d)");
    check("1if a else 2", "(if a 1 2)");
}

#[test]
fn integers() {
    let value = |text: &str| {
        let (_, module, diagnostics) = parse("case.py", text);
        assert!(diagnostics.is_empty(), "{text}");
        match module.body.first().map(|stmt| &stmt.kind) {
            Some(StmtKind::Expr(expr)) => match &expr.kind {
                ExprKind::Int(value) => value.clone(),
                kind => panic!("{text}: {kind:?}"),
            },
            other => panic!("{text}: {other:?}"),
        }
    };
    assert_eq!(value("1_000"), IntLit::Value(1000));
    assert_eq!(value("0xFf_Ff"), IntLit::Value(0xffff));
    assert_eq!(value("0o1_7"), IntLit::Value(0o17));
    assert_eq!(value("0b1_01"), IntLit::Value(0b101));
    assert_eq!(value("00_0"), IntLit::Value(0));
    assert_eq!(value("18446744073709551616"), IntLit::Value(1 << 64));
    let large = "0x1_00000000000000000000000000000000";
    assert_eq!(value(large), IntLit::Large(large.into()));
}

#[test]
fn names_are_compared_in_normal_form() {
    check("𝛼; α", "α; α");
    check("ﬁx", "fix");
}

#[test]
fn header_comments_and_docstring() {
    let text = "#!/usr/bin/env quipu\n\n# digits: 15 np.exp, np.tanh\n#no blank\n\"\"\"What it does.\"\"\"\n# later\n";
    let (_, module, _) = parse("case.py", text);
    let comments: Vec<&str> = module.header_comments.iter().map(|comment| comment.text.as_str()).collect();
    assert_eq!(comments, ["!/usr/bin/env quipu", "digits: 15 np.exp, np.tanh", "no blank"]);
    assert_eq!(module.header("digits"), Some("15 np.exp, np.tanh"));
    assert_eq!(module.header("later"), None);
    assert_eq!(module.docstring().map(|text| &**text), Some("What it does."));
}

#[test]
fn tokens_as_text() {
    let mut sources = quipu_diagnostics::SourceMap::new();
    let file = sources.add("case.py", "if x:  # why\n    y = \"\"\"a\n\"\"\"\n");
    let expected = "\
1:1 If if
1:4 Name x
1:5 Colon :
1:13 Newline
2:5 Indent
2:5 Name y
2:7 Assign =
2:9 Str \"\"\"a\\n\"\"\"
3:4 Newline
4:1 Dedent
";
    assert_eq!(dump_tokens(&sources, file), expected);
}
