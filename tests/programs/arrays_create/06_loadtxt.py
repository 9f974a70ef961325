# loadtxt of files beside the program: blanks, comments, delimiter, skiprows, usecols, dtype.
import numpy as np
a = np.loadtxt("table.txt")
print(a.shape, a.dtype, a)
b = np.loadtxt("table.csv", delimiter=",", skiprows=1)
print(b.shape, b.sum(axis=0), b[1, 2])
c = np.loadtxt("table.csv", delimiter=",", skiprows=1, usecols=(0, 2))
print(c)
d = np.loadtxt("table.csv", delimiter=",", skiprows=1, usecols=0, dtype=np.int64)
print(d, d.dtype)
