# cython: language_level=3, cdivision=True
"""programs/first_primes.py with C types and a C array. The array has no check of its bounds."""
from libc.math cimport sqrt


def first_primes(int num):
    cdef int i, v = 2, found = 0
    cdef bint flag
    cdef int res[1000]
    while found < num:
        flag = True
        for i in range(2, <int> sqrt(v) + 1):
            if v % i == 0:
                flag = False
        if flag:
            res[found] = v
            found += 1
        v += 1
    return res
