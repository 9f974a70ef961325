# What fast-math flags allow changes last digits only: sums, products, extremes, branches, strides, gathers, threads.
import numpy as np
from numba import njit, prange

@njit(fastmath=True)
def total(a):
    s = 0.0
    for x in a:
        s += x
    return s

@njit(fastmath=True)
def dot(a, b):
    s = 0.0
    for i in range(len(a)):
        s += a[i] * b[i]
    return s

@njit(fastmath=True)
def rms(a, scale):
    s = 0.0
    for i in range(a.shape[0]):
        s += (a[i] / scale) ** 2
    return np.sqrt(s / len(a))

@njit(fastmath=True)
def positive(a):
    s = 0.0
    n = 0
    for i in range(len(a)):
        if a[i] > 0:
            s += a[i]
            n += 1
        else:
            s -= 0.25
    return s, n

@njit(fastmath=True)
def extremes(a):
    lo = np.inf
    hi = -np.inf
    for i in range(len(a)):
        if a[i] < lo:
            lo = a[i]
        hi = max(hi, a[i])
    return lo, hi

@njit(fastmath=True)
def product(a):
    p = 1.0
    for x in a:
        p *= 1.0 + x / 1000.0
    return p

@njit(fastmath=True)
def chosen(a, mask):
    s = 0.0
    for i in range(len(a)):
        if mask[i]:
            s += a[i]
    return s

@njit(fastmath=True)
def looked_up(a, index):
    s = 0.0
    for i in index:
        s += a[i]
    return s

@njit(fastmath=True)
def rows(m):
    best = 0.0
    for i in range(m.shape[0]):
        s = 0.0
        for j in range(m.shape[1]):
            s += abs(m[i, j])
        best = max(best, s)
    return best

@njit(fastmath=True)
def recurrence(a):
    x = 0.0
    for v in a:
        x = 0.5 * x + v
    return x

@njit(fastmath=True)
def pi(n):
    s = 0.0
    for k in range(n):
        s += 1.0 / (2 * k + 1) if k % 2 == 0 else -1.0 / (2 * k + 1)
    return 4 * s

@njit(parallel=True, fastmath=True)
def spread(a):
    s = 0.0
    for i in prange(len(a)):
        s += np.sin(a[i]) ** 2
    return s

def say(name, *values, digits=9):
    print(name, " ".join([f"{v:.{digits}g}" for v in values]))

for n in (0, 1, 7, 100, 1037):
    a = np.cos(np.arange(n) * 0.7) * 3
    b = np.arange(n) % 13 - 6.0
    say(f"n = {n}", total(a), dot(a, b), product(a), recurrence(a), spread(a))
    say("branches", *positive(a), *extremes(a))
    say("memory", chosen(a, b > 0), chosen(a[::2], (b > 0)[::-2]), total(a[::-3]), dot(a[1::2], b[:n // 2]))
    say("float32", total(a.astype(np.float32)), total(a.astype(np.int16)), total(b.astype(np.uint8)), digits=4)
    if n:
        say("others", rms(a, 2.5), looked_up(a, np.arange(n)[::-1]), looked_up(a, np.arange(0, n, 3) // 2))
say("rows", rows(np.arange(300.0).reshape(12, 25) - 100), rows(np.ones((40, 33)).T))
say("pi", pi(100000))
