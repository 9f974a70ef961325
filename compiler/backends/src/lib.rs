//! Loop IR to machine code: Cranelift and LLVM.
