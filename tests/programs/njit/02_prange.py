# prange: disjoint stores and integer reductions are exact.
from numba import njit, prange
import numpy as np
@njit(parallel=True)
def squares(n):
    out = np.zeros(n, dtype=np.int64)
    for i in prange(n):
        out[i] = i * i
    return out
@njit(parallel=True)
def count(a, t):
    c = 0
    for i in prange(len(a)):
        if a[i] > t:
            c += 1
    return c
@njit(parallel=True)
def rows(m):
    r = np.zeros(m.shape[0])
    for i in prange(m.shape[0]):
        for j in range(m.shape[1]):
            r[i] += m[i, j]
    return r
print(squares(10), count(np.arange(1000), 300), rows(np.arange(12.0).reshape(3, 4)))
for i in prange(3):
    print(i)
