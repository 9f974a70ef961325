//! Subscripts: basic indices make views, masks and index arrays gather and scatter.

use crate::state::*;
use crate::value::*;
use quipu_abi::{DType, ErrorKind};
use quipu_ir::ops;
use quipu_ir::{Dim, Ty, Var};
use std::rc::Rc;

/// One component of a subscript, its axes known.
enum Comp<'a> {
    Int(Scalar),
    Slice(Rc<[Val<'a>; 3]>),
    Full,
    New,
    /// An i64 index array (or scalar, where other components are arrays).
    Adv(Var),
}

/// A subscript after its basic part: a place, and what is gathered from it.
pub enum Target {
    Place(Place),
    Element(Place),
    Gather {
        place: Place,
        axes: Vec<usize>,
        at: usize,
        ix: Vec<Var>,
    },
    /// The whole of `place` where the mask holds.
    Mask {
        place: Place,
        mask: Var,
    },
}

impl<'a> Lower<'a, '_> {
    pub fn index_items(&self, index: &Val<'a>) -> Vec<Val<'a>> {
        match index {
            Val::Tuple(items) => items.to_vec(),
            v => vec![v.clone()],
        }
    }

    /// An index in bounds: checked, negative ones counted from the end.
    pub fn norm_index(&mut self, i: &Scalar, n: &Dim, text: &str) -> Var {
        let d = self.b.func.dim_of(i.var);
        let f = &self.b.func;
        if f.nonneg(&d) && f.nonneg(&n.sub(&d).plus(-1)) {
            return i.var;
        }
        let from_end = n.add(&d);
        if f.nonneg(&d.times(-1).plus(-1)) && f.nonneg(&from_end) {
            return self.b.size(&from_end);
        }
        let (positive, negative) = (f.nonneg(&d), f.nonneg(&d.times(-1).plus(-1)));
        let size = self.b.size(n);
        let v = self.emit(ops::NormIndex { text: text.into() }, &[i.var, size]);
        if positive {
            self.b.func.vars[v.index()].value = Some(d);
        } else if negative {
            self.b.func.vars[v.index()].value = Some(from_end);
        } else {
            let s = self.b.func.dim_of(v).as_sym().expect("a fresh variable has a symbol of its own");
            let data = &mut self.b.func.syms[s.index()];
            data.lo = Some(0);
            data.hi = Some(n.plus(-1));
        }
        v
    }

    /// An integer scalar as i64.
    pub fn as_index(&mut self, v: &Val<'a>) -> R<Scalar> {
        match v {
            Val::Scalar(s) if s.dtype.is_int() || (s.dtype == DType::Bool && !s.np) => {
                let var = self.b.cast(s.var, DType::I64);
                let known = match s.known {
                    Some(Known::Bool(b)) => Some(Known::Int(i64::from(b))),
                    k => k,
                };
                Ok(Scalar { dtype: DType::I64, np: false, var, known })
            }
            Val::Array(p) if p.dims.is_empty() && p.dtype.is_int() => {
                let a = self.read(p)?;
                let x = self.b.read(a, &vec![], &[]);
                let var = self.b.cast(x, DType::I64);
                Ok(Scalar { dtype: DType::I64, np: false, var, known: None })
            }
            Val::Object(_) if let Some(i) = self.special(v, "__index__", &[])? => self.as_index(&i),
            Val::Union(u) if let Some(site) = u.power => Err(self.int_power(site)),
            _ => {
                let t = self.type_of(v);
                self.error("bad-index", format!("an index must be an integer, not {t}"))
            }
        }
    }

    fn components(&mut self, p: &Place, items: &[Val<'a>]) -> R<Vec<Comp<'a>>> {
        let rank = p.dims.len();
        let mut used = 0;
        let mut arrays = vec![];
        for v in items {
            match v {
                Val::None | Val::Ellipsis => {}
                Val::Array(q) if q.dtype == DType::Bool && !q.dims.is_empty() => used += q.dims.len(),
                _ => used += 1,
            }
            arrays.push(matches!(v, Val::Array(q) if !q.dims.is_empty()) || matches!(v, Val::List(_) | Val::Row(_)));
        }
        if used > rank {
            let text = format!("too many indices for array: array is {rank}-dimensional, but {used} were indexed");
            return self.raise(ErrorKind::IndexError, &text);
        }
        let any_array = arrays.contains(&true);
        let mut out = vec![];
        let mut axis = 0;
        let mut ellipsis = false;
        for v in items {
            match v {
                Val::None => out.push(Comp::New),
                Val::Ellipsis => {
                    if ellipsis {
                        return self.raise(ErrorKind::IndexError, "an index can only have a single ellipsis ('...')");
                    }
                    ellipsis = true;
                    for _ in 0..rank - used {
                        out.push(Comp::Full);
                        axis += 1;
                    }
                }
                Val::Slice(s) => {
                    out.push(Comp::Slice(s.clone()));
                    axis += 1;
                }
                Val::Array(q) if q.dtype == DType::Bool && !q.dims.is_empty() => {
                    let m = self.read(q)?;
                    self.check_mask(m, &p.dims[axis..], axis)?;
                    let k = q.dims.len();
                    for ix in self.b.emit_n(ops::Nonzero, &[m], vec![]) {
                        out.push(Comp::Adv(ix));
                    }
                    axis += k;
                }
                Val::Array(q) if !q.dims.is_empty() => {
                    if !q.dtype.is_int() {
                        return self.raise(
                            ErrorKind::IndexError,
                            "arrays used as indices must be of integer (or boolean) type",
                        );
                    }
                    let ix = self.read(q)?;
                    let ix = self.b.cast(ix, DType::I64);
                    let text = format!("index {{0}} is out of bounds for axis {axis} with size {{1}}");
                    let n = self.b.size(&p.dims[axis]);
                    out.push(Comp::Adv(self.emit(ops::NormIndex { text: text.as_str().into() }, &[ix, n])));
                    axis += 1;
                }
                Val::List(_) | Val::Tuple(_) | Val::Row(_) => {
                    // An empty list has no numbers that could be of the wrong kind.
                    let empty = matches!(v, Val::List(l) if *l.elem == T::Never);
                    let a = self.array_from(v, empty.then_some(DType::I64))?;
                    let more = self.components_of_list(p, axis, &a)?;
                    axis += more.len();
                    out.extend(more);
                }
                Val::Scalar(s) if s.dtype == DType::Bool => {
                    return self.unsupported(
                        "a bool as the index of an array: NumPy takes it as a mask of no axes",
                        "write `int(i)` for an index, or `if` for a mask",
                    );
                }
                v => {
                    let i = self.as_index(v)?;
                    let text = format!("index {{0}} is out of bounds for axis {axis} with size {{1}}");
                    let ix = self.norm_index(&i, &p.dims[axis].clone(), &text);
                    let i = Scalar { var: ix, known: None, ..i };
                    out.push(if any_array { Comp::Adv(ix) } else { Comp::Int(i) });
                    axis += 1;
                }
            }
        }
        while axis < rank {
            out.push(Comp::Full);
            axis += 1;
        }
        Ok(out)
    }

    fn components_of_list(&mut self, p: &Place, axis: usize, a: &Val<'a>) -> R<Vec<Comp<'a>>> {
        let rest = Place { dims: p.dims[axis..].into(), ..p.clone() };
        let mut all = self.components(&rest, std::slice::from_ref(a))?;
        let n = match a {
            Val::Array(q) if q.dtype == DType::Bool => q.dims.len(),
            _ => 1,
        };
        all.truncate(n);
        Ok(all)
    }

    fn check_mask(&mut self, m: Var, dims: &[Dim], axis: usize) -> R<()> {
        for (k, d) in self.dims_of(m).iter().enumerate() {
            if *d == dims[k] {
                continue;
            }
            let (have, want) = (self.b.size(d), self.b.size(&dims[k]));
            let bad = self.b.map(&ops::NE, &[have, want]);
            let text = format!(
                "boolean index did not match indexed array along axis {}; size of axis is {{1}} but size of corresponding boolean axis is {{0}}",
                axis + k
            );
            if let (Some(d), Some(n)) = (d.as_const(), dims[k].as_const()) {
                let text = text.replace("{1}", &n.to_string()).replace("{0}", &d.to_string());
                return self.raise(ErrorKind::IndexError, &text);
            }
            self.raise_if(bad, ErrorKind::IndexError, &text, &[have, want]);
        }
        Ok(())
    }

    /// What `p[items]` denotes.
    pub fn target(&mut self, p: &Place, index: &Val<'a>) -> R<Target> {
        let items = self.index_items(index);
        if let [Val::Array(m)] = &items[..]
            && m.dtype == DType::Bool
            && m.dims.len() == p.dims.len()
            && !m.dims.is_empty()
        {
            let mask = self.read(m)?;
            self.check_mask(mask, &p.dims.clone(), 0)?;
            let mask = self.expand(mask, &p.dims.clone(), false);
            return Ok(Target::Mask { place: p.clone(), mask });
        }
        let comps = self.components(p, &items)?;
        // Index arrays leave their axis whole for the view, and take from it afterwards.
        let mut adv: Vec<(usize, Var)> = vec![];
        let mut positions = vec![];
        let cuts = |c: &Comp<'a>| matches!(c, Comp::Slice(_));
        let kept: Vec<&Comp<'a>> = comps.iter().filter(|c| !matches!(c, Comp::New)).collect();
        let (mut base, mut ix, mut old_axes) = self.affine(p);
        if kept.iter().zip(&old_axes).any(|(c, a)| cuts(c) && !matches!(a, Axis::From(_))) {
            // A slice of an axis that the view has added is a view of that view.
            (base, ix, old_axes) = self.affine_above(p);
        }
        let (mut axes, mut dims) = (vec![], vec![]);
        let mut strided = matches!(p.order, Order::Strided(_));
        // Where an axis stands in memory: only the outermost can be cut without gaps.
        let memory = p.order.axes(p.dims.len());
        let inner = |axis: usize| memory.first() != Some(&axis);
        let mut axis = 0;
        for c in &comps {
            if let Comp::New = c {
                axes.push(Axis::New);
                dims.push(Dim::ONE);
                continue;
            }
            let old = old_axes[axis].clone();
            let n = p.dims[axis].clone();
            match (c, &old) {
                (Comp::Int(i), Axis::From(k)) => {
                    ix[*k] = self.compose_at(&ix[*k].clone(), i.var);
                    strided |= inner(axis);
                }
                (Comp::Int(_), _) => {}
                (Comp::Full, _) => {
                    axes.push(old);
                    dims.push(n);
                }
                (Comp::Adv(v), _) => {
                    positions.push(axes.len());
                    adv.push((axes.len(), *v));
                    axes.push(old);
                    dims.push(n);
                }
                (Comp::Slice(s), Axis::From(k)) => {
                    let (start, step, len) = self.range_of_slice(&s.clone(), &n, true)?;
                    let whole = len == n && self.known_of(step) == Some(1);
                    if !whole {
                        ix[*k] = self.compose_range(&ix[*k].clone(), start, step, len.clone());
                        strided |= inner(axis) || self.known_of(step) != Some(1);
                    }
                    axes.push(old);
                    dims.push(len);
                }
                (Comp::Slice(_) | Comp::New, _) => {}
            }
            axis += 1;
        }
        let view_order = order_of_view(&p.order, &comps_axes(&comps), strided);
        let place = self.replace_last(&base, ix, axes, dims, view_order);
        if adv.is_empty() {
            return Ok(
                if comps.iter().all(|c| matches!(c, Comp::Int(_))) && !items.iter().any(|v| matches!(v, Val::Ellipsis))
                {
                    Target::Element(place)
                } else {
                    Target::Place(place)
                },
            );
        }
        // Bring the index arrays to one shape.
        let mut shape: Vec<Dim> = vec![];
        for (_, v) in &adv {
            let d = self.dims_of(*v);
            shape = self.broadcast_index_dims(&shape, &d)?;
        }
        let mut ix = vec![];
        for (_, v) in &adv {
            ix.push(self.expand(*v, &shape, true));
        }
        // Adjacent index arrays put their axes where the first stood, others to the front.
        let mut first = None;
        let mut adjacent = true;
        let mut last = None;
        for (k, c) in comps.iter().enumerate() {
            if let Comp::Adv(_) = c {
                first = first.or(Some(k));
                adjacent &= last.is_none_or(|l| l + 1 == k);
                last = Some(k);
            }
        }
        let axes: Vec<usize> = adv.iter().map(|(k, _)| *k).collect();
        let at = if adjacent { axes[0] } else { 0 };
        Ok(Target::Gather { place, axes, at, ix })
    }

    fn broadcast_index_dims(&mut self, a: &[Dim], b: &[Dim]) -> R<Vec<Dim>> {
        if a.is_empty() {
            return Ok(b.to_vec());
        }
        if b.is_empty() {
            return Ok(a.to_vec());
        }
        self.broadcast_dims(a, b)
    }

    pub fn compose_at(&mut self, below: &AxIx, i: Var) -> AxIx {
        match below {
            AxIx::All => AxIx::At(i),
            AxIx::Range { start, step, .. } => {
                let x = self.b.mul(i, *step);
                AxIx::At(self.b.add(*start, x))
            }
            AxIx::At(v) => AxIx::At(*v),
        }
    }

    pub fn compose_range(&mut self, below: &AxIx, start: Var, step: Var, len: Dim) -> AxIx {
        match below {
            AxIx::Range { start: s0, step: k0, .. } => {
                let x = self.b.mul(start, *k0);
                AxIx::Range { start: self.b.add(*s0, x), step: self.b.mul(step, *k0), len }
            }
            _ => AxIx::Range { start, step, len },
        }
    }

    /// Start, step and number of elements of a slice of an axis of `n`, as Python adjusts them.
    pub fn slice_range(&mut self, s: &[Val<'a>; 3], n: &Dim) -> R<(Var, Var, Dim)> {
        self.range_of_slice(s, n, false)
    }

    /// The same; `view`: of an array, whose memory order the sign of the step decides.
    fn range_of_slice(&mut self, s: &[Val<'a>; 3], n: &Dim, view: bool) -> R<(Var, Var, Dim)> {
        let step = match &s[2] {
            Val::None => 1,
            v => {
                let i = self.as_index(v)?;
                match i.known {
                    Some(Known::Int(0)) => return self.raise(ErrorKind::ValueError, "slice step cannot be zero"),
                    Some(Known::Int(k)) => k,
                    _ => match self.known_of(i.var) {
                        Some(k) if k != 0 => k,
                        _ if !view => return self.stepped_range(s, i.var, n),
                        _ => return self.unsupported("a slice whose step is not known", "write the step as a number"),
                    },
                }
            }
        };
        let bound = |this: &mut Self, v: &Val<'a>| -> R<Option<Bound>> {
            if let Val::None = v {
                return Ok(None);
            }
            let i = this.as_index(v)?;
            let d = this.b.func.dim_of(i.var);
            if this.b.func.nonneg(&d) {
                return Ok(Some(Bound::Front(d)));
            }
            if this.b.func.nonneg(&d.times(-1).plus(-1)) {
                return Ok(Some(Bound::End(d.times(-1))));
            }
            // The sign is known at run time: adjust there, to a number from -1 (for negative steps) to n.
            let size = this.b.size(n);
            let (zero, minus) = (this.b.i64(0), this.b.i64(-1));
            let negative = this.b.map(&ops::LT, &[i.var, zero]);
            let wrapped = this.b.add(i.var, size);
            let x = this.b.select(negative, wrapped, i.var);
            let low = if step > 0 { zero } else { minus };
            let x = this.b.map(&ops::MAXIMUM, &[x, low]);
            let one = this.b.i64(1);
            let high = if step > 0 { size } else { this.b.sub(size, one) };
            let x = this.b.map(&ops::MINIMUM, &[x, high]);
            this.b.func.vars[x.index()].value = None;
            let d = this.b.func.dim_of(x);
            if let Some(s) = d.as_sym() {
                let data = &mut this.b.func.syms[s.index()];
                data.lo = Some(if step > 0 { 0 } else { -1 });
                data.hi = Some(if step > 0 { n.clone() } else { n.plus(-1) });
            }
            Ok(Some(Bound::Adjusted(d)))
        };
        let lower = bound(self, &s[0])?;
        let upper = bound(self, &s[1])?;
        let (start, len) = self.extent(lower, upper, n, step);
        let start = self.b.size(&start);
        Ok((start, self.b.i64(step), len))
    }

    /// The same with a step that only run time knows, whose sign decides where the ends are.
    fn stepped_range(&mut self, s: &[Val<'a>; 3], step: Var, n: &Dim) -> R<(Var, Var, Dim)> {
        let (zero, one) = (self.b.i64(0), self.b.i64(1));
        let none = self.b.map(&ops::EQ, &[step, zero]);
        self.raise_if(none, ErrorKind::ValueError, "slice step cannot be zero", &[]);
        let size = self.b.size(n);
        // Beyond the length one step is as good as another.
        let most = self.b.add(size, one);
        let least = self.b.neg(most);
        let step = self.b.map(&ops::MAXIMUM, &[step, least]);
        let step = self.b.map(&ops::MINIMUM, &[step, most]);
        let back = self.b.map(&ops::LT, &[step, zero]);
        let minus = self.b.i64(-1);
        let last = self.b.sub(size, one);
        let low = self.b.select(back, minus, zero);
        let high = self.b.select(back, last, size);
        let mut ends = vec![];
        for (k, v) in s[..2].iter().enumerate() {
            ends.push(match v {
                Val::None => {
                    let (forward, backward) = if k == 0 { (low, high) } else { (high, low) };
                    self.b.select(back, backward, forward)
                }
                v => {
                    let i = self.as_index(v)?.var;
                    let negative = self.b.map(&ops::LT, &[i, zero]);
                    let wrapped = self.b.add(i, size);
                    let i = self.b.select(negative, wrapped, i);
                    let i = self.b.map(&ops::MAXIMUM, &[i, low]);
                    self.b.map(&ops::MINIMUM, &[i, high])
                }
            });
        }
        let [start, stop] = ends[..] else { return Ok((zero, one, Dim::from(0))) };
        let span = self.b.sub(stop, start);
        // (stop - start + step -+ 1) // step, or nothing.
        let nearly = self.b.select(back, minus, one);
        let up = self.b.add(span, step);
        let up = self.b.sub(up, nearly);
        let len = self.b.map(&ops::FLOORDIV, &[up, step]);
        let len = self.b.map(&ops::MAXIMUM, &[len, zero]);
        let d = self.b.func.dim_of(len);
        self.assume_size(&d);
        Ok((start, step, d))
    }

    fn extent(&mut self, lower: Option<Bound>, upper: Option<Bound>, n: &Dim, step: i64) -> (Dim, Dim) {
        let f = &self.b.func;
        let clip = |b: &Bound| match b {
            Bound::Front(a) => f.min_dim(a, n),
            Bound::End(a) => f.pos(&n.sub(a)),
            Bound::Adjusted(d) => d.clone(),
        };
        if step > 0 {
            let start = match &lower {
                None => Dim::from(0),
                Some(Bound::Front(a)) => a.clone(),
                Some(b) => clip(b),
            };
            let span = match (&lower, &upper) {
                (None, None) => n.clone(),
                (None | Some(Bound::Front(_)), Some(Bound::End(b))) => f.pos(&n.sub(&start).sub(b)),
                (Some(Bound::Front(_)), None) => f.pos(&n.sub(&start)),
                (_, upper) => {
                    let stop = upper.as_ref().map_or(n.clone(), clip);
                    f.pos(&stop.sub(&start))
                }
            };
            let len = match step {
                1 => span,
                k => span.plus(k - 1).floordiv(&Dim::from(k)).unwrap_or_default(),
            };
            return (start, len);
        }
        let back = |b: &Bound| match b {
            Bound::Front(a) => f.min_dim(a, &n.plus(-1)),
            Bound::End(a) => f.max_dim(&n.sub(a), &Dim::from(-1)),
            Bound::Adjusted(d) => d.clone(),
        };
        let start = lower.as_ref().map_or(n.plus(-1), back);
        let stop = upper.as_ref().map_or(Dim::from(-1), back);
        let span = f.pos(&start.sub(&stop));
        let len = match step {
            -1 => span,
            k => span.plus(-k - 1).floordiv(&Dim::from(-k)).unwrap_or_default(),
        };
        (start, len)
    }

    /// `p[index]` as a value: a view, an element, or a copy.
    pub fn load(&mut self, p: &Place, index: &Val<'a>) -> R<Val<'a>> {
        match self.target(p, index)? {
            Target::Place(q) => Ok(Val::Array(q)),
            Target::Element(q) => {
                let v = self.read_element(&q)?;
                Ok(self.np(q.dtype, v))
            }
            Target::Gather { place, axes, at, ix } => {
                let v = self.read(&place)?;
                let r = self.emit(ops::Gather { axes, at }, &[&[v], &ix[..]].concat());
                Ok(self.fresh(r))
            }
            Target::Mask { place, mask } => {
                let v = self.read(&place)?;
                let ix = self.b.emit_n(ops::Nonzero, &[mask], vec![]);
                let axes = (0..ix.len()).collect();
                let r = self.emit(ops::Gather { axes, at: 0 }, &[&[v], &ix[..]].concat());
                Ok(self.fresh(r))
            }
        }
    }

    /// The scalar that a place of no axes denotes.
    pub fn read_element(&mut self, p: &Place) -> R<Var> {
        let v = self.read(p)?;
        Ok(match self.b.ty(v) {
            Ty::Array(..) => self.b.read(v, &vec![], &[]),
            _ => v,
        })
    }

    /// `p[index] = value`.
    pub fn store(&mut self, p: &Place, index: &Val<'a>, value: &Val<'a>) -> R<()> {
        match self.target(p, index)? {
            Target::Place(q) => {
                let v = self.stored(value, q.dtype)?;
                let v = self.fit(v, &q.dims.clone())?;
                if let Val::Array(source) = value
                    && self.store_in_order(&q, source)?
                {
                    return Ok(());
                }
                self.write(&q, v)
            }
            Target::Element(q) => {
                let v = self.stored(value, q.dtype)?;
                let v = match self.b.ty(v) {
                    Ty::Scalar(_) => v,
                    _ => {
                        let one = self.fit_element(v)?;
                        self.b.read(one, &vec![], &[])
                    }
                };
                self.write(&q, v)
            }
            Target::Gather { place, axes, at, ix } => {
                let v = self.stored(value, place.dtype)?;
                let sub = self.read(&place)?;
                let want = self.emit(ops::Gather { axes: axes.clone(), at }, &[&[sub], &ix[..]].concat());
                let dims = self.dims_of(want);
                let v = self.fit(v, &dims)?;
                self.modify(&place, &mut |lw, old| {
                    Ok(lw.emit(ops::Scatter { axes: axes.clone(), at }, &[&[old], &ix[..], &[v]].concat()))
                })
            }
            Target::Mask { place, mask } => {
                let v = self.stored(value, place.dtype)?;
                if self.b.func.ty(v).is_scalar() {
                    return self.modify(&place, &mut |lw, old| Ok(lw.b.select(mask, v, old)));
                }
                let ix = self.b.emit_n(ops::Nonzero, &[mask], vec![]);
                let n = self.dims_of(ix[0]);
                let have = self.dims_of(v);
                if have.len() == 1 && have[0] != n[0] && have[0].as_const() != Some(1) {
                    let (a, b) = (self.b.size(&have[0]), self.b.size(&n[0]));
                    let one = self.b.i64(1);
                    let (differ, many) = (self.b.map(&ops::NE, &[a, b]), self.b.map(&ops::NE, &[a, one]));
                    let bad = self.b.map(&ops::AND, &[differ, many]);
                    let text = "NumPy boolean array indexing assignment cannot assign {0} input values to the {1} output values where the mask is true";
                    self.raise_if(bad, ErrorKind::ValueError, text, &[a, b]);
                }
                let v = if have == n { v } else { self.expand(v, &n, true) };
                let axes: Vec<usize> = (0..ix.len()).collect();
                self.modify(&place, &mut |lw, old| {
                    Ok(lw.emit(ops::Scatter { axes: axes.clone(), at: 0 }, &[&[old], &ix[..], &[v]].concat()))
                })
            }
        }
    }

    fn fit_element(&mut self, v: Var) -> R<Var> {
        let dims = self.dims_of(v);
        if dims.is_empty() {
            return Ok(v);
        }
        self.raise(ErrorKind::ValueError, "setting an array element with a sequence.")
    }

    /// A value as what an array of this dtype stores.
    pub fn stored(&mut self, value: &Val<'a>, dtype: DType) -> R<Var> {
        match value {
            Val::Scalar(s) => {
                self.check_int_fits(s, dtype)?;
                if s.dtype.is_complex() && !dtype.is_complex() {
                    let to = if dtype.is_float() { "float" } else { "int" };
                    return self.raise(
                        ErrorKind::TypeError,
                        &format!("{to}() argument must be a string or a real number, not 'complex'"),
                    );
                }
                Ok(self.b.cast(s.var, dtype))
            }
            Val::Array(p) => {
                let v = self.read(p)?;
                Ok(self.b.cast(v, dtype))
            }
            Val::List(_) | Val::Tuple(_) | Val::Row(_) | Val::Range(_) => {
                let a = self.array_from(value, None)?;
                self.stored(&a, dtype)
            }
            Val::Union(_) => {
                let r = self.split_union(value, |lw, m| {
                    let x = lw.stored(m, dtype)?;
                    Ok(lw.wrap(x))
                })?;
                let Some(r) = r else { return self.error("type-mismatch", "a union without members") };
                self.operand(&r)
            }
            _ => {
                let t = self.type_of(value);
                self.error("type-mismatch", format!("{t} cannot be stored in an array of {}", dtype.name()))
            }
        }
    }

    /// NumPy refuses a Python int that the dtype cannot hold.
    pub fn check_int_fits(&mut self, s: &Scalar, dtype: DType) -> R<()> {
        if s.np || s.dtype != DType::I64 || !dtype.is_int() || dtype == DType::I64 {
            return Ok(());
        }
        let (lo, hi) = match dtype {
            DType::U64 => (0, i64::MAX),
            d => {
                let bits = 8 * d.size() as u32;
                if d.kind() == quipu_abi::Kind::Unsigned {
                    (0, (1i64 << bits) - 1)
                } else {
                    (-(1i64 << (bits - 1)), (1i64 << (bits - 1)) - 1)
                }
            }
        };
        if let Some(Known::Int(k)) = s.known
            && (lo..=hi).contains(&k)
        {
            return Ok(());
        }
        let d = self.b.func.dim_of(s.var);
        let (f, hi_dim) = (&self.b.func, Dim::from(hi));
        if f.nonneg(&d.plus(lo.wrapping_neg())) && f.nonneg(&hi_dim.sub(&d)) {
            return Ok(());
        }
        let (a, b) = (self.b.i64(lo), self.b.i64(hi));
        let (low, high) = (self.b.map(&ops::LT, &[s.var, a]), self.b.map(&ops::GT, &[s.var, b]));
        let bad = self.b.map(&ops::OR, &[low, high]);
        let text = format!("Python integer {{0}} out of bounds for {}", dtype.name());
        self.raise_if(bad, ErrorKind::OverflowError, &text, &[s.var]);
        if s.known.is_some() { Err(Stop::Ends) } else { Ok(()) }
    }
}

/// Where a slice bound lies.
enum Bound {
    /// So many from the front, not negative.
    Front(Dim),
    /// So many before the end, positive.
    End(Dim),
    /// Adjusted at run time to lie within the axis.
    Adjusted(Dim),
}

/// The axes of the old place that the result keeps, per result axis (`None` for a new one).
fn comps_axes(comps: &[Comp<'_>]) -> Vec<Option<usize>> {
    let mut axis = 0;
    let mut out = vec![];
    for c in comps {
        match c {
            Comp::New => out.push(None),
            Comp::Int(_) => axis += 1,
            _ => {
                out.push(Some(axis));
                axis += 1;
            }
        }
    }
    out
}

/// The memory order of a view that keeps some axes and adds others.
fn order_of_view(old: &Order, result: &[Option<usize>], strided: bool) -> Order {
    if *old == Order::Unknown {
        return Order::Unknown;
    }
    let rank = old.axes(0).len().max(result.iter().flatten().map(|a| a + 1).max().unwrap_or(0));
    let memory = old.axes(rank);
    let mut axes: Vec<usize> = vec![];
    for a in memory {
        if let Some(j) = result.iter().position(|r| *r == Some(a)) {
            axes.push(j);
        }
    }
    // New axes have size 1: they never decide contiguity; they stand where they are written.
    for (j, r) in result.iter().enumerate() {
        if r.is_none() {
            let at = axes.iter().position(|x| *x > j).unwrap_or(axes.len());
            axes.insert(at, j);
        }
    }
    Order::of(axes, strided)
}
