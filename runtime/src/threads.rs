//! The pool of threads that parallel nests run on.
//!
//! One job at a time: `run(n, body)` calls `body(0..n)`, each index once, on the calling thread and the workers.
//! Indices are handed out in order from a counter, so *which* thread runs a chunk varies but what a chunk is does not:
//! results cannot depend on the number of threads. `run` returns when every call is done.
//!
//! Workers spin for about a millisecond after a job before they sleep, since a program that runs one parallel nest
//! usually runs the next one soon: a fork and join is then a few microseconds instead of two wake-ups. A pool of
//! our own rather than rayon, because this is all that is needed of one: no stealing, no splitting, no tree of joins,
//! and rayon's workers stop spinning earlier than that. A job started from inside a job, or while another thread's
//! is running, is run by its caller alone.
#![expect(unsafe_code, reason = "workers borrow the job from the caller's stack")]

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

type Body<'a> = &'a (dyn Fn(usize) + Sync);

/// A job, on the stack of the thread that runs it.
struct Job {
    body: Body<'static>,
    n: usize,
    next: AtomicUsize,
    /// Workers that are inside `work`.
    active: AtomicUsize,
    panic: Mutex<Option<Box<dyn std::any::Any + Send>>>,
}

impl Job {
    /// Runs chunks until none is left.
    fn work(&self) {
        loop {
            let chunk = self.next.fetch_add(1, Ordering::Relaxed);
            if chunk >= self.n {
                return;
            }
            if let Err(panic) = catch_unwind(AssertUnwindSafe(|| (self.body)(chunk))) {
                // The first is enough; the rest of the job is skipped.
                self.next.store(self.n, Ordering::Relaxed);
                lock(&self.panic).get_or_insert(panic);
            }
        }
    }
}

/// A pointer to the current job, sent to workers under the lock.
#[derive(Clone, Copy)]
struct JobRef(*const Job);

// SAFETY: a Job is only touched through atomics, a mutex and a Sync closure.
unsafe impl Send for JobRef {}

#[derive(Default)]
struct Board {
    job: Option<JobRef>,
    stop: bool,
}

#[derive(Default)]
struct Shared {
    board: Mutex<Board>,
    /// Counts jobs; what idle workers watch.
    epoch: AtomicU64,
    posted: Condvar,
    sleeping: AtomicUsize,
}

/// A poisoned lock means a panic that is being reported already; the data are valid at every point where it could.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub struct Threads {
    shared: Arc<Shared>,
    workers: Vec<JoinHandle<()>>,
    busy: AtomicBool,
}

/// How long a worker watches for the next job before it sleeps.
const SPIN: Duration = Duration::from_millis(1);

/// Workers run compiled code that may recurse.
const STACK: usize = 16 << 20;

impl Threads {
    /// A pool of `n` threads, the caller of `run` being one of them. Where the system has no more threads to give,
    /// the pool is smaller.
    pub fn new(n: usize) -> Threads {
        let shared = Arc::new(Shared::default());
        let spawn = |i: usize| {
            let shared = Arc::clone(&shared);
            let builder = std::thread::Builder::new().name(format!("quipu-{i}")).stack_size(STACK);
            builder.spawn(move || worker(&shared)).ok()
        };
        let workers = (1..n).map_while(spawn).collect();
        Threads { shared, workers, busy: AtomicBool::new(false) }
    }

    /// The number of threads that work on a job.
    pub fn count(&self) -> usize {
        self.workers.len() + 1
    }

    /// Calls `body` with every index below `n`, and returns when all calls have.
    pub fn run(&self, n: usize, body: &(dyn Fn(usize) + Sync)) {
        let alone = n <= 1 || self.workers.is_empty();
        if alone || self.busy.compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed).is_err() {
            (0..n).for_each(body);
            return;
        }
        // SAFETY: only the lifetime changes. Workers reach `body` through `job` alone, and this function does not
        // return (nor unwind: `work` catches) before it has taken the job off the board and all have left it.
        let body = unsafe { std::mem::transmute::<Body<'_>, Body<'static>>(body) };
        let job = Job { body, n, next: AtomicUsize::new(0), active: AtomicUsize::new(0), panic: Mutex::default() };
        lock(&self.shared.board).job = Some(JobRef(&raw const job));
        self.shared.epoch.fetch_add(1, Ordering::SeqCst);
        if self.shared.sleeping.load(Ordering::SeqCst) > 0 {
            // Taking the lock orders this after a worker's last look at the epoch before it sleeps.
            drop(lock(&self.shared.board));
            self.shared.posted.notify_all();
        }
        job.work();
        lock(&self.shared.board).job = None;
        let mut spins = 0u32;
        while job.active.load(Ordering::Acquire) > 0 {
            pause(&mut spins);
        }
        self.busy.store(false, Ordering::Release);
        if let Some(panic) = lock(&job.panic).take() {
            resume_unwind(panic);
        }
    }
}

/// Spins, and now and then lets another thread have the core.
fn pause(spins: &mut u32) {
    *spins += 1;
    if spins.is_multiple_of(64) { std::thread::yield_now() } else { std::hint::spin_loop() }
}

impl Drop for Threads {
    fn drop(&mut self) {
        lock(&self.shared.board).stop = true;
        self.shared.epoch.fetch_add(1, Ordering::SeqCst);
        self.shared.posted.notify_all();
        for worker in self.workers.drain(..) {
            // A worker's panics were caught and reported by `run`.
            let _ = worker.join();
        }
    }
}

fn worker(shared: &Shared) {
    let mut seen = 0;
    loop {
        seen = next_epoch(shared, seen);
        let job = {
            let board = lock(&shared.board);
            if board.stop {
                return;
            }
            // SAFETY: a job on the board is live, and counting this worker in while the board is locked keeps it so:
            // its owner takes it off under the lock and then waits for the count.
            board.job.inspect(|job| unsafe {
                (*job.0).active.fetch_add(1, Ordering::Relaxed);
            })
        };
        if let Some(job) = job {
            // SAFETY: this worker is counted in, so the job outlives `work`; it is not touched after the count.
            unsafe {
                (*job.0).work();
                (*job.0).active.fetch_sub(1, Ordering::Release);
            }
        }
    }
}

/// Waits until the epoch differs from `seen`.
fn next_epoch(shared: &Shared, seen: u64) -> u64 {
    let start = Instant::now();
    let mut spins = 0;
    loop {
        let epoch = shared.epoch.load(Ordering::SeqCst);
        if epoch != seen {
            return epoch;
        }
        pause(&mut spins);
        if spins.is_multiple_of(256) && start.elapsed() > SPIN {
            break;
        }
    }
    let mut board = lock(&shared.board);
    shared.sleeping.fetch_add(1, Ordering::SeqCst);
    while shared.epoch.load(Ordering::SeqCst) == seen {
        board = shared.posted.wait(board).unwrap_or_else(PoisonError::into_inner);
    }
    shared.sleeping.fetch_sub(1, Ordering::SeqCst);
    shared.epoch.load(Ordering::SeqCst)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_chunk_runs_once() {
        for threads in [1, 2, 5] {
            let pool = Threads::new(threads);
            for round in 0..200 {
                let counts: Vec<AtomicUsize> = (0..round).map(|_| AtomicUsize::new(0)).collect();
                pool.run(round, &|i| {
                    counts[i].fetch_add(1, Ordering::Relaxed);
                });
                assert!(counts.iter().all(|c| c.load(Ordering::Relaxed) == 1));
            }
        }
    }

    #[test]
    fn sleeping_workers_wake_and_nested_jobs_run() {
        let pool = Threads::new(3);
        std::thread::sleep(Duration::from_millis(5));
        let total = AtomicUsize::new(0);
        pool.run(10, &|i| {
            pool.run(10, &|j| {
                total.fetch_add(i * j, Ordering::Relaxed);
            });
        });
        assert_eq!(total.into_inner(), 45 * 45);
    }

    #[test]
    fn a_panic_reaches_the_caller_and_the_pool_survives() {
        let pool = Threads::new(2);
        let caught = catch_unwind(AssertUnwindSafe(|| pool.run(8, &|i| assert_ne!(i, 3))));
        assert!(caught.is_err());
        let count = AtomicUsize::new(0);
        pool.run(8, &|_| {
            count.fetch_add(1, Ordering::Relaxed);
        });
        assert_eq!(count.into_inner(), 8);
    }
}
