//! Reads programs from standard input, separated by lines of `%%`, and prints what is wrong with each: for comparing
//! with CPython on many small programs. `ok`, or the first error in one line.

use quipu_diagnostics::{SourceMap, render_concise};
use quipu_syntax::parse;
use std::io::Read as _;

fn main() {
    let mut text = String::new();
    if let Err(error) = std::io::stdin().read_to_string(&mut text) {
        eprintln!("{error}");
        std::process::exit(2);
    }
    for (i, program) in text.split("\n%%\n").enumerate() {
        let mut sources = SourceMap::new();
        let file = sources.add(i.to_string(), program);
        let (_, diagnostics) = parse(file, program);
        match diagnostics.iter().find(|found| found.is_error()) {
            None => println!("ok"),
            Some(found) => println!("{}", render_concise(found, &sources)),
        }
    }
}
