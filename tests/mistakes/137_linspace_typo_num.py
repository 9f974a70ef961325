# at 3:5, remedy
import numpy as np
x = np.linspace(0.0, 1.0, n=5)
print(x)
