import numpy as np
a = np.arange(5) - 2
print(np.where(a > 0, a, -a), np.abs(a), np.sqrt(np.array([4.0, 9.0])))
