//! Calls replaced by the callee's body, so that a transform sees one function.
//!
//! ```text
//! %y = call @g %x        ->        (equations of @g with its parameters bound to %x), %y := its results
//! ```
//! Recursive callees stay calls. A parameter that the callee does not consume but its body overwrites costs a copy, as
//! the call would have; `insert_copies` puts it there.

use crate::copies::insert_copies;
use crate::error::TransformError;
use crate::names::Sizes;
use quipu_ir::ops::{Op, Rule};
use quipu_ir::{Block, Builder, Eqn, Func, FuncId, Loc, Location, Module, Var};
use rustc_hash::FxHashMap as HashMap;

/// Replaces the calls in a function, and those in what comes in, as far as they are not recursive. Says whether
/// anything changed.
pub fn inline_calls(module: &mut Module, id: FuncId) -> Result<bool, TransformError> {
    match inlined(module, id)? {
        Some(f) => {
            *module.func_mut(id) = f;
            Ok(true)
        }
        None => Ok(false),
    }
}

/// The function without calls, if it had any that can go.
pub fn inlined(module: &Module, id: FuncId) -> Result<Option<Func>, TransformError> {
    let src = module.func(id);
    let mut calls = false;
    src.walk(Func::ENTRY, &mut |d| calls |= d.eqns.iter().any(|e| matches!(e.op, Op::Call(_))));
    if !calls {
        return Ok(None);
    }
    let (mut b, _) = Builder::new(&src.name, &[], 0);
    b.func.locs.clone_from(&src.locs);
    b.func.consumes.clone_from(&src.consumes);
    b.func.fast_math = src.fast_math;
    let mut cx = Inline { module, b, stack: vec![id], changed: false };
    let mut env = Env::default();
    let done = cx.params(src, Func::ENTRY, &mut env).and_then(|()| cx.block(src, Func::ENTRY, &mut env));
    let results = done.map_err(|m| TransformError::at(&cx.b.func, cx.b.loc, m))?;
    let changed = cx.changed;
    let mut f = cx.b.finish(&results);
    insert_copies(&mut f);
    Ok(changed.then_some(f))
}

/// One function's variables in the target.
#[derive(Default)]
struct Env {
    vars: HashMap<Var, Var>,
    sizes: Sizes,
    /// Locations of the callee in the target, and the call.
    locs: HashMap<Loc, Loc>,
    caller: Option<Loc>,
}

impl Env {
    fn get(&self, s: Var) -> Rule<Var> {
        self.vars.get(&s).copied().ok_or_else(|| "a value is not in scope".to_string())
    }

    fn all(&self, s: &[Var]) -> Rule<Vec<Var>> {
        s.iter().map(|v| self.get(*v)).collect()
    }
}

struct Inline<'m> {
    module: &'m Module,
    b: Builder,
    /// Functions that are being inlined.
    stack: Vec<FuncId>,
    changed: bool,
}

impl Inline<'_> {
    fn bind(&mut self, src: &Func, env: &mut Env, s: Var, v: Var) {
        env.sizes.bind(src, s, &mut self.b.func, v, false);
        env.vars.insert(s, v);
    }

    fn params(&mut self, src: &Func, block: Block, env: &mut Env) -> Rule<()> {
        let at = self.b.cur();
        for s in &src.block(block).params {
            let ty = env.sizes.param(src, &mut self.b.func, *s)?;
            let v = self.b.func.new_var(ty, false);
            self.b.func.define_dims(v);
            self.b.func.block_mut(at).params.push(v);
            self.bind(src, env, *s, v);
        }
        Ok(())
    }

    fn loc(&mut self, src: &Func, env: &mut Env, at: Loc) -> Loc {
        let Some(caller) = env.caller else { return at };
        let Some(l) = src.locs.get(at.index()) else { return caller };
        if let Some(l) = env.locs.get(&at) {
            return *l;
        }
        let outer = match l.caller {
            Some(c) => self.loc(src, env, c),
            None => caller,
        };
        let new = self.b.func.new_loc(Location { caller: Some(outer), ..l.clone() });
        env.locs.insert(at, new);
        new
    }

    /// Gives the block's results. What follows a callee that always raises is dropped.
    fn block(&mut self, src: &Func, block: Block, env: &mut Env) -> Rule<Vec<Var>> {
        for e in &src.block(block).eqns {
            self.b.loc = self.loc(src, env, e.loc);
            let outs = match &e.op {
                Op::Call(c) if !self.stack.contains(&c.func) && !self.recursive(c.func) => {
                    self.call(src, c.func, e, env)?
                }
                _ => self.equation(src, e, env)?,
            };
            if self.b.func.diverges(self.b.cur()) {
                return Ok(vec![]);
            }
            for (s, v) in e.outs.iter().zip(outs) {
                self.bind(src, env, *s, v);
            }
        }
        env.all(&src.block(block).results)
    }

    fn equation(&mut self, src: &Func, e: &Eqn, env: &mut Env) -> Rule<Vec<Var>> {
        let x = env.all(&e.args)?;
        let mut blocks = vec![];
        for nb in &e.blocks {
            self.b.begin(&[]);
            self.params(src, *nb, env)?;
            let r = self.block(src, *nb, env)?;
            blocks.push(self.b.end(&r));
        }
        let op = env.sizes.op(src, &mut self.b.func, &e.op)?;
        self.b.loc = self.loc(src, env, e.loc);
        let at = self.b.cur();
        self.b.try_emit_in(at, op, &x, blocks, false)
    }

    fn call(&mut self, src: &Func, id: FuncId, e: &Eqn, env: &mut Env) -> Rule<Vec<Var>> {
        let callee = self.module.func(id);
        let mut inner = Env { caller: Some(self.loc(src, env, e.loc)), ..Env::default() };
        for (s, a) in callee.block(Func::ENTRY).params.iter().zip(&e.args) {
            let v = env.get(*a)?;
            self.bind(callee, &mut inner, *s, v);
        }
        self.stack.push(id);
        let results = self.block(callee, Func::ENTRY, &mut inner)?;
        self.stack.pop();
        self.changed = true;
        Ok(results)
    }

    /// Does the function reach itself?
    fn recursive(&self, id: FuncId) -> bool {
        let mut seen = vec![];
        let mut todo = vec![id];
        while let Some(f) = todo.pop() {
            self.module.func(f).walk(Func::ENTRY, &mut |d| {
                for e in &d.eqns {
                    if let Op::Call(c) = &e.op
                        && !seen.contains(&c.func)
                    {
                        seen.push(c.func);
                        todo.push(c.func);
                    }
                }
            });
        }
        seen.contains(&id)
    }
}
