//! The text form, read. Types of results are computed by the typing rules, so the text need not repeat them.
//!
//! Reading gives what was written, value numbers included. It checks what it needs to find its way; whether the module
//! makes sense is the verifier's business.

use super::inst::*;
use super::types::*;
use super::typing::result_types;
use quipu_abi::ErrorKind;
use std::fmt;
use std::sync::Arc;

/// Where reading stopped and why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TextError {
    pub line: usize,
    pub message: String,
}

impl fmt::Display for TextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

impl std::error::Error for TextError {}

type Result<T> = std::result::Result<T, TextError>;

#[derive(Clone, PartialEq, Debug)]
enum Tok {
    /// Names, numbers, `%3`, `@f`, `->`.
    Word(String),
    Text(String),
    Punct(char),
}

fn tokens(text: &str) -> Result<Vec<(Tok, usize)>> {
    let mut out = vec![];
    for (i, row) in text.lines().enumerate() {
        let line = i + 1;
        let mut chars = row.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                ' ' | '\t' => {}
                ';' => break,
                '"' => out.push((Tok::Text(string(&mut chars, line)?), line)),
                '(' | ')' | '{' | '}' | '[' | ']' | ',' | '=' | '<' | '>' => out.push((Tok::Punct(c), line)),
                // A colon ends a value's name, but belongs to `nan:0x..`.
                ':' => out.push((Tok::Punct(c), line)),
                '-' if chars.peek() == Some(&'>') => {
                    chars.next();
                    out.push((Tok::Word("->".to_string()), line));
                }
                c => {
                    let mut word = String::from(c);
                    while let Some(&c) = chars.peek() {
                        let colon = c == ':' && word == "nan";
                        let sign = (c == '-' || c == '+')
                            && word.ends_with('e')
                            && word.starts_with(|c: char| c == '-' || c.is_ascii_digit());
                        if !(c.is_alphanumeric() || "_.$%@#".contains(c) || colon || sign) {
                            break;
                        }
                        word.push(c);
                        chars.next();
                    }
                    out.push((Tok::Word(word), line));
                }
            }
        }
    }
    Ok(out)
}

fn string(chars: &mut std::iter::Peekable<std::str::Chars<'_>>, line: usize) -> Result<String> {
    let mut s = String::new();
    loop {
        match chars.next() {
            Some('"') => return Ok(s),
            Some('\\') => match chars.next() {
                Some('n') => s.push('\n'),
                Some(c) => s.push(c),
                None => break,
            },
            Some(c) => s.push(c),
            None => break,
        }
    }
    Err(TextError { line, message: "string does not end".to_string() })
}

struct Reader {
    toks: Vec<(Tok, usize)>,
    at: usize,
    /// Names, parameters and results of all functions, found in a first pass.
    funcs: Vec<(String, Vec<Type>)>,
    /// Types of the values read so far.
    types: Vec<Option<Type>>,
}

impl Reader {
    fn fail<T>(&self, message: impl Into<String>) -> Result<T> {
        let line = self.toks.get(self.at.min(self.toks.len().saturating_sub(1))).map_or(1, |t| t.1);
        Err(TextError { line, message: message.into() })
    }

    fn peek(&self) -> Option<&Tok> {
        self.toks.get(self.at).map(|t| &t.0)
    }

    fn eat(&mut self, c: char) -> bool {
        let hit = self.peek() == Some(&Tok::Punct(c));
        self.at += usize::from(hit);
        hit
    }

    fn eat_word(&mut self, w: &str) -> bool {
        let hit = matches!(self.peek(), Some(Tok::Word(x)) if x == w);
        self.at += usize::from(hit);
        hit
    }

    fn punct(&mut self, c: char) -> Result<()> {
        if self.eat(c) { Ok(()) } else { self.fail(format!("expected `{c}`")) }
    }

    fn word(&mut self) -> Result<String> {
        match self.peek() {
            Some(Tok::Word(w)) => {
                let w = w.clone();
                self.at += 1;
                Ok(w)
            }
            _ => self.fail("expected a word"),
        }
    }

    fn text(&mut self) -> Result<String> {
        match self.peek() {
            Some(Tok::Text(w)) => {
                let w = w.clone();
                self.at += 1;
                Ok(w)
            }
            _ => self.fail("expected a string"),
        }
    }

    /// Reads a word as something else, with the position left at it if it is not that.
    fn parse<T>(&mut self, what: &str, f: impl FnOnce(&str) -> Option<T>) -> Result<T> {
        let w = self.word()?;
        match f(&w) {
            Some(x) => Ok(x),
            None => {
                self.at -= 1;
                self.fail(format!("expected {what}, found `{w}`"))
            }
        }
    }

    fn num<T: std::str::FromStr>(&mut self) -> Result<T> {
        self.parse("a number", |w| w.parse().ok())
    }

    fn ty(&mut self) -> Result<Type> {
        if self.eat_word("vec") {
            self.punct('<')?;
            let elem = self.parse("a type", Elem::from_name)?;
            self.punct(',')?;
            let lanes = self.num()?;
            self.punct('>')?;
            return Ok(Type::vec(elem, lanes));
        }
        self.parse("a type", Elem::from_name).map(Type::scalar)
    }

    fn list<T>(&mut self, close: char, mut item: impl FnMut(&mut Self) -> Result<T>) -> Result<Vec<T>> {
        let mut out = vec![];
        if self.eat(close) {
            return Ok(out);
        }
        loop {
            out.push(item(self)?);
            if self.eat(close) {
                return Ok(out);
            }
            self.punct(',')?;
        }
    }

    fn tys(&mut self) -> Result<Vec<Type>> {
        self.punct('(')?;
        self.list(')', Self::ty)
    }

    fn is_val(&self) -> bool {
        matches!(self.peek(), Some(Tok::Word(w)) if w.starts_with('%'))
    }

    fn val(&mut self) -> Result<Val> {
        // A limit keeps a stray number from allocating a huge table.
        self.parse("a value", |w| w.strip_prefix('%')?.parse().ok().filter(|n| *n < 1 << 24)).map(Val)
    }

    /// Values with commas between them, none if none stands here.
    fn vals(&mut self) -> Result<Vec<Val>> {
        let mut out = vec![];
        if self.is_val() {
            out.push(self.val()?);
            while self.eat(',') {
                out.push(self.val()?);
            }
        }
        Ok(out)
    }

    /// Operands stand on the line of their operation: what begins the next line are its results.
    fn operands(&mut self) -> Result<Vec<Val>> {
        let line = |i: usize| self.toks.get(i).map(|t| t.1);
        if self.at > 0 && line(self.at) == line(self.at - 1) { self.vals() } else { Ok(vec![]) }
    }

    /// Hexadecimal digits in quotes.
    fn bytes(&mut self) -> Result<Arc<[u8]>> {
        let text = self.text()?;
        let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
        match text.as_bytes().chunks(2).map(|p| if p.len() == 2 { byte(p) } else { None }).collect() {
            Some(bytes) => Ok(bytes),
            None => self.fail("bytes are pairs of hexadecimal digits"),
        }
    }

    fn site(&mut self) -> Result<SiteId> {
        self.parse("a site", |w| w.strip_prefix("site")?.parse().ok()).map(SiteId)
    }

    fn kind(&mut self) -> Result<ErrorKind> {
        self.parse("an exception's name", |w| if w == "None" { Some(ErrorKind::None) } else { ErrorKind::from_name(w) })
    }

    fn func_ref(&mut self) -> Result<FuncId> {
        let w = self.word()?;
        let name = w.strip_prefix('@').unwrap_or(&w);
        match self.funcs.iter().position(|f| f.0 == name) {
            Some(i) => Ok(FuncId(i as u32)),
            None => self.fail(format!("no function {w}")),
        }
    }

    fn define(&mut self, v: Val, ty: Type) {
        if self.types.len() <= v.index() {
            self.types.resize(v.index() + 1, None);
        }
        self.types[v.index()] = Some(ty);
    }

    fn params(&mut self) -> Result<Vec<Val>> {
        self.punct('(')?;
        self.list(')', |r| {
            let v = r.val()?;
            r.punct(':')?;
            let ty = r.ty()?;
            r.define(v, ty);
            Ok(v)
        })
    }

    fn types_of(&self, vals: &[Val]) -> Result<Vec<Type>> {
        let of = |v: &Val| self.types.get(v.index()).copied().flatten();
        vals.iter().map(|v| of(v).map_or_else(|| self.fail(format!("{v} is not defined before")), Ok)).collect()
    }

    fn constant(&mut self, ty: Type) -> Result<u64> {
        self.parse("a constant", |w| match ty.elem {
            Elem::I1 => w.parse::<bool>().ok().map(u64::from),
            Elem::F32 | Elem::F64 if w.starts_with("nan:0x") => u64::from_str_radix(&w[6..], 16).ok(),
            Elem::F32 => w.parse::<f32>().ok().map(|x| u64::from(x.to_bits())),
            Elem::F64 => w.parse::<f64>().ok().map(f64::to_bits),
            Elem::Ptr => w.parse().ok(),
            e => w.parse::<i64>().ok().map(|x| x as u64 & e.mask()),
        })
    }

    fn access(&mut self) -> Result<Access> {
        let mut at = Access { offset: 0, align: 1, alias: AliasClass::MAY_ALIAS, nontemporal: false };
        self.punct('[')?;
        self.list(']', |r| {
            let key = r.word()?;
            if key != "nontemporal" {
                r.punct('=')?;
            }
            match key.as_str() {
                "offset" => at.offset = r.num()?,
                "align" => at.align = r.num()?,
                "alias" => at.alias = AliasClass(r.num()?),
                "nontemporal" => at.nontemporal = true,
                _ => return r.fail(format!("no attribute `{key}`")),
            }
            Ok(())
        })?;
        Ok(at)
    }

    fn for_attrs(&mut self) -> Result<ForAttrs> {
        let mut a = ForAttrs::default();
        self.punct('[')?;
        self.list(']', |r| {
            let key = r.word()?;
            let valued = r.eat('=');
            match (key.as_str(), valued) {
                ("step", true) => a.step = r.num()?,
                ("stop", false) => a.stop = true,
                ("independent", false) => a.parallel = Parallel::Independent,
                ("threads", true) => a.parallel = Parallel::Threads { chunks: r.num()?, grain: 1 },
                ("grain", true) => {
                    let n = r.num()?;
                    match &mut a.parallel {
                        Parallel::Threads { grain, .. } => *grain = n,
                        _ => return r.fail("`grain` belongs behind `threads`".to_string()),
                    }
                }
                ("novector", false) => a.vectorize = Vectorize::Never,
                ("vectorize", true) => a.vectorize = Vectorize::Width(r.num()?),
                ("unroll", true) => a.unroll = r.num()?,
                _ => return r.fail(format!("no attribute `{key}`")),
            }
            Ok(())
        })?;
        Ok(a)
    }

    fn block(&mut self, params: Vec<Val>) -> Result<Block> {
        self.punct('{')?;
        let mut insts = vec![];
        loop {
            let end = if self.eat_word("yield") {
                End::Yield(self.vals()?)
            } else if self.eat_word("return") {
                End::Return(self.vals()?)
            } else if self.eat_word("reraise") {
                End::Reraise
            } else if self.eat_word("fail") {
                End::Fail { kind: self.kind()?, site: self.site()?, operands: self.vals()? }
            } else {
                insts.push(self.inst()?);
                continue;
            };
            self.punct('}')?;
            return Ok(Block { params, insts, end });
        }
    }

    /// The operation that `name` begins, up to its operands.
    fn op(&mut self, name: &str) -> Result<Op> {
        Ok(match name {
            "const" => {
                let ty = self.ty()?;
                Op::Const { ty, bits: self.constant(ty)? }
            }
            "iota" => Op::Iota(self.ty()?),
            "fma" => Op::Fma,
            "icmp" => Op::Icmp(self.parse("a comparison", IntCmp::from_name)?),
            "fcmp" => Op::Fcmp(self.parse("a comparison", FloatCmp::from_name)?),
            "select" => Op::Select,
            "muladdmod" => Op::MulAddMod,
            "ptr_add" => Op::PtrAdd,
            "stack_alloc" => Op::StackAlloc { bytes: self.num()?, align: self.num()? },
            "data" => Op::Data(self.bytes()?),
            "ctx" => Op::CtxPtr,
            "func_addr" => Op::FuncAddr(self.func_ref()?),
            "splat" => Op::Splat { lanes: self.num()? },
            "extract" => Op::Extract { lane: self.num()? },
            "insert" => Op::Insert { lane: self.num()? },
            "shuffle" => {
                self.punct('[')?;
                Op::Shuffle { lanes: self.list(']', Self::num)? }
            }
            "any" => Op::Any,
            "all" => Op::All,
            "bitmask" => Op::Bitmask,
            "math" => Op::Math(self.parse("a function", MathFn::from_name)?),
            "call" => {
                let func = self.func_ref()?;
                self.arrow()?;
                let results = self.tys()?;
                Op::Call { func, results, catch: self.eat_word("catch") }
            }
            "runtime" => {
                let (name, index) = (self.word()?, self.num()?);
                let params = self.tys()?;
                self.arrow()?;
                let results = self.tys()?;
                let fallible = self.eat_word("fallible");
                let ext = Arc::new(Extern { name, index, params, results, fallible });
                let catch = self.eat_word("catch");
                let site = if self.eat_word("at") { Some(self.site()?) } else { None };
                Op::CallRuntime { ext, catch, site }
            }
            "fail_if" => Op::FailIf { kind: self.kind()?, site: self.site()? },
            "poll" => Op::Poll { site: self.site()? },
            "stack_check" => Op::StackCheck { site: self.site()? },
            "if" => Op::If,
            "for" => Op::For(ForAttrs::default()),
            "while" => Op::While,
            _ => {
                if let Some(op) = BinOp::from_name(name) {
                    Op::Bin(op)
                } else if let Some(op) = UnOp::from_name(name) {
                    Op::Un(op)
                } else if let Some(op) = OvOp::from_name(name) {
                    Op::Overflow(op)
                } else if let Some(cast) = Cast::from_name(name) {
                    Op::Cast { cast, ty: self.ty()? }
                } else {
                    self.at -= 1;
                    return self.fail(format!("no operation `{name}`"));
                }
            }
        })
    }

    fn arrow(&mut self) -> Result<()> {
        if self.eat_word("->") { Ok(()) } else { self.fail("expected `->`") }
    }

    fn inst(&mut self) -> Result<Inst> {
        let results = self.vals()?;
        if !results.is_empty() {
            self.punct('=')?;
        }
        let name = self.word()?;
        // Accesses carry their attributes behind the operands.
        let (op, args) = match name.as_str() {
            "load" | "masked_load" | "gather" => {
                let ty = self.ty()?;
                let args = self.operands()?;
                let at = self.access()?;
                let op = match name.as_str() {
                    "load" => Op::Load { ty, at },
                    "masked_load" => Op::MaskedLoad { ty, at },
                    _ => Op::Gather { ty, at },
                };
                (op, args)
            }
            "store" | "masked_store" | "scatter" => {
                let args = self.operands()?;
                let at = self.access()?;
                let op = match name.as_str() {
                    "store" => Op::Store { at },
                    "masked_store" => Op::MaskedStore { at },
                    _ => Op::Scatter { at },
                };
                (op, args)
            }
            _ => (self.op(&name)?, self.operands()?),
        };
        let mut inst = Inst { op, args, results: vec![], blocks: vec![] };
        let tys = self.structure(&mut inst)?;
        if tys.len() != results.len() {
            return self.fail(format!("{name} gives {} results", tys.len()));
        }
        for (v, ty) in results.iter().zip(tys) {
            self.define(*v, ty);
        }
        inst.results = results;
        Ok(inst)
    }

    /// Reads the blocks, if the operation has any, and gives the types of the results.
    fn structure(&mut self, inst: &mut Inst) -> Result<Vec<Type>> {
        // An error about the operands belongs to the line that they end, not to the next one.
        self.at -= 1;
        let types = self.types_of(&inst.args);
        self.at += 1;
        match &mut inst.op {
            Op::If => {
                inst.blocks.push(self.block(vec![])?);
                if !self.eat_word("else") {
                    return self.fail("expected `else`");
                }
                inst.blocks.push(self.block(vec![])?);
                let yields = |b: &Block| if let End::Yield(v) = &b.end { Some(v.clone()) } else { None };
                match inst.blocks.iter().find_map(yields) {
                    Some(vals) => self.types_of(&vals),
                    None => Ok(vec![]),
                }
            }
            Op::For(attrs) => {
                *attrs = self.for_attrs()?;
                let stop = attrs.stop;
                let params = self.params()?;
                inst.blocks.push(self.block(params)?);
                let mut tys = self.types_of(inst.args.get(2..).unwrap_or(&[]))?;
                if stop {
                    tys.push(Type::I64);
                }
                Ok(tys)
            }
            Op::While => {
                let params = self.params()?;
                inst.blocks.push(self.block(params)?);
                if !self.eat_word("do") {
                    return self.fail("expected `do`");
                }
                let params = self.params()?;
                inst.blocks.push(self.block(params)?);
                self.types_of(&inst.blocks[1].params)
            }
            op => {
                let args = types?;
                match result_types(op, &args, |f| self.funcs.get(f.index()).map(|f| f.1.clone())) {
                    Ok(tys) => Ok(tys),
                    Err(why) => {
                        self.at = self.at.saturating_sub(1);
                        self.fail(format!("{op:?}: {why}"))
                    }
                }
            }
        }
    }

    fn header(&mut self) -> Result<(String, Vec<Val>, Vec<Type>)> {
        self.types = vec![];
        let name = self.parse("a function's name", |w| w.strip_prefix('@').map(str::to_string))?;
        let params = self.params()?;
        self.arrow()?;
        let results = self.tys()?;
        Ok((name, params, results))
    }

    fn func(&mut self) -> Result<Func> {
        let (name, params, results) = self.header()?;
        let (mut exported, mut inline, mut fast_math) = (false, Inline::Auto, FastMath::NONE);
        while self.peek() != Some(&Tok::Punct('{')) {
            match self.word()?.as_str() {
                "export" => exported = true,
                "inline" => inline = Inline::Always,
                "noinline" => inline = Inline::Never,
                "fastmath" => {
                    self.punct('(')?;
                    let flags = self.list(')', |r| r.parse("a flag", FastMath::from_name))?;
                    fast_math = flags.into_iter().fold(FastMath::NONE, |a, b| a | b);
                }
                w => return self.fail(format!("no attribute `{w}`")),
            }
        }
        let param_types = self.types_of(&params)?;
        let body = self.block(params)?;
        let types = self.types.iter().map(|t| t.unwrap_or(Type::I1)).collect();
        Ok(Func { name, params: param_types, results, exported, inline, fast_math, types, body })
    }

    /// Headers of all functions, so that calls may come before what they call.
    fn scan(&mut self) -> Result<()> {
        while self.at < self.toks.len() {
            if self.eat_word("func") {
                let (name, params, _) = self.header()?;
                let params = self.types_of(&params)?;
                self.funcs.push((name, params));
            } else {
                self.at += 1;
            }
        }
        self.at = 0;
        Ok(())
    }

    fn module(&mut self) -> Result<Module> {
        self.scan()?;
        let mut module = Module::new();
        while self.peek().is_some() {
            if self.eat_word("func") {
                module.funcs.push(self.func()?);
            } else if self.eat_word("site_base") {
                module.site_base = self.num()?;
            } else if self.eat_word("parallel_for") {
                module.parallel_for = self.num()?;
            } else {
                let id = self.site()?;
                if id.index() != module.sites.len() {
                    return self.fail("sites are numbered in order");
                }
                self.punct('=')?;
                let mut site = Site {
                    file: self.num()?,
                    start: self.num()?,
                    end: self.num()?,
                    func: self.text()?,
                    message: self.text()?,
                    caller: None,
                };
                if self.eat_word("in") {
                    site.caller = Some(self.site()?);
                }
                module.sites.push(site);
            }
        }
        Ok(module)
    }
}

/// Reads a module.
pub fn read_module(text: &str) -> Result<Module> {
    let toks = tokens(text)?;
    Reader { toks, at: 0, funcs: vec![], types: vec![] }.module()
}

impl std::str::FromStr for Module {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Module> {
        read_module(text)
    }
}
