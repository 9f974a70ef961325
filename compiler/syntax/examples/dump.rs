//! Prints a file's tree (`--spans`, `--tokens`) and its diagnostics, one line each: the parser without the compiler.
//! `cargo run -p quipu-syntax --example dump -- FILE..`

use quipu_diagnostics::{SourceMap, render_concise};
use quipu_syntax::{dump_ast, dump_ast_with_spans, dump_tokens, parse};
use std::time::Instant;

fn main() {
    let mut spans = false;
    let mut tokens = false;
    let mut time = false;
    for arg in std::env::args().skip(1) {
        match arg.as_str() {
            "--spans" => spans = true,
            "--tokens" => tokens = true,
            "--time" => time = true,
            name => {
                let text = match std::fs::read(name) {
                    Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
                    Err(error) => {
                        eprintln!("{name}: {error}");
                        std::process::exit(2);
                    }
                };
                let mut sources = SourceMap::new();
                let file = sources.add(name, text);
                let start = Instant::now();
                let (module, diagnostics) = parse(file, sources.text(file));
                if time {
                    println!("{name}: {:.3} ms, {} errors", start.elapsed().as_secs_f64() * 1e3, diagnostics.len());
                } else if tokens {
                    print!("{}", dump_tokens(&sources, file));
                } else if spans {
                    print!("{}", dump_ast_with_spans(&sources, &module));
                } else {
                    print!("{}", dump_ast(&sources, &module));
                }
                for found in &diagnostics {
                    eprintln!("{}", render_concise(found, &sources));
                }
            }
        }
    }
}
