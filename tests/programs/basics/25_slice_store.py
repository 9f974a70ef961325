import numpy as np
a = np.zeros(6)
a[1:4] = 1.0
a[4:] = a[:2]
print(a)
