import numpy as np
m = np.zeros((2, 3)) + np.arange(3)
print(m, m * np.arange(2)[:, None])
