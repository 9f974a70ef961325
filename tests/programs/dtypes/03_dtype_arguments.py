# Functions with a dtype parameter, and code that asks for the dtype.
import numpy as np
def make(n, dtype=np.float64):
    a = np.zeros(n, dtype=dtype)
    for i in range(n):
        a[i] = i * 1.5
    return a
print(make(3), make(3, np.int32), make(3, dtype=np.float32), make(2, bool), make(2, "float32"), make(2, int).dtype)
def scale(a):
    if a.dtype == np.int64:
        return a * 2
    return a * 0.5
print(scale(np.arange(3)), scale(np.arange(3.0)), scale(np.arange(3, dtype=np.int32)))
print(np.zeros(2, "int16").dtype, np.zeros(1, np.dtype("uint8")).dtype, np.dtype(np.float64), np.zeros(1, "f4").dtype)
