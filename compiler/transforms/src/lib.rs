//! Passes over the core IR: derivatives, batching, simplification.

pub mod copies;
pub mod dce;
