import numpy as np
a = np.zeros(5)
for i in range(5):
    a[i] = i * 0.5
s = 0.0
for i in range(5):
    s += a[i]
print(s, a)
