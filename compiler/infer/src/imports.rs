//! Modules that are files: those beside the program, and those of the standard library that hold more than functions.
//!
//! The engine finds and parses the files that a program's import statements name (`wanted` lists them), before
//! inference starts. Importing one walks its body once, where the first import statement stands, in a frame like that of
//! the program; an attribute of the module is a name of that frame. What a module's body prints or raises therefore happens
//! where CPython has it happen. An import of a file must stand where it surely runs once: at the top level of a file.

use crate::Cx;
use crate::state::*;
use crate::suggest::closest;
use crate::value::*;
use quipu_abi::ErrorKind;
use quipu_diagnostics::Diagnostic;
use quipu_syntax::Symbol;
use quipu_syntax::ast::{self, ImportNames, Stmt, StmtKind};
use std::rc::Rc;

/// A module that is a file.
#[derive(Debug)]
pub struct SourceModule {
    /// With the packages that it is in: `a.b`.
    pub name: Symbol,
    /// A folder with `__init__.py`.
    pub package: bool,
    pub ast: ast::Module,
}

/// Modules of the standard library that are walked as a whole, as (name, text).
pub const WHOLE: &[(&str, &str)] =
    &[("random", include_str!("../../../stdlib/random.py")), ("string", include_str!("../../../stdlib/string.py"))];

/// The text of such a module, by the name that its file has in tracebacks.
pub fn module_text(file: &str) -> Option<&'static str> {
    let name = file.strip_prefix(crate::LIBRARY_FILES)?.strip_suffix(".py")?;
    WHOLE.iter().find(|(module, _)| *module == name).map(|(_, text)| *text)
}

/// The modules that the statements of a file may import, in order, with the packages around them. `package`: the one that
/// the file is in.
pub fn wanted(body: &[Stmt], package: &str) -> Vec<String> {
    let mut out = vec![];
    within(body, package, &mut out);
    out
}

fn within(body: &[Stmt], package: &str, out: &mut Vec<String>) {
    for s in body {
        match &s.kind {
            StmtKind::Import(names) => names.iter().for_each(|a| add(a.name.name.as_str(), out)),
            StmtKind::ImportFrom { level, module, names } => {
                let Some(m) = absolute(*level, module.map_or("", |m| m.name.as_str()), package) else { continue };
                add(&m, out);
                if let ImportNames::Names(names) = names {
                    names.iter().for_each(|a| add(&format!("{m}.{}", a.name.name.as_str()), out));
                }
            }
            _ => s.blocks().into_iter().for_each(|b| within(b, package, out)),
        }
        if let StmtKind::FunctionDef(d) = &s.kind {
            within(&d.body, package, out);
        }
    }
}

/// A module and the packages around it.
fn add(name: &str, out: &mut Vec<String>) {
    for (k, _) in name.match_indices('.').chain([(name.len(), "")]) {
        let part = name[..k].to_string();
        if !part.is_empty() && !out.contains(&part) {
            out.push(part);
        }
    }
}

/// The name of a module that is given relative to a package.
pub fn absolute(level: u32, name: &str, package: &str) -> Option<String> {
    if level == 0 {
        return Some(name.to_string());
    }
    let mut parts: Vec<&str> = package.split('.').filter(|p| !p.is_empty()).collect();
    let up = level as usize - 1;
    if parts.is_empty() || up >= parts.len() {
        return None;
    }
    parts.truncate(parts.len() - up);
    parts.extend((!name.is_empty()).then_some(name));
    Some(parts.join("."))
}

/// The number of a module's frame.
fn frame_id(name: Symbol) -> u64 {
    name.as_str().bytes().fold(0xf11e, |h: u64, b| h.wrapping_mul(0x0100_0193) ^ u64::from(b)) | 1 << 63
}

/// The slot of a module whose body is being walked.
const LOADING: &str = "<loading>";

impl<'a> Cx<'a> {
    /// The file that a module is.
    pub fn source_module(&self, name: &str) -> Option<&'a SourceModule> {
        self.library.modules.iter().find(|m| m.name.as_str() == name)
    }

    /// The frames of modules that are files, by their numbers.
    pub fn is_file_frame(&self, id: u64) -> bool {
        id >> 63 == 1 && self.library.modules.iter().any(|m| frame_id(m.name) == id)
    }
}

impl<'a> Lower<'a, '_> {
    /// The frame of a module that is a file, if its body has been walked.
    pub fn module_of(&self, name: Symbol) -> Option<usize> {
        let id = frame_id(name);
        self.frames.iter().position(|f| f.module && f.life.id == id && !f.slots.is_empty())
    }

    /// Imports a module that is a file, and the packages around it.
    pub fn import_file(&mut self, name: &str) -> R<Option<Val<'a>>> {
        let Some(m) = self.cx.source_module(name) else { return Ok(None) };
        if self.module_of(m.name).is_some() {
            return Ok(Some(Val::Module(m.name.as_str())));
        }
        if let Some((package, _)) = name.rsplit_once('.') {
            self.import_file(package)?;
        }
        if !self.frames[self.at].module || self.b.depth() > 1 {
            return self.unsupported(
                "an import of a file inside a function, a loop or a branch",
                "import it at the top level of the file",
            );
        }
        let (caller, span, stmt, at) = (self.b.loc, self.span, self.stmt, self.at);
        let id = frame_id(m.name);
        self.frames.push(Frame {
            slots: Slots::default(),
            parent: None,
            scope: Rc::new(Scope::default()),
            path: id,
            name: "<module>".into(),
            module: true,
            marks: Marks::default(),
            caller: Some(caller),
            needs: None,
            life: Life { id, ..Life::default() },
        });
        let frame = self.frames.len() - 1;
        self.at = frame;
        self.set_exit(exit::NEXT);
        let (loading, title, doc) = (self.boolean(true), self.text(name), self.module_doc(&m.ast.body));
        self.set_slot(frame, Symbol::new(LOADING), loading);
        self.set_slot(frame, Symbol::new("__name__"), title);
        self.set_slot(frame, Symbol::new("__doc__"), doc);
        let mark = std::mem::replace(&mut self.heap_mark, self.bases.len());
        let r = self.block(&m.ast.body);
        self.heap_mark = mark;
        self.at = at;
        self.span = span;
        self.stmt = stmt;
        self.b.loc = caller;
        self.frames[frame].slots.remove(&Symbol::new(LOADING));
        r?;
        Ok(Some(Val::Module(m.name.as_str())))
    }

    /// The name of the file's module that the walk is in, if it is not the program's.
    pub fn file_module(&self) -> Option<Symbol> {
        let id = self.frames[self.module_frame()].life.id;
        self.cx.library.modules.iter().map(|m| m.name).find(|n| frame_id(*n) == id)
    }

    /// The value of `__doc__` of a file.
    pub fn module_doc(&mut self, body: &[Stmt]) -> Val<'a> {
        match crate::objects::docstring(body) {
            Some(s) => self.text(&s),
            None => Val::None,
        }
    }

    fn cyclic<X>(&self, name: Symbol) -> R<X> {
        let message = format!("`{}` is used while it is still being imported", name.as_str());
        self.fail(
            Diagnostic::error("cyclic-import", message, self.span)
                .note("files that import each other: its body has not come to this name yet")
                .help("put what both files need into a third one that imports neither"),
        )
    }

    /// The module that an import statement names, relative to the file that it stands in.
    pub fn absolute_name(&mut self, level: u32, name: &str) -> R<String> {
        let id = self.frames[self.module_frame()].life.id;
        let here = self.cx.library.modules.iter().find(|m| frame_id(m.name) == id);
        let package = match here {
            Some(m) if m.package => m.name.as_str(),
            Some(m) => m.name.as_str().rsplit_once('.').map_or("", |(p, _)| p),
            None => "",
        };
        match absolute(level, name, package) {
            Some(m) => Ok(m),
            None => self.raise(ErrorKind::ImportError, "attempted relative import with no known parent package"),
        }
    }

    /// An attribute of a module that is a file.
    pub fn file_attribute(&mut self, module: &'static str, name: Symbol) -> R<Option<Val<'a>>> {
        let Some(m) = self.cx.source_module(module) else { return Ok(None) };
        let full = format!("{module}.{}", name.as_str());
        let Some(frame) = self.module_of(m.name) else {
            return self.unsupported(
                format!("the module `{module}` in a function that is compiled on its own"),
                "pass what it needs as an argument",
            );
        };
        if let Some(v) = self.get_slot(frame, name).cloned() {
            return match v {
                Val::Maybe(m) => {
                    let missing = self.b.map(&quipu_ir::ops::NOT, &[m.0]);
                    let text = format!("module '{module}' has no attribute '{}'", name.as_str());
                    self.raise_if(missing, ErrorKind::AttributeError, &text, &[]);
                    Ok(Some(m.1.clone()))
                }
                Val::Unknown(_) => self.unsupported(
                    format!("`{full}`, which changes, in a function that is compiled on its own"),
                    "pass it as an argument",
                ),
                v => Ok(Some(v)),
            };
        }
        if let Some(sub) = self.cx.source_module(&full).filter(|s| self.module_of(s.name).is_some()) {
            return Ok(Some(Val::Module(sub.name.as_str())));
        }
        if self.frames[frame].slots.contains_key(&Symbol::new(LOADING)) && self.cx.bound_somewhere(m.ast.file, name) {
            return self.cyclic(m.name);
        }
        let message = format!("module `{module}` has no `{}` here", name.as_str());
        let mut d = Diagnostic::error("unknown-attribute", message, self.span);
        let names: Vec<&str> = self.frames[frame].slots.keys().map(|n| n.as_str()).collect();
        if let Some(s) = closest(name.as_str(), names.into_iter().filter(|n| !n.starts_with('<'))) {
            d = d.help(format!("did you mean `{s}`?"));
        }
        self.fail(d)
    }

    /// `from module import name`: an attribute, or a module in the package.
    pub fn import_name(&mut self, module: &Val<'a>, name: Symbol) -> R<Val<'a>> {
        if let Val::Module(m) = module
            && let Some(file) = self.cx.source_module(m)
        {
            let bound = self.module_of(file.name).is_some_and(|k| self.get_slot(k, name).is_some());
            if !bound && let Some(v) = self.import_file(&format!("{m}.{}", name.as_str()))? {
                return Ok(v);
            }
        }
        self.attribute(module, name)
    }

    /// `from module import *`, of a file: its names without an underscore, or those in `__all__`.
    pub fn import_all(&mut self, module: &Val<'a>) -> R<()> {
        let frame = match module {
            Val::Module(m) => self.cx.source_module(m).and_then(|m| self.module_of(m.name)),
            _ => None,
        };
        let Some(frame) = frame.filter(|_| self.frames[self.at].module) else {
            return self.unsupported("`import *`", "name what you import");
        };
        if self.get_slot(frame, Symbol::new("__all__")).is_some() {
            return self.unsupported("`import *` of a module with `__all__`", "name what you import");
        }
        let all = self.frames[frame].slots.clone();
        for (n, v) in all.iter().map(|(n, v)| (*n, v.clone())).filter(|(n, _)| !n.as_str().starts_with(['_', '<'])) {
            self.bind(n, v);
        }
        Ok(())
    }
}
