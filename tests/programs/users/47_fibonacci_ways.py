"""Fibonacci in eight ways, with timing left out and a counting decorator left in."""
from functools import lru_cache, reduce, wraps
from itertools import islice
import math


def counted(function):
    @wraps(function)
    def wrapper(*args):
        wrapper.calls += 1
        return function(*args)

    wrapper.calls = 0
    return wrapper


@counted
def recursive(n):
    return n if n < 2 else recursive(n - 1) + recursive(n - 2)


@lru_cache(maxsize=None)
def cached(n):
    if n < 2:
        return n
    return cached(n - 1) + cached(n - 2)


def memo(n, table={0: 0, 1: 1}):
    if n not in table:
        table[n] = memo(n - 1) + memo(n - 2)
    return table[n]


def iterative(n):
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a


def generator():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b


def reduced(n):
    return reduce(lambda pair, _: (pair[1], pair[0] + pair[1]), range(n), (0, 1))[0]


def doubling(n):
    def pair(n):
        if n == 0:
            return 0, 1
        a, b = pair(n >> 1)
        c = a * (2 * b - a)
        d = a * a + b * b
        return (d, c + d) if n & 1 else (c, d)

    return pair(n)[0]


def binet(n):
    phi = (1 + math.sqrt(5)) / 2
    return round(phi ** n / math.sqrt(5))


class Fibonacci:
    def __init__(self, limit):
        self.limit = limit

    def __iter__(self):
        a, b = 0, 1
        while a < self.limit:
            yield a
            a, b = b, a + b

    def __contains__(self, x):
        return any(x == f for f in self)


expected = [0, 1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89]
for way in (recursive, cached, memo, iterative, reduced, doubling, binet):
    assert [way(n) for n in range(12)] == expected, way
    print(way.__name__, way(20))
print("calls of the recursive one:", recursive.calls)
print(list(islice(generator(), 12)) == expected)
print(cached(80), memo(80) == doubling(80) == iterative(80))
print(list(Fibonacci(100)), 34 in Fibonacci(100), 35 in Fibonacci(100))
print(sum(f for f in Fibonacci(4_000_000) if f % 2 == 0))
print(max(Fibonacci(1000)), len(list(Fibonacci(1000))), sorted(Fibonacci(30), reverse=True)[:3])
