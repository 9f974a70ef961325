//! Names as addresses: equal text has one [`Symbol`], for the whole process.
//!
//! One table behind a lock; the entries live as long as the process, so only `new` needs the table, and nothing a
//! lifetime. A program has some thousands of distinct names, and a process compiles few programs: what is kept is small.
//! Order is that of the text, so that sorted output does not depend on what was interned first.

use std::collections::HashMap;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{LazyLock, PoisonError, RwLock};

struct Entry {
    /// The number of entries before this one.
    id: u32,
    text: &'static str,
}

/// An interned name; comparing costs as much as for addresses, hashing as for a `u32`.
#[derive(Clone, Copy)]
pub struct Symbol(&'static Entry);

static TABLE: LazyLock<RwLock<HashMap<&'static str, Symbol>>> = LazyLock::new(RwLock::default);

impl Symbol {
    pub fn new(text: &str) -> Symbol {
        // A panic elsewhere cannot leave the table half-changed: it gets one row at a time.
        if let Some(s) = TABLE.read().unwrap_or_else(PoisonError::into_inner).get(text) {
            return *s;
        }
        let mut table = TABLE.write().unwrap_or_else(PoisonError::into_inner);
        // Somebody else may have interned it between the two locks.
        if let Some(s) = table.get(text) {
            return *s;
        }
        let id = u32::try_from(table.len()).expect("fewer than 2^32 names fit in memory");
        let text: &'static str = Box::leak(text.into());
        let symbol = Symbol(Box::leak(Box::new(Entry { id, text })));
        table.insert(text, symbol);
        symbol
    }

    pub fn as_str(self) -> &'static str {
        self.0.text
    }
}

impl PartialEq for Symbol {
    fn eq(&self, other: &Symbol) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

impl Eq for Symbol {}

impl Hash for Symbol {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.id.hash(state);
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
