//! Counters, deques, dicts with defaults and heaps: values of their own types, and statements that change them.

use super::containers::bound;
use super::{E, Gen, Shelf, Ty, Var, prec};

impl Gen {
    /// A type of the standard library's collections.
    pub(crate) fn shelf_ty(&mut self) -> Ty {
        let of = if self.chance(0.5) { Ty::Int } else { Ty::Str };
        let shelf = match self.below(5) {
            0 | 1 => Shelf::Counter,
            2 | 3 => Shelf::Deque,
            _ => Shelf::Groups,
        };
        Ty::Shelf(shelf, Box::new(of))
    }

    fn import(&mut self, shelf: Shelf) {
        self.imports.insert(match shelf {
            Shelf::Counter => "from collections import Counter",
            Shelf::Deque => "from collections import deque",
            Shelf::Groups => "from collections import defaultdict",
        });
    }

    /// Its empty form, or one with items.
    pub(crate) fn shelf(&mut self, shelf: Shelf, of: &Ty, depth: u32) -> E {
        self.import(shelf);
        let ty = Ty::Shelf(shelf, Box::new(of.clone()));
        if depth > 0
            && self.chance(0.3)
            && let Some(v) = self.choose(|v| v.ty == ty)
        {
            let form = match shelf {
                Shelf::Counter => {
                    let other = self.shelf(shelf, of, 0);
                    self.pick(&["A + B", "A - B", "A & B", "A | B", "A.copy()", "Counter(A)"]).replace('B', &other.s)
                }
                Shelf::Deque => self.pick(&["deque(A)", "A.copy()", "deque(reversed(A))", "deque(A, 3)"]).to_owned(),
                Shelf::Groups => "A.copy()".to_owned(),
            };
            let p = if form.contains(" + ") || form.contains(" - ") {
                prec::SUM
            } else if form.contains(" & ") {
                8
            } else if form.contains(" | ") {
                6
            } else {
                prec::ATOM
            };
            // `A` stands in `Counter(A)` and in front of `.copy()`.
            let text = form.replacen('A', &v.name, 1);
            return E::new(text, p, bound(&ty));
        }
        match shelf {
            Shelf::Counter if *of == Ty::Str && self.chance(0.5) => {
                let s = self.text(depth.min(1));
                E::atom(format!("Counter({})", s.s), bound(&ty))
            }
            Shelf::Counter => {
                let xs = self.list(of, depth.min(1));
                E::atom(format!("Counter({})", xs.s), bound(&ty))
            }
            Shelf::Deque => {
                let xs = self.list(of, depth.min(1));
                let most = self.pick(&["", "", ", maxlen=4", ", 3"]);
                E::atom(format!("deque({}{most})", xs.s), bound(&ty))
            }
            Shelf::Groups => E::atom("defaultdict(list)", 0.0),
        }
    }

    pub(crate) fn change_shelf(&mut self, v: &Var, shelf: Shelf, of: &Ty) {
        let n = &v.name;
        let x = self.value(of, 1);
        let guard = if self.in_loop || self.ret.is_some() { format!("if len({n}) < 9: ") } else { String::new() };
        let text = match shelf {
            Shelf::Counter => match self.below(10) {
                0..=2 => format!("{guard}{n}[{}] += {}", x.s, self.below(4)),
                3 => {
                    let xs = self.list(of, 1);
                    format!("{guard}{n}.update({})", if xs.m > 12.0 { "[]" } else { &xs.s })
                }
                4 => format!("{guard}{n}.subtract([{}])", x.s),
                5 => format!("print({n}.most_common({}))", self.pick(&["", "1", "2"])),
                6 => format!("print({n}[{}], sum({n}.values()), {n}.total())", x.s),
                7 => format!("print(sorted({n}.items()), sorted({n}.elements()))"),
                8 => format!("for k, c in {n}.most_common(3): print(k, c)"),
                _ => format!("print({n}, {} in {n}, len({n}))", x.at(6)),
            },
            Shelf::Deque => match self.below(14) {
                0..=2 => format!("{guard}{n}.append({})", x.s),
                3 | 4 => format!("{guard}{n}.appendleft({})", x.s),
                5 => format!("if {n}: print({n}.{}())", self.pick(&["pop", "popleft"])),
                6 => {
                    let k = self.int(1);
                    format!("{n}.rotate({} % 5 - 2)", k.at(prec::PRODUCT))
                }
                7 => format!("{guard}{n}.{}([{}])", self.pick(&["extend", "extendleft"]), x.s),
                8 => format!("{n}.reverse()"),
                9 if self.risk() => format!("print({n}.{}())", self.pick(&["pop", "popleft"])),
                10 => format!("if len({n}) > 1: print({n}[0], {n}[-1])"),
                11 => format!("print(list({n}), {} in {n}, {n}.count({}))", x.at(6), x.s),
                12 => format!("while len({n}) > 3: print({n}.popleft())"),
                _ => format!("print({n}, len({n}))"),
            },
            Shelf::Groups => match self.below(6) {
                0..=2 => {
                    let y = self.value(&Ty::Int, 1);
                    format!("if len({n}) < 9: {n}[{}].append({})", x.s, y.s)
                }
                3 => {
                    let xs = self.list(of, 1);
                    let q = self.name("e");
                    format!("for {q} in {}[:6]: {n}[{q}].append({})", xs.at(prec::ATOM), self.below(9))
                }
                4 => format!("for k, c in sorted({n}.items()): print(k, len(c))"),
                _ => format!("print(dict({n}), {} in {n}, len({n}))", x.at(6)),
            },
        };
        self.line(text);
    }

    /// A heap in a list of ints.
    pub(crate) fn heap(&mut self) {
        self.imports.insert("import heapq");
        let Some(v) = self.choose(|v| matches!(&v.ty, Ty::List(t) if t.ordered()) && !v.fixed) else {
            return self.print();
        };
        let Ty::List(of) = v.ty.clone() else { return };
        let n = &v.name;
        let x = self.value(&of, 1);
        self.line(format!("heapq.heapify({n})"));
        let text = match self.below(5) {
            0 => format!("if len({n}) < 9: heapq.heappush({n}, {})", x.s),
            1 => format!("print(heapq.heappushpop({n}, {}))", x.s),
            2 => format!("if len({n}) > 1: print(heapq.heappop({n}))"),
            3 => format!("print(heapq.nsmallest(2, {n}), heapq.nlargest(2, {n}))"),
            _ if v.full => format!("print(heapq.heapreplace({n}, {}))", x.s),
            _ => format!("print({n}[:2])"),
        };
        self.line(text);
    }
}
