# Every form of the decorators means the function itself.
from numba import njit, jit
import numpy as np
@njit
def f(x):
    return x * 2 + 1
@jit(nopython=True)
def g(x):
    return f(x) - 1
@njit(fastmath=False, cache=True)
def h(a):
    s = 0.0
    for i in range(a.shape[0]):
        s += a[i]
    return s
@jit
def k(x, y=3):
    return x // y
print(f(3), f(2.5), g(4), h(np.arange(10.0)), k(10), k(10, 4), f(np.arange(3)))
