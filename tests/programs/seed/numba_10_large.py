# Row numba-10 at the size of the seed.
import numpy as np
from numba import njit
@njit
def jit_get_primes(x):
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
ps = jit_get_primes(100000)
print(len(ps), ps[-1], sum(ps))
