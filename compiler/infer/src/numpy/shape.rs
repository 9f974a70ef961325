//! Attributes of arrays, and other shapes of the same elements.

use crate::expr::Args;
use crate::state::*;
use crate::value::*;
use quipu_abi::ErrorKind;
use quipu_ir::ops::{self};
use quipu_ir::{Dim, Ty};
use std::rc::Rc;

impl<'a> Lower<'a, '_> {
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

    pub(super) fn reshape(&mut self, p: &Place, args: Args<'a>) -> R<Val<'a>> {
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
}
