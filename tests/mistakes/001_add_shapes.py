# at 5:7, remedy
import numpy as np
a = np.ones((3, 4))
b = np.ones(5)
c = a + b
print(c)
