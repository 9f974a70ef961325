//! Tapes: what the forward pass of a derivative keeps for the backward pass.

use super::*;
use std::rc::Rc;

fn tape_of(f: &Func, x: &[Var]) -> Result<(Ty, Ty), String> {
    match x.first().map(|v| f.ty(*v)) {
        Some(t @ Ty::Tape(e)) => Ok((t.clone(), (**e).clone())),
        t => Err(format!("tape expected, not {t:?}")),
    }
}

/// An empty tape of this element type.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct TapeNew(pub Ty);

impl OpDef for TapeNew {
    fn name(&self) -> &'static str {
        "tape_new"
    }

    fn infer(&self, _: &mut Func, x: &[Var], _: &[Block]) -> Result<Vec<Ty>, String> {
        arity(x, 0)?;
        Ok(vec![Ty::Tape(Box::new(self.0.clone()))])
    }

    says!(value none);
    says!(borrows all);
    says!(no effects);

    fn visit_dims_mut(&mut self, g: &mut dyn FnMut(&mut Dim)) {
        self.0.visit_dims_mut(g);
    }

    fn eval(&self, _: &mut Eval<'_>, _: &Eqn, _: Vec<Value>) -> Outcome<Vec<Value>> {
        Ok(vec![Value::Tape(Default::default())])
    }
}

/// Operands: tape, value, both consumed. The tape with the value at its end.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct TapePush;

impl OpDef for TapePush {
    fn name(&self) -> &'static str {
        "tape_push"
    }

    fn infer(&self, f: &mut Func, x: &[Var], _: &[Block]) -> Result<Vec<Ty>, String> {
        arity(x, 2)?;
        let (tape, elem) = tape_of(f, x)?;
        if elem == *f.ty(x[1]) { Ok(vec![tape]) } else { Err(format!("push of {} to {tape}", f.ty(x[1]))) }
    }

    says!(value none);

    fn consumes(&self, _: usize) -> bool {
        true
    }

    says!(no effects);
    says!(no dims);

    fn eval(&self, ev: &mut Eval<'_>, _: &Eqn, mut x: Vec<Value>) -> Outcome<Vec<Value>> {
        let v = want(x.pop(), "a value")?;
        let mut tape = ev.own_tape(want(x.pop(), "a tape")?)?;
        ev.stats.pushes += 1;
        ev.stats.taped += v.as_array().map_or(1, |a| a.len() as u64);
        tape.push_back(v);
        Ok(vec![Value::Tape(Rc::new(tape))])
    }
}

macro_rules! tape_out {
    ($(#[$doc:meta])* $name:ident, $text:literal, $end:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, Debug)]
        pub struct $name;

        impl OpDef for $name {
            fn name(&self) -> &'static str {
                $text
            }

            fn infer(&self, f: &mut Func, x: &[Var], _: &[Block]) -> Result<Vec<Ty>, String> {
                arity(x, 1)?;
                let (tape, elem) = tape_of(f, x)?;
                Ok(vec![tape, elem])
            }

            says!(value none);
            says!(consumes first);
            says!(no effects);
            says!(no dims);

            fn eval(&self, ev: &mut Eval<'_>, _: &Eqn, mut x: Vec<Value>) -> Outcome<Vec<Value>> {
                let mut tape = ev.own_tape(want(x.pop(), "a tape")?)?;
                let v = want(tape.$end(), "a value on the tape")?;
                Ok(vec![Value::Tape(Rc::new(tape)), v])
            }
        }
    };
}

tape_out! {
    /// The tape without its last value, and that value: last in, first out, for the reversed program.
    TapePop, "tape_pop", pop_back
}
tape_out! {
    /// The tape without its first value, and that value: first in, first out, for the linear program run forward.
    TapeNext, "tape_next", pop_front
}
