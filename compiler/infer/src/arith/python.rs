//! Python's operators on its own numbers: 64-bit integers that raise on overflow, floats, complex.

use crate::checkpoint::About;
use crate::state::*;
use crate::value::*;
use quipu_abi::{DType, ErrorKind, Kind};
use quipu_ir::Var;
use quipu_ir::ops::{self, IntChecked, ScalarFn};
use quipu_syntax::ast::BinOp;
use std::rc::Rc;

/// Integers up to here are floats as well.
pub(super) const EXACT: i64 = 1 << 53;

impl<'a> Lower<'a, '_> {
    /// A Python number as int, float or complex (a bool counts as int).
    pub(super) fn convert_py(&mut self, s: &Scalar, to: DType) -> Scalar {
        if s.dtype == to {
            return s.clone();
        }
        let var = self.b.cast(s.var, to);
        let known = match (s.known, to) {
            (Some(Known::Bool(b)), DType::I64) => Some(Known::Int(i64::from(b))),
            (Some(Known::Bool(b)), DType::F64) => Some(Known::Float(f64::from(u8::from(b)))),
            (Some(Known::Int(k)), DType::F64) => Some(Known::Float(k as f64)),
            _ => None,
        };
        Scalar { dtype: to, np: false, var, known }
    }

    pub fn python_binary(&mut self, op: BinOp, a: &Scalar, b: &Scalar) -> R<Val<'a>> {
        use BinOp as B;
        if a.dtype == DType::Bool && b.dtype == DType::Bool && matches!(op, B::BitAnd | B::BitOr | B::BitXor) {
            let row = match op {
                B::BitAnd => &ops::AND,
                B::BitOr => &ops::OR,
                _ => &ops::XOR,
            };
            let v = self.b.map(row, &[a.var, b.var]);
            return Ok(self.py(DType::Bool, v));
        }
        let kind = a.dtype.kind().max(b.dtype.kind());
        match kind {
            Kind::Complex => self.complex_binary(op, a, b),
            Kind::Float => {
                let (a, b) = (self.convert_py(a, DType::F64), self.convert_py(b, DType::F64));
                self.float_binary(op, &a, &b)
            }
            _ => {
                let (a, b) = (self.convert_py(a, DType::I64), self.convert_py(b, DType::I64));
                self.int_binary(op, &a, &b)
            }
        }
    }

    fn known_ints(a: &Scalar, b: &Scalar) -> Option<(i64, i64)> {
        match (a.known, b.known) {
            (Some(Known::Int(a)), Some(Known::Int(b))) => Some((a, b)),
            _ => None,
        }
    }

    /// Raises ZeroDivisionError where `b` is 0, unless that is impossible.
    pub(super) fn check_zero(&mut self, b: &Scalar, text: &str) -> R<()> {
        match b.known {
            Some(Known::Int(0)) => return self.raise(ErrorKind::ZeroDivisionError, text),
            Some(Known::Float(0.0)) => return self.raise(ErrorKind::ZeroDivisionError, text),
            Some(_) => return Ok(()),
            None => {}
        }
        if b.dtype == DType::I64 {
            let d = self.b.func.dim_of(b.var);
            if self.b.func.nonneg(&d.plus(-1)) || self.b.func.nonneg(&d.times(-1).plus(-1)) {
                return Ok(());
            }
        }
        let zero = self.b.like(0.0, b.var);
        let bad = self.b.map(&ops::EQ, &[b.var, zero]);
        self.raise_if(bad, ErrorKind::ZeroDivisionError, text, &[]);
        Ok(())
    }

    fn int_binary(&mut self, op: BinOp, a: &Scalar, b: &Scalar) -> R<Val<'a>> {
        use BinOp as B;
        let known = Self::known_ints(a, b);
        let folded = known.and_then(|(x, y)| match op {
            B::Add => x.checked_add(y),
            B::Sub => x.checked_sub(y),
            B::Mul => x.checked_mul(y),
            B::FloorDiv if y != 0 => x.checked_div(y).map(|_| quipu_ir::dims::floordiv(x, y)),
            B::Mod if y != 0 && y != -1 => Some(x.wrapping_sub(quipu_ir::dims::floordiv(x, y).wrapping_mul(y))),
            B::BitAnd => Some(x & y),
            B::BitOr => Some(x | y),
            B::BitXor => Some(x ^ y),
            B::LShift if (0..63).contains(&y) && x.leading_zeros() as i64 > y + 1 => Some(x << y),
            B::RShift if y >= 0 => Some(x >> y.min(63)),
            B::Pow if (0..=i64::from(u32::MAX)).contains(&y) => x.checked_pow(y as u32),
            _ => None,
        });
        if let Some(k) = folded {
            return Ok(self.int(k));
        }
        let int = |this: &Self, v: Var| Ok(this.py(DType::I64, v));
        match op {
            B::Add | B::Sub | B::Mul => {
                let (checked, row) = match op {
                    B::Add => (IntChecked::Add, &ops::ADD),
                    B::Sub => (IntChecked::Sub, &ops::SUB),
                    _ => (IntChecked::Mul, &ops::MUL),
                };
                let v = if self.cannot_overflow(op, a, b) {
                    self.b.map(row, &[a.var, b.var])
                } else {
                    self.emit(checked, &[a.var, b.var])
                };
                int(self, v)
            }
            B::FloorDiv => {
                self.check_zero(b, "integer division or modulo by zero")?;
                let v = match b.known {
                    Some(Known::Int(k)) if k != -1 => self.b.map(&ops::FLOORDIV, &[a.var, b.var]),
                    _ => self.emit(IntChecked::FloorDiv, &[a.var, b.var]),
                };
                int(self, v)
            }
            B::Mod => {
                self.check_zero(b, "integer modulo by zero")?;
                let v = self.b.map(&ops::MOD, &[a.var, b.var]);
                int(self, v)
            }
            B::Div => {
                self.check_zero(b, "division by zero")?;
                let simple = |lw: &mut Self| {
                    let (x, y) = (lw.b.cast(a.var, DType::F64), lw.b.cast(b.var, DType::F64));
                    lw.b.div(x, y)
                };
                if self.is_exact(a) && self.is_exact(b) {
                    let v = simple(self);
                    return Ok(self.py(DType::F64, v));
                }
                // Operands beyond 53 bits may not be rounded before the division.
                let mut all: Option<Var> = None;
                for s in [a, b] {
                    if self.is_exact(s) {
                        continue;
                    }
                    let (bias, limit) = (self.b.i64(EXACT), self.b.i64(2 * EXACT));
                    let moved = self.b.map(&ops::ADD, &[s.var, bias]);
                    let u = self.b.cast(moved, DType::U64);
                    let limit = self.b.cast(limit, DType::U64);
                    let fits = self.b.map(&ops::LE, &[u, limit]);
                    all = Some(all.map_or(fits, |a| self.b.map(&ops::AND, &[a, fits])));
                }
                let cond = match all {
                    Some(v) => self.py(DType::Bool, v),
                    None => self.boolean(true),
                };
                self.choose(
                    &cond,
                    |lw| {
                        let v = simple(lw);
                        Ok(lw.py(DType::F64, v))
                    },
                    |lw| {
                        let v = lw.extern1(&ops::INT_DIV, &[a.var, b.var]);
                        Ok(lw.py(DType::F64, v))
                    },
                )
            }
            B::Pow => self.int_pow(a, b),
            B::LShift | B::RShift => {
                let nonneg = b.known.is_some_and(|k| matches!(k, Known::Int(k) if k >= 0));
                if !nonneg {
                    let zero = self.b.i64(0);
                    let bad = self.b.map(&ops::LT, &[b.var, zero]);
                    self.raise_if(bad, ErrorKind::ValueError, "negative shift count", &[]);
                }
                let v = match op {
                    B::LShift => self.emit(IntChecked::Shl, &[a.var, b.var]),
                    _ => self.b.map(&ops::SHR, &[a.var, b.var]),
                };
                int(self, v)
            }
            B::BitAnd | B::BitOr | B::BitXor => {
                let row = match op {
                    B::BitAnd => &ops::AND,
                    B::BitOr => &ops::OR,
                    _ => &ops::XOR,
                };
                let v = self.b.map(row, &[a.var, b.var]);
                int(self, v)
            }
            B::MatMul => self.raise(ErrorKind::TypeError, "unsupported operand type(s) for @: 'int' and 'int'"),
        }
    }

    /// Is the integer known to be one that a float holds?
    pub(super) fn is_exact(&mut self, s: &Scalar) -> bool {
        match s.known {
            Some(Known::Int(k)) => k.unsigned_abs() <= EXACT as u64,
            Some(Known::Bool(_)) => true,
            _ => {
                let d = self.b.func.dim_of(s.var);
                s.dtype != DType::I64 || self.is_index(&d)
            }
        }
    }

    /// Bounds by the dims algebra: sizes and indices are far below 2^62, so sums of a few of them stay in range.
    pub(super) fn cannot_overflow(&mut self, op: BinOp, a: &Scalar, b: &Scalar) -> bool {
        let small = |this: &mut Self, s: &Scalar| match s.known {
            Some(Known::Int(k)) => k.unsigned_abs() < 1 << 31,
            _ => {
                let d = this.b.func.dim_of(s.var);
                this.is_index(&d)
            }
        };
        match op {
            BinOp::Add | BinOp::Sub => small(self, a) && small(self, b),
            _ => false,
        }
    }

    /// Is the dim a size or loop index plus a small constant (or a difference of two)?
    fn is_index(&self, d: &quipu_ir::Dim) -> bool {
        let (k, terms) = d.parts();
        let mut n = 0;
        for (coef, factors) in terms {
            n += 1;
            let [quipu_ir::Atom::Sym(s)] = factors else { return false };
            let data = &self.b.func.syms[s.index()];
            let sized = matches!(data.def, quipu_ir::SymDef::Dim(..));
            let indexed = data.lo.is_some() && data.hi.is_some();
            if coef.unsigned_abs() > 4 || !(sized || indexed) {
                return false;
            }
        }
        n <= 3 && k.unsigned_abs() < 1 << 40
    }

    fn int_pow(&mut self, a: &Scalar, b: &Scalar) -> R<Val<'a>> {
        match b.known {
            Some(Known::Int(k)) if k < 0 => {
                let (x, y) = (self.convert_py(a, DType::F64), self.convert_py(b, DType::F64));
                if let Some(Known::Int(0)) = a.known {
                    return self.raise(ErrorKind::ZeroDivisionError, "0.0 cannot be raised to a negative power");
                }
                return self.float_pow(&x, &y);
            }
            Some(_) => {}
            None => {
                let d = self.b.func.dim_of(b.var);
                if !self.b.func.nonneg(&d) {
                    return self.int_pow_of_any_sign(a, b);
                }
            }
        }
        let v = self.emit(IntChecked::Pow, &[a.var, b.var]);
        Ok(self.py(DType::I64, v))
    }

    /// The result is an int or, for a negative exponent, a float; where the program has a meaning with an int only, a float
    /// is a limit.
    fn int_pow_of_any_sign(&mut self, a: &Scalar, b: &Scalar) -> R<Val<'a>> {
        let zero = self.b.i64(0);
        let negative = self.b.map(&ops::LT, &[b.var, zero]);
        let site = self.site();
        if self.cx.int_power(site) {
            let text = "an int to a negative power is a float";
            self.raise_if(negative, ErrorKind::LimitError, text, &[]);
            let v = self.emit(IntChecked::Pow, &[a.var, b.var]);
            return Ok(self.py(DType::I64, v));
        }
        let cond = self.py(DType::Bool, negative);
        let (a, b) = (a.clone(), b.clone());
        let v = self.choose(
            &cond,
            |lw| {
                let (x, y) = (lw.convert_py(&a, DType::F64), lw.convert_py(&b, DType::F64));
                lw.float_pow(&x, &y)
            },
            |lw| {
                let v = lw.emit(IntChecked::Pow, &[a.var, b.var]);
                Ok(lw.py(DType::I64, v))
            },
        )?;
        Ok(match v {
            Val::Union(u) => Val::Union(Rc::new(UnionVal { power: Some(site), ..UnionVal::clone(&u) })),
            v => v,
        })
    }

    /// The power at this site must be an int.
    pub fn int_power(&mut self, site: Site) -> Stop {
        self.cx.facts.int_powers.insert(site);
        self.cx.rise(About::Form(site))
    }

    fn float_binary(&mut self, op: BinOp, a: &Scalar, b: &Scalar) -> R<Val<'a>> {
        use BinOp as B;
        let row: &'static ScalarFn = match op {
            B::Add => &ops::ADD,
            B::Sub => &ops::SUB,
            B::Mul => &ops::MUL,
            B::Div => {
                self.check_zero(b, "float division by zero")?;
                &ops::DIV
            }
            B::FloorDiv => {
                self.check_zero(b, "float floor division by zero")?;
                &ops::FLOORDIV
            }
            B::Mod => {
                self.check_zero(b, "float modulo")?;
                &ops::MOD
            }
            B::Pow => return self.float_pow(a, b),
            _ => {
                return self.raise(
                    ErrorKind::TypeError,
                    &format!("unsupported operand type(s) for {}: 'float' and 'float'", op.as_str()),
                );
            }
        };
        if let (Some(Known::Float(x)), Some(Known::Float(y))) = (a.known, b.known) {
            match op {
                B::Add => return Ok(self.float(x + y)),
                B::Sub => return Ok(self.float(x - y)),
                B::Mul => return Ok(self.float(x * y)),
                B::Div => return Ok(self.float(x / y)),
                _ => {}
            }
        }
        let v = self.b.map(row, &[a.var, b.var]);
        Ok(self.py(DType::F64, v))
    }

    /// Python's `**` of floats: overflow and 0 to a negative power raise, and so does what would be complex.
    fn float_pow(&mut self, a: &Scalar, b: &Scalar) -> R<Val<'a>> {
        let exponent = match b.known {
            Some(Known::Float(y)) => Some(y),
            _ => None,
        };
        let zero = self.b.f64(0.0);
        if exponent.is_none_or(|y| y < 0.0) {
            let (x0, neg) = (self.b.map(&ops::EQ, &[a.var, zero]), self.b.map(&ops::LT, &[b.var, zero]));
            let bad = self.b.map(&ops::AND, &[x0, neg]);
            self.raise_if(bad, ErrorKind::ZeroDivisionError, "0.0 cannot be raised to a negative power", &[]);
        }
        if exponent.is_none_or(|y| y.fract() != 0.0) {
            // A negative base with a fractional exponent is complex in Python: a limit.
            let neg = self.b.map(&ops::LT, &[a.var, zero]);
            let whole = self.b.map(&ops::RINT, &[b.var]);
            let fraction = self.b.map(&ops::NE, &[whole, b.var]);
            let bad = self.b.map(&ops::AND, &[neg, fraction]);
            let text = "a negative float to a fractional power is complex; write complex(x) ** y";
            self.raise_if(bad, ErrorKind::LimitError, text, &[]);
        }
        let v = self.b.map(&ops::POW, &[a.var, b.var]);
        let (inf, fx, fy) =
            (self.b.map(&ops::ISINF, &[v]), self.b.map(&ops::ISFINITE, &[a.var]), self.b.map(&ops::ISFINITE, &[b.var]));
        let bad = self.b.map(&ops::AND, &[inf, fx]);
        let bad = self.b.map(&ops::AND, &[bad, fy]);
        self.raise_if(bad, ErrorKind::OverflowError, "(34, 'Numerical result out of range')", &[]);
        Ok(self.py(DType::F64, v))
    }

    fn complex_binary(&mut self, op: BinOp, a: &Scalar, b: &Scalar) -> R<Val<'a>> {
        let (x, y) = (self.b.cast(a.var, DType::C128), self.b.cast(b.var, DType::C128));
        let row: &'static ScalarFn = match op {
            BinOp::Add => &ops::ADD,
            BinOp::Sub => &ops::SUB,
            BinOp::Mul => &ops::MUL,
            BinOp::Div => {
                let zero = self.b.like(0.0, y);
                let bad = self.b.map(&ops::EQ, &[y, zero]);
                self.raise_if(bad, ErrorKind::ZeroDivisionError, "complex division by zero", &[]);
                &ops::DIV
            }
            BinOp::Pow => {
                // Python multiplies for small whole exponents.
                if let Some(n) = match b.known {
                    Some(Known::Int(n)) if (0..=100).contains(&n) => Some(n),
                    Some(Known::Float(f)) if f.fract() == 0.0 && (0.0..=100.0).contains(&f) => Some(f as i64),
                    _ => None,
                } {
                    let mut r = self.b.like(1.0, x);
                    let (mut mask, mut p) = (1i64, x);
                    while mask <= n {
                        if n & mask != 0 {
                            r = self.b.mul(r, p);
                        }
                        mask <<= 1;
                        p = self.b.mul(p, p);
                    }
                    return Ok(self.py(DType::C128, r));
                }
                &ops::POW
            }
            _ => {
                return self.raise(
                    ErrorKind::TypeError,
                    &format!("unsupported operand type(s) for {}: 'complex' and 'complex'", op.as_str()),
                );
            }
        };
        let v = self.b.map(row, &[x, y]);
        Ok(self.py(DType::C128, v))
    }
}
