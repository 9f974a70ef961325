//! From a place in a text to the definition of what stands there.
//!
//! `at` finds the name and the scopes around it; `resolve` follows it: by scopes, through imports of files, and for attributes
//! through the class that inference saw, that `self` has, or that alone has such an attribute. Of several places that bind a name
//! it is the last one before the use, or the first where the use is in an inner function.

use super::Look;
use super::names::{Binding, Scope, What, field};
use quipu_diagnostics::{FileId, Span};
use quipu_infer::LIBRARY_FILES;
use quipu_syntax::Symbol;
use quipu_syntax::ast::{
    Arg, ClassDef, Comprehension, Expr, ExprKind, FunctionDef, Ident, ImportNames, Module, Stmt, StmtKind,
};

/// Imports of imports, and classes of classes, are followed so far.
const DEPTH: u32 = 16;

/// A name at a place, with the scopes around it.
#[derive(Debug)]
pub(super) struct At<'a> {
    name: Ident,
    scopes: Vec<Scope<'a>>,
    kind: Kind<'a>,
    /// The call of it.
    pub call: Option<Span>,
}

#[derive(Clone, Copy, Debug)]
enum Kind<'a> {
    Name,
    /// Of a value; the whole expression.
    Attribute(&'a Expr, Span),
    /// Of an argument, in a call of this.
    Keyword(&'a Expr),
    /// In an import statement.
    Import(What<'a>),
}

/// What a name denotes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Def<'a> {
    Function(&'a FunctionDef),
    Class(&'a ClassDef),
    /// A variable, a parameter, a field: where it is bound.
    Value(Span),
    /// A module that is a file.
    Module(Symbol),
    /// Something of a module without a file that could be shown: where it is imported.
    Outside(Span),
}

impl At<'_> {
    pub fn span(&self) -> Span {
        self.name.span
    }

    pub fn name(&self) -> Symbol {
        self.name.name
    }

    /// The expression whose type is that of the name.
    pub fn whole(&self) -> Span {
        match self.kind {
            Kind::Attribute(_, whole) => whole,
            _ => self.name.span,
        }
    }
}

/// A walk to a place.
struct Finder<'a> {
    offset: u32,
    scopes: Vec<Scope<'a>>,
    found: Option<At<'a>>,
}

impl<'a> Finder<'a> {
    /// Also right behind it, where a cursor stands that has just written it.
    fn covers(&self, span: Span) -> bool {
        span.start <= self.offset && self.offset <= span.end
    }

    fn ident(&mut self, name: Ident, kind: Kind<'a>) {
        if self.found.is_none() && self.covers(name.span) {
            self.found = Some(At { name, scopes: self.scopes.clone(), kind, call: None });
        }
    }

    fn within(&mut self, scope: Scope<'a>, walk: impl FnOnce(&mut Self)) {
        self.scopes.push(scope);
        walk(self);
        self.scopes.pop();
    }

    fn block(&mut self, body: &'a [Stmt]) {
        body.iter().for_each(|s| self.statement(s));
    }

    fn statement(&mut self, s: &'a Stmt) {
        s.exprs(&mut |e| self.expr(e));
        match &s.kind {
            StmtKind::FunctionDef(d) => {
                self.ident(d.name, Kind::Name);
                return self.within(Scope::Function(d), |f| {
                    d.params.iter().for_each(|p| f.ident(p.name, Kind::Name));
                    f.block(&d.body);
                });
            }
            StmtKind::ClassDef(d) => {
                self.ident(d.name, Kind::Name);
                return self.within(Scope::Class(d), |f| f.block(&d.body));
            }
            StmtKind::Global(names) | StmtKind::Nonlocal(names) => {
                names.iter().for_each(|n| self.ident(*n, Kind::Name));
            }
            StmtKind::Try { handlers, .. } => {
                handlers.iter().filter_map(|h| h.name).for_each(|n| self.ident(n, Kind::Name));
            }
            StmtKind::Import(names) => {
                for alias in names {
                    let import = Kind::Import(What::Import(alias.name.name));
                    [Some(alias.name), alias.asname].into_iter().flatten().for_each(|n| self.ident(n, import));
                }
            }
            StmtKind::ImportFrom { level, module, names } => {
                let (level, module) = (*level, *module);
                if let Some(m) = module
                    && level == 0
                {
                    self.ident(m, Kind::Import(What::Import(m.name)));
                }
                if let ImportNames::Names(names) = names {
                    for alias in names {
                        let import = Kind::Import(What::From { level, module, name: alias.name.name });
                        [Some(alias.name), alias.asname].into_iter().flatten().for_each(|n| self.ident(n, import));
                    }
                }
            }
            _ => {}
        }
        s.blocks().into_iter().for_each(|b| self.block(b));
    }

    fn expr(&mut self, e: &'a Expr) {
        if self.found.is_some() || !self.covers(e.span) {
            return;
        }
        match &e.kind {
            ExprKind::Name(n) => self.ident(Ident { name: *n, span: e.span }, Kind::Name),
            ExprKind::Attribute { value, attr } => {
                self.expr(value);
                self.ident(*attr, Kind::Attribute(value, e.span));
            }
            ExprKind::Call { func, args } => {
                self.expr(func);
                if let Some(at) = &mut self.found {
                    if at.whole() == func.span {
                        at.call = Some(e.span);
                    }
                    return;
                }
                for arg in args {
                    if let Arg::Keyword { name, .. } = arg {
                        self.ident(*name, Kind::Keyword(func));
                    }
                    self.expr(arg.value());
                }
            }
            ExprKind::Named { target, value } => {
                self.ident(*target, Kind::Name);
                self.expr(value);
            }
            ExprKind::Lambda { params, body } => {
                params.children(&mut |c| self.expr(c));
                self.within(Scope::Lambda(params), |f| {
                    params.iter().for_each(|p| f.ident(p.name, Kind::Name));
                    f.expr(body);
                });
            }
            ExprKind::ListComp { elt, clauses }
            | ExprKind::SetComp { elt, clauses }
            | ExprKind::Generator { elt, clauses } => self.comprehension(clauses, &[elt]),
            ExprKind::DictComp { key, value, clauses } => self.comprehension(clauses, &[key, value]),
            _ => e.children(&mut |c| self.expr(c)),
        }
    }

    fn comprehension(&mut self, clauses: &'a [Comprehension], made: &[&'a Expr]) {
        // The first iterable belongs to the scope around.
        clauses.iter().take(1).for_each(|c| self.expr(&c.iter));
        self.within(Scope::Comprehension(clauses), |f| {
            made.iter().for_each(|e| f.expr(e));
            for (k, clause) in clauses.iter().enumerate() {
                f.expr(&clause.target);
                if k > 0 {
                    f.expr(&clause.iter);
                }
                clause.conditions.iter().for_each(|c| f.expr(c));
            }
        });
    }
}

impl Look {
    /// The name at a byte of the program.
    pub(super) fn at(&self, offset: u32) -> Option<At<'_>> {
        let mut finder = Finder { offset, scopes: vec![Scope::Module(&self.ast)], found: None };
        finder.block(&self.ast.body);
        finder.found
    }

    pub(super) fn resolve<'a>(&'a self, at: &At<'a>) -> Option<Def<'a>> {
        match at.kind {
            Kind::Name => self.named(at.name, &at.scopes, DEPTH),
            Kind::Attribute(value, _) => self.member(value, at.name.name, &at.scopes, DEPTH),
            Kind::Import(what) => {
                let binding = Binding { name: at.name.name, span: at.name.span, from: 0, what };
                self.bound(&binding, DEPTH)
            }
            Kind::Keyword(func) => {
                let of = |d: &FunctionDef| {
                    d.params.iter().find(|p| p.name.name == at.name.name).map(|p| Def::Value(p.name.span))
                };
                match self.expression(func, &at.scopes, DEPTH)? {
                    Def::Function(d) => of(d),
                    Def::Class(c) => match self.class_member(c, Symbol::new("__init__"), DEPTH) {
                        Some(Def::Function(d)) => of(d),
                        // The fields of a dataclass.
                        _ => self.class_member(c, at.name.name, DEPTH),
                    },
                    _ => None,
                }
            }
        }
    }

    fn named<'a>(&'a self, name: Ident, scopes: &[Scope<'a>], depth: u32) -> Option<Def<'a>> {
        // Does control come from the binding to the use in the order of the text?
        let mut same = true;
        let mut global = false;
        for (k, scope) in scopes.iter().enumerate().rev() {
            let (inner, module) = (k + 1 == scopes.len(), matches!(scope, Scope::Module(_)));
            if (matches!(scope, Scope::Class(_)) && !inner) || (global && !module) {
                continue;
            }
            let declared = scope.declared(name.name);
            let found = scope.bindings(name.name);
            let here = found.iter().find(|b| b.span == name.span && !matches!(b.what, What::Updated));
            let before = found.iter().rfind(|b| b.from <= name.span.start && same);
            let first = if declared.is_some() { None } else { found.first() };
            if let Some(b) = here.or(before).or(first) {
                return self.bound(b, depth);
            }
            global |= declared == Some(true);
            same &= matches!(scope, Scope::Comprehension(_));
        }
        let outermost = scopes.first()?;
        let Scope::Module(m) = outermost else { return None };
        outermost.stars().into_iter().find_map(|(level, module)| {
            let full = self.absolute(level, module, m.file)?;
            self.of_module(full, name.name, depth)
        })
    }

    /// What a binding makes its name denote.
    fn bound<'a>(&'a self, b: &Binding<'a>, depth: u32) -> Option<Def<'a>> {
        Some(match b.what {
            What::Function(d) => Def::Function(d),
            What::Class(d) => Def::Class(d),
            What::Value | What::Updated => Def::Value(b.span),
            What::Import(m) if self.shown_module(m).is_some() => Def::Module(m),
            What::Import(_) => Def::Outside(b.span),
            What::From { level, module, name } => {
                let full = self.absolute(level, module, b.span.file);
                full.and_then(|full| self.of_module(full, name, depth)).unwrap_or(Def::Outside(b.span))
            }
        })
    }

    /// The full name of a module that a file imports.
    fn absolute(&self, level: u32, module: Option<Ident>, file: FileId) -> Option<Symbol> {
        let importer = self.modules.iter().find(|m| m.ast.file == file);
        let package = importer.map_or("", |m| match m.package {
            true => m.name.as_str(),
            false => m.name.as_str().rsplit_once('.').map_or("", |(p, _)| p),
        });
        quipu_infer::absolute(level, module.map_or("", |m| m.name.as_str()), package).map(|m| Symbol::new(&m))
    }

    /// A module whose file can be shown: not one of the library.
    fn shown_module(&self, name: Symbol) -> Option<&Module> {
        let module = self.module(name)?;
        (!self.sources.name(module.ast.file).starts_with(LIBRARY_FILES)).then_some(&module.ast)
    }

    fn of_module(&self, module: Symbol, name: Symbol, depth: u32) -> Option<Def<'_>> {
        let ast = self.shown_module(module)?;
        let depth = depth.checked_sub(1)?;
        if let Some(b) = Scope::Module(ast).bindings(name).last() {
            return self.bound(b, depth);
        }
        let inner = Symbol::new(&format!("{}.{}", module.as_str(), name.as_str()));
        self.shown_module(inner).map(|_| Def::Module(inner))
    }

    fn expression<'a>(&'a self, e: &'a Expr, scopes: &[Scope<'a>], depth: u32) -> Option<Def<'a>> {
        let depth = depth.checked_sub(1)?;
        match &e.kind {
            ExprKind::Name(n) => self.named(Ident { name: *n, span: e.span }, scopes, depth),
            ExprKind::Attribute { value, attr } => self.member(value, attr.name, scopes, depth),
            _ => None,
        }
    }

    fn member<'a>(&'a self, value: &'a Expr, attr: Symbol, scopes: &[Scope<'a>], depth: u32) -> Option<Def<'a>> {
        match self.expression(value, scopes, depth) {
            Some(Def::Module(m)) => return self.of_module(m, attr, depth),
            Some(Def::Class(c)) => return self.class_member(c, attr, depth),
            Some(Def::Outside(_) | Def::Function(_)) => return None,
            Some(Def::Value(_)) | None => {}
        }
        // What inference saw; else the class around, if this is the object of a method.
        if let Some(shown) = self.types.get(&value.span) {
            let names = shown.split(" or ").flat_map(|t| t.split('|'));
            return names.filter_map(|n| self.class(n)).find_map(|c| self.class_member(c, attr, depth));
        }
        if let (ExprKind::Name(n), Some([Scope::Class(c), Scope::Function(d)])) = (&value.kind, scopes.last_chunk())
            && d.params.positional().next().is_some_and(|p| p.name.name == *n)
        {
            return self.class_member(c, attr, depth);
        }
        let mut all = self.classes().into_iter().filter_map(|c| self.own_member(c, attr, depth));
        match (all.next(), all.next()) {
            (Some(only), None) => Some(only),
            _ => None,
        }
    }

    fn class_member<'a>(&'a self, class: &'a ClassDef, attr: Symbol, depth: u32) -> Option<Def<'a>> {
        let depth = depth.checked_sub(1)?;
        if let Some(own) = self.own_member(class, attr, depth) {
            return Some(own);
        }
        let file = class.name.span.file;
        let ast = self.asts().find(|ast| ast.file == file)?;
        let scopes = [Scope::Module(ast)];
        class.args.iter().find_map(|base| match base {
            Arg::Positional(base) => match self.expression(base, &scopes, depth)? {
                Def::Class(base) => self.class_member(base, attr, depth),
                _ => None,
            },
            _ => None,
        })
    }

    fn own_member<'a>(&'a self, class: &'a ClassDef, attr: Symbol, depth: u32) -> Option<Def<'a>> {
        match Scope::Class(class).bindings(attr).last() {
            Some(b) => self.bound(b, depth),
            None => field(class, attr).map(Def::Value),
        }
    }

    fn asts(&self) -> impl Iterator<Item = &Module> {
        std::iter::once(&self.ast).chain(self.modules.iter().map(|m| &m.ast))
    }

    fn class(&self, name: &str) -> Option<&ClassDef> {
        self.classes().into_iter().find(|c| c.name.name.as_str() == name)
    }

    /// The classes of all files, those of the program first.
    fn classes(&self) -> Vec<&ClassDef> {
        let mut all = vec![];
        self.asts().for_each(|ast| classes(&ast.body, &mut all));
        all
    }
}

fn classes<'a>(body: &'a [Stmt], out: &mut Vec<&'a ClassDef>) {
    for s in body {
        if let StmtKind::ClassDef(d) = &s.kind {
            out.push(d);
        }
        s.blocks().into_iter().for_each(|b| classes(b, out));
    }
}
