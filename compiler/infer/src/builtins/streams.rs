//! Standard input, output and error: `sys.stdin`, `sys.stdout`, `sys.stderr`, and what stdlib/streams.py is written with.
//!
//! The three are known while compiling, as functions are, and so are their methods, which the library has as functions:
//! `sys.stdin.readline()` is `stdin_readline()`. The module `streams` is bound in the library's frames, as `tables` is.
//!
//! `sys.argv` is one list, which programs may change. It is made before the program's first statement, if the walk finds that
//! somebody asks for it (a fact); in a session it is made where it is first asked for.

use crate::expr::Args;
use crate::state::*;
use crate::value::*;
use quipu_abi::{DType, ErrorKind};
use quipu_ir::ops;
use quipu_syntax::Symbol;

/// The attributes of `sys` that are streams.
pub const STREAMS: &[&str] = &["stdin", "stdout", "stderr"];

/// The functions of the library's module `streams` that are the runtime's.
pub const FUNCTIONS: &[&str] = &["write", "write_error", "flush", "read_line", "read_text", "argument", "arguments"];

impl<'a> Lower<'a, '_> {
    pub(super) fn call_streams(&mut self, name: &'static str, args: &[Val<'a>]) -> R<Val<'a>> {
        let text = match args {
            [Val::Str(t)] => Some(t.var),
            _ => None,
        };
        match (name, args) {
            ("write" | "write_error", _) if let Some(text) = text => {
                let row = if name == "write" { &ops::PRINT } else { &ops::PRINT_ERROR };
                self.b.emit_n(ops::Extern(row), &[text], vec![]);
                Ok(Val::None)
            }
            ("flush", []) => {
                self.b.emit_n(ops::Extern(&ops::FLUSH), &[], vec![]);
                Ok(Val::None)
            }
            ("read_line", []) => {
                let v = self.extern1(&ops::READ_LINE, &[]);
                Ok(self.str_var(v))
            }
            ("read_text" | "argument", [n]) => {
                let row = if name == "argument" { &ops::ARGUMENT } else { &ops::READ_TEXT };
                let n = self.operand(n)?;
                let v = self.extern1(row, &[n]);
                Ok(self.str_var(v))
            }
            ("arguments", []) => {
                let v = self.extern1(&ops::ARGUMENTS, &[]);
                Ok(self.py(DType::I64, v))
            }
            _ => {
                let text = format!("calling `sys.{name}`: it is no function");
                self.unsupported(text, "call one of its methods")
            }
        }
    }

    /// The library's function that is a method of a stream.
    fn stream_function(&mut self, b: Builtin, name: Symbol) -> R<Val<'a>> {
        let title = Symbol::new(&format!("{}_{}", b.name, name.as_str()));
        match self.stdlib_function("streams", title) {
            Some(f) => Ok(f),
            None => {
                let there = match b.name {
                    "stdin" => "it has read, readline and readlines, and a `for` goes over its lines",
                    _ => "it has write, writelines and flush",
                };
                self.unsupported(format!("`sys.{}.{}`", b.name, name.as_str()), there)
            }
        }
    }

    /// `sys.stdout.write`: the function itself, which needs no object.
    pub(super) fn stream_attribute(&mut self, b: Builtin, name: Symbol) -> R<Val<'a>> {
        match name.as_str() {
            "name" => Ok(self.text(&format!("<{}>", b.name))),
            "encoding" => Ok(self.text("utf-8")),
            _ => self.stream_function(b, name),
        }
    }

    pub(super) fn stream_method(&mut self, b: Builtin, name: Symbol, args: Args<'a>) -> R<Val<'a>> {
        let f = self.stream_function(b, name)?;
        self.call(&f, args)
    }

    /// What a `for` over a stream goes over.
    pub fn stream_lines(&mut self, b: Builtin) -> R<Val<'a>> {
        self.stream_method(b, Symbol::new("__iter__"), Args::default())
    }

    /// `print(.., file=f)` of an object of the program: its `write` gets the texts, the separators and the end one by one.
    pub(crate) fn print_to(&mut self, file: &Val<'a>, args: &Args<'a>) -> R<Val<'a>> {
        let without = |file: Val<'a>| {
            let kw = args.kw.iter().map(|(k, v)| match k.as_str() {
                "file" => (*k, file.clone()),
                _ => (*k, v.clone()),
            });
            Args { pos: args.pos.clone(), kw: kw.collect() }
        };
        if let Some(v) = self.split_union(file, |lw, m| lw.print(&without(m.clone())))? {
            return Ok(v);
        }
        if !matches!(file, Val::Object(_)) {
            let class = self.python_class_name(file);
            let text = format!("print to a value of type {class}");
            return self.unsupported(text, "print to sys.stdout, to sys.stderr, or to an object with a method `write`");
        }
        self.without_spread(&args.pos)?;
        let (mut sep, mut end) = (self.text(" "), self.text("\n"));
        let mut flush = None;
        for (k, v) in &args.kw {
            match (k.as_str(), v) {
                ("sep" | "end", Val::None) | ("file", _) => {}
                ("sep", v @ Val::Str(_)) => sep = v.clone(),
                ("end", v @ Val::Str(_)) => end = v.clone(),
                ("flush", v) => flush = Some(v.clone()),
                ("sep" | "end", v) => {
                    let class = self.python_class_name(v);
                    let text = format!("{} must be None or a string, not {class}", k.as_str());
                    return self.raise(ErrorKind::TypeError, &text);
                }
                (k, _) => return self.unknown_argument(Symbol::new(k), "print", &["sep", "end", "file", "flush"]),
            }
        }
        let write = |lw: &mut Self, text: Val<'a>| {
            lw.call_method(file, Symbol::new("write"), Args { pos: vec![text], kw: vec![] }).map(|_| ())
        };
        for (k, v) in args.pos.iter().enumerate() {
            if k > 0 {
                write(self, sep.clone())?;
            }
            let s = self.str_of(v)?;
            let s = self.str_var(s);
            write(self, s)?;
        }
        write(self, end)?;
        if let Some(v) = flush {
            let cond = self.truth(&v)?;
            let out = |lw: &mut Self| lw.call_method(file, Symbol::new("flush"), Args::default()).map(|_| Val::None);
            self.choose(&cond, out, |_| Ok(Val::None))?;
        }
        Ok(Val::None)
    }

    /// `sys.argv`, at the start of a program that asks for it.
    pub fn open_argv(&mut self) {
        if self.cx.facts.argv
            && let Ok(v) = self.new_argv()
        {
            self.set_slot(0, argv_slot(), v);
        }
    }

    fn new_argv(&mut self) -> R<Val<'a>> {
        match self.stdlib_function("streams", Symbol::new("all_arguments")) {
            Some(f) => self.call_values(&f, &[]),
            None => self.error("internal", "the library has no all_arguments"),
        }
    }

    /// The list of arguments.
    pub fn argv(&mut self) -> R<Val<'a>> {
        if let Some(v) = self.get_slot(0, argv_slot()) {
            return Ok(v.clone());
        }
        if self.cx.facts.entered && self.b.depth() == 1 && self.frames[self.at].module {
            let v = self.new_argv()?;
            self.set_slot(0, argv_slot(), v.clone());
            return Ok(v);
        }
        if !self.cx.facts.entered && !std::mem::replace(&mut self.cx.facts.argv, true) {
            return Err(self.cx.rise_anyhow());
        }
        self.unsupported("`sys.argv` here", "read it at the top level of the program, and pass it on")
    }
}

/// The name that the list has, which no program can write.
fn argv_slot() -> Symbol {
    Symbol::new("<argv>")
}
