"""The bisect module: positions in sorted lists."""


def bisect_right(a, x, lo=0, hi=None, *, key=None):
    """Where x goes into the sorted list, behind what equals it."""
    if lo < 0:
        raise ValueError("lo must be non-negative")
    if hi is None:
        hi = len(a)
    while lo < hi:
        mid = (lo + hi) // 2
        if x < (a[mid] if key is None else key(a[mid])):
            hi = mid
        else:
            lo = mid + 1
    return lo


def bisect_left(a, x, lo=0, hi=None, *, key=None):
    """Where x goes into the sorted list, before what equals it."""
    if lo < 0:
        raise ValueError("lo must be non-negative")
    if hi is None:
        hi = len(a)
    while lo < hi:
        mid = (lo + hi) // 2
        if (a[mid] if key is None else key(a[mid])) < x:
            lo = mid + 1
        else:
            hi = mid
    return lo


def bisect(a, x, lo=0, hi=None, *, key=None):
    """Where x goes into the sorted list, behind what equals it."""
    return bisect_right(a, x, lo, hi, key=key)


def insort_right(a, x, lo=0, hi=None, *, key=None):
    """Puts x into the sorted list, behind what equals it."""
    k = x if key is None else key(x)
    a.insert(bisect_right(a, k, lo, hi, key=key), x)


def insort_left(a, x, lo=0, hi=None, *, key=None):
    """Puts x into the sorted list, before what equals it."""
    k = x if key is None else key(x)
    a.insert(bisect_left(a, k, lo, hi, key=key), x)


def insort(a, x, lo=0, hi=None, *, key=None):
    """Puts x into the sorted list, behind what equals it."""
    insort_right(a, x, lo, hi, key=key)
