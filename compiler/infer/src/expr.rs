//! Expressions.

use crate::objects::Part;
use crate::state::*;
use crate::value::*;
use quipu_abi::{DType, ErrorKind};
use quipu_diagnostics::{Diagnostic, Span};
use quipu_ir::ops::{self, Const};
use quipu_syntax::Symbol;
use quipu_syntax::ast::{Arg, BinOp, BoolOp, CmpOp, Conversion, Expr, ExprKind, FStringPart, IntLit};
use std::rc::Rc;

/// Arguments of a call after evaluation.
#[derive(Default, Debug, Clone)]
pub struct Args<'a> {
    pub pos: Vec<Val<'a>>,
    pub kw: Vec<(Symbol, Val<'a>)>,
}

impl<'a> Lower<'a, '_> {
    pub fn expr(&mut self, e: &'a Expr) -> R<Val<'a>> {
        if self.cx.watched() {
            self.go_on()?;
            let v = self.whole(e)?;
            let path = self.frames[self.at].path;
            self.note_type(e.span, matches!(e.kind, ExprKind::Name(_)), path, &v);
            return Ok(v);
        }
        self.whole(e)
    }

    fn whole(&mut self, e: &'a Expr) -> R<Val<'a>> {
        let v = self.evaluated(e)?;
        let makes = matches!(v, Val::List(_)) && !matches!(e.kind, ExprKind::Name(_) | ExprKind::Attribute { .. });
        if makes {
            self.set_span(e.span);
            return self.shared_if_asked(v);
        }
        Ok(v)
    }

    fn evaluated(&mut self, e: &'a Expr) -> R<Val<'a>> {
        self.set_span(e.span);
        match &e.kind {
            ExprKind::Name(n) => self.name(*n),
            ExprKind::Int(IntLit::Value(k)) => match i128::try_from(*k) {
                Ok(k) => Ok(self.integer(k)),
                Err(_) => self.big_int(),
            },
            ExprKind::Int(IntLit::Large(_)) => self.big_int(),
            ExprKind::Float(x) => Ok(self.float(*x)),
            ExprKind::Imaginary(x) => {
                let v = self.b.constant(Const::complex(DType::C128, 0.0, *x));
                Ok(self.py(DType::C128, v))
            }
            ExprKind::Str(s) => Ok(self.text(s)),
            ExprKind::Bytes(_) => self.unsupported("a bytes literal", "use a string or an array of uint8"),
            ExprKind::FString(parts) => self.fstring(e.span, parts),
            ExprKind::Bool(b) => Ok(self.boolean(*b)),
            ExprKind::None => Ok(Val::None),
            ExprKind::Ellipsis => Ok(Val::Ellipsis),
            ExprKind::Tuple(es) => {
                let vs = self.parts(es)?;
                self.tuple_of_parts(vs)
            }
            ExprKind::List(es) => {
                if let Some(l) = self.spread_list(e.span, es)? {
                    return Ok(l);
                }
                let vs = self.items(es)?;
                self.set_span(e.span);
                self.list_display(&vs)
            }
            ExprKind::Set(es) => {
                let vs = self.items(es)?;
                self.set_span(e.span);
                self.set_display(&vs, es.iter().all(crate::displays::folds))
            }
            ExprKind::Dict(items) => self.dict_display(items),
            ExprKind::ListComp { elt, clauses }
            | ExprKind::SetComp { elt, clauses }
            | ExprKind::DictComp { key: elt, clauses, .. } => self.comprehension(e, elt, clauses),
            ExprKind::Generator { .. } => self.make_expression(e),
            ExprKind::Unary { op, operand } => {
                if let Some(v) = self.folded(e) {
                    return Ok(v);
                }
                let v = self.expr(operand)?;
                // -9223372036854775808 is a literal too.
                self.set_span(e.span);
                self.unary(*op, &v)
            }
            ExprKind::Binary { left, op, right, .. } => {
                if let Some(v) = self.folded(e) {
                    return Ok(v);
                }
                if let Some(r) = self.wide(e)? {
                    return Ok(r);
                }
                let (x, y) = (self.expr(left)?, self.expr(right)?);
                self.set_span(e.span);
                self.binary(*op, &x, &y)
            }
            ExprKind::BoolOp { op, values } => self.bool_op(e.span, *op, values),
            ExprKind::Compare { left, links } => {
                let x = self.expr(left)?;
                self.compare_chain(e, x, links)
            }
            ExprKind::IfElse { test, body, orelse } => {
                let c = self.condition(test)?;
                self.choose(
                    &c,
                    |lw| {
                        lw.narrow(test, true)?;
                        lw.expr(body)
                    },
                    |lw| {
                        lw.narrow(test, false)?;
                        lw.expr(orelse)
                    },
                )
            }
            ExprKind::Lambda { params, body } => {
                let mut defaults = vec![];
                for p in params.iter() {
                    if let Some(d) = &p.default {
                        defaults.push((p.name.name, self.expr(d)?));
                    }
                }
                let marks = self.frames[self.at].marks;
                Ok(Val::Func(self.make_function(Code::Lambda(params, body), self.at, defaults, marks, e.span)))
            }
            ExprKind::Call { func, args } => {
                let f = self.callee(func)?;
                let keywords = args.iter().filter_map(|a| match a {
                    Arg::Keyword { name, .. } => Some(*name),
                    _ => None,
                });
                let keywords: Vec<_> = keywords.map(|n| (n.name, n.span)).collect();
                let (f, args) = self.with_arguments(f, args)?;
                self.set_span(e.span);
                self.keywords = keywords;
                self.call(&f, args)
            }
            ExprKind::Subscript { value, index } => {
                let c = self.expr(value)?;
                let i = self.expr(index)?;
                self.set_span(e.span);
                let r = self.load_item(&c, &i);
                self.at_index(r, index, e.span)
            }
            ExprKind::Attribute { value, attr } => {
                let o = self.expr(value)?;
                // An exception is the whole expression's, a name that a module lacks stands behind the dot.
                self.set_span(if matches!(o, Val::Module(_)) { attr.span } else { e.span });
                self.attribute(&o, attr.name)
            }
            ExprKind::Slice { lower, upper, step } => {
                let mut part = |e: &'a Option<Box<Expr>>| match e {
                    Some(e) => self.expr(e),
                    None => Ok(Val::None),
                };
                Ok(Val::Slice(Rc::new([part(lower)?, part(upper)?, part(step)?])))
            }
            ExprKind::Starred(_) => self.error("bad-star", "a starred expression cannot stand here"),
            ExprKind::Named { target, value } => {
                let v = self.expr(value)?;
                if self.frames[self.at].life.comprehension {
                    self.set_span(e.span);
                    return self.unsupported("`:=` inside a comprehension", "write a loop that appends to a list");
                }
                self.bind(target.name, v.clone());
                Ok(v)
            }
            ExprKind::Yield(_) | ExprKind::YieldFrom(_) => {
                self.unsupported("a `yield` inside an expression", "give it a line of its own: `x = yield e`")
            }
        }
    }

    /// An error about an index points at it, not at all that `whole` is, and says what makes an integer of it.
    pub fn at_index<X>(&self, r: R<X>, index: &Expr, whole: Span) -> R<X> {
        let Err(Stop::Error(mut d)) = r else { return r };
        if d.code == "bad-index" && d.primary.span == whole {
            d.primary.span = index.span;
            let part = match &index.kind {
                ExprKind::Tuple(parts) => {
                    parts.iter().find(|p| matches!(p.kind, ExprKind::Binary { op: BinOp::Div, .. }))
                }
                _ => Some(index),
            };
            d.help.push(match part.map(|p| &p.kind) {
                Some(ExprKind::Binary { op: BinOp::Div, .. }) => "`//` divides to a whole number".to_string(),
                Some(ExprKind::Str(_)) => {
                    "only dicts have names for indices; fields of objects are `x.name`".to_string()
                }
                _ => "`int(x)` makes a whole number".to_string(),
            });
        }
        Err(Stop::Error(d))
    }

    /// What is called. A method of one of several values is looked up in the one that it is.
    fn callee(&mut self, func: &'a Expr) -> R<Val<'a>> {
        let ExprKind::Attribute { value, attr } = &func.kind else { return self.expr(func) };
        self.set_span(func.span);
        let o = self.expr(value)?;
        self.set_span(if matches!(o, Val::Module(_)) { attr.span } else { func.span });
        let Val::Union(u) = &o else { return self.attribute(&o, attr.name) };
        let mut v = o.clone();
        if let Some(k) = u.members.iter().position(|m| matches!(m, Val::None)) {
            let k = self.b.i64(k as i64);
            let none = self.b.map(&ops::EQ, &[u.tag, k]);
            let text = format!("'NoneType' object has no attribute '{}'", attr.name.as_str());
            self.raise_if(none, ErrorKind::AttributeError, &text, &[]);
            v = self.keep_members(u, &|_, m| !matches!(m, Val::None)).unwrap_or(v);
        }
        match &v {
            Val::Union(_) => Ok(Val::Method(Rc::new((v, attr.name)))),
            v => self.attribute(v, attr.name),
        }
    }

    /// The arguments of a call. What is called has a name meanwhile, for they may bind anew what it came from.
    fn with_arguments(&mut self, f: Val<'a>, args: &'a [Arg]) -> R<(Val<'a>, Args<'a>)> {
        let Val::Method(m) = &f else { return Ok((f.clone(), self.args_of(&f, args)?)) };
        if !matches!(m.0, Val::List(_) | Val::Array(_)) || !args.iter().any(|a| calls(a.value())) {
            return Ok((f.clone(), self.args_of(&f, args)?));
        }
        let held = self.hold(m.0.clone());
        let args = self.args_of(&f, args);
        let v = self.release(held);
        let f = v.map_or(f.clone(), |v| Val::Method(Rc::new((v, m.1))));
        Ok((f, args?))
    }

    /// Integer literals with operators between them: Python's numbers have no bounds on the way to the result.
    fn folded(&mut self, e: &Expr) -> Option<Val<'a>> {
        let k = crate::displays::const_int(e)?;
        Some(self.integer(k))
    }

    pub fn big_int<X>(&mut self) -> R<X> {
        self.fail(
            Diagnostic::error("int-too-large", "this integer does not fit in 64 bits", self.span)
                .help("use a float, or arithmetic modulo a number"),
        )
    }

    /// `[*xs, y]`, where `xs` is a list, a range or a text: what comes first, made longer by the rest.
    pub fn spread_list(&mut self, span: Span, es: &'a [Expr]) -> R<Option<Val<'a>>> {
        let Some(k) = es.iter().position(|e| matches!(e.kind, ExprKind::Starred(_))) else { return Ok(None) };
        let (first, rest) = es.split_at(k);
        let items = self.items(first)?;
        let at = self.at;
        let held = Symbol::new(&format!("<spread {}>", span.start));
        self.set_span(span);
        let list = self.list_display(&items)?;
        self.set_slot(at, held, list);
        for e in rest {
            match &e.kind {
                ExprKind::Starred(inner) => {
                    let v = self.expr(inner)?;
                    let v = self.iterable(&v)?;
                    let v = self.ungenerated(v)?;
                    self.set_span(span);
                    if let Some(Val::List(l)) = self.get_slot(at, held).cloned() {
                        self.list_extend(&ListRef { display: None, ..l }, &v)?;
                    }
                }
                _ => {
                    let v = self.expr(e)?;
                    self.set_span(span);
                    if let Some(Val::List(l)) = self.get_slot(at, held).cloned() {
                        self.list_push(&ListRef { display: None, ..l }, &v)?;
                    }
                }
            }
        }
        Ok(self.frames[at].slots.remove(&held))
    }

    pub fn items(&mut self, es: &'a [Expr]) -> R<Vec<Val<'a>>> {
        let all = self.parts(es)?;
        if all.iter().any(|v| crate::spread::spread_of(v).is_some()) {
            return self.unsupported("`*` in a display, of a value of unknown length", "make a list: `[*xs, y]`");
        }
        Ok(all)
    }

    /// The items of a display; those of a starred value whose number is not known are one part (see `spread_of`).
    pub fn parts(&mut self, es: &'a [Expr]) -> R<Vec<Val<'a>>> {
        let mut out = vec![];
        for e in es {
            match &e.kind {
                ExprKind::Starred(inner) => {
                    let v = self.expr(inner)?;
                    let v = self.iterable(&v)?;
                    if let Some(items) = self.straight_items(&v, 64, None)? {
                        out.extend(items);
                        continue;
                    }
                    let v = self.ungenerated(v)?;
                    let (trip, source) = self.source(&v)?;
                    let Some(n) = self.known_of(trip) else {
                        out.push(Val::Method(Rc::new((v, crate::displays::spread()))));
                        continue;
                    };
                    for i in 0..n {
                        let i = self.b.i64(i);
                        out.push(self.item(&source, i)?);
                    }
                }
                _ => out.push(self.expr(e)?),
            }
        }
        Ok(out)
    }

    pub fn args(&mut self, args: &'a [Arg]) -> R<Args<'a>> {
        let mut out = Args::default();
        for a in args {
            match a {
                Arg::Positional(e) => out.pos.push(self.expr(e)?),
                Arg::Star(e) => {
                    let v = self.expr(e)?;
                    let v = self.iterable(&v)?;
                    if let Some(items) = self.straight_items(&v, 64, None)? {
                        out.pos.extend(items);
                        continue;
                    }
                    let v = self.ungenerated(v)?;
                    let (trip, source) = self.source(&v)?;
                    let Some(n) = self.known_of(trip) else {
                        out.pos.push(Val::Method(Rc::new((v, crate::displays::spread()))));
                        continue;
                    };
                    for i in 0..n {
                        let i = self.b.i64(i);
                        out.pos.push(self.item(&source, i)?);
                    }
                }
                Arg::Keyword { name, value } => out.kw.push((name.name, self.expr(value)?)),
                Arg::DoubleStar(e) => {
                    let v = self.expr(e)?;
                    out.kw.append(&mut self.keywords(&v)?);
                }
            }
        }
        Ok(out)
    }

    fn bool_op(&mut self, whole: Span, op: BoolOp, values: &'a [Expr]) -> R<Val<'a>> {
        let (first, rest) = values.split_first().expect("an operator has operands");
        let v = self.expr(first)?;
        if rest.is_empty() {
            return Ok(v);
        }
        self.set_span(whole);
        let t = self.truth(&v)?;
        let held = op == BoolOp::And;
        let other = |lw: &mut Self| {
            lw.narrow(first, held)?;
            lw.bool_op(whole, op, rest)
        };
        let this = |lw: &mut Self| Ok(lw.narrowed(&v, !held));
        match op {
            BoolOp::And => self.choose(&t, other, this),
            BoolOp::Or => self.choose(&t, this, other),
        }
    }

    /// A value whose truth is known: of an optional, only the members that can have it.
    fn narrowed(&mut self, v: &Val<'a>, truth: bool) -> Val<'a> {
        if let Val::Union(u) = v {
            let kept: Vec<&Val<'a>> = u.members.iter().filter(|m| m.bool_known().is_none_or(|b| b == truth)).collect();
            if let [one] = kept[..] {
                return one.clone();
            }
        }
        v.clone()
    }

    fn compare_chain(&mut self, e: &'a Expr, x: Val<'a>, links: &'a [quipu_syntax::ast::CmpLink]) -> R<Val<'a>> {
        let (first, rest) = links.split_first().expect("a comparison has an operator");
        let y = self.expr(&first.right)?;
        self.set_span(e.span);
        let r = self.compare(first.op, &x, &y)?;
        if rest.is_empty() {
            return Ok(r);
        }
        let t = self.truth(&r)?;
        self.choose(&t, |lw| lw.compare_chain(e, y, rest), |_| Ok(r))
    }

    pub fn name_error<X>(&mut self, n: Symbol) -> R<X> {
        let known: Vec<&str> = self
            .frames
            .iter()
            .flat_map(|f| f.slots.keys())
            .map(|s| s.as_str())
            .filter(|s| !s.starts_with('<'))
            .collect();
        let mut d = Diagnostic::error("unknown-name", crate::unbound::message(n.as_str()), self.span);
        let meant = self.meant_by_name(n, &known);
        d.help.extend(meant);
        self.fail(d)
    }

    pub fn name(&mut self, n: Symbol) -> R<Val<'a>> {
        let mut k = self.home(n);
        loop {
            if let Some(v) = self.get_slot(k, n) {
                let v = v.clone();
                if let Val::Unknown(span) = v {
                    let d = Diagnostic::error(
                        "unknown-value",
                        format!("what `{}` denotes here depends on the path that led here", n.as_str()),
                        self.span,
                    );
                    return self.fail(
                        d.secondary(span, "in this statement")
                            .help("give it one type on all paths, or bind it before this statement"),
                    );
                }
                if let Val::Maybe(m) = v {
                    let unbound = self.b.map(&ops::NOT, &[m.0]);
                    let local = !self.frames[k].module;
                    let (kind, text) = if local {
                        let text = format!(
                            "cannot access local variable '{}' where it is not associated with a value",
                            n.as_str()
                        );
                        (ErrorKind::UnboundLocalError, text)
                    } else {
                        (ErrorKind::NameError, format!("name '{}' is not defined", n.as_str()))
                    };
                    self.raise_if(unbound, kind, &text, &[]);
                    let inner = m.1.clone();
                    self.set_slot(k, n, inner.clone());
                    return Ok(inner);
                }
                return Ok(v);
            }
            if k != self.at && !self.frames[k].module && self.frames[k].slots.is_empty() {
                return self.unsupported(
                    format!("a function that outlives its variable `{}` here", n.as_str()),
                    "return it from the function that makes it",
                );
            }
            match self.frames[k].parent {
                Some(p) if !self.frames[k].scope.locals.contains(&n) => k = p,
                _ => break,
            }
        }
        // A function of the library's own module.
        let root = self.frames[self.module_frame()].name.clone();
        if let Some((module, ..)) = crate::STDLIB.iter().find(|(m, ..)| **m == *root) {
            if let Some(f) = self.stdlib_function(module, n) {
                return Ok(f);
            }
            // Not in slots: they would depend on the paths that led to the library's first use.
            let modules = [
                ("np", "numpy"),
                ("math", "math"),
                ("tables", "tables"),
                ("streams", "streams"),
                ("functools", "functools"),
                ("collections", "collections"),
                ("itertools", "itertools"),
            ];
            if let Some((_, m)) = modules.into_iter().find(|(name, _)| *name == n.as_str()) {
                return Ok(Val::Module(m));
            }
        }
        if let Some(v) = crate::builtins::lookup(n.as_str()) {
            return Ok(v);
        }
        if self.frames[self.at].scope.locals.contains(&n) {
            let text = format!("cannot access local variable '{}' where it is not associated with a value", n.as_str());
            return self.raise(ErrorKind::UnboundLocalError, &text);
        }
        if self.cx.bound_somewhere(self.span.file, n) {
            return self.raise(ErrorKind::NameError, &format!("name '{}' is not defined", n.as_str()));
        }
        self.name_error(n)
    }

    // f-strings and printing.

    fn fstring(&mut self, whole: Span, parts: &'a [FStringPart]) -> R<Val<'a>> {
        let mut out: Option<Val<'a>> = None;
        for p in parts {
            let piece = match p {
                FStringPart::Text(t) => self.text(t),
                FStringPart::Field(f) => {
                    let v = self.expr(&f.value)?;
                    self.set_span(whole);
                    let v = match f.conversion {
                        None => v,
                        Some(Conversion::Str) => {
                            let s = self.str_of(&v)?;
                            self.str_var(s)
                        }
                        Some(Conversion::Repr | Conversion::Ascii) => {
                            let s = self.repr_of(&v)?;
                            self.str_var(s)
                        }
                    };
                    match &f.spec {
                        None => {
                            let s = self.format_plain(&v)?;
                            self.str_var(s)
                        }
                        Some(spec) => {
                            let spec = self.fstring(whole, spec)?;
                            self.format(&v, &spec)?
                        }
                    }
                }
            };
            out = Some(match out {
                None => piece,
                Some(s) => self.concat(&s, &piece)?,
            });
        }
        match out {
            Some(v) => Ok(v),
            None => Ok(self.text("")),
        }
    }

    pub fn concat(&mut self, a: &Val<'a>, b: &Val<'a>) -> R<Val<'a>> {
        if let (Some(x), Some(y)) = (a.str_known(), b.str_known()) {
            let s = format!("{x}{y}");
            return Ok(self.text(&s));
        }
        match (a, b) {
            (Val::Str(x), Val::Str(y)) => {
                let v = self.extern1(&ops::STR_CONCAT, &[x.var, y.var]);
                Ok(self.str_var(v))
            }
            _ => self.error("type-mismatch", "only strings can be joined"),
        }
    }

    /// An iterator as the list of its items.
    pub fn materialize(&mut self, v: &Val<'a>) -> R<Val<'a>> {
        match v {
            Val::Iter(it)
                if let Iter::Entries(o, part) = **it
                    && self.is_record(o) =>
            {
                let items = self.record_view(o, part)?;
                self.list_display(&items)
            }
            Val::Iter(_) => self.listed(v),
            Val::Object(o) if !self.is_record(*o) => self.listed(v),
            v => Ok(v.clone()),
        }
    }

    pub fn contains(&mut self, c: &Val<'a>, x: &Val<'a>) -> R<Val<'a>> {
        if let Some(v) = self.split_union(c, |lw, c| lw.contains(c, x))? {
            return Ok(v);
        }
        match c {
            Val::Object(_) if let Some(v) = self.special(c, "__contains__", std::slice::from_ref(x))? => self.truth(&v),
            Val::Object(o) if let Some(v) = self.record_contains(*o, x)? => Ok(v),
            Val::Object(o) if self.collection(*o).is_some() => self.collection_contains(*o, x),
            Val::Iter(it)
                if let Iter::Entries(o, part) = **it
                    && part != Part::Keys
                    && !self.is_record(o) =>
            {
                self.search(c, x)
            }
            Val::Iter(it) if let Iter::Entries(o, part) = **it => match part {
                Part::Keys => self.contains(&Val::Object(o), x),
                _ => {
                    let items = self.record_view(o, part)?;
                    self.contains(&Val::Tuple(items.into()), x)
                }
            },
            Val::Tuple(vs) => {
                let mut any = self.boolean(false);
                for v in vs.iter() {
                    let e = self.compare(CmpOp::Eq, v, x)?;
                    let e = self.truth(&e)?;
                    match (any.bool_known(), e.bool_known()) {
                        (_, Some(true)) => return Ok(self.boolean(true)),
                        (Some(false), _) => any = e,
                        (_, Some(false)) => {}
                        _ => {
                            let (a, b) = (self.operand(&any)?, self.operand(&e)?);
                            let r = self.b.map(&ops::OR, &[a, b]);
                            any = self.py(DType::Bool, r);
                        }
                    }
                }
                Ok(any)
            }
            Val::Row(r) if r.elem == T::Never => Ok(self.boolean(false)),
            Val::Range(_) | Val::List(_) | Val::Row(_) => self.search(c, x),
            Val::Iter(it) if !matches!(**it, Iter::Display(_) | Iter::Flat(_)) => self.found_in(c, x),
            Val::Str(t) if let Val::Str(part) = x => {
                if let (Some(s), Some(p)) = (&t.known, &part.known) {
                    let yes = s.contains(&**p);
                    return Ok(self.boolean(yes));
                }
                let at = self.extern1(&ops::STR_FIND, &[t.var, part.var]);
                let zero = self.b.i64(0);
                let r = self.b.map(&ops::GE, &[at, zero]);
                Ok(self.py(DType::Bool, r))
            }
            Val::Array(_) => {
                let e = self.compare(CmpOp::Eq, c, x)?;
                let v = self.operand(&e)?;
                let axes: Vec<usize> = (0..self.b.func.ty(v).rank()).collect();
                let r = self.emit(ops::Reduce::new(ops::ReduceKind::Any, axes), &[v]);
                Ok(self.py(DType::Bool, r))
            }
            Val::Object(_) => {
                let it = self.iterable(c)?;
                self.found_in(&it, x)
            }
            Val::None | Val::Scalar(_) => {
                let name = self.python_class_name(c);
                self.raise(ErrorKind::TypeError, &format!("argument of type '{name}' is not iterable"))
            }
            _ => self.unsupported("`in` of this value", "compare in a loop"),
        }
    }

    /// Is there an item equal to `x`? A loop that stops at the first.
    fn search(&mut self, c: &Val<'a>, x: &Val<'a>) -> R<Val<'a>> {
        if let Val::List(l) = c
            && *l.elem == T::Never
        {
            return Ok(self.boolean(false));
        }
        let (trip, source) = self.source(c)?;
        let (at, (found, site)) = (self.at, self.own_loop("found", 0x5ea7c4));
        let f = self.boolean(false);
        self.set_slot(at, found, f);
        self.for_loop(site, trip, vec![found], false, true, &mut |lw, i| {
            let item = lw.item(&source, i)?;
            let e = lw.compare(CmpOp::Eq, &item, x)?;
            let t = lw.truth(&e)?;
            let t = lw.operand(&t)?;
            let v = lw.py(DType::Bool, t);
            lw.set_slot(at, found, v);
            lw.break_if(t);
            Ok(())
        })?;
        self.set_exit(exit::NEXT);
        Ok(self.frames[at].slots.remove(&found).unwrap_or(Val::None))
    }
}

/// Is something called in an expression?
fn calls(e: &Expr) -> bool {
    let mut inside = matches!(e.kind, ExprKind::Call { .. });
    e.children(&mut |c| inside |= calls(c));
    inside
}
