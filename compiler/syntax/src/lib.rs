//! Source text to tokens to a syntax tree.
