# cumsum with axis and of every kind.
import numpy as np
a = np.array([[1, 2, 3], [4, 5, 6]])
print(a.cumsum(), a.cumsum(axis=0), a.cumsum(axis=1), np.cumsum(a, axis=-1), np.cumsum([0.1] * 5))
print(np.cumsum(np.zeros(0)), np.cumsum(np.array([100, 100], dtype=np.int8)).dtype)
print(np.cumsum(np.array([True, True, False])), np.cumsum(np.array([1.5, -0.5], dtype=np.float32)), np.cumsum(np.array([1j, 1])))
