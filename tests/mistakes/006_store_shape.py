# at 4:2, remedy
import numpy as np
a = np.zeros((3, 4))
a[0] = np.ones(3)
print(a)
