//! Values as lists of variables, and back: what blocks carry, functions return, and list elements are made of.

use crate::state::*;
use crate::value::*;
use crate::watch::{marked_size, size_letter};
use quipu_abi::DType;
use quipu_ir::ops::{self, Const};
use quipu_ir::{Dim, Ty, Var};
use std::rc::Rc;

impl<'a> Lower<'a, '_> {
    /// The type of a value as `reveal_type` shows it: sizes that are not known are letters, the same for equal sizes.
    pub fn shown_type(&mut self, v: &Val<'a>) -> String {
        let list = |lw: &mut Self, vs: &[Val<'a>]| -> Vec<String> { vs.iter().map(|v| lw.shown_type(v)).collect() };
        match v {
            Val::Array(p) => {
                let dims: Vec<String> = p.dims.to_vec().iter().map(|d| self.shown_size(d)).collect();
                format!("{}[{}]", p.dtype.name(), dims.join(", "))
            }
            Val::Tuple(vs) => format!("tuple<{}>", list(self, vs).join(", ")),
            Val::Union(u) => list(self, &u.members).join("|"),
            Val::Maybe(m) => format!("unbound|{}", self.shown_type(&m.1)),
            Val::Object(o) if self.is_record(*o) => match self.record_view(*o, crate::objects::Part::Items) {
                Ok(items) => {
                    let entry = |lw: &mut Self, v: &Val<'a>| match v {
                        Val::Tuple(kv) => match kv[0].str_known() {
                            Some(k) => format!("{k:?}: {}", lw.shown_type(&kv[1])),
                            None => format!("{}: {}", kv[0].int_known().unwrap_or(0), lw.shown_type(&kv[1])),
                        },
                        v => lw.shown_type(v),
                    };
                    let all: Vec<String> = items.iter().map(|v| entry(self, v)).collect();
                    format!("dict<{}>", all.join(", "))
                }
                Err(_) => "dict".into(),
            },
            v => self.type_of(v).to_string(),
        }
    }

    fn shown_size(&mut self, d: &Dim) -> String {
        let mut syms = vec![];
        d.visit_syms(&mut |s| syms.push(s));
        let function = self.b.func.name.clone();
        let marked = self.cx.mark_sizes;
        let names = &mut self.cx.size_names;
        for s in &syms {
            if !names.iter().any(|(f, t)| *f == function && t == s) {
                names.push((function.clone(), *s));
            }
        }
        d.show(&|s| {
            let k = names.iter().position(|(f, t)| *f == function && *t == s).unwrap_or(0);
            if marked { marked_size(k) } else { size_letter(k) }
        })
    }

    /// The type of a value.
    pub fn type_of(&self, v: &Val<'a>) -> T {
        match v {
            Val::None => T::None,
            Val::Scalar(s) => T::Scalar(s.dtype, s.np),
            Val::Str(_) => T::Str,
            Val::Tuple(t) => T::Tuple(t.iter().map(|v| self.type_of(v)).collect()),
            Val::Row(r) => T::Row(Box::new(r.elem.clone())),
            Val::Array(p) => T::Array(p.dtype, p.dims.len()),
            Val::List(ListRef { class: Some(c), .. }) => T::Object(*c),
            Val::List(l) => T::List(Box::new((*l.elem).clone())),
            Val::Range(_) => T::Range,
            Val::Union(u) => T::Union(u.members.iter().map(|m| self.type_of(m)).collect()),
            Val::Exc(_) => T::Exc,
            Val::Func(c) => self.function_type(c),
            Val::Builtin(b) => T::Func(FnId::Builtin(*b), vec![]),
            Val::Class(c) => T::Func(FnId::Class(*c), vec![]),
            Val::Big(_) => T::Static("an int beyond 64 bits"),
            Val::Method(m) if self.is_bound_method(m) => T::Func(FnId::Method(m.1), vec![self.type_of(&m.0)]),
            Val::Method(_) | Val::Super(_) => T::Static("a method"),
            Val::Fields(_) => T::Static("a structured array"),
            Val::Object(o) => T::Object(o.class),
            Val::Module(_) => T::Static("a module"),
            Val::Ellipsis => T::Static("Ellipsis"),
            Val::Slice(_) => T::Static("a slice"),
            Val::Decorator(_) => T::Static("a decorator"),
            Val::Iter(_) => T::Static("an iterator"),
            Val::Unknown(_) => T::Static("something that depends on where an exception was raised"),
            Val::Maybe(m) => T::Maybe(Box::new(self.type_of(&m.1))),
        }
    }

    /// The IR types that a type flattens to. Arrays have fresh sizes.
    pub fn flat_tys(&mut self, t: &T) -> Vec<Ty> {
        match t {
            T::Never | T::None | T::Static(_) => vec![],
            T::Scalar(d, _) => vec![Ty::Scalar(*d)],
            T::Str => vec![Ty::Str],
            T::Object(_) => vec![Ty::I64],
            T::Tuple(ts) | T::Func(_, ts) => ts.iter().flat_map(|t| self.flat_tys(t)).collect(),
            T::Array(d, rank) => {
                vec![Ty::Array(*d, (0..*rank).map(|_| Dim::from(self.b.new_size())).collect())]
            }
            T::Ref(r) => vec![Ty::I64; r.width()],
            T::List(e) | T::Row(e) => self.list_tys(e),
            T::Range => vec![Ty::I64; 3],
            T::Exc => vec![Ty::I64, Ty::Str],
            T::Maybe(t) => {
                let mut out = vec![Ty::BOOL];
                out.extend(self.flat_tys(t));
                out
            }
            T::Union(ms) => {
                let mut out = vec![Ty::I64];
                for m in ms {
                    out.extend(self.flat_tys(m));
                }
                out
            }
        }
    }

    /// The columns of a list of this element type: at least one, so that the length is somewhere.
    pub fn list_tys(&mut self, elem: &T) -> Vec<Ty> {
        let mut cols = self.flat_tys(elem);
        if cols.is_empty() {
            cols.push(Ty::BOOL);
        }
        cols.into_iter().map(|t| Ty::List(Box::new(t))).collect()
    }

    /// The variables of `v` seen as a `t` (a type that `v`'s type is below). Arrays and lists give their values.
    pub fn flatten(&mut self, v: &Val<'a>, t: &T) -> R<Vec<Var>> {
        if let T::Union(members) = t {
            return self.flatten_union(v, members);
        }
        if let T::Maybe(t) = t {
            let (bound, inner) = match v {
                Val::Maybe(m) => (m.0, m.1.clone()),
                v => (self.b.bool(true), v.clone()),
            };
            let mut out = vec![bound];
            match &inner {
                Val::Array(p) if matches!(v, Val::Maybe(_)) && self.reads_list(p) && **t == self.type_of(&inner) => {
                    out.push(self.read_if(bound, p)?);
                }
                inner => out.extend(self.flatten(inner, t)?),
            }
            return Ok(out);
        }
        match (v, t) {
            (Val::None, T::None) => Ok(vec![]),
            (Val::Scalar(s), T::Scalar(d, np)) if s.dtype == *d && s.np == *np => Ok(vec![s.var]),
            (Val::Str(s), T::Str) => Ok(vec![s.var]),
            (Val::Tuple(vs), T::Tuple(ts)) if vs.len() == ts.len() => {
                let mut out = vec![];
                for (v, t) in vs.iter().zip(ts) {
                    out.extend(self.flatten(v, t)?);
                }
                Ok(out)
            }
            (Val::Tuple(vs), T::Row(e)) => self.columns_of(&vs.clone(), e),
            (Val::Row(r), T::Row(e)) => self.row_columns(&r.clone(), e),
            (Val::Union(u), T::Row(_)) => {
                let all: Vec<usize> = (0..u.members.len()).collect();
                self.row_of_members(&u.clone(), &all, t)
            }
            (Val::Array(p), T::Array(d, rank)) if p.dtype == *d && p.dims.len() == *rank => Ok(vec![self.read(p)?]),
            (Val::Array(p), T::Ref(r)) if p.dtype == r.dtype && p.dims.len() == r.rank => self.reference(p, r),
            (Val::List(l), T::List(e)) => {
                if *l.elem != **e {
                    return self.widen_list(l, e);
                }
                self.list_values(l)
            }
            (Val::List(l), T::Object(c)) if c.is_list() => Ok(vec![self.list_number(l, *c)?]),
            (Val::Exc(e), T::Exc) => Ok(vec![self.exc_origin(e), e.text]),
            (Val::Func(_) | Val::Builtin(_) | Val::Class(_) | Val::Method(_), T::Func(id, ts)) => {
                self.flatten_function(v, *id, ts)
            }
            (Val::Object(o), T::Object(c)) if self.class_now(o.class) == self.class_now(*c) => {
                Ok(vec![self.object_number(*o)?])
            }
            (Val::Object(o), T::Object(c)) if o.class.meet(*c).is_some() => Err(self.unite(*o, *c)),
            (Val::Range(r), T::Range) => Ok(r.iter().map(|s| s.var).collect()),
            _ => {
                let have = self.type_of(v);
                let text = format!("expected a value of type {t}, found {have}");
                self.mismatch(&[t.clone(), have], text)
            }
        }
    }

    /// Is a place, or one that it may be, in a list? Where a name is not bound, the list may be empty.
    fn reads_list(&self, p: &Place) -> bool {
        !p.path.is_empty()
            || match &self.base(p.base).kind {
                BaseKind::Array { .. } => false,
                BaseKind::Select { cands, .. } => cands.iter().any(|c| self.reads_list(c)),
                _ => true,
            }
    }

    /// The value of a place where it is bound, else an empty array.
    fn read_if(&mut self, bound: Var, p: &Place) -> R<Var> {
        let (yes, _) = self.b.begin(&[]);
        let v = self.read(p);
        self.b.end(v.as_ref().map_or(&[], std::slice::from_ref));
        v?;
        let (no, _) = self.b.begin(&[]);
        let none = self.b.zeros(&Ty::Array(p.dtype, vec![Dim::from(0); p.dims.len()]));
        self.b.end(&[none]);
        Ok(self.b.emit_n(ops::If, &[bound], vec![yes, no])[0])
    }

    fn flatten_union(&mut self, v: &Val<'a>, members: &[T]) -> R<Vec<Var>> {
        if let Val::Union(u) = v {
            // A union in a wider one: the tag is renumbered by a chain of selects, each member goes to its place.
            let mut tag = self.b.i64(0);
            let mut cols: Vec<Option<Vec<Var>>> = vec![None; members.len()];
            // Tuples of several lengths may be one row.
            let mut rows = vec![];
            for (k, m) in u.members.iter().enumerate() {
                let mt = self.type_of(m);
                let Some(j) = members.iter().position(|t| member_fits(&mt, t)) else {
                    let text = format!("a value of type {mt} where {members:?} is expected");
                    return self.mismatch(&[members, &[mt]].concat(), text);
                };
                if let T::Row(_) = members[j] {
                    rows.push(k);
                    cols[j] = Some(vec![]);
                } else {
                    let flat = self.flatten(m, &members[j])?;
                    cols[j] = Some(flat);
                }
                let (here, num) = (self.b.i64(k as i64), self.b.i64(j as i64));
                let is = self.b.map(&ops::EQ, &[u.tag, here]);
                tag = self.b.select(is, num, tag);
            }
            if let Some(j) = members.iter().position(|t| matches!(t, T::Row(_))).filter(|_| !rows.is_empty()) {
                cols[j] = Some(self.row_of_members(&u.clone(), &rows, &members[j])?);
            }
            return self.union_columns(tag, members, cols);
        }
        let vt = self.type_of(v);
        let Some(j) = members.iter().position(|t| member_fits(&vt, t)) else {
            let text = format!("a value of type {vt} where {members:?} is expected");
            return self.mismatch(&[members, &[vt]].concat(), text);
        };
        let tag = self.b.i64(j as i64);
        let mut cols: Vec<Option<Vec<Var>>> = vec![None; members.len()];
        cols[j] = Some(self.flatten(v, &members[j])?);
        self.union_columns(tag, members, cols)
    }

    /// The columns of the row that a union is where it is one of these members.
    fn row_of_members(&mut self, u: &UnionVal<'a>, which: &[usize], t: &T) -> R<Vec<Var>> {
        let [first, rest @ ..] = which else { return Ok(self.dummies(t)) };
        if rest.is_empty() {
            return self.flatten(&u.members[*first], t);
        }
        let k = self.b.i64(*first as i64);
        let is = self.b.map(&ops::EQ, &[u.tag, k]);
        let (yes, _) = self.b.begin(&[]);
        let cols = self.flatten(&u.members[*first], t)?;
        self.b.end(&cols);
        let (no, _) = self.b.begin(&[]);
        let cols = self.row_of_members(u, rest, t)?;
        self.b.end(&cols);
        Ok(self.b.emit_n(ops::If, &[is], vec![yes, no]))
    }

    fn union_columns(&mut self, tag: Var, members: &[T], cols: Vec<Option<Vec<Var>>>) -> R<Vec<Var>> {
        let mut out = vec![tag];
        for (t, c) in members.iter().zip(cols) {
            match c {
                Some(c) => out.extend(c),
                None => out.extend(self.dummies(t)),
            }
        }
        Ok(out)
    }

    /// Values that nobody looks at.
    pub fn dummies(&mut self, t: &T) -> Vec<Var> {
        let tys = self.flat_tys(t);
        tys.into_iter().map(|t| self.dummy(&t)).collect()
    }

    pub fn dummy(&mut self, t: &Ty) -> Var {
        match t {
            Ty::Str => self.b.constant(Const::Str("".into())),
            Ty::List(e) => self.emit(ops::ListNew((**e).clone()), &[]),
            Ty::Array(d, dims) => {
                let dims = vec![Dim::from(0); dims.len()];
                self.b.zeros(&Ty::Array(*d, dims))
            }
            t => self.b.zeros(t),
        }
    }

    /// The same where arrays of this type had this memory order in NumPy.
    pub fn unflatten_in(
        &mut self,
        t: &T,
        vars: &mut dyn Iterator<Item = Var>,
        site: Site,
        order: Option<Order>,
    ) -> Val<'a> {
        match (t, order) {
            (T::Array(..), Some(order)) => {
                let v = vars.next().expect("as many variables as the type flattens to");
                self.fresh_in(v, order)
            }
            (T::Maybe(t), Some(order)) => {
                let bound = vars.next().expect("as many variables as the type flattens to");
                Val::Maybe(Rc::new((bound, self.unflatten_in(t, vars, site, Some(order)))))
            }
            _ => self.unflatten(t, vars, site),
        }
    }

    /// A value of this type from its variables.
    pub fn unflatten(&mut self, t: &T, vars: &mut dyn Iterator<Item = Var>, site: Site) -> Val<'a> {
        let mut next = || vars.next().expect("as many variables as the type flattens to");
        match t {
            T::Never | T::None | T::Static(_) => Val::None,
            T::Scalar(d, np) => Val::Scalar(Scalar { dtype: *d, np: *np, var: next(), known: None }),
            T::Str => Val::Str(Text { var: next(), known: None }),
            T::Object(c) if c.is_list() => self.shared_list(*c, next()),
            T::Object(c) => Val::Object(Object { class: self.class_now(*c), at: At::Shared(next()) }),
            T::Tuple(ts) => {
                let vs: Vec<Val<'a>> = ts.iter().map(|t| self.unflatten(t, vars, site)).collect();
                Val::Tuple(vs.into())
            }
            T::Func(id, ts) => self.unflatten_function(*id, ts, vars, site),
            T::Array(..) => {
                let v = next();
                self.fresh(v)
            }
            T::Ref(r) => {
                let layout = self.ref_layout(r);
                Val::Array(self.decode(&layout, vars))
            }
            T::List(e) => {
                let n = self.list_tys(e).len();
                let cur: Vec<Var> = (0..n).map(|_| next()).collect();
                self.list_base(cur, e, site)
            }
            T::Row(e) => {
                let n = self.list_tys(e).len();
                let cols = (0..n).map(|_| next()).collect();
                Val::Row(Rc::new(Row { cols, elem: (**e).clone() }))
            }
            T::Range => {
                let mut s = || Scalar { dtype: DType::I64, np: false, var: next(), known: None };
                Val::Range(Rc::new([s(), s(), s()]))
            }
            T::Exc => Val::Exc(Rc::new(Exc { kind: None, code: Some(next()), text: next(), class: None })),
            T::Maybe(t) => {
                let bound = next();
                Val::Maybe(Rc::new((bound, self.unflatten(t, vars, site))))
            }
            T::Union(ms) => {
                let tag = next();
                let members = ms.iter().map(|t| self.unflatten(t, vars, site)).collect();
                Val::Union(Rc::new(UnionVal { tag, members, power: None }))
            }
        }
    }

    /// A list whose columns are these variables.
    pub fn list_base(&mut self, cur: Vec<Var>, elem: &T, site: Site) -> Val<'a> {
        let base = self.new_base(cur, BaseKind::List { site });
        Val::List(ListRef::whole(base, Rc::new(elem.clone())))
    }

    /// Are two values the same at run time, by construction?
    pub fn same(&self, a: &Val<'a>, b: &Val<'a>) -> bool {
        match (a, b) {
            (Val::None, Val::None) | (Val::Ellipsis, Val::Ellipsis) => true,
            (Val::Scalar(a), Val::Scalar(b)) => {
                a.dtype == b.dtype
                    && a.np == b.np
                    && (a.var == b.var
                        || match (a.known, b.known) {
                            (Some(Known::Float(x)), Some(Known::Float(y))) => x.to_bits() == y.to_bits(),
                            (Some(x), Some(y)) => x == y,
                            _ => false,
                        })
            }
            (Val::Str(a), Val::Str(b)) => a.var == b.var || (a.known.is_some() && a.known == b.known),
            (Val::Tuple(a), Val::Tuple(b)) => {
                a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| self.same(a, b))
            }
            (Val::Row(a), Val::Row(b)) => a.cols == b.cols && a.elem == b.elem,
            (Val::Array(a), Val::Array(b)) => {
                a.base == b.base && a.path == b.path && a.segs == b.segs && a.dims == b.dims && a.obj == b.obj
            }
            (Val::Fields(a), Val::Fields(b)) => {
                let same = |(x, y): (&(_, Place), &(_, Place))| {
                    x.0 == y.0 && self.same(&Val::Array(x.1.clone()), &Val::Array(y.1.clone()))
                };
                a.len() == b.len() && a.iter().zip(b.iter()).all(same)
            }
            (Val::List(a), Val::List(b)) => a.base == b.base && a.path == b.path && a.elem == b.elem,
            (Val::Range(a), Val::Range(b)) => a.iter().zip(b.iter()).all(|(a, b)| a.var == b.var),
            (Val::Func(a), Val::Func(b)) => {
                let all = |a: &Closure<'a>, b: &Closure<'a>| {
                    a.defaults.iter().zip(&b.defaults).all(|((_, x), (_, y))| self.same(x, y))
                };
                Rc::ptr_eq(a, b) || (a.id == b.id && a.frame == b.frame && a.marks == b.marks && all(a, b))
            }
            (Val::Builtin(a), Val::Builtin(b)) => a == b,
            (Val::Module(a), Val::Module(b)) => a == b,
            (Val::Class(a), Val::Class(b)) => a == b,
            (Val::Decorator(a), Val::Decorator(b)) => a == b,
            (Val::Union(a), Val::Union(b)) => Rc::ptr_eq(a, b) || a.tag == b.tag,
            (Val::Method(a), Val::Method(b)) => {
                Rc::ptr_eq(a, b) || (a.1 == b.1 && self.is_bound_method(a) && self.same(&a.0, &b.0))
            }
            (Val::Object(a), Val::Object(b)) => a.class == b.class && a.at == b.at,
            (Val::Super(a), Val::Super(b)) => a.1 == b.1 && self.same(&a.0, &b.0),
            (Val::Iter(a), Val::Iter(b)) => match (&**a, &**b) {
                (Iter::Generator(a), Iter::Generator(b)) => a.frame == b.frame,
                _ => Rc::ptr_eq(a, b),
            },
            (Val::Slice(a), Val::Slice(b)) => a.iter().zip(b.iter()).all(|(a, b)| self.same(a, b)),
            (Val::Exc(a), Val::Exc(b)) => Rc::ptr_eq(a, b),
            (Val::Unknown(a), Val::Unknown(b)) => a == b,
            (Val::Maybe(a), Val::Maybe(b)) => a.0 == b.0 && self.same(&a.1, &b.1),
            _ => false,
        }
    }
}

/// Can a value of type `t` be the member `m` of a union?
pub fn member_fits(t: &T, m: &T) -> bool {
    match (t, m) {
        (T::List(a), T::List(b)) => a == b || **a == T::Never,
        (T::Tuple(a), T::Tuple(b)) => a.len() == b.len(),
        (T::Tuple(_) | T::Row(_), T::Row(_)) => true,
        (T::Func(a, _), T::Func(b, _)) => a == b,
        (T::Object(a), T::Object(b)) => a == b || a.meet(*b).is_some(),
        (T::List(_), T::Object(c)) => c.is_list(),
        (T::Array(d, r), T::Ref(refs)) => refs.dtype == *d && refs.rank == *r,
        _ => t == m,
    }
}

/// How many variables a type flattens to.
pub fn flat_len(t: &T) -> usize {
    match t {
        T::Never | T::None | T::Static(_) => 0,
        T::Scalar(..) | T::Str | T::Array(..) | T::Object(_) => 1,
        T::Exc => 2,
        T::Ref(r) => r.width(),
        T::Tuple(ts) => ts.iter().map(flat_len).sum(),
        T::List(e) | T::Row(e) => flat_len(e).max(1),
        T::Range => 3,
        T::Maybe(t) => 1 + flat_len(t),
        T::Union(ms) => 1 + ms.iter().map(flat_len).sum::<usize>(),
        T::Func(_, ts) => ts.iter().map(flat_len).sum(),
    }
}
