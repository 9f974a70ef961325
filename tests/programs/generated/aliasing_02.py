# Cases 8 to 11 of `tests/tools/aliasing.py --seed 2`.
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
def case0(a, b, c, n, k):
    print(c is b, c.shape)
    c[...] = b[::-1, :] - a
    r = a.copy()
    for i in range(2):
        a = a[::-1]
        a[0] += b[i]
    c[:2, ::-1] *= 2
    xs = [c, b, a]
    w = bump(a, a.T)
    s = c.ravel()
    s[1:] *= 2
    b[2:0:-1, ::2] += 2
    xs[0], xs[1] = xs[1], xs[0]
    print(a, b, c, r, s, w, xs)
print('case', 0)
x = np.arange(16, dtype=np.int64).reshape(4, 4)
y = x * 2 - 7
case0(x.copy(), x.T, x, 2, 1)
print(x, y)
x = np.arange(16, dtype=np.int64).reshape(4, 4)
y = x * 2 - 7
case0(x, y, x * 0 + 1, 2, 1)
print(x, y)
def case1(a, b, c, n, k):
    xs = [a, b, b.copy()]
    b -= 4
    print(b is c, b.shape)
    c = b.copy()
    v = mirror(a)
    v = b[::-1, 1:3]
    w = a.T
    xs[0], xs[1] = xs[1], xs[0]
    for i in range(2):
        b = b[::-1]
        b[0] += a[i]
    w = c + 1
    print(w is c, w.shape)
    b = w + 1
    r = xs[-1]
    print(a, b, c, r, v, w, xs)
print('case', 1)
x = np.arange(9, dtype=np.int64).reshape(3, 3)
y = x * 2 - 7
case1(x.copy(), y, x, 3, 2)
print(x, y)
x = np.arange(9, dtype=np.int64).reshape(3, 3)
y = x * 2 - 7
case1(y, y, x[::-1], 0, 1)
print(x, y)
def case2(a, b, c, n, k):
    for i in range(n):
        b[i] = i
        b = b - b
    a[[0, -1]] = a[[-1, 0]]
    v = b.swapaxes(0, -1)
    for i in range(2):
        v[i] = i
        v = v - v
    u = pick(v[1:], v[:-1], k)
    for i in range(n):
        if i % 2 == 0:
            a, c = c, a
        a[0] += 1
    u = b[-2:, :]
    np.add(c, v, out=a)
    a %= 97
    v %= 97
    v = b.T
    for i in range(min(n, 2)):
        b = b + a
    print(a, b, c, u, v)
print('case', 2)
x = np.arange(16, dtype=np.int64).reshape(4, 4)
y = x * 2 - 7
case2(x[::-1], x, x.copy(), 1, 1)
print(x, y)
x = np.arange(16, dtype=np.int64).reshape(4, 4)
y = x * 2 - 7
case2(x, x * 0 + 1, y, 1, 0)
print(x, y)
def case3(a, b, c, n, k):
    for i in range(n):
        if i % 2 == 0:
            b, a = a, b
        b[0] += 1
    w = a.reshape(3, 3)
    for row in a:
        row += w[0]
    w += n
    w = a[-2, ::2]
    for i in range(min(n, 2)):
        w[1:] += w[:-1]
    b = b * 2 - a
    t = bump(w[1:], w[:-1])
    w, w, w = w, w, w
    print(a, b, c, row, t, w)
print('case', 3)
x = np.arange(9, dtype=np.int64).reshape(3, 3)
y = x * 2 - 7
case3(x[::-1], x.copy(), x.copy(), 3, 2)
print(x, y)
x = np.arange(9, dtype=np.int64).reshape(3, 3)
y = x * 2 - 7
case3(x.T, x[::-1], x, 2, 1)
print(x, y)
