//! Loops: what they carry, and what comes out of them.
//!
//! The names that a body assigns and the versions of the bases it stores into are carried. Types of carried names
//! start as they are before the loop; where the end of the body has a wider type, the fact is raised and the function
//! is walked again. A name that is bound in the body first is carried only if something outside the loop mentions it.
//!
//! `while` is lowered with its condition carried, evaluated once before the loop and at the end of each trip, so a
//! condition may do whatever an expression may. `break` and `return` are an exit code that the body yields.

use crate::carry::{Home, Key, array_in, is_exact};
use crate::state::*;
use crate::value::*;
use quipu_abi::{DType, ErrorKind};
use quipu_ir::ops::{self, For, While};
use quipu_ir::{Dim, Var};
use quipu_syntax::Symbol;
use quipu_syntax::ast::{self, Expr, Stmt};
use std::collections::{BTreeSet, HashMap};

/// What a `for` runs over: a length, and an item for each index.
pub enum Source<'a> {
    Range { start: Var, step: Var },
    Array(Place),
    List(ListRef),
    Str(Var),
    Zip(Vec<Source<'a>>),
    Enumerate(Box<Source<'a>>, Var),
    Reversed(Box<Source<'a>>, Var),
    Map(Val<'a>, Vec<Source<'a>>),
    Tuple(Val<'a>),
}

/// A name that a loop carries.
struct Carried {
    frame: usize,
    name: Symbol,
    ty: T,
    /// The parameters' types, in the order of the flattened value.
    tys: Vec<quipu_ir::Ty>,
    kind: Kind,
}

enum Kind {
    /// By value. Shared: what it was before the loop had other names too, or its arrays do at the end of a trip.
    /// Generic: the sizes are of each trip's own.
    Value { shared: bool, generic: bool },
    /// Which place it denotes (see `carry`).
    Place(Vec<Key>),
    /// A buffer of places.
    Home(Home),
}

impl<'a> Lower<'a, '_> {
    /// The trip count and the items of an iterable.
    pub fn source(&mut self, v: &Val<'a>) -> R<(Var, Source<'a>)> {
        match v {
            Val::Range(r) => {
                let trip = self.range_len(&r.clone())?;
                Ok((trip, Source::Range { start: r[0].var, step: r[2].var }))
            }
            Val::Array(p) if p.dims.is_empty() => self.raise(ErrorKind::TypeError, "iteration over a 0-d array"),
            Val::Array(p) => {
                let n = self.b.size(&p.dims[0].clone());
                Ok((n, Source::Array(p.clone())))
            }
            Val::List(l) => {
                let n = self.list_len(l)?;
                Ok((n, Source::List(l.clone())))
            }
            Val::Str(s) => {
                let n = self.extern1(&ops::STR_LEN, &[s.var]);
                Ok((n, Source::Str(s.var)))
            }
            Val::Tuple(t) => {
                let n = self.b.i64(t.len() as i64);
                Ok((n, Source::Tuple(v.clone())))
            }
            Val::Iter(it) => match &**it {
                Iter::Zip(vs) => {
                    let (mut trip, mut all) = (None, vec![]);
                    for v in vs {
                        let (n, s) = self.source(v)?;
                        trip = Some(trip.map_or(n, |t| self.b.map(&ops::MINIMUM, &[t, n])));
                        all.push(s);
                    }
                    let trip = trip.unwrap_or_else(|| self.b.i64(0));
                    Ok((trip, Source::Zip(all)))
                }
                Iter::Enumerate(v, start) => {
                    let (n, s) = self.source(v)?;
                    Ok((n, Source::Enumerate(Box::new(s), start.var)))
                }
                Iter::Reversed(v) => {
                    let (n, s) = self.source(v)?;
                    Ok((n, Source::Reversed(Box::new(s), n)))
                }
                Iter::Map(f, vs) => {
                    let zip = Val::Iter(std::rc::Rc::new(Iter::Zip(vs.clone())));
                    let (n, s) = self.source(&zip)?;
                    let Source::Zip(all) = s else { return Ok((n, s)) };
                    Ok((n, Source::Map(f.clone(), all)))
                }
                Iter::Display(vs) => self.source(&Val::Tuple(vs.clone().into())),
                Iter::Generator(..) => {
                    let l = self.materialize(v)?;
                    self.source(&l)
                }
            },
            _ => {
                let name = self.python_class_name(v);
                self.raise(ErrorKind::TypeError, &format!("'{name}' object is not iterable"))
            }
        }
    }

    /// The number of trips of a range: at least 0.
    fn range_len(&mut self, r: &[Scalar; 3]) -> R<Var> {
        let (start, stop) = (self.b.func.dim_of(r[0].var), self.b.func.dim_of(r[1].var));
        if let Some(k) = self.known_of(r[2].var) {
            let span = if k > 0 { stop.sub(&start) } else { start.sub(&stop) };
            let up = k.unsigned_abs() as i64;
            let d = if up == 1 { span } else { span.plus(up - 1).floordiv(&Dim::from(up)).unwrap_or_default() };
            let d = self.b.func.pos(&d);
            return Ok(self.b.size(&d));
        }
        let zero = self.b.i64(0);
        let is_zero = self.b.map(&ops::EQ, &[r[2].var, zero]);
        self.raise_if(is_zero, ErrorKind::ValueError, "range() arg 3 must not be zero", &[]);
        // ceil((stop - start) / step) = -((start - stop) // step)
        let diff = self.b.sub(r[0].var, r[1].var);
        let q = self.b.map(&ops::FLOORDIV, &[diff, r[2].var]);
        let n = self.b.neg(q);
        Ok(self.b.map(&ops::MAXIMUM, &[n, zero]))
    }

    /// The item at an index in bounds.
    pub fn item(&mut self, s: &Source<'a>, i: Var) -> R<Val<'a>> {
        match s {
            Source::Range { start, step } => {
                let x = if self.known_of(*step) == Some(1) { i } else { self.b.mul(i, *step) };
                let v = if self.known_of(*start) == Some(0) { x } else { self.b.add(*start, x) };
                Ok(self.py(DType::I64, v))
            }
            Source::Array(p) => {
                let idx = self.py(DType::I64, i);
                self.load(p, &idx)
            }
            Source::List(l) => self.list_item(l, i),
            Source::Str(s) => {
                let v = self.extern1(&ops::STR_INDEX, &[*s, i]);
                Ok(self.str_var(v))
            }
            Source::Zip(all) => {
                let vs: R<Vec<Val<'a>>> = all.iter().map(|s| self.item(s, i)).collect();
                Ok(Val::Tuple(vs?.into()))
            }
            Source::Enumerate(s, start) => {
                let k = if self.known_of(*start) == Some(0) { i } else { self.b.add(i, *start) };
                let (k, v) = (self.py(DType::I64, k), self.item(s, i)?);
                Ok(Val::Tuple(vec![k, v].into()))
            }
            Source::Reversed(s, n) => {
                let one = self.b.i64(1);
                let last = self.b.sub(*n, one);
                let j = self.b.sub(last, i);
                self.item(s, j)
            }
            Source::Map(f, all) => {
                let args: R<Vec<Val<'a>>> = all.iter().map(|s| self.item(s, i)).collect();
                self.call_values(f, &args?)
            }
            Source::Tuple(t) => {
                let idx = Scalar { dtype: DType::I64, np: false, var: i, known: None };
                self.tuple_item(t, &idx)
            }
        }
    }

    /// One walk of a `for` loop.
    fn walk_for(
        &mut self,
        site: Site,
        trip: Var,
        assigned: Vec<Symbol>,
        parallel: bool,
        exits: bool,
        body: &mut dyn FnMut(&mut Self, Var) -> R<()>,
    ) -> R<()> {
        self.set_exit(exit::NEXT);
        let before = self.snapshot();
        let (carried, inits) = self.open_carried(site, assigned, exits)?;
        let header = self.snapshot();
        let tys: Vec<quipu_ir::Ty> =
            std::iter::once(quipu_ir::Ty::I64).chain(carried.iter().flat_map(|c| c.tys.clone())).collect();
        let (block, params) = self.b.begin(&tys);
        // The index runs from 0 to the trip count, if there is a trip at all.
        let n = self.b.func.dim_of(trip);
        let last = match self.strip_pos(&n) {
            Some(inner) => inner.plus(-1),
            None => n.plus(-1),
        };
        let s = self.b.func.dim_of(params[0]).as_sym().expect("a parameter has a symbol of its own");
        let data = &mut self.b.func.syms[s.index()];
        data.lo = Some(0);
        data.hi = Some(last);
        let outer = self.enter_loop();
        let homes = self.bind_carried(&header, &carried, &params[1..], site);
        let outcome = self.in_block(|lw| body(lw, params[0]));
        let ended = self.close_trip(outcome)?;
        if !exits && !ended {
            // Without `break` and `return` every trip ends by going on.
            self.set_exit(exit::NEXT);
        }
        let stop = if exits && !ended { Some(self.stop_flag()?) } else { None };
        let (mut yields, extra) = self.yield_carried(&before, &header, &carried, &homes, site, ended)?;
        yields.extend(extra.iter().map(|(_, _, v)| *v));
        let until = exits && !ended;
        if let Some(s) = stop {
            yields.push(s);
        }
        self.in_loop = outer;
        if ended {
            self.seal();
        }
        self.b.end(if ended { &[] } else { &yields });
        let olds: Vec<Var> = extra.iter().map(|(id, c, _)| header.bases[id.0 as usize].cur[*c]).collect();
        self.thread(block, &olds);
        self.map_results(block, &olds);
        let args: Vec<Var> = [&[trip], &inits[..], &olds[..]].concat();
        let op = For { until, reverse: false, parallel };
        let outs = self.b.emit_n(op, &args, vec![block]);
        self.close_loop(&before, &header, &carried, &extra, &outs, site);
        Ok(())
    }

    /// Results of a block that still name what has become its parameters.
    fn map_results(&mut self, block: quipu_ir::Block, olds: &[Var]) {
        let d = self.b.func.block(block);
        let skip = d.params.len() - olds.len();
        let map: HashMap<Var, Var> = olds.iter().copied().zip(d.params[skip..].iter().copied()).collect();
        let r = d.results.iter().map(|v| *map.get(v).unwrap_or(v)).collect();
        self.b.func.block_mut(block).results = r;
    }

    /// `max(0, d)` is `d` where it is at least 1.
    fn strip_pos(&self, d: &Dim) -> Option<Dim> {
        let (0, mut terms) = d.parts() else { return None };
        match (terms.next(), terms.next()) {
            (Some((1, [quipu_ir::Atom::Pos(inner)])), None) => Some((**inner).clone()),
            _ => None,
        }
    }

    /// One walk of a `while` loop.
    fn walk_while(
        &mut self,
        site: Site,
        assigned: Vec<Symbol>,
        cond: &mut dyn FnMut(&mut Self) -> R<Var>,
        body: &mut dyn FnMut(&mut Self) -> R<()>,
    ) -> R<()> {
        let first = cond(self)?;
        self.set_exit(exit::NEXT);
        let before = self.snapshot();
        let (carried, mut inits) = self.open_carried(site, assigned, true)?;
        inits.push(first);
        let header = self.snapshot();
        let tys: Vec<quipu_ir::Ty> = carried.iter().flat_map(|c| c.tys.clone()).chain([quipu_ir::Ty::BOOL]).collect();
        let (block, params) = self.b.begin(&tys);
        let outer = self.enter_loop();
        let homes = self.bind_carried(&header, &carried, &params[..params.len() - 1], site);
        let outcome = self.in_block(|lw| body(lw));
        let ended = self.close_trip(outcome)?;
        let mut again = None;
        let mut ended = ended;
        if !ended {
            // The condition is not evaluated again after `break` or `return`.
            let slot = Symbol::new("<again>");
            let at = self.at;
            let r = match self.exit_state() {
                Some(exit::NEXT) => {
                    let c = self.in_block(|lw| {
                        let c = cond(lw)?;
                        again = Some(c);
                        Ok(())
                    });
                    match c {
                        Ok(()) => Ok(()),
                        Err(e) => Err(e),
                    }
                }
                Some(_) => {
                    again = Some(self.b.bool(false));
                    Ok(())
                }
                None => {
                    let zero = self.b.i64(exit::NEXT);
                    let code = match self.get_slot(at, self.exit_slot) {
                        Some(v) => v.clone(),
                        None => Val::None,
                    };
                    let code = self.operand(&code)?;
                    let going = self.b.map(&ops::EQ, &[code, zero]);
                    let r = self.branch(
                        going,
                        |lw| {
                            let c = cond(lw)?;
                            let v = lw.py(DType::Bool, c);
                            lw.set_slot(at, slot, v);
                            Ok(())
                        },
                        |lw| {
                            let v = lw.boolean(false);
                            lw.set_slot(at, slot, v);
                            Ok(())
                        },
                    );
                    if r.is_ok() {
                        let v = self.frames[at].slots.remove(&slot).unwrap_or(Val::None);
                        again = Some(self.operand(&v)?);
                    }
                    r
                }
            };
            match r {
                Ok(()) => {}
                Err(Stop::Ends) => ended = true,
                Err(e) => return Err(e),
            }
        }
        let (mut yields, extra) = self.yield_carried(&before, &header, &carried, &homes, site, ended)?;
        if !ended {
            yields.push(again.expect("set on every path that goes on"));
        }
        yields.extend(extra.iter().map(|(_, _, v)| *v));
        self.in_loop = outer;
        if ended {
            self.seal();
        }
        self.b.end(if ended { &[] } else { &yields });
        let olds: Vec<Var> = extra.iter().map(|(id, c, _)| header.bases[id.0 as usize].cur[*c]).collect();
        self.thread(block, &olds);
        self.map_results(block, &olds);
        let args: Vec<Var> = [&inits[..], &olds[..]].concat();
        let own = carried.iter().flat_map(|c| c.tys.clone()).collect::<Vec<_>>();
        let own: Vec<quipu_ir::Ty> = own.into_iter().map(|t| self.renamed(&t)).collect();
        let tys: Vec<quipu_ir::Ty> =
            own.into_iter().chain([quipu_ir::Ty::BOOL]).chain(self.b.func.tys(&olds)).collect();
        let (cond_block, p) = self.b.begin(&tys);
        let flag = p[inits.len() - 1];
        self.b.end(&[flag]);
        let mut outs = self.b.emit_n(While, &args, vec![cond_block, block]);
        outs.remove(inits.len() - 1);
        self.close_loop(&before, &header, &carried, &extra, &outs, site);
        Ok(())
    }

    /// Runs `f`, keeping the position of the walk.
    fn in_block(&mut self, f: impl FnOnce(&mut Self) -> R<()>) -> R<()> {
        let (at, span, loc) = (self.at, self.span, self.b.loc);
        let r = f(self);
        self.at = at;
        self.span = span;
        self.b.loc = loc;
        r
    }

    /// The end of a trip: `continue` has come to where it goes. Did every path raise?
    fn close_trip(&mut self, outcome: R<()>) -> R<bool> {
        match outcome {
            Ok(()) => {}
            Err(Stop::Ends) => return Ok(true),
            Err(e) => return Err(e),
        }
        match self.exit_state() {
            Some(exit::CONTINUE) => self.set_exit(exit::NEXT),
            Some(_) => {}
            None => {
                let Some(v) = self.get_slot(self.at, self.exit_slot).cloned() else { return Ok(false) };
                let v = self.operand(&v)?;
                let (c, n) = (self.b.i64(exit::CONTINUE), self.b.i64(exit::NEXT));
                let is = self.b.map(&ops::EQ, &[v, c]);
                let v = self.b.select(is, n, v);
                let v = self.py(DType::I64, v);
                let (at, name) = (self.at, self.exit_slot);
                self.set_slot(at, name, v);
            }
        }
        Ok(false)
    }

    /// Does the path leave the loop after this trip?
    fn stop_flag(&mut self) -> R<Var> {
        match self.exit_state() {
            Some(k) => Ok(self.b.bool(k != exit::NEXT)),
            None => {
                let v = self.get_slot(self.at, self.exit_slot).cloned().unwrap_or(Val::None);
                let v = self.operand(&v)?;
                let n = self.b.i64(exit::NEXT);
                Ok(self.b.map(&ops::NE, &[v, n]))
            }
        }
    }

    /// The names to carry, with the types they have at the loop's head and their first values.
    fn open_carried(&mut self, site: Site, assigned: Vec<Symbol>, exits: bool) -> R<(Vec<Carried>, Vec<Var>)> {
        let mut names: BTreeSet<(usize, Symbol)> = assigned.iter().map(|n| (self.home(*n), *n)).collect();
        names.extend(self.cx.facts.carried.keys().filter(|(s, ..)| *s == site).map(|(_, n, f)| (*f, *n)));
        if exits {
            names.insert((self.at, self.exit_slot));
        }
        let (mut carried, mut inits) = (vec![], vec![]);
        let exact = self.cx.facts.exact.contains(&site);
        for home in self.cx.facts.homes.get(&site).cloned().unwrap_or_default() {
            let ty = T::Array(home.dtype, home.rank);
            let tys = self.flat_tys(&ty);
            inits.push(self.dummy(&tys[0]));
            let name = Symbol::new("<home>");
            carried.push(Carried { frame: usize::MAX, name, ty, tys, kind: Kind::Home(home) });
        }
        for (frame, name) in names {
            let fact = self.cx.facts.carried.get(&(site, name, frame)).cloned();
            let value = self.get_slot(frame, name).cloned();
            let ty = match (&value, &fact) {
                (Some(v), None) => match v {
                    // In-place changes keep the place: carried only where a walk has seen another one.
                    Val::Array(_) | Val::List(_) | Val::Range(_) => continue,
                    v => match self.type_of(v) {
                        T::Static(_) | T::Tuple(_) | T::Union(_) => continue,
                        t => t,
                    },
                },
                (Some(v), Some(f)) => {
                    let t = self.type_of(v);
                    match t.join(f) {
                        Some(t) => t,
                        None => {
                            return self.error(
                                "type-mismatch",
                                format!("`{}` is {t} before the loop and {f} in it", name.as_str()),
                            );
                        }
                    }
                }
                (None, Some(f)) => match f {
                    T::Maybe(_) => f.clone(),
                    f => T::Maybe(Box::new(f.clone())),
                },
                (None, None) => continue,
            };
            if let (true, Some(dtype)) = (exact, is_exact(&ty)) {
                let key = (site, name, frame);
                let mut keys = self.cx.facts.carry.get(&key).cloned().unwrap_or_default();
                let p = value.as_ref().and_then(array_in).cloned();
                let entries: Vec<crate::merge::Slots<'a>> = self.frames.iter().map(|f| f.slots.clone()).collect();
                if let Some(p) = &p
                    && self.admit_outer(&mut keys, &entries, p).is_none()
                {
                    return self.unsupported("a loop that carries this array", "copy it before the loop");
                }
                self.cx.facts.carry.insert(key, keys.clone());
                let layout = self.layout_of(&keys, &entries, &[], dtype);
                let (mut flat, mut tys) = (vec![], vec![]);
                if let T::Maybe(_) = ty {
                    flat.push(match &value {
                        Some(Val::Maybe(m)) => m.0,
                        v => self.b.bool(v.is_some()),
                    });
                    tys.push(quipu_ir::Ty::BOOL);
                }
                let numbers = match &p {
                    Some(p) => self.encode(&layout, p, p.base),
                    None => vec![self.b.i64(0); layout.width()],
                };
                tys.extend(vec![quipu_ir::Ty::I64; numbers.len()]);
                flat.extend(numbers);
                carried.push(Carried { frame, name, ty, tys, kind: Kind::Place(keys) });
                inits.extend(flat);
                continue;
            }
            let shared = self.cx.facts.shared.contains(&(site, name, frame))
                | value.as_ref().is_some_and(|v| self.freeze_carried(v, is_exact(&ty).map(|_| site)));
            let flat = match &value {
                Some(v) => self.flatten(v, &ty)?,
                None => self.absent(&ty),
            };
            let generic = value.is_none() || self.cx.facts.resized.contains(&(site, name, frame));
            let tys = if generic { self.flat_tys(&ty) } else { self.b.func.tys(&flat) };
            carried.push(Carried { frame, name, ty, tys, kind: Kind::Value { shared, generic } });
            inits.extend(flat);
        }
        Ok((carried, inits))
    }

    /// The type with sizes of its own wherever it has free ones.
    fn renamed(&mut self, t: &quipu_ir::Ty) -> quipu_ir::Ty {
        let free: Vec<quipu_ir::Sym> = t
            .dims()
            .iter()
            .filter_map(Dim::as_sym)
            .filter(|s| self.b.func.syms[s.index()].def != quipu_ir::SymDef::Free)
            .filter(
                |s| matches!(self.b.func.syms[s.index()].def, quipu_ir::SymDef::Dim(v, _) if self.b.func.ty(v) == t),
            )
            .collect();
        let fresh: HashMap<quipu_ir::Sym, Dim> = free.into_iter().map(|s| (s, self.b.new_size().into())).collect();
        t.subst(&mut |s| fresh.get(&s).cloned().unwrap_or_else(|| s.into()))
    }

    /// A carried array is a copy of what it was before the loop, unless nothing else names that. Does something?
    fn freeze_carried(&mut self, v: &Val<'a>, site: Option<Site>) -> bool {
        let mut shared = false;
        for base in crate::merge::mentioned_bases(v) {
            for b in self.roots(base) {
                if self.named(b) > 1 || self.base(b).param.is_some() || base != b {
                    self.freeze_base(b, site);
                    shared = true;
                }
                shared |= self.base(b).frozen.is_some();
            }
        }
        shared
    }

    /// Names the carried values: at the loop's head, and after it. Gives the bases of the homes.
    fn bind_carried(&mut self, header: &Snapshot<'a>, carried: &[Carried], params: &[Var], site: Site) -> Vec<BaseId> {
        let mut it = params.iter().copied();
        let mut homes = vec![];
        for c in carried {
            match &c.kind {
                Kind::Home(h) => {
                    let v = it.next().expect("a variable per home");
                    let id = self.new_base(vec![v], BaseKind::Array { dtype: h.dtype, order: h.order.clone() });
                    // A point that was lowered exactly meanwhile freezes nothing.
                    let stale = |f: &Frozen| f.site.is_some_and(|s| self.cx.facts.exact.contains(&s));
                    let frozen = h.frozen.filter(|f| !stale(f));
                    self.base_mut(id).frozen = frozen;
                    homes.push(id);
                }
                Kind::Value { shared, .. } => {
                    let v = self.unflatten(&c.ty, &mut it, site);
                    if *shared {
                        let site = is_exact(&c.ty).map(|_| site);
                        let f = Some(Frozen { span: self.span, site, by: None });
                        for b in crate::merge::mentioned_bases(&v) {
                            self.base_mut(b).frozen = f;
                            self.base_mut(b).merged = f;
                        }
                    }
                    self.set_slot(c.frame, c.name, v);
                }
                Kind::Place(keys) => {
                    let dtype = is_exact(&c.ty).unwrap_or(DType::F64);
                    let layout = self.layout_of(keys, &header.frames, &homes, dtype);
                    let bound = if let T::Maybe(_) = c.ty { it.next() } else { None };
                    let v = if layout.cands.is_empty() {
                        // Not bound before the loop, and this walk is the first to see what it becomes.
                        let inner = if let T::Maybe(t) = &c.ty { (**t).clone() } else { c.ty.clone() };
                        let flat = self.dummies(&inner);
                        self.unflatten(&inner, &mut flat.into_iter(), site)
                    } else {
                        Val::Array(self.decode(&layout, &mut it))
                    };
                    let v = match bound {
                        Some(b) => Val::Maybe(std::rc::Rc::new((b, v))),
                        None => v,
                    };
                    self.set_slot(c.frame, c.name, v);
                }
            }
        }
        homes
    }

    /// What the body yields: carried names, then (base, column, version) of bases that it changed.
    #[expect(clippy::type_complexity, reason = "two lists that belong together and have no other use")]
    fn yield_carried(
        &mut self,
        before: &Snapshot<'a>,
        header: &Snapshot<'a>,
        carried: &[Carried],
        homes: &[BaseId],
        site: Site,
        ended: bool,
    ) -> R<(Vec<Var>, Vec<(BaseId, usize, Var)>)> {
        if ended {
            return Ok((vec![], vec![]));
        }
        let mut yields = vec![];
        let mut risen = false;
        // Types first: places are planned when they have settled.
        for c in carried {
            if let Kind::Place(_) = c.kind
                && let Some(v) = self.get_slot(c.frame, c.name)
            {
                let t = self.type_of(v);
                match c.ty.join(&t) {
                    Some(j) if j == c.ty => {}
                    Some(j) => risen |= self.raise_carried(site, c.frame, c.name, &j)?,
                    None => {
                        let message =
                            format!("`{}` is {} before a trip of this loop and {t} after it", c.name.as_str(), c.ty);
                        return self.error("type-mismatch", message);
                    }
                }
            }
        }
        if risen {
            return Err(Stop::Restart);
        }
        let exact: Vec<(usize, Symbol)> =
            carried.iter().filter(|c| matches!(c.kind, Kind::Place(_))).map(|c| (c.frame, c.name)).collect();
        let limit = header.bases.len();
        let plan = self.plan_trip(site, &header.frames, limit, homes, &exact)?;
        risen |= plan.raised;
        if !risen {
            yields.extend(self.home_values(&plan, site, homes, limit)?);
        }
        for c in carried {
            match &c.kind {
                Kind::Home(_) => continue,
                Kind::Place(keys) if !risen => {
                    let v = self.get_slot(c.frame, c.name).cloned();
                    if let T::Maybe(_) = c.ty {
                        yields.push(match &v {
                            Some(Val::Maybe(m)) => m.0,
                            v => self.b.bool(v.is_some()),
                        });
                    } else if v.is_none() {
                        risen |= self.raise_carried(site, c.frame, c.name, &T::Maybe(Box::new(c.ty.clone())))?;
                        continue;
                    }
                    let dtype = is_exact(&c.ty).unwrap_or(DType::F64);
                    let layout = self.layout_of(keys, &header.frames, homes, dtype);
                    yields.extend(self.trip_numbers(&plan, (c.frame, c.name), &layout, homes, limit));
                    continue;
                }
                Kind::Place(_) => continue,
                Kind::Value { .. } => {}
            }
            let Some(v) = self.get_slot(c.frame, c.name).cloned() else {
                if matches!(c.ty, T::Maybe(_)) {
                    let flat = self.absent(&c.ty);
                    yields.extend(flat);
                    continue;
                }
                risen |= self.raise_carried(site, c.frame, c.name, &T::Maybe(Box::new(c.ty.clone())))?;
                continue;
            };
            let t = self.type_of(&v);
            match c.ty.join(&t) {
                Some(j) if j == c.ty => {
                    risen |= self.share_yield(header, carried, c, site, &v)?;
                    let flat = self.flatten(&v, &c.ty)?;
                    for (v, t) in flat.iter().zip(&c.tys) {
                        if self.b.func.ty(*v).dims() != t.dims() && !matches!(c.kind, Kind::Value { generic: true, .. })
                        {
                            risen |= self.cx.facts.resized.insert((site, c.name, c.frame));
                        }
                    }
                    yields.extend(flat);
                }
                Some(j) => risen |= self.raise_carried(site, c.frame, c.name, &j)?,
                None => {
                    let message =
                        format!("`{}` is {} before a trip of this loop and {t} after it", c.name.as_str(), c.ty);
                    return self.error("type-mismatch", message);
                }
            }
        }
        // Names that changed without being carried.
        for frame in 0..before.frames.len() {
            let names: BTreeSet<Symbol> =
                self.frames[frame].slots.keys().chain(header.frames[frame].keys()).copied().collect();
            for name in names {
                if carried.iter().any(|c| c.frame == frame && c.name == name) {
                    continue;
                }
                let (now, old) = (self.frames[frame].slots.get(&name), header.frames[frame].get(&name));
                let t = match (now, old) {
                    (Some(n), Some(o)) if self.same(n, o) => continue,
                    (Some(n), Some(o)) => {
                        let (n, o) = (self.type_of(n), self.type_of(o));
                        match n.join(&o) {
                            Some(t) if !matches!(t, T::Static(_)) => t,
                            _ => {
                                let message =
                                    format!("`{}` is {o} before a trip of this loop and {n} after it", name.as_str());
                                return self.error("type-mismatch", message);
                            }
                        }
                    }
                    (Some(n), None) => {
                        let special = name == self.ret_slot || name == self.exit_slot;
                        if !special && !self.used_outside(name, site.1) {
                            continue;
                        }
                        match self.type_of(n) {
                            T::Static(_) => continue,
                            t @ T::Maybe(_) => t,
                            t => T::Maybe(Box::new(t)),
                        }
                    }
                    _ => continue,
                };
                risen |= self.raise_carried(site, frame, name, &t)?;
            }
        }
        if risen {
            return Err(Stop::Again(site));
        }
        let mut extra = vec![];
        for k in 0..header.bases.len() {
            let (old, now) = (&header.bases[k], &self.bases[k]);
            if now.moved.is_some() && old.moved.is_none() {
                let span = now.moved.unwrap_or(self.span);
                let d = quipu_diagnostics::Diagnostic::error(
                    "moved-value",
                    "the next trip of the loop would put this value in a container again",
                    span,
                );
                return self.fail(d.help("put in a copy"));
            }
            if now.epoch != old.epoch {
                let id = BaseId(k as u32);
                let held = |v: &Val<'a>| match v {
                    Val::List(l) => l.base == id && !l.path.is_empty(),
                    Val::Array(p) => p.base == id && !p.path.is_empty(),
                    _ => false,
                };
                if header.frames.iter().flat_map(|f| f.values()).any(held) {
                    return self.error(
                        "stale-element",
                        "the loop moves elements of a list that a name from before the loop denotes",
                    );
                }
            }
            for (c, v) in now.cur.iter().enumerate() {
                if *v != old.cur[c] {
                    extra.push((BaseId(k as u32), c, *v));
                }
            }
        }
        Ok((yields, extra))
    }

    /// What a trip hands to the next one under a name by value: may another name reach it? Then the copy and the
    /// original are frozen from the head of the loop on. Did that rise?
    fn share_yield(
        &mut self,
        header: &Snapshot<'a>,
        carried: &[Carried],
        c: &Carried,
        site: Site,
        v: &Val<'a>,
    ) -> R<bool> {
        let exact = is_exact(&c.ty).map(|_| site);
        let mut shared = false;
        for base in crate::merge::mentioned_bases(v) {
            for b in self.roots(base) {
                let outer = (b.0 as usize) < header.bases.len();
                let survives = |f: usize, n: &Symbol| {
                    carried.iter().any(|c| c.frame == f && c.name == *n)
                        || header.frames.get(f).is_some_and(|s| s.contains_key(n))
                };
                let mut count = 0;
                for (f, frame) in self.frames.iter().enumerate() {
                    for (n, w) in &frame.slots {
                        if survives(f, n) {
                            count += self.mentions(w, b);
                        }
                    }
                }
                if let Some(f) = self.base(b).frozen {
                    shared = true;
                    if f.site.is_none() {
                        self.freeze_base(b, None);
                    }
                }
                if count <= 1 && base == b && !outer {
                    continue;
                }
                shared = true;
                if outer && let Some(site) = exact {
                    return Ok(self.cx.facts.exact.insert(site));
                }
                let written = outer && header.bases[b.0 as usize].cur != self.base(b).cur;
                self.freeze_base(b, exact);
                if written {
                    self.check_thawed(b)?;
                }
            }
        }
        Ok(shared && self.cx.facts.shared.insert((site, c.name, c.frame)))
    }

    fn raise_carried(&mut self, site: Site, frame: usize, name: Symbol, t: &T) -> R<bool> {
        let key = (site, name, frame);
        let have = self.cx.facts.carried.get(&key).cloned().unwrap_or(T::Never);
        match have.join(t) {
            Some(j) if j != have => {
                self.cx.facts.carried.insert(key, j);
                Ok(true)
            }
            Some(_) => Ok(false),
            None => self.error("type-mismatch", format!("`{}` is {have} and {t} in this loop", name.as_str())),
        }
    }

    fn close_loop(
        &mut self,
        before: &Snapshot<'a>,
        header: &Snapshot<'a>,
        carried: &[Carried],
        extra: &[(BaseId, usize, Var)],
        outs: &[Var],
        site: Site,
    ) {
        let flags: Vec<Base> = self.bases.clone();
        // Names that the loop does not carry are as before.
        for (f, slots) in self.frames.iter_mut().zip(&header.frames).take(before.frames.len()) {
            f.slots.clone_from(slots);
        }
        for f in self.frames.iter_mut().skip(before.frames.len()) {
            f.slots.clear();
        }
        for (k, old) in header.bases.iter().enumerate() {
            self.bases[k] = old.clone();
        }
        for (b, end) in self.bases.iter_mut().zip(flags) {
            b.epoch = end.epoch;
            b.grown = end.grown;
            b.written |= end.written;
            b.frozen = b.frozen.or(end.frozen);
        }
        let n: usize = carried.iter().map(|c| c.tys.len()).sum();
        self.bind_carried(header, carried, &outs[..n], site);
        let mut it = outs[n..].iter().copied();
        for (id, c, _) in extra {
            let v = it.next().expect("a result per version");
            self.base_mut(*id).cur[*c] = v;
            self.base_mut(*id).written = true;
        }
    }

    /// After a loop: `break` has come to where it goes; `orelse` runs if the loop was not left.
    pub fn after_loop(&mut self, orelse: &'a [Stmt], may_break: bool, may_return: bool) -> R<()> {
        if !may_break && !may_return {
            self.set_exit(exit::NEXT);
            return self.block(orelse);
        }
        let known = self.exit_state();
        if let Some(k) = known {
            self.set_exit(if k == exit::RETURN { k } else { exit::NEXT });
            return if k == exit::NEXT { self.block(orelse) } else { Ok(()) };
        }
        let code = self.get_slot(self.at, self.exit_slot).cloned().unwrap_or(Val::None);
        let code = self.operand(&code)?;
        if !orelse.is_empty() {
            let next = self.b.i64(exit::NEXT);
            let fell = self.b.map(&ops::EQ, &[code, next]);
            self.branch(
                fell,
                |lw| {
                    lw.set_exit(exit::NEXT);
                    lw.block(orelse)
                },
                |_| Ok(()),
            )?;
        }
        if !may_return && orelse.is_empty() {
            self.set_exit(exit::NEXT);
            return Ok(());
        }
        let code = self.get_slot(self.at, self.exit_slot).cloned().unwrap_or(Val::None);
        if code.int_known().is_none() {
            let code = self.operand(&code)?;
            let (b, n) = (self.b.i64(exit::BREAK), self.b.i64(exit::NEXT));
            let broke = self.b.map(&ops::EQ, &[code, b]);
            let v = self.b.select(broke, n, code);
            let v = self.py(DType::I64, v);
            let (at, name) = (self.at, self.exit_slot);
            self.set_slot(at, name, v);
        }
        Ok(())
    }

    /// Is the name mentioned outside this loop in the code that encloses it?
    fn used_outside(&self, name: Symbol, span: quipu_diagnostics::Span) -> bool {
        self.cx.uses.get(&(span.file, name)).is_some_and(|at| at.iter().any(|p| *p < span.start || *p >= span.end))
    }
}

impl<'a> Lower<'a, '_> {
    /// A `for` statement over anything but a short tuple.
    pub fn for_loop(
        &mut self,
        site: Site,
        trip: Var,
        assigned: Vec<Symbol>,
        parallel: bool,
        exits: bool,
        body: &mut dyn FnMut(&mut Self, Var) -> R<()>,
    ) -> R<()> {
        self.settle(site, &mut |lw| lw.walk_for(site, trip, assigned.clone(), parallel, exits, body))
    }

    /// A `while` loop; `cond` gives a bool.
    pub fn while_loop(
        &mut self,
        site: Site,
        assigned: Vec<Symbol>,
        cond: &mut dyn FnMut(&mut Self) -> R<Var>,
        body: &mut dyn FnMut(&mut Self) -> R<()>,
    ) -> R<()> {
        self.settle(site, &mut |lw| lw.walk_while(site, assigned.clone(), cond, body))
    }

    /// Walks a loop (or a `try`) until its facts have settled: where a fact about the loop rose, only it is walked
    /// again, from the state in which it was entered.
    pub fn settle(&mut self, site: Site, walk: &mut dyn FnMut(&mut Self) -> R<()>) -> R<()> {
        let before = self.snapshot();
        let (frames, bases) = (self.frames.len(), self.bases.len());
        let mark = self.b.func.mark(self.b.cur());
        let (depth, loc, span, at) = (self.b.depth(), self.b.loc, self.span, self.at);
        let (in_loop, inline_depth) = (self.in_loop, self.inline_depth);
        loop {
            match walk(self) {
                Err(Stop::Again(s)) if s == site => {}
                r => return r,
            }
            self.frames.truncate(frames);
            self.bases.truncate(bases);
            self.restore(&before);
            self.b.abandon(depth);
            self.b.func.rollback(&mark);
            self.b.loc = loc;
            self.span = span;
            self.at = at;
            self.in_loop = in_loop;
            self.inline_depth = inline_depth;
        }
    }
}

/// Does a body contain `break` (of this loop) or `return`?
pub fn exits(body: &[Stmt]) -> (bool, bool) {
    use ast::StmtKind as S;
    let (mut breaks, mut returns) = (false, false);
    for s in body {
        match &s.kind {
            S::Break => breaks = true,
            S::Return(_) => returns = true,
            S::If { body, orelse, .. } => {
                for b in [body, orelse] {
                    let (x, y) = exits(b);
                    breaks |= x;
                    returns |= y;
                }
            }
            S::While { body, orelse, .. } | S::For { body, orelse, .. } => {
                returns |= exits(body).1;
                let (x, y) = exits(orelse);
                breaks |= x;
                returns |= y;
            }
            S::With { body, .. } => {
                let (x, y) = exits(body);
                breaks |= x;
                returns |= y;
            }
            S::Try { body, handlers, orelse, finally } => {
                for b in [body, orelse, finally].into_iter().chain(handlers.iter().map(|h| &h.body)) {
                    let (x, y) = exits(b);
                    breaks |= x;
                    returns |= y;
                }
            }
            _ => {}
        }
    }
    (breaks, returns)
}

/// Does every path through the statements leave the block (return, raise, break, continue)?
pub fn always_leaves(body: &[Stmt]) -> bool {
    use ast::StmtKind as S;
    body.iter().any(|s| match &s.kind {
        S::Return(_) | S::Raise { .. } | S::Break | S::Continue => true,
        S::If { body, orelse, .. } => always_leaves(body) && always_leaves(orelse),
        _ => false,
    })
}

/// The names that a loop's body and target bind.
pub fn assigned_in(target: Option<&Expr>, body: &[Stmt]) -> Vec<Symbol> {
    let mut scope = Scope::default();
    if let Some(t) = target {
        target_names(t, &mut |n| scope.locals.push(n));
    }
    bound_names(body, &mut scope);
    scope.locals.into_iter().chain(scope.globals).chain(scope.nonlocals).collect()
}
