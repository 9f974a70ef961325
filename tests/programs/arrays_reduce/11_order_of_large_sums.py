# The order in which NumPy adds shows in the last digits. Innermost axes that are contiguous with each other count as
# one row of n elements; a row is added pairwise; several rows that all go into one sum are taken as many at a time as
# fit in 8192 elements, pairwise over those, then one after the other; outer axes are added row after row.
import numpy as np
def data(n):
    return ((np.arange(n) * 2654435761) % 1000003) / 1000003
m = data(60000).reshape(200, 300)
print(m.sum(), m.T.sum(), m[:, :150].sum(), m[:, 1:].sum(), m[:, ::2].sum(), m[::2].sum(), m[::-1].sum(), m[:, ::-1].sum(), m[1:, 1:].T.sum())
w = data(90000).reshape(10, 9000)
print(w[:, :8500].sum(), w[:, :4100].sum(), w[:, :4096].sum(), w[:, :8192].sum(), w[:, 1:].sum(axis=1)[3])
tall = data(60000).reshape(20000, 3)
print(tall.sum(axis=0), tall[:, ::2].sum(axis=0), tall[:, 1:2].sum(axis=0), tall[:, 1:2].sum(), tall[:, :2].sum(), tall[::2].sum(axis=0))
t = data(180000).reshape(30, 120, 50)
print(t.sum(), t[:, 1:, 1:].sum(), t[:, 1:].sum(), t[:, :, 1:].sum(axis=(1, 2))[4], t.sum(axis=(1, 2))[4], t.sum(axis=(0, 2))[4], t.sum(axis=(0, 1))[4], t.sum(axis=1)[3, 4])
print(t.transpose(2, 1, 0).sum(), t.transpose(1, 0, 2).sum(axis=0)[3, 4], t[0].T.sum(axis=0)[4], t[0].T.sum(axis=1)[4], t.mean(), t[:, ::3].mean(axis=2)[1, 2])
