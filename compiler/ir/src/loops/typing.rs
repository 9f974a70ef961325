//! The typing rule of each operation without blocks: from operand types to result types.
//!
//! Builder and verifier share it, so nothing that the builder makes is refused later for its types.

use super::inst::*;
use super::types::*;

fn want(ok: bool, why: &str) -> Result<(), String> {
    if ok { Ok(()) } else { Err(why.to_string()) }
}

fn count(args: &[Type], n: usize) -> Result<(), String> {
    if args.len() == n { Ok(()) } else { Err(format!("takes {n} operands, has {}", args.len())) }
}

fn same(args: &[Type]) -> Result<Type, String> {
    want(args.windows(2).all(|w| w[0] == w[1]), "operands differ in type")?;
    Ok(args[0])
}

fn access(at: &Access) -> Result<(), String> {
    want(at.align.is_power_of_two(), "alignment is not a power of two")
}

fn memory_vec(ty: Type, mask: Type) -> Result<(), String> {
    want(ty.is_vec() && ty.is_valid(), "is for vectors")?;
    want(mask == ty.mask(), "mask and value differ in lanes")
}

fn cast(c: Cast, from: Type, to: Type) -> Result<Type, String> {
    want(to.is_valid() && from.lanes == to.lanes, "lanes differ")?;
    let (f, t) = (from.elem, to.elem);
    let ok = match c {
        Cast::Sext | Cast::Zext => f.is_int() && t.is_int() && f.bits() < t.bits(),
        Cast::Trunc => f.is_int() && t.is_int() && f.bits() > t.bits(),
        Cast::SToF | Cast::UToF => f.is_int() && f != Elem::I1 && t.is_float(),
        Cast::FToS | Cast::FToU => f.is_float() && t.is_int() && t != Elem::I1,
        Cast::FExt => f == Elem::F32 && t == Elem::F64,
        Cast::FNarrow => f == Elem::F64 && t == Elem::F32,
        Cast::Bitcast => f != t && f.bits() == t.bits() && f != Elem::I1,
    };
    if ok { Ok(to) } else { Err(format!("no {c} from {from} to {to}")) }
}

fn outs(results: &[Type], catch: bool) -> Vec<Type> {
    let mut tys = if catch { vec![Type::I1] } else { vec![] };
    tys.extend_from_slice(results);
    tys
}

/// The result types of an operation without blocks. `params` gives a callee's parameter types.
pub fn result_types(op: &Op, args: &[Type], params: impl Fn(FuncId) -> Option<Vec<Type>>) -> Result<Vec<Type>, String> {
    let one = |ty: Type| Ok(vec![ty]);
    match op {
        Op::Const { ty, bits } => {
            count(args, 0)?;
            want(ty.is_valid(), "no such type")?;
            want(bits & !ty.elem.mask() == 0, "constant is wider than its type")?;
            one(*ty)
        }
        Op::Iota(ty) => {
            count(args, 0)?;
            want(ty.is_vec() && ty.is_valid() && ty.is_int() && ty.elem != Elem::I1, "needs an integer vector")?;
            one(*ty)
        }
        Op::Bin(op) => {
            count(args, 2)?;
            let ty = same(args)?;
            let logic = matches!(op, BinOp::And | BinOp::Or | BinOp::Xor);
            let ok = if op.is_float() { ty.is_float() } else { ty.is_int() && (logic || ty.elem != Elem::I1) };
            if ok { one(ty) } else { Err(format!("no {op} of {ty}")) }
        }
        Op::Un(op) => {
            count(args, 1)?;
            let ty = args[0];
            let ok =
                if op.is_float() { ty.is_float() } else { ty.is_int() && (*op == UnOp::Not || ty.elem != Elem::I1) };
            if ok { one(ty) } else { Err(format!("no {op} of {ty}")) }
        }
        Op::Fma => {
            count(args, 3)?;
            let ty = same(args)?;
            want(ty.is_float(), "needs floats")?;
            one(ty)
        }
        Op::Icmp(cmp) => {
            count(args, 2)?;
            let ty = same(args)?;
            let equality = matches!(cmp, IntCmp::Eq | IntCmp::Ne);
            want(ty.elem == Elem::Ptr || ty.is_int() && (equality || ty.elem != Elem::I1), "needs integers")?;
            one(ty.mask())
        }
        Op::Fcmp(_) => {
            count(args, 2)?;
            let ty = same(args)?;
            want(ty.is_float(), "needs floats")?;
            one(ty.mask())
        }
        Op::Select => {
            count(args, 3)?;
            let ty = same(&args[1..])?;
            want(args[0] == Type::I1 || args[0] == ty.mask(), "the condition is an i1, or one per lane")?;
            one(ty)
        }
        Op::Overflow(_) => {
            count(args, 2)?;
            let ty = same(args)?;
            want(!ty.is_vec() && ty.is_int() && ty.elem != Elem::I1, "needs scalar integers")?;
            Ok(vec![ty, Type::I1])
        }
        Op::MulAddMod => {
            want(args == [Type::I64; 4], "takes four i64")?;
            one(Type::I64)
        }
        Op::Cast { cast: c, ty } => {
            count(args, 1)?;
            one(cast(*c, args[0], *ty)?)
        }
        Op::Load { ty, at } => {
            want(args == [Type::PTR], "takes a pointer")?;
            access(at)?;
            want(ty.is_valid(), "no such type")?;
            one(*ty)
        }
        Op::Store { at } => {
            count(args, 2)?;
            want(args[0] == Type::PTR, "takes a pointer")?;
            access(at)?;
            Ok(vec![])
        }
        Op::MaskedLoad { ty, at } => {
            count(args, 3)?;
            memory_vec(*ty, args[1])?;
            access(at)?;
            want(args[0] == Type::PTR && args[2] == *ty, "takes pointer, mask, other")?;
            one(*ty)
        }
        Op::MaskedStore { at } => {
            count(args, 3)?;
            memory_vec(args[1], args[2])?;
            access(at)?;
            want(args[0] == Type::PTR, "takes pointer, value, mask")?;
            Ok(vec![])
        }
        Op::Gather { ty, at } => {
            count(args, 4)?;
            memory_vec(*ty, args[2])?;
            access(at)?;
            want(args[0] == Type::PTR && args[1] == ty.with_elem(Elem::I64), "takes pointer and i64 offsets")?;
            want(args[3] == *ty, "the last operand has the result's type")?;
            one(*ty)
        }
        Op::Scatter { at } => {
            count(args, 4)?;
            memory_vec(args[2], args[3])?;
            access(at)?;
            want(args[0] == Type::PTR && args[1] == args[2].with_elem(Elem::I64), "takes pointer and i64 offsets")?;
            Ok(vec![])
        }
        Op::PtrAdd => {
            want(args == [Type::PTR, Type::I64], "takes ptr and i64")?;
            one(Type::PTR)
        }
        Op::StackAlloc { align, .. } => {
            count(args, 0)?;
            want(align.is_power_of_two() && *align <= 64, "alignment is not a power of two up to 64")?;
            one(Type::PTR)
        }
        Op::Data(_) | Op::CtxPtr | Op::FuncAddr(_) => {
            count(args, 0)?;
            one(Type::PTR)
        }
        Op::Splat { lanes } => {
            count(args, 1)?;
            let ty = args[0].with_lanes(*lanes);
            want(!args[0].is_vec() && ty.is_vec() && ty.is_valid(), "takes a scalar, gives a vector")?;
            one(ty)
        }
        Op::Extract { lane } => {
            count(args, 1)?;
            want(args[0].is_vec() && *lane < args[0].lanes, "no such lane")?;
            one(Type::scalar(args[0].elem))
        }
        Op::Insert { lane } => {
            count(args, 2)?;
            want(args[0].is_vec() && *lane < args[0].lanes, "no such lane")?;
            want(args[1] == Type::scalar(args[0].elem), "inserts a lane's type")?;
            one(args[0])
        }
        Op::Shuffle { lanes } => {
            count(args, 2)?;
            let ty = same(args)?;
            want(ty.is_vec() && lanes.iter().all(|&i| i < 2 * ty.lanes), "no such lane")?;
            let out = ty.with_lanes(lanes.len() as u16);
            want(out.is_vec() && out.is_valid(), "no vector of that many lanes")?;
            one(out)
        }
        Op::Any | Op::All | Op::Bitmask => {
            count(args, 1)?;
            want(args[0].is_vec() && args[0].elem == Elem::I1, "takes an i1 vector")?;
            one(if *op == Op::Bitmask { Type::I64 } else { Type::I1 })
        }
        Op::Math(f) => {
            count(args, f.arity())?;
            let ty = same(args)?;
            want(ty.is_float(), "needs floats")?;
            one(ty)
        }
        Op::Call { func, results, catch } => {
            if let Some(params) = params(*func) {
                want(params == args, "operands differ from the callee's parameters")?;
            }
            Ok(outs(results, *catch))
        }
        Op::CallRuntime { ext, catch, site } => {
            want(ext.params == args, "operands differ from the callee's parameters")?;
            want(ext.fallible || !catch, "only a fallible call can be caught")?;
            want(site.is_none() || ext.fallible && !catch, "only a call that fails has a place")?;
            let ok = |ty: &Type| !ty.is_vec() && !matches!(ty.elem, Elem::I8 | Elem::I16);
            want(ext.params.iter().chain(&ext.results).all(ok), "a parameter that C does not define")?;
            Ok(outs(&ext.results, *catch))
        }
        Op::FailIf { .. } => {
            want(!args.is_empty() && args[0] == Type::I1, "takes a condition")?;
            want(args.len() <= 5 && args[1..].iter().all(|t| *t == Type::I64), "takes up to four i64")?;
            Ok(vec![])
        }
        Op::Poll { .. } | Op::StackCheck { .. } => {
            count(args, 0)?;
            Ok(vec![])
        }
        Op::If | Op::For(_) | Op::While => Err("has blocks".to_string()),
    }
}
