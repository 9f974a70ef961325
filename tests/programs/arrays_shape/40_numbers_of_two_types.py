# NumPy's functions of a number that is an int or a float: `sum` of a list of floats may be 0.
import numpy as np


def ended(row, xs):
    return np.append(row, sum(xs))


row = np.array([1.0, 2.0])
print(ended(row, [1.5, 2.5]), ended(row, []), ended(row, [True]))
for x in (1, 2.5):
    print(np.append(row, x))
