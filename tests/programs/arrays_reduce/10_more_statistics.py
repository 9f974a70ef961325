# The reductions that build on the others: var, std, average, diff, cumprod, the NaN-skipping ones, comparisons.
import numpy as np
a = np.array([[1.0, 2.0, 4.0], [8.0, 16.0, 32.0]])
print(a.var(), a.std(axis=0), np.var(a, axis=1), np.std(np.array([2.0, 4.0])), a.var(ddof=1))
print(np.average(np.array([1.0, 2.0, 3.0])), np.average(np.array([1.0, 2.0]), weights=np.array([3.0, 1.0])), np.ptp(a))
f = np.array([1.0, np.nan, 3.0])
print(np.nanmax(f), np.nanmin(f), np.nansum(f), np.nanmean(f), np.amax(a), np.amin(a, axis=1))
print(a.cumprod(), np.cumprod(a, axis=0), np.diff(np.array([1, 4, 9, 16])), np.diff(a, axis=0), np.diff(np.array([1.0, 2.5, 0.0]), n=2))
b = np.array([[0, 1], [0, 0]])
print(np.count_nonzero(b), np.count_nonzero(b, axis=0), np.array_equal(b, b.copy()), np.array_equal(b, b[0]), np.allclose(np.array([0.1 + 0.2]), 0.3), np.isclose(np.array([1.0, 2.0]), np.array([1.0, 2.1])))
