# Sums that convert their elements first do so 8192 at a time, and each such part is added pairwise on its own.
import numpy as np
k = (np.arange(60000) * 2654435761 % 4611686018427387904) * 3 // 2 + 12345678912345
print(k.mean(), k.sum(dtype=np.float64), k[::2].mean(), k.reshape(3, 20000).mean(axis=1), k.reshape(200, 300).mean(axis=1)[:3], k.reshape(200, 300).mean(axis=0)[:3])
f = (((np.arange(30000) * 2654435761) % 1000003) / 1000003).astype(np.float32)
print(f.sum(), f.mean(), f.sum(dtype=np.float64), f[::3].sum(), f.reshape(100, 300).sum(axis=0)[:2], f.reshape(100, 300).mean(axis=1)[:2], f.std())
print((f > 0.5).mean(), (f > 0.5).sum(), np.arange(30000, dtype=np.int32).mean(), np.arange(30000, dtype=np.uint8).sum())
