# at 3:4, remedy
import numpy as np
np.random.seed(1)
print(np.random.rand(3))
