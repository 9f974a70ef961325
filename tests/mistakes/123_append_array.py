# at 4:1, remedy
import numpy as np
a = np.zeros(3)
a.append(1.0)
print(a)
