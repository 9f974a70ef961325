//! Arguments that NumPy's functions share: dtypes, shapes, axes, flags, `out`.

use crate::state::*;
use crate::value::*;
use quipu_abi::{DType, ErrorKind};
use quipu_ir::Dim;
use quipu_ir::ops::{self};

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
            Val::Scalar(s) if !s.np => {
                let help = "sizes are one tuple: `(2, 3)`";
                self.raise_about(ErrorKind::TypeError, ["Cannot interpret '", "' as a data type"], v, help)
            }
            _ => self.unsupported("this as a dtype", "use np.float64, np.int32, ... or float, int, bool, complex"),
        }
    }

    /// Raises with the value's `repr` between two parts of the text.
    fn raise_about<X>(&mut self, kind: ErrorKind, text: [&str; 2], v: &Val<'a>, help: &str) -> R<X> {
        let shown = self.repr_of(v)?;
        let [before, after] = text.map(|t| self.b.constant(ops::Const::Str(t.into())));
        let t = self.extern1(&ops::STR_CONCAT, &[before, shown]);
        let t = self.extern1(&ops::STR_CONCAT, &[t, after]);
        if let Val::Scalar(Scalar { known: Some(Known::Int(k)), .. }) = v {
            self.hint(&format!("{}{k}{}", text[0], text[1]), None, Some(help.to_string()));
        }
        self.b.emit_n(ops::Raise { kind: Some(kind) }, &[t], vec![]);
        Err(Stop::Ends)
    }

    /// What `np.zeros` and its like take for a shape.
    pub fn new_shape(&mut self, v: &Val<'a>) -> R<Vec<Dim>> {
        match v {
            Val::Scalar(s) if s.dtype.is_inexact() => {
                let text = ["expected a sequence of integers or a single integer, got '", "'"];
                self.raise_about(ErrorKind::TypeError, text, v, "")
            }
            v => self.shape_arg(v),
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
    pub(super) fn size_of(&mut self, s: &Scalar) -> R<Dim> {
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

    pub(super) fn axis_arg(&mut self, v: &Val<'a>, rank: usize) -> R<usize> {
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

    pub(super) fn axes_arg(&mut self, v: Option<&Val<'a>>, rank: usize) -> R<Vec<usize>> {
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
            Val::Iter(it) if let Iter::Flat(p) = &**it => {
                let c = self.copy_place(p)?;
                self.as_place(&c)
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
            Val::Big(k) => {
                let x = self.large(*k, d)?;
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
}
