# The five-point stencil of NPBench, 350 x 350 and 80 steps, written as slices.
import time
import numpy as np
from numba import njit
@njit
def jacobi(steps, a, b):
    for t in range(1, steps):
        b[1:-1, 1:-1] = 0.2 * (a[1:-1, 1:-1] + a[1:-1, :-2] + a[1:-1, 2:] + a[2:, 1:-1] + a[:-2, 1:-1])
        a[1:-1, 1:-1] = 0.2 * (b[1:-1, 1:-1] + b[1:-1, :-2] + b[1:-1, 2:] + b[2:, 1:-1] + b[:-2, 1:-1])
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
measure("jacobi_2d as slices, 350 x 350 x 80", 350, 80)
