//! Class statements: what a body binds, decorators, dataclasses.
//!
//! A body runs in a frame of its own. What it binds to functions becomes methods (with what their decorators make of
//! them), everything else class attributes. `@dataclass` reads the annotated names off the syntax tree; what
//! `field(..)` gives is a tuple that begins with `field` itself, which only this file looks at.

use super::{ClassInfo, HEAP, MethodKind, class_slot};
use crate::expr::Args;
use crate::spread::Takes;
use crate::state::*;
use crate::value::*;
use quipu_abi::ErrorKind;
use quipu_diagnostics::Span;
use quipu_syntax::Symbol;
use quipu_syntax::ast::{Arg, ClassDef, Expr, ExprKind, Stmt, StmtKind};
use std::collections::BTreeMap;
use std::rc::Rc;

/// What `@dataclass` makes of a class.
#[derive(Clone, Debug, Default)]
pub struct DataClass {
    pub fields: Vec<Field>,
    pub repr: bool,
    pub eq: bool,
    pub order: bool,
    pub frozen: bool,
    pub init: bool,
    keywords_only: bool,
    /// The objects are tuples (see `named`).
    pub tuple: bool,
}

impl DataClass {
    /// That of a class of named tuples.
    pub fn named(fields: Vec<Field>) -> DataClass {
        let all = DataClass { repr: true, eq: true, order: true, frozen: true, init: true, ..DataClass::default() };
        DataClass { fields, tuple: true, ..all }
    }
}

/// A field of a dataclass. Its default is an attribute of the class, what makes its default another one (`factory`).
#[derive(Clone, Copy, Debug)]
pub struct Field {
    pub name: Symbol,
    default: bool,
    factory: bool,
    pub init: bool,
    pub repr: bool,
    pub compare: bool,
    keyword_only: bool,
}

impl Field {
    pub fn plain(name: Symbol, default: bool) -> Field {
        Field { name, default, factory: false, init: true, repr: true, compare: true, keyword_only: false }
    }
}

/// The parameters of `field`, in the order of the tuple that it gives.
const FIELD: [&str; 7] = ["default", "default_factory", "init", "repr", "compare", "kw_only", "hash"];

/// The class attribute that keeps what makes the default of a field.
fn factory_name(field: Symbol) -> Symbol {
    Symbol::new(&format!("<factory {}>", field.as_str()))
}

/// The name under which the body of a class has what `@name.setter` decorates.
pub fn setter_name(name: Symbol) -> Symbol {
    Symbol::new(&format!("<set {}>", name.as_str()))
}

/// The text of a docstring.
pub fn docstring(body: &[Stmt]) -> Option<Rc<str>> {
    match body.first().map(|s| &s.kind) {
        Some(StmtKind::Expr(e)) => match &e.kind {
            ExprKind::Str(s) => Some((**s).into()),
            _ => None,
        },
        _ => None,
    }
}

impl<'a> ClassInfo<'a> {
    pub(super) fn new(id: ClassId, span: Span) -> ClassInfo<'a> {
        ClassInfo {
            id,
            span,
            mro: vec![id],
            methods: BTreeMap::new(),
            setters: BTreeMap::new(),
            abstracts: vec![],
            values: vec![],
            data: None,
            ordered: false,
            doc: None,
            module: None,
            exception: None,
            keys: None,
            made: vec![],
        }
    }
}

impl<'a> Lower<'a, '_> {
    pub fn class_stmt(&mut self, d: &'a ClassDef) -> R<()> {
        self.set_span(d.name.span);
        let (mut parents, mut exception, mut data) = (vec![], None, None);
        for a in &d.args {
            let Arg::Positional(e) = a else {
                if let Arg::Keyword { name, value } = a
                    && name.name.as_str() == "metaclass"
                    && matches!(self.expr(value)?, Val::Builtin(Builtin { name: "ABCMeta", .. }))
                {
                    continue;
                }
                return self.unsupported("keywords of a class", "leave them out");
            };
            match self.expr(e)? {
                Val::Class(Class::User(c)) => parents.push(c),
                Val::Class(Class::Object) => {}
                Val::Builtin(Builtin { module: "typing", name: "Generic" | "Protocol" }) => {}
                Val::Builtin(Builtin { module: "typing", name: "NamedTuple" }) => data = Some(DataClass::named(vec![])),
                Val::Class(Class::Exception(k)) => exception = Some(k),
                _ => return self.unsupported("a class derived from this", "derive from a class of the program"),
            }
        }
        if parents.len() + usize::from(exception.is_some()) > 1 {
            return self.unsupported("a class with several parents", "derive from one class");
        }
        let mut wrappers = vec![];
        for e in &d.decorators {
            let f = if let ExprKind::Call { func, .. } = &e.kind { self.expr(func)? } else { self.expr(e)? };
            match (f, &e.kind) {
                (Val::Builtin(Builtin { module: "dataclasses", name: "dataclass" }), kind) => {
                    let args = if let ExprKind::Call { args, .. } = kind { self.args(args)? } else { Args::default() };
                    data = Some(self.dataclass_arguments(&args)?);
                }
                (_, ExprKind::Call { .. }) => wrappers.push(self.expr(e)?),
                (f, _) => wrappers.push(f),
            }
        }
        self.set_span(d.name.span);
        let site = self.site();
        let classes = &mut self.cx.classes;
        let number = classes.numbers.get(&site).copied().unwrap_or(classes.all.len() as u32);
        // What has the attributes of a function goes for the function.
        let name =
            if d.name.name.as_str().starts_with(crate::funcattrs::CLASS) { "function" } else { d.name.name.as_str() };
        let id = ClassId { number, name: Symbol::new(name), family: Family::Program };
        if classes.numbers.insert(site, number).is_none() {
            // Its body may make classes, too.
            classes.all.push(ClassInfo::new(id, d.name.span));
        }
        let mut info = ClassInfo::new(id, d.name.span);
        info.doc = docstring(&d.body);
        info.module = self.file_module();
        info.exception = exception;
        if let Some(p) = parents.first() {
            info.mro.extend(self.cx.classes.get(*p).mro.clone());
            info.exception = self.cx.classes.get(*p).exception;
        }
        // The body runs in a frame of its own, which functions in it do not see.
        let mut scope = Scope::default();
        bound_names(&d.body, &mut scope);
        let at = self.at;
        let path = hash_path(self.frames[at].path, d.name.span, 0xc1a5);
        let life = Life { id: path, in_loop: self.in_loop, class: Some(id), body: true, ..Life::default() };
        let frame = Frame {
            slots: Slots::default(),
            parent: Some(at),
            scope: Rc::new(scope),
            path,
            module: false,
            life,
            needs: None,
            ..self.frames[at].clone()
        };
        self.frames.push(frame);
        let inner = self.frames.len() - 1;
        self.at = inner;
        let kinds = std::mem::take(&mut self.method_kinds);
        let r = self.block(&d.body);
        let kinds = std::mem::replace(&mut self.method_kinds, kinds);
        self.at = at;
        r?;
        let mut slots = std::mem::take(&mut self.frames[inner].slots);
        if let Some(data) = &mut data {
            self.set_span(d.name.span);
            self.dataclass_fields(&d.body, parents.first().copied(), &mut slots, data)?;
        }
        let abstracts = kinds.iter().filter(|(_, k)| k.is_none()).map(|(n, _)| *n);
        info.abstracts = abstracts.collect();
        for (n, v) in slots.iter().map(|(n, v)| (*n, v.clone())) {
            match v {
                Val::Func(f) if !n.as_str().starts_with("<factory ") => {
                    let kind = kinds.iter().rev().find(|(m, k)| *m == n && k.is_some());
                    let kind = kind.and_then(|(_, k)| *k).unwrap_or(MethodKind::Plain);
                    let f = Rc::new(Closure { owner: Some(id), ..(*f).clone() });
                    match n.as_str().strip_prefix("<set ").and_then(|n| n.strip_suffix('>')) {
                        Some(name) => _ = info.setters.insert(Symbol::new(name), f),
                        None => _ = info.methods.insert(n, (kind, f)),
                    }
                }
                v if !n.as_str().starts_with('<') || n.as_str().starts_with("<factory ") => {
                    let slot = class_slot(id, n);
                    info.values.push(n);
                    self.set_slot(HEAP, slot, v);
                    self.note_bound(HEAP, slot);
                }
                _ => {}
            }
        }
        info.data = data.map(Rc::new);
        let exception = info.exception;
        let classes = &mut self.cx.classes;
        let new = classes.numbers.insert(site, number).is_none();
        match classes.all.get_mut(number as usize) {
            Some(c) => *c = info,
            None => classes.all.push(info),
        }
        if new && exception.is_some() {
            // Handlers that were walked before have not seen the class.
            return Err(self.cx.rise_anyhow());
        }
        let mut v = Val::Class(Class::User(id));
        for w in wrappers.into_iter().rev() {
            v = match w {
                Val::Builtin(Builtin { module: "functools", name: "total_ordering" }) => {
                    self.cx.classes.all[number as usize].ordered = true;
                    v
                }
                w => self.call_values(&w, &[v])?,
            };
        }
        self.bind(d.name.name, v);
        Ok(())
    }

    /// A decorator that makes a function in a class something else than a method of objects: under which name, and
    /// what; nothing for `abstractmethod`, which leaves it what it is.
    pub fn method_kind(&mut self, e: &Expr, name: Symbol) -> Option<(Symbol, Option<MethodKind>)> {
        if !self.frames[self.at].life.body {
            return None;
        }
        match &e.kind {
            ExprKind::Name(n) | ExprKind::Attribute { attr: quipu_syntax::ast::Ident { name: n, .. }, .. }
                if n.as_str() == "abstractmethod" =>
            {
                Some((name, None))
            }
            ExprKind::Attribute { value, attr } if attr.name.as_str() == "setter" => match &value.kind {
                ExprKind::Name(n) if *n == name => Some((setter_name(name), Some(MethodKind::Setter))),
                _ => None,
            },
            ExprKind::Name(n) => match n.as_str() {
                "staticmethod" => Some((name, Some(MethodKind::Static))),
                "classmethod" => Some((name, Some(MethodKind::Class))),
                "property" => Some((name, Some(MethodKind::Property))),
                _ => None,
            },
            _ => None,
        }
    }

    /// Has an exception of this class nothing but its arguments?
    pub fn is_plain_exception(&self, class: ClassId) -> bool {
        self.cx.classes.get(class).mro.iter().all(|c| self.cx.classes.get(*c).methods.is_empty())
    }

    /// What an exception is called where nothing catches it.
    pub fn exception_title(&self, class: ClassId) -> String {
        match self.cx.classes.get(class).module {
            Some(m) => format!("{}.{}", m.as_str(), class.name.as_str()),
            None => class.name.as_str().to_string(),
        }
    }

    /// The arguments of an exception, as its text has them.
    pub fn set_exception_arguments(&mut self, o: Object, args: &[Val<'a>]) -> R<()> {
        let kind = self.cx.classes.exception(o.class).unwrap_or(ErrorKind::Exception);
        let text = self.exc_text(kind, args)?;
        let text = self.str_var(text);
        self.put_field(o, Symbol::new("<text>"), text, true)
    }

    pub fn exception_arguments(&mut self, o: Object) -> R<quipu_ir::Var> {
        match self.field(o, Symbol::new("<text>"))? {
            Some(Val::Str(t)) => Ok(t.var),
            _ => self.error("internal", "an exception without its arguments"),
        }
    }

    /// A class with methods that are still to be defined has no objects.
    pub(super) fn check_abstract(&mut self, class: ClassId) -> R<()> {
        let mro = self.cx.classes.get(class).mro.clone();
        let mut missing: Vec<&'static str> = vec![];
        for c in &mro {
            for n in &self.cx.classes.get(*c).abstracts {
                let first = mro.iter().find(|k| {
                    let info = self.cx.classes.get(**k);
                    info.methods.contains_key(n) || info.values.contains(n)
                });
                if first == Some(c) {
                    missing.push(n.as_str());
                }
            }
        }
        if missing.is_empty() {
            return Ok(());
        }
        missing.sort_unstable();
        let s = if missing.len() > 1 { "s" } else { "" };
        let (name, list) = (class.name.as_str(), missing.join(", "));
        self.raise(
            ErrorKind::TypeError,
            &format!("Can't instantiate abstract class {name} with abstract method{s} {list}"),
        )
    }

    // Dataclasses.

    fn dataclass_arguments(&mut self, args: &Args<'a>) -> R<DataClass> {
        let mut d = DataClass { repr: true, eq: true, init: true, ..DataClass::default() };
        for (k, v) in &args.kw {
            let Some(on) = v.bool_known() else {
                return self.unsupported("an argument of `dataclass` that is computed", "write True or False");
            };
            match k.as_str() {
                "repr" => d.repr = on,
                "eq" => d.eq = on,
                "order" => d.order = on,
                "frozen" => d.frozen = on,
                "init" => d.init = on,
                "kw_only" => d.keywords_only = on,
                "unsafe_hash" | "slots" | "match_args" | "weakref_slot" => {}
                k => {
                    return self
                        .raise(ErrorKind::TypeError, &format!("dataclass() got an unexpected keyword argument '{k}'"));
                }
            }
        }
        if d.order && !d.eq {
            return self.raise(ErrorKind::ValueError, "eq must be true if order is true");
        }
        Ok(d)
    }

    /// `field(..)`
    pub fn dataclass_field(&mut self, args: Args<'a>) -> R<Val<'a>> {
        let mut given: Vec<Val<'a>> = vec![Val::Builtin(Builtin { module: "dataclasses", name: "field" })];
        given.extend(FIELD.iter().map(|_| Val::Ellipsis));
        for (k, v) in args.kw {
            match FIELD.iter().position(|n| *n == k.as_str()) {
                Some(j) => given[j + 1] = v,
                None if k.as_str() == "metadata" => {}
                None => {
                    let text = format!("field() got an unexpected keyword argument '{}'", k.as_str());
                    return self.raise(ErrorKind::TypeError, &text);
                }
            }
        }
        if !matches!(given[1], Val::Ellipsis) && !matches!(given[2], Val::Ellipsis) {
            return self.raise(ErrorKind::ValueError, "cannot specify both default and default_factory");
        }
        Ok(Val::Tuple(given.into()))
    }

    fn dataclass_fields(
        &mut self,
        body: &[Stmt],
        parent: Option<ClassId>,
        slots: &mut BTreeMap<Symbol, Val<'a>>,
        data: &mut DataClass,
    ) -> R<()> {
        if let Some(above) = parent.and_then(|p| self.cx.classes.get(p).data.clone()) {
            if above.frozen != data.frozen {
                let (a, b) = if above.frozen { ("non-frozen", "frozen") } else { ("frozen", "non-frozen") };
                let text = format!("cannot inherit {a} dataclass from a {b} one");
                return self.raise(ErrorKind::TypeError, &text);
            }
            data.fields.extend(above.fields.iter().copied());
        }
        let mut keywords = data.keywords_only;
        for s in body {
            let StmtKind::AnnAssign { target, annotation, value, .. } = &s.kind else { continue };
            let ExprKind::Name(name) = target.kind else { continue };
            match last_name(annotation) {
                Some("ClassVar") => continue,
                Some("KW_ONLY") => {
                    keywords = true;
                    continue;
                }
                Some("InitVar") => return self.unsupported("`InitVar`", "make it a field"),
                _ => {}
            }
            let mut f = Field { keyword_only: keywords, ..Field::plain(name, value.is_some()) };
            if data.tuple {
                data.fields.push(f);
                continue;
            }
            match slots.get(&name).cloned() {
                Some(Val::Tuple(t)) if matches!(t.first(), Some(Val::Builtin(b)) if is_field(*b)) => {
                    f.default = !matches!(t[1], Val::Ellipsis);
                    f.factory = !matches!(t[2], Val::Ellipsis);
                    let flag =
                        |v: &Val<'a>, plain: bool| if let Val::Ellipsis = v { Some(plain) } else { v.bool_known() };
                    let flags = (flag(&t[3], true), flag(&t[4], true), flag(&t[5], true), flag(&t[6], keywords));
                    let (Some(init), Some(repr), Some(compare), Some(keyword_only)) = flags else {
                        return self.unsupported("an argument of `field` that is computed", "write True or False");
                    };
                    (f.init, f.repr, f.compare, f.keyword_only) = (init, repr, compare, keyword_only);
                    slots.remove(&name);
                    if f.default {
                        slots.insert(name, t[1].clone());
                    }
                    if f.factory {
                        slots.insert(factory_name(name), t[2].clone());
                    }
                }
                Some(v @ Val::List(_)) => return self.mutable_default(&v, name),
                Some(Val::Object(o)) if self.is_record(o) => return self.mutable_default(&Val::Object(o), name),
                _ => {}
            }
            match data.fields.iter_mut().find(|g| g.name == name) {
                Some(g) => *g = f,
                None => data.fields.push(f),
            }
        }
        let mut seen = false;
        for f in data.fields.iter().filter(|f| f.init && !f.keyword_only) {
            let has = f.default || f.factory;
            if seen && !has {
                let text = match data.tuple {
                    true => {
                        let before = data.fields.iter().filter(|f| f.default).map(|f| f.name.as_str());
                        let before: Vec<&str> = before.collect();
                        let s = if before.len() > 1 { "s" } else { "" };
                        let (name, before) = (f.name.as_str(), before.join(", "));
                        format!("Non-default namedtuple field {name} cannot follow default field{s} {before}")
                    }
                    false => format!("non-default argument '{}' follows default argument", f.name.as_str()),
                };
                return self.raise(ErrorKind::TypeError, &text);
            }
            seen |= has;
        }
        Ok(())
    }

    fn mutable_default<X>(&mut self, v: &Val<'a>, field: Symbol) -> R<X> {
        let class = self.python_class_name(v);
        let name = field.as_str();
        let text = format!("mutable default <class '{class}'> for field {name} is not allowed: use default_factory");
        self.raise(ErrorKind::ValueError, &text)
    }

    /// The `__init__` that a class has.
    pub(super) fn construct(&mut self, o: Object, args: Args<'a>) -> R<()> {
        let mro = self.cx.classes.get(o.class).mro.clone();
        self.construct_by(o, &mro, args)
    }

    /// The first `__init__` of these classes, written or that of a dataclass.
    pub(super) fn construct_by(&mut self, o: Object, mro: &[ClassId], args: Args<'a>) -> R<()> {
        let v = Val::Object(o);
        if self.cx.classes.exception(o.class).is_some() {
            self.set_exception_arguments(o, &args.pos)?;
        }
        // The nearest class that has one, written or made.
        let made = mro.iter().position(|c| self.cx.classes.get(*c).data.as_ref().is_some_and(|d| d.init));
        let written = mro.iter().position(|c| self.cx.classes.get(*c).methods.contains_key(&Symbol::new("__init__")));
        if let (Some(w), true) = (written, made.is_none_or(|m| written.is_some_and(|w| w <= m))) {
            let Some((_, _, f)) = self.cx.classes.method(&mro[w..], Symbol::new("__init__")) else { return Ok(()) };
            let f = self.method_here(&f)?;
            return match self.call_method_of(&f, &v, args)? {
                Val::None => Ok(()),
                _ => self.raise(ErrorKind::TypeError, "__init__() should return None"),
            };
        }
        let name = o.class.name.as_str();
        if self.cx.classes.exception(o.class).is_some() {
            return Ok(());
        }
        let Some(data) = made.and_then(|k| self.cx.classes.get(mro[k]).data.clone()) else {
            self.without_spread(&args.pos)?;
            if !args.pos.is_empty() || !args.kw.is_empty() {
                return self.raise(ErrorKind::TypeError, &format!("{name}() takes no arguments"));
            }
            return Ok(());
        };
        let maker = made.filter(|_| data.tuple).map(|k| mro[k].name.as_str());
        let what = maker.map_or_else(|| format!("{name}.__init__"), |name| format!("{name}.__new__"));
        let given = self.dataclass_values(&what, &data, args)?;
        for (f, value) in data.fields.iter().zip(given) {
            let value = match value {
                Some(v) => Some(v),
                None if f.factory => match self.class_attribute(o.class, &v, factory_name(f.name), mro)? {
                    Some(make) => Some(self.call_values(&make, &[])?),
                    None => None,
                },
                None if f.default && f.init => self.class_attribute(o.class, &v, f.name, mro)?,
                None => None,
            };
            if let Some(value) = value {
                self.put_field(o, f.name, value, true)?;
            }
        }
        if data.tuple {
            return Ok(());
        }
        self.special(&v, "__post_init__", &[]).map(|_| ())
    }

    /// The values of the fields that a call gives.
    fn dataclass_values(&mut self, what: &str, data: &DataClass, mut args: Args<'a>) -> R<Vec<Option<Val<'a>>>> {
        let mut out: Vec<Option<Val<'a>>> = vec![None; data.fields.len()];
        let position: Vec<usize> =
            (0..data.fields.len()).filter(|k| data.fields[*k].init && !data.fields[*k].keyword_only).collect();
        let required = position.iter().filter(|k| !data.fields[**k].default && !data.fields[**k].factory).count();
        let optional = |f: &Field| f.default || f.factory;
        let takes = |f: &Field| if optional(f) { Takes::Otherwise } else { Takes::Needed };
        let takes: Vec<(Symbol, Takes<'a>)> =
            position.iter().map(|k| (data.fields[*k].name, takes(&data.fields[*k]))).collect();
        self.spread_over(what, &takes, false, 1, &mut args)?;
        if args.pos.len() > position.len() {
            let (n, most) = (args.pos.len() + 1, position.len() + 1);
            let takes =
                if required < position.len() { format!("from {} to {most}", required + 1) } else { most.to_string() };
            let s = if most == 1 { "" } else { "s" };
            let text = format!("{what}() takes {takes} positional argument{s} but {n} were given");
            return self.raise(ErrorKind::TypeError, &text);
        }
        for (k, v) in position.iter().zip(args.pos) {
            out[*k] = Some(v);
        }
        for (n, v) in args.kw {
            match data.fields.iter().position(|f| f.init && f.name == n) {
                None => {
                    let text = format!("{what}() got an unexpected keyword argument '{}'", n.as_str());
                    return self.raise(ErrorKind::TypeError, &text);
                }
                Some(k) if out[k].is_some() => {
                    let text = format!("{what}() got multiple values for argument '{}'", n.as_str());
                    return self.raise(ErrorKind::TypeError, &text);
                }
                Some(k) => out[k] = Some(v),
            }
        }
        for keyword in [false, true] {
            let missing = data
                .fields
                .iter()
                .zip(&out)
                .filter(|(f, v)| v.is_none() && f.init && !f.default && !f.factory && f.keyword_only == keyword);
            let missing: Vec<String> = missing.map(|(f, _)| format!("'{}'", f.name.as_str())).collect();
            if !missing.is_empty() {
                return self.missing_arguments(what, &missing, keyword, None);
            }
        }
        Ok(out)
    }

    /// The error of a call that leaves parameters without a value.
    pub fn missing_arguments<X>(
        &mut self,
        what: &str,
        missing: &[String],
        keyword: bool,
        help: Option<String>,
    ) -> R<X> {
        let text = missing_text(what, missing, keyword);
        self.hint(&text, None, help);
        self.raise(ErrorKind::TypeError, &text)
    }

    /// The fields of a dataclass object as `repr` and comparisons take them.
    pub(super) fn dataclass_parts(&mut self, o: Object, wanted: fn(&Field) -> bool) -> R<Vec<(Symbol, Val<'a>)>> {
        let Some(data) = self.data_of(o.class) else { return Ok(vec![]) };
        let mut out = vec![];
        for f in data.fields.iter().filter(|f| wanted(f)) {
            out.push((f.name, self.object_attribute(o, f.name)?));
        }
        Ok(out)
    }

    /// The nearest dataclass that a class is or derives from.
    pub(super) fn data_of(&self, class: ClassId) -> Option<Rc<DataClass>> {
        let mro = &self.cx.classes.get(class).mro;
        mro.iter().find_map(|c| self.cx.classes.get(*c).data.clone())
    }

    /// `replace(o, x=1)`, `astuple(o)`, and their like.
    pub fn call_dataclasses(&mut self, name: &'static str, args: Args<'a>) -> R<Val<'a>> {
        match (name, &args.pos[..]) {
            ("field", []) => self.dataclass_field(args),
            ("replace", [Val::Object(o)]) if let Some(data) = self.data_of(o.class) => {
                let o = *o;
                let mut kw = args.kw;
                for f in
                    data.fields.iter().filter(|f| f.init && !kw.iter().any(|(n, _)| *n == f.name)).collect::<Vec<_>>()
                {
                    kw.push((f.name, self.object_attribute(o, f.name)?));
                }
                self.instantiate(o.class, Args { pos: vec![], kw })
            }
            ("astuple", [v]) => self.plain_data(v, true),
            ("asdict", [v]) => self.plain_data(v, false),
            ("is_dataclass", [v]) => {
                let class = match v {
                    Val::Object(o) => Some(o.class),
                    Val::Class(Class::User(c)) => Some(*c),
                    _ => None,
                };
                let yes = class.is_some_and(|c| self.data_of(c).is_some());
                Ok(self.boolean(yes))
            }
            ("dataclass", _) => self.unsupported("`dataclass` here", "write `@dataclass` in front of the class"),
            _ => self.unsupported(format!("`dataclasses.{name}` of this"), "write out the fields"),
        }
    }

    /// The fields of a dataclass object, those of the objects in it included, as a tuple or a dict.
    fn plain_data(&mut self, v: &Val<'a>, tuple: bool) -> R<Val<'a>> {
        match v {
            Val::Object(o) if self.data_of(o.class).is_some() => {
                let mut parts = self.dataclass_parts(*o, |_| true)?;
                for (_, v) in &mut parts {
                    *v = self.plain_data(&v.clone(), tuple)?;
                }
                match tuple {
                    true => Ok(Val::Tuple(parts.into_iter().map(|(_, v)| v).collect())),
                    false => self.dict_call(Args { pos: vec![], kw: parts }),
                }
            }
            Val::Tuple(vs) => {
                let mut out = vec![];
                for v in vs.clone().iter() {
                    out.push(self.plain_data(v, tuple)?);
                }
                Ok(Val::Tuple(out.into()))
            }
            Val::List(l) if !holds_objects(&l.elem) => {
                let copy = Symbol::new("copy");
                self.call_method(v, copy, Args::default())
            }
            Val::Row(r) if !holds_objects(&r.elem) => Ok(v.clone()),
            Val::List(_) | Val::Row(_) | Val::Object(_) | Val::Array(_) | Val::Union(_) => {
                self.unsupported("copying this field", "write out the fields")
            }
            v => Ok(v.clone()),
        }
    }
}

/// What CPython says of arguments that are not given.
pub fn missing_text(what: &str, missing: &[String], keyword: bool) -> String {
    let list = match missing {
        [one] => one.clone(),
        [a, b] => format!("{a} and {b}"),
        [init @ .., last] => format!("{}, and {last}", init.join(", ")),
        [] => String::new(),
    };
    let kind = if keyword { "keyword-only" } else { "positional" };
    let s = if missing.len() == 1 { "" } else { "s" };
    format!("{what}() missing {} required {kind} argument{s}: {list}", missing.len())
}

fn is_field(b: Builtin) -> bool {
    b.module == "dataclasses" && b.name == "field"
}

fn holds_objects(t: &T) -> bool {
    match t {
        T::Object(_) | T::Ref(_) | T::List(_) => true,
        T::Tuple(ts) | T::Union(ts) => ts.iter().any(holds_objects),
        T::Maybe(t) | T::Row(t) => holds_objects(t),
        _ => false,
    }
}

/// The name that an annotation begins with: `ClassVar` of `typing.ClassVar[int]`.
fn last_name(e: &Expr) -> Option<&'static str> {
    match &e.kind {
        ExprKind::Name(n) => Some(n.as_str()),
        ExprKind::Attribute { attr, .. } => Some(attr.name.as_str()),
        ExprKind::Subscript { value, .. } => last_name(value),
        _ => None,
    }
}
