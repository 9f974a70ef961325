//! Reading the recorded cases.
#![allow(dead_code, reason = "each test uses some of it")]

pub fn unescape(field: &str) -> String {
    let mut out = String::new();
    let mut chars = field.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.push(match chars.next() {
                Some('n') => '\n',
                Some('t') => '\t',
                Some('r') => '\r',
                Some(c) => c,
                None => '\\',
            }),
            c => out.push(c),
        }
    }
    out
}

pub fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2).map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).unwrap()).collect()
}

pub fn numbers<T: std::str::FromStr<Err: std::fmt::Debug>>(list: &str) -> Vec<T> {
    list.split(',').filter(|item| !item.is_empty()).map(|item| item.parse().unwrap()).collect()
}

/// The text of a result, or of the exception as the records have it.
pub fn or_error(result: quipu_runtime::Result<String>) -> String {
    result.unwrap_or_else(|error| format!("!{}: {}", error.kind.name(), error.text))
}
