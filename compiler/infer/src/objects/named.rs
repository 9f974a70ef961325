//! Named tuples: `collections.namedtuple` and classes that derive from `typing.NamedTuple`.
//!
//! Such a class is a frozen dataclass, so its objects live where all objects live; what makes them tuples is here. Whatever
//! asks a tuple's question (its length, an item, an order, its hash, iterating) asks it of the tuple of the fields, which costs
//! nothing: it is made of the fields' values while compiling.

use super::define::{DataClass, Field};
use super::{ClassInfo, HEAP, class_slot};
use crate::expr::Args;
use crate::state::*;
use crate::value::*;
use quipu_abi::ErrorKind;
use quipu_syntax::Symbol;
use quipu_syntax::ast::{BinOp, CmpOp};

impl<'a> Lower<'a, '_> {
    /// Is it a class of named tuples?
    pub fn is_named_tuple(&self, class: ClassId) -> bool {
        class.family == Family::Program && self.data_of(class).is_some_and(|d| d.tuple)
    }

    /// The tuple that a named tuple is; anything else is given back as it is.
    pub fn plain_tuple(&mut self, v: &Val<'a>) -> R<Val<'a>> {
        match v {
            Val::Object(o) if self.is_named_tuple(o.class) => {
                let parts = self.dataclass_parts(*o, |_| true)?;
                Ok(Val::Tuple(parts.into_iter().map(|(_, v)| v).collect()))
            }
            v => Ok(v.clone()),
        }
    }

    /// What a named tuple answers as the tuple that it is, to what Python asks of objects.
    pub(super) fn named_special(&mut self, o: &Val<'a>, name: &str, args: &[Val<'a>]) -> R<Option<Val<'a>>> {
        let t = self.plain_tuple(o)?;
        let Val::Tuple(items) = &t else { return Ok(None) };
        let order = |name: &str| match name {
            "__eq__" => Some(CmpOp::Eq),
            "__ne__" => Some(CmpOp::NotEq),
            "__lt__" => Some(CmpOp::Lt),
            "__le__" => Some(CmpOp::LtE),
            "__gt__" => Some(CmpOp::Gt),
            "__ge__" => Some(CmpOp::GtE),
            _ => None,
        };
        match (name, args) {
            ("__len__", []) => Ok(Some(self.int(items.len() as i64))),
            ("__getitem__", [i]) => self.load_item(&t, i).map(Some),
            ("__add__" | "__mul__" | "__rmul__", [x]) => {
                let x = self.plain_tuple(x)?;
                let op = if name == "__add__" { BinOp::Add } else { BinOp::Mul };
                self.binary(op, &t, &x).map(Some)
            }
            ("__radd__", [x @ Val::Tuple(_)]) => self.binary(BinOp::Add, x, &t).map(Some),
            (_, [x]) if let Some(op) = order(name) => {
                let x = self.plain_tuple(x)?;
                match x {
                    Val::Tuple(_) => self.compare(op, &t, &x).map(Some),
                    _ => Ok(None),
                }
            }
            _ => Ok(None),
        }
    }

    /// A method that named tuples have.
    pub(super) fn named_method(
        &mut self,
        o: &Val<'a>,
        class: ClassId,
        name: Symbol,
        args: &Args<'a>,
    ) -> R<Option<Val<'a>>> {
        if !self.is_named_tuple(class) {
            return Ok(None);
        }
        let Some(data) = self.data_of(class) else { return Ok(None) };
        match (name.as_str(), o, &args.pos[..]) {
            ("_asdict", Val::Object(x), []) => {
                let kw = self.dataclass_parts(*x, |_| true)?;
                self.dict_call(Args { pos: vec![], kw }).map(Some)
            }
            ("_replace", Val::Object(x), []) => {
                let mut given = args.kw.clone();
                let mut pos = vec![];
                for (n, v) in self.dataclass_parts(*x, |_| true)? {
                    pos.push(match given.iter().position(|(m, _)| *m == n) {
                        Some(k) => given.remove(k).1,
                        None => v,
                    });
                }
                if !given.is_empty() {
                    let names: Vec<String> = given.iter().map(|(n, _)| format!("'{}'", n.as_str())).collect();
                    let text = format!("Got unexpected field names: [{}]", names.join(", "));
                    return self.raise(ErrorKind::ValueError, &text);
                }
                self.instantiate(class, Args { pos, kw: vec![] }).map(Some)
            }
            ("_make", _, [items]) => {
                let items = self.iterable(items)?;
                let items = self.ungenerated(items)?;
                let (trip, source) = self.source(&items)?;
                let n = data.fields.len() as i64;
                let want = self.b.i64(n);
                let other = self.b.map(&quipu_ir::ops::NE, &[trip, want]);
                let text = format!("Expected {n} arguments, got {{0}}");
                self.raise_if(other, ErrorKind::TypeError, &text, &[trip]);
                let mut pos = vec![];
                for i in 0..n {
                    let i = self.b.i64(i);
                    pos.push(self.item(&source, i)?);
                }
                self.instantiate(class, Args { pos, kw: vec![] }).map(Some)
            }
            ("count" | "index", Val::Object(_), [_]) => {
                let t = self.plain_tuple(o)?;
                self.call_method(&t, name, args.clone()).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// What named tuples and their classes have beside the fields.
    pub(super) fn named_attribute(&mut self, o: &Val<'a>, class: ClassId, name: Symbol) -> Option<Val<'a>> {
        if !self.is_named_tuple(class) {
            return None;
        }
        match name.as_str() {
            "_fields" => {
                let data = self.data_of(class)?;
                Some(Val::Tuple(data.fields.iter().map(|f| self.text(f.name.as_str())).collect()))
            }
            "_asdict" | "_replace" | "_make" | "count" | "index" => {
                Some(Val::Method(std::rc::Rc::new((o.clone(), name))))
            }
            _ => None,
        }
    }

    /// `collections.namedtuple(name, fields)`
    pub fn call_namedtuple(&mut self, args: Args<'a>) -> R<Val<'a>> {
        let given =
            self.take_args("namedtuple", args, &["typename", "field_names", "rename", "defaults", "module"], 2)?;
        let help = "write `class Point(NamedTuple):` with the fields in it";
        let Some(name) = given[0].as_ref().and_then(Val::str_known).map(Symbol::new) else {
            return self.unsupported("a named tuple whose name is computed", help);
        };
        if given[2].as_ref().is_some_and(|v| v.bool_known() != Some(false)) {
            return self.unsupported("`rename` of a named tuple", "give the fields names of their own");
        }
        let Some(fields) = given[1].as_ref().and_then(field_names) else {
            return self.unsupported("a named tuple whose fields are computed", help);
        };
        for (k, n) in fields.iter().enumerate() {
            let plain = |c: char| c.is_alphanumeric() || c == '_';
            if n.is_empty() || n.starts_with(|c: char| c.is_ascii_digit()) || !n.chars().all(plain) {
                let text = format!("Type names and field names must be valid identifiers: '{n}'");
                return self.raise(ErrorKind::ValueError, &text);
            }
            if n.starts_with('_') {
                return self
                    .raise(ErrorKind::ValueError, &format!("Field names cannot start with an underscore: '{n}'"));
            }
            if fields[..k].contains(n) {
                return self.raise(ErrorKind::ValueError, &format!("Encountered duplicate field name: '{n}'"));
            }
        }
        let defaults = match &given[3] {
            None | Some(Val::None) => vec![],
            Some(Val::Tuple(vs)) => vs.to_vec(),
            Some(v) => {
                let (trip, source) = self.source(v)?;
                let Some(n) = self.known_of(trip) else {
                    return self.unsupported("defaults of a named tuple that are computed", help);
                };
                let mut all = vec![];
                for i in 0..n {
                    let i = self.b.i64(i);
                    all.push(self.item(&source, i)?);
                }
                all
            }
        };
        let Some(plain) = fields.len().checked_sub(defaults.len()) else {
            return self.raise(ErrorKind::TypeError, "Got more default values than field names");
        };
        let site = self.site();
        let classes = &mut self.cx.classes;
        let number = classes.numbers.get(&site).copied().unwrap_or(classes.all.len() as u32);
        classes.numbers.insert(site, number);
        let id = ClassId { number, name, family: Family::Program };
        let mut info = ClassInfo::new(id, self.span);
        let all = fields.iter().enumerate().map(|(k, n)| Field::plain(Symbol::new(n), k >= plain)).collect();
        info.data = Some(std::rc::Rc::new(DataClass::named(all)));
        for (n, v) in fields[plain..].iter().zip(defaults) {
            let n = Symbol::new(n);
            info.values.push(n);
            self.set_slot(HEAP, class_slot(id, n), v);
            self.note_bound(HEAP, class_slot(id, n));
        }
        let classes = &mut self.cx.classes;
        match classes.all.get_mut(number as usize) {
            Some(c) => *c = info,
            None => classes.all.push(info),
        }
        Ok(Val::Class(Class::User(id)))
    }
}

/// The names in `"x y"`, `"x, y"` or `["x", "y"]`.
fn field_names(v: &Val<'_>) -> Option<Vec<String>> {
    let all = |vs: &[Val<'_>]| vs.iter().map(|v| v.str_known().map(str::to_string)).collect();
    match v {
        Val::Str(t) => {
            let text = t.known.as_ref()?.replace(',', " ");
            Some(text.split_whitespace().map(str::to_string).collect())
        }
        Val::Tuple(vs) => all(vs),
        Val::Iter(it) => match &**it {
            Iter::Display(vs) => all(vs),
            _ => None,
        },
        _ => None,
    }
}
