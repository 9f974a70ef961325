//! Runs one program after the other in one process: what `tests/tools/whole.py --server` talks to, since a random program
//! compiles in less time than a process takes to start.
//!
//! ```text
//! <- evaluator /tmp/case.py
//! -> 0 3 0            status, bytes of standard output and of standard error, which follow
//! ```

#[path = "../tests/common/mod.rs"]
mod common;

use quipu_engine::Tier;
use std::io::{BufRead, Write};

fn main() {
    // What a panic says is part of the answer.
    std::panic::set_hook(Box::new(|_| {}));
    let answered = common::on_large_stack(|| -> std::io::Result<()> {
        for line in std::io::stdin().lock().lines() {
            let line = line?;
            let (tier, path) = line.split_once(' ').unwrap_or(("", &line));
            let tier = Tier::from_name(tier).ok_or_else(|| std::io::Error::other(format!("no tier: {line}")))?;
            let done = common::outcome(&std::fs::read_to_string(path)?, tier);
            let mut out = std::io::stdout().lock();
            writeln!(out, "{} {} {}", done.status, done.stdout.len(), done.stderr.len())?;
            out.write_all(done.stdout.as_bytes())?;
            out.write_all(done.stderr.as_bytes())?;
            out.flush()?;
        }
        Ok(())
    });
    if let Err(e) = answered {
        eprintln!("{e}");
        std::process::exit(1);
    }
}
