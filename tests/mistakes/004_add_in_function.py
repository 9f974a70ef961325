# at 4:14, remedy
import numpy as np
def step(u, k):
    return u + k
print(step(np.ones((3, 4)), np.ones(3)))
