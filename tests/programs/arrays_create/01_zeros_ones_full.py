# zeros, ones, full, empty_like and friends, with dtypes and shapes.
import numpy as np
print(np.zeros(3), np.ones(2), np.full(3, 7), np.full(2, 0.5), np.zeros((2, 3)), np.ones((2, 1), dtype=int))
print(np.zeros(3, dtype=np.int64), np.ones(2, dtype=np.float32), np.zeros(2, dtype=bool), np.full((2, 2), 9, dtype=np.uint8), np.full(2, 1j))
a = np.array([[1, 2], [3, 4]])
print(np.zeros_like(a), np.ones_like(a, dtype=float), np.full_like(a, 5), np.empty_like(a).shape, np.empty((2, 3)).shape)
n = 4
print(np.zeros(n).shape, np.zeros((n, n - 1)).shape, np.zeros((n,)).size, np.zeros(0).size, np.eye(3), np.eye(2, 3), np.identity(2))
