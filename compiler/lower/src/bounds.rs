//! What is known of indices: their value in the dims algebra, and whether it is in bounds.
//!
//! A loop's index i has 0 <= i < trip wherever its body runs. To prove that a dim is not negative, an index that counts
//! for it is replaced by 0 and one that counts against it by trip - 1; what is left is the algebra's business. A trip
//! count max(0, x), or one less, is x there, for the body runs only if it is at least 1. So `a[i - 1]` under `for i in range(1, n)`
//! needs neither a check nor the test for a negative index.

use crate::func::Body;
use quipu_ir::ops::{self, Op};
use quipu_ir::{Atom, Dim, Sym, Var};

/// Substitutions that one proof may make: more nested loops than programs have.
const ROUNDS: usize = 12;

impl Body<'_, '_> {
    /// The value of an index operand as a dim; a symbol of its own where the algebra knows nothing.
    pub fn index_dim(&self, v: Var) -> Dim {
        if let Some(d) = &self.f.vars[v.index()].value {
            return d.clone();
        }
        let own = || Dim::from(Sym((self.f.syms.len() + v.index()) as u32));
        let Some(e) = self.defs.get(&v) else { return own() };
        let arg = |k: usize| self.index_dim(e.args[k]);
        match &e.op {
            Op::Map(m) if m.0.name == "add" => arg(0).add(&arg(1)),
            Op::Map(m) if m.0.name == "sub" => arg(0).sub(&arg(1)),
            Op::IntChecked(ops::IntChecked::Add) => arg(0).add(&arg(1)),
            Op::IntChecked(ops::IntChecked::Sub) => arg(0).sub(&arg(1)),
            // An index that is not negative is itself.
            Op::NormIndex(_) if self.f.ty(v).is_scalar() && self.not_negative(&arg(0)) => arg(0),
            _ => own(),
        }
    }

    /// In the body of a loop: its index runs below this trip count.
    pub fn note_trip(&mut self, index: Var, trip: Var) {
        let trip = self.index_dim(trip);
        let ran = match &trip.parts() {
            (less, _) if *less <= 0 => {
                let terms: Vec<(i64, Vec<Atom>)> = trip.parts().1.map(|(c, a)| (c, a.to_vec())).collect();
                match &terms[..] {
                    [(1, factors)] => match &factors[..] {
                        [Atom::Pos(x)] => x.plus(*less),
                        _ => trip.clone(),
                    },
                    _ => trip.clone(),
                }
            }
            _ => trip.clone(),
        };
        if let Some(s) = self.index_dim(index).as_sym() {
            self.trips.insert(s, ran);
        }
    }

    /// Is the dim at least 0 here? Never true wrongly; may miss.
    pub fn not_negative(&self, d: &Dim) -> bool {
        let mut d = d.clone();
        for _ in 0..ROUNDS {
            let mut syms = vec![];
            d.visit_syms(&mut |s| syms.push(s));
            let step = syms.iter().find_map(|s| {
                let trip = self.trips.get(s)?;
                let (coef, rest) = d.linear_in(*s)?;
                let c = coef.as_const()?;
                Some(if c > 0 { rest } else { rest.add(&trip.plus(-1).times(c)) })
            });
            match step {
                Some(next) => d = next,
                None => return syms.iter().all(|s| s.index() < self.f.syms.len()) && self.f.nonneg(&d),
            }
        }
        false
    }

    /// Is the index at least 0, and is it below the size?
    pub fn in_bounds(&self, index: Var, size: Var) -> (bool, bool) {
        let (i, n) = (self.index_dim(index), self.index_dim(size));
        (self.not_negative(&i), self.not_negative(&n.plus(-1).sub(&i)))
    }
}
