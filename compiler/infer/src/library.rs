//! NumPy's functions that are glue between the compiler and stdlib/numpy.py: dtypes and their limits, grids, diagonals,
//! parts of arrays, and files.

use crate::expr::Args;
use crate::state::*;
use crate::value::*;
use quipu_abi::{DType, ErrorKind, Kind};
use quipu_ir::ops::{self, Const};
use quipu_ir::{Dim, Ty, Var};
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
                            let z = self.b.zeros(&Ty::Scalar(d));
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
            "save" => {
                let a = self.take_args(name, args, &["file", "arr"], 2)?;
                let Some(Val::Str(path)) = &a[0] else {
                    return self.error("type-mismatch", "np.save takes the name of a file");
                };
                let path = match &path.known {
                    Some(s) if !s.ends_with(".npy") => self.b.constant(Const::Str(format!("{s}.npy").into())),
                    Some(_) => path.var,
                    None => {
                        return self
                            .unsupported("np.save under a name that is not known while compiling", "write the name");
                    }
                };
                let p = self.as_place(&a[1].clone().unwrap_or(Val::None))?;
                let v = self.read(&p)?;
                let v = self.array_of(v);
                self.b.emit_n(ops::Extern(&ops::SAVE), &[path, v], vec![]);
                Ok(Val::None)
            }
            "load" => self.unsupported(
                "np.load, whose dtype and number of dimensions depend on the file",
                "keep tables as text: np.loadtxt(path, ndmin=2)",
            ),
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
                ("max", false) => return self.raise(ErrorKind::OverflowError, "a Python int beyond 64 bits"),
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

    pub fn loadtxt(&mut self, args: Args<'a>) -> R<Val<'a>> {
        let a = self.take_args(
            "loadtxt",
            args,
            &["fname", "dtype", "comments", "delimiter", "converters", "skiprows", "usecols", "unpack", "ndmin"],
            1,
        )?;
        let text = |lw: &mut Self, v: &Option<Val<'a>>, default: &str| -> R<Var> {
            match v {
                None | Some(Val::None) => Ok(lw.b.constant(Const::Str(default.into()))),
                Some(Val::Str(t)) => Ok(t.var),
                Some(_) => lw.error("type-mismatch", "loadtxt: a string is needed here"),
            }
        };
        if a[4].is_some() {
            return self.unsupported("loadtxt with converters", "load the columns as they are");
        }
        let path = text(self, &a[0], "")?;
        let comments = match &a[2] {
            // None: nothing is a comment.
            Some(Val::None) => self.b.constant(Const::Str("".into())),
            v => text(self, v, "#")?,
        };
        let delimiter = text(self, &a[3], "")?;
        let skip = match &a[5] {
            None => self.b.i64(0),
            Some(v) => self.as_index(&v.clone())?.var,
        };
        let mut one_column = false;
        let columns: Vec<Val<'a>> = match &a[6] {
            None | Some(Val::None) => vec![],
            Some(Val::Tuple(t)) => t.to_vec(),
            Some(Val::List(l)) => match self.display_of(l) {
                Some(items) => items
                    .into_iter()
                    .filter_map(|i| if let LeafVal::Scalar(s) = i { Some(Val::Scalar(s)) } else { None })
                    .collect(),
                None => return self.unsupported("columns that are not known while compiling", "write their numbers"),
            },
            Some(v) => {
                one_column = true;
                vec![v.clone()]
            }
        };
        let mut numbers = vec![];
        for v in &columns {
            match v.int_known() {
                Some(k) => numbers.push(k.to_string()),
                None => return self.unsupported("columns that are not known while compiling", "write their numbers"),
            }
        }
        let columns = self.b.constant(Const::Str(numbers.join(",").into()));
        let d = match &a[1] {
            None | Some(Val::None) => DType::F64,
            Some(v) => self.dtype_arg(&v.clone())?,
        };
        let row = match d {
            DType::I64 => &ops::LOADTXT_INT,
            DType::F64 | DType::F32 => &ops::LOADTXT,
            _ => {
                return self.unsupported(
                    format!("loadtxt as {}", d.name()),
                    "load float64 or int64, then convert with astype",
                );
            }
        };
        let m = self.extern1(row, &[path, delimiter, comments, skip, columns]);
        let m = self.b.cast(m, d);
        let unpack = self.flag(a[7].as_ref(), "unpack")?;
        let ndmin = match &a[8] {
            None => 0,
            Some(v) => match v.int_known() {
                Some(k) => k,
                None => return self.unsupported("ndmin that is not known while compiling", "write the number"),
            },
        };
        // NumPy drops axes of one row or column unless `ndmin` keeps them: the number of axes would depend on the file.
        let dims = self.dims_of(m);
        let one = |lw: &mut Self, d: &Dim| {
            let (n, one) = (lw.b.size(d), lw.b.i64(1));
            lw.b.map(&ops::EQ, &[n, one])
        };
        if ndmin < 2 {
            let mut bad = one(self, &dims[0]);
            if ndmin == 1 && one_column {
                bad = self.b.bool(false);
            } else if !one_column && columns_of(&numbers) != Some(true) {
                let narrow = one(self, &dims[1]);
                bad = self.b.map(&ops::OR, &[bad, narrow]);
            }
            let text = "a table of one row or one column, whose number of axes depends on the file: give ndmin=2, or usecols=K with ndmin=1";
            self.raise_if(bad, ErrorKind::ValueError, text, &[]);
        }
        let v = self.fresh(m);
        let Val::Array(p) = &v else { return Ok(v) };
        if one_column && ndmin < 2 {
            let zero = self.int(0);
            let full = Val::Slice(Rc::new([Val::None, Val::None, Val::None]));
            let column = self.load(p, &Val::Tuple(vec![full, zero].into()))?;
            let p = self.as_place(&column)?;
            return self.copy_place(&p);
        }
        if unpack { Ok(Val::Array(self.permuted(p, &[1, 0]))) } else { Ok(v) }
    }
}

/// Are several columns asked for by number?
fn columns_of(numbers: &[String]) -> Option<bool> {
    (!numbers.is_empty()).then_some(numbers.len() > 1)
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
