//! What is computed where it is used and what is stored, who shares memory, and when a variable dies: settled for a
//! whole function before code is made.
//!
//! **Stored or not.** An array defined by a fusible op (elementwise, views, fills) is by default only a recipe: its
//! consumer asks for the elements it needs. A *root* is an equation that asks: a reduction, an update's value, an array
//! that is stored. Going backwards through a block, each fusible variable learns its roots and the number of different
//! index maps under which they ask for it (`u[1:-1] + u[2:]` asks for u under two). It is stored where recomputing
//! would cost more than a store and loads: several roots or maps and real work, a broadcast that repeats it, a loop
//! that captures it.
//!
//! **Classes.** Versions of one base share a buffer, so the variables that an in-place store, a loop or a call connects
//! are in one alias class (union-find). Variables of different classes never overlap.
//!
//! **Last uses.** Per block, the position of the last equation (nested blocks included) that mentions a variable.

use crate::scalar;
use quipu_ir::ops::{Ix, Op};
use quipu_ir::{Block, Eqn, Func, Ty, Var};
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};
use std::collections::BTreeSet;

/// Up to this cost an element is cheaper to compute again than to load.
const CHEAP: u32 = 4;
/// What the evaluations of one variable under several index maps may cost.
const RECOMPUTE: u32 = 64;

/// An element that costs more is stored, so that the trees of recipes stay small: `x = x + x`, thirty times over, is one
/// of a billion leaves.
const LARGE: u32 = 400;

pub struct Fusion {
    /// Fusible variables that get a buffer where they are defined.
    stored: HashSet<Var>,
    classes: Vec<u32>,
    last_use: HashMap<Block, HashMap<Var, usize>>,
    /// Cost of an element of each array, everything fused.
    cost: HashMap<Var, u32>,
}

/// Computed where it is used.
pub fn is_fusible(op: &Op) -> bool {
    matches!(
        op,
        Op::Map(_)
            | Op::Cast(_)
            | Op::Zeros(_)
            | Op::Iota(_)
            | Op::Broadcast(_)
            | Op::Permute(_)
            | Op::Read(_)
            | Op::Copy(_)
            | Op::Gather(_)
            | Op::NormIndex(_)
    )
}

/// Does the operand's element, not its buffer, reach this consumer?
fn fuses_into(op: &Op, arg: usize, n_args: usize) -> bool {
    match op {
        Op::Reduce(_) | Op::ArgReduce(_) | Op::Scan(_) | Op::Concat(_) | Op::Nonzero(_) | Op::NormIndex(_) => true,
        Op::Update(_) | Op::UpdateAdd(_) => arg + 1 == n_args,
        Op::Scatter(_) | Op::ScatterAdd(_) => arg > 0,
        _ => is_fusible(op),
    }
}

/// The arrays that the equations of a block, and of those nested in it, need in memory.
fn in_memory(f: &Func, block: Block, out: &mut HashSet<Var>) {
    for e in &f.block(block).eqns {
        let needs = |(i, _): &(usize, &Var)| !fuses_into(&e.op, *i, e.args.len());
        out.extend(e.args.iter().enumerate().filter(needs).map(|(_, v)| *v).filter(|v| f.ty(*v).is_array()));
        e.blocks.iter().for_each(|b| in_memory(f, *b, out));
    }
}

impl Fusion {
    pub fn new(f: &Func) -> Fusion {
        let mut x = Fusion {
            stored: HashSet::default(),
            classes: (0..f.vars.len() as u32).collect(),
            last_use: HashMap::default(),
            cost: HashMap::default(),
        };
        x.costs(f, Func::ENTRY);
        x.block(f, Func::ENTRY);
        x.unite_block(f, Func::ENTRY);
        x
    }

    pub fn is_stored(&self, v: Var) -> bool {
        self.stored.contains(&v)
    }

    /// The alias class of a variable's buffer, by its representative.
    pub fn class(&self, v: Var) -> u32 {
        let mut c = v.0;
        while self.classes[c as usize] != c {
            c = self.classes[c as usize];
        }
        c
    }

    /// The position of the last use of `v` in the block; `None` if there is none.
    pub fn last_use(&self, block: Block, v: Var) -> Option<usize> {
        self.last_use.get(&block)?.get(&v).copied()
    }

    fn cost_of(&self, v: Var) -> u32 {
        self.cost.get(&v).copied().unwrap_or(1)
    }

    fn costs(&mut self, f: &Func, block: Block) {
        for e in &f.block(block).eqns {
            e.blocks.iter().for_each(|b| self.costs(f, *b));
            if !is_fusible(&e.op) || !f.ty(e.outs[0]).is_array() {
                continue;
            }
            let own = match &e.op {
                Op::Map(m) => scalar::cost(m.0.name),
                Op::Cast(_) | Op::Gather(_) => 1,
                _ => 0,
            };
            let args = e.args.iter().filter(|v| f.ty(**v).is_array());
            let total = args.fold(own, |sum, v| sum.saturating_add(self.cost_of(*v)));
            if total > LARGE {
                self.stored.insert(e.outs[0]);
            }
            self.cost.insert(e.outs[0], if total > LARGE { 1 } else { total });
        }
    }

    /// Last uses, and what is stored, for a block and those nested in it.
    fn block(&mut self, f: &Func, block: Block) {
        let d = f.block(block);
        let mut last: HashMap<Var, usize> = HashMap::default();
        let mut captured: HashSet<Var> = HashSet::default();
        // What a loop's body needs in memory is stored once, before the loop.
        let mut needed: HashSet<Var> = HashSet::default();
        for (k, e) in d.eqns.iter().enumerate() {
            e.args.iter().for_each(|v| {
                last.insert(*v, k);
            });
            for b in &e.blocks {
                for v in f.free_vars(*b) {
                    last.insert(v, k);
                    captured.insert(v);
                }
                self.block(f, *b);
                if matches!(e.op, Op::For(_) | Op::While(_)) {
                    in_memory(f, *b, &mut needed);
                }
            }
        }
        d.results.iter().for_each(|v| {
            last.insert(*v, d.eqns.len());
        });
        self.last_use.insert(block, last);

        // Backwards: roots and maps of the variables that may be recipes.
        let mut asked: HashMap<Var, (BTreeSet<usize>, BTreeSet<u64>)> = HashMap::default();
        let results = d.eqns.len();
        for v in &d.results {
            asked.entry(*v).or_default().0.insert(results);
        }
        for (k, e) in d.eqns.iter().enumerate().rev() {
            let recipe = is_fusible(&e.op) && e.outs.len() == 1 && f.ty(e.outs[0]).is_array();
            let mut through = (BTreeSet::from([k]), BTreeSet::from([0u64]));
            if recipe {
                let out = e.outs[0];
                let (roots, maps) = asked.remove(&out).unwrap_or_default();
                let cost = self.cost_of(out);
                let many = roots.len() > 1 && cost > CHEAP || maps.len() > 8;
                let often = maps.len() > 1 && cost.saturating_mul(maps.len() as u32) > RECOMPUTE;
                if needed.contains(&out) || cost > CHEAP && (many || often || captured.contains(&out)) {
                    self.stored.insert(out);
                } else if !roots.is_empty() {
                    through = (roots, maps);
                }
            }
            for (i, v) in e.args.iter().enumerate() {
                if !f.ty(*v).is_array() {
                    continue;
                }
                let entry = asked.entry(*v).or_default();
                if !fuses_into(&e.op, i, e.args.len()) {
                    entry.0.insert(k);
                    entry.1.insert(0);
                    continue;
                }
                entry.0.extend(&through.0);
                let repeats = match &e.op {
                    Op::Broadcast(_) => true,
                    Op::Gather(_) => i == 0,
                    _ => false,
                };
                if repeats {
                    // Each element is asked for many times.
                    entry.1.extend(0..=u64::from(RECOMPUTE));
                } else if matches!(e.op, Op::Read(_) | Op::Permute(_)) {
                    entry.1.extend(through.1.iter().map(|m| m.wrapping_mul(0x9E37_79B9).wrapping_add(k as u64 + 1)));
                } else {
                    entry.1.extend(&through.1);
                }
            }
        }
    }

    fn unite(&mut self, a: Var, b: Var) {
        let (a, b) = (self.class(a), self.class(b));
        // The smaller is the representative, so that classes do not depend on the order of unions.
        self.classes[a.max(b) as usize] = a.min(b);
    }

    fn unite_block(&mut self, f: &Func, block: Block) {
        for e in &f.block(block).eqns {
            e.blocks.iter().for_each(|b| self.unite_block(f, *b));
            self.unite_eqn(f, e);
        }
    }

    fn unite_eqn(&mut self, f: &Func, e: &Eqn) {
        let place = |v: &Var| f.ty(*v).is_place();
        match &e.op {
            Op::Update(_) | Op::UpdateAdd(_) | Op::Scatter(_) | Op::ScatterAdd(_) | Op::Reshape(_) => {
                self.unite(e.args[0], e.outs[0]);
            }
            Op::If(_) | Op::For(_) | Op::While(_) => {
                let skip = usize::from(!matches!(e.op, Op::While(_)));
                let is_for = matches!(e.op, Op::For(_));
                for (k, b) in e.blocks.iter().enumerate() {
                    let d = f.block(*b);
                    for (a, p) in e.args[skip..].iter().zip(&d.params[usize::from(is_for)..]) {
                        if place(a) {
                            self.unite(*a, *p);
                        }
                    }
                    if k == 0 && matches!(e.op, Op::While(_)) {
                        continue;
                    }
                    for (r, o) in d.results.iter().zip(&e.outs) {
                        if place(r) {
                            self.unite(*r, *o);
                        }
                    }
                    if !matches!(e.op, Op::If(_)) {
                        for (r, a) in d.results.iter().zip(&e.args[skip..]) {
                            if place(r) {
                                self.unite(*r, *a);
                            }
                        }
                    }
                }
                // A loop whose body raises in its first trip still gives back what it was given.
                if !matches!(e.op, Op::If(_)) {
                    for (a, o) in e.args[skip..].iter().zip(&e.outs) {
                        if place(a) {
                            self.unite(*a, *o);
                        }
                    }
                }
            }
            Op::Call(c) => {
                // A consumed operand's buffer may come back as any result of its dtype.
                for (a, _) in e.args.iter().zip(&c.sig.consumes).filter(|(_, c)| **c) {
                    for o in &e.outs {
                        if place(a) && f.ty(*a).dtype() == f.ty(*o).dtype() {
                            self.unite(*a, *o);
                        }
                    }
                }
            }
            // What a container holds may come out of it anywhere.
            _ if e.outs.iter().chain(&e.args).any(|v| matches!(f.ty(*v), Ty::List(_) | Ty::Tape(..) | Ty::Cell(_))) => {
                let all: Vec<Var> = e.outs.iter().chain(&e.args).copied().filter(|v| !f.ty(*v).is_scalar()).collect();
                all.windows(2).for_each(|w| self.unite(w[0], w[1]));
            }
            _ => {}
        }
    }
}

/// Does the chain denote a contiguous part of a row-major base: single elements, then at most one range with step 1,
/// then whole axes?
pub fn is_contiguous(chain: &[Ix], unit_step: impl Fn(usize) -> bool) -> bool {
    let mut inside = false;
    for (k, c) in chain.iter().enumerate() {
        match c {
            Ix::At if !inside => {}
            Ix::Range { .. } if !inside && unit_step(k) => inside = true,
            Ix::All => inside = true,
            _ => return false,
        }
    }
    true
}
