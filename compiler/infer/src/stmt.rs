//! Statements.

use crate::loops::{always_leaves, assigned_in, exits};
use crate::state::*;
use crate::value::*;
use quipu_abi::{DType, ErrorKind};
use quipu_ir::ops;
use quipu_ir::{Ty, Var};
use quipu_syntax::Symbol;
use quipu_syntax::ast::{BinOp, Expr, ExprKind, ImportNames, Stmt, StmtKind};
use std::rc::Rc;

impl<'a> Lower<'a, '_> {
    /// Statements in order, until the path leaves the block.
    pub fn block(&mut self, body: &'a [Stmt]) -> R<()> {
        let Some((s, rest)) = body.split_first() else { return Ok(()) };
        self.set_span(s.span);
        self.stmt = s.span;
        // Where one arm surely leaves, the rest belongs to the other.
        if let StmtKind::If { test, body, orelse } = &s.kind
            && !rest.is_empty()
            && (always_leaves(body) || always_leaves(orelse))
        {
            let cond = self.condition(test)?;
            let first = always_leaves(body);
            let yes = |lw: &mut Self| {
                lw.narrow(test, true)?;
                lw.block(body)?;
                if first { Ok(()) } else { lw.rest(rest) }
            };
            let no = |lw: &mut Self| {
                lw.narrow(test, false)?;
                lw.block(orelse)?;
                if first { lw.rest(rest) } else { Ok(()) }
            };
            return match cond.bool_known() {
                Some(true) => yes(self),
                Some(false) => no(self),
                None => {
                    let c = self.operand(&cond)?;
                    self.branch(c, yes, no)
                }
            };
        }
        self.stmt(s)?;
        self.rest(rest)
    }

    /// The rest of a block, on the paths that are still in it.
    pub fn rest(&mut self, rest: &'a [Stmt]) -> R<()> {
        if rest.is_empty() {
            return Ok(());
        }
        match self.exit_state() {
            Some(exit::NEXT) => self.block(rest),
            Some(_) => Ok(()),
            None => {
                let code = self.get_slot(self.at, self.exit_slot).cloned().unwrap_or(Val::None);
                let code = self.operand(&code)?;
                let next = self.b.i64(exit::NEXT);
                let going = self.b.map(&ops::EQ, &[code, next]);
                self.branch(
                    going,
                    |lw| {
                        lw.set_exit(exit::NEXT);
                        lw.block(rest)
                    },
                    |lw| {
                        // Past a return the value is bound.
                        let (at, ret) = (lw.at, lw.ret_slot);
                        if let Some(Val::Maybe(m)) = lw.get_slot(at, ret).cloned() {
                            lw.set_slot(at, ret, m.1.clone());
                        }
                        Ok(())
                    },
                )
            }
        }
    }

    fn stmt(&mut self, s: &'a Stmt) -> R<()> {
        match &s.kind {
            StmtKind::Expr(e) => {
                self.expr(e)?;
                Ok(())
            }
            StmtKind::Assign { targets, value } => {
                let v = self.expr(value)?;
                for t in targets {
                    self.assign(t, v.clone())?;
                }
                Ok(())
            }
            StmtKind::AnnAssign { target, value, .. } => match value {
                Some(e) => {
                    let v = self.expr(e)?;
                    self.assign(target, v)
                }
                None => Ok(()),
            },
            StmtKind::AugAssign { target, op, value, .. } => self.aug_assign(target, *op, value),
            StmtKind::Return(e) => {
                let v = match e {
                    Some(e) => self.expr(e)?,
                    None => Val::None,
                };
                let (at, ret) = (self.at, self.ret_slot);
                self.set_slot(at, ret, v);
                self.set_exit(exit::RETURN);
                Ok(())
            }
            StmtKind::Pass => Ok(()),
            StmtKind::Break => {
                self.set_exit(exit::BREAK);
                Ok(())
            }
            StmtKind::Continue => {
                self.set_exit(exit::CONTINUE);
                Ok(())
            }
            StmtKind::Del(targets) => {
                for t in targets {
                    match &t.kind {
                        ExprKind::Name(n) => {
                            let home = self.home(*n);
                            if self.frames[home].slots.remove(n).is_none() {
                                return self.name_error(*n);
                            }
                            self.note_bound(home, *n);
                        }
                        ExprKind::Subscript { value, index } => {
                            let (c, i) = (self.expr(value)?, self.expr(index)?);
                            self.delete_item(&c, &i)?;
                        }
                        _ => return self.unsupported("deleting an attribute", "assign None instead"),
                    }
                }
                Ok(())
            }
            StmtKind::Global(_) | StmtKind::Nonlocal(_) => Ok(()),
            StmtKind::Assert { test, msg } => {
                let cond = self.condition(test)?;
                match cond.bool_known() {
                    Some(true) => return Ok(()),
                    Some(false) => {
                        let t = self.message(msg.as_deref())?;
                        self.b.emit_n(ops::Raise { kind: Some(ErrorKind::AssertionError) }, &[t], vec![]);
                        return Err(Stop::Ends);
                    }
                    None => {}
                }
                let c = self.operand(&cond)?;
                self.branch(
                    c,
                    |lw| lw.narrow(test, true),
                    |lw| {
                        let t = lw.message(msg.as_deref())?;
                        lw.b.emit_n(ops::Raise { kind: Some(ErrorKind::AssertionError) }, &[t], vec![]);
                        Err(Stop::Ends)
                    },
                )
            }
            StmtKind::Raise { exc, cause } => self.raise_stmt(exc.as_deref(), cause.as_deref()),
            StmtKind::If { test, body, orelse } => {
                let cond = self.condition(test)?;
                match cond.bool_known() {
                    Some(true) => {
                        self.narrow(test, true)?;
                        self.block(body)
                    }
                    Some(false) => {
                        self.narrow(test, false)?;
                        self.block(orelse)
                    }
                    None => {
                        let c = self.operand(&cond)?;
                        self.branch(
                            c,
                            |lw| {
                                lw.narrow(test, true)?;
                                lw.block(body)
                            },
                            |lw| {
                                lw.narrow(test, false)?;
                                lw.block(orelse)
                            },
                        )
                    }
                }
            }
            StmtKind::While { test, body, orelse } => {
                let site = (self.site().0, s.span);
                let (breaks, returns) = exits(body);
                let assigned = assigned_in(None, body);
                self.while_loop(
                    site,
                    assigned,
                    &mut |lw| {
                        let v = lw.condition(test)?;
                        lw.operand(&v)
                    },
                    &mut |lw| {
                        lw.narrow(test, true)?;
                        lw.block(body)
                    },
                )?;
                self.after_loop(orelse, breaks, returns)
            }
            StmtKind::For { target, iter, body, orelse } => self.for_stmt(s, target, iter, body, orelse),
            StmtKind::Try { body, handlers, orelse, finally } => self.try_stmt(s.span, body, handlers, orelse, finally),
            StmtKind::With { items, .. } => {
                self.set_span(items.first().map_or(s.span, |i| i.context.span));
                self.unsupported("a `with` statement", "call the functions that it would call")
            }
            StmtKind::FunctionDef(d) => {
                let mut defaults = vec![];
                for p in d.params.iter() {
                    if let Some(e) = &p.default {
                        defaults.push((p.name.name, self.expr(e)?));
                    }
                }
                let mut marks = self.frames[self.at].marks;
                let mut wrappers = vec![];
                for e in &d.decorators {
                    match self.expr(e)? {
                        Val::Decorator(m) => {
                            marks.fastmath |= m.fastmath;
                            marks.parallel |= m.parallel;
                        }
                        v => wrappers.push(v),
                    }
                }
                let global = self.frames[self.at].module;
                let closure =
                    Closure { code: Code::Def(d), frame: self.at, global, defaults, marks, span: d.name.span };
                let mut v = Val::Func(Rc::new(closure));
                for w in wrappers.into_iter().rev() {
                    v = self.call_values(&w, &[v])?;
                }
                self.bind(d.name.name, v);
                Ok(())
            }
            StmtKind::ClassDef(d) => {
                self.set_span(d.name.span);
                self.unsupported("a class definition", "use tuples, lists and functions for now")
            }
            StmtKind::Import(names) => {
                for a in names {
                    self.set_span(a.span);
                    let full = a.name.name.as_str();
                    let module = self.import_module(full)?;
                    match a.asname {
                        Some(n) => self.bind(n.name, module),
                        None => {
                            let root = full.split('.').next().unwrap_or(full);
                            let v = if root == full { module } else { self.import_module(root)? };
                            self.bind(Symbol::new(root), v);
                        }
                    }
                }
                Ok(())
            }
            StmtKind::ImportFrom { level, module, names } => {
                if *level > 0 {
                    return self.unsupported("a relative import", "import the module by its name");
                }
                let name = module.map_or("", |m| m.name.as_str());
                if name == "__future__" {
                    return Ok(());
                }
                let m = self.import_module(name)?;
                match names {
                    ImportNames::Star(_) => self.unsupported("`import *`", "name what you import"),
                    ImportNames::Names(all) => {
                        for a in all {
                            self.set_span(a.span);
                            let v = self.attribute(&m, a.name.name)?;
                            self.bind(a.asname.unwrap_or(a.name).name, v);
                        }
                        Ok(())
                    }
                }
            }
            StmtKind::Error => Err(Stop::Ends),
        }
    }

    fn message(&mut self, msg: Option<&'a Expr>) -> R<Var> {
        match msg {
            None => Ok(self.b.constant(ops::Const::Str("".into()))),
            Some(e) => {
                let v = self.expr(e)?;
                self.str_of(&v)
            }
        }
    }

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
            Val::Scalar(s) => Ok(nonzero(self, s.var)),
            Val::Str(t) => {
                let n = self.extern1(&ops::STR_LEN, &[t.var]);
                Ok(nonzero(self, n))
            }
            Val::List(l) => {
                let n = self.list_len(l)?;
                Ok(nonzero(self, n))
            }
            Val::Range(_) => {
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
                    _ => {
                        let n = self.b.size(&size);
                        let one = self.b.i64(1);
                        let bad = self.b.map(&ops::NE, &[n, one]);
                        let text = "The truth value of an array with more than one element is ambiguous. Use a.any() or a.all()";
                        self.raise_if(bad, ErrorKind::ValueError, text, &[]);
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
                    self.narrow_name(left, &|m| matches!(m, Val::None) == is);
                }
                Ok(())
            }
            ExprKind::Name(_) => {
                self.narrow_name(test, &|m| m.bool_known().is_none_or(|b| b == held));
                Ok(())
            }
            ExprKind::Call { func, args } => {
                if let (ExprKind::Name(f), [x, c]) = (&func.kind, &args[..])
                    && f.as_str() == "isinstance"
                {
                    let class = self.expr(c.value())?;
                    self.narrow_name(x.value(), &|m| is_instance(m, &class).is_none_or(|b| b == held));
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Keeps the members of a name's union that satisfy `keep`.
    fn narrow_name(&mut self, e: &Expr, keep: &dyn Fn(&Val<'a>) -> bool) {
        let ExprKind::Name(n) = &e.kind else { return };
        let home = self.home(*n);
        let Some(Val::Union(u)) = self.get_slot(home, *n).cloned() else { return };
        let kept: Vec<usize> = (0..u.members.len()).filter(|k| keep(&u.members[*k])).collect();
        match &kept[..] {
            [k] => self.set_slot(home, *n, u.members[*k].clone()),
            [] => {}
            _ if kept.len() < u.members.len() => {
                let mut tag = self.b.i64(0);
                for (new, old) in kept.iter().enumerate() {
                    let (o, w) = (self.b.i64(*old as i64), self.b.i64(new as i64));
                    let is = self.b.map(&ops::EQ, &[u.tag, o]);
                    tag = self.b.select(is, w, tag);
                }
                let members = kept.iter().map(|k| u.members[*k].clone()).collect();
                self.set_slot(home, *n, Val::Union(Rc::new(UnionVal { tag, members })));
            }
            _ => {}
        }
    }

    // Assignment.

    pub fn bind(&mut self, name: Symbol, v: Val<'a>) {
        let t = self.type_of(&v);
        let key = (self.stmt.file, self.stmt.start, name);
        let joined = self.cx.bindings.get(&key).map_or(Some(t.clone()), |old| old.join(&t));
        self.cx.bindings.insert(key, joined.unwrap_or(t));
        let home = self.home(name);
        self.set_slot(home, name, v);
        self.note_bound(home, name);
    }

    pub fn assign(&mut self, target: &'a Expr, v: Val<'a>) -> R<()> {
        match &target.kind {
            ExprKind::Name(n) => {
                if let Val::Iter(_) = v {
                    // A second use would find it exhausted in CPython.
                    self.set_span(target.span);
                    return self.unsupported("an iterator kept under a name", "make a list of it: `list(...)`");
                }
                self.bind(*n, v);
                Ok(())
            }
            ExprKind::Tuple(ts) | ExprKind::List(ts) => self.unpack(ts, &v),
            ExprKind::Subscript { value, index } => {
                let (c, i) = (self.expr(value)?, self.expr(index)?);
                self.set_span(target.span);
                self.store_item(&c, &i, &v)
            }
            ExprKind::Attribute { value, attr } => {
                let o = self.expr(value)?;
                self.set_span(target.span);
                self.store_attribute(value, &o, attr.name, v)
            }
            _ => self.error("bad-target", "this cannot be assigned to"),
        }
    }

    fn unpack(&mut self, ts: &'a [Expr], v: &Val<'a>) -> R<()> {
        let star = ts.iter().position(|t| matches!(t.kind, ExprKind::Starred(_)));
        let (trip, source) = self.source(v)?;
        let known = self.known_of(trip);
        let n = ts.len();
        if let Some(k) = star {
            let Some(have) = known else {
                return self.unsupported("a starred target for a value of unknown length", "index and slice it");
            };
            let have = have as usize;
            if have + 1 < n {
                let text = format!("not enough values to unpack (expected at least {}, got {have})", n - 1);
                return self.raise(ErrorKind::ValueError, &text);
            }
            let middle = have + 1 - n;
            let mut items = vec![];
            for i in 0..have {
                let i = self.b.i64(i as i64);
                items.push(self.item(&source, i)?);
            }
            for (j, t) in ts.iter().enumerate() {
                if let (true, ExprKind::Starred(inner)) = (j == k, &t.kind) {
                    let l = self.list_display(&items[k..k + middle])?;
                    self.assign(inner, l)?;
                } else {
                    let i = if j < k { j } else { j + middle - 1 };
                    self.assign(t, items[i].clone())?;
                }
            }
            return Ok(());
        }
        match known {
            Some(have) if have as usize == n => {}
            Some(have) if (have as usize) < n => {
                let text = format!("not enough values to unpack (expected {n}, got {have})");
                return self.raise(ErrorKind::ValueError, &text);
            }
            Some(_) => {
                let text = format!("too many values to unpack (expected {n})");
                return self.raise(ErrorKind::ValueError, &text);
            }
            None => {
                let want = self.b.i64(n as i64);
                let (few, many) = (self.b.map(&ops::LT, &[trip, want]), self.b.map(&ops::GT, &[trip, want]));
                let text = format!("not enough values to unpack (expected {n}, got {{0}})");
                self.raise_if(few, ErrorKind::ValueError, &text, &[trip]);
                self.raise_if(many, ErrorKind::ValueError, &format!("too many values to unpack (expected {n})"), &[]);
            }
        }
        let mut items = vec![];
        for i in 0..n {
            let i = self.b.i64(i as i64);
            items.push(self.item(&source, i)?);
        }
        for (t, v) in ts.iter().zip(items) {
            self.assign(t, v)?;
        }
        Ok(())
    }

    fn aug_assign(&mut self, target: &'a Expr, op: BinOp, value: &'a Expr) -> R<()> {
        match &target.kind {
            ExprKind::Name(n) => {
                let old = self.name(*n)?;
                let v = self.expr(value)?;
                self.set_span(target.span.to(value.span));
                if let Some(new) = self.in_place(op, &old, &v)? {
                    self.bind(*n, new);
                }
                Ok(())
            }
            ExprKind::Subscript { value: c, index } => {
                let (c, i) = (self.expr(c)?, self.expr(index)?);
                self.set_span(target.span);
                let n = self.bases.len();
                let old = self.load_item(&c, &i)?;
                let v = self.expr(value)?;
                self.set_span(target.span.to(value.span));
                match self.in_place(op, &old, &v)? {
                    Some(new) => self.store_item(&c, &i, &new),
                    // What a gather made goes back where it came from.
                    None if matches!(&old, Val::Array(p) if p.base.0 as usize >= n) => self.store_item(&c, &i, &old),
                    None => Ok(()),
                }
            }
            ExprKind::Attribute { value: o, attr } => {
                let o = self.expr(o)?;
                self.set_span(attr.span);
                let old = self.attribute(&o, attr.name)?;
                let v = self.expr(value)?;
                self.set_span(target.span.to(value.span));
                match self.in_place(op, &old, &v)? {
                    Some(new) => self.store_attribute(target, &o, attr.name, new),
                    None => Ok(()),
                }
            }
            _ => self.unsupported("augmented assignment to this", "assign to a name"),
        }
    }

    /// `old op= v`: in place (`None`) or a new value to store.
    fn in_place(&mut self, op: BinOp, old: &Val<'a>, v: &Val<'a>) -> R<Option<Val<'a>>> {
        match old {
            Val::Array(p) => {
                self.in_place = true;
                let r = self.binary(op, old, v);
                self.in_place = false;
                let r = r?;
                let (rd, dims) = match &r {
                    Val::Array(q) => (q.dtype, q.dims.to_vec()),
                    Val::Scalar(s) => (s.dtype, vec![]),
                    _ => return self.error("type-mismatch", "an array is combined with something else in place"),
                };
                if rd.kind() > p.dtype.kind() {
                    let name = ufunc_name(op);
                    let text = format!(
                        "Cannot cast ufunc '{name}' output from dtype('{}') to dtype('{}') with casting rule 'same_kind'",
                        rd.name(),
                        p.dtype.name()
                    );
                    return self.raise(ErrorKind::TypeError, &text);
                }
                if dims.len() > p.dims.len() {
                    let (text, _) = self.shapes_text(
                        "non-broadcastable output operand with shape {a} doesn't match the broadcast shape {b}",
                        &p.dims.clone(),
                        &dims,
                    );
                    return self.raise(ErrorKind::ValueError, &text);
                }
                let x = self.operand(&r)?;
                let x = self.b.cast(x, p.dtype);
                self.in_place = true;
                let x = self.fit(x, &p.dims.clone());
                self.in_place = false;
                self.write(p, x?)?;
                Ok(None)
            }
            Val::List(l) if op == BinOp::Mul => {
                let l = l.clone();
                let r = self.binary(op, old, v)?;
                self.list_replace(&l, &r)?;
                Ok(None)
            }
            Val::List(l) if op == BinOp::Add => {
                self.list_extend(l, v)?;
                Ok(None)
            }
            _ => self.binary(op, old, v).map(Some),
        }
    }

    // Loops.

    fn for_stmt(
        &mut self,
        s: &'a Stmt,
        target: &'a Expr,
        iter: &'a Expr,
        body: &'a [Stmt],
        orelse: &'a [Stmt],
    ) -> R<()> {
        let mut v = self.iterated(iter)?;
        let site = (self.site().0, s.span);
        let (breaks, returns) = exits(body);
        if let Val::Iter(it) = &v
            && matches!(**it, Iter::Generator(..))
        {
            v = self.materialize(&v)?;
        }
        if let Some(items) = self.static_items(&v) {
            self.unroll(target, &items, body)?;
            return self.after_loop(orelse, breaks, returns);
        }
        let parallel = matches!(&iter.kind, ExprKind::Call { func, .. } if self.is_prange(func))
            && self.frames[self.at].marks.parallel
            && !self.guarded();
        if let (Val::List(l), true) = (&v, self.cx.facts.growing.contains(&site)) {
            self.for_growing(site, target, &l.clone(), body)?;
            self.set_span(s.span);
            return self.after_loop(orelse, breaks, returns);
        }
        let (trip, source) = self.source(&v)?;
        let lists = self.lists_of(&source);
        let lengths: Vec<u32> = lists.iter().map(|l| self.base(l.base).grown).collect();
        let assigned = assigned_in(Some(target), body);
        // What the loop runs over lives on when the body binds its name anew.
        let held = Symbol::new(&format!("<iterable {}>", s.span.start));
        let at = self.at;
        self.set_slot(at, held, v.clone());
        self.for_loop(site, trip, assigned, parallel, breaks || returns, &mut |lw, i| {
            let item = lw.item(&source, i)?;
            lw.set_span(target.span);
            lw.assign(target, item)?;
            lw.block(body)
        })?;
        self.frames[at].slots.remove(&held);
        for (l, e) in lists.iter().zip(lengths) {
            if self.base(l.base).grown != e {
                self.set_span(iter.span);
                if matches!(v, Val::List(_)) {
                    self.cx.facts.growing.insert(site);
                    return Err(Stop::Restart);
                }
                return self.unsupported(
                    "changing the length of a list while looping over it",
                    "loop over a copy: `for x in list(xs)`",
                );
            }
        }
        self.set_span(s.span);
        self.after_loop(orelse, breaks, returns)
    }

    /// A loop over a list that the body changes: the length is asked before every trip, as in CPython.
    fn for_growing(&mut self, site: Site, target: &'a Expr, l: &ListRef, body: &'a [Stmt]) -> R<()> {
        let (at, slot) = (self.at, Symbol::new("<position>"));
        let outer = self.frames[at].slots.remove(&slot);
        let zero = self.int(0);
        self.set_slot(at, slot, zero);
        let l = ListRef { display: None, ..l.clone() };
        let mut assigned = assigned_in(Some(target), body);
        assigned.push(slot);
        self.while_loop(
            site,
            assigned,
            &mut |lw| {
                let n = lw.list_len(&l)?;
                let i = lw.get_slot(at, slot).cloned().unwrap_or(Val::None);
                let i = lw.operand(&i)?;
                Ok(lw.b.map(&ops::LT, &[i, n]))
            },
            &mut |lw| {
                let i = lw.get_slot(at, slot).cloned().unwrap_or(Val::None);
                let i = lw.operand(&i)?;
                let item = lw.list_item(&l, i)?;
                let one = lw.b.i64(1);
                let next = lw.b.add(i, one);
                let next = lw.py(DType::I64, next);
                lw.set_slot(at, slot, next);
                lw.set_span(target.span);
                lw.assign(target, item)?;
                lw.block(body)
            },
        )?;
        self.frames[at].slots.remove(&slot);
        if let Some(o) = outer {
            self.set_slot(at, slot, o);
        }
        Ok(())
    }

    fn is_prange(&self, func: &Expr) -> bool {
        match &func.kind {
            ExprKind::Name(n) => n.as_str() == "prange",
            ExprKind::Attribute { attr, .. } => attr.name.as_str() == "prange",
            _ => false,
        }
    }

    fn lists_of(&self, s: &crate::loops::Source<'a>) -> Vec<ListRef> {
        use crate::loops::Source as S;
        match s {
            S::List(l) => vec![l.clone()],
            S::Zip(all) | S::Map(_, all) => all.iter().flat_map(|s| self.lists_of(s)).collect(),
            S::Enumerate(s, _) | S::Reversed(s, _) => self.lists_of(s),
            _ => vec![],
        }
    }

    /// The items of a tuple (or of what wraps short tuples), which a loop unrolls over.
    pub fn static_items(&mut self, v: &Val<'a>) -> Option<Vec<Val<'a>>> {
        match v {
            Val::Tuple(t) if t.len() <= 64 => Some(t.to_vec()),
            Val::Iter(it) => match &**it {
                Iter::Display(vs) if vs.len() <= 64 => Some(vs.clone()),
                Iter::Enumerate(v, s) => {
                    let start = match s.known {
                        Some(Known::Int(k)) => k,
                        _ => return None,
                    };
                    let items = self.static_items(v)?;
                    let mut out = vec![];
                    for (k, v) in items.into_iter().enumerate() {
                        let i = self.int(start + k as i64);
                        out.push(Val::Tuple(vec![i, v].into()));
                    }
                    Some(out)
                }
                Iter::Zip(vs) => {
                    let all: Option<Vec<Vec<Val<'a>>>> = vs.iter().map(|v| self.static_items(v)).collect();
                    let all = all?;
                    let n = all.iter().map(Vec::len).min().unwrap_or(0);
                    Some((0..n).map(|k| Val::Tuple(all.iter().map(|vs| vs[k].clone()).collect())).collect())
                }
                Iter::Reversed(v) => {
                    let mut items = self.static_items(v)?;
                    items.reverse();
                    Some(items)
                }
                _ => None,
            },
            _ => None,
        }
    }

    fn unroll(&mut self, target: &'a Expr, items: &[Val<'a>], body: &'a [Stmt]) -> R<()> {
        let Some((first, rest)) = items.split_first() else { return Ok(()) };
        self.assign(target, first.clone())?;
        // Each copy of the body is a site of its own.
        let (at, path) = (self.at, self.frames[self.at].path);
        self.frames[at].path = hash_path(path, target.span, items.len() as u64);
        let r = self.block(body);
        self.frames[at].path = path;
        r?;
        match self.exit_state() {
            Some(exit::NEXT | exit::CONTINUE) => {
                self.set_exit(exit::NEXT);
                self.unroll(target, rest, body)
            }
            Some(_) => Ok(()),
            None => {
                let code = self.get_slot(self.at, self.exit_slot).cloned().unwrap_or(Val::None);
                let code = self.operand(&code)?;
                let (n, c) = (self.b.i64(exit::NEXT), self.b.i64(exit::CONTINUE));
                let (a, b) = (self.b.map(&ops::EQ, &[code, n]), self.b.map(&ops::EQ, &[code, c]));
                let going = self.b.map(&ops::OR, &[a, b]);
                self.branch(
                    going,
                    |lw| {
                        lw.set_exit(exit::NEXT);
                        lw.unroll(target, rest, body)
                    },
                    |_| Ok(()),
                )
            }
        }
    }
}

/// NumPy's name of the ufunc behind an operator.
pub fn ufunc_name(op: BinOp) -> &'static str {
    match op {
        BinOp::Add => "add",
        BinOp::Sub => "subtract",
        BinOp::Mul => "multiply",
        BinOp::Div => "divide",
        BinOp::FloorDiv => "floor_divide",
        BinOp::Mod => "remainder",
        BinOp::Pow => "power",
        BinOp::MatMul => "matmul",
        BinOp::LShift => "left_shift",
        BinOp::RShift => "right_shift",
        BinOp::BitAnd => "bitwise_and",
        BinOp::BitOr => "bitwise_or",
        BinOp::BitXor => "bitwise_xor",
    }
}

/// `isinstance`, where the types settle it.
pub fn is_instance(v: &Val<'_>, class: &Val<'_>) -> Option<bool> {
    match class {
        Val::Tuple(cs) => {
            let all: Option<Vec<bool>> = cs.iter().map(|c| is_instance(v, c)).collect();
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
            | (Val::Tuple(_), Class::Tuple)
            | (Val::Range(_), Class::Range)
            | (Val::None, Class::NoneType)
            | (Val::Array(_), Class::Ndarray) => true,
            (Val::Exc(e), Class::Exception(k)) => return e.kind.map(|e| e.is_a(*k)),
            (Val::Union(_), _) => return None,
            _ => false,
        }),
        _ => None,
    }
}
