//! Arrays in files: `np.loadtxt`, `np.load`, `np.save`.
//!
//! Both readers take a path for the program's sake and have a half that works on bytes in memory, which is where all
//! the errors of contents come from. Errors are NumPy's, to the letter where NumPy's say what is wrong; what NumPy
//! reads and Quipu has no type for (strings, dates, pickled objects, zip archives) is refused in the same places.

pub mod npy;
pub mod text;

use crate::error::{Error, Result};
use crate::output::os_error;

/// The file's bytes, or the OSError that `open` raises.
fn read(path: &str) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|error| os_error(&error, Some(path)))
}

fn write(path: &str, bytes: &[u8]) -> Result<()> {
    std::fs::write(path, bytes).map_err(|error| os_error(&error, Some(path)))
}

/// Text of a file: UnicodeDecodeError, which is a ValueError, where it is not UTF-8.
fn decode(bytes: Vec<u8>) -> Result<String> {
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let byte = error.as_bytes().get(at).copied().unwrap_or(0);
        Error::value(format!("'utf-8' codec can't decode byte 0x{byte:02x} in position {at}"))
    })
}
