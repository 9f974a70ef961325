# Stores cast to the array's dtype: truncation for floats, errors kept for other tests.
import numpy as np
i = np.zeros(4, dtype=np.int64)
i[0] = 3.99
i[1] = -3.99
i[2] = True
i[3] = np.float32(7.5)
print(i)
i[:] = np.array([1.5, -1.5, 2.5, 1e3])
print(i)
f = np.zeros(3, dtype=np.float32)
f[0] = 0.1
f[1] = 1
f[2] = 16777217
print(f, f[0] == 0.1, f[0] == np.float32(0.1))
b = np.zeros(3, dtype=bool)
b[0] = 2
b[1] = 0.0
b[2] = -1.5
print(b)
u = np.zeros(2, dtype=np.uint8)
u[:] = np.array([256, 511])
print(u)
c = np.zeros(2, dtype=np.complex128)
c[0] = 1
c[1] = 2.5
print(c)
