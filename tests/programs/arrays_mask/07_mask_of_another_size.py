import numpy as np
a = np.arange(5)
try:
    a[np.zeros(10, dtype=bool)] = 5
except IndexError as e:
    print(e)
print(a[np.ones(4, dtype=bool)])
