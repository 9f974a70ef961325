# Cases 28 to 31 of `tests/tools/aliasing.py --seed 2`.
import numpy as np
def bump(p, q):
    p[1:] += q[:-1]
    return p
def case0(a, b, c, n, k):
    c[[0, -1]] = c[[-1, 0]]
    c = a.copy()
    xs = [b, a, a.copy()]
    for e in xs:
        e[0] = k
    i = 0
    while i < n:
        e = a
        e[i] -= 2
        i += 1
    b = e
    i = 0
    while i < n:
        e, c = c, e
        e[i] = 4
        i += 1
    for i in range(2):
        b[...] = b[::-1]
        b[i] = i
    np.minimum(b, a, out=c)
    print(a, b, c, e, xs)
print('case', 0)
x = np.arange(5, dtype=np.float64)
y = np.arange(5, dtype=np.float64) * 3 - 4
case0(y, x, x * 0 + 1, 3, 0)
print(x, y)
x = np.arange(5, dtype=np.float64)
y = np.arange(5, dtype=np.float64) * 3 - 4
case0(y, x * 0 + 1, x, 0, 1)
print(x, y)
def case1(a, b, c, n, k):
    r = a[::2]
    s = b.T
    r[...] = r[:] - r
    xs = [b, c, s.copy()]
    for i in range(2):
        r = r[::-1]
        r[0] += r[i]
    if k == 2:
        r, a = a, r
    r[-1] -= 3
    np.add(b, s, out=r)
    a[:2] = a[:2] + 1
    s[-2:] *= 1
    r = s.reshape(-1)
    print(a, b, c, r, s, xs)
print('case', 1)
x = np.arange(5, dtype=np.float64)
y = np.arange(5, dtype=np.float64) * 3 - 4
case1(x, x * 0 + 1, y, 1, 2)
print(x, y)
x = np.arange(5, dtype=np.float64)
y = np.arange(5, dtype=np.float64) * 3 - 4
case1(x * 0 + 1, x, y, 1, 2)
print(x, y)
def case2(a, b, c, n, k):
    a[a < 0] += 3
    np.maximum(c, b, out=a)
    w = bump(b, c[::-1])
    c, w, w = w, c, w
    c[::2, ::2] += b[::2, ::2] + 1
    v = w
    for i in range(min(n, 2)):
        v = v[1:]
        v[0] += i + 1
    w -= a[:, ::-1]
    a[..., -3] *= n
    v = c
    print(a, b, c, v, w)
print('case', 2)
x = np.arange(16, dtype=np.int64).reshape(4, 4)
y = x * 2 - 7
case2(x, y, x * 0 + 1, 1, 1)
print(x, y)
x = np.arange(16, dtype=np.int64).reshape(4, 4)
y = x * 2 - 7
case2(x * 0 + 1, y, x, 1, 2)
print(x, y)
def case3(a, b, c, n, k):
    xs = [c, a, b.copy()]
    xs = [b, a, c]
    t = c[None]
    c[...] = a[:, :] + 1
    b %= 97
    t = t * 2 - t
    if k == 0:
        t = c
    elif k == 1:
        t = b
    else:
        t = c + b
    t[0] += 5
    print(c, b)
    b[::2, :3] = 2
    b[:2] *= n
    b.sort()
    t = b.copy()
    c *= a
    print(a, b, c, t, xs)
print('case', 3)
x = np.arange(16, dtype=np.int64).reshape(4, 4)
y = x * 2 - 7
case3(x[::-1], x[::-1], x[::-1], 2, 0)
print(x, y)
x = np.arange(16, dtype=np.int64).reshape(4, 4)
y = x * 2 - 7
case3(x[::-1], x[:, ::-1], x[::-1], 3, 1)
print(x, y)
