//! What the builder computes instead of building it: operations of constants, and those that give an operand back.

use super::builder::FuncBuilder;
use super::eval;
use super::inst::Op;
use super::types::*;

impl FuncBuilder {
    /// What is known without an instruction: a constant, or an operand.
    pub(super) fn simplify(&mut self, op: &Op, args: &[Val]) -> Option<Val> {
        let ty = self.ty(*args.last()?);
        let e = ty.elem;
        let c: Vec<Option<u64>> = args.iter().map(|v| self.as_const(*v)).collect();
        let (out, bits) = match (op, &c[..]) {
            (Op::Bin(op), [Some(x), Some(y)]) => (ty, eval::bin(*op, e, *x, *y)),
            (Op::Bin(op), _) if !op.is_float() => return self.identity(*op, args, &c, ty),
            (Op::Un(op), [Some(x)]) => (ty, eval::un(*op, e, *x)),
            (Op::Fma, [Some(x), Some(y), Some(z)]) => (ty, eval::fma(e, *x, *y, *z)),
            (Op::Icmp(cmp), [Some(x), Some(y)]) => (ty.mask(), u64::from(eval::icmp(*cmp, e, *x, *y))),
            (Op::Icmp(cmp), _) if args[0] == args[1] => {
                let reflexive = matches!(cmp, IntCmp::Eq | IntCmp::Sle | IntCmp::Sge | IntCmp::Ule | IntCmp::Uge);
                (ty.mask(), u64::from(reflexive))
            }
            (Op::Fcmp(cmp), [Some(x), Some(y)]) => (ty.mask(), u64::from(eval::fcmp(*cmp, e, *x, *y))),
            (Op::Select, [Some(c), ..]) => return Some(if *c != 0 { args[1] } else { args[2] }),
            (Op::Select, _) if args[1] == args[2] => return Some(args[1]),
            (Op::MulAddMod, [Some(x), Some(y), Some(z), Some(m)]) => (ty, eval::muladdmod(*x, *y, *z, *m)),
            (Op::Cast { cast: Cast::Bitcast, .. }, _) if e == Elem::Ptr => return None,
            (Op::Cast { cast, ty: to }, [Some(x)]) => (*to, eval::cast(*cast, e, to.elem, *x)),
            (Op::Splat { lanes }, [Some(x)]) if e != Elem::Ptr => (ty.with_lanes(*lanes), *x),
            (Op::Extract { .. }, [Some(x)]) => (Type::scalar(e), *x),
            (Op::Any | Op::All, [Some(x)]) => (Type::I1, *x),
            (Op::PtrAdd, [_, Some(0)]) => return Some(args[0]),
            _ => return None,
        };
        if eval::is_nan(out.elem, bits) && !matches!(op, Op::Splat { .. } | Op::Extract { .. }) {
            return None;
        }
        Some(self.constant(out, bits))
    }

    fn identity(&mut self, op: BinOp, args: &[Val], c: &[Option<u64>], ty: Type) -> Option<Val> {
        use BinOp::*;
        let ones = ty.elem.mask();
        // Commutative operands may have their constant on either side.
        let (x, k) = match (c[0], c[1]) {
            (_, Some(k)) => (args[0], k),
            (Some(k), _) if op.is_commutative() => (args[1], k),
            _ => return None,
        };
        match (op, k) {
            (Add | Sub | Or | Xor | Shl | LShr | AShr, 0) | (Mul | SDiv | UDiv, 1) => Some(x),
            (And, k) if k == ones => Some(x),
            (And | Mul, 0) => Some(self.constant(ty, 0)),
            (Or, k) if k == ones => Some(self.constant(ty, ones)),
            _ => None,
        }
    }
}
