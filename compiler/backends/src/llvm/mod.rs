//! The fast tier: loop IR through LLVM 19, some milliseconds a function, and objects for ahead of time and caches.
//!
//! `func` translates structure, memory and calls, `lanes` arithmetic, `meta` what is known of aliasing and loops, over
//! the thin layer `ir`. LLVM's operations that are undefined for some operands are guarded so that the result is the
//! loop IR's; where operands are constants the guards fold away. LLVM writes an ELF object, which `elf` takes over.

mod constructors;
mod elf;
mod func;
mod ir;
mod lanes;
mod meta;

use crate::prepare::prepare;
use crate::{Backend, BackendError, Cpu, Object, Options, Stage, VectorLevel};
use inkwell::OptimizationLevel;
use inkwell::context::Context;
use inkwell::module::Module as LlvmModule;
use inkwell::passes::PassBuilderOptions;
use inkwell::targets::{CodeModel, FileType, InitializationConfig, RelocMode, Target, TargetMachine};
use quipu_ir::loops::Module;
use std::sync::OnceLock;

/// The back end; it has no state of its own.
#[derive(Clone, Copy, Debug, Default)]
pub struct Llvm;

fn failed(e: impl std::fmt::Display) -> BackendError {
    BackendError::Failed(format!("llvm: {e}"))
}

/// What LLVM runs over a module, a quarter of the work of `default<O3>` for code that is as fast or faster on the
/// programs under bench/. Most of what that pipeline repeats finds nothing here: the loop IR is SSA already, its loops are
/// rotated, vectors are explicit and of the right width, and nests were fused and ordered before. Left out on purpose:
/// unrolling (it doubled the code of vector loops and gained nothing), SLP vectorization, and GVN (`early-cse` with memory
/// SSA does as well on blocks that dominate). `loop-vectorize` serves scalar loops that the user wrote.
const PASSES: &str = "cgscc(inline),globaldce,function<eager-inv>(sroa,early-cse<memssa>,simplifycfg,\
    instcombine<max-iterations=1;no-verify-fixpoint>,loop-mssa(loop-rotate,licm,indvars,loop-deletion),\
    loop-vectorize,instcombine<max-iterations=1;no-verify-fixpoint>,early-cse,simplifycfg)";

/// LLVM's name of the host's processor, and its features.
fn host() -> &'static (String, String) {
    static HOST: OnceLock<(String, String)> = OnceLock::new();
    HOST.get_or_init(|| {
        constructors::run();
        let text = |s: inkwell::support::LLVMString| s.to_string_lossy().into_owned();
        (text(TargetMachine::get_host_cpu_name()), text(TargetMachine::get_host_cpu_features()))
    })
}

/// The processor that options ask for, as LLVM names it.
pub(crate) struct CpuName {
    pub name: String,
    pub features: String,
    /// 512-bit vectors are there, and LLVM is to use them.
    pub wide: bool,
}

fn cpu_name(cpu: &Cpu) -> CpuName {
    let of = |name: &str, features: &str, wide| CpuName { name: name.into(), features: features.into(), wide };
    match cpu {
        Cpu::Host => {
            let (name, features) = host();
            of(name, features, features.contains("+avx512vl"))
        }
        Cpu::Level(VectorLevel::Sse2) => of("x86-64", "", false),
        Cpu::Level(VectorLevel::Avx2) => of("x86-64-v3", "", false),
        Cpu::Level(VectorLevel::Avx512) => of("x86-64-v4", "", true),
        Cpu::Named { name, features } => of(name, features, features.contains("+avx512vl") || name == "x86-64-v4"),
    }
}

/// Registers the target, once per process.
fn init() {
    static INIT: OnceLock<()> = OnceLock::new();
    INIT.get_or_init(|| {
        constructors::run();
        Target::initialize_x86(&InitializationConfig::default());
    });
}

fn machine(cpu: &CpuName, opt_level: u8) -> Result<TargetMachine, BackendError> {
    init();
    let triple = TargetMachine::get_default_triple();
    let target = Target::from_triple(&triple).map_err(failed)?;
    let level = match opt_level {
        0 => OptimizationLevel::None,
        1 => OptimizationLevel::Less,
        2 => OptimizationLevel::Default,
        _ => OptimizationLevel::Aggressive,
    };
    target
        .create_target_machine(&triple, &cpu.name, &cpu.features, level, RelocMode::PIC, CodeModel::Default)
        .ok_or_else(|| failed(format!("no target machine for {}", cpu.name)))
}

/// Builds the module, and runs LLVM's passes over it.
fn build<'c>(
    context: &'c Context,
    module: &Module,
    options: &Options,
    machine: &TargetMachine,
    cpu: &CpuName,
    passes: bool,
) -> Result<LlvmModule<'c>, BackendError> {
    let m = context.create_module("quipu");
    m.set_triple(&machine.get_triple());
    m.set_data_layout(&machine.get_target_data().get_data_layout());
    func::translate(context.raw(), m.as_mut_ptr(), module, cpu);
    if options.verify {
        m.verify().map_err(|e| failed(format!("{e}\n{}", m.print_to_string().to_string_lossy())))?;
    }
    if passes && options.opt_level > 0 {
        let settings = PassBuilderOptions::create();
        settings.set_verify_each(false);
        m.run_passes(PASSES, machine, settings).map_err(failed)?;
    }
    Ok(m)
}

impl Llvm {
    pub fn new() -> Llvm {
        Llvm
    }

    /// A relocatable ELF object with the module's exported functions, position-independent.
    pub fn emit_elf(&self, module: &Module, options: &Options) -> Result<Vec<u8>, BackendError> {
        let module = prepare(module, options)?;
        let cpu = cpu_name(&options.cpu);
        let machine = machine(&cpu, options.opt_level)?;
        let context = Context::create();
        let m = build(&context, &module, options, &machine, &cpu, true)?;
        let object = machine.write_to_memory_buffer(&m, FileType::Object).map_err(failed)?;
        Ok(object.as_slice().to_vec())
    }
}

impl Backend for Llvm {
    fn name(&self) -> &'static str {
        "llvm"
    }

    fn object(&self, module: &Module, options: &Options) -> Result<Object, BackendError> {
        let elf = self.emit_elf(module, options)?;
        elf::read(&elf, module.funcs.iter().filter(|f| f.exported).map(|f| f.name.as_str()))
    }

    fn emit_text(&self, module: &Module, options: &Options, stage: Stage) -> Result<String, BackendError> {
        if stage == Stage::Clif {
            return Err(BackendError::NoSuchStage(stage));
        }
        let module = prepare(module, options)?;
        let cpu = cpu_name(&options.cpu);
        let machine = machine(&cpu, options.opt_level)?;
        let context = Context::create();
        let m = build(&context, &module, options, &machine, &cpu, stage != Stage::LlvmInput)?;
        if stage != Stage::Asm {
            return Ok(m.print_to_string().to_string_lossy().into_owned());
        }
        let text = machine.write_to_memory_buffer(&m, FileType::Assembly).map_err(failed)?;
        Ok(String::from_utf8_lossy(text.as_slice()).trim_end_matches('\0').to_string())
    }
}
