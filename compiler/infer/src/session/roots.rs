//! What a session keeps: the variables that its state mentions.

use super::{Ends, Entry, Kept, LAST, Names, RAISED_WORDS, Session, is_shown};
use crate::Cx;
use crate::expr::Args;
use crate::state::*;
use crate::value::*;
use quipu_abi::DType;
use quipu_ir::{Builder, Dim, Func, Sym, SymDef, Ty, Var, ops};
use quipu_syntax::Symbol;
use quipu_syntax::ast::{Stmt, StmtKind};
use rustc_hash::FxHashSet as HashSet;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

impl Names {
    /// What a walk knows behind a statement of the module.
    pub fn of(lw: &Lower<'static, '_>) -> Names {
        Names {
            bases: lw.bases.clone(),
            frames: lw.frames.clone(),
            next_obj: lw.next_obj,
            heaps: lw.heaps.clone(),
            loops: lw.loops,
            root_dims: lw.root_dims.clone(),
            trips: lw.trips.clone(),
            regions: lw.regions.clone(),
        }
    }

    /// Goes on.
    pub fn lower<'c>(self, b: Builder, cx: &'c mut Cx<'static>) -> Lower<'static, 'c> {
        let span = b.func.locs.last().map(|l| l.span);
        let span = span.unwrap_or(quipu_diagnostics::Span::new(quipu_diagnostics::FileId(0), 0, 0));
        Lower {
            bases: self.bases,
            next_obj: self.next_obj,
            heaps: self.heaps,
            loops: self.loops,
            root_dims: self.root_dims,
            regions: self.regions,
            trips: self.trips,
            ..Lower::new(cx, b, self.frames, span)
        }
    }

    /// The variables that are mentioned, and the symbols.
    fn roots(&self, f: &Func) -> (BTreeSet<Var>, BTreeSet<Sym>) {
        let mut r = Roots { names: self, vars: BTreeSet::new(), syms: BTreeSet::new(), bases: HashSet::default() };
        for v in self.frames.iter().flat_map(|f| f.slots.values()) {
            r.val(v);
        }
        for (_, id) in &self.regions {
            r.base(*id);
        }
        for ((id, v), dims) in &self.root_dims {
            if r.bases.contains(id) {
                r.vars.insert(*v);
                dims.iter().for_each(|d| r.dim(d));
            }
        }
        r.vars.extend(self.trips.iter().map(|t| t.1));
        for v in &r.vars {
            f.ty(*v).visit_syms(&mut |s| _ = r.syms.insert(s));
        }
        (r.vars, r.syms)
    }
}

/// The machine words of a value of this type.
fn words(ty: &Ty) -> usize {
    match ty {
        Ty::Scalar(d) => 1 + usize::from(d.is_complex()),
        Ty::Array(_, dims) => 1 + dims.len(),
        _ => 1,
    }
}

impl Lower<'static, '_> {
    /// A statement that changes nothing before it can raise for the last time.
    pub(super) fn plain_entry(&mut self, stmt: &'static Stmt, echo: bool, stored: &BTreeSet<Var>) -> R<Ends> {
        self.set_span(stmt.span);
        self.stmt = stmt.span;
        self.session_stmt(stmt, echo)?;
        Ok(Ends { address: None, done: self.keep(stored, None), caught: None })
    }

    /// Any statement.
    pub(super) fn guarded_entry(&mut self, stmt: &'static Stmt, echo: bool, stored: &BTreeSet<Var>) -> R<Ends> {
        self.set_span(stmt.span);
        self.stmt = stmt.span;
        let address = self.b.func.new_var(Ty::I64, false);
        let (done, caught) = (RefCell::new(None), RefCell::new(None));
        let site = self.site();
        self.guard_apart(
            site,
            &|lw| {
                lw.session_stmt(stmt, echo)?;
                lw.take_bases();
                *done.borrow_mut() = Some(lw.keep(stored, Some(address)));
                Ok(())
            },
            &|lw, code, text| {
                for (word, v) in [code, text].into_iter().enumerate() {
                    lw.b.emit_n(ops::Deposit { word }, &[address, v], vec![]);
                }
                lw.take_bases();
                *caught.borrow_mut() = Some(lw.keep(stored, Some(address)));
                Ok(())
            },
        )?;
        let Some(caught) = caught.into_inner() else {
            return self.error("internal", "a handler that was not walked");
        };
        // A statement that always raises has no end of its own.
        let done = done.into_inner().unwrap_or_else(|| caught.clone());
        Ok(Ends { address: Some(address), done, caught: Some(caught) })
    }

    /// What this point leaves. With an address it is left there.
    fn keep(&mut self, stored: &BTreeSet<Var>, address: Option<Var>) -> Kept {
        let names = Names::of(self);
        let (mut roots, syms) = names.roots(&self.b.func);
        for s in syms {
            match self.b.func.syms[s.index()].def {
                SymDef::Value(v) => _ = roots.insert(v),
                SymDef::Dim(..) => _ = roots.insert(self.b.size(&Dim::from(s))),
                SymDef::Free => {}
            }
        }
        let mut word = if address.is_some() { RAISED_WORDS } else { 0 };
        let mut results = vec![];
        for v in roots.iter().filter(|v| !stored.contains(v)) {
            results.push((*v, word));
            if let Some(address) = address {
                self.b.emit_n(ops::Deposit { word }, &[address, *v], vec![]);
            }
            word += words(self.b.func.ty(*v));
        }
        Kept { results, roots, names }
    }

    /// The value of an expression is shown, and is `_` from then on, if it is not None.
    fn session_stmt(&mut self, stmt: &'static Stmt, echo: bool) -> R<()> {
        let StmtKind::Expr(e) = &stmt.kind else { return self.block(std::slice::from_ref(stmt)) };
        if !echo {
            return self.block(std::slice::from_ref(stmt));
        }
        let v = self.expr(e)?;
        if matches!(v, Val::None) {
            return Ok(());
        }
        let display = self.module_attribute("sys", Symbol::new("displayhook"))?;
        self.call(&display, Args { pos: vec![v.clone()], kw: vec![] })?;
        if is_shown(&v) {
            self.set_slot(0, Symbol::new(LAST), v);
        }
        Ok(())
    }
}

/// Collects what values mention.
struct Roots<'s> {
    names: &'s Names,
    vars: BTreeSet<Var>,
    syms: BTreeSet<Sym>,
    bases: HashSet<BaseId>,
}

impl Roots<'_> {
    fn dim(&mut self, d: &Dim) {
        d.visit_syms(&mut |s| _ = self.syms.insert(s));
    }

    fn base(&mut self, id: BaseId) {
        if !self.bases.insert(id) {
            return;
        }
        let base = &self.names.bases[id.0 as usize];
        self.vars.extend(&base.cur);
        match &base.kind {
            BaseKind::Select { sel, cands, dims, .. } => {
                self.vars.insert(*sel);
                cands.iter().for_each(|p| self.place(p));
                dims.iter().for_each(|d| self.dim(d));
            }
            BaseKind::Choice { sel, cands } => {
                self.vars.insert(*sel);
                cands.iter().for_each(|l| self.list(l));
            }
            BaseKind::Array { .. } | BaseKind::List { .. } | BaseKind::Slots { .. } => {}
            BaseKind::Object { .. } | BaseKind::Region { .. } => {}
        }
    }

    fn place(&mut self, p: &Place) {
        self.base(p.base);
        self.vars.extend(p.path.iter().chain(&p.id));
        p.dims.iter().for_each(|d| self.dim(d));
        for seg in p.segs.iter() {
            match seg {
                Seg::Affine { ix, axes } => {
                    for i in ix {
                        match i {
                            AxIx::All => {}
                            AxIx::At(v) => _ = self.vars.insert(*v),
                            AxIx::Range { start, step, len } => {
                                self.vars.extend([*start, *step]);
                                self.dim(len);
                            }
                        }
                    }
                    for a in axes {
                        if let Axis::Repeat(d) = a {
                            self.dim(d);
                        }
                    }
                }
                Seg::Reshape(dims) => dims.iter().for_each(|d| self.dim(d)),
                Seg::Part(_) => {}
            }
        }
    }

    fn list(&mut self, l: &ListRef) {
        self.base(l.base);
        self.vars.extend(l.path.iter());
        for item in l.display.iter().flat_map(|d| &d.items) {
            match item {
                LeafVal::Scalar(s) => _ = self.vars.insert(s.var),
                LeafVal::List(l) => self.list(l),
                LeafVal::Array(p) => self.place(p),
            }
        }
    }

    fn object(&mut self, o: Object) {
        match o.at {
            At::Own(id) => self.base(id),
            At::Shared(v) => _ = self.vars.insert(v),
        }
    }

    fn val(&mut self, v: &Val<'static>) {
        match v {
            Val::Scalar(s) => _ = self.vars.insert(s.var),
            Val::Str(t) => _ = self.vars.insert(t.var),
            Val::Tuple(vs) => vs.iter().for_each(|v| self.val(v)),
            Val::Row(r) => self.vars.extend(r.cols.iter()),
            Val::Array(p) => self.place(p),
            Val::List(l) => self.list(l),
            Val::Fields(fs) => fs.iter().for_each(|(_, p)| self.place(p)),
            Val::Range(r) => self.vars.extend(r.iter().map(|s| s.var)),
            Val::Slice(s) => s.iter().for_each(|v| self.val(v)),
            Val::Func(c) => c.defaults.iter().for_each(|(_, v)| self.val(v)),
            Val::Method(m) => self.val(&m.0),
            Val::Object(o) => self.object(*o),
            Val::Super(s) => self.val(&s.0),
            Val::Exc(e) => self.vars.extend(e.code.iter().chain([&e.text])),
            Val::Union(u) => {
                self.vars.insert(u.tag);
                u.members.iter().for_each(|v| self.val(v));
            }
            Val::Maybe(m) => {
                self.vars.insert(m.0);
                self.val(&m.1);
            }
            Val::Iter(i) => match &**i {
                Iter::Zip(vs) | Iter::Display(vs) => vs.iter().for_each(|v| self.val(v)),
                Iter::Enumerate(v, s) => {
                    self.val(v);
                    self.vars.insert(s.var);
                }
                Iter::Reversed(v) | Iter::Transposed(v) => self.val(v),
                Iter::Map(f, vs, _) => {
                    self.val(f);
                    vs.iter().for_each(|v| self.val(v));
                }
                // Its frame is one of the state's.
                Iter::Generator(_) => {}
                Iter::Flat(p) => self.place(p),
                Iter::Entries(o, _) => self.object(*o),
            },
            Val::None | Val::Ellipsis | Val::Big(_) | Val::Builtin(_) | Val::Module(_) => {}
            Val::Class(_) | Val::Decorator(_) | Val::Unknown(_) => {}
        }
    }
}

impl Session {
    /// Names that mention these variables, or that the statement would have bound, denote nothing any more.
    pub(super) fn lose(&mut self, gone: &BTreeSet<Var>, entry: &Entry) {
        let before = self.names.clone();
        let mentions = |v: &Val<'static>| {
            let mut r =
                Roots { names: &before, vars: BTreeSet::new(), syms: BTreeSet::new(), bases: HashSet::default() };
            r.val(v);
            !r.vars.is_disjoint(gone)
        };
        for (f, after) in self.names.frames.iter_mut().zip(&entry.done.names.frames) {
            for (name, v) in f.slots.iter_mut() {
                let same = after.slots.get(name).is_some_and(|w| format!("{w:?}") == format!("{v:?}"));
                if mentions(v) || !same {
                    *v = Val::Unknown(entry.span);
                }
            }
            for name in after.slots.keys() {
                f.slots.entry(*name).or_insert(Val::Unknown(entry.span));
            }
        }
    }

    /// Takes up what the values of scalars say: whether a name is bound, which member of a union it is, what a number is.
    pub(super) fn learn(&mut self, bits: &dyn Fn(Var) -> Option<u64>) {
        for f in &mut self.names.frames {
            let slots = std::mem::take(&mut *f.slots);
            *f.slots = slots.into_iter().filter_map(|(n, v)| Some((n, learned(v, bits)?))).collect();
        }
    }
}

/// The value without what is known by now; `None` where a name is not bound.
fn learned(v: Val<'static>, bits: &dyn Fn(Var) -> Option<u64>) -> Option<Val<'static>> {
    Some(match v {
        Val::Maybe(m) => match bits(m.0) {
            Some(0) => return None,
            Some(_) => return learned(m.1.clone(), bits),
            None => Val::Maybe(m),
        },
        Val::Union(u) => match bits(u.tag).and_then(|k| u.members.get(k as usize)) {
            Some(member) => return learned(member.clone(), bits),
            None => Val::Union(u),
        },
        Val::Scalar(s) if !s.np && s.known.is_none() => {
            let known = bits(s.var).and_then(|b| match s.dtype {
                DType::I64 => Some(Known::Int(b as i64)),
                DType::F64 => Some(Known::Float(f64::from_bits(b))),
                DType::Bool => Some(Known::Bool(b & 1 != 0)),
                _ => None,
            });
            Val::Scalar(Scalar { known, ..s })
        }
        Val::Tuple(vs) => {
            let all: Vec<Val<'static>> = vs.iter().map(|v| learned(v.clone(), bits).unwrap_or(Val::None)).collect();
            Val::Tuple(Rc::from(all))
        }
        v => v,
    })
}
