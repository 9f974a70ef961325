//! Function values: what they refer to, and what they are as data.
//!
//! A function that the program defines is a definition and the frame that it was made in. Its variables are those of
//! that frame, found by name at each call, as in CPython; nothing is copied as long as the frame lives. A frame lives
//! on after its function has returned while something that lives refers to it (`leave`).
//!
//! Where a function crosses a border as data (an element of a list, carried by a loop, one of several), its type says
//! which function it is (`FnId`), and its columns are its defaults. If the functions around it have returned, the
//! columns are the values of their variables too: nobody else can reach these, so copies do, unless a function
//! rebinds one (`nonlocal`). So a list may hold functions that were made trip by trip.

use crate::state::*;
use crate::value::*;
use quipu_diagnostics::Span;
use quipu_ir::Var;
use quipu_syntax::Symbol;
use std::rc::Rc;

/// What is known of a function by the point where it was made. Numbers of points are kept from walk to walk.
#[derive(Clone, Debug)]
pub struct Made<'a> {
    code: Code<'a>,
    defaults: Vec<Symbol>,
    marks: Marks,
    span: Span,
    global: bool,
    /// The frames around it, by `Life::id`, inside out, up to the module's.
    chain: Vec<u64>,
    /// Its variables of enclosing functions: how far out they are bound.
    free: Vec<(usize, Symbol)>,
    /// The name and the docstring that `functools.wraps` gave it.
    shown: Option<(Rc<str>, Option<Rc<str>>)>,
}

impl<'a> Lower<'a, '_> {
    /// A function made here, with its variables in `frame`.
    pub fn make_function(
        &mut self,
        code: Code<'a>,
        frame: usize,
        defaults: Vec<(Symbol, Val<'a>)>,
        marks: Marks,
        span: Span,
    ) -> Rc<Closure<'a>> {
        // What a class's body binds, its functions do not see.
        let frame = if self.frames[frame].life.body { self.frames[frame].parent.unwrap_or(frame) } else { frame };
        let mut frames = vec![];
        let mut next = Some(frame);
        while let Some(k) = next {
            frames.push(k);
            next = self.frames[k].parent;
        }
        let mut free: Vec<(usize, Symbol)> = vec![];
        let own = self.cx.scope_of(&code);
        // What has its attributes is a variable around it (see `funcattrs`).
        let object = crate::funcattrs::variable(code.name());
        let object = Some(object).filter(|n| self.frames[frame].scope.locals.contains(n));
        for n in crate::call::names_in(&code).into_iter().chain(object) {
            if own.locals.contains(&n) || own.globals.contains(&n) {
                continue;
            }
            let home = frames.iter().position(|k| !self.frames[*k].module && self.binds(*k, n));
            if let Some(depth) = home
                && !free.contains(&(depth, n))
            {
                free.push((depth, n));
            }
        }
        // It stands in the innermost frame that it has variables in.
        let skip = free.iter().map(|(d, _)| *d).min().unwrap_or(frames.len() - 1);
        free.iter_mut().for_each(|(d, _)| *d -= skip);
        frames.drain(..skip);
        let frame = frames[0];
        let global = self.frames[frame].module;
        for k in frames.iter().filter(|_| !global) {
            self.frames[*k].life.captured = !self.frames[*k].module;
        }
        let chain = frames.iter().map(|k| self.frames[*k].life.id).collect();
        let names = defaults.iter().map(|(n, _)| *n).collect();
        let made = Made { code, defaults: names, marks, span, global, chain, free, shown: None };
        let site = (if global { self.frames[frame].life.id } else { self.frames[self.at].path }, span);
        let id = self.cx.number_function(site, made);
        Rc::new(Closure { id, code, frame, global, defaults, owner: None, marks, span })
    }

    fn binds(&self, frame: usize, n: Symbol) -> bool {
        self.frames[frame].scope.locals.contains(&n) || self.frames[frame].slots.contains_key(&n)
    }

    /// What has the attributes that the program gives a function (see `funcattrs`), if it gives it any.
    pub fn function_object(&mut self, f: &Closure<'a>) -> R<Option<Val<'a>>> {
        match self.get_slot(f.frame, crate::funcattrs::variable(f.code.name())).cloned() {
            Some(v @ Val::Object(_)) => Ok(Some(v)),
            Some(Val::Maybe(_) | Val::Unknown(_)) => self
                .unsupported("an attribute of a function that is defined on some paths only", "define it on all paths"),
            _ => Ok(None),
        }
    }

    /// How many of the innermost frames around a function belong to functions that have returned.
    fn returned_frames(&self, c: &Closure<'a>) -> usize {
        let mut n = 0;
        let mut k = Some(c.frame);
        while let Some(f) = k.filter(|f| self.frames[*f].life.done) {
            n += 1;
            k = self.frames[f].parent;
        }
        n
    }

    /// Which function it is, and the values that it is made of as data. `None` if copies would not do.
    pub fn function_parts(&self, c: &Closure<'a>) -> Option<(FnId, Vec<Val<'a>>)> {
        let mut parts: Vec<Val<'a>> = c.defaults.iter().map(|(_, v)| v.clone()).collect();
        let n = self.returned_frames(c);
        if n == 0 {
            return Some((FnId::Closure(c.id), parts));
        }
        let made = self.cx.function(c.id);
        for (depth, name) in made.free.iter().filter(|(d, _)| *d < n) {
            let mut frame = c.frame;
            for _ in 0..*depth {
                frame = self.frames[frame].parent?;
            }
            if self.frames[frame].scope.rebound.contains(name) {
                return None;
            }
            parts.push(self.get_slot(frame, *name)?.clone());
        }
        Some((FnId::Copied(c.id, u8::try_from(n).ok()?), parts))
    }

    /// The values that a function is made of as data, but for functions that are copied with it.
    pub fn function_data(&self, c: &Closure<'a>) -> Vec<Val<'a>> {
        let Some((id, mut parts)) = self.function_parts(c) else { return vec![] };
        if let FnId::Copied(c, n) = id {
            parts.retain(|v| !matches!(v, Val::Func(g) if self.stands_in(g.id, c, n.into())));
        }
        parts
    }

    /// Does the function `g` stand in one of the innermost `n` frames of `c`? Copies of these frames have it too.
    fn stands_in(&self, g: u32, c: u32, n: usize) -> bool {
        let (g, c) = (self.cx.function(g), self.cx.function(c));
        c.chain[..n].contains(&g.chain[0])
    }

    /// The type of a function as data.
    pub fn function_type(&self, c: &Closure<'a>) -> T {
        let Some((id, parts)) = self.function_parts(c) else {
            return T::Static("a function that shares its variables with others");
        };
        let part = |v: &Val<'a>| match (v, id) {
            (Val::Func(g), FnId::Copied(c, n)) if self.stands_in(g.id, c, n.into()) => {
                T::Func(FnId::Closure(g.id), g.defaults.iter().map(|(_, v)| self.type_of(v)).collect())
            }
            (v, _) => self.type_of(v),
        };
        T::Func(id, parts.iter().map(part).collect())
    }

    /// Is it a method of an object of the program, which is data if the object is?
    pub fn is_bound_method(&self, (object, name): &(Val<'a>, Symbol)) -> bool {
        matches!(object, Val::Object(o) if self.is_instance_of_program(*o)) && !name.as_str().starts_with('<')
    }

    pub fn flatten_function(&mut self, v: &Val<'a>, id: FnId, ts: &[T]) -> R<Vec<Var>> {
        if let (Val::Method(m), FnId::Method(_), [t]) = (v, id, ts) {
            return self.flatten(&m.0, t);
        }
        let Val::Func(c) = v else { return Ok(vec![]) };
        let parts = match id {
            FnId::Closure(_) => c.defaults.iter().map(|(_, v)| v.clone()).collect(),
            _ => self.function_parts(c).map_or(vec![], |p| p.1),
        };
        let mut out = vec![];
        for (v, t) in parts.iter().zip(ts) {
            out.extend(self.flatten(v, t)?);
        }
        Ok(out)
    }

    /// A function from its variables.
    pub fn unflatten_function(
        &mut self,
        id: FnId,
        ts: &[T],
        vars: &mut dyn Iterator<Item = Var>,
        site: Site,
    ) -> Val<'a> {
        let (number, copied) = match id {
            FnId::Builtin(b) => return Val::Builtin(b),
            FnId::Class(c) => return Val::Class(c),
            FnId::Method(name) => {
                let object = ts.iter().map(|t| self.unflatten(t, vars, site)).next().unwrap_or(Val::None);
                return Val::Method(Rc::new((object, name)));
            }
            FnId::Closure(k) => (k, 0),
            FnId::Copied(k, n) => (k, usize::from(n)),
        };
        let made = self.cx.function(number).clone();
        let outer = made.chain.get(copied).and_then(|id| self.living(*id));
        if copied == 0 {
            let parts: Vec<Val<'a>> = ts.iter().map(|t| self.unflatten(t, vars, site)).collect();
            return match outer {
                Some(frame) => self.function_in(number, frame, parts),
                None => Val::Unknown(made.span),
            };
        }
        // The copied variables are those of a frame of its own.
        let around = self.frames[outer.unwrap_or(0)].clone();
        let life = Life { captured: true, done: true, in_loop: self.in_loop, ..Life::default() };
        let path = hash_path(around.path, made.span, u64::from(number));
        let names: Vec<Symbol> = made.free.iter().filter(|(d, _)| *d < copied).map(|(_, n)| *n).collect();
        let scope = Rc::new(Scope { locals: names.clone(), ..Scope::default() });
        self.frames.push(Frame {
            slots: Slots::default(),
            scope,
            parent: outer,
            module: false,
            life,
            path,
            needs: None,
            ..around
        });
        let frame = self.frames.len() - 1;
        let mut parts = vec![];
        for t in ts {
            let v = match t {
                T::Func(FnId::Closure(g), ts) if self.stands_in(*g, number, copied) => {
                    let defaults = ts.iter().map(|t| self.unflatten(t, vars, site)).collect();
                    self.function_in(*g, frame, defaults)
                }
                t => self.unflatten(t, vars, site),
            };
            parts.push(v);
        }
        let captured = parts.split_off(made.defaults.len().min(parts.len()));
        self.frames[frame].slots = names.into_iter().zip(captured).collect();
        match outer {
            Some(_) => self.function_in(number, frame, parts),
            None => Val::Unknown(made.span),
        }
    }

    /// The function with this number, with its variables in `frame`.
    fn function_in(&mut self, number: u32, frame: usize, defaults: Vec<Val<'a>>) -> Val<'a> {
        let Made { code, marks, span, global, defaults: names, .. } = self.cx.function(number).clone();
        let defaults = names.into_iter().zip(defaults).collect();
        Val::Func(Rc::new(Closure { id: number, code, frame, global, defaults, owner: None, marks, span }))
    }

    /// The function without data that was made at a point, where its frame lives.
    pub fn function_again(&mut self, number: u32) -> Option<Val<'a>> {
        let frame = self.living(self.cx.function(number).chain[0])?;
        Some(self.function_in(number, frame, vec![]))
    }

    /// The frame that a function was made in, as this state has it.
    pub fn function_frame(&self, number: u32) -> Option<usize> {
        let id = *self.cx.function(number).chain.first()?;
        self.frames.iter().rposition(|f| f.life.id == id)
    }

    /// The frame with this number, if it still has its variables.
    fn living(&self, id: u64) -> Option<usize> {
        self.frames.iter().rposition(|f| f.life.id == id && (f.module || !f.slots.is_empty()))
    }

    /// The frames that a value refers to.
    pub fn frames_of(&self, v: &Val<'a>, f: &mut dyn FnMut(usize)) {
        match v {
            Val::Func(c) => {
                f(c.frame);
                c.defaults.iter().for_each(|(_, v)| self.frames_of(v, f));
            }
            Val::Tuple(vs) => vs.iter().for_each(|v| self.frames_of(v, f)),
            Val::Method(m) => self.frames_of(&m.0, f),
            Val::Super(s) => self.frames_of(&s.0, f),
            Val::Maybe(m) => self.frames_of(&m.1, f),
            Val::Union(u) => u.members.iter().for_each(|v| self.frames_of(v, f)),
            Val::List(l) => self.frames_of_type(&l.elem, f),
            Val::Row(r) => self.frames_of_type(&r.elem, f),
            Val::Iter(it) => match &**it {
                Iter::Zip(vs) | Iter::Display(vs) => vs.iter().for_each(|v| self.frames_of(v, f)),
                Iter::Map(g, vs, _) => {
                    self.frames_of(g, f);
                    vs.iter().for_each(|v| self.frames_of(v, f));
                }
                Iter::Enumerate(v, _) | Iter::Reversed(v) | Iter::Transposed(v) => self.frames_of(v, f),
                Iter::Generator(g) => f(g.frame),
                Iter::Flat(_) | Iter::Entries(..) => {}
            },
            _ => {}
        }
    }

    /// The frames that functions in a list stand in.
    fn frames_of_type(&self, t: &T, f: &mut dyn FnMut(usize)) {
        match t {
            T::Func(FnId::Closure(id), _) => {
                if let Some(k) = self.living(self.cx.function(*id).chain[0]) {
                    f(k);
                }
            }
            T::Tuple(ts) | T::Union(ts) => ts.iter().for_each(|t| self.frames_of_type(t, f)),
            T::List(t) | T::Row(t) | T::Maybe(t) => self.frames_of_type(t, f),
            _ => {}
        }
    }

    /// Are they one function object?
    pub fn same_function(&mut self, a: &Rc<Closure<'a>>, b: &Rc<Closure<'a>>) -> R<bool> {
        let plain = |c: &Closure<'a>| c.global && c.defaults.is_empty();
        if Rc::ptr_eq(a, b) || (a.id == b.id && plain(a) && plain(b)) {
            return Ok(true);
        }
        if a.id != b.id {
            return Ok(false);
        }
        self.unsupported("comparing functions that were made by one statement", "compare numbers or names of them")
    }

    /// A value is kept where later trips of a loop find it: functions in it must not see the variables of one trip.
    /// `lives`: do the frame's variables live as long as what the value is put in?
    pub fn check_kept(&mut self, v: &Val<'a>, lives: &dyn Fn(&Self, usize) -> bool) -> R<()> {
        match v {
            Val::Tuple(vs) => vs.iter().try_for_each(|v| self.check_kept(v, lives)),
            Val::Union(u) => u.members.iter().try_for_each(|v| self.check_kept(v, lives)),
            Val::Maybe(m) => self.check_kept(&m.1, lives),
            Val::Func(c) => {
                let c = c.clone();
                if !c.global && self.returned_frames(&c) == 0 && !lives(self, c.frame) {
                    return self.unsupported(
                        "a function that is made in a loop and kept for its next trips",
                        "make it by a function that takes the variables as parameters, or by `lambda x, i=i: ...`",
                    );
                }
                self.function_data(&c).iter().try_for_each(|v| self.check_kept(v, lives))
            }
            _ => Ok(()),
        }
    }

    /// A function has returned `v`: frames that nothing refers to any more are emptied.
    pub fn leave(&mut self, frame: usize, v: Option<&Val<'a>>) {
        let n = self.frames.len();
        if !self.frames[frame..].iter().any(|f| f.life.captured || f.life.generator) {
            self.frames[frame].slots.clear();
            return;
        }
        let mut seen = vec![false; n];
        let mut todo = vec![];
        if let Some(v) = v {
            self.frames_of(v, &mut |k| todo.push(k));
        }
        for f in &self.frames[..frame] {
            f.slots.values().for_each(|v| self.frames_of(v, &mut |k| todo.push(k)));
        }
        self.reach(&mut seen, todo);
        for (k, f) in self.frames.iter_mut().enumerate().skip(frame) {
            if f.module {
                continue;
            }
            if seen[k] && f.life.generator {
                continue;
            }
            if seen[k] {
                f.life.done = true;
                f.slots.retain(|n, _| !n.as_str().starts_with('<'));
                // An empty frame is a dead one.
                f.slots.entry(Symbol::new("<done>")).or_insert(Val::None);
            } else {
                f.slots.clear();
            }
        }
    }

    /// Marks the frames that values of these frames refer to.
    fn reach(&self, seen: &mut [bool], mut todo: Vec<usize>) {
        while let Some(k) = todo.pop() {
            if std::mem::replace(&mut seen[k], true) {
                continue;
            }
            todo.extend(self.frames[k].parent);
            self.frames[k].slots.values().for_each(|v| self.frames_of(v, &mut |j| todo.push(j)));
        }
    }

    /// The frames from `first` on that values of older frames refer to in these states of slots.
    pub fn frames_out(&self, slots: &[Slots<'a>], first: usize) -> Vec<usize> {
        let mut todo = vec![];
        for f in slots.iter().take(first) {
            f.values().for_each(|v| self.frames_of(v, &mut |k| todo.push(k)));
        }
        let mut seen = std::collections::BTreeSet::new();
        while let Some(k) = todo.pop() {
            if k < first || k >= slots.len() || self.frames[k].module || !seen.insert(k) {
                continue;
            }
            todo.extend(self.frames[k].parent);
            slots[k].values().for_each(|v| self.frames_of(v, &mut |j| todo.push(j)));
        }
        seen.into_iter().collect()
    }
}

/// The functions of a program by where they are made.
#[derive(Default, Debug)]
pub struct Functions<'a> {
    numbers: rustc_hash::FxHashMap<Site, u32>,
    made: Vec<Made<'a>>,
}

impl<'a> crate::Cx<'a> {
    fn number_function(&mut self, site: Site, made: Made<'a>) -> u32 {
        let Functions { numbers, made: all } = &mut self.functions;
        let id = *numbers.entry(site).or_insert(all.len() as u32);
        match all.get_mut(id as usize) {
            Some(m) => *m = made,
            None => all.push(made),
        }
        id
    }

    /// The name and the docstring of a function that wraps another one.
    pub fn wrapped_name(&self, id: u32) -> Option<(Rc<str>, Option<Rc<str>>)> {
        self.functions.made[id as usize].shown.clone()
    }

    /// `functools.wraps`: false if the function wraps one of another name already.
    pub fn wrap(&mut self, id: u32, shown: (Rc<str>, Option<Rc<str>>)) -> bool {
        let made = &mut self.functions.made[id as usize].shown;
        *made.get_or_insert_with(|| shown.clone()) == shown
    }

    /// Its code, and the file that it stands in.
    pub fn function_code(&self, id: u32) -> (Code<'a>, quipu_diagnostics::FileId) {
        let made = self.function(id);
        (made.code, made.span.file)
    }

    fn function(&self, id: u32) -> &Made<'a> {
        &self.functions.made[id as usize]
    }
}
