//! Growable lists of elements of a fixed size, as compiled code lays them out.
//!
//! The header `{data, len, cap, elem}` and the elements are two blocks of the program's memory. Compiled code reads and
//! writes elements itself, after its own bounds check, as `data + i * elem`; growing, shifting and Python's errors
//! are here. Elements are plain bytes: what they own is the compiler's business (it retains and drops).
#![expect(unsafe_code, reason = "elements are moved as raw bytes of sizes known only at run time")]

use crate::error::{Error, Result};
use crate::memory::Memory;
use quipu_abi::{ErrorKind, table};
use std::ptr;

/// Elements of at most 16 bytes, such as a tagged union or a complex number; more is a compiler's mistake.
#[repr(C)]
#[derive(Debug)]
pub struct List {
    /// Null while `cap` is 0.
    pub data: *mut u8,
    pub len: i64,
    pub cap: i64,
    /// Bytes of one element.
    pub elem: i64,
}

fn too_long() -> Error {
    Error::new(ErrorKind::MemoryError, "")
}

impl List {
    /// An empty list in `memory`.
    pub fn create(memory: &mut Memory, elem: i64, cap: i64) -> Result<*mut List> {
        if !(1..=64).contains(&elem) {
            return Err(Error::new(ErrorKind::RuntimeError, format!("list elements of {elem} bytes")));
        }
        let list = memory.alloc(size_of::<List>(), false)?.cast::<List>();
        // SAFETY: a fresh block, aligned to 64 and large enough.
        let created = unsafe {
            list.write(List { data: ptr::null_mut(), len: 0, cap: 0, elem });
            (*list).reserve(memory, cap)
        };
        if let Err(error) = created {
            // SAFETY: nothing else refers to the block.
            unsafe { memory.free(list.cast()) };
            return Err(error);
        }
        Ok(list)
    }

    /// # Safety
    /// `list` came from `create` with the same `memory` and is not used again.
    pub unsafe fn destroy(memory: &mut Memory, list: *mut List) {
        if list.is_null() {
            return;
        }
        // SAFETY: by the contract, both blocks are live and ours.
        unsafe {
            memory.free((*list).data);
            memory.free(list.cast());
        }
    }

    fn at(&self, i: i64) -> *mut u8 {
        self.data.wrapping_offset((i * self.elem) as isize)
    }

    /// Room for `cap` elements in all. Grows by half at least, so that n pushes cost O(n).
    pub fn reserve(&mut self, memory: &mut Memory, cap: i64) -> Result<()> {
        if cap <= self.cap {
            return Ok(());
        }
        let cap = cap.max(self.cap + self.cap / 2).max(8);
        let bytes = cap.checked_mul(self.elem).and_then(|b| usize::try_from(b).ok()).ok_or_else(too_long)?;
        let list = ptr::from_mut(self).cast::<u8>();
        self.data = if self.data.is_null() {
            // Grown by a callee, the elements still belong to whoever owns the header: they take its place.
            // SAFETY: `self` is a live block of `memory`.
            unsafe { memory.alloc_beside(list, bytes)? }
        } else {
            // SAFETY: `data` is a live block of `memory` that only this header refers to.
            unsafe { memory.resize(self.data, bytes)? }
        };
        self.cap = cap;
        Ok(())
    }

    /// Appends the element at `value`, which may lie in this list.
    ///
    /// # Safety
    /// `value` points to `elem` readable bytes; `memory` made the list.
    pub unsafe fn push(&mut self, memory: &mut Memory, value: *const u8) -> Result<()> {
        // SAFETY: as this function's.
        unsafe { self.insert(memory, self.len, value) }
    }

    /// `list.insert(i, x)`: positions beyond the ends are the ends.
    ///
    /// # Safety
    /// As for `push`.
    pub unsafe fn insert(&mut self, memory: &mut Memory, i: i64, value: *const u8) -> Result<()> {
        let elem = self.elem as usize;
        let mut copy = [0u8; 64];
        // SAFETY: `value` has `elem` bytes (at most 64, see `create`). Copied first, for it may move.
        unsafe { ptr::copy_nonoverlapping(value, copy.as_mut_ptr(), elem) };
        self.reserve(memory, self.len.checked_add(1).ok_or_else(too_long)?)?;
        let i = if i < 0 { i.saturating_add(self.len).max(0) } else { i.min(self.len) };
        // SAFETY: there is room for one more element than `len`, and `i <= len`.
        unsafe {
            ptr::copy(self.at(i), self.at(i + 1), (self.len - i) as usize * elem);
            ptr::copy_nonoverlapping(copy.as_ptr(), self.at(i), elem);
        }
        self.len += 1;
        Ok(())
    }

    /// `list.pop(i)`: moves the element to `out`.
    ///
    /// # Safety
    /// `out` points to `elem` writable bytes outside the list.
    pub unsafe fn pop(&mut self, i: i64, out: *mut u8) -> Result<()> {
        if self.len == 0 {
            return Err(Error::index("pop from empty list"));
        }
        let i = python_index(i, self.len).ok_or_else(|| Error::index("pop index out of range"))?;
        // SAFETY: `i < len`.
        unsafe {
            ptr::copy_nonoverlapping(self.at(i), out, self.elem as usize);
            self.remove(i);
        }
        Ok(())
    }

    /// `del list[i]`.
    pub fn delete(&mut self, i: i64) -> Result<()> {
        let i = python_index(i, self.len).ok_or_else(|| Error::index("list assignment index out of range"))?;
        // SAFETY: `i < len`.
        unsafe { self.remove(i) };
        Ok(())
    }

    /// # Safety
    /// `0 <= i < len`.
    unsafe fn remove(&mut self, i: i64) {
        // SAFETY: the elements after `i` lie inside the list.
        unsafe { ptr::copy(self.at(i + 1), self.at(i), ((self.len - i - 1) * self.elem) as usize) };
        self.len -= 1;
    }

    /// Appends `n` elements at `values`, which may be this list's own.
    ///
    /// # Safety
    /// `values` points to `n * elem` readable bytes; `memory` made the list.
    pub unsafe fn extend(&mut self, memory: &mut Memory, values: *const u8, n: i64) -> Result<()> {
        let own = (values >= self.data.cast_const() && values < self.at(self.len).cast_const())
            .then(|| values as usize - self.data as usize);
        self.reserve(memory, self.len.checked_add(n).ok_or_else(too_long)?)?;
        let values = own.map_or(values, |offset| self.data.wrapping_add(offset).cast_const());
        if n > 0 {
            // SAFETY: room for `n` more; the list's own elements end where the new ones begin.
            unsafe { ptr::copy_nonoverlapping(values, self.at(self.len), (n * self.elem) as usize) };
            self.len += n;
        }
        Ok(())
    }

    /// Exchanges two elements in bounds.
    ///
    /// # Safety
    /// `0 <= i, j < len`.
    pub unsafe fn swap(&mut self, i: i64, j: i64) {
        if i != j {
            // SAFETY: both elements are in the list and differ.
            unsafe { ptr::swap_nonoverlapping(self.at(i), self.at(j), self.elem as usize) };
        }
    }

    /// All elements.
    ///
    /// # Safety
    /// The elements are `T`s.
    pub unsafe fn elements<T>(&mut self) -> &mut [T] {
        if self.len == 0 {
            return &mut [];
        }
        // SAFETY: there are so many elements at `data`, by the contract of this type.
        unsafe { std::slice::from_raw_parts_mut(self.data.cast(), self.len as usize) }
    }

    pub fn reverse(&mut self) {
        for i in 0..self.len / 2 {
            // SAFETY: both elements are in the list and differ.
            unsafe { ptr::swap_nonoverlapping(self.at(i), self.at(self.len - 1 - i), self.elem as usize) };
        }
    }
}

/// A list of int64 that is a hash table (see `quipu_abi::table`).
pub struct Table<'m> {
    list: *mut List,
    /// Where it grows; what only looks has none.
    memory: Option<&'m mut Memory>,
}

impl<'m> Table<'m> {
    /// A table that does not grow.
    ///
    /// # Safety
    /// `list` is a live list of int64 whose elements are a table's, and nobody else uses it meanwhile.
    pub unsafe fn of(list: *mut List) -> Table<'m> {
        Table { list, memory: None }
    }

    /// # Safety
    /// As for `of`; `memory` made the list.
    pub unsafe fn with(list: *mut List, memory: &'m mut Memory) -> Table<'m> {
        Table { list, memory: Some(memory) }
    }

    fn at(&self, i: usize) -> *mut i64 {
        // SAFETY: the list is live (`of`).
        let list = unsafe { &*self.list };
        assert!((i as i64) < list.len, "a table's slot is in its list");
        list.at(i as i64).cast()
    }
}

impl Table<'_> {
    /// All cells.
    pub fn cells(&mut self) -> &mut [i64] {
        // SAFETY: the list is live, of int64, and nobody else uses it (`of`).
        unsafe { (*self.list).elements() }
    }
}

impl table::Slots for Table<'_> {
    type Error = Error;

    fn get(&self, i: usize) -> i64 {
        // SAFETY: `at` gives a live element.
        unsafe { self.at(i).read() }
    }

    fn set(&mut self, i: usize, x: i64) {
        // SAFETY: as above.
        unsafe { self.at(i).write(x) }
    }

    fn is_empty(&self) -> bool {
        // SAFETY: the list is live (`of`).
        unsafe { (*self.list).len == 0 }
    }

    fn reset(&mut self, n: usize) -> Result<()> {
        // SAFETY: the list is live (`of`), and has room for `n` elements before they are written.
        unsafe {
            let list = &mut *self.list;
            if let Some(memory) = &mut self.memory {
                list.reserve(memory, n as i64)?;
            }
            list.len = list.cap.min(n as i64);
            ptr::write_bytes(list.data, 0, (list.len * list.elem) as usize);
        }
        Ok(())
    }
}

/// A Python index of a sequence of `n` items as a position, if it is one.
pub fn python_index(i: i64, n: i64) -> Option<i64> {
    let at = if i < 0 { i.checked_add(n)? } else { i };
    (0..n).contains(&at).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(list: &List) -> Vec<[u8; 3]> {
        // SAFETY: a list of elements of 3 bytes.
        (0..list.len).map(|i| unsafe { list.at(i).cast::<[u8; 3]>().read() }).collect()
    }

    #[test]
    fn lists_behave_as_vectors() {
        let mut memory = Memory::new(usize::MAX, 1 << 20);
        let handle = List::create(&mut memory, 3, 0).unwrap();
        let mark = memory.mark();
        // SAFETY: the list is live and its elements have 3 bytes, as every pointer below.
        let list = unsafe { &mut *handle };
        let mut model: Vec<[u8; 3]> = Vec::new();
        for i in 0..100u8 {
            let x = [i, i + 1, i + 2];
            // SAFETY: as above.
            unsafe {
                list.push(&mut memory, x.as_ptr()).unwrap();
                model.push(x);
                list.insert(&mut memory, i64::from(i) / 2, list.at(0)).unwrap();
                model.insert(usize::from(i) / 2, model[0]);
            }
            if i % 3 == 0 {
                let mut out = [0; 3];
                // SAFETY: as above.
                unsafe { list.pop(-1, out.as_mut_ptr()).unwrap() };
                assert_eq!(Some(out), model.pop());
                list.delete(0).unwrap();
                model.remove(0);
            }
            assert_eq!(items(list), model);
        }
        // SAFETY: the list's own elements.
        unsafe { list.extend(&mut memory, list.data, list.len).unwrap() };
        model.extend_from_within(..);
        list.reverse();
        model.reverse();
        assert_eq!(items(list), model);
        // Elements that a callee allocated belong to the list's owner.
        // SAFETY: no other block is younger.
        unsafe { memory.release_to(mark) };
        assert_eq!(items(list), model);
        list.len = 0;
        // SAFETY: `out` is not read.
        assert_eq!(unsafe { list.pop(0, ptr::null_mut()) }.unwrap_err().text, "pop from empty list");
        assert_eq!(list.delete(0).unwrap_err().text, "list assignment index out of range");
        // SAFETY: not used again.
        unsafe { List::destroy(&mut memory, handle) };
        assert_eq!(memory.statistics().bytes_live, 0);
    }
}
