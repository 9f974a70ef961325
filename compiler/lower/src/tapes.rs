//! Tapes.
//!
//! A tape of scalars with a capacity is one block of that many elements; its two positions are values that loops carry
//! (in registers), so a push is a store at an induction variable and a pop is a load. Nothing is tested, nothing grows.
//!
//! Any other tape is a list and a cursor, `{list, next}`, in a block of their own; a capacity makes the list's. A push
//! appends, a pop takes the last element away, `next` moves the cursor past the first one that is left: each in
//! constant time. What comes off a tape is moved, so dropping a tape drops the elements from the cursor on.

use crate::func::{Body, Res};
use crate::lists::{LEN, elem_bytes};
use crate::scalar;
use quipu_abi::{DType, ErrorKind};
use quipu_ir::loops::{Access, BinOp, ForAttrs, OvOp, Type, Val};
use quipu_ir::ops::Op;
use quipu_ir::{Atom, Dim, Eqn, Ty};

/// Bytes of a tape's block, and where the cursor is in it.
const BYTES: i64 = 16;
const NEXT: i32 = 8;

const TOO_LARGE: &str = "Unable to allocate what a derivative keeps of its loops";

/// The dtype of a tape in one block.
pub fn stacked(ty: &Ty) -> Option<DType> {
    match ty {
        Ty::Tape(t, Some(_)) => match **t {
            Ty::Scalar(d) => Some(d),
            _ => None,
        },
        _ => None,
    }
}

impl Body<'_, '_> {
    pub fn tape_op(&mut self, e: &Eqn) -> Res {
        let out = e.outs[0];
        let Ty::Tape(ty, cap) = self.f.ty(out).clone() else { return self.error("no tape") };
        if let Some(d) = stacked(self.f.ty(out)) {
            return self.stacked_op(e, d, cap);
        }
        if let Op::TapeNew(_) = &e.op {
            let (bytes, zero) = (self.b.i64(BYTES), self.b.i64(0));
            self.stats.allocations += 1;
            let tape = self.call_runtime("alloc", &[bytes])?[0];
            let room = match cap {
                Some(n) => self.dim(&n)?,
                None => zero,
            };
            let list = self.new_list(&ty, room)?;
            self.b.store(list, tape, Access::of(Type::PTR));
            self.b.store(zero, tape, Access::of(Type::I64).offset(NEXT));
            self.define_buffer(out, tape, true);
            return Ok(());
        }
        self.consume(&e.args)?;
        let tape = self.pointer(e.args[0])?;
        let list = self.b.load(Type::PTR, tape, Access::of(Type::PTR));
        let one = self.b.i64(1);
        match &e.op {
            Op::TapePush(_) => {
                let axes = self.all_axes(e.args[1]);
                let vals = self.flatten(e.args[1], &axes)?;
                self.push_value(&ty, list, &vals)?;
            }
            Op::TapePop(_) | Op::TapeNext(_) => {
                let at = if matches!(e.op, Op::TapePop(_)) {
                    let n = self.field(list, LEN);
                    let last = self.b.sub(n, one);
                    self.set_len(list, last);
                    last
                } else {
                    let next = self.cursor(tape);
                    let after = self.b.add(next, one);
                    self.b.store(after, tape, Access::of(Type::I64).offset(NEXT));
                    next
                };
                let slot = self.slot(list, &ty, at);
                let vals = self.load_value(&ty, slot);
                self.define_flat(e.outs[1], &vals, true);
            }
            op => return self.error(format!("`{}` cannot be compiled yet", op.def().name())),
        }
        self.define_buffer(out, tape, true);
        Ok(())
    }

    /// The value of a capacity. Nothing tests the pushes, so a number beyond 64 bits must not come out small; a block of
    /// such a size is not to be had anyway.
    fn capacity(&mut self, cap: &Dim) -> Res<Val> {
        let mut over = vec![];
        let n = self.exact(cap, &mut over)?;
        for flag in over {
            self.fail_if(flag, ErrorKind::MemoryError, TOO_LARGE, &[]);
        }
        Ok(n)
    }

    fn exact(&mut self, d: &Dim, over: &mut Vec<Val>) -> Res<Val> {
        let (k, terms) = d.parts();
        let terms: Vec<(i64, Vec<Atom>)> = terms.map(|(c, a)| (c, a.to_vec())).collect();
        let mut sum = self.b.i64(k);
        for (coef, factors) in terms {
            let mut product = self.b.i64(coef);
            for a in &factors {
                let v = match a {
                    Atom::Pos(d) => {
                        let (v, zero) = (self.exact(d, over)?, self.b.i64(0));
                        self.b.bin(BinOp::SMax, v, zero)
                    }
                    Atom::FloorDiv(n, d) => {
                        let (n, d) = (self.exact(n, over)?, self.exact(d, over)?);
                        scalar::floordiv(&mut self.b, n, d, true)
                    }
                    a => self.atom(a)?,
                };
                let (p, flag) = self.b.overflow(OvOp::SMul, product, v);
                product = p;
                over.push(flag);
            }
            let (s, flag) = self.b.overflow(OvOp::SAdd, sum, product);
            sum = s;
            over.push(flag);
        }
        Ok(sum)
    }

    /// A tape in one block, whose positions are values of the loops around.
    fn stacked_op(&mut self, e: &Eqn, d: DType, cap: Option<Dim>) -> Res {
        let out = e.outs[0];
        let class = self.class_of(out);
        let one = self.b.i64(1);
        if let (Op::TapeNew(_), Some(cap)) = (&e.op, cap) {
            self.stats.allocations += 1;
            let (n, zero) = (self.capacity(&cap)?, self.b.i64(0));
            let data = self.new_array(d, &[n], false)?;
            self.define_flat(out, &[data, zero, zero], true);
            return Ok(());
        }
        self.consume(&e.args)?;
        let data = self.pointer(e.args[0])?;
        let Some([next, end]) = self.positions.get(&e.args[0]).copied() else { return self.error("no position") };
        let at = |b: &mut Self, k: Val| b.b.elem_ptr(data, k, d.size() as u32);
        let (next, end) = match &e.op {
            Op::TapePush(_) => {
                let (v, slot) = (self.num(e.args[1])?, at(self, end));
                self.store_num(v, slot, class);
                (next, self.b.add(end, one))
            }
            Op::TapePop(_) | Op::TapeNext(_) => {
                let last = matches!(e.op, Op::TapePop(_));
                let k = if last { self.b.sub(end, one) } else { next };
                let slot = at(self, k);
                let access = Access::of(Type::scalar(scalar::elem(d))).alias(class);
                let v = self.load_num(slot, d, access);
                self.define_num(e.outs[1], v);
                if last { (next, k) } else { (self.b.add(next, one), end) }
            }
            op => return self.error(format!("`{}` cannot be compiled yet", op.def().name())),
        };
        self.define_flat(out, &[data, next, end], true);
        Ok(())
    }

    fn cursor(&mut self, tape: Val) -> Val {
        self.b.load(Type::I64, tape, Access::of(Type::I64).offset(NEXT))
    }

    /// Frees a tape with what is left on it.
    pub fn drop_tape(&mut self, ty: &Ty, tape: Val) -> Res {
        let list = self.b.load(Type::PTR, tape, Access::of(Type::PTR));
        if crate::lists::is_reference(ty) {
            let (from, n) = (self.cursor(tape), self.field(list, LEN));
            let left = self.b.sub(n, from);
            self.counted(left, &[], ForAttrs::default(), &mut |b, k, _| {
                let i = b.b.add(from, k);
                let slot = b.slot(list, ty, i);
                let at = Access::of(Type::PTR);
                debug_assert!(elem_bytes(ty) >= 8, "places are pointers");
                let inner = b.b.load(Type::PTR, slot, at);
                b.drop_value(ty, inner)?;
                Ok(vec![])
            })?;
        }
        let plain = self.b.i32(quipu_abi::ELEMENTS_PLAIN);
        self.call_runtime("list_drop", &[list, plain])?;
        self.free_pointer(tape);
        Ok(())
    }
}
