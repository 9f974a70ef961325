# mean and median with axis.
import numpy as np
a = np.array([[1.0, 2.0, 4.0], [8.0, 16.0, 32.0]])
print(a.mean(), a.mean(axis=0), a.mean(axis=1), a.mean(axis=1, keepdims=True), np.mean([1, 2]), np.arange(4).mean(), np.array([True, False]).mean())
print(np.array([1, 2], dtype=np.float32).mean().dtype, np.array([1, 2], dtype=np.float32).mean(), np.array([1j, 2]).mean())
print(np.median(a), np.median(a, axis=0), np.median(a, axis=1), np.median(np.array([3, 1, 2])), np.median(np.array([4, 1, 3, 2])), np.median(np.array([1.0, np.nan])), np.median(np.arange(100, dtype=np.int32).reshape(10, 10)))
