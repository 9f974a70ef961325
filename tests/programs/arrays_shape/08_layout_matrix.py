# Views of views of transposes: shapes and contents.
import numpy as np
m = np.arange(24).reshape(4, 6)
v = m.T[1:5:2]
print(v, v.shape, v.T[0], v[:, 1:3].T, v[::-1].T[-1])
w = m[::2, 1::2].T.copy()
w[0, 0] = -1
print(m[0, 1], w, m.reshape(2, 2, 6)[1, 0], m.reshape(2, 2, 6).transpose(1, 0, 2)[1].reshape(-1), m.T.reshape(3, 8)[1])
k = m.reshape(2, 2, 2, 3)
k[1, 0, 1] += 100
print(m, k.transpose(3, 0, 1, 2)[2, 1], k.sum(axis=(1, 3)))
