//! How the command is linked where it holds a static LLVM: so that starting it does no work for LLVM, which most runs
//! do not need. `quipu --version` took 9.9 ms with fixed addresses alone, and takes 2.5; a page fault costs 10 us there, and
//! 844 have become 156.

use std::path::PathBuf;
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let has = |name: &str, value: &str| std::env::var(name).is_ok_and(|v| v == value);
    if !has("CARGO_CFG_TARGET_OS", "linux") {
        return;
    }
    // Addresses that are fixed: LLVM has some 135,000 pointers in its tables, which would be adjusted at each start.
    println!("cargo:rustc-link-arg-bins=-no-pie");
    if std::env::var_os("CARGO_FEATURE_LLVM_DYNAMIC").is_some() {
        return;
    }
    if has("CARGO_CFG_TARGET_ARCH", "x86_64") {
        let script = PathBuf::from(env("CARGO_MANIFEST_DIR")).join("../compiler/backends/src/llvm/constructors.ld");
        println!("cargo:rerun-if-changed={}", script.display());
        println!("cargo:rustc-link-arg-bins=-Wl,-T,{}", script.display());
    }
    link_statically(&["stdc++", "z", "zstd", "ffi"]);
}

/// Has the linker take these libraries of LLVM's as archives where the system has them: 7,000 references to a shared
/// libstdc++, most of them from LLVM's tables of virtual functions, would be looked up at each start. A crate's build
/// script asks for the shared ones; a folder that is searched before the system's leads to the archives.
fn link_statically(libraries: &[&str]) {
    let folder = PathBuf::from(env("OUT_DIR"));
    for name in libraries {
        let archive = format!("lib{name}.a");
        let asked = Command::new("cc").arg(format!("-print-file-name={archive}")).output();
        let path = asked.map(|done| String::from_utf8_lossy(&done.stdout).trim().to_owned()).unwrap_or_default();
        // A compiler that has none answers with the name.
        if path.starts_with('/') {
            let script = folder.join(format!("lib{name}.so"));
            std::fs::write(&script, format!("INPUT({path})\n")).unwrap_or_else(|e| panic!("{}: {e}", script.display()));
        }
    }
    println!("cargo:rustc-link-search=native={}", folder.display());
}

fn env(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|e| panic!("{name}: {e}"))
}
