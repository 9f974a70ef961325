//! Programs that run into limits, or for long: the command ends as CPython does, and its memory does not grow.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const TIERS: [&str; 3] = ["evaluator", "cranelift", "llvm"];

fn quipu(tier: &str, code: &str) -> Command {
    let mut c = Command::new(env!("CARGO_BIN_EXE_quipu"));
    c.env("QUIPU_CACHE_DIR", "");
    c.args(["run", "--tier", tier, "-c", code]).stdin(Stdio::null());
    c
}

/// Raises, catches, allocates and returns `n` times; prints the most kB that the process has had.
fn churn(n: u32) -> String {
    format!(
        "
import numpy as np
def raises(k, a):
    t = np.zeros(100)
    t[0] = a[0]
    if k % 2 == 0:
        raise ValueError(f'even {{k}}')
    return t[k % 300]
def returns(n, a):
    if n == 0:
        return a * 2.0, [n, n + 1]
    return returns(n - 1, a + 1.0)
a = np.ones(64)
bad = 0
total = 0.0
for k in range({n}):
    try:
        total += raises(k, a)
    except ValueError as e:
        bad += len(str(e))
    except IndexError:
        bad += 1
    b, xs = returns(2, a)
    xs.append(k)
    total += b[0] + len(xs) + len(f'{{k}}')
print(bad > {n}, total)
"
    )
}

/// The peak of the resident memory of a run, in kB, and what it printed.
// `wait4` waits for the child, which the lint does not see.
#[allow(unsafe_code, clippy::zombie_processes)]
fn peak(tier: &str, code: &str) -> (i64, String) {
    let mut child = quipu(tier, code).stdout(Stdio::piped()).spawn().expect("the command starts");
    let mut out = String::new();
    child.stdout.take().expect("a pipe").read_to_string(&mut out).expect("text");
    let pid = libc::pid_t::try_from(child.id()).expect("a pid");
    let mut status = 0;
    // SAFETY: both are plain numbers that the call fills in; the child is ours, and nothing else waits for it.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        assert_eq!(libc::wait4(pid, &raw mut status, 0, &raw mut usage), pid);
        usage
    };
    assert_eq!(status, 0, "{tier}: {out}");
    (usage.ru_maxrss, out)
}

#[test]
fn a_million_raises_and_returns_take_no_memory() {
    for tier in TIERS {
        let many = if tier == "evaluator" { 20_000 } else { 1_000_000 };
        let (small, _) = peak(tier, &churn(1_000));
        let (large, out) = peak(tier, &churn(many));
        assert!(out.starts_with("True "), "{tier}: {out}");
        // A leak of one string per trip would be 20 MB at least; the allocator takes memory by some MB.
        assert!(large < small + 10_000, "{tier}: {small} kB became {large} kB");
    }
}

/// Texts that loops carry, that branches choose, that recursion returns and that lists hold.
fn texts(n: u32) -> String {
    format!(
        "
def cut(n):
    return 'a' if n == 0 else cut(n - 1)[:5] + str(n)
s, names = 'start', ['n' + str(i) for i in range(100)]
for i in range({n}):
    s = s[-20:] + str(i)
    t = s + 'x' if i % 3 == 0 else 'y'
    names[i % 100] = names[(i * 7) % 100][:10] + t[:3]
    names.append(names.pop(0))
    if i % 50 == 0:
        s = cut(3)
    try:
        w = 'w' + s
        if i % 2:
            raise ValueError(w)
    except ValueError as e:
        s = str(e)
print(len(s) + len(t) + len(names) > 0)
"
    )
}

#[test]
fn texts_that_leave_their_block_take_no_memory() {
    for tier in TIERS {
        let many = if tier == "evaluator" { 5_000 } else { 300_000 };
        let (small, _) = peak(tier, &texts(1_000));
        let (large, out) = peak(tier, &texts(many));
        assert!(out.starts_with("True"), "{tier}: {out}");
        assert!(large < small + 10_000, "{tier}: {small} kB became {large} kB");
    }
}

/// Sends the signal of Ctrl-C.
#[allow(unsafe_code)]
fn interrupt(pid: u32) {
    let pid = libc::pid_t::try_from(pid).expect("a pid");
    // SAFETY: plain numbers; the process is a child that nobody has waited for, so the number is its own.
    assert_eq!(unsafe { libc::kill(pid, libc::SIGINT) }, 0);
}

#[test]
fn ctrl_c_ends_a_loop_with_a_traceback() {
    for tier in TIERS {
        let code = "import numpy as np\na = np.zeros(10)\nprint('started', flush=True)\nk = 0\nwhile True:\n    k = (k + 1) % 10\n    a[k] += 1\n";
        let mut child =
            quipu(tier, code).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the command starts");
        let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        assert_eq!(lines.next().expect("a line").expect("text"), "started", "{tier}");
        interrupt(child.id());
        let deadline = Instant::now() + Duration::from_secs(60);
        let status = loop {
            if let Some(s) = child.try_wait().expect("a child") {
                break s;
            }
            if Instant::now() > deadline {
                child.kill().expect("a child");
                panic!("{tier}: it goes on after Ctrl-C");
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        let mut err = String::new();
        child.stderr.take().expect("a pipe").read_to_string(&mut err).expect("text");
        assert_eq!(status.code(), Some(130), "{tier}: {err}");
        assert!(err.starts_with("Traceback (most recent call last):\n"), "{tier}: {err}");
        assert!(err.trim_end().ends_with("KeyboardInterrupt"), "{tier}: {err}");
    }
}

#[test]
fn memory_and_recursion_have_limits_that_can_be_caught() {
    let code = "
import numpy as np
def deep(n):
    return deep(n + 1) + 1
def big(n):
    a = np.ones((n, n))
    a[0, 0] = 2.0
    return a.sum() + a[0].sum()
try:
    print(deep(0))
except RecursionError as e:
    print('RecursionError')
try:
    print(big(10**7))
except MemoryError as e:
    print('MemoryError:', e)
print(big(10))
";
    for tier in TIERS {
        let out = quipu(tier, code).output().expect("the command runs");
        let text = String::from_utf8_lossy(&out.stdout);
        let err = String::from_utf8_lossy(&out.stderr);
        let want = "RecursionError\nMemoryError: Unable to allocate 728. TiB for an array with shape (10000000, 10000000) and data type float64\n112.0\n";
        assert_eq!(text, want, "{tier}: {err}");
    }
}
