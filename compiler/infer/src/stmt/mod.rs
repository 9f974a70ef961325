//! Statements.

mod assign;
mod conditions;
mod fors;
mod rolled;

use crate::generators::{has_yield, yield_of};
use crate::loops::{always_leaves, assigned_in, leaves_loop};
use crate::objects::MethodKind;
use crate::state::*;
use crate::value::*;
pub use assign::ufunc_name;
use quipu_abi::ErrorKind;
use quipu_ir::Var;
use quipu_ir::ops;
use quipu_syntax::Symbol;
use quipu_syntax::ast::{Expr, ExprKind, ImportNames, Stmt, StmtKind};
pub use rolled::{Rolling, Trip};

impl<'a> Lower<'a, '_> {
    /// Statements in order, until the path leaves the block.
    pub fn block_once(&mut self, body: &'a [Stmt]) -> R<()> {
        if self.is_resuming() {
            return self.block_resumed(body);
        }
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
                if first { Ok(()) } else { lw.rest_after(Some(s), rest) }
            };
            let no = |lw: &mut Self| {
                lw.narrow(test, false)?;
                lw.block(orelse)?;
                if first { lw.rest_after(Some(s), rest) } else { Ok(()) }
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
        self.sweep(self.heap_mark);
        match self.closes_at_end(s) {
            Some((name, frame)) => self.rest_closing(s.span, name, frame, rest),
            None => self.rest_after(Some(s), rest),
        }
    }

    /// The rest of a block, on the paths that are still in it.
    pub fn rest(&mut self, rest: &'a [Stmt]) -> R<()> {
        self.rest_after(None, rest)
    }

    /// The same behind the statement `s`, which says how the paths that are not in the block any more have left it.
    fn rest_after(&mut self, s: Option<&'a Stmt>, rest: &'a [Stmt]) -> R<()> {
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
                        if s.is_some_and(|s| !leaves_loop(s) && !has_yield(std::slice::from_ref(s))) {
                            lw.set_exit(exit::RETURN);
                        }
                        if let Some(Val::Maybe(m)) = lw.get_slot(at, ret).cloned() {
                            lw.set_slot(at, ret, m.1.clone());
                        }
                        Ok(())
                    },
                )
            }
        }
    }

    pub fn stmt(&mut self, s: &'a Stmt) -> R<()> {
        if let Some((e, targets)) = yield_of(s) {
            self.no_value_of_yield_from(e, targets)?;
            let v = self.yield_stmt(e)?;
            // Where the consumer has left nobody sees the value.
            return match self.exit_state() {
                Some(exit::NEXT) | None => targets.iter().try_for_each(|t| self.assign(t, v.clone())),
                Some(_) => Ok(()),
            };
        }
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
            StmtKind::AnnAssign { target, value, annotation, .. } => match value {
                Some(e) => {
                    self.pinned = if calls_load(e) { self.pinned_by(annotation) } else { None };
                    let v = self.expr(e)?;
                    self.pinned = None;
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
                let plain = |m: &Expr| matches!(m.kind, ExprKind::Str(_) | ExprKind::FString(_));
                if !msg.as_deref().is_some_and(plain) && cond.bool_known() != Some(true) {
                    self.odd_arguments()?;
                }
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
            StmtKind::Raise { exc, cause } => self.raise_stmt(s.span, exc.as_deref(), cause.as_deref()),
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
                        let behind = self.cx.live.get(&s.span).cloned();
                        self.branch_before(
                            c,
                            behind,
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
                let (breaks, returns) = self.exits(body);
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
                let (mut wrappers, mut bound) = (vec![], d.name.name);
                for e in &d.decorators {
                    if let Some(kind) = self.method_kind(e, d.name.name) {
                        bound = if kind.1 == Some(MethodKind::Setter) { kind.0 } else { bound };
                        self.method_kinds.push(kind);
                        continue;
                    }
                    match self.expr(e)? {
                        Val::Decorator(m) => {
                            marks.fastmath |= m.fastmath;
                            marks.parallel |= m.parallel;
                        }
                        v => wrappers.push(v),
                    }
                }
                let mut v = Val::Func(self.make_function(Code::Def(d), self.at, defaults, marks, d.name.span));
                for w in wrappers.into_iter().rev() {
                    v = self.call_values(&w, &[v])?;
                }
                self.bind(bound, v);
                Ok(())
            }
            StmtKind::ClassDef(d) => self.class_stmt(d),
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
                let name = self.absolute_name(*level, module.map_or("", |m| m.name.as_str()))?;
                if name == "__future__" {
                    return Ok(());
                }
                if let Some(m) = module {
                    self.set_span(m.span);
                }
                let m = self.import_module(&name)?;
                match names {
                    ImportNames::Star(_) => self.import_all(&m),
                    ImportNames::Names(all) => {
                        for a in all {
                            self.set_span(a.span);
                            let v = self.import_name(&m, a.name.name)?;
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
                // It ends in an address, which is another one in each run.
                if let Val::Func(f) = &v {
                    return Ok(self.lit(&format!("<function {} at 0x7f0000000000>", f.code.name())));
                }
                self.str_of(&v)
            }
        }
    }
}

/// Is this `np.load(..)`?
fn calls_load(e: &Expr) -> bool {
    match &e.kind {
        ExprKind::Call { func, .. } => match &func.kind {
            ExprKind::Attribute { attr, .. } => attr.name.as_str() == "load",
            ExprKind::Name(n) => n.as_str() == "load",
            _ => false,
        },
        _ => false,
    }
}
