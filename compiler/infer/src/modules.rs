//! Modules: what `import` gives, and the functions of math, time and numba.

use crate::expr::Args;
use crate::state::*;
use crate::suggest::closest;
use crate::value::*;
use quipu_abi::{DType, ErrorKind};
use quipu_diagnostics::Diagnostic;
use quipu_ir::ops::{self, ScalarFn};
use quipu_syntax::Symbol;
use std::rc::Rc;

pub const MODULES: &[&str] = &[
    "numpy",
    "math",
    "time",
    "numba",
    "sys",
    "quipu",
    "dataclasses",
    "typing",
    "abc",
    "functools",
    "itertools",
    "operator",
    "bisect",
    "heapq",
    "collections",
    "numpy.linalg",
];

const MATH: &[(&str, &ScalarFn)] = &[
    ("sqrt", &ops::SQRT),
    ("cbrt", &ops::CBRT),
    ("exp", &ops::EXP),
    ("exp2", &ops::EXP2),
    ("expm1", &ops::EXPM1),
    ("log", &ops::LOG),
    ("log2", &ops::LOG2),
    ("log10", &ops::LOG10),
    ("log1p", &ops::LOG1P),
    ("sin", &ops::SIN),
    ("cos", &ops::COS),
    ("tan", &ops::TAN),
    ("asin", &ops::ASIN),
    ("acos", &ops::ACOS),
    ("atan", &ops::ATAN),
    ("sinh", &ops::SINH),
    ("cosh", &ops::COSH),
    ("tanh", &ops::TANH),
    ("asinh", &ops::ASINH),
    ("acosh", &ops::ACOSH),
    ("atanh", &ops::ATANH),
    ("atan2", &ops::ATAN2),
    ("hypot", &ops::HYPOT),
    ("copysign", &ops::COPYSIGN),
    ("fmod", &ops::FMOD),
    ("fabs", &ops::ABS),
    ("pow", &ops::POW),
    ("floor", &ops::FLOOR),
    ("ceil", &ops::CEIL),
    ("trunc", &ops::TRUNC),
    ("isnan", &ops::ISNAN),
    ("isinf", &ops::ISINF),
    ("isfinite", &ops::ISFINITE),
];

const MATH_OTHERS: &[&str] = &["gcd", "factorial", "degrees", "radians", "isqrt", "comb", "perm", "lcm"];

impl<'a> Lower<'a, '_> {
    pub fn import_module(&mut self, name: &str) -> R<Val<'a>> {
        if let Some(v) = self.import_file(name)? {
            return Ok(v);
        }
        if let Some(m) = MODULES.iter().find(|m| **m == name) {
            return Ok(Val::Module(m));
        }
        let mut d = Diagnostic::error("unknown-module", format!("there is no module `{name}` here"), self.span);
        d = match closest(name, MODULES.iter().copied()) {
            Some(m) => d.help(format!("did you mean `{m}`?")),
            None => {
                let whole = crate::WHOLE.iter().map(|(m, _)| *m);
                let all: Vec<&str> = MODULES.iter().copied().chain(whole).collect();
                d.help(format!("the modules are {}, and the files beside the program", all.join(", ")))
            }
        };
        self.fail(d)
    }

    pub fn module_attribute(&mut self, module: &'static str, name: Symbol) -> R<Val<'a>> {
        if let Some(v) = self.file_attribute(module, name)? {
            return Ok(v);
        }
        let n = name.as_str();
        let builtin = |module: &'static str, name: &'static str| Ok(Val::Builtin(Builtin { module, name }));
        match module {
            "typing" if n == "reveal_type" => return builtin("builtins", "reveal_type"),
            "abc" if n == "ABC" => return Ok(Val::Class(Class::Object)),
            "typing" if n == "TYPE_CHECKING" => return Ok(self.boolean(false)),
            "typing" | "abc" | "dataclasses" | "functools"
                if let Some(b) = crate::builtins::names::marker(module, n) =>
            {
                return Ok(Val::Builtin(b));
            }
            "dataclasses" if n == "FrozenInstanceError" => {
                return Ok(Val::Class(Class::Exception(ErrorKind::FrozenInstanceError)));
            }
            "tables" => {
                if let Some(f) = crate::objects::TABLES.iter().find(|f| **f == n) {
                    return builtin("tables", f);
                }
            }
            "collections" if n == "namedtuple" => return builtin("collections", "namedtuple"),
            "collections" => {
                use Collection::{Counter, DefaultDict, Deque, OrderedDict};
                let all = [DefaultDict, Counter, OrderedDict, Deque];
                if let Some(c) = all.into_iter().find(|c| c.name() == n) {
                    return Ok(Val::Class(Class::Collection(c)));
                }
                if !self.in_library_code() {
                    return self.unsupported(
                        format!("`collections.{n}`"),
                        "what is there is defaultdict, Counter, OrderedDict, deque and namedtuple",
                    );
                }
            }
            "numpy.linalg" if n == "LinAlgError" => {
                return Ok(Val::Class(Class::Exception(ErrorKind::LinAlgError)));
            }
            "numpy" | "quipu" => {
                match n {
                    "linalg" => return Ok(Val::Module("numpy.linalg")),
                    "pi" => return Ok(self.float(std::f64::consts::PI)),
                    "e" => return Ok(self.float(std::f64::consts::E)),
                    "inf" => return Ok(self.float(f64::INFINITY)),
                    "nan" => return Ok(self.float(f64::NAN)),
                    "newaxis" => return Ok(Val::None),
                    "bool_" | "bool" => return Ok(Val::Class(Class::Np(DType::Bool))),
                    "intp" | "int_" => return Ok(Val::Class(Class::Np(DType::I64))),
                    "float_" | "double" => return Ok(Val::Class(Class::Np(DType::F64))),
                    "single" => return Ok(Val::Class(Class::Np(DType::F32))),
                    "ndarray" => return Ok(Val::Class(Class::Ndarray)),
                    _ => {}
                }
                if let Some(d) = DType::from_name(n) {
                    return Ok(Val::Class(Class::Np(d)));
                }
                if let Some(v) = crate::numpy::lookup(n) {
                    return Ok(v);
                }
            }
            "math" => {
                match n {
                    "pi" => return Ok(self.float(std::f64::consts::PI)),
                    "e" => return Ok(self.float(std::f64::consts::E)),
                    "tau" => return Ok(self.float(std::f64::consts::TAU)),
                    "inf" => return Ok(self.float(f64::INFINITY)),
                    "nan" => return Ok(self.float(f64::NAN)),
                    _ => {}
                }
                if let Some((m, _)) = MATH.iter().find(|(m, _)| *m == n) {
                    return builtin("math", m);
                }
                if let Some(m) = MATH_OTHERS.iter().find(|m| **m == n) {
                    return builtin("math", m);
                }
            }
            "time" => match n {
                "perf_counter" => return builtin("time", "perf_counter"),
                "time" => return builtin("time", "time"),
                // A clock that never goes back, as the one above is.
                "monotonic" => return builtin("time", "perf_counter"),
                _ => {}
            },
            "operator" if matches!(n, "abs" | "pow") => {
                return builtin("builtins", if n == "abs" { "abs" } else { "pow" });
            }
            "streams" if let Some(f) = crate::builtins::streams::FUNCTIONS.iter().find(|f| **f == n) => {
                return builtin("streams", f);
            }
            "sys" if let Some(f) = crate::builtins::streams::STREAMS.iter().find(|f| **f == n) => {
                return builtin("streams", f);
            }
            "sys" if n == "argv" => return self.argv(),
            "sys" if n == "maxsize" => return Ok(self.int(i64::MAX)),
            "numba" => match n {
                "prange" => return Ok(Val::Builtin(Builtin { module: "builtins", name: "range" })),
                "njit" | "jit" => return builtin("math", "njit"),
                _ => {}
            },
            _ => {}
        }
        if let Some(v) = self.stdlib_function(module, name) {
            return Ok(v);
        }
        let mut d = Diagnostic::error("unknown-attribute", format!("module `{module}` has no `{n}` here"), self.span);
        // Names that NumPy had once, and parts of it that are modules.
        let help = match (module, n) {
            ("numpy", "float" | "int" | "complex" | "object" | "str") => {
                Some(format!("write `{n}`, Python's own: NumPy has no other name for it"))
            }
            ("numpy", "random" | "fft") => Some(format!("`numpy.{n}` is not part of Quipu's library yet")),
            _ => closest(n, self.module_names(module).into_iter()).map(|s| format!("did you mean `{s}`?")),
        };
        d.help.extend(help);
        self.fail(d)
    }

    /// What a module has that is not a file of the program's.
    pub fn module_names(&self, module: &str) -> Vec<&'static str> {
        let own: Vec<&str> = match module {
            "math" => MATH.iter().map(|m| m.0).chain(MATH_OTHERS.iter().copied()).chain(["pi", "e", "tau"]).collect(),
            "numpy" | "quipu" => crate::numpy::names().chain(["pi", "e", "inf", "nan", "newaxis"]).collect(),
            "time" => vec!["perf_counter", "time", "monotonic"],
            "numba" => vec!["njit", "jit", "prange"],
            "sys" => vec!["argv", "maxsize", "stdin", "stdout", "stderr"],
            _ => vec![],
        };
        own.into_iter().chain(self.cx.library.names(module)).collect()
    }

    /// A function of the standard library that is written in the language.
    pub fn stdlib_function(&mut self, module: &'static str, name: Symbol) -> Option<Val<'a>> {
        let def = self.cx.library_function(module, name)?;
        // The library's own frame: its names are the module's.
        let frame = match self.frames.iter().position(|f| f.module && &*f.name == module) {
            Some(k) => k,
            None => {
                self.frames.push(Frame {
                    slots: Slots::default(),
                    parent: None,
                    scope: Rc::new(Scope::default()),
                    path: 0x57d1,
                    name: module.into(),
                    module: true,
                    marks: Marks::default(),
                    caller: None,
                    needs: None,
                    life: Life {
                        id: module.bytes().fold(0x57d1, |h: u64, b| h.wrapping_mul(31).wrapping_add(b.into())),
                        ..Life::default()
                    },
                });
                self.frames.len() - 1
            }
        };
        let mut defaults = vec![];
        let (at, span) = (self.at, self.span);
        self.at = frame;
        for p in def.params.iter() {
            if let Some(e) = &p.default
                && let Ok(v) = self.expr(e)
            {
                defaults.push((p.name.name, v));
            }
        }
        self.at = at;
        self.set_span(span);
        Some(Val::Func(self.make_function(Code::Def(def), frame, defaults, Marks::default(), def.name.span)))
    }

    pub fn call_math(&mut self, b: Builtin, args: Args<'a>) -> R<Val<'a>> {
        match b.name {
            "njit" => {
                let mut marks = Marks::default();
                for (k, v) in &args.kw {
                    let on = v.bool_known().unwrap_or(!matches!(v, Val::None));
                    match k.as_str() {
                        "fastmath" => marks.fastmath = on,
                        "parallel" => marks.parallel = on,
                        "nopython" | "cache" | "nogil" | "inline" | "boundscheck" | "error_model" => {}
                        k => return self.unsupported(format!("the argument `{k}` of njit"), "leave it out"),
                    }
                }
                return match args.pos.first() {
                    Some(f @ Val::Func(_)) => Ok(f.clone()),
                    _ => Ok(Val::Decorator(marks)),
                };
            }
            "perf_counter" | "time" => {
                let v = self.b.emit_n(
                    ops::Extern(if b.name == "time" { &ops::TIME } else { &ops::PERF_COUNTER }),
                    &[],
                    vec![],
                )[0];
                return Ok(self.py(DType::F64, v));
            }
            _ => {}
        }
        if let Some(k) = args.pos.iter().position(|v| matches!(v, Val::Union(_))) {
            let u = args.pos[k].clone();
            let r = self.split_union(&u, |lw, m| {
                let mut args = args.clone();
                args.pos[k] = m.clone();
                lw.call_math(b, args)
            })?;
            return Ok(r.unwrap_or(Val::None));
        }
        let mut xs = vec![];
        for v in &args.pos {
            xs.push(match v {
                Val::Scalar(s) if !s.dtype.is_complex() => self.b.cast(s.var, DType::F64),
                Val::Array(p) if p.dims.is_empty() => {
                    let x = self.read_element(p)?;
                    self.b.cast(x, DType::F64)
                }
                Val::Array(_) => {
                    return self
                        .raise(ErrorKind::TypeError, "only 0-dimensional arrays can be converted to Python scalars");
                }
                v => {
                    let name = self.python_class_name(v);
                    return self.raise(ErrorKind::TypeError, &format!("must be real number, not {name}"));
                }
            });
        }
        let n = xs.len();
        let float = |lw: &Self, v| Ok(lw.py(DType::F64, v));
        match (b.name, n) {
            ("floor" | "ceil" | "trunc", 1) => {
                if let Val::Scalar(s) = &args.pos[0]
                    && s.dtype.is_int()
                {
                    let v = self.b.cast(s.var, DType::I64);
                    return Ok(self.py(DType::I64, v));
                }
                let row = match b.name {
                    "floor" => &ops::FLOOR,
                    "ceil" => &ops::CEIL,
                    _ => &ops::TRUNC,
                };
                let v = self.b.map(row, &[xs[0]]);
                let v = self.py(DType::F64, v);
                self.call_class(Class::Int, Args { pos: vec![v], kw: vec![] })
            }
            ("isnan" | "isinf" | "isfinite", 1) => {
                let row = MATH.iter().find(|(m, _)| *m == b.name).map_or(&ops::ISNAN, |r| r.1);
                let v = self.b.map(row, &[xs[0]]);
                Ok(self.py(DType::Bool, v))
            }
            ("degrees", 1) => {
                let k = self.b.f64(180.0 / std::f64::consts::PI);
                let v = self.b.mul(xs[0], k);
                float(self, v)
            }
            ("radians", 1) => {
                let k = self.b.f64(std::f64::consts::PI / 180.0);
                let v = self.b.mul(xs[0], k);
                float(self, v)
            }
            ("gcd" | "factorial" | "isqrt" | "comb" | "perm" | "lcm", _) => {
                match self.stdlib_function("math", Symbol::new(b.name)) {
                    Some(f) => self.call(&f, args),
                    None => self.unsupported(format!("math.{}", b.name), "write the loop"),
                }
            }
            ("log", 2) => {
                let a = self.math_checked("log", &ops::LOG, &[xs[0]])?;
                let c = self.math_checked("log", &ops::LOG, &[xs[1]])?;
                let zero = self.b.f64(0.0);
                let bad = self.b.map(&ops::EQ, &[c, zero]);
                self.raise_if(bad, ErrorKind::ZeroDivisionError, "float division by zero", &[]);
                let v = self.b.div(a, c);
                float(self, v)
            }
            (name, _) => {
                let Some((_, row)) = MATH.iter().find(|(m, _)| *m == name) else {
                    return self.unsupported(format!("math.{name}"), "see the reference");
                };
                if name == "hypot" && n != 2 {
                    return self.unsupported(
                        "math.hypot of another number of arguments than two",
                        "write the root of the sum",
                    );
                }
                if row.arity != n {
                    return self.raise(
                        ErrorKind::TypeError,
                        &format!(
                            "{name} expected {} argument{}, got {n}",
                            row.arity,
                            if row.arity == 1 { "" } else { "s" }
                        ),
                    );
                }
                let v = self.math_checked(name, row, &xs)?;
                float(self, v)
            }
        }
    }

    /// A function of the math module raises where the result is not a number or infinite, but the arguments are.
    fn math_checked(&mut self, name: &str, row: &'static ScalarFn, xs: &[quipu_ir::Var]) -> R<quipu_ir::Var> {
        let v = self.b.map(row, xs);
        if matches!(name, "fabs" | "copysign" | "atan" | "tanh" | "asinh" | "atan2" | "cbrt") {
            return Ok(v);
        }
        let nan = self.b.map(&ops::ISNAN, &[v]);
        let mut bad = nan;
        for x in xs {
            let n = self.b.map(&ops::ISNAN, &[*x]);
            let n = self.b.map(&ops::NOT, &[n]);
            bad = self.b.map(&ops::AND, &[bad, n]);
        }
        self.raise_if(bad, ErrorKind::ValueError, "math domain error", &[]);
        if matches!(name, "sin" | "cos" | "tan" | "sqrt" | "asin" | "acos" | "fmod") {
            return Ok(v);
        }
        let mut inf = self.b.map(&ops::ISINF, &[v]);
        for x in xs {
            let f = self.b.map(&ops::ISFINITE, &[*x]);
            inf = self.b.map(&ops::AND, &[inf, f]);
        }
        match name {
            "log" | "log2" | "log10" | "log1p" | "atanh" => {
                self.raise_if(inf, ErrorKind::ValueError, "math domain error", &[]);
            }
            "pow" => {
                let zero = self.b.f64(0.0);
                let at_zero = self.b.map(&ops::EQ, &[xs[0], zero]);
                let domain = self.b.map(&ops::AND, &[inf, at_zero]);
                self.raise_if(domain, ErrorKind::ValueError, "math domain error", &[]);
                self.raise_if(inf, ErrorKind::OverflowError, "math range error", &[]);
            }
            _ => self.raise_if(inf, ErrorKind::OverflowError, "math range error", &[]),
        }
        Ok(v)
    }
}
