# Functions as arguments and results.
def twice(f, x):
    return f(f(x))
def compose(f, g):
    return lambda x: f(g(x))
inc = lambda x: x + 1
print(twice(inc, 5), twice(lambda v: v * v, 3), compose(inc, lambda x: x * 2.5)(4))
def apply_all(fs, x):
    return [f(x) for f in fs]
print(apply_all([abs, inc, lambda x: -x], -7))
def integrate(f, a, b, n):
    h = (b - a) / n
    s = 0.0
    for i in range(n):
        s += f(a + (i + 0.5) * h)
    return s * h
print(integrate(lambda x: x * x, 0, 1, 64), integrate(lambda x: 3, 0.0, 2.0, 8))
print(sorted([3, -1, 2, -5], key=abs), sorted(["bb", "a", "ccc"], key=len, reverse=True), max([1, -9, 4], key=abs))
