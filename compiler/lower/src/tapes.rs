//! Tapes: a list and a cursor, `{list, next}`, in a block of their own.
//!
//! A push appends, a pop takes the last element away, `next` moves the cursor past the first one that is left: each in
//! constant time. What comes off a tape is moved, so dropping a tape drops the elements from the cursor on.

use crate::func::{Body, Res};
use crate::lists::{LEN, elem_bytes};
use quipu_ir::loops::{Access, ForAttrs, Type, Val};
use quipu_ir::ops::Op;
use quipu_ir::{Eqn, Ty};

/// Bytes of a tape's block, and where the cursor is in it.
const BYTES: i64 = 16;
const NEXT: i32 = 8;

impl Body<'_, '_> {
    pub fn tape_op(&mut self, e: &Eqn) -> Res {
        let out = e.outs[0];
        let Ty::Tape(ty) = self.f.ty(out).clone() else { return self.error("no tape") };
        if let Op::TapeNew(_) = &e.op {
            let (bytes, zero) = (self.b.i64(BYTES), self.b.i64(0));
            self.stats.allocations += 1;
            let tape = self.call_runtime("alloc", &[bytes])?[0];
            let list = self.new_list(&ty, zero)?;
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

    fn cursor(&mut self, tape: Val) -> Val {
        self.b.load(Type::I64, tape, Access::of(Type::I64).offset(NEXT))
    }

    /// Frees a tape with what is left on it.
    pub fn drop_tape(&mut self, ty: &Ty, tape: Val) -> Res {
        let list = self.b.load(Type::PTR, tape, Access::of(Type::PTR));
        if matches!(ty, Ty::Array(..) | Ty::List(_)) {
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
        self.call_runtime("list_free", &[list])?;
        self.free_pointer(tape);
        Ok(())
    }
}
