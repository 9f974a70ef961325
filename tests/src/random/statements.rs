//! Statements without blocks: names bound, containers and objects changed, prints.

use super::containers::bound;
use super::{E, Gen, Ty, Var, prec};

impl Gen {
    pub(crate) fn statement(&mut self) {
        // Everything below is more interesting with names to work on.
        if self.vars.iter().filter(|v| !v.fixed).count() < 3 {
            return self.new_name();
        }
        match self.below(41) {
            0..=6 => self.new_name(),
            7..=11 => self.assign(),
            12..=14 => self.print(),
            15..=22 => self.mutate(),
            23 | 24 => self.unpack(),
            25..=35 if self.depth < 3 => self.compound(),
            36 if self.depth < 3 && self.work < 4000.0 => self.closure(),
            37 => self.alias(),
            38 => self.small(),
            39 if self.chance(0.4) => self.heap(),
            _ => self.print(),
        }
    }

    fn new_name(&mut self) {
        let ty = self.ty(2);
        let e = self.value(&ty, 3);
        let stem = self.stem(&ty);
        let name = self.name(stem);
        let (m, mut full) = (bound(&ty), e.full);
        // Half of the lists are made so that they can be indexed.
        let e = if !full && matches!(ty, Ty::List(_) | Ty::Str | Ty::Dict(..) | Ty::Set(_)) && self.chance(0.5) {
            full = true;
            if self.chance(0.5) && e.p > prec::OR {
                let other = self.literal(&ty);
                E::new(format!("{} or {}", e.at(prec::OR), other.s), prec::OR, m)
            } else {
                self.literal(&ty)
            }
        } else {
            e
        };
        let note = if self.chance(0.06) {
            match ty {
                Ty::Int => ": int",
                Ty::Str => ": str",
                Ty::Float => ": float",
                _ => "",
            }
        } else {
            ""
        };
        self.line(format!("{name}{note} = {}", e.s));
        self.bind(name, ty, m, full);
    }

    /// A name that may be assigned here.
    fn target(&mut self, test: impl Fn(&Ty) -> bool) -> Option<Var> {
        self.choose(|v| !v.fixed && test(&v.ty))
    }

    fn assign(&mut self) {
        let simple = |t: &Ty| matches!(t, Ty::Int | Ty::Float | Ty::Str | Ty::Bool);
        let Some(v) = (if self.chance(0.7) {
            self.target(simple)
        } else {
            self.target(|t| !matches!(t, Ty::Iter(_) | Ty::Array(..)))
        }) else {
            return self.new_name();
        };
        let text = match &v.ty {
            Ty::Int if self.chance(0.5) => {
                let d = self.divisor_text();
                let e = self.int(2);
                match self.below(8) {
                    0..=2 => format!("{n} = ({n} + {}) % 9973", e.at(prec::PRODUCT), n = v.name),
                    3 => format!("{n} = ({n} * 31 + {}) % 9973", e.at(prec::PRODUCT), n = v.name),
                    4 => format!("{} //= {d}", v.name),
                    5 => format!("{} %= {d}", v.name),
                    6 => format!("{} ^= {}", v.name, self.pick(&["1", "5", "255"])),
                    _ => format!("{} >>= 1", v.name),
                }
            }
            Ty::Float if self.chance(0.4) => {
                let d = self.divisor_text();
                format!("{} {} {d}", v.name, self.pick(&["/=", "%="]))
            }
            Ty::Str if self.chance(0.3) => {
                let e = self.text(1);
                format!("{n} = ({n} + {})[-12:]", e.at(prec::SUM + 1), n = v.name)
            }
            ty => {
                let e = if v.full { self.full_value(&ty.clone(), 3) } else { self.value(&ty.clone(), 3) };
                format!("{} = {}", v.name, e.s)
            }
        };
        self.line(text);
    }

    fn divisor_text(&mut self) -> String {
        if self.risk() { self.int(1).s } else { self.pick(&["2", "3", "7", "-3", "10"]).to_owned() }
    }

    pub(crate) fn print(&mut self) {
        let mut args = vec![];
        for _ in 0..1 + self.below(3) {
            let text = match self.choose(|_| true) {
                Some(v) if self.chance(0.5) && !matches!(v.ty, Ty::Iter(_)) => self.printed(&v.ty, &v.name),
                _ => {
                    let ty = self.ty(1);
                    let e = self.expr(&ty, 2);
                    let top = e.at(prec::TERNARY);
                    self.printed(&ty, &top)
                }
            };
            args.push(text);
        }
        if self.chance(0.2) {
            let label = self.pick(&["'->'", "'now'", "'r:'"]);
            args.insert(0, label.to_owned());
        }
        if self.chance(0.08) {
            args.push(format!("sep={}", self.pick(&["'|'", "''", "', '"])));
        }
        if self.chance(0.08) {
            args.push(format!("end={}", self.pick(&["' '", "';\\n'", "''"])));
        }
        self.line(format!("print({})", args.join(", ")));
    }

    fn unpack(&mut self) {
        match self.below(5) {
            0 => {
                let ty = self.simple_ty();
                let found = self.named(|v| !v.fixed && v.ty == ty);
                if found.len() >= 2 {
                    let (a, b) =
                        (found[self.below(found.len())].name.clone(), found[self.below(found.len())].name.clone());
                    if a != b {
                        return self.line(format!("{a}, {b} = {b}, {a}"));
                    }
                }
                self.new_name();
            }
            1 | 2 => {
                let Some(v) = self.choose(|v| matches!(v.ty, Ty::Tuple(_))) else { return self.new_name() };
                let Ty::Tuple(of) = v.ty.clone() else { return };
                let names: Vec<String> = of
                    .iter()
                    .map(|t| {
                        let stem = self.stem(t);
                        self.name(stem)
                    })
                    .collect();
                self.line(format!("{} = {}", names.join(", "), v.name));
                for (name, ty) in names.into_iter().zip(of) {
                    let m = bound(&ty);
                    self.bind(name, ty, m, false);
                }
            }
            3 => {
                let Some(v) = self.choose(|v| v.full && matches!(v.ty, Ty::List(_))) else { return self.new_name() };
                let Ty::List(of) = v.ty.clone() else { return };
                let stem = self.stem(&of);
                let (first, rest) = (self.name(stem), self.name("rest"));
                let m = bound(&of);
                let text = match self.below(3) {
                    0 => format!("{first}, *{rest} = {}", v.name),
                    1 => format!("*{rest}, {first} = {}", v.name),
                    _ => {
                        let last = self.name(stem);
                        let text = format!("{first}, *{rest}, {last} = {n} + {n}", n = v.name);
                        self.bind(last, (*of).clone(), m, false);
                        text
                    }
                };
                self.line(text);
                self.bind(first, (*of).clone(), m, false);
                self.bind(rest, v.ty, v.m, false);
            }
            _ => {
                let (a, b) = (self.name("p"), self.name("q"));
                let (t, u) = (self.simple_ty(), self.simple_ty());
                let (x, y) = (self.value(&t, 2), self.value(&u, 2));
                self.line(format!("{a}, {b} = {}, {}", x.at(prec::TERNARY), y.at(prec::TERNARY)));
                let (m, n) = (bound(&t), bound(&u));
                self.bind(a, t, m, false);
                self.bind(b, u, n, false);
            }
        }
    }

    /// A second name for what a name holds.
    fn alias(&mut self) {
        let Some(v) = self.choose(|v| matches!(v.ty, Ty::List(_) | Ty::Dict(..) | Ty::Set(_) | Ty::Object(_))) else {
            return self.print();
        };
        let stem = self.stem(&v.ty);
        let name = self.name(stem);
        self.line(format!("{name} = {}", v.name));
        if self.chance(0.3) {
            self.line(format!("print({name} is {})", v.name));
        }
        self.bind(name, v.ty, v.m, v.full);
    }

    fn small(&mut self) {
        match self.below(4) {
            0 => {
                let t =
                    if self.risk() { self.boolean(2).s } else { self.pick(&["True", "1 < 2", "not False"]).to_owned() };
                let text = if !self.texts_only && self.chance(0.5) {
                    format!("assert {t}")
                } else {
                    format!("assert {t}, 'checked'")
                };
                self.line(text);
            }
            1 => {
                // A name that ends.
                let Some(i) = self.vars.iter().rposition(|v| {
                    !v.fixed && !v.name.contains('.') && matches!(v.ty, Ty::Int | Ty::Str | Ty::List(_))
                }) else {
                    return self.print();
                };
                // Only in the block that made it, which is where no path lacks it.
                if self.depth == 0 && self.ret.is_none() && self.yields.is_none() {
                    let v = self.vars.remove(i);
                    self.line(format!("del {}", v.name));
                }
            }
            2 => {
                let e = self.int(2);
                let name = self.name("w");
                self.line(format!("if ({name} := {}) % 2:", e.at(prec::TERNARY)));
                self.bind(name.clone(), Ty::Int, e.m, false);
                self.block(|g| g.line(format!("print('odd', {name})")));
            }
            _ => {
                let ty = self.simple_ty();
                let (a, b) = (self.name("c"), self.name("c"));
                let e = self.value(&ty, 2);
                self.line(format!("{a} = {b} = {}", e.s));
                let m = bound(&ty);
                self.bind(a, ty.clone(), m, false);
                self.bind(b, ty, m, false);
            }
        }
    }

    /// A container or an object that a name reaches changes.
    fn mutate(&mut self) {
        let Some(v) = self.choose(|v| {
            matches!(v.ty, Ty::List(_) | Ty::Dict(..) | Ty::Set(_) | Ty::Object(_) | Ty::Array(..) | Ty::Shelf(..))
        }) else {
            return self.assign();
        };
        match v.ty.clone() {
            Ty::List(of) => self.change_list(&v, &of),
            Ty::Dict(key, value) => self.change_dict(&v, &key, &value),
            Ty::Set(of) => self.change_set(&v, &of),
            Ty::Object(class) => self.change_object(&v, class),
            Ty::Shelf(shelf, of) => self.change_shelf(&v, shelf, &of),
            _ => self.array_statement(),
        }
    }

    fn change_list(&mut self, v: &Var, of: &Ty) {
        let n = &v.name;
        let x = self.value(of, 2);
        // A list in a loop must not grow for ever.
        let guard = if self.in_loop || self.ret.is_some() || self.chance(0.2) {
            format!("if len({n}) < 9: ")
        } else {
            String::new()
        };
        let text = match self.below(18) {
            0..=3 => format!("{guard}{n}.append({})", x.s),
            4 => format!("{guard}{n}.insert({}, {})", self.pick(&["0", "1", "-1", "99"]), x.s),
            5 => format!("{guard}{n}.extend([{}])", x.s),
            6 => {
                let e = self.list(of, 1);
                if e.m > 12.0 { format!("{n}.reverse()") } else { format!("if len({n}) < 6: {n} += {}", e.s) }
            }
            7 | 8 if v.full => {
                let i = self.index(n);
                if *of == Ty::Int && self.chance(0.4) {
                    format!("{n}[{i}] {} {}", self.pick(&["//=", "%=", "^="]), self.pick(&["2", "7", "3"]))
                } else {
                    format!("{n}[{i}] = {}", x.s)
                }
            }
            9 => {
                if self.risk() {
                    format!("{n}.pop()")
                } else {
                    let i = self.pick(&["", "0", "-1", "1"]);
                    format!("if len({n}) > 2: print({})", {
                        let p = format!("{n}.pop({i})");
                        self.printed(of, &p)
                    })
                }
            }
            10 => format!("{n}.reverse()"),
            11 if of.ordered() => format!("{n}.sort({})", self.pick(&["", "reverse=True"])),
            12 if of.hashable() || matches!(of, Ty::List(_)) => {
                if self.risk() {
                    format!("{n}.remove({})", x.s)
                } else {
                    let y = self.leaf(of);
                    format!("if {} in {n} and len({n}) > 1: {n}.remove({})", y.at(6), y.s)
                }
            }
            13 => format!("del {n}[{}]", self.pick(&["1:", "3:5", "1::2", "4:", "2:2", "5:0:-2"])),
            14 => {
                let y = self.value(of, 1);
                format!("{n}[{}] = [{}, {}]", self.pick(&["1:2", "1:3", ":1", "1:1"]), x.s, y.s)
            }
            15 if of.hashable() && v.full => {
                let i = self.index(n);
                format!("print({n}.index({n}[{i}]))")
            }
            16 if v.full => {
                let i = self.index(n);
                format!("{n}[0], {n}[{i}] = {n}[{i}], {n}[0]")
            }
            17 => match of {
                Ty::List(inner) => {
                    let y = self.value(&inner.clone(), 1);
                    format!("for row in {n}: row.append({})\n", y.s).trim_end().to_owned()
                }
                _ => format!("{n}.reverse()"),
            },
            _ => format!("print(len({n}), {})", self.printed(&v.ty, n)),
        };
        // A slice that grows needs its bound too.
        if text.contains("] = [") && (self.in_loop || self.ret.is_some()) {
            self.line(format!("if len({n}) < 9:"));
            return self.block(|g| g.line(text));
        }
        if text.starts_with("for row") && self.in_loop {
            return self.line(format!("print(len({n}))"));
        }
        self.line(text);
    }

    fn change_dict(&mut self, v: &Var, key: &Ty, value: &Ty) {
        let n = &v.name;
        let (k, x) = (self.value(key, 1), self.value(value, 2));
        let guard = if self.in_loop || self.ret.is_some() { format!("if len({n}) < 9: ") } else { String::new() };
        let text = match self.below(12) {
            0..=3 => format!("{guard}{n}[{}] = {}", k.s, x.s),
            4 if *value == Ty::Int => format!("{n}[{k}] = ({n}.get({k}, 0) + 1) % 1000", k = k.s),
            5 => format!("{guard}print({})", {
                let p = format!("{n}.setdefault({}, {})", k.s, x.s);
                self.printed(value, &p)
            }),
            6 => {
                if self.risk() {
                    format!("print({})", {
                        let p = format!("{n}[{}]", k.s);
                        self.printed(value, &p)
                    })
                } else {
                    format!("if {} in {n}: print({})", k.at(6), {
                        let p = format!("{n}[{}]", k.s);
                        self.printed(value, &p)
                    })
                }
            }
            7 if !v.full => {
                let y = self.literal(value);
                format!("print({})", {
                    let p = format!("{n}.pop({}, {})", k.s, y.s);
                    self.printed(value, &p)
                })
            }
            8 if !v.full => {
                if self.risk() {
                    format!("del {n}[{}]", k.s)
                } else {
                    format!("if {} in {n}: del {n}[{}]", k.at(6), k.s)
                }
            }
            9 => format!("{guard}{n}.update({{{}: {}}})", k.s, x.s),
            10 => match value {
                Ty::List(of) => {
                    let y = self.value(&of.clone(), 1);
                    format!("if len({n}) < 9: {n}.setdefault({}, []).append({})", k.s, y.s)
                }
                _ => format!("print(sorted({n}), len({n}))"),
            },
            _ => format!(
                "print({})",
                if value.printable() { format!("list({n}.items())") } else { format!("list({n})") }
            ),
        };
        self.line(text);
    }

    fn change_set(&mut self, v: &Var, of: &Ty) {
        let n = &v.name;
        let x = self.value(of, 1);
        let guard = if self.in_loop || self.ret.is_some() { format!("if len({n}) < 9: ") } else { String::new() };
        let text = match self.below(8) {
            0..=2 => format!("{guard}{n}.add({})", x.s),
            3 if !v.full => format!("{n}.discard({})", x.s),
            4 if !v.full && self.risk() => format!("{n}.remove({})", x.s),
            5 => format!("{guard}{n}.update([{}])", x.s),
            6 => {
                let other = self.set(of, 1);
                format!("print({n}.{}({}))", self.pick(&["issubset", "isdisjoint", "issuperset"]), other.s)
            }
            _ => format!("print({} in {n}, sorted({n}))", x.at(6)),
        };
        self.line(text);
    }

    fn change_object(&mut self, v: &Var, class: usize) {
        let what = self.classes[class].clone();
        let mutators: Vec<_> = what
            .methods
            .iter()
            .filter(|m| m.kind != super::Kind::Property && self.affordable(m.function.cost))
            .cloned()
            .collect();
        if !mutators.is_empty() && self.chance(0.6) {
            let m = mutators[self.below(mutators.len())].clone();
            let call = self.call_of(&format!("{}.{}", v.name, m.function.name), &m.function, 2);
            let text = self.printed(&m.function.ret, &call.s);
            let text = if self.chance(0.5) { format!("print({text})") } else { call.s };
            return self.line(text);
        }
        if what.frozen || what.fields.is_empty() {
            return self.line(format!("print({})", v.name));
        }
        // Through a field: what it holds changes, or it holds something else.
        let opened = self.opened(&v.name, class);
        let count = self.vars.len();
        self.vars.extend(opened.clone());
        let f = opened[self.below(opened.len())].clone();
        match &f.ty {
            Ty::List(of) if self.chance(0.6) => self.change_list(&f, &of.clone()),
            Ty::Dict(k, x) if self.chance(0.6) => self.change_dict(&f, &k.clone(), &x.clone()),
            Ty::Int if self.chance(0.4) => self.line(format!("{n} = ({n} + 1) % 1000", n = f.name)),
            ty => {
                let ty = ty.clone();
                // A list in a field stays one that can be indexed.
                let e = self.full_value(&ty, 2);
                self.line(format!("{} = {}", f.name, e.s));
            }
        }
        self.vars.truncate(count);
    }
}
