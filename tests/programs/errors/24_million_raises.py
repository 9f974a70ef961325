# A million raises and a million returns through a handler, each with an array that must be freed.
import numpy as np
def f(i):
    a = np.zeros(16)
    if i % 2 == 1:
        raise ValueError("odd")
    return a[0] + i
caught = 0
s = 0.0
for i in range(2000000):
    try:
        s += f(i)
    except ValueError:
        caught += 1
print(caught, s)
