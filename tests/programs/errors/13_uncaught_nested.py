# Uncaught from three calls deep, with a loop and a finally on the way.
import numpy as np
def leaf(a, i):
    a[i] = i
    return a[i]
def branch(a):
    try:
        for i in range(10):
            leaf(a, i)
    finally:
        print("cleanup", a)
def root():
    branch(np.zeros(4, dtype=int))
    print("not reached")
root()
