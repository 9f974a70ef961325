//! Raw tokens: what the text says character by character, before indentation and brackets are understood.
//!
//! logos makes the automaton; only strings are finished by hand, because their end depends on how they start. A token
//! has no payload: whoever needs its text slices the source with its span, so tokens are `Copy` and a file's tokens are
//! one flat array. A lexical error is a token too ([`Tok::Error`]) with a diagnostic beside it, so that the rest of the
//! file is still read. Line ends inside brackets, comments and layout are the business of `layout.rs`.

use logos::{Lexer, Logos};
use quipu_diagnostics::{Diagnostic, FileId, Span};

pub const INVALID_CHARACTER: &str = "invalid-character";
pub const INVALID_NUMBER: &str = "invalid-number";
pub const UNTERMINATED_STRING: &str = "unterminated-string";

/// What made logos stop; the diagnostic is made by [`raw_tokens`], which knows the place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LexError {
    #[default]
    Character,
    String,
    TripleString,
}

#[derive(Logos, Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[logos(error = LexError)]
#[logos(skip r"[ \t\x0c]+")]
#[logos(skip r"\\(\r\n|\n|\r)")]
pub enum Tok {
    /// A physical line's end; `layout.rs` keeps those that end a logical line.
    #[regex(r"\r\n|\n|\r")]
    Newline,
    #[regex(r"#[^\r\n]*", allow_greedy = true)]
    Comment,
    Indent,
    Dedent,
    /// Text that is no token; there is a diagnostic for it.
    Error,
    /// Put before an expression that stands in an f-string, to choose that rule of the grammar.
    FStringStart,
    /// The `(` of `with (a as b, c as d):`, which `layout.rs` tells from that of an expression.
    WithParen,

    #[regex(r"[\p{XID_Start}_]\p{XID_Continue}*")]
    Name,
    #[regex(r"[0-9](_?[0-9])*")]
    #[regex(r"0[xX](_?[0-9a-fA-F])+")]
    #[regex(r"0[oO](_?[0-7])+")]
    #[regex(r"0[bB](_?[01])+")]
    Int,
    #[regex(r"([0-9](_?[0-9])*)?\.[0-9](_?[0-9])*([eE][+-]?[0-9](_?[0-9])*)?")]
    #[regex(r"[0-9](_?[0-9])*\.([eE][+-]?[0-9](_?[0-9])*)?")]
    #[regex(r"[0-9](_?[0-9])*[eE][+-]?[0-9](_?[0-9])*")]
    Float,
    #[regex(r"([0-9](_?[0-9])*)?\.[0-9](_?[0-9])*([eE][+-]?[0-9](_?[0-9])*)?[jJ]")]
    #[regex(r"[0-9](_?[0-9])*\.?([eE][+-]?[0-9](_?[0-9])*)?[jJ]")]
    Imaginary,
    #[regex("([rR]|[uU]|[bB]|[fF]|[bB][rR]|[rR][bB]|[fF][rR]|[rR][fF])?(\"\"\"|'''|\"|')", string)]
    Str,

    #[token("False")]
    False,
    #[token("None")]
    None,
    #[token("True")]
    True,
    #[token("and")]
    And,
    #[token("as")]
    As,
    #[token("assert")]
    Assert,
    #[token("async")]
    Async,
    #[token("await")]
    Await,
    #[token("break")]
    Break,
    #[token("class")]
    Class,
    #[token("continue")]
    Continue,
    #[token("def")]
    Def,
    #[token("del")]
    Del,
    #[token("elif")]
    Elif,
    #[token("else")]
    Else,
    #[token("except")]
    Except,
    #[token("finally")]
    Finally,
    #[token("for")]
    For,
    #[token("from")]
    From,
    #[token("global")]
    Global,
    #[token("if")]
    If,
    #[token("import")]
    Import,
    #[token("in")]
    In,
    #[token("is")]
    Is,
    #[token("lambda")]
    Lambda,
    #[token("nonlocal")]
    Nonlocal,
    #[token("not")]
    Not,
    #[token("or")]
    Or,
    #[token("pass")]
    Pass,
    #[token("raise")]
    Raise,
    #[token("return")]
    Return,
    #[token("try")]
    Try,
    #[token("while")]
    While,
    #[token("with")]
    With,
    #[token("yield")]
    Yield,

    #[token("(")]
    LParen,
    #[token(")")]
    RParen,
    #[token("[")]
    LBracket,
    #[token("]")]
    RBracket,
    #[token("{")]
    LBrace,
    #[token("}")]
    RBrace,
    #[token(",")]
    Comma,
    #[token(":")]
    Colon,
    #[token(";")]
    Semicolon,
    #[token(".")]
    Dot,
    #[token("...")]
    Ellipsis,
    #[token("->")]
    Arrow,
    #[token(":=")]
    Walrus,
    #[token("=")]
    Assign,
    #[token("+")]
    Plus,
    #[token("-")]
    Minus,
    #[token("*")]
    Star,
    #[token("**")]
    DoubleStar,
    #[token("/")]
    Slash,
    #[token("//")]
    DoubleSlash,
    #[token("%")]
    Percent,
    #[token("@")]
    At,
    #[token("<<")]
    LShift,
    #[token(">>")]
    RShift,
    #[token("&")]
    Amp,
    #[token("|")]
    Bar,
    #[token("^")]
    Caret,
    #[token("~")]
    Tilde,
    #[token("==")]
    EqEq,
    #[token("!=")]
    NotEq,
    #[token("<")]
    Lt,
    #[token("<=")]
    LtE,
    #[token(">")]
    Gt,
    #[token(">=")]
    GtE,
    #[token("+=")]
    PlusAssign,
    #[token("-=")]
    MinusAssign,
    #[token("*=")]
    StarAssign,
    #[token("**=")]
    DoubleStarAssign,
    #[token("/=")]
    SlashAssign,
    #[token("//=")]
    DoubleSlashAssign,
    #[token("%=")]
    PercentAssign,
    #[token("@=")]
    AtAssign,
    #[token("<<=")]
    LShiftAssign,
    #[token(">>=")]
    RShiftAssign,
    #[token("&=")]
    AmpAssign,
    #[token("|=")]
    BarAssign,
    #[token("^=")]
    CaretAssign,
}

/// A token and its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    pub tok: Tok,
    pub start: u32,
    pub end: u32,
}

impl Tok {
    pub fn is_number(self) -> bool {
        matches!(self, Tok::Int | Tok::Float | Tok::Imaginary)
    }

    pub fn is_open(self) -> bool {
        matches!(self, Tok::LParen | Tok::LBracket | Tok::LBrace | Tok::WithParen)
    }

    /// The opening bracket that this closing bracket needs.
    pub fn opener(self) -> Option<Tok> {
        match self {
            Tok::RParen => Some(Tok::LParen),
            Tok::RBracket => Some(Tok::LBracket),
            Tok::RBrace => Some(Tok::LBrace),
            _ => None,
        }
    }

    /// A reserved word.
    pub fn is_keyword(self) -> bool {
        (Tok::False as u8..=Tok::Yield as u8).contains(&(self as u8))
    }

    /// A word that begins a statement and can stand nowhere inside an expression.
    pub fn begins_statement_only(self) -> bool {
        use Tok::{
            Assert, Break, Class, Continue, Def, Del, Elif, Except, Finally, Global, Import, Nonlocal, Pass, Raise,
            Return, Try, While, With,
        };
        matches!(
            self,
            Assert
                | Break
                | Class
                | Continue
                | Def
                | Del
                | Elif
                | Except
                | Finally
                | Global
                | Import
                | Nonlocal
                | Pass
                | Raise
                | Return
                | Try
                | While
                | With
        )
    }
}

/// Finishes a string whose prefix and opening quotes have been read. A backslash hides the character after it, in raw
/// strings too.
fn string(lexer: &mut Lexer<'_, Tok>) -> Result<(), LexError> {
    let opening = lexer.slice().as_bytes();
    let quote = opening.last().copied().unwrap_or(b'"');
    let triple = opening.len() >= 3 && opening.iter().rev().take(3).all(|&b| b == quote);
    let rest = lexer.remainder().as_bytes();
    let mut at = 0;
    while let Some(&byte) = rest.get(at) {
        match byte {
            // The second byte of CRLF is read as an ordinary line end in the next round, which a triple-quoted
            // string may have; in the others it has to go with the first.
            b'\\' if rest.get(at + 1) == Some(&b'\r') && rest.get(at + 2) == Some(&b'\n') => at += 3,
            b'\\' => at += 2,
            b'\n' | b'\r' if !triple => {
                lexer.bump(at);
                return Err(LexError::String);
            }
            _ if byte == quote && !triple => {
                lexer.bump(at + 1);
                return Ok(());
            }
            _ if byte == quote && rest.get(at + 1) == Some(&quote) && rest.get(at + 2) == Some(&quote) => {
                lexer.bump(at + 3);
                return Ok(());
            }
            _ => at += 1,
        }
    }
    lexer.bump(rest.len());
    Err(if triple { LexError::TripleString } else { LexError::String })
}

/// All raw tokens of `text`, whose first byte is byte `base` of the file.
pub fn raw_tokens(file: FileId, text: &str, base: u32, diagnostics: &mut Vec<Diagnostic>) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::with_capacity(text.len() / 4);
    let mut lexer = Tok::lexer(text);
    while let Some(item) = lexer.next() {
        let range = lexer.span();
        // The caller has checked that the file's length fits.
        let mut token = Token { tok: Tok::Error, start: base + range.start as u32, end: base + range.end as u32 };
        let span = Span::new(file, token.start, token.end);
        match item {
            Ok(tok) => token.tok = tok,
            Err(error) => diagnostics.extend(lexical_error(error, lexer.slice(), span, tokens.last())),
        }
        if let Some(last) = tokens.last_mut()
            && last.end == token.start
        {
            // `1_`, `0x`, `0b12`, `3days`: a number runs into the next token. Python allows only some keywords there.
            let keyword =
                matches!(token.tok, Tok::And | Tok::Else | Tok::For | Tok::If | Tok::In | Tok::Is | Tok::Not | Tok::Or);
            let word = token.tok == Tok::Name || token.tok.is_number() || (token.tok.is_keyword() && !keyword);
            if last.tok.is_number() && word && !starts_with_dot(text, token.start - base) {
                last.tok = Tok::Error;
                last.end = token.end;
                let span = Span::new(file, last.start, last.end);
                let written = text.get((last.start - base) as usize..(last.end - base) as usize).unwrap_or("");
                diagnostics.push(invalid_number(written, span));
                continue;
            }
            // One token and one diagnostic for a run of characters that nothing begins with.
            if last.tok == Tok::Error && token.tok == Tok::Error {
                last.end = token.end;
                continue;
            }
        }
        tokens.push(token);
    }
    // What was skipped at the end must not promise another line.
    let rest = tokens.last().map_or(0, |last| (last.end - base) as usize);
    if let Some(at) = text.get(rest..).and_then(|rest| rest.rfind('\\'))
        && text.get(rest + at + 1..).is_some_and(|after| after.trim_start_matches(['\r', '\n']).is_empty())
        && tokens.last().is_none_or(|last| last.tok != Tok::Comment)
    {
        let at = base + (rest + at) as u32;
        diagnostics.push(
            Diagnostic::error(
                INVALID_CHARACTER,
                "backslash continues the line, but the file ends",
                Span::new(file, at, at + 1),
            )
            .help("remove the backslash"),
        );
    }
    tokens
}

fn starts_with_dot(text: &str, at: u32) -> bool {
    text.as_bytes().get(at as usize) == Some(&b'.')
}

fn invalid_number(written: &str, span: Span) -> Diagnostic {
    let found = Diagnostic::error(INVALID_NUMBER, format!("invalid number `{written}`"), span);
    let lower = written.to_ascii_lowercase();
    if lower.ends_with('_') || lower.contains("__") {
        found.help("an underscore stands between two digits")
    } else if lower.starts_with("0x") {
        found.help("hexadecimal digits are 0-9 and a-f")
    } else if lower.starts_with("0o") {
        found.help("octal digits are 0-7")
    } else if lower.starts_with("0b") {
        found.help("binary digits are 0 and 1")
    } else {
        found.help("a name cannot begin with a digit; to multiply, write `*`")
    }
}

/// `None` where the last token is an error that this one continues.
fn lexical_error(error: LexError, written: &str, span: Span, last: Option<&Token>) -> Option<Diagnostic> {
    match error {
        LexError::Character => {
            if last.is_some_and(|last| last.tok == Tok::Error && last.end == span.start) {
                return None;
            }
            let c = written.chars().next().unwrap_or('\0');
            let named = if c.is_control() || c.is_whitespace() || c == '\u{feff}' {
                format!("U+{:04X}", c as u32)
            } else {
                format!("`{c}`")
            };
            let found = Diagnostic::error(INVALID_CHARACTER, format!("invalid character {named}"), span);
            Some(match c {
                '\\' => found.help("a backslash that continues a line is the last character of the line"),
                '!' => found.help("write `not x` for negation and `a != b` for inequality"),
                '?' => found.help("write `a if condition else b`"),
                '\u{201c}' | '\u{201d}' | '\u{2018}' | '\u{2019}' => found.help("quotes are `\"` and `'`"),
                '\u{2212}' | '\u{2013}' => found.help("the minus sign is `-`"),
                '\u{d7}' => found.help("multiplication is `*`"),
                '\u{a0}' => found.help("write an ordinary space"),
                _ => found,
            })
        }
        LexError::String => Some(
            Diagnostic::error(UNTERMINATED_STRING, "string is not closed on its line", span)
                .help("close it with the quote that opens it, or use three quotes for text of several lines"),
        ),
        LexError::TripleString => {
            let opening = Span { end: span.start + 3, ..span };
            Some(
                Diagnostic::error(UNTERMINATED_STRING, "triple-quoted string is never closed", opening)
                    .label("opened here"),
            )
        }
    }
}
