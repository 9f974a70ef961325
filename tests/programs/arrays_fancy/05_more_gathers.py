# bincount, add.at, take, put, choose by index.
import numpy as np
data = np.array([1, 3, 3, 0, 1, 3])
h = np.zeros(4, dtype=int)
np.add.at(h, data, 1)
a = np.arange(6) * 10
print(np.bincount(data), h, np.take(a, [1, -1]), a.take(np.array([[0, 2]])))
np.put(a, [0, -1], [7, 8])
print(a, np.take_along_axis(a.reshape(2, 3), np.array([[2, 0, 1], [0, 1, 2]]), axis=1))
