//! Python's builtins, items and attributes of values, and modules.

use crate::expr::Args;
use crate::state::*;
use crate::value::*;
use quipu_abi::{DType, ErrorKind};
use quipu_ir::ops;
use quipu_ir::{Dim, Ty};
use quipu_syntax::Symbol;
use quipu_syntax::ast::{BinOp, CmpOp, Expr, ExprKind};
use std::rc::Rc;

const FUNCTIONS: &[&str] = &[
    "print",
    "len",
    "range",
    "abs",
    "min",
    "max",
    "sum",
    "round",
    "pow",
    "divmod",
    "enumerate",
    "zip",
    "reversed",
    "map",
    "sorted",
    "any",
    "all",
    "repr",
    "format",
    "isinstance",
    "type",
    "id",
    "hash",
    "iter",
    "next",
    "filter",
    "ord",
    "chr",
    "bin",
    "hex",
    "oct",
    "input",
    "open",
];

const CLASSES: &[(&str, Class)] = &[
    ("int", Class::Int),
    ("float", Class::Float),
    ("bool", Class::Bool),
    ("complex", Class::Complex),
    ("str", Class::Str),
    ("list", Class::List),
    ("tuple", Class::Tuple),
    ("dict", Class::Dict),
    ("set", Class::Set),
    ("slice", Class::Slice),
];

pub fn names() -> impl Iterator<Item = &'static str> {
    FUNCTIONS.iter().copied().chain(CLASSES.iter().map(|c| c.0))
}

pub fn class_name(c: Class) -> &'static str {
    CLASSES.iter().find(|(_, k)| *k == c).map_or("object", |(n, _)| n)
}

pub fn lookup<'a>(name: &str) -> Option<Val<'a>> {
    if let Some(f) = FUNCTIONS.iter().find(|f| **f == name) {
        return Some(Val::Builtin(Builtin { module: "builtins", name: f }));
    }
    if let Some((_, c)) = CLASSES.iter().find(|(n, _)| *n == name) {
        return Some(Val::Class(*c));
    }
    match ErrorKind::from_name(name) {
        Some(k) if k.name() == name => Some(Val::Class(Class::Exception(k))),
        _ => None,
    }
}

impl<'a> Lower<'a, '_> {
    /// Positional arguments by name: `names` lists the parameters, of which the first `required` must be given.
    pub fn take_args(
        &mut self,
        what: &str,
        args: Args<'a>,
        names: &[&'static str],
        required: usize,
    ) -> R<Vec<Option<Val<'a>>>> {
        let mut out: Vec<Option<Val<'a>>> = vec![None; names.len()];
        if args.pos.len() > names.len() {
            let n = args.pos.len();
            return self.raise(
                ErrorKind::TypeError,
                &format!("{what}() takes from {required} to {} positional arguments but {n} were given", names.len()),
            );
        }
        for (k, v) in args.pos.into_iter().enumerate() {
            out[k] = Some(v);
        }
        for (k, v) in args.kw {
            match names.iter().position(|n| k.as_str() == *n) {
                Some(j) => out[j] = Some(v),
                None => {
                    return self.unsupported(
                        format!("the argument `{}` of `{what}`", k.as_str()),
                        format!("it takes {}", names.join(", ")),
                    );
                }
            }
        }
        if let Some(k) = out[..required].iter().position(Option::is_none) {
            return self.raise(
                ErrorKind::TypeError,
                &format!("{what}() missing 1 required positional argument: '{}'", names[k]),
            );
        }
        Ok(out)
    }

    pub fn call_builtin(&mut self, b: Builtin, args: Args<'a>) -> R<Val<'a>> {
        match b.module {
            "builtins" => self.call_python(b.name, args),
            "math" | "time" => self.call_math(b, args),
            _ => self.call_numpy(b, args),
        }
    }

    fn call_python(&mut self, name: &'static str, mut args: Args<'a>) -> R<Val<'a>> {
        if name == "print" {
            return self.print(&args);
        }
        if let Some(k) = args.pos.iter().position(|v| matches!(v, Val::Union(_)))
            && !matches!(name, "isinstance" | "enumerate" | "zip" | "map" | "repr")
        {
            let u = args.pos[k].clone();
            let r = self.split_union(&u, |lw, m| {
                let mut args = args.clone();
                args.pos[k] = m.clone();
                lw.call_python(name, args)
            })?;
            return Ok(r.unwrap_or(Val::None));
        }
        match (name, &args.pos[..]) {
            ("len", [v]) => self.len(v),
            ("range", vs) if (1..=3).contains(&vs.len()) => {
                let vs = vs.to_vec();
                let mut s = vec![];
                for v in &vs {
                    if let Val::Scalar(x) = v
                        && x.dtype.is_inexact()
                    {
                        let name = self.python_class_name(v);
                        return self.raise(
                            ErrorKind::TypeError,
                            &format!("'{name}' object cannot be interpreted as an integer"),
                        );
                    }
                    s.push(self.as_index(v)?);
                }
                let (zero, one) = (self.int_scalar(0), self.int_scalar(1));
                let r = match s.len() {
                    1 => [zero, s[0].clone(), one],
                    2 => [s[0].clone(), s[1].clone(), one],
                    _ => [s[0].clone(), s[1].clone(), s[2].clone()],
                };
                if r[2].known == Some(Known::Int(0)) {
                    return self.raise(ErrorKind::ValueError, "range() arg 3 must not be zero");
                }
                Ok(Val::Range(Rc::new(r)))
            }
            ("abs", [v]) => self.abs(v),
            ("min" | "max", _) => self.extremum(name, args),
            ("sum", _) => self.sum_builtin(args),
            ("any" | "all", [v]) => self.any_all(name, v),
            ("round", [_] | [_, _]) => self.round(&args),
            ("pow", [x, y]) => self.binary(BinOp::Pow, x, y),
            ("pow", [x, y, m]) => self.pow_mod(&x.clone(), &y.clone(), &m.clone()),
            ("divmod", [x, y]) => {
                let q = self.binary(BinOp::FloorDiv, x, y)?;
                let r = self.binary(BinOp::Mod, x, y)?;
                Ok(Val::Tuple(vec![q, r].into()))
            }
            ("enumerate", [v]) => {
                let start = match args.kw.first() {
                    Some((_, s)) => self.as_index(&s.clone())?,
                    None => self.int_scalar(0),
                };
                let v = self.materialize_generator(v)?;
                Ok(Val::Iter(Rc::new(Iter::Enumerate(v, start))))
            }
            ("enumerate", [v, s]) => {
                let start = self.as_index(&s.clone())?;
                let v = self.materialize_generator(v)?;
                Ok(Val::Iter(Rc::new(Iter::Enumerate(v, start))))
            }
            ("zip", vs) => {
                let mut all = vec![];
                for v in vs {
                    all.push(self.materialize_generator(v)?);
                }
                Ok(Val::Iter(Rc::new(Iter::Zip(all))))
            }
            ("reversed", [v]) => Ok(Val::Iter(Rc::new(Iter::Reversed(v.clone())))),
            ("map", [f, vs @ ..]) => Ok(Val::Iter(Rc::new(Iter::Map(f.clone(), vs.to_vec())))),
            ("sorted", [v]) => {
                let reverse = args.kw.iter().find(|(k, _)| k.as_str() == "reverse").and_then(|(_, v)| v.bool_known());
                let key = args.kw.iter().find(|(k, v)| k.as_str() == "key" && !matches!(v, Val::None));
                let key = key.map(|(_, f)| f.clone());
                let v = v.clone();
                let (trip, source) = self.source(&v)?;
                let l = self.list_from(trip, &source)?;
                if let Some(key) = key {
                    let reverse = self.boolean(reverse.unwrap_or(false));
                    return self.by_library("sorted_by", &[l, key, reverse]);
                }
                match l {
                    Val::List(l) => self.sorted_list(&l, reverse.unwrap_or(false)),
                    v => Ok(v),
                }
            }
            ("repr", [v]) => {
                let s = self.repr_of(v)?;
                Ok(self.str_var(s))
            }
            ("format", [v]) => {
                let s = self.str_of(v)?;
                Ok(self.str_var(s))
            }
            ("format", [v, spec]) => self.format(v, spec),
            ("isinstance", [v, c]) => match crate::stmt::is_instance(v, c) {
                Some(b) => Ok(self.boolean(b)),
                None => {
                    let c = c.clone();
                    let r = self.split_union(&v.clone(), |lw, m| {
                        let b = crate::stmt::is_instance(m, &c).unwrap_or(false);
                        Ok(lw.boolean(b))
                    })?;
                    match r {
                        Some(v) => Ok(v),
                        None => self.unsupported("isinstance of these", "compare types that are known"),
                    }
                }
            },
            ("type", [v]) => Ok(Val::Class(match v {
                Val::Scalar(s) if s.np => Class::Np(s.dtype),
                Val::Scalar(s) => match s.dtype {
                    DType::Bool => Class::Bool,
                    DType::I64 => Class::Int,
                    DType::F64 => Class::Float,
                    _ => Class::Complex,
                },
                Val::Str(_) => Class::Str,
                Val::List(_) => Class::List,
                Val::Tuple(_) => Class::Tuple,
                Val::Array(_) => Class::Ndarray,
                Val::None => Class::NoneType,
                Val::Range(_) => Class::Range,
                Val::Exc(e) if e.kind.is_some() => Class::Exception(e.kind.unwrap_or(ErrorKind::Exception)),
                Val::Exc(_) => return Ok(Val::Method(Rc::new((v.clone(), Symbol::new("<type>"))))),
                _ => return self.unsupported("type() of this value", "use isinstance"),
            })),
            ("hex" | "bin" | "oct", [n]) => {
                let base = match name {
                    "hex" => 16,
                    "oct" => 8,
                    _ => 2,
                };
                let (n, base) = (n.clone(), self.int(base));
                match self.stdlib_function("builtins", Symbol::new("digits_of")) {
                    Some(f) => self.call_values(&f, &[n, base]),
                    None => Ok(Val::None),
                }
            }
            ("ord", [Val::Str(t)]) => {
                let r = self.extern1(&ops::STR_ORD, &[t.var]);
                Ok(self.py(DType::I64, r))
            }
            ("chr", [v]) => {
                let i = self.as_index(&v.clone())?;
                let r = self.extern1(&ops::STR_CHR, &[i.var]);
                Ok(self.str_var(r))
            }
            ("filter", _) => self.unsupported("filter", "write a comprehension with `if`"),
            _ => {
                args.kw.clear();
                let n = args.pos.len();
                self.unsupported(format!("`{name}` with {n} arguments"), "see the reference for what is there")
            }
        }
    }

    fn materialize_generator(&mut self, v: &Val<'a>) -> R<Val<'a>> {
        match v {
            Val::Iter(it) if matches!(**it, Iter::Generator(..)) => self.materialize(v),
            v => Ok(v.clone()),
        }
    }

    pub fn len(&mut self, v: &Val<'a>) -> R<Val<'a>> {
        match v {
            Val::Array(p) if p.dims.is_empty() => self.raise(ErrorKind::TypeError, "len() of unsized object"),
            Val::Array(p) => {
                let d = p.dims[0].clone();
                Ok(Val::Scalar(self.size(&d)))
            }
            Val::List(_) | Val::Tuple(_) | Val::Str(_) | Val::Range(_) => {
                let (n, _) = self.source(v)?;
                let d = self.b.func.dim_of(n);
                self.assume_size(&d);
                Ok(Val::Scalar(Scalar {
                    dtype: DType::I64,
                    np: false,
                    var: n,
                    known: self.known_of(n).map(Known::Int),
                }))
            }
            _ => {
                let name = self.python_class_name(v);
                self.raise(ErrorKind::TypeError, &format!("object of type '{name}' has no len()"))
            }
        }
    }

    fn abs(&mut self, v: &Val<'a>) -> R<Val<'a>> {
        match v {
            Val::Scalar(s) if !s.np => match s.dtype {
                DType::I64 | DType::Bool => {
                    if let Some(k) = v.int_known()
                        && k != i64::MIN
                    {
                        return Ok(self.int(k.abs()));
                    }
                    let x = self.b.cast(s.var, DType::I64);
                    let r = self.emit(ops::IntChecked::Abs, &[x]);
                    Ok(self.py(DType::I64, r))
                }
                d => {
                    let r = self.b.map(&ops::ABS, &[s.var]);
                    Ok(self.py(d.real(), r))
                }
            },
            Val::Scalar(Scalar { dtype: d, .. }) | Val::Array(Place { dtype: d, .. }) => {
                let d = *d;
                self.elementwise(&ops::ABS, &[v], d)
            }
            _ => {
                let name = self.python_class_name(v);
                self.raise(ErrorKind::TypeError, &format!("bad operand type for abs(): '{name}'"))
            }
        }
    }

    /// `min` and `max`: the member that wins, never converted.
    fn extremum(&mut self, name: &'static str, args: Args<'a>) -> R<Val<'a>> {
        if let Some((k, _)) = args.kw.iter().find(|(k, _)| k.as_str() != "default") {
            return self.unsupported(format!("`{name}` with `{}`", k.as_str()), "compare in a loop");
        }
        let op = if name == "max" { CmpOp::Gt } else { CmpOp::Lt };
        let better = |lw: &mut Self, best: &Val<'a>, v: &Val<'a>| -> R<Val<'a>> {
            if let (Val::Scalar(a), Val::Scalar(b)) = (best, v)
                && a.dtype == b.dtype
                && a.np == b.np
                && !a.dtype.is_complex()
                && a.known.is_none_or(|_| b.known.is_none())
            {
                let row = if op == CmpOp::Gt { &ops::MAX_PY } else { &ops::MIN_PY };
                let r = lw.b.map(row, &[a.var, b.var]);
                return Ok(Val::Scalar(Scalar { known: None, var: r, ..a.clone() }));
            }
            let c = lw.compare(op, v, best)?;
            let c = lw.truth(&c)?;
            lw.choose(&c, |_| Ok(v.clone()), |_| Ok(best.clone()))
        };
        if args.pos.len() > 1 {
            let mut best = args.pos[0].clone();
            for v in &args.pos[1..] {
                best = better(self, &best, v)?;
            }
            return Ok(best);
        }
        let Some(v) = args.pos.first() else {
            return self.raise(ErrorKind::TypeError, &format!("{name} expected at least 1 argument, got 0"));
        };
        let v = self.materialize_generator(&v.clone())?;
        let (trip, source) = self.source(&v)?;
        let default = args.kw.iter().find(|(k, _)| k.as_str() == "default").map(|(_, v)| v.clone());
        let empty_text = format!("{name}() arg is an empty sequence");
        if let Val::List(l) = &v
            && *l.elem == T::Never
        {
            return match default {
                Some(d) => Ok(d),
                None => self.raise(ErrorKind::ValueError, &empty_text),
            };
        }
        let zero = self.b.i64(0);
        let empty = self.b.map(&ops::EQ, &[trip, zero]);
        let (at, slot) = (self.at, Symbol::new("<best>"));
        let run = |lw: &mut Self| -> R<Val<'a>> {
            let first = lw.item(&source, zero)?;
            lw.set_slot(at, slot, first);
            let one = lw.b.i64(1);
            let rest = lw.b.sub(trip, one);
            let site = (lw.site().0 ^ 0xbe57, lw.span);
            lw.for_loop(site, rest, vec![slot], false, false, &mut |lw, i| {
                let j = lw.b.add(i, one);
                let item = lw.item(&source, j)?;
                let best = lw.get_slot(at, slot).cloned().unwrap_or(Val::None);
                let best = better(lw, &best, &item)?;
                lw.set_slot(at, slot, best);
                Ok(())
            })?;
            Ok(lw.frames[at].slots.remove(&slot).unwrap_or(Val::None))
        };
        match default {
            None => {
                self.raise_if(empty, ErrorKind::ValueError, &empty_text, &[]);
                run(self)
            }
            Some(d) => {
                let cond = self.py(DType::Bool, empty);
                self.choose(&cond, |_| Ok(d), run)
            }
        }
    }

    fn sum_builtin(&mut self, args: Args<'a>) -> R<Val<'a>> {
        let given = self.take_args("sum", args, &["iterable", "start"], 1)?;
        let v = given[0].clone().unwrap_or(Val::None);
        let start = match given[1].clone() {
            Some(s) => s,
            None => self.int(0),
        };
        let v = self.materialize_generator(&v)?;
        if let Val::List(l) = &v
            && *l.elem == T::Never
        {
            return Ok(start);
        }
        let (trip, source) = self.source(&v)?;
        let (at, slot) = (self.at, Symbol::new("<sum>"));
        self.set_slot(at, slot, start);
        let site = (self.site().0 ^ 0x50b, self.span);
        self.for_loop(site, trip, vec![slot], false, false, &mut |lw, i| {
            let item = lw.item(&source, i)?;
            let s = lw.get_slot(at, slot).cloned().unwrap_or(Val::None);
            let s = lw.binary(BinOp::Add, &s, &item)?;
            lw.set_slot(at, slot, s);
            Ok(())
        })?;
        Ok(self.frames[at].slots.remove(&slot).unwrap_or(Val::None))
    }

    fn any_all(&mut self, name: &'static str, v: &Val<'a>) -> R<Val<'a>> {
        let v = self.materialize_generator(v)?;
        let any = name == "any";
        if let Val::List(l) = &v
            && *l.elem == T::Never
        {
            return Ok(self.boolean(!any));
        }
        let (trip, source) = self.source(&v)?;
        let (at, slot) = (self.at, Symbol::new("<any>"));
        let start = self.boolean(!any);
        self.set_slot(at, slot, start);
        let site = (self.site().0 ^ 0xa11, self.span);
        self.for_loop(site, trip, vec![slot], false, true, &mut |lw, i| {
            let item = lw.item(&source, i)?;
            let t = lw.truth(&item)?;
            let t = lw.operand(&t)?;
            let v = lw.py(DType::Bool, t);
            lw.set_slot(at, slot, v);
            let (n, b) = (lw.b.i64(exit::NEXT), lw.b.i64(exit::BREAK));
            let code = if any { lw.b.select(t, b, n) } else { lw.b.select(t, n, b) };
            let code = lw.py(DType::I64, code);
            let name = lw.exit_slot;
            lw.set_slot(at, name, code);
            Ok(())
        })?;
        self.set_exit(exit::NEXT);
        Ok(self.frames[at].slots.remove(&slot).unwrap_or(Val::None))
    }

    fn round(&mut self, args: &Args<'a>) -> R<Val<'a>> {
        let given = self.take_args("round", args.clone(), &["number", "ndigits"], 1)?;
        let all: Vec<Val<'a>> = given.into_iter().flatten().filter(|v| !matches!(v, Val::None)).collect();
        match &all[..] {
            [Val::Scalar(s), Val::Scalar(n)] if !s.np && s.dtype == DType::F64 && n.dtype == DType::I64 => {
                let r = self.extern1(&ops::ROUND_DIGITS, &[s.var, n.var]);
                Ok(self.py(DType::F64, r))
            }
            [n @ Val::Scalar(s), d @ Val::Scalar(k)] if !s.np && s.dtype == DType::I64 && k.dtype == DType::I64 => {
                self.by_library("int_round", &[n.clone(), d.clone()])
            }
            [Val::Scalar(s)] if s.np && s.dtype == DType::F64 => {
                let r = self.b.map(&ops::RINT, &[s.var]);
                self.float_to_int(r, s.var)
            }
            // NumPy's own rounding, which multiplies and divides.
            [v @ (Val::Array(_) | Val::Scalar(Scalar { np: true, .. })), n] => {
                let f = self.module_attribute("numpy", Symbol::new("round"))?;
                self.call_values(&f, &[v.clone(), n.clone()])
            }
            [v @ Val::Array(p)] if !p.dims.is_empty() => {
                let f = self.module_attribute("numpy", Symbol::new("round"))?;
                self.call_values(&f, std::slice::from_ref(v))
            }
            [Val::Scalar(s)] if !s.np && s.dtype == DType::F64 => {
                let r = self.b.map(&ops::RINT, &[s.var]);
                self.float_to_int(r, s.var)
            }
            [v @ Val::Scalar(s)] if s.dtype.is_int() => Ok(v.clone()),
            _ => self.unsupported("round with these arguments", "use np.round, or format with f\"{x:.2f}\""),
        }
    }

    /// A whole float as a Python int; raises where there is none.
    fn float_to_int(&mut self, whole: quipu_ir::Var, x: quipu_ir::Var) -> R<Val<'a>> {
        let nan = self.b.map(&ops::ISNAN, &[x]);
        self.raise_if(nan, ErrorKind::ValueError, "cannot convert float NaN to integer", &[]);
        let inf = self.b.map(&ops::ISINF, &[x]);
        self.raise_if(inf, ErrorKind::OverflowError, "cannot convert float infinity to integer", &[]);
        let a = self.b.map(&ops::ABS, &[whole]);
        let limit = self.b.f64(9_223_372_036_854_775_808.0);
        let big = self.b.map(&ops::GE, &[a, limit]);
        self.raise_if(big, ErrorKind::OverflowError, "a Python int beyond 64 bits", &[]);
        let r = self.b.cast(whole, DType::I64);
        Ok(self.py(DType::I64, r))
    }

    fn pow_mod(&mut self, x: &Val<'a>, y: &Val<'a>, m: &Val<'a>) -> R<Val<'a>> {
        let (x, y, m) = (self.as_index(x)?, self.as_index(y)?, self.as_index(m)?);
        let zero = self.b.i64(0);
        let bad = self.b.map(&ops::EQ, &[m.var, zero]);
        self.raise_if(bad, ErrorKind::ValueError, "pow() 3rd argument cannot be 0", &[]);
        let neg = self.b.map(&ops::LT, &[y.var, zero]);
        self.raise_if(neg, ErrorKind::ValueError, "a negative exponent with a modulus", &[]);
        // Square and multiply: 63 trips at most.
        let one = self.b.i64(1);
        let start = self.b.map(&ops::MOD, &[one, m.var]);
        let trip = self.b.i64(63);
        let (body, p) = self.b.begin(&[Ty::I64, Ty::I64, Ty::I64]);
        let bit = self.b.map(&ops::SHR, &[y.var, p[0]]);
        let bit = self.b.map(&ops::AND, &[bit, one]);
        let set = self.b.map(&ops::NE, &[bit, zero]);
        let times = self.b.map(&ops::MULMOD, &[p[1], p[2], m.var]);
        let acc = self.b.select(set, times, p[1]);
        let square = self.b.map(&ops::MULMOD, &[p[2], p[2], m.var]);
        self.b.end(&[acc, square]);
        let outs = self.b.emit_n(ops::For::default(), &[trip, start, x.var], vec![body]);
        Ok(self.py(DType::I64, outs[0]))
    }

    pub fn call_class(&mut self, c: Class, args: Args<'a>) -> R<Val<'a>> {
        if let [Val::Union(_)] = &args.pos[..] {
            let u = args.pos[0].clone();
            let r = self.split_union(&u, |lw, m| lw.call_class(c, Args { pos: vec![m.clone()], kw: vec![] }))?;
            return Ok(r.unwrap_or(Val::None));
        }
        match (c, &args.pos[..]) {
            (Class::Int, []) => Ok(self.int(0)),
            (Class::Int, [Val::Scalar(s)]) => match s.dtype {
                DType::I64 | DType::Bool => {
                    let known = Val::Scalar(s.clone()).int_known();
                    match known {
                        Some(k) => Ok(self.int(k)),
                        None => {
                            let r = self.b.cast(s.var, DType::I64);
                            Ok(self.py(DType::I64, r))
                        }
                    }
                }
                d if d.is_int() => {
                    let r = self.b.cast(s.var, DType::I64);
                    Ok(self.py(DType::I64, r))
                }
                d if d.is_float() => {
                    let x = self.b.cast(s.var, DType::F64);
                    let r = self.b.map(&ops::TRUNC, &[x]);
                    self.float_to_int(r, x)
                }
                _ => self.raise(
                    ErrorKind::TypeError,
                    "int() argument must be a string, a bytes-like object or a real number, not 'complex'",
                ),
            },
            (Class::Int, [Val::Str(t)]) => {
                let r = self.extern1(&ops::INT_OF_STR, &[t.var]);
                Ok(self.py(DType::I64, r))
            }
            (Class::Float, []) => Ok(self.float(0.0)),
            (Class::Float, [Val::Scalar(s)]) if !s.dtype.is_complex() => match s.known {
                Some(Known::Int(k)) => Ok(self.float(k as f64)),
                Some(Known::Float(x)) => Ok(self.float(x)),
                _ => {
                    let r = self.b.cast(s.var, DType::F64);
                    Ok(self.py(DType::F64, r))
                }
            },
            (Class::Float, [Val::Str(t)]) => {
                if let Some(s) = &t.known {
                    match s.trim().to_ascii_lowercase().as_str() {
                        "inf" | "infinity" | "+inf" => return Ok(self.float(f64::INFINITY)),
                        "-inf" | "-infinity" => return Ok(self.float(f64::NEG_INFINITY)),
                        "nan" => return Ok(self.float(f64::NAN)),
                        _ => {}
                    }
                }
                let r = self.extern1(&ops::FLOAT_OF_STR, &[t.var]);
                Ok(self.py(DType::F64, r))
            }
            (Class::Int | Class::Float, [Val::Array(p)]) => {
                let p = p.clone();
                let mut size = Dim::ONE;
                for d in p.dims.iter() {
                    size = size.mul(d);
                }
                if size.as_const() != Some(1) || !p.dims.is_empty() {
                    return self
                        .raise(ErrorKind::TypeError, "only 0-dimensional arrays can be converted to Python scalars");
                }
                let x = self.read_element(&p)?;
                let s = self.np(p.dtype, x);
                self.call_class(c, Args { pos: vec![s], kw: vec![] })
            }
            (Class::Bool, []) => Ok(self.boolean(false)),
            (Class::Bool, [v]) => self.truth(&v.clone()),
            (Class::Complex, []) => {
                let z = self.b.constant(ops::Const::complex(DType::C128, 0.0, 0.0));
                Ok(self.py(DType::C128, z))
            }
            (Class::Complex, [Val::Scalar(s)]) => {
                let r = self.b.cast(s.var, DType::C128);
                Ok(self.py(DType::C128, r))
            }
            (Class::Complex, [Val::Scalar(a), Val::Scalar(b)]) if !a.dtype.is_complex() && !b.dtype.is_complex() => {
                let (x, y) = (self.b.cast(a.var, DType::F64), self.b.cast(b.var, DType::F64));
                let r = self.b.map(&ops::COMPLEX, &[x, y]);
                Ok(self.py(DType::C128, r))
            }
            (Class::Str, []) => Ok(self.text("")),
            (Class::Str, [v]) => {
                let s = self.str_of(&v.clone())?;
                Ok(self.str_var(s))
            }
            (Class::List, []) => self.list_display(&[]),
            (Class::List, [v]) => {
                let v = self.materialize_generator(&v.clone())?;
                let (trip, source) = self.source(&v)?;
                self.list_from(trip, &source)
            }
            (Class::Tuple, []) => Ok(Val::Tuple(Rc::new([]))),
            (Class::Tuple, [v]) => {
                let v = v.clone();
                if let Some(items) = self.static_generator(&v)? {
                    return Ok(Val::Tuple(items.into()));
                }
                let (trip, source) = self.source(&v)?;
                match self.known_of(trip) {
                    Some(n) if n <= 64 => {
                        let mut out = vec![];
                        for i in 0..n {
                            let i = self.b.i64(i);
                            out.push(self.item(&source, i)?);
                        }
                        Ok(Val::Tuple(out.into()))
                    }
                    _ => self.unsupported("a tuple of unknown length", "use a list"),
                }
            }
            (Class::Slice, [_] | [_, _] | [_, _, _]) => {
                let p = args.pos.clone();
                Ok(Val::Slice(Rc::new(match &p[..] {
                    [b] => [Val::None, b.clone(), Val::None],
                    [a, b] => [a.clone(), b.clone(), Val::None],
                    _ => [p[0].clone(), p[1].clone(), p[2].clone()],
                })))
            }
            (Class::Np(d), [v]) => self.np_scalar(d, &v.clone()),
            (Class::Np(d), []) => {
                let z = self.b.zeros(&Ty::Scalar(d));
                Ok(self.np(d, z))
            }
            (Class::Exception(k), []) => {
                let text = self.b.constant(ops::Const::Str("".into()));
                Ok(Val::Exc(Rc::new(Exc { kind: Some(k), code: None, text })))
            }
            (Class::Exception(k), [v]) => {
                // A KeyError shows the repr of its key.
                if k == ErrorKind::KeyError || !matches!(v, Val::Str(_)) {
                    self.odd_args()?;
                }
                let text = if k == ErrorKind::KeyError { self.repr_of(&v.clone())? } else { self.str_of(&v.clone())? };
                Ok(Val::Exc(Rc::new(Exc { kind: Some(k), code: None, text })))
            }
            (Class::Exception(k), _) => {
                self.odd_args()?;
                let t = Val::Tuple(args.pos.clone().into());
                let text = self.repr_of(&t)?;
                Ok(Val::Exc(Rc::new(Exc { kind: Some(k), code: None, text })))
            }
            (Class::Ndarray, _) => self.call_numpy(Builtin { module: "numpy", name: "empty" }, args),
            _ => self.unsupported(format!("calling `{}` with these arguments", class_name(c)), "see the reference"),
        }
    }

    // Items.

    pub fn load_item(&mut self, c: &Val<'a>, i: &Val<'a>) -> R<Val<'a>> {
        if let Some(r) = self.split_union(c, |lw, m| lw.load_item(m, i))? {
            return Ok(r);
        }
        match c {
            Val::Array(p) => self.load(p, i),
            Val::List(l) => self.list_load(l, i),
            Val::Str(t) => self.str_load(t, i),
            Val::Tuple(vs) => match i {
                Val::Slice(s) => {
                    let (start, step, len) = self.slice_range(&s.clone(), &Dim::from(vs.len() as i64))?;
                    match (self.known_of(start), self.known_of(step), len.as_const()) {
                        (Some(a), Some(k), Some(n)) => {
                            let items = (0..n).filter_map(|j| vs.get((a + j * k) as usize).cloned());
                            Ok(Val::Tuple(items.collect()))
                        }
                        _ => self.unsupported("a slice of a tuple with unknown bounds", "use a list"),
                    }
                }
                _ => {
                    let i = self.as_index(i)?;
                    self.tuple_item(c, &i)
                }
            },
            Val::Range(_) => {
                let (trip, source) = self.source(c)?;
                let i = self.as_index(i)?;
                let n = self.b.func.dim_of(trip);
                let i = self.norm_index(&i, &n, "range object index out of range");
                self.item(&source, i)
            }
            Val::Builtin(b) if matches!(b.name, "mgrid" | "ogrid") => self.grid(b.name == "ogrid", i),
            Val::Iter(it) if matches!(**it, Iter::Display(_)) => {
                let Iter::Display(vs) = &**it else { return Ok(Val::None) };
                self.load_item(&Val::Tuple(vs.clone().into()), i)
            }
            _ => {
                let name = self.python_class_name(c);
                self.raise(ErrorKind::TypeError, &format!("'{name}' object is not subscriptable"))
            }
        }
    }

    pub fn store_item(&mut self, c: &Val<'a>, i: &Val<'a>, v: &Val<'a>) -> R<()> {
        match c {
            Val::Array(p) => self.store(p, i, v),
            Val::List(l) => self.list_store(l, i, v),
            _ => {
                let name = self.python_class_name(c);
                self.raise(ErrorKind::TypeError, &format!("'{name}' object does not support item assignment"))
            }
        }
    }

    pub fn delete_item(&mut self, c: &Val<'a>, i: &Val<'a>) -> R<()> {
        match (c, i) {
            (Val::List(l), Val::Slice(s)) => self.delete_slice(&l.clone(), &s.clone()),
            (_, Val::Slice(_)) => self.unsupported("deleting a slice of this", "build what is left"),
            (Val::List(l), i) => {
                let n = self.list_len(l)?;
                let d = self.b.func.dim_of(n);
                let ix = self.as_index(i)?;
                let ix = self.norm_index(&ix, &d, "list assignment index out of range");
                let v = self.py(DType::I64, ix);
                self.list_pop(l, Some(&v))?;
                Ok(())
            }
            _ => self.unsupported("deleting an item of this value", "use a list"),
        }
    }

    // Attributes.

    pub fn attribute(&mut self, o: &Val<'a>, name: Symbol) -> R<Val<'a>> {
        if let Some(r) = self.split_union(o, |lw, m| lw.attribute(m, name))? {
            return Ok(r);
        }
        match o {
            Val::Module(m) => self.module_attribute(m, name),
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
                    let v = self.exc_name(&e.clone())?;
                    Ok(self.str_var(v))
                }
                _ => self.unsupported("the class of this value", "use isinstance"),
            },
            Val::Class(Class::Exception(k)) if name.as_str() == "__name__" => {
                Ok(self.text(crate::exceptions::short_name(*k)))
            }
            Val::Class(Class::Np(d)) if name.as_str() == "__name__" => {
                Ok(self.text(if *d == DType::Bool { "bool" } else { d.name() }))
            }
            Val::Class(c) if name.as_str() == "__name__" => Ok(self.text(class_name(*c))),
            Val::Func(f) => match name.as_str() {
                "__name__" => Ok(self.text(f.code.name())),
                "py_func" => Ok(o.clone()),
                n => self.unsupported(format!("the attribute `{n}` of a function"), "call the function"),
            },
            Val::Builtin(b) => {
                let b = *b;
                match name.as_str() {
                    "reduce" | "outer" | "accumulate" | "at" => Ok(Val::Method(Rc::new((Val::Builtin(b), name)))),
                    n => self.unsupported(format!("the attribute `{n}` of `{}`", b.name), "call the function"),
                }
            }
            Val::List(_) | Val::Str(_) | Val::Tuple(_) | Val::Range(_) => Ok(Val::Method(Rc::new((o.clone(), name)))),
            Val::Exc(e) if name.as_str() == "args" => {
                let text = e.text;
                self.plain_args()?;
                let t = self.str_var(text);
                Ok(Val::Tuple(vec![t].into()))
            }
            _ => {
                let class = self.python_class_name(o);
                self.raise(ErrorKind::AttributeError, &format!("'{class}' object has no attribute '{}'", name.as_str()))
            }
        }
    }

    pub fn call_method(&mut self, o: &Val<'a>, name: Symbol, args: Args<'a>) -> R<Val<'a>> {
        let n = name.as_str();
        match o {
            Val::Array(_) => self.array_method(o, n, args),
            Val::List(l) => {
                if n == "sort" && !args.kw.is_empty() {
                    return self.unsupported("list.sort with arguments", "use sorted(xs, reverse=True)");
                }
                self.list_method(&l.clone(), n, &args.pos)
            }
            Val::Str(_) => self.str_method(o, n, &args.pos),
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
                    self.raise(ErrorKind::AttributeError, &format!("'{class}' object has no attribute '{n}'"))
                }
            },
            Val::Builtin(b) => self.ufunc_method(*b, n, args),
            Val::Tuple(_)
                if matches!(n, "append" | "extend" | "insert" | "pop" | "remove" | "sort" | "reverse" | "clear") =>
            {
                self.unsupported("changing a list of functions", "write the whole list at once")
            }
            Val::Tuple(vs) if matches!((n, &args.pos[..]), ("index" | "count", [_])) => {
                let mut count = self.int(0);
                for (k, v) in vs.clone().iter().enumerate() {
                    let e = self.compare(CmpOp::Eq, v, &args.pos[0])?;
                    let e = self.truth(&e)?;
                    match (n, e.bool_known()) {
                        ("index", Some(true)) => return Ok(self.int(k as i64)),
                        (_, Some(false)) => {}
                        ("index", None) => {
                            return self.unsupported("tuple.index of a value that is not known", "compare in a loop");
                        }
                        _ => {
                            let e = self.operand(&e)?;
                            let one = self.b.cast(e, DType::I64);
                            let one = self.py(DType::I64, one);
                            count = self.binary(BinOp::Add, &count, &one)?;
                        }
                    }
                }
                match n {
                    "count" => Ok(count),
                    _ => self.raise(ErrorKind::ValueError, "tuple.index(x): x not in tuple"),
                }
            }
            _ => self.unsupported(format!("the method `{n}` of this value"), "see the reference"),
        }
    }

    pub fn store_attribute(&mut self, target: &'a Expr, o: &Val<'a>, name: Symbol, v: Val<'a>) -> R<()> {
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
            _ => self.unsupported(format!("assigning the attribute `{}`", name.as_str()), "assign to a name"),
        }
    }
}
