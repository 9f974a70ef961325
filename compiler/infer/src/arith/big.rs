//! Constant Python ints beyond 64 bits: hash constants, masks, limits of uint64, literals on the way to a small result.
//!
//! `Val::Big` is known while compiling, so operators on constants are exact up to 128 bits. Beside a NumPy operand it
//! becomes a number of that operand's dtype or raises, as in NumPy. Beside an int that is not known it is a limit of the
//! language, but for what needs no more than 64 bits.

use crate::state::*;
use crate::value::*;
use quipu_abi::{DType, ErrorKind, Kind};
use quipu_ir::Var;
use quipu_ir::ops;
use quipu_syntax::ast::{BinOp, CmpOp};

/// What NumPy says of an int that no dtype of integers holds.
const TOO_LARGE: &str = "Python int too large to convert to C long";

/// A constant Python int of any size.
fn constant(v: &Val<'_>) -> Option<i128> {
    match v {
        Val::Big(k) => Some(*k),
        Val::Scalar(s) if !s.np => v.int_known().map(i128::from),
        _ => None,
    }
}

/// Is the number a float too?
fn exact(k: i128) -> bool {
    let f = k as f64;
    // The cast back saturates at the ends.
    f.abs() < 1e38 && f as i128 == k
}

pub(super) fn fold(op: BinOp, x: i128, y: i128) -> Option<i128> {
    let floor = |x: i128, y: i128| {
        let (q, r) = (x.checked_div(y)?, x.checked_rem(y)?);
        Some(if r != 0 && (r < 0) != (y < 0) { (q - 1, r + y) } else { (q, r) })
    };
    match op {
        BinOp::Add => x.checked_add(y),
        BinOp::Sub => x.checked_sub(y),
        BinOp::Mul => x.checked_mul(y),
        BinOp::FloorDiv => Some(floor(x, y)?.0),
        BinOp::Mod => Some(floor(x, y)?.1),
        BinOp::Pow => x.checked_pow(u32::try_from(y).ok()?),
        BinOp::LShift => x.checked_mul(1i128.checked_shl(u32::try_from(y).ok()?).filter(|_| y < 127)?),
        BinOp::RShift => Some(x >> u32::try_from(y).ok()?.min(127)),
        BinOp::BitAnd => Some(x & y),
        BinOp::BitOr => Some(x | y),
        BinOp::BitXor => Some(x ^ y),
        BinOp::Div | BinOp::MatMul => None,
    }
}

impl<'a> Lower<'a, '_> {
    /// A constant int of any size.
    pub fn integer(&mut self, k: i128) -> Val<'a> {
        match i64::try_from(k) {
            Ok(k) => self.int(k),
            Err(_) => Val::Big(k),
        }
    }

    /// The number as an element of a dtype.
    pub fn large(&mut self, k: i128, d: DType) -> R<Var> {
        match d.kind() {
            Kind::Float | Kind::Complex if d == DType::F32 || d == DType::C64 => {
                let x = self.b.f64(f64::from(k as f32));
                Ok(self.b.cast(x, d))
            }
            Kind::Float | Kind::Complex => {
                let x = self.b.f64(k as f64);
                Ok(self.b.cast(x, d))
            }
            Kind::Unsigned if d == DType::U64 && u64::try_from(k).is_ok() => {
                let bits = self.b.i64(k as u64 as i64);
                Ok(self.b.cast(bits, d))
            }
            _ => self.raise(ErrorKind::OverflowError, TOO_LARGE),
        }
    }

    /// In place of a constant beside a NumPy operand: a scalar of its dtype.
    fn beside(&mut self, v: &Val<'a>, other: &Val<'a>) -> R<Val<'a>> {
        let Val::Big(k) = v else { return Ok(v.clone()) };
        let (d, _) = Self::strength(other);
        let x = self.large(*k, d)?;
        Ok(self.np(d, x))
    }

    pub(super) fn big_binary(&mut self, op: BinOp, x: &Val<'a>, y: &Val<'a>) -> R<Val<'a>> {
        if let (Some(a), Some(b)) = (constant(x), constant(y)) {
            if b == 0 && matches!(op, BinOp::FloorDiv | BinOp::Mod | BinOp::Div) {
                let text = match op {
                    BinOp::FloorDiv => "integer division or modulo by zero",
                    BinOp::Mod => "integer modulo by zero",
                    _ => "division by zero",
                };
                return self.raise(ErrorKind::ZeroDivisionError, text);
            }
            return match fold(op, a, b) {
                Some(k) => Ok(self.integer(k)),
                None if op == BinOp::Div && exact(a) && exact(b) => Ok(self.float(a as f64 / b as f64)),
                None => self.big_int(),
            };
        }
        if Self::is_numpy(x) || Self::is_numpy(y) {
            let (x, y) = (self.beside(x, y)?, self.beside(y, x)?);
            return self.binary(op, &x, &y);
        }
        let float = |v: &Val<'a>| matches!(v, Val::Scalar(s) if s.dtype.is_inexact());
        if float(x) || float(y) {
            let mut as_float = |v: &Val<'a>| if let Val::Big(k) = v { self.float(*k as f64) } else { v.clone() };
            let (x, y) = (as_float(x), as_float(y));
            return self.binary(op, &x, &y);
        }
        match (x, y) {
            // An int that is not negative has no bits beyond 63, and is below.
            (Val::Scalar(s), Val::Big(k)) | (Val::Big(k), Val::Scalar(s))
                if *k > 0 && (op == BinOp::BitAnd || op == BinOp::Mod && matches!(y, Val::Big(_))) =>
            {
                let s = self.convert_py(s, DType::I64);
                let zero = self.b.i64(0);
                let negative = self.b.map(&ops::LT, &[s.var, zero]);
                self.raise_if(negative, ErrorKind::LimitError, quipu_abi::INT_LIMIT, &[]);
                if op == BinOp::Mod {
                    return Ok(Val::Scalar(s));
                }
                let mask = self.b.i64(*k as i64);
                let v = self.b.map(&ops::AND, &[s.var, mask]);
                Ok(self.py(DType::I64, v))
            }
            // Division by a power of two rounds once.
            (Val::Scalar(s), Val::Big(k)) if op == BinOp::Div && k.count_ones() == 1 && *k > 0 => {
                let x = self.convert_py(s, DType::F64);
                let y = self.b.f64(*k as f64);
                let v = self.b.div(x.var, y);
                Ok(self.py(DType::F64, v))
            }
            (Val::Scalar(_), Val::Big(_)) | (Val::Big(_), Val::Scalar(_)) => self.big_int(),
            _ => self.bad_operands(op.as_str(), x, y),
        }
    }

    pub(super) fn big_compare(&mut self, op: CmpOp, x: &Val<'a>, y: &Val<'a>) -> R<Val<'a>> {
        let says = |o: std::cmp::Ordering| match op {
            CmpOp::Eq => o.is_eq(),
            CmpOp::NotEq => o.is_ne(),
            CmpOp::Lt => o.is_lt(),
            CmpOp::LtE => o.is_le(),
            CmpOp::Gt => o.is_gt(),
            _ => o.is_ge(),
        };
        if let (Some(a), Some(b)) = (constant(x), constant(y)) {
            return Ok(self.boolean(says(a.cmp(&b))));
        }
        let (other, k) = match (x, y) {
            (Val::Big(k), v) | (v, Val::Big(k)) => (v, *k),
            _ => return self.big_int(),
        };
        let (d, _) = Self::strength(other);
        let numeric = matches!(other, Val::Scalar(_) | Val::Array(_));
        // Every integer of a dtype is on the same side of what the dtype does not hold.
        let outside = d.kind() <= Kind::Signed && !(d == DType::U64 && u64::try_from(k).is_ok());
        if numeric && outside {
            let above = (k > 0) == matches!(y, Val::Big(_));
            let truth = says(if above { std::cmp::Ordering::Less } else { std::cmp::Ordering::Greater });
            return match other {
                Val::Scalar(s) if !s.np => Ok(self.boolean(truth)),
                v => self.elementwise(if truth { &ops::EQ } else { &ops::NE }, &[v, v], d),
            };
        }
        match other {
            v if Self::is_numpy(v) => {
                let (x, y) = (self.beside(x, y)?, self.beside(y, x)?);
                self.compare(op, &x, &y)
            }
            Val::Scalar(_) if exact(k) => {
                let mut as_float = |v: &Val<'a>| if let Val::Big(k) = v { self.float(*k as f64) } else { v.clone() };
                let (x, y) = (as_float(x), as_float(y));
                self.compare(op, &x, &y)
            }
            Val::Scalar(_) => self.big_int(),
            _ => match op {
                CmpOp::Eq => Ok(self.boolean(false)),
                CmpOp::NotEq => Ok(self.boolean(true)),
                _ => {
                    let (p, q) = (self.python_class_name(x), self.python_class_name(y));
                    let text = format!("'{}' not supported between instances of '{p}' and '{q}'", op.as_str());
                    self.raise(ErrorKind::TypeError, &text)
                }
            },
        }
    }
}
