//! What goes through a container and all in it, where a container of its own class may be in it: `repr` and `==`.
//!
//! The code for such a thing is written where it is asked for, a loop over the items with the code for an item in it. Of a
//! class that holds itself (the lists, dicts and instances of a dataclass in a tree, see `T::mixes_depths`) that has no end. The walk sees it when the
//! class comes again inside of itself; that is a fact, and from then on a function of the library does it, which calls
//! itself and so is compiled on its own.

use crate::state::*;
use crate::value::*;
use quipu_ir::Var;

/// What is done with all items.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum What {
    Text,
    Equal,
}

impl<'a> Lower<'a, '_> {
    /// The class whose containers a value is one of, if that can hold itself.
    fn container(&self, v: &Val<'a>) -> Option<u32> {
        match v {
            Val::List(l) => l.class.map(|c| self.class_now(c).number),
            Val::Object(Object { class, at: At::Shared(_) }) => Some(self.class_now(*class).number),
            _ => None,
        }
    }

    /// Does something with the items of a container: `f` writes the code for it. `None`: a function of the library must.
    fn within<X>(&mut self, what: What, v: &Val<'a>, f: impl FnOnce(&mut Self) -> R<X>) -> R<Option<X>> {
        let Some(class) = self.container(v) else { return f(self).map(Some) };
        if self.cx.facts.nested.contains(&class) {
            return Ok(None);
        }
        if self.within.contains(&(what, class)) {
            self.cx.facts.nested.insert(class);
            return Err(self.cx.rise_anyhow());
        }
        self.within.push((what, class));
        let r = f(self);
        self.within.pop();
        r.map(Some)
    }

    /// `repr` of a container; `f` writes the code for it.
    pub fn text_within(&mut self, v: &Val<'a>, f: impl FnOnce(&mut Self) -> R<Var>) -> R<Var> {
        match self.within(What::Text, v, f)? {
            Some(text) => Ok(text),
            None => {
                let text = self.by_library("nested_text", std::slice::from_ref(v))?;
                self.text_var(Some(text))
            }
        }
    }

    /// Whether two containers are equal; `f` writes the code for it.
    pub fn equal_within(
        &mut self,
        (a, b): (&Val<'a>, &Val<'a>),
        f: impl FnOnce(&mut Self) -> R<Val<'a>>,
    ) -> R<Val<'a>> {
        match self.within(What::Equal, a, f)? {
            Some(equal) => Ok(equal),
            None => self.by_library("nested_equal", &[a.clone(), b.clone()]),
        }
    }
}
