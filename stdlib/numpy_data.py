"""NumPy's functions on data that are written in the language: borders, convolution, sets, statistics, polynomials, places."""


def pad_widths(width, ndim):
    """How many elements go before and behind each axis."""
    if isinstance(width, tuple):
        if isinstance(width[0], tuple):
            if len(width) == 1:
                return tuple(width[0] for _ in range(ndim))
            return width
        if len(width) == 1:
            return tuple((width[0], width[0]) for _ in range(ndim))
        return tuple((width[0], width[1]) for _ in range(ndim))
    if isinstance(width, list):
        if isinstance(width[0], tuple) or isinstance(width[0], list):
            return tuple((width[j][0], width[j][1]) for j in range(ndim))
        return tuple((width[0], width[len(width) - 1]) for _ in range(ndim))
    return tuple((width, width) for _ in range(ndim))


def pad_axis(a, axis, width, value, mode):
    """The array with a border before and behind an axis."""
    before, after = width
    if mode == "constant":
        first = np.full(tuple(before if j == axis else a.shape[j] for j in range(a.ndim)), value[0], dtype=a.dtype)
        last = np.full(tuple(after if j == axis else a.shape[j] for j in range(a.ndim)), value[1], dtype=a.dtype)
        return np.concatenate((first, a, last), axis=axis)
    n = a.shape[axis]
    i = np.arange(-before, n + after)
    if n == 0 and before + after > 0:
        raise ValueError(f"can't extend empty axis {axis} using modes other than 'constant' or 'empty'")
    if mode == "edge":
        i = np.clip(i, 0, n - 1)
    elif mode == "wrap":
        i = i % n
    elif mode == "reflect":
        m = max(2 * (n - 1), 1)
        i = i % m
        i = np.where(i >= n, m - i, i)
    else:
        i = i % (2 * n)
        i = np.where(i >= n, 2 * n - 1 - i, i)
    return np.take(a, i, axis=axis)


def pad(array, pad_width, mode="constant", constant_values=0):
    """The array with a border: of a constant, or of its own elements."""
    a = np.asarray(array)
    widths = pad_widths(pad_width, a.ndim)
    if len(widths) != a.ndim:
        raise ValueError(f"operands could not be broadcast together with remapped shapes [original->remapped]: ({len(widths)},2)  and requested shape ({a.ndim},2)")
    for before, after in widths:
        if before < 0 or after < 0:
            raise ValueError("index can't contain negative values")
    if mode != "constant" and mode != "edge" and mode != "wrap" and mode != "reflect" and mode != "symmetric":
        raise ValueError(f"mode '{mode}' is not supported")
    if a.ndim > 4:
        tables.refuse("np.pad of an array of more than four axes", "pad an axis at a time")
    values = pad_widths(constant_values, a.ndim)
    # Axes are known while compiling.
    out = a
    if a.ndim > 0:
        out = pad_axis(out, 0, widths[0], values[0], mode)
    if a.ndim > 1:
        out = pad_axis(out, 1, widths[1], values[1], mode)
    if a.ndim > 2:
        out = pad_axis(out, 2, widths[2], values[2], mode)
    if a.ndim > 3:
        out = pad_axis(out, 3, widths[3], values[3], mode)
    return out


def vander(x, N=None, increasing=False):
    """The powers of the elements, a row each."""
    x = np.asarray(x)
    n = len(x) if N is None else N
    powers = np.ones((len(x), n), dtype=x.dtype)
    for k in range(1, n):
        powers[:, k] = powers[:, k - 1] * x
    return powers if increasing else powers[:, ::-1]


def convolve(a, v, mode="full"):
    """The sums of products of one vector with the other turned around, at every shift."""
    a = np.asarray(a)
    v = np.asarray(v)
    if a.ndim > 1 or v.ndim > 1:
        raise ValueError("object too deep for desired array")
    if len(a) == 0:
        raise ValueError("a cannot be empty")
    if len(v) == 0:
        raise ValueError("v cannot be empty")
    if len(v) > len(a):
        return correlated(v, a[::-1], mode)
    return correlated(a, v[::-1], mode)


def correlated(a, v, mode):
    """The sums of products at every shift, of a vector and a shorter one."""
    n = len(v)
    a = a.astype(np.result_type(a.dtype, v.dtype))
    if mode == "full":
        before = n - 1
        after = n - 1
    elif mode == "same":
        before = n // 2
        after = n - n // 2 - 1
    elif mode == "valid":
        before = 0
        after = 0
    else:
        raise ValueError(f"mode must be one of 'valid', 'same', or 'full' (got '{mode}')")
    out = np.zeros(len(a) + before + after - n + 1, dtype=a.dtype)
    for k in range(len(out)):
        lo = k - before
        s = out[k]
        for j in range(max(0, -lo), min(n, len(a) - lo)):
            s += a[lo + j] * v[j]
        out[k] = s
    return out


def correlate(a, v, mode="valid"):
    """The sums of products of two vectors at every shift."""
    a = np.asarray(a)
    v = np.asarray(v)
    if len(v) > len(a):
        return correlated(v, a, mode)[::-1]
    return correlated(a, v, mode)


def interp(x, xp, fp, left=None, right=None):
    """The values at x of the line through the points."""
    xp = np.asarray(xp)
    fp = np.asarray(fp)
    if len(xp) != len(fp):
        raise ValueError("fp and xp are not of the same length.")
    if len(xp) == 0:
        raise ValueError("array of sample points is empty")
    x = np.asarray(x)
    flat = np.ravel(x)
    out = np.zeros(len(flat))
    first = fp[0] if left is None else left
    last = fp[-1] if right is None else right
    for k in range(len(flat)):
        v = flat[k]
        if v != v:
            out[k] = v
        elif v > xp[-1]:
            out[k] = last
        elif v < xp[0]:
            out[k] = first
        else:
            j = int(np.searchsorted(xp, v, side="right")) - 1
            if j >= len(xp) - 1:
                out[k] = fp[-1]
            elif xp[j] == v:
                out[k] = fp[j]
            else:
                slope = (fp[j + 1] - fp[j]) / (xp[j + 1] - xp[j])
                out[k] = slope * (v - xp[j]) + fp[j]
    if x.ndim == 0:
        return out[0]
    return out.reshape(x.shape)


def histogram_edges(a, bins, range):
    """The borders between the bins."""
    if np.ndim(bins) > 0:
        return np.asarray(bins)
    if bins < 1:
        raise ValueError("`bins` must be positive, when an integer")
    if range is not None:
        lo = float(range[0])
        hi = float(range[1])
        if lo > hi:
            raise ValueError("max must be larger than min in range parameter.")
    elif a.size == 0:
        lo = 0.0
        hi = 1.0
    else:
        lo = float(a.min())
        hi = float(a.max())
    if lo == hi:
        lo -= 0.5
        hi += 0.5
    return np.linspace(lo, hi, bins + 1)


def histogram(a, bins=10, range=None, density=None, weights=None):
    """How many elements are in each bin, and the borders of the bins."""
    a = np.ravel(np.asarray(a))
    edges = histogram_edges(a, bins, range)
    if weights is not None:
        n = np.zeros(len(edges) - 1)
    else:
        n = np.zeros(len(edges) - 1, dtype=np.int64)
    last = len(edges) - 1
    for k in np.arange(len(a)):
        v = a[k]
        if edges[0] <= v and v <= edges[last]:
            j = int(np.searchsorted(edges, v, side="right")) - 1
            if j == last:
                j = last - 1
            if weights is not None:
                n[j] += weights[k]
            else:
                n[j] += 1
    if density:
        return n / np.diff(edges) / n.sum(), edges
    return n, edges


def digitize(x, bins, right=False):
    """The number of the bin that each element is in."""
    b = np.asarray(bins)
    if len(b) > 1 and b[0] > b[-1]:
        return len(b) - np.searchsorted(b[::-1], x, side="left" if right else "right")
    return np.searchsorted(b, x, side="left" if right else "right")


def quantile_at(s, q):
    """The quantile of a sorted vector, between its two neighbors."""
    at = q * (len(s) - 1)
    lo = int(np.floor(at))
    hi = min(lo + 1, len(s) - 1)
    t = at - lo
    a = s[lo] * 1.0
    b = s[hi] * 1.0
    d = b - a
    if t >= 0.5:
        return b - d * (1.0 - t)
    return a + d * t


def quantile(a, q, axis=None):
    """The quantiles, with straight lines between the elements."""
    a = np.asarray(a)
    qs = np.asarray(q)
    if np.any(qs < 0) or np.any(qs > 1):
        raise ValueError("Quantiles must be in the range [0, 1]")
    if axis is None or a.ndim == 1:
        s = np.sort(np.ravel(a))
        if qs.ndim == 0:
            return quantile_at(s, float(qs[()]))
        flat = np.ravel(qs)
        out = np.zeros(len(flat))
        for k in range(len(flat)):
            out[k] = quantile_at(s, float(flat[k]))
        return out.reshape(qs.shape)
    if a.ndim != 2 or qs.ndim != 0:
        tables.refuse("quantiles along an axis of this array", "loop over the rows")
    rows = a if axis % 2 == 1 else a.T
    out = np.zeros(rows.shape[0])
    for k in range(rows.shape[0]):
        out[k] = quantile_at(np.sort(rows[k]), float(qs[()]))
    return out


def percentile(a, q, axis=None):
    """The percentiles, with straight lines between the elements."""
    p = np.asarray(q)
    if np.any(p < 0) or np.any(p > 100):
        raise ValueError("Percentiles must be in the range [0, 100]")
    if p.ndim == 0:
        return quantile(a, p[()] / 100, axis)
    return quantile(a, p / 100, axis)


def cov(m, y=None, rowvar=True, bias=False, ddof=None):
    """The covariances of variables, a row each."""
    x = np.asarray(m) * 1.0
    if x.ndim == 1:
        x = x[None, :]
    elif not rowvar:
        x = x.T
    if y is not None:
        more = np.asarray(y) * 1.0
        x = np.concatenate((x, more[None, :] if more.ndim == 1 else more), axis=0)
    if ddof is None:
        ddof = 0 if bias else 1
    d = x - x.mean(axis=1, keepdims=True)
    c = d @ d.T * (1.0 / (x.shape[1] - ddof))
    if np.ndim(m) == 1 and y is None:
        return c[0, 0].reshape(())
    return c


def corrcoef(x, y=None, rowvar=True):
    """The correlations of variables, a row each."""
    c = cov(x, y, rowvar)
    if c.ndim == 0:
        return c / c
    s = np.sqrt(np.diagonal(c))
    return np.clip(c / s[:, None] / s[None, :], -1, 1)


def union1d(ar1, ar2):
    """The elements of either, sorted."""
    return np.unique(np.concatenate((np.ravel(np.asarray(ar1)), np.ravel(np.asarray(ar2)))))


def intersect1d(ar1, ar2):
    """The elements of both, sorted."""
    a = np.unique(np.asarray(ar1))
    return a[np.isin(a, np.asarray(ar2))]


def setdiff1d(ar1, ar2):
    """The elements of the first that the second has not, sorted."""
    a = np.unique(np.asarray(ar1))
    return a[~np.isin(a, np.asarray(ar2))]


def setxor1d(ar1, ar2):
    """The elements of one of both only, sorted."""
    return union1d(setdiff1d(ar1, ar2), setdiff1d(ar2, ar1))


def trapezoid(y, x=None, dx=1.0):
    """The integral by trapezoids."""
    y = np.asarray(y)
    if x is None:
        return (dx * (y[1:] + y[:-1]) / 2.0).sum()
    d = np.diff(np.asarray(x))
    return (d * (y[1:] + y[:-1]) / 2.0).sum()


def gradient(f, dx=1.0):
    """The slopes of a vector, by its neighbors."""
    f = np.asarray(f) * 1.0
    if f.ndim != 1 or np.ndim(dx) > 0:
        tables.refuse("np.gradient of this", "write the differences")
    if len(f) < 2:
        raise ValueError("Shape of array too small to calculate a numerical gradient, at least (edge_order + 1) elements are required.")
    g = np.zeros(len(f))
    g[1:-1] = (f[2:] - f[:-2]) / (2.0 * dx)
    g[0] = (f[1] - f[0]) / dx
    g[-1] = (f[-1] - f[-2]) / dx
    return g


def polyval(p, x):
    """The polynomial with these coefficients, the highest power first, at x."""
    p = np.asarray(p)
    if np.ndim(x) == 0:
        v = p.dtype.type(0) * np.asarray(x)[()]
        for k in range(len(p)):
            v = v * x + p[k]
        return v
    x = np.asarray(x)
    y = np.zeros(x.shape, dtype=np.result_type(p.dtype, x.dtype))
    for k in range(len(p)):
        y = y * x + p[k]
    return y


def polyder(p):
    """The derivative of a polynomial."""
    p = np.asarray(p)
    n = len(p) - 1
    return p[:-1] * np.arange(n, 0, -1)


def polyfit(x, y, deg):
    """The polynomial that comes closest to the points."""
    x = np.asarray(x) * 1.0
    y = np.asarray(y) * 1.0
    if len(x) != len(y):
        raise TypeError("expected x and y to have same length")
    a = vander(x, deg + 1)
    scale = np.sqrt((a * a).sum(axis=0))
    c = np.linalg.lstsq(a / scale, y, len(x) * np.finfo(np.float64).eps)[0]
    return c / scale


def nan_to_num(x, nan=0.0, posinf=None, neginf=None):
    """The elements with numbers for NaN and the infinities."""
    x = np.asarray(x)
    if x.dtype.kind != "f":
        return x + 0
    big = np.finfo(x.dtype).max
    r = np.where(np.isnan(x), nan, x)
    r = np.where(x == np.inf, big if posinf is None else posinf, r)
    return np.where(x == -np.inf, -big if neginf is None else neginf, r).astype(x.dtype)


def deg2rad(x):
    """Degrees as radians."""
    return np.asarray(x) * (np.pi / 180.0)


def rad2deg(x):
    """Radians as degrees."""
    return np.asarray(x) * (180.0 / np.pi)


def ediff1d(ary):
    """Differences of neighbors, of all elements in row-major order."""
    a = np.ravel(np.asarray(ary))
    return a[1:] - a[:-1]


def geomspace(start, stop, num=50, endpoint=True):
    """Numbers with the same ratio between neighbors."""
    r = np.logspace(np.log10(start), np.log10(stop), num, endpoint)
    if num > 0:
        r[0] = start
        if endpoint and num > 1:
            r[-1] = stop
    return r


def tril_indices(n, k=0, m=None):
    """The places of the lower triangle."""
    return np.nonzero(np.tri(n, m, k, bool))


def triu_indices(n, k=0, m=None):
    """The places of the upper triangle."""
    return np.nonzero(~np.tri(n, m, k - 1, bool))


def diag_indices(n, ndim=2):
    """The places of the diagonal."""
    i = np.arange(n)
    return tuple(i for _ in range(ndim))


def unravel_index(indices, shape):
    """The indices along each axis of elements by their numbers."""
    if not isinstance(shape, tuple):
        shape = (shape,)
    i = np.asarray(indices)
    size = 1
    for n in shape:
        size *= n
    if np.any(i < 0) or np.any(i >= size):
        bad = np.ravel(i)[(np.ravel(i) < 0) | (np.ravel(i) >= size)][0]
        raise ValueError(f"index {bad} is out of bounds for array with size {size}")
    out = ()
    rest = i
    for n in reversed(shape):
        out = ((rest % n)[()],) + out
        rest = rest // n
    return out


def ravel_multi_index(multi_index, dims):
    """The numbers of elements by their indices along each axis."""
    r = np.asarray(multi_index[0])
    if np.any(r < 0) or np.any(r >= dims[0]):
        raise ValueError("invalid entry in coordinates array")
    for k in range(1, len(dims)):
        i = np.asarray(multi_index[k])
        if np.any(i < 0) or np.any(i >= dims[k]):
            raise ValueError("invalid entry in coordinates array")
        r = r * dims[k] + i
    return r[()]


def insert(arr, obj, values, axis=None):
    """The elements with others before a place."""
    a = np.asarray(arr)
    if axis is None:
        a = np.ravel(a)
        axis = 0
    if np.ndim(obj) > 0:
        tables.refuse("np.insert at several places", "insert one after the other")
    k = axis % a.ndim
    n = a.shape[k]
    if obj < -n or obj > n:
        raise IndexError(f"index {obj} is out of bounds for axis {axis} with size {n}")
    i = obj + n if obj < 0 else obj
    v = np.asarray(values).astype(a.dtype)
    if a.ndim == 1:
        v = np.ravel(v)
    else:
        rest = tuple(1 if j == k else a.shape[j] for j in range(a.ndim))
        v = np.broadcast_to(v if v.ndim < a.ndim - 1 or v.ndim == a.ndim else np.expand_dims(v, k), rest)
    head = a[tuple(slice(None, i) if j == k else slice(None) for j in range(a.ndim))]
    tail = a[tuple(slice(i, None) if j == k else slice(None) for j in range(a.ndim))]
    return np.concatenate((head, v, tail), axis=k)


def delete(arr, obj, axis=None):
    """The elements without those at some places."""
    a = np.asarray(arr)
    if axis is None:
        a = np.ravel(a)
        axis = 0
    k = axis % a.ndim
    n = a.shape[k]
    at = np.ravel(np.asarray(obj))
    keep = np.ones(n, dtype=bool)
    for i in at:
        if i < -n or i >= n:
            raise IndexError(f"index {i} is out of bounds for axis {axis} with size {n}")
        keep[i] = False
    return np.take(a, np.nonzero(keep)[0], axis=k)


def array_equiv(a1, a2):
    """Are they equal after broadcasting?"""
    return bool((np.asarray(a1) == np.asarray(a2)).all())


def dstack_pair(a):
    """An array of three axes: vectors and matrices get the last ones."""
    a = np.asarray(a)
    if a.ndim == 0:
        return a[None, None, None]
    if a.ndim == 1:
        return a[None, :, None]
    if a.ndim == 2:
        return a[:, :, None]
    return a


def dstack(tup):
    """Arrays one behind the other."""
    return np.concatenate(tuple(dstack_pair(a) for a in tup), axis=2)


def block(arrays):
    """An array put together from a row or from rows of blocks."""
    if isinstance(arrays, tuple):
        if isinstance(arrays[0], tuple):
            rows = tuple(np.concatenate(tuple(np.atleast_2d(a) for a in row), axis=1) for row in arrays)
            return np.concatenate(rows, axis=0)
        if np.ndim(arrays[0]) > 1:
            return np.concatenate(arrays, axis=arrays[0].ndim - 1)
        return np.concatenate(tuple(np.atleast_1d(a) for a in arrays), axis=0)
    if isinstance(arrays, list):
        tables.refuse("np.block of a list that is not written out", "call np.hstack and np.vstack")
    return np.asarray(arrays) + 0


def check_widths(parts, k):
    """Raises if the arrays of a list differ along an axis."""
    n = parts[0].shape[k]
    for i in range(len(parts)):
        m = parts[i].shape[k]
        if m != n:
            axis = 1 if parts[0].ndim == 1 else k
            raise ValueError(
                "all the input array dimensions except for the concatenation axis must match exactly, but along "
                f"dimension {axis}, the array at index 0 has size {n} and the array at index {i} has size {m}"
            )
