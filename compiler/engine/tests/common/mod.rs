//! A program run in this process, with what it prints.

#![allow(dead_code, reason = "each test crate uses a part")]

use quipu_diagnostics::{Color, render};
use quipu_engine::{Compiled, Engine, Failure, Options, Tier};
use quipu_runtime::Runtime;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

/// Takes what a program prints.
#[derive(Clone, Default)]
pub struct Sink(Arc<Mutex<Vec<u8>>>);

impl Sink {
    pub fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).expect("text")
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Runs a compiled program on the engine's tier with so many threads: what it prints, and how it ends.
pub fn run(engine: &Engine, program: &mut Compiled, threads: usize) -> (String, Result<(), Failure>) {
    let sink = Sink::default();
    let output = Some(Box::new(sink.clone()) as Box<dyn Write + Send>);
    let options = quipu_runtime::Options { n_threads: Some(threads), output, ..Default::default() };
    let mut runtime = Runtime::new(options);
    let result = engine.run_in(program, &mut runtime);
    runtime.flush().expect("the sink takes everything");
    (sink.text(), result)
}

/// What a program does, as the command shows it.
pub struct Outcome {
    pub stdout: String,
    pub stderr: String,
    pub status: u8,
}

impl Outcome {
    /// The status of a program that the compiler does not take, or dies of.
    pub const REFUSED: u8 = 254;
    pub const PANICKED: u8 = 101;
}

/// What `case.py` with this text does on a tier, with one thread. The stack must be large.
pub fn outcome(text: &str, tier: Tier) -> Outcome {
    catch_unwind(AssertUnwindSafe(|| as_command(text, tier))).unwrap_or_else(|what| {
        let text = what.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| what.downcast_ref::<&str>().copied()).unwrap_or("something");
        Outcome { stdout: String::new(), stderr: format!("panicked at {text}"), status: Outcome::PANICKED }
    })
}

fn as_command(text: &str, tier: Tier) -> Outcome {
    let engine =
        Engine::new(Options { tier, threads: Some(1), arguments: vec!["case.py".into()], ..Options::default() });
    let mut program = match engine.compile("case.py", text) {
        Ok(p) => p,
        Err(e) => {
            let stderr = e.diagnostics.iter().map(|d| render(d, &e.sources, Color::Plain)).collect();
            return Outcome { stdout: String::new(), stderr, status: Outcome::REFUSED };
        }
    };
    let (stdout, result) = run(&engine, &mut program, 1);
    let (stderr, status) = match result {
        Ok(()) => (String::new(), 0),
        Err(Failure::Raised { kind, text, trace }) => {
            (quipu_engine::traceback(&program.sources, kind, &text, &trace), 1)
        }
        Err(Failure::Exit { status, message }) => (message.unwrap_or_default(), status),
        Err(Failure::Unsupported { what, .. }) => (format!("error[unsupported]: {what}"), Outcome::REFUSED),
        Err(Failure::Internal(what)) => (format!("error[internal]: {what}"), Outcome::PANICKED),
    };
    Outcome { stdout, stderr, status }
}

/// Runs `f` on a thread with the stack that the command has.
pub fn on_large_stack<T: Send>(f: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(512 << 20).spawn_scoped(scope, f).expect("a thread");
        thread.join().unwrap_or_else(|p| std::panic::resume_unwind(p))
    })
}
