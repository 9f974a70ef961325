//! Regions: arrays that places name by numbers computed at run time.
//!
//! A region is a base that holds a list of arrays of one dtype, rank and memory order. A place in it has the number of
//! its array as its path, so which array a name denotes is data: loops carry it, branches yield it. Its arrays stay
//! where they are, so a number means the same array as long as anything knows it.
//!
//! A loop whose trips make arrays that several names may share gets a *pool*: a region with a slot more than it has
//! such names. At the end of a trip each new array goes where no name leads at that time. So the loop needs no more
//! room than the arrays that live at once, and whether two names denote one array is whether their numbers are equal.

use crate::carry::{Plan, Room, array_in};
use crate::state::*;
use crate::value::*;
use quipu_abi::DType;
use quipu_ir::ops;
use quipu_ir::{Dim, Ty, Var};
use quipu_syntax::Symbol;
use std::rc::Rc;

/// What all arrays of a region have in common.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Kind {
    pub dtype: DType,
    pub rank: usize,
    pub order: Order,
}

/// A place at the end of a trip, and the conditions under which the name denotes it.
pub type Denoted = ((usize, Symbol), Vec<Var>, Place);

impl<'a> Lower<'a, '_> {
    pub fn is_region(&self, id: BaseId) -> bool {
        self.bases.get(id.0 as usize).is_some_and(|b| matches!(b.kind, BaseKind::Region { .. }))
    }

    /// A region with so many empty arrays.
    pub fn new_region(&mut self, kind: &Kind, slots: usize) -> BaseId {
        let elem = self.flat_tys(&T::Array(kind.dtype, kind.rank)).swap_remove(0);
        let empty = Ty::Array(kind.dtype, vec![Dim::from(0); kind.rank]);
        let all: Vec<Var> = (0..slots).map(|_| self.b.zeros(&empty)).collect();
        let list = self.emit(ops::ListNew(elem), &all);
        self.new_base(vec![list], BaseKind::Region { kind: kind.clone(), slots })
    }

    /// The dims of what the chain of a place starts from.
    pub fn root_dims(&mut self, base: BaseId, path: &Rc<[Var]>) -> Vec<Dim> {
        let [h] = path[..] else { return self.base_dims(base) };
        if let Some(d) = self.root_dims.get(&(base, h)) {
            return d.clone();
        }
        let cur = self.version(base, 0);
        let v = self.emit(ops::ListGet { depth: 0 }, &[cur, h]);
        self.put_back(base, 0, cur);
        self.dims_of(v)
    }

    /// Reads the dims of an array of a region where its number is new.
    pub fn look_at(&mut self, base: BaseId, h: Var) {
        self.root_dims.remove(&(base, h));
        let path: Rc<[Var]> = Rc::new([h]);
        let dims = self.root_dims(base, &path);
        self.root_dims.insert((base, h), dims);
    }

    /// What all arrays that the base stands for have in common.
    pub fn kind_of(&self, id: BaseId) -> Option<Kind> {
        match &self.base(id).kind {
            BaseKind::Array { dtype, order } => {
                Some(Kind { dtype: *dtype, rank: self.base_dims(id).len(), order: order.clone() })
            }
            BaseKind::Region { kind, slots } if *slots > 0 => Some(kind.clone()),
            _ => None,
        }
    }

    /// The places that a place may denote, with their conditions; merged bases made since `limit` resolved.
    pub fn spread_if(&mut self, p: &Place, limit: usize, conds: &[Var], out: &mut Vec<(Vec<Var>, Place)>) {
        let Some((sel, cands)) = self.candidates(p).filter(|_| (p.base.0 as usize) >= limit) else {
            out.push((conds.to_vec(), p.clone()));
            return;
        };
        for (k, c) in cands.iter().enumerate() {
            let here = self.b.i64(k as i64);
            let is = self.b.map(&ops::EQ, &[sel, here]);
            self.spread_if(c, limit, &[conds, &[is]].concat(), out);
        }
    }

    fn all_of(&mut self, conds: &[Var]) -> Var {
        let mut out: Option<Var> = None;
        for c in conds {
            out = Some(out.map_or(*c, |o| self.b.map(&ops::AND, &[o, *c])));
        }
        out.unwrap_or_else(|| self.b.bool(true))
    }

    fn any_of(&mut self, conds: &[Var]) -> Var {
        let mut out: Option<Var> = None;
        for c in conds {
            out = Some(out.map_or(*c, |o| self.b.map(&ops::OR, &[o, *c])));
        }
        out.unwrap_or_else(|| self.b.bool(false))
    }

    fn is_number(&mut self, h: Var, k: usize) -> Var {
        let k = self.b.i64(k as i64);
        self.b.map(&ops::EQ, &[h, k])
    }

    /// The end of a trip: its arrays that names denote go into the pools.
    pub fn fill_pools(
        &mut self,
        plan: &mut Plan,
        site: Site,
        room: &Room,
        limit: usize,
        names: &[(usize, Symbol)],
    ) -> R<()> {
        // Names that this walk is the first to carry exactly: the next one makes room for them.
        let small = |b: &BaseId| matches!(self.base(*b).kind, BaseKind::Region { slots, .. } if slots <= names.len());
        if room.pools.iter().any(small) {
            return Err(Stop::Again(site));
        }
        let Some(kinds) = self.cx.facts.pools.get(&site).cloned() else { return Ok(()) };
        let mut denoted: Vec<Denoted> = vec![];
        for slot in names {
            let Some(p) = self.get_slot(slot.0, slot.1).and_then(array_in).cloned() else { continue };
            let mut all = vec![];
            self.spread_if(&p, limit, &[], &mut all);
            denoted.extend(all.into_iter().map(|(c, q)| (*slot, c, q)));
        }
        let mut bases: Vec<BaseId> = vec![];
        for (_, _, q) in &denoted {
            if (q.base.0 as usize) >= limit && !bases.contains(&q.base) {
                bases.push(q.base);
            }
        }
        // Who is where: conditions, and the number that a name then has.
        let mut users: Vec<Vec<(Var, Var)>> = vec![vec![]; room.pools.len()];
        for (_, conds, q) in &denoted {
            if let Some(k) = room.pools.iter().position(|b| *b == q.base) {
                let c = self.all_of(conds);
                users[k].push((c, q.path[0]));
            }
        }
        for base in bases {
            if let Some(f) = self.base(base).frozen {
                self.need_exact(f)?;
                return self.no_room();
            }
            let Some(pool) = self.kind_of(base).and_then(|k| kinds.iter().position(|x| *x == k)) else {
                return self.no_room();
            };
            let parts = match self.base(base).kind {
                BaseKind::Region { slots, .. } => (0..slots).map(Some).collect(),
                _ => vec![None],
            };
            let mut placed = vec![];
            for part in parts {
                let mut live = vec![];
                for (_, conds, q) in denoted.iter().filter(|(_, _, q)| q.base == base) {
                    let mut conds = conds.clone();
                    if let Some(j) = part {
                        conds.push(self.is_number(q.path[0], j));
                    }
                    live.push(self.all_of(&conds));
                }
                let live = self.any_of(&live);
                // A slot more than names: one is free.
                let mut slot = self.b.i64(names.len() as i64);
                for h in (0..names.len()).rev() {
                    let mut used = vec![];
                    for (c, at) in users[pool].clone() {
                        let here = self.is_number(at, h);
                        used.push(self.b.map(&ops::AND, &[c, here]));
                    }
                    let used = self.any_of(&used);
                    let h = self.b.i64(h as i64);
                    slot = self.b.select(used, slot, h);
                }
                let v = match part {
                    None => self.version(base, 0),
                    Some(j) => {
                        let (list, j) = (self.version(base, 0), self.b.i64(j as i64));
                        self.emit(ops::ListGet { depth: 0 }, &[list, j])
                    }
                };
                let list = self.version(room.pools[pool], 0);
                let list = self.emit(ops::ListSet { depth: 0 }, &[v, list, slot]);
                self.set_version(room.pools[pool], 0, list);
                users[pool].push((live, slot));
                placed.push((part, slot));
            }
            for (_, _, q) in denoted.iter().filter(|(_, _, q)| q.base == base) {
                let mut at = placed[0].1;
                for (j, slot) in &placed {
                    if let Some(j) = j {
                        let is = self.is_number(q.path[0], *j);
                        at = self.b.select(is, *slot, at);
                    }
                }
                plan.put.insert((base, q.path.first().copied()), (room.pools[pool], at));
            }
        }
        Ok(())
    }
}
