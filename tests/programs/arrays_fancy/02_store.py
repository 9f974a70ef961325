# Stores by integer arrays; the last of repeated ones wins; += adds once.
import numpy as np
a = np.zeros(6, dtype=int)
a[[1, 3]] = 5
a[np.array([0, -1])] = [7, 8]
print(a)
a[[2, 2, 2]] = [1, 2, 3]
a[[4, 4]] += 10
print(a)
m = np.zeros((3, 3))
m[[0, 1, 2], [0, 1, 2]] = 1
m[:, [0, 2]] += 0.5
m[[2, 0]] *= 2
print(m)
idx = np.array([3, 1, 0])
a[idx] = a[idx + 1]
print(a)
m[[0, 1]] = m[[1, 0]]
print(m)
