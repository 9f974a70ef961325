# at 4:9, remedy
import numpy as np
a = np.ones(4)
print(a[4 / 2])
