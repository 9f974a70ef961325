# Loop indices that run below zero wrap, as in Python.
import numpy as np
a = np.arange(5)
print([int(a[i]) for i in range(-5, 5)])
def ring(u):
    v = np.zeros(len(u))
    for i in range(len(u)):
        v[i] = u[i - 1] + u[(i + 1) % len(u)]
    return v
print(ring(np.arange(5.0)))
for i in range(-1, -4, -1):
    a[i] *= 10
print(a, a[-2:], a[-2:-1])
