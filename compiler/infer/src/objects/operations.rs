//! Methods, operators, comparisons and text of dicts and sets that are no records (see `collections`).

use super::collections::SET_METHODS;
use super::*;
use crate::value::{Collection, Family};
use quipu_syntax::ast::{BinOp, CmpOp};

const COUNTER_METHODS: &[&str] = &["most_common", "elements", "subtract", "total"];

impl<'a> Lower<'a, '_> {
    pub fn collection_has(&self, kind: Collection, name: &str) -> bool {
        match kind {
            Collection::Set => SET_METHODS.contains(&name),
            Collection::FrozenSet => SET_METHODS[..8].contains(&name),
            Collection::Deque => super::deques::METHODS.contains(&name),
            Collection::OrderedDict if name == "move_to_end" => true,
            Collection::Counter if COUNTER_METHODS.contains(&name) => true,
            _ => DICT_METHODS.contains(&name),
        }
    }

    /// A method; `None` of other objects and unknown methods.
    pub fn collection_method(&mut self, o: Object, name: &str, args: Args<'a>) -> R<Option<Val<'a>>> {
        match self.collection(o) {
            Some(kind) if !self.collection_has(kind, name) => Ok(None),
            Some(kind) if kind.is_set() => self.set_method(o, kind, name, args),
            Some(Collection::Deque) => self.deque_method(o, name, args),
            Some(kind) => self.dict_method(o, kind, name, args),
            None => Ok(None),
        }
    }

    fn dict_method(&mut self, o: Object, kind: Collection, name: &str, mut args: Args<'a>) -> R<Option<Val<'a>>> {
        let d = Val::Object(o);
        if kind == Collection::OrderedDict
            && matches!(name, "popitem" | "move_to_end")
            && let Some((_, last)) = args.kw.iter().find(|(n, _)| n.as_str() == "last").cloned()
        {
            args.kw.clear();
            args.pos.push(last);
        }
        if !args.kw.is_empty() && !matches!(name, "update" | "subtract") {
            return self.raise(ErrorKind::TypeError, &format!("dict.{name}() takes no keyword arguments"));
        }
        let view = |part| Val::Iter(Rc::new(Iter::Entries(o, part)));
        let counter = kind == Collection::Counter;
        let lib =
            |lw: &mut Self, f: &str, pos: &[Val<'a>]| lw.by_collections(f, &[std::slice::from_ref(&d), pos].concat());
        let pos = args.pos.clone();
        Ok(Some(match (name, &pos[..]) {
            ("keys", []) => view(Part::Keys),
            ("values", []) => view(Part::Values),
            ("items", []) => view(Part::Items),
            ("get", [_] | [_, _]) => lib(self, "dict_get", &pos)?,
            ("setdefault", [_] | [_, _]) => lib(self, "dict_setdefault", &pos)?,
            ("pop", [_]) => lib(self, "dict_pop", &pos)?,
            ("pop", [_, _]) => lib(self, "dict_pop_or", &pos)?,
            ("popitem", []) => lib(self, "dict_popitem", &[])?,
            ("popitem", [last]) if last.bool_known() == Some(true) => lib(self, "dict_popitem", &[])?,
            ("popitem", [last]) if last.bool_known() == Some(false) => lib(self, "ordered_pop_first", &[])?,
            ("move_to_end", [k]) => lib(self, "ordered_move_to_end", std::slice::from_ref(k))?,
            ("move_to_end", [k, last]) if last.bool_known() == Some(true) => {
                lib(self, "ordered_move_to_end", std::slice::from_ref(k))?
            }
            ("clear", []) => lib(self, "dict_clear", &[])?,
            ("copy", []) => Val::Object(self.copied(o, kind)?),
            ("update" | "subtract", [] | [_]) if counter => {
                self.count_into(o, name == "subtract", args)?;
                Val::None
            }
            ("update", [] | [_]) => {
                self.dict_fill_args(o, args)?;
                Val::None
            }
            ("most_common", [] | [_]) => lib(self, "counter_most_common", &pos)?,
            ("elements", []) => lib(self, "counter_elements", &[])?,
            ("total", []) => {
                let values = view(Part::Values);
                let sum = Val::Builtin(Builtin { module: "builtins", name: "sum" });
                self.call_values(&sum, &[values])?
            }
            ("fromkeys" | "move_to_end" | "popitem", _) => {
                return self.unsupported(format!("`{name}` like this"), "write a loop over the keys");
            }
            (_, all) => {
                let n = all.len();
                return self.raise(ErrorKind::TypeError, &format!("{name} expected other arguments, got {n}"));
            }
        }))
    }

    /// What `Counter.update` and `Counter.subtract` take.
    pub fn count_into(&mut self, o: Object, off: bool, args: Args<'a>) -> R<()> {
        let d = Val::Object(o);
        for v in &args.pos {
            match v {
                Val::Object(x) if self.is_record(*x) || self.collection(*x).is_some_and(Collection::is_dict) => {
                    let other = Val::Object(self.as_collection(*x)?);
                    self.by_collections(if off { "counter_subtract" } else { "counter_update" }, &[d.clone(), other])?;
                }
                v => {
                    let (d, n) = (d.clone(), if off { -1 } else { 1 });
                    self.each_item(
                        v,
                        Rc::new(move |lw, item| {
                            let n = lw.int(n);
                            lw.by_collections("counter_add", &[d.clone(), item, n]).map(drop)
                        }),
                    )?;
                }
            }
        }
        for (n, v) in args.kw {
            let k = self.text(n.as_str());
            let v = if off { self.unary(quipu_syntax::ast::UnaryOp::Neg, &v)? } else { v };
            self.by_collections("counter_add", &[d.clone(), k, v])?;
        }
        Ok(())
    }

    fn is_set(&self, v: &Val<'a>) -> bool {
        matches!(v, Val::Object(o) if self.collection(*o).is_some_and(Collection::is_set))
    }

    /// A set of an iterable's items: a set as it is.
    fn as_set(&mut self, v: &Val<'a>) -> R<Val<'a>> {
        match self.is_set(v) {
            true => Ok(v.clone()),
            false => Ok(Val::Object(self.set_from(Collection::Set, v)?)),
        }
    }

    fn set_method(&mut self, o: Object, kind: Collection, name: &str, args: Args<'a>) -> R<Option<Val<'a>>> {
        if !args.kw.is_empty() {
            return self.raise(ErrorKind::TypeError, &format!("{}.{name}() takes no keyword arguments", kind.name()));
        }
        let s = Val::Object(o);
        let all = args.pos;
        Ok(Some(match (name, &all[..]) {
            ("add" | "remove" | "discard", [v]) => self.by_collections(&format!("set_{name}"), &[s, v.clone()])?,
            ("pop" | "clear", []) => self.by_collections(&format!("set_{name}"), &[s])?,
            ("copy", []) => Val::Object(self.copied(o, kind)?),
            ("union", _) => {
                let out = self.copied(o, kind)?;
                for v in &all {
                    if self.is_set(v) {
                        self.by_collections("set_unite", &[Val::Object(out), s.clone(), v.clone()])?;
                    } else {
                        self.set_fill(out, v)?;
                    }
                }
                Val::Object(out)
            }
            ("update", _) => {
                for v in &all {
                    self.set_fill(o, v)?;
                }
                Val::None
            }
            ("intersection" | "difference", []) => Val::Object(self.copied(o, kind)?),
            ("intersection" | "difference", _) => {
                let mut out = o;
                for v in &all {
                    out = self.set_combined(kind, name, out, v)?;
                }
                Val::Object(out)
            }
            ("symmetric_difference", [v]) => {
                // CPython makes a set of the other one and toggles the items of this one in it.
                let out = self.set_from(kind, v)?;
                self.by_collections("set_toggle", &[Val::Object(out), s])?;
                Val::Object(out)
            }
            ("symmetric_difference_update", [v]) => {
                let v = self.as_set(v)?;
                self.by_collections("set_toggle", &[s, v])?
            }
            ("difference_update", _) => {
                for v in &all {
                    let f = if self.is_set(v) { "set_discard_set" } else { "set_discard_all" };
                    self.by_collections(f, &[s.clone(), v.clone()])?;
                }
                Val::None
            }
            ("intersection_update", _) => {
                let mut out = o;
                for v in &all {
                    out = self.set_combined(kind, "intersection", out, v)?;
                }
                let out = Val::Object(out);
                self.by_collections("set_clear", std::slice::from_ref(&s))?;
                self.by_collections("set_merge", &[s, out])?
            }
            ("issubset", [v]) => {
                let v = self.as_set(v)?;
                self.by_collections("set_within", &[s, v])?
            }
            ("issuperset", [v]) if self.is_set(v) => self.by_collections("set_within", &[v.clone(), s])?,
            ("issuperset", [v]) => self.by_collections("set_within_items", &[s, v.clone()])?,
            ("isdisjoint", [v]) => self.by_collections("set_apart", &[s, v.clone()])?,
            (_, all) => {
                let n = all.len();
                let text = format!("{}.{name}() takes other arguments ({n} given)", kind.name());
                return self.raise(ErrorKind::TypeError, &text);
            }
        }))
    }

    /// `intersection` or `difference` with one other iterable, in CPython's order of work.
    fn set_combined(&mut self, kind: Collection, name: &str, o: Object, v: &Val<'a>) -> R<Object> {
        let s = Val::Object(o);
        if name == "intersection" {
            let out = self.empty_like(kind, o)?;
            let f = if self.is_set(v) { "set_intersect" } else { "set_intersect_items" };
            self.by_collections(f, &[Val::Object(out), s, v.clone()])?;
            return Ok(out);
        }
        let dict = matches!(v, Val::Object(x) if self.collection(*x).is_some_and(Collection::is_dict));
        if !self.is_set(v) && !dict {
            let out = self.copied(o, kind)?;
            self.by_collections("set_discard_all", &[Val::Object(out), v.clone()])?;
            return Ok(out);
        }
        // Of a much larger set, copying and taking out is less work.
        let n = self.collection_len(o)?;
        let two = self.b.i64(2);
        let quarter = self.b.map(&ops::SHR, &[n, two]);
        let Val::Object(x) = v else { return Ok(o) };
        let m = self.collection_len(*x)?;
        let larger = self.b.map(&ops::GT, &[quarter, m]);
        let out = self.empty_like(kind, o)?;
        let to = Val::Object(out);
        self.branch(
            larger,
            |lw| {
                lw.by_collections("set_merge", &[to.clone(), s.clone()])?;
                lw.by_collections("set_discard_all", &[to.clone(), v.clone()]).map(drop)
            },
            |lw| lw.by_collections("set_subtract", &[to.clone(), s.clone(), v.clone()]).map(drop),
        )?;
        Ok(out)
    }

    // Operators.

    /// Of a dict's view of keys or items, what set operators see.
    fn set_operand(&mut self, v: &Val<'a>) -> R<Option<Object>> {
        match v {
            Val::Object(o) if self.collection(*o).is_some_and(Collection::is_set) => Ok(Some(*o)),
            Val::Iter(it) if matches!(**it, Iter::Entries(_, Part::Keys | Part::Items)) => {
                self.set_from(Collection::Set, v).map(Some)
            }
            _ => Ok(None),
        }
    }

    pub fn is_set_like(v: &Val<'a>) -> bool {
        matches!(v, Val::Iter(it) if matches!(**it, Iter::Entries(_, Part::Keys | Part::Items)))
    }

    pub fn collection_binary(&mut self, op: BinOp, x: &Val<'a>, y: &Val<'a>) -> R<Option<Val<'a>>> {
        let kind_of = |lw: &Self, v: &Val<'a>| match v {
            Val::Object(o) => lw.collection(*o),
            _ => None,
        };
        let (p, q) = (kind_of(self, x), kind_of(self, y));
        if p == Some(Collection::Deque) || q == Some(Collection::Deque) {
            return self.deque_binary(op, x, y);
        }
        if let (Some(Collection::Counter), Some(Collection::Counter)) = (p, q) {
            return self.counter_binary(op, x, y);
        }
        let dict = |lw: &Self, v: &Val<'a>, k: Option<Collection>| {
            k.is_some_and(Collection::is_dict) || matches!(v, Val::Object(o) if lw.is_record(*o))
        };
        if op == BinOp::BitOr && dict(self, x, p) && dict(self, y, q) && (p.is_some() || q.is_some()) {
            let (Val::Object(a), Val::Object(b)) = (x, y) else { return Ok(None) };
            let (a, kind) = (self.as_collection(*a)?, p.or(q).unwrap_or(Collection::Dict));
            let out = self.copied(a, kind)?;
            self.dict_fill(out, &Val::Object(*b))?;
            return Ok(Some(Val::Object(out)));
        }
        let set = |k: Option<Collection>| k.is_some_and(Collection::is_set);
        if !(set(p) || Self::is_set_like(x)) || !(set(q) || Self::is_set_like(y)) {
            return Ok(None);
        }
        let name = match op {
            BinOp::BitOr => "union",
            BinOp::BitAnd => "intersection",
            BinOp::Sub => "difference",
            BinOp::BitXor => "symmetric_difference",
            _ => return Ok(None),
        };
        let (Some(a), Some(b)) = (self.set_operand(x)?, self.set_operand(y)?) else { return Ok(None) };
        let kind = self.collection(a).unwrap_or(Collection::Set);
        self.set_method(a, kind, name, Args { pos: vec![Val::Object(b)], kw: vec![] })
    }

    fn counter_binary(&mut self, op: BinOp, x: &Val<'a>, y: &Val<'a>) -> R<Option<Val<'a>>> {
        let (Val::Object(a), Val::Object(_)) = (x, y) else { return Ok(None) };
        let out = Val::Object(self.empty_like(Collection::Counter, *a)?);
        match op {
            BinOp::Add | BinOp::Sub => {
                let sum = Val::Object(self.copied(*a, Collection::Counter)?);
                let f = if op == BinOp::Add { "counter_update" } else { "counter_subtract" };
                self.by_collections(f, &[sum.clone(), y.clone()])?;
                self.by_collections("counter_keep", &[out.clone(), sum])?;
            }
            BinOp::BitAnd => _ = self.by_collections("counter_intersect", &[out.clone(), x.clone(), y.clone()])?,
            BinOp::BitOr => _ = self.by_collections("counter_unite", &[out.clone(), x.clone(), y.clone()])?,
            _ => return Ok(None),
        }
        Ok(Some(out))
    }

    /// `x |= y` and its kin, in place; `None` where there is nothing of this kind.
    pub fn collection_in_place(&mut self, op: BinOp, x: &Val<'a>, y: &Val<'a>) -> R<Option<()>> {
        let Val::Object(o) = x else { return Ok(None) };
        let Some(kind) = self.collection(*o) else { return Ok(None) };
        if kind == Collection::Deque {
            return self.deque_in_place(op, *o, y);
        }
        if op == BinOp::BitOr && kind.is_dict() && kind != Collection::Counter {
            self.dict_fill(*o, y)?;
            return Ok(Some(()));
        }
        if kind != Collection::Set || !(self.is_set(y) || Self::is_set_like(y)) {
            return Ok(None);
        }
        let name = match op {
            BinOp::BitOr => "update",
            BinOp::BitAnd => "intersection_update",
            BinOp::Sub => "difference_update",
            BinOp::BitXor => "symmetric_difference_update",
            _ => return Ok(None),
        };
        self.set_method(*o, kind, name, Args { pos: vec![y.clone()], kw: vec![] })?;
        Ok(Some(()))
    }

    // Comparisons.

    pub fn collection_compare(&mut self, op: CmpOp, x: &Val<'a>, y: &Val<'a>) -> R<Option<Val<'a>>> {
        let kind_of = |lw: &Self, v: &Val<'a>| match v {
            Val::Object(o) => lw.collection(*o),
            _ => None,
        };
        let (p, q) = (kind_of(self, x), kind_of(self, y));
        let set = |v: &Val<'a>, k: Option<Collection>| k.is_some_and(Collection::is_set) || Self::is_set_like(v);
        if set(x, p) && set(y, q) {
            let (Some(a), Some(b)) = (self.set_operand(x)?, self.set_operand(y)?) else { return Ok(None) };
            let (a, b) = match op {
                CmpOp::Gt | CmpOp::GtE => (b, a),
                _ => (a, b),
            };
            let within = |lw: &mut Self| lw.by_collections("set_within", &[Val::Object(a), Val::Object(b)]);
            let (n, m) = (self.collection_len(a)?, self.collection_len(b)?);
            let row = match op {
                CmpOp::LtE | CmpOp::GtE => return within(self).map(Some),
                CmpOp::Eq | CmpOp::NotEq => &ops::EQ,
                _ => &ops::LT,
            };
            let fits = self.b.map(row, &[n, m]);
            let fits = self.py(DType::Bool, fits);
            let r = self.choose(&fits, within, |lw| Ok(lw.boolean(false)))?;
            let r = if op == CmpOp::NotEq { self.unary(quipu_syntax::ast::UnaryOp::Not, &r)? } else { r };
            return Ok(Some(r));
        }
        if (p, q) == (Some(Collection::Deque), Some(Collection::Deque)) {
            let (a, b) = (self.listed(x)?, self.listed(y)?);
            return self.compare(op, &a, &b).map(Some);
        }
        if (p.is_none() && q.is_none()) || op != CmpOp::Eq {
            return Ok(None);
        }
        let (Val::Object(a), Val::Object(b)) = (x, y) else { return Ok(Some(self.boolean(false))) };
        let dict = |lw: &Self, o: Object| lw.is_record(o) || lw.collection(o).is_some_and(Collection::is_dict);
        if !dict(self, *a) || !dict(self, *b) {
            return Ok(Some(self.boolean(false)));
        }
        let (a, b) = (self.as_collection(*a)?, self.as_collection(*b)?);
        self.equal_within((&Val::Object(a), &Val::Object(b)), |lw| lw.dicts_equal(a, b)).map(Some)
    }

    pub fn dicts_equal(&mut self, a: Object, b: Object) -> R<Val<'a>> {
        let (n, m) = (self.collection_len(a)?, self.collection_len(b)?);
        let same = self.b.map(&ops::EQ, &[n, m]);
        let cond = self.py(DType::Bool, same);
        let (n, source) = self.collection_source(a, Part::Items)?;
        self.choose(
            &cond,
            |lw| {
                lw.all_trips(n, 0xd1c7e9, &mut |lw, i| {
                    let Val::Tuple(kv) = lw.item(&source, i)? else { return Ok(lw.boolean(false)) };
                    let h = lw.hash_of(&kv[0])?;
                    let e = lw.call_tables("entry", &[Val::Object(b), kv[0].clone(), h])?;
                    let zero = lw.int(0);
                    let there = lw.compare(CmpOp::GtE, &e, &zero)?;
                    let e = lw.operand(&e)?;
                    lw.choose(
                        &there,
                        |lw| {
                            let l = lw.collection_list(b, "_values")?;
                            let other = lw.list_item(&l, e)?;
                            let r = lw.compare(CmpOp::Eq, &kv[1], &other)?;
                            lw.truth(&r)
                        },
                        |lw| Ok(lw.boolean(false)),
                    )
                })
            },
            |lw| Ok(lw.boolean(false)),
        )
    }

    // Text.

    /// `{'a': 1}`, `{1, 2}`, `Counter({'a': 2})`
    pub fn collection_text(&mut self, o: Object) -> R<Var> {
        let Some(kind) = self.collection(o) else { return Ok(self.lit("")) };
        if kind == Collection::Deque {
            return self.deque_text(o);
        }
        let n = self.collection_len(o)?;
        let zero = self.b.i64(0);
        let empty = self.b.map(&ops::EQ, &[n, zero]);
        let empty = self.py(DType::Bool, empty);
        let bare = matches!(kind, Collection::Dict | Collection::DefaultDict);
        let text = match bare {
            true => return self.filled_text(o, kind),
            false => self.choose(
                &empty,
                |lw| Ok(lw.text(&format!("{}()", kind.name()))),
                |lw| {
                    let s = lw.filled_text(o, kind)?;
                    Ok(lw.str_var(s))
                },
            )?,
        };
        self.text_var(Some(text))
    }

    fn filled_text(&mut self, o: Object, kind: Collection) -> R<Var> {
        let mut open = self.lit("{");
        let mut close = "}";
        match kind {
            Collection::Dict | Collection::Set => {}
            Collection::OrderedDict => (open, close) = (self.lit("OrderedDict(["), "])"),
            Collection::DefaultDict => {
                let factory = self.field(o, Symbol::new("_factory"))?.unwrap_or(Val::None);
                if !matches!(factory, Val::None | Val::Class(_)) {
                    return self.unsupported("the text of a function: it is an address", "print `dict(d)`");
                }
                let (head, shown, comma) = (self.lit("defaultdict("), self.repr_of(&factory)?, self.lit(", {"));
                let head = self.join2(head, shown);
                (open, close) = (self.join2(head, comma), "})");
            }
            _ => (open, close) = (self.lit(&format!("{}({{", kind.name())), "})"),
        }
        let items = match kind {
            Collection::Counter => self.by_collections("counter_ordered", &[Val::Object(o)])?,
            k if k.is_set() => Val::Object(o),
            _ => Val::Iter(Rc::new(Iter::Entries(o, Part::Items))),
        };
        let pairs = kind == Collection::OrderedDict;
        self.joined_text(open, &items, close, &mut |lw, item| match item {
            Val::Tuple(kv) if kind.is_dict() && !pairs => {
                let (k, v) = (lw.repr_of(&kv[0])?, lw.repr_of(&kv[1])?);
                let colon = lw.lit(": ");
                let k = lw.join2(k, colon);
                Ok(lw.join2(k, v))
            }
            item => lw.repr_of(item),
        })
    }

    /// The texts of an iterable's items with commas between.
    pub fn joined_text(
        &mut self,
        open: Var,
        items: &Val<'a>,
        close: &str,
        one: &mut dyn FnMut(&mut Self, &Val<'a>) -> R<Var>,
    ) -> R<Var> {
        let (n, source) = self.source(items)?;
        self.joined(open, n, close, &mut |lw, i| {
            let item = lw.item(&source, i)?;
            one(lw, &item)
        })
    }

    /// `n` texts with commas between.
    pub fn joined(&mut self, open: Var, n: Var, close: &str, one: &mut dyn FnMut(&mut Self, Var) -> R<Var>) -> R<Var> {
        let (at, (slot, site)) = (self.at, self.own_loop("text", 0x7e87));
        let outer = self.frames[at].slots.remove(&slot);
        let v = self.str_var(open);
        self.set_slot(at, slot, v);
        self.for_loop(site, n, vec![slot], false, false, &mut |lw, i| {
            let Some(Val::Str(acc)) = lw.get_slot(at, slot).cloned() else { return Ok(()) };
            let zero = lw.b.i64(0);
            let first = lw.b.map(&ops::EQ, &[i, zero]);
            let cond = lw.py(DType::Bool, first);
            let sep = lw.choose(&cond, |lw| Ok(lw.text("")), |lw| Ok(lw.text(", ")))?;
            let sep = lw.text_var(Some(sep))?;
            let head = lw.join2(acc.var, sep);
            let s = one(lw, i)?;
            let out = lw.join2(head, s);
            let v = lw.str_var(out);
            lw.set_slot(at, slot, v);
            Ok(())
        })?;
        let v = self.frames[at].slots.remove(&slot);
        if let Some(o) = outer {
            self.set_slot(at, slot, o);
        }
        let acc = self.text_var(v)?;
        let close = self.lit(close);
        Ok(self.join2(acc, close))
    }

    /// Is the class one whose equal objects meet as dicts or sets?
    pub fn is_collection(&self, v: &Val<'a>) -> bool {
        matches!(v, Val::Object(Object { class: ClassId { family: Family::Collection(_), .. }, .. }))
    }
}
