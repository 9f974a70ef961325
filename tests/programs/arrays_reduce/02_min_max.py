# min, max, argmin, argmax with axis, ties and NaN.
import numpy as np
a = np.array([[3, 1, 4], [1, 5, 9]])
print(a.min(), a.max(), a.min(axis=0), a.max(axis=1), a.max(axis=0, keepdims=True), np.min(a), np.max(a, axis=-1), np.min(a, axis=1))
print(a.argmin(), a.argmax(), a.argmin(axis=0), a.argmax(axis=1), np.argmin(a), np.argmax(a, axis=0), np.argmax(a[1]))
f = np.array([1.0, np.nan, 3.0])
print(f.max(), f.min(), f.argmax(), np.array([2, 7, 7, 1]).argmax(), np.array([-0.0, 0.0]).max(), np.array([5], dtype=np.uint8).max())
print(np.array([True, False]).max(), np.array([-np.inf, 2.0]).min())
