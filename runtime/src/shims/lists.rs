//! Growable lists; see `crate::list` for their layout, which compiled code reads and writes directly.
#![expect(unsafe_code, reason = "the border to compiled code is raw pointers")]

use super::runtime_functions;
use crate::list::List;

// SAFETY of the blocks below: `list` is a live list of this program that nobody else uses during the call, and
// element pointers point to `elem` bytes, by the functions' contract.
runtime_functions! {
    /// An empty list with room for `cap` elements of `elem` bytes.
    fallible fn list_new(cx, elem: i64, cap: i64) -> (list: *mut List) {
        Ok((List::create(&mut cx.memory(), elem, cap)?,))
    }

    /// Frees the list and its memory; what its elements own is the caller's business. Null is allowed.
    direct fn list_free(cx, list: *mut List) {
        unsafe { List::destroy(&mut cx.memory(), list) }
    }

    /// Takes the list out of reach of all marks, as `adopt` does a block; says whether it was in their reach, so that
    /// its elements may be, too.
    direct fn list_adopt(cx, list: *mut List) -> (was_young: u8) {
        let mut memory = cx.memory();
        unsafe {
            let young = !memory.is_adopted(list.cast());
            memory.adopt((*list).data);
            memory.adopt(list.cast());
            u8::from(young)
        }
    }

    /// Makes the list as old as `owner`, as `keep` does a block; says whether it was younger, so that its elements may be,
    /// too.
    direct fn list_keep(cx, owner: *mut u8, list: *mut List) -> (was_younger: u8) {
        let mut memory = cx.memory();
        unsafe {
            if list.is_null() {
                return 0;
            }
            memory.keep(owner, (*list).data);
            u8::from(memory.keep(owner, list.cast()))
        }
    }

    /// Room for `cap` elements in all.
    fallible fn list_reserve(cx, list: *mut List, cap: i64) {
        unsafe { (*list).reserve(&mut cx.memory(), cap)? };
        Ok(())
    }

    /// `list.append(x)` of the element at `value`.
    fallible fn list_push(cx, list: *mut List, value: *const u8) {
        unsafe { (*list).push(&mut cx.memory(), value)? };
        Ok(())
    }

    /// `list.insert(i, x)` of the element at `value`.
    fallible fn list_insert(cx, list: *mut List, i: i64, value: *const u8) {
        unsafe { (*list).insert(&mut cx.memory(), i, value)? };
        Ok(())
    }

    /// `list.pop(i)` into `element`: IndexError in Python's words.
    fallible fn list_pop(cx, list: *mut List, i: i64, element: *mut u8) {
        unsafe { (*list).pop(i, element)? };
        Ok(())
    }

    /// `del list[i]`.
    fallible fn list_delete(cx, list: *mut List, i: i64) {
        unsafe { (*list).delete(i)? };
        Ok(())
    }

    /// Appends the `n` elements at `values`, which may be the list's own.
    fallible fn list_extend(cx, list: *mut List, values: *const u8, n: i64) {
        unsafe { (*list).extend(&mut cx.memory(), values, n)? };
        Ok(())
    }

    /// `list.reverse()`.
    direct fn list_reverse(cx, list: *mut List) {
        unsafe { (*list).reverse() }
    }
}
