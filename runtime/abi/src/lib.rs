//! What compiled code and the runtime agree on: dtypes, exception kinds, the call context, array headers.
//!
//! Compiled functions have the C signature `i32 f(*mut Ctx, args.., outs*)`; 0 is success, 1 means that an
//! exception is described by `ctx.error`. Everything here is `#[repr(C)]` or `#[repr(u8)]` data without behaviour
//! that could fail, so that the IR, the back ends and the runtime can depend on it alone.

mod dtype;
mod function;
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
#[repr(u32)]
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub enum ErrorKind {
    None = 0,
    Exception,
    ArithmeticError,
    ZeroDivisionError,
    OverflowError,
    FloatingPointError,
    LookupError,
    IndexError,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    NameError,
    UnboundLocalError,
    AssertionError,
    RuntimeError,
    RecursionError,
    NotImplementedError,
    StopIteration,
    MemoryError,
    OSError,
    FileNotFoundError,
    EOFError,
    KeyboardInterrupt,
    SystemExit,
    LinAlgError,
    AxisError,
    SystemError,
    UFuncTypeError,
    BaseException,
    FrozenInstanceError,
    ImportError,
    ModuleNotFoundError,
}

impl ErrorKind {
    /// Every kind with Python's name for it and the kind it derives from (`None` for the root).
    pub const ALL: &'static [(ErrorKind, &'static str, ErrorKind)] = {
        use ErrorKind as K;
        &[
            (K::Exception, "Exception", K::BaseException),
            (K::ArithmeticError, "ArithmeticError", K::Exception),
            (K::ZeroDivisionError, "ZeroDivisionError", K::ArithmeticError),
            (K::OverflowError, "OverflowError", K::ArithmeticError),
            (K::FloatingPointError, "FloatingPointError", K::ArithmeticError),
            (K::LookupError, "LookupError", K::Exception),
            (K::IndexError, "IndexError", K::LookupError),
            (K::KeyError, "KeyError", K::LookupError),
            (K::ValueError, "ValueError", K::Exception),
            (K::TypeError, "TypeError", K::Exception),
            (K::AttributeError, "AttributeError", K::Exception),
            (K::NameError, "NameError", K::Exception),
            (K::UnboundLocalError, "UnboundLocalError", K::NameError),
            (K::AssertionError, "AssertionError", K::Exception),
            (K::RuntimeError, "RuntimeError", K::Exception),
            (K::RecursionError, "RecursionError", K::RuntimeError),
            (K::NotImplementedError, "NotImplementedError", K::RuntimeError),
            (K::StopIteration, "StopIteration", K::Exception),
            (K::MemoryError, "MemoryError", K::Exception),
            (K::OSError, "OSError", K::Exception),
            (K::FileNotFoundError, "FileNotFoundError", K::OSError),
            (K::EOFError, "EOFError", K::Exception),
            (K::KeyboardInterrupt, "KeyboardInterrupt", K::BaseException),
            (K::SystemExit, "SystemExit", K::BaseException),
            (K::LinAlgError, "numpy.linalg.LinAlgError", K::ValueError),
            (K::AxisError, "numpy.exceptions.AxisError", K::ValueError),
            (K::SystemError, "SystemError", K::Exception),
            (K::UFuncTypeError, "numpy._core._exceptions._UFuncOutputCastingError", K::TypeError),
            (K::BaseException, "BaseException", K::None),
            (K::ImportError, "ImportError", K::Exception),
            (K::ModuleNotFoundError, "ModuleNotFoundError", K::ImportError),
            (K::FrozenInstanceError, "dataclasses.FrozenInstanceError", K::AttributeError),
        ]
    };

    /// Python's name, as a traceback's last line prints it.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|row| row.0 == self).map_or("None", |row| row.1)
    }

    /// `type(e).__name__`: the name without a module. NumPy gives its casting errors the name of their base.
    pub fn class_name(self) -> &'static str {
        match self {
            ErrorKind::UFuncTypeError => "UFuncTypeError",
            kind => kind.name().rsplit('.').next().unwrap_or_default(),
        }
    }

    pub fn from_name(name: &str) -> Option<ErrorKind> {
        Self::ALL.iter().find(|row| row.1 == name || row.0.class_name() == name).map(|row| row.0)
    }

    pub fn from_code(code: u32) -> ErrorKind {
        Self::ALL.iter().find(|row| row.0 as u32 == code).map_or(ErrorKind::None, |row| row.0)
    }

    /// Does `except ancestor:` catch an exception of this kind?
    pub fn is_a(self, ancestor: ErrorKind) -> bool {
        let mut kind = self;
        while kind != ErrorKind::None {
            if kind == ancestor {
                return true;
            }
            kind = Self::ALL.iter().find(|row| row.0 == kind).map_or(ErrorKind::None, |row| row.2);
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
