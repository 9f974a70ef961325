//! `try` and its cells as branches and values, for reverse mode.
//!
//! A handler sees what the body had done when it raised, and nothing in a linear program can raise. So the equation
//! becomes two. A *trial* runs the body as it is, on cells of its own, and counts the events: equations that may raise
//! what the handler takes. It tells at which event the body stopped, if it did. Then the body runs again without `try`:
//! an event is a comparison of two integers, what follows it an arm of an `if`, a loop around it ends early, and a cell
//! is a value that arms and loops hand on.
//!
//! ```text
//! %c = cell_new %x                     %kind, %text, %stop = try { .. events counted ..  yield 0, "", -1 }
//! %r = try {                                                 except (%k, %t) { yield %k, %t, events }
//!     cell_set %c, %y          =>      %r, %c, %alive = if %stop == 1 { yield 0.0, %y, false }
//!     raise_if %bad                                     else { %s = sin %z  yield %s, %y, true }
//!     %s = sin %z                      %r = if %alive { yield %r } else { (handler, with %c for its cell) }
//!     yield %s
//! } except (%kind, %text) { .. }
//! ```
//! Nobody needs the trial's arrays unless a check does: `dce` takes them away with the cells that are never read. An
//! exception that is not an event (memory, an interrupt) counts as raised at the event before. Refused: a `try` within
//! a `try`, and what is read from the world within one, because the body runs twice.

use crate::copies::insert_copies;
use crate::dce::dce;
use crate::error::TransformError;
use crate::forward::{consumed_in, reach};
use crate::names::Sizes;
use quipu_abi::{DType, ErrorKind};
use quipu_ir::ops::{self, Op, Rule};
use quipu_ir::{Block, Builder, Eqn, Func, SymDef, Ty, Var};
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};
use std::collections::{BTreeMap, BTreeSet};

/// The function without the handlers that a derivative in the parameters `wrt` meets, if it meets any.
pub fn without_handlers(src: &Func, wrt: &[usize]) -> Result<Option<Func>, TransformError> {
    let params = &src.block(Func::ENTRY).params;
    let active = reach(src, &wrt.iter().map(|k| params[*k]).collect::<Vec<_>>(), false);
    let (cells, tries) = met(src, &active);
    if tries.is_empty() && cells.is_empty() {
        return Ok(None);
    }
    let (mut b, _) = Builder::new(&src.name, &[], 0);
    b.func.locs.clone_from(&src.locs);
    b.func.consumes.clone_from(&src.consumes);
    b.func.fast_math = src.fast_math;
    let mut cx = Exits {
        src,
        b,
        vars: HashMap::default(),
        sizes: Sizes::default(),
        cells,
        tries,
        mode: Mode::Plain,
        slots: BTreeMap::new(),
        trial: HashMap::default(),
    };
    let done = cx.params(Func::ENTRY).and_then(|()| cx.run(Func::ENTRY, 0, &[]));
    let out = done.map_err(|m| TransformError::at(&cx.b.func, cx.b.loc, m))?;
    let mut f = cx.b.finish(&out.results.unwrap_or_default());
    dce(&mut f);
    insert_copies(&mut f);
    Ok(Some(f))
}

/// The cells and (by their first result or block) the `try` equations that must go: those that a tangent goes through,
/// and what shares a cell with them.
fn met(src: &Func, active: &HashSet<Var>) -> (HashSet<Var>, HashSet<Block>) {
    let is_cell = |v: &Var| matches!(src.ty(*v), Ty::Cell(_));
    let mut all: Vec<(Block, Vec<Var>, bool)> = vec![];
    for e in src.blocks.iter().flat_map(|d| &d.eqns).filter(|e| matches!(e.op, Op::Try(_))) {
        let captured: Vec<Var> = e.blocks.iter().flat_map(|b| src.free_vars(*b)).filter(is_cell).collect();
        let reached = e.outs.iter().any(|o| active.contains(o)) || captured.iter().any(|c| active.contains(c));
        all.push((e.blocks[0], captured, reached));
    }
    let mut cells: HashSet<Var> = active.iter().copied().filter(is_cell).collect();
    // A cell within a `try` that no tangent leaves is that one's own business.
    let inner: HashSet<Var> = all.iter().filter(|t| !t.2).flat_map(|(body, ..)| made_in(src, *body)).collect();
    cells.retain(|c| !inner.contains(c));
    let mut tries = HashSet::default();
    loop {
        let n = (cells.len(), tries.len());
        for (body, captured, reached) in &all {
            if *reached || captured.iter().any(|c| cells.contains(c)) {
                tries.insert(*body);
                cells.extend(captured);
                cells.extend(made_in(src, *body));
            }
        }
        if n == (cells.len(), tries.len()) {
            return (cells, tries);
        }
    }
}

/// Cells that are made in a block.
fn made_in(src: &Func, block: Block) -> Vec<Var> {
    let mut out = vec![];
    src.walk(block, &mut |d| {
        out.extend(d.eqns.iter().filter(|e| matches!(e.op, Op::CellNew(_))).flat_map(|e| &e.outs).copied());
    });
    out
}

#[derive(Clone)]
enum Mode {
    /// Outside of every `try` that goes.
    Plain,
    /// In the trial's body: events are counted in this cell.
    Trial(Vec<ErrorKind>, Var),
    /// In the body that runs again: it ends at this event.
    Exit(Vec<ErrorKind>, Var),
}

/// The number of events so far travels like a cell.
const EVENTS: Var = Var(u32::MAX);

/// What a block gives: its results (none if it never gets there), the slots that were asked for, and whether it ran to
/// its end (`None`: it always does).
struct Out {
    results: Option<Vec<Var>>,
    slots: Vec<Var>,
    alive: Option<Var>,
}

struct Exits<'s> {
    src: &'s Func,
    b: Builder,
    vars: HashMap<Var, Var>,
    sizes: Sizes,
    /// Cells that become values.
    cells: HashSet<Var>,
    tries: HashSet<Block>,
    mode: Mode,
    /// What the cells hold here, and the number of events.
    slots: BTreeMap<Var, Var>,
    /// The trial's own cells.
    trial: HashMap<Var, Var>,
}

impl Exits<'_> {
    fn get(&self, s: Var) -> Rule<Var> {
        self.vars.get(&s).copied().ok_or_else(|| "a value is not in scope".to_string())
    }

    fn all(&self, s: &[Var]) -> Rule<Vec<Var>> {
        s.iter().map(|v| self.get(*v)).collect()
    }

    fn bind(&mut self, s: Var, v: Var) {
        self.sizes.bind(self.src, s, &mut self.b.func, v, false);
        self.vars.insert(s, v);
    }

    fn bind_all(&mut self, s: &[Var], v: &[Var]) {
        s.iter().zip(v).for_each(|(s, v)| self.bind(*s, *v));
    }

    /// Gives the block at the cursor the source block's parameters.
    fn params(&mut self, block: Block) -> Rule<()> {
        for s in &self.src.block(block).params {
            let ty = self.sizes.param(self.src, &mut self.b.func, *s)?;
            let v = self.param(ty);
            self.bind(*s, v);
        }
        Ok(())
    }

    fn param(&mut self, ty: Ty) -> Var {
        let at = self.b.cur();
        let v = self.b.func.new_var(ty, false);
        self.b.func.define_dims(v);
        self.b.func.block_mut(at).params.push(v);
        v
    }

    fn emit(&mut self, op: impl Into<Op>, args: &[Var], blocks: Vec<Block>) -> Rule<Vec<Var>> {
        let at = self.b.cur();
        self.b.try_emit_in(at, op.into(), args, blocks, false)
    }

    fn slots_of(&self, keys: &[Var]) -> Vec<Var> {
        keys.iter().map(|k| self.slots[k]).collect()
    }

    fn set_slots(&mut self, keys: &[Var], values: &[Var]) {
        self.slots.extend(keys.iter().copied().zip(values.iter().copied()));
    }

    /// Goes through a cell that becomes a value?
    fn is_slot(&self, e: &Eqn) -> bool {
        match &e.op {
            Op::CellNew(_) => self.cells.contains(&e.outs[0]),
            Op::CellSet(_) | Op::CellGet(_) => self.cells.contains(&e.args[0]),
            _ => false,
        }
    }

    /// May the equation itself raise what the handler takes?
    fn is_event(&self, e: &Eqn) -> bool {
        let (Mode::Trial(kinds, _) | Mode::Exit(kinds, _)) = &self.mode else { return false };
        let taken = |kind: ErrorKind| kinds.iter().any(|k| kind.is_a(*k));
        match &e.op {
            Op::RaiseIf(r) => taken(r.kind),
            Op::Raise(r) => r.kind.is_none_or(taken),
            Op::NormIndex(_) => taken(ErrorKind::IndexError),
            Op::IntChecked(_) => taken(ErrorKind::LimitError),
            // One that stays counts as one event, whatever happens in it.
            Op::Try(_) => self.src.effects(e).raises,
            op => op.def().effects().raises && e.blocks.is_empty(),
        }
    }

    /// What a control equation changes: cells that exist around it, and whether an event is in it.
    fn touched(&self, blocks: &[Block]) -> (Vec<Var>, bool) {
        let (mut keys, mut events) = (BTreeSet::new(), false);
        for b in blocks {
            self.touched_in(*b, &mut keys, &mut events);
        }
        if events {
            keys.insert(EVENTS);
        }
        (keys.into_iter().filter(|k| self.slots.contains_key(k)).collect(), events)
    }

    fn touched_in(&self, block: Block, keys: &mut BTreeSet<Var>, events: &mut bool) {
        for e in &self.src.block(block).eqns {
            *events |= self.is_event(e);
            match &e.op {
                Op::CellSet(_) => _ = keys.insert(e.args[0]),
                Op::CellGet(g) if g.take => _ = keys.insert(e.args[0]),
                Op::Try(_) if !self.tries.contains(&e.blocks[0]) => continue,
                _ => {}
            }
            e.blocks.iter().for_each(|b| self.touched_in(*b, keys, events));
        }
    }

    /// Emits the block's equations from `from` on.
    fn run(&mut self, block: Block, from: usize, keys: &[Var]) -> Rule<Out> {
        let src = self.src;
        for (k, e) in src.block(block).eqns.iter().enumerate().skip(from) {
            self.b.loc = e.loc;
            let within = |mode: &Mode| matches!(mode, Mode::Exit(..));
            let io = e.op.def().effects().io || matches!(e.op, Op::Try(_)) && self.src.effects(e).io;
            // The trial did it.
            if io && within(&self.mode) && !(e.outs.is_empty() && e.blocks.is_empty()) {
                return Err("reverse mode through a `try` that reads from the world".into());
            }
            if io && within(&self.mode) && !self.is_event(e) {
                continue;
            }
            if self.is_event(e) {
                let one = self.b.i64(1);
                match self.mode.clone() {
                    Mode::Trial(_, cell) => {
                        let n = self.b.emit(ops::CellGet { take: false }, &[cell]);
                        let n = self.b.add(n, one);
                        self.emit(ops::CellSet, &[cell, n], vec![])?;
                    }
                    Mode::Exit(_, stop) => {
                        let n = self.b.add(self.slots[&EVENTS], one);
                        self.slots.insert(EVENTS, n);
                        if let Op::Raise(_) = e.op {
                            let no = self.b.bool(false);
                            return Ok(Out { results: None, slots: self.slots_of(keys), alive: Some(no) });
                        }
                        let alive = self.b.map(&ops::NE, &[n, stop]);
                        return self.rest(alive, block, k, true, keys);
                    }
                    Mode::Plain => {}
                }
            }
            if let Some(alive) = self.equation(e)? {
                return self.rest(alive, block, k + 1, false, keys);
            }
            if self.b.func.diverges(self.b.cur()) {
                return Ok(Out { results: None, slots: vec![], alive: None });
            }
        }
        if src.diverges(block) {
            return Ok(Out { results: None, slots: self.slots_of(keys), alive: None });
        }
        let results = self.all(&src.block(block).results)?;
        Ok(Out { results: Some(results), slots: self.slots_of(keys), alive: None })
    }

    /// What follows an event, in an arm. With `own` the equation at `from` is the event, which did not happen.
    fn rest(&mut self, alive: Var, block: Block, from: usize, own: bool, keys: &[Var]) -> Rule<Out> {
        let src = self.src;
        let before = (self.slots_of(keys), self.b.func.vars.len());
        let saved = self.slots.clone();
        self.b.begin(&[]);
        let mut from = from;
        if own {
            let e = &src.block(block).eqns[from];
            if !e.outs.is_empty() {
                self.equation(e)?;
            }
            from += 1;
        }
        let out = self.run(block, from, keys)?;
        self.slots = saved;
        let on = match out.alive {
            Some(v) => v,
            None if self.b.func.diverges(self.b.cur()) => alive,
            None => self.b.bool(true),
        };
        let n = out.results.as_ref().map(Vec::len);
        let raises = self.b.func.diverges(self.b.cur());
        let yields = [out.results.unwrap_or_default(), out.slots, vec![on]].concat();
        let yes = self.b.end(if raises { &[] } else { &yields });
        self.b.begin(&[]);
        let mut other = self.placeholders(&yields[..n.unwrap_or(0)], before.1)?;
        other.extend(before.0);
        other.push(self.b.bool(false));
        let no = self.b.end(&other);
        let outs = self.owned_if(alive, yes, no)?;
        let (results, slots) = outs[..outs.len() - 1].split_at(n.unwrap_or(0));
        self.set_slots(keys, slots);
        let results = n.map(|_| results.to_vec());
        Ok(Out { results, slots: slots.to_vec(), alive: outs.last().copied() })
    }

    /// An `if` over two blocks without parameters. What the block around owns and an arm consumes becomes an operand,
    /// so that it is stored into where it is.
    fn owned_if(&mut self, p: Var, yes: Block, no: Block) -> Rule<Vec<Var>> {
        let here = self.b.func.block(self.b.cur()).clone();
        let own: HashSet<Var> = here.params.iter().chain(here.eqns.iter().flat_map(|e| &e.outs)).copied().collect();
        let mut args = vec![];
        for b in [yes, no] {
            let eaten = consumed_in(&self.b.func, b);
            for v in self.b.func.free_vars(b) {
                if eaten.contains(&v) && own.contains(&v) && self.b.func.ty(v).is_place() && !args.contains(&v) {
                    args.push(v);
                }
            }
        }
        for b in [yes, no] {
            let mut map = HashMap::default();
            for v in &args {
                let ty = self.b.ty(*v);
                let p = self.b.func.new_var(ty, false);
                self.b.func.block_mut(b).params.push(p);
                map.insert(*v, p);
            }
            self.b.func.subst(b, &map);
        }
        self.emit(ops::If, &[&[p], &args[..]].concat(), vec![yes, no])
    }

    /// Values of these types that nobody looks at. Sizes that were not known before variable `before` are 0.
    fn placeholders(&mut self, like: &[Var], before: usize) -> Rule<Vec<Var>> {
        let mut out = vec![];
        for v in like {
            let mut ty = self.b.ty(*v);
            let f = &self.b.func;
            ty.visit_dims_mut(&mut |d| {
                let mut later = false;
                d.visit_syms(&mut |n| match f.syms[n.index()].def {
                    SymDef::Value(v) | SymDef::Dim(v, _) => later |= v.index() >= before,
                    SymDef::Free => {}
                });
                if later {
                    *d = 0.into();
                }
            });
            out.push(match ty {
                Ty::Scalar(_) | Ty::Array(..) => self.b.zeros(&ty),
                Ty::Str => self.b.constant(ops::Const::Str("".into())),
                Ty::List(t) => self.b.emit(ops::ListNew(*t), &[]),
                t => return Err(format!("reverse mode through a `try` with a value of type {t}")),
            });
        }
        Ok(out)
    }

    /// Emits one equation; gives whether it ran to its end if that is a question.
    fn equation(&mut self, e: &Eqn) -> Rule<Option<Var>> {
        if self.is_slot(e) && !matches!(self.mode, Mode::Trial(..)) {
            match &e.op {
                Op::CellNew(_) => {
                    let v = self.get(e.args[0])?;
                    self.slots.insert(e.outs[0], v);
                }
                Op::CellSet(_) => {
                    let v = self.get(e.args[1])?;
                    self.slots.insert(e.args[0], v);
                }
                _ => {
                    let v = self.slots.get(&e.args[0]).copied().ok_or("a cell is not in scope")?;
                    self.bind(e.outs[0], v);
                }
            }
            return Ok(None);
        }
        match &e.op {
            Op::Try(t) if self.tries.contains(&e.blocks[0]) => {
                if !matches!(self.mode, Mode::Plain) {
                    return Err("reverse mode through a `try` within a `try`".into());
                }
                self.handled(e, t)
            }
            Op::Try(_) => self.copied(e),
            _ if e.blocks.is_empty() || matches!(self.mode, Mode::Trial(..)) => self.copied(e),
            _ => {
                let (keys, events) = self.touched(&e.blocks);
                match &e.op {
                    _ if keys.is_empty() => self.copied(e),
                    Op::If(_) => self.branch(e, &keys, events),
                    Op::For(op) => self.counted(e, op, &keys, events),
                    Op::While(_) => self.conditional(e, &keys, events),
                    op => Err(format!("reverse mode through a `try` around {op:?}")),
                }
            }
        }
    }

    fn copied(&mut self, e: &Eqn) -> Rule<Option<Var>> {
        let in_trial = |v: &Var| self.trial.get(v).copied().map_or_else(|| self.get(*v), Ok);
        let x = match self.mode {
            Mode::Trial(..) => e.args.iter().map(in_trial).collect::<Rule<Vec<_>>>()?,
            _ => self.all(&e.args)?,
        };
        let mut blocks = vec![];
        // What a `try` that stays raises and takes is its own.
        let mode = self.mode.clone();
        if let Op::Try(_) = e.op {
            self.mode = Mode::Plain;
        }
        for nb in &e.blocks {
            self.b.begin(&[]);
            self.params(*nb)?;
            let out = self.run(*nb, 0, &[])?;
            blocks.push(self.b.end(&out.results.unwrap_or_default()));
        }
        self.mode = mode;
        let op = self.sizes.op(self.src, &mut self.b.func, &e.op)?;
        self.b.loc = e.loc;
        let outs = self.emit(op, &x, blocks)?;
        self.bind_all(&e.outs, &outs);
        if let Op::CellNew(_) = e.op {
            self.trial.insert(e.outs[0], outs[0]);
        }
        Ok(None)
    }

    /// A block with parameters of its own, then `keys`, then what `more` says; yields its results, the keys' values,
    /// and with `events` whether it ran to its end. Results that it never has are `None`.
    fn nested(&mut self, block: Block, keys: &[Var], events: bool, more: usize) -> Rule<(Block, Option<usize>)> {
        let saved = self.slots.clone();
        self.b.begin(&[]);
        self.params(block)?;
        for k in keys {
            let ty = self.b.ty(self.slots[k]);
            let v = self.param(ty);
            self.slots.insert(*k, v);
        }
        (0..more).for_each(|_| _ = self.param(Ty::BOOL));
        let out = self.run(block, 0, keys)?;
        self.slots = saved;
        if out.results.is_none() && out.alive.is_none() {
            // It raises what the handler does not take: for good.
            return Ok((self.b.end(&[]), None));
        }
        let mut yields = out.results.clone().unwrap_or_default();
        yields.extend(out.slots);
        if events {
            yields.push(match out.alive {
                Some(v) => v,
                None => self.b.bool(true),
            });
        }
        Ok((self.b.end(&yields), out.results.map(|r| r.len())))
    }

    /// Puts results in front of those of a block that never gets to its own.
    fn fill(&mut self, block: Block, like: &[Var], before: usize) -> Rule<()> {
        if self.b.func.diverges(block) {
            return Ok(());
        }
        self.b.push_cursor(block, None);
        let r = self.placeholders(like, before)?;
        self.b.pop_cursor();
        self.b.func.block_mut(block).results.splice(0..0, r);
        Ok(())
    }

    fn branch(&mut self, e: &Eqn, keys: &[Var], events: bool) -> Rule<Option<Var>> {
        let x = self.all(&e.args)?;
        let before = self.b.func.vars.len();
        let (mut arms, mut n) = (vec![], vec![]);
        for b in &e.blocks {
            let (arm, results) = self.nested(*b, keys, events, 0)?;
            arms.push(arm);
            n.push(results);
        }
        for k in 0..2 {
            if let (None, Some(m)) = (n[k], n[1 - k]) {
                let like = self.b.func.block(arms[1 - k]).results[..m].to_vec();
                self.fill(arms[k], &like, before)?;
            }
        }
        let args = [&x[..], &self.slots_of(keys)].concat();
        let outs = self.emit(ops::If, &args, arms)?;
        Ok(self.after(e, n[0].or(n[1]).unwrap_or(0), keys, events, &outs))
    }

    /// Binds results and slots of a control equation; whether it ran to its end.
    fn after(&mut self, e: &Eqn, n: usize, keys: &[Var], events: bool, outs: &[Var]) -> Option<Var> {
        if outs.is_empty() {
            return None;
        }
        self.bind_all(&e.outs[..n.min(e.outs.len())], outs);
        self.set_slots(keys, &outs[n..]);
        events.then(|| outs[n + keys.len()])
    }

    fn counted(&mut self, e: &Eqn, op: &ops::For, keys: &[Var], events: bool) -> Rule<Option<Var>> {
        let x = self.all(&e.args)?;
        let n = x.len() - 1;
        let before = self.b.func.vars.len();
        let (body, results) = self.nested(e.blocks[0], keys, events, usize::from(events))?;
        if results.is_none() {
            let like = self.b.func.block(body).params[1..=n].to_vec();
            self.fill(body, &like, before)?;
        }
        let mut args = [&x[..], &self.slots_of(keys)].concat();
        let mut until = op.until;
        if events {
            args.push(self.b.bool(true));
        }
        // A body that raises for good has no results to order.
        if !self.b.func.diverges(body) {
            self.b.push_cursor(body, None);
            let mut r = self.b.func.block(body).results.clone();
            let mut stop = (op.until && results.is_some()).then(|| r.remove(n));
            if let (true, Some(alive)) = (events, r.last().copied()) {
                let dead = self.b.map(&ops::NOT, &[alive]);
                stop = Some(stop.map_or(dead, |s| self.b.map(&ops::OR, &[s, dead])));
                until = true;
            }
            r.extend(stop);
            self.b.pop_cursor();
            self.b.func.block_mut(body).results = r;
        }
        let mut outs = self.emit(ops::For { until, parallel: false, ..op.clone() }, &args, vec![body])?;
        let done = if until { outs.pop() } else { None };
        if let (true, Some(done)) = (op.until, done) {
            self.bind(e.outs[n], done);
        }
        let carried = Eqn { outs: e.outs[..n].to_vec(), ..e.clone() };
        Ok(self.after(&carried, n, keys, events, &outs))
    }

    /// The condition runs before the loop and at the end of each trip, so that it may stop the loop too.
    fn conditional(&mut self, e: &Eqn, keys: &[Var], events: bool) -> Rule<Option<Var>> {
        let (cond, body) = (e.blocks[0], e.blocks[1]);
        let n = e.args.len();
        let src = self.src;
        // Whether the loop goes on after what the condition says of these values.
        let goes_on = |cx: &mut Self, v: &[Var], alive: Option<Var>| -> Rule<(Vec<Var>, Var, Var)> {
            cx.b.begin(&[]);
            cx.bind_all(&src.block(cond).params, v);
            let saved = cx.slots.clone();
            let out = cx.run(cond, 0, keys)?;
            cx.slots = saved;
            if cx.b.func.diverges(cx.b.cur()) {
                return Err("the derivative of a loop whose condition always raises".into());
            }
            let yes = cx.b.bool(true);
            let ok = out.alive.unwrap_or(yes);
            let go = match out.results {
                Some(r) => r[0],
                None => cx.b.bool(false),
            };
            let yes_block = cx.b.end(&[out.slots, vec![ok, go]].concat());
            cx.b.begin(&[]);
            let no = cx.b.bool(false);
            let skipped = [cx.slots_of(keys), vec![no, no]].concat();
            let no_block = cx.b.end(&skipped);
            let p = match alive {
                Some(v) => v,
                None => cx.b.bool(true),
            };
            let outs = cx.owned_if(p, yes_block, no_block)?;
            let (slots, flags) = outs.split_at(keys.len());
            let go = cx.b.map(&ops::AND, flags);
            Ok((slots.to_vec(), flags[0], go))
        };
        let x = self.all(&e.args)?;
        let (slots, alive, go) = goes_on(self, &x, None)?;
        self.set_slots(keys, &slots);
        let args = [&x[..], &slots, &[alive, go]].concat();
        // The loop's condition is its last value.
        let (_, _) = self.b.begin(&[]);
        self.params(cond)?;
        for v in &args[n..] {
            let ty = self.b.ty(*v);
            self.param(ty);
        }
        let last = self.b.func.block(self.b.cur()).params.last().copied().ok_or("a condition has no parameter")?;
        let test = self.b.end(&[last]);
        let before = self.b.func.vars.len();
        let (block, results) = self.nested(body, keys, events, 2)?;
        if results.is_none() {
            let like = self.b.func.block(block).params[..n].to_vec();
            self.fill(block, &like, before)?;
        }
        if !self.b.func.diverges(block) {
            self.b.push_cursor(block, None);
            let r = self.b.func.block(block).results.clone();
            let alive = if events { r.last().copied() } else { None };
            let saved = self.slots.clone();
            self.set_slots(keys, &r[n..n + keys.len()]);
            let (slots, ok, go) = goes_on(self, &r[..n], alive)?;
            self.slots = saved;
            self.b.pop_cursor();
            self.b.func.block_mut(block).results = [&r[..n], &slots, &[ok, go]].concat();
        }
        let outs = self.emit(ops::While, &args, vec![test, block])?;
        Ok(self.after(e, n, keys, events, &outs))
    }

    /// The trial, the body that runs again, and the handler.
    fn handled(&mut self, e: &Eqn, op: &ops::Try) -> Rule<Option<Var>> {
        let (body, handler) = (e.blocks[0], e.blocks[1]);
        let src = self.src;
        let [kind, text, stop] = self.run_trial(e, op)?;
        let zero = self.b.i64(0);
        self.slots.insert(EVENTS, zero);
        self.mode = Mode::Exit(op.kinds.clone(), stop);
        let (keys, _) = self.touched(&[body]);
        let out = self.run(body, 0, &keys)?;
        self.mode = Mode::Plain;
        self.slots.remove(&EVENTS);
        let keys: Vec<Var> = keys.into_iter().filter(|k| *k != EVENTS).collect();
        let (handler_keys, _) = self.touched(&[handler]);
        let all: Vec<Var> = keys.iter().chain(&handler_keys).copied().collect::<BTreeSet<_>>().into_iter().collect();
        self.bind_all(&src.block(handler).params, &[kind, text]);
        let Some(alive) = out.alive else {
            if let Some(r) = out.results {
                self.bind_all(&e.outs, &r);
            }
            return Ok(None);
        };
        let Some(results) = out.results else {
            let out = self.run(handler, 0, &all)?;
            self.bind_all(&e.outs, &out.results.unwrap_or_default());
            return Ok(None);
        };
        self.b.begin(&[]);
        let yes = self.b.end(&[results, self.slots_of(&all)].concat());
        self.b.begin(&[]);
        let saved = self.slots.clone();
        let out = self.run(handler, 0, &all)?;
        self.slots = saved;
        let yields = out.results.map_or(vec![], |r| [r, out.slots].concat());
        let no = self.b.end(&yields);
        let outs = self.owned_if(alive, yes, no)?;
        let n = outs.len() - all.len();
        self.bind_all(&e.outs, &outs[..n]);
        self.set_slots(&all, &outs[n..]);
        Ok(None)
    }

    /// The body as it is, for what it raises: kind, text, and the event, -1 if it raised nothing.
    fn run_trial(&mut self, e: &Eqn, op: &ops::Try) -> Rule<[Var; 3]> {
        let zero = self.b.i64(0);
        let events = self.b.emit(ops::CellNew, &[zero]);
        self.mode = Mode::Trial(op.kinds.clone(), events);
        self.b.begin(&[]);
        let captured = self.src.free_vars(e.blocks[0]);
        for (cell, v) in self.slots.clone().into_iter().filter(|(c, _)| captured.contains(c)) {
            // A value of its own, whatever becomes of it.
            let v = if self.b.func.ty(v).is_place() { self.b.copy(v) } else { v };
            let own = self.b.emit(ops::CellNew, &[v]);
            self.trial.insert(cell, own);
        }
        let saved = (self.vars.clone(), self.sizes.clone());
        let out = self.run(e.blocks[0], 0, &[])?;
        (self.vars, self.sizes) = saved;
        self.mode = Mode::Plain;
        let done = match out.results {
            Some(_) => {
                let none = self.b.i64(0);
                let text = self.b.constant(ops::Const::Str("".into()));
                vec![none, text, self.b.i64(-1)]
            }
            None => vec![],
        };
        let body = self.b.end(&done);
        let (_, p) = self.b.begin(&[Ty::Scalar(DType::I64), Ty::Str]);
        let n = self.b.emit(ops::CellGet { take: false }, &[events]);
        let handler = self.b.end(&[p[0], p[1], n]);
        let outs = self.emit(op.clone(), &[], vec![body, handler])?;
        Ok([outs[0], outs[1], outs[2]])
    }
}
