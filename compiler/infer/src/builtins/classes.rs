//! Python's classes called as functions: `int(x)`, `list(x)`, `range(n)`, exceptions.

use super::*;
use crate::expr::Args;
use crate::state::*;
use crate::value::*;
use quipu_abi::{DType, ErrorKind};
use quipu_ir::ops;
use quipu_ir::{Dim, Ty};
use std::rc::Rc;

impl<'a> Lower<'a, '_> {
    /// A whole float as a Python int; raises where there is none.
    pub(super) fn float_to_int(&mut self, whole: quipu_ir::Var, x: quipu_ir::Var) -> R<Val<'a>> {
        let nan = self.b.map(&ops::ISNAN, &[x]);
        self.raise_if(nan, ErrorKind::ValueError, "cannot convert float NaN to integer", &[]);
        let inf = self.b.map(&ops::ISINF, &[x]);
        self.raise_if(inf, ErrorKind::OverflowError, "cannot convert float infinity to integer", &[]);
        let a = self.b.map(&ops::ABS, &[whole]);
        let limit = self.b.f64(9_223_372_036_854_775_808.0);
        let big = self.b.map(&ops::GE, &[a, limit]);
        self.raise_if(big, ErrorKind::LimitError, quipu_abi::INT_LIMIT, &[]);
        let r = self.b.cast(whole, DType::I64);
        Ok(self.py(DType::I64, r))
    }

    pub fn call_class(&mut self, c: Class, mut args: Args<'a>) -> R<Val<'a>> {
        if let [Val::Union(_)] = &args.pos[..]
            && !matches!(c, Class::User(_))
        {
            let u = args.pos[0].clone();
            let r = self.split_union(&u, |lw, m| lw.call_class(c, Args { pos: vec![m.clone()], kw: vec![] }))?;
            return Ok(r.unwrap_or(Val::None));
        }
        if let Class::User(c) = c {
            return self.instantiate(c, args);
        }
        match c {
            Class::Dict => return self.dict_call(args),
            Class::Set => return self.set_call(Collection::Set, args),
            Class::Collection(k) => return self.collection_call(k, args),
            _ => {}
        }
        if let [o @ Val::Object(_)] = &args.pos[..]
            && let Some((name, other)) = match c {
                Class::Int => Some(("__int__", "__index__")),
                Class::Float => Some(("__float__", "__index__")),
                Class::Complex => Some(("__complex__", "__float__")),
                _ => None,
            }
        {
            let o = o.clone();
            if let Some(v) = self.special(&o, name, &[])? {
                return Ok(v);
            }
            if let Some(v) = self.special(&o, other, &[])? {
                return self.call_class(c, Args { pos: vec![v], kw: vec![] });
            }
        }
        if let (Class::List | Class::Tuple, [o @ Val::Object(_)]) = (c, &args.pos[..]) {
            args.pos = vec![self.iterable(o)?];
        }
        match (c, &args.pos[..]) {
            (Class::Int, []) => Ok(self.int(0)),
            (Class::Int, [Val::Scalar(s)]) => match s.dtype {
                DType::I64 | DType::Bool => {
                    let known = Val::Scalar(s.clone()).int_known();
                    match known {
                        Some(k) => Ok(self.int(k)),
                        None => {
                            let r = self.b.cast(s.var, DType::I64);
                            Ok(self.py(DType::I64, r))
                        }
                    }
                }
                d if d.is_int() => {
                    let r = self.b.cast(s.var, DType::I64);
                    Ok(self.py(DType::I64, r))
                }
                d if d.is_float() => {
                    let x = self.b.cast(s.var, DType::F64);
                    let r = self.b.map(&ops::TRUNC, &[x]);
                    self.float_to_int(r, x)
                }
                _ => self.raise(
                    ErrorKind::TypeError,
                    "int() argument must be a string, a bytes-like object or a real number, not 'complex'",
                ),
            },
            (Class::Int, [Val::Str(t)]) => {
                let r = self.extern1(&ops::INT_OF_STR, &[t.var]);
                Ok(self.py(DType::I64, r))
            }
            (Class::Int, [s @ Val::Str(_), base]) => {
                let all = [s.clone(), base.clone()];
                self.by_library("int_of_base", &all)
            }
            (Class::Float, [Val::Big(k)]) => Ok(self.float(*k as f64)),
            (Class::Int, [v @ Val::Big(_)]) => Ok(v.clone()),
            (Class::Bool, [Val::Big(_)]) => Ok(self.boolean(true)),
            (Class::Float, []) => Ok(self.float(0.0)),
            (Class::Float, [Val::Scalar(s)]) if !s.dtype.is_complex() => match s.known {
                Some(Known::Int(k)) => Ok(self.float(k as f64)),
                Some(Known::Float(x)) => Ok(self.float(x)),
                _ => {
                    let r = self.b.cast(s.var, DType::F64);
                    Ok(self.py(DType::F64, r))
                }
            },
            (Class::Float, [Val::Str(t)]) => {
                if let Some(s) = &t.known {
                    match s.trim().to_ascii_lowercase().as_str() {
                        "inf" | "infinity" | "+inf" => return Ok(self.float(f64::INFINITY)),
                        "-inf" | "-infinity" => return Ok(self.float(f64::NEG_INFINITY)),
                        "nan" => return Ok(self.float(f64::NAN)),
                        _ => {}
                    }
                }
                let r = self.extern1(&ops::FLOAT_OF_STR, &[t.var]);
                Ok(self.py(DType::F64, r))
            }
            (Class::Int | Class::Float, [Val::Array(p)]) => {
                let p = p.clone();
                let mut size = Dim::ONE;
                for d in p.dims.iter() {
                    size = size.mul(d);
                }
                if size.as_const() != Some(1) || !p.dims.is_empty() {
                    return self
                        .raise(ErrorKind::TypeError, "only 0-dimensional arrays can be converted to Python scalars");
                }
                let x = self.read_element(&p)?;
                let s = self.np(p.dtype, x);
                self.call_class(c, Args { pos: vec![s], kw: vec![] })
            }
            (Class::Bool, []) => Ok(self.boolean(false)),
            (Class::Bool, [v]) => self.truth(&v.clone()),
            (Class::Complex, []) => {
                let z = self.b.constant(ops::Const::complex(DType::C128, 0.0, 0.0));
                Ok(self.py(DType::C128, z))
            }
            (Class::Complex, [Val::Scalar(s)]) => {
                let r = self.b.cast(s.var, DType::C128);
                Ok(self.py(DType::C128, r))
            }
            (Class::Complex, [Val::Scalar(a), Val::Scalar(b)]) if !a.dtype.is_complex() && !b.dtype.is_complex() => {
                let (x, y) = (self.b.cast(a.var, DType::F64), self.b.cast(b.var, DType::F64));
                let r = self.b.map(&ops::COMPLEX, &[x, y]);
                Ok(self.py(DType::C128, r))
            }
            (Class::Str, []) => Ok(self.text("")),
            (Class::Str, [v]) => {
                let s = self.str_of(&v.clone())?;
                Ok(self.str_var(s))
            }
            (Class::List, []) => self.list_display(&[]),
            (Class::List, [v]) => {
                let v = v.clone();
                self.listed(&v)
            }
            (Class::Tuple, []) => Ok(Val::Tuple(Rc::new([]))),
            (Class::Tuple, [v @ (Val::Tuple(_) | Val::Row(_))]) => Ok(v.clone()),
            (Class::Tuple, [v]) => {
                let v = self.iterable(&v.clone())?;
                if let Some(s) = v.str_known() {
                    let items: Vec<Val<'a>> = s.chars().map(|c| self.text(c.encode_utf8(&mut [0; 4]))).collect();
                    return Ok(Val::Tuple(items.into()));
                }
                if let Some(items) = self.straight_items(&v, 64, None)? {
                    return Ok(Val::Tuple(items.into()));
                }
                let v = self.ungenerated(v)?;
                let (trip, source) = self.source(&v)?;
                match self.known_of(trip) {
                    Some(n) if n <= 64 => {
                        let mut out = vec![];
                        for i in 0..n {
                            let i = self.b.i64(i);
                            out.push(self.item(&source, i)?);
                        }
                        Ok(Val::Tuple(out.into()))
                    }
                    _ => self.row_of(&v),
                }
            }
            (Class::Slice, [_] | [_, _] | [_, _, _]) => {
                let p = args.pos.clone();
                Ok(Val::Slice(Rc::new(match &p[..] {
                    [b] => [Val::None, b.clone(), Val::None],
                    [a, b] => [a.clone(), b.clone(), Val::None],
                    _ => [p[0].clone(), p[1].clone(), p[2].clone()],
                })))
            }
            (Class::Np(d), [v]) => self.np_scalar(d, &v.clone()),
            (Class::Np(d), []) => {
                let z = self.b.zeros(&Ty::Scalar(d));
                Ok(self.np(d, z))
            }
            (Class::Exception(k), _) => {
                let k = self.made_kind(k, &args.pos)?;
                let text = self.exc_text(k, &args.pos.clone())?;
                Ok(Val::Exc(Rc::new(Exc { kind: Some(k), code: None, text, class: None })))
            }
            (Class::Ndarray, _) => self.call_numpy(Builtin { module: "numpy", name: "empty" }, args),
            _ => self.unsupported(format!("calling `{}` with these arguments", class_name(c)), "see the reference"),
        }
    }
}
