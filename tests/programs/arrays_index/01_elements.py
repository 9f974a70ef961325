# Single elements: load and store, negative indices, ranks 1 to 3.
import numpy as np
a = np.arange(6)
print(a[0], a[5], a[-1], a[-6])
a[0] = 10
a[-1] = -5
a[2] += 7
print(a)
m = np.arange(12).reshape(3, 4)
print(m[0, 0], m[2, 3], m[-1, -1], m[1][2], m[-3, 1])
m[1, 2] = 100
m[-1, 0] -= 50
print(m)
t = np.zeros((2, 2, 2))
t[1, 0, 1] = 2.5
t[0][1][0] = 1
print(t, t[1, 0, 1] * 2)
i = 2
print(a[i], a[i - 3], a[i * 2], m[i, i - 1])
