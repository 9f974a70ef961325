# at 3:5, remedy
import numpy as np
a = np.arange(10).reshape(3, -1)
print(a)
