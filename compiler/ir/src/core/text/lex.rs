//! Tokens of the text form.

use super::read::TextError;
use std::rc::Rc;

#[derive(Clone, PartialEq, Debug)]
pub enum Tok {
    Word(Rc<str>),
    /// `%name`, without the sign.
    Var(Rc<str>),
    /// `@name`, without the sign.
    Func(Rc<str>),
    /// Without a sign.
    Number(Rc<str>),
    Text(Rc<str>),
    /// `(`, `->`, `<=` and so on.
    Sign(&'static str),
    End,
}

/// A token with the bytes that it spans.
#[derive(Clone, Debug)]
pub struct Token {
    pub tok: Tok,
    pub start: usize,
    pub end: usize,
}

const SIGNS: &[&str] = &["->", "<=", ">=", "(", ")", "[", "]", "{", "}", "<", ">", "=", ",", ":", "+", "-", "*"];

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '.'
}

pub fn lex(text: &str) -> Result<Vec<Token>, TextError> {
    let mut out = vec![];
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let start = at;
        let rest = &text[at..];
        let span = |from: usize, ok: fn(char) -> bool| rest[from..].find(|c| !ok(c)).map_or(rest.len(), |n| from + n);
        let tok = match c {
            c if c.is_whitespace() => {
                at += c.len_utf8();
                continue;
            }
            ';' => {
                at += rest.find('\n').unwrap_or(rest.len());
                continue;
            }
            '@' if rest[1..].starts_with('"') => {
                let (text, n) = string(text, at + 1)?;
                at += 1 + n;
                Tok::Func(text)
            }
            '%' | '@' => {
                at += span(1, is_name);
                let name = Rc::from(&rest[1..at - start]);
                if c == '%' { Tok::Var(name) } else { Tok::Func(name) }
            }
            '"' => {
                let (text, n) = string(text, at)?;
                at += n;
                Tok::Text(text)
            }
            c if c.is_ascii_digit() => {
                at += number(rest);
                Tok::Number(Rc::from(&rest[..at - start]))
            }
            c if c.is_ascii_alphabetic() || c == '_' => {
                at += span(0, is_name);
                Tok::Word(Rc::from(&rest[..at - start]))
            }
            _ => match SIGNS.iter().find(|s| rest.starts_with(**s)) {
                Some(s) => {
                    at += s.len();
                    Tok::Sign(s)
                }
                None => return Err(TextError::at(text, at, format!("unexpected {c:?}"))),
            },
        };
        out.push(Token { tok, start, end: at });
    }
    out.push(Token { tok: Tok::End, start: at, end: at });
    Ok(out)
}

/// The length of the number that `text` starts with: digits, a fraction, an exponent.
fn number(text: &str) -> usize {
    let digits = |from: usize| text[from..].find(|c: char| !c.is_ascii_digit()).map_or(text.len(), |n| from + n);
    let mut end = digits(0);
    if text[end..].starts_with('.') {
        end = digits(end + 1);
    }
    if text[end..].starts_with('e') {
        let signed = end + 1 + usize::from(text[end + 1..].starts_with(['+', '-']));
        if text[signed..].starts_with(|c: char| c.is_ascii_digit()) {
            end = digits(signed);
        }
    }
    end
}

/// The string literal at `start` and its length.
fn string(text: &str, start: usize) -> Result<(Rc<str>, usize), TextError> {
    let bad = |at: usize| TextError::at(text, at, "a string that does not end".into());
    let mut out = String::new();
    let mut chars = text[start..].char_indices().skip(1);
    while let Some((k, c)) = chars.next() {
        match c {
            '"' => return Ok((Rc::from(out), k + 1)),
            '\\' => match chars.next().ok_or_else(|| bad(start))?.1 {
                'n' => out.push('\n'),
                't' => out.push('\t'),
                'r' => out.push('\r'),
                'u' => {
                    let hex: String = chars.by_ref().map(|c| c.1).skip(1).take_while(|c| *c != '}').collect();
                    let code = u32::from_str_radix(&hex, 16).ok().and_then(char::from_u32);
                    out.push(code.ok_or_else(|| TextError::at(text, start + k, "not a code point".into()))?);
                }
                c => out.push(c),
            },
            c => out.push(c),
        }
    }
    Err(bad(start))
}
