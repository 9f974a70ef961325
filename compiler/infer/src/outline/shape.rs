//! What crosses a call: values without their run-time parts, and the way from a value to variables and back.
//!
//! A value that crosses refers to *bases* (arrays and lists), which are numbered: first those that come in with the
//! arguments, then those that the callee made and hands out. Arrays cross as views: the number of their base, the form
//! of their chain, and the integers of the chain as variables. So arguments may overlap, may be views, and may be the
//! same object, and what comes back may be a view of what went in; stores go to the base and stay in place.
//!
//! Unions, and arrays that may be one of several, cross as values (`Data`, `Copy`): reading those is exact, and
//! writing them is refused on the other side.

use crate::encode::{Cand, Form, FormIx, FormSeg, Layout, form_len, join_forms};
use crate::select::MAX_CANDIDATES;
use crate::state::*;
use crate::value::*;
use quipu_abi::DType;
use quipu_ir::{Dim, Ty, Var};
use std::collections::BTreeMap;
use std::rc::Rc;

/// A value without its run-time parts.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Shape {
    /// The type says it all. Arrays and lists in it are values of their own.
    Data(T),
    Module(&'static str),
    Tuple(Vec<Shape>),
    /// One of these views.
    Array {
        dtype: DType,
        rank: usize,
        views: Vec<ViewShape>,
    },
    /// A list, so many lists deep in its base.
    List {
        base: usize,
        depth: usize,
        elem: T,
    },
}

/// A view of a base.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct ViewShape {
    base: usize,
    /// The base is a region: which array of it varies.
    handle: bool,
    form: Form,
    order: Order,
    writeable: bool,
    /// Equal numbers are one object; `usize::MAX` may be any.
    pub obj: usize,
}

/// What a signature says of a size, because broadcasting and memory order turn on it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Size {
    One,
    /// At least 2.
    Many,
    Any,
}

/// What froze a base, if anything did: the point that can be lowered exactly instead.
pub type Freeze = Option<Option<Site>>;

/// A base that crosses.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum BaseShape {
    Array {
        dtype: DType,
        sizes: Vec<Size>,
        order: Order,
        frozen: Freeze,
    },
    /// `site`: where the callee made it, so that a caller that stores wider elements raises it there.
    List {
        elem: T,
        frozen: Freeze,
        site: Option<Site>,
        /// Does it hold references?
        refs: bool,
    },
    /// Arrays that containers refer to, or those of a loop (see `region`).
    Region {
        kind: crate::region::Kind,
        slots: usize,
        frozen: Freeze,
    },
}

/// The bases and objects that crossing values refer to, in the order of their numbers.
#[derive(Clone, Debug, Default)]
pub struct Numbering {
    pub bases: Vec<BaseId>,
    pub objs: Vec<u32>,
    /// Element types of the lists among the bases.
    pub elems: BTreeMap<BaseId, T>,
    /// Bases whose values crossed as copies: the callee must not write them by another name.
    pub copied: Vec<BaseId>,
}

fn number<X: PartialEq + Copy>(xs: &mut Vec<X>, x: X) -> usize {
    xs.iter().position(|y| *y == x).unwrap_or_else(|| {
        xs.push(x);
        xs.len() - 1
    })
}

impl Shape {
    /// The shape that values of either are instances of.
    pub fn join(&self, other: &Shape) -> Option<Shape> {
        match (self, other) {
            (a, b) if a == b => Some(a.clone()),
            (Shape::Data(T::Never), s) | (s, Shape::Data(T::Never)) => Some(s.clone()),
            (Shape::Tuple(a), Shape::Tuple(b)) if a.len() == b.len() => {
                Some(Shape::Tuple(a.iter().zip(b).map(|(a, b)| a.join(b)).collect::<Option<_>>()?))
            }
            (Shape::Array { dtype, rank, views }, Shape::Array { dtype: d, rank: r, views: more })
                if (dtype, rank) == (d, r) =>
            {
                let mut views = views.clone();
                for v in more {
                    admit(&mut views, v, *rank)?;
                }
                Some(Shape::Array { dtype: *dtype, rank: *rank, views })
            }
            (Shape::List { base, depth, elem }, Shape::List { base: b, depth: d, elem: e })
                if (base, depth) == (b, d) =>
            {
                Some(Shape::List { base: *base, depth: *depth, elem: elem.join(e)? })
            }
            (a, b) => Some(Shape::Data(a.ty()?.join(&b.ty()?)?)),
        }
    }

    /// The numbers of the bases that a value of the shape refers to.
    pub fn bases(&self, out: &mut Vec<usize>) {
        match self {
            Shape::Tuple(ss) => ss.iter().for_each(|s| s.bases(out)),
            Shape::Array { views, .. } => out.extend(views.iter().map(|v| v.base)),
            Shape::List { base, .. } => out.push(*base),
            Shape::Data(_) | Shape::Module(_) => {}
        }
    }

    /// The type of a shape that can cross as a plain value.
    fn ty(&self) -> Option<T> {
        Some(match self {
            Shape::Data(t) => t.clone(),
            Shape::Tuple(s) => T::Tuple(s.iter().map(Shape::ty).collect::<Option<_>>()?),
            Shape::Array { dtype, rank, .. } => T::Array(*dtype, *rank),
            Shape::List { elem, .. } => T::List(Box::new(elem.clone())),
            _ => return None,
        })
    }
}

/// A form without known steps but 1 and -1: a recursion on `x[::2]` would have another one at every level.
fn general(form: Form) -> Form {
    let ix = |i: FormIx| if matches!(i, FormIx::Range(Some(k)) if k.abs() != 1) { FormIx::Range(None) } else { i };
    let seg = |s| match s {
        FormSeg::Affine(all, axes) => FormSeg::Affine(all.into_iter().map(ix).collect(), axes),
        s => s,
    };
    form.into_iter().map(seg).collect()
}

/// Makes room for a view among those that a value may be.
fn admit(views: &mut Vec<ViewShape>, v: &ViewShape, rank: usize) -> Option<()> {
    for w in views.iter_mut().filter(|w| w.base == v.base && w.writeable == v.writeable) {
        // The base's rank: an empty form is the base itself.
        let below = [&w.form, &v.form].iter().find_map(|f| match f.first() {
            Some(FormSeg::Affine(ix, _)) => Some(ix.len()),
            _ => None,
        });
        if let Some(form) = join_forms(&w.form, &v.form, below.unwrap_or(rank)) {
            let obj = if w.obj == v.obj { w.obj } else { usize::MAX };
            *w = ViewShape { form, order: w.order.join(&v.order), obj, ..w.clone() };
            return Some(());
        }
    }
    views.push(v.clone());
    (views.len() <= MAX_CANDIDATES).then_some(())
}

impl BaseShape {
    pub fn join(&self, other: &BaseShape) -> Option<BaseShape> {
        match (self, other) {
            (
                BaseShape::Array { dtype, sizes, order, frozen },
                BaseShape::Array { dtype: d, sizes: r, order: o, frozen: f },
            ) if dtype == d && sizes.len() == r.len() => {
                let sizes = sizes.iter().zip(r).map(|(a, b)| if a == b { *a } else { Size::Any }).collect();
                Some(BaseShape::Array { dtype: *dtype, sizes, order: order.join(o), frozen: frozen.or(*f) })
            }
            (
                BaseShape::List { elem, frozen, site, refs },
                BaseShape::List { elem: e, frozen: f, site: t, refs: r },
            ) => {
                let (frozen, site) = (frozen.or(*f), t.or(*site));
                Some(BaseShape::List { elem: elem.join(e)?, frozen, site, refs: *refs | *r })
            }
            (BaseShape::Region { kind, slots, frozen }, BaseShape::Region { kind: k, slots: n, frozen: f })
                if kind == k && slots == n =>
            {
                Some(BaseShape::Region { kind: kind.clone(), slots: *slots, frozen: frozen.or(*f) })
            }
            _ => None,
        }
    }

    pub fn frozen(&self) -> Freeze {
        match self {
            BaseShape::Array { frozen, .. } | BaseShape::List { frozen, .. } | BaseShape::Region { frozen, .. } => {
                *frozen
            }
        }
    }

    /// Of a base that crosses, made on the other side at `site` if it is a list.
    pub fn kind(&self, site: Site) -> BaseKind {
        match self {
            BaseShape::Array { dtype, order, .. } => BaseKind::Array { dtype: *dtype, order: order.clone() },
            BaseShape::List { .. } => BaseKind::List { site },
            BaseShape::Region { kind, slots, .. } => BaseKind::Region { kind: kind.clone(), slots: *slots },
        }
    }
}

impl<'a> Lower<'a, '_> {
    /// A list that crosses has columns: one that is made of slots is walked again with them.
    pub fn without_slots(&mut self, v: &Val<'a>) -> R<()> {
        for b in crate::merge::mentioned_bases(v) {
            if let BaseKind::Slots { site, .. } = self.base(b).kind {
                return Err(self.make_dynamic(site));
            }
        }
        Ok(())
    }

    /// The shape of a value, with its bases and objects numbered; `None`: it cannot cross a call.
    pub fn shape_of(&mut self, v: &Val<'a>, nums: &mut Numbering) -> Option<Shape> {
        Some(match v {
            Val::Module(m) => Shape::Module(m),
            Val::Tuple(vs) => Shape::Tuple(vs.iter().map(|v| self.shape_of(v, nums)).collect::<Option<Vec<_>>>()?),
            Val::Array(p) if self.spread(p, 0).iter().all(|c| c.path.is_empty() || self.is_region(c.base)) => {
                let mut views = vec![];
                for c in self.spread(p, 0) {
                    let obj = if c.obj == 0 { usize::MAX } else { number(&mut nums.objs, c.obj) };
                    let base = number(&mut nums.bases, c.base);
                    let (form, order) = (general(self.form_of(&c.segs)), c.order.clone());
                    let handle = self.is_region(c.base);
                    let view = ViewShape { base, handle, form, order, writeable: c.writeable, obj };
                    admit(&mut views, &view, self.base_rank(&c))?;
                }
                Shape::Array { dtype: p.dtype, rank: p.dims.len(), views }
            }
            Val::List(l) if l.class.is_some() => Shape::Data(self.type_of(v)),
            Val::List(l) if matches!(self.base(l.base).kind, BaseKind::List { .. }) => {
                let outer = l.path.iter().fold((*l.elem).clone(), |t, _| T::List(Box::new(t)));
                nums.elems.insert(l.base, outer);
                let base = number(&mut nums.bases, l.base);
                Shape::List { base, depth: l.path.len(), elem: (*l.elem).clone() }
            }
            Val::None | Val::Scalar(_) | Val::Str(_) | Val::Row(_) | Val::Range(_) | Val::Exc(_) | Val::Object(_) => {
                Shape::Data(self.type_of(v))
            }
            Val::Array(_) | Val::Union(_) | Val::Func(_) | Val::Builtin(_) | Val::Class(_) | Val::Method(_) => {
                for b in crate::merge::mentioned_bases(v) {
                    nums.copied.extend(self.roots(b));
                }
                let t = self.type_of(v);
                if holds_static(&t) {
                    return None;
                }
                Shape::Data(t)
            }
            _ => return None,
        })
    }

    /// The shape of a numbered base.
    pub fn base_shape(&mut self, id: BaseId, nums: &Numbering, made: bool) -> BaseShape {
        let frozen = self.base(id).frozen.or(self.base(id).merged).map(|f| f.site);
        match self.base(id).kind.clone() {
            BaseKind::List { site } => {
                let elem = nums.elems.get(&id).cloned().unwrap_or(T::Never);
                BaseShape::List { elem, frozen, site: made.then_some(site), refs: self.makes_refs(site) }
            }
            BaseKind::Array { dtype, order } => {
                let sizes = self.base_dims(id);
                let sizes = sizes.iter().map(|d| match d.as_const() {
                    Some(1) => Size::One,
                    _ if self.b.func.nonneg(&d.plus(-2)) => Size::Many,
                    _ => Size::Any,
                });
                BaseShape::Array { dtype, sizes: sizes.collect(), order, frozen }
            }
            BaseKind::Region { kind, slots } => BaseShape::Region { kind, slots, frozen },
            _ => unreachable!("only arrays and lists with columns are numbered"),
        }
    }

    /// The types of a base's columns.
    pub fn base_tys(&mut self, b: &BaseShape) -> Vec<Ty> {
        match b {
            BaseShape::Array { dtype, sizes, .. } => {
                let dims = sizes.iter().map(|s| match s {
                    Size::One => Dim::ONE,
                    _ => Dim::from(self.b.new_size()),
                });
                vec![Ty::Array(*dtype, dims.collect())]
            }
            BaseShape::List { elem, .. } => self.list_tys(elem),
            BaseShape::Region { kind, .. } => self.list_tys(&T::Array(kind.dtype, kind.rank)),
        }
    }

    /// The types of a shape's own variables.
    pub fn shape_tys(&mut self, s: &Shape) -> Vec<Ty> {
        match s {
            Shape::Data(t) => self.flat_tys(t),
            Shape::Tuple(ts) => ts.iter().flat_map(|t| self.shape_tys(t)).collect(),
            Shape::Array { views, .. } => {
                let sel = usize::from(views.len() > 1);
                vec![Ty::I64; sel + views.iter().map(|v| usize::from(v.handle) + form_len(&v.form)).sum::<usize>()]
            }
            Shape::List { depth, .. } => vec![Ty::I64; *depth],
            Shape::Module(_) => vec![],
        }
    }

    /// The variables of a value, seen as a shape that it is an instance of.
    pub fn cross(&mut self, v: &Val<'a>, s: &Shape, nums: &Numbering) -> R<Vec<Var>> {
        Ok(match (v, s) {
            (Val::Tuple(vs), Shape::Tuple(ss)) => {
                let mut out = vec![];
                for (v, s) in vs.iter().zip(ss) {
                    out.extend(self.cross(v, s, nums)?);
                }
                out
            }
            (Val::Array(p), Shape::Array { views, .. }) => {
                let like = |base: BaseId, v: &ViewShape| Place { base, writeable: v.writeable, ..p.clone() };
                let cands = views.iter().map(|v| {
                    let base = nums.bases[v.base];
                    Cand { base, fixed: None, handle: v.handle, form: v.form.clone(), like: like(base, v) }
                });
                let layout = Layout { cands: cands.collect(), ids: false };
                for c in self.spread(p, 0) {
                    self.check_live(c.base, c.epoch, &c.path)?;
                    if self.candidate_of(&layout, &c, c.base).is_none() {
                        return self.error("internal", "a call has no room for what this array may be");
                    }
                }
                self.encode_all(&layout, p, 0, &|q| (q.clone(), q.base))
            }
            (Val::List(l), Shape::List { elem, .. }) => {
                self.check_live(l.base, l.epoch, &l.path)?;
                if *l.elem != *elem {
                    self.widen_list(l, elem)?;
                }
                l.path.to_vec()
            }
            (v, Shape::Data(t)) => self.flatten(v, t)?,
            _ => vec![],
        })
    }

    /// The value of a shape on these bases and objects; `shared`: what crossed as a copy has other names.
    pub fn arrive(
        &mut self,
        s: &Shape,
        (bases, objs): (&[BaseId], &[u32]),
        vars: &mut dyn Iterator<Item = Var>,
        site: Site,
        shared: bool,
    ) -> Val<'a> {
        match s {
            Shape::Data(t) => {
                let v = self.unflatten(t, vars, site);
                if shared {
                    for b in crate::merge::mentioned_bases(&v) {
                        self.freeze_base(b, None);
                    }
                }
                v
            }
            Shape::Module(m) => Val::Module(m),
            Shape::Tuple(ss) => Val::Tuple(
                ss.iter().map(|s| self.arrive(s, (bases, objs), vars, site, shared)).collect::<Vec<_>>().into(),
            ),
            Shape::Array { dtype, views, .. } => {
                let cands = views.iter().map(|v| {
                    let like = Place {
                        base: bases[v.base],
                        path: Rc::new([]),
                        segs: Rc::new([]),
                        dtype: *dtype,
                        dims: Rc::new([]),
                        writeable: v.writeable,
                        id: None,
                        obj: objs.get(v.obj).copied().unwrap_or(0),
                        order: v.order.clone(),
                        epoch: 0,
                    };
                    Cand { base: bases[v.base], fixed: None, handle: v.handle, form: v.form.clone(), like }
                });
                Val::Array(self.decode(&Layout { cands: cands.collect(), ids: false }, vars))
            }
            Shape::List { base, depth, elem } => {
                let base = bases[*base];
                let path: Vec<Var> = (0..*depth).filter_map(|_| vars.next()).collect();
                Val::List(ListRef {
                    base,
                    path: path.into(),
                    elem: Rc::new(elem.clone()),
                    epoch: self.base(base).epoch,
                    display: None,
                    class: None,
                })
            }
        }
    }
}

/// Does a value of the type have parts that are known only while compiling?
pub fn holds_static(t: &T) -> bool {
    match t {
        T::Static(_) => true,
        T::Tuple(ts) | T::Union(ts) | T::Func(_, ts) => ts.iter().any(holds_static),
        T::List(t) | T::Row(t) | T::Maybe(t) => holds_static(t),
        _ => false,
    }
}

/// A type whose sizes are symbols of a signature, where they are not known.
pub fn own_dims(t: Ty, next: &mut u32) -> Ty {
    match t {
        Ty::Array(d, dims) => {
            let dims = dims.iter().map(|n| {
                if n.as_const().is_some() {
                    return n.clone();
                }
                *next += 1;
                Dim::from(quipu_ir::Sym(*next - 1))
            });
            Ty::Array(d, dims.collect())
        }
        t => t,
    }
}
