//! What may stand behind a dot, for a prompt that completes it.

use super::Session;
use crate::state::*;
use crate::suggest::names_of;
use crate::value::*;
use quipu_syntax::Symbol;

impl Session {
    /// The attributes of what a dotted name such as `np` or `car.wheels` stands for, sorted, without those that begin with an
    /// underscore. None if it stands for nothing yet. The session stays as it is.
    pub fn attributes(&mut self, path: &str) -> Vec<&'static str> {
        self.cx.start_walk();
        let mut lw = self.names.clone().lower(self.b.clone(), &mut self.cx);
        lw.open_regions();
        let mut parts = path.split('.').map(Symbol::new);
        let first = parts.next().and_then(|n| lw.frames[0].slots.get(&n).cloned());
        let value = parts.try_fold(first, |v, name| match v {
            Some(v) => lw.attribute(&v, name).map(Some),
            None => Ok(None),
        });
        let mut names = value.ok().flatten().map(|v| lw.dir(&v)).unwrap_or_default();
        names.retain(|n| !n.starts_with(['_', '<']));
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Does a name stand for a function that is written in the language?
    pub fn is_function(&self, name: &str) -> bool {
        matches!(self.names.frames[0].slots.get(&Symbol::new(name)), Some(Val::Func(_)))
    }
}

impl<'a> Lower<'a, '_> {
    /// The names of a value's attributes.
    fn dir(&self, v: &Val<'a>) -> Vec<&'static str> {
        let symbols = |all: Vec<Symbol>| all.into_iter().map(|n| n.as_str()).collect();
        match v {
            Val::Module(m) => match self.cx.source_module(m).and_then(|s| self.module_of(s.name)) {
                Some(frame) => symbols(self.frames[frame].slots.keys().copied().collect()),
                None => self.module_names(m),
            },
            Val::Maybe(m) => self.dir(&m.1),
            Val::Object(o) if self.collection(*o).is_none() => symbols(self.object_names(*o)),
            Val::Class(Class::User(c)) => symbols(self.class_names(*c)),
            _ => names_of(&self.python_class_name(v)).into_iter().flatten().collect(),
        }
    }
}
