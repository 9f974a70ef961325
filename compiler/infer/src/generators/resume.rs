//! A generator that is asked for one item: its body from where it rests up to the next `yield`.
//!
//! The body is walked as always, but in a state in which it still has to come to the `yield` where it rested: the slot
//! `<resume>` holds its number. Statements without that `yield` are passed over, those with it are entered: an `if`
//! takes the arm, a loop's first trip starts in the middle of its body, and the `yield` itself clears the slot. Where the
//! number is known while compiling nothing is left of this; else each statement stands under a test of it.
//!
//! A `yield` that is come to otherwise leaves the item in `<yielded>` and its number in `<state>`, and the path leaves
//! the body as a `return` would. The names that are read behind it stay in the frame, the others are forgotten. What a
//! `for` runs over and how far it has come are slots too.

use super::*;
use crate::loops::assigned_in;

/// What the body of a `for` is.
#[derive(Clone, Copy)]
pub enum Each<'a> {
    Body(&'a Expr, &'a [Stmt]),
    /// `yield from`.
    Yield(&'a Expr),
}

/// What a statement still has to come to.
#[derive(Clone)]
enum Resume {
    Known(i64),
    Value(Var),
}

impl<'a> Lower<'a, '_> {
    /// The names that the frame keeps while it rests.
    fn rests(&mut self, g: &Generator<'a>) {
        if self.frames[g.frame].needs.is_some() {
            return;
        }
        let mut all = Names::new();
        for e in yields_in(g.body) {
            match self.cx.live.get(&e.span) {
                Some(live) => all.extend(live.iter().copied()),
                None => all.extend(self.frames[g.frame].scope.locals.iter().copied()),
            }
        }
        self.frames[g.frame].needs = Some(Rc::new(all));
    }

    /// Asks an iterator for its next item: `yes` goes on with it, `no` where there is none.
    pub fn pull(
        &mut self,
        v: &Val<'a>,
        yes: &dyn Fn(&mut Self, Val<'a>) -> R<()>,
        no: &dyn Fn(&mut Self) -> R<()>,
    ) -> R<()> {
        match v {
            Val::Iter(it) => match &**it {
                Iter::Generator(g) => self.pull_one(&g.clone(), yes, no),
                Iter::Zip(parts) => self.pull_all(parts, &[], yes, no),
                _ => self.unsupported("asking this iterator for an item", "keep it under a name first"),
            },
            _ => {
                let name = self.python_class_name(v);
                self.raise(ErrorKind::TypeError, &format!("'{name}' object is not an iterator"))
            }
        }
    }

    fn pull_all(
        &mut self,
        parts: &[Val<'a>],
        got: &[Val<'a>],
        yes: &dyn Fn(&mut Self, Val<'a>) -> R<()>,
        no: &dyn Fn(&mut Self) -> R<()>,
    ) -> R<()> {
        let Some((first, rest)) = parts.split_first() else {
            return if got.is_empty() { no(self) } else { yes(self, Val::Tuple(got.into())) };
        };
        self.pull(
            first,
            &|lw, item| {
                let got = [got, &[item]].concat();
                lw.pull_all(rest, &got, yes, no)
            },
            no,
        )
    }

    fn pull_one(
        &mut self,
        g: &Rc<Generator<'a>>,
        yes: &dyn Fn(&mut Self, Val<'a>) -> R<()>,
        no: &dyn Fn(&mut Self) -> R<()>,
    ) -> R<()> {
        self.check_free(g)?;
        let Some(state) = self.get_slot(g.frame, Symbol::new(STATE)).cloned() else {
            return self
                .unsupported("a generator that outlives the loop in which it was made", "make it before the loop");
        };
        self.rests(g);
        let (exit_slot, next) = (self.exit_slot, self.int(exit::NEXT));
        self.set_slot(g.frame, exit_slot, next);
        match state.int_known() {
            Some(DONE) => {}
            Some(_) => self.advance(g, &state)?,
            None => {
                let (s, done) = (self.operand(&state)?, self.b.i64(DONE));
                let going = self.b.map(&ops::NE, &[s, done]);
                self.branch(going, |lw| lw.advance(g, &state), |_| Ok(()))?;
            }
        }
        let slots = &mut self.frames[g.frame].slots;
        let code = slots.remove(&exit_slot);
        slots.remove(&Symbol::new(RESUME));
        slots.remove(&Symbol::new(OUTSIDE));
        slots.remove(&self.ret_slot);
        let yielded = Symbol::new(YIELDED);
        match code.as_ref().map(|c| (c.int_known(), c)) {
            Some((Some(exit::SUSPEND), _)) => self.found(g, yes),
            Some((None, code)) => {
                let (s, k) = (self.operand(code)?, self.b.i64(exit::SUSPEND));
                let is = self.b.map(&ops::EQ, &[s, k]);
                self.branch(
                    is,
                    |lw| lw.found(g, yes),
                    |lw| {
                        lw.frames[g.frame].slots.remove(&yielded);
                        no(lw)
                    },
                )
            }
            _ => no(self),
        }
    }

    /// The path has come to a `yield`: its item.
    fn found(&mut self, g: &Rc<Generator<'a>>, yes: &dyn Fn(&mut Self, Val<'a>) -> R<()>) -> R<()> {
        let v = match self.frames[g.frame].slots.remove(&Symbol::new(YIELDED)) {
            Some(Val::Maybe(m)) => m.1.clone(),
            Some(Val::Unknown(_)) => {
                return self
                    .unsupported("a generator of values of types that have nothing in common", "yield one type");
            }
            Some(v) => v,
            // So far no walk has come there.
            None => return self.raise(ErrorKind::RuntimeError, "unreachable"),
        };
        if let [only] = yields_in(g.body)[..] {
            let k = self.int(number(only));
            self.put(g.frame, STATE, k);
        }
        yes(self, v)
    }

    /// One walk of the body, from `state`.
    fn advance(&mut self, g: &Rc<Generator<'a>>, state: &Val<'a>) -> R<()> {
        if state.int_known() != Some(0) {
            self.set_slot(g.frame, Symbol::new(RESUME), state.clone());
        }
        self.walk_on(g, false)
    }

    /// One walk of the body, which asks for an item or closes.
    pub(super) fn walk_on(&mut self, g: &Rc<Generator<'a>>, closes: bool) -> R<()> {
        let (generator, library) = (g.frame, g.library);
        self.walk_body(g, Drive { generator, flagged: false, library, straight: false, closes, to: To::Pull })
    }

    /// A `yield` of a generator that was asked for one item.
    pub(super) fn suspend(&mut self, v: Val<'a>, e: &'a Expr) -> R<()> {
        let at = self.at;
        let k = self.int(number(e));
        self.put(at, YIELDED, v);
        self.put(at, STATE, k);
        if let Some(live) = self.cx.live.get(&e.span).cloned() {
            let gone = |n: &&Symbol| !n.as_str().starts_with('<') && !live.contains(n);
            let gone: Vec<Symbol> = self.frames[at].slots.keys().filter(gone).copied().collect();
            for n in gone {
                self.frames[at].slots.remove(&n);
                self.note_bound(at, n);
            }
        }
        self.set_exit(exit::SUSPEND);
        Ok(())
    }

    // Statements on the way to where the body rested.

    pub fn is_resuming(&self) -> bool {
        self.resume().is_some()
    }

    fn resume(&self) -> Option<Resume> {
        if !self.frames[self.at].life.generator {
            return None;
        }
        let v = self.get_slot(self.at, Symbol::new(RESUME))?;
        match (v.int_known(), v) {
            (Some(0), _) => None,
            (Some(k), _) => Some(Resume::Known(k)),
            (None, Val::Scalar(s)) => Some(Resume::Value(s.var)),
            (None, Val::Maybe(m)) => match &m.1 {
                Val::Scalar(s) => Some(Resume::Value(s.var)),
                _ => None,
            },
            _ => None,
        }
    }

    /// The walk has come to where the body rested.
    pub fn resumed(&mut self) {
        let zero = self.int(0);
        let at = self.at;
        self.put(at, RESUME, zero);
    }

    /// Did the body rest at one of these?
    fn rested_at(&mut self, r: &Resume, ks: &[i64]) -> Val<'a> {
        match r {
            Resume::Known(k) => self.boolean(ks.contains(k)),
            Resume::Value(v) => {
                let mut any: Option<Var> = None;
                for k in ks {
                    let k = self.b.i64(*k);
                    let is = self.b.map(&ops::EQ, &[*v, k]);
                    any = Some(any.map_or(is, |a| self.b.map(&ops::OR, &[a, is])));
                }
                match any {
                    Some(v) => self.py(DType::Bool, v),
                    None => self.boolean(false),
                }
            }
        }
    }

    /// One of two, by what is known of the condition.
    fn either(
        &mut self,
        cond: &Val<'a>,
        yes: impl FnOnce(&mut Self) -> R<()>,
        no: impl FnOnce(&mut Self) -> R<()>,
    ) -> R<()> {
        match cond.bool_known() {
            Some(true) => yes(self),
            Some(false) => no(self),
            None => {
                let c = self.operand(cond)?;
                self.branch(c, yes, no)
            }
        }
    }

    /// `f` on the paths that are still in the block.
    pub fn going(&mut self, f: impl FnOnce(&mut Self) -> R<()>) -> R<()> {
        match self.exit_state() {
            Some(exit::NEXT) => f(self),
            Some(_) => Ok(()),
            None => {
                let code = self.get_slot(self.at, self.exit_slot).cloned().unwrap_or(Val::None);
                let (code, next) = (self.operand(&code)?, self.b.i64(exit::NEXT));
                let is = self.b.map(&ops::EQ, &[code, next]);
                self.branch(
                    is,
                    |lw| {
                        lw.set_exit(exit::NEXT);
                        f(lw)
                    },
                    |_| Ok(()),
                )
            }
        }
    }

    /// As `block`, on the way to where the body rested.
    pub fn block_resumed(&mut self, body: &'a [Stmt]) -> R<()> {
        let Some((s, rest)) = body.split_first() else { return Ok(()) };
        let Some(r) = self.resume() else { return self.block(body) };
        self.set_span(s.span);
        self.stmt = s.span;
        let here = numbers(std::slice::from_ref(s));
        let later = numbers(rest);
        if let Resume::Known(k) = r {
            if here.contains(&k) {
                self.stmt_resumed(s)?;
            }
            return self.rest(rest);
        }
        let fresh = self.rested_at(&r, &[0]);
        if here.is_empty() {
            let n = body.iter().take_while(|s| !has_yield(std::slice::from_ref(s))).count();
            let (first, rest) = body.split_at(n);
            self.either(
                &fresh,
                |lw| {
                    lw.resumed();
                    lw.block(first)
                },
                |_| Ok(()),
            )?;
            return self.rest(rest);
        }
        if later.is_empty() {
            self.stmt_resumed(s)?;
            self.resumed();
        } else {
            let all: Vec<i64> = here.iter().copied().chain([0]).collect();
            let enter = self.rested_at(&r, &all);
            self.either(&enter, |lw| lw.stmt_resumed(s), |_| Ok(()))?;
        }
        self.rest(rest)
    }

    /// A statement that holds the `yield` where the body rested, or is reached as usual.
    fn stmt_resumed(&mut self, s: &'a Stmt) -> R<()> {
        let Some(r) = self.resume() else { return self.stmt(s) };
        let fresh = self.rested_at(&r, &[0]);
        if let Some((e, targets)) = yield_of(s) {
            self.no_value_of_yield_from(e, targets)?;
            if let ExprKind::YieldFrom(inner) = &e.kind {
                if !targets.is_empty() {
                    return self.unsupported("the value of a `yield from`", "loop over the generator, and yield");
                }
                return self.for_pulled(e.span, inner, Each::Yield(e), &[], false, true);
            }
            return self.either(
                &fresh,
                |lw| {
                    lw.resumed();
                    lw.stmt(s)
                },
                |lw| {
                    lw.resumed();
                    if lw.is_closing() {
                        lw.set_exit(exit::RETURN);
                        return Ok(());
                    }
                    for t in targets {
                        lw.assign(t, Val::None)?;
                    }
                    Ok(())
                },
            );
        }
        match &s.kind {
            StmtKind::If { test, body, orelse } => {
                let inside = self.rested_at(&r, &numbers(body));
                let cond = self.choose(
                    &fresh,
                    |lw| {
                        let c = lw.condition(test)?;
                        let c = lw.operand(&c)?;
                        Ok(lw.py(DType::Bool, c))
                    },
                    |_| Ok(inside),
                )?;
                self.either(&cond, |lw| lw.block(body), |lw| lw.block(orelse))
            }
            StmtKind::While { test, body, orelse } => {
                self.no_yield_behind(orelse)?;
                let site = (self.site().0, s.span);
                let (breaks, returns) = self.exits(body);
                let mut assigned = assigned_in(None, body);
                assigned.push(Symbol::new(RESUME));
                self.while_loop(
                    site,
                    assigned,
                    &mut |lw| {
                        let v = match lw.resume() {
                            None => lw.condition(test)?,
                            Some(r) => {
                                let fresh = lw.rested_at(&r, &[0]);
                                lw.choose(
                                    &fresh,
                                    |lw| {
                                        let c = lw.condition(test)?;
                                        let c = lw.operand(&c)?;
                                        Ok(lw.py(DType::Bool, c))
                                    },
                                    |lw| Ok(lw.boolean(true)),
                                )?
                            }
                        };
                        lw.operand(&v)
                    },
                    &mut |lw| {
                        lw.block(body)?;
                        lw.resumed();
                        Ok(())
                    },
                )?;
                self.after_loop(orelse, breaks, returns)
            }
            StmtKind::For { target, iter, body, orelse } => {
                let (breaks, returns) = self.exits(body);
                self.for_pulled(s.span, iter, Each::Body(target, body), orelse, breaks, returns)
            }
            StmtKind::Try { body, handlers, orelse, finally } => self.try_stmt(s.span, body, handlers, orelse, finally),
            _ => self.unsupported("a `yield` inside an expression", "give it a line of its own: `x = yield e`"),
        }
    }

    fn no_yield_behind(&mut self, orelse: &[Stmt]) -> R<()> {
        if has_yield(orelse) {
            return self.unsupported("a `yield` in the `else` of a loop", "yield behind the loop");
        }
        Ok(())
    }

    /// A `for` with a `yield` in its body, in a generator that is asked for one item.
    pub fn for_pulled(
        &mut self,
        span: Span,
        iter: &'a Expr,
        each: Each<'a>,
        orelse: &'a [Stmt],
        breaks: bool,
        returns: bool,
    ) -> R<()> {
        self.no_yield_behind(orelse)?;
        let at = self.at;
        if self.is_closing() {
            return self.unsupported(
                "a `finally` in a generator that is kept under a name and loops over items to yield them",
                "make a list of the items: `for x in list(xs):`",
            );
        }
        if let Each::Yield(_) = each {
            self.forwards.push(at);
        }
        let r = self.for_pulled_items(span, iter, each, orelse, breaks, returns);
        if let Each::Yield(_) = each {
            self.forwards.pop();
        }
        r
    }

    fn for_pulled_items(
        &mut self,
        span: Span,
        iter: &'a Expr,
        each: Each<'a>,
        orelse: &'a [Stmt],
        breaks: bool,
        returns: bool,
    ) -> R<()> {
        let at = self.at;
        let site = (self.site().0, span);
        let held = format!("{ITERABLE}{}>", span.start);
        let position = format!("<position {}>", span.start);
        let (held_slot, position_slot) = (Symbol::new(&held), Symbol::new(&position));
        let start = |lw: &mut Self| -> R<()> {
            let v = lw.iterated(iter)?;
            lw.set_span(iter.span);
            lw.check_iterable(&v)?;
            lw.put(at, &held, v);
            let zero = lw.int(0);
            lw.put(at, &position, zero);
            Ok(())
        };
        match self.resume() {
            None => start(self)?,
            Some(r) => {
                let fresh = self.rested_at(&r, &[0]);
                self.either(&fresh, start, |_| Ok(()))?;
            }
        }
        let over = |lw: &mut Self| -> R<Val<'a>> {
            match lw.get_slot(at, held_slot).cloned() {
                Some(Val::Maybe(m)) => Ok(m.1.clone()),
                Some(Val::Unknown(_)) => {
                    lw.set_span(iter.span);
                    lw.unsupported("a loop over this, with a `yield` in it", "loop over a list")
                }
                Some(v) => Ok(v),
                // So far no walk has rested here.
                None => lw.raise(ErrorKind::RuntimeError, "unreachable"),
            }
        };
        let now = over(self)?;
        let generated = self.is_generated(&now);
        let place = |lw: &mut Self| -> R<Var> {
            match lw.get_slot(at, position_slot).cloned() {
                Some(Val::Maybe(m)) => lw.operand(&m.1),
                Some(v) => lw.operand(&v),
                None => Ok(lw.b.i64(0)),
            }
        };
        let item_slot = Symbol::new("<item>");
        let take = |lw: &mut Self, item: Val<'a>| -> R<()> {
            match each {
                Each::Body(target, _) => {
                    lw.set_span(target.span);
                    lw.assign(target, item)
                }
                Each::Yield(_) => {
                    lw.set_slot(at, item_slot, item);
                    Ok(())
                }
            }
        };
        let mut assigned = match each {
            Each::Body(target, body) => assigned_in(Some(target), body),
            Each::Yield(_) => vec![],
        };
        assigned.push(position_slot);
        let resuming = self.is_resuming();
        if resuming {
            assigned.push(Symbol::new(RESUME));
        }
        self.while_loop(
            site,
            assigned,
            &mut |lw| {
                if generated {
                    return Ok(lw.b.bool(true));
                }
                let v = over(lw)?;
                let (n, _) = lw.source(&v)?;
                let i = place(lw)?;
                let more = lw.b.map(&ops::LT, &[i, n]);
                match lw.resume() {
                    None => Ok(more),
                    Some(r) => {
                        let fresh = lw.rested_at(&r, &[0]);
                        match fresh.bool_known() {
                            Some(true) => Ok(more),
                            Some(false) => Ok(lw.b.bool(true)),
                            None => {
                                let fresh = lw.operand(&fresh)?;
                                let inside = lw.b.map(&ops::NOT, &[fresh]);
                                Ok(lw.b.map(&ops::OR, &[inside, more]))
                            }
                        }
                    }
                }
            },
            &mut |lw| {
                let fetch = |lw: &mut Self| -> R<()> {
                    let v = over(lw)?;
                    if generated {
                        return lw.pull(&v, &take, &|lw| {
                            lw.set_exit(exit::FINISHED);
                            Ok(())
                        });
                    }
                    let (_, source) = lw.source(&v)?;
                    let i = place(lw)?;
                    let item = lw.item(&source, i)?;
                    let one = lw.b.i64(1);
                    let next = lw.b.add(i, one);
                    let next = lw.py(DType::I64, next);
                    lw.put(at, &position, next);
                    take(lw, item)
                };
                match lw.resume() {
                    None => fetch(lw)?,
                    Some(r) => {
                        let fresh = lw.rested_at(&r, &[0]);
                        lw.either(&fresh, fetch, |_| Ok(()))?;
                    }
                }
                lw.going(|lw| match each {
                    Each::Body(_, body) => lw.block(body),
                    Each::Yield(e) => {
                        let send = |lw: &mut Self| -> R<()> {
                            let v = match lw.frames[at].slots.remove(&item_slot) {
                                Some(Val::Maybe(m)) => m.1.clone(),
                                Some(v) => v,
                                None => return lw.raise(ErrorKind::RuntimeError, "unreachable"),
                            };
                            lw.set_span(e.span);
                            lw.yielded(v, e)
                        };
                        match lw.resume() {
                            None => send(lw),
                            Some(r) => {
                                let fresh = lw.rested_at(&r, &[0]);
                                lw.either(&fresh, send, |lw| {
                                    lw.frames[at].slots.remove(&item_slot);
                                    Ok(())
                                })
                            }
                        }
                    }
                })?;
                if resuming {
                    lw.resumed();
                }
                Ok(())
            },
        )?;
        self.frames[at].slots.remove(&item_slot);
        self.finished()?;
        self.set_span(span);
        self.after_loop(orelse, breaks, returns)
    }

    /// A loop that ended because there are no more items ended by itself.
    pub(super) fn finished(&mut self) -> R<()> {
        match self.exit_state() {
            Some(exit::FINISHED) => self.set_exit(exit::NEXT),
            Some(_) => {}
            None => {
                let code = self.get_slot(self.at, self.exit_slot).cloned().unwrap_or(Val::None);
                let code = self.operand(&code)?;
                let (f, n) = (self.b.i64(exit::FINISHED), self.b.i64(exit::NEXT));
                let is = self.b.map(&ops::EQ, &[code, f]);
                let v = self.b.select(is, n, code);
                let v = self.py(DType::I64, v);
                let (at, name) = (self.at, self.exit_slot);
                self.set_slot(at, name, v);
            }
        }
        Ok(())
    }
}

/// The numbers of the `yield`s in statements.
fn numbers(body: &[Stmt]) -> Vec<i64> {
    yields_in(body).into_iter().map(number).collect()
}
