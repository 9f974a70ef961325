# at 4:1, remedy
import numpy as np
a = np.arange(3)
a /= 2
print(a)
