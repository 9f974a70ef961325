//! What a test program must do, what it did, and whether the two agree.
//!
//! How it thinks: an [`Expectation`] is read from the files beside a program. `NAME.out` is standard output, to the
//! letter. `NAME.err`, if there is one, has the last line of standard error and `exit STATUS`; without it the status
//! must be 0 and standard error is free (warnings go there). A header line in the program
//!
//! ```text
//! # digits: 15 np.exp, np.tanh
//! ```
//!
//! names the functions whose last digits may differ: then numbers must agree to that many significant digits, the
//! text between them must be equal, and runs of spaces count as one, because the width of a column follows its
//! digits. Nothing else excuses a difference.

pub mod command;
pub mod matrix;
pub mod pending;
pub mod random;

use std::fmt::Write as _;
use std::path::Path;

/// What CPython did with a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expectation {
    pub stdout: String,
    /// The last line of standard error and the exit status of a program that ends with an exception.
    pub failure: Option<(String, i32)>,
    /// Significant digits to which numbers must agree; none: every character counts.
    pub digits: Option<u32>,
}

/// What a run of the command did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    pub stdout: String,
    pub stderr: String,
    /// None: ended by a signal, or stopped because it ran too long.
    pub status: Option<i32>,
}

impl Expectation {
    /// Reads the expectation that stands beside `program`.
    pub fn of(program: &Path) -> Result<Self, String> {
        let read = |path: &Path| std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()));
        let stdout = read(&program.with_extension("out"))
            .map_err(|e| format!("{e}; record it with `python tests/record.py {}`", program.display()))?;
        let err = program.with_extension("err");
        let failure = if err.exists() { Some(parse_failure(&read(&err)?)?) } else { None };
        Ok(Self { stdout, failure, digits: parse_digits(&read(program)?)? })
    }

    /// Nothing if `outcome` is as expected, else a description of every difference.
    pub fn check(&self, outcome: &Outcome) -> Result<(), String> {
        let mut report = String::new();
        let wanted = self.failure.as_ref().map_or(0, |(_, status)| *status);
        if outcome.status != Some(wanted) {
            let got = outcome.status.map_or("none: ended by a signal or stopped".to_owned(), |s| s.to_string());
            let _ = writeln!(report, "exit status {got}, expected {wanted}");
        }
        let same = match self.digits {
            None => self.stdout == outcome.stdout,
            Some(digits) => agree(&self.stdout, &outcome.stdout, digits),
        };
        if !same {
            report.push_str("standard output differs:\n");
            report.push_str(&diff(&self.stdout, &outcome.stdout));
        }
        if let Some((line, _)) = &self.failure {
            let got = last_line(&outcome.stderr);
            if got != line {
                let _ = writeln!(report, "last line of standard error differs:\n  - {line}\n  + {got}");
            }
        }
        if report.is_empty() {
            return Ok(());
        }
        if !outcome.stderr.is_empty() {
            let _ = writeln!(report, "standard error was:\n{}", indent(&tail(&outcome.stderr, 30)));
        }
        Err(report)
    }
}

impl Outcome {
    /// Why a failing run fails, in a word or two: what a list of open work wants to show.
    pub fn kind(&self) -> String {
        match self.status {
            None => "signal or timeout".to_owned(),
            Some(101) => "panic".to_owned(),
            Some(_) => match refusal(&self.stderr) {
                Some(code) => format!("refused: {code}"),
                None => "wrong".to_owned(),
            },
        }
    }
}

/// The code of the first compile-time error in `stderr`: `error[CODE]: ...`.
pub fn refusal(stderr: &str) -> Option<&str> {
    stderr.lines().find_map(|line| line.strip_prefix("error[")?.split_once(']').map(|(code, _)| code))
}

fn parse_failure(text: &str) -> Result<(String, i32), String> {
    let (line, rest) = text.split_once('\n').ok_or("an .err file has two lines")?;
    let status = rest.trim().strip_prefix("exit ").and_then(|s| s.parse().ok());
    Ok((line.to_owned(), status.ok_or("the second line of an .err file is `exit STATUS`")?))
}

fn parse_digits(source: &str) -> Result<Option<u32>, String> {
    let header = source.lines().take_while(|line| line.starts_with('#'));
    for line in header {
        if let Some(rest) = line.strip_prefix("# digits:") {
            let mut words = rest.split_whitespace();
            let digits = words.next().and_then(|w| w.parse().ok()).ok_or("`# digits:` needs a number")?;
            if words.next().is_none() {
                return Err("`# digits:` needs the names of the functions that excuse the program".to_owned());
            }
            return Ok(Some(digits));
        }
    }
    Ok(None)
}

/// The last line but for a remedy behind a traceback.
fn last_line(text: &str) -> &str {
    text.lines().rfind(|l| !l.starts_with("help: ")).unwrap_or("")
}

fn tail(text: &str, n: usize) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(n)..].join("\n")
}

fn indent(text: &str) -> String {
    text.lines().map(|line| format!("  {line}\n")).collect()
}

/// The lines that differ, position by position: outputs of one program nearly always have equal line counts.
fn diff(expected: &str, found: &str) -> String {
    const SHOWN: usize = 12;
    let (want, got): (Vec<&str>, Vec<&str>) = (expected.split('\n').collect(), found.split('\n').collect());
    let mut out = String::new();
    let mut differing = 0;
    for i in 0..want.len().max(got.len()) {
        let (w, g) = (want.get(i), got.get(i));
        if w == g {
            continue;
        }
        differing += 1;
        if differing <= SHOWN {
            let _ = writeln!(out, "  line {}", i + 1);
            for (mark, line) in [('-', w), ('+', g)] {
                let _ = line.map(|line| writeln!(out, "  {mark} {line}"));
            }
        }
    }
    if differing > SHOWN {
        let _ = writeln!(out, "  and {} more lines", differing - SHOWN);
    }
    out
}

/// A piece of output: a number, or the text between numbers.
#[derive(Debug, PartialEq)]
enum Piece {
    Number(f64),
    Text(String),
}

/// Splits output into numbers and the text between them, with runs of white space reduced to one space.
fn pieces(text: &str) -> Vec<Piece> {
    let bytes = text.as_bytes();
    let mut out = Vec::new();
    let mut words = String::new();
    let mut i = 0;
    while i < bytes.len() {
        let starts = bytes[i].is_ascii_digit() && !bytes[..i].last().is_some_and(|b| b.is_ascii_alphabetic());
        if starts {
            let end = number_end(bytes, i);
            if let Ok(value) = text[i..end].parse() {
                out.push(Piece::Text(std::mem::take(&mut words)));
                out.push(Piece::Number(value));
                i = end;
                continue;
            }
        }
        let c = text[i..].chars().next().expect("i is a character's start below the end");
        if !c.is_whitespace() {
            words.push(c);
        } else if !words.ends_with(' ') {
            words.push(' ');
        }
        i += c.len_utf8();
    }
    out.push(Piece::Text(words));
    out
}

/// The end of the unsigned number that starts at `i`: digits, a fraction, an exponent.
fn number_end(bytes: &[u8], mut i: usize) -> usize {
    let digits = |mut i: usize| {
        while bytes.get(i).is_some_and(u8::is_ascii_digit) {
            i += 1;
        }
        i
    };
    i = digits(i);
    if bytes.get(i) == Some(&b'.') {
        i = digits(i + 1);
    }
    if matches!(bytes.get(i), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(i + 1), Some(b'+' | b'-')));
        let end = digits(i + 1 + sign);
        if end > i + 1 + sign {
            i = end;
        }
    }
    i
}

/// Whether two outputs have equal text and numbers that agree to `digits` significant digits.
fn agree(expected: &str, found: &str, digits: u32) -> bool {
    // White space at a line's or bracket's edge is a column's padding; a sign's position follows it.
    let (want, got) = (pieces(expected), pieces(found));
    want.len() == got.len()
        && want.iter().zip(&got).all(|pair| match pair {
            (Piece::Number(a), Piece::Number(b)) => close(*a, *b, digits),
            (Piece::Text(a), Piece::Text(b)) => a.trim() == b.trim() || squeeze(a) == squeeze(b),
            _ => false,
        })
}

fn squeeze(text: &str) -> String {
    text.chars().filter(|c| *c != ' ').collect()
}

fn close(a: f64, b: f64, digits: u32) -> bool {
    a == b || (a - b).abs() <= 10f64.powi(1 - digits.cast_signed()) * a.abs().max(b.abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(digits: Option<u32>, expected: &str, found: &str) -> bool {
        let want = Expectation { stdout: expected.to_owned(), failure: None, digits };
        let got = Outcome { stdout: found.to_owned(), stderr: String::new(), status: Some(0) };
        want.check(&got).is_ok()
    }

    #[test]
    fn exact_without_a_header() {
        assert!(check(None, "1.0 2\n", "1.0 2\n"));
        assert!(!check(None, "1.0 2\n", "1.0  2\n"));
        assert!(!check(None, "0.30000000000000004\n", "0.3\n"));
        assert!(!check(None, "1\n", "1"));
    }

    #[test]
    fn digits_excuse_last_digits_only() {
        assert!(check(Some(15), "x 0.30000000000000004\n", "x 0.3\n"));
        assert!(check(Some(15), "[ 1.5         0.1]", "[1.5 0.1000000000000000001]"));
        assert!(!check(Some(15), "0.3", "0.3000000001"));
        assert!(!check(Some(15), "-0.3", "0.3"));
        assert!(!check(Some(15), "0.3 a", "0.3 b"));
        assert!(!check(Some(15), "0.3 0.4", "0.3"));
        assert!(!check(Some(15), "nan", "inf"));
        assert!(check(Some(15), "float32 1e-05", "float32 1.0000000000000001e-05"));
        assert!(!check(Some(15), "float32 1", "float64 1"));
    }

    #[test]
    fn failures_need_line_and_status() {
        let want =
            Expectation { stdout: "a\n".to_owned(), failure: Some(("ValueError: b".to_owned(), 1)), digits: None };
        let run = |stdout: &str, stderr: &str, status| {
            want.check(&Outcome { stdout: stdout.to_owned(), stderr: stderr.to_owned(), status }).is_ok()
        };
        assert!(run("a\n", "Traceback\nValueError: b\n", Some(1)));
        assert!(!run("a\n", "Traceback\nValueError: c\n", Some(1)));
        assert!(!run("a\n", "Traceback\nValueError: b\n", Some(0)));
        assert!(!run("a\n", "Traceback\nValueError: b\n", None));
        assert!(!run("", "Traceback\nValueError: b\n", Some(1)));
    }

    #[test]
    fn err_and_digits_headers() {
        assert_eq!(parse_failure("IndexError: i\nexit 1\n"), Ok(("IndexError: i".to_owned(), 1)));
        assert!(parse_failure("IndexError: i\n").is_err());
        assert_eq!(parse_digits("# a\n# digits: 15 np.exp, np.sin\nx = 1\n"), Ok(Some(15)));
        assert_eq!(parse_digits("x = 1\n# digits: 15 np.exp\n"), Ok(None));
        assert!(parse_digits("# digits: 15\n").is_err());
    }

    #[test]
    fn kinds_of_failure() {
        let kind = |stderr: &str, status| Outcome { stdout: String::new(), stderr: stderr.to_owned(), status }.kind();
        assert_eq!(kind("error[no-dict]: dicts are not supported\n", Some(1)), "refused: no-dict");
        assert_eq!(kind("thread main panicked\n", Some(101)), "panic");
        assert_eq!(kind("", None), "signal or timeout");
        assert_eq!(kind("ValueError: x\n", Some(1)), "wrong");
    }
}
