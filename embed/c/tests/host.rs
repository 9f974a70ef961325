//! Programs in C and Python that call kernels, compared with what they must print. Python's runs where there is one.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The shared library stands beside this test's own binary, or one folder above.
fn library() -> PathBuf {
    let own = std::env::current_exe().unwrap();
    let mut candidates = own.ancestors().skip(1).take(2).map(|folder| folder.join("libquipu_capi.so"));
    candidates.find(|path| path.exists()).expect("cargo builds the library with its tests")
}

fn source(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn printed(command: &mut Command) -> String {
    let done = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(done.status.success(), "{command:?}: {}{}", text(&done.stdout), text(&done.stderr));
    text(&done.stdout)
}

#[test]
fn from_c() {
    let library = library();
    let folder = library.parent().unwrap();
    let program = std::env::temp_dir().join(format!("quipu-host-{}", std::process::id()));
    let mut compiler = Command::new("cc");
    compiler.args(["-std=c11", "-Wall", "-Wextra", "-Werror", "-o"]).arg(&program).arg(source("tests/host.c"));
    compiler.arg("-I").arg(source("")).arg(&library).arg(format!("-Wl,-rpath,{}", folder.display()));
    printed(&mut compiler);
    let text = printed(&mut Command::new(&program));
    std::fs::remove_file(&program).unwrap();
    let expected = "\
heat 0 0.937500: 0.0000 0.0000 0.2500 0.0000 0.3750 0.0000 0.2500 0.0000 0.0625 0.0000 0.0000 0.0000
heat 1 1 TypeError: the function takes an array of float64 with 1 dimension, not an array of float32 with 1 dimension
outer 0 2 (2, 3) 10.0 60.0
pick 1 IndexError: index 3 is out of bounds for axis 0 with size 3
pick 0 30.0 0
";
    let (calls, refusals) = text.split_at(text.find("refused").unwrap_or(text.len()));
    assert_eq!(calls, expected);
    let refusals: Vec<&str> = refusals.lines().collect();
    assert_eq!(refusals.len(), 3, "{refusals:?}");
    assert!(refusals[0].contains("the program has no function `missing`"), "{refusals:?}");
    assert!(refusals[1].contains("write a colon for each axis"), "{refusals:?}");
    assert!(refusals[2].contains("`pick` raises whatever the values of its arguments are"), "{refusals:?}");
}

#[test]
fn through_ctypes() {
    let Ok(version) = Command::new("python3").arg("--version").output() else { return };
    if !version.status.success() {
        return;
    }
    let text = printed(Command::new("python3").arg(source("tests/host.py")).arg(library()));
    let expected = "\
0 3.0 [-0.5, -1.0, 0.3333333333333333] \n\
1 0.0 [1.0, 2.0, 3.0] ValueError: element 1 is the mean\n";
    assert_eq!(text, expected);
}
