# Conway's game of life with slices and masks.
import numpy as np
def neighbours(g):
    n = np.zeros(g.shape, dtype=np.int64)
    n[1:, :] += g[:-1, :]
    n[:-1, :] += g[1:, :]
    n[:, 1:] += g[:, :-1]
    n[:, :-1] += g[:, 1:]
    n[1:, 1:] += g[:-1, :-1]
    n[1:, :-1] += g[:-1, 1:]
    n[:-1, 1:] += g[1:, :-1]
    n[:-1, :-1] += g[1:, 1:]
    return n
g = np.zeros((8, 8), dtype=np.int64)
g[1, 2] = g[2, 3] = g[3, 1] = g[3, 2] = g[3, 3] = 1
for _ in range(6):
    n = neighbours(g)
    born = (g == 0) & (n == 3)
    stays = (g == 1) & ((n == 2) | (n == 3))
    g[:] = 0
    g[born | stays] = 1
print(g)
