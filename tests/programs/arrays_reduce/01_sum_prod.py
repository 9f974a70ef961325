# sum and prod: whole, by axis, keepdims, methods and functions.
import numpy as np
a = np.arange(1, 7).reshape(2, 3)
print(a.sum(), a.sum(axis=0), a.sum(axis=1), a.sum(axis=-1), a.sum(axis=(0, 1)), np.sum(a), np.sum(a, axis=0), np.sum(a, 1))
print(a.sum(keepdims=True), a.sum(axis=0, keepdims=True), a.sum(axis=1, keepdims=True), a.prod(), a.prod(axis=0), np.prod(a, axis=1))
t = np.arange(24.0).reshape(2, 3, 4)
print(t.sum(axis=0), t.sum(axis=1), t.sum(axis=2), t.sum(axis=(0, 2)), t.sum(axis=(1, 2), keepdims=True), t.sum(axis=0).sum(axis=0))
print(np.array([True, True]).sum(), np.array([1, 2], dtype=np.int8).sum().dtype, np.array([1.5], dtype=np.float32).sum().dtype, np.zeros(0).sum(), np.zeros(0).prod(), np.zeros((0, 3)).sum(axis=0), np.sum([1, 2, 3]), a.sum(dtype=np.float64))
