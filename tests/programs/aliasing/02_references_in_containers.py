# Arrays in lists that loops fill and in objects of lists, reached by other names and by each other.
import numpy as np
class Box:
    def __init__(self, u):
        self.u = u
    def add(self, s):
        self.u += s
    def tail(self):
        return self.u[1:]
    def renew(self):
        self.u = self.u + 1
    def swap(self, other):
        self.u, other.u = other.u, self.u
def case(a, b, c, n, k):
    os = [Box(a), Box(b), Box(c)]
    for e in os:
        e.u += 1
    os[n % 3].add(5)
    a[0] = 100
    os[0].swap(os[1])
    os[-1].renew()
    t = os[0].tail()
    t[0] = -7
    os.append(Box(a))
    os[2].u = os[k].u
    o = os[n % 2]
    o.add(b)
    for e in os:
        print(e.u, e.u is a, e.u is b)
    print(a, b, c, t, o.u, os[1].u is os[3].u)
x = np.arange(5.0)
y = x * 2
case(x, y, x * 0 + 1, 1, 0)
case(x, x, y, 2, 1)
case(x[::-1], y, x, 3, 1)
print(x, y)
def lists(n):
    a = np.zeros(3)
    xs = []
    for i in range(n):
        if i % 3 == 0:
            xs.append(a)
        elif i % 3 == 1:
            xs.append(a[::-1])
        else:
            a = a + 10
            xs.append(a)
        xs[i // 2][0] += i
    for r in xs:
        r[1] += 1
    ys = xs[1:]
    ys[0][2] = 5
    xs[0], xs[-1] = xs[-1], xs[0]
    z = xs.pop()
    z += 100
    print(xs, a, xs[0] is a, ys[0] is xs[1], ys)
lists(4)
lists(7)
m = np.arange(12.0).reshape(3, 4)
rows = []
for i in range(3):
    rows.append(m[i])
    rows.append(m.T[i][1:])
for r in rows:
    r[0] += 1
m[0, 0] = -1
print(rows, m)
