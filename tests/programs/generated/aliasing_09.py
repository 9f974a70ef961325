# Cases 36 to 39 of `tests/tools/aliasing.py --seed 2`.
import numpy as np
def bump(p, q):
    p[1:] += q[:-1]
    return p
def mirror(p):
    for i in range(len(p) // 2):
        p[i] += p[-1 - i]
    return p[::-1]
def case0(a, b, c, n, k):
    np.minimum(b[1:], c[:-1], out=b[:-1])
    u = bump(b, a[::-1])
    b = u
    c[2] = b[2] + 1
    xs = [b, u, u]
    b[:2] -= a[:2] - b[:2]
    np.maximum(b[1:], u[:-1], out=b[1:])
    v = a
    for i in range(min(n, 2)):
        v = v[1:]
        v[0] += i + 1
    r0, r1 = c[0:], c[1:]
    r0[:1] = r1[:1]
    v = u.copy()
    xs[0][0] = 5
    r0[1:] += n
    print(a, b, c, r0, r1, u, v, xs)
print('case', 0)
x = np.arange(4, dtype=np.float64)
y = np.arange(4, dtype=np.float64) * 3 - 4
case0(x, y[::-1], x.copy(), 2, 1)
print(x, y)
x = np.arange(4, dtype=np.float64)
y = np.arange(4, dtype=np.float64) * 3 - 4
case0(x, y, x * 0 + 1, 2, 0)
print(x, y)
def case1(a, b, c, n, k):
    a[:-1, :3] -= c[:-1, :3] * 2
    c[-2, -4] -= -8
    i = 0
    while i < n:
        a, a = a, a
        a[i] = 4
        i += 1
    u = mirror(b)
    for i in range(2):
        c = c + a
    u, a, a = a, u, a
    for i in range(n):
        if i % 2 == 0:
            a, u = u, a
        a[0] += 1
    np.subtract(a[1:], u[:-1], out=u[1:])
    for i in range(min(n, 2)):
        u[i] = i
        c = c - u
    v = b[3]
    for i in range(min(n, 2)):
        if i % 2 == 0:
            a, c = c, a
        a[0] += 1
    r0, r1 = u[0:], u[1:]
    r0[:1] = r1[:1]
    c[[1, 0]] = c[[0, 1]]
    np.minimum(v[1:], v[:-1], out=v[1:])
    print(a, b, c, r0, r1, u, v)
print('case', 1)
x = np.arange(16, dtype=np.int64).reshape(4, 4)
y = x * 2 - 7
case1(y, x * 0 + 1, x, 3, 0)
print(x, y)
x = np.arange(16, dtype=np.int64).reshape(4, 4)
y = x * 2 - 7
case1(y, x.copy(), x.T, 1, 1)
print(x, y)
def case2(a, b, c, n, k):
    xs = [a, b, b]
    r = b[[0, 1]]
    print(b)
    t = a.copy()
    a, c = c, a
    r[1:, -4] -= 2
    for e in xs:
        e[0] = k
    r -= 2
    if k > 0:
        s = a
    else:
        s = a
    s[0] = 1
    if n > 1:
        s[0] = 1
    else:
        s = r
    print(a, b, c, e, r, s, t, xs)
print('case', 2)
x = np.arange(16, dtype=np.int64).reshape(4, 4)
y = x * 2 - 7
case2(x.copy(), x.T, x[:, ::-1], 0, 0)
print(x, y)
x = np.arange(16, dtype=np.int64).reshape(4, 4)
y = x * 2 - 7
case2(y, x[::-1], x[::-1], 1, 2)
print(x, y)
def case3(a, b, c, n, k):
    u = bump(a, c)
    v = a
    for i in range(min(n, 2)):
        v = v[1:]
        v[0] += i + 1
    i = 0
    while i < n:
        a = c
        a[i] -= 2
        i += 1
    a[2:0:-1] -= u[2:0:-1]
    xs = [b, c, u.copy()]
    u = bump(v[1:], v[:-1])
    c[:-1] = n
    v *= v
    a += n
    xs = [b, c, v.copy()]
    print(a, b, c, u, v, xs)
print('case', 3)
x = np.arange(6, dtype=np.int64)
y = np.arange(6, dtype=np.int64) * 3 - 4
case3(x * 0 + 1, x, y, 3, 1)
print(x, y)
x = np.arange(6, dtype=np.int64)
y = np.arange(6, dtype=np.int64) * 3 - 4
case3(y, x, y[::-1], 1, 1)
print(x, y)
