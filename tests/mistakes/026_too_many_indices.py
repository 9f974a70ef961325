# at 4:8, remedy
import numpy as np
a = np.ones((2, 3))
print(a[0, 1, 2])
