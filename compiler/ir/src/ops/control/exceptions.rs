//! Exceptions: `raise_if`, `raise`, `try`, and the cells that handlers see.

use super::*;
use quipu_abi::{DType, ErrorKind};
use std::cell::RefCell;
use std::rc::Rc;

/// Operands: a bool, then up to four i64. Raises if it holds; `{0}` .. `{3}` in the text are the integers.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct RaiseIf {
    pub kind: ErrorKind,
    pub text: Rc<str>,
}

impl OpDef for RaiseIf {
    says!(plain rules);

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

impl RaiseIf {
    /// Raises if one of an array of bools holds, with the numbers of the first one: `args` are scalars, or arrays of
    /// the same dims.
    pub(in crate::ops) fn any(&self, b: &mut Builder, bad: Var, args: &[Var]) {
        let dims = b.func.ty(bad).dims().to_vec();
        let any = b.emit(Reduce::new(ReduceKind::Any, (0..dims.len()).collect()), &[bad]);
        if args.iter().all(|v| b.func.ty(*v).is_scalar()) {
            b.emit_n(self.clone(), &[&[any], args].concat(), vec![]);
            return;
        }
        let flat = |b: &mut Builder, v: Var| {
            let count = dims.iter().fold(Dim::ONE, |p, d| p.mul(d));
            if dims.len() > 1 { b.emit(Reshape { dims: vec![count] }, &[v]) } else { v }
        };
        b.begin(&[]);
        let at = b.cast(bad, DType::I64);
        let at = flat(b, at);
        let at = b.emit(ArgReduce { max: true, axis: 0 }, &[at]);
        let mut numbers = vec![b.bool(true)];
        for v in args {
            let v = if b.func.ty(*v).is_scalar() { *v } else { flat(b, *v) };
            numbers.push(if b.func.ty(v).is_scalar() { v } else { b.read(v, &vec![Ix::At], &[at]) });
        }
        b.emit_n(self.clone(), &numbers, vec![]);
        let yes = b.end(&[]);
        b.begin(&[]);
        let no = b.end(&[]);
        b.emit_n(If, &[any], vec![yes, no]);
    }
}

impl Plain for RaiseIf {
    says!(no tangent);
    says!(not linear);

    /// Raises if a lane that runs would, with the numbers of the first one.
    fn batch(&self, cx: &mut dyn Batching<'_>, x: &[Batched]) -> Rule<Vec<Batched>> {
        let bad = cx.ensure(&x[0])?;
        let bad = cx.quiet(bad);
        let args: Vec<Var> = x[1..].iter().map(|o| o.v).collect();
        self.any(cx.b(), bad, &args);
        Ok(vec![])
    }

    says!(is kept);
}

impl RaiseIf {
    pub(in crate::ops) fn samples() -> Vec<Sample> {
        let op = RaiseIf { kind: ErrorKind::ValueError, text: "no {0}".into() };
        vec![Sample::of(op, vec![Arg::Bools(vec![false], None), Arg::int(3)])]
    }
}

/// Raises. Operands: a code (i64), as handlers get it, and the text, or nothing but the text if the kind is known here.
/// The last equation of its block.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Raise {
    pub kind: Option<ErrorKind>,
}

impl OpDef for Raise {
    says!(plain rules);

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

    fn eval(&self, ev: &mut Eval<'_>, _: &Eqn, x: Vec<Value>) -> Outcome<Vec<Value>> {
        let text = want(x.last().and_then(Value::as_str), "a text")?;
        match self.kind {
            Some(kind) => Err(EvalError::new(kind, text)),
            None => {
                let code = int(&x[0])?;
                Err(ev.from_origin(code >> ORIGIN, EvalError::new(ErrorKind::from_code(code as u32), text)))
            }
        }
    }
}

impl Plain for Raise {
    says!(no tangent);
    says!(not linear);

    /// Where all lanes that run get here it is emitted as it is.
    fn batch(&self, _: &mut dyn Batching<'_>, _: &[Batched]) -> Rule<Vec<Batched>> {
        Err("an exception whose kind or text differs between lanes".into())
    }

    says!(is kept);
}

impl Raise {
    says!(no samples);
}

/// Behind so many bits of a code stands a number of the place where the exception was raised first; 0: where it is
/// raised next.
pub const ORIGIN: u32 = 32;

/// Runs the body; if it raises one of `kinds` (or a kind derived from one), the handler gets a code (the kind, and where it
/// was raised: see [`ORIGIN`]) and the text. What the handler must see as it was when the exception was raised lives in cells that both blocks capture.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Try {
    pub kinds: Vec<ErrorKind>,
}

impl OpDef for Try {
    says!(control rules);

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
                let code = err.kind as i64 | ev.note_origin(&err) << ORIGIN;
                ev.block(handler, vec![Value::i64(code), Value::str(&err.text)])
            }
            result => result,
        }
    }
}

const HANDLED: &str = "reverse mode through `try`: the handler may run after half of the body";

impl Control for Try {
    fn flow(&self, f: &Func, e: &Eqn) -> Vec<(Var, Var)> {
        e.blocks.iter().flat_map(|b| pairs(&f.block(*b).results, &e.outs)).collect()
    }

    fn decides(&self, _: &Func, _: &Eqn) -> (Vec<Var>, Vec<Var>) {
        (vec![], vec![])
    }

    fn jvp(&self, cx: &mut dyn Forward<'_>, e: &Eqn) -> Rule<()> {
        let outs = active_outs(cx, e, e.outs.len());
        let body = cx.dual_block(e.blocks[0], &[], 0, &[], &outs)?;
        let handler = cx.dual_block(e.blocks[1], &[], 2, &[], &outs)?;
        let y = cx.b().emit_n(self.clone(), &[], vec![body, handler]);
        let n = e.outs.len().min(y.len());
        cx.bind_outs(e, &y[..n], &y[n..])
    }

    fn linearize(&self, _: &mut dyn Forward<'_>, _: &Eqn) -> Rule<()> {
        Err(HANDLED.into())
    }

    fn transpose(&self, _: &mut dyn Reverse, _: &Eqn, _: &[Tangent]) -> Rule<()> {
        Err(HANDLED.into())
    }

    /// Lanes that raise at different places have no common program; what all lanes share may stand in a `try`.
    fn batch(&self, cx: &mut dyn Batching<'_>, e: &Eqn) -> Rule<()> {
        let src = cx.src();
        let mut differs = false;
        for b in &e.blocks {
            src.walk(*b, &mut |d| {
                let used = d.eqns.iter().flat_map(|e| e.args.iter().chain(&e.outs)).chain(&d.results);
                differs |= used.copied().any(|v| cx.is_on(v));
            });
        }
        if differs {
            return Err("vmap of `try` around what differs between lanes: check before instead".into());
        }
        let mut blocks = vec![];
        for (b, lead) in e.blocks.iter().zip([0, 2]) {
            cx.begin(*b, lead, &[], &[])?;
            cx.run_block(*b)?;
            let r: Vec<Var> = match src.diverges(*b) {
                true => vec![],
                false => src.block(*b).results.iter().map(|s| cx.get(*s).v).collect(),
            };
            blocks.push(cx.b().end(&r));
        }
        let outs = cx.b().emit_n(self.clone(), &[], blocks);
        for (s, v) in e.outs.iter().zip(outs) {
            cx.bind(*s, v, false)?;
        }
        Ok(())
    }
}

impl Try {
    says!(no samples);
}

/// Cells have forward derivatives only: a cell of tangents beside each.
fn forward_only(b: &Builder) -> Rule<()> {
    match b.lin() {
        Some(_) => Err("reverse mode through a name that an exception's handler sees".into()),
        None => Ok(()),
    }
}

const CELL_LANES: &str = "vmap of a name that an exception's handler sees and that differs between lanes";

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
    says!(plain rules);

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

impl Plain for CellNew {
    fn jvp(&self, b: &mut Builder, x: &[Var], _: &[Var], dx: &[Tangent]) -> Rule<Vec<Tangent>> {
        forward_only(b)?;
        let d = dx[0].map_or_else(|| zero_like(b, x[0]), Ok)?;
        Ok(vec![Some(b.emit(CellNew, &[d]))])
    }

    says!(not linear);

    fn batch(&self, _: &mut dyn Batching<'_>, _: &[Batched]) -> Rule<Vec<Batched>> {
        Err(CELL_LANES.into())
    }

    says!(is kept);
}

impl CellNew {
    says!(no samples);
}

/// Operands: cell, value (consumed). Replaces what the cell holds.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct CellSet;

impl OpDef for CellSet {
    says!(plain rules);

    fn name(&self) -> &'static str {
        "cell_set"
    }

    fn infer(&self, f: &mut Func, x: &[Var], _: &[Block]) -> Result<Vec<Ty>, String> {
        arity(x, 2)?;
        match f.ty(x[0]) {
            Ty::Cell(t) if holds(t, f.ty(x[1])) => Ok(vec![]),
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

impl Plain for CellSet {
    fn jvp(&self, b: &mut Builder, x: &[Var], _: &[Var], dx: &[Tangent]) -> Rule<Vec<Tangent>> {
        forward_only(b)?;
        let Some(cell) = dx[0] else { return Ok(vec![]) };
        let d = dx[1].map_or_else(|| zero_like(b, x[1]), Ok)?;
        b.emit_n(CellSet, &[cell, d], vec![]);
        Ok(vec![])
    }

    says!(not linear);

    fn batch(&self, _: &mut dyn Batching<'_>, _: &[Batched]) -> Rule<Vec<Batched>> {
        Err(CELL_LANES.into())
    }

    says!(is kept);
}

impl CellSet {
    says!(no samples);
}

/// The value of a cell. `take` moves it out (a `cell_set` follows before anything can raise); otherwise a copy of it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct CellGet {
    pub take: bool,
}

impl OpDef for CellGet {
    says!(plain rules);

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

impl Plain for CellGet {
    fn jvp(&self, b: &mut Builder, _: &[Var], _: &[Var], dx: &[Tangent]) -> Rule<Vec<Tangent>> {
        forward_only(b)?;
        Ok(vec![dx[0].map(|cell| b.emit(self.clone(), &[cell]))])
    }

    says!(not linear);

    fn batch(&self, _: &mut dyn Batching<'_>, _: &[Batched]) -> Rule<Vec<Batched>> {
        Err(CELL_LANES.into())
    }

    says!(is kept);
}

impl CellGet {
    says!(no samples);
}

/// Operands: an address (i64), a value (consumed). Stores the value's machine words from this word of the memory there on:
/// what a statement leaves to the session that it is part of, on whichever way it ends.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Deposit {
    pub word: usize,
}

impl OpDef for Deposit {
    says!(plain rules);

    fn name(&self) -> &'static str {
        "deposit"
    }

    fn infer(&self, f: &mut Func, x: &[Var], _: &[Block]) -> Result<Vec<Ty>, String> {
        arity(x, 2)?;
        match f.ty(x[0]) {
            Ty::Scalar(DType::I64) => Ok(vec![]),
            t => Err(format!("deposit takes an address, not {t}")),
        }
    }

    says!(value none);

    fn consumes(&self, arg: usize) -> bool {
        arg == 1
    }

    fn effects(&self) -> Effects {
        Effects { io: true, ..Effects::NONE }
    }

    says!(no dims);

    fn eval(&self, _: &mut Eval<'_>, _: &Eqn, _: Vec<Value>) -> Outcome<Vec<Value>> {
        Err(EvalError::internal("only compiled code leaves values in memory"))
    }
}

impl Plain for Deposit {
    fn jvp(&self, _: &mut Builder, _: &[Var], _: &[Var], _: &[Tangent]) -> Rule<Vec<Tangent>> {
        Err("a derivative of what a session keeps".into())
    }

    says!(not linear);

    fn batch(&self, _: &mut dyn Batching<'_>, _: &[Batched]) -> Rule<Vec<Batched>> {
        Err("vmap of what a session keeps".into())
    }

    says!(is kept);
}

impl Deposit {
    says!(no samples);
}
