//! Growable lists; see `crate::list` for their layout, which compiled code reads and writes directly.
#![expect(unsafe_code, reason = "the border to compiled code is raw pointers")]

use super::runtime_functions;
use crate::error::Result;
use crate::list::{List, Table};
use crate::nested;
use crate::runtime::{Context, str_at};
use crate::text::Str;
use quipu_abi::sorting;
use quipu_abi::table::{self, Slots};

/// A new list of numbers.
fn list_of(cx: &Context, numbers: &[i64]) -> Result<(*mut List,)> {
    let memory = &mut cx.memory();
    let list = List::create(memory, 8, numbers.len() as i64)?;
    // SAFETY: a fresh list of elements of 8 bytes, and so many numbers.
    unsafe { (*list).extend(memory, numbers.as_ptr().cast(), numbers.len() as i64)? };
    Ok((list,))
}

// SAFETY of the blocks below: `list` is a live list of this program that nobody else uses during the call, and
// element pointers point to `elem` bytes, by the functions' contract.
runtime_functions! {
    /// An empty list with room for `cap` elements of `elem` bytes.
    fallible fn list_new(cx, elem: i64, cap: i64) -> (list: *mut List) {
        Ok((List::create(&mut cx.memory(), elem, cap)?,))
    }

    /// Frees the list and what its elements own (`quipu_abi::ELEMENTS_..`). Null is allowed.
    direct fn list_drop(cx, list: *mut List, elements: i32) {
        unsafe { nested::free(&mut cx.memory(), list, elements) }
    }

    /// Takes the list, if it is there yet, and what its elements own out of reach of all marks, as `adopt` does a block.
    direct fn list_adopt(cx, list: *mut List, elements: i32) {
        unsafe { nested::adopt(&mut cx.memory(), list, elements) }
    }

    /// Makes the list and what its elements own as old as `owner`, as `keep` does a block.
    direct fn list_keep(cx, owner: *mut u8, list: *mut List, elements: i32) {
        unsafe { nested::keep(&mut cx.memory(), owner, list, elements) }
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

    /// `list.append(x)` of an element that is one word.
    fallible fn list_push_word(cx, list: *mut List, word: i64) {
        unsafe { (*list).push(&mut cx.memory(), (&raw const word).cast())? };
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

    /// Exchanges two elements, whose indices are in bounds.
    direct fn list_swap(cx, list: *mut List, i: i64, j: i64) {
        unsafe { (*list).swap(i, j) }
    }

    /// Of a table: the next entry with a hash behind the entry `after` (-1: the first one); -1 where there is none.
    direct fn table_find(cx, table: *mut List, hash: i64, after: i64) -> (entry: i64) {
        table::find(&unsafe { Table::of(table) }, hash, after)
    }

    /// Of a table: a new list of its entries in the order of their slots.
    fallible fn table_order(cx, table: *mut List) -> (order: *mut List) {
        let entries: Vec<i64> = table::items(&unsafe { Table::of(table) }).into_iter().map(|(_, e)| e).collect();
        list_of(&cx, &entries)
    }

    /// Of a table: adds an entry.
    fallible fn table_put(cx, table: *mut List, hash: i64, entry: i64) {
        let mut memory = cx.memory();
        table::put(&mut unsafe { Table::with(table, &mut memory) }, hash, entry)
    }

    /// Of a table: takes an entry out.
    direct fn table_drop(cx, table: *mut List, hash: i64, entry: i64) {
        table::drop_entry(&mut unsafe { Table::of(table) }, hash, entry)
    }

    /// Of a table: gives an entry another number.
    direct fn table_renumber(cx, table: *mut List, hash: i64, entry: i64, number: i64) {
        table::renumber(&mut unsafe { Table::of(table) }, hash, entry, number)
    }

    /// Of a table: takes all entries out.
    direct fn table_clear(cx, table: *mut List) {
        unsafe { (*table).len = 0 }
    }

    /// Of a table: room for `n` more entries.
    fallible fn table_reserve(cx, table: *mut List, n: i64) {
        let mut memory = cx.memory();
        table::reserve(&mut unsafe { Table::with(table, &mut memory) }, n)
    }

    /// Of a table: the room of removed entries is given back, if there are many.
    fallible fn table_tidy(cx, table: *mut List) {
        let mut memory = cx.memory();
        table::tidy(&mut unsafe { Table::with(table, &mut memory) })
    }

    /// Of an empty table: the entries of another, numbered in the order of their slots.
    fallible fn table_adopt(cx, table: *mut List, other: *mut List) {
        let mut memory = cx.memory();
        table::adopt(&mut unsafe { Table::with(table, &mut memory) }, &unsafe { Table::of(other) })
    }

    /// A new list: the numbers of a list's strings in their order, equal ones as they come.
    fallible fn text_order(cx, texts: *mut List) -> (order: *mut List) {
        let texts = unsafe { (*texts).elements::<*const Str>() };
        let texts: Vec<&str> = texts.iter().map(|s| unsafe { str_at(*s) }.unwrap_or_default()).collect();
        let mut order: Vec<i64> = (0..texts.len() as i64).collect();
        order.sort_by_key(|k| texts[*k as usize]);
        list_of(&cx, &order)
    }

    /// The list becomes a sort of `n` items (see `quipu_abi::sorting`), in reverse where that is not 0.
    fallible fn table_sort(cx, table: *mut List, n: i64, reverse: i64) {
        let mut memory = cx.memory();
        let mut cells = unsafe { Table::with(table, &mut memory) };
        cells.reset(sorting::cells(n.max(0) as usize))?;
        sorting::begin(cells.cells(), reverse != 0);
        Ok(())
    }

    /// Of a sort: whether the first item that it asks for is less than the second.
    direct fn table_answer(cx, table: *mut List, less: i64) {
        sorting::answer(unsafe { Table::of(table) }.cells(), less != 0)
    }

    /// `list.reverse()`.
    direct fn list_reverse(cx, list: *mut List) {
        unsafe { (*list).reverse() }
    }
}
