//! Passes over the core IR: derivatives, batching, simplification.
