# arange with ints and floats, linspace.
import numpy as np
print(np.arange(5), np.arange(2, 6), np.arange(0, 10, 3), np.arange(5, 0, -2), np.arange(0), np.arange(3, 1))
print(np.arange(3.0), np.arange(0, 1, 0.25), np.arange(1, 2, 0.3), np.arange(0.5, 3), np.arange(5, dtype=np.float32), np.arange(3, dtype=np.int8))
print(np.linspace(0, 1, 5), np.linspace(1, 0, 3), np.linspace(0, 10, 1), np.linspace(0, 1, 4, endpoint=False), np.linspace(2, 3, 0))
print(np.arange(5).dtype, np.arange(5.0).dtype, np.linspace(0, 1).shape, np.linspace(0, 5, 11)[-1])
x = np.linspace(0, 1, 11)
print(x[3], x[7], (x[1:] - x[:-1]).max() < 0.1000001)
