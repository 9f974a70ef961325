# Cases 24 to 27 of `tests/tools/aliasing.py --seed 2`.
import numpy as np
def bump(p, q):
    p[1:] += q[:-1]
    return p
def halves(p, n):
    if n > 0 and len(p) > 1:
        p[0] += p[-1]
        halves(p[1:], n - 1)
def case0(a, b, c, n, k):
    halves(c, n)
    u = b[None]
    u = u * 2 - u
    w = u[-1, :3, 1:]
    w = a.copy()
    xs = [a, w, c.copy()]
    xs[0], xs[1] = xs[1], xs[0]
    a, w, a = a, a, w
    print(c)
    if k == 0:
        s = u
    elif k == 1:
        s = u
    else:
        s = u + u
    s[0] += 5
    print(u, u)
    xs = [c, w, w]
    w[[0, 1]] = w[[1, 0]]
    b[...] = a[::-1, ::-1] + 1
    xs[0] = xs[0] + 1
    print(a, b, c, s, u, w, xs)
print('case', 0)
x = np.arange(16, dtype=np.int64).reshape(4, 4)
y = x * 2 - 7
case0(x.T, x[::-1], x[:, ::-1], 0, 0)
print(x, y)
x = np.arange(16, dtype=np.int64).reshape(4, 4)
y = x * 2 - 7
case0(x, x.copy(), x[::-1], 0, 1)
print(x, y)
def case1(a, b, c, n, k):
    a[0] = 2
    c[::-1] = n
    a %= 97
    c[2:0:-1] = b[2:0:-1] - c[2:0:-1]
    b, c, b = b, b, c
    s = b[::-1]
    xs = [a, a, b]
    u = bump(b, c)
    s = s[None]
    print(a, b, c, s, u, xs)
print('case', 1)
x = np.arange(5, dtype=np.float64)
y = np.arange(5, dtype=np.float64) * 3 - 4
case1(x * 0 + 1, y, x, 0, 1)
print(x, y)
x = np.arange(5, dtype=np.float64)
y = np.arange(5, dtype=np.float64) * 3 - 4
case1(x, x * 0 + 1, y, 2, 2)
print(x, y)
def case2(a, b, c, n, k):
    xs = [a, b, a.copy()]
    c %= 97
    a, c, c = c, a, c
    t = a.swapaxes(0, -1)
    c[::2, :-1] *= 2
    w = c[:3, :-1]
    w[[-1, 1]] = w[[1, -1]]
    w[...] = w[::-1, ::-1] - w
    a = c * 2 - b
    print(a, b, c, t, w, xs)
print('case', 2)
x = np.arange(16, dtype=np.float64).reshape(4, 4)
y = x * 2 - 7
case2(y, x, x * 0 + 1, 0, 1)
print(x, y)
x = np.arange(16, dtype=np.float64).reshape(4, 4)
y = x * 2 - 7
case2(y, x * 0 + 1, x, 3, 0)
print(x, y)
def case3(a, b, c, n, k):
    xs = [b, c, a.copy()]
    for i in range(n):
        b = b + a
    a[:, :3] = c[-2, 0]
    for i in range(2):
        b = b
        b[i] += 1
    for i in range(n):
        c[i] = i
        b = b - c
    a[::2, :] -= 7
    r0, r1 = c[0:], c[-1:]
    r0[:1] = r1[:1]
    b += a
    c[[1, 0]] = c[[0, 1]]
    xs[n % len(xs)] *= 2
    r1[...] = r1[::-1, ::-1] + 1
    print(a, b, c, r0, r1, xs)
print('case', 3)
x = np.arange(16, dtype=np.float64).reshape(4, 4)
y = x * 2 - 7
case3(x[::-1], x.T, x.T, 3, 1)
print(x, y)
x = np.arange(16, dtype=np.float64).reshape(4, 4)
y = x * 2 - 7
case3(x, x, x.T, 2, 1)
print(x, y)
