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

/// How many elements of a [`Table`] are shared together.
const CHUNK: usize = 32;

/// A vector of values that snapshots share. A walk has thousands of bases and takes a snapshot at every branch: copies, and
/// comparisons of what is the same, go by chunks.
#[derive(Debug)]
pub struct Table<T> {
    /// All of them full but the last.
    chunks: Vec<Shared<Vec<Shared<T>>>>,
    len: usize,
}

impl<T> Table<T> {
    #[expect(clippy::len_without_is_empty, reason = "nobody asks whether there are none")]
    pub fn len(&self) -> usize {
        self.len
    }

    pub fn get(&self, k: usize) -> Option<&Shared<T>> {
        self.chunks.get(k / CHUNK)?.get(k % CHUNK)
    }

    pub fn push(&mut self, x: Shared<T>) {
        if self.len.is_multiple_of(CHUNK) {
            self.chunks.push(Shared::new(Vec::with_capacity(CHUNK)));
        }
        self.chunks[self.len / CHUNK].push(x);
        self.len += 1;
    }

    pub fn truncate(&mut self, len: usize) {
        if len >= self.len {
            return;
        }
        self.chunks.truncate(len.div_ceil(CHUNK));
        if !len.is_multiple_of(CHUNK) {
            self.chunks[len / CHUNK].truncate(len % CHUNK);
        }
        self.len = len;
    }

    pub fn iter(&self) -> impl Iterator<Item = &Shared<T>> {
        self.chunks.iter().flat_map(|c| c.iter())
    }

    /// The elements that another one has too are as there.
    pub fn restore(&mut self, other: &Table<T>) {
        for (a, b) in self.chunks.iter_mut().zip(&other.chunks) {
            if a.len() == b.len() {
                *a = b.clone();
                continue;
            }
            for k in 0..a.len().min(b.len()) {
                if !a[k].is(&b[k]) {
                    a[k] = b[k].clone();
                }
            }
        }
    }

    /// The numbers of elements that all have, without those that are surely the same in each.
    pub fn differing<'s>(
        &'s self,
        others: impl Iterator<Item = &'s Table<T>> + Clone + 's,
    ) -> impl Iterator<Item = usize> + 's {
        let n = others.clone().map(|o| o.len).fold(self.len, usize::min);
        let same = move |c: &usize| others.clone().all(|o| o.chunks.get(*c).is_some_and(|x| x.is(&self.chunks[*c])));
        (0..self.chunks.len()).filter(move |c| !same(c)).flat_map(move |c| c * CHUNK..n.min((c + 1) * CHUNK))
    }
}

impl<T> Default for Table<T> {
    fn default() -> Table<T> {
        Table { chunks: vec![], len: 0 }
    }
}

impl<T> Clone for Table<T> {
    fn clone(&self) -> Table<T> {
        Table { chunks: self.chunks.clone(), len: self.len }
    }
}

impl<T> std::ops::Index<usize> for Table<T> {
    type Output = Shared<T>;

    fn index(&self, k: usize) -> &Shared<T> {
        &self.chunks[k / CHUNK][k % CHUNK]
    }
}

impl<T> std::ops::IndexMut<usize> for Table<T> {
    fn index_mut(&mut self, k: usize) -> &mut Shared<T> {
        &mut self.chunks[k / CHUNK][k % CHUNK]
    }
}
