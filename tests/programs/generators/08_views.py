import numpy as np
# views: rows yielded, written by the consumer; reductions; fromiter-like
def rows(m):
    for i in range(m.shape[0]):
        yield m[i]
def tiles(m, k):
    for i in range(0, m.shape[0], k):
        for j in range(0, m.shape[1], k):
            yield (i, j), m[i : i + k, j : j + k]
m = np.arange(12.0).reshape(3, 4)
for r in rows(m):
    r -= r.mean()
print(m)
for (i, j), t in tiles(m, 2):
    t += 10 * i + j
print(m)
print(sum(r.sum() for r in rows(m)), max(r.max() for r in rows(m)))
g = rows(m)
a = next(g)
b = next(g)
a[0] = 100
b[:] = a
print(m)
for r in g:
    r *= 0
print(m)
print([r.shape for r in rows(m)])
def steps(u, n):
    for k in range(n):
        u[1:-1] += 0.25 * (u[:-2] - 2 * u[1:-1] + u[2:])
        yield k, u
u = np.zeros(7)
u[3] = 1.0
for k, v in steps(u, 3):
    print(k, v, v is u)
def cumulative(xs):
    s = 0.0
    for x in xs:
        s += x
        yield s
print(np.array(list(cumulative(np.arange(5.0)))))
