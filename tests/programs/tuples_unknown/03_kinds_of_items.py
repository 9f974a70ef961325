import numpy as np


class Point:
    def __init__(self, x):
        self.x = x

    def __repr__(self):
        return f"P({self.x})"


def of(n, make):
    return tuple(make(k) for k in range(n))


# Items of several types, lists and objects that other names reach, arrays.
mixed = tuple(k if k % 2 else k / 2 for k in range(int("4")))
print(mixed, sum(mixed), mixed[1], (1.5,) + mixed)
some = tuple(None if k == 1 else str(k) for k in range(int("3")))
print(some, None in some, "2" in some)
points = [Point(k) for k in range(3)]
ps = tuple(points)
points[1].x = 10
ps[2].x = 20
points.append(Point(7))
print(ps, points, len(ps))
rows = [[k] for k in range(int("3"))]
t = tuple(rows)
rows[0].append(5)
t[1].append(6)
rows.append([9])
print(t, rows)
inner = of(3, lambda k: (k, str(k)))
print(inner, inner[1][1], dict(inner))
nested = tuple(tuple(j * k for j in range(k)) for k in range(3))
print(nested, max(nested), nested.count(()), nested[2][0])
a = np.array(of(3, float))
print(a, np.sum(of(4, lambda k: k)))
s = tuple("abc" * int("2"))
print(s, "".join(s), s[::2], s[int("1")::int("2")])
empty = tuple(x for x in s if x == "z")
print(empty, not empty, empty + s[:1], hash(empty) == hash(()), len({empty, ()}))


def choose(flag, xs):
    if flag:
        return (1, 2)
    return tuple(xs)


for flag in (True, False):
    r = choose(flag, range(int("3")))
    print(r, len(r), r == (1, 2), r[0])
best = ()
for k in range(int("5")):
    new = of(k, lambda j: j)
    if len(new) > len(best):
        best = new
print(best)
d = {}
for w in "tea eat ate tan nat".split():
    d.setdefault(tuple(sorted(w)), []).append(w)
print(d)
seen = set()
for k in range(6):
    seen.add(of(k % 3, lambda j: j))
print(sorted(seen), (0, 1) in seen, (0, 2) in seen)
pairs = [(of(k, lambda j: j), k) for k in range(3)]
pairs.sort(key=lambda p: -p[1])
print(pairs)
for (xs, n) in pairs:
    for x in xs:
        print(x, n)
print([x + y for x, y in zip(of(3, lambda j: j), of(2, lambda j: j * 2))])
total = 0
for i, x in enumerate(of(4, lambda j: j)):
    total += i * x
print(total, any(of(2, lambda j: j)), all(of(2, lambda j: j)))
