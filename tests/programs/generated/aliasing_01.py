# Cases 4 to 7 of `tests/tools/aliasing.py --seed 2`.
import numpy as np
def rotate(p, q, n):
    for i in range(n):
        p[...] = q + 1
        p, q = q, p
    return p
def mirror(p):
    for i in range(len(p) // 2):
        p[i] += p[-1 - i]
    return p[::-1]
def halves(p, n):
    if n > 0 and len(p) > 1:
        p[0] += p[-1]
        halves(p[1:], n - 1)
def case0(a, b, c, n, k):
    a[2:0:-1, -1] += n
    v = a[:, 0]
    b[:-1, 1:] = n
    np.minimum(b, c, out=c)
    c[:2] = b[:2]
    c[c > 5] = 4
    w = a[:3, 0]
    t = w[1:3]
    if k > 0:
        s = b
    else:
        s = a
    s[0] = 3
    b, a, s = s, b, a
    xs = [c, a, c]
    for row in s:
        row += w[0]
    np.subtract(s, c, out=c)
    print(a, b, c, row, s, t, v, w, xs)
print('case', 0)
x = np.arange(16, dtype=np.float64).reshape(4, 4)
y = x * 2 - 7
case0(y.T, x.T, x.copy(), 3, 0)
print(x, y)
x = np.arange(16, dtype=np.float64).reshape(4, 4)
y = x * 2 - 7
case0(y, x.copy(), x.copy(), 1, 2)
print(x, y)
def case1(a, b, c, n, k):
    xs = [c, a, b]
    c, b = b, c
    w = rotate(c, c, n)
    for i in range(min(n, 2)):
        b = b[::-1]
        b[0] += w[i]
    for i in range(2):
        if i % 2 == 0:
            w, c = c, w
        w[0] += 1
    np.add(b, a, out=w)
    r = mirror(w)
    s = r if k == 1 else b[::-1]
    s += 1
    xs = [w, a, w]
    a[...] = a[::-1] - w
    print(a, b, c, r, s, w, xs)
print('case', 1)
x = np.arange(6, dtype=np.float64)
y = np.arange(6, dtype=np.float64) * 3 - 4
case1(x, y, x * 0 + 1, 3, 1)
print(x, y)
x = np.arange(6, dtype=np.float64)
y = np.arange(6, dtype=np.float64) * 3 - 4
case1(y, x, x * 0 + 1, 2, 0)
print(x, y)
def case2(a, b, c, n, k):
    c += a[::-1, :]
    c[...] = c[::-1, :] + 1
    if k == 2:
        b, c = c, b
    b[-1] -= 3
    r = b[-2, 1]
    b[-1, :] = a[-1, :]
    r = c.T
    r += 0
    for i in range(min(n, 2)):
        a[i] = c[i - 1] + a[-1 - i]
    c, c, c = c, c, c
    print(a, b, c, r)
print('case', 2)
x = np.arange(9, dtype=np.int64).reshape(3, 3)
y = x * 2 - 7
case2(x, y, x * 0 + 1, 2, 1)
print(x, y)
x = np.arange(9, dtype=np.int64).reshape(3, 3)
y = x * 2 - 7
case2(x.T, x, x.copy(), 2, 0)
print(x, y)
def case3(a, b, c, n, k):
    for row in a:
        a[0] = row + 1
    s = row[[0, 1]]
    for i in range(2):
        a = a + a
    b += a
    c[2, -4] *= 2
    v = b
    for i in range(min(n, 2)):
        v = v[1:]
        v[0] += i + 1
    np.subtract(c[1:], b[:-1], out=b[1:])
    if k == 2:
        s, row = row, s
    s[-1] -= 3
    s %= 97
    c[...] = b[::-1, :]
    halves(b, n)
    row[1:3] = row[1:3] - row[1:3]
    print(a, b, c, row, s, v)
print('case', 3)
x = np.arange(16, dtype=np.int64).reshape(4, 4)
y = x * 2 - 7
case3(x, y, x * 0 + 1, 3, 2)
print(x, y)
x = np.arange(16, dtype=np.int64).reshape(4, 4)
y = x * 2 - 7
case3(x, x * 0 + 1, y, 0, 0)
print(x, y)
