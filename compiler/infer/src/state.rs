//! The state of lowering one function: the builder, bases with their versions, frames with their names.
//!
//! Inference is staging: statements are walked once per specialization, as an abstract interpreter that emits core
//! IR. What it cannot know when it needs it (the element type of a list that is filled later, the type that a loop
//! carries, what a recursive call returns) it reads from `Facts`, which start at bottom; where the walk finds a fact
//! too low it raises the fact and starts over (`Stop::Restart`), so the last walk saw the fixpoint. Facts only rise
//! in a lattice of finite height, so this ends.
//!
//! **Versions.** A base has one current variable per column (an array has one column; a list has one per scalar of
//! its flattened element type). Only the state holds versions; places name bases.

pub use crate::checkpoint::About;
use crate::shared::{Shared, Table};
use crate::value::*;
use quipu_abi::{DType, ErrorKind};
use quipu_diagnostics::{Diagnostic, Span};
use quipu_ir::ops::{self, Const, Op};
use quipu_ir::{Builder, Dim, Location, Ty, Var};
use quipu_syntax::Symbol;
use quipu_syntax::ast;
use rustc_hash::FxHashMap as HashMap;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Why a walk stops.
#[derive(Debug)]
pub enum Stop {
    /// The program is wrong, or outside the language.
    Error(Box<Diagnostic>),
    /// A fact rose: walk again from where it was asked about (`checkpoint`).
    Restart(crate::checkpoint::Rose),
    /// A fact about the loop at this site rose: walk the loop again.
    Again(Site),
    /// This path ends here (it raised).
    Ends,
}

pub type R<T> = Result<T, Stop>;

/// What identifies a point of a walk: the calls that lead to the function, and the place in it.
pub type Site = (u64, Span);

/// What the walk learns for its next run.
#[derive(Default, Debug)]
pub struct Facts {
    /// Element types of list displays and the like, by site.
    pub cells: HashMap<Site, T>,
    /// Types that a loop carries, by site and name.
    pub carried: HashMap<(Site, Symbol, usize), T>,
    /// Loops over a list that their bodies make longer or shorter.
    pub growing: rustc_hash::FxHashSet<Site>,
    /// Carried arrays whose sizes change from trip to trip.
    pub resized: rustc_hash::FxHashSet<(Site, Symbol, usize)>,
    /// Points where paths meet that must keep apart which array a name denotes: a walk saw a store that could tell.
    pub exact: rustc_hash::FxHashSet<Site>,
    /// Carried names whose array another name may denote too, at the end of a trip.
    pub shared: rustc_hash::FxHashSet<(Site, Symbol, usize)>,
    /// Memory orders of arrays that a loop carries by value.
    pub orders: HashMap<(Site, Symbol, usize), Order>,
    /// Memory orders of the arrays in lists, by the lists' sites.
    pub elements: HashMap<Site, Order>,
    /// Sites of lists whose length is known only at run time.
    pub dynamic: rustc_hash::FxHashSet<Site>,
    /// Those of them that hold references, and whose element types have been found out anew since.
    pub referring: rustc_hash::FxHashSet<Site>,
    /// What a name may denote at the head of such a loop.
    pub carry: HashMap<(Site, Symbol, usize), Vec<crate::carry::Key>>,
    /// The buffers that such a loop carries for arrays made in it.
    pub homes: HashMap<Site, Vec<crate::carry::Home>>,
    /// Loops that put the arrays of a trip where nothing is at run time, with the kinds of those arrays.
    pub pools: HashMap<Site, Vec<crate::region::Kind>>,
    /// The program asks which views are one object, and loops or containers must know.
    pub identity: bool,
    /// The program comes statement by statement: what becomes of a value is not known where it is made.
    pub entered: bool,
    /// Powers of ints whose exponent may not be negative, since the program has a meaning with an int only.
    pub int_powers: rustc_hash::FxHashSet<Site>,
    /// Sites whose arrays containers refer to, and the kinds of such arrays.
    pub shared_arrays: rustc_hash::FxHashSet<Site>,
    pub regions: Vec<crate::region::Kind>,
    /// Loops over generators whose items are asked for one by one, because their bodies ask too.
    pub stepped: rustc_hash::FxHashSet<Site>,
    /// What the bodies of `try` statements change.
    pub guarded: HashMap<Site, crate::exceptions::Changes>,
    /// Exceptions carry their arguments, not only `str(e)`: the program looks at them.
    pub exact_arguments: bool,
    /// Classes (by number) of containers that hold containers of their own class.
    pub nested: rustc_hash::FxHashSet<u32>,
    /// Where in the program the statement stands that names the generator which is closed when the program ends.
    pub closes: Option<u32>,
    /// The program asks for `sys.argv`, so there is a list of the arguments from the start.
    pub argv: bool,
    /// Calls of classes (by where they stand) whose objects are shared.
    pub shared_objects: rustc_hash::FxHashSet<Span>,
    /// Lists that are shared, by the expressions that make them, or as parameters (see `lists::shared`).
    pub shared_lists: rustc_hash::FxHashSet<Site>,
    /// Dicts (by where they are made) that are no records.
    pub general: rustc_hash::FxHashSet<Span>,
    /// Classes of collections that met another one, by number: it stands for them.
    pub same_class: HashMap<u32, u32>,
    /// Classes of dicts (by number) that keys are taken out of; `None`: items are taken out of sets.
    pub shrinking: rustc_hash::FxHashSet<Option<u32>>,
    /// Classes whose `__init__` gives the object away.
    pub early_objects: rustc_hash::FxHashSet<u32>,
    /// Parameters of recursive functions (by code) that get tuples of another length at every level: rows.
    pub rows: rustc_hash::FxHashSet<(usize, Symbol)>,
    /// Functions (by code) that a walk saw call themselves.
    pub recursive: rustc_hash::FxHashSet<usize>,
    /// The fields of shared objects, by the class's number.
    pub fields: BTreeMap<u32, Vec<Symbol>>,
    /// Some exception is made with other arguments than one string; the program asks for `e.args`.
    pub odd_arguments: bool,
    /// Some KeyError is about an int.
    pub int_keys: bool,
    pub looks_at_arguments: bool,
}

#[derive(Clone, Debug)]
pub enum BaseKind {
    Array {
        dtype: DType,
        order: Order,
    },
    List {
        site: Site,
    },
    /// One of these places, by a number (see `select`). It has no version of its own.
    Select {
        sel: Var,
        cands: Rc<[Place]>,
        dims: Rc<[Dim]>,
        obj: u32,
    },
    /// A list whose elements are slots of the walk (see `lists::slots`); no columns.
    Slots {
        id: u64,
        site: Site,
    },
    /// An object whose fields are slots of the walk (see `objects`); no columns.
    Object {
        id: u64,
        site: Site,
    },
    /// Arrays that places name by numbers computed at run time: a list of them (see `region`).
    Region {
        kind: crate::region::Kind,
        /// How many there are; 0: it grows.
        slots: usize,
    },
    /// One of these lists, by a number. It has no columns of its own.
    Choice {
        sel: Var,
        cands: Rc<[ListRef]>,
    },
}

/// Why a base may not be written any more.
#[derive(Clone, Copy, Debug)]
pub struct Frozen {
    pub span: Span,
    /// The point that can be lowered exactly instead; `None` if nothing helps.
    pub site: Option<Site>,
    /// Only as long as a name denotes this base, which may share elements.
    pub by: Option<BaseId>,
    /// It is a container, of copies: more may go in.
    pub holds: bool,
}

#[derive(Clone, Debug)]
pub struct Base {
    pub cur: Vec<Var>,
    pub kind: BaseKind,
    /// Visible outside the function: a parameter.
    pub param: Option<usize>,
    /// Stored into since it was made (or since the mark of a loop).
    pub written: bool,
    /// How many variables there were when it was last stored into, if it was.
    pub stored: usize,
    /// Counts changes of a list's structure that move elements.
    pub epoch: u32,
    /// Counts changes of a list's length.
    pub grown: u32,
    /// In a container now, or given up: names of it are dead.
    pub moved: Option<Frozen>,
    /// Where paths met, a name came to denote this or something else: nobody may write either any more.
    pub frozen: Option<Frozen>,
    /// A copy, made where paths met, of arrays that have other names.
    pub merged: Option<Frozen>,
    /// In a `try` that stores into it the columns live in these cells, where the handler finds them as they are.
    pub cells: Option<Rc<[Var]>>,
    /// The innermost loop body that it was made in.
    pub in_loop: u32,
    /// Of an array: where it was made, or the loop that carries it.
    pub made: Option<Site>,
    /// Of a list that paths which met made of lists that they had, or that a loop carries: where its element type is a fact.
    pub met: Option<Site>,
    /// Of a list that was part of an element: where the list was made that it came out of.
    pub taken: Option<Site>,
}

/// Names and what they denote.
pub type Slots<'a> = Shared<BTreeMap<Symbol, Val<'a>>>;

/// The names of a function that is being walked (inlined functions have frames of their own).
#[derive(Clone, Debug)]
pub struct Frame<'a> {
    pub slots: Slots<'a>,
    /// The frame that encloses the definition.
    pub parent: Option<usize>,
    pub scope: Rc<Scope>,
    /// Identifies the chain of calls.
    pub path: u64,
    pub name: Rc<str>,
    pub module: bool,
    pub marks: Marks,
    /// The location of the call that this frame is inlined into.
    pub caller: Option<quipu_ir::Loc>,
    /// Of a generator that rests between two items: the names that it reads afterwards.
    pub needs: Option<Rc<crate::live::Names>>,
    pub life: Life,
}

/// How long a frame lives, and who may reach it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Life {
    /// The path that the frame was made with (`Frame::path` moves with the copies of an unrolled loop).
    pub id: u64,
    /// A function that was made in it refers to it.
    pub captured: bool,
    /// It is a generator's, which may not have ended.
    pub generator: bool,
    /// Its function has returned: only functions that were made in it reach it.
    pub done: bool,
    /// The innermost loop body that it was made in.
    pub in_loop: u32,
    /// The class that the function is a method of, or whose body it is.
    pub class: Option<ClassId>,
    pub body: bool,
    /// The first parameter.
    pub first: Option<Symbol>,
    /// A comprehension's that makes no functions: every trip binds its names before it reads them.
    pub targets: bool,
    /// A comprehension's, or a generator expression's.
    pub comprehension: bool,
}

/// Which names a function body binds.
#[derive(Debug, Default, Clone)]
pub struct Scope {
    pub locals: Vec<Symbol>,
    pub globals: Vec<Symbol>,
    pub nonlocals: Vec<Symbol>,
    /// Names that functions in it bind anew, by `nonlocal`.
    pub rebound: Vec<Symbol>,
}

/// How the path to the current point left its block, as the value of a slot: 0 goes on.
pub mod exit {
    pub const NEXT: i64 = 0;
    pub const BREAK: i64 = 1;
    pub const CONTINUE: i64 = 2;
    pub const RETURN: i64 = 3;
    /// A generator that was asked for one item has it.
    pub const SUSPEND: i64 = 4;
    /// There are no more items to loop over.
    pub const FINISHED: i64 = 5;
}

/// What differs between paths: saved before an alternative, compared after it.
#[derive(Clone, Debug)]
pub struct Snapshot<'a> {
    pub frames: Vec<Slots<'a>>,
    pub bases: Table<Base>,
    /// How many variables and symbols the function had.
    pub marks: (usize, usize),
}

pub struct Lower<'a, 'c> {
    pub cx: &'c mut crate::Cx<'a>,
    pub b: Builder,
    pub bases: Table<Base>,
    pub frames: Vec<Frame<'a>>,
    /// The frame whose code is being walked.
    pub at: usize,
    pub span: Span,
    /// The statement that is being walked.
    pub stmt: Span,
    pub next_obj: u32,
    pub inline_depth: u32,
    /// Lists made of slots, and the number of bases when the current function was entered.
    pub heaps: Vec<BaseId>,
    pub heap_mark: usize,
    /// Is the function of the IR that is being made marked `fastmath`?
    pub fast_math: bool,
    /// The innermost loop body that the walk is in, and how many there were.
    pub in_loop: u32,
    pub loops: u32,
    pub exit_slot: Symbol,
    pub ret_slot: Symbol,
    pub guards: crate::exceptions::Guards,
    /// Is the function of the IR that is being made another one than the module's?
    pub outlined: bool,
    /// The code and the frame of the functions that are being inlined.
    pub active: Vec<(usize, usize)>,
    /// The dims of the arrays of regions, by what names them.
    pub root_dims: HashMap<(BaseId, Var), Vec<Dim>>,
    /// The trips that the walk is in: the number of objects at their begin, and what tells trips apart.
    pub trips: Vec<(u32, Var)>,
    /// The regions of the whole program (see `refs`).
    pub regions: Vec<(crate::region::Kind, BaseId)>,
    /// The generators whose bodies are being walked.
    pub drives: Vec<crate::generators::Drive<'a>>,
    /// The classes of containers whose text, or equality, is being written around this point.
    pub within: Vec<(crate::lists::nested::What, u32)>,
    /// Does the program end with the module's body, and with that what its names denote?
    pub whole: bool,
    /// Where the container is made that lists are being copied into.
    pub copies_into: Option<Site>,
    /// Frames with a loop around this point that only passes items on.
    pub forwards: Vec<usize>,
    /// What generators that ran ahead of the loops around this point have read.
    pub seen_ahead: Vec<crate::generators::Seen<'a>>,
    /// Functions in the body of a class that are no plain methods.
    pub method_kinds: Vec<(Symbol, Option<crate::objects::MethodKind>)>,
    /// A ufunc stores into its first operand: errors about shapes name it as the output, too.
    pub in_place: bool,
    /// The keyword arguments of the call that is being made, and where they stand.
    pub keywords: Vec<(Symbol, Span)>,
    /// What the annotation of the name that is being bound says of its array: dtype and rank.
    pub pinned: Option<(DType, usize)>,
}

impl<'a, 'c> Lower<'a, 'c> {
    /// A walk that begins in the first of these frames, or in one that is still to come.
    pub fn new(cx: &'c mut crate::Cx<'a>, b: Builder, frames: Vec<Frame<'a>>, span: Span) -> Lower<'a, 'c> {
        Lower {
            cx,
            b,
            bases: Table::default(),
            frames,
            at: 0,
            span,
            stmt: span,
            next_obj: 0,
            inline_depth: 0,
            heaps: vec![],
            heap_mark: 0,
            fast_math: false,
            in_loop: 0,
            loops: 0,
            exit_slot: Symbol::new("<exit>"),
            ret_slot: Symbol::new("<return>"),
            guards: crate::exceptions::Guards::default(),
            outlined: false,
            active: vec![],
            root_dims: HashMap::default(),
            trips: vec![],
            regions: vec![],
            drives: vec![],
            within: vec![],
            copies_into: None,
            whole: false,
            forwards: vec![],
            seen_ahead: vec![],
            method_kinds: vec![],
            in_place: false,
            keywords: vec![],
            pinned: None,
        }
    }
}

impl<'a> Lower<'a, '_> {
    pub fn error<X>(&self, code: &'static str, message: impl Into<String>) -> R<X> {
        self.fail(Diagnostic::error(code, message, self.span))
    }

    pub fn fail<X>(&self, mut d: Diagnostic) -> R<X> {
        // What the library is written with is nobody's business: the call that led there is.
        let library = |span: Span| self.cx.library.holds(span.file);
        if library(d.primary.span) {
            let mut at = self.frames[self.at].caller;
            while let Some(l) = at.and_then(|l| self.b.func.locs.get(l.index())) {
                if !library(l.span) {
                    d.primary = quipu_diagnostics::Label { span: l.span, text: String::new() };
                    break;
                }
                at = l.caller;
            }
            d.secondary.retain(|s| !library(s.span));
        }
        Err(Stop::Error(Box::new(d)))
    }

    /// Outside the language: what, and what to write instead.
    pub fn unsupported<X>(&self, what: impl Into<String>, help: impl Into<String>) -> R<X> {
        self.fail(Diagnostic::error("unsupported", what, self.span).help(help))
    }

    /// An argument that a function does not take, of those in `takes`.
    pub fn unknown_argument<X>(&self, name: Symbol, function: &str, takes: &[&str]) -> R<X> {
        let at = self.keywords.iter().find(|k| k.0 == name).map_or(self.span, |k| k.1);
        let message = format!("the argument `{}` of `{function}`", name.as_str());
        let help = match crate::suggest::closest(name.as_str(), takes.iter().copied()) {
            Some(n) => format!("did you mean `{n}`?"),
            None => format!("it takes {}", takes.join(", ")),
        };
        self.fail(Diagnostic::error("unsupported", message, at).help(help))
    }

    /// Walks something in a loop body.
    pub fn enter_loop(&mut self) -> u32 {
        self.loops += 1;
        std::mem::replace(&mut self.in_loop, self.loops)
    }

    /// Moves the source position, which equations and diagnostics then carry.
    pub fn set_span(&mut self, span: Span) {
        self.span = span;
        let f = &self.frames[self.at];
        let l = Location { span, function: f.name.clone(), caller: f.caller };
        self.b.loc = self.b.func.new_loc(l);
    }

    pub fn site(&self) -> Site {
        (self.frames[self.at].path, self.span)
    }

    // Constants and scalars.

    pub fn py(&self, dtype: DType, var: Var) -> Val<'a> {
        Val::Scalar(Scalar { dtype, np: false, var, known: None })
    }

    pub fn np(&self, dtype: DType, var: Var) -> Val<'a> {
        Val::Scalar(Scalar { dtype, np: true, var, known: None })
    }

    pub fn int_scalar(&mut self, k: i64) -> Scalar {
        Scalar { dtype: DType::I64, np: false, var: self.b.i64(k), known: Some(Known::Int(k)) }
    }

    pub fn int(&mut self, k: i64) -> Val<'a> {
        Val::Scalar(self.int_scalar(k))
    }

    pub fn float(&mut self, x: f64) -> Val<'a> {
        Val::Scalar(Scalar { dtype: DType::F64, np: false, var: self.b.f64(x), known: Some(Known::Float(x)) })
    }

    pub fn boolean(&mut self, k: bool) -> Val<'a> {
        Val::Scalar(Scalar { dtype: DType::Bool, np: false, var: self.b.bool(k), known: Some(Known::Bool(k)) })
    }

    pub fn text(&mut self, s: &str) -> Val<'a> {
        let s: Rc<str> = s.into();
        Val::Str(Text { var: self.b.constant(Const::Str(s.clone())), known: Some(s) })
    }

    pub fn str_var(&self, var: Var) -> Val<'a> {
        Val::Str(Text { var, known: None })
    }

    /// A size as a Python int; known if the algebra knows it.
    pub fn size(&mut self, d: &Dim) -> Scalar {
        let var = self.b.size(d);
        Scalar { dtype: DType::I64, np: false, var, known: d.as_const().map(Known::Int) }
    }

    /// A scalar of the given number in another dtype.
    pub fn known_of(&self, v: Var) -> Option<i64> {
        self.b.func.vars[v.index()].value.as_ref().and_then(Dim::as_const)
    }

    pub fn emit(&mut self, op: impl Into<Op>, args: &[Var]) -> Var {
        self.b.emit(op, args)
    }

    pub fn extern1(&mut self, row: &'static ops::ExternFn, args: &[Var]) -> Var {
        self.b.emit(ops::Extern(row), args)
    }

    /// Raises where `cond` holds.
    pub fn raise_if(&mut self, cond: Var, kind: ErrorKind, text: &str, operands: &[Var]) {
        self.b.emit_n(ops::RaiseIf { kind, text: text.into() }, &[&[cond], operands].concat(), vec![]);
    }

    /// Raises always: this path ends.
    pub fn raise<X>(&mut self, kind: ErrorKind, text: &str) -> R<X> {
        let t = self.b.constant(Const::Str(text.into()));
        self.b.emit_n(ops::Raise { kind: Some(kind) }, &[t], vec![]);
        Err(Stop::Ends)
    }

    // Bases.

    pub fn new_obj(&mut self) -> u32 {
        self.next_obj += 1;
        self.next_obj
    }

    pub fn new_base(&mut self, cur: Vec<Var>, kind: BaseKind) -> BaseId {
        if let BaseKind::List { site } | BaseKind::Slots { site, .. } = kind {
            self.cx.ask(About::Elements(site));
        }
        self.bases.push(Shared::new(Base {
            cur,
            kind,
            param: None,
            written: false,
            stored: 0,
            epoch: 0,
            grown: 0,
            moved: None,
            frozen: None,
            merged: None,
            cells: None,
            in_loop: self.in_loop,
            made: None,
            met: None,
            taken: None,
        }));
        BaseId(self.bases.len() as u32 - 1)
    }

    pub fn base(&self, id: BaseId) -> &Base {
        &self.bases[id.0 as usize]
    }

    pub fn base_mut(&mut self, id: BaseId) -> &mut Base {
        &mut self.bases[id.0 as usize]
    }

    /// A fresh array in row-major order.
    pub fn fresh(&mut self, v: Var) -> Val<'a> {
        self.fresh_in(v, Order::C)
    }

    pub fn fresh_in(&mut self, v: Var, order: Order) -> Val<'a> {
        let ty = self.b.ty(v);
        let dtype = ty.dtype().expect("an array has a dtype");
        let kind = crate::region::Kind { dtype, rank: ty.rank(), order: order.clone() };
        if let Some(p) = self.share(v, &kind) {
            return Val::Array(p);
        }
        let base = self.new_base(vec![v], BaseKind::Array { dtype, order: order.clone() });
        self.base_mut(base).made = Some(self.site());
        let obj = self.new_obj();
        Val::Array(Place {
            base,
            path: Rc::new([]),
            segs: Rc::new([]),
            dtype,
            dims: ty.dims().into(),
            writeable: true,
            obj,
            id: None,
            order,
            epoch: 0,
        })
    }

    /// An elementwise result: an array becomes a fresh place, a scalar a NumPy scalar.
    pub fn wrap(&mut self, v: Var) -> Val<'a> {
        match self.b.ty(v) {
            Ty::Array(..) => self.fresh(v),
            Ty::Scalar(d) => self.np(d, v),
            _ => Val::Str(Text { var: v, known: None }),
        }
    }

    // Snapshots.

    pub fn snapshot(&self) -> Snapshot<'a> {
        Snapshot {
            frames: self.frames.iter().map(|f| f.slots.clone()).collect(),
            bases: self.bases.clone(),
            marks: (self.b.func.vars.len(), self.b.func.syms.len()),
        }
    }

    /// Back to the names and versions of before; bases made since keep their numbers.
    pub fn restore(&mut self, s: &Snapshot<'a>) {
        for (k, f) in self.frames.iter_mut().enumerate() {
            match s.frames.get(k) {
                Some(slots) => f.slots = slots.clone(),
                None => f.slots.clear(),
            }
        }
        self.bases.restore(&s.bases);
    }

    // Slots.

    pub fn get_slot(&self, frame: usize, name: Symbol) -> Option<&Val<'a>> {
        self.frames[frame].slots.get(&name)
    }

    pub fn set_slot(&mut self, frame: usize, name: Symbol, v: Val<'a>) {
        self.frames[frame].slots.insert(name, v);
    }

    /// The exit state of the current path in the current frame, if it is known.
    pub fn exit_state(&self) -> Option<i64> {
        match self.get_slot(self.at, self.exit_slot) {
            None => Some(exit::NEXT),
            Some(v) => v.int_known(),
        }
    }

    pub fn set_exit(&mut self, code: i64) {
        let v = self.int(code);
        let (at, name) = (self.at, self.exit_slot);
        self.set_slot(at, name, v);
    }

    /// The end of a trip that leaves the loop where `cond` holds.
    pub fn break_if(&mut self, cond: Var) {
        let (go_on, leave) = (self.b.i64(exit::NEXT), self.b.i64(exit::BREAK));
        let code = self.b.select(cond, leave, go_on);
        let code = self.py(DType::I64, code);
        let (at, name) = (self.at, self.exit_slot);
        self.set_slot(at, name, code);
    }

    /// The frame in which a name of the current frame is found or bound.
    pub fn home(&self, name: Symbol) -> usize {
        let f = &self.frames[self.at];
        if f.scope.globals.contains(&name) {
            return self.module_frame();
        }
        if f.scope.nonlocals.contains(&name) {
            return self.enclosing(name).unwrap_or(self.at);
        }
        if f.scope.locals.contains(&name) || f.module {
            return self.at;
        }
        self.enclosing(name).unwrap_or(self.at)
    }

    fn enclosing(&self, name: Symbol) -> Option<usize> {
        let mut k = self.frames[self.at].parent;
        while let Some(f) = k {
            if self.frames[f].scope.locals.contains(&name) || self.frames[f].slots.contains_key(&name) {
                return Some(f);
            }
            k = self.frames[f].parent;
        }
        None
    }

    pub fn module_frame(&self) -> usize {
        let mut k = self.at;
        while let Some(p) = self.frames[k].parent {
            k = p;
        }
        k
    }
}

/// A stable hash for call paths.
pub fn hash_path(parent: u64, span: Span, salt: u64) -> u64 {
    let mut h = parent ^ 0x9e37_79b9_7f4a_7c15;
    for x in [u64::from(span.file.0), u64::from(span.start), u64::from(span.end), salt] {
        h = (h ^ x).wrapping_mul(0x0000_0100_0000_01b3).rotate_left(23);
    }
    h
}

/// The names that statements bind (not those of nested functions).
pub fn bound_names(body: &[ast::Stmt], scope: &mut Scope) {
    use ast::StmtKind as S;
    let add = |scope: &mut Scope, n: Symbol| {
        if !scope.locals.contains(&n) {
            scope.locals.push(n);
        }
    };
    for s in body {
        visit_walrus_stmt(s, &mut |n| add(scope, n));
        match &s.kind {
            S::Assign { targets, .. } => targets.iter().for_each(|t| target_names(t, &mut |n| add(scope, n))),
            S::AnnAssign { target, .. } | S::AugAssign { target, .. } => target_names(target, &mut |n| add(scope, n)),
            S::Del(targets) => targets.iter().for_each(|t| target_names(t, &mut |n| add(scope, n))),
            S::Global(names) => scope.globals.extend(names.iter().map(|n| n.name)),
            S::Nonlocal(names) => scope.nonlocals.extend(names.iter().map(|n| n.name)),
            S::If { body, orelse, .. } | S::While { body, orelse, .. } => {
                bound_names(body, scope);
                bound_names(orelse, scope);
            }
            S::For { target, body, orelse, .. } => {
                target_names(target, &mut |n| add(scope, n));
                bound_names(body, scope);
                bound_names(orelse, scope);
            }
            S::Try { body, handlers, orelse, finally } => {
                bound_names(body, scope);
                for h in handlers {
                    if let Some(n) = &h.name {
                        add(scope, n.name);
                    }
                    bound_names(&h.body, scope);
                }
                bound_names(orelse, scope);
                bound_names(finally, scope);
            }
            S::With { items, body } => {
                for t in items.iter().filter_map(|i| i.target.as_ref()) {
                    target_names(t, &mut |n| add(scope, n));
                }
                bound_names(body, scope);
            }
            S::FunctionDef(d) => add(scope, d.name.name),
            S::ClassDef(d) => add(scope, d.name.name),
            S::Import(names) => {
                for a in names {
                    let root = a.name.name.as_str().split('.').next().unwrap_or_default();
                    add(scope, a.asname.map_or_else(|| Symbol::new(root), |n| n.name));
                }
            }
            S::ImportFrom { names: ast::ImportNames::Names(names), .. } => {
                names.iter().for_each(|a| add(scope, a.asname.unwrap_or(a.name).name));
            }
            _ => {}
        }
    }
    let Scope { locals, globals, nonlocals, .. } = scope;
    locals.retain(|n| !globals.contains(n) && !nonlocals.contains(n));
}

fn visit_walrus_stmt(s: &ast::Stmt, f: &mut dyn FnMut(Symbol)) {
    use ast::StmtKind as S;
    match &s.kind {
        S::Expr(e) | S::Assign { value: e, .. } | S::AugAssign { value: e, .. } => walrus(e, f),
        S::If { test, .. } | S::While { test, .. } | S::Assert { test, .. } => walrus(test, f),
        S::Return(Some(e)) => walrus(e, f),
        _ => {}
    }
}

/// Targets of `:=` that bind in the enclosing function.
fn walrus(e: &ast::Expr, f: &mut dyn FnMut(Symbol)) {
    use ast::ExprKind as E;
    match &e.kind {
        E::Named { target, value } => {
            f(target.name);
            walrus(value, f);
        }
        E::Unary { operand: e, .. } | E::Starred(e) | E::Attribute { value: e, .. } => walrus(e, f),
        E::Binary { left, right, .. } | E::Subscript { value: left, index: right } => {
            walrus(left, f);
            walrus(right, f);
        }
        E::BoolOp { values, .. } | E::Tuple(values) | E::List(values) => values.iter().for_each(|v| walrus(v, f)),
        E::Compare { left, links } => {
            walrus(left, f);
            links.iter().for_each(|l| walrus(&l.right, f));
        }
        E::IfElse { test, body, orelse } => [test, body, orelse].into_iter().for_each(|e| walrus(e, f)),
        E::Call { func, args } => {
            walrus(func, f);
            args.iter().for_each(|a| walrus(a.value(), f));
        }
        _ => {}
    }
}

pub fn target_names(t: &ast::Expr, f: &mut dyn FnMut(Symbol)) {
    use ast::ExprKind as E;
    match &t.kind {
        E::Name(n) => f(*n),
        E::Tuple(ts) | E::List(ts) => ts.iter().for_each(|t| target_names(t, f)),
        E::Starred(t) => target_names(t, f),
        _ => {}
    }
}
