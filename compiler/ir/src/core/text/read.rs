//! Reads modules. Equations go through the builder, so that what is read is well typed; ownership and scope are the
//! verifier's.

use super::lex::{Tok, Token, lex};
use crate::core::{Block, Builder, Dim, Func, FuncId, Location, Module, Signature, Sym, SymDef, Ty, Var};
use crate::ops::{Effects, Op};
use quipu_abi::DType;
use quipu_diagnostics::{FileId, Span};
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};
use std::fmt;
use std::rc::Rc;

/// What is wrong with a text, and where: lines and columns count from 1, columns in characters.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TextError {
    pub line: usize,
    pub col: usize,
    pub message: String,
}

impl TextError {
    pub(super) fn at(text: &str, byte: usize, message: String) -> TextError {
        let before = &text[..byte.min(text.len())];
        let line = before.matches('\n').count() + 1;
        TextError { line, col: before.rsplit('\n').next().map_or(0, |l| l.chars().count()) + 1, message }
    }
}

impl fmt::Display for TextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.col, self.message)
    }
}

impl std::error::Error for TextError {}

pub(super) type Read<T> = Result<T, TextError>;

/// Functions by name, with what calls must know.
pub(super) type Heads = HashMap<Rc<str>, (FuncId, Rc<Signature>)>;

/// Reads a module. Places in it are spans of `text`, in file 0.
pub fn parse(text: &str) -> Read<Module> {
    let toks = lex(text)?;
    let mut heads = Heads::default();
    let mut main = None;
    let mut starts = vec![];
    let mut r = Reader::new(text, &toks, &heads);
    // Calls may come before the function that they call: first all heads, then the bodies.
    let mut found = vec![];
    loop {
        match r.peek() {
            Tok::End => break,
            Tok::Word(w) if &**w == "main" => {
                r.next();
                main = Some(r.func_name()?);
            }
            _ => {
                starts.push(r.at);
                r.reset();
                let (name, sig) = r.head()?;
                if found.iter().any(|(n, _): &(Rc<str>, Signature)| *n == name) {
                    return Err(r.error(format!("@{name} is defined twice")));
                }
                found.push((name, sig));
                r.skip_body()?;
            }
        }
    }
    for (k, (name, sig)) in found.into_iter().enumerate() {
        heads.insert(name, (FuncId(k as u32), Rc::new(sig)));
    }
    let mut module = Module::default();
    for start in starts {
        let mut r = Reader::new(text, &toks, &heads);
        r.at = start;
        r.head()?;
        r.body("return")?;
        r.b.pop_cursor();
        module.funcs.push(r.b.func);
    }
    if let Some(name) = main {
        let id = heads.get(&name).map(|h| h.0);
        module.main = Some(id.ok_or_else(|| TextError::at(text, 0, format!("there is no function @{name}")))?);
    }
    settle_effects(&mut module);
    Ok(module)
}

/// The effects of a call are those of the function that it calls: a fixpoint, for functions that call each other.
fn settle_effects(module: &mut Module) {
    let mut effects = vec![Effects::NONE; module.funcs.len()];
    loop {
        let mut next = vec![];
        for f in &module.funcs {
            let mut all = Effects::NONE;
            f.walk(Func::ENTRY, &mut |d| {
                for e in &d.eqns {
                    all = all
                        | match &e.op {
                            Op::Call(c) => effects[c.func.index()],
                            op => op.def().effects(),
                        };
                }
            });
            next.push(all);
        }
        if next == effects {
            break;
        }
        effects = next;
    }
    for e in module.funcs.iter_mut().flat_map(|f| &mut f.blocks).flat_map(|b| &mut b.eqns) {
        if let Op::Call(c) = &mut e.op {
            let all = effects[c.func.index()];
            Rc::make_mut(&mut c.sig).effects = all;
        }
    }
}

/// A variable where it is defined.
pub(super) struct Def {
    pub name: Rc<str>,
    pub value: Option<Dim>,
    pub linear: bool,
    pub ty: Option<Ty>,
    /// The index of its token.
    pub at: usize,
}

pub(super) struct Reader<'t> {
    pub(super) text: &'t str,
    pub(super) toks: &'t [Token],
    pub(super) at: usize,
    pub(super) heads: &'t Heads,
    pub(super) b: Builder,
    vars: HashMap<Rc<str>, Var>,
    /// Names of the blocks that are open, and of those that have ended.
    defined: Vec<Rc<str>>,
    ended: HashSet<Rc<str>>,
    syms: HashMap<Rc<str>, Sym>,
    /// Symbols whose lower bound the text states.
    stated: HashSet<Sym>,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str, toks: &'t [Token], heads: &'t Heads) -> Reader<'t> {
        let b = Builder::new("", &[], 0).0;
        let (vars, syms, stated) = (HashMap::default(), HashMap::default(), HashSet::default());
        let (defined, ended) = (vec![], HashSet::default());
        Reader { text, toks, at: 0, heads, b, vars, defined, ended, syms, stated }
    }

    /// Forgets the function that was read.
    fn reset(&mut self) {
        *self = Reader { at: self.at, ..Reader::new(self.text, self.toks, self.heads) };
    }

    pub(super) fn peek(&self) -> &'t Tok {
        &self.toks[self.at.min(self.toks.len() - 1)].tok
    }

    fn next(&mut self) -> &'t Tok {
        let t = self.peek();
        self.at += 1;
        t
    }

    pub(super) fn error_at(&self, at: usize, message: impl Into<String>) -> TextError {
        TextError::at(self.text, self.toks[at.min(self.toks.len() - 1)].start, message.into())
    }

    pub(super) fn error(&self, message: impl Into<String>) -> TextError {
        self.error_at(self.at, message)
    }

    pub(super) fn expected<T>(&self, what: &str) -> Read<T> {
        Err(self.error(format!("{what} expected")))
    }

    pub(super) fn is(&self, sign: &str) -> bool {
        matches!(self.peek(), Tok::Sign(s) if *s == sign)
    }

    pub(super) fn eat(&mut self, sign: &str) -> bool {
        let found = self.is(sign);
        self.at += usize::from(found);
        found
    }

    pub(super) fn want(&mut self, sign: &str) -> Read<()> {
        if self.eat(sign) { Ok(()) } else { self.expected(&format!("`{sign}`")) }
    }

    fn is_word(&self, word: &str) -> bool {
        matches!(self.peek(), Tok::Word(w) if &**w == word)
    }

    pub(super) fn eat_word(&mut self, word: &str) -> bool {
        let found = self.is_word(word);
        self.at += usize::from(found);
        found
    }

    pub(super) fn want_word(&mut self, word: &str) -> Read<()> {
        if self.eat_word(word) { Ok(()) } else { self.expected(&format!("`{word}`")) }
    }

    pub(super) fn word(&mut self) -> Read<Rc<str>> {
        match self.peek() {
            Tok::Word(w) => {
                self.at += 1;
                Ok(w.clone())
            }
            _ => self.expected("a name"),
        }
    }

    pub(super) fn func_name(&mut self) -> Read<Rc<str>> {
        match self.peek() {
            Tok::Func(w) => {
                self.at += 1;
                Ok(w.clone())
            }
            _ => self.expected("a function's name"),
        }
    }

    pub(super) fn string(&mut self) -> Read<Rc<str>> {
        match self.peek() {
            Tok::Text(w) => {
                self.at += 1;
                Ok(w.clone())
            }
            _ => self.expected("a string"),
        }
    }

    pub(super) fn number<T: std::str::FromStr>(&mut self) -> Read<T> {
        let minus = if self.eat("-") { "-" } else { "" };
        match self.peek() {
            Tok::Number(n) => match format!("{minus}{n}").parse() {
                Ok(x) => {
                    self.at += 1;
                    Ok(x)
                }
                Err(_) => self.expected("another kind of number"),
            },
            _ => self.expected("a number"),
        }
    }

    pub(super) fn float(&mut self) -> Read<f64> {
        let minus = self.is("-") as usize;
        let named = match &self.toks[(self.at + minus).min(self.toks.len() - 1)].tok {
            Tok::Word(w) if &**w == "nan" => Some(f64::NAN),
            Tok::Word(w) if &**w == "inf" => Some(f64::INFINITY),
            _ => None,
        };
        match named {
            Some(x) => {
                self.at += 1 + minus;
                Ok(if minus == 1 { -x } else { x })
            }
            None => self.number(),
        }
    }

    /// Items up to `end`, with commas between.
    pub(super) fn list<T>(&mut self, end: &str, item: &mut dyn FnMut(&mut Self) -> Read<T>) -> Read<Vec<T>> {
        let mut out = vec![];
        while !self.eat(end) {
            if !out.is_empty() {
                self.want(",")?;
            }
            out.push(item(self)?);
        }
        Ok(out)
    }

    // Dims and types.

    fn sym(&mut self, name: &Rc<str>) -> Sym {
        if let Some(s) = self.syms.get(name) {
            return *s;
        }
        let s = self.b.func.new_size();
        let numbered = name.strip_prefix('n').is_some_and(|k| !k.is_empty() && k.chars().all(|c| c.is_ascii_digit()));
        if !numbered {
            self.b.func.names.syms.insert(s, name.clone());
        }
        self.syms.insert(name.clone(), s);
        s
    }

    pub(super) fn dim(&mut self) -> Read<Dim> {
        let mut sum = if self.is("-") { Dim::from(0) } else { self.dim_term()? };
        loop {
            if self.eat("+") {
                sum = sum.add(&self.dim_term()?);
            } else if self.eat("-") {
                sum = sum.sub(&self.dim_term()?);
            } else {
                return Ok(sum);
            }
        }
    }

    fn dim_term(&mut self) -> Read<Dim> {
        let mut product = self.dim_factor()?;
        while self.eat("*") {
            product = product.mul(&self.dim_factor()?);
        }
        Ok(product)
    }

    fn dim_factor(&mut self) -> Read<Dim> {
        if self.eat("(") {
            let d = self.dim()?;
            self.want(")")?;
            return Ok(d);
        }
        if let Tok::Number(_) = self.peek() {
            // Wraps: the smallest number is written as a difference.
            return Ok(Dim::from(self.number::<u64>()? as i64));
        }
        let name = self.word()?;
        if !self.eat("(") {
            return Ok(Dim::from(self.sym(&name)));
        }
        let a = self.dim()?;
        self.want(",")?;
        let b = self.dim()?;
        self.want(")")?;
        match &*name {
            // As it is printed; the general form might choose the other sign.
            "max" if a == Dim::from(0) => Ok(b.pos()),
            "max" => Ok(a.maximum(&b)),
            "min" => Ok(a.minimum(&b)),
            "floordiv" => a.floordiv(&b).map_or_else(|| self.expected("another divisor than 0"), Ok),
            "mod" => a.modulo(&b).map_or_else(|| self.expected("another divisor than 0"), Ok),
            _ => Err(self.error(format!("there is no function {name} of dims"))),
        }
    }

    pub(super) fn ty(&mut self) -> Read<Ty> {
        let name = self.word()?;
        if let Some(d) = DType::from_short(&name) {
            if !self.eat("[") {
                return Ok(Ty::Scalar(d));
            }
            return Ok(Ty::Array(d, self.list("]", &mut Self::dim)?));
        }
        let wrap: fn(Box<Ty>) -> Ty = match &*name {
            "str" => return Ok(Ty::Str),
            "list" => Ty::List,
            "tape" => {
                self.want("<")?;
                let t = self.ty()?;
                let cap = if self.eat(",") { Some(self.dim()?) } else { None };
                self.want(">")?;
                return Ok(Ty::Tape(Box::new(t), cap));
            }
            "cell" => Ty::Cell,
            _ => return Err(self.error_at(self.at - 1, format!("{name} is no type"))),
        };
        self.want("<")?;
        let t = self.ty()?;
        self.want(">")?;
        Ok(wrap(Box::new(t)))
    }

    // Functions.

    /// From `func` to before the body.
    fn head(&mut self) -> Read<(Rc<str>, Signature)> {
        self.want_word("func")?;
        self.b.func.fast_math = self.eat_word("fastmath");
        let name = self.func_name()?;
        self.b.func.name = name.to_string();
        if self.eat("[") {
            let names = self.list("]", &mut Self::word)?;
            names.iter().for_each(|n| {
                self.sym(n);
            });
        }
        self.want("(")?;
        let params = self.list(")", &mut |r| {
            let consume = r.eat_word("consume");
            Ok((consume, r.def()?))
        })?;
        for (consume, d) in params {
            let Some(ty) = d.ty.clone() else { return Err(self.error_at(d.at, "a type expected")) };
            let v = self.b.func.new_var(ty, d.linear);
            self.b.func.define_dims(v);
            self.b.func.block_mut(Func::ENTRY).params.push(v);
            self.b.func.consumes.push(consume);
            self.define(v, &d)?;
        }
        let results = if !self.eat("->") {
            vec![]
        } else if self.eat("(") {
            self.list(")", &mut Self::ty)?
        } else {
            vec![self.ty()?]
        };
        if self.eat_word("where") {
            loop {
                self.fact()?;
                if !self.eat(",") {
                    break;
                }
            }
        }
        Ok((name, Signature { results, ..self.b.func.signature() }))
    }

    fn fact(&mut self) -> Read<()> {
        let any = self.eat_word("any");
        let name = self.word()?;
        let s = self.sym(&name);
        if any {
            self.stated.insert(s);
            self.b.func.syms[s.index()].lo = None;
        } else if self.eat(">=") {
            self.stated.insert(s);
            self.b.func.syms[s.index()].lo = Some(self.number()?);
        } else if self.eat("<=") {
            self.b.func.syms[s.index()].hi = Some(self.dim()?);
        } else {
            return self.expected("`>=` or `<=`");
        }
        Ok(())
    }

    fn skip_body(&mut self) -> Read<()> {
        let mut depth = 0;
        loop {
            match self.next() {
                Tok::Sign("{") => depth += 1,
                Tok::Sign("}") => depth -= 1,
                Tok::End => return self.expected("`}`"),
                _ => {}
            }
            if depth == 0 {
                return Ok(());
            }
        }
    }

    /// `%x as n + 1: linear f64`, of which all but the first may be missing.
    pub(super) fn def(&mut self) -> Read<Def> {
        let at = self.at;
        let Tok::Var(name) = self.next() else { return Err(self.error_at(at, "a variable expected")) };
        let value = if self.eat_word("as") { Some(self.dim()?) } else { None };
        let typed = self.eat(":");
        let linear = typed && self.eat_word("linear");
        let ty = if typed { Some(self.ty()?) } else { None };
        Ok(Def { name: name.clone(), value, linear, ty, at })
    }

    /// Gives `v` its name and what the text says of it.
    fn define(&mut self, v: Var, d: &Def) -> Read<()> {
        // The name of a variable of a block that has ended may be used again.
        if self.vars.insert(d.name.clone(), v).is_some() && !self.ended.remove(&d.name) {
            return Err(self.error_at(d.at, format!("%{} is defined twice", d.name)));
        }
        self.defined.push(d.name.clone());
        let func = &mut self.b.func;
        if !d.name.chars().all(|c| c.is_ascii_digit()) {
            func.names.vars.insert(v, d.name.clone());
        }
        func.vars[v.index()].linear |= d.linear;
        if let Some(value) = &d.value {
            if let Some(s) = value.as_sym()
                && func.syms[s.index()].def == SymDef::Free
            {
                func.syms[s.index()].def = SymDef::Value(v);
                if !self.stated.contains(&s) {
                    func.syms[s.index()].lo = None;
                }
            }
            func.vars[v.index()].value = Some(value.clone());
        }
        Ok(())
    }

    pub(super) fn var(&mut self) -> Read<Var> {
        match self.peek() {
            Tok::Var(name) => match self.vars.get(name) {
                Some(v) => {
                    self.at += 1;
                    Ok(*v)
                }
                None => Err(self.error(format!("%{name} is not defined"))),
            },
            _ => self.expected("a variable"),
        }
    }

    /// `{ .. }`, into the block at the cursor.
    fn body(&mut self, end: &str) -> Read<()> {
        self.want("{")?;
        while !self.eat("}") {
            if self.eat_word(end) {
                let mut results = vec![self.var()?];
                while self.eat(",") {
                    results.push(self.var()?);
                }
                self.b.here().results = results;
                return self.want("}");
            }
            self.eqn()?;
        }
        Ok(())
    }

    /// A nested block: its parameters are defined, then its body is read.
    pub(super) fn block(&mut self, params: &[(Def, Option<Var>)]) -> Read<Block> {
        let mut tys = vec![];
        for (d, init) in params {
            tys.push(match (&d.ty, init) {
                (Some(t), _) => t.clone(),
                (None, Some(v)) => self.b.ty(*v),
                (None, None) => return Err(self.error_at(d.at, "a type expected")),
            });
        }
        let (block, vars) = self.b.raw_block(&tys, false);
        let outer = self.defined.len();
        for (v, (d, _)) in vars.iter().zip(params) {
            self.define(*v, d)?;
        }
        self.b.push_cursor(block, None);
        let read = self.body("yield");
        self.b.pop_cursor();
        self.ended.extend(self.defined.drain(outer..));
        read.map(|()| block)
    }

    /// `(%x: T = %a, ..)`, or nothing.
    pub(super) fn inits(&mut self) -> Read<Vec<(Def, Option<Var>)>> {
        if !self.eat("(") {
            return Ok(vec![]);
        }
        self.list(")", &mut |r| {
            let d = r.def()?;
            let init = if r.eat("=") { Some(r.var()?) } else { None };
            Ok((d, init))
        })
    }

    pub(super) fn operands(&self, inits: &[(Def, Option<Var>)]) -> Read<Vec<Var>> {
        let one = |(d, v): &(Def, Option<Var>)| v.ok_or_else(|| self.error_at(d.at, "`= %value` expected"));
        inits.iter().map(one).collect()
    }

    fn eqn(&mut self) -> Read<()> {
        let start = self.at;
        let mut outs: Vec<Def> = vec![];
        if matches!(self.peek(), Tok::Var(_)) {
            outs.push(self.def()?);
            while self.eat(",") {
                outs.push(self.def()?);
            }
            self.want("=")?;
        }
        let op_at = self.at;
        let (op, args, blocks) = self.rhs()?;
        let span = Span::new(FileId(0), self.toks[start].start as u32, self.toks[self.at - 1].end as u32);
        let function = Rc::from(&*self.b.func.name);
        self.b.loc = self.b.func.new_loc(Location { span, function, caller: None });
        let n_syms = self.b.func.syms.len();
        let at = self.b.cur();
        let vars = self.b.try_emit_in(at, op, &args, blocks, false).map_err(|message| self.error_at(op_at, message))?;
        if vars.len() != outs.len() {
            return Err(self.error_at(start, format!("{} results, not {}", vars.len(), outs.len())));
        }
        // Fresh symbols get the names that the text has for them.
        let mut fresh: HashMap<Sym, Dim> = HashMap::default();
        for (v, d) in vars.iter().zip(&outs) {
            let (Some(said), have) = (&d.ty, self.b.ty(*v)) else { continue };
            pair_dims(&have, said, &mut |h, s| {
                if let Some(h) = h.as_sym().filter(|h| h.index() >= n_syms) {
                    fresh.entry(h).or_insert_with(|| s.clone());
                }
            });
        }
        for (v, d) in vars.iter().zip(&outs) {
            let ty = self.b.func.ty(*v).subst(&mut |s| fresh.get(&s).cloned().unwrap_or(s.into()));
            if let Some(said) = &d.ty
                && *said != ty
            {
                let names = super::Shown::of(&self.b.func);
                let message = format!("%{} has the type {}, not {}", d.name, names.ty(&ty), names.ty(said));
                return Err(self.error_at(d.at, message));
            }
            self.b.func.vars[v.index()].ty = ty;
            self.b.func.define_dims(*v);
            self.define(*v, d)?;
        }
        Ok(())
    }
}

/// Calls `f` on the dims of two types at the same places.
pub(crate) fn pair_dims(a: &Ty, b: &Ty, f: &mut dyn FnMut(&Dim, &Dim)) {
    match (a, b) {
        (Ty::Array(_, m), Ty::Array(_, n)) => m.iter().zip(n).for_each(|(m, n)| f(m, n)),
        (Ty::Tape(a, m), Ty::Tape(b, n)) => {
            pair_dims(a, b, f);
            m.iter().zip(n).for_each(|(m, n)| f(m, n));
        }
        (Ty::List(a), Ty::List(b)) | (Ty::Cell(a), Ty::Cell(b)) => pair_dims(a, b, f),
        _ => {}
    }
}
