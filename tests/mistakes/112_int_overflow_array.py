# at 3:5, remedy
import numpy as np
a = np.array([300], dtype=np.uint8)
print(a)
