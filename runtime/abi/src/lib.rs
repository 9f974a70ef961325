//! What compiled code and the runtime agree on: dtypes, exception kinds, the call context, array headers.
//!
//! Compiled functions have the C signature `i32 f(*mut Ctx, args.., outs*)`; 0 is success, 1 means that an
//! exception is described by `ctx.error`. Everything here is `#[repr(C)]` or `#[repr(u8)]` data without behaviour
//! that could fail, so that the IR, the back ends and the runtime can depend on it alone.

mod dtype;
mod function;
pub mod sorting;
pub mod table;
pub use dtype::{DType, Kind};
pub use function::{AbiType, Code, RuntimeFunction};

/// The rank that `ArrayHeader` can describe (NumPy allows 64; no real program has been seen above 8).
pub const MAX_RANK: usize = 16;

/// A strided array at a border: between compiled code and a runtime function, or a host.
///
/// `dims` are elements, `strides` are bytes; only the first `rank` entries of each mean anything.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct ArrayHeader {
    pub data: *mut u8,
    pub rank: u32,
    /// `DType as u32`.
    pub dtype: u32,
    pub dims: [i64; MAX_RANK],
    pub strides: [i64; MAX_RANK],
}

/// Python's exception classes that programs can raise or catch, by the number they have in error records.
///
/// The numbers follow CPython's tree from parents to children: a class and all that derive from it are a range (see
/// `derived`), so a handler compares twice, however many classes it catches. NumPy's stand among them, each behind a class
/// that it derives from.
#[repr(u32)]
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub enum ErrorKind {
    None = 0,
    BaseException,
    GeneratorExit,
    KeyboardInterrupt,
    SystemExit,
    Exception,
    ArithmeticError,
    FloatingPointError,
    OverflowError,
    ZeroDivisionError,
    AssertionError,
    AttributeError,
    FrozenInstanceError,
    BufferError,
    EOFError,
    ImportError,
    ModuleNotFoundError,
    LookupError,
    IndexError,
    KeyError,
    MemoryError,
    NameError,
    UnboundLocalError,
    OSError,
    BlockingIOError,
    ChildProcessError,
    ConnectionError,
    BrokenPipeError,
    ConnectionAbortedError,
    ConnectionRefusedError,
    ConnectionResetError,
    FileExistsError,
    FileNotFoundError,
    InterruptedError,
    IsADirectoryError,
    NotADirectoryError,
    PermissionError,
    ProcessLookupError,
    TimeoutError,
    ReferenceError,
    RuntimeError,
    NotImplementedError,
    RecursionError,
    StopAsyncIteration,
    StopIteration,
    SyntaxError,
    IndentationError,
    TabError,
    SystemError,
    TypeError,
    UFuncTypeError,
    ValueError,
    AxisError,
    LinAlgError,
    UnicodeError,
    UnicodeDecodeError,
    Warning,
    BytesWarning,
    DeprecationWarning,
    EncodingWarning,
    FutureWarning,
    ImportWarning,
    PendingDeprecationWarning,
    ResourceWarning,
    RuntimeWarning,
    SyntaxWarning,
    UnicodeWarning,
    UserWarning,
    /// Not one of Python's: the program needs what this implementation has not, an int beyond 64 bits, say. It derives
    /// from nothing, so no `except` and no `finally` of a program can go on as if Python had raised something.
    LimitError,
}

/// The text of a `LimitError` where a Python int leaves 64 bits.
pub const INT_LIMIT: &str = "a Python int beyond 64 bits";

impl ErrorKind {
    /// Every kind with Python's name for it and the kind it derives from (`None` for the roots), in the order of their
    /// numbers.
    pub const ALL: &'static [(ErrorKind, &'static str, ErrorKind)] = {
        use ErrorKind as K;
        &[
            (K::BaseException, "BaseException", K::None),
            (K::GeneratorExit, "GeneratorExit", K::BaseException),
            (K::KeyboardInterrupt, "KeyboardInterrupt", K::BaseException),
            (K::SystemExit, "SystemExit", K::BaseException),
            (K::Exception, "Exception", K::BaseException),
            (K::ArithmeticError, "ArithmeticError", K::Exception),
            (K::FloatingPointError, "FloatingPointError", K::ArithmeticError),
            (K::OverflowError, "OverflowError", K::ArithmeticError),
            (K::ZeroDivisionError, "ZeroDivisionError", K::ArithmeticError),
            (K::AssertionError, "AssertionError", K::Exception),
            (K::AttributeError, "AttributeError", K::Exception),
            (K::FrozenInstanceError, "dataclasses.FrozenInstanceError", K::AttributeError),
            (K::BufferError, "BufferError", K::Exception),
            (K::EOFError, "EOFError", K::Exception),
            (K::ImportError, "ImportError", K::Exception),
            (K::ModuleNotFoundError, "ModuleNotFoundError", K::ImportError),
            (K::LookupError, "LookupError", K::Exception),
            (K::IndexError, "IndexError", K::LookupError),
            (K::KeyError, "KeyError", K::LookupError),
            (K::MemoryError, "MemoryError", K::Exception),
            (K::NameError, "NameError", K::Exception),
            (K::UnboundLocalError, "UnboundLocalError", K::NameError),
            (K::OSError, "OSError", K::Exception),
            (K::BlockingIOError, "BlockingIOError", K::OSError),
            (K::ChildProcessError, "ChildProcessError", K::OSError),
            (K::ConnectionError, "ConnectionError", K::OSError),
            (K::BrokenPipeError, "BrokenPipeError", K::ConnectionError),
            (K::ConnectionAbortedError, "ConnectionAbortedError", K::ConnectionError),
            (K::ConnectionRefusedError, "ConnectionRefusedError", K::ConnectionError),
            (K::ConnectionResetError, "ConnectionResetError", K::ConnectionError),
            (K::FileExistsError, "FileExistsError", K::OSError),
            (K::FileNotFoundError, "FileNotFoundError", K::OSError),
            (K::InterruptedError, "InterruptedError", K::OSError),
            (K::IsADirectoryError, "IsADirectoryError", K::OSError),
            (K::NotADirectoryError, "NotADirectoryError", K::OSError),
            (K::PermissionError, "PermissionError", K::OSError),
            (K::ProcessLookupError, "ProcessLookupError", K::OSError),
            (K::TimeoutError, "TimeoutError", K::OSError),
            (K::ReferenceError, "ReferenceError", K::Exception),
            (K::RuntimeError, "RuntimeError", K::Exception),
            (K::NotImplementedError, "NotImplementedError", K::RuntimeError),
            (K::RecursionError, "RecursionError", K::RuntimeError),
            (K::StopAsyncIteration, "StopAsyncIteration", K::Exception),
            (K::StopIteration, "StopIteration", K::Exception),
            (K::SyntaxError, "SyntaxError", K::Exception),
            (K::IndentationError, "IndentationError", K::SyntaxError),
            (K::TabError, "TabError", K::IndentationError),
            (K::SystemError, "SystemError", K::Exception),
            (K::TypeError, "TypeError", K::Exception),
            (K::UFuncTypeError, "numpy._core._exceptions._UFuncOutputCastingError", K::TypeError),
            (K::ValueError, "ValueError", K::Exception),
            (K::AxisError, "numpy.exceptions.AxisError", K::ValueError),
            (K::LinAlgError, "numpy.linalg.LinAlgError", K::ValueError),
            (K::UnicodeError, "UnicodeError", K::ValueError),
            (K::UnicodeDecodeError, "UnicodeDecodeError", K::UnicodeError),
            (K::Warning, "Warning", K::Exception),
            (K::BytesWarning, "BytesWarning", K::Warning),
            (K::DeprecationWarning, "DeprecationWarning", K::Warning),
            (K::EncodingWarning, "EncodingWarning", K::Warning),
            (K::FutureWarning, "FutureWarning", K::Warning),
            (K::ImportWarning, "ImportWarning", K::Warning),
            (K::PendingDeprecationWarning, "PendingDeprecationWarning", K::Warning),
            (K::ResourceWarning, "ResourceWarning", K::Warning),
            (K::RuntimeWarning, "RuntimeWarning", K::Warning),
            (K::SyntaxWarning, "SyntaxWarning", K::Warning),
            (K::UnicodeWarning, "UnicodeWarning", K::Warning),
            (K::UserWarning, "UserWarning", K::Warning),
            (K::LimitError, "quipu.LimitError", K::None),
        ]
    };

    fn row(self) -> Option<&'static (ErrorKind, &'static str, ErrorKind)> {
        Self::ALL.get((self as usize).wrapping_sub(1))
    }

    /// Python's name, as a traceback's last line prints it.
    pub fn name(self) -> &'static str {
        self.row().map_or("None", |row| row.1)
    }

    /// `type(e).__name__`: the name without a module. NumPy gives its casting errors the name of their base.
    pub fn class_name(self) -> &'static str {
        match self {
            ErrorKind::UFuncTypeError => "UFuncTypeError",
            kind => kind.name().rsplit('.').next().unwrap_or_default(),
        }
    }

    /// The class of this name. Python has three for `OSError`.
    pub fn from_name(name: &str) -> Option<ErrorKind> {
        if matches!(name, "IOError" | "EnvironmentError") {
            return Some(ErrorKind::OSError);
        }
        Self::ALL.iter().find(|row| row.1 == name || row.0.class_name() == name).map(|row| row.0)
    }

    pub fn from_code(code: u32) -> ErrorKind {
        Self::ALL.get((code as usize).wrapping_sub(1)).map_or(ErrorKind::None, |row| row.0)
    }

    /// The class that Python raises for this number of the system's (Linux's) errors.
    pub fn from_errno(number: i64) -> ErrorKind {
        match number {
            1 | 13 => ErrorKind::PermissionError,
            2 => ErrorKind::FileNotFoundError,
            3 => ErrorKind::ProcessLookupError,
            4 => ErrorKind::InterruptedError,
            10 => ErrorKind::ChildProcessError,
            11 | 114 | 115 => ErrorKind::BlockingIOError,
            17 => ErrorKind::FileExistsError,
            20 => ErrorKind::NotADirectoryError,
            21 => ErrorKind::IsADirectoryError,
            32 | 108 => ErrorKind::BrokenPipeError,
            103 => ErrorKind::ConnectionAbortedError,
            104 => ErrorKind::ConnectionResetError,
            110 => ErrorKind::TimeoutError,
            111 => ErrorKind::ConnectionRefusedError,
            _ => ErrorKind::OSError,
        }
    }

    /// The numbers of this kind and of all that derive from it.
    pub fn derived(self) -> std::ops::RangeInclusive<u32> {
        let first = self as usize;
        let n = Self::ALL.iter().skip(first).take_while(|row| row.0.is_a(self)).count();
        first as u32..=(first + n) as u32
    }

    /// Does `except ancestor:` catch an exception of this kind?
    pub fn is_a(self, ancestor: ErrorKind) -> bool {
        let mut kind = self;
        while kind != ErrorKind::None {
            if kind == ancestor {
                return true;
            }
            kind = kind.row().map_or(ErrorKind::None, |row| row.2);
        }
        false
    }
}

/// What begins an exception's text that has its arguments too: `ARGUMENTS`, their repr in parentheses, `ARGUMENTS`,
/// `str(e)`. No text that means something has this character.
pub const ARGUMENTS: char = '\u{10ffff}';

/// What begins the text of an exception whose class the program defines: `USER_CLASS`, the name of the class,
/// `USER_CLASS`, its number, `USER_CLASS`, the number of the object or -1, `USER_CLASS`, and then what any other
/// exception has for its text.
pub const USER_CLASS: char = '\u{10fffe}';

/// The exception in flight. `site` indexes the compiled program's table of sites, which holds the span and, where
/// `text` is null, the message's template whose `{0}` .. `{3}` are `operands`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct ErrorRecord {
    pub kind: u32,
    pub site: u32,
    pub operands: [i64; 4],
    /// A runtime string object (see `Str` in the runtime), or null. It is `str(e)`, and the one argument of the
    /// exception, unless it begins with `ARGUMENTS`.
    pub text: *const u8,
}

/// What every compiled function receives first. The layout is part of the calling convention.
#[repr(C)]
#[derive(Debug)]
pub struct Ctx {
    pub error: ErrorRecord,
    /// The stack may grow down to this address; below it a call raises RecursionError.
    pub stack_limit: usize,
    /// Not 0: a KeyboardInterrupt is due at the next poll.
    pub interrupt: u32,
    pub n_threads: u32,
    /// The runtime's functions, in the order of `quipu_runtime::FUNCTIONS`.
    pub functions: *const *const u8,
    /// The runtime's own state (allocation list, pool, files); compiled code never looks inside.
    pub state: *mut u8,
}

/// A string's hash (FNV-1a, never 0). The same on every run: CPython draws its strings' hashes anew for each, so a program
/// sees them only in `hash` itself and in the order of sets of strings, on which none can depend.
pub fn text_hash(s: &str) -> u64 {
    let mix = |h: u64, b: u8| (h ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3);
    s.bytes().fold(0xcbf2_9ce4_8422_2325, mix).max(1)
}

/// What the elements of a list own: nothing, or memory that a pointer at their begin leads to. `ELEMENTS_LISTS` plus what
/// the inner lists' elements own is a list of lists.
pub const ELEMENTS_PLAIN: i32 = 0;
pub const ELEMENTS_STRINGS: i32 = 1;
pub const ELEMENTS_ARRAYS: i32 = 2;
pub const ELEMENTS_LISTS: i32 = 4;

/// Where a list's header has the address of its elements, their number, and for how many there is room.
pub const LIST_DATA: i32 = 0;
pub const LIST_LEN: i32 = 8;
pub const LIST_CAP: i32 = 16;

#[cfg(test)]
mod tests {
    use super::ErrorKind;

    #[test]
    fn kinds_are_ranges() {
        for (k, (kind, name, _)) in ErrorKind::ALL.iter().enumerate() {
            assert_eq!(*kind as usize, k + 1, "{name}");
            assert_eq!(ErrorKind::from_code(*kind as u32), *kind);
            assert_eq!(ErrorKind::from_name(name), Some(*kind));
            for (other, ..) in ErrorKind::ALL {
                assert_eq!(kind.derived().contains(&(*other as u32)), other.is_a(*kind), "{name} {other:?}");
            }
        }
    }
}
