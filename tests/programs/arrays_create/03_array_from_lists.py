# np.array of nested lists and tuples: rank and dtype.
import numpy as np
print(np.array([1, 2, 3]), np.array([1, 2.5]), np.array([True, False]), np.array([1j, 2]), np.array((1, 2)))
print(np.array([[1, 2], [3, 4]]), np.array([[1.5], [2]]), np.array([[[1]]]).shape, np.array([]).dtype, np.array([[], []]).shape)
print(np.array([1, 2], dtype=float), np.array([1.9, -1.9], dtype=int), np.array([0, 2], dtype=bool), np.array([1, 2], dtype=np.int16).dtype)
xs = [i * i for i in range(5)]
print(np.array(xs), np.array([xs, xs]).shape, np.array([[i + j for j in range(3)] for i in range(2)]))
a = np.array([1, 2, 3])
b = np.array(a)
b[0] = 9
c = np.asarray(a)
c[1] = 8
print(a, b, c, np.array([a, a * 2]), np.array(5).shape, np.array(2.5).ndim)
