"""Sets of ints in CPython's order."""
s = set()
for i in [5, 3, 100, 8, 1, 64, 33, 7]:
    s.add(i)
print(s)
s.remove(100)
s.discard(1000)
print(s, len(s), 3 in s, 4 in s)
try:
    s.remove(100)
except KeyError as e:
    print("KeyError", e)
t = set(range(0, 200, 13))
print(t)
u = {x * x % 101 for x in range(60)}
print(u)
print(u & t, u | s, u - t, s ^ t)
print(s.union(t, [1, 2, 3]), s.intersection([3, 8]), s.difference({3}), s.symmetric_difference([3, 4]))
print({1, 2} <= {1, 2, 3}, {1, 2} < {1, 2}, {1, 2} == {2, 1}, {1} != {2}, {3, 4} >= {3}, {1, 2}.isdisjoint({3}))
print(s.issubset(t), {1}.issuperset([]), set(), frozenset([1, 2]), frozenset())
while s:
    print(s.pop(), end=" ")
print(s)
try:
    s.pop()
except KeyError as e:
    print(e)
a = {10, 20, 30, 40, 50}
print(a)
a -= {20}
a |= {99, 98}
a &= {10, 30, 99, 98, 7}
a ^= {1, 10}
print(a)
print(sorted(a), sum(a), max(a), min(a), list(a))
f = frozenset(range(5))
d = {f: 1}
print(d[frozenset([4, 3, 2, 1, 0])], hash(f))
names = {"x", "y"}
print(len(names), "x" in names, sorted(names))
floats = {1.5, 2.0, 3}
print(floats, 2 in floats, 3.0 in floats)
print({(1, 2), (3, 4), (0, 0)})
print({True, False, 2})
print(set("hello") == set("olleh"), len(set([1, 1, 2])))
big = set()
for i in range(0, 3000, 7):
    big.add(i * 37 % 1009)
    if i % 3 == 0:
        big.discard(i * 11 % 1009)
print(list(big)[:40], len(big))
