import numpy as np
def two(a, b, n):
    if n == 0:
        return a
    a[0] += 1
    b[0] += 10
    return two(b, a, n - 1)
x = np.zeros(3)
y = two(x, x, 3)
print(x, y, y is x)
y[1] = 7
print(x)
u = np.zeros(4)
z = two(u[1:], u[:3], 2)
z[2] = 5
print(u, z)
def flip(a, n):
    return a if n == 0 else flip(a[::-1], n - 1)
f = flip(u, 3)
f[0] = 99
print(u, f)
def ack(m, n):
    if m == 0: return n + 1
    if n == 0: return ack(m - 1, 1)
    return ack(m - 1, ack(m, n - 1))
print(ack(2, 3))
def opt(n, x=None):
    if x is None:
        x = np.ones(2)
    if n == 0:
        return x
    return opt(n - 1, x * 2)
print(opt(3))
def depth(t, n=0, *, k=2):
    return n * k if t == 0 else depth(t - 1, n + 1, k=k)
print(depth(4), depth(4, k=3))
def app(f, n):
    return n if n == 0 else f(n) + app(f, n - 1)
def sq(x): return x * x
print(app(sq, 4))
def is_even(n): return True if n == 0 else is_odd(n - 1)
def is_odd(n): return False if n == 0 else is_even(n - 1)
print(is_even(10), is_odd(7))
def pair(n):
    if n == 0:
        return [], 0.5
    xs, s = pair(n - 1)
    xs.append(n)
    return xs, s + n
print(pair(4))
def pushes(xs, n):
    if n > 0:
        xs.append(n * 0.5)
        pushes(xs, n - 1)
q = []
pushes(q, 3)
print(q)
name = "a"
def build(n):
    return name if n == 0 else build(n - 1) + "b"
print(build(3))
name = "z"
print(build(2))
