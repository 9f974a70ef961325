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
