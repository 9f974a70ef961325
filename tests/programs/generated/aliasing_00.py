# Cases 0 to 3 of `tests/tools/aliasing.py --seed 2`.
import numpy as np
def bump(p, q):
    p[1:] += q[:-1]
    return p
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
def case0(a, b, c, n, k):
    v = either(b, k)
    np.add(b, a, out=v)
    a[:2] *= 2
    t = c if k == 1 else a[::-1]
    t += 1
    r = mirror(c)
    for row in b:
        row += b[0]
    t[::-1] = r[::-1]
    v[:] = n
    b.sort()
    b, v = v, b
    print(a, b, c, r, t, v)
print('case', 0)
x = np.arange(6, dtype=np.float64)
y = np.arange(6, dtype=np.float64) * 3 - 4
case0(x.copy(), x[::-1], x[::-1], 3, 0)
print(x, y)
x = np.arange(6, dtype=np.float64)
y = np.arange(6, dtype=np.float64) * 3 - 4
case0(x.copy(), y[::-1], y[::-1], 0, 1)
print(x, y)
def case1(a, b, c, n, k):
    r = pick(c, b[::-1], k)
    a[2, 1:3] += -2
    b[:, 3] += n
    b = c.copy()
    a %= 97
    u = bump(r, b[::-1])
    if k == 0:
        s = c
    elif k == 1:
        s = c
    else:
        s = c + c
    s[0] += 5
    print(c, c)
    r = mirror(s)
    for row in b:
        b[0] = row + 1
    a[0], a[-1] = a[-1], a[0]
    s[1:3, 3] = n
    xs = [u, c, b.copy()]
    if k == 2:
        a, b = b, a
    a[-1] -= 3
    print(a, b, c, r, row, s, u, xs)
print('case', 1)
x = np.arange(16, dtype=np.float64).reshape(4, 4)
y = x * 2 - 7
case1(x * 0 + 1, y, x, 1, 1)
print(x, y)
x = np.arange(16, dtype=np.float64).reshape(4, 4)
y = x * 2 - 7
case1(x[:, ::-1], y.T, y, 3, 2)
print(x, y)
def case2(a, b, c, n, k):
    b -= c
    a[:, 1:] -= b[-2, 2] - a[:, 1:]
    u = bump(a, b[::-1])
    b -= 1
    print(a.sum(), a.max())
    u = u.swapaxes(0, -1)
    u[-2:, -2:] -= n
    a[:2] = 2
    u[[-1, 1]] = u[[1, -1]]
    for row in b:
        row[:] = row[::-1]
    t = u[-2:, 1:3]
    print(a, b, c, row, t, u)
print('case', 2)
x = np.arange(9, dtype=np.float64).reshape(3, 3)
y = x * 2 - 7
case2(x.copy(), x, x[:, ::-1], 2, 0)
print(x, y)
x = np.arange(9, dtype=np.float64).reshape(3, 3)
y = x * 2 - 7
case2(x, x[::-1], x.copy(), 0, 0)
print(x, y)
def case3(a, b, c, n, k):
    u = a[None]
    for row in a:
        row[0] = row[-1]
    b[..., :-1] = n
    j = 0
    while j < n:
        c[j] += a[-1 - j]
        j += 1
    j = 0
    while j < n:
        b, a = a, b
        b[j] = 4
        j += 1
    a[:2, 2] -= a[:2, 2] * 2
    a *= b[:, ::-1]
    u[::-1] += u[..., ::-1] + 1
    np.minimum(a, b, out=c)
    np.add(row, row, out=row)
    j = 0
    while j < n:
        c = a
        c[j] -= 2
        j += 1
    t = either(row, k)
    row[1], row[0] = row[0], row[1]
    print(a, b, c, row, t, u)
print('case', 3)
x = np.arange(16, dtype=np.int64).reshape(4, 4)
y = x * 2 - 7
case3(x, y, x * 0 + 1, 1, 1)
print(x, y)
x = np.arange(16, dtype=np.int64).reshape(4, 4)
y = x * 2 - 7
case3(x, y.T, y, 3, 0)
print(x, y)
