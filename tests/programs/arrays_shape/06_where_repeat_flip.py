# repeat, tile, flip, roll, squeeze, expand_dims, split.
import numpy as np
a = np.arange(4)
m = np.arange(6).reshape(2, 3)
print(np.repeat(a, 2), np.tile(a, 2), np.flip(a), np.flip(m), np.flip(m, axis=1), np.roll(a, 1), np.roll(a, -1), np.roll(m, 1, axis=1), np.roll(m, 1), np.fliplr(m), np.flipud(m))
print(np.squeeze(np.zeros((1, 3, 1))).shape, np.expand_dims(a, 0).shape, np.expand_dims(m, axis=1).shape, np.repeat(m, 2, axis=0), np.tile(m, (1, 2)), np.rot90(m))
x, y = np.split(np.arange(6), 2)
y[0] = 77
print(x, y, [len(p) for p in np.array_split(np.arange(7), 3)])
