//! Functions, closures, decorators, generators, recursion, and classes of exceptions.

use super::containers::bound;
use super::{Function, Gen, Param, Ty, Var, prec};

/// What a function does not see of where it is written.
pub(crate) struct Outside {
    vars: Vec<Var>,
    times: f64,
    work: f64,
    in_loop: bool,
    depth: usize,
    protected: usize,
    ret: Option<Ty>,
    yields: Option<Ty>,
}

impl Gen {
    /// Begins the body of a function: names outside can be read only.
    pub(crate) fn enter(&mut self, ret: Option<Ty>, yields: Option<Ty>) -> Outside {
        let outside = Outside {
            vars: self.vars.clone(),
            times: self.times,
            work: self.work,
            in_loop: self.in_loop,
            depth: self.depth,
            protected: self.protected,
            ret: std::mem::replace(&mut self.ret, ret),
            yields: std::mem::replace(&mut self.yields, yields),
        };
        for v in &mut self.vars {
            v.fixed = true;
        }
        (self.times, self.work, self.in_loop, self.depth, self.protected) = (1.0, 0.0, false, 1, 0);
        self.indent += 1;
        outside
    }

    /// Ends it; gives what the body costs.
    pub(crate) fn leave(&mut self, outside: Outside) -> f64 {
        let cost = self.work;
        self.indent -= 1;
        self.vars = outside.vars;
        (self.times, self.work, self.in_loop, self.depth, self.protected) =
            (outside.times, outside.work, outside.in_loop, outside.depth, outside.protected);
        self.ret = outside.ret;
        self.yields = outside.yields;
        cost
    }

    /// Parameters for a function, those with defaults last.
    pub(crate) fn params(&mut self, most: usize) -> Vec<Param> {
        let n = self.below(most + 1);
        let mut params: Vec<Param> = (0..n)
            .map(|_| {
                let ty = match self.ty(1) {
                    Ty::Iter(_) => Ty::Int,
                    ty => ty,
                };
                let stem = self.stem(&ty);
                Param { name: self.name(stem), ty, default: None, keyword_only: false }
            })
            .collect();
        let defaults = self.below(n + 1);
        for p in params.iter_mut().skip(n - defaults / 2) {
            if matches!(p.ty, Ty::Int | Ty::Float | Ty::Bool | Ty::Str | Ty::Tuple(_)) {
                p.default = Some(self.literal(&p.ty.clone()).s);
            }
        }
        // No parameter without a default behind one with it.
        if let Some(first) = params.iter().position(|p| p.default.is_some()) {
            params.truncate(
                params.iter().skip(first).position(|p| p.default.is_none()).map_or(params.len(), |k| first + k),
            );
        }
        params
    }

    pub(crate) fn signature(params: &[Param], star: Option<&str>, own: Option<&str>) -> String {
        let mut parts: Vec<String> = own.into_iter().map(str::to_owned).collect();
        let mut starred = false;
        if let Some(star) = star {
            let first = params.iter().position(|p| p.keyword_only).unwrap_or(params.len());
            parts.extend(params[..first].iter().map(shown));
            parts.push(format!("*{star}"));
            parts.extend(params[first..].iter().map(shown));
            return parts.join(", ");
        }
        for p in params {
            if p.keyword_only && !starred {
                starred = true;
                parts.push("*".into());
            }
            parts.push(shown(p));
        }
        parts.join(", ")
    }

    pub(crate) fn bind_params(&mut self, params: &[Param]) {
        for p in params {
            let full = p.default.is_none() && matches!(p.ty, Ty::List(_) | Ty::Str | Ty::Dict(..))
                || p.default.is_some() && p.ty == Ty::Str;
            self.vars.push(Var { name: p.name.clone(), m: bound(&p.ty), full, fixed: false, ty: p.ty.clone() });
        }
    }

    pub(crate) fn function(&mut self) {
        match self.below(12) {
            0 => return self.recursive(),
            1 | 2 => return self.generator(),
            3 => return self.maker(),
            _ => {}
        }
        let mut params = self.params(3);
        if let Some(last) = params.last_mut() {
            last.keyword_only = self.rng.f64() < 0.15;
        }
        let star = if self.chance(0.12) && params.iter().all(|p| p.default.is_none() && !p.keyword_only) {
            Some(self.simple_ty())
        } else {
            None
        };
        let mut ret = self.ty(1);
        if self.chance(0.1) {
            ret = Ty::Opt(Box::new(self.simple_ty()));
        }
        let name = self.name("f");
        if self.chance(0.12) {
            self.decorator(&name.clone());
        }
        self.line(format!("def {name}({}):", Self::signature(&params, star.as_ref().map(|_| "args"), None)));
        let cost = self.body(&params, star.as_ref(), &ret, None);
        if cost < 400.0 {
            self.functions.push(Function { name, params, star, ret, cost: cost + 1.0 });
        }
    }

    /// The body of a function or method; gives its cost.
    pub(crate) fn body(&mut self, params: &[Param], star: Option<&Ty>, ret: &Ty, object: Option<(usize, &str)>) -> f64 {
        let outside = self.enter(Some(ret.clone()), None);
        if self.chance(0.1) {
            self.line("\"\"\"What it gives.\"\"\"");
        }
        self.bind_params(params);
        if let Some((class, name)) = object {
            let mut fields = self.opened(name, class);
            for f in &mut fields {
                f.fixed = self.classes[class].frozen;
                f.full = matches!(f.ty, Ty::List(_));
            }
            self.vars.extend(fields);
            self.vars.push(Var { name: name.to_owned(), ty: Ty::Object(class), m: 0.0, full: false, fixed: true });
        }
        if let Some(of) = star {
            let (total, item) = (self.name("acc"), self.name("v"));
            self.line(format!("{total} = len(args)"));
            self.line(format!("for {item} in args:"));
            let m = bound(of);
            self.looped(4.0, |g| {
                g.vars.push(Var { name: item, ty: of.clone(), m, full: false, fixed: true });
                g.some();
                let e = g.int(2);
                g.line(format!("{total} = ({total} + {}) % 9973", e.at(prec::PRODUCT)));
            });
            self.bind(total, Ty::Int, super::INT, false);
        }
        for _ in 0..1 + self.below(4) {
            if self.chance(0.12) {
                let test = self.boolean(2);
                self.line(format!("if {}:", test.s));
                let e = self.value(ret, 2);
                self.block(|g| g.line(format!("return {}", e.s)));
            }
            self.statement();
        }
        let e = self.value(ret, 3);
        self.line(format!("return {}", e.s));
        self.leave(outside)
    }

    /// A function of a known pattern that calls itself.
    fn recursive(&mut self) {
        let name = self.name("r");
        let (k, m) = (1 + self.below(4), self.pick(&["1009", "97", "10007"]).to_owned());
        let text = match self.below(6) {
            0 => format!("def {name}(n):\n    if n <= 1:\n        return {k}\n    return n * {name}(n - 1) % {m}"),
            1 => format!("def {name}(n):\n    return n + {k} if n < 2 else ({name}(n - 1) + {name}(n - 2)) % {m}"),
            2 => format!(
                "def {name}(n, a={k}):\n    if n <= 0:\n        return a\n    return {name}(n - 2, (a * 3 + n) % {m})"
            ),
            3 => format!(
                "def {name}(n):\n    if n < {k}:\n        return str(n)\n    return {name}(n // 2) + str(n % 2)"
            ),
            4 => format!("def {name}(n):\n    if n <= 0:\n        return []\n    return [n % {m}] + {name}(n - {k})"),
            _ => format!(
                "def {name}(xs):\n    if not xs:\n        return 0\n    return (xs[0] * {k} - {name}(xs[1:])) % {m}"
            ),
        };
        for line in text.split('\n') {
            self.line(line);
        }
        let (params, ret) = match () {
            () if text.contains("(xs)") => (vec![Ty::list(Ty::Int)], Ty::Int),
            () if text.contains("str(n)") => (vec![Ty::Int], Ty::Str),
            () if text.contains("return []") => (vec![Ty::Int], Ty::list(Ty::Int)),
            () => (vec![Ty::Int], Ty::Int),
        };
        // A call must end soon: the wrapper bounds the argument.
        if params[0] == Ty::Int {
            let outer = self.name("f");
            self.line(format!("def {outer}(n):"));
            self.line(format!("    return {name}(n % 9)"));
            let params = vec![Param { name: "n".into(), ty: Ty::Int, default: None, keyword_only: false }];
            self.functions.push(Function { name: outer, params, star: None, ret, cost: 100.0 });
        } else {
            let params = vec![Param { name: "xs".into(), ty: params[0].clone(), default: None, keyword_only: false }];
            self.functions.push(Function { name, params, star: None, ret, cost: 20.0 });
        }
    }

    fn generator(&mut self) {
        let name = self.name("g");
        let of = self.simple_ty();
        let params = self.params(2);
        self.line(format!("def {name}({}):", Self::signature(&params, None, None)));
        let outside = self.enter(None, Some(of.clone()));
        self.bind_params(&params);
        if self.chance(0.5) {
            self.statement();
        }
        if self.chance(0.3) {
            let e = self.value(&of, 2);
            self.line(format!("yield {}", e.s));
        }
        let v = self.name("i");
        let n = 2 + self.below(3);
        self.line(format!("for {v} in range({n}):"));
        self.looped(n as f64, |g| {
            g.vars.push(Var { name: v.clone(), ty: Ty::Int, m: 5.0, full: false, fixed: true });
            if g.chance(0.4) {
                g.statement();
            }
            if g.chance(0.25) {
                let test = g.boolean(2);
                g.line(format!("if {}:", test.s));
                let word = g.pick(&["return", "continue", "break"]);
                g.block(|g| g.line(word));
            }
            let e = g.value(&of, 2);
            g.line(format!("yield {}", e.s));
        });
        if self.chance(0.2) {
            let e = self.list(&of, 1);
            if e.m <= 12.0 {
                self.line(format!("yield from {}", e.s));
            }
        }
        let cost = self.leave(outside);
        if cost < 300.0 {
            self.functions.push(Function {
                name: name.clone(),
                params: params.clone(),
                star: None,
                ret: Ty::Iter(Box::new(of.clone())),
                cost: cost + 1.0,
            });
            // What is asked of it most: its items as a list.
            let wrapper = self.name("f");
            let form = match of {
                Ty::Int if self.chance(0.4) => "sum({}) % 9973",
                Ty::Str if self.chance(0.4) => "'-'.join({})[:20]",
                _ => "list({})[:9]",
            };
            let args = params.iter().map(|p| p.name.clone()).collect::<Vec<_>>().join(", ");
            self.line(format!("def {wrapper}({}):", Self::signature(&params, None, None)));
            self.line(format!("    return {}", form.replace("{}", &format!("{name}({args})"))));
            let ret = if form.starts_with("sum") {
                Ty::Int
            } else if form.starts_with('\'') {
                Ty::Str
            } else {
                Ty::list(of)
            };
            self.functions.push(Function { name: wrapper, params, star: None, ret, cost: cost + 10.0 });
        }
    }

    /// A function that gives a closure, and one that uses it.
    fn maker(&mut self) {
        let (make, call) = (self.name("make"), self.name("f"));
        let (k, m) = (1 + self.below(9), self.pick(&["97", "1000", "101"]).to_owned());
        let text = match self.below(4) {
            0 => format!(
                "def {make}(k):\n    def step(x):\n        return (x * k + {k}) % {m}\n    return step\ndef {call}(n):\n    step = {make}(n % 7)\n    return step(n) + step({k})"
            ),
            1 => format!(
                "def {make}(start):\n    count = start\n    def tick(by=1):\n        nonlocal count\n        count = (count + by) % {m}\n        return count\n    return tick\ndef {call}(n):\n    tick = {make}(n)\n    tick()\n    tick(by={k})\n    return tick(n % 5)"
            ),
            2 => format!(
                "def {make}(*fs):\n    def run(x):\n        for f in fs:\n            x = f(x) % {m}\n        return x\n    return run\ndef {call}(n):\n    return {make}(lambda q: q + {k}, lambda q: q * 3, abs)(n)"
            ),
            _ => format!(
                "def {make}(n):\n    seen = []\n    def add(x):\n        seen.append((x + n) % {m})\n        return len(seen)\n    for i in range({}):\n        add(i * {k})\n    return sum(seen)\ndef {call}(n):\n    return {make}(n) % {m}",
                k.min(6)
            ),
        };
        for line in text.split('\n') {
            self.line(line);
        }
        let params = vec![Param { name: "n".into(), ty: Ty::Int, default: None, keyword_only: false }];
        self.functions.push(Function { name: call, params, star: None, ret: Ty::Int, cost: 20.0 });
    }

    fn decorator(&mut self, _name: &str) {
        let name = self.name("deco");
        match self.below(3) {
            0 => {
                self.imports.insert("from functools import wraps");
                for line in [
                    format!("def {name}(f):"),
                    "    @wraps(f)".into(),
                    "    def called(*args, **kwargs):".into(),
                    "        r = f(*args, **kwargs)".into(),
                    "        print(f.__name__, len(args), sorted(kwargs))".into(),
                    "        return r".into(),
                    "    return called".into(),
                    format!("@{name}"),
                ] {
                    self.line(line);
                }
            }
            1 => {
                for line in [
                    format!("def {name}(label):"),
                    "    def decorate(f):".into(),
                    "        def called(*args, **kwargs):".into(),
                    "            print(label)".into(),
                    "            return f(*args, **kwargs)".into(),
                    "        return called".into(),
                    "    return decorate".into(),
                    format!("@{name}('call')"),
                ] {
                    self.line(line);
                }
            }
            _ => {
                for line in [
                    format!("CALLS{name} = []"),
                    format!("def {name}(f):"),
                    "    def called(*args, **kwargs):".into(),
                    format!("        CALLS{name}.append(len(args))"),
                    "        return f(*args, **kwargs)".into(),
                    "    return called".into(),
                    format!("@{name}"),
                ] {
                    self.line(line);
                }
            }
        }
    }

    /// A function inside the current block, or a lambda under a name.
    pub(crate) fn closure(&mut self) {
        if self.chance(0.4) {
            let (ty, ret) = (self.simple_ty(), self.simple_ty());
            let (name, p) = (self.name("fn"), self.name("q"));
            let plain = std::mem::replace(&mut self.plain, true);
            let m = bound(&ty);
            let body = self.with_var(&p, ty.clone(), m, |g| g.value(&ret, 2));
            self.plain = plain;
            self.line(format!("{name} = lambda {p}: {}", body.s));
            let (x, y) = (self.value(&ty, 2), self.value(&ty, 1));
            return self.line(format!("print({name}({}), {name}({}))", x.s, y.s));
        }
        let params = self.params(2);
        let ret = self.simple_ty();
        let name = self.name("inner");
        // A name of the function around it that it changes.
        let inside = self.ret.is_some();
        let changed = self.choose(|v| !v.fixed && v.ty == Ty::Int && !v.name.contains('.'));
        let vars = self.vars.len();
        self.line(format!("def {name}({}):", Self::signature(&params, None, None)));
        let outside = self.enter(Some(ret.clone()), None);
        if let Some(v) = &changed {
            self.line(format!("{} {}", if inside { "nonlocal" } else { "global" }, v.name));
            self.line(format!("{n} = ({n} * 5 + 1) % 9973", n = v.name));
        }
        self.bind_params(&params);
        if self.chance(0.6) {
            self.statement();
        }
        let e = self.value(&ret, 2);
        self.line(format!("return {}", e.s));
        let cost = self.leave(outside) + 1.0;
        debug_assert_eq!(vars, self.vars.len());
        let f = Function { name: name.clone(), params, star: None, ret, cost };
        for _ in 0..1 + self.below(2) {
            if self.affordable(cost) {
                let e = self.call_of(&name, &f, 2);
                self.line(format!("print({})", e.s));
            }
        }
    }

    pub(crate) fn error_classes(&mut self) {
        let (a, b) = (self.name("Fault"), self.name("Code"));
        for line in [
            format!("class {a}(Exception):"),
            "    pass".into(),
            format!("class {b}({}):", if self.chance(0.5) { a.clone() } else { "ValueError".into() }),
            "    def __init__(self, code):".into(),
            "        super().__init__(f'code {code}')".into(),
            "        self.code = code".into(),
        ] {
            self.line(line);
        }
        self.errors = vec![a, b];
    }
}

fn shown(p: &Param) -> String {
    match &p.default {
        Some(d) => format!("{}={d}", p.name),
        None => p.name.clone(),
    }
}
