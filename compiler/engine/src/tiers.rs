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
//! LLVM's code. Both tiers give the same bits, so it does not matter when the change comes. Functions with fast-math
//! flags are the exception; they are compiled by LLVM before the program starts, and never run elsewhere.

use crate::Failure;
use quipu_backends::{Backend, BackendError, CompiledModule, Cranelift, Llvm, Options};
use quipu_ir::loops::units::{self, Cut};
use quipu_ir::loops::{self, Module};
use quipu_runtime::Runtime;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};
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

    /// Compiles units that the program waits for, on two threads: LLVM needs some 15 ms for the smallest of them.
    fn replace_at_once(&self, units: &[usize]) -> Result<(), BackendError> {
        let (here, there) = units.split_at(units.len().div_ceil(2));
        if there.is_empty() {
            return if here.is_empty() { Ok(()) } else { self.replace(here) };
        }
        std::thread::scope(|scope| {
            let other = compiling_thread().spawn_scoped(scope, || self.replace(there));
            let first = self.replace(here);
            let second = match other.map(std::thread::ScopedJoinHandle::join) {
                Ok(Ok(r)) => r,
                _ => Err(BackendError::Failed("no second thread to compile on".to_owned())),
            };
            first.and(second)
        })
    }

    /// Looks where the program is, and compiles what is hot.
    fn watch(&self) {
        let units = &self.cut.units;
        let mut seen = vec![0; units.len()];
        // Eager ones are done; one that LLVM refuses stays as it is.
        let mut done: Vec<bool> = units.iter().map(|u| u.eager).collect();
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
                done[k] = true;
                seen[unit] = 0;
                let _ = self.replace(&[k]);
            }
        }
    }
}

impl Tiers {
    /// Compiles a program for a runtime, whose table it takes over until `leave`. `None`: its functions cannot be
    /// called through a table. `mixed`: see the engine's options.
    pub(crate) fn new(
        module: &Module,
        options: &Options,
        mixed: bool,
        runtime: &Runtime,
    ) -> Result<Option<Tiers>, Failure> {
        let failed = |e: BackendError| Failure::Internal(format!("code generation failed: {e}"));
        let n = quipu_runtime::FUNCTIONS.len();
        let Some(mut cut) = units::cut(&loops::legalize(module), n as u32) else { return Ok(None) };
        if mixed {
            cut.units.iter_mut().step_by(2).for_each(|u| u.eager = true);
        }
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
        let eager: Vec<usize> = (0..shared.cut.units.len()).filter(|k| shared.cut.units[*k].eager).collect();
        let (ready, started) = channel();
        let thread = if shared.cut.units.is_empty() { None } else { Some(start(&shared, eager, ready)?) };
        let quick = Cranelift.compile(&shared.cut.module, options).map_err(failed)?;
        for (k, unit) in shared.cut.units.iter().enumerate().filter(|(_, u)| !u.eager) {
            let address = quick.get(&unit.name).ok_or_else(|| Failure::Internal(format!("unit {k} has no code")))?;
            shared.table[shared.cut.strip(k)].store(unit.strip as usize, Ordering::Relaxed);
            shared.table[shared.cut.code(k)].store(address as usize, Ordering::Relaxed);
        }
        let tiers = Tiers { shared, quick, thread };
        if tiers.thread.is_some() {
            let compiled = started.recv().map_err(|_| Failure::Internal("the compiling thread ended".into()))?;
            compiled.map_err(failed)?;
        }
        Ok(Some(tiers))
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

fn compiling_thread() -> std::thread::Builder {
    std::thread::Builder::new().name("quipu-compiler".to_owned()).stack_size(16 << 20)
}

/// The thread that compiles: first what must be there from the start, and then what is hot.
fn start(
    shared: &Arc<Shared>,
    eager: Vec<usize>,
    ready: Sender<Result<(), BackendError>>,
) -> Result<JoinHandle<()>, Failure> {
    let shared = Arc::clone(shared);
    let run = move || {
        let first = shared.replace_at_once(&eager);
        let go_on = first.is_ok();
        if ready.send(first).is_ok() && go_on {
            shared.watch();
        }
    };
    compiling_thread().spawn(run).map_err(|e| Failure::Internal(format!("no thread to compile on: {e}")))
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
