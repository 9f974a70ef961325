# T, transpose, swapaxes, moveaxis: views with permuted axes.
import numpy as np
m = np.arange(6).reshape(2, 3)
t = np.arange(24).reshape(2, 3, 4)
print(m.T, m.T.shape, m.transpose(), t.T.shape, t.transpose(1, 0, 2).shape, t.transpose((2, 0, 1)).shape, np.transpose(t, (0, 2, 1))[1], t.swapaxes(0, 2).shape, np.swapaxes(t, 1, 2).shape, np.moveaxis(t, 0, -1).shape)
v = m.T
v[0, 1] = 50
print(m, np.arange(3).T, (m.T + 1)[2], m.T[1:, ::-1], m.T @ m)
for row in m.T:
    print(row)
