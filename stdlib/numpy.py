"""Functions of NumPy that are written in the language, on top of the primitives."""


def linspace(start, stop, num=50, endpoint=True):
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
    return r


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
    """Elements in reverse order along an axis of a 1-D or 2-D array; along all of them by default."""
    if m.ndim == 1:
        return m[::-1]
    if axis is None:
        return m[::-1, ::-1]
    if axis == 0:
        return m[::-1]
    return m[:, ::-1]


def vstack(tup):
    """Rows of 1-D or 2-D arrays one below the other."""
    if tup[0].ndim == 1:
        return np.stack(tup)
    return np.concatenate(tup, axis=0)


def hstack(tup):
    """Arrays side by side."""
    if tup[0].ndim == 1:
        return np.concatenate(tup, axis=0)
    return np.concatenate(tup, axis=1)


def stack(arrays, axis=0):
    """Arrays of one shape joined along a new axis."""
    return np.concatenate(tuple(np.expand_dims(a, axis) for a in arrays), axis=axis)


def trace(a):
    """The sum of the diagonal of a matrix."""
    n = min(a.shape[0], a.shape[1])
    i = np.arange(n)
    return a[i, i].sum()


def diff(a):
    """Differences of neighbors along the only axis."""
    return a[1:] - a[:-1]


def isclose(a, b, rtol=1e-05, atol=1e-08):
    """Is |a - b| <= atol + rtol * |b|?"""
    return np.abs(a - b) <= atol + rtol * np.abs(b)


def allclose(a, b, rtol=1e-05, atol=1e-08):
    """Are all elements close?"""
    return bool(np.all(isclose(a, b, rtol, atol)))
