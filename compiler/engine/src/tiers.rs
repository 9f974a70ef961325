//! The automatic tier: a program starts on Cranelift's code and moves over to LLVM's where its time goes.
//!
//! The loop IR is cut into units (`quipu_ir::loops::units`), loops above all, that are called through a table. At the
//! start the table has Cranelift's code, which is made in a few milliseconds. Compiled code writes the number of the unit
//! that it enters into the table; a thread looks at it once a [`TICK`]. A unit that was seen [`HOT`] times is compiled
//! by LLVM on that thread, the outermost unit around it first (its code has the inner ones in it), and its address
//! goes into the table: the running loop takes it at the end of its strip. If the outer loop is still in its slow code
//! after that (one iteration of it is long), the inner unit follows.
//!
//! So a program that ends within some milliseconds never waits for LLVM, and what runs long enough to notice runs
//! LLVM's code. Both tiers give the same bits, so it does not matter when the change comes.

use crate::Failure;
use quipu_backends::{Backend, BackendError, CompiledModule, Cranelift, Llvm, Options};
use quipu_ir::loops::units::{self, Cut};
use quipu_ir::loops::{self, Module};
use quipu_runtime::Runtime;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// How often the thread looks.
const TICK: Duration = Duration::from_millis(1);

/// How often a unit must have been seen to be compiled.
const HOT: u32 = 2;

/// What the program and the compiling thread share.
struct Shared {
    cut: Cut,
    /// The runtime's functions, and behind them what `Cut` describes. Compiled code reads and writes it too.
    table: Box<[AtomicUsize]>,
    options: Options,
    stop: AtomicBool,
    /// LLVM's code. It lives as long as this: nobody knows when a unit was left for the last time.
    good: Mutex<Vec<Box<dyn CompiledModule>>>,
}

/// A program's code in both tiers.
pub(crate) struct Tiers {
    shared: Arc<Shared>,
    quick: Box<dyn CompiledModule>,
    thread: Option<JoinHandle<()>>,
}

impl Shared {
    /// Compiles units, and puts their addresses into the table.
    fn replace(&self, units: &[usize]) -> Result<(), BackendError> {
        let code = Llvm::new().compile(&self.cut.full(units), &self.options)?;
        for k in units {
            let Some(address) = code.get(&self.cut.units[*k].name) else {
                return Err(BackendError::Failed(format!("unit {k} has no code")));
            };
            // To the end, whatever is left.
            self.table[self.cut.strip(*k)].store(i64::MAX as usize, Ordering::Relaxed);
            self.table[self.cut.code(*k)].store(address as usize, Ordering::Release);
        }
        self.good.lock().unwrap_or_else(PoisonError::into_inner).push(code);
        Ok(())
    }

    /// Looks where the program is, and compiles what is hot and not done yet.
    fn watch(&self, mut done: Vec<bool>) {
        let units = &self.cut.units;
        let mut seen = vec![0; units.len()];
        while !self.stop.load(Ordering::Relaxed) {
            std::thread::park_timeout(TICK);
            let now = self.table[self.cut.marker()].load(Ordering::Relaxed);
            let Some(unit) = now.checked_sub(1).filter(|k| *k < units.len()) else { continue };
            seen[unit] += 1;
            if seen[unit] < HOT || done[unit] {
                continue;
            }
            let outwards = std::iter::successors(Some(unit), |k| units[*k].parent);
            if let Some(k) = outwards.filter(|k| !done[*k]).last() {
                // One that LLVM refuses stays as it is.
                done[k] = true;
                seen[unit] = 0;
                let _ = self.replace(&[k]);
            }
        }
    }
}

impl Tiers {
    /// Compiles a program for a runtime, whose table it takes over until `leave`. `mixed`: see the engine's options.
    pub(crate) fn new(module: &Module, options: &Options, mixed: bool, runtime: &Runtime) -> Result<Tiers, Failure> {
        let failed = |e: BackendError| Failure::Internal(format!("code generation failed: {e}"));
        let n = quipu_runtime::FUNCTIONS.len();
        let cut = units::cut(&loops::legalize(module), n as u32);
        #[expect(unsafe_code, reason = "the table is C's")]
        // SAFETY: `functions` of a runtime's context points to the addresses of `FUNCTIONS`.
        let functions = unsafe { std::slice::from_raw_parts((*runtime.ctx()).functions, n) };
        let table = (0..cut.entries()).map(|i| AtomicUsize::new(functions.get(i).map_or(0, |f| *f as usize)));
        let shared = Arc::new(Shared {
            table: table.collect(),
            cut,
            options: options.clone(),
            stop: AtomicBool::new(false),
            good: Mutex::default(),
        });
        let quick = Cranelift.compile(&shared.cut.module, options).map_err(failed)?;
        let units = &shared.cut.units;
        for (k, unit) in units.iter().enumerate() {
            let address = quick.get(&unit.name).ok_or_else(|| Failure::Internal(format!("unit {k} has no code")))?;
            shared.table[shared.cut.strip(k)].store(unit.strip as usize, Ordering::Relaxed);
            shared.table[shared.cut.code(k)].store(address as usize, Ordering::Relaxed);
        }
        let done: Vec<bool> = (0..units.len()).map(|k| mixed && k % 2 == 0).collect();
        let at_once: Vec<usize> = (0..units.len()).filter(|k| done[*k]).collect();
        if !at_once.is_empty() {
            shared.replace(&at_once).map_err(failed)?;
        }
        let thread = if units.is_empty() { None } else { Some(start(&shared, done)?) };
        Ok(Tiers { shared, quick, thread })
    }

    pub(crate) fn get(&self, func: &str) -> Option<*const u8> {
        self.quick.get(func)
    }

    /// The table that the context must have while the program runs.
    pub(crate) fn table(&self) -> *const *const u8 {
        self.shared.table.as_ptr().cast()
    }

    /// Units, and those that moved to LLVM.
    pub(crate) fn counts(&self) -> (u64, u64) {
        let moved = self.shared.good.lock().map_or(0, |good| good.len());
        (self.shared.cut.units.len() as u64, moved as u64)
    }
}

/// The thread that compiles what is hot.
fn start(shared: &Arc<Shared>, done: Vec<bool>) -> Result<JoinHandle<()>, Failure> {
    let shared = Arc::clone(shared);
    let thread = std::thread::Builder::new().name("quipu-compiler".to_owned()).stack_size(16 << 20);
    thread.spawn(move || shared.watch(done)).map_err(|e| Failure::Internal(format!("no thread to compile on: {e}")))
}

impl Drop for Tiers {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            let _ = thread.join();
        }
    }
}
