//! Sizes on the way from one function (or block) to another.
//!
//! Types and ops hold dims, dims hold symbols, and a symbol belongs to the variable that defines it: the integer whose
//! value it is, or the first array that has it as a dim. So a copy of a program maps symbols as it binds variables:
//! the symbol of `SymDef::Value(s)` becomes the value of what `s` is bound to, that of `SymDef::Dim(s, axis)` that
//! variable's dim.

use quipu_ir::ops::{Op, Rule};
use quipu_ir::{Dim, Func, Sym, SymDef, Ty, Var};
use rustc_hash::FxHashMap as HashMap;

pub const PER_LANE: &str = "a size differs between lanes: pad to one size and mask with np.where";

/// Where symbols went. `None`: bound, but to something that is no single size (it differs between lanes).
#[derive(Clone, Debug, Default)]
pub struct Sizes {
    map: HashMap<Sym, Option<Dim>>,
}

/// The symbols that a variable defines, with the axis for dims.
pub fn defines(src: &Func, s: Var) -> Vec<(Sym, Option<usize>)> {
    match src.ty(s) {
        Ty::Scalar(_) => match src.vars[s.index()].value.as_ref().and_then(Dim::as_sym) {
            Some(n) if src.syms[n.index()].def == SymDef::Value(s) => vec![(n, None)],
            _ => vec![],
        },
        t => {
            let own = |(k, d): (usize, &Dim)| {
                let n = d.as_sym()?;
                (src.syms[n.index()].def == SymDef::Dim(s, k)).then_some((n, Some(k)))
            };
            t.dims().iter().enumerate().filter_map(own).collect()
        }
    }
}

impl Sizes {
    /// For a copy within one function: every symbol stands for itself until a variable that defines it is bound.
    pub fn identity(f: &Func) -> Sizes {
        let syms = (0..f.syms.len()).map(|k| Sym(k as u32));
        Sizes { map: syms.map(|s| (s, Some(Dim::from(s)))).collect() }
    }

    /// `s` of the source is `v` of the target; `on`: behind a batch dim.
    pub fn bind(&mut self, src: &Func, s: Var, target: &mut Func, v: Var, on: bool) {
        for (n, axis) in defines(src, s) {
            let d = match axis {
                None if on => None,
                None => Some(target.dim_of(v)),
                Some(k) => target.ty(v).dims().get(k + usize::from(on)).cloned(),
            };
            if let Some(d) = &d {
                self.facts(src, n, target, d);
            }
            self.map.insert(n, d);
        }
    }

    /// What is known of the symbol is known of the one that it became.
    fn facts(&self, src: &Func, n: Sym, target: &mut Func, d: &Dim) {
        let Some(m) = d.as_sym() else { return };
        let data = &src.syms[n.index()];
        let hi = data.hi.as_ref().and_then(|hi| self.mapped(hi).ok());
        let to = &mut target.syms[m.index()];
        to.lo = to.lo.max(data.lo);
        if to.hi.is_none() {
            to.hi = hi;
        }
    }

    /// The dim if all of its symbols are mapped.
    fn mapped(&self, d: &Dim) -> Rule<Dim> {
        let mut missing = None;
        let out = d.subst(&mut |n| match self.map.get(&n) {
            Some(Some(d)) => d.clone(),
            other => {
                missing = Some(other.is_some());
                Dim::from(0)
            }
        });
        match missing {
            None => Ok(out),
            Some(true) => Err(PER_LANE.into()),
            Some(false) => Err("a size is not known where it is needed".into()),
        }
    }

    /// The dim in the target. A symbol that nothing defines (each element of a list has its own) becomes one that
    /// nothing defines.
    pub fn dim(&mut self, src: &Func, target: &mut Func, d: &Dim) -> Rule<Dim> {
        d.visit_syms(&mut |n| {
            if src.syms[n.index()].def == SymDef::Free {
                self.map.entry(n).or_insert_with(|| Some(target.new_size().into()));
            }
        });
        self.mapped(d)
    }

    pub fn ty(&mut self, src: &Func, target: &mut Func, t: &Ty) -> Rule<Ty> {
        let mut t = t.clone();
        self.grow(&mut t);
        let mut fail = None;
        t.visit_dims_mut(&mut |d| match self.dim(src, target, d) {
            Ok(m) => *d = m,
            Err(e) => fail = Some(e),
        });
        fail.map_or(Ok(t), Err)
    }

    /// A tape whose capacity has no number in the target (it differs between lanes) grows there.
    fn grow(&self, t: &mut Ty) {
        if let Ty::Tape(_, cap) = t
            && cap.as_ref().is_some_and(|d| self.mapped(d).is_err())
        {
            *cap = None;
        }
    }

    pub fn op(&mut self, src: &Func, target: &mut Func, op: &Op) -> Rule<Op> {
        let mut op = op.clone();
        if let Op::TapeNew(t) = &mut op {
            self.grow(&mut t.0);
        }
        let mut fail = None;
        op.def_mut().visit_dims_mut(&mut |d| match self.dim(src, target, d) {
            Ok(m) => *d = m,
            Err(e) => fail = Some(e),
        });
        fail.map_or(Ok(op), Err)
    }

    /// The type for a parameter of its own: sizes that `s` defines are fresh.
    pub fn param(&mut self, src: &Func, target: &mut Func, s: Var) -> Rule<Ty> {
        for (n, axis) in defines(src, s) {
            if axis.is_some() {
                self.map.insert(n, Some(target.new_size().into()));
            }
        }
        self.ty(src, target, src.ty(s))
    }
}
