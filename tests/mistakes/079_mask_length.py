# at 4:8, remedy
import numpy as np
a = np.arange(5)
print(a[np.array([True, False])])
