//! What an editor asks of a program while it is being written: what is wrong with it, the type of what stands at a place, and
//! where that comes from.
//!
//! `Engine::look` parses and infers, and stops there: the passes behind inference have nothing to say to people. It works on
//! programs that are wrong: the tree of the lines that could be parsed, and the types that inference saw before it
//! ended. Texts that are open in the editor count instead of the files on the disk.

mod definition;
mod names;

use crate::inputs::Recorder;
use crate::{Engine, library, with_unbound};
use definition::Def;
use quipu_diagnostics::{Diagnostic, FileId, Severity, SourceMap, Span};
use quipu_infer::{SourceModule, Watch};
use quipu_syntax::Symbol;
use quipu_syntax::ast::{Module as Ast, docstring};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A program as an editor sees it.
pub struct Look {
    /// The program is its first file.
    pub sources: SourceMap,
    pub diagnostics: Vec<Diagnostic>,
    ast: Ast,
    /// The files that it imports.
    modules: Vec<SourceModule>,
    /// Of expressions of the program that the walk came to, and of names where they are bound.
    types: HashMap<Span, String>,
}

/// What there is to say about a place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hover {
    /// What it is said of.
    pub span: Span,
    /// In the language's syntax, or near it: `u: float64[n, m]`, `def step(u, dt)`.
    pub code: String,
    /// The docstring.
    pub doc: Option<Arc<str>>,
}

impl Engine {
    /// Looks at a program. `open` holds texts that count instead of files, by their paths. `None` once `stop` is set.
    pub fn look(
        &self,
        name: &str,
        text: &str,
        open: Arc<HashMap<String, String>>,
        stop: &Arc<AtomicBool>,
    ) -> Option<Look> {
        let mut sources = SourceMap::new();
        let file = sources.add(name.to_string(), text.to_string());
        let (ast, mut diagnostics) = quipu_syntax::parse(file, text);
        let inputs = Recorder::with_open(open);
        let mut library = library(&mut sources, &inputs);
        let wrong = self.modules(name, &ast, &mut sources, &mut library, &inputs);
        let readable = wrong.is_empty() && !diagnostics.iter().any(Diagnostic::is_error);
        diagnostics.extend(wrong);
        let mut types = HashMap::new();
        if readable {
            let (inferred, watch) = quipu_infer::infer_watched(&ast, &library, Watch::new(file, stop.clone()));
            types = watch.types();
            match inferred {
                Ok(program) => {
                    diagnostics.extend(program.revealed);
                    diagnostics.extend(quipu_infer::unbound(&ast, Severity::Warning));
                }
                Err(found) => diagnostics.extend(with_unbound(&ast, &sources, found)),
            }
        }
        let modules = std::mem::take(&mut library.modules);
        let stopped = stop.load(Ordering::Relaxed);
        (!stopped).then_some(Look { sources, diagnostics, ast, modules, types })
    }
}

impl Look {
    pub fn file(&self) -> FileId {
        self.ast.file
    }

    /// What stands at a byte of the program: the type of a name or of the smallest expression around the place.
    pub fn hover(&self, offset: u32) -> Option<Hover> {
        if let Some(at) = self.at(offset) {
            let span = at.span();
            match self.resolve(&at) {
                Some(Def::Function(def)) => {
                    let mut code = self.header(def.header);
                    if let Some(shown) = at.call.and_then(|call| self.types.get(&call)) {
                        code = format!("{code} -> {shown}");
                    }
                    return Some(Hover { span, code, doc: docstring(&def.body).cloned() });
                }
                Some(Def::Class(def)) => {
                    return Some(Hover { span, code: self.header(def.header), doc: docstring(&def.body).cloned() });
                }
                Some(Def::Module(module)) => {
                    let doc = self.module(module).and_then(|m| m.ast.docstring().cloned());
                    return Some(Hover { span, code: format!("module {}", module.as_str()), doc });
                }
                Some(Def::Value(_) | Def::Outside(_)) | None => {}
            }
            if let Some(shown) = self.types.get(&at.whole()) {
                return Some(Hover { span, code: format!("{}: {shown}", at.name().as_str()), doc: None });
            }
        }
        let around =
            |span: &&Span| span.file == self.file() && span.start <= offset && offset < span.end.max(span.start + 1);
        let (span, shown) =
            self.types.iter().filter(|(s, _)| around(s)).min_by_key(|(s, shown)| (s.len(), s.start, shown.len()))?;
        Some(Hover { span: *span, code: shown.clone(), doc: None })
    }

    /// Where the name at a byte of the program comes from: the name in its definition.
    pub fn definition(&self, offset: u32) -> Option<Span> {
        let at = self.at(offset)?;
        match self.resolve(&at)? {
            Def::Function(def) => Some(def.name.span),
            Def::Class(def) => Some(def.name.span),
            Def::Value(span) | Def::Outside(span) => Some(span),
            Def::Module(name) => Some(self.module(name)?.ast.span.start_point()),
        }
    }

    fn header(&self, header: Span) -> String {
        let text = self.sources.slice(header).trim_end().trim_end_matches(':');
        text.lines().map(str::trim).collect::<Vec<_>>().join(" ")
    }

    fn module(&self, name: Symbol) -> Option<&SourceModule> {
        self.modules.iter().find(|m| m.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A program with `|` before what is asked about.
    fn look(marked: &str) -> (Look, u32) {
        let offset = marked.find('|').expect("a place");
        let text = marked.replacen('|', "", 1);
        let look =
            Engine::default().look("/none/p.py", &text, Arc::default(), &Arc::default()).expect("nobody stops it");
        (look, u32::try_from(offset).expect("a short text"))
    }

    fn hover(marked: &str) -> String {
        let (look, offset) = look(marked);
        look.hover(offset).map_or_else(|| "nothing".into(), |h| h.code)
    }

    /// The line, from 1, and the text around the definition.
    fn definition(marked: &str) -> String {
        let (look, offset) = look(marked);
        let Some(span) = look.definition(offset) else { return "nothing".into() };
        let at = look.sources.line_col(span);
        format!("{}:{} {}", at.line, at.column, look.sources.slice(span))
    }

    #[test]
    fn types_of_names_and_expressions() {
        assert_eq!(hover("import numpy as np\n|u = np.zeros((3, 4))\n"), "u: float64[3, 4]");
        assert_eq!(hover("import numpy as np\nu = np.zeros(3)\nprint(|u)\n"), "u: float64[3]");
        assert_eq!(hover("import numpy as np\nu = np.zeros(3)\nv = u |+ 1\n"), "float64[3]");
        assert_eq!(hover("for |k in range(3):\n    print(k)\n"), "k: int");
        assert_eq!(hover("def f(|x):\n    return x\nf(1)\nf(2.0)\n"), "x: int or float");
        assert_eq!(hover("def f(x):\n    'Twice.'\n    return x + x\nprint(|f('a'))\n"), "def f(x) -> str");
        assert_eq!(
            hover("class P:\n    def __init__(self, x):\n        self.x = x\np = P(2)\nprint(p.|x)\n"),
            "x: int"
        );
    }

    #[test]
    fn what_an_error_leaves() {
        assert_eq!(hover("|x = 1.5\ny = x + nowhere\n"), "x: float");
        assert_eq!(definition("def f(): pass\n|f()\ny = (\n"), "1:5 f");
    }

    #[test]
    fn definitions() {
        assert_eq!(definition("def f(a):\n    return |a\n"), "1:7 a");
        assert_eq!(definition("x = 1\nx = 2\nprint(|x)\n"), "2:1 x");
        assert_eq!(definition("x = 1\nx = |x + 1\n"), "1:1 x");
        assert_eq!(definition("x = 1\ndef f():\n    global x\n    x = 2\n    return |x\n"), "4:5 x");
        assert_eq!(definition("x = 1\ndef f():\n    return |x\nx = 2\n"), "1:1 x");
        assert_eq!(definition("x = 1\ny = [x for x in range(3) if |x]\n"), "2:12 x");
        assert_eq!(definition("class P:\n    def f(self): pass\np = P()\np.|f()\n"), "2:9 f");
        assert_eq!(definition("class A:\n    def f(self): pass\nclass P(A): pass\nP().|f()\n"), "2:9 f");
        assert_eq!(
            definition(
                "class P:\n    def __init__(self):\n        self.x = 1\n    def g(self):\n        return self.|x\n"
            ),
            "3:14 x"
        );
        assert_eq!(
            definition("class A:\n    def f(self): pass\nclass B:\n    def f(self): pass\nb = B()\nb.|f()\n"),
            "4:9 f"
        );
        assert_eq!(definition("def f(*, key=1):\n    return key\nf(|key=2)\n"), "1:10 key");
        assert_eq!(definition("try:\n    pass\nexcept ValueError as e:\n    print(|e)\n"), "3:22 e");
        assert_eq!(definition("import numpy as np\n|np.zeros(3)\n"), "1:17 np");
        assert_eq!(definition("print(|nowhere)\n"), "nothing");
        assert_eq!(definition("|# x\nx = 1\n"), "nothing");
    }
}
