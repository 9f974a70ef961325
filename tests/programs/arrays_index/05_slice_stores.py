# Stores of scalars and arrays into slices, broadcast.
import numpy as np
a = np.zeros(6)
a[1:4] = 2
a[::5] = [7, 8]
print(a)
a[:] = np.arange(6)
a[::-2] = 0.5
print(a)
m = np.zeros((3, 4), dtype=int)
m[1] = 5
m[:, 2] = [1, 2, 3]
m[0, :2] = 9
print(m)
m[1:, 1:] = [[10, 20, 30]]
m[...] += 1
print(m)
m[:, ::2] *= 2
m[::-1, 0] = np.arange(3)
print(m)
m[2:2] = 77
m[:, :0] = 5
print(m)
