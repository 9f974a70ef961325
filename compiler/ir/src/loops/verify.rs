//! The verifier. It holds these invariants:
//!
//! 1. Names of functions are unique; parameters and results of functions are scalars; the body's parameters have the
//!    declared types.
//! 2. Every value is defined once, by a block's parameter or an instruction, and has a type that exists.
//! 3. A use comes after its definition, in the same block or one nested in it.
//! 4. Operands and results have the types of the operation's typing rule; call signatures are the callee's.
//! 5. `if` has two blocks without parameters, `for` one and `while` two with the parameters that their operands ask for;
//!    other operations have none.
//! 6. Nested blocks end in `yield` of the types that the holder needs, `fail` or `reraise`; a body ends in `return` of
//!    the function's results, `fail` or `reraise`.
//! 7. A `for` has a step other than 0; one run by threads has chunks, carries nothing and has no `stop`.
//! 8. Sites and functions that are named exist; a failure has at most four i64 operands.

use super::inst::*;
use super::types::*;
use super::typing::result_types;
use rustc_hash::FxHashSet as HashSet;
use std::fmt;

/// What is wrong, in which function.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VerifyError {
    pub func: String,
    pub message: String,
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "@{}: {}", self.func, self.message)
    }
}

impl std::error::Error for VerifyError {}

struct Verifier<'a> {
    module: &'a Module,
    func: &'a Func,
    /// Values that are in scope now.
    scope: Vec<bool>,
    defined: Vec<bool>,
}

type Check<T = ()> = Result<T, String>;

fn want(ok: bool, why: impl FnOnce() -> String) -> Check {
    if ok { Ok(()) } else { Err(why()) }
}

impl Verifier<'_> {
    fn define(&mut self, v: Val, undo: &mut Vec<Val>) -> Check {
        let ty = self.func.types.get(v.index()).ok_or_else(|| format!("{v} has no type"))?;
        want(ty.is_valid(), || format!("{v} has type {ty}, which does not exist"))?;
        want(!self.defined[v.index()], || format!("{v} is defined twice"))?;
        self.defined[v.index()] = true;
        self.scope[v.index()] = true;
        undo.push(v);
        Ok(())
    }

    fn uses(&self, vals: &[Val]) -> Check<Vec<Type>> {
        vals.iter()
            .map(|v| {
                want(self.scope.get(v.index()) == Some(&true), || format!("{v} is used where it is not defined"))?;
                Ok(self.func.ty(*v))
            })
            .collect()
    }

    fn site(&self, site: SiteId) -> Check {
        want(site.index() < self.module.sites.len(), || format!("no {site}"))
    }

    /// A block whose parameters have these types; gives what it yields, if it comes to that.
    fn block(&mut self, block: &Block, params: &[Type], nested: bool) -> Check<Option<Vec<Type>>> {
        let mut undo = vec![];
        for p in &block.params {
            self.define(*p, &mut undo)?;
        }
        let got: Vec<Type> = block.params.iter().map(|p| self.func.ty(*p)).collect();
        want(got == params, || format!("a block has parameters {got:?}, needs {params:?}"))?;
        for inst in &block.insts {
            self.inst(inst, &mut undo).map_err(|why| {
                let results: Vec<String> = inst.results.iter().map(Val::to_string).collect();
                if inst.blocks.is_empty() { format!("{} = {:?}: {why}", results.join(", "), inst.op) } else { why }
            })?;
        }
        let yields = match &block.end {
            End::Yield(vals) if nested => Some(self.uses(vals)?),
            End::Return(vals) if !nested => Some(self.uses(vals)?),
            End::Yield(_) => return Err("a function's body ends in `yield`".to_string()),
            End::Return(_) => return Err("a nested block ends in `return`".to_string()),
            End::Fail { site, operands, .. } => {
                self.site(*site)?;
                let tys = self.uses(operands)?;
                want(tys.len() <= 4 && tys.iter().all(|t| *t == Type::I64), || "fail takes up to four i64".into())?;
                None
            }
            End::Reraise => None,
        };
        for v in undo {
            self.scope[v.index()] = false;
        }
        Ok(yields)
    }

    fn yields(&mut self, block: &Block, params: &[Type], want_tys: &[Type], what: &str) -> Check {
        match self.block(block, params, true)? {
            Some(tys) => want(tys == want_tys, || format!("{what} yields {tys:?}, needs {want_tys:?}")),
            None => Ok(()),
        }
    }

    fn inst(&mut self, inst: &Inst, undo: &mut Vec<Val>) -> Check {
        let args = self.uses(&inst.args)?;
        let n_blocks = match inst.op {
            Op::If | Op::While => 2,
            Op::For(_) => 1,
            _ => 0,
        };
        want(inst.blocks.len() == n_blocks, || format!("needs {n_blocks} blocks"))?;
        let tys = match &inst.op {
            Op::If => {
                want(args == [Type::I1], || "`if` takes an i1".to_string())?;
                let then = self.block(&inst.blocks[0], &[], true)?;
                let other = self.block(&inst.blocks[1], &[], true)?;
                match (then, other) {
                    (Some(a), Some(b)) => {
                        want(a == b, || format!("the blocks of an `if` yield {a:?} and {b:?}"))?;
                        a
                    }
                    (a, b) => a.or(b).unwrap_or_default(),
                }
            }
            Op::For(attrs) => {
                want(args.len() >= 2 && args[..2] == [Type::I64; 2], || "bounds of `for` are i64".to_string())?;
                want(attrs.step != 0, || "a `for` with step 0".to_string())?;
                let carried = args[2..].to_vec();
                if let Parallel::Threads { chunks, grain } = attrs.parallel {
                    let plain = carried.is_empty() && !attrs.stop && chunks > 0 && grain > 0;
                    want(plain, || "a `for` of threads carries values, stops or has no chunks".to_string())?;
                }
                let (mut params, mut yields, mut results) = (vec![Type::I64], vec![], carried.clone());
                if attrs.stop {
                    yields.push(Type::I1);
                    results.push(Type::I64);
                }
                params.extend(&carried);
                yields.extend(&carried);
                self.yields(&inst.blocks[0], &params, &yields, "a `for`")?;
                results
            }
            Op::While => {
                let passed: Vec<Type> = inst.blocks[1]
                    .params
                    .iter()
                    .map(|v| self.func.types.get(v.index()).copied().ok_or_else(|| format!("{v} has no type")))
                    .collect::<Check<_>>()?;
                let mut yields = vec![Type::I1];
                yields.extend(&passed);
                self.yields(&inst.blocks[0], &args, &yields, "the condition of a `while`")?;
                self.yields(&inst.blocks[1], &passed, &args, "a `while`")?;
                passed
            }
            op => {
                match op {
                    Op::FailIf { site, .. } | Op::Poll { site } | Op::StackCheck { site } => self.site(*site)?,
                    Op::CallRuntime { site: Some(site), .. } => self.site(*site)?,
                    Op::FuncAddr(f) => want(f.index() < self.module.funcs.len(), || format!("no {f}"))?,
                    Op::Call { func, results, .. } => {
                        let callee = self.module.funcs.get(func.index()).ok_or_else(|| format!("no {func}"))?;
                        want(callee.results == *results, || format!("@{} has other results", callee.name))?;
                    }
                    _ => {}
                }
                result_types(op, &args, |f| self.module.funcs.get(f.index()).map(|f| f.params.clone()))?
            }
        };
        for v in &inst.results {
            self.define(*v, undo)?;
        }
        let got: Vec<Type> = inst.results.iter().map(|v| self.func.ty(*v)).collect();
        want(got == tys, || format!("results have types {got:?}, should have {tys:?}"))
    }

    fn func(&mut self) -> Check {
        let func = self.func;
        let scalars = func.params.iter().chain(&func.results).all(|t| !t.is_vec());
        want(scalars, || "a vector crosses the border of a function".to_string())?;
        match self.block(&func.body, &func.params, false)? {
            Some(tys) => want(tys == func.results, || format!("returns {tys:?}, declares {:?}", func.results)),
            None => Ok(()),
        }
    }
}

/// Checks the invariants at the head of this file.
pub fn verify(module: &Module) -> Result<(), VerifyError> {
    let mut names = HashSet::default();
    for func in &module.funcs {
        let error = |message| VerifyError { func: func.name.clone(), message };
        if !names.insert(&func.name) {
            return Err(error("another function has this name".to_string()));
        }
        let n = func.types.len();
        Verifier { module, func, scope: vec![false; n], defined: vec![false; n] }.func().map_err(error)?;
    }
    Ok(())
}
