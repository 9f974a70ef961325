//! The types of real programs: `# reveal NAME: TYPE` behind a statement says what it binds NAME to, joined over all
//! specializations; for a list it is the final type of its elements. The programs are those of tests/inference.

use quipu_diagnostics::SourceMap;
use quipu_infer::value::T;
use std::path::Path;

/// The notation of the comments: members of a union in order of their names, `bot` for no type at all.
fn shown(t: &T) -> String {
    match t {
        T::Never => "bot".into(),
        T::Union(members) => {
            let mut all: Vec<String> = members.iter().map(shown).collect();
            all.sort();
            all.join("|")
        }
        T::List(e) => format!("list<{}>", shown(e)),
        T::Maybe(t) => shown(t),
        T::Array(d, rank) => format!("{}[{rank}]", d.name()),
        t => t.to_string(),
    }
}

#[test]
fn bindings_have_the_types_that_the_programs_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/inference");
    let mut checked = 0;
    let mut wrong = vec![];
    let mut refused = vec![];
    let mut paths: Vec<_> = std::fs::read_dir(folder).expect("the programs").flatten().map(|e| e.path()).collect();
    paths.sort();
    for path in paths.iter().filter(|p| p.extension().is_some_and(|e| e == "py")) {
        let name = path.file_stem().and_then(|s| s.to_str()).unwrap_or_default().to_string();
        let text = std::fs::read_to_string(path).expect("a readable program");
        let mut sources = SourceMap::new();
        let file = sources.add(name.clone(), text.clone());
        let (ast, _) = quipu_syntax::parse(file, &text);
        let library = quipu_infer::Library::new(&mut sources);
        let Ok(program) = quipu_infer::infer(&ast, &library) else {
            refused.push(name);
            continue;
        };
        for (k, line) in text.lines().enumerate() {
            for claim in line.split("# reveal ").skip(1) {
                let Some((var, ty)) = claim.split_once(": ") else { continue };
                let ty = ty.split(['(', ' ']).next().unwrap_or_default();
                if ty == "dyn" {
                    // A dtype that depends on data: refused or pinned, not typed.
                    continue;
                }
                let found: Vec<&T> = program
                    .bindings
                    .iter()
                    .filter(|((f, start, n), _)| {
                        let at = sources.line_col(quipu_diagnostics::Span::new(*f, *start, *start)).line as usize;
                        *f == file && at == k + 1 && n.as_str() == var
                    })
                    .map(|(_, t)| t)
                    .collect();
                checked += 1;
                match found[..] {
                    [t] if shown(t) == ty => {}
                    [] => wrong.push(format!("{name}:{}: `{var}` is bound to nothing; {ty} expected", k + 1)),
                    _ => {
                        let found: Vec<String> = found.iter().map(|t| shown(t)).collect();
                        wrong.push(format!("{name}:{}: `{var}` is {}; {ty} expected", k + 1, found.join(", ")));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(refused.is_empty(), "{refused:?}");
    assert!(checked > 30, "only {checked} claims were checked");
}
