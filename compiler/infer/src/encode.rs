//! Places as numbers: what a block yields of a place, so that the place can be named outside of it.
//!
//! A `Layout` lists the candidates that a name may denote where paths meet: bases, and the form of the chain of views
//! from each. What varies at run time is the candidate's number and the integers of its chain; so a slice that moves
//! from trip to trip is one candidate whose start and length are carried.

use crate::select::{MAX_CANDIDATES, dims_through};
use crate::state::*;
use crate::value::*;
use quipu_ir::ops;
use quipu_ir::{Dim, Var};
use std::rc::Rc;

/// A chain of views without its numbers.
pub type Form = Vec<FormSeg>;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum FormSeg {
    Affine(Vec<FormIx>, Vec<FormAxis>),
    Reshape(usize),
    Part(bool),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FormIx {
    All,
    At,
    /// Start and length vary, the step if it is not known.
    Range(Option<i64>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FormAxis {
    From(usize),
    New,
    Repeat,
}

#[derive(Clone, Debug)]
pub struct Cand {
    pub base: BaseId,
    /// A place whose numbers are known outside: nothing of it varies.
    pub fixed: Option<Place>,
    /// The base is a region, and which array of it varies.
    pub handle: bool,
    pub form: Form,
    /// What the places have besides: order and object joined.
    pub like: Place,
}

/// What a name may denote.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    pub cands: Vec<Cand>,
    /// Do the numbers say which object a view is?
    pub ids: bool,
}

pub fn form_len(form: &Form) -> usize {
    let one = |s: &FormSeg| match s {
        FormSeg::Affine(ix, axes) => {
            let i = |i: &FormIx| match i {
                FormIx::All => 0,
                FormIx::At => 1,
                FormIx::Range(Some(_)) => 2,
                FormIx::Range(None) => 3,
            };
            ix.iter().map(i).sum::<usize>() + axes.iter().filter(|a| **a == FormAxis::Repeat).count()
        }
        FormSeg::Reshape(n) => *n,
        FormSeg::Part(_) => 0,
    };
    form.iter().map(one).sum()
}

/// The form that both are instances of.
pub fn join_forms(a: &Form, b: &Form, rank: usize) -> Option<Form> {
    if a == b {
        return Some(a.clone());
    }
    let whole = || vec![FormSeg::Affine(vec![FormIx::All; rank], (0..rank).map(FormAxis::From).collect())];
    match (&a[..], &b[..]) {
        ([], [FormSeg::Affine(..)]) => return join_forms(&whole(), b, rank),
        ([FormSeg::Affine(..)], []) => return join_forms(a, &whole(), rank),
        _ => {}
    }
    if a.len() != b.len() {
        return None;
    }
    let mut out = vec![];
    for (x, y) in a.iter().zip(b) {
        out.push(match (x, y) {
            (FormSeg::Affine(ix, axes), FormSeg::Affine(iy, ayes)) if axes == ayes && ix.len() == iy.len() => {
                let mut all = vec![];
                for (i, j) in ix.iter().zip(iy) {
                    all.push(match (*i, *j) {
                        (i, j) if i == j => i,
                        (FormIx::At, _) | (_, FormIx::At) => return None,
                        (FormIx::All, FormIx::Range(k)) | (FormIx::Range(k), FormIx::All) if k == Some(1) => {
                            FormIx::Range(k)
                        }
                        _ => FormIx::Range(None),
                    });
                }
                FormSeg::Affine(all, axes.clone())
            }
            (x, y) if x == y => x.clone(),
            _ => return None,
        });
    }
    Some(out)
}

/// As `compose_affine`, of forms.
fn compose_forms(below: &FormSeg, above: &FormSeg) -> Option<FormSeg> {
    let (FormSeg::Affine(ix, axes), FormSeg::Affine(above, result)) = (below, above) else { return None };
    let mut ix = ix.clone();
    for (a, i) in axes.iter().zip(above) {
        match (a, i) {
            (_, FormIx::All) => {}
            (FormAxis::From(k), FormIx::At) => ix[*k] = FormIx::At,
            (FormAxis::From(k), FormIx::Range(s)) => {
                ix[*k] = match ix[*k] {
                    FormIx::Range(t) => FormIx::Range(s.zip(t).and_then(|(s, t)| s.checked_mul(t))),
                    _ => FormIx::Range(*s),
                };
            }
            (_, FormIx::At) => {}
            _ => return None,
        }
    }
    let axes = result.iter().map(|a| if let FormAxis::From(k) = a { axes[*k] } else { *a }).collect();
    Some(FormSeg::Affine(ix, axes))
}

impl Layout {
    /// How many numbers a place is.
    pub fn width(&self) -> usize {
        let sel = usize::from(self.cands.len() > 1);
        sel + self.cands.iter().map(|c| c.width(self.ids)).sum::<usize>()
    }

    /// Makes room for `p`; `fixed` says whether its numbers are known outside, `region` whether its base is a region.
    /// Did the layout change? `None`: there is no room.
    pub fn admit(&mut self, p: &Place, form: &Form, fixed: bool, rank: usize, region: bool) -> Option<bool> {
        for c in self.cands.iter_mut().filter(|c| c.base == p.base && c.like.writeable == p.writeable) {
            if let (Some(f), true) = (&c.fixed, fixed)
                && f.segs == p.segs
                && f.path == p.path
                && (f.obj == p.obj && f.id == p.id || !self.ids || p.segs.is_empty())
            {
                return Some(c.meet(p));
            }
            if p.path.len() != c.like.path.len() || (!p.path.is_empty() && !region) {
                continue;
            }
            if let Some(form) = join_forms(&c.form, form, rank) {
                let mut changed = c.meet(p) || c.fixed.is_some() || c.form != form;
                c.handle = region;
                changed |= c.fixed.take().is_some();
                c.form = form;
                return Some(changed);
            }
        }
        if self.cands.len() == MAX_CANDIDATES || (!fixed && !region && !p.path.is_empty()) {
            return None;
        }
        let (base, like) = (p.base, p.clone());
        self.cands.push(Cand { base, fixed: fixed.then(|| p.clone()), handle: region, form: form.clone(), like });
        Some(true)
    }
}

impl Cand {
    fn width(&self, ids: bool) -> usize {
        match self.fixed {
            Some(_) => 0,
            None => usize::from(self.handle) + form_len(&self.form) + usize::from(ids && !self.form.is_empty()),
        }
    }

    /// Another place is this candidate too.
    fn meet(&mut self, p: &Place) -> bool {
        let old = (self.like.order.clone(), self.like.obj);
        self.like.order = old.0.join(&p.order);
        if old.1 != p.obj {
            self.like.obj = 0;
        }
        if let Some(f) = &mut self.fixed {
            f.order = self.like.order.clone();
            f.obj = self.like.obj;
        }
        (self.like.order.clone(), self.like.obj) != old
    }
}

impl<'a> Lower<'a, '_> {
    pub fn form_of(&self, segs: &[Seg]) -> Form {
        let one = |s: &Seg| match s {
            Seg::Reshape(d) => FormSeg::Reshape(d.len()),
            Seg::Part(imag) => FormSeg::Part(*imag),
            Seg::Affine { ix, axes } => FormSeg::Affine(
                ix.iter()
                    .map(|i| match i {
                        AxIx::All => FormIx::All,
                        AxIx::At(_) => FormIx::At,
                        AxIx::Range { step, .. } => FormIx::Range(self.known_of(*step)),
                    })
                    .collect(),
                axes.iter()
                    .map(|a| match a {
                        Axis::From(k) => FormAxis::From(*k),
                        Axis::New => FormAxis::New,
                        Axis::Repeat(_) => FormAxis::Repeat,
                    })
                    .collect(),
            ),
        };
        let mut out: Form = vec![];
        for s in segs.iter().map(one) {
            match out.last().and_then(|last| compose_forms(last, &s)) {
                Some(both) => {
                    out.pop();
                    out.push(both);
                }
                None => out.push(s),
            }
        }
        out
    }

    /// The chain with indices of indices computed, as its form has them.
    fn composed(&mut self, segs: &[Seg]) -> Vec<Seg> {
        let mut out: Vec<Seg> = vec![];
        for s in segs {
            let both = match (out.last().cloned(), s) {
                (Some(Seg::Affine { ix, axes }), Seg::Affine { ix: above, axes: result }) => {
                    self.compose_affine(ix, &axes, above, result)
                }
                _ => None,
            };
            match both {
                Some(b) => {
                    out.pop();
                    out.push(b);
                }
                None => out.push(s.clone()),
            }
        }
        out
    }

    fn compose_affine(&mut self, mut ix: Vec<AxIx>, axes: &[Axis], above: &[AxIx], result: &[Axis]) -> Option<Seg> {
        for (a, i) in axes.iter().zip(above) {
            match (a, i) {
                (_, AxIx::All) => {}
                (Axis::From(k), AxIx::At(v)) => ix[*k] = self.compose_at(&ix[*k].clone(), *v),
                (Axis::From(k), AxIx::Range { start, step, len }) => {
                    ix[*k] = self.compose_range(&ix[*k].clone(), *start, *step, len.clone());
                }
                (_, AxIx::At(_)) => {}
                _ => return None,
            }
        }
        let axes = result.iter().map(|a| if let Axis::From(k) = a { axes[*k].clone() } else { a.clone() }).collect();
        Some(Seg::Affine { ix, axes })
    }

    /// Are all numbers of the place defined before these marks?
    pub fn is_outer(&self, p: &Place, marks: (usize, usize)) -> bool {
        let var = |v: &Var| v.index() < marks.0;
        let dim = |d: &Dim| {
            let mut ok = true;
            d.subst(&mut |s| {
                ok &= s.index() < marks.1;
                s.into()
            });
            ok
        };
        p.path.iter().all(var)
            && p.segs.iter().all(|s| match s {
                Seg::Reshape(d) => d.iter().all(dim),
                Seg::Part(_) => true,
                Seg::Affine { ix, axes } => {
                    ix.iter().all(|i| match i {
                        AxIx::All => true,
                        AxIx::At(v) => var(v),
                        AxIx::Range { start, step, len } => var(start) && var(step) && dim(len),
                    }) && axes.iter().all(|a| if let Axis::Repeat(d) = a { dim(d) } else { true })
                }
            })
    }

    /// The numbers of a chain seen in a form that it is an instance of.
    fn leaves(&mut self, p: &Place, segs: &[Seg], form: &Form) -> Vec<Var> {
        let mut dims = self.root_dims(p.base, &p.path);
        let whole = [Seg::Affine { ix: vec![AxIx::All; dims.len()], axes: (0..dims.len()).map(Axis::From).collect() }];
        let segs = if segs.is_empty() && !form.is_empty() { &whole[..] } else { segs };
        let mut out = vec![];
        for (s, f) in segs.iter().zip(form) {
            match (s, f) {
                (Seg::Affine { ix, axes }, FormSeg::Affine(fx, _)) => {
                    for (k, (i, f)) in ix.iter().zip(fx).enumerate() {
                        match (i, f) {
                            (AxIx::At(v), _) => out.push(*v),
                            (AxIx::Range { start, step, len }, f) => {
                                out.push(*start);
                                out.push(self.b.size(len));
                                if *f == FormIx::Range(None) {
                                    out.push(*step);
                                }
                            }
                            (AxIx::All, FormIx::Range(step)) => {
                                out.push(self.b.i64(0));
                                out.push(self.b.size(&dims[k]));
                                if step.is_none() {
                                    out.push(self.b.i64(1));
                                }
                            }
                            (AxIx::All, _) => {}
                        }
                    }
                    for a in axes {
                        if let Axis::Repeat(d) = a {
                            out.push(self.b.size(d));
                        }
                    }
                }
                (Seg::Reshape(d), _) => {
                    for d in d {
                        out.push(self.b.size(d));
                    }
                }
                _ => {}
            }
            dims = dims_through(&dims, std::slice::from_ref(s));
        }
        out
    }

    /// The candidate that a place is an instance of; the layout names the place's base `base`.
    pub fn candidate_of(&self, layout: &Layout, p: &Place, base: BaseId) -> Option<usize> {
        let rank = self.base_rank(p);
        let own = self.form_of(&p.segs);
        layout.cands.iter().position(|c| {
            c.base == base
                && c.like.writeable == p.writeable
                && match &c.fixed {
                    Some(f) => {
                        f.segs == p.segs
                            && f.path == p.path
                            && (f.obj == p.obj && f.id == p.id || !layout.ids || p.segs.is_empty())
                    }
                    None => {
                        p.path.len() == usize::from(c.handle)
                            && join_forms(&c.form, &own, rank).as_ref() == Some(&c.form)
                    }
                }
        })
    }

    /// The numbers of a place in a layout that has room for it; the layout names the place's base `base`.
    pub fn encode(&mut self, layout: &Layout, p: &Place, base: BaseId) -> Vec<Var> {
        let at = self.candidate_of(layout, p, base);
        let mut out = vec![];
        if layout.cands.len() > 1 {
            out.push(self.b.i64(at.unwrap_or(0) as i64));
        }
        for (k, c) in layout.cands.iter().enumerate() {
            if c.fixed.is_some() {
                continue;
            }
            if Some(k) == at {
                let segs = self.composed(&p.segs);
                out.extend(p.path.iter());
                let l = self.leaves(p, &segs, &c.form);
                out.extend(l);
                if layout.ids && !c.form.is_empty() {
                    out.push(self.array_object(p));
                }
            } else {
                let zero = self.b.i64(0);
                out.extend(vec![zero; c.width(layout.ids)]);
            }
        }
        out
    }

    /// The rank of what the chain of a place starts from.
    pub fn base_rank(&self, p: &Place) -> usize {
        match self.base(p.base).kind {
            BaseKind::Region { ref kind, .. } => kind.rank,
            _ if p.path.is_empty() => self.base_dims(p.base).len(),
            _ => p.dims.len(),
        }
    }

    /// The numbers of a place that stands on merged bases made since `limit`, which the layout does not name.
    pub fn encode_all(
        &mut self,
        layout: &Layout,
        p: &Place,
        limit: usize,
        map: &dyn Fn(&Place) -> (Place, BaseId),
    ) -> Vec<Var> {
        match self.candidates(p) {
            Some((sel, cands)) if (p.base.0 as usize) >= limit => {
                let mut out: Option<Vec<Var>> = None;
                for (k, c) in cands.iter().enumerate() {
                    let own = self.encode_all(layout, c, limit, map);
                    out = Some(match out {
                        None => own,
                        Some(all) => {
                            let here = self.b.i64(k as i64);
                            let is = self.b.map(&ops::EQ, &[sel, here]);
                            all.iter()
                                .zip(&own)
                                .map(|(x, y)| if x == y { *x } else { self.b.select(is, *y, *x) })
                                .collect()
                        }
                    });
                }
                out.unwrap_or_default()
            }
            _ => {
                let (q, base) = map(p);
                self.encode(layout, &q, base)
            }
        }
    }

    /// The places that a place may denote, merged bases made since `limit` resolved.
    pub fn spread(&self, p: &Place, limit: usize) -> Vec<Place> {
        match self.candidates(p) {
            Some((_, cands)) if (p.base.0 as usize) >= limit => {
                cands.iter().flat_map(|c| self.spread(c, limit)).collect()
            }
            _ => vec![p.clone()],
        }
    }

    /// The place that the numbers say.
    pub fn decode(&mut self, layout: &Layout, vars: &mut dyn Iterator<Item = Var>) -> Place {
        let mut next = || vars.next().expect("as many numbers as the layout has");
        let sel = (layout.cands.len() > 1).then(&mut next);
        let mut all = vec![];
        for c in &layout.cands {
            all.push(match &c.fixed {
                Some(p) => p.clone(),
                None => {
                    let path: Rc<[Var]> = if c.handle { Rc::new([next()]) } else { Rc::new([]) };
                    path.iter().for_each(|h| self.look_at(c.base, *h));
                    let mut segs: Vec<Seg> = vec![];
                    for f in &c.form {
                        let mut size = |lw: &mut Self| {
                            let v = next();
                            let d = lw.b.func.dim_of(v);
                            lw.assume_size(&d);
                            d
                        };
                        segs.push(match f {
                            FormSeg::Reshape(n) => Seg::Reshape((0..*n).map(|_| size(self)).collect()),
                            FormSeg::Part(i) => Seg::Part(*i),
                            FormSeg::Affine(ix, axes) => {
                                let mut all = vec![];
                                for i in ix {
                                    all.push(match i {
                                        FormIx::All => AxIx::All,
                                        FormIx::At => AxIx::At(next()),
                                        FormIx::Range(step) => {
                                            let start = next();
                                            let v = next();
                                            let len = self.b.func.dim_of(v);
                                            self.assume_size(&len);
                                            let step = match step {
                                                Some(k) => self.b.i64(*k),
                                                None => next(),
                                            };
                                            AxIx::Range { start, step, len }
                                        }
                                    });
                                }
                                let axes = axes
                                    .iter()
                                    .map(|a| match a {
                                        FormAxis::From(k) => Axis::From(*k),
                                        FormAxis::New => Axis::New,
                                        FormAxis::Repeat => {
                                            let v = next();
                                            let d = self.b.func.dim_of(v);
                                            self.assume_size(&d);
                                            Axis::Repeat(d)
                                        }
                                    })
                                    .collect();
                                Seg::Affine { ix: all, axes }
                            }
                        });
                    }
                    let dims = dims_through(&self.root_dims(c.base, &path), &segs);
                    let ids = layout.ids && !c.form.is_empty();
                    let (id, obj) = if ids { (Some(next()), 0) } else { (None, c.like.obj) };
                    Place { base: c.base, segs: segs.into(), dims: dims.into(), path, id, obj, ..c.like.clone() }
                }
            });
        }
        match sel {
            None => all.swap_remove(0),
            Some(sel) => self.merged(sel, all),
        }
    }
}
