//! Loop IR to machine code: Cranelift for the first call, LLVM for what is hot and for ahead of time.
//!
//! Both back ends see the loop IR and nothing else, and give the same bits for the same module: what an instruction
//! means is fixed by the IR, and every function of the C library is the same symbol on both. A compiled function is
//! `i32 f(ctx*, args.., outs*)` in C. Emitted code reaches the runtime through the table in `ctx` only, so an [`Object`]
//! has no references to the host but those to the C library's mathematics.
//!
//! Code is memory that a `CompiledModule` owns: its addresses are valid until it is dropped.

#![cfg_attr(
    any(feature = "llvm", test),
    expect(unsafe_code, reason = "LLVM's C API, and tests that call code; each block says why it is sound")
)]

pub mod cranelift;
mod libm;
#[cfg(feature = "llvm")]
pub mod llvm;
mod object;
mod prepare;

/// What becomes of the failure of a call: see `Op::CallRuntime`.
#[derive(Clone, Copy, Debug)]
struct How {
    catch: bool,
    site: Option<quipu_ir::loops::SiteId>,
}

pub use crate::cranelift::Cranelift;
#[cfg(feature = "llvm")]
pub use crate::llvm::Llvm;
pub use crate::object::Object;

use quipu_ir::loops::{Module, VerifyError};
use std::fmt;

/// Vector extensions that code may use, for tests and for builds that run elsewhere. Each includes those before it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
pub enum VectorLevel {
    /// Any x86-64.
    Sse2,
    /// AVX2, FMA, BMI.
    Avx2,
    /// AVX-512 F, CD, BW, DQ, VL.
    Avx512,
}

/// The machine that code is made for.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Cpu {
    /// The one that this process runs on.
    #[default]
    Host,
    /// x86-64 with these extensions.
    Level(VectorLevel),
    /// LLVM's name and feature string. Cranelift makes code for the host instead.
    Named { name: String, features: String },
}

impl Cpu {
    /// Does it round `x * y + z` once, in one instruction?
    pub fn has_fma(&self) -> bool {
        match self {
            #[cfg(target_arch = "x86_64")]
            Cpu::Host => std::arch::is_x86_feature_detected!("fma"),
            #[cfg(not(target_arch = "x86_64"))]
            Cpu::Host => cfg!(target_arch = "aarch64"),
            Cpu::Level(level) => *level >= VectorLevel::Avx2,
            Cpu::Named { features, .. } => features.split(',').any(|f| f == "+fma"),
        }
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Options {
    pub cpu: Cpu,
    /// 0 to 3. Cranelift optimizes from 1 on, and is quickest at 0.
    pub opt_level: u8,
    /// Verify the loop IR and the back end's own IR.
    pub verify: bool,
}

impl Default for Options {
    fn default() -> Self {
        Options { cpu: Cpu::Host, opt_level: 3, verify: cfg!(debug_assertions) }
    }
}

/// Why there is no code. None of these is the user's doing.
#[derive(Debug)]
pub enum BackendError {
    Invalid(VerifyError),
    /// A stage that this back end does not have.
    NoSuchStage(Stage),
    /// The back end's own words.
    Failed(String),
}

impl fmt::Display for BackendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BackendError::Invalid(e) => write!(f, "invalid loop IR: {e}"),
            BackendError::NoSuchStage(stage) => write!(f, "this back end has no {stage:?} text"),
            BackendError::Failed(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for BackendError {}

impl From<VerifyError> for BackendError {
    fn from(e: VerifyError) -> Self {
        BackendError::Invalid(e)
    }
}

/// What `emit_text` can show.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    /// Cranelift's IR as it was built.
    Clif,
    /// LLVM IR as it was built, and after its passes.
    LlvmInput,
    Llvm,
    /// Assembly (of Cranelift: its listing of virtual machine code).
    Asm,
}

/// Executable code. `Send` and `Sync`: code is immutable once it is compiled.
pub trait CompiledModule: Send + Sync {
    /// The address of an exported function; valid while the module lives.
    fn get(&self, func: &str) -> Option<*const u8>;

    /// Bytes of machine code and constants.
    fn code_size(&self) -> usize;
}

pub trait Backend: Send + Sync {
    fn name(&self) -> &'static str;

    /// Code that can be kept; it depends on the module, the options and the compiler alone.
    fn object(&self, module: &Module, options: &Options) -> Result<Object, BackendError>;

    /// The same in memory.
    fn compile(&self, module: &Module, options: &Options) -> Result<Box<dyn CompiledModule>, BackendError> {
        self.object(module, options)?.load()
    }

    fn emit_text(&self, module: &Module, options: &Options, stage: Stage) -> Result<String, BackendError>;
}
