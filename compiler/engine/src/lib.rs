//! The pipeline as a library: source to running code. The command, and hosts, are thin callers of it.
//!
//! `Engine::compile` takes a program through the stages in order; each is timed and, in debug builds, verified.
//! `Compiled` keeps what every stage made, so that `emit` can show it, and runs on a tier.

pub mod cache;
mod carets;
mod evaluator;
mod host;
mod image;
mod inputs;
mod look;
mod pipeline;
mod remedy;
mod report;
mod session;
mod tiers;

pub use cache::Cache;
pub use host::{Kernel, KernelError};
pub use look::{Hover, Look};
pub use pipeline::{INFERRED, PASSES, Pass};
pub use quipu_abi::ErrorKind;
pub use quipu_backends::{Cpu, VectorLevel};
pub use quipu_infer::Hint;
pub use quipu_runtime::leave;
pub use remedy::remedy;
pub use report::{Failure, traceback};
pub use session::{Session, SessionError};

use crate::image::{Code, Image};
use crate::inputs::{Inputs, Recorder};
use quipu_backends::{Backend, Object, Stage};
use quipu_diagnostics::{Diagnostic, Severity, SourceMap};
use quipu_infer::{HostTy, Interface, Library, SourceModule};
use quipu_ir::Module;
use quipu_ir::core::eval;
use quipu_runtime::Runtime;
use quipu_syntax::Symbol;
use quipu_syntax::ast::Module as Ast;
use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

/// What runs the program.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tier {
    /// The core IR's evaluator: slow, exact, independent of code generation.
    Evaluator,
    Cranelift,
    Llvm,
    /// Cranelift at the start; what is hot moves to LLVM (`tiers`).
    Auto,
}

impl Tier {
    pub const NAMES: [&'static str; 4] = ["evaluator", "cranelift", "llvm", "auto"];

    pub fn from_name(name: &str) -> Option<Tier> {
        Some(match name {
            "evaluator" => Tier::Evaluator,
            "cranelift" => Tier::Cranelift,
            "llvm" => Tier::Llvm,
            "auto" => Tier::Auto,
            _ => return None,
        })
    }
}

#[derive(Clone, Debug)]
pub struct Options {
    pub tier: Tier,
    pub threads: Option<usize>,
    pub cpu: Cpu,
    /// Verify the IR after every pass.
    pub verify: bool,
    /// Without the checks of indices, overflow and division by zero: to measure what they cost. Memory safety is then
    /// the program's business.
    pub unchecked: bool,
    /// What `sys.argv` holds when a program is run.
    pub arguments: Vec<String>,
    /// For tests of `Tier::Auto`: every second unit is LLVM's from the start, so that the tiers meet everywhere.
    pub mixed: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            tier: Tier::Auto,
            threads: None,
            cpu: Cpu::Host,
            verify: cfg!(debug_assertions),
            unchecked: false,
            arguments: vec![],
            mixed: false,
        }
    }
}

/// A stage's text, for `emit`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Show {
    Tokens,
    Ast,
    Core,
    Loops,
    /// LLVM IR before LLVM's passes.
    LlvmInput,
    Llvm,
    Asm,
    Clif,
}

/// Where time went, and how much there was of everything.
#[derive(Clone, Debug, Default)]
pub struct Timings {
    pub stages: Vec<(&'static str, Duration)>,
    pub counts: Vec<(&'static str, u64)>,
    /// What the cache had to say, if one was asked.
    pub cache: Option<String>,
}

impl std::fmt::Display for Timings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (name, t) in &self.stages {
            writeln!(f, "{name:<12} {:>9.3} ms", t.as_secs_f64() * 1e3)?;
        }
        for (name, n) in &self.counts {
            writeln!(f, "{name:<24} {n:>9}")?;
        }
        if let Some(cache) = &self.cache {
            writeln!(f, "cache: {cache}")?;
        }
        Ok(())
    }
}

/// A program after the front end: core IR, ready for a tier.
pub struct Compiled {
    pub sources: SourceMap,
    /// Empty if the program came from the cache.
    pub module: Module,
    pub warnings: Vec<Diagnostic>,
    /// What to say of exceptions that nothing catches.
    pub hints: Vec<Hint>,
    pub timings: Timings,
    /// What was asked besides the text.
    inputs: Inputs,
    /// What runs, once it is known.
    image: Option<Image>,
    /// Where that is to be kept.
    entry: Option<cache::Entry>,
    /// What is kept of LLVM's code.
    good: Option<cache::Good>,
    /// The code of `Tier::Auto`. LLVM may be at work on it still: dropping it waits.
    code: Option<tiers::Tiers>,
}

/// Why a program does not compile: diagnostics, or a fault of the compiler's own.
#[derive(Debug)]
pub struct CompileError {
    pub sources: SourceMap,
    pub diagnostics: Vec<Diagnostic>,
}

#[derive(Debug, Default)]
pub struct Engine {
    pub options: Options,
}

impl Engine {
    pub fn new(options: Options) -> Engine {
        Engine { options }
    }

    /// Source text to core IR.
    pub fn compile(&self, name: &str, text: &str) -> Result<Compiled, CompileError> {
        self.compile_to(name, text, None)
    }

    /// As `compile`, if the cache does not have the program; `Err` says why there is no cache. To be run, not to be looked at.
    pub fn open(&self, cache: &Result<Cache, String>, name: &str, text: &str) -> Result<Compiled, CompileError> {
        let start = Instant::now();
        let entry = match cache {
            Err(why) => Err(why.clone()),
            Ok(_) if self.options.tier == Tier::Evaluator => Err("the evaluator makes no code".to_string()),
            Ok(cache) => cache::Entry::of(cache, &self.options, name, text),
        };
        if let Some(mut program) = entry.as_ref().ok().and_then(|e| e.get(name, text)) {
            program.timings.cache = Some("found".to_string());
            program.timings.stages.push(("cache", start.elapsed()));
            return Ok(program);
        }
        let looked = start.elapsed();
        let mut program = self.compile(name, text)?;
        program.timings.stages.insert(0, ("cache", looked));
        match entry {
            Ok(entry) => program.entry = Some(entry),
            Err(why) => program.timings.cache = Some(format!("not used: {why}")),
        }
        Ok(program)
    }

    /// As `compile`, up to the pass `after`: `INFERRED` or a name in `PASSES`. What comes of it can be looked at; only behind the
    /// last pass can it run.
    pub fn compile_to(&self, name: &str, text: &str, after: Option<&str>) -> Result<Compiled, CompileError> {
        Ok(self.front(name, text, None, after)?.0)
    }

    /// The same of one function for parameters of these types, where one is asked for.
    fn front(
        &self,
        name: &str,
        text: &str,
        entry: Option<(&str, &[HostTy])>,
        after: Option<&str>,
    ) -> Result<(Compiled, Option<Interface>), CompileError> {
        let mut sources = SourceMap::new();
        let mut timings = Timings::default();
        let file = sources.add(name.to_string(), text.to_string());
        let start = Instant::now();
        let (ast, diagnostics) = quipu_syntax::parse(file, text);
        timings.stages.push(("parse", start.elapsed()));
        if diagnostics.iter().any(Diagnostic::is_error) {
            return Err(CompileError { sources, diagnostics });
        }
        let start = Instant::now();
        let inputs = Recorder::default();
        let mut library = library(&mut sources, &inputs);
        let found = self.modules(name, &ast, &mut sources, &mut library, &inputs);
        if !found.is_empty() {
            return Err(CompileError { sources, diagnostics: found });
        }
        timings.stages.push(("library", start.elapsed()));
        let start = Instant::now();
        let inferred = match entry {
            None => quipu_infer::infer(&ast, &library).map(|p| (p, None)),
            Some((function, params)) => {
                quipu_infer::infer_function(&ast, &library, function, params).map(|(p, i)| (p, Some(i)))
            }
        };
        let (inferred, interface) = match inferred {
            Ok(p) => p,
            Err(found) => {
                let diagnostics = with_unbound(&ast, &sources, found);
                return Err(CompileError { sources, diagnostics });
            }
        };
        timings.stages.push(("infer", start.elapsed()));
        let mut warnings = diagnostics;
        warnings.extend(inferred.revealed);
        warnings.extend(quipu_infer::unbound(&ast, Severity::Warning));
        timings.counts.push(("walks", inferred.stats.walks.into()));
        timings.counts.push(("functions", inferred.stats.functions as u64));
        let mut module = inferred.module;
        let start = Instant::now();
        let done = pipeline::run(&mut module, after);
        let count = |pass: &str| done.iter().find(|(name, _)| *name == pass).map_or(0, |(_, n)| *n as u64);
        timings.counts.push(("equations", count_equations(&module)));
        timings.counts.push(("copies inserted", count("copies")));
        timings.counts.push(("parallel loops", count("chunk")));
        // Inference does not care who owns what: the last pass settles that, and the verifier comes after it.
        if self.options.verify && done.len() == pipeline::PASSES.len() {
            self.check(&module, "copies", &sources)?;
        }
        timings.stages.push(("passes", start.elapsed()));
        let (hints, inputs) = (inferred.hints, inputs.done());
        let (image, entry, good, code) = (None, None, None, None);
        Ok((Compiled { sources, module, warnings, hints, timings, inputs, image, entry, good, code }, interface))
    }

    /// Reads the files that the program imports; what is wrong with them.
    fn modules(
        &self,
        name: &str,
        ast: &Ast,
        sources: &mut SourceMap,
        library: &mut Library,
        inputs: &Recorder,
    ) -> Vec<Diagnostic> {
        let folder = Path::new(name).parent().unwrap_or(Path::new(""));
        let mut todo = quipu_infer::wanted(&ast.body, "");
        todo.reverse();
        let mut wrong = vec![];
        while let Some(module) = todo.pop() {
            if library.modules.iter().any(|m| m.name.as_str() == module) {
                continue;
            }
            let Some((path, text, package)) = find_module(folder, &module, inputs) else { continue };
            let file = sources.add(path, text.clone());
            let (ast, found) = quipu_syntax::parse(file, &text);
            wrong.extend(found.into_iter().filter(Diagnostic::is_error));
            let around = if package { &module[..] } else { module.rsplit_once('.').map_or("", |(p, _)| p) };
            let mut more = quipu_infer::wanted(&ast.body, around);
            more.reverse();
            todo.extend(more);
            let ast = quipu_infer::prepared(&ast).unwrap_or(ast);
            library.modules.push(SourceModule { name: Symbol::new(&module), package, ast });
        }
        wrong
    }

    /// Internal errors are reported like any other, with the pass that made the bad IR.
    fn check(&self, module: &Module, pass: &str, sources: &SourceMap) -> Result<(), CompileError> {
        let Err(e) = quipu_ir::verify::verify_module(module) else { return Ok(()) };
        let main = module.main.and_then(|m| module.func(m).locs.first().map(|l| l.span));
        let span = main.unwrap_or(quipu_diagnostics::Span::new(quipu_diagnostics::FileId(0), 0, 0));
        let d = Diagnostic::error("internal", format!("the compiler made wrong code: {e}"), span)
            .note(format!("after the pass `{pass}`"))
            .help("this is a fault of Quipu: please report it with the program");
        Err(CompileError { sources: sources.clone(), diagnostics: vec![d] })
    }

    /// Runs a compiled program to its end on the chosen tier, with a runtime of its own.
    pub fn run(&self, program: &mut Compiled) -> Result<(), Failure> {
        let arguments = self.options.arguments.clone();
        let options = quipu_runtime::Options { n_threads: self.options.threads, arguments, ..Default::default() };
        let mut runtime = Runtime::new(options);
        runtime.catch_interrupts();
        let r = self.run_in(program, &mut runtime);
        let flushed = runtime.flush();
        r?;
        flushed.map_err(|e| Failure::Raised { kind: e.kind, text: e.text, trace: vec![] })
    }

    /// As `run`, in a runtime that the caller made.
    pub fn run_in(&self, program: &mut Compiled, runtime: &mut Runtime) -> Result<(), Failure> {
        self.run_entry(program, runtime).map_err(|e| remedy::suggest(e, &program.hints))
    }

    fn run_entry(&self, program: &mut Compiled, runtime: &mut Runtime) -> Result<(), Failure> {
        if self.options.tier == Tier::Evaluator {
            return self.evaluate(program, runtime);
        }
        let image = match program.image.take() {
            Some(image) => image,
            None => self.image(program, runtime)?,
        };
        let done = self.run_image(program, &image, runtime);
        program.image = Some(image);
        done
    }

    fn evaluate(&self, program: &mut Compiled, runtime: &mut Runtime) -> Result<(), Failure> {
        let main = program.module.main.ok_or_else(|| Failure::Internal("the program has no entry".into()))?;
        if self.options.unchecked {
            let what = "the evaluator has no way to leave its checks out".to_string();
            return Err(Failure::Unsupported { what, span: None });
        }
        let start = Instant::now();
        let module = &program.module;
        let mut host = evaluator::RuntimeHost::new(runtime);
        // All of this thread's stack is the program's.
        let here = 0u8;
        let stack = (&raw const here as usize).saturating_sub(quipu_runtime::runtime::stack_limit());
        let limits = eval::Limits { stack, ..eval::Limits::default() };
        let r = eval::Eval::new(module, &mut host, limits).call(main, vec![]);
        program.timings.stages.push(("run", start.elapsed()));
        match r {
            Ok(_) => Ok(()),
            Err(e) => Err(report::evaluated(module, &e)),
        }
    }

    /// What runs of a program, which is kept if there is a place for it.
    fn image(&self, program: &mut Compiled, runtime: &Runtime) -> Result<Image, Failure> {
        let main = program.module.main.ok_or_else(|| Failure::Internal("the program has no entry".into()))?;
        let lowered = self.lower(program)?.module;
        let entry = lowered.funcs.get(main.index()).map(|f| f.name.clone()).unwrap_or_default();
        let mut image = Image::new(&lowered, entry, Code::Whole(Object::default()));
        if image.threads {
            // The pool starts beside the compiler, so that the first parallel loop finds it awake.
            runtime.shared().threads();
        }
        let start = Instant::now();
        let failed = |e| Failure::Internal(format!("code generation failed: {e}"));
        let options = self.backend_options();
        image.code = match self.options.tier {
            Tier::Auto => Code::Tiers(tiers::quick(&lowered, &options).map_err(failed)?),
            _ => Code::Whole(self.backend()?.object(&lowered, &options).map_err(failed)?),
        };
        program.timings.stages.push(("codegen", start.elapsed()));
        if let Some(entry) = program.entry.take() {
            let start = Instant::now();
            program.timings.cache = Some(match entry.put(program, &image) {
                Ok(good) => {
                    program.good = Some(good);
                    "kept".to_string()
                }
                Err(why) => format!("not kept: {why}"),
            });
            program.timings.stages.push(("keep", start.elapsed()));
        }
        Ok(image)
    }

    fn run_image(&self, program: &mut Compiled, image: &Image, runtime: &mut Runtime) -> Result<(), Failure> {
        runtime.shared().set_messages(image.site_base, image.messages());
        if image.threads {
            runtime.shared().threads();
        }
        let failed = |e| Failure::Internal(format!("code generation failed: {e}"));
        let missing = || Failure::Internal(format!("the entry `{}` has no code", image.entry));
        let start = Instant::now();
        let status = match &image.code {
            Code::Tiers(quick) => {
                let good = program.good.take();
                let tiers = tiers::Tiers::new(quick, &self.backend_options(), self.options.mixed, runtime, good)?;
                program.timings.stages.push(("load", start.elapsed()));
                let entry = tiers.get(&image.entry).ok_or_else(missing)?;
                let functions = set_functions(runtime, tiers.table());
                let start = Instant::now();
                let status = call(runtime, entry);
                program.timings.stages.push(("run", start.elapsed()));
                set_functions(runtime, functions);
                program.timings.counts.extend(tiers.counts());
                program.code = Some(tiers);
                status?
            }
            Code::Whole(object) => {
                let code = object.load().map_err(failed)?;
                program.timings.stages.push(("load", start.elapsed()));
                let entry = code.get(&image.entry).ok_or_else(missing)?;
                let start = Instant::now();
                let status = call(runtime, entry);
                program.timings.stages.push(("run", start.elapsed()));
                drop(code);
                status?
            }
        };
        if status == 0 {
            return Ok(());
        }
        match runtime.take_error() {
            Some(raised) => Err(report::raised(image.site_base, &image.sites, &raised)),
            None => Err(Failure::Internal("an error without a description".into())),
        }
    }

    fn backend(&self) -> Result<Box<dyn Backend>, Failure> {
        match self.options.tier {
            Tier::Cranelift => Ok(Box::new(quipu_backends::Cranelift)),
            _ => Ok(Box::new(quipu_backends::Llvm::new())),
        }
    }

    fn backend_options(&self) -> quipu_backends::Options {
        quipu_backends::Options { cpu: self.options.cpu.clone(), verify: self.options.verify, ..Default::default() }
    }

    /// The loop IR of a program.
    pub fn lower(&self, program: &mut Compiled) -> Result<quipu_lower::Lowered, Failure> {
        let start = Instant::now();
        let mut lowered = self.lower_module(&program.module, quipu_lower::Options::new(quipu_runtime::FUNCTIONS))?;
        program.timings.stages.push(("lower", start.elapsed()));
        let mut instructions = 0;
        for f in &mut lowered.module.funcs {
            quipu_ir::loops::for_each_inst(&mut f.body, &mut |_| instructions += 1);
        }
        program.timings.counts.push(("loop instructions", instructions));
        let sum = |f: fn(&quipu_lower::Stats) -> u32| lowered.stats.iter().map(|s| u64::from(f(s))).sum();
        program.timings.counts.push(("nests", sum(|s| s.nests)));
        program.timings.counts.push(("allocations", sum(|s| s.allocations)));
        program.timings.counts.push(("copies", sum(|s| s.copies)));
        program.timings.counts.push(("temporaries", sum(|s| s.temporaries)));
        Ok(lowered)
    }

    /// The loop IR of a module.
    fn lower_module(&self, module: &Module, options: quipu_lower::Options) -> Result<quipu_lower::Lowered, Failure> {
        let mut lowered = quipu_lower::lower(module, &options).map_err(|e| {
            let span = e.location.as_ref().map(|l| l.span);
            Failure::Unsupported { what: e.to_string(), span }
        })?;
        if self.options.unchecked {
            quipu_ir::loops::drop_checks(&mut lowered.module);
        }
        quipu_ir::loops::relax(&mut lowered.module, self.backend_options().cpu.has_fma());
        if self.options.verify
            && let Err(e) = quipu_ir::loops::verify(&lowered.module)
        {
            return Err(Failure::Internal(format!("wrong loop IR: {e}")));
        }
        Ok(lowered)
    }

    /// The text of a stage; of one function where a name is given.
    pub fn emit(&self, program: &mut Compiled, show: Show, function: Option<&str>) -> Result<String, Failure> {
        if show == Show::Core {
            return Ok(core_text(&program.module, function));
        }
        let lowered = self.lower(program)?;
        self.emit_lowered(&lowered.module, show)
    }

    /// The text of a stage behind `lower`.
    fn emit_lowered(&self, module: &quipu_ir::loops::Module, show: Show) -> Result<String, Failure> {
        let (backend, stage): (Box<dyn Backend>, Stage) = match show {
            Show::Tokens | Show::Ast | Show::Core => {
                return Err(Failure::Internal("a stage before loops".into()));
            }
            Show::Loops => return Ok(module.to_string()),
            Show::Clif => (Box::new(quipu_backends::Cranelift), Stage::Clif),
            Show::LlvmInput => (Box::new(quipu_backends::Llvm::new()), Stage::LlvmInput),
            Show::Llvm => (Box::new(quipu_backends::Llvm::new()), Stage::Llvm),
            Show::Asm => (self.backend()?, Stage::Asm),
        };
        backend.emit_text(module, &self.backend_options(), stage).map_err(|e| Failure::Internal(e.to_string()))
    }
}

/// Core IR as text.
fn core_text(module: &Module, function: Option<&str>) -> String {
    let mut out = String::new();
    for f in &module.funcs {
        if function.is_none_or(|n| f.name == n || f.name.split('.').next() == Some(n)) {
            let _ = writeln!(out, "{f}");
        }
    }
    out
}

/// Tokens or syntax tree of a text: they need no inference.
pub fn show_source(name: &str, text: &str, show: Show) -> Result<String, CompileError> {
    let mut sources = SourceMap::new();
    let file = sources.add(name.to_string(), text.to_string());
    if show == Show::Tokens {
        return Ok(quipu_syntax::dump_tokens(&sources, file));
    }
    let (ast, diagnostics) = quipu_syntax::parse(file, text);
    if diagnostics.iter().any(Diagnostic::is_error) {
        return Err(CompileError { sources, diagnostics });
    }
    Ok(quipu_syntax::dump_ast(&sources, &ast))
}

/// The standard library, which looks into files for what they hold.
fn library(sources: &mut SourceMap, inputs: &Recorder) -> quipu_infer::Library {
    let mut library = quipu_infer::Library::new(sources);
    let inputs = inputs.clone();
    library.look = Box::new(move |path| inputs.with(|i| i.header(path)));
    library
}

/// Calls the entry of a program, on a stack for deep recursion.
fn call(runtime: &mut Runtime, entry: *const u8) -> Result<i32, Failure> {
    let address = entry as usize;
    let status = runtime.on_large_stack(256 << 20, move |rt| {
        #[expect(unsafe_code, reason = "the entry of a program that a back end has just made")]
        // SAFETY: `address` is a function of the documented C signature without parameters or results, and the
        // callers keep its code until this returns.
        unsafe {
            let f: extern "C" fn(*mut quipu_abi::Ctx) -> i32 = std::mem::transmute(address);
            f(rt.ctx())
        }
    });
    status.map_err(|e| Failure::Internal(format!("no stack for the program: {}", e.text)))
}

/// Gives a context another table of functions; gives back the one that it had.
fn set_functions(runtime: &mut Runtime, table: *const *const u8) -> *const *const u8 {
    #[expect(unsafe_code, reason = "a field of the context")]
    // SAFETY: no code runs in the runtime, which is borrowed mutably, so nobody reads the field meanwhile.
    unsafe {
        std::mem::replace(&mut (*runtime.ctx()).functions, table)
    }
}

/// What stopped a walk, with the names that nothing binds: they are wrong whatever stopped it. One error per line is enough.
fn with_unbound(ast: &Ast, sources: &SourceMap, mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let line = |d: &Diagnostic| (d.span().file, sources.line_col(d.span()).line);
    for d in quipu_infer::unbound(ast, Severity::Error) {
        if diagnostics.iter().all(|known| line(known) != line(&d) && known.message != d.message) {
            diagnostics.push(d);
        }
    }
    diagnostics.sort_by_key(|d| (d.span().file.0, d.span().start));
    diagnostics
}

fn count_equations(module: &Module) -> u64 {
    module.funcs.iter().flat_map(|f| &f.blocks).map(|b| b.eqns.len() as u64).sum()
}

/// Modules that are part of the interpreter: no file stands before them.
const BUILT_IN: [&str; 3] = ["sys", "time", "itertools"];

/// The file of a module: beside the program, else in the standard library. Its path, its text, and whether it is a package.
fn find_module(folder: &Path, module: &str, inputs: &Recorder) -> Option<(String, String, bool)> {
    let below = module.replace('.', "/");
    for (file, package) in [(format!("{below}/__init__.py"), true), (format!("{below}.py"), false)] {
        let path = folder.join(file);
        if let Some(text) = inputs.text(&path)
            && !BUILT_IN.contains(&module)
        {
            return Some((path.to_string_lossy().into_owned(), text, package));
        }
    }
    let (name, text) = quipu_infer::WHOLE.iter().find(|(name, _)| *name == module)?;
    Some((format!("<stdlib>/{name}.py"), (*text).to_string(), false))
}
