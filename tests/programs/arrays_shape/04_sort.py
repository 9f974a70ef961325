# sort, argsort, in place and copied, with axis.
import numpy as np
a = np.array([3, -1, 2, 9, 0])
b = np.sort(a)
print(a, b, np.argsort(a), b[::-1], np.sort(np.array([2.5, np.nan, -1.0])), np.sort(np.array([True, False])))
a.sort()
print(a)
m = np.array([[3, 1, 2], [0, 5, 4]])
print(np.sort(m), np.sort(m, axis=0), np.sort(m, axis=None), m.argsort(axis=1), np.sort(m[:, ::-1], axis=1))
m[0].sort()
print(m, np.argsort(np.array([1, 0, 1, 0]), kind="stable"))
