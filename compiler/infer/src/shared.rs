//! Values that snapshots share until one of them changes.
//!
//! A walk takes a snapshot of its names and bases at every branch, and most of what is in it stays as it is: the
//! snapshot refers to the same values, and the first change makes a copy.

use std::ops::{Deref, DerefMut};
use std::rc::Rc;

#[derive(Default, Debug)]
pub struct Shared<T>(Rc<T>);

impl<T> Shared<T> {
    pub fn new(x: T) -> Shared<T> {
        Shared(Rc::new(x))
    }

    /// Surely the same, without a look inside.
    pub fn is(&self, other: &Shared<T>) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Shared<T> {
        Shared(self.0.clone())
    }
}

impl<T> Deref for Shared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Clone> DerefMut for Shared<T> {
    fn deref_mut(&mut self) -> &mut T {
        Rc::make_mut(&mut self.0)
    }
}

impl<A, T: FromIterator<A>> FromIterator<A> for Shared<T> {
    fn from_iter<I: IntoIterator<Item = A>>(items: I) -> Shared<T> {
        Shared::new(items.into_iter().collect())
    }
}
