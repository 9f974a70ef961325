# A small numeric function: called from the outside, and from a compiled loop (which leaves out the cost of a call).
import time
import numpy as np
from numba import njit
@njit
def func_normal(a):
    x = np.median(a)
    y = np.max(a)
    t = x / y
    z = x * np.sqrt(1 + t * t)
    m = 0.0
    for i in range(a.shape[0]):
        m += np.tanh(a[i, i])
        m /= z
    return a + m
@njit
def repeat(a, calls):
    s = 0.0
    for i in range(calls):
        a[0, 0] = i % 2
        s += func_normal(a)[0, 0]
    return s
def outside(a, calls):
    s = 0.0
    for i in range(calls):
        a[0, 0] = i % 2
        s += func_normal(a)[0, 0]
    return s
def measure(name, f, a, calls):
    f(a, 2)
    start = time.perf_counter()
    best = 1e9
    k = 0
    # Long enough for a compiler that starts when it sees what is hot.
    while (k < 20 or time.perf_counter() - start < 0.5) and time.perf_counter() - start < 2.0:
        t = time.perf_counter()
        r = f(a, calls)
        best = min(best, time.perf_counter() - t)
        k += 1
    print("result", name, r)
    print("time", name, k, best / calls)
a = np.arange(100, dtype=np.int32).reshape(10, 10)
measure("func_normal, called from outside", outside, a, 1000)
measure("func_normal, called in a compiled loop", repeat, a, 1000)
