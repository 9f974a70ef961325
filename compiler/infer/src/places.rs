//! Reading and writing places: views become chains of `read` and `update` on the current version of their base.
//!
//! A place is read when an operation consumes it, not when its name is evaluated; a write makes a new version of the
//! base. Source and target of a store may overlap freely: the value was read before, as NumPy behaves.

use crate::lists::NEVER_MOVES;
use crate::state::*;
use crate::value::*;
use quipu_abi::DType;
use quipu_ir::ops::{self, Ix};
use quipu_ir::{Dim, Ty, Var};
use quipu_syntax::Symbol;
use std::rc::Rc;

/// What a store does with the part that a place denotes.
type Change<'f, 'a, 'c> = &'f mut dyn FnMut(&mut Lower<'a, 'c>, Var) -> R<Var>;

impl<'a, 'c> Lower<'a, 'c> {
    /// Checks that the base is still named, and that a list element is where it was.
    pub fn check_live(&mut self, base: BaseId, epoch: u32, path: &[Var]) -> R<()> {
        if let Some(moved) = self.base(base).moved {
            self.need_exact(moved)?;
            self.share_base(base)?;
            let d = quipu_diagnostics::Diagnostic::error(
                "moved-value",
                "this value is in a container now, under another name",
                self.span,
            );
            return self.fail(
                d.secondary(moved.span, "it was put in here").help("store a copy, or reach it through the container"),
            );
        }
        if !path.is_empty() && epoch != NEVER_MOVES && self.base(base).epoch != epoch {
            self.need_slots(base)?;
            self.share_elements(base)?;
            return self.fail(
                quipu_diagnostics::Diagnostic::error(
                    "stale-element",
                    "this names an element of a list whose elements have moved since",
                    self.span,
                )
                .help("index the list again"),
            );
        }
        Ok(())
    }

    /// Nobody may write what two names may or may not share.
    pub fn check_thawed(&mut self, base: BaseId) -> R<()> {
        let roots = self.roots(base);
        let now = self.b.func.vars.len() + 1;
        roots.iter().for_each(|b| self.base_mut(*b).stored = now);
        let Some((b, frozen)) = roots.into_iter().find_map(|b| Some((b, self.frozen_now(b)?))) else { return Ok(()) };
        self.need_exact(frozen)?;
        self.share_base(b)?;
        let span = frozen.span;
        let d = quipu_diagnostics::Diagnostic::error(
            "ambiguous-alias",
            "this writes to an array that another name may or may not share",
            self.span,
        );
        self.fail(
            d.secondary(span, "here a name came to denote one array or another")
                .help("make the copy explicit with `.copy()`, or write inside each branch"),
        )
    }

    fn frozen_now(&self, id: BaseId) -> Option<Frozen> {
        self.base(id).frozen.filter(|f| f.by.is_none_or(|b| self.named(b) > 0))
    }

    /// The value of the whole base (or list element) of a place.
    pub fn root(&mut self, p: &Place) -> R<Var> {
        self.check_live(p.base, p.epoch, &p.path)?;
        let cur = self.version(p.base, 0);
        match &p.path[..] {
            [] => Ok(cur),
            path => {
                let args = [&[cur], path].concat();
                let v = self.emit(ops::ListGet { depth: path.len() - 1 }, &args);
                self.put_back(p.base, 0, cur);
                Ok(self.sized(v, p))
            }
        }
    }

    /// An element of a list or a region, which has its sizes anew whenever it is read, with those that its place knows.
    fn sized(&mut self, v: Var, p: &Place) -> Var {
        let dims = match self.root_dims.get(&(p.base, p.path[0])) {
            Some(d) if self.is_region(p.base) => d.clone(),
            _ if p.segs.is_empty() => p.dims.to_vec(),
            _ => return v,
        };
        if self.dims_of(v) == dims { v } else { self.reshaped_to(v, &dims) }
    }

    /// The value that the place has now.
    pub fn read(&mut self, p: &Place) -> R<Var> {
        if let Some((sel, cands)) = self.candidates(p) {
            return self.read_merged(p, sel, &cands);
        }
        let root = self.root(p)?;
        let mut v = root;
        for s in p.segs.clone().iter() {
            v = self.apply(v, s);
        }
        if v != root && p.path.is_empty() {
            self.put_back(p.base, 0, root);
        }
        Ok(v)
    }

    /// The chain of a segment's indices, with its operands.
    fn chain(&mut self, ix: &[AxIx]) -> (Vec<Ix>, Vec<Var>) {
        let (mut chain, mut args) = (vec![], vec![]);
        for i in ix {
            match i {
                AxIx::All => chain.push(Ix::All),
                AxIx::At(v) => {
                    chain.push(Ix::At);
                    args.push(*v);
                }
                AxIx::Range { start, step, len } => {
                    chain.push(Ix::Range { len: len.clone() });
                    args.extend([*start, *step]);
                }
            }
        }
        (chain, args)
    }

    /// The same elements under other dims. Where a name denotes one of several arrays, those that it cannot be here may
    /// have another number of elements: nobody looks at what they give.
    pub fn reshaped_to(&mut self, v: Var, dims: &[Dim]) -> Var {
        let ty = self.b.ty(v);
        let size = |dims: &[Dim]| dims.iter().fold(Dim::ONE, |n, d| n.mul(d));
        match (size(ty.dims()).sub(&size(dims)).as_const(), ty.dtype()) {
            (Some(k), Some(d)) if k != 0 => self.b.zeros(&Ty::Array(d, dims.to_vec())),
            _ => self.emit(ops::Reshape { dims: dims.to_vec() }, &[v]),
        }
    }

    /// One step from a value to the value of a view of it.
    fn apply(&mut self, v: Var, seg: &Seg) -> Var {
        match seg {
            Seg::Reshape(dims) => self.reshaped_to(v, dims),
            Seg::Part(imag) => self.b.map(if *imag { &ops::IMAG_PART } else { &ops::REAL_PART }, &[v]),
            Seg::Affine { ix, axes } => {
                let mut r = v;
                if ix.iter().any(|i| *i != AxIx::All) {
                    let (chain, args) = self.chain(ix);
                    r = self.b.read(v, &chain, &args);
                }
                if self.b.func.ty(r).is_scalar() {
                    r = self.b.broadcast(r, &[], &[]);
                }
                let (perm, _) = perm_of(ix, axes);
                if perm.iter().enumerate().any(|(k, p)| k != *p) {
                    r = self.emit(ops::Permute { perm: perm.clone() }, &[r]);
                }
                if axes.iter().any(|a| !matches!(a, Axis::From(_))) {
                    let kept = self.b.ty(r).dims().to_vec();
                    let mut from = kept.into_iter();
                    let (mut dims, mut places) = (vec![], vec![]);
                    for (j, a) in axes.iter().enumerate() {
                        match a {
                            Axis::From(_) => {
                                dims.push(from.next().expect("one dim per kept axis"));
                                places.push(j);
                            }
                            Axis::New => dims.push(Dim::ONE),
                            Axis::Repeat(n) => dims.push(n.clone()),
                        }
                    }
                    r = self.b.broadcast(r, &dims, &places);
                }
                r
            }
        }
    }

    /// Stores `value` (of the place's dtype and dims; a scalar for a single element).
    pub fn write(&mut self, p: &Place, value: Var) -> R<()> {
        self.modify(p, &mut |lw, old| {
            // Elements of lists have their sizes anew whenever they are read.
            let dims = lw.dims_of(old);
            if !lw.b.func.ty(value).is_array() || lw.dims_of(value) == dims {
                return Ok(value);
            }
            Ok(lw.reshaped_to(value, &dims))
        })
    }

    /// Replaces the part that the place denotes by `change` of it.
    pub fn modify(&mut self, p: &Place, change: Change<'_, 'a, 'c>) -> R<()> {
        if let Some((sel, cands)) = self.candidates(p) {
            return self.modify_merged(p, sel, &cands, change);
        }
        if !p.writeable {
            return self.raise(quipu_abi::ErrorKind::ValueError, "assignment destination is read-only");
        }
        self.check_thawed(p.base)?;
        let b = p.base;
        if self.is_region(b) && self.base(b).cells.is_none() {
            // Moved out and back, so the store stays in place.
            let args = [self.version(b, 0), p.path[0]];
            let outs = self.b.emit_n(ops::ListTake { depth: 0 }, &args, vec![]);
            let root = self.sized(outs[1], p);
            let new = self.change(root, &p.segs.clone(), change)?;
            let list = self.emit(ops::ListPut { depth: 0 }, &[new, outs[0], p.path[0]]);
            self.set_version(b, 0, list);
            self.base_mut(b).written = true;
            return Ok(());
        }
        let root = self.root(p)?;
        let new = self.change(root, &p.segs.clone(), change)?;
        if p.path.is_empty() {
            self.set_version(b, 0, new);
        } else {
            let list = self.version(b, 0);
            let args = [&[new, list], &p.path[..]].concat();
            let list = self.emit(ops::ListSet { depth: p.path.len() - 1 }, &args);
            self.set_version(b, 0, list);
        }
        self.base_mut(b).written = true;
        Ok(())
    }

    fn change(&mut self, root: Var, segs: &[Seg], change: Change<'_, 'a, 'c>) -> R<Var> {
        let Some((seg, rest)) = segs.split_first() else {
            return change(self, root);
        };
        match seg {
            Seg::Reshape(dims) => {
                let old = self.b.ty(root).dims().to_vec();
                let sub = self.reshaped_to(root, dims);
                let sub = self.change(sub, rest, change)?;
                Ok(self.reshaped_to(sub, &old))
            }
            Seg::Part(imag) => {
                let sub = self.apply(root, seg);
                let sub = self.change(sub, rest, change)?;
                let other = self.b.map(if *imag { &ops::REAL_PART } else { &ops::IMAG_PART }, &[root]);
                let (re, im) = if *imag { (other, sub) } else { (sub, other) };
                Ok(self.b.map(&ops::COMPLEX, &[re, im]))
            }
            Seg::Affine { ix, axes } => {
                let single = axes.is_empty() && ix.iter().all(|i| matches!(i, AxIx::At(_)));
                // A change that does not look at the old value leaves this read dead.
                let sub = self.apply(root, seg);
                let mut v = self.change(sub, rest, change)?;
                if single && self.b.func.ty(v).is_array() {
                    v = self.b.read(v, &vec![], &[]);
                }
                // Back: new axes go, then the permutation is undone.
                if axes.contains(&Axis::New) {
                    let zero = self.b.i64(0);
                    let chain: Vec<Ix> = axes.iter().map(|a| if *a == Axis::New { Ix::At } else { Ix::All }).collect();
                    let args: Vec<Var> = axes.iter().filter(|a| **a == Axis::New).map(|_| zero).collect();
                    v = self.b.read(v, &chain, &args);
                }
                let (perm, inverse) = perm_of(ix, axes);
                if perm.iter().enumerate().any(|(k, p)| k != *p) {
                    v = self.emit(ops::Permute { perm: inverse }, &[v]);
                }
                if ix.iter().all(|i| *i == AxIx::All) && self.b.func.ty(v) == self.b.func.ty(root) {
                    return Ok(v);
                }
                let (chain, args) = self.chain(ix);
                if chain.iter().all(|c| *c == Ix::At) && self.b.func.ty(v).is_array() {
                    v = self.b.read(v, &vec![], &[]);
                }
                Ok(self.b.update(root, &chain, &args, v))
            }
        }
    }

    /// A view of `p` by one more segment.
    pub fn view(&mut self, p: &Place, seg: Seg, dtype: DType, dims: Vec<Dim>, order: Order) -> Place {
        let segs: Vec<Seg> = p.segs.iter().cloned().chain([seg]).collect();
        let writeable = p.writeable;
        Place { segs: segs.into(), dtype, dims: dims.into(), obj: self.new_obj(), order, writeable, ..p.clone() }
    }

    /// The same elements as another object.
    pub fn again(&mut self, p: &Place) -> Place {
        if p.dims.is_empty() {
            return self.view(p, Seg::Reshape(vec![]), p.dtype, vec![], p.order.clone());
        }
        let (q, ..) = self.affine(p);
        Place { obj: self.new_obj(), id: None, ..q }
    }

    /// A view with axes permuted.
    pub fn permuted(&mut self, p: &Place, perm: &[usize]) -> Place {
        let dims: Vec<Dim> = perm.iter().map(|k| p.dims[*k].clone()).collect();
        let order = p.order.permuted(perm);
        let (ix, axes) = match p.segs.last() {
            Some(Seg::Affine { ix, axes }) => (ix.clone(), perm.iter().map(|k| axes[*k].clone()).collect()),
            _ => {
                let ix = vec![AxIx::All; p.dims.len()];
                let v = self.view(
                    p,
                    Seg::Affine { ix, axes: perm.iter().map(|k| Axis::From(*k)).collect() },
                    p.dtype,
                    dims,
                    order,
                );
                return v;
            }
        };
        self.replace_last(p, ix, axes, dims, order)
    }

    /// The place with its last (affine) segment replaced.
    pub fn replace_last(&mut self, p: &Place, ix: Vec<AxIx>, axes: Vec<Axis>, dims: Vec<Dim>, order: Order) -> Place {
        let keep = p.segs.len().saturating_sub(1);
        let segs: Vec<Seg> = p.segs[..keep].iter().cloned().chain([Seg::Affine { ix, axes }]).collect();
        Place { segs: segs.into(), dims: dims.into(), obj: self.new_obj(), order, ..p.clone() }
    }

    /// The last segment as an affine one: an identity where there is none.
    pub fn affine(&self, p: &Place) -> (Place, Vec<AxIx>, Vec<Axis>) {
        if let Some(Seg::Affine { ix, axes }) = p.segs.last() {
            return (p.clone(), ix.clone(), axes.clone());
        }
        self.affine_above(p)
    }

    /// The place with an identity above its last segment.
    pub fn affine_above(&self, p: &Place) -> (Place, Vec<AxIx>, Vec<Axis>) {
        let (ix, axes) = (vec![AxIx::All; p.dims.len()], (0..p.dims.len()).map(Axis::From).collect::<Vec<_>>());
        let segs: Vec<Seg> =
            p.segs.iter().cloned().chain([Seg::Affine { ix: ix.clone(), axes: axes.clone() }]).collect();
        (Place { segs: segs.into(), ..p.clone() }, ix, axes)
    }

    // Reads of any value as an operand.

    /// The variable of a scalar or array.
    pub fn operand(&mut self, v: &Val<'a>) -> R<Var> {
        match v {
            Val::Scalar(s) => Ok(s.var),
            Val::Array(p) => self.read(p),
            _ => {
                let t = self.type_of(v);
                self.error("type-mismatch", format!("a number or an array is needed here, not {t}"))
            }
        }
    }

    /// The shape as sizes; a scalar has none.
    pub fn dims_of(&self, v: Var) -> Vec<Dim> {
        self.b.func.ty(v).dims().to_vec()
    }

    /// What two axes broadcast to; emits the check that the algebra cannot decide.
    fn join_dims(&mut self, a: &Dim, b: &Dim, shapes: &[&[Dim]], text: &str) -> R<Dim> {
        if a == b || b.as_const() == Some(1) {
            return Ok(a.clone());
        }
        if a.as_const() == Some(1) {
            return Ok(b.clone());
        }
        let (va, vb) = (self.b.size(a), self.b.size(b));
        let differ = self.b.map(&ops::NE, &[va, vb]);
        let one = self.b.i64(1);
        let (a1, b1) = (self.b.map(&ops::NE, &[va, one]), self.b.map(&ops::NE, &[vb, one]));
        let bad = self.b.map(&ops::AND, &[a1, b1]);
        let bad = self.b.map(&ops::AND, &[bad, differ]);
        let (text, operands) = self.shapes_text(text, shapes);
        if let (Some(_), Some(_)) = (a.as_const(), b.as_const()) {
            self.raise_if(bad, quipu_abi::ErrorKind::ValueError, &text, &operands);
            // Never reached, but the block must not go on.
            return self.raise(quipu_abi::ErrorKind::ValueError, &text);
        }
        self.raise_if(bad, quipu_abi::ErrorKind::ValueError, &text, &operands);
        // Below the check they are equal, or one of them is 1.
        if self.never_one(a) {
            return Ok(a.clone());
        }
        if self.never_one(b) {
            return Ok(b.clone());
        }
        let is_one = self.b.map(&ops::EQ, &[va, one]);
        let n = self.b.select(is_one, vb, va);
        let d = self.b.func.dim_of(n);
        self.assume_size(&d);
        Ok(d)
    }

    /// Is the dim provably not 1?
    fn never_one(&self, d: &Dim) -> bool {
        self.b.func.nonneg(&d.plus(-2)) || d.as_const() == Some(0)
    }

    /// Records that a symbol is a size.
    pub fn assume_size(&mut self, d: &Dim) {
        if let Some(s) = d.as_sym() {
            let data = &mut self.b.func.syms[s.index()];
            data.lo = Some(data.lo.unwrap_or(0).max(0));
        }
    }

    /// `{a}` and `{b}` in the text become the first two shapes, `{all}` all of them with a space behind each; sizes that
    /// are not known become operands.
    pub fn shapes_text(&mut self, text: &str, shapes: &[&[Dim]]) -> (String, Vec<Var>) {
        let mut operands: Vec<Var> = vec![];
        let mut shape = |dims: &[Dim], this: &mut Self| {
            let mut parts = vec![];
            for d in dims {
                parts.push(match d.as_const() {
                    Some(k) => k.to_string(),
                    None => {
                        let v = this.b.size(d);
                        let at = operands.iter().position(|o| *o == v).unwrap_or_else(|| {
                            operands.push(v);
                            operands.len() - 1
                        });
                        if at < 4 { format!("{{{at}}}") } else { "?".to_string() }
                    }
                });
            }
            if parts.len() == 1 { format!("({},)", parts[0]) } else { format!("({})", parts.join(",")) }
        };
        let shown: Vec<String> = shapes.iter().map(|s| shape(s, self)).collect();
        operands.truncate(4);
        let mut text = text.replace("{all}", &(shown.join(" ") + " "));
        for (name, s) in ["{a}", "{b}"].iter().zip(&shown) {
            text = text.replace(name, s);
        }
        (text, operands)
    }

    /// The dims that two shapes broadcast to.
    pub fn broadcast_dims(&mut self, a: &[Dim], b: &[Dim]) -> R<Vec<Dim>> {
        self.broadcast_all(&[a, b])
    }

    /// The dims that some shapes broadcast to.
    pub fn broadcast_all(&mut self, shapes: &[&[Dim]]) -> R<Vec<Dim>> {
        let text = "operands could not be broadcast together with shapes {all}";
        // The output of an operation in place is its first operand once more.
        let listed: Vec<&[Dim]> = shapes.iter().chain(shapes.first().filter(|_| self.in_place)).copied().collect();
        let mut out: Vec<Dim> = vec![];
        for b in shapes {
            let n = out.len().max(b.len());
            let at = |d: &[Dim], k: usize| (k + d.len()).checked_sub(n).map_or(Dim::ONE, |k| d[k].clone());
            let mut joined = vec![];
            for k in 0..n {
                joined.push(self.join_dims(&at(&out, k), &at(b, k), &listed, text)?);
            }
            out = joined;
        }
        Ok(out)
    }

    /// `v` as an array of these dims (checked to fit already); scalars are left alone unless `fill`.
    pub fn expand(&mut self, v: Var, dims: &[Dim], fill: bool) -> Var {
        let have = self.dims_of(v);
        if self.b.func.ty(v).is_scalar() {
            return if fill { self.b.fill(v, dims) } else { v };
        }
        if have == dims {
            return v;
        }
        let lead = dims.len() - have.len();
        let axes: Vec<usize> = (lead..dims.len()).collect();
        self.b.broadcast(v, dims, &axes)
    }

    /// `v` broadcast to a store's target; raises where it does not fit.
    pub fn fit(&mut self, v: Var, dims: &[Dim]) -> R<Var> {
        if self.b.func.ty(v).is_scalar() {
            return Ok(self.b.fill(v, dims));
        }
        let mut have = self.dims_of(v);
        let mut v = v;
        let text = match self.in_place {
            true => "non-broadcastable output operand with shape {b} doesn't match the broadcast shape {a}",
            false => "could not broadcast input array from shape {a} into shape {b}",
        };
        // Leading axes of size 1 may be dropped.
        while have.len() > dims.len() && have[0].as_const().is_none_or(|k| k == 1) {
            if have[0].as_const().is_none() {
                let (n, one) = (self.b.size(&have[0]), self.b.i64(1));
                let bad = self.b.map(&ops::NE, &[n, one]);
                let (text, operands) = self.shapes_text(text, &[&have, dims]);
                self.raise_if(bad, quipu_abi::ErrorKind::ValueError, &text, &operands);
            }
            let zero = self.b.i64(0);
            let chain: Vec<Ix> = std::iter::once(Ix::At).chain(have[1..].iter().map(|_| Ix::All)).collect();
            v = self.b.read(v, &chain, &[zero]);
            if self.b.func.ty(v).is_scalar() {
                return Ok(self.b.fill(v, dims));
            }
            have.remove(0);
        }
        if have.len() > dims.len() {
            let (text, _) = self.shapes_text(text, &[&have, dims]);
            return self.raise(quipu_abi::ErrorKind::ValueError, &text);
        }
        let lead = dims.len() - have.len();
        for (k, a) in have.clone().iter().enumerate() {
            let b = &dims[lead + k];
            if a == b || a.as_const() == Some(1) {
                continue;
            }
            let (va, vb) = (self.b.size(a), self.b.size(b));
            let one = self.b.i64(1);
            let (differ, not_one) = (self.b.map(&ops::NE, &[va, vb]), self.b.map(&ops::NE, &[va, one]));
            let bad = self.b.map(&ops::AND, &[differ, not_one]);
            let (text, operands) = self.shapes_text(text, &[&have, dims]);
            self.raise_if(bad, quipu_abi::ErrorKind::ValueError, &text, &operands);
            if a.as_const().is_some() && b.as_const().is_some() {
                return self.raise(quipu_abi::ErrorKind::ValueError, &text);
            }
        }
        Ok(self.expand(v, dims, true))
    }

    /// A list's columns as values.
    pub fn list_values(&mut self, l: &ListRef) -> R<Vec<Var>> {
        self.check_live(l.base, l.epoch, &l.path)?;
        if self.chosen(l).is_some() || self.slot_items(l).is_some() {
            return self.copied_values(l);
        }
        let mut out = vec![];
        for k in 0..self.base(l.base).cur.len() {
            let c = self.version(l.base, k);
            if l.path.is_empty() {
                out.push(c);
                continue;
            }
            let args = [&[c], &l.path[..]].concat();
            out.push(self.emit(ops::ListGet { depth: l.path.len() - 1 }, &args));
            self.put_back(l.base, k, c);
        }
        Ok(out)
    }

    /// A list has another element type than this use needs: its display must make the wider one from the start.
    pub fn widen_list(&mut self, l: &ListRef, to: &T) -> R<Vec<Var>> {
        self.raise_cell(l, to)?;
        let have = (*l.elem).clone();
        let text = format!("a list of {have} is used as a list of {to}");
        self.mismatch(&[have, to.clone()], text)
    }

    /// Raises the element type of the site that made the list, and walks again.
    pub fn raise_cell(&mut self, l: &ListRef, elem: &T) -> R<()> {
        if let Some((_, cands)) = self.chosen(l) {
            return cands.iter().try_for_each(|c| self.raise_cell(c, elem));
        }
        let (BaseKind::List { site } | BaseKind::Slots { site, .. }) = self.base(l.base).kind else { return Ok(()) };
        let site = self.base(l.base).met.unwrap_or(site);
        // The element type of the outermost list, with `elem` at the depth that the path reaches.
        let mut wanted = elem.clone();
        for _ in 0..l.path.len() {
            wanted = T::List(Box::new(wanted));
        }
        let have = self.cx.facts.cells.get(&site).cloned().unwrap_or(T::Never);
        match have.join(&wanted) {
            Some(t) if t != have => {
                self.cx.facts.cells.insert(site, t);
                Err(self.cx.rise(About::Elements(site)))
            }
            Some(_) => Ok(()),
            None => {
                let text = format!("a list cannot hold both {have} and {wanted}");
                self.mismatch(&[have, wanted], text)
            }
        }
    }

    /// The fact about the elements of the list is higher than its type.
    pub fn rise_elements(&self, l: &ListRef) -> Stop {
        match self.base(l.base).kind {
            BaseKind::List { site } | BaseKind::Slots { site, .. } => {
                let site = self.base(l.base).met.unwrap_or(site);
                self.cx.rise(About::Elements(site))
            }
            _ => self.cx.rise_anyhow(),
        }
    }

    /// The type of a variable that must be an array.
    pub fn array_of(&mut self, v: Var) -> Var {
        match self.b.ty(v) {
            Ty::Array(..) => v,
            _ => self.b.broadcast(v, &[], &[]),
        }
    }

    pub fn empty_path() -> Rc<[Var]> {
        Rc::new([])
    }
}

/// The permutation that takes the kept axes of `ix` to the order of `axes`, and its inverse.
fn perm_of(ix: &[AxIx], axes: &[Axis]) -> (Vec<usize>, Vec<usize>) {
    let kept: Vec<usize> = (0..ix.len()).filter(|k| !matches!(ix[*k], AxIx::At(_))).collect();
    let perm: Vec<usize> = axes
        .iter()
        .filter_map(|a| match a {
            Axis::From(k) => kept.iter().position(|x| x == k),
            _ => None,
        })
        .collect();
    let mut inverse = vec![0; perm.len()];
    for (k, p) in perm.iter().enumerate() {
        inverse[*p] = k;
    }
    (perm, inverse)
}

impl Order {
    /// The axes from the outermost in memory to the innermost.
    pub fn axes(&self, rank: usize) -> Vec<usize> {
        match self {
            Order::C | Order::Unknown => (0..rank).collect(),
            Order::Perm(p) | Order::Strided(p) => p.to_vec(),
        }
    }

    /// Of a view whose axis k is axis `perm[k]` of this.
    pub fn permuted(&self, perm: &[usize]) -> Order {
        if *self == Order::Unknown {
            return Order::Unknown;
        }
        let memory = self.axes(perm.len());
        let now: Vec<usize> = memory.iter().map(|a| perm.iter().position(|p| p == a).expect("a permutation")).collect();
        Order::of(now, matches!(self, Order::Strided(_)))
    }

    /// Of something that is either.
    pub fn join(&self, other: &Order) -> Order {
        if self == other { self.clone() } else { Order::Unknown }
    }

    /// Of a fresh array in the order of one of this rank.
    pub fn like(&self, rank: usize) -> Order {
        match self {
            Order::Unknown if rank > 1 => Order::Unknown,
            o => Order::of(o.axes(rank), false),
        }
    }

    pub fn of(axes: Vec<usize>, strided: bool) -> Order {
        match (strided, axes.iter().enumerate().all(|(k, a)| k == *a)) {
            (true, _) => Order::Strided(axes.into()),
            (false, true) => Order::C,
            (false, false) => Order::Perm(axes.into()),
        }
    }
}

/// Where the element type of the list is a fact that a name comes to denote where paths meet: other lists may be made
/// there, and other names denote other lists.
pub fn met_at(site: Site, frame: usize, name: Symbol) -> Site {
    name_at((site.0 ^ 0x3e7a7, site.1), frame, name)
}

/// The same of the list that a loop carries under a name.
pub fn name_at(site: Site, frame: usize, name: Symbol) -> Site {
    let salt = name.as_str().bytes().fold(frame as u64, |h, b| h.wrapping_mul(31).wrapping_add(b.into()));
    (hash_path(site.0, site.1, salt), site.1)
}

/// The same of a part of a tuple.
pub fn part_at(site: Site, k: usize) -> Site {
    (hash_path(site.0, site.1, k as u64), site.1)
}
