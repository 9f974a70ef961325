//! Classes: fields, methods, operators, containers, properties, dataclasses, inheritance, context managers.

use super::containers::bound;
use super::{Class, Function, Gen, Kind, Method, Param, Ty, Var, prec};

impl Gen {
    pub(crate) fn class(&mut self) {
        if self.chance(0.3) {
            return self.dataclass();
        }
        if self.chance(0.12) {
            return self.manager();
        }
        let name = self.name("C");
        let parent =
            if self.classes.is_empty() || self.chance(0.65) { None } else { Some(self.below(self.classes.len())) };
        let parent = parent.filter(|p| !self.classes[*p].frozen);
        let base = parent.map(|p| self.classes[p].clone()).unwrap_or_default();
        let id = self.classes.len();
        self.line(match parent {
            Some(_) => format!("class {name}({}):", base.name),
            None => format!("class {name}:"),
        });
        let mut class = Class { name: name.clone(), parent, ..base.clone() };
        class.name = name.clone();
        class.parent = parent;
        // What gives the parent's class does not give this one.
        class.adds = false;
        self.indent += 1;
        for _ in 0..self.below(2) {
            let ty = self.simple_ty();
            let (c, e) = (self.name("TOP"), self.literal(&ty));
            self.line(format!("{c} = {}", e.s));
            class.constants.push((c, ty));
        }
        let mut own = self.params(3);
        own.retain(|p| !matches!(p.ty, Ty::Opt(_)) && p.default.is_none());
        if own.is_empty() && parent.is_none() {
            own = vec![Param { name: self.name("n"), ty: Ty::Int, default: None, keyword_only: false }];
        }
        if parent.is_none() || !own.is_empty() || self.chance(0.3) {
            let inherited: Vec<Param> = base.init.iter().map(|p| Param { default: None, ..p.clone() }).collect();
            class.init = inherited.iter().chain(&own).cloned().collect();
            self.line(format!("def __init__({}):", Self::signature(&class.init, None, Some("self"))));
            self.indent += 1;
            if parent.is_some() {
                self.line(format!(
                    "super().__init__({})",
                    inherited.iter().map(|p| p.name.clone()).collect::<Vec<_>>().join(", ")
                ));
            }
            for p in &own {
                self.line(format!("self.{n} = {n}", n = p.name));
                class.fields.push((p.name.clone(), p.ty.clone()));
            }
            if self.chance(0.5) {
                let f = self.name("count");
                self.line(format!("self.{f} = 0"));
                class.fields.push((f, Ty::Int));
            }
            if self.chance(0.3) {
                let f = self.name("log");
                let of = self.simple_ty();
                let first = self.literal(&of);
                self.line(format!("self.{f} = [{}]", first.s));
                class.fields.push((f, Ty::list(of)));
            }
            self.indent -= 1;
            class.cost = base.cost + 6.0;
        }
        self.classes.push(class);
        let shown: Vec<String> = self.classes[id]
            .fields
            .iter()
            .filter(|(_, t)| t.printable())
            .map(|(f, _)| format!("{{self.{f}}}"))
            .collect();
        let text = if parent.is_some() { self.pick(&["__repr__", "__repr__", "__str__"]) } else { "__repr__" };
        self.line(format!("def {text}(self):"));
        self.line(format!("    return f'{name}({})'", shown.join(", ")));
        for _ in 0..1 + self.below(3) {
            self.method(id);
        }
        self.special(id);
        self.indent -= 1;
    }

    fn method(&mut self, class: usize) {
        let kind = match self.below(10) {
            0 | 1 => Kind::Property,
            2 => Kind::Static,
            3 => Kind::Class,
            _ => Kind::Plain,
        };
        let params = if kind == Kind::Property { vec![] } else { self.params(2) };
        let ret = self.ty(1);
        // A method of the parent with the same parameters is overridden.
        let inherited = self.classes[class]
            .parent
            .and_then(|p| self.classes[p].methods.iter().find(|m| m.kind == Kind::Plain).cloned());
        if let (Some(m), true) = (inherited, self.chance(0.5)) {
            let f = m.function.clone();
            if f.ret == Ty::Int && self.classes[class].methods.iter().any(|o| o.function.name == f.name) {
                self.line(format!("def {}({}):", f.name, Self::signature(&f.params, None, Some("self"))));
                let args = f.params.iter().map(|p| p.name.clone()).collect::<Vec<_>>().join(", ");
                let k = 1 + self.below(9);
                self.line(format!("    return (super().{}({args}) * {k} + 1) % 1000", f.name));
                for o in &mut self.classes[class].methods {
                    if o.function.name == f.name {
                        o.function.cost += 2.0;
                    }
                }
                return;
            }
        }
        let name = self.name(if kind == Kind::Property { "prop" } else { "act" });
        match kind {
            Kind::Property => self.line("@property"),
            Kind::Static => self.line("@staticmethod"),
            Kind::Class => self.line("@classmethod"),
            Kind::Plain => {}
        }
        let own = match kind {
            Kind::Static => None,
            Kind::Class => Some("cls"),
            _ => Some("self"),
        };
        self.line(format!("def {name}({}):", Self::signature(&params, None, own)));
        let object = if matches!(kind, Kind::Static | Kind::Class) { None } else { Some((class, "self")) };
        let cost = self.body(&params, None, &ret, object) + 1.0;
        if cost < 300.0 {
            self.classes[class].methods.push(Method {
                function: Function { name: name.clone(), params, star: None, ret: ret.clone(), cost },
                kind,
            });
        }
        let field = self.classes[class].fields.iter().find(|(_, t)| *t == ret).cloned();
        if let (Kind::Property, Some((f, _)), true) = (kind, field, self.chance(0.3)) {
            self.line(format!("@{name}.setter"));
            self.line(format!("def {name}(self, value):"));
            self.line(format!("    self.{f} = value"));
        }
    }

    /// Operators and what else the syntax calls.
    fn special(&mut self, class: usize) {
        let what = self.classes[class].clone();
        let key = what.fields.iter().find(|(_, t)| *t == Ty::Int).map(|(f, _)| f.clone());
        if let Some(k) = key {
            if self.chance(0.25) {
                self.line("def __eq__(self, other):");
                self.line(format!("    return self.{k} == other.{k}"));
                if self.chance(0.5) {
                    self.line("def __hash__(self):");
                    self.line(format!("    return hash(self.{k})"));
                    self.classes[class].hashable = true;
                }
            }
            if self.chance(0.25) {
                self.line("def __lt__(self, other):");
                self.line(format!("    return self.{k} < other.{k}"));
                self.classes[class].ordered = true;
            }
            if self.chance(0.25) && what.parent.is_none() {
                let args: Vec<String> = what
                    .init
                    .iter()
                    .map(|p| {
                        if p.ty == Ty::Int {
                            format!("(self.{n} + other.{n}) % 1000", n = p.name)
                        } else {
                            format!("self.{}", p.name)
                        }
                    })
                    .collect();
                self.line("def __add__(self, other):");
                self.line(format!("    return {}({})", what.name, args.join(", ")));
                self.classes[class].adds = true;
            }
            if self.chance(0.15) {
                self.line("def __bool__(self):");
                self.line(format!("    return self.{k} > 3"));
            }
            if self.chance(0.15) {
                self.line("def __call__(self, n):");
                self.line(format!("    return (n * 2 + self.{k}) % 1000"));
                self.classes[class].call = Some(Ty::Int);
            }
        }
        let list = what.fields.iter().find(|(_, t)| matches!(t, Ty::List(_))).cloned();
        if let Some((f, Ty::List(of))) = list
            && self.chance(0.5)
            && what.elements.is_none()
        {
            for line in [
                "def __len__(self):".to_owned(),
                format!("    return len(self.{f})"),
                "def __getitem__(self, i):".into(),
                format!("    return self.{f}[i]"),
            ] {
                self.line(line);
            }
            if self.chance(0.5) {
                self.line("def __iter__(self):");
                if self.chance(0.5) {
                    self.line(format!("    return iter(self.{f})"));
                } else {
                    self.line(format!("    for x in self.{f}:"));
                    self.line("        yield x");
                }
            }
            if self.chance(0.4) {
                self.line("def __contains__(self, x):");
                self.line(format!("    return x in self.{f}"));
            }
            self.classes[class].elements = Some(*of);
        }
    }

    fn dataclass(&mut self) {
        let name = self.name("D");
        let id = self.classes.len();
        let options =
            [("", false, false), ("(order=True)", false, true), ("(frozen=True)", true, false), ("", false, false)];
        let (option, frozen, ordered) = options[self.below(4)];
        self.imports.insert("from dataclasses import dataclass, field");
        self.line(format!("@dataclass{option}"));
        self.line(format!("class {name}:"));
        self.indent += 1;
        let mut class = Class { name, frozen, ordered, hashable: frozen, cost: 4.0, ..Class::default() };
        for i in 0..1 + self.below(3) {
            let ty = self.simple_ty();
            let (note, stem) = match ty {
                Ty::Int => ("int", "n"),
                Ty::Float => ("float", "x"),
                Ty::Bool => ("bool", "ok"),
                _ => ("str", "s"),
            };
            let f = self.name(stem);
            let default = if i > 0 && (self.chance(0.4) || class.init.last().is_some_and(|p| p.default.is_some())) {
                Some(self.literal(&ty).s)
            } else {
                None
            };
            self.line(match &default {
                Some(d) => format!("{f}: {note} = {d}"),
                None => format!("{f}: {note}"),
            });
            class.fields.push((f.clone(), ty.clone()));
            class.init.push(Param { name: f, ty, default, keyword_only: false });
        }
        if !frozen && self.chance(0.3) {
            let f = self.name("tags");
            self.line(format!("{f}: list = field(default_factory=list)"));
            // Its elements are known from what a method puts there.
            self.line(format!("def put_{f}(self, s):"));
            self.line(format!("    if len(self.{f}) < 9:"));
            self.line(format!("        self.{f}.append(s)"));
            self.line(format!("    return len(self.{f})"));
            let params = vec![Param { name: "s".into(), ty: Ty::Str, default: None, keyword_only: false }];
            class.methods.push(Method {
                function: Function { name: format!("put_{f}"), params, star: None, ret: Ty::Int, cost: 4.0 },
                kind: Kind::Plain,
            });
        }
        self.classes.push(class);
        for _ in 0..self.below(3) {
            self.method(id);
        }
        self.indent -= 1;
    }

    /// A context manager, used at once.
    fn manager(&mut self) {
        let name = self.name("M");
        let swallows = self.chance(0.5);
        for line in [
            format!("class {name}:"),
            "    def __init__(self, label):".into(),
            "        self.label = label".into(),
            "        self.steps = []".into(),
            "    def __enter__(self):".into(),
            "        print('enter', self.label)".into(),
            "        return self".into(),
            "    def __exit__(self, kind, value, trace):".into(),
            "        print('exit', self.label, self.steps, kind is None)".into(),
            format!("        return {}", if swallows { "True" } else { "False" }),
        ] {
            self.line(line);
        }
        let f = self.name("f");
        self.line(format!("def {f}(n):"));
        let ret = self.simple_ty();
        let outside = self.enter(Some(ret.clone()), None);
        self.vars.push(Var { name: "n".into(), ty: Ty::Int, m: bound(&Ty::Int), full: false, fixed: false });
        let e = self.value(&ret, 2);
        let result = self.name("result");
        self.line(format!("{result} = {}", e.s));
        self.bind(result.clone(), ret.clone(), bound(&ret), false);
        let text = self.text(1);
        self.line(format!("with {name}({}) as m:", text.s));
        self.block(|g| {
            g.line("m.steps.append(n)");
            let risky = g.risky;
            g.risky |= swallows;
            g.some();
            g.risky = risky;
            if swallows && g.chance(0.4) {
                let test = g.boolean(2);
                g.line(format!("if {}:", test.s));
                g.block(|g| g.line("raise ValueError('inside')"));
            }
            if g.chance(0.3) {
                let e = g.value(&ret, 1);
                g.line(format!("return {}", e.at(prec::TERNARY)));
            } else {
                g.line("m.steps.append(0)");
            }
        });
        self.line(format!("return {result}"));
        let cost = self.leave(outside) + 10.0;
        let params = vec![Param { name: "n".into(), ty: Ty::Int, default: None, keyword_only: false }];
        if cost < 300.0 {
            self.functions.push(Function { name: f, params, star: None, ret, cost });
        }
    }
}
