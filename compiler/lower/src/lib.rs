//! Core IR to loop IR: fusion, buffers, loops.
