//! A program run in this process, with what it prints.

#![allow(dead_code, reason = "each test crate uses a part")]

use quipu_engine::{Compiled, Engine, Failure};
use quipu_runtime::Runtime;
use std::io::Write;
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
