//! The standard library that is written in the language: its text is in the binary, and parsed function by function.
//!
//! A program uses a few of the hundreds of functions, and parsing all of them would be most of the time that a small
//! program takes. So a file is cut at the `def`s in its first column (a library file holds functions, comments and a docstring,
//! nothing else), and a function is parsed when its name is first asked for. Its locations are those of the whole file.

use quipu_diagnostics::{FileId, SourceMap};
use quipu_syntax::ast;
use std::cell::OnceCell;
use std::ops::Range;

/// How the names of the library's files begin.
pub const LIBRARY_FILES: &str = "<stdlib>/";

/// The files, as (module, name of the file, text). A module may have several.
pub const STDLIB: &[(&str, &str, &str)] = &[
    ("numpy", "numpy", include_str!("../../../stdlib/numpy.py")),
    ("numpy", "numpy_data", include_str!("../../../stdlib/numpy_data.py")),
    ("numpy.linalg", "linalg", include_str!("../../../stdlib/linalg.py")),
    ("math", "math", include_str!("../../../stdlib/math.py")),
    ("sys", "sys", include_str!("../../../stdlib/sys.py")),
    ("streams", "streams", include_str!("../../../stdlib/streams.py")),
    ("functools", "functools", include_str!("../../../stdlib/functools.py")),
    ("itertools", "itertools", include_str!("../../../stdlib/itertools.py")),
    ("bisect", "bisect", include_str!("../../../stdlib/bisect.py")),
    ("heapq", "heapq", include_str!("../../../stdlib/heapq.py")),
    ("operator", "operator", include_str!("../../../stdlib/operator.py")),
    ("builtins", "builtins", include_str!("../../../stdlib/builtins.py")),
    ("builtins", "str", include_str!("../../../stdlib/str.py")),
    ("collections", "collections", include_str!("../../../stdlib/collections.py")),
];

/// The library; functions are parsed on demand.
pub struct Library {
    files: Vec<File>,
    /// The modules that the program imports and that are files.
    pub modules: Vec<crate::SourceModule>,
    /// What is in a file of an array: its dtype, rank, and whether it is in Fortran's order.
    pub look: Look,
}

/// Looks into a file.
pub type Look = Box<dyn Fn(&str) -> Option<(quipu_abi::DType, usize, bool)> + Send + Sync>;

#[derive(Debug)]
struct File {
    module: &'static str,
    id: FileId,
    text: &'static str,
    parts: Vec<Part>,
}

/// A function of a file.
#[derive(Debug)]
struct Part {
    name: &'static str,
    range: Range<usize>,
    parsed: OnceCell<ast::Module>,
}

impl Library {
    /// Its files are added to `sources`, so that locations in it can be shown.
    pub fn new(sources: &mut SourceMap) -> Library {
        let ids = Library::sources(sources);
        let file = |(&(module, _, text), id): (&(&'static str, &'static str, &'static str), FileId)| File {
            module,
            id,
            text,
            parts: parts(text),
        };
        let files = STDLIB.iter().zip(ids).map(file).collect();
        Library { files, modules: vec![], look: Box::new(|_| None) }
    }

    /// Adds its files to `sources`, in the order in which `new` does.
    pub fn sources(sources: &mut SourceMap) -> Vec<FileId> {
        STDLIB.iter().map(|(_, name, text)| sources.add(format!("{LIBRARY_FILES}{name}.py"), *text)).collect()
    }

    /// A function of a module, as the one statement of a module of its own.
    pub fn function(&self, module: &str, name: &str) -> Option<&ast::Module> {
        self.files.iter().filter(|f| f.module == module).find_map(|f| f.function(name))
    }

    /// Is this one of its files?
    pub fn holds(&self, file: FileId) -> bool {
        self.files.iter().any(|f| f.id == file)
    }

    /// The functions of a module.
    pub fn names(&self, module: &str) -> impl Iterator<Item = &'static str> {
        self.files.iter().filter(move |f| f.module == module).flat_map(|f| f.parts.iter().map(|p| p.name))
    }

    /// The same by a file of the module.
    pub fn function_in(&self, file: FileId, name: &str) -> Option<&ast::Module> {
        self.function(self.files.iter().find(|f| f.id == file)?.module, name)
    }
}

impl File {
    fn function(&self, name: &str) -> Option<&ast::Module> {
        // As in Python, the last definition counts.
        let part = self.parts.iter().rfind(|p| p.name == name)?;
        Some(part.parsed.get_or_init(|| {
            let parsed = quipu_syntax::parse_part(self.id, self.text, part.range.clone()).0;
            crate::prepared(&parsed).unwrap_or(parsed)
        }))
    }
}

/// Where the functions of a file are.
fn parts(text: &'static str) -> Vec<Part> {
    let mut out: Vec<Part> = vec![];
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if let Some(rest) = line.strip_prefix("def ")
            && let Some((name, _)) = rest.split_once('(')
        {
            if let Some(last) = out.last_mut() {
                last.range.end = at;
            }
            out.push(Part { name, range: at..text.len(), parsed: OnceCell::new() });
        }
        at += line.len();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use quipu_syntax::dump_ast_with_spans;

    /// Cutting a file must give what parsing it whole gives, locations included.
    #[test]
    fn parts_are_the_whole() {
        let mut sources = SourceMap::new();
        let library = Library::new(&mut sources);
        for file in &library.files {
            let (whole, diagnostics) = quipu_syntax::parse(file.id, file.text);
            assert!(diagnostics.is_empty(), "{}: {diagnostics:?}", file.module);
            let functions = whole.body.iter().filter(|s| matches!(s.kind, ast::StmtKind::FunctionDef(_)));
            let others = whole.body.len() - file.parts.len();
            assert!(others <= 1, "{} holds more than functions and a docstring", file.module);
            for (statement, part) in functions.zip(&file.parts) {
                let cut = file.function(part.name).unwrap();
                let alone = ast::Module { body: vec![statement.clone()], ..cut.clone() };
                let alone = crate::prepared(&alone).unwrap_or(alone);
                assert_eq!(dump_ast_with_spans(&sources, cut), dump_ast_with_spans(&sources, &alone), "{}", part.name);
            }
        }
    }
}
