//! Inputs that nobody would write: random bytes, random tokens, damaged programs. Nothing panics, every error renders,
//! spans lie in the file, and a tree without errors keeps the invariants that later stages rely on.

use crate::{cases, parse, read};
use quipu_diagnostics::{Color, render, render_concise};
use quipu_syntax::ast::{Expr, Stmt, StmtKind};
use quipu_syntax::{MAX_DEPTH, dump_ast, dump_tokens};

/// xorshift64*: the same inputs on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() >> 33) as usize % n.max(1)
    }

    fn pick<'a, T: ?Sized>(&mut self, items: &[&'a T]) -> &'a T {
        items.get(self.below(items.len())).expect("picked from a list that is not empty")
    }
}

fn expr_depth(expr: &Expr, len: usize) -> usize {
    assert!(expr.span.start <= expr.span.end && expr.span.end as usize <= len, "{:?}", expr.span);
    let mut deepest = 0;
    expr.children(&mut |child| deepest = deepest.max(expr_depth(child, len)));
    deepest + 1
}

fn check_stmt(stmt: &Stmt, len: usize, errors: bool, depth: usize) {
    assert!(depth <= 2 * MAX_DEPTH, "statements are nested too deeply");
    assert!(errors || !matches!(stmt.kind, StmtKind::Error), "an error statement without a diagnostic");
    assert!(stmt.span.start <= stmt.span.end && stmt.span.end as usize <= len, "{:?}", stmt.span);
    stmt.exprs(&mut |expr| assert!(expr_depth(expr, len) <= MAX_DEPTH, "an expression is nested too deeply"));
    for block in stmt.blocks() {
        block.iter().for_each(|stmt| check_stmt(stmt, len, errors, depth + 1));
    }
}

fn check(text: &str) {
    let (sources, module, diagnostics) = parse("case.py", text);
    let errors = diagnostics.iter().any(quipu_diagnostics::Diagnostic::is_error);
    module.body.iter().for_each(|stmt| check_stmt(stmt, text.len(), errors, 0));
    for found in diagnostics.iter().take(3) {
        assert!(found.primary.span.end as usize <= text.len(), "{found:?}");
        assert!(!render(found, &sources, Color::Plain).is_empty());
        assert!(!render_concise(found, &sources).contains('\n') || text.contains('\n'));
    }
    dump_ast(&sources, &module);
    dump_tokens(&sources, module.file);
}

const PIECES: &[&str] = &[
    "def ",
    "class ",
    "if ",
    "elif ",
    "else",
    "for ",
    "while ",
    "try",
    "except",
    "finally",
    "with ",
    "as ",
    "return ",
    "lambda ",
    "yield ",
    "async ",
    "await ",
    "match ",
    "import ",
    "from ",
    "global ",
    "nonlocal ",
    "del ",
    "not ",
    "in ",
    "is ",
    "and ",
    "or ",
    "None",
    "True",
    "x",
    "y",
    "αβ",
    "1",
    "0x",
    "1.5e",
    "2j",
    "0b12",
    "1_",
    "'",
    "\"",
    "'''",
    "\"\"\"",
    "f'",
    "f\"{",
    "{x!r:>{",
    "}",
    "rb'",
    "\\",
    "\\\n",
    "\n",
    "\n",
    "\n    ",
    "\n\t",
    "\n  ",
    "\r\n",
    "\r",
    "#",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    ";",
    ".",
    "...",
    "=",
    ":=",
    "==",
    "!=",
    "<",
    ">>=",
    "**",
    "*",
    "//=",
    "@",
    "->",
    "~",
    "-",
    "!",
    "?",
    "$",
    "\u{feff}",
    "\0",
    "\u{a0}",
    "“",
    "\\N{",
    "\\x",
    "\\ud800",
    " ",
    "print ",
];

#[test]
fn random_bytes() {
    let mut random = Random(0x1234_5678_9abc_def1);
    for _ in 0..1500 {
        let len = random.below(120);
        let bytes: Vec<u8> = (0..len).map(|_| random.next().to_le_bytes()[5]).collect();
        check(&String::from_utf8_lossy(&bytes));
    }
}

#[test]
fn random_tokens() {
    let mut random = Random(0xfeed_beef_0bad_cafe);
    for _ in 0..6000 {
        let len = random.below(40);
        let text: String = (0..len).map(|_| random.pick(PIECES)).collect();
        check(&text);
    }
}

/// Recorded programs with pieces cut, doubled, inserted and replaced; and cut off at any place.
#[test]
fn damaged_programs() {
    let programs: Vec<String> = cases("trees").iter().chain(&cases("errors")).map(|path| read(path)).collect();
    let mut random = Random(0x0dd_ba11_5eed_0001);
    for _ in 0..1500 {
        let program = programs.get(random.below(programs.len())).expect("there are programs");
        let mut chars: Vec<char> = program.chars().collect();
        // A window of the program keeps the inputs short and the places of damage dense.
        let start = random.below(chars.len());
        chars.drain(..start);
        chars.truncate(20 + random.below(300));
        for _ in 0..=random.below(4) {
            let at = random.below(chars.len());
            let len = random.below(8).min(chars.len() - at);
            match random.below(4) {
                0 => drop(chars.drain(at..at + len)),
                1 => drop(chars.splice(at..at, random.pick(PIECES).chars())),
                2 => drop(chars.splice(at..at + len, random.pick(PIECES).chars())),
                _ => {
                    let again: Vec<char> = chars.iter().skip(at).take(len).copied().collect();
                    chars.splice(at..at, again);
                }
            }
        }
        check(&chars.into_iter().collect::<String>());
    }
    for program in &programs {
        for _ in 0..12 {
            let at = random.below(program.len());
            if let Some(cut) = program.get(..at) {
                check(cut);
            }
        }
    }
}

/// Long inputs of every repeated piece: a step that is quadratic would take minutes here.
#[test]
fn long_inputs_take_linear_time() {
    for piece in PIECES {
        check(&piece.repeat(8_000));
    }
    for pattern in
        ["(\n", "x = (\n", "with (", "if x:\n  (\n", "f'{x}' ", "x,", "x=", "'a' ", "f(x=1,", "@x\n", "x:", "{x:"]
    {
        check(&pattern.repeat(5_000));
    }
}
