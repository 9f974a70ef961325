//! `*xs` among arguments and items, where only run time knows how many they are.
//!
//! Of a known number they are simply written out. Else one *spread* stands for all of them, a mark that holds `xs`. A
//! display of a tuple with spreads is a row (see `lists::rows`). A function of the program takes what its parameters need
//! from the row, which is checked to be long enough, and the rest as its `*args`. `zip` turns rows around.

use crate::displays::spread;
use crate::expr::Args;
use crate::loops::Source;
use crate::state::*;
use crate::value::*;
use quipu_abi::{DType, ErrorKind};
use quipu_ir::Var;
use quipu_ir::ops;
use quipu_syntax::Symbol;
use quipu_syntax::ast::BinOp;
use std::rc::Rc;

/// What a spread stands for.
pub fn spread_of<'v, 'a>(v: &'v Val<'a>) -> Option<&'v Val<'a>> {
    match v {
        Val::Method(m) if m.1 == spread() => Some(&m.0),
        _ => None,
    }
}

/// What a parameter has that no argument is given for.
pub enum Takes<'a> {
    /// Nothing: it needs one.
    Needed,
    Default(Val<'a>),
    /// Something that is made when it is known that none is given.
    Otherwise,
}

impl<'a> Lower<'a, '_> {
    /// A tuple of these, some of which may be spreads.
    pub fn tuple_of_parts(&mut self, parts: Vec<Val<'a>>) -> R<Val<'a>> {
        if !parts.iter().any(|v| spread_of(v).is_some()) {
            return Ok(Val::Tuple(parts.into()));
        }
        let mut out = Val::Tuple(Rc::new([]));
        let mut plain = vec![];
        for v in parts {
            let Some(xs) = spread_of(&v) else {
                plain.push(v);
                continue;
            };
            let (before, row) = (Val::Tuple(std::mem::take(&mut plain).into()), self.row_of(&xs.clone())?);
            for next in [before, row] {
                out = self.joined_tuples(out, next)?;
            }
        }
        self.joined_tuples(out, Val::Tuple(plain.into()))
    }

    /// A list of these, some of which may be spreads.
    pub fn list_of_parts(&mut self, parts: Vec<Val<'a>>) -> R<Val<'a>> {
        let n = parts.iter().position(|v| spread_of(v).is_some()).unwrap_or(parts.len());
        let (first, rest) = parts.split_at(n);
        let (at, held) = (self.at, Symbol::new(&format!("<parts {}>", self.span.start)));
        let list = self.list_display(first)?;
        self.set_slot(at, held, list);
        for v in rest {
            let Some(Val::List(l)) = self.get_slot(at, held).cloned() else { break };
            let l = ListRef { display: None, ..l };
            match spread_of(v) {
                Some(xs) => self.list_extend(&l, xs)?,
                None => self.list_push(&l, v)?,
            }
        }
        Ok(self.frames[at].slots.remove(&held).unwrap_or(Val::None))
    }

    fn joined_tuples(&mut self, x: Val<'a>, y: Val<'a>) -> R<Val<'a>> {
        match (&x, &y) {
            (_, Val::Tuple(b)) if b.is_empty() => Ok(x),
            (Val::Tuple(a), _) if a.is_empty() => Ok(y),
            _ => self.binary(BinOp::Add, &x, &y),
        }
    }

    /// A call of what is no function of the program, with spreads among its arguments. `None`: it has none.
    pub fn spread_call(&mut self, f: &Val<'a>, args: &Args<'a>) -> R<Option<Val<'a>>> {
        if !args.pos.iter().any(|v| spread_of(v).is_some()) {
            return Ok(None);
        }
        match f {
            Val::Func(_) | Val::Union(_) | Val::Class(Class::User(_)) => Ok(None),
            Val::Object(o) if self.is_instance_of_program(*o) => Ok(None),
            Val::Method(m) if !matches!(m.0, Val::Method(_)) => Ok(None),
            Val::Builtin(Builtin { module: "builtins", name: "print" }) => Ok(None),
            Val::Builtin(Builtin { module: "builtins", name: "zip" }) if args.pos.len() == 1 && args.kw.is_empty() => {
                let rows = spread_of(&args.pos[0]).cloned().unwrap_or(Val::None);
                Ok(Some(Val::Iter(Rc::new(Iter::Transposed(rows)))))
            }
            Val::Builtin(Builtin { module: "builtins", name: name @ ("max" | "min") }) => {
                self.spread_extremum(f, name, args).map(Some)
            }
            _ => self.no_spread(),
        }
    }

    /// A method of a value that is no object of the program takes no spreads.
    pub fn check_spread(&mut self, o: &Val<'a>, args: &Args<'a>) -> R<()> {
        if !args.pos.iter().any(|v| spread_of(v).is_some()) {
            return Ok(());
        }
        match o {
            Val::Object(o) if self.is_instance_of_program(*o) => Ok(()),
            Val::Union(_) | Val::Super(_) | Val::Class(Class::User(_)) | Val::Func(_) | Val::Module(_) => Ok(()),
            _ => self.no_spread(),
        }
    }

    /// Refuses arguments with spreads.
    pub fn without_spread(&mut self, args: &[Val<'a>]) -> R<()> {
        if args.iter().any(|v| spread_of(v).is_some()) { self.no_spread() } else { Ok(()) }
    }

    fn no_spread<X>(&mut self) -> R<X> {
        self.unsupported("`*` before an argument of unknown length", "pass the values one by one")
    }

    /// `max(*xs)`
    fn spread_extremum(&mut self, f: &Val<'a>, name: &str, args: &Args<'a>) -> R<Val<'a>> {
        let all = self.tuple_of_parts(args.pos.clone())?;
        let row = self.as_row(&all)?;
        let l = self.row_list(&row);
        let n = self.list_len(&l)?;
        let (zero, one) = (self.b.i64(0), self.b.i64(1));
        let none = self.b.map(&ops::EQ, &[n, zero]);
        self.raise_if(none, ErrorKind::TypeError, &format!("{name} expected at least 1 argument, got 0"), &[]);
        // One argument is what is looked through.
        let single = self.b.map(&ops::EQ, &[n, one]);
        let class = match row.elem {
            T::Scalar(d, false) => python_name(d),
            T::Never => return Err(Stop::Ends),
            _ => return self.unsupported(format!("`{name}` of `*` of these"), "pass the list itself"),
        };
        self.raise_if(single, ErrorKind::TypeError, &format!("'{class}' object is not iterable"), &[]);
        self.call(f, Args { pos: vec![Val::List(l)], kw: args.kw.clone() })
    }

    /// The arguments of a function with these positional parameters. Where there is a spread, the parameters that it reaches
    /// take their items of it. Gives what is left of it, as a tuple.
    pub fn spread_over(
        &mut self,
        name: &str,
        positional: &[(Symbol, Takes<'a>)],
        vararg: bool,
        counted: usize,
        args: &mut Args<'a>,
    ) -> R<Option<Val<'a>>> {
        let Some(first) = args.pos.iter().position(|v| spread_of(v).is_some()) else { return Ok(None) };
        if first >= positional.len() && vararg {
            let rest = args.pos.split_off(positional.len());
            return self.tuple_of_parts(rest).map(Some);
        }
        let needed = &positional[first.min(positional.len())..];
        let no =
            |(n, takes): &(Symbol, Takes<'a>)| matches!(takes, Takes::Otherwise) || args.kw.iter().any(|(k, _)| k == n);
        if needed.iter().any(no) {
            return self.unsupported(
                "`*` of unknown length for fields with defaults, or for parameters that are given by name",
                "pass the values one by one",
            );
        }
        let least = needed.iter().filter(|(_, takes)| matches!(takes, Takes::Needed)).count();
        let parts = args.pos.split_off(first);
        let all = self.tuple_of_parts(parts)?;
        let row = self.as_row(&all)?;
        let l = self.row_list(&row);
        let n = self.list_len(&l)?;
        for have in 0..least {
            let names: Vec<String> = needed[have..least].iter().map(|(n, _)| format!("'{}'", n.as_str())).collect();
            let text = crate::objects::missing_text(name, &names, false);
            let k = self.b.i64(have as i64);
            let is = self.b.map(&ops::EQ, &[n, k]);
            self.raise_if(is, ErrorKind::TypeError, &text, &[]);
        }
        let take = self.b.i64(needed.len() as i64);
        if !vararg {
            let many = self.b.map(&ops::GT, &[n, take]);
            let most = positional.len() + counted;
            let from = most - (needed.len() - least);
            let range = if from < most { format!("from {from} to {most}") } else { most.to_string() };
            let s = if most == 1 { "" } else { "s" };
            let text = |given: &str| format!("{name}() takes {range} positional argument{s} but {given} given");
            if most == 0 {
                let one = self.b.i64(1);
                let single = self.b.map(&ops::EQ, &[n, one]);
                self.raise_if(single, ErrorKind::TypeError, &text("1 was"), &[]);
            }
            let before = self.b.i64((first + counted) as i64);
            let given = self.b.add(n, before);
            self.raise_if(many, ErrorKind::TypeError, &text("{0} were"), &[given]);
        }
        for (k, (_, takes)) in needed.iter().enumerate() {
            let place = self.b.i64(k as i64);
            let k = self.int(k as i64);
            let v = match takes {
                Takes::Default(v) => {
                    let there = self.b.map(&ops::GT, &[n, place]);
                    let there = self.py(DType::Bool, there);
                    self.choose(&there, |lw| lw.row_load(&row, &k), |_| Ok(v.clone()))?
                }
                _ => self.row_load(&row, &k)?,
            };
            args.pos.push(v);
        }
        if !vararg {
            return Ok(None);
        }
        let start = self.int(needed.len() as i64);
        self.row_load(&row, &Val::Slice(Rc::new([start, Val::None, Val::None]))).map(Some)
    }

    // `zip(*rows)`

    /// The length of the shortest row.
    pub fn shortest(&mut self, n: Var, rows: &Source<'a>) -> R<Var> {
        let (at, slot) = (self.at, Symbol::new(&format!("<shortest {}>", self.b.depth())));
        if self.known_of(n) == Some(0) {
            return Ok(n);
        }
        let none = self.int(-1);
        self.set_slot(at, slot, none);
        let site = (self.site().0 ^ 0x5407, self.span);
        self.for_loop(site, n, vec![slot], false, false, &mut |lw, i| {
            let row = lw.item(rows, i)?;
            if lw.is_generated(&row) {
                return lw.unsupported("`zip(*rows)` of iterators", "make lists of them");
            }
            lw.check_iterable(&row)?;
            let (len, _) = lw.source(&row)?;
            let old = lw.get_slot(at, slot).cloned().unwrap_or(Val::None);
            let old = lw.operand(&old)?;
            let zero = lw.b.i64(0);
            let first = lw.b.map(&ops::LT, &[old, zero]);
            let least = lw.b.map(&ops::MINIMUM, &[old, len]);
            let new = lw.b.select(first, len, least);
            let new = lw.py(DType::I64, new);
            lw.set_slot(at, slot, new);
            Ok(())
        })?;
        let v = self.frames[at].slots.remove(&slot).unwrap_or(Val::None);
        let v = self.operand(&v)?;
        let zero = self.b.i64(0);
        Ok(self.b.map(&ops::MAXIMUM, &[v, zero]))
    }

    /// The items at place `i` of all rows.
    pub fn row_across(&mut self, rows: &Source<'a>, n: Var, i: Var) -> R<Val<'a>> {
        // A list of its own for each place: rows may be of items of several types.
        let (at, path) = (self.at, self.frames[self.at].path);
        let place = self.known_of(i).unwrap_or(-1) as u64;
        self.frames[at].path = hash_path(path, self.span, 0x21b0 ^ place << 16);
        let r = self.list_across(rows, n, i);
        self.frames[at].path = path;
        match r? {
            Val::List(l) => self.row_of_list(&l),
            v => Ok(v),
        }
    }

    fn list_across(&mut self, rows: &Source<'a>, n: Var, i: Var) -> R<Val<'a>> {
        let list = self.list_display(&[])?;
        let Val::List(l) = &list else { return Ok(list) };
        let l = ListRef { display: None, ..l.clone() };
        let site = (self.site().0 ^ 0xac05, self.span);
        self.for_loop(site, n, vec![], false, false, &mut |lw, k| {
            let row = lw.item(rows, k)?;
            let (_, items) = lw.source(&row)?;
            let item = lw.item(&items, i)?;
            lw.list_push(&l, &item)
        })?;
        Ok(Val::List(l))
    }
}
