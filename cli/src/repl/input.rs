//! Where statements come from: a terminal with line editing, or standard input.

use quipu_engine::Session;
use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::FileHistory;
use rustyline::validate::Validator;
use rustyline::{Context, Editor, Helper};
use std::cell::RefCell;
use std::io::{BufRead, IsTerminal};
use std::path::PathBuf;
use std::rc::Rc;

/// The prompts, as Python's.
const FIRST: &str = ">>> ";
const MORE: &str = "... ";

pub enum Reader {
    Terminal { editor: Box<Editor<Names, FileHistory>>, history: Option<PathBuf> },
    Pipe(std::io::Lines<std::io::StdinLock<'static>>),
}

/// What Tab completes: the names of the session, and attributes.
pub struct Names {
    session: Rc<RefCell<Session>>,
}

impl Reader {
    pub fn new(session: &Rc<RefCell<Session>>) -> Result<Reader, String> {
        let stdin = std::io::stdin();
        if !stdin.is_terminal() {
            return Ok(Reader::Pipe(stdin.lock().lines()));
        }
        let mut editor = Editor::new().map_err(|e| format!("the terminal: {e}"))?;
        editor.set_helper(Some(Names { session: Rc::clone(session) }));
        let history = history_file();
        if let Some(path) = &history {
            // There is none the first time.
            let _ = editor.load_history(path);
        }
        Ok(Reader::Terminal { editor: Box::new(editor), history })
    }

    pub fn is_terminal(&self) -> bool {
        matches!(self, Reader::Terminal { .. })
    }

    /// The next statement, which may have several lines; `None` at the end of the input.
    pub fn read(&mut self) -> Result<Option<String>, String> {
        let mut text = String::new();
        loop {
            let prompt = if text.is_empty() { FIRST } else { MORE };
            match self.line(prompt)? {
                Line::Text(line) => {
                    if text.is_empty() && line.trim().is_empty() {
                        continue;
                    }
                    text.push_str(&line);
                    text.push('\n');
                    if !wants_more(&text) {
                        self.remember(&text);
                        return Ok(Some(text));
                    }
                }
                Line::Interrupted => {
                    crate::complain("KeyboardInterrupt");
                    text.clear();
                }
                Line::End if text.is_empty() => return Ok(None),
                Line::End => return Ok(Some(text)),
            }
        }
    }

    fn line(&mut self, prompt: &str) -> Result<Line, String> {
        match self {
            Reader::Terminal { editor, .. } => match editor.readline(prompt) {
                Ok(line) => Ok(Line::Text(line)),
                Err(ReadlineError::Interrupted) => Ok(Line::Interrupted),
                Err(ReadlineError::Eof) => Ok(Line::End),
                Err(e) => Err(format!("the terminal: {e}")),
            },
            Reader::Pipe(lines) => match lines.next() {
                Some(Ok(line)) => Ok(Line::Text(line)),
                Some(Err(e)) => Err(format!("standard input: {e}")),
                None => Ok(Line::End),
            },
        }
    }

    fn remember(&mut self, text: &str) {
        if let Reader::Terminal { editor, history } = self {
            let _ = editor.add_history_entry(text.trim_end());
            if let Some(path) = history {
                // A session without a history is better than none.
                let _ = editor.append_history(path);
            }
        }
    }
}

enum Line {
    Text(String),
    Interrupted,
    End,
}

fn history_file() -> Option<PathBuf> {
    let data = std::env::var_os("XDG_STATE_HOME").map(PathBuf::from);
    let data = data.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".local/state")))?;
    let dir = data.join("quipu");
    std::fs::create_dir_all(&dir).ok()?;
    Some(dir.join("history"))
}

/// Is the statement still open? As in CPython: brackets and long strings until they are closed, blocks until an empty
/// line.
fn wants_more(text: &str) -> bool {
    let open = scan(text);
    if open.inside {
        return true;
    }
    let first = text.lines().next().unwrap_or_default();
    let word = first.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
    // A block may go on behind its first line: `if a: f()`, then `else: g()`.
    (open.colon || first.starts_with('@') || BLOCKS.contains(&word)) && !text.ends_with("\n\n")
}

/// What statements with blocks begin with.
const BLOCKS: &[&str] = &["async", "class", "def", "for", "if", "try", "while", "with"];

/// How a text ends.
struct Open {
    /// In brackets, in a long string, or behind a backslash.
    inside: bool,
    /// Does a line end with a colon outside of brackets?
    colon: bool,
}

fn scan(text: &str) -> Open {
    let b = text.as_bytes();
    let (mut i, mut depth, mut colon) = (0, 0usize, false);
    // The last byte of the current line that is neither blank nor in a comment.
    let mut last = b'\n';
    while i < b.len() {
        match b[i] {
            q @ (b'\'' | b'"') => {
                let long = b[i..].starts_with(&[q, q, q]);
                let Some(end) = string_end(b, i, q, long) else {
                    return Open { inside: long, colon };
                };
                i = end;
                last = q;
                continue;
            }
            b'#' => {
                while i < b.len() && b[i] != b'\n' {
                    i += 1;
                }
                continue;
            }
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b'\n' => {
                colon |= last == b':' && depth == 0;
                if last == b'\\' && i + 1 == b.len() {
                    return Open { inside: true, colon };
                }
            }
            _ => {}
        }
        if !matches!(b[i], b' ' | b'\t' | b'\r') {
            last = b[i];
        }
        i += 1;
    }
    Open { inside: depth > 0, colon }
}

/// Behind the string that begins at `i`; `None` if it does not end. One in a line ends with it, wrongly.
fn string_end(b: &[u8], i: usize, quote: u8, long: bool) -> Option<usize> {
    let width = if long { 3 } else { 1 };
    let mut k = i + width;
    while k < b.len() {
        match b[k] {
            b'\\' => k += 1,
            b'\n' if !long => return Some(k),
            c if c == quote && (!long || b[k..].starts_with(&[quote; 3])) => return Some(k + width),
            _ => {}
        }
        k += 1;
    }
    None
}

impl Completer for Names {
    type Candidate = String;

    fn complete(&self, line: &str, pos: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<String>)> {
        let before = &line[..pos];
        let start = before.rfind(|c: char| !c.is_alphanumeric() && c != '_').map_or(0, |k| k + 1);
        let word = &before[start..];
        // A session that is at work does not read lines.
        let Ok(mut session) = self.session.try_borrow_mut() else { return Ok((pos, vec![])) };
        let names = match before[..start].strip_suffix('.') {
            Some(owner) => {
                let path = owner.rfind(|c: char| !c.is_alphanumeric() && c != '_' && c != '.').map_or(0, |k| k + 1);
                session.attributes(&owner[path..])
            }
            // An indentation.
            None if word.is_empty() => return Ok((pos, vec!["    ".to_string()])),
            None => session.names().into_iter().chain(session.builtins()).chain(KEYWORDS.iter().copied()).collect(),
        };
        let mut found: Vec<String> = names.iter().filter(|n| n.starts_with(word)).map(ToString::to_string).collect();
        found.sort();
        found.dedup();
        Ok((start, found))
    }
}

const KEYWORDS: &[&str] = &[
    "and", "assert", "break", "class", "continue", "def", "del", "elif", "else", "except", "False", "finally", "for",
    "from", "global", "if", "import", "in", "is", "lambda", "None", "nonlocal", "not", "or", "pass", "raise", "return",
    "True", "try", "while", "with", "yield",
];

impl Hinter for Names {
    type Hint = String;
}
impl Highlighter for Names {}
impl Validator for Names {}
impl Helper for Names {}

#[cfg(test)]
mod tests {
    use super::wants_more;

    #[test]
    fn statements_end_where_python_ends_them() {
        for whole in ["x = 1\n", "f(1,\n  2)\n", "s = '''a\nb'''\n", "for i in x:\n    pass\n\n", "x = 'it''s'  # (\n"]
        {
            assert!(!wants_more(whole), "{whole}");
        }
        for open in
            ["f(1,\n", "s = '''a\n", "for i in x:\n", "if a:\n    b\n", "x = 1 + \\\n", "@njit\n", "d = {1: 2,\n"]
        {
            assert!(wants_more(open), "{open}");
        }
        for line in ["def f(x): return x\n", "if a: b\n", "class A: pass\n"] {
            assert!(wants_more(line) && !wants_more(&format!("{line}\n")), "{line}");
        }
        assert!(!wants_more("definite = 1\n") && wants_more("if a: b\nelse: c\n"));
    }
}
