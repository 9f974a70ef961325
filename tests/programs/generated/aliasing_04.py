# Cases 16 to 19 of `tests/tools/aliasing.py --seed 2`.
import numpy as np
def bump(p, q):
    p[1:] += q[:-1]
    return p
def pick(p, q, k):
    t = p if k > 0 else q
    t[0] = 9
    return t
def touch_rows(m, s):
    for r in m:
        r += s
        r[0] = r[-1]
def halves(p, n):
    if n > 0 and len(p) > 1:
        p[0] += p[-1]
        halves(p[1:], n - 1)
def case0(a, b, c, n, k):
    r = a.ravel()
    b.sort()
    s = r[None]
    c[c < 0] += 3
    xs = [a, s, c.copy()]
    s[-2:, 0] += 2
    s[..., :] += -4
    u = c.ravel()
    b, a, c = c, b, a
    xs = [a, b, b.copy()]
    print(a, b, c, r, s, u, xs)
print('case', 0)
x = np.arange(16, dtype=np.float64).reshape(4, 4)
y = x * 2 - 7
case0(x, y, x * 0 + 1, 1, 1)
print(x, y)
x = np.arange(16, dtype=np.float64).reshape(4, 4)
y = x * 2 - 7
case0(y, x[:, ::-1], y.T, 1, 1)
print(x, y)
def case1(a, b, c, n, k):
    c[:-1, ::-1] += 2
    touch_rows(c, -7)
    touch_rows(c, -2)
    t = c.swapaxes(0, -1)
    r = b[1, 1:]
    if k == 2:
        b, b = b, b
    b[-1] -= 3
    s = bump(t, c)
    xs = [a, b, s.copy()]
    a[a < 0] += 3
    print(a, b, c, r, s, t, xs)
print('case', 1)
x = np.arange(9, dtype=np.float64).reshape(3, 3)
y = x * 2 - 7
case1(y, x.T, y, 2, 1)
print(x, y)
x = np.arange(9, dtype=np.float64).reshape(3, 3)
y = x * 2 - 7
case1(x * 0 + 1, x, y, 1, 1)
print(x, y)
def case2(a, b, c, n, k):
    s = pick(c, c[::-1], k)
    halves(s, n)
    a = s
    b[1:] = s[1:]
    s = a if k == 1 else b[::-1]
    s += 1
    if k == 2:
        b, c = c, b
    b[-1] -= 3
    b[::2] = b[-6]
    t = pick(b, b[::-1], k)
    for i in range(n):
        s[...] = a[::-1]
        a[i] = i
    print(a, b, c, s, t)
print('case', 2)
x = np.arange(6, dtype=np.float64)
y = np.arange(6, dtype=np.float64) * 3 - 4
case2(x * 0 + 1, y, x, 3, 1)
print(x, y)
x = np.arange(6, dtype=np.float64)
y = np.arange(6, dtype=np.float64) * 3 - 4
case2(x * 0 + 1, y, x, 1, 2)
print(x, y)
def case3(a, b, c, n, k):
    w = c.T
    xs = [a, w, w.copy()]
    print(a.sum(), a.max())
    w = w.T
    b[...] = w[::-1, ::-1] - w
    a[...] = c[::-1, :] - c
    xs.append(w)
    b, a = a, b
    b, b, b = b, b, b
    r = xs[-1]
    v = w.swapaxes(0, -1)
    for i in range(2):
        w = c
        c[i] += 1
    print(a, b, c, r, v, w, xs)
print('case', 3)
x = np.arange(16, dtype=np.float64).reshape(4, 4)
y = x * 2 - 7
case3(x.copy(), y.T, x.T, 0, 2)
print(x, y)
x = np.arange(16, dtype=np.float64).reshape(4, 4)
y = x * 2 - 7
case3(x * 0 + 1, x, y, 2, 1)
print(x, y)
