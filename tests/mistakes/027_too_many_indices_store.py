# at 4:2, remedy
import numpy as np
a = np.zeros(3)
a[0, 1] = 5.0
print(a)
