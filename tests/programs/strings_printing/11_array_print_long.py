# Long arrays wrap at 75 columns and are summarised above 1000 elements.
import numpy as np
print(np.arange(30))
print(np.arange(100))
print(np.linspace(0, 10, 20))
print(repr(np.arange(40)))
print(np.arange(1001))
print(np.arange(2000.0) / 7)
print(repr(np.arange(1001)))
print(np.arange(1000).shape, np.arange(10000).reshape(100, 100))
print(repr(np.zeros((50, 50))))
print(np.arange(2000).reshape(2, 1000))
