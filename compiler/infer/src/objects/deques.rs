//! `collections.deque`: items with two ends.
//!
//! A deque is a collection (see `collections`) whose items are in a list, in order, behind `_head` places that hold
//! nothing: those that `popleft` emptied and that `appendleft` made room with. Both ends are therefore O(1) amortized and
//! an index leads straight to its item. `_maxlen` is -1 where there is no limit; `_removed` counts what changes the
//! items, for loops over them. The work is done in stdlib/collections.py, by swaps, so that items that are lists or
//! arrays move.

use super::*;
use crate::value::Collection;
use quipu_syntax::ast::BinOp;

/// The methods of deques.
pub const METHODS: &[&str] = &[
    "append",
    "appendleft",
    "clear",
    "copy",
    "count",
    "extend",
    "extendleft",
    "index",
    "insert",
    "pop",
    "popleft",
    "remove",
    "reverse",
    "rotate",
];

impl<'a> Lower<'a, '_> {
    pub fn is_deque(&self, o: Object) -> bool {
        self.collection(o) == Some(Collection::Deque)
    }

    /// Does `o[i] = v` store an item?
    pub fn holds_items(&self, o: Object) -> bool {
        self.is_deque(o) || self.collection(o).is_some_and(Collection::is_dict)
    }

    /// `deque(items, maxlen)`
    pub fn deque_call(&mut self, args: Args<'a>) -> R<Val<'a>> {
        let given = args.pos.len() + args.kw.len();
        if given > 2 {
            let text = format!("deque() takes at most 2 arguments ({given} given)");
            return self.raise(ErrorKind::TypeError, &text);
        }
        let (mut items, mut limit) = (args.pos.first().cloned(), args.pos.get(1).cloned());
        for (n, v) in args.kw {
            match n.as_str() {
                "iterable" if items.is_none() => items = Some(v),
                "maxlen" if limit.is_none() => limit = Some(v),
                n => {
                    let text = format!("'{n}' is an invalid keyword argument for deque()");
                    return self.raise(ErrorKind::TypeError, &text);
                }
            }
        }
        let limit = match limit {
            None | Some(Val::None) => self.int(-1),
            Some(v) if matches!(&v, Val::Scalar(s) if s.dtype.is_int() || s.dtype == DType::Bool) => {
                let n = self.as_index(&v)?;
                let zero = self.b.i64(0);
                let negative = self.b.map(&ops::LT, &[n.var, zero]);
                self.raise_if(negative, ErrorKind::ValueError, "maxlen must be non-negative", &[]);
                Val::Scalar(n)
            }
            Some(Val::Union(_)) => {
                return self.unsupported("a `maxlen` that is an int or None", "write one call for each");
            }
            Some(_) => return self.raise(ErrorKind::TypeError, "an integer is required"),
        };
        let elem = match &items {
            Some(Val::Object(x)) if self.is_deque(*x) => self.deque_list(*x)?.elem.as_ref().clone(),
            Some(Val::List(l)) => (*l.elem).clone(),
            Some(Val::Range(_)) => T::Scalar(DType::I64, false),
            Some(Val::Str(_)) => T::Str,
            _ => T::Never,
        };
        let o = self.collection_for(Collection::Deque, Some(limit), (elem, T::Never))?;
        if let Some(v) = items {
            self.deque_fill(o, &v, "deque_append")?;
        }
        Ok(Val::Object(o))
    }

    /// Hands the items of an iterable to a function of the library, one by one.
    fn deque_fill(&mut self, o: Object, v: &Val<'a>, f: &'static str) -> R<()> {
        // A deque may be given its own items.
        let v = match v {
            Val::Object(x) if self.is_deque(*x) => self.listed(v)?,
            v => v.clone(),
        };
        let d = Val::Object(o);
        self.each_item(&v, Rc::new(move |lw, item| lw.by_collections(f, &[d.clone(), item]).map(drop)))
    }

    /// The list that the items are in.
    fn deque_list(&mut self, o: Object) -> R<ListRef> {
        self.collection_list(o, "_items")
    }

    pub fn deque_len(&mut self, o: Object) -> R<Var> {
        let items = self.deque_list(o)?;
        let n = self.list_len(&items)?;
        let head = self.collection_int(o, "_head")?;
        Ok(self.b.sub(n, head))
    }

    /// The item at an index that is in bounds.
    pub fn deque_item(&mut self, o: Object, i: Var) -> R<Val<'a>> {
        let items = self.deque_list(o)?;
        let head = self.collection_int(o, "_head")?;
        let at = self.b.add(head, i);
        self.list_item(&items, at)
    }

    /// An index of the program as one from 0 on.
    fn deque_index(&mut self, o: Object, i: &Val<'a>) -> R<Var> {
        if !matches!(i, Val::Scalar(_) | Val::Object(_)) {
            let name = self.python_class_name(i);
            return self.raise(ErrorKind::TypeError, &format!("sequence index must be integer, not '{name}'"));
        }
        let i = self.as_index(i)?;
        let n = self.deque_len(o)?;
        let n = self.b.func.dim_of(n);
        Ok(self.norm_index(&i, &n, "deque index out of range"))
    }

    pub fn deque_load(&mut self, o: Object, i: &Val<'a>) -> R<Val<'a>> {
        if *self.deque_list(o)?.elem == T::Never {
            return self.raise(ErrorKind::IndexError, "deque index out of range");
        }
        let at = self.deque_index(o, i)?;
        self.deque_item(o, at)
    }

    pub fn deque_store(&mut self, o: Object, i: &Val<'a>, v: &Val<'a>) -> R<()> {
        let at = self.deque_index(o, i)?;
        self.fit_items(o, std::slice::from_ref(v))?;
        let head = self.collection_int(o, "_head")?;
        let at = self.b.add(head, at);
        let at = self.py(DType::I64, at);
        let items = self.deque_list(o)?;
        self.list_store(&items, &at, v)
    }

    pub fn deque_delete(&mut self, o: Object, i: &Val<'a>) -> R<()> {
        let at = self.deque_index(o, i)?;
        let at = self.py(DType::I64, at);
        self.by_collections("deque_delete", &[Val::Object(o), at]).map(drop)
    }

    /// `d.maxlen`
    pub fn deque_maxlen(&mut self, o: Object) -> R<Val<'a>> {
        let limit = self.field(o, Symbol::new("_maxlen"))?;
        match limit.as_ref().and_then(Val::int_known) {
            Some(-1) => Ok(Val::None),
            Some(n) => Ok(self.int(n)),
            None => self.by_collections("deque_maxlen", &[Val::Object(o)]),
        }
    }

    pub fn deque_method(&mut self, o: Object, name: &str, args: Args<'a>) -> R<Option<Val<'a>>> {
        if !args.kw.is_empty() {
            return self.raise(ErrorKind::TypeError, &format!("deque.{name}() takes no keyword arguments"));
        }
        let f: &'static str = match (name, args.pos.len()) {
            ("append", 1) => "deque_append",
            ("appendleft", 1) => "deque_appendleft",
            ("clear", 0) => "deque_clear",
            ("count", 1) => "deque_count",
            ("index", 1..=3) => "deque_find",
            ("insert", 2) => "deque_insert",
            ("pop", 0) => "deque_pop",
            ("popleft", 0) => "deque_popleft",
            ("remove", 1) => "deque_remove",
            ("reverse", 0) => "deque_reverse",
            ("rotate", 0 | 1) => "deque_rotate",
            ("copy", 0) => return self.deque_copy(o).map(|o| Some(Val::Object(o))),
            ("extend" | "extendleft", 1) => {
                let one = if name == "extend" { "deque_append" } else { "deque_appendleft" };
                self.deque_fill(o, &args.pos[0], one)?;
                return Ok(Some(Val::None));
            }
            (_, n) => {
                let text = match name {
                    "clear" | "copy" | "pop" | "popleft" | "reverse" => {
                        format!("deque.{name}() takes no arguments ({n} given)")
                    }
                    "append" | "appendleft" | "count" | "remove" | "extend" | "extendleft" => {
                        format!("deque.{name}() takes exactly one argument ({n} given)")
                    }
                    "insert" => format!("insert expected 2 arguments, got {n}"),
                    "index" if n == 0 => "index expected at least 1 argument, got 0".into(),
                    "index" => format!("index expected at most 3 arguments, got {n}"),
                    _ => format!("{name} expected at most 1 argument, got {n}"),
                };
                return self.raise(ErrorKind::TypeError, &text);
            }
        };
        let args = [&[Val::Object(o)], &args.pos[..]].concat();
        self.by_collections(f, &args).map(Some)
    }

    /// `d.copy()`
    fn deque_copy(&mut self, o: Object) -> R<Object> {
        let (limit, elem) = (self.field(o, Symbol::new("_maxlen"))?, self.deque_list(o)?.elem.as_ref().clone());
        let new = self.collection_for(Collection::Deque, limit, (elem, T::Never))?;
        self.by_collections("deque_extend", &[Val::Object(new), Val::Object(o)])?;
        Ok(new)
    }

    /// `d + d`, `d * n`, `n * d`
    pub fn deque_binary(&mut self, op: BinOp, x: &Val<'a>, y: &Val<'a>) -> R<Option<Val<'a>>> {
        let count = |v: &Val<'a>| matches!(v, Val::Scalar(s) if s.dtype.is_int() || s.dtype == DType::Bool);
        match (op, x, y) {
            (BinOp::Add, Val::Object(a), Val::Object(b)) if self.is_deque(*a) && self.is_deque(*b) => {
                let new = self.deque_copy(*a)?;
                self.by_collections("deque_extend", &[Val::Object(new), y.clone()])?;
                Ok(Some(Val::Object(new)))
            }
            (BinOp::Add, Val::Object(a), y) if self.is_deque(*a) && !self.has_method(y, "__radd__") => {
                let name = self.python_class_name(y);
                let text = format!("can only concatenate deque (not \"{name}\") to deque");
                self.raise(ErrorKind::TypeError, &text)
            }
            (BinOp::Mul, Val::Object(o), n) | (BinOp::Mul, n, Val::Object(o)) if self.is_deque(*o) && count(n) => {
                let new = self.deque_copy(*o)?;
                self.by_collections("deque_repeat", &[Val::Object(new), n.clone()])?;
                Ok(Some(Val::Object(new)))
            }
            _ => Ok(None),
        }
    }

    /// `d += items`, `d *= n`
    pub fn deque_in_place(&mut self, op: BinOp, o: Object, y: &Val<'a>) -> R<Option<()>> {
        match op {
            BinOp::Add => self.deque_fill(o, y, "deque_append").map(Some),
            BinOp::Mul if matches!(y, Val::Scalar(s) if s.dtype.is_int() || s.dtype == DType::Bool) => {
                self.by_collections("deque_repeat", &[Val::Object(o), y.clone()])?;
                Ok(Some(()))
            }
            _ => Ok(None),
        }
    }

    /// `deque([1, 2], maxlen=3)`
    pub fn deque_text(&mut self, o: Object) -> R<Var> {
        let open = self.lit("deque([");
        let text = self.joined_text(open, &Val::Object(o), "]", &mut |lw, item| lw.repr_of(item))?;
        let end = self.by_collections("deque_end", &[Val::Object(o)])?;
        let end = self.text_var(Some(end))?;
        Ok(self.join2(text, end))
    }
}
