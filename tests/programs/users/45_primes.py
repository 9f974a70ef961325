"""Primes: sieve, generators, factorisation, totient, twin primes, Goldbach, Miller-Rabin."""
from itertools import count, islice, takewhile
from math import gcd, isqrt, prod


def sieve(limit):
    flags = [True] * (limit + 1)
    flags[0:2] = [False, False]
    for p in range(2, isqrt(limit) + 1):
        if flags[p]:
            flags[p * p::p] = [False] * len(range(p * p, limit + 1, p))
    return [i for i, flag in enumerate(flags) if flag]


def primes():
    found = []
    for n in count(2):
        if all(n % p for p in takewhile(lambda p: p * p <= n, found)):
            found.append(n)
            yield n


def factorise(n):
    factors = {}
    p = 2
    while p * p <= n:
        while n % p == 0:
            factors[p] = factors.get(p, 0) + 1
            n //= p
        p += 1 if p == 2 else 2
    if n > 1:
        factors[n] = factors.get(n, 0) + 1
    return factors


def totient(n):
    return sum(1 for k in range(1, n + 1) if gcd(n, k) == 1)


def is_prime(n, bases=(2, 3, 5, 7)):
    if n < 2:
        return False
    for p in bases:
        if n % p == 0:
            return n == p
    d, r = n - 1, 0
    while d % 2 == 0:
        d //= 2
        r += 1
    for a in bases:
        x = pow(a, d, n)
        if x in (1, n - 1):
            continue
        for _ in range(r - 1):
            x = x * x % n
            if x == n - 1:
                break
        else:
            return False
    return True


table = sieve(2000)
print(len(table), table[:10], table[-3:])
print(list(islice(primes(), 15)))
assert list(islice(primes(), len(table))) == table
assert [n for n in range(2001) if is_prime(n)] == table
for n in (360, 97, 1001, 2**16 + 1, 600851475143):
    factors = factorise(n)
    text = " * ".join(f"{p}^{e}" if e > 1 else str(p) for p, e in factors.items())
    assert prod(p**e for p, e in factors.items()) == n
    print(f"{n} = {text}")
print([totient(n) for n in range(1, 13)])
twins = [(p, q) for p, q in zip(table, table[1:]) if q - p == 2]
print(len(twins), twins[-1])
members = set(table)
for n in range(20, 30, 2):
    print(n, [(p, n - p) for p in table if p <= n - p and n - p in members])
print(is_prime(1_000_000_007), is_prime(3_215_031_751 - 2), max(b - a for a, b in zip(table, table[1:])))
