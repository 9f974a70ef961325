//! Python's builtins, items and attributes of values, and modules.

mod attributes;
mod classes;
mod items;
pub mod names;
mod reduce;
pub mod streams;

use crate::expr::Args;
use crate::state::*;
use crate::value::*;
use quipu_abi::{DType, ErrorKind};
use quipu_ir::ops;
use quipu_syntax::Symbol;
use quipu_syntax::ast::BinOp;
use std::rc::Rc;

const FUNCTIONS: &[&str] = &[
    "print",
    "len",
    "range",
    "abs",
    "min",
    "max",
    "sum",
    "round",
    "pow",
    "divmod",
    "enumerate",
    "zip",
    "reversed",
    "map",
    "sorted",
    "any",
    "all",
    "repr",
    "format",
    "isinstance",
    "type",
    "id",
    "hash",
    "iter",
    "next",
    "filter",
    "ord",
    "chr",
    "bin",
    "hex",
    "oct",
    "input",
    "open",
    "super",
    "getattr",
    "hasattr",
    "setattr",
    "callable",
    "issubclass",
    "ascii",
    "NotImplemented",
    "reveal_type",
];

const CLASSES: &[(&str, Class)] = &[
    ("int", Class::Int),
    ("float", Class::Float),
    ("bool", Class::Bool),
    ("complex", Class::Complex),
    ("str", Class::Str),
    ("list", Class::List),
    ("tuple", Class::Tuple),
    ("dict", Class::Dict),
    ("set", Class::Set),
    ("frozenset", Class::Collection(Collection::FrozenSet)),
    ("slice", Class::Slice),
    ("object", Class::Object),
];

pub fn names() -> impl Iterator<Item = &'static str> {
    FUNCTIONS.iter().copied().chain(CLASSES.iter().map(|c| c.0))
}

pub fn class_name(c: Class) -> &'static str {
    match c {
        Class::User(c) => return c.name.as_str(),
        Class::Collection(c) => return c.name(),
        _ => {}
    }
    CLASSES.iter().find(|(_, k)| *k == c).map_or("object", |(n, _)| n)
}

pub fn lookup<'a>(name: &str) -> Option<Val<'a>> {
    if let Some(f) = FUNCTIONS.iter().find(|f| **f == name) {
        return Some(Val::Builtin(Builtin { module: "builtins", name: f }));
    }
    if let Some((_, c)) = CLASSES.iter().find(|(n, _)| *n == name) {
        return Some(Val::Class(*c));
    }
    match ErrorKind::from_name(name) {
        Some(k) if k.class_name() == k.name() => Some(Val::Class(Class::Exception(k))),
        _ => None,
    }
}

impl<'a> Lower<'a, '_> {
    /// Positional arguments by name: `names` lists the parameters, of which the first `required` must be given.
    pub fn take_args(
        &mut self,
        what: &str,
        args: Args<'a>,
        names: &[&'static str],
        required: usize,
    ) -> R<Vec<Option<Val<'a>>>> {
        let mut out: Vec<Option<Val<'a>>> = vec![None; names.len()];
        if args.pos.len() > names.len() {
            let n = args.pos.len();
            return self.raise(
                ErrorKind::TypeError,
                &format!("{what}() takes from {required} to {} positional arguments but {n} were given", names.len()),
            );
        }
        for (k, v) in args.pos.into_iter().enumerate() {
            out[k] = Some(v);
        }
        for (k, v) in args.kw {
            match names.iter().position(|n| k.as_str() == *n) {
                Some(j) => out[j] = Some(v),
                None => {
                    return self.unknown_argument(k, what, names);
                }
            }
        }
        if let Some(k) = out[..required].iter().position(Option::is_none) {
            return self.raise(
                ErrorKind::TypeError,
                &format!("{what}() missing 1 required positional argument: '{}'", names[k]),
            );
        }
        Ok(out)
    }

    pub fn call_builtin(&mut self, b: Builtin, args: Args<'a>) -> R<Val<'a>> {
        match b.module {
            "builtins" => self.call_python(b.name, args),
            "dataclasses" => self.call_dataclasses(b.name, args),
            "abc" | "typing" | "functools" => self.call_marker(b, args),
            "collections" => self.call_namedtuple(args),
            "math" | "time" => self.call_math(b, args),
            "tables" => self.call_tables(b.name, &args.pos),
            "streams" => self.call_streams(b.name, &args.pos),
            _ => self.call_numpy(b, args),
        }
    }

    fn call_python(&mut self, name: &'static str, mut args: Args<'a>) -> R<Val<'a>> {
        if name == "print" {
            return self.print(&args);
        }
        if let Some(k) = args.pos.iter().position(|v| matches!(v, Val::Union(_)))
            && !matches!(name, "isinstance" | "enumerate" | "zip" | "map" | "repr" | "reveal_type")
        {
            let u = args.pos[k].clone();
            let r = self.split_union(&u, |lw, m| {
                let mut args = args.clone();
                args.pos[k] = m.clone();
                lw.call_python(name, args)
            })?;
            return Ok(r.unwrap_or(Val::None));
        }
        let many = args.pos.len() > 1;
        if matches!(
            name,
            "min" | "max" | "sum" | "any" | "all" | "sorted" | "enumerate" | "zip" | "map" | "filter" | "reversed"
        ) {
            let most = if matches!(name, "zip" | "map" | "filter") { usize::MAX } else { 1 };
            let skipped = usize::from(matches!(name, "map" | "filter"));
            for v in args.pos.iter_mut().take(most).skip(skipped) {
                let asked = name == "reversed" && (self.has_method(v, "__reversed__") || self.has_method(v, "__len__"));
                if !(matches!(name, "min" | "max") && many || asked) {
                    *v = self.iterable(v)?;
                }
            }
        }
        match (name, &args.pos[..]) {
            ("super", []) => self.super_object(),
            ("getattr", [o, n]) => {
                let n = self.known_name(n)?;
                self.attribute(&o.clone(), n)
            }
            ("getattr", [o, n, default]) => {
                let n = self.known_name(n)?;
                match self.has_attribute(o, n)? {
                    true => self.attribute(&o.clone(), n),
                    false => Ok(default.clone()),
                }
            }
            ("hasattr", [o, n]) => {
                let n = self.known_name(n)?;
                let yes = self.has_attribute(o, n)?;
                Ok(self.boolean(yes))
            }
            ("setattr", [o, n, v]) => {
                let n = self.known_name(n)?;
                match o {
                    Val::Object(o) if self.is_instance_of_program(*o) => self.store_field(*o, n, v.clone())?,
                    Val::Class(Class::User(c)) => self.store_class_member(*c, n, v.clone())?,
                    _ => return self.unsupported("`setattr` of this value", "assign to the attribute"),
                }
                Ok(Val::None)
            }
            ("callable", [v]) => {
                let yes = match v {
                    Val::Builtin(b) => b.module != "streams",
                    Val::Func(_) | Val::Class(_) | Val::Method(_) => true,
                    Val::Object(o) => !self.is_record(*o) && self.has_method(v, "__call__"),
                    _ => false,
                };
                Ok(self.boolean(yes))
            }
            ("issubclass", [c, of]) => match self.is_subclass(c, of) {
                Some(yes) => Ok(self.boolean(yes)),
                None => self.unsupported("`issubclass` of these", "name classes of the program or of exceptions"),
            },
            ("len", [v]) => self.len(v),
            ("range", vs) if (1..=3).contains(&vs.len()) => {
                let vs = vs.to_vec();
                let mut s = vec![];
                for v in &vs {
                    if let Val::Scalar(x) = v
                        && x.dtype.is_inexact()
                    {
                        let name = self.python_class_name(v);
                        return self.raise(
                            ErrorKind::TypeError,
                            &format!("'{name}' object cannot be interpreted as an integer"),
                        );
                    }
                    s.push(self.as_index(v)?);
                }
                let (zero, one) = (self.int_scalar(0), self.int_scalar(1));
                let r = match s.len() {
                    1 => [zero, s[0].clone(), one],
                    2 => [s[0].clone(), s[1].clone(), one],
                    _ => [s[0].clone(), s[1].clone(), s[2].clone()],
                };
                if r[2].known == Some(Known::Int(0)) {
                    return self.raise(ErrorKind::ValueError, "range() arg 3 must not be zero");
                }
                Ok(Val::Range(Rc::new(r)))
            }
            ("abs", [Val::Object(_)]) if let Some(v) = self.special(&args.pos[0], "__abs__", &[])? => Ok(v),
            ("abs", [v]) => self.abs(v),
            ("min" | "max", _) => self.extremum(name, args),
            ("sum", _) => self.sum_builtin(args),
            ("any" | "all", [v]) => self.any_all(name, v),
            ("round", [_] | [_, _]) => self.round(&args),
            ("pow", [x, y]) => self.binary(BinOp::Pow, x, y),
            ("pow", [x, y, m]) => self.pow_mod(&x.clone(), &y.clone(), &m.clone()),
            ("divmod", [x, y]) => {
                if let Some(v) = self.special(x, "__divmod__", std::slice::from_ref(y))? {
                    return Ok(v);
                }
                let q = self.binary(BinOp::FloorDiv, x, y)?;
                let r = self.binary(BinOp::Mod, x, y)?;
                Ok(Val::Tuple(vec![q, r].into()))
            }
            ("enumerate", [v]) => {
                let start = match args.kw.first() {
                    Some((_, s)) => self.as_index(&s.clone())?,
                    None => self.int_scalar(0),
                };
                self.enumerated(v, start)
            }
            ("enumerate", [v, s]) => {
                let start = self.as_index(&s.clone())?;
                self.enumerated(v, start)
            }
            ("zip", vs) => {
                let strict = match args.kw.iter().find(|(k, _)| k.as_str() == "strict") {
                    Some((_, v)) => v.bool_known(),
                    None => Some(false),
                };
                match strict {
                    Some(false) => self.zipped(vs),
                    Some(true) => self.zipped_strictly(vs),
                    None => self.unsupported("`strict` of `zip` that is computed", "write True or False"),
                }
            }
            ("reversed", [Val::Object(_)]) if let Some(v) = self.special(&args.pos[0], "__reversed__", &[])? => Ok(v),
            ("reversed", [Val::Object(o)]) if self.is_instance_of_program(*o) => {
                self.by_library("reversed_elements", &args.pos)
            }
            ("reversed", [v]) if self.is_generated(v) => {
                self.raise(ErrorKind::TypeError, "'generator' object is not reversible")
            }
            ("reversed", [v]) => Ok(Val::Iter(Rc::new(Iter::Reversed(v.clone())))),
            ("map", [f, v]) if self.is_generated(v) => self.by_library("mapped", &[f.clone(), v.clone()]),
            ("map", [f, v]) if self.maps_changing() => self.by_library("mapped", &[f.clone(), v.clone()]),
            ("map", [f, vs @ ..]) if self.maps_changing() || vs.iter().any(|v| self.is_generated(v)) => {
                let all = self.zipped(vs)?;
                self.by_library("starmapped", &[f.clone(), all])
            }
            ("map", [f, vs @ ..]) => Ok(Val::Iter(Rc::new(Iter::Map(f.clone(), vs.to_vec(), self.site())))),
            ("filter", [Val::None, v]) => self.by_library("filter_true", std::slice::from_ref(v)),
            ("filter", [f, v]) => self.by_library("filtered", &[f.clone(), v.clone()]),
            ("iter", [Val::Object(o)]) if self.is_instance_of_program(*o) => {
                match self.special(&args.pos[0], "__iter__", &[])? {
                    Some(it) => Ok(it),
                    None => self.iterable(&args.pos[0]),
                }
            }
            ("next", [Val::Object(_)]) if let Some(v) = self.special(&args.pos[0], "__next__", &[])? => Ok(v),
            ("next", [Val::Object(_), _]) if self.has_method(&args.pos[0], "__next__") => {
                self.by_library("next_or", &args.pos)
            }
            ("round", [Val::Object(_), ..])
                if let Some(v) = self.special(&args.pos[0], "__round__", &args.pos[1..])? =>
            {
                Ok(v)
            }
            ("iter", [v @ Val::Iter(it)]) if !matches!(**it, Iter::Entries(..)) => self.kept(v.clone()),
            ("iter", [v]) => {
                self.check_iterable(v)?;
                self.by_library("iterate", std::slice::from_ref(v))
            }
            ("next", [v @ Val::Builtin(b)]) if b.name == "stdin" => {
                self.call_method(v, Symbol::new("__next__"), Args::default())
            }
            ("next", [v]) => self.next_item(&v.clone(), None),
            ("next", [v, d]) => self.next_item(&v.clone(), Some(d.clone())),
            ("sorted", [v]) => {
                let reverse = args.kw.iter().find(|(k, _)| k.as_str() == "reverse").and_then(|(_, v)| v.bool_known());
                let key = args.kw.iter().find(|(k, v)| k.as_str() == "key" && !matches!(v, Val::None));
                let key = key.map(|(_, f)| f.clone());
                let v = v.clone();
                let l = self.listed(&v)?;
                if let Some(key) = key {
                    let reverse = self.boolean(reverse.unwrap_or(false));
                    return self.by_library("sorted_by", &[l, key, reverse]);
                }
                match l {
                    Val::List(l) => self.sorted_list(&l, reverse.unwrap_or(false)),
                    v => Ok(v),
                }
            }
            ("hash", [v]) => self.hash_of(&v.clone()),
            ("repr", [v]) => {
                let s = self.repr_of(v)?;
                Ok(self.str_var(s))
            }
            ("format", [v]) => {
                let s = self.str_of(v)?;
                Ok(self.str_var(s))
            }
            ("format", [v, spec]) => self.format(v, spec),
            ("isinstance", [v, c]) => match self.is_instance(v, c) {
                Some(b) => Ok(self.boolean(b)),
                None if let Val::Exc(e) = v => self.exc_is_instance(&e.clone(), &c.clone()),
                None => {
                    let c = c.clone();
                    let r = self.split_union(&v.clone(), |lw, m| {
                        let b = lw.is_instance(m, &c).unwrap_or(false);
                        Ok(lw.boolean(b))
                    })?;
                    match r {
                        Some(v) => Ok(v),
                        None => self.unsupported("isinstance of these", "compare types that are known"),
                    }
                }
            },
            ("type", [v]) => Ok(Val::Class(match v {
                Val::Scalar(s) if s.np => Class::Np(s.dtype),
                Val::Scalar(s) => match s.dtype {
                    DType::Bool => Class::Bool,
                    DType::I64 => Class::Int,
                    DType::F64 => Class::Float,
                    _ => Class::Complex,
                },
                Val::Str(_) => Class::Str,
                Val::List(_) => Class::List,
                Val::Tuple(_) | Val::Row(_) => Class::Tuple,
                Val::Array(_) => Class::Ndarray,
                Val::Object(o) if self.is_record(*o) => Class::Dict,
                Val::Object(o) if let Some(c) = self.collection(*o) => Class::of(c),
                Val::Object(o) => Class::User(o.class),
                Val::None => Class::NoneType,
                Val::Range(_) => Class::Range,
                Val::Exc(e) if e.kind.is_some() && self.cx.classes.exceptions().next().is_none() => {
                    Class::Exception(e.kind.unwrap_or(ErrorKind::Exception))
                }
                Val::Exc(_) => return Ok(Val::Method(Rc::new((v.clone(), Symbol::new("<type>"))))),
                _ => return self.unsupported("type() of this value", "use isinstance"),
            })),
            ("reveal_type", [v]) => {
                let shown = self.shown_type(v);
                let (path, span) = self.site();
                let seen = &mut self.cx.revealed;
                match seen.iter_mut().find(|(s, p, _)| *s == span && *p == path) {
                    Some(last) => last.2 = shown,
                    None => seen.push((span, path, shown)),
                }
                Ok(v.clone())
            }
            ("hex" | "bin" | "oct", [n]) => {
                let base = match name {
                    "hex" => 16,
                    "oct" => 8,
                    _ => 2,
                };
                let (n, base) = (n.clone(), self.int(base));
                match self.stdlib_function("builtins", Symbol::new("digits_of")) {
                    Some(f) => self.call_values(&f, &[n, base]),
                    None => Ok(Val::None),
                }
            }
            ("input", [] | [_]) if args.kw.is_empty() => self.by_library("input_line", &args.pos),
            ("ord", [Val::Str(t)]) => {
                let r = self.extern1(&ops::STR_ORD, &[t.var]);
                Ok(self.py(DType::I64, r))
            }
            ("chr", [v]) => {
                let i = self.as_index(&v.clone())?;
                let r = self.extern1(&ops::STR_CHR, &[i.var]);
                Ok(self.str_var(r))
            }
            _ => {
                args.kw.clear();
                let n = args.pos.len();
                self.unsupported(format!("`{name}` with {n} arguments"), "see the reference for what is there")
            }
        }
    }

    /// Does the `map` here change the lists that it goes over?
    fn maps_changing(&mut self) -> bool {
        let site = self.site();
        self.cx.grows(site)
    }

    fn enumerated(&mut self, v: &Val<'a>, start: Scalar) -> R<Val<'a>> {
        self.check_iterable(v)?;
        if self.is_generated(v) {
            return self.by_library("enumerated", &[v.clone(), Val::Scalar(start)]);
        }
        Ok(Val::Iter(Rc::new(Iter::Enumerate(v.clone(), start))))
    }

    pub fn len(&mut self, v: &Val<'a>) -> R<Val<'a>> {
        match v {
            Val::Fields(fs) => match fs.first() {
                Some((_, p)) => self.len(&Val::Array(p.clone())),
                None => Ok(self.int(0)),
            },
            Val::Array(p) if p.dims.is_empty() => self.raise(ErrorKind::TypeError, "len() of unsized object"),
            Val::Array(p) => {
                let d = p.dims[0].clone();
                Ok(Val::Scalar(self.size(&d)))
            }
            Val::List(_) | Val::Tuple(_) | Val::Row(_) | Val::Str(_) | Val::Range(_) => {
                let (n, _) = self.source(v)?;
                let d = self.b.func.dim_of(n);
                self.assume_size(&d);
                Ok(Val::Scalar(Scalar {
                    dtype: DType::I64,
                    np: false,
                    var: n,
                    known: self.known_of(n).map(Known::Int),
                }))
            }
            Val::Object(_) if let Some(n) = self.special(v, "__len__", &[])? => Ok(n),
            Val::Object(o) if let Some(n) = self.record_len(*o)? => Ok(n),
            Val::Object(o) if self.collection(*o).is_some() => {
                let n = self.collection_len(*o)?;
                Ok(self.py(DType::I64, n))
            }
            Val::Iter(it) if let Iter::Entries(o, _) = **it => self.len(&Val::Object(o)),
            _ => {
                let name = self.python_class_name(v);
                self.raise(ErrorKind::TypeError, &format!("object of type '{name}' has no len()"))
            }
        }
    }
}
