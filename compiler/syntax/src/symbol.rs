//! Names as small numbers: equal text has one [`Symbol`], for the whole process.
//!
//! One table behind a lock; the text lives as long as the process, so `as_str` needs no table and no lifetime. A
//! program has some thousands of distinct names, and a process compiles few programs: what is kept is small.
//! Order is that of the text, so that sorted output does not depend on what was interned first.

use std::collections::HashMap;
use std::fmt;
use std::sync::{LazyLock, RwLock};

/// An interned name; comparing and hashing cost as much as for a `u32`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Symbol(u32);

#[derive(Default)]
struct Table {
    ids: HashMap<&'static str, u32>,
    texts: Vec<&'static str>,
}

static TABLE: LazyLock<RwLock<Table>> = LazyLock::new(RwLock::default);

impl Symbol {
    pub fn new(text: &str) -> Symbol {
        // A panic elsewhere cannot leave the table half-changed in a way that matters: `texts` grows first.
        if let Some(&id) = TABLE.read().unwrap_or_else(|e| e.into_inner()).ids.get(text) {
            return Symbol(id);
        }
        let mut table = TABLE.write().unwrap_or_else(|e| e.into_inner());
        // Somebody else may have interned it between the two locks.
        if let Some(&id) = table.ids.get(text) {
            return Symbol(id);
        }
        let id = u32::try_from(table.texts.len()).expect("fewer than 2^32 names fit in memory");
        let text: &'static str = Box::leak(text.into());
        table.texts.push(text);
        table.ids.insert(text, id);
        Symbol(id)
    }

    pub fn as_str(self) -> &'static str {
        let table = TABLE.read().unwrap_or_else(|e| e.into_inner());
        table.texts.get(self.0 as usize).copied().expect("a symbol is made by interning")
    }
}

impl From<&str> for Symbol {
    fn from(text: &str) -> Symbol {
        Symbol::new(text)
    }
}

impl PartialEq<str> for Symbol {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Symbol {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl Ord for Symbol {
    fn cmp(&self, other: &Symbol) -> std::cmp::Ordering {
        if self == other { std::cmp::Ordering::Equal } else { self.as_str().cmp(other.as_str()) }
    }
}

impl PartialOrd for Symbol {
    fn partial_cmp(&self, other: &Symbol) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_text_is_one_symbol() {
        let (b, a) = (Symbol::new("symbol_b"), Symbol::new("symbol_a"));
        assert_eq!(a, Symbol::new("symbol_a"));
        assert_ne!(a, b);
        assert!(a < b, "order is that of the text");
        assert_eq!(a.as_str(), "symbol_a");
        assert!(a == "symbol_a");
    }
}
