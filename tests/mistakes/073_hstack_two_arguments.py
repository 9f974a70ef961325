# at 3:7, remedy
import numpy as np
print(np.hstack(np.ones(2), np.ones(2)))
