# Row numba-12: strict summation is left to right; fastmath may differ in the last digits, so only its closeness shows.
import numpy as np
from numba import njit
@njit(fastmath=False)
def do_sum(A):
    acc = 0.
    # without fastmath, this loop must accumulate in strict order
    for x in A:
        acc += np.sqrt(x)
    return acc
@njit(fastmath=True)
def do_sum_fast(A):
    acc = 0.
    # with fastmath, the reduction can be vectorized as floating point reassociation is permitted
    for x in A:
        acc += np.sqrt(x)
    return acc
a = np.arange(40000)
strict = do_sum(a)
print(strict, abs(do_sum_fast(a) - strict) <= 3e-15 * strict * 4, abs(strict - 5333233.125655442) <= 2e-8)
print(do_sum(np.arange(0)), do_sum(np.arange(2)))
