# Loops over elements: matrix product, prefix sums, Pascal's triangle, a stencil.
import numpy as np
def matmul(a, b):
    n, k = a.shape
    m = b.shape[1]
    c = np.zeros((n, m))
    for i in range(n):
        for j in range(m):
            s = 0.0
            for p in range(k):
                s += a[i, p] * b[p, j]
            c[i, j] = s
    return c
print(matmul(np.arange(6.0).reshape(2, 3), np.arange(12.0).reshape(3, 4)))
def prefix(a):
    for i in range(1, len(a)):
        a[i] += a[i - 1]
    return a
print(prefix(np.arange(10)), prefix(np.ones(4)), prefix(np.zeros(0)))
p = np.zeros((6, 6), dtype=np.int64)
p[:, 0] = 1
for i in range(1, 6):
    for j in range(1, i + 1):
        p[i, j] = p[i - 1, j - 1] + p[i - 1, j]
print(p)
def blur(u):
    v = u.copy()
    for i in range(1, u.shape[0] - 1):
        for j in range(1, u.shape[1] - 1):
            v[i, j] = 0.25 * (u[i - 1, j] + u[i + 1, j] + u[i, j - 1] + u[i, j + 1])
    return v
print(blur(np.arange(20.0).reshape(4, 5) ** 2))
