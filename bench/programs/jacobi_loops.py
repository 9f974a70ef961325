# The five-point stencil of NPBench, 350 x 350 and 80 steps, written as loops.
import time
import numpy as np
from numba import njit
@njit
def jacobi(steps, a, b):
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
def measure(name, n, steps):
    a, b = start(n)
    jacobi(steps, a, b)
    print("result", name, a.sum())
    begin = time.perf_counter()
    best = 1e9
    k = 0
    # The result of every call is used: a compiler may drop what nobody looks at.
    check = 0.0
    while k < 20 and time.perf_counter() - begin < 2.0:
        a, b = start(n)
        t = time.perf_counter()
        jacobi(steps, a, b)
        check += a[1, 1]
        best = min(best, time.perf_counter() - t)
        k += 1
    print("result", name, "check", check / k)
    print("time", name, k, best)
measure("jacobi_2d as loops, 350 x 350 x 80", 350, 80)
