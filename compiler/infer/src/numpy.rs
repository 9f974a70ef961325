//! NumPy's functions that are primitives or nearly so; what can be written in the language is in stdlib/numpy.py.

use crate::expr::Args;
use crate::state::*;
use crate::value::*;
use quipu_abi::{DType, ErrorKind, Kind};
use quipu_ir::ops::{self, Ix, ReduceKind, ScalarFn};
use quipu_ir::{Dim, Ty, Var};
use std::rc::Rc;

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
static OPERATORS: &[(&str, quipu_syntax::ast::BinOp)] = {
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

impl<'a> Lower<'a, '_> {
    /// A dtype argument.
    pub fn dtype_arg(&mut self, v: &Val<'a>) -> R<DType> {
        match v {
            Val::Class(Class::Np(d) | Class::DType(d)) => Ok(*d),
            Val::Class(Class::Int) => Ok(DType::I64),
            Val::Class(Class::Float) => Ok(DType::F64),
            Val::Class(Class::Bool) => Ok(DType::Bool),
            Val::Class(Class::Complex) => Ok(DType::C128),
            Val::Str(_) => {
                let Some(s) = v.str_known() else {
                    return self.unsupported("a dtype that is not known while compiling", "write the dtype itself");
                };
                let short = match s {
                    "f8" | "d" | "float" => Some(DType::F64),
                    "f4" | "f" => Some(DType::F32),
                    "i8" | "int" | "l" => Some(DType::I64),
                    "i4" | "i" => Some(DType::I32),
                    "i2" => Some(DType::I16),
                    "i1" => Some(DType::I8),
                    "u1" => Some(DType::U8),
                    "u2" => Some(DType::U16),
                    "u4" => Some(DType::U32),
                    "u8" => Some(DType::U64),
                    "c16" | "complex" => Some(DType::C128),
                    "c8" => Some(DType::C64),
                    "?" | "bool" => Some(DType::Bool),
                    s => DType::from_name(s),
                };
                match short {
                    Some(d) => Ok(d),
                    None => {
                        let text = format!("data type '{s}' not understood");
                        self.raise(ErrorKind::TypeError, &text)
                    }
                }
            }
            _ => self.unsupported("this as a dtype", "use np.float64, np.int32, ... or float, int, bool, complex"),
        }
    }

    /// A shape argument as dims.
    pub fn shape_arg(&mut self, v: &Val<'a>) -> R<Vec<Dim>> {
        let items: Vec<Val<'a>> = match v {
            Val::Tuple(t) => t.to_vec(),
            Val::List(l) => match self.display_of(l) {
                Some(items) => items
                    .into_iter()
                    .filter_map(|i| if let LeafVal::Scalar(s) = i { Some(Val::Scalar(s)) } else { None })
                    .collect(),
                None => {
                    return self.unsupported("a shape whose length is not known while compiling", "use a tuple");
                }
            },
            v => vec![v.clone()],
        };
        let mut out = vec![];
        for v in &items {
            if let Val::Scalar(s) = v
                && s.dtype.is_inexact()
            {
                let name = self.python_class_name(v);
                return self
                    .raise(ErrorKind::TypeError, &format!("'{name}' object cannot be interpreted as an integer"));
            }
            let s = self.as_index(v)?;
            out.push(self.size_of(&s)?);
        }
        Ok(out)
    }

    /// An integer as a size: checked not to be negative.
    fn size_of(&mut self, s: &Scalar) -> R<Dim> {
        let d = self.b.func.dim_of(s.var);
        if self.b.func.nonneg(&d) {
            return Ok(d);
        }
        if d.as_const().is_some() {
            return self.raise(ErrorKind::ValueError, "negative dimensions are not allowed");
        }
        let zero = self.b.i64(0);
        let bad = self.b.map(&ops::LT, &[s.var, zero]);
        self.raise_if(bad, ErrorKind::ValueError, "negative dimensions are not allowed", &[]);
        // Below the check `max(0, n)` is n. It is not recorded that n is not negative: code above the check is
        // lowered later, and what is known of a symbol must hold wherever the symbol is in scope.
        Ok(d.pos())
    }

    fn axis_arg(&mut self, v: &Val<'a>, rank: usize) -> R<usize> {
        let s = self.as_index(v)?;
        let Some(k) = Val::Scalar(s).int_known() else {
            return self.unsupported("an axis that is not known while compiling", "write the axis as a number");
        };
        let n = rank as i64;
        if k < -n || k >= n {
            let text = format!("axis {k} is out of bounds for array of dimension {rank}");
            return self.raise(ErrorKind::AxisError, &text);
        }
        Ok(if k < 0 { k + n } else { k } as usize)
    }

    fn axes_arg(&mut self, v: Option<&Val<'a>>, rank: usize) -> R<Vec<usize>> {
        match v {
            None | Some(Val::None) => Ok((0..rank).collect()),
            Some(Val::Tuple(t)) => {
                let mut out = vec![];
                for v in t.iter() {
                    let a = self.axis_arg(v, rank)?;
                    if out.contains(&a) {
                        return self.raise(ErrorKind::ValueError, "duplicate value in 'axis'");
                    }
                    out.push(a);
                }
                out.sort_unstable();
                Ok(out)
            }
            Some(v) => Ok(vec![self.axis_arg(v, rank)?]),
        }
    }

    pub fn flag(&mut self, v: Option<&Val<'a>>, what: &str) -> R<bool> {
        match v {
            None => Ok(false),
            Some(v) => match v.bool_known() {
                Some(b) => Ok(b),
                None => self.unsupported(format!("`{what}` that is not known while compiling"), "write True or False"),
            },
        }
    }

    /// A value as an array place; lists and scalars become arrays.
    pub fn as_place(&mut self, v: &Val<'a>) -> R<Place> {
        match v {
            Val::Array(p) => Ok(p.clone()),
            Val::Scalar(s) => {
                let a = self.b.broadcast(s.var, &[], &[]);
                let v = self.fresh(a);
                self.as_place(&v)
            }
            Val::Iter(_) => {
                let l = self.materialize(v)?;
                self.as_place(&l)
            }
            v => {
                let a = self.array_from(v, None)?;
                match a {
                    Val::Array(p) => Ok(p),
                    _ => self.error("type-mismatch", "an array is needed here"),
                }
            }
        }
    }

    pub fn np_scalar(&mut self, d: DType, v: &Val<'a>) -> R<Val<'a>> {
        match v {
            Val::Scalar(s) => {
                self.check_int_fits(s, d)?;
                let x = self.b.cast(s.var, d);
                Ok(self.np(d, x))
            }
            Val::Str(t) => {
                let x = self.extern1(&ops::FLOAT_OF_STR, &[t.var]);
                let x = self.b.cast(x, d);
                Ok(self.np(d, x))
            }
            v => {
                let p = self.as_place(v)?;
                self.astype(&p, d)
            }
        }
    }

    pub fn astype(&mut self, p: &Place, d: DType) -> R<Val<'a>> {
        let a = self.read(p)?;
        let r = if p.dtype == d { self.b.copy(a) } else { self.b.cast(a, d) };
        let order = p.order.like(p.dims.len());
        Ok(self.fresh_in(r, order))
    }

    /// The float dtype that NumPy computes in for this one.
    fn float_of(d: DType) -> DType {
        match d {
            d if d.is_inexact() => d,
            DType::I16 | DType::U16 => DType::F32,
            _ => DType::F64,
        }
    }

    fn ufunc(&mut self, row: &'static ScalarFn, to_float: bool, name: &str, args: Args<'a>) -> R<Val<'a>> {
        let n = row.arity;
        let mut pos = args.pos;
        let mut out = None;
        if pos.len() == n + 1 {
            out = pos.pop();
        }
        for (k, v) in args.kw {
            match k.as_str() {
                "out" => out = Some(v),
                k => {
                    return self.unsupported(format!("the argument `{k}` of `np.{name}`"), "only out= is there so far");
                }
            }
        }
        if pos.len() != n {
            return self.raise(
                ErrorKind::TypeError,
                &format!("{name}() takes from {n} to {} positional arguments but {} were given", n + 1, pos.len()),
            );
        }
        for v in &mut pos {
            if !matches!(v, Val::Array(_) | Val::Scalar(_)) {
                *v = Val::Array(self.as_place(v)?);
            }
        }
        let refs: Vec<&Val<'a>> = pos.iter().collect();
        let mut d = self.result_type(&refs);
        if to_float {
            d = Self::float_of(d);
        } else if d == DType::Bool && row.kinds.0 > Kind::Bool {
            d = DType::I8;
        }
        // Whole numbers are their own floor.
        if d.kind() <= Kind::Signed && row.kinds.0 == Kind::Float {
            let v = self.operand(&pos[0])?;
            let r = if self.b.func.ty(v).is_array() { self.b.copy(v) } else { v };
            return Ok(self.wrap(r));
        }
        if d.kind() > row.kinds.1 {
            let text = format!(
                "ufunc '{name}' not supported for the input types, and the inputs could not be safely coerced to any supported types according to the casting rule ''safe''"
            );
            return self.raise(ErrorKind::TypeError, &text);
        }
        let r = self.elementwise(row, &refs, d)?;
        self.to_out(r, out)
    }

    /// Stores a result in `out=`, which is then the value.
    pub fn to_out(&mut self, r: Val<'a>, out: Option<Val<'a>>) -> R<Val<'a>> {
        match out {
            None | Some(Val::None) => Ok(r),
            Some(o @ Val::Array(_)) => {
                let Val::Array(p) = &o else { return Ok(r) };
                let v = self.stored(&r, p.dtype)?;
                let v = self.fit(v, &p.dims.clone())?;
                self.write(p, v)?;
                Ok(o)
            }
            Some(_) => self.raise(ErrorKind::TypeError, "return arrays must be of ArrayType"),
        }
    }

    pub fn call_numpy(&mut self, b: Builtin, args: Args<'a>) -> R<Val<'a>> {
        let name = b.name;
        if let Some(k) = args.pos.iter().position(|v| matches!(v, Val::Union(_))) {
            let u = args.pos[k].clone();
            let r = self.split_union(&u, |lw, m| {
                let mut args = args.clone();
                args.pos[k] = m.clone();
                lw.call_numpy(b, args)
            })?;
            return Ok(r.unwrap_or(Val::None));
        }
        if let Some((_, row, f)) = UFUNCS.iter().find(|(n, ..)| *n == name) {
            return self.ufunc(row, *f, name, args);
        }
        if let Some((_, op)) = OPERATORS.iter().find(|(n, _)| *n == name) {
            let a = self.take_args(name, args, &["x1", "x2", "out"], 2)?;
            let (x, y) = (a[0].clone().unwrap_or(Val::None), a[1].clone().unwrap_or(Val::None));
            let numeric = |v: &Val<'a>| matches!(v, Val::Scalar(_) | Val::Array(_));
            let x = if numeric(&x) { x } else { Val::Array(self.as_place(&x)?) };
            let y = if numeric(&y) { y } else { Val::Array(self.as_place(&y)?) };
            let r = self.numpy_binary(*op, &x, &y)?;
            return self.to_out(r, a[2].clone());
        }
        if let Some(n) = crate::library::NAMES.iter().find(|n| **n == name) {
            return self.call_library(n, args);
        }
        match name {
            "array" | "asarray" | "ascontiguousarray" => {
                let a = self.take_args(name, args, &["object", "dtype", "copy"], 1)?;
                let v = a[0].clone().unwrap_or(Val::None);
                let d = match &a[1] {
                    None | Some(Val::None) => None,
                    Some(v) => Some(self.dtype_arg(&v.clone())?),
                };
                match &v {
                    Val::Array(p) => {
                        if name != "array"
                            && d.is_none_or(|d| d == p.dtype)
                            && (name == "asarray" || p.order == Order::C)
                        {
                            return Ok(v);
                        }
                        self.astype(p, d.unwrap_or(p.dtype))
                    }
                    Val::Scalar(s) => {
                        let d = d.unwrap_or(s.dtype);
                        self.check_int_fits(s, d)?;
                        let x = self.b.cast(s.var, d);
                        let x = self.b.broadcast(x, &[], &[]);
                        Ok(self.fresh(x))
                    }
                    Val::Iter(_) => {
                        let l = self.materialize(&v)?;
                        self.array_from(&l, d)
                    }
                    v => self.array_from(v, d),
                }
            }
            "zeros" | "ones" | "empty" | "ndarray" | "full" => {
                let full = name == "full";
                let names: &[&'static str] =
                    if full { &["shape", "fill_value", "dtype", "order"] } else { &["shape", "dtype", "order"] };
                let a = self.take_args(name, args, names, 1 + usize::from(full))?;
                let dims = self.shape_arg(&a[0].clone().unwrap_or(Val::None))?;
                let dv = &a[1 + usize::from(full)];
                let mut d = match dv {
                    None | Some(Val::None) => DType::F64,
                    Some(v) => self.dtype_arg(&v.clone())?,
                };
                let order = match &a[2 + usize::from(full)] {
                    Some(v) if v.str_known() == Some("F") => Order::of((0..dims.len()).rev().collect(), false),
                    _ => Order::C,
                };
                let x = match name {
                    "full" => {
                        let v = a[1].clone().unwrap_or(Val::None);
                        if dv.is_none() {
                            d = self.result_type(&[&v]);
                        }
                        let x = self.stored(&v, d)?;
                        self.fit(x, &dims)?
                    }
                    "ones" => {
                        let one = self.b.zeros(&Ty::Scalar(d));
                        let one = self.b.like(1.0, one);
                        self.b.fill(one, &dims)
                    }
                    _ => self.b.zeros(&Ty::Array(d, dims)),
                };
                Ok(self.fresh_in(x, order))
            }
            "zeros_like" | "ones_like" | "empty_like" | "full_like" => {
                let full = name == "full_like";
                let names: &[&'static str] = if full { &["a", "fill_value", "dtype"] } else { &["a", "dtype"] };
                let a = self.take_args(name, args, names, 1 + usize::from(full))?;
                let p = self.as_place(&a[0].clone().unwrap_or(Val::None))?;
                let d = match &a[1 + usize::from(full)] {
                    None | Some(Val::None) => p.dtype,
                    Some(v) => self.dtype_arg(&v.clone())?,
                };
                let x = match name {
                    "full_like" => {
                        let v = a[1].clone().unwrap_or(Val::None);
                        let x = self.stored(&v, d)?;
                        self.fit(x, &p.dims.clone())?
                    }
                    "ones_like" => {
                        let one = self.b.zeros(&Ty::Scalar(d));
                        let one = self.b.like(1.0, one);
                        self.b.fill(one, &p.dims.clone())
                    }
                    _ => self.b.zeros(&Ty::Array(d, p.dims.to_vec())),
                };
                let order = p.order.like(p.dims.len());
                Ok(self.fresh_in(x, order))
            }
            "arange" => self.arange(args),
            "logical_and" | "logical_or" | "logical_not" | "logical_xor" => self.logical(name, args),
            "square" => {
                let v = args.pos[0].clone();
                let v = if matches!(v, Val::Scalar(_)) { v } else { Val::Array(self.as_place(&v)?) };
                let d = self.result_type(&[&v]);
                self.elementwise(&ops::MUL, &[&v, &v], d)
            }
            "reciprocal" => {
                let v = args.pos[0].clone();
                let one = self.int(1);
                self.numpy_binary(quipu_syntax::ast::BinOp::Div, &one, &v)
            }
            "where" => self.where_(args),
            "concatenate" => self.concatenate(args),
            "dot" => {
                let a = self.take_args(name, args, &["a", "b"], 2)?;
                let (x, y) = (a[0].clone().unwrap_or(Val::None), a[1].clone().unwrap_or(Val::None));
                let (x, y) = (self.as_place(&x)?, self.as_place(&y)?);
                if x.dims.is_empty() || y.dims.is_empty() {
                    return self.numpy_binary(quipu_syntax::ast::BinOp::Mul, &Val::Array(x), &Val::Array(y));
                }
                self.product(&x, &y, true)
            }
            "shape" | "ndim" | "size" | "real" | "imag" => {
                let p = self.as_place(&args.pos[0].clone())?;
                self.array_attribute(&p, quipu_syntax::Symbol::new(name))
            }
            "nonzero" => {
                let p = self.as_place(&args.pos[0].clone())?;
                self.nonzero(&p)
            }
            "loadtxt" => self.loadtxt(args),
            "array_equal" => {
                let (x, y) = (self.as_place(&args.pos[0].clone())?, self.as_place(&args.pos[1].clone())?);
                if x.dims.len() != y.dims.len() {
                    return Ok(self.boolean(false));
                }
                let mut same = self.boolean(true);
                for (a, b) in x.dims.iter().zip(y.dims.iter()) {
                    let (a, b) = (Val::Scalar(self.size(a)), Val::Scalar(self.size(b)));
                    let e = self.compare(quipu_syntax::ast::CmpOp::Eq, &a, &b)?;
                    same = self.both(&same, &e)?;
                }
                self.choose(
                    &same,
                    |lw| {
                        let d = x.dtype.promote(y.dtype);
                        let (u, v) = (lw.read(&x)?, lw.read(&y)?);
                        let (u, v) = (lw.b.cast(u, d), lw.b.cast(v, d));
                        let v = lw.emit(ops::Reshape { dims: x.dims.to_vec() }, &[v]);
                        let e = lw.b.map(&ops::EQ, &[u, v]);
                        let axes = (0..x.dims.len()).collect();
                        let r = lw.emit(ops::Reduce { kind: ReduceKind::All, axes }, &[e]);
                        Ok(lw.py(DType::Bool, r))
                    },
                    |lw| Ok(lw.boolean(false)),
                )
            }
            "broadcast_to" => {
                let p = self.as_place(&args.pos[0].clone())?;
                let dims = self.shape_arg(&args.pos[1].clone())?;
                let a = self.read(&p)?;
                let have = self.dims_of(a);
                let joined = self.broadcast_dims(&have, &dims)?;
                let r = self.expand(a, &joined, true);
                let v = self.fresh(r);
                let Val::Array(q) = v else { return Ok(v) };
                Ok(Val::Array(Place { writeable: false, ..q }))
            }
            // The same as methods.
            _ => {
                let mut args = args;
                if args.pos.is_empty() {
                    match args.kw.iter().position(|(k, _)| k.as_str() == "a") {
                        Some(k) => {
                            let (_, v) = args.kw.remove(k);
                            args.pos.push(v);
                        }
                        None => {
                            return self.raise(
                                ErrorKind::TypeError,
                                &format!("{name}() missing 1 required positional argument: 'a'"),
                            );
                        }
                    }
                }
                let first = args.pos.remove(0);
                let p = self.as_place(&first)?;
                let name = match name {
                    "amin" => "min",
                    "amax" => "max",
                    n => n,
                };
                if name == "sort" {
                    let c = self.copy_place(&p)?;
                    let a = self.take_args(name, args, &["axis", "kind", "order", "stable"], 0)?;
                    if let Some(Val::None) = a[0] {
                        let flat = self.array_method(&c, "ravel", Args::default())?;
                        self.array_method(&flat, "sort", Args::default())?;
                        return Ok(flat);
                    }
                    let args = Args { pos: a.into_iter().take(1).flatten().collect(), kw: vec![] };
                    self.array_method(&c, "sort", args)?;
                    return Ok(c);
                }
                self.array_method(&Val::Array(p), name, args)
            }
        }
    }

    pub fn copy_place(&mut self, p: &Place) -> R<Val<'a>> {
        let a = self.read(p)?;
        let c = self.b.copy(a);
        Ok(self.fresh(c))
    }

    fn nonzero(&mut self, p: &Place) -> R<Val<'a>> {
        let a = self.read(p)?;
        let m = if p.dtype == DType::Bool {
            a
        } else {
            let zero = self.b.like(0.0, a);
            self.b.map(&ops::NE, &[a, zero])
        };
        let ix = self.b.emit_n(ops::Nonzero, &[m], vec![]);
        let vs: Vec<Val<'a>> = ix.into_iter().map(|v| self.fresh(v)).collect();
        Ok(Val::Tuple(vs.into()))
    }

    fn arange(&mut self, args: Args<'a>) -> R<Val<'a>> {
        let n_pos = args.pos.len();
        let a = self.take_args("arange", args, &["start", "stop", "step", "dtype"], 1)?;
        let (start, stop) = match (n_pos, &a[1]) {
            (1, None) => (self.int(0), a[0].clone().unwrap_or(Val::None)),
            _ => (a[0].clone().unwrap_or(Val::None), a[1].clone().unwrap_or(Val::None)),
        };
        let step = match &a[2] {
            Some(v) => v.clone(),
            None => self.int(1),
        };
        let given = match &a[3] {
            None | Some(Val::None) => None,
            Some(v) => Some(self.dtype_arg(&v.clone())?),
        };
        let natural = self.result_type(&[&start, &stop, &step]);
        let natural = if natural == DType::Bool { DType::I64 } else { natural };
        let d = given.unwrap_or(natural);
        if natural.is_int() {
            let (s, e, k) = (self.as_index(&start)?, self.as_index(&stop)?, self.as_index(&step)?);
            let r = Val::Range(Rc::new([s, e, k]));
            return self.array_from(&r, Some(d));
        }
        // length = ceil((stop - start) / step); then start + i * delta with delta rounded once, as NumPy does.
        let f = |lw: &mut Self, v: &Val<'a>| -> R<Var> {
            let x = lw.operand(v)?;
            Ok(lw.b.cast(x, DType::F64))
        };
        let (s, e, k) = (f(self, &start)?, f(self, &stop)?, f(self, &step)?);
        let zero = self.b.f64(0.0);
        let bad = self.b.map(&ops::EQ, &[k, zero]);
        self.raise_if(bad, ErrorKind::ZeroDivisionError, "division by zero", &[]);
        let span = self.b.sub(e, s);
        let q = self.b.div(span, k);
        let q = self.b.map(&ops::CEIL, &[q]);
        let q = self.b.map(&ops::FMAX, &[q, zero]);
        let n = self.b.cast(q, DType::I64);
        let n = self.b.func.dim_of(n);
        self.assume_size(&n);
        let next = self.b.add(s, k);
        let delta = self.b.sub(next, s);
        let i = self.emit(ops::Iota { dims: vec![n], axis: 0 }, &[]);
        let i = self.b.cast(i, DType::F64);
        let x = self.b.mul(i, delta);
        let x = self.b.add(s, x);
        let x = self.b.cast(x, d);
        Ok(self.fresh(x))
    }

    fn logical(&mut self, name: &str, args: Args<'a>) -> R<Val<'a>> {
        let unary = name == "logical_not";
        let mut pos = args.pos;
        let n = if unary { 1 } else { 2 };
        let out = if pos.len() == n + 1 { pos.pop() } else { args.kw.first().map(|(_, v)| v.clone()) };
        let mut vars = vec![];
        for v in &pos {
            let v = if matches!(v, Val::Scalar(_) | Val::Array(_)) { v.clone() } else { Val::Array(self.as_place(v)?) };
            let x = self.operand(&v)?;
            vars.push(match self.b.func.ty(x).dtype() {
                Some(DType::Bool) => x,
                _ => {
                    let zero = self.b.like(0.0, x);
                    self.b.map(&ops::NE, &[x, zero])
                }
            });
        }
        let row = match name {
            "logical_and" => &ops::AND,
            "logical_or" => &ops::OR,
            "logical_xor" => &ops::XOR,
            _ => &ops::NOT,
        };
        let r = self.broadcast_map(row, vars, Order::C)?;
        self.to_out(r, out)
    }

    fn where_(&mut self, args: Args<'a>) -> R<Val<'a>> {
        let a = self.take_args("where", args, &["condition", "x", "y"], 1)?;
        let c = self.as_place(&a[0].clone().unwrap_or(Val::None))?;
        let (Some(x), Some(y)) = (a[1].clone(), a[2].clone()) else { return self.nonzero(&c) };
        let as_operand = |lw: &mut Self, v: Val<'a>| -> R<Val<'a>> {
            Ok(if matches!(v, Val::Scalar(_) | Val::Array(_)) { v } else { Val::Array(lw.as_place(&v)?) })
        };
        let (x, y) = (as_operand(self, x)?, as_operand(self, y)?);
        let d = self.result_type(&[&x, &y]);
        let mut vars = vec![];
        let m = self.read(&c)?;
        let m = match c.dtype {
            DType::Bool => m,
            _ => {
                let zero = self.b.like(0.0, m);
                self.b.map(&ops::NE, &[m, zero])
            }
        };
        vars.push(m);
        for v in [&x, &y] {
            if let Val::Scalar(s) = v {
                self.check_int_fits(s, d)?;
            }
            let u = self.operand(v)?;
            vars.push(self.b.cast(u, d));
        }
        let r = self.broadcast_map(&ops::SELECT, vars, Order::C)?;
        // NumPy gives an array even where all are scalars.
        match r {
            Val::Scalar(s) => {
                let a = self.b.broadcast(s.var, &[], &[]);
                Ok(self.fresh(a))
            }
            r => Ok(r),
        }
    }

    fn concatenate(&mut self, args: Args<'a>) -> R<Val<'a>> {
        let a = self.take_args("concatenate", args, &["arrays", "axis"], 1)?;
        let items: Vec<Val<'a>> = match &a[0] {
            Some(Val::Tuple(t)) => t.to_vec(),
            Some(Val::List(l)) => match self.display_of(l) {
                Some(items) => items
                    .into_iter()
                    .map(|i| match i {
                        LeafVal::Scalar(s) => Val::Scalar(s),
                        LeafVal::List(l) => Val::List(l),
                        LeafVal::Array(p) => Val::Array(p),
                    })
                    .collect(),
                None if a[1].as_ref().is_none_or(|v| v.int_known() == Some(0)) => {
                    let f = self.module_attribute("numpy", quipu_syntax::Symbol::new("join_list"))?;
                    return self.call_values(&f, &[Val::List(l.clone())]);
                }
                None => {
                    return self.unsupported(
                        "concatenating a list of unknown length along another axis",
                        "use a list display or a tuple",
                    );
                }
            },
            Some(Val::Iter(it)) if matches!(**it, Iter::Display(_)) => match &**it {
                Iter::Display(vs) => vs.clone(),
                _ => vec![],
            },
            _ => return self.unsupported("concatenating this", "pass a tuple of arrays"),
        };
        let mut places = vec![];
        for v in &items {
            places.push(self.as_place(v)?);
        }
        let Some(first) = places.first().cloned() else {
            return self.raise(ErrorKind::ValueError, "need at least one array to concatenate");
        };
        let rank = first.dims.len();
        if rank == 0 {
            return self.raise(ErrorKind::ValueError, "zero-dimensional arrays cannot be concatenated");
        }
        let flat = matches!(a[1], Some(Val::None));
        let axis = match &a[1] {
            None | Some(Val::None) => 0,
            Some(v) => self.axis_arg(&v.clone(), rank)?,
        };
        let d = places.iter().fold(first.dtype, |d, p| d.promote(p.dtype));
        let mut vars = vec![];
        for (k, p) in places.iter().enumerate() {
            let v = self.read(p)?;
            let mut v = self.b.cast(v, d);
            if flat {
                let size = p.dims.iter().fold(Dim::ONE, |s, d| s.mul(d));
                v = self.emit(ops::Reshape { dims: vec![size] }, &[v]);
            } else if p.dims.len() != rank {
                let text = format!(
                    "all the input array dimensions except for the concatenation axis must match exactly, but along dimension 0, the array at index 0 has {rank} dimension(s) and the array at index {k} has {} dimension(s)",
                    p.dims.len()
                );
                let text = text.replace("all the input array dimensions except for the concatenation axis must match exactly, but along dimension 0, the array", "all the input arrays must have same number of dimensions, but the array");
                return self.raise(ErrorKind::ValueError, &text);
            } else {
                let mut dims = p.dims.to_vec();
                for (j, (a, b)) in p.dims.iter().zip(first.dims.iter()).enumerate() {
                    if j == axis || a == b {
                        continue;
                    }
                    let (x, y) = (self.b.size(a), self.b.size(b));
                    let bad = self.b.map(&ops::NE, &[x, y]);
                    let text = format!(
                        "all the input array dimensions except for the concatenation axis must match exactly, but along dimension {j}, the array at index 0 has size {{0}} and the array at index {k} has size {{1}}"
                    );
                    self.raise_if(bad, ErrorKind::ValueError, &text, &[y, x]);
                    if a.as_const().is_some() && b.as_const().is_some() {
                        return Err(Stop::Ends);
                    }
                    dims[j] = b.clone();
                }
                if dims[..] != p.dims[..] {
                    v = self.emit(ops::Reshape { dims }, &[v]);
                }
            }
            vars.push(v);
        }
        let r = if vars.len() == 1 { self.b.copy(vars[0]) } else { self.emit(ops::Concat { axis }, &vars) };
        Ok(self.fresh(r))
    }

    pub fn matmul(&mut self, x: &Val<'a>, y: &Val<'a>) -> R<Val<'a>> {
        let (x, y) = (self.as_place(x)?, self.as_place(y)?);
        if x.dims.is_empty() || y.dims.is_empty() {
            let k = if x.dims.is_empty() { 0 } else { 1 };
            let text = format!(
                "matmul: Input operand {k} does not have enough dimensions (has 0, gufunc core with signature (n?,k),(k,m?)->(n?,m?) requires 1)"
            );
            return self.raise(ErrorKind::ValueError, &text);
        }
        self.product(&x, &y, false)
    }

    fn product(&mut self, x: &Place, y: &Place, dot: bool) -> R<Val<'a>> {
        let d = x.dtype.promote(y.dtype);
        let (rx, ry) = (x.dims.len(), y.dims.len());
        if rx > 2 || ry > 2 {
            return self.batched_product(x, y, dot);
        }
        let k = ry.saturating_sub(2);
        let (a, b) = (&x.dims[rx - 1], &y.dims[k]);
        let mut dims = y.dims.to_vec();
        if a != b {
            let (va, vb) = (self.b.size(a), self.b.size(b));
            let bad = self.b.map(&ops::NE, &[va, vb]);
            let (text, operands) = if dot {
                let (t, o) = self.shapes_text("shapes {a} and {b} not aligned: ", &x.dims.clone(), &y.dims.clone());
                let find = |lw: &Self, d: &Dim, o: &[Var]| match d.as_const() {
                    Some(k) => k.to_string(),
                    None => {
                        let at = o.iter().position(|v| lw.b.func.vars[v.index()].value.as_ref() == Some(d));
                        at.map_or("?".into(), |k| format!("{{{k}}}"))
                    }
                };
                let t = format!("{t}{} (dim {}) != {} (dim {k})", find(self, a, &o), rx - 1, find(self, b, &o));
                (t, o)
            } else {
                let t = format!(
                    "matmul: Input operand 1 has a mismatch in its core dimension {k}, with gufunc signature (n?,k),(k,m?)->(n?,m?) (size {{1}} is different from {{0}})"
                );
                (t, vec![va, vb])
            };
            self.raise_if(bad, ErrorKind::ValueError, &text, &operands);
            if a.as_const().is_some() && b.as_const().is_some() {
                return Err(Stop::Ends);
            }
            dims[k] = a.clone();
        }
        let (u, v) = (self.read(x)?, self.read(y)?);
        let (u, mut v) = (self.b.cast(u, d), self.b.cast(v, d));
        if dims[..] != y.dims[..] {
            v = self.emit(ops::Reshape { dims }, &[v]);
        }
        let r = self.emit(ops::MatMul { batch: 0 }, &[u, v]);
        Ok(self.wrap(r))
    }

    /// A product where an operand has more than two axes: the leading ones are a batch.
    fn batched_product(&mut self, x: &Place, y: &Place, dot: bool) -> R<Val<'a>> {
        let (rx, ry) = (x.dims.len(), y.dims.len());
        if ry <= 2 {
            // All rows of the left operand are multiplied by the same right one.
            let k = x.dims[rx - 1].clone();
            let rows = x.dims[..rx - 1].iter().fold(Dim::ONE, |n, d| n.mul(d));
            let v = self.read(x)?;
            let flat = self.emit(ops::Reshape { dims: vec![rows, k] }, &[v]);
            let flat = self.fresh(flat);
            let flat = self.as_place(&flat)?;
            let r = self.product(&flat, y, dot)?;
            let r = self.as_place(&r)?;
            let dims: Vec<Dim> = x.dims[..rx - 1].iter().chain(r.dims.iter().skip(1)).cloned().collect();
            return self.reshaped(&r, dims);
        }
        if dot || rx < 2 {
            return self
                .unsupported("a product of arrays of these ranks", "use np.matmul, or loop over the leading axes");
        }
        let d = x.dtype.promote(y.dtype);
        let lead = self.broadcast_dims(&x.dims[..rx - 2], &y.dims[..ry - 2])?;
        let (a, b) = (&x.dims[rx - 1], &y.dims[ry - 2]);
        if a != b {
            let (va, vb) = (self.b.size(a), self.b.size(b));
            let bad = self.b.map(&ops::NE, &[va, vb]);
            let text = "matmul: Input operand 1 has a mismatch in its core dimension 0, with gufunc signature (n?,k),(k,m?)->(n?,m?) (size {1} is different from {0})";
            self.raise_if(bad, ErrorKind::ValueError, text, &[va, vb]);
            if a.as_const().is_some() && b.as_const().is_some() {
                return Err(Stop::Ends);
            }
        }
        let full = |tail: [&Dim; 2]| -> Vec<Dim> { lead.iter().chain(tail).cloned().collect() };
        let left = full([&x.dims[rx - 2], a]);
        let right = full([a, &y.dims[ry - 1]]);
        let (u, v) = (self.read(x)?, self.read(y)?);
        let (u, v) = (self.b.cast(u, d), self.b.cast(v, d));
        let (u, v) = (self.expand(u, &left, true), self.expand(v, &right, true));
        let r = self.emit(ops::MatMul { batch: lead.len() }, &[u, v]);
        Ok(self.wrap(r))
    }

    // Reductions.

    /// The array with its axes in memory order, and `axes` renumbered: NumPy adds in that order.
    fn in_memory_order(&mut self, p: &Place, v: Var, axes: &[usize]) -> (Var, Vec<usize>, Vec<usize>) {
        let perm = p.order.axes(p.dims.len());
        let identity = perm.iter().enumerate().all(|(k, a)| k == *a);
        let v = if identity { v } else { self.emit(ops::Permute { perm: perm.clone() }, &[v]) };
        let mut moved: Vec<usize> =
            axes.iter().map(|a| perm.iter().position(|p| p == a).expect("a permutation")).collect();
        moved.sort_unstable();
        (v, moved, perm)
    }

    /// Reduces `v`, whose axes are those of `p`.
    fn reduce_var(&mut self, p: &Place, v: Var, kind: ReduceKind, axes: &[usize], keepdims: bool) -> Var {
        let (m, moved, perm) = self.in_memory_order(p, v, axes);
        let mut r = if axes.is_empty() { m } else { self.emit(ops::Reduce { kind, axes: moved }, &[m]) };
        // Back from memory order: the axes that are left, in increasing order of their numbers.
        let left: Vec<usize> = perm.iter().copied().filter(|a| !axes.contains(a)).collect();
        if left.windows(2).any(|w| w[0] > w[1]) {
            let mut sorted = left.clone();
            sorted.sort_unstable();
            let back = sorted.iter().map(|a| left.iter().position(|l| l == a).expect("the same axes")).collect();
            r = self.emit(ops::Permute { perm: back }, &[r]);
        }
        if keepdims {
            let (mut dims, mut at) = (vec![], vec![]);
            for (k, d) in p.dims.iter().enumerate() {
                if axes.contains(&k) {
                    dims.push(Dim::ONE);
                } else {
                    at.push(k);
                    dims.push(d.clone());
                }
            }
            r = self.b.broadcast(r, &dims, &at);
        }
        r
    }

    fn count(&mut self, p: &Place, axes: &[usize]) -> Dim {
        axes.iter().fold(Dim::ONE, |n, a| n.mul(&p.dims[*a]))
    }

    pub fn reduction(&mut self, p: &Place, name: &str, args: Args<'a>) -> R<Val<'a>> {
        let names: &[&'static str] = match name {
            "std" | "var" => &["axis", "dtype", "out", "ddof", "keepdims"],
            "sum" | "prod" | "mean" => &["axis", "dtype", "out", "keepdims"],
            _ => &["axis", "out", "keepdims"],
        };
        let a = self.take_args(name, args, names, 0)?;
        let get = |n: &str| names.iter().position(|m| *m == n).and_then(|k| a[k].clone());
        let axes = self.axes_arg(get("axis").as_ref(), p.dims.len())?;
        let keep = self.flag(get("keepdims").as_ref(), "keepdims")?;
        let given = match get("dtype") {
            None | Some(Val::None) => None,
            Some(v) => Some(self.dtype_arg(&v)?),
        };
        let v = self.read(p)?;
        let v = self.array_of(v);
        let r = match name {
            "sum" | "prod" => {
                let d = given.unwrap_or(match p.dtype.kind() {
                    Kind::Bool | Kind::Signed => DType::I64,
                    Kind::Unsigned => DType::U64,
                    _ => p.dtype,
                });
                let v = self.b.cast(v, d);
                let kind = if name == "sum" { ReduceKind::Sum } else { ReduceKind::Prod };
                self.reduce_var(p, v, kind, &axes, keep)
            }
            "min" | "max" => {
                let n = self.count(p, &axes);
                if !self.b.func.nonneg(&n.plus(-1)) {
                    let size = self.b.size(&n);
                    let zero = self.b.i64(0);
                    let bad = self.b.map(&ops::EQ, &[size, zero]);
                    let full = if name == "min" { "minimum" } else { "maximum" };
                    let text = format!("zero-size array to reduction operation {full} which has no identity");
                    self.raise_if(bad, ErrorKind::ValueError, &text, &[]);
                }
                let kind = if name == "min" { ReduceKind::Min } else { ReduceKind::Max };
                self.reduce_var(p, v, kind, &axes, keep)
            }
            "any" | "all" => {
                let v = match p.dtype {
                    DType::Bool => v,
                    _ => {
                        let zero = self.b.like(0.0, v);
                        self.b.map(&ops::NE, &[v, zero])
                    }
                };
                let kind = if name == "any" { ReduceKind::Any } else { ReduceKind::All };
                self.reduce_var(p, v, kind, &axes, keep)
            }
            "mean" => {
                let d = given.unwrap_or(if p.dtype.is_inexact() { p.dtype } else { DType::F64 });
                self.mean_var(p, v, d, &axes, keep)
            }
            _ => {
                let ddof = get("ddof");
                let d = if p.dtype.is_inexact() { p.dtype } else { DType::F64 };
                let x = self.b.cast(v, d);
                let mean = self.mean_var(p, v, d, &axes, true);
                let dims = p.dims.to_vec();
                let wide = self.expand(mean, &dims, true);
                let diff = self.b.sub(x, wide);
                let sq = if d.is_complex() {
                    let c = self.b.map(&ops::CONJ, &[diff]);
                    let m = self.b.mul(diff, c);
                    self.b.map(&ops::REAL_PART, &[m])
                } else {
                    self.b.mul(diff, diff)
                };
                let total = self.reduce_var(p, sq, ReduceKind::Sum, &axes, keep);
                let n = self.count(p, &axes);
                let n = self.b.size(&n);
                let n = self.b.cast(n, DType::F64);
                let n = match ddof {
                    None => n,
                    Some(v) => {
                        let k = self.operand(&v)?;
                        let k = self.b.cast(k, DType::F64);
                        let m = self.b.sub(n, k);
                        let zero = self.b.f64(0.0);
                        self.b.map(&ops::MAXIMUM, &[m, zero])
                    }
                };
                let n = self.b.cast(n, d.real());
                let var = self.b.div(total, n);
                if name == "std" { self.b.map(&ops::SQRT, &[var]) } else { var }
            }
        };
        let r = self.wrap(r);
        self.to_out(r, get("out"))
    }

    fn mean_var(&mut self, p: &Place, v: Var, d: DType, axes: &[usize], keep: bool) -> Var {
        let x = self.b.cast(v, d);
        let s = self.reduce_var(p, x, ReduceKind::Sum, axes, keep);
        let n = self.count(p, axes);
        let n = self.b.size(&n);
        let n = self.b.cast(n, d);
        self.b.div(s, n)
    }

    fn arg_reduction(&mut self, p: &Place, name: &str, args: Args<'a>) -> R<Val<'a>> {
        let a = self.take_args(name, args, &["axis", "out", "keepdims"], 0)?;
        let v = self.read(p)?;
        let max = name == "argmax";
        let (v, axis, dims) = match &a[0] {
            None | Some(Val::None) => {
                let n = p.dims.iter().fold(Dim::ONE, |s, d| s.mul(d));
                (self.emit(ops::Reshape { dims: vec![n.clone()] }, &[v]), 0, vec![n])
            }
            Some(x) => (v, self.axis_arg(&x.clone(), p.dims.len())?, p.dims.to_vec()),
        };
        if !self.b.func.nonneg(&dims[axis].plus(-1)) {
            let n = self.b.size(&dims[axis]);
            let zero = self.b.i64(0);
            let bad = self.b.map(&ops::EQ, &[n, zero]);
            self.raise_if(bad, ErrorKind::ValueError, &format!("attempt to get {name} of an empty sequence"), &[]);
        }
        let r = self.emit(ops::ArgReduce { max, axis }, &[v]);
        Ok(self.wrap(r))
    }

    fn scan(&mut self, p: &Place, name: &str, args: Args<'a>) -> R<Val<'a>> {
        let a = self.take_args(name, args, &["axis", "dtype", "out"], 0)?;
        let d = match &a[1] {
            None | Some(Val::None) => match p.dtype.kind() {
                Kind::Bool | Kind::Signed => DType::I64,
                Kind::Unsigned => DType::U64,
                _ => p.dtype,
            },
            Some(v) => self.dtype_arg(&v.clone())?,
        };
        let v = self.read(p)?;
        let v = self.b.cast(v, d);
        let (v, axis) = match &a[0] {
            None | Some(Val::None) => {
                let n = p.dims.iter().fold(Dim::ONE, |s, d| s.mul(d));
                (self.emit(ops::Reshape { dims: vec![n] }, &[v]), 0)
            }
            Some(x) => (v, self.axis_arg(&x.clone(), p.dims.len())?),
        };
        let r = self.emit(ops::Scan { product: name == "cumprod", axis }, &[v]);
        let r = self.fresh(r);
        self.to_out(r, a[2].clone())
    }

    fn median(&mut self, p: &Place, args: Args<'a>) -> R<Val<'a>> {
        let a = self.take_args("median", args, &["axis"], 0)?;
        let v = self.read(p)?;
        let (v, axis) = match &a[0] {
            None | Some(Val::None) => {
                let n = p.dims.iter().fold(Dim::ONE, |s, d| s.mul(d));
                (self.emit(ops::Reshape { dims: vec![n] }, &[v]), 0)
            }
            Some(x) => (v, self.axis_arg(&x.clone(), p.dims.len())?),
        };
        let d = if p.dtype.is_inexact() { p.dtype } else { DType::F64 };
        let s = self.emit(ops::Sort { axis }, &[v]);
        let n = self.dims_of(s)[axis].clone();
        let size = self.b.size(&n);
        let (one, two, zero) = (self.b.i64(1), self.b.i64(2), self.b.i64(0));
        let last = self.b.sub(size, one);
        // Of no elements NumPy gives NaN: index 0 is then never read.
        let at = |lw: &mut Self, i: Var| {
            let i = lw.b.map(&ops::MAXIMUM, &[i, zero]);
            let chain: Vec<Ix> =
                (0..lw.b.func.ty(s).rank()).map(|k| if k == axis { Ix::At } else { Ix::All }).collect();
            lw.b.read(s, &chain, &[i])
        };
        let lo = self.b.map(&ops::FLOORDIV, &[last, two]);
        let hi = self.b.map(&ops::FLOORDIV, &[size, two]);
        let empty = self.b.map(&ops::EQ, &[size, zero]);
        self.raise_if(
            empty,
            ErrorKind::ValueError,
            "the median of an empty array is NaN with a warning; test its size first",
            &[],
        );
        let (x, y, z) = (at(self, lo), at(self, hi), at(self, last));
        let (x, y) = (self.b.cast(x, d), self.b.cast(y, d));
        let sum = self.b.add(x, y);
        let half = self.b.like(2.0, sum);
        let mean = self.b.div(sum, half);
        let odd = self.b.map(&ops::EQ, &[lo, hi]);
        let mut m = self.b.select(odd, x, mean);
        if p.dtype.is_inexact() {
            let nan = self.b.map(&ops::ISNAN, &[z]);
            let z = self.b.cast(z, d);
            m = self.b.select(nan, z, m);
        }
        Ok(self.wrap(m))
    }

    // Methods and attributes of arrays.

    pub fn array_attribute(&mut self, p: &Place, name: quipu_syntax::Symbol) -> R<Val<'a>> {
        match name.as_str() {
            "shape" => {
                let vs: Vec<Val<'a>> = p.dims.iter().map(|d| Val::Scalar(self.size(d))).collect();
                Ok(Val::Tuple(vs.into()))
            }
            "ndim" => Ok(self.int(p.dims.len() as i64)),
            "size" => {
                let n = p.dims.iter().fold(Dim::ONE, |s, d| s.mul(d));
                Ok(Val::Scalar(self.size(&n)))
            }
            "dtype" => Ok(Val::Class(Class::DType(p.dtype))),
            "itemsize" => Ok(self.int(p.dtype.size() as i64)),
            "nbytes" => {
                let n = p.dims.iter().fold(Dim::from(p.dtype.size() as i64), |s, d| s.mul(d));
                Ok(Val::Scalar(self.size(&n)))
            }
            "T" => {
                let perm: Vec<usize> = (0..p.dims.len()).rev().collect();
                if perm.len() < 2 {
                    return Ok(Val::Array(Place { obj: self.new_obj(), ..p.clone() }));
                }
                Ok(Val::Array(self.permuted(p, &perm)))
            }
            "real" if !p.dtype.is_complex() => Ok(Val::Array(p.clone())),
            "imag" if !p.dtype.is_complex() => {
                let z = self.b.zeros(&Ty::Array(p.dtype, p.dims.to_vec()));
                let v = self.fresh(z);
                let Val::Array(q) = v else { return Ok(v) };
                Ok(Val::Array(Place { writeable: false, ..q }))
            }
            "real" | "imag" => {
                let seg = Seg::Part(name.as_str() == "imag");
                let order = Order::Strided(p.order.axes(p.dims.len()).into());
                Ok(Val::Array(self.view(p, seg, p.dtype.real(), p.dims.to_vec(), order)))
            }
            "flat" => self.array_method(&Val::Array(p.clone()), "ravel", Args::default()),
            _ => Ok(Val::Method(Rc::new((Val::Array(p.clone()), name)))),
        }
    }

    /// A reshaped view or copy, as NumPy decides by memory order.
    pub fn reshaped(&mut self, p: &Place, dims: Vec<Dim>) -> R<Val<'a>> {
        // Without its own order a 1-d array of more than one axis is a copy.
        let flattens = dims.len() == 1 && p.dims.iter().all(|d| d.as_const().is_some_and(|k| k > 1));
        match &p.order {
            Order::C => Ok(Val::Array(self.view(p, Seg::Reshape(dims.clone()), p.dtype, dims, Order::C))),
            Order::Perm(_) if p.dims.len() > 1 && flattens => {
                let a = self.read(p)?;
                let r = self.emit(ops::Reshape { dims }, &[a]);
                Ok(self.fresh(r))
            }
            _ => {
                let a = self.read(p)?;
                let c = self.b.copy(a);
                let r = self.emit(ops::Reshape { dims }, &[c]);
                let v = self.fresh(r);
                // NumPy may give a view of a slice here; until that is decided, nobody may tell the difference.
                if let Val::Array(q) = &v {
                    for b in self.roots(p.base) {
                        let for_good = self
                            .base(b)
                            .frozen
                            .is_some_and(|f| f.site.is_none() && f.by.is_none_or(|b| self.named(b) > 0));
                        self.freeze_base(b, None);
                        if let Some(f) = &mut self.base_mut(b).frozen {
                            f.by = (!for_good).then_some(q.base);
                        }
                    }
                    self.freeze_base(q.base, None);
                }
                Ok(v)
            }
        }
    }

    fn reshape(&mut self, p: &Place, args: Args<'a>) -> R<Val<'a>> {
        let items: Vec<Val<'a>> = match &args.pos[..] {
            [Val::Tuple(t)] => t.to_vec(),
            [l @ Val::List(_)] => {
                let dims = self.shape_arg(&l.clone())?;
                dims.iter().map(|d| Val::Scalar(self.size(d))).collect()
            }
            vs => vs.to_vec(),
        };
        let total = p.dims.iter().fold(Dim::ONE, |s, d| s.mul(d));
        let mut dims: Vec<Option<Dim>> = vec![];
        for v in &items {
            let s = self.as_index(v)?;
            let d = self.b.func.dim_of(s.var);
            dims.push(match d.as_const() {
                Some(-1) => None,
                _ => Some(self.size_of(&s)?),
            });
        }
        let known = dims.iter().flatten().fold(Dim::ONE, |s, d| s.mul(d));
        let holes = dims.iter().filter(|d| d.is_none()).count();
        if holes > 1 {
            return self.raise(ErrorKind::ValueError, "can only specify one unknown dimension");
        }
        let shown: Vec<String> = dims
            .iter()
            .map(|d| match d {
                None => {
                    if dims.len() > 1 {
                        "newaxis".into()
                    } else {
                        "-1".to_string()
                    }
                }
                Some(d) => d.as_const().map_or("?".into(), |k| k.to_string()),
            })
            .collect();
        let shown = if shown.len() == 1 { format!("({},)", shown[0]) } else { format!("({})", shown.join(",")) };
        let text = format!("cannot reshape array of size {{0}} into shape {shown}");
        let size = self.b.size(&total);
        let fill = if holes == 1 {
            let rest = match known.as_const() {
                Some(0) => {
                    return self.raise(ErrorKind::ValueError, &text.replace("{0}", &total.to_string()));
                }
                _ => total.floordiv(&known).unwrap_or_default(),
            };
            if rest.mul(&known) != total {
                let k = self.b.size(&known);
                let one = self.b.i64(1);
                let safe = self.b.map(&ops::MAXIMUM, &[k, one]);
                let left = self.b.map(&ops::MOD, &[size, safe]);
                let zero = self.b.i64(0);
                let (b1, b2) = (self.b.map(&ops::NE, &[left, zero]), self.b.map(&ops::EQ, &[k, zero]));
                let bad = self.b.map(&ops::OR, &[b1, b2]);
                self.raise_if(bad, ErrorKind::ValueError, &text, &[size]);
                if total.as_const().is_some_and(|t| known.as_const().is_some_and(|k| t % k != 0)) {
                    return Err(Stop::Ends);
                }
            }
            Some(rest)
        } else {
            if known != total {
                let k = self.b.size(&known);
                let bad = self.b.map(&ops::NE, &[k, size]);
                self.raise_if(bad, ErrorKind::ValueError, &text, &[size]);
                if known.as_const().is_some() && total.as_const().is_some() {
                    return Err(Stop::Ends);
                }
            }
            None
        };
        let dims: Vec<Dim> = dims.into_iter().map(|d| d.or_else(|| fill.clone()).unwrap_or_default()).collect();
        if dims[..] == p.dims[..] {
            return Ok(Val::Array(Place { obj: self.new_obj(), ..p.clone() }));
        }
        self.reshaped(p, dims)
    }

    pub fn array_method(&mut self, o: &Val<'a>, name: &str, args: Args<'a>) -> R<Val<'a>> {
        let p = self.as_place(o)?;
        match name {
            "sum" | "prod" | "min" | "max" | "mean" | "any" | "all" | "std" | "var" => self.reduction(&p, name, args),
            "argmin" | "argmax" => self.arg_reduction(&p, name, args),
            "cumsum" | "cumprod" => self.scan(&p, name, args),
            "median" => self.median(&p, args),
            "copy" => {
                let a = self.read(&p)?;
                let c = self.b.copy(a);
                Ok(self.fresh(c))
            }
            "flatten" => {
                let n = p.dims.iter().fold(Dim::ONE, |s, d| s.mul(d));
                let a = self.read(&p)?;
                let c = self.b.copy(a);
                let r = self.emit(ops::Reshape { dims: vec![n] }, &[c]);
                Ok(self.fresh(r))
            }
            "astype" => {
                let a = self.take_args(name, args, &["dtype", "copy"], 1)?;
                let d = self.dtype_arg(&a[0].clone().unwrap_or(Val::None))?;
                if a[1].as_ref().and_then(Val::bool_known) == Some(false) && d == p.dtype {
                    return Ok(o.clone());
                }
                self.astype(&p, d)
            }
            "reshape" => self.reshape(&p, args),
            "ravel" => {
                // Of one axis with gaps: a copy, or the same elements where there is at most one.
                let n = p.dims.iter().fold(Dim::ONE, |s, d| s.mul(d));
                self.reshaped(&p, vec![n])
            }
            "transpose" => {
                let rank = p.dims.len();
                let mut pos = args.pos;
                if let Some((_, v)) = args.kw.first() {
                    pos.push(v.clone());
                }
                let items = match &pos[..] {
                    [] | [Val::None] => return self.array_attribute(&p, quipu_syntax::Symbol::new("T")),
                    [Val::Tuple(t)] => t.to_vec(),
                    vs => vs.to_vec(),
                };
                let mut perm = vec![];
                for v in &items {
                    perm.push(self.axis_arg(v, rank)?);
                }
                let mut sorted = perm.clone();
                sorted.sort_unstable();
                if !sorted.into_iter().eq(0..rank) {
                    return self.raise(ErrorKind::ValueError, "axes don't match array");
                }
                Ok(Val::Array(self.permuted(&p, &perm)))
            }
            "swapaxes" => {
                let rank = p.dims.len();
                let (a, b) = (self.axis_arg(&args.pos[0].clone(), rank)?, self.axis_arg(&args.pos[1].clone(), rank)?);
                let mut perm: Vec<usize> = (0..rank).collect();
                perm.swap(a, b);
                Ok(Val::Array(self.permuted(&p, &perm)))
            }
            "squeeze" => {
                let axes = match args.pos.first().or_else(|| args.kw.first().map(|(_, v)| v)) {
                    Some(v) => self.axes_arg(Some(&v.clone()), p.dims.len())?,
                    None => {
                        if p.dims.iter().any(|d| d.as_const().is_none()) {
                            return self.unsupported("squeeze of axes whose size is not known", "give axis=");
                        }
                        (0..p.dims.len()).filter(|k| p.dims[*k].as_const() == Some(1)).collect()
                    }
                };
                let zero = self.int(0);
                let full = Val::Slice(Rc::new([Val::None, Val::None, Val::None]));
                let ix: Vec<Val<'a>> =
                    (0..p.dims.len()).map(|k| if axes.contains(&k) { zero.clone() } else { full.clone() }).collect();
                self.load(&p, &Val::Tuple(ix.into()))
            }
            "expand_dims" => {
                let axis = self.axis_arg(
                    &args.pos.first().or_else(|| args.kw.first().map(|(_, v)| v)).cloned().unwrap_or(Val::None),
                    p.dims.len() + 1,
                )?;
                let full = Val::Slice(Rc::new([Val::None, Val::None, Val::None]));
                let mut ix = vec![full; p.dims.len()];
                ix.insert(axis, Val::None);
                self.load(&p, &Val::Tuple(ix.into()))
            }
            "sort" => {
                let a = self.take_args(name, args, &["axis", "kind", "order", "stable"], 0)?;
                let axis = match &a[0] {
                    Some(v) => self.axis_arg(&v.clone(), p.dims.len())?,
                    None => match p.dims.len().checked_sub(1) {
                        Some(k) => k,
                        None => {
                            return self
                                .raise(ErrorKind::AxisError, "axis -1 is out of bounds for array of dimension 0");
                        }
                    },
                };
                let a = self.read(&p)?;
                let s = self.emit(ops::Sort { axis }, &[a]);
                self.write(&p, s)?;
                Ok(Val::None)
            }
            "argsort" => {
                let axis = match args
                    .pos
                    .first()
                    .or_else(|| args.kw.iter().find(|(k, _)| k.as_str() == "axis").map(|(_, v)| v))
                {
                    Some(v) => self.axis_arg(&v.clone(), p.dims.len())?,
                    None => p.dims.len().saturating_sub(1),
                };
                let a = self.read(&p)?;
                let s = self.emit(ops::ArgSort { axis }, &[a]);
                Ok(self.fresh(s))
            }
            "fill" => {
                let v = self.stored(&args.pos[0].clone(), p.dtype)?;
                let v = self.fit(v, &p.dims.clone())?;
                self.write(&p, v)?;
                Ok(Val::None)
            }
            "dot" => {
                let y = self.as_place(&args.pos[0].clone())?;
                self.product(&p, &y, true)
            }
            "item" => {
                let v = match &args.pos[..] {
                    [] => {
                        let a = self.read(&p)?;
                        let a = self.emit(ops::Reshape { dims: vec![Dim::ONE] }, &[a]);
                        let zero = self.b.i64(0);
                        let x = self.b.read(a, &vec![Ix::At], &[zero]);
                        self.np(p.dtype, x)
                    }
                    [i] => self.load(&p, &i.clone())?,
                    vs => self.load(&p, &Val::Tuple(vs.to_vec().into()))?,
                };
                self.call_method(&v, quipu_syntax::Symbol::new("item"), Args::default())
            }
            "tolist" => {
                if p.dims.len() == 1 {
                    let a = self.read(&p)?;
                    let d = match p.dtype.kind() {
                        Kind::Bool => DType::Bool,
                        Kind::Signed | Kind::Unsigned => DType::I64,
                        Kind::Float => DType::F64,
                        Kind::Complex => DType::C128,
                    };
                    let a = self.b.cast(a, d);
                    let c = self.emit(ops::ListOfArray {}, &[a]);
                    let site = self.site();
                    return Ok(self.list_base(vec![c], &T::Scalar(d, false), site));
                }
                self.unsupported("tolist of this array", "loop over its rows")
            }
            "nonzero" => self.nonzero(&p),
            "conj" | "conjugate" if !p.dtype.is_complex() => Ok(o.clone()),
            "conj" | "conjugate" => self.elementwise(&ops::CONJ, &[o], p.dtype),
            n => {
                // A function of the module may do what a method of this name does.
                if matches!(
                    n,
                    "clip" | "round" | "trace" | "diagonal" | "repeat" | "take" | "ptp" | "put" | "searchsorted"
                ) {
                    let f = self.module_attribute("numpy", quipu_syntax::Symbol::new(n))?;
                    let mut args = args;
                    args.pos.insert(0, o.clone());
                    return self.call(&f, args);
                }
                self.raise(ErrorKind::AttributeError, &format!("'numpy.ndarray' object has no attribute '{n}'"))
            }
        }
    }

    /// `np.add.reduce(..)` and its like.
    pub fn ufunc_method(&mut self, b: Builtin, name: &str, args: Args<'a>) -> R<Val<'a>> {
        match (b.name, name) {
            ("add", "reduce") | ("multiply", "reduce") | ("maximum", "reduce") | ("minimum", "reduce") => {
                let mut args = args;
                let p = self.as_place(&args.pos.remove(0))?;
                if args.pos.is_empty() && args.kw.is_empty() {
                    let zero = self.int(0);
                    args.pos.push(zero);
                }
                let n = match b.name {
                    "add" => "sum",
                    "multiply" => "prod",
                    "maximum" => "max",
                    _ => "min",
                };
                self.reduction(&p, n, args)
            }
            (_, "outer") => {
                let (x, y) = (self.as_place(&args.pos[0].clone())?, self.as_place(&args.pos[1].clone())?);
                let full = Val::Slice(Rc::new([Val::None, Val::None, Val::None]));
                let mut ix = vec![full; x.dims.len()];
                ix.extend(vec![Val::None; y.dims.len()]);
                let x = self.load(&x, &Val::Tuple(ix.into()))?;
                self.call_numpy(b, Args { pos: vec![x, Val::Array(y)], kw: vec![] })
            }
            ("add" | "multiply", "accumulate") => {
                let mut args = args;
                let p = self.as_place(&args.pos.remove(0))?;
                if args.pos.is_empty() && args.kw.is_empty() {
                    let zero = self.int(0);
                    args.pos.push(zero);
                }
                self.scan(&p, if b.name == "add" { "cumsum" } else { "cumprod" }, args)
            }
            ("add" | "subtract" | "multiply" | "maximum" | "minimum", "at") if args.pos.len() == 3 => {
                let f = self.module_attribute("numpy", quipu_syntax::Symbol::new("ufunc_at"))?;
                let all = [&[Val::Builtin(b)][..], &args.pos].concat();
                self.call_values(&f, &all)
            }
            _ => self.unsupported(format!("np.{}.{name}", b.name), "write the loop"),
        }
    }
}
