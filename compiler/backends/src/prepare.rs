//! What both back ends do to a module first: verify it, and write the operations that no machine has as loop IR.

use crate::{BackendError, Options};
use quipu_ir::loops::{Module, expand, legalize, verify};
use std::borrow::Cow;

/// The module that a back end compiles.
pub fn prepare<'a>(module: &'a Module, options: &Options) -> Result<Cow<'a, Module>, BackendError> {
    if options.verify {
        verify(module)?;
    }
    let mut module = legalize(module);
    if options.opt_level > 0 {
        module = expand(module);
    }
    if options.verify && matches!(module, Cow::Owned(_)) {
        verify(&module)?;
    }
    Ok(module)
}
