//! Sessions: a program whose statements come one by one, each compiled and run before the next is known.
//!
//! `quipu_infer::Session` says what a statement needs of earlier ones and what it leaves; here are the values. A variable's
//! value is the machine words that it flattens to (`quipu_lower::machine_types`), 8 bytes each. Around a statement's function
//! stands one that takes two addresses:
//! ```text
//! int32_t f(ctx, words of the parameters, words of the results)        0, or 1 with an exception in ctx
//! ```
//! Memory belongs to the session's one runtime: what a statement consumes it frees or hands on, what it raises frees
//! what it had allocated.

use crate::{Engine, Failure, Show, Tier, pipeline, report, tiers};
use quipu_abi::{Ctx, ErrorKind};
use quipu_backends::CompiledModule;
use quipu_diagnostics::{Diagnostic, FileId, SourceMap};
use quipu_infer::Entry;
use quipu_ir::loops::{self, Access, FuncBuilder, FuncId, Type};
use quipu_ir::{Func, Ty, Var};
use quipu_lower::machine_types;
use quipu_runtime::{Raised, Runtime};
use std::collections::{HashMap, VecDeque};

const ENTRY: &str = "quipu.entry";

/// The code of so many statements is kept: LLVM may be at work on the last ones.
const KEPT: usize = 8;

/// Garbage is freed when there are so many values, or so many bytes, of it.
const MANY: usize = 64;
const MUCH: u64 = 64 << 20;

/// A program that goes on.
pub struct Session {
    engine: Engine,
    names: quipu_infer::Session,
    pub sources: SourceMap,
    file: FileId,
    runtime: Box<Runtime>,
    values: HashMap<Var, Vec<u64>>,
    tys: HashMap<Var, Ty>,
    /// What errors name: sites of all statements.
    sites: loops::Module,
    code: VecDeque<Code>,
    /// What nobody mentions, and is still to be freed.
    garbage: Vec<(Ty, Vec<u64>)>,
}

enum Code {
    Tiers(tiers::Tiers),
    Whole(Box<dyn CompiledModule>),
}

/// How statements are lowered. Their values live on when their code is gone.
fn options(sites: usize) -> quipu_lower::Options {
    quipu_lower::Options {
        site_base: sites as u32,
        outlives: false,
        ..quipu_lower::Options::new(quipu_runtime::FUNCTIONS)
    }
}

/// The function that `border` makes, of code that lives.
#[derive(Clone, Copy)]
struct Function(usize);

impl Code {
    fn entry(&self) -> Result<Function, Failure> {
        let address = match self {
            Code::Tiers(t) => t.get(ENTRY),
            Code::Whole(c) => c.get(ENTRY),
        };
        address.map(|a| Function(a as usize)).ok_or_else(|| Failure::Internal("a statement without code".into()))
    }
}

impl Function {
    fn call(self, ctx: *mut Ctx, ins: &[u64], outs: &mut [u64]) -> i32 {
        #[expect(unsafe_code, reason = "code that a back end has just made")]
        // SAFETY: `border` made the function: it reads the words of the parameters, of which callers pass as many, and
        // writes those of the results; callers keep the code until this returns.
        unsafe {
            let f: extern "C" fn(*mut Ctx, *const u64, *mut u64) -> i32 = std::mem::transmute(self.0);
            f(ctx, ins.as_ptr(), outs.as_mut_ptr())
        }
    }
}

/// Why a piece of text did not run to its end.
#[derive(Debug)]
pub enum SessionError {
    /// It does not compile. Statements before the one at fault have run.
    Diagnostics(Vec<Diagnostic>),
    Failed(Failure),
}

impl From<Failure> for SessionError {
    fn from(f: Failure) -> SessionError {
        SessionError::Failed(f)
    }
}

impl Engine {
    /// A session without statements. `name` is that of its text in tracebacks.
    pub fn session(&self, name: &str) -> Session {
        let options = quipu_runtime::Options { n_threads: self.options.threads, ..Default::default() };
        self.session_in(name, Runtime::new(options))
    }

    /// The same in a runtime that the caller made.
    pub fn session_in(&self, name: &str, runtime: Box<Runtime>) -> Session {
        let mut sources = SourceMap::new();
        let file = sources.add(name, "");
        let library = crate::library(&mut sources, &crate::inputs::Recorder::default());
        Session {
            engine: Engine { options: self.options.clone() },
            names: quipu_infer::Session::new(file, library),
            sources,
            file,
            runtime,
            values: HashMap::new(),
            tys: HashMap::new(),
            sites: loops::Module::new(),
            code: VecDeque::new(),
            garbage: vec![],
        }
    }
}

impl Session {
    /// Runs a piece of text: whole statements. What `reveal_type` shows comes back, as warnings do.
    pub fn enter(&mut self, text: &str) -> Result<Vec<Diagnostic>, SessionError> {
        let (ast, mut notes) = self.parse(text)?;
        let ast = quipu_infer::prepared(&ast).unwrap_or(ast);
        for stmt in ast.body {
            let mut entry = self.names.enter(stmt, self.file).map_err(SessionError::Diagnostics)?;
            notes.append(&mut entry.revealed);
            let ran = self.run(entry);
            let flushed = self.runtime.flush();
            ran?;
            flushed.map_err(|e| Failure::Raised { kind: e.kind, text: e.text, trace: vec![] })?;
        }
        Ok(notes)
    }

    /// Shall the values of expressions be shown? They are, unless this says no.
    pub fn echo(&mut self, on: bool) {
        self.names.echo = on;
    }

    /// The type of an expression, as `reveal_type` shows it; nothing is run.
    pub fn type_of(&mut self, expression: &str) -> Result<String, SessionError> {
        let stmt = self.parse_one(&format!("reveal_type({expression}\n)"))?;
        let echo = std::mem::replace(&mut self.names.echo, false);
        let entry = self.names.enter(stmt, self.file);
        self.names.echo = echo;
        let entry = entry.map_err(SessionError::Diagnostics)?;
        Ok(entry.revealed.into_iter().map(|d| d.message).collect::<Vec<_>>().join(" or "))
    }

    /// How long an expression takes: seconds per evaluation in each of `runs` runs, and the evaluations of a run. As
    /// `%timeit` does it, a run has so many evaluations that it takes at least 0.2 s.
    pub fn time(&mut self, expression: &str, runs: usize) -> Result<(Vec<f64>, u64), SessionError> {
        // A value that is kept is computed.
        let stmt = self.parse_one(&format!("_ = ({expression}\n)"))?;
        let mut entry = self.names.enter(stmt, self.file).map_err(SessionError::Diagnostics)?;
        if entry.address.is_some() || entry.params.iter().any(|p| p.1) {
            let what = "timing what changes values that are there: time a function that makes them".to_string();
            return Err(Failure::Unsupported { what, span: None }.into());
        }
        let (lowered, ins, mut outs) = self.prepare(&mut entry)?;
        let func = entry.func();
        let tys = entry.done.results.iter().map(|(v, _)| func.ty(*v).clone()).collect();
        let (code, free) = (self.compile(&lowered)?, self.freeing(tys)?);
        let mut run = |session: &mut Session, times: u64| -> Result<f64, SessionError> {
            let (status, seconds) = session.measure(&code, &free, &ins, &mut outs, times)?;
            if status == 0 {
                return Ok(seconds / times as f64);
            }
            let raised = session.raised()?;
            Err(session.failed(&raised).into())
        };
        let mut times = 1;
        while times < 1_000_000 && run(self, times)? * (times as f64) < 0.2 {
            times *= 10;
        }
        let all = (0..runs).map(|_| run(self, times)).collect::<Result<Vec<f64>, _>>()?;
        self.retire(code);
        Ok((all, times))
    }

    /// More text, behind what was entered so far, with what there is to say of it.
    fn parse(&mut self, text: &str) -> Result<(quipu_syntax::ast::Module, Vec<Diagnostic>), SessionError> {
        let start = self.sources.text(self.file).len();
        self.sources.append(self.file, text);
        if !text.ends_with('\n') {
            self.sources.append(self.file, "\n");
        }
        let all = self.sources.text(self.file);
        let (ast, notes) = quipu_syntax::parse_part(self.file, all, start..all.len());
        if notes.iter().any(Diagnostic::is_error) {
            return Err(SessionError::Diagnostics(notes));
        }
        Ok((ast, notes))
    }

    /// One statement.
    fn parse_one(&mut self, text: &str) -> Result<quipu_syntax::ast::Stmt, SessionError> {
        let (ast, notes) = self.parse(text)?;
        ast.body.into_iter().next().ok_or(SessionError::Diagnostics(notes))
    }

    /// The names that are bound.
    pub fn names(&self) -> Vec<&'static str> {
        self.names.names().into_iter().map(|n| n.as_str()).collect()
    }

    /// The names that are always there.
    pub fn builtins(&self) -> impl Iterator<Item = &'static str> + use<> {
        quipu_infer::builtin_names()
    }

    /// Does a name stand for a function of the program's?
    pub fn is_function(&self, name: &str) -> bool {
        self.names.is_function(name)
    }

    /// The attributes of what a dotted name stands for.
    pub fn attributes(&mut self, path: &str) -> Vec<&'static str> {
        self.names.attributes(path)
    }

    /// The code of an expression at a stage behind inference, as `Engine::emit` shows it; nothing is run.
    pub fn emit(&mut self, expression: &str, show: Show) -> Result<String, SessionError> {
        let stmt = self.parse_one(&format!("_ = ({expression}\n)"))?;
        let mut entry = self.names.enter(stmt, self.file).map_err(SessionError::Diagnostics)?;
        pipeline::run(&mut entry.module, None);
        if show == Show::Core {
            return Ok(crate::core_text(&entry.module, None));
        }
        let lowered = self.engine.lower_module(&entry.module, options(0))?;
        Ok(self.engine.emit_lowered(&lowered.module, show)?)
    }

    /// Ctrl-C interrupts what this session runs.
    pub fn catch_interrupts(&self) {
        self.runtime.catch_interrupts();
    }

    /// The loop IR of a statement, the words of its parameters, and room for those of its results.
    fn prepare(&mut self, entry: &mut Entry) -> Result<(loops::Module, Vec<u64>, Vec<u64>), Failure> {
        pipeline::run(&mut entry.module, None);
        let main = entry.module.main.ok_or_else(|| Failure::Internal("a statement without an entry".into()))?;
        let mut lowered = self.engine.lower_module(&entry.module, options(self.sites.sites.len()))?.module;
        let func = &entry.module.funcs[main.index()];
        let border = border(&lowered, FuncId(main.index() as u32), func).ok_or_else(no_function)?;
        lowered.add(border);
        for f in &mut lowered.funcs {
            f.exported = f.name == ENTRY;
        }
        let templates = lowered.sites.iter().map(|s| s.message.clone()).collect();
        self.runtime.shared().set_messages(lowered.site_base, templates);
        self.keep_sites(&lowered);
        let ends = [Some(&entry.done), entry.caught.as_ref()];
        let ends = ends.into_iter().flatten().flat_map(|k| &k.results);
        let words = ends.map(|(v, word)| word + machine_types(func.ty(*v)).len()).max().unwrap_or(0);
        let mut outs = vec![0u64; words.max(2)];
        let address = outs.as_mut_ptr() as u64;
        let mut ins = vec![];
        for (v, _) in &entry.params {
            if entry.address == Some(*v) {
                ins.push(address);
                continue;
            }
            let missing = || Failure::Internal(format!("{v} of an earlier statement has no value"));
            ins.extend(self.values.get(v).ok_or_else(missing)?);
        }
        Ok((lowered, ins, outs))
    }

    fn run(&mut self, mut entry: Entry) -> Result<(), Failure> {
        let (lowered, ins, mut outs) = self.prepare(&mut entry)?;
        let code = self.compile(&lowered)?;
        let status = self.call(&code, &ins, &mut outs);
        self.retire(code);
        if status? != 0 {
            let raised = self.raised()?;
            // Nobody knows how far it came with what it consumed.
            for v in self.names.failed(entry) {
                self.values.remove(&v);
            }
            return Err(self.failed(&raised));
        }
        for (v, _) in entry.params.iter().filter(|p| p.1) {
            self.values.remove(v);
        }
        let func = entry.func();
        let raised = if entry.address.is_some() { self.caught(outs[0], outs[1]) } else { None };
        let kept = if raised.is_some() { entry.caught.as_ref() } else { Some(&entry.done) };
        for (v, word) in kept.iter().flat_map(|k| &k.results) {
            let ty = func.ty(*v);
            let n = machine_types(ty).len();
            self.values.insert(*v, outs[*word..word + n].to_vec());
            self.tys.insert(*v, ty.clone());
        }
        let (values, tys) = (&self.values, &self.tys);
        let garbage = self.names.done(entry, raised.is_some(), &|v| match tys.get(&v) {
            Some(Ty::Scalar(_)) => values.get(&v)?.first().copied(),
            _ => None,
        });
        self.forget(garbage)?;
        match raised {
            Some(raised) => Err(self.failed(&raised)),
            None => Ok(()),
        }
    }

    /// Frees what nobody mentions any more, many values at a time: it takes a function that consumes them.
    fn forget(&mut self, garbage: Vec<Var>) -> Result<(), Failure> {
        for v in garbage {
            let (Some(words), Some(ty)) = (self.values.remove(&v), self.tys.remove(&v)) else { continue };
            if !ty.is_scalar() {
                self.garbage.push((ty, words));
            }
        }
        let bytes: u64 = self.garbage.iter().map(|(ty, words)| size(ty, words)).sum();
        if self.garbage.len() < MANY && bytes < MUCH {
            return Ok(());
        }
        let (tys, ins): (Vec<Ty>, Vec<Vec<u64>>) = std::mem::take(&mut self.garbage).into_iter().unzip();
        let code = self.freeing(tys)?;
        self.call(&code, &ins.concat(), &mut []).map(drop)
    }

    /// Code that frees values of these types.
    fn freeing(&self, tys: Vec<Ty>) -> Result<Code, Failure> {
        let tys: Vec<Ty> = tys.into_iter().map(sizeless).collect();
        let (b, params) = quipu_ir::Builder::new("free", &tys, 0);
        let func = Func { consumes: vec![true; params.len()], ..b.finish(&[]) };
        let module = quipu_ir::Module { funcs: vec![func.clone()], main: None };
        let mut lowered = self.engine.lower_module(&module, options(0))?.module;
        let border = border(&lowered, FuncId(0), &func).ok_or_else(no_function)?;
        lowered.add(border);
        self.compile(&lowered)
    }

    /// The exception that a guarded statement's handler took, from what it left.
    fn caught(&self, code: u64, text: u64) -> Option<Raised> {
        if code == 0 {
            return None;
        }
        #[expect(unsafe_code, reason = "reads a string of the runtime")]
        // SAFETY: behind a code stands the address of the exception's text, a live string of the session's runtime.
        let text = unsafe { quipu_runtime::runtime::str_at(text as *const quipu_runtime::text::Str) };
        let (site, calls) = self.runtime.shared().handled();
        let kind = ErrorKind::from_code(code as u32);
        Some(Raised { kind, site, operands: [0; 4], text: text.map(str::to_owned), calls })
    }

    /// What the code that has just returned raised.
    fn raised(&mut self) -> Result<Raised, Failure> {
        self.runtime.take_error().ok_or_else(|| Failure::Internal("an error without a description".into()))
    }

    fn failed(&self, raised: &Raised) -> Failure {
        if raised.kind == ErrorKind::KeyboardInterrupt {
            self.runtime.clear_interrupt();
        }
        report::raised(self.sites.site_base, &self.sites.sites, raised)
    }

    fn keep_sites(&mut self, lowered: &loops::Module) {
        let base = self.sites.sites.len() as u32;
        for s in &lowered.sites {
            let caller = s.caller.map(|c| loops::SiteId(c.0 + base));
            self.sites.sites.push(loops::Site { caller, ..s.clone() });
        }
    }

    fn compile(&self, lowered: &loops::Module) -> Result<Code, Failure> {
        let options = self.engine.backend_options();
        match self.engine.options.tier {
            Tier::Auto => {
                let mixed = self.engine.options.mixed;
                let quick = tiers::quick(lowered, &options);
                let quick = quick.map_err(|e| Failure::Internal(format!("code generation failed: {e}")))?;
                Ok(Code::Tiers(tiers::Tiers::new(&quick, &options, mixed, &self.runtime, None)?))
            }
            Tier::Evaluator => {
                let what = "a session on the evaluator: use --tier auto, cranelift or llvm".to_string();
                Err(Failure::Unsupported { what, span: None })
            }
            _ => {
                let code = self.engine.backend()?.compile(lowered, &options);
                Ok(Code::Whole(code.map_err(|e| Failure::Internal(format!("code generation failed: {e}")))?))
            }
        }
    }

    fn call(&mut self, code: &Code, ins: &[u64], outs: &mut [u64]) -> Result<i32, Failure> {
        let entry = code.entry()?;
        self.on_stack(code, |ctx| entry.call(ctx, ins, outs))
    }

    /// Calls `code` so many times, and frees what comes of it: the last status, and the seconds in `code`.
    fn measure(
        &mut self,
        code: &Code,
        free: &Code,
        ins: &[u64],
        outs: &mut [u64],
        times: u64,
    ) -> Result<(i32, f64), Failure> {
        let (entry, free) = (code.entry()?, free.entry()?);
        self.on_stack(code, |ctx| {
            let mut spent = 0.0;
            for _ in 0..times {
                let start = std::time::Instant::now();
                let status = entry.call(ctx, ins, outs);
                spent += start.elapsed().as_secs_f64();
                if status != 0 {
                    return (status, spent);
                }
                free.call(ctx, outs, &mut []);
            }
            (0, spent)
        })
    }

    /// Runs `f` with the table of the code, on a stack for deep recursion.
    fn on_stack<X: Send>(&mut self, code: &Code, f: impl FnOnce(*mut Ctx) -> X + Send) -> Result<X, Failure> {
        let own = match code {
            Code::Tiers(t) => Some(crate::set_functions(&mut self.runtime, t.table())),
            Code::Whole(_) => None,
        };
        let x = self.runtime.on_large_stack(256 << 20, |rt| f(rt.ctx()));
        if let Some(own) = own {
            crate::set_functions(&mut self.runtime, own);
        }
        x.map_err(|e| Failure::Internal(format!("no stack for the program: {}", e.text)))
    }

    /// The code of a statement that has run: LLVM may be at work on it, and dropping it would wait.
    fn retire(&mut self, code: Code) {
        self.code.push_back(code);
        if self.code.len() > KEPT {
            self.code.pop_front();
        }
    }
}

fn no_function() -> Failure {
    Failure::Internal("the runtime lacks a function".into())
}

/// Bytes of an array; what else there is counts little.
fn size(ty: &Ty, words: &[u64]) -> u64 {
    match ty {
        Ty::Array(d, _) => words[1..].iter().fold(d.size() as u64, |n, k| n.saturating_mul(*k)),
        _ => 0,
    }
}

/// The type without symbols: to free a value its sizes are of no interest.
fn sizeless(mut ty: Ty) -> Ty {
    ty.visit_dims_mut(&mut |d| *d = quipu_ir::Dim::from(0));
    ty
}

/// The function that takes and gives words.
fn border(module: &loops::Module, callee: FuncId, func: &Func) -> Option<loops::Func> {
    let (mark, release) = (crate::host::runtime_function("mark")?, crate::host::runtime_function("release_to")?);
    let mut b = FuncBuilder::new(ENTRY, &[Type::PTR, Type::PTR], &[]);
    let (ins, outs) = (b.param(0), b.param(1));
    let word = |k: usize, ty: Type| Access::of(ty).offset(8 * k as i32);
    let start = b.call_runtime(&mark, &[])[0];
    let params = func.block(Func::ENTRY).params.iter().flat_map(|v| machine_types(func.ty(*v)));
    let mut args = vec![];
    for (k, ty) in params.enumerate() {
        args.push(b.load(ty, ins, word(k, ty)));
    }
    let types = module.funcs[callee.index()].results.clone();
    let (failed, results) = b.call_catch(callee, &types, &args);
    b.if_then(failed, |b| {
        b.call_runtime(&release, &[start]);
        b.reraise();
    });
    for (k, (v, ty)) in results.iter().zip(&types).enumerate() {
        b.store(*v, outs, word(k, *ty));
    }
    Some(b.finish(&[]))
}
