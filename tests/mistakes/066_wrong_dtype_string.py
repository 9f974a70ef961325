# at 3:5, remedy
import numpy as np
a = np.zeros(3, dtype="flaot64")
print(a)
