# Cases 32 to 35 of `tests/tools/aliasing.py --seed 2`.
import numpy as np
def pick(p, q, k):
    t = p if k > 0 else q
    t[0] = 9
    return t
def case0(a, b, c, n, k):
    w = c.swapaxes(0, -1)
    for i in range(2):
        a[...] = b[::-1]
        b[i] = i
    c[0], c[1] = c[1], c[0]
    w[...] = a[::-1, ::-1] + 1
    for i in range(n):
        b = c
        c[i] += 1
    c -= w
    w = c[:-1, 2:0:-1]
    a[a > 5] = -1
    c[-1], c[1] = c[1], c[-1]
    np.subtract(a[1:], c[:-1], out=a[1:])
    v = w[1:3, -2:]
    print(a, b, c, v, w)
print('case', 0)
x = np.arange(9, dtype=np.float64).reshape(3, 3)
y = x * 2 - 7
case0(x[:, ::-1], x, y, 2, 1)
print(x, y)
x = np.arange(9, dtype=np.float64).reshape(3, 3)
y = x * 2 - 7
case0(x, x * 0 + 1, y, 2, 0)
print(x, y)
def case1(a, b, c, n, k):
    r0, r1 = c[1:], c[0:]
    r0[:1] = r1[:1]
    c[[1, 0]] = c[[0, 1]]
    i = 0
    while i < n:
        c = c
        c[i] -= 2
        i += 1
    np.subtract(c, b, out=b)
    t = r0.ravel()
    t = t
    t[2:0:-1] -= t[6] - t[2:0:-1]
    t = t + 1
    v = b[3, -2:]
    for row in r0:
        row[:] = row[::-1]
    r = r0[2, -2:]
    for i in range(n):
        if i % 2 == 0:
            r1, a = a, r1
        r1[0] += 1
    r = t[[0, 1]]
    print(a, b, c, r, r0, r1, row, t, v)
print('case', 1)
x = np.arange(16, dtype=np.int64).reshape(4, 4)
y = x * 2 - 7
case1(x[::-1], x[::-1], x[::-1], 3, 1)
print(x, y)
x = np.arange(16, dtype=np.int64).reshape(4, 4)
y = x * 2 - 7
case1(y, x * 0 + 1, x, 3, 1)
print(x, y)
def case2(a, b, c, n, k):
    b, a = a, b
    v = a
    for i in range(min(n, 2)):
        v = v[1:]
        v[0] += i + 1
    b %= 97
    b[1:] *= -8
    np.add(a, c, out=b)
    c *= -9
    a[::-1] -= 6
    v, v, v = v, v, v
    for i in range(min(n, 2)):
        a[i] += i
        a, c = c, a
    t = c.reshape(2, 3)
    print(a, b, c, t, v)
print('case', 2)
x = np.arange(6, dtype=np.float64)
y = np.arange(6, dtype=np.float64) * 3 - 4
case2(x, y, x.copy(), 3, 2)
print(x, y)
x = np.arange(6, dtype=np.float64)
y = np.arange(6, dtype=np.float64) * 3 - 4
case2(y[::-1], x.copy(), x, 1, 1)
print(x, y)
def case3(a, b, c, n, k):
    t = a[1:3, :-1]
    print(c.sum(), c.max())
    w = a.T
    for i in range(n):
        w = w[::-1]
        w[0] += a[i]
    np.add(a, a, out=b)
    for row in b:
        row *= 2
    a, b = b, a
    for row in t:
        row[:] = row[::-1]
    print(a is w, a.shape)
    xs = [c, c, c]
    r = pick(a[1:], a[:-1], k)
    for i in range(2):
        r = r[::-1]
        r[0] += r[i]
    row = row + 1
    w = r
    print(a, b, c, r, row, t, w, xs)
print('case', 3)
x = np.arange(9, dtype=np.int64).reshape(3, 3)
y = x * 2 - 7
case3(y, y.T, x, 2, 2)
print(x, y)
x = np.arange(9, dtype=np.int64).reshape(3, 3)
y = x * 2 - 7
case3(y.T, x[::-1], x.T, 2, 0)
print(x, y)
