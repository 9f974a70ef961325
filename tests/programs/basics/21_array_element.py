import numpy as np
a = np.zeros(4)
a[1] = 2.5
a[-1] = a[1] * 2
print(a[1], a)
