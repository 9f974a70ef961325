# at 3:8, remedy
import numpy as np
a = np.zeroes(3)
print(a)
