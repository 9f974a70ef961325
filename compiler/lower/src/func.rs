//! The state of lowering: the module's tables (sites, runtime functions), and one function's variables, sizes, buffers
//! and open blocks.

use crate::fusion::Fusion;
use crate::scalar::Num;
use crate::{LowerError, Lowered, Options, Stats, machine_types};
use quipu_abi::{AbiType, ErrorKind};
use quipu_ir::loops::{self, BinOp, Extern, FuncBuilder, Range, Site, SiteId, Type, Val};
use quipu_ir::ops::Op;
use quipu_ir::{Atom, Block, Dim, Eqn, Func, FuncId, Loc, Module, Sym, SymDef, Ty, Var};
use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

pub type Res<T = ()> = Result<T, LowerError>;

/// Alias classes beyond this many share "may alias anything": metadata of a back end grows with their square.
const MAX_CLASSES: usize = 120;

/// A buffer or another object with one owner.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub struct BufId(pub usize);

pub struct Buffer {
    pub ptr: Val,
    pub class: u16,
    /// The depth of the scope that frees it or hands it on; `None` if it is borrowed or handed on already.
    pub owner: Option<usize>,
    /// The list that it is an element of; it is borrowed from there.
    pub parent: Option<BufId>,
    /// What is in it, for freeing it.
    pub owns: Ty,
}

/// What a variable is while code is made.
#[derive(Clone, Copy, Debug)]
pub enum Value {
    Num(Num),
    /// A string or a cell.
    Ref(Val),
    /// An array, list or tape in memory.
    Buf(BufId),
    /// An array whose elements are computed where they are used.
    Recipe,
}

/// A core block that is being lowered.
pub struct Scope {
    pub block: Block,
    /// The equation at hand.
    pub at: usize,
    /// Places defined here that have uses ahead.
    pub live: Vec<Var>,
    /// Buffers that this block must free or hand on.
    pub owned: Vec<BufId>,
    /// Cells made here, and strings that this block has a reference of.
    pub dying: Vec<Var>,
    /// Variables that got another buffer in this block, and what they are outside of it.
    pub rebound: Vec<(Var, Value)>,
}

/// What tells sites apart: file, range, function, message, caller.
type SiteKey = (u32, u32, u32, String, String, Option<SiteId>);

/// Tables of the module.
pub struct Lower<'m> {
    pub core: &'m Module,
    pub options: &'m Options,
    pub out: loops::Module,
    sites: HashMap<SiteKey, SiteId>,
    externs: HashMap<String, Arc<Extern>>,
    recursive: HashSet<FuncId>,
    /// Does the program handle exceptions? Then what a failed call allocated is freed by age.
    pub handles: bool,
}

/// One function.
pub struct Body<'l, 'm> {
    pub m: &'l mut Lower<'m>,
    pub f: &'m Func,
    pub b: FuncBuilder,
    pub fusion: Fusion,
    pub values: HashMap<Var, Value>,
    /// What `reads` found of recipes; forgotten when a variable gets another buffer.
    pub read_by: RefCell<HashMap<Var, Rc<[BufId]>>>,
    pub defs: HashMap<Var, &'m Eqn>,
    pub syms: HashMap<Sym, Val>,
    /// Trip counts of the loops whose index a symbol is.
    pub trips: HashMap<Sym, Dim>,
    pub bufs: Vec<Buffer>,
    pub scopes: Vec<Scope>,
    /// Elements computed in the open nests' bodies, innermost last.
    pub memo: Vec<HashMap<(Var, Vec<crate::element::Ix>), Num>>,
    /// Lanes of the elements that are being computed.
    pub lanes: u16,
    pub classes: HashMap<u32, u16>,
    /// Of tapes in one block: where the next value is taken from the front, and the end.
    pub positions: HashMap<Var, [Val; 2]>,
    pub stats: Stats,
    pub loc: Loc,
}

pub fn lower_module(core: &Module, options: &Options) -> Result<Lowered, LowerError> {
    let mut m = Lower {
        core,
        options,
        out: loops::Module { site_base: options.site_base, ..loops::Module::new() },
        sites: HashMap::default(),
        externs: HashMap::default(),
        recursive: recursive(core),
        handles: core.funcs.iter().any(|f| f.blocks.iter().flat_map(|d| &d.eqns).any(|e| matches!(e.op, Op::Try(_)))),
    };
    for f in &core.funcs {
        let (params, results) = signature(f);
        let name = unique_name(&m.out, &f.name);
        m.out.declare(&name, &params, &results);
    }
    let parallel_for = options.functions.iter().position(|f| f.name == "parallel_for");
    m.out.parallel_for = parallel_for.unwrap_or_default() as u32;
    let mut stats = vec![];
    for k in 0..core.funcs.len() {
        stats.push(lower_func(&mut m, FuncId(k as u32))?);
    }
    Ok(Lowered { module: m.out, stats })
}

/// A name that the loop IR allows and that no function has yet.
fn unique_name(m: &loops::Module, name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '_' || c == '.' { c } else { '_' };
    let base: String = name.chars().map(plain).collect();
    if !base.is_empty() && m.find(&base).is_none() {
        return base;
    }
    (1..).map(|k| format!("{base}${k}")).find(|n| m.find(n).is_none()).unwrap_or(base)
}

/// The machine types of a function's parameters and results.
pub fn signature(f: &Func) -> (Vec<Type>, Vec<Type>) {
    let flat = |vars: &[Var]| vars.iter().flat_map(|v| machine_types(f.ty(*v))).collect();
    let entry = f.block(Func::ENTRY);
    (flat(&entry.params), flat(&entry.results))
}

/// Functions that can call themselves.
fn recursive(core: &Module) -> HashSet<FuncId> {
    let mut calls: Vec<HashSet<FuncId>> = vec![];
    for f in &core.funcs {
        let mut out = HashSet::default();
        f.walk(Func::ENTRY, &mut |d| {
            for e in &d.eqns {
                if let Op::Call(c) = &e.op {
                    out.insert(c.func);
                }
            }
        });
        calls.push(out);
    }
    let reaches_itself = |start: usize| {
        let (mut seen, mut todo) = (HashSet::default(), vec![FuncId(start as u32)]);
        while let Some(f) = todo.pop() {
            for g in calls.get(f.index()).into_iter().flatten() {
                if g.index() == start {
                    return true;
                }
                if seen.insert(*g) {
                    todo.push(*g);
                }
            }
        }
        false
    };
    (0..calls.len()).filter(|k| reaches_itself(*k)).map(|k| FuncId(k as u32)).collect()
}

fn lower_func(m: &mut Lower<'_>, id: FuncId) -> Res<Stats> {
    let f = m.core.func(id);
    let (params, results) = signature(f);
    let name = m.out.funcs[id.index()].name.clone();
    let mut b = FuncBuilder::new(&name, &params, &results);
    // What only the program itself calls may be inlined away.
    b.func_mut().exported = m.core.main.is_none_or(|main| main == id);
    b.func_mut().fast_math = if f.fast_math { loops::FastMath::ALL } else { loops::FastMath::NONE };
    let check = m.recursive.contains(&id);
    let mut x = Body::new(m, f, b);
    let vals = x.b.params();
    if check {
        let site = x.site("maximum recursion depth exceeded");
        x.b.stack_check(site);
    }
    x.open(Func::ENTRY);
    let mut rest = &vals[..];
    for (k, p) in f.block(Func::ENTRY).params.iter().enumerate() {
        let (mine, others) = rest.split_at(machine_types(f.ty(*p)).len());
        rest = others;
        let owned = f.consumes.get(k).copied().unwrap_or(false);
        x.define_flat(*p, mine, owned);
    }
    x.eqns()?;
    let results = f.block(Func::ENTRY).results.clone();
    let vals = x.hand_over(&results)?;
    x.close();
    let stats = x.stats;
    let func = x.b.finish(&vals);
    m.out.define(loops::FuncId(id.0), func);
    Ok(stats)
}

impl<'l, 'm> Body<'l, 'm> {
    pub fn new(m: &'l mut Lower<'m>, f: &'m Func, b: FuncBuilder) -> Body<'l, 'm> {
        let mut defs = HashMap::default();
        for d in &f.blocks {
            for e in &d.eqns {
                defs.extend(e.outs.iter().map(|o| (*o, e)));
            }
        }
        Body {
            m,
            f,
            b,
            fusion: Fusion::new(f),
            values: HashMap::default(),
            read_by: RefCell::default(),
            defs,
            syms: HashMap::default(),
            trips: HashMap::default(),
            bufs: vec![],
            scopes: vec![],
            memo: vec![],
            lanes: 1,
            classes: HashMap::default(),
            positions: HashMap::default(),
            stats: Stats::default(),
            loc: Loc(0),
        }
    }

    // ---- errors and sites ----

    pub fn error<T>(&self, what: impl Into<String>) -> Res<T> {
        Err(LowerError {
            function: self.f.name.clone(),
            location: self.f.locs.get(self.loc.index()).cloned(),
            what: what.into(),
        })
    }

    /// The site of a failure at the current equation.
    pub fn site(&mut self, message: &str) -> SiteId {
        self.site_at(self.loc, message)
    }

    fn site_at(&mut self, loc: Loc, message: &str) -> SiteId {
        let site = match self.f.locs.get(loc.index()) {
            Some(l) => Site {
                file: l.span.file.0,
                start: l.span.start,
                end: l.span.end,
                func: l.function.to_string(),
                message: message.to_string(),
                caller: l.caller.map(|c| self.site_at(c, "")),
            },
            None => Site { func: self.f.name.clone(), message: message.to_string(), ..Site::default() },
        };
        let key = (site.file, site.start, site.end, site.func.clone(), site.message.clone(), site.caller);
        if let Some(id) = self.m.sites.get(&key) {
            return *id;
        }
        let id = self.m.out.add_site(site);
        self.m.sites.insert(key, id);
        id
    }

    // ---- the runtime ----

    pub fn has_runtime(&self, name: &str) -> bool {
        self.m.options.functions.iter().any(|f| f.name == name)
    }

    pub fn runtime(&mut self, name: &str) -> Res<Arc<Extern>> {
        if let Some(e) = self.m.externs.get(name) {
            return Ok(e.clone());
        }
        let Some((index, row)) = self.m.options.functions.iter().enumerate().find(|(_, f)| f.name == name) else {
            return self.error(format!("the runtime has no function `{name}`"));
        };
        let ty = |t: &AbiType| match t {
            AbiType::Bool => Type::I1,
            AbiType::I32 => Type::I32,
            AbiType::I64 => Type::I64,
            AbiType::F32 => Type::F32,
            AbiType::F64 => Type::F64,
            AbiType::Ptr => Type::PTR,
        };
        let ext = Arc::new(Extern {
            name: name.to_string(),
            index: index as u32,
            params: row.params.iter().map(ty).collect(),
            results: row.results.iter().map(ty).collect(),
            fallible: row.fallible,
        });
        self.m.externs.insert(name.to_string(), ext.clone());
        Ok(ext)
    }

    /// Calls a runtime function; a mismatch with its row is an error, not a panic.
    pub fn call_runtime(&mut self, name: &str, args: &[Val]) -> Res<Vec<Val>> {
        let ext = self.runtime(name)?;
        let have: Vec<Type> = args.iter().map(|v| self.b.ty(*v)).collect();
        if have != ext.params {
            return self.error(format!("`{name}` takes {:?}, not {have:?}", ext.params));
        }
        Ok(self.b.call_runtime(&ext, args))
    }

    pub fn fail_if(&mut self, cond: Val, kind: ErrorKind, message: &str, operands: &[Val]) {
        let site = self.site(message);
        self.b.fail_if(cond, kind, site, operands);
    }

    // ---- sizes ----

    /// The value of a size.
    pub fn dim(&mut self, d: &Dim) -> Res<Val> {
        let (k, terms) = d.parts();
        let terms: Vec<(i64, Vec<Atom>)> = terms.map(|(c, a)| (c, a.to_vec())).collect();
        let mut sum = None;
        for (coef, factors) in terms {
            let mut product = None;
            for a in &factors {
                let v = self.atom(a)?;
                product = Some(match product {
                    None => v,
                    Some(p) => self.b.mul(p, v),
                });
            }
            let mut term = match product {
                Some(p) => p,
                None => self.b.i64(1),
            };
            if coef == -1
                && let Some(s) = sum
            {
                sum = Some(self.b.sub(s, term));
                continue;
            }
            let c = self.b.i64(coef);
            term = self.b.mul(term, c);
            sum = Some(match sum {
                None => term,
                Some(s) => self.b.add(s, term),
            });
        }
        let k = self.b.i64(k);
        Ok(match sum {
            None => k,
            Some(s) => self.b.add(s, k),
        })
    }

    pub fn atom(&mut self, a: &Atom) -> Res<Val> {
        Ok(match a {
            Atom::Sym(s) => match self.syms.get(s) {
                Some(v) => *v,
                None => return self.error(format!("the size {s} is not known here")),
            },
            Atom::Pos(d) => {
                // Not the larger of the difference and 0: the difference of two ints may overflow.
                let (more, less) = d.by_sign();
                let (more, less) = (self.dim(&more)?, self.dim(&less)?);
                let most = self.b.bin(BinOp::SMax, more, less);
                self.b.sub(most, less)
            }
            Atom::FloorDiv(n, d) => {
                let (n, d) = (self.dim(n)?, self.dim(d)?);
                crate::scalar::floordiv(&mut self.b, n, d, true)
            }
            Atom::Mod(n, d) => {
                let (n, d) = (self.dim(n)?, self.dim(d)?);
                crate::scalar::modulo(&mut self.b, n, d, true)
            }
        })
    }

    pub fn dims(&mut self, dims: &[Dim]) -> Res<Vec<Val>> {
        dims.iter().map(|d| self.dim(d)).collect()
    }

    /// The dims of an array variable.
    pub fn dims_of(&mut self, v: Var) -> Res<Vec<Val>> {
        self.dims(self.f.ty(v).dims())
    }

    /// The axes whose dim is a symbol that this variable defines.
    pub fn own_axes(&self, v: Var) -> Vec<(usize, Sym)> {
        let dims = self.f.ty(v).dims().iter().enumerate();
        dims.filter_map(|(k, d)| Some((k, d.as_sym()?)))
            .filter(|(k, s)| self.f.syms[s.index()].def == SymDef::Dim(v, *k))
            .collect()
    }

    // ---- variables ----

    /// Binds a scalar, and the symbol that stands for its value.
    pub fn define_num(&mut self, v: Var, n: Num) {
        if let Some(s) = self.f.vars[v.index()].value.as_ref().and_then(Dim::as_sym)
            && self.f.syms[s.index()].def == SymDef::Value(v)
        {
            self.syms.insert(s, n.one());
        }
        self.values.insert(v, Value::Num(n));
    }

    /// Binds a variable to its machine values (see `machine_types`).
    pub fn define_flat(&mut self, v: Var, vals: &[Val], owned: bool) {
        match self.f.ty(v) {
            Ty::Scalar(d) => self.define_num(v, Num::of(*d, vals)),
            Ty::Array(..) => {
                for (k, s) in self.own_axes(v) {
                    self.b.assume(vals[1 + k], Range::NATURAL);
                    self.syms.insert(s, vals[1 + k]);
                }
                self.define_buffer(v, vals[0], owned);
            }
            Ty::List(_) | Ty::Tape(..) => {
                self.define_buffer(v, vals[0], owned);
                if let [_, next, end] = vals {
                    self.positions.insert(v, [*next, *end]);
                }
            }
            Ty::Cell(_) => {
                self.values.insert(v, Value::Ref(vals[0]));
            }
            Ty::Str => self.define_text(v, vals[0], owned),
        }
    }

    /// Binds a string; the open block has one of its references if it is owned.
    pub fn define_text(&mut self, v: Var, ptr: Val, owned: bool) {
        self.values.insert(v, Value::Ref(ptr));
        if owned {
            self.scope().dying.push(v);
        }
    }

    /// Binds a place to memory, owned by the open block or borrowed.
    pub fn define_buffer(&mut self, v: Var, ptr: Val, owned: bool) -> BufId {
        let class = self.class_of(v);
        let depth = self.scopes.len() - 1;
        self.bufs.push(Buffer { ptr, class, owner: owned.then_some(depth), parent: None, owns: self.f.ty(v).clone() });
        let id = BufId(self.bufs.len() - 1);
        if owned {
            self.scopes[depth].owned.push(id);
        }
        if let Some(old) = self.values.insert(v, Value::Buf(id)) {
            let scope = &mut self.scopes[depth];
            scope.rebound.push((v, old));
            // It may be a variable of an outer block, whose uses ahead in this one keep the buffer.
            if !scope.live.contains(&v) {
                scope.live.push(v);
            }
            self.read_by.get_mut().clear();
        }
        id
    }

    /// The alias class of a variable's buffer.
    pub fn class_of(&mut self, v: Var) -> u16 {
        // Elements of containers are reached through pointers that are not ours.
        if !self.f.ty(v).is_array() && crate::tapes::stacked(self.f.ty(v)).is_none() {
            return 0;
        }
        let key = self.fusion.class(v);
        let next = self.classes.len() + 1;
        *self.classes.entry(key).or_insert(if next > MAX_CLASSES { 0 } else { next as u16 })
    }

    pub fn value(&self, v: Var) -> Res<Value> {
        match self.values.get(&v) {
            Some(x) => Ok(*x),
            None => self.error(format!("{v} has no value here")),
        }
    }

    pub fn num(&self, v: Var) -> Res<Num> {
        match self.value(v)? {
            Value::Num(n) => Ok(n),
            _ => self.error(format!("{v} is not a scalar")),
        }
    }

    /// A scalar that is one value.
    pub fn val(&self, v: Var) -> Res<Val> {
        Ok(self.num(v)?.one())
    }

    /// The pointer of a string, cell, list or tape.
    pub fn pointer(&self, v: Var) -> Res<Val> {
        match self.value(v)? {
            Value::Ref(p) => Ok(p),
            Value::Buf(id) => Ok(self.bufs[id.0].ptr),
            _ => self.error(format!("{v} is not in memory")),
        }
    }
}
