# at 4:11, remedy
import numpy as np
a = np.ones((3, 2))
print(a.T @ np.ones(2))
