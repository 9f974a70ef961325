//! Functions of their own: one specialization per shape of what a call gives them.
//!
//! Recursive functions are outlined, and so are those marked `fastmath`; other calls are inlined until the caller has
//! grown large (see `call`). An outlined function gets the bases of its arguments whole and the arguments as views of
//! them (see `shape`), so overlapping arguments, stores through views, and results that view an argument mean what
//! they mean in Python, without copies. Names of the frames around the definition that its code mentions come in the
//! same way, as further arguments, and go out again if the callee binds them.
//!
//! What a caller must know of the callee is its summary (`Spec`): the shape of the result, which bases come back
//! changed, what it made. The summary starts at bottom: while it is bottom, the path of a recursive call ends; when it
//! rises, the function is walked again.

mod ahead;
pub mod shape;
mod walk;

use crate::state::*;
use crate::value::*;
use quipu_abi::ErrorKind;
use quipu_ir::ops::{self, Effects};
use quipu_ir::{Builder, Func, FuncId, Signature, Ty, Var};
use quipu_syntax::Symbol;
use shape::{BaseShape, Freeze, Numbering, Shape, own_dims};
use std::collections::BTreeSet;
use std::rc::Rc;

/// Specializations of one function that may be in the making at once.
const MAX_NESTED: usize = 16;

/// What a specialization is made for.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Key {
    code: usize,
    marks: Marks,
    /// It hands back an exception as a value, with what it has changed by then (see `call`).
    keeps: bool,
    /// The bases that come in.
    bases: Vec<BaseShape>,
    args: Vec<(Symbol, Shape)>,
    /// Names of the frames around the definition, by the frame's place in the chain.
    captured: Vec<(usize, Symbol, Shape)>,
}

/// What callers know of a specialization.
#[derive(Clone, Debug)]
pub struct Spec {
    pub func: FuncId,
    running: bool,
    name: Rc<str>,
    summary: Summary,
}

#[derive(Clone, Debug, PartialEq)]
struct Summary {
    ret: Shape,
    /// Bases that the callee made and hands out.
    made: Vec<BaseShape>,
    /// Per base that comes in: stored into, so it comes back; changed in length; may be what a copy among the results
    /// was made of; or holds such copies.
    changed: Vec<bool>,
    resized: Vec<bool>,
    holds: Vec<bool>,
    frozen: Vec<Freeze>,
    /// Names around the definition that the callee binds.
    rebound: Vec<(usize, Symbol, Shape)>,
    /// A result that crosses as a value was made of something that has other names.
    shared: bool,
}

impl Summary {
    fn bottom(bases: usize) -> Summary {
        let no = vec![false; bases];
        Summary {
            ret: Shape::Data(T::Never),
            made: vec![],
            changed: no.clone(),
            resized: no.clone(),
            holds: no.clone(),
            frozen: vec![None; bases],
            rebound: vec![],
            shared: false,
        }
    }

    fn join(&self, o: &Summary) -> Option<Summary> {
        let or = |a: &[bool], b: &[bool]| a.iter().zip(b).map(|(a, b)| *a || *b).collect();
        let mut made = self.made.clone();
        for (k, b) in o.made.iter().enumerate() {
            match made.get_mut(k) {
                Some(m) => *m = m.join(b)?,
                None => made.push(b.clone()),
            }
        }
        let mut rebound = self.rebound.clone();
        for r in &o.rebound {
            match rebound.iter_mut().find(|(k, n, _)| (*k, *n) == (r.0, r.1)) {
                Some(m) => m.2 = m.2.join(&r.2)?,
                None => rebound.push(r.clone()),
            }
        }
        Some(Summary {
            ret: self.ret.join(&o.ret)?,
            made,
            changed: or(&self.changed, &o.changed),
            resized: or(&self.resized, &o.resized),
            holds: or(&self.holds, &o.holds),
            frozen: self.frozen.iter().zip(&o.frozen).map(|(a, b)| a.or(*b)).collect(),
            rebound,
            shared: self.shared || o.shared,
        })
    }
}

/// A call's values, in the order of its key.
struct Given<'a> {
    nums: Numbering,
    args: Vec<(Symbol, Val<'a>)>,
    captured: Vec<Val<'a>>,
    /// The frames around the definition, outermost first.
    chain: Vec<usize>,
    /// The names that the call may read in those frames.
    names: BTreeSet<Symbol>,
}

pub fn code_id(code: &Code<'_>) -> usize {
    match code {
        Code::Def(d) => std::ptr::from_ref(*d) as usize,
        Code::Lambda(_, e) => std::ptr::from_ref(*e) as usize,
    }
}

pub fn call<'a>(lw: &mut Lower<'a, '_>, c: &Rc<Closure<'a>>, mut bound: Vec<(Symbol, Val<'a>)>) -> R<Val<'a>> {
    for (n, v) in &mut bound {
        if matches!(v, Val::Tuple(_)) && lw.cx.facts.rows.contains(&(code_id(&c.code), *n)) {
            *v = Val::Row(lw.as_row(v)?);
        }
    }
    let (mut key, given) = key_of(lw, c, bound)?;
    let mut spec = spec_of(lw, c, &key, &given)?;
    if handler_sees(lw, &spec, &given) {
        key.keeps = true;
        spec = spec_of(lw, c, &key, &given)?;
    }
    if lw.cx.collectors.contains(&key.code) {
        ahead::check(lw, &key, &spec, &given)?;
    }
    let v = emit_call(lw, c, &key, &spec, &given)?;
    if spec.summary.ret == Shape::Data(T::Never) {
        // Not reached: the call raises.
        return lw.raise(ErrorKind::RecursionError, "maximum recursion depth exceeded");
    }
    if key.keeps { raise_kept(lw, v) } else { Ok(v) }
}

fn spec_of<'a>(lw: &mut Lower<'a, '_>, c: &Rc<Closure<'a>>, key: &Key, given: &Given<'a>) -> R<Spec> {
    if !lw.cx.specs.contains_key(key) {
        specialize(lw, c, key, given)?;
    }
    Ok(lw.cx.specs[key].clone())
}

/// Does a handler of an exception around the call see what the callee changes? A call that fails hands nothing back, so
/// such a callee handles all exceptions itself, and hands the exception back beside what it has changed.
fn handler_sees(lw: &Lower<'_, '_>, spec: &Spec, given: &Given<'_>) -> bool {
    let s = &spec.summary;
    let stored = given.nums.bases.iter().zip(&s.changed).any(|(id, changed)| *changed && lw.base(*id).cells.is_some());
    stored || (!s.rebound.is_empty() && lw.guarded())
}

/// The result of a call that hands back its exception: raises it here.
fn raise_kept<'a>(lw: &mut Lower<'a, '_>, v: Val<'a>) -> R<Val<'a>> {
    let Val::Tuple(parts) = &v else { return Ok(v) };
    let [failed, code, text, value] = &parts[..] else { return Ok(v) };
    let failed = lw.operand(failed)?;
    let (code, text) = (lw.operand(code)?, lw.text_var(Some(text.clone()))?);
    lw.branch(
        failed,
        |lw| {
            lw.b.emit_n(ops::Raise { kind: None }, &[code, text], vec![]);
            Err(Stop::Ends)
        },
        |_| Ok(()),
    )?;
    Ok(value.clone())
}

/// The names that a call may read in the frames around the function: its own, and those of functions that it gets or
/// finds there as values.
fn names_read<'a>(
    lw: &mut Lower<'a, '_>,
    c: &Closure<'a>,
    bound: &[(Symbol, Val<'a>)],
    chain: &[usize],
) -> BTreeSet<Symbol> {
    let mut names = (*lw.cx.reached_names(&c.code, c.span.file)).clone();
    let mut ids = BTreeSet::new();
    bound.iter().for_each(|(_, v)| function_ids(&lw.type_of(v), &mut ids));
    lw.class_data().iter().for_each(|(_, v)| function_ids(&lw.type_of(v), &mut ids));
    let (mut read, mut looked) = (BTreeSet::new(), 0);
    loop {
        for id in ids.difference(&read).copied().collect::<Vec<u32>>() {
            read.insert(id);
            let (code, file) = lw.cx.function_code(id);
            names.extend(lw.cx.reached_names(&code, file).iter().copied());
        }
        if names.len() == looked {
            return names;
        }
        looked = names.len();
        for frame in chain {
            let values = names.iter().filter_map(|n| lw.get_slot(*frame, *n));
            values.for_each(|v| function_ids(&lw.type_of(v), &mut ids));
        }
    }
}

/// The functions of the program among the parts of a type.
fn function_ids(t: &T, out: &mut BTreeSet<u32>) {
    match t {
        T::Func(FnId::Closure(id) | FnId::Copied(id, _), ts) => {
            out.insert(*id);
            ts.iter().for_each(|t| function_ids(t, out));
        }
        T::Tuple(ts) | T::Union(ts) | T::Func(_, ts) => ts.iter().for_each(|t| function_ids(t, out)),
        T::List(t) | T::Row(t) | T::Maybe(t) => function_ids(t, out),
        _ => {}
    }
}

fn key_of<'a>(lw: &mut Lower<'a, '_>, c: &Rc<Closure<'a>>, bound: Vec<(Symbol, Val<'a>)>) -> R<(Key, Given<'a>)> {
    let mut chain = vec![];
    let mut at = Some(c.frame);
    while let Some(k) = at {
        chain.push(k);
        at = lw.frames[k].parent;
    }
    chain.reverse();
    // The modules that are files stand before them: any name may lead into one.
    let files = |k: &usize| lw.frames[*k].module && lw.cx.is_file_frame(lw.frames[*k].life.id);
    let files: Vec<usize> = (0..lw.frames.len()).filter(|k| !chain.contains(k) && files(k)).collect();
    let n_files = files.len();
    chain.splice(0..0, files);
    let mut nums = Numbering::default();
    let mut args = vec![];
    for (n, v) in &bound {
        lw.without_slots(v)?;
        match lw.shape_of(v, &mut nums) {
            Some(s) => args.push((*n, s)),
            None => {
                let t = lw.type_of(v);
                let name = c.code.name();
                return lw.unsupported(
                    format!("{t} passed to `{name}`, which is compiled on its own"),
                    "a recursive function takes numbers, strings, arrays, lists, tuples, and functions by name",
                );
            }
        }
    }
    let names = names_read(lw, c, &bound, &chain);
    let recursive = lw.cx.recursive(c);
    let (mut captured, mut values) = (vec![], vec![]);
    for (pos, frame) in chain.iter().enumerate() {
        let of_file: Vec<Symbol> = match pos < n_files {
            true => lw.frames[*frame].slots.keys().copied().filter(|n| !n.as_str().starts_with('<')).collect(),
            false => vec![],
        };
        for n in names.iter().chain(&of_file) {
            let Some(v) = lw.get_slot(*frame, *n).cloned() else { continue };
            if captured.iter().any(|(p, m, _)| (*p, m) == (pos, n)) {
                continue;
            }
            if walk::baked(lw, *frame, *n, &v, c.span.file) {
                continue;
            }
            if let (true, Val::Object(o)) = (recursive, &v) {
                lw.object_number(*o)?;
            }
            lw.without_slots(&v)?;
            // What cannot cross is unknown in the callee, and an error only where it is looked at.
            let mut more = nums.clone();
            if let Some(s) = lw.shape_of(&v, &mut more) {
                nums = more;
                captured.push((pos, *n, s));
                values.push(v);
            }
        }
    }
    // What objects share: the lists of their fields, and the attributes of classes.
    for (n, v) in lw.class_data() {
        let mut more = nums.clone();
        if let Some(s) = lw.shape_of(&v, &mut more) {
            nums = more;
            captured.push((0, n, s));
            values.push(v);
        }
    }
    // References may lead into any region.
    for (_, b) in lw.regions.clone() {
        if !nums.bases.contains(&b) {
            nums.bases.push(b);
        }
    }
    let bases = nums.bases.clone().into_iter().map(|b| lw.base_shape(b, &nums, false)).collect();
    let key = Key { code: code_id(&c.code), marks: c.marks, keeps: false, bases, args, captured };
    Ok((key, Given { nums, args: bound, captured: values, chain, names }))
}

/// The types of a call's operands and results, with symbols of the signature's own. A base that comes back has the
/// sizes that it came with.
fn signature(lw: &mut Lower<'_, '_>, key: &Key, s: &Summary) -> Signature {
    let mut next = 0;
    let (mut params, mut consumes, mut results) = (vec![], vec![], vec![]);
    for (k, b) in key.bases.iter().enumerate() {
        for t in lw.base_tys(b) {
            let t = own_dims(t, &mut next);
            if s.changed[k] {
                results.push(t.clone());
            }
            params.push(t);
            consumes.push(s.changed[k]);
        }
    }
    let shapes = key.args.iter().map(|(_, s)| s).chain(key.captured.iter().map(|(_, _, s)| s));
    for shape in shapes {
        let tys = lw.shape_tys(shape);
        consumes.extend(vec![false; tys.len()]);
        params.extend(tys.into_iter().map(|t| own_dims(t, &mut next)));
    }
    let mut more: Vec<Ty> = s.made.iter().flat_map(|b| lw.base_tys(b)).collect();
    more.extend(lw.shape_tys(&s.ret));
    more.extend(s.rebound.iter().flat_map(|(_, _, s)| lw.shape_tys(s)));
    results.extend(more.into_iter().map(|t| own_dims(t, &mut next)));
    Signature { params, consumes, results, values: vec![], effects: Effects::IO }
}

fn emit_call<'a>(lw: &mut Lower<'a, '_>, c: &Rc<Closure<'a>>, key: &Key, spec: &Spec, given: &Given<'a>) -> R<Val<'a>> {
    let s = &spec.summary;
    let sig = signature(lw, key, s);
    let mut operands = vec![];
    for (k, id) in given.nums.bases.iter().enumerate() {
        if s.changed[k] {
            lw.check_thawed(*id)?;
            if given.nums.copied.contains(id) {
                return lw.unsupported(
                    format!("`{}` stores into an array that another argument may be", c.code.name()),
                    "pass a copy of one of them",
                );
            }
        }
        for col in 0..lw.base(*id).cur.len() {
            let v = lw.version(*id, col);
            operands.push(v);
            lw.put_back(*id, col, v);
        }
    }
    for ((_, v), (_, shape)) in given.args.iter().zip(&key.args) {
        operands.extend(lw.cross(v, shape, &given.nums)?);
    }
    for (v, (_, _, shape)) in given.captured.iter().zip(&key.captured) {
        operands.extend(lw.cross(v, shape, &given.nums)?);
    }
    let op = ops::Call { func: spec.func, name: spec.name.clone(), sig: Rc::new(sig) };
    let mut outs = lw.b.emit_n(op, &operands, vec![]).into_iter();
    for (k, id) in given.nums.bases.iter().enumerate() {
        if !s.changed[k] {
            continue;
        }
        for col in 0..lw.base(*id).cur.len() {
            let v = outs.next().expect("a result per column");
            lw.set_version(*id, col, v);
        }
        let b = lw.base_mut(*id);
        b.written = true;
        if matches!(b.kind, BaseKind::List { .. }) {
            b.epoch += 1;
            b.grown += u32::from(s.resized[k]);
        }
    }
    let site = lw.site();
    let mut bases = given.nums.bases.clone();
    for b in &s.made {
        let n = lw.base_tys(b).len();
        let cur: Vec<Var> = (0..n).map(|_| outs.next().expect("a result per column")).collect();
        let at = if let BaseShape::List { site: Some(made), .. } = b { *made } else { site };
        let shared = match b {
            BaseShape::Array { dtype, order, sizes, .. } if b.frozen().is_none() => {
                let kind = crate::region::Kind { dtype: *dtype, rank: sizes.len(), order: order.clone() };
                lw.share(cur[0], &kind)
            }
            _ => None,
        };
        let id = match shared {
            Some(p) => lw.alias(p),
            None => lw.new_base(cur, b.kind(at)),
        };
        lw.base_mut(id).made = Some(site);
        if let Some(site) = b.frozen() {
            lw.freeze_base(id, site);
        }
        bases.push(id);
    }
    // What a copy was made of must not be written while the copy has a name.
    let by = bases[given.nums.bases.len()..].iter().zip(&s.made).find(|(_, b)| b.frozen().is_some()).map(|(id, _)| *id);
    for (k, id) in given.nums.bases.iter().enumerate() {
        match (s.frozen[k], by) {
            (Some(site), Some(by)) => {
                let span = lw.span;
                lw.base_mut(*id).frozen.get_or_insert(Frozen { span, site, by: Some(by), holds: false });
            }
            // The copy is in what came in.
            (Some(site), None) => lw.freeze_base(*id, site),
            (None, _) => {}
        }
        if let (true, Some(f)) = (s.holds[k], &mut lw.base_mut(*id).frozen) {
            f.holds = true;
        }
    }
    let objs = objects(lw, &given.nums, s);
    let v = lw.arrive(&s.ret, (&bases, &objs), &mut outs, site, s.shared);
    for (pos, n, shape) in &s.rebound {
        let v = lw.arrive(shape, (&bases, &objs), &mut outs, site, s.shared);
        let frame = given.chain[*pos];
        lw.set_slot(frame, *n, v);
        lw.note_bound(frame, *n);
    }
    Ok(v)
}

/// The objects that the results' numbers mean: those that came in, then new ones.
fn objects(lw: &mut Lower<'_, '_>, nums: &Numbering, s: &Summary) -> Vec<u32> {
    fn most(s: &Shape) -> usize {
        match s {
            Shape::Array { views, .. } => {
                views.iter().map(|v| v.obj).filter(|o| *o != usize::MAX).map(|o| o + 1).max().unwrap_or(0)
            }
            Shape::Tuple(ss) => ss.iter().map(most).max().unwrap_or(0),
            _ => 0,
        }
    }
    let n = s.rebound.iter().map(|r| most(&r.2)).max().unwrap_or(0).max(most(&s.ret));
    let mut objs = nums.objs.clone();
    while objs.len() < n {
        objs.push(lw.new_obj());
    }
    objs
}

/// Of tuples that have another length at every level only run time knows the length. Is there such a parameter?
fn tuples_become_rows(lw: &mut Lower<'_, '_>, key: &Key) -> bool {
    let length = |s: &Shape| if let Shape::Tuple(ss) = s { Some(ss.len()) } else { None };
    let running = lw.cx.specs.iter().filter(|(k, s)| s.running && k.code == key.code);
    let mut found = vec![];
    for (k, _) in running {
        for ((n, a), (m, b)) in k.args.iter().zip(&key.args) {
            let (a, b) = (length(a), length(b));
            if n == m && a.is_some() && b.is_some() && a != b {
                found.push((key.code, *n));
            }
        }
    }
    let before = lw.cx.facts.rows.len();
    lw.cx.facts.rows.extend(found);
    lw.cx.facts.rows.len() > before
}

/// Walks the function for these shapes until nothing rises, and puts it into the module.
fn specialize<'a>(lw: &mut Lower<'a, '_>, c: &Rc<Closure<'a>>, key: &Key, given: &Given<'a>) -> R<()> {
    if lw.cx.specs.iter().filter(|(k, s)| s.running && k.code == key.code).count() >= MAX_NESTED {
        if tuples_become_rows(lw, key) {
            return Err(lw.cx.rise_anyhow());
        }
        return lw.unsupported(
            format!("`{}` calls itself with arguments of another form at every level", c.code.name()),
            "pass arguments of the same types, and copies of views of reshaped arrays",
        );
    }
    // An earlier walk for such lists may have found what is put into them.
    raise_lists(lw, c, key, given)?;
    let func = FuncId(lw.cx.module.funcs.len() as u32);
    let name: Rc<str> = format!("{}.{}", c.code.name(), func.0).into();
    lw.cx.module.funcs.push(nothing(&name));
    let spec = Spec { func, running: true, name, summary: Summary::bottom(key.bases.len()) };
    lw.cx.specs.insert(key.clone(), spec);
    let path = path_of(c, key);
    let asked = lw.cx.asked();
    for _ in 0..60 {
        let spec = lw.cx.specs[key].clone();
        match walk::walk(lw, c, key, given, &spec, path) {
            Ok((f, summary)) => {
                let Some(joined) = spec.summary.join(&summary) else {
                    lw.cx.specs.remove(key);
                    return lw.unsupported(
                        format!("`{}` returns things of kinds that do not go together", c.code.name()),
                        "return one kind of thing on every path, or a copy of an argument",
                    );
                };
                if joined == spec.summary {
                    lw.cx.module.funcs[func.index()] = f;
                    lw.cx.specs.insert(key.clone(), Spec { running: false, ..spec });
                    return Ok(());
                }
                forget_later(lw, func);
                lw.cx.specs.insert(key.clone(), Spec { summary: joined, ..spec });
            }
            Err(stop @ Stop::Restart(_)) if !lw.cx.rose_since(asked) => {
                for k in 0..key.bases.len() {
                    lw.share_given(given.nums.bases[k], list_sites(c, key)(k));
                }
                lw.cx.specs.remove(key);
                return Err(stop);
            }
            Err(Stop::Restart(_)) => {
                lw.cx.walks_again_since(asked);
                if let Err(e) = raise_lists(lw, c, key, given) {
                    lw.cx.specs.remove(key);
                    return Err(e);
                }
                // What the summary says of lists is too low now: from bottom again.
                forget_later(lw, func);
                let summary = Summary::bottom(key.bases.len());
                lw.cx.specs.insert(key.clone(), Spec { summary, ..spec });
            }
            Err(e) => {
                lw.cx.specs.remove(key);
                return Err(e);
            }
        }
    }
    lw.cx.specs.remove(key);
    lw.unsupported("a recursion whose types never settle", "start from values of the final type")
}

/// What stands in the module for a function that nothing calls (yet).
fn nothing(name: &str) -> Func {
    Builder::new(name, &[], 0).0.finish(&[])
}

/// Drops specializations that were finished while `func` was walked: they saw too low a summary of it. Nothing that
/// stays calls them: only that walk has.
fn forget_later(lw: &mut Lower<'_, '_>, func: FuncId) {
    let cx = &mut *lw.cx;
    for s in cx.specs.values().filter(|s| !s.running && s.func.index() > func.index()) {
        cx.module.funcs[s.func.index()] = nothing(&s.name);
    }
    cx.specs.retain(|_, s| s.running || s.func.index() < func.index());
}

/// Identifies a specialization among the sites of facts.
fn path_of(c: &Closure<'_>, key: &Key) -> u64 {
    use std::hash::{Hash, Hasher};
    let mut h = std::collections::hash_map::DefaultHasher::new();
    (&key.args, key.marks, key.keeps).hash(&mut h);
    let mut bases = vec![];
    key.args.iter().for_each(|(_, s)| s.bases(&mut bases));
    // Not the lists of shared objects: what the sites of this path make goes into them, and their types would name
    // the path that is being named.
    for own in key.captured.iter().filter(|(_, n, _)| !crate::objects::is_column(*n)) {
        own.hash(&mut h);
        own.2.bases(&mut bases);
    }
    bases.iter().for_each(|k| key.bases[*k].hash(&mut h));
    hash_path(0x5bec, c.span, h.finish())
}

/// The site of a list that comes in as a base with this number.
fn list_sites(c: &Closure<'_>, key: &Key) -> impl Fn(usize) -> Site + use<> {
    use std::hash::{Hash, Hasher};
    let mut h = std::collections::hash_map::DefaultHasher::new();
    (&key.bases, &key.args, &key.captured, key.marks, key.keeps).hash(&mut h);
    let (path, span) = (hash_path(0x5bec, c.span, h.finish()), c.span);
    move |k| (hash_path(path, span, k as u64), span)
}

/// Where the callee stores something of another type in a list of the caller's, the caller's display must rise.
fn raise_lists<'a>(lw: &mut Lower<'a, '_>, c: &Closure<'a>, key: &Key, given: &Given<'a>) -> R<()> {
    let site = list_sites(c, key);
    for (k, b) in key.bases.iter().enumerate() {
        let BaseShape::List { elem, .. } = b else { continue };
        let Some(risen) = lw.cx.facts.cells.get(&site(k)).cloned() else { continue };
        if elem.join(&risen).as_ref() != Some(elem) {
            let l = ListRef::whole(given.nums.bases[k], Rc::new(elem.clone()));
            lw.raise_cell(&l, &risen)?;
        }
    }
    Ok(())
}
