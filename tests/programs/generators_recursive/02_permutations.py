def permutations(items):
    if len(items) <= 1:
        yield items
        return
    for i, item in enumerate(items):
        for rest in permutations(items[:i] + items[i + 1:]):
            yield [item] + rest


def words(alphabet, n):
    if n == 0:
        yield ""
    else:
        for c in alphabet:
            for rest in words(alphabet, n - 1):
                yield c + rest


def partitions(n, largest=None):
    largest = largest or n
    if n == 0:
        yield ()
        return
    for first in range(min(n, largest), 0, -1):
        for rest in partitions(n - first, first):
            yield (first, *rest)


def brackets(n):
    if n == 0:
        yield ""
        return
    for k in range(n):
        for left in brackets(k):
            for right in brackets(n - 1 - k):
                yield f"({left}){right}"


def flatten(xs, depth):
    for x in xs:
        if depth == 0:
            yield x
        else:
            yield x * depth
            yield from flatten([x + 1], depth - 1)


def hanoi(n, a="A", b="B", c="C"):
    if n:
        yield from hanoi(n - 1, a, c, b)
        yield f"{a}{c}"
        yield from hanoi(n - 1, b, a, c)


print(["".join(p) for p in permutations(list("abc"))])
print(sorted(map(tuple, permutations([1, 2, 3]))))
print(list(words("xy", 3)), len(list(words("abc", 4))))
print(list(partitions(5)), [sum(1 for _ in partitions(n)) for n in range(1, 9)])
print([len(list(brackets(n))) for n in range(6)], list(brackets(3)))
print(list(flatten([1, 2], 2)))
print(" ".join(hanoi(3)), len(list(hanoi(6))))
print(next(brackets(4)), next(hanoi(0), "nothing"))
it = words("ab", 2)
print(next(it), next(it), list(it), next(it, "end"))
for i, p in zip(range(3), partitions(6)):
    print(i, p)
print(any(w == "ba" for w in words("ab", 2)), "aab" in words("ab", 3))
