//! Functions of their own: recursive ones, one specialization per types of their arguments.
//!
//! Parameters and results are flat values. Arrays and lists that the callee stores into are handed over and come
//! back as further results. What a call returns is a fact that starts at bottom: while it is bottom, the path of a
//! recursive call ends; when it rises, the function is walked again.
//!
//! An outlined function sees of the frames around it only what cannot change: functions, modules, classes, and
//! numbers and strings whose name is bound once.

use crate::state::*;
use crate::value::*;
use quipu_abi::ErrorKind;
use quipu_ir::ops::{self, Effects};
use quipu_ir::{Builder, Dim, Func, FuncId, Signature, Sym, Ty, Var};
use quipu_syntax::Symbol;
use std::rc::Rc;

/// Types of the arguments; functions among them by their definition.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Key {
    pub code: usize,
    pub args: Vec<(Symbol, ArgKey)>,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum ArgKey {
    Type(T),
    Static(usize),
}

#[derive(Clone, Debug)]
pub struct Spec {
    pub func: FuncId,
    pub running: bool,
    pub ret: T,
    /// Parameters (by position among the flat groups) that the callee stores into.
    pub mutated: Vec<bool>,
    pub name: Rc<str>,
}

fn code_id(c: &Closure<'_>) -> usize {
    match c.code {
        Code::Def(d) => std::ptr::from_ref(d) as usize,
        Code::Lambda(_, e) => std::ptr::from_ref(e) as usize,
    }
}

pub fn call<'a>(lw: &mut Lower<'a, '_>, c: &Rc<Closure<'a>>, bound: Vec<(Symbol, Val<'a>)>) -> R<Val<'a>> {
    let mut args = vec![];
    for (n, v) in &bound {
        let key = match v {
            Val::Func(f) => ArgKey::Static(code_id(f)),
            v => match lw.type_of(v) {
                T::Static(what) => {
                    return lw.unsupported(
                        format!("{what} passed to the recursive function `{}`", c.code.name()),
                        "use it by its global name",
                    );
                }
                t => ArgKey::Type(t),
            },
        };
        args.push((*n, key));
    }
    let key = Key { code: code_id(c), args };
    if !lw.cx.specs.contains_key(&key) {
        specialize(lw, c, &key, &bound)?;
    }
    let spec = lw.cx.specs[&key].clone();
    if spec.ret == T::Never {
        emit_call(lw, &key, &spec, &bound)?;
        // Not reached: the call raises.
        return lw.raise(ErrorKind::RecursionError, "maximum recursion depth exceeded");
    }
    emit_call(lw, &key, &spec, &bound)
}

/// The types of a call's flat operands, grouped by parameter, with symbols of the signature's own.
fn signature(lw: &mut Lower<'_, '_>, key: &Key, spec: &Spec) -> (Signature, Vec<usize>) {
    let mut next = 0;
    let mut own = |t: Ty| match t {
        Ty::Array(d, dims) => {
            let dims = dims.iter().map(|_| {
                next += 1;
                Dim::from(Sym(next - 1))
            });
            Ty::Array(d, dims.collect())
        }
        t => t,
    };
    let (mut params, mut consumes, mut widths) = (vec![], vec![], vec![]);
    let mut back = vec![];
    for (k, (_, a)) in key.args.iter().enumerate() {
        let ArgKey::Type(t) = a else {
            widths.push(0);
            continue;
        };
        let tys: Vec<Ty> = lw.flat_tys(t).into_iter().map(&mut own).collect();
        let mutated = spec.mutated.get(k).copied().unwrap_or(false);
        widths.push(tys.len());
        consumes.extend(vec![mutated; tys.len()]);
        if mutated {
            back.extend(lw.flat_tys(t));
        }
        params.extend(tys);
    }
    let mut results: Vec<Ty> = lw.flat_tys(&spec.ret).into_iter().map(&mut own).collect();
    results.extend(back.into_iter().map(&mut own));
    (Signature { params, consumes, results, values: vec![], effects: Effects::IO }, widths)
}

fn emit_call<'a>(lw: &mut Lower<'a, '_>, key: &Key, spec: &Spec, bound: &[(Symbol, Val<'a>)]) -> R<Val<'a>> {
    let (sig, _) = signature(lw, key, spec);
    let mut operands = vec![];
    for (k, ((_, a), (_, v))) in key.args.iter().zip(bound).enumerate() {
        let ArgKey::Type(t) = a else { continue };
        if spec.mutated[k] {
            let id = match v {
                Val::Array(p) => p.base,
                Val::List(l) if l.path.is_empty() && matches!(lw.base(l.base).kind, BaseKind::List { .. }) => l.base,
                _ => {
                    return lw.unsupported(
                        "a recursive function that stores into part of this value",
                        "pass the whole array",
                    );
                }
            };
            lw.check_thawed(id)?;
            if lw.base(id).cells.is_some() {
                return lw.unsupported(
                    "a recursive function that stores into an array that a handler of an exception sees",
                    "put the `try` into the recursive function, or pass a copy",
                );
            }
            let aliased = bound
                .iter()
                .enumerate()
                .any(|(j, (_, w))| j != k && lw.roots(id).iter().any(|r| lw.mentions(w, *r) > 0));
            if aliased {
                return lw.unsupported(
                    "two arguments of a recursive function share an array that it stores into",
                    "pass a copy of one of them",
                );
            }
        }
        operands.extend(lw.flatten(v, t)?);
    }
    let op = ops::Call { func: spec.func, name: spec.name.clone(), sig: Rc::new(sig) };
    let outs = lw.b.emit_n(op, &operands, vec![]);
    let mut it = outs.into_iter();
    let site = lw.site();
    let v = lw.unflatten(&spec.ret, &mut it, site);
    for (k, ((_, a), (_, v))) in key.args.iter().zip(bound).enumerate() {
        if !spec.mutated[k] {
            continue;
        }
        let ArgKey::Type(t) = a else { continue };
        let n = lw.flat_tys(t).len();
        let new: Vec<Var> = (0..n).map(|_| it.next().expect("a result per column")).collect();
        match v {
            Val::Array(p) => {
                // The callee keeps the shape.
                let x = lw.emit(ops::Reshape { dims: p.dims.to_vec() }, &[new[0]]);
                lw.write(p, x)?;
            }
            Val::List(l) => {
                for (c, v) in new.into_iter().enumerate() {
                    lw.set_version(l.base, c, v);
                }
                lw.base_mut(l.base).epoch += 1;
            }
            _ => {}
        }
    }
    Ok(v)
}

/// Walks the function for these types until nothing rises, and puts it into the module.
fn specialize<'a>(lw: &mut Lower<'a, '_>, c: &Rc<Closure<'a>>, key: &Key, bound: &[(Symbol, Val<'a>)]) -> R<()> {
    let func = FuncId(lw.cx.module.funcs.len() as u32);
    lw.cx.module.funcs.push(Func::default());
    let name: Rc<str> = format!("{}.{}", c.code.name(), func.0).into();
    let spec = Spec { func, running: true, ret: T::Never, mutated: vec![false; key.args.len()], name };
    lw.cx.specs.insert(key.clone(), spec);
    // Only frames around the definition are visible.
    let mut chain = vec![];
    let mut at = Some(c.frame);
    while let Some(k) = at {
        chain.push(lw.frames[k].clone());
        at = lw.frames[k].parent;
    }
    chain.reverse();
    let loc_span = lw.span;
    let mut rounds = 0;
    let path = path_of(c, key);
    loop {
        rounds += 1;
        if rounds > 60 {
            return lw.unsupported(
                "a recursion whose types never settle",
                "annotate by starting from values of the final type",
            );
        }
        let spec = lw.cx.specs[key].clone();
        match walk(lw, c, key, bound, &spec, &chain, (path, loc_span)) {
            Ok((f, ret, mutated)) => {
                let joined = match spec.ret.join(&ret) {
                    Some(t) => t,
                    None => {
                        return lw
                            .error("type-mismatch", format!("`{}` returns {} and {ret}", c.code.name(), spec.ret));
                    }
                };
                let mutated: Vec<bool> = mutated.iter().zip(&spec.mutated).map(|(a, b)| *a || *b).collect();
                if joined == spec.ret && mutated == spec.mutated {
                    let done = Spec { running: false, ..spec };
                    lw.cx.module.funcs[done.func.index()] = f;
                    lw.cx.specs.insert(key.clone(), done);
                    return Ok(());
                }
                // Others that were walked meanwhile saw too little.
                let cx = &mut *lw.cx;
                for s in cx.specs.values().filter(|s| !s.running && s.func.index() > func.index()) {
                    // Nothing that stays calls it: only this walk has.
                    cx.module.funcs[s.func.index()] = Builder::new(&s.name, &[], 0).0.finish(&[]);
                }
                cx.specs.retain(|_, s| s.running);
                lw.cx.specs.insert(key.clone(), Spec { ret: joined, mutated, ..spec });
            }
            Err(Stop::Restart) => {
                if let Err(e) = raise_arguments(lw, c, key, bound, path) {
                    lw.cx.specs.remove(key);
                    return Err(e);
                }
            }
            Err(e) => {
                lw.cx.specs.remove(key);
                return Err(e);
            }
        }
    }
}

/// Identifies a specialization among the sites of facts.
fn path_of(c: &Closure<'_>, key: &Key) -> u64 {
    let mut path = 0x5bec;
    for (n, a) in &key.args {
        use std::hash::{Hash, Hasher};
        let mut h = std::collections::hash_map::DefaultHasher::new();
        (n.as_str(), a).hash(&mut h);
        path = hash_path(path, c.span, h.finish());
    }
    path
}

/// The site of a list that comes in as this argument.
fn argument_site(path: u64, c: &Closure<'_>, k: usize) -> Site {
    (hash_path(path, c.span, k as u64), c.span)
}

/// Where the callee stores something of another type in a list of the caller's, the caller's display must rise.
fn raise_arguments<'a>(
    lw: &mut Lower<'a, '_>,
    c: &Rc<Closure<'a>>,
    key: &Key,
    bound: &[(Symbol, Val<'a>)],
    path: u64,
) -> R<()> {
    for (k, ((_, a), (_, v))) in key.args.iter().zip(bound).enumerate() {
        let (ArgKey::Type(T::List(elem)), Val::List(l)) = (a, v) else { continue };
        let Some(risen) = lw.cx.facts.cells.get(&argument_site(path, c, k)).cloned() else { continue };
        if elem.join(&risen).as_ref() != Some(&**elem) {
            lw.raise_cell(l, &risen)?;
        }
    }
    Ok(())
}

fn walk<'a>(
    outer: &mut Lower<'a, '_>,
    c: &Rc<Closure<'a>>,
    key: &Key,
    bound: &[(Symbol, Val<'a>)],
    spec: &Spec,
    chain: &[Frame<'a>],
    (path, span): (u64, quipu_diagnostics::Span),
) -> R<(Func, T, Vec<bool>)> {
    let mut tys = vec![];
    for (_, a) in &key.args {
        if let ArgKey::Type(t) = a {
            tys.push(t.clone());
        }
    }
    let (b, _) = Builder::new(&spec.name, &[], 0);
    let mut lw = Lower {
        b,
        bases: vec![],
        frames: vec![],
        at: 0,
        span,
        stmt: span,
        next_obj: 0,
        inline_depth: 0,
        heaps: vec![],
        heap_mark: 0,
        fast_math: c.marks.fastmath,
        in_loop: 0,
        loops: 0,
        exit_slot: outer.exit_slot,
        ret_slot: outer.ret_slot,
        guards: crate::exceptions::Guards::default(),
        in_place: false,
        cx: &mut *outer.cx,
    };
    // The parameters, made where their types have symbols of this function.
    let mut params: Vec<Var> = vec![];
    for t in &tys {
        for ty in lw.flat_tys(t) {
            let v = lw.b.func.new_var(ty, false);
            lw.b.func.define_dims(v);
            params.push(v);
        }
    }
    lw.b.func.block_mut(Func::ENTRY).params = params.clone();
    for (k, f) in chain.iter().enumerate() {
        let mut f = Frame { parent: k.checked_sub(1), ..f.clone() };
        let slots = std::mem::take(&mut f.slots);
        let module = f.module;
        lw.frames.push(f);
        for (n, v) in slots {
            let once = !module || lw.cx.bound_once(c.span.file, n);
            let v = match v {
                Val::Func(g) => Val::Func(Rc::new(Closure { frame: g.frame.min(k), ..(*g).clone() })),
                Val::Builtin(_) | Val::Module(_) | Val::Class(_) | Val::None | Val::Decorator(_) => v,
                Val::Scalar(s) if once => match s.known {
                    Some(Known::Int(k)) => lw.int(k),
                    Some(Known::Float(x)) => lw.float(x),
                    Some(Known::Bool(b)) => lw.boolean(b),
                    None => continue,
                },
                Val::Str(Text { known: Some(s), .. }) if once => lw.text(&s),
                _ => continue,
            };
            if once || matches!(v, Val::Module(_) | Val::Builtin(_) | Val::Class(_)) {
                lw.frames[k].slots.insert(n, v);
            }
        }
    }
    let mut it = params.into_iter();
    let mut slots = vec![];
    let mut bases: Vec<Option<BaseId>> = vec![];
    for ((n, a), (_, v)) in key.args.iter().zip(bound) {
        let v = match a {
            ArgKey::Type(t) => lw.unflatten(t, &mut it, argument_site(path, c, slots.len())),
            ArgKey::Static(_) => v.clone(),
        };
        let base = match &v {
            Val::Array(p) => Some(p.base),
            Val::List(l) => Some(l.base),
            _ => None,
        };
        if let Some(b) = base {
            lw.base_mut(b).param = Some(slots.len());
        }
        bases.push(base);
        slots.push((*n, v));
    }
    let scope = lw.cx.scope_of(&c.code);
    lw.frames.push(Frame {
        slots: slots.into_iter().collect(),
        parent: chain.len().checked_sub(1),
        scope,
        path,
        name: c.code.name().into(),
        module: false,
        marks: c.marks,
        caller: None,
        life: Life { id: path, ..Life::default() },
    });
    lw.at = lw.frames.len() - 1;
    let firsts: Vec<Option<Vec<Var>>> = bases.iter().map(|b| b.map(|b| lw.base(b).cur.clone())).collect();
    let value = match lw.body(c) {
        Ok(v) => Some(v),
        Err(Stop::Ends) => None,
        Err(e) => return Err(e),
    };
    let mutated: Vec<bool> =
        bases.iter().zip(&firsts).map(|(b, f)| b.is_some_and(|b| Some(&lw.base(b).cur) != f.as_ref())).collect();
    let mut consumes = vec![];
    for (k, (_, a)) in key.args.iter().enumerate() {
        if let ArgKey::Type(t) = a {
            consumes.extend(vec![mutated[k] || spec.mutated[k]; flat_len(t)]);
        }
    }
    let Some(value) = value else {
        lw.seal();
        return Ok((finish(lw, &[], consumes), T::Never, mutated));
    };
    let own = lw.type_of(&value);
    if let T::Static(what) = own {
        return lw.unsupported(format!("{what} returned from a recursive function"), "return data");
    }
    let ret = spec.ret.join(&own).unwrap_or(own);
    if let Val::Array(p) = &value
        && bases.contains(&Some(p.base))
    {
        return lw
            .unsupported("a recursive function that returns its own array parameter", "return a copy, or nothing");
    }
    let mut results = lw.flatten(&value, &ret)?;
    for (k, b) in bases.iter().enumerate() {
        if let (Some(b), true) = (b, mutated[k] || spec.mutated[k]) {
            results.extend(lw.base(*b).cur.clone());
        }
    }
    Ok((finish(lw, &results, consumes), ret, mutated))
}

fn finish(lw: Lower<'_, '_>, results: &[Var], consumes: Vec<bool>) -> Func {
    let fast_math = lw.fast_math;
    Func { consumes, fast_math, ..lw.b.finish(results) }
}

/// How many variables a type flattens to.
pub fn flat_len(t: &T) -> usize {
    match t {
        T::Never | T::None | T::Static(_) => 0,
        T::Scalar(..) | T::Str | T::Array(..) => 1,
        T::Exc => 2,
        T::Tuple(ts) => ts.iter().map(flat_len).sum(),
        T::List(e) => flat_len(e).max(1),
        T::Range => 3,
        T::Maybe(t) => 1 + flat_len(t),
        T::Union(ms) => 1 + ms.iter().map(flat_len).sum::<usize>(),
        T::Func(_, ts) => ts.iter().map(flat_len).sum(),
    }
}
