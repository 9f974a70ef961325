//! Names, types and values known while compiling: syntax tree to core IR.
