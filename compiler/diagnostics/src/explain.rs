//! The page behind each code: `codes/<code>.md`, embedded when this crate is built.
//!
//! The table is generated from the folder's listing, so a new code needs its page and nothing else. A page says what
//! the code means and why it exists, and shows a failing example and the same example fixed.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

include!(concat!(env!("OUT_DIR"), "/codes.rs"));

/// The page for `code`, in Markdown.
pub fn explain(code: &str) -> Option<&'static str> {
    CODES.binary_search_by_key(&code, |&(name, _)| name).ok().and_then(|i| CODES.get(i)).map(|&(_, page)| page)
}

/// Every code that has a page, in alphabetical order.
pub fn codes() -> impl Iterator<Item = &'static str> {
    CODES.iter().map(|&(name, _)| name)
}

/// A code that was written down.
pub(crate) fn known<'de, D: Deserializer<'de>>(from: D) -> Result<&'static str, D::Error> {
    let name = <std::borrow::Cow<'de, str>>::deserialize(from)?;
    codes().find(|code| *code == name).ok_or_else(|| D::Error::custom("no code of a diagnostic"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_has_the_same_shape() {
        assert!(CODES.is_sorted());
        for code in codes() {
            let page = explain(code).expect("listed codes have pages");
            assert!(page.starts_with(&format!("# {code}\n")), "{code}: the title is not the code");
            assert!(code.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{code} is not kebab-case");
            assert!(page.matches("```python\n").count() >= 2, "{code}: a failing and a fixed example are needed");
            assert!(page.contains("\nInstead:\n"), "{code}: the fixed example stands under `Instead:`");
        }
        assert_eq!(explain("no-such-code"), None);
    }
}
