//! `min`, `max`, `sum`, `any`, `all`, and the numbers' `round`, `pow`, `abs`.

use crate::expr::Args;
use crate::state::*;
use crate::value::*;
use quipu_abi::{DType, ErrorKind};
use quipu_ir::Ty;
use quipu_ir::ops;
use quipu_syntax::Symbol;
use quipu_syntax::ast::{BinOp, CmpOp};
use std::rc::Rc;

impl<'a> Lower<'a, '_> {
    pub(super) fn abs(&mut self, v: &Val<'a>) -> R<Val<'a>> {
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
    pub(super) fn extremum(&mut self, name: &'static str, args: Args<'a>) -> R<Val<'a>> {
        if let Some((_, key)) = args.kw.iter().find(|(k, v)| k.as_str() == "key" && !matches!(v, Val::None)) {
            if args.kw.len() > 1 {
                return self.unsupported(format!("`{name}` with `key` and `default`"), "test for an empty list first");
            }
            let key = key.clone();
            let xs = match &args.pos[..] {
                [v @ (Val::List(_) | Val::Tuple(_) | Val::Row(_))] => v.clone(),
                [v] => self.materialize(v)?,
                _ => Val::Tuple(args.pos.into()),
            };
            return self.by_library(&format!("{name}_by"), &[xs, key]);
        }
        if let Some((k, _)) = args.kw.iter().find(|(k, _)| !matches!(k.as_str(), "default" | "key")) {
            return self.unsupported(format!("`{name}` with `{}`", k.as_str()), "compare in a loop");
        }
        let op = if name == "max" { CmpOp::Gt } else { CmpOp::Lt };
        let better = move |lw: &mut Lower<'a, '_>, best: &Val<'a>, v: &Val<'a>| -> R<Val<'a>> {
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
        let v = v.clone();
        if self.is_generated(&v) {
            return self.extremum_of(name, &v, args.kw.first().map(|(_, v)| v.clone()), better);
        }
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
        let (at, (slot, site)) = (self.at, self.own_loop("best", 0xbe57));
        let run = |lw: &mut Self| -> R<Val<'a>> {
            let first = lw.item(&source, zero)?;
            lw.set_slot(at, slot, first);
            let one = lw.b.i64(1);
            let rest = lw.b.sub(trip, one);
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

    /// `min` or `max` of the items of a generator.
    fn extremum_of(
        &mut self,
        name: &str,
        v: &Val<'a>,
        default: Option<Val<'a>>,
        better: impl Fn(&mut Lower<'a, '_>, &Val<'a>, &Val<'a>) -> R<Val<'a>> + 'a,
    ) -> R<Val<'a>> {
        let step: crate::generators::Step<'a> = Rc::new(move |lw, acc, item| match acc {
            None => Ok((item, None)),
            Some(Val::Maybe(m)) => {
                let has = lw.py(DType::Bool, m.0);
                let v = lw.choose(&has, |lw| better(lw, &m.1, &item), |_| Ok(item.clone()))?;
                Ok((v, None))
            }
            Some(best) => Ok((better(lw, &best, &item)?, None)),
        });
        let best = self.folded_items(v, None, false, step)?;
        let text = format!("{name}() arg is an empty sequence");
        match (best, default) {
            (Some(Val::Maybe(m)), Some(d)) => {
                let has = self.py(DType::Bool, m.0);
                self.choose(&has, |_| Ok(m.1.clone()), |_| Ok(d))
            }
            (Some(Val::Maybe(m)), None) => {
                let none = self.b.map(&ops::NOT, &[m.0]);
                self.raise_if(none, ErrorKind::ValueError, &text, &[]);
                Ok(m.1.clone())
            }
            (Some(v), _) | (None, Some(v)) => Ok(v),
            (None, None) => self.raise(ErrorKind::ValueError, &text),
        }
    }

    pub(super) fn sum_builtin(&mut self, args: Args<'a>) -> R<Val<'a>> {
        let given = self.take_args("sum", args, &["iterable", "start"], 1)?;
        let v = given[0].clone().unwrap_or(Val::None);
        let start = match given[1].clone() {
            Some(s) => s,
            None => self.int(0),
        };
        if let Val::List(l) = &v
            && *l.elem == T::Never
        {
            return Ok(start);
        }
        if self.is_generated(&v) {
            let add: crate::generators::Step<'a> = Rc::new(|lw, acc, item| {
                let s = acc.unwrap_or(Val::None);
                Ok((lw.binary(BinOp::Add, &s, &item)?, None))
            });
            return Ok(self.folded_items(&v, Some(start), false, add)?.unwrap_or(Val::None));
        }
        let (trip, source) = self.source(&v)?;
        let (at, (slot, site)) = (self.at, self.own_loop("sum", 0x50b));
        self.set_slot(at, slot, start);
        self.for_loop(site, trip, vec![slot], false, false, &mut |lw, i| {
            let item = lw.item(&source, i)?;
            let s = lw.get_slot(at, slot).cloned().unwrap_or(Val::None);
            let s = lw.binary(BinOp::Add, &s, &item)?;
            lw.set_slot(at, slot, s);
            Ok(())
        })?;
        Ok(self.frames[at].slots.remove(&slot).unwrap_or(Val::None))
    }

    pub(super) fn any_all(&mut self, name: &'static str, v: &Val<'a>) -> R<Val<'a>> {
        let any = name == "any";
        if self.is_generated(v) {
            let start = self.boolean(!any);
            let test: crate::generators::Step<'a> = Rc::new(move |lw, _, item| {
                let t = lw.truth(&item)?;
                let t = lw.operand(&t)?;
                let leave = if any { t } else { lw.b.map(&ops::NOT, &[t]) };
                Ok((lw.py(DType::Bool, t), Some(leave)))
            });
            return Ok(self.folded_items(v, Some(start), true, test)?.unwrap_or(Val::None));
        }
        if let Val::List(l) = v
            && *l.elem == T::Never
        {
            return Ok(self.boolean(!any));
        }
        let (trip, source) = self.source(v)?;
        let (at, (slot, site)) = (self.at, self.own_loop("any", 0xa11));
        let start = self.boolean(!any);
        self.set_slot(at, slot, start);
        self.for_loop(site, trip, vec![slot], false, true, &mut |lw, i| {
            let item = lw.item(&source, i)?;
            let t = lw.truth(&item)?;
            let t = lw.operand(&t)?;
            let v = lw.py(DType::Bool, t);
            lw.set_slot(at, slot, v);
            let leave = if any { t } else { lw.b.map(&ops::NOT, &[t]) };
            lw.break_if(leave);
            Ok(())
        })?;
        self.set_exit(exit::NEXT);
        Ok(self.frames[at].slots.remove(&slot).unwrap_or(Val::None))
    }

    pub(super) fn round(&mut self, args: &Args<'a>) -> R<Val<'a>> {
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

    pub(super) fn pow_mod(&mut self, x: &Val<'a>, y: &Val<'a>, m: &Val<'a>) -> R<Val<'a>> {
        let (x, y, m) = (self.as_index(x)?, self.as_index(y)?, self.as_index(m)?);
        let zero = self.b.i64(0);
        let bad = self.b.map(&ops::EQ, &[m.var, zero]);
        self.raise_if(bad, ErrorKind::ValueError, "pow() 3rd argument cannot be 0", &[]);
        // A negative exponent is one of the inverse.
        match y.known {
            Some(Known::Int(k)) if k >= 0 => {}
            _ => {
                let neg = self.b.map(&ops::LT, &[y.var, zero]);
                let neg = self.py(DType::Bool, neg);
                let neg = if let Some(Known::Int(_)) = y.known { self.boolean(true) } else { neg };
                let all = [Val::Scalar(x.clone()), Val::Scalar(y.clone()), Val::Scalar(m.clone())];
                return self.choose(
                    &neg,
                    |lw| lw.by_library("pow_inverse", &all),
                    |lw| Ok(lw.pow_positive(&x, &y, &m)),
                );
            }
        }
        Ok(self.pow_positive(&x, &y, &m))
    }

    fn pow_positive(&mut self, x: &Scalar, y: &Scalar, m: &Scalar) -> Val<'a> {
        let zero = self.b.i64(0);
        // Square and multiply: 63 trips at most.
        let one = self.b.i64(1);
        let start = self.b.map(&ops::MOD, &[one, m.var]);
        let trip = self.b.i64(63);
        let (body, p) = self.b.begin(&[Ty::I64, Ty::I64, Ty::I64]);
        let bit = self.b.map(&ops::SHR, &[y.var, p[0]]);
        let bit = self.b.map(&ops::AND, &[bit, one]);
        let set = self.b.map(&ops::NE, &[bit, zero]);
        let times = self.b.map(&ops::MULADDMOD, &[p[1], p[2], zero, m.var]);
        let acc = self.b.select(set, times, p[1]);
        let square = self.b.map(&ops::MULADDMOD, &[p[2], p[2], zero, m.var]);
        self.b.end(&[acc, square]);
        let outs = self.b.emit_n(ops::For::default(), &[trip, start, x.var], vec![body]);
        self.py(DType::I64, outs[0])
    }
}
