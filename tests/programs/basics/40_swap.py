import numpy as np
u = np.zeros(3)
v = np.ones(3)
for i in range(3):
    u[i] = v[0] + i
    u, v = v, u
print(u, v)
