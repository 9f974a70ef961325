# at 4:9, remedy
import numpy as np
a = np.array([1, 2, 3])
print(a[a > 1 & a < 3])
