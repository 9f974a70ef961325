# Uncaught: array index out of bounds on the second axis, from inside two calls.
import numpy as np
def inner(m, i, j):
    return m[i, j]
def outer(m):
    s = 0.0
    for j in range(5):
        s += inner(m, 1, j)
        print(j, s)
    return s
print(outer(np.ones((2, 3))))
