# // and % of arrays of each kind and sign.
import numpy as np
a = np.array([7, -7, 7, -7, 0, 6])
b = np.array([2, 2, -2, -2, 5, -3])
for dt in (np.int8, np.int32, np.int64, np.float32, np.float64):
    x, y = a.astype(dt), b.astype(dt)
    print(x // y, x % y, (x / y).dtype, x / y, np.fmod(x, y))
print(np.array([7, 200], dtype=np.uint8) // np.uint8(3), np.array([7, 200], dtype=np.uint8) % np.uint8(3))
print(np.array([5.5, -5.5]) // 2, np.array([5.5, -5.5]) % 2, np.array([5.5]) % -2, np.array([1e20, -0.0]) // 3, np.array([np.inf, 3.0]) % np.array([2.0, np.inf]))
