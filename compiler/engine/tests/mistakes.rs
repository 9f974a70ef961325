//! Mistakes that users make, in tests/mistakes: each gives one error at the right place, short, with a remedy.
//!
//! A program's first line says where the error is, and whether something can be done about it:
//!
//! ```text
//! # at 4:9, remedy
//! # at 3:7, 4:7
//! ```
//!
//! (two errors that have nothing to do with each other). Beside it NAME.err has what `quipu run --tier cranelift` prints;
//! `QUIPU_BLESS=1` writes it anew. What CPython says of all of them stands in python.txt (`python tests/record.py
//! tests/mistakes`): an exception of ours has its last line and its carets' column, and a compile-time error stands only
//! where CPython has an error too or the program is outside the language.

mod common;

use quipu_diagnostics::{Color, render};
use quipu_engine::{Engine, Failure, Options, Tier};
use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::Path;

/// Lines of a diagnostic that are no source, at most.
const MOST_LINES: usize = 6;

/// Codes of errors in programs that CPython may accept.
const OUTSIDE: &[&str] = &["unsupported", "unsupported-syntax", "unknown-module", "unknown-attribute"];

/// What was printed, where each error is, and whether each has a remedy.
struct Found {
    text: String,
    places: Vec<String>,
    remedy: bool,
    /// The code of a compile-time error; the last line of a traceback otherwise.
    code: Option<&'static str>,
    last: String,
    longest: usize,
}

/// Lines of a rendered diagnostic that show no source. Bars alone and where labels stand count.
fn beside_source(text: &str) -> usize {
    let source = |l: &str| l.split_once(" |").is_some_and(|(n, _)| n.trim().parse::<u32>().is_ok());
    text.trim_end().lines().filter(|l| !source(l)).count()
}

/// The column at which CPython's carets begin, or the statement where there are none; with the line.
fn place(text: &str, source: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let Some(at) = lines.iter().rposition(|l| l.starts_with("  File \"")) else { return String::new() };
    let line = lines[at].split("line ").nth(1).and_then(|l| l.split(',').next()).unwrap_or_default();
    let shown = line.parse::<usize>().ok().and_then(|n| source.lines().nth(n - 1)).unwrap_or_default();
    let mut column = shown.len() - shown.trim_start().len();
    if let Some(carets) = lines.get(at + 2)
        && carets.contains('^')
        && carets.trim_matches([' ', '~', '^']).is_empty()
    {
        column += carets.find('^').unwrap_or(4) - 4;
    }
    format!("{line}:{}", column + 1)
}

fn find(name: &str, text: &str) -> Option<Found> {
    let engine = Engine::new(Options { tier: Tier::Cranelift, threads: Some(1), ..Options::default() });
    let mut program = match engine.compile(name, text) {
        Ok(p) => p,
        Err(e) => {
            let shown: Vec<String> = e.diagnostics.iter().map(|d| render(d, &e.sources, Color::Plain)).collect();
            let place = |d: &quipu_diagnostics::Diagnostic| {
                let at = e.sources.line_col(d.span());
                format!("{}:{}", at.line, at.column)
            };
            return Some(Found {
                text: shown.concat(),
                places: e.diagnostics.iter().map(place).collect(),
                remedy: e.diagnostics.iter().all(|d| !d.help.is_empty()),
                code: e.diagnostics.first().map(|d| d.code),
                last: String::new(),
                longest: shown.iter().map(|s| beside_source(s)).max().unwrap_or(0),
            });
        }
    };
    let mut shown: String = program.warnings.iter().map(|d| render(d, &program.sources, Color::Plain)).collect();
    let Err(Failure::Raised { kind, text: words, trace }) = common::run(&engine, &mut program, 1).1 else {
        return None;
    };
    let traceback = quipu_engine::traceback(&program.sources, kind, &words, &trace);
    let places = vec![place(&traceback, text)];
    let last = traceback.lines().last().unwrap_or_default().to_string();
    let help = quipu_engine::remedy(&program.hints, kind, &words, &trace);
    let _ = writeln!(shown, "{traceback}");
    if let Some(h) = &help {
        let _ = writeln!(shown, "help: {h}");
    }
    let remedy = help.is_some() || last.contains(". Did you mean: ");
    Some(Found { text: shown, places, remedy, code: None, last, longest: 0 })
}

/// What is wrong with the answer to a mistake.
fn faults(found: &Found, header: &str, python: &str) -> String {
    let mut wrong = String::new();
    let parts: Vec<&str> = header.trim_start_matches("# at ").split(", ").collect();
    let (places, rest): (Vec<&str>, Vec<&str>) = parts.into_iter().partition(|p| p.contains(':'));
    if found.places != places {
        let _ = writeln!(wrong, "errors at {}, not at {}", found.places.join(", "), places.join(", "));
    }
    if rest == ["remedy"] && !found.remedy {
        let _ = writeln!(wrong, "no remedy");
    }
    if found.longest > MOST_LINES {
        let _ = writeln!(wrong, "{} lines beside the source", found.longest);
    }
    let (at, last) = python.split_once(' ').unwrap_or_default();
    match found.code {
        None if last != found.last => _ = writeln!(wrong, "CPython says\n  {last}\nnot\n  {}", found.last),
        None if found.places != [at] => _ = writeln!(wrong, "CPython's carets are at {at}"),
        Some(code) if last == "no error" && !OUTSIDE.contains(&code) => {
            let _ = writeln!(wrong, "CPython accepts it");
        }
        _ => {}
    }
    wrong
}

#[test]
fn each_mistake_gives_one_good_error() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/mistakes");
    let bless = std::env::var_os("QUIPU_BLESS").is_some();
    let python = std::fs::read_to_string(folder.join("python.txt")).expect("CPython's answers");
    let python: HashMap<&str, &str> = python.lines().filter_map(|l| l.split_once(' ')).collect();
    let (mut n, mut wrong) = (0, String::new());
    let mut files: Vec<_> = std::fs::read_dir(&folder).expect("the mistakes").flatten().map(|e| e.path()).collect();
    files.sort();
    for path in files.iter().filter(|p| p.extension().is_some_and(|e| e == "py")) {
        n += 1;
        let stem = path.file_stem().and_then(|s| s.to_str()).expect("a name");
        let text = std::fs::read_to_string(path).expect("a program");
        let mut report = String::new();
        match find(&format!("{stem}.py"), &text) {
            None => report.push_str("no error\n"),
            Some(found) => {
                let header = text.lines().next().unwrap_or_default();
                match python.get(stem) {
                    Some(python) => report.push_str(&faults(&found, header, python)),
                    None => report.push_str("CPython's answer is not recorded\n"),
                }
                let err = path.with_extension("err");
                if bless {
                    std::fs::write(&err, &found.text).expect("a writable file");
                } else if std::fs::read_to_string(&err).unwrap_or_default() != found.text {
                    let _ = writeln!(report, "the record is another; now:\n{}", found.text);
                }
            }
        }
        if !report.is_empty() {
            let _ = writeln!(wrong, "{stem}: {report}");
        }
    }
    assert!(wrong.is_empty(), "{wrong}\nQUIPU_BLESS=1 rewrites the records");
    assert!(n > 100, "only {n} mistakes");
}
