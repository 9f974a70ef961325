//! What holds for the files of the project as a whole: sizes, heads, the graph of crates.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Lines that a source file may have.
const MOST_LINES: usize = 800;

/// The arrows of ARCHITECTURE.md: `name --> what its crate may depend on outside its tests`.
fn arrows() -> BTreeMap<String, Vec<String>> {
    let text = std::fs::read_to_string(root().join("ARCHITECTURE.md")).expect("text");
    let full = |n: &str| if n == "quipu" { n.to_string() } else { format!("quipu-{n}") };
    let arrow = |line: &str| {
        let (from, to) = line.strip_prefix("    ")?.split_once("-->")?;
        let name = from.split_whitespace().next()?;
        let to = to.split('(').next()?.split(',').map(str::trim).filter(|n| !n.is_empty());
        Some((full(name), to.map(full).collect()))
    };
    text.lines().filter_map(arrow).collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ has a parent folder").to_path_buf()
}

/// The files of the project with this ending.
fn files(folder: &Path, ending: &str, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default().to_string();
        if path.is_dir() {
            if !name.starts_with('.') && name != "target" {
                files(&path, ending, out);
            }
        } else if name.ends_with(ending) {
            out.push(path);
        }
    }
}

#[test]
fn source_files_are_short_and_say_what_they_are() {
    let mut sources = vec![];
    files(&root(), ".rs", &mut sources);
    assert!(sources.len() > 100, "the sources are found");
    let mut faults = vec![];
    for path in sources {
        let text = std::fs::read_to_string(&path).expect("text");
        let lines = text.lines().count();
        if lines > MOST_LINES {
            faults.push(format!("{}: {lines} lines; split it by what its parts do", path.display()));
        }
        // Data that is included into an expression has a plain comment.
        if !text.starts_with("//") {
            faults.push(format!("{}: no head that says what it is", path.display()));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn crates_depend_on_what_the_architecture_says() {
    let mut manifests = vec![];
    files(&root(), "Cargo.toml", &mut manifests);
    let mut graph: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for path in manifests {
        let text = std::fs::read_to_string(&path).expect("text");
        let Some(name) = text.lines().find_map(|l| l.strip_prefix("name = \"")) else { continue };
        let name = name.trim_end_matches('"').to_string();
        let deps = text.lines().skip_while(|l| *l != "[dependencies]").skip(1).take_while(|l| !l.starts_with('['));
        let ours = deps.filter(|l| l.starts_with("quipu")).filter_map(|l| l.split(' ').next());
        graph.insert(name, ours.map(str::to_string).collect());
    }
    let arrows = arrows();
    assert!(arrows.len() > 5, "the arrows of ARCHITECTURE.md are found");
    for (name, deps) in &graph {
        let none = vec![];
        let allowed = arrows.get(name).unwrap_or(&none);
        for d in deps {
            assert!(allowed.contains(d), "{name} depends on {d}, which ARCHITECTURE.md does not draw");
        }
    }
    for name in arrows.keys() {
        assert!(graph.contains_key(name), "ARCHITECTURE.md draws {name}, which is no crate");
    }
}

#[test]
fn stages_ask_the_world_for_nothing() {
    // Entries of the cache are right because the compiler is a function of the text, the options, and what it asks through
    // the engine's `Inputs`.
    const WORLD: [&str; 5] = ["std::fs", "std::env", "std::net", "std::process", "std::time"];
    let mut sources = vec![];
    for stage in ["syntax", "infer", "transforms", "lower", "ir", "backends"] {
        files(&root().join("compiler").join(stage).join("src"), ".rs", &mut sources);
    }
    assert!(sources.len() > 100, "the sources are found");
    let mut faults = vec![];
    for path in sources {
        let text = std::fs::read_to_string(&path).expect("text");
        for (n, line) in text.lines().enumerate().filter(|(_, l)| WORLD.iter().any(|w| l.contains(w))) {
            faults.push(format!("{}:{}: a stage asks through the engine's `Inputs`: {line}", path.display(), n + 1));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
