"""collections"""
from collections import defaultdict, Counter, OrderedDict
d = defaultdict(int)
for c in "mississippi":
    d[c] += 1
print(d, dict(d), sorted(d.items()))
g = defaultdict(list)
for w in ["apple", "avocado", "bean", "cherry", "blue"]:
    g[w[0]].append(w)
print(g, len(g), "z" in g)
print(g["z"], len(g))
n = defaultdict(lambda: 5)
n["x"] += 1
print(n["x"], n["y"])
s = defaultdict(set)
for a, b in [(1, 2), (1, 3), (2, 3)]:
    s[a].add(b)
    s[b].add(a)
print({k: sorted(v) for k, v in s.items()})
c = Counter("abracadabra")
print(c, c["a"], c["zz"], c.most_common(2), sum(c.values()), c.total())
c2 = Counter(["x", "y", "x"])
c2.update("xyz")
print(c2, c2 + Counter(x=1), c2 - Counter(x=2), c2 & Counter(x=1, y=9), c2 | Counter(q=3))
print(list(c2.elements()), sorted(c2))
c2["w"] += 4
c2.subtract({"x": 1})
print(c2)
o = OrderedDict()
o["b"] = 1
o["a"] = 2
o["c"] = 3
o.move_to_end("b")
print(o, o.popitem(last=False), list(o))
import collections
k = collections.Counter([3, 1, 3, 2, 3, 1])
for item, count in k.most_common():
    print(item, count)
dd = collections.defaultdict(dict)
dd["a"]["x"] = 1
dd["b"]["y"] = 2
print(dict(dd))
