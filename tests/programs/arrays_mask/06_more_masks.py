# clip, argwhere, flatnonzero, count_nonzero, select by several masks, isin.
import numpy as np
a = np.array([-2, 0, 3, -1])
m = np.array([[1, 0], [0, 2]])
print(np.clip(a, -1, 1), a.clip(0, 2), np.argwhere(m), np.flatnonzero(m), np.count_nonzero(a < 0))
print(np.isin(a, [0, 3]), np.select([a < 0, a > 0], [a * 10, a * 100], 7), np.extract(a > -2, a))
