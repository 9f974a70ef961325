//! The fields of shared objects: one list per field and class, whose elements' types are facts as for any list. Another
//! list per class counts its objects, so that a class without fields has numbers too.

use super::HEAP;
use crate::state::*;
use crate::value::*;
use quipu_ir::Var;
use quipu_syntax::Symbol;
use std::rc::Rc;

/// The list that holds this field of the shared objects of a class.
fn column_slot(c: ClassId, field: Symbol) -> Symbol {
    Symbol::new(&format!("<all {}.{}>", c.number, field.as_str()))
}

/// Does the name hold a field of all shared objects of a class?
pub fn is_column(name: Symbol) -> bool {
    super::is_field(name) && name.as_str().starts_with("<all ")
}

impl<'a> Lower<'a, '_> {
    /// The class whose column a name is of.
    pub fn class_of_column(&self, name: Symbol) -> Option<ClassId> {
        let number = name.as_str().strip_prefix("<all ")?.split('.').next()?;
        self.cx.classes.all.get(number.parse::<usize>().ok()?).map(|c| c.id)
    }

    /// The site of the list of a field, where its element type is a fact.
    pub fn column_site(&self, c: ClassId, field: Symbol) -> Site {
        let span = self.cx.classes.get(c).span;
        let salt = field.as_str().bytes().fold(u64::from(c.number), |h, b| h.wrapping_mul(31) ^ u64::from(b));
        (hash_path(0x0b1ec7, span, salt), span)
    }

    pub fn column(&self, c: ClassId, field: Symbol) -> Option<ListRef> {
        self.cx.ask(About::Class(c.number));
        match self.get_slot(HEAP, column_slot(c, field)) {
            Some(Val::List(l)) => Some(l.clone()),
            _ => None,
        }
    }

    /// The lists of classes with shared objects, empty: those that are not there yet.
    pub fn open_columns(&mut self) -> R<()> {
        for number in self.cx.facts.fields.keys().copied().collect::<Vec<_>>() {
            let Some(id) = self.cx.classes.all.get(number as usize).map(|c| c.id) else { continue };
            // Objects that are there lack the columns that are not: only a session comes here with some.
            let objects = self.get_slot(HEAP, column_slot(id, count_field())).cloned();
            for f in self.cx.facts.fields.get(&number).cloned().unwrap_or_default() {
                if self.get_slot(HEAP, column_slot(id, f)).is_some() {
                    continue;
                }
                let site = self.column_site(id, f);
                if objects.is_some() {
                    let have = self.cx.facts.cells.get(&site).cloned().unwrap_or(T::Never);
                    if !matches!(have, T::Maybe(_)) {
                        self.cx.facts.cells.insert(site, T::Maybe(Box::new(have)));
                    }
                }
                let elem = match f == count_field() {
                    true => T::None,
                    false => self.elements_at(site),
                };
                let mut cur = vec![];
                for t in self.list_tys(&elem) {
                    cur.push(self.dummy(&t));
                }
                let list = self.list_base(cur, &elem, site);
                // How many objects there will be is not known: these lists are never made of slots.
                self.cx.facts.dynamic.insert(site);
                self.set_slot(HEAP, column_slot(id, f), list.clone());
                if let (Some(objects), Val::List(l)) = (&objects, &list) {
                    self.fill_column(l, &elem, objects, site)?;
                }
            }
        }
        Ok(())
    }

    /// The objects that are there do not have this field.
    fn fill_column(&mut self, l: &ListRef, elem: &T, objects: &Val<'a>, site: Site) -> R<()> {
        let T::Maybe(t) = elem else { return Ok(()) };
        let (n, _) = self.source(objects)?;
        self.for_loop((site.0 ^ 0xf111, site.1), n, vec![], false, false, &mut |lw, _| {
            let none = lw.b.bool(false);
            let vars = lw.dummies(t);
            let nothing = lw.unflatten(t, &mut vars.into_iter(), site);
            lw.list_push(l, &Val::Maybe(Rc::new((none, nothing))))
        })
    }

    /// The element type of the list of a field rose.
    pub fn rise_column(&self, c: ClassId, field: Symbol) -> Stop {
        match self.column(c, field) {
            Some(_) => self.cx.rise(About::Elements(self.column_site(c, field))),
            None => self.cx.rise(About::Class(c.number)),
        }
    }

    /// A new shared object with these fields; its number.
    pub fn put_into_columns(&mut self, c: ClassId, values: &[(Symbol, Val<'a>)]) -> R<Var> {
        let count = count_field();
        let mut opens = false;
        self.cx.ask(About::Class(c.number));
        let fields = self.cx.facts.fields.entry(c.number).or_default();
        for n in std::iter::once(&count).chain(values.iter().map(|(n, _)| n)) {
            if !fields.contains(n) {
                fields.push(*n);
                opens = true;
            }
        }
        let fields = fields.clone();
        let mut risen = opens.then(|| self.cx.rise(About::Class(c.number)));
        for f in fields.iter().filter(|f| **f != count) {
            let v = values.iter().find(|(n, _)| n == f).map(|(_, v)| v);
            let site = self.column_site(c, *f);
            let have = self.cx.facts.cells.get(&site).cloned().unwrap_or(T::Never);
            let t = match v {
                // The list itself goes in; what it holds was settled when it was made.
                Some(v) if c.is_list() => self.type_of(v),
                Some(v) => self.type_in(v, &have, Some(site))?,
                None => T::Maybe(Box::new(T::Never)),
            };
            if let T::Static(what) = t {
                return self.unsupported(format!("{what} in a field of objects that are in lists"), "use data");
            }
            match have.join(&t) {
                Some(j) if j == have => {}
                Some(j) => {
                    self.cx.facts.cells.insert(site, j);
                    risen = Some(self.rise_column(c, *f));
                }
                None => {
                    let message = format!("the field `{}` holds both {have} and {t}", f.as_str());
                    return self.mismatch(&[have, t], message);
                }
            }
        }
        if let Some(stop) = risen {
            return Err(stop);
        }
        let Some(all) = self.column(c, count) else {
            return self.unsupported("an object in a list, made in a recursive function", "make it outside");
        };
        let k = self.list_len(&all)?;
        for f in &fields {
            let Some(l) = self.column(c, *f) else { return Err(self.cx.rise(About::Class(c.number))) };
            match values.iter().find(|(n, _)| n == f) {
                Some((_, v)) if c.is_list() => {
                    // To loops over lists of the class this is no growth.
                    let grown = self.base(l.base).grown;
                    let site = Some(self.column_site(c, *f));
                    let flat = self.copying_into(site, |lw| lw.flatten(v, &(*l.elem).clone()))?;
                    if let Some(f) = self.put_in(v, site)? {
                        self.base_mut(l.base).frozen = Some(f);
                    }
                    self.push_flat(&l, flat);
                    self.base_mut(l.base).grown = grown;
                }
                Some((_, v)) => self.list_push(&l, v)?,
                None => {
                    let elem = (*l.elem).clone();
                    let flat = self.absent(&elem);
                    self.push_flat(&l, flat);
                }
            }
        }
        Ok(k)
    }
}

/// The list that every class with shared objects has: as long as there are objects.
pub fn count_field() -> Symbol {
    Symbol::new("<count>")
}
