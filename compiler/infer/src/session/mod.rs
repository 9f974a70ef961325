//! Programs that come statement by statement: the walk of a module's body, stopped after each one.
//!
//! What a walk knows at a point is its state: names, bases with their versions, frames. A session keeps that state
//! between two statements; the variables of the core IR that it mentions (its *roots*) are values that whoever runs the
//! code keeps. So a statement becomes a function of the core IR of its own, whose parameters are the variables of
//! earlier statements that it needs and whose results are the roots that it made:
//! ```text
//! >>> a = np.zeros(n)        func (n) -> (a)
//! >>> a[0] = 1.0             func (consume a) -> (a')
//! ```
//! A size that the types of roots mention is a root as well, so that symbols keep a definition.
//!
//! **Exceptions.** After one the state is that of before the statement. That is CPython's where nothing was bound or
//! stored before the exception came. Any other statement (a loop, a call that stores into an array) is walked inside a
//! `try` that catches everything: its handler has the state as the exception found it. The two ways out are not joined:
//! each leaves its own roots in memory (`deposit`), and the session goes on with the state of the one that was taken.
//! Where such a `try` is outside the language, or its code would be much larger, there is none; then what the statement would
//! have changed is lost after an exception, and using it is an error (`failed`).
//!
//! **Values.** When a statement has run, values are at hand, and the state takes up what they say (`learn`): which
//! member of a union it is, whether a name is bound, what a number is. So what must be known while compiling, such as an
//! axis, may come from earlier statements.
//!
//! Facts about earlier statements cannot rise any more: their code has run. A statement that needs one is refused.

mod attributes;
mod roots;
mod widen;

use crate::state::*;
use crate::value::*;
use crate::{Cx, Library, generators, module_state};
use quipu_diagnostics::{Diagnostic, FileId, Span};
use quipu_ir::{Builder, Dim, Func, FuncId, Module, Sym, SymDef, Ty, Var};
use quipu_syntax::Symbol;
use quipu_syntax::ast::{self, Expr, Stmt, StmtKind};
use rustc_hash::FxHashMap as HashMap;
use std::collections::BTreeSet;

/// How often a statement may be walked: more means that it needs a fact about an earlier one.
const MAX_WALKS: usize = 60;

/// A guarded function that is so much larger than the plain one is not worth what it saves after an exception.
const LARGER: usize = 6;
const SMALL: usize = 400;

/// The last value that was shown.
const LAST: &str = "_";

/// What a caught exception leaves in front of everything else: its code and its text.
const RAISED_WORDS: usize = 2;

/// What a walk knows between two statements: `Lower` without what it borrows and without what is empty there.
#[derive(Clone)]
struct Names {
    bases: crate::shared::Table<Base>,
    frames: Vec<Frame<'static>>,
    next_obj: u32,
    heaps: Vec<BaseId>,
    loops: u32,
    root_dims: HashMap<(BaseId, Var), Vec<Dim>>,
    trips: Vec<(u32, Var)>,
    regions: Vec<(crate::region::Kind, BaseId)>,
}

/// A session: what is known after the statements so far.
pub struct Session {
    cx: Cx<'static>,
    b: Builder,
    names: Names,
    /// The variables that have values.
    stored: BTreeSet<Var>,
    /// Are the values of expressions shown?
    pub echo: bool,
}

/// A way for a statement to end.
#[derive(Clone)]
pub struct Kept {
    /// New variables that have values from then on, with the word where each begins.
    pub results: Vec<(Var, usize)>,
    /// The variables that the state mentions.
    roots: BTreeSet<Var>,
    names: Names,
}

/// A statement as a function of the core IR, which is the module's `main`.
pub struct Entry {
    pub module: Module,
    /// The variables that are its parameters, and whether it consumes them.
    pub params: Vec<(Var, bool)>,
    /// The parameter that is the address of the memory for results; if there is none, they are the function's.
    pub address: Option<Var>,
    pub done: Kept,
    /// The state after an exception that was caught. Its code and its text are the first two words in memory then; after
    /// anything else the first is 0.
    pub caught: Option<Kept>,
    /// What calls of `reveal_type` show.
    pub revealed: Vec<Diagnostic>,
    /// May it bind names before an exception comes?
    changes: bool,
    /// The parameters that it stores into: after the pipeline it may be copies of them.
    stores: BTreeSet<Var>,
    span: Span,
    b: Builder,
}

impl Entry {
    /// The statement's own function.
    pub fn func(&self) -> &Func {
        &self.module.funcs[self.module.main.map_or(0, FuncId::index)]
    }
}

impl std::fmt::Debug for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Entry").field("params", &self.params).field("results", &self.done.results).finish()
    }
}

fn module_of(file: FileId, body: Vec<Stmt>, span: Span) -> ast::Module {
    ast::Module { file, body, header_comments: vec![], span }
}

/// Something that lives as long as the process: a session's syntax trees and library are few and stay.
fn kept<X>(x: X) -> &'static X {
    Box::leak(Box::new(x))
}

impl Session {
    /// A session without statements. `file` is the one that its text comes in, piece by piece.
    pub fn new(file: FileId, library: Library) -> Session {
        let nothing: &'static ast::Module = kept(module_of(file, vec![], Span::new(file, 0, 0)));
        let mut cx = Cx::new(kept(library), kept(generators::Arena::default()));
        // What would have to be known where a view is made is taken to be so.
        cx.facts.identity = true;
        cx.facts.entered = true;
        let (b, _) = Builder::new("main", &[], 0);
        let lw = module_state(&mut cx, b, nothing, "__main__");
        let (names, b) = (Names::of(&lw), lw.b);
        Session { cx, b, names, stored: BTreeSet::new(), echo: true }
    }

    /// The next statement. The state changes with `done`, once it has run.
    pub fn enter(&mut self, stmt: Stmt, file: FileId) -> Result<Entry, Vec<Diagnostic>> {
        let span = stmt.span;
        let module = kept(module_of(file, vec![stmt], span));
        self.cx.index_entry(module);
        let plain = self.walks(module, false)?;
        // What changes before an exception comes must be found again after it.
        if is_compound(&module.body[0]) || !plain.stores.is_empty() {
            let most = equations(&plain) * LARGER + SMALL;
            if let Ok(entry) = self.walks(module, true)
                && equations(&entry) <= most
            {
                return Ok(entry);
            }
        }
        Ok(plain)
    }

    fn walks(&mut self, module: &'static ast::Module, guarded: bool) -> Result<Entry, Vec<Diagnostic>> {
        let stmt = &module.body[0];
        self.cx.rolling = Default::default();
        for _ in 0..MAX_WALKS {
            self.cx.start_walk();
            let mut lw = self.names.clone().lower(self.b.clone(), &mut self.cx);
            lw.open_regions();
            let r = match lw.open_columns().and_then(|()| lw.widen_lists(module.span)) {
                Ok(()) if guarded => lw.guarded_entry(stmt, self.echo, &self.stored),
                Ok(()) => lw.plain_entry(stmt, self.echo, &self.stored),
                Err(e) => Err(e),
            };
            let b = lw.b;
            match r {
                Ok(_) | Err(Stop::Ends) if self.cx.rose() => self.cx.facts_rose(),
                Ok(ends) => return Ok(self.finish(b, ends, stmt)),
                // It raises, whatever happens.
                Err(Stop::Ends) => {
                    let done = Kept { results: vec![], roots: self.stored.clone(), names: self.names.clone() };
                    return Ok(self.finish(b, Ends { address: None, done, caught: None }, stmt));
                }
                Err(Stop::Error(_)) if self.cx.rolling.unroll() => self.cx.facts_rose(),
                Err(Stop::Error(d)) => return Err(vec![*d]),
                Err(Stop::Restart(_)) => self.cx.facts_rose(),
                Err(Stop::Again(_)) => {
                    return Err(vec![Diagnostic::error("internal", "inference ended outside a path", module.span)]);
                }
            }
        }
        let d = Diagnostic::error(
            "session-form",
            "a value of an earlier statement would have to be made differently for this one",
            module.span,
        );
        Err(vec![d.help("enter the statement that makes it again together with this one, for example in a function")])
    }

    /// The statement has run to its end, or (`caught`) to an exception that its handler took. `bits` gives the values of
    /// scalars. Gives the variables that nobody mentions any more.
    pub fn done(&mut self, entry: Entry, caught: bool, bits: &dyn Fn(Var) -> Option<u64>) -> Vec<Var> {
        let kept = if caught { entry.caught.unwrap_or(entry.done) } else { entry.done };
        self.b = entry.b;
        self.names = kept.names;
        let consumed = |v: &Var| entry.params.contains(&(*v, true));
        let rest = self.stored.iter().filter(|v| !consumed(v)).copied();
        let (keep, garbage): (Vec<Var>, Vec<Var>) = rest.partition(|v| kept.roots.contains(v));
        self.stored = keep.into_iter().chain(kept.results.iter().map(|r| r.0)).collect();
        define_sizes(&mut self.b.func, &kept.roots);
        self.learn(bits);
        garbage
    }

    /// The statement was left by an exception that nothing caught. Gives the variables that have no values any more: what
    /// it would have changed is lost, and the names of it say so.
    pub fn failed(&mut self, entry: Entry) -> Vec<Var> {
        if entry.address.is_some() || (!entry.changes && entry.stores.is_empty()) {
            return vec![];
        }
        let gone: BTreeSet<Var> = entry.params.iter().filter(|p| p.1).map(|p| p.0).collect();
        // What it stores into is lost as well where it stays: the stores may have gone to a copy.
        self.lose(&gone.union(&entry.stores).copied().collect(), &entry);
        self.stored.retain(|v| !gone.contains(v));
        gone.into_iter().collect()
    }

    /// The names that are bound.
    pub fn names(&self) -> Vec<Symbol> {
        self.names.frames[0].slots.keys().copied().filter(|n| !n.as_str().starts_with('<')).collect()
    }

    fn finish(&mut self, mut b: Builder, ends: Ends, stmt: &Stmt) -> Entry {
        let Ends { address, done, caught } = ends;
        let results = if address.is_none() { done.results.iter().map(|r| r.0).collect() } else { vec![] };
        let mentioned = |v: &Var| done.roots.contains(v) || caught.as_ref().is_some_and(|k| k.roots.contains(v));
        let (module, params) = self.function(b.func.clone(), results, &mentioned, address);
        b.func.block_mut(Func::ENTRY).eqns.clear();
        let (changes, stores, span) = (is_compound(stmt), stored_into(&module, &params), stmt.span);
        Entry { module, params, address, done, caught, revealed: self.cx.take_revealed(), changes, stores, span, b }
    }

    /// The equations since the last statement as a function. It consumes what nobody mentions afterwards.
    fn function(
        &mut self,
        mut f: Func,
        results: Vec<Var>,
        mentioned: &dyn Fn(&Var) -> bool,
        address: Option<Var>,
    ) -> (Module, Vec<(Var, bool)>) {
        f.block_mut(Func::ENTRY).results = results;
        let mut needed: BTreeSet<Var> = f.free_vars(Func::ENTRY).into_iter().collect();
        needed.extend(self.sizes_needed(&f));
        needed.extend(address);
        let params: Vec<(Var, bool)> = needed.iter().map(|v| (*v, !mentioned(v) && f.ty(*v).is_place())).collect();
        f.block_mut(Func::ENTRY).params = params.iter().map(|(v, _)| *v).collect();
        f.consumes = params.iter().map(|(_, c)| *c).collect();
        let mut module = std::mem::take(&mut self.cx.module);
        module.main = Some(FuncId(module.funcs.len() as u32));
        module.funcs.push(f);
        (module, params)
    }

    /// The variables of earlier statements that give numbers to symbols in the function.
    fn sizes_needed(&self, f: &Func) -> BTreeSet<Var> {
        let mut syms: BTreeSet<Sym> = BTreeSet::new();
        let mut all = vec![];
        f.walk(Func::ENTRY, &mut |d| {
            all.extend(d.params.iter().chain(&d.results).copied());
            for e in &d.eqns {
                all.extend(e.args.iter().chain(&e.outs).copied());
                e.op.clone().def_mut().visit_dims_mut(&mut |d| d.visit_syms(&mut |s| _ = syms.insert(s)));
            }
        });
        for v in all {
            f.ty(v).visit_syms(&mut |s| _ = syms.insert(s));
        }
        let earlier = |v: &Var| self.stored.contains(v);
        syms.iter()
            .filter_map(|s| match f.syms[s.index()].def {
                SymDef::Value(v) => Some(v).filter(earlier),
                _ => None,
            })
            .collect()
    }
}

fn equations(entry: &Entry) -> usize {
    let mut n = 0;
    for f in &entry.module.funcs {
        f.walk(Func::ENTRY, &mut |d| n += d.eqns.len());
    }
    n
}

/// How a statement ends, while its function is made.
struct Ends {
    address: Option<Var>,
    done: Kept,
    caught: Option<Kept>,
}

/// Symbols in the types of roots are what their own variables say from now on, wherever they came from.
fn define_sizes(f: &mut Func, roots: &BTreeSet<Var>) {
    for v in roots {
        if let Some(s) = f.vars[v.index()].value.as_ref().and_then(Dim::as_sym)
            && *f.ty(*v) == Ty::I64
        {
            f.syms[s.index()].def = SymDef::Value(*v);
        }
    }
}

/// The parameters of the statement's function that it stores into: what earlier ones left.
fn stored_into(module: &Module, params: &[(Var, bool)]) -> BTreeSet<Var> {
    let f = &module.funcs[module.main.map_or(0, FuncId::index)];
    let earlier = |v: &Var| f.ty(*v).is_place() && params.iter().any(|(p, _)| p == v);
    let eqns = f.block(Func::ENTRY).eqns.iter();
    let args = eqns.flat_map(|e| e.args.iter().enumerate().filter(|(k, _)| e.op.def().consumes(*k)));
    args.map(|(_, v)| *v).filter(earlier).collect()
}

/// May it bind or store something before an exception comes?
fn is_compound(s: &Stmt) -> bool {
    let plain = |t: &Expr| matches!(t.kind, ast::ExprKind::Name(_));
    match &s.kind {
        StmtKind::If { .. } | StmtKind::While { .. } | StmtKind::For { .. } => true,
        StmtKind::Try { .. } | StmtKind::With { .. } | StmtKind::ClassDef(_) | StmtKind::Del(_) => true,
        StmtKind::Assign { targets, .. } => targets.len() > 1 && !targets.iter().all(plain),
        _ => false,
    }
}

/// Does a prompt show it?
fn is_shown(v: &Val<'_>) -> bool {
    !matches!(v, Val::None | Val::Union(_) | Val::Maybe(_))
}
