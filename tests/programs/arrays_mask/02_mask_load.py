# Loads through a mask copy.
import numpy as np
a = np.arange(10)
m = a % 3 == 0
b = a[m]
b[0] = 99
print(b, a, a[~m], a[a > 100], a[a > 100].shape, a[m].sum())
x = np.arange(6.0).reshape(2, 3)
print(x[x > 2], x[np.array([True, False])], x[:, np.array([True, False, True])], x[x.sum(axis=1) > 5])
print(a[m][1], a[m & (a > 3)], a[a > 3][::-1], x[x < 0].size)
