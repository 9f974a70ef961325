import numpy as np
a = np.zeros(3, dtype=np.int32)
print(a, a.dtype, a.astype(np.float64), np.arange(3).dtype)
