# Numba-style kernels: Mandelbrot counts, bubble sort, Monte Carlo with its own generator, matrix product.
from numba import njit, prange
import numpy as np
@njit
def mandel(w, h, limit):
    out = np.zeros((h, w), dtype=np.int32)
    for py in range(h):
        for px in range(w):
            c = complex(-2.0 + 3.0 * px / w, -1.0 + 2.0 * py / h)
            z = 0j
            n = 0
            while n < limit and z.real * z.real + z.imag * z.imag <= 4.0:
                z = z * z + c
                n += 1
            out[py, px] = n
    return out
print(mandel(16, 8, 30))
@njit
def bubble(a):
    n = len(a)
    for i in range(n):
        for j in range(n - 1 - i):
            if a[j] > a[j + 1]:
                a[j], a[j + 1] = a[j + 1], a[j]
a = np.array([5, 2, 8, 1, 9, 3])
bubble(a)
print(a)
@njit
def pi(n):
    x = 12345
    inside = 0
    for _ in range(n):
        x = (x * 1103515245 + 12345) & 0x7FFFFFFF
        u = x / 2147483648.0
        x = (x * 1103515245 + 12345) & 0x7FFFFFFF
        v = x / 2147483648.0
        if u * u + v * v < 1.0:
            inside += 1
    return 4.0 * inside / n
print(pi(5000))
@njit(parallel=True)
def matmul(a, b):
    c = np.zeros((a.shape[0], b.shape[1]))
    for i in prange(a.shape[0]):
        for j in range(b.shape[1]):
            for k in range(a.shape[1]):
                c[i, j] += a[i, k] * b[k, j]
    return c
print(matmul(np.arange(6.0).reshape(3, 2), np.arange(8.0).reshape(2, 4)))
