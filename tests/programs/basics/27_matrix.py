import numpy as np
m = np.zeros((2, 3))
m[1, 2] = 4.0
m[0] = 1.0
print(m, m.shape)
