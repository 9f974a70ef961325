# Comparisons make bool arrays; logical operators; counting.
import numpy as np
a = np.array([3, -1, 4, 1, -5, 9])
print(a > 0, a == 4, a != 4, a <= 1, (a > 0) & (a < 4), (a < 0) | (a > 4), ~(a > 0), (a > 0) ^ (a > 3))
print((a > 0).sum(), (a > 0).any(), (a > 0).all(), np.logical_and(a > 0, a < 5), np.logical_not(a > 0), np.logical_or(a < 0, a > 4))
b = np.array([[1.0, np.nan], [2.0, -0.0]])
print(b == b, np.isnan(b), b > 0, b == 0, a > a[::-1], np.isfinite(b), np.isinf(b))
