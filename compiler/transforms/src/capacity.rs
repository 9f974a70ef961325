//! How many values a tape must hold.
//!
//! A residual is pushed at most once each time its block runs. The block of a counted loop runs once for each index, so
//! the count of a nest is the sum of the inner counts over the outer index, a polynomial where they are polynomials:
//!
//! ```text
//! for i < n { for j < m { push } }                    n*m
//! for i < n { for j < i { for k < j { push } } }      (n^3 - 3*n^2 + 2*n) // 6
//! ```
//! There is none for loops that end by data (`while`, `until`), for trip counts that are computed inside a loop around
//! them, and for sums that the dims algebra cannot write: such tapes grow.

use quipu_ir::{Dim, Func, Sym};

/// A number of pushes: `num / den`, which is whole.
#[derive(Clone, Debug)]
pub struct Count {
    num: Dim,
    den: i64,
}

/// Numerators over 12 of the sum of `i^k` for `i < t`, as coefficients of the powers of `t` from 1 on.
const SUMS: [&[i64]; 4] = [&[12], &[-6, 6], &[2, -6, 4], &[0, 3, -6, 3]];

impl Count {
    pub fn once() -> Count {
        Count { num: Dim::ONE, den: 1 }
    }

    /// The sum over the trips of a loop.
    pub fn over(&self, f: &Func, trip: &Dim, index: Option<Sym>) -> Option<Count> {
        let t = f.pos(trip);
        let powers = match index {
            Some(i) => self.num.powers_of(i)?,
            None => vec![self.num.clone()],
        };
        if let [constant] = &powers[..] {
            return Some(Count { num: constant.mul(&t), den: self.den });
        }
        let mut num = Dim::from(0);
        for (k, coef) in powers.iter().enumerate() {
            let mut power = Dim::ONE;
            for c in *SUMS.get(k)? {
                power = power.mul(&t);
                num = num.add(&coef.mul(&power).times(*c));
            }
        }
        // In lowest terms, so that constants stay small.
        let content = num.content();
        let by = [12, 6, 4, 3, 2].into_iter().find(|d| content % d == 0).unwrap_or(1);
        Some(Count { num: num.floordiv(&Dim::from(by))?, den: self.den.checked_mul(12 / by)? })
    }

    pub fn dim(&self) -> Option<Dim> {
        self.num.floordiv(&Dim::from(self.den))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Nests whose loops run to a constant, to an outer index or behind it, counted by running them.
    #[test]
    fn counts_are_those_of_the_loops() {
        let mut f = Func::default();
        let n = f.new_size();
        let (i, j) = (f.new_size(), f.new_size());
        f.syms[i.index()].hi = Some(Dim::from(n).plus(-1));
        let one = Count::once();
        let (di, dj, dn) = (Dim::from(i), Dim::from(j), Dim::from(n));
        // For each inner trip count: j < trip(i), i < n.
        let trips: [Dim; 5] = [dn.clone(), di.clone(), di.plus(1), dn.sub(&di).plus(-1), di.mul(&di)];
        for trip in &trips {
            let inner = one.over(&f, trip, Some(j)).expect("counts");
            let all = inner.over(&f, &dn, Some(i)).and_then(|c| c.dim()).expect("counts");
            for v in 0..7 {
                let want: i64 = (0..v).map(|x| trip.eval(&mut |s| if s == n { v } else { x }).max(0)).sum();
                assert_eq!(all.eval(&mut |_| v), want, "{trip} at {v}");
            }
        }
        let k = f.new_size();
        let three = one.over(&f, &dj, Some(k)).and_then(|c| c.over(&f, &di, Some(j)));
        let all = three.and_then(|c| c.over(&f, &dn, Some(i))).and_then(|c| c.dim()).expect("counts");
        assert_eq!(all.eval(&mut |_| 9), 84);
        // Squares of a quotient have no polynomial here.
        let half = di.floordiv(&Dim::from(2)).expect("a divisor");
        assert!(one.over(&f, &half, Some(j)).and_then(|c| c.over(&f, &dn, Some(i))).is_none());
    }
}
