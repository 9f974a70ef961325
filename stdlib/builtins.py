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


def str_space(c):
    """Is the character white space?"""
    if "\t" <= c <= "\r" or "\x1c" <= c <= " ":
        return True
    if c < "\x85":
        return False
    if c == "\x85" or c == "\xa0" or c == "\u1680" or "\u2000" <= c <= "\u200a":
        return True
    return c == "\u2028" or c == "\u2029" or c == "\u202f" or c == "\u205f" or c == "\u3000"


def str_lstrip(s):
    """The text without white space at its start."""
    i = 0
    while i < len(s) and str_space(s[i]):
        i += 1
    return s[i:]


def str_rstrip(s):
    """The text without white space at its end."""
    i = len(s)
    while i > 0 and str_space(s[i - 1]):
        i -= 1
    return s[:i]


def str_strip(s):
    """The text without white space around it."""
    return str_lstrip(str_rstrip(s))


def str_startswith(s, part):
    """Does the text begin with `part`?"""
    return s[: len(part)] == part


def str_endswith(s, part):
    """Does the text end with `part`?"""
    n = len(s) - len(part)
    if n < 0:
        return False
    return s[n:] == part


def str_index(s, part):
    """Where `part` is first found; ValueError if it is not."""
    i = s.find(part)
    if i < 0:
        raise ValueError("substring not found")
    return i


def str_count(s, part):
    """How often `part` is found, without overlaps."""
    if len(part) == 0:
        return len(s) + 1
    n = 0
    i = s.find(part)
    while i >= 0:
        n += 1
        s = s[i + len(part) :]
        i = s.find(part)
    return n


def str_split_at(s, sep):
    """The parts between separators."""
    if len(sep) == 0:
        raise ValueError("empty separator")
    out = []
    i = s.find(sep)
    while i >= 0:
        out.append(s[:i])
        s = s[i + len(sep) :]
        i = s.find(sep)
    out.append(s)
    return out


def str_split_space(s):
    """The words between runs of white space."""
    out = []
    word = ""
    for c in s:
        if str_space(c):
            if word != "":
                out.append(word)
                word = ""
        else:
            word = word + c
    if word != "":
        out.append(word)
    return out


def str_split(s, sep=None):
    """The parts between separators, or the words between runs of white space."""
    if sep is None:
        return str_split_space(s)
    return str_split_at(s, sep)


def str_splitlines(s):
    """The lines, without their ends."""
    s = s.replace("\r\n", "\n").replace("\r", "\n").replace("\v", "\n").replace("\f", "\n").replace("\x1c", "\n")
    s = s.replace("\x1d", "\n").replace("\x1e", "\n").replace("\x85", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    out = s.split("\n")
    if out[-1] == "":
        out.pop()
    return out


def str_zfill(s, width):
    """Zeros after the sign up to a width: '007' for '7' and 3."""
    n = width - len(s)
    if n <= 0:
        return s
    if s[:1] == "-" or s[:1] == "+":
        return s[:1] + "0" * n + s[1:]
    return "0" * n + s


def str_rjust(s, width, fill=" "):
    """The text at the end of a field."""
    return fill * (width - len(s)) + s


def str_ljust(s, width, fill=" "):
    """The text at the start of a field."""
    return s + fill * (width - len(s))


def str_center(s, width, fill=" "):
    """The text in the middle of a field."""
    n = width - len(s)
    if n <= 0:
        return s
    left = n // 2 + (n & width & 1)
    return fill * left + s + fill * (n - left)


def ascii_only(c):
    """The tables of other letters are not here."""
    if c >= "\x80":
        raise NotImplementedError("the kind of a character that is not ASCII")


def str_isdigit(s):
    """Are all characters ASCII digits, and is there one?"""
    for c in s:
        ascii_only(c)
        if c < "0" or c > "9":
            return False
    return len(s) > 0


def str_isalpha(s):
    """Are all characters ASCII letters, and is there one?"""
    for c in s:
        ascii_only(c)
        if not ("a" <= c <= "z" or "A" <= c <= "Z"):
            return False
    return len(s) > 0


def str_isalnum(s):
    """Are all characters ASCII letters or digits, and is there one?"""
    for c in s:
        ascii_only(c)
        if not ("a" <= c <= "z" or "A" <= c <= "Z" or "0" <= c <= "9"):
            return False
    return len(s) > 0


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
    """The numbers of the items in sorted order; equal ones keep theirs. A merge sort from below."""
    n = len(keys)
    a = np.arange(n)
    b = np.arange(n)
    width = 1
    while width < n:
        for lo in range(0, n, 2 * width):
            mid = min(lo + width, n)
            hi = min(lo + 2 * width, n)
            i = lo
            j = mid
            for k in range(lo, hi):
                right = False
                if i >= mid:
                    right = True
                elif j < hi:
                    x = keys[int(a[i])]
                    y = keys[int(a[j])]
                    right = (x < y) if reverse else (y < x)
                if right:
                    b[k] = a[j]
                    j += 1
                else:
                    b[k] = a[i]
                    i += 1
        a[:] = b
        width *= 2
    return a


def sorted_list(xs, reverse):
    """The items in order."""
    order = sort_order(xs, reverse)
    return [xs[int(i)] for i in order]


def sorted_by(xs, key, reverse):
    """The items in the order of their keys."""
    order = sort_order([key(x) for x in xs], reverse)
    return [xs[int(i)] for i in order]


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
