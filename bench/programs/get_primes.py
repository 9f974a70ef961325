# Integer loops and a growing list.
import time
import numpy as np
from numba import njit
@njit
def get_primes(x):
    res = []
    for v in range(x + 1):
        if v < 2:
            continue
        flag = True
        for i in range(2, int(np.sqrt(v)) + 1):
            if v % i == 0:
                flag = False
        if flag:
            res.append(v)
    return res
def measure(name, x):
    get_primes(10)
    start = time.perf_counter()
    best = 1e9
    k = 0
    while k < 20 and time.perf_counter() - start < 2.0:
        t = time.perf_counter()
        r = get_primes(x)
        best = min(best, time.perf_counter() - t)
        k += 1
    print("result", name, sum(r))
    print("time", name, k, best)
measure("get_primes(100000)", 100000)
