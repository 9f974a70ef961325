//! Writes functions. Names are given when they are first written: those that people gave as far as they are unique,
//! numbers for all others.

use crate::core::{Block, Dim, Eqn, Func, FuncId, Module, Sym, SymDef, Ty, Var};
use crate::ops::text::{Attr, form};
use crate::ops::{Chain, Const, Ix, Op};
use quipu_abi::DType;
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};
use std::cell::RefCell;
use std::fmt::{self, Write};

/// The names that the text form of a function uses, for messages about it.
#[derive(Debug)]
pub struct Shown<'f> {
    func: &'f Func,
    vars: RefCell<HashMap<Var, String>>,
    syms: RefCell<HashMap<Sym, String>>,
    taken: RefCell<HashSet<String>>,
    /// Symbols in order of their first mention.
    order: RefCell<Vec<Sym>>,
}

impl<'f> Shown<'f> {
    /// The names as they are in the function's text.
    pub fn of(func: &'f Func) -> Shown<'f> {
        render(func, None).1
    }

    fn new(func: &'f Func) -> Shown<'f> {
        let taken = RefCell::new(HashSet::default());
        Shown { func, vars: RefCell::default(), syms: RefCell::default(), taken, order: RefCell::default() }
    }

    /// `given`, made unique by a suffix; or the first free number behind `prefix`.
    fn fresh(&self, kind: char, given: Option<&str>, prefix: &str, from: usize) -> String {
        let mut taken = self.taken.borrow_mut();
        let mut free = |name: String| taken.insert(format!("{kind}{name}")).then_some(name);
        if let Some(name) = given.filter(|n| well_formed(n)) {
            if let Some(name) = free(name.to_string()) {
                return name;
            }
            return (1..).find_map(|k| free(format!("{name}.{k}"))).unwrap_or_default();
        }
        (from..).find_map(|k| free(format!("{prefix}{k}"))).unwrap_or_default()
    }

    pub fn var(&self, v: Var) -> String {
        if let Some(name) = self.vars.borrow().get(&v) {
            return name.clone();
        }
        let given = self.func.names.vars.get(&v).map(|s| &**s);
        let n = self.vars.borrow().len();
        let name = format!("%{}", self.fresh('%', given, "", n));
        self.vars.borrow_mut().insert(v, name.clone());
        name
    }

    pub fn sym(&self, s: Sym) -> String {
        if let Some(name) = self.syms.borrow().get(&s) {
            return name.clone();
        }
        let given = self.func.names.syms.get(&s).map(|s| &**s);
        let n = self.syms.borrow().len();
        let name = self.fresh(' ', given, "n", n);
        self.syms.borrow_mut().insert(s, name.clone());
        self.order.borrow_mut().push(s);
        name
    }

    pub fn dim(&self, d: &Dim) -> String {
        d.show(&|s| self.sym(s))
    }

    pub fn ty(&self, t: &Ty) -> String {
        t.show(&|s| self.sym(s))
    }

    fn vars(&self, v: &[Var]) -> String {
        v.iter().map(|v| self.var(*v)).collect::<Vec<_>>().join(", ")
    }

    /// A variable where it is defined. `known` is the value that a reader finds out by himself.
    fn def(&self, v: Var, known: Option<Dim>, always_typed: bool) -> String {
        let mut out = self.var(v);
        let d = &self.func.vars[v.index()];
        if let Some(value) = &d.value
            && known.as_ref() != Some(value)
        {
            out += &format!(" as {}", self.dim(value));
        }
        if always_typed || d.linear || !matches!(d.ty, Ty::Scalar(_) | Ty::Str) {
            out += &format!(": {}{}", if d.linear { "linear " } else { "" }, self.ty(&d.ty));
        }
        out
    }

    fn params(&self, params: &[Var], init: Option<&[Var]>) -> String {
        let one = |(k, v): (usize, &Var)| match init.and_then(|x| x.get(k)) {
            Some(x) => format!("{} = {}", self.def(*v, None, true), self.var(*x)),
            None => self.def(*v, None, true),
        };
        params.iter().enumerate().map(one).collect::<Vec<_>>().join(", ")
    }

    fn attr(&self, a: &Attr) -> String {
        match a {
            Attr::Word(w) => w.rsplit('.').next().unwrap_or(w).to_string(),
            Attr::Text(t) => quoted(t),
            Attr::Num(n) => n.to_string(),
            Attr::Nums(n) => format!("{n:?}"),
            Attr::Dim(d) => self.dim(d),
            Attr::Dims(d) => format!("[{}]", d.iter().map(|d| self.dim(d)).collect::<Vec<_>>().join(", ")),
            Attr::Ty(t) => self.ty(t),
            Attr::Const(c) => constant(c),
        }
    }

    fn chain(&self, chain: &Chain, ix: &[Var]) -> String {
        let mut ix = ix.iter();
        let mut next = || ix.next().map(|v| self.var(*v)).unwrap_or_default();
        let parts = chain.iter().map(|c| match c {
            Ix::All => ":".to_string(),
            Ix::At => format!("at {}", next()),
            Ix::Range { len } => format!("range {} {} len {}", next(), next(), self.dim(len)),
            Ix::Lane => "lane".to_string(),
        });
        format!("[{}]", parts.collect::<Vec<_>>().join(", "))
    }

    fn block(&self, out: &mut String, b: Block, depth: usize, end: &str) -> fmt::Result {
        let data = self.func.block(b);
        for e in &data.eqns {
            self.eqn(out, e, depth)?;
        }
        if !data.results.is_empty() {
            writeln!(out, "{:w$}{end} {}", "", self.vars(&data.results), w = 4 * depth)?;
        }
        Ok(())
    }

    fn nested(&self, out: &mut String, e: &Eqn, k: usize, depth: usize) -> fmt::Result {
        writeln!(out, "{{")?;
        self.block(out, *e.blocks.get(k).ok_or(fmt::Error)?, depth + 1, "yield")?;
        write!(out, "{:w$}}}", "", w = 4 * depth)
    }

    fn eqn(&self, out: &mut String, e: &Eqn, depth: usize) -> fmt::Result {
        let known = e.op.def().value(self.func, &e.args);
        let outs: Vec<String> = e.outs.iter().map(|v| self.def(*v, known.clone(), false)).collect();
        let eq = if outs.is_empty() { "" } else { " = " };
        write!(out, "{:w$}{}{eq}", "", outs.join(", "), w = 4 * depth)?;
        self.rhs(out, e, depth)?;
        writeln!(out)
    }

    fn rhs(&self, out: &mut String, e: &Eqn, depth: usize) -> fmt::Result {
        let name = e.op.def().name();
        // What the verifier is about to refuse must be shown as well.
        let params = |k: usize| e.blocks.get(k).map_or(&[][..], |b| &self.func.block(*b).params);
        match &e.op {
            Op::If(_) => {
                let (p, args) = e.args.split_first().ok_or(fmt::Error)?;
                let group = |k: usize| match params(k) {
                    [] => String::new(),
                    p => format!("({}) ", self.params(p, Some(args))),
                };
                write!(out, "if {} {}", self.var(*p), group(0))?;
                self.nested(out, e, 0, depth)?;
                if e.blocks.get(1).is_some_and(|b| !self.func.block(*b).eqns.is_empty())
                    || !args.is_empty()
                    || !e.outs.is_empty()
                {
                    write!(out, " else {}", group(1))?;
                    self.nested(out, e, 1, depth)?;
                }
                Ok(())
            }
            Op::For(f) => {
                let (trip, args) = e.args.split_first().ok_or(fmt::Error)?;
                let (i, carried) = params(0).split_first().ok_or(fmt::Error)?;
                let flag = |on: bool, word: &str| if on { format!("{word} ") } else { String::new() };
                let flags = [flag(f.until, "until"), flag(f.reverse, "reverse"), flag(f.parallel, "parallel")];
                write!(out, "for {}{} < {} ", flags.concat(), self.def(*i, None, false), self.var(*trip))?;
                if !carried.is_empty() {
                    write!(out, "carry ({}) ", self.params(carried, Some(args)))?;
                }
                self.nested(out, e, 0, depth)
            }
            Op::While(_) => {
                write!(out, "while ({}) ", self.params(params(0), Some(&e.args)))?;
                self.nested(out, e, 0, depth)?;
                write!(out, " do ({}) ", self.params(params(1), None))?;
                self.nested(out, e, 1, depth)
            }
            Op::Try(t) => {
                write!(out, "try ")?;
                self.nested(out, e, 0, depth)?;
                let kinds: Vec<&str> = t.kinds.iter().map(|k| k.class_name()).collect();
                write!(out, " except {} ({}) ", kinds.join(", "), self.params(params(1), None))?;
                self.nested(out, e, 1, depth)
            }
            Op::Call(c) => write!(out, "call {}({})", func_name(&c.name), self.vars(&e.args)),
            Op::Read(r) => {
                let (base, ix) = e.args.split_first().ok_or(fmt::Error)?;
                write!(out, "read {}{}", self.var(*base), self.chain(&r.0, ix))
            }
            Op::Update(crate::ops::Update(c)) | Op::UpdateAdd(crate::ops::UpdateAdd(c)) => {
                let [base, ix @ .., v] = &e.args[..] else { return Err(fmt::Error) };
                write!(out, "{name} {}{}, {}", self.var(*base), self.chain(c, ix), self.var(*v))
            }
            op => {
                let (front, keys) = form(op).unwrap_or_default();
                let mut head = vec![name.to_string()];
                head.extend(front.iter().map(|a| self.attr(a)));
                write!(out, "{}", head.join(" "))?;
                let keys = keys.iter().map(|(k, a)| format!("{k}={}", self.attr(a)));
                let rest: Vec<String> = e.args.iter().map(|v| self.var(*v)).chain(keys).collect();
                write!(out, "{}{}", if rest.is_empty() { "" } else { " " }, rest.join(", "))
            }
        }
    }

    /// What is known of the symbols that were mentioned, but for what a reader assumes of any symbol.
    fn facts(&self, mentioned: &[Sym]) -> String {
        let mut out = vec![];
        for s in mentioned {
            let d = &self.func.syms[s.index()];
            let assumed = if matches!(d.def, SymDef::Value(_)) { None } else { Some(0) };
            match d.lo {
                lo if lo == assumed => {}
                Some(lo) => out.push(format!("{} >= {lo}", self.sym(*s))),
                None => out.push(format!("any {}", self.sym(*s))),
            }
            if let Some(hi) = &d.hi {
                out.push(format!("{} <= {}", self.sym(*s), self.dim(hi)));
            }
        }
        if out.is_empty() { String::new() } else { format!(" where {}", out.join(", ")) }
    }
}

fn well_formed(name: &str) -> bool {
    // Numbers and `n` with a number are the names of what has none.
    let numbered = |s: &str| !s.is_empty() && s.chars().all(|c| c.is_ascii_digit());
    let word = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.');
    let starts = name.chars().next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
    word && starts && !name.strip_prefix('n').is_some_and(numbered)
}

fn func_name(name: &str) -> String {
    let plain = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.');
    if plain { format!("@{name}") } else { format!("@{}", quoted(name)) }
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c.is_control() => out.push_str(&format!("\\u{{{:x}}}", c as u32)),
            c => out.push(c),
        }
    }
    out + "\""
}

fn constant(c: &Const) -> String {
    let float = |bits: u64| crate::core::Scalar::F64(f64::from_bits(bits)).to_string();
    match c {
        Const::Int(DType::Bool, v) => format!("bool {}", *v != 0),
        Const::Int(d, v) => format!("{} {v}", d.short()),
        Const::Float(d, x) => format!("{} {}", d.short(), float(*x)),
        Const::Complex(d, re, im) => format!("{} ({}, {})", d.short(), float(*re), float(*im)),
        Const::Str(s) => format!("str {}", quoted(s)),
    }
}

/// The text of a function, and its names. `results` are the result types if the function cannot tell.
fn render<'f>(func: &'f Func, results: Option<&[Ty]>) -> (String, Shown<'f>) {
    // The first run finds out which symbols are mentioned; facts may mention more.
    let mut listed: Option<Vec<Sym>> = None;
    let mut mentioned: Vec<Sym> = vec![];
    loop {
        let names = Shown::new(func);
        let text = func_text(&names, results, &mentioned, listed.as_deref());
        let order = names.order.borrow().clone();
        let mut sorted = order.clone();
        sorted.sort();
        if sorted != mentioned {
            mentioned = sorted;
        } else if order != sorted && listed.is_none() {
            listed = Some(sorted);
        } else {
            return (text, names);
        }
    }
}

fn func_text(names: &Shown<'_>, results: Option<&[Ty]>, mentioned: &[Sym], listed: Option<&[Sym]>) -> String {
    let func = names.func;
    let entry = func.block(Func::ENTRY);
    let listed = match listed {
        Some(s) => format!("[{}]", s.iter().map(|s| names.sym(*s)).collect::<Vec<_>>().join(", ")),
        None => String::new(),
    };
    let consume = |k: usize| if func.consumes.get(k) == Some(&true) { "consume " } else { "" };
    let param = |(k, v): (usize, &Var)| format!("{}{}", consume(k), names.def(*v, None, true));
    let params: Vec<String> = entry.params.iter().enumerate().map(param).collect();
    let own = func.tys(&entry.results);
    let tys = if func.diverges(Func::ENTRY) { results.unwrap_or(&own) } else { &own };
    let tys: Vec<String> = tys.iter().map(|t| names.ty(t)).collect();
    let arrow = match &tys[..] {
        [] => String::new(),
        [one] => format!(" -> {one}"),
        all => format!(" -> ({})", all.join(", ")),
    };
    let facts = names.facts(mentioned);
    let (fast, name) = (if func.fast_math { "fastmath " } else { "" }, func_name(&func.name));
    let mut out = format!("func {fast}{name}{listed}({}){arrow}{facts} {{\n", params.join(", "));
    // Writing to a string does not fail.
    let _ = names.block(&mut out, Func::ENTRY, 1, "return");
    out + "}\n"
}

impl fmt::Display for Func {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&render(self, None).0)
    }
}

impl fmt::Display for Module {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut results: HashMap<FuncId, Vec<Ty>> = HashMap::default();
        for func in &self.funcs {
            func.blocks.iter().flat_map(|b| &b.eqns).for_each(|e| {
                if let Op::Call(c) = &e.op {
                    results.entry(c.func).or_insert_with(|| c.sig.results.clone());
                }
            });
        }
        if let Some(main) = self.main {
            writeln!(f, "main {}\n", func_name(&self.func(main).name))?;
        }
        for (k, func) in self.funcs.iter().enumerate() {
            let tys = results.get(&FuncId(k as u32));
            write!(f, "{}{}", if k > 0 { "\n" } else { "" }, render(func, tys.map(|t| &t[..])).0)?;
        }
        Ok(())
    }
}
