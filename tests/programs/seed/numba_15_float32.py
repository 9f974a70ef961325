# Row numba-15: why strict order matters, in 32 bits.
import numpy as np
from numba import njit
@njit
def first(a):
    return (a * a) / a
@njit
def second(a):
    return a * (a / a)
a = np.float32(10000001.0)
print(first(a), first(a) == np.float32(10000000.0), second(a), second(a) == np.float32(10000001.0), a * a)
one = np.float32(1)
big = np.float32(1e8)
print((big + one) - big, (big - big) + one)
x = np.array([3e38], dtype=np.float32)
ten = np.array([10.0], dtype=np.float32)
print((x * ten) / ten, x * (ten / ten))
