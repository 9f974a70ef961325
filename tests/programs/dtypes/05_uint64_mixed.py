# uint64 with other types: comparisons, hashes with wrapping, shifts.
import numpy as np
x = np.array([1, 2 ** 63, 2 ** 64 - 1], dtype=np.uint64)
print(x, x + np.uint64(1), x >> np.uint64(63), x > 5, x == 2 ** 63, x.max(), x // np.uint64(3), x % np.uint64(10))
h = np.uint64(14695981039346656037)
for c in (104, 105):
    h = h ^ np.uint64(c)
    h = np.multiply(np.array([h]), np.array([1099511628211], dtype=np.uint64))[0]
print(h, h.dtype)
s = np.array([88172645463325252], dtype=np.uint64)
for _ in range(5):
    s ^= s << np.uint64(13)
    s ^= s >> np.uint64(7)
    s ^= s << np.uint64(17)
    print(s[0])
