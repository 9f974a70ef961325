//! Takes the language's checks out of a module, to measure what they cost.
//!
//! What goes is every `fail_if` for an index, an overflow or a division by zero. What a program raises itself in a block
//! of its own stays, so do the checks of shapes, the stack, and the interrupt. Such code is not memory safe: an index out
//! of bounds reads or writes whatever is there.

use super::inst::{Block, Module, Op};
use quipu_abi::ErrorKind;

/// Drops the checks; gives how many there were.
pub fn drop_checks(module: &mut Module) -> usize {
    module.funcs.iter_mut().map(|f| block(&mut f.body)).sum()
}

fn block(b: &mut Block) -> usize {
    let before = b.insts.len();
    b.insts.retain(|inst| {
        use ErrorKind::{IndexError, LimitError, OverflowError, ZeroDivisionError};
        !matches!(inst.op, Op::FailIf { kind: IndexError | LimitError | OverflowError | ZeroDivisionError, .. })
    });
    let inner: usize = b.insts.iter_mut().flat_map(|inst| &mut inst.blocks).map(block).sum();
    before - b.insts.len() + inner
}
