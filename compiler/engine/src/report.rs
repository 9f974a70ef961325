//! Exceptions that end a program, as Python shows them.

use quipu_abi::ErrorKind;
use quipu_diagnostics::{SourceMap, Span};
use quipu_ir::core::eval::EvalError;
use quipu_ir::{Func, Loc, Module, loops};
use quipu_runtime::Raised;
use std::fmt::Write as _;

/// Why a program did not come to its end.
#[derive(Clone, Debug)]
pub enum Failure {
    /// An exception that nothing caught. `trace` is outermost first: a place and the function that it is in.
    Raised { kind: ErrorKind, text: String, trace: Vec<(Span, String)> },
    /// The chosen tier cannot do this yet.
    Unsupported { what: String, span: Option<Span> },
    /// A fault of the compiler.
    Internal(String),
}

/// The traceback and the last line, without a line end.
pub fn traceback(sources: &SourceMap, kind: ErrorKind, text: &str, trace: &[(Span, String)]) -> String {
    let mut out = String::new();
    if !trace.is_empty() {
        out.push_str("Traceback (most recent call last):\n");
    }
    for (span, function) in trace {
        let at = sources.line_col(*span);
        let name = sources.name(span.file);
        let _ = writeln!(out, "  File \"{name}\", line {}, in {function}", at.line);
        if let Some(line) = sources.file(span.file).map(|f| f.line_text(at.line).trim().to_string()) {
            let _ = writeln!(out, "    {line}");
        }
    }
    out.push_str(kind.name());
    if !text.is_empty() {
        let _ = write!(out, ": {text}");
    }
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
pub(crate) fn raised(module: &loops::Module, r: &Raised) -> Failure {
    let base = module.site_base;
    let mut trace = vec![];
    let mut at = r.site.checked_sub(base).and_then(|k| module.sites.get(k as usize));
    let text = match (&r.text, at) {
        (Some(t), _) => t.clone(),
        (None, Some(s)) => fill(&s.message, &r.operands),
        (None, None) => String::new(),
    };
    while let Some(s) = at {
        let span = Span::new(quipu_diagnostics::FileId(s.file), s.start, s.end);
        trace.push((span, s.func.clone()));
        at = s.caller.and_then(|c| c.0.checked_sub(base)).and_then(|k| module.sites.get(k as usize));
    }
    trace.reverse();
    Failure::Raised { kind: r.kind, text, trace }
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
    Failure::Raised { kind: e.kind, text: e.text.clone(), trace }
}

/// A location with the calls that it is inlined into, innermost first.
fn chain(f: &Func, loc: Loc, out: &mut Vec<(Span, String)>) {
    let mut at = Some(loc);
    while let Some(l) = at.and_then(|l| f.locs.get(l.index())) {
        out.push((l.span, l.function.to_string()));
        at = l.caller;
    }
}
