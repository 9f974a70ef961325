//! Operators: Python's on its own numbers, NumPy's (with NEP 50 promotion) where an array or NumPy scalar is involved.

use crate::state::*;
use crate::value::*;
use quipu_abi::{DType, ErrorKind, Kind};
use quipu_ir::Var;
use quipu_ir::ops::{self, IntChecked, ScalarFn};
use quipu_syntax::ast::{BinOp, CmpOp, UnaryOp};

/// Integers up to here are floats as well.
const EXACT: i64 = 1 << 53;

impl<'a> Lower<'a, '_> {
    fn is_numpy(v: &Val<'a>) -> bool {
        matches!(v, Val::Array(_) | Val::Scalar(Scalar { np: true, .. }))
    }

    pub fn binary(&mut self, op: BinOp, x: &Val<'a>, y: &Val<'a>) -> R<Val<'a>> {
        if let Some(r) = self.split_union(x, |lw, m| lw.binary(op, m, y))? {
            return Ok(r);
        }
        if let Some(r) = self.split_union(y, |lw, m| lw.binary(op, x, m))? {
            return Ok(r);
        }
        if Self::is_numpy(x) || Self::is_numpy(y) {
            let numeric = |v: &Val<'a>| matches!(v, Val::Scalar(_) | Val::Array(_) | Val::List(_) | Val::Tuple(_));
            if numeric(x) && numeric(y) {
                if op == BinOp::MatMul {
                    return self.matmul(x, y);
                }
                let (x, y) = (self.arrayish(x)?, self.arrayish(y)?);
                return self.numpy_binary(op, &x, &y);
            }
        }
        match (x, y) {
            (Val::Scalar(a), Val::Scalar(b)) => self.python_binary(op, a, b),
            (Val::Str(_), Val::Str(_)) | (Val::Str(_), Val::Scalar(_)) | (Val::Scalar(_), Val::Str(_)) => {
                self.str_binary(op, x, y)
            }
            (Val::Str(_), Val::Tuple(_)) if op == BinOp::Mod => {
                self.unsupported("formatting a string with %", "write an f-string")
            }
            (Val::Tuple(a), Val::Tuple(b)) if op == BinOp::Add => {
                Ok(Val::Tuple(a.iter().chain(b.iter()).cloned().collect()))
            }
            (Val::Tuple(t), Val::Scalar(n)) | (Val::Scalar(n), Val::Tuple(t)) if op == BinOp::Mul => match n.known {
                Some(Known::Int(n)) if n.saturating_mul(t.len() as i64) <= 64 => {
                    let n = n.max(0) as usize;
                    Ok(Val::Tuple(std::iter::repeat_n(t.iter().cloned(), n).flatten().collect()))
                }
                _ => self.unsupported("a tuple repeated an unknown number of times", "use a list"),
            },
            (Val::List(_), Val::List(_)) if op == BinOp::Add => self.list_concat(x, y),
            (Val::List(l), Val::Scalar(n)) | (Val::Scalar(n), Val::List(l)) if op == BinOp::Mul && n.dtype.is_int() => {
                self.list_repeat(l, n)
            }
            _ => self.bad_operands(op.as_str(), x, y),
        }
    }

    fn bad_operands<X>(&mut self, op: &str, x: &Val<'a>, y: &Val<'a>) -> R<X> {
        let (a, b) = (self.python_class_name(x), self.python_class_name(y));
        self.raise(ErrorKind::TypeError, &format!("unsupported operand type(s) for {op}: '{a}' and '{b}'"))
    }

    /// `type(v).__name__`.
    pub fn python_class_name(&self, v: &Val<'a>) -> String {
        match v {
            Val::None => "NoneType".into(),
            Val::Scalar(s) if s.np => format!("numpy.{}", s.dtype.name()),
            Val::Scalar(s) => python_name(s.dtype).into(),
            Val::Str(_) => "str".into(),
            Val::Tuple(_) => "tuple".into(),
            Val::Array(_) => "numpy.ndarray".into(),
            Val::List(_) => "list".into(),
            Val::Range(_) => "range".into(),
            Val::Slice(_) => "slice".into(),
            Val::Func(_) => "function".into(),
            Val::Builtin(_) | Val::Method(_) => "builtin_function_or_method".into(),
            Val::Module(_) => "module".into(),
            Val::Class(_) => "type".into(),
            Val::Exc(e) => e.kind.map_or("Exception", ErrorKind::name).into(),
            _ => "object".into(),
        }
    }

    /// Lists and tuples as arrays; anything else as it is.
    fn arrayish(&mut self, v: &Val<'a>) -> R<Val<'a>> {
        match v {
            Val::List(_) | Val::Tuple(_) => self.array_from(v, None),
            v => Ok(v.clone()),
        }
    }

    /// A Python number as int, float or complex (a bool counts as int).
    fn convert_py(&mut self, s: &Scalar, to: DType) -> Scalar {
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
    fn check_zero(&mut self, b: &Scalar, text: &str) -> R<()> {
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
    fn is_exact(&mut self, s: &Scalar) -> bool {
        match s.known {
            Some(Known::Int(k)) => k.unsigned_abs() <= EXACT as u64,
            Some(Known::Bool(_)) => true,
            _ => {
                let d = self.b.func.dim_of(s.var);
                s.dtype != DType::I64 || self.is_index(&d)
            }
        }
    }

    /// `i op f` of a Python int and float, by their exact values.
    fn compare_exactly(&mut self, op: CmpOp, i: Var, f: Var) -> Var {
        // Rounding is monotonic: only where the rounded int equals the float does the float's own integer decide,
        // which is one beyond 64 bits, or whole.
        let x = self.b.cast(i, DType::F64);
        let (below, equal) = (self.b.map(&ops::LT, &[x, f]), self.b.map(&ops::EQ, &[x, f]));
        let limit = self.b.f64(9_223_372_036_854_775_808.0);
        let beyond = self.b.map(&ops::GE, &[f, limit]);
        let whole = self.b.cast(f, DType::I64);
        let (lt, eq) = (self.b.map(&ops::LT, &[i, whole]), self.b.map(&ops::EQ, &[i, whole]));
        let lt = self.b.map(&ops::OR, &[beyond, lt]);
        let lt = self.b.map(&ops::AND, &[equal, lt]);
        let lt = self.b.map(&ops::OR, &[below, lt]);
        let inside = self.b.map(&ops::NOT, &[beyond]);
        let eq = self.b.map(&ops::AND, &[inside, eq]);
        let eq = self.b.map(&ops::AND, &[equal, eq]);
        match op {
            CmpOp::Eq => eq,
            CmpOp::NotEq => self.b.map(&ops::NOT, &[eq]),
            CmpOp::Lt => lt,
            CmpOp::LtE => self.b.map(&ops::OR, &[lt, eq]),
            _ => {
                // Not below and not equal, but a NaN is neither above.
                let le = self.b.map(&ops::OR, &[lt, eq]);
                let nan = self.b.map(&ops::ISNAN, &[f]);
                let out = self.b.map(&ops::OR, &[if op == CmpOp::Gt { le } else { lt }, nan]);
                self.b.map(&ops::NOT, &[out])
            }
        }
    }

    /// Bounds by the dims algebra: sizes and indices are far below 2^62, so sums of a few of them stay in range.
    fn cannot_overflow(&mut self, op: BinOp, a: &Scalar, b: &Scalar) -> bool {
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

    /// The result is an int or, for a negative exponent, a float.
    fn int_pow_of_any_sign(&mut self, a: &Scalar, b: &Scalar) -> R<Val<'a>> {
        let zero = self.b.i64(0);
        let negative = self.b.map(&ops::LT, &[b.var, zero]);
        let cond = self.py(DType::Bool, negative);
        let (a, b) = (a.clone(), b.clone());
        self.choose(
            &cond,
            |lw| {
                let (x, y) = (lw.convert_py(&a, DType::F64), lw.convert_py(&b, DType::F64));
                lw.float_pow(&x, &y)
            },
            |lw| {
                let v = lw.emit(IntChecked::Pow, &[a.var, b.var]);
                Ok(lw.py(DType::I64, v))
            },
        )
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
            self.raise_if(bad, ErrorKind::ValueError, text, &[]);
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

    // NumPy.

    /// (dtype, is it weak) of an operand.
    fn strength(v: &Val<'a>) -> (DType, bool) {
        match v {
            Val::Scalar(s) => (s.dtype, !s.np),
            Val::Array(p) => (p.dtype, false),
            _ => (DType::F64, true),
        }
    }

    /// NEP 50: the dtype that operands are brought to.
    pub fn result_type(&self, vs: &[&Val<'a>]) -> DType {
        let mut strong: Option<DType> = None;
        let mut weak: Option<DType> = None;
        for v in vs {
            let (d, w) = Self::strength(v);
            let slot = if w { &mut weak } else { &mut strong };
            *slot = Some(slot.map_or(d, |s| s.promote(d)));
        }
        match (strong, weak) {
            (None, w) => w.unwrap_or(DType::F64),
            (Some(s), None) => s,
            (Some(s), Some(w)) => match (s.kind(), w.kind()) {
                (_, Kind::Bool) => s,
                (Kind::Bool, Kind::Signed) => DType::I64,
                (_, Kind::Signed | Kind::Unsigned) => s,
                (Kind::Float | Kind::Complex, Kind::Float) => s,
                (_, Kind::Float) => DType::F64,
                (Kind::Complex, Kind::Complex) => s,
                (Kind::Float, Kind::Complex) => s.complex(),
                _ => DType::C128,
            },
        }
    }

    /// Applies a row to operands of any numeric kind, brought to `dtype` and one shape.
    pub fn elementwise(&mut self, row: &'static ScalarFn, vs: &[&Val<'a>], dtype: DType) -> R<Val<'a>> {
        let mut vars = vec![];
        for v in vs {
            if let Val::Scalar(s) = v {
                self.check_int_fits(s, dtype)?;
            }
            let x = self.operand(v)?;
            vars.push(self.b.cast(x, dtype));
        }
        let order = self.result_order(vs);
        self.broadcast_map(row, vars, order)
    }

    /// The memory order of an elementwise result: the operands' where they agree.
    fn result_order(&self, vs: &[&Val<'a>]) -> Order {
        let rank = vs.iter().map(|v| if let Val::Array(p) = v { p.dims.len() } else { 0 }).max().unwrap_or(0);
        if rank > 1 && vs.iter().any(|v| matches!(v, Val::Array(p) if p.order == Order::Unknown)) {
            return Order::Unknown;
        }
        let mut found: Option<Vec<usize>> = None;
        for v in vs {
            if let Val::Array(p) = v
                && p.dims.len() == rank
            {
                let axes = p.order.axes(rank);
                match &found {
                    None => found = Some(axes),
                    Some(f) if *f == axes => {}
                    Some(_) => return Order::C,
                }
            }
        }
        found.map_or(Order::C, |a| Order::of(a, false))
    }

    pub fn broadcast_map(&mut self, row: &'static ScalarFn, mut vars: Vec<Var>, order: Order) -> R<Val<'a>> {
        let any_array = vars.iter().any(|v| self.b.func.ty(*v).is_array());
        if any_array {
            let mut dims = vec![];
            for v in &vars {
                let d = self.dims_of(*v);
                dims = self.broadcast_dims(&dims, &d)?;
            }
            if dims.is_empty() {
                for v in &mut vars {
                    if self.b.func.ty(*v).is_array() {
                        *v = self.b.read(*v, &vec![], &[]);
                    }
                }
            } else {
                for v in &mut vars {
                    *v = self.expand(*v, &dims, false);
                }
            }
        }
        let r = self.b.map(row, &vars);
        Ok(match self.b.ty(r) {
            quipu_ir::Ty::Array(..) => self.fresh_in(r, order),
            quipu_ir::Ty::Scalar(d) => self.np(d, r),
            _ => self.fresh(r),
        })
    }

    pub fn numpy_binary(&mut self, op: BinOp, x: &Val<'a>, y: &Val<'a>) -> R<Val<'a>> {
        use BinOp as B;
        let d = self.result_type(&[x, y]);
        let (row, d): (&'static ScalarFn, DType) = match op {
            B::Add => (&ops::ADD, d),
            B::Sub if d == DType::Bool => {
                let text = "numpy boolean subtract, the `-` operator, is not supported, use the bitwise_xor, the `^` operator, or the logical_xor function instead.";
                return self.raise(ErrorKind::TypeError, text);
            }
            B::Sub => (&ops::SUB, d),
            B::Mul => (&ops::MUL, d),
            B::Div => (&ops::DIV, if d.is_inexact() { d } else { DType::F64 }),
            B::FloorDiv | B::Mod if d.is_complex() => {
                let name = if op == B::Mod { "remainder" } else { "floor_divide" };
                let text = format!(
                    "ufunc '{name}' not supported for the input types, and the inputs could not be safely coerced to any supported types according to the casting rule ''safe''"
                );
                return self.raise(ErrorKind::TypeError, &text);
            }
            B::FloorDiv => (&ops::FLOORDIV, if d == DType::Bool { DType::I8 } else { d }),
            B::Mod => (&ops::MOD, if d == DType::Bool { DType::I8 } else { d }),
            B::Pow => return self.numpy_pow(x, y, if d == DType::Bool { DType::I8 } else { d }),
            B::BitAnd | B::BitOr | B::BitXor | B::LShift | B::RShift => {
                let (row, name): (&'static ScalarFn, &str) = match op {
                    B::BitAnd => (&ops::AND, "bitwise_and"),
                    B::BitOr => (&ops::OR, "bitwise_or"),
                    B::BitXor => (&ops::XOR, "bitwise_xor"),
                    B::LShift => (&ops::SHL, "left_shift"),
                    _ => (&ops::SHR, "right_shift"),
                };
                if d.is_inexact() {
                    let text = format!(
                        "ufunc '{name}' not supported for the input types, and the inputs could not be safely coerced to any supported types according to the casting rule ''safe''"
                    );
                    return self.raise(ErrorKind::TypeError, &text);
                }
                let shift = matches!(op, B::LShift | B::RShift);
                (row, if shift && d == DType::Bool { DType::I8 } else { d })
            }
            B::MatMul => return self.matmul(x, y),
        };
        self.elementwise(row, &[x, y], d)
    }

    fn numpy_pow(&mut self, x: &Val<'a>, y: &Val<'a>, d: DType) -> R<Val<'a>> {
        // The exponents that NumPy computes by multiplication, so that results have its bits.
        if let Val::Scalar(Scalar { np: false, known: Some(k), .. }) = y
            && matches!(x, Val::Array(_))
        {
            let e = match k {
                Known::Int(k) => *k as f64,
                Known::Float(f) => *f,
                Known::Bool(b) => f64::from(u8::from(*b)),
            };
            if d.is_inexact() {
                if e == 2.0 {
                    return self.elementwise(&ops::MUL, &[x, x], d);
                }
                if e == 0.5 {
                    return self.elementwise(&ops::SQRT, &[x], d);
                }
                if e == -1.0 {
                    let one = self.float(1.0);
                    return self.elementwise(&ops::DIV, &[&one, x], d);
                }
                if e == 1.0 {
                    let Val::Array(p) = x else { return Ok(x.clone()) };
                    return self.astype(p, d);
                }
            } else if e == 2.0 {
                return self.elementwise(&ops::MUL, &[x, x], d);
            }
        }
        if d.is_int() {
            let v = self.operand(y)?;
            let zero = self.b.like(0.0, v);
            if self.b.func.ty(v).dtype().is_some_and(|d| d.kind() == Kind::Signed) {
                let neg = self.b.map(&ops::LT, &[v, zero]);
                let bad = match self.b.func.ty(neg).is_array() {
                    true => {
                        let axes = (0..self.b.func.ty(neg).rank()).collect();
                        self.emit(ops::Reduce { kind: ops::ReduceKind::Any, axes }, &[neg])
                    }
                    false => neg,
                };
                let text = "Integers to negative integer powers are not allowed.";
                self.raise_if(bad, ErrorKind::ValueError, text, &[]);
            }
        }
        self.elementwise(&ops::POW, &[x, y], d)
    }

    pub fn unary(&mut self, op: UnaryOp, x: &Val<'a>) -> R<Val<'a>> {
        if let Some(r) = self.split_union(x, |lw, m| lw.unary(op, m))? {
            return Ok(r);
        }
        if op == UnaryOp::Not {
            let t = self.truth(x)?;
            if let Val::Scalar(Scalar { known: Some(Known::Bool(b)), .. }) = t {
                return Ok(self.boolean(!b));
            }
            let v = self.operand(&t)?;
            let v = self.b.map(&ops::NOT, &[v]);
            return Ok(self.py(DType::Bool, v));
        }
        let bad = |this: &mut Self| {
            let name = this.python_class_name(x);
            this.raise(ErrorKind::TypeError, &format!("bad operand type for unary {}: '{name}'", op.as_str()))
        };
        match x {
            Val::Scalar(s) if !s.np => {
                let s = if s.dtype == DType::Bool { self.convert_py(s, DType::I64) } else { s.clone() };
                match (op, s.known) {
                    (UnaryOp::Neg, Some(Known::Int(k))) if k != i64::MIN => return Ok(self.int(-k)),
                    (UnaryOp::Neg, Some(Known::Float(f))) => return Ok(self.float(-f)),
                    (UnaryOp::Invert, Some(Known::Int(k))) => return Ok(self.int(!k)),
                    _ => {}
                }
                match op {
                    UnaryOp::Pos => Ok(Val::Scalar(s)),
                    UnaryOp::Neg if s.dtype == DType::I64 => {
                        let v = self.emit(IntChecked::Neg, &[s.var]);
                        Ok(self.py(DType::I64, v))
                    }
                    UnaryOp::Neg => {
                        let v = self.b.neg(s.var);
                        Ok(self.py(s.dtype, v))
                    }
                    UnaryOp::Invert if s.dtype == DType::I64 => {
                        let v = self.b.map(&ops::NOT, &[s.var]);
                        Ok(self.py(DType::I64, v))
                    }
                    _ => bad(self),
                }
            }
            Val::Scalar(_) | Val::Array(_) => {
                let (d, _) = Self::strength(x);
                match op {
                    UnaryOp::Neg if d == DType::Bool => {
                        let text = "The numpy boolean negative, the `-` operator, is not supported, use the `~` operator or the logical_not function instead.";
                        self.raise(ErrorKind::TypeError, text)
                    }
                    UnaryOp::Neg => self.elementwise(&ops::NEG, &[x], d),
                    UnaryOp::Invert if d.kind() <= Kind::Signed => self.elementwise(&ops::NOT, &[x], d),
                    UnaryOp::Pos => {
                        let v = self.operand(x)?;
                        let v = if self.b.func.ty(v).is_array() { self.b.copy(v) } else { v };
                        Ok(self.wrap(v))
                    }
                    _ => bad(self),
                }
            }
            _ => bad(self),
        }
    }

    pub fn compare(&mut self, op: CmpOp, x: &Val<'a>, y: &Val<'a>) -> R<Val<'a>> {
        match op {
            CmpOp::Is | CmpOp::IsNot => return self.identical(op == CmpOp::IsNot, x, y),
            CmpOp::In | CmpOp::NotIn => {
                let r = self.contains(y, x)?;
                return if op == CmpOp::In { Ok(r) } else { self.unary(UnaryOp::Not, &r) };
            }
            _ => {}
        }
        if let Some(r) = self.split_union(x, |lw, m| lw.compare(op, m, y))? {
            return Ok(r);
        }
        if let Some(r) = self.split_union(y, |lw, m| lw.compare(op, x, m))? {
            return Ok(r);
        }
        let row: &'static ScalarFn = match op {
            CmpOp::Eq => &ops::EQ,
            CmpOp::NotEq => &ops::NE,
            CmpOp::Lt => &ops::LT,
            CmpOp::LtE => &ops::LE,
            CmpOp::Gt => &ops::GT,
            _ => &ops::GE,
        };
        if Self::is_numpy(x) || Self::is_numpy(y) {
            let numeric = |v: &Val<'a>| matches!(v, Val::Scalar(_) | Val::Array(_) | Val::List(_) | Val::Tuple(_));
            if numeric(x) && numeric(y) {
                let (x, y) = (self.arrayish(x)?, self.arrayish(y)?);
                let d = self.result_type(&[&x, &y]);
                return self.elementwise(row, &[&x, &y], d);
            }
        }
        match (x, y) {
            (Val::Scalar(a), Val::Scalar(b)) => {
                if let Some(k) = known_compare(op, a.known, b.known) {
                    return Ok(self.boolean(k));
                }
                let kind = a.dtype.kind().max(b.dtype.kind());
                if kind == Kind::Complex && !matches!(op, CmpOp::Eq | CmpOp::NotEq) {
                    let (p, q) = (self.python_class_name(x), self.python_class_name(y));
                    let text = format!("'{}' not supported between instances of '{p}' and '{q}'", op.as_str());
                    return self.raise(ErrorKind::TypeError, &text);
                }
                let d = match kind {
                    Kind::Complex => DType::C128,
                    Kind::Float => DType::F64,
                    Kind::Bool => DType::Bool,
                    _ => DType::I64,
                };
                let large = |lw: &mut Self, i: &Scalar, f: &Scalar| {
                    i.dtype == DType::I64
                        && f.dtype == DType::F64
                        && !lw.is_exact(i)
                        && !matches!(f.known, Some(Known::Float(x)) if x.abs() < EXACT as f64)
                };
                let r = if large(self, a, b) {
                    self.compare_exactly(op, a.var, b.var)
                } else if large(self, b, a) {
                    let mirrored = match op {
                        CmpOp::Lt => CmpOp::Gt,
                        CmpOp::LtE => CmpOp::GtE,
                        CmpOp::Gt => CmpOp::Lt,
                        CmpOp::GtE => CmpOp::LtE,
                        op => op,
                    };
                    self.compare_exactly(mirrored, b.var, a.var)
                } else {
                    let (u, v) = (self.b.cast(a.var, d), self.b.cast(b.var, d));
                    self.b.map(row, &[u, v])
                };
                Ok(self.py(DType::Bool, r))
            }
            // A dtype equals what makes it.
            (Val::Class(Class::DType(d)), other) | (other, Val::Class(Class::DType(d)))
                if matches!(op, CmpOp::Eq | CmpOp::NotEq) =>
            {
                let same = match other {
                    Val::Class(_) | Val::Str(_) => self.dtype_arg(other)? == *d,
                    _ => false,
                };
                Ok(self.boolean(same == (op == CmpOp::Eq)))
            }
            (Val::Str(_), Val::Str(_)) => self.str_compare(op, x, y),
            (Val::Tuple(a), Val::Tuple(b)) => self.tuple_compare(op, &a.clone(), &b.clone()),
            (Val::List(a), Val::List(b)) if matches!(op, CmpOp::Eq | CmpOp::NotEq) => self.list_equal(op, a, b),
            (Val::List(_), Val::List(_)) => {
                let name = if matches!(op, CmpOp::Lt | CmpOp::Gt) { "list_less" } else { "list_less_equal" };
                let (x, y) = if matches!(op, CmpOp::Lt | CmpOp::LtE) { (x, y) } else { (y, x) };
                self.by_library(name, &[x.clone(), y.clone()])
            }
            _ if matches!(op, CmpOp::Eq | CmpOp::NotEq) => {
                let same = self.same(x, y);
                Ok(self.boolean(same == (op == CmpOp::Eq)))
            }
            _ => {
                let (p, q) = (self.python_class_name(x), self.python_class_name(y));
                let text = format!("'{}' not supported between instances of '{p}' and '{q}'", op.as_str());
                self.raise(ErrorKind::TypeError, &text)
            }
        }
    }

    fn tuple_compare(&mut self, op: CmpOp, a: &[Val<'a>], b: &[Val<'a>]) -> R<Val<'a>> {
        if matches!(op, CmpOp::Eq | CmpOp::NotEq) {
            if a.len() != b.len() {
                return Ok(self.boolean(op == CmpOp::NotEq));
            }
            let mut all = self.boolean(true);
            for (x, y) in a.iter().zip(b) {
                let e = self.compare(CmpOp::Eq, x, y)?;
                let e = self.truth(&e)?;
                all = self.both(&all, &e)?;
            }
            return if op == CmpOp::Eq { Ok(all) } else { self.unary(UnaryOp::Not, &all) };
        }
        // The first pair that differs decides; if none does, the lengths do.
        let n = a.len().min(b.len());
        let by_length = match op {
            CmpOp::Lt => a.len() < b.len(),
            CmpOp::LtE => a.len() <= b.len(),
            CmpOp::Gt => a.len() > b.len(),
            _ => a.len() >= b.len(),
        };
        let mut result = self.boolean(by_length);
        for k in (0..n).rev() {
            let strict = match op {
                CmpOp::Lt | CmpOp::LtE => CmpOp::Lt,
                _ => CmpOp::Gt,
            };
            let equal = self.compare(CmpOp::Eq, &a[k], &b[k])?;
            let here = self.compare(strict, &a[k], &b[k])?;
            let (e, h, r) = (self.operand(&equal)?, self.operand(&here)?, self.operand(&result)?);
            let v = self.b.select(e, r, h);
            result = self.py(DType::Bool, v);
        }
        Ok(result)
    }

    /// `x and y` of two bools without paths.
    pub fn both(&mut self, x: &Val<'a>, y: &Val<'a>) -> R<Val<'a>> {
        match (x.bool_known(), y.bool_known()) {
            (Some(false), _) | (_, Some(false)) => Ok(self.boolean(false)),
            (Some(true), _) => Ok(y.clone()),
            (_, Some(true)) => Ok(x.clone()),
            _ => {
                let (u, v) = (self.operand(x)?, self.operand(y)?);
                let r = self.b.map(&ops::AND, &[u, v]);
                Ok(self.py(DType::Bool, r))
            }
        }
    }

    fn identical(&mut self, negate: bool, x: &Val<'a>, y: &Val<'a>) -> R<Val<'a>> {
        let yes = match (x, y) {
            (Val::Union(u), Val::None) | (Val::None, Val::Union(u)) => {
                match u.members.iter().position(|m| matches!(m, Val::None)) {
                    None => false,
                    Some(k) => {
                        let k = self.b.i64(k as i64);
                        let row = if negate { &ops::NE } else { &ops::EQ };
                        let v = self.b.map(row, &[u.tag, k]);
                        return Ok(self.py(DType::Bool, v));
                    }
                }
            }
            (Val::None, Val::None) => true,
            (Val::None, _) | (_, Val::None) => false,
            (Val::Array(a), Val::Array(b)) => {
                let is = self.same_object(a, b)?;
                if !negate {
                    return Ok(is);
                }
                if let Some(k) = is.bool_known() {
                    return Ok(self.boolean(!k));
                }
                let v = self.operand(&is)?;
                let v = self.b.map(&ops::NOT, &[v]);
                return Ok(self.py(DType::Bool, v));
            }
            (Val::List(a), Val::List(b)) => a.base == b.base && a.path == b.path,
            (Val::Scalar(a), Val::Scalar(b)) if a.dtype == DType::Bool && b.dtype == DType::Bool && !a.np && !b.np => {
                return self.compare(if negate { CmpOp::NotEq } else { CmpOp::Eq }, x, y);
            }
            (Val::Class(a), Val::Class(b)) => a == b,
            (Val::Func(_), Val::Func(_)) | (Val::Builtin(_), Val::Builtin(_)) | (Val::Module(_), Val::Module(_)) => {
                self.same(x, y)
            }
            _ if std::mem::discriminant(x) != std::mem::discriminant(y) => false,
            _ => return self.unsupported("`is` between these values", "compare with =="),
        };
        Ok(self.boolean(yes != negate))
    }
}

fn known_compare(op: CmpOp, a: Option<Known>, b: Option<Known>) -> Option<bool> {
    let int = |k: Option<Known>| match k? {
        Known::Int(k) => Some(k),
        Known::Bool(b) => Some(i64::from(b)),
        Known::Float(_) => None,
    };
    let float = |k: Option<Known>| match k? {
        Known::Float(f) => Some(f),
        _ => None,
    };
    let ord = match (int(a), int(b)) {
        (Some(x), Some(y)) => Some(x.cmp(&y)),
        _ => match (float(a), float(b)) {
            (Some(x), Some(y)) if !x.is_nan() && !y.is_nan() => x.partial_cmp(&y),
            _ => None,
        },
    }?;
    Some(match op {
        CmpOp::Eq => ord.is_eq(),
        CmpOp::NotEq => ord.is_ne(),
        CmpOp::Lt => ord.is_lt(),
        CmpOp::LtE => ord.is_le(),
        CmpOp::Gt => ord.is_gt(),
        CmpOp::GtE => ord.is_ge(),
        _ => return None,
    })
}
