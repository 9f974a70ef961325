//! Expressions that are ints, floats and bools.

use super::{Dtype, E, FLOAT, Gen, INT, LEN, STEP, Ty, prec};

impl Gen {
    /// A name or a literal of a simple type.
    pub(crate) fn leaf(&mut self, ty: &Ty) -> E {
        if self.chance(0.8)
            && let Some(v) = self.choose(|v| v.ty == *ty)
        {
            return E { s: v.name, p: prec::ATOM, m: v.m, full: v.full };
        }
        self.literal(ty)
    }

    pub(crate) fn binary(op: &str, p: u8, l: &E, r: &E, m: f64) -> E {
        E::new(format!("{} {op} {}", l.at(p), r.at(p + 1)), p, m)
    }

    /// A divisor that is not zero, as text.
    fn divisor(&mut self, depth: u32) -> E {
        if self.risk() {
            return self.int(0);
        }
        match self.below(4) {
            0 | 1 => E::atom(self.pick(&["2", "3", "7", "10"]), 10.0),
            2 => E::new(self.pick(&["-3", "-7", "-2"]), prec::UNARY, 7.0),
            _ => {
                let e = self.int(depth.min(1));
                E::new(format!("({} % 5 + 1)", e.at(prec::PRODUCT)), prec::ATOM, 6.0)
            }
        }
    }

    /// An index into something of this length that is not empty.
    pub(crate) fn index(&mut self, container: &str) -> String {
        if self.risk() {
            return self.int(1).s;
        }
        match self.below(5) {
            0 => "0".into(),
            1 => "-1".into(),
            2 => format!("len({container}) // 2"),
            _ => {
                let e = self.int(1);
                format!("{} % len({container})", e.at(prec::PRODUCT))
            }
        }
    }

    pub(crate) fn int(&mut self, depth: u32) -> E {
        if depth == 0 {
            return self.leaf(&Ty::Int);
        }
        let d = depth - 1;
        let e = match self.below(36) {
            0..=5 => {
                let (l, r) = (self.int(d), self.int(d));
                let op = self.pick(&["+", "-"]);
                Self::binary(op, prec::SUM, &l, &r, l.m + r.m)
            }
            6 | 7 => {
                let (l, r) = (self.int(d), self.int(d));
                Self::binary("*", prec::PRODUCT, &l, &r, l.m * r.m)
            }
            8..=10 => {
                let l = self.int(d);
                let r = self.divisor(d);
                let op = self.pick(&["//", "%"]);
                Self::binary(op, prec::PRODUCT, &l, &r, l.m + 10.0)
            }
            11 => {
                let l = self.int(d);
                let power = |k: u32| l.m.max(1.0).powi(k as i32);
                let most = self.below(4) as u32;
                let k = (0..=most).rev().find(|k| power(*k) < STEP).unwrap_or(0);
                let m = power(k);
                E::new(format!("{} ** {k}", l.at(prec::ATOM)), prec::POWER, m)
            }
            12 => {
                let l = self.int(d);
                let op = self.pick(&["-", "~", "-", "+"]);
                E::new(format!("{op}{}", l.at(prec::UNARY)), prec::UNARY, l.m + 1.0)
            }
            13 | 14 => {
                let (l, r) = (self.int(d), self.int(d));
                let (op, p) = [("&", 8), ("|", 6), ("^", 7)][self.below(3)];
                // A bitwise result has no more bits than the longer operand.
                Self::binary(op, p, &l, &r, 2.0 * (l.m.max(r.m) + 1.0))
            }
            15 => {
                let l = self.int(d);
                let k = self.below(6);
                if self.chance(0.5) {
                    E::new(format!("{} << {k}", l.at(9)), 9, l.m * 32.0)
                } else {
                    E::new(format!("{} >> {k}", l.at(9)), 9, l.m)
                }
            }
            16 => {
                let l = self.int(d);
                E::atom(format!("abs({})", l.s), l.m)
            }
            17 | 18 => match self.choose(|v| matches!(v.ty, Ty::List(_) | Ty::Str | Ty::Dict(..) | Ty::Set(_))) {
                Some(v) => E::atom(format!("len({})", v.name), v.m),
                None => self.leaf(&Ty::Int),
            },
            19 | 20 => {
                let xs = self.list(&Ty::Int, d);
                E::atom(format!("sum({})", xs.s), xs.m.max(1.0) * INT)
            }
            21 => {
                let xs = self.list(&Ty::Int, d);
                let f = self.pick(&["min", "max"]);
                if xs.full {
                    E::atom(format!("{f}({})", xs.s), INT)
                } else {
                    let default = self.literal(&Ty::Int);
                    E::atom(format!("{f}({}, default={})", xs.s, default.s), INT)
                }
            }
            22 => {
                let (l, r) = (self.int(d), self.int(d));
                let f = self.pick(&["min", "max"]);
                E::atom(format!("{f}({}, {})", l.s, r.s), l.m.max(r.m))
            }
            23 => {
                let x = self.float(d);
                if x.m > 1e12 {
                    return self.leaf(&Ty::Int);
                }
                let f = self.pick(&["int", "round", "math.floor", "math.ceil", "math.trunc"]);
                if f.starts_with("math") {
                    self.imports.insert("import math");
                }
                E::atom(format!("{f}({})", x.s), x.m + 1.0)
            }
            24 => {
                let s = self.text(d);
                let what = self.text(0);
                match self.below(4) {
                    0 => E::atom(format!("{}.count({})", s.at(prec::ATOM), what.s), s.m + 1.0),
                    1 => E::atom(format!("{}.find({})", s.at(prec::ATOM), what.s), s.m + 1.0),
                    2 => E::atom(format!("{}.rfind({})", s.at(prec::ATOM), what.s), s.m + 1.0),
                    _ if s.full => E::atom(format!("ord({}[0])", s.at(prec::ATOM)), 70_000.0),
                    _ => E::atom(format!("len({})", s.s), s.m),
                }
            }
            25 => {
                let s = if self.risk() {
                    self.text(1).s
                } else {
                    self.pick(&["'12'", "' 7 '", "'-3'", "'0'", "str(5)"]).to_owned()
                };
                if self.chance(0.2) { E::atom("int('ff', 16)", 255.0) } else { E::atom(format!("int({s})"), 1e6) }
            }
            26 => {
                let (l, r) = (self.int(d), self.divisor(0));
                let k = self.below(2);
                E::atom(format!("divmod({}, {})[{k}]", l.s, r.s), l.m + 10.0)
            }
            27 => {
                let (l, r) = (self.int(d), self.int(0));
                self.imports.insert("import math");
                E::atom(format!("math.gcd({}, {})", l.s, r.s), l.m.max(r.m))
            }
            28 => {
                let b = self.boolean(d);
                let l = self.int(d);
                if self.chance(0.5) {
                    Self::binary("+", prec::SUM, &E::new(b.s, b.p, 1.0), &l, l.m + 1.0)
                } else {
                    E::atom(format!("int({})", b.s), 1.0)
                }
            }
            29 => {
                let v = self.name("i");
                let over = self.list(&Ty::Int, d);
                self.with_var(&v, Ty::Int, INT, |g| {
                    let (body, test) = (g.int(d.min(1)), g.boolean(d.min(1)));
                    let body = g.stored(&Ty::Int, body);
                    let filter = if g.chance(0.4) { format!(" if {}", test.at(prec::OR)) } else { String::new() };
                    E::atom(
                        format!("sum({} for {v} in {}{filter})", body.at(prec::TERNARY), over.at(prec::OR)),
                        over.m.max(1.0) * INT,
                    )
                })
            }
            30 => {
                let l = self.int(d);
                E::atom(format!("{}.bit_length()", l.at(prec::ATOM).replace_digits()), 64.0)
            }
            31 => match self.choose(|v| matches!(&v.ty, Ty::List(t) if t.hashable())) {
                Some(v) => {
                    let Ty::List(of) = &v.ty else { return self.leaf(&Ty::Int) };
                    let x = self.leaf(of);
                    E::atom(format!("{}.count({})", v.name, x.s), LEN)
                }
                None => self.leaf(&Ty::Int),
            },
            32 => match self.choose(|v| matches!(&v.ty, Ty::Array(t, _) if *t != Dtype::Float)) {
                Some(v) => {
                    let what = self.pick(&["sum()", "max()", "min()", "argmax()", "size"]);
                    E::atom(format!("int({}.{what})", v.name), 1e6)
                }
                None => self.leaf(&Ty::Int),
            },
            33 => {
                let l = self.value(&Ty::Int, d);
                let k = self.below(4);
                E::atom(format!("pow({}, {k}, 1009)", l.s), 1009.0)
            }
            34 => {
                self.imports.insert("from functools import reduce");
                let xs = self.list(&Ty::Int, d);
                let f =
                    self.pick(&["lambda a, b: a + b", "lambda a, b: (a * 3 + b) % 1000", "max", "lambda a, b: a - b"]);
                let start = self.literal(&Ty::Int);
                E::atom(format!("reduce({f}, {}, {})", xs.s, start.s), (xs.m + 1.0) * INT)
            }
            _ => self.leaf(&Ty::Int),
        };
        // A step on the way must fit into 64 bits too.
        if e.m > 1e9 { E::new(format!("{} % 10007", e.at(prec::PRODUCT)), prec::PRODUCT, 10007.0) } else { e }
    }

    pub(crate) fn float(&mut self, depth: u32) -> E {
        if depth == 0 {
            return self.leaf(&Ty::Float);
        }
        let d = depth - 1;
        let e = match self.below(22) {
            20 => {
                let l = self.int(d);
                let k = self.pick(&["-1", "-2", "0.5", "-3"]);
                if self.risk() {
                    E::new(format!("{} ** {}", l.at(prec::ATOM), self.pick(&["-1", "-2"])), prec::POWER, l.m.max(1.0))
                } else {
                    E::new(format!("(abs({}) + 1) ** {k}", l.s), prec::POWER, l.m.max(1.0) + 1.0)
                }
            }
            21 => {
                let (l, r) = (self.float(d), self.divisor(d));
                let op = self.pick(&["//", "%"]);
                Self::binary(op, prec::PRODUCT, &l, &r, l.m + 10.0)
            }
            0..=4 => {
                let l = self.float(d);
                let r = if self.chance(0.3) { self.int(d) } else { self.float(d) };
                let op = self.pick(&["+", "-", "+", "-"]);
                let (l, r) = if self.chance(0.3) { (r, l) } else { (l, r) };
                Self::binary(op, prec::SUM, &l, &r, l.m + r.m)
            }
            5 | 6 => {
                let (l, r) = (self.float(d), self.float(d));
                Self::binary("*", prec::PRODUCT, &l, &r, l.m * r.m)
            }
            7 | 8 => {
                let l = if self.chance(0.5) { self.int(d) } else { self.float(d) };
                let r = self.divisor(d);
                Self::binary("/", prec::PRODUCT, &l, &r, l.m)
            }
            9 => {
                let l = self.float(d);
                let r = self.pick(&["2.5", "0.75", "3", "-2.0"]);
                let op = self.pick(&["//", "%"]);
                E::new(
                    format!(
                        "{} {op} {}",
                        l.at(prec::PRODUCT),
                        if r.starts_with('-') { format!("({r})") } else { r.to_owned() }
                    ),
                    prec::PRODUCT,
                    l.m * 2.0 + 4.0,
                )
            }
            10 => {
                let l = self.float(d);
                E::new(format!("-{}", l.at(prec::UNARY)), prec::UNARY, l.m)
            }
            11 => {
                let l = self.float(d);
                E::atom(format!("abs({})", l.s), l.m)
            }
            12 => {
                let l = self.float(d);
                let k = self.below(4);
                E::atom(format!("round({}, {k})", l.s), l.m + 1.0)
            }
            13 => {
                self.imports.insert("import math");
                let l = self.float(d);
                if self.risk() {
                    E::atom(format!("math.sqrt({})", l.s), l.m.max(1.0))
                } else {
                    E::atom(format!("math.sqrt(abs({}))", l.s), l.m.max(1.0))
                }
            }
            14 => {
                let l = self.int(d);
                E::atom(format!("float({})", l.s), l.m)
            }
            15 => {
                let xs = self.list(&Ty::Float, d);
                E::atom(format!("sum({})", xs.s), xs.m.max(1.0) * FLOAT)
            }
            16 => {
                let l = self.float(d);
                E::new(format!("{} ** 2", l.at(prec::ATOM)), prec::POWER, l.m.max(1.0) * l.m.max(1.0))
            }
            17 => {
                let (l, r) = (self.float(d), self.float(d));
                let f = self.pick(&["min", "max"]);
                E::atom(format!("{f}({}, {})", l.s, r.s), l.m.max(r.m))
            }
            18 => match self.choose(|v| matches!(v.ty, Ty::Array(Dtype::Float, _))) {
                Some(v) => {
                    let what = self.pick(&["sum()", "max()", "min()", "mean()"]);
                    E::atom(format!("float({}.{what})", v.name), 1e6)
                }
                None => self.leaf(&Ty::Float),
            },
            _ => {
                let s = if self.risk() {
                    self.text(0).s
                } else {
                    self.pick(&["'2.5'", "' 1e2 '", "'-0.25'", "'7'"]).to_owned()
                };
                E::atom(format!("float({s})"), 1e6)
            }
        };
        if e.m > 1e9 { E::new(format!("{} % 1000.0", e.at(prec::PRODUCT)), prec::PRODUCT, 1000.0) } else { e }
    }

    pub(crate) fn boolean(&mut self, depth: u32) -> E {
        if depth == 0 {
            return self.leaf(&Ty::Bool);
        }
        let d = depth - 1;
        match self.below(20) {
            0..=5 => {
                let ty = if self.chance(0.7) { Ty::Int } else { self.simple_ty() };
                let (l, r) = (self.expr(&ty, d), self.expr(&ty, d));
                let op = self.pick(&["<", ">", "<=", ">=", "==", "!="]);
                E::new(format!("{} {op} {}", l.at(6), r.at(6)), prec::COMPARE, 1.0)
            }
            6 => {
                let (a, b, c) = (self.int(0), self.int(d), self.int(0));
                let (p, q) = (self.pick(&["<", "<=", "!="]), self.pick(&["<", "<=", ">", "=="]));
                E::new(format!("{} {p} {} {q} {}", a.at(6), b.at(6), c.at(6)), prec::COMPARE, 1.0)
            }
            7 | 8 => {
                let (l, r) = (self.boolean(d), self.boolean(d));
                if self.chance(0.5) {
                    E::new(format!("{} and {}", l.at(prec::AND), r.at(prec::NOT)), prec::AND, 1.0)
                } else {
                    E::new(format!("{} or {}", l.at(prec::OR), r.at(prec::AND)), prec::OR, 1.0)
                }
            }
            9 | 10 => {
                let l = self.boolean(d);
                E::new(format!("not {}", l.at(prec::NOT)), prec::NOT, 1.0)
            }
            11..=13 => {
                let word = self.pick(&["in", "not in"]);
                match self.choose(|v| {
                    matches!(&v.ty, Ty::List(t) | Ty::Set(t) if t.hashable()) || matches!(v.ty, Ty::Dict(..) | Ty::Str)
                }) {
                    Some(v) => {
                        let of = match &v.ty {
                            Ty::List(t) | Ty::Set(t) | Ty::Dict(t, _) => (**t).clone(),
                            _ => Ty::Str,
                        };
                        let x = self.expr(&of, d.min(1));
                        E::new(format!("{} {word} {}", x.at(6), v.name), prec::COMPARE, 1.0)
                    }
                    None => self.leaf(&Ty::Bool),
                }
            }
            14 | 15 => {
                let v = self.name("i");
                let over = self.list(&Ty::Int, d);
                let f = self.pick(&["any", "all"]);
                self.with_var(&v, Ty::Int, INT, |g| {
                    let test = g.boolean(d.min(1));
                    E::atom(format!("{f}({} for {v} in {})", test.at(prec::TERNARY), over.at(prec::OR)), 1.0)
                })
            }
            16 => {
                let s = self.text(d);
                let what = self.pick(&[
                    "startswith('a')",
                    "endswith('o')",
                    "isupper()",
                    "islower()",
                    "isspace()",
                    "isalpha()",
                    "isdigit()",
                    "isalnum()",
                    "istitle()",
                    "isidentifier()",
                    "isascii()",
                    "startswith(('h', 'x'))",
                ]);
                let text = s.at(prec::ATOM);
                // The kinds of characters beyond ASCII are a limit.
                if matches!(what, "isalpha()" | "isdigit()" | "isalnum()" | "istitle()" | "isidentifier()") {
                    return E::new(format!("{text}.isascii() and {text}.{what}"), prec::AND, 1.0);
                }
                E::atom(format!("{text}.{what}"), 1.0)
            }
            17 => match self.choose(|v| matches!(v.ty, Ty::Opt(_))) {
                Some(v) => E::new(format!("{} {} None", v.name, self.pick(&["is", "is not"])), prec::COMPARE, 1.0),
                None => self.leaf(&Ty::Bool),
            },
            18 => {
                let ty = self.simple_ty();
                let x = self.expr(&ty, d);
                E::atom(format!("bool({})", x.s), 1.0)
            }
            _ => {
                // Two containers: equality goes through their elements.
                match self.choose(|v| {
                    matches!(v.ty, Ty::List(_) | Ty::Tuple(_) | Ty::Dict(..) | Ty::Set(_)) && comparable(&v.ty)
                }) {
                    Some(v) => {
                        let ty = v.ty.clone();
                        let r = self.expr(&ty, d);
                        let op = if ty.ordered() && self.chance(0.4) {
                            self.pick(&["<", ">="])
                        } else {
                            self.pick(&["==", "!="])
                        };
                        E::new(format!("{} {op} {}", v.name, r.at(6)), prec::COMPARE, 1.0)
                    }
                    None => self.leaf(&Ty::Bool),
                }
            }
        }
    }

    /// Makes something with one more name in scope, which cannot be assigned.
    pub(crate) fn with_var<T>(&mut self, name: &str, ty: Ty, m: f64, make: impl FnOnce(&mut Gen) -> T) -> T {
        let (count, times) = (self.vars.len(), self.times);
        self.vars.push(super::Var { name: name.to_owned(), ty, m, full: false, fixed: true });
        self.times *= LEN;
        let made = make(self);
        self.times = times;
        self.vars.truncate(count);
        made
    }
}

fn comparable(ty: &Ty) -> bool {
    match ty {
        Ty::Int | Ty::Float | Ty::Bool | Ty::Str => true,
        Ty::List(t) | Ty::Opt(t) | Ty::Set(t) => comparable(t),
        Ty::Tuple(ts) => ts.iter().all(comparable),
        Ty::Dict(k, v) => comparable(k) && comparable(v),
        _ => false,
    }
}

/// A literal needs parentheses before an attribute.
trait Digits {
    fn replace_digits(self) -> String;
}

impl Digits for String {
    fn replace_digits(self) -> String {
        if self.bytes().all(|b| b.is_ascii_digit()) { format!("({self})") } else { self }
    }
}
