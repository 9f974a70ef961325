//! Expressions that are lists, tuples, dicts, sets, and the forms that every type has (names, elements, calls, choices).

use super::{E, FLOAT, Gen, INT, LEN, TEXT, Ty, Var, prec};

/// The bound of a stored value of this type.
pub(crate) fn bound(ty: &Ty) -> f64 {
    match ty {
        Ty::Int => INT,
        Ty::Float => FLOAT,
        Ty::Str => TEXT,
        Ty::Bool => 1.0,
        Ty::Opt(of) => bound(of),
        _ => LEN,
    }
}

impl Gen {
    /// A form that does not depend on the type: a name, an element, a call, a choice. None: nothing fits.
    pub(crate) fn general(&mut self, ty: &Ty, depth: u32) -> Option<E> {
        let d = depth - 1;
        match self.below(13) {
            0..=3 => {
                let v = self.choose(|v| v.ty == *ty)?;
                Some(E { s: v.name, p: prec::ATOM, m: v.m, full: v.full })
            }
            4 => {
                let v = self.choose(|v| v.full && v.ty == Ty::list(ty.clone()))?;
                let i = self.index(&v.name);
                Some(E::atom(format!("{}[{i}]", v.name), bound(ty)))
            }
            5 => {
                let v = self.choose(|v| matches!(&v.ty, Ty::Dict(_, of) if **of == *ty))?;
                let Ty::Dict(key, _) = &v.ty else { return None };
                let k = self.value(key, d.min(1));
                if self.risk() {
                    return Some(E::atom(format!("{}[{}]", v.name, k.s), bound(ty)));
                }
                let other = self.literal(ty);
                Some(E { s: format!("{}.get({}, {})", v.name, k.s, other.s), p: prec::ATOM, m: bound(ty), full: false })
            }
            6 => {
                let v = self.choose(|v| matches!(&v.ty, Ty::Tuple(of) if of.contains(ty)))?;
                let Ty::Tuple(of) = &v.ty else { return None };
                let i = of.iter().position(|t| t == ty)?;
                let at = if self.chance(0.7) { i as i64 } else { i as i64 - of.len() as i64 };
                Some(E::atom(format!("{}[{at}]", v.name), bound(ty)))
            }
            7 | 8 => {
                let (test, l, r) = (self.boolean(d), self.expr(ty, d), self.expr(ty, d));
                let s = format!("{} if {} else {}", l.at(prec::OR), test.at(prec::OR), r.at(prec::TERNARY));
                Some(E { s, p: prec::TERNARY, m: l.m.max(r.m), full: l.full && r.full })
            }
            9 | 10 => self.call(ty, d),
            11 => {
                if !matches!(ty, Ty::Int | Ty::Str | Ty::List(_) | Ty::Float) {
                    return None;
                }
                let (l, r) = (self.expr(ty, d), self.expr(ty, d));
                let m = l.m.max(r.m);
                if self.chance(0.5) {
                    Some(E { s: format!("{} or {}", l.at(prec::OR), r.at(prec::AND)), p: prec::OR, m, full: r.full })
                } else {
                    Some(E {
                        s: format!("{} and {}", l.at(prec::AND), r.at(prec::NOT)),
                        p: prec::AND,
                        m,
                        full: l.full && r.full,
                    })
                }
            }
            _ => {
                let v = self.choose(|v| matches!(&v.ty, Ty::Opt(of) if **of == *ty))?;
                let other = self.expr(ty, d);
                Some(E::new(
                    format!("{n} if {n} is not None else {}", other.at(prec::TERNARY), n = v.name),
                    prec::TERNARY,
                    bound(ty).max(other.m),
                ))
            }
        }
    }

    pub(crate) fn optional(&mut self, of: &Ty, depth: u32) -> E {
        if self.chance(0.3) || depth == 0 {
            return E::atom("None", 0.0);
        }
        let e = self.value(of, depth - 1);
        if self.chance(0.3) {
            let test = self.boolean(depth - 1);
            return E::new(format!("{} if {} else None", e.at(prec::OR), test.at(prec::OR)), prec::TERNARY, e.m);
        }
        e
    }

    /// An iterable that is cheap to go through, with the type of its items and how many there are at most.
    pub(crate) fn iterable(&mut self, depth: u32) -> (String, Ty, f64) {
        match self.below(10) {
            0..=2 => {
                let n = 1 + self.below(5);
                let text = match self.below(4) {
                    0 => format!("range({n})"),
                    1 => format!("range(1, {})", n + 1),
                    2 => format!("range({}, -1, -2)", n + 1),
                    _ => {
                        let e = self.int(depth.min(1));
                        format!("range({} % {})", e.at(prec::PRODUCT), n + 1)
                    }
                };
                (text, Ty::Int, 6.0)
            }
            3 | 4 => match self
                .choose(|v| matches!(v.ty, Ty::List(_) | Ty::Set(_)) && v.ty != Ty::Set(Box::new(Ty::Str)))
            {
                Some(v) => {
                    let (Ty::List(of) | Ty::Set(of)) = &v.ty else { unreachable!("chosen so") };
                    let form = if matches!(v.ty, Ty::List(_)) { self.pick(&["", "", "[::-1]", "[1:]"]) } else { "" };
                    (format!("{}{form}", v.name), (**of).clone(), LEN)
                }
                None => ("range(3)".into(), Ty::Int, 3.0),
            },
            5 => {
                let s = self.text(depth.min(1));
                (s.at(prec::OR), Ty::Str, s.m.min(40.0))
            }
            6 => match self.choose(|v| matches!(v.ty, Ty::Dict(..))) {
                Some(v) => {
                    let Ty::Dict(key, value) = &v.ty else { unreachable!("chosen so") };
                    match self.below(3) {
                        0 => (v.name.clone(), (**key).clone(), LEN),
                        1 => (format!("{}.values()", v.name), (**value).clone(), LEN),
                        _ => (format!("sorted({})", v.name), (**key).clone(), LEN),
                    }
                }
                None => ("range(2, 5)".into(), Ty::Int, 3.0),
            },
            _ => {
                let of = self.simple_ty();
                let xs = self.list(&of, depth.min(1));
                (xs.at(prec::OR), of, xs.m.max(1.0))
            }
        }
    }

    /// A comprehension's `for` parts; the body is made with their names in scope.
    fn comprehension(&mut self, depth: u32, make: impl FnOnce(&mut Gen) -> String) -> (String, f64) {
        let (over, of, m) = self.iterable(depth);
        let v = self.name("e");
        let bound = bound(&of);
        let (text, m) = self.with_var(&v, of, bound, |g| {
            if g.chance(0.12) {
                let w = g.name("e");
                let n = 1 + g.below(3);
                return g.with_var(&w, Ty::Int, 3.0, |g| {
                    (format!("{} for {v} in {over} for {w} in range({n})", make(g)), m * n as f64)
                });
            }
            let body = make(g);
            let filter =
                if g.chance(0.35) { format!(" if {}", g.boolean(depth.min(1)).at(prec::OR)) } else { String::new() };
            (format!("{body} for {v} in {over}{filter}"), m)
        });
        (text, m)
    }

    pub(crate) fn list(&mut self, of: &Ty, depth: u32) -> E {
        if depth == 0 {
            return self.leaf(&Ty::list(of.clone()));
        }
        let d = depth - 1;
        let ty = Ty::list(of.clone());
        // Rows are made where they stand; that two lists share rows is rare in programs, and left to aliases.
        let form = if matches!(of, Ty::List(_)) && self.chance(0.9) { self.below(8) } else { self.below(20) };
        let e = match form {
            0..=3 => {
                let n = 1 + self.below(4);
                let mut items: Vec<String> = (0..n).map(|_| self.value(of, d).s).collect();
                let mut m = n as f64;
                if self.chance(0.15)
                    && let Some(v) = self.choose(|v| v.ty == ty)
                {
                    items.push(format!("*{}", v.name));
                    m += v.m;
                }
                E::atom(format!("[{}]", items.join(", ")), m).full()
            }
            4..=7 => {
                let (text, m) = self.comprehension(d, |g| g.value(of, d.min(1)).at(prec::TERNARY));
                E::atom(format!("[{text}]"), m)
            }
            8 => {
                let (l, r) = (self.list(of, d), self.list(of, d));
                let mut e = Self::binary("+", prec::SUM, &l, &r, l.m + r.m);
                e.full = l.full || r.full;
                e
            }
            9 => {
                let l = self.list(of, d);
                let k = 1 + self.below(3);
                let mut e = E::new(format!("{} * {k}", l.at(prec::PRODUCT)), prec::PRODUCT, l.m * k as f64);
                e.full = l.full;
                e
            }
            10 | 11 => {
                let l = self.list(of, d);
                let slice = self.slice();
                E::atom(format!("{}[{slice}]", l.at(prec::ATOM)), l.m)
            }
            12 if of.ordered() => {
                let l = self.list(of, d);
                let how = match (of, self.below(5)) {
                    (_, 0) => ", reverse=True".to_owned(),
                    (Ty::Str, 1) => ", key=len".to_owned(),
                    (Ty::Int, 1) => format!(", key=lambda q: {}", self.pick(&["-q", "q % 3", "(q % 2, q)", "abs(q)"])),
                    (Ty::Tuple(_), 1) => ", key=lambda q: q[1]".to_owned(),
                    (Ty::Str, 2) => ", key=lambda q: (-len(q), q)".to_owned(),
                    _ => String::new(),
                };
                E { s: format!("sorted({}{how})", l.s), p: prec::ATOM, m: l.m, full: l.full }
            }
            13 => {
                let l = self.list(of, d);
                let f = self.pick(&["list(reversed(LIST))", "list(LIST)", "LIST.copy()", "LIST[:]"]);
                let text = if f.starts_with("LIST") { l.at(prec::ATOM) } else { l.s.clone() };
                E { s: f.replace("LIST", &text), p: prec::ATOM, m: l.m, full: l.full }
            }
            14 => match of {
                Ty::Int => {
                    let form = self.pick(&[
                        "list(range(4))",
                        "list(range(5, 0, -1))",
                        "list(range(0, 20, 6))",
                        "[0] * 3",
                        "[1] * 4",
                    ]);
                    let p = if form.contains(" * ") { prec::PRODUCT } else { prec::ATOM };
                    E::new(form, p, 5.0).full()
                }
                Ty::Str => {
                    let s = self.text(d);
                    let form = self.pick(&[
                        "split()",
                        "split(',')",
                        "split(' ')",
                        "rsplit(maxsplit=1)",
                        "splitlines()",
                        "partition(' ')",
                        "split('o', 1)",
                    ]);
                    let text = format!("{}.{form}", s.at(prec::ATOM));
                    if form.starts_with("part") {
                        E::atom(format!("list({text})"), 3.0).full()
                    } else {
                        E::atom(text, s.m)
                    }
                }
                Ty::Tuple(inner) if inner.len() == 2 => {
                    let (l, r) = (self.list(&inner[0], d), self.list(&inner[1], d));
                    E::atom(format!("list(zip({}, {}))", l.s, r.s), l.m.min(r.m))
                }
                _ => self.leaf(&ty),
            },
            15 => match of {
                Ty::Tuple(inner) if inner.len() == 2 && inner[0] == Ty::Int => {
                    let l = self.list(&inner[1], d);
                    E { s: format!("list(enumerate({}))", l.s), p: prec::ATOM, m: l.m, full: l.full }
                }
                Ty::Int => {
                    let l = self.list(of, d);
                    let f = self.pick(&[
                        "map(lambda q: q * 2 % 1000, LIST)",
                        "filter(lambda q: q % 2, LIST)",
                        "map(abs, LIST)",
                        "filter(None, LIST)",
                    ]);
                    E::atom(format!("list({})", f.replace("LIST", &l.s)), l.m)
                }
                Ty::Str => {
                    let l = self.list(of, d);
                    let f = self.pick(&["map(str.upper, LIST)", "filter(None, LIST)", "map(lambda q: q[:2], LIST)"]);
                    E::atom(format!("list({})", f.replace("LIST", &l.s)), l.m)
                }
                _ => self.leaf(&ty),
            },
            16 => match self.choose(|v| matches!(&v.ty, Ty::Dict(k, w) if **k == *of || **w == *of)) {
                Some(v) => {
                    let Ty::Dict(key, _) = &v.ty else { unreachable!("chosen so") };
                    let form = if **key == *of { "list(D)" } else { "list(D.values())" };
                    E { s: form.replace('D', &v.name), p: prec::ATOM, m: v.m, full: v.full }
                }
                None => self.leaf(&ty),
            },
            17 => match self.choose(|v| matches!(&v.ty, Ty::Set(k) if **k == *of) && of.ordered()) {
                Some(v) => E { s: format!("sorted({})", v.name), p: prec::ATOM, m: v.m, full: v.full },
                None => self.leaf(&ty),
            },
            18 if *of == Ty::Int => {
                let l = self.list(of, d);
                self.imports.insert("import itertools");
                let f = self.pick(&[
                    "list(itertools.accumulate(LIST))[:1]",
                    "list(itertools.chain(LIST, [1, 2]))",
                    "list(itertools.islice(LIST, 2))",
                    "list(itertools.takewhile(lambda q: q < 9, LIST))",
                    "list(itertools.dropwhile(lambda q: q < 9, LIST))",
                    "list(itertools.islice(itertools.count(3), 4))",
                    "[k for k, g in itertools.groupby(LIST)]",
                    "[a * b % 100 for a, b in itertools.product(LIST, [2, 3])]",
                    "[a + b & 255 for a, b in itertools.combinations(LIST, 2)][:9]",
                    "list(itertools.chain.from_iterable([LIST, [7]]))",
                    "[q for q, w in itertools.zip_longest(LIST, [1, 2], fillvalue=0)]",
                ]);
                let text = if f.contains("in LIST") { l.at(prec::OR) } else { l.s.clone() };
                E::atom(f.replace("LIST", &text), l.m * 2.0 + 8.0)
            }
            _ => self.leaf(&ty),
        };
        if e.m > 40.0 { E { s: format!("{}[:8]", e.at(prec::ATOM)), p: prec::ATOM, m: 8.0, full: e.full } } else { e }
    }

    pub(crate) fn tuple(&mut self, of: &[Ty], depth: u32) -> E {
        if depth == 0 || self.chance(0.15) {
            return self.leaf(&Ty::Tuple(of.to_vec()));
        }
        if of == [Ty::Int, Ty::Int] && self.chance(0.15) {
            let (l, r) = (self.value(&Ty::Int, depth - 1), self.literal(&Ty::Int));
            return E::atom(format!("divmod({}, {} or 1)", l.s, r.s), 0.0);
        }
        let items: Vec<String> = of.iter().map(|t| self.value(t, depth - 1).s).collect();
        E::atom(format!("({})", items.join(", ")), 0.0)
    }

    pub(crate) fn dict(&mut self, key: &Ty, value: &Ty, depth: u32) -> E {
        let ty = Ty::dict(key.clone(), value.clone());
        if depth == 0 {
            return self.leaf(&ty);
        }
        let d = depth - 1;
        match self.below(8) {
            0..=2 => {
                let n = 1 + self.below(4);
                let items: Vec<String> =
                    (0..n).map(|_| format!("{}: {}", self.value(key, d.min(1)).s, self.value(value, d).s)).collect();
                E::atom(format!("{{{}}}", items.join(", ")), n as f64).full()
            }
            3 | 4 => {
                let (text, m) = self.comprehension(d, |g| {
                    let (k, v) = (g.value(key, d.min(1)), g.value(value, d.min(1)));
                    format!("{}: {}", k.at(prec::TERNARY), v.at(prec::TERNARY))
                });
                E::atom(format!("{{{text}}}"), m)
            }
            5 => {
                let (k, v) = (self.list(key, d), self.list(value, d));
                E::atom(format!("dict(zip({}, {}))", k.s, v.s), k.m)
            }
            6 => match self.choose(|v| v.ty == ty) {
                Some(v) => {
                    let (k, x) = (self.value(key, 1), self.value(value, 1));
                    let form = self.pick(&["{**D, K: V}", "D | {K: V}", "dict(D)", "D.copy()"]);
                    let p = if form.contains('|') { 6 } else { prec::ATOM };
                    let text = form
                        .replace('K', "\u{1}")
                        .replace('V', "\u{2}")
                        .replace('D', &v.name)
                        .replace('\u{1}', &k.s)
                        .replace('\u{2}', &x.s);
                    E { s: text, p, m: v.m + 1.0, full: v.full }
                }
                None => self.literal(&ty),
            },
            _ => self.leaf(&ty),
        }
    }

    pub(crate) fn set(&mut self, of: &Ty, depth: u32) -> E {
        let ty = Ty::Set(Box::new(of.clone()));
        if depth == 0 {
            return self.leaf(&ty);
        }
        let d = depth - 1;
        match self.below(7) {
            0 | 1 => {
                let n = 1 + self.below(4);
                let items: Vec<String> = (0..n).map(|_| self.value(of, d).s).collect();
                E::atom(format!("{{{}}}", items.join(", ")), n as f64).full()
            }
            2 => {
                let (text, m) = self.comprehension(d, |g| g.value(of, d.min(1)).at(prec::TERNARY));
                E::atom(format!("{{{text}}}"), m)
            }
            3 => {
                let xs = self.list(of, d);
                E::atom(format!("set({})", xs.s), xs.m)
            }
            4 | 5 => {
                let (l, r) = (self.set(of, d), self.set(of, d));
                let (op, p) = [("|", 6), ("&", 8), ("-", prec::SUM), ("^", 7)][self.below(4)];
                Self::binary(op, p, &l, &r, l.m + r.m)
            }
            _ => self.leaf(&ty),
        }
    }

    pub(crate) fn iterator(&mut self, of: &Ty, depth: u32) -> E {
        let xs = self.list(of, depth.min(1));
        if depth > 0 && self.chance(0.6) {
            let v = self.name("e");
            let body = self.with_var(&v, of.clone(), bound(of), |g| g.value(of, 1).at(prec::TERNARY));
            return E::atom(format!("({body} for {v} in {})", xs.at(prec::OR)), xs.m);
        }
        E::atom(format!("iter({})", xs.s), xs.m)
    }

    /// The fields of an object as names in scope.
    pub(crate) fn opened(&mut self, name: &str, class: usize) -> Vec<Var> {
        let fields = self.classes[class].fields.clone();
        fields
            .into_iter()
            .map(|(f, ty)| Var { name: format!("{name}.{f}"), m: bound(&ty), full: false, fixed: false, ty })
            .collect()
    }
}
