//! Dicts, sets and their kin whose keys only run time knows.
//!
//! Such a collection is an object like those of the program's classes, with lists as its fields: the keys and the
//! values in order, and a hash table that leads to them (`tables`). What it does is written in the language, in
//! stdlib/collections.py; this file says which function does what, and how collections are looped over, compared and shown.
//! So everything that holds for objects holds here: fields are carried by loops, an object that several names or
//! containers may denote is a number of a shared one, and functions that call themselves are handed the lists.
//!
//! **Records first.** A dict display is a record (see `records`), until a walk sees it do what a record cannot: store
//! under a computed key, have different keys on different paths, change its keys while it is in a list. That is a fact
//! of the display (`general`), and the next walk makes a collection there.
//!
//! **Types.** Every place that makes a collection has a class of its own, so that the lists of shared ones have
//! elements of one type where the program means one type. Where two of them meet (in a list, at the end of two
//! paths), the classes are one class from then on (`same_class`): a fact again. The types of keys and values rise as
//! those of lists do.

use super::columns::count_field;
use super::*;
use crate::loops::Source;
use crate::value::{Collection, Family};
use quipu_syntax::ast::{CmpOp, DictItem};

/// The methods of sets, those of frozensets first.
pub const SET_METHODS: &[&str] = &[
    "copy",
    "union",
    "intersection",
    "difference",
    "symmetric_difference",
    "issubset",
    "issuperset",
    "isdisjoint",
    "add",
    "remove",
    "discard",
    "pop",
    "clear",
    "update",
    "intersection_update",
    "difference_update",
    "symmetric_difference_update",
];

/// A loop over a collection and what it found there: its length, and how often keys were taken out of it.
pub type Watched = (Object, Var, Option<Var>);

/// The fields that the library's code of such a collection reads, with what is known of their types.
fn parts_of(c: ClassId) -> Vec<(&'static str, T)> {
    let int = T::Scalar(DType::I64, false);
    let list = |t: &T| T::List(Box::new(t.clone()));
    let mut fields = vec![("_removed", int.clone())];
    if c.family == Family::Collection(Collection::Deque) {
        fields.extend([("_items", list(&T::Never)), ("_head", int.clone()), ("_maxlen", int.clone())]);
    } else {
        fields.extend([("_keys", list(&T::Never)), ("_table", list(&int))]);
    }
    if matches!(c.family, Family::Collection(k) if k.is_dict()) {
        let live = list(&T::Scalar(DType::Bool, false));
        fields.extend([("_values", list(&T::Never)), ("_live", live), ("_holes", int)]);
    }
    fields
}

impl<'a> Lower<'a, '_> {
    pub fn collection(&self, o: Object) -> Option<Collection> {
        match o.class.family {
            Family::Collection(c) => Some(c),
            _ => None,
        }
    }

    /// A function of stdlib/collections.py.
    pub fn by_collections(&mut self, name: &str, args: &[Val<'a>]) -> R<Val<'a>> {
        match self.stdlib_function("collections", Symbol::new(name)) {
            Some(f) => self.call_values(&f, args),
            None => self.error("internal", format!("the library has no {name}")),
        }
    }

    // Making.

    /// The class of the collections that are made here.
    pub fn collection_class(&mut self, kind: Collection) -> ClassId {
        let (path, span) = self.site();
        let site = (hash_path(path, span, 0xd1c7 + kind as u64), span);
        let classes = &mut self.cx.classes;
        let number = match classes.numbers.get(&site) {
            Some(n) => *n,
            None => {
                let number = classes.all.len() as u32;
                let id = ClassId { number, name: Symbol::new(kind.name()), family: Family::Collection(kind) };
                classes.all.push(ClassInfo::new(id, span));
                classes.numbers.insert(site, number);
                number
            }
        };
        let number = self.root_class(number);
        self.cx.classes.all[number as usize].id
    }

    /// The class that stands for this one, which a type from an earlier walk may still name.
    pub fn class_now(&self, c: ClassId) -> ClassId {
        match c.family {
            Family::Collection(_) => self.cx.classes.all[self.root_class(c.number) as usize].id,
            _ => c,
        }
    }

    /// Its number.
    fn root_class(&self, mut number: u32) -> u32 {
        self.cx.ask(About::Class(number));
        while let Some(n) = self.cx.facts.same_class.get(&number) {
            self.cx.ask(About::Class(*n));
            number = *n;
        }
        number
    }

    /// An object of the first class is wanted as one of the second, with which it meets: the classes become one, or
    /// a record a dict.
    pub fn unite(&mut self, o: Object, with: ClassId) -> Stop {
        for c in [o.class, with] {
            if c.family == Family::Record {
                return self.generalize(Object { class: c, at: o.at });
            }
        }
        let (a, b) = (self.root_class(o.class.number), self.root_class(with.number));
        if a != b {
            self.cx.facts.same_class.insert(a.max(b), a.min(b));
            let fields = self.cx.facts.fields.remove(&a.max(b));
            // A list that comes out of a container is looked up among those of its class at once.
            if with.is_list() {
                self.cx.facts.fields.entry(a.min(b)).or_insert(fields.unwrap_or_default());
            }
            if self.cx.facts.shrinking.contains(&Some(a.max(b))) {
                self.cx.facts.shrinking.insert(Some(a.min(b)));
            }
        }
        self.cx.rise(About::Class(a));
        self.cx.rise(About::Class(b))
    }

    /// A record whose keys change at run time is a dict from where it is made.
    pub fn generalize(&mut self, o: Object) -> Stop {
        let mut sites = self.cx.classes.get(o.class).made.clone();
        if let At::Own(base) = o.at
            && let BaseKind::Object { site, .. } = self.base(base).kind
        {
            sites.push(site.1);
        }
        let mut stop = None;
        for s in sites {
            self.cx.facts.general.insert(s);
            stop = Some(self.cx.rise(About::Dict(s)));
        }
        stop.unwrap_or_else(|| self.cx.rise_anyhow())
    }

    /// Which of several dicts a value is, only run time knows, and their items are looked at in turn: the records among
    /// them become dicts.
    pub fn generalize_members(&mut self, v: &Val<'a>) -> Option<Stop> {
        let Val::Union(u) = v else { return None };
        let mut records = vec![];
        for m in &u.members {
            match m {
                Val::Object(o) if self.is_record(*o) => records.push(*o),
                Val::Object(o) if self.collection(*o) == Some(Collection::Dict) => {}
                _ => return None,
            }
        }
        records.into_iter().map(|o| self.generalize(o)).last()
    }

    /// Values of two types meet that have no common one: an error, unless dicts among them were taken for records.
    pub fn mismatch<X>(&mut self, types: &[T], message: String) -> R<X> {
        match self.generalize_types(types) {
            Some(stop) => Err(stop),
            None => self.error("type-mismatch", message),
        }
    }

    /// The records in these types become dicts, if there are any that are not known to be.
    pub fn generalize_types(&mut self, types: &[T]) -> Option<Stop> {
        let mut classes = vec![];
        types.iter().for_each(|t| records_in(t, &mut classes));
        let mut risen = None;
        for c in classes {
            for s in self.cx.classes.get(c).made.clone() {
                if self.cx.facts.general.insert(s) {
                    risen = Some(self.cx.rise(About::Dict(s)));
                }
            }
        }
        risen
    }

    /// An empty list for a field, which will hold elements of this type.
    fn field_list(&mut self, salt: u64, elem: T) -> R<Val<'a>> {
        let (at, path) = (self.at, self.frames[self.at].path);
        self.frames[at].path = hash_path(path, self.span, 0xf1e1d + salt);
        let site = self.site();
        self.cx.facts.dynamic.insert(site);
        let have = self.elements_at(site);
        if let Some(t) = have.join(&elem) {
            self.cx.facts.cells.insert(site, t);
        }
        let r = self.list_display(&[]);
        self.frames[at].path = path;
        r
    }

    /// What the keys and values of a collection are, for others that get them.
    fn items_of(&mut self, o: Object) -> (T, T) {
        let mut elem = |k: usize| match self.item_fields(o).get(k) {
            Some(field) => self.collection_list(o, field).map_or(T::Never, |l| (*l.elem).clone()),
            None => T::Never,
        };
        (elem(0), elem(1))
    }

    /// The fields that are lists of what the program puts in.
    pub fn item_fields(&self, o: Object) -> &'static [&'static str] {
        match self.collection(o) {
            Some(Collection::Deque) => &["_items"],
            Some(c) if c.is_dict() => &["_keys", "_values"],
            _ => &["_keys"],
        }
    }

    /// A new collection without items.
    pub fn new_collection(&mut self, kind: Collection, factory: Option<Val<'a>>) -> R<Object> {
        self.collection_for(kind, factory, (T::Never, T::Never))
    }

    /// The same for keys and values of these types.
    pub fn collection_for(&mut self, kind: Collection, factory: Option<Val<'a>>, (k, v): (T, T)) -> R<Object> {
        let class = self.collection_class(kind);
        let (int, boolean) = (T::Scalar(DType::I64, false), T::Scalar(DType::Bool, false));
        let zero = self.int(0);
        let mut fields = vec![("_removed", zero.clone())];
        if kind == Collection::Deque {
            fields.push(("_items", self.field_list(5, k)?));
            fields.push(("_head", zero));
        } else {
            fields.push(("_keys", self.field_list(1, k)?));
            fields.push(("_table", self.field_list(2, int)?));
            if !kind.is_dict() {
                return self.collection_with(class, fields);
            }
            fields.push(("_values", self.field_list(3, v)?));
            fields.push(("_live", self.field_list(4, boolean)?));
            fields.push(("_holes", zero));
        }
        if let Some(f) = factory {
            fields.push((if kind == Collection::Deque { "_maxlen" } else { "_factory" }, f));
        }
        self.collection_with(class, fields)
    }

    /// A new collection with these fields.
    fn collection_with(&mut self, class: ClassId, fields: Vec<(&'static str, Val<'a>)>) -> R<Object> {
        let site = self.site();
        let fields: Vec<(Symbol, Val<'a>)> = fields.into_iter().map(|(n, v)| (Symbol::new(n), v)).collect();
        if self.cx.shared_object(site) {
            let at = At::Shared(self.put_into_columns(class, &fields)?);
            return Ok(Object { class, at });
        }
        let o = self.own_object(class, site);
        for (n, v) in fields {
            self.store_field(o, n, v)?;
        }
        Ok(o)
    }

    /// A field that is a list.
    pub fn collection_list(&mut self, o: Object, name: &str) -> R<ListRef> {
        match self.field(o, Symbol::new(name))? {
            Some(Val::List(l)) => Ok(l),
            _ => Err(self.expect_shared(o.class)),
        }
    }

    /// A collection of this class came out of a container before one was seen to go in: there will be shared ones.
    fn expect_shared(&mut self, c: ClassId) -> Stop {
        let fields = parts_of(c);
        for (n, t) in fields {
            let name = Symbol::new(n);
            let site = self.column_site(c, name);
            let have = self.cx.facts.cells.get(&site).cloned().unwrap_or(T::Never);
            self.cx.facts.cells.insert(site, have.join(&t).unwrap_or(t));
            self.rise_column(c, name);
            let fields = self.cx.facts.fields.entry(c.number).or_default();
            if !fields.contains(&name) {
                fields.push(name);
            }
        }
        let fields = self.cx.facts.fields.entry(c.number).or_default();
        if !fields.contains(&count_field()) {
            fields.push(count_field());
        }
        self.cx.rise(About::Class(c.number))
    }

    /// A field that the library's code asks for; `None`: no such field, or none that all have.
    pub fn collection_part(&mut self, o: Object, name: Symbol) -> R<Option<Val<'a>>> {
        match self.field(o, name)? {
            None if parts_of(o.class).iter().any(|(n, _)| *n == name.as_str()) => Err(self.expect_shared(o.class)),
            v => Ok(v),
        }
    }

    pub fn collection_int(&mut self, o: Object, name: &str) -> R<Var> {
        match self.field(o, Symbol::new(name))? {
            Some(v) => self.operand(&v),
            None => Err(self.expect_shared(o.class)),
        }
    }

    /// `{k: v, **d}` of a dict that is no record.
    pub fn collection_display(&mut self, items: &'a [DictItem]) -> R<Val<'a>> {
        let span = self.span;
        let o = self.new_collection(Collection::Dict, None)?;
        let held = self.hold(Val::Object(o));
        for item in items {
            match item {
                DictItem::Pair { key, value } => {
                    let (k, v) = (self.expr(key)?, self.expr(value)?);
                    self.set_span(span);
                    self.collection_store(o, &k, &v)?;
                }
                DictItem::Unpack(e) => {
                    let v = self.expr(e)?;
                    self.set_span(span);
                    self.unpack_into(o, &v)?;
                }
            }
        }
        self.release(held);
        Ok(Val::Object(o))
    }

    /// `**v` in a dict display.
    fn unpack_into(&mut self, o: Object, v: &Val<'a>) -> R<()> {
        if let Some(stop) = self.generalize_members(v) {
            return Err(stop);
        }
        if self.split_union(v, |lw, m| lw.unpack_into(o, m).map(|()| Val::None))?.is_some() {
            return Ok(());
        }
        if !matches!(v, Val::Object(x) if self.is_record(*x) || self.collection(*x).is_some_and(Collection::is_dict)) {
            let name = self.python_class_name(v);
            return self.raise(ErrorKind::TypeError, &format!("'{name}' object is not a mapping"));
        }
        self.dict_fill(o, v)
    }

    /// `{x, y}`, where `constant` says that CPython's compiler knows all of the items.
    pub fn set_display(&mut self, vs: &[Val<'a>], constant: bool) -> R<Val<'a>> {
        let mut keys = T::Never;
        for v in vs {
            keys = keys.join(&self.type_of(v)).filter(T::is_data).unwrap_or(T::Never);
        }
        let o = self.collection_for(Collection::Set, None, (keys, T::Never))?;
        // CPython makes a frozenset of three constants or more while compiling, one of its items in their order where it
        // merges equal constants, and a set of that.
        if vs.len() > 2 && constant {
            let first = self.new_collection(Collection::FrozenSet, None)?;
            for v in vs {
                self.by_collections("set_add", &[Val::Object(first), v.clone()])?;
            }
            let again = self.new_collection(Collection::FrozenSet, None)?;
            self.by_collections("set_add_all", &[Val::Object(again), Val::Object(first)])?;
            self.by_collections("set_merge", &[Val::Object(o), Val::Object(again)])?;
            return Ok(Val::Object(o));
        }
        for v in vs {
            self.by_collections("set_add", &[Val::Object(o), v.clone()])?;
        }
        Ok(Val::Object(o))
    }

    /// `set(x)`, `frozenset(x)`
    pub fn set_call(&mut self, kind: Collection, args: Args<'a>) -> R<Val<'a>> {
        let name = kind.name();
        if !args.kw.is_empty() {
            return self.raise(ErrorKind::TypeError, &format!("{name}() takes no keyword arguments"));
        }
        let o = match &args.pos[..] {
            [] => self.new_collection(kind, None)?,
            [v] => self.set_from(kind, v)?,
            all => {
                let text = format!("{name} expected at most 1 argument, got {}", all.len());
                return self.raise(ErrorKind::TypeError, &text);
            }
        };
        Ok(Val::Object(o))
    }

    pub fn set_from(&mut self, kind: Collection, v: &Val<'a>) -> R<Object> {
        let keys = match v {
            Val::Object(x) if self.collection(*x).is_some() => self.items_of(*x).0,
            Val::List(l) => (*l.elem).clone(),
            Val::Range(_) => T::Scalar(DType::I64, false),
            Val::Str(_) => T::Str,
            _ => T::Never,
        };
        let o = self.collection_for(kind, None, (keys, T::Never))?;
        self.set_fill(o, v)?;
        Ok(o)
    }

    /// A name for a value while others are worked out.
    pub fn hold(&mut self, v: Val<'a>) -> (usize, Symbol, Option<Val<'a>>) {
        let name = Symbol::new(&format!("<made {} {}>", self.span.start, self.bases.len()));
        let at = self.at;
        let outer = self.frames[at].slots.insert(name, v);
        (at, name, outer)
    }

    /// Takes the name away again; gives what it denotes now.
    pub fn release(&mut self, (at, name, outer): (usize, Symbol, Option<Val<'a>>)) -> Option<Val<'a>> {
        let v = self.frames[at].slots.remove(&name);
        if let Some(v) = outer {
            self.set_slot(at, name, v);
        }
        v
    }

    /// Adds the items of an iterable to a set.
    pub fn set_fill(&mut self, o: Object, v: &Val<'a>) -> R<()> {
        let s = Val::Object(o);
        match v {
            Val::Object(x) if self.collection(*x).is_some_and(Collection::is_set) => {
                self.by_collections("set_merge", &[s, v.clone()])?;
            }
            Val::Object(x) if self.collection(*x).is_some() => {
                self.by_collections("set_merge_dict", &[s, v.clone()])?;
            }
            v => {
                self.each_item(v, Rc::new(move |lw, item| lw.by_collections("set_add", &[s.clone(), item]).map(drop)))?
            }
        }
        Ok(())
    }

    /// Hands the items of an iterable to `body`.
    pub fn each_item(&mut self, v: &Val<'a>, body: crate::generators::Consumer<'a>) -> R<()> {
        self.check_iterable(v)?;
        let site = (self.site().0 ^ 0xeac4, self.span);
        self.each(v, site, vec![], false, body)?;
        self.set_exit(exit::NEXT);
        Ok(())
    }

    /// Stores the entries of a dict, or pairs, in a dict.
    pub fn dict_fill(&mut self, o: Object, v: &Val<'a>) -> R<()> {
        if let Some(stop) = self.generalize_members(v) {
            return Err(stop);
        }
        match v {
            Val::Union(_) => self.split_union(v, |lw, m| lw.dict_fill(o, m).map(|()| Val::None)).map(drop),
            Val::Object(x) if self.is_record(*x) => {
                for (k, v) in self.entries_of(v)? {
                    let k = self.key_val(&k);
                    self.collection_store(o, &k, &v)?;
                }
                Ok(())
            }
            Val::Object(x) if self.collection(*x).is_some_and(Collection::is_dict) => {
                self.by_collections("dict_update", &[Val::Object(o), v.clone()]).map(drop)
            }
            v => self.each_item(
                v,
                Rc::new(move |lw, item| {
                    let pair = match &item {
                        Val::Tuple(t) => t.to_vec(),
                        item => lw.known_items(item)?.unwrap_or_default(),
                    };
                    match &pair[..] {
                        [k, v] => lw.collection_store(o, k, v),
                        _ => lw.unsupported("a dict made of this", "give it pairs: `(key, value)`"),
                    }
                }),
            ),
        }
    }

    /// `dict(x, a=1)` of what is no record.
    pub fn dict_of(&mut self, kind: Collection, args: Args<'a>) -> R<Val<'a>> {
        let o = self.new_collection(kind, None)?;
        self.dict_fill_args(o, args)?;
        Ok(Val::Object(o))
    }

    pub fn dict_fill_args(&mut self, o: Object, args: Args<'a>) -> R<()> {
        if args.pos.len() > 1 {
            let n = args.pos.len();
            return self.raise(ErrorKind::TypeError, &format!("dict expected at most 1 argument, got {n}"));
        }
        for v in &args.pos {
            self.dict_fill(o, v)?;
        }
        for (n, v) in args.kw {
            let k = self.text(n.as_str());
            self.collection_store(o, &k, &v)?;
        }
        Ok(())
    }

    /// A dict with the entries of a record, for operations with other dicts.
    pub fn as_collection(&mut self, o: Object) -> R<Object> {
        if !self.is_record(o) {
            return Ok(o);
        }
        let mut items = (T::Never, T::Never);
        for (k, v) in self.entries_of(&Val::Object(o))? {
            let k = self.key_val(&k);
            items.0 = items.0.join(&self.type_of(&k)).unwrap_or(T::Never);
            items.1 = items.1.join(&self.type_of(&v)).filter(T::is_data).unwrap_or(T::Never);
        }
        let new = self.collection_for(Collection::Dict, None, items)?;
        self.dict_fill(new, &Val::Object(o))?;
        Ok(new)
    }

    /// An empty collection for items of another one.
    pub fn empty_like(&mut self, kind: Collection, o: Object) -> R<Object> {
        let items = self.items_of(o);
        self.collection_for(kind, None, items)
    }

    /// `d.copy()` of a dict or a set.
    pub fn copied(&mut self, o: Object, kind: Collection) -> R<Object> {
        let (factory, items) = (self.field(o, Symbol::new("_factory"))?, self.items_of(o));
        let new = self.collection_for(kind, factory, items)?;
        if kind.is_set() {
            self.by_collections("set_merge", &[Val::Object(new), Val::Object(o)])?;
        } else {
            self.by_collections("dict_update", &[Val::Object(new), Val::Object(o)])?;
        }
        Ok(new)
    }

    // Items.

    pub fn collection_load(&mut self, o: Object, i: &Val<'a>) -> R<Option<Val<'a>>> {
        let name = match self.collection(o) {
            Some(Collection::DefaultDict) => "defaultdict_load",
            Some(Collection::Counter) => "counter_load",
            Some(c) if c.is_dict() => {
                let h = self.hash_of(i)?;
                let e = self.entry(o, i, &h)?;
                if e.int_known().is_some() {
                    return self.key_error(i);
                }
                let e = self.operand(&e)?;
                self.require(e, i)?;
                let values = self.collection_list(o, "_values")?;
                return self.list_item(&values, e).map(Some);
            }
            Some(Collection::Deque) => return self.deque_load(o, i).map(Some),
            _ => return Ok(None),
        };
        self.by_collections(name, &[Val::Object(o), i.clone()]).map(Some)
    }

    pub fn collection_store(&mut self, o: Object, i: &Val<'a>, v: &Val<'a>) -> R<()> {
        if self.is_deque(o) {
            return self.deque_store(o, i, v);
        }
        self.by_collections("dict_store", &[Val::Object(o), i.clone(), v.clone()]).map(drop)
    }

    pub fn collection_delete(&mut self, o: Object, i: &Val<'a>) -> R<()> {
        if self.is_deque(o) {
            return self.deque_delete(o, i);
        }
        self.by_collections("dict_delete", &[Val::Object(o), i.clone()]).map(drop)
    }

    pub fn collection_contains(&mut self, o: Object, i: &Val<'a>) -> R<Val<'a>> {
        if self.is_deque(o) {
            return self.by_collections("deque_has", &[Val::Object(o), i.clone()]);
        }
        let h = self.hash_of(i)?;
        let e = self.entry(o, i, &h)?;
        let zero = self.int(0);
        self.compare(CmpOp::GtE, &e, &zero)
    }

    pub fn collection_len(&mut self, o: Object) -> R<Var> {
        if self.is_deque(o) {
            return self.deque_len(o);
        }
        let keys = self.collection_list(o, "_keys")?;
        let n = self.list_len(&keys)?;
        if !self.has_holes(o) {
            return Ok(n);
        }
        let holes = self.collection_int(o, "_holes")?;
        Ok(self.b.sub(n, holes))
    }

    pub fn has_holes(&self, o: Object) -> bool {
        self.collection(o).is_some_and(Collection::is_dict) && self.shrinks(o)
    }

    // Loops.

    /// The items of a view, or of the collection itself.
    pub fn collection_source(&mut self, o: Object, part: Part) -> R<(Var, Source<'a>)> {
        if self.is_deque(o) {
            return Ok((self.deque_len(o)?, Source::Collection(o, part, None)));
        }
        let set = self.collection(o).is_some_and(Collection::is_set);
        if self.has_holes(o) {
            self.by_collections("dict_compact", &[Val::Object(o)])?;
        }
        let keys = self.collection_list(o, "_keys")?;
        let n = self.list_len(&keys)?;
        let mut order = None;
        if set {
            let table = self.collection_list(o, "_table")?;
            if let Val::List(l) = self.call_tables("order", &[Val::List(table)])? {
                order = Some(l);
            }
        }
        Ok((n, Source::Collection(o, part, order)))
    }

    pub fn collection_item(&mut self, o: Object, part: Part, order: Option<&ListRef>, i: Var) -> R<Val<'a>> {
        if self.is_deque(o) {
            return self.deque_item(o, i);
        }
        let mut at = i;
        if let Some(order) = order {
            let v = self.list_item(order, i)?;
            at = self.operand(&v)?;
        }
        let one = |lw: &mut Self, name: &str| {
            let l = lw.collection_list(o, name)?;
            lw.list_item(&l, at)
        };
        match part {
            Part::Keys => one(self, "_keys"),
            Part::Values => one(self, "_values"),
            Part::Items => {
                let (k, v) = (one(self, "_keys")?, one(self, "_values")?);
                Ok(Val::Tuple(vec![k, v].into()))
            }
        }
    }

    /// The collections that a loop runs over, as they are when it begins.
    pub fn watched(&mut self, s: &Source<'a>) -> R<Vec<Watched>> {
        let mut out = vec![];
        match s {
            Source::Collection(o, ..) => {
                let n = self.collection_len(*o)?;
                let removed = match self.is_deque(*o) || self.shrinks(*o) {
                    true => Some(self.collection_int(*o, "_removed")?),
                    false => None,
                };
                out.push((*o, n, removed));
            }
            Source::Zip(all) | Source::Map(_, all, _) => {
                for (_, s) in all {
                    out.extend(self.watched(s)?);
                }
            }
            Source::Enumerate(s, _) | Source::Reversed(s, _) => return self.watched(s),
            _ => {}
        }
        Ok(out)
    }

    /// Raises where a trip of a loop over collections has changed their keys.
    pub fn check_watched(&mut self, all: &[Watched]) -> R<()> {
        for (o, n, removed) in all {
            let set = self.collection(*o).is_some_and(Collection::is_set);
            let now = self.collection_len(*o)?;
            if now != *n && !self.is_deque(*o) {
                let other = self.b.map(&ops::NE, &[now, *n]);
                let text = match set {
                    true => "Set changed size during iteration",
                    false => "dictionary changed size during iteration",
                };
                self.raise_if(other, ErrorKind::RuntimeError, text, &[]);
            }
            let Some(old) = removed else { continue };
            let now = self.collection_int(*o, "_removed")?;
            if now != *old {
                let other = self.b.map(&ops::NE, &[now, *old]);
                let text = match set {
                    _ if self.is_deque(*o) => "deque mutated during iteration",
                    true => "Set keys changed during iteration",
                    false => "dictionary keys changed during iteration",
                };
                self.raise_if(other, ErrorKind::RuntimeError, text, &[]);
            }
        }
        Ok(())
    }

    /// The same at the end of a trip, on the paths that go on.
    pub fn check_after_trip(&mut self, all: &[Watched]) -> R<()> {
        let mut same = true;
        for (o, n, removed) in all {
            same &= self.collection_len(*o)? == *n;
            if let Some(old) = removed {
                same &= self.collection_int(*o, "_removed")? == *old;
            }
        }
        if same {
            return Ok(());
        }
        match self.exit_state() {
            Some(exit::NEXT | exit::CONTINUE) => self.check_watched(all),
            Some(_) => Ok(()),
            None => {
                let going = self.trip_goes_on()?;
                self.branch(going, |lw| lw.check_watched(all), |_| Ok(()))
            }
        }
    }

    /// `defaultdict(f, ..)`, `Counter(items)`, ..
    pub fn collection_call(&mut self, kind: Collection, mut args: Args<'a>) -> R<Val<'a>> {
        match kind {
            Collection::FrozenSet | Collection::Set => self.set_call(kind, args),
            Collection::Deque => self.deque_call(args),
            Collection::DefaultDict => {
                let factory = if args.pos.is_empty() { Val::None } else { args.pos.remove(0) };
                let o = self.new_collection(kind, Some(factory))?;
                self.dict_fill_args(o, args)?;
                Ok(Val::Object(o))
            }
            Collection::Counter => {
                let o = self.new_collection(kind, None)?;
                self.count_into(o, false, args)?;
                Ok(Val::Object(o))
            }
            kind => self.dict_of(kind, args),
        }
    }

    /// `dict.fromkeys(keys, value)`
    pub fn dict_from_keys(&mut self, args: &[Val<'a>]) -> R<Val<'a>> {
        let (keys, value) = match args {
            [keys] => (keys, Val::None),
            [keys, value] => (keys, value.clone()),
            all => {
                let n = all.len();
                return self.raise(ErrorKind::TypeError, &format!("fromkeys expected at most 2 arguments, got {n}"));
            }
        };
        let o = self.new_collection(Collection::Dict, None)?;
        self.each_item(keys, Rc::new(move |lw, k| lw.collection_store(o, &k, &value)))?;
        Ok(Val::Object(o))
    }
}

/// The classes of records in a type.
fn records_in(t: &T, out: &mut Vec<ClassId>) {
    match t {
        T::Object(c) if c.family == Family::Record => out.push(*c),
        T::List(t) | T::Row(t) | T::Maybe(t) => records_in(t, out),
        T::Tuple(ts) | T::Union(ts) | T::Func(_, ts) => ts.iter().for_each(|t| records_in(t, out)),
        _ => {}
    }
}
