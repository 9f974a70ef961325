//! Elementwise primitives: rows of the one op `Map`, conversions, and Python's checked integer arithmetic.
//!
//! Operands are scalars or arrays; all arrays have the same dims, scalars stand for arrays of one value. A row's
//! typing says how the result's dtype follows from the operands', which inference has made equal where rows ask so.

use super::*;
use quipu_abi::{DType, Kind};

/// How a row's result follows from its operands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Typing {
    /// All operands and the result have one dtype.
    Same,
    /// Operands of one dtype, bool result.
    Compare,
    /// (bool, T, T) -> T.
    Select,
    /// A complex operand gives its real dtype; any other its own.
    Real,
    /// Two floats give a complex number.
    Complex,
}

/// A row of `Map`.
pub struct ScalarFn {
    pub name: &'static str,
    /// One sentence; the result in terms of x, y, z.
    pub doc: &'static str,
    pub arity: usize,
    pub typing: Typing,
    /// The lowest and highest kind of its operands.
    pub kinds: (Kind, Kind),
    /// One element of the result; `None` for dtypes that the row does not have.
    pub eval: fn(&[Scalar]) -> Option<Scalar>,
    pub derivative: &'static partials::Derivative,
    /// Where tests take samples: inside, the row is defined and smooth (but at isolated points).
    pub domain: (f64, f64),
}

impl PartialEq for ScalarFn {
    fn eq(&self, o: &ScalarFn) -> bool {
        self.name == o.name
    }
}

impl Eq for ScalarFn {}

impl std::hash::Hash for ScalarFn {
    fn hash<H: std::hash::Hasher>(&self, h: &mut H) {
        self.name.hash(h);
    }
}

impl fmt::Debug for ScalarFn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

const ANY: (Kind, Kind) = (Kind::Bool, Kind::Complex);
const NUM: (Kind, Kind) = (Kind::Unsigned, Kind::Complex);
const REAL: (Kind, Kind) = (Kind::Bool, Kind::Float);
const REALNUM: (Kind, Kind) = (Kind::Unsigned, Kind::Float);
const INT: (Kind, Kind) = (Kind::Unsigned, Kind::Signed);
const BITS: (Kind, Kind) = (Kind::Bool, Kind::Signed);
const INEXACT: (Kind, Kind) = (Kind::Float, Kind::Complex);
const FLOAT: (Kind, Kind) = (Kind::Float, Kind::Float);

const ALL_REALS: (f64, f64) = (-2.0, 2.0);
const POSITIVE: (f64, f64) = (0.3, 2.5);
const UNIT: (f64, f64) = (-0.9, 0.9);
const ABOVE_ONE: (f64, f64) = (1.1, 3.0);

macro_rules! rows {
    ($($id:ident = $name:literal $arity:literal $typing:ident $kinds:ident $eval:ident $derivative:ident $domain:ident $doc:literal;)*) => {
        $(
            #[doc = $doc]
            pub static $id: ScalarFn =
                ScalarFn {
                    name: $name,
                    doc: $doc,
                    arity: $arity,
                    typing: Typing::$typing,
                    kinds: $kinds,
                    eval: numbers::$eval,
                    derivative: &partials::$derivative,
                    domain: $domain,
                };
        )*
        /// Every row, in the order of the reference.
        pub static ALL: &[&ScalarFn] = &[$(&$id),*];
    };
}

rows! {
    ADD = "add" 2 Same ANY add ADD ALL_REALS "x + y; integers wrap, bools or.";
    SUB = "sub" 2 Same NUM sub SUB ALL_REALS "x - y; integers wrap.";
    MUL = "mul" 2 Same ANY mul MUL ALL_REALS "x * y; integers wrap, bools and.";
    DIV = "div" 2 Same INEXACT div DIV POSITIVE "x / y by IEEE 754; complex as NumPy scales it.";
    FLOORDIV = "floordiv" 2 Same REALNUM floordiv ZERO POSITIVE "The floor of x / y; integers by 0 give 0.";
    MOD = "mod" 2 Same REALNUM modulo MOD POSITIVE "x - floordiv(x, y) * y, with the sign of y; integers by 0 give 0.";
    FMOD = "fmod" 2 Same REALNUM fmod FMOD POSITIVE "C's remainder, with the sign of x; integers by 0 give 0.";
    POW = "pow" 2 Same NUM pow POW POSITIVE "x ** y; integers wrap and y is not negative.";
    NEG = "neg" 1 Same NUM neg NEG ALL_REALS "-x.";
    ABS = "abs" 1 Real ANY abs ABS ALL_REALS "|x|; the modulus of a complex number.";
    SIGN = "sign" 1 Same NUM sign STEPS ALL_REALS "-1, 0 or 1; x / |x| of a complex number.";
    MAXIMUM = "maximum" 2 Same ANY maximum MAXIMUM ALL_REALS "The larger; a NaN wins.";
    MINIMUM = "minimum" 2 Same ANY minimum MINIMUM ALL_REALS "The smaller; a NaN wins.";
    FMAX = "fmax" 2 Same ANY fmax MAXIMUM ALL_REALS "The larger; a number wins over NaN.";
    FMIN = "fmin" 2 Same ANY fmin MINIMUM ALL_REALS "The smaller; a number wins over NaN.";
    EQ = "eq" 2 Compare ANY eq ZERO ALL_REALS "x == y.";
    NE = "ne" 2 Compare ANY ne ZERO ALL_REALS "x != y.";
    LT = "lt" 2 Compare ANY lt ZERO ALL_REALS "x < y; complex numbers lexicographically.";
    LE = "le" 2 Compare ANY le ZERO ALL_REALS "x <= y.";
    GT = "gt" 2 Compare ANY gt ZERO ALL_REALS "x > y.";
    GE = "ge" 2 Compare ANY ge ZERO ALL_REALS "x >= y.";
    AND = "and" 2 Same BITS and ZERO ALL_REALS "Bitwise and; logical for bools.";
    OR = "or" 2 Same BITS or ZERO ALL_REALS "Bitwise or; logical for bools.";
    XOR = "xor" 2 Same BITS xor ZERO ALL_REALS "Bitwise exclusive or; logical for bools.";
    NOT = "not" 1 Same BITS not ZERO ALL_REALS "Bitwise not; logical for bools.";
    SHL = "shl" 2 Same INT shl ZERO ALL_REALS "x << y; 0 where y is at least the width.";
    SHR = "shr" 2 Same INT shr ZERO ALL_REALS "x >> y; the sign (or 0) where y is at least the width.";
    MULADDMOD = "muladdmod" 4 Same INT muladdmod ZERO ALL_REALS "(x * y + z) % m in 128 bits and with Python's sign; m is not 0.";
    SELECT = "select" 3 Select ANY select SELECT ALL_REALS "y where x, else z.";
    GATE = "gate" 2 Select ANY gate GATE ALL_REALS "y; nobody uses it where x is false (idle lanes).";
    SQRT = "sqrt" 1 Same INEXACT sqrt SQRT POSITIVE "The square root.";
    CBRT = "cbrt" 1 Same FLOAT cbrt CBRT POSITIVE "The cube root.";
    EXP = "exp" 1 Same INEXACT exp EXP ALL_REALS "e ** x.";
    EXP2 = "exp2" 1 Same FLOAT exp2 EXP2 ALL_REALS "2 ** x.";
    EXPM1 = "expm1" 1 Same FLOAT expm1 EXPM1 ALL_REALS "exp(x) - 1, exact near 0.";
    LOG = "log" 1 Same INEXACT log LOG POSITIVE "The natural logarithm.";
    LOG2 = "log2" 1 Same FLOAT log2 LOG2 POSITIVE "The logarithm to base 2.";
    LOG10 = "log10" 1 Same FLOAT log10 LOG10 POSITIVE "The logarithm to base 10.";
    LOG1P = "log1p" 1 Same FLOAT log1p LOG1P POSITIVE "log(1 + x), exact near 0.";
    SIN = "sin" 1 Same INEXACT sin SIN ALL_REALS "The sine of x radians.";
    COS = "cos" 1 Same INEXACT cos COS ALL_REALS "The cosine of x radians.";
    TAN = "tan" 1 Same INEXACT tan TAN UNIT "The tangent of x radians.";
    ASIN = "asin" 1 Same FLOAT asin ASIN UNIT "The inverse sine, in radians.";
    ACOS = "acos" 1 Same FLOAT acos ACOS UNIT "The inverse cosine, in radians.";
    ATAN = "atan" 1 Same FLOAT atan ATAN ALL_REALS "The inverse tangent, in radians.";
    SINH = "sinh" 1 Same FLOAT sinh SINH ALL_REALS "The hyperbolic sine.";
    COSH = "cosh" 1 Same FLOAT cosh COSH ALL_REALS "The hyperbolic cosine.";
    TANH = "tanh" 1 Same FLOAT tanh TANH ALL_REALS "The hyperbolic tangent.";
    ASINH = "asinh" 1 Same FLOAT asinh ASINH ALL_REALS "The inverse hyperbolic sine.";
    ACOSH = "acosh" 1 Same FLOAT acosh ACOSH ABOVE_ONE "The inverse hyperbolic cosine.";
    ATANH = "atanh" 1 Same FLOAT atanh ATANH UNIT "The inverse hyperbolic tangent.";
    ATAN2 = "atan2" 2 Same FLOAT atan2 ATAN2 ALL_REALS "The angle of the point (y, x), in radians.";
    HYPOT = "hypot" 2 Same FLOAT hypot HYPOT ALL_REALS "sqrt(x*x + y*y) without overflow.";
    COPYSIGN = "copysign" 2 Same FLOAT copysign COPYSIGN ALL_REALS "|x| with the sign of y.";
    FLOOR = "floor" 1 Same FLOAT floor ZERO ALL_REALS "The largest whole number not above x.";
    CEIL = "ceil" 1 Same FLOAT ceil ZERO ALL_REALS "The smallest whole number not below x.";
    TRUNC = "trunc" 1 Same FLOAT trunc ZERO ALL_REALS "x without its fraction.";
    RINT = "rint" 1 Same FLOAT rint ZERO ALL_REALS "The nearest whole number, ties to even.";
    ISNAN = "isnan" 1 Compare INEXACT isnan ZERO ALL_REALS "Is x not a number?";
    ISINF = "isinf" 1 Compare INEXACT isinf ZERO ALL_REALS "Is x infinite?";
    ISFINITE = "isfinite" 1 Compare INEXACT isfinite ZERO ALL_REALS "Is x neither infinite nor NaN?";
    SIGNBIT = "signbit" 1 Compare FLOAT signbit ZERO ALL_REALS "Is the sign bit of x set?";
    REAL_PART = "real" 1 Real INEXACT real REAL ALL_REALS "The real part.";
    IMAG_PART = "imag" 1 Real INEXACT imag IMAG ALL_REALS "The imaginary part.";
    CONJ = "conj" 1 Same INEXACT conj CONJ ALL_REALS "The complex conjugate.";
    COMPLEX = "complex" 2 Complex FLOAT complex COMPLEX ALL_REALS "x + iy.";
    MAX_PY = "max_py" 2 Same REAL max_py MAX_PY ALL_REALS "Python's max: y if y > x, else x.";
    MIN_PY = "min_py" 2 Same REAL min_py MIN_PY ALL_REALS "Python's min: y if y < x, else x.";
}

/// The dims that elementwise operands share.
fn common_dims(f: &Func, x: &[Var]) -> Result<Option<Vec<Dim>>, String> {
    let mut dims: Option<Vec<Dim>> = None;
    for v in x {
        match (f.ty(*v), &dims) {
            (Ty::Scalar(_), _) => {}
            (Ty::Array(_, d), None) => dims = Some(d.clone()),
            (Ty::Array(_, d), Some(have)) if d == have => {}
            (Ty::Array(_, d), Some(have)) => return Err(format!("dims {have:?} and {d:?} differ")),
            (t, _) => return Err(format!("{t} is not numeric")),
        }
    }
    Ok(dims)
}

fn shaped(dtype: DType, dims: Option<Vec<Dim>>) -> Ty {
    match dims {
        Some(d) => Ty::Array(dtype, d),
        None => Ty::Scalar(dtype),
    }
}

/// Applies a row elementwise.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Map(pub &'static ScalarFn);

impl OpDef for Map {
    says!(plain rules);

    fn name(&self) -> &'static str {
        "map"
    }

    fn infer(&self, f: &mut Func, x: &[Var], _: &[Block]) -> Result<Vec<Ty>, String> {
        let row = self.0;
        arity(x, row.arity)?;
        let dims = common_dims(f, x)?;
        let dtypes: Vec<DType> = x.iter().filter_map(|v| f.ty(*v).dtype()).collect();
        let skip = usize::from(row.typing == Typing::Select);
        if skip == 1 && dtypes[0] != DType::Bool {
            return Err(format!("{}: the condition is {}", row.name, dtypes[0].name()));
        }
        let d = dtypes[skip];
        if dtypes[skip..].iter().any(|e| *e != d) {
            return Err(format!("{}: operands of {dtypes:?}", row.name));
        }
        if d.kind() < row.kinds.0 || d.kind() > row.kinds.1 {
            return Err(format!("{} of {}", row.name, d.name()));
        }
        let out = match row.typing {
            Typing::Same | Typing::Select => d,
            Typing::Compare => DType::Bool,
            Typing::Real => d.real(),
            Typing::Complex => d.complex(),
        };
        Ok(vec![shaped(out, dims)])
    }

    fn value(&self, f: &Func, x: &[Var]) -> Option<Dim> {
        if f.ty(x[0]) != &Ty::I64 {
            return None;
        }
        let d = |k: usize| f.vars[x[k].index()].value.as_ref();
        match self.0.name {
            "add" => Some(d(0)?.add(d(1)?)),
            "sub" => Some(d(0)?.sub(d(1)?)),
            "mul" => Some(d(0)?.mul(d(1)?)),
            "neg" => Some(d(0)?.times(-1)),
            "maximum" | "max_py" => Some(f.max_dim(d(0)?, d(1)?)),
            "minimum" | "min_py" => Some(f.min_dim(d(0)?, d(1)?)),
            // By a constant only: the algebra must not divide by what may be 0.
            "floordiv" if d(1)?.as_const()? > 0 => d(0)?.floordiv(d(1)?),
            "mod" if d(1)?.as_const()? > 0 => d(0)?.modulo(d(1)?),
            _ => None,
        }
    }

    says!(borrows all);
    says!(no effects);
    says!(no dims);

    fn eval(&self, ev: &mut Eval<'_>, e: &Eqn, x: Vec<Value>) -> Outcome<Vec<Value>> {
        let zero = Scalar::Bool(false);
        let n = x.len();
        if n > 4 {
            return Err(EvalError::internal("a row of more than four operands"));
        }
        // The element of every operand, where a scalar stands for an array of one value.
        let mut row = [zero; 4];
        let Some(shape) = x.iter().find_map(|v| v.as_array()).map(|a| a.shape.clone()) else {
            for (r, v) in row.iter_mut().zip(&x) {
                *r = scalar(v)?;
            }
            return Ok(vec![Value::Scalar(want((self.0.eval)(&row[..n]), "numbers")?)]);
        };
        let Some(d) = ev.out_ty(e, 0)?.dtype() else { return Err(EvalError::internal("map of no number")) };
        let mut out = ev.alloc(d, shape)?;
        if x.iter().filter_map(|v| v.as_array()).any(|a| a.shape != out.shape) {
            return Err(EvalError::internal(format!("{} of arrays of different shapes", self.0.name)));
        }
        for k in 0..out.len() {
            for (r, v) in row.iter_mut().zip(&x) {
                *r = match v {
                    Value::Array(a) => a.get(k),
                    v => scalar(v)?,
                };
            }
            let r = want((self.0.eval)(&row[..n]), "numbers")?;
            out.set(k, if r.dtype() == d { r } else { return Err(EvalError::internal("a result of another dtype")) });
        }
        Ok(vec![Value::array(out)])
    }
}

impl Plain for Map {
    fn jvp(&self, b: &mut Builder, x: &[Var], y: &[Var], dx: &[Tangent]) -> Rule<Vec<Tangent>> {
        let ty = b.ty(y[0]);
        let mut sum = None;
        for (k, d) in dx.iter().enumerate() {
            let Some(d) = *d else { continue };
            let share = self.0.derivative.share(b, x, y[0], k, d).map_err(|e| format!("{}: {e}", self.0.name))?;
            // A scalar's share in an array is the same for every element.
            let share = share.map(|c| conform(b, c, &ty));
            sum = plus(b, sum, share);
        }
        Ok(vec![sum])
    }

    fn transpose(&self, cx: &mut dyn Reverse, x: &[Operand], ct: &[Tangent]) -> Rule<Transpose> {
        let Some(ct) = ct[0] else { return Ok(Transpose::Done) };
        for (k, o) in x.iter().enumerate() {
            let Operand::Linear(v) = o else { continue };
            let Some(share) = self.0.derivative.back(cx.b(), x, k, ct) else { return Ok(Transpose::NotLinear) };
            let b = cx.b();
            let scalar = b.func.ty(*v).is_scalar() && b.func.ty(share).is_array();
            let share = if scalar { b.sum(share) } else { share };
            cx.add(o, &vec![], &[], share)?;
        }
        Ok(Transpose::Done)
    }

    fn batch(&self, cx: &mut dyn Batching<'_>, x: &[Batched]) -> Rule<Vec<Batched>> {
        let rank = x.iter().map(|o| cx.rank(o)).max().unwrap_or(0);
        let mut dims: Vec<Dim> = vec![];
        for o in x {
            if cx.rank(o) < rank {
                continue;
            }
            dims = cx.b().func.ty(o.v).dims()[usize::from(o.on)..].to_vec();
        }
        dims.insert(0, cx.n());
        let mut args = vec![];
        for o in x {
            args.push(match (o.on, cx.b().func.ty(o.v).is_scalar()) {
                (true, _) if cx.rank(o) < rank => cx.b().broadcast(o.v, &dims, &[0]),
                // A scalar of all lanes stands for an array of it.
                (false, true) => o.v,
                _ => cx.ensure(o)?,
            });
        }
        Ok(vec![Batched::on(cx.b().map(self.0, &args))])
    }

    says!(runs again);
}

impl Map {
    pub(super) fn samples() -> Vec<Sample> {
        let mut out = vec![];
        for row in ALL {
            let real = Arg::Within(DType::F64, Some(vec![3]), row.domain);
            let scalar = Arg::Within(DType::F64, None, row.domain);
            let complex = Arg::Within(DType::C128, Some(vec![3]), row.domain);
            // The adjoint of a gate is that of the identity only where it is open.
            let mask = Arg::Bools(vec![true, row.name == "gate", true], Some(vec![3]));
            let mut of = |x: &Arg, y: &Arg| {
                let mut args = vec![x.clone(), y.clone(), x.clone(), y.clone()];
                args.truncate(row.arity);
                if row.typing == Typing::Select {
                    args.insert(0, mask.clone());
                    args.truncate(row.arity);
                }
                out.push(Sample::of(Map(row), args));
            };
            if row.kinds.1 < Kind::Float {
                of(&Arg::ints(&[5, 2, 7]), &Arg::ints(&[3, 1, 4]));
                continue;
            }
            of(&real, &real);
            if row.arity > 1 {
                of(&real, &scalar);
                of(&scalar, &real);
            }
            if row.kinds.1 == Kind::Complex && row.name != "sign" {
                of(&complex, &complex);
            }
        }
        out
    }
}

/// Converts elements as NumPy's `astype` does (complex to real drops the imaginary part).
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Cast(pub DType);

impl OpDef for Cast {
    says!(plain rules);

    fn name(&self) -> &'static str {
        "cast"
    }

    fn infer(&self, f: &mut Func, x: &[Var], _: &[Block]) -> Result<Vec<Ty>, String> {
        arity(x, 1)?;
        let dims = common_dims(f, x)?;
        Ok(vec![shaped(self.0, dims)])
    }

    fn value(&self, f: &Func, x: &[Var]) -> Option<Dim> {
        (self.0 == DType::I64 && f.ty(x[0]) == &Ty::I64).then(|| f.vars[x[0].index()].value.clone())?
    }

    says!(borrows all);
    says!(no effects);
    says!(no dims);

    fn eval(&self, ev: &mut Eval<'_>, _: &Eqn, x: Vec<Value>) -> Outcome<Vec<Value>> {
        Ok(vec![match &x[..] {
            [Value::Scalar(x)] => Value::Scalar(numbers::cast(*x, self.0)),
            x => {
                let a = array(want(x.first(), "an operand")?)?;
                let mut out = ev.alloc(self.0, a.shape.clone())?;
                (0..a.len()).for_each(|k| out.set(k, numbers::cast(a.get(k), self.0)));
                Value::array(out)
            }
        }])
    }
}

impl Plain for Cast {
    fn jvp(&self, b: &mut Builder, x: &[Var], _: &[Var], dx: &[Tangent]) -> Rule<Vec<Tangent>> {
        let inexact = b.func.ty(x[0]).differentiable() && self.0.is_inexact();
        Ok(vec![dx[0].filter(|_| inexact).map(|d| b.emit(self.clone(), &[d]))])
    }

    /// Between real and complex as the pairing by real parts has it: both ways by a cast.
    fn transpose(&self, cx: &mut dyn Reverse, x: &[Operand], ct: &[Tangent]) -> Rule<Transpose> {
        if let (Some(ct), Operand::Linear(v)) = (ct[0], &x[0]) {
            let b = cx.b();
            let Some(d) = b.func.ty(*v).dtype() else { return Ok(Transpose::NotLinear) };
            let ct = b.cast(ct, d);
            cx.add(&x[0], &vec![], &[], ct)?;
        }
        Ok(Transpose::Done)
    }

    says!(lane by lane);

    says!(runs again);
}

impl Cast {
    pub(super) fn samples() -> Vec<Sample> {
        let complex = Arg::Within(DType::C128, Some(vec![3]), ALL_REALS);
        vec![
            Sample::of(Cast(DType::C128), vec![Arg::floats(&[3])]),
            Sample::of(Cast(DType::F64), vec![complex]),
            Sample::of(Cast(DType::F64), vec![Arg::ints(&[1, 2])]),
            Sample::of(Cast(DType::I64), vec![Arg::floats(&[3])]),
        ]
    }
}

/// Python's integers: i64 scalars whose overflow raises LimitError ("a Python int beyond 64 bits").
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum IntChecked {
    Add,
    Sub,
    Mul,
    Neg,
    Abs,
    /// The exponent is not negative.
    Pow,
    /// The count is not negative.
    Shl,
    /// The divisor is not 0; only MIN // -1 overflows.
    FloorDiv,
}

impl OpDef for IntChecked {
    says!(plain rules);

    fn name(&self) -> &'static str {
        match self {
            IntChecked::Add => "int_add",
            IntChecked::Sub => "int_sub",
            IntChecked::Mul => "int_mul",
            IntChecked::Neg => "int_neg",
            IntChecked::Abs => "int_abs",
            IntChecked::Pow => "int_pow",
            IntChecked::Shl => "int_shl",
            IntChecked::FloorDiv => "int_floordiv",
        }
    }

    fn infer(&self, f: &mut Func, x: &[Var], _: &[Block]) -> Result<Vec<Ty>, String> {
        arity(x, if matches!(self, IntChecked::Neg | IntChecked::Abs) { 1 } else { 2 })?;
        x.iter().try_for_each(|v| want_int(f, *v))?;
        Ok(vec![Ty::I64])
    }

    fn value(&self, f: &Func, x: &[Var]) -> Option<Dim> {
        let d = |k: usize| f.vars[x[k].index()].value.as_ref();
        match self {
            IntChecked::Add => Some(d(0)?.add(d(1)?)),
            IntChecked::Sub => Some(d(0)?.sub(d(1)?)),
            IntChecked::Mul => Some(d(0)?.mul(d(1)?)),
            IntChecked::Neg => Some(d(0)?.times(-1)),
            IntChecked::FloorDiv if d(1)?.as_const()? > 0 => d(0)?.floordiv(d(1)?),
            _ => None,
        }
    }

    says!(borrows all);
    says!(raises);
    says!(no dims);

    fn eval(&self, _: &mut Eval<'_>, _: &Eqn, x: Vec<Value>) -> Outcome<Vec<Value>> {
        let a = int(want(x.first(), "an operand")?)?;
        let b = x.get(1).map_or(Ok(0), int)?;
        if *self == IntChecked::FloorDiv && b == 0 {
            return Err(EvalError::internal("a division by 0 that was not checked"));
        }
        let overflow = || EvalError::new(quipu_abi::ErrorKind::LimitError, quipu_abi::INT_LIMIT);
        Ok(vec![Value::i64(numbers::checked(*self, a, b).ok_or_else(overflow)?)])
    }
}

impl IntChecked {
    /// The row that wraps where this raises.
    fn wrapping(self) -> &'static ScalarFn {
        match self {
            IntChecked::Add => &ADD,
            IntChecked::Sub => &SUB,
            IntChecked::Mul => &MUL,
            IntChecked::Neg => &NEG,
            IntChecked::Abs => &ABS,
            IntChecked::Pow => &POW,
            IntChecked::Shl => &SHL,
            IntChecked::FloorDiv => &FLOORDIV,
        }
    }

    /// Bools that say where the wrapped result `r` is not the true one; `None` where no formula says so.
    fn overflowed(self, b: &mut Builder, x: &[Var], r: Var) -> Option<Var> {
        let zero = b.i64(0);
        let signs = |b: &mut Builder, p: Var, q: Var| {
            let both = b.map(&AND, &[p, q]);
            b.map(&LT, &[both, zero])
        };
        Some(match self {
            // The result's sign differs from that of both operands.
            IntChecked::Add => {
                let (p, q) = (b.map(&XOR, &[r, x[0]]), b.map(&XOR, &[r, x[1]]));
                signs(b, p, q)
            }
            // The operands' signs differ, and the result's from the first one's.
            IntChecked::Sub => {
                let (p, q) = (b.map(&XOR, &[x[0], x[1]]), b.map(&XOR, &[r, x[0]]));
                signs(b, p, q)
            }
            IntChecked::Neg | IntChecked::Abs | IntChecked::FloorDiv => {
                let least = b.i64(i64::MIN);
                let bad = b.map(&EQ, &[x[0], least]);
                if self != IntChecked::FloorDiv {
                    return Some(bad);
                }
                let less = b.i64(-1);
                let by = b.map(&EQ, &[x[1], less]);
                b.map(&AND, &[bad, by])
            }
            // x != 0 and (r // x != y, or the one case where that division overflows).
            IntChecked::Mul => {
                let (least, less) = (b.i64(i64::MIN), b.i64(-1));
                let q = b.map(&FLOORDIV, &[r, x[0]]);
                let differs = b.map(&NE, &[q, x[1]]);
                let (p, q) = (b.map(&EQ, &[x[0], less]), b.map(&EQ, &[x[1], least]));
                let edge = b.map(&AND, &[p, q]);
                let bad = b.map(&OR, &[differs, edge]);
                let some = b.map(&NE, &[x[0], zero]);
                b.map(&AND, &[bad, some])
            }
            IntChecked::Pow | IntChecked::Shl => return None,
        })
    }
}

impl Plain for IntChecked {
    says!(no tangent);
    says!(not linear);

    fn batch(&self, cx: &mut dyn Batching<'_>, x: &[Batched]) -> Rule<Vec<Batched>> {
        let mut args = vec![];
        for o in x {
            let v = cx.ensure(o)?;
            args.push(cx.quiet(v));
        }
        let r = cx.b().map(self.wrapping(), &args);
        if let Some(bad) = self.overflowed(cx.b(), &args, r) {
            let (kind, text) = (quipu_abi::ErrorKind::LimitError, quipu_abi::INT_LIMIT.into());
            let bad = cx.quiet(bad);
            RaiseIf { kind, text }.any(cx.b(), bad, &[]);
            return Ok(vec![Batched::on(r)]);
        }
        // One lane after the other: idle ones compute with 0.
        let n = cx.n();
        let b = cx.b();
        let n = b.size(&n);
        let (_, p) = b.begin(&[Ty::I64, b.ty(r)]);
        let one: Vec<Var> = args.iter().map(|v| b.read(*v, &vec![Ix::At], &[p[0]])).collect();
        let v = b.emit(*self, &one);
        let out = b.update(p[1], &vec![Ix::At], &[p[0]], v);
        let body = b.end(&[out]);
        Ok(vec![Batched::on(b.emit_n(For::default(), &[n, r], vec![body])[0])])
    }

    /// It did not overflow: the wrapped result is the true one.
    fn replay(&self) -> Replay {
        match self {
            IntChecked::Add => Replay::With(|b, x| vec![b.map(&ADD, x)]),
            IntChecked::Sub => Replay::With(|b, x| vec![b.map(&SUB, x)]),
            IntChecked::Mul => Replay::With(|b, x| vec![b.map(&MUL, x)]),
            IntChecked::Neg => Replay::With(|b, x| vec![b.map(&NEG, x)]),
            IntChecked::Abs => Replay::With(|b, x| vec![b.map(&ABS, x)]),
            IntChecked::Pow => Replay::With(|b, x| vec![b.map(&POW, x)]),
            IntChecked::Shl => Replay::With(|b, x| vec![b.map(&SHL, x)]),
            IntChecked::FloorDiv => Replay::With(|b, x| vec![b.map(&FLOORDIV, x)]),
        }
    }
}

impl IntChecked {
    pub(super) fn samples() -> Vec<Sample> {
        use IntChecked::*;
        let two = [Add, Sub, Mul, Pow, Shl, FloorDiv].map(|op| Sample::of(op, vec![Arg::int(-7), Arg::int(3)]));
        let one = [Neg, Abs].map(|op| Sample::of(op, vec![Arg::int(-7)]));
        [&two[..], &one].concat()
    }
}
