import numpy as np
a = np.arange(8.0)
print(a[2:5], a[:3], a[-2:], a[::2])
