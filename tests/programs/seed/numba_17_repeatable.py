# Row numba-17: partial sums, then a cross-thread reduction; the same answer every time.
import numpy as np
from numba import njit, prange
@njit(parallel=True)
def do_sum_parallel(A):
    n = len(A)
    acc = 0.
    for i in prange(n):
        acc += np.sqrt(A[i])
    return acc
a = np.arange(100000)
first = do_sum_parallel(a)
same = True
for _ in range(20):
    same = same and do_sum_parallel(a) == first
print(same, abs(first - np.sqrt(a).sum()) <= 1e-14 * first)
