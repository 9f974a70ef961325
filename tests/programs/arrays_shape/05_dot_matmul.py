# dot and @ on every pair of ranks; integer and float.
import numpy as np
a = np.array([1, 2, 3])
m = np.arange(6).reshape(2, 3)
n = np.arange(12).reshape(3, 4)
print(a @ a, np.dot(a, a), m @ a, a @ n, m @ n, np.dot(m, n), m.dot(a), m @ m.T, (m * 0.5) @ n)
b = np.arange(12).reshape(2, 2, 3)
print(b @ n, (b @ n).shape, b @ a, m.T @ np.array([1.0, 2.0]))
q = np.array([[1, 1], [1, 0]])
p = np.eye(2, dtype=int)
for _ in range(10):
    p = p @ q
print(p, np.dot(2, a), (np.array([1j, 2]) @ np.array([1, 1j])))
