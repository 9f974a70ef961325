//! Exception objects: classes of exceptions, handlers by class, raising.
//!
//! At run time an exception is the number of its kind and a text (see `ErrorRecord`). One of a class of the program has the
//! kind that the class derives from, and a text that begins with the class: its name, its number, and the number of the
//! object, if the class has methods (see `USER_CLASS`). So `except ValueError` catches what derives from it without
//! knowing more, and a handler of a class asks the text. An object that is raised is a shared one, whose fields a handler
//! finds by its number.

use crate::expr::Args;
use crate::state::*;
use crate::value::*;
use quipu_abi::{ARGUMENTS, DType, ErrorKind, USER_CLASS};
use quipu_diagnostics::{Diagnostic, Span};
use quipu_ir::Var;
use quipu_ir::ops;
use quipu_syntax::Symbol;
use quipu_syntax::ast::{Expr, Handler};
use std::rc::Rc;

/// What an `except` names.
#[derive(Clone, Copy, Debug)]
pub struct Catch {
    /// A kind of Python's own, or the one that the class derives from.
    pub kind: ErrorKind,
    pub class: Option<ClassId>,
}

impl<'a> Lower<'a, '_> {
    // Classes of exceptions.

    /// What `except v` catches.
    pub(super) fn catches(&mut self, v: &Val<'a>) -> R<Vec<Catch>> {
        match v {
            Val::Class(Class::Exception(kind)) => Ok(vec![Catch { kind: *kind, class: None }]),
            Val::Class(Class::User(c)) if let Some(kind) = self.cx.classes.exception(*c) => {
                Ok(vec![Catch { kind, class: Some(*c) }])
            }
            Val::Tuple(vs) => {
                let mut out = vec![];
                for v in vs.iter() {
                    out.extend(self.catches(v)?);
                }
                Ok(out)
            }
            _ => self.fail(
                Diagnostic::error("bad-handler", "an `except` names exception classes", self.span)
                    .help("write `except ValueError:` or a tuple of classes"),
            ),
        }
    }

    /// Is an exception of one of these classes?
    fn caught_by(&mut self, catches: &[Catch], code: Var, text: Var) -> Var {
        let mut fits = self.b.bool(false);
        let code = self.code_kind(code);
        let compared = |lw: &mut Self, v: Var, how: &'static ops::ScalarFn, number: i64| {
            let c = lw.b.i64(number);
            lw.b.map(how, &[v, c])
        };
        for range in catches.iter().filter(|c| c.class.is_none()).map(|c| c.kind.derived()) {
            let (first, last) = (i64::from(*range.start()), i64::from(*range.end()));
            let is = match first == last {
                true => compared(self, code, &ops::EQ, first),
                false => {
                    let from = compared(self, code, &ops::GE, first);
                    let to = compared(self, code, &ops::LE, last);
                    self.b.map(&ops::AND, &[from, to])
                }
            };
            fits = self.b.map(&ops::OR, &[fits, is]);
        }
        if catches.iter().any(|c| c.class.is_some()) {
            let number = self.extern1(&ops::EXC_CLASS, &[text]);
            for d in self.cx.classes.exceptions().collect::<Vec<_>>() {
                if catches.iter().any(|c| c.class.is_some_and(|c| self.cx.classes.derives(d, c))) {
                    let is = compared(self, number, &ops::EQ, d.number.into());
                    fits = self.b.map(&ops::OR, &[fits, is]);
                }
            }
        }
        fits
    }

    /// `isinstance(e, class)`
    pub fn exc_is_instance(&mut self, e: &Exc, class: &Val<'a>) -> R<Val<'a>> {
        let catches = self.catches(class)?;
        let code = self.exc_code(e);
        let fits = self.caught_by(&catches, code, e.text);
        Ok(self.py(DType::Bool, fits))
    }

    /// `type(e) is class`
    pub fn exc_is_exactly(&mut self, e: &Exc, class: Class) -> R<Val<'a>> {
        let number = self.extern1(&ops::EXC_CLASS, &[e.text]);
        let (kind, want) = match class {
            Class::Exception(k) => (k, -1),
            Class::User(c) => match self.cx.classes.exception(c) {
                Some(k) => (k, i64::from(c.number)),
                None => return Ok(self.boolean(false)),
            },
            _ => return Ok(self.boolean(false)),
        };
        let code = self.exc_code(e);
        let (kind, want) = (self.b.i64(kind as i64), self.b.i64(want));
        let (a, b) = (self.b.map(&ops::EQ, &[code, kind]), self.b.map(&ops::EQ, &[number, want]));
        let v = self.b.map(&ops::AND, &[a, b]);
        Ok(self.py(DType::Bool, v))
    }

    /// What begins the text of an exception of a class.
    fn class_mark(&mut self, class: ClassId, object: Option<Var>) -> Var {
        let name = self.exception_title(class);
        let m = USER_CLASS;
        match object {
            None => self.lit(&format!("{m}{name}{m}{}{m}-1{m}", class.number)),
            Some(k) => {
                let head = self.lit(&format!("{m}{name}{m}{}{m}", class.number));
                let k = self.extern1(&ops::STR_OF, &[k]);
                let (v, end) = (self.join2(head, k), self.lit(&m.to_string()));
                self.join2(v, end)
            }
        }
    }

    /// An exception of a class without methods.
    pub fn plain_exception(&mut self, class: ClassId, kind: ErrorKind, args: &Args<'a>) -> R<Val<'a>> {
        if !args.kw.is_empty() {
            let text = format!("{}() takes no keyword arguments", class.name.as_str());
            return self.raise(ErrorKind::TypeError, &text);
        }
        let text = self.exc_text(kind, &args.pos)?;
        let mark = self.class_mark(class, None);
        let text = self.join2(mark, text);
        Ok(Val::Exc(Rc::new(Exc { kind: Some(kind), code: None, text, class: Some(class) })))
    }

    /// The text that an object is raised with.
    fn raised_text(&mut self, o: Object) -> R<Var> {
        let k = self.object_number(o)?;
        let arguments = self.exception_arguments(o)?;
        let shown = self.special(&Val::Object(o), "__str__", &[])?;
        let text = match shown {
            None => arguments,
            Some(s) => {
                let s = self.str_of(&s)?;
                let code = self.b.i64(self.cx.classes.exception(o.class).unwrap_or(ErrorKind::Exception) as i64);
                let all = self.extern1(&ops::EXC_ARGUMENTS, &[code, arguments]);
                let mark = self.lit(&ARGUMENTS.to_string());
                let text = self.join2(mark, all);
                let text = self.join2(text, mark);
                self.join2(text, s)
            }
        };
        let mark = self.class_mark(o.class, Some(k));
        Ok(self.join2(mark, text))
    }

    /// Does something with the object that an exception is. `f` gets the class, where that has no objects.
    pub fn by_exception(
        &mut self,
        e: &Exc,
        name: Symbol,
        f: &dyn Fn(&mut Self, &Val<'a>) -> R<Val<'a>>,
    ) -> R<Option<Val<'a>>> {
        let all: Vec<ClassId> = self.cx.classes.exceptions().collect();
        let all: Vec<ClassId> =
            all.into_iter().filter(|d| e.class.is_none_or(|c| self.cx.classes.derives(*d, c))).collect();
        if all.is_empty() {
            return Ok(None);
        }
        let number = self.extern1(&ops::EXC_CLASS, &[e.text]);
        self.by_exception_class(e, number, name, &all, f).map(Some)
    }

    fn by_exception_class(
        &mut self,
        e: &Exc,
        number: Var,
        name: Symbol,
        all: &[ClassId],
        f: &dyn Fn(&mut Self, &Val<'a>) -> R<Val<'a>>,
    ) -> R<Val<'a>> {
        let Some((first, rest)) = all.split_first() else {
            let class = self.python_class_name(&Val::Exc(Rc::new(e.clone())));
            let text = format!("'{class}' object has no attribute '{}'", name.as_str());
            return self.raise(ErrorKind::AttributeError, &text);
        };
        let this = |lw: &mut Self| {
            if lw.is_plain_exception(*first) {
                return f(lw, &Val::Class(Class::User(*first)));
            }
            let k = lw.extern1(&ops::EXC_OBJECT, &[e.text]);
            f(lw, &Val::Object(Object { class: *first, at: At::Shared(k) }))
        };
        // One class without others that derive from it needs no question.
        if rest.is_empty() && e.class == Some(*first) {
            return this(self);
        }
        let want = self.b.i64(first.number.into());
        let is = self.b.map(&ops::EQ, &[number, want]);
        let cond = self.py(DType::Bool, is);
        self.choose(&cond, this, |lw| lw.by_exception_class(e, number, name, rest, f))
    }

    /// The first handler whose classes fit runs. `whole`: no handler of the `try` names a class of the program, so that
    /// nothing comes here which none of them catches.
    pub(super) fn dispatch(
        &mut self,
        handlers: &'a [Handler],
        catches: &[Vec<Catch>],
        whole: bool,
        code: Var,
        text: Var,
    ) -> R<()> {
        let Some((h, rest)) = handlers.split_first() else { return Ok(()) };
        let run = |lw: &mut Self| -> R<()> {
            let (kind, class) = match &catches[0][..] {
                [c] if c.kind.derived().count() == 1 => (Some(c.kind), c.class),
                [c] => (None, c.class),
                _ => (None, None),
            };
            let exc = Val::Exc(Rc::new(Exc { kind, code: Some(code), text, class }));
            let at = lw.at;
            let handled = Symbol::new("<handled>");
            let outer = lw.get_slot(at, handled).cloned();
            lw.set_slot(at, handled, exc.clone());
            if let Some(n) = &h.name {
                let home = lw.home(n.name);
                if lw.frames[home].slots.remove(&n.name).is_some() {
                    lw.note_bound(home, n.name);
                }
                lw.set_slot(home, n.name, exc);
            }
            lw.block(&h.body)?;
            match outer {
                Some(v) => lw.set_slot(at, handled, v),
                None => {
                    lw.frames[at].slots.remove(&handled);
                }
            }
            if let Some(n) = &h.name {
                let home = lw.home(n.name);
                lw.frames[home].slots.remove(&n.name);
            }
            Ok(())
        };
        if rest.is_empty() && whole {
            return run(self);
        }
        let fits = self.caught_by(&catches[0], code, text);
        self.branch(fits, run, |lw| match rest {
            // `try` lets in all that the classes of the program derive from: the others go on.
            [] => {
                lw.b.emit_n(ops::Raise { kind: None }, &[code, text], vec![]);
                Err(Stop::Ends)
            }
            _ => lw.dispatch(rest, &catches[1..], whole, code, text),
        })
    }

    // Exception objects.

    /// The number of its kind.
    pub fn exc_code(&mut self, e: &Exc) -> Var {
        match (e.kind, e.code) {
            (None, Some(c)) => self.code_kind(c),
            (kind, _) => self.b.i64(kind.unwrap_or(ErrorKind::Exception) as i64),
        }
    }

    /// What it is raised again with: its kind, and where it was raised first.
    pub fn exc_origin(&mut self, e: &Exc) -> Var {
        match e.code {
            Some(c) => c,
            None => self.exc_code(e),
        }
    }

    /// The kind in a code.
    fn code_kind(&mut self, code: Var) -> Var {
        let mask = self.b.i64((1 << ops::ORIGIN) - 1);
        self.b.map(&ops::AND, &[code, mask])
    }

    /// `type(e).__name__`.
    pub fn exc_name(&mut self, e: &Exc) -> Var {
        if let Some(k) = e.kind
            && self.cx.classes.exceptions().next().is_none()
        {
            return self.lit(k.class_name());
        }
        let code = self.exc_code(e);
        self.extern1(&ops::EXC_NAME, &[code, e.text])
    }

    /// From now on exceptions carry their arguments; what was walked before is walked again.
    pub fn need_exact_arguments(&mut self) -> R<()> {
        if std::mem::replace(&mut self.cx.facts.exact_arguments, true) { Ok(()) } else { Err(self.cx.rise_anyhow()) }
    }

    /// `e.args`: a tuple of one string, or of the key of a KeyError. No exception of the program may have others.
    pub fn arguments_of(&mut self, e: &Exc) -> R<Val<'a>> {
        self.plain_arguments()?;
        let text = self.exc_str(e);
        let text = self.str_var(text);
        if e.kind.is_some_and(|k| k != ErrorKind::KeyError) {
            return Ok(Val::Tuple(vec![text].into()));
        }
        // A KeyError shows the repr of its key.
        let code = self.exc_code(e);
        let key = self.b.i64(ErrorKind::KeyError as i64);
        let is_key = self.b.map(&ops::EQ, &[code, key]);
        let is_key = self.py(DType::Bool, is_key);
        let item = self.choose(
            &is_key,
            |lw| {
                let shown = std::slice::from_ref(&text);
                if !lw.cx.facts.int_keys {
                    return lw.by_library("unquoted", shown);
                }
                let quoted = lw.by_library("is_quoted", shown)?;
                lw.choose(&quoted, |lw| lw.by_library("unquoted", shown), |lw| lw.by_library("shown_int", shown))
            },
            |_| Ok(text.clone()),
        )?;
        Ok(Val::Tuple(vec![item].into()))
    }

    /// No exception of the program may have other arguments than one string, or a key.
    pub fn plain_arguments(&mut self) -> R<()> {
        if self.cx.facts.odd_arguments {
            return self.unsupported(
                "the arguments of an exception, in a program that raises one with other arguments than one string",
                "raise exceptions with one string, or print `str(e)` or `repr(e)`",
            );
        }
        self.cx.facts.looks_at_arguments = true;
        Ok(())
    }

    /// An exception without arguments, or with others than one string, is raised.
    pub fn odd_arguments(&mut self) -> R<()> {
        let first = !std::mem::replace(&mut self.cx.facts.odd_arguments, true);
        if first && self.cx.facts.looks_at_arguments { Err(self.cx.rise_anyhow()) } else { Ok(()) }
    }

    /// The kind of an exception that is made of a kind's class: Python has classes for numbers of the system's errors.
    pub fn made_kind(&mut self, kind: ErrorKind, args: &[Val<'a>]) -> R<ErrorKind> {
        if kind != ErrorKind::OSError || !(2..=5).contains(&args.len()) {
            return Ok(kind);
        }
        match &args[0] {
            v @ Val::Scalar(_) => match v.int_known() {
                Some(number) => Ok(ErrorKind::from_errno(number)),
                None => self.unsupported(
                    "an OSError whose number is computed: the number decides of which class it is",
                    "write the number, or name the class: `FileNotFoundError(..)`",
                ),
            },
            _ => Ok(kind),
        }
    }

    /// The text (see `ErrorRecord`) of an exception with these arguments.
    pub fn exc_text(&mut self, kind: ErrorKind, args: &[Val<'a>]) -> R<Var> {
        self.without_spread(args)?;
        match args {
            [Val::Str(_)] => {}
            [Val::Scalar(s)] if kind == ErrorKind::KeyError && s.dtype == DType::I64 && !s.np => {
                let first = !std::mem::replace(&mut self.cx.facts.int_keys, true);
                if first && self.cx.facts.looks_at_arguments {
                    return Err(self.cx.rise_anyhow());
                }
            }
            _ => self.odd_arguments()?,
        }
        let tuple = Val::Tuple(args.to_vec().into());
        let shown = match args {
            [] => return Ok(self.lit("")),
            // A KeyError shows the repr of its key.
            [v] if kind == ErrorKind::KeyError => self.repr_of(v)?,
            [v] => self.str_of(v)?,
            [number, what] if kind.is_a(ErrorKind::OSError) => self.os_error_text(number, what)?,
            [_, _, _, ..] if kind.is_a(ErrorKind::OSError) => {
                return self.unsupported("the name of a file in an OSError", "put it into the text");
            }
            [_, _, ..] if kind.is_a(ErrorKind::SyntaxError) || kind == ErrorKind::UnicodeDecodeError => {
                let what = format!("{} with several arguments", kind.class_name());
                return self.unsupported(what, "put them into one text");
            }
            _ => self.repr_of(&tuple)?,
        };
        match args {
            [Val::Str(Text { known: Some(s), .. })] if !s.is_empty() && kind != ErrorKind::KeyError => {
                return Ok(shown);
            }
            // The status of a program is its argument.
            [Val::Str(_)] if kind == ErrorKind::SystemExit => {}
            _ if kind == ErrorKind::SystemExit => self.need_exact_arguments()?,
            _ => {}
        }
        if !self.cx.facts.exact_arguments {
            return Ok(shown);
        }
        // One argument without the comma of a tuple.
        let arguments = match args {
            [v] => {
                let (open, v, close) = (self.lit("("), self.repr_of(v)?, self.lit(")"));
                let v = self.join2(open, v);
                self.join2(v, close)
            }
            _ => self.repr_of(&tuple)?,
        };
        let mark = self.lit(&ARGUMENTS.to_string());
        let text = self.join2(mark, arguments);
        let text = self.join2(text, mark);
        Ok(self.join2(text, shown))
    }

    /// `str(OSError(number, what))`
    fn os_error_text(&mut self, number: &Val<'a>, what: &Val<'a>) -> R<Var> {
        let (open, number, close, what) =
            (self.lit("[Errno "), self.str_of(number)?, self.lit("] "), self.str_of(what)?);
        let text = self.join2(open, number);
        let text = self.join2(text, close);
        Ok(self.join2(text, what))
    }

    /// `str(e)`.
    pub fn exc_str(&mut self, e: &Exc) -> Var {
        let marked = self.cx.facts.exact_arguments || self.cx.classes.exceptions().next().is_some();
        if marked { self.extern1(&ops::EXC_STR, &[e.text]) } else { e.text }
    }

    // Raising.

    pub fn raise_stmt(&mut self, span: Span, exc: Option<&'a Expr>, cause: Option<&'a Expr>) -> R<()> {
        let v = match exc {
            Some(e) => self.expr(e)?,
            None => match self.get_slot(self.at, Symbol::new("<handled>")).cloned() {
                Some(v) => v,
                None => return self.raise(ErrorKind::RuntimeError, "No active exception to reraise"),
            },
        };
        if let Some(c) = cause {
            match self.expr(c)? {
                Val::None | Val::Exc(_) | Val::Object(_) | Val::Class(Class::Exception(_) | Class::User(_)) => {}
                _ => return self.raise(ErrorKind::TypeError, "exception causes must derive from BaseException"),
            }
        }
        self.set_span(span);
        self.raise_value(v)
    }

    fn raise_value(&mut self, v: Val<'a>) -> R<()> {
        match v {
            Val::Class(Class::Exception(k)) => {
                self.odd_arguments()?;
                self.raise(k, "")
            }
            Val::Class(Class::User(c)) if self.cx.classes.exception(c).is_some() => {
                let v = self.instantiate(c, Args::default())?;
                self.raise_value(v)
            }
            Val::Object(o) if let Some(kind) = self.cx.classes.exception(o.class) => {
                let text = self.raised_text(o)?;
                self.b.emit_n(ops::Raise { kind: Some(kind) }, &[text], vec![]);
                Err(Stop::Ends)
            }
            Val::Exc(e) => {
                let (kind, args) = match e.code {
                    Some(c) => (None, vec![c, e.text]),
                    None => (e.kind, vec![e.text]),
                };
                self.b.emit_n(ops::Raise { kind }, &args, vec![]);
                Err(Stop::Ends)
            }
            _ => self.raise(ErrorKind::TypeError, "exceptions must derive from BaseException"),
        }
    }
}
