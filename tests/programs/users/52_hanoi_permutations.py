"""Towers of Hanoi, permutations, subsets, combinations and Gray codes by recursion."""
import itertools


def hanoi(n, source="A", target="C", spare="B"):
    if n == 0:
        return []
    return hanoi(n - 1, source, spare, target) + [(source, target)] + hanoi(n - 1, spare, target, source)


def play(n):
    pegs = {"A": list(range(n, 0, -1)), "B": [], "C": []}
    for source, target in hanoi(n):
        disc = pegs[source].pop()
        if pegs[target] and pegs[target][-1] < disc:
            raise AssertionError("larger disc on a smaller one")
        pegs[target].append(disc)
        print(f"{disc}: {source} -> {target}   ", "  ".join(f"{k}{v}" for k, v in pegs.items()))
    return pegs


def permutations(items):
    if len(items) <= 1:
        yield items
        return
    for i, item in enumerate(items):
        for rest in permutations(items[:i] + items[i + 1:]):
            yield [item] + rest


def next_permutation(a):
    i = len(a) - 2
    while i >= 0 and a[i] >= a[i + 1]:
        i -= 1
    if i < 0:
        return False
    j = len(a) - 1
    while a[j] <= a[i]:
        j -= 1
    a[i], a[j] = a[j], a[i]
    a[i + 1:] = reversed(a[i + 1:])
    return True


def subsets(items):
    if not items:
        return [[]]
    first, rest = items[0], items[1:]
    without = subsets(rest)
    return without + [[first] + s for s in without]


def combinations(items, k):
    if k == 0:
        return [()]
    return [(items[i],) + rest for i in range(len(items)) for rest in combinations(items[i + 1:], k - 1)]


def gray(n):
    if n == 0:
        return [""]
    previous = gray(n - 1)
    return ["0" + code for code in previous] + ["1" + code for code in reversed(previous)]


def partitions(n, largest=None):
    largest = largest or n
    if n == 0:
        yield ()
        return
    for first in range(min(n, largest), 0, -1):
        for rest in partitions(n - first, first):
            yield (first, *rest)


final = play(3)
print(final["C"], [len(hanoi(n)) for n in range(8)])
print(["".join(p) for p in permutations(list("abc"))])
assert sorted(map(tuple, permutations([1, 2, 3, 4]))) == list(itertools.permutations([1, 2, 3, 4]))
a = [1, 1, 2, 3]
total = 1
while next_permutation(a):
    total += 1
print(total, a)
print(sorted(subsets([1, 2, 3]), key=lambda s: (len(s), s)))
print(combinations("abcd", 2) == [tuple(c) for c in itertools.combinations("abcd", 2)], len(combinations(list(range(7)), 3)))
print(gray(3), [i ^ (i >> 1) for i in range(8)] == [int(g, 2) for g in gray(3)])
print(list(partitions(5)), [sum(1 for _ in partitions(n)) for n in range(1, 12)])
print(["".join(t) for t in itertools.product("xy", repeat=2)], list(itertools.accumulate([1, 2, 3, 4])))
