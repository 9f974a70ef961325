"""collections.namedtuple and typing.NamedTuple: fields, defaults, methods, and everything that tuples do."""
from collections import namedtuple
from typing import NamedTuple
Point = namedtuple("Point", ["x", "y"])
P3 = namedtuple("P3", "x y, z", defaults=(0, 5))
class Item(NamedTuple):
    """An item."""
    name: str
    weight: int = 3
    def heavy(self):
        return self.weight > 5
p = Point(1, 2.5)
print(p, p.x, p[1], p[-1], len(p), tuple(p), list(p), p == (1, 2.5), p == Point(1, 2.5), p < (1, 3), (0, 9) < p)
a, b = p
print(a, b, *p)
print(P3(1), P3(1, 2), P3(1, z=4), P3._fields, p._fields)
print(p._replace(x=7), p._asdict(), Point._make([3, 4]), p + (1,), p * 2, (0,) + p)
items = [Item("a", 9), Item("b"), Item("c", 7)]
for name, weight in items:
    print(name, weight)
print(sorted(items, key=lambda i: i.weight), max(items), sorted(items, reverse=True)[0].name)
print([i.name for i in items if i.heavy()], Item.__doc__)
d = {Point(1, 2): "p", Point(3, 4): "q"}
print(d[Point(1, 2)], d, Point(3, 4) in d, hash(Point(1, 2)) == hash((1, 2)))
s = {Point(i % 3, 0) for i in range(9)}
print(len(s), sorted(s))
print(isinstance(p, tuple), isinstance(p, Point), "%s-%s" % p, f"{p}", repr(p), p.count(1), p.index(2.5))
print(sum(Point(3, 4)), min(p), 2.5 in p, 7 in p, list(zip(p, p)), dict([Point("k", 1)]))
print(p[0:1], p[::-1], bool(p))
try:
    p.x = 3
except AttributeError as e:
    print(e)
try:
    p.q = 3
except AttributeError as e:
    print(e)
for f in (lambda: Item(), lambda: Point(1), lambda: Point(1, 2, 3), lambda: Point(1, z=2), lambda: Point(1, 2, x=3), lambda: Point._make([1]), lambda: p._replace(t=1)):
    try:
        print(f())
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)
try:
    x, y, z = p
except ValueError as e:
    print(e)
def dist(q):
    return (q.x ** 2 + q.y ** 2) ** 0.5
print(dist(Point(3, 4)), dist(Point._make((6, 8))))
class Vec(namedtuple("Vec", "x y")):
    def __add__(self, o):
        return Vec(self.x + o.x, self.y + o.y)
    @property
    def norm(self):
        return abs(self.x) + abs(self.y)
v = Vec(1, 2) + Vec(3, 4)
print(v, v.norm, Vec(1, 2) == (1, 2))
best = None
for it in items:
    if best is None or it.weight > best.weight:
        best = it
print(best)
def walk(n, q):
    if n == 0:
        return q
    return walk(n - 1, q._replace(x=q.x + 1))
print(walk(4, Point(0, 0)))
