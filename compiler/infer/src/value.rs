//! Abstract values: what inference knows of an expression while it lowers it.
//!
//! A `Val` is a type whose run-time parts are variables of the core IR, and it may carry a known value. Mutable things
//! are *places*: a base, whose current version the function state holds, and the way from the base to the part that
//! the name denotes. Copying a `Val` therefore copies a reference, as in Python.
//!
//! A `T` is the same without variables: what crosses function borders, stands in list cells, and is joined where
//! paths meet. Joins never change a value: int and float join to a union, not to float.

use crate::objects::Part;
use quipu_abi::{DType, ErrorKind};
use quipu_diagnostics::Span;
use quipu_ir::{Dim, Var};
use quipu_syntax::Symbol;
use quipu_syntax::ast;
use std::fmt;
use std::rc::Rc;

/// A number that is known while compiling.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Known {
    Int(i64),
    Float(f64),
    Bool(bool),
}

/// A Python number (`np` false: int, float, bool, complex) or a NumPy scalar of any dtype.
#[derive(Clone, Debug)]
pub struct Scalar {
    pub dtype: DType,
    pub np: bool,
    pub var: Var,
    pub known: Option<Known>,
}

#[derive(Clone, Debug)]
pub struct Text {
    pub var: Var,
    pub known: Option<Rc<str>>,
}

/// A buffer of the function being lowered: its number in the state's table.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub struct BaseId(pub u32);

/// What a view takes of one axis of what is below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AxIx {
    All,
    At(Var),
    Range { start: Var, step: Var, len: Dim },
}

/// An axis of a view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Axis {
    /// The axis of the base with this number (which `ix` keeps).
    From(usize),
    /// A new axis of size 1.
    New,
    /// A new axis of any size: the elements repeat, so the view is read-only.
    Repeat(Dim),
}

/// One step from a base to a view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seg {
    /// Basic indices per axis below, then the axes of the result.
    Affine { ix: Vec<AxIx>, axes: Vec<Axis> },
    /// The same elements in row-major order under other dims.
    Reshape(Vec<Dim>),
    /// The real (false) or imaginary (true) part of a complex array.
    Part(bool),
}

/// What an array name denotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub base: BaseId,
    /// Indices of the element of a list, if the base is one.
    pub path: Rc<[Var]>,
    pub segs: Rc<[Seg]>,
    pub dtype: DType,
    pub dims: Rc<[Dim]>,
    pub writeable: bool,
    /// The array object: `is` compares these. 0: known at run time, if at all.
    pub obj: u32,
    /// The number of that object at run time (see `identity`).
    pub id: Option<Var>,
    /// NumPy's memory order of this view; what reshape and ravel ask.
    pub order: Order,
    /// Of a list element: the base's structure when the place was made.
    pub epoch: u32,
}

/// The nominal memory order of an array.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Order {
    /// Row-major and contiguous.
    C,
    /// Contiguous after this permutation of axes (outermost in memory first).
    Perm(Rc<[usize]>),
    /// A slice of something: not contiguous, axes in this order of strides.
    Strided(Rc<[usize]>),
    /// Where paths meet with different orders.
    Unknown,
}

/// What a list name denotes.
#[derive(Clone, Debug)]
pub struct ListRef {
    pub base: BaseId,
    pub path: Rc<[Var]>,
    pub elem: Rc<T>,
    pub epoch: u32,
    /// Of a shared list: its class; the path is its number (see `lists::shared`).
    pub class: Option<ClassId>,
    /// The items of a display, as long as the list's columns are these and the walk is in the same loop body: a later
    /// trip may see other columns under the same variables.
    pub display: Option<Rc<Display>>,
}

impl ListRef {
    /// All of what a base holds.
    pub fn whole(base: BaseId, elem: Rc<T>) -> ListRef {
        ListRef { base, path: Rc::new([]), elem, epoch: 0, display: None, class: None }
    }
}

#[derive(Clone, Debug)]
pub struct Display {
    pub cur: Vec<Var>,
    pub items: Vec<LeafVal>,
    pub in_loop: u32,
}

/// An item of a list display: what `np.array` needs of it.
#[derive(Clone, Debug)]
pub enum LeafVal {
    Scalar(Scalar),
    List(ListRef),
    Array(Place),
}

impl LeafVal {
    pub fn of(v: &Val<'_>) -> Option<LeafVal> {
        match v {
            Val::Scalar(s) => Some(LeafVal::Scalar(s.clone())),
            Val::List(l) => Some(LeafVal::List(l.clone())),
            Val::Array(p) => Some(LeafVal::Array(p.clone())),
            _ => None,
        }
    }
}

/// A tuple whose length only run time knows: its columns, as those of a list, and the type of its items.
#[derive(Clone, Debug)]
pub struct Row {
    pub cols: Rc<[Var]>,
    pub elem: T,
}

/// A class of the program, or of a dict or set.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ClassId {
    pub number: u32,
    pub name: Symbol,
    pub family: Family,
}

/// Whose class it is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Family {
    /// A class statement's.
    Program,
    /// Of the dicts that were made with certain constant keys.
    Record,
    /// Of the collections that one place makes.
    Collection(Collection),
}

/// What keeps its items under hashes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Collection {
    Dict,
    DefaultDict,
    Counter,
    OrderedDict,
    Set,
    FrozenSet,
    /// Items with two ends, and no hashes (see `objects::deques`).
    Deque,
    /// Of lists that are shared: their items, and no hashes (see `lists::shared`).
    List,
}

impl Collection {
    pub fn name(self) -> &'static str {
        match self {
            Collection::Dict => "dict",
            Collection::DefaultDict => "defaultdict",
            Collection::Counter => "Counter",
            Collection::OrderedDict => "OrderedDict",
            Collection::Set => "set",
            Collection::FrozenSet => "frozenset",
            Collection::Deque => "deque",
            Collection::List => "list",
        }
    }

    pub fn is_set(self) -> bool {
        matches!(self, Collection::Set | Collection::FrozenSet)
    }

    pub fn is_dict(self) -> bool {
        !self.is_set() && !matches!(self, Collection::List | Collection::Deque)
    }

    /// The name in CPython's messages: with its module, if the class is not written in Python.
    pub fn type_name(self) -> &'static str {
        match self {
            Collection::DefaultDict => "collections.defaultdict",
            Collection::OrderedDict => "collections.OrderedDict",
            Collection::Deque => "collections.deque",
            c => c.name(),
        }
    }
}

impl ClassId {
    /// Is it one of shared lists?
    pub fn is_list(self) -> bool {
        self.family == Family::Collection(Collection::List)
    }

    /// The class that is wanted where objects of both meet and must have one class (see `objects::collections`).
    pub fn meet(self, other: ClassId) -> Option<ClassId> {
        match (self.family, other.family) {
            (Family::Collection(a), Family::Collection(b)) if a == b => {
                Some(if self.number <= other.number { self } else { other })
            }
            (Family::Record, Family::Collection(Collection::Dict)) => Some(other),
            (Family::Collection(Collection::Dict), Family::Record) => Some(self),
            _ => None,
        }
    }
}

/// An object of a class of the program (see `objects`).
#[derive(Clone, Copy, Debug)]
pub struct Object {
    pub class: ClassId,
    pub at: At,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// This one, with slots of its own.
    Own(BaseId),
    /// The one with this number among the shared ones of its class.
    Shared(Var),
}

/// A function value: its definition and the frame it was defined in.
#[derive(Clone, Copy, Debug)]
pub enum Code<'a> {
    Def(&'a ast::FunctionDef),
    Lambda(&'a ast::Params, &'a ast::Expr),
}

impl Code<'_> {
    pub fn params(&self) -> &ast::Params {
        match self {
            Code::Def(d) => &d.params,
            Code::Lambda(p, _) => p,
        }
    }

    /// The docstring.
    pub fn doc(&self) -> Option<Rc<str>> {
        match self {
            Code::Def(d) => crate::objects::docstring(&d.body),
            Code::Lambda(..) => None,
        }
    }

    pub fn name(&self) -> &'static str {
        match self {
            Code::Def(d) => d.name.name.as_str(),
            Code::Lambda(..) => "<lambda>",
        }
    }
}

#[derive(Clone, Debug)]
pub struct Closure<'a> {
    /// Where it was made (see `functions`).
    pub id: u32,
    pub code: Code<'a>,
    /// The frame of the function state that encloses the definition.
    pub frame: usize,
    /// Is that frame a module's?
    pub global: bool,
    pub defaults: Vec<(Symbol, Val<'a>)>,
    /// The class that it is a method of.
    pub owner: Option<ClassId>,
    /// `fastmath=True`, `parallel=True` of a decorator.
    pub marks: Marks,
    pub span: Span,
}

impl Closure<'_> {
    pub fn first_parameter(&self) -> Option<Symbol> {
        self.code.params().positional().next().map(|p| p.name.name)
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Marks {
    pub fastmath: bool,
    pub parallel: bool,
}

/// Which function a value is, as far as its type says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FnId {
    /// Made at this point; the variables around it are those of the frame it was made in.
    Closure(u32),
    /// As above, with copies of the variables of so many enclosing functions, which have returned.
    Copied(u32, u8),
    Builtin(Builtin),
    Class(Class),
    /// The method of this name of the object that is carried.
    Method(Symbol),
}

/// A function that the compiler knows itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Builtin {
    /// "builtins", "numpy", "math", ...
    pub module: &'static str,
    pub name: &'static str,
}

/// A class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    Int,
    Float,
    Bool,
    Complex,
    Str,
    List,
    Tuple,
    Dict,
    Set,
    /// One of the other classes of `Collection`.
    Collection(Collection),
    Range,
    Slice,
    NoneType,
    Ndarray,
    /// A NumPy scalar type: `np.float64`.
    Np(DType),
    /// A dtype object: `np.dtype("float64")`, `a.dtype`.
    DType(DType),
    /// A class of dtypes: `np.integer`.
    Kind(&'static str),
    /// `np.finfo(d)` of a float, `np.iinfo(d)` of an integer.
    Limits(DType),
    Exception(ErrorKind),
    /// `object`.
    Object,
    User(ClassId),
}

impl Class {
    pub fn of(c: Collection) -> Class {
        match c {
            Collection::Dict => Class::Dict,
            Collection::Set => Class::Set,
            Collection::List => Class::List,
            c => Class::Collection(c),
        }
    }
}

/// An exception object.
#[derive(Clone, Debug)]
pub struct Exc {
    /// The kind's code at run time, where several are possible.
    pub kind: Option<ErrorKind>,
    pub code: Option<Var>,
    pub text: Var,
    /// The class of the program that it is of, or derives from.
    pub class: Option<ClassId>,
}

/// One of several types; which one is known at run time.
#[derive(Clone, Debug)]
pub struct UnionVal<'a> {
    /// i64: the number of the member.
    pub tag: Var,
    pub members: Vec<Val<'a>>,
    /// The power of ints, a float for a negative exponent, that it is or was computed from.
    pub power: Option<crate::state::Site>,
}

/// What `zip`, `enumerate` and their like give: known only to `for` and to functions that take iterables.
#[derive(Clone, Debug)]
pub enum Iter<'a> {
    Zip(Vec<Val<'a>>),
    Enumerate(Val<'a>, Scalar),
    Reversed(Val<'a>),
    /// `zip(*rows)` of so many rows as only run time knows.
    Transposed(Val<'a>),
    /// The function, what it is applied to, and where `map` stands.
    Map(Val<'a>, Vec<Val<'a>>, crate::state::Site),
    Generator(Rc<crate::generators::Generator<'a>>),
    /// The elements of an array in row-major order (`a.flat`): a view of one axis whose slices are copies.
    Flat(Place),
    /// A list display that is only shown.
    Display(Vec<Val<'a>>),
    /// A view of a dict.
    Entries(Object, Part),
}

#[derive(Clone, Debug)]
pub enum Val<'a> {
    None,
    Ellipsis,
    Scalar(Scalar),
    /// A Python int beyond 64 bits, which only constants are.
    Big(i128),
    Str(Text),
    Tuple(Rc<[Val<'a>]>),
    /// A tuple whose length only run time knows (see `lists::rows`).
    Row(Rc<Row>),
    Array(Place),
    List(ListRef),
    /// A structured array: its fields, which have the same dims (see `numpy::fields`).
    Fields(Rc<[(Symbol, Place)]>),
    /// start, stop, step
    Range(Rc<[Scalar; 3]>),
    Slice(Rc<[Val<'a>; 3]>),
    Func(Rc<Closure<'a>>),
    Builtin(Builtin),
    Method(Rc<(Val<'a>, Symbol)>),
    Object(Object),
    /// `super()`: the object, as the classes after this one see it.
    Super(Rc<(Val<'a>, ClassId)>),
    Module(&'static str),
    Class(Class),
    /// What a decorator with arguments gives: applied to a function it marks it.
    Decorator(Marks),
    Exc(Rc<Exc>),
    Union(Rc<UnionVal<'a>>),
    Iter(Rc<Iter<'a>>),
    /// Bound on some paths only: the bool says whether.
    Maybe(Rc<(Var, Val<'a>)>),
    /// What a name denotes cannot be said since here.
    Unknown(Span),
}

impl Val<'_> {
    pub fn int_known(&self) -> Option<i64> {
        match self {
            Val::Scalar(Scalar { known: Some(Known::Int(k)), .. }) => Some(*k),
            Val::Scalar(Scalar { known: Some(Known::Bool(b)), .. }) => Some(i64::from(*b)),
            _ => None,
        }
    }

    pub fn bool_known(&self) -> Option<bool> {
        match self {
            Val::Scalar(Scalar { known: Some(k), .. }) => Some(match k {
                Known::Int(k) => *k != 0,
                Known::Float(x) => *x != 0.0,
                Known::Bool(b) => *b,
            }),
            Val::None => Some(false),
            Val::Big(_) => Some(true),
            Val::Str(Text { known: Some(s), .. }) => Some(!s.is_empty()),
            Val::Tuple(t) => Some(!t.is_empty()),
            Val::Func(_) | Val::Builtin(_) | Val::Module(_) | Val::Class(_) | Val::Method(_) => Some(true),
            _ => None,
        }
    }

    pub fn str_known(&self) -> Option<&str> {
        match self {
            Val::Str(Text { known: Some(s), .. }) => Some(s),
            _ => None,
        }
    }
}

/// A type.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum T {
    /// Of an empty list's elements.
    Never,
    None,
    /// A Python number (false) or a NumPy scalar (true).
    Scalar(DType, bool),
    Str,
    Tuple(Vec<T>),
    Array(DType, usize),
    /// In containers: an array that other names reach too.
    Ref(Rc<crate::refs::Refs>),
    List(Box<T>),
    /// A tuple whose length only run time knows.
    Row(Box<T>),
    Range,
    /// An exception object: its kind's code and its text.
    Exc,
    Union(Vec<T>),
    /// Bound on some paths only.
    Maybe(Box<T>),
    /// An object of a class of the program.
    Object(ClassId),
    /// A function or class, which is known, with the values that it carries: defaults, and copied variables.
    Func(FnId, Vec<T>),
    /// Known only while compiling: modules, slices, iterators.
    Static(&'static str),
}

/// The widest union of data members.
pub const MAX_UNION: usize = 8;

/// The widest union of functions.
pub const MAX_FUNCTIONS: usize = 64;

impl T {
    /// The type of values that are of either; `None` if there is no such type (arrays of different rank, statics).
    pub fn join(&self, other: &T) -> Option<T> {
        match (self, other) {
            (a, b) if a == b => Some(a.clone()),
            (T::Never, t) | (t, T::Never) => Some(t.clone()),
            (T::Static(_), _) | (_, T::Static(_)) => None,
            (T::Maybe(a), T::Maybe(b)) => Some(T::Maybe(Box::new(a.join(b)?))),
            (T::Maybe(a), b) | (b, T::Maybe(a)) => Some(T::Maybe(Box::new(a.join(b)?))),
            (T::Range, _) | (_, T::Range) => None,
            (T::Union(_), _) | (_, T::Union(_)) => {
                let members = |t: &T| match t {
                    T::Union(m) => m.clone(),
                    t => vec![t.clone()],
                };
                let mut all = [members(self), members(other)].concat();
                loop {
                    let mut met: Vec<T> = vec![];
                    for t in &all {
                        match met.iter_mut().find(|m| same_constructor(m, t)) {
                            Some(m) => *m = m.join(t)?,
                            None => met.push(t.clone()),
                        }
                    }
                    // A record that met a dict is one: another record may meet it now.
                    let settled = met.len() == all.len();
                    all = met;
                    if settled {
                        break;
                    }
                }
                all.sort_by_cached_key(T::rank);
                if all.iter().filter(|t| t.is_member_of_data()).count() > MAX_UNION {
                    all = tuples_as_one(all);
                }
                if let [one] = &all[..] {
                    return Some(one.clone());
                }
                // Functions count as one member together.
                let data = all.iter().filter(|t| t.is_member_of_data()).count();
                (data <= MAX_UNION && all.len() - data <= MAX_FUNCTIONS).then_some(T::Union(all))
            }
            (T::List(a), T::List(b)) => Some(T::List(Box::new(a.join(b)?))),
            (T::Row(a), T::Row(b)) => Some(T::Row(Box::new(a.join(b)?))),
            (T::Row(e), T::Tuple(ts)) | (T::Tuple(ts), T::Row(e)) => row_with(e, ts),
            (T::Object(a), T::Object(b)) if let Some(c) = a.meet(*b) => Some(T::Object(c)),
            (T::List(_), T::Object(c)) | (T::Object(c), T::List(_)) if c.is_list() => Some(T::Object(*c)),
            (T::Tuple(a), T::Tuple(b)) if a.len() == b.len() => {
                let each: Option<Vec<T>> = a.iter().zip(b).map(|(a, b)| a.join(b)).collect();
                Some(T::Tuple(each?))
            }
            (T::Ref(a), T::Ref(b)) => Some(T::Ref(Rc::new(a.join(b)?))),
            (T::Ref(a), T::Array(d, r)) | (T::Array(d, r), T::Ref(a)) if a.dtype == *d && a.rank == *r => {
                Some(T::Ref(a.clone()))
            }
            (T::Array(..) | T::Ref(_), T::Array(..) | T::Ref(_)) => None,
            (T::Func(f, a), T::Func(g, b)) if f == g && a.len() == b.len() => {
                let each: Option<Vec<T>> = a.iter().zip(b).map(|(a, b)| a.join(b)).collect();
                Some(T::Func(*f, each?))
            }
            (a, b) => {
                let mut all = vec![a.clone(), b.clone()];
                all.sort_by_cached_key(T::rank);
                Some(T::Union(all))
            }
        }
    }

    /// Are there lists of several depths among values of this type, beside what is no list? Such a type could be written down
    /// as deep as the lists are, and a recursion makes it deeper with every walk: shared lists, of which a class holds those of
    /// all depths, end it (see `lists::shared`).
    pub fn mixes_depths(&self) -> bool {
        match self {
            T::Union(ms) => ms.iter().any(|m| matches!(m, T::List(e) if e.mixes_lists()) || m.mixes_depths()),
            T::Tuple(ts) => ts.iter().any(T::mixes_depths),
            T::Maybe(t) | T::Row(t) => t.mixes_depths(),
            _ => false,
        }
    }

    /// Are there lists among its values, or its elements' values, beside what is no list?
    fn mixes_lists(&self) -> bool {
        match self {
            T::Union(ms) => ms.iter().any(|m| match m {
                T::List(_) => true,
                T::Object(c) => c.is_list(),
                m => m.mixes_lists(),
            }),
            T::Tuple(ts) => ts.iter().any(T::mixes_lists),
            T::List(t) | T::Maybe(t) | T::Row(t) => t.mixes_lists(),
            _ => false,
        }
    }

    fn is_member_of_data(&self) -> bool {
        !matches!(self, T::Func(..))
    }

    /// Can a value of this type be in cells?
    pub fn is_data(&self) -> bool {
        match self {
            T::Static(_) => false,
            T::Maybe(t) | T::Row(t) => t.is_data(),
            T::Tuple(ts) | T::Union(ts) | T::Func(_, ts) => ts.iter().all(T::is_data),
            _ => true,
        }
    }

    /// The order of a union's members: the same whichever came first, so that unions of one set are one type.
    fn rank(&self) -> (u8, u32, String) {
        match self {
            T::Scalar(d, np) => (u8::from(*np), *d as u32, String::new()),
            T::None => (3, 0, String::new()),
            T::Func(f, _) => (4, 0, format!("{f:?}")),
            t => (2, 0, t.to_string()),
        }
    }
}

/// A row whose items may be those of a tuple, too.
fn row_with(elem: &T, items: &[T]) -> Option<T> {
    let elem = items.iter().try_fold(elem.clone(), |e, t| e.join(t))?;
    (elem.is_data() && !crate::lists::holds_places(&elem)).then(|| T::Row(Box::new(elem)))
}

/// The members of a union with its tuples, which differ in length, as one row, if that can be.
fn tuples_as_one(all: Vec<T>) -> Vec<T> {
    let (tuples, mut rest): (Vec<T>, Vec<T>) = all.iter().cloned().partition(|t| matches!(t, T::Tuple(_) | T::Row(_)));
    let row = tuples.iter().try_fold(T::Row(Box::new(T::Never)), |row, t| row.join(t));
    match row {
        Some(row) if tuples.len() > 1 => {
            rest.push(row);
            rest.sort_by_cached_key(T::rank);
            rest
        }
        _ => all,
    }
}

/// Members of one union have different constructors.
fn same_constructor(a: &T, b: &T) -> bool {
    match (a, b) {
        (T::List(_), T::List(_)) | (T::Array(..) | T::Ref(_), T::Array(..) | T::Ref(_)) => true,
        (T::Tuple(a), T::Tuple(b)) => a.len() == b.len(),
        (T::Row(_) | T::Tuple(_), T::Row(_) | T::Tuple(_)) => true,
        (T::Func(a, _), T::Func(b, _)) => a == b,
        (T::Object(a), T::Object(b)) => a == b || a.meet(*b).is_some(),
        (T::List(_), T::Object(c)) | (T::Object(c), T::List(_)) => c.is_list(),
        (a, b) => a == b,
    }
}

impl fmt::Display for T {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            T::Never => write!(f, "never"),
            T::None => write!(f, "None"),
            T::Scalar(d, true) => write!(f, "np.{}", if *d == DType::Bool { "bool" } else { d.name() }),
            T::Scalar(d, false) => write!(f, "{}", python_name(*d)),
            T::Str => write!(f, "str"),
            T::Tuple(t) => {
                write!(f, "tuple<")?;
                for (i, t) in t.iter().enumerate() {
                    write!(f, "{}{t}", if i > 0 { ", " } else { "" })?;
                }
                write!(f, ">")
            }
            T::Array(d, rank) => write!(f, "{}[{}]", d.name(), vec![":"; *rank].join(",")),
            T::Ref(r) => T::Array(r.dtype, r.rank).fmt(f),
            T::List(t) => write!(f, "list<{t}>"),
            T::Row(t) => write!(f, "tuple<{t}, ..>"),
            T::Range => write!(f, "range"),
            T::Exc => write!(f, "exception"),
            T::Object(c) => write!(f, "{}", c.name.as_str()),
            T::Union(m) => {
                let mut seen: Vec<String> = vec![];
                for t in m {
                    let t = t.to_string();
                    if !seen.contains(&t) {
                        write!(f, "{}{t}", if seen.is_empty() { "" } else { "|" })?;
                        seen.push(t);
                    }
                }
                Ok(())
            }
            T::Maybe(t) => write!(f, "unbound|{t}"),
            T::Func(FnId::Class(_), _) => write!(f, "a class"),
            T::Func(..) => write!(f, "a function"),
            T::Static(s) => write!(f, "{s}"),
        }
    }
}

impl fmt::Debug for T {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// Python's name of the class of its own scalar.
pub fn python_name(d: DType) -> &'static str {
    match d {
        DType::Bool => "bool",
        DType::I64 => "int",
        DType::F64 => "float",
        _ => "complex",
    }
}
