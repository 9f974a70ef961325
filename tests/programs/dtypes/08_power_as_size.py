# args: 2 3
# A power of ints is a float for a negative exponent; where a size or a dtype hangs on it, it is an int.
import sys
import numpy as np

r, k = int(sys.argv[1]), int(sys.argv[2])
print(r ** k, r ** -k, type(r ** k).__name__)
n = r ** k - 1
print(np.arange(n + 1).sum(), np.arange(r ** k).dtype)
i, j = np.mgrid[0:r, 0:r ** k]
print((i * j).sum(), j[:, r ** (k - 1)])
a = np.reshape(np.arange(r ** k * 3.0), (r ** (k - 1), -1))
print(a.shape, np.zeros([r ** k, 2]).shape, np.ones((r, r ** (k - 2))).sum())
print([x * r ** (k - 4) for x in (1, 3)])
