//! Checks what every pass may rely on. Run after each pass in debug builds and in tests.
//!
//! 1. Every variable is defined once, and used only where its definition dominates: later in the same block, or in a
//!    block nested there. Every block belongs to one equation.
//! 2. The typing rule of an op gives the types that its results have; a symbol that the rule makes may be recorded
//!    as any dim. Values that flow along the edges of control ops (operand to parameter, result to parameter or
//!    result) have the dims of where they go, but for symbols that are defined there.
//! 3. A place that is consumed (by an operand, or as a block's result) is not used again, nor is it another operand
//!    or a capture of the equation that consumes it.
//! 4. A block consumes only what it defines: parameters of the entry that callers lend, the parameters of a
//!    `while`'s condition and captures are borrowed.
//! 5. `raise` is the last equation of its block, and a block that always raises has no results.
//! 6. Symbols in an op's attributes and in types are defined by a variable in scope. Types of elements of lists,
//!    tapes and cells are exempt: their symbols may be each element's own.
//! 7. A call agrees with the function that it calls (`verify_module`).

use super::text::Shown;
use crate::core::{Block, Dim, Eqn, Func, Loc, Module, Sym, SymDef, Ty, Var};
use crate::ops::Op;
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

/// A broken invariant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VerifyError {
    pub func: String,
    /// The equation.
    pub loc: Option<Loc>,
    pub message: String,
}

impl std::fmt::Display for VerifyError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "@{}: {}", self.func, self.message)
    }
}

impl std::error::Error for VerifyError {}

pub fn verify_module(module: &Module) -> Result<(), VerifyError> {
    for f in &module.funcs {
        verify(f)?;
        for e in f.blocks.iter().flat_map(|b| &b.eqns) {
            let Op::Call(c) = &e.op else { continue };
            let fail = |message: String| Err(VerifyError { func: f.name.clone(), loc: Some(e.loc), message });
            let Some(callee) = module.funcs.get(c.func.index()) else {
                return fail(format!("call of {}, which the module does not have", c.func));
            };
            let sig = callee.signature();
            let kinds = |a: &[Ty], b: &[Ty]| a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_kind(a, b));
            let results = callee.diverges(Func::ENTRY) || kinds(&sig.results, &c.sig.results);
            if !kinds(&sig.params, &c.sig.params) || !results {
                return fail(format!("call of @{} with another signature than it has", callee.name));
            }
            if sig.consumes != c.sig.consumes {
                return fail(format!("call of @{} does not agree on what it consumes", callee.name));
            }
        }
    }
    Ok(())
}

pub fn verify(func: &Func) -> Result<(), VerifyError> {
    let mut defs: HashMap<Var, Vec<Sym>> = HashMap::default();
    for (k, s) in func.syms.iter().enumerate() {
        if let SymDef::Value(v) | SymDef::Dim(v, _) = s.def {
            defs.entry(v).or_default().push(Sym(k as u32));
        }
    }
    let mut cx = Verify { func, scratch: func.clone(), defs, defined: HashSet::default(), loc: None };
    cx.tree()?;
    let entry = &func.block(Func::ENTRY).params;
    if func.consumes.len() != entry.len() {
        return cx.fail("`consumes` is not about every parameter");
    }
    let lent = entry.iter().enumerate().filter(|(k, _)| !func.consumes[*k]).map(|(_, v)| *v).collect();
    cx.block(Func::ENTRY, &HashSet::default(), &lent)
}

struct Verify<'f> {
    func: &'f Func,
    /// Where typing rules are run, which make symbols.
    scratch: Func,
    /// The symbols that each variable defines.
    defs: HashMap<Var, Vec<Sym>>,
    defined: HashSet<Var>,
    loc: Option<Loc>,
}

impl Verify<'_> {
    fn fail<T>(&self, message: impl Into<String>) -> Result<T, VerifyError> {
        Err(VerifyError { func: self.func.name.clone(), loc: self.loc, message: message.into() })
    }

    fn name(&self, v: Var) -> String {
        Shown::of(self.func).var(v)
    }

    /// `outer` is what encloses the block; `lent` are those of its parameters that it must not consume.
    fn block(&mut self, block: Block, outer: &HashSet<Var>, lent: &HashSet<Var>) -> Result<(), VerifyError> {
        let data = self.func.block(block);
        let mut scope = outer.clone();
        let mut own = HashSet::default();
        self.define(&data.params, &mut scope)?;
        own.extend(data.params.iter().filter(|v| !lent.contains(v)).copied());
        let mut dead = HashSet::default();
        for (k, e) in data.eqns.iter().enumerate() {
            self.loc = Some(e.loc);
            if matches!(e.op, Op::Raise(_)) && k + 1 < data.eqns.len() {
                return self.fail("`raise` is not the last equation of its block");
            }
            self.eqn(e, &scope, &own, &mut dead)?;
            self.define(&e.outs, &mut scope)?;
            own.extend(e.outs.iter().copied());
        }
        if self.func.diverges(block) && !data.results.is_empty() {
            return self.fail("a block that always raises has results");
        }
        for r in &data.results {
            self.in_scope(*r, &scope, &dead, "the end of a block")?;
            if self.func.ty(*r).is_place() {
                if !own.contains(r) {
                    return self.fail(format!("the result {} is only borrowed", self.name(*r)));
                }
                if !dead.insert(*r) {
                    return self.fail(format!("{} is a result twice", self.name(*r)));
                }
            }
        }
        Ok(())
    }

    /// Blocks form a tree, and everything that is named exists: what the rest of the checks walks over.
    fn tree(&self) -> Result<(), VerifyError> {
        let (mut todo, mut seen) = (vec![Func::ENTRY], HashSet::default());
        let missing = |v: &&Var| v.index() >= self.func.vars.len();
        while let Some(b) = todo.pop() {
            let Some(data) = self.func.blocks.get(b.index()) else {
                return self.fail(format!("{b} does not exist"));
            };
            if !seen.insert(b) {
                return self.fail(format!("{b} belongs to two equations"));
            }
            let vars = data.eqns.iter().flat_map(|e| e.args.iter().chain(&e.outs));
            if let Some(v) = data.params.iter().chain(&data.results).chain(vars).find(missing) {
                return self.fail(format!("{v} does not exist"));
            }
            todo.extend(data.eqns.iter().flat_map(|e| &e.blocks));
        }
        Ok(())
    }

    fn define(&mut self, vars: &[Var], scope: &mut HashSet<Var>) -> Result<(), VerifyError> {
        for v in vars {
            if !self.defined.insert(*v) {
                return self.fail(format!("{} is defined twice", self.name(*v)));
            }
            scope.insert(*v);
        }
        for v in vars {
            let data = &self.func.vars[v.index()];
            for d in data.ty.dims().iter().chain(&data.value) {
                self.syms(d, scope, &|| format!("the type of {}", self.name(*v)))?;
            }
        }
        Ok(())
    }

    fn syms(&self, d: &Dim, scope: &HashSet<Var>, what: &dyn Fn() -> String) -> Result<(), VerifyError> {
        let mut missing: Option<Sym> = None;
        d.visit_syms(&mut |s| {
            let known = match self.func.syms.get(s.index()).map(|s| s.def) {
                Some(SymDef::Value(v) | SymDef::Dim(v, _)) => scope.contains(&v),
                Some(SymDef::Free) | None => false,
            };
            if !known {
                missing = Some(s);
            }
        });
        match missing {
            Some(s) if s.index() < self.func.syms.len() => {
                self.fail(format!("{} has the symbol {}, which is not in scope", what(), Shown::of(self.func).sym(s)))
            }
            Some(s) => self.fail(format!("{} has the symbol {s}, which does not exist", what())),
            None => Ok(()),
        }
    }

    fn in_scope(&self, v: Var, scope: &HashSet<Var>, dead: &HashSet<Var>, at: &str) -> Result<(), VerifyError> {
        if !scope.contains(&v) {
            return self.fail(format!("{at}: {} is not in scope", self.name(v)));
        }
        if dead.contains(&v) {
            return self.fail(format!("{at}: {} was consumed before", self.name(v)));
        }
        Ok(())
    }

    fn eqn(
        &mut self,
        e: &Eqn,
        scope: &HashSet<Var>,
        own: &HashSet<Var>,
        dead: &mut HashSet<Var>,
    ) -> Result<(), VerifyError> {
        let def = e.op.def();
        let name = def.name();
        for v in &e.args {
            self.in_scope(*v, scope, dead, name)?;
        }
        let captures: HashSet<Var> = e.blocks.iter().flat_map(|b| self.func.free_vars(*b)).collect();
        if let Some(v) = captures.iter().filter(|v| dead.contains(v)).min() {
            return self.fail(format!("{name}: {} was consumed before", self.name(*v)));
        }
        for (k, v) in e.args.iter().enumerate() {
            if !def.consumes(k) || !self.func.ty(*v).is_place() {
                continue;
            }
            if !own.contains(v) {
                return self.fail(format!("{name}: consumes {}, which is only borrowed here", self.name(*v)));
            }
            if !dead.insert(*v) || e.args.iter().enumerate().any(|(j, w)| j != k && w == v) {
                return self.fail(format!("{name}: consumes {}, which is another operand too", self.name(*v)));
            }
            if captures.contains(v) {
                return self.fail(format!("{name}: consumes and captures {}", self.name(*v)));
            }
        }
        for (k, b) in e.blocks.iter().enumerate() {
            let condition = matches!(e.op, Op::While(_)) && k == 0;
            let lent =
                if condition { self.func.block(*b).params.iter().copied().collect() } else { HashSet::default() };
            let loc = self.loc;
            self.block(*b, scope, &lent)?;
            self.loc = loc;
        }
        let mut op = e.op.clone();
        let mut dims = vec![];
        op.def_mut().visit_dims_mut(&mut |d| dims.push(d.clone()));
        // The element type of a new list or tape is a type of elements.
        let elements = match &e.op {
            Op::ListNew(_) => true,
            Op::TapeNew(t) => {
                dims.clear();
                if let Ty::Tape(_, cap) = &t.0 {
                    dims.extend(cap.clone());
                }
                false
            }
            _ => false,
        };
        if !elements {
            dims.iter().try_for_each(|d| self.syms(d, scope, &|| name.to_string()))?;
        }
        self.types(e)?;
        self.flow(e)
    }

    /// The values that a control op hands on fit where they go.
    fn flow(&self, e: &Eqn) -> Result<(), VerifyError> {
        let block = |k: usize| self.func.block(e.blocks[k]);
        let yields = |k: usize| Some(&block(k).results[..]).filter(|_| !self.func.diverges(e.blocks[k]));
        match &e.op {
            Op::If(_) | Op::Try(_) => {
                for k in 0..2 {
                    if matches!(e.op, Op::If(_)) {
                        self.fits(e, &e.args[1..], &block(k).params)?;
                    }
                    yields(k).map_or(Ok(()), |r| self.fits(e, r, &e.outs))?;
                }
            }
            Op::For(_) => {
                let params = &block(0).params[1..];
                self.fits(e, &e.args[1..], params)?;
                self.fits(e, &e.args[1..], &e.outs)?;
                if let Some(r) = yields(0) {
                    self.fits(e, r, params)?;
                    self.fits(e, r, &e.outs)?;
                }
            }
            Op::While(_) => {
                let to = [&block(0).params, &block(1).params, &e.outs];
                for from in [Some(&e.args[..]), yields(1)].into_iter().flatten() {
                    to.iter().try_for_each(|to| self.fits(e, from, to))?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Have the values `from` the types of `to`, where the symbols that `to` defines are read off `from`? What is
    /// left over on either side is no array.
    fn fits(&self, e: &Eqn, from: &[Var], to: &[Var]) -> Result<(), VerifyError> {
        let mut at_to: HashMap<Sym, Option<Dim>> = HashMap::default();
        for (place, t) in to.iter().enumerate() {
            for s in self.defs.get(t).into_iter().flatten() {
                let known = from.get(place).and_then(|f| match self.func.syms[s.index()].def {
                    SymDef::Dim(_, axis) => self.func.ty(*f).dims().get(axis).cloned(),
                    _ => self.func.vars[f.index()].value.clone(),
                });
                at_to.insert(*s, known);
            }
        }
        for (f, t) in from.iter().zip(to) {
            for (have, want) in self.func.ty(*f).dims().iter().zip(self.func.ty(*t).dims()) {
                let mut unknown = false;
                let want = want.subst(&mut |s| match at_to.get(&s) {
                    Some(Some(d)) => d.clone(),
                    Some(None) => {
                        unknown = true;
                        s.into()
                    }
                    None => s.into(),
                });
                if !unknown && want != *have {
                    let (names, op) = (Shown::of(self.func), e.op.def().name());
                    let (ft, tt) = (names.ty(self.func.ty(*f)), names.ty(self.func.ty(*t)));
                    let (f, t) = (names.var(*f), names.var(*t));
                    return self.fail(format!("{op}: {f} of type {ft} becomes {t} of type {tt}"));
                }
            }
        }
        Ok(())
    }

    /// Runs the typing rule again.
    fn types(&mut self, e: &Eqn) -> Result<(), VerifyError> {
        let name = e.op.def().name();
        let old = self.scratch.syms.len();
        let tys = match e.op.def().infer(&mut self.scratch, &e.args, &e.blocks) {
            Ok(tys) => tys,
            Err(message) => return self.fail(format!("{name}: {message}")),
        };
        if tys.len() != e.outs.len() {
            return self.fail(format!("{name}: {} results, not {}", e.outs.len(), tys.len()));
        }
        let mut fresh: HashMap<Sym, Dim> = HashMap::default();
        let own = |s: Sym| matches!(self.func.syms[s.index()].def, SymDef::Dim(v, _) if e.outs.contains(&v));
        for (v, want) in e.outs.iter().zip(&tys) {
            let have = self.func.ty(*v);
            let mut ok = same_kind(have, want);
            super::text::pair_dims(want, have, &mut |w, h| {
                ok &= match w.as_sym().filter(|s| s.index() >= old) {
                    Some(s) => fresh.entry(s).or_insert_with(|| h.clone()) == h,
                    // A size that a result defines itself says less than the op does, since a pass learned more.
                    None => w == h || h.as_sym().is_some_and(own),
                }
            });
            if !ok {
                let names = Shown::of(self.func);
                let (want, have, v) = (names.ty(want), names.ty(have), names.var(*v));
                return self.fail(format!("{name}: {v} has the type {have}, but the op gives {want}"));
            }
        }
        Ok(())
    }
}

/// Equal but for dims.
fn same_kind(a: &Ty, b: &Ty) -> bool {
    match (a, b) {
        (Ty::Array(d, m), Ty::Array(e, n)) => d == e && m.len() == n.len(),
        (Ty::List(a), Ty::List(b)) | (Ty::Cell(a), Ty::Cell(b)) => same_kind(a, b),
        (Ty::Tape(a, m), Ty::Tape(b, n)) => m.is_some() == n.is_some() && same_kind(a, b),
        _ => a == b,
    }
}
