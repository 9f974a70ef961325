//! Which object a name denotes: `is`.
//!
//! Two names denote one array object if they denote one whole array, or one view that was made once. Arrays are told
//! apart by bases and numbers of regions. A view has a number from the walk (`Place::obj`), and one at run time where a
//! loop or a container carries it: its number from the walk, and the trip that it was made in. Trips are counted for
//! that, over the whole program, and only if the program asks (`Facts::identity`).

use crate::state::*;
use crate::value::*;
use quipu_abi::DType;
use quipu_ir::Var;
use quipu_ir::ops;
use quipu_syntax::Symbol;

/// The frame of the count of trips: the module's.
const HEAP: usize = 0;

/// Numbers from the walk are below.
const TRIP: i64 = 1 << 24;

/// What tells an array object from others.
enum Object {
    /// It is the array: its base and its number in a region tell.
    Whole,
    View(u32),
    /// 0: as `Whole`.
    Number(Var),
    Unknown,
}

fn count() -> Symbol {
    Symbol::new("<trips>")
}

impl<'a> Lower<'a, '_> {
    pub fn open_trips(&mut self) {
        if self.cx.facts.identity {
            let zero = self.int(0);
            self.set_slot(HEAP, count(), zero);
        }
    }

    /// A trip of a loop begins. Gives how many there were around it.
    pub fn begin_trip(&mut self, parallel: bool) -> R<usize> {
        let around = self.trips.len();
        // Objects of a parallel loop do not outlive their trip.
        if self.cx.facts.identity
            && !parallel
            && let Some(v) = self.get_slot(HEAP, count()).cloned()
        {
            let (v, one) = (self.operand(&v)?, self.b.i64(1));
            let v = self.b.add(v, one);
            let now = self.py(DType::I64, v);
            self.set_slot(HEAP, count(), now);
            self.trips.push((self.next_obj, v));
        }
        Ok(around)
    }

    /// Walks what makes no object that lives on: its trips are not counted.
    pub fn uncounted<T>(&mut self, f: impl FnOnce(&mut Self) -> T) -> T {
        let counted = self.frames[HEAP].slots.remove(&count());
        let out = f(self);
        if let Some(v) = counted {
            self.set_slot(HEAP, count(), v);
        }
        out
    }

    fn object(&self, p: &Place) -> Object {
        match (p.segs.is_empty(), p.obj, p.id) {
            (true, ..) => Object::Whole,
            (_, 0, Some(v)) => Object::Number(v),
            (_, 0, None) => Object::Unknown,
            (_, s, _) => Object::View(s),
        }
    }

    /// The number of an object at run time.
    pub fn array_object(&mut self, p: &Place) -> Var {
        if let (true, Some((sel, cands))) = (p.segs.is_empty(), self.candidates(p)) {
            let mut out = self.array_object(&cands[0]);
            for (k, c) in cands.iter().enumerate().skip(1) {
                let (here, own) = (self.b.i64(k as i64), self.array_object(c));
                let is = self.b.map(&ops::EQ, &[sel, here]);
                out = self.b.select(is, own, out);
            }
            return out;
        }
        match self.object(p) {
            Object::Number(v) => v,
            Object::View(s) => {
                let own = self.b.i64(i64::from(s));
                match self.trips.iter().rev().find(|(mark, _)| *mark < s) {
                    Some((_, trip)) => {
                        let (trip, unit) = (*trip, self.b.i64(TRIP));
                        let t = self.b.mul(trip, unit);
                        self.b.add(t, own)
                    }
                    None => own,
                }
            }
            _ => self.b.i64(0),
        }
    }

    /// Do two names denote one array object?
    pub fn same_object(&mut self, a: &Place, b: &Place) -> R<Val<'a>> {
        if a.obj == b.obj && a.obj != 0 && a.path == b.path {
            return Ok(self.boolean(true));
        }
        for p in [a, b] {
            if let Some(f) = self.base(p.base).merged {
                self.need_exact(f)?;
                return self.unsupported("`is` between arrays that may be one", "compare with np.array_equal");
            }
        }
        for (p, q) in [(a, b), (b, a)] {
            let BaseKind::Select { sel, cands, obj, .. } = self.base(p.base).kind.clone() else { continue };
            if p.obj != obj {
                continue;
            }
            let mut out = self.same_object(&cands[0], q)?;
            for (k, c) in cands.iter().enumerate().skip(1) {
                let is = self.same_object(c, q)?;
                if is.bool_known().is_some() && is.bool_known() == out.bool_known() {
                    continue;
                }
                let here = self.b.i64(k as i64);
                let at = self.b.map(&ops::EQ, &[sel, here]);
                let (x, y) = (self.operand(&is)?, self.operand(&out)?);
                let v = self.b.select(at, x, y);
                out = self.py(DType::Bool, v);
            }
            return Ok(out);
        }
        for p in [a, b] {
            self.check_live(p.base, p.epoch, &p.path)?;
        }
        match (self.object(a), self.object(b)) {
            (Object::Whole, Object::Whole) => self.same_paths(a.base == b.base, &a.path, &b.path),
            (Object::Whole | Object::View(_), Object::Whole | Object::View(_)) => Ok(self.boolean(false)),
            (Object::Unknown, _) | (_, Object::Unknown) => {
                if a.base != b.base {
                    return Ok(self.boolean(false));
                }
                if !self.cx.facts.identity {
                    self.cx.facts.identity = true;
                    return Err(self.cx.rise_anyhow());
                }
                self.unsupported("`is` between arrays that may be one", "compare with np.array_equal")
            }
            _ if self.outlined => {
                self.unsupported("`is` between views in a recursive function", "compare with np.array_equal")
            }
            _ => {
                let (x, y) = (self.array_object(a), self.array_object(b));
                let same = self.b.map(&ops::EQ, &[x, y]);
                let zero = self.b.i64(0);
                let view = self.b.map(&ops::NE, &[x, zero]);
                let whole = self.same_array(a, b)?;
                let either = self.b.map(&ops::OR, &[view, whole]);
                let r = self.b.map(&ops::AND, &[same, either]);
                Ok(self.py(DType::Bool, r))
            }
        }
    }

    /// Are two places in one array?
    fn same_array(&mut self, a: &Place, b: &Place) -> R<Var> {
        for (p, q) in [(a, b), (b, a)] {
            let Some((sel, cands)) = self.candidates(p) else { continue };
            let mut out = self.same_array(&cands[0], q)?;
            for (k, c) in cands.iter().enumerate().skip(1) {
                let (here, own) = (self.b.i64(k as i64), self.same_array(c, q)?);
                let is = self.b.map(&ops::EQ, &[sel, here]);
                out = self.b.select(is, own, out);
            }
            return Ok(out);
        }
        let r = self.same_paths(a.base == b.base, &a.path, &b.path)?;
        self.operand(&r)
    }

    /// Do two paths lead to one element, if `same` says that they start from one base?
    fn same_paths(&mut self, same: bool, a: &[Var], b: &[Var]) -> R<Val<'a>> {
        if !same || a.len() != b.len() {
            return Ok(self.boolean(false));
        }
        let mut out: Option<Var> = None;
        for (x, y) in a.iter().zip(b).filter(|(x, y)| x != y) {
            let is = self.b.map(&ops::EQ, &[*x, *y]);
            out = Some(out.map_or(is, |o| self.b.map(&ops::AND, &[o, is])));
        }
        Ok(match out {
            None => self.boolean(true),
            Some(v) => self.py(DType::Bool, v),
        })
    }

    /// Do two names denote one list?
    pub fn same_list(&mut self, a: &ListRef, b: &ListRef) -> R<Val<'a>> {
        for (p, q) in [(a, b), (b, a)] {
            let q = q.clone();
            if let Some(v) = self.by_choice(p, &mut |lw, c| lw.same_list(c, &q))? {
                return Ok(v);
            }
        }
        for l in [a, b] {
            if let Some(f) = self.base(l.base).merged {
                self.need_exact(f)?;
                return self.unsupported("`is` between lists that may be one", "compare them with `==`");
            }
            self.check_live(l.base, l.epoch, &l.path)?;
        }
        self.same_paths(a.base == b.base, &a.path, &b.path)
    }
}
