//! `quipu repl`: a prompt for statements, and commands that begin with a colon.
//!
//! On a terminal lines can be edited, come back from the history of earlier sessions, and are completed with Tab.
//! Otherwise the statements are read from standard input, without prompts.

mod input;

use crate::{color, complain, say};
use input::Reader;
use quipu_diagnostics::{Diagnostic, render};
use quipu_engine::{Engine, Failure, Options, Session, SessionError, traceback};

/// The name of what is typed, in tracebacks.
const NAME: &str = "<stdin>";

/// How often `:time` measures.
const RUNS: usize = 7;

const HELP: &str = "\
Statements are compiled and run as they are entered; the value of an expression is shown.
A block ends with an empty line. Ctrl-C stops what is running, Ctrl-D leaves.
    _              the value that was shown last
    :type EXPR     the type of an expression, without running it
    :time EXPR     how long it takes: mean and deviation of 7 runs
    :help          this text
    :quit          leaves
";

/// Reads and runs until the input ends; gives the exit status.
pub fn run(options: Options) -> Result<u8, String> {
    let mut session = Engine::new(options).session(NAME);
    session.catch_interrupts();
    let mut reader = Reader::new()?;
    if reader.is_terminal() {
        say(&format!("Quipu {}. :help tells what there is.\n", env!("CARGO_PKG_VERSION")));
    }
    loop {
        reader.know(session.names());
        let Some(text) = reader.read()? else { return Ok(0) };
        if let Some(command) = text.trim().strip_prefix(':') {
            let (word, rest) = command.trim().split_once(char::is_whitespace).unwrap_or((command.trim(), ""));
            let shown = match (word, rest.trim()) {
                ("help", _) => Ok(HELP.to_string()),
                ("quit" | "q", _) => return Ok(0),
                ("type" | "time", "") => Ok(format!(":{word} takes an expression\n")),
                ("type", e) => session.type_of(e).map(|t| t + "\n"),
                ("time", e) => session.time(e, RUNS).map(|(runs, loops)| timed(&runs, loops)),
                (other, _) => Ok(format!("there is no command :{other}; :help lists them\n")),
            };
            match shown {
                Ok(text) => say(&text),
                Err(e) => _ = complain_of(&session, e),
            }
            continue;
        }
        match session.enter(&text) {
            Ok(notes) => show(&session, &notes),
            Err(e) => {
                if let Some(status) = complain_of(&session, e) {
                    return Ok(status);
                }
            }
        }
    }
}

/// A line as `%timeit` prints it.
fn timed(runs: &[f64], loops: u64) -> String {
    let n = runs.len() as f64;
    let mean = runs.iter().sum::<f64>() / n;
    let deviation = (runs.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n).sqrt();
    let plural = if loops == 1 { "" } else { "s" };
    format!(
        "{} +- {} per loop (mean +- std. dev. of {} runs, {loops} loop{plural} each)\n",
        duration(mean),
        duration(deviation),
        runs.len()
    )
}

/// Three digits and a unit.
fn duration(seconds: f64) -> String {
    let units = [(1.0, "s"), (1e-3, "ms"), (1e-6, "us"), (1e-9, "ns")];
    let (size, unit) = units.into_iter().find(|(size, _)| seconds >= *size).unwrap_or((1e-9, "ns"));
    let x = seconds / size;
    let digits = if x >= 100.0 { 0 } else { 1 + usize::from(x < 10.0) };
    format!("{x:.digits$} {unit}")
}

/// Shows why nothing came of it; a status where it ended the session.
fn complain_of(session: &Session, e: SessionError) -> Option<u8> {
    match e {
        SessionError::Diagnostics(all) => {
            show(session, &all);
            None
        }
        SessionError::Failed(f) => failed(session, &f),
    }
}

fn show(session: &Session, all: &[Diagnostic]) {
    for d in all {
        complain(render(d, &session.sources, color()).trim_end());
    }
}

/// Shows why a statement did not come to its end; a status where it ended the session.
fn failed(session: &Session, f: &Failure) -> Option<u8> {
    match f {
        Failure::Raised { kind, text, trace } => complain(&traceback(&session.sources, *kind, text, trace)),
        Failure::Exit { status, message } => {
            if let Some(text) = message {
                complain(text);
            }
            return Some(*status);
        }
        other => _ = crate::show_failure(&session.sources, &[], other),
    }
    None
}
