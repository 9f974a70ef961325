//! What is decided by names and classes while compiling: `getattr` and its like, `issubclass`, and the names of `typing`,
//! `abc` and `functools` that only mark things.

use crate::expr::Args;
use crate::objects::Part;
use crate::state::*;
use crate::value::*;
use quipu_abi::ErrorKind;
use quipu_syntax::Symbol;

/// Names of `typing` that stand in annotations, or mark functions and classes.
pub const TYPING: &[&str] = &[
    "Any",
    "AnyStr",
    "Annotated",
    "Callable",
    "ClassVar",
    "Collection",
    "Concatenate",
    "Container",
    "Counter",
    "DefaultDict",
    "Deque",
    "Dict",
    "Final",
    "FrozenSet",
    "Generator",
    "Generic",
    "Hashable",
    "Iterable",
    "Iterator",
    "List",
    "Literal",
    "LiteralString",
    "Mapping",
    "MutableMapping",
    "MutableSequence",
    "MutableSet",
    "Never",
    "NoReturn",
    "Optional",
    "OrderedDict",
    "ParamSpec",
    "Protocol",
    "Self",
    "Sequence",
    "Set",
    "Sized",
    "SupportsFloat",
    "SupportsInt",
    "Text",
    "Tuple",
    "Type",
    "TypeAlias",
    "TypeVar",
    "Union",
    "Awaitable",
    "cast",
    "final",
    "overload",
    "runtime_checkable",
    "NewType",
    "NamedTuple",
];

/// Names of modules that the compiler itself gives a meaning.
pub fn marker(module: &str, name: &str) -> Option<Builtin> {
    let of = |module: &'static str, names: &'static [&'static str]| {
        names.iter().find(|n| **n == name).map(|n| Builtin { module, name: n })
    };
    match module {
        "typing" => of("typing", TYPING),
        "collections.abc" => of("typing", TYPING),
        "abc" => of("abc", &["abstractmethod", "ABCMeta"]),
        "dataclasses" => of(
            "dataclasses",
            &["dataclass", "field", "replace", "astuple", "asdict", "is_dataclass", "KW_ONLY", "InitVar", "fields"],
        ),
        "functools" => of("functools", &["total_ordering", "wraps"]),
        _ => None,
    }
}

impl<'a> Lower<'a, '_> {
    /// The name that an argument is, which must be known while compiling.
    pub(super) fn known_name(&mut self, v: &Val<'a>) -> R<Symbol> {
        match v.str_known() {
            Some(s) => Ok(Symbol::new(s)),
            None => self.unsupported(
                "the name of an attribute that is computed",
                "choose by `if`, or keep the values in a list or dict",
            ),
        }
    }

    /// `hasattr(o, name)`
    pub(super) fn has_attribute(&mut self, o: &Val<'a>, name: Symbol) -> R<bool> {
        let no = "`hasattr` of this value";
        match o {
            Val::Object(x) => match self.object_has(*x, name) {
                Some(yes) => Ok(yes),
                None => {
                    self.unsupported("`hasattr` of a field that is there on some paths only", "set it to None first")
                }
            },
            Val::Class(Class::User(c)) => Ok(self.class_has(*c, name)),
            Val::Func(_) => Ok(matches!(name.as_str(), "__name__" | "__doc__" | "__call__")),
            Val::Scalar(_) | Val::Str(_) | Val::None | Val::List(_) | Val::Tuple(_) | Val::Row(_) => {
                match name.as_str() {
                    "__len__" => Ok(matches!(o, Val::Str(_) | Val::List(_) | Val::Tuple(_) | Val::Row(_))),
                    "__iter__" | "__getitem__" => {
                        Ok(matches!(o, Val::Str(_) | Val::List(_) | Val::Tuple(_) | Val::Row(_)))
                    }
                    "append" => Ok(matches!(o, Val::List(_))),
                    _ => self.unsupported(no, "use isinstance"),
                }
            }
            _ => self.unsupported(no, "use isinstance"),
        }
    }

    /// `issubclass(c, of)`
    pub(super) fn is_subclass(&self, c: &Val<'a>, of: &Val<'a>) -> Option<bool> {
        if let Val::Tuple(all) = of {
            let all: Option<Vec<bool>> = all.iter().map(|of| self.is_subclass(c, of)).collect();
            return all.map(|a| a.contains(&true));
        }
        match (c, of) {
            (Val::Class(Class::User(a)), Val::Class(Class::User(b))) => Some(self.cx.classes.derives(*a, *b)),
            (Val::Class(Class::Exception(a)), Val::Class(Class::Exception(b))) => Some(a.is_a(*b)),
            (Val::Class(Class::User(a)), Val::Class(Class::Exception(b))) => {
                Some(self.cx.classes.exception(*a).is_some_and(|k| k.is_a(*b)))
            }
            (Val::Class(_), Val::Class(Class::Object)) => Some(true),
            (Val::Class(Class::Bool), Val::Class(Class::Int)) => Some(true),
            (Val::Class(a), Val::Class(b)) => Some(a == b),
            _ => None,
        }
    }

    /// `zip(.., strict=True)`
    pub(super) fn zipped_strictly(&mut self, vs: &[Val<'a>]) -> R<Val<'a>> {
        let mut all = vec![];
        for v in vs {
            self.check_iterable(v)?;
            all.push(match v {
                Val::Iter(it) if !matches!(**it, crate::value::Iter::Entries(_, Part::Keys)) => self.listed(v)?,
                v => v.clone(),
            });
        }
        self.by_library("zip_strict", &all)
    }

    /// A function of a module that only marks what it is given.
    pub(super) fn call_marker(&mut self, b: Builtin, args: Args<'a>) -> R<Val<'a>> {
        match (b.name, &args.pos[..]) {
            ("cast", [_, v]) => Ok(v.clone()),
            ("final" | "overload" | "runtime_checkable" | "abstractmethod", [v]) => Ok(v.clone()),
            ("TypeVar" | "ParamSpec", [_, ..]) => Ok(Val::Builtin(b)),
            ("NewType", [_, c]) => Ok(c.clone()),
            ("wraps", [f]) => Ok(Val::Method(std::rc::Rc::new((f.clone(), Symbol::new("<wraps>"))))),
            _ => self.unsupported(format!("calling `{}.{}`", b.module, b.name), "use it in annotations and decorators"),
        }
    }

    /// A name of one of Python's own classes as a function: `str.upper`, `list.append`, `dict.fromkeys`.
    pub(super) fn class_function(&mut self, c: Class, name: Symbol) -> R<Val<'a>> {
        let class = super::class_name(c);
        match (c, name.as_str()) {
            (Class::Str, "maketrans")
                if let Some(f) = self.stdlib_function("builtins", Symbol::new("str_maketrans")) =>
            {
                Ok(f)
            }
            (Class::Dict, "fromkeys") => {
                self.unsupported(format!("`{class}.{}`", name.as_str()), "use a comprehension")
            }
            (Class::Str | Class::List | Class::Tuple | Class::Int | Class::Float, _) => {
                Ok(Val::Method(std::rc::Rc::new((Val::Class(c), name))))
            }
            _ => {
                let text = format!("type object '{class}' has no attribute '{}'", name.as_str());
                self.raise(ErrorKind::AttributeError, &text)
            }
        }
    }
}
