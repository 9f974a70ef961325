//! Derivatives of the rows of `Map`: what each operand's tangent adds to the result's.
//!
//! Formulas are JAX's, with its values where the derivative jumps: |x| has 1 at 0, a maximum shares between equals.
//! A partial derivative is one known value per operand, so it costs one entry on a tape.

use super::*;

type Share = fn(b: &mut Builder, x: &[Var], y: Var, k: usize, dx: Var) -> Var;
/// `None`: the row is not linear in operand k with these operands known.
type Back = fn(b: &mut Builder, x: &[Operand], k: usize, ct: Var) -> Option<Var>;

/// How a row's result follows its operands' tangents.
pub enum Derivative {
    /// No tangent space, or constant between jumps.
    Zero,
    /// As `Zero` for real numbers; complex ones have no derivative.
    Steps,
    /// `dx * p(x, y, k)`.
    Chain(fn(b: &mut Builder, x: &[Var], y: Var, k: usize) -> Var),
    /// By rules of its own.
    By(Share),
    /// Linear in each operand: the share of the tangent, and that of the cotangent.
    Linear(Share, Back),
}

impl Derivative {
    /// The share of operand k's tangent in the result's.
    pub fn share(&self, b: &mut Builder, x: &[Var], y: Var, k: usize, dx: Var) -> Rule<Tangent> {
        Ok(match self {
            Derivative::Zero => None,
            Derivative::Steps if b.ty(y).dtype().is_some_and(DType::is_complex) => {
                return Err("a function of complex numbers that has no derivative".into());
            }
            Derivative::Steps => None,
            Derivative::Chain(p) => {
                let p = p(b, x, y, k);
                Some(b.mul(dx, p))
            }
            Derivative::By(f) | Derivative::Linear(f, _) => Some(f(b, x, y, k, dx)),
        })
    }

    /// The share of the cotangent that goes to operand k; `None` if it is not linear in it.
    pub fn back(&self, b: &mut Builder, x: &[Operand], k: usize, ct: Var) -> Option<Var> {
        match self {
            Derivative::Linear(_, back) => back(b, x, k, ct),
            _ => None,
        }
    }
}

use Derivative::{By, Chain, Linear};
use quipu_abi::DType;

fn is_complex(b: &Builder, v: Var) -> bool {
    b.func.ty(v).dtype().is_some_and(DType::is_complex)
}

/// The dtype of an operand that is transposed.
fn complex_operand(b: &Builder, x: &Operand) -> bool {
    let (Operand::Known(v) | Operand::Linear(v)) = x;
    is_complex(b, *v)
}

/// c / x.
fn over(b: &mut Builder, c: f64, x: Var) -> Var {
    let c = b.like(c, x);
    b.div(c, x)
}

/// x + c.
fn offset(b: &mut Builder, x: Var, c: f64) -> Var {
    let c = b.like(c, x);
    b.add(x, c)
}

fn times(b: &mut Builder, x: Var, c: f64) -> Var {
    let c = b.like(c, x);
    b.mul(x, c)
}

/// 1 - x * x.
fn one_less_square(b: &mut Builder, x: Var) -> Var {
    let q = b.mul(x, x);
    let one = b.like(1.0, x);
    b.sub(one, q)
}

/// 1 where the row of bools says so, else 0, in the dtype of `like`.
fn indicator(b: &mut Builder, c: Var, like: Var) -> Var {
    let (one, zero) = (b.like(1.0, like), b.like(0.0, like));
    b.select(c, one, zero)
}

/// 1 where operand k wins, 1/2 where both are equal.
fn winner(b: &mut Builder, x: &[Var], k: usize, larger: bool) -> Var {
    let (mine, other) = (x[k], x[1 - k]);
    let wins = b.map(if larger { &GT } else { &LT }, &[mine, other]);
    let ties = b.map(&EQ, &[mine, other]);
    let (half, zero) = (b.like(0.5, mine), b.like(0.0, mine));
    let tie = b.select(ties, half, zero);
    let one = b.like(1.0, mine);
    b.select(wins, one, tie)
}

pub static ZERO: Derivative = Derivative::Zero;
pub static STEPS: Derivative = Derivative::Steps;
pub static ADD: Derivative = Linear(|_, _, _, _, dx| dx, |_, _, _, ct| Some(ct));
pub static SUB: Derivative = Linear(
    |b, _, _, k, dx| if k == 0 { dx } else { b.neg(dx) },
    |b, _, k, ct| Some(if k == 0 { ct } else { b.neg(ct) }),
);
pub static NEG: Derivative = Linear(|b, _, _, _, dx| b.neg(dx), |b, _, _, ct| Some(b.neg(ct)));
pub static MUL: Derivative =
    Linear(|b, x, _, k, dx| b.mul(dx, x[1 - k]), |b, x, k, ct| Some(b.mul(ct, x[1 - k].known()?)));
// d(x / z) = dx / z - (y / z) dz, with one residual each.
pub static DIV: Derivative = Linear(
    |b, x, y, k, dx| {
        if k == 0 {
            return b.div(dx, x[1]);
        }
        let q = b.div(y, x[1]);
        let p = b.neg(q);
        b.mul(dx, p)
    },
    |b, x, k, ct| if k == 0 { Some(b.div(ct, x[1].known()?)) } else { None },
);
pub static MOD: Derivative = By(|b, x, _, k, dx| {
    if k == 0 {
        return dx;
    }
    let q = b.map(&FLOORDIV, x);
    let p = b.neg(q);
    b.mul(dx, p)
});
pub static FMOD: Derivative = By(|b, x, _, k, dx| {
    if k == 0 {
        return dx;
    }
    let q = b.div(x[0], x[1]);
    let q = b.map(&TRUNC, &[q]);
    let p = b.neg(q);
    b.mul(dx, p)
});
// d(x ** z) = z x ** (z - 1) dx + log(x) y dz, with 0 where z = 0 and where x = 0.
pub static POW: Derivative = Chain(|b, x, y, k| {
    let (base, z) = (x[0], x[1]);
    if k == 0 {
        let zero = b.like(0.0, z);
        let none = b.map(&EQ, &[z, zero]);
        let less = offset(b, z, -1.0);
        let one = b.like(1.0, z);
        let e = b.select(none, one, less);
        let p = b.map(&super::POW, &[base, e]);
        b.mul(z, p)
    } else {
        let zero = b.like(0.0, base);
        let none = b.map(&EQ, &[base, zero]);
        let one = b.like(1.0, base);
        let base = b.select(none, one, base);
        let l = b.map(&super::LOG, &[base]);
        b.mul(l, y)
    }
});
// Real: 1 or -1. Complex: d|x| = Re(conj(x) / |x| dx), 0 at 0.
pub static ABS: Derivative = By(|b, x, y, _, dx| {
    if !is_complex(b, x[0]) {
        let zero = b.like(0.0, x[0]);
        let up = b.map(&GE, &[x[0], zero]);
        let (one, less) = (b.like(1.0, x[0]), b.like(-1.0, x[0]));
        let p = b.select(up, one, less);
        return b.mul(dx, p);
    }
    let (one, zero) = (b.like(1.0, y), b.like(0.0, y));
    let none = b.map(&EQ, &[y, zero]);
    let r = b.select(none, one, y);
    let r = b.map(&super::COMPLEX, &[r, zero]);
    let c = b.map(&super::CONJ, x);
    let p = b.div(c, r);
    let d = b.mul(dx, p);
    b.map(&REAL_PART, &[d])
});
pub static MAXIMUM: Derivative = Chain(|b, x, _, k| winner(b, x, k, true));
pub static MINIMUM: Derivative = Chain(|b, x, _, k| winner(b, x, k, false));
pub static MAX_PY: Derivative = Chain(|b, x, _, k| {
    let second = b.map(&GT, &[x[1], x[0]]);
    let c = if k == 1 { second } else { b.map(&NOT, &[second]) };
    indicator(b, c, x[0])
});
pub static MIN_PY: Derivative = Chain(|b, x, _, k| {
    let second = b.map(&LT, &[x[1], x[0]]);
    let c = if k == 1 { second } else { b.map(&NOT, &[second]) };
    indicator(b, c, x[0])
});
pub static SELECT: Derivative = Linear(
    |b, x, _, k, dx| {
        let zero = b.like(0.0, dx);
        if k == 1 { b.select(x[0], dx, zero) } else { b.select(x[0], zero, dx) }
    },
    |b, x, k, ct| {
        let (c, zero) = (x[0].known()?, b.like(0.0, ct));
        Some(if k == 1 { b.select(c, ct, zero) } else { b.select(c, zero, ct) })
    },
);
// The adjoint drops what idle lanes send back: there 0 * inf would be NaN.
pub static GATE: Derivative = Linear(
    |b, x, _, _, dx| b.map(&super::GATE, &[x[0], dx]),
    |b, x, _, ct| {
        let (c, zero) = (x[0].known()?, b.like(0.0, ct));
        Some(b.select(c, ct, zero))
    },
);
pub static SQRT: Derivative = Chain(|b, _, y, _| over(b, 0.5, y));
pub static CBRT: Derivative = Chain(|b, _, y, _| {
    let q = b.mul(y, y);
    over(b, 1.0 / 3.0, q)
});
pub static EXP: Derivative = Chain(|_, _, y, _| y);
pub static EXP2: Derivative = Chain(|b, _, y, _| times(b, y, std::f64::consts::LN_2));
pub static EXPM1: Derivative = Chain(|b, _, y, _| offset(b, y, 1.0));
pub static LOG: Derivative = Chain(|b, x, _, _| over(b, 1.0, x[0]));
pub static LOG2: Derivative = Chain(|b, x, _, _| over(b, std::f64::consts::LOG2_E, x[0]));
pub static LOG10: Derivative = Chain(|b, x, _, _| over(b, std::f64::consts::LOG10_E, x[0]));
pub static LOG1P: Derivative = Chain(|b, x, _, _| {
    let q = offset(b, x[0], 1.0);
    over(b, 1.0, q)
});
pub static SIN: Derivative = Chain(|b, x, _, _| b.map(&super::COS, x));
pub static COS: Derivative = Chain(|b, x, _, _| {
    let s = b.map(&super::SIN, x);
    b.neg(s)
});
pub static TAN: Derivative = Chain(|b, _, y, _| {
    let q = b.mul(y, y);
    offset(b, q, 1.0)
});
pub static ASIN: Derivative = Chain(|b, x, _, _| {
    let q = one_less_square(b, x[0]);
    let q = b.map(&super::SQRT, &[q]);
    over(b, 1.0, q)
});
pub static ACOS: Derivative = Chain(|b, x, _, _| {
    let q = one_less_square(b, x[0]);
    let q = b.map(&super::SQRT, &[q]);
    over(b, -1.0, q)
});
pub static ATAN: Derivative = Chain(|b, x, _, _| {
    let q = b.mul(x[0], x[0]);
    let q = offset(b, q, 1.0);
    over(b, 1.0, q)
});
pub static SINH: Derivative = Chain(|b, x, _, _| b.map(&super::COSH, x));
pub static COSH: Derivative = Chain(|b, x, _, _| b.map(&super::SINH, x));
pub static TANH: Derivative = Chain(|b, _, y, _| one_less_square(b, y));
pub static ASINH: Derivative = Chain(|b, x, _, _| {
    let q = b.mul(x[0], x[0]);
    let q = offset(b, q, 1.0);
    let q = b.map(&super::SQRT, &[q]);
    over(b, 1.0, q)
});
pub static ACOSH: Derivative = Chain(|b, x, _, _| {
    let q = b.mul(x[0], x[0]);
    let q = offset(b, q, -1.0);
    let q = b.map(&super::SQRT, &[q]);
    over(b, 1.0, q)
});
pub static ATANH: Derivative = Chain(|b, x, _, _| {
    let q = one_less_square(b, x[0]);
    over(b, 1.0, q)
});
// atan2(y, x): d = (x dy - y dx) / (x x + y y)
pub static ATAN2: Derivative = Chain(|b, x, _, k| {
    let (p, q) = (b.mul(x[0], x[0]), b.mul(x[1], x[1]));
    let r = b.add(p, q);
    let t = b.div(x[1 - k], r);
    if k == 0 { t } else { b.neg(t) }
});
pub static HYPOT: Derivative = Chain(|b, x, y, k| b.div(x[k], y));
pub static COPYSIGN: Derivative = Chain(|b, x, _, k| {
    if k == 1 {
        return b.like(0.0, x[0]);
    }
    let (s, t) = (b.map(&SIGNBIT, &[x[0]]), b.map(&SIGNBIT, &[x[1]]));
    let same = b.map(&EQ, &[s, t]);
    let (one, less) = (b.like(1.0, x[0]), b.like(-1.0, x[0]));
    b.select(same, one, less)
});
pub static REAL: Derivative = Linear(
    |b, _, _, _, dx| b.map(&REAL_PART, &[dx]),
    |b, x, k, ct| {
        if !complex_operand(b, &x[k]) {
            return Some(ct);
        }
        let zero = b.like(0.0, ct);
        Some(b.map(&super::COMPLEX, &[ct, zero]))
    },
);
pub static IMAG: Derivative = Linear(
    |b, _, _, _, dx| b.map(&IMAG_PART, &[dx]),
    |b, x, k, ct| {
        let zero = b.like(0.0, ct);
        if !complex_operand(b, &x[k]) {
            return Some(b.mul(ct, zero));
        }
        let m = b.neg(ct);
        Some(b.map(&super::COMPLEX, &[zero, m]))
    },
);
pub static CONJ: Derivative =
    Linear(|b, _, _, _, dx| b.map(&super::CONJ, &[dx]), |b, _, _, ct| Some(b.map(&super::CONJ, &[ct])));
pub static COMPLEX: Derivative = Linear(
    |b, _, _, k, dx| {
        let zero = b.like(0.0, dx);
        if k == 0 { b.map(&super::COMPLEX, &[dx, zero]) } else { b.map(&super::COMPLEX, &[zero, dx]) }
    },
    |b, _, k, ct| {
        if k == 0 {
            return Some(b.map(&REAL_PART, &[ct]));
        }
        let m = b.map(&IMAG_PART, &[ct]);
        Some(b.neg(m))
    },
);
