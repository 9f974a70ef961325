//! The cache never gives a stale answer: programs are edited at random, and each run from the cache is held against one
//! without. And a file that was damaged is never believed.
//!
//! `QUIPU_CACHE_EDITS=10000` and `QUIPU_CACHE_DAMAGES=2000` ask for more than the usual share, `QUIPU_SEED` for others.
//!
//! A project is a program that uses whatever entries depend on: its own constants, functions and types, modules beside it
//! that import others, a package that hides a module, a module that hides the library's, and a file of data whose dtype, rank and
//! order the compiler looks at. Every file keeps its size class and gets one and the same time, so that nothing but
//! contents can tell an edit.

mod common;

use quipu_diagnostics::{Color, render};
use quipu_engine::{Cache, Cpu, Engine, Failure, Options, Tier, VectorLevel, traceback};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// As `splitmix64`.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % n as u64) as usize
    }
}

fn count(variable: &str, usual: usize) -> usize {
    std::env::var(variable).ok().and_then(|v| v.parse().ok()).unwrap_or(usual)
}

fn write(path: &Path, bytes: &[u8]) {
    std::fs::write(path, bytes).expect("a file");
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    std::fs::File::options().write(true).open(path).and_then(|f| f.set_modified(time)).expect("a time");
}

/// How many values each part of a project has.
const PARTS: [usize; 15] = [4, 3, 3, 2, 3, 3, 3, 2, 2, 3, 2, 3, 2, 3, 2];

/// A project, as a value for each of its parts.
struct Project {
    folder: PathBuf,
    state: [usize; PARTS.len()],
}

impl Project {
    fn options(&self) -> Options {
        let s = &self.state;
        let (tier, mixed) = [(Tier::Auto, false), (Tier::Auto, true), (Tier::Cranelift, false)][s[11]];
        let cpu = [Cpu::Host, Cpu::Level(VectorLevel::Sse2)][s[12]].clone();
        // An index out of bounds has no meaning without checks.
        let unchecked = s[14] == 1 && s[13] != 1;
        Options { tier, mixed, cpu, unchecked, threads: Some(2), ..Options::default() }
    }

    fn name(&self) -> String {
        self.folder.join("main.py").to_string_lossy().into_owned()
    }

    /// The program's text.
    fn text(&self) -> String {
        let s = &self.state;
        let constant = ["10", "20", "7.5", "True"][s[0]];
        let callee = ["x * 2 + k", "x - k", "k * k + x"][s[1]];
        let ty = ["[1, 2, 3]", "[1.5, 2.5, 3.5]", "(4, 5, 6)"][s[2]];
        let lines = ["", "# a line more\n"][s[3]];
        let end = ["pass", "xs = [1, 2]; xs[total // 1000000 + 2]", "int('x' + str(total))"][s[13]];
        format!(
            "import numpy as np
import helper
from heapq import heappush
{lines}K = {constant}
def f(x, k):
    return {callee}
total = 0
for i in range(300):
    for j in range(40):
        for k in range(3):
            total += f(i, K) % (j + 2)
for x in {ty}:
    total = total + f(x, 1)
print(total, helper.value(3), helper.NAME)
h = []
print(heappush(h, 5))
a = np.load('{}')
print(a.dtype, a.shape, a.sum(), a)
def last():
    {end}
last()
",
            self.folder.join("data.npy").display()
        )
    }

    /// Writes what stands beside the program.
    fn save(&self) {
        let s = &self.state;
        let at = |name: &str| self.folder.join(name);
        let value = ["x + deep.D", "x * 1.5", "str(x) + 'a'"][s[4]];
        let name = ["'plain'", "'other'", "12"][s[5]];
        let helper = format!("import deep\nNAME = {name}\ndef value(x):\n    return {value}\n");
        write(&at("helper.py"), helper.as_bytes());
        write(&at("deep.py"), ["D = 5\n", "D = 6\n", "D = \n"][s[6]].as_bytes());
        // A package goes before a module of its name, a module before the library's.
        let _ = std::fs::remove_dir_all(at("helper"));
        if s[7] == 1 {
            std::fs::create_dir(at("helper")).expect("a folder");
            write(&at("helper/__init__.py"), b"NAME = 'package'\ndef value(x):\n    return -x\n");
        }
        let _ = std::fs::remove_file(at("heapq.py"));
        if s[8] == 1 {
            write(&at("heapq.py"), b"def heappush(h, x):\n    return x + 1\n");
        }
        let (dtype, bytes) = [
            ("<f8", 2.5f64.to_le_bytes().repeat(6)),
            ("<i8", 7i64.to_le_bytes().repeat(6)),
            ("<f4", 1.5f32.to_le_bytes().repeat(6)),
        ][s[9]]
            .clone();
        let shape = ["(6,)", "(2, 3)"][s[10]];
        let mut head = format!("{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, }}");
        let len = (10 + head.len() + 1).next_multiple_of(64) - 11;
        head = format!("{head:len$}\n");
        let mut file = b"\x93NUMPY\x01\x00".to_vec();
        file.extend((head.len() as u16).to_le_bytes());
        file.extend(head.as_bytes());
        file.extend(bytes);
        write(&at("data.npy"), &file);
    }
}

/// All that a run shows, and what the cache said.
fn run(engine: &Engine, cache: &Result<Cache, String>, name: &str, text: &str) -> (String, Option<String>) {
    let mut program = match engine.open(cache, name, text) {
        Ok(program) => program,
        Err(e) => {
            let all: Vec<_> = e.diagnostics.iter().map(|d| render(d, &e.sources, Color::Plain)).collect();
            return (all.concat(), None);
        }
    };
    let (mut shown, result) = common::run(engine, &mut program, 2);
    for w in &program.warnings {
        shown.push_str(&render(w, &program.sources, Color::Plain));
    }
    match result {
        Ok(()) => {}
        Err(Failure::Raised { kind, text, trace }) => {
            shown.push_str(&traceback(&program.sources, kind, &text, &trace));
            let _ = write!(shown, "{:?}", quipu_engine::remedy(&program.hints, kind, &text, &trace));
        }
        Err(f) => {
            let _ = write!(shown, "{f:?}");
        }
    }
    (shown, program.timings.cache.clone())
}

#[test]
fn never_stale() {
    let folder = tempfile::tempdir().expect("a folder");
    let cache = Cache::at(folder.path().join("cache"), 64 << 20);
    let seed = count("QUIPU_SEED", 1) as u64;
    let mut random = Random(seed);
    let mut project = Project { folder: folder.path().join("project"), state: [0; PARTS.len()] };
    std::fs::create_dir(&project.folder).expect("a folder");
    let none: Result<Cache, String> = Err("off".into());
    let mut fresh = std::collections::HashMap::new();
    let (mut found, mut kept, mut errors) = (0, 0, 0);
    let mut before = project.state;
    for edit in 0..count("QUIPU_CACHE_EDITS", 120) {
        // Often back to what was there: an entry of then must not be taken for one of now, and should be found again.
        let state = project.state;
        match random.below(4) {
            0 => project.state = before,
            1 => {}
            _ => {
                let part = random.below(PARTS.len());
                project.state[part] = random.below(PARTS[part]);
            }
        }
        before = state;
        // What has an error tells little of the rest, so it does not stay for long.
        if project.state[6] == 2 && random.below(2) == 0 {
            project.state[6] = 0;
        }
        project.save();
        let engine = Engine::new(project.options());
        let (name, text) = (project.name(), project.text());
        let (shown, said) = run(&engine, &cache, &name, &text);
        let expected = fresh.entry(project.state).or_insert_with(|| run(&engine, &none, &name, &text).0);
        assert_eq!(shown, *expected, "seed {seed}, edit {edit}, {:?}, {said:?}:\n{text}", project.state);
        match said.as_deref() {
            Some("found") => found += 1,
            Some("kept") => kept += 1,
            None => errors += 1,
            said => panic!("{said:?}"),
        }
    }
    println!("{found} from the cache, {kept} compiled, {errors} with errors; {} states", fresh.len());
    assert!(found > 0 && kept > 0, "{found} {kept} {errors}");
}

#[test]
fn damage_is_noticed() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().join("cache");
    let cache = Cache::at(place.clone(), 1 << 30);
    let engine = Engine::new(Options { tier: Tier::Auto, mixed: true, threads: Some(1), ..Options::default() });
    let text = "
x = 0
for i in range(400):
    for j in range(50):
        for k in range(3):
            x += i % (j + k + 1)
print(x, [i / 4 for i in range(9)], 'text')
[1, 2, 3][x]
";
    let ask = || run(&engine, &cache, "/damage.py", text);
    let (expected, said) = ask();
    assert_eq!(said.as_deref(), Some("kept"));
    assert_eq!(ask(), (expected.clone(), Some("found".into())));
    let files: Vec<PathBuf> = std::fs::read_dir(&place).expect("a folder").map(|f| f.expect("a file").path()).collect();
    assert_eq!(files.len(), 2, "a program and its good code: {files:?}");
    let program = files.iter().find(|f| f.extension().is_some_and(|e| e == "program")).expect("a program");
    let mut random = Random(count("QUIPU_SEED", 1) as u64);
    for _ in 0..count("QUIPU_CACHE_DAMAGES", 40) {
        let path = &files[random.below(files.len())];
        let whole = std::fs::read(path).expect("the file");
        let mut bytes = whole.clone();
        match random.below(4) {
            0 => bytes.truncate(random.below(whole.len())),
            1 => bytes.extend([0; 5]),
            2 => {
                let (at, n) = (random.below(whole.len()), random.below(300));
                bytes.iter_mut().skip(at).take(n + 1).for_each(|b| *b = !*b);
            }
            _ => bytes[random.below(whole.len())] ^= 1 << random.below(8),
        }
        std::fs::write(path, &bytes).expect("the file");
        let (shown, said) = ask();
        assert_eq!(shown, expected);
        assert_eq!(said.as_deref(), Some(if path == program { "kept" } else { "found" }));
        assert_eq!(std::fs::read(path).expect("the file").len(), whole.len(), "it is written again");
        assert_eq!(ask(), (expected.clone(), Some("found".into())));
    }
}

#[test]
fn folders_that_cannot_be_trusted() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().join("a/b");
    let cache = Cache::at(place.clone(), 1 << 30).expect("it is made");
    assert_eq!(std::fs::metadata(&place).expect("it is there").permissions().mode() & 0o777, 0o700);
    let engine = Engine::new(Options { tier: Tier::Cranelift, ..Options::default() });
    let ask = |cache: &Cache| run(&engine, &Ok(cache.clone()), "/trust.py", "print(1)\n").1;
    assert_eq!(ask(&cache).as_deref(), Some("kept"));
    assert_eq!(ask(&cache).as_deref(), Some("found"));
    // A file that others may write to is not read.
    let files: Vec<PathBuf> = std::fs::read_dir(&place).expect("a folder").map(|f| f.expect("a file").path()).collect();
    let mode = |path: &Path, mode| std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).expect("a mode");
    mode(&files[0], 0o666);
    assert_eq!(ask(&cache).as_deref(), Some("kept"));
    mode(&place, 0o777);
    let why = Cache::at(place.clone(), 1 << 30).err().unwrap_or_default();
    assert!(why.contains("can be written by other users"), "{why}");
    mode(&place, 0o700);
    assert!(Cache::at(files[0].clone(), 1).is_err() && Cache::at("/dev/null/x".into(), 1).is_err());
    // Only the system's user can give a folder away, so elsewhere there is nothing to see here.
    if std::os::unix::fs::chown(&place, Some(12345), None).is_ok() {
        let why = Cache::at(place, 1 << 30).err().unwrap_or_default();
        assert!(why.contains("belongs to another user"), "{why}");
        let (shown, said) = run(&engine, &Err(why), "/trust.py", "print(1)\n");
        assert!(shown == "1\n" && said.is_some_and(|s| s.starts_with("not used: ")), "it runs without");
    }
}
