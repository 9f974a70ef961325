//! Runs every test program with the `quipu` command and compares what it does with what CPython did.
//!
//! How it thinks: a program is a `NAME.py` under tests/programs, tests/places, tests/inference or examples, with its
//! expectation beside it (see the library of this package). Each runs once per tier, in a fresh folder that has a
//! copy of the program and of its neighbours' data files, so that programs which write files cannot meet. What is compiled
//! is not kept, and the user's cache not touched.
//! tests/pending.txt lists what does not pass yet.
//!
//! ```text
//! cargo test -p quipu-tests [-- FILTER]        run them
//! QUIPU_TIERS=evaluator,llvm                   only these tiers; `auto` is one that no list of pending runs has
//! QUIPU_ARGS="--threads 2"                     more arguments for `quipu run`
//! QUIPU_MATRIX=full                            every program in every configuration (see `matrix`), `share` (one
//!                                              each, where QUIPU_TIERS is not set) or `off`
//! QUIPU_WARM=1                                 every program twice, judged by the second run, which starts from a cache
//! QUIPU_BIN=target/release/quipu               this binary instead of building one
//! QUIPU_TIMEOUT=60                             seconds a run may take
//! QUIPU_BLESS=1                                rewrite tests/pending.txt to what fails now
//! ```

use libtest_mimic::{Arguments, Failed, Trial};
use quipu_tests::command::{self, binary, variable};
use quipu_tests::matrix::{Configuration, Extent};
use quipu_tests::pending::Pending;
use quipu_tests::{Expectation, Outcome};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const TIERS: [&str; 3] = ["evaluator", "cranelift", "llvm"];
const FOLDERS: [&str; 4] = ["tests/programs", "tests/places", "tests/inference", "examples"];

/// What every run shares.
struct Setup {
    root: PathBuf,
    binary: PathBuf,
    args: Vec<String>,
    timeout: Duration,
    warm: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    match start(&arguments) {
        Ok(code) => code,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

fn start(arguments: &Arguments) -> Result<ExitCode, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().ok_or("tests/ has no parent folder")?.to_path_buf();
    let tiers = tiers()?;
    let programs = collect(&root)?;
    let pending_path = root.join("tests/pending.txt");
    let pending = Pending::parse(&std::fs::read_to_string(&pending_path).unwrap_or_default(), &TIERS);
    if let Some(gone) = pending.programs().find(|name| !programs.contains(&(*name).to_owned())) {
        return Err(format!("tests/pending.txt lists `{gone}`, which is no program"));
    }
    let extent = match variable("QUIPU_MATRIX") {
        Some(name) => Extent::parse(&name)?,
        None if variable("QUIPU_TIERS").is_some() => Extent::Off,
        None => Extent::Share,
    };
    if arguments.list {
        let none = |_: &str, _: &Configuration| Ok(());
        return Ok(libtest_mimic::run(arguments, trials(&programs, &tiers, extent, &pending, none)).exit_code());
    }
    let setup = Arc::new(Setup {
        binary: binary(&root)?,
        root,
        args: variable("QUIPU_ARGS").map_or_else(Vec::new, |v| v.split_whitespace().map(str::to_owned).collect()),
        warm: variable("QUIPU_WARM").is_some(),
        timeout: Duration::from_secs(variable("QUIPU_TIMEOUT").and_then(|v| v.parse().ok()).unwrap_or(60)),
    });
    if variable("QUIPU_BLESS").is_some() {
        let pending = bless(&setup, &programs, &tiers, pending)?;
        std::fs::write(&pending_path, pending.render(&TIERS)).map_err(|e| e.to_string())?;
        return Ok(ExitCode::SUCCESS);
    }
    let listed = programs.iter().map(|p| tiers.iter().filter(|t| pending.contains(p, t)).count()).sum::<usize>();
    println!("{listed} of {} runs are listed in tests/pending.txt and expected to fail", programs.len() * tiers.len());
    let expected_to_fail = pending.clone();
    let judge = move |name: &str, run: &Configuration| {
        let (tier, args) = (run.tier, run.args.join(" "));
        let result = setup.judge(name, run).map_err(|(report, _)| report);
        match (expected_to_fail.contains(name, tier), result) {
            (false, result) => result.map_err(|report| {
                format!("{report}To run it: quipu run --tier {tier} {args} {name}.py\nIf CPython's answer changed: python tests/record.py {name}.py")
            }),
            (true, Ok(())) => Err(format!("it passes on {tier}: take it off tests/pending.txt (QUIPU_BLESS=1 does)")),
            (true, Err(_)) => Ok(()),
        }
    };
    Ok(libtest_mimic::run(arguments, trials(&programs, &tiers, extent, &pending, judge)).exit_code())
}

fn trials<F>(programs: &[String], tiers: &[&'static str], extent: Extent, pending: &Pending, judge: F) -> Vec<Trial>
where
    F: Fn(&str, &Configuration) -> Result<(), String> + Clone + Send + 'static,
{
    let mut out = Vec::new();
    for name in programs {
        // What fails on a tier anyway says nothing of its configurations.
        let more = extent.of(name).into_iter().filter(|run| !pending.contains(name, run.like()));
        for run in tiers.iter().map(|tier| Configuration::plain(tier)).chain(more) {
            let (judge, program, pending) = (judge.clone(), name.clone(), pending.contains(name, run.tier));
            let label = format!("{name}::{}", run.label());
            let trial = Trial::test(label, move || judge(&program, &run).map_err(Failed::from));
            out.push(if pending { trial.with_kind("pending") } else { trial });
        }
    }
    out
}

/// Runs everything and makes the list of what fails on the tiers that ran.
fn bless(setup: &Setup, programs: &[String], tiers: &[&'static str], pending: Pending) -> Result<Pending, String> {
    let next = AtomicUsize::new(0);
    let shared = Mutex::new((pending, 0usize));
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(name) = programs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    for tier in tiers {
                        let result = setup.judge(name, &Configuration::plain(tier));
                        let Ok(mut guard) = shared.lock() else { return };
                        match result {
                            Ok(()) => {
                                guard.0.remove(name, tier);
                                guard.1 += 1;
                            }
                            Err((_, kind)) => guard.0.insert(name, tier, &kind),
                        }
                    }
                }
            });
        }
    });
    let (pending, passed) = shared.into_inner().map_err(|_| "a worker of the bless run failed")?;
    println!("{passed} of {} runs pass; tests/pending.txt is rewritten", programs.len() * tiers.len());
    Ok(pending)
}

impl Setup {
    /// Runs one program in one configuration; a failure is its report and its kind in a few words.
    fn judge(&self, name: &str, run: &Configuration) -> Result<(), (String, String)> {
        let program = self.root.join(format!("{name}.py"));
        let broken = |message: String| (message, "no expectation".to_owned());
        let expectation = Expectation::of(&program).map_err(broken)?;
        let outcome = self.run(&program, run).map_err(broken)?;
        expectation.check(&outcome).map_err(|report| (report, outcome.kind()))
    }

    fn run(&self, program: &Path, run: &Configuration) -> Result<Outcome, String> {
        let place = |e: std::io::Error| format!("{}: {e}", program.display());
        let folder = tempfile::tempdir().map_err(place)?;
        let fresh = |name: &str| -> Result<PathBuf, std::io::Error> {
            let inner = folder.path().join(name);
            let _ = std::fs::remove_dir_all(&inner);
            std::fs::create_dir(&inner)?;
            Ok(inner)
        };
        let files = || -> Result<PathBuf, std::io::Error> {
            let inner = fresh("files")?;
            copy_neighbours(program, &inner)?;
            Ok(inner)
        };
        if !(self.warm || run.warm) || run.tier == "evaluator" {
            return self.start(program, run, &files().map_err(place)?, Path::new(""));
        }
        let cache = fresh("cache").map_err(place)?;
        self.start(program, run, &files().map_err(place)?, &cache)?;
        let mut outcome = self.start(program, run, &files().map_err(place)?, &cache)?;
        // What does not compile says nothing of the cache.
        if let Some((_, rest)) = outcome.stderr.split_once("\ncache: ") {
            let (said, rest) = rest.split_once('\n').unwrap_or((rest, ""));
            if said != "found" {
                return Err(format!("{}: it did not come from the cache: {said}", program.display()));
            }
            outcome.stderr = rest.to_owned();
        }
        Ok(outcome)
    }

    /// Runs a program in a folder.
    fn start(&self, program: &Path, run: &Configuration, folder: &Path, cache: &Path) -> Result<Outcome, String> {
        let mut command = Command::new(&self.binary);
        command
            .args(["run", "--tier", run.tier])
            .args((!cache.as_os_str().is_empty()).then_some("--time"))
            .args(&run.args)
            .args(&self.args)
            .arg(program.file_name().ok_or("a program has a name")?)
            .env("QUIPU_CACHE_DIR", cache)
            .current_dir(folder);
        let place = |e: std::io::Error| format!("{}: {e}", program.display());
        command.args(arguments(&std::fs::read_to_string(program).map_err(place)?));
        let input = program.with_extension("in");
        let input = match input.exists() {
            true => Stdio::from(std::fs::File::open(&input).map_err(place)?),
            false => Stdio::null(),
        };
        command::run_on(&mut command, input, self.timeout).map_err(|e| format!("{}: {e}", self.binary.display()))
    }
}

/// What the line `# args: ..` of a program's header gives it on the command line, by white space.
fn arguments(text: &str) -> Vec<&str> {
    let line = text.lines().take(5).find_map(|line| line.strip_prefix("# args:"));
    line.map_or_else(Vec::new, |rest| rest.split_whitespace().collect())
}

/// Copies the program and the data files beside it, and what the folder `NAME.files` holds, if it has one.
fn copy_neighbours(program: &Path, to: &Path) -> std::io::Result<()> {
    let folder = program.parent().unwrap_or(Path::new("."));
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let extension = path.extension().and_then(|e| e.to_str()).unwrap_or("");
        let wanted = path == program || !matches!(extension, "py" | "out" | "err" | "md");
        if wanted && path.is_file() {
            std::fs::copy(&path, to.join(path.file_name().unwrap_or_default()))?;
        }
    }
    let own = program.with_extension("files");
    if own.is_dir() { copy_all(&own, to) } else { Ok(()) }
}

fn copy_all(from: &Path, to: &Path) -> std::io::Result<()> {
    for entry in std::fs::read_dir(from)? {
        let path = entry?.path();
        let target = to.join(path.file_name().unwrap_or_default());
        if path.is_dir() {
            std::fs::create_dir_all(&target)?;
            copy_all(&path, &target)?;
        } else {
            std::fs::copy(&path, target)?;
        }
    }
    Ok(())
}

fn tiers() -> Result<Vec<&'static str>, String> {
    let Some(names) = variable("QUIPU_TIERS") else { return Ok(TIERS.to_vec()) };
    let all = || TIERS.into_iter().chain(["auto"]);
    let known = |name: &str| all().find(|tier| *tier == name).ok_or(format!("no tier is called `{name}`"));
    names.split([',', ' ']).filter(|name| !name.is_empty()).map(known).collect()
}

/// The programs, as paths from the root without their extension, sorted.
fn collect(root: &Path) -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = FOLDERS.iter().map(|folder| root.join(folder)).filter(|f| f.exists()).collect();
    while let Some(folder) = folders.pop() {
        let place = |e: std::io::Error| format!("{}: {e}", folder.display());
        for entry in std::fs::read_dir(&folder).map_err(place)? {
            let path = entry.map_err(place)?.path();
            if path.is_dir() {
                if path.extension().is_none_or(|e| e != "files") {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|e| e == "py") {
                let name = path.with_extension("");
                let name = name.strip_prefix(root).map_err(|e| e.to_string())?;
                found.push(name.to_string_lossy().into_owned());
            }
        }
    }
    found.sort();
    Ok(found)
}
