# Rows cython-08 and cython-10: the first primes in a list of fixed length.
import numpy as np


def first_primes(num):
    res = [0] * 1000
    found = 0
    v = 2
    while found < num:
        flag = True
        for i in range(2, int(np.sqrt(v)) + 1):
            if v % i == 0:
                flag = False
        if flag:
            res[found] = v
            found += 1
        v += 1
    return res


primes = first_primes(1000)
print(len(primes), primes[:5], primes[-1], sum(primes))
few = first_primes(10)
print(few[:12], len(few), sum(few))
print(primes[:10] == few[:10])
first_primes(1001)
