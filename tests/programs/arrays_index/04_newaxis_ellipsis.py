# None and ... in an index.
import numpy as np
a = np.arange(3)
m = np.arange(6).reshape(2, 3)
t = np.arange(24).reshape(2, 3, 4)
print(a[:, None], a[None, :], a[:, np.newaxis].shape, a[None].shape, a[None, :, None].shape)
print(m[..., 0], m[0, ...], m[...].shape, t[..., 1], t[0, ..., 2], t[..., None].shape, t[:, None, 1].shape, t[1, None, ..., 0].shape)
print(a[:, None] + a, a[:, None] * m[0][None, :])
