import numpy as np
from numba import njit
@njit
def total(a):
    s = 0.0
    for x in a:
        s += x
    return s
print(total(np.arange(5.0)))
