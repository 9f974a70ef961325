import numpy as np
print(np.zeros(3))
print(np.ones(2), np.arange(4))
