//! The quick tier: loop IR through Cranelift, some tens of microseconds a function.
//!
//! `func` translates structure, memory and calls, `scalar` one lane of each instruction, `vector` what vectors are: 128-bit
//! pieces where Cranelift has the instruction, single lanes where not. There is no vectorizer and no inlining here,
//! alias classes and loop hints are ignored.

mod func;
mod scalar;
mod vector;

use crate::prepare::prepare;
use crate::{Backend, BackendError, CompiledModule, Options, Stage, libm};
use ::cranelift_codegen as clif;
use clif::ir::{AbiParam, Signature, UserFuncName, types as ct};
use clif::isa::{OwnedTargetIsa, TargetIsa};
use clif::settings::{self, Configurable};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use cranelift_jit::{JITBuilder, JITModule};
use cranelift_module::{FuncId as ClifFuncId, Linkage, Module as _, ModuleReloc};
use quipu_ir::loops::{Elem, Module, Type};
use std::collections::HashMap;
use std::sync::Mutex;

/// The back end; it has no state.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cranelift;

fn failed(e: impl std::fmt::Display) -> BackendError {
    BackendError::Failed(format!("cranelift: {e}"))
}

/// Looking at the machine and its flags costs as much as compiling a small function, so it is done once per setting.
fn isa(options: &Options) -> Result<OwnedTargetIsa, BackendError> {
    static KNOWN: Mutex<Vec<((bool, bool), OwnedTargetIsa)>> = Mutex::new(vec![]);
    let key = (options.opt_level > 0, options.verify);
    let mut known = KNOWN.lock().map_err(failed)?;
    if let Some((_, isa)) = known.iter().find(|row| row.0 == key) {
        return Ok(isa.clone());
    }
    let isa = new_isa(options)?;
    known.push((key, isa.clone()));
    Ok(isa)
}

fn new_isa(options: &Options) -> Result<OwnedTargetIsa, BackendError> {
    let mut flags = settings::builder();
    let opt = if options.opt_level == 0 { "none" } else { "speed" };
    for (name, value) in [
        ("opt_level", opt),
        ("is_pic", "false"),
        ("use_colocated_libcalls", "false"),
        ("unwind_info", "false"),
        ("enable_probestack", "false"),
        ("enable_verifier", if options.verify { "true" } else { "false" }),
    ] {
        flags.set(name, value).map_err(failed)?;
    }
    let builder = cranelift_native::builder().map_err(failed)?;
    builder.finish(settings::Flags::new(flags)).map_err(failed)
}

/// Which instructions the machine has, where the translation depends on it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Features {
    /// Rounding instructions and the vector instructions of SSE4.1.
    sse41: bool,
    fma: bool,
}

impl Features {
    fn of(isa: &dyn TargetIsa) -> Features {
        let flags = isa.isa_flags();
        let has = |name: &str| flags.iter().any(|v| v.name == name && v.as_bool() == Some(true));
        Features { sse41: has("has_sse41") && has("has_sse42"), fma: has("has_fma") }
    }
}

/// The Cranelift type of one lane in a register; i1 is a byte that is 0 or 1.
pub(crate) fn lane_type(elem: Elem) -> ct::Type {
    match elem {
        Elem::I1 | Elem::I8 => ct::I8,
        Elem::I16 => ct::I16,
        Elem::I32 => ct::I32,
        Elem::I64 | Elem::Ptr => ct::I64,
        Elem::F32 => ct::F32,
        Elem::F64 => ct::F64,
    }
}

/// `i32 f(ctx*, args.., outs*)`.
fn signature(isa: &dyn TargetIsa, params: &[Type], n_outs: usize) -> Signature {
    let mut sig = Signature::new(isa.default_call_conv());
    sig.params.push(AbiParam::new(ct::I64));
    sig.params.extend(params.iter().map(|t| AbiParam::new(lane_type(t.elem))));
    sig.params.extend((0..n_outs).map(|_| AbiParam::new(ct::I64)));
    sig.returns.push(AbiParam::new(ct::I32));
    sig
}

/// What the translation of a function asks of its module.
pub(crate) struct Cx<'a> {
    jit: &'a mut JITModule,
    features: Features,
    module: &'a Module,
    funcs: &'a [ClifFuncId],
    math: HashMap<String, ClifFuncId>,
}

impl Cx<'_> {
    /// A function of the C library.
    fn math(&mut self, symbol: &str, elem: Elem, arity: usize) -> Result<ClifFuncId, BackendError> {
        if let Some(id) = self.math.get(symbol) {
            return Ok(*id);
        }
        let mut sig = Signature::new(self.jit.isa().default_call_conv());
        sig.params.extend((0..arity).map(|_| AbiParam::new(lane_type(elem))));
        sig.returns.push(AbiParam::new(lane_type(elem)));
        let id = self.jit.declare_function(symbol, Linkage::Import, &sig).map_err(failed)?;
        self.math.insert(symbol.to_string(), id);
        Ok(id)
    }
}

struct Compiled {
    /// Taken when the module is dropped.
    jit: Option<JITModule>,
    entries: HashMap<String, usize>,
    code_size: usize,
}

// SAFETY: after `finalize_definitions` the module is only read and its code only executed; the closures that it holds
// are Send, and nothing in it refers to a thread.
unsafe impl Send for Compiled {}
// SAFETY: as above; `get` reads a map.
unsafe impl Sync for Compiled {}

impl CompiledModule for Compiled {
    fn get(&self, func: &str) -> Option<*const u8> {
        self.entries.get(func).map(|a| *a as *const u8)
    }

    fn code_size(&self) -> usize {
        self.code_size
    }
}

impl Drop for Compiled {
    fn drop(&mut self) {
        if let Some(jit) = self.jit.take() {
            // SAFETY: addresses from `get` are valid only while the module lives, so nobody may be in the code.
            unsafe { jit.free_memory() }
        }
    }
}

/// A module on its way through the back end.
struct Session<'a> {
    module: &'a Module,
    jit: JITModule,
    ids: Vec<ClifFuncId>,
    features: Features,
}

impl<'a> Session<'a> {
    fn new(module: &'a Module, options: &Options) -> Result<Self, BackendError> {
        let isa = isa(options)?;
        let features = Features::of(&*isa);
        let mut builder = JITBuilder::with_isa(isa, cranelift_module::default_libcall_names());
        builder.symbol_lookup_fn(Box::new(libm::find));
        let mut jit = JITModule::new(builder);
        let mut ids = vec![];
        for func in &module.funcs {
            let sig = signature(jit.isa(), &func.params, func.results.len());
            ids.push(jit.declare_function(&func.name, Linkage::Local, &sig).map_err(failed)?);
        }
        Ok(Session { module, jit, ids, features })
    }

    /// Each function as Cranelift IR in a context.
    fn translate(&mut self) -> Result<Vec<clif::Context>, BackendError> {
        let mut builder_context = FunctionBuilderContext::new();
        let mut math = HashMap::new();
        let mut out = vec![];
        for (func, id) in self.module.funcs.iter().zip(&self.ids) {
            let mut context = self.jit.make_context();
            context.func.signature = signature(self.jit.isa(), &func.params, func.results.len());
            context.func.name = UserFuncName::user(0, id.as_u32());
            let config = self.jit.target_config();
            let mut cx = Cx {
                jit: &mut self.jit,
                features: self.features,
                module: self.module,
                funcs: &self.ids,
                math: std::mem::take(&mut math),
            };
            let builder = FunctionBuilder::new(&mut context.func, &mut builder_context);
            func::translate(&mut cx, func, builder, config)?;
            math = cx.math;
            out.push(context);
        }
        Ok(out)
    }

    /// Machine code for every function, on all cores, and the size of it. Functions are placed in their order, so what
    /// comes out does not depend on who was faster.
    fn define(&mut self) -> Result<usize, BackendError> {
        let mut contexts = self.translate()?;
        let isa = self.jit.isa();
        let workers = std::thread::available_parallelism().map_or(1, usize::from).min(contexts.len());
        // The longest first, so that nobody waits for it at the end.
        let mut longest: Vec<_> = contexts.iter_mut().zip(&self.module.funcs).collect();
        longest.sort_by_key(|(c, _)| std::cmp::Reverse(c.func.dfg.num_insts()));
        let todo = Mutex::new(longest.into_iter());
        let work = || -> Result<(), BackendError> {
            loop {
                let Some((context, func)) = todo.lock().map_err(failed)?.next() else { return Ok(()) };
                let done = context.compile(isa, &mut Default::default());
                done.map_err(|e| failed(format!("@{}: {e:?}", func.name)))?;
            }
        };
        std::thread::scope(|scope| {
            let others: Vec<_> = (1..workers).map(|_| scope.spawn(work)).collect();
            let mine = work();
            let join = |t: std::thread::ScopedJoinHandle<_>| t.join().unwrap_or_else(|e| std::panic::resume_unwind(e));
            others.into_iter().map(join).fold(mine, Result::and)
        })?;
        let least = isa.function_alignment().minimum.into();
        let symbol = isa.symbol_alignment();
        let mut size = 0;
        for (context, id) in contexts.iter().zip(self.ids.clone()) {
            let code = context.compiled_code().ok_or_else(|| failed("a function has no code"))?;
            let align = u64::from(code.buffer.alignment).max(least).max(symbol);
            let reloc = |r| ModuleReloc::from_mach_reloc(r, &context.func, id);
            let relocs: Vec<ModuleReloc> = code.buffer.relocs().iter().map(reloc).collect();
            self.jit.define_function_bytes(id, align, code.code_buffer(), &relocs).map_err(failed)?;
            size += code.code_buffer().len();
        }
        Ok(size)
    }
}

impl Backend for Cranelift {
    fn name(&self) -> &'static str {
        "cranelift"
    }

    fn compile(&self, module: &Module, options: &Options) -> Result<Box<dyn CompiledModule>, BackendError> {
        let module = prepare(module, options)?;
        let mut session = Session::new(&module, options)?;
        let defined = session.define();
        let finished = defined.and_then(|size| session.jit.finalize_definitions().map(|()| size).map_err(failed));
        let code_size = match finished {
            Ok(size) => size,
            Err(e) => {
                // SAFETY: no address of this module has been given out.
                unsafe { session.jit.free_memory() }
                return Err(e);
            }
        };
        let entries = module
            .funcs
            .iter()
            .zip(&session.ids)
            .filter(|(f, _)| f.exported)
            .map(|(f, id)| (f.name.clone(), session.jit.get_finalized_function(*id) as usize))
            .collect();
        Ok(Box::new(Compiled { jit: Some(session.jit), entries, code_size }))
    }

    fn emit_text(&self, module: &Module, options: &Options, stage: Stage) -> Result<String, BackendError> {
        if !matches!(stage, Stage::Clif | Stage::Asm) {
            return Err(BackendError::NoSuchStage(stage));
        }
        let module = prepare(module, options)?;
        let mut session = Session::new(&module, options)?;
        let mut text = String::new();
        let done = session.translate().and_then(|contexts| {
            for (mut context, func) in contexts.into_iter().zip(&module.funcs) {
                text.push_str(&format!("; @{}\n", func.name));
                if stage == Stage::Clif {
                    text.push_str(&context.func.display().to_string());
                    continue;
                }
                context.set_disasm(true);
                let code = context.compile(session.jit.isa(), &mut Default::default());
                text.push_str(code.map_err(|e| failed(format!("{e:?}")))?.vcode.as_deref().unwrap_or(""));
            }
            Ok(())
        });
        // SAFETY: no address of this module has been given out.
        unsafe { session.jit.free_memory() }
        done.map(|()| text)
    }
}
