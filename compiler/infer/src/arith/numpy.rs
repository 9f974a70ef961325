//! NumPy's operators: NEP 50 promotion and broadcasting.

use crate::state::*;
use crate::value::*;
use quipu_abi::{DType, ErrorKind, Kind};
use quipu_ir::Var;
use quipu_ir::ops::{self, ScalarFn};
use quipu_syntax::ast::BinOp;

impl<'a> Lower<'a, '_> {
    // NumPy.

    /// (dtype, is it weak) of an operand.
    pub(super) fn strength(v: &Val<'a>) -> (DType, bool) {
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
            let shapes: Vec<Vec<quipu_ir::Dim>> = vars.iter().map(|v| self.dims_of(*v)).collect();
            let shapes: Vec<&[quipu_ir::Dim]> = shapes.iter().map(Vec::as_slice).collect();
            let dims = self.broadcast_all(&shapes)?;
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
                        self.emit(ops::Reduce::new(ops::ReduceKind::Any, axes), &[neg])
                    }
                    false => neg,
                };
                let text = "Integers to negative integer powers are not allowed.";
                self.raise_if(bad, ErrorKind::ValueError, text, &[]);
            }
        }
        self.elementwise(&ops::POW, &[x, y], d)
    }
}
