//! One running program: its context, and what stands behind it.
//!
//! A `Runtime` owns the `Ctx` that compiled code receives. Behind `ctx.state` is a `State`, which compiled code never
//! looks into: memory, output, print options and threads, shared by all threads of the program. Chunks of parallel
//! nests get contexts of their own (an own error record and stack limit) whose `State` says that they are workers:
//! a worker may not free to a mark, because the list of blocks is everybody's, and runs nested parallel nests alone.
//!
//! `Context` is how the runtime's own functions see a `*mut Ctx`: safe methods for memory, errors and strings.
#![expect(unsafe_code, reason = "contexts and strings are raw memory shared with compiled code")]

use crate::error::{Error, Result};
use crate::format::PrintOptions;
use crate::input::Input;
use crate::memory::{Memory, Statistics};
use crate::output::Output;
use crate::text::{FLAG_ASCII, Str};
use crate::threads::Threads;
use quipu_abi::{Ctx, ErrorKind, ErrorRecord};
use std::collections::HashMap;
use std::io::{Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::null;
use std::sync::atomic::{AtomicPtr, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

/// How a program is run. `default()` is what the command uses.
pub struct Options {
    /// All of the machine's where `None`.
    pub n_threads: Option<usize>,
    /// Live bytes beyond this raise MemoryError.
    pub memory_limit: usize,
    /// Bytes of freed blocks that are kept warm.
    pub pool_limit: usize,
    /// Where `print` writes; standard output where `None`.
    pub output: Option<Box<dyn Write + Send>>,
    /// What standard input is read from; the process's where `None`.
    pub input: Option<Box<dyn Read + Send>>,
    /// What `sys.argv` holds: the program's name, and its arguments.
    pub arguments: Vec<String>,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            n_threads: None,
            memory_limit: usize::MAX,
            pool_limit: 1 << 30,
            output: None,
            input: None,
            arguments: vec![],
        }
    }
}

/// What all threads of a program share.
pub struct Shared {
    memory: Mutex<Memory>,
    output: Mutex<Output>,
    input: Mutex<Input>,
    arguments: Vec<String>,
    print_options: Mutex<PrintOptions>,
    threads: OnceLock<Threads>,
    n_threads: usize,
    messages: Mutex<Messages>,
    /// The calls that the exception in flight has left: their sites, innermost first, and how often each in a row.
    left: Mutex<Vec<(u32, u32)>>,
    /// The site of the exception that was handled last, and the calls that it had left.
    handled: Mutex<Place>,
    /// Where exceptions were raised that handlers may raise again.
    origins: Mutex<Origins>,
}

/// The site of an exception, and the calls that it left.
type Place = (u32, Vec<(u32, u32)>);

/// Places by number, each once.
#[derive(Default)]
struct Origins {
    all: Vec<Place>,
    numbers: HashMap<Place, i64>,
}

/// So many places are told from each other; exceptions from others seem to begin where they are raised again.
const MOST_ORIGINS: usize = 50_000;

/// So many places of a traceback are kept, one after the other being the same counted once.
const MOST_PLACES: usize = 10_000;

/// The templates of the sites of compiled code, which a handler's text is made of.
#[derive(Default)]
struct Messages {
    base: u32,
    templates: Vec<String>,
}

/// What `ctx.state` points to.
pub struct State {
    shared: Arc<Shared>,
    worker: bool,
}

/// A lock that a panic poisoned guards data that are still whole: every method leaves them so.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    pub fn memory(&self) -> MutexGuard<'_, Memory> {
        lock(&self.memory)
    }

    pub fn output(&self) -> MutexGuard<'_, Output> {
        lock(&self.output)
    }

    pub fn input(&self) -> MutexGuard<'_, Input> {
        lock(&self.input)
    }

    /// What `sys.argv` holds; of a program without a name, an empty one.
    pub fn argument(&self, i: i64) -> &str {
        usize::try_from(i).ok().and_then(|i| self.arguments.get(i)).map_or("", String::as_str)
    }

    pub fn arguments(&self) -> i64 {
        self.arguments.len().max(1) as i64
    }

    pub fn print_options(&self) -> MutexGuard<'_, PrintOptions> {
        lock(&self.print_options)
    }

    /// The exception in flight leaves the call at this site.
    pub fn leave_call(&self, site: u32) {
        let mut left = lock(&self.left);
        if let Some((last, times)) = left.last_mut()
            && *last == site
        {
            *times = times.saturating_add(1);
        } else if left.len() < MOST_PLACES {
            left.push((site, 1));
        }
    }

    /// The calls that the exception in flight has left; there are none from now on.
    fn take_left(&self) -> Vec<(u32, u32)> {
        std::mem::take(&mut lock(&self.left))
    }

    /// The exception in flight, which this site raised, is handled.
    fn note_handled(&self, site: u32) {
        let calls = self.take_left();
        *lock(&self.handled) = (site, calls);
    }

    /// Where the exception was raised that was handled last, and the calls that it left.
    pub fn handled(&self) -> Place {
        lock(&self.handled).clone()
    }

    /// The number of that place, from 1 on; 0: it has none.
    pub fn origin_of_handled(&self) -> i64 {
        let place = self.handled();
        let mut origins = lock(&self.origins);
        if let Some(n) = origins.numbers.get(&place) {
            return *n;
        }
        if origins.all.len() >= MOST_ORIGINS {
            return 0;
        }
        origins.all.push(place.clone());
        let n = origins.all.len() as i64;
        origins.numbers.insert(place, n);
        n
    }

    /// The exception in flight goes on from the place with this number; its site.
    fn leave_origin(&self, number: i64) -> Option<u32> {
        let origins = lock(&self.origins);
        let (site, calls) = origins.all.get(usize::try_from(number).ok()?.checked_sub(1)?)?;
        lock(&self.left).clone_from(calls);
        Some(*site)
    }

    /// The templates of the code that runs from now on: those of the sites from `base` on.
    pub fn set_messages(&self, base: u32, templates: Vec<String>) {
        *lock(&self.messages) = Messages { base, templates };
    }

    /// The text of an exception that a site's template describes.
    pub fn message(&self, site: u32, operands: &[i64; 4]) -> String {
        let messages = lock(&self.messages);
        let at = site.checked_sub(messages.base).and_then(|k| messages.templates.get(k as usize));
        let mut text = at.cloned().unwrap_or_default();
        if text.contains('{') {
            for (k, v) in operands.iter().enumerate() {
                text = text.replace(&format!("{{{k}}}"), &v.to_string());
            }
        }
        text
    }

    /// The pool, started when it is first needed.
    pub fn threads(&self) -> &Threads {
        self.threads.get_or_init(|| Threads::new(self.n_threads))
    }
}

/// A program's context and everything behind it. Dropping it frees all memory that the program still held.
pub struct Runtime {
    ctx: *mut Ctx,
    state: *mut State,
}

// SAFETY: the pointers are owned boxes of data that is itself Send; nothing depends on the thread but the stack limit,
// which `enter_thread` sets.
unsafe impl Send for Runtime {}

/// An exception as a host sees it. `text` is absent where the site's template with `operands` makes the message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Raised {
    pub kind: ErrorKind,
    pub site: u32,
    pub operands: [i64; 4],
    pub text: Option<String>,
    /// The sites of the calls that it left, innermost first, and how often each in a row.
    pub calls: Vec<(u32, u32)>,
}

const NO_ERROR: ErrorRecord = ErrorRecord { kind: 0, site: 0, operands: [0; 4], text: null() };

impl Runtime {
    pub fn new(options: Options) -> Box<Runtime> {
        let available = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let n_threads = options.n_threads.unwrap_or_else(available).max(1);
        let shared = Arc::new(Shared {
            memory: Mutex::new(Memory::new(options.memory_limit, options.pool_limit)),
            output: Mutex::new(options.output.map_or_else(Output::stdout, Output::to)),
            input: Mutex::new(Input::from(options.input.unwrap_or_else(|| Box::new(std::io::stdin())))),
            arguments: options.arguments,
            print_options: Mutex::default(),
            threads: OnceLock::new(),
            n_threads,
            messages: Mutex::default(),
            left: Mutex::default(),
            handled: Mutex::default(),
            origins: Mutex::default(),
        });
        let state = Box::into_raw(Box::new(State { shared, worker: false }));
        let ctx = Box::into_raw(Box::new(Ctx {
            error: NO_ERROR,
            stack_limit: stack_limit(),
            interrupt: 0,
            n_threads: n_threads as u32,
            functions: crate::shims::pointers().as_ptr(),
            state: state.cast(),
        }));
        Box::new(Runtime { ctx, state })
    }

    /// The context to call compiled code with, valid as long as the runtime.
    pub fn ctx(&self) -> *mut Ctx {
        self.ctx
    }

    pub fn shared(&self) -> &Shared {
        // SAFETY: `state` is ours and lives until drop.
        unsafe { &(*self.state).shared }
    }

    pub fn statistics(&self) -> Statistics {
        self.shared().memory().statistics()
    }

    /// Writes out what the program printed.
    pub fn flush(&self) -> Result<()> {
        self.shared().output().flush()
    }

    /// Takes the exception in flight, if there is one.
    pub fn take_error(&mut self) -> Option<Raised> {
        // SAFETY: `ctx` is ours, and no compiled code runs while the runtime is borrowed mutably.
        let record = unsafe { std::mem::replace(&mut (*self.ctx).error, NO_ERROR) };
        if record.kind == 0 {
            return None;
        }
        // SAFETY: a record's text is null or a live string.
        let text = unsafe { str_at(record.text.cast()) }.map(str::to_owned);
        free_text(self.shared(), &record);
        let ErrorRecord { kind, site, operands, .. } = record;
        let calls = self.shared().take_left();
        Some(Raised { kind: ErrorKind::from_code(kind), site, operands, text, calls })
    }

    /// Sets the stack limit to the current thread's. `new` has done so for its own.
    pub fn enter_thread(&mut self) {
        // SAFETY: `ctx` is ours.
        unsafe { (*self.ctx).stack_limit = stack_limit() };
    }

    /// Runs `f` on a thread with a stack of `bytes`, for programs that recurse deeply.
    pub fn on_large_stack<R: Send>(&mut self, bytes: usize, f: impl FnOnce(&mut Runtime) -> R + Send) -> Result<R> {
        let own_limit = current_limit(self);
        let result = std::thread::scope(|scope| {
            let builder = std::thread::Builder::new().name("quipu-program".to_owned()).stack_size(bytes);
            let thread = builder.spawn_scoped(scope, || {
                self.enter_thread();
                f(self)
            });
            match thread {
                Ok(thread) => thread.join().map_err(|panic| std::panic::resume_unwind(panic)),
                Err(error) => Err(crate::output::os_error(&error, None)),
            }
        });
        // SAFETY: `ctx` is ours.
        unsafe { (*self.ctx).stack_limit = own_limit };
        result
    }

    /// Ctrl-C was dealt with: the next one interrupts again.
    pub fn clear_interrupt(&self) {
        // SAFETY: as in `interrupted`.
        unsafe { AtomicU32::from_ptr(&raw mut (*self.ctx).interrupt) }.store(0, Ordering::Relaxed);
    }

    /// Has Ctrl-C been pressed since `catch_interrupts`?
    pub fn interrupted(&self) -> bool {
        // SAFETY: `ctx` is live as long as `self`; the handler writes the flag atomically.
        unsafe { AtomicU32::from_ptr(&raw mut (*self.ctx).interrupt) }.load(Ordering::Relaxed) != 0
    }

    /// From now on Ctrl-C interrupts this program at its next poll, and a second one before that ends the process.
    pub fn catch_interrupts(&self) {
        // SAFETY: `ctx` is live; the field is only accessed atomically outside compiled code, which reads one word.
        let flag = unsafe { &raw mut (*self.ctx).interrupt };
        INTERRUPT.store(flag, Ordering::SeqCst);
        #[cfg(unix)]
        // SAFETY: the handler does nothing but atomic operations and `_exit`, which signals allow.
        unsafe {
            let mut action: libc::sigaction = std::mem::zeroed();
            action.sa_sigaction = on_interrupt as *const () as usize;
            action.sa_flags = libc::SA_RESTART;
            libc::sigaction(libc::SIGINT, &raw const action, std::ptr::null_mut());
        }
    }
}

/// Ends the process at once, with what was written to standard output: threads that are at work (a compiler's) are not
/// waited for, and nothing is taken down under them.
pub fn leave(status: u8) -> ! {
    use std::io::Write as _;
    let _ = std::io::stdout().flush();
    // SAFETY: ends the process without running anything of it.
    unsafe { libc::_exit(i32::from(status)) }
}

/// The stack limit that `on_large_stack` restores.
fn current_limit(runtime: &Runtime) -> usize {
    // SAFETY: `ctx` is the runtime's own.
    unsafe { (*runtime.ctx).stack_limit }
}

/// The flag that Ctrl-C sets.
static INTERRUPT: AtomicPtr<u32> = AtomicPtr::new(std::ptr::null_mut());

#[cfg(unix)]
extern "C" fn on_interrupt(_: libc::c_int) {
    let flag = INTERRUPT.load(Ordering::SeqCst);
    // SAFETY: a flag that is registered points into a live context (`drop` takes it away), and u32 has AtomicU32's
    // layout; `_exit` may be called from a handler.
    unsafe {
        if flag.is_null() || AtomicU32::from_ptr(flag).swap(1, Ordering::SeqCst) != 0 {
            libc::_exit(130);
        }
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        // SAFETY: `ctx` is live until the end of this function.
        let flag = unsafe { &raw mut (*self.ctx).interrupt };
        let _ = INTERRUPT.compare_exchange(flag, std::ptr::null_mut(), Ordering::SeqCst, Ordering::SeqCst);
        // SAFETY: both came from `Box::into_raw` and are not used again.
        unsafe {
            drop(Box::from_raw(self.ctx));
            drop(Box::from_raw(self.state));
        }
    }
}

/// Space that runtime functions and signal handlers need below a program's own frames.
const STACK_RESERVE: usize = 256 << 10;

/// The lowest address that the current thread's stack may grow to.
pub fn stack_limit() -> usize {
    stack_bottom() + STACK_RESERVE
}

#[cfg(target_os = "linux")]
fn stack_bottom() -> usize {
    // SAFETY: plain queries of this thread's own attributes, which are initialized before they are read and destroyed
    // after.
    unsafe {
        let mut attributes: libc::pthread_attr_t = std::mem::zeroed();
        if libc::pthread_getattr_np(libc::pthread_self(), &raw mut attributes) != 0 {
            return assumed_bottom();
        }
        let (mut bottom, mut size) = (std::ptr::null_mut(), 0);
        let got = libc::pthread_attr_getstack(&raw const attributes, &raw mut bottom, &raw mut size);
        libc::pthread_attr_destroy(&raw mut attributes);
        if got == 0 { bottom as usize } else { assumed_bottom() }
    }
}

#[cfg(not(target_os = "linux"))]
fn stack_bottom() -> usize {
    assumed_bottom()
}

/// A thread's usual smallest stack, below this frame.
fn assumed_bottom() -> usize {
    let here = 0u8;
    (&raw const here as usize).saturating_sub(1 << 20)
}

/// The text of a string object; `None` for null.
///
/// # Safety
/// `s` is null or a live string, which outlives `'a`.
pub unsafe fn str_at<'a>(s: *const Str) -> Option<&'a str> {
    if s.is_null() {
        return None;
    }
    // SAFETY: a live string's header is followed by `bytes` bytes of UTF-8, which are never written again.
    unsafe {
        let bytes = std::slice::from_raw_parts(s.add(1).cast::<u8>(), (*s).bytes as usize);
        Some(std::str::from_utf8_unchecked(bytes))
    }
}

/// Frees the text of an error record that is given up.
fn free_text(shared: &Shared, record: &ErrorRecord) {
    // SAFETY: `raise` made the text for this record alone.
    unsafe { shared.memory().free(record.text.cast_mut()) };
}

/// A context as runtime functions use it.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    ctx: *mut Ctx,
    state: &'a State,
}

impl<'a> Context<'a> {
    /// # Safety
    /// `ctx` is the context of a live runtime or of one of its workers, used by this thread alone.
    pub unsafe fn from_raw(ctx: *mut Ctx) -> Context<'a> {
        // SAFETY: by the contract, `state` points to the State that a Runtime owns.
        Context { ctx, state: unsafe { &*(*ctx).state.cast::<State>() } }
    }

    pub fn shared(&self) -> &'a Shared {
        &self.state.shared
    }

    pub fn is_worker(&self) -> bool {
        self.state.worker
    }

    pub fn memory(&self) -> MutexGuard<'a, Memory> {
        self.shared().memory()
    }

    /// Sets the stack limit to the current thread's.
    pub fn enter_thread(&self) {
        thread_local!(static LIMIT: usize = stack_limit());
        // SAFETY: the context is this thread's alone.
        unsafe { (*self.ctx).stack_limit = LIMIT.with(|limit| *limit) };
    }

    /// Runs a fallible function's body: 0, or 1 with the exception in the context. A panic (a mistake of ours) is
    /// reported as a RuntimeError, since it must not unwind into compiled code.
    pub fn guard(&self, body: impl FnOnce() -> Result<()>) -> i32 {
        let error = match catch_unwind(AssertUnwindSafe(body)) {
            Ok(Ok(())) => return 0,
            Ok(Err(error)) => error,
            Err(panic) => {
                let text = panic.downcast_ref::<&str>().map(|s| (*s).to_owned());
                let text = text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
                Error::new(ErrorKind::RuntimeError, format!("internal error of the runtime: {text}"))
            }
        };
        self.raise(&error)
    }

    /// Puts an exception into the context; always 1. The site stays for the caller to fill in.
    pub fn raise(&self, error: &Error) -> i32 {
        let text = if error.text.is_empty() { Ok(null()) } else { self.new_str(&error.text) };
        // Without memory for the text, the kind must do.
        let text = text.unwrap_or(null());
        // SAFETY: the text is a fresh block; adopted, no mark frees it before it is read.
        unsafe { self.memory().adopt(text.cast_mut().cast()) };
        // SAFETY: the context is this thread's alone.
        let old = unsafe {
            std::mem::replace(
                &mut (*self.ctx).error,
                ErrorRecord { kind: error.kind as u32, text: text.cast(), ..NO_ERROR },
            )
        };
        free_text(self.shared(), &old);
        1
    }

    /// Raises an exception that a handler took, or a new one: `code` is its kind, and above 32 bits the number of the place where
    /// it was raised first (`origin_of_handled`) or 0, for `site`. Always 1.
    pub fn raise_again(&self, code: i64, text: &str, site: u32) -> i32 {
        self.raise(&Error::new(ErrorKind::from_code(code as u32), text));
        let origin = if self.is_worker() { None } else { self.shared().leave_origin(code >> 32) };
        // SAFETY: the context is this thread's alone.
        unsafe { (*self.ctx).error.site = origin.unwrap_or(site) };
        1
    }

    /// The exception in flight is dealt with.
    pub fn clear_error(&self) {
        free_text(self.shared(), &self.take_record());
    }

    /// Takes the record out of the context; its text then belongs to the caller.
    pub fn take_record(&self) -> ErrorRecord {
        // SAFETY: the context is this thread's alone.
        let record = unsafe { std::mem::replace(&mut (*self.ctx).error, NO_ERROR) };
        if !self.is_worker() {
            self.shared().note_handled(record.site);
        }
        record
    }

    pub fn alloc(&self, bytes: usize, zeroed: bool) -> Result<*mut u8> {
        self.memory().alloc(bytes, zeroed)
    }

    /// A string object with this text.
    pub fn new_str(&self, text: &str) -> Result<*const Str> {
        let at = self.alloc(size_of::<Str>() + text.len(), false)?.cast::<Str>();
        let flags = if text.is_ascii() { FLAG_ASCII } else { 0 };
        let header = Str {
            len: crate::text::len(text) as i64,
            bytes: text.len() as i64,
            hash: crate::text::hash(text),
            refs: 1,
            flags,
        };
        // SAFETY: a fresh block with room for both, aligned to 64.
        unsafe {
            at.write(header);
            std::ptr::copy_nonoverlapping(text.as_ptr(), at.add(1).cast(), text.len());
        }
        Ok(at)
    }

    /// Calls `body(context, chunk)` for every chunk, on the program's threads. `body` returns a compiled function's
    /// status; of several errors the one of the smallest chunk is raised, whatever the number of threads.
    pub fn parallel_for(&self, n_chunks: usize, body: &(dyn Fn(*mut Ctx, usize) -> i32 + Sync)) -> i32 {
        if self.is_worker() || n_chunks <= 1 {
            return (0..n_chunks).map(|chunk| body(self.ctx, chunk)).find(|&status| status != 0).unwrap_or(0);
        }
        let parent = Parent(self.ctx);
        let failed: Mutex<Option<(usize, Record)>> = Mutex::new(None);
        let worker_state = State { shared: Arc::clone(&self.state.shared), worker: true };
        let state = Shareable(&raw const worker_state);
        let shared = self.shared();
        shared.threads().run(n_chunks, &|chunk| {
            // Chunks are handed out in order: any that is smaller than a failed one has been started.
            if lock(&failed).as_ref().is_some_and(|(first, _)| *first < chunk) {
                return;
            }
            let mut ctx = parent.child(state.get());
            if body(&raw mut ctx, chunk) == 0 {
                return;
            }
            let mut failed = lock(&failed);
            let loser = match failed.as_ref() {
                Some((first, _)) if *first < chunk => Some(ctx.error),
                _ => failed.replace((chunk, Record(ctx.error))).map(|(_, record)| record.0),
            };
            if let Some(record) = loser {
                free_text(shared, &record);
            }
        });
        let failed = lock(&failed).take();
        match failed {
            None => 0,
            Some((_, record)) => {
                self.clear_error();
                // SAFETY: the context is this thread's alone.
                unsafe { (*self.ctx).error = record.0 };
                1
            }
        }
    }
}

/// An error record on its way from a worker to the thread that waits for it.
struct Record(ErrorRecord);

// SAFETY: the record's text is a block that it alone owns.
unsafe impl Send for Record {}

/// The context that a parallel nest was started from; workers read it, its thread waits meanwhile.
struct Parent(*mut Ctx);

// SAFETY: only `child` uses it, which reads fields that do not change during the nest, and the interrupt flag atomically.
unsafe impl Sync for Parent {}

impl Parent {
    fn child(&self, state: *const State) -> Ctx {
        thread_local!(static LIMIT: usize = stack_limit());
        // SAFETY: the parent's context is live while the nest runs.
        let (interrupt, functions) = unsafe {
            let flag = AtomicU32::from_ptr(&raw mut (*self.0).interrupt);
            (flag.load(Ordering::Relaxed), (*self.0).functions)
        };
        Ctx {
            error: NO_ERROR,
            stack_limit: LIMIT.with(|limit| *limit),
            interrupt,
            n_threads: 1,
            functions,
            state: state.cast_mut().cast(),
        }
    }
}

/// A pointer to data that is Sync.
struct Shareable(*const State);

// SAFETY: State is Sync: an Arc of mutexes and a constant.
unsafe impl Sync for Shareable {}

impl Shareable {
    fn get(&self) -> *const State {
        self.0
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn an_interrupt_sets_the_flag_of_the_program() {
        let runtime = Runtime::new(Options { n_threads: Some(1), ..Options::default() });
        runtime.catch_interrupts();
        // SAFETY: the handler that was just installed runs on this thread; the context is live.
        unsafe {
            assert_eq!((*runtime.ctx()).interrupt, 0);
            libc::raise(libc::SIGINT);
            assert_eq!((*runtime.ctx()).interrupt, 1);
        }
    }
}
