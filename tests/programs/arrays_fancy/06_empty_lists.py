# An empty list as an index takes nothing and stores nothing.
import numpy as np

a = np.arange(6.0)
b = a.reshape(2, 3)
a[[]] = 4.0
print(a, a[[]], b[[]], b[:, []])
print(a[[]].shape, b[[]].shape, b[:, []].shape, b[[]].dtype)
