# Functions that call what they are given, keep state, and outlive the calls that made them.
def bisect(f, lo, hi, n=30):
    for _ in range(n):
        mid = (lo + hi) / 2
        if f(lo) * f(mid) <= 0:
            hi = mid
        else:
            lo = mid
    return lo
print(bisect(lambda x: x * x - 2, 0.0, 2.0))
def trapezoid(f, a, b, n=100, *, scale=1.0):
    h = (b - a) / n
    s = (f(a) + f(b)) / 2
    for i in range(1, n):
        s += f(a + i * h)
    return s * h * scale
for name, f in [("sq", lambda x: x * x), ("cube", lambda x: x**3)]:
    print(name, trapezoid(f, 0, 1, scale=2.0), trapezoid(f, 0, 1, n=10))
def outer(n):
    total = 0
    def visit(k):
        nonlocal total
        total += k
        if k > 0:
            pass
    for i in range(n):
        visit(i)
    return total
print(outer(10))
def g(n):
    k = n
    fs = [lambda x: x + k, lambda x: x - k]
    return sum([f(1) for f in fs])
for i in range(4):
    print(g(i), end=" ")
print()
def memo(f):
    seen = []
    vals = []
    def inner(x):
        for i in range(len(seen)):
            if seen[i] == x:
                return vals[i]
        v = f(x)
        seen.append(x)
        vals.append(v)
        return v
    return inner
sq = memo(lambda x: x * x)
print(sq(3), sq(4), sq(3))
def late():
    fs = []
    for i in range(3):
        fs.append(lambda: i)
    return [f() for f in fs]
print(late())
def acc():
    xs = []
    def push(v):
        xs.append(v)
        return len(xs)
    return push, xs
p, xs = acc()
p(1); p(2); p(5)
print(xs, p(0))
fact = lambda n: 1 if n <= 1 else n * fact(n - 1)
print(max([3, -7, 2], key=lambda v: -v), min([(1, 5), (2, 3)], key=lambda t: t[1]), max(1, -5, key=abs))
def apply(f, *args, n=1):
    for _ in range(n):
        r = f(*args)
    return r
print(apply(max, 3, 9), apply(pow, 2, 5, n=2))
def early(v):
    if v > 3:
        k = v * 2
        return lambda: k
    k = -v
    return lambda: k + 100
for v in range(2, 6):
    print(early(v)(), end=" ")
print()
