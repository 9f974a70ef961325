//! Is a reshaped array a view or a copy? NumPy's answer, from the strides that an array has in NumPy.
//!
//! The strides of a place follow from the memory order of its base and from its chain of views; they are sizes of the
//! dims algebra, in elements. NumPy gives a view where the axes that are put together lie regularly in memory, axes of
//! size 1 apart; `ravel` does so only for contiguous arrays. Where the algebra cannot decide, the answer is a copy
//! that nobody may tell from a view; if a walk sees a store that could, the answer is computed at run time, and the
//! result is a merged place: the copy, or the view.

use crate::state::*;
use crate::value::*;
use quipu_abi::DType;
use quipu_ir::ops;
use quipu_ir::{Dim, Var};

/// What is asked of the strides.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Shaping {
    Reshape,
    Ravel,
    /// As `ravel`, of the array itself where it is contiguous.
    Contiguous,
}

impl<'a> Lower<'a, '_> {
    /// The distance in memory between neighbours along each axis, in elements (of the real type for a part of a
    /// complex array).
    pub(super) fn strides(&mut self, p: &Place) -> Option<Vec<Dim>> {
        self.offset_and_strides(p).map(|(_, s)| s)
    }

    /// Where the first element lies in the base, and the strides.
    fn offset_and_strides(&mut self, p: &Place) -> Option<(Dim, Vec<Dim>)> {
        let (mut dims, order) = match &self.base(p.base).kind {
            BaseKind::Array { order, .. } => (self.base_dims(p.base), order.clone()),
            BaseKind::Region { kind, .. } => {
                let order = kind.order.clone();
                (self.root_dims(p.base, &p.path), order)
            }
            _ if p.segs.is_empty() => (p.dims.to_vec(), p.order.clone()),
            _ => return None,
        };
        if matches!(order, Order::Unknown | Order::Strided(_)) && dims.len() > 1 {
            return None;
        }
        let mut strides = vec![Dim::ONE; dims.len()];
        let mut step = Dim::ONE;
        for k in order.axes(dims.len()).into_iter().rev() {
            strides[k] = step.clone();
            step = step.mul(&dims[k]);
        }
        let mut offset = Dim::from(0);
        for s in p.segs.iter() {
            strides = match s {
                Seg::Part(imag) => {
                    offset = offset.mul(&Dim::from(2)).plus(i64::from(*imag));
                    strides.iter().map(|s| s.mul(&Dim::from(2))).collect()
                }
                Seg::Reshape(new) => self.regrouped(&dims, &strides, new)??,
                Seg::Affine { ix, axes } => {
                    for (i, s) in ix.iter().zip(&strides) {
                        if let AxIx::At(v) | AxIx::Range { start: v, .. } = i {
                            offset = offset.add(&self.b.func.dim_of(*v).mul(s));
                        }
                    }
                    let mut out = vec![];
                    for a in axes {
                        out.push(match a {
                            Axis::From(k) => match &ix[*k] {
                                AxIx::Range { step, .. } => {
                                    let step = self.b.func.dim_of(*step);
                                    strides[*k].mul(&step)
                                }
                                _ => strides[*k].clone(),
                            },
                            Axis::New | Axis::Repeat(_) => Dim::from(0),
                        });
                    }
                    out
                }
            };
            dims = crate::select::dims_through(&dims, std::slice::from_ref(s));
        }
        Some((offset, strides))
    }

    /// `target[...] = source` between parts of one array as NumPy does it: what overlaps is copied first, but for one
    /// axis with strides of one sign it goes element by element, from the end if the source starts below the target.
    /// So `a[::2] = a[:4]` reads what it has just stored. Is this such a case, and done?
    pub fn store_in_order(&mut self, target: &Place, source: &Place) -> R<bool> {
        let line = |p: &Place| p.dims.len() == 1 && p.dims[0].as_const() != Some(1);
        if target.base != source.base || target.path != source.path || !line(target) || !line(source) {
            return Ok(false);
        }
        let (Some((to, st)), Some((from, ss))) = (self.offset_and_strides(target), self.offset_and_strides(source))
        else {
            return Ok(false);
        };
        let (st, ss) = (&st[0], &ss[0]);
        let up = |d: &Dim| self.b.func.nonneg(d);
        let down = |d: &Dim| self.b.func.nonneg(&Dim::from(0).sub(d));
        if st == ss || (up(st) && down(ss)) || (down(st) && up(ss)) {
            return Ok(false);
        }
        let sure = up(st) && up(ss) || down(st) && down(ss);
        let n = self.b.size(&target.dims[0].clone());
        let m = self.b.size(&source.dims[0].clone());
        let (one, zero) = (self.b.i64(1), self.b.i64(0));
        let last = self.b.sub(n, one);
        let [to, from, st, ss] = [&to, &from, st, ss].map(|d| self.b.size(d));
        // Seen from the end of the target with the lower address.
        let flip = self.b.map(&ops::LT, &[st, zero]);
        let far = self.b.mul(st, last);
        let far = self.b.add(to, far);
        let to = self.b.select(flip, far, to);
        let far = self.b.mul(ss, last);
        let far = self.b.add(from, far);
        let from = self.b.select(flip, far, from);
        let minus = self.b.neg(ss);
        let step = self.b.select(flip, minus, ss);
        let span = self.b.mul(step, n);
        let end = self.b.add(from, span);
        let (below, over) = (self.b.map(&ops::LT, &[from, to]), self.b.map(&ops::LT, &[to, end]));
        let reverse = self.b.map(&ops::AND, &[below, over]);
        let down = self.b.map(&ops::NE, &[flip, reverse]);
        let (target, source) = (target.clone(), source.clone());
        let site = (self.site().0 ^ 0x0e41, self.span);
        let in_order = |lw: &mut Self| {
            lw.for_loop(site, n, vec![], false, false, &mut |lw, i| {
                let back = lw.b.sub(last, i);
                let k = lw.b.select(down, back, i);
                let most = lw.b.sub(m, one);
                let from = lw.b.map(&ops::MINIMUM, &[k, most]);
                let (k, from) = (lw.py(DType::I64, k), lw.py(DType::I64, from));
                let x = lw.load(&source, &from)?;
                lw.store(&target, &k, &x)
            })
        };
        if sure {
            in_order(self)?;
            return Ok(true);
        }
        let apart = self.b.mul(st, ss);
        let apart = self.b.map(&ops::LT, &[apart, zero]);
        let before = self.snapshot();
        let yes = self.arm(&before, |lw| {
            let v = lw.read(&source)?;
            let v = lw.fit(v, &target.dims.clone())?;
            lw.write(&target, v)
        })?;
        let no = self.arm(&before, in_order)?;
        self.join_arms(&before, ops::Op::If(ops::If), &[apart], vec![yes, no])?;
        Ok(true)
    }

    /// Are the sizes surely different?
    fn differ(&self, a: &Dim, b: &Dim) -> bool {
        let d = a.sub(b);
        self.b.func.nonneg(&d.plus(-1)) || self.b.func.nonneg(&Dim::from(-1).sub(&d))
    }

    /// The strides of a view with these dims, as NumPy finds them: `Some(None)` where there is none, `None` where that
    /// cannot be decided here.
    fn regrouped(&self, dims: &[Dim], strides: &[Dim], new: &[Dim]) -> Option<Option<Vec<Dim>>> {
        let is_one = |d: &Dim| d.as_const() == Some(1);
        if dims.iter().any(|d| d.as_const() == Some(0)) {
            return Some(Some(vec![Dim::ONE; new.len()]));
        }
        let kept: Vec<usize> = (0..dims.len()).filter(|k| !is_one(&dims[*k])).collect();
        let (d, s): (Vec<&Dim>, Vec<&Dim>) = kept.iter().map(|k| (&dims[*k], &strides[*k])).unzip();
        let mut out = vec![Dim::ONE; new.len()];
        let (mut oi, mut ni) = (0, 0);
        let mut undecided = false;
        while ni < new.len() && oi < d.len() {
            let (mut oj, mut nj) = (oi + 1, ni + 1);
            let (mut np, mut op) = (new[ni].clone(), d[oi].clone());
            while np != op {
                // The last group takes all that is left.
                if nj == new.len() && oj < d.len() {
                    op = op.mul(d[oj]);
                    oj += 1;
                } else if oj == d.len() && nj < new.len() {
                    np = np.mul(&new[nj]);
                    nj += 1;
                } else if nj == new.len() && oj == d.len() {
                    break;
                } else {
                    let less = np.sub(&op);
                    if self.b.func.nonneg(&less.plus(-1)) {
                        op = op.mul(d[oj]);
                        oj += 1;
                    } else if self.b.func.nonneg(&Dim::from(-1).sub(&less)) {
                        np = np.mul(&new[nj]);
                        nj += 1;
                    } else {
                        return None;
                    }
                }
            }
            for k in oi..oj - 1 {
                let want = d[k + 1].mul(s[k + 1]);
                if *s[k] == want {
                    continue;
                }
                // An axis that may have size 1 may have any stride.
                let sure = [k, k + 1].iter().all(|k| self.b.func.nonneg(&d[*k].plus(-2)));
                if sure && self.differ(s[k], &want) && d.iter().all(|d| self.b.func.nonneg(&d.plus(-1))) {
                    return Some(None);
                }
                undecided = true;
            }
            out[nj - 1] = s[oj - 1].clone();
            for k in (ni + 1..nj).rev() {
                out[k - 1] = out[k].mul(&new[k]);
            }
            (oi, ni) = (oj, nj);
        }
        if undecided { None } else { Some(Some(out)) }
    }

    /// Are these the strides of a contiguous row-major array? `None`: that cannot be decided here.
    fn contiguous(&self, dims: &[Dim], strides: &[Dim]) -> Option<bool> {
        let mut want = Dim::ONE;
        let mut undecided = false;
        for (d, s) in dims.iter().zip(strides).rev() {
            if d.as_const() == Some(0) {
                return Some(true);
            }
            if d.as_const() == Some(1) {
                continue;
            }
            if *s != want {
                let sure = self.b.func.nonneg(&d.plus(-2)) && self.differ(s, &want);
                if sure && dims.iter().all(|d| self.b.func.nonneg(&d.plus(-1))) {
                    return Some(false);
                }
                undecided = true;
            }
            want = want.mul(d);
        }
        if undecided { None } else { Some(true) }
    }

    /// Is the reshaped place a view? `None`: the algebra cannot decide, and no walk has seen that it matters.
    fn is_view(&mut self, p: &Place, dims: &[Dim], how: Shaping) -> R<Option<Answer>> {
        if p.order == Order::C {
            return Ok(Some(Answer::Known(true)));
        }
        if let Some((sel, cands)) = self.candidates(p) {
            let mut all = vec![];
            for c in &cands {
                let Some(a) = self.is_view(c, dims, how)? else { return Ok(None) };
                all.push(a);
            }
            if all.iter().all(|a| *a == all[0]) {
                return Ok(all.pop());
            }
            let mut var = |a: &Answer| match a {
                Answer::Known(k) => self.b.bool(*k),
                Answer::At(v) => *v,
            };
            let mut out = var(&all[0]);
            let rest: Vec<Var> = all[1..].iter().map(var).collect();
            for (k, v) in rest.into_iter().enumerate() {
                let here = self.b.i64(k as i64 + 1);
                let is = self.b.map(&ops::EQ, &[sel, here]);
                out = self.b.select(is, v, out);
            }
            return Ok(Some(Answer::At(out)));
        }
        let Some(strides) = self.strides(p) else { return Ok(None) };
        let verdict = match how {
            Shaping::Reshape => self.regrouped(&p.dims, &strides, dims).map(|s| s.is_some()),
            Shaping::Ravel | Shaping::Contiguous => self.contiguous(&p.dims, &strides),
        };
        if let Some(v) = verdict {
            return Ok(Some(Answer::Known(v)));
        }
        if !self.cx.exact(self.site()) {
            return Ok(None);
        }
        let numbers = |lw: &mut Self, dims: &[Dim]| -> R<Val<'a>> {
            let vs: Vec<Val<'a>> = dims.iter().map(|d| Val::Scalar(lw.size(d))).collect();
            lw.list_display(&vs)
        };
        let (old, at) = (numbers(self, &p.dims.clone())?, numbers(self, &strides)?);
        let r = match how {
            Shaping::Reshape => {
                let new = numbers(self, dims)?;
                self.by_library("reshape_is_view", &[old, at, new])?
            }
            Shaping::Ravel | Shaping::Contiguous => self.by_library("is_contiguous", &[old, at])?,
        };
        Ok(Some(Answer::At(self.operand(&r)?)))
    }

    /// A reshaped view or copy, as NumPy decides by strides.
    pub fn reshaped(&mut self, p: &Place, dims: Vec<Dim>, how: Shaping) -> R<Val<'a>> {
        let view = |lw: &mut Self| {
            if how == Shaping::Contiguous {
                return p.clone();
            }
            if *p.dims == dims[..] {
                return lw.again(p);
            }
            let order = match p.order {
                Order::C => Order::C,
                // The axes of a view of something with gaps lie in row-major order, but not without gaps.
                _ => Order::Strided((0..dims.len()).collect()),
            };
            lw.view(p, Seg::Reshape(dims.clone()), p.dtype, dims.clone(), order)
        };
        let answer = self.is_view(p, &dims, how)?;
        if let Some(Answer::Known(true)) = answer {
            return Ok(Val::Array(view(self)));
        }
        let a = self.read(p)?;
        let c = if answer.is_none() { self.b.copy(a) } else { a };
        let r = self.emit(ops::Reshape { dims: dims.clone() }, &[c]);
        let copy = self.fresh(r);
        let Val::Array(q) = &copy else { return Ok(copy) };
        match answer {
            Some(Answer::Known(_)) => {}
            Some(Answer::At(ok)) => {
                let sel = self.b.cast(ok, DType::I64);
                let v = view(self);
                return Ok(Val::Array(self.merged(sel, vec![q.clone(), Place { order: Order::Unknown, ..v }])));
            }
            None => {
                // Until that is decided, nobody may tell the difference.
                let site = Some(self.site());
                for b in self.roots(p.base) {
                    let for_good =
                        self.base(b).frozen.is_some_and(|f| f.site.is_none() && f.by.is_none_or(|b| self.named(b) > 0));
                    self.freeze_base(b, site);
                    if let Some(f) = &mut self.base_mut(b).frozen {
                        f.by = (!for_good).then_some(q.base);
                    }
                }
                self.freeze_base(q.base, site);
            }
        }
        Ok(copy)
    }
}

/// Is it a view?
#[derive(Clone, Copy, PartialEq, Eq)]
enum Answer {
    Known(bool),
    At(Var),
}
