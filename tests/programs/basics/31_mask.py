import numpy as np
a = np.arange(6)
print(a[a > 2], (a > 2).sum())
a[a < 3] = 0
print(a)
