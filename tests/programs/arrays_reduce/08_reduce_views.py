# Reductions of views, masks and expressions.
import numpy as np
a = np.arange(20).reshape(4, 5)
print(a[1:3].sum(), a[:, ::2].sum(axis=0), a.T.sum(axis=0), a[::-1].argmax(), a[a % 2 == 0].sum(), (a * a).sum(axis=1), (a > 7).sum(axis=0), a[2:2].sum(), a.T[1:].max(axis=0))
print(a.ravel()[::3].mean(), a[:, 1].min(), (a - a.mean()).sum(), (a - a.mean(axis=0)).sum(axis=0), a / a.sum(axis=1, keepdims=True))
print(np.sum(a[0] * a[1]), np.max(np.abs(a - 10)), np.sqrt(np.sum(a ** 2)), np.mean(a, axis=0)[1])
