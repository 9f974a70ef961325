//! Calls. The transforms inline them first; what stays is recursive.

use super::*;
use std::rc::Rc;

/// A call of another function of the module.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Call {
    pub func: crate::FuncId,
    pub name: Rc<str>,
    pub sig: Rc<crate::Signature>,
}

impl OpDef for Call {
    says!(plain rules);

    fn name(&self) -> &'static str {
        "call"
    }

    /// The callee's symbols become the arguments' dims, and fresh ones where only the callee knows.
    fn infer(&self, f: &mut Func, x: &[Var], _: &[Block]) -> Result<Vec<Ty>, String> {
        let sig = &self.sig;
        arity(x, sig.params.len())?;
        let mut known: rustc_hash::FxHashMap<crate::Sym, Dim> = rustc_hash::FxHashMap::default();
        for (v, p) in x.iter().zip(&sig.params) {
            let t = f.ty(*v).clone();
            if !same_kind(&t, p) {
                return Err(format!("{}: {t} passed for {p}", self.name));
            }
            for (n, m) in p.dims().iter().zip(t.dims()) {
                if let Some(s) = n.as_sym() {
                    known.entry(s).or_insert_with(|| m.clone());
                }
            }
        }
        for (s, k) in &sig.values {
            let d = f.dim_of(x[*k]);
            known.entry(*s).or_insert(d);
        }
        let mut out = vec![];
        for t in &sig.results {
            out.push(t.subst(&mut |s| known.entry(s).or_insert_with(|| f.new_size().into()).clone()));
        }
        Ok(out)
    }

    says!(value none);

    fn consumes(&self, arg: usize) -> bool {
        self.sig.consumes[arg]
    }

    fn effects(&self) -> Effects {
        self.sig.effects
    }

    says!(no dims);

    fn eval(&self, ev: &mut Eval<'_>, _: &Eqn, x: Vec<Value>) -> Outcome<Vec<Value>> {
        ev.call(self.func, x)
    }
}

impl Plain for Call {
    fn jvp(&self, _: &mut Builder, _: &[Var], y: &[Var], dx: &[Tangent]) -> Rule<Vec<Tangent>> {
        match dx.iter().all(Option::is_none) {
            true => Ok(vec![None; y.len()]),
            false => Err(format!("the derivative of `{}`, which calls itself: use a loop", self.name)),
        }
    }

    says!(not linear);

    fn batch(&self, _: &mut dyn Batching<'_>, _: &[Batched]) -> Rule<Vec<Batched>> {
        Err(format!("vmap of `{}`, which calls itself: use a loop", self.name))
    }

    says!(is kept);
}

impl Call {
    says!(no samples);
}
