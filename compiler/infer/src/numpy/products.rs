//! `@`, `dot` and their batched forms.

use crate::state::*;
use crate::value::*;
use quipu_abi::ErrorKind;
use quipu_ir::ops::{self};
use quipu_ir::{Dim, Var};

impl<'a> Lower<'a, '_> {
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

    pub(super) fn product(&mut self, x: &Place, y: &Place, dot: bool) -> R<Val<'a>> {
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
                let (t, o) = self.shapes_text("shapes {a} and {b} not aligned: ", &[&x.dims.clone(), &y.dims.clone()]);
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
            return self.reshaped(&r, dims, super::strides::Shaping::Reshape);
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
}
