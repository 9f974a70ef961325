# Row numba-16: a parallel loop with a scalar reduction; its last digits depend on the partition, so closeness shows.
import numpy as np
from numba import njit, prange
@njit(parallel=True)
def do_sum_parallel(A):
    # each thread can accumulate its own partial sum, and then a cross thread reduction is performed
    n = len(A)
    acc = 0.
    for i in prange(n):
        acc += np.sqrt(A[i])
    return acc
@njit(parallel=True, fastmath=True)
def do_sum_parallel_fast(A):
    n = len(A)
    acc = 0.
    for i in prange(n):
        acc += np.sqrt(A[i])
    return acc
@njit(parallel=True)
def count(A):
    c = 0
    for i in prange(len(A)):
        c += A[i] % 7
    return c
a = np.arange(40000)
true = 5333233.125655442
print(abs(do_sum_parallel(a) - true) <= 2e-8, abs(do_sum_parallel_fast(a) - true) <= 2e-8, count(a), do_sum_parallel(a[:0]), do_sum_parallel(a[:2]))
