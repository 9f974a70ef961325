//! `quipu repl`: a prompt for statements, and commands that begin with a colon.
//!
//! On a terminal lines can be edited, come back from the history of earlier sessions, and are completed with Tab.
//! Otherwise the statements are read from standard input, without prompts.

mod input;

use crate::{color, complain, say};
use input::Reader;
use quipu_diagnostics::{Diagnostic, render};
use quipu_engine::{Engine, Failure, Options, Session, SessionError, Show, traceback};
use std::cell::RefCell;
use std::rc::Rc;

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
    :ir EXPR       the core IR of an expression, such as a call, without running it
    :asm EXPR      its machine code
    :help          this text
    :quit          leaves
";

/// Reads and runs until the input ends; gives the exit status.
pub fn run(options: Options) -> Result<u8, String> {
    let session = Rc::new(RefCell::new(Engine::new(options).session(NAME)));
    session.borrow().catch_interrupts();
    let mut reader = Reader::new(&session)?;
    if reader.is_terminal() {
        say(&format!("Quipu {}. :help tells what there is.\n", env!("CARGO_PKG_VERSION")));
    }
    loop {
        // While a line is read, Tab asks the session for names.
        let Some(text) = reader.read()? else { return Ok(0) };
        let session = &mut *session.borrow_mut();
        if let Some(line) = text.trim().strip_prefix(':') {
            let (word, rest) = line.trim().split_once(char::is_whitespace).unwrap_or((line.trim(), ""));
            if matches!(word, "quit" | "q") {
                return Ok(0);
            }
            match command(session, word, rest.trim()) {
                Ok(text) => say(&text),
                Err(e) => _ = complain_of(session, e),
            }
            continue;
        }
        match session.enter(&text) {
            Ok(notes) => show(session, &notes),
            Err(e) => {
                if let Some(status) = complain_of(session, e) {
                    return Ok(status);
                }
            }
        }
    }
}

/// What a command other than `:quit` shows.
fn command(session: &mut Session, word: &str, expression: &str) -> Result<String, SessionError> {
    let stage = match word {
        "help" => return Ok(HELP.to_string()),
        "type" | "time" | "ir" | "asm" if expression.is_empty() => {
            return Ok(format!(":{word} takes an expression\n"));
        }
        "type" => return session.type_of(expression).map(|t| t + "\n"),
        "time" => return session.time(expression, RUNS).map(|(runs, loops)| timed(&runs, loops)),
        "ir" => Show::Core,
        "asm" => Show::Asm,
        other => return Ok(format!("there is no command :{other}; :help lists them\n")),
    };
    if session.is_function(expression) {
        return Ok(format!(
            "a function is compiled for the types of its arguments: show a call, :{word} {expression}(..)\n"
        ));
    }
    session.emit(expression, stage)
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
