//! Tapes: what the forward pass of a derivative keeps for the backward pass.
//!
//! A tape with a capacity is one block, filled from its first value on: a stacked array with two positions, that of the
//! next value taken from the front and that behind the last one. Whoever makes it knows how often the loops around the
//! pushes run. A tape without one grows.

use super::*;
use crate::core::value::Tape;
use std::rc::Rc;

fn tape_of(f: &Func, x: &[Var]) -> Result<(Ty, Ty), String> {
    match x.first().map(|v| f.ty(*v)) {
        Some(t @ Ty::Tape(e, _)) => Ok((t.clone(), (**e).clone())),
        t => Err(format!("tape expected, not {t:?}")),
    }
}

/// Does the dim hold a symbol that nothing defines? Each value on the tape has its own size there.
fn own_size(f: &Func, d: &Dim) -> bool {
    let mut own = false;
    d.visit_syms(&mut |n| own |= f.syms[n.index()].def == crate::SymDef::Free);
    own
}

fn fits_tape(f: &Func, elem: &Ty, v: &Ty) -> bool {
    match (elem, v) {
        (Ty::Array(d, m), Ty::Array(e, n)) => {
            d == e && m.len() == n.len() && m.iter().zip(n).all(|(m, n)| m == n || own_size(f, m))
        }
        _ => elem == v,
    }
}

/// The type of a value taken from a tape: fresh sizes where each has its own.
fn taken(f: &mut Func, elem: Ty) -> Ty {
    match elem {
        Ty::Array(d, dims) => {
            let fresh = |n: Dim, f: &mut Func| if own_size(f, &n) { f.new_size().into() } else { n };
            Ty::Array(d, dims.into_iter().map(|n| fresh(n, f)).collect())
        }
        t => t,
    }
}

/// An empty tape of this type. Dims of its elements that nothing defines are each value's own.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct TapeNew(pub Ty);

impl OpDef for TapeNew {
    says!(plain rules);

    fn name(&self) -> &'static str {
        "tape_new"
    }

    fn infer(&self, _: &mut Func, x: &[Var], _: &[Block]) -> Result<Vec<Ty>, String> {
        arity(x, 0)?;
        match &self.0 {
            t @ Ty::Tape(..) => Ok(vec![t.clone()]),
            t => Err(format!("a tape's type expected, not {t}")),
        }
    }

    says!(value none);
    says!(borrows all);
    says!(no effects);

    says!(dims of its type);

    fn eval(&self, ev: &mut Eval<'_>, _: &Eqn, _: Vec<Value>) -> Outcome<Vec<Value>> {
        let room = match &self.0 {
            Ty::Tape(_, Some(cap)) => Some(ev.dim(cap)?.max(0) as u64),
            _ => None,
        };
        ev.stats.reserved += room.unwrap_or(0);
        Ok(vec![Value::Tape(Rc::new(Tape { room, ..Tape::default() }))])
    }
}

impl Plain for TapeNew {
    fn jvp(&self, b: &mut Builder, _: &[Var], _: &[Var], _: &[Tangent]) -> Rule<Vec<Tangent>> {
        Ok(vec![Some(emit_linear(b, self.clone(), &[]))])
    }

    // All that was pushed has been taken back: the tape of cotangents is empty here.
    says!(constant);

    fn batch(&self, cx: &mut dyn Batching<'_>, _: &[Batched]) -> Rule<Vec<Batched>> {
        let ty = self.0.batched(&cx.n());
        Ok(vec![Batched::on(cx.b().emit(TapeNew(ty), &[]))])
    }

    says!(is kept);
}

impl TapeNew {
    says!(no samples);
}

/// Operands: tape, value, both consumed. The tape with the value at its end.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct TapePush;

impl OpDef for TapePush {
    says!(plain rules);

    fn name(&self) -> &'static str {
        "tape_push"
    }

    fn infer(&self, f: &mut Func, x: &[Var], _: &[Block]) -> Result<Vec<Ty>, String> {
        arity(x, 2)?;
        let (tape, elem) = tape_of(f, x)?;
        if fits_tape(f, &elem, f.ty(x[1])) { Ok(vec![tape]) } else { Err(format!("push of {} to {tape}", f.ty(x[1]))) }
    }

    says!(value none);

    says!(consumes all);

    says!(no effects);
    says!(no dims);

    fn eval(&self, ev: &mut Eval<'_>, _: &Eqn, mut x: Vec<Value>) -> Outcome<Vec<Value>> {
        let v = want(x.pop(), "a value")?;
        let mut tape = ev.own_tape(want(x.pop(), "a tape")?)?;
        ev.stats.pushes += 1;
        ev.stats.taped += v.as_array().map_or(1, |a| a.len() as u64);
        match &mut tape.room {
            Some(0) => return Err(EvalError::internal("a tape is full")),
            Some(room) => *room -= 1,
            None => ev.stats.grown += 1,
        }
        tape.items.push_back(v);
        Ok(vec![Value::Tape(Rc::new(tape))])
    }
}

impl Plain for TapePush {
    fn jvp(&self, b: &mut Builder, x: &[Var], _: &[Var], dx: &[Tangent]) -> Rule<Vec<Tangent>> {
        let Some(tape) = dx[0] else { return Ok(vec![None]) };
        let v = match dx[1] {
            Some(d) => d,
            None => zero_like(b, x[1])?,
        };
        Ok(vec![Some(b.emit(TapePush, &[tape, v]))])
    }

    /// The cotangent of a tape is a tape of cotangents: backward, a push takes.
    fn transpose(&self, cx: &mut dyn Reverse, x: &[Operand], ct: &[Tangent]) -> Rule<Transpose> {
        let (Some(ct), Operand::Linear(tape)) = (ct[0], x[0]) else { return Ok(Transpose::NotLinear) };
        let outs = cx.b().emit_n(TapePop, &[ct], vec![]);
        cx.set(tape, outs[0]);
        cx.add(&x[1], &vec![], &[], outs[1])?;
        Ok(Transpose::Done)
    }

    fn batch(&self, cx: &mut dyn Batching<'_>, x: &[Batched]) -> Rule<Vec<Batched>> {
        if !x[0].on {
            return Ok(vec![Batched { v: cx.b().emit(TapePush, &[x[0].v, x[1].v]), on: false }]);
        }
        let v = cx.ensure(&x[1])?;
        let out = cx.b().emit(TapePush, &[x[0].v, v]);
        cx.inherit(out, x[0].v);
        Ok(vec![Batched::on(out)])
    }

    says!(is kept);
}

impl TapePush {
    says!(no samples);
}

macro_rules! tape_out {
    ($(#[$doc:meta])* $name:ident, $text:literal, $end:ident, last: $last:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, Debug)]
        pub struct $name;

        impl OpDef for $name {
            says!(plain rules);

            fn name(&self) -> &'static str {
                $text
            }

            fn infer(&self, f: &mut Func, x: &[Var], _: &[Block]) -> Result<Vec<Ty>, String> {
                arity(x, 1)?;
                let (tape, elem) = tape_of(f, x)?;
                let elem = taken(f, elem);
                Ok(vec![tape, elem])
            }

            says!(value none);
            says!(consumes first);
            says!(no effects);
            says!(no dims);

            fn eval(&self, ev: &mut Eval<'_>, _: &Eqn, mut x: Vec<Value>) -> Outcome<Vec<Value>> {
                let mut tape = ev.own_tape(want(x.pop(), "a tape")?)?;
                let v = want(tape.items.$end(), "a value on the tape")?;
                if $last {
                    tape.room = tape.room.map(|n| n + 1);
                }
                Ok(vec![Value::Tape(Rc::new(tape)), v])
            }
        }

        impl $name {
            pub(super) fn samples() -> Vec<Sample> {
                vec![]
            }
        }

        impl Plain for $name {
            fn jvp(&self, b: &mut Builder, _: &[Var], y: &[Var], dx: &[Tangent]) -> Rule<Vec<Tangent>> {
                Ok(match dx[0] {
                    None => vec![None; y.len()],
                    Some(d) => b.emit_n($name, &[d], vec![]).into_iter().map(Some).collect(),
                })
            }

            /// Backward, taking the last value pushes its cotangent. Taking the first one has no such answer.
            fn transpose(&self, cx: &mut dyn Reverse, x: &[Operand], ct: &[Tangent]) -> Rule<Transpose> {
                let ([Some(rest), Some(v)], Operand::Linear(tape), true) = (ct, x[0], $last) else {
                    return Ok(Transpose::NotLinear);
                };
                let out = cx.b().emit(TapePush, &[*rest, *v]);
                cx.set(tape, out);
                Ok(Transpose::Done)
            }

            fn batch(&self, cx: &mut dyn Batching<'_>, x: &[Batched]) -> Rule<Vec<Batched>> {
                let outs = cx.b().emit_n($name, &[x[0].v], vec![]);
                cx.inherit(outs[0], x[0].v);
                Ok(outs.into_iter().map(|v| Batched { v, on: x[0].on }).collect())
            }

            says!(is kept);
        }
    };
}

tape_out! {
    /// The tape without its last value, and that value: last in, first out, for the reversed program.
    TapePop, "tape_pop", pop_back, last: true
}
tape_out! {
    /// The tape without its first value, and that value: first in, first out, for the linear program run forward.
    TapeNext, "tape_next", pop_front, last: false
}
