# at 4:7, remedy
import numpy as np
a = np.array([1, 2, 3])
print((a > 1) and (a < 3))
