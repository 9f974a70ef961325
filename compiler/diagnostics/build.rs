//! Lists `codes/*.md` and writes the table that `src/explain.rs` includes.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-changed=codes");
    println!("cargo::rerun-if-changed=build.rs");
    let folder = Path::new(&env::var("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("codes");
    let mut names: Vec<String> = fs::read_dir(&folder)
        .expect("compiler/diagnostics/codes exists")
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.strip_suffix(".md").map(str::to_owned))
        .collect();
    names.sort();
    let mut table = String::from("static CODES: &[(&str, &str)] = &[\n");
    for name in &names {
        let page = folder.join(format!("{name}.md"));
        writeln!(table, "    ({name:?}, include_str!({:?})),", page.display().to_string())
            .expect("writing to a string cannot fail");
    }
    table.push_str("];\n");
    let out = Path::new(&env::var("OUT_DIR").expect("cargo sets it")).join("codes.rs");
    fs::write(out, table).expect("cargo's output folder is writable");
}
