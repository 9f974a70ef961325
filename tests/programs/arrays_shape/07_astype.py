# astype between all kinds: truncation, wrapping, bool, complex.
import numpy as np
f = np.array([1.9, -1.9, 0.0, 255.0, 3.5])
i = np.array([0, 1, -1, 300, 70000])
print(f.astype(int), f.astype(np.int8), f.astype(bool), f.astype(np.float32), f.astype(complex), f[:1].astype(np.uint8))
print(i.astype(np.int8), i.astype(np.uint8), i.astype(np.int16), i.astype(np.uint64), i.astype(float), i.astype(bool), i.astype(np.float32))
b = np.array([True, False])
print(b.astype(int), b.astype(float), b.astype(np.uint8), (b * 2.5), b.astype(complex))
g = f.astype(float)
g[0] = 0
print(f[0], np.int64(3.99), np.float32(1) / 3, np.uint8(7).astype(float), np.array([2 ** 53 + 1]).astype(float), np.array([16777217]).astype(np.float32))
