# at 3:31, remedy
import numpy as np
a = np.array([1.5]).astype(np.int)
print(a)
