//! Arrays in files: `np.save`, `np.load`, `np.loadtxt`.
//!
//! The dtype and rank of what `np.load` gives depend on the file. They are known while compiling from, in this order,
//! the annotation of the name that is bound (`a: np.ndarray[tuple[int, int], np.dtype[np.float64]] = np.load(path)`),
//! an `np.save` to the same name that the walk has seen, and the file as it is while the program is compiled. Whatever
//! was relied on is checked when the file is read, so a file that changes in between is an error and never a wrong
//! number.

use crate::expr::Args;
use crate::state::*;
use crate::value::*;
use quipu_abi::{DType, ErrorKind};
use quipu_ir::ops::{self, Const};
use quipu_ir::{Dim, Ty, Var};
use quipu_syntax::ast::{Expr, ExprKind};
use std::rc::Rc;

impl<'a> Lower<'a, '_> {
    /// `np.save(path, a)`
    pub fn save(&mut self, args: Args<'a>) -> R<Val<'a>> {
        let a = self.take_args("save", args, &["file", "arr"], 2)?;
        let Some(Val::Str(path)) = &a[0] else {
            return self.error("type-mismatch", "np.save takes the name of a file");
        };
        // The runtime adds the ending.
        let var = path.var;
        let known = path.known.clone();
        let p = self.as_place(&a[1].clone().unwrap_or(Val::None))?;
        let v = self.read(&p)?;
        let v = self.array_of(v);
        self.b.emit_n(ops::Extern(&ops::SAVE), &[var, v], vec![]);
        if let Some(s) = known {
            let name = if s.ends_with(".npy") { s.to_string() } else { format!("{s}.npy") };
            self.cx.saved.insert(name, (p.dtype, p.dims.len(), false));
        }
        Ok(Val::None)
    }

    /// `np.load(path)` of a `.npy` file.
    pub fn load_file(&mut self, args: Args<'a>) -> R<Val<'a>> {
        let pinned = self.pinned.take();
        let a = self.take_args("load", args, &["file", "mmap_mode", "allow_pickle"], 1)?;
        let Some(Val::Str(path)) = &a[0] else {
            return self.error("type-mismatch", "np.load takes the name of a file");
        };
        if !matches!(a[1], None | Some(Val::None)) {
            return self.unsupported("np.load with `mmap_mode`", "leave it out");
        }
        if a[2].as_ref().is_some_and(|v| v.bool_known() != Some(false)) {
            return self.unsupported("np.load with `allow_pickle`", "save arrays of numbers");
        }
        let found = match (pinned, &path.known) {
            (Some((d, rank)), _) => Some((d, rank, false)),
            (None, Some(s)) if s.ends_with(".npz") => {
                return self.unsupported("np.load of an archive", "save the arrays one by one with np.save");
            }
            (None, Some(s)) => self.cx.saved.get(&**s).copied().or_else(|| (self.cx.library.look)(s)),
            (None, None) => {
                return self.unsupported(
                    "np.load of a file whose name is not known while compiling: its dtype and rank are in the file",
                    "annotate the name that it is bound to: `a: np.ndarray[tuple[int, int], np.dtype[np.float64]] = np.load(path)`",
                );
            }
        };
        // A file that is not there raises; `like` is of no matter then.
        let (d, rank, fortran) = found.unwrap_or((DType::F64, 0, false));
        let like = self.b.zeros(&Ty::Array(d, vec![Dim::from(0); rank]));
        let order = self.b.bool(fortran);
        let v = self.extern1(&ops::LOAD, &[path.var, like, order]);
        if found.is_none() {
            return self.raise(
                ErrorKind::RuntimeError,
                "np.load: this file was not there when the program was compiled: compile it again",
            );
        }
        let order = if fortran { Order::Perm((0..rank).rev().collect()) } else { Order::C };
        Ok(self.fresh_in(v, order))
    }

    /// The dtype and rank in an annotation: `np.ndarray[tuple[int, int], np.dtype[np.float64]]`.
    pub fn pinned_by(&mut self, annotation: &'a Expr) -> Option<(DType, usize)> {
        let ExprKind::Subscript { value, index } = &annotation.kind else { return None };
        if !matches!(self.expr(value), Ok(Val::Class(Class::Ndarray))) {
            return None;
        }
        let ExprKind::Tuple(parts) = &index.kind else { return None };
        let [shape, dtype] = &parts[..] else { return None };
        let subscript = |e: &'a Expr, name: &str| match &e.kind {
            ExprKind::Subscript { value, index } => match &value.kind {
                ExprKind::Name(n) if n.as_str() == name => Some(&**index),
                ExprKind::Attribute { attr, .. } if attr.name.as_str() == name => Some(&**index),
                _ => None,
            },
            _ => None,
        };
        let is_int = |e: &Expr| matches!(&e.kind, ExprKind::Name(n) if n.as_str() == "int");
        let rank = match &subscript(shape, "tuple")?.kind {
            ExprKind::Tuple(axes) if axes.iter().all(is_int) => axes.len(),
            ExprKind::Name(_) if is_int(subscript(shape, "tuple")?) => 1,
            _ => return None,
        };
        match self.expr(subscript(dtype, "dtype")?) {
            Ok(v) => self.dtype_arg(&v).ok().map(|d| (d, rank)),
            Err(_) => None,
        }
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
