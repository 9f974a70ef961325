//! Blocks of equations: one after the other, with the buffers that die behind each.

use crate::func::{Body, BufId, Buffer, Res, Scope, Value};
use crate::fusion::is_fusible;
use crate::nest::Order;
use crate::scalar::{self, Num};
use quipu_abi::ErrorKind;
use quipu_ir::loops::{BinOp, IntCmp, OvOp, Val};
use quipu_ir::ops::{Const, IntChecked, Op};
use quipu_ir::{Block, Eqn, Ty, Var};
use rustc_hash::FxHashSet as HashSet;

impl<'m> Body<'_, 'm> {
    // ---- scopes ----

    /// Begins a core block. Its parameters are defined next.
    pub fn open(&mut self, block: Block) {
        self.scopes.push(Scope { block, at: 0, live: vec![], owned: vec![], dying: vec![], rebound: vec![] });
    }

    /// Ends it: what was stored in it is a recipe again for those who come after.
    pub fn close(&mut self) {
        let scope = self.scopes.pop();
        for (v, old) in scope.into_iter().flat_map(|s| s.rebound).rev() {
            self.values.insert(v, old);
            self.read_by.get_mut().clear();
        }
    }

    pub fn scope(&mut self) -> &mut Scope {
        self.scopes.last_mut().expect("a block is open")
    }

    /// Lowers the equations of the open block.
    pub fn eqns(&mut self) -> Res {
        let block = self.scope().block;
        let f = self.f;
        let params = f.block(block).params.clone();
        self.now_live(&params);
        self.free_dead(None)?;
        for (k, e) in f.block(block).eqns.iter().enumerate() {
            self.scope().at = k;
            self.loc = e.loc;
            self.eqn(e)?;
            if self.b.is_ended() {
                // Nothing behind is reached.
                break;
            }
            self.now_live(&e.outs);
            self.free_dead(Some(k))?;
        }
        self.scope().at = f.block(block).eqns.len();
        Ok(())
    }

    fn now_live(&mut self, vars: &[Var]) {
        let block = self.scope().block;
        for v in vars {
            if self.f.ty(*v).is_place() && self.fusion.last_use(block, *v).is_some() {
                self.scope().live.push(*v);
            }
        }
    }

    /// Frees what no variable with uses behind equation `at` reads (`None`: before the first).
    fn free_dead(&mut self, at: Option<usize>) -> Res {
        let block = self.scope().block;
        let live = std::mem::take(&mut self.scope().live);
        let uses_ahead = |v: &Var| self.fusion.last_use(block, *v).is_some_and(|u| at.is_none_or(|k| u > k));
        let live: Vec<Var> = live.into_iter().filter(uses_ahead).collect();
        let needed: HashSet<BufId> = live.iter().flat_map(|v| self.reads(*v).to_vec()).collect();
        self.scope().live = live;
        let dead: Vec<BufId> = self.scope().owned.iter().copied().filter(|id| !needed.contains(id)).collect();
        for id in dead {
            self.give(id);
            self.free_buffer(id)?;
        }
        if let Some(k) = at {
            self.free_dying(k)?;
        }
        Ok(())
    }

    /// Stores the recipes that read a buffer about to be consumed and are used at equation `from` or later.
    pub fn kill(&mut self, id: BufId, from: usize) -> Res {
        let block = self.scope().block;
        for v in self.scope().live.clone() {
            let used = self.fusion.last_use(block, v).is_some_and(|k| k >= from);
            if !used || !self.reads(v).contains(&id) {
                continue;
            }
            match self.value(v)? {
                Value::Recipe => {
                    self.force(v)?;
                }
                // An element of the list that is about to change.
                Value::Buf(own) if own != id => {
                    self.own(v)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Hands the buffers of these variables to what consumes them; recipes among them are stored first.
    pub fn consume(&mut self, vars: &[Var]) -> Res {
        let at = self.scope().at;
        self.share(vars)?;
        let mut ids = vec![];
        for v in vars {
            if !self.f.ty(*v).is_place() {
                continue;
            }
            let mut id = self.own(*v)?;
            if ids.contains(&id) {
                // The same buffer twice: the second is a copy.
                self.bufs[id.0].owner = None;
                let copied = self.own(*v)?;
                let depth = self.scopes.len() - 1;
                self.bufs[id.0].owner = Some(depth);
                id = copied;
            }
            ids.push(id);
        }
        for id in &ids {
            self.kill(*id, at)?;
        }
        ids.into_iter().for_each(|id| self.give(id));
        Ok(())
    }

    /// Gives what consumes these variables a reference of each string: the block's own one after the last use.
    fn share(&mut self, vars: &[Var]) -> Res {
        let Scope { block, at, .. } = *self.scope();
        let ends = self.f.block(block).eqns.get(at).is_none_or(|e| e.blocks.is_empty());
        for v in vars.iter().filter(|v| *self.f.ty(**v) == Ty::Str) {
            let last = ends && self.fusion.last_use(block, *v).is_none_or(|k| k <= at);
            let own = self.scope().dying.iter().position(|d| d == v);
            match own {
                Some(k) if last => {
                    self.scope().dying.swap_remove(k);
                }
                _ => {
                    let ptr = self.pointer(*v)?;
                    self.retain(ptr)?;
                }
            }
        }
        Ok(())
    }

    /// The machine values of a variable: an array has its pointer, then its dims of these axes.
    pub fn flatten(&mut self, v: Var, axes: &[usize]) -> Res<Vec<Val>> {
        let mut out = match self.value(v)? {
            Value::Num(n) => n.parts(),
            _ => {
                let at = self.positions.get(&v).copied().into_iter().flatten();
                std::iter::once(self.pointer(v)?).chain(at).collect()
            }
        };
        for k in axes {
            out.push(self.dim(&self.f.ty(v).dims()[*k])?);
        }
        Ok(out)
    }

    /// All axes of a variable, for `flatten`.
    pub fn all_axes(&self, v: Var) -> Vec<usize> {
        (0..self.f.ty(v).rank()).collect()
    }

    /// The values of a function's results, handed to the caller; frees what else the block owns.
    pub fn hand_over(&mut self, results: &[Var]) -> Res<Vec<Val>> {
        let axes: Vec<Vec<usize>> = results.iter().map(|v| self.all_axes(*v)).collect();
        self.yields(results, &axes)
    }

    /// The same for a nested block, with the dims that its holder asks for.
    pub fn yields(&mut self, results: &[Var], axes: &[Vec<usize>]) -> Res<Vec<Val>> {
        if self.b.is_ended() {
            return Ok(vec![]);
        }
        self.consume(results)?;
        let mut out = vec![];
        for (v, axes) in results.iter().zip(axes) {
            out.extend(self.flatten(*v, axes)?);
        }
        for id in self.scope().owned.clone() {
            self.give(id);
            self.free_buffer(id)?;
        }
        for v in std::mem::take(&mut self.scope().dying) {
            self.drop_dying(v)?;
        }
        Ok(out)
    }

    fn free_buffer(&mut self, id: BufId) -> Res {
        let Buffer { ptr, owns, .. } = &self.bufs[id.0];
        let (ptr, owns) = (*ptr, owns.clone());
        self.drop_value(&owns, ptr)
    }

    // ---- equations ----

    fn eqn(&mut self, e: &'m Eqn) -> Res {
        match &e.op {
            Op::Const(Const::Str(text)) => self.string_constant(e.outs[0], text),
            Op::Const(c) => {
                let n = self.constant(c);
                self.define_num(e.outs[0], n);
                Ok(())
            }
            Op::Size(s) => {
                let v = self.dim(&s.0)?;
                self.define_num(e.outs[0], Num::One(v));
                Ok(())
            }
            Op::NormIndex(n) => self.norm_index(e, &n.text),
            Op::Copy(_) if !self.f.ty(e.outs[0]).is_scalar() && !self.f.ty(e.outs[0]).is_array() => {
                let axes = self.all_axes(e.args[0]);
                let vals = self.flatten(e.args[0], &axes)?;
                let vals = self.copy_value(self.f.ty(e.args[0]), &vals)?;
                self.define_flat(e.outs[0], &vals, true);
                Ok(())
            }
            op if is_fusible(op) && self.f.ty(e.outs[0]).is_scalar() => {
                let n = self.unfold(e, &[])?;
                self.define_num(e.outs[0], n);
                Ok(())
            }
            op if is_fusible(op) => self.recipe(e),
            Op::Reshape(_) => self.reshape(e),
            Op::IntChecked(op) => self.int_checked(e, *op),
            Op::Update(_) | Op::UpdateAdd(_) => self.update(e),
            Op::Scatter(_) | Op::ScatterAdd(_) => self.scatter(e),
            Op::Nonzero(_) => self.nonzero(e),
            Op::Concat(c) => self.concat(e, c.axis),
            Op::Reduce(r) => self.reduce(e, r),
            Op::ArgReduce(r) => self.arg_reduce(e, r),
            Op::Scan(s) => self.scan(e, s),
            Op::Sort(_) | Op::ArgSort(_) | Op::MatMul(_) => self.array_by_runtime(e),
            Op::If(_) => self.if_(e),
            Op::For(x) => self.for_(e, x),
            Op::While(_) => self.while_(e),
            Op::Call(c) => self.call(e, c),
            Op::RaiseIf(r) => {
                let cond = self.val(e.args[0])?;
                let operands = e.args[1..].iter().map(|v| self.val(*v)).collect::<Res<Vec<Val>>>()?;
                self.fail_if(cond, r.kind, &r.text, &operands);
                Ok(())
            }
            Op::Raise(r) => self.raise(e, r.kind),
            Op::Extern(x) => self.external(e, x.0),
            Op::Try(t) => self.try_(e, t),
            Op::CellNew(_) | Op::CellSet(_) | Op::CellGet(_) => self.cell(e),
            Op::Deposit(d) => self.deposit(e, d),
            Op::ListNew(_) | Op::ListLen(_) | Op::ListGet(_) | Op::ListSet(_) | Op::ListPush(_) => self.list_op(e),
            Op::ListTake(_) | Op::ListPut(_) | Op::ListZeros(_) => self.list_op(e),
            Op::ListPop(_) | Op::ListInsert(_) | Op::ListSlice(_) | Op::ListConcat(_) => self.list_op(e),
            Op::ListOfArray(_) | Op::ArrayOfList(_) | Op::ListSwap(_) => self.list_op(e),
            Op::TableFind(_) | Op::TableOrder(_) | Op::TableEdit(_) | Op::TextOrder(_) => self.list_op(e),
            Op::TapeNew(_) | Op::TapePush(_) | Op::TapePop(_) | Op::TapeNext(_) => self.tape_op(e),
            op => self.error(format!("`{}` cannot be compiled yet", op.def().name())),
        }
    }

    /// An array that is computed where it is used, or stored here if that is cheaper.
    fn recipe(&mut self, e: &Eqn) -> Res {
        let v = e.outs[0];
        self.values.insert(v, Value::Recipe);
        if self.fusion.is_stored(v) {
            self.force(v)?;
        }
        Ok(())
    }

    /// The operand's buffer under other dims.
    fn reshape(&mut self, e: &Eqn) -> Res {
        let (x, out) = (e.args[0], e.outs[0]);
        if let Value::Buf(id) = self.value(x)? {
            self.values.insert(out, Value::Buf(id));
        } else if self.region(x)?.is_some() {
            self.values.insert(out, Value::Recipe);
        } else {
            let id = self.force(x)?;
            self.values.insert(out, Value::Buf(id));
        }
        Ok(())
    }

    fn constant(&mut self, c: &Const) -> Num {
        match c {
            Const::Int(d, k) => {
                let ty = quipu_ir::loops::Type::scalar(scalar::elem(*d));
                Num::One(self.b.int(ty, *k))
            }
            Const::Float(d, bits) => {
                let ty = quipu_ir::loops::Type::scalar(scalar::elem(*d));
                Num::One(self.b.float(ty, f64::from_bits(*bits)))
            }
            Const::Complex(d, re, im) => {
                let ty = quipu_ir::loops::Type::scalar(scalar::elem(*d));
                Num::Complex(self.b.float(ty, f64::from_bits(*re)), self.b.float(ty, f64::from_bits(*im)))
            }
            Const::Str(_) => Num::One(self.b.null()),
        }
    }

    fn norm_index(&mut self, e: &Eqn, text: &str) -> Res {
        let n = self.val(e.args[1])?;
        if self.f.ty(e.outs[0]).is_scalar() {
            let i = match self.in_bounds(e.args[0], e.args[1]) {
                (true, true) => self.val(e.args[0])?,
                _ => self.check_index(e.args[0], &[], n, text)?,
            };
            self.define_num(e.outs[0], Num::One(i));
            return Ok(());
        }
        // All indices are checked here, in the program's order; the elements are made where they are used.
        let dims = self.dims_of(e.args[0])?;
        self.nest(&dims, Order::Forward, &mut |x, at| {
            x.check_index(e.args[0], at, n, text)?;
            Ok(())
        })?;
        self.recipe(e)
    }

    fn check_index(&mut self, v: Var, at: &[crate::element::Ix], n: Val, text: &str) -> Res<Val> {
        let i = self.element(v, at)?.one();
        let zero = self.b.i64(0);
        let (neg, up) = (self.b.icmp(IntCmp::Slt, i, zero), self.b.add(i, n));
        let j = self.b.select(neg, up, i);
        let out = self.b.icmp(IntCmp::Uge, j, n);
        self.fail_if(out, ErrorKind::IndexError, text, &[i, n]);
        Ok(j)
    }

    /// Python's integers: the wrapped result, and a failure where it is not the true one.
    fn int_checked(&mut self, e: &Eqn, op: IntChecked) -> Res {
        let x = self.val(e.args[0])?;
        let y = match e.args.get(1) {
            Some(v) => self.val(*v)?,
            None => x,
        };
        let b = &mut self.b;
        let (zero, min) = (b.i64(0), b.i64(i64::MIN));
        let (r, over) = match op {
            IntChecked::Add => b.overflow(OvOp::SAdd, x, y),
            IntChecked::Sub => b.overflow(OvOp::SSub, x, y),
            IntChecked::Mul => b.overflow(OvOp::SMul, x, y),
            IntChecked::Neg => b.overflow(OvOp::SSub, zero, x),
            IntChecked::Abs => {
                let (neg, n) = (b.icmp(IntCmp::Slt, x, zero), b.sub(zero, x));
                (b.select(neg, n, x), b.icmp(IntCmp::Eq, x, min))
            }
            IntChecked::Pow => scalar::checked_pow(b, x, y),
            IntChecked::Shl => {
                let r = b.bin(BinOp::Shl, x, y);
                let back = b.bin(BinOp::AShr, r, y);
                (r, b.icmp(IntCmp::Ne, back, x))
            }
            IntChecked::FloorDiv => {
                let ones = b.i64(-1);
                let (p, q) = (b.icmp(IntCmp::Eq, x, min), b.icmp(IntCmp::Eq, y, ones));
                (scalar::floordiv(b, x, y, true), b.and(p, q))
            }
        };
        self.fail_if(over, ErrorKind::LimitError, quipu_abi::INT_LIMIT, &[]);
        self.define_num(e.outs[0], Num::One(r));
        Ok(())
    }

    /// Strings and cells that the block made and nothing refers to any more.
    fn free_dying(&mut self, k: usize) -> Res {
        let block = self.scope().block;
        let dying = std::mem::take(&mut self.scope().dying);
        for v in dying {
            if self.fusion.last_use(block, v).is_some_and(|u| u > k) {
                self.scope().dying.push(v);
            } else {
                self.drop_dying(v)?;
            }
        }
        Ok(())
    }

    fn drop_dying(&mut self, v: Var) -> Res {
        let ptr = self.pointer(v)?;
        match self.f.ty(v) {
            Ty::Cell(t) => self.drop_cell(t, ptr),
            t => self.drop_value(t, ptr),
        }
    }
}
