//! Classes and their objects.
//!
//! An object is a base without columns, and its fields are slots: names that no program can write, in the frame of the
//! module (as those of lists made of slots, see `lists::slots`). So a field is a name like any other: what paths
//! meet, loops carry and handlers see of names holds for it, arrays in it are places, and two names of one object see
//! each other's writes because both lead to its slots. Such an object is its name's *own*: which one a name denotes is
//! known while compiling.
//!
//! Where it is not (objects in lists, one of two by a condition, a node that a loop moves on from), the walk that sees it
//! makes a fact of the call that made the object, and from then on that call makes *shared* objects: the fields of
//! all shared objects of a class stand in lists, one per field, and an object is its number. Their elements' types are
//! facts as for any list. A shared object is made as an own one while `__init__` runs, which then goes into the lists
//! with the fields that it has; if `__init__` gives the object away before that, it is put in empty first (`early`).

mod collections;
mod columns;
mod define;
mod deques;
mod named;
mod operations;
mod protocol;
mod records;
mod tables;

pub use collections::Watched;
pub use columns::is_column;
use define::DataClass;
pub use define::{docstring, missing_text};
use protocol::is_operator;
use records::DICT_METHODS;
pub use records::{Key, Part};
pub use tables::TABLES;

use crate::expr::Args;
use crate::state::*;
use crate::suggest::names_of;
use crate::value::*;
use quipu_abi::{DType, ErrorKind};
use quipu_diagnostics::{Diagnostic, Span};
use quipu_ir::{Var, ops};
use quipu_syntax::Symbol;
use rustc_hash::FxHashMap as HashMap;
use std::collections::BTreeMap;
use std::rc::Rc;

/// The frame of the slots: the module's.
const HEAP: usize = 0;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MethodKind {
    Plain,
    Static,
    Class,
    Property,
    /// `@name.setter` of a property.
    Setter,
}

#[derive(Clone, Debug)]
pub struct ClassInfo<'a> {
    id: ClassId,
    span: Span,
    /// The class and those that it derives from, nearest first.
    mro: Vec<ClassId>,
    methods: BTreeMap<Symbol, (MethodKind, Rc<Closure<'a>>)>,
    /// What assigning to a property calls.
    setters: BTreeMap<Symbol, Rc<Closure<'a>>>,
    /// Methods that derived classes must define.
    abstracts: Vec<Symbol>,
    /// Other names that its body binds.
    values: Vec<Symbol>,
    data: Option<Rc<DataClass>>,
    /// `functools.total_ordering` has been applied: one of the four comparisons gives the others.
    ordered: bool,
    doc: Option<Rc<str>>,
    /// The module that it stands in, if that is not the program.
    module: Option<Symbol>,
    /// Of a class of exceptions: the kind that it derives from.
    exception: Option<ErrorKind>,
    /// Of the records that were made with these keys.
    keys: Option<Vec<Key>>,
    /// Where such records were made.
    made: Vec<Span>,
}

/// The classes of a program, by where they are defined.
#[derive(Default, Debug)]
pub struct Classes<'a> {
    numbers: HashMap<Site, u32>,
    all: Vec<ClassInfo<'a>>,
}

impl<'a> Classes<'a> {
    fn get(&self, id: ClassId) -> &ClassInfo<'a> {
        &self.all[id.number as usize]
    }

    /// The kind of exceptions that a class derives from.
    pub fn exception(&self, id: ClassId) -> Option<ErrorKind> {
        self.get(id).exception
    }

    /// The classes of exceptions.
    pub fn exceptions(&self) -> impl Iterator<Item = ClassId> + '_ {
        self.all.iter().filter(|c| c.exception.is_some()).map(|c| c.id)
    }

    /// Is this a method of some class of exceptions?
    pub fn exception_method(&self, name: Symbol) -> bool {
        self.all
            .iter()
            .any(|c| c.exception.is_some() && c.methods.get(&name).is_some_and(|(k, _)| *k != MethodKind::Property))
    }

    /// Is the first class the second, or derived from it?
    pub fn derives(&self, id: ClassId, from: ClassId) -> bool {
        self.get(id).mro.contains(&from)
    }

    /// The first definition of a method among these classes.
    fn method(&self, mro: &[ClassId], name: Symbol) -> Option<(ClassId, MethodKind, Rc<Closure<'a>>)> {
        mro.iter().find_map(|c| self.get(*c).methods.get(&name).map(|(k, f)| (*c, *k, f.clone())))
    }
}

fn field_slot(id: u64, field: Symbol) -> Symbol {
    Symbol::new(&format!("<{id:x}.{}>", field.as_str()))
}

fn class_slot(c: ClassId, name: Symbol) -> Symbol {
    Symbol::new(&format!("<class {}.{}>", c.number, name.as_str()))
}

/// Names that hold fields, for the whole run of a function: not temporaries of the walk.
pub fn is_field(name: Symbol) -> bool {
    name.as_str().starts_with('<') && name.as_str().contains('.')
}

impl<'a> Lower<'a, '_> {
    // Classes.

    /// An attribute of a class, or of an object by its class.
    fn class_attribute(&mut self, c: ClassId, o: &Val<'a>, name: Symbol, mro: &[ClassId]) -> R<Option<Val<'a>>> {
        for k in mro {
            if let Some((kind, f)) = self.cx.classes.get(*k).methods.get(&name).cloned() {
                let instance = matches!(o, Val::Object(_));
                return Ok(Some(match kind {
                    MethodKind::Plain if instance => Val::Method(Rc::new((o.clone(), name))),
                    MethodKind::Class => Val::Method(Rc::new((Val::Class(Class::User(c)), name))),
                    MethodKind::Property if instance => self.call_method_of(&f, o, Args::default())?,
                    _ => Val::Func(f),
                }));
            }
            if let Some(v) = self.get_slot(HEAP, class_slot(*k, name)).cloned() {
                return Ok(Some(v));
            }
            if self.cx.classes.get(*k).values.contains(&name) {
                return self.unsupported(
                    format!("the attribute `{}` of a class in a recursive function", name.as_str()),
                    "pass it as an argument",
                );
            }
        }
        Ok(None)
    }

    fn call_method_of(&mut self, f: &Rc<Closure<'a>>, first: &Val<'a>, mut args: Args<'a>) -> R<Val<'a>> {
        args.pos.insert(0, first.clone());
        self.call(&Val::Func(f.clone()), args)
    }

    /// Calls a method of an object or a class, if it has it.
    pub fn method_call(&mut self, o: &Val<'a>, name: Symbol, args: &Args<'a>) -> R<Option<Val<'a>>> {
        let (class, mro) = match o {
            Val::Object(x) => (x.class, self.cx.classes.get(x.class).mro.clone()),
            Val::Class(Class::User(c)) => (*c, self.cx.classes.get(*c).mro.clone()),
            Val::Super(s) => {
                let (Val::Object(x), after) = &**s else { return Ok(None) };
                let mro = &self.cx.classes.get(x.class).mro;
                let k = mro.iter().position(|c| c == after).map_or(mro.len(), |k| k + 1);
                (x.class, mro[k..].to_vec())
            }
            _ => return Ok(None),
        };
        let object = if let Val::Super(s) = o { s.0.clone() } else { o.clone() };
        if let (Val::Super(_), "__init__", Val::Object(x)) = (o, name.as_str(), &object)
            && mro.iter().any(|c| self.cx.classes.get(*c).data.as_ref().is_some_and(|d| d.init))
        {
            self.construct_by(*x, &mro, args.clone())?;
            return Ok(Some(Val::None));
        }
        let Some((_, kind, f)) = self.cx.classes.method(&mro, name) else {
            if let Some(v) = self.named_method(&object, class, name, args)? {
                return Ok(Some(v));
            }
            // `object.__init__` does nothing.
            if let (Val::Super(_), "__init__", Val::Object(x)) = (o, name.as_str(), &object)
                && self.cx.classes.exception(x.class).is_some()
            {
                self.set_exception_arguments(*x, &args.pos)?;
                return Ok(Some(Val::None));
            }
            let plain = matches!(o, Val::Super(_)) && name.as_str() == "__init__" && args.pos.is_empty();
            return Ok(plain.then_some(Val::None));
        };
        let (f, args) = (self.method_here(&f)?, args.clone());
        let r = match (kind, &object) {
            (MethodKind::Plain, Val::Object(_)) => self.call_method_of(&f, &object, args)?,
            (MethodKind::Class, _) => self.call_method_of(&f, &Val::Class(Class::User(class)), args)?,
            (MethodKind::Property, Val::Object(_)) => {
                let v = self.call_method_of(&f, &object, Args::default())?;
                self.call(&v, args)?
            }
            _ => self.call(&Val::Func(f), args)?,
        };
        Ok(Some(r))
    }

    /// A method as a function of the IR that is not the module's finds it.
    fn method_here(&mut self, f: &Rc<Closure<'a>>) -> R<Rc<Closure<'a>>> {
        if !self.outlined {
            return Ok(f.clone());
        }
        let mut defaults = vec![];
        for (n, v) in &f.defaults {
            match self.rematerialize(v) {
                Some(v) => defaults.push((*n, v)),
                None => return self.unsupported("a default that is computed, in a recursive method", "pass it"),
            }
        }
        match self.function_again(f.id) {
            Some(Val::Func(g)) => Ok(Rc::new(Closure { defaults, owner: f.owner, marks: f.marks, ..(*g).clone() })),
            _ => self.unsupported("a recursive method of a class in a function", "define the class at the top level"),
        }
    }

    /// Calls a method with a name of Python's own, `__len__`, if `o` is an object that has it.
    pub fn special(&mut self, o: &Val<'a>, name: &str, args: &[Val<'a>]) -> R<Option<Val<'a>>> {
        let Val::Object(x) = o else { return Ok(None) };
        let mro = self.cx.classes.get(x.class).mro.clone();
        match self.cx.classes.method(&mro, Symbol::new(name)) {
            Some((_, MethodKind::Plain, f)) => {
                let f = self.method_here(&f)?;
                self.call_method_of(&f, o, Args { pos: args.to_vec(), kw: vec![] }).map(Some)
            }
            // A field of the class that holds something to call, and static methods, are looked up as any attribute.
            Some(_) => {
                let f = self.object_attribute(*x, Symbol::new(name))?;
                self.call_values(&f, args).map(Some)
            }
            _ => self.named_special(o, name, args),
        }
    }

    pub fn class_member(&mut self, c: ClassId, name: Symbol) -> R<Val<'a>> {
        match name.as_str() {
            "__name__" | "__qualname__" => return Ok(self.text(c.name.as_str())),
            "__doc__" => {
                return Ok(match self.cx.classes.get(c).doc.clone() {
                    Some(s) => self.text(&s),
                    None => Val::None,
                });
            }
            _ => {}
        }
        let mro = self.cx.classes.get(c).mro.clone();
        if let Some(v) = self.named_attribute(&Val::Class(Class::User(c)), c, name) {
            return Ok(v);
        }
        match self.class_attribute(c, &Val::Class(Class::User(c)), name, &mro)? {
            Some(v) => Ok(v),
            None => {
                let text = format!("type object '{}' has no attribute '{}'", c.name.as_str(), name.as_str());
                self.raise(ErrorKind::AttributeError, &text)
            }
        }
    }

    pub fn store_class_member(&mut self, c: ClassId, name: Symbol, v: Val<'a>) -> R<()> {
        if matches!(v, Val::Func(_)) || self.cx.classes.get(c).methods.contains_key(&name) {
            return self.unsupported("giving a class another method", "define it in the class");
        }
        let slot = class_slot(c, name);
        if self.outlined {
            return self.unsupported("storing an attribute of a class in a recursive function", "return the value");
        }
        self.set_slot(HEAP, slot, v);
        self.note_bound(HEAP, slot);
        Ok(())
    }

    /// What functions that are compiled on their own are handed of classes: the lists of shared objects, and the
    /// attributes of the classes.
    pub fn class_data(&self) -> Vec<(Symbol, Val<'a>)> {
        let ours = |n: &Symbol| is_column(*n) || n.as_str().starts_with("<class ");
        self.cx.ask(About::Classes);
        let all = self.frames[HEAP].slots.iter().filter(|(n, _)| ours(n));
        all.map(|(n, v)| (*n, v.clone())).collect()
    }

    /// Does a value refer to an object with slots of its own, which cannot leave the function of the IR?
    pub fn holds_own_object(&self, v: &Val<'a>) -> bool {
        let bases = crate::merge::mentioned_bases(v);
        bases.iter().any(|b| matches!(self.base(*b).kind, BaseKind::Object { .. }))
    }

    /// `super()` in a method.
    pub fn super_object(&mut self) -> R<Val<'a>> {
        let f = &self.frames[self.at];
        if let Some(class) = f.life.class
            && let Some(first) = f.life.first
            && let Some(o @ Val::Object(_)) = self.get_slot(self.at, first)
        {
            return Ok(Val::Super(Rc::new((o.clone(), class))));
        }
        self.unsupported("`super()` here", "name the class: `Parent.method(self, ...)`")
    }

    // Objects.

    /// Calls a class.
    pub fn instantiate(&mut self, class: ClassId, args: Args<'a>) -> R<Val<'a>> {
        let site = self.site();
        let shared = self.cx.shared_object(site);
        let early = shared && self.cx.early_object(class);
        self.check_abstract(class)?;
        if let Some(kind) = self.cx.classes.exception(class)
            && self.is_plain_exception(class)
        {
            return self.plain_exception(class, kind, &args);
        }
        let o = if early {
            let at = At::Shared(self.put_into_columns(class, &[])?);
            Object { class, at }
        } else {
            self.own_object(class, site)
        };
        self.construct(o, args)?;
        let (At::Own(base), true) = (o.at, shared) else { return Ok(Val::Object(o)) };
        let fields = self.own_fields(base);
        self.drop_object(base);
        let at = At::Shared(self.put_into_columns(class, &fields)?);
        Ok(Val::Object(Object { class, at }))
    }

    fn own_object(&mut self, class: ClassId, site: Site) -> Object {
        // A site that is walked again while its object lives makes another one.
        let mut id = hash_path(site.0, site.1, 0x0b1e);
        while self.get_slot(HEAP, made_slot(id)).is_some() {
            id = id.wrapping_add(1);
        }
        let base = self.new_base(vec![], BaseKind::Object { id, site });
        self.heaps.retain(|b| *b < base);
        self.heaps.push(base);
        let t = self.boolean(true);
        self.set_slot(HEAP, made_slot(id), t);
        Object { class, at: At::Own(base) }
    }

    /// Is the code that is being walked the library's own?
    pub fn in_library_code(&self) -> bool {
        self.of_library(self.at)
    }

    /// Is a frame one of the library's functions, or one in them?
    pub fn of_library(&self, frame: usize) -> bool {
        let mut at = Some(frame);
        while let Some(f) = at.map(|k| &self.frames[k]) {
            if f.module {
                return crate::STDLIB.iter().any(|(m, ..)| **m == *f.name);
            }
            at = f.parent;
        }
        false
    }

    fn object_id(&self, base: BaseId) -> u64 {
        if let BaseKind::Object { id, .. } = self.base(base).kind { id } else { 0 }
    }

    /// The slots of an own object.
    pub fn object_slots(&self, id: u64) -> Vec<Symbol> {
        let prefix = format!("<{id:x}.");
        self.frames[HEAP].slots.keys().filter(|n| n.as_str().starts_with(&prefix)).copied().collect()
    }

    fn own_fields(&self, base: BaseId) -> Vec<(Symbol, Val<'a>)> {
        let id = self.object_id(base);
        let skip = format!("<{id:x}.").len();
        let mut out = vec![];
        for n in self.object_slots(id).into_iter().filter(|n| *n != made_slot(id)) {
            if let Some(v) = self.get_slot(HEAP, n) {
                let s = n.as_str();
                out.push((Symbol::new(&s[skip..s.len() - 1]), v.clone()));
            }
        }
        out
    }

    fn drop_object(&mut self, base: BaseId) {
        for n in self.object_slots(self.object_id(base)) {
            self.frames[HEAP].slots.remove(&n);
        }
    }

    /// Was the own object whose field this slot is there when `slots` was the heap?
    pub fn field_of_older(&self, name: Symbol, slots: &Slots<'a>) -> bool {
        let s = name.as_str();
        match s.split_once('.') {
            Some((head, _)) if is_field(name) => {
                head.starts_with("<class ") || slots.contains_key(&Symbol::new(&format!("{head}.>")))
            }
            _ => false,
        }
    }

    pub fn object_attribute(&mut self, o: Object, name: Symbol) -> R<Val<'a>> {
        let v = Val::Object(o);
        if let Some(kind) = self.collection(o) {
            if self.in_library_code()
                && let Some(v) = self.collection_part(o, name)?
            {
                return Ok(v);
            }
            return match self.collection_has(kind, name.as_str()) || (is_operator(name) && kind != Collection::Deque) {
                true => Ok(Val::Method(Rc::new((v, name)))),
                false if name.as_str() == "maxlen" && kind == Collection::Deque => self.deque_maxlen(o),
                false => {
                    let class = kind.name();
                    let known: Vec<&str> = names_of(class).into_iter().flatten().collect();
                    if known.contains(&name.as_str()) {
                        let what = format!("the method `{}` of a {class}", name.as_str());
                        return self.unsupported(what, "write a loop over its items");
                    }
                    self.no_such_attribute(kind.type_name(), name, &known)
                }
            };
        }
        if self.is_record(o) {
            return match is_operator(name) || DICT_METHODS.contains(&name.as_str()) {
                true => Ok(Val::Method(Rc::new((v, name)))),
                false => {
                    let known: Vec<&str> = names_of("dict").into_iter().flatten().collect();
                    if known.contains(&name.as_str()) {
                        return self.unsupported(
                            format!("the method `{}` of a dict", name.as_str()),
                            "write a loop over its items",
                        );
                    }
                    self.no_such_attribute("dict", name, &known)
                }
            };
        }
        if let Some(v) = self.field(o, name)? {
            return Ok(v);
        }
        match name.as_str() {
            "__class__" => return Ok(Val::Class(Class::User(o.class))),
            "args" if self.cx.classes.exception(o.class).is_some() => {
                self.plain_arguments()?;
                let text = self.exception_arguments(o)?;
                let text = self.extern1(&ops::EXC_STR, &[text]);
                return Ok(Val::Tuple(vec![self.str_var(text)].into()));
            }
            "__doc__" => return self.class_member(o.class, name),
            _ if let Some(v) = self.named_attribute(&v, o.class, name) => return Ok(v),
            _ => {}
        }
        let mro = self.cx.classes.get(o.class).mro.clone();
        if let Some(v) = self.class_attribute(o.class, &v, name, &mro)? {
            return Ok(v);
        }
        let known = self.object_names(o);
        let mut known: Vec<&str> =
            known.iter().map(|n| n.as_str()).chain(names_of("object").into_iter().flatten()).collect();
        known.sort_unstable();
        known.dedup();
        // What the constructor of a base would have made.
        let init = Symbol::new("__init__");
        let makes = |c: &ClassId| match self.cx.classes.get(*c).methods.get(&init).map(|m| m.1.code) {
            Some(Code::Def(d)) => {
                let mut found = false;
                crate::uses::exprs(&d.body, &mut |e| {
                    found |=
                        matches!(&e.kind, quipu_syntax::ast::ExprKind::Attribute { attr, .. } if attr.name == name);
                });
                found
            }
            _ => false,
        };
        if mro.iter().skip(1).any(makes) {
            let (class, n) = (o.class.name.as_str(), name.as_str());
            let help = format!("call `super().__init__(..)` in `{class}.__init__`: it makes `{n}`");
            let text = format!("'{class}' object has no attribute '{n}'");
            self.hint(&text, crate::suggest::suggest(n, &known), Some(help));
        }
        self.no_such_attribute(o.class.name.as_str(), name, &known)
    }

    /// The names of an object's fields, and of what its classes have.
    pub fn object_names(&self, o: Object) -> Vec<Symbol> {
        let mut names: Vec<Symbol> = match o.at {
            At::Own(base) => self.own_fields(base).into_iter().map(|(n, _)| n).collect(),
            At::Shared(_) => self.cx.facts.fields.get(&o.class.number).cloned().unwrap_or_default(),
        };
        names.extend(self.class_names(o.class));
        names
    }

    /// The names of what a class and its bases have.
    pub fn class_names(&self, c: ClassId) -> Vec<Symbol> {
        let infos = self.cx.classes.get(c).mro.iter().map(|c| self.cx.classes.get(*c));
        infos.flat_map(|info| info.methods.keys().chain(&info.values).copied()).collect()
    }

    /// Is the attribute there? `None`: on some paths.
    pub fn object_has(&self, o: Object, name: Symbol) -> Option<bool> {
        let sure = |v: Option<&Val<'a>>| v.map(|v| !matches!(v, Val::Maybe(_) | Val::Unknown(_)));
        let field = match o.at {
            At::Own(base) => sure(self.get_slot(HEAP, field_slot(self.object_id(base), name))),
            At::Shared(_) => self.column(o.class, name).map(|l| !matches!(&*l.elem, T::Maybe(_))),
        };
        match (field, self.class_has(o.class, name)) {
            (Some(true), _) | (_, true) => Some(true),
            (Some(false), false) => None,
            (None, false) => Some(name.as_str() == "__class__"),
        }
    }

    pub fn class_has(&self, c: ClassId, name: Symbol) -> bool {
        let has = |c: &ClassId| {
            let info = self.cx.classes.get(*c);
            info.methods.contains_key(&name)
                || info.values.contains(&name)
                || self.get_slot(HEAP, class_slot(*c, name)).is_some()
        };
        matches!(name.as_str(), "__name__" | "__doc__") || self.cx.classes.get(c).mro.iter().any(has)
    }

    /// The value of a field that the object has.
    fn field(&mut self, o: Object, name: Symbol) -> R<Option<Val<'a>>> {
        let v = match o.at {
            At::Own(base) => self.get_slot(HEAP, field_slot(self.object_id(base), name)).cloned(),
            At::Shared(k) => match self.column(o.class, name) {
                Some(l) => Some(self.list_item(&l, k)?),
                None => None,
            },
        };
        match v {
            Some(Val::Maybe(m)) => {
                let mro = self.cx.classes.get(o.class).mro.clone();
                let other = self.class_attribute(o.class, &Val::Object(o), name, &mro)?;
                let inner = m.1.clone();
                if let Some(other) = other {
                    let cond = self.py(DType::Bool, m.0);
                    return self.choose(&cond, |_| Ok(inner), |_| Ok(other)).map(Some);
                }
                let missing = self.b.map(&ops::NOT, &[m.0]);
                let text = format!("'{}' object has no attribute '{}'", o.class.name.as_str(), name.as_str());
                self.raise_if(missing, ErrorKind::AttributeError, &text, &[]);
                if let At::Own(base) = o.at {
                    self.set_slot(HEAP, field_slot(self.object_id(base), name), inner.clone());
                }
                Ok(Some(inner))
            }
            Some(Val::Unknown(span)) => {
                let message = format!("what the field `{}` is here depends on the path that led here", name.as_str());
                let d = Diagnostic::error("unknown-value", message, self.span).secondary(span, "in this statement");
                self.fail(d.help("give it one type on all paths"))
            }
            v => Ok(v),
        }
    }

    pub fn store_field(&mut self, o: Object, name: Symbol, v: Val<'a>) -> R<()> {
        self.put_field(o, name, v, false)
    }

    /// `constructing`: by the `__init__` of a dataclass, which may fill what is frozen.
    fn put_field(&mut self, o: Object, name: Symbol, v: Val<'a>, constructing: bool) -> R<()> {
        if let Val::Iter(_) = v {
            return self.unsupported("an iterator kept in an object", "make a list of it: `list(...)`");
        }
        let mro = self.cx.classes.get(o.class).mro.clone();
        if let Some((_, MethodKind::Property, _)) = self.cx.classes.method(&mro, name) {
            let setter = mro.iter().find_map(|c| self.cx.classes.get(*c).setters.get(&name).cloned());
            let Some(f) = setter else {
                let text = format!("property '{}' of '{}' object has no setter", name.as_str(), o.class.name.as_str());
                return self.raise(ErrorKind::AttributeError, &text);
            };
            let f = self.method_here(&f)?;
            self.call_method_of(&f, &Val::Object(o), Args { pos: vec![v], kw: vec![] })?;
            return Ok(());
        }
        if self.is_named_tuple(o.class) && !constructing {
            if self.data_of(o.class).is_some_and(|d| d.fields.iter().any(|f| f.name == name)) {
                return self.raise(ErrorKind::AttributeError, "can't set attribute");
            }
            if self.cx.classes.get(o.class).data.is_some() {
                let text = format!("'{}' object has no attribute '{}'", o.class.name.as_str(), name.as_str());
                return self.raise(ErrorKind::AttributeError, &text);
            }
        }
        if self.cx.classes.get(o.class).data.as_ref().is_some_and(|d| d.frozen) && !constructing {
            return self.raise(ErrorKind::FrozenInstanceError, &format!("cannot assign to field '{}'", name.as_str()));
        }
        match o.at {
            At::Own(base) => {
                let slot = field_slot(self.object_id(base), name);
                let t = self.type_of(&v);
                let key = (self.stmt.file, self.stmt.start, name);
                let joined = self.cx.bindings.get(&key).map_or(Some(t.clone()), |old| old.join(&t));
                self.cx.bindings.insert(key, joined.unwrap_or(t));
                self.set_slot(HEAP, slot, v);
                self.note_bound(HEAP, slot);
                Ok(())
            }
            At::Shared(k) => match self.column(o.class, name) {
                Some(l) => self.list_set(&l, k, &v),
                None => {
                    self.cx.facts.fields.entry(o.class.number).or_default().push(name);
                    Err(self.cx.rise(About::Class(o.class.number)))
                }
            },
        }
    }

    /// The number of an object as data: it must be a shared one.
    pub fn object_number(&mut self, o: Object) -> R<Var> {
        let base = match o.at {
            At::Shared(v) => return Ok(v),
            At::Own(base) => base,
        };
        let BaseKind::Object { site, .. } = self.base(base).kind else {
            return self.error("internal", "an object without a base of its own");
        };
        if self.cx.facts.shared_objects.insert(site.1) {
            return Err(self.cx.rise(About::Object(site.1)));
        }
        if !self.cx.facts.early_objects.insert(o.class.number) {
            return self.unsupported("an object that is in a container before it is made", "put it there afterwards");
        }
        Err(self.cx.rise(About::Class(o.class.number)))
    }
}

/// The slot that says that an own object is there.
fn made_slot(id: u64) -> Symbol {
    Symbol::new(&format!("<{id:x}.>"))
}
