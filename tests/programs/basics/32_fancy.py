import numpy as np
a = np.arange(6) * 10
i = np.array([4, 0, 4])
print(a[i])
a[i] = 1
print(a)
