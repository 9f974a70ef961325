# A list of fixed length, filled by a `while` loop.
import time
import numpy as np
from numba import njit
@njit
def first_primes(num):
    res = [0] * 1000
    found = 0
    v = 2
    while found < num:
        flag = True
        for i in range(2, int(np.sqrt(v)) + 1):
            if v % i == 0:
                flag = False
        if flag:
            res[found] = v
            found += 1
        v += 1
    return res
def measure(name, num):
    first_primes(10)
    start = time.perf_counter()
    best = 1e9
    k = 0
    while k < 20 and time.perf_counter() - start < 2.0:
        t = time.perf_counter()
        r = first_primes(num)
        best = min(best, time.perf_counter() - t)
        k += 1
    print("result", name, sum(r))
    print("time", name, k, best)
measure("first_primes(1000)", 1000)
