# A size that is 1 in one trip only: the axis repeats there and not in the other.
import numpy as np
x = np.zeros((2, 3))
for n in [1, 2]:
    y = np.arange(float(n)).reshape(n, 1)
    print(x + y)
