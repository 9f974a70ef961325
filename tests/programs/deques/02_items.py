"""Deques as sequences: indices, stores, searching, rotation."""
from collections import deque

d = deque([3, 1, 4, 1, 5, 9, 2, 6])
print(d[0], d[-1], d[3], d[-8])
d[0] = 30
d[-1] += 1
del d[1]
print(d, 4 in d, 99 in d, 99 not in d)
print(d.count(1), d.index(5), d.index(1, 1), d.index(9, -4, -1))
d.remove(1)
d.insert(0, 7)
d.insert(-1, 8)
d.insert(100, 11)
d.insert(2, 12)
print(d)
d.reverse()
print(d)
for k in (1, -1, 3, -4, 0, 25, -31):
    d.rotate(k)
    print(k, d)
d.rotate()
print(d)
