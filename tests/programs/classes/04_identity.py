# Identity: objects under several names, in containers, made in branches and handlers.
import numpy as np
class Box:
    made = 0
    def __init__(self, v):
        self.v = v
        Box.made += 1
    def get(self):
        return self.v
a, b = Box(1), Box(2)
for i in range(3):
    a, b = b, a
    a.v += 10
print(a.v, b.v, Box.made)
class Pair:
    def __init__(self, l, r):
        self.l = l
        self.r = r
p = Pair(a, b)
p.l.v = 99
print(a.v, p.l is a, p.r.get())
p.l = p.r
print(p.l.v, a.v)
def make(n):
    if n < 0:
        raise ValueError("neg")
    return Box(n)
x = make(3)
x.v *= 2
print(x.v)
try:
    make(-1)
except ValueError as e:
    print("caught", e)
class Acc:
    def __init__(self):
        self.total = 0
        self.seen = []
    def feed(self, v):
        if v < 0:
            raise ValueError(f"bad {v}")
        self.total += v
        self.seen.append(v)
acc = Acc()
for v in [1, 2, -3, 4]:
    try:
        acc.feed(v)
    except ValueError as e:
        print(e, acc.total)
print(acc.total, acc.seen)
class Lazy:
    def __init__(self):
        self.ready = False
    def load(self):
        if not self.ready:
            self.data = np.arange(3.0)
            self.ready = True
        return self.data
z = Lazy()
for k in range(3):
    z.load()[k] += 1
print(z.data)
y = Lazy()
try:
    print(y.data)
except AttributeError as e:
    print(e)
u = np.zeros(3)
class Holder:
    def __init__(self, arr):
        self.arr = arr
h1, h2 = Holder(u), Holder(u[1:])
h1.arr[1] = 5
h2.arr += 1
print(u, h1.arr, h2.arr, h1.arr is u)
class Shape:
    def area(self):
        return 0.0
class Sq(Shape):
    def __init__(self, s):
        self.s = s
    def area(self):
        return self.s * self.s
class Circ(Shape):
    def __init__(self, r):
        self.r = r
    def area(self):
        return 3 * self.r**2
shapes = [Sq(2), Circ(1.5), Sq(3), Shape()]
print([s.area() for s in shapes], sum(s.area() for s in shapes))
for s in shapes:
    if isinstance(s, Sq):
        s.s += 1
print([s.area() for s in shapes])
q = []
for i in range(6):
    q.append(Box(i))
while len(q) > 2:
    t = q.pop()
    q[0].v += t.v
print([t.v for t in q], Box.made)
t = (Box(1), Box(2))
for e in t:
    e.v += 1
print(t[0].v + t[1].v)
grid = [[Box(i * j) for j in range(3)] for i in range(2)]
grid[1][2].v = -1
row = grid[1]
row[0].v = 7
print([[c.v for c in r] for r in grid])
best = None
for s in [Box(3), Box(9), Box(4)]:
    if best is None or s.v > best.v:
        best = s
best.v = 0
print(best.v)
def swap(p, q):
    p.v, q.v = q.v, p.v
m, n = Box("m"), Box("n")
swap(m, n)
print(m.v, n.v)
f = m.get
m.v = "changed"
print(f())
class Fn:
    def __init__(self, k):
        self.k = k
        self.f = lambda x: x * self.k
    def __call__(self, x):
        return self.f(x) + 1
g = Fn(3)
print(g(2), g.f(5))
g.k = 10
print(g(2))
