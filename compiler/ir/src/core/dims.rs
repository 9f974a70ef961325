//! The algebra of sizes and index values.
//!
//! A `Dim` is an integer polynomial over symbols and three kinds of atoms (floor division, modulo, maximum), kept in
//! a normal form: equal normal forms are equal numbers. `min(a, b)` is written `a + b - max(a, b)`, and a maximum is
//! taken out of common offsets (`max(n, 2)` is `2 + max(0, n - 2)`), so the lengths of `u[1:-1]`, `u[:-2]` and
//! `u[2:]` are one and the same `max(0, n - 2)`.
//!
//! Arithmetic wraps at 64 bits like the machine's: a size that large never gets past its allocation.

use super::entity::Sym;
use std::fmt;

/// A size or an index value: `k + sum of coefficient * product of atoms`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Dim {
    k: i64,
    /// Sorted by factors; no two terms have the same factors, no coefficient is 0, no factor list is empty.
    terms: Vec<Term>,
}

#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Term {
    /// Sorted, with repetition for powers.
    factors: Vec<Atom>,
    coef: i64,
}

/// What a polynomial is made of.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Atom {
    Sym(Sym),
    /// `max(0, d)`.
    Pos(Box<Dim>),
    FloorDiv(Box<Dim>, Box<Dim>),
    Mod(Box<Dim>, Box<Dim>),
}

impl From<i64> for Dim {
    fn from(k: i64) -> Dim {
        Dim { k, terms: vec![] }
    }
}

impl From<Sym> for Dim {
    fn from(s: Sym) -> Dim {
        Dim::atom(Atom::Sym(s))
    }
}

impl Dim {
    pub const ONE: Dim = Dim { k: 1, terms: vec![] };

    fn atom(a: Atom) -> Dim {
        Dim { k: 0, terms: vec![Term { factors: vec![a], coef: 1 }] }
    }

    /// The number, if there is nothing unknown in it.
    pub fn as_const(&self) -> Option<i64> {
        self.terms.is_empty().then_some(self.k)
    }

    /// The symbol, if the dim is nothing else.
    pub fn as_sym(&self) -> Option<Sym> {
        match (self.k, &self.terms[..]) {
            (0, [Term { factors, coef: 1 }]) => match factors[..] {
                [Atom::Sym(s)] => Some(s),
                _ => None,
            },
            _ => None,
        }
    }

    pub fn add(&self, o: &Dim) -> Dim {
        let mut terms = Vec::with_capacity(self.terms.len() + o.terms.len());
        let (mut a, mut b) = (self.terms.iter().peekable(), o.terms.iter().peekable());
        loop {
            let next = match (a.peek(), b.peek()) {
                (Some(x), Some(y)) if x.factors == y.factors => {
                    let t = Term { factors: x.factors.clone(), coef: x.coef.wrapping_add(y.coef) };
                    a.next();
                    b.next();
                    t
                }
                (Some(x), Some(y)) if x.factors > y.factors => {
                    let t = (*y).clone();
                    b.next();
                    t
                }
                (Some(x), _) => {
                    let t = (*x).clone();
                    a.next();
                    t
                }
                (None, Some(y)) => {
                    let t = (*y).clone();
                    b.next();
                    t
                }
                (None, None) => break,
            };
            if next.coef != 0 {
                terms.push(next);
            }
        }
        Dim { k: self.k.wrapping_add(o.k), terms }
    }

    pub fn plus(&self, k: i64) -> Dim {
        Dim { k: self.k.wrapping_add(k), terms: self.terms.clone() }
    }

    pub fn times(&self, k: i64) -> Dim {
        if k == 0 {
            return Dim::from(0);
        }
        let terms = self.terms.iter().map(|t| Term { coef: t.coef.wrapping_mul(k), ..t.clone() });
        Dim { k: self.k.wrapping_mul(k), terms: terms.filter(|t| t.coef != 0).collect() }
    }

    pub fn sub(&self, o: &Dim) -> Dim {
        self.add(&o.times(-1))
    }

    /// What the dim adds, and what it takes off: it is the first less the second.
    pub fn by_sign(&self) -> (Dim, Dim) {
        let (more, less) = self.terms.iter().cloned().partition(|t| t.coef > 0);
        let less = Dim { k: self.k.min(0), terms: less }.times(-1);
        (Dim { k: self.k.max(0), terms: more }, less)
    }

    pub fn mul(&self, o: &Dim) -> Dim {
        if let Some(k) = o.as_const() {
            return self.times(k);
        }
        let mut sum = o.times(self.k);
        for a in &self.terms {
            let mut row = vec![Term { coef: a.coef.wrapping_mul(o.k), factors: a.factors.clone() }];
            for b in &o.terms {
                let mut factors = [&a.factors[..], &b.factors[..]].concat();
                factors.sort();
                row.push(Term { factors, coef: a.coef.wrapping_mul(b.coef) });
            }
            for t in row.into_iter().filter(|t| t.coef != 0) {
                sum = sum.add(&Dim { k: 0, terms: vec![t] });
            }
        }
        sum
    }

    /// `max(0, self)`.
    pub fn pos(&self) -> Dim {
        match self.as_const() {
            Some(k) => Dim::from(k.max(0)),
            // A single positive maximum or size symbol is not negative already.
            None if self.is_plain_pos() => self.clone(),
            None => Dim::atom(Atom::Pos(Box::new(self.clone()))),
        }
    }

    fn is_plain_pos(&self) -> bool {
        self.k >= 0 && self.terms.iter().all(|t| t.coef > 0 && t.factors.iter().all(|a| matches!(a, Atom::Pos(_))))
    }

    pub fn maximum(&self, o: &Dim) -> Dim {
        o.add(&self.sub(o).pos_either())
    }

    /// `max(0, d)` where it may pay to write it `d + max(0, -d)`: the form with the positive leading term is normal.
    fn pos_either(&self) -> Dim {
        match self.terms.first() {
            Some(t) if t.coef < 0 => self.add(&self.times(-1).pos()),
            _ => self.pos(),
        }
    }

    pub fn minimum(&self, o: &Dim) -> Dim {
        self.add(o).sub(&self.maximum(o))
    }

    /// Python's `//`; `None` where the divisor is 0.
    pub fn floordiv(&self, o: &Dim) -> Option<Dim> {
        if let Some(d) = o.as_const() {
            if d == 0 {
                return None;
            }
            if let Some(n) = self.as_const() {
                return Some(Dim::from(floordiv(n, d)));
            }
            if d == 1 {
                return Some(self.clone());
            }
            if d != -1 && self.k % d == 0 && self.terms.iter().all(|t| t.coef % d == 0) {
                let terms = self.terms.iter().map(|t| Term { coef: t.coef / d, ..t.clone() }).collect();
                return Some(Dim { k: self.k / d, terms });
            }
        }
        Some(Dim::atom(Atom::FloorDiv(Box::new(self.clone()), Box::new(o.clone()))))
    }

    /// Python's `%`; `None` where the divisor is 0.
    pub fn modulo(&self, o: &Dim) -> Option<Dim> {
        if let Some(d) = o.as_const() {
            if d == 0 {
                return None;
            }
            if let Some(n) = self.as_const() {
                return Some(Dim::from(n.wrapping_sub(floordiv(n, d).wrapping_mul(d))));
            }
            if d != -1 && self.k % d == 0 && self.terms.iter().all(|t| t.coef % d == 0) {
                return Some(Dim::from(0));
            }
        }
        Some(Dim::atom(Atom::Mod(Box::new(self.clone()), Box::new(o.clone()))))
    }

    /// Calls `f` on every symbol, nested ones included.
    pub fn visit_syms(&self, f: &mut dyn FnMut(Sym)) {
        for a in self.terms.iter().flat_map(|t| &t.factors) {
            match a {
                Atom::Sym(s) => f(*s),
                Atom::Pos(d) => d.visit_syms(f),
                Atom::FloorDiv(a, b) | Atom::Mod(a, b) => {
                    a.visit_syms(f);
                    b.visit_syms(f);
                }
            }
        }
    }

    /// Replaces symbols and normalizes again. A divisor that becomes 0 makes its atom 0: the program raised before.
    pub fn subst(&self, f: &mut dyn FnMut(Sym) -> Dim) -> Dim {
        let mut sum = Dim::from(self.k);
        for t in &self.terms {
            let mut product = Dim::from(t.coef);
            for a in &t.factors {
                let x = match a {
                    Atom::Sym(s) => f(*s),
                    Atom::Pos(d) => {
                        let (more, less) = d.by_sign();
                        let (more, less) = (more.subst(f), less.subst(f));
                        match (more.as_const(), less.as_const()) {
                            (Some(x), Some(y)) if x <= y => Dim::from(0),
                            _ => more.sub(&less).pos(),
                        }
                    }
                    Atom::FloorDiv(a, b) => a.subst(f).floordiv(&b.subst(f)).unwrap_or_default(),
                    Atom::Mod(a, b) => a.subst(f).modulo(&b.subst(f)).unwrap_or_default(),
                };
                product = product.mul(&x);
            }
            sum = sum.add(&product);
        }
        sum
    }

    /// The value where every symbol is known.
    pub fn eval(&self, f: &mut dyn FnMut(Sym) -> i64) -> i64 {
        let d = self.subst(&mut |s| Dim::from(f(s)));
        d.as_const().expect("substituting numbers leaves a number")
    }

    /// The constant and the terms as (coefficient, factors), for code that computes the value.
    pub fn parts(&self) -> (i64, impl Iterator<Item = (i64, &[Atom])>) {
        (self.k, self.terms.iter().map(|t| (t.coef, &t.factors[..])))
    }

    /// `(coefficient of s, the rest)` if the dim is linear in `s` and `s` is in no atom.
    pub fn linear_in(&self, s: Sym) -> Option<(Dim, Dim)> {
        let (mut coef, mut rest) = (Dim::from(0), Dim::from(self.k));
        for t in &self.terms {
            let mut found = false;
            Dim { k: 0, terms: vec![t.clone()] }.visit_syms(&mut |x| found |= x == s);
            let one = Dim { k: 0, terms: vec![t.clone()] };
            if !found {
                rest = rest.add(&one);
                continue;
            }
            let others: Vec<Atom> = t.factors.iter().filter(|a| **a != Atom::Sym(s)).cloned().collect();
            if others.len() + 1 != t.factors.len() {
                return None;
            }
            let product = others.into_iter().fold(Dim::from(t.coef), |p, a| p.mul(&Dim::atom(a)));
            let mut inside = false;
            product.visit_syms(&mut |x| inside |= x == s);
            if inside {
                return None;
            }
            coef = coef.add(&product);
        }
        Some((coef, rest))
    }

    /// The greatest common divisor of all coefficients; 0 of 0.
    pub fn content(&self) -> i64 {
        let gcd = |mut a: i64, mut b: i64| {
            while b != 0 {
                (a, b) = (b, a.wrapping_rem(b));
            }
            a.wrapping_abs()
        };
        self.terms.iter().fold(self.k, |g, t| gcd(g, t.coef)).wrapping_abs()
    }

    /// The coefficients of the powers of `s` from 0 on, if `s` is in no other atom.
    pub fn powers_of(&self, s: Sym) -> Option<Vec<Dim>> {
        let mut out = vec![Dim::from(self.k)];
        for t in &self.terms {
            let (own, others): (Vec<&Atom>, Vec<&Atom>) = t.factors.iter().partition(|a| **a == Atom::Sym(s));
            let term = others.into_iter().fold(Dim::from(t.coef), |p, a| p.mul(&Dim::atom(a.clone())));
            let mut inside = false;
            term.visit_syms(&mut |x| inside |= x == s);
            if inside {
                return None;
            }
            let degree = own.len();
            out.resize(out.len().max(degree + 1), Dim::from(0));
            out[degree] = out[degree].add(&term);
        }
        Some(out)
    }
}

pub fn floordiv(a: i64, b: i64) -> i64 {
    let q = a.wrapping_div(b);
    if a.wrapping_rem(b) != 0 && (a < 0) != (b < 0) { q - 1 } else { q }
}

impl Atom {
    fn show(&self, name: &dyn Fn(Sym) -> String) -> String {
        match self {
            Atom::Sym(s) => name(*s),
            Atom::Pos(d) => format!("max(0, {})", d.show(name)),
            Atom::FloorDiv(a, b) => format!("floordiv({}, {})", a.show(name), b.show(name)),
            Atom::Mod(a, b) => format!("mod({}, {})", a.show(name), b.show(name)),
        }
    }
}

impl Dim {
    /// The text form with these names of symbols.
    pub fn show(&self, name: &dyn Fn(Sym) -> String) -> String {
        if self.terms.is_empty() {
            return self.k.to_string();
        }
        let mut out = String::new();
        for (i, t) in self.terms.iter().enumerate() {
            out.push_str(match (t.coef < 0, i) {
                (true, 0) => "-",
                (true, _) => " - ",
                (false, 0) => "",
                (false, _) => " + ",
            });
            let atoms = t.factors.iter().map(|a| a.show(name));
            let coef = Some(t.coef.unsigned_abs()).filter(|k| *k != 1).map(|k| k.to_string());
            out.push_str(&coef.into_iter().chain(atoms).collect::<Vec<_>>().join("*"));
        }
        match self.k {
            0 => {}
            k if k < 0 => out.push_str(&format!(" - {}", k.unsigned_abs())),
            k => out.push_str(&format!(" + {k}")),
        }
        out
    }
}

impl fmt::Display for Atom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.show(&|s| s.to_string()))
    }
}

impl fmt::Display for Dim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.show(&|s| s.to_string()))
    }
}

impl fmt::Debug for Dim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn n() -> Dim {
        Dim::from(Sym(0))
    }

    #[test]
    fn slices_of_one_length_have_one_form() {
        let two = n().plus(-2).pos();
        // u[:-2]: stop = max(n - 2, 0); u[2:]: n - min(2, n)
        assert_eq!(n().plus(-2).maximum(&Dim::from(0)), two);
        assert_eq!(n().sub(&Dim::from(2).minimum(&n())), two);
        assert_eq!(n().maximum(&Dim::from(2)).plus(-2), two);
    }

    #[test]
    fn polynomials_normalize() {
        let (a, b) = (n().plus(1), n().plus(-1));
        assert_eq!(a.mul(&b), n().mul(&n()).plus(-1));
        assert_eq!(a.sub(&a), Dim::from(0));
        assert_eq!(n().times(4).plus(2).floordiv(&Dim::from(2)), Some(n().times(2).plus(1)));
        assert_eq!(Dim::from(-7).floordiv(&Dim::from(2)), Some(Dim::from(-4)));
        assert_eq!(Dim::from(-7).modulo(&Dim::from(2)), Some(Dim::from(1)));
        assert_eq!(n().floordiv(&Dim::from(0)), None);
    }

    /// Random expressions: the normal form has the value of what was written.
    #[test]
    fn values_survive_normalization() {
        let mut seed = 1u64;
        let mut rnd = move |m: i64| {
            seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            ((seed >> 33) as i64) % m
        };
        for _ in 0..2000 {
            let vals = [rnd(9) - 2, rnd(9) - 2];
            let mut pool: Vec<(Dim, i64)> = vec![(Sym(0).into(), vals[0]), (Sym(1).into(), vals[1]), (3.into(), 3)];
            for _ in 0..6 {
                let (x, a) = pool[rnd(pool.len() as i64) as usize].clone();
                let (y, b) = pool[rnd(pool.len() as i64) as usize].clone();
                let e = match rnd(7) {
                    0 => (x.add(&y), a + b),
                    1 => (x.sub(&y), a - b),
                    2 if a.abs() < 1000 && b.abs() < 1000 => (x.mul(&y), a * b),
                    3 => (x.maximum(&y), a.max(b)),
                    4 => (x.minimum(&y), a.min(b)),
                    5 if b != 0 => (x.floordiv(&y).expect("not 0"), floordiv(a, b)),
                    6 if b != 0 => (x.modulo(&y).expect("not 0"), a - floordiv(a, b) * b),
                    _ => continue,
                };
                assert_eq!(e.0.eval(&mut |s| vals[s.0 as usize]), e.1, "{} at {vals:?}", e.0);
                pool.push(e);
            }
        }
    }
}
