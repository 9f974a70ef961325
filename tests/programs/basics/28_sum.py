import numpy as np
a = np.arange(10)
print(a.sum(), a.min(), a.max(), a.mean())
