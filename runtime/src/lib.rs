//! Memory, printing, files, numerics that compiled programs call.

pub mod error;
pub mod format;
pub mod view;

pub use error::{Error, Result};
