# Loops that keep one core busy while the compiler works beside them.
import time
import numpy as np
from numba import njit


@njit
def roots(a):
    s = 0.0
    for i in range(len(a)):
        s += np.sqrt(a[i])
    return s


@njit
def waves(a):
    s = 0.0
    for i in range(len(a)):
        s += np.sin(a[i]) * np.cos(a[i])
    return s


@njit
def steps(a, b):
    for i in range(1, len(a) - 1):
        b[i] = (a[i - 1] + 2.0 * a[i] + a[i + 1]) / 4.0


a = np.arange(2000000.0)
b = np.zeros(2000000)
start = time.perf_counter()
s = 0.0
for k in range(15):
    s += roots(a)
    s += waves(a)
    steps(a, b)
    steps(b, a)
print("result", s, b.sum())
print("total", time.perf_counter() - start)
