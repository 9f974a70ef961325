# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""programs/get_primes.py with C types, as a user of Cython would write it."""
from libc.math cimport sqrt


def get_primes(long x):
    cdef long v, i
    cdef bint flag
    res = []
    for v in range(2, x + 1):
        flag = True
        for i in range(2, <long> sqrt(v) + 1):
            if v % i == 0:
                flag = False
        if flag:
            res.append(v)
    return res
