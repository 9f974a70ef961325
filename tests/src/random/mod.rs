//! Random programs over the whole language, valid in Python by construction.
//!
//! How it thinks: the only generator of whole programs. [`program`] makes the one with this seed and number; the command
//! `random-programs` writes many to a folder for `tests/tools/whole.py`, which holds a compiler against CPython, and the
//! test `random` makes some of them again and compares with what was recorded of CPython (tests/random.txt: a hash of
//! each program's text and one of its outcome, so the programs need not be kept).
//!
//! A program is grown from types. The state knows the names in scope with their types ([`Ty`]), functions, and classes;
//! [`Gen::expr`] makes an expression of a wanted type from them, `statements.rs` makes statements that read and write
//! what is there, and a block forgets the names that it made. Everything is bound beforehand so that the same program is
//! worth comparing: an expression knows a bound of its size ([`E::m`]) and what is stored is wrapped to stay below
//! [`INT`], [`FLOAT`], [`TEXT`], [`LEN`] (numbers beyond 64 bits and endless texts are not what is tested here); loops know how
//! often they run, functions what they cost; what is indexed is known not to be empty. Some programs take risks
//! ([`Gen::risk`]): indices, keys, divisors, and texts that may not fit, and `raise`, handled or not.
//!
//! What prints must not depend on the machine: no addresses, no order of sets of texts, no functions whose last digits
//! are the mathematics library's own.

mod arrays;
mod calls;
mod classes;
mod containers;
mod flow;
mod functions;
mod library;
mod numbers;
mod statements;
mod texts;

use std::collections::BTreeSet;

/// Bounds of what is stored in a name, an element, a field: magnitude of an int, of a float, length of a text, of a container.
pub(crate) const INT: f64 = 9999.0;
pub(crate) const FLOAT: f64 = 9999.0;
pub(crate) const TEXT: f64 = 30.0;
pub(crate) const LEN: f64 = 10.0;
/// A step on the way to a value fits into 64 bits.
pub(crate) const STEP: f64 = 9e18;
/// Statements that one program may run, about.
const WORK: f64 = 20_000.0;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dtype {
    Int,
    Float,
    Bool,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Ty {
    Int,
    Float,
    Bool,
    Str,
    /// A value of this type or None.
    Opt(Box<Ty>),
    List(Box<Ty>),
    Tuple(Vec<Ty>),
    Dict(Box<Ty>, Box<Ty>),
    Set(Box<Ty>),
    /// An iterator that a generator function gives; only consumed.
    Iter(Box<Ty>),
    Object(usize),
    Array(Dtype, Vec<usize>),
    /// A collection of the standard library, with the type of its keys or items.
    Shelf(Shelf, Box<Ty>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shelf {
    Counter,
    Deque,
    /// A `defaultdict` of lists of ints.
    Groups,
}

impl Ty {
    pub(crate) fn list(of: Ty) -> Ty {
        Ty::List(Box::new(of))
    }

    pub(crate) fn dict(key: Ty, value: Ty) -> Ty {
        Ty::Dict(Box::new(key), Box::new(value))
    }

    /// Whether two values of it can be ordered.
    fn ordered(&self) -> bool {
        match self {
            Ty::Int | Ty::Float | Ty::Bool | Ty::Str => true,
            Ty::List(t) => t.ordered(),
            Ty::Tuple(ts) => ts.iter().all(Ty::ordered),
            _ => false,
        }
    }

    /// Whether its text is the same on every run, whatever the hashes of texts.
    fn printable(&self) -> bool {
        match self {
            Ty::Set(t) => **t == Ty::Int,
            Ty::Opt(t) | Ty::List(t) => t.printable(),
            Ty::Tuple(ts) => ts.iter().all(Ty::printable),
            Ty::Dict(_, v) => v.printable(),
            Ty::Iter(_) => false,
            _ => true,
        }
    }

    fn hashable(&self) -> bool {
        match self {
            Ty::Int | Ty::Float | Ty::Bool | Ty::Str => true,
            Ty::Tuple(ts) => ts.iter().all(Ty::hashable),
            _ => false,
        }
    }
}

/// An expression: its text, how tight it binds, a bound of its magnitude or length, and whether it is surely not empty.
#[derive(Debug, Clone)]
pub(crate) struct E {
    pub s: String,
    pub p: u8,
    pub m: f64,
    pub full: bool,
}

/// How tight operators bind.
pub(crate) mod prec {
    pub(crate) const TERNARY: u8 = 1;
    pub(crate) const OR: u8 = 2;
    pub(crate) const AND: u8 = 3;
    pub(crate) const NOT: u8 = 4;
    pub(crate) const COMPARE: u8 = 5;
    pub(crate) const SUM: u8 = 10;
    pub(crate) const PRODUCT: u8 = 11;
    pub(crate) const UNARY: u8 = 12;
    pub(crate) const POWER: u8 = 13;
    pub(crate) const ATOM: u8 = 15;
}

impl E {
    pub(crate) fn atom(s: impl Into<String>, m: f64) -> E {
        E { s: s.into(), p: prec::ATOM, m, full: false }
    }

    pub(crate) fn new(s: impl Into<String>, p: u8, m: f64) -> E {
        E { s: s.into(), p, m, full: false }
    }

    pub(crate) fn full(mut self) -> E {
        self.full = true;
        self
    }

    /// Its text where an operand must bind at least this tight.
    pub(crate) fn at(&self, least: u8) -> String {
        if self.p >= least { self.s.clone() } else { format!("({})", self.s) }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Var {
    pub name: String,
    pub ty: Ty,
    pub m: f64,
    pub full: bool,
    /// Not to be assigned: loop counters, parameters that a closure reads, names of the module seen from a function.
    pub fixed: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Param {
    pub name: String,
    pub ty: Ty,
    pub default: Option<String>,
    pub keyword_only: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Function {
    pub name: String,
    pub params: Vec<Param>,
    /// The type of what `*args` takes.
    pub star: Option<Ty>,
    pub ret: Ty,
    pub cost: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Plain,
    Property,
    Static,
    Class,
}

#[derive(Debug, Clone)]
pub(crate) struct Method {
    pub function: Function,
    pub kind: Kind,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Class {
    pub name: String,
    pub parent: Option<usize>,
    /// Names and types of fields, those of the parents first.
    pub fields: Vec<(String, Ty)>,
    /// Parameters of the constructor.
    pub init: Vec<Param>,
    pub methods: Vec<Method>,
    pub constants: Vec<(String, Ty)>,
    /// `a + b` gives the class again.
    pub adds: bool,
    pub ordered: bool,
    pub hashable: bool,
    /// The type of its elements, if it has a length, indices and iteration.
    pub elements: Option<Ty>,
    /// What a call of the instance with an int gives.
    pub call: Option<Ty>,
    pub frozen: bool,
    pub cost: f64,
}

#[derive(Debug)]
pub(crate) struct Gen {
    rng: fastrand::Rng,
    imports: BTreeSet<&'static str>,
    lines: Vec<String>,
    indent: usize,
    vars: Vec<Var>,
    functions: Vec<Function>,
    classes: Vec<Class>,
    /// Names of exception classes of the program; the second has a field `code`.
    errors: Vec<String>,
    fresh: usize,
    /// Nested blocks, and how often the current place runs.
    depth: usize,
    times: f64,
    /// Statements run so far, weighed with `times`.
    work: f64,
    in_loop: bool,
    /// What the function being written returns; None in the module.
    ret: Option<Ty>,
    /// The function being written is a generator of this type.
    yields: Option<Ty>,
    /// How deep in `try` blocks with `finally`, where control does not leave (`return` in `finally` hides exceptions).
    risky: bool,
    protected: usize,
    /// No function is called and no class made (inside lambdas of defaults and the like).
    plain: bool,
    /// Exceptions have one text each, so that handlers may look at their arguments.
    texts_only: bool,
}

/// The program with this number.
pub fn program(seed: u64, number: u64) -> String {
    let mut g = Gen {
        rng: fastrand::Rng::with_seed(seed.wrapping_mul(1_000_003).wrapping_add(number)),
        imports: BTreeSet::new(),
        lines: vec![],
        indent: 0,
        vars: vec![],
        functions: vec![],
        classes: vec![],
        errors: vec![],
        fresh: 0,
        depth: 0,
        times: 1.0,
        work: 0.0,
        in_loop: false,
        ret: None,
        yields: None,
        risky: false,
        protected: 0,
        plain: false,
        texts_only: false,
    };
    g.whole();
    let mut text = String::new();
    for line in g.imports.iter().map(|i| (*i).to_owned()).chain(g.lines) {
        text.push_str(&line);
        text.push('\n');
    }
    text
}

impl Gen {
    fn whole(&mut self) {
        self.risky = self.chance(0.35);
        let arrays = self.chance(0.3);
        self.texts_only = self.chance(0.2);
        // Constants of the module, which functions may read.
        for _ in 0..self.below(3) {
            let ty = self.simple_ty();
            let e = self.literal(&ty);
            let name = self.name("K");
            self.line(format!("{name} = {}", e.s));
            self.vars.push(Var { name, ty, m: e.m, full: e.full, fixed: true });
        }
        if !self.texts_only && self.chance(0.4) {
            self.error_classes();
        }
        let (functions, classes) = (self.below(4), self.below(3));
        let mut parts = [vec![0; functions], vec![1; classes]].concat();
        self.rng.shuffle(&mut parts);
        for part in parts {
            if part == 0 {
                self.function();
            } else {
                self.class();
            }
        }
        let wanted = 8 + self.below(14);
        let start = self.lines.len();
        for _ in 0..60 {
            if self.lines.len() - start > wanted * 2 {
                break;
            }
            if arrays && self.chance(0.4) {
                self.array_statement();
            } else {
                self.statement();
            }
        }
        if self.chance(0.12) {
            self.doom();
        }
        self.show_everything();
    }

    /// Prints what the names in scope hold at the end.
    pub(crate) fn show_everything(&mut self) {
        let vars: Vec<Var> = self.vars.iter().filter(|v| !v.fixed || v.ty == Ty::Int).cloned().collect();
        for v in vars {
            if matches!(v.ty, Ty::Iter(_)) || v.name.contains('.') {
                continue;
            }
            let text = self.printed(&v.ty, &v.name);
            self.line(format!("print({text})"));
        }
    }

    /// An expression whose text is the same everywhere, for a value of this type.
    pub(crate) fn printed(&mut self, ty: &Ty, text: &str) -> String {
        match ty {
            ty if ty.printable() => text.to_owned(),
            Ty::Set(_) => format!("sorted({text})"),
            Ty::Iter(_) => format!("list({text})"),
            _ => format!("len({text})"),
        }
    }

    // Chance.

    pub(crate) fn chance(&mut self, p: f64) -> bool {
        self.rng.f64() < p
    }

    pub(crate) fn below(&mut self, n: usize) -> usize {
        self.rng.usize(..n.max(1))
    }

    pub(crate) fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.rng.usize(..of.len())]
    }

    /// Whether to take a risk here: something that may raise.
    pub(crate) fn risk(&mut self) -> bool {
        self.risky && !self.plain && self.rng.f64() < if self.protected > 0 { 0.3 } else { 0.03 }
    }

    // Names and lines.

    pub(crate) fn name(&mut self, stem: &str) -> String {
        self.fresh += 1;
        format!("{stem}{}", self.fresh)
    }

    pub(crate) fn stem(&mut self, ty: &Ty) -> &'static str {
        match ty {
            Ty::Int => self.pick(&["n", "k", "count", "m"]),
            Ty::Float => self.pick(&["x", "y", "rate"]),
            Ty::Bool => self.pick(&["ok", "flag"]),
            Ty::Str => self.pick(&["s", "t", "word"]),
            Ty::Opt(_) => "maybe",
            Ty::List(_) => self.pick(&["xs", "items", "rows"]),
            Ty::Tuple(_) => "pair",
            Ty::Dict(..) => self.pick(&["d", "table"]),
            Ty::Set(_) => "seen",
            Ty::Iter(_) => "it",
            Ty::Object(_) => "o",
            Ty::Array(..) => self.pick(&["a", "b", "u"]),
            Ty::Shelf(Shelf::Deque, _) => "queue",
            Ty::Shelf(..) => "tally",
        }
    }

    pub(crate) fn line(&mut self, text: impl AsRef<str>) {
        self.work += self.times;
        self.lines.push(format!("{}{}", "    ".repeat(self.indent), text.as_ref()));
    }

    /// An indented block, whose names end with it.
    pub(crate) fn block(&mut self, body: impl FnOnce(&mut Gen)) {
        let (vars, lines) = (self.vars.len(), self.lines.len());
        self.indent += 1;
        self.depth += 1;
        body(self);
        if self.lines.len() == lines {
            self.line("pass");
        }
        self.depth -= 1;
        self.indent -= 1;
        self.vars.truncate(vars);
    }

    /// A block that runs about so many times.
    pub(crate) fn looped(&mut self, trips: f64, body: impl FnOnce(&mut Gen)) {
        let (times, in_loop) = (self.times, self.in_loop);
        self.times *= trips;
        self.in_loop = true;
        self.block(body);
        self.times = times;
        self.in_loop = in_loop;
    }

    /// Whether something that costs this much may still stand here.
    pub(crate) fn affordable(&self, cost: f64) -> bool {
        self.work + self.times * cost < WORK && self.times * cost < WORK / 8.0
    }

    pub(crate) fn bind(&mut self, name: String, ty: Ty, m: f64, full: bool) {
        self.vars.push(Var { name, ty, m, full, fixed: false });
    }

    // Types.

    pub(crate) fn simple_ty(&mut self) -> Ty {
        match self.below(10) {
            0..=3 => Ty::Int,
            4 | 5 => Ty::Float,
            6 => Ty::Bool,
            _ => Ty::Str,
        }
    }

    pub(crate) fn key_ty(&mut self) -> Ty {
        match self.below(8) {
            0..=3 => Ty::Str,
            4..=6 => Ty::Int,
            _ => Ty::Tuple(vec![Ty::Int, if self.chance(0.5) { Ty::Str } else { Ty::Int }]),
        }
    }

    pub(crate) fn ty(&mut self, depth: usize) -> Ty {
        if depth == 0 || self.chance(0.4) {
            return self.simple_ty();
        }
        match self.below(14) {
            0..=4 => Ty::list(self.ty(depth - 1)),
            5 | 6 => {
                let n = 2 + self.below(2);
                Ty::Tuple((0..n).map(|_| self.ty(depth - 1)).collect())
            }
            7..=9 => {
                let key = self.key_ty();
                let value = self.ty(depth - 1);
                Ty::dict(key, value)
            }
            10 => Ty::Set(Box::new(if self.chance(0.7) { Ty::Int } else { Ty::Str })),
            11 => Ty::Opt(Box::new(self.simple_ty())),
            12 => self.shelf_ty(),
            _ if self.classes.is_empty() => Ty::Int,
            _ => Ty::Object(self.below(self.classes.len())),
        }
    }

    /// Names of this type in scope.
    pub(crate) fn named(&self, test: impl Fn(&Var) -> bool) -> Vec<Var> {
        self.vars.iter().filter(|v| test(v)).cloned().collect()
    }

    pub(crate) fn choose(&mut self, test: impl Fn(&Var) -> bool) -> Option<Var> {
        let found = self.named(test);
        if found.is_empty() { None } else { Some(found[self.below(found.len())].clone()) }
    }

    /// What is stored stays within the bounds.
    pub(crate) fn stored(&mut self, ty: &Ty, e: E) -> E {
        match ty {
            Ty::Int if e.m > INT => {
                let by = self.pick(&["1000", "97", "9973", "256"]);
                E::new(format!("{} % {by}", e.at(prec::PRODUCT)), prec::PRODUCT, INT)
            }
            Ty::Float if e.m > FLOAT => E::new(format!("{} % 1000.0", e.at(prec::PRODUCT)), prec::PRODUCT, 1000.0),
            Ty::Str if e.m > TEXT => {
                E { s: format!("{}[:20]", e.at(prec::ATOM)), p: prec::ATOM, m: 20.0, full: e.full }
            }
            Ty::List(_) if e.m > LEN => {
                E { s: format!("{}[:6]", e.at(prec::ATOM)), p: prec::ATOM, m: 6.0, full: e.full }
            }
            _ => e,
        }
    }

    pub(crate) fn value(&mut self, ty: &Ty, depth: u32) -> E {
        let e = self.expr(ty, depth);
        self.stored(ty, e)
    }

    /// A stored value that is not empty.
    pub(crate) fn full_value(&mut self, ty: &Ty, depth: u32) -> E {
        let e = self.value(ty, depth);
        if e.full || !matches!(ty, Ty::List(_) | Ty::Str | Ty::Dict(..)) { e } else { self.literal(ty) }
    }

    /// An expression of this type.
    pub(crate) fn expr(&mut self, ty: &Ty, depth: u32) -> E {
        if depth > 0
            && self.chance(0.45)
            && let Some(e) = self.general(ty, depth)
        {
            return e;
        }
        match ty {
            Ty::Int => self.int(depth),
            Ty::Float => self.float(depth),
            Ty::Bool => self.boolean(depth),
            Ty::Str => self.text(depth),
            Ty::Opt(of) => self.optional(of, depth),
            Ty::List(of) => self.list(of, depth),
            Ty::Tuple(of) => self.tuple(of, depth),
            Ty::Dict(key, value) => self.dict(key, value, depth),
            Ty::Set(of) => self.set(of, depth),
            Ty::Iter(of) => self.iterator(of, depth),
            Ty::Object(class) => self.object(*class, depth),
            Ty::Array(dtype, shape) => self.array(*dtype, shape, depth),
            Ty::Shelf(shelf, of) => self.shelf(*shelf, of, depth),
        }
    }

    /// A value written out.
    pub(crate) fn literal(&mut self, ty: &Ty) -> E {
        match ty {
            Ty::Int => {
                let n = match self.below(6) {
                    0..=3 => self.rng.i64(0..13),
                    4 => -self.rng.i64(1..10),
                    _ => self.rng.i64(10..1000),
                };
                E::new(n.to_string(), if n < 0 { prec::UNARY } else { prec::ATOM }, n.abs() as f64)
            }
            Ty::Float => E::atom(
                self.pick(&["0.5", "1.0", "2.25", "3.75", "0.1", "10.0", "1.5", "7.0", "0.001", "64.0", "1e3", "2.5"]),
                1000.0,
            ),
            Ty::Bool => E::atom(self.pick(&["True", "False"]), 1.0),
            Ty::Str => {
                let s = self.pick(&[
                    "'a'",
                    "'b'",
                    "'abc'",
                    "'hello'",
                    "'Quick Fox'",
                    "'x,y,z'",
                    "'  pad '",
                    "'2024-01-05'",
                    "'Äpfel'",
                    "'tab\\tq'",
                    "'ok'",
                    "'k1'",
                    "'zz'",
                    "\"it's\"",
                    "'one two  three'",
                    "'12'",
                    "'naïve ß'",
                    "'日本'",
                ]);
                E::atom(s, 16.0).full()
            }
            Ty::Opt(of) => {
                if self.chance(0.4) {
                    E::atom("None", 0.0)
                } else {
                    self.literal(of)
                }
            }
            Ty::List(of) => {
                let n = 1 + self.below(4);
                let items: Vec<String> = (0..n).map(|_| self.literal(of).s).collect();
                E::atom(format!("[{}]", items.join(", ")), n as f64).full()
            }
            Ty::Tuple(of) => {
                let items: Vec<String> = of.iter().map(|t| self.literal(t).s).collect();
                E::atom(format!("({})", items.join(", ")), 0.0)
            }
            Ty::Dict(key, value) => {
                let n = 1 + self.below(3);
                let items: Vec<String> =
                    (0..n).map(|_| format!("{}: {}", self.literal(key).s, self.literal(value).s)).collect();
                E::atom(format!("{{{}}}", items.join(", ")), n as f64).full()
            }
            Ty::Set(of) => {
                let n = 1 + self.below(4);
                let items: Vec<String> = (0..n).map(|_| self.literal(of).s).collect();
                E::atom(format!("{{{}}}", items.join(", ")), n as f64).full()
            }
            Ty::Iter(of) => {
                let list = self.literal(&Ty::list((**of).clone()));
                E::atom(format!("iter({})", list.s), list.m)
            }
            Ty::Object(class) => self.construct(*class, 0),
            Ty::Array(dtype, shape) => self.array(*dtype, shape, 0),
            Ty::Shelf(shelf, of) => self.shelf(*shelf, of, 0),
        }
    }
}
