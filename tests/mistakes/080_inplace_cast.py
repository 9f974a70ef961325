# at 4:1, remedy
import numpy as np
a = np.zeros(3, dtype=int)
a += 0.5
print(a)
