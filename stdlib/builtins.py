"""Methods of Python's own types that are written in the language: `str_count(s, part)` is `s.count(part)`."""


def int_bit_length(n):
    """The number of bits of |n|: 8 for 255."""
    n = abs(n)
    k = 0
    while n:
        n >>= 1
        k += 1
    return k


def int_bit_count(n):
    """The number of ones in |n|: 8 for 255."""
    n = abs(n)
    k = 0
    while n:
        k += n & 1
        n >>= 1
    return k


def digits_of(n, base):
    """The digits of an int in a base up to 16, with its sign's prefix before them."""
    negative = n < 0
    out = ""
    while n != 0:
        d = abs(n) % base
        out = "0123456789abcdef"[d] + out
        n = abs(n) // base
    if out == "":
        out = "0"
    if base == 16:
        out = "0x" + out
    elif base == 8:
        out = "0o" + out
    else:
        out = "0b" + out
    if negative:
        return "-" + out
    return out


def int_round(n, digits):
    """An int rounded to a multiple of a power of ten, ties to even: 20 for 25 and -1."""
    if digits >= 0:
        return n
    m = 10 ** (-digits)
    q = n // m
    r = n - q * m
    if 2 * r > m or (2 * r == m and q % 2 == 1):
        q += 1
    return q * m


def list_times(xs, n):
    """The items n times over."""
    out = xs[:0]
    for _ in range(n):
        for x in xs:
            out.append(x)
    return out


def list_less(a, b):
    """a < b of lists: the first items that differ decide, else the lengths."""
    for i in range(min(len(a), len(b))):
        if not a[i] == b[i]:
            return a[i] < b[i]
    return len(a) < len(b)


def list_less_equal(a, b):
    """a <= b of lists."""
    for i in range(min(len(a), len(b))):
        if not a[i] == b[i]:
            return a[i] <= b[i]
    return len(a) <= len(b)


def sort_order(keys, reverse):
    """The numbers of the items in sorted order; equal ones keep theirs. Compared are those that CPython compares."""
    if tables.ranked(keys):
        order = tables.ranks(keys[::-1] if reverse else keys)
        return [len(keys) - 1 - k for k in order[::-1]] if reverse else order
    state = [0]
    tables.sort(state, len(keys), 1 if reverse else 0)
    while state[-1] >= 0:
        tables.answer(state, 1 if keys[state[-1]] < keys[state[-2]] else 0)
    return state[:len(keys)]


def sorted_list(xs, reverse):
    """The items in order."""
    order = sort_order(xs, reverse)
    return [xs[i] for i in order]


def sorted_by(xs, key, reverse):
    """The items in the order of their keys."""
    order = sort_order([key(x) for x in xs], reverse)
    return [xs[i] for i in order]


def list_arrange(xs, order):
    """The items in this order, each moved within the list."""
    for k in range(len(xs)):
        j = order[k]
        while j < k:
            j = order[j]
        tables.swap(xs, k, j)


def list_sort(xs, reverse):
    """xs.sort(), of a list whose items live in it."""
    list_arrange(xs, sort_order(xs, reverse))


def list_sort_by(xs, key, reverse):
    """The same with a key."""
    list_arrange(xs, sort_order([key(x) for x in xs], reverse))


def list_reverse(xs):
    """xs.reverse(), of a list whose items live in it."""
    n = len(xs)
    for k in range(n // 2):
        tables.swap(xs, k, n - 1 - k)


def list_delete(xs, start, step, count):
    """del xs[start::step] of so many items, which live in the list."""
    if step < 0:
        start += (count - 1) * step
        step = -step
    n = 0
    for k in range(len(xs)):
        if k < start or k >= start + count * step or (k - start) % step != 0:
            tables.swap(xs, n, k)
            n += 1
    while len(xs) > n:
        xs.pop()


def max_by(xs, key):
    """The first item with the largest key."""
    if len(xs) == 0:
        raise ValueError("max() arg is an empty sequence")
    best = xs[0]
    top = key(best)
    for i in range(1, len(xs)):
        x = xs[i]
        k = key(x)
        if k > top:
            best = x
            top = k
    return best


def min_by(xs, key):
    """The first item with the smallest key."""
    if len(xs) == 0:
        raise ValueError("min() arg is an empty sequence")
    best = xs[0]
    top = key(best)
    for i in range(1, len(xs)):
        x = xs[i]
        k = key(x)
        if k < top:
            best = x
            top = k
    return best


def reshape_is_view(dims, strides, new):
    """Does an array with these dims and strides (in elements) have a view with other dims? As NumPy finds out."""
    empty = False
    regular = True
    d = [1]
    s = [0]
    for i in range(len(dims)):
        if dims[i] == 0:
            empty = True
        if dims[i] != 1:
            d.append(dims[i])
            s.append(strides[i])
    oi = 1
    ni = 0
    while not empty and regular and ni < len(new) and oi < len(d):
        oj = oi + 1
        nj = ni + 1
        p = new[ni]
        q = d[oi]
        while p != q and regular:
            if p < q and nj < len(new):
                p *= new[nj]
                nj += 1
            elif p > q and oj < len(d):
                q *= d[oj]
                oj += 1
            else:
                regular = False
        for k in range(oi, oj - 1):
            if s[k] != d[k + 1] * s[k + 1]:
                regular = False
        oi = oj
        ni = nj
    return empty or regular


def is_contiguous(dims, strides):
    """Are these the strides (in elements) of a contiguous row-major array?"""
    empty = False
    regular = True
    want = 1
    for i in range(len(dims) - 1, -1, -1):
        if dims[i] == 0:
            empty = True
        if dims[i] != 1 and strides[i] != want:
            regular = False
        want *= dims[i]
    return empty or regular


def iterate(xs):
    """An iterator over the items."""
    for x in xs:
        yield x


def enumerated(xs, start):
    """`enumerate(xs, start)` of a generator."""
    n = start
    for x in xs:
        yield n, x
        n += 1


def mapped(f, xs):
    """`map(f, xs)` of a generator."""
    for x in xs:
        yield f(x)


def starmapped(f, xs):
    """`map(f, a, b)`, of `zip(a, b)`."""
    for x in xs:
        yield f(*x)


def filtered(f, xs):
    """`filter(f, xs)`."""
    for x in xs:
        if f(x):
            yield x


def filter_true(xs):
    """`filter(None, xs)`."""
    for x in xs:
        if x:
            yield x


def object_items(it):
    """The items of an object with `__next__`."""
    while True:
        try:
            x = it.__next__()
        except StopIteration:
            return
        yield x


def object_elements(o):
    """The items of an object with `__getitem__` alone."""
    i = 0
    while True:
        try:
            x = o[i]
        except IndexError:
            return
        yield x
        i += 1


def reversed_elements(o):
    """`reversed(o)` of an object with `__len__` and `__getitem__`."""
    for i in range(len(o) - 1, -1, -1):
        yield o[i]


def next_or(it, default):
    """`next(it, default)` of an object with `__next__`."""
    try:
        return it.__next__()
    except StopIteration:
        return default


def zip_strict(*xs):
    """`zip(*xs, strict=True)` of things with a length."""
    for t in zip(*xs):
        yield t
    n = len(xs[0])
    least = n
    for x in xs:
        least = min(least, len(x))
    k = 0
    for x in xs:
        before = "argument 1" if k == 1 else f"arguments 1-{k}"
        if n == least and len(x) > least:
            raise ValueError(f"zip() argument {k + 1} is longer than {before}")
        if n > least and len(x) == least:
            raise ValueError(f"zip() argument {k + 1} is shorter than {before}")
        k += 1


def pow_inverse(x, y, m):
    """`pow(x, y, m)` of a negative `y`."""
    a = x % abs(m)
    b = abs(m)
    u = 1
    v = 0
    while b != 0:
        q = a // b
        a, b = b, a - q * b
        u, v = v, u - q * v
    if a != 1:
        raise ValueError("base is not invertible for the given modulus")
    return pow(u % m, -y, m)


def items_between(xs, start, stop):
    """The items from `start` to before `stop`, as a list."""
    return [xs[i] for i in range(start, stop)]


def list_index_in(xs, x, start, stop):
    """Where the first item that equals `x` is, between these positions."""
    n = len(xs)
    if start < 0:
        start = max(start + n, 0)
    if stop < 0:
        stop += n
    for i in range(start, min(stop, n)):
        if xs[i] == x:
            return i
    raise ValueError(f"{x!r} is not in list")


def list_index_from(xs, x, start):
    """Where the first item that equals `x` is, from a position on."""
    return list_index_in(xs, x, start, len(xs))


def list_without(xs, start, step, count):
    """The items but `count` of them: the one at `start`, and others at steps from it."""
    if step < 0:
        start += (count - 1) * step
        step = -step
    out = xs[:0]
    gone = 0
    for i in range(len(xs)):
        if gone < count and i == start + gone * step:
            gone += 1
        else:
            out.append(xs[i])
    return out


def int_of_base(s, base):
    """`int(s, base)`"""
    if base != 0 and (base < 2 or base > 36):
        raise ValueError("int() base must be >= 2 and <= 36, or 0")
    bad = f"invalid literal for int() with base {base}: {s!r}"
    t = s.strip().lower()
    negative = t[:1] == "-"
    if negative or t[:1] == "+":
        t = t[1:]
    prefix = t[:2]
    if base == 0:
        base = 10
        if prefix == "0x":
            base = 16
        elif prefix == "0o":
            base = 8
        elif prefix == "0b":
            base = 2
        elif len(t) > 1 and t[0] == "0" and t.strip("0_") != "":
            raise ValueError(bad)
    if (prefix == "0x" and base == 16) or (prefix == "0o" and base == 8) or (prefix == "0b" and base == 2):
        t = t[2:]
        if t[:1] == "_":
            t = t[1:]
    r = 0
    gap = True
    for c in t:
        if c == "_":
            if gap:
                raise ValueError(bad)
            gap = True
            continue
        d = "0123456789abcdefghijklmnopqrstuvwxyz".find(c)
        if d < 0 or d >= base:
            raise ValueError(bad)
        r = r * base - d
        gap = False
    if gap:
        raise ValueError(bad)
    return r if negative else -r


def input_line(prompt=""):
    """`input(prompt)`: the next line of standard input without its end."""
    streams.write(str(prompt))
    streams.flush()
    line = streams.read_line()
    if not line:
        raise EOFError("EOF when reading a line")
    return line.removesuffix("\n")


def slice_bound(i, n, low, high):
    """Where a slice of n items begins or ends, in bounds."""
    if i < 0:
        i += n
    return min(max(i, low), high)


def range_slice(first, by, n, start, stop, step):
    """A slice of a range of n items: a range."""
    step = 1 if step is None else step
    if step == 0:
        raise ValueError("slice step cannot be zero")
    low, high = (0, n) if step > 0 else (-1, n - 1)
    if start is None:
        start = low if step > 0 else high
    else:
        start = slice_bound(start, n, low, high)
    if stop is None:
        stop = high if step > 0 else low
    else:
        stop = slice_bound(stop, n, low, high)
    return range(first + start * by, first + stop * by, by * step)


def is_quoted(s):
    """Is this the repr of a string?"""
    return s[:1] == "'" or s[:1] == '"'


def shown_int(s):
    """The int that this is the repr of."""
    return int(s)


def unquoted(s):
    """The string that this is the repr of."""
    parts = []
    k = 1
    while k < len(s) - 1:
        c = s[k]
        k += 1
        if c == "\\":
            c = s[k]
            k += 1
            if c == "n":
                c = "\n"
            elif c == "t":
                c = "\t"
            elif c == "r":
                c = "\r"
            elif c == "x" or c == "u" or c == "U":
                width = 2 if c == "x" else 4 if c == "u" else 8
                c = chr(int(s[k : k + width], 16))
                k += width
        parts.append(c)
    return "".join(parts)


def nested_text(x):
    """`repr` of a container that may hold containers of its own kind."""
    return tables.text(x)


def nested_equal(a, b):
    """`a == b` of containers that may hold containers of their own kind."""
    return tables.equal(a, b)
