# at 4:7, remedy
import numpy as np
a = np.arange(4)
print(np.where(a > 1, a, np.zeros(3)))
