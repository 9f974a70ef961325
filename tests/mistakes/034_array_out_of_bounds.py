# at 4:8
import numpy as np
a = np.zeros(5)
print(a[5])
