//! Between which bounds a value lies, as far as the builder sees while it builds.
//!
//! Most integers of a program are indices and what is computed from them, and a loop says between which bounds its index is. So
//! an interval per value, from the operation that makes it, decides most checks of overflow and sign before any
//! back end sees them: `i * j % 7` of two indices is a product and an unsigned remainder. What a loop carries is not
//! followed: it is any integer.
//!
//! Only scalars of type i64 have intervals; they are read as signed.

use super::builder::FuncBuilder;
use super::eval;
use super::inst::Op;
use super::types::*;

/// Both ends belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    pub lo: i64,
    pub hi: i64,
}

impl Range {
    pub const ALL: Range = Range { lo: i64::MIN, hi: i64::MAX };
    /// What sizes and counts are.
    pub const NATURAL: Range = Range { lo: 0, hi: i64::MAX };

    pub fn new(lo: i64, hi: i64) -> Range {
        Range { lo, hi }
    }

    pub fn one(x: i64) -> Range {
        Range::new(x, x)
    }

    /// The values between two that may be too large for an i64; none if they are.
    fn fits(lo: i128, hi: i128) -> Option<Range> {
        Some(Range::new(lo.try_into().ok()?, hi.try_into().ok()?))
    }

    pub fn join(self, o: Range) -> Range {
        Range::new(self.lo.min(o.lo), self.hi.max(o.hi))
    }

    pub fn is_natural(self) -> bool {
        self.lo >= 0
    }

    /// Of a loop's index, of the ranges of its bounds. Of a loop that never runs it is any.
    fn index(first: Range, end: Range, step: i64) -> Range {
        let (lo, hi) = match step > 0 {
            true => (first.lo, end.hi.saturating_sub(1)),
            false => (end.lo.saturating_add(1), first.hi),
        };
        if lo <= hi { Range::new(lo, hi) } else { Range::ALL }
    }
}

/// The sum, difference or product, if none of them overflows.
fn arithmetic(op: BinOp, x: Range, y: Range) -> Option<Range> {
    let (xl, xh, yl, yh) = (i128::from(x.lo), i128::from(x.hi), i128::from(y.lo), i128::from(y.hi));
    match op {
        BinOp::Add => Range::fits(xl + yl, xh + yh),
        BinOp::Sub => Range::fits(xl - yh, xh - yl),
        BinOp::Mul => {
            let all = [xl * yl, xl * yh, xh * yl, xh * yh];
            Range::fits(all.into_iter().min()?, all.into_iter().max()?)
        }
        _ => None,
    }
}

/// What an operation of two operands gives.
fn bin(op: BinOp, x: Range, y: Range) -> Range {
    let natural = x.is_natural() && y.is_natural();
    // All ones, as many as the larger of two numbers has digits.
    let ones = |n: i64| (u64::MAX >> (n as u64 | 1).leading_zeros()) as i64;
    match op {
        BinOp::Add | BinOp::Sub | BinOp::Mul => arithmetic(op, x, y).unwrap_or(Range::ALL),
        BinOp::SMin => Range::new(x.lo.min(y.lo), x.hi.min(y.hi)),
        BinOp::SMax => Range::new(x.lo.max(y.lo), x.hi.max(y.hi)),
        BinOp::UMin if natural => Range::new(x.lo.min(y.lo), x.hi.min(y.hi)),
        BinOp::UMax if natural => Range::new(x.lo.max(y.lo), x.hi.max(y.hi)),
        BinOp::And if x.is_natural() => Range::new(0, if natural { x.hi.min(y.hi) } else { x.hi }),
        BinOp::And if y.is_natural() => Range::new(0, y.hi),
        BinOp::Or | BinOp::Xor if natural => Range::new(0, ones(x.hi.max(y.hi))),
        BinOp::SRem | BinOp::URem if natural && y.lo > 0 => Range::new(0, x.hi.min(y.hi - 1)),
        BinOp::SRem if y.lo > 0 => Range::new(x.lo.max(1 - y.hi).min(0), x.hi.min(y.hi - 1).max(0)),
        BinOp::SDiv | BinOp::UDiv if natural && y.lo > 0 => Range::new(x.lo / y.hi, x.hi / y.lo),
        BinOp::SDiv if y.lo > 0 => Range::new(x.lo.min(0) / y.lo, x.hi.max(0) / y.lo),
        BinOp::LShr if natural && y.lo == y.hi && y.lo < 64 => Range::new(x.lo >> y.lo, x.hi >> y.lo),
        BinOp::AShr if y.lo == y.hi && (0..64).contains(&y.lo) => Range::new(x.lo >> y.lo, x.hi >> y.lo),
        _ => Range::ALL,
    }
}

/// What a conversion of an integer of this type to an i64 gives.
fn widened(cast: Cast, from: Elem) -> Range {
    let bits = from.bits();
    match cast {
        Cast::Zext if bits < 64 => Range::new(0, ((1u64 << bits) - 1) as i64),
        Cast::Sext if bits < 64 => Range::new(-(1i64 << (bits - 1)), (1i64 << (bits - 1)) - 1),
        _ => Range::ALL,
    }
}

/// The comparison's answer, where it is the same for all values.
fn icmp(cmp: IntCmp, x: Range, y: Range) -> Option<bool> {
    use IntCmp::*;
    let less = |x: Range, y: Range| {
        if x.hi < y.lo {
            Some(true)
        } else if x.lo >= y.hi {
            Some(false)
        } else {
            None
        }
    };
    let natural = x.is_natural() && y.is_natural();
    match cmp {
        Eq | Ne if x.hi < y.lo || y.hi < x.lo => Some(cmp == Ne),
        Eq | Ne if x.lo == x.hi && y.lo == y.hi => Some(eval::icmp(cmp, Elem::I64, x.lo as u64, y.lo as u64)),
        Slt => less(x, y),
        Sgt => less(y, x),
        Sge => less(x, y).map(|b| !b),
        Sle => less(y, x).map(|b| !b),
        Ult if natural => less(x, y),
        Ugt if natural => less(y, x),
        Uge if natural => less(x, y).map(|b| !b),
        Ule if natural => less(y, x).map(|b| !b),
        _ => None,
    }
}

impl FuncBuilder {
    /// Between which bounds the value lies.
    pub fn range(&self, v: Val) -> Range {
        match self.as_const_i64(v) {
            Some(x) => Range::one(x),
            None => self.ranges.get(&v).copied().unwrap_or(Range::ALL),
        }
    }

    /// The value lies between these bounds whatever the program does: that is the caller's promise.
    pub fn assume(&mut self, v: Val, range: Range) {
        let have = self.range(v);
        let both = Range::new(have.lo.max(range.lo), have.hi.min(range.hi));
        if self.ty(v) == Type::I64 && both != have && both.lo <= both.hi {
            self.ranges.insert(v, both);
        }
    }

    /// Of the index of a loop between these values.
    pub(super) fn assume_index(&mut self, index: Val, first: Val, end: Val, step: i64) {
        let range = Range::index(self.range(first), self.range(end), step);
        self.assume(index, range);
    }

    /// Of what either of two paths gives.
    pub(super) fn assume_either(&mut self, v: Val, x: Val, y: Val) {
        if self.ty(v) == Type::I64 {
            let range = self.range(x).join(self.range(y));
            self.assume(v, range);
        }
    }

    /// Of what a pure operation has given.
    pub(super) fn assume_result(&mut self, op: &Op, args: &[Val], results: &[Val]) {
        let [v] = *results else { return };
        if self.ty(v) != Type::I64 {
            return;
        }
        let range = match op {
            Op::Bin(op) => bin(*op, self.range(args[0]), self.range(args[1])),
            Op::Select => self.range(args[1]).join(self.range(args[2])),
            Op::Cast { cast, .. } if self.ty(args[0]).elem.is_int() => widened(*cast, self.ty(args[0]).elem),
            Op::Un(UnOp::Popcnt | UnOp::Clz | UnOp::Ctz) => Range::new(0, 64),
            _ => Range::ALL,
        };
        self.assume(v, range);
    }

    /// The sum, difference or product, if it cannot overflow.
    pub(super) fn never_overflows(&mut self, op: OvOp, x: Val, y: Val) -> Option<Val> {
        let op = match op {
            OvOp::SAdd => BinOp::Add,
            OvOp::SSub => BinOp::Sub,
            OvOp::SMul => BinOp::Mul,
            _ => return None,
        };
        if self.ty(x) != Type::I64 {
            return None;
        }
        arithmetic(op, self.range(x), self.range(y))?;
        Some(self.bin(op, x, y))
    }

    /// What an operation gives, where the ranges of its operands say so.
    pub(super) fn decided(&mut self, op: &Op, args: &[Val]) -> Option<Val> {
        let (&Op::Icmp(_) | &Op::Bin(_)) = op else { return None };
        if self.ty(args[0]) != Type::I64 {
            return None;
        }
        let (x, y) = (self.range(args[0]), self.range(args[1]));
        if x == Range::ALL && y == Range::ALL {
            return None;
        }
        let natural = x.is_natural() && y.is_natural();
        match *op {
            Op::Icmp(cmp) => icmp(cmp, x, y).map(|b| self.i1(b)),
            Op::Bin(BinOp::SMin) if x.hi <= y.lo => Some(args[0]),
            Op::Bin(BinOp::SMin) if y.hi <= x.lo => Some(args[1]),
            Op::Bin(BinOp::SMax) if x.lo >= y.hi => Some(args[0]),
            Op::Bin(BinOp::SMax) if y.lo >= x.hi => Some(args[1]),
            Op::Bin(BinOp::SRem | BinOp::URem) if natural && x.hi < y.lo => Some(args[0]),
            // Unsigned division by a constant takes fewer instructions.
            Op::Bin(BinOp::SRem) if natural && y.lo > 0 => Some(self.bin(BinOp::URem, args[0], args[1])),
            Op::Bin(BinOp::SDiv) if natural && y.lo > 0 => Some(self.bin(BinOp::UDiv, args[0], args[1])),
            _ => None,
        }
    }
}
