# Cases 20 to 23 of `tests/tools/aliasing.py --seed 2`.
import numpy as np
def bump(p, q):
    p[1:] += q[:-1]
    return p
def rotate(p, q, n):
    for i in range(n):
        p[...] = q + 1
        p, q = q, p
    return p
def pick(p, q, k):
    t = p if k > 0 else q
    t[0] = 9
    return t
def case0(a, b, c, n, k):
    t = c[None]
    c[...] = a[:] - b
    w = b[[0, 1]]
    s = t.copy()
    r = b[2:0:-1]
    np.maximum(c[1:], b[:-1], out=a[:-1])
    print(t.sum(), t.max())
    t = c.copy()
    r0, r1 = w[1:], w[0:]
    r0[:1] = r1[:1]
    print(a, b, c, r, r0, r1, s, t, w)
print('case', 0)
x = np.arange(5, dtype=np.int64)
y = np.arange(5, dtype=np.int64) * 3 - 4
case0(y[::-1], y, x[::-1], 0, 0)
print(x, y)
x = np.arange(5, dtype=np.int64)
y = np.arange(5, dtype=np.int64) * 3 - 4
case0(y, y[::-1], y[::-1], 3, 0)
print(x, y)
def case1(a, b, c, n, k):
    c, b = b, c
    np.add(b, c, out=c)
    r = a[None]
    b[::-1] -= a[::-1]
    s = b if k == 1 else a[::-1]
    s += 1
    u = b.swapaxes(0, -1)
    r0, r1 = c[1:], c[0:]
    r0[:1] = r1[:1]
    np.add(r1[1:], u[:-1], out=a[:-1])
    v = c
    for i in range(min(n, 2)):
        v = v[1:]
        v[0] += i + 1
    print(a, b, c, r, r0, r1, s, u, v)
print('case', 1)
x = np.arange(16, dtype=np.float64).reshape(4, 4)
y = x * 2 - 7
case1(x * 0 + 1, y, x, 1, 2)
print(x, y)
x = np.arange(16, dtype=np.float64).reshape(4, 4)
y = x * 2 - 7
case1(x[::-1], x[::-1], y.T, 3, 0)
print(x, y)
def case2(a, b, c, n, k):
    for i in range(2):
        c[...] = b[::-1]
        b[i] = i
    s = rotate(c, b[::-1], n)
    xs = [c, a, b.copy()]
    v = c
    for i in range(min(n, 2)):
        v = v[1:]
        v[0] += i + 1
    v[1:, 1:] *= n
    u = bump(v[1:], v[:-1])
    i = 0
    while i < n:
        v, a = a, v
        v[i] = 4
        i += 1
    s = s[[0, 1]]
    b[...] = c[::-1, :] + 1
    for i in range(n):
        if i % 2 == 0:
            c, c = c, c
        c[0] += 1
    i = 0
    while i < n:
        b = v
        b[i] -= 2
        i += 1
    print(a, b, c, s, u, v, xs)
print('case', 2)
x = np.arange(16, dtype=np.int64).reshape(4, 4)
y = x * 2 - 7
case2(y, x, x * 0 + 1, 0, 0)
print(x, y)
x = np.arange(16, dtype=np.int64).reshape(4, 4)
y = x * 2 - 7
case2(x * 0 + 1, x, y, 1, 2)
print(x, y)
def case3(a, b, c, n, k):
    for i in range(2):
        a[1:] += c[:-1]
    np.minimum(a[1:], b[:-1], out=a[:-1])
    w = rotate(b, a[::-1], n)
    w -= w[:]
    b[-5] = c[-5] + 1
    i = 0
    while i < n:
        b = a
        b[i] -= 2
        i += 1
    print(b)
    xs = [c, a, b.copy()]
    a[::-1] *= n
    u = pick(w, w.T, k)
    b *= n
    print(a, b, c, u, w, xs)
print('case', 3)
x = np.arange(5, dtype=np.int64)
y = np.arange(5, dtype=np.int64) * 3 - 4
case3(y, x, x * 0 + 1, 2, 2)
print(x, y)
x = np.arange(5, dtype=np.int64)
y = np.arange(5, dtype=np.int64) * 3 - 4
case3(y, x, x * 0 + 1, 3, 0)
print(x, y)
