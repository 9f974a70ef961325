# at 3:5, remedy
import numpy as np
a = np.ones(3.0)
print(a)
