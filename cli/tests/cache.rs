//! The cache between processes: many share one at once, and writers may die at any point.
//!
//! `QUIPU_CACHE_PROCESSES=64` and `QUIPU_CACHE_KILLS=1000` ask for more than the usual share, `QUIPU_BIN` for another binary.
//! What edits and damage do is tested in `compiler/engine/tests/cache.rs`.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

fn count(variable: &str, usual: usize) -> usize {
    std::env::var(variable).ok().and_then(|v| v.parse().ok()).unwrap_or(usual)
}

fn quipu(cache: &Path) -> Command {
    let binary = std::env::var("QUIPU_BIN").unwrap_or(env!("CARGO_BIN_EXE_quipu").to_owned());
    let mut c = Command::new(binary);
    c.env("QUIPU_CACHE_DIR", cache).env_remove("QUIPU_CACHE_LIMIT").stdin(Stdio::null());
    c
}

/// A program with a loop that is worth LLVM's while, and what it prints.
fn program(k: usize) -> (String, String) {
    let text = format!(
        "
x = 0
for t in range(60):
    for i in range(100):
        for j in range(100):
            x = (x * 31 + i * j + t + {k}) % 1000003
print({k}, x)
"
    );
    let mut x = 0;
    for t in 0..60 {
        for i in 0..100 {
            for j in 0..100 {
                x = (x * 31 + i * j + t + k) % 1_000_003;
            }
        }
    }
    (text, format!("{k} {x}\n"))
}

/// Runs a program; the line with which `--time` says what the cache did.
fn run(cache: &Path, limit: &str, k: usize) -> String {
    let (text, expected) = program(k);
    let done = quipu(cache).env("QUIPU_CACHE_LIMIT", limit).args(["run", "--time", "-c", &text]).output();
    let done = done.expect("the command runs");
    let errors = String::from_utf8_lossy(&done.stderr).into_owned();
    assert_eq!(String::from_utf8_lossy(&done.stdout), expected, "program {k}: {errors}");
    assert_eq!(done.status.code(), Some(0), "program {k}: {errors}");
    errors.lines().last().unwrap_or_default().to_owned()
}

fn info(cache: &Path) -> String {
    let done = quipu(cache).args(["cache", "info"]).output().expect("the command runs");
    String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr)
}

#[test]
fn found_kept_cleared() {
    let folder = tempfile::tempdir().expect("a folder");
    let cache = folder.path().join("cache");
    assert!(info(&cache).contains("programs  0"), "{}", info(&cache));
    assert_eq!(run(&cache, "100M", 1), "cache: kept");
    assert_eq!(run(&cache, "100M", 1), "cache: found");
    assert_eq!(run(&cache, "100M", 2), "cache: kept");
    assert!(info(&cache).contains("programs  2"), "{}", info(&cache));
    let (text, expected) = program(1);
    for (args, said) in [(&["--no-cache"][..], "cache: not used: --no-cache"), (&["--tier", "llvm"], "cache: kept")] {
        let done = quipu(&cache).args(["run", "--time"]).args(args).args(["-c", &text]).output().expect("it runs");
        assert_eq!(String::from_utf8_lossy(&done.stdout), expected);
        assert!(String::from_utf8_lossy(&done.stderr).trim_end().ends_with(said));
    }
    // Nothing is kept of what does not compile.
    for _ in 0..2 {
        let done = quipu(&cache).args(["run", "-c", "print(1\n"]).output().expect("it runs");
        assert_eq!(done.status.code(), Some(1));
    }
    assert!(info(&cache).contains("programs  3"), "{}", info(&cache));
    let done = quipu(&cache).args(["cache", "clear"]).output().expect("it runs");
    assert!(String::from_utf8_lossy(&done.stdout).starts_with("removed 3 programs"));
    assert_eq!(std::fs::read_dir(&cache).expect("a folder").count(), 0);
    // No folder, or none that can be used: programs run, and the reason is told to who asks.
    assert!(run(Path::new(""), "1M", 3).starts_with("cache: not used: no folder is named"));
    assert!(run(Path::new("/dev/null/x"), "1M", 3).starts_with("cache: not used: /dev/null/x"));
    assert!(run(&cache, "many", 3).starts_with("cache: not used: QUIPU_CACHE_LIMIT is no size"));
    assert!(run(&cache, "1K", 3).starts_with("cache: not kept: it is larger than a quarter"));
}

#[test]
fn many_processes_share_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let cache = folder.path().join("cache");
    let processes = count("QUIPU_CACHE_PROCESSES", 6);
    std::thread::scope(|scope| {
        for p in 0..processes {
            let cache = &cache;
            // All begin with an empty folder and the same programs, in different orders. Some think that it must be
            // small, and remove what others read.
            scope.spawn(move || {
                (0..5).for_each(|i| drop(run(cache, if p % 4 == 0 { "200K" } else { "50M" }, (p + i * 3) % 5)))
            });
        }
    });
    assert_eq!(run(&cache, "50M", 9), "cache: kept");
    assert_eq!(run(&cache, "50M", 9), "cache: found");
    let left = std::fs::read_dir(&cache).expect("a folder").map(|f| f.expect("a file").file_name());
    let left: Vec<_> = left.filter(|f| f.to_string_lossy().starts_with("tmp-")).collect();
    // One that ended while LLVM was writing may leave its file.
    assert!(left.len() <= processes * 5, "{left:?}");
}

/// The system is to end the process when a file of its grows beyond so many bytes: in the midst of a write.
fn end_in_write(c: &mut Command, bytes: u64) {
    use std::os::unix::process::CommandExt as _;
    let limit = move || {
        let size = libc::rlimit { rlim_cur: bytes, rlim_max: bytes };
        let none = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
        #[expect(unsafe_code, reason = "limits and signals of a process are C's")]
        // SAFETY: calls that may stand between fork and exec, with structures that live.
        let done = unsafe {
            libc::signal(libc::SIGXFSZ, libc::SIG_DFL);
            libc::setrlimit(libc::RLIMIT_CORE, &raw const none) | libc::setrlimit(libc::RLIMIT_FSIZE, &raw const size)
        };
        if done == 0 { Ok(()) } else { Err(std::io::Error::last_os_error()) }
    };
    #[expect(unsafe_code, reason = "what runs between fork and exec must be careful")]
    // SAFETY: `limit` allocates nothing and takes no lock.
    unsafe {
        c.pre_exec(limit);
    }
}

#[test]
fn writers_die() {
    let folder = tempfile::tempdir().expect("a folder");
    let cache = folder.path().join("cache");
    let start = Instant::now();
    run(&cache, "50M", 1000);
    let whole = start.elapsed();
    let sizes =
        std::fs::read_dir(&cache).expect("a folder").map(|f| f.expect("a file").metadata().expect("a size").len());
    let size = sizes.min().expect("a program was kept");
    let (mut killed, wanted) = (0, count("QUIPU_CACHE_KILLS", 16));
    for k in 0..4 * wanted {
        if killed == wanted {
            break;
        }
        let (text, _) = program(k);
        let mut c = quipu(&cache);
        if k % 2 == 0 {
            end_in_write(&mut c, size * (k as u64 / 2 % 32) / 32);
        }
        let child = c.args(["run", "-c", &text]).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let mut child = child.expect("the command runs");
        if k % 2 == 1 {
            let steps = 40;
            std::thread::sleep(
                whole * (k / 2 % steps) as u32 / steps as u32 + Duration::from_micros(k as u64 % 7 * 100),
            );
            let _ = child.kill();
        }
        killed += usize::from(child.wait().expect("it ends").code().is_none());
        // Whatever it left, the next one runs as ever, and the one after that finds it.
        let said = run(&cache, "50M", k);
        assert!(["cache: kept", "cache: found"].contains(&said.as_str()), "{said}");
        assert_eq!(run(&cache, "50M", k), "cache: found");
    }
    println!("{killed} were killed");
    assert_eq!(killed, wanted);
    let done = quipu(&cache).args(["cache", "clear"]).output().expect("it runs");
    assert_eq!(done.status.code(), Some(0));
    assert_eq!(std::fs::read_dir(&cache).expect("a folder").count(), 0, "unfinished files go, too");
}
