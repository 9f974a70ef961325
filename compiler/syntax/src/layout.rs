//! Layout: physical lines to logical lines, indentation to `Indent` and `Dedent`, brackets matched.
//!
//! One pass over the raw tokens with two stacks, of indentations and of open brackets. Inside brackets line ends count
//! for nothing. Columns are counted twice, with tabs to multiples of 8 and with tabs as one column; where the two counts
//! disagree about what is deeper, the file's look depends on the reader's tab width, and it is refused (as in CPython).
//!
//! A bracket that is never closed would swallow the rest of the file. It is noticed at a word that only a statement can
//! begin with, first on its line, or at the end of the file. The statement becomes one `Error` token, and reading goes on
//! at that word, or after the end of the file at the first line that is indented no deeper than the statement. The second
//! way reads a part of the file again, so it is taken at most [`MAX_RESUMES`] times: time stays linear.

use crate::lexer::{Tok, Token};
use quipu_diagnostics::{Diagnostic, FileId, Span};

pub const UNCLOSED_BRACKET: &str = "unclosed-bracket";
pub const UNMATCHED_BRACKET: &str = "unmatched-bracket";
pub const INVALID_INDENTATION: &str = "invalid-indentation";

const MAX_RESUMES: usize = 16;
/// CPython's limit; it bounds the recursion over blocks.
const MAX_INDENTS: usize = 100;

/// An indentation, counted with tabs to multiples of 8 and with tabs as one column.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
struct Column {
    wide: usize,
    narrow: usize,
}

struct Open {
    tok: Tok,
    raw_idx: usize,
    out_idx: usize,
    /// What stands directly in it: the evidence for `with (a as b, c):` against `with (a, b)[0]:`.
    has_as: bool,
    has_comma: bool,
    is_expression: bool,
}

struct Layout<'a> {
    file: FileId,
    text: &'a str,
    raw: &'a [Token],
    out: Vec<Token>,
    indents: Vec<Column>,
    brackets: Vec<Open>,
    /// Where the current logical line begins in `out`, and how deep it is indented.
    line_out: usize,
    line_column: Column,
    resumes: usize,
    too_deep: bool,
    diagnostics: &'a mut Vec<Diagnostic>,
}

/// The tokens of a file: every logical line ends with `Newline`, every `Indent` has its `Dedent`.
pub fn layout(file: FileId, text: &str, raw: &[Token], diagnostics: &mut Vec<Diagnostic>) -> Vec<Token> {
    let mut layout = Layout {
        file,
        text,
        raw,
        out: Vec::with_capacity(raw.len()),
        indents: vec![Column::default()],
        brackets: Vec::new(),
        line_out: 0,
        line_column: Column::default(),
        resumes: 0,
        too_deep: false,
        diagnostics,
    };
    let mut at = Some(0);
    while let Some(start) = at {
        layout.scan(start);
        at = layout.resume_after_end();
    }
    layout.finish()
}

impl Layout<'_> {
    fn scan(&mut self, start: usize) {
        let mut first_on_line = true;
        for raw_idx in start..self.raw.len() {
            let Some(&token) = self.raw.get(raw_idx) else { break };
            match token.tok {
                Tok::Comment => continue,
                Tok::Newline => {
                    first_on_line = true;
                    if self.brackets.is_empty() {
                        self.end_line(token.start, token.end);
                    }
                    continue;
                }
                _ => {}
            }
            if first_on_line && !self.brackets.is_empty() && token.tok.begins_statement_only() {
                self.give_up_line();
            }
            if self.brackets.is_empty() && self.out.len() == self.line_out {
                self.indentation(raw_idx, token);
            }
            first_on_line = false;
            self.token(raw_idx, token);
        }
    }

    fn end_line(&mut self, start: u32, end: u32) {
        if self.out.len() > self.line_out {
            self.out.push(Token { tok: Tok::Newline, start, end });
        }
        self.line_out = self.out.len();
    }

    fn span(&self, token: Token) -> Span {
        Span::new(self.file, token.start, token.end)
    }

    fn token(&mut self, raw_idx: usize, mut token: Token) {
        if let Some(opener) = token.tok.opener() {
            if !self.close(opener, raw_idx, token) {
                token.tok = Tok::Error;
            }
        } else if let Some(open) = self.brackets.last_mut() {
            let begins_item = self.out.last().is_some_and(|last| last.tok.is_open() || last.tok == Tok::Comma);
            match token.tok {
                Tok::As => open.has_as = true,
                Tok::Comma => open.has_comma = true,
                Tok::For | Tok::Walrus | Tok::Yield => open.is_expression = true,
                Tok::Star if begins_item => open.is_expression = true,
                _ => {}
            }
        }
        if token.tok.is_open() {
            self.brackets.push(Open {
                tok: token.tok,
                raw_idx,
                out_idx: self.out.len(),
                has_as: false,
                has_comma: false,
                is_expression: false,
            });
        }
        self.out.push(token);
    }

    /// False, with a diagnostic, if the bracket closes nothing.
    fn close(&mut self, opener: Tok, raw_idx: usize, token: Token) -> bool {
        let span = self.span(token);
        let written = self.text.get(token.start as usize..token.end as usize).unwrap_or("");
        let Some(open) = self.brackets.pop() else {
            self.diagnostics.push(
                Diagnostic::error(UNMATCHED_BRACKET, format!("`{written}` closes nothing"), span)
                    .help("remove it, or add the bracket that it should close"),
            );
            return false;
        };
        if open.tok == opener {
            self.mark_with_items(&open, raw_idx);
            return true;
        }
        let opened = self.raw.get(open.raw_idx).map_or(span, |&token| self.span(token));
        let opening = self.text.get(opened.start as usize..opened.end as usize).unwrap_or("");
        self.diagnostics.push(
            Diagnostic::error(UNMATCHED_BRACKET, format!("`{written}` does not match `{opening}`"), span)
                .secondary(opened, "")
                .help("close brackets in the order in which they open"),
        );
        // Where an outer bracket fits, the inner ones were forgotten; else this one is mistyped.
        if let Some(depth) = self.brackets.iter().rposition(|outer| outer.tok == opener) {
            self.brackets.truncate(depth);
        }
        false
    }

    /// `with (` .. `):` holds items, not an expression, when it has `as` or commas and nothing that items cannot have.
    fn mark_with_items(&mut self, open: &Open, close_idx: usize) {
        let after_with =
            open.out_idx > 0 && self.out.get(open.out_idx - 1).is_some_and(|before| before.tok == Tok::With);
        let ends_header = self.raw.get(close_idx + 1).is_some_and(|next| next.tok == Tok::Colon);
        let items = after_with && ends_header && (open.has_as || (open.has_comma && !open.is_expression));
        if let Some(paren) = self.out.get_mut(open.out_idx).filter(|_| items) {
            paren.tok = Tok::WithParen;
        }
    }

    /// Reports the innermost open bracket and puts an `Error` token for the whole statement.
    fn give_up_line(&mut self) {
        let Some(open) = self.brackets.last() else { return };
        let Some(&opener) = self.raw.get(open.raw_idx) else { return };
        // What would close it may stand in a string that swallowed the rest of its line: that is the one mistake.
        let swallowed = self.diagnostics.iter().any(|d| {
            let between = self.text.get(opener.start as usize..d.span().start as usize);
            d.code == crate::lexer::UNTERMINATED_STRING && between.is_some_and(|b| !b.contains('\n'))
        });
        let written = self.text.get(opener.start as usize..opener.end as usize).unwrap_or("");
        if !swallowed {
            let close = match written {
                "(" => ")",
                "[" => "]",
                _ => "}",
            };
            self.diagnostics.push(
                Diagnostic::error(UNCLOSED_BRACKET, format!("`{written}` is never closed"), self.span(opener))
                    .help(format!("write `{close}` where it ends")),
            );
        }
        self.brackets.clear();
        self.out.truncate(self.line_out);
        self.out.push(Token { tok: Tok::Error, ..opener });
        self.end_line(opener.end, opener.end);
    }

    /// Where to read on after the end of the file came inside a bracket.
    fn resume_after_end(&mut self) -> Option<usize> {
        let opener = self.brackets.last()?.raw_idx;
        let column = self.line_column;
        self.give_up_line();
        self.resumes += 1;
        if self.resumes > MAX_RESUMES {
            return None;
        }
        let mut first_on_line = false;
        for (raw_idx, &token) in self.raw.iter().enumerate().skip(opener + 1) {
            match token.tok {
                Tok::Comment => continue,
                Tok::Newline => first_on_line = true,
                _ => {
                    if first_on_line && token.tok.opener().is_none() && self.column(raw_idx).wide <= column.wide {
                        return Some(raw_idx);
                    }
                    first_on_line = false;
                }
            }
        }
        None
    }

    /// The indentation of the line that raw token `raw_idx` is the first of. A line that a backslash continues is one line
    /// with the next, so lines are counted by their tokens, not by line ends in the text.
    fn column(&self, raw_idx: usize) -> Column {
        let end = |token: &Token| token.end as usize;
        let line = raw_idx.checked_sub(1).and_then(|before| self.raw.get(before)).map_or(0, end);
        let first = self.raw.get(raw_idx).map_or(line, |token| token.start as usize);
        let before = self.text.as_bytes().get(line..first).unwrap_or(&[]);
        let before = before.strip_prefix(crate::parser::BYTE_ORDER_MARK.as_bytes()).unwrap_or(before);
        let mut column = Column::default();
        for byte in before {
            match byte {
                b' ' => {
                    column.wide += 1;
                    column.narrow += 1;
                }
                b'\t' => {
                    column.wide = (column.wide / 8 + 1) * 8;
                    column.narrow += 1;
                }
                b'\x0c' => column = Column::default(),
                // A backslash at the margin leaves the indentation to the next line, as in CPython.
                b'\\' if column.wide == 0 => {}
                b'\r' | b'\n' => {}
                _ => break,
            }
        }
        column
    }

    fn indentation(&mut self, raw_idx: usize, token: Token) {
        let column = self.column(raw_idx);
        self.line_column = column;
        let edge = Token { tok: Tok::Indent, start: token.start, end: token.start };
        let top = self.indents.last().copied().unwrap_or_default();
        let mut consistent = true;
        if column.wide == top.wide {
            consistent = column.narrow == top.narrow;
        } else if column.wide > top.wide {
            consistent = column.narrow > top.narrow;
            if self.indents.len() <= MAX_INDENTS {
                self.indents.push(column);
                self.out.push(edge);
            } else if !self.too_deep {
                self.too_deep = true;
                self.diagnostics.push(
                    Diagnostic::error(
                        crate::builder::NESTING_TOO_DEEP,
                        format!("blocks are nested deeper than {MAX_INDENTS} levels"),
                        self.span(token),
                    )
                    .help("move the inner blocks into functions"),
                );
            }
        } else {
            while self.indents.last().is_some_and(|top| top.wide > column.wide) {
                self.indents.pop();
                self.out.push(Token { tok: Tok::Dedent, ..edge });
            }
            let outer = self.indents.last().copied().unwrap_or_default();
            if outer.wide != column.wide {
                self.diagnostics.push(
                    Diagnostic::error(
                        INVALID_INDENTATION,
                        "indentation matches no enclosing block",
                        self.span(token).start_point(),
                    )
                    .help("indent the line as much as the block that it belongs to"),
                );
            } else {
                consistent = outer.narrow == column.narrow;
            }
        }
        if !consistent {
            self.diagnostics.push(
                Diagnostic::error(
                    INVALID_INDENTATION,
                    "tabs and spaces are mixed so that the indentation depends on the tab width",
                    self.span(token).start_point(),
                )
                .help("indent with spaces only"),
            );
        }
        // Indents and dedents precede the line.
        self.line_out = self.out.len();
    }

    fn finish(mut self) -> Vec<Token> {
        let end = self.text.len() as u32;
        self.end_line(end, end);
        for _ in 1..self.indents.len() {
            self.out.push(Token { tok: Tok::Dedent, start: end, end });
        }
        self.out
    }
}
