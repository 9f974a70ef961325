# Iterating over arrays: elements, rows as views, zip and enumerate.
import numpy as np
a = np.array([1.5, 2.5, 3.0])
s = 0.0
for x in a:
    s += x
print(s)
m = np.arange(6).reshape(2, 3)
for row in m:
    row *= 2
    print(row, row.sum())
print(m)
for i, row in enumerate(m):
    for j, x in enumerate(row):
        m[i, j] = x + i - j
print(m)
for x, y in zip(a, m[0]):
    print(x * y)
print([x for x in np.arange(3)], [r.shape for r in m], list(np.array([1, 2])), sum(np.arange(5)), max(a), len(m))
r0, r1 = m
r1[0] = 99
print(m, r0)
