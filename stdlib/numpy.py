"""Functions of NumPy that are written in the language, on top of the primitives."""


def linspace(start, stop, num=50, endpoint=True, dtype=None):
    """`num` evenly spaced numbers from start to stop."""
    div = num - 1 if endpoint else num
    delta = (stop - start) * 1.0
    i = np.arange(0, num) * 1.0
    if div > 0:
        step = delta / div
        if step == 0.0:
            r = i / div * delta + start
        else:
            r = i * step + start
    else:
        r = i * delta + start
    if endpoint and num > 1:
        r[num - 1] = stop
    if dtype is None:
        return r
    return r.astype(dtype)


def eye(N, M=None, k=0, dtype=float):
    """Ones on the k-th diagonal of an N x M matrix, zeros elsewhere."""
    if M is None:
        M = N
    i = np.arange(N)[:, None]
    j = np.arange(M)[None, :]
    return np.where(j - i == k, 1, 0).astype(dtype)


def identity(n, dtype=float):
    """The n x n identity matrix."""
    return eye(n, dtype=dtype)


def clip(a, a_min, a_max):
    """Elements limited to the interval from a_min to a_max."""
    return np.minimum(np.maximum(a, a_min), a_max)


def outer(a, b):
    """Products of all pairs of elements."""
    return np.ravel(a)[:, None] * np.ravel(b)[None, :]


def flip(m, axis=None):
    """Elements in reverse order along an axis, or along all of them."""
    if axis is None:
        return m[tuple(slice(None, None, -1) for _ in range(m.ndim))]
    k = axis % m.ndim
    return m[tuple(slice(None, None, -1) if j == k else slice(None) for j in range(m.ndim))]


def fliplr(m):
    """Columns in reverse order."""
    return m[:, ::-1]


def flipud(m):
    """Rows in reverse order."""
    return m[::-1]


def rot90(m, k=1):
    """A matrix turned k times by a quarter, against the clock."""
    k = k % 4
    if k == 0:
        return m[:]
    if k == 1:
        return m[:, ::-1].T
    if k == 2:
        return m[::-1, ::-1]
    return m.T[:, ::-1]


def atleast_1d(a):
    """An array of at least one axis."""
    a = np.asarray(a)
    if a.ndim == 0:
        return a[None]
    return a


def atleast_2d(a):
    """An array of at least two axes: a vector becomes a row."""
    a = np.asarray(a)
    if a.ndim == 0:
        return a[None, None]
    if a.ndim == 1:
        return a[None, :]
    return a


def vstack(tup):
    """Rows of 1-D or 2-D arrays one below the other."""
    if isinstance(tup, list):
        check_some(tup)
        if tup[0].ndim == 1:
            check_widths(tup, 0)
            return np.array(tup)
        check_widths(tup, 1)
        return join_list(tup)
    return np.concatenate(tuple(atleast_2d(a) for a in tup), axis=0)


def hstack(tup):
    """Arrays side by side."""
    if isinstance(tup, list):
        check_some(tup)
        if tup[0].ndim == 1:
            return join_list(tup)
        if tup[0].ndim > 2:
            tables.refuse("np.hstack of a list of arrays of this rank", "write the arrays out as a tuple")
        check_widths(tup, 0)
        return join_list([a.T for a in tup]).T.copy()
    if tup[0].ndim == 1:
        return np.concatenate(tup, axis=0)
    return np.concatenate(tup, axis=1)


def column_stack(tup):
    """1-D arrays as columns, and 2-D arrays, side by side."""
    if isinstance(tup, list):
        check_some(tup)
        if tup[0].ndim != 1:
            return hstack(tup)
        check_widths(tup, 0)
        return np.array(tup).T.copy()
    return np.concatenate(tuple(np.asarray(a)[:, None] if np.ndim(a) == 1 else np.asarray(a) for a in tup), axis=1)


def check_some(parts):
    """Raises if a list of arrays is empty."""
    if len(parts) == 0:
        raise ValueError("need at least one array to concatenate")


def stack(arrays, axis=0):
    """Arrays of one shape joined along a new axis."""
    if isinstance(arrays, list):
        return np.moveaxis(np.array(arrays), 0, axis) + 0 if axis != 0 else np.array(arrays)
    for a in arrays[1:]:
        if np.shape(a) != np.shape(arrays[0]):
            raise ValueError("all input arrays must have the same shape")
    return np.concatenate(tuple(np.expand_dims(a, axis) for a in arrays), axis=axis)


def join_list(parts):
    """A list of arrays, whose number is not known while compiling, one after the other along the first axis."""
    if len(parts) == 0:
        raise ValueError("need at least one array to concatenate")
    n = 0
    for p in parts:
        n += len(p)
    first = parts[0]
    out = np.zeros((n,) + first.shape[1:], dtype=first.dtype)
    k = 0
    for p in parts:
        out[k : k + len(p)] = p
        k += len(p)
    return out


def append(arr, values, axis=None):
    """The elements of both, one after the other."""
    if axis is None:
        return np.concatenate((np.ravel(arr), np.ravel(values)))
    return np.concatenate((np.asarray(arr), np.asarray(values)), axis=axis)


def moveaxis(a, source, destination):
    """A view with one axis moved to another place."""
    s = source % a.ndim
    d = destination % a.ndim
    return np.transpose(
        a,
        tuple(
            s if j == d else (j + 1 if s <= j and j < d else (j - 1 if d < j and j <= s else j))
            for j in range(a.ndim)
        ),
    )


def repeat(a, repeats, axis=None):
    """Each element so many times."""
    a = np.asarray(a)
    if axis is None:
        a = np.ravel(a)
        axis = 0
    k = axis % a.ndim
    if isinstance(repeats, np.ndarray):
        ends = np.cumsum(repeats)
        total = int(ends[-1]) if len(ends) > 0 else 0
        return np.take(a, searchsorted(ends, np.arange(total), side="right"), axis=k)
    wide = a[tuple(None if j == k + 1 else slice(None) for j in range(a.ndim + 1))]
    full = tuple(repeats if j == k + 1 else wide.shape[j] for j in range(a.ndim + 1))
    return np.broadcast_to(wide, full).copy().reshape(
        tuple(a.shape[j] * repeats if j == k else a.shape[j] for j in range(a.ndim))
    )


def tile(A, reps):
    """The array so many times along each axis."""
    a = np.asarray(A)
    if not isinstance(reps, tuple):
        reps = (reps,)
    n = max(a.ndim, len(reps))
    more = n - len(reps)
    less = n - a.ndim
    r = tuple(1 if j < more else reps[max(j - more, 0)] for j in range(n))
    s = tuple(1 if j < less else a.shape[max(j - less, 0)] for j in range(n))
    apart = a.reshape(tuple(1 if j % 2 == 0 else s[j // 2] for j in range(2 * n)))
    wide = np.broadcast_to(apart, tuple(r[j // 2] if j % 2 == 0 else s[j // 2] for j in range(2 * n)))
    return wide.copy().reshape(tuple(r[j] * s[j] for j in range(n)))


def take(a, indices, axis=None):
    """Elements, or slices along an axis, by their numbers."""
    a = np.asarray(a)
    i = np.asarray(indices)
    if axis is None:
        return np.ravel(a)[i]
    k = axis % a.ndim
    return a[tuple(i if j == k else slice(None) for j in range(a.ndim))]


def take_along_axis(arr, indices, axis=-1):
    """Elements along an axis by numbers that differ from place to place."""
    k = axis % arr.ndim
    n = arr.ndim
    return arr[
        tuple(
            indices if j == k else np.arange(arr.shape[j]).reshape(tuple(-1 if i == j else 1 for i in range(n)))
            for j in range(n)
        )
    ]


def put(a, ind, v):
    """Stores values, repeated as needed, at places of the array in row-major order."""
    i = np.ravel(np.asarray(ind))
    w = np.ravel(np.asarray(v))
    for k in range(len(i)):
        a.flat[i[k]] = w[k % len(w)]


def copyto_where(dst, src, where):
    """Copies where a mask holds."""
    dst[...] = np.where(where, src, dst)


def roll(a, shift, axis=None):
    """Elements moved along an axis; what leaves one end comes in at the other."""
    if axis is None:
        n = a.size
        return np.ravel(a)[(np.arange(n) - shift) % max(n, 1)].reshape(a.shape)
    n = a.shape[axis]
    return np.take(a, (np.arange(n) - shift) % max(n, 1), axis=axis)


def split_parts(a, sections, axis=0):
    """Views of equal parts, as many as said, as a tuple."""
    n = a.shape[axis]
    if n % sections != 0:
        raise ValueError("array split does not result in an equal division")
    return array_split_parts(a, sections, axis)


def array_split_parts(a, sections, axis=0):
    """Views of nearly equal parts, the longer ones first, as a tuple."""
    n = a.shape[axis]
    k = axis % a.ndim
    q = n // sections
    r = n % sections
    bounds = tuple(i * q + min(i, r) for i in range(sections + 1))
    return tuple(
        a[tuple(slice(bounds[i], bounds[i + 1]) if j == k else slice(None) for j in range(a.ndim))]
        for i in range(sections)
    )


def tri(N, M=None, k=0, dtype=float):
    """Ones on and below the k-th diagonal, zeros above."""
    if M is None:
        M = N
    return (np.arange(N)[:, None] >= np.arange(M)[None, :] - k).astype(dtype)


def tril(m, k=0):
    """The lower triangle; zeros above the k-th diagonal."""
    below = tri(m.shape[m.ndim - 2], m.shape[m.ndim - 1], k, bool)
    return np.where(below, m, np.zeros(1, dtype=m.dtype))


def triu(m, k=0):
    """The upper triangle; zeros below the k-th diagonal."""
    below = tri(m.shape[m.ndim - 2], m.shape[m.ndim - 1], k - 1, bool)
    return np.where(below, np.zeros(1, dtype=m.dtype), m)


def diagflat(v, k=0):
    """A matrix with the elements on its k-th diagonal."""
    v = np.ravel(v)
    n = len(v) + abs(k)
    out = np.zeros((n, n), dtype=v.dtype)
    i = np.arange(len(v))
    out[i + max(-k, 0), i + max(k, 0)] = v
    return out


def fill_diagonal(a, val):
    """Stores a value on the diagonal of a matrix."""
    i = np.arange(min(a.shape[0], a.shape[1]))
    a[i, i] = val


def trace(a, offset=0):
    """The sum of the diagonal of a matrix."""
    return np.diagonal(a, offset).sum()


def grid_axis(x, j, n):
    """A vector along axis j of n."""
    return x.reshape(tuple(-1 if i == j else 1 for i in range(n)))


def dense_grid(axes):
    """The coordinates of all points of a grid, stacked: np.mgrid."""
    n = len(axes)
    dims = tuple(len(x) for x in axes)
    return np.stack(tuple(np.broadcast_to(grid_axis(axes[j], j, n), dims) for j in range(n)))


def open_grid(axes):
    """The coordinates along each axis, to be broadcast: np.ogrid."""
    n = len(axes)
    return tuple(grid_axis(axes[j], j, n) for j in range(n))


def meshgrid_parts(axes, indexing):
    """The coordinates of all points of a grid, an array per axis."""
    n = len(axes)
    swap = indexing == "xy" and n > 1
    at = tuple((1 - j if j < 2 else j) if swap else j for j in range(n))
    dims = tuple(len(axes[at[j]]) for j in range(n))
    return tuple(np.broadcast_to(grid_axis(axes[j], at[j], n), dims).copy() for j in range(n))


def meshgrid(*xi, indexing="xy"):
    """The coordinates of all points of a grid, an array per axis."""
    return meshgrid_parts(tuple(np.asarray(x) for x in xi), indexing)


def indices(dimensions, dtype=int):
    """The index along each axis of every element."""
    return dense_grid(tuple(np.arange(n) for n in dimensions)).astype(dtype)


def argwhere(a):
    """The indices of what is not zero, a row each."""
    return np.stack(np.nonzero(a)).T


def flatnonzero(a):
    """The numbers of what is not zero in row-major order."""
    return np.nonzero(np.ravel(a))[0]


def count_nonzero(a, axis=None):
    """How many elements are not zero."""
    n = (np.asarray(a) != 0).sum(axis=axis)
    if axis is None:
        return int(n)
    return n


def extract(condition, arr):
    """The elements where a condition holds."""
    return np.ravel(arr)[np.ravel(condition) != 0]


def isin(element, test_elements):
    """Is each element one of some others?"""
    return (np.asarray(element)[..., None] == np.ravel(test_elements)).any(axis=-1)


def select(condlist, choicelist, default=0):
    """At each place, the first choice whose condition holds."""
    r = default
    for c, v in reversed(tuple((condlist[k], choicelist[k]) for k in range(len(condlist)))):
        r = np.where(c, v, r)
    return r


def unique(ar, return_counts=False):
    """The sorted elements, each once; and how often each occurs."""
    s = np.sort(np.ravel(ar))
    keep = np.ones(len(s), dtype=bool)
    if s.dtype.kind == "f":
        keep[1:] = (s[1:] != s[:-1]) & ~(np.isnan(s[1:]) & np.isnan(s[:-1]))
    else:
        keep[1:] = s[1:] != s[:-1]
    if return_counts:
        first = np.append(np.flatnonzero(keep), len(s))
        return s[keep], first[1:] - first[:-1]
    return s[keep]


def before(x, y):
    """Is x before y when sorted? NaN is after everything."""
    return x < y or (y != y and x == x)


def search_one(a, v, right):
    """Where v has its place in a sorted array."""
    lo = 0
    hi = len(a)
    while lo < hi:
        mid = (lo + hi) // 2
        if (not before(v, a[mid])) if right else before(a[mid], v):
            lo = mid + 1
        else:
            hi = mid
    return lo


def searchsorted(a, v, side="left"):
    """Where values have their places in a sorted array, before or after its equals."""
    right = side == "right"
    v = np.asarray(v)
    if v.ndim == 0:
        return np.int64(search_one(a, v[()], right))
    flat = np.ravel(v)
    out = np.zeros(len(flat), dtype=np.int64)
    for i in range(len(flat)):
        out[i] = search_one(a, flat[i], right)
    return out.reshape(v.shape)


def bincount(x, weights=None, minlength=0):
    """How often each of the numbers from 0 occurs; or the sum of its weights."""
    x = np.asarray(x)
    n = minlength
    if len(x) > 0:
        if x.min() < 0:
            raise ValueError("'list' argument must have no negative elements")
        n = max(minlength, int(x.max()) + 1)
    if weights is None:
        h = np.zeros(n, dtype=np.int64)
        for i in range(len(x)):
            h[x[i]] += 1
        return h
    w = np.zeros(n)
    for i in range(len(x)):
        w[x[i]] += weights[i]
    return w


def ufunc_at(f, a, indices, b):
    """a[i] = f(a[i], b) for each index in turn."""
    ix = np.asarray(indices)
    for k in range(len(ix)):
        a[ix[k]] = f(a[ix[k]], b[k] if np.ndim(b) > 0 else b)


def round(a, decimals=0):
    """Elements rounded to so many decimals, ties to even."""
    a = np.asarray(a)
    if a.dtype.kind == "c":
        r = np.array(a)
        r.real = round(a.real, decimals)
        r.imag = round(a.imag, decimals)
        return r[()]
    if a.dtype.kind == "i" or a.dtype.kind == "u":
        if decimals >= 0:
            return a + 0
        f = 10.0**-decimals
        return (np.rint(a / f) * f).astype(a.dtype)
    if decimals == 0:
        return np.rint(a)
    if decimals > 0:
        f = 10.0**decimals
        return np.rint(a * f) / f
    f = 10.0**-decimals
    return np.rint(a / f) * f


def around(a, decimals=0):
    """Elements rounded to so many decimals, ties to even."""
    return round(a, decimals)


def ptp(a, axis=None):
    """The largest element less the smallest."""
    return np.max(a, axis=axis) - np.min(a, axis=axis)


def average(a, axis=None, weights=None):
    """The mean, or the mean weighted by an array of the same shape."""
    a = np.asarray(a)
    if weights is None:
        return a.mean(axis=axis)
    w = np.asarray(weights)
    total = w.sum(axis=axis)
    if np.any(total == 0.0):
        raise ZeroDivisionError("Weights sum to zero, can't be normalized")
    return (a * w).sum(axis=axis) / total


def nansum(a, axis=None):
    """The sum of what is not NaN."""
    return np.where(np.isnan(a), 0, a).sum(axis=axis)


def nanmean(a, axis=None):
    """The mean of what is not NaN."""
    return nansum(a, axis) / (~np.isnan(a)).sum(axis=axis)


def nanmax(a, axis=None):
    """The largest element that is not NaN."""
    r = np.where(np.isnan(a), -np.inf, a).max(axis=axis)
    none = np.isnan(a).all(axis=axis)
    if axis is None:
        return np.float64(np.nan) if none else r
    return np.where(none, np.nan, r)


def nanmin(a, axis=None):
    """The smallest element that is not NaN."""
    return -nanmax(-a, axis)


def diff_once(a, axis):
    """Differences of neighbors along an axis."""
    n = a.ndim
    after = a[tuple(slice(1, None) if j == axis else slice(None) for j in range(n))]
    until = a[tuple(slice(None, -1) if j == axis else slice(None) for j in range(n))]
    if a.dtype == bool:
        return after != until
    return after - until


def diff(a, n=1, axis=-1):
    """Differences of neighbors along an axis, n times over."""
    a = np.asarray(a)
    k = axis % a.ndim
    if n == 0:
        return a
    if n == 1:
        return diff_once(a, k)
    if n == 2:
        return diff_once(diff_once(a, k), k)
    if n == 3:
        return diff_once(diff_once(diff_once(a, k), k), k)
    raise NotImplementedError("np.diff with n above 3: call it again")


def inner(a, b):
    """Sums of products along the last axes."""
    a = np.asarray(a)
    b = np.asarray(b)
    if a.ndim == 0 or b.ndim == 0:
        return a * b
    if b.ndim == 1:
        return np.dot(a, b)
    return np.dot(a, b.T)


def vdot(a, b):
    """The dot product of all elements, the first operand conjugated."""
    return np.dot(np.conj(np.ravel(a)), np.ravel(b))


def kron(a, b):
    """All products of elements, as blocks."""
    if a.ndim == 1:
        return (a[:, None] * b[None, :]).ravel()
    p = a[:, None, :, None] * b[None, :, None, :]
    return p.reshape((a.shape[0] * b.shape[0], a.shape[1] * b.shape[1]))


def cross(a, b):
    """The cross product of two vectors of three elements."""
    x = a[1] * b[2] - a[2] * b[1]
    y = a[2] * b[0] - a[0] * b[2]
    z = a[0] * b[1] - a[1] * b[0]
    return np.array((x, y, z))


def logspace(start, stop, num=50, endpoint=True, base=10.0):
    """Numbers whose logarithms are evenly spaced."""
    return np.power(base, linspace(start, stop, num, endpoint))


def isclose(a, b, rtol=1e-05, atol=1e-08, equal_nan=False):
    """Is |a - b| <= atol + rtol * |b|, or are both the same infinity?"""
    x = np.asarray(a)
    y = np.asarray(b)
    near = np.abs(x - y) <= atol + rtol * np.abs(y)
    r = np.where(np.isfinite(y), near, x == y)
    if equal_nan:
        r = r | (np.isnan(x) & np.isnan(y))
    if r.ndim == 0:
        return r[()]
    return r


def allclose(a, b, rtol=1e-05, atol=1e-08, equal_nan=False):
    """Are all elements close?"""
    return bool(np.all(isclose(a, b, rtol, atol, equal_nan)))


def list_of_rows(a):
    """`a.tolist()` of a matrix."""
    return [row.tolist() for row in a]


def list_of_matrices(a):
    """The same of three axes."""
    return [list_of_rows(m) for m in a]


def list_of_blocks(a):
    """The same of four axes."""
    return [list_of_matrices(b) for b in a]


def holds_float(xs):
    """Is one of the numbers a float?"""
    for x in xs:
        if isinstance(x, float):
            return True
    return False


def rows_hold_float(xs):
    """Is one of the numbers in the rows a float?"""
    for row in xs:
        if holds_float(row):
            return True
    return False
