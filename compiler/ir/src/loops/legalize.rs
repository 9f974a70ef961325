//! Writes what no machine has as an instruction in terms of what machines have. Back ends run this first.
//!
//! `muladdmod` becomes a call of one function of the module:
//! ```text
//! %4 = muladdmod %0, %1, %2, %3      %4 = call @quipu.muladdmod -> (i64) %0, %1, %2, %3
//! ```
//! and a `for` run by threads a call of the runtime (`outline.rs`). Neither is folded or shared here.

use super::builder::FuncBuilder;
use super::inst::*;
use super::outline;
use super::types::*;
use std::borrow::Cow;

const MULADDMOD: &str = "quipu.muladdmod";

/// The module in terms that back ends implement; borrowed if it is already.
pub fn legalize(module: &Module) -> Cow<'_, Module> {
    let has = |pred: &dyn Fn(&Op) -> bool| module.funcs.iter().any(|f| any_op(&f.body, pred));
    let muladdmod = has(&|op| *op == Op::MulAddMod);
    let threads = has(&|op| matches!(op, Op::For(ForAttrs { parallel: Parallel::Threads { .. }, .. })));
    if !muladdmod && !threads {
        return Cow::Borrowed(module);
    }
    let mut module = module.clone();
    if muladdmod {
        let id = module.find(MULADDMOD).unwrap_or_else(|| module.add(muladdmod_func()));
        for func in &mut module.funcs {
            for_each_inst(&mut func.body, &mut |inst| {
                if inst.op == Op::MulAddMod {
                    inst.op = Op::Call { func: id, results: vec![Type::I64], catch: false };
                }
            });
        }
    }
    if threads {
        outline::outline_threads(&mut module);
    }
    Cow::Owned(module)
}

/// Does any instruction in the block, however deep, satisfy this?
pub fn any_op(block: &Block, pred: &dyn Fn(&Op) -> bool) -> bool {
    block.insts.iter().any(|inst| pred(&inst.op) || inst.blocks.iter().any(|b| any_op(b, pred)))
}

/// Visits all instructions of a block, outer ones first.
pub fn for_each_inst(block: &mut Block, f: &mut dyn FnMut(&mut Inst)) {
    for inst in &mut block.insts {
        f(inst);
        for b in &mut inst.blocks {
            for_each_inst(b, f);
        }
    }
}

/// (x * y + z) mod m with Python's sign; 0 for m = 0.
///
/// If the sum fits 64 bits, one division. Else its absolute value is taken as hi * 2^64 + lo, hi reduced mod m first, and
/// the remainder of the two words computed by two steps of schoolbook division with 32-bit digits (Knuth's
/// algorithm D; each quotient digit is at most two too large).
fn muladdmod_func() -> Func {
    let mut b = FuncBuilder::new(MULADDMOD, &[Type::I64; 4], &[Type::I64]);
    b.func_mut().exported = false;
    let (x, y, z, m) = (b.param(0), b.param(1), b.param(2), b.param(3));
    let zero = b.i64(0);
    let (product, beyond) = b.overflow(OvOp::SMul, x, y);
    let (small, carries) = b.overflow(OvOp::SAdd, product, z);
    let overflows = b.or(beyond, carries);
    let rem = b.if_else(
        overflows,
        |b| {
            let abs = |b: &mut FuncBuilder, v: Val| {
                let neg = b.sub(zero, v);
                b.bin(BinOp::SMax, v, neg)
            };
            // |MIN| is MIN, which is right when read as unsigned.
            let am = abs(b, m);
            // The sum in two words, signed.
            let (hi, lo) = (b.bin(BinOp::SMulHi, x, y), b.mul(x, y));
            let k63 = b.i64(63);
            let sum = b.add(lo, z);
            let carry = b.icmp(IntCmp::Ult, sum, lo);
            let one = b.i64(1);
            let carry = b.select(carry, one, zero);
            let top = b.bin(BinOp::AShr, z, k63);
            let hi = b.add(hi, top);
            let hi = b.add(hi, carry);
            // Truncated remainders have its sign.
            let negative = b.icmp(IntCmp::Slt, hi, zero);
            let low = b.sub(zero, sum);
            let none = b.icmp(IntCmp::Eq, sum, zero);
            let borrow = b.select(none, zero, one);
            let high = b.sub(zero, hi);
            let high = b.sub(high, borrow);
            let (hi, lo) = (b.select(negative, high, hi), b.select(negative, low, sum));
            let hi = b.bin(BinOp::URem, hi, am);
            let r = rem_two_words(b, hi, lo, am);
            let neg = b.sub(zero, r);
            vec![b.select(negative, neg, r)]
        },
        |b| vec![b.bin(BinOp::SRem, small, m)],
    )[0];
    let signs = b.xor(rem, m);
    let differ = b.icmp(IntCmp::Slt, signs, zero);
    let nonzero = b.icmp(IntCmp::Ne, rem, zero);
    let adjust = b.and(differ, nonzero);
    let other = b.add(rem, m);
    let r = b.select(adjust, other, rem);
    let none = b.icmp(IntCmp::Eq, m, zero);
    let r = b.select(none, zero, r);
    b.finish(&[r])
}

/// (hi * 2^64 + lo) mod m, unsigned, where hi < m. (With m = 0 the result is of no interest.)
fn rem_two_words(b: &mut FuncBuilder, hi: Val, lo: Val, m: Val) -> Val {
    let k32 = b.i64(32);
    let low = b.i64(0xffff_ffff);
    // Shift so that the divisor's highest bit is set.
    let s = b.un(UnOp::Clz, m);
    let k64 = b.i64(64);
    let back = b.sub(k64, s);
    let d = b.bin(BinOp::Shl, m, s);
    let up = b.bin(BinOp::LShr, lo, back);
    let top = b.bin(BinOp::Shl, hi, s);
    let top = b.or(top, up);
    let lo = b.bin(BinOp::Shl, lo, s);
    let (d1, d0) = (b.bin(BinOp::LShr, d, k32), b.and(d, low));
    let (l1, l0) = (b.bin(BinOp::LShr, lo, k32), b.and(lo, low));
    let mut rem = top;
    for digit in [l1, l0] {
        // rem * 2^32 + digit, divided by d: the estimate from the leading digits is corrected twice at most.
        let mut q = b.bin(BinOp::UDiv, rem, d1);
        let mut r = b.bin(BinOp::URem, rem, d1);
        let one = b.i64(1);
        for _ in 0..2 {
            let qd = b.mul(q, d0);
            let left = b.bin(BinOp::Shl, r, k32);
            let left = b.or(left, digit);
            let over = b.icmp(IntCmp::Ugt, qd, left);
            let wide_q = b.icmp(IntCmp::Ugt, q, low);
            let too_big = b.or(wide_q, over);
            let fits = b.icmp(IntCmp::Ule, r, low);
            let fix = b.and(too_big, fits);
            let (q1, r1) = (b.sub(q, one), b.add(r, d1));
            q = b.select(fix, q1, q);
            r = b.select(fix, r1, r);
        }
        // Wraps, but the true remainder is below 2^64.
        let up = b.bin(BinOp::Shl, rem, k32);
        let up = b.or(up, digit);
        let qd = b.mul(q, d);
        rem = b.sub(up, qd);
    }
    b.bin(BinOp::LShr, rem, s)
}
