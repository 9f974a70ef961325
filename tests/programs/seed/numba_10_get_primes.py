# Row numba-10: a growing list, continue, modulo and a flag; plain and compiled.
import numpy as np
from numba import njit
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
print(get_primes(10), jit_get_primes(10), get_primes(1), get_primes(2))
ps = jit_get_primes(3000)
print(len(ps), ps[-1], sum(ps), ps == get_primes(3000))
