//! Attributes and methods of values.

use super::*;
use crate::expr::Args;
use crate::state::*;
use crate::value::*;
use quipu_abi::{DType, ErrorKind};
use quipu_ir::ops;
use quipu_syntax::Symbol;
use quipu_syntax::ast::{BinOp, CmpOp, Expr, ExprKind};
use std::rc::Rc;

impl<'a> Lower<'a, '_> {
    // Attributes.

    pub fn attribute(&mut self, o: &Val<'a>, name: Symbol) -> R<Val<'a>> {
        if let Some(r) = self.split_union(o, |lw, m| lw.attribute(m, name))? {
            return Ok(r);
        }
        self.check_attribute(o, name)?;
        match o {
            Val::Module(m) => self.module_attribute(m, name),
            Val::Builtin(Builtin { module: "typing", .. }) => Ok(o.clone()),
            Val::Builtin(b @ Builtin { module: "streams", .. }) => self.stream_attribute(*b, name),
            Val::Array(p) => self.array_attribute(&p.clone(), name),
            Val::Scalar(s) => match name.as_str() {
                "real" | "imag" => {
                    let imag = name.as_str() == "imag";
                    let d = s.dtype;
                    let v = match (d.is_complex(), imag) {
                        (true, _) => self.b.map(if imag { &ops::IMAG_PART } else { &ops::REAL_PART }, &[s.var]),
                        (false, true) => self.b.like(0.0, s.var),
                        (false, false) => s.var,
                    };
                    Ok(Val::Scalar(Scalar { dtype: d.real(), np: s.np, var: v, known: None }))
                }
                "dtype" if s.np => Ok(Val::Class(Class::DType(s.dtype))),
                "shape" if s.np => Ok(Val::Tuple(Rc::new([]))),
                "ndim" if s.np => Ok(self.int(0)),
                "size" if s.np => Ok(self.int(1)),
                "T" if s.np => Ok(o.clone()),
                _ => Ok(Val::Method(Rc::new((o.clone(), name)))),
            },
            Val::Class(Class::Limits(d)) => self.limit(*d, name.as_str()),
            Val::Class(Class::DType(d)) => match name.as_str() {
                "name" => Ok(self.text(d.name())),
                "itemsize" => Ok(self.int(d.size() as i64)),
                "kind" => {
                    let k = match d.kind() {
                        quipu_abi::Kind::Bool => "b",
                        quipu_abi::Kind::Unsigned => "u",
                        quipu_abi::Kind::Signed => "i",
                        quipu_abi::Kind::Float => "f",
                        quipu_abi::Kind::Complex => "c",
                    };
                    Ok(self.text(k))
                }
                "type" => Ok(Val::Class(Class::Np(*d))),
                _ => self.unsupported(format!("the attribute `{}` of a dtype", name.as_str()), "use its name"),
            },
            Val::Method(m) if name.as_str() == "__name__" && m.1.as_str() == "<type>" => match &m.0 {
                Val::Exc(e) => {
                    let v = self.exc_name(&e.clone());
                    Ok(self.str_var(v))
                }
                _ => self.unsupported("the class of this value", "use isinstance"),
            },
            Val::Class(Class::Exception(k)) if name.as_str() == "__name__" => Ok(self.text(k.class_name())),
            Val::Class(Class::Np(d)) if name.as_str() == "__name__" => {
                Ok(self.text(if *d == DType::Bool { "bool" } else { d.name() }))
            }
            Val::Fields(fs) => self.fields_attribute(fs, name),
            Val::Object(x) => self.object_attribute(*x, name),
            Val::Super(_) => Ok(Val::Method(Rc::new((o.clone(), name)))),
            Val::Class(Class::User(c)) => self.class_member(*c, name),
            Val::Class(Class::Dict) if name.as_str() == "fromkeys" => Ok(Val::Method(Rc::new((o.clone(), name)))),
            Val::Class(c) if name.as_str() == "__name__" => Ok(self.text(class_name(*c))),
            Val::Class(Class::Exception(_)) if name.as_str() == "__init__" => {
                Ok(Val::Method(Rc::new((o.clone(), name))))
            }
            Val::Class(c @ (Class::Str | Class::List | Class::Tuple | Class::Int | Class::Float | Class::Dict)) => {
                self.class_function(*c, name)
            }
            Val::Builtin(b) if name.as_str() == "__name__" => Ok(self.text(b.name)),
            Val::Func(f) => match name.as_str() {
                "__name__" | "__doc__" => {
                    let shown = self.cx.wrapped_name(f.id);
                    let (n, doc) = shown.unwrap_or_else(|| (f.code.name().into(), f.code.doc()));
                    match (name.as_str(), doc) {
                        ("__name__", _) => Ok(self.text(&n)),
                        (_, Some(doc)) => Ok(self.text(&doc)),
                        (_, None) => Ok(Val::None),
                    }
                }
                "py_func" => Ok(o.clone()),
                "from_iterable" if &*self.frames[f.frame].name == "itertools" => {
                    self.module_attribute("itertools", Symbol::new("chain_from_iterable"))
                }
                n => match self.function_object(f)? {
                    Some(o) => self.attribute(&o, name),
                    None if crate::suggest::names_of("function").is_some_and(|mut all| all.any(|k| k == n)) => {
                        self.unsupported(format!("the attribute `{n}` of a function"), "call the function")
                    }
                    None => self.raise(ErrorKind::AttributeError, &format!("'function' object has no attribute '{n}'")),
                },
            },
            Val::Builtin(b) => {
                let b = *b;
                match name.as_str() {
                    "reduce" | "outer" | "accumulate" | "at" => Ok(Val::Method(Rc::new((Val::Builtin(b), name)))),
                    n => self.unsupported(format!("the attribute `{n}` of `{}`", b.name), "call the function"),
                }
            }
            Val::Range(r) if let Some(k) = ["start", "stop", "step"].iter().position(|n| *n == name.as_str()) => {
                Ok(Val::Scalar(r[k].clone()))
            }
            Val::List(_) | Val::Str(_) | Val::Tuple(_) | Val::Row(_) | Val::Range(_) => {
                Ok(Val::Method(Rc::new((o.clone(), name))))
            }
            Val::Exc(e) if name.as_str() == "args" => self.arguments_of(&e.clone()),
            Val::Exc(_) if matches!(name.as_str(), "with_traceback" | "add_note" | "__traceback__" | "__cause__") => {
                self.unsupported(
                    format!("`{}` of an exception", name.as_str()),
                    "print the exception where it is handled",
                )
            }
            Val::Exc(_) if self.cx.classes.exception_method(name) => Ok(Val::Method(Rc::new((o.clone(), name)))),
            Val::Exc(e) if let Some(v) = self.by_exception(&e.clone(), name, &|lw, o| lw.attribute(o, name))? => Ok(v),
            _ => {
                let class = self.python_class_name(o);
                self.raise(ErrorKind::AttributeError, &format!("'{class}' object has no attribute '{}'", name.as_str()))
            }
        }
    }

    pub fn call_method(&mut self, o: &Val<'a>, name: Symbol, args: Args<'a>) -> R<Val<'a>> {
        let n = name.as_str();
        self.check_attribute(o, name)?;
        self.check_spread(o, &args)?;
        match o {
            Val::Union(_)
                if matches!(n, "keys" | "values" | "items")
                    && let Some(stop) = self.generalize_members(o) =>
            {
                Err(stop)
            }
            Val::Union(_) => match self.split_union(o, |lw, m| lw.call_method(m, name, args.clone()))? {
                Some(v) => Ok(v),
                None => Ok(Val::None),
            },
            Val::List(_) | Val::Str(_) | Val::Tuple(_) | Val::Row(_)
                if n.starts_with("__")
                    && let Some(v) = self.operator_method(o, n, &args)? =>
            {
                Ok(v)
            }
            Val::Object(x)
                if n.starts_with("__")
                    && (self.collection(*x).is_some() || self.is_record(*x))
                    && let Some(v) = self.operator_method(o, n, &args)? =>
            {
                Ok(v)
            }
            Val::Object(x) if self.collection(*x).is_some() => match self.collection_method(*x, n, args)? {
                Some(v) => Ok(v),
                None => self.object_attribute(*x, name),
            },
            Val::Class(Class::Dict) if n == "fromkeys" => self.dict_from_keys(&args.pos),
            Val::Object(x) if self.is_record(*x) => match self.record_method(*x, n, args)? {
                Some(v) => Ok(v),
                None => self.object_attribute(*x, name),
            },
            Val::Object(_) | Val::Super(_) | Val::Class(Class::User(_)) => match self.method_call(o, name, &args)? {
                Some(v) => Ok(v),
                None if !matches!(o, Val::Super(_)) => {
                    let f = self.attribute(o, name)?;
                    self.call(&f, args)
                }
                None => self.raise(ErrorKind::AttributeError, &format!("'super' object has no attribute '{n}'")),
            },
            Val::Array(_) if matches!(n, "transpose" | "swapaxes") && !args.kw.is_empty() => {
                self.raise(ErrorKind::TypeError, &format!("{n}() takes no keyword arguments"))
            }
            Val::Array(_) => self.array_method(o, n, args),
            Val::List(l) => {
                if n == "sort" && !args.kw.is_empty() && args.pos.is_empty() {
                    let l = l.clone();
                    if self.chosen(&l).is_none() && self.moves_items(&l)? {
                        let given = self.take_args("sort", args, &["key", "reverse"], 0)?;
                        let no = self.boolean(false);
                        let reverse = given.get(1).cloned().flatten().unwrap_or(no);
                        return match given.first().cloned().flatten() {
                            None | Some(Val::None) => self.by_library("list_sort", &[o.clone(), reverse]),
                            Some(key) => self.by_library("list_sort_by", &[o.clone(), key, reverse]),
                        };
                    }
                    let sorted = Val::Builtin(Builtin { module: "builtins", name: "sorted" });
                    let r = self.call(&sorted, Args { pos: vec![o.clone()], kw: args.kw })?;
                    return self.list_replace(&l, &r);
                }
                if !args.kw.is_empty() {
                    return self.unsupported(format!("list.{n} with keyword arguments"), "pass them by position");
                }
                self.list_method(&l.clone(), n, &args.pos)
            }
            Val::Str(t) if n == "format" => self.str_format(&t.clone(), &args),
            Val::Str(_) => self.str_method(o, n, &args.pos, args.kw),
            Val::Scalar(s) => match (n, s.np) {
                ("conjugate" | "conj", _) => {
                    let v = if s.dtype.is_complex() { self.b.map(&ops::CONJ, &[s.var]) } else { s.var };
                    Ok(Val::Scalar(Scalar { var: v, known: None, ..s.clone() }))
                }
                ("item", true) => {
                    let d = match s.dtype {
                        DType::Bool => DType::Bool,
                        d if d.is_int() => DType::I64,
                        d if d.is_float() => DType::F64,
                        _ => DType::C128,
                    };
                    let v = self.b.cast(s.var, d);
                    Ok(self.py(d, v))
                }
                ("bit_length" | "bit_count", false) if s.dtype == DType::I64 => {
                    match self.stdlib_function("builtins", Symbol::new(&format!("int_{n}"))) {
                        Some(f) => self.call_values(&f, std::slice::from_ref(o)),
                        None => Ok(Val::None),
                    }
                }
                ("is_integer", false) if s.dtype == DType::F64 => {
                    let r = self.b.map(&ops::TRUNC, &[s.var]);
                    let e = self.b.map(&ops::EQ, &[r, s.var]);
                    let f = self.b.map(&ops::ISFINITE, &[s.var]);
                    let v = self.b.map(&ops::AND, &[e, f]);
                    Ok(self.py(DType::Bool, v))
                }
                (_, true) => self.array_method(o, n, args),
                _ => {
                    let class = self.python_class_name(o);
                    self.unsupported(format!("the method `{n}` of {class}"), "write it with operators and functions")
                }
            },
            Val::Exc(e)
                if let Some(v) =
                    self.by_exception(&e.clone(), name, &|lw, o| lw.call_method(o, name, args.clone()))? =>
            {
                Ok(v)
            }
            // `Exception.__init__(self, ..)`
            Val::Class(Class::Exception(_)) if n == "__init__" && matches!(args.pos.first(), Some(Val::Object(_))) => {
                if let Val::Object(o) = args.pos[0] {
                    self.set_exception_arguments(o, &args.pos[1..])?;
                }
                Ok(Val::None)
            }
            Val::Fields(fs) if n == "copy" && args.pos.is_empty() && args.kw.is_empty() => self.fields_copy(fs),
            Val::Builtin(b) if b.module == "streams" => self.stream_method(*b, name, args),
            Val::Builtin(b) => self.ufunc_method(*b, n, args),
            Val::Func(_) => {
                let f = self.attribute(o, name)?;
                self.call(&f, args)
            }
            // `str.maketrans(..)` is no method of a text.
            Val::Class(Class::Str) if n == "maketrans" => {
                let f = self.class_function(Class::Str, name)?;
                self.call(&f, args)
            }
            // `str.upper(s)`: the method of the first argument.
            Val::Class(c) if !args.pos.is_empty() => {
                let first = args.pos[0].clone();
                if self.is_instance(&first, &Val::Class(*c)) != Some(true) {
                    return self.unsupported(
                        format!("`{}.{n}` of another type", class_name(*c)),
                        "call the method of the value",
                    );
                }
                self.call_method(&first, name, Args { pos: args.pos[1..].to_vec(), kw: args.kw })
            }
            Val::Row(r) => self.row_method(&r.clone(), n, &args.pos),
            Val::Tuple(vs) if n == "index" && args.pos.len() == 1 => self.tuple_index(&vs.clone(), &args.pos[0], 0),
            Val::Tuple(vs) if n == "count" && args.pos.len() == 1 => {
                let mut count = self.int(0);
                for v in vs.clone().iter() {
                    let e = self.compare(CmpOp::Eq, v, &args.pos[0])?;
                    let e = self.truth(&e)?;
                    if e.bool_known() == Some(false) {
                        continue;
                    }
                    let e = self.operand(&e)?;
                    let one = self.b.cast(e, DType::I64);
                    let one = self.py(DType::I64, one);
                    count = self.binary(BinOp::Add, &count, &one)?;
                }
                Ok(count)
            }
            _ => self.unsupported(format!("the method `{n}` of this value"), "see the reference"),
        }
    }

    /// `t.index(x)`, from the item with number `k` on.
    fn tuple_index(&mut self, items: &[Val<'a>], x: &Val<'a>, k: usize) -> R<Val<'a>> {
        let Some(v) = items.get(k) else {
            return self.raise(ErrorKind::ValueError, "tuple.index(x): x not in tuple");
        };
        let e = self.compare(CmpOp::Eq, v, x)?;
        let e = self.truth(&e)?;
        self.choose(&e, |lw| Ok(lw.int(k as i64)), |lw| lw.tuple_index(items, x, k + 1))
    }

    /// A method of Python's own types by which an operator is known: `xs.__getitem__(i)` is `xs[i]`.
    fn operator_method(&mut self, o: &Val<'a>, name: &str, args: &Args<'a>) -> R<Option<Val<'a>>> {
        if !args.kw.is_empty() {
            return Ok(None);
        }
        match (name, &args.pos[..]) {
            ("__getitem__", [i]) => self.load_item(o, i).map(Some),
            ("__setitem__", [i, v]) => self.store_item(o, i, v).map(|()| Some(Val::None)),
            ("__contains__", [x]) => self.contains(o, x).map(Some),
            ("__len__", []) => self.len(o).map(Some),
            _ => Ok(None),
        }
    }

    pub fn store_attribute(&mut self, target: &'a Expr, o: &Val<'a>, name: Symbol, v: Val<'a>) -> R<()> {
        match o {
            Val::Object(x) if self.collection(*x).is_some() && !self.in_library_code() => {
                let class = self.python_class_name(o);
                let text = format!("'{class}' object has no attribute '{}'", name.as_str());
                return self.raise(ErrorKind::AttributeError, &text);
            }
            Val::Object(x) if self.is_record(*x) => {
                let text = format!("'dict' object has no attribute '{}'", name.as_str());
                return self.raise(ErrorKind::AttributeError, &text);
            }
            Val::Object(x) => return self.store_field(*x, name, v),
            Val::Class(Class::User(c)) => return self.store_class_member(*c, name, v),
            Val::Func(f) if let Some(Val::Object(x)) = self.function_object(f)? => return self.store_field(x, name, v),
            Val::Union(_) => {
                self.split_union(o, |lw, m| lw.store_attribute(target, m, name, v.clone()).map(|()| Val::None))?;
                return Ok(());
            }
            _ => {}
        }
        match (o, name.as_str(), &target.kind) {
            (Val::Array(p), "shape", ExprKind::Name(n)) => {
                if self
                    .frames
                    .iter()
                    .flat_map(|f| f.slots.values())
                    .filter(|x| matches!(x, Val::Array(q) if q.obj == p.obj))
                    .count()
                    > 1
                    || self.base(p.base).frozen.is_some()
                    || matches!(self.base(p.base).kind, BaseKind::Select { .. })
                {
                    return self.unsupported(
                        "assigning the shape of an array that another name denotes too",
                        "write a = a.reshape(...)",
                    );
                }
                let r = self.array_method(o, "reshape", Args { pos: vec![v], kw: vec![] })?;
                self.bind(*n, r);
                Ok(())
            }
            (Val::Array(_), "real" | "imag", _) => {
                let part = self.attribute(o, name)?;
                let all = Val::Slice(Rc::new([Val::None, Val::None, Val::None]));
                match &part {
                    Val::Array(p) if p.dims.is_empty() => self.store(p, &Val::Tuple(Rc::new([])), &v),
                    part => self.store_item(part, &all, &v),
                }
            }
            (Val::None | Val::Scalar(_) | Val::Str(_) | Val::List(_) | Val::Tuple(_) | Val::Row(_), n, _) => {
                let class = self.python_class_name(o);
                if crate::suggest::names_of(&class).is_some_and(|mut all| all.any(|k| k == n)) {
                    return self.unsupported(format!("assigning the attribute `{n}`"), "assign to a name");
                }
                self.raise(ErrorKind::AttributeError, &format!("'{class}' object has no attribute '{n}'"))
            }
            _ => self.unsupported(format!("assigning the attribute `{}`", name.as_str()), "assign to a name"),
        }
    }
}
