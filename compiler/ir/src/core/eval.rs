//! Evaluates the core IR, independently of the back ends: the second oracle beside CPython, and what counts work.
//!
//! Equations run in order; an operand that is consumed moves out of the environment, so that the op that stores into
//! it holds its one reference. If it does not, the store copies and `Stats::forced` counts it: on verified IR that
//! never happens. Every symbol of the dims algebra has its number from the moment that the variable which defines it
//! is bound. Products of matrices and the runtime's functions are the caller's (`Host`).
//!
//! An equation that verified IR cannot contain (a value of the wrong type, an index out of bounds inside a chain) is
//! an error of kind `ErrorKind::None`, which no handler catches: `EvalError::is_internal`.

use super::value::{Array, Scalar, Tape, Value};
use crate::core::{Block, Dim, Eqn, Func, FuncId, Loc, Module, SymDef, Ty};
use crate::ops::{ExternFn, MatMul};
use quipu_abi::{DType, ErrorKind};
use rustc_hash::FxHashMap as HashMap;
use std::rc::Rc;

/// An exception, or an internal error.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EvalError {
    pub kind: ErrorKind,
    pub text: String,
    /// Where it happened: the equation in the function, then the calls that led there, innermost first.
    pub trace: Vec<(FuncId, Loc)>,
    /// The number of activations below the last place in the trace.
    depth: usize,
}

pub type Outcome<T> = Result<T, EvalError>;

impl EvalError {
    pub fn new(kind: ErrorKind, text: impl Into<String>) -> EvalError {
        EvalError { kind, text: text.into(), trace: vec![], depth: usize::MAX }
    }

    /// The IR (or the host) is wrong, not the program.
    pub fn internal(text: impl Into<String>) -> EvalError {
        EvalError::new(ErrorKind::None, text)
    }

    pub fn is_internal(&self) -> bool {
        self.kind == ErrorKind::None
    }

    /// The place in the source.
    pub fn location<'m>(&self, module: &'m Module) -> Option<&'m crate::Location> {
        let (func, loc) = self.trace.first()?;
        module.funcs.get(func.index())?.locs.get(loc.index())
    }
}

impl std::fmt::Display for EvalError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.kind {
            ErrorKind::None => write!(f, "internal error: {}", self.text),
            kind => write!(f, "{}: {}", kind.name(), self.text),
        }
    }
}

impl std::error::Error for EvalError {}

/// What the core IR leaves to others.
pub trait Host {
    /// A function of the runtime. `results` are the types that the typing rule gave.
    fn extern_call(&mut self, row: &'static ExternFn, args: &[Value], results: &[Ty]) -> Outcome<Vec<Value>>;
    /// `x @ y`: arrays that fit, as `MatMul` says. `shape` is the result's; empty for a scalar.
    fn matmul(&mut self, op: &MatMul, x: &Array, y: &Array, shape: &[usize]) -> Outcome<Array>;
    /// The error of an array for which there is no memory.
    fn out_of_memory(&self, dtype: DType, shape: &[usize]) -> EvalError {
        let _ = (dtype, shape);
        EvalError::new(ErrorKind::MemoryError, "Unable to allocate an array of this size")
    }
    /// Has somebody asked to end the evaluation with KeyboardInterrupt?
    fn interrupted(&self) -> bool {
        false
    }
}

/// Work done. Deterministic, so tests may state numbers.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Stats {
    pub eqns: u64,
    /// Elements read or written by ops.
    pub elems: u64,
    /// `copy` equations that were run on places.
    pub copies: u64,
    /// Elements that copies of whole values moved, forced ones included.
    pub copied: u64,
    /// Stores into a consumed base.
    pub updates: u64,
    /// Stores whose base was shared after all. 0 on verified IR.
    pub forced: u64,
    /// Arrays made.
    pub allocs: u64,
    pub calls: u64,
    pub pushes: u64,
    /// Elements pushed to tapes.
    pub taped: u64,
    /// Values that tapes with a capacity have room for.
    pub reserved: u64,
    /// Pushes on tapes without one.
    pub grown: u64,
}

impl Stats {
    /// One number for "how much work": what the tests of derivatives compare.
    pub fn work(&self) -> u64 {
        self.eqns + self.elems + self.copied
    }
}

/// When to give up.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Calls within calls; more raise RecursionError.
    pub depth: usize,
    /// Bytes of the machine's stack that evaluation may use; more raise RecursionError too.
    pub stack: usize,
    /// Equations and trips of loops; more raise RuntimeError.
    pub steps: Option<u64>,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { depth: 1000, stack: 1 << 20, steps: None }
    }
}

/// Runs a function of `module`.
pub fn run(module: &Module, func: FuncId, args: Vec<Value>, host: &mut dyn Host) -> Outcome<(Vec<Value>, Stats)> {
    let mut ev = Eval::new(module, host, Limits::default());
    let results = ev.call(func, args)?;
    Ok((results, ev.stats))
}

/// Which symbols each variable of a function gives their numbers: the symbol, and the axis if it is a dim.
type Defs = Vec<Vec<(usize, Option<usize>)>>;

/// One activation of a function.
struct Frame<'m> {
    id: FuncId,
    func: &'m Func,
    env: Vec<Option<Value>>,
    syms: Vec<Option<i64>>,
    defs: Rc<Defs>,
}

/// The state of an evaluation.
pub struct Eval<'m> {
    pub module: &'m Module,
    pub host: &'m mut dyn Host,
    pub stats: Stats,
    pub limits: Limits,
    frames: Vec<Frame<'m>>,
    /// Where exceptions were raised that handlers took: traces, with the activations below them.
    origins: Vec<(Vec<(FuncId, Loc)>, usize)>,
    defs: HashMap<FuncId, Rc<Defs>>,
    stack_base: usize,
    steps: u64,
}

/// An address in the current stack frame, to measure how much of the stack is in use.
fn stack_mark() -> usize {
    let mark = 0u8;
    std::ptr::from_ref(std::hint::black_box(&mark)) as usize
}

impl<'m> Eval<'m> {
    pub fn new(module: &'m Module, host: &'m mut dyn Host, limits: Limits) -> Eval<'m> {
        let (frames, defs) = (vec![], HashMap::default());
        let stats = Stats::default();
        Eval { module, host, stats, limits, frames, origins: vec![], defs, stack_base: stack_mark(), steps: 0 }
    }

    fn frame(&self) -> Outcome<&Frame<'m>> {
        self.frames.last().ok_or_else(|| EvalError::internal("no function is running"))
    }

    /// The function that runs.
    pub fn func(&self) -> Outcome<&'m Func> {
        Ok(self.frame()?.func)
    }

    /// The type of a result of an equation.
    pub fn out_ty(&self, e: &Eqn, k: usize) -> Outcome<&'m Ty> {
        let v = e.outs.get(k).ok_or_else(|| EvalError::internal("a result is missing"))?;
        Ok(self.frame()?.func.ty(*v))
    }

    /// Calls a function of the module.
    pub fn call(&mut self, id: FuncId, args: Vec<Value>) -> Outcome<Vec<Value>> {
        let Some(func) = self.module.funcs.get(id.index()) else {
            return Err(EvalError::internal(format!("there is no function {id}")));
        };
        if func.block(Func::ENTRY).params.len() != args.len() {
            return Err(EvalError::internal(format!("{}: {} arguments", func.name, args.len())));
        }
        if self.frames.len() >= self.limits.depth || self.stack_base.abs_diff(stack_mark()) > self.limits.stack {
            return Err(EvalError::new(ErrorKind::RecursionError, "maximum recursion depth exceeded"));
        }
        self.stats.calls += 1;
        let defs = self.defs.entry(id).or_insert_with(|| Rc::new(definitions(func))).clone();
        let (env, syms) = (vec![None; func.vars.len()], vec![None; func.syms.len()]);
        self.frames.push(Frame { id, func, env, syms, defs });
        let results = self.block(Func::ENTRY, args);
        self.frames.pop();
        results
    }

    /// Runs `block`: moves `args` into its parameters and its results out.
    pub fn block(&mut self, block: Block, args: Vec<Value>) -> Outcome<Vec<Value>> {
        let func = self.func()?;
        let data = func.block(block);
        if data.params.len() != args.len() {
            return Err(EvalError::internal(format!("{} values for {} parameters", args.len(), data.params.len())));
        }
        for (p, v) in data.params.iter().zip(args) {
            self.bind(*p, v)?;
        }
        for e in &data.eqns {
            self.step(e).map_err(|err| self.located(err, e.loc))?;
        }
        data.results.iter().map(|r| self.take(*r)).collect()
    }

    /// Forgets the values of a block's parameters, so that what they share with others is shared no more.
    pub fn forget_params(&mut self, block: Block) {
        if let Some(frame) = self.frames.last_mut() {
            for p in &frame.func.block(block).params {
                frame.env[p.index()] = None;
            }
        }
    }

    /// Each activation adds one place to the trace: the equation that failed, or the call that led to it.
    fn located(&self, mut err: EvalError, loc: Loc) -> EvalError {
        if let Some(frame) = self.frames.last()
            && self.frames.len() < err.depth
        {
            err.trace.push((frame.id, loc));
            err.depth = self.frames.len();
        }
        err
    }

    /// A number, from 1 on, for where an exception was raised.
    pub fn note_origin(&mut self, err: &EvalError) -> i64 {
        let place = (err.trace.clone(), err.depth);
        let number = match self.origins.iter().rev().take(64).position(|p| *p == place) {
            Some(k) => self.origins.len() - k,
            None => {
                self.origins.push(place);
                self.origins.len()
            }
        };
        number as i64
    }

    /// An exception that goes on from there.
    pub fn from_origin(&self, number: i64, err: EvalError) -> EvalError {
        let place = usize::try_from(number - 1).ok().and_then(|k| self.origins.get(k));
        match place.cloned() {
            Some((trace, depth)) => EvalError { trace, depth, ..err },
            None => err,
        }
    }

    /// Counts a step (an equation, or a trip of a loop) and ends the evaluation where that was asked for.
    pub fn tick(&mut self) -> Outcome<()> {
        self.steps += 1;
        if self.steps.is_multiple_of(256) && self.host.interrupted() {
            return Err(EvalError::new(ErrorKind::KeyboardInterrupt, ""));
        }
        if self.limits.steps.is_some_and(|n| self.steps > n) {
            return Err(EvalError::new(ErrorKind::RuntimeError, "the limit of steps is reached"));
        }
        Ok(())
    }

    fn step(&mut self, e: &'m Eqn) -> Outcome<()> {
        self.stats.eqns += 1;
        self.tick()?;
        let def = e.op.def();
        let mut args = Vec::with_capacity(e.args.len());
        for (k, v) in e.args.iter().enumerate() {
            args.push(if def.consumes(k) { self.take(*v)? } else { self.get(*v)? });
        }
        let outs = def.eval(self, e, args)?;
        if outs.len() != e.outs.len() {
            return Err(EvalError::internal(format!("{}: {} results", def.name(), outs.len())));
        }
        for (o, v) in e.outs.iter().zip(outs) {
            self.bind(*o, v)?;
        }
        Ok(())
    }

    /// Gives a variable its value, and numbers to the symbols that it defines.
    fn bind(&mut self, v: crate::Var, value: Value) -> Outcome<()> {
        let Some(frame) = self.frames.last_mut() else { return Err(EvalError::internal("no function is running")) };
        for (sym, axis) in &frame.defs[v.index()] {
            let n = match (axis, &value) {
                (Some(k), Value::Array(a)) => a.shape.get(*k).map(|n| *n as i64),
                (None, v) => v.as_i64(),
                _ => None,
            };
            frame.syms[*sym] = n;
        }
        frame.env[v.index()] = Some(value);
        Ok(())
    }

    /// Moves places, clones everything else.
    fn take(&mut self, v: crate::Var) -> Outcome<Value> {
        let Some(frame) = self.frames.last_mut() else { return Err(EvalError::internal("no function is running")) };
        let slot = &mut frame.env[v.index()];
        let value = if frame.func.ty(v).is_place() { slot.take() } else { slot.clone() };
        value.ok_or_else(|| EvalError::internal(format!("{v} is not defined, or was consumed before")))
    }

    fn get(&self, v: crate::Var) -> Outcome<Value> {
        let slot = &self.frame()?.env[v.index()];
        slot.clone().ok_or_else(|| EvalError::internal(format!("{v} is not defined, or was consumed before")))
    }

    /// The value of a dim where the evaluation stands.
    pub fn dim(&self, d: &Dim) -> Outcome<i64> {
        if let Some(k) = d.as_const() {
            return Ok(k);
        }
        let frame = self.frame()?;
        let mut unknown = None;
        let n = d.eval(&mut |s| {
            frame.syms.get(s.index()).copied().flatten().unwrap_or_else(|| {
                unknown = Some(s);
                0
            })
        });
        match unknown {
            Some(s) => Err(EvalError::internal(format!("{s} has no value"))),
            None => Ok(n),
        }
    }

    pub fn shape(&self, dims: &[Dim]) -> Outcome<Vec<usize>> {
        dims.iter()
            .map(|d| {
                let n = self.dim(d)?;
                usize::try_from(n)
                    .map_err(|_| EvalError::new(ErrorKind::ValueError, "negative dimensions are not allowed"))
            })
            .collect()
    }

    /// Zeros in a new buffer.
    pub fn alloc(&mut self, dtype: DType, shape: Vec<usize>) -> Outcome<Array> {
        let bytes = shape.iter().try_fold(dtype.size(), |p, n| p.checked_mul(*n)).filter(|b| *b <= isize::MAX as usize);
        let mut data = Vec::new();
        let bytes = bytes.filter(|n| data.try_reserve_exact(*n).is_ok());
        let bytes = bytes.ok_or_else(|| self.host.out_of_memory(dtype, &shape))?;
        data.resize(bytes, 0);
        self.stats.allocs += 1;
        self.stats.elems += (bytes / dtype.size()) as u64;
        Ok(Array { dtype, shape, data })
    }

    /// The array behind a consumed operand, to be stored into.
    pub fn own(&mut self, v: Value) -> Outcome<Array> {
        self.stats.updates += 1;
        match v {
            Value::Array(a) => Ok(Rc::try_unwrap(a).unwrap_or_else(|a| {
                self.stats.forced += 1;
                self.stats.copied += a.len() as u64;
                (*a).clone()
            })),
            v => Err(EvalError::internal(format!("an array expected, not {v}"))),
        }
    }

    pub fn own_list(&mut self, v: Value) -> Outcome<Vec<Value>> {
        self.stats.updates += 1;
        match v {
            Value::List(l) => Ok(Rc::try_unwrap(l).unwrap_or_else(|l| {
                self.stats.forced += 1;
                self.stats.copied += l.len() as u64;
                (*l).clone()
            })),
            v => Err(EvalError::internal(format!("a list expected, not {v}"))),
        }
    }

    pub fn own_tape(&mut self, v: Value) -> Outcome<Tape> {
        match v {
            Value::Tape(t) => Ok(Rc::try_unwrap(t).unwrap_or_else(|t| {
                self.stats.forced += 1;
                self.stats.copied += t.items.len() as u64;
                (*t).clone()
            })),
            v => Err(EvalError::internal(format!("a tape expected, not {v}"))),
        }
    }

    /// The value in buffers of its own, all the way down.
    pub fn deep_copy(&mut self, v: &Value) -> Value {
        match v {
            Value::Array(a) => {
                self.stats.allocs += 1;
                self.stats.copied += a.len() as u64;
                Value::array((**a).clone())
            }
            Value::List(l) => {
                self.stats.copied += l.len() as u64;
                Value::list(l.iter().map(|v| self.deep_copy(v)).collect())
            }
            v => v.clone(),
        }
    }
}

/// The numbers that the variables of a function give.
fn definitions(func: &Func) -> Defs {
    let mut defs: Defs = vec![vec![]; func.vars.len()];
    for (k, s) in func.syms.iter().enumerate() {
        match s.def {
            SymDef::Free => {}
            SymDef::Value(v) => defs[v.index()].push((k, None)),
            SymDef::Dim(v, axis) => defs[v.index()].push((k, Some(axis))),
        }
    }
    defs
}

/// What the typing rule promised about an operand.
pub(crate) fn want<T>(x: Option<T>, what: &str) -> Outcome<T> {
    x.ok_or_else(|| EvalError::internal(format!("{what} expected")))
}

/// The operand as an array.
pub(crate) fn array(x: &Value) -> Outcome<&Array> {
    want(x.as_array(), "an array")
}

pub(crate) fn scalar(x: &Value) -> Outcome<Scalar> {
    want(x.as_scalar(), "a scalar")
}

pub(crate) fn int(x: &Value) -> Outcome<i64> {
    want(x.as_i64(), "an i64")
}

pub(crate) fn index(x: &Value) -> Outcome<usize> {
    int(x).and_then(|k| usize::try_from(k).map_err(|_| EvalError::internal(format!("index {k} is negative"))))
}

pub(crate) fn truth(x: &Value) -> Outcome<bool> {
    want(x.as_bool(), "a bool")
}

/// A message with `{0}` .. `{3}` replaced.
pub(crate) fn fill_text(text: &str, x: &[i64]) -> String {
    x.iter().enumerate().fold(text.to_string(), |t, (k, v)| t.replace(&format!("{{{k}}}"), &v.to_string()))
}
