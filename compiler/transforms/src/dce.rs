//! Drops what nobody needs: pure equations without a used result, and slots of control ops.
//!
//! ```text
//! %a, %b = for %i < %n carry (%x: f64 = %s, %y: f64[m] = %t, %z: f64 = %u) {
//!     ..                      ; reads %y
//!     yield %x2, %y, %z2
//! }                           ; only %a is used
//! =>
//! %a = for %i < %n carry (%x: f64 = %s) {
//!     ..                      ; reads %t
//!     yield %x2
//! }
//! ```
//! Two steps until nothing changes. A carried value that every trip yields unchanged becomes its initial value. Then
//! marking from what must stay (results, effects) through operands and through the symbols of dims; a slot of a
//! control op stays if any of its variables is marked. Because pushing to a tape has no effect, a tape that nobody
//! pops goes with all its pushes. A loop without effects is dropped even if it might not end.
//!
//! Other effects are taken as they are declared. A cell is what its reads make of it: one that is written and never
//! read goes, and a cell that is read keeps all that is written to it.

use quipu_ir::ops::{Effects, Op};
use quipu_ir::{Block, Dim, Eqn, Func, Sym, SymDef, Var};
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

/// Returns whether anything changed.
pub fn dce(func: &mut Func) -> bool {
    let mut changed = false;
    while unchanged(func) || sweep(func) {
        changed = true;
    }
    changed
}

/// Replaces carried values that are yielded as they came.
fn unchanged(func: &mut Func) -> bool {
    let mut map = HashMap::default();
    collect_unchanged(func, Func::ENTRY, &mut map);
    if map.is_empty() {
        return false;
    }
    // The initial value may be replaced in turn: that of an inner loop by the outer loop's.
    let last = |mut v: Var| {
        while let Some(w) = map.get(&v) {
            v = *w;
        }
        v
    };
    let map: HashMap<Var, Var> = map.keys().map(|v| (*v, last(*v))).collect();
    func.subst(Func::ENTRY, &map);
    move_symbols(func, &map);
    true
}

/// Drops the slots, and says by what their variables must be replaced.
fn collect_unchanged(func: &mut Func, at: Block, map: &mut HashMap<Var, Var>) {
    let mut data = std::mem::take(func.block_mut(at));
    for e in &mut data.eqns {
        e.blocks.iter().for_each(|b| collect_unchanged(func, *b, map));
        // The carried values are the last parameters of every block, and the last operands.
        let n = match &e.op {
            Op::For(_) => e.args.len() - 1,
            Op::While(_) => e.args.len(),
            _ => continue,
        };
        let Some(body) = e.blocks.last().copied().filter(|b| !func.diverges(*b)) else { continue };
        let first = e.args.len() - n;
        for slot in (0..n).rev() {
            if func.block(body).results[slot] != func.block(body).params[first + slot] {
                continue;
            }
            let init = e.args.remove(first + slot);
            map.insert(e.outs.remove(slot), init);
            func.block_mut(body).results.remove(slot);
            for b in &e.blocks {
                map.insert(func.block_mut(*b).params.remove(first + slot), init);
            }
        }
    }
    *func.block_mut(at) = data;
}

/// Symbols that a replaced variable defines become what they are for the variable that replaces it.
fn move_symbols(func: &mut Func, map: &HashMap<Var, Var>) {
    let mut to: HashMap<Sym, Dim> = HashMap::default();
    for k in 0..func.syms.len() {
        let dim = match func.syms[k].def {
            SymDef::Dim(v, axis) if map.contains_key(&v) => func.ty(map[&v]).dims()[axis].clone(),
            SymDef::Value(v) if map.contains_key(&v) => func.dim_of(map[&v]),
            _ => continue,
        };
        let s = Sym(k as u32);
        if dim != Dim::from(s) {
            to.insert(s, dim);
        }
        // Should both types have the symbol, it has a definition still.
        func.syms[k].def = match func.syms[k].def {
            SymDef::Dim(v, axis) => SymDef::Dim(map[&v], axis),
            SymDef::Value(v) => SymDef::Value(map[&v]),
            SymDef::Free => SymDef::Free,
        };
    }
    if to.is_empty() {
        return;
    }
    // What a symbol becomes may hold symbols that are replaced too; no chain is longer than there are symbols.
    for _ in 0..to.len() {
        let before = to.clone();
        for d in to.values_mut() {
            *d = d.subst(&mut |s| before.get(&s).cloned().unwrap_or(s.into()));
        }
        if to == before {
            break;
        }
    }
    let mut get = |s: Sym| to.get(&s).cloned().unwrap_or(s.into());
    for v in &mut func.vars {
        v.ty = v.ty.subst(&mut get);
        v.value = v.value.as_ref().map(|d| d.subst(&mut get));
    }
    for e in func.blocks.iter_mut().flat_map(|b| &mut b.eqns) {
        e.op.def_mut().visit_dims_mut(&mut |d| *d = d.subst(&mut get));
    }
    for s in &mut func.syms {
        s.hi = s.hi.as_ref().map(|d| d.subst(&mut get));
    }
}

/// Where a variable comes from.
#[derive(Clone, Copy)]
enum Def {
    /// Result `k` of equation `n`.
    Out(usize, usize),
    /// Parameter `k` of a block of equation `n`.
    Param(usize, usize),
}

struct Marks<'f> {
    func: &'f Func,
    /// All equations with the equation around them.
    eqns: Vec<(&'f Eqn, Option<usize>)>,
    defs: HashMap<Var, Def>,
    needed: HashSet<usize>,
    live: HashSet<Var>,
    todo: Vec<Var>,
    /// What writes to a cell.
    sets: HashMap<Var, Vec<usize>>,
}

impl<'f> Marks<'f> {
    fn collect(&mut self, at: Block, parent: Option<usize>) {
        for e in &self.func.block(at).eqns {
            let n = self.eqns.len();
            self.eqns.push((e, parent));
            self.defs.extend(e.outs.iter().enumerate().map(|(k, v)| (*v, Def::Out(n, k))));
            if let Op::CellSet(_) = e.op {
                self.sets.entry(e.args[0]).or_default().push(n);
            }
            for block in &e.blocks {
                let params = self.func.block(*block).params.iter().enumerate();
                self.defs.extend(params.map(|(k, v)| (*v, Def::Param(n, k))));
                self.collect(*block, Some(n));
            }
        }
    }

    fn mark(&mut self, v: Var) {
        if self.live.insert(v) {
            self.todo.push(v);
        }
    }

    fn mark_dim(&mut self, d: &Dim) {
        let mut syms = vec![];
        d.visit_syms(&mut |s| syms.push(s));
        for s in syms {
            if let SymDef::Value(v) | SymDef::Dim(v, _) = self.func.syms[s.index()].def {
                self.mark(v);
            }
        }
    }

    fn result(&mut self, b: Block, k: usize) {
        if let Some(v) = self.func.block(b).results.get(k) {
            self.mark(*v);
        }
    }

    /// The equation stays, and with it what decides how it runs.
    fn need(&mut self, n: usize) {
        if !self.needed.insert(n) {
            return;
        }
        let (e, parent) = self.eqns[n];
        if let Some(p) = parent {
            self.need(p);
        }
        let mut op = e.op.clone();
        let mut dims = vec![];
        op.def_mut().visit_dims_mut(&mut |d| dims.push(d.clone()));
        dims.iter().for_each(|d| self.mark_dim(d));
        match &e.op {
            Op::If(_) => self.mark(e.args[0]),
            Op::For(f) => {
                self.mark(e.args[0]);
                if f.until {
                    self.result(e.blocks[0], e.args.len() - 1);
                }
            }
            Op::While(_) => self.result(e.blocks[0], 0),
            Op::Try(_) => {}
            _ => e.args.iter().for_each(|v| self.mark(*v)),
        }
    }

    /// A marked variable marks what it may have its value from.
    fn follow(&mut self, v: Var) {
        let data = &self.func.vars[v.index()];
        data.ty.dims().iter().chain(&data.value).for_each(|d| self.mark_dim(d));
        for n in self.sets.get(&v).cloned().unwrap_or_default() {
            self.need(n);
        }
        let Some(def) = self.defs.get(&v).copied() else { return };
        let (Def::Out(n, _) | Def::Param(n, _)) = def;
        self.need(n);
        let (e, _) = self.eqns[n];
        let params = |b: usize, k: usize| self.func.block(e.blocks[b]).params[k];
        match (&e.op, def) {
            (Op::If(_) | Op::Try(_), Def::Out(_, k)) => e.blocks.iter().for_each(|b| self.result(*b, k)),
            (Op::If(_), Def::Param(_, k)) => self.mark(e.args[k + 1]),
            (Op::For(_), Def::Out(_, k)) if k + 1 < e.args.len() => self.mark(params(0, k + 1)),
            (Op::For(_), Def::Param(_, k)) if k > 0 => {
                self.mark(e.args[k]);
                self.result(e.blocks[0], k - 1);
            }
            (Op::While(_), Def::Out(_, k)) => self.mark(params(0, k)),
            (Op::While(_), Def::Param(_, k)) => {
                self.mark(e.args[k]);
                self.result(e.blocks[1], k);
            }
            _ => {}
        }
    }
}

/// Marks from the roots and drops the rest.
fn sweep(func: &mut Func) -> bool {
    let (defs, needed, live) = (HashMap::default(), HashSet::default(), HashSet::default());
    let mut m = Marks { func, eqns: vec![], defs, needed, live, todo: vec![], sets: HashMap::default() };
    m.collect(Func::ENTRY, None);
    for n in 0..m.eqns.len() {
        let effects = own_effects(m.eqns[n].0);
        if effects.raises || effects.io {
            m.need(n);
        }
    }
    let entry = func.block(Func::ENTRY);
    entry.results.iter().chain(&entry.params).for_each(|v| m.mark(*v));
    while let Some(v) = m.todo.pop() {
        m.follow(v);
    }
    let (needed, live) = (m.needed, m.live);
    let mut n = 0;
    drop_dead(func, Func::ENTRY, &needed, &live, &mut n)
}

/// The effects of an equation without those of its blocks, whose equations are roots themselves.
fn own_effects(e: &Eqn) -> Effects {
    e.op.def().effects()
}

fn drop_dead(func: &mut Func, at: Block, needed: &HashSet<usize>, live: &HashSet<Var>, n: &mut usize) -> bool {
    let mut data = std::mem::take(func.block_mut(at));
    let mut changed = false;
    let mut kept = vec![];
    for mut e in std::mem::take(&mut data.eqns) {
        let keep = needed.contains(n);
        *n += 1;
        for b in &e.blocks {
            // Counts the equations of dropped blocks too.
            changed |= drop_dead(func, *b, needed, live, n);
        }
        changed |= !keep;
        if keep {
            changed |= drop_slots(func, &mut e, live);
            kept.push(e);
        }
    }
    data.eqns = kept;
    *func.block_mut(at) = data;
    changed
}

/// Drops the slots of a control op of which no variable is live.
fn drop_slots(func: &mut Func, e: &mut Eqn, live: &HashSet<Var>) -> bool {
    let is_live = |v: Option<&Var>| v.is_some_and(|v| live.contains(v));
    let before = (e.args.len(), e.outs.len());
    match &e.op {
        Op::If(_) | Op::Try(_) => {
            let blocks = e.blocks.clone();
            for k in (0..e.outs.len()).rev().filter(|k| !is_live(e.outs.get(*k))).collect::<Vec<_>>() {
                e.outs.remove(k);
                for b in &blocks {
                    let results = &mut func.block_mut(*b).results;
                    if k < results.len() {
                        results.remove(k);
                    }
                }
            }
            if let Op::If(_) = e.op {
                for k in (1..e.args.len()).rev() {
                    if blocks.iter().all(|b| !is_live(func.block(*b).params.get(k - 1))) {
                        e.args.remove(k);
                        blocks.iter().for_each(|b| {
                            func.block_mut(*b).params.remove(k - 1);
                        });
                    }
                }
            }
        }
        Op::For(_) | Op::While(_) => {
            // Of `for`, the trip count and the index come first.
            let first = usize::from(matches!(e.op, Op::For(_)));
            let blocks = e.blocks.clone();
            let Some(body) = blocks.last() else { return false };
            for k in (0..e.args.len() - first).rev() {
                let param = |b: &Block| func.block(*b).params.get(k + first).copied();
                if is_live(e.outs.get(k)) || blocks.iter().any(|b| is_live(param(b).as_ref())) {
                    continue;
                }
                e.args.remove(k + first);
                e.outs.remove(k);
                blocks.iter().for_each(|b| {
                    func.block_mut(*b).params.remove(k + first);
                });
                let results = &mut func.block_mut(*body).results;
                if k < results.len() {
                    results.remove(k);
                }
            }
        }
        _ => {}
    }
    before != (e.args.len(), e.outs.len())
}
