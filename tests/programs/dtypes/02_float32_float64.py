# float32 and float64 side by side.
import numpy as np
for dt in (np.float32, np.float64):
    a = np.array([1, 3, 10], dtype=dt)
    print(a / 3, (1 / a).dtype, a.sum() / 7, a[0] / a[1], (a / 3)[0])
    print((a / 3).astype(np.float64), (a / 3).astype(np.float32), repr(a / 7))
x = np.array([1e38, 1e-45, 3.4e38], dtype=np.float32)
print(x * 1, x / 2, x.astype(np.float64))
