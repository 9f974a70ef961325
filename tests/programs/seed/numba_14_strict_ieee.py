# Row numba-14: signed zeros, subnormals, infinities, NaN; no reassociation.
import numpy as np
from numba import njit
@njit
def arith(a, b):
    return a + b, a - b, a * b
@njit
def left(a, b, c):
    return a + b + c
@njit
def right(a, b, c):
    return a + (b + c)
inf = float("inf")
nan = float("nan")
print(arith(-0.0, 0.0), arith(-0.0, -0.0), arith(5e-324, 0.0), arith(5e-324, 5e-324), arith(2.2250738585072014e-308, -5e-324))
print(arith(inf, 1.0), arith(inf, inf), arith(nan, 1.0), arith(1e308, 1e308), arith(0.0, inf))
print(left(0.1, 0.2, 0.3), right(0.1, 0.2, 0.3), left(1e16, 1.0, -1e16), right(1e16, 1.0, -1e16))
a = np.array([-0.0, 5e-324, np.inf, -np.inf, np.nan])
print(a, a * 1, a / 2, a + 0.0, a * 0, np.signbit(a * 1)[:1], a[1] / 2 == 0)
print(np.array([1e-45], dtype=np.float32) * 1, np.array([1e-45], dtype=np.float32) / 2, 0.1 * 3, 1 - 0.9)
