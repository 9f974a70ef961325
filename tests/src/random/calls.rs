//! Calls of the program's functions, constructors and methods.

use super::containers::bound;
use super::{E, Function, Gen, Kind, Ty, prec};

impl Gen {
    /// A call, a method's call or a field that gives this type.
    pub(crate) fn call(&mut self, ty: &Ty, depth: u32) -> Option<E> {
        if self.plain {
            return None;
        }
        if self.chance(0.5) {
            let found: Vec<Function> =
                self.functions.iter().filter(|f| f.ret == *ty && self.affordable(f.cost)).cloned().collect();
            if !found.is_empty() {
                let f = found[self.below(found.len())].clone();
                return Some(self.call_of(&f.name.clone(), &f, depth));
            }
        }
        let objects = self.named(|v| matches!(v.ty, Ty::Object(_)));
        if objects.is_empty() {
            return None;
        }
        let o = objects[self.below(objects.len())].clone();
        let Ty::Object(class) = o.ty else { return None };
        let what = self.classes[class].clone();
        let mut forms = vec![];
        for (i, (_, t)) in what.fields.iter().enumerate() {
            if t == ty {
                forms.push((0, i));
            }
        }
        for (i, m) in what.methods.iter().enumerate() {
            if m.function.ret == *ty && self.affordable(m.function.cost) {
                forms.push((1, i));
                forms.push((1, i));
            }
        }
        for (i, (_, t)) in what.constants.iter().enumerate() {
            if t == ty {
                forms.push((2, i));
            }
        }
        if what.call.as_ref() == Some(ty) && self.affordable(what.cost) {
            forms.push((3, 0));
        }
        if what.elements.as_ref() == Some(ty) && self.affordable(what.cost) {
            forms.push((4, 0));
        }
        if *ty == Ty::Int && what.elements.is_some() {
            forms.push((5, 0));
        }
        if forms.is_empty() {
            return None;
        }
        let (kind, i) = forms[self.below(forms.len())];
        Some(match kind {
            0 => E::atom(format!("{}.{}", o.name, what.fields[i].0), bound(ty)),
            1 => {
                let m = what.methods[i].clone();
                let owner = if m.kind == Kind::Static || m.kind == Kind::Class {
                    if self.chance(0.5) { what.name.clone() } else { o.name.clone() }
                } else {
                    o.name.clone()
                };
                if m.kind == Kind::Property {
                    self.work += self.times * m.function.cost;
                    E::atom(format!("{owner}.{}", m.function.name), bound(ty))
                } else {
                    self.call_of(&format!("{owner}.{}", m.function.name), &m.function, depth)
                }
            }
            2 => E::atom(
                format!("{}.{}", if self.chance(0.5) { &what.name } else { &o.name }, what.constants[i].0),
                bound(ty),
            ),
            3 => {
                self.work += self.times * what.cost;
                let n = self.value(&Ty::Int, depth.min(1));
                E::atom(format!("{}({})", o.name, n.s), bound(ty))
            }
            4 => {
                let i = self.index(&o.name);
                E::atom(format!("{}[{i}]", o.name), bound(ty))
            }
            _ => E::atom(format!("len({})", o.name), 10.0),
        })
    }

    /// A call of this function under this name.
    pub(crate) fn call_of(&mut self, name: &str, f: &Function, depth: u32) -> E {
        self.work += self.times * f.cost;
        let args = self.arguments(f, depth);
        let e = E::atom(format!("{name}({args})"), bound(&f.ret));
        // A generator's items may be empty, and so may a list that a function gives.
        e
    }

    fn arguments(&mut self, f: &Function, depth: u32) -> String {
        let mut args = vec![];
        let mut by_name = false;
        for (i, p) in f.params.iter().enumerate() {
            if p.default.is_some() && self.chance(0.4) {
                by_name = true;
                continue;
            }
            let e = self.full_value(&p.ty, depth.min(2));
            // Arguments in front of `*args` go by position.
            let last = f.star.is_none() && self.chance(0.15);
            by_name |= p.keyword_only || last;
            args.push(if by_name { format!("{}={}", p.name, e.s) } else { e.s });
            let _ = i;
        }
        if let Some(of) = &f.star
            && !by_name
        {
            for _ in 0..self.below(4) {
                let e = self.value(of, depth.min(1));
                args.push(e.s);
            }
        }
        args.join(", ")
    }

    pub(crate) fn construct(&mut self, class: usize, depth: u32) -> E {
        let what = self.classes[class].clone();
        let f = Function {
            name: what.name.clone(),
            params: what.init,
            star: None,
            ret: Ty::Object(class),
            cost: what.cost,
        };
        self.work += self.times * what.cost;
        let args = if depth == 0 {
            f.params
                .iter()
                .filter(|p| p.default.is_none())
                .map(|p| self.literal(&p.ty).s)
                .collect::<Vec<_>>()
                .join(", ")
        } else {
            self.arguments(&f, depth - 1)
        };
        E::atom(format!("{}({args})", what.name), 0.0)
    }

    pub(crate) fn object(&mut self, class: usize, depth: u32) -> E {
        let ty = Ty::Object(class);
        if self.chance(0.5)
            && let Some(v) = self.choose(|v| v.ty == ty)
        {
            return E { s: v.name, p: prec::ATOM, m: 0.0, full: false };
        }
        if depth > 0 && self.classes[class].adds && self.chance(0.4) {
            let (l, r) = (self.object(class, depth - 1), self.object(class, depth - 1));
            return Self::binary("+", prec::SUM, &l, &r, 0.0);
        }
        self.construct(class, depth)
    }
}
