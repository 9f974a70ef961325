//! Strings: `str`, `repr`, `format`, `print`, and operators on strings.

use crate::expr::Args;
use crate::state::*;
use crate::value::*;
use quipu_abi::{DType, ErrorKind};
use quipu_ir::Var;
use quipu_ir::ops::{self, Const};
use quipu_syntax::Symbol;
use quipu_syntax::ast::{BinOp, CmpOp};
use std::rc::Rc;

impl<'a> Lower<'a, '_> {
    pub fn lit(&mut self, s: &str) -> Var {
        self.b.constant(Const::Str(s.into()))
    }

    pub fn join2(&mut self, a: Var, b: Var) -> Var {
        self.extern1(&ops::STR_CONCAT, &[a, b])
    }

    /// `str(v)`.
    pub fn str_of(&mut self, v: &Val<'a>) -> R<Var> {
        match v {
            Val::Str(t) => Ok(t.var),
            Val::Scalar(s) => match s.known {
                Some(Known::Int(k)) if !s.np => Ok(self.lit(&k.to_string())),
                Some(Known::Bool(b)) => Ok(self.lit(if b { "True" } else { "False" })),
                _ => Ok(self.extern1(&ops::STR_OF, &[s.var])),
            },
            Val::Array(p) => {
                let a = self.read(p)?;
                Ok(self.extern1(&ops::ARRAY_STR, &[a]))
            }
            Val::Fields(fs) => self.fields_text(fs, false),
            Val::Big(k) => Ok(self.lit(&k.to_string())),
            Val::Exc(e) => Ok(self.exc_str(&e.clone())),
            Val::Object(o) => self.object_text(*o, false),
            Val::Class(Class::DType(d)) => Ok(self.lit(d.name())),
            Val::Union(_) => {
                let r = self.split_union(v, |lw, m| {
                    let s = lw.str_of(m)?;
                    Ok(lw.str_var(s))
                })?;
                self.text_var(r)
            }
            _ => self.repr_of(v),
        }
    }

    pub fn text_var(&mut self, v: Option<Val<'a>>) -> R<Var> {
        match v {
            Some(Val::Str(t)) => Ok(t.var),
            _ => Ok(self.lit("")),
        }
    }

    /// `repr(v)`.
    pub fn repr_of(&mut self, v: &Val<'a>) -> R<Var> {
        match v {
            Val::None => Ok(self.lit("None")),
            Val::Object(o) => self.object_text(*o, true),
            Val::Ellipsis => Ok(self.lit("Ellipsis")),
            Val::Big(k) => Ok(self.lit(&k.to_string())),
            Val::Str(t) => Ok(self.extern1(&ops::STR_REPR, &[t.var])),
            Val::Scalar(s) if s.np => Ok(self.extern1(&ops::REPR_NP, &[s.var])),
            Val::Scalar(_) => self.str_of(v),
            Val::Array(p) => {
                let a = self.read(p)?;
                Ok(self.extern1(&ops::ARRAY_REPR, &[a]))
            }
            Val::Tuple(vs) => {
                let mut out = self.lit("(");
                for (k, v) in vs.iter().enumerate() {
                    if k > 0 {
                        let sep = self.lit(", ");
                        out = self.join2(out, sep);
                    }
                    let s = self.repr_of(v)?;
                    out = self.join2(out, s);
                }
                let end = self.lit(if vs.len() == 1 { ",)" } else { ")" });
                Ok(self.join2(out, end))
            }
            Val::Row(r) => self.row_repr(&r.clone()),
            Val::Fields(fs) => self.fields_text(fs, true),
            Val::List(l) => self.text_within(v, |lw| lw.list_repr(l)),
            Val::Iter(it)
                if let Iter::Entries(o, part) = **it
                    && !self.is_record(o) =>
            {
                let open = self.lit(&format!("{}([", part.class_name()));
                self.joined_text(open, v, "])", &mut |lw, item| lw.repr_of(item))
            }
            Val::Iter(it) if let Iter::Entries(o, part) = **it => {
                let items = self.record_view(o, part)?;
                let items = self.repr_of(&Val::Iter(std::rc::Rc::new(Iter::Display(items))))?;
                let (open, close) = (self.lit(&format!("{}(", part.class_name())), self.lit(")"));
                let open = self.join2(open, items);
                Ok(self.join2(open, close))
            }
            Val::Iter(it) if let Iter::Display(vs) = &**it => {
                let mut out = self.lit("[");
                for (k, v) in vs.iter().enumerate() {
                    if k > 0 {
                        let sep = self.lit(", ");
                        out = self.join2(out, sep);
                    }
                    let s = self.repr_of(v)?;
                    out = self.join2(out, s);
                }
                let end = self.lit("]");
                Ok(self.join2(out, end))
            }
            Val::Range(r) => {
                let mut out = self.lit("range(");
                let (a, b) = (self.str_of(&Val::Scalar(r[0].clone()))?, self.str_of(&Val::Scalar(r[1].clone()))?);
                let sep = self.lit(", ");
                out = self.join2(out, a);
                out = self.join2(out, sep);
                out = self.join2(out, b);
                if r[2].known != Some(Known::Int(1)) {
                    let c = self.str_of(&Val::Scalar(r[2].clone()))?;
                    out = self.join2(out, sep);
                    out = self.join2(out, c);
                }
                let end = self.lit(")");
                Ok(self.join2(out, end))
            }
            Val::Exc(e) => {
                self.need_exact_arguments()?;
                let (name, code) = (self.exc_name(e), self.exc_code(e));
                let arguments = self.extern1(&ops::EXC_ARGUMENTS, &[code, e.text]);
                Ok(self.join2(name, arguments))
            }
            Val::Class(c) => {
                let s = class_repr(*c);
                Ok(self.lit(&s))
            }
            Val::Method(m) if let ("<type>", Val::Exc(e)) = (m.1.as_str(), &m.0) => {
                let mut open = self.text("<class '");
                if self.cx.classes.exceptions().next().is_some() {
                    // Classes of the program have numbers.
                    let number = self.extern1(&ops::EXC_CLASS, &[e.text]);
                    let zero = self.b.i64(0);
                    let ours = self.b.map(&ops::GE, &[number, zero]);
                    let ours = self.py(quipu_abi::DType::Bool, ours);
                    open = self.choose(&ours, |lw| Ok(lw.text("<class '__main__.")), |_| Ok(open))?;
                }
                let (open, name, close) = (self.str_of(&open)?, self.exc_name(e), self.lit("'>"));
                let open = self.join2(open, name);
                Ok(self.join2(open, close))
            }
            Val::Union(_) => {
                let r = self.split_union(v, |lw, m| {
                    let s = lw.repr_of(m)?;
                    Ok(lw.str_var(s))
                })?;
                self.text_var(r)
            }
            _ => {
                let name = self.python_class_name(v);
                self.unsupported(format!("the text of a {name}"), "print its parts")
            }
        }
    }

    pub fn list_repr(&mut self, l: &ListRef) -> R<Var> {
        if *l.elem == T::Never {
            return Ok(self.lit("[]"));
        }
        if let Some(items) = self.slot_items(l) {
            return self.repr_of(&Val::Iter(std::rc::Rc::new(Iter::Display(items))));
        }
        let n = self.list_len(l)?;
        let open = self.lit("[");
        self.joined(open, n, "]", &mut |lw, i| {
            let frozen = lw.base(l.base).frozen;
            let item = lw.list_item(l, i)?;
            lw.base_mut(l.base).frozen = frozen;
            lw.repr_of(&item)
        })
    }

    fn row_repr(&mut self, r: &Row) -> R<Var> {
        if r.elem == T::Never {
            return Ok(self.lit("()"));
        }
        let l = self.row_list(r);
        let n = self.list_len(&l)?;
        let open = self.lit("(");
        let all = self.joined(open, n, "", &mut |lw, i| {
            let item = lw.list_item(&l, i)?;
            lw.repr_of(&item)
        })?;
        let one = self.b.i64(1);
        let single = self.b.map(&ops::EQ, &[n, one]);
        let single = self.py(DType::Bool, single);
        let end = self.choose(&single, |lw| Ok(lw.text(",)")), |lw| Ok(lw.text(")")))?;
        let end = self.text_var(Some(end))?;
        Ok(self.join2(all, end))
    }

    /// `format(v, "")`: NumPy's scalars as the Python numbers that they convert to.
    pub fn format_plain(&mut self, v: &Val<'a>) -> R<Var> {
        match v {
            Val::Scalar(s) if s.np && matches!(s.dtype, DType::F32 | DType::C64) => {
                let x = self.b.cast(s.var, if s.dtype == DType::F32 { DType::F64 } else { DType::C128 });
                Ok(self.extern1(&ops::STR_OF, &[x]))
            }
            v => self.str_of(v),
        }
    }

    /// `format(v, spec)`.
    pub fn format(&mut self, v: &Val<'a>, spec: &Val<'a>) -> R<Val<'a>> {
        if let Some(r) = self.split_union(v, |lw, m| lw.format(m, spec))? {
            return Ok(r);
        }
        let Val::Str(t) = spec else { return self.error("type-mismatch", "a format spec is a string") };
        if let Some(s) = self.special(v, "__format__", std::slice::from_ref(spec))? {
            return Ok(s);
        }
        if spec.str_known() == Some("") {
            let s = self.format_plain(v)?;
            return Ok(self.str_var(s));
        }
        let x = match v {
            Val::Str(s) => s.var,
            Val::Scalar(s) => {
                // NumPy's scalars format like the Python number they convert to.
                let d = match s.dtype {
                    DType::Bool => DType::Bool,
                    d if d.is_int() => DType::I64,
                    d if d.is_float() => DType::F64,
                    _ => DType::C128,
                };
                self.b.cast(s.var, d)
            }
            Val::Array(p) if p.dims.is_empty() => {
                let x = self.read_element(p)?;
                let s = self.np(p.dtype, x);
                return self.format(&s, spec);
            }
            _ => {
                let name = self.python_class_name(v);
                return self
                    .raise(ErrorKind::TypeError, &format!("unsupported format string passed to {name}.__format__"));
            }
        };
        let r = self.extern1(&ops::FORMAT, &[x, t.var]);
        Ok(self.str_var(r))
    }

    pub fn print(&mut self, args: &Args<'a>) -> R<Val<'a>> {
        let (mut sep, mut end) = (" ".to_string(), "\n".to_string());
        let mut sep_var = None;
        let mut end_var = None;
        let mut flush = None;
        let mut row = &ops::PRINT;
        if let Some((_, file)) = args.kw.iter().find(|(k, _)| k.as_str() == "file") {
            match file {
                Val::None => {}
                Val::Builtin(b) if b.module == "streams" && b.name != "stdin" => {
                    row = if b.name == "stderr" { &ops::PRINT_ERROR } else { row };
                }
                file => return self.print_to(&file.clone(), args),
            }
        }
        for (k, v) in &args.kw {
            match (k.as_str(), v) {
                ("file", _) | ("sep", Val::None) | ("end", Val::None) => {}
                ("flush", v) => flush = Some(v.clone()),
                ("sep", Val::Str(t)) => match &t.known {
                    Some(s) => sep = s.to_string(),
                    None => sep_var = Some(t.var),
                },
                ("end", Val::Str(t)) => match &t.known {
                    Some(s) => end = s.to_string(),
                    None => end_var = Some(t.var),
                },
                ("sep" | "end", v) => {
                    let class = self.python_class_name(v);
                    let text = format!("{} must be None or a string, not {class}", k.as_str());
                    return self.raise(ErrorKind::TypeError, &text);
                }
                (k, _) => return self.unknown_argument(Symbol::new(k), "print", &["sep", "end", "file", "flush"]),
            }
        }
        let mut out: Option<Var> = None;
        // Where the first argument may stand for none at all, the next separator is computed.
        let mut gap = None;
        for v in &args.pos {
            if let Val::Method(m) = v
                && m.1 == crate::displays::spread()
            {
                let sep = match sep_var {
                    Some(v) => self.str_var(v),
                    None => self.text(&sep),
                };
                let so_far = match out {
                    Some(o) => self.str_var(o),
                    None => Val::None,
                };
                if out.is_none() {
                    let g = self.by_library("gap_after", &[m.0.clone(), sep.clone()])?;
                    gap = Some(self.str_of(&g)?);
                }
                let all = self.by_library("texts_after", &[so_far, m.0.clone(), sep])?;
                out = Some(self.str_of(&all)?);
                continue;
            }
            let s = self.str_of(v)?;
            out = Some(match out {
                None => s,
                Some(o) => {
                    let sep = match (gap.take(), sep_var) {
                        (Some(v), _) | (None, Some(v)) => v,
                        (None, None) => self.lit(&sep),
                    };
                    let o = self.join2(o, sep);
                    self.join2(o, s)
                }
            });
        }
        let end = match end_var {
            Some(v) => v,
            None => self.lit(&end),
        };
        let text = match out {
            None => end,
            Some(o) => self.join2(o, end),
        };
        self.b.emit_n(ops::Extern(row), &[text], vec![]);
        if let Some(v) = flush.filter(|_| row == &ops::PRINT) {
            let cond = self.truth(&v)?;
            let out = |lw: &mut Self| {
                lw.b.emit_n(ops::Extern(&ops::FLUSH), &[], vec![]);
                Ok(Val::None)
            };
            self.choose(&cond, out, |_| Ok(Val::None))?;
        }
        Ok(Val::None)
    }

    pub fn str_binary(&mut self, op: BinOp, x: &Val<'a>, y: &Val<'a>) -> R<Val<'a>> {
        match (op, x, y) {
            (BinOp::Add, Val::Str(_), Val::Str(_)) => self.concat(x, y),
            (BinOp::Mul, Val::Str(t), Val::Scalar(n)) | (BinOp::Mul, Val::Scalar(n), Val::Str(t))
                if n.dtype.is_int() || n.dtype == DType::Bool =>
            {
                if let (Some(s), Some(Known::Int(k))) = (&t.known, n.known)
                    && s.len() as i64 * k.max(0) < 10_000
                {
                    let s = s.repeat(k.max(0) as usize);
                    return Ok(self.text(&s));
                }
                let n = self.b.cast(n.var, DType::I64);
                let r = self.extern1(&ops::STR_REPEAT, &[t.var, n]);
                Ok(self.str_var(r))
            }
            (BinOp::Mod, Val::Str(t), _) => self.percent(&t.clone(), y),
            (BinOp::Add, Val::Str(_), _) => {
                let name = self.python_class_name(y);
                self.raise(ErrorKind::TypeError, &format!("can only concatenate str (not \"{name}\") to str"))
            }
            (BinOp::Mul, Val::Str(_), times) | (BinOp::Mul, times, Val::Str(_)) => self.bad_repeat(&times.clone()),
            _ => {
                let (a, b) = (self.python_class_name(x), self.python_class_name(y));
                self.raise(
                    ErrorKind::TypeError,
                    &format!("unsupported operand type(s) for {}: '{a}' and '{b}'", op.as_str()),
                )
            }
        }
    }

    pub fn str_compare(&mut self, op: CmpOp, x: &Val<'a>, y: &Val<'a>) -> R<Val<'a>> {
        let (Val::Str(a), Val::Str(b)) = (x, y) else { return Ok(Val::None) };
        if let (Some(s), Some(t)) = (&a.known, &b.known) {
            let o = s.cmp(t);
            let k = match op {
                CmpOp::Eq => o.is_eq(),
                CmpOp::NotEq => o.is_ne(),
                CmpOp::Lt => o.is_lt(),
                CmpOp::LtE => o.is_le(),
                CmpOp::Gt => o.is_gt(),
                _ => o.is_ge(),
            };
            return Ok(self.boolean(k));
        }
        let (row, u, v, negate) = match op {
            CmpOp::Eq => (&ops::STR_EQ, a.var, b.var, false),
            CmpOp::NotEq => (&ops::STR_EQ, a.var, b.var, true),
            CmpOp::Lt => (&ops::STR_LT, a.var, b.var, false),
            CmpOp::GtE => (&ops::STR_LT, a.var, b.var, true),
            CmpOp::Gt => (&ops::STR_LT, b.var, a.var, false),
            _ => (&ops::STR_LT, b.var, a.var, true),
        };
        let mut r = self.extern1(row, &[u, v]);
        if negate {
            r = self.b.map(&ops::NOT, &[r]);
        }
        Ok(self.py(DType::Bool, r))
    }

    pub fn str_load(&mut self, t: &Text, index: &Val<'a>) -> R<Val<'a>> {
        let n = self.extern1(&ops::STR_LEN, &[t.var]);
        let d = self.b.func.dim_of(n);
        self.assume_size(&d);
        if let Val::Slice(s) = index {
            let (start, step, len) = self.slice_range(&s.clone(), &d)?;
            let count = self.b.size(&len);
            let r = self.extern1(&ops::STR_SLICE, &[t.var, start, step, count]);
            return Ok(self.str_var(r));
        }
        let i = self.as_index(index)?;
        let i = self.norm_index(&i, &d, "string index out of range");
        let r = self.extern1(&ops::STR_INDEX, &[t.var, i]);
        Ok(self.str_var(r))
    }

    pub fn str_method(&mut self, s: &Val<'a>, name: &str, args: &[Val<'a>], kw: Vec<(Symbol, Val<'a>)>) -> R<Val<'a>> {
        match (name, args) {
            ("join", [items]) => {
                let items = self.materialize(items)?;
                let (trip, source) = self.source(&items)?;
                let (at, (slot, site)) = (self.at, self.own_loop("joined", 0x701));
                let empty = self.text("");
                self.set_slot(at, slot, empty);
                let sep = s.clone();
                self.for_loop(site, trip, vec![slot], false, false, &mut |lw, i| {
                    let item = lw.item(&source, i)?;
                    if !matches!(item, Val::Str(_)) {
                        let name = lw.python_class_name(&item);
                        return lw.raise(
                            ErrorKind::TypeError,
                            &format!("sequence item 0: expected str instance, {name} found"),
                        );
                    }
                    let acc = lw.get_slot(at, slot).cloned().unwrap_or(Val::None);
                    let zero = lw.b.i64(0);
                    let first = lw.b.map(&ops::EQ, &[i, zero]);
                    let cond = lw.py(DType::Bool, first);
                    let sep = sep.clone();
                    let gap = lw.choose(&cond, |lw| Ok(lw.text("")), |_| Ok(sep))?;
                    let a = lw.concat(&acc, &gap)?;
                    let a = lw.concat(&a, &item)?;
                    let a = lw.text_var(Some(a))?;
                    let a = lw.str_var(a);
                    lw.set_slot(at, slot, a);
                    Ok(())
                })?;
                let v = self.frames[at].slots.remove(&slot);
                let v = self.text_var(v)?;
                Ok(self.str_var(v))
            }
            ("format", _) => self.unsupported("str.format", "write an f-string"),
            _ => match (s.str_known(), name, args) {
                (Some(k), "upper", []) => {
                    let r = k.to_uppercase();
                    Ok(self.text(&r))
                }
                (Some(k), "lower", []) => {
                    let r = k.to_lowercase();
                    Ok(self.text(&r))
                }
                (_, "find", [Val::Str(part)]) => {
                    let Val::Str(t) = s else { return Ok(Val::None) };
                    let r = self.extern1(&ops::STR_FIND, &[t.var, part.var]);
                    Ok(self.py(DType::I64, r))
                }
                (_, "replace", [Val::Str(old), Val::Str(new)]) => {
                    let Val::Str(t) = s else { return Ok(Val::None) };
                    let r = self.extern1(&ops::STR_REPLACE, &[t.var, old.var, new.var]);
                    Ok(self.str_var(r))
                }
                (_, "upper" | "lower", []) => {
                    let Val::Str(t) = s else { return Ok(Val::None) };
                    let r = self.extern1(if name == "upper" { &ops::STR_UPPER } else { &ops::STR_LOWER }, &[t.var]);
                    Ok(self.str_var(r))
                }
                (_, "find", [_, _] | [_, _, _]) => {
                    self.by_library("str_find_in", &[std::slice::from_ref(s), args].concat())
                }
                (_, "replace", [_, _, _]) => {
                    self.by_library("str_replace_some", &[std::slice::from_ref(s), args].concat())
                }
                _ => match self.stdlib_function("builtins", Symbol::new(&format!("str_{name}"))) {
                    Some(f) => self.call(&f, Args { pos: [std::slice::from_ref(s), args].concat(), kw }),
                    None => self.unsupported(format!("the string method `{name}`"), "write a loop over the characters"),
                },
            },
        }
    }

    pub fn tuple_item(&mut self, t: &Val<'a>, i: &Scalar) -> R<Val<'a>> {
        let Val::Tuple(vs) = t else { return Ok(Val::None) };
        let n = vs.len() as i64;
        let known = i.known.map(|k| match k {
            Known::Int(k) => k,
            Known::Bool(b) => i64::from(b),
            Known::Float(_) => 0,
        });
        if let Some(k) = known.or_else(|| self.known_of(i.var)) {
            let j = if k < 0 { k + n } else { k };
            return match vs.get(usize::try_from(j).unwrap_or(usize::MAX)) {
                Some(v) => Ok(v.clone()),
                None => self.raise(ErrorKind::IndexError, "tuple index out of range"),
            };
        }
        if vs.is_empty() {
            return self.raise(ErrorKind::IndexError, "tuple index out of range");
        }
        let ix = self.norm_index(i, &quipu_ir::Dim::from(n), "tuple index out of range");
        match self.pick_number(vs, ix) {
            Some(v) => Ok(v),
            None => self.tuple_choice(&vs.clone(), ix, 0),
        }
    }

    fn tuple_choice(&mut self, vs: &Rc<[Val<'a>]>, i: Var, k: usize) -> R<Val<'a>> {
        if k + 1 == vs.len() {
            return Ok(vs[k].clone());
        }
        let here = self.b.i64(k as i64);
        let is = self.b.map(&ops::EQ, &[i, here]);
        let cond = self.py(DType::Bool, is);
        self.choose(&cond, |_| Ok(vs[k].clone()), |lw| lw.tuple_choice(vs, i, k + 1))
    }
}

fn class_repr(c: Class) -> String {
    match c {
        Class::Np(d) => format!("<class 'numpy.{}'>", d.name()),
        Class::Kind(k) => format!("<class 'numpy.{k}'>"),
        Class::DType(d) => format!("dtype('{}')", d.name()),
        Class::Ndarray => "<class 'numpy.ndarray'>".into(),
        Class::Exception(k) => format!("<class '{}'>", k.name()),
        c => format!("<class '{}'>", crate::builtins::class_name(c)),
    }
}
