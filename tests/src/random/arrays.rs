//! NumPy arrays: made, viewed, stored into, reduced, printed. Shapes are known while a program is written.

use super::{Dtype, E, Gen, Ty, prec};

const ELEMENT: f64 = 999.0;

impl Gen {
    fn shape(&mut self) -> Vec<usize> {
        match self.below(5) {
            0..=2 => vec![1 + self.below(6)],
            _ => vec![1 + self.below(3), 1 + self.below(4)],
        }
    }

    fn dtype(&mut self) -> Dtype {
        match self.below(8) {
            0..=3 => Dtype::Int,
            4..=6 => Dtype::Float,
            _ => Dtype::Bool,
        }
    }

    fn written(shape: &[usize]) -> String {
        match shape {
            [n] => n.to_string(),
            _ => format!("({})", shape.iter().map(usize::to_string).collect::<Vec<_>>().join(", ")),
        }
    }

    /// An array expression of this shape.
    pub(crate) fn array(&mut self, dtype: Dtype, shape: &[usize], depth: u32) -> E {
        self.imports.insert("import numpy as np");
        let ty = Ty::Array(dtype, shape.to_vec());
        if depth == 0 || self.chance(0.3) {
            if let (Some(v), true) = (self.choose(|v| v.ty == ty), self.chance(0.75)) {
                return E { s: v.name, p: prec::ATOM, m: v.m, full: true };
            }
            return self.fresh_array(dtype, shape);
        }
        let d = depth - 1;
        // A view of another array with this shape.
        if self.chance(0.3)
            && let Some(e) = self.view(dtype, shape)
        {
            return e;
        }
        match dtype {
            Dtype::Bool => match self.below(4) {
                0 => {
                    let a = self.array(Dtype::Bool, shape, d);
                    E::new(format!("~{}", a.at(prec::UNARY)), prec::UNARY, 1.0)
                }
                1 => {
                    let (a, b) = (self.array(Dtype::Bool, shape, d), self.array(Dtype::Bool, shape, d));
                    let (op, p) = [("&", 8), ("|", 6), ("^", 7)][self.below(3)];
                    Self::binary(op, p, &a, &b, 1.0)
                }
                _ => {
                    let of = if self.chance(0.5) { Dtype::Int } else { Dtype::Float };
                    let a = self.array(of, shape, d);
                    let op = self.pick(&["<", ">", "<=", ">=", "==", "!="]);
                    if self.chance(0.5) {
                        let b = self.array(of, shape, d);
                        E::new(format!("({} {op} {})", a.at(6), b.at(6)), prec::ATOM, 1.0)
                    } else {
                        E::new(format!("({} {op} {})", a.at(6), self.below(9)), prec::ATOM, 1.0)
                    }
                }
            },
            _ => {
                let e = match self.below(14) {
                    0..=4 => {
                        let (a, b) = (self.array(dtype, shape, d), self.operand(dtype, shape, d));
                        let (op, p) = [("+", prec::SUM), ("-", prec::SUM), ("*", prec::PRODUCT)][self.below(3)];
                        let m = if op == "*" { a.m * b.m } else { a.m + b.m };
                        let (a, b) = if self.chance(0.2) { (b, a) } else { (a, b) };
                        Self::binary(op, p, &a, &b, m)
                    }
                    5 if dtype == Dtype::Float => {
                        let of = if self.chance(0.5) { Dtype::Int } else { Dtype::Float };
                        let a = self.array(of, shape, d);
                        E::new(
                            format!("{} / {}", a.at(prec::PRODUCT), self.pick(&["2", "4.0", "3"])),
                            prec::PRODUCT,
                            a.m,
                        )
                    }
                    5 | 6 => {
                        let a = self.array(dtype, shape, d);
                        let (op, by) = (self.pick(&["//", "%"]), self.pick(&["2", "3", "7", "(-3)"]));
                        E::new(format!("{} {op} {by}", a.at(prec::PRODUCT)), prec::PRODUCT, a.m + 7.0)
                    }
                    7 => {
                        let (m, a, b) = (
                            self.array(Dtype::Bool, shape, d),
                            self.array(dtype, shape, d),
                            self.operand(dtype, shape, d),
                        );
                        E::atom(format!("np.where({}, {}, {})", m.s, a.s, b.s), a.m.max(b.m))
                    }
                    8 => {
                        let (a, b) = (self.array(dtype, shape, d), self.operand(dtype, shape, d));
                        let f = self.pick(&["np.maximum", "np.minimum"]);
                        E::atom(format!("{f}({}, {})", a.s, b.s), a.m.max(b.m))
                    }
                    9 => {
                        let a = self.array(dtype, shape, d);
                        let f = self.pick(&[
                            "np.abs(A)",
                            "np.sort(A)",
                            "np.clip(A, -3, 9)",
                            "A.copy()",
                            "np.square(np.clip(A, -9, 9))",
                        ]);
                        E::atom(f.replace('A', &a.at(prec::ATOM)), a.m.max(81.0))
                    }
                    10 if shape.len() == 1 => {
                        let a = self.array(dtype, shape, d);
                        E::atom(format!("np.cumsum({})", a.s), a.m * 6.0)
                    }
                    11 => {
                        let other = if dtype == Dtype::Float { Dtype::Int } else { Dtype::Bool };
                        let a = self.array(other, shape, d);
                        E::atom(
                            format!(
                                "{}.astype({})",
                                a.at(prec::ATOM),
                                if dtype == Dtype::Float { "float" } else { "np.int64" }
                            ),
                            a.m,
                        )
                    }
                    12 => {
                        // A reduction of one dimension more.
                        let (n, axis) = (1 + self.below(3), self.below(shape.len() + 1));
                        let mut more = shape.to_vec();
                        more.insert(axis, n);
                        if more.len() > 2 {
                            return self.fresh_array(dtype, shape);
                        }
                        let a = self.array(dtype, &more, d);
                        let f = self.pick(&["sum", "max", "min"]);
                        E::atom(format!("{}.{f}(axis={axis})", a.at(prec::ATOM)), a.m * 3.0)
                    }
                    _ => {
                        let a = self.array(dtype, shape, d);
                        E::new(format!("-{}", a.at(prec::UNARY)), prec::UNARY, a.m)
                    }
                };
                if e.m > 1e6 { E::new(format!("{} % 97", e.at(prec::PRODUCT)), prec::PRODUCT, 97.0) } else { e }
            }
        }
    }

    /// What is broadcast against an array of this shape.
    fn operand(&mut self, dtype: Dtype, shape: &[usize], depth: u32) -> E {
        match self.below(5) {
            0 | 1 => E::atom(self.pick(&["2", "1", "3"]), 3.0),
            2 if dtype == Dtype::Float => E::atom(self.pick(&["0.5", "1.5"]), 1.5),
            3 if shape.len() == 2 => self.array(dtype, &shape[1..], depth),
            4 if shape.len() == 2 => {
                let column = self.array(dtype, &shape[..1], depth);
                E::atom(format!("{}[:, None]", column.at(prec::ATOM)), column.m)
            }
            _ => self.array(dtype, shape, depth),
        }
    }

    fn fresh_array(&mut self, dtype: Dtype, shape: &[usize]) -> E {
        let size: usize = shape.iter().product();
        let text = match (dtype, self.below(5)) {
            (Dtype::Bool, _) => {
                let base = self.fresh_array(Dtype::Int, shape);
                return E::new(format!("({} % 2 == 0)", base.at(prec::PRODUCT)), prec::ATOM, 1.0);
            }
            (Dtype::Int, 0) | (Dtype::Float, 0) => {
                let f = self.pick(&["zeros", "ones"]);
                let of = if dtype == Dtype::Int { ", dtype=int" } else { "" };
                format!("np.{f}({}{of})", Self::written(shape))
            }
            (Dtype::Float, 1) if shape.len() == 1 => format!("np.linspace(0.0, {}.0, {size})", self.below(9)),
            (_, 1) => {
                let n = if dtype == Dtype::Int { self.literal(&Ty::Int).s } else { self.literal(&Ty::Float).s };
                format!("np.full({}, {n})", Self::written(shape))
            }
            (_, 2) => {
                let ty = if dtype == Dtype::Int { Ty::Int } else { Ty::Float };
                let row = |g: &mut Gen, n: usize| {
                    format!("[{}]", (0..n).map(|_| g.literal(&ty).s).collect::<Vec<_>>().join(", "))
                };
                let text = match shape {
                    [n] => row(self, *n),
                    [r, c] => format!("[{}]", (0..*r).map(|_| row(self, *c)).collect::<Vec<_>>().join(", ")),
                    _ => return E::atom("np.zeros(3)", 0.0),
                };
                format!("np.array({text})")
            }
            _ => {
                let dot = if dtype == Dtype::Float { ".0" } else { "" };
                let base = match self.below(3) {
                    0 => format!("np.arange({size}{dot})"),
                    1 => {
                        format!("np.arange({}{dot}, {})", self.below(5), 0)
                            .replace(", 0)", &format!(", {})", size + 50))
                            + &format!("[:{size}]")
                    }
                    _ => format!("np.arange({}{dot}, 0, -1)", size),
                };
                if shape.len() == 2 { format!("{base}.reshape({}, {})", shape[0], shape[1]) } else { base }
            }
        };
        E::atom(text, ELEMENT)
    }

    /// A view, of this shape, of an array in scope.
    fn view(&mut self, dtype: Dtype, shape: &[usize]) -> Option<E> {
        let v = self
            .choose(|v| matches!(&v.ty, Ty::Array(t, s) if *t == dtype && (s.len() == 2 || s.len() == shape.len())))?;
        let Ty::Array(_, has) = &v.ty else { return None };
        let n = &v.name;
        let part = |g: &mut Gen, have: usize, want: usize| -> Option<String> {
            if have == want {
                return Some(g.pick(&[":", "::-1", ":"]).to_owned());
            }
            if have < want {
                return None;
            }
            let first = g.below(have - want + 1);
            if have.div_ceil(2) == want && g.chance(0.5) {
                return Some("::2".into());
            }
            Some(format!("{first}:{}", first + want))
        };
        let text = match (has.as_slice(), shape) {
            ([a], [w]) => format!("{n}[{}]", part(self, *a, *w)?),
            ([r, c], [w]) => {
                if self.chance(0.5) {
                    let i = self.below(*r);
                    let rest = part(self, *c, *w)?;
                    format!("{n}[{i}, {rest}]")
                } else {
                    let j = self.below(*c);
                    format!("{n}[{}, {j}]", part(self, *r, *w)?)
                }
            }
            ([r, c], [w, h]) if r == h && c == w && self.chance(0.6) => format!("{n}.T"),
            ([r, c], [w, h]) => {
                let rows = part(self, *r, *w)?;
                format!("{n}[{rows}, {}]", part(self, *c, *h)?)
            }
            _ => return None,
        };
        Some(E::atom(text, v.m))
    }

    fn settled(&mut self, dtype: Dtype, e: E) -> E {
        if dtype != Dtype::Bool && e.m > ELEMENT {
            E::new(format!("{} % 100", e.at(prec::PRODUCT)), prec::PRODUCT, 100.0)
        } else {
            e
        }
    }

    pub(crate) fn array_statement(&mut self) {
        let found = self.choose(|v| matches!(v.ty, Ty::Array(..)));
        let Some(v) = found.filter(|_| self.rng.f64() < 0.75) else {
            let (dtype, shape) = (self.dtype(), self.shape());
            let e = self.array(dtype, &shape, 2);
            let e = self.settled(dtype, e);
            let name = self.name(if shape.len() == 1 { "a" } else { "u" });
            self.line(format!("{name} = {}", e.s));
            return self.vars.push(super::Var {
                name,
                ty: Ty::Array(dtype, shape),
                m: ELEMENT,
                full: true,
                fixed: true,
            });
        };
        let Ty::Array(dtype, shape) = v.ty.clone() else { return };
        let n = v.name.clone();
        let text = match self.below(14) {
            0 | 1 => format!("print({n})"),
            2 => {
                let f = self.pick(&[
                    "sum()", "max()", "min()", "shape", "dtype", "mean()", "ndim", "any()", "all()", "tolist()",
                    "argmax()", "T",
                ]);
                format!("print({n}.{f})")
            }
            3 | 4 => {
                let at = self.spot(&shape);
                let ty = match dtype {
                    Dtype::Int => Ty::Int,
                    Dtype::Float => Ty::Float,
                    Dtype::Bool => Ty::Bool,
                };
                let x = self.value(&ty, 2);
                if dtype == Dtype::Bool {
                    format!("{n}[{at}] = {}", x.s)
                } else {
                    format!("{n}[{at}] = {} % 1000", x.at(prec::PRODUCT))
                }
            }
            5 | 6 if dtype != Dtype::Bool => {
                let e = self.operand(dtype, &shape, 1);
                let e = self.settled(dtype, e);
                let op = self.pick(&["+=", "-="]);
                // Kept small where it may run often.
                self.line(format!("{n} {op} {}", e.s));
                format!("{n} %= 100")
            }
            7 if dtype != Dtype::Bool => {
                let m = self.array(Dtype::Bool, &shape, 1);
                format!("{n}[{}] = {}", m.s, self.below(9))
            }
            8 => {
                let m = self.array(Dtype::Bool, &shape, 1);
                format!("print({n}[{}])", m.s)
            }
            9 | 10 => {
                // Through a part of it.
                let want: Vec<usize> = shape.iter().map(|k| 1 + self.rng.usize(..*k)).collect();
                let parts: Vec<String> = shape
                    .iter()
                    .zip(&want)
                    .map(|(have, want)| {
                        let first = self.rng.usize(..=have - want);
                        if have == want { ":".to_owned() } else { format!("{first}:{}", first + want) }
                    })
                    .collect();
                let e = self.array(dtype, &want, 1);
                let e = self.settled(dtype, e);
                format!("{n}[{}] = {}", parts.join(", "), e.s)
            }
            11 => {
                let (d, s) = (self.dtype(), self.shape());
                let e = self.array(d, &s, 3);
                format!("print({})", e.s)
            }
            12 => {
                let (a, b) = (self.array(dtype, &shape, 1), self.array(dtype, &shape, 1));
                match self.below(4) {
                    0 => format!("print(np.concatenate(({}, {})))", a.s, b.s),
                    1 => format!("print(np.stack([{}, {}]))", a.s, b.s),
                    2 => format!("print(np.array_equal({}, {}))", a.s, b.s),
                    _ => format!("print(np.argsort({}, kind='stable'), np.unique({}))", a.s, b.s),
                }
            }
            _ => {
                if shape.len() == 1 {
                    self.line(format!("for q in {n}:"));
                    "    print(q, end=' ')".to_string()
                } else {
                    self.line(format!("for row in {n}:"));
                    format!("    print(row[0], row.{})", self.pick(&["sum()", "max()", "size"]))
                }
            }
        };
        self.line(text);
        if self.chance(0.1) && self.depth == 0 {
            // A second name, which sees what the first one stores.
            let name = self.name("v");
            self.line(format!("{name} = {n}"));
            self.vars.push(super::Var { name, fixed: true, ..v });
        }
    }

    /// One element's index.
    fn spot(&mut self, shape: &[usize]) -> String {
        let parts: Vec<String> = shape
            .iter()
            .map(|k| {
                if self.risk() {
                    self.int(0).s
                } else if self.chance(0.3) {
                    let e = self.int(1);
                    format!("{} % {k}", e.at(prec::PRODUCT))
                } else {
                    let i = self.below(*k) as i64;
                    if self.chance(0.3) { (i - *k as i64).to_string() } else { i.to_string() }
                }
            })
            .collect();
        parts.join(", ")
    }
}
