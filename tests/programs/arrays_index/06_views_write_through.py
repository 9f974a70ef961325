# A slice is a view: writes are seen through every name.
import numpy as np
a = np.arange(12)
v = a[2:10]
w = v[::2]
w[1] = -1
v[-1] = -2
print(a, v, w)
m = a.reshape(3, 4)
col = m[:, 1]
col += 100
print(a, m)
m[0] = 0
print(v)
row = m[2]
row[::-1][0] = 55
print(a[11], m[2])
t = m.T
t[3, 0] = 8
print(m[0, 3], a[3])
