import numpy as np
a = np.array([[1, 2], [3, 4]])
print(a @ a, np.dot(a[0], a[1]))
