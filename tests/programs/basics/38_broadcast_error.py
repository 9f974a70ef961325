import numpy as np
def add(n, m):
    return np.zeros(n) + np.ones(m)
print(add(3, 3))
print(add(3, 4))
