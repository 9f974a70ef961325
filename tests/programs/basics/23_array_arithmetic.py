import numpy as np
a = np.arange(4.0)
print(a + 1, a * a, a - 0.5, a / 2)
