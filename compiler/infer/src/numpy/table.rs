//! What the module `numpy` has: elementwise functions by name, operators that have names, and the rest.

use crate::value::*;
use quipu_ir::ops::{self, ScalarFn};

/// Every name of the module that stands here or in `library`.
pub fn names() -> impl Iterator<Item = &'static str> {
    UFUNCS.iter().map(|u| u.0).chain(OTHERS.iter().copied()).chain(crate::library::NAMES.iter().copied())
}

/// Elementwise functions: name, row, and whether integers become floats first.
pub static UFUNCS: &[(&str, &ScalarFn, bool)] = &[
    ("sqrt", &ops::SQRT, true),
    ("cbrt", &ops::CBRT, true),
    ("exp", &ops::EXP, true),
    ("exp2", &ops::EXP2, true),
    ("expm1", &ops::EXPM1, true),
    ("log", &ops::LOG, true),
    ("log2", &ops::LOG2, true),
    ("log10", &ops::LOG10, true),
    ("log1p", &ops::LOG1P, true),
    ("sin", &ops::SIN, true),
    ("cos", &ops::COS, true),
    ("tan", &ops::TAN, true),
    ("arcsin", &ops::ASIN, true),
    ("arccos", &ops::ACOS, true),
    ("arctan", &ops::ATAN, true),
    ("sinh", &ops::SINH, true),
    ("cosh", &ops::COSH, true),
    ("tanh", &ops::TANH, true),
    ("arcsinh", &ops::ASINH, true),
    ("arccosh", &ops::ACOSH, true),
    ("arctanh", &ops::ATANH, true),
    ("arctan2", &ops::ATAN2, true),
    ("hypot", &ops::HYPOT, true),
    ("copysign", &ops::COPYSIGN, true),
    ("abs", &ops::ABS, false),
    ("absolute", &ops::ABS, false),
    ("fabs", &ops::ABS, true),
    ("sign", &ops::SIGN, false),
    ("negative", &ops::NEG, false),
    ("maximum", &ops::MAXIMUM, false),
    ("minimum", &ops::MINIMUM, false),
    ("fmax", &ops::FMAX, false),
    ("fmin", &ops::FMIN, false),
    ("fmod", &ops::FMOD, false),
    ("conj", &ops::CONJ, false),
    ("conjugate", &ops::CONJ, false),
    ("bitwise_and", &ops::AND, false),
    ("bitwise_or", &ops::OR, false),
    ("bitwise_xor", &ops::XOR, false),
    ("invert", &ops::NOT, false),
    ("equal", &ops::EQ, false),
    ("not_equal", &ops::NE, false),
    ("less", &ops::LT, false),
    ("less_equal", &ops::LE, false),
    ("greater", &ops::GT, false),
    ("greater_equal", &ops::GE, false),
    ("floor", &ops::FLOOR, false),
    ("ceil", &ops::CEIL, false),
    ("trunc", &ops::TRUNC, false),
    ("rint", &ops::RINT, true),
    ("isnan", &ops::ISNAN, true),
    ("isinf", &ops::ISINF, true),
    ("isfinite", &ops::ISFINITE, true),
    ("signbit", &ops::SIGNBIT, true),
];

/// Names of the binary operators as functions.
pub(super) static OPERATORS: &[(&str, quipu_syntax::ast::BinOp)] = {
    use quipu_syntax::ast::BinOp as B;
    &[
        ("add", B::Add),
        ("subtract", B::Sub),
        ("multiply", B::Mul),
        ("divide", B::Div),
        ("true_divide", B::Div),
        ("floor_divide", B::FloorDiv),
        ("mod", B::Mod),
        ("remainder", B::Mod),
        ("power", B::Pow),
        ("left_shift", B::LShift),
        ("right_shift", B::RShift),
        ("matmul", B::MatMul),
    ]
};

static OTHERS: &[&str] = &[
    "array",
    "asarray",
    "ascontiguousarray",
    "zeros",
    "ones",
    "empty",
    "full",
    "zeros_like",
    "ones_like",
    "empty_like",
    "full_like",
    "arange",
    "sum",
    "prod",
    "min",
    "max",
    "amin",
    "amax",
    "mean",
    "any",
    "all",
    "argmin",
    "argmax",
    "cumsum",
    "cumprod",
    "std",
    "var",
    "median",
    "reshape",
    "ravel",
    "transpose",
    "swapaxes",
    "concatenate",
    "where",
    "dot",
    "sort",
    "argsort",
    "copy",
    "copyto",
    "shape",
    "ndim",
    "size",
    "logical_and",
    "logical_or",
    "logical_not",
    "logical_xor",
    "real",
    "imag",
    "square",
    "reciprocal",
    "nonzero",
    "loadtxt",
    "expand_dims",
    "squeeze",
    "broadcast_to",
    "ndarray",
    "array_equal",
];

pub fn lookup<'a>(name: &str) -> Option<Val<'a>> {
    let f = |n: &'static str| Some(Val::Builtin(Builtin { module: "numpy", name: n }));
    if let Some((n, ..)) = UFUNCS.iter().find(|(n, ..)| *n == name) {
        return f(n);
    }
    if let Some((n, _)) = OPERATORS.iter().find(|(n, _)| *n == name) {
        return f(n);
    }
    if let Some((n, ..)) = crate::library::KINDS.iter().find(|(n, ..)| *n == name) {
        return Some(Val::Class(Class::Kind(n)));
    }
    OTHERS.iter().chain(crate::library::NAMES).find(|n| **n == name).and_then(|n| f(n))
}
