# Case 322 of `tests/tools/aliasing.py --seed 303`.
import numpy as np
def mirror(p):
    for i in range(len(p) // 2):
        p[i] += p[-1 - i]
    return p[::-1]
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
    a, c = c, a
    os = [Box(b), Box(c)]
    for i in range(min(n, 2)):
        c = c[::-1]
        c[0] += b[i]
    b[-1], b[1] = b[1], b[-1]
    c[0], c[-1] = c[-1], c[0]
    t = a if k == 1 else a[::-1]
    t += 1
    if k == 2:
        a, c = c, a
    a[-1] -= 3
    r = b.ravel()
    for i in range(min(n, 2)):
        if i % 2 == 0:
            r, r = r, r
        r[0] += 1
    b = t * 2 - t
    h = Box(r.copy())
    o = Box(t.copy())
    u = mirror(c)
    r0, r1 = b[-1:], b[1:]
    r0[:1] = r1[:1]
    print(a, b, c, h.u, o.u, r, r0, r1, t, u)
    for e in os:
        print(e.u)
print('case', 0)
x = np.arange(16, dtype=np.float64).reshape(4, 4)
y = x * 2 - 7
case0(x * 0 + 1, x, y, 3, 2)
print(x, y)
x = np.arange(16, dtype=np.float64).reshape(4, 4)
y = x * 2 - 7
case0(x * 0 + 1, x, y, 2, 2)
print(x, y)

