# at 3:5, remedy
import numpy as np
a = np.zeros(3, 4)
print(a)
