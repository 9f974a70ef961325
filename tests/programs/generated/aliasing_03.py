# Cases 12 to 15 of `tests/tools/aliasing.py --seed 2`.
import numpy as np
def pick(p, q, k):
    t = p if k > 0 else q
    t[0] = 9
    return t
def mirror(p):
    for i in range(len(p) // 2):
        p[i] += p[-1 - i]
    return p[::-1]
def either(p, k):
    if k > 0:
        return p
    return p + 1
def touch_rows(m, s):
    for r in m:
        r += s
        r[0] = r[-1]
def case0(a, b, c, n, k):
    s = either(a, k)
    print(c)
    np.minimum(b, c, out=s)
    b[0], b[1] = b[1], b[0]
    u = c[1:3]
    for i in range(min(n, 2)):
        s = s + s
    c[...] = b[::-1]
    xs = [b, b, u]
    np.subtract(u[1:], u[:-1], out=u[1:])
    np.minimum(b[1:], a[:-1], out=b[:-1])
    print(a, b, c, s, u, xs)
print('case', 0)
x = np.arange(4, dtype=np.int64)
y = np.arange(4, dtype=np.int64) * 3 - 4
case0(y, x, x * 0 + 1, 3, 1)
print(x, y)
x = np.arange(4, dtype=np.int64)
y = np.arange(4, dtype=np.int64) * 3 - 4
case0(x, x.copy(), x, 2, 2)
print(x, y)
def case1(a, b, c, n, k):
    b[b > 5] = -6
    i = 0
    while i < n:
        c, a = a, c
        c[i] = 4
        i += 1
    touch_rows(a, 8)
    c = b
    a[...] = c[::-1, ::-1] - c
    for i in range(2):
        if i % 2 == 0:
            b, c = c, b
        b[0] += 1
    w = a.swapaxes(0, -1)
    b = w
    b[...] = w[:, ::-1] - c
    print(a, b, c, w)
print('case', 1)
x = np.arange(9, dtype=np.float64).reshape(3, 3)
y = x * 2 - 7
case1(x, x * 0 + 1, y, 1, 1)
print(x, y)
x = np.arange(9, dtype=np.float64).reshape(3, 3)
y = x * 2 - 7
case1(y, x, x * 0 + 1, 3, 2)
print(x, y)
def case2(a, b, c, n, k):
    r = b if k == 1 else c[::-1]
    r += 1
    a %= 97
    s = c[None]
    a = r
    for row in b:
        b[0] = row + 1
    for i in range(2):
        a[i] = i
        c = c - a
    row.fill(9)
    c[:2, 2:0:-1] = c[-4, 1] + 1
    r0, r1 = r[0:], r[-1:]
    r0[:1] = r1[:1]
    xs = [r, a, c]
    w = mirror(b)
    t = xs[-1]
    s = pick(r1, r1, k)
    u = w.ravel()
    print(a, b, c, r, r0, r1, row, s, t, u, w, xs)
print('case', 2)
x = np.arange(16, dtype=np.float64).reshape(4, 4)
y = x * 2 - 7
case2(y.T, x[::-1], y, 2, 0)
print(x, y)
x = np.arange(16, dtype=np.float64).reshape(4, 4)
y = x * 2 - 7
case2(x[:, ::-1], x.copy(), x[::-1], 0, 0)
print(x, y)
def case3(a, b, c, n, k):
    if k == 0:
        w = c
    elif k == 1:
        w = a
    else:
        w = c + a
    w[0] += 5
    print(c, a)
    w[[1, 0]] = w[[0, 1]]
    if k > 0:
        u = a
    else:
        u = b
    u[0] = 8
    c -= -4
    for i in range(2):
        b[i] = w[i - 1] + b[-1 - i]
    v = b
    for i in range(min(n, 2)):
        v = v[1:]
        v[0] += i + 1
    for i in range(2):
        c[i] += i
        c, u = u, c
    w %= 97
    u = a[:]
    xs = [w, v, w.copy()]
    print(w)
    print(a, b, c, u, v, w, xs)
print('case', 3)
x = np.arange(4, dtype=np.int64)
y = np.arange(4, dtype=np.int64) * 3 - 4
case3(y, x, x * 0 + 1, 3, 0)
print(x, y)
x = np.arange(4, dtype=np.int64)
y = np.arange(4, dtype=np.int64) * 3 - 4
case3(x, x, x.copy(), 0, 0)
print(x, y)
