# jacobi_2d: as slices and as loops, the same bits.
from numba import njit
import numpy as np
@njit
def slices(steps, a, b):
    for t in range(1, steps):
        b[1:-1, 1:-1] = 0.2 * (a[1:-1, 1:-1] + a[1:-1, :-2] + a[1:-1, 2:] + a[2:, 1:-1] + a[:-2, 1:-1])
        a[1:-1, 1:-1] = 0.2 * (b[1:-1, 1:-1] + b[1:-1, :-2] + b[1:-1, 2:] + b[2:, 1:-1] + b[:-2, 1:-1])
@njit
def loops(steps, a, b):
    n, m = a.shape
    for t in range(1, steps):
        for i in range(1, n - 1):
            for j in range(1, m - 1):
                b[i, j] = 0.2 * (a[i, j] + a[i, j - 1] + a[i, j + 1] + a[i + 1, j] + a[i - 1, j])
        for i in range(1, n - 1):
            for j in range(1, m - 1):
                a[i, j] = 0.2 * (b[i, j] + b[i, j - 1] + b[i, j + 1] + b[i + 1, j] + b[i - 1, j])
def start(n):
    i = np.arange(n).reshape(n, 1)
    j = np.arange(n)
    return i * (j + 2.0) / n, i * (j + 3.0) / n
a, b = start(12)
c, d = start(12)
slices(10, a, b)
loops(10, c, d)
print((a == c).all(), (b == d).all(), a.sum(), a[5])
