//! Writes out what only code that runs long should have in place.
//!
//! `list_push_word` appends one word to a list. In the quick tier that is a call: there are many such places, few run often,
//! and every instruction takes its time to compile. For the good tier it becomes
//! ```text
//! if len < cap { store word behind the last element; len = len + 1 } else { the call, which makes room }
//! ```

use super::inst::*;
use super::types::*;
use quipu_abi::{LIST_CAP, LIST_DATA, LIST_LEN};
use std::borrow::Cow;

const PUSH: &str = "list_push_word";

fn is_push(op: &Op) -> bool {
    matches!(op, Op::CallRuntime { ext, catch: false, .. } if ext.name == PUSH)
}

/// The module with such calls written out; borrowed if there are none.
pub fn expand(module: Cow<'_, Module>) -> Cow<'_, Module> {
    if !module.funcs.iter().any(|f| super::any_op(&f.body, &is_push)) {
        return module;
    }
    let mut module = module.into_owned();
    for func in &mut module.funcs {
        let mut body = std::mem::replace(&mut func.body, Block { params: vec![], insts: vec![], end: End::Reraise });
        block(func, &mut body);
        func.body = body;
    }
    Cow::Owned(module)
}

fn block(func: &mut Func, b: &mut Block) {
    for inst in std::mem::take(&mut b.insts) {
        if is_push(&inst.op) {
            push(func, inst, &mut b.insts);
            continue;
        }
        let mut inst = inst;
        inst.blocks.iter_mut().for_each(|b| block(func, b));
        b.insts.push(inst);
    }
}

fn push(func: &mut Func, call: Inst, out: &mut Vec<Inst>) {
    let (list, word) = (call.args[0], call.args[1]);
    let mut emit = |out: &mut Vec<Inst>, op: Op, args: &[Val], ty: Type| {
        let v = func.new_val(ty);
        out.push(Inst { op, args: args.to_vec(), results: vec![v], blocks: vec![] });
        v
    };
    let field = |offset: i32, ty: Type| Op::Load { ty, at: Access::of(ty).offset(offset) };
    let len = emit(out, field(LIST_LEN, Type::I64), &[list], Type::I64);
    let cap = emit(out, field(LIST_CAP, Type::I64), &[list], Type::I64);
    let room = emit(out, Op::Icmp(IntCmp::Slt), &[len, cap], Type::I1);
    let mut fast = vec![];
    let data = emit(&mut fast, field(LIST_DATA, Type::PTR), &[list], Type::PTR);
    let size = emit(&mut fast, Op::Const { ty: Type::I64, bits: 8 }, &[], Type::I64);
    let distance = emit(&mut fast, Op::Bin(BinOp::Mul), &[len, size], Type::I64);
    let slot = emit(&mut fast, Op::PtrAdd, &[data, distance], Type::PTR);
    let one = emit(&mut fast, Op::Const { ty: Type::I64, bits: 1 }, &[], Type::I64);
    let more = emit(&mut fast, Op::Bin(BinOp::Add), &[len, one], Type::I64);
    let store = |v: Val, at: Val, offset: i32| Inst {
        op: Op::Store { at: Access::of(Type::I64).offset(offset) },
        args: vec![at, v],
        results: vec![],
        blocks: vec![],
    };
    fast.push(store(word, slot, 0));
    fast.push(store(more, list, LIST_LEN));
    let arm = |insts: Vec<Inst>| Block { params: vec![], insts, end: End::Yield(vec![]) };
    out.push(Inst { op: Op::If, args: vec![room], results: vec![], blocks: vec![arm(fast), arm(vec![call])] });
}
