"""Dicts, sets and deques whose items only run time knows. `dict_pop(d, key)` is `d.pop(key)`.

A dict has its keys and values in two lists, in order of insertion, and a table that leads from hashes to places in them
(`tables`, see compiler/infer/src/objects/tables.rs). Once the program takes keys out (`tables.shrinks`), a key that
is taken out leaves a hole, `_live` says where none is, and the holes are closed when there are many or something looks
at the items in turn. A set has keys and a table only: the order of its items is the table's, so that a key that is
taken out is replaced by the last one. `_removed` counts keys that were taken out, for loops over the items.

A deque has its items in a list, behind `_head` places with nothing in them (see compiler/infer/src/objects/deques.rs).
"""


def dict_store(d, key, value):
    """d[key] = value"""
    h = hash(key)
    e = tables.entry(d, key, h)
    if e >= 0:
        d._values[e] = value
    else:
        dict_add(d, key, h, value)


def dict_add(d, key, h, value):
    """A new key."""
    tables.fit(d, key, value)
    if tables.shrinks(d):
        if d._holes > 16 and 2 * d._holes > len(d._keys):
            dict_compact(d)
        d._live.append(True)
    tables.put(d._table, h, len(d._keys))
    d._keys.append(key)
    d._values.append(value)


def dict_compact(d):
    """Closes the holes."""
    if d._holes > 0:
        tables.clear(d._table)
        n = 0
        for k in range(len(d._keys)):
            if d._live[k]:
                tables.swap(d._keys, k, n)
                tables.swap(d._values, k, n)
                d._live[k] = False
                d._live[n] = True
                tables.put(d._table, hash(d._keys[n]), n)
                n += 1
        while len(d._keys) > n:
            d._keys.pop()
            d._values.pop()
            d._live.pop()
        d._holes = 0


def dict_remove(d, h, e):
    """Takes an entry out."""
    tables.note_removal(d)
    tables.drop(d._table, h, e)
    d._live[e] = False
    d._holes += 1
    d._removed += 1
    while len(d._live) > 0 and not d._live[-1]:
        d._keys.pop()
        d._values.pop()
        d._live.pop()
        d._holes -= 1


def entry_of(d, key, h):
    """The entry of a key, which must be there."""
    e = tables.entry(d, key, h)
    if e < 0:
        raise KeyError(key)
    return e


def dict_delete(d, key):
    """del d[key]"""
    h = hash(key)
    dict_remove(d, h, entry_of(d, key, h))


def dict_pop(d, key):
    """The value of a key, which is taken out."""
    h = hash(key)
    e = entry_of(d, key, h)
    value = tables.taken(d._values, e)
    dict_remove(d, h, e)
    return value


def dict_pop_or(d, key, default):
    """The same with a value for what is not there."""
    h = hash(key)
    e = tables.entry(d, key, h)
    value = default
    if e >= 0:
        value = tables.taken(d._values, e)
        dict_remove(d, h, e)
    return value


def dict_popitem(d):
    """The last key and its value, which are taken out."""
    e = len(d._keys) - 1
    if e < 0:
        raise KeyError("popitem(): dictionary is empty")
    key = d._keys[e]
    value = tables.taken(d._values, e)
    dict_remove(d, hash(key), e)
    return key, value


def dict_clear(d):
    """Takes all keys out."""
    tables.note_removal(d)
    tables.clear(d._table)
    d._removed += 1
    d._holes = 0
    while len(d._keys) > 0:
        d._keys.pop()
        d._values.pop()
        d._live.pop()


def dict_get(d, key, default=None):
    """The value of a key, or another one."""
    e = tables.entry(d, key, hash(key))
    return d._values[e] if e >= 0 else default


def dict_setdefault(d, key, default=None):
    """The value of a key, which is made if it is not there."""
    h = hash(key)
    e = tables.entry(d, key, h)
    if e < 0:
        dict_add(d, key, h, default)
        e = len(d._keys) - 1
    return d._values[e]


def dict_update(d, other):
    """The items of another dict."""
    for key, value in other.items():
        dict_store(d, key, value)


def dict_from_keys(d, keys, value):
    """The same value under all keys."""
    for key in keys:
        dict_store(d, key, value)


def defaultdict_load(d, key):
    """d[key], which is made if it is not there."""
    h = hash(key)
    e = tables.entry(d, key, h)
    if e < 0:
        dict_add(d, key, h, d._factory())
        e = len(d._keys) - 1
    return d._values[e]


def counter_load(d, key):
    """d[key]: 0 of what is not there."""
    e = tables.entry(d, key, hash(key))
    return d._values[e] if e >= 0 else 0


def counter_count(d, items):
    """Counts the items."""
    for key in items:
        counter_add(d, key, 1)


def counter_add(d, key, n):
    """Adds to the count of an item."""
    h = hash(key)
    e = tables.entry(d, key, h)
    if e >= 0:
        d._values[e] += n
    else:
        dict_add(d, key, h, n)


def counter_update(d, other):
    """Adds the counts of another mapping."""
    for key, n in other.items():
        counter_add(d, key, n)


def counter_subtract(d, other):
    """Takes the counts of another mapping off."""
    for key, n in other.items():
        counter_add(d, key, -n)


def counter_subtract_items(d, items):
    """Takes the items off."""
    for key in items:
        counter_add(d, key, -1)


def counter_ordered(d):
    """The items from the most common on; of equal counts the first one first."""
    return sorted(d.items(), key=lambda x: x[1], reverse=True)


def counter_most_common(d, n=None):
    """The n most common items with their counts."""
    all = counter_ordered(d)
    return all if n is None else all[:max(n, 0)]


def counter_elements(d):
    """Each item as often as it counts."""
    out = list(d)[:0]
    for key, n in d.items():
        for _ in range(n):
            out.append(key)
    return out


def counter_keep(out, d):
    """The positive counts."""
    for key, n in d.items():
        if n > 0:
            dict_store(out, key, n)


def counter_intersect(out, a, b):
    """The smaller counts."""
    for key, n in a.items():
        m = min(n, counter_load(b, key))
        if m > 0:
            dict_store(out, key, m)


def counter_unite(out, a, b):
    """The larger counts."""
    for key, n in a.items():
        m = max(n, counter_load(b, key))
        if m > 0:
            dict_store(out, key, m)
    for key, n in b.items():
        if n > 0 and tables.entry(a, key, hash(key)) < 0:
            dict_store(out, key, n)


def ordered_move_to_end(d, key):
    """The key becomes the last one."""
    value = dict_pop(d, key)
    dict_store(d, key, value)


def ordered_pop_first(d):
    """The first key and its value, which are taken out."""
    dict_compact(d)
    if len(d._keys) == 0:
        raise KeyError("dictionary is empty")
    key = d._keys[0]
    value = tables.taken(d._values, 0)
    dict_remove(d, hash(key), 0)
    return key, value


def set_add(s, key):
    """Adds an item."""
    h = hash(key)
    tables.fit(s, key)
    if tables.entry(s, key, h) < 0:
        tables.put(s._table, h, len(s._keys))
        s._keys.append(key)


def set_add_all(s, other):
    """Adds the items of another set in its order."""
    for e in tables.order(other._table):
        set_add(s, other._keys[e])


def set_drop(s, h, e):
    """Takes an entry out; the last one takes its place."""
    tables.note_removal(s)
    tables.drop(s._table, h, e)
    last = len(s._keys) - 1
    if e != last:
        tables.renumber(s._table, hash(s._keys[last]), last, e)
        tables.swap(s._keys, e, last)
    s._keys.pop()
    s._removed += 1


def set_discard(s, key):
    """Takes an item out if it is there."""
    h = hash(key)
    e = tables.entry(s, key, h)
    if e >= 0:
        set_drop(s, h, e)


def set_remove(s, key):
    """Takes an item out, which must be there."""
    h = hash(key)
    set_drop(s, h, entry_of(s, key, h))


def set_pop(s):
    """Takes the next item out, as CPython's table has it."""
    if len(s._keys) == 0:
        raise KeyError("pop from an empty set")
    mask = s._table[2]
    i = s._table[3] & mask
    while s._table[2 * i + 5] < 0:
        i = i + 1 if i < mask else 0
    s._table[3] = i + 1
    e = s._table[2 * i + 5]
    key = s._keys[e]
    set_drop(s, s._table[2 * i + 4], e)
    return key


def set_clear(s):
    """Takes all items out."""
    tables.note_removal(s)
    tables.clear(s._table)
    s._removed += 1
    while len(s._keys) > 0:
        s._keys.pop()


def set_merge(s, other):
    """The items of another set, with the room that CPython makes for them."""
    if s is other:
        pass
    elif len(s._table) == 0 or s._table[0] == 0:
        tables.adopt(s._table, other._table)
        for e in tables.order(other._table):
            s._keys.append(other._keys[e])
    else:
        tables.reserve(s._table, len(other._keys))
        for e in tables.order(other._table):
            set_add(s, other._keys[e])


def set_unite(out, s, other):
    """The items of a set in a copy of `s`."""
    if other is not s:
        set_merge(out, other)


def set_merge_dict(s, d):
    """The keys of a dict, with the room that CPython makes for them."""
    n = len(d)
    if (s._table[0] + n if len(s._table) > 0 else n) * 5 >= (s._table[2] if len(s._table) > 0 else 7) * 3:
        tables.reserve(s._table, n)
    for key in d:
        set_add(s, key)


def set_update(s, items):
    """The items of anything else."""
    for key in items:
        set_add(s, key)


def set_intersect(out, a, b):
    """What is in both sets."""
    if a is b:
        set_merge(out, a)
    elif len(b._keys) > len(a._keys):
        for key in a:
            if key in b:
                set_add(out, key)
    else:
        for key in b:
            if key in a:
                set_add(out, key)


def set_intersect_items(out, s, items):
    """The items that are in a set."""
    for key in items:
        if key in s:
            set_add(out, key)


def set_subtract(out, a, b):
    """What is in the first set only."""
    for key in a:
        if key not in b:
            set_add(out, key)


def set_discard_all(s, items):
    """Takes items out."""
    for key in items:
        set_discard(s, key)


def set_discard_set(s, other):
    """Takes the items of a set out of another one."""
    if s is other:
        set_clear(s)
    else:
        for key in other:
            set_discard(s, key)
        tables.tidy(s._table)


def set_toggle(s, other):
    """What is in one of two sets only, in place."""
    if s is other:
        set_clear(s)
    else:
        for key in other:
            h = hash(key)
            e = tables.entry(s, key, h)
            if e >= 0:
                set_drop(s, h, e)
            else:
                set_add(s, key)


def set_within(a, b):
    """Are all items of the first set in the second?"""
    within = len(a._keys) <= len(b._keys)
    if within:
        for key in a:
            if key not in b:
                within = False
                break
    return within


def set_within_items(s, items):
    """Are all items in the set?"""
    within = True
    for key in items:
        if key not in s:
            within = False
            break
    return within


def set_apart(s, items):
    """Is no item in the set?"""
    apart = True
    for key in items:
        if key in s:
            apart = False
            break
    return apart


def set_hash(s):
    """The hash of a frozenset."""
    h = 0
    for key in s:
        h = h ^ tables.member(hash(key))
    return tables.members(h, len(s._keys))


def deque_append(d, x):
    """Adds an item at the right end."""
    tables.fit(d, x)
    d._removed += 1
    d._items.append(x)
    if d._maxlen >= 0 and len(d) > d._maxlen:
        deque_popleft(d)


def deque_appendleft(d, x):
    """Adds an item at the left end."""
    tables.fit(d, x)
    d._removed += 1
    if d._head == 0:
        deque_room(d)
    d._head -= 1
    d._items[d._head] = x
    if d._maxlen >= 0 and len(d) > d._maxlen:
        d._items.pop()


def deque_room(d):
    """Places before the first item, as many as there are items."""
    n = len(d._items)
    room = n + 8
    for _ in range(room):
        tables.blank(d._items)
    for k in range(n):
        tables.swap(d._items, n - 1 - k, n - 1 - k + room)
    d._head = room


def deque_trim(d):
    """Gives back the places before the first item, if they are many."""
    head = d._head
    if head > 16 and 2 * head > len(d._items):
        n = len(d._items) - head
        for k in range(n):
            tables.swap(d._items, k, k + head)
        while len(d._items) > n:
            d._items.pop()
        d._head = 0


def deque_pop(d):
    """The last item, which is taken out."""
    if len(d) == 0:
        raise IndexError("pop from an empty deque")
    d._removed += 1
    return d._items.pop()


def deque_popleft(d):
    """The first item, which is taken out."""
    if len(d) == 0:
        raise IndexError("pop from an empty deque")
    d._removed += 1
    deque_trim(d)
    tables.blank(d._items)
    tables.swap(d._items, d._head, len(d._items) - 1)
    d._head += 1
    return d._items.pop()


def deque_extend(d, other):
    """Adds the items of another deque."""
    for k in range(len(other)):
        deque_append(d, other._items[other._head + k])


def deque_repeat(d, n):
    """Has its items n times."""
    size = len(d)
    if n <= 0:
        deque_clear(d)
    for _ in range(size * (n - 1)):
        deque_append(d, d._items[d._head + len(d) - size])


def deque_clear(d):
    """Takes all items out."""
    if len(d) > 0:
        d._removed += 1
    while len(d._items) > 0:
        d._items.pop()
    d._head = 0


def deque_delete(d, i):
    """Takes the item at an index out."""
    d._removed += 1
    for k in range(d._head + i, len(d._items) - 1):
        tables.swap(d._items, k, k + 1)
    d._items.pop()


def deque_insert(d, i, x):
    """Adds an item before the one at an index."""
    n = len(d)
    if d._maxlen >= 0 and n >= d._maxlen:
        raise IndexError("deque already at its maximum size")
    at = max(i + n, 0) if i < 0 else min(i, n)
    deque_append(d, x)
    for k in range(n - at):
        tables.swap(d._items, d._head + n - k, d._head + n - k - 1)


def deque_reverse(d):
    """Turns the order of the items round."""
    n = len(d)
    for k in range(n // 2):
        tables.swap(d._items, d._head + k, d._head + n - 1 - k)


def deque_rotate(d, n=1):
    """Moves n items from the right end to the left one, or -n the other way."""
    size = len(d)
    if size > 1:
        d._removed += 1
        right = n % size
        if 2 * right <= size:
            for _ in range(right):
                if d._head == 0:
                    deque_room(d)
                d._head -= 1
                tables.swap(d._items, d._head, len(d._items) - 1)
                d._items.pop()
        else:
            for _ in range(size - right):
                tables.blank(d._items)
                tables.swap(d._items, d._head, len(d._items) - 1)
                d._head += 1
            deque_trim(d)


def deque_has(d, x):
    """x in d"""
    found = False
    for item in d:
        if item == x:
            found = True
            break
    return found


def deque_count(d, x):
    """How many items are equal to x?"""
    n = 0
    for item in d:
        if item == x:
            n += 1
    return n


def deque_find(d, x, start=0, stop=None):
    """The first index from `start` on, before `stop`, of an item that is equal to x."""
    n = len(d)
    first = max(start + n, 0) if start < 0 else start
    last = n
    if stop is not None:
        last = max(stop + n, 0) if stop < 0 else min(stop, n)
    found = -1
    for k in range(first, last):
        if d._items[d._head + k] == x:
            found = k
            break
    if found < 0:
        raise ValueError(f"{x!r} is not in deque")
    return found


def deque_remove(d, x):
    """Takes the first item out that is equal to x."""
    found = -1
    for k in range(len(d)):
        if d._items[d._head + k] == x:
            found = k
            break
    if found < 0:
        raise ValueError(f"{x!r} is not in deque")
    deque_delete(d, found)


def deque_maxlen(d):
    """d.maxlen"""
    return None if d._maxlen < 0 else d._maxlen


def deque_end(d):
    """What follows the items in the text of a deque."""
    return ")" if d._maxlen < 0 else f", maxlen={d._maxlen})"
