//! Dicts whose keys are known while compiling: records.
//!
//! A dict that is made with constant keys (strings or ints) is an object whose fields are its keys: each value has a
//! type of its own, and `d["x"]` costs what a name costs. The keys that it has, in their order, are known at every
//! point of the program and stand in a slot beside the fields; a point that is reached with different keys can no
//! longer say. The class of a record is the list of keys that it was made with, so records in lists, which are shared
//! objects, have a column per key.
//!
//! A key that is computed selects among the keys by comparisons: reading is exact, and raises `KeyError` where none
//! fits. Storing under a computed key could make a new one: then the dict is no record from the start, but a collection
//! (see `collections`). So it is wherever what keys a record has is not known while compiling.

use super::{ClassInfo, HEAP};
use crate::expr::Args;
use crate::state::*;
use crate::value::*;
use quipu_abi::{DType, ErrorKind};
use quipu_ir::Var;
use quipu_ir::ops;
use quipu_syntax::Symbol;
use quipu_syntax::ast::{CmpOp, DictItem};
use std::rc::Rc;

/// A key of a record.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Key {
    Str(Rc<str>),
    Int(i64),
}

/// What a view of a dict shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    Keys,
    Values,
    Items,
}

impl Part {
    /// The name of the class of the view.
    pub fn class_name(self) -> &'static str {
        match self {
            Part::Keys => "dict_keys",
            Part::Values => "dict_values",
            Part::Items => "dict_items",
        }
    }
}

impl Key {
    fn of(v: &Val<'_>) -> Option<Key> {
        match v {
            Val::Str(Text { known: Some(s), .. }) => Some(Key::Str(s.clone())),
            Val::Scalar(Scalar { known: Some(Known::Int(k)), .. }) => Some(Key::Int(*k)),
            _ => None,
        }
    }

    fn field(&self) -> Symbol {
        match self {
            Key::Str(s) => Symbol::new(&format!("s{s}")),
            Key::Int(k) => Symbol::new(&format!("i{k}")),
        }
    }
}

/// The methods of dicts.
pub const DICT_METHODS: &[&str] =
    &["keys", "values", "items", "get", "pop", "popitem", "setdefault", "update", "clear", "copy", "fromkeys"];

/// A table of more keys than this is looked up by hash, not by comparisons, if its values have one type.
const MAX_COMPARED: usize = 8;

/// The field that lists the keys.
fn order_field() -> Symbol {
    Symbol::new("<keys>")
}

impl<'a> Lower<'a, '_> {
    pub fn key_val(&mut self, k: &Key) -> Val<'a> {
        match k {
            Key::Str(s) => self.text(s),
            Key::Int(k) => self.int(*k),
        }
    }

    /// The key that a value is. A record that is asked for another one becomes a dict.
    fn constant_key(&mut self, o: Object, v: &Val<'a>) -> R<Key> {
        Key::of(v).ok_or_else(|| self.generalize(o))
    }

    // Making.

    /// `{"a": x, **d}`
    pub fn dict_display(&mut self, items: &'a [DictItem]) -> R<Val<'a>> {
        let span = self.span;
        // A record without a field is of no use: later statements will store into it.
        let open = self.cx.facts.entered && items.is_empty() && self.frames[self.at].module;
        if open || self.cx.general_dict(span) {
            return self.collection_display(items);
        }
        let mut entries = vec![];
        for item in items {
            let more = match item {
                DictItem::Pair { key, value } => match Key::of(&self.expr(key)?) {
                    Some(k) => Some(vec![(k, self.expr(value)?)]),
                    None => None,
                },
                DictItem::Unpack(e) => {
                    let v = self.expr(e)?;
                    self.known_entries(&v)?
                }
            };
            let Some(more) = more else {
                self.cx.facts.general.insert(span);
                return Err(self.cx.rise(About::Dict(span)));
            };
            entries.extend(more);
        }
        self.set_span(span);
        self.record(entries)
    }

    /// `dict(x, a=1)`
    pub fn dict_call(&mut self, args: Args<'a>) -> R<Val<'a>> {
        let span = self.span;
        let mut entries = match &args.pos[..] {
            _ if self.cx.general_dict(span) => return self.dict_of(Collection::Dict, args),
            [] => vec![],
            [v] => match self.known_entries(v)? {
                Some(all) => all,
                None => return self.dict_of(Collection::Dict, args),
            },
            all => {
                let text = format!("dict expected at most 1 argument, got {}", all.len());
                return self.raise(ErrorKind::TypeError, &text);
            }
        };
        entries.extend(args.kw.into_iter().map(|(n, v)| (Key::Str(n.as_str().into()), v)));
        self.record(entries)
    }

    /// A record with these entries, of which a later one replaces the value of an earlier one.
    fn record(&mut self, entries: Vec<(Key, Val<'a>)>) -> R<Val<'a>> {
        let span = self.span;
        if self.cx.general_dict(span) {
            let o = self.new_collection(Collection::Dict, None)?;
            for (k, v) in entries {
                let k = self.key_val(&k);
                self.collection_store(o, &k, &v)?;
            }
            return Ok(Val::Object(o));
        }
        let mut all: Vec<(Key, Val<'a>)> = vec![];
        for (k, v) in entries {
            match all.iter_mut().find(|(have, _)| *have == k) {
                Some((_, old)) => *old = v,
                None => all.push((k, v)),
            }
        }
        let class = self.record_class(all.iter().map(|(k, _)| k.clone()).collect());
        let site = self.site();
        if self.cx.shared_object(site) {
            let fields: Vec<_> = all.into_iter().map(|(k, v)| (k.field(), v)).collect();
            let at = At::Shared(self.put_into_columns(class, &fields)?);
            return Ok(Val::Object(Object { class, at }));
        }
        let o = self.own_object(class, site);
        let keys: Vec<Key> = all.iter().map(|(k, _)| k.clone()).collect();
        for (k, v) in all {
            self.store_field(o, k.field(), v)?;
        }
        self.set_keys(o, &keys)?;
        Ok(Val::Object(o))
    }

    fn record_class(&mut self, keys: Vec<Key>) -> ClassId {
        let span = self.span;
        let classes = &mut self.cx.classes;
        if let Some(c) = classes.all.iter_mut().find(|c| c.keys.as_ref() == Some(&keys)) {
            if !c.made.contains(&span) {
                c.made.push(span);
            }
            return c.id;
        }
        let id = ClassId { number: classes.all.len() as u32, name: Symbol::new("dict"), family: Family::Record };
        classes.all.push(ClassInfo { keys: Some(keys), made: vec![span], ..ClassInfo::new(id, span) });
        id
    }

    /// The entries of what `dict` and `update` take, if their keys are known.
    fn known_entries(&mut self, v: &Val<'a>) -> R<Option<Vec<(Key, Val<'a>)>>> {
        if let Val::Object(o) = v
            && self.is_record(*o)
        {
            return self.entries_of(v).map(Some);
        }
        if self.is_generated(v) || self.is_collection(v) {
            return Ok(None);
        }
        let Some(items) = self.static_items(v) else { return Ok(None) };
        let mut out = vec![];
        for item in items {
            match &item {
                Val::Tuple(t) if t.len() == 2 => match Key::of(&t[0]) {
                    Some(k) => out.push((k, t[1].clone())),
                    None => return Ok(None),
                },
                _ => return Ok(None),
            }
        }
        Ok(Some(out))
    }

    /// The entries of a record.
    pub fn entries_of(&mut self, v: &Val<'a>) -> R<Vec<(Key, Val<'a>)>> {
        if let Val::Object(o) = v
            && let Some(keys) = self.record_keys(*o)?
        {
            let mut out = vec![];
            for k in keys {
                let v = self.value_of(*o, &k)?;
                out.push((k, v));
            }
            return Ok(out);
        }
        self.error("internal", "the entries of what is no record")
    }

    /// `**d` in a call.
    pub fn keywords(&mut self, d: &Val<'a>) -> R<Vec<(Symbol, Val<'a>)>> {
        if matches!(d, Val::Object(o) if self.collection(*o).is_some_and(Collection::is_dict)) {
            return self.unsupported("`**` of a dict whose keys are not constant", "name the arguments");
        }
        if !matches!(d, Val::Object(o) if self.is_record(*o)) {
            let name = self.python_class_name(d);
            return self.raise(ErrorKind::TypeError, &format!("argument after ** must be a mapping, not {name}"));
        }
        let mut out = vec![];
        for (k, v) in self.entries_of(d)? {
            match k {
                Key::Str(s) => out.push((Symbol::new(&s), v)),
                Key::Int(_) => return self.raise(ErrorKind::TypeError, "keywords must be strings"),
            }
        }
        Ok(out)
    }

    // Keys.

    /// Is it an object of a class statement of the program?
    pub fn is_instance_of_program(&self, o: Object) -> bool {
        o.class.family == Family::Program
    }

    pub fn is_record(&self, o: Object) -> bool {
        self.cx.classes.get(o.class).keys.is_some()
    }

    /// The keys that a record has here, in order; `None` of other objects.
    pub fn record_keys(&mut self, o: Object) -> R<Option<Vec<Key>>> {
        let Some(made) = self.cx.classes.get(o.class).keys.clone() else { return Ok(None) };
        let At::Own(base) = o.at else { return Ok(Some(made)) };
        let slot = super::field_slot(self.object_id(base), order_field());
        if let Some(Val::Tuple(vs)) = self.get_slot(HEAP, slot)
            && let Some(keys) = vs.iter().map(Key::of).collect::<Option<Vec<Key>>>()
        {
            return Ok(Some(keys));
        }
        // Which keys it has depends on the path that led here.
        Err(self.generalize(o))
    }

    fn set_keys(&mut self, o: Object, keys: &[Key]) -> R<()> {
        let At::Own(base) = o.at else { return Err(self.generalize(o)) };
        let vs: Vec<Val<'a>> = keys.iter().map(|k| self.key_val(k)).collect();
        let slot = super::field_slot(self.object_id(base), order_field());
        self.set_slot(HEAP, slot, Val::Tuple(vs.into()));
        self.note_bound(HEAP, slot);
        Ok(())
    }

    /// The value under a key that the record has.
    fn value_of(&mut self, o: Object, k: &Key) -> R<Val<'a>> {
        match self.field(o, k.field())? {
            Some(v) => Ok(v),
            // No shared record with these keys was made yet: the walk comes again when there is one.
            None => {
                let key = self.key_val(k);
                self.key_error(&key)
            }
        }
    }

    pub fn key_error<X>(&mut self, i: &Val<'a>) -> R<X> {
        let text = self.exc_text(ErrorKind::KeyError, std::slice::from_ref(i))?;
        self.b.emit_n(ops::Raise { kind: Some(ErrorKind::KeyError) }, &[text], vec![]);
        Err(Stop::Ends)
    }

    /// Keys are hashable.
    fn check_key(&mut self, i: &Val<'a>) -> R<()> {
        match i {
            Val::List(_) | Val::Array(_) => {
                let name = self.python_class_name(i);
                self.raise(ErrorKind::TypeError, &format!("unhashable type: '{name}'"))
            }
            Val::Object(o) if o.class.family != Family::Program => self.hash_of(i).map(drop),
            _ => Ok(()),
        }
    }

    /// What `f` gives for the key that `i` is, or `missing` if it is none of them.
    fn by_key(
        &mut self,
        i: &Val<'a>,
        keys: &[Key],
        f: &dyn Fn(&mut Self, &Key) -> R<Val<'a>>,
        missing: &dyn Fn(&mut Self) -> R<Val<'a>>,
    ) -> R<Val<'a>> {
        let Some((k, rest)) = keys.split_first() else { return missing(self) };
        let kv = self.key_val(k);
        let same = self.compare(CmpOp::Eq, i, &kv)?;
        let same = self.truth(&same)?;
        // Each key is a point of its own where paths meet.
        let (at, path) = (self.at, self.frames[self.at].path);
        self.frames[at].path = hash_path(path, self.span, keys.len() as u64);
        let r = self.choose(&same, |lw| f(lw, k), |lw| lw.by_key(i, rest, f, missing));
        self.frames[at].path = path;
        r
    }

    // Items.

    /// Do all values have one type that a list can hold?
    fn alike(&mut self, o: Object, keys: &[Key]) -> R<bool> {
        let mut t = T::Never;
        for k in keys {
            let v = self.value_of(o, k)?;
            match t.join(&self.type_of(&v)) {
                Some(j) => t = j,
                None => return Ok(false),
            }
        }
        Ok(!matches!(t, T::Union(_) | T::Array(..)) && t.is_data())
    }

    /// `d[i]`
    pub fn record_load(&mut self, o: Object, i: &Val<'a>) -> R<Option<Val<'a>>> {
        let Some(keys) = self.record_keys(o)? else { return Ok(None) };
        self.check_key(i)?;
        if Key::of(i).is_none() && keys.len() > MAX_COMPARED && self.alike(o, &keys)? {
            return Err(self.generalize(o));
        }
        self.by_key(i, &keys, &|lw, k| lw.value_of(o, k), &|lw| lw.key_error(i)).map(Some)
    }

    /// `d[i] = v`; false of other objects.
    pub fn record_store(&mut self, o: Object, i: &Val<'a>, v: &Val<'a>) -> R<bool> {
        let Some(keys) = self.record_keys(o)? else { return Ok(false) };
        self.check_key(i)?;
        let k = self.constant_key(o, i)?;
        if !keys.contains(&k) {
            self.set_keys(o, &[&keys[..], std::slice::from_ref(&k)].concat())?;
        }
        self.store_field(o, k.field(), v.clone())?;
        Ok(true)
    }

    /// `del d[i]`; false of other objects.
    pub fn record_delete(&mut self, o: Object, i: &Val<'a>) -> R<bool> {
        let Some(keys) = self.record_keys(o)? else { return Ok(false) };
        self.check_key(i)?;
        let k = self.constant_key(o, i)?;
        if !keys.contains(&k) {
            return self.key_error(i);
        }
        self.remove_key(o, &keys, &k)?;
        Ok(true)
    }

    fn remove_key(&mut self, o: Object, keys: &[Key], k: &Key) -> R<()> {
        let rest: Vec<Key> = keys.iter().filter(|x| *x != k).cloned().collect();
        self.set_keys(o, &rest)?;
        if let At::Own(base) = o.at {
            let slot = super::field_slot(self.object_id(base), k.field());
            self.frames[HEAP].slots.remove(&slot);
        }
        Ok(())
    }

    /// `i in d`
    pub fn record_contains(&mut self, o: Object, i: &Val<'a>) -> R<Option<Val<'a>>> {
        let Some(keys) = self.record_keys(o)? else { return Ok(None) };
        self.check_key(i)?;
        let keys: Vec<Val<'a>> = keys.iter().map(|k| self.key_val(k)).collect();
        self.contains(&Val::Tuple(keys.into()), i).map(Some)
    }

    pub fn record_len(&mut self, o: Object) -> R<Option<Val<'a>>> {
        let keys = self.record_keys(o)?;
        Ok(keys.map(|k| self.int(k.len() as i64)))
    }

    /// What a view shows of one key.
    pub fn record_part(&mut self, o: Object, part: Part, k: &Key) -> R<Val<'a>> {
        match part {
            Part::Keys => Ok(self.key_val(k)),
            Part::Values => self.value_of(o, k),
            Part::Items => {
                let (k, v) = (self.key_val(k), self.value_of(o, k)?);
                Ok(Val::Tuple(vec![k, v].into()))
            }
        }
    }

    /// What a view shows of the key at an index in bounds.
    pub fn record_item(&mut self, o: Object, part: Part, keys: &[Key], i: Var) -> R<Val<'a>> {
        if let Some(k) = self.known_of(i) {
            return self.record_part(o, part, &keys[k as usize]);
        }
        let Some((last, rest)) = keys.split_last() else {
            // A loop over it has no trips.
            return self.raise(ErrorKind::IndexError, "list index out of range");
        };
        let here = self.b.i64(rest.len() as i64);
        let is = self.b.map(&ops::EQ, &[i, here]);
        let cond = self.py(DType::Bool, is);
        if rest.is_empty() {
            return self.record_part(o, part, last);
        }
        self.choose(&cond, |lw| lw.record_part(o, part, last), |lw| lw.record_item(o, part, rest, i))
    }

    /// What a view shows now.
    pub fn record_view(&mut self, o: Object, part: Part) -> R<Vec<Val<'a>>> {
        let keys = self.record_keys(o)?.unwrap_or_default();
        keys.iter().map(|k| self.record_part(o, part, k)).collect()
    }

    // Methods.

    /// A method of a dict; `None` of other objects and unknown methods.
    pub fn record_method(&mut self, o: Object, name: &str, args: Args<'a>) -> R<Option<Val<'a>>> {
        let Some(keys) = self.record_keys(o)? else { return Ok(None) };
        if !args.kw.is_empty() && name != "update" {
            return self.raise(ErrorKind::TypeError, &format!("dict.{name}() takes no keyword arguments"));
        }
        let view = |part| Val::Iter(Rc::new(Iter::Entries(o, part)));
        Ok(Some(match (name, &args.pos[..]) {
            ("keys", []) => view(Part::Keys),
            ("values", []) => view(Part::Values),
            ("items", []) => view(Part::Items),
            ("get", [i]) => self.by_key(i, &keys, &|lw, k| lw.value_of(o, k), &|_| Ok(Val::None))?,
            ("get", [i, d]) => self.by_key(i, &keys, &|lw, k| lw.value_of(o, k), &|_| Ok(d.clone()))?,
            ("pop", [i, default @ ..]) if default.len() < 2 => {
                let k = self.constant_key(o, i)?;
                if keys.contains(&k) {
                    let v = self.value_of(o, &k)?;
                    self.remove_key(o, &keys, &k)?;
                    v
                } else {
                    match default {
                        [d] => d.clone(),
                        _ => return self.key_error(i),
                    }
                }
            }
            ("popitem", []) => match keys.last() {
                Some(k) => {
                    let v = self.record_part(o, Part::Items, k)?;
                    self.remove_key(o, &keys, k)?;
                    v
                }
                None => {
                    let text = self.text("popitem(): dictionary is empty");
                    return self.key_error(&text);
                }
            },
            ("setdefault", [i, default @ ..]) if default.len() < 2 => {
                let k = self.constant_key(o, i)?;
                if !keys.contains(&k) {
                    let v = default.first().cloned().unwrap_or(Val::None);
                    self.record_store(o, i, &v)?;
                }
                self.value_of(o, &k)?
            }
            ("update", []) | ("update", [_]) => {
                let mut entries = match args.pos.first() {
                    Some(v) => self.known_entries(v)?.ok_or_else(|| self.generalize(o))?,
                    None => vec![],
                };
                entries.extend(args.kw.into_iter().map(|(n, v)| (Key::Str(n.as_str().into()), v)));
                for (k, v) in entries {
                    let k = self.key_val(&k);
                    self.record_store(o, &k, &v)?;
                }
                Val::None
            }
            ("clear", []) => {
                for k in keys.clone() {
                    let left = self.record_keys(o)?.unwrap_or_default();
                    self.remove_key(o, &left, &k)?;
                }
                Val::None
            }
            ("copy", []) => {
                let entries = self.entries_of(&Val::Object(o))?;
                self.record(entries)?
            }
            ("fromkeys" | "pop" | "setdefault", _) => {
                return self.unsupported(format!("dict.{name} like this"), "write the keys in a display");
            }
            ("keys" | "values" | "items" | "get" | "popitem" | "update" | "clear" | "copy", _) => {
                let n = args.pos.len();
                return self.raise(ErrorKind::TypeError, &format!("dict.{name}() does not take {n} arguments"));
            }
            _ => return Ok(None),
        }))
    }

    /// `a | b`: the entries of both.
    pub fn record_union(&mut self, a: Object, b: Object) -> R<Option<Val<'a>>> {
        if !self.is_record(a) || !self.is_record(b) {
            return Ok(None);
        }
        let mut entries = self.entries_of(&Val::Object(a))?;
        entries.extend(self.entries_of(&Val::Object(b))?);
        self.record(entries).map(Some)
    }

    /// `a == b`: the same keys, in any order, with equal values.
    pub fn record_equal(&mut self, a: Object, b: Object) -> R<Option<Val<'a>>> {
        let Some(keys) = self.record_keys(a)? else { return Ok(None) };
        let Some(others) = self.record_keys(b)? else { return Ok(None) };
        if keys.len() != others.len() || keys.iter().any(|k| !others.contains(k)) {
            return Ok(Some(self.boolean(false)));
        }
        let mut parts = [vec![], vec![]];
        for k in keys {
            for (o, out) in [a, b].into_iter().zip(&mut parts) {
                out.push(self.value_of(o, &k)?);
            }
        }
        let [p, q] = parts.map(|p| Val::Tuple(p.into()));
        self.compare(CmpOp::Eq, &p, &q).map(Some)
    }

    /// `{'a': 1}`
    pub fn record_text(&mut self, o: Object) -> R<Var> {
        let keys = self.record_keys(o)?.unwrap_or_default();
        let mut text = self.lit("{");
        for (n, k) in keys.iter().enumerate() {
            let head = match k {
                Key::Str(s) => self.lit(s),
                Key::Int(k) => self.lit(&k.to_string()),
            };
            let head = if matches!(k, Key::Str(_)) { self.extern1(&ops::STR_REPR, &[head]) } else { head };
            let v = self.value_of(o, k)?;
            let v = self.repr_of(&v)?;
            let colon = self.lit(": ");
            for part in [head, colon, v] {
                text = self.join2(text, part);
            }
            if n + 1 < keys.len() {
                let comma = self.lit(", ");
                text = self.join2(text, comma);
            }
        }
        let close = self.lit("}");
        Ok(self.join2(text, close))
    }
}
