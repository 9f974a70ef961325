# Start-up: everything but one call in its steady state.
import time
import numpy as np
from numba import njit
@njit
def total(a):
    s = 0.0
    for x in a:
        s += x * x
    return s
a = np.arange(1000.0)
r = total(a)
t = time.perf_counter()
r = total(a)
t = time.perf_counter() - t
print("result", "start-up", r)
print("time", "start-up", 1, t)
