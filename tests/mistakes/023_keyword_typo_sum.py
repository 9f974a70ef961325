# at 4:13, remedy
import numpy as np
a = np.ones((2, 3))
print(a.sum(axes=0))
