import numpy as np


def pick(p, q, k):
    t = p if k > 0 else q
    t[0] = 9
    return t


def rotate(p, q, n):
    for i in range(n):
        p[...] = q + 1
        p, q = q, p
    return p


def relax(x, n, flag):
    y = x
    for i in range(n):
        y[i] += 1
        if flag:
            y = y * 2
    return y


def shrink(v):
    total = 0.0
    while len(v) > 1:
        v[0] += 100
        total += v[-1]
        v = v[1:] if v[0] % 2 == 0 else v[2:]
    return v, total


def rows(m, n):
    best = m[0]
    for row in m:
        row *= 2
        if row.sum() > best.sum():
            best = row
    best[0] = -1
    return best


for k in range(2):
    x, y = np.arange(4.0), np.arange(4.0) * 10
    t = pick(x, y, k)
    t[1:] += 0.5
    print(x, y, t, t is x, t is y)
    for n in range(4):
        x, y = np.arange(3.0), np.arange(3.0) * 10
        z = rotate(x, y, n)
        z[2] = 7
        print(n, x, y, z is x, z is y)
    x = np.arange(3.0)
    y = relax(x, 3, k)
    y[0] = -5
    print(x, y)
x = np.arange(8.0)
v, total = shrink(x)
v[:] = -1
print(x, v, total)
m = np.arange(6.0).reshape(3, 2)
b = rows(m, 3)
print(m, b)
a, b, c = np.zeros(2), np.ones(2), np.full(2, 2.0)
for i in range(4):
    a, b, c = c, a, b
    a[0] += i
    if i == 2:
        b = a
    b[1] -= 1
print(a, b, c, a is b)
