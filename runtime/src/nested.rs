//! Lists with what their elements own: freed, or moved out of the reach of marks, as a whole.
//!
//! `elements` says what that is (`quipu_abi::ELEMENTS_..`). Where it is memory, an element begins with a pointer to it; a list
//! that was moved out of a list left null there.
#![expect(unsafe_code, reason = "elements are raw pointers")]

use crate::list::List;
use crate::memory::Memory;
use crate::text::{FLAG_STATIC, Str};
use quipu_abi::{ELEMENTS_ARRAYS, ELEMENTS_LISTS, ELEMENTS_PLAIN, ELEMENTS_STRINGS};

/// The pointers at the begin of the elements.
///
/// # Safety
/// `list` is live, and its elements begin with pointers.
unsafe fn pointers(list: *mut List) -> impl Iterator<Item = *mut u8> {
    // SAFETY: by the contract; elements lie one behind the other.
    let (data, n, size) = unsafe { ((*list).data, (*list).len, (*list).elem) };
    // SAFETY: element `i` is one of the list's.
    (0..n).map(move |i| unsafe { data.offset((i * size) as isize).cast::<*mut u8>().read_unaligned() })
}

/// A string that is counted: no literal.
///
/// # Safety
/// `s` is null or a live string.
unsafe fn counted(s: *mut u8) -> Option<*mut Str> {
    let s = s.cast::<Str>();
    // SAFETY: by the contract.
    (!s.is_null() && unsafe { (*s).flags } & FLAG_STATIC == 0).then_some(s)
}

/// Gives back one reference to a string.
///
/// # Safety
/// `s` is null or a live string of this memory, and the reference is not used again.
pub unsafe fn release(memory: &mut Memory, s: *mut u8) {
    // SAFETY: by the contract; the last reference frees.
    unsafe {
        let Some(s) = counted(s) else { return };
        (*s).refs -= 1;
        if (*s).refs == 0 {
            memory.free(s.cast());
        }
    }
}

/// What an element owns.
enum Owned {
    /// A list, whose elements are what the number says.
    List(*mut List, i32),
    /// A string that is counted.
    Text(*mut u8),
    /// Memory that owns nothing more.
    Block(*mut u8),
}

/// What the elements own, in their order.
///
/// # Safety
/// `list` is live, and its elements are what `elements` says.
unsafe fn owned(list: *mut List, elements: i32) -> impl Iterator<Item = Owned> {
    let own: fn(*mut u8, i32) -> Option<Owned> = match elements {
        e if e >= ELEMENTS_LISTS => |p, e| Some(Owned::List(p.cast(), e - ELEMENTS_LISTS)),
        // SAFETY: by the contract, the element is a string.
        ELEMENTS_STRINGS => |p, _| unsafe { counted(p) }.map(|s| Owned::Text(s.cast())),
        ELEMENTS_ARRAYS => |p, _| Some(Owned::Block(p)),
        _ => |_, _| None,
    };
    // SAFETY: by the contract; elements that own nothing need not begin with pointers, and none of them is read.
    let pointers = (elements != ELEMENTS_PLAIN).then(|| unsafe { pointers(list) });
    pointers.into_iter().flatten().filter_map(move |p| own(p, elements))
}

/// Frees a list and what its elements own. Null is allowed.
///
/// # Safety
/// `list` is null or a live list of this memory with such elements; nothing of it is used again.
pub unsafe fn free(memory: &mut Memory, list: *mut List, elements: i32) {
    if list.is_null() {
        return;
    }
    // SAFETY: by the contract.
    unsafe {
        for own in owned(list, elements) {
            match own {
                Owned::List(inner, e) => free(memory, inner, e),
                Owned::Text(s) => release(memory, s),
                Owned::Block(p) => memory.free(p),
            }
        }
        List::destroy(memory, list);
    }
}

/// Moves a list and what its elements own out of every mark's reach; what is so already, is with all that it owns.
///
/// # Safety
/// As for `free`, but all stays live.
pub unsafe fn adopt(memory: &mut Memory, list: *mut List, elements: i32) {
    if list.is_null() {
        return;
    }
    // SAFETY: by the contract.
    unsafe {
        let young = !memory.is_adopted(list.cast());
        memory.adopt((*list).data);
        memory.adopt(list.cast());
        if !young {
            return;
        }
        for own in owned(list, elements) {
            match own {
                Owned::List(inner, e) => adopt(memory, inner, e),
                Owned::Text(p) | Owned::Block(p) => memory.adopt(p),
            }
        }
    }
}

/// Makes a list and what its elements own as old as `owner`; what is so already, is with all that it owns.
///
/// # Safety
/// As for `adopt`; `owner` is a live block of this memory.
pub unsafe fn keep(memory: &mut Memory, owner: *mut u8, list: *mut List, elements: i32) {
    if list.is_null() {
        return;
    }
    // SAFETY: by the contract.
    unsafe {
        memory.keep(owner, (*list).data);
        if !memory.keep(owner, list.cast()) {
            return;
        }
        for own in owned(list, elements) {
            match own {
                Owned::List(inner, e) => keep(memory, owner, inner, e),
                Owned::Text(p) | Owned::Block(p) => {
                    memory.keep(owner, p);
                }
            }
        }
    }
}
