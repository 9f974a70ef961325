"""Generators and itertools as users chain them: pipelines, windows, flatten, round robin, merging."""
from itertools import chain, count, cycle, groupby, islice, product, repeat, starmap, takewhile, zip_longest


def integers(start=0):
    n = start
    while True:
        yield n
        n += 1


def window(items, size):
    items = list(items)
    for i in range(len(items) - size + 1):
        yield tuple(items[i:i + size])


def chunks(seq, n):
    for i in range(0, len(seq), n):
        yield seq[i:i + n]


def flatten(nested):
    for item in nested:
        if isinstance(item, list):
            yield from flatten(item)
        else:
            yield item


def moving_average(stream, n):
    recent = []
    for x in stream:
        recent.append(x)
        if len(recent) > n:
            recent.pop(0)
        yield sum(recent) / len(recent)


def unique(items):
    seen = set()
    for item in items:
        if item not in seen:
            seen.add(item)
            yield item


def merge(a, b):
    a, b = iter(a), iter(b)
    x, y = next(a, None), next(b, None)
    while x is not None and y is not None:
        if x <= y:
            yield x
            x = next(a, None)
        else:
            yield y
            y = next(b, None)
    while x is not None:
        yield x
        x = next(a, None)
    while y is not None:
        yield y
        y = next(b, None)


def countdown(n):
    try:
        while n > 0:
            yield n
            n -= 1
    finally:
        print("(countdown over)")


squares = (n * n for n in integers(1))
even = (s for s in squares if s % 2 == 0)
print(list(islice(even, 5)), next(even))
print(list(window([1, 2, 3, 4, 5], 3)), list(chunks("abcdefgh", 3)))
print(list(flatten([1, [2, [3, [4]], 5], [], [[6]]])))
print([round(m, 2) for m in moving_average([1, 5, 3, 8, 2], 3)])
print(list(unique("abracadabra")), list(merge([1, 4, 6], [2, 3, 7, 9])))
for n in countdown(5):
    if n == 3:
        break
    print(n, end=" ")
print(list(countdown(2)))
print(list(chain([1, 2], (3,), range(4, 6))), list(chain.from_iterable([[1], [2, 3]])))
print(list(zip_longest("abc", [1], fillvalue="-")), list(islice(cycle("xyz"), 7)))
print(list(takewhile(lambda x: x < 10, (2**k for k in count()))), list(repeat("ab", 2)))
print({k: len(list(g)) for k, g in groupby(sorted("mississippi"))})
print(list(starmap(pow, [(2, 5), (3, 2)])), [f"{a}{b}" for a, b in product("ab", range(2))])
lines = ["# config", "a = 1", "", "b = 2"]
wanted = (line for line in lines if line and not line.startswith("#"))
pairs = (line.split(" = ") for line in wanted)
print({key: int(value) for key, value in pairs})
gen = countdown(1)
print(next(gen), next(gen, "done"))
try:
    next(iter([]))
except StopIteration:
    print("stop")
print(sum(x * y for x, y in zip(count(1), [3, 2, 1])), any(x > 3 for x in (1, 2, 5)), all([]))
