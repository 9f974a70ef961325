# at 4:1, remedy
import numpy as np
a = np.zeros(3)
a += np.ones((2, 3))
print(a)
