//! Turns `src/grammar.lalrpop` into Rust.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    lalrpop::Configuration::new()
        .emit_rerun_directives(true)
        .process_current_dir()
        .expect("the grammar has no conflicts");
}
