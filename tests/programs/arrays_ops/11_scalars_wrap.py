# NumPy scalars: arithmetic keeps their type; int64 wraps where Python's int would grow.
import numpy as np
a = np.int64(2) ** 40
print(a, a.dtype, a * 1000, a + 0.5, a // 7, a % 7, -a, a > 5, int(a) // 3)
x = np.arange(3)[2]
y = np.float64(1.5)
print(x * 2, x / 4, x ** 2, x + True, y * x, y ** 2, y // 1, y % 1, [x * 2, y * 2, x / 4, x < 3])
print(np.int32(7) // 2, np.int32(-7) // 2, np.int32(-7) % 3, np.uint8(200) + np.uint8(100), [np.int32(7) + np.int64(1), np.bool_(True) + 1])
print(np.int64(5) & 3, np.int64(1) << 3, ~np.int64(5), abs(np.int64(-4)), max(np.int64(3), 2), round(np.float64(2.567), 1), np.float64(0.1) + 0.2)
