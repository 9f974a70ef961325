//! Memory, printing, files, numerics that compiled programs call.

pub mod error;
pub mod format;
pub mod list;
pub mod memory;
pub mod output;
pub mod text;
pub mod threads;
pub mod view;

pub use error::{Error, Result};
