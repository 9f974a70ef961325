"""Functions of the math module that are written in the language."""


def gcd(*integers):
    """The greatest common divisor of ints; 0 of zeros and of nothing."""
    r = 0
    for b in integers:
        r = abs(r)
        b = abs(b)
        while b:
            r, b = b, r % b
    return r


def factorial(n):
    """n * (n - 1) * ... * 1 of an int that is not negative."""
    if n < 0:
        raise ValueError("factorial() not defined for negative values")
    r = 1
    for i in range(2, n + 1):
        r = r * i
    return r


def isqrt(n):
    """The largest int whose square is at most n."""
    if n < 0:
        raise ValueError("isqrt() argument must be nonnegative")
    r = int(n**0.5)
    while r * r > n:
        r -= 1
    while (r + 1) * (r + 1) <= n:
        r += 1
    return r


def comb(n, k):
    """The number of ways to choose k of n things: 10 for 5 and 2."""
    if n < 0:
        raise ValueError("n must be a non-negative integer")
    if k < 0:
        raise ValueError("k must be a non-negative integer")
    if k > n:
        return 0
    if k > n - k:
        k = n - k
    r = 1
    for i in range(k):
        g = gcd(r, i + 1)
        r = (r // g) * ((n - i) // ((i + 1) // g))
    return r


def perm(n, k=None):
    """The number of ways to order k of n things: 20 for 5 and 2."""
    if k is None:
        k = n
    if n < 0:
        raise ValueError("n must be a non-negative integer")
    if k < 0:
        raise ValueError("k must be a non-negative integer")
    r = 1
    for i in range(k):
        r = r * (n - i)
    return r if k <= n else 0


def lcm(*integers):
    """The least common multiple of ints; 1 of nothing."""
    r = 1
    for b in integers:
        if r == 0 or b == 0:
            r = 0
        else:
            r = abs(r // gcd(r, b) * b)
    return r


def isclose(a, b, *, rel_tol=1e-09, abs_tol=0.0):
    """Do two numbers differ by little, relative to the larger one or absolutely?"""
    if rel_tol < 0.0 or abs_tol < 0.0:
        raise ValueError("tolerances must be non-negative")
    if a == b:
        return True
    if math.isinf(a) or math.isinf(b):
        return False
    d = math.fabs(b - a)
    return d <= math.fabs(rel_tol * b) or d <= math.fabs(rel_tol * a) or d <= abs_tol


def prod(iterable, *, start=1):
    """The product of the items."""
    r = start
    for x in iterable:
        r = r * x
    return r


def modf(x):
    """The parts of a float behind and before the point, with its sign."""
    x = float(x)
    if math.isinf(x):
        return math.copysign(0.0, x), x
    if math.isnan(x):
        return x, x
    whole = math.copysign(float(math.trunc(x)) if math.fabs(x) < 9007199254740992.0 else math.fabs(x), x)
    return math.copysign(math.fabs(x) - math.fabs(whole), x), whole


def frexp(x):
    """A float from 0.5 to less than 1, and the power of two that gives x with it."""
    m = float(x)
    e = 0
    if m == 0.0 or math.isinf(m) or math.isnan(m):
        return m, e
    while math.fabs(m) >= 1.0:
        m = m / 2.0
        e += 1
    while math.fabs(m) < 0.5:
        m = m * 2.0
        e -= 1
    return m, e


def ldexp(x, i):
    """x * 2**i, rounded once."""
    x = float(x)
    if x == 0.0 or math.isinf(x) or math.isnan(x):
        return x
    m, e = frexp(x)
    e += i
    if e > 1024:
        raise OverflowError("math range error")
    if e < -1100:
        return math.copysign(0.0, x)
    if e >= -1000:
        return m * 2.0 ** (e - 1) * 2.0
    return m * 2.0**-1000 * 2.0 ** (e + 1000)


def dist(p, q):
    """The distance of two points in the plane."""
    if len(p) != len(q):
        raise ValueError("both points must have the same number of dimensions")
    if len(p) != 2:
        raise NotImplementedError("the distance of points that are not in the plane")
    return math.hypot(p[0] - q[0], p[1] - q[1])


def fsum(seq):
    """The sum of floats, rounded once."""
    partials = [0.0 for _ in range(0)]
    for v in seq:
        x = float(v)
        if math.isinf(x) or math.isnan(x):
            raise NotImplementedError("math.fsum of infinities and NaN")
        kept = [0.0 for _ in range(0)]
        for y in partials:
            if math.fabs(x) < math.fabs(y):
                x, y = y, x
            hi = x + y
            lo = y - (hi - x)
            if lo != 0.0:
                kept.append(lo)
            x = hi
        kept.append(x)
        partials = kept
    n = len(partials)
    if n == 0:
        return 0.0
    n -= 1
    hi = partials[n]
    lo = 0.0
    while n > 0 and lo == 0.0:
        x = hi
        n -= 1
        y = partials[n]
        hi = x + y
        lo = y - (hi - x)
    # Half a unit is rounded as the rest says.
    if n > 0 and ((lo < 0.0 and partials[n - 1] < 0.0) or (lo > 0.0 and partials[n - 1] > 0.0)):
        y = lo * 2.0
        x = hi + y
        if y == x - hi:
            hi = x
    return hi
