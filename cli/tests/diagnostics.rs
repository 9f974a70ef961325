//! The forms in which the command shows what is wrong: with excerpts, a line each, a JSON object each; and what it says
//! behind a traceback.

use std::process::{Command, Stdio};

const TWO: &str = "x = 1\nprint(totl)\ndef never():\n    return undefinde\nx = x + z\n";

/// What a command writes to standard error, and its status.
fn quipu(args: &[&str], code: &str) -> (String, Option<i32>) {
    let mut c = Command::new(env!("CARGO_BIN_EXE_quipu"));
    c.env("QUIPU_CACHE_DIR", "");
    let done = c.args(args).args(["-c", code]).stdin(Stdio::null()).output().expect("the command runs");
    (String::from_utf8(done.stderr).expect("text"), done.status.code())
}

#[test]
fn a_line_each() {
    for command in ["check", "run"] {
        let expected = "\
<string>:2:7: error[unknown-name]: name `totl` is not defined here
<string>:4:12: error[unknown-name]: name `undefinde` is not defined here
<string>:5:9: error[unknown-name]: name `z` is not defined here
";
        assert_eq!(quipu(&[command, "--concise"], TWO), (expected.to_string(), Some(1)));
    }
}

#[test]
fn a_json_object_each() {
    for command in ["check", "run"] {
        let (text, status) = quipu(&[command, "--json"], TWO);
        assert_eq!((text.lines().count(), status), (3, Some(1)));
        let expected = r#"{"severity":"error","code":"unknown-name","message":"name `totl` is not defined here","primary":{"file":"<string>","start":{"line":2,"column":7,"offset":12},"end":{"line":2,"column":11,"offset":16},"text":""},"secondary":[],"notes":[],"help":[]}"#;
        assert_eq!(text.lines().next(), Some(expected));
    }
}

/// A name that nothing binds, in code that never runs, is no error: CPython would not notice.
#[test]
fn a_warning_where_nothing_runs() {
    let code = "def never():\n    return undefinde\nprint(1)\n";
    let expected = "<string>:2:12: warning[unknown-name]: name `undefinde` is not defined here\n";
    assert_eq!(quipu(&["run", "--concise", "--tier", "cranelift"], code), (expected.to_string(), Some(0)));
}

#[test]
fn a_remedy_behind_a_traceback() {
    let expected = "\
Traceback (most recent call last):
  File \"<string>\", line 1, in <module>
    for k in [1, 2]: print(k + \"a\")
                           ~~^~~~~
TypeError: unsupported operand type(s) for +: 'int' and 'str'
help: `int(text)` and `float(text)` make numbers, `str(x)` makes text
";
    let code = "for k in [1, 2]: print(k + \"a\")\n";
    assert_eq!(quipu(&["run", "--tier", "cranelift"], code), (expected.to_string(), Some(1)));
}
