//! The quick tier: loop IR through Cranelift, some tens of microseconds a function.
//!
//! `func` translates structure, memory and calls, `scalar` one lane of each instruction, `vector` what vectors are: 128-bit
//! pieces where Cranelift has the instruction, single lanes where not. There is no vectorizer and no inlining here,
//! alias classes and loop hints are ignored.

mod func;
mod scalar;
mod vector;

use crate::object::{Fix, Linker, Symbol};
use crate::prepare::prepare;
use crate::{Backend, BackendError, Object, Options, Stage};
use ::cranelift_codegen as clif;
use clif::FinalizedRelocTarget;
use clif::binemit::Reloc;
use clif::ir::{
    self, AbiParam, ExternalName, FuncRef, GlobalValue, GlobalValueData, LibCall, Signature, UserExternalName,
    UserFuncName, types as ct,
};
use clif::isa::{OwnedTargetIsa, TargetIsa};
use clif::settings::{self, Configurable};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use quipu_ir::loops::{Elem, FuncId, Module, Type};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

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
    // At level 0 what counts is the time until there is code: a pass over the registers instead of a search takes less
    // than half of that time.
    let (opt, registers) = if options.opt_level == 0 { ("none", "single_pass") } else { ("speed", "backtracking") };
    for (name, value) in [
        ("opt_level", opt),
        ("regalloc_algorithm", registers),
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

/// Namespaces of external names: functions of the module, symbols of the C library, and constant data.
const OURS: u32 = 0;
const MATH: u32 = 1;
const DATA: u32 = 2;

/// What the translation of a function asks of its module.
pub(crate) struct Cx<'a> {
    isa: &'a dyn TargetIsa,
    features: Features,
    module: &'a Module,
    /// Symbols of the C library, by the number that code has for them.
    math: Vec<String>,
    data: Constants,
}

/// Constant data of a module, by the number that code has for it.
#[derive(Default)]
struct Constants {
    numbers: HashMap<Arc<[u8]>, u32>,
    all: Vec<Arc<[u8]>>,
}

impl Cx<'_> {
    /// A function of the module, for a function that refers to it.
    fn ours(&self, id: FuncId, into: &mut ir::Function) -> FuncRef {
        let func = &self.module.funcs[id.index()];
        let sig = signature(self.isa, &func.params, func.results.len());
        external(into, OURS, id.0, sig, true)
    }

    /// Constant data, for a function that refers to it.
    fn data(&mut self, bytes: &Arc<[u8]>, into: &mut ir::Function) -> GlobalValue {
        let data = &mut self.data;
        let index = *data.numbers.entry(bytes.clone()).or_insert_with(|| {
            data.all.push(bytes.clone());
            data.all.len() as u32 - 1
        });
        let name = into.declare_imported_user_function(UserExternalName { namespace: DATA, index });
        let name = ExternalName::user(name);
        into.create_global_value(GlobalValueData::Symbol { name, offset: 0.into(), colocated: true, tls: false })
    }

    /// A function of the C library, for a function that refers to it.
    fn math(&mut self, symbol: &str, elem: Elem, arity: usize, into: &mut ir::Function) -> FuncRef {
        let k = self.math.iter().position(|s| s == symbol).unwrap_or_else(|| {
            self.math.push(symbol.to_string());
            self.math.len() - 1
        });
        let mut sig = Signature::new(self.isa.default_call_conv());
        sig.params.extend((0..arity).map(|_| AbiParam::new(lane_type(elem))));
        sig.returns.push(AbiParam::new(lane_type(elem)));
        external(into, MATH, k as u32, sig, false)
    }
}

fn external(into: &mut ir::Function, namespace: u32, index: u32, sig: Signature, colocated: bool) -> FuncRef {
    let name = into.declare_imported_user_function(UserExternalName { namespace, index });
    let signature = into.import_signature(sig);
    let name = ExternalName::user(name);
    into.import_function(ir::ExtFuncData { name, signature, colocated, patchable: false })
}

/// What stands in for an instruction that an old machine lacks.
fn libcall(call: LibCall) -> Option<&'static str> {
    Some(match call {
        LibCall::CeilF32 => "ceilf",
        LibCall::CeilF64 => "ceil",
        LibCall::FloorF32 => "floorf",
        LibCall::FloorF64 => "floor",
        LibCall::TruncF32 => "truncf",
        LibCall::TruncF64 => "trunc",
        LibCall::NearestF32 => "nearbyintf",
        LibCall::NearestF64 => "nearbyint",
        LibCall::FmaF32 => "fmaf",
        LibCall::FmaF64 => "fma",
        LibCall::Memcpy => "memcpy",
        LibCall::Memset => "memset",
        LibCall::Memmove => "memmove",
        LibCall::Memcmp => "memcmp",
        _ => return None,
    })
}

/// A module on its way through the back end.
struct Session<'a> {
    module: &'a Module,
    isa: OwnedTargetIsa,
    math: Vec<String>,
    data: Constants,
}

impl<'a> Session<'a> {
    fn new(module: &'a Module, options: &Options) -> Result<Self, BackendError> {
        Ok(Session { module, isa: isa(options)?, math: vec![], data: Constants::default() })
    }

    /// Each function as Cranelift IR in a context.
    fn translate(&mut self) -> Result<Vec<clif::Context>, BackendError> {
        let isa = &*self.isa;
        let mut builder_context = FunctionBuilderContext::new();
        let math = std::mem::take(&mut self.math);
        let data = std::mem::take(&mut self.data);
        let mut cx = Cx { isa, features: Features::of(isa), module: self.module, math, data };
        let mut out = vec![];
        for (k, func) in self.module.funcs.iter().enumerate() {
            let mut context = clif::Context::new();
            context.func.signature = signature(isa, &func.params, func.results.len());
            context.func.name = UserFuncName::user(OURS, k as u32);
            let builder = FunctionBuilder::new(&mut context.func, &mut builder_context);
            func::translate(&mut cx, func, builder, isa.frontend_config())?;
            out.push(context);
        }
        self.math = cx.math;
        self.data = cx.data;
        Ok(out)
    }

    /// Machine code for every function, on all cores. Functions are placed in their order, so what comes out does not
    /// depend on who was faster.
    fn compile(&mut self) -> Result<Object, BackendError> {
        let mut contexts = self.translate()?;
        let isa = &*self.isa;
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
        self.link(&contexts)
    }

    fn link(&self, contexts: &[clif::Context]) -> Result<Object, BackendError> {
        let least = u64::from(self.isa.function_alignment().minimum).max(self.isa.symbol_alignment());
        let code = |c: &clif::Context| {
            c.compiled_code().ok_or_else(|| failed("a function has no code")).map(|c| c.buffer.clone())
        };
        let mut linker = Linker::default();
        let mut places = vec![];
        for (context, func) in contexts.iter().zip(&self.module.funcs) {
            let buffer = code(context)?;
            let at = linker.add(buffer.data(), u64::from(buffer.alignment).max(least))?;
            if func.exported {
                linker.export(&func.name, at);
            }
            places.push((at, buffer));
        }
        let data = self.data.all.iter().map(|bytes| linker.add(bytes, 16)).collect::<Result<Vec<_>, _>>()?;
        for (context, (start, buffer)) in contexts.iter().zip(&places) {
            for reloc in buffer.relocs() {
                let symbol = match &reloc.target {
                    FinalizedRelocTarget::Func(offset) => Symbol::Here(start + offset),
                    FinalizedRelocTarget::ExternalName(ExternalName::User(name)) => {
                        let name = &context.func.params.user_named_funcs()[*name];
                        let index = name.index as usize;
                        match name.namespace {
                            OURS => Symbol::Here(places[index].0),
                            DATA => Symbol::Here(data[index]),
                            _ => linker.import(&self.math[index]),
                        }
                    }
                    FinalizedRelocTarget::ExternalName(ExternalName::LibCall(call)) => {
                        linker.import(libcall(*call).ok_or_else(|| failed(format!("a call of {call}")))?)
                    }
                    other => return Err(failed(format!("a reference to {other:?}"))),
                };
                let fix = match reloc.kind {
                    Reloc::Abs8 => Fix::Address,
                    Reloc::X86PCRel4 | Reloc::X86CallPCRel4 | Reloc::X86CallPLTRel4 => Fix::Distance,
                    Reloc::X86GOTPCRel4 => Fix::ToAddress,
                    kind => return Err(failed(format!("a reference of the kind {kind}"))),
                };
                linker.fix(start + reloc.offset, fix, symbol, reloc.addend)?;
            }
        }
        Ok(linker.finish())
    }
}

impl Backend for Cranelift {
    fn name(&self) -> &'static str {
        "cranelift"
    }

    fn object(&self, module: &Module, options: &Options) -> Result<Object, BackendError> {
        Session::new(&*prepare(module, options)?, options)?.compile()
    }

    fn emit_text(&self, module: &Module, options: &Options, stage: Stage) -> Result<String, BackendError> {
        if !matches!(stage, Stage::Clif | Stage::Asm) {
            return Err(BackendError::NoSuchStage(stage));
        }
        let module = prepare(module, options)?;
        let mut session = Session::new(&module, options)?;
        let mut text = String::new();
        for (mut context, func) in session.translate()?.into_iter().zip(&module.funcs) {
            text.push_str(&format!("; @{}\n", func.name));
            if stage == Stage::Clif {
                text.push_str(&context.func.display().to_string());
                continue;
            }
            context.set_disasm(true);
            let code = context.compile(&*session.isa, &mut Default::default());
            text.push_str(code.map_err(|e| failed(format!("{e:?}")))?.vcode.as_deref().unwrap_or(""));
        }
        Ok(text)
    }
}
