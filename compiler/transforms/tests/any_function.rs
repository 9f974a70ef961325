//! Transforms answer on every function of `tests/ir`: with IR that verifies, or with a reason; never by a panic.

mod common;
use quipu_ir::core::text::parse;
use quipu_ir::core::verify::verify;
use quipu_ir::{Func, FuncId, Module};
use quipu_transforms as t;
use std::path::{Path, PathBuf};

fn files(dir: &Path, out: &mut Vec<PathBuf>) {
    for e in std::fs::read_dir(dir).expect("the folder is there").flatten() {
        match e.path() {
            p if p.is_dir() => files(&p, out),
            p if p.extension().is_some_and(|e| e == "qir") => out.push(p),
            _ => {}
        }
    }
}

/// (given, refused)
type Tally = (usize, usize);

fn answer(what: &str, f: Result<Func, t::TransformError>, tally: &mut Tally) -> Option<Func> {
    match f {
        Ok(f) => {
            if let Err(e) = verify(&f) {
                panic!("{what}: {e}\n{}", common::shown(&f));
            }
            tally.0 += 1;
            Some(f)
        }
        Err(e) => {
            assert!(!e.message.contains("%") && !e.message.is_empty(), "{what}: {e}");
            tally.1 += 1;
            None
        }
    }
}

#[test]
fn every_transform_answers() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/ir");
    let mut paths = vec![];
    files(&root, &mut paths);
    paths.sort();
    let mut tally = (0, 0);
    for p in &paths {
        let text = std::fs::read_to_string(p).expect("readable");
        let body: String =
            text.lines().map(|l| if l.starts_with("test ") { "\n".into() } else { format!("{l}\n") }).collect();
        let Ok(mut m) = parse(&body) else { continue };
        m.funcs.iter_mut().for_each(|f| _ = t::insert_copies(f));
        if quipu_ir::core::verify::verify_module(&m).is_err() {
            continue;
        }
        for k in 0..m.funcs.len() {
            all_of(&format!("{} @{}", p.display(), m.funcs[k].name), &m, FuncId(k as u32), &mut tally);
        }
    }
    println!("{tally:?}");
    assert!(tally.0 > 100 && tally.1 > 10, "{tally:?}");
}

fn all_of(what: &str, m: &Module, id: FuncId, tally: &mut Tally) {
    let params = m.func(id).block(Func::ENTRY).params.len();
    for k in 0..params {
        let axes: Vec<Option<usize>> = (0..params).map(|j| (j == k).then_some(0)).collect();
        let v = answer(&format!("vmap {what} over {k}"), t::vmap(m, id, &axes), tally);
        if let (Some(v), 0) = (&v, k) {
            answer(&format!("vjp of vmap {what} in {k}"), t::vjp(&common::module(v), FuncId(0), &[k]), tally);
        }
        answer(&format!("jvp {what} in {k}"), t::jvp(m, id, &[k]), tally);
        let g = answer(&format!("vjp {what} in {k}"), t::vjp(m, id, &[k]), tally);
        if let (Some(g), 0) = (g, k) {
            answer(&format!("jvp of vjp {what} in {k}"), t::jvp(&common::module(&g), FuncId(0), &[k]), tally);
            answer(&format!("vjp of vjp {what} in {k}"), t::vjp(&common::module(&g), FuncId(0), &[k]), tally);
        }
        if let Ok(l) = t::linearize(m, id, &[k]) {
            answer(&format!("linearize {what} in {k}"), Ok(l.known), tally);
            answer(&format!("linearize {what} in {k}"), Ok(l.linear), tally);
        }
    }
    let all = vec![Some(0); params];
    answer(&format!("vmap {what} over all"), t::vmap(m, id, &all), tally);
}
