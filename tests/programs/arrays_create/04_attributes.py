# shape, ndim, size, dtype, itemsize, nbytes, strides, len.
import numpy as np
for a in (np.zeros((2, 3)), np.zeros((4, 5), dtype=np.float32)):
    print(a.shape, a.ndim, a.size, a.dtype, a.itemsize, a.nbytes, a.strides, len(a))
b = np.arange(24, dtype=np.int16).reshape(2, 3, 4)
print(b.shape, b.T.shape, b.strides, b.T.strides, b[:, ::2].strides, b[0].shape, b.shape[1], b.shape[-1])
rows, cols = np.ones((3, 7)).shape
print(rows, cols, rows * cols, np.array(3).shape, np.array(3).ndim, b.dtype == np.int16, b.dtype.name, b.dtype.itemsize)
