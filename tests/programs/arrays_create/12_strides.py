# strides of views: steps, permutations, new and repeated axes, parts.
import numpy as np
a = np.arange(24.0).reshape(2, 3, 4)
z = np.zeros((3, 5), dtype=np.complex64)
for v in (a, a.T, a[1], a[:, ::2], a[::-1, :, 1:3], a[..., None], a.transpose(1, 0, 2), a[0].T[1:], a.reshape(4, 6), a.T + 1):
    print(v.shape, v.strides)
print(z.real.strides, z[:, 1].imag.strides, z.T.strides, np.broadcast_to(a[0, 0], (3, 4)).strides, a[0, 0, :1].strides, a.astype(np.int16).strides)
b = np.zeros(3)
wide = np.broadcast_to(b, (2, 3))
tall = np.broadcast_to(b[:, None], (3, 4))
b[1] = 5.0
print(wide, tall[1], wide.sum(), tall.sum(axis=0), wide.T.strides)
