# Sums of floats in NumPy's pairwise order, by length, stride and axis.
import numpy as np
def series(n):
    return 1.0 / (np.arange(n) + 1.0)
for n in (0, 1, 7, 8, 9, 16, 127, 128, 129, 130, 136, 255, 256, 257, 1000, 4099):
    x = series(n)
    print(n, x.sum(), x[::-1].sum(), x[::2].sum(), x.astype(np.float32).sum())
m = series(12000).reshape(40, 300)
print(m.sum(), m.sum(axis=0)[:3], m.sum(axis=1)[:3], m.T.sum(), m[:, ::3].sum(), m[::3].sum(), m.mean(axis=0)[7], m[1:, 1:].sum())
t = series(6000).reshape(10, 20, 30)
print(t.sum(axis=0)[3, 4], t.sum(axis=1)[3, 4], t.sum(axis=2)[3, 4], t.sum(axis=(0, 1))[5], t.sum(axis=(1, 2))[5], t.sum(axis=(0, 2))[5], t.transpose(2, 0, 1).sum(), t[:, ::2, 1:].sum())
print((m * 1j + m).sum(), m.prod(axis=0)[0], series(30).prod(), m.cumsum()[-1], (m > 0.001).sum())
