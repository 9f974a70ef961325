//! NumPy's functions that are primitives or nearly so; what can be written in the language is in stdlib/numpy.py.

mod arguments;
mod fields;
mod files;
mod make;
mod methods;
mod products;
mod reduce;
mod shape;
mod strides;
mod table;

use crate::expr::Args;
use crate::state::*;
use crate::value::*;
use quipu_abi::{DType, ErrorKind, Kind};
use quipu_ir::Ty;
use quipu_ir::ops::{self, ReduceKind, ScalarFn};
use table::OPERATORS;
pub use table::{UFUNCS, lookup, names};

impl<'a> Lower<'a, '_> {
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
                        let same = name != "array" && d.is_none_or(|d| d == p.dtype);
                        if same && (name == "asarray" || p.order == Order::C) {
                            return Ok(v);
                        }
                        if same && !p.dims.is_empty() {
                            return self.reshaped(p, p.dims.to_vec(), strides::Shaping::Contiguous);
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
                let dims = self.new_shape(&a[0].clone().unwrap_or(Val::None))?;
                let dv = &a[1 + usize::from(full)];
                if let Some(v) = dv
                    && let Some(fields) = self.fields_arg(&v.clone())?
                {
                    if full || a[2].is_some() {
                        return self.unsupported(
                            format!("np.{name} of a structured array like this"),
                            "make it with np.zeros",
                        );
                    }
                    return self.new_fields(&fields, &dims, name == "ones");
                }
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
            "copyto" => {
                let a = self.take_args(name, args, &["dst", "src", "casting", "where"], 2)?;
                let (dst, src) = (a[0].clone().unwrap_or(Val::None), a[1].clone().unwrap_or(Val::None));
                let Val::Array(p) = &dst else {
                    return self.raise(ErrorKind::TypeError, "copyto() argument 1 must be numpy.ndarray");
                };
                let src = if matches!(src, Val::Scalar(_)) { src } else { Val::Array(self.as_place(&src)?) };
                let d = self.result_type(&[&src]);
                if d.kind() > p.dtype.kind() {
                    let text = format!(
                        "Cannot cast array data from dtype('{}') to dtype('{}') according to the rule 'same_kind'",
                        d.name(),
                        p.dtype.name()
                    );
                    return self.raise(ErrorKind::TypeError, &text);
                }
                match &a[3] {
                    None => self.store(p, &Val::Ellipsis, &src)?,
                    Some(m) => {
                        self.library("copyto_where", vec![dst.clone(), src, m.clone()])?;
                    }
                }
                Ok(Val::None)
            }
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
                        let r = lw.emit(ops::Reduce::new(ReduceKind::All, axes), &[e]);
                        Ok(lw.py(DType::Bool, r))
                    },
                    |lw| Ok(lw.boolean(false)),
                )
            }
            "broadcast_to" => {
                let p = self.as_place(&args.pos[0].clone())?;
                let dims = self.shape_arg(&args.pos[1].clone())?;
                if let Some(v) = self.repeated_view(&p, &dims) {
                    return Ok(v);
                }
                let a = self.read(&p)?;
                let have = self.dims_of(a);
                let joined = self.broadcast_dims(&have, &dims)?;
                let r = self.expand(a, &joined, true);
                let v = self.fresh(r);
                let Val::Array(q) = v else { return Ok(v) };
                // A view in NumPy, where a size decides which axes repeat: nobody may tell the difference.
                for b in self.roots(p.base) {
                    let lasting = self.base(b).frozen.is_some_and(|f| f.by.is_none_or(|b| self.named(b) > 0));
                    self.freeze_base(b, None);
                    if let Some(f) = &mut self.base_mut(b).frozen {
                        f.by = (!lasting).then_some(q.base);
                    }
                }
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
                if name == "copy" {
                    return self.copy_place(&p);
                }
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
}
