//! The walk of an outlined function: its bases and names as they come in, its body, and what goes out.

use super::shape::{BaseShape, Numbering, Shape, Size};
use super::*;

/// Is the value part of the code, the same wherever the function of `file` is called from? So are names that a module
/// binds once, to what is known while compiling.
pub fn baked<'a>(lw: &Lower<'a, '_>, frame: usize, n: Symbol, v: &Val<'a>, file: quipu_diagnostics::FileId) -> bool {
    // Names in angles are the compiler's own: fields of objects, and what classes hold.
    if !lw.frames[frame].module || n.as_str().starts_with('<') {
        return false;
    }
    match v {
        Val::Builtin(_) | Val::Module(_) | Val::Class(_) | Val::Decorator(_) => true,
        Val::Func(g) => {
            (lw.frames[g.frame].module && lw.home_of(g, frame))
                && g.defaults.iter().all(|(_, v)| constant(v))
                && lw.cx.bound_once(file, n)
        }
        v => constant(v) && lw.cx.bound_once(file, n),
    }
}

/// Known while compiling, without variables.
pub fn constant(v: &Val<'_>) -> bool {
    match v {
        Val::None | Val::Builtin(_) | Val::Module(_) | Val::Class(_) => true,
        Val::Scalar(s) => s.known.is_some() && !s.np && s.dtype != quipu_abi::DType::C128,
        Val::Str(s) => s.known.is_some(),
        Val::Tuple(vs) => vs.iter().all(constant),
        _ => false,
    }
}

impl<'a> Lower<'a, '_> {
    /// The name of the library's module, if the frame is one.
    fn library_frame(&self, frame: usize) -> Option<&'static str> {
        let f = &self.frames[frame];
        let (m, ..) = crate::STDLIB.iter().find(|(m, ..)| f.module && **m == *f.name)?;
        Some(m)
    }

    /// Is a function of a module known wherever the module in `frame` is?
    fn home_of(&self, g: &Closure<'a>, frame: usize) -> bool {
        let id = self.frames[g.frame].life.id;
        g.frame == frame || self.library_frame(g.frame).is_some() || self.cx.is_file_frame(id)
    }

    /// A function of another function's state, in this one, whose frame has this number here.
    fn function_here(&mut self, f: &Closure<'a>, frame: usize) -> Rc<Closure<'a>> {
        let defaults = f.defaults.iter().map(|(n, v)| (*n, self.constant_here(v))).collect();
        Rc::new(Closure { frame, defaults, ..f.clone() })
    }

    /// A constant of another function, in this one.
    fn constant_here(&mut self, v: &Val<'a>) -> Val<'a> {
        match v {
            Val::Scalar(s) => match s.known {
                Some(Known::Int(k)) => self.int(k),
                Some(Known::Float(x)) => self.float(x),
                Some(Known::Bool(b)) => self.boolean(b),
                None => v.clone(),
            },
            Val::Str(Text { known: Some(s), .. }) => self.text(&s.clone()),
            Val::Func(g) => match self.function_frame(g.id) {
                Some(frame) => Val::Func(self.function_here(g, frame)),
                None => Val::Unknown(g.span),
            },
            Val::Tuple(vs) => Val::Tuple(vs.iter().map(|v| self.constant_here(v)).collect::<Vec<_>>().into()),
            v => v.clone(),
        }
    }
}

/// Walks the body; the function and its summary.
pub fn walk<'a>(
    outer: &mut Lower<'a, '_>,
    c: &Rc<Closure<'a>>,
    key: &Key,
    given: &Given<'a>,
    spec: &Spec,
    path: u64,
) -> R<(Func, Summary)> {
    let frames: Vec<Frame<'a>> = given.chain.iter().map(|k| outer.frames[*k].clone()).collect();
    let (span, exit_slot, ret_slot) = (outer.span, outer.exit_slot, outer.ret_slot);
    let mut baked_slots = vec![];
    let mut unknown = vec![];
    let names = &given.names;
    for (pos, k) in given.chain.iter().enumerate() {
        for (n, v) in outer.frames[*k].slots.iter() {
            if baked(outer, *k, *n, v, c.span.file) {
                let module = if let Val::Func(g) = v { outer.library_frame(g.frame) } else { None };
                baked_slots.push((pos, *n, v.clone(), module));
            } else if names.contains(n) || outer.cx.is_file_frame(outer.frames[*k].life.id) {
                unknown.push((pos, *n));
            }
        }
    }
    let (b, _) = Builder::new(&spec.name, &[], 0);
    let mut lw = Lower {
        fast_math: c.marks.fastmath,
        exit_slot,
        ret_slot,
        outlined: true,
        ..Lower::new(&mut *outer.cx, b, vec![], span)
    };
    for (k, f) in frames.into_iter().enumerate() {
        let parent = if f.module { None } else { k.checked_sub(1) };
        lw.frames.push(Frame { parent, slots: Default::default(), caller: None, ..f });
    }
    // The parameters, made where their types have symbols of this function.
    let mut tys: Vec<Ty> = key.bases.iter().flat_map(|b| lw.base_tys(b)).collect();
    let shapes = || key.args.iter().map(|(_, s)| s).chain(key.captured.iter().map(|(_, _, s)| s));
    tys.extend(shapes().flat_map(|s| lw.shape_tys(s)));
    let mut params: Vec<Var> = vec![];
    for ty in tys {
        let v = lw.b.func.new_var(ty, false);
        lw.b.func.define_dims(v);
        params.push(v);
    }
    lw.b.func.block_mut(Func::ENTRY).params = params.clone();
    let mut it = params.into_iter();
    let mut nums = Numbering::default();
    let site_of = list_sites(c, key);
    for (k, b) in key.bases.iter().enumerate() {
        let n = lw.base_tys(b).len();
        let cur: Vec<Var> = (0..n).filter_map(|_| it.next()).collect();
        let site = site_of(k);
        if let BaseShape::List { elem, refs, .. } = b {
            if *refs {
                lw.refer(site);
            }
            lw.cx.facts.cells.entry(site).or_insert_with(|| elem.clone());
        }
        let id = lw.new_base(cur, b.kind(site));
        if let BaseShape::Region { kind, slots: 0, .. } = b {
            lw.name_region(kind.clone(), id);
        }
        if let BaseShape::Array { sizes, .. } = b {
            for (d, _) in lw.base_dims(id).iter().zip(sizes).filter(|(_, s)| **s == Size::Many) {
                if let Some(s) = d.as_sym() {
                    lw.b.func.syms[s.index()].lo = Some(2);
                }
            }
        }
        lw.base_mut(id).param = Some(k);
        if let Some(site) = b.frozen() {
            lw.freeze_base(id, site);
        }
        nums.bases.push(id);
    }
    nums.objs = given.nums.objs.iter().map(|_| lw.new_obj()).collect();
    let around = lw.frames.len();
    let site = (path, c.span);
    let mut arrive = |lw: &mut Lower<'a, '_>, s: &Shape| lw.arrive(s, (&nums.bases, &nums.objs), &mut it, site, true);
    let mut slots = vec![];
    // The lists of shared objects first: what else comes in may be a number in one. They are bases whole, without
    // variables of their own.
    for (pos, n, s) in key.captured.iter().filter(|(_, n, _)| crate::objects::is_column(*n)) {
        let v = arrive(&mut lw, s);
        lw.frames[*pos].slots.insert(*n, v);
    }
    for (n, s) in &key.args {
        slots.push((*n, arrive(&mut lw, s)));
    }
    for (pos, n) in unknown {
        lw.frames[pos].slots.insert(n, Val::Unknown(c.span));
    }
    for (pos, n, v, module) in baked_slots {
        let v = match (&v, module) {
            (Val::Func(g), Some(m)) => lw.stdlib_function(m, Symbol::new(g.code.name())).unwrap_or(v),
            _ => lw.constant_here(&v),
        };
        lw.frames[pos].slots.insert(n, v);
    }
    for (pos, n, s) in key.captured.iter().filter(|(_, n, _)| !crate::objects::is_column(*n)) {
        let v = arrive(&mut lw, s);
        lw.frames[*pos].slots.insert(*n, v);
    }
    let before: Vec<_> = lw.frames.iter().map(|f| f.slots.clone()).collect();
    let scope = lw.cx.scope_of(&c.code);
    lw.frames.push(Frame {
        slots: slots.into_iter().collect(),
        parent: around.checked_sub(1),
        scope,
        path,
        name: c.code.name().into(),
        module: false,
        marks: c.marks,
        caller: None,
        needs: None,
        life: Life { id: path, class: c.owner, first: c.first_parameter(), ..Life::default() },
    });
    lw.at = lw.frames.len() - 1;
    let firsts = lw.bases.clone();
    let value = match if key.keeps { kept_body(&mut lw, c) } else { lw.body(c) } {
        Ok(v) => Some(v),
        Err(Stop::Ends) => None,
        Err(e) => return Err(e),
    };
    let s = &spec.summary;
    let mut own = Summary::bottom(key.bases.len());
    for (k, id) in nums.bases.iter().enumerate() {
        let (b, first) = (lw.base(*id), &firsts[k]);
        if b.moved.is_some() {
            lw.share_base(*id)?;
            return lw.unsupported(
                format!("`{}` puts an argument into a container", c.code.name()),
                "put a copy into it, or do it at the call",
            );
        }
        own.changed[k] = b.cur != first.cur;
        own.resized[k] = b.grown != first.grown;
        own.holds[k] = first.frozen.is_none() && b.frozen.is_some_and(|f| f.holds);
        own.frozen[k] = if first.frozen.is_none() { b.frozen.map(|f| f.site) } else { None };
    }
    let all = s.join(&own).expect("a summary without results joins with any");
    let mut consumes = vec![];
    for (k, b) in key.bases.iter().enumerate() {
        consumes.extend(vec![all.changed[k]; lw.base_tys(b).len()]);
    }
    consumes.extend(shapes().flat_map(|s| vec![false; lw.shape_tys(s).len()]).collect::<Vec<_>>());
    let Some(value) = value else {
        lw.seal();
        return Ok((finish(lw, &[], consumes), own));
    };
    let imports = nums.bases.clone();
    lw.without_slots(&value)?;
    let Some(ret) = lw.shape_of(&value, &mut nums) else {
        let t = lw.type_of(&value);
        return lw.unsupported(
            format!("{t} returned from `{}`, which is compiled on its own", c.code.name()),
            "return numbers, strings, arrays, tuples, or a new list: `xs[:]`",
        );
    };
    own.ret = ret;
    let mut rebound = vec![];
    for (pos, before) in before.iter().enumerate() {
        for (n, v) in lw.frames[pos].slots.clone().iter().map(|(n, v)| (*n, v.clone())) {
            let same = before.get(&n).is_some_and(|b| lw.same(b, &v));
            // Names in angles are the compiler's own.
            if same || n.as_str().starts_with('<') {
                continue;
            }
            lw.without_slots(&v)?;
            let Some(s) = lw.shape_of(&v, &mut nums) else {
                return lw.unsupported(
                    format!("`{}` binds `{}` around it to something that cannot leave it", c.code.name(), n.as_str()),
                    "return it instead",
                );
            };
            own.rebound.push((pos, n, s));
            rebound.push((pos, n, v));
        }
    }
    own.made = nums.bases[imports.len()..].iter().copied().map(|b| lw.base_shape(b, &nums, true)).collect();
    let Some(all) = s.join(&own) else { return Ok((finish(lw, &[], consumes), own)) };
    // Arrays that cross as copies have other names if they came in, or may be what came in.
    own.shared = nums.copied.iter().any(|b| imports.contains(b) || lw.base(*b).merged.is_some());
    let mut results = vec![];
    for (k, id) in imports.iter().enumerate() {
        if all.changed[k] {
            results.extend(lw.base(*id).cur.clone());
        }
    }
    for (k, b) in all.made.iter().enumerate() {
        match nums.bases.get(imports.len() + k).copied() {
            Some(id) => {
                lw.check_live(id, 0, &[])?;
                for col in 0..lw.base(id).cur.len() {
                    let v = lw.version(id, col);
                    results.push(v);
                }
            }
            None => {
                for t in lw.base_tys(b) {
                    let v = lw.dummy(&t);
                    results.push(v);
                }
            }
        }
    }
    results.extend(lw.cross(&value, &all.ret, &nums)?);
    for (pos, n, s) in &all.rebound {
        let v = match rebound.iter().find(|r| (r.0, r.1) == (*pos, *n)) {
            Some((_, _, v)) => v.clone(),
            None => lw.frames[*pos].slots.get(n).cloned().unwrap_or(Val::None),
        };
        results.extend(lw.cross(&v, s, &nums)?);
    }
    Ok((finish(lw, &results, consumes), own))
}

/// The body in a handler of all exceptions: did it fail, with which exception, and else its value.
fn kept_body<'a>(lw: &mut Lower<'a, '_>, c: &Rc<Closure<'a>>) -> R<Val<'a>> {
    let (at, ret) = (lw.at, lw.ret_slot);
    let [failed, code, text, value] = ["<failed>", "<code>", "<text>", "<value>"].map(Symbol::new);
    let site = (lw.frames[at].path ^ 0x5afe, c.span);
    lw.guard(
        site,
        crate::exceptions::everything(),
        &|lw| {
            let v = lw.body(c)?;
            lw.frames[at].slots.remove(&ret);
            lw.set_exit(exit::NEXT);
            lw.set_slot(at, value, v);
            lw.note_bound(at, value);
            let (no, zero, none) = (lw.boolean(false), lw.int(0), lw.text(""));
            lw.set_slot(at, failed, no);
            lw.set_slot(at, code, zero);
            lw.set_slot(at, text, none);
            Ok(())
        },
        &|lw, kind, message| {
            lw.frames[at].slots.remove(&ret);
            lw.set_exit(exit::NEXT);
            let (yes, kind, message) = (lw.boolean(true), lw.py(quipu_abi::DType::I64, kind), lw.str_var(message));
            lw.set_slot(at, failed, yes);
            lw.set_slot(at, code, kind);
            lw.set_slot(at, text, message);
            Ok(())
        },
    )?;
    let mut take = |n: Symbol| lw.frames[at].slots.remove(&n).unwrap_or(Val::None);
    let parts = [take(failed), take(code), take(text), take(value)];
    let parts = parts.map(|v| if let Val::Maybe(m) = v { m.1.clone() } else { v });
    Ok(Val::Tuple(Rc::new(parts)))
}

fn finish(lw: Lower<'_, '_>, results: &[Var], consumes: Vec<bool>) -> Func {
    let fast_math = lw.fast_math;
    Func { consumes, fast_math, ..lw.b.finish(results) }
}
