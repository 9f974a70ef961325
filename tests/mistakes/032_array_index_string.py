# at 4:9, remedy
import numpy as np
a = np.ones(3)
print(a["x"])
