"""numpy.linalg, written in the language.

The factorizations are the textbook's: LU and Cholesky column by column, QR by Householder reflections with LAPACK's signs,
eigenvalues of symmetric matrices and singular values by Jacobi rotations. Results agree with LAPACK's up to rounding.
"""


def square(a):
    """A square matrix of floats."""
    return floats(square_numbers(a))


def square_numbers(a):
    """A square matrix of floats or complex numbers."""
    a = np.asarray(a)
    if a.ndim < 2:
        raise np.linalg.LinAlgError(
            f"{a.ndim}-dimensional array given. Array must be at least two-dimensional"
        )
    if a.ndim > 2:
        tables.refuse("np.linalg of stacks of matrices", "loop over the matrices")
    if a.shape[0] != a.shape[1]:
        raise np.linalg.LinAlgError("Last 2 dimensions of the array must be square")
    return numbers(a)


def numbers(a):
    """The array as one of floats or complex numbers."""
    if a.dtype.kind == "c" or a.dtype == np.float32:
        return a
    return a.astype(np.float64)


def size(x):
    """What LAPACK compares pivots by."""
    if x.dtype.kind == "c":
        return abs(x.real) + abs(x.imag)
    return abs(x)


def floats(a):
    """The array as one of floats."""
    if a.dtype.kind == "c":
        tables.refuse("np.linalg of complex matrices", "use matrices of floats")
    if a.dtype == np.float32:
        return a
    return a.astype(np.float64)


def matrix(a):
    """A matrix of floats."""
    a = np.asarray(a)
    if a.ndim < 2:
        raise np.linalg.LinAlgError(f"{a.ndim}-dimensional array given. Array must be two-dimensional")
    if a.ndim > 2:
        tables.refuse("np.linalg of stacks of matrices", "loop over the matrices")
    return floats(a)


def lu_factors(a):
    """Both factors in one matrix, the order of the rows, the sign of that order, and whether a pivot is zero."""
    n = a.shape[0]
    lu = a.copy()
    order = np.arange(n)
    sign = 1.0
    singular = False
    for k in range(n):
        p = k
        best = size(lu[k, k])
        for i in range(k + 1, n):
            if size(lu[i, k]) > best:
                best = size(lu[i, k])
                p = i
        if best == 0.0:
            singular = True
        else:
            if p != k:
                sign = -sign
                last = order[k]
                order[k] = order[p]
                order[p] = last
                for j in range(n):
                    x = lu[k, j]
                    lu[k, j] = lu[p, j]
                    lu[p, j] = x
            r = 1.0 / lu[k, k]
            for i in range(k + 1, n):
                lu[i, k] *= r
            for i in range(k + 1, n):
                f = lu[i, k]
                for j in range(k + 1, n):
                    lu[i, j] -= f * lu[k, j]
    return lu, order, sign, singular


def det(a):
    """The determinant, by its logarithm as NumPy computes it."""
    a = square_numbers(a)
    sign, log = slogdet(a)
    return a.dtype.type(sign * np.exp(log))


def slogdet(a):
    """The sign of the determinant (a complex number of absolute value 1), and the logarithm of its absolute value."""
    lu, order, sign, singular = lu_factors(square_numbers(a))
    s = lu.dtype.type(sign)
    log = abs(s) * 0.0
    if singular:
        s = lu.dtype.type(0.0)
        log -= np.inf
    else:
        for k in range(lu.shape[0]):
            x = abs(lu[k, k])
            s *= lu[k, k] / x
            log += np.log(x)
    return collections.namedtuple("SlogdetResult", "sign logabsdet")(s, log)


def solve_columns(a, b):
    """x with a @ x == b, of matrices."""
    lu, order, sign, singular = lu_factors(a)
    if singular:
        raise np.linalg.LinAlgError("Singular matrix")
    n = lu.shape[0]
    x = b[order]
    for k in range(n):
        for i in range(k + 1, n):
            f = lu[i, k]
            for j in range(x.shape[1]):
                x[i, j] -= f * x[k, j]
    for k in range(n - 1, -1, -1):
        for j in range(x.shape[1]):
            x[k, j] /= lu[k, k]
        for i in range(k):
            f = lu[i, k]
            for j in range(x.shape[1]):
                x[i, j] -= f * x[k, j]
    return x


def solve(a, b):
    """x with a @ x == b, of a vector or a matrix b."""
    a = square_numbers(a)
    b = numbers(np.asarray(b))
    dtype = np.result_type(a.dtype, b.dtype)
    a = a.astype(dtype)
    b = b.astype(dtype)
    n = a.shape[0]
    if b.ndim == 0 or b.ndim > 2:
        tables.refuse("np.linalg.solve of this right-hand side", "give a vector or a matrix")
    if b.shape[0] != n:
        signature = "(m,m),(m)->(m)" if b.ndim == 1 else "(m,m),(m,n)->(m,n)"
        name = "solve1" if b.ndim == 1 else "solve"
        raise ValueError(
            f"{name}: Input operand 1 has a mismatch in its core dimension 0, with gufunc signature {signature}"
            f" (size {b.shape[0]} is different from {n})"
        )
    if b.ndim == 1:
        return solve_columns(a, b.reshape(n, 1))[:, 0].copy()
    return solve_columns(a, b)


def inv(a):
    """The inverse."""
    a = square_numbers(a)
    return solve_columns(a, np.eye(a.shape[0], dtype=a.dtype))


def matrix_power(a, n):
    """The matrix multiplied by itself."""
    a = np.asarray(a)
    if a.ndim != 2 or a.shape[0] != a.shape[1]:
        raise np.linalg.LinAlgError("Last 2 dimensions of the array must be square")
    if n == 0:
        return np.eye(a.shape[0], dtype=a.dtype)
    base = a
    k = n
    if n < 0:
        tables.refuse("a negative power of a matrix that only run time knows", "call inv first")
    result = np.eye(a.shape[0], dtype=a.dtype)
    while k > 0:
        if k % 2 == 1:
            result = result @ base
        k //= 2
        if k > 0:
            base = base @ base
    return result


def cholesky(a):
    """The lower triangle L with L @ L.T == a."""
    a = square(a)
    n = a.shape[0]
    low = np.zeros((n, n), dtype=a.dtype)
    for j in range(n):
        s = a[j, j]
        for k in range(j):
            s -= low[j, k] * low[j, k]
        if not s > 0.0:
            raise np.linalg.LinAlgError("Matrix is not positive definite")
        d = np.sqrt(s)
        low[j, j] = d
        for i in range(j + 1, n):
            t = a[i, j]
            for k in range(j):
                t -= low[i, k] * low[j, k]
            low[i, j] = t / d
    return low


def reflect(a):
    """R above the diagonal, and below it and in `scale` the reflections that lead to it."""
    m = a.shape[0]
    n = a.shape[1]
    r = a.copy()
    scale = np.zeros(min(m, n), dtype=a.dtype)
    for k in range(min(m, n)):
        below = 0.0
        for i in range(k + 1, m):
            below += r[i, k] * r[i, k]
        if below != 0.0:
            alpha = r[k, k]
            norm = np.sqrt(alpha * alpha + below)
            beta = -norm if alpha >= 0.0 else norm
            scale[k] = (beta - alpha) / beta
            for i in range(k + 1, m):
                r[i, k] /= alpha - beta
            r[k, k] = beta
            for j in range(k + 1, n):
                s = r[k, j]
                for i in range(k + 1, m):
                    s += r[i, k] * r[i, j]
                s *= scale[k]
                r[k, j] -= s
                for i in range(k + 1, m):
                    r[i, j] -= s * r[i, k]
    return r, scale


def reflections(r, scale, columns):
    """The first columns of the orthogonal matrix that the reflections are."""
    m = r.shape[0]
    q = np.eye(m, columns, dtype=r.dtype)
    for k in range(len(scale) - 1, -1, -1):
        for j in range(columns):
            s = q[k, j]
            for i in range(k + 1, m):
                s += r[i, k] * q[i, j]
            s *= scale[k]
            q[k, j] -= s
            for i in range(k + 1, m):
                q[i, j] -= s * r[i, k]
    return q


def qr(a, mode="reduced"):
    """An orthogonal matrix and an upper triangle whose product is the matrix."""
    a = matrix(a)
    r, scale = reflect(a)
    m = a.shape[0]
    k = min(m, a.shape[1])
    if mode == "r":
        return np.triu(r[:k])
    if mode == "complete":
        return collections.namedtuple("QRResult", "Q R")(reflections(r, scale, m), np.triu(r))
    if mode != "reduced":
        raise ValueError(f"Unrecognized mode '{mode}'")
    return collections.namedtuple("QRResult", "Q R")(reflections(r, scale, k), np.triu(r[:k]))


def rotated(a):
    """The eigenvalues of a symmetric matrix on the diagonal, and its eigenvectors as columns, by Jacobi rotations."""
    n = a.shape[0]
    d = np.tril(a) + np.tril(a, -1).T
    v = np.eye(n, dtype=a.dtype)
    for sweep in range(60):
        off = 0.0
        total = 0.0
        for i in range(n):
            for j in range(n):
                total += d[i, j] * d[i, j]
                if i != j:
                    off += d[i, j] * d[i, j]
        if off <= 1e-34 * total:
            break
        for p in range(n - 1):
            for q in range(p + 1, n):
                if d[p, q] != 0.0:
                    theta = (d[q, q] - d[p, p]) / (2.0 * d[p, q])
                    t = 1.0 / (abs(theta) + np.sqrt(theta * theta + 1.0))
                    if theta < 0.0:
                        t = -t
                    c = 1.0 / np.sqrt(t * t + 1.0)
                    s = t * c
                    for k in range(n):
                        x = d[k, p]
                        y = d[k, q]
                        d[k, p] = c * x - s * y
                        d[k, q] = s * x + c * y
                    for k in range(n):
                        x = d[p, k]
                        y = d[q, k]
                        d[p, k] = c * x - s * y
                        d[q, k] = s * x + c * y
                        x = v[k, p]
                        y = v[k, q]
                        v[k, p] = c * x - s * y
                        v[k, q] = s * x + c * y
    return np.diagonal(d).copy(), v


def eigvalsh(a, UPLO="L"):
    """The eigenvalues of a symmetric matrix, in order."""
    a = square(a)
    w, v = rotated(a if UPLO == "L" else a.T)
    return np.sort(w)


def singular_parts(a):
    """A matrix with at least as many rows as columns, turned so that its columns are orthogonal, and by what."""
    n = a.shape[1]
    u = a.copy()
    v = np.eye(n, dtype=a.dtype)
    for sweep in range(60):
        turned = False
        for p in range(n - 1):
            for q in range(p + 1, n):
                x = 0.0
                y = 0.0
                z = 0.0
                for k in range(u.shape[0]):
                    x += u[k, p] * u[k, p]
                    y += u[k, q] * u[k, q]
                    z += u[k, p] * u[k, q]
                if abs(z) > 1e-16 * np.sqrt(x * y):
                    turned = True
                    zeta = (y - x) / (2.0 * z)
                    t = 1.0 / (abs(zeta) + np.sqrt(1.0 + zeta * zeta))
                    if zeta < 0.0:
                        t = -t
                    c = 1.0 / np.sqrt(1.0 + t * t)
                    s = c * t
                    for k in range(u.shape[0]):
                        f = u[k, p]
                        g = u[k, q]
                        u[k, p] = c * f - s * g
                        u[k, q] = s * f + c * g
                    for k in range(n):
                        f = v[k, p]
                        g = v[k, q]
                        v[k, p] = c * f - s * g
                        v[k, q] = s * f + c * g
        if not turned:
            break
    return u, v


def svdvals(a):
    """The singular values, the largest first."""
    a = matrix(a)
    u, v = singular_parts(a if a.shape[0] >= a.shape[1] else a.T.copy())
    return -np.sort(-np.sqrt((u * u).sum(axis=0)))


def norm(x, ord=None, axis=None, keepdims=False):
    """The norm of a vector or a matrix."""
    x = np.asarray(x)
    if x.dtype.kind != "f" and x.dtype.kind != "c":
        x = x.astype(np.float64)
    if axis is None and ord is None:
        flat = np.ravel(x)
        if x.dtype.kind == "c":
            s = np.sqrt((flat.real**2 + flat.imag**2).sum())
        else:
            s = np.sqrt(flat.dot(flat))
        return s.reshape(tuple(1 for _ in range(x.ndim))) if keepdims else s
    if axis is None and x.ndim == 1:
        return vector_norm(x, ord, 0, keepdims)
    if axis is None:
        if x.ndim != 2:
            raise ValueError("Improper number of dimensions to norm.")
        return matrix_norm(x, ord, keepdims)
    if isinstance(axis, tuple):
        if len(axis) == 1:
            return vector_norm(x, ord, axis[0], keepdims)
        if x.ndim != 2:
            tables.refuse("np.linalg.norm of stacks of matrices", "loop over the matrices")
        return matrix_norm(x, ord, keepdims)
    return vector_norm(x, ord, axis, keepdims)


def vector_norm(x, ord, axis, keepdims):
    """The norms of the vectors along an axis."""
    if isinstance(ord, str):
        raise ValueError(f"Invalid norm order '{ord}' for vectors")
    if ord is None or ord == 2:
        if x.dtype.kind == "c":
            return np.sqrt((x.real**2 + x.imag**2).sum(axis=axis, keepdims=keepdims))
        return np.sqrt((x * x).sum(axis=axis, keepdims=keepdims))
    if ord == np.inf:
        return np.abs(x).max(axis=axis, keepdims=keepdims)
    if ord == -np.inf:
        return np.abs(x).min(axis=axis, keepdims=keepdims)
    if ord == 0:
        return (x != 0).astype(np.float64).sum(axis=axis, keepdims=keepdims)
    if ord == 1:
        return np.abs(x).sum(axis=axis, keepdims=keepdims)
    return (np.abs(x) ** ord).sum(axis=axis, keepdims=keepdims) ** (1.0 / ord)


def matrix_norm(x, ord, keepdims):
    """The norm of a matrix."""
    if ord is None or ord == "fro":
        r = np.sqrt((x * x).sum())
    elif ord == "nuc":
        r = svdvals(x).sum()
    elif isinstance(ord, str):
        raise ValueError("Invalid norm order for matrices.")
    elif ord == 1:
        r = np.abs(x).sum(axis=0).max()
    elif ord == -1:
        r = np.abs(x).sum(axis=0).min()
    elif ord == np.inf:
        r = np.abs(x).sum(axis=1).max()
    elif ord == -np.inf:
        r = np.abs(x).sum(axis=1).min()
    elif ord == 2:
        r = svdvals(x)[0]
    elif ord == -2:
        r = svdvals(x)[-1]
    else:
        raise ValueError("Invalid norm order for matrices.")
    return r.reshape(1, 1) if keepdims else r


def cond(x, p=None):
    """The condition number."""
    if p is None or p == 2:
        s = svdvals(x)
        return s[0] / s[-1]
    return norm(x, p) * norm(inv(x), p)


def matrix_rank(A, tol=None):
    """How many singular values are not zero but for rounding."""
    a = np.asarray(A)
    if a.ndim < 2:
        return np.int64(np.any(a != 0))
    s = svdvals(a)
    if tol is None:
        tol = s.max() * max(a.shape[0], a.shape[1]) * np.finfo(s.dtype).eps
    return np.int64((s > tol).sum())


def multi_dot(arrays):
    """The product of matrices, from left to right."""
    r = arrays[0]
    for a in arrays[1:]:
        r = r @ a
    return r


def lstsq(a, b, rcond=None):
    """x with the smallest a @ x - b, the sum of its squares, the rank, and the singular values."""
    a = matrix(a)
    b = np.asarray(b)
    m = a.shape[0]
    n = a.shape[1]
    if b.shape[0] != m:
        raise np.linalg.LinAlgError("Incompatible dimensions")
    y = floats(b).reshape(m, -1)
    if m >= n:
        u, v = singular_parts(a)
    else:
        v, u = singular_parts(a.T.copy())
    size = np.sqrt(((u if m >= n else v) ** 2).sum(axis=0))
    order = np.argsort(-size)
    s = size[order]
    eps = np.finfo(a.dtype).eps
    least = (eps * max(m, n) if rcond is None else (eps if rcond < 0 else rcond)) * s[0]
    rank = 0
    x = np.zeros((n, y.shape[1]), dtype=a.dtype)
    for k in range(len(s)):
        if s[k] > least:
            rank += 1
            c = order[k]
            # One of the factors has the singular values in it.
            x += np.outer(v[:, c], u[:, c] @ y) / (s[k] * s[k] if m >= n else s[k] * s[k])
    residuals = ((y - a @ x) ** 2).sum(axis=0)
    if rank < n or m <= n:
        residuals = residuals[:0]
    return x.reshape((n,) + b.shape[1:]), residuals, np.int64(rank), s


def pinv(a, rcond=None):
    """The inverse in the sense of least squares."""
    a = matrix(a)
    return lstsq(a, np.eye(a.shape[0], dtype=a.dtype), 1e-15 if rcond is None else rcond)[0]


def svd(a, full_matrices=True, compute_uv=True):
    """The singular values, the largest first."""
    if compute_uv:
        tables.refuse("the singular vectors of `svd`: their signs are LAPACK's choice", "give compute_uv=False")
    return svdvals(a)


def eigh(a, UPLO="L"):
    """Not there: the eigenvalues are."""
    tables.refuse("the eigenvectors of `eigh`: their signs are LAPACK's choice", "call eigvalsh for the eigenvalues")
    return eigvalsh(a, UPLO)
