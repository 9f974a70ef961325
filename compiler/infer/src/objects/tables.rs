//! What stdlib/collections.py is written with: hashes, and the operations on tables, which are lists of ints.
//!
//! The module `tables` is bound in the library's frames and cannot be imported. Lists may be anywhere, also in the
//! columns of shared objects: an operation takes the path to the list with it, as those of lists do.

use crate::state::*;
use crate::value::*;
use quipu_abi::{DType, ErrorKind, table};
use quipu_diagnostics::Diagnostic;
use quipu_ir::ops::{self, Edit, Op};
use quipu_ir::{Ty, Var};
use quipu_syntax::Symbol;
use quipu_syntax::ast::CmpOp;

/// The functions of the module.
pub const TABLES: &[&str] = &[
    "entry",
    "fit",
    "find",
    "put",
    "drop",
    "renumber",
    "clear",
    "reserve",
    "tidy",
    "adopt",
    "sort",
    "answer",
    "ranked",
    "ranks",
    "order",
    "swap",
    "taken",
    "blank",
    "refuse",
    "shrinks",
    "text",
    "equal",
    "note_removal",
    "member",
    "members",
];

/// The hash of None: an address in CPython 3.11.
const NONE: i64 = 0xfca8_6420;

impl<'a> Lower<'a, '_> {
    pub fn call_tables(&mut self, name: &'static str, args: &[Val<'a>]) -> R<Val<'a>> {
        let edit = Edit::ALL.into_iter().find(|e| e.name() == name);
        match (name, args) {
            (_, [Val::List(l), rest @ ..]) if let Some(edit) = edit => self.table_edit(l, edit, rest),
            ("entry", [Val::Object(o), key, h]) => self.entry(*o, key, h),
            ("fit", [Val::Object(o), items @ ..]) => self.fit_items(*o, items).map(|()| Val::None),
            ("find", [Val::List(l), h, after]) => {
                let x = [self.operand(h)?, self.operand(after)?];
                let cur = self.version(l.base, 0);
                let args = [&[cur], &l.path[..], &x[..]].concat();
                let v = self.emit(ops::TableFind { depth: l.path.len() }, &args);
                self.put_back(l.base, 0, cur);
                Ok(self.py(DType::I64, v))
            }
            ("order", [Val::List(l)]) => {
                let cur = self.version(l.base, 0);
                let v = self.emit(ops::TableOrder { depth: l.path.len() }, &[&[cur], &l.path[..]].concat());
                self.put_back(l.base, 0, cur);
                let site = self.site();
                Ok(self.list_base(vec![v], &T::Scalar(DType::I64, false), site))
            }
            ("swap", [Val::List(l), i, j]) => {
                let x = [self.operand(i)?, self.operand(j)?];
                if *l.elem == T::Never {
                    return Ok(Val::None);
                }
                for c in 0..self.base(l.base).cur.len() {
                    self.edit_column(l, c, ops::ListSwap { depth: l.path.len() }, &x);
                }
                self.base_mut(l.base).epoch += 1;
                Ok(Val::None)
            }
            // Has `ranks` an answer?
            ("ranked", [Val::List(l)]) => Ok(self.boolean(matches!(*l.elem, T::Scalar(..) | T::Str))),
            ("ranks", [Val::List(l)]) => {
                let items = self.list_values(l)?[0];
                let ranks = if *l.elem == T::Str {
                    self.emit(ops::TextOrder {}, &[items])
                } else {
                    let items = self.emit(ops::ArrayOfList {}, &[items]);
                    let order = self.emit(ops::ArgSort { axis: 0, python: true }, &[items]);
                    self.emit(ops::ListOfArray {}, &[order])
                };
                let site = self.site();
                Ok(self.list_base(vec![ranks], &T::Scalar(DType::I64, false), site))
            }
            ("taken", [Val::List(l), i]) => self.taken_out(l, i),
            ("text", [Val::List(l)]) => {
                let text = self.list_repr(l)?;
                Ok(self.str_var(text))
            }
            ("text", [Val::Object(o)]) => {
                let text = match (self.is_record(*o), self.collection(*o)) {
                    (true, _) => self.record_text(*o)?,
                    (_, Some(_)) => self.collection_text(*o)?,
                    _ => self.dataclass_text(*o)?,
                };
                Ok(self.str_var(text))
            }
            ("equal", [Val::List(a), Val::List(b)]) => self.list_equal(a, b),
            ("equal", [Val::Object(a), Val::Object(b)]) => match self.record_equal(*a, *b)? {
                Some(equal) => Ok(equal),
                None if self.collection(*a).is_some() => self.dicts_equal(*a, *b),
                None => self.dataclass_compare(CmpOp::Eq, *a, *b),
            },
            ("refuse", [what, help]) => match (what.str_known(), help.str_known()) {
                (Some(what), Some(help)) => self.unsupported(what.to_string(), help),
                _ => self.error("internal", "a refusal without its text"),
            },
            ("blank", [Val::List(l)]) => {
                let blank = self.dummies(&l.elem.clone());
                self.push_flat(l, blank);
                Ok(Val::None)
            }
            ("shrinks", [Val::Object(o)]) => {
                let yes = self.shrinks(*o);
                Ok(self.boolean(yes))
            }
            ("note_removal", [Val::Object(o)]) => {
                // Of sets it makes a difference for loops only: one fact for all of them.
                let class = if self.has_values(*o) { Some(o.class.number) } else { None };
                match self.cx.facts.shrinking.insert(class) {
                    true => Err(class.map_or_else(|| self.cx.rise_anyhow(), |c| self.cx.rise(About::Class(c)))),
                    false => Ok(Val::None),
                }
            }
            ("member", [h]) => {
                let h = self.operand(h)?;
                let v = self.extern1(&ops::HASH_MEMBER, &[h]);
                Ok(self.py(DType::I64, v))
            }
            ("members", [h, n]) => {
                let x = [self.operand(h)?, self.operand(n)?];
                let v = self.extern1(&ops::HASH_MEMBERS, &x);
                Ok(self.py(DType::I64, v))
            }
            _ => self.error("internal", format!("`tables.{name}` of {} values", args.len())),
        }
    }

    /// Are keys taken out of such collections?
    pub fn shrinks(&self, o: Object) -> bool {
        let class = if self.has_values(o) { Some(o.class.number) } else { None };
        class.inspect(|c| self.cx.ask(About::Class(*c)));
        self.cx.facts.shrinking.contains(&class)
    }

    fn has_values(&self, o: Object) -> bool {
        self.collection(o).is_some_and(Collection::is_dict)
    }

    /// The place of a key with this hash; -1 where there is none.
    pub fn entry(&mut self, o: Object, key: &Val<'a>, h: &Val<'a>) -> R<Val<'a>> {
        let keys = self.collection_list(o, "_keys")?;
        if *keys.elem == T::Never {
            return Ok(self.int(-1));
        }
        let table = self.collection_list(o, "_table")?;
        let h = self.operand(h)?;
        let find = |lw: &mut Self, after: Var| {
            let cur = lw.version(table.base, 0);
            let args = [&[cur], &table.path[..], &[h, after]].concat();
            let v = lw.emit(ops::TableFind { depth: table.path.len() }, &args);
            lw.put_back(table.base, 0, cur);
            v
        };
        let minus = self.b.i64(-1);
        let first = find(self, minus);
        // Other keys with the same hash are passed over. Nothing in this loop changes what names denote.
        let (test, p) = self.b.begin(&[Ty::I64]);
        let zero = self.b.i64(0);
        let there = self.b.map(&ops::GE, &[p[0], zero]);
        let (yes, _) = self.b.begin(&[]);
        let other = match self.uncounted(|lw| lw.other_key(&keys, p[0], key)) {
            // There are no keys yet that it could be compared with: what they hold is seen behind here.
            Err(Stop::Ends) => self.b.bool(false),
            other => other?,
        };
        self.b.end(&[other]);
        let (no, _) = self.b.begin(&[]);
        let none = self.b.bool(false);
        self.b.end(&[none]);
        let on = self.b.emit_n(ops::If, &[there], vec![yes, no])[0];
        self.b.end(&[on]);
        let (body, p) = self.b.begin(&[Ty::I64]);
        let next = find(self, p[0]);
        self.b.end(&[next]);
        let e = self.b.emit_n(ops::While, &[first], vec![test, body])[0];
        Ok(self.py(DType::I64, e))
    }

    /// Is the key at this place another one?
    fn other_key(&mut self, keys: &ListRef, at: Var, key: &Val<'a>) -> R<Var> {
        let item = self.list_item(keys, at)?;
        let same = self.compare(CmpOp::Eq, &item, key)?;
        let same = self.truth(&same)?;
        let same = self.operand(&same)?;
        Ok(self.b.map(&ops::NOT, &[same]))
    }

    /// Raises KeyError where an entry is not there.
    pub fn require(&mut self, e: Var, key: &Val<'a>) -> R<()> {
        let zero = self.b.i64(0);
        let missing = self.b.map(&ops::LT, &[e, zero]);
        let (yes, _) = self.b.begin(&[]);
        match self.key_error::<()>(key) {
            Err(Stop::Ends) | Ok(()) => {}
            Err(e) => return Err(e),
        }
        self.b.end(&[]);
        let (no, _) = self.b.begin(&[]);
        self.b.end(&[]);
        self.b.emit_n(ops::If, &[missing], vec![yes, no]);
        Ok(())
    }

    /// The lists of keys and values hold a key and a value: both rise at once, for every rise is a walk.
    pub fn fit_items(&mut self, o: Object, items: &[Val<'a>]) -> R<()> {
        let mut risen = None;
        for (v, field) in items.iter().zip(self.item_fields(o)) {
            let l = self.collection_list(o, field)?;
            let t = self.type_of(v);
            if matches!(t, T::Static(_)) {
                continue;
            }
            let Some(want) = l.elem.join(&t) else {
                let (what, have, class) = (&field[1..], (*l.elem).clone(), o.class.name.as_str());
                if let Some(stop) = self.generalize_types(&[have.clone(), t.clone()]) {
                    return Err(stop);
                }
                let d = Diagnostic::error(
                    "type-mismatch",
                    format!("the {what} of a {class} are both {have} and {t}"),
                    self.span,
                );
                return self.fail(d.help("give them one type"));
            };
            match self.raise_cell(&l, &t) {
                Err(stop @ Stop::Restart(_)) => risen = Some(stop),
                // Another collection that was made at the same place has raised the fact already.
                Ok(()) if want != *l.elem => risen = Some(self.rise_elements(&l)),
                r => r?,
            }
        }
        risen.map_or(Ok(()), Err)
    }

    fn edit_column(&mut self, l: &ListRef, column: usize, op: impl Into<Op>, extra: &[Var]) {
        let cur = self.version(l.base, column);
        let new = self.emit(op, &[&[cur], &l.path[..], extra].concat());
        self.set_version(l.base, column, new);
        self.base_mut(l.base).written = true;
    }

    fn table_edit(&mut self, l: &ListRef, edit: Edit, args: &[Val<'a>]) -> R<Val<'a>> {
        let mut extra = vec![];
        for v in args {
            match v {
                Val::List(other) => extra.extend(self.list_values(other)?),
                v => extra.push(self.operand(v)?),
            }
        }
        self.edit_column(l, 0, ops::TableEdit { depth: l.path.len(), edit }, &extra);
        Ok(Val::None)
    }

    /// An element that is about to leave its list. What lives in buffers comes out as a copy, which the list's own
    /// is the end of.
    fn taken_out(&mut self, l: &ListRef, i: &Val<'a>) -> R<Val<'a>> {
        let i = self.operand(i)?;
        match self.list_item(l, i)? {
            Val::List(inner) => {
                let cur = self.list_values(&inner)?;
                let cur = cur.into_iter().map(|c| self.emit(ops::Copy, &[c])).collect();
                let site = self.site();
                Ok(self.list_base(cur, &inner.elem.clone(), site))
            }
            Val::Array(p) => self.copy_place(&p),
            v => Ok(v),
        }
    }

    // Hashes.

    /// `hash(v)`
    pub fn hash_of(&mut self, v: &Val<'a>) -> R<Val<'a>> {
        if let Some(r) = self.split_union(v, |lw, m| lw.hash_of(m))? {
            return Ok(r);
        }
        let var = match v {
            Val::None => self.b.i64(NONE),
            Val::Str(t) => self.extern1(&ops::STR_HASH, &[t.var]),
            Val::Scalar(s) if s.dtype == DType::I64 || s.dtype == DType::Bool || s.dtype.is_int() => {
                if let Some(k) = v.int_known() {
                    return Ok(self.int(table::hash_int(k)));
                }
                let k = self.b.cast(s.var, DType::I64);
                self.extern1(&ops::HASH_INT, &[k])
            }
            Val::Scalar(s) if s.dtype.is_float() => {
                let x = self.b.cast(s.var, DType::F64);
                self.extern1(&ops::HASH_FLOAT, &[x])
            }
            Val::Tuple(vs) => {
                let mut h = self.b.i64(table::TUPLE);
                for v in vs.iter() {
                    let item = self.hash_of(v)?;
                    let item = self.operand(&item)?;
                    h = self.extern1(&ops::HASH_ITEM, &[h, item]);
                }
                let n = self.b.i64(vs.len() as i64);
                self.extern1(&ops::HASH_END, &[h, n])
            }
            Val::Row(r) => return self.row_hash(&r.clone()),
            Val::Object(o) => return self.hash_object(*o),
            Val::List(_) | Val::Array(_) | Val::Slice(_) => return self.unhashable(v),
            _ => {
                let name = self.python_class_name(v);
                return self.unsupported(format!("the hash of a {name}"), "use numbers, strings and tuples of them");
            }
        };
        Ok(self.py(DType::I64, var))
    }

    fn unhashable<X>(&mut self, v: &Val<'a>) -> R<X> {
        let name = self.python_class_name(v);
        self.raise(ErrorKind::TypeError, &format!("unhashable type: '{name}'"))
    }

    fn hash_object(&mut self, o: Object) -> R<Val<'a>> {
        let v = Val::Object(o);
        match o.class.family {
            Family::Collection(Collection::FrozenSet) => return self.by_collections("set_hash", &[v]),
            Family::Program => {}
            _ => return self.unhashable(&v),
        }
        if let Some(h) = self.special(&v, "__hash__", &[])? {
            return self.hash_of(&h);
        }
        if self.is_named_tuple(o.class) {
            let t = self.plain_tuple(&v)?;
            return self.hash_of(&t);
        }
        let info = self.cx.classes.get(o.class);
        if let Some(data) = info.data.clone().filter(|d| d.eq && d.frozen) {
            let mut fields = vec![];
            for f in data.fields.iter().filter(|f| f.compare) {
                fields.push(self.object_attribute(o, f.name)?);
            }
            return self.hash_of(&Val::Tuple(fields.into()));
        }
        let eq = Symbol::new("__eq__");
        if info.data.as_ref().is_some_and(|d| d.eq) || self.cx.classes.method(&info.mro, eq).is_some() {
            return self.unhashable(&v);
        }
        let k = self.object_number(o)?;
        let h = self.extern1(&ops::HASH_INT, &[k]);
        Ok(self.py(DType::I64, h))
    }
}
