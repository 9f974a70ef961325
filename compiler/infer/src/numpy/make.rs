//! Arrays made of others: ranges, choices, joins, indices of what is true.

use crate::expr::Args;
use crate::state::*;
use crate::value::*;
use quipu_abi::{DType, ErrorKind};
use quipu_ir::ops::{self};
use quipu_ir::{Dim, Var};
use std::rc::Rc;

impl<'a> Lower<'a, '_> {
    pub fn copy_place(&mut self, p: &Place) -> R<Val<'a>> {
        let a = self.read(p)?;
        let c = self.b.copy(a);
        Ok(self.fresh_in(c, p.order.like(p.dims.len())))
    }

    pub(super) fn nonzero(&mut self, p: &Place) -> R<Val<'a>> {
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

    pub(super) fn arange(&mut self, args: Args<'a>) -> R<Val<'a>> {
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

    pub(super) fn logical(&mut self, name: &str, args: Args<'a>) -> R<Val<'a>> {
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

    pub(super) fn where_(&mut self, args: Args<'a>) -> R<Val<'a>> {
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

    pub(super) fn concatenate(&mut self, args: Args<'a>) -> R<Val<'a>> {
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
}
