# Slices on two and three axes, mixed with integers.
import numpy as np
m = np.arange(20).reshape(4, 5)
print(m[1], m[:, 2], m[1:3, 1:4], m[::2, ::-1], m[-1, :], m[:, -1], m[2:, 0], m[0, 1:3], m[::-1])
print(m[1:1], m[:, 5:], m[1:3, 2:3].shape, m[1:3, 2].shape)
t = np.arange(24).reshape(2, 3, 4)
print(t[0], t[:, 1], t[:, :, 2], t[1, 1:, ::2], t[0, :, -1], t[:, 0, 0])
