# A sum of square roots: strict, reassociated, over threads, and both.
import time
import numpy as np
from numba import njit, prange
@njit
def strict(A):
    acc = 0.
    for x in A:
        acc += np.sqrt(x)
    return acc
@njit(fastmath=True)
def fast(A):
    acc = 0.
    for x in A:
        acc += np.sqrt(x)
    return acc
@njit(parallel=True)
def threads(A):
    n = len(A)
    acc = 0.
    for i in prange(n):
        acc += np.sqrt(A[i])
    return acc
@njit(parallel=True, fastmath=True)
def threads_fast(A):
    n = len(A)
    acc = 0.
    for i in prange(n):
        acc += np.sqrt(A[i])
    return acc
def measure(name, f, a):
    f(a[:10])
    f(a)
    start = time.perf_counter()
    best = 1e9
    k = 0
    spent = 0.0
    # At least 50 ms: a machine's second core takes milliseconds to reach its speed.
    while spent < 0.05 or k < 20 and spent < 1.0:
        t = time.perf_counter()
        spent = t - start
        r = f(a)
        best = min(best, time.perf_counter() - t)
        k += 1
    print("result", name, r)
    print("time", name, k, best)
small = np.arange(40000)
large = np.arange(4000000)
measure("do_sum strict, 40000", strict, small)
measure("do_sum fastmath, 40000", fast, small)
measure("do_sum parallel, 40000", threads, small)
measure("do_sum parallel fastmath, 40000", threads_fast, small)
measure("do_sum strict, 4000000", strict, large)
measure("do_sum fastmath, 4000000", fast, large)
measure("do_sum parallel, 4000000", threads, large)
measure("do_sum parallel fastmath, 4000000", threads_fast, large)
