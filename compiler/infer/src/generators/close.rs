//! A generator with a `finally` around a `yield`, kept under a name of the program until the program ends.
//!
//! CPython closes it then, if it rests in the `finally`'s block: GeneratorExit is raised where it rests. When a generator that
//! is pulled comes to be left alone is not known in general, and such a `finally` is refused (`check_try`). It is known for one
//! whose only name is bound by a statement of the program's main block and stays bound: `it = g(3)`. Then what follows the
//! statement is walked in a `try` whose two ways out close the generator. That this must be done is a fact
//! (`Facts::closes`), found by the first request for an item; one generator of a program can be closed so, for the order among
//! several is that of CPython's collector.
//!
//! To close is to walk the body from where it rests, with a `return` in place of that `yield`.

use super::*;

/// In the frame of a generator: the place of the statement that named it.
const NAMED: &str = "<named>";
/// In the frame of a generator: the end of the program closes it.
const CLOSED: &str = "<closed>";

impl<'a> Lower<'a, '_> {
    /// Behind a statement: must the generator that it has named be closed at the program's end? Its name and its frame.
    pub fn closes_at_end(&mut self, s: &'a Stmt) -> Option<(Symbol, usize)> {
        let StmtKind::Assign { targets, value } = &s.kind else { return None };
        let ([Expr { kind: ExprKind::Name(n), .. }], ExprKind::Call { .. }) = (&targets[..], &value.kind) else {
            return None;
        };
        let frame = &self.frames[self.at];
        let main = self.whole && frame.module && !self.cx.is_file_frame(frame.life.id);
        if !main || self.outlined || self.b.depth() != 1 {
            return None;
        }
        let g = generator_in(self.get_slot(self.at, *n)?)?.clone();
        if !yields_under_finally(g.body) {
            return None;
        }
        let place = self.int(i64::from(s.span.start));
        self.set_slot(g.frame, Symbol::new(NAMED), place);
        (self.cx.facts.closes == Some(s.span.start)).then_some((*n, g.frame))
    }

    /// The rest of the program, at whose end the generator is closed.
    pub fn rest_closing(&mut self, span: Span, name: Symbol, frame: usize, rest: &'a [Stmt]) -> R<()> {
        let yes = self.boolean(true);
        self.set_slot(frame, Symbol::new(CLOSED), yes);
        let site = (hash_path(self.site().0, span, 0xc105e), span);
        self.guard_apart(
            site,
            &|lw| {
                lw.block(rest)?;
                lw.close_named(name, frame)
            },
            &|lw, code, text| {
                lw.set_exit(exit::NEXT);
                lw.close_named(name, frame)?;
                lw.b.emit_n(ops::Raise { kind: None }, &[code, text], vec![]);
                Err(Stop::Ends)
            },
        )
    }

    /// Is the generator that is asked for an item closed at the program's end?
    pub(super) fn is_closed_at_end(&mut self) -> R<bool> {
        if self.get_slot(self.at, Symbol::new(CLOSED)).is_some() {
            return Ok(true);
        }
        let Some(place) = self.get_slot(self.at, Symbol::new(NAMED)).and_then(Val::int_known) else { return Ok(false) };
        if self.cx.facts.closes.is_some() {
            return Ok(false);
        }
        self.cx.facts.closes = Some(place as u32);
        Err(self.cx.rise_anyhow())
    }

    fn close_named(&mut self, name: Symbol, frame: usize) -> R<()> {
        match self.get_slot(self.at, name).and_then(generator_in).filter(|g| g.frame == frame).cloned() {
            Some(g) => self.close(&g),
            None => self.unsupported(
                "a `finally` around a `yield` of a generator whose name is bound again",
                "give the second one a name of its own",
            ),
        }
    }

    /// Closes a generator that is not running.
    fn close(&mut self, g: &Rc<Generator<'a>>) -> R<()> {
        let Some(state) = self.get_slot(g.frame, Symbol::new(STATE)).cloned() else { return Ok(()) };
        match state.int_known() {
            Some(DONE | 0) => Ok(()),
            Some(_) => self.end(g, &state),
            None => {
                let s = self.operand(&state)?;
                let (done, fresh) = (self.b.i64(DONE), self.b.i64(0));
                let (going, begun) = (self.b.map(&ops::NE, &[s, done]), self.b.map(&ops::NE, &[s, fresh]));
                let rests = self.b.map(&ops::AND, &[going, begun]);
                self.branch(rests, |lw| lw.end(g, &state), |_| Ok(()))
            }
        }
    }

    fn end(&mut self, g: &Rc<Generator<'a>>, state: &Val<'a>) -> R<()> {
        let (exit_slot, next) = (self.exit_slot, self.int(exit::NEXT));
        self.set_slot(g.frame, exit_slot, next);
        self.set_slot(g.frame, Symbol::new(RESUME), state.clone());
        self.walk_on(g, true)
    }

    /// Is the generator that the current frame is being closed?
    pub fn is_closing(&self) -> bool {
        self.drive().is_some_and(|d| d.closes)
    }
}
