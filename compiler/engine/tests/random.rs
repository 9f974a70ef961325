//! Random programs over the whole language against what CPython made of them.
//!
//! How it thinks: tests/random.txt has a line for each program: a hash of its text and one of its outcome in CPython
//! (standard output, last line of standard error, line of the exception), recorded by `tests/tools/whole.py --record`. The
//! generator makes the programs again (`quipu_tests::random`), each runs on the evaluator, one in twenty on the compiled
//! tiers too, and must end in the same way or be refused before it starts. Refusals are counted. A line may end with why its
//! program does not pass yet. To see what CPython says of one that differs:
//!
//! ```text
//! target/debug/random-programs SEED NUMBER 1 FOLDER && python FOLDER/NUMBER.py
//! ```
//! They run in this process, for most compile in less time than a process takes to start.

mod common;

use common::Outcome;
use quipu_engine::Tier;
use quipu_tests::random;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What one program in twenty runs on; the others run on the first of these.
const TIERS: [Tier; 3] = [Tier::Evaluator, Tier::Cranelift, Tier::Llvm];
const COMPILED: usize = 20;

/// So many of 1,000 programs may be refused. To be lowered with what the compiler learns.
const MOST_REFUSED: usize = 20;

/// The hash of tests/tools/whole.py (FNV-1a, 64 bits).
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3))
}

/// What is recorded of an outcome.
fn summary(outcome: &Outcome) -> String {
    let failed = outcome.status != 0;
    let said = |l: &&str| !l.is_empty() && !l.starts_with("help: ") && !l.starts_with("  ");
    let last = if failed { outcome.stderr.lines().rfind(said).unwrap_or_default() } else { "" };
    let place = |l: &str| l.strip_prefix("  File \"case.py\", line ")?.split(',').next()?.parse::<u32>().ok();
    let line = if failed { outcome.stderr.lines().filter_map(place).next_back().unwrap_or(0) } else { 0 };
    format!("{}\0{last}\0{line}", outcome.stdout)
}

enum Verdict {
    Clean,
    Refused,
    Wrong(String),
}

fn judge(number: usize, source: &str, want: u64) -> Verdict {
    let tiers = if number.is_multiple_of(COMPILED) { &TIERS[..] } else { &TIERS[..1] };
    for tier in tiers {
        let outcome = common::outcome(source, *tier);
        if outcome.status == Outcome::REFUSED && !outcome.stderr.contains("error[internal]") {
            return Verdict::Refused;
        }
        if hash(&summary(&outcome)) != want {
            let Outcome { stdout, stderr, status } = outcome;
            return Verdict::Wrong(format!(
                "program {number} on {tier:?} ends otherwise than in CPython, with status {status}:\n{source}-- it prints\n{stdout}{stderr}\n"
            ));
        }
    }
    Verdict::Clean
}

#[test]
fn random_programs_end_as_in_cpython() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let recorded = std::fs::read_to_string(root.join("tests/random.txt")).expect("the records");
    let mut lines = recorded.lines();
    let seed: u64 =
        lines.next().and_then(|l| l.strip_prefix("seed ")?.parse().ok()).expect("`seed N` in the first line");
    let rows: Vec<(u64, u64, bool)> = lines
        .map(|l| {
            let mut words = l.split(' ');
            let mut number = || words.next().and_then(|t| u64::from_str_radix(t, 16).ok()).expect("two hashes");
            (number(), number(), words.next().is_some())
        })
        .collect();
    let only: Option<usize> = std::env::var("QUIPU_RANDOM").ok().and_then(|n| n.parse().ok());
    let (next, refused, wrong) = (AtomicUsize::new(only.unwrap_or(0)), AtomicUsize::new(0), Mutex::new(vec![]));
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            let one_after_the_other = || {
                loop {
                    let k = next.fetch_add(1, Ordering::Relaxed);
                    let Some((program, outcome, pending)) = rows.get(k).filter(|_| only.is_none_or(|n| n == k)) else {
                        break;
                    };
                    let source = random::program(seed, k as u64);
                    assert_eq!(hash(&source), *program, "the generator makes another program {k}: record again");
                    if *pending {
                        continue;
                    }
                    match judge(k, &source, *outcome) {
                        Verdict::Clean => {}
                        Verdict::Refused => drop(refused.fetch_add(1, Ordering::Relaxed)),
                        Verdict::Wrong(report) => wrong.lock().expect("no thread panics").push((k, report)),
                    }
                }
            };
            scope.spawn(move || common::on_large_stack(one_after_the_other));
        }
    });
    let (refused, wrong) = (refused.into_inner(), wrong.into_inner().expect("no thread panics"));
    println!("{} programs, {} wrong, {refused} refused", rows.len(), wrong.len());
    let numbers: Vec<usize> = wrong.iter().map(|(k, _)| *k).collect();
    let mut report = String::new();
    for (_, text) in wrong.iter().take(5) {
        let _ = writeln!(report, "{text}");
    }
    assert!(wrong.is_empty(), "the programs {numbers:?} are wrong, the first of them:\n{report}");
    assert!(refused * 1000 <= MOST_REFUSED * rows.len(), "{refused} of {} programs are refused", rows.len());
}
