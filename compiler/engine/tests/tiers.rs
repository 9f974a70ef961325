//! The automatic tier gives what Cranelift alone gives, wherever a program is cut: with every second unit in LLVM's
//! code the tiers hand over to each other at the borders of loops, strips and recursive calls. And a program that was kept
//! gives it again.

mod common;

use quipu_engine::{Cache, Engine, Options, Tier};

/// What a program prints, and how it ends.
fn run(text: &str, tier: Tier, mixed: bool) -> String {
    let engine = Engine::new(Options { tier, mixed, threads: Some(2), ..Options::default() });
    let mut program = engine.compile("test.py", text).unwrap_or_else(|e| panic!("{:?}", e.diagnostics));
    let (printed, result) = common::run(&engine, &mut program, 2);
    format!("{printed}{result:?}")
}

fn check(text: &str) {
    let expected = run(text, Tier::Cranelift, false);
    for mixed in [false, true] {
        assert_eq!(run(text, Tier::Auto, mixed), expected, "mixed {mixed}:\n{text}");
    }
    // The second run has all that the first one left: both tiers' code.
    let folder = tempfile::tempdir().expect("a folder");
    let cache = Cache::at(folder.path().join("cache"), 1 << 30);
    for state in ["kept", "found"] {
        let engine = Engine::new(Options { tier: Tier::Auto, mixed: true, threads: Some(2), ..Options::default() });
        // The folder of this process, which decides where a relative name leads, changes below.
        let program = engine.open(&cache, "/test.py", text);
        let mut program = program.unwrap_or_else(|e| panic!("{:?}", e.diagnostics));
        let (printed, result) = common::run(&engine, &mut program, 2);
        assert_eq!(format!("{printed}{result:?}"), expected, "{state}:\n{text}");
        assert_eq!(program.timings.cache.as_deref(), Some(state));
        let count = |name| program.timings.counts.iter().find(|c| c.0 == name).map(|c| c.1);
        let from_cache = if state == "found" { count("units").map(|n| n.div_ceil(2)) } else { Some(0) };
        assert!(count("units from the cache") >= from_cache, "{:?}", program.timings);
    }
}

#[test]
fn loops_in_loops() {
    check(
        "
import numpy as np
a = np.zeros((30, 40))
for t in range(50):
    for i in range(1, 29):
        for j in range(38, 0, -3):
            a[i, j] = 0.25 * (a[i - 1, j] + a[i + 1, j] + a[i, j - 1] + a[i, j + 1]) + i * j
print(a.sum(), a[7, 5], t, i, j)
",
    );
}

#[test]
fn loops_that_stop() {
    check(
        "
def first(n, m):
    for i in range(n):
        for j in range(m):
            if i * j > 5000:
                return i, j
    return -1, -1
x = 27
steps = 0
while x != 1:
    x = 3 * x + 1 if x % 2 else x // 2
    steps += 1
for k in range(100000):
    if k * k > 2000000:
        break
else:
    print('never')
n = 0
while True:
    n += 7
    if n % 11 == 3 and n > 5000:
        break
print(first(100, 3000), first(3, 3), steps, k, n)
",
    );
}

#[test]
fn exceptions_leave_loops() {
    check(
        "
xs = [0] * 2000
def fill(n):
    for i in range(n):
        for j in range(3):
            xs[i] += 100 // (1500 - i)
try:
    fill(2000)
except ZeroDivisionError as e:
    print('caught', e)
print(sum(xs))
total = 0
for i in range(3000):
    try:
        total += xs[i]
    except IndexError:
        total -= 1
print(total)
for i in range(5000):
    xs[i] = i
",
    );
}

#[test]
fn recursion_and_lists() {
    check(
        "
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)
def sieve(n):
    out = []
    for v in range(2, n):
        prime = True
        d = 2
        while d * d <= v:
            if v % d == 0:
                prime = False
                break
            d += 1
        if prime:
            out.append(v)
    return out
print(fib(20), sieve(3000)[-5:], len(sieve(3000)))
",
    );
}

#[test]
fn threads_and_fastmath() {
    check(
        "
import numpy as np
from numba import njit, prange
@njit(parallel=True)
def scale(a, b):
    for i in prange(a.shape[0]):
        s = 0.0
        for j in range(a.shape[1]):
            s += a[i, j]
        b[i] = s
@njit(fastmath=True)
def count(a):
    n = 0.0
    for x in a:
        n += x
    return n
a = np.arange(20000.0).reshape(200, 100)
b = np.zeros(200)
scale(a, b)
print(b.sum(), b[:3], count(np.ones(5000)))
",
    );
}

/// Programs of the test suite. QUIPU_TIER_STEP=1 takes all of them; every 16th is quick enough for each run.
#[test]
fn programs() {
    let step = std::env::var("QUIPU_TIER_STEP").ok().and_then(|s| s.parse().ok()).unwrap_or(16);
    let mut paths = vec![];
    let mut folders =
        vec![std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests").canonicalize().unwrap()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "py") {
                paths.push(path);
            }
        }
    }
    paths.sort();
    // Programs write files.
    let work = std::env::temp_dir().join(format!("quipu-tiers-{}", std::process::id()));
    std::fs::create_dir_all(&work).unwrap();
    std::env::set_current_dir(&work).unwrap();
    let mut compared = 0;
    for path in paths.iter().step_by(step) {
        let text = std::fs::read_to_string(path).unwrap();
        // Clocks give what they give.
        if text.contains("perf_counter") || Engine::default().compile("test.py", &text).is_err() {
            continue;
        }
        assert_eq!(run(&text, Tier::Auto, true), run(&text, Tier::Cranelift, false), "{}", path.display());
        compared += 1;
    }
    assert!(compared > 5, "only {compared} programs compile");
    _ = std::fs::remove_dir_all(&work);
}
