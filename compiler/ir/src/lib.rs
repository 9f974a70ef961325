//! The core IR with its primitives, and the loop IR.

pub mod loops;
