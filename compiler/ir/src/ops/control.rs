//! Control: blocks under conditions and in loops, calls, exceptions.
//!
//! ```text
//! if    (p, x..)       two blocks (x..) -> y..                          results y..
//! for   (trip, c..)    body (i, c..) -> c.. [stop]                      results c.. [trips done]
//! while (c..)          cond (c..) -> bool, body (c..) -> c..            results c..
//! try   ()             body () -> y.., handler (kind, text) -> y..         results y..
//! ```
//! Explicit operands may be consumed; captures are borrowed. A block that ends in `raise` yields nothing.

use super::*;
use quipu_abi::{DType, ErrorKind};
use std::cell::RefCell;
use std::rc::Rc;

/// Types a carried value may have after the first trip: equal to the parameter's.
fn same_tys(f: &Func, a: &[Var], b: &[Var], what: &str) -> Result<(), String> {
    if a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_kind(f.ty(*a), f.ty(*b))) {
        return Ok(());
    }
    Err(format!("{what}: {:?} against {:?}", f.tys(a), f.tys(b)))
}

/// Equal, but for dims where one side has a symbol of its own: a block's parameter or result may name a size that
/// differs from trip to trip or from arm to arm.
fn same_kind(a: &Ty, b: &Ty) -> bool {
    match (a, b) {
        (Ty::Array(d, m), Ty::Array(e, n)) => d == e && m.len() == n.len(),
        (Ty::List(a), Ty::List(b)) | (Ty::Tape(a), Ty::Tape(b)) | (Ty::Cell(a), Ty::Cell(b)) => same_kind(a, b),
        _ => a == b,
    }
}

/// The type of a value that comes from one of several: dims on which all agree, fresh sizes for the others.
fn merged(f: &mut Func, from: &[Ty]) -> Ty {
    let mut ty = from[0].clone();
    for k in 0..ty.rank() {
        if from.iter().any(|t| t.dims()[k] != from[0].dims()[k]) {
            let n = Dim::from(f.new_size());
            if let Ty::Array(_, dims) = &mut ty {
                dims[k] = n;
            }
        }
    }
    ty
}

/// The result types of two alternatives of which those that diverge do not count.
fn arms_tys(f: &mut Func, blocks: [Block; 2]) -> Result<Vec<Ty>, String> {
    let arms: Vec<Vec<Var>> =
        blocks.into_iter().filter(|b| !f.diverges(*b)).map(|b| f.block(b).results.clone()).collect();
    match &arms[..] {
        [] => Ok(vec![]),
        [one] => Ok(f.tys(one)),
        [a, c, ..] => {
            same_tys(f, a, c, "results of the arms")?;
            let mut out = vec![];
            for (a, c) in a.iter().zip(c) {
                let from = f.tys(&[*a, *c]);
                out.push(merged(f, &from));
            }
            Ok(out)
        }
    }
}

/// A conditional. Operands: a bool, and what the arms consume.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct If;

impl OpDef for If {
    fn name(&self) -> &'static str {
        "if"
    }

    fn infer(&self, f: &mut Func, x: &[Var], b: &[Block]) -> Result<Vec<Ty>, String> {
        let (p, args) = x.split_first().ok_or("a condition expected")?;
        let [yes, no] = b else { return Err("two blocks expected".into()) };
        if f.ty(*p) != &Ty::BOOL {
            return Err(format!("the condition is {}", f.ty(*p)));
        }
        for b in [*yes, *no] {
            let params = f.block(b).params.clone();
            same_tys(f, args, &params, "operands of an arm")?;
        }
        arms_tys(f, [*yes, *no])
    }

    says!(value none);

    fn consumes(&self, arg: usize) -> bool {
        arg > 0
    }

    says!(no effects);
    says!(no dims);

    fn eval(&self, ev: &mut Eval<'_>, e: &Eqn, mut x: Vec<Value>) -> Outcome<Vec<Value>> {
        let p = truth(want(x.first(), "a condition")?)?;
        x.remove(0);
        let arm = want(e.blocks.get(usize::from(!p)), "a block")?;
        ev.block(*arm, x)
    }
}

/// A counted loop. Operands: trip count (below 0 counts as 0), carried values.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct For {
    /// The body also yields a bool: true ends the loop after this trip; the op's last result is the trips done.
    pub until: bool,
    /// The index counts down from trip - 1.
    pub reverse: bool,
    /// The user promised that trips are independent (`prange`).
    pub parallel: bool,
}

impl OpDef for For {
    fn name(&self) -> &'static str {
        "for"
    }

    fn infer(&self, f: &mut Func, x: &[Var], b: &[Block]) -> Result<Vec<Ty>, String> {
        let (trip, init) = x.split_first().ok_or("a trip count expected")?;
        let [body] = b else { return Err("one block expected".into()) };
        want_int(f, *trip)?;
        let d = f.block(*body).clone();
        let (i, params) = d.params.split_first().ok_or("the body has no index")?;
        want_int(f, *i)?;
        same_tys(f, init, params, "carried values")?;
        let mut out = f.tys(params);
        if !f.diverges(*body) {
            let n = params.len();
            if d.results.len() != n + usize::from(self.until) {
                return Err(format!("the body yields {} values", d.results.len()));
            }
            same_tys(f, &d.results[..n], params, "yielded values")?;
            for (k, t) in out.iter_mut().enumerate() {
                let from = f.tys(&[init[k], d.results[k]]);
                *t = merged(f, &from);
            }
        }
        if self.until {
            out.push(Ty::I64);
        }
        Ok(out)
    }

    says!(value none);

    fn consumes(&self, arg: usize) -> bool {
        arg > 0
    }

    says!(no effects);
    says!(no dims);

    fn eval(&self, ev: &mut Eval<'_>, e: &Eqn, mut x: Vec<Value>) -> Outcome<Vec<Value>> {
        let trip = int(want(x.first(), "a trip count")?)?.max(0);
        let body = *want(e.blocks.first(), "a block")?;
        let mut done = 0;
        while done < trip {
            ev.tick()?;
            x[0] = Value::i64(if self.reverse { trip - 1 - done } else { done });
            let mut out = ev.block(body, std::mem::take(&mut x))?;
            done += 1;
            let stop = self.until && truth(&want(out.pop(), "the end of a loop")?)?;
            x = std::iter::once(Value::i64(0)).chain(out).collect();
            if stop {
                break;
            }
        }
        x.remove(0);
        x.extend(self.until.then(|| Value::i64(done)));
        Ok(x)
    }
}

/// A loop while a condition holds. The condition's block borrows.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct While;

impl OpDef for While {
    fn name(&self) -> &'static str {
        "while"
    }

    fn infer(&self, f: &mut Func, x: &[Var], b: &[Block]) -> Result<Vec<Ty>, String> {
        let [cond, body] = b else { return Err("two blocks expected".into()) };
        let (c, d) = (f.block(*cond).clone(), f.block(*body).clone());
        same_tys(f, x, &c.params, "carried values of the condition")?;
        same_tys(f, x, &d.params, "carried values")?;
        if !f.diverges(*cond) && f.tys(&c.results) != [Ty::BOOL] {
            return Err(format!("the condition yields {:?}", f.tys(&c.results)));
        }
        let mut out = f.tys(&d.params);
        if !f.diverges(*body) {
            same_tys(f, &d.results, &d.params, "yielded values")?;
            for (k, t) in out.iter_mut().enumerate() {
                let from = f.tys(&[x[k], d.results[k]]);
                *t = merged(f, &from);
            }
        }
        Ok(out)
    }

    says!(value none);

    fn consumes(&self, _: usize) -> bool {
        true
    }

    says!(no effects);
    says!(no dims);

    fn eval(&self, ev: &mut Eval<'_>, e: &Eqn, mut x: Vec<Value>) -> Outcome<Vec<Value>> {
        let [cond, body] = e.blocks[..] else { return Err(EvalError::internal("two blocks expected")) };
        loop {
            ev.tick()?;
            let go = ev.block(cond, x.clone())?;
            // The condition borrowed them: the body must hold the only reference.
            ev.forget_params(cond);
            if !truth(want(go.first(), "a condition")?)? {
                return Ok(x);
            }
            x = ev.block(body, x)?;
        }
    }
}

/// A call of another function of the module.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Call {
    pub func: crate::FuncId,
    pub name: Rc<str>,
    pub sig: Rc<crate::Signature>,
}

impl OpDef for Call {
    fn name(&self) -> &'static str {
        "call"
    }

    /// The callee's symbols become the arguments' dims, and fresh ones where only the callee knows.
    fn infer(&self, f: &mut Func, x: &[Var], _: &[Block]) -> Result<Vec<Ty>, String> {
        let sig = &self.sig;
        arity(x, sig.params.len())?;
        let mut known: std::collections::HashMap<crate::Sym, Dim> = std::collections::HashMap::new();
        for (v, p) in x.iter().zip(&sig.params) {
            let t = f.ty(*v).clone();
            if !same_kind(&t, p) {
                return Err(format!("{}: {t} passed for {p}", self.name));
            }
            for (n, m) in p.dims().iter().zip(t.dims()) {
                if let Some(s) = n.as_sym() {
                    known.entry(s).or_insert_with(|| m.clone());
                }
            }
        }
        for (s, k) in &sig.values {
            let d = f.dim_of(x[*k]);
            known.entry(*s).or_insert(d);
        }
        let mut out = vec![];
        for t in &sig.results {
            out.push(t.subst(&mut |s| known.entry(s).or_insert_with(|| f.new_size().into()).clone()));
        }
        Ok(out)
    }

    says!(value none);

    fn consumes(&self, arg: usize) -> bool {
        self.sig.consumes[arg]
    }

    fn effects(&self) -> Effects {
        self.sig.effects
    }

    says!(no dims);

    fn eval(&self, ev: &mut Eval<'_>, _: &Eqn, x: Vec<Value>) -> Outcome<Vec<Value>> {
        ev.call(self.func, x)
    }
}

/// Operands: a bool, then up to four i64. Raises if it holds; `{0}` .. `{3}` in the text are the integers.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct RaiseIf {
    pub kind: ErrorKind,
    pub text: Rc<str>,
}

impl OpDef for RaiseIf {
    fn name(&self) -> &'static str {
        "raise_if"
    }

    fn infer(&self, f: &mut Func, x: &[Var], _: &[Block]) -> Result<Vec<Ty>, String> {
        let (p, args) = x.split_first().ok_or("a condition expected")?;
        if f.ty(*p) != &Ty::BOOL || args.len() > 4 {
            return Err(format!("raise_if of {:?}", f.tys(x)));
        }
        args.iter().try_for_each(|v| want_int(f, *v))?;
        Ok(vec![])
    }

    says!(value none);
    says!(borrows all);
    says!(raises);
    says!(no dims);

    fn eval(&self, _: &mut Eval<'_>, _: &Eqn, x: Vec<Value>) -> Outcome<Vec<Value>> {
        let (p, args) = want(x.split_first(), "a condition")?;
        if !truth(p)? {
            return Ok(vec![]);
        }
        let args: Vec<i64> = args.iter().map(int).collect::<Outcome<_>>()?;
        Err(EvalError::new(self.kind, fill_text(&self.text, &args)))
    }
}

/// Raises. Operands: the kind's code (i64) and the text, or nothing but the text if the kind is known here.
/// The last equation of its block.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Raise {
    pub kind: Option<ErrorKind>,
}

impl OpDef for Raise {
    fn name(&self) -> &'static str {
        "raise"
    }

    fn infer(&self, f: &mut Func, x: &[Var], _: &[Block]) -> Result<Vec<Ty>, String> {
        match (self.kind, &f.tys(x)[..]) {
            (Some(_), [Ty::Str]) | (None, [Ty::Scalar(DType::I64), Ty::Str]) => Ok(vec![]),
            (_, t) => Err(format!("raise of {t:?}")),
        }
    }

    says!(value none);
    says!(borrows all);
    says!(raises);
    says!(no dims);

    fn eval(&self, _: &mut Eval<'_>, _: &Eqn, x: Vec<Value>) -> Outcome<Vec<Value>> {
        let text = want(x.last().and_then(Value::as_str), "a text")?;
        let kind = match self.kind {
            Some(kind) => kind,
            None => ErrorKind::from_code(u32::try_from(int(&x[0])?).unwrap_or_default()),
        };
        Err(EvalError::new(kind, text))
    }
}

/// Runs the body; if it raises one of `kinds` (or a kind derived from one), the handler gets the kind's code and the
/// text. What the handler must see as it was when the exception was raised lives in cells that both blocks capture.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Try {
    pub kinds: Vec<ErrorKind>,
}

impl OpDef for Try {
    fn name(&self) -> &'static str {
        "try"
    }

    fn infer(&self, f: &mut Func, x: &[Var], b: &[Block]) -> Result<Vec<Ty>, String> {
        arity(x, 0)?;
        let [body, handler] = b else { return Err("two blocks expected".into()) };
        let (d, h) = (f.block(*body).clone(), f.block(*handler).clone());
        if !d.params.is_empty() || f.tys(&h.params) != [Ty::I64, Ty::Str] {
            return Err(format!("the body takes {:?}, the handler {:?}", f.tys(&d.params), f.tys(&h.params)));
        }
        arms_tys(f, [*body, *handler])
    }

    says!(value none);
    says!(borrows all);
    says!(no effects);
    says!(no dims);

    fn eval(&self, ev: &mut Eval<'_>, e: &Eqn, _: Vec<Value>) -> Outcome<Vec<Value>> {
        let [body, handler] = e.blocks[..] else { return Err(EvalError::internal("two blocks expected")) };
        match ev.block(body, vec![]) {
            Err(err) if self.kinds.iter().any(|k| err.kind.is_a(*k)) => {
                ev.block(handler, vec![Value::i64(err.kind as i64), Value::str(&err.text)])
            }
            result => result,
        }
    }
}

fn cell(x: &[Value]) -> Outcome<&RefCell<Option<Value>>> {
    match x.first() {
        Some(Value::Cell(c)) => Ok(c),
        _ => Err(EvalError::internal("a cell expected")),
    }
}

/// A mutable cell for values that a handler sees: made with its first value, which it then owns.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct CellNew;

impl OpDef for CellNew {
    fn name(&self) -> &'static str {
        "cell_new"
    }

    fn infer(&self, f: &mut Func, x: &[Var], _: &[Block]) -> Result<Vec<Ty>, String> {
        arity(x, 1)?;
        Ok(vec![Ty::Cell(Box::new(f.ty(x[0]).clone()))])
    }

    says!(value none);
    says!(consumes first);
    says!(cells);
    says!(no dims);

    fn eval(&self, _: &mut Eval<'_>, _: &Eqn, mut x: Vec<Value>) -> Outcome<Vec<Value>> {
        Ok(vec![Value::Cell(Rc::new(RefCell::new(x.pop())))])
    }
}

/// Operands: cell, value (consumed). Replaces what the cell holds.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct CellSet;

impl OpDef for CellSet {
    fn name(&self) -> &'static str {
        "cell_set"
    }

    fn infer(&self, f: &mut Func, x: &[Var], _: &[Block]) -> Result<Vec<Ty>, String> {
        arity(x, 2)?;
        match f.ty(x[0]) {
            Ty::Cell(t) if same_kind(t, f.ty(x[1])) => Ok(vec![]),
            t => Err(format!("cell_set of {} in {t}", f.ty(x[1]))),
        }
    }

    says!(value none);

    fn consumes(&self, arg: usize) -> bool {
        arg == 1
    }

    says!(cells);
    says!(no dims);

    fn eval(&self, _: &mut Eval<'_>, _: &Eqn, mut x: Vec<Value>) -> Outcome<Vec<Value>> {
        let v = want(x.pop(), "a value")?;
        *cell(&x)?.borrow_mut() = Some(v);
        Ok(vec![])
    }
}

/// The value of a cell. `take` moves it out (a `cell_set` follows before anything can raise); otherwise a copy of it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct CellGet {
    pub take: bool,
}

impl OpDef for CellGet {
    fn name(&self) -> &'static str {
        if self.take { "cell_take" } else { "cell_get" }
    }

    fn infer(&self, f: &mut Func, x: &[Var], _: &[Block]) -> Result<Vec<Ty>, String> {
        arity(x, 1)?;
        match f.ty(x[0]) {
            Ty::Cell(t) => Ok(vec![(**t).clone()]),
            t => Err(format!("cell expected, not {t}")),
        }
    }

    says!(value none);
    says!(borrows all);
    says!(cells);
    says!(no dims);

    fn eval(&self, ev: &mut Eval<'_>, _: &Eqn, x: Vec<Value>) -> Outcome<Vec<Value>> {
        let cell = cell(&x)?;
        let v = if self.take { cell.borrow_mut().take() } else { cell.borrow().as_ref().map(|v| ev.deep_copy(v)) };
        Ok(vec![want(v, "a value in the cell")?])
    }
}
