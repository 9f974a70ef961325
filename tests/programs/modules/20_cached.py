"""functools.cache and lru_cache: recursion, hits, eviction, keys as CPython compares them, exceptions."""
from functools import cache, lru_cache


@lru_cache(maxsize=None)
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


@cache
def grid(r, c):
    """Ways to the corner."""
    return 1 if r == 0 or c == 0 else grid(r - 1, c) + grid(r, c - 1)


@lru_cache
def word(text, n):
    print("word", text, n)
    return text * n


@lru_cache(maxsize=2)
def square(n):
    print("square", n)
    return n * n


@cache
def half(n):
    print("half", n)
    if n % 2:
        raise ValueError(f"{n} is odd")
    return n // 2


print(fib(80), grid(16, 16), fib.__name__, grid.__doc__)
print(fib.cache_info(), grid.cache_info().hits, grid.cache_info()[1])
print(word("ab", 2), word("ab", 2), word("ab", 3))
for n in (1, 2, 1, 3, 1, 2, 3, 3, 2):
    print(square(n))
print(square.cache_info(), square.cache_parameters())
square.cache_clear()
print(square.cache_info(), square(2))
for n in (4, 3, 4, 3):
    try:
        print(half(n))
    except ValueError as error:
        print(error)
hits, misses, maxsize, currsize = half.cache_info()
print(hits, misses, maxsize, currsize)


def coins(target, kinds):
    @cache
    def ways(rest, k):
        if rest == 0:
            return 1
        if rest < 0 or k == len(kinds):
            return 0
        return ways(rest - kinds[k], k) + ways(rest, k + 1)

    return ways(target, 0)


print(coins(100, [50, 25, 10, 5, 1]), coins(7, [2, 3]))
