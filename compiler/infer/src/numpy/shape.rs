//! Attributes of arrays, and other shapes of the same elements.

use super::strides::Shaping;
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
            "strides" => {
                let Some(strides) = self.strides(p) else {
                    return self.unsupported("the strides of an array that is one of several", "copy it first");
                };
                if p.dims.iter().any(|d| !self.b.func.nonneg(&d.plus(-1))) {
                    return self.unsupported("the strides of an array that may be empty", "test its size first");
                }
                let size = p.dtype.size() as i64;
                let bytes: Vec<Val<'a>> = strides.iter().map(|s| Val::Scalar(self.size(&s.times(size)))).collect();
                Ok(Val::Tuple(bytes.into()))
            }
            "nbytes" => {
                let n = p.dims.iter().fold(Dim::from(p.dtype.size() as i64), |s, d| s.mul(d));
                Ok(Val::Scalar(self.size(&n)))
            }
            "T" => {
                let perm: Vec<usize> = (0..p.dims.len()).rev().collect();
                if perm.len() < 2 {
                    return Ok(Val::Array(self.again(p)));
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
            "flat" => {
                let n = p.dims.iter().fold(Dim::ONE, |s, d| s.mul(d));
                let q = self.view(p, Seg::Reshape(vec![n.clone()]), p.dtype, vec![n], Order::Unknown);
                Ok(Val::Iter(Rc::new(Iter::Flat(q))))
            }
            _ => Ok(Val::Method(Rc::new((Val::Array(p.clone()), name)))),
        }
    }

    /// The k-th diagonal of a matrix: a read-only view.
    pub fn diagonal_view(&mut self, p: &Place, k: &Scalar) -> Place {
        let (n, m) = (p.dims[0].clone(), p.dims[1].clone());
        let k = self.b.func.dim_of(k.var);
        let (right, down) = (self.b.func.pos(&k), self.b.func.pos(&Dim::from(0).sub(&k)));
        let (rows, columns) = (n.sub(&down), m.sub(&right));
        let both = if n == m {
            n.sub(&down).sub(&right)
        } else {
            let (a, b) = (self.b.size(&rows), self.b.size(&columns));
            let v = self.b.map(&ops::MINIMUM, &[a, b]);
            self.b.func.dim_of(v)
        };
        let len = self.b.func.pos(&both);
        let start = self.b.size(&right.add(&down.mul(&m)));
        let step = self.b.size(&m.plus(1));
        let all = n.mul(&m);
        let flat = self.view(p, Seg::Reshape(vec![all.clone()]), p.dtype, vec![all], Order::Unknown);
        let ix = vec![AxIx::Range { start, step, len: len.clone() }];
        let seg = Seg::Affine { ix, axes: vec![Axis::From(0)] };
        let q = self.view(&flat, seg, p.dtype, vec![len], Order::Strided([0].into()));
        Place { writeable: false, ..q }
    }

    /// `np.broadcast_to` as the read-only view that it is in NumPy; `None` where a size does not say whether it repeats.
    pub(super) fn repeated_view(&mut self, p: &Place, dims: &[Dim]) -> Option<Val<'a>> {
        let lead = dims.len().checked_sub(p.dims.len())?;
        let (base, mut ix, old) = self.affine(p);
        let zero = self.b.i64(0);
        let mut axes: Vec<Axis> = dims[..lead].iter().map(|n| Axis::Repeat(n.clone())).collect();
        for ((have, want), axis) in p.dims.iter().zip(&dims[lead..]).zip(old) {
            axes.push(match axis {
                axis if have == want => axis,
                _ if have.as_const() != Some(1) => return None,
                Axis::From(k) => {
                    ix[k] = self.compose_at(&ix[k].clone(), zero);
                    Axis::Repeat(want.clone())
                }
                Axis::New | Axis::Repeat(_) => Axis::Repeat(want.clone()),
            });
        }
        let order = match &p.order {
            Order::Unknown => Order::Unknown,
            o => {
                let memory = o.axes(p.dims.len()).into_iter().map(|k| k + lead);
                Order::of((0..lead).chain(memory).collect(), true)
            }
        };
        let q = self.replace_last(&base, ix, axes, dims.to_vec(), order);
        Some(Val::Array(Place { writeable: false, ..q }))
    }

    pub(super) fn reshape(&mut self, p: &Place, args: Args<'a>) -> R<Val<'a>> {
        let Args { mut pos, kw } = args;
        let (mut order, mut copy) = (None, None);
        for (k, v) in kw {
            match k.as_str() {
                "order" => order = Some(v),
                "copy" => copy = Some(v),
                "shape" | "newshape" if pos.is_empty() => pos.push(v),
                k => {
                    return self
                        .raise(ErrorKind::TypeError, &format!("'{k}' is an invalid keyword argument for reshape()"));
                }
            }
        }
        if copy.is_some_and(|v| !matches!(v, Val::None)) {
            return self.unsupported("reshape with `copy`", "leave it out, or call `.copy()`");
        }
        if order.as_ref().and_then(Val::str_known) == Some("K") {
            return self.raise(ErrorKind::ValueError, "order 'K' is not permitted for reshaping");
        }
        if let Some(perm) = self.memory_order(p, order.as_ref())? {
            // Column-major: the row-major reshape of the transposed array, transposed back.
            let q = self.permuted(p, &perm);
            let reversed = match &pos[..] {
                [Val::Tuple(t)] => t.iter().rev().cloned().collect(),
                [l @ Val::List(_)] => {
                    let dims = self.shape_arg(&l.clone())?;
                    dims.iter().rev().map(|d| Val::Scalar(self.size(d))).collect()
                }
                vs => vs.iter().rev().cloned().collect(),
            };
            let r = self.reshape(&q, Args { pos: reversed, kw: vec![] })?;
            let Val::Array(r) = &r else { return Ok(r) };
            let back: Vec<usize> = (0..r.dims.len()).rev().collect();
            return Ok(Val::Array(if back.len() < 2 { r.clone() } else { self.permuted(r, &back) }));
        }
        let args = Args { pos, kw: vec![] };
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
            return Ok(Val::Array(self.again(p)));
        }
        self.reshaped(p, dims, Shaping::Reshape)
    }
}
