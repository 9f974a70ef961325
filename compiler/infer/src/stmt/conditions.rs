//! Conditions: truth, and what a test that held says about its names.

use crate::state::*;
use crate::value::*;
use quipu_abi::{DType, ErrorKind};
use quipu_ir::ops;
use quipu_ir::{Ty, Var};
use quipu_syntax::ast::{Expr, ExprKind};
use std::rc::Rc;

const AMBIGUOUS: &str = "The truth value of an array with more than one element is ambiguous. Use a.any() or a.all()";

impl<'a> Lower<'a, '_> {
    /// The truth of a test.
    pub fn condition(&mut self, test: &'a Expr) -> R<Val<'a>> {
        let v = self.expr(test)?;
        self.truth(&v)
    }

    /// `bool(v)`.
    pub fn truth(&mut self, v: &Val<'a>) -> R<Val<'a>> {
        if let Some(b) = v.bool_known() {
            return Ok(self.boolean(b));
        }
        if let Some(r) = self.split_union(v, |lw, m| lw.truth(m))? {
            return Ok(r);
        }
        let nonzero = |lw: &mut Self, x: Var| {
            if lw.b.func.ty(x) == &Ty::BOOL {
                return lw.py(DType::Bool, x);
            }
            let zero = lw.b.like(0.0, x);
            let r = lw.b.map(&ops::NE, &[x, zero]);
            lw.py(DType::Bool, r)
        };
        match v {
            Val::Object(o) => {
                if let Some(b) = self.special(v, "__bool__", &[])? {
                    return self.truth(&b);
                }
                if let Some(n) = self.special(v, "__len__", &[])? {
                    return self.truth(&n);
                }
                if self.collection(*o).is_some() {
                    let n = self.len(v)?;
                    return self.truth(&n);
                }
                match self.record_len(*o)? {
                    Some(n) => self.truth(&n),
                    None => Ok(self.boolean(true)),
                }
            }
            Val::Scalar(s) => Ok(nonzero(self, s.var)),
            Val::Str(t) => {
                let n = self.extern1(&ops::STR_LEN, &[t.var]);
                Ok(nonzero(self, n))
            }
            Val::List(l) => {
                let n = self.list_len(l)?;
                Ok(nonzero(self, n))
            }
            Val::Range(_) | Val::Row(_) => {
                let (n, _) = self.source(v)?;
                Ok(nonzero(self, n))
            }
            Val::Array(p) => {
                let mut size = quipu_ir::Dim::ONE;
                for d in p.dims.iter() {
                    size = size.mul(d);
                }
                match size.as_const() {
                    Some(1) => {}
                    Some(0) => {
                        return self.raise(
                            ErrorKind::ValueError,
                            "The truth value of an empty array is ambiguous. Use `array.size > 0` to check that an array is not empty.",
                        );
                    }
                    Some(_) => return self.raise(ErrorKind::ValueError, AMBIGUOUS),
                    None => {
                        let n = self.b.size(&size);
                        let one = self.b.i64(1);
                        let bad = self.b.map(&ops::NE, &[n, one]);
                        self.raise_if(bad, ErrorKind::ValueError, AMBIGUOUS, &[]);
                    }
                }
                let a = self.read(p)?;
                let flat = self.emit(ops::Reshape { dims: vec![quipu_ir::Dim::ONE] }, &[a]);
                let zero = self.b.i64(0);
                let x = self.b.read(flat, &vec![ops::Ix::At], &[zero]);
                Ok(nonzero(self, x))
            }
            _ => Ok(self.boolean(true)),
        }
    }

    /// Narrows names by a test that held (or did not): optionals lose None or all else.
    pub fn narrow(&mut self, test: &'a Expr, held: bool) -> R<()> {
        use quipu_syntax::ast::{BoolOp, CmpOp, UnaryOp};
        match &test.kind {
            ExprKind::Unary { op: UnaryOp::Not, operand } => self.narrow(operand, !held),
            ExprKind::BoolOp { op, values } if (*op == BoolOp::And) == held => {
                values.iter().try_for_each(|v| self.narrow(v, held))
            }
            ExprKind::Compare { left, links } if links.len() == 1 => {
                let none = matches!(links[0].right.kind, ExprKind::None);
                let is = match links[0].op {
                    CmpOp::Is | CmpOp::Eq => held,
                    CmpOp::IsNot | CmpOp::NotEq => !held,
                    _ => return Ok(()),
                };
                if none {
                    self.narrow_name(left, &|_, m| matches!(m, Val::None) == is);
                }
                Ok(())
            }
            ExprKind::Name(_) => {
                self.narrow_name(test, &|_, m| m.bool_known().is_none_or(|b| b == held));
                Ok(())
            }
            ExprKind::Call { func, args } => {
                if let (ExprKind::Name(f), [x, c]) = (&func.kind, &args[..])
                    && f.as_str() == "isinstance"
                {
                    let class = self.expr(c.value())?;
                    self.narrow_name(x.value(), &|lw, m| lw.is_instance(m, &class).is_none_or(|b| b == held));
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Keeps the members of a name's union that satisfy `keep`.
    fn narrow_name(&mut self, e: &Expr, keep: &dyn Fn(&Self, &Val<'a>) -> bool) {
        let ExprKind::Name(n) = &e.kind else { return };
        let home = self.home(*n);
        let Some(Val::Union(u)) = self.get_slot(home, *n).cloned() else { return };
        if let Some(v) = self.keep_members(&u, keep) {
            self.set_slot(home, *n, v);
        }
    }

    /// A union known to be one of the members that satisfy `keep`; `None` if that says nothing.
    pub fn keep_members(&mut self, u: &Rc<UnionVal<'a>>, keep: &dyn Fn(&Self, &Val<'a>) -> bool) -> Option<Val<'a>> {
        let kept: Vec<usize> = (0..u.members.len()).filter(|k| keep(self, &u.members[*k])).collect();
        match &kept[..] {
            [k] => Some(u.members[*k].clone()),
            [] => None,
            _ if kept.len() < u.members.len() => {
                let mut tag = self.b.i64(0);
                for (new, old) in kept.iter().enumerate() {
                    let (o, w) = (self.b.i64(*old as i64), self.b.i64(new as i64));
                    let is = self.b.map(&ops::EQ, &[u.tag, o]);
                    tag = self.b.select(is, w, tag);
                }
                let members = kept.iter().map(|k| u.members[*k].clone()).collect();
                Some(Val::Union(Rc::new(UnionVal { tag, members, power: u.power })))
            }
            _ => None,
        }
    }

    /// `isinstance`, where the types settle it.
    pub fn is_instance(&self, v: &Val<'a>, class: &Val<'a>) -> Option<bool> {
        match class {
            Val::Tuple(cs) => {
                let all: Option<Vec<bool>> = cs.iter().map(|c| self.is_instance(v, c)).collect();
                all.map(|a| a.contains(&true))
            }
            Val::Class(c) => Some(match (v, c) {
                (Val::Scalar(s), Class::Int) => !s.np && matches!(s.dtype, DType::I64 | DType::Bool),
                (Val::Scalar(s), Class::Float) => s.dtype == DType::F64,
                (Val::Scalar(s), Class::Bool) => !s.np && s.dtype == DType::Bool,
                (Val::Scalar(s), Class::Complex) => s.dtype == DType::C128,
                (Val::Scalar(s), Class::Np(d)) => s.np && s.dtype == *d,
                (Val::Scalar(s), Class::Kind(k)) => s.np && crate::library::is_kind(s.dtype, k),
                (Val::Str(_), Class::Str)
                | (Val::List(_), Class::List)
                | (Val::Tuple(_) | Val::Row(_), Class::Tuple)
                | (Val::Range(_), Class::Range)
                | (Val::None, Class::NoneType)
                | (Val::Array(_), Class::Ndarray) => true,
                (Val::Exc(e), Class::Exception(k)) => return e.kind.map(|e| e.is_a(*k)),
                (Val::Exc(e), Class::User(c)) => {
                    let (all, derives) = (&self.cx.classes, |d: ClassId| self.cx.classes.derives(d, *c));
                    return match e.class {
                        Some(d) if derives(d) => Some(true),
                        _ if all.exception(*c).is_some() => None,
                        _ => Some(false),
                    };
                }
                (Val::Object(o), Class::Exception(k)) => self.cx.classes.exception(o.class).is_some_and(|e| e.is_a(*k)),
                (Val::Object(o), Class::Dict) => {
                    self.is_record(*o) || self.collection(*o).is_some_and(Collection::is_dict)
                }
                (Val::Object(o), Class::Set | Class::Collection(_)) => {
                    self.collection(*o).is_some_and(|k| Class::of(k) == *c)
                }
                (Val::Object(o), Class::Tuple) => self.is_named_tuple(o.class),
                (Val::Object(o), Class::User(c)) => self.cx.classes.derives(o.class, *c),
                (_, Class::Object) => true,
                (Val::Union(_), _) => return None,
                _ => false,
            }),
            _ => None,
        }
    }
}
