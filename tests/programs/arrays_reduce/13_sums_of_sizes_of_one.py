# Axes of size 1 do not count in NumPy's walk, also where their size is known only at run time: a column that is summed
# along axis 0 is one row, summed pairwise, and a table is added row after row.
import numpy as np
def data(n):
    return ((np.arange(n) * 2654435761) % 1000003) / 1000003
def sums(n, m, k):
    t = data(n * m * k).reshape(n, m, k)
    print(t.sum(axis=(0, 2))[:2], t.sum(axis=0).sum(), t.sum(axis=(0, 1))[:2], t[:, 1:].sum(axis=(0, 1))[:2])
    print(t[:, :, :2].sum(), t[::2].mean(axis=0)[0, 0], t.transpose(2, 0, 1).sum(axis=(1, 2))[0])
for sizes in np.array([[1000, 1, 1], [1000, 1, 3], [100, 30, 1], [1, 2000, 2], [200, 5, 7], [1, 1, 3000]]):
    sums(int(sizes[0]), int(sizes[1]), int(sizes[2]))
print(np.array([-0.0]).sum(), np.full((2, 1), -0.0).sum(axis=0), np.zeros((0, 2)).sum(axis=0))
f = data(3000).astype(np.float32)
z = (data(3000) + 1j).astype(np.complex64)
print(f.mean(), z.mean(), z.reshape(30, 100).mean(axis=1)[3], f.std(), f.var(ddof=1))
