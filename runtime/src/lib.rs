//! Memory, printing, files, numerics that compiled programs call.
