//! The language's specification in tests/lang: prose with programs, whose claims are checked.
//!
//! A ```` ```python ```` block is a program of its own. `reveal_type(x)  # revealed: T` says what inference knows of
//! `x`, all specializations together; `# error: [code]` that this line, and no other, is refused; `# raises: TEXT`
//! that the program ends there with an exception, whose last line of traceback is TEXT (`# limit; raises: TEXT`: one
//! that CPython has not). An ```` ```output ```` block
//! behind it is what CPython prints (`python tests/record.py tests/lang` writes it), and a ```` ```snapshot ```` block
//! what the command says of a refused program. `QUIPU_BLESS=1` writes the revealed types and the snapshots anew.

mod common;

use quipu_diagnostics::{Color, Diagnostic, SourceMap, render};
use quipu_engine::{Engine, Failure, Options, Tier};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// A fenced block: its kind, its lines, and the line of the file that its first line is (from 0).
struct Block {
    kind: String,
    lines: Vec<String>,
    at: usize,
}

fn blocks(text: &str) -> Vec<Block> {
    let mut out = vec![];
    let mut open: Option<Block> = None;
    for (k, line) in text.lines().enumerate() {
        match (&mut open, line.strip_prefix("```")) {
            (Some(_), Some(_)) => out.extend(open.take()),
            (Some(b), None) => b.lines.push(line.to_string()),
            (None, Some(kind)) => open = Some(Block { kind: kind.trim().to_string(), lines: vec![], at: k + 1 }),
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block without an end");
    out
}

/// What stands behind a mark in a line.
fn claim<'t>(line: &'t str, mark: &str) -> Option<&'t str> {
    line.split_once(mark).map(|(_, rest)| rest.trim())
}

fn line_of(d: &Diagnostic, sources: &SourceMap) -> usize {
    sources.line_col(d.span()).line as usize - 1
}

/// What is wrong with a program and its claims; `fixed` gets what the lines and the snapshot should be.
fn check(
    program: &Block,
    output: Option<&Block>,
    snapshot: Option<&Block>,
    fixed: &mut Vec<(usize, String)>,
) -> String {
    let mut wrong = String::new();
    let text = program.lines.join("\n") + "\n";
    let engine = Engine::new(Options { tier: Tier::Evaluator, threads: Some(1), ..Options::default() });
    let errors: Vec<(usize, &str)> = (program.lines.iter().enumerate())
        .filter_map(|(k, l)| Some((k, claim(l, "# error: [")?.split(']').next()?)))
        .collect();
    let mut compiled = match engine.compile("example.py", &text) {
        Ok(c) => c,
        Err(e) => {
            let found: Vec<(usize, &str)> = e.diagnostics.iter().map(|d| (line_of(d, &e.sources), d.code)).collect();
            let shown: String = e.diagnostics.iter().map(|d| render(d, &e.sources, Color::Plain)).collect();
            if found != errors {
                let _ = writeln!(wrong, "refused, where {errors:?} was claimed:\n{shown}");
            }
            if let Some(s) = snapshot {
                let want: Vec<&str> = shown.trim_end().lines().collect();
                if s.lines != want {
                    let _ = writeln!(wrong, "another diagnostic than the snapshot:\n{shown}");
                    fixed.push((s.at, want.join("\n")));
                }
            }
            return wrong;
        }
    };
    if !errors.is_empty() {
        let _ = writeln!(wrong, "accepted, where {errors:?} was claimed");
    }
    let mut claimed = 0;
    for (k, line) in program.lines.iter().enumerate() {
        let Some(want) = claim(line, "# revealed: ") else { continue };
        let on = |d: &&Diagnostic| d.code == "revealed-type" && line_of(d, &compiled.sources) == k;
        let found: Vec<&str> = compiled.warnings.iter().filter(on).map(|d| &*d.message).collect();
        claimed += found.len();
        if found != [want] {
            let found = found.join(", ");
            let _ = writeln!(wrong, "line {}: revealed {found}, not {want}", k + 1);
            let (code, _) = line.split_once("# revealed: ").expect("the claim was found there");
            fixed.push((program.at + k, format!("{code}# revealed: {found}")));
        }
    }
    if claimed < compiled.warnings.len() {
        let _ = writeln!(wrong, "types are revealed that no line claims: {:?}", compiled.warnings);
    }
    let (printed, result) = common::run(&engine, &mut compiled, 1);
    let raised = match &result {
        Ok(()) => None,
        Err(Failure::Raised { kind, text, trace }) => {
            let shown = quipu_engine::traceback(&compiled.sources, *kind, text, trace);
            shown.lines().last().map(|l| l.trim_end().to_string())
        }
        Err(e) => Some(format!("{e:?}")),
    };
    let expected = program.lines.iter().find_map(|l| claim(l, "raises: "));
    if raised.as_deref() != expected {
        let _ = writeln!(wrong, "raised {raised:?}, not {expected:?}");
    }
    let want = output.map_or(String::new(), |b| b.lines.iter().map(|l| format!("{l}\n")).collect());
    if printed != want {
        let _ = writeln!(wrong, "printed\n{printed}instead of\n{want}");
    }
    wrong
}

#[test]
fn the_specification_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/lang");
    // Programs write files.
    let work = std::env::temp_dir().join(format!("quipu-lang-{}", std::process::id()));
    std::fs::create_dir_all(&work).expect("a folder for files");
    let folder = folder.canonicalize().expect("the pages");
    std::env::set_current_dir(&work).expect("a folder for files");
    let bless = std::env::var_os("QUIPU_BLESS").is_some();
    let mut pages: Vec<PathBuf> = std::fs::read_dir(&folder).expect("the pages").flatten().map(|e| e.path()).collect();
    pages.sort();
    let (mut programs, mut wrong) = (0, String::new());
    for page in pages.iter().filter(|p| p.extension().is_some_and(|e| e == "md")) {
        let text = std::fs::read_to_string(page).expect("a readable page");
        let all = blocks(&text);
        let mut fixed = vec![];
        for (k, b) in all.iter().enumerate().filter(|(_, b)| b.kind == "python") {
            programs += 1;
            let behind = |kind: &str| all.get(k + 1).filter(|b| b.kind == kind);
            let report = check(b, behind("output"), behind("snapshot"), &mut fixed);
            if !report.is_empty() {
                let name = page.file_name().unwrap_or_default().to_string_lossy();
                let _ = writeln!(wrong, "{name}, the program at line {}:\n{report}", b.at + 1);
            }
        }
        if bless && !fixed.is_empty() {
            let mut lines: Vec<String> = text.lines().map(str::to_string).collect();
            // From the end, because a snapshot may have another number of lines.
            for (at, new) in fixed.into_iter().rev() {
                let snapshot = all.iter().find(|b| b.kind == "snapshot" && b.at == at);
                let n = snapshot.map_or(1, |b| b.lines.len());
                lines.splice(at..at + n, [new]);
            }
            std::fs::write(page, lines.join("\n") + "\n").expect("a writable page");
        }
    }
    let _ = std::fs::remove_dir_all(&work);
    assert!(wrong.is_empty(), "{wrong}");
    assert!(programs > 40, "only {programs} programs");
}
