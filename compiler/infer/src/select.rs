//! Merged places: an array name that denotes one of several known places, by a number that is computed at run time.
//!
//! A merged place stands on a base of its own kind, which has no version: it names the candidates. Views of it are
//! places like any other. Reading switches between reads of the candidates' current versions; writing switches
//! between writes, each arm of which updates one candidate and passes the others on. So every other name of a
//! candidate sees what is written, and stores stay in place.

use crate::state::*;
use crate::value::*;
use quipu_ir::ops::{self, Op};
use quipu_ir::{Dim, Var};
use std::rc::Rc;

/// At most so many candidates.
pub const MAX_CANDIDATES: usize = 8;

impl<'a, 'c> Lower<'a, 'c> {
    /// The number and the places that a merged place switches between; views are of each candidate.
    pub fn candidates(&self, p: &Place) -> Option<(Var, Vec<Place>)> {
        let BaseKind::Select { sel, cands, obj, .. } = &self.base(p.base).kind else { return None };
        let of = |c: &Place| {
            if p.segs.is_empty() && p.obj == *obj {
                return c.clone();
            }
            Place {
                segs: c.segs.iter().chain(p.segs.iter()).cloned().collect(),
                dims: dims_through(&c.dims, &p.segs).into(),
                dtype: p.dtype,
                writeable: c.writeable && p.writeable,
                obj: p.obj,
                id: p.id,
                order: p.order.clone(),
                ..c.clone()
            }
        };
        Some((*sel, cands.iter().map(of).collect()))
    }

    /// A place that is `cands[sel]`; there are at least two.
    pub fn merged(&mut self, sel: Var, cands: Vec<Place>) -> Place {
        let first = cands[0].clone();
        let mut dims: Vec<Dim> = vec![];
        for axis in 0..first.dims.len() {
            let all: Vec<Dim> = cands.iter().map(|c| c.dims[axis].clone()).collect();
            if all.iter().all(|d| *d == all[0]) {
                dims.push(all[0].clone());
                continue;
            }
            let mut v = self.b.size(&all[0]);
            for (k, d) in all.iter().enumerate().skip(1) {
                let (here, d) = (self.b.i64(k as i64), self.b.size(d));
                let is = self.b.map(&ops::EQ, &[sel, here]);
                v = self.b.select(is, d, v);
            }
            let d = self.b.func.dim_of(v);
            self.assume_size(&d);
            dims.push(d);
        }
        let dims: Rc<[Dim]> = dims.into();
        let order = cands.iter().fold(first.order.clone(), |o, c| o.join(&c.order));
        let writeable = cands.iter().any(|c| c.writeable);
        let obj = self.new_obj();
        let kind = BaseKind::Select { sel, cands: cands.into(), dims: dims.clone(), obj };
        let base = self.new_base(vec![], kind);
        Place { base, path: Rc::new([]), segs: Rc::new([]), dims, writeable, obj, id: None, order, epoch: 0, ..first }
    }

    /// A base that is this place.
    pub fn alias(&mut self, p: Place) -> BaseId {
        let (sel, dims, obj) = (self.b.i64(0), p.dims.clone(), p.obj);
        self.new_base(vec![], BaseKind::Select { sel, cands: [p].into(), dims, obj })
    }

    /// The dims of what a base holds.
    pub fn base_dims(&self, id: BaseId) -> Vec<Dim> {
        match &self.base(id).kind {
            BaseKind::Select { dims, .. } => dims.to_vec(),
            _ => self.b.func.ty(self.base(id).cur[0]).dims().to_vec(),
        }
    }

    pub fn read_merged(&mut self, p: &Place, sel: Var, cands: &[Place]) -> R<Var> {
        let v = self.switch_read(sel, cands, 0, &p.dims)?;
        Ok(if p.dims.is_empty() { self.b.broadcast(v, &[], &[]) } else { v })
    }

    /// The value of `cands[sel]`, known not to be one of the first `k`; the scalar if there are no axes.
    fn switch_read(&mut self, sel: Var, cands: &[Place], k: usize, dims: &Rc<[Dim]>) -> R<Var> {
        let one = |lw: &mut Self, c: &Place| -> R<Var> {
            let v = lw.read(c)?;
            Ok(match () {
                () if dims.is_empty() => lw.b.read(v, &vec![], &[]),
                () if lw.dims_of(v) != **dims => lw.reshaped_to(v, dims),
                () => v,
            })
        };
        if k + 1 == cands.len() {
            return one(self, &cands[k]);
        }
        let here = self.b.i64(k as i64);
        let is = self.b.map(&ops::EQ, &[sel, here]);
        let (yes, _) = self.b.begin(&[]);
        let v = one(self, &cands[k]);
        self.b.end(v.as_ref().map_or(&[], std::slice::from_ref));
        v?;
        let (no, _) = self.b.begin(&[]);
        let v = self.switch_read(sel, cands, k + 1, dims);
        self.b.end(v.as_ref().map_or(&[], std::slice::from_ref));
        v?;
        Ok(self.b.emit_n(ops::If, &[is], vec![yes, no])[0])
    }

    /// As `modify`, for each candidate where it is the one.
    pub fn modify_merged(
        &mut self,
        p: &Place,
        sel: Var,
        cands: &[Place],
        change: &mut dyn FnMut(&mut Self, Var) -> R<Var>,
    ) -> R<()> {
        let dims = p.dims.clone();
        let mut fitted = |lw: &mut Self, old: Var| -> R<Var> {
            let own = lw.dims_of(old);
            if dims.is_empty() || own == *dims {
                return change(lw, old);
            }
            let old = lw.reshaped_to(old, &dims);
            let new = change(lw, old)?;
            Ok(lw.reshaped_to(new, &own))
        };
        self.switch_modify(sel, cands, 0, &mut fitted)
    }

    fn switch_modify(
        &mut self,
        sel: Var,
        cands: &[Place],
        k: usize,
        change: &mut dyn FnMut(&mut Self, Var) -> R<Var>,
    ) -> R<()> {
        if k + 1 == cands.len() {
            return self.modify(&cands[k], change);
        }
        let here = self.b.i64(k as i64);
        let is = self.b.map(&ops::EQ, &[sel, here]);
        let before = self.snapshot();
        let yes = self.arm(&before, |lw| lw.modify(&cands[k], change))?;
        let no = self.arm(&before, |lw| lw.switch_modify(sel, cands, k + 1, change))?;
        self.join_arms(&before, Op::If(ops::If), &[is], vec![yes, no])
    }

    /// Where names may share an array by this point's doing: walk again, and keep them apart exactly.
    pub fn need_exact(&mut self, f: Frozen) -> R<()> {
        match f.site {
            Some(site) if self.cx.facts.exact.insert(site) => Err(self.cx.rise(About::Form(site))),
            _ => Ok(()),
        }
    }

    /// How often a value refers to the base, through candidates too.
    pub fn mentions(&self, v: &Val<'a>, id: BaseId) -> usize {
        crate::merge::mentioned_bases(v).into_iter().filter(|b| self.reaches(*b, id)).count()
    }

    pub fn reaches(&self, from: BaseId, id: BaseId) -> bool {
        from == id
            || match &self.base(from).kind {
                BaseKind::Select { cands, .. } => cands.iter().any(|c| self.reaches(c.base, id)),
                BaseKind::Choice { cands, .. } => cands.iter().any(|c| self.reaches(c.base, id)),
                _ => false,
            }
    }

    /// The bases with versions that a base stands for.
    pub fn roots(&self, id: BaseId) -> Vec<BaseId> {
        match &self.base(id).kind {
            BaseKind::Select { cands, .. } => cands.iter().flat_map(|c| self.roots(c.base)).collect(),
            BaseKind::Choice { cands, .. } => cands.iter().flat_map(|c| self.roots(c.base)).collect(),
            _ => vec![id],
        }
    }

    /// Nobody may write the base from here on; `site`: unless that point is lowered exactly.
    pub fn freeze_base(&mut self, id: BaseId, site: Option<Site>) {
        let span = self.span;
        for b in self.roots(id) {
            let old = self.base(b).frozen;
            if old.is_none_or(|f| f.site.is_some() || f.holds) {
                self.base_mut(b).frozen = Some(Frozen { span, site, by: None, holds: false });
            }
        }
    }
}

/// The dims of a view of something with these dims.
pub fn dims_through(dims: &[Dim], segs: &[Seg]) -> Vec<Dim> {
    let mut now = dims.to_vec();
    for s in segs {
        now = match s {
            Seg::Reshape(d) => d.clone(),
            Seg::Part(_) => now,
            Seg::Affine { ix, axes } => axes
                .iter()
                .map(|a| match a {
                    Axis::New => Dim::ONE,
                    Axis::Repeat(n) => n.clone(),
                    Axis::From(k) => match &ix[*k] {
                        AxIx::Range { len, .. } => len.clone(),
                        _ => now[*k].clone(),
                    },
                })
                .collect(),
        };
    }
    now
}
