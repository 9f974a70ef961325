//! What a transform says where it cannot go.

use quipu_ir::{Func, Loc, Location};
use std::fmt;

/// A transform does not exist for a program: why, and where in the source.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TransformError {
    /// One phrase, lower case.
    pub message: String,
    pub loc: Option<Location>,
}

impl TransformError {
    pub(crate) fn at(func: &Func, loc: Loc, message: String) -> TransformError {
        TransformError { message, loc: func.locs.get(loc.index()).cloned() }
    }

    pub(crate) fn nowhere(message: impl Into<String>) -> TransformError {
        TransformError { message: message.into(), loc: None }
    }
}

impl fmt::Display for TransformError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for TransformError {}
