# cumsum, cumprod, diff with axis.
import numpy as np
a = np.array([[1, 2, 3], [4, 5, 6]])
print(a.cumsum(), a.cumsum(axis=0), a.cumsum(axis=1), np.cumsum(a, axis=-1), a.cumprod(), np.cumprod(a, axis=0), np.cumsum([0.1] * 5))
print(np.diff(np.array([1, 4, 9, 16])), np.diff(a, axis=0), np.diff(np.array([1.0, 2.5, 0.0]), n=2), np.cumsum(np.zeros(0)), np.cumsum(np.array([100, 100], dtype=np.int8)).dtype)
print(np.cumsum(np.array([True, True, False])), np.cumsum(np.array([1.5, -0.5], dtype=np.float32)), np.cumsum(np.array([1j, 1])))
