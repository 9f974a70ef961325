"""The keys of functools.cache as CPython compares them, and results that are lists and tuples."""
from functools import cache, lru_cache


# Two arguments that are equal are one key, whatever their types; an int alone is not that of a float alone.
@lru_cache
def times(a, b):
    print("times", a, b)
    return a * b


@lru_cache
def twice(a):
    print("twice", a)
    return a + a


@lru_cache(typed=True)
def typed(a, b):
    print("typed", a, b)
    return a * b


print(times(3, 2), times(3.0, 2), times(2.0, 2), times(2, 2.0), times(True, 2), times(1, 2))
print(twice(3), twice(3.0), twice(True), twice(1), twice(1.0), twice((1, 2)), twice((1.0, 2)))
print(typed(3, 2), typed(3.0, 2), typed(3, 2), typed(True, 2), typed(1, 2), typed.cache_info())


@cache
def row(n):
    print("row", n)
    return [0] * n


first = row(3)
first.append(7)
print(row(3), row(3) is first, row(2))


try:
    times([1], 2)
except TypeError as error:
    print(error)
try:
    twice()
except TypeError as error:
    print(error)
twice({1: 2})
