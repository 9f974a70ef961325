//! Names, types and values known while compiling: syntax tree to core IR.
//!
//! See `state` for how a walk works, `value` for what it knows of an expression, `places` for aliasing, `merge` and
//! `loops` for control flow, `call` and `outline` for functions. A program's module body becomes one function of the
//! core IR without parameters; calls are inlined into it while it
//! is not large, recursive functions stand beside it.

pub mod arith;
pub mod builtins;
pub mod call;
pub mod carry;
mod checkpoint;
mod comprehensions;
pub mod displays;
pub mod encode;
mod entry;
pub mod exceptions;
pub mod expr;
pub mod flat;
mod formats;
mod funcattrs;
pub mod functions;
pub mod generators;
mod identity;
mod imports;
pub mod index;
pub mod library;
pub mod live;
mod stdlib;
pub use builtins::names as builtin_names;
pub use entry::{HostTy, Interface, parse_signature};
pub use imports::{SourceModule, WHOLE, absolute, module_text, wanted};
pub use session::{Entry, Session};
pub use stdlib::{LIBRARY_FILES, Library, STDLIB};
pub use suggest::{Hint, closest};
pub use unbound::unbound;
pub use watch::Watch;
pub mod lists;
pub mod loops;
pub mod merge;
pub mod modules;
pub mod numpy;
pub mod objects;
pub mod outline;
pub mod places;
pub mod refs;
pub mod region;
pub mod select;
mod session;
pub mod shared;
mod spread;
pub mod state;
pub mod stmt;
mod suggest;
pub mod text;
mod unbound;
pub mod uses;
pub mod value;
mod watch;
mod withs;

use quipu_diagnostics::{Diagnostic, FileId, Severity};
use quipu_ir::{Builder, FuncId, Module};
use quipu_syntax::Symbol;
use quipu_syntax::ast;
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};
use state::{Facts, Frame, Lower, Scope, Stop};
use std::rc::Rc;
use value::{Closure, Code, Marks};

/// What a whole inference shares.
pub struct Cx<'a> {
    pub module: Module,
    pub facts: Facts,
    /// What the walk has asked facts about.
    consulted: std::cell::RefCell<checkpoint::Consulted>,
    /// Which loops over known items are rolled.
    rolling: stmt::Rolling,
    /// How many names, lists and arrays are not what they are taken for first.
    forms: usize,
    pub specs: HashMap<outline::Key, outline::Spec>,
    /// Where names are mentioned, per file.
    pub uses: HashMap<(FileId, Symbol), Vec<u32>>,
    /// The names that loops must carry.
    pub live: live::Loops,
    /// The types that statements (by their start) bind names to, joined over specializations and walks.
    pub bindings: HashMap<(FileId, u32, Symbol), value::T>,
    /// What the last walk of a `reveal_type` on a path saw: where it stands, the path, the type.
    pub revealed: Vec<(quipu_diagnostics::Span, u64, String)>,
    /// What to say of exceptions that nothing catches.
    pub hints: Vec<Hint>,
    /// The letters of sizes in what it shows, by function and symbol.
    size_names: Vec<(String, quipu_ir::Sym)>,
    /// Sizes are shown by their numbers (see `watch`).
    mark_sizes: bool,
    /// Takes down types as the walk sees them, if somebody asks for them.
    watch: Option<Box<Watch>>,
    /// How often names are bound at the top level of a file.
    binds: HashMap<(FileId, Symbol), u32>,
    pub functions: functions::Functions<'a>,
    pub classes: objects::Classes<'a>,
    library: &'a Library,
    /// Which functions (by address) are generator functions.
    generators: HashMap<usize, bool>,
    /// Bodies of generator expressions, by the expressions' addresses.
    desugared: HashMap<usize, &'a [ast::Stmt]>,
    /// Generator functions that call themselves, by their addresses, in two pieces; the addresses of the first ones.
    ahead: HashMap<usize, Option<generators::Ahead<'a>>>,
    collectors: HashSet<usize>,
    arena: &'a generators::Arena,
    /// Generators that the loops at these sites make.
    hoisted: HashMap<state::Site, Vec<generators::Hoisted<'a>>>,
    /// What generators that the loops at these sites resume loop over, by the names that denote it there.
    looped: HashMap<state::Site, Vec<generators::Looped>>,
    /// Files that the walk saw `np.save` write: what is in them.
    saved: HashMap<String, (quipu_abi::DType, usize, bool)>,
    /// Functions of the library (by address) that the tables above and below know.
    indexed: HashSet<usize>,
    scopes: HashMap<usize, Rc<Scope>>,
    recursive: HashMap<usize, bool>,
    /// Functions that cannot stand on their own, by their code.
    inline_only: rustc_hash::FxHashSet<usize>,
    /// The names that classes mention, per file.
    class_names: HashMap<FileId, Vec<Symbol>>,
    /// See `reached_names`.
    reached: HashMap<usize, Rc<std::collections::BTreeSet<Symbol>>>,
    /// Functions by name, to find recursion: name -> names that its body mentions.
    mentions: HashMap<(FileId, Symbol), Vec<Symbol>>,
}

/// How often walks started over, and how many functions there are: for `--time`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stats {
    pub walks: u32,
    pub functions: usize,
}

/// A program as core IR.
#[derive(Debug)]
pub struct Program {
    pub module: Module,
    /// What each statement (by file and start) binds names to.
    pub bindings: HashMap<(FileId, u32, Symbol), value::T>,
    /// What calls of `reveal_type` show.
    pub revealed: Vec<Diagnostic>,
    pub hints: Vec<Hint>,
    pub stats: Stats,
}

/// A tree without the statements and expressions that others say as well, if it has any: what every tree is before inference
/// looks at it.
pub fn prepared(m: &ast::Module) -> Option<ast::Module> {
    let plain = withs::without(m);
    let m = plain.as_ref().unwrap_or(m);
    match funcattrs::without(&m.body) {
        Some(body) => Some(ast::Module { body, ..m.clone() }),
        None => plain,
    }
}

/// Infers a program: its module body, and every function that it reaches.
pub fn infer(program: &ast::Module, library: &Library) -> Result<Program, Vec<Diagnostic>> {
    let rewritten = prepared(program);
    let program = rewritten.as_ref().unwrap_or(program);
    let arena = generators::Arena::default();
    walks(program, library, &arena, &mut None, &mut |cx| walk_module(cx, program))
}

/// The same with somebody who watches the walk: the types that it saw are there whatever came of it.
pub fn infer_watched(
    program: &ast::Module,
    library: &Library,
    watch: Watch,
) -> (Result<Program, Vec<Diagnostic>>, Watch) {
    let rewritten = prepared(program);
    let program = rewritten.as_ref().unwrap_or(program);
    let arena = generators::Arena::default();
    let mut watch = Some(Box::new(watch));
    let r = walks(program, library, &arena, &mut watch, &mut |cx| walk_module(cx, program));
    (r, *watch.expect("the walks give it back"))
}

/// Infers a function of a program for parameters of these types, as the entry of the result.
pub fn infer_function(
    program: &ast::Module,
    library: &Library,
    function: &str,
    params: &[HostTy],
) -> Result<(Program, Interface), Vec<Diagnostic>> {
    let rewritten = prepared(program);
    let program = rewritten.as_ref().unwrap_or(program);
    let mut interface = None;
    let arena = generators::Arena::default();
    let program = walks(program, library, &arena, &mut None, &mut |cx| {
        let (func, host) = walk_function(cx, program, function, params)?;
        interface = Some(host);
        Ok(func)
    })?;
    Ok((program, interface.expect("the last walk came to its end")))
}

/// Walks until all facts hold.
fn walks<'a>(
    program: &'a ast::Module,
    library: &'a Library,
    arena: &'a generators::Arena,
    watch: &mut Option<Box<Watch>>,
    walk: &mut dyn FnMut(&mut Cx<'a>) -> Result<quipu_ir::Func, Stop>,
) -> Result<Program, Vec<Diagnostic>> {
    let mut cx = Cx::new(library, arena);
    cx.watch = watch.take();
    let settled = loop {
        let settled = settle(&mut cx, program, library, walk);
        if settled.is_ok() || !cx.rolling.unroll() {
            break settled;
        }
        // With nothing that was learnt from the loops as they were.
        cx = Cx { watch: cx.watch.take(), rolling: cx.rolling, ..Cx::new(library, arena) };
    };
    *watch = cx.watch.take();
    let stats = settled?;
    let revealed = revealed(cx.revealed);
    Ok(Program { module: cx.module, bindings: cx.bindings, revealed, hints: cx.hints, stats })
}

fn settle<'a>(
    cx: &mut Cx<'a>,
    program: &'a ast::Module,
    library: &'a Library,
    walk: &mut dyn FnMut(&mut Cx<'a>) -> Result<quipu_ir::Func, Stop>,
) -> Result<Stats, Vec<Diagnostic>> {
    cx.index(program);
    library.modules.iter().for_each(|m| cx.index_import(&m.ast));
    let mut stats = Stats::default();
    loop {
        stats.walks += 1;
        if stats.walks > 400 {
            let d = Diagnostic::error("no-fixpoint", "the types of this program do not settle", program.span);
            return Err(vec![d]);
        }
        cx.start_walk();
        match walk(cx) {
            Ok(_) if cx.rose() => cx.facts_rose(),
            Ok(f) => {
                cx.module.main = Some(FuncId(cx.module.funcs.len() as u32));
                cx.module.funcs.push(f);
                stats.functions = cx.module.funcs.len();
                return Ok(stats);
            }
            Err(Stop::Restart(_)) => {
                cx.facts_rose();
            }
            Err(Stop::Error(d)) => return Err(vec![*d]),
            Err(Stop::Ends | Stop::Again(_)) => {
                let d = Diagnostic::error("internal", "inference ended outside a path", program.span);
                return Err(vec![d]);
            }
        }
    }
}

/// A note for each place: the types of all specializations and copies of loop bodies.
fn revealed(seen: Vec<(quipu_diagnostics::Span, u64, String)>) -> Vec<Diagnostic> {
    let mut all: Vec<(quipu_diagnostics::Span, Vec<String>)> = vec![];
    for (span, _, shown) in seen {
        match all.iter_mut().find(|(s, _)| *s == span) {
            Some((_, types)) if types.contains(&shown) => {}
            Some((_, types)) => types.push(shown),
            None => all.push((span, vec![shown])),
        }
    }
    all.sort_by_key(|(s, _)| (s.file.0, s.start));
    let note =
        |(span, types): (_, Vec<String>)| Diagnostic::new(Severity::Note, "revealed-type", types.join(" or "), span);
    all.into_iter().map(note).collect()
}

fn walk_module<'a>(cx: &mut Cx<'a>, program: &'a ast::Module) -> Result<quipu_ir::Func, Stop> {
    let (b, _) = Builder::new("main", &[], 0);
    let mut lw = module_state(cx, b, program, "__main__");
    lw.whole = true;
    match lw.block(&program.body) {
        Ok(()) => {}
        Err(Stop::Ends) => {
            // What follows is not there: something must have raised.
            let block = lw.b.cur();
            if !lw.b.func.block(block).eqns.iter().any(|e| lw.b.func.effects(e).raises) {
                return lw.error("internal", "the walk ended where nothing raises");
            }
            lw.seal();
        }
        Err(e) => return Err(e),
    }
    Ok(lw.b.finish(&[]))
}

/// The same for a function that a host calls.
fn walk_function<'a>(
    cx: &mut Cx<'a>,
    program: &'a ast::Module,
    function: &str,
    params: &[HostTy],
) -> Result<(quipu_ir::Func, Interface), Stop> {
    let (b, vars) = entry::begin(&format!("host.{function}"), params);
    let mut lw = module_state(cx, b, program, function);
    match lw.block(&program.body) {
        Err(Stop::Ends) => return lw.unsupported("a module that raises when it is imported", "mend its top level"),
        r => r?,
    }
    entry::finish(lw, program, function, params, &vars)
}

/// The state at the begin of a module's body.
fn module_state<'a, 'c>(cx: &'c mut Cx<'a>, b: Builder, program: &'a ast::Module, name: &str) -> Lower<'a, 'c> {
    let frame = Frame {
        slots: Default::default(),
        parent: None,
        scope: Rc::new(Scope::default()),
        path: 1,
        name: "<module>".into(),
        module: true,
        marks: Marks::default(),
        caller: None,
        needs: None,
        life: state::Life { id: 1, ..state::Life::default() },
    };
    let mut lw = Lower::new(cx, b, vec![frame], program.span);
    lw.set_exit(state::exit::NEXT);
    let name = lw.text(name);
    lw.set_slot(0, Symbol::new("__name__"), name);
    let doc = lw.module_doc(&program.body);
    lw.set_slot(0, Symbol::new("__doc__"), doc);
    lw.set_exit(state::exit::NEXT);
    lw.open_regions();
    lw.open_trips();
    // There are no objects yet, so no class lacks anything.
    let _ = lw.open_columns();
    lw.open_argv();
    lw
}

impl<'a> Cx<'a> {
    fn new(library: &'a Library, arena: &'a generators::Arena) -> Cx<'a> {
        Cx {
            module: Module::default(),
            facts: Facts::default(),
            consulted: Default::default(),
            rolling: Default::default(),
            forms: 0,
            specs: HashMap::default(),
            uses: HashMap::default(),
            live: HashMap::default(),
            bindings: HashMap::default(),
            revealed: vec![],
            hints: vec![],
            size_names: vec![],
            mark_sizes: false,
            watch: None,
            binds: HashMap::default(),
            functions: functions::Functions::default(),
            classes: objects::Classes::default(),
            generators: HashMap::default(),
            desugared: HashMap::default(),
            ahead: HashMap::default(),
            collectors: HashSet::default(),
            arena,
            hoisted: HashMap::default(),
            looped: HashMap::default(),
            library,
            saved: HashMap::default(),
            indexed: HashSet::default(),
            scopes: HashMap::default(),
            recursive: HashMap::default(),
            inline_only: Default::default(),
            reached: HashMap::default(),
            class_names: HashMap::default(),
            mentions: HashMap::default(),
        }
    }

    /// Forgets what the last walk made; facts stay.
    fn start_walk(&mut self) {
        self.module = Module::default();
        self.specs.clear();
        self.consulted.get_mut().start_walk();
        self.bindings.clear();
        self.revealed.clear();
        self.hints.clear();
        self.size_names.clear();
        self.watch.iter_mut().for_each(|w| w.start_walk());
        self.saved.clear();
    }

    fn index(&mut self, m: &ast::Module) {
        live::module(&m.body, &mut self.live);
        self.index_uses(m);
    }

    /// A module that others import: they may read all of its names.
    fn index_import(&mut self, m: &ast::Module) {
        let mut names = live::Names::new();
        uses::stmts(&m.body, &mut |n, _| _ = names.insert(n));
        live::part_of_session(&m.body, names, &mut self.live);
        self.index_uses(m);
    }

    fn index_uses(&mut self, m: &ast::Module) {
        let file = m.file;
        uses::stmts(&m.body, &mut |n, span| self.uses.entry((file, n)).or_default().push(span.start));
        let live = &mut self.live;
        uses::functions(&m.body, &mut |d| live::function(d, live));
        count_binds(&m.body, &mut |n| *self.binds.entry((file, n)).or_default() += 1);
        uses::functions(&m.body, &mut |d| {
            let own = call::scope_of(&Code::Def(d)).locals;
            let names = call::mentioned(&d.body).into_iter().filter(|n| !own.contains(n));
            self.mentions.entry((file, d.name.name)).or_default().extend(names);
        });
        uses::classes(&m.body, &mut |d| self.class_names.entry(file).or_default().extend(call::mentioned(&d.body)));
    }

    /// A function of the library, by its module and name.
    pub fn library_function(&mut self, module: &str, name: Symbol) -> Option<&'a ast::FunctionDef> {
        let image = self.library.function(module, name.as_str())?;
        self.index_part(image);
        match image.body.first().map(|s| &s.kind) {
            Some(ast::StmtKind::FunctionDef(d)) => Some(d),
            _ => None,
        }
    }

    /// Another walk follows. `forms` is what came of the last call.
    fn facts_rose(&mut self) {
        // Names before a loop may denote other kinds of places now: what it carries of them is found out anew.
        let made = self.facts.exact.len() + self.facts.dynamic.len() + self.facts.shared_arrays.len();
        if std::mem::replace(&mut self.forms, made) != made {
            self.facts.carry.clear();
            self.facts.homes.clear();
            self.facts.pools.clear();
        }
    }

    /// A statement of a session. What follows is not known: every name may be read later, and bound again.
    fn index_entry(&mut self, m: &'a ast::Module) {
        self.index(m);
        let (mut names, file) = (vec![], m.file);
        uses::stmts(&m.body, &mut |n, _| names.push(n));
        names.extend(loops::assigned_in(None, &m.body));
        for n in &names {
            self.uses.entry((file, *n)).or_default().push(u32::MAX);
            *self.binds.entry((file, *n)).or_default() += 2;
        }
        live::part_of_session(&m.body, names.into_iter().collect(), &mut self.live);
    }

    /// What the last walk has to show.
    fn take_revealed(&mut self) -> Vec<Diagnostic> {
        revealed(std::mem::take(&mut self.revealed))
    }

    fn index_part(&mut self, image: &'a ast::Module) {
        if self.indexed.insert(std::ptr::from_ref(image) as usize) {
            self.index(image);
        }
    }

    pub fn scope_of(&mut self, code: &Code<'a>) -> Rc<Scope> {
        let key = match code {
            Code::Def(d) => std::ptr::from_ref(*d) as usize,
            Code::Lambda(p, _) => std::ptr::from_ref(*p) as usize,
        };
        self.scopes.entry(key).or_insert_with(|| Rc::new(call::scope_of(code))).clone()
    }

    /// Is the name bound just once at the top level of its file?
    pub fn bound_once(&self, file: FileId, n: Symbol) -> bool {
        self.binds.get(&(file, n)).is_none_or(|k| *k == 1)
    }

    pub fn bound_somewhere(&self, file: FileId, n: Symbol) -> bool {
        self.binds.contains_key(&(file, n))
    }

    /// The names that a function's code mentions, and the code of the functions of its file that it mentions.
    pub fn reached_names(&mut self, code: &Code<'a>, file: FileId) -> Rc<std::collections::BTreeSet<Symbol>> {
        let key = outline::code_id(code);
        if let Some(r) = self.reached.get(&key) {
            return r.clone();
        }
        let own = self.scope_of(code);
        let mut todo = call::names_in(code);
        todo.retain(|n| !own.locals.contains(n));
        // Which methods it calls does not show in names.
        todo.extend(self.class_names.get(&file).into_iter().flatten());
        let mut seen = std::collections::BTreeSet::new();
        while let Some(n) = todo.pop() {
            if seen.insert(n)
                && let Some(m) = self.mentions.get(&(file, n))
            {
                todo.extend(m);
            }
        }
        let seen = Rc::new(seen);
        self.reached.insert(key, seen.clone());
        seen
    }

    /// May a call of the function lead to another call of it? By names: a function that mentions itself, directly or
    /// through functions that it mentions.
    pub fn recursive(&mut self, c: &Closure<'a>) -> bool {
        let code = outline::code_id(&c.code);
        self.ask(state::About::Function(code));
        if self.facts.recursive.contains(&code) {
            return true;
        }
        let Code::Def(d) = c.code else { return false };
        let key = std::ptr::from_ref(d) as usize;
        if let Some(r) = self.recursive.get(&key) {
            return *r;
        }
        let file = c.span.file;
        let mut seen = HashSet::default();
        let mut todo = call::mentioned(&d.body);
        let mut found = false;
        while let Some(n) = todo.pop() {
            if n == d.name.name {
                found = true;
                break;
            }
            if !seen.insert(n) {
                continue;
            }
            if let Some(image) = self.library.function_in(file, n.as_str()) {
                self.index_part(image);
            }
            if let Some(m) = self.mentions.get(&(file, n)) {
                todo.extend(m);
            }
        }
        self.recursive.insert(key, found);
        found
    }
}

/// Binding occurrences at the top level; those in loops, and by `global` in functions, count twice.
fn count_binds(body: &[ast::Stmt], f: &mut dyn FnMut(Symbol)) {
    use ast::StmtKind as S;
    for s in body {
        match &s.kind {
            S::For { body, orelse, .. } | S::While { body, orelse, .. } => {
                for n in loops::assigned_in(None, std::slice::from_ref(s)) {
                    f(n);
                    f(n);
                }
                count_binds(body, f);
                count_binds(orelse, f);
            }
            S::If { body, orelse, .. } => {
                count_binds(body, f);
                count_binds(orelse, f);
            }
            S::FunctionDef(d) => {
                f(d.name.name);
                let mut scope = Scope::default();
                state::bound_names(&d.body, &mut scope);
                for n in scope.globals {
                    f(n);
                    f(n);
                }
            }
            S::AugAssign { .. } => {
                for n in loops::assigned_in(None, std::slice::from_ref(s)) {
                    f(n);
                    f(n);
                }
            }
            _ => loops::assigned_in(None, std::slice::from_ref(s)).into_iter().for_each(&mut *f),
        }
    }
}
