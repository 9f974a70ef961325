//! A Python exception as a Rust value, for the safe half of the runtime.
//!
//! Every function that a program can make fail returns `Result<T, Error>`. The shims turn the error into
//! `ctx.error` (see `shims`), the compiler's evaluator reads it as it is. The text is what CPython or NumPy would
//! print after the class's name and a colon.

use quipu_abi::ErrorKind;

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Error {
    pub kind: ErrorKind,
    pub text: String,
}

pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    pub fn new(kind: ErrorKind, text: impl Into<String>) -> Error {
        Error { kind, text: text.into() }
    }

    pub fn value(text: impl Into<String>) -> Error {
        Error::new(ErrorKind::ValueError, text)
    }

    pub fn type_error(text: impl Into<String>) -> Error {
        Error::new(ErrorKind::TypeError, text)
    }

    pub fn overflow(text: impl Into<String>) -> Error {
        Error::new(ErrorKind::OverflowError, text)
    }

    /// A Python int that has more than 64 bits.
    pub fn int_limit() -> Error {
        Error::new(ErrorKind::LimitError, quipu_abi::INT_LIMIT)
    }

    pub fn index(text: impl Into<String>) -> Error {
        Error::new(ErrorKind::IndexError, text)
    }

    pub fn os(text: impl Into<String>) -> Error {
        Error::new(ErrorKind::OSError, text)
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.text.is_empty() {
            f.write_str(self.kind.name())
        } else {
            write!(f, "{}: {}", self.kind.name(), self.text)
        }
    }
}

impl std::error::Error for Error {}
