# digits: 15 np.tanh
# Row numba-04: the decorator changes nothing but the speed; the same bits as the plain function.
import numpy as np
from numba import jit
a = np.arange(100, dtype=np.int32).reshape(10, 10)
def func_normal(a):
    x = np.median(a)
    y = np.max(a)
    t = x / y
    z = x * np.sqrt(1 + t * t)
    m = 0.0
    for i in range(a.shape[0]):
        m += np.tanh(a[i, i])
        m /= z
    return a + m
@jit(nopython=True)
def func_numba(a):
    x = np.median(a)
    y = np.max(a)
    t = x / y
    z = x * np.sqrt(1 + t * t)
    m = 0.0
    for i in range(a.shape[0]):
        m += np.tanh(a[i, i])
        m /= z
    return a + m
prebuild = func_numba(a)
again = func_numba(a)
plain = func_normal(a)
print((prebuild == plain).all(), (again == plain).all(), again is prebuild, prebuild[0, 0], prebuild[9, 9])
