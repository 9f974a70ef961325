import numpy as np
def pick(a, b, n):
    if n > 3:
        return a
    if n == 0:
        return b
    return pick(b, a, n - 1)
x, y = np.zeros(3), np.ones(3)
for k in range(4):
    r = pick(x, y, k)
    r[0] = k + 10
    print(k, x, y)
def rows(m, i):
    if i == 0:
        return m[0]
    return rows(m[1:], i - 1)
m = np.arange(12.0).reshape(4, 3)
r = rows(m, 2)
r *= -1
print(m)
def cnt(n):
    def inner(k):
        nonlocal total
        if k == 0:
            return
        total += k
        inner(k - 1)
    total = 0
    inner(n)
    return total
print(cnt(4), cnt(5))
acc = []
def collect(n):
    global acc
    if n == 0:
        return
    acc = acc + [n]
    collect(n - 1)
collect(3)
print(acc)
state = 1
def rnd(n):
    global state
    state = (state * 1103515245 + 12345) % 2147483648
    return state if n == 0 else rnd(n - 1)
print(rnd(3), rnd(2), state)
def many(n, *rest):
    return len(rest) if n == 0 else many(n - 1, *rest)
print(many(2, 1, 2.5, "x"))
def maxd(t, d):
    best = d
    for k in range(2):
        if d < 3:
            best = max(best, maxd(t, d + 1))
    return best
print(maxd(0, 0))
def un(n):
    if n > 2:
        return None
    if n == 2:
        return 1.5
    r = un(n + 1)
    return n if r is None else r
print(un(0), un(3))
def mut(t):
    a, k = t
    if k == 0:
        return
    a[k] = k
    mut((a, k - 1))
z = np.zeros(4)
mut((z, 3))
print(z)
b = np.zeros(4)
def ro(v, n):
    if n == 0:
        v[0] = 1
        return
    ro(v, n - 1)
ro(np.broadcast_to(z, (2, 4)), 1)
