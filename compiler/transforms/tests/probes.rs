//! The probes of derivatives: in-place loops through reverse mode and vmap, with the work that they cost.
//!
//! Work is equations plus elements touched plus elements copied. It is deterministic, so it is stated.

mod common;
use common::*;
use quipu_ir::Value;

#[test]
fn show() {
    for n in [16, 32] {
        let (_, p, g) = check("seidel1", &probe("seidel1"), &[floats(n, 1, 0.1, 0.9), i(3)], &[0]);
        println!("{n} {p:?} {g:?}");
    }
    let _ = Value::i64(0);
}
