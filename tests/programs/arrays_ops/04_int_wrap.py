# Array integers wrap around; signed and unsigned.
import numpy as np
a = np.array([127, -128, 100], dtype=np.int8)
print(a + np.int8(1), a * np.array([2, 2, 3], dtype=np.int8), -a, a - np.array([0, 1, 0], dtype=np.int8), abs(a))
u = np.array([0, 255, 128], dtype=np.uint8)
print(u + np.uint8(1), u - np.uint8(1), u * np.uint8(2), ~u, u << 1, u >> 1, -u)
b = np.array([2 ** 31 - 1, -2 ** 31], dtype=np.int32)
print(b + np.int32(1), b * 2, b // 2, b - np.array([-1, 1], dtype=np.int32))
c = np.array([2 ** 63 - 1, -2 ** 63])
print(c + 1, c - 1, c * 2, -c, c.sum(), np.array([2 ** 63 - 1]) * np.array([3]), np.array([3]) ** 50)
print(np.arange(5, dtype=np.uint16) - np.uint16(2), np.array([200, 100], dtype=np.uint8).sum(), np.array([1], dtype=np.int8) << 7)
