# where with three and one arguments; nonzero.
import numpy as np
a = np.array([-2, 0, 3, -1])
print(np.where(a > 0, a, 0), np.where(a > 0, 1.5, a), np.where(a < 0, -a, a * 10), np.where(a)[0], np.where(a < 0)[0], np.nonzero(a)[0])
m = np.array([[1, 0], [0, 2]])
i, j = np.nonzero(m)
print(i, j, m[i, j], np.where(m > 0, m, -m), np.where(True, 1, 2), np.where(m, [10, 20], [[1], [2]]))
print(np.maximum(a, 0), np.minimum(a, a[::-1]))
