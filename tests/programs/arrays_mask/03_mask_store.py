# Stores through a mask: scalar, array, in place.
import numpy as np
a = np.arange(10)
a[a > 6] = 0
print(a)
a[a % 2 == 1] += 100
print(a)
a[a > 50] = np.array([1, 2, 3])
print(a)
x = np.arange(6.0).reshape(2, 3) - 2
x[x < 0] *= -10
print(x)
x[np.array([False, True])] = 7
print(x)
x[:, np.array([True, False, False])] = [[1], [2]]
print(x)
a[np.zeros(10, dtype=bool)] = 5
print(a)
