//! The pipeline as a library: source to running code.
