# at 4:1
import numpy as np
a = np.zeros(3, dtype=np.int64)
a[0] = 2 ** 64
print(a)
