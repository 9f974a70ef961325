# Overlapping sources and targets behave as if the source were copied first.
import numpy as np
def shift(a, k):
    a[k:] = a[:-k]
    return a
print(shift(np.arange(8), 1), shift(np.arange(8), 3))
a = np.arange(8)
a[:-2] = a[2:]
print(a)
a = np.arange(8.0)
a[1:-1] = (a[:-2] + a[2:]) / 2 + a[1:-1]
print(a)
a = np.arange(6)
a[:] = a[::-1]
print(a)
a[::2] = a[1::2]
print(a)
a = np.arange(9).reshape(3, 3)
a[1:, :] += a[:-1, :]
print(a)
a[:, :] = a.T
print(a)
a[0] = a[:, 0]
print(a)
