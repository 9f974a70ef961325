//! NumPy's functions that are glue between the compiler and stdlib/numpy.py: dtypes and their limits, grids, diagonals,
//! parts of arrays.

use crate::expr::Args;
use crate::state::*;
use crate::value::*;
use quipu_abi::{DType, ErrorKind, Kind};
use quipu_syntax::Symbol;
use std::rc::Rc;

/// Names that `numpy::lookup` finds here.
pub static NAMES: &[&str] = &[
    "dtype",
    "finfo",
    "iinfo",
    "result_type",
    "promote_types",
    "can_cast",
    "issubdtype",
    "diag",
    "diagonal",
    "split",
    "array_split",
    "mgrid",
    "ogrid",
    "save",
    "load",
];

/// NumPy's classes of dtypes, which hold the kinds from the first to the last.
pub static KINDS: &[(&str, Kind, Kind)] = &[
    ("integer", Kind::Unsigned, Kind::Signed),
    ("signedinteger", Kind::Signed, Kind::Signed),
    ("unsignedinteger", Kind::Unsigned, Kind::Unsigned),
    ("inexact", Kind::Float, Kind::Complex),
    ("floating", Kind::Float, Kind::Float),
    ("complexfloating", Kind::Complex, Kind::Complex),
    ("number", Kind::Unsigned, Kind::Complex),
    ("generic", Kind::Bool, Kind::Complex),
];

/// Is the dtype of a class of `KINDS`?
pub fn is_kind(d: DType, class: &str) -> bool {
    KINDS.iter().any(|(n, lo, hi)| *n == class && (*lo..=*hi).contains(&d.kind()))
}

impl<'a> Lower<'a, '_> {
    pub fn library(&mut self, name: &str, args: Vec<Val<'a>>) -> R<Val<'a>> {
        let f = self.module_attribute("numpy", Symbol::new(name))?;
        self.call(&f, Args { pos: args, kw: vec![] })
    }

    pub fn call_library(&mut self, name: &'static str, args: Args<'a>) -> R<Val<'a>> {
        match name {
            "dtype" => {
                let a = self.take_args(name, args, &["dtype"], 1)?;
                let d = self.dtype_arg(&a[0].clone().unwrap_or(Val::None))?;
                Ok(Val::Class(Class::DType(d)))
            }
            "finfo" | "iinfo" => {
                let a = self.take_args(name, args, &["dtype"], 1)?;
                let d = match &a[0] {
                    Some(Val::Scalar(Scalar { dtype, .. }) | Val::Array(Place { dtype, .. })) => *dtype,
                    v => self.dtype_arg(&v.clone().unwrap_or(Val::None))?,
                };
                match name {
                    "finfo" if d.is_inexact() => Ok(Val::Class(Class::Limits(d.real()))),
                    "iinfo" if d.is_int() => Ok(Val::Class(Class::Limits(d))),
                    "finfo" => {
                        self.raise(ErrorKind::ValueError, &format!("data type dtype('{}') not inexact", d.name()))
                    }
                    _ => self.raise(ErrorKind::ValueError, &format!("Invalid integer data type '{}'.", kind_letter(d))),
                }
            }
            "result_type" | "promote_types" => {
                let mut strong = vec![];
                for v in &args.pos {
                    strong.push(match v {
                        Val::Scalar(_) | Val::Array(_) => v.clone(),
                        v => {
                            let d = self.dtype_arg(v)?;
                            let z = self.b.zeros(&quipu_ir::Ty::Scalar(d));
                            self.np(d, z)
                        }
                    });
                }
                let refs: Vec<&Val<'a>> = strong.iter().collect();
                Ok(Val::Class(Class::DType(self.result_type(&refs))))
            }
            "can_cast" => {
                let a = self.take_args(name, args, &["from_", "to", "casting"], 2)?;
                let from = self.dtype_arg(&a[0].clone().unwrap_or(Val::None))?;
                let to = self.dtype_arg(&a[1].clone().unwrap_or(Val::None))?;
                match a[2].as_ref().map(|v| v.str_known()) {
                    None | Some(Some("safe")) => Ok(self.boolean(from.promote(to) == to)),
                    _ => self.unsupported("np.can_cast of this casting", "only \"safe\" is there so far"),
                }
            }
            "issubdtype" => {
                let a = self.take_args(name, args, &["arg1", "arg2"], 2)?;
                let d = self.dtype_arg(&a[0].clone().unwrap_or(Val::None))?;
                let yes = match &a[1] {
                    Some(Val::Class(Class::Kind(k))) => is_kind(d, k),
                    v => self.dtype_arg(&v.clone().unwrap_or(Val::None))? == d,
                };
                Ok(self.boolean(yes))
            }
            "diag" | "diagonal" => {
                let a = self.take_args(name, args, &["v", "k"], 1)?;
                let k = a[1].clone().unwrap_or_else(|| self.int(0));
                let p = self.as_place(&a[0].clone().unwrap_or(Val::None))?;
                match (p.dims.len(), name) {
                    (1, "diag") => self.library("diagflat", vec![Val::Array(p), k]),
                    (2, _) => {
                        let k = self.as_index(&k)?;
                        Ok(Val::Array(self.diagonal_view(&p, &k)))
                    }
                    _ => self.unsupported("the diagonal of an array of this rank", "use a matrix"),
                }
            }
            "split" | "array_split" => {
                let a = self.take_args(name, args, &["ary", "indices_or_sections", "axis"], 2)?;
                let axis = a[2].clone().unwrap_or_else(|| self.int(0));
                let p = self.as_place(&a[0].clone().unwrap_or(Val::None))?;
                let n = a[1].clone().unwrap_or(Val::None);
                if n.int_known().is_none() {
                    return self
                        .unsupported(format!("np.{name} at these places"), "give the number of parts, or slice");
                }
                let parts = if name == "split" { "split_parts" } else { "array_split_parts" };
                match self.library(parts, vec![Val::Array(p), n, axis])? {
                    Val::Tuple(items) => Ok(Val::Iter(Rc::new(Iter::Display(items.to_vec())))),
                    v => Ok(v),
                }
            }
            "save" => self.save(args),
            "load" => self.load_file(args),
            _ => self.unsupported(format!("calling np.{name}"), "index it"),
        }
    }

    /// `np.mgrid[a:b, c:d]` and `np.ogrid[..]`.
    pub fn grid(&mut self, open: bool, index: &Val<'a>) -> R<Val<'a>> {
        let items = self.index_items(index);
        let single = !matches!(index, Val::Tuple(_));
        let mut axes = vec![];
        for v in &items {
            let Val::Slice(s) = v else {
                return self.unsupported("a grid without slices", "write np.mgrid[0:n, 0:m]");
            };
            let start = if matches!(s[0], Val::None) { self.int(0) } else { s[0].clone() };
            let step = if matches!(s[2], Val::None) { self.int(1) } else { s[2].clone() };
            if matches!(&step, Val::Scalar(x) if x.dtype.is_complex()) {
                return self.unsupported("a grid with a number of points", "use np.linspace and np.meshgrid");
            }
            axes.push(self.call_numpy(
                Builtin { module: "numpy", name: "arange" },
                Args { pos: vec![start, s[1].clone(), step], kw: vec![] },
            )?);
        }
        if single {
            return Ok(axes.remove(0));
        }
        self.library(if open { "open_grid" } else { "dense_grid" }, vec![Val::Tuple(axes.into())])
    }

    /// An attribute of `np.finfo(d)` or `np.iinfo(d)`.
    pub fn limit(&mut self, d: DType, name: &str) -> R<Val<'a>> {
        let bits = 8 * d.size() as i64;
        if name == "bits" {
            return Ok(self.int(bits));
        }
        if name == "dtype" {
            return Ok(Val::Class(Class::DType(d)));
        }
        if d.is_int() {
            let signed = d.kind() == Kind::Signed;
            let k = match (name, signed) {
                ("min", false) => 0,
                ("min", true) => i64::MIN >> (64 - bits),
                ("max", true) => i64::MAX >> (64 - bits),
                ("max", false) if bits < 64 => (1 << bits) - 1,
                ("max", false) => return Ok(Val::Big(u64::MAX.into())),
                _ => return self.unsupported(format!("np.iinfo(..).{name}"), "it has min, max and bits"),
            };
            return Ok(self.int(k));
        }
        let single = d == DType::F32;
        let x = match name {
            "eps" if single => f64::from(f32::EPSILON),
            "eps" => f64::EPSILON,
            "max" if single => f64::from(f32::MAX),
            "max" => f64::MAX,
            "min" if single => f64::from(f32::MIN),
            "min" => f64::MIN,
            "tiny" | "smallest_normal" if single => f64::from(f32::MIN_POSITIVE),
            "tiny" | "smallest_normal" => f64::MIN_POSITIVE,
            "resolution" if single => f64::from(1e-6f32),
            "resolution" => 1e-15,
            _ => return self.unsupported(format!("np.finfo(..).{name}"), "it has eps, max, min, tiny and bits"),
        };
        let x = self.b.f64(x);
        let x = self.b.cast(x, d);
        Ok(self.np(d, x))
    }
}

/// NumPy's letter of a dtype's kind.
pub fn kind_letter(d: DType) -> &'static str {
    match d.kind() {
        Kind::Bool => "b",
        Kind::Unsigned => "u",
        Kind::Signed => "i",
        Kind::Float => "f",
        Kind::Complex => "c",
    }
}
