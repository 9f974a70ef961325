"""Functions of the math module that are written in the language."""


def gcd(a, b):
    """The greatest common divisor of two ints; 0 of two zeros."""
    a = abs(a)
    b = abs(b)
    while b:
        a, b = b, a % b
    return a


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


def lcm(a, b):
    """The least common multiple of two ints."""
    if a == 0 or b == 0:
        return 0
    return abs(a // gcd(a, b) * b)
