//! The back ends under test, and a context to run code in.
#![allow(dead_code, reason = "each test crate uses a part")]

use quipu_abi::{Ctx, ErrorRecord};
use quipu_backends::{Backend, CompiledModule, Cpu, Options};
use quipu_ir::loops::Module;

/// Every way to compile that this machine can run.
pub fn ways() -> Vec<(String, Box<dyn Backend>, Options)> {
    let mut all: Vec<(String, Box<dyn Backend>, Options)> = vec![];
    for opt_level in [0, 3] {
        let options = Options { cpu: Cpu::Host, opt_level, verify: true };
        all.push((format!("cranelift O{opt_level}"), Box::new(quipu_backends::Cranelift), options));
    }
    #[cfg(feature = "llvm")]
    {
        use quipu_backends::VectorLevel::{Avx2, Avx512, Sse2};
        // The host, and what it has less of; SSE2 stands for the optimizer at rest, too.
        let mut cpus = vec![(Cpu::Level(Sse2), 1), (Cpu::Host, 3)];
        if std::is_x86_feature_detected!("avx512vl") && std::is_x86_feature_detected!("avx512dq") {
            cpus.push((Cpu::Level(Avx512), 0));
            cpus.push((Cpu::Level(Avx2), 3));
        }
        for (cpu, opt_level) in cpus {
            let options = Options { cpu, opt_level, verify: true };
            all.push((format!("llvm {:?} O{opt_level}", options.cpu), Box::new(quipu_backends::Llvm::new()), options));
        }
    }
    all
}

/// Compiles a module in every way.
pub fn compile(module: &Module) -> Vec<(String, Box<dyn CompiledModule>)> {
    let compiled = |(name, backend, options): (String, Box<dyn Backend>, Options)| {
        let code = backend.compile(module, &options).unwrap_or_else(|e| panic!("{name}: {e}\n{module}"));
        (name, code)
    };
    ways().into_iter().map(compiled).collect()
}

/// Reads a module from its text form and compiles it in every way.
pub fn compile_text(text: &str) -> Vec<(String, Box<dyn CompiledModule>)> {
    compile(&text.parse().unwrap_or_else(|e| panic!("{e}\n{text}")))
}

pub fn context() -> Ctx {
    let error = ErrorRecord { kind: 0, site: 0, operands: [0; 4], text: std::ptr::null() };
    Ctx { error, stack_limit: 0, interrupt: 0, n_threads: 1, functions: std::ptr::null(), state: std::ptr::null_mut() }
}

/// Calls a compiled function with arguments and out pointers that are all 64-bit integers or addresses.
#[macro_export]
macro_rules! call {
    ($code:expr, $name:expr, $ctx:expr $(, $arg:expr)* $(,)?) => {{
        let address = $code.get($name).unwrap_or_else(|| panic!("no {}", $name));
        // SAFETY: the test passes what the function declares, each as a 64-bit word.
        let f: extern "C" fn(*mut quipu_abi::Ctx $(, $crate::word!($arg))*) -> i32 = unsafe { std::mem::transmute(address) };
        f(&raw mut $ctx $(, $arg as i64)*)
    }};
}

#[macro_export]
macro_rules! word {
    ($arg:expr) => {
        i64
    };
}
