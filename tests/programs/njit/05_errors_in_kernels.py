# Exceptions from compiled functions.
from numba import njit
import numpy as np
@njit
def safe(a, i):
    if i < 0:
        raise ValueError("negative")
    return a[i]
a = np.arange(4)
print(safe(a, 3))
try:
    safe(a, -1)
except ValueError as e:
    print(e)
@njit
def div(a, b):
    return a // b
try:
    div(1, 0)
except ZeroDivisionError as e:
    print(e)
print(safe(a, 4))
