# reshape with -1, ravel, flatten; views where NumPy makes views.
import numpy as np
a = np.arange(12)
m = a.reshape(3, 4)
m[0, 0] = 100
print(a[0], m, a.reshape((2, -1)), a.reshape(-1, 2).shape, m.reshape(2, 6), m.ravel(), m.flatten(), np.reshape(a, (2, 3, 2)), np.ravel(m).shape)
r = m.ravel()
r[1] = -1
f = m.flatten()
f[2] = -2
t = m.T.ravel()
t[0] = -3
print(m, t, m.T.reshape(-1)[:4], m[:, :2].reshape(-1), a.reshape(1, 12).shape, np.array(5).reshape(1, 1), np.array([[7]]).reshape(()))
