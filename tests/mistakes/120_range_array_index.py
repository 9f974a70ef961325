# at 5:6
import numpy as np
a = np.zeros(3)
for i in range(4):
    a[i] = i
print(a)
