import numpy as np
def grow(a):
    a += 1
    a[0] *= 10
x = np.arange(3)
grow(x)
print(x)
