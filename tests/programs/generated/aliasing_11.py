# Case 848 of `tests/tools/aliasing.py --seed 402`.
import numpy as np
class Box:
    def __init__(self, u):
        self.u = u
    def add(self, s):
        self.u += s
    def put(self, q):
        self.u[...] = q
    def tail(self):
        return self.u[1:]
    def renew(self):
        self.u = self.u + 1
    def swap(self, other):
        self.u, other.u = other.u, self.u
def case0(a, b, c, n, k):
    c, b, c = c, c, b
    s = a[..., :]
    b[::-1] -= s[::-1] * 2
    r = b[2:0:-1, :]
    for row in a:
        a[0] += row
    for i in range(min(n, 2)):
        row = row[::-1]
        row[0] += row[i]
    xs = [s, a, a.copy()]
    r[-2:] = r[1:3, 1]
    c %= 97
    os = [Box(s), Box(c)]
    c[2, :2] = a[2, :2]
    for e in os:
        e.u += 1
    print(a, b, c, e.u, r, row, s, xs)
    for e in os:
        print(e.u)
print('case', 0)
x = np.arange(9, dtype=np.int64).reshape(3, 3)
y = x * 2 - 7
case0(x, x * 0 + 1, y, 1, 2)
print(x, y)
x = np.arange(9, dtype=np.int64).reshape(3, 3)
y = x * 2 - 7
case0(y.T, x, x.copy(), 3, 2)
print(x, y)

