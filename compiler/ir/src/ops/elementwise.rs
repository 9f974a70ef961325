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

macro_rules! rows {
    ($($id:ident = $name:literal $arity:literal $typing:ident $kinds:ident $eval:ident $doc:literal;)*) => {
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
                };
        )*
        /// Every row, in the order of the reference.
        pub static ALL: &[&ScalarFn] = &[$(&$id),*];
    };
}

rows! {
    ADD = "add" 2 Same ANY add "x + y; integers wrap, bools or.";
    SUB = "sub" 2 Same NUM sub "x - y; integers wrap.";
    MUL = "mul" 2 Same ANY mul "x * y; integers wrap, bools and.";
    DIV = "div" 2 Same INEXACT div "x / y by IEEE 754; complex as NumPy scales it.";
    FLOORDIV = "floordiv" 2 Same REALNUM floordiv "The floor of x / y; integers by 0 give 0.";
    MOD = "mod" 2 Same REALNUM modulo "x - floordiv(x, y) * y, with the sign of y; integers by 0 give 0.";
    FMOD = "fmod" 2 Same REALNUM fmod "C's remainder, with the sign of x; integers by 0 give 0.";
    POW = "pow" 2 Same NUM pow "x ** y; integers wrap and y is not negative.";
    NEG = "neg" 1 Same NUM neg "-x.";
    ABS = "abs" 1 Real ANY abs "|x|; the modulus of a complex number.";
    SIGN = "sign" 1 Same NUM sign "-1, 0 or 1; x / |x| of a complex number.";
    MAXIMUM = "maximum" 2 Same ANY maximum "The larger; a NaN wins.";
    MINIMUM = "minimum" 2 Same ANY minimum "The smaller; a NaN wins.";
    FMAX = "fmax" 2 Same ANY fmax "The larger; a number wins over NaN.";
    FMIN = "fmin" 2 Same ANY fmin "The smaller; a number wins over NaN.";
    EQ = "eq" 2 Compare ANY eq "x == y.";
    NE = "ne" 2 Compare ANY ne "x != y.";
    LT = "lt" 2 Compare ANY lt "x < y; complex numbers lexicographically.";
    LE = "le" 2 Compare ANY le "x <= y.";
    GT = "gt" 2 Compare ANY gt "x > y.";
    GE = "ge" 2 Compare ANY ge "x >= y.";
    AND = "and" 2 Same BITS and "Bitwise and; logical for bools.";
    OR = "or" 2 Same BITS or "Bitwise or; logical for bools.";
    XOR = "xor" 2 Same BITS xor "Bitwise exclusive or; logical for bools.";
    NOT = "not" 1 Same BITS not "Bitwise not; logical for bools.";
    SHL = "shl" 2 Same INT shl "x << y; 0 where y is at least the width.";
    SHR = "shr" 2 Same INT shr "x >> y; the sign (or 0) where y is at least the width.";
    MULMOD = "mulmod" 3 Same INT mulmod "(x * y) % z with a product of 128 bits and Python's sign; z is not 0.";
    SELECT = "select" 3 Select ANY select "y where x, else z.";
    SQRT = "sqrt" 1 Same INEXACT sqrt "The square root.";
    CBRT = "cbrt" 1 Same FLOAT cbrt "The cube root.";
    EXP = "exp" 1 Same INEXACT exp "e ** x.";
    EXP2 = "exp2" 1 Same FLOAT exp2 "2 ** x.";
    EXPM1 = "expm1" 1 Same FLOAT expm1 "exp(x) - 1, exact near 0.";
    LOG = "log" 1 Same INEXACT log "The natural logarithm.";
    LOG2 = "log2" 1 Same FLOAT log2 "The logarithm to base 2.";
    LOG10 = "log10" 1 Same FLOAT log10 "The logarithm to base 10.";
    LOG1P = "log1p" 1 Same FLOAT log1p "log(1 + x), exact near 0.";
    SIN = "sin" 1 Same INEXACT sin "The sine of x radians.";
    COS = "cos" 1 Same INEXACT cos "The cosine of x radians.";
    TAN = "tan" 1 Same INEXACT tan "The tangent of x radians.";
    ASIN = "asin" 1 Same FLOAT asin "The inverse sine, in radians.";
    ACOS = "acos" 1 Same FLOAT acos "The inverse cosine, in radians.";
    ATAN = "atan" 1 Same FLOAT atan "The inverse tangent, in radians.";
    SINH = "sinh" 1 Same FLOAT sinh "The hyperbolic sine.";
    COSH = "cosh" 1 Same FLOAT cosh "The hyperbolic cosine.";
    TANH = "tanh" 1 Same FLOAT tanh "The hyperbolic tangent.";
    ASINH = "asinh" 1 Same FLOAT asinh "The inverse hyperbolic sine.";
    ACOSH = "acosh" 1 Same FLOAT acosh "The inverse hyperbolic cosine.";
    ATANH = "atanh" 1 Same FLOAT atanh "The inverse hyperbolic tangent.";
    ATAN2 = "atan2" 2 Same FLOAT atan2 "The angle of the point (y, x), in radians.";
    HYPOT = "hypot" 2 Same FLOAT hypot "sqrt(x*x + y*y) without overflow.";
    COPYSIGN = "copysign" 2 Same FLOAT copysign "|x| with the sign of y.";
    FLOOR = "floor" 1 Same FLOAT floor "The largest whole number not above x.";
    CEIL = "ceil" 1 Same FLOAT ceil "The smallest whole number not below x.";
    TRUNC = "trunc" 1 Same FLOAT trunc "x without its fraction.";
    RINT = "rint" 1 Same FLOAT rint "The nearest whole number, ties to even.";
    ISNAN = "isnan" 1 Compare INEXACT isnan "Is x not a number?";
    ISINF = "isinf" 1 Compare INEXACT isinf "Is x infinite?";
    ISFINITE = "isfinite" 1 Compare INEXACT isfinite "Is x neither infinite nor NaN?";
    SIGNBIT = "signbit" 1 Compare FLOAT signbit "Is the sign bit of x set?";
    REAL_PART = "real" 1 Real INEXACT real "The real part.";
    IMAG_PART = "imag" 1 Real INEXACT imag "The imaginary part.";
    CONJ = "conj" 1 Same INEXACT conj "The complex conjugate.";
    COMPLEX = "complex" 2 Complex FLOAT complex "x + iy.";
    MAX_PY = "max_py" 2 Same REAL max_py "Python's max: y if y > x, else x.";
    MIN_PY = "min_py" 2 Same REAL min_py "Python's min: y if y < x, else x.";
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
        // The element of every operand, where a scalar stands for an array of one value.
        let shape = x.iter().find_map(|v| v.as_array()).map(|a| a.shape.clone());
        let mut row = Vec::with_capacity(x.len());
        let Some(shape) = shape else {
            for v in &x {
                row.push(scalar(v)?);
            }
            return Ok(vec![Value::Scalar(want((self.0.eval)(&row), "numbers")?)]);
        };
        let Some(d) = ev.out_ty(e, 0)?.dtype() else { return Err(EvalError::internal("map of no number")) };
        let mut out = ev.alloc(d, shape)?;
        if x.iter().filter_map(|v| v.as_array()).any(|a| a.shape != out.shape) {
            return Err(EvalError::internal(format!("{} of arrays of different shapes", self.0.name)));
        }
        for k in 0..out.len() {
            row.clear();
            for v in &x {
                row.push(match v {
                    Value::Array(a) => a.get(k),
                    v => scalar(v)?,
                });
            }
            let r = want((self.0.eval)(&row), "numbers")?;
            out.set(k, if r.dtype() == d { r } else { return Err(EvalError::internal("a result of another dtype")) });
        }
        Ok(vec![Value::array(out)])
    }
}

/// Converts elements as NumPy's `astype` does (complex to real drops the imaginary part).
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Cast(pub DType);

impl OpDef for Cast {
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

/// Python's integers: i64 scalars whose overflow raises OverflowError ("a Python int beyond 64 bits").
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
        let overflow = || EvalError::new(quipu_abi::ErrorKind::OverflowError, "a Python int beyond 64 bits");
        Ok(vec![Value::i64(numbers::checked(*self, a, b).ok_or_else(overflow)?)])
    }
}
