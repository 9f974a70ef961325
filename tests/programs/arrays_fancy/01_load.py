# Loads by integer arrays and lists, with repeats and negatives.
import numpy as np
a = np.arange(10) * 10
print(a[[1, 3, 5]], a[np.array([0, -1, 0])], a[[[0, 1], [2, 3]]], a[np.array([], dtype=int)], a[[2]])
m = np.arange(12).reshape(3, 4)
print(m[[0, 2]], m[[0, 2], [1, 3]], m[:, [3, 0]], m[1, [0, 2]], m[[2, 0]][:, [1, 1]], m[[[0], [1]], [0, 2]], m[[0, 1], 1:3])
b = a[[1, 2]]
b[0] = -1
print(a[1], b, m[np.array([0, 1, 2]), np.array([0, 1, 2])])
