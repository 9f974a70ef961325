# Uncaught: operands of a loop's second iteration do not broadcast.
import numpy as np
x = np.arange(4.0)
for k in (4, 3):
    y = np.ones(k)
    print(x + y)
