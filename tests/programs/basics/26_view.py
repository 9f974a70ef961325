import numpy as np
a = np.zeros(4)
b = a[1:3]
b[0] = 5.0
print(a, b)
