"""functools.cmp_to_key: keys made of comparisons, in sorted, sort, min and max."""
from functools import cmp_to_key


def by_length_then_text(a, b):
    if len(a) != len(b):
        return len(a) - len(b)
    return (a > b) - (a < b)


words = ["pear", "fig", "apple", "kiwi", "date", "nut"]
print(sorted(words, key=cmp_to_key(by_length_then_text)))
words.sort(key=cmp_to_key(lambda a, b: -by_length_then_text(a, b)))
print(words)
print(sorted(words, key=cmp_to_key(by_length_then_text), reverse=True))
print(min(words, key=cmp_to_key(by_length_then_text)), max(words, key=cmp_to_key(by_length_then_text)))


def turn(o, a, b):
    return (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0])


points = [(0, 0), (3, 1), (1, 3), (2, 2), (3, 0), (0, 3)]
start = min(points)
rest = [p for p in points if p != start]
print(sorted(rest, key=cmp_to_key(lambda a, b: turn(start, b, a))))
print("".join(sorted(map(str, [3, 30, 34, 5, 9]), key=cmp_to_key(lambda x, y: int(y + x) - int(x + y)))))
key = cmp_to_key(lambda a, b: abs(a) - abs(b))
print(key(-3) < key(4), key(-3) == key(3), key(5) >= key(-6), sorted([3, -1, 2, -5], key=key))
print(sorted([], key=key))
