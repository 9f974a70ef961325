//! Calls of the program's own functions.
//!
//! A call is inlined: the callee's body is walked at the call, in a frame of its own, so views, mutated parameters,
//! closures and results that alias need no summary. Recursive functions are outlined (see `outline`).

use crate::expr::Args;
use crate::outline::code_id;
use crate::spread::Takes;
use crate::state::*;
use crate::value::*;
use quipu_abi::ErrorKind;
use quipu_diagnostics::Diagnostic;
use quipu_syntax::Symbol;
use quipu_syntax::ast;
use std::rc::Rc;

/// Inlined calls nest at most this deep.
pub const MAX_INLINE: u32 = 60;

/// A function of the IR with more variables than this takes in no more callees, if they can stand on their own.
const LARGE: usize = 4000;

impl<'a> Lower<'a, '_> {
    pub fn call_values(&mut self, f: &Val<'a>, args: &[Val<'a>]) -> R<Val<'a>> {
        self.call(f, Args { pos: args.to_vec(), kw: vec![] })
    }

    pub fn call(&mut self, f: &Val<'a>, args: Args<'a>) -> R<Val<'a>> {
        if let Some(v) = self.spread_call(f, &args)? {
            return Ok(v);
        }
        match f {
            Val::Func(c) => self.call_closure(&c.clone(), args),
            Val::Builtin(b) => self.call_builtin(*b, args),
            Val::Class(c) => self.call_class(*c, args),
            Val::Method(m) if m.1.as_str() == "<wraps>" => match (&m.0, &args.pos[..]) {
                (Val::Func(f), [Val::Func(g)]) => {
                    let shown = self.cx.wrapped_name(f.id).unwrap_or_else(|| (f.code.name().into(), f.code.doc()));
                    if !self.cx.wrap(g.id, shown) {
                        return self.unsupported("one function that wraps several", "make it anew for each");
                    }
                    Ok(args.pos[0].clone())
                }
                (_, [g]) => Ok(g.clone()),
                _ => self.error("bad-call", "`wraps(f)` decorates a function"),
            },
            Val::Method(m) => {
                let (object, name) = (m.0.clone(), m.1);
                self.call_method(&object, name, args)
            }
            Val::Object(_) if let Some(v) = self.special_call(f, &args)? => Ok(v),
            Val::Decorator(m) => match &args.pos[..] {
                [Val::Func(c)] => {
                    let marks =
                        Marks { fastmath: m.fastmath | c.marks.fastmath, parallel: m.parallel | c.marks.parallel };
                    Ok(Val::Func(Rc::new(Closure { marks, ..(**c).clone() })))
                }
                _ => self.error("bad-call", "a compiler decorator takes a function"),
            },
            Val::Union(_) => match self.split_union(f, |lw, m| lw.call(m, args.clone()))? {
                Some(v) => Ok(v),
                None => Ok(Val::None),
            },
            _ => {
                let name = self.python_class_name(f);
                self.raise(ErrorKind::TypeError, &format!("'{name}' object is not callable"))
            }
        }
    }

    fn special_call(&mut self, f: &Val<'a>, args: &Args<'a>) -> R<Option<Val<'a>>> {
        self.method_call(f, Symbol::new("__call__"), args)
    }

    /// Arguments by parameter, as Python binds them.
    pub fn bind_args(&mut self, c: &Closure<'a>, mut args: Args<'a>) -> R<Vec<(Symbol, Val<'a>)>> {
        let params = c.code.params();
        let name = match c.owner {
            Some(class) => format!("{}.{}", class.name.as_str(), c.code.name()),
            None => c.code.name().to_string(),
        };
        if !self.in_library(c) {
            for v in args.pos.iter_mut().chain(args.kw.iter_mut().map(|(_, v)| v)) {
                *v = self.kept(v.clone())?;
            }
        }
        let mut out: Vec<(Symbol, Val<'a>)> = vec![];
        let positional: Vec<Symbol> = params.positional().map(|p| p.name.name).collect();
        let takes = |p: &ast::Param| match c.defaults.iter().find(|(m, _)| *m == p.name.name) {
            Some((_, v)) => Takes::Default(v.clone()),
            None => Takes::Needed,
        };
        let takes: Vec<(Symbol, Takes<'a>)> = params.positional().map(|p| (p.name.name, takes(p))).collect();
        let row = self.spread_over(&name, &takes, params.vararg.is_some(), 0, &mut args)?;
        let n_given = args.pos.len();
        let mut rest = vec![];
        for (k, v) in args.pos.into_iter().enumerate() {
            match positional.get(k) {
                Some(p) => out.push((*p, v)),
                None => rest.push(v),
            }
        }
        match &params.vararg {
            Some(p) => {
                let all = match row {
                    Some(r) if rest.is_empty() => r,
                    Some(r) => self.row_binary(ast::BinOp::Add, &Val::Tuple(rest.into()), &r)?,
                    None => Val::Tuple(rest.into()),
                };
                out.push((p.name.name, all));
            }
            None if !rest.is_empty() => {
                let n = positional.len();
                let text = format!(
                    "{name}() takes {n} positional argument{} but {n_given} {} given",
                    if n == 1 { "" } else { "s" },
                    if n_given == 1 { "was" } else { "were" }
                );
                let help = match (n, c.owner) {
                    (0, Some(_)) => "the first parameter of a method is the object: write `self`".to_string(),
                    _ => signature(c),
                };
                self.hint(&text, None, Some(help));
                return self.raise(ErrorKind::TypeError, &text);
            }
            None => {}
        }
        let mut extra = vec![];
        for (k, v) in args.kw {
            let known =
                params.regular.iter().any(|p| p.name.name == k) || params.kwonly.iter().any(|p| p.name.name == k);
            if !known {
                if params.kwarg.is_some() {
                    match extra.iter().any(|(n, _)| *n == k) {
                        true => {
                            let text = format!("{name}() got multiple values for keyword argument '{}'", k.as_str());
                            return self.raise(ErrorKind::TypeError, &text);
                        }
                        false => extra.push((k, v)),
                    }
                    continue;
                }
                if params.posonly.iter().any(|p| p.name.name == k) {
                    let text = format!(
                        "{name}() got some positional-only arguments passed as keyword arguments: '{}'",
                        k.as_str()
                    );
                    return self.raise(ErrorKind::TypeError, &text);
                }
                // A function that the library makes of another one may lack what CPython's takes.
                if c.frame != self.at && !self.frames[c.frame].module && self.of_library(c.frame) {
                    let what = format!("the keyword argument `{}` of this function", k.as_str());
                    return self.unsupported(what, "give the arguments by position");
                }
                let text = format!("{name}() got an unexpected keyword argument '{}'", k.as_str());
                let takes = params.positional().chain(&params.kwonly).map(|p| p.name.name.as_str());
                let help = match crate::suggest::closest(k.as_str(), takes) {
                    Some(n) => format!("did you mean `{n}`?"),
                    None => signature(c),
                };
                self.hint(&text, None, Some(help));
                return self.raise(ErrorKind::TypeError, &text);
            }
            if out.iter().any(|(n, _)| *n == k) {
                return self.raise(
                    ErrorKind::TypeError,
                    &format!("{name}() got multiple values for argument '{}'", k.as_str()),
                );
            }
            out.push((k, v));
        }
        let mut missing = [vec![], vec![]];
        for p in params.positional().chain(&params.kwonly) {
            let n = p.name.name;
            if out.iter().any(|(m, ..)| *m == n) {
                continue;
            }
            match c.defaults.iter().find(|(m, _)| *m == n) {
                Some((_, v)) => out.push((n, v.clone())),
                None => missing[usize::from(!positional.contains(&n))].push(format!("'{}'", n.as_str())),
            }
        }
        if let Some(k) = missing.iter().position(|m| !m.is_empty()) {
            return self.missing_arguments(&name, &missing[k], k == 1, Some(signature(c)));
        }
        if let Some(p) = &params.kwarg {
            let d = self.dict_call(Args { pos: vec![], kw: extra })?;
            out.push((p.name.name, d));
        }
        Ok(out)
    }

    fn call_closure(&mut self, c: &Rc<Closure<'a>>, args: Args<'a>) -> R<Val<'a>> {
        // NumPy's functions make arrays of numbers, and arrays of different dtypes do not meet: a number that is one thing
        // or another is one of them from the start.
        if self.frames.get(c.frame).is_some_and(|f| f.module && &*f.name == "numpy")
            && !self.in_library_code()
            && let Some(k) = args.pos.iter().position(is_mixed_number)
        {
            let r = self.split_union(&args.pos[k].clone(), |lw, m| {
                let mut args = args.clone();
                args.pos[k] = m.clone();
                lw.call_closure(c, args)
            })?;
            return Ok(r.unwrap_or(Val::None));
        }
        let bound = self.bind_args(c, args)?;
        if let Some(body) = self.cx.generator_body(&c.code) {
            return self.make_generator(c, body, bound);
        }
        if self.cx.recursive(c) {
            return self.call_outlined(c, bound);
        }
        // What floats may do is a mark of a whole function of the IR: a callee marked otherwise stands on its own.
        if c.marks.fastmath != self.fast_math && !self.in_library(c) {
            match self.call_outlined(c, bound.clone()) {
                // Strict arithmetic is a valid reading of fastmath, so such a callee may be inlined all the same.
                Err(Stop::Error(d)) if d.code == "unsupported" && c.marks.fastmath => {}
                r => return r,
            }
        }
        // Past this size another copy of the callee costs more than the call, and copies of copies are exponential.
        let whole = bound.iter().all(|(_, v)| !self.holds_own_object(v));
        if (self.b.func.vars.len() > LARGE || self.inline_depth >= MAX_INLINE)
            && whole
            && !self.cx.inline_only.contains(&code_id(&c.code))
        {
            match self.call_outlined(c, bound.clone()) {
                // What cannot stand on its own is inlined all the same, and what is wrong in it is reported there.
                Err(Stop::Error(_)) => {
                    self.cx.inline_only.insert(code_id(&c.code));
                }
                r => return r,
            }
        }
        if self.inline_depth >= MAX_INLINE {
            return self.fail(
                Diagnostic::error("deep-calls", "calls nest too deeply to compile", self.span)
                    .note(format!("in `{}`", c.code.name())),
            );
        }
        // Calls of methods and of lambdas say too little of what they call: recursion shows in the walk.
        let code = code_id(&c.code);
        if self.active.contains(&(code, c.frame)) && self.cx.facts.recursive.insert(code) {
            return Err(self.cx.rise(About::Function(code)));
        }
        let caller = self.b.loc;
        let (span, stmt) = (self.span, self.stmt);
        let path = hash_path(self.frames[self.at].path, span, c.span.start.into());
        let frame = self.frame_for(c, bound, path, Some(caller));
        self.frames.push(frame);
        let frame = self.frames.len() - 1;
        let at = self.at;
        self.at = frame;
        self.inline_depth += 1;
        let mark = std::mem::replace(&mut self.heap_mark, self.bases.len());
        self.active.push((code, c.frame));
        let r = self.body(c);
        self.active.pop();
        self.heap_mark = mark;
        self.inline_depth -= 1;
        self.at = at;
        self.span = span;
        self.stmt = stmt;
        self.b.loc = caller;
        self.leave(frame, r.as_ref().ok());
        r
    }

    pub fn frame_for(
        &mut self,
        c: &Closure<'a>,
        bound: Vec<(Symbol, Val<'a>)>,
        path: u64,
        caller: Option<quipu_ir::Loc>,
    ) -> Frame<'a> {
        if self.cx.watched() {
            for p in c.code.params().iter() {
                if let Some((_, v)) = bound.iter().find(|(n, _)| *n == p.name.name) {
                    self.note_type(p.name.span, true, path, v);
                }
            }
        }
        let scope = self.cx.scope_of(&c.code);
        Frame {
            slots: bound.into_iter().collect(),
            parent: Some(c.frame),
            scope,
            path,
            name: c.code.name().into(),
            module: false,
            marks: c.marks,
            caller,
            needs: None,
            life: Life {
                id: path,
                in_loop: self.in_loop,
                class: c.owner,
                first: c.first_parameter(),
                ..Life::default()
            },
        }
    }

    /// Walks a body in the current frame; its value.
    pub fn body(&mut self, c: &Closure<'a>) -> R<Val<'a>> {
        match c.code {
            Code::Lambda(_, e) => self.expr(e),
            Code::Def(d) => {
                self.set_exit(exit::NEXT);
                self.block(&d.body)?;
                self.returned()
            }
        }
    }

    /// The value of the frame's `return`, on whichever path.
    fn returned(&mut self) -> R<Val<'a>> {
        let (at, ret) = (self.at, self.ret_slot);
        let v = self.get_slot(at, ret).cloned();
        match (self.exit_state(), v) {
            (Some(exit::RETURN), Some(Val::Maybe(m))) => Ok(m.1.clone()),
            (Some(exit::RETURN), Some(v)) => Ok(v),
            (Some(_), _) | (None, None) => Ok(Val::None),
            (None, Some(v)) => {
                // Some paths returned, others fell off the end: those return None.
                let code = self.get_slot(at, self.exit_slot).cloned().unwrap_or(Val::None);
                let code = self.operand(&code)?;
                let k = self.b.i64(exit::RETURN);
                let is = self.b.map(&quipu_ir::ops::EQ, &[code, k]);
                let cond = self.py(quipu_abi::DType::Bool, is);
                let v = match v {
                    Val::Maybe(m) => m.1.clone(),
                    v => v,
                };
                if let Val::None = v {
                    return Ok(v);
                }
                self.choose(&cond, |_| Ok(v), |_| Ok(Val::None))
            }
        }
    }

    pub fn in_library(&self, c: &Closure<'a>) -> bool {
        let f = &self.frames[c.frame];
        f.module && crate::STDLIB.iter().any(|(m, ..)| **m == *f.name)
    }

    fn call_outlined(&mut self, c: &Rc<Closure<'a>>, bound: Vec<(Symbol, Val<'a>)>) -> R<Val<'a>> {
        crate::outline::call(self, c, bound)
    }
}

/// Names of a function's frame.
pub fn scope_of(code: &Code<'_>) -> Scope {
    let mut scope = Scope::default();
    scope.locals.extend(code.params().iter().map(|p| p.name.name));
    if let Code::Def(d) = code {
        bound_names(&d.body, &mut scope);
        crate::uses::functions(&d.body, &mut |d| {
            let mut inner = Scope::default();
            bound_names(&d.body, &mut inner);
            scope.rebound.extend(inner.nonlocals);
        });
    }
    scope
}

/// The names that a function's code mentions.
pub fn names_in(code: &Code<'_>) -> Vec<Symbol> {
    match code {
        Code::Def(d) => mentioned(&d.body),
        Code::Lambda(_, e) => {
            let mut out = vec![];
            crate::uses::expr(e, &mut |n, _| out.push(n));
            out
        }
    }
}

/// The names that a function's code mentions, nested functions included.
pub fn mentioned(body: &[ast::Stmt]) -> Vec<Symbol> {
    let mut out = vec![];
    crate::uses::stmts(body, &mut |n, _| out.push(n));
    out
}

/// What a function takes, as a remedy.
fn signature(c: &Closure<'_>) -> String {
    let params = c.code.params();
    let optional = |p: &quipu_syntax::ast::Param| if p.default.is_some() { "=.." } else { "" };
    let mut takes: Vec<String> =
        params.positional().map(|p| format!("{}{}", p.name.name.as_str(), optional(p))).collect();
    if let Some(p) = &params.vararg {
        takes.push(format!("*{}", p.name.name.as_str()));
    } else if !params.kwonly.is_empty() {
        takes.push("*".to_string());
    }
    takes.extend(params.kwonly.iter().map(|p| format!("{}{}", p.name.name.as_str(), optional(p))));
    if let Some(p) = &params.kwarg {
        takes.push(format!("**{}", p.name.name.as_str()));
    }
    format!("it is `{}({})`", c.code.name(), takes.join(", "))
}

/// A number of one of several types.
fn is_mixed_number(v: &Val<'_>) -> bool {
    matches!(v, Val::Union(u) if u.members.iter().all(|m| matches!(m, Val::Scalar(_))))
}
