# Names, views and copies.
import numpy as np
a = np.arange(5)
b = a
c = a[1:4]
d = a.copy()
e = np.copy(a[::2])
a[2] = 100
print(a, b, c, d, e)
c[0] = -1
print(a, b, c, a is b)
f = c.copy()
f[:] = 0
print(a, c, f)
