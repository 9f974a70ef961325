//! No input may panic the compiler: programs of the test suite, damaged at random (fixed seeds), go through every
//! stage down to the loop IR. What they mean does not matter; only that the answer is code or diagnostics.
//!
//! QUIPU_FUZZ=20000 tries so many; the default is quick enough for every run of the tests.

use quipu_engine::{Engine, Options};
use std::path::{Path, PathBuf};

struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % n.max(1)
    }
}

fn programs(folder: &Path, out: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|e| e.path()).collect();
    paths.sort();
    for p in paths {
        if p.is_dir() {
            programs(&p, out);
        } else if p.extension().is_some_and(|e| e == "py") {
            out.push(p);
        }
    }
}

/// Words that programs are made of, put in where they need not fit.
const WORDS: &[&str] = &[
    "0",
    "-1",
    "2.5",
    "None",
    "True",
    "x",
    "a",
    "[]",
    "()",
    "[1, 2.0]",
    "1j",
    "'s'",
    "a[0]",
    "a[::-1]",
    "a[None]",
    "a.T",
    "len(a)",
    "range(3)",
    "np.zeros(3)",
    "np.zeros((2, 0))",
    "lambda: 1",
    "+",
    "-",
    "*",
    "/",
    "//",
    "%",
    "**",
    "@",
    "<<",
    "and",
    "not",
    "==",
    "is",
    "in",
    ",",
    ":",
    "=",
    "+=",
    "return",
    "break",
    "continue",
    "pass",
    "if x:",
    "raise ValueError",
    "9223372036854775807",
    "1e308",
    "float('nan')",
    "print(a)",
    "a = a[1:]",
    "del a",
    "global a",
    "i",
    "n",
    "np",
    "np.sum",
];

fn damage(text: &str, others: &[String], r: &mut Random) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for _ in 0..1 + r.below(4) {
        if lines.is_empty() {
            break;
        }
        let k = r.below(lines.len());
        match r.below(7) {
            0 => {
                lines.remove(k);
            }
            1 => {
                let copy = lines[k].clone();
                lines.insert(r.below(lines.len()), copy);
            }
            2 => {
                let j = r.below(lines.len());
                lines.swap(k, j);
            }
            3 => {
                let other: Vec<&str> = others[r.below(others.len())].lines().collect();
                if !other.is_empty() {
                    lines.insert(k, other[r.below(other.len())].to_owned());
                }
            }
            _ => {
                // Replace, insert or drop a word of the line.
                let mut words: Vec<String> =
                    lines[k].split_inclusive([' ', '(', ',', ')', '[', ']']).map(str::to_owned).collect();
                if words.is_empty() {
                    continue;
                }
                let w = r.below(words.len());
                match r.below(3) {
                    0 => words[w] = WORDS[r.below(WORDS.len())].to_owned(),
                    1 => words.insert(w, WORDS[r.below(WORDS.len())].to_owned()),
                    _ => {
                        words.remove(w);
                    }
                }
                lines[k] = words.concat();
            }
        }
    }
    lines.join("\n") + "\n"
}

#[test]
fn damaged_programs_do_not_panic_the_compiler() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests");
    let mut files = vec![];
    programs(&root, &mut files);
    let texts: Vec<String> = files.iter().filter_map(|p| std::fs::read_to_string(p).ok()).collect();
    assert!(texts.len() > 100, "the programs of the suite are not there");
    let count = std::env::var("QUIPU_FUZZ").ok().and_then(|n| n.parse().ok()).unwrap_or(400);
    let engine = Engine::new(Options::default());
    let (mut compiled, mut refused) = (0, 0);
    let mut failures: Vec<String> = vec![];
    for seed in 0..count {
        let mut r = Random(seed * 7919 + 1);
        let text = damage(&texts[r.below(texts.len())], &texts, &mut r);
        let outcome = std::panic::catch_unwind(|| match engine.compile("fuzz.py", &text) {
            Ok(mut p) => {
                let _ = engine.lower(&mut p);
                true
            }
            Err(e) => {
                let internal = e.diagnostics.iter().find(|d| d.code == "internal");
                assert!(internal.is_none(), "{}", internal.map(|d| d.message.clone()).unwrap_or_default());
                false
            }
        });
        match outcome {
            Ok(true) => compiled += 1,
            Ok(false) => refused += 1,
            Err(_) => failures.push(format!("seed {seed} panics or makes wrong code:\n{text}")),
        }
        if failures.len() == 5 {
            break;
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    // Damage that always breaks programs, or never, would test one half of the compiler only.
    assert!(compiled > 0 && refused > 0, "{compiled} compiled, {refused} refused");
}
