# Single precision: every operation rounds to 32 bits.
import numpy as np
x = np.array([0.1, 0.2, 0.3], dtype=np.float32)
print(x, x + x, x * 3, x / 3, x.sum(), x.mean(), x.sum().dtype, x[0] + x[1] == x[2], x[0] * 10)
a = np.float32(16777216)
print(a + np.float32(1), a + 1, a + 1.5, np.float32(1e38) * 10, np.float32(1) / np.float32(3))
s = np.float32(0)
for i in range(10):
    s += np.float32(0.1)
print(s, s.dtype, np.float32(0.1) + np.float64(0.2), float(np.float32(0.1)), np.float64(np.float32(0.1)))
y = np.arange(100000, dtype=np.float32)
print(y.sum(), y.mean(), (y * y).max(), y.cumsum()[-1])
