# at 3:26, remedy
import numpy as np
a = np.zeros(3, dtype=np.float)
print(a)
