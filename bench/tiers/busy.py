# Loops that keep the cores busy that they may use, while the compiler works beside them.
import time
import numpy as np
from numba import njit, prange


@njit(parallel=True)
def roots(a):
    s = 0.0
    for i in prange(len(a)):
        s += np.sqrt(a[i])
    return s


@njit(parallel=True)
def waves(a):
    s = 0.0
    for i in prange(len(a)):
        s += np.sin(a[i]) * np.cos(a[i])
    return s


@njit(parallel=True)
def steps(a, b):
    for i in prange(1, len(a) - 1):
        b[i] = (a[i - 1] + 2.0 * a[i] + a[i + 1]) / 4.0


a = np.arange(2000000.0)
b = np.zeros(2000000)
start = time.perf_counter()
s = 0.0
for k in range(30):
    s += roots(a)
    s += waves(a)
    steps(a, b)
    steps(b, a)
print("result", s, b.sum())
print("total", time.perf_counter() - start)
