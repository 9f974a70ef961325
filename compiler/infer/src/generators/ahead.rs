//! Generators that call themselves: they run ahead of their consumer.
//!
//! Such a generator cannot be walked in its consumer's place. It becomes two pieces of code:
//!
//! ```text
//! def walk(t):                   def collect(<out>, t):                  <items> = []; <failed> = None
//!     if t:                          if t:                               try:
//!         yield from walk(t.left)        for <item> in walk(t.left):         collect(<items>, t)
//!         yield t.key                        <out>.append(<item>)        except Exception as <raised>:
//!                                        <out>.append(t.key)                 <failed> = <raised>
//!                                                                        for <item> in <items>:
//!                                                                            yield <item>
//!                                                                        if <failed> is not None:
//!                                                                            raise <failed>
//! ```
//!
//! The second is a generator that does not call itself, and is walked as any other: `collect` runs when the first item is
//! asked for, and an exception comes behind the items before it. What is left of the difference to an interleaved run is what
//! the generator and its consumer could see of each other. `check` refuses all of that:
//!
//! - The generator prints, reads files or the clock, or binds names around it.
//! - It changes a list, array or object that it has not made itself, unless only it has that, and generators that pass its
//!   items on (the sets and lists of a backtracking search).
//! - Its consumer changes what it reads, a name or an object. Where the consumer is a loop, the state before and behind the
//!   loop are compared; where it is `next` or `zip`, there must be nothing that it could change.
//!
//! A consumer that stops early has waited for all items, and one of infinitely many waits until the recursion ends.

use super::*;
use crate::outline::code_id;
use quipu_syntax::ast::{Arg, CmpLink, CmpOp, FunctionDef, Handler, Ident, Param};

/// Where `collect` puts the items.
pub const OUT: &str = "<out>";
const ITEMS: &str = "<items>";
/// An item that is only passed on.
pub const ITEM: &str = "<passed>";
const FAILED: &str = "<failed>";
const RAISED: &str = "<raised>";
const COLLECT: &str = "<collect>";
const EXCEPTION: &str = "<exception>";

/// The two pieces of code.
#[derive(Clone, Copy)]
pub struct Ahead<'a> {
    collect: &'a FunctionDef,
    body: &'a [Stmt],
}

/// What a loop over a generator that ran ahead must not change, as it was then.
#[derive(Clone, Debug)]
pub enum Seen<'a> {
    Base(BaseId, Vec<Var>),
    Name(usize, Symbol, Val<'a>),
}

impl<'a> Lower<'a, '_> {
    /// The generator that a call of a generator function gives that calls itself.
    pub(super) fn run_ahead(&mut self, c: &Rc<Closure<'a>>, bound: Vec<(Symbol, Val<'a>)>) -> R<Val<'a>> {
        let Code::Def(d) = c.code else { return self.recursive_generator(c.code.name()) };
        let Some(parts) = self.cx.ahead(d) else {
            return self.unsupported(
                format!("the generator `{}`, which calls itself, with a `yield` inside an expression", c.code.name()),
                "give it a line of its own: `yield e`",
            );
        };
        let path = hash_path(self.making(), self.span, c.span.start.into());
        let mut frame = self.frame_for(c, bound, path, Some(self.b.loc));
        let mut scope = (*frame.scope).clone();
        scope.locals.extend([ITEMS, ITEM, FAILED, RAISED, COLLECT, EXCEPTION].map(Symbol::new));
        frame.scope = Rc::new(scope);
        let code = Code::Def(parts.collect);
        let id = code_id(&code);
        self.cx.facts.recursive.insert(id);
        let collect = Closure { code, defaults: vec![], ..(**c).clone() };
        frame.slots.insert(Symbol::new(COLLECT), Val::Func(Rc::new(collect)));
        frame.slots.insert(Symbol::new(EXCEPTION), Val::Class(Class::Exception(ErrorKind::Exception)));
        let library = self.in_library(c);
        let g = Generator { frame: 0, body: parts.body, code: (id, c.frame), stops: false, library };
        Ok(self.started(frame, g))
    }

    /// The frame of the consumer of the generator that the current frame is; `None`: it is asked for one item at a time.
    pub fn consumer_of(&self, generator: usize) -> Option<usize> {
        match &self.drives.iter().rev().find(|d| d.generator == generator)?.to {
            To::Push { at, .. } => Some(*at),
            To::Pull => None,
        }
    }

    /// Behind a loop over a generator that ran ahead: is all that it read as it was?
    pub(super) fn check_seen(&mut self, since: usize) -> R<()> {
        for s in self.seen_ahead.split_off(since) {
            let same = match &s {
                Seen::Base(id, cur) => self.base(*id).cells.is_none() && self.base(*id).cur == *cur,
                Seen::Name(frame, n, v) => self.get_slot(*frame, *n).is_some_and(|now| self.same(now, v)),
            };
            if !same {
                return self.changed_ahead(if let Seen::Name(_, n, _) = s { Some(n) } else { None });
            }
        }
        Ok(())
    }

    pub fn changed_ahead<X>(&self, name: Option<Symbol>) -> R<X> {
        let what = match name {
            Some(n) => format!("`{}`", n.as_str()),
            None => "what it reads".to_string(),
        };
        self.unsupported(
            format!("a generator that calls itself where a change of {what} could be seen between its items"),
            "take all items first: `for x in list(g(..)):`",
        )
    }
}

impl<'a> crate::Cx<'a> {
    /// A generator function that calls itself, in two pieces. `None`: a `yield` is no statement.
    fn ahead(&mut self, d: &'a FunctionDef) -> Option<Ahead<'a>> {
        let key = std::ptr::from_ref(d) as usize;
        if let Some(a) = self.ahead.get(&key) {
            return *a;
        }
        let arena = self.arena;
        let made = split(d).map(|stmts| {
            let all: &'a [Stmt] = arena.keep(stmts);
            let (def, body) = all.split_first().expect("the function and the body");
            let StmtKind::FunctionDef(collect) = &def.kind else { unreachable!("made so") };
            let collect: &'a FunctionDef = collect;
            crate::live::function(collect, &mut self.live);
            crate::live::part(body, &mut self.live);
            self.collectors.insert(std::ptr::from_ref::<FunctionDef>(collect) as usize);
            Ahead { collect, body }
        });
        self.ahead.insert(key, made);
        made
    }
}

/// The function that collects, then the body that hands out.
fn split(d: &FunctionDef) -> Option<Vec<Stmt>> {
    let span = d.header;
    // Places of their own for what is made here.
    let part = |k: u32| Span { end: span.end - k.min(span.end - span.start), ..span };
    let name = |n: &str| Expr { kind: ExprKind::Name(Symbol::new(n)), span };
    let own = |e: Symbol| Expr { kind: ExprKind::Name(e), span };
    let stmt = |kind: StmtKind, k: u32| Stmt { kind, span: part(k) };
    let set = |n: &str, value: Expr| StmtKind::Assign { targets: vec![name(n)], value: Box::new(value) };

    let mut collect = d.clone();
    collect.decorators.clear();
    let out = Ident { name: Symbol::new(OUT), span };
    collect.params.posonly.insert(0, Param { name: out, annotation: None, default: None, span });
    collect.body = collected(&d.body)?;
    if has_yield(&collect.body) {
        return None;
    }
    let p = &d.params;
    let mut args = vec![Arg::Positional(name(ITEMS))];
    args.extend(p.positional().map(|p| Arg::Positional(own(p.name.name))));
    args.extend(p.vararg.iter().map(|p| Arg::Star(own(p.name.name))));
    args.extend(p.kwonly.iter().map(|p| Arg::Keyword { name: p.name, value: own(p.name.name) }));
    args.extend(p.kwarg.iter().map(|p| Arg::DoubleStar(own(p.name.name))));
    let call = Expr { kind: ExprKind::Call { func: Box::new(name(COLLECT)), args }, span };
    let handler = Handler {
        exc: Some(Box::new(name(EXCEPTION))),
        name: Some(Ident { name: Symbol::new(RAISED), span }),
        body: vec![stmt(set(FAILED, name(RAISED)), 1)],
        span,
    };
    let item = Expr { kind: ExprKind::Yield(Some(Box::new(name(ITEM)))), span: part(2) };
    let hand_out = StmtKind::For {
        target: Box::new(name(ITEM)),
        iter: Box::new(name(ITEMS)),
        body: vec![stmt(StmtKind::Expr(Box::new(item)), 2)],
        orelse: vec![],
    };
    let none = Expr { kind: ExprKind::None, span };
    let failed = Expr {
        kind: ExprKind::Compare {
            left: Box::new(name(FAILED)),
            links: vec![CmpLink { op: CmpOp::IsNot, op_span: span, right: none.clone() }],
        },
        span,
    };
    let raise = StmtKind::Raise { exc: Some(Box::new(name(FAILED))), cause: None };
    Some(vec![
        stmt(StmtKind::FunctionDef(Box::new(collect)), 0),
        stmt(set(ITEMS, Expr { kind: ExprKind::List(vec![]), span }), 0),
        stmt(set(FAILED, none), 0),
        stmt(
            StmtKind::Try {
                body: vec![stmt(StmtKind::Expr(Box::new(call)), 3)],
                handlers: vec![handler],
                orelse: vec![],
                finally: vec![],
            },
            4,
        ),
        stmt(hand_out, 5),
        stmt(StmtKind::If { test: Box::new(failed), body: vec![stmt(raise, 6)], orelse: vec![] }, 7),
    ])
}

/// Statements in which what is yielded goes into the list.
fn collected(body: &[Stmt]) -> Option<Vec<Stmt>> {
    body.iter().map(collected_stmt).collect()
}

fn collected_stmt(s: &Stmt) -> Option<Stmt> {
    if let Some((e, targets)) = yield_of(s) {
        if !targets.is_empty() {
            return None;
        }
        let span = e.span;
        let name = |n: &str| Expr { kind: ExprKind::Name(Symbol::new(n)), span };
        let put = |item: Expr| {
            let attr = Ident { name: Symbol::new("append"), span };
            let func = Expr { kind: ExprKind::Attribute { value: Box::new(name(OUT)), attr }, span };
            let call = ExprKind::Call { func: Box::new(func), args: vec![Arg::Positional(item)] };
            StmtKind::Expr(Box::new(Expr { kind: call, span }))
        };
        let kind = match &e.kind {
            ExprKind::YieldFrom(all) => StmtKind::For {
                target: Box::new(name(ITEM)),
                iter: all.clone(),
                body: vec![Stmt { kind: put(name(ITEM)), span }],
                orelse: vec![],
            },
            ExprKind::Yield(Some(v)) => put((**v).clone()),
            _ => put(Expr { kind: ExprKind::None, span }),
        };
        return Some(Stmt { kind, span: s.span });
    }
    let mut s = s.clone();
    match &mut s.kind {
        StmtKind::If { body, orelse, .. }
        | StmtKind::While { body, orelse, .. }
        | StmtKind::For { body, orelse, .. } => {
            *body = collected(body)?;
            *orelse = collected(orelse)?;
        }
        StmtKind::With { body, .. } => *body = collected(body)?,
        StmtKind::Try { body, handlers, orelse, finally } => {
            *body = collected(body)?;
            for h in handlers {
                h.body = collected(&h.body)?;
            }
            *orelse = collected(orelse)?;
            *finally = collected(finally)?;
        }
        _ => {}
    }
    Some(s)
}
