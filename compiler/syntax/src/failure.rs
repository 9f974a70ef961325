//! Why a line is no line of the language: the grammar's complaint (a token, and what could have stood there) put into
//! words that help.
//!
//! Typical mistakes are recognized from the tokens around the place, first match first; what remains is told as "expected
//! .., found ..". Only one diagnostic is made for a line: whatever follows the first mistake is guesswork.

use crate::builder::{Builder, INVALID_SYNTAX, UNSUPPORTED_SYNTAX};
use crate::lexer::{Tok, Token};
use lalrpop_util::ParseError;
use quipu_diagnostics::{Diagnostic, Span};

/// Reports `error` about `line`, whose tokens end at `end`.
pub fn report(b: &mut Builder<'_>, line: &[Token], end: u32, error: ParseError<u32, Tok, ()>) {
    let (found, expected) = match error {
        ParseError::UnrecognizedToken { token: (start, tok, end), expected } => {
            (Some(Token { tok, start, end }), expected)
        }
        ParseError::ExtraToken { token: (start, tok, end) } => (Some(Token { tok, start, end }), Vec::new()),
        ParseError::UnrecognizedEof { expected, .. } => (None, expected),
        ParseError::InvalidToken { .. } | ParseError::User { .. } => (None, Vec::new()),
    };
    let at = found.map_or(line.len(), |found| {
        line.iter().position(|token| token.start == found.start && token.end == found.end).unwrap_or(line.len())
    });
    let place = Place { b, line, at, found, end, expected: &expected };
    let diagnostic = place.known_mistake().unwrap_or_else(|| place.generic());
    b.report(diagnostic);
}

struct Place<'p, 's> {
    b: &'p Builder<'s>,
    line: &'p [Token],
    /// Index in `line` of the token that does not fit; `line.len()` at the end.
    at: usize,
    found: Option<Token>,
    end: u32,
    /// Terminals of the grammar, in its notation.
    expected: &'p [String],
}

impl Place<'_, '_> {
    fn tok(&self, idx: usize) -> Option<Tok> {
        self.line.get(idx).map(|token| token.tok)
    }

    fn before(&self) -> Option<Token> {
        self.line.get(self.at.checked_sub(1)?).copied()
    }

    fn first(&self) -> Option<Tok> {
        self.tok(0)
    }

    fn text(&self, token: Token) -> &str {
        self.b.slice(token.start, token.end)
    }

    fn span(&self) -> Span {
        match self.found {
            Some(token) => self.b.span(token.start, token.end),
            None => self.b.span(self.end, self.end),
        }
    }

    fn token_span(&self, token: Token) -> Span {
        self.b.span(token.start, token.end)
    }

    fn expects(&self, terminal: &str) -> bool {
        self.expected.iter().any(|name| name.trim_matches('"') == terminal)
    }

    /// An operand could stand here.
    fn expects_operand(&self) -> bool {
        self.expects("NAME") && self.expects("INT")
    }

    fn error(&self, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(INVALID_SYNTAX, message, self.span())
    }

    fn known_mistake(&self) -> Option<Diagnostic> {
        let found = self.found.map(|token| token.tok);
        let first = self.first();
        let second = self.tok(1);
        let before = self.before();
        let word = self.line.first().filter(|token| token.tok == Tok::Name).map_or("", |&token| self.text(token));
        let last = self.line.last().map(|token| token.tok);

        if word == "match" && last == Some(Tok::Colon) && self.line.len() > 2 {
            let span = self.line.first().map_or(self.span(), |&token| self.token_span(token));
            return Some(
                Diagnostic::error(UNSUPPORTED_SYNTAX, "`match` is not part of Quipu's language", span)
                    .help("write `if`, `elif` and `else`"),
            );
        }
        if matches!(found, Some(Tok::Async)) {
            return Some(
                Diagnostic::error(UNSUPPORTED_SYNTAX, "`async` is not part of Quipu's language", self.span())
                    .help("remove `async`; parallel loops are written with `prange`"),
            );
        }
        if (word == "print" || word == "exec") && self.at == 1 && second.is_some_and(begins_operand) {
            let span = self.line.first().map_or(self.span(), |&token| self.token_span(token));
            let message = format!("`{word}` is a function and needs parentheses");
            return Some(Diagnostic::error(INVALID_SYNTAX, message, span).help(format!("write `{word}(..)`")));
        }
        // The header of a compound statement without its colon.
        if self.expects(":") && first.is_some_and(has_block) && !self.in_brackets() {
            if found.is_none() {
                return Some(
                    self.error("expected `:` at the end of the line").help("write `:` behind the header of a block"),
                );
            }
            if found == Some(Tok::Assign) && matches!(first, Some(Tok::If | Tok::Elif | Tok::While)) {
                return Some(self.error("`=` assigns and cannot stand in a condition").help("write `==` to compare"));
            }
        }
        if first == Some(Tok::Else) && found == Some(Tok::If) && self.at == 1 {
            return Some(self.error("`else` takes no condition").help("write `elif`"));
        }
        if first == Some(Tok::Except) && found == Some(Tok::Comma) {
            return Some(self.error("several exception types need parentheses").help("write `except (A, B):`"));
        }
        if first == Some(Tok::From) && before.is_some_and(|before| before.tok == Tok::Comma) && found.is_none() {
            return Some(self.error("trailing comma in an import without parentheses"));
        }
        if found == Some(Tok::Assign)
            && let Some(name) = before.filter(|before| self.at == 1 && before.tok.is_keyword())
        {
            return Some(self.keyword_as_name(name));
        }
        if found == Some(Tok::Assign) {
            return Some(
                self.error("`=` cannot stand in an expression")
                    .help("write `==` to compare, or make the assignment a statement of its own"),
            );
        }
        if found == Some(Tok::Walrus) {
            return Some(
                self.error("`:=` needs parentheses here").help("write `=` for an assignment, or `(name := value)`"),
            );
        }
        let operator = |tok: Tok| Some(tok) == found && before.is_some_and(|before| before.tok == tok);
        // An operator of two signs, as one.
        let both = before.map_or(self.span(), |before| self.token_span(before).to(self.span()));
        let no_operator = |message: &str| Some(Diagnostic::error(INVALID_SYNTAX, message, both));
        if operator(Tok::Amp) {
            return no_operator("`&&` is no operator").map(|d| d.help("write `and`, or `&` for arrays and bits"));
        }
        if operator(Tok::Bar) {
            return no_operator("`||` is no operator").map(|d| d.help("write `or`, or `|` for arrays and bits"));
        }
        if found == Some(Tok::Gt) && before.is_some_and(|before| before.tok == Tok::Lt) {
            return no_operator("`<>` is no operator").map(|d| d.help("write `!=`"));
        }
        if found.is_none() && self.line.len() >= 3 {
            let doubled = self.line.get(self.line.len() - 2).map(|token| token.tok);
            if last == doubled && matches!(last, Some(Tok::Plus | Tok::Minus)) {
                let sign = if last == Some(Tok::Plus) { "+" } else { "-" };
                return Some(self.error(format!("`{sign}{sign}` is no operator")).help(format!("write `{sign}= 1`")));
            }
        }
        if let Some(token) = self.found
            && token.tok.is_keyword()
            && !is_infix(token.tok)
            && self.expects("NAME")
            && !(self.expects_operand() && begins_operand(token.tok))
        {
            if token.tok == Tok::Return && self.line.get(..self.at).unwrap_or(&[]).iter().any(|t| t.tok == Tok::Lambda)
            {
                return Some(self.error("the body of a lambda is an expression").help("leave `return` out"));
            }
            return Some(self.keyword_as_name(token));
        }
        if found.is_none() && first == Some(Tok::FStringStart) && self.line.iter().any(|token| token.tok == Tok::Lambda)
        {
            return Some(
                self.error("a lambda in an f-string field needs parentheses").help("write `{(lambda x: x)(1)}`"),
            );
        }
        // `a if b` without else.
        if self.expects("else") && !self.expects_operand() {
            let conditional = self.line.get(..self.at).unwrap_or(&[]).iter().skip(1).any(|token| token.tok == Tok::If);
            if conditional && !matches!(found, Some(tok) if begins_operand(tok)) {
                return Some(
                    self.error("expected `else` in a conditional expression").help("write `a if condition else b`"),
                );
            }
        }
        if let (Some(token), Some(before)) = (self.found, before)
            && begins_operand(token.tok)
            && ends_operand(before.tok)
            && self.expects("+")
        {
            let span = self.token_span(before);
            let found = self.error(format!("expected an operator before {}", self.describe(token)));
            let found = found.secondary(span, "");
            return Some(if self.in_brackets() { found.help("a comma may be missing") } else { found });
        }
        None
    }

    fn keyword_as_name(&self, token: Token) -> Diagnostic {
        let message = format!("`{}` is a keyword and cannot be a name", self.text(token));
        Diagnostic::error(INVALID_SYNTAX, message, self.token_span(token))
            .help(format!("write `{}_`", self.text(token)))
    }

    fn in_brackets(&self) -> bool {
        let mut depth = 0i64;
        for token in self.line.get(..self.at).unwrap_or(&[]) {
            if token.tok.is_open() {
                depth += 1;
            } else if token.tok.opener().is_some() {
                depth -= 1;
            }
        }
        depth > 0 || self.first() == Some(Tok::FStringStart)
    }

    fn describe(&self, token: Token) -> String {
        match token.tok {
            Tok::Str => "a string".to_owned(),
            _ => format!("`{}`", self.text(token)),
        }
    }

    fn generic(&self) -> Diagnostic {
        let found = match self.found {
            Some(token) => self.describe(token),
            None if self.first() == Some(Tok::FStringStart) => "the end of the field".to_owned(),
            None => "the end of the line".to_owned(),
        };
        let mut wanted: Vec<String> = Vec::new();
        if self.expects_operand() {
            wanted.push("an expression".to_owned());
        } else {
            if self.expects("NAME") {
                wanted.push("a name".to_owned());
            }
            // Where an operand has ended, `in` is one operator of many, and a call one thing of many that may follow.
            let after_operand = self.expects("+");
            for terminal in [":", "(", ")", "]", "}", "=", ",", "in", "import", "else"] {
                if self.expects(terminal) && !(after_operand && matches!(terminal, "in" | "(")) {
                    wanted.push(format!("`{terminal}`"));
                }
            }
        }
        // Where nearly everything could follow, a list says nothing.
        match wanted.as_slice() {
            [one] => self.error(format!("expected {one}, found {found}")),
            [one, two] => self.error(format!("expected {one} or {two}, found {found}")),
            _ => self.error(format!("{found} cannot stand here")),
        }
    }
}

fn has_block(tok: Tok) -> bool {
    use Tok::{Class, Def, Elif, Else, Except, Finally, For, If, Try, While, With};
    matches!(tok, Class | Def | Elif | Else | Except | Finally | For | If | Try | While | With)
}

/// Keywords that stand between operands or clauses; nobody means them as names.
fn is_infix(tok: Tok) -> bool {
    use Tok::{And, As, Else, From, If, Import, In, Is, Or};
    matches!(tok, And | As | Else | From | If | Import | In | Is | Or)
}

fn begins_operand(tok: Tok) -> bool {
    use Tok::{Await, Ellipsis, False, Float, Imaginary, Int, LBrace, Lambda, Name, None, Not, Str, True};
    matches!(tok, Await | Ellipsis | False | Float | Imaginary | Int | LBrace | Lambda | Name | None | Not | Str | True)
}

fn ends_operand(tok: Tok) -> bool {
    use Tok::{Ellipsis, False, Float, Imaginary, Int, Name, None, RBrace, RBracket, RParen, Str, True};
    matches!(tok, Ellipsis | False | Float | Imaginary | Int | Name | None | RBrace | RBracket | RParen | Str | True)
}
