//! Exceptions that end a program, as Python shows them.

use quipu_abi::ErrorKind;
use quipu_diagnostics::{SourceMap, Span};
use quipu_ir::core::eval::EvalError;
use quipu_ir::{Func, Loc, Module, loops};
use quipu_runtime::Raised;
use quipu_runtime::text::{exception_arguments, exception_line, exception_str};
use std::fmt::Write as _;

/// Why a program did not come to its end.
#[derive(Clone, Debug)]
pub enum Failure {
    /// An exception that nothing caught. `trace` is outermost first: a place and the function that it is in.
    /// The text is as `ErrorRecord` has it.
    Raised { kind: ErrorKind, text: String, trace: Vec<(Span, String)> },
    /// A `SystemExit` that nothing caught: the status, and what to write to standard error.
    Exit { status: u8, message: Option<String> },
    /// The chosen tier cannot do this yet.
    Unsupported { what: String, span: Option<Span> },
    /// A fault of the compiler.
    Internal(String),
}

/// How often a traceback shows a place of a recursive function.
const SHOWN_AGAIN: usize = 3;

/// The traceback and the last line, without a line end.
pub fn traceback(sources: &SourceMap, kind: ErrorKind, text: &str, trace: &[(Span, String)]) -> String {
    let mut out = String::new();
    if !trace.is_empty() {
        out.push_str("Traceback (most recent call last):\n");
    }
    // A line that comes again and again is shown three times, as CPython does.
    let (mut before, mut times) = (String::new(), 0);
    let again = |times: usize, out: &mut String| {
        if let Some(n) = times.checked_sub(SHOWN_AGAIN).filter(|n| *n > 0) {
            let s = if n > 1 { "s" } else { "" };
            let _ = writeln!(out, "  [Previous line repeated {n} more time{s}]");
        }
    };
    // What the library does inside is CPython's own, in C: its tracebacks end at the program's call.
    let library = |span: &Span| sources.name(span.file).starts_with(quipu_infer::LIBRARY_FILES);
    let inside = trace.iter().all(|(span, _)| library(span));
    for (span, function) in trace.iter().filter(|(span, _)| inside || !library(span)) {
        let at = sources.line_col(*span);
        let name = sources.name(span.file);
        let mut entry = format!("  File \"{name}\", line {}, in {function}\n", at.line);
        if let Some(line) = sources.file(span.file).map(|f| f.line_text(at.line).trim().to_string()) {
            let _ = writeln!(entry, "    {line}");
        }
        if let Some(marks) = crate::carets::carets(sources, *span) {
            let _ = writeln!(entry, "    {marks}");
        }
        if entry != before {
            again(times, &mut out);
            (before, times) = (entry, 0);
        }
        times += 1;
        if times <= SHOWN_AGAIN {
            out.push_str(&before);
        }
    }
    again(times, &mut out);
    out.push_str(&exception_line(kind, text));
    out
}

/// `{0}` to `{3}` of a template replaced.
fn fill(template: &str, operands: &[i64]) -> String {
    let mut out = template.to_string();
    for (k, v) in operands.iter().enumerate() {
        out = out.replace(&format!("{{{k}}}"), &v.to_string());
    }
    out
}

/// An exception that compiled code left in its context.
/// `base` is the number of the first of its sites.
pub(crate) fn raised(base: u32, sites: &[loops::Site], r: &Raised) -> Failure {
    let mut trace = vec![];
    let site = |n: u32| n.checked_sub(base).and_then(|k| sites.get(k as usize));
    let at = site(r.site);
    let text = match (&r.text, at) {
        (Some(t), _) => t.clone(),
        (None, Some(s)) => fill(&s.message, &r.operands),
        (None, None) => String::new(),
    };
    let mut chain = |at: Option<&loops::Site>| {
        let mut at = at.cloned();
        while let Some(s) = &at {
            let span = Span::new(quipu_diagnostics::FileId(s.file), s.start, s.end);
            trace.push((span, s.func.clone()));
            at = s.caller.and_then(|c| site(c.0)).cloned();
        }
    };
    // The test of the stack stands in front of a function's first line: the call names its place.
    chain(at.filter(|s| s.end > 0 || r.calls.is_empty()));
    for (n, times) in &r.calls {
        // CPython goes no deeper than about as many calls.
        (0..(*times).min(1000)).for_each(|_| chain(site(*n)));
    }
    trace.reverse();
    ended(r.kind, &text, trace)
}

/// An exception of the evaluator.
pub(crate) fn evaluated(module: &Module, e: &EvalError) -> Failure {
    if e.is_internal() {
        return Failure::Internal(e.text.clone());
    }
    let mut trace = vec![];
    for (func, loc) in &e.trace {
        if let Some(f) = module.funcs.get(func.index()) {
            chain(f, *loc, &mut trace);
        }
    }
    trace.reverse();
    ended(e.kind, &e.text, trace)
}

/// How a program ends by an exception with this text.
fn ended(kind: ErrorKind, text: &str, trace: Vec<(Span, String)>) -> Failure {
    if kind != ErrorKind::SystemExit {
        return Failure::Raised { kind, text: text.to_string(), trace };
    }
    // As CPython: no argument or None is success, an int is the status, anything else is shown.
    let arguments = exception_arguments(kind, text);
    let one = arguments.strip_prefix('(').and_then(|a| a.strip_suffix(')'));
    let status = match one {
        Some("" | "None" | "False") => Some(0),
        Some("True") => Some(1),
        Some(n) => n.parse::<i64>().ok(),
        None => None,
    };
    match status {
        Some(n) => Failure::Exit { status: n as u8, message: None },
        None => Failure::Exit { status: 1, message: Some(exception_str(text).to_string()) },
    }
}

/// A location with the calls that it is inlined into, innermost first.
fn chain(f: &Func, loc: Loc, out: &mut Vec<(Span, String)>) {
    let mut at = Some(loc);
    while let Some(l) = at.and_then(|l| f.locs.get(l.index())) {
        out.push((l.span, l.function.to_string()));
        at = l.caller;
    }
}
