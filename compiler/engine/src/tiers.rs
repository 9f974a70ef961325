//! The automatic tier: a program starts on Cranelift's code and moves over to LLVM's where its time goes.
//!
//! The loop IR is cut into units (`quipu_ir::loops::units`), loops above all, that are called through a table. At the
//! start the table has Cranelift's code, which is made in a few milliseconds. Compiled code writes the number of the unit
//! that it enters into the table; a thread looks at it once a [`TICK`]. The outermost unit around it that is not LLVM's
//! yet is compiled by LLVM on that thread when it was seen [`HOT`] times, with the inner ones in its code, and its
//! address goes into the table: the running loop takes it at the end of its strip. If the outer loop is still in its
//! slow code when as much time has passed again as its compilation took (one iteration of it is long), the inner unit
//! follows: most loops have taken the outer code by then. The thread looks less often while it sees nothing to do.
//!
//! What LLVM made is kept in the cache, if there is one, and the next run has it in its table from the start.
//!
//! So a program that ends within some milliseconds never waits for LLVM, and what runs long enough to notice runs
//! LLVM's code. Both tiers give the same bits, so it does not matter when the change comes.

use crate::Failure;
use crate::cache::{Good, Group};
use crate::image::{Lazy, Quick};
use quipu_backends::{Backend, BackendError, CompiledModule, Cranelift, Llvm, Object, Options};
use quipu_ir::loops::units::{self, Plan};
use quipu_ir::loops::{self, Module};
use quipu_runtime::Runtime;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How often the thread looks.
const TICK: Duration = Duration::from_millis(1);

/// How often it looks at least: every look costs the program some microseconds of a busy core.
const LONG_TICK: Duration = Duration::from_millis(8);

/// How often the program must have been seen in a unit for it to be compiled: what ends sooner is not worth LLVM's
/// time, which a program that keeps all cores busy has to do without.
const HOT: u32 = 4;

/// What the program and the compiling thread share.
struct Shared {
    plan: Plan,
    whole: Lazy,
    /// The runtime's functions, and behind them what `Plan` describes. Compiled code reads and writes it too.
    table: Box<[AtomicUsize]>,
    options: Options,
    stop: AtomicBool,
    /// LLVM's code. It lives as long as this: nobody knows when a unit was left for the last time.
    good: Mutex<Vec<Box<dyn CompiledModule>>>,
    /// Where it is kept for the next run.
    kept: Option<Good>,
}

/// A program's code in both tiers.
pub(crate) struct Tiers {
    shared: Arc<Shared>,
    quick: Box<dyn CompiledModule>,
    /// Units that began with LLVM's code because an earlier run had left it.
    found: u64,
    thread: Option<JoinHandle<()>>,
}

/// The code that a program starts with.
pub(crate) fn quick(module: &Module, options: &Options) -> Result<Quick, BackendError> {
    let cut = units::cut(&loops::legalize(module), quipu_runtime::FUNCTIONS.len() as u32);
    // What runs long enough to notice moves to LLVM's code, so all of this is about coming to run.
    let options = Options { opt_level: 0, ..options.clone() };
    let object = Cranelift.object(&cut.module, &options)?;
    Ok(Quick { object, plan: cut.plan, whole: Lazy::Here(Arc::new(cut.whole)) })
}

impl Shared {
    /// Compiles units, and puts their addresses into the table.
    fn replace(&self, units: &[usize]) -> Result<(), BackendError> {
        let module = self.whole.module(&self.plan, units).map_err(BackendError::Failed)?;
        let code = Llvm::new().object(&module, &self.options)?;
        self.take(units, &code)?;
        if let Some(kept) = &self.kept {
            kept.add(Group { units: units.to_vec(), code });
        }
        Ok(())
    }

    /// Puts the addresses of units that LLVM compiled into the table.
    fn take(&self, units: &[usize], code: &Object) -> Result<(), BackendError> {
        let code = code.load()?;
        let address = |k: &usize| code.get(&self.plan.units.get(*k)?.name);
        let missing = || BackendError::Failed("a unit has no code".into());
        let addresses: Vec<_> = units.iter().map(|k| address(k).ok_or_else(missing)).collect::<Result<_, _>>()?;
        for (k, address) in units.iter().zip(addresses) {
            // To the end, whatever is left.
            self.table[self.plan.strip(*k)].store(i64::MAX as usize, Ordering::Relaxed);
            self.table[self.plan.code(*k)].store(address as usize, Ordering::Release);
        }
        self.good.lock().unwrap_or_else(PoisonError::into_inner).push(code);
        Ok(())
    }

    /// Looks where the program is, and compiles what is hot and not done yet.
    fn watch(&self, mut done: Vec<bool>) {
        let units = &self.plan.units;
        let mut seen = vec![0; units.len()];
        // Up to when a unit's code is given time to be taken.
        let mut settles = vec![Instant::now(); units.len()];
        let mut tick = TICK;
        while !self.stop.load(Ordering::Relaxed) {
            std::thread::park_timeout(tick);
            tick = LONG_TICK.min(tick * 2);
            let now = self.table[self.plan.marker()].load(Ordering::Relaxed);
            let Some(unit) = now.checked_sub(1).filter(|k| *k < units.len() && !done[*k]) else { continue };
            tick = TICK;
            let outwards = || std::iter::successors(Some(unit), |k| units[*k].parent);
            let start = Instant::now();
            if outwards().any(|k| settles[k] > start) {
                continue;
            }
            let Some(k) = outwards().filter(|k| !done[*k]).last() else { continue };
            seen[k] += 1;
            if seen[k] < HOT {
                continue;
            }
            // One that LLVM refuses stays as it is.
            done[k] = true;
            if self.replace(&[k]).is_ok() {
                settles[k] = Instant::now() + start.elapsed();
            }
        }
    }
}

impl Tiers {
    /// Loads a program for a runtime, whose table it takes over until `leave`. `mixed`: see the engine's options. `kept`: what
    /// earlier runs left, and where this one leaves what it makes.
    pub(crate) fn new(
        quick: &Quick,
        options: &Options,
        mixed: bool,
        runtime: &Runtime,
        kept: Option<Good>,
    ) -> Result<Tiers, Failure> {
        let failed = |e: BackendError| Failure::Internal(format!("code generation failed: {e}"));
        let n = quipu_runtime::FUNCTIONS.len();
        #[expect(unsafe_code, reason = "the table is C's")]
        // SAFETY: `functions` of a runtime's context points to the addresses of `FUNCTIONS`.
        let functions = unsafe { std::slice::from_raw_parts((*runtime.ctx()).functions, n) };
        let plan = quick.plan.clone();
        let table = (0..plan.entries()).map(|i| AtomicUsize::new(functions.get(i).map_or(0, |f| *f as usize)));
        let shared = Arc::new(Shared {
            table: table.collect(),
            plan,
            whole: quick.whole.clone(),
            options: options.clone(),
            stop: AtomicBool::new(false),
            good: Mutex::default(),
            kept,
        });
        let quick = quick.object.load().map_err(failed)?;
        let units = &shared.plan.units;
        for (k, unit) in units.iter().enumerate() {
            let address = quick.get(&unit.name).ok_or_else(|| Failure::Internal(format!("unit {k} has no code")))?;
            shared.table[shared.plan.strip(k)].store(unit.strip as usize, Ordering::Relaxed);
            shared.table[shared.plan.code(k)].store(address as usize, Ordering::Relaxed);
        }
        let mut done = vec![false; units.len()];
        let mut found = 0;
        let earlier = if units.is_empty() { vec![] } else { shared.kept.as_ref().map(Good::get).unwrap_or_default() };
        for group in earlier {
            // What does not fit is made again.
            if shared.take(&group.units, &group.code).is_ok() {
                group.units.iter().for_each(|k| done[*k] = true);
                found += group.units.len() as u64;
            }
        }
        let at_once: Vec<usize> = (0..units.len()).filter(|k| mixed && k % 2 == 0 && !done[*k]).collect();
        if !at_once.is_empty() {
            shared.replace(&at_once).map_err(failed)?;
            at_once.iter().for_each(|k| done[*k] = true);
        }
        let thread = if units.is_empty() { None } else { Some(start(&shared, done)?) };
        Ok(Tiers { shared, quick, found, thread })
    }

    pub(crate) fn get(&self, func: &str) -> Option<*const u8> {
        self.quick.get(func)
    }

    /// The table that the context must have while the program runs.
    pub(crate) fn table(&self) -> *const *const u8 {
        self.shared.table.as_ptr().cast()
    }

    /// Units, those that have LLVM's code, and those of them that had it from the start.
    pub(crate) fn counts(&self) -> [(&'static str, u64); 3] {
        let moved = (0..self.shared.plan.units.len())
            .filter(|k| self.shared.table[self.shared.plan.strip(*k)].load(Ordering::Relaxed) == i64::MAX as usize);
        [
            ("units", self.shared.plan.units.len() as u64),
            ("units moved to LLVM", moved.count() as u64),
            ("units from the cache", self.found),
        ]
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
