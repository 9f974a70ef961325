//! Lists: `{data, len, cap, elem}` of the runtime, elements in place.
//!
//! An element is its machine values one after the other: a scalar as in arrays, a string or an inner list a pointer,
//! an array its pointer and all its dims. Elements that are read out are *borrowed* from the list (`Buffer::parent`): a
//! copy is made only if the list is stored into, or the element consumed, while it is still needed. What is stored is
//! handed over, and what it replaces is freed.

use crate::element::Region;
use crate::func::{Body, Res, Value};
use crate::nest::Order;
use crate::scalar::{self, Num};
use quipu_abi::DType;
pub use quipu_abi::LIST_LEN as LEN;
use quipu_abi::{LIST_CAP as CAP, LIST_DATA as DATA};
use quipu_ir::loops::{Access, BinOp, ForAttrs, IntCmp, Range, Type, Val};
use quipu_ir::ops::{Edit, Op};
use quipu_ir::{Eqn, Ty, Var};

/// Bytes of an element of this type; a multiple of its parts' sizes.
pub fn elem_bytes(ty: &Ty) -> u32 {
    match ty {
        Ty::Scalar(d) => d.size() as u32,
        Ty::Array(_, dims) => 8 * (1 + dims.len() as u32),
        _ => 8,
    }
}

/// Is an element of this type a pointer to memory of its own?
pub fn is_reference(ty: &Ty) -> bool {
    matches!(ty, Ty::Array(..) | Ty::List(_) | Ty::Str)
}

/// What elements of this type own, as the runtime takes it.
fn elements(e: &Ty) -> i32 {
    match e {
        Ty::List(e) => quipu_abi::ELEMENTS_LISTS + elements(e),
        Ty::Str => quipu_abi::ELEMENTS_STRINGS,
        Ty::Array(..) => quipu_abi::ELEMENTS_ARRAYS,
        _ => quipu_abi::ELEMENTS_PLAIN,
    }
}

impl Body<'_, '_> {
    fn elem_ty(&self, v: Var, depth: usize) -> Res<Ty> {
        let mut t = self.f.ty(v).clone();
        for _ in 0..=depth {
            t = match t {
                Ty::List(e) => *e,
                t => return self.error(format!("{t} is no list")),
            };
        }
        Ok(t)
    }

    pub fn field(&mut self, list: Val, offset: i32) -> Val {
        let ty = if offset == DATA { Type::PTR } else { Type::I64 };
        let v = self.b.load(ty, list, Access::of(ty).offset(offset));
        self.b.assume(v, Range::NATURAL);
        v
    }

    pub fn set_len(&mut self, list: Val, n: Val) {
        self.b.store(n, list, Access::of(Type::I64).offset(LEN));
    }

    /// The address of element `i`.
    pub fn slot(&mut self, list: Val, ty: &Ty, i: Val) -> Val {
        let data = self.field(list, DATA);
        self.b.elem_ptr(data, i, elem_bytes(ty))
    }

    /// The list that `depth` indices lead to.
    fn inner(&mut self, list: Var, ix: &[Var]) -> Res<Val> {
        let mut at = self.pointer(list)?;
        for i in ix {
            let i = self.val(*i)?;
            let data = self.field(at, DATA);
            let slot = self.b.elem_ptr(data, i, 8);
            at = self.b.load(Type::PTR, slot, Access::of(Type::PTR));
        }
        Ok(at)
    }

    /// The machine values at an address, as `machine_types` lists them.
    pub fn load_value(&mut self, ty: &Ty, at: Val) -> Vec<Val> {
        match ty {
            Ty::Scalar(d) => {
                let access = Access::of(Type::scalar(scalar::elem(*d)));
                self.load_num(at, *d, access).parts()
            }
            _ => {
                let dims = ty.rank() as i32;
                let mut out = vec![self.b.load(Type::PTR, at, Access::of(Type::PTR))];
                for k in 0..dims {
                    out.push(self.b.load(Type::I64, at, Access::of(Type::I64).offset(8 * (k + 1))));
                }
                out
            }
        }
    }

    pub fn store_value(&mut self, ty: &Ty, at: Val, vals: &[Val]) {
        match ty {
            Ty::Scalar(d) => self.store_num(Num::of(*d, vals), at, 0),
            _ => {
                for (k, v) in vals.iter().enumerate() {
                    let access = Access::of(self.b.ty(*v)).offset(8 * k as i32);
                    self.b.store(*v, at, access);
                }
            }
        }
    }

    /// Frees what a value owns.
    pub fn drop_value(&mut self, ty: &Ty, ptr: Val) -> Res {
        if self.b.is_ended() {
            return Ok(());
        }
        match ty {
            Ty::Array(..) => self.free_pointer(ptr),
            Ty::List(e) => {
                let what = self.b.i32(elements(e));
                self.call_runtime("list_drop", &[ptr, what])?;
            }
            Ty::Tape(e, _) if crate::tapes::stacked(ty).is_none() => self.drop_tape(e, ptr)?,
            Ty::Tape(..) => self.free_pointer(ptr),
            // Literals are not counted.
            Ty::Str if self.b.is_data(ptr) => {}
            Ty::Str => {
                self.call_runtime("str_release", &[ptr])?;
            }
            _ => {}
        }
        Ok(())
    }

    /// One more container shares a string.
    pub fn retain(&mut self, s: Val) -> Res {
        if !self.b.is_data(s) {
            self.call_runtime("str_retain", &[s])?;
        }
        Ok(())
    }

    /// Lets a value live as long as the container that refers to it from now on, or, without one, out of the reach of
    /// marks: a failure that is handled frees by age.
    pub fn keep(&mut self, ty: &Ty, container: Option<Val>, ptr: Val) -> Res {
        if !self.m.handles && container.is_some() {
            return Ok(());
        }
        let owner = Vec::from_iter(container);
        let args = [&owner[..], &[ptr]].concat();
        let name = |adopt: &'static str, keep| if owner.is_empty() { adopt } else { keep };
        match ty {
            Ty::Array(..) => {
                self.call_runtime(name("adopt", "keep"), &args)?;
            }
            Ty::Str if self.b.is_data(ptr) => {}
            Ty::Str => {
                self.call_runtime(name("str_adopt", "str_keep"), &args)?;
            }
            Ty::List(e) => {
                let what = self.b.i32(elements(e));
                self.call_runtime(name("list_adopt", "list_keep"), &[&args[..], &[what]].concat())?;
            }
            _ => {}
        }
        Ok(())
    }

    /// The same value in memory of its own.
    pub fn copy_value(&mut self, ty: &Ty, vals: &[Val]) -> Res<Vec<Val>> {
        match ty {
            Ty::Array(d, _) => {
                self.stats.allocations += 1;
                let ptr = self.new_array(*d, &vals[1..], false)?;
                let (to, from) = (Region { ptr, class: 0 }, Region { ptr: vals[0], class: 0 });
                self.copy_elements(to, from, *d, &vals[1..])?;
                Ok([&[ptr], &vals[1..]].concat())
            }
            Ty::List(e) => {
                let n = self.field(vals[0], LEN);
                let out = self.new_list(e, n)?;
                self.extend(e, out, vals[0])?;
                Ok(vec![out])
            }
            Ty::Tape(..) => self.error("a copy of a tape"),
            Ty::Str => {
                self.retain(vals[0])?;
                Ok(vals.to_vec())
            }
            _ => Ok(vals.to_vec()),
        }
    }

    /// Zeros of the value's shape, in memory of their own.
    fn zeros_value(&mut self, ty: &Ty, vals: &[Val]) -> Res<Vec<Val>> {
        match ty {
            Ty::Array(d, _) => {
                self.stats.allocations += 1;
                let ptr = self.new_array(*d, &vals[1..], true)?;
                Ok([&[ptr], &vals[1..]].concat())
            }
            Ty::List(e) => {
                let n = self.field(vals[0], LEN);
                let out = self.new_list(e, n)?;
                self.counted(n, &[], ForAttrs::default(), &mut |b, i, _| {
                    let from = b.slot(vals[0], e, i);
                    let old = b.load_value(e, from);
                    let new = b.zeros_value(e, &old)?;
                    let to = b.slot(out, e, i);
                    b.store_value(e, to, &new);
                    Ok(vec![])
                })?;
                self.set_len(out, n);
                Ok(vec![out])
            }
            _ => {
                let tys: Vec<Type> = vals.iter().map(|v| self.b.ty(*v)).collect();
                Ok(tys
                    .into_iter()
                    .map(|t| match t {
                        Type::F32 | Type::F64 => self.b.float(t, 0.0),
                        t => self.b.int(t, 0),
                    })
                    .collect())
            }
        }
    }

    pub fn new_list(&mut self, e: &Ty, cap: Val) -> Res<Val> {
        self.stats.allocations += 1;
        let size = self.b.i64(i64::from(elem_bytes(e)));
        Ok(self.call_runtime("list_new", &[size, cap])?[0])
    }

    /// Appends copies of another list's elements.
    fn extend(&mut self, e: &Ty, list: Val, from: Val) -> Res {
        let n = self.field(from, LEN);
        if !is_reference(e) {
            let data = self.field(from, DATA);
            self.call_runtime("list_extend", &[list, data, n])?;
            return Ok(());
        }
        self.counted(n, &[], ForAttrs::default(), &mut |b, i, _| {
            let slot = b.slot(from, e, i);
            let vals = b.load_value(e, slot);
            let vals = b.copy_value(e, &vals)?;
            b.push_value(e, list, &vals)?;
            Ok(vec![])
        })?;
        Ok(())
    }

    pub fn push_value(&mut self, e: &Ty, list: Val, vals: &[Val]) -> Res {
        if let [v] = *vals
            && matches!(self.b.ty(v), Type::I64 | Type::F64 | Type::PTR)
        {
            let word = if self.b.ty(v) == Type::I64 { v } else { self.b.bitcast(v, Type::I64) };
            self.call_runtime("list_push_word", &[list, word])?;
            return Ok(());
        }
        let (len, cap) = (self.field(list, LEN), self.field(list, CAP));
        let room = self.b.icmp(IntCmp::Slt, len, cap);
        self.b.begin_if(room);
        let slot = self.slot(list, e, len);
        self.store_value(e, slot, vals);
        let one = self.b.i64(1);
        let more = self.b.add(len, one);
        self.set_len(list, more);
        self.b.begin_else(&[]);
        let at = self.stack(elem_bytes(e));
        self.store_value(e, at, vals);
        self.call_runtime("list_push", &[list, at])?;
        self.b.end_if(&[]);
        Ok(())
    }

    /// Binds an element that stays in the list.
    fn borrow(&mut self, out: Var, vals: &[Val], list: Var) -> Res {
        if *self.f.ty(out) == Ty::Str {
            let vals = self.copy_value(&Ty::Str, vals)?;
            self.define_text(out, vals[0], true);
            return Ok(());
        }
        self.define_flat(out, vals, false);
        if let (Value::Buf(id), Value::Buf(parent)) = (self.value(out)?, self.value(list)?) {
            self.bufs[id.0].parent = Some(parent);
        }
        Ok(())
    }

    /// The values of an operand that a list takes over.
    fn taken(&mut self, v: Var) -> Res<Vec<Val>> {
        let axes = self.all_axes(v);
        self.flatten(v, &axes)
    }

    pub fn list_op(&mut self, e: &Eqn) -> Res {
        let out = e.outs[0];
        match &e.op {
            Op::ListNew(l) => {
                self.consume(&e.args)?;
                let n = self.b.i64(e.args.len() as i64);
                let list = self.new_list(&l.0, n)?;
                let data = self.field(list, DATA);
                for (k, v) in e.args.iter().enumerate() {
                    let vals = self.taken(*v)?;
                    let k = self.b.i64(k as i64);
                    let slot = self.b.elem_ptr(data, k, elem_bytes(&l.0));
                    self.store_value(&l.0, slot, &vals);
                }
                self.set_len(list, n);
                self.define_buffer(out, list, true);
            }
            Op::ListLen(_) => {
                let list = self.inner(e.args[0], &e.args[1..])?;
                let n = self.field(list, LEN);
                self.define_num(out, Num::One(n));
            }
            Op::ListGet(g) => {
                let ty = self.elem_ty(e.args[0], g.depth)?;
                let (i, path) = (self.val(e.args[e.args.len() - 1])?, &e.args[1..e.args.len() - 1]);
                let list = self.inner(e.args[0], path)?;
                let slot = self.slot(list, &ty, i);
                let vals = self.load_value(&ty, slot);
                self.borrow(out, &vals, e.args[0])?;
            }
            Op::ListTake(t) => {
                let [list, ix @ .., i] = &e.args[..] else { return self.error("list_take without operands") };
                let ty = self.elem_ty(*list, t.depth)?;
                self.consume(&[*list])?;
                let (at, i) = (self.inner(*list, ix)?, self.val(*i)?);
                let slot = self.slot(at, &ty, i);
                let vals = self.load_value(&ty, slot);
                if is_reference(&ty) {
                    let null = self.b.null();
                    self.b.store(null, slot, Access::of(Type::PTR));
                }
                self.same_list(*list, out)?;
                self.define_flat(e.outs[1], &vals, true);
            }
            Op::ListZeros(_) => {
                let (ty, list) = (self.f.ty(out).clone(), self.pointer(e.args[0])?);
                let new = self.zeros_value(&ty, &[list])?;
                self.define_buffer(out, new[0], true);
            }
            Op::ListSet(_) | Op::ListPut(_) => {
                let (depth, full) = match &e.op {
                    Op::ListSet(s) => (s.depth, true),
                    Op::ListPut(p) => (p.depth, false),
                    _ => return self.error("no store"),
                };
                let [v, list, ix @ .., i] = &e.args[..] else { return self.error("list_set without operands") };
                let ty = self.elem_ty(*list, depth)?;
                self.consume(&[*v, *list])?;
                let (at, i) = (self.inner(*list, ix)?, self.val(*i)?);
                let slot = self.slot(at, &ty, i);
                let vals = self.taken(*v)?;
                if full && is_reference(&ty) {
                    let old = self.b.load(Type::PTR, slot, Access::of(Type::PTR));
                    self.drop_value(&ty, old)?;
                }
                self.keep(&ty, Some(at), vals[0])?;
                self.store_value(&ty, slot, &vals);
                self.same_list(*list, out)?;
            }
            Op::ListPush(p) => {
                let [v, list, ix @ ..] = &e.args[..] else { return self.error("list_push without operands") };
                let ty = self.elem_ty(*list, p.depth)?;
                self.consume(&[*v, *list])?;
                let at = self.inner(*list, ix)?;
                let vals = self.taken(*v)?;
                self.keep(&ty, Some(at), vals[0])?;
                self.push_value(&ty, at, &vals)?;
                self.same_list(*list, out)?;
            }
            Op::ListInsert(p) => {
                let [v, list, ix @ .., i] = &e.args[..] else { return self.error("list_insert without operands") };
                let ty = self.elem_ty(*list, p.depth)?;
                self.consume(&[*v, *list])?;
                let (at, i) = (self.inner(*list, ix)?, self.val(*i)?);
                let vals = self.taken(*v)?;
                self.keep(&ty, Some(at), vals[0])?;
                let value = self.stack(elem_bytes(&ty));
                self.store_value(&ty, value, &vals);
                self.call_runtime("list_insert", &[at, i, value])?;
                self.same_list(*list, out)?;
            }
            Op::ListPop(p) => {
                let [list, ix @ .., i] = &e.args[..] else { return self.error("list_pop without operands") };
                let ty = self.elem_ty(*list, p.depth)?;
                self.consume(&[*list])?;
                let (at, i) = (self.inner(*list, ix)?, self.val(*i)?);
                let value = self.stack(elem_bytes(&ty));
                self.call_runtime("list_pop", &[at, i, value])?;
                let vals = self.load_value(&ty, value);
                self.same_list(*list, out)?;
                self.define_flat(e.outs[1], &vals, true);
            }
            Op::ListSlice(_) => {
                let ty = self.elem_ty(e.args[0], 0)?;
                let list = self.pointer(e.args[0])?;
                let (start, step, n) = (self.val(e.args[1])?, self.val(e.args[2])?, self.val(e.args[3])?);
                let zero = self.b.i64(0);
                let n = self.b.bin(BinOp::SMax, n, zero);
                let new = self.new_list(&ty, n)?;
                self.counted(n, &[], ForAttrs::default(), &mut |b, k, _| {
                    let by = b.b.mul(k, step);
                    let i = b.b.add(start, by);
                    let from = b.slot(list, &ty, i);
                    let vals = b.load_value(&ty, from);
                    let vals = b.copy_value(&ty, &vals)?;
                    let to = b.slot(new, &ty, k);
                    b.store_value(&ty, to, &vals);
                    Ok(vec![])
                })?;
                self.set_len(new, n);
                self.define_buffer(out, new, true);
            }
            Op::ListConcat(_) => {
                let ty = self.elem_ty(e.args[0], 0)?;
                let (a, b) = (self.pointer(e.args[0])?, self.pointer(e.args[1])?);
                let (m, n) = (self.field(a, LEN), self.field(b, LEN));
                let cap = self.b.add(m, n);
                let new = self.new_list(&ty, cap)?;
                self.extend(&ty, new, a)?;
                self.extend(&ty, new, b)?;
                self.define_buffer(out, new, true);
            }
            Op::ListOfArray(_) => {
                let x = e.args[0];
                let dims = self.dims_of(x)?;
                let ty = Ty::Scalar(self.dtype(x));
                let new = self.new_list(&ty, dims[0])?;
                let data = self.field(new, DATA);
                self.nest(&dims, Order::Any, &mut |b, at| {
                    let n = b.element(x, at)?;
                    let slot = b.b.elem_ptr(data, at[0].at, elem_bytes(&ty));
                    b.store_num(n, slot, 0);
                    Ok(())
                })?;
                self.set_len(new, dims[0]);
                self.define_buffer(out, new, true);
            }
            Op::ArrayOfList(_) => {
                let d: DType = self.dtype(out);
                let list = self.pointer(e.args[0])?;
                let (n, data) = (self.field(list, LEN), self.field(list, DATA));
                self.stats.allocations += 1;
                let ptr = self.new_array(d, &[n], false)?;
                self.define_flat(out, &[ptr, n], true);
                let class = self.class_of(out);
                self.copy_elements(Region { ptr, class }, Region { ptr: data, class: 0 }, d, &[n])?;
            }
            Op::ListSwap(_) => {
                let [list, ix @ .., i, j] = &e.args[..] else { return self.error("list_swap without operands") };
                self.consume(&[*list])?;
                let (at, i, j) = (self.inner(*list, ix)?, self.val(*i)?, self.val(*j)?);
                self.call_runtime("list_swap", &[at, i, j])?;
                self.same_list(*list, out)?;
            }
            Op::TableFind(_) => {
                let [list, ix @ .., hash, after] = &e.args[..] else { return self.error("a table expected") };
                let (at, hash, after) = (self.inner(*list, ix)?, self.val(*hash)?, self.val(*after)?);
                let entry = self.call_runtime("table_find", &[at, hash, after])?[0];
                self.define_num(out, Num::One(entry));
            }
            Op::TableOrder(_) => {
                let at = self.inner(e.args[0], &e.args[1..])?;
                self.stats.allocations += 1;
                let list = self.call_runtime("table_order", &[at])?[0];
                self.define_buffer(out, list, true);
            }
            Op::TextOrder(_) => {
                let texts = self.pointer(e.args[0])?;
                self.stats.allocations += 1;
                let list = self.call_runtime("text_order", &[texts])?[0];
                self.define_buffer(out, list, true);
            }
            Op::TableEdit(t) => {
                let (list, rest) = (e.args[0], &e.args[1..]);
                self.consume(&[list])?;
                let (path, extra) = rest.split_at(t.depth);
                let mut args = vec![self.inner(list, path)?];
                for v in extra {
                    args.push(if t.edit == Edit::Adopt { self.pointer(*v)? } else { self.val(*v)? });
                }
                self.call_runtime(&format!("table_{}", t.edit.name()), &args)?;
                self.same_list(list, out)?;
            }
            op => return self.error(format!("`{}` cannot be compiled yet", op.def().name())),
        }
        Ok(())
    }

    /// The result of a store is the operand's list.
    fn same_list(&mut self, list: Var, out: Var) -> Res {
        let ptr = self.pointer(list)?;
        self.define_buffer(out, ptr, true);
        Ok(())
    }
}
