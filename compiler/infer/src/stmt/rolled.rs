//! Loops over items that are known while compiling: `for k in (1, 2, 3)`.
//!
//! Such a loop is *unrolled*: a copy of the body for each item, in which the item may be what it is, a function, an axis, items of
//! several types. Where the items are numbers and strings of one type, and copies of the body are no bargain, it is *rolled*: a
//! loop like any other, with the item picked from a constant table. A body that needs to know its item (an axis) is an error
//! then, so after an error in a rolled loop the program is walked anew with the loop unrolled (`Rolling`), and only an error
//! that stays is reported.

use crate::generators::has_yield;
use crate::state::*;
use crate::value::*;
use quipu_ir::{Var, ops};
use quipu_syntax::ast::{Comprehension, Expr, ExprKind, Stmt, StmtKind};
use rustc_hash::FxHashSet as HashSet;
use std::rc::Rc;

/// Copies of a body may weigh so much (see `weight`).
const SMALL: usize = 48;

/// So many numbers are picked by selections, which need no memory.
const PICKED: usize = 8;

/// It is unrolled after all when its types need more walks than this: each trip may make one of its own (`t = (t, k)`).
const WALKS: usize = 12;

/// What a loop does in each trip.
#[derive(Clone, Copy)]
pub enum Trip<'a> {
    Body(&'a [Stmt]),
    /// Of a comprehension: the element or key, a dict's value, the conditions, and the clauses behind this one.
    Clause {
        elt: &'a Expr,
        value: Option<&'a Expr>,
        conditions: &'a [Expr],
        rest: &'a [Comprehension],
    },
}

/// Which loops are rolled.
#[derive(Debug, Default)]
pub struct Rolling {
    unrolled: HashSet<Site>,
    /// Those around this point of the walk.
    around: Vec<Site>,
    /// The innermost of those that the error is in.
    failed: Option<Site>,
    /// Any has been.
    tried: bool,
    /// None is.
    off: bool,
}

impl Rolling {
    /// There is an error: is it worth while to walk the program with fewer of them rolled? What a loop has as its types
    /// shows behind it, too: for an error elsewhere all are unrolled.
    pub fn unroll(&mut self) -> bool {
        let again = self.tried && !self.off;
        match self.failed.take() {
            Some(site) => _ = self.unrolled.insert(site),
            None => self.off = true,
        }
        self.tried = false;
        again
    }

    /// Does a loop that is rolled not settle?
    pub fn takes_too_long(&self, site: Site, walks: usize) -> bool {
        walks > WALKS && self.around.contains(&site)
    }
}

impl<'a> Lower<'a, '_> {
    /// Is a loop over these items better rolled?
    pub fn rolls(&self, site: Site, items: &[Val<'a>], trip: Trip<'a>) -> bool {
        let [first, rest @ ..] = items else { return false };
        // A consumer that takes a known number of items counts them.
        let counted = || matches!(trip, Trip::Body(b) if has_yield(b)) && self.is_straight();
        !rest.is_empty()
            && rest.iter().all(|v| alike(first, v))
            && !self.cx.rolling.off
            && !self.cx.rolling.unrolled.contains(&site)
            && rest.len() * self.weight(trip) > SMALL
            && !counted()
    }

    /// Walks a loop rolled, which `walk` does for what it runs over. An error is reported if it stays when the loop is
    /// unrolled: the program is walked anew.
    pub fn try_rolled(
        &mut self,
        site: Site,
        items: &[Val<'a>],
        walk: &mut dyn FnMut(&mut Self, Val<'a>) -> R<()>,
    ) -> R<()> {
        self.cx.rolling.tried = true;
        let over = if numbers(&items[0]).is_some_and(|_| items.len() <= PICKED) {
            Ok(Val::Tuple(items.into()))
        } else {
            self.list_display(items)
        };
        self.cx.rolling.around.push(site);
        let walked = over.and_then(|v| walk(self, v));
        let rolling = &mut self.cx.rolling;
        rolling.around.pop();
        match walked {
            Err(Stop::Error(_)) => _ = rolling.failed.get_or_insert(site),
            // What failed in it has been dealt with.
            Ok(()) => rolling.failed = None,
            Err(_) => {}
        }
        walked
    }

    /// The item of this number, of items that are numbers of one type or tuples of such.
    pub fn pick_number(&mut self, items: &[Val<'a>], i: Var) -> Option<Val<'a>> {
        let columns: Vec<Vec<Scalar>> = items.iter().map(numbers).collect::<Option<_>>()?;
        let [first, rest @ ..] = items else { return None };
        if !rest.iter().all(|v| alike(first, v)) {
            return None;
        }
        let is: Vec<Var> = (0..rest.len())
            .map(|k| {
                let k = self.b.i64(k as i64);
                self.b.map(&ops::EQ, &[i, k])
            })
            .collect();
        let picked = (0..columns[0].len()).map(|c| {
            let mut var = columns[rest.len()][c].var;
            for (k, is) in is.iter().enumerate().rev() {
                let one = columns[k][c].var;
                if one != var {
                    var = self.b.map(&ops::SELECT, &[*is, one, var]);
                }
            }
            var
        });
        let picked: Vec<Var> = picked.collect();
        Some(with_numbers(first, &mut picked.into_iter()))
    }

    /// How much a trip makes of code, roughly in statements.
    fn weight(&self, trip: Trip<'a>) -> usize {
        match trip {
            Trip::Body(body) => body.iter().map(|s| self.weight_of(s)).sum(),
            Trip::Clause { elt, value, conditions, rest } => {
                let here = [elt].into_iter().chain(value).chain(conditions);
                let behind = rest.iter().flat_map(|c| [&c.iter].into_iter().chain(&c.conditions));
                8 * rest.len() + here.chain(behind).map(|e| self.weight_in(e)).sum::<usize>()
            }
        }
    }

    fn weight_of(&self, s: &'a Stmt) -> usize {
        let mut n = 1;
        s.exprs(&mut |e| n += self.weight_in(e));
        n += s.blocks().into_iter().flatten().map(|s| self.weight_of(s)).sum::<usize>();
        let repeats = matches!(s.kind, StmtKind::For { .. } | StmtKind::While { .. } | StmtKind::Try { .. });
        n + if repeats { 8 } else { 0 }
    }

    fn weight_in(&self, e: &'a Expr) -> usize {
        let here = match &e.kind {
            // The program's functions are walked where they are called; what follows a `yield` is the consumer's body.
            ExprKind::Call { func, .. } => match &func.kind {
                ExprKind::Name(n) => match self.get_slot(self.home(*n), *n) {
                    Some(Val::Func(_) | Val::Class(Class::User(_))) => 24,
                    _ => 2,
                },
                _ => 6,
            },
            ExprKind::Yield(_) | ExprKind::YieldFrom(_) => 24,
            ExprKind::ListComp { .. }
            | ExprKind::SetComp { .. }
            | ExprKind::DictComp { .. }
            | ExprKind::Generator { .. } => 8,
            _ => 0,
        };
        let mut n = here;
        e.children(&mut |c| n += self.weight_in(c));
        n
    }
}

/// Are two items of one type, numbers or strings, or tuples of them?
fn alike(a: &Val<'_>, b: &Val<'_>) -> bool {
    match (a, b) {
        (Val::Scalar(a), Val::Scalar(b)) => a.dtype == b.dtype && a.np == b.np,
        (Val::Str(_), Val::Str(_)) => true,
        (Val::Tuple(a), Val::Tuple(b)) => a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| alike(a, b)),
        _ => false,
    }
}

/// The numbers of an item that holds nothing else.
fn numbers(v: &Val<'_>) -> Option<Vec<Scalar>> {
    match v {
        Val::Scalar(s) => Some(vec![s.clone()]),
        Val::Tuple(vs) => vs.iter().map(numbers).collect::<Option<Vec<_>>>().map(|all| all.concat()),
        _ => None,
    }
}

/// An item like this one with other numbers.
fn with_numbers<'a>(like: &Val<'a>, vars: &mut dyn Iterator<Item = Var>) -> Val<'a> {
    match like {
        Val::Scalar(s) => match vars.next() {
            Some(var) => Val::Scalar(Scalar { var, known: None, ..s.clone() }),
            None => like.clone(),
        },
        Val::Tuple(vs) => Val::Tuple(vs.iter().map(|v| with_numbers(v, vars)).collect::<Rc<[_]>>()),
        v => v.clone(),
    }
}
